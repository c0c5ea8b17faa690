"""A table to read: rows of any sort, each column a function of the row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFontInfo,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from typing_extensions import override

from widgets.cell_painter import capped, draw_line, draw_shape, draw_table_ground
from widgets.paint import Shape, scaled, unit
from widgets.reading_table import ReadingTable
from widgets.safe import safe_override
from widgets.safe_text import tip_text
from widgets.tone import Tone, tone_colour

Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
_CELL: Final = Qt.ItemDataRole.UserRole
_MARK_SIDE: Final = 12
_AIR: Final = 8
_LEAST: Final = 6  # ems of a column that takes what is left; below it the table scrolls sideways
_LOOKS: Final = frozenset({QEvent.Type.FontChange, QEvent.Type.StyleChange})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What stands in a cell; a ``number`` stands at the right, one that ``opens`` is underlined."""

    text: str
    tone: Tone = Tone.PLAIN
    mark: Shape | None = None
    number: bool = False
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, what the cell of a row is, and a width in ems.

    0 takes the room that is left, and never so little that nothing can be read.
    """

    heading: str
    cell: Callable[[Any], Cell]
    width: float = 0
    number: bool = False


class _Model(QAbstractTableModel):
    """Rows in the order they are given; a cell is made when it is looked at."""

    def __init__(self, columns: Sequence[Column], parent: QWidget) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.rows: tuple[Any, ...] = ()

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    @override
    @safe_override(0)
    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    @override
    @safe_override(0)
    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    @override
    @safe_override(None)
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].heading
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = "AlignRight" if self.columns[section].number else "AlignLeft"
            return Qt.AlignmentFlag[side] | Qt.AlignmentFlag.AlignVCenter
        return None

    @override
    @safe_override(None)
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in {_CELL, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return None
        cell = self.columns[index.column()].cell(self.rows[index.row()])
        if role == _CELL:
            return cell
        text = capped(cell.text)
        return text if role == Qt.ItemDataRole.DisplayRole else tip_text(text)


class _Painter(QStyledItemDelegate):
    """Draws a cell: the ground of its row, a mark, one line of words."""

    @override
    @safe_override(None)
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell: Cell = index.data(_CELL)
        one, palette = unit(option.font), option.palette
        painter.save()
        try:
            draw_table_ground(painter, option)
            room = option.rect.adjusted(round(_AIR * one), 0, -round(_AIR * one), -1)
            ink = tone_colour(palette, cell.tone)
            if cell.mark is not None:
                side = round(_MARK_SIDE * one)
                spot = QRect(room.left(), room.top(), side, room.height())
                draw_shape(painter, spot, cell.mark, ink, side)
                room.setLeft(room.left() + side + round(6 * one))
            font = scaled(option.font, 1)
            font.setUnderline(cell.opens)
            painter.setFont(font)
            side_of = Qt.AlignmentFlag.AlignRight if cell.number else Qt.AlignmentFlag.AlignLeft
            draw_line(painter, room, cell.text, ink, side_of)
        finally:
            painter.restore()


class Table(ReadingTable):
    """Shows rows; ``Enter`` or a click opens a cell, Ctrl+C copies the chosen rows as text."""

    row_chosen = Signal(object)
    """A row was made the current one by mouse or key: the row."""
    cell_opened = Signal(object, int)
    """A cell was clicked, or Enter pressed upon it: its row and column."""

    def __init__(self, columns: Sequence[Column], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = _Model(columns, self)
        self._showing = False
        self.setAccessibleName(name)
        self.setModel(self._rows)
        self.setItemDelegate(_Painter(self))
        self.horizontalHeader().setSectionsClickable(False)
        self.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.clicked.connect(self._on_clicked)
        self._measure()

    @property
    def rows(self) -> tuple[Any, ...]:
        """The rows shown, in their order."""
        return self._rows.rows

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show other rows; nothing is chosen then."""
        self._showing = True
        try:
            self._rows.show_rows(rows)
        finally:
            self._showing = False

    def height_of(self, rows: int) -> int:
        """Return the height at which so many rows can be seen."""
        head = self.horizontalHeader().sizeHint().height()
        return head + rows * self.verticalHeader().defaultSectionSize() + 4

    def text(self, row: int, column: int) -> str:
        """Return the words in a cell."""
        return str(self._rows.index(row, column).data())

    def _measure(self) -> None:
        em = QFontInfo(self.font()).pixelSize()
        header = self.horizontalHeader()
        header.setMinimumSectionSize(2 * em)
        self.verticalHeader().setDefaultSectionSize(
            self.fontMetrics().height() + round(12 * unit(self.font()))
        )
        for at, column in enumerate(self._rows.columns):
            if column.width:
                header.setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
                air = round((2 * _AIR + 2) * unit(self.font()))
                heading = self.fontMetrics().horizontalAdvance(column.heading) + air
                self.setColumnWidth(at, max(round(column.width * em), heading))
        self._share_rest()

    def _share_rest(self) -> None:
        """Give what is left to the columns that take it, or else what can be read at least."""
        header, columns = self.horizontalHeader(), self._rows.columns
        resting = [at for at, column in enumerate(columns) if not column.width]
        taken = sum(header.sectionSize(at) for at, it in enumerate(columns) if it.width)
        least = round(_LEAST * QFontInfo(self.font()).pixelSize())
        fits = self.viewport().width() - taken >= least * len(resting)
        mode = QHeaderView.ResizeMode.Stretch if fits else QHeaderView.ResizeMode.Interactive
        for at in resting:
            header.setSectionResizeMode(at, mode)
            if not fits:
                self.setColumnWidth(at, least)

    def _on_current_changed(self, index: QModelIndex) -> None:
        if index.isValid() and not self._showing:
            self.row_chosen.emit(self.rows[index.row()])

    def _on_clicked(self, index: QModelIndex) -> None:
        self.cell_opened.emit(self.rows[index.row()], index.column())

    @override
    @safe_override(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and index.isValid():
            self._on_clicked(index)
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        else:
            super().keyPressEvent(event)

    def _copy(self) -> None:
        chosen = sorted(index.row() for index in self.selectionModel().selectedRows())
        if chosen:
            width = range(len(self._rows.columns))
            lines = [[column.heading for column in self._rows.columns]]
            lines += [[self.text(row, at) for at in width] for row in chosen]
            QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))

    @override
    @safe_override(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_rest()

    @override
    @safe_override(None)
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _LOOKS:
            self._measure()

    @override
    @safe_override(QSize())
    def minimumSizeHint(self) -> QSize:
        return QSize(0, 3 * self.verticalHeader().defaultSectionSize())
