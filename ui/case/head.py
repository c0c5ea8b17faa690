"""The head of the case panel: what it is, how pressing, and how far it has come."""

from datetime import datetime
from functools import partial
from math import ceil
from typing import Final

from PySide6.QtWidgets import QApplication, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from commandcenter.domain import words
from commandcenter.domain.case import Case, State
from commandcenter.domain.case import Stage as CaseStage
from commandcenter.domain.claim import Claim
from commandcenter.domain.report import Mark
from ui import wording
from ui.actions import ACTIONS, actions_of, key_text
from ui.icons import wear_icon
from ui.stage import Stage
from ui.theme import theme_of
from ui.wording import Both, headed, phrase
from widgets.badge import Badge
from widgets.cell_painter import capped
from widgets.dress import Kind, Size, dress
from widgets.flow_layout import FlowLayout
from widgets.paint import SMALL, Shape, scaled
from widgets.plain_label import PlainLabel
from widgets.safe_text import TIP_LIMIT, tip
from widgets.shape_mark import ShapeMark
from widgets.stepper import Stepper
from widgets.tone import Tone

_STALE: Final[Both] = (
    "△ {who}认领后离席，{n} 秒后可接手",
    "△ {who} has it and has left; free in {n} s",
)
_LOOSE: Final[Both] = ("△ {who}认领后离席，可接手", "△ {who} has it and has left; take it over")
_COPY: Final[Both] = ("复制编号", "Copy the number")
_COPIED: Final[Both] = ("已复制 {no}", "{no} copied")
_HOLDER: Final[Both] = ("现由{holder}办理", "with {holder}")
_ON_MAP, _DOSSIER = "show_on_map", "dossier"
_PINNED: Final = 8  # more is never true of one case at a time
# English words that fit under a seventh of a narrow panel
_SHORT_NAMES: Final = ("Found", "Report", "Dispatch", "Handle", "Result", "Check", "Close")
_TONES: Final = {State.REJECTED: Tone.QUIET, State.MERGED: Tone.QUIET, State.SUSPENDED: Tone.NEAR}
_MARK_TONES: Final = {Mark.LATE: Tone.NEAR, Mark.REVISED: Tone.ACCENT}


