"""Time limits, the working calendar they run on, and why a deadline falls when it falls."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Final, Self

from msgspec import Struct


class LimitUnit(StrEnum):
    """What a limit is counted in."""

    URGENT_MINUTE = "urgent_minute"  # continuous, nights and holidays included
    URGENT_HOUR = "urgent_hour"  # 紧急工作时, continuous
    WORK_HOUR = "work_hour"  # 工作时
    WORK_DAY = "work_day"  # 工作日
    NATURAL_DAY = "natural_day"  # 自然日, to the end of the last day


class DayPolicy(StrEnum):
    """How a working day is reckoned."""

    HOURS8 = "hours8"  # a day is eight working hours, whatever the office hours are
    NEXT_DAY = "next_day"  # days are counted whole; due at the end of the last


# About ten years of each: nobody promises more, and a slip of the keyboard stays harmless.
_MOST: Final = {
    LimitUnit.URGENT_MINUTE: 5_256_000,
    LimitUnit.URGENT_HOUR: 87_600,
    LimitUnit.WORK_HOUR: 20_000,
    LimitUnit.WORK_DAY: 2_500,
    LimitUnit.NATURAL_DAY: 3_650,
}
_NUMBER: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
_LIST: Final = re.compile("[;；]")  # Chinese keyboards give the second one
_UNITS: Final = {str(unit): unit for unit in LimitUnit}
_POLICIES: Final = {str(policy): policy for policy in DayPolicy}
_COUNT_START_DAY: Final = "count_start_day"


class TooLong(ValueError):
    """A limit that is well written, but longer than anybody promises; ``most`` is the longest."""

    def __init__(self, amount: float, unit: LimitUnit) -> None:
        super().__init__(f"{amount} {unit}: not in (0, {_MOST[unit]}]")
        self.most = Limit(_MOST[unit], unit)


@dataclass(frozen=True, slots=True)
class Limit:
    """A span in which something must be done.

    ``policy`` matters to working days only. Administrative rules leave the first day out
    (起算日不计入); ``count_start_day`` counts it, where days are counted whole.

    Raises:
        TooLong: The amount is beyond ten years.
        ValueError: The amount is not above zero, or is a part of a day where days are counted
            whole.
    """

    amount: int | float
    unit: LimitUnit
    policy: DayPolicy = DayPolicy.HOURS8
    count_start_day: bool = False

    def __post_init__(self) -> None:
        if self.amount > _MOST[self.unit]:
            raise TooLong(self.amount, self.unit)
        if not self.amount > 0:  # also refuses NaN
            raise ValueError(f"{self.amount} {self.unit}: not in (0, {_MOST[self.unit]}]")
        if self.in_whole_days and self.amount != int(self.amount):
            raise ValueError(f"{self.amount} {self.unit}: only whole days can be counted")

    @property
    def in_whole_days(self) -> bool:
        """Whether the limit ends with a day and not at a time of day."""
        return self.unit is LimitUnit.NATURAL_DAY or (
            self.unit is LimitUnit.WORK_DAY and self.policy is DayPolicy.NEXT_DAY
        )

    @classmethod
    def parse(cls, text: str, policy: DayPolicy = DayPolicy.HOURS8) -> Self:
        """Read ``8 urgent_hour``, ``3 work_day next_day`` or ``5 natural_day count_start_day``.

        Args:
            text: What somebody wrote, or what ``str`` made of a limit.
            policy: How working days are reckoned where the text does not say.

        Raises:
            ValueError: The text is no limit; the message names the part at fault.
        """
        amount, unit, *options = [*text.split(), "", ""]
        options = [word for word in options if word]
        if not _NUMBER.fullmatch(amount):
            raise ValueError(f"{text!r}: a limit begins with a number")
        if unit not in _UNITS:
            raise ValueError(f"{text!r}: {unit!r} is none of {', '.join(_UNITS)}")
        policies = [_POLICIES[word] for word in options if word in _POLICIES]
        counted = options.count(_COUNT_START_DAY)
        if len(policies) > 1 or counted > 1 or len(policies) + counted < len(options):
            raise ValueError(f"{text!r}: {' '.join(options)!r} is no way of counting days")
        unsaid = policy if unit == LimitUnit.WORK_DAY else DayPolicy.HOURS8
        return cls(
            float(amount) if "." in amount else int(amount),
            _UNITS[unit],
            policies[0] if policies else unsaid,
            count_start_day=bool(counted),
        )

    def __str__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12 on
        """Write the limit so that ``parse`` reads it again."""
        words = [format(Decimal(repr(self.amount)), "f"), self.unit]
        if self.policy is not DayPolicy.HOURS8:
            words.append(self.policy)
        if self.count_start_day:
            words.append(_COUNT_START_DAY)
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step on the way that has a limit of its own, such as 围护."""

    name: str
    limit: Limit


