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
    """Two lines: the marks of the urgencies, and the shades of the open load."""

    def __init__(self, lang: str, load: str, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens, self._load = tokens, load
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
        said = [word for *_, word in self._marks]
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
        marks = sum(metrics.horizontalAdvance(word) + 28 * one for *_, word in self._marks)
        shades = metrics.horizontalAdvance(self._load) + 10 * one + self._shade_width() * 5
        return QSize(round(max(marks, shades) + 16 * one), round(2 * metrics.height() + 30 * one))

    @override
    @safe_override(QSize())
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

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
            self._paint_marks(painter, QPointF(10 * one, 8 * one), line)
            self._paint_shades(painter, QPointF(10 * one, 14 * one + line), line)

    def _paint_marks(self, painter: QPainter, at: QPointF, line: float) -> None:
        one, left = unit(self.font()), at.x()
        metrics = QFontMetricsF(painter.font())
        for shape, tone, word in self._marks:
            side = 12 * one
            spot = QRectF(left, at.y() + (line - side) / 2, side, side)
            paint_shape(painter, spot, shape, tone_colour(self.palette(), tone))
            left += side + 4 * one
            width = metrics.horizontalAdvance(word)
            painter.setPen(tone_colour(self.palette(), Tone.PLAIN))
            painter.drawText(QRectF(left, at.y(), width + 2, line), word)
            left += width + 12 * one

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
