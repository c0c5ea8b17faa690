"""Which cases may be the same problem and why, and the requests that were merged into a problem."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from commandcenter.domain import words
from commandcenter.domain.case import Case
from commandcenter.domain.matching import LIKELY, Suggestion
from ui import wording
from ui.actions import ACTIONS, key_text
from ui.stage import Stage
from ui.wording import Both, phrase
from widgets.badge import Badge
from widgets.cell_painter import capped
from widgets.dress import Kind, Size, dress
from widgets.plain_label import PlainLabel
from widgets.section_header import SectionHeader
from widgets.tone import Tone

_TITLE: Final[Both] = ("可能是同一问题", "May be the same problem")
_LIKELY: Final[Both] = ("很像 {score}", "likely {score}")
_PERHAPS: Final[Both] = ("可能 {score}", "perhaps {score}")
_VIA: Final[Both] = ("与其中的 {no} 相似", "like {no}, merged into it")
_MERGE: Final[Both] = ("并入", "Merge")
_MERGE_INTO: Final[Both] = ("并入 {no}", "Merge into {no}")
_OPEN: Final[Both] = ("查看 {no}", "Look at {no}")
_REQUESTS: Final[Both] = ("诉求（同一问题）", "Requests (one problem)")
_FIRST: Final[Both] = ("主案", "main case")
_BY_FEED: Final[Both] = ("结案时自动答复", "answered at closing")
_BY_HAND: Final[Both] = ("结案时由本席答复", "to be answered by the desk")


class _Row(QWidget):
    """One suggestion: how likely, what it is, why, and what can be done about it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.score = Badge()
        self.open = QPushButton()
        dress(self.open, Kind.QUIET)
        self.title = PlainLabel(elide=True)
        self.merge = QPushButton()
        self.why = PlainLabel(tone=Tone.QUIET, size=Size.CAPTION, wrap=True)
        head = QHBoxLayout()
        head.setSpacing(8)
        for widget in (self.score, self.open):
            head.addWidget(widget)
        head.addWidget(self.title, 1)
        head.addWidget(self.merge)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.why)


class AlikeCases(QWidget):
    """The cases that the one on show may be merged into; ``chosen`` comes with a suggestion."""

    chosen = Signal(object)

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self._rows: list[_Row] = []
        self.found: tuple[Suggestion, ...] = ()
        self._head = SectionHeader(phrase(_TITLE, stage.lang))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self._head)
        self.hide()

    def show_found(self, found: Sequence[Suggestion], *, mergeable: bool) -> None:
        """Show suggestions, the likeliest first; the first has the key of merging on it."""
        self.found = tuple(found)
        while len(self._rows) < len(found):
            row, at = _Row(), len(self._rows)
            row.open.clicked.connect(partial(self._on_open, at))
            row.merge.clicked.connect(partial(self._on_merge, at))
            self._column.addWidget(row)
            self._rows.append(row)
        for at, row in enumerate(self._rows):
            row.setVisible(at < len(found))
            if at < len(found):
                self._show(row, found[at], mergeable=mergeable, first=at == 0)
        self._head.set_count(str(len(found)) if found else "")
        self.setVisible(bool(found))

    def _show(self, row: _Row, it: Suggestion, *, mergeable: bool, first: bool) -> None:
        lang, no, score = self._stage.lang, it.case.no, it.likeness.score
        likely = score >= LIKELY
        said = phrase(_LIKELY if likely else _PERHAPS, lang).format(score=score)
        row.score.show_text(said, Tone.NEAR if likely else Tone.QUIET)
        row.open.setText(no)
        row.open.setAccessibleName(phrase(_OPEN, lang).format(no=no))
        row.title.setText(capped(words.case_title(it.case.title, lang)))
        reasons = wording.likeness_words(it.likeness, lang)
        if it.via:
            reasons = (*reasons, phrase(_VIA, lang).format(no=it.via))
        row.why.setText(wording.SEPARATOR.join(reasons))
        key = f"  {key_text(ACTIONS['merge_likeliest'].key)}" if first else ""
        row.merge.setText(phrase(_MERGE, lang) + key)
        row.merge.setAccessibleName(phrase(_MERGE_INTO, lang).format(no=no))
        row.merge.setVisible(mergeable)

    def _on_open(self, at: int) -> None:
        self._stage.select(self.found[at].case.no)

    def _on_merge(self, at: int) -> None:
        self.chosen.emit(self.found[at])


class MergedReports(QWidget):
    """Every request behind one problem: when it came, by which channel, and who answers it."""

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self._rows: list[tuple[PlainLabel, QPushButton, PlainLabel]] = []
        self._numbers: list[str] = []
        self._head = SectionHeader(phrase(_REQUESTS, stage.lang))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(2, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._head)
        column.addLayout(self._grid)
        self.hide()

    def show_family(self, parent: Case, children: Sequence[Case]) -> None:
        """Show a problem's requests, its own first; one without others is shown by itself."""
        family = [parent, *children] if children else []
        self._numbers = [it.no for it in family]
        while len(self._rows) < len(family):
            at = len(self._rows)
            row = (PlainLabel(tone=Tone.QUIET), QPushButton(), PlainLabel(elide=True))
            dress(row[1], Kind.QUIET)
            row[1].clicked.connect(partial(self._on_open, at))
            for across, widget in enumerate(row):
                self._grid.addWidget(widget, at, across, Qt.AlignmentFlag.AlignVCenter)
            self._rows.append(row)
        for at, row in enumerate(self._rows):
            for widget in row:
                widget.setVisible(at < len(family))
            if at < len(family):
                self._show(row, family[at], main=at == 0)
        self._head.set_count(str(len(family)) if family else "")
        self.setVisible(bool(family))

    def _show(
        self, row: tuple[PlainLabel, QPushButton, PlainLabel], case: Case, *, main: bool
    ) -> None:
        stage, (when, number, what) = self._stage, row
        when.setText(wording.local_time(case.received_at, stage.hall.zone, stage.now()))
        number.setText(case.no)
        number.setAccessibleName(phrase(_OPEN, stage.lang).format(no=case.no))
        answered = _BY_FEED if case.source_no else _BY_HAND
        title = words.case_title(case.title, stage.lang)
        parts = [
            words.word(case.channel, stage.lang),
            phrase(_FIRST, stage.lang) if main else capped(title),
        ]
        if case.source_no or case.requires_reply:
            parts.append(phrase(answered, stage.lang))
        what.setText(wording.SEPARATOR.join(parts))

    def _on_open(self, at: int) -> None:
        self._stage.select(self._numbers[at])
