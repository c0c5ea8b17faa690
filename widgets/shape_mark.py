"""A mark alone, as large as a letter."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from widgets.paint import Shape, paint_shape, unit
from widgets.safe import safe_override
from widgets.tone import Tone, tone_colour


class ShapeMark(QWidget):
    """Shows one shape in one tone; the words for it stand beside it."""

    def __init__(self, shape: Shape, tone: Tone, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape, self._tone = shape, tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_mark(self, shape: Shape, tone: Tone) -> None:
        """Show another mark."""
        self._shape, self._tone = shape, tone
        self.update()

    @override
    @safe_override(QSize())
    def sizeHint(self) -> QSize:
        side = round(14 * unit(self.font()))
        return QSize(side, side)

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        room = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        with QPainter(self) as painter:
            paint_shape(painter, room, self._shape, tone_colour(self.palette(), self._tone))
