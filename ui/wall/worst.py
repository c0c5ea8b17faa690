"""Which open cases are the worst just now, without looking at all of them anew each second."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest
from math import inf
from operator import itemgetter

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
    """Keeps a clock for each open case; a batch costs by its size, a ranking one plain pass.

    The order is that of the queue: urgency, then over before near before calm, then the due
    instant. All critical cases are among the worst, however many are asked for.
    """

    def __init__(self, picture: Picture, limits: Limits) -> None:
        self._picture, self._limits = picture, limits
        self._timers: dict[str, Timer | None] = {}
        self._keys: dict[str, tuple[int, float, float]] = {}

    def begin(self) -> None:
        """Look at everything open."""
        self._timers.clear()
        self._keys.clear()
        self._look(self._picture.cases)

    def take_in(self, batch: Iterable[Delta]) -> None:
        """Look at what a batch changed."""
        for delta in batch:
            self._look(case.no for case in delta.cases)
            self._look(whistle.case for whistle in delta.whistles)

    def _look(self, numbers: Iterable[str]) -> None:
        for number in numbers:
            case = self._picture.cases.get(number)
            if case is None:
                self._timers.pop(number, None)
                self._keys.pop(number, None)
                continue
            timer = self._picture.timer(case, self._limits)
            near, due = (
                (timer.near_at.timestamp(), timer.due_at.timestamp()) if timer else (inf, inf)
            )
            self._timers[number], self._keys[number] = timer, (-case.urgency.rank, near, due)

    def worst(self, count: int, now: datetime) -> tuple[Bad, ...]:
        """Return at least ``count`` of the worst, as far as there are so many."""
        at, critical = now.timestamp(), -Urgency.CRITICAL.rank
        ranked = [
            ((rank, 0 if due <= at else 1 if near <= at else 2, due, number), number)
            for number, (rank, near, due) in self._keys.items()
        ]
        wanted = max(count, sum(rank == critical for rank, *_ in self._keys.values()))
        chosen = map(itemgetter(1), nsmallest(wanted, ranked))
        return tuple(
            Bad(case=self._picture.cases[number], timer=self._timers[number]) for number in chosen
        )
