"""Why a case is red: who has it since when, what comes next, and the words for the telephone."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from commandcenter.application.plans import standard
from commandcenter.domain import words
from commandcenter.domain.case import WITH_BODY, Case, State
from commandcenter.domain.catalogue import Admission
from commandcenter.domain.hall import Hall
from commandcenter.domain.timers import Phase, Timer
from ui import wording
from ui.wording import Both, phrase
from widgets.text_sheet import SheetWords

_HELD: Final[Both] = (
    "现由{holder}办理，自 {at} 起（已 {span}）",
    "With {holder} since {at} ({span})",
)
_RETURNED: Final[Both] = ("退回 {n} 次：{bodies}", "Returned {n}×, by {bodies}")
_NEXT: Final[Both] = ("下一步：{step}", "Next: {step}")
_STEPS: Final[Mapping[State, Both]] = {
    State.RECEIVED: ("受理或不予受理", "take it in or decline it"),
    State.VERIFYING: ("网格员反馈核实结论", "the grid worker gives the finding"),
    State.FILED: ("派单", "dispatch it"),
    State.DISPATCHED: ("承办单位签收", "the body accepts it"),
    State.ARBITRATING: ("值班长裁定由谁办理", "a supervisor rules whose it is"),
    State.ACCEPTED: ("承办单位开始处置", "the body starts handling"),
    State.HANDLING: ("承办单位上传结果", "the body hands in the result"),
    State.SUSPENDED: ("到期或提前恢复办理", "it is resumed, on its date or earlier"),
    State.RESULT_SUBMITTED: ("核查结果", "the result is checked"),
    State.CHECKING: ("结案或返工", "close it or order rework"),
    State.CLOSED: ("回访上报人", "follow up with the reporter"),
}
_AT_GATE: Final[Both] = ("值班长作职责准入", "a supervisor admits it or not")
_ANSWER_ORDER: Final[Both] = ("{body}回复督办", "{body} answers the order")


def standing(case: Case, hall: Hall, now: datetime, lang: str) -> list[str]:
    """Return who holds a case since when, how it came there, and what comes next."""
    return list(_standing(case, hall, now, lang))


def _standing(case: Case, hall: Hall, now: datetime, lang: str) -> Iterator[str]:
    yield phrase(_HELD, lang).format(
        holder=wording.holder_name(hall, case, lang),
        at=wording.local_time(case.since, hall.zone, now),
        span=wording.span(now - case.since, lang),
    )
    if case.hops:
        bodies = wording.body_names(hall, tuple(dict.fromkeys(case.returned_by)), lang)
        yield phrase(_RETURNED, lang).format(n=case.hops, bodies=bodies)
    if case.state is State.RECEIVED and case.admission is Admission.WAITING:
        yield phrase(_NEXT, lang).format(step=phrase(_AT_GATE, lang))
    elif case.state in _STEPS:
        yield phrase(_NEXT, lang).format(step=phrase(_STEPS[case.state], lang))
    for _, order in case.unanswered:
        body = wording.body_name(hall, order.body, lang)
        step = phrase(_ANSWER_ORDER, lang).format(body=body)
        yield phrase(_NEXT, lang).format(step=step)


TITLE: Final[Both] = ("电话催办稿", "Call sheet")
_ABOUT: Final[Both] = ("案卷 {no}　{title}", "Case {no}: {title}")
_CALL: Final[Both] = ("呼叫 {body}　电话 {phone}", "Call {body}, telephone {phone}")
_NO_PHONE: Final[Both] = ("（清单中没有电话）", "(none in the roster)")
_INSIDE: Final[Both] = (
    "现由本中心办理，无须外呼：请找 {holder}。",
    "The hall itself has it, no call is needed: turn to {holder}.",
)
_HELLO: Final[Both] = (
    "您好，这里是{hall}。向贵单位催办一件事：",
    "Hello, this is {hall}. I call about a matter that is with you:",
)
_WHAT: Final[Both] = ("“{title}”，地点在{place}。", '"{title}", at {place}.')
_SENT: Final[Both] = (
    "我中心 {at} 派给贵单位，时限 {limit}，应于 {due} 前办结。",
    "We gave it to you at {at}, with {limit}; due by {due}.",
)
_OVER: Final[Both] = ("{clock}已经超时 {span}。", "The {clock} limit is over by {span}.")
_LEFT: Final[Both] = ("{clock}还剩 {span}。", "{span} is left for {clock}.")
_ORDERED: Final[Both] = (
    "{at} 的{level}要求 {by} 前回复，还没有收到。",
    "The {level} of {at} wanted an answer by {by}; none has come.",
)
_RETURNED_OFTEN: Final[Both] = ("此件已退回 {n} 次。", "It has been returned {n} times.")
_EVIDENCE: Final[Both] = ("办结时请上传：{items}。", "With the result, please send: {items}.")
_ASK: Final[Both] = (
    "请告诉我：一、现在办到哪一步；二、为什么还没有办结；三、几点以前能办结。",
    "Please tell me: how far it is, why it is not done, and by when it will be.",
)
_REPLY_BY: Final[Both] = ("请在 {at} 前回复。谢谢。", "Please answer by {at}. Thank you.")
_NOTES: Final[Both] = (
    "接电话人：＿＿＿＿＿　时间：＿＿＿＿＿\n对方答复：＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿",
    "Spoke with: __________  at: __________\nAnswer: ______________________________",
)
_SHEET: Final[Mapping[str, Both]] = {
    "copy": ("复制", "Copy"),
    "print": ("打印  Ctrl+P", "Print  Ctrl+P"),
    "save": ("存为文件  Ctrl+S", "Keep as a file  Ctrl+S"),
    "leave": ("离开  Esc", "Leave  Esc"),
    "copied": ("已复制全文", "The whole text is copied"),
    "saved": ("已存为 {file}", "Kept as {file}"),
    "not_saved": (
        "没有存成 {file}：{reason}。请换一个位置。",
        "{file} was not written: {reason}. Choose another place.",
    ),
}


def sheet_words(lang: str) -> SheetWords:
    """Return what the parts of a sheet say in a language."""
    return SheetWords(**{name: phrase(both, lang) for name, both in _SHEET.items()})


_SOON: Final = timedelta(hours=1)


def call_sheet(case: Case, hall: Hall, timers: Sequence[Timer], now: datetime, lang: str) -> str:
    """Return what to say on the telephone to the body that has a case, with its number."""
    return "\n".join(_sheet(case, hall, timers, now, lang))


def _sheet(
    case: Case, hall: Hall, timers: Sequence[Timer], now: datetime, lang: str
) -> Iterator[str]:
    def say(both: Both, **facts: object) -> str:
        return phrase(both, lang).format(**facts)

    def at(instant: datetime) -> str:
        return wording.local_time(instant, hall.zone, now)

    title = words.case_title(case.title, lang)
    yield say(_ABOUT, no=case.no, title=title)
    if case.state not in WITH_BODY or case.body is None:
        yield say(_INSIDE, holder=wording.holder_name(hall, case, lang))
        yield from standing(case, hall, now, lang)
        return
    for code in dict.fromkeys((case.body, *(item.body for _, item in case.unanswered))):
        body = hall.bodies.get(code)
        phone = body.phone if body and body.phone else say(_NO_PHONE)
        yield say(_CALL, body=wording.body_name(hall, code, lang), phone=phone)
    yield ""
    yield say(_HELLO, hall=hall.name)
    yield say(_WHAT, title=title, place=wording.place_line(hall, case.place, lang))
    if case.dispatched_at is not None and case.due_at is not None:
        limit = wording.limit_words(case.limit, lang)
        yield say(_SENT, at=at(case.dispatched_at), limit=limit, due=at(case.due_at))
    for timer in sorted(timers, key=lambda it: it.due_at):
        if timer.paused:
            continue
        over = timer.phase(now) is Phase.OVER
        clock = wording.timer_name(timer, hall, lang)
        if over or timer.phase(now) is Phase.NEAR:
            length = wording.span(abs(now - timer.due_at), lang)
            yield say(_OVER if over else _LEFT, clock=clock, span=length)
    for _, order in case.unanswered:
        if order.reply_by is not None:
            level = words.word(order.level, lang)
            yield say(_ORDERED, at=at(order.at), level=level, by=at(order.reply_by))
    if case.hops:
        yield say(_RETURNED_OFTEN, n=case.hops)
    yield say(_ASK)
    rule = standard(hall, case)
    if rule is not None and rule.evidence:
        yield say(_EVIDENCE, items=wording.listed(rule.evidence, lang))
    yield say(_REPLY_BY, at=at(now + _SOON))
    yield ""
    yield say(_NOTES)
