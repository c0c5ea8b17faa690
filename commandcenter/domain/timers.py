"""The clocks that run on a case or a whistle, computed from stored instants alone (domain.md 4).

No timer lives in memory: whoever asks, on whichever seat, after whichever restart, gets the same
due instants. Limits that need the working calendar were reckoned when their step was taken and
are stored on the case; the continuous ones are reckoned here.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from commandcenter.domain.case import WITH_BODY, Case, State
from commandcenter.domain.hall import Limits
from commandcenter.domain.timelimit import Limit, LimitUnit, Pause
from commandcenter.domain.whistle import AWAITED, Summons, SummonsState, Whistle


class TimerKind(StrEnum):
    """What a clock measures."""

    CLAIM = "claim"  # 认领
    ACCEPT = "accept"  # 受理
    VERIFY = "verify"  # 核实
    DISPATCH = "dispatch"  # 派遣
    SIGN = "sign"  # 签收
    HANDLE = "handle"  # 处置
    MILESTONE = "milestone"  # 节点
    HOLD = "hold"  # 挂账
    DECIDE = "decide"  # 审批
    TOTAL = "total"  # 总时限
    CHECK = "check"  # 核查
    FOLLOW_UP = "follow_up"  # 回访
    RULING = "ruling"  # 裁定
    REMAINDER = "remainder"  # 余项
    ANSWER = "answer"  # 应哨
    REPORT_IN = "report_in"  # 报到
    ORDER_REPLY = "order_reply"  # 督办回复
    SUMMONS_RULING = "summons_ruling"  # 拒哨裁定
    CALL = "call"  # 逐级呼叫
    COUNTY_REPLY = "county_reply"  # 县级答复
    RECEIPT = "receipt"  # 移送回执
    MEDIATION = "mediation"  # 联调


class Phase(StrEnum):
    """How pressing a clock is: amber from 70 % of its span, red from 100 % (feature 37)."""

    CALM = "calm"
    NEAR = "near"
    OVER = "over"
    PAUSED = "paused"


NEAR_SHARE: Final = 0.7
OF_BODY: Final = frozenset(
    {TimerKind.ANSWER, TimerKind.REPORT_IN, TimerKind.SUMMONS_RULING, TimerKind.CALL}
)
"""The clocks of one summoned body: their ``part`` is its code."""


class Timer(Struct, frozen=True, kw_only=True, gc=False):
    """One running clock; ``subject`` is a case or a whistle, ``part`` its body or milestone.

    ``cycle`` tells the runs of the same clock apart (a second dispatch starts a new one), so that
    a crossing is raised once for each run. Instants are aware UTC.
    """

    kind: TimerKind
    subject: str
    part: str = ""
    cycle: int = 0
    start_at: datetime
    due_at: datetime
    paused: bool = False
    provisional: bool = False

    @property
    def near_at(self) -> datetime:
        """When it turns amber."""
        return self.start_at + (self.due_at - self.start_at) * NEAR_SHARE

    def phase(self, at: datetime) -> Phase:
        """Return how pressing it is at an instant."""
        if self.paused:
            return Phase.PAUSED
        if at >= self.due_at:
            return Phase.OVER
        return Phase.NEAR if at >= self.near_at else Phase.CALM


_SPAN: Final = {
    LimitUnit.URGENT_MINUTE: timedelta(minutes=1),
    LimitUnit.URGENT_HOUR: timedelta(hours=1),
}


def continuous(limit: Limit) -> timedelta:
    """Return the span of a limit that runs day and night.

    Raises:
        KeyError: the limit is one of working time or whole days.
    """
    return _SPAN[limit.unit] * limit.amount


def case_timers(case: Case, limits: Limits) -> tuple[Timer, ...]:
    """Return the clocks running on a case now."""
    running = _RUNNING.get(case.state)
    if running is None:
        return ()
    above = _above(case) if case.went_above else ()
    return (*running(case, limits), *above, *_over_all(case))


def body_timers(case: Case) -> tuple[Timer, ...]:
    """Return the clocks of the body that has a case, without those of anybody above it."""
    return tuple(_with_body(case)) if case.state in WITH_BODY else ()


def law_phase(case: Case, at: datetime) -> Phase:
    """Return how pressing the limit of the law is, which nothing pauses (domain.md 10, 15)."""
    if case.statutory_due_at is None or case.total_from is None or not case.is_open:
        return Phase.CALM
    start, due = case.total_from, case.statutory_due_at
    return _until(case, TimerKind.TOTAL, start, due).phase(at)


def whistle_timers(whistle: Whistle) -> tuple[Timer, ...]:
    """Return the clocks running on a whistle now, for each body: answer, then report in.

    Of one that refuses it is the clock of whoever has to rule on that.
    """
    if not whistle.is_open:
        return ()
    return tuple(timer for summons in whistle.summons for timer in _summons(whistle, summons))


def call_timers(whistle: Whistle) -> tuple[Timer, ...]:
    """Return for each body that has not answered when the next in its chain is called.

    No person is late when one is due: it is what the hall does by itself.
    """
    if not whistle.is_open:
        return ()
    return tuple(timer for summons in whistle.summons for timer in _next_call(whistle, summons))


def pressing(timers: Iterable[Timer]) -> Timer | None:
    """Return the clock a person should be shown first: the earliest due of those that run.

    The one over all is nobody's next step: it runs through holds that were granted.
    """
    first = None
    for timer in timers:  # ``min`` with a key takes twice the time, for every case there is
        if timer.paused or timer.kind is TimerKind.TOTAL:
            continue
        if first is None or timer.due_at < first.due_at:
            first = timer
    return first


def _received(case: Case, limits: Limits) -> Iterable[Timer]:
    if case.claimed_by is None:
        yield _timer(case, TimerKind.CLAIM, case.received_at, continuous(limits.claim))
    yield _accept(case, limits, paused=False)


def _accept(case: Case, limits: Limits, *, paused: bool) -> Timer:
    # it stands still while a grid worker verifies, and goes on from where it stood
    used = sum(map(_length, case.verify_pauses), timedelta())
    return _timer(
        case, TimerKind.ACCEPT, case.received_at, continuous(limits.accept) + used, paused=paused
    )


def _length(pause: Pause) -> timedelta:
    return timedelta() if pause.end is None else pause.end - pause.start


def _verifying(case: Case, limits: Limits) -> Iterable[Timer]:
    yield _accept(case, limits, paused=True)
    if case.verify_due_at is not None:
        yield _until(
            case, TimerKind.VERIFY, case.since, case.verify_due_at, cycle=len(case.verify_pauses)
        )


def _to_dispatch(case: Case, limits: Limits) -> Iterable[Timer]:
    yield _timer(case, TimerKind.DISPATCH, case.since, continuous(limits.dispatch))


def _arbitrating(case: Case, limits: Limits) -> Iterable[Timer]:
    if case.ruling_due_at is None:
        return _to_dispatch(case, limits)
    return (_until(case, TimerKind.RULING, case.since, case.ruling_due_at),)


def _with_body(case: Case, _limits: Limits | None = None) -> Iterable[Timer]:
    start, paused = case.clock_start, case.state is State.SUSPENDED
    if start is None or case.due_at is None:
        return
    if case.state is State.DISPATCHED and case.sign_due_at is not None:
        yield _until(case, TimerKind.SIGN, case.dispatched_at or start, case.sign_due_at)
    for stop in case.stops:
        if stop.done_at is None:
            yield _until(case, TimerKind.MILESTONE, start, stop.due_at, stop.name, paused=paused)
    yield _until(case, TimerKind.HANDLE, start, case.due_at, paused=paused)
    if paused and case.suspended_until is not None:
        yield _until(case, TimerKind.HOLD, case.since, case.suspended_until, cycle=case.holds)
    for number, order in case.unanswered:
        if order.reply_by is not None:
            yield _until(case, TimerKind.ORDER_REPLY, order.at, order.reply_by, cycle=number)
    if case.request is not None:
        asked = case.request.asked_at
        cycle = round(asked.timestamp())  # of several requests each has a clock of its own
        yield _until(case, TimerKind.DECIDE, asked, case.request.decide_by, cycle=cycle)


ABOVE: Final = frozenset({TimerKind.COUNTY_REPLY, TimerKind.RECEIPT, TimerKind.MEDIATION})
"""The clocks of what others than the case's own body owe; they run through every hold."""


