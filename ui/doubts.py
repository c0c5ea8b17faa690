"""The check list (核对清单): closings that look like paper, each with what is asked of it."""

from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from commandcenter.domain import words
from commandcenter.domain.case import Case
from ui import wording
from ui.actions import ACTIONS, actions_of, key_text
from ui.case_columns import CLOSED, NUMBER, TITLE, case_columns
from ui.stage import Stage
from ui.table import Cell, Column, Table
from ui.wording import Both, phrase
from widgets.dress import Kind, dress
from widgets.empty_state import EmptyState
from widgets.paint import Shape, unit
from widgets.plain_label import PlainLabel
from widgets.tone import Tone

_DEEDS: Final = ("answer_doubts", "reopen")
_CHOOSE_FIRST: Final[Both] = ("请先在清单里选一件。", "Choose a case of the list first.")


class DoubtList(QDialog):
    """What closings left in doubt, the oldest first; it blocks nothing and follows what happens.

    A line chosen is the case selected everywhere; what can be done to it stands below.
    """

    def __init__(self, stage: Stage, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self._stage, self._actions, self._home = stage, actions_of(stage), parent
        title = ACTIONS["doubts"].label(stage.lang)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        asked = Column(self.tr("要答复的问题"), self._asked)
        body = Column(self.tr("承办"), self._body, 7)
        number, named, closed = case_columns(stage, (NUMBER, TITLE, CLOSED))
        named = replace(named, width=14)
        self._table = Table([number, named, body, asked, closed], title)
        self._table.row_chosen.connect(self._on_chosen)
        self._empty = EmptyState(self.tr("没有待答复的问题：结案都经得起看。"))
        self._pages = QStackedWidget()
        self._pages.addWidget(self._table)
        self._pages.addWidget(self._empty)
        self._deeds = {id_: self._button(id_) for id_ in _DEEDS}
        for id_ in _DEEDS:  # the window's own keys do not reach this one
            key = QShortcut(QKeySequence(ACTIONS[id_].key), self, autoRepeat=False)
            key.activated.connect(partial(self._do, id_))
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in self._deeds.values():
            row.addWidget(button)
        row.addStretch(1)
        close = QPushButton(self.tr("关闭"))
        close.clicked.connect(self.close)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(
            PlainLabel(
                self.tr("问题不是结论，也不会自动扣分：请看过后用一句话答复，确有问题的重开。"),
                tone=Tone.QUIET,
                wrap=True,
            )
        )
        column.addWidget(self._pages, 1)
        column.addLayout(row)
        one = unit(self.font())
        self.resize(round(980 * one), round(480 * one))
        stage.changed.connect(self.look)
        self._actions.changed.connect(self._show_deeds)
        self.look()

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers of the cases listed."""
        return tuple(case.no for case in self._table.rows)

    def look(self) -> None:
        """Show the questions as they stand; nothing moves while they are the same."""
        found = sorted(
            self._stage.picture.doubtful.values(), key=lambda it: (it.closed_at or it.since, it.no)
        )
        if tuple(found) != self._table.rows:
            self._table.show_rows(found)
        self._pages.setCurrentWidget(self._table if found else self._empty)
        self._show_deeds()

    def _button(self, id_: str) -> QPushButton:
        action = ACTIONS[id_]
        words_ = action.label(self._stage.lang)
        button = QPushButton(f"{words_}  {key_text(action.key)}")
        button.setAccessibleName(words_)
        dress(button, Kind.PRIMARY if id_ == _DEEDS[0] else Kind.PLAIN)
        button.clicked.connect(partial(self._do, id_))
        return button

    def _do(self, id_: str) -> None:
        """Do something to the case chosen; what it asks stands in the window, with the keyboard."""
        if self._stage.selection not in self.numbers:
            self._stage.refused.emit(phrase(_CHOOSE_FIRST, self._stage.lang))
            return
        if self._actions.is_possible(id_):
            self._home.window().activateWindow()
        self._actions.trigger(id_)

    def _show_deeds(self) -> None:
        listed = self._stage.selection in self.numbers
        for id_, button in self._deeds.items():
            button.setEnabled(listed and self._actions.is_possible(id_))

    def _on_chosen(self, case: Case) -> None:
        self._stage.select(case.no)
        self._actions.show_case(case)

    def _asked(self, case: Case) -> Cell:
        asked = (words.word(it, self._stage.lang) for it in case.doubts)
        said = wording.listed(asked, self._stage.lang)
        return Cell(text=said, tone=Tone.NEAR, mark=Shape.TRIANGLE)

    def _body(self, case: Case) -> Cell:
        return Cell(text=wording.body_name(self._stage.hall, case.body, self._stage.lang))
