"""The forms about a whistle, by the action that opens them, and the one about a video alert."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from commandcenter.application import commands as c
from commandcenter.application.plans import whistle_plan
from commandcenter.application.questions import Question, RefusalBefore, RefusalsBefore
from commandcenter.domain import words
from commandcenter.domain.catalogue import Urgency, WhistleKind
from commandcenter.domain.timelimit import Limit
from commandcenter.domain.whistle import AT_THE_PLACE, Arbiter, Summons, SummonsState, SummonsStep
from ui import wording
from ui.forms import choices as on_offer
from ui.forms.case_forms import (
    BY_WHICH,
    CATEGORY,
    DUTY,
    SAID,
    URGENCY,
    WHO,
    likely_category,
)
from ui.forms.field import Choice, Field, Form, Kind, Subject, Values, fixed, must, never
from ui.wording import Both

MANY_BODIES: Final = 3  # more than so many are summoned only by holding the button

# -- whom it is about --


def able(subject: Subject, *steps: SummonsStep) -> list[Summons]:
    """Return the summonses of the whistle for which one of the steps is open."""
    return [it for it in subject.the_whistle.summons if it.steps & set(steps)]


def _bodies_for(*steps: SummonsStep, everyone: bool = False) -> on_offer.Choices:
    def choices(subject: Subject, _values: Values) -> list[Choice]:
        found = [
            Choice(value=it.body, text=wording.body_name(subject.hall, it.body, subject.lang))
            for it in able(subject, *steps)
        ]
        if not everyone or not found:
            return found
        return [Choice(value="", text=subject.say(_EVERY, count=len(found))), *found]

    return choices


_EVERY: Final[Both] = ("全部 {count} 家", "All {count}")
_ALL_ARE: Final[Both] = ("全部单位：{bodies}", "All of them: {bodies}")


def _named(step: SummonsStep) -> Callable[[Subject, Values], Sequence[str]]:
    """Name the bodies that a form means while it means all of them."""

    def notice(subject: Subject, values: Values) -> list[str]:
        bodies = tuple(it.body for it in able(subject, step))
        if values.get("body") or not bodies:
            return []
        names = wording.body_names(subject.hall, bodies, subject.lang)
        return [subject.say(_ALL_ARE, bodies=names)]

    return notice


def _of_body(*steps: SummonsStep, everyone: bool = False) -> Field:
    """Ask which body; the first that it is possible for is the one to start from."""

    def first(subject: Subject, _values: Values) -> str | None:
        if everyone:
            return ""
        return next((it.body for it in able(subject, *steps)), None)

    return Field(
        key="body",
        label=("单位", "Body"),
        kind=Kind.PICK,
        required=never if everyone else must,
        choices=_bodies_for(*steps, everyone=everyone),
        initial=first,
    )


def _summons(subject: Subject, values: Values) -> Summons | None:
    body = values.get("body")
    return next((it for it in subject.the_whistle.summons if it.body == body), None)


_WORDS_OF_BODY: Final[tuple[tuple[str, SummonsStep, Both], ...]] = (
    ("answered", SummonsStep.ANSWER, ("应哨", "It answers")),
    ("en_route", SummonsStep.SET_OUT, ("已出发", "It is on the way")),
    ("reported_in", SummonsStep.REPORT_IN, ("已到场报到", "It has come")),
    ("working", SummonsStep.WORK, ("开始处置", "It is at work")),
    ("finished", SummonsStep.FINISH, ("处置完成", "It has finished")),
    ("refused", SummonsStep.REFUSE, ("拒哨", "It refuses")),
    ("left", SummonsStep.LEAVE, ("已离开", "It has left")),
)
_SPOKEN: Final = tuple(step for _status, step, _both in _WORDS_OF_BODY)


def _statuses(subject: Subject, values: Values) -> list[Choice]:
    summons = _summons(subject, values)
    return [
        Choice(value=status, text=subject.say(both))
        for status, step, both in _WORDS_OF_BODY
        if summons is not None and step in summons.steps
    ]


def _known_contact(subject: Subject, values: Values) -> str | None:
    """Return who spoke for the body before: mostly it is the same person again."""
    summons = _summons(subject, values)
    return summons.contact if summons is not None else None


def _next_status(subject: Subject, values: Values) -> str | None:
    """Return what the body would say next: it answers, it comes, it has finished."""
    summons = _summons(subject, values)
    if summons is None or summons.is_over:
        return None
    if summons.state in AT_THE_PLACE:
        return "finished" if summons.state is not SummonsState.FINISHED else "left"
    return "reported_in" if summons.answered_at else "answered"


def _is(key: str, *wanted: object) -> Callable[[Subject, Values], bool]:
    def when(_subject: Subject, values: Values) -> bool:
        return values.get(key) in wanted

    return when


def _unfinished_lead(subject: Subject, values: Values) -> bool:
    """Tell whether the lead would leave before it has reported the work finished."""
    body = values.get("body")
    return any(
        it.lead and it.finished_at is None and body in {it.body, ""}
        for it in able(subject, SummonsStep.RELEASE)
    )


_UNFINISHED: Final[Both] = (
    "牵头单位尚未上报完成，同意撤离须写明处置情况。",
    "The lead has not reported the work finished: say what was done.",
)


def _releasing(subject: Subject, values: Values) -> list[str]:
    return [subject.say(_UNFINISHED)] if _unfinished_lead(subject, values) else []


# -- blowing --


def _plan(attribute: str) -> Callable[[Subject, Values], Any]:
    def initial(subject: Subject, _values: Values) -> Any:
        return getattr(whistle_plan(subject.hall, subject.the_case, subject.now), attribute)

    return initial


def _standard_bodies(subject: Subject, _values: Values) -> tuple[str, ...]:
    return whistle_plan(subject.hall, subject.the_case, subject.now).bodies


def _leads(subject: Subject, values: Values) -> list[Choice]:
    return [
        Choice(value=code, text=wording.body_name(subject.hall, code, subject.lang))
        for code in values.get("bodies") or ()
    ]


def _first_body(_subject: Subject, values: Values) -> str | None:
    """Return the body chosen first; of those the standard names its lead comes first."""
    return next(iter(values.get("bodies") or ()), None)


_EMERGENCY: Final[Both] = (
    "哨件类型是应急处置，要按住 1 秒",
    "An emergency, hold for 1 s",
)
_MANY: Final[Both] = (
    f"召集的单位超过 {MANY_BODIES} 家，要按住 1 秒",
    f"More than {MANY_BODIES} bodies are summoned, hold for 1 s",
)


def why_held(kind: WhistleKind | None, bodies: int) -> Both | None:
    """Say why a whistle is blown only by holding the button for a second, if it is."""
    if kind is WhistleKind.EMERGENCY:
        return _EMERGENCY
    return _MANY if bodies > MANY_BODIES else None


def _grave(_subject: Subject, values: Values) -> Both | None:
    return why_held(values.get("kind"), len(values.get("bodies") or ()))


_CALLS: Final[Both] = (
    "召集 {count} 家：{bodies}；{answer} 前应哨，{report_in} 前报到",
    "Whistle for {count}: {bodies}; answer by {answer}, report in by {report_in}",
)


def _calling(subject: Subject, values: Values) -> list[str]:
    bodies = values.get("bodies") or ()
    if not bodies:
        return []
    plan = whistle_plan(
        subject.hall,
        subject.the_case,
        subject.now,
        answer_limit=values.get("answer_limit") or None,
        report_in_limit=values.get("report_in_limit") or None,
    )
    zone, now = subject.hall.zone, subject.now
    return [
        subject.say(
            _CALLS,
            count=len(bodies),
            bodies=wording.body_names(subject.hall, bodies, subject.lang),
            answer=wording.local_time(plan.answer_by, zone, now),
            report_in=wording.local_time(plan.report_in_by, zone, now),
        )
    ]


def _limit(key: str, label: Both, presets: tuple[str, ...], name: str) -> Field:
    def own(subject: Subject, _values: Values) -> Limit:
        case, hall = subject.the_case, subject.hall
        sheet = hall.template_for(case.category, case.condition) if case.category else None
        found: Limit = (sheet and getattr(sheet, key)) or getattr(hall.limits, name)
        return found

    return Field(
        key=key,
        label=label,
        kind=Kind.PICK,
        choices=on_offer.limits(*presets, own=own, named=("默认", "Default")),
        initial=fixed(""),
    )


def _reason(label: Both = ("原因", "Reason"), *, required: bool = False) -> Field:
    return Field(
        key="reason",
        label=label,
        kind=Kind.WORDS,
        required=must if required else never,
        most=2000,
    )


_CHOOSER: Final = Form(
    id="choose_whistle",
    command=c.Blow,
    title=("选择单位吹哨", "Choose whom to whistle for"),
    send=("吹哨", "Blow the whistle"),
    fields=(
        Field(
            key="bodies",
            label=("单位", "Bodies"),
            kind=Kind.MANY,
            required=must,
            choices=on_offer.bodies,
            initial=_standard_bodies,
            hint=("输入单位名称、拼音首字母或级别筛选", "Type a name or a level"),
        ),
        Field(
            key="lead",
            label=("牵头", "Lead"),
            kind=Kind.PICK,
            required=must,
            choices=_leads,
            initial=_first_body,
        ),
        Field(
            key="kind",
            label=("哨件类型", "Kind"),
            kind=Kind.PICK,
            required=must,
            choices=on_offer.whistle_kinds,
            initial=_plan("kind"),
        ),
        _limit("answer_limit", ("应哨时限", "To answer"), on_offer.ANSWER_LIMITS, "answer"),
        _limit(
            "report_in_limit", ("报到时限", "To report in"), on_offer.REPORT_IN_LIMITS, "report_in"
        ),
        Field(
            key="message",
            label=("通知内容", "Message"),
            kind=Kind.WORDS,
            initial=_plan("message"),
            most=2000,
        ),
        Field(key="gear", label=("携带装备", "Gear to bring"), initial=_plan("gear")),
        replace(DUTY, initial=_plan("duty_item")),
    ),
    preview=_calling,
    grave=_grave,
)

# -- those who are called, refusals --

_NEXT_OF_CHAIN: Final[Both] = (
    "不填即呼叫名单上的下一位",
    "Left empty: the next on its list",
)
_NEXT_IS: Final[Both] = ("下一位：{who}", "Next: {who}")
_END_OF_CHAIN: Final[Both] = (
    "名单上的人都已呼叫，请写明升级至谁。",
    "Everybody on its list was called: name whom to call now.",
)


def _at_the_end_of_its_chain(subject: Subject, values: Values) -> bool:
    summons = _summons(subject, values)
    return summons is not None and summons.next_call is None


def _escalating(subject: Subject, values: Values) -> list[str]:
    summons = _summons(subject, values)
    if summons is None or values.get("to"):
        return []
    if summons.next_call is None:
        return [subject.say(_END_OF_CHAIN)]
    return [
        subject.say(
            _NEXT_IS, who=wording.called_words(subject.hall, summons.next_call, subject.lang)
        )
    ]


def _arbiters(subject: Subject, _values: Values) -> list[Choice]:
    return [Choice(value=it, text=words.word(it, subject.lang)) for it in Arbiter]


def _its_arbiter(subject: Subject, values: Values) -> Arbiter:
    summons = _summons(subject, values)
    return (summons and summons.arbiter) or Arbiter.SUPERVISOR


_REFUSES: Final[Both] = ("{body} 拒哨：{reason}（{item}）", "{body} refuses: {reason} ({item})")
_RULE_BY: Final[Both] = ("须在 {at} 前裁定，{left}", "To be ruled on by {at}, {left}")
_BINDS: Final[Both] = (
    "裁定有约束力：裁定应到后，该单位在本案不得再拒哨。",
    "The ruling binds: a body that must come cannot refuse again on this case.",
)
_RULED_WITHIN: Final[Both] = ("须在 {limit}内裁定。", "It has to be ruled on within {limit}.")


def _arbitrating(subject: Subject, values: Values) -> list[str]:
    limit = wording.limit_words(str(subject.hall.limits.whistle_ruling), subject.lang)
    return [
        *_refusal(subject, values),
        *_precedents(subject, values),
        subject.say(_RULED_WITHIN, limit=limit),
    ]


_BEFORE: Final[Both] = (
    "先例 {at} {case}：{reason}（{item}），{end}",
    "Before, {at} {case}: {reason} ({item}), {end}",
)
_NOT_RULED: Final[Both] = ("未裁定", "never ruled on")
_HAD_TO_COME: Final[Both] = (
    "{arbiter}裁定应到：{ruling}",
    "{arbiter} ruled it must come: {ruling}",
)
_WAS_EXCUSED: Final[Both] = ("{arbiter}裁定免到：{ruling}", "{arbiter} excused it: {ruling}")
_NONE_BEFORE: Final[Both] = (
    "该单位对同类案件没有拒哨先例。",
    "The body has not refused a whistle of this class before.",
)
_SHOWN: Final = 3


def _asks_before(subject: Subject, values: Values) -> list[Question[Any]]:
    body = values.get("body")
    return [RefusalsBefore(whistle=subject.the_whistle.no, body=body)] if body else []


def _precedents(subject: Subject, values: Values) -> list[str]:
    """Say how earlier refusals of the body on the same class went, so that like is ruled alike."""
    asked = _asks_before(subject, values)
    found = subject.answers.get(asked[0]) if asked else None
    if found is None:
        return []  # the store has not answered yet
    if not found:
        return [subject.say(_NONE_BEFORE)]
    return [_precedent(subject, item) for item in found[:_SHOWN]]


def _precedent(subject: Subject, item: RefusalBefore) -> str:
    end = subject.say(_NOT_RULED)
    if item.upheld is not None:
        both = _HAD_TO_COME if item.upheld else _WAS_EXCUSED
        arbiter = words.word(item.arbiter or Arbiter.SUPERVISOR, subject.lang)
        end = subject.say(both, arbiter=arbiter, ruling=item.ruling[:80])
    return subject.say(
        _BEFORE,
        at=wording.local_time(item.at, subject.hall.zone, subject.now),
        case=item.case,
        reason=item.reason[:80],
        item=item.duty_item or "–",
        end=end,
    )


def _ruling(subject: Subject, values: Values) -> list[str]:
    summons = _summons(subject, values)
    lines = _refusal(subject, values)
    if summons is not None and summons.rule_by is not None:
        at = wording.local_time(summons.rule_by, subject.hall.zone, subject.now)
        left = wording.time_left(summons.rule_by, subject.now, subject.lang)
        lines.append(subject.say(_RULE_BY, at=at, left=left))
    return [*lines, *_precedents(subject, values), subject.say(_BINDS)]


def _refusal(subject: Subject, values: Values) -> list[str]:
    """Say what a body refuses for."""
    summons = _summons(subject, values)
    if summons is None or summons.refused_at is None:
        return []
    item = wording.duty_title(subject.hall, summons.duty_item, subject.lang)
    body = wording.body_name(subject.hall, summons.body, subject.lang)
    return [subject.say(_REFUSES, body=body, reason=summons.reason[:_QUOTED], item=item)]


_QUOTED: Final = 200

# -- ratings --

MARKS: Final[tuple[tuple[str, Both], ...]] = (
    ("response", ("响应", "Response")),
    ("attendance", ("到场", "Attendance")),
    ("solved", ("解决", "Solved")),
    ("attitude", ("态度", "Attitude")),
)
"""What a body is rated for, by the field of ``Marks``."""
_GRADES: Final[tuple[Both, ...]] = (
    ("1 差", "1 bad"),
    ("2 较差", "2 poor"),
    ("3 一般", "3 fair"),
    ("4 较好", "4 good"),
    ("5 好", "5 very good"),
)
_LOW: Final = 2  # marks up to this one want a reason


def _mark(key: str, label: Both, initial: Callable[[Subject, Values], Any] | None = None) -> Field:
    return Field(
        key=key,
        label=label,
        kind=Kind.PICK,
        required=must,
        choices=on_offer.said(*reversed(tuple(enumerate(_GRADES, start=1)))),
        initial=initial or fixed(None),
    )


def _given(key: str) -> Callable[[Subject, Values], Any]:
    def initial(subject: Subject, values: Values) -> Any:
        summons = _summons(subject, values)
        rating = summons.rating if summons else None
        return getattr(rating.marks, key) if rating else None

    return initial


def _words(label: Both) -> Field:
    return Field(key="words", label=label, kind=Kind.WORDS, required=must, most=2000)


def _has_low_mark(_subject: Subject, values: Values) -> bool:
    return any((values.get(key) or _LOW + 1) <= _LOW for key, _label in MARKS)


_CAME: Final[Both] = ("{at} 报到（时限 {limit}）", "came {at} (limit {limit})")
_NEVER_CAME: Final[Both] = ("没有报到（时限 {limit}）", "never came (limit {limit})")
_ANSWERED: Final[Both] = ("{at} 应哨（时限 {limit}）", "answered {at} (limit {limit})")
_NEVER_ANSWERED: Final[Both] = ("没有应哨（时限 {limit}）", "never answered (limit {limit})")
_ITS_RESULT: Final[Both] = ("处置情况：{words}", "Result: {words}")
_MAY_APPEAL: Final[Both] = (
    "评分会发给单位；单位可以答复，并可在 {limit}内申诉一次。",
    "The body is told, may answer, and may appeal once within {limit}.",
)


def _rating(subject: Subject, values: Values) -> list[str]:
    """Say what the record tells of a body, so that nobody has to rate from memory."""
    summons = _summons(subject, values)
    if summons is None:
        return []

    def at(instant: datetime) -> str:
        return wording.local_time(instant, subject.hall.zone, subject.now)

    told = []
    for done, limit, said, not_done in (
        (summons.answered_at, summons.answer_by, _ANSWERED, _NEVER_ANSWERED),
        (summons.reported_in_at, summons.report_in_by, _CAME, _NEVER_CAME),
    ):
        both = said if done else not_done
        told.append(subject.say(both, at=at(done) if done else "", limit=at(limit)))
    lines = [wording.SEPARATOR.join(told)]
    if summons.words:
        lines.append(subject.say(_ITS_RESULT, words=summons.words[:_QUOTED]))
    window = wording.limit_words(str(subject.hall.limits.rating_appeal), subject.lang)
    return [*lines, subject.say(_MAY_APPEAL, limit=window)]


def _rated(subject: Subject, values: Values) -> list[str]:
    summons = _summons(subject, values)
    if summons is None or summons.rating is None:
        return []
    return wording.rating_lines(summons.rating, subject.hall, subject.now, subject.lang)


_WHISTLE_FORMS: Final = (
    _CHOOSER,
    Form(
        id="on_behalf",
        command=c.OnBehalf,
        fields=(
            _of_body(*_SPOKEN),
            Field(
                key="status",
                label=("情况", "What it said"),
                kind=Kind.PICK,
                required=must,
                choices=_statuses,
                initial=_next_status,
            ),
            replace(WHO, initial=_known_contact),
            BY_WHICH,
            SAID,
            replace(
                _reason(("拒哨原因", "Why it refuses"), required=True),
                when=_is("status", "refused"),
            ),
            replace(DUTY, required=must, when=_is("status", "refused")),
        ),
    ),
    Form(
        id="urge_body",
        command=c.UrgeBody,
        fields=(_of_body(SummonsStep.URGE), _reason(("要说的话", "What to say"))),
    ),
    Form(
        id="escalate",
        command=c.Escalate,
        fields=(
            _of_body(SummonsStep.ESCALATE),
            Field(
                key="to",
                label=("升级至", "To whom"),
                required=_at_the_end_of_its_chain,
                hint=_NEXT_OF_CHAIN,
            ),
            _reason(),
        ),
        preview=_escalating,
    ),
    Form(
        id="arbitrate",
        command=c.Arbitrate,
        title=("提请裁定拒哨", "Take the refusal to arbitration"),
        fields=(
            _of_body(SummonsStep.ARBITRATE),
            Field(
                key="arbiter",
                label=("由谁裁定", "Who rules"),
                kind=Kind.PICK,
                required=must,
                choices=_arbiters,
                initial=fixed(Arbiter.SUPERVISOR),
            ),
            _reason(("提请理由", "Why it should come"), required=True),
        ),
        preview=_arbitrating,
        asks=_asks_before,
    ),
    Form(
        id="rule_summons",
        command=c.RuleSummons,
        fields=(
            _of_body(SummonsStep.UPHOLD, SummonsStep.EXCUSE),
            Field(
                key="arbiter",
                label=("裁定人", "Ruled by"),
                kind=Kind.PICK,
                required=must,
                choices=_arbiters,
                initial=_its_arbiter,
            ),
            Field(
                key="who",
                label=("县级经办人", "Who at the county"),
                required=must,
                when=_is("arbiter", Arbiter.COUNTY),
                hint=("姓名、职务", "Name and post"),
            ),
            Field(
                key="uphold",
                label=("裁定", "Ruling"),
                kind=Kind.PICK,
                required=must,
                choices=on_offer.said(
                    (True, ("应到：必须到场，重新计时", "It must come; a fresh clock")),
                    (False, ("免到：拒哨成立", "It is excused")),
                ),
            ),
            _reason(required=True),
        ),
        preview=_ruling,
        asks=_asks_before,
    ),
    Form(
        id="release",
        command=c.Release,
        fields=(
            _of_body(SummonsStep.RELEASE, everyone=True),
            Field(
                key="words",
                label=("处置情况", "What was done"),
                kind=Kind.WORDS,
                required=_unfinished_lead,
                most=2000,
            ),
        ),
        notice=_named(SummonsStep.RELEASE),
        preview=_releasing,
    ),
    Form(
        id="withdraw",
        command=c.Withdraw,
        danger=True,
        fields=(_of_body(SummonsStep.WITHDRAW, everyone=True), _reason()),
        notice=_named(SummonsStep.WITHDRAW),
    ),
    Form(
        id="explain_whistle",
        command=c.ExplainWhistle,
        fields=(_words(("吹哨理由", "Why it was blown")),),
    ),
    Form(
        id="rate",
        command=c.Rate,
        title=("给单位评分", "Rate a body"),
        fields=(
            _of_body(SummonsStep.RATE),
            *(_mark(key, label) for key, label in MARKS),
            Field(
                key="words",
                label=("评语", "Words"),
                kind=Kind.WORDS,
                required=_has_low_mark,
                hint=("打 1、2 分须写明原因", "Marks of 1 and 2 need a word"),
                most=2000,
            ),
        ),
        preview=_rating,
    ),
    *(
        Form(
            id=id_,
            command=command,
            fields=(_of_body(step), _words(label), WHO, BY_WHICH),
            preview=_rated,
        )
        for id_, command, step, label in (
            ("answer_rating", c.AnswerRating, SummonsStep.ANSWER_RATING, ("单位答复", "Answer")),
            ("appeal_rating", c.AppealRating, SummonsStep.APPEAL_RATING, ("申诉理由", "Appeal")),
        )
    ),
    Form(
        id="rule_rating",
        command=c.RuleRating,
        title=("裁定评分申诉", "Rule on an appeal against a rating"),
        send=("裁定", "Rule on the appeal"),
        fields=(
            _of_body(SummonsStep.RULE_RATING),
            Field(
                key="changes",
                label=("裁定", "Ruling"),
                kind=Kind.PICK,
                required=must,
                choices=on_offer.said(
                    ("keep", ("维持原评分", "The marks stand")),
                    ("change", ("改评", "Other marks take their place")),
                ),
                initial=fixed("keep"),
            ),
            *(
                replace(_mark(key, label, _given(key)), when=_is("changes", "change"))
                for key, label in MARKS
            ),
            _words(("裁定意见", "Why")),
        ),
        preview=_rated,
    ),
)
WHISTLE_FORMS: Final[Mapping[str, Form]] = {form.id: form for form in _WHISTLE_FORMS}
"""Every form about a whistle, by the id of its action."""

# -- a case out of a video alert --

_PRIORITY_URGENCY: Final[Mapping[int, Urgency]] = {
    1: Urgency.CRITICAL,
    2: Urgency.URGENT,
    3: Urgency.IMPORTANT,
    4: Urgency.NORMAL,
}


def _alert_urgency(subject: Subject, values: Values) -> Urgency:
    known = subject.hall.categories.get(values.get("category") or "")
    grades = [known.urgency] if known else []
    if subject.alert is not None:
        grades.append(_PRIORITY_URGENCY.get(subject.alert.priority, Urgency.NORMAL))
    return max(grades, key=lambda grade: grade.rank, default=Urgency.NORMAL)


PROMOTE: Final = Form(
    id="promote",
    command=c.Promote,
    fields=(
        replace(CATEGORY, initial=likely_category),
        replace(URGENCY, required=must, initial=_alert_urgency),
    ),
)
"""The form that makes a case of a video alert."""
