"""The alerts to be judged, as Qt sees them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from commandcenter.domain.alert import VideoAlert
from ui.alerts.columns import COLUMNS, STARTED_COLUMN, Reader, worst_first
from widgets.safe import safe_override
from widgets.safe_text import tip_text

Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
_RESET_BEYOND: Final = 200  # so many rows coming or going are cheaper drawn anew
ALERT_ROLE: Final = int(Qt.ItemDataRole.UserRole)


class AlertModel(QAbstractTableModel):
    """Alerts worst first, then newest; a batch costs the view one re-layout.

    While ``held``, rows keep their places and new ones wait: ``waiting`` counts them.
    """

    def __init__(self, reader: Reader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.reader = reader
        self._alerts: list[VideoAlert] = []
        self._row_of: dict[str, int] = {}
        self.waiting = 0

    def alert(self, index: Index) -> VideoAlert:
        """Return the alert shown at ``index``."""
        return self._alerts[index.row()]

    def index_of(self, key: str) -> QModelIndex:
        """Return where an alert is shown; an invalid index if it is not."""
        row = self._row_of.get(key)
        return QModelIndex() if row is None else self.index(row, 0)

    def show_alerts(self, alerts: Mapping[str, VideoAlert], *, held: bool = False) -> None:
        """Show these alerts; the current one and the chosen ones stay so wherever they move."""
        gone = [row for row, it in enumerate(self._alerts) if it.key not in alerts]
        fresh = [it for key, it in alerts.items() if key not in self._row_of]
        self.waiting = len(fresh) if held else 0
        if held:
            fresh = []
        if len(gone) + len(fresh) > _RESET_BEYOND:
            self.beginResetModel()
            shown = set(self._row_of) | {it.key for it in fresh}
            self._put(sorted((alerts[k] for k in alerts if k in shown), key=worst_first))
            self.endResetModel()
            return
        self._remove(gone)
        if fresh:
            end = len(self._alerts)
            self.beginInsertRows(_ROOT, end, end + len(fresh) - 1)
            self._put([*self._alerts, *fresh])
            self.endInsertRows()
        latest = [alerts[it.key] for it in self._alerts]
        self._lay_out(latest if held else sorted(latest, key=worst_first))

    def tell_time(self, now: datetime) -> None:
        """Let the ages go on."""
        self.reader.now = now
        if self._alerts:
            self.dataChanged.emit(
                self.index(0, STARTED_COLUMN), self.index(len(self._alerts) - 1, STARTED_COLUMN)
            )

    def _put(self, alerts: list[VideoAlert]) -> None:
        self._alerts = alerts
        self._row_of = {it.key: row for row, it in enumerate(alerts)}

    def _remove(self, rows: Collection[int]) -> None:
        for row in sorted(rows, reverse=True):
            self.beginRemoveRows(_ROOT, row, row)
            self._put(self._alerts[:row] + self._alerts[row + 1 :])
            self.endRemoveRows()

    def _lay_out(self, alerts: list[VideoAlert]) -> None:
        if [it.key for it in alerts] == [it.key for it in self._alerts]:
            changed = [row for row, it in enumerate(alerts) if it is not self._alerts[row]]
            self._put(alerts)
            for row in changed:
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))
            return
        self.layoutAboutToBeChanged.emit()
        persistent = self.persistentIndexList()
        keys = [self._alerts[it.row()].key for it in persistent]
        self._put(alerts)
        moved = [
            self.index(self._row_of[key], it.column())
            for key, it in zip(keys, persistent, strict=True)
        ]
        self.changePersistentIndexList(persistent, moved)
        self.layoutChanged.emit()

    @override
    @safe_override(0)
    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._alerts)

    @override
    @safe_override(0)
    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    @override
    @safe_override(None)
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        alert, column = self._alerts[index.row()], COLUMNS[index.column()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return column.text(alert, self.reader)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip_text(column.text(alert, self.reader))
        return alert if role == ALERT_ROLE else None

    @override
    @safe_override(None)
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.reader.say(COLUMNS[section].heading)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None
