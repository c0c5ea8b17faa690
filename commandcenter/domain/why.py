"""Why a clock of a case ends when it ends: rule, start, days, pauses, extensions (Beyond 2)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final

from commandcenter.domain.case import Case
from commandcenter.domain.catalogue import Urgency
from commandcenter.domain.county import CountyCall
from commandcenter.domain.hall import Hall
from commandcenter.domain.reckoning import handling, milestones
from commandcenter.domain.timelimit import Deadline, Limit, WhyKind, WhyStep
from commandcenter.domain.timers import Timer, TimerKind
from commandcenter.domain.transfer import Transfer

URGENT: Final = frozenset({Urgency.URGENT, Urgency.CRITICAL})
"""What is to be accepted sooner."""
_OF_HALL: Final[Mapping[TimerKind, str]] = {
    TimerKind.CLAIM: "claim",
    TimerKind.ACCEPT: "accept",
    TimerKind.VERIFY: "verify",
    TimerKind.DISPATCH: "dispatch",
    TimerKind.SIGN: "sign",
    TimerKind.CHECK: "check",
    TimerKind.FOLLOW_UP: "follow_up",
    TimerKind.DECIDE: "decide",
}


def explained(case: Case, timer: Timer, hall: Hall, now: datetime) -> tuple[WhyStep, ...]:
    """Return why a clock of a case ends when it ends, from what is stored on the case.

    The days are those of the calendar as it is now; where it has changed since the deadline was
    set, the last line says what it would give.
    """
    return tuple(_lines(case, timer, hall, now))


def _lines(case: Case, timer: Timer, hall: Hall, now: datetime) -> Iterator[WhyStep]:
    limit, source, found = _RULES.get(timer.kind, _of_hall)(case, timer, hall, now)
    if limit:
        yield WhyStep(kind=WhyKind.LIMIT, limit=limit)
    if source:
        about = _about(hall, case, source)
        yield WhyStep(kind=WhyKind.SOURCE, source=source, about=about)
    yield WhyStep(kind=WhyKind.START, at=timer.start_at)
    if found is not None:
        yield from found.between
    yield WhyStep(kind=WhyKind.DUE, at=timer.due_at)
    if found is not None and found.due_at != timer.due_at and not timer.paused:
        yield WhyStep(kind=WhyKind.OTHERWISE, at=found.due_at)


_Found = tuple[str, str, Deadline | None]


def _handle(case: Case, timer: Timer, hall: Hall, now: datetime) -> _Found:
    return case.limit or "", case.limit_source, handling(case, hall.calendar, at=now)


def _milestone(case: Case, timer: Timer, hall: Hall, now: datetime) -> _Found:
    limit = next((stop.limit for stop in case.stops if stop.name == timer.part), "")
    source = case.limit_source if case.limit_source.startswith("standards") else ""
    return limit, source, milestones(case, hall.calendar, at=now).get(timer.part)


def _total(case: Case, timer: Timer, hall: Hall, now: datetime) -> _Found:
    rule = hall.standard_for(case.category) if case.category else None
    if rule is not None and rule.statutory_limit is not None:
        limit, source = rule.statutory_limit, f"standards.csv:{rule.row}"
    else:
        limit, source = hall.limits.total, "hall.toml:total"
    return str(limit), source, hall.calendar.deadline(timer.start_at, limit)


def _of_hall(case: Case, timer: Timer, hall: Hall, now: datetime) -> _Found:
    name = _OF_HALL.get(timer.kind, "")
    if timer.kind is TimerKind.SIGN and case.urgency in URGENT:
        name = "sign_urgent"
    if not name:
        return "", "", None
    limit: Limit = getattr(hall.limits, name)
    pauses = case.verify_pauses if timer.kind is TimerKind.ACCEPT else ()
    found = hall.calendar.deadline(timer.start_at, limit, pauses, now)
    if timer.kind is TimerKind.DECIDE and found.due_at > timer.due_at:
        return "", "", None  # the handling deadline comes first
    return str(limit), f"hall.toml:{name}", found


def _asked_above(case: Case, timer: Timer, hall: Hall, now: datetime) -> _Found:
    calls = timer.kind is TimerKind.COUNTY_REPLY
    asked: tuple[CountyCall | Transfer, ...] = case.calls if calls else case.transfers
    found = asked[timer.cycle]
    if not found.limit:
        return "", "", None  # whoever asked named the instant
    return found.limit, "", hall.calendar.deadline(found.at, Limit.parse(found.limit))


_RULES: Final[Mapping[TimerKind, Callable[[Case, Timer, Hall, datetime], _Found]]] = {
    TimerKind.HANDLE: _handle,
    TimerKind.MILESTONE: _milestone,
    TimerKind.TOTAL: _total,
    TimerKind.COUNTY_REPLY: _asked_above,
    TimerKind.RECEIPT: _asked_above,
}


def _about(hall: Hall, case: Case, source: str) -> str:
    """Return which category and condition a row of the standards is about."""
    file, _, row = source.partition(":")
    if file != "standards.csv":
        return ""
    category = hall.categories.get(case.category or "")
    found = hall.standards_for(case.category) if case.category else ()
    rule = next((it for it in found if str(it.row) == row), None)
    parts = (category.name if category else case.category or "", rule.condition if rule else "")
    return " · ".join(filter(None, parts))
