"""The small pictures of a plan view, painted once and kept side by side in one pixmap."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final, cast

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap
from shiboken6 import wrapInstance

from widgets.canvas_clusters import Ints
from widgets.canvas_view import Floats
from widgets.paint import Shape, paint_shape

Draw = Callable[[QPainter, QRectF], None]

_COLUMNS: Final = 16
_FIRST_ROWS: Final = 4
_FULL: Final = 1024  # pictures after which the sheet begins anew
_TURN: Final = 360 * 16  # Qt measures arcs in sixteenths of a degree
_TOP: Final = 90 * 16
_GAP: Final = 5 * 16  # between the stretches of a ring, so that colour is not all that parts them
MOST_KINDS: Final = 15  # their shares in a ring still fit into a byte each
_DIGITS: Final = (10, 100)  # a group grows by one step at each
_GROWTH: Final = (2.3, 2.65, 3.0)  # its diameter, in heights of the font
LARGEST: Final = _GROWTH[-1]
_THOUSAND: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sprite:
    """How one kind of mark looks.

    ``side`` is in device-independent pixels, ``colour`` is its share of a group's ring, and
    ``draw`` paints it into a rectangle with an antialiasing painter.
    """

    side: int
    colour: QColor
    draw: Draw


def shaped(shape: Shape, *, fill: QColor, halo: QColor, side: int) -> Sprite:
    """Make a sprite of a ready-made outline, parted from the ground by a halo."""
    behind = Shape.DISC if shape is Shape.RING else shape

    def draw(painter: QPainter, box: QRectF) -> None:
        rim = side / 8
        paint_shape(painter, box, behind, halo)
        paint_shape(painter, box.adjusted(rim, rim, -rim, -rim), shape, fill)

    return Sprite(side=side, colour=fill, draw=draw)


def short_count(count: int) -> str:
    """Write a count in at most four characters: 999, 1.2k, 12k."""
    if count < _THOUSAND:
        return str(count)
    tenths = count * 10 // _THOUSAND
    return f"{tenths / 10:.1f}k" if tenths < 10 * 10 else f"{tenths // 10}k"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """What groups are painted with: the canvas's own font (sized in pixels) and colours."""

    font: QFont
    text: QColor
    disc: QColor

    @property
    def height(self) -> int:
        """The font's size in device-independent pixels, which groups are sized by."""
        return self.font.pixelSize()


