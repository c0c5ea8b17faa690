"""Lanes along one axis of time: what was going on in each, and what happened when."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QLineF, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from widgets.cell_painter import draw_line, draw_shape
from widgets.paint import SMALL, Shape, scaled, unit
from widgets.safe import safe_override
from widgets.safe_text import tip
from widgets.tone import LINE_ROLE, PANEL_ROLE, Tone, tone_colour

_ROW: Final = 1.7  # heights of a line
_NAMES: Final = 0.26  # the widest share of the width that names may take
_REACH: Final = 8  # design pixels around a mark within which it is pointed at
_SIDE: Final = 11  # design pixels of a mark
_CLEAR: Final = 0.7  # sides around the middle of a mark that are kept free of its lane
_APART: Final = 0.5 + _CLEAR  # sides between two marks, so that none covers part of the other
_THICK: Final = {True: 5.0, False: 2.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of a lane: drawn thick while something is done, thin or dashed while not."""

    start: float
    end: float
    tone: Tone
    thick: bool = False
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A mark on a lane, with the words for it."""

    at: float
    shape: Shape
    tone: Tone
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One lane, named at its left."""

    name: str
    spans: tuple[Span, ...] = ()
    moments: tuple[Moment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A line across all lanes with words above it; of two too close the first one has the words."""

    at: float
    words: str
    tone: Tone
    dashed: bool = True


class Lanes(QWidget):
    """Paints lanes; places are any one unit of time, the caller's. Equal lanes cost nothing."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._lanes: tuple[Lane, ...] = ()
        self._rules: tuple[Rule, ...] = ()
        self._end = 1.0

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """What is shown, from the top."""
        return self._lanes

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The lines across."""
        return self._rules

    def show_lanes(self, lanes: Sequence[Lane], rules: Sequence[Rule], *, end: float) -> None:
        """Show these lanes from 0 to ``end``."""
        fresh = tuple(lanes), tuple(rules), max(end, 1.0)
        if fresh == (self._lanes, self._rules, self._end):
            return
        rows = len(self._lanes)
        self._lanes, self._rules, self._end = fresh
        said = (" ".join((it.name, *(moment.words for moment in it.moments))) for it in lanes)
        self.setAccessibleDescription("\n".join(said))
        if rows != len(self._lanes):
            self.updateGeometry()
        self.update()

    def moment_at(self, spot: QPointF) -> str:
        """Return the words of the marks under a point, one a line."""
        reach = _REACH * unit(self.font())
        row = int((spot.y() - self._line()) // self._height())
        if spot.y() < self._line() or not 0 <= row < len(self._lanes):
            return ""
        room = self._room()
        lane = self._lanes[row]
        near = [
            it for x, those in self._marks(lane, room) if abs(x - spot.x()) <= reach for it in those
        ]
        return "\n".join(f"{lane.name} {it.words}" for it in near)

    def _marks(self, lane: Lane, room: QRectF) -> list[tuple[float, list[Moment]]]:
        """Return where marks stand, from the left, each with its moments: the last is drawn.

        Of those too close the earlier one gives way to the left, never the later one into what is
        to come; where no room is left it is told by the later one, which says more.
        """
        apart = _APART * round(_SIDE * unit(self.font()))
        marks: list[tuple[float, list[Moment]]] = []
        in_time = sorted(lane.moments, key=lambda it: it.at)
        for moment in reversed(in_time):
            x = self._x(moment.at, room)
            if marks:
                x = min(x, marks[0][0] - apart)
            if marks and x < room.left():
                marks[0][1].insert(0, moment)
            else:
                marks.insert(0, (x, [moment]))
        return marks

    def _line(self) -> float:
        return QFontMetricsF(scaled(self.font(), SMALL)).height() * 1.25

    def _height(self) -> float:
        return QFontMetricsF(scaled(self.font(), SMALL)).height() * _ROW

    def _names(self) -> float:
        metrics = QFontMetricsF(scaled(self.font(), SMALL))
        widest = max((metrics.horizontalAdvance(it.name) for it in self._lanes), default=0.0)
        return min(widest, self.width() * _NAMES) + 12 * unit(self.font())

    def _room(self) -> QRectF:
        edge = 8 * unit(self.font())
        left = self._names()
        return QRectF(left, self._line(), max(1.0, self.width() - left - edge), self.height())

    def _x(self, at: float, room: QRectF) -> float:
        return room.left() + min(max(at / self._end, 0.0), 1.0) * room.width()

    @override
    @safe_override(QSize())
    def sizeHint(self) -> QSize:
        height = self._line() + len(self._lanes) * self._height() + 4 * unit(self.font())
        return QSize(round(24 * self._line()), round(height))

    @override
    @safe_override(QSize())
    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    @override
    @safe_override(None)
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        tip(self, self.moment_at(event.position()))
        super().mouseMoveEvent(event)

    @override
    @safe_override(None)
    def leaveEvent(self, event: QEvent) -> None:
        tip(self, "")
        super().leaveEvent(event)

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        room, high = self._room(), self._height()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(scaled(self.font(), SMALL))
            bottom = room.top() + len(self._lanes) * high
            self._paint_rules(painter, room, bottom)
            for at, lane in enumerate(self._lanes):
                top = room.top() + at * high
                self._paint_lane(painter, QRectF(room.left(), top, room.width(), high), lane)

    def _paint_rules(self, painter: QPainter, room: QRectF, bottom: float) -> None:
        one, metrics, taken = unit(self.font()), QFontMetricsF(painter.font()), list[QRectF]()
        for rule in self._rules:
            x, ink = self._x(rule.at, room), tone_colour(self.palette(), rule.tone)
            pen = QPen(ink, max(1.0, one))
            if rule.dashed:
                pen.setDashPattern([3, 3])
            painter.setPen(pen)
            painter.drawLine(QLineF(x, room.top(), x, bottom))
            width = metrics.horizontalAdvance(rule.words) + 6 * one
            left = min(max(x - width / 2, 0.0), self.width() - width)
            words = QRectF(left, 0, width, room.top())
            if not any(words.intersects(it) for it in taken):
                taken.append(words)
                painter.drawText(words, Qt.AlignmentFlag.AlignCenter, rule.words)

    def _paint_lane(self, painter: QPainter, room: QRectF, lane: Lane) -> None:
        one, palette = unit(self.font()), self.palette()
        name = QRect(0, round(room.top()), round(room.left() - 12 * one), round(room.height()))
        draw_line(painter, name, lane.name, tone_colour(palette, Tone.PLAIN))
        middle = room.center().y()
        painter.setPen(QPen(palette.color(LINE_ROLE), max(1.0, one)))
        painter.drawLine(QLineF(room.left(), middle, room.right(), middle))
        for span in lane.spans:
            pen = QPen(tone_colour(palette, span.tone), _THICK[span.thick] * one)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            if span.dashed:
                pen.setDashPattern([2.4, 1.2])
            painter.setPen(pen)
            start, end = self._x(span.start, room), self._x(span.end, room)
            painter.drawLine(QLineF(start, middle, end, middle))
        side = round(_SIDE * one)
        for x, moments in self._marks(lane, room):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(PANEL_ROLE))  # so that it stands out from its lane
            painter.drawEllipse(QPointF(x, middle), _CLEAR * side, _CLEAR * side)
            spot = QRect(round(x - side / 2), round(room.top()), side, round(room.height()))
            last = moments[-1]
            draw_shape(painter, spot, last.shape, tone_colour(palette, last.tone), side)
