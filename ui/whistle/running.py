"""Which whistle presses most, looked at anew only when one changed or a limit was crossed.

With 500 of them running, a second in which nothing is crossed costs one comparison.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from commandcenter.domain.timers import Phase, Timer
from commandcenter.domain.whistle import Summons, Whistle
from ui.whistle.standing import NOT_LATE, Clocks, all_clocks, pressing_clock, standing

_NEVER = datetime.max.replace(tzinfo=UTC)
Place = tuple[int, datetime, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressing:
    """One running whistle as it stands until ``until``.

    ``worst`` is the body that is late or has the clock that is due first, ``place`` its sort key,
    ``timer`` that clock, ``late`` how many bodies have missed a limit that still runs.
    """

    whistle: Whistle
    worst: Summons
    place: Place
    timer: Timer | None
    late: int
    until: datetime

    @property
    def order(self) -> tuple[Place, datetime, str]:
        """Sort key: that of the worst body, then the oldest whistle."""
        return self.place, self.whistle.blown_at, self.whistle.no


def pressing_of(whistle: Whistle, now: datetime) -> Pressing:
    """Return how a whistle presses at an instant."""
    running = all_clocks(whistle)
    place = {it.body: _place(whistle, it, now, running) for it in whistle.summons}
    worst = min(whistle.summons, key=lambda it: place[it.body])
    timers = [timer for clocks in running.values() for timer in clocks.values()]
    late = sum(
        any(timer.phase(now) is Phase.OVER for timer in clocks.values())
        for clocks in running.values()
    )
    turns = (at for timer in timers for at in (timer.near_at, timer.due_at) if at > now)
    return Pressing(
        whistle=whistle,
        worst=worst,
        place=place[worst.body],
        timer=pressing_clock(running[worst.body], now),
        late=late,
        until=min(turns, default=_NEVER),
    )


def _place(whistle: Whistle, summons: Summons, now: datetime, running: Clocks) -> Place:
    """Return the sort key of a body: the late ones, then whose clock is due first.

    Of a refusal that clock is the ruling's: however red it is, it hides no limit that ends before.
    """
    rank = standing(whistle, summons, now, running=running).rank
    timer = pressing_clock(running[summons.body], now)
    return min(rank, NOT_LATE), timer.due_at if timer else _NEVER, rank


class Running:
    """The running whistles in order; ``take`` and ``tick`` tell whether that has to be looked at.

    Every whistle has at least one body (``domain.whistle.blown``).
    """

    def __init__(self) -> None:
        self._held: dict[str, Pressing] = {}
        self._until = _NEVER

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, number: object) -> bool:
        return number in self._held

    def __getitem__(self, number: str) -> Pressing:
        return self._held[number]

    @property
    def order(self) -> tuple[str, ...]:
        """The numbers, the one that presses most first."""
        return tuple(sorted(self._held, key=lambda number: self._held[number].order))

    @property
    def whistles(self) -> Iterable[Whistle]:
        """All of them."""
        return (it.whistle for it in self._held.values())

    @property
    def late(self) -> int:
        """How many bodies have missed a limit that still runs."""
        return sum(it.late for it in self._held.values())

    def take(self, whistles: Mapping[str, Whistle], now: datetime) -> bool:
        """Take in what runs now; only what is another than before is looked at."""
        gone = self._held.keys() - whistles.keys()
        for number in gone:
            del self._held[number]
        fresh = [
            it for no, it in whistles.items() if no not in self._held or self[no].whistle is not it
        ]
        self._look(fresh, now)
        return bool(gone or fresh)

    def tick(self, now: datetime) -> bool:
        """Let the clock go on; false while nothing was crossed."""
        if now < self._until:
            return False
        self._look([it.whistle for it in self._held.values() if it.until <= now], now)
        return True

    def _look(self, whistles: Iterable[Whistle], now: datetime) -> None:
        for whistle in whistles:
            self._held[whistle.no] = pressing_of(whistle, now)
        self._until = min((it.until for it in self._held.values()), default=_NEVER)
