"""Reckoning provisional deadlines (暂定) once more, when the notice they waited for is out."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from commandcenter.application.plans import statutory_plan, total_limit
from commandcenter.application.turn import Turn
from commandcenter.domain.case import Case
from commandcenter.domain.hall import Hall
from commandcenter.domain.reckoning import moved


def firm(hall: Hall, case: Case) -> dict[str, Any]:
    """Return the deadlines of a case that need no longer be provisional, as data of a fact.

    A clock that stands still is reckoned up to where it stopped; when it goes on, it is reckoned
    again. Without anything to change the answer is empty, so that a second time does nothing.
    """
    data: dict[str, Any] = {}
    if not case.is_open:
        return data
    if case.due_provisional:
        found = moved(case, hall.calendar)
        if found and not found["due_provisional"]:
            data |= {**found, "was_due_at": case.due_at}
    if case.total_provisional and case.total_from is not None:
        total = hall.calendar.deadline(case.total_from, total_limit(hall, case))
        if not total.provisional:
            law = statutory_plan(hall, case, case.total_from)
            data |= {
                "statutory_due_at": law.due_at if law and case.statutory_due_at else None,
                "total_due_at": total.due_at,
                "total_provisional": False,
            }
    return data


def provisional(cases: Iterable[Case]) -> list[Case]:
    """Return the open cases with a deadline that is provisional."""
    return [it for it in cases if it.is_open and (it.due_provisional or it.total_provisional)]


def recompute(turn: Turn, number: str) -> Case | None:
    """Reckon the provisional deadlines of a case anew; None where there is nothing to change."""
    case = turn.unit.case(number)
    data = firm(turn.hall, case)
    if not data:
        return None
    return turn.note(case, "recomputed", **data, notice=_notice(turn.hall, data))


def _notice(hall: Hall, data: dict[str, Any]) -> str:
    """Return what the notice of the year is called that the deadline lies in."""
    due: datetime = data.get("due_at") or data["total_due_at"]
    year = due.astimezone(hall.zone).year
    return hall.calendar.version(year) or str(year)
