"""Time limits, the working calendar they run on, and why a deadline falls when it falls."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Self


class LimitUnit(StrEnum):
    """What a limit is counted in."""

    URGENT_MINUTE = "urgent_minute"  # continuous, nights and holidays included
    URGENT_HOUR = "urgent_hour"  # 紧急工作时, continuous
    WORK_HOUR = "work_hour"  # 工作时
    WORK_DAY = "work_day"  # 工作日
    NATURAL_DAY = "natural_day"  # 自然日, to the end of the last day


class DayPolicy(StrEnum):
    """How a working day is reckoned."""

    HOURS8 = "hours8"  # a day is eight working hours
    NEXT_DAY = "next_day"  # days are counted whole; due at the end of the last


@dataclass(frozen=True, slots=True)
class Limit:
    """A span in which something must be done."""

    amount: int | float
    unit: LimitUnit
    policy: DayPolicy = DayPolicy.HOURS8
    count_start_day: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``8 urgent_hour``."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step on the way that has a limit of its own, such as 围护."""

    name: str
    limit: Limit


def parse_milestones(text: str) -> tuple[Milestone, ...]:
    """Read ``围护=3 urgent_hour;修复=8 urgent_hour``."""
    raise NotImplementedError


class YearStatus(StrEnum):
    """Whether the holiday notice of a year is out."""

    OFFICIAL = "official"
    PROVISIONAL = "provisional"  # 暂定


WorkHours = tuple[tuple[time, time], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonHours:
    """Other working hours from ``first`` to ``last`` (both included): a summer, a half day."""

    first: date
    last: date
    work_hours: WorkHours


DEFAULT_WORK_HOURS: WorkHours = ((time(8), time(12)), (time(14), time(18)))


@dataclass(frozen=True, slots=True, kw_only=True)
class YearPlan:
    """The working days of one year as its notice has them."""

    year: int
    status: YearStatus
    holidays: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()
    work_hours: WorkHours = DEFAULT_WORK_HOURS
    seasons: tuple[SeasonHours, ...] = ()


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which the clock stood still (挂账); without ``end`` it still does."""

    start: datetime
    end: datetime | None = None


class WhyKind(StrEnum):
    """What a line of the explanation of a deadline is about."""

    START = "start"
    SKIPPED_DAY = "skipped_day"
    MAKE_UP_DAY = "make_up_day"
    PAUSE = "pause"
    PROVISIONAL_YEAR = "provisional_year"
    DUE = "due"


class WhyDetail(StrEnum):
    """Why a day was skipped."""

    NONE = ""
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    START_DAY = "start_day"  # 起算日不计入


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyStep:
    """One line of the explanation: a local ``day``, or an instant ``at``, for a pause ``until``."""

    kind: WhyKind
    day: date | None = None
    at: datetime | None = None
    until: datetime | None = None
    detail: WhyDetail = WhyDetail.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """When something is due (UTC), whether that may still change, and why."""

    due_at: datetime
    provisional: bool
    steps: tuple[WhyStep, ...]


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The working time of the hall."""

    years: Mapping[int, YearPlan]
    zone: tzinfo
    _days: dict[date, object] = field(default_factory=dict, init=False, repr=False, compare=False)

    def deadline(
        self,
        start: datetime,
        limit: Limit,
        pauses: Iterable[Pause] = (),
        at: datetime | None = None,
    ) -> Deadline:
        """Return when ``limit`` counted from ``start`` is up."""
        raise NotImplementedError

    def work_time(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time between two instants."""
        raise NotImplementedError
