"""Who could go and see whether a report is so: the grid's worker first, then whoever is nearest."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from commandcenter.application.changes import UnitPosition
from commandcenter.domain.hall import Hall
from commandcenter.domain.place import Datum, Place, Point, distance_m
from commandcenter.domain.roster import Worker

FRESH: Final = timedelta(minutes=10)
"""A position older than that says little of where somebody on foot is now."""


class Nearness(IntEnum):
    """Why somebody is offered, the best reason first."""

    OWN_GRID = 1  # the grid map names him for the place
    SAME_GRID = 2  # he works in the grid, too
    CANDIDATE = 3  # the place lies near a border: he works on its other side
    POSITION = 4  # his telephone was heard of near it just now
    OTHER = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """A grid worker, why he is offered, and how far off he was when last heard of."""

    worker: Worker
    nearness: Nearness
    metres: float | None = None


def verifiers(
    hall: Hall, place: Place, positions: Iterable[UnitPosition], at: datetime
) -> list[Verifier]:
    """Return the grid workers who could verify a report, the nearest first."""
    heard = {item.id: item for item in positions if at - item.at <= FRESH}
    found = [
        _verifier(hall, place, worker, heard.get(worker.id)) for worker in hall.workers.values()
    ]
    return sorted(found, key=_order)


def _order(item: Verifier) -> tuple[int, float]:
    return item.nearness, float("inf") if item.metres is None else item.metres


def _verifier(hall: Hall, place: Place, worker: Worker, seen: UnitPosition | None) -> Verifier:
    spot = place.wgs84
    metres = None
    if seen is not None and spot is not None:
        metres = distance_m(spot, Point(seen.lon, seen.lat, Datum.WGS84))
    return Verifier(worker=worker, nearness=_nearness(hall, place, worker, metres), metres=metres)


def _nearness(hall: Hall, place: Place, worker: Worker, metres: float | None) -> Nearness:
    grid = hall.grids.grids.get(place.grid or "")
    if grid is not None and grid.worker == worker.id:
        return Nearness.OWN_GRID
    if worker.grid is not None and worker.grid == place.grid:
        return Nearness.SAME_GRID
    if worker.grid is not None and worker.grid in place.candidates:
        return Nearness.CANDIDATE
    return Nearness.OTHER if metres is None else Nearness.POSITION