class CaseHead(QWidget):
    """Urgency, number, title, doubts, and the stages a case goes through."""

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self._no = ""
        lang = stage.lang
        self._mark = ShapeMark(Shape.RING, Tone.QUIET)
        self._urgency = PlainLabel()
        self._number = PlainLabel(tone=Tone.QUIET, selectable=True)
        copy = self._small("copy", phrase(_COPY, lang))
        copy.clicked.connect(self._on_copy)
        on_map = self._small("map", headed(ACTIONS[_ON_MAP].label(lang)), ACTIONS[_ON_MAP].key)
        on_map.clicked.connect(partial(actions_of(stage).trigger, _ON_MAP))
        dossier = self._small("print", headed(ACTIONS[_DOSSIER].label(lang)), ACTIONS[_DOSSIER].key)
        dossier.clicked.connect(partial(actions_of(stage).trigger, _DOSSIER))
        self._holder = PlainLabel(tone=Tone.QUIET, elide=True)
        which, line = QWidget(), QWidget()
        row = QHBoxLayout(which)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self._mark, self._urgency, self._number, copy, on_map, dossier):
            row.addWidget(widget)
        row_of_two = FlowLayout(line, spacing=8)  # who has it goes below where there is no room
        row_of_two.addWidget(which)
        row_of_two.addWidget(self._holder)
        self._holder.setMinimumHeight(which.sizeHint().height())
        self._title = PlainLabel(size=Size.HEADING, wrap=True, selectable=True)
        self._told = PlainLabel(tone=Tone.QUIET, size=Size.CAPTION, elide=True)
        self._told.setObjectName("described")
        self._told.hide()
        self._over_form = False
        self._marks = QWidget()
        self._badges = [Badge() for _ in Mark]
        flow = FlowLayout(self._marks, spacing=4)
        for badge in self._badges:
            flow.addWidget(badge)
        names = _SHORT_NAMES if lang == "en" else tuple(words.word(it, lang) for it in CaseStage)
        self._pinned = [Badge() for _ in range(_PINNED)]
        for badge in self._pinned:
            badge.hide()
            flow.addWidget(badge)
        self._doubt = Badge()
        self._doubt.hide()
        flow.addWidget(self._doubt)
        self._stepper = Stepper(names)
        if lang == "en":
            self._stepper.setFont(scaled(self.font(), SMALL))
        self._build(line)

    def _build(self, line: QWidget) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(line)
        what = QVBoxLayout()
        what.setSpacing(0)  # a form below wants the room
        what.addWidget(self._title)
        what.addWidget(self._told)
        column.addLayout(what)
        column.addWidget(self._marks)
        column.addWidget(self._stepper)

    @staticmethod
    def _small(icon: str, words_: str, key: str = "") -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(words_)
        tip(button, f"{words_}  {key_text(key)}" if key else words_)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            wear_icon(button, theme_of(app), icon, "quiet")
        dress(button, Kind.QUIET)
        return button

    def show_case(self, case: Case) -> None:
        """Show a case as it stands."""
        lang = self._stage.lang
        self._no = case.no
        mark = wording.urgency_mark(case.urgency)
        self._mark.show_mark(Shape(mark.shape), mark.tone)
        self._urgency.setText(words.word(case.urgency, lang))
        self._urgency.set_tone(mark.tone)
        self._number.setText(case.no)
        holder = wording.holder_name(self._stage.hall, case, lang)
        self._holder.setText(phrase(_HOLDER, lang).format(holder=holder) if case.is_open else "")
        self._title.setText(capped(words.case_title(case.title, lang)))
        described = case.description if case.description != case.title else ""
        self._told.setText(capped(" ".join(described.split()), TIP_LIMIT))
        self._show_told()
        marks = sorted(case.marks)
        for at, badge in enumerate(self._badges):
            badge.setVisible(at < len(marks))
            if at < len(marks):
                badge.show_text(
                    words.word(marks[at], lang), _MARK_TONES.get(marks[at], Tone.URGENT)
                )
        pinned = wording.pinned(case, lang)
        for at, badge in enumerate(self._pinned):
            badge.setVisible(at < len(pinned))
            if at < len(pinned):
                badge.show_text(pinned[at], Tone.NEAR)
        self._marks.setVisible(bool(marks or pinned) or not self._doubt.isHidden())
        order = list(CaseStage)
        over = case.state in {State.CLOSED, State.ARCHIVED}
        here = len(order) if over else order.index(case.stage)
        # the word of the state stands under its stage; once all are done, under the last
        notes = [""] * order.index(case.stage) + [wording.short_state(case.state, lang)]
        self._stepper.show_step(here, notes, tone=_TONES.get(case.state, Tone.ACCENT))

    def make_brief(self, *, brief: bool) -> None:
        """Leave out what the row of the queue says too, where its room is wanted, or show it."""
        for widget in (self._holder, self._stepper):
            widget.setVisible(not brief)

    def stand_over_form(self, *, over: bool) -> None:
        """Tell in a line what was described, which a form below keeps out of sight, or do not."""
        self._over_form = over
        self._show_told()

    def _show_told(self) -> None:
        self._told.setVisible(self._over_form and bool(self._told.text()))

    def show_doubt(self, claim: Claim | None, now: datetime) -> None:
        """Show that whoever claimed the case has left his seat, and when it can be taken over."""
        self._doubt.setVisible(claim is not None)
        if claim is not None:
            who = wording.person_name(self._stage.hall, claim.by, self._stage.lang)
            left = ceil((claim.loose_at - now).total_seconds())
            said = phrase(_STALE if left > 0 else _LOOSE, self._stage.lang)
            self._doubt.show_text(said.format(who=who, n=left), Tone.NEAR)
        badges = (*self._badges, *self._pinned, self._doubt)
        self._marks.setVisible(any(not badge.isHidden() for badge in badges))

    def _on_copy(self) -> None:
        self._stage.copy(self._no)
        self._stage.told.emit(phrase(_COPIED, self._stage.lang).format(no=self._no))
