"""Which open cases are the worst just now, without looking at all of them anew each second."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest
from math import inf

from commandcenter.application.changes import Delta
from commandcenter.application.picture import Picture
from commandcenter.domain.case import Case
from commandcenter.domain.catalogue import Urgency
from commandcenter.domain.hall import Limits
from commandcenter.domain.timers import Timer


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """One of the worst: the case and the clock that makes it so."""

    case: Case
    timer: Timer | None


class Worst:
    """Keeps a clock for each open case; a batch costs by its size, a ranking by the grades needed.

    The order is that of the queue: urgency, then over before near before calm, then the due
    instant. All critical cases are among the worst, however many are asked for.
    """

    def __init__(self, picture: Picture, limits: Limits) -> None:
        self._picture, self._limits = picture, limits
        self._timers: dict[str, Timer | None] = {}
        self._grade: dict[str, Urgency] = {}
        self._clocks: dict[Urgency, dict[str, tuple[float, float]]] = {it: {} for it in Urgency}

    def begin(self) -> None:
        """Look at everything open."""
        self._timers.clear()
        self._grade.clear()
        for clocks in self._clocks.values():
            clocks.clear()
        self._look(self._picture.cases)

    def take_in(self, batch: Iterable[Delta]) -> None:
        """Look at what a batch changed."""
        for delta in batch:
            self._look(case.no for case in delta.cases)
            self._look(whistle.case for whistle in delta.whistles)

    def _look(self, numbers: Iterable[str]) -> None:
        for number in numbers:
            case = self._picture.cases.get(number)
            before = self._grade.pop(number, None)
            if before is not None:
                del self._clocks[before][number]
            if case is None:
                self._timers.pop(number, None)
                continue
            timer = self._picture.timer(case, self._limits)
            self._timers[number], self._grade[number] = timer, case.urgency
            self._clocks[case.urgency][number] = (
                (timer.near_at.timestamp(), timer.due_at.timestamp()) if timer else (inf, inf)
            )

    def late(self, now: datetime) -> int:
        """Return how many open cases have a clock that is over, of whatever grade."""
        at = now.timestamp()
        return sum(due <= at for clocks in self._clocks.values() for _near, due in clocks.values())

    def worst(self, count: int, now: datetime) -> tuple[Bad, ...]:
        """Return ``count`` of the worst, and all critical ones, as far as there are so many."""
        at, chosen = now.timestamp(), list[str]()
        for urgency in reversed(Urgency):
            clocks = self._clocks[urgency]
            wanted = len(clocks) if urgency is Urgency.CRITICAL else count - len(chosen)
            if wanted > 0:
                ranked = (
                    (0 if due <= at else 1 if near <= at else 2, due, number)
                    for number, (near, due) in clocks.items()
                )
                chosen += [number for *_, number in nsmallest(wanted, ranked)]
        return tuple(
            Bad(case=self._picture.cases[number], timer=self._timers[number]) for number in chosen
        )
