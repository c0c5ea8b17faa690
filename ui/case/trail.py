"""What a case has been through and what it waits for: hops, helpers, rulings, proof, questions."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from commandcenter.domain import words
from commandcenter.domain.case import State, Stay, Step
from commandcenter.domain.subtask import SubState, SubTask
from ui import wording
from ui.case.reading import Lines, Reading
from ui.wording import Both

_MOST: Final = 200

_DOUBT: Final[Both] = ("? {doubt}", "? {doubt}")
_WHO_ANSWERS: Final[Both] = (
    "请值班长用一句话答复，或重开；问题本身不是结论。",
    "A supervisor answers in a word, or reopens; a question is no verdict.",
)


def _doubts(of: Reading) -> Iterator[str]:
    for doubt in of.case.doubts:
        yield of.say(_DOUBT, doubt=words.word(doubt, of.lang))
    if of.case.doubts:
        yield of.say(_WHO_ANSWERS)


_REVIEW: Final[Both] = (
    "已重开 {n} 次，值班长写明复核意见后才能派单",
    "Reopened {n}×: a supervisor reviews it before it is dispatched",
)


def _review(of: Reading) -> Iterator[str]:
    if of.case.review_wanted:
        yield of.say(_REVIEW, n=of.case.reopen_count)


_LACKING: Final[Both] = ("! 缺 {items}", "! lacks {items}")
_TO_CLOSE: Final[Both] = (
    "补交、返工，或由值班长写明原因后结案",
    "Add it, order rework, or let a supervisor say why it closes",
)


def _lacking(of: Reading) -> Iterator[str]:
    if of.case.lacking and of.case.is_open:
        yield of.say(_LACKING, items=words.enumerated(of.case.lacking, of.lang))
        yield of.say(_TO_CLOSE)


_MARKS: Final = {
    SubState.DONE: "✓",
    SubState.RETURNED: "!",
    SubState.WAIVED: "－",
    SubState.RECALLED: "－",
}
_HELPER: Final[Both] = (
    "{mark} {body}  {state} · {at}",
    "{mark} {body}  {state} · {at}",
)
_LEAD_DONE: Final[Both] = (
    "牵头单位 {at} 已报完成，等协办：{bodies}",
    "The lead was done at {at}; waits for {bodies}",
)


def _helpers(of: Reading) -> Iterator[str]:
    case = of.case
    for task in case.sub_tasks:
        line = of.say(
            _HELPER,
            mark=_MARKS.get(task.state, "…"),
            body=wording.body_name(of.hall, task.body, of.lang),
            state=words.word(task.state, of.lang),
            at=of.at(task.since),
        )
        yield wording.SEPARATOR.join((line, *_said(of, task)))[:_MOST]
    if case.lead_word is not None:
        bodies = wording.body_names(of.hall, case.awaited, of.lang)
        yield of.say(_LEAD_DONE, at=of.at(case.lead_word.at), bodies=bodies)


def _said(of: Reading, task: SubTask) -> Iterator[str]:
    if task.state in {SubState.RETURNED, SubState.WAIVED} and task.reason:
        yield task.reason
        if task.state is SubState.RETURNED and task.duty_item:
            yield wording.duty_title(of.hall, task.duty_item, of.lang)
    elif task.words:
        yield task.words


_HOP: Final[Both] = (
    "{n}. {body}  {start} → {end}（耗工作时间 {lost}）{ended}",
    "{n}. {body}  {start} → {end} ({lost} of working time), {ended}",
)
_ENDED: Final[dict[Step, Both]] = {
    Step.RETURN: ("退回", "returned"),
    Step.HELP: ("只能配合", "can only help"),
    Step.DISPUTE: ("提请裁定", "taken to a ruling"),
    Step.RECALL: ("撤回", "recalled"),
}
_TOTAL: Final[Both] = ("合计 {n} 次，耗工作时间 {lost}", "{n}× in all, {lost} of working time")


def _hops(of: Reading) -> Iterator[str]:
    stays = of.case.stays
    for number, stay in enumerate(stays, start=1):
        yield from _hop(of, number, stay)
    if len(stays) > 1:
        lost = sum(stay.lost_seconds for stay in stays)
        yield of.say(_TOTAL, n=len(stays), lost=_span(of, lost))


def _hop(of: Reading, number: int, stay: Stay) -> Iterator[str]:
    yield of.say(
        _HOP,
        n=number,
        body=wording.body_name(of.hall, stay.body, of.lang),
        start=of.at(stay.start),
        end=of.at(stay.end),
        lost=_span(of, stay.lost_seconds),
        ended=of.say(_ENDED[stay.ended]),
    )
    why = (stay.reason, wording.duty_title(of.hall, stay.duty_item, of.lang))
    if any(why):
        yield "    " + wording.SEPARATOR.join(filter(None, why))[:_MOST]


def _span(of: Reading, seconds: int) -> str:
    return wording.span(timedelta(seconds=seconds), of.lang)


_RULING: Final[Both] = (
    "{at} {case} 裁定由{body}办理{county}：{reason}",
    "{at} {case}: {body} was to handle it{county}: {reason}",
)
_BY_COUNTY: Final[Both] = ("（县级）", " (county)")


def rulings(of: Reading) -> Iterator[str]:
    """Say what was decided on other cases of the class, while this one waits for a ruling."""
    if of.case.state is not State.ARBITRATING:
        return
    for ruling in of.rulings:
        yield of.say(
            _RULING,
            at=of.at(ruling.at),
            case=ruling.case,
            body=wording.body_name(of.hall, ruling.body, of.lang),
            county=of.say(_BY_COUNTY) if ruling.by_county else "",
            reason=ruling.reason[:_MOST],
        )


_REMAINS: Final[Both] = ("{words}", "{words}")
_COMES_BACK: Final[Both] = ("{at} 自动回到待派单", "Comes back to be dispatched on {at}")


def _remainder(of: Reading) -> Iterator[str]:
    case = of.case
    if case.remaining and (case.comes_back_at is not None or case.is_open):
        yield case.remaining[:_MOST]
    if case.comes_back_at is not None:
        yield of.say(_COMES_BACK, at=of.at(case.comes_back_at))


_CYCLE: Final[Both] = (
    "{n}. {body} · 派单 {sent} · 结果 {result} · 结案 {closed}{outcome}",
    "{n}. {body} · sent {sent} · result {result} · closed {closed}{outcome}",
)
_OUTCOME: Final[Both] = ("（{outcome}）", " ({outcome})")


def _cycles(of: Reading) -> Iterator[str]:
    for number, cycle in enumerate(of.case.cycles, start=1):
        outcome = words.word(cycle.outcome, of.lang) if cycle.outcome else ""
        yield of.say(
            _CYCLE,
            n=number,
            body=wording.body_name(of.hall, cycle.body, of.lang),
            sent=of.at(cycle.dispatched_at) if cycle.dispatched_at else "—",
            result=of.at(cycle.result_at) if cycle.result_at else "—",
            closed=of.at(cycle.closed_at),
            outcome=of.say(_OUTCOME, outcome=outcome) if outcome else "",
        )


_VISITED: Final[tuple[tuple[str, Both], ...]] = (
    ("contacted_at", ("联系 {at}", "reached {at}")),
    ("solved_at", ("说是否解决 {at}", "said if solved {at}")),
    ("satisfied_at", ("说是否满意 {at}", "said how satisfied {at}")),
)


def _visit(of: Reading) -> Iterator[str]:
    told = [(both, getattr(of.case, name)) for name, both in _VISITED]
    parts = [of.say(both, at=of.at(at)) for both, at in told if at is not None]
    if parts:
        yield wording.SEPARATOR.join(parts)


TRAIL: Final[Sequence[tuple[Both, Lines]]] = (
    (("待答复", "To answer"), _doubts),
    (("复核", "Review"), _review),
    (("缺少证据", "Not proved"), _lacking),
    (("裁定先例", "Rulings before"), rulings),
    (("余下事项", "What remains"), _remainder),
    (("协办任务", "Helpers"), _helpers),
    (("退派经过", "Hops"), _hops),
    (("往次办理", "Earlier rounds"), _cycles),
    (("回访时间", "Follow-up times"), _visit),
)
"""What is shown above the rows of a case; most cases have none of it."""


def trail(of: Reading) -> list[tuple[str, str]]:
    """Return name and words of everything the case has been through or waits for."""
    found = [(of.say(name), "\n".join(lines(of))) for name, lines in TRAIL]
    return [(name, text) for name, text in found if text]
