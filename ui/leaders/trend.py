"""Fourteen days at a glance: what came in and what was closed."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from widgets.paint import SMALL, Shape, paint_focus_ring, paint_shape, scaled, unit
from widgets.safe import safe_override
from widgets.safe_text import tip
from widgets.tone import LINE_ROLE, Tone, tone_colour

_STEPS: Final = (1, 2, 5)
_LINES: Final = 4  # rules across the chart, at most
Day = tuple[date, int, int]


class Trend(QWidget):
    """Bars for what came in, a line for what was closed; choosing a day tells it."""

    chosen = Signal(object)  # date

    def __init__(self, came: str, closed: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._came, self._closed = came, closed
        self._days: tuple[Day, ...] = ()
        self._at = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def days(self) -> tuple[Day, ...]:
        """The days shown, oldest first."""
        return self._days

    def show_days(self, days: Sequence[Day]) -> None:
        """Show other days: the day, how many came in, how many were closed."""
        self._days, self._at = tuple(days), len(days) - 1
        self.setAccessibleDescription("\n".join(map(self._said, self._days)))
        self.update()

    def _said(self, day: Day) -> str:
        return f"{day[0]:%m-%d}  {self._came} {day[1]:,}  {self._closed} {day[2]:,}"

    @override
    @safe_override(QSize())
    def sizeHint(self) -> QSize:
        one = unit(self.font())
        return QSize(round(480 * one), round(190 * one))

    # -- painting --

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(scaled(self.font(), SMALL))
            self._paint_legend(painter)
            if self._days:
                self._paint_days(painter, self._chart())
            if self.hasFocus():
                paint_focus_ring(painter, QRectF(self.rect()), self.palette(), 4)

    def _line(self) -> float:
        return QFontMetricsF(scaled(self.font(), SMALL)).height()

    def _chart(self) -> QRectF:
        one, line = unit(self.font()), self._line()
        return QRectF(self.rect()).adjusted(36 * one, line + 10 * one, -8 * one, -line - 8 * one)

    def _top(self) -> tuple[int, int]:
        """Return the round number at the top of the chart and the step between its rules."""
        most = max((max(came, closed) for _, came, closed in self._days), default=0)
        power = 1
        while True:
            for step in (part * power for part in _STEPS):
                if step * _LINES >= most:
                    return step * max(1, -(-most // step)), step
            power *= 10

    def _paint_legend(self, painter: QPainter) -> None:
        one, left, line = unit(self.font()), 0.0, self._line()
        metrics = QFontMetricsF(painter.font())
        for shape, tone, words in (
            (Shape.SQUARE, Tone.ACCENT, self._came),
            (Shape.DISC, Tone.GOOD, self._closed),
        ):
            spot = QRectF(left, (line - 10 * one) / 2 + 2, 10 * one, 10 * one)
            paint_shape(painter, spot, shape, tone_colour(self.palette(), tone))
            painter.setPen(tone_colour(self.palette(), Tone.QUIET))
            left += 16 * one
            painter.drawText(QPointF(left, metrics.ascent() + 2), words)
            left += metrics.horizontalAdvance(words) + 16 * one

    def _paint_days(self, painter: QPainter, room: QRectF) -> None:
        one, palette, line = unit(self.font()), self.palette(), self._line()
        top, step = self._top()
        for value in range(0, top + 1, step):
            y = room.bottom() - value / top * room.height()
            painter.setPen(QPen(palette.color(LINE_ROLE), 1))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.setPen(tone_colour(palette, Tone.QUIET))
            label = QRectF(0, y - line / 2, room.left() - 6 * one, line)
            painter.drawText(label, Qt.AlignmentFlag.AlignRight, f"{value:,}")
        width = room.width() / len(self._days)
        points = []
        for at, (day, came, closed) in enumerate(self._days):
            middle = room.left() + (at + 0.5) * width
            bar = QRectF(0, 0, width * 0.5, came / top * room.height())
            bar.moveBottom(room.bottom())
            bar.moveLeft(middle - bar.width() / 2)
            ink = tone_colour(palette, Tone.ACCENT)
            ink.setAlphaF(0.85 if at == self._at else 0.45)
            painter.fillRect(bar, ink)
            points.append(QPointF(middle, room.bottom() - closed / top * room.height()))
            painter.setPen(tone_colour(palette, Tone.PLAIN if at == self._at else Tone.QUIET))
            foot = QRectF(middle - width / 2, room.bottom() + 4 * one, width, line)
            words = f"{day:%m-%d}"
            if QFontMetricsF(painter.font()).horizontalAdvance(words) > width:
                words = f"{day:%d}"
            painter.drawText(foot, Qt.AlignmentFlag.AlignHCenter, words)
        painter.setPen(QPen(tone_colour(palette, Tone.GOOD), 1))
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tone_colour(palette, Tone.GOOD))
        for point in points:
            painter.drawEllipse(point, 3 * one, 3 * one)

    # -- choosing --

    def _day_at(self, x: float) -> int:
        room = self._chart()
        if not self._days or not room.left() <= x <= room.right():
            return -1
        return min(len(self._days) - 1, int((x - room.left()) / room.width() * len(self._days)))

    @override
    @safe_override(None)
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._day_at(event.position().x())
        tip(self, self._said(self._days[at]) if at >= 0 else "")

    @override
    @safe_override(None)
    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._day_at(event.position().x())
        if at >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self._days[at][0])

    @override
    @safe_override(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps: dict[int, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(event.key(), 0)
        if step and self._days:
            self._at = min(max(self._at + step, 0), len(self._days) - 1)
            self.update()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._days:
            self.chosen.emit(self._days[self._at][0])
        else:
            super().keyPressEvent(event)
