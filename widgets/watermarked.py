"""A line of text on a ground that says whose screen it is, so that a photograph of it tells."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from widgets.paint import scaled, unit
from widgets.safe import safe_override
from widgets.safe_text import to_the_letter
from widgets.tone import PANEL_ROLE, Tone, tone_colour

_LARGE: Final = 26 / 14
_SMALL: Final = 11 / 14
_SLANT: Final = -18.0
_FAINT: Final = 0.34


class Watermarked(QWidget):
    """Paints ``text`` large over its watermark; nothing of it can be selected or copied.

    What is no longer to be seen is taken out with ``clear``: then nothing keeps it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = self._mark = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def mark(self) -> str:
        """The watermark."""
        return self._mark

    def show_text(self, text: str, mark: str) -> None:
        """Show a text over another watermark; a screen reader is told both."""
        self._text, self._mark = to_the_letter(text), to_the_letter(mark)
        self.setAccessibleDescription(f"{self._text}\n{self._mark}" if text else "")
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self.show_text("", "")

    @override
    @safe_override(QSize())
    def sizeHint(self) -> QSize:
        line = QFontMetricsF(scaled(self.font(), _LARGE)).height()
        return QSize(round(12 * line), round(2.6 * line))

    @override
    @safe_override(QSize())
    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        palette, room = self.palette(), QRectF(self.rect())
        with QPainter(self) as painter:
            painter.setClipRect(room)
            painter.fillRect(room, palette.color(PANEL_ROLE))
            if not self._text:
                return
            font = scaled(self.font(), _LARGE, bold=True)
            width = QFontMetricsF(font).horizontalAdvance(self._text)
            inner = room.width() - 24 * unit(self.font())
            if width > inner > 0:
                font = scaled(font, inner / width, bold=True)
            painter.setFont(font)
            painter.setPen(tone_colour(palette, Tone.PLAIN))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self._text)
            self._paint_mark(painter, room)

    def _paint_mark(self, painter: QPainter, room: QRectF) -> None:
        """Lay the mark over all of it, aslant and again and again, so that no crop is without."""
        painter.setFont(scaled(self.font(), _SMALL))
        ink = tone_colour(self.palette(), Tone.QUIET)
        ink.setAlphaF(_FAINT)
        painter.setPen(ink)
        metrics = QFontMetricsF(painter.font())
        across, down = metrics.horizontalAdvance(self._mark) + 32, metrics.height() * 2
        painter.translate(room.center())
        painter.rotate(_SLANT)
        reach = room.width() / 2 + room.height()
        for row in range(-int(reach // down) - 1, int(reach // down) + 2):
            x = -reach - (row % 2) * across / 2
            while x < reach:
                painter.drawText(QPointF(x, row * down), self._mark)
                x += across
