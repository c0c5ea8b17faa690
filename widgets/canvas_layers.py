"""What a plan view shows: areas, marks and pulses, each a model that several canvases may share."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPainterPath, QPolygonF

from widgets.canvas_clusters import Ints
from widgets.canvas_sprites import MOST_KINDS, Sprite
from widgets.canvas_view import Bounds, Floats

_LINES: Final = 24  # horizontal cuts tried when looking for room for a label
_CORNERS: Final = 3  # fewer make no area


@dataclass(frozen=True, slots=True, kw_only=True)
class Polygon:
    """One area: rings of (n, 2) metres filled by the odd-even rule, so later rings can be holes."""

    key: str
    rings: tuple[Floats, ...]
    fill: QColor
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A polygon made ready to paint: its path and bounds in metres, and where a label has room.

    ``room`` is the width in metres that is free around the label's place.
    """

    key: str
    path: QPainterPath
    bounds: Bounds
    fill: QColor
    label: str
    place: tuple[float, float]
    room: float


class PolygonLayer(QObject):
    """Areas with a fill, a thin outline and a label each; part of the still picture."""

    changed = Signal(str)

    def __init__(self, id: str, *, outline: QColor, parent: QObject | None = None) -> None:  # noqa: A002  (a layer's id is its id)
        super().__init__(parent)
        self.id = id
        self.outline = outline
        self._areas: dict[str, Area] = {}
        self._bounds: Bounds | None = None

    def replace(self, polygons: Iterable[Polygon]) -> None:
        """Show ``polygons`` and nothing else; one without three finite corners is left out."""
        made = (_area(polygon) for polygon in polygons)
        self._areas = {area.key: area for area in made if area is not None}
        self._bounds = Bounds.union(area.bounds for area in self._areas.values())
        self.changed.emit(self.id)

    def restyle(
        self, fills: Mapping[str, QColor] | None = None, *, outline: QColor | None = None
    ) -> None:
        """Give the named areas new fills, or all a new outline, keeping their paths."""
        fresh = {
            key: replace(self._areas[key], fill=fill)
            for key, fill in (fills or {}).items()
            if key in self._areas and self._areas[key].fill != fill
        }
        line = self.outline if outline is None else outline
        if fresh or line != self.outline:
            self._areas |= fresh
            self.outline = line
            self.changed.emit(self.id)

    def relabel(self, labels: Mapping[str, str]) -> None:
        """Give the named areas new label texts, keeping their paths."""
        fresh = {
            key: replace(self._areas[key], label=label)
            for key, label in labels.items()
            if key in self._areas and self._areas[key].label != label
        }
        if fresh:
            self._areas |= fresh
            self.changed.emit(self.id)

    def areas(self) -> tuple[Area, ...]:
        """Give the areas in paint order."""
        return tuple(self._areas.values())

    def area(self, key: str) -> Area | None:
        """Give one area, or None."""
        return self._areas.get(key)

    def at(self, x: float, y: float) -> str | None:
        """Name the uppermost area that holds the point, or None."""
        spot = QPointF(x, y)
        for key, area in reversed(self._areas.items()):
            within = area.bounds
            if (
                within.left <= x <= within.right
                and within.bottom <= y <= within.top
                and area.path.contains(spot)
            ):
                return key
        return None

    def bounds(self) -> Bounds | None:
        """Enclose all areas; None when there is not one."""
        return self._bounds


