"""The watch: raises every crossed timer once, also after a restart, and never all at once.

Nothing is remembered beyond what the store says: timers are computed from open work, a crossing is
noted in the store in the transaction that raises it, and what was crossed while nobody watched is
raised late and a few at a time, the longest overdue first.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from commandcenter.application import chains, closing, handling
from commandcenter.application.changes import Delta
from commandcenter.application.ports import Unit
from commandcenter.application.questions import Work
from commandcenter.application.turn import HALL, Turn
from commandcenter.domain.case import Case
from commandcenter.domain.hall import Hall, Limits
from commandcenter.domain.timers import (
    OF_BODY,
    Timer,
    TimerKind,
    call_timers,
    case_timers,
    whistle_timers,
)
from commandcenter.domain.whistle import SummonsStep, Whistle

LATE_AFTER: Final = timedelta(seconds=30)
"""A crossing raised later than that is marked 延迟执行."""
AT_ONCE: Final = 5
"""How many late crossings are raised in one look; the rest wait for the next, a second later."""
IN_TIME: Final = 50
"""How many crossings are raised in one look at most, those of just now included."""
FOLLOWED_UP_WITHIN: Final = timedelta(days=60)
"""What was closed longer ago is not looked through at a start for follow-ups nobody made."""
_LOOK: Final = 500

_MISSED: Final = {
    TimerKind.ANSWER: SummonsStep.MISS_ANSWER,
    TimerKind.REPORT_IN: SummonsStep.MISS_REPORT_IN,
    TimerKind.SUMMONS_RULING: SummonsStep.MISS_RULING,
}


@dataclass(slots=True)
class Watch:
    """What is running, by subject; kept by the waiting thread from each Delta."""

    limits: Limits
    _running: dict[str, tuple[Timer, ...]] = field(default_factory=dict)
    _heap: list[tuple[datetime, int, Timer]] = field(default_factory=list)
    _count: int = 0

    def begin(self, work: Work) -> None:
        """Take in everything open, and what is closed and still has a clock running."""
        closed = (*work.to_follow_up, *work.coming_back)
        self._take((*closed, *work.cases), work.whistles)

    def apply(self, delta: Delta) -> None:
        """Take in what a transaction changed."""
        self._take(delta.cases, delta.whistles)

    def due(self, at: datetime) -> list[Timer]:
        """Return timers that are crossed, the longest overdue first; each is returned once."""
        found: list[Timer] = []
        while self._heap and self._heap[0][0] <= at and len(found) < _LOOK:
            timer = heapq.heappop(self._heap)[2]
            if timer in self._running.get(timer.subject, ()):
                found.append(timer)
        return found

    def put_back(self, timers: Iterable[Timer]) -> None:
        """Take back what was not raised in this look."""
        for timer in timers:
            self._push(timer)

    def _take(self, cases: Iterable[Case], whistles: Iterable[Whistle]) -> None:
        for case in cases:
            self._set(case.no, case_timers(case, self.limits))
        for whistle in whistles:
            self._set(whistle.no, _of_whistle(whistle))

    def _set(self, subject: str, timers: tuple[Timer, ...]) -> None:
        before = self._running.get(subject, ())
        if timers:
            self._running[subject] = timers
        else:
            self._running.pop(subject, None)
        for timer in timers:
            if not timer.paused and timer not in before:
                self._push(timer)

    def _push(self, timer: Timer) -> None:
        self._count += 1  # so that two timers due at once are never compared
        heapq.heappush(self._heap, (timer.due_at, self._count, timer))


def raise_due(unit: Unit, hall: Hall, timers: Sequence[Timer]) -> Sequence[Timer]:
    """Raise the first few timers that were not raised before; return those left for later.

    What was just crossed does not wait for what was missed.
    """
    raised = late = 0
    left: list[Timer] = []
    for timer in timers:
        is_late = _is_late(unit, timer)
        if raised == IN_TIME or (is_late and late == AT_ONCE):
            left.append(timer)
        elif raise_timer(unit, hall, timer):
            raised += 1
            late += is_late
    return tuple(left)


def _is_late(unit: Unit, timer: Timer) -> bool:
    return unit.at - timer.due_at > LATE_AFTER


def raise_timer(unit: Unit, hall: Hall, timer: Timer) -> bool:
    """Note a crossing and do what follows; false when that was done, or the clock runs no more."""
    if timer not in _running(unit, hall, timer) or not unit.crossed(timer):
        return False
    turn = Turn(unit=unit, hall=hall, actor=HALL, at=unit.at)
    late = _is_late(unit, timer)
    if timer.kind in OF_BODY:
        _of_body(turn, timer, late)
    else:
        case = unit.case(timer.subject)
        if timer.kind is TimerKind.HOLD:
            case = handling.resumed(turn, case)
        elif timer.kind is TimerKind.REMAINDER:
            case = closing.came_back(turn, case)
        turn.note(
            case,
            "timer_crossed",
            timer=timer.kind,
            part=timer.part,
            due_at=timer.due_at,
            late=late,
        )
    return True


def _running(unit: Unit, hall: Hall, timer: Timer) -> tuple[Timer, ...]:
    """Return the clocks as they run in this transaction: much may have happened since the look."""
    if timer.kind in OF_BODY:
        return _of_whistle(unit.whistle(timer.subject))
    return case_timers(unit.case(timer.subject), hall.limits)


def _of_whistle(whistle: Whistle) -> tuple[Timer, ...]:
    return (*whistle_timers(whistle), *call_timers(whistle))


def _of_body(turn: Turn, timer: Timer, late: bool) -> None:
    whistle, said = turn.unit.whistle(timer.subject), {"due_at": timer.due_at, "late": late or None}
    if timer.kind is TimerKind.CALL:
        chains.call_next(turn, whistle, timer.part, **said)
    else:
        turn.summons(whistle, timer.part, _MISSED[timer.kind], **said)
