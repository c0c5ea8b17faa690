"""A line of the recent past, small enough for a tile."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from widgets.paint import paint_sparkline, unit
from widgets.safe import safe_override
from widgets.tone import Tone


class Sparkline(QWidget):
    """Shows how a figure went; the words for it are the caller's."""

    def __init__(self, parent: QWidget | None = None, *, tone: Tone = Tone.ACCENT) -> None:
        super().__init__(parent)
        self._tone = tone
        self._values: tuple[float | None, ...] = ()

    def show_values(self, values: Sequence[float | None], text: str = "") -> None:
        """Show ``values``, oldest first, None a gap; ``text`` says it to those who cannot see."""
        self._values = tuple(values)
        self.setAccessibleDescription(text)
        self.update()

    @override
    @safe_override(QSize())
    def sizeHint(self) -> QSize:
        one = unit(self.font())
        return QSize(round(96 * one), round(24 * one))

    @override
    @safe_override(QSize())
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint() / 2

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        room = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        with QPainter(self) as painter:
            paint_sparkline(painter, room, self._values, self.palette(), self._tone)
