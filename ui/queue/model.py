"""The queue as Qt sees it: a table of rows that are already in order."""

from collections.abc import Collection
from itertools import count, islice
from operator import attrgetter
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from ui import wording
from ui.queue.board import Row
from ui.queue.columns import COLUMNS, Reader, heading, rule_of, why_here
from widgets.cell_painter import capped
from widgets.safe import safe_override
from widgets.safe_text import tip_text

Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
_HINTED: Final = "QList<QPersistentModelIndex>,QAbstractItemModel::LayoutChangeHint"
_ROWS_ONLY: Final = QAbstractTableModel.LayoutChangeHint.VerticalSortHint
_NUMBER: Final = attrgetter("case.no")


class QueueModel(QAbstractTableModel):
    """Rows worst first; a batch of any size costs one re-layout, and none if no row moved."""

    def __init__(self, reader: Reader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.reader = reader
        self._rows: list[Row] = []
        self._row_of: dict[str, int] = {}
        self._faint: frozenset[str] = frozenset()

    def row(self, index: Index) -> Row:
        """Return the row at ``index``."""
        return self._rows[index.row()]

    def index_of(self, number: str) -> QModelIndex:
        """Return where a case is shown; an invalid index if it is not."""
        row = self._row_of.get(number)
        return QModelIndex() if row is None else self.index(row, 0)

    def is_faint(self, row: Row) -> bool:
        """Tell whether a row is only there because somebody reads: its case has left."""
        return row.case.no in self._faint

    def shows(self, rows: list[Row], faint: Collection[str] = frozenset()) -> bool:
        """Tell whether exactly these rows are shown, so that there is nothing to do."""
        return rows == self._rows and self._faint == frozenset(faint)

    def between(self, first: int, last: int) -> list[Row]:
        """Return the rows from one place to another, both included."""
        return self._rows[first : last + 1]

    def show_rows(self, rows: list[Row], *, faint: Collection[str] = frozenset()) -> None:
        """Show these rows in this order, those in ``faint`` as left; selections follow their case.

        Rows are added or taken away at the end, and one re-layout puts all in order: legal for Qt
        and cheap, however many come and go (pitfalls.md 15).
        """
        self._faint = frozenset(faint)
        place = dict(zip(map(_NUMBER, rows), count(), strict=False))
        if place == self._row_of:
            self._freshen(rows)
            return
        here, end = len(self._rows), len(rows)
        if end > here:
            fresh = (row for row in rows if row.case.no not in self._row_of)
            self.beginInsertRows(_ROOT, here, end - 1)
            self._rows += islice(fresh, end - here)
            self.endInsertRows()
        left = [row for row in self._rows if row.case.no not in place]
        self._lay_out(rows + left[: max(0, here - end)], place)
        if here > end:
            self.beginRemoveRows(_ROOT, end, here - 1)
            del self._rows[end:]
            self.endRemoveRows()

    def _lay_out(self, rows: list[Row], place: dict[str, int]) -> None:
        """Put rows in order; whatever pointed to a case without a ``place`` points to nothing."""
        # told that columns stay as they are, the view does not paint itself anew for them
        self.layoutAboutToBeChanged[_HINTED].emit([], _ROWS_ONLY)  # type: ignore[index]  # stub
        held = self.persistentIndexList()
        numbers = [self._rows[index.row()].case.no for index in held]
        self._rows, self._row_of = rows, place
        moved = [
            QModelIndex() if (at := place.get(no)) is None else self.index(at, index.column())
            for no, index in zip(numbers, held, strict=True)
        ]
        self.changePersistentIndexList(held, moved)
        self.layoutChanged[_HINTED].emit([], _ROWS_ONLY)  # type: ignore[index]  # stub

    def _freshen(self, rows: list[Row]) -> None:
        changed = [at for at, row in enumerate(rows) if row is not self._rows[at]]
        self._rows = rows[:]
        for at in changed:
            self.dataChanged.emit(self.index(at, 0), self.index(at, len(COLUMNS) - 1))

    @override
    @safe_override(0)
    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    @safe_override(0)
    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    @override
    @safe_override(None)
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self._rows[index.row()]
        column = COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return capped(column.upper(row, self.reader))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            said = (column.upper(row, self.reader), column.lower(row, self.reader))
            return capped(wording.listed(said, self.reader.lang))
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip_text(why_here(row, self.reader))
        return None

    @override
    @safe_override(None)
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return heading(section, self.reader)
            if role == Qt.ItemDataRole.ToolTipRole:
                return tip_text(rule_of(self.reader.sort, self.reader.lang))
        return None