def parse_milestones(text: str, policy: DayPolicy = DayPolicy.HOURS8) -> tuple[Milestone, ...]:
    """Read ``围护=3 urgent_hour;修复=8 urgent_hour``; an empty text holds none.

    Raises:
        ValueError: A part has no name, a name comes twice, or a limit cannot be read.
    """
    milestones: dict[str, Milestone] = {}
    for part in filter(str.strip, _LIST.split(text)):
        name, _, limit = (word.strip() for word in part.partition("="))
        if not name or name in milestones:
            raise ValueError(f"{part!r}: a milestone has a name of its own")
        milestones[name] = Milestone(name, Limit.parse(limit, policy))
    return tuple(milestones.values())


class YearStatus(StrEnum):
    """Whether the holiday notice of a year is out."""

    OFFICIAL = "official"
    PROVISIONAL = "provisional"  # 暂定


WorkHours = tuple[tuple[time, time], ...]

DEFAULT_WORK_HOURS: Final[WorkHours] = ((time(8), time(12)), (time(14), time(18)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonHours:
    """Other working hours from ``first`` to ``last``, both included: a summer, a half day."""

    first: date
    last: date
    work_hours: WorkHours

    def __post_init__(self) -> None:
        _check(self.work_hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearPlan:
    """The working days of one year as its notice has them: Mondays to Fridays but for these.

    A notice may also name days at the end of the year before; ``version`` is what it is called.
    Working hours are local, rise, and do not overlap; 00:00 as an end is the midnight after.

    Raises:
        ValueError: The working hours are not so.
    """

    year: int
    status: YearStatus
    holidays: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()
    work_hours: WorkHours = DEFAULT_WORK_HOURS
    seasons: tuple[SeasonHours, ...] = ()
    version: str = ""

    def __post_init__(self) -> None:
        _check(self.work_hours)


def _check(hours: WorkHours) -> None:
    """Refuse hours that do not rise: working time would be counted twice, or never pass."""
    minutes = [moment.hour * 60 + moment.minute for span in hours for moment in span]
    if minutes and minutes[-1] == 0:
        minutes[-1] = 24 * 60
    if not minutes or any(a >= b for a, b in zip(minutes[::2], minutes[1::2], strict=True)):
        raise ValueError("working hours end after they begin")
    if minutes != sorted(minutes):
        raise ValueError("working hours follow one another")


class Pause(Struct, frozen=True, gc=False):
    """A time in which the clock stood still (挂账); without ``end`` it still does."""

    start: datetime
    end: datetime | None = None


class WhyKind(StrEnum):
    """What a line of the explanation of a deadline is about."""

    LIMIT = "limit"
    SOURCE = "source"  # where the limit is written
    START = "start"
    SKIPPED_DAY = "skipped_day"
    MAKE_UP_DAY = "make_up_day"  # 调休上班日
    PAUSE = "pause"
    EXTENSION = "extension"  # 延期
    PROVISIONAL_YEAR = "provisional_year"
    DUE = "due"
    OTHERWISE = "otherwise"  # the calendar as it is now would give another instant


class WhyDetail(StrEnum):
    """Why a day was skipped."""

    NONE = ""
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    START_DAY = "start_day"  # 起算日不计入


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyStep:
    """One line of the explanation: a local ``day``, or an instant ``at``, for a pause ``until``.

    For a provisional year ``day`` is the first of its days that was counted. An extension moves
    the deadline from ``at`` to ``until`` by ``limit``. ``source`` is ``standards.csv:12``, a key
    of ``hall.toml``, or ``hand`` for a limit that somebody chose; ``about`` says it in words.
    """

    kind: WhyKind
    day: date | None = None
    at: datetime | None = None
    until: datetime | None = None
    detail: WhyDetail = WhyDetail.NONE
    limit: str = ""
    source: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """When something is due (UTC), whether that may still change, and why.

    ``between`` are the days and pauses that moved it, in the order in which people count them.
    """

    start: datetime
    due_at: datetime
    provisional: bool = False
    between: tuple[WhyStep, ...] = ()

    @property
    def steps(self) -> tuple[WhyStep, ...]:
        """The whole explanation, from the start to the deadline."""
        return (
            WhyStep(kind=WhyKind.START, at=self.start),
            *self.between,
            WhyStep(kind=WhyKind.DUE, at=self.due_at),
        )


_Span = tuple[datetime, datetime]
_ONE_DAY: Final = timedelta(days=1)
_WEEKDAYS: Final = 5
_LENGTH: Final = {
    LimitUnit.URGENT_MINUTE: timedelta(minutes=1),
    LimitUnit.URGENT_HOUR: timedelta(hours=1),
    LimitUnit.WORK_HOUR: timedelta(hours=1),
    LimitUnit.WORK_DAY: timedelta(hours=8),
}
_CONTINUOUS: Final = frozenset({LimitUnit.URGENT_MINUTE, LimitUnit.URGENT_HOUR})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    """One local day as the clock sees it: working spans in UTC, none on a free day."""

    spans: tuple[_Span, ...]
    provisional: bool
    why: WhyStep | None  # a plain working day needs no word


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The working time of the hall.

    A year without a plan is provisional, has no holidays, and keeps the hours of the plan
    before it. Where two notices name the same day, the later one holds.
    """

    years: Mapping[int, YearPlan]
    zone: tzinfo
    _named: dict[date, bool] = field(default_factory=dict, init=False, repr=False, compare=False)
    _days: dict[date, _Day] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for _, plan in sorted(self.years.items()):
            self._named.update(dict.fromkeys(plan.holidays, False))
            self._named.update(dict.fromkeys(plan.make_up_days, True))

    def deadline(
        self,
        start: datetime,
        limit: Limit,
        pauses: Iterable[Pause] = (),
        at: datetime | None = None,
        *,
        extensions: Iterable[Limit] = (),
    ) -> Deadline:
        """Return when ``limit``, counted from ``start``, is up.

        Continuous units run through nights and holidays. Working hours, and working days of
        eight hours, run only in working time. Days counted whole end with the last second of
        the last one, so that a deadline lies on the day people speak of. A pause gives back
        what it took of the time the limit runs in. An extension is counted from the deadline
        that it moves.

        Args:
            start: An aware instant of the hall's own clock.
            limit: The span.
            pauses: Times that do not count, in any order; they may overlap.
            at: The instant up to which a pause without an end counts.
            extensions: Further spans that were granted, in that order.

        Raises:
            ValueError: ``start`` is naive, or a pause is open and ``at`` is missing.
        """
        if start.tzinfo is None:
            raise ValueError("a deadline is counted from an aware instant")
        pauses = tuple(pauses)
        found = self._plain(start.astimezone(UTC), limit, pauses, at)
        for more in extensions:
            span = replace(more, count_start_day=False)  # the day it begins on is spent
            found = _extended(found, span, self._plain(found.due_at, span, pauses, at))
        return found

    def _plain(
        self, start: datetime, limit: Limit, pauses: tuple[Pause, ...], at: datetime | None
    ) -> Deadline:
        """Return when one span from an instant in UTC is up."""
        stops = _stops(pauses, start, at) if pauses else ()
        if limit.unit in _CONTINUOUS:
            due = _advance(start, limit.amount * _LENGTH[limit.unit], stops)
            return Deadline(start=start, due_at=due, between=_paused(stops, due))
        if limit.unit is LimitUnit.NATURAL_DAY:
            first, last = self._natural_days(start, limit)
            end = self._end_of(last)
            due = _advance(start, end - start, stops)
            between = first + _paused(stops, due)
            return Deadline(start=start, due_at=due, between=between)
        if limit.in_whole_days:
            end = self._end_of(self._last_work_day(start, limit))
            taken = sum((self.work_time(a, min(b, end)) for a, b in stops), timedelta())
            due = self._work_on(end, taken, stops) if taken else end
        else:
            due = self._work_on(start, limit.amount * _LENGTH[limit.unit], stops)
        days = tuple(self._days_between(start, due, limit))
        return Deadline(
            start=start,
            due_at=due,
            provisional=any(step.kind is WhyKind.PROVISIONAL_YEAR for step in days),
            between=days + _paused(stops, due),
        )

    def work_time(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time from ``start`` to ``end``, zero when ``end`` is not later."""
        total = timedelta()
        for a, b in self._work_spans(start):
            if a >= end:
                break
            total += min(b, end) - a
        return total

    def works(self, day: date) -> bool:
        """Tell whether a local day is a working day."""
        return bool(self._day(day).spans)

    def version(self, year: int) -> str:
        """Return what the notice of a year is called; empty where nobody said."""
        plan = self.years.get(year)
        return plan.version if plan else ""

    def provisional(self, day: date) -> bool:
        """Tell whether the holiday notice of a local day's year is not yet official."""
        return self._day(day).provisional

    def _work_on(self, start: datetime, need: timedelta, stops: Sequence[_Span]) -> datetime:
        """Return the first instant at which ``need`` of working time has passed."""
        for a, b in self._work_spans(start):
            for c, d in _running(a, b, stops) if stops else ((a, b),):
                if need <= d - c:
                    return c + need
                need -= d - c
        raise AssertionError("working time never ends")  # pragma: no cover

    def _work_spans(self, start: datetime) -> Iterator[_Span]:
        """Yield working time from ``start`` on, span by span."""
        day = self._local_day(start)
        while True:
            for a, b in self._day(day).spans:
                if b > start:
                    yield max(a, start), b
            day += _ONE_DAY

    def _natural_days(self, start: datetime, limit: Limit) -> tuple[tuple[WhyStep, ...], date]:
        """Return the step for an uncounted first day, and the last day that counts."""
        day = self._local_day(start)
        if limit.count_start_day:
            return (), day + timedelta(days=int(limit.amount) - 1)
        return (_left_out(day),), day + timedelta(days=int(limit.amount))

    def _last_work_day(self, start: datetime, limit: Limit) -> date:
        """Count whole working days; the first one only where the limit says so."""
        day = self._local_day(start)
        left = int(limit.amount)
        if limit.count_start_day and self.works(day):
            left -= 1
        while left:
            day += _ONE_DAY
            left -= self.works(day)
        return day

    def _days_between(self, start: datetime, due: datetime, limit: Limit) -> Iterator[WhyStep]:
        """Explain each day from start to due that is no plain working day."""
        day, last = self._local_day(start), self._local_day(due)
        years: set[int] = set()
        uncounted = day if limit.in_whole_days and not limit.count_start_day else None
        while day <= last:
            facts = self._day(day)
            if facts.provisional and day.year not in years:
                years.add(day.year)
                yield WhyStep(kind=WhyKind.PROVISIONAL_YEAR, day=day)
            if day == uncounted and facts.spans:
                yield _left_out(day)
            elif facts.why:
                yield facts.why
            day += _ONE_DAY

    def _local_day(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()

    def _end_of(self, day: date) -> datetime:
        """Return the last second of a local day: its midnight would be on the day after."""
        return datetime.combine(day, time(23, 59, 59), self.zone).astimezone(UTC)

    def _day(self, day: date) -> _Day:
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = self._look_up(day)
        return found

    def _look_up(self, day: date) -> _Day:
        plan = self._plan(day.year)
        weekday = day.weekday() < _WEEKDAYS
        works = self._named.get(day, weekday)
        hours = next(
            (s.work_hours for s in plan.seasons if s.first <= day <= s.last), plan.work_hours
        )
        return _Day(
            spans=tuple(self._span(day, *span) for span in hours) if works else (),
            provisional=plan.status is YearStatus.PROVISIONAL,
            why=self._why(day, works, weekday),
        )

    def _why(self, day: date, works: bool, weekday: bool) -> WhyStep | None:
        if works:
            return None if weekday else WhyStep(kind=WhyKind.MAKE_UP_DAY, day=day)
        free = WhyDetail.HOLIDAY if day in self._named else WhyDetail.WEEKEND
        return WhyStep(kind=WhyKind.SKIPPED_DAY, day=day, detail=free)

    def _span(self, day: date, begin: time, end: time) -> _Span:
        last = day if end > begin else day + _ONE_DAY
        return (
            datetime.combine(day, begin, self.zone).astimezone(UTC),
            datetime.combine(last, end, self.zone).astimezone(UTC),
        )

    def _plan(self, year: int) -> YearPlan:
        if year in self.years:
            return self.years[year]
        known = sorted(self.years)
        before = bisect_right(known, year)
        hours = self.years[known[before - 1]].work_hours if before else DEFAULT_WORK_HOURS
        return YearPlan(year=year, status=YearStatus.PROVISIONAL, work_hours=hours)


def _stops(pauses: Iterable[Pause], start: datetime, at: datetime | None) -> tuple[_Span, ...]:
    """Return the pauses after ``start`` in order, joined where they touch."""
    stops: list[_Span] = []
    for pause in sorted(pauses, key=lambda pause: pause.start):
        end = pause.end or at
        if end is None:
            raise ValueError("an open pause counts up to an instant: at is missing")
        begin, end = max(pause.start, start).astimezone(UTC), end.astimezone(UTC)
        if stops and begin <= stops[-1][1]:
            stops[-1] = stops[-1][0], max(stops[-1][1], end)
        elif begin < end:
            stops.append((begin, end))
    return tuple(stops)


def _running(start: datetime, end: datetime, stops: Sequence[_Span]) -> Iterator[_Span]:
    """Yield the parts of a span in which the clock runs."""
    for stop, go in stops:
        if go <= start:
            continue
        if stop >= end:
            break
        if stop > start:
            yield start, stop
        start = go
    if start < end:
        yield start, end


def _advance(start: datetime, need: timedelta, stops: Sequence[_Span]) -> datetime:
    """Return the first instant at which ``need`` has passed, pauses left out."""
    due = start + need
    for stop, go in stops:
        if stop >= due:
            break
        due += go - stop
    return due


def _paused(stops: Sequence[_Span], due: datetime) -> tuple[WhyStep, ...]:
    """Explain the pauses that were of any consequence."""
    return tuple(WhyStep(kind=WhyKind.PAUSE, at=stop, until=go) for stop, go in stops if stop < due)


def _extended(before: Deadline, by: Limit, after: Deadline) -> Deadline:
    """Put an extension's own span behind what it extends."""
    known = {step.day.year for step in before.between if step.kind is _PROVISIONAL and step.day}
    more = (
        step
        for step in after.between
        if step.detail is not WhyDetail.START_DAY  # that day was counted before
        and not (step.kind is _PROVISIONAL and step.day and step.day.year in known)
    )
    moved = WhyStep(kind=WhyKind.EXTENSION, at=before.due_at, until=after.due_at, limit=str(by))
    return Deadline(
        start=before.start,
        due_at=after.due_at,
        provisional=before.provisional or after.provisional,
        between=(*before.between, moved, *more),
    )


_PROVISIONAL: Final = WhyKind.PROVISIONAL_YEAR


def _left_out(day: date) -> WhyStep:
    return WhyStep(kind=WhyKind.SKIPPED_DAY, day=day, detail=WhyDetail.START_DAY)
