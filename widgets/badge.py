"""A short word or count in a tinted pill."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from widgets.paint import badge_height, badge_width, paint_badge
from widgets.safe import safe_override
from widgets.tone import Tone


class Badge(QWidget):
    """Shows a word; an empty one takes no room."""

    def __init__(
        self, text: str = "", parent: QWidget | None = None, *, tone: Tone = Tone.ACCENT
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._text, self._tone = "", tone
        self.show_text(text, tone)

    def show_text(self, text: str, tone: Tone | None = None) -> None:
        """Show ``text``, in another tone if one is given."""
        self._text, self._tone = text, tone or self._tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    @override
    @safe_override(QSize())
    def sizeHint(self) -> QSize:
        if not self._text:
            return QSize(0, 0)
        return QSize(round(badge_width(self._text, self.font())), round(badge_height(self.font())))

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._text:
            with QPainter(self) as painter:
                room = QRectF(self.rect())
                paint_badge(painter, room, self._text, self._tone, self.palette())
