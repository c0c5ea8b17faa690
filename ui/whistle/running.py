"""Which whistle presses most, looked at anew only when one changed or a limit was crossed.

With 500 of them running, a second in which nothing is crossed costs one comparison.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from commandcenter.domain.timers import Phase, Timer
from commandcenter.domain.whistle import Summons, Whistle
from ui.whistle.standing import Standing, all_clocks, pressing_clock, standing

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressing:
    """One running whistle as it stands until ``until``.

    ``worst`` is the body that stands worst, ``timer`` the clock that matters on that body, ``late``
    how many bodies have missed a limit that still runs.
    """

    whistle: Whistle
    worst: Summons
    rank: int
    timer: Timer | None
    late: int
    until: datetime

    @property
    def order(self) -> tuple[int, datetime, datetime, str]:
        """Sort key: how the worst body stands, then its limit, then the oldest whistle."""
        due = self.timer.due_at if self.timer else _NEVER
        return self.rank, due, self.whistle.blown_at, self.whistle.no


def pressing_of(whistle: Whistle, now: datetime) -> Pressing:
    """Return how a whistle presses at an instant."""
    running = all_clocks(whistle)
    found = [(standing(whistle, it, now, running=running), it) for it in whistle.summons]
    clock = {body: pressing_clock(own, now) for body, own in running.items()}

    def place(pair: tuple[Standing, Summons]) -> tuple[int, datetime]:
        own = clock[pair[1].body]
        return pair[0].rank, own.due_at if own else _NEVER

    worst = min(found, key=place)
    timers = [timer for clocks in running.values() for timer in clocks.values()]
    late = sum(
        any(timer.phase(now) is Phase.OVER for timer in clocks.values())
        for clocks in running.values()
    )
    turns = (at for timer in timers for at in (timer.near_at, timer.due_at) if at > now)
    return Pressing(
        whistle=whistle,
        worst=worst[1],
        rank=worst[0].rank,
        timer=clock[worst[1].body],
        late=late,
        until=min(turns, default=_NEVER),
    )


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
