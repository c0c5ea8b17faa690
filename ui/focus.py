"""Focus: one case and its family, and every panel shows these alone until it is left."""

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QObject, Signal

from commandcenter.application.changes import Delta
from commandcenter.application.questions import OneCase
from commandcenter.domain.case import Case
from commandcenter.domain.catalogue import Urgency
from ui.stage import Stage

_MOST: Final = 40
"""So many relatives are shown: a family larger than that is looked at by search."""


class Focus(QObject):
    """What one window is held to: the number of a case, and the cases that belong to it.

    The family of a case are its main case, those merged into either, and those that were found to
    repeat it; settled ones are fetched. ``urgent`` are critical cases that came since and that
    the panels do not show.
    """

    changed = Signal()  # entered or left
    grown = Signal()  # something of the family, or what came besides, is other than before

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._stage = stage
        self.number = ""
        self.family: dict[str, Case] = {}
        self.urgent: set[str] = set()
        self._asked: set[str] = set()
        self._since = stage.now()
        stage.changed.connect(self._on_changed)
        stage.operator_changed.connect(self.leave)

    @property
    def case(self) -> Case | None:
        """The case in focus, if there is one."""
        return self.family.get(self.number)

    def enter(self, case: Case) -> None:
        """Hold every panel to a case; another that was in focus is left first."""
        self.leave()
        self.number, self.family, self.urgent = case.no, {case.no: case}, set()
        self._asked, self._since = {case.no}, self._stage.now()
        self._look_for(case)
        self.changed.emit()
        self._stage.select(case.no)

    def leave(self) -> None:
        """Let every panel show again what it showed before."""
        if self.number:
            self._stage.select(self.number)
            self.number, self.family, self.urgent = "", {}, set()
            self.changed.emit()

    def holds(self, number: str) -> bool:
        """Tell whether a case is shown: without a focus every one is."""
        return not self.number or number in self.family

    # -- the family --

    def _look_for(self, case: Case) -> None:
        for number in _relatives(case):
            if number in self._asked or len(self._asked) >= _MOST:
                continue
            self._asked.add(number)
            held = self._stage.picture.cases.get(number)
            if held is not None:
                self._take(held)
            else:
                self._stage.ask(OneCase(no=number), self._on_found)

    def _on_found(self, case: Case) -> None:
        if case.no in self._asked and self.number:
            self._take(case)
            self.grown.emit()

    def _take(self, case: Case) -> None:
        self.family[case.no] = case
        if case.no in _nearest(self.family[self.number]):  # whose relatives belong to it as well
            self._look_for(case)

    def _on_changed(self, batch: list[Delta]) -> None:
        if not self.number:
            return
        if not batch:
            self.grown.emit()
        for case in (it for delta in batch for it in delta.cases):
            self._take_in(case)

    def _take_in(self, case: Case) -> None:
        before = self.family.get(case.no)
        if before is not None and case.version > before.version:
            self.family[case.no] = case
            self._look_for(case)
            self.grown.emit()
        if before is None:
            came = case.received_at >= self._since and case.is_open
            if (came and case.urgency is Urgency.CRITICAL) != (case.no in self.urgent):
                self.urgent ^= {case.no}
                self.grown.emit()


def _nearest(case: Case) -> set[str]:
    return {case.no, *filter(None, [case.parent])}


def _relatives(case: Case) -> Iterator[str]:
    if case.parent:
        yield case.parent
    yield from (*case.children, *case.earlier, *case.recurrences)


def focus_of(stage: Stage) -> Focus:
    """Return the focus of a stage's window; it is made on first use."""
    return stage.findChild(Focus) or Focus(stage)