class MarkLayer(QObject):
    """Points of several kinds; where they are dense, a canvas shows groups with a count.

    ``sprites`` holds one picture per kind, from the least to the worst: a group shows how many of
    each kind it holds, and the worst lie on top. Places are metres of the plane. A place that is
    not finite is no place: the mark is not shown, also when it was shown before.

    Raises:
        ValueError: when there is no sprite, or more than can be told apart in a ring.
    """

    changed = Signal(str)
    restyled = Signal(str)

    def __init__(
        self,
        id: str,  # noqa: A002  (a layer's id is its id)
        *,
        sprites: Sequence[Sprite],
        grouped: bool = True,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        if not 0 < len(sprites) <= MOST_KINDS:
            raise ValueError(f"{len(sprites)} sprites: 1 … {MOST_KINDS} kinds can be told apart")
        self.id = id
        self.grouped = grouped
        self.sprites = tuple(sprites)
        self._keys: list[str] = []
        self._rows: dict[str, int] = {}
        self._places = np.empty((2, 64))
        self._kinds = np.empty(64, np.intp)
        self._weights = np.empty(64)

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def x(self) -> Floats:
        """Metres east of the origin, by row; read only until the next change."""
        return self._places[0, : len(self._keys)]

    @property
    def y(self) -> Floats:
        """Metres north of the origin, by row; read only until the next change."""
        return self._places[1, : len(self._keys)]

    @property
    def kind(self) -> Ints:
        """Index into ``sprites``, by row; read only until the next change."""
        return self._kinds[: len(self._keys)]

    @property
    def weight(self) -> Floats:
        """Among marks of one kind the heavier lies on top; by row."""
        return self._weights[: len(self._keys)]

    def key(self, row: int) -> str:
        """Name the mark in a row; rows move when marks are removed."""
        return self._keys[row]

    def row(self, key: str) -> int | None:
        """Find the row of a mark, or None."""
        return self._rows.get(key)

    def place(self, key: str) -> tuple[float, float] | None:
        """Give the metres of a mark, or None when it is not shown."""
        row = self._rows.get(key)
        return None if row is None else (float(self.x[row]), float(self.y[row]))

    def bounds(self) -> Bounds | None:
        """Enclose all marks; None when there is not one."""
        return Bounds.around(self.x, self.y)

    def restyle(self, sprites: Sequence[Sprite]) -> None:
        """Show the kinds by other pictures.

        Raises:
            ValueError: when there are fewer pictures than before, as a kind might lose its own.
        """
        if len(sprites) < len(self.sprites):
            raise ValueError(f"{len(sprites)} sprites for {len(self.sprites)} kinds")
        self.sprites = tuple(sprites)
        self.restyled.emit(self.id)

    def replace(
        self,
        keys: Sequence[str],
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        kind: npt.ArrayLike,
        weight: npt.ArrayLike = 0.0,
    ) -> None:
        """Show these marks and no others; of a key given twice the last counts.

        Raises:
            ValueError: when the columns differ in length or a kind has no sprite.
        """
        xs, ys, kinds, weights = self._columns(keys, x, y, kind, weight)
        kept = _last_of(keys)
        kept = kept[np.isfinite(xs[kept]) & np.isfinite(ys[kept])]
        self._keys = [keys[row] for row in kept.tolist()]
        self._rows = {key: row for row, key in enumerate(self._keys)}
        self._places = np.stack((xs[kept], ys[kept]))
        self._kinds, self._weights = kinds[kept], weights[kept]
        self.changed.emit(self.id)

    def put(
        self,
        keys: Sequence[str],
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        kind: npt.ArrayLike,
        weight: npt.ArrayLike = 0.0,
    ) -> None:
        """Add marks or change those already there; costs by the number given, not by the total.

        Of a key given twice the last counts.

        Raises:
            ValueError: when the columns differ in length or a kind has no sprite.
        """
        xs, ys, kinds, weights = self._columns(keys, x, y, kind, weight)
        last = _last_of(keys)
        known = np.isfinite(xs[last]) & np.isfinite(ys[last])
        for given in last[~known].tolist():
            self._drop(keys[given])
        placed = last[known]
        self._reserve(len(self._keys) + len(placed))
        rows = [self._row_for(keys[given]) for given in placed.tolist()]
        self._places[:, rows] = xs[placed], ys[placed]
        self._kinds[rows], self._weights[rows] = kinds[placed], weights[placed]
        if keys:
            self.changed.emit(self.id)

    def _row_for(self, key: str) -> int:
        """Return the row of a mark, a new one at the end if it has none."""
        row = self._rows.setdefault(key, len(self._keys))
        if row == len(self._keys):
            self._keys.append(key)
        return row

    def remove(self, keys: Iterable[str]) -> None:
        """Take marks away; keys that are not there are passed over."""
        before = len(self._keys)
        for key in keys:
            self._drop(key)
        if len(self._keys) != before:
            self.changed.emit(self.id)

    def _drop(self, key: str) -> None:
        row = self._rows.pop(key, None)
        if row is None:
            return
        last = self._keys.pop()
        if last != key:  # the last one moves into the gap, so nothing else has to
            end = len(self._keys)
            self._keys[row], self._rows[last] = last, row
            self._places[:, row] = self._places[:, end]
            self._kinds[row], self._weights[row] = self._kinds[end], self._weights[end]

    def _reserve(self, rows: int) -> None:
        room = len(self._kinds)
        if rows <= room:
            return
        more = max(rows, 2 * room) - room
        self._places = np.pad(self._places, ((0, 0), (0, more)))
        self._kinds = np.pad(self._kinds, (0, more))
        self._weights = np.pad(self._weights, (0, more))

    def _columns(
        self,
        keys: Sequence[str],
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        kind: npt.ArrayLike,
        weight: npt.ArrayLike,
    ) -> tuple[Floats, Floats, Ints, Floats]:
        shape = (len(keys),)
        xs, ys = np.broadcast_to(x, shape).astype(float), np.broadcast_to(y, shape).astype(float)
        kinds = np.broadcast_to(kind, shape).astype(np.intp)
        if kinds.size and not 0 <= kinds.min() <= kinds.max() < len(self.sprites):
            raise ValueError(f"a kind outside 0 … {len(self.sprites) - 1}")
        return xs, ys, kinds, np.broadcast_to(weight, shape).astype(float)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """One ring: a place in metres, a colour, whether it beats or stands still, and is dashed."""

    key: str
    x: float
    y: float
    colour: QColor
    beats: bool = True
    dashed: bool = False


class PulseLayer(QObject):
    """Places with a ring until they are taken away; a few of them beat.

    They lie under the marks, whose counts they would cross. A canvas animates only what it shows.
    What stands still is part of its still picture, and of rings that lie upon each other there one
    is drawn, a dashed one before others.
    """

    changed = Signal(str)

    def __init__(self, id: str, *, parent: QObject | None = None) -> None:  # noqa: A002  (a layer's id is its id)
        super().__init__(parent)
        self.id = id
        self._pulses: dict[str, Pulse] = {}

    def replace(self, pulses: Iterable[Pulse]) -> None:
        """Let these beat and no others; one without a finite place is left out."""
        fresh = {
            pulse.key: pulse for pulse in pulses if np.isfinite(pulse.x) and np.isfinite(pulse.y)
        }
        if fresh != self._pulses:
            self._pulses = fresh
            self.changed.emit(self.id)

    def pulses(self) -> tuple[Pulse, ...]:
        """Give all of them."""
        return tuple(self._pulses.values())

    def beating(self) -> list[Pulse]:
        """Give what beats."""
        return [pulse for pulse in self._pulses.values() if pulse.beats]

    def still(self) -> list[Pulse]:
        """Give what stands still."""
        return [pulse for pulse in self._pulses.values() if not pulse.beats]

    def bounds(self) -> Bounds | None:
        """Enclose all of them; None when there is none."""
        return Bounds.around(
            [pulse.x for pulse in self._pulses.values()],
            [pulse.y for pulse in self._pulses.values()],
        )


Layer = PolygonLayer | MarkLayer | PulseLayer


def _last_of(keys: Sequence[str]) -> Ints:
    """Give for each key where it was given last."""
    last = {key: given for given, key in enumerate(keys)}
    return np.fromiter(last.values(), np.intp, len(last))


def _area(polygon: Polygon) -> Area | None:
    rings = [_ring(ring) for ring in polygon.rings]
    rings = [ring for ring in rings if len(ring) >= _CORNERS]
    if not rings:
        return None
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    for ring in rings:
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in ring.tolist()]))
        path.closeSubpath()
    corners = np.concatenate(rings)
    bounds = Bounds.around(corners[:, 0], corners[:, 1])
    if bounds is None:
        return None
    place, room = _roomiest(rings, bounds)
    return Area(
        key=polygon.key,
        path=path,
        bounds=bounds,
        fill=polygon.fill,
        label=polygon.label,
        place=place,
        room=room,
    )


