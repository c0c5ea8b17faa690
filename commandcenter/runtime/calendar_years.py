"""The working years a hall starts with: the State Council's notices, then the pack's own file."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Any, Final

from commandcenter.domain.timelimit import (
    SeasonHours,
    WorkCalendar,
    WorkHours,
    YearPlan,
    YearStatus,
)
from commandcenter.runtime.findings import Fault, Finding
from commandcenter.runtime.settings import clock, day, text
from commandcenter.runtime.tomlfile import Reader, Section, Toml, Unread, Unusable

CALENDAR_FILE: Final = "calendar.toml"
_SATURDAY: Final = 5
_YEARS_AHEAD: Final = 3
# Days that are holidays by law in any year and have a fixed date: New Year's Day, two days of
# Labour Day, three of National Day (全国年节及纪念日放假办法, 2024 revision, in force from 2025).
# The others follow the moon or the sun and wait for the notice.
_FIXED: Final = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
_SPAN: Final = re.compile(r"\s*([0-9:]+)\s*[-–—~～至]\s*([0-9:]+)\s*")
_YEAR: Final = re.compile(r"[12]\d{3}", re.ASCII)


def known_years() -> dict[int, YearPlan]:
    """Return the plans of all years whose notice is out, and provisional ones for those after.

    The notices are those of the ``chinese_calendar`` package. A year beyond its last is
    provisional: Mondays to Fridays but for the fixed holidays.
    """
    # imported here because only a start needs it; it carries no types
    from chinese_calendar import constants  # type: ignore[import-untyped] # noqa: PLC0415

    free, busy = sorted(constants.holidays), sorted(constants.workdays)
    last = free[-1].year
    plans = {
        year: YearPlan(
            year=year,
            status=YearStatus.OFFICIAL,
            holidays=frozenset(day for day in free if day.year == year),
            make_up_days=frozenset(
                day for day in busy if day.year == year and day.weekday() >= _SATURDAY
            ),
        )
        for year in range(free[0].year, last + 1)
    }
    ahead = range(last + 1, last + 1 + _YEARS_AHEAD)
    return plans | {
        year: YearPlan(
            year=year,
            status=YearStatus.PROVISIONAL,
            holidays=frozenset(date(year, month, day) for month, day in _FIXED),
        )
        for year in ahead
    }


def read_calendar(folder: Path, zone: tzinfo) -> tuple[WorkCalendar, list[Finding]]:
    """Return the hall's calendar: the known years, overridden by the pack's ``calendar.toml``."""
    stated, findings = read_years(folder / CALENDAR_FILE)
    calendar = calendar_of(stated, zone)
    return calendar, findings or list(_unsaid(stated))


Years = Mapping[int, Mapping[str, Any]]
"""What a file states of each year, by the names of ``YearPlan``."""


def calendar_of(stated: Years, zone: tzinfo) -> WorkCalendar:
    """Return the known years, overridden by what is stated.

    A stated year replaces only what it names; its working hours hold for later years too, until
    one of them names its own.
    """
    plans = known_years()
    for year in stated.keys() - plans.keys():
        plans[year] = YearPlan(year=year, status=YearStatus.PROVISIONAL)
    lasting: WorkHours | None = None
    for year, plan in sorted(plans.items()):
        named = stated.get(year, {})
        lasting = named.get("work_hours", lasting)
        hours_ = {"work_hours": lasting} if lasting else {}
        plans[year] = replace(plan, **{**hours_, **named})
    return WorkCalendar(plans, zone)


def _unsaid(stated: Years) -> Iterator[Finding]:
    """Yield what the calendar file of a pack might have been meant to say, but does not."""
    plans = known_years()
    out = [year for year, plan in plans.items() if plan.status is YearStatus.OFFICIAL]
    find = partial(Finding, file=CALENDAR_FILE, params={"years": f"{out[0]}–{out[-1]}"})
    if not stated:
        yield find(fault=Fault.EMPTY_CALENDAR)
    for year, values in stated.items():
        if not values:
            yield find(fault=Fault.EMPTY_YEAR, column=str(year))


def read_years(
    path: Path, unsaid: YearStatus = YearStatus.PROVISIONAL
) -> tuple[Years, list[Finding]]:
    """Return what a calendar file states of each year, and what is wrong with it.

    ``unsaid`` is what a year is that does not say so: a notice has been published.
    """
    try:
        toml = Toml(path)
    except Unread as unread:
        return {}, [unread.finding]
    findings = [toml.fault] if toml.fault else []
    return dict(_years(toml, findings, unsaid)), findings


def _years(
    toml: Toml, findings: list[Finding], unsaid: YearStatus
) -> Iterator[tuple[int, dict[str, Any]]]:
    for name, stated in toml.tables.items():
        if not _YEAR.fullmatch(name) or not isinstance(stated, dict):
            findings.append(Section(toml).bad(name, name, "year"))
            continue
        section = Section(toml, name)
        values, faults = section.read(stated, _PLAN)
        findings += faults
        for key, day_, expected in _misplaced(int(name), values):
            findings.append(section.bad(key, day_, expected))
            values.pop(key, None)
        free, least = len(values.get("holidays", ())), _least(int(name))
        is_out = values.get("status", unsaid) is YearStatus.OFFICIAL
        if "holidays" in values and free < least and is_out:
            counts = {"count": str(free), "least": str(least)}
            findings.append(section.finding(Fault.FEW_HOLIDAYS, "holidays", **counts))
        yield int(name), values


def _least(year: int) -> int:
    """Return how many days are holidays by law in a year; no notice names fewer.

    Source: 全国年节及纪念日放假办法, revisions of 2013 and 2024.
    """
    return 13 if year >= _SINCE_2024 else 11


_SINCE_2024: Final = 2025


def _misplaced(year: int, values: Mapping[str, Any]) -> Iterator[tuple[str, date, str]]:
    """Find days that the notice of a year cannot mean; of each key the first one is told."""
    first, last = date(year - 1, 12, 1), date(year, 12, 31)
    for key in _DAYS:
        strange = sorted(it for it in values.get(key, ()) if not first <= it <= last)
        if strange:
            yield key, strange[0], "days_of_year"
    holidays, make_up_days = (values.get(key, frozenset()) for key in _DAYS)
    if both := sorted(holidays & make_up_days):
        yield "make_up_days", both[0], "days_apart"


_DAYS: Final = ("holidays", "make_up_days")


def _status(value: object) -> YearStatus:
    try:
        return YearStatus(str(value))
    except ValueError:
        raise Unusable("status") from None


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return day(value)


def _days(value: object) -> frozenset[date]:
    if not isinstance(value, list):
        raise Unusable("dates")
    try:
        return frozenset(map(_day, value))
    except Unusable:
        raise Unusable("dates") from None


def hours(value: object) -> WorkHours:
    """Take hours in order that do not overlap, as a list such as ``["08:00-12:00"]``."""
    if not isinstance(value, list):
        raise Unusable("hours")
    spans = [_SPAN.fullmatch(item) if isinstance(item, str) else None for item in value]
    try:
        read = tuple((clock(span[1]), clock(span[2])) for span in spans if span)
        SeasonHours(first=date.min, last=date.max, work_hours=read)  # refuses what overlaps
    except ValueError:
        raise Unusable("hours") from None
    if len(read) < len(value):
        raise Unusable("hours")
    return read


def _seasons(value: object) -> tuple[SeasonHours, ...]:
    if not isinstance(value, list):
        raise Unusable("season")
    return tuple(map(_season, value))


def _season(value: object) -> SeasonHours:
    if not isinstance(value, dict) or value.keys() != {"first", "last", "work_hours"}:
        raise Unusable("season")
    season = SeasonHours(
        first=_day(value["first"]),
        last=_day(value["last"]),
        work_hours=hours(value["work_hours"]),
    )
    if season.first > season.last:
        raise Unusable("season")
    return season


_PLAN: Final[Mapping[str, Reader]] = {
    "status": _status,
    "holidays": _days,
    "make_up_days": _days,
    "work_hours": hours,
    "seasons": _seasons,
    "version": text,
}
