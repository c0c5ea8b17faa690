"""A list laid over the map: the cases of a grid, of a group of marks, or without a place."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QToolButton, QWidget
from typing_extensions import override

from commandcenter.domain.case import Case
from ui.case_columns import SHORT, case_columns
from ui.icons import wear_icon
from ui.stage import Stage
from ui.table import Column, Table
from ui.theme import Theme
from widgets.card import Card
from widgets.dress import Kind, dress
from widgets.safe import safe_override
from widgets.safe_text import tip


class CaseList(Card):
    """Shows cases, worst first; choosing one selects it everywhere, Esc closes the list."""

    closed = Signal()

    def __init__(self, stage: Stage, theme: Theme, parent: QWidget) -> None:
        super().__init__("", parent)
        self._stage = stage
        close = QToolButton()
        dress(close, Kind.QUIET)
        wear_icon(close, theme, "close-x")
        close.setAccessibleName(self.tr("关闭列表"))
        tip(close, self.tr("关闭列表（Esc）"))
        close.clicked.connect(self.close_list)
        self.add_to_head(close)
        self._table: Table | None = None
        self.hide()

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers of the cases shown."""
        return tuple(case.no for case in self._table.rows) if self._table else ()

    def show_cases(
        self, title: str, cases: Sequence[Case], columns: Sequence[Column] | None = None
    ) -> None:
        """Show other cases under a title."""
        if self._table is not None:
            self.body.removeWidget(self._table)
            self._table.deleteLater()
        table = Table(columns or case_columns(self._stage, SHORT), title)
        table.show_rows(
            sorted(cases, key=lambda case: (-case.urgency.rank, case.received_at, case.no))
        )
        table.row_chosen.connect(self._on_chosen)
        self.body.addWidget(table)
        self._table = table
        self.set_title(title)
        self.set_hint(self.tr("%n 件", "", len(cases)))
        self.show()
        self.raise_()
        table.setFocus()

    def close_list(self) -> None:
        """Hide the list."""
        self.hide()
        self.closed.emit()

    def _on_chosen(self, case: Case) -> None:
        self._stage.select(case.no)

    @override
    @safe_override(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_list()
        else:
            super().keyPressEvent(event)
