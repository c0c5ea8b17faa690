"""How a row of the queue is drawn: two lines a cell, or one when rows are compact."""

from collections.abc import Callable, Hashable, Mapping
from functools import partial
from typing import Final, cast

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QFont, QIcon, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from commandcenter.domain.timers import Phase as ClockPhase
from ui import wording
from ui.icons import icon
from ui.queue.board import Row
from ui.queue.columns import (
    CASE_COLUMN,
    CLOCK_COLUMN,
    COLUMNS,
    MARKS_COLUMN,
    SENDING,
    Reader,
    claim_in_doubt,
    doubtful,
    notice,
    origin,
)
from ui.queue.model import Index, QueueModel
from widgets.cell_painter import draw_icon, draw_line, draw_shape, draw_table_ground
from widgets.countdown import Phase, paint_countdown_bar
from widgets.kept_cells import Cell, KeptCells
from widgets.paint import SMALL, Shape, badge_width, paint_badge, scaled, unit
from widgets.safe import safe_override
from widgets.tone import Tone, tone_colour

_PHASES: Final[Mapping[ClockPhase, Phase]] = {
    ClockPhase.CALM: Phase.CALM,
    ClockPhase.PAUSED: Phase.CALM,
    ClockPhase.NEAR: Phase.NEAR,
    ClockPhase.OVER: Phase.OVER,
}
_CLOCK_TONES: Final[Mapping[ClockPhase, Tone]] = {
    ClockPhase.CALM: Tone.PLAIN,
    ClockPhase.PAUSED: Tone.QUIET,
    ClockPhase.NEAR: Tone.NEAR,
    ClockPhase.OVER: Tone.OVER,
}
_BAR_STEPS: Final = 100


def _still(_row: Row, _reader: Reader) -> Hashable:
    return None


def _case_look(row: Row, reader: Reader) -> Hashable:
    return row.case.no in reader.pending, reader.now.astimezone(reader.hall.zone).date()


def clock_look(row: Row, reader: Reader) -> Hashable:
    """Return what of a row's clock can be seen to go on."""
    if row.timer is None:
        return None
    shown = wording.countdown(row.timer, reader.now, reader.hall, reader.lang)
    return shown.text, shown.phase, round(shown.left * _BAR_STEPS)


def marks_look(row: Row, reader: Reader) -> Hashable:
    """Return what of a row's marks changes with the time: the claim on it, the statutory limit."""
    claim = COLUMNS[MARKS_COLUMN].lower(row, reader)
    return claim, claim_in_doubt(row, reader) is None


_LOOKS: Final[Mapping[int, Callable[[Row, Reader], Hashable]]] = {
    CASE_COLUMN: _case_look,
    CLOCK_COLUMN: clock_look,
    MARKS_COLUMN: marks_look,
}
"""What a cell's look changes with while its row is the same."""


def row_height(font: QFont, line_height: int, *, compact: bool) -> int:
    """Return the height of a row in logical pixels."""
    one = unit(font)
    return round(line_height + 10 * one) if compact else round(line_height * 1.9 + 16 * one)


def em(font: QFont) -> float:
    """Return the size of the font in logical pixels."""
    return 14 * unit(font)


