"""The roll of running whistles: a painted row for each, whatever their number."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from commandcenter.domain.timers import Phase as ClockPhase
from commandcenter.domain.whistle import Whistle
from ui import wording
from ui.stage import Stage
from ui.whistle.running import Pressing, Running
from ui.whistle.standing import standing
from ui.wording import Both, phrase
from widgets.cell_painter import draw_line, draw_shape, draw_table_ground
from widgets.countdown import Phase, paint_countdown_bar
from widgets.paint import SMALL, badge_width, paint_badge, scaled, unit
from widgets.safe import safe_override
from widgets.tone import Tone, tone_colour

Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()
_ROW: Final = Qt.ItemDataRole.UserRole
_NAME: Final[Both] = ("进行中的哨", "Running whistles")
_SAID: Final[Both] = ("{title}，{badge}，{worst}，{left}", "{title}, {badge}, {worst}, {left}")
_WORST: Final[Both] = ("{body} {standing}", "{body}: {standing}")
_RIGHT: Final = Qt.AlignmentFlag.AlignRight
_CLOCK_SHARE: Final = 0.4  # of a row's width
_PHASES: Final[Mapping[ClockPhase, tuple[Phase, Tone]]] = {
    ClockPhase.CALM: (Phase.CALM, Tone.PLAIN),
    ClockPhase.PAUSED: (Phase.CALM, Tone.QUIET),
    ClockPhase.NEAR: (Phase.NEAR, Tone.NEAR),
    ClockPhase.OVER: (Phase.OVER, Tone.OVER),
}


class _Rows(QAbstractListModel):
    """The numbers in order; what a row says is read when it is painted."""

    def __init__(self, tell: Callable[[str], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._tell = tell
        self.numbers: list[str] = []

    @override
    @safe_override(0)
    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.numbers)

    @override
    @safe_override(None)
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        number = self.numbers[index.row()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._tell(number)
        return number if role in {Qt.ItemDataRole.DisplayRole, _ROW} else None

    def show(self, numbers: Sequence[str]) -> None:
        """Show other whistles, or the same in another order."""
        if set(numbers) != set(self.numbers):
            self.beginResetModel()
            self.numbers = list(numbers)
            self.endResetModel()
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        held = [self.numbers[index.row()] for index in before]
        self.numbers = list(numbers)
        places = {number: at for at, number in enumerate(numbers)}
        self.changePersistentIndexList(before, [self.index(places[number]) for number in held])
        self.layoutChanged.emit()


class _Delegate(QStyledItemDelegate):
    """Draws a row: whose title and how many came; below, who stands worst and the nearest limit."""

    def __init__(self, stage: Stage, running: Running, parent: QWidget) -> None:
        super().__init__(parent)
        self._stage, self._running = stage, running
        self.now = stage.now()

    @override
    @safe_override(QSize())
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line = option.fontMetrics.height()
        return QSize(10 * line, round(line * 1.9 + 16 * unit(option.font)))

    @override
    @safe_override(None)
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        number = str(index.data(_ROW))
        painter.save()
        try:
            draw_table_ground(painter, option)
            if number in self._running:
                self._row(painter, option, self._running[number])
        finally:
            painter.restore()

    def _row(self, painter: QPainter, option: QStyleOptionViewItem, item: Pressing) -> None:
        one, palette, lang = unit(option.font), option.palette, self._stage.lang
        room = option.rect.adjusted(
            round(8 * one), round(7 * one), -round(8 * one), -round(6 * one)
        )
        upper, lower = QRect(room), QRect(room)
        upper.setHeight(option.fontMetrics.height())
        lower.setTop(room.bottom() - round(option.fontMetrics.height() * 0.95))
        found = standing(item.whistle, item.worst, self.now, lang)
        side = round(13 * one)
        spot = QRect(upper.left(), upper.top(), side, upper.height())
        draw_shape(painter, spot, found.shape, tone_colour(palette, found.tone), side)
        inset = side + round(9 * one)
        upper, lower = upper.adjusted(inset, 0, 0, 0), lower.adjusted(inset, 0, 0, 0)
        badge = wording.whistle_badge(item.whistle, lang)
        width = badge_width(badge, option.font)
        painter.setFont(option.font)
        pill = QRectF(upper.right() - width, upper.top(), width, upper.height())
        paint_badge(painter, pill, badge, Tone.SIGNAL, palette)
        title = upper.adjusted(0, 0, -round(width + 8 * one), 0)
        draw_line(
            painter, title, title_of(self._stage, item.whistle), tone_colour(palette, Tone.PLAIN)
        )
        painter.setFont(scaled(option.font, SMALL))
        clock = round(room.width() * _CLOCK_SHARE) if item.timer else 0
        words = lower.adjusted(0, 0, -clock - round(8 * one), 0)
        draw_line(
            painter, words, worst_words(self._stage, item, self.now),
            tone_colour(palette, found.tone),
        )  # fmt: skip
        if item.timer is not None:
            self._clock(
                painter, option, item, QRect(lower).adjusted(lower.width() - clock, 0, 0, 0)
            )

    def _clock(
        self, painter: QPainter, option: QStyleOptionViewItem, item: Pressing, room: QRect
    ) -> None:
        if item.timer is None:
            return
        stage, one = self._stage, unit(option.font)
        shown = wording.countdown(item.timer, self.now, stage.hall, stage.lang)
        phase, tone = _PHASES[shown.phase]
        text = painter.fontMetrics().horizontalAdvance(shown.text)
        draw_line(painter, room, shown.text, tone_colour(option.palette, tone), _RIGHT)
        thick = 4 * one
        length = room.width() - text - 8 * one
        if length > 3 * thick:
            bar = QRectF(room.left(), room.center().y() - thick / 2, length, thick)
            paint_countdown_bar(painter, bar, option.palette, shown.left, phase)


def title_of(stage: Stage, whistle: Whistle) -> str:
    """Return what a whistle is about."""
    return wording.whistle_title(whistle, stage.picture.cases.get(whistle.case), stage.lang)


def worst_words(stage: Stage, item: Pressing, now: datetime) -> str:
    """Return who of a whistle stands worst, and how."""
    lang = stage.lang
    found = standing(item.whistle, item.worst, now, lang)
    name = wording.body_name(stage.hall, item.worst.body, lang)
    said = found.beside_clock or found.words
    return phrase(_WORST, lang).format(body=name, standing=said)


class WhistleRoll(QListView):
    """Lists the running whistles; only what is in sight is painted, and once a second.

    A row keeps its place while the pointer or the keyboard is on the list: new ones then come
    last, and the order is put right when nobody is there.
    """

    wanted = Signal(str)  # the number of the whistle a person has gone to

    def __init__(self, stage: Stage, running: Running, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage, self._running = stage, running
        self._rows = _Rows(self._tell, self)
        self._delegate = _Delegate(stage, running, self)
        self.setModel(self._rows)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(phrase(_NAME, stage.lang))
        self.selectionModel().currentChanged.connect(self._on_current)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The whistles from the top."""
        return tuple(self._rows.numbers)

    def show_order(self, order: Sequence[str]) -> None:
        """List the whistles in this order, unless a person is at the list."""
        kept = [number for number in self._rows.numbers if number in self._running]
        if self._is_in_use():
            known = set(kept)
            order = [*kept, *(number for number in order if number not in known)]
        if list(order) == self._rows.numbers:
            return
        at, chosen = self.verticalScrollBar().value(), self.chosen
        self._rows.show(order)
        self.choose(chosen)
        self.verticalScrollBar().setValue(at)

    @property
    def chosen(self) -> str:
        """The number of the current row; empty for none."""
        index = self.currentIndex()
        return self._rows.numbers[index.row()] if index.isValid() else ""

    def choose(self, number: str) -> None:
        """Make a whistle the current one, without saying so."""
        if number == self.chosen or number not in self._rows.numbers:
            return
        model = self.selectionModel()
        was = model.blockSignals(True)
        index = self._rows.index(self._rows.numbers.index(number))
        model.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        model.blockSignals(was)
        self._show_chosen()
        self.viewport().update()

    def _show_chosen(self) -> None:
        """Keep the chosen whistle in sight, unless somebody is looking through the others."""
        if not self._is_in_use():
            self.scrollTo(self.currentIndex())

    @override
    @safe_override(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_chosen()

    def tick(self, now: datetime) -> None:
        """Let the clocks in sight go on."""
        self._delegate.now = now
        if self.isVisible():
            self.viewport().update()

    def wanted_height(self, most: int) -> int:
        """Return the height that shows every whistle, or ``most`` of them."""
        rows = min(most, len(self._rows.numbers))
        return rows * max(1, self.sizeHintForRow(0)) + 2 * self.frameWidth()

    def _is_in_use(self) -> bool:
        return self.underMouse() or self.hasFocus()

    def _tell(self, number: str) -> str:
        """Return a row as a screen reader says it."""
        stage, now = self._stage, self._delegate.now
        item = self._running[number]
        timer = item.timer
        return phrase(_SAID, stage.lang).format(
            title=title_of(stage, item.whistle),
            badge=wording.whistle_badge(item.whistle, stage.lang),
            worst=worst_words(stage, item, now),
            left=wording.time_left(timer.due_at, now, stage.lang) if timer else "–",
        )

    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.wanted.emit(self._rows.numbers[current.row()])
