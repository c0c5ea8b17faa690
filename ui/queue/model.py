"""The queue as Qt sees it: a table of rows that are already in order."""

from collections.abc import Collection
from itertools import count, groupby
from operator import attrgetter
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from ui import wording
from ui.queue.board import Row
from ui.queue.columns import COLUMNS, Reader, why_here
from widgets.cell_painter import capped
from widgets.safe import safe_override
from widgets.safe_text import tip_text

Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
_RESET_BEYOND: Final = 400  # so many rows coming and going are cheaper drawn anew
_HINTED: Final = "QList<QPersistentModelIndex>,QAbstractItemModel::LayoutChangeHint"
_ROWS_ONLY: Final = QAbstractTableModel.LayoutChangeHint.VerticalSortHint
ROW_ROLE: Final = int(Qt.ItemDataRole.UserRole)
FAINT_ROLE: Final = ROW_ROLE + 1
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

        What left is removed and what is new appended, then one re-layout puts all in order: legal
        for Qt and cheap (pitfalls.md 15).
        """
        self._faint = frozenset(faint)
        place = dict(zip(map(_NUMBER, rows), count(), strict=False))
        if place.keys() == self._row_of.keys():
            if place != self._row_of:
                self._lay_out(rows, place)
            else:
                self._freshen(rows)
            return
        gone = sorted(self._row_of[no] for no in self._row_of.keys() - place.keys())
        fresh = [rows[at] for at in sorted(place[no] for no in place.keys() - self._row_of.keys())]
        if len(gone) + len(fresh) > _RESET_BEYOND:
            self.beginResetModel()
            self._rows, self._row_of = rows[:], place
            self.endResetModel()
            return
        self._remove(gone)
        if fresh:
            end = len(self._rows)
            self.beginInsertRows(_ROOT, end, end + len(fresh) - 1)
            self._rows += fresh
            self.endInsertRows()
        self._lay_out(rows, place)

    def _remove(self, places: list[int]) -> None:
        runs = [[at for _, at in run] for _, run in groupby(enumerate(places), _distance)]
        for run in reversed(runs):
            self.beginRemoveRows(_ROOT, run[0], run[-1])
            del self._rows[run[0] : run[-1] + 1]
            self.endRemoveRows()

    def _lay_out(self, rows: list[Row], place: dict[str, int]) -> None:
        # told that columns stay as they are, the view does not paint itself anew for them
        self.layoutAboutToBeChanged[_HINTED].emit([], _ROWS_ONLY)  # type: ignore[index]  # stub
        held = self.persistentIndexList()
        numbers = [self._rows[index.row()].case.no for index in held]
        self._rows, self._row_of = rows[:], place
        moved = [
            self.index(place[no], index.column()) for no, index in zip(numbers, held, strict=True)
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
        if role == ROW_ROLE:
            return row
        if role == FAINT_ROLE:
            return self.is_faint(row)
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
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.reader.say(COLUMNS[section].heading)
        return None


def _distance(pair: tuple[int, int]) -> int:
    """The same for all members of a run of neighbouring places."""
    return pair[1] - pair[0]
