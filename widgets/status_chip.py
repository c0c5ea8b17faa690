"""A mark and a few words about the state of something, with more on hover."""

from collections.abc import Iterable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from widgets.paint import RADIUS, Shape, paint_focus_ring, paint_shape, unit
from widgets.safe import safe_override
from widgets.safe_text import tip
from widgets.tone import Tone, blend, tone_colour


class StatusChip(QAbstractButton):
    """A quiet button for a status bar; ``clicked`` asks for the details."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape, self._text, self._tone = Shape.DISC, "", Tone.QUIET
        self._longest: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def keep_room(self, texts: Iterable[str]) -> None:
        """Be as wide as the widest of these whatever is shown: what stands beside stays put."""
        self._longest = tuple(texts)
        self.updateGeometry()

    def show_status(self, shape: Shape, text: str, tone: Tone, tip_words: str = "") -> None:
        """Show a mark with words; ``tip_words`` say in plain language what it means."""
        if (shape, text, tone) != (self._shape, self._text, self._tone):
            before = self.sizeHint()
            # a button's own text would have all around it laid out anew at every change
            self._shape, self._text, self._tone = shape, text, tone
            self.setAccessibleName(text)
            if self.sizeHint() != before:
                self.updateGeometry()
            self.update()
        if tip_words != self.accessibleDescription():
            self.setAccessibleDescription(tip_words)
            tip(self, tip_words)

    @override
    def text(self) -> str:
        return self._text

    @override
    @safe_override(QSize())
    def sizeHint(self) -> QSize:
        one = unit(self.font())
        texts = (self._text, *self._longest)
        words = max(map(self.fontMetrics().horizontalAdvance, texts))
        return QSize(words + round(30 * one), self.fontMetrics().height() + round(6 * one))

    @override
    @safe_override(QSize())
    def minimumSizeHint(self) -> QSize:
        return QSize(round(26 * unit(self.font())), self.sizeHint().height())

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        one, palette, room = unit(self.font()), self.palette(), QRectF(self.rect())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.underMouse():
                painter.setPen(Qt.PenStyle.NoPen)
                ground = palette.color(palette.ColorRole.Window)
                painter.setBrush(blend(palette.color(palette.ColorRole.Text), ground, 0.08))
                painter.drawRoundedRect(room, RADIUS * one, RADIUS * one)
            mark = QRectF(8 * one, room.center().y() - 5 * one, 10 * one, 10 * one)
            paint_shape(painter, mark, self._shape, tone_colour(palette, self._tone))
            calm = self._tone in {Tone.GOOD, Tone.QUIET}
            painter.setPen(tone_colour(palette, Tone.QUIET if calm else self._tone))
            words = room.adjusted(24 * one, 0, -4 * one, 0)
            shown = painter.fontMetrics().elidedText(
                self._text, Qt.TextElideMode.ElideRight, int(words.width()) + 1
            )
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)
            if self.hasFocus():
                paint_focus_ring(painter, room, palette, RADIUS * one)
