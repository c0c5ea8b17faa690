"""Reckoning provisional deadlines (暂定) once more, when the notice they waited for is out."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from commandcenter.application.plans import statutory_plan, total_limit
from commandcenter.application.turn import Turn
from commandcenter.domain.case import Case, State
from commandcenter.domain.hall import Hall
from commandcenter.domain.reckoning import moved
from commandcenter.domain.why import URGENT


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
    return data | _of_step(hall, case)


def _of_step(hall: Hall, case: Case) -> dict[str, Any]:
    """Return the limit to accept or to check that need no longer be provisional."""
    limits = hall.limits
    sign = limits.sign_urgent if case.urgency in URGENT else limits.sign
    name, start, limit = (
        ("sign_due_at", case.dispatched_at, sign)
        if case.state is State.DISPATCHED
        else ("check_due_at", case.result_at, limits.check)
    )
    if not case.step_provisional or start is None:
        return {}
    found = hall.calendar.deadline(start, limit)
    return {} if found.provisional else {name: found.due_at, "step_provisional": False}


def provisional(cases: Iterable[Case]) -> list[Case]:
    """Return the open cases with a deadline that is provisional."""
    return [
        it
        for it in cases
        if it.is_open and (it.due_provisional or it.total_provisional or it.step_provisional)
    ]


def recompute(turn: Turn, number: str) -> Case | None:
    """Reckon the provisional deadlines of a case anew; None where there is nothing to change."""
    case = turn.unit.case(number)
    data = firm(turn.hall, case)
    if not data:
        return None
    return turn.note(case, "recomputed", **data, notice=_notice(turn.hall, data))


def _notice(hall: Hall, data: dict[str, Any]) -> str:
    """Return what the notice of the year is called that the deadline lies in."""
    names = ("due_at", "total_due_at", "sign_due_at", "check_due_at")
    due: datetime = next(data[name] for name in names if name in data)
    year = due.astimezone(hall.zone).year
    return hall.calendar.version(year) or str(year)
