"""How one layer of marks lies on a canvas: what is grouped, drawn, and under a point."""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from widgets.canvas_clusters import Gathering, gather, scatter
from widgets.canvas_layers import MarkLayer
from widgets.canvas_sprites import Ink, Laid, Sheet
from widgets.canvas_view import Floats, Frame

_CELL: Final = 6.0  # heights of the font: room for the largest group and some air
_SINGLE_RECTS: Final = 64  # more changes than this are cheaper repainted as a whole
_ROW: Final = 1 << 26  # more device pixels than the plane is ever high
_TURNS: Final = np.radians((0, 45, -45, 90, -90, 135, -135, 180))  # the smallest first
_REACH: Final = 7  # a mark smaller than a fingertip can still be hit from so far


class Cloud:
    """The marks of one layer, gathered for one zoom and ready to draw at any place."""

    def __init__(
        self, layer: MarkLayer, *, ink: Ink, ratio: float, count_text: Callable[[int], str]
    ) -> None:
        self.layer = layer
        self._ink, self._ratio, self._count_text = ink, ratio, count_text
        self._sheet = self._blank_sheet()
        self._gathering: Gathering | None = None
        self._laid = self._sheet.lay(np.empty((0, len(layer.sprites)), np.intp), layer.kind[:0])

    @property
    def gathering(self) -> Gathering | None:
        """What is drawn; None before the first gathering."""
        return self._gathering

    def gather(self, frame: Frame) -> list[QRect] | None:
        """Gather the marks anew for ``frame`` and tell what changed.

        Gives rectangles in device pixels from the plane's origin, or None when all may have.
        """
        if self._sheet.full:
            self._sheet, self._gathering = self._blank_sheet(), None
        layer, before, laid = self.layer, self._gathering, self._laid
        columns = (layer.x, layer.y, layer.kind, layer.weight)
        if layer.grouped:
            apart = max(map(self._ink.side, layer.sprites))
            now = gather(
                *columns,
                kinds=len(layer.sprites),
                frame=frame,
                side=round(_CELL * self._ink.height * self._ratio),
                apart=apart * self._ratio,
                # so far off the walls that no mark of a neighbouring cell reaches a group either
                inset=(self._ink.largest + apart) / 2 * self._ratio,
            )
        else:
            now = scatter(*columns, frame=frame)
        self._gathering, self._laid = now, self._sheet.lay(now.by_kind, layer.kind[now.row])
        if before is None or before.zoom != now.zoom:
            return None
        return self._changes(before, laid, now, self._laid)

    def draw(self, painter: QPainter, frame: Frame, exposed: QRect) -> None:
        """Draw what touches ``exposed`` (device pixels of ``frame``) in one call."""
        across, down = self._places(frame)
        reach = self._sheet.reach
        seen = (
            (across > exposed.left() - reach)
            & (across < exposed.right() + reach)
            & (down > exposed.top() - reach)
            & (down < exposed.bottom() + reach)
        )
        chosen = seen[self._laid.entry]
        fragments, entry = self._laid.fragments[chosen], self._laid.entry[chosen]
        fragments[:, 0] += across[entry]
        fragments[:, 1] += down[entry]
        self._sheet.draw(painter, fragments)

    def discs(self, frame: Frame) -> Floats:
        """Give place and half width, in device pixels of ``frame``, of all that is drawn."""
        return np.stack((*self._places(frame), self._laid.side / 2), axis=1)

    def half(self, row: int) -> float:
        """Return how far a mark reaches from its place, in device pixels."""
        return self._ink.side(self.layer.sprites[self.layer.kind[row]]) / 2 * self._ratio

    def beside_groups(self, frame: Frame, row: int, reach: float) -> tuple[int, int]:
        """Place one mark in whole device pixels of ``frame``: at the rim of a group it lies upon.

        Drawn by itself, with ``reach`` around its middle, it would cover the group's count. It
        goes towards its own place, or else to the nearest side on which it covers no other.
        """
        across, down = frame.to_pixels(self.layer.x[row], self.layer.y[row])
        x, y = round(float(across)), round(float(down))
        groups = 0 if self._gathering is None else self._gathering.groups
        middles = np.stack(self._places(frame), axis=1)[:groups]
        radii = self._laid.side[:groups] / 2
        off = (x, y) - middles
        upon = np.flatnonzero(np.hypot(*off.T) < radii + self.half(row))
        if not len(upon):
            return x, y
        group = upon[np.argmin(np.hypot(*off[upon].T))]
        way = np.arctan2(*off[group, ::-1]) + _TURNS
        rim = radii[group] + reach
        spots = middles[group] + rim * np.stack((np.cos(way), np.sin(way)), axis=1)
        gaps = np.hypot(*(spots[:, None] - middles).T).T - radii  # by spot and group
        inside = (spots > 0) & (spots < (frame.width, frame.height))
        free = np.flatnonzero((gaps > reach - 1).all(axis=1) & inside.all(axis=1))
        spot = spots[free[0] if len(free) else 0]
        return round(float(spot[0])), round(float(spot[1]))

    def draw_one(self, painter: QPainter, at: tuple[int, int], row: int) -> None:
        """Draw one mark by itself, in device pixels."""
        kind = self.layer.kind[row : row + 1]
        fragments = self._sheet.lay(np.empty((0, len(self.layer.sprites)), np.intp), kind).fragments
        fragments[0, :2] = at
        self._sheet.draw(painter, fragments)

    def nearest(self, frame: Frame, across: float, down: float) -> tuple[float, int] | None:
        """Find the entry drawn under a point: its distance in device pixels and its index."""
        distance = self._distances(frame, across, down)
        within = np.maximum(self._laid.side / 2, _REACH * self._ratio)
        hits = np.flatnonzero(distance <= within)
        if not len(hits):
            return None
        hit = int(hits[::-1][np.argmin(distance[hits[::-1]])])  # of equals the one drawn last
        return float(distance[hit]), hit

    def outward(self, frame: Frame) -> Iterator[tuple[float, int]]:
        """Give the entries in the frame with their distance from its middle."""
        across, down = self._places(frame)
        seen = (across >= 0) & (across < frame.width) & (down >= 0) & (down < frame.height)
        distance = self._distances(frame, frame.width / 2, frame.height / 2)
        for entry in np.flatnonzero(seen).tolist():
            yield float(distance[entry]), entry

    def lone_key(self, entry: int) -> str:
        """Name the mark of an entry that is no group; for a group give nothing."""
        if self._gathering is None or entry < self._gathering.groups:
            return ""
        return self.layer.key(int(self._gathering.row[entry - self._gathering.groups]))

    def keys(self, entry: int) -> tuple[str, ...]:
        """Name the marks behind an entry."""
        if self._gathering is None:
            return ()
        rows = self._gathering.members(entry, self.layer.x, self.layer.y)
        return tuple(map(self.layer.key, rows.tolist()))

    def _distances(self, frame: Frame, across: float, down: float) -> Floats:
        places = self._places(frame)
        return np.hypot(places[0] - across, places[1] - down)

    def _places(self, frame: Frame) -> tuple[Floats, Floats]:
        if self._gathering is None:
            return np.empty(0), np.empty(0)
        grown = frame.zoom / self._gathering.zoom
        across, down = self._gathering.across * grown, self._gathering.down * grown
        return np.rint(across) - frame.left, np.rint(down) - frame.top

    def _changes(
        self, before: Gathering, laid: Laid, now: Gathering, fresh: Laid
    ) -> list[QRect] | None:
        # place and look are all that shows of an entry: as one number they compare in one go
        old = before.across * _ROW + before.down + 1j * laid.look
        new = now.across * _ROW + now.down + 1j * fresh.look
        gone, come = ~np.isin(old, new), ~np.isin(new, old)
        places = np.stack(
            (
                np.concatenate((before.across[gone], now.across[come])),
                np.concatenate((before.down[gone], now.down[come])),
            ),
            axis=1,
        )
        if len(places) > _SINGLE_RECTS:
            return None
        reach = self._sheet.reach
        return [
            QRect(across - reach, down - reach, 2 * reach, 2 * reach)
            for across, down in places.tolist()
        ]

    def _blank_sheet(self) -> Sheet:
        return Sheet(
            self.layer.sprites, ink=self._ink, ratio=self._ratio, count_text=self._count_text
        )