def _ring(ring: npt.ArrayLike) -> Floats:
    corners: Floats = np.asarray(ring, float).reshape(-1, 2)
    return corners[np.isfinite(corners[:, 0]) & np.isfinite(corners[:, 1])]


def _roomiest(rings: Sequence[Floats], bounds: Bounds) -> tuple[tuple[float, float], float]:
    """Find the middle and the width of a wide stretch, not far from mid height, for a line of text.

    A text has a height: a stretch counts as wide as it and its two neighbours have in common.
    """
    spans = []
    lines = np.linspace(bounds.bottom, bounds.top, _LINES + 2)[1:-1]
    met = np.sort(np.concatenate([_crossings(ring, lines) for ring in rings], axis=1), axis=1)
    for line, crossings in zip(lines.tolist(), met, strict=True):
        found = crossings[np.isfinite(crossings)]
        starts, ends = found[0::2], found[1::2]
        if len(ends):
            widest = int(np.argmax(ends - starts[: len(ends)]))
            spans.append((float(starts[widest]), float(ends[widest]), line))
    best, place, room = 0.0, bounds.centre, 0.0
    height = bounds.top - bounds.bottom
    for below, here, above in zip(spans, spans[1:], spans[2:], strict=False):
        left = max(below[0], here[0], above[0])
        right = min(below[1], here[1], above[1])
        worth = (right - left) * (1 - abs(here[2] - bounds.centre[1]) / height)
        if worth > best:
            best, place, room = worth, ((left + right) / 2, here[2]), right - left
    return place, room


def _crossings(ring: Floats, lines: Floats) -> Floats:
    """Give where each side of a ring meets each line, a row for a line; infinite: it does not."""
    x, y = ring[:, 0], ring[:, 1]
    x_next, y_next = np.roll(x, -1), np.roll(y, -1)
    above = y <= lines[:, None]
    across = above != np.roll(above, -1, axis=1)
    met = np.full(above.shape, np.inf)
    line, side = np.nonzero(across)
    share = (lines[line] - y[side]) / (y_next[side] - y[side])
    met[line, side] = x[side] + share * (x_next[side] - x[side])
    return met
