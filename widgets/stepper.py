"""Named steps in a row: what is done, where we are, what is to come."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from widgets.paint import SMALL, Shape, paint_shape, scaled, tint, unit
from widgets.safe import safe_override
from widgets.tone import LINE_ROLE, PANEL_ROLE, Tone, tone_colour

_LEAST: Final = 0.75  # of the size of the letters; below, words are cut instead


class Stepper(QWidget):
    """Done steps carry a tick, the current one a ring with its number, later ones only a number."""

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = tuple(names)
        self._notes: tuple[str, ...] = ()
        self._current, self._tone = 0, Tone.ACCENT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_step(
        self, current: int, notes: Sequence[str] = (), *, tone: Tone = Tone.ACCENT
    ) -> None:
        """Show that everything before ``current`` is done; past the last one, all is done.

        ``notes`` stand under the names, one for each step that has something to say; ``tone``
        colours the current step.
        """
        self._current = max(0, min(current, len(self._names)))
        self._notes, self._tone = tuple(notes), tone
        if self._current < len(self._names):
            here = f"{self._current + 1}/{len(self._names)} {self._names[self._current]}"
        else:
            here = f"{len(self._names)}/{len(self._names)}"
        self.setAccessibleDescription(here)
        self.update()

    @override
    @safe_override(QSize())
    def sizeHint(self) -> QSize:
        widest = max((self.fontMetrics().horizontalAdvance(it) for it in self._names), default=0)
        one = unit(self.font())
        return QSize(round((widest + 16 * one) * len(self._names)), self._height())

    @override
    @safe_override(QSize())
    def minimumSizeHint(self) -> QSize:
        return QSize(round(44 * unit(self.font())) * len(self._names), self._height())

    def _height(self) -> int:
        return round(24 * unit(self.font()) + 2.1 * self.fontMetrics().height())

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._names:
            return
        one, palette = unit(self.font()), self.palette()
        column, radius = self.width() / len(self._names), 10 * unit(self.font())
        middle = radius + 1
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for at in range(1, len(self._names)):
                end = (at + 0.5) * column - radius - 4 * one
                start = (at - 0.5) * column + radius + 4 * one
                passed = at <= self._current
                colour = tone_colour(palette, Tone.GOOD) if passed else palette.color(LINE_ROLE)
                painter.setPen(QPen(colour, 2 if passed else 1))
                painter.drawLine(QLineF(start, middle, end, middle))
            for at in range(len(self._names)):
                self._paint_step(painter, at, QPointF((at + 0.5) * column, middle), column)

    def _paint_step(self, painter: QPainter, at: int, centre: QPointF, column: float) -> None:
        one, palette, here = unit(self.font()), self.palette(), at == self._current
        radius, done = 10 * one, at < self._current
        tone = Tone.GOOD if done else self._tone if here else Tone.QUIET
        colour = tone_colour(palette, tone)
        painter.setPen(QPen(colour if done or here else palette.color(LINE_ROLE), 2 if here else 1))
        painter.setBrush(tint(palette, tone, 0.2) if done or here else palette.color(PANEL_ROLE))
        painter.drawEllipse(centre, radius, radius)
        spot = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
        if done:
            inset = radius * 0.55
            paint_shape(painter, spot.adjusted(inset, inset, -inset, -inset), Shape.TICK, colour)
        else:
            painter.setFont(scaled(self.font(), SMALL, bold=here))
            painter.setPen(colour)
            painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, str(at + 1))
        line = self.fontMetrics().height()
        words = QRectF(centre.x() - column / 2, 24 * one, column, line)
        painter.setFont(scaled(self.font(), self._size(column - 4 * one), bold=here))
        painter.setPen(tone_colour(palette, Tone.PLAIN if done or here else Tone.QUIET))
        self._paint_words(painter, words, self._names[at])
        if at < len(self._notes):
            painter.setFont(scaled(self.font(), SMALL))
            painter.setPen(tone_colour(palette, Tone.QUIET))
            width = painter.fontMetrics().horizontalAdvance(self._notes[at]) + 2.0
            room = self.note_room(at, width)
            room.setRect(room.x(), 24 * one + line, room.width(), line)
            self._paint_words(painter, room, self._notes[at])

    def note_room(self, at: int, width: float) -> QRectF:
        """Return where a note so wide stands: under its step, over what has no note beside it."""
        column = self.width() / len(self._names)
        noted = [step for step, note in enumerate(self._notes) if note and step != at]
        least = max(((step + 1) * column for step in noted if step < at), default=0.0)
        most = min((step * column for step in noted if step > at), default=float(self.width()))
        width = min(width, most - least)
        left = min(max(least, (at + 0.5) * column - width / 2), most - width)
        return QRectF(left, 0, width, self.height())

    def _size(self, room: float) -> float:
        """Return the share of its size at which every name has room, within reason."""
        metrics = QFontMetricsF(scaled(self.font(), 1, bold=True))
        widest = max(map(metrics.horizontalAdvance, self._names))
        return max(_LEAST, min(1.0, room / widest))

    @staticmethod
    def _paint_words(painter: QPainter, room: QRectF, text: str) -> None:
        shown = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, shown)
