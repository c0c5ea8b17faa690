"""The list of the queue: it knows whether somebody is reading it, and keeps that row in place."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QHeaderView,
    QPushButton,
    QWidget,
)
from typing_extensions import override

from ui.queue.board import Row
from ui.queue.columns import CASE_COLUMN, CLOCK_COLUMN, COLUMNS, MARKS_COLUMN
from ui.queue.delegate import QueueDelegate, em, row_height
from ui.queue.model import Index, QueueModel
from widgets.reading_table import ReadingTable
from widgets.safe import safe_override
from widgets.tone import PANEL_ROLE

_CONTROL: Final = Qt.KeyboardModifier.ControlModifier
_ARROWS: Final = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down})
_NARROW: Final = 46  # ems; below it the columns beside the title give up some of their room


class Pill(QPushButton):
    """A button upon the heading of the list that lets nothing of it show through."""

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        # the style sheet makes the colours of a see-through button see-through as well
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QApplication.palette().color(PANEL_ROLE))
        super().paintEvent(event)


class QueueView(ReadingTable):
    """A table of cases without a clock of its own; ``reading_ended`` lets held rows go."""

    reading_ended = Signal()
    opened = Signal()
    arrived = Signal()  # the arrows go on from a row that is not selected: it is meant itself
    copied = Signal()
    menu_asked = Signal(QPoint)  # where on the screen

    def __init__(
        self, model: QueueModel, delegate: QueueDelegate, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._delegate = delegate
        self.is_entered = False  # by the keyboard this moment: where it stands is not yet chosen
        self.next_case = ""  # where the arrows go on, once a step has moved the selected one away
        self._hovered = False
        self._menu_open = False
        self._narrow = False
        self._clocks: dict[str, object] = {}
        self._queue = model
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setSectionsClickable(False)
        self.horizontalHeader().setMinimumSectionSize(self.fontMetrics().height() * 3)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.doubleClicked.connect(self._on_double_clicked)
        self.measure()

    @property
    def reading(self) -> bool:
        """Whether somebody reads: the pointer is over the list, it is scrolled, or a menu is up."""
        return self._hovered or self._menu_open or self.verticalScrollBar().value() > 0

    def measure(self) -> None:
        """Give rows and columns their sizes after the font or the density has changed."""
        self._delegate.forget()
        height = row_height(
            self.font(), self.fontMetrics().height(), compact=self._delegate.compact
        )
        self.verticalHeader().setDefaultSectionSize(height)
        for at, column in enumerate(COLUMNS):
            header = self.horizontalHeader()
            if at == CASE_COLUMN:
                header.setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)
            else:
                header.setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
                width = column.narrow if self._narrow else column.width
                self.setColumnWidth(at, round(width * em(self.font())))

    @contextmanager
    def only_changes_painted(self) -> Iterator[None]:
        """Repaint the rows that look other than before: most batches change none of them.

        Qt repaints everything whenever rows come, go or move, also far below what can be seen.
        """
        viewport, before = self.viewport(), self._looks()
        viewport.setAttribute(Qt.WidgetAttribute.WA_UpdatesDisabled)
        try:
            yield
            self.executeDelayedItemsLayout()
        finally:
            viewport.setAttribute(Qt.WidgetAttribute.WA_UpdatesDisabled, False)
        after = self._looks()
        for top in before.keys() | after.keys():
            if before.get(top) != after.get(top):
                height = self.verticalHeader().defaultSectionSize()
                viewport.update(0, top, viewport.width(), height)

    def repaint_row(self, index: Index) -> None:
        """Repaint all of a row, if it is in the list."""
        if index.isValid():
            height = self.verticalHeader().defaultSectionSize()
            self.viewport().update(
                0, self.rowViewportPosition(index.row()), self.viewport().width(), height
            )

    def _looks(self) -> dict[int, tuple[Row, bool, bool]]:
        """Return what is to be seen at each height of the viewport."""
        rows = self._queue
        chosen = {index.row() for index in self.selectionModel().selectedRows()}
        first = self.rowAt(0)
        if first < 0:
            return {}
        top, height = self.rowViewportPosition(first), self.verticalHeader().defaultSectionSize()
        last = first + (self.viewport().height() - top) // height
        return {
            top + at * height: (row, rows.is_faint(row), first + at in chosen)
            for at, row in enumerate(rows.between(first, last))
        }

    def repaint_clocks(self, look: Callable[[Row], object]) -> None:
        """Repaint the clocks, and claims beside them, whose ``look`` is another than last time."""
        viewport, before = self.viewport(), self._clocks
        left, width = self.columnViewportPosition(CLOCK_COLUMN), self.columnWidth(CLOCK_COLUMN)
        width += self.columnWidth(MARKS_COLUMN)  # it stands beside it
        height = self.verticalHeader().defaultSectionSize()
        self._clocks = {}
        for top, (row, *_) in self._looks().items():
            shown = self._clocks[row.case.no] = look(row)
            if before.get(row.case.no, self) != shown:
                viewport.update(left, top, width, height)

    @contextmanager
    def read_row_kept(self) -> Iterator[None]:
        """Keep the row being read at its height on the screen, whatever enters above it."""
        number, height = self._anchor()
        yield
        index = self._queue.index_of(number)
        if index.isValid():
            shift = self.rowViewportPosition(index.row()) - height
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + shift)

    def _anchor(self) -> tuple[str, int]:
        pointer = self.viewport().mapFromGlobal(self.cursor().pos())
        index = self.indexAt(pointer) if self._hovered else self.indexAt(QPoint(1, 1))
        if not index.isValid():
            index = self.indexAt(QPoint(1, 1))
        if not index.isValid():
            return "", 0
        return self._queue.row(index).case.no, self.rowViewportPosition(index.row())

    def while_menu(self, *, is_open: bool) -> None:
        """Say that a menu over the list opens or has closed: until then nothing moves."""
        self._menu_open = is_open
        self._perhaps_ended()

    def _on_scrolled(self, _value: int) -> None:
        self._perhaps_ended()

    def _perhaps_ended(self) -> None:
        if not self.reading:
            self.reading_ended.emit()

    def _on_double_clicked(self) -> None:
        self.opened.emit()

    @override
    @safe_override(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW * em(self.font())
        if narrow is not self._narrow:
            self._narrow = narrow
            self.measure()

    @override
    @safe_override(None)
    def focusInEvent(self, event: QFocusEvent) -> None:
        self.is_entered = True
        super().focusInEvent(event)
        self.is_entered = False

    @override
    @safe_override(None)
    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._hovered = True

    @override
    @safe_override(None)
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hovered = False
        self._perhaps_ended()

    @override
    @safe_override(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            # Ctrl+Enter sends a form: held on after it has gone, it is not meant for the list
            if not event.isAutoRepeat() and not event.modifiers() & _CONTROL:
                self.opened.emit()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.selectAll()
        elif self._stands_beside(event):
            self.arrived.emit()
        elif event.text().isprintable() and event.text():
            event.ignore()  # letters are for the selected case, not for a search in the list
        else:
            super().keyPressEvent(event)

    def _stands_beside(self, event: QKeyEvent) -> bool:
        """Tell whether an arrow by itself would pass over the row where the keyboard stands."""
        alone = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        beside = bool(self.next_case) or not self.selectionModel().hasSelection()
        return event.key() in _ARROWS and alone and beside

    @override
    @safe_override(None)
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())
