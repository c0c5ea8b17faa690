"""The lists of the wall, painted large: who was whistled for, and the worst cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from widgets.cell_painter import draw_line, draw_shape
from widgets.paint import SMALL, Shape, scaled, unit
from widgets.safe import safe_override
from widgets.tone import LINE_ROLE, PANEL_ROLE, Tone, tone_colour

_ROW: Final = 1.3  # heights of a line
_LEFT: Final = Qt.AlignmentFlag.AlignLeft
_RIGHT: Final = Qt.AlignmentFlag.AlignRight
_WIDEST: Final = 0.3  # the share of the width that the middle or the right column may take


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row: a mark, what it is about, where it stands, and how long is left.

    A head begins a list; a part belongs to the row above it. ``tone`` is that of what is left.
    """

    text: str
    middle: str = ""
    right: str = ""
    mark: Shape | None = None
    mark_tone: Tone = Tone.PLAIN
    tone: Tone = Tone.PLAIN
    text_tone: Tone = Tone.PLAIN
    is_head: bool = False
    is_part: bool = False


class WallBoard(QWidget):
    """Paints as many lines as there is room for; the caller asks ``capacity`` first."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[Line, ...] = ()
        self.setAccessibleName(name)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is shown, from the top."""
        return self._lines

    def capacity(self) -> int:
        """Return how many lines there is room for."""
        return max(0, self.height() // self._row_height())

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show other lines; equal ones cost nothing."""
        fresh = tuple(lines)
        if fresh == self._lines:
            return
        self._lines = fresh
        said = (" ".join(filter(None, (it.text, it.middle, it.right))) for it in fresh)
        self.setAccessibleDescription("\n".join(said))
        self.update()

    def _row_height(self) -> int:
        return max(1, round(QFontMetrics(scaled(self.font(), SMALL)).height() * _ROW))

    @override
    @safe_override(QSize())
    def sizeHint(self) -> QSize:
        return QSize(20 * self.fontMetrics().height(), 6 * self._row_height())

    @override
    @safe_override(QSize())
    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        height, palette, one = self._row_height(), self.palette(), unit(self.font())
        widths = self._widths()
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), palette.color(PANEL_ROLE))
            for at, line in enumerate(self._lines):
                room = QRect(0, at * height, self.width(), height)
                if room.bottom() > self.height():
                    break
                inner = room.adjusted(round(12 * one), 0, -round(12 * one), 0)
                if line.is_head:
                    self._paint_head(painter, inner, line)
                    continue
                painter.setPen(QPen(palette.color(LINE_ROLE), 1))
                painter.drawLine(room.bottomLeft(), room.bottomRight())
                self._paint_line(painter, inner, line, widths)

    def _paint_head(self, painter: QPainter, room: QRect, line: Line) -> None:
        painter.setFont(scaled(self.font(), SMALL, bold=True))
        ink = tone_colour(self.palette(), line.tone)
        draw_line(painter, room, line.text, ink)
        draw_line(painter, room, line.right, tone_colour(self.palette(), Tone.QUIET), _RIGHT)

    def _paint_line(
        self, painter: QPainter, room: QRect, line: Line, widths: tuple[int, int]
    ) -> None:
        one, palette = unit(self.font()), self.palette()
        left, gap = room.left() + (round(24 * one) if line.is_part else 0), round(8 * one)
        if line.mark is not None:
            side = round(14 * one)
            spot = QRect(left, room.top(), side, room.height())
            draw_shape(painter, spot, line.mark, tone_colour(palette, line.mark_tone), side)
            left += side + gap
        middle, right = widths
        taken = (middle + gap if line.middle else 0) + (right + gap if line.right else 0)
        words = QRect(left, room.top(), room.right() - left - taken, room.height())
        painter.setFont(scaled(self.font(), SMALL))
        draw_line(painter, words, line.text, tone_colour(palette, line.text_tone))
        beside = QRect(room.right() - right - gap - middle, room.top(), middle, room.height())
        draw_line(painter, beside, line.middle, tone_colour(palette, Tone.QUIET), _LEFT)
        painter.setFont(scaled(self.font(), SMALL, bold=True))
        end = QRect(room.right() - right, room.top(), right, room.height())
        draw_line(painter, end, line.right, tone_colour(palette, line.tone), _RIGHT)

    def _widths(self) -> tuple[int, int]:
        """Return the widths of the middle and the right column: as wide as their longest words."""
        most = round(self.width() * _WIDEST)
        plain = QFontMetrics(scaled(self.font(), SMALL))
        bold = QFontMetrics(scaled(self.font(), SMALL, bold=True))
        rows = [line for line in self._lines if not line.is_head]
        middle = max((plain.horizontalAdvance(line.middle) for line in rows), default=0)
        right = max((bold.horizontalAdvance(line.right) for line in rows), default=0)
        return min(most, middle + 2), min(most, right + 2)
