"""A table that is read and chosen from a row at a time, never typed into."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget
from typing_extensions import override

from widgets.safe import safe_override

_Cursor = QAbstractItemView.CursorAction
_Alignment = Qt.AlignmentFlag
_Flag = QItemSelectionModel.SelectionFlag


class ReadingTable(QTableView):
    """Chooses whole rows, several with Shift or Ctrl; rows of one height, scrolled by pixels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(1)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(_Alignment.AlignLeft | _Alignment.AlignVCenter)

    @override
    @safe_override(QModelIndex())
    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        # whole rows are read: Home and End mean the first and the last, not the ends of a row
        ends = {_Cursor.MoveHome: 0, _Cursor.MoveEnd: self.model().rowCount() - 1}
        if action not in ends:
            return super().moveCursor(action, modifiers)
        return self.model().index(ends[action], max(0, self.currentIndex().column()))

    def select_only(self, index: QModelIndex | QPersistentModelIndex) -> None:
        """Select this row and no other, and have the keyboard there.

        ``setCurrentIndex`` asks which keys are held: with Ctrl still down from Ctrl+Enter it would
        add the row to those that are selected.
        """
        self.selectionModel().setCurrentIndex(index, _Flag.ClearAndSelect | _Flag.Rows)
