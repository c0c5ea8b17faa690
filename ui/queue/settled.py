"""What is settled, under the open cases of the tab 全部: read page by page as somebody scrolls."""

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from commandcenter.application.picture import Tab, worst_first
from commandcenter.application.questions import CaseCount, Cases
from commandcenter.application.searching import questions
from commandcenter.domain.case import SETTLED, Case
from ui.queue.board import Row
from ui.stage import Stage

PAGE: Final = 50
MOST: Final = 2000
"""So many at most; who looks further back finds it by its words or its number."""
_PAUSE_MS: Final = 150  # typing goes on: ask only when it rests


class SettledCases(QObject):
    """The settled cases read so far, newest first; ``count`` is how many there are, once known."""

    grew = Signal()

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._stage = stage
        self._rows: list[Row] = []
        self._asked: list[Cases] = []  # what has still to be asked, page by page
        self._turn = 0  # answers to what was asked before the last ``begin`` come too late
        self._waiting = False
        self._typed = ""
        self.count: int | None = None
        self._rest = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._rest.timeout.connect(self._begin)

    def begin(self, typed: str) -> None:
        """Begin anew with the cases that hold what was typed; with nothing typed, with all."""
        self.end()
        self._typed = typed.strip()
        self._rest.start() if self._typed else self._begin()

    def end(self) -> None:
        """Forget everything."""
        self._rest.stop()
        self._turn += 1
        self._rows, self._asked, self._waiting, self.count = [], [], False, None

    def rows(self, but: Collection[str]) -> list[Row]:
        """Return the rows read so far, but those of these numbers (which are open again)."""
        return [row for row in self._rows if row.case.no not in but]

    def want(self) -> None:
        """Ask for the next page, unless one is on its way or there is none."""
        if self._waiting or not self._asked or len(self._rows) >= MOST:
            return
        self._waiting = True
        self._stage.ask(self._asked[0], partial(self._on_page, self._turn))

    def _begin(self) -> None:
        stage = self._stage
        asked = (
            list(questions(self._typed, stage.hall, stage.operator)) if self._typed else [Cases()]
        )
        self._asked = [replace(it, states=SETTLED, limit=PAGE) for it in asked]
        if self._asked:
            stage.ask(CaseCount(of=self._asked[0]), partial(self._on_count, self._turn))
        self.want()

    def _on_count(self, turn: int, count: int) -> None:
        if turn == self._turn:
            self.count = count
            self.grew.emit()

    def _on_page(self, turn: int, cases: tuple[Case, ...]) -> None:
        if turn != self._turn:
            return
        self._waiting = False
        known = {row.case.no for row in self._rows}
        self._rows += [self._row(case) for case in cases if case.no not in known]
        if len(cases) < PAGE:
            del self._asked[0]
            self.want()  # what else may be meant: the end of a telephone number
        else:
            self._asked[0] = replace(self._asked[0], after=cases[-1].no)
        self.grew.emit()

    def _row(self, case: Case) -> Row:
        return Row(
            case=case,
            whistle=None,
            timer=None,
            rank=worst_first(case, None, self._stage.now()),
            tabs=frozenset({Tab.ALL}),
            need=None,
            turns_at=None,
        )
