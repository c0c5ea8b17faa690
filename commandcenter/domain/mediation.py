"""三级联调: a dispute goes up the ladder village, township, county; each level's work is kept.

The limits of the levels add up to the whole (四级七天): a level is to be done by its own mark,
reckoned from the beginning. What a level leaves of its time goes to the next, what it overruns
is taken from the next, and the whole never moves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Fact, required_instant
from commandcenter.domain.timelimit import Deadline, Limit, LimitUnit, WorkCalendar


class Level(StrEnum):
    """The levels of the ladder, the lowest first."""

    VILLAGE = "village"
    TOWNSHIP = "township"
    COUNTY = "county"


class MediationEnd(StrEnum):
    """How a mediation ended; the words are those of the feed."""

    AGREED = "agreed"  # 调解成功
    FAILED = "failed"  # 调解不成: no level is left, the law is open to them
    WITHDRAWN = "withdrawn"  # 当事人撤回


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One level of the hall's ladder: its limit, and the body that mediates there.

    Without ``body`` the village's own is meant at the lowest level; above, one is chosen.
    """

    level: Level
    limit: Limit
    body: str | None = None


def _days(count: int) -> Limit:
    return Limit(count, LimitUnit.NATURAL_DAY)


BUILT_IN: Final = (
    Rung(level=Level.VILLAGE, limit=_days(2)),
    Rung(level=Level.TOWNSHIP, limit=_days(3)),
    Rung(level=Level.COUNTY, limit=_days(2)),
)
"""What holds where the hall pack has no ladder: seven days in all."""


def whole(rungs: Sequence[Rung]) -> Limit:
    """Return the limit of several rungs together.

    Raises:
        ValueError: they are not counted alike, so that no sum of them can be named, or are none.
    """
    kinds = {(it.limit.unit, it.limit.policy, it.limit.count_start_day) for it in rungs}
    if len(kinds) != 1:
        raise ValueError("the levels of a ladder are counted in one unit")
    first = rungs[0].limit
    total = sum(it.limit.amount for it in rungs)
    return Limit(total, first.unit, first.policy, first.count_start_day)


def marks(rungs: Sequence[Rung], calendar: WorkCalendar, start: datetime) -> list[Deadline]:
    """Return by when each level must be done, begun at an instant; the last is the whole."""
    return [calendar.deadline(start, whole(rungs[: at + 1])) for at in range(len(rungs))]


class Session(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One piece of a level's work: who mediated, and what came of it, in words."""

    at: datetime
    by: str
    words: str
    who: str = ""


class LevelWork(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What one level did: by when it had to, when it began and went up, and its sessions.

    ``gave_up_at`` is when the body there said that it cannot settle it.
    """

    level: Level
    due_at: datetime
    body: str = ""
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    sessions: tuple[Session, ...] = ()
    gave_up_at: datetime | None = None
    words: str = ""

    @property
    def is_late(self) -> bool:
        """Whether it was done after its mark."""
        return self.ended_at is not None and self.ended_at > self.due_at


class Mediation(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One way up the ladder: every level it may come to, those above still without a beginning."""

    begun_at: datetime
    by: str
    levels: tuple[LevelWork, ...]
    provisional: bool = False
    end: MediationEnd | None = None
    ended_at: datetime | None = None
    words: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.end is None

    @property
    def current(self) -> LevelWork:
        """The level that has it, or had it last."""
        return next(it for it in reversed(self.levels) if it.begun_at is not None)

    @property
    def above(self) -> LevelWork | None:
        """The level it would go up to."""
        return next((it for it in self.levels if it.begun_at is None), None)

    @property
    def due_at(self) -> datetime:
        """When the whole is up."""
        return self.levels[-1].due_at


def going_on(mediations: Sequence[Mediation]) -> Mediation | None:
    """Return the mediation of a case that goes on; there is at most one."""
    return next((it for it in mediations if it.is_open), None)


def check_end(mediation: Mediation, end: MediationEnd, case: str) -> None:
    """Let an end pass that the ladder allows: it fails only at its highest level.

    Raises:
        Refusal: a level above has not tried.
    """
    if end is MediationEnd.FAILED and (above := mediation.above) is not None:
        raise Refusal("mediation_goes_up", case=case, level=above.level)


Mediations = tuple[Mediation, ...]


def begun(mediations: Mediations, fact: Fact) -> Mediations:
    """Return the mediations of a case after a fact that began one."""
    data = fact.data
    levels = tuple(
        LevelWork(level=Level(it["level"]), due_at=required_instant(it["due_at"]))
        for it in data["levels"]
    )
    first = replace(levels[0], begun_at=fact.at, body=data.get("body", ""))
    made = Mediation(
        begun_at=fact.at,
        by=fact.actor,
        levels=(first, *levels[1:]),
        provisional=data.get("provisional", False),
    )
    return (*mediations, made)


def noted(mediations: Mediations, fact: Fact) -> Mediations:
    """Return the mediations after a fact that tells of a level's work."""
    return _last(mediations, _worked(mediations[-1], fact))


def raised(mediations: Mediations, fact: Fact) -> Mediations:
    """Return the mediations after a fact that took the dispute one level up."""
    mediation, data = mediations[-1], fact.data
    levels, above = _done(mediation, fact), mediation.above
    return _last(
        mediations,
        replace(
            mediation,
            levels=tuple(
                replace(it, begun_at=fact.at, body=data.get("body", ""))
                if above is not None and it.level is above.level
                else it
                for it in levels
            ),
        ),
    )


def ended(mediations: Mediations, fact: Fact) -> Mediations:
    """Return the mediations after a fact that ended one."""
    mediation, data = mediations[-1], fact.data
    return _last(
        mediations,
        replace(
            mediation,
            levels=_done(mediation, fact),
            end=MediationEnd(data["end"]),
            ended_at=fact.at,
            words=data.get("words", ""),
        ),
    )


def _last(mediations: Mediations, changed: Mediation) -> Mediations:
    return (*mediations[:-1], changed)


def _changed(mediation: Mediation, changes: Mapping[str, Any]) -> tuple[LevelWork, ...]:
    now = mediation.current
    return tuple(replace(it, **changes) if it.level is now.level else it for it in mediation.levels)


def _done(mediation: Mediation, fact: Fact) -> tuple[LevelWork, ...]:
    return _changed(mediation, {"ended_at": fact.at, "words": fact.data.get("words", "")})


def _worked(mediation: Mediation, fact: Fact) -> Mediation:
    data = fact.data
    session = Session(
        at=fact.at, by=fact.actor, words=data.get("words", ""), who=data.get("who", "")
    )
    changes: dict[str, Any] = {"sessions": (*mediation.current.sessions, session)}
    if data.get("gave_up"):
        changes["gave_up_at"] = fact.at
    return replace(mediation, levels=_changed(mediation, changes))
