"""Units of summoned bodies on their way: how far each is from the place, and whether it nears."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QObject, Signal

from commandcenter.application.changes import Delta, UnitPosition
from commandcenter.domain.place import Datum, Point, distance_m
from commandcenter.domain.whistle import OVER, Whistle
from ui.stage import Stage

FRESH: Final = timedelta(minutes=10)
"""What was heard of longer ago is on its way to nowhere we know."""
_FAR: Final = 30_000.0  # metres: nobody comes from farther within a township's limits
_MOVED: Final = 15.0  # metres that a position may tremble


@dataclass(frozen=True, slots=True, kw_only=True)
class Approach:
    """A unit of a summoned body that has not come; ``nears`` none: it was heard of once so far."""

    whistle: str
    body: str
    unit: UnitPosition
    there: Point
    metres: float
    nears: bool | None


class Approaches(QObject):
    """Keeps what is on its way, moved on by each Delta; one for each stage, by ``approaches_of``.

    What a batch costs goes by the positions in it.
    """

    changed = Signal()

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._stage = stage
        self._held: dict[tuple[str, str], Approach] = {}  # by whistle and unit
        stage.changed.connect(self._on_changed)
        if stage.picture.begun:
            self._begin()

    def all(self, now: datetime) -> list[Approach]:
        """Return everything on its way, the nearest first."""
        fresh = (it for it in self._held.values() if now - it.unit.at <= FRESH)
        return sorted(fresh, key=lambda it: it.metres)

    def of(self, whistle: str, body: str, now: datetime) -> Approach | None:
        """Return the nearest unit of a body on its way to a whistle."""
        own = (it for it in self.all(now) if (it.whistle, it.body) == (whistle, body))
        return next(own, None)

    def _begin(self) -> None:
        self._held.clear()
        picture = self._stage.picture
        self._take(picture.positions.values(), picture.whistles.values())

    def _on_changed(self, batch: list[Delta]) -> None:
        if not batch:
            self._begin()
            self.changed.emit()
            return
        picture = self._stage.picture
        moved = {it.id: it for delta in batch for it in delta.positions}
        blown = {it.no for delta in batch for it in delta.whistles}
        if not moved and not blown:
            return
        for key in [key for key in self._held if key[0] in blown]:
            item = self._held[key]
            whistle = picture.whistles.get(item.whistle)
            if whistle is None or item.body not in _awaited(whistle):
                del self._held[key]
        self._take(moved.values(), picture.whistles.values())
        fresh = (picture.whistles[no] for no in blown if no in picture.whistles)
        self._take(picture.positions.values(), fresh)
        self.changed.emit()

    def _take(self, units: Iterable[UnitPosition], whistles: Iterable[Whistle]) -> None:
        units = [unit for unit in units if unit.body]
        if not units:
            return
        for whistle in whistles:
            awaited = _awaited(whistle)
            there = whistle.place.wgs84
            if there is None or not awaited:
                continue
            for unit in units:
                if unit.body in awaited:
                    self._note(whistle.no, unit, there)

    def _note(self, whistle: str, unit: UnitPosition, there: Point) -> None:
        before = self._held.get((whistle, unit.id))
        metres = distance_m(Point(unit.lon, unit.lat, Datum.WGS84), there)
        if metres > _FAR:
            self._held.pop((whistle, unit.id), None)
            return
        nears = before.nears if before else None
        if before is not None and abs(metres - before.metres) > _MOVED:
            nears = metres < before.metres
        self._held[whistle, unit.id] = Approach(
            whistle=whistle, body=unit.body or "", unit=unit, there=there, metres=metres,
            nears=nears,
        )  # fmt: skip


def _awaited(whistle: Whistle) -> frozenset[str]:
    return frozenset(_coming(whistle))


def _coming(whistle: Whistle) -> Iterator[str]:
    for item in whistle.summons:
        if item.state not in OVER and item.reported_in_at is None and item.refused_at is None:
            yield item.body


def approaches_of(stage: Stage) -> Approaches:
    """Return what is on its way in a stage's picture; it is kept from the first asking on."""
    return stage.findChild(Approaches) or Approaches(stage)