def _above(case: Case) -> Iterable[Timer]:
    if not case.is_open:
        return
    for number, call in enumerate(case.calls):
        if call.is_awaited:
            kind, due = TimerKind.COUNTY_REPLY, call.reply_by
            yield _until(case, kind, call.at, due, call.body, cycle=number)
    for number, sent in enumerate(case.transfers):
        if sent.is_awaited:
            kind, due = TimerKind.RECEIPT, sent.receipt_by
            yield _until(case, kind, sent.at, due, sent.to, cycle=number)
    for number, climb in enumerate(case.mediations):
        level = climb.current
        if climb.is_open and level.begun_at is not None:
            yield _until(
                case, TimerKind.MEDIATION, level.begun_at, level.due_at, level.level, cycle=number
            )


def _over_all(case: Case) -> Iterable[Timer]:
    if case.total_from is not None and case.total_due_at is not None and case.is_open:
        start, due = case.total_from, case.total_due_at
        yield _until(case, TimerKind.TOTAL, start, due, cycle=case.reopen_count)


def _checked(case: Case, _limits: Limits) -> Iterable[Timer]:
    if case.result_at is not None and case.check_due_at is not None:
        yield _until(case, TimerKind.CHECK, case.result_at, case.check_due_at)


def visit_timer(case: Case) -> Timer | None:
    """Return the clock of the follow-up of a closed case that nobody has made."""
    if case.closed_at is None or case.follow_up_due_at is None or case.followed_up_at is not None:
        return None
    return _until(case, TimerKind.FOLLOW_UP, case.closed_at, case.follow_up_due_at)


