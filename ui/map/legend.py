"""What the marks and shades of the map mean."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from commandcenter.domain import words
from commandcenter.domain.catalogue import Urgency
from ui.theme import URGENCY_MARKS, Tokens
from ui.township import LOAD_STEPS, load_colour
from widgets.paint import RADIUS, SMALL, Shape, paint_shape, scaled, unit
from widgets.safe import safe_override
from widgets.tone import LINE_ROLE, PANEL_ROLE, Tone, tone_colour

_WORST_FIRST: Final = tuple(reversed(Urgency))


class Legend(QWidget):
    """Two lines: the marks of the urgencies and of what is late, and the shades of the load."""

    def __init__(
        self, lang: str, load: str, late: str, tokens: Tokens, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tokens, self._load, self._late = tokens, load, late
        self._marks = [
            (Shape(URGENCY_MARKS[it].shape), URGENCY_MARKS[it].tone, words.word(it, lang))
            for it in _WORST_FIRST
        ]
        uppers = [f"{above - 1}" for above in LOAD_STEPS[1:]]
        spans = [
            low if low == high else f"{low}–{high}"
            for low, high in zip(map(str, LOAD_STEPS), uppers, strict=False)
        ]
        self._steps = ["0", *spans, f"{LOAD_STEPS[-1]}+"]
        said = [*(word for *_, word in self._marks), late]
        self.setAccessibleName(" ".join((*said, load, *self._steps)))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def wear(self, tokens: Tokens) -> None:
        """Show the shades of another theme."""
        self._tokens = tokens
        self.update()

    @override
    @safe_override(QSize())
    def sizeHint(self) -> QSize:
        one = unit(self.font())
        metrics = QFontMetricsF(scaled(self.font(), SMALL))
        marks, shades = self._widths()
        width = max(marks, shades, min(marks, shades) + self._mark_width(self._late))
        return QSize(round(width + 8 * one), round(2 * metrics.height() + 30 * one))

    @override
    @safe_override(QSize())
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _widths(self) -> tuple[float, float]:
        """Return how wide the two lines are; what is late stands at the end of the shorter one."""
        one, metrics = unit(self.font()), QFontMetricsF(scaled(self.font(), SMALL))
        shades = metrics.horizontalAdvance(self._load) + 22 * one + self._shade_width() * 5
        return sum(self._mark_width(word) for *_, word in self._marks), shades

    def _mark_width(self, word: str) -> float:
        metrics = QFontMetricsF(scaled(self.font(), SMALL))
        return metrics.horizontalAdvance(word) + 28 * unit(self.font())

    def _shade_width(self) -> float:
        metrics = QFontMetricsF(scaled(self.font(), SMALL))
        return max(map(metrics.horizontalAdvance, self._steps)) + 6 * unit(self.font())

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        one, palette = unit(self.font()), self.palette()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ground = QColor(palette.color(PANEL_ROLE))
            ground.setAlphaF(0.92)
            painter.setPen(QPen(palette.color(LINE_ROLE), 1))
            painter.setBrush(ground)
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS * one, RADIUS * one
            )
            painter.setFont(scaled(self.font(), SMALL))
            line = QFontMetricsF(painter.font()).height()
            first, second = QPointF(10 * one, 8 * one), QPointF(10 * one, 14 * one + line)
            self._paint_marks(painter, first, line)
            self._paint_shades(painter, second, line)
            marks, shades = self._widths()
            if marks < shades:
                self._paint_late(painter, first + QPointF(marks, 0), line)
            else:
                self._paint_late(painter, second + QPointF(shades, 3 * one), line)

    def _paint_marks(self, painter: QPainter, at: QPointF, line: float) -> None:
        for mark in self._marks:
            self._paint_mark(painter, at, line, mark)
            at = QPointF(at.x() + self._mark_width(mark[-1]), at.y())

    def _paint_late(self, painter: QPainter, at: QPointF, line: float) -> None:
        """Draw the ring that lies around whatever mark is late."""
        self._paint_mark(painter, at, line, (Shape.RING, Tone.OVER, self._late))
        side = 4 * unit(self.font())
        spot = QRectF(at.x() + side, at.y() + (line - side) / 2, side, side)
        paint_shape(painter, spot, Shape.DISC, tone_colour(self.palette(), Tone.QUIET))

    def _paint_mark(
        self, painter: QPainter, at: QPointF, line: float, mark: tuple[Shape, Tone, str]
    ) -> None:
        shape, tone, word = mark
        side, gap = 12 * unit(self.font()), 4 * unit(self.font())
        spot = QRectF(at.x(), at.y() + (line - side) / 2, side, side)
        paint_shape(painter, spot, shape, tone_colour(self.palette(), tone))
        width = QFontMetricsF(painter.font()).horizontalAdvance(word)
        painter.setPen(tone_colour(self.palette(), Tone.PLAIN))
        painter.drawText(QRectF(at.x() + side + gap, at.y(), width + 2, line), word)

    def _paint_shades(self, painter: QPainter, at: QPointF, line: float) -> None:
        one, metrics = unit(self.font()), QFontMetricsF(painter.font())
        painter.setPen(tone_colour(self.palette(), Tone.QUIET))
        width = metrics.horizontalAdvance(self._load)
        painter.drawText(QRectF(at.x(), at.y(), width + 2, line + 6 * one), _MIDDLE, self._load)
        left = at.x() + width + 10 * one
        for step, words_ in enumerate(self._steps):
            box = QRectF(left, at.y(), self._shade_width(), line + 6 * one)
            painter.setPen(QPen(QColor(self._tokens.edge), 1))
            painter.setBrush(load_colour(self._tokens, step))
            painter.drawRect(box)
            painter.setPen(tone_colour(self.palette(), Tone.PLAIN))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words_)
            left += self._shade_width()


_MIDDLE: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
