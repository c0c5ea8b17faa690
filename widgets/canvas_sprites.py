"""The small pictures of a plan view, painted once and kept side by side in one pixmap."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Final, cast

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap
from shiboken6 import wrapInstance

from widgets.canvas_clusters import Ints
from widgets.canvas_view import Floats
from widgets.paint import Shape, paint_shape

Draw = Callable[[QPainter, QRectF], None]

_COLUMNS: Final = 16
_FIRST_ROWS: Final = 4
_MOST_PICTURES: Final = 1 << 20  # more than a sheet ever holds
_FULL: Final = 1024  # pictures after which the sheet begins anew
_TURN: Final = 360 * 16  # Qt measures arcs in sixteenths of a degree
_TOP: Final = 90 * 16
_FOOT: Final = 270 * 16
_GAP: Final = 5 * 16  # between the stretches of a ring, so that colour is not all that parts them
MOST_KINDS: Final = 15  # their shares in a ring still fit into a byte each
_DIGITS: Final = (10, 100)  # a group grows by one step at each
_GROWTH: Final = (2.3, 2.65, 3.0)  # its diameter, in heights of the font
_EDGE: Final = 1.5  # of ground around a ring, in device-independent pixels
_ALARMS: Final = 16  # lengths of the arc of alarm around a group
LARGEST: Final = _GROWTH[-1]
_THOUSAND: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sprite:
    """How one kind of mark looks.

    ``side`` is in device-independent pixels, ``colour`` is its share of a group's ring, and
    ``draw`` paints it into a rectangle with an antialiasing painter. One with an ``alarm`` has a
    ring of that colour around it, and a group an arc as long as its share of such marks.
    """

    side: int
    colour: QColor
    draw: Draw
    alarm: QColor | None = None


def shaped(
    shape: Shape, *, fill: QColor, halo: QColor, side: int, alarm: QColor | None = None
) -> Sprite:
    """Make a sprite of a ready-made outline, parted from the ground by a halo."""
    behind = Shape.DISC if shape is Shape.RING else shape

    def draw(painter: QPainter, box: QRectF) -> None:
        rim = side / 8
        paint_shape(painter, box, behind, halo)
        paint_shape(painter, box.adjusted(rim, rim, -rim, -rim), shape, fill)

    return Sprite(side=side, colour=fill, draw=draw, alarm=alarm)


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

    @property
    def stroke(self) -> float:
        """How thick a group's ring is, in device-independent pixels."""
        return max(2.5, self.height / 4.2)

    @property
    def alarm(self) -> float:
        """How thick the ring around a mark of alarm is, in device-independent pixels."""
        return max(2.0, self.height / 6)

    @property
    def largest(self) -> float:
        """How wide the largest group is with all that is around it."""
        return LARGEST * self.height + 2 * self.alarm

    def side(self, sprite: Sprite) -> float:
        """Return how wide a mark is with the ring around it."""
        return sprite.side + (2 * (self.alarm + _EDGE) if sprite.alarm else 0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Laid:
    """Everything that is drawn for a gathering, ready for one call.

    ``fragments`` holds what Qt reads, with the way from the entry's place in columns 0 and 1;
    ``entry`` is the entry each fragment belongs to. By entry, ``side`` is its size in device
    pixels and ``look`` a number that changes when its looks do.
    """

    fragments: Floats
    entry: Ints
    side: Floats
    look: Ints


class Sheet:
    """All pictures of one layer at one pixel ratio, in one pixmap that grows as they are needed.

    A group is put together from a ring, a count and a badge: groups that differ in the count, as
    they all do, still share the few rings there are, and hardly anything has to be painted anew.
    """

    def __init__(
        self,
        sprites: Sequence[Sprite],
        *,
        ink: Ink,
        ratio: float,
        count_text: Callable[[int], str] = short_count,
    ) -> None:
        self._sprites, self._ink, self._ratio, self._count_text = sprites, ink, ratio, count_text
        largest = max(ink.largest + 2, *map(ink.side, sprites))
        self._slot = _even(largest * ratio)
        self._sides: list[int] = []
        self._pixmap = _clear(_COLUMNS * self._slot, _FIRST_ROWS * self._slot)
        # kinds of one colour share a stretch of a ring
        names = list(dict.fromkeys(sprite.colour.rgba() for sprite in sprites))
        self._colours = [QColor.fromRgba(name) for name in names]
        self._merging = np.array(
            [[sprite.colour.rgba() == name for name in names] for sprite in sprites], np.intp
        )
        # enough parts that every colour present gets one and the most frequent keeps some
        self._parts = max(16, len(names) ** 2)
        for sprite in sprites:
            self._paint(ink.side(sprite), partial(_draw_mark, ink, sprite))
        badge = 3.4 * self._ink.stroke
        self._badges = np.array([self._paint(badge, sprite.draw) for sprite in sprites], np.intp)
        self._alarm = next((it.alarm for it in reversed(sprites) if it.alarm), QColor())
        self._alarming = np.array([sprite.alarm is not None for sprite in sprites], np.intp)
        self._rings: dict[tuple[int, bytes], int] = {}
        self._arcs: dict[tuple[int, int], int] = {}
        self._counts: dict[int, int] = {}

    @property
    def full(self) -> bool:
        """Whether so many different pictures were needed that a new sheet is cheaper."""
        return len(self._sides) > _FULL

    @property
    def reach(self) -> int:
        """How far a picture can reach from its place, in device pixels."""
        return self._slot // 2 + 1

    def lay(self, by_kind: Ints, lone: Ints) -> Laid:
        """Lay out groups of so many points of each kind, and then lone marks of these kinds."""
        groups, kinds = len(by_kind), len(self._sprites)
        by_kind = by_kind.reshape(groups, kinds)  # where nothing is grouped it has no columns
        total = by_kind.sum(axis=1)
        step = np.digitize(total, _DIGITS)
        rings = self._ring_pictures(by_kind @ self._merging, total, step)
        counts = np.fromiter(map(self._count_picture, total.tolist()), np.intp, groups)
        worst = kinds - 1 - (by_kind[:, ::-1] > 0).argmax(axis=1) if groups else total
        badged = np.flatnonzero(self._merging[worst, 0] == 0)  # the least colour needs no sign
        alarm = -(by_kind @ self._alarming * -_ALARMS // np.maximum(total, 1))  # rounded up
        called = np.flatnonzero(alarm)
        arcs = self._arc_pictures(alarm[called], step[called])

        pictures = np.concatenate((rings, counts, self._badges[worst[badged]], arcs, lone))
        laid = self._fragments(pictures)
        radius = (np.array(_GROWTH)[step[badged]] * self._ink.height - self._ink.stroke) / 2 - _EDGE
        laid[2 * groups : 2 * groups + len(badged), 1] = -np.rint(radius * self._ratio)
        everyone = np.arange(groups + len(lone))
        return Laid(
            fragments=laid,
            entry=np.concatenate(
                (everyone[:groups], everyone[:groups], badged, called, everyone[groups:])
            ),
            side=np.concatenate((laid[:groups, 4], laid[len(laid) - len(lone) :, 4])),
            look=np.concatenate(((rings * _MOST_PICTURES + counts) * (_ALARMS + 1) + alarm, lone)),
        )

    def draw(self, painter: QPainter, fragments: Floats) -> None:
        """Draw fragments whose places are filled in, in device pixels, in one call."""
        if len(fragments):
            block = np.ascontiguousarray(fragments)
            # a QPainter.PixmapFragment is ten doubles: Qt reads them where numpy wrote them
            wrapped: object = wrapInstance(block.ctypes.data, QPainter.PixmapFragment)
            first = cast(QPainter.PixmapFragment, wrapped)
            painter.drawPixmapFragments(first, len(block), self._pixmap)

    def _fragments(self, pictures: Ints) -> Floats:
        sides = np.asarray(self._sides, float)[pictures]
        laid = np.zeros((len(pictures), 10))
        laid[:, 2] = pictures % _COLUMNS * self._slot + (self._slot - sides) / 2
        laid[:, 3] = pictures // _COLUMNS * self._slot + (self._slot - sides) / 2
        laid[:, 4] = laid[:, 5] = sides
        laid[:, 6] = laid[:, 7] = laid[:, 9] = 1.0  # scale across, scale down, opacity
        return laid

    def _ring_pictures(self, by_colour: Ints, total: Ints, step: Ints) -> Ints:
        groups = len(by_colour)
        if not groups:
            return np.empty(0, np.intp)
        parts = np.ceil(by_colour * (self._parts / total[:, None])).astype(np.uint8)
        most, line = by_colour.argmax(axis=1), np.arange(groups)
        parts[line, most] = 0
        parts[line, most] = self._parts - parts.sum(axis=1)
        found = (
            self._ring_picture(size, share.tobytes())
            for size, share in zip(step.tolist(), parts, strict=True)
        )
        return np.fromiter(found, np.intp, groups)

    def _ring_picture(self, step: int, share: bytes) -> int:
        known = self._rings.get((step, share))
        if known is None:
            side = _GROWTH[step] * self._ink.height
            known = self._paint(side, partial(_draw_ring, self._ink, self._colours, share))
            self._rings[step, share] = known
        return known

    def _arc_pictures(self, alarm: Ints, step: Ints) -> Ints:
        found = map(self._arc_picture, step.tolist(), alarm.tolist())
        return np.fromiter(found, np.intp, len(alarm))

    def _arc_picture(self, step: int, alarm: int) -> int:
        known = self._arcs.get((step, alarm))
        if known is None:
            side = _GROWTH[step] * self._ink.height + 2 * self._ink.alarm
            share = alarm / _ALARMS
            known = self._paint(side, partial(_draw_alarm, self._ink, self._alarm, share))
            self._arcs[step, alarm] = known
        return known

    def _count_picture(self, count: int) -> int:
        known = self._counts.get(count)
        if known is None:
            text = self._count_text(count)
            side = QFontMetricsF(self._ink.font).size(0, text)
            known = self._paint(
                max(side.width(), side.height()) + 2, partial(_draw_text, self._ink, text)
            )
            self._counts[count] = known
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


def _draw_mark(ink: Ink, sprite: Sprite, painter: QPainter, box: QRectF) -> None:
    """Draw a lone mark, in its ring if it has one."""
    rim = (box.width() - sprite.side) / 2
    if sprite.alarm is not None:
        _draw_alarm(ink, sprite.alarm, 1.0, painter, box)
    sprite.draw(painter, box.adjusted(rim, rim, -rim, -rim))


def _draw_alarm(ink: Ink, colour: QColor, share: float, painter: QPainter, box: QRectF) -> None:
    """Draw so much of a ring, from the foot upwards on both sides: at the top is the badge."""
    inset = (ink.alarm + _EDGE) / 2
    span = round(share * _TURN)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ground, stroke in ((ink.disc, ink.alarm + _EDGE), (colour, ink.alarm)):
        painter.setPen(QPen(ground, stroke, c=Qt.PenCapStyle.FlatCap, s=Qt.PenStyle.SolidLine))
        painter.drawArc(box.adjusted(inset, inset, -inset, -inset), _FOOT - span // 2, span)


def _draw_ring(
    ink: Ink, colours: Sequence[QColor], share: bytes, painter: QPainter, box: QRectF
) -> None:
    """Draw a disc in a ring that shares out the kinds, from the top, the worst first."""
    stroke = ink.stroke
    disc = box.adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink.disc)
    painter.drawEllipse(disc)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inset = stroke / 2
    ring = disc.adjusted(inset, inset, -inset, -inset)
    unit = _TURN / sum(share)
    gap = _GAP if sum(map(bool, share)) > 1 else 0
    start = float(_TOP)
    for colour, parts in zip(reversed(colours), reversed(share), strict=True):
        if parts:
            pen = QPen(colour, stroke)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawArc(ring, round(start - gap / 2), -round(parts * unit - gap))
            start -= parts * unit


def _draw_text(ink: Ink, text: str, painter: QPainter, box: QRectF) -> None:
    painter.setPen(ink.text)
    painter.setFont(ink.font)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _even(pixels: float) -> int:
    """Round up to an even number: an even picture on a whole place lies on whole pixels."""
    return 2 * ceil(pixels / 2)


def _clear(width: int, height: int) -> QPixmap:
    pixmap = QPixmap(width, height)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap
