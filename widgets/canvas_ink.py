"""What a plan view draws in its own name: the selection, pulses, the scale and the focus."""

from math import ceil, floor, hypot, log10
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPalette, QPen, QTransform

_KILOMETRE: Final = 1000
_TEXT: Final = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
_RING: Final = 2.5  # device-independent pixels
_DASHES: Final = (2.4, 1.2)  # in widths of the pen
_AROUND: Final = 3  # between a selected mark and its ring
BAR_AIR: Final = 8


def draw_selected_path(
    painter: QPainter, path: QPainterPath, way: QTransform, palette: QPalette, ratio: float
) -> None:
    """Draw a bold line around an area; ``way`` leads from its metres to device pixels."""
    pen = QPen(palette.color(QPalette.ColorRole.Accent), _RING * ratio)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setTransform(way, combine=True)
    painter.strokePath(path, pen)
    painter.restore()


def draw_selected_place(
    painter: QPainter, middle: QPointF, half: float, palette: QPalette, ratio: float
) -> None:
    """Draw a ring around a place, and ground inside it to part it from what lies below."""
    ground, radius = palette.color(QPalette.ColorRole.Window), half + _AROUND * ratio
    painter.setBrush(ground)
    painter.setPen(QPen(ground, 2 * _RING * ratio))
    painter.drawEllipse(middle, radius, radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), _RING * ratio))
    painter.drawEllipse(middle, radius, radius)


def selected_reach(half: float, ratio: float) -> float:
    """Return how far the ring around a selected place and its ground reach."""
    return half + (_AROUND + _RING) * ratio


def draw_pulse(
    painter: QPainter,
    middle: QPointF,
    reach: float,
    phase: float,
    colour: QColor,
    *,
    dashed: bool = False,
) -> None:
    """Draw two rings that grow to ``reach`` and fade while ``phase`` goes from 0 to 1."""
    faded = QColor(colour)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for grown in (phase, (phase + 0.5) % 1):
        radius = reach * (0.4 + 0.6 * grown)
        faded.setAlphaF(1 - grown)
        painter.setPen(_pen(faded, reach * (0.1 - 0.05 * grown), dashed=dashed))
        painter.drawEllipse(middle, radius, radius)


def draw_ring(
    painter: QPainter, middle: QPointF, reach: float, colour: QColor, *, dashed: bool = False
) -> None:
    """Draw the ring that stands still where another would beat; it holds the largest group."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(colour, reach * 0.08, dashed=dashed))
    painter.drawEllipse(middle, 0.65 * reach, 0.65 * reach)


def _pen(colour: QColor, width: float, *, dashed: bool) -> QPen:
    pen = QPen(colour, width)
    if dashed:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern(_DASHES)
    return pen


def draw_bar(painter: QPainter, room: QRect, scale: float, palette: QPalette) -> None:
    """Draw a bar of a round length into ``room``, at ``scale`` pixels per metre."""
    metres, text = round_length((room.width() - 2 * BAR_AIR) / scale)
    length = round(metres * scale)
    back = QColor(palette.color(QPalette.ColorRole.Base))
    back.setAlphaF(0.85)
    panel = QRect(room.left(), room.top(), length + 2 * BAR_AIR, room.height())
    painter.fillRect(panel, back)
    painter.setPen(palette.color(QPalette.ColorRole.WindowText))
    painter.drawText(panel.adjusted(0, 2, 0, 0), _TEXT, text)
    left, foot = room.left() + BAR_AIR, room.bottom() - 5
    painter.drawLine(left, foot, left + length, foot)
    painter.drawLine(left, foot - 4, left, foot)
    painter.drawLine(left + length, foot - 4, left + length, foot)


def tie_room(metrics: QFontMetrics, start: QPointF, end: QPointF, text: str) -> QRectF:
    """Return where the words of a line stand, at its middle; nowhere if it is too short."""
    room = QRectF(metrics.boundingRect(text)).adjusted(-4, -2, 4, 2)
    if hypot(end.x() - start.x(), end.y() - start.y()) < room.width():
        return QRectF()
    room.moveCenter((start + end) / 2)
    return room


def draw_tie(painter: QPainter, start: QPointF, end: QPointF, palette: QPalette) -> None:
    """Draw a dashed line between two places."""
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 2, Qt.PenStyle.DashLine))
    painter.drawLine(start, end)


def draw_tie_words(painter: QPainter, room: QRectF, text: str, palette: QPalette) -> None:
    """Draw the words of a line, over whatever lines cross them."""
    painter.fillRect(room, palette.color(QPalette.ColorRole.Base))
    painter.setPen(palette.color(QPalette.ColorRole.WindowText))
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)


def draw_focus(painter: QPainter, room: QRect, arm: int, palette: QPalette) -> None:
    """Draw a frame, and a cross in the middle, where keys begin to look for the nearest."""
    middle = room.center()
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawLine(middle - QPoint(arm, 0), middle + QPoint(arm, 0))
    painter.drawLine(middle - QPoint(0, arm), middle + QPoint(0, arm))
    painter.drawRect(QRectF(room).adjusted(1, 1, -1, -1))


def draw_cross(painter: QPainter, room: QRect, arm: int, palette: QPalette) -> None:
    """Draw the sights in the middle, open where the place itself is, with ground around them."""
    middle, gap = room.center(), max(3, arm // 4)
    roles = ((QPalette.ColorRole.Window, 5), (QPalette.ColorRole.Accent, 2))
    for role, wide in roles:
        painter.setPen(QPen(palette.color(role), wide))
        for way in (QPoint(1, 0), QPoint(-1, 0), QPoint(0, 1), QPoint(0, -1)):
            painter.drawLine(middle + way * gap, middle + way * 2 * arm)
        painter.drawPoint(middle)


def round_length(longest: float) -> tuple[float, str]:
    """Find the longest length of 1, 2 or 5 times a power of ten metres within ``longest``."""
    power = 10.0 ** floor(log10(longest))  # just below a power of ten it may come out too large
    metres = max(part * power for part in (0.5, 1, 2, 5) if part * power <= longest)
    return metres, f"{metres / 1000:g} km" if metres >= _KILOMETRE else f"{metres:g} m"


def outward(rect: QRect, factor: float) -> QRect:
    """Scale a rectangle, growing it to whole pixels."""
    left, top = floor(rect.left() * factor), floor(rect.top() * factor)
    right = ceil((rect.left() + rect.width()) * factor)
    bottom = ceil((rect.top() + rect.height()) * factor)
    return QRect(left, top, right - left, bottom - top)
