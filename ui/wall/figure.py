"""One figure of the wall: its name, its value as large as it goes, what it rests on."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from widgets.paint import SMALL, fitting, scaled, unit
from widgets.safe import safe_override
from widgets.stat_tile import Stat
from widgets.tone import PANEL_ROLE, Tone, tone_colour

_LARGE: Final = 24 / 14
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class WallFigure(QWidget):
    """Shows a figure without the past of it, which nobody could read from six metres."""

    def __init__(self, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption, self._stat = caption, Stat(value="–")
        self.setAccessibleName(caption)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def stat(self) -> Stat:
        """What is shown."""
        return self._stat

    def show_stat(self, stat: Stat) -> None:
        """Show a figure; an equal one costs nothing."""
        if stat != self._stat:
            self._stat = stat
            self.setAccessibleDescription(" ".join((stat.value, stat.fraction, stat.delta)))
            self.update()

    @override
    @safe_override(QSize())
    def sizeHint(self) -> QSize:
        small = QFontMetricsF(scaled(self.font(), SMALL)).height()
        large = QFontMetricsF(scaled(self.font(), _LARGE, bold=True)).height()
        return QSize(10 * self.fontMetrics().height(), round(2 * small + 0.95 * large))

    @override
    @safe_override(QSize())
    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        one, stat = unit(self.font()), self._stat
        small = scaled(self.font(), SMALL)
        line = QFontMetricsF(small).height()
        room = QRectF(self.rect())
        inner = room.adjusted(7 * one, 2 * one, -7 * one, -3 * one)
        with QPainter(self) as painter:
            painter.fillRect(room, self.palette().color(PANEL_ROLE))
            top = QRectF(inner.left(), inner.top(), inner.width(), line)
            bottom = QRectF(inner.left(), inner.bottom() - line, inner.width(), line)
            middle = QRectF(top.bottomLeft(), bottom.topRight())
            value = fitting(scaled(self.font(), _LARGE, bold=True), stat.value, inner.width())
            self._write(painter, middle, stat.value, value, stat.tone)
            wide = QFontMetricsF(small).horizontalAdvance
            used = wide(stat.delta) + 4 * one if stat.delta else 0
            beside = top if wide(self._caption) + used <= top.width() else bottom
            for row, text in ((top, self._caption), (bottom, stat.fraction)):
                left = row.adjusted(0, 0, -used, 0) if row is beside else row
                self._write(painter, left, text, small, Tone.QUIET)
            self._write(painter, beside, stat.delta, small, stat.delta_tone, right=True)

    def _write(
        self,
        painter: QPainter,
        room: QRectF,
        text: str,
        font: QFont,
        tone: Tone,
        *,
        right: bool = False,
    ) -> None:
        painter.setFont(font)
        painter.setPen(tone_colour(self.palette(), tone))
        shown = QFontMetricsF(font).elidedText(
            text, Qt.TextElideMode.ElideRight, room.width() + 0.5
        )
        painter.drawText(room, _RIGHT if right else _LEFT, shown)