class QueueDelegate(QStyledItemDelegate):
    """Draws every column of the queue; ``compact`` puts both lines on one."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self._reader = reader
        self.compact = False
        self._fonts: dict[str, tuple[QFont, QFont]] = {}
        self._kept = KeptCells()

    @override
    @safe_override(QSize())
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = COLUMNS[index.column()].width * em(option.font)
        height = row_height(option.font, option.fontMetrics.height(), compact=self.compact)
        return QSize(round(width), height)

    @override
    @safe_override(None)
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = cast("QueueModel", index.model())
        row, column = model.row(index), index.column()
        faint = model.is_faint(row)
        look = (faint, self.compact, _LOOKS.get(column, _still)(row, self._reader))
        draw = partial(self._draw, row, column, faint)
        self._kept.draw(painter, option, Cell((row.case.no, column), row, look), draw)

    def forget(self) -> None:
        """Draw everything anew: the font is another."""
        self._kept.forget()

    def _draw(
        self, row: Row, column: int, faint: bool, painter: QPainter, option: QStyleOptionViewItem
    ) -> None:
        painter.save()
        try:
            draw_table_ground(painter, option)
            if faint:
                painter.setOpacity(0.4)  # it has left this tab; it goes when nobody reads here
            self._cell(painter, option, row, column)
        finally:
            painter.restore()

    def _cell(self, painter: QPainter, option: QStyleOptionViewItem, row: Row, column: int) -> None:
        one = unit(option.font)
        room = option.rect.adjusted(
            round(8 * one), round(7 * one), -round(8 * one), -round(6 * one)
        )
        if column == CASE_COLUMN:
            self._case(painter, option, row, room)
        elif column == CLOCK_COLUMN:
            self._clock(painter, option, row, room)
        elif column == MARKS_COLUMN:
            self._marks(painter, option, row, room)
        else:
            self._plain(painter, option, row, room, column)

    def _lines(self, option: QStyleOptionViewItem, room: QRect) -> tuple[QRect, QRect]:
        """Return the two lines of a cell; they are the same line when rows are compact."""
        if self.compact:
            return room, room
        upper, lower = QRect(room), QRect(room)
        upper.setHeight(option.fontMetrics.height())
        lower.setTop(room.bottom() - round(option.fontMetrics.height() * 0.95))
        return upper, lower

    def _font_pair(self, option: QStyleOptionViewItem) -> tuple[QFont, QFont]:
        key = option.font.key()
        pair = self._fonts.get(key)
        if pair is None:
            pair = self._fonts[key] = (QFont(option.font), scaled(option.font, SMALL))
        return pair

    def _case(self, painter: QPainter, option: QStyleOptionViewItem, row: Row, room: QRect) -> None:
        one, palette, reader = unit(option.font), option.palette, self._reader
        font, small = self._font_pair(option)
        mark = wording.urgency_mark(row.case.urgency)
        side = round(13 * one)
        upper, lower = self._lines(option, room)
        spot = QRect(upper.left(), upper.top(), side, upper.height())
        draw_shape(painter, spot, Shape(mark.shape), tone_colour(palette, mark.tone), side)
        inset = side + round(9 * one)
        painter.setFont(font)
        upper, lower = upper.adjusted(inset, 0, 0, 0), lower.adjusted(inset, 0, 0, 0)
        title = COLUMNS[CASE_COLUMN].upper(row, reader)
        draw_line(painter, upper, title, tone_colour(palette, Tone.PLAIN))
        if self.compact:
            taken = min(painter.fontMetrics().horizontalAdvance(title), upper.width())
            lower = lower.adjusted(taken + round(12 * one), 0, 0, 0)
            if lower.width() < round(60 * one):
                return
        if row.case.no in reader.pending:
            painter.setFont(small)
            draw_line(painter, lower, reader.say(SENDING), tone_colour(palette, Tone.ACCENT))
            return
        quiet = tone_colour(palette, Tone.QUIET)
        side = round(14 * one)
        spot = QRect(lower.left(), lower.top(), side, lower.height())
        draw_icon(painter, spot, self._channel(row, quiet.name()), side)
        painter.setFont(small)
        words = lower.adjusted(side + round(5 * one), 0, 0, 0)
        if doubt := doubtful(row, reader):
            draw_line(painter, words, doubt, tone_colour(palette, Tone.NEAR))
            taken = painter.fontMetrics().horizontalAdvance(doubt + wording.SEPARATOR)
            words = words.adjusted(min(taken, words.width()), 0, 0, 0)
        draw_line(painter, words, origin(row, reader), quiet)

    @staticmethod
    def _channel(row: Row, colour: str) -> QIcon:
        return icon(wording.channel_icon(row.case.channel), colour)

    def _clock(
        self, painter: QPainter, option: QStyleOptionViewItem, row: Row, room: QRect
    ) -> None:
        if row.timer is None:
            self._plain(painter, option, row, room, CLOCK_COLUMN)
            return
        one, reader, palette = unit(option.font), self._reader, option.palette
        shown = wording.countdown(row.timer, reader.now, reader.hall, reader.lang)
        font, small = self._font_pair(option)
        upper, lower = self._lines(option, room)
        painter.setFont(font)
        draw_line(painter, upper, shown.text, tone_colour(palette, _CLOCK_TONES[shown.phase]))
        if self.compact:
            return
        painter.setFont(small)
        clock = COLUMNS[CLOCK_COLUMN].lower(row, reader)
        name = painter.fontMetrics().horizontalAdvance(clock) + round(6 * one)
        name = min(name, round(lower.width() * 0.62))
        draw_line(
            painter,
            QRect(lower.left(), lower.top(), name, lower.height()),
            clock,
            tone_colour(palette, Tone.QUIET),
        )
        thick = 4 * one
        bar = QRectF(
            lower.left() + name, lower.center().y() - thick / 2, lower.width() - name, thick
        )
        if shown.phase is not ClockPhase.PAUSED:
            paint_countdown_bar(painter, bar, palette, shown.left, _PHASES[shown.phase])

    def _marks(
        self, painter: QPainter, option: QStyleOptionViewItem, row: Row, room: QRect
    ) -> None:
        reader, column = self._reader, COLUMNS[MARKS_COLUMN]
        font, small = self._font_pair(option)
        upper, lower = self._lines(option, room)
        painter.setFont(font)
        badge, claim = column.upper(row, reader), column.lower(row, reader)
        if badge:
            width = min(badge_width(badge, font), upper.width())
            spot = QRectF(upper.left(), upper.top(), width, upper.height())
            tone = Tone.NEAR if row.whistle is None else Tone.SIGNAL
            paint_badge(painter, spot, badge, tone, option.palette)
        if claim and not (badge and self.compact):
            calm = claim_in_doubt(row, reader) is None and not notice(row, reader)
            tone = Tone.QUIET if calm else Tone.NEAR
            painter.setFont(small)
            draw_line(painter, lower, claim, tone_colour(option.palette, tone))

    def _plain(
        self, painter: QPainter, option: QStyleOptionViewItem, row: Row, room: QRect, column: int
    ) -> None:
        font, small = self._font_pair(option)
        upper, lower = self._lines(option, room)
        painter.setFont(font)
        said = COLUMNS[column].upper(row, self._reader)
        draw_line(painter, upper, said, tone_colour(option.palette, Tone.PLAIN))
        if not self.compact:
            painter.setFont(small)
            under = COLUMNS[column].lower(row, self._reader)
            draw_line(painter, lower, under, tone_colour(option.palette, Tone.QUIET))
