"""The forms about helpers, proof, closing and what a closing leaves open."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from commandcenter.application import commands as c
from commandcenter.application.messages import AttachmentKind
from commandcenter.application.plans import standard
from commandcenter.application.questions import Precedents, Question
from commandcenter.domain import words
from commandcenter.domain.case import SUPERVISORS, Case, Outcome
from commandcenter.domain.subtask import SUB_LOOP, SubState, SubStep
from ui import wording
from ui.forms import choices as on_offer
from ui.forms.field import Choice, Field, Form, Kind, Subject, Values, fixed, must
from ui.wording import Both

# -- helpers --


def _awaited(subject: Subject, _values: Values) -> list[Choice]:
    case, hall, lang = subject.the_case, subject.hall, subject.lang
    parts = (it for it in case.sub_tasks if not it.is_settled)
    return [
        Choice(
            value=it.body,
            text=wording.body_name(hall, it.body, lang),
            detail=words.word(it.state, lang),
        )
        for it in parts
    ]


def _first(choices: Any) -> Any:
    def initial(subject: Subject, values: Values) -> Any:
        found = choices(subject, values)
        return found[0].value if len(found) == 1 else None

    return initial


def _words_of_helper(subject: Subject, values: Values) -> list[Choice]:
    task = subject.the_case.sub_task(values.get("body"))
    if task is None:
        return []
    return [
        Choice(value=step.value, text=words.word(step, subject.lang))
        for step in (SubStep.ACCEPT, SubStep.START, SubStep.FINISH, SubStep.RETURN)
        if (task.state, step) in SUB_LOOP
    ]


def _gives_back(_subject: Subject, values: Values) -> bool:
    return values.get("status") == SubStep.RETURN


def _finishes(_subject: Subject, values: Values) -> bool:
    return values.get("status") == SubStep.FINISH


def _done_helpers(subject: Subject, _values: Values) -> list[Choice]:
    done = (it for it in subject.the_case.sub_tasks if it.state is SubState.DONE)
    names = ((it.body, wording.body_name(subject.hall, it.body, subject.lang)) for it in done)
    return [Choice(value=body, text=name) for body, name in names]


def _has_done_helpers(subject: Subject, values: Values) -> bool:
    return bool(_done_helpers(subject, values))


_HELPER: Final = Field(
    key="body",
    label=("协办单位", "Helping body"),
    kind=Kind.PICK,
    required=must,
    choices=_awaited,
    initial=_first(_awaited),
)
_WAITS: Final[Both] = (
    "牵头单位已报完成：这是最后一个，免除后结果即上传。",
    "The lead is done and waits for this one alone: its result then stands.",
)
_NO_WORD: Final[Both] = (
    "免除后牵头单位的结果不再等它；原因记入经过。",
    "The lead's result no longer waits for it; your reason is kept.",
)
_NEW_HELPER: Final[Both] = (
    "单独发给该单位一份，牵头单位的结果要等它完成。",
    "It gets a copy of its own, and the lead's result waits until it is done.",
)


def _waiving(subject: Subject, _values: Values) -> list[str]:
    case = subject.the_case
    last = case.lead_word is not None and len(case.awaited) == 1
    return [subject.say(_WAITS if last else _NO_WORD)]


def _adding(subject: Subject, _values: Values) -> list[str]:
    return [subject.say(_NEW_HELPER)]


def help_forms(who: Field, by_which: Field, duty: Field) -> tuple[Form, ...]:
    """Return the forms about helping bodies; who spoke and how is asked as everywhere else."""
    return (
        Form(
            id="co_dispatch",
            command=c.CoDispatch,
            fields=(
                Field(
                    key="body",
                    label=("协办单位", "Helping body"),
                    kind=Kind.PICK,
                    required=must,
                    choices=on_offer.bodies,
                    hint=("输入单位名称查找", "Type the name of a body"),
                ),
                Field(key="message", label=("交办意见", "Message"), kind=Kind.WORDS, most=2000),
            ),
            preview=_adding,
        ),
        Form(
            id="report_helper",
            command=c.Report,
            title=("代报协办进展", "Report for a helper"),
            fields=(
                _HELPER,
                Field(
                    key="status",
                    label=("进展", "Progress"),
                    kind=Kind.PICK,
                    required=must,
                    choices=_words_of_helper,
                ),
                who,
                by_which,
                Field(
                    key="words",
                    label=("原话", "What was said"),
                    kind=Kind.WORDS,
                    required=_finishes,
                    most=2000,
                ),
                Field(
                    key="reason",
                    label=("退回原因", "Reason for the return"),
                    kind=Kind.WORDS,
                    required=must,
                    when=_gives_back,
                    most=2000,
                ),
                Field(
                    key="duty_item",
                    label=duty.label,
                    kind=duty.kind,
                    required=must,
                    when=_gives_back,
                    choices=duty.choices,
                    hint=duty.hint,
                ),
            ),
        ),
        Form(
            id="waive",
            command=c.Waive,
            fields=(
                _HELPER,
                Field(
                    key="reason",
                    label=("原因", "Reason"),
                    kind=Kind.WORDS,
                    required=must,
                    most=2000,
                ),
            ),
            preview=_waiving,
        ),
    )


# -- rulings and reviews --

_RULING: Final[Both] = (
    "先例 {at} {case}：{body}{county}，{reason}",
    "Before, {at} {case}: {body}{county}, {reason}",
)
_COUNTY: Final[Both] = ("（县级）", " (county)")
_NO_RULING: Final[Both] = ("同类没有裁定先例。", "Nothing was ruled on this class before.")
_BINDING: Final[Both] = (
    "裁定后该单位不得再退回。",
    "The body named cannot return it again.",
)
_SHOWN: Final = 3


def _before(subject: Subject) -> Precedents:
    return Precedents(case=subject.the_case.no)


def precedents_asked(subject: Subject, _values: Values) -> list[Question[Any]]:
    """Return what a ruling asks the store: what was ruled before."""
    return [_before(subject)]


def precedents(subject: Subject) -> Iterator[str]:
    """Say what was ruled on other cases of the class, so that like cases are ruled alike."""
    yield subject.say(_BINDING)
    found = subject.answers.get(_before(subject))
    if found is None:
        return  # the store has not answered yet
    if not found:
        yield subject.say(_NO_RULING)
    for ruling in found[:_SHOWN]:
        yield subject.say(
            _RULING,
            at=wording.local_time(ruling.at, subject.hall.zone, subject.now),
            case=ruling.case,
            body=wording.body_name(subject.hall, ruling.body, subject.lang),
            county=subject.say(_COUNTY) if ruling.by_county else "",
            reason=ruling.reason[:80],
        )


def _wants_review(subject: Subject, _values: Values) -> bool:
    return subject.the_case.review_wanted


REVIEW: Final = Field(
    key="review",
    label=("复核意见", "Review"),
    kind=Kind.WORDS,
    required=must,
    when=_wants_review,
    hint=("为什么反复，这次怎么根治", "Why it keeps coming back, and what will end it"),
    most=2000,
)

# -- rework, proof, closing --

_REASON_WRONG: Final = Field(
    key="reason", label=("原因", "Reason"), kind=Kind.WORDS, required=must, most=2000
)
_KEPT: Final[Both] = (
    "原有证据保留；这是第 {n} 次返工。",
    "The evidence stays; this is rework number {n}.",
)


def _reworking(subject: Subject, _values: Values) -> list[str]:
    return [subject.say(_KEPT, n=subject.the_case.rework_count + 1)]


REWORK: Final = Form(
    id="rework",
    command=c.Rework,
    fields=(
        _REASON_WRONG,
        Field(
            key="co_bodies",
            label=("协办单位也返工", "Helpers to do it again"),
            kind=Kind.MANY,
            choices=_done_helpers,
            when=_has_done_helpers,
        ),
    ),
    preview=_reworking,
)


def _shown_kinds(subject: Subject, _values: Values) -> list[Choice]:
    rule = standard(subject.hall, subject.the_case)
    wanted = dict.fromkeys((*subject.the_case.lacking, *(rule.evidence if rule else ())))
    others = [subject.say(both) for both in _OTHERS]
    return [Choice(value=it, text=it) for it in dict.fromkeys((*wanted, *others))]


_OTHERS: Final[tuple[Both, ...]] = (
    ("近景", "Near view"),
    ("远景", "Far view"),
    ("现场照片", "Picture of the place"),
    ("其他", "Something else"),
)
_BY_ADDRESS: Final[Both] = (
    "只登记地址和校验值，文件留在原处。",
    "Only where it lies and its hash are kept; the file stays where it is.",
)


def _where_it_lies(subject: Subject, _values: Values) -> list[str]:
    return [subject.say(_BY_ADDRESS)]


def _next_lacking(subject: Subject, _values: Values) -> str | None:
    return next(iter(subject.the_case.lacking), None)


ADD_EVIDENCE: Final = Form(
    id="add_evidence",
    command=c.AddEvidence,
    fields=(
        Field(
            key="shows",
            label=("证明什么", "What it shows"),
            kind=Kind.PICK,
            required=must,
            choices=_shown_kinds,
            initial=_next_lacking,
        ),
        Field(
            key="url",
            label=("文件地址", "Where it lies"),
            required=must,
            hint=("共享目录或网址", "A shared folder or a web address"),
            most=2048,
        ),
        Field(
            key="kind",
            label=("类型", "Kind"),
            kind=Kind.PICK,
            required=must,
            choices=on_offer.said(
                (AttachmentKind.IMAGE, ("图片", "Picture")),
                (AttachmentKind.VIDEO, ("视频", "Film")),
                (AttachmentKind.AUDIO, ("录音", "Sound")),
                (AttachmentKind.FILE, ("文件", "File")),
            ),
            initial=fixed(AttachmentKind.IMAGE),
        ),
        Field(key="taken_at", label=("拍摄时间", "Taken at"), kind=Kind.MOMENT),
        Field(key="sha256", label=("校验值", "Hash"), most=64),
    ),
    preview=_where_it_lies,
)

_LACKS: Final[Both] = ("缺少证据：{items}。", "Not proved: {items}.")
_SUPERVISOR_SAYS: Final[Both] = (
    "须由值班长写明原因结案；或返工、补交证据。",
    "A supervisor says why it closes all the same; or order rework, or add evidence.",
)
_ASKED_LATER: Final[Both] = (
    "没有联系上报人：结案后会列入核对清单。",
    "The reporter was not contacted: the closing will be asked about.",
)
_BACK: Final[Both] = (
    "到期自动回到待派单，不算重开。",
    "It comes back to be dispatched by itself, and counts as no reopening.",
)


def _is_proved(values: Values) -> bool:
    return values.get("outcome") in {Outcome.SOLVED, Outcome.PARTIAL}


def _must_say_why(subject: Subject, values: Values) -> bool:
    return bool(subject.the_case.lacking) and _is_proved(values)


def _may_say_why(subject: Subject, values: Values) -> bool:
    by = subject.operator
    return _must_say_why(subject, values) and by is not None and by.role in SUPERVISORS


def _is_partial(_subject: Subject, values: Values) -> bool:
    return values.get("outcome") == Outcome.PARTIAL


def _in_a_week(subject: Subject, _values: Values) -> datetime:
    local = subject.now.astimezone(subject.hall.zone) + timedelta(days=7)
    return local.replace(hour=9, minute=0, second=0, microsecond=0)


_REPLIES: Final[Mapping[Outcome, str]] = {  # for the people of the place, as the letter is
    Outcome.SOLVED: "您反映的问题已处理完毕，感谢您的监督。",
    Outcome.PARTIAL: "您反映的问题已部分解决，剩余部分将继续跟进。",
    Outcome.EXPLAINED: "您反映的问题已现场向您解释说明。",
    Outcome.NOT_SUBSTANTIATED: "经核查，未发现您反映的情况。",
    Outcome.WITHDRAWN: "您已撤回反映，本件办结。",
}


def _outcomes(subject: Subject, values: Values) -> list[Choice]:
    every = on_offer.members(Outcome)(subject, values)
    return [it for it in every if it.value not in {Outcome.FORCED, Outcome.TRANSFERRED}]


def waiting(case: Case) -> int:
    """Return how many wait to hear how a case ends: who reported it, or what is merged into it."""
    return len(case.children) + (case.source_no is not None or case.requires_reply)


def _usual_reply(subject: Subject, values: Values) -> str:
    """Return the words in which an outcome is usually told to a reporter, if one waits."""
    if not any(map(waiting, subject.cases or (subject.the_case,))):
        return ""
    return _REPLIES.get(values.get("outcome") or Outcome.FORCED, "")


def wants_reply(subject: Subject, _values: Values) -> bool:
    """Tell whether somebody waits to hear how the case ended."""
    return subject.the_case.requires_reply


OUTCOME: Final = Field(
    key="outcome",
    label=("结案方式", "Outcome"),
    kind=Kind.PICK,
    required=must,
    choices=_outcomes,
    initial=fixed(Outcome.SOLVED),
)
REPLY: Final = Field(
    key="reply",
    label=("答复上报人", "Reply to the reporter"),
    kind=Kind.WORDS,
    initial=_usual_reply,
    most=2000,
)
FOUND: Final = Field(
    key="words", label=("核查说明", "What the check found"), kind=Kind.WORDS, most=2000
)
CONTACTED: Final = Field(
    key="contacted", label=("已联系上报人", "The reporter was contacted"), kind=Kind.SWITCH
)
CLOSING: Final = (
    CONTACTED,
    Field(
        key="remaining",
        label=("余下事项", "What remains"),
        kind=Kind.WORDS,
        required=must,
        when=_is_partial,
        hint=("还要做什么、由谁做", "What has still to be done, and by whom"),
        most=2000,
    ),
    Field(
        key="comes_back_at",
        label=("办理日期", "Comes back on"),
        kind=Kind.MOMENT,
        required=must,
        when=_is_partial,
        initial=_in_a_week,
    ),
    Field(
        key="reason",
        label=("缺证据原因", "Why unproved"),
        kind=Kind.WORDS,
        required=must,
        when=_may_say_why,
        most=2000,
    ),
)
"""What a closing asks beside its outcome, its reply and what the check has found."""


def closing(subject: Subject, values: Values) -> Iterator[str]:
    """Say what stands against closing now, and what would be asked about afterwards."""
    if _must_say_why(subject, values):
        yield subject.say(_LACKS, items=words.enumerated(subject.the_case.lacking, subject.lang))
        if not _may_say_why(subject, values):
            yield subject.say(_SUPERVISOR_SAYS)
    if not values.get("contacted") and subject.the_case.requires_reply:
        yield subject.say(_ASKED_LATER)
    if _is_partial(subject, values):
        yield subject.say(_BACK)


# -- what a closing leaves open --

_QUESTION: Final[Both] = ("? {doubt}", "? {doubt}")
_NO_PENALTY: Final[Both] = (
    "答复记入经过，不会自动扣分；确有问题请重开。",
    "The answer is kept and costs nobody anything by itself; reopen what is wrong.",
)


def _questions(subject: Subject, _values: Values) -> list[str]:
    asked = (words.word(it, subject.lang) for it in subject.the_case.doubts)
    return [*(subject.say(_QUESTION, doubt=it) for it in asked), subject.say(_NO_PENALTY)]


ANSWER_DOUBTS: Final = Form(
    id="answer_doubts",
    command=c.AnswerDoubts,
    fields=(
        Field(key="words", label=("答复", "Answer"), kind=Kind.WORDS, required=must, most=2000),
    ),
    preview=_questions,
)


def _was_reached(_subject: Subject, values: Values) -> bool:
    return values.get("contacted") is True


def _knows(key: str) -> Any:
    def when(subject: Subject, values: Values) -> bool:
        return _was_reached(subject, values) and values.get(key) is not None

    return when


_IF_EARLIER: Final[Both] = ("不填即现在", "Left empty: now")
VISIT: Final = (
    Field(
        key="contacted_at",
        label=("联系时间", "Reached at"),
        kind=Kind.MOMENT,
        when=_was_reached,
        hint=_IF_EARLIER,
    ),
    Field(
        key="solved_at",
        label=("反馈是否解决的时间", "Said if solved at"),
        kind=Kind.MOMENT,
        when=_knows("solved"),
        hint=_IF_EARLIER,
    ),
    Field(
        key="satisfied_at",
        label=("反馈满意度的时间", "Said how satisfied at"),
        kind=Kind.MOMENT,
        when=_knows("satisfied"),
        hint=_IF_EARLIER,
    ),
    Field(key="met_at", label=("见面地点", "Where you met"), when=_was_reached, most=200),
)
"""When and where the reporter said what he said; the three rates are reckoned, never typed."""

_OFFERED: Final[Both] = (
    "未解决的会列入核对清单，接着可以重开。",
    "What is not solved goes on the list of questions; reopening is offered next.",
)


def visiting(subject: Subject, values: Values) -> Sequence[str]:
    """Say what follows from what the reporter says."""
    return [subject.say(_OFFERED)] if values.get("solved") is False else []
