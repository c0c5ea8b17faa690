"""The forms about a whistle, by the action that opens them, and the one about a video alert."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from commandcenter.application import commands as c
from commandcenter.application.plans import whistle_plan
from commandcenter.domain.catalogue import Urgency, WhistleKind
from commandcenter.domain.timelimit import Limit
from commandcenter.domain.whistle import AT_THE_PLACE, Summons, SummonsState, SummonsStep
from ui import wording
from ui.forms import choices as on_offer
from ui.forms.case_forms import BY_WHICH, CATEGORY, DUTY, SAID, URGENCY, WHO
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
        every = [Choice(value="", text=subject.say(_EVERY))] if everyone and found else []
        return [*every, *found]

    return choices


_EVERY: Final[Both] = ("所有可以的单位", "All that can be")


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


def _first_body(subject: Subject, values: Values) -> str | None:
    bodies = values.get("bodies") or ()
    plan = whistle_plan(subject.hall, subject.the_case, subject.now)
    return plan.lead if plan.lead in bodies else next(iter(bodies), None)


def is_grave(kind: WhistleKind | None, bodies: int) -> bool:
    """Tell whether a whistle is blown only by holding the button for a second."""
    return kind is WhistleKind.EMERGENCY or bodies > MANY_BODIES


def _grave(_subject: Subject, values: Values) -> bool:
    return is_grave(values.get("kind"), len(values.get("bodies") or ()))


_CALLS: Final[Both] = (
    "召集 {count} 家：{bodies}；{answer} 前应哨，{report_in} 前报到",
    "Summons {count}: {bodies}; answer by {answer}, report in by {report_in}",
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
        found: Limit = getattr(subject.hall.limits, name)
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
            hint=("输入单位名称或级别筛选", "Type a name or a level"),
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
        Field(key="gear", label=("携带装备", "Gear to bring")),
        replace(DUTY, initial=_plan("duty_item")),
    ),
    preview=_calling,
    grave=_grave,
)

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
                required=must,
                hint=("上一级负责人姓名、职务", "Name and post of the next person up"),
            ),
            _reason(),
        ),
    ),
    Form(
        id="rule_summons",
        command=c.RuleSummons,
        fields=(
            _of_body(SummonsStep.UPHOLD, SummonsStep.EXCUSE),
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
        preview=_releasing,
    ),
    Form(
        id="withdraw",
        command=c.Withdraw,
        danger=True,
        fields=(_of_body(SummonsStep.WITHDRAW, everyone=True), _reason()),
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
    fields=(CATEGORY, replace(URGENCY, required=must, initial=_alert_urgency)),
)
"""The form that makes a case of a video alert."""
