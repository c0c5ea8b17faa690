"""The deadlines of a case, reckoned again from what is stored on it: after a hold, an extension.

When a step is taken its deadlines are stored (decision 0012); what moves them later reckons them
from the same start with the same limit, so that twice gives the same.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from commandcenter.domain.case import Case
from commandcenter.domain.timelimit import Deadline, Limit, Pause, WorkCalendar


def handling(
    case: Case,
    calendar: WorkCalendar,
    *,
    pauses: Sequence[Pause] | None = None,
    extensions: Sequence[str] | None = None,
    at: datetime | None = None,
) -> Deadline | None:
    """Return the handling deadline of a case by its limit, pauses and extensions.

    Args:
        case: Its stored limit is read; without one, or before it was dispatched, there is none.
        calendar: The hall's.
        pauses: Other pauses than those of the case.
        extensions: Other extensions than those it was granted.
        at: The instant up to which a hold counts that has not ended; without it, none does.
    """
    start = case.clock_start
    if start is None or case.limit is None:
        return None
    return calendar.deadline(
        start,
        Limit.parse(case.limit),
        _ended(case.pauses if pauses is None else pauses, at),
        extensions=map(Limit.parse, case.extensions if extensions is None else extensions),
    )


def milestones(
    case: Case, calendar: WorkCalendar, *, at: datetime | None = None
) -> dict[str, Deadline]:
    """Return by name the deadlines of the milestones that are still to come.

    An extension moves none of them: the first ones are there to end a danger.
    """
    start = case.clock_start
    if start is None:
        return {}
    return {
        stop.name: calendar.deadline(start, Limit.parse(stop.limit), _ended(case.pauses, at))
        for stop in case.stops
        if stop.done_at is None and stop.limit
    }


def moved(
    case: Case,
    calendar: WorkCalendar,
    *,
    extensions: Sequence[str] | None = None,
    at: datetime | None = None,
) -> dict[str, Any]:
    """Return the handling deadlines of a case as the data of the fact that moves them.

    ``extensions`` and ``at`` are those of ``handling``.
    """
    deadline = handling(case, calendar, extensions=extensions, at=at)
    if deadline is None:
        return {}
    stops = milestones(case, calendar, at=at)
    provisional = deadline.provisional or any(it.provisional for it in stops.values())
    return {
        "due_at": deadline.due_at,
        "due_provisional": provisional,
        "milestones": tuple({"name": name, "due_at": it.due_at} for name, it in stops.items()),
    }


def held(case: Case, calendar: WorkCalendar, start: datetime, until: datetime) -> Deadline | None:
    """Return the handling deadline of a case that would be on hold from one instant to another."""
    return handling(case, calendar, pauses=(*case.pauses, Pause(start, until)))


def _ended(pauses: Sequence[Pause], at: datetime | None) -> tuple[Pause, ...]:
    if at is None:
        return tuple(pause for pause in pauses if pause.end is not None)
    return tuple(pause if pause.end is not None else Pause(pause.start, at) for pause in pauses)
