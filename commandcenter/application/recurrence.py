"""The same trouble again: cases closed lately at the same place and of the same class."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from commandcenter.application.ports import Unit
from commandcenter.application.turn import Turn
from commandcenter.domain.case import Case
from commandcenter.domain.hall import Hall
from commandcenter.domain.place import Place, distance_m


def found(unit: Unit, hall: Hall, cases: Sequence[Case]) -> Mapping[str, tuple[str, ...]]:
    """Return for each new case the numbers of those it repeats, the last closed first.

    One question for all of them. Cases without a class or a grid repeat nothing; near a border
    every grid a place may belong to is looked into.
    """
    known = [case for case in cases if case.category and _grids(case.place)]
    if not known:
        return {}
    since = unit.at - timedelta(days=hall.limits.recurrence_days)
    closed = unit.closed_lately(
        {case.category or "" for case in known},
        {grid for case in known for grid in _grids(case.place)},
        since,
    )
    repeated = {
        case.no: tuple(old.no for old in closed if _repeats(case, old, hall)) for case in known
    }
    return {no: numbers for no, numbers in repeated.items() if numbers}


def link(turn: Turn, case: Case) -> Case:
    """Note on a case what it repeats, and on those that it does; return it as it then stands."""
    numbers = found(turn.unit, turn.hall, (case,)).get(case.no, ())
    if numbers != case.earlier:
        case = turn.note(case, "earlier_found", earlier=numbers)
    for no in numbers:
        old = turn.unit.case(no)
        if case.no not in old.recurrences:
            turn.note(old, "recurred", again=case.no)
    return case


def _grids(place: Place) -> frozenset[str]:
    return frozenset(filter(None, (place.grid, *place.candidates)))


def _repeats(case: Case, old: Case, hall: Hall) -> bool:
    if old.no == case.no or old.category != case.category:
        return False
    here, there = case.place.wgs84, old.place.wgs84
    if here is None or there is None:
        return bool(case.place.address) and case.place.address == old.place.address
    return distance_m(here, there) <= hall.limits.recurrence_metres