class Sheet:
    """All pictures of one layer at one pixel ratio, in one pixmap that grows as groups appear."""

    def __init__(
        self,
        sprites: Sequence[Sprite],
        *,
        ink: Ink,
        ratio: float,
        count_text: Callable[[int], str] = short_count,
    ) -> None:
        self._sprites, self._ink, self._ratio, self._count_text = sprites, ink, ratio, count_text
        largest = max(LARGEST * ink.height + 2, *(sprite.side for sprite in sprites), 0)
        self._slot = _even(largest * ratio)
        self._sides: list[int] = []
        self._known: dict[tuple[str, bytes], int] = {}
        self._pixmap = _clear(_COLUMNS * self._slot, _FIRST_ROWS * self._slot)
        # enough parts that every kind present gets one and the most frequent keeps some
        self._parts = max(16, len(sprites) ** 2)
        for sprite in sprites:
            self._paint(sprite.side, sprite.draw)

    @property
    def full(self) -> bool:
        """Whether so many different groups were shown that a new sheet is cheaper."""
        return len(self._sides) > _FULL

    @property
    def reach(self) -> int:
        """How far a picture can reach from its place, in device pixels."""
        return self._slot // 2 + 1

    def groups(self, by_kind: Ints) -> Ints:
        """Give the picture of each group, painting those never seen before."""
        total = by_kind.sum(axis=1)
        if not len(total):
            return np.empty(0, np.intp)
        parts = np.ceil(by_kind * (self._parts / total[:, None])).astype(np.uint8)
        most = by_kind.argmax(axis=1)
        line = np.arange(len(parts))
        parts[line, most] = 0
        parts[line, most] = self._parts - parts.sum(axis=1)
        return np.fromiter(
            (
                self._group(self._count_text(count), share.tobytes(), count)
                for count, share in zip(total.tolist(), parts, strict=True)
            ),
            np.intp,
            len(total),
        )

    def fragments(self, pictures: Ints) -> Floats:
        """Lay out what ``drawPixmapFragments`` reads for these pictures; columns 0, 1 are free."""
        sides = np.asarray(self._sides, float)[pictures]
        laid = np.zeros((len(pictures), 10))
        laid[:, 2] = pictures % _COLUMNS * self._slot + (self._slot - sides) / 2
        laid[:, 3] = pictures // _COLUMNS * self._slot + (self._slot - sides) / 2
        laid[:, 4] = laid[:, 5] = sides
        laid[:, 6] = laid[:, 7] = laid[:, 9] = 1.0  # scale across, scale down, opacity
        return laid

    def draw(self, painter: QPainter, fragments: Floats) -> None:
        """Draw fragments whose places are filled in, in device pixels, in one call."""
        if len(fragments):
            block = np.ascontiguousarray(fragments)
            # a QPainter.PixmapFragment is ten doubles: Qt reads them where numpy wrote them
            wrapped: object = wrapInstance(block.ctypes.data, QPainter.PixmapFragment)
            first = cast(QPainter.PixmapFragment, wrapped)
            painter.drawPixmapFragments(first, len(block), self._pixmap)

    def _group(self, text: str, share: bytes, count: int) -> int:
        known = self._known.get((text, share))
        if known is None:
            step = sum(count >= limit for limit in _DIGITS)
            side = round(_GROWTH[step] * self._ink.height)
            known = self._paint(side, _Bubble(text, share, self._sprites, self._ink).draw)
            self._known[text, share] = known
        return known

    def _paint(self, side: float, draw: Draw) -> int:
        """Add a picture and give its number."""
        number, slot = len(self._sides), self._slot
        row, column = divmod(number, _COLUMNS)
        if (row + 1) * slot > self._pixmap.height():
            larger = _clear(self._pixmap.width(), 2 * self._pixmap.height())
            with_old = QPainter(larger)
            with_old.drawPixmap(0, 0, self._pixmap)
            with_old.end()
            self._pixmap = larger
        painter = QPainter(self._pixmap)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate((column + 0.5) * slot, (row + 0.5) * slot)
            painter.scale(self._ratio, self._ratio)
            draw(painter, QRectF(-side / 2, -side / 2, side, side))
        finally:
            painter.end()
        self._sides.append(min(slot, _even(side * self._ratio)))
        return number


@dataclass(frozen=True, slots=True)
class _Bubble:
    """A group: a disc with its count, in a ring that shares out the kinds, the worst at the top."""

    text: str
    share: bytes
    sprites: Sequence[Sprite]
    ink: Ink

    def draw(self, painter: QPainter, box: QRectF) -> None:
        stroke = max(2.5, self.ink.height / 4.2)
        disc = box.adjusted(2, 2, -2, -2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.ink.disc)
        painter.drawEllipse(disc)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inset = stroke / 2 + 1
        ring = disc.adjusted(inset, inset, -inset, -inset)
        unit = _TURN / sum(self.share)
        gap = _GAP if sum(map(bool, self.share)) > 1 else 0
        start = float(_TOP)
        for sprite, parts in zip(reversed(self.sprites), reversed(self.share), strict=False):
            if parts:
                pen = QPen(sprite.colour, stroke)
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                painter.setPen(pen)
                painter.drawArc(ring, round(start - gap / 2), -round(parts * unit - gap))
                start -= parts * unit
        painter.setPen(self.ink.text)
        painter.setFont(self.ink.font)
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, self.text)
        worst = max(kind for kind, parts in enumerate(self.share) if parts)
        if worst > 0:
            badge = QRectF(0, 0, stroke * 3.4, stroke * 3.4)
            badge.moveCenter(QPointF(disc.center().x(), ring.top()))
            self.sprites[worst].draw(painter, badge)


def _even(pixels: float) -> int:
    """Round up to an even number: an even picture on a whole place lies on whole pixels."""
    return 2 * ceil(pixels / 2)


def _clear(width: int, height: int) -> QPixmap:
    pixmap = QPixmap(width, height)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap
