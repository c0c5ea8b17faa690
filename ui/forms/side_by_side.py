"""Two versions of a case beside each other: as somebody saw it, and as it is now."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from commandcenter.domain.case import Case
from commandcenter.domain.facts import Recorded
from ui import wording
from ui.forms.difference import Difference
from ui.stage import Stage
from ui.wording import Both, phrase
from widgets.dress import Size
from widgets.plain_label import PlainLabel
from widgets.tone import Tone

_SEEN: Final[Both] = ("您看到的（第 {n} 版）", "As you saw it (version {n})")
_NOW: Final[Both] = ("现在（第 {n} 版）", "As it is now (version {n})")
_SINCE: Final[Both] = ("{at} {who} {what}", "{at} {who} {what}")
_MOST: Final = 5


class SideBySide(QWidget):
    """A row for each thing that differs, and under them who has done what in between."""

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(2, 1)
        self._since = PlainLabel(tone=Tone.QUIET, size=Size.CAPTION, wrap=True)
        self._seen: Case | None = None
        self.hide()

    @property
    def text(self) -> str:
        """Everything shown, row by row, as it is read aloud."""
        return self.accessibleDescription()

    def show_difference(self, seen: Case, now: Case, found: Sequence[Difference]) -> None:
        """Show what differs between two versions."""
        self._empty()
        self._seen = seen
        lang = self._stage.lang
        heads = (
            phrase(_SEEN, lang).format(n=seen.version),
            phrase(_NOW, lang).format(n=now.version),
        )
        for column, head in enumerate(heads, start=1):
            self._grid.addWidget(PlainLabel(head, tone=Tone.QUIET, size=Size.CAPTION), 0, column)
        for row, it in enumerate(found, start=1):
            cells = (
                PlainLabel(it.name, tone=Tone.QUIET),
                PlainLabel(it.seen, wrap=True, selectable=True),
                PlainLabel(it.now, tone=Tone.NEAR, wrap=True, selectable=True),
            )
            for column, cell in enumerate(cells):
                cell.setAccessibleName(it.name)
                self._grid.addWidget(cell, row, column, Qt.AlignmentFlag.AlignTop)
        self._since = PlainLabel(tone=Tone.QUIET, size=Size.CAPTION, wrap=True)
        self._grid.addWidget(self._since, len(found) + 1, 0, 1, 3)
        lines = [" | ".join(("", *heads)), *(f"{it.name} | {it.seen} | {it.now}" for it in found)]
        self.setAccessibleDescription("\n".join(lines))
        self.show()

    def show_since(self, facts: Sequence[Recorded]) -> None:
        """Say who did what since the version that was seen; ``facts`` are all, oldest first."""
        if self._seen is None:
            return
        of_case = [it.fact for it in facts if it.fact.subject == self._seen.no]
        hall, lang = self._stage.hall, self._stage.lang
        lines = []
        for fact in of_case[self._seen.version :][-_MOST:]:
            deed = wording.deed(hall, fact, lang)
            at = wording.local_time(fact.at, hall.zone, self._stage.now())
            lines.append(phrase(_SINCE, lang).format(at=at, who=deed.who, what=deed.what))
        self._since.setText("\n".join(lines))

    def _empty(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
