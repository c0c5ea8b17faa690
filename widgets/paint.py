"""Small things that several widgets and delegates draw alike."""

from collections.abc import Sequence
from enum import StrEnum
from math import floor, isfinite
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontInfo,
    QFontMetricsF,
    QPainter,
    QPalette,
    QPen,
    QPolygonF,
)

from widgets.tone import PANEL_ROLE, Tone, blend, tone_colour

RADIUS: Final = 6
SMALL: Final = 12 / 14  # of a font's size: what stands below or beside the words that matter
_DESIGN_PIXELS: Final = 14
_TINT: Final = 0.12


class Shape(StrEnum):
    """Marks that differ in outline, so that they can be told apart without colour."""

    DIAMOND = "◆"
    TRIANGLE = "▲"
    DISC = "●"
    RING = "○"
    SQUARE = "■"
    CROSS = "✕"
    TICK = "✓"
    DASH = "–"


_OUTLINES: Final = {
    Shape.DIAMOND: ((0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)),
    Shape.TRIANGLE: ((0.5, 0.04), (1.0, 0.94), (0.0, 0.94)),
    Shape.SQUARE: ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)),
}
_STROKES: Final = {
    Shape.CROSS: ((0.15, 0.15, 0.85, 0.85), (0.85, 0.15, 0.15, 0.85)),
    Shape.TICK: ((0.08, 0.55, 0.38, 0.85), (0.38, 0.85, 0.92, 0.2)),
    Shape.DASH: ((0.1, 0.5, 0.9, 0.5),),
}


def unit(font: QFont) -> float:
    """Return how large one design pixel is at this font: 1.0 at 14 px."""
    return QFontInfo(font).pixelSize() / _DESIGN_PIXELS


def scaled(font: QFont, share: float, *, bold: bool = False) -> QFont:
    """Return ``font`` at ``share`` of its size."""
    made = QFont(font)
    made.setPixelSize(max(1, round(QFontInfo(font).pixelSize() * share)))
    if bold:
        made.setWeight(QFont.Weight.DemiBold)
    return made


def fitting(font: QFont, text: str, width: float) -> QFont:
    """Return the largest font, up to ``font``, in which a text is shown whole."""
    needed, pixels = QFontMetricsF(font).horizontalAdvance(text), QFontInfo(font).pixelSize()
    if needed <= max(0, width):
        return font
    return scaled(font, floor(pixels * width / needed) / pixels, bold=font.bold())


def tint(palette: QPalette, tone: Tone, share: float = _TINT) -> QColor:
    """Return a wash of ``tone`` on the panel colour, for the ground of a badge or a row."""
    return blend(tone_colour(palette, tone), palette.color(PANEL_ROLE), share)


def paint_focus_ring(painter: QPainter, rect: QRectF, palette: QPalette, radius: float) -> None:
    """Draw the ring that shows where the keyboard is."""
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)


def paint_shape(painter: QPainter, rect: QRectF, shape: Shape, colour: QColor) -> None:
    """Draw a mark into the largest square in the middle of ``rect``."""
    side = min(rect.width(), rect.height())
    left, top = rect.center().x() - side / 2, rect.center().y() - side / 2
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    if outline := _OUTLINES.get(shape):
        painter.drawPolygon(
            QPolygonF([QPointF(left + x * side, top + y * side) for x, y in outline])
        )
        return
    pen = QPen(colour, max(1.25, side / 6), c=Qt.PenCapStyle.RoundCap, s=Qt.PenStyle.SolidLine)
    if strokes := _STROKES.get(shape):
        painter.setPen(pen)
        for x1, y1, x2, y2 in strokes:
            painter.drawLine(
                QLineF(left + x1 * side, top + y1 * side, left + x2 * side, top + y2 * side)
            )
        return
    inset = side * 0.06
    if shape is Shape.RING:
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inset += pen.widthF() / 2
    painter.drawEllipse(QRectF(left, top, side, side).adjusted(inset, inset, -inset, -inset))


def badge_width(text: str, font: QFont) -> float:
    """Return the width a badge needs for ``text``."""
    metrics = QFontMetricsF(scaled(font, SMALL))
    return max(metrics.horizontalAdvance(text) + 12 * unit(font), badge_height(font))


def badge_height(font: QFont) -> float:
    """Return the height of a badge."""
    return float(round(19 * unit(font)))


def paint_badge(painter: QPainter, rect: QRectF, text: str, tone: Tone, palette: QPalette) -> None:
    """Draw ``text`` in a tinted pill, as high as a badge is and in the middle of ``rect``.

    The painter's font is that of the surrounding text; a badge is a little smaller.
    """
    font = painter.font()
    height = badge_height(font)
    pill = QRectF(rect.left(), rect.center().y() - height / 2, rect.width(), height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tint(palette, tone))
    painter.drawRoundedRect(pill, height / 2, height / 2)
    painter.setPen(tone_colour(palette, tone))
    painter.setFont(scaled(font, SMALL))
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
    painter.setFont(font)


def paint_sparkline(
    painter: QPainter, rect: QRectF, values: Sequence[float | None], palette: QPalette, tone: Tone
) -> None:
    """Draw values as a thin line with a dot on the newest; what is no number leaves a gap.

    The pen is one pixel wide on purpose: a wider one on a jagged line costs twenty times as much.
    """
    known = [value for value in values if value is not None and isfinite(value)]
    if not known or rect.width() < 1 or rect.height() < 1:
        return
    low, high = min(known), max(known)
    # Halved first, so that the span of two huge numbers of opposite sign stays a number.
    span = high / 2 - low / 2
    step = rect.width() / max(1, len(values) - 1)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(tone_colour(palette, tone), 1))
    run: list[QPointF] = []
    last = QPointF()
    for at, value in enumerate([*values, None]):
        if value is not None and isfinite(value):
            share = (value / 2 - low / 2) / span if span > 0 else 0.5
            last = QPointF(rect.left() + at * step, rect.bottom() - share * rect.height())
            run.append(last)
        elif run:
            painter.drawPolyline(QPolygonF(run))
            run = []
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tone_colour(palette, tone))
    painter.drawEllipse(last, 2.0, 2.0)