def _closed(case: Case, _limits: Limits) -> Iterable[Timer]:
    if (visit := visit_timer(case)) is not None:
        yield visit
    if case.closed_at and case.comes_back_at:
        yield _until(
            case,
            TimerKind.REMAINDER,
            case.closed_at,
            case.comes_back_at,
            cycle=len(case.cycles),
        )


_RUNNING: Final[Mapping[State, Callable[[Case, Limits], Iterable[Timer]]]] = {
    State.RECEIVED: _received,
    State.VERIFYING: _verifying,
    State.FILED: _to_dispatch,
    State.ARBITRATING: _arbitrating,
    **dict.fromkeys(WITH_BODY, _with_body),
    State.RESULT_SUBMITTED: _checked,
    State.CHECKING: _checked,
    State.CLOSED: _closed,
}


def _timer(
    case: Case, kind: TimerKind, start: datetime, span: timedelta, *, paused: bool = False
) -> Timer:
    return _until(case, kind, start, start + span, paused=paused)


def _begun(case: Case) -> int:
    """Return how often the clocks of a case began anew; none of these numbers ever falls."""
    return case.dispatches + case.rework_count + case.holds + len(case.cycles)


def _until(
    case: Case,
    kind: TimerKind,
    start: datetime,
    due: datetime,
    part: str = "",
    *,
    paused: bool = False,
    cycle: int | None = None,
) -> Timer:
    return Timer(
        kind=kind,
        subject=case.no,
        part=part,
        cycle=_begun(case) if cycle is None else cycle,
        start_at=start,
        due_at=due,
        paused=paused,
        provisional=_provisional(case, kind),
    )


def _provisional(case: Case, kind: TimerKind) -> bool:
    if kind is TimerKind.TOTAL:
        return case.total_provisional
    if kind in _OF_STEP:
        return case.step_provisional
    return case.due_provisional and kind in _OF_HANDLING


_OF_STEP: Final = frozenset({TimerKind.SIGN, TimerKind.CHECK, TimerKind.FOLLOW_UP})
_OF_HANDLING: Final = frozenset({TimerKind.HANDLE, TimerKind.MILESTONE})


def _summons(whistle: Whistle, summons: Summons) -> Iterable[Timer]:
    if summons.state in {SummonsState.REFUSED, SummonsState.ARBITRATING}:
        if summons.rule_by is not None:
            yield Timer(
                kind=TimerKind.SUMMONS_RULING,
                subject=whistle.no,
                part=summons.body,
                cycle=round(summons.since.timestamp()),  # a second arbiter has a clock of his own
                start_at=summons.since,
                due_at=summons.rule_by,
            )
        return
    if summons.is_over:
        return
    if summons.answered_at is None:
        yield _of_body(whistle, summons, TimerKind.ANSWER, summons.answer_by)
    if summons.reported_in_at is None:
        yield _of_body(whistle, summons, TimerKind.REPORT_IN, summons.report_in_by)


def _next_call(whistle: Whistle, summons: Summons) -> Iterable[Timer]:
    call = summons.next_call
    if call is None or summons.state not in AWAITED:
        return
    before = summons.chain[summons.called - 1].at if summons.called else whistle.blown_at
    yield Timer(
        kind=TimerKind.CALL,
        subject=whistle.no,
        part=summons.body,
        cycle=summons.called,
        start_at=before,
        due_at=call.at,
    )


def _of_body(whistle: Whistle, summons: Summons, kind: TimerKind, due: datetime) -> Timer:
    # a body that refused and must come all the same has a fresh clock, from the ruling on
    again = summons.refused_at is not None
    return Timer(
        kind=kind,
        subject=whistle.no,
        part=summons.body,
        cycle=int(again),
        start_at=(again and summons.answered_at) or whistle.blown_at,
        due_at=due,
    )
