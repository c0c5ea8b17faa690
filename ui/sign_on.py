"""Taking the seat as another person of the hall."""

from functools import partial

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from ui.stage import Stage
from ui.wording import Both, phrase, role_and_name

_NOBODY: Both = (
    "人员清单为空：请在 people.csv 中登记值守人员",
    "The roster is empty: list the operators in people.csv",
)
_TAKEN: Both = ("现由 {who} 值守", "{who} is at the seat now")


class SignOnMenu(QMenu):
    """The people of the hall, the one at the seat marked; choosing one lets him take it."""

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """List the people as they are now."""
        self.clear()
        group = QActionGroup(self)
        for person in self._stage.hall.people.values():
            words = role_and_name(person.name, person.role, self._stage.lang)
            entry = QAction(words.replace("&", "&&"), self)
            entry.setCheckable(True)
            entry.setChecked(person.id == self._stage.operator.id)
            entry.triggered.connect(partial(self.take, person.id))
            group.addAction(entry)
            self.addAction(entry)
        if not self._stage.hall.people:
            self.addAction(phrase(_NOBODY, self._stage.lang)).setEnabled(False)

    def take(self, person: str) -> None:
        """Let a person of the roster take the seat."""
        operator = self._stage.hall.people[person]
        self._stage.sign_on(operator)
        who = role_and_name(operator.name, operator.role, self._stage.lang)
        self._stage.told.emit(phrase(_TAKEN, self._stage.lang).format(who=who))
