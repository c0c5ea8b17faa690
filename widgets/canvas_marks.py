"""How one layer of marks lies on a canvas: what is grouped, drawn, and under a point."""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from widgets.canvas_clusters import Gathering, Ints, gather, scatter
from widgets.canvas_layers import MarkLayer
from widgets.canvas_sprites import LARGEST, Ink, Sheet
from widgets.canvas_view import Floats, Frame

_CELL: Final = 5.0  # heights of the font: room for the largest group and some air
_SINGLE_RECTS: Final = 24  # more changes than this are cheaper repainted as a whole
_PICTURES: Final = 1 << 16  # more than a sheet ever holds
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
        self._fragments = np.empty((0, 10))
        self._pictures = np.empty(0, np.intp)

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
        layer, before = self.layer, self._gathering
        fragments, pictures = self._fragments, self._pictures
        columns = (layer.x, layer.y, layer.kind, layer.weight)
        if layer.grouped:
            inset = LARGEST / 2 * self._ink.height * self._ratio
            now = gather(
                *columns,
                kinds=len(layer.sprites),
                frame=frame,
                side=round(_CELL * self._ink.height * self._ratio),
                apart=max(sprite.side for sprite in layer.sprites) * self._ratio,
                inset=inset,
            )
        else:
            now = scatter(*columns, frame=frame)
        self._gathering = now
        self._pictures = np.concatenate((self._sheet.groups(now.by_kind), layer.kind[now.row]))
        self._fragments = self._sheet.fragments(self._pictures)
        self._fragments[:, 0], self._fragments[:, 1] = now.across, now.down
        if before is None or before.zoom != now.zoom:
            return None
        return self._changes(fragments, pictures, self._fragments, self._pictures)

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
        fragments = self._fragments[seen]
        fragments[:, 0], fragments[:, 1] = across[seen], down[seen]
        self._sheet.draw(painter, fragments)

    def draw_one(self, painter: QPainter, frame: Frame, row: int) -> None:
        """Draw one mark by itself."""
        fragment = self._sheet.fragments(self.layer.kind[row : row + 1])
        across, down = frame.to_pixels(self.layer.x[row], self.layer.y[row])
        fragment[0, :2] = round(float(across)), round(float(down))
        self._sheet.draw(painter, fragment)

    def nearest(self, frame: Frame, across: float, down: float) -> tuple[float, int] | None:
        """Find the entry drawn under a point: its distance in device pixels and its index."""
        distance = self._distances(frame, across, down)
        within = np.maximum(self._fragments[:, 4] / 2, _REACH * self._ratio)
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

    def _changes(self, before: Floats, seen: Ints, now: Floats, shown: Ints) -> list[QRect] | None:
        # place and picture are all that shows of an entry: as one number they compare in one go
        old = before[:, 0] + 1j * (before[:, 1] * _PICTURES + seen)
        new = now[:, 0] + 1j * (now[:, 1] * _PICTURES + shown)
        gone, come = ~np.isin(old, new), ~np.isin(new, old)
        places = np.concatenate((before[gone, :2], now[come, :2]))
        if len(places) > _SINGLE_RECTS:
            return None
        reach = self._sheet.reach
        return [
            QRect(int(across) - reach, int(down) - reach, 2 * reach, 2 * reach)
            for across, down in places.tolist()
        ]

    def _blank_sheet(self) -> Sheet:
        return Sheet(
            self.layer.sprites, ink=self._ink, ratio=self._ratio, count_text=self._count_text
        )
