"""A ring and a slim bar that empty as a time limit runs out.

The caller owns the clock and the words. Being near and being over differ in form as well as in
colour: near fills the remaining part with a notch at its end, over dashes the whole line.
"""

from enum import IntEnum
from typing import Final

from PySide6.QtCore import QLineF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from widgets.paint import SMALL, scaled, unit
from widgets.safe import safe_override
from widgets.tone import LINE_ROLE, Tone, tone_colour

NEAR: Final = 0.3  # amber when seven tenths of the time are gone
_FULL_TURN: Final = 360 * 16  # Qt measures arcs in sixteenths of a degree
_TOP: Final = 90 * 16

Phase = IntEnum("Phase", "CALM NEAR OVER")
PHASE_TONES: Final = {Phase.CALM: Tone.ACCENT, Phase.NEAR: Tone.NEAR, Phase.OVER: Tone.OVER}


def phase_of(left: float, near: float = NEAR) -> Phase:
    """Return the phase for the share of time left; at or below zero is over."""
    if not left > 0:
        return Phase.OVER
    return Phase.NEAR if left <= near else Phase.CALM


def paint_countdown_bar(
    painter: QPainter, rect: QRectF, palette: QPalette, left: float, phase: Phase
) -> None:
    """Draw the slim bar along the middle of ``rect``; for delegates too."""
    thick = max(2.0, rect.height())
    middle = rect.center().y()
    start, end = rect.left() + thick / 2, rect.right() - thick / 2
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(palette.color(LINE_ROLE), thick, c=Qt.PenCapStyle.RoundCap, s=Qt.PenStyle.SolidLine)
    painter.setPen(pen)
    painter.drawLine(QLineF(start, middle, end, middle))
    pen.setColor(tone_colour(palette, PHASE_TONES[phase]))
    if phase is Phase.OVER:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([1.6, 0.8])
        share = 1.0
    else:
        share = min(1.0, left)
    painter.setPen(pen)
    painter.drawLine(QLineF(start, middle, start + (end - start) * share, middle))


class _Counting(QWidget):
    """What the ring and the bar share: the share left, the words, the phase."""

    phase_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None, *, near: float = NEAR) -> None:
        super().__init__(parent)
        self._near = near
        self._left, self._text = 1.0, ""
        self.phase = Phase.CALM

    def show_left(self, left: float, text: str) -> None:
        """Show the share of time left (zero or below: overdue) and the words for it."""
        phase = phase_of(left, self._near)
        looks = (f"{left:.3f}", text, phase)  # finer than a pixel of most bars
        if looks == (f"{self._left:.3f}", self._text, self.phase):
            return
        longer = len(text) != len(self._text)
        self._left, self._text = left, text
        if longer:
            self.updateGeometry()
        if phase is not self.phase:
            self.phase = phase
            self.phase_changed.emit(phase)
        self.setAccessibleDescription(text)
        self.update()


class Countdown(_Counting):
    """A ring with the words in its middle."""

    @override
    @safe_override(QSize())
    def sizeHint(self) -> QSize:
        side = self.fontMetrics().height() * 4
        return QSize(side, side)

    @override
    @safe_override(QSize())
    def minimumSizeHint(self) -> QSize:
        side = self.fontMetrics().height() * 2
        return QSize(side, side)

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        side = min(self.width(), self.height())
        stroke = max(2.0, side / 14)
        ring = QRectF(0, 0, side, side).adjusted(stroke, stroke, -stroke, -stroke)
        ring.moveCenter(QRectF(self.rect()).center())
        tone, over = tone_colour(self.palette(), PHASE_TONES[self.phase]), self.phase is Phase.OVER
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().color(LINE_ROLE), stroke))
            painter.drawEllipse(ring)
            pen = QPen(tone, stroke, c=Qt.PenCapStyle.FlatCap, s=Qt.PenStyle.SolidLine)
            if over:
                pen.setDashPattern([1.6, 0.8])  # not by colour alone
            painter.setPen(pen)
            painter.drawArc(
                ring, _TOP, _FULL_TURN if over else round(min(1.0, self._left) * _FULL_TURN)
            )
            calm = self.phase is Phase.CALM
            painter.setPen(tone_colour(self.palette(), Tone.PLAIN) if calm else tone)
            self._draw_words(painter, ring.adjusted(stroke, stroke, -stroke, -stroke))

    def _draw_words(self, painter: QPainter, room: QRectF) -> None:
        painter.setFont(scaled(self.font(), SMALL))
        widest = max(
            map(painter.fontMetrics().horizontalAdvance, self._text.split("\n")), default=0
        )
        chord = room.width() * 0.9  # the ring bends away from the lines above and below the middle
        if widest > chord > 0:
            painter.setFont(scaled(self.font(), SMALL * chord / widest))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self._text)


class CountdownBar(_Counting):
    """A slim bar with the words above its right end; it is never narrower than they are."""

    def __init__(self, parent: QWidget | None = None, *, near: float = NEAR) -> None:
        super().__init__(parent, near=near)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @override
    @safe_override(QSize())
    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance(self._text)
        height = self.fontMetrics().height() + round(8 * unit(self.font()))
        return QSize(max(words, round(120 * unit(self.font()))), height)

    @override
    @safe_override(QSize())
    def minimumSizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance(self._text)
        return QSize(max(words, round(48 * unit(self.font()))), self.sizeHint().height())

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        one = unit(self.font())
        bar = QRectF(0, self.height() - 6 * one, self.width(), 4 * one)
        words = QRectF(0, 0, self.width(), bar.top())
        calm = self.phase is Phase.CALM
        with QPainter(self) as painter:
            painter.setPen(
                tone_colour(self.palette(), Tone.PLAIN if calm else PHASE_TONES[self.phase])
            )
            shown = painter.fontMetrics().elidedText(
                self._text, Qt.TextElideMode.ElideRight, self.width()
            )
            painter.drawText(
                words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown
            )
            paint_countdown_bar(painter, bar, self.palette(), self._left, self.phase)
