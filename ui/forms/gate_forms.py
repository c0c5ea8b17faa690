"""The forms of supervision, of the gate and of who reported, by the action that opens them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from commandcenter.application import commands as c
from commandcenter.domain import words
from commandcenter.domain.catalogue import DutyList
from commandcenter.domain.letter import drafted
from commandcenter.domain.report import Personal
from commandcenter.domain.supervision import SupervisionLevel
from ui import wording
from ui.forms import choices as on_offer
from ui.forms.case_forms import BY_WHICH, CASE_FORMS, DUTY, SAID, WHO
from ui.forms.field import Choice, Field, Form, Kind, Subject, Values, fixed, must
from ui.forms.level_forms import LEVEL_FORMS
from ui.wording import Both


def _those_who_have_it(subject: Subject, _values: Values) -> Sequence[Choice]:
    case, hall = subject.the_case, subject.hall
    codes = dict.fromkeys(filter(None, (case.body, *case.co_bodies)))
    return [Choice(value=code, text=wording.body_name(hall, code, subject.lang)) for code in codes]


def _those_who_owe(subject: Subject, values: Values) -> Sequence[Choice]:
    owing = {item.body for _, item in subject.the_case.unanswered}
    return [it for it in _those_who_have_it(subject, values) if it.value in owing]


def _first_who_owes(subject: Subject, values: Values) -> Any:
    return next((it.value for it in _those_who_owe(subject, values)), None)


def _lead(subject: Subject, _values: Values) -> str | None:
    return subject.the_case.body


def _answer_by(subject: Subject, values: Values) -> Any:
    if values.get("listed"):
        return subject.now.astimezone(subject.hall.zone).replace(
            hour=17, minute=0, second=0, microsecond=0
        ) + timedelta(days=3)
    return subject.hall.calendar.deadline(subject.now, subject.hall.limits.order_reply).due_at


_ORDER_GOES: Final[Both] = (
    "{body} 须在 {at} 前回复；逾期未回复转红，并进入值班长的待我办。",
    "{body} must answer by {at}; unanswered it turns red and comes to the supervisors.",
)
_EARLIER: Final[Both] = ("已{level} {count} 次", "{level}: {count} before")


def _ordering(subject: Subject, values: Values) -> list[str]:
    case = subject.the_case
    lines = []
    for level in SupervisionLevel:
        count = sum(item.level is level for item in case.supervisions)
        if count:
            lines.append(
                subject.say(
                    _EARLIER,
                    level=wording.headed(words.word(level, subject.lang)),
                    count=count,
                )
            )
    by, body = values.get("reply_by"), values.get("body")
    if by is not None and body:
        at = wording.local_time(by, subject.hall.zone, subject.now)
        name = wording.body_name(subject.hall, body, subject.lang)
        lines.append(subject.say(_ORDER_GOES, body=name, at=at))
    return lines


_GATE: Final[Both] = (
    "按清单不归本级：准予进入后按普通案卷办理，并列入月度「清单外任务」。",
    "No list makes it ours: once admitted it goes on like any case, and is on the monthly list.",
)
_SENT_BACK: Final[Both] = (
    "函告随答复发给 {body}，案卷列入月度「不属于本级」清单。",
    "The letter goes to {body} as the reply; the case stands on the monthly list.",
)


def _admitting(subject: Subject, _values: Values) -> list[str]:
    return [subject.say(_GATE)]


def _declining(subject: Subject, _values: Values) -> list[str]:
    case = subject.the_case
    body = wording.body_name(subject.hall, case.county_body, subject.lang)
    return [subject.say(_SENT_BACK, body=body)]


def _letter(subject: Subject, values: Values) -> str:
    reason = str(values.get("reason") or "").strip()
    return drafted(
        subject.hall,
        subject.the_case,
        on_offer.local_day(subject),
        reason=f"{reason.rstrip('。')}。" if reason else "",
        duty_item=values.get("duty_item") or None,
    )


_UNLISTED: Final[Both] = ("清单未列入，未经会商", "Not on the lists, and nothing was agreed")
_TAKEN_BACK: Final[Both] = ("属上级收回事项", "The county has taken this back")
_DECLINING_REASONS: Final[tuple[Both, ...]] = (
    _UNLISTED,
    _TAKEN_BACK,
    ("无相应执法权限", "The township has no power for it"),
)


def _why_not_ours(subject: Subject, values: Values) -> str:
    item = subject.hall.duties.get(values.get("duty_item") or subject.the_case.duty_item or "")
    taken_back = item is not None and item.list is DutyList.WITHDRAWN
    return (_TAKEN_BACK if taken_back else _UNLISTED)[0]


_ON_RECORD: Final[Both] = (
    "只显示这一项，30 秒后消失，画面带您的姓名、席位和时间水印；谁、何时、为什么看，记入案卷。",
    "It alone is shown, for 30 s, over your name, seat and the time; that you looked is recorded.",
)


def _personal(subject: Subject, _values: Values) -> Sequence[Choice]:
    return [Choice(value=it, text=words.word(it, subject.lang)) for it in Personal]


def _revealing(subject: Subject, _values: Values) -> list[str]:
    return [subject.say(_ON_RECORD)]


_GATE_FORMS: Final = (
    Form(
        id="supervise",
        command=c.Supervise,
        title=("督办", "Order an answer"),
        send=("下达督办", "Give the order"),
        fields=(
            Field(
                key="body",
                label=("督办单位", "Body"),
                kind=Kind.PICK,
                required=must,
                choices=_those_who_have_it,
                initial=_lead,
            ),
            Field(
                key="reason",
                label=("督办事由", "Why"),
                kind=Kind.WORDS,
                required=must,
                hint=("写明要求和依据", "What is demanded, and why"),
                most=2000,
            ),
            Field(
                key="listed",
                label=("挂牌督办（须写明回复期限）", "Listed (you set the date)"),
                kind=Kind.SWITCH,
            ),
            Field(
                key="reply_by",
                label=("回复期限", "Answer due"),
                kind=Kind.MOMENT,
                required=must,
                initial=_answer_by,
            ),
        ),
        preview=_ordering,
    ),
    Form(
        id="answer_order",
        command=c.AnswerOrder,
        title=("登记督办回复", "Note the answer to an order"),
        send=("登记", "Note it"),
        fields=(
            Field(
                key="body",
                label=("回复单位", "Body"),
                kind=Kind.PICK,
                required=must,
                choices=_those_who_owe,
                initial=_first_who_owes,
            ),
            WHO,
            BY_WHICH,
            SAID,
        ),
    ),
    Form(
        id="instruct",
        command=c.Instruct,
        title=("附领导批示", "Attach a leader's note"),
        send=("附上", "Attach"),
        fields=(
            Field(
                key="leader",
                label=("批示领导", "Leader"),
                hint=("姓名、职务", "Name and post"),
                most=50,
            ),
            Field(
                key="words",
                label=("批示内容", "The note"),
                kind=Kind.WORDS,
                required=must,
                most=2000,
            ),
            Field(
                key="tell_body",
                label=("同时转告承办单位", "Tell the body as well"),
                kind=Kind.SWITCH,
            ),
        ),
    ),
    Form(
        id="admit",
        command=c.Admit,
        title=("职责准入：准予进入", "Competence gate: admit"),
        send=("准予进入", "Admit"),
        fields=(
            Field(
                key="words",
                label=("会商意见", "What was agreed"),
                kind=Kind.WORDS,
                required=must,
                hint=(
                    "谁出人、出车、出钱，镇里做什么",
                    "Who gives what, and the township's part",
                ),
                most=2000,
            ),
            Field(key="consulted", label=("会商单位和人员", "Agreed with"), most=100),
            replace(DUTY, label=("对应清单事项", "Duty list item")),
        ),
        preview=_admitting,
    ),
    Form(
        id="decline",
        command=c.Decline,
        title=("职责准入：不予准入", "Competence gate: do not admit"),
        send=("退回并函告", "Send it back with the letter"),
        danger=True,
        fields=(
            Field(
                key="reason",
                label=("理由", "Reason"),
                kind=Kind.PICK,
                required=must,
                choices=on_offer.said(*((both[0], both) for both in _DECLINING_REASONS)),
                initial=_why_not_ours,
            ),
            replace(DUTY, label=("依据事项", "Duty list item")),
            Field(
                key="letter",
                label=("告知函", "Letter"),
                kind=Kind.WORDS,
                required=must,
                initial=_letter,
                lines=9,
                most=10_000,
            ),
        ),
        preview=_declining,
    ),
    Form(
        id="reveal",
        command=c.Reveal,
        title=("查看上报人一项信息", "See one thing about the reporter"),
        send=("查看 30 秒", "Show for 30 s"),
        fields=(
            Field(
                key="field",
                label=("查看", "What to see"),
                kind=Kind.PICK,
                required=must,
                choices=_personal,
                initial=fixed(Personal.PHONE),
            ),
            Field(
                key="reason",
                label=("理由", "Reason"),
                required=must,
                hint=("例如：回访、约现场、核实身份", "Such as: to call back, to meet on the spot"),
                most=2000,
            ),
        ),
        preview=_revealing,
    ),
)

FORMS: Final[Mapping[str, Form]] = {
    **CASE_FORMS,
    **{form.id: form for form in _GATE_FORMS},
    **LEVEL_FORMS,
}
"""Every form about a case: those of supervision, of the gate and of the levels among them."""
