"""What has happened to a case, the newest first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from commandcenter.domain.case import handed_in
from commandcenter.domain.facts import Recorded
from commandcenter.domain.hall import Hall
from ui import wording
from ui.stage import Stage
from ui.wording import Both, phrase
from widgets.dress import Kind, Size, dress
from widgets.plain_label import PlainLabel
from widgets.section_header import SectionHeader
from widgets.tone import Tone

_TITLE: Final[Both] = ("经过", "History")
_OLDER: Final[Both] = ("显示更早的 {n} 条", "Show {n} older entries")
_LATE: Final[Both] = ("延迟执行", "done late")
_LOADING: Final[Both] = ("正在读取…", "Reading…")
_EVIDENCE: Final[Both] = ("证据 {n} 件", "Pieces of evidence: {n}")
_LINE: Final[Both] = ("{who} {what}", "{who} {what}")
_VAIN: Final[Both] = ("× {who} {what}", "× {who} {what}")
_FIRST: Final = 30
_MOST: Final = 200


def entry(recorded: Recorded, hall: Hall, feeds: Mapping[str, str], lang: str) -> str:
    """Return one entry in words: who did what, then the words that belong to it, line by line."""
    deed = wording.deed(hall, recorded.fact, lang)
    who = feeds.get(recorded.fact.actor, deed.who)
    lines = [phrase(_VAIN if deed.in_vain else _LINE, lang).format(who=who, what=deed.what)]
    if recorded.fact.data.get("late"):
        lines[0] = wording.aside(lines[0], phrase(_LATE, lang), lang)
    lines += deed.details
    if exhibits := handed_in(recorded.fact):
        lines.append(phrase(_EVIDENCE, lang).format(n=len(exhibits)))
    return "\n".join(line[:_MOST] for line in lines)


class CaseHistory(QWidget):
    """The facts of a case as a list of deeds."""

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self._facts: tuple[Recorded, ...] = ()
        self._all = False
        self._rows: list[tuple[PlainLabel, PlainLabel]] = []
        self._head = SectionHeader(phrase(_TITLE, stage.lang))
        self._loading = PlainLabel(phrase(_LOADING, stage.lang), tone=Tone.QUIET)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self._older = QPushButton()
        dress(self._older, Kind.QUIET)
        self._older.clicked.connect(self._on_older)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._head)
        column.addWidget(self._loading)
        column.addLayout(self._grid)
        column.addWidget(self._older)

    def begin(self) -> None:
        """Show that the history is being read."""
        self._all = False
        self._facts = ()
        self._loading.show()
        self._show(self._stage.now())

    def show_facts(self, facts: Sequence[Recorded], now: datetime) -> None:
        """Show these facts, given oldest first."""
        self._loading.hide()
        self._facts = tuple(reversed(facts))
        self._show(now)

    def _show(self, now: datetime) -> None:
        hall, lang = self._stage.hall, self._stage.lang
        shown = self._facts if self._all else self._facts[:_FIRST]
        while len(self._rows) < len(shown):
            at = len(self._rows)
            when = PlainLabel(tone=Tone.QUIET, size=Size.CAPTION)
            what = PlainLabel(wrap=True, selectable=True)
            when.setMinimumHeight(what.fontMetrics().height())  # level with the first line
            self._grid.addWidget(when, at, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(what, at, 1)
            self._rows.append((when, what))
        for at, (when, what) in enumerate(self._rows):
            for label in (when, what):
                label.setVisible(at < len(shown))
            if at < len(shown):
                when.setText(wording.local_time(shown[at].fact.at, hall.zone, now))
                what.setText(entry(shown[at], hall, self._stage.seat.feeds, lang))
                in_vain = wording.is_in_vain(shown[at].fact)
                what.set_tone(Tone.QUIET if in_vain else Tone.PLAIN)
        self._head.set_count(str(len(self._facts)) if self._facts else "")
        left = len(self._facts) - len(shown)
        self._older.setVisible(left > 0)
        self._older.setText(phrase(_OLDER, lang).format(n=left))
        self._older.setAccessibleName(self._older.text())

    def _on_older(self) -> None:
        self._all = True
        self._show(self._stage.now())
