"""One figure with what it is made of, how it moved, and how it went."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from widgets.paint import RADIUS, SMALL, fitting, paint_focus_ring, paint_sparkline, scaled, unit
from widgets.safe import safe_override
from widgets.safe_text import tip
from widgets.tone import LINE_ROLE, PANEL_ROLE, Tone, blend, tone_colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat:
    """What a tile shows; all words are the caller's.

    ``fraction`` is the line under the value (numerator/denominator), ``delta`` the change with its
    arrow, ``values`` the past, oldest first. ``tip`` explains the figure.
    """

    value: str
    fraction: str = ""
    delta: str = ""
    tone: Tone = Tone.PLAIN
    delta_tone: Tone = Tone.QUIET
    values: tuple[float | None, ...] = ()
    tip: str = ""


class StatTile(QAbstractButton):
    """A caption, a large value, a fraction, a change and a sparkline; a click opens its list.

    Everything follows the font of the tile, so the same tile serves a desk and a wall.
    """

    def __init__(self, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stat = Stat(value="–")
        self.setText(caption)
        self.setAccessibleName(caption)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)  # repaint when the pointer comes and goes
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_stat(self, stat: Stat) -> None:
        """Show a figure; one that looks the same costs nothing."""
        if stat.tip != self._stat.tip:
            tip(self, stat.tip)
        looks = replace(stat, tip=self._stat.tip) != self._stat
        self._stat = stat
        if not looks:
            return
        words = (stat.value, stat.fraction, stat.delta)
        self.setAccessibleDescription(" ".join(word for word in words if word))
        self.update()

    def _value_font(self) -> QFont:
        return scaled(self.font(), 26 / 14, bold=True)

    @override
    @safe_override(QSize())
    def sizeHint(self) -> QSize:
        one = unit(self.font())
        return QSize(round(168 * one), self.minimumSizeHint().height())

    @override
    @safe_override(QSize())
    def minimumSizeHint(self) -> QSize:
        one = unit(self.font())
        small = QFontMetricsF(scaled(self.font(), SMALL)).height()
        value = QFontMetricsF(self._value_font()).capHeight() + 14 * one
        return QSize(round(104 * one), round(2 * small + value + 14 * one))

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        one, palette = unit(self.font()), self.palette()
        room = QRectF(self.rect())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_ground(painter, room)
            inner = room.adjusted(12 * one, 7 * one, -12 * one, -7 * one)
            painter.setFont(scaled(self.font(), SMALL))
            line = QFontMetricsF(painter.font()).height()
            top = QRectF(inner.left(), inner.top(), inner.width(), line)
            used = self._write(painter, top, self.text(), Tone.QUIET)
            moved = QFontMetricsF(painter.font()).horizontalAdvance(self._stat.delta)
            if used + moved + 6 * one <= top.width():  # or it would cut what the figure is
                self._write(painter, top, self._stat.delta, self._stat.delta_tone, right=True)
            bottom = QRectF(inner.left(), inner.bottom() - line, inner.width(), line)
            self._write(painter, bottom, self._stat.fraction, Tone.QUIET)
            middle = QRectF(inner.left(), top.bottom(), inner.width(), bottom.top() - top.bottom())
            painter.setFont(fitting(self._value_font(), self._stat.value, middle.width()))
            used = self._write(painter, middle, self._stat.value, self._stat.tone)
            chart = middle.adjusted(used + 14 * one, 4 * one, -2 * one, -4 * one)
            if chart.width() > 28 * one:
                chart.setLeft(max(chart.left(), chart.right() - 96 * one))
                paint_sparkline(painter, chart, self._stat.values, palette, Tone.ACCENT)
            if self.hasFocus():
                paint_focus_ring(painter, room, palette, RADIUS * one)

    def _paint_ground(self, painter: QPainter, room: QRectF) -> None:
        palette, one = self.palette(), unit(self.font())
        ground = palette.color(PANEL_ROLE)
        if self.isDown() or self.underMouse():
            ground = blend(palette.color(palette.ColorRole.Text), ground, 0.06)
        painter.setPen(QPen(palette.color(LINE_ROLE), 1))
        painter.setBrush(ground)
        painter.drawRoundedRect(room.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS * one, RADIUS * one)

    def _write(
        self, painter: QPainter, room: QRectF, text: str, tone: Tone, *, right: bool = False
    ) -> float:
        """Write one line, cut if it must be; return the width it took."""
        metrics = QFontMetricsF(painter.font())
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width() + 0.5)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.setPen(tone_colour(self.palette(), tone))
        painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, shown)
        return metrics.horizontalAdvance(shown)
