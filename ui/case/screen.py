"""The case panel: one case in full, from its report to its closing, and what can be done now."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from commandcenter.application import commands as c
from commandcenter.application.changes import Delta
from commandcenter.application.perform import Outcome
from commandcenter.application.questions import (
    Children,
    Duplicates,
    History,
    OneCase,
    Precedents,
    ReporterOf,
    Ruling,
)
from commandcenter.domain import words
from commandcenter.domain.case import LOOP, SUPERVISORS, Case, State, Step
from commandcenter.domain.catalogue import Urgency
from commandcenter.domain.claim import Grip
from commandcenter.domain.facts import Fact, Recorded
from commandcenter.domain.letter import drafted
from commandcenter.domain.matching import Suggestion
from commandcenter.domain.report import Personal, Reporter
from commandcenter.domain.timers import case_timers
from ui import wording
from ui.actions import ACTIONS, OF_SEVERAL, Screen, actions_of, key_text, possible
from ui.bulk_result import tell_each
from ui.case.alike import AlikeCases, MergedReports
from ui.case.calls import TITLE, call_sheet, sheet_words
from ui.case.clocks import CaseClocks
from ui.case.head import CaseHead
from ui.case.history import CaseHistory
from ui.case.levels import levels
from ui.case.reading import REPORTER, Reading, pinned, rows
from ui.case.revealed import Revealed
from ui.case.steps import StepButtons
from ui.case.trail import trail
from ui.forms.bulk_forms import BULK_FORMS
from ui.forms.field import Form, subject_of
from ui.forms.gate_forms import FORMS
from ui.forms.host import FormHost
from ui.icons import icon
from ui.stage import Stage
from ui.theme import Tokens, theme_of
from ui.wants import need_at, told
from ui.whistle.board import WhistleBoard
from ui.whistle.call import WhistleCall
from ui.whistle.deeds import deeds_of
from ui.wording import Both, phrase
from widgets.dress import Kind, dress
from widgets.empty_state import EmptyState
from widgets.flow_layout import FlowLayout
from widgets.laying import laid_out_once
from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.text_sheet import TextSheet
from widgets.tone import Tone
from widgets.undo_bar import UndoBar

_NOTHING: Final[Both] = (
    "还没有选中案卷。\n在队列里用 ↑ ↓ 或鼠标选一件，或按 Ctrl+N 登记。",
    "No case is selected.\nChoose one in the queue, or press Ctrl+N to register one.",
)
_READING: Final[Both] = ("正在读取 {no}…", "Reading {no}…")
_UNDO: Final[Both] = ("撤回", "Take back")
_REGISTERED: Final[Both] = ("已登记 {no}", "{no} is registered")
_PARENT: Final[Both] = ("主案 {no}", "Main case {no}")
_COMPARED_EVERY: Final = timedelta(seconds=10)
_MERGED: Final[Both] = ("{no} 已并入 {into}", "{no} is merged into {into}")
_ALL_MERGED: Final[Both] = ("{count} 件已并入 {into}", "{count} are merged into {into}")
_PRESSING: Final[Both] = ("，主案改按{urgency}办理", ", which is now {urgency}")
_MERGED_UNSEEN: Final[Both] = (
    "；选中它按 Shift+M 可撤销",
    "; Shift+M on it undoes that",
)
_MERGED_AMISS: Final[Both] = ("并案后立即撤回", "taken back at once")
_UNMERGED: Final[Both] = ("{no} 已撤销并案", "{no} is a case of its own again")
_NONE_ALIKE: Final[Both] = (
    "没有找到像是同一问题的案卷；按 M 可从全部未结案卷中选择。",
    "No case looks like the same problem; M chooses from all open ones.",
)
_EARLIER: Final[Both] = ("同地同类旧案 {no}", "The same before: {no}")
_AGAIN: Final[Both] = ("同地同类复发 {no}", "The same again: {no}")
_UNSOLVED: Final[Both] = ("回访未解决：{words}", "Not solved, says the reporter: {words}")
_REVEAL: Final[Both] = ("查看…  {key}", "Show…  {key}")
_CHILDREN: Final = 20
_LEAST_WIDTH: Final = 12  # times the height of a line
_LOW: Final = 32  # lines; a form in a panel lower than this takes room from the head of the case
# nothing to ask, and easily set right; shown only where the case has moved on meanwhile
_AT_ONCE: Final[Mapping[str, Form]] = {
    "claim": Form(id="claim", command=c.Claim),
    "check": Form(id="check", command=c.Check),
}


class Rows(QWidget):
    """Names at the left, words at the right; rows are kept and filled anew."""

    def __init__(self, control: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._control = control
        control.setParent(self)
        control.hide()
        self._beside = -1
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self._labels: list[tuple[PlainLabel, PlainLabel]] = []

    def show_rows(self, found: Sequence[tuple[str, str]], beside: str = "") -> None:
        """Show name and words of each row; the control stands beside the row of a name."""
        while len(self._labels) < len(found):
            name, text = PlainLabel(tone=Tone.QUIET), PlainLabel(wrap=True, selectable=True)
            at = len(self._labels)
            self._grid.addWidget(name, at, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(text, at, 1, 1, 2)
            self._labels.append((name, text))
        for at, (name, text) in enumerate(self._labels):
            for label in (name, text):
                label.setVisible(at < len(found))
            if at < len(found):
                name.setText(found[at][0])
                text.setText(found[at][1])
                text.setAccessibleName(found[at][0])
        names = [name for name, _text in found]
        self._put_beside(names.index(beside) if beside in names else -1)

    def _put_beside(self, row: int) -> None:
        """Put the control beside the words of one row; the others have that room as well."""
        self._control.setVisible(row >= 0)
        if row == self._beside:
            return
        if self._beside >= 0:
            self._grid.addWidget(self._labels[self._beside][1], self._beside, 1, 1, 2)
        self._beside = row
        if row >= 0:
            self._grid.addWidget(self._labels[row][1], row, 1)
            self._grid.addWidget(self._control, row, 2, Qt.AlignmentFlag.AlignTop)


class CaseScreen(QWidget):
    """The selected case. Forms open here, above the details, and block nothing."""

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage, self._actions = stage, actions_of(stage)
        self._case: Case | None = None
        self._read_at = stage.now()  # when its rows were put into words: they say how old it is
        self._wanted = ""
        self._reporter: Reporter | None = None
        self._rulings: tuple[Ruling, ...] = ()
        self._reading_history = self._history_again = False
        self._turn = 0  # how often a case was selected: answers to those before count no more
        lang = stage.lang
        self.setAccessibleName(ACTIONS["panel_case"].label(lang))
        self._empty = EmptyState(phrase(_NOTHING, lang))
        self._head = CaseHead(stage)
        self._steps = StepButtons(stage)
        self.forms = FormHost(stage)
        self._sheet = TextSheet(sheet_words(stage.lang))
        self._sheet.hide()
        self._call = WhistleCall(stage)
        self._board = WhistleBoard(stage)
        self._clocks = CaseClocks(stage)
        self._pinned = PlainLabel(tone=Tone.ACCENT, wrap=True, selectable=True)
        self._revealed = Revealed(stage)
        self._reveal = QPushButton(phrase(_REVEAL, lang).format(key=key_text("Shift+K")))
        self._reveal.setAccessibleName(ACTIONS["reveal"].label(lang))
        dress(self._reveal, Kind.QUIET)
        self._reveal.clicked.connect(partial(self._actions.trigger, "reveal"))
        self._rows = Rows(self._reveal)
        self._family = QWidget()
        self._family.hide()
        self._linked: list[tuple[Both, str]] = []
        self._relatives = FlowLayout(self._family, spacing=8)
        self._alike, self._merged = AlikeCases(stage), MergedReports(stage)
        self._compared_at, self._compare_again = stage.now(), False
        self._relatives_of: tuple[str, tuple[str, ...]] = ("", ())
        self._history = CaseHistory(stage)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._show_why)
        self._undo = UndoBar(phrase(_UNDO, lang))
        self._build()
        deeds_of(stage).add_place(self.forms, self._undo, tall=True)
        self._listen()
        self._on_selected(stage.selection)

    def _build(self) -> None:
        self._details = QWidget()
        details = QVBoxLayout(self._details)
        details.setContentsMargins(0, 0, 0, 0)
        details.setSpacing(12)
        for widget in (
            self._pinned,
            self._call,
            self._board,
            self._clocks,
            self._alike,
            self._rows,
            self._family,
            self._merged,
            self._history,
        ):
            details.addWidget(widget)
        self._inside = QWidget()
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        column.addWidget(self._details)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # arrows scroll it
        self._scroll.setAccessibleName(ACTIONS["panel_case"].label(self._stage.lang))
        self._scroll.setWidget(self._inside)
        # what a form over it leaves, and no more
        self._scroll.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.setFocusProxy(self._scroll)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 12, 4, 8)
        outer.setSpacing(8)
        for widget in (self._head, self._steps):
            row = QHBoxLayout()
            row.setContentsMargins(0, 0, 8, 0)
            row.addWidget(widget)
            outer.addLayout(row)
        form_row = QHBoxLayout()
        form_row.setContentsMargins(0, 0, 8, 0)
        form_row.addWidget(self.forms)
        form_row.addWidget(self._sheet)
        outer.addLayout(form_row)
        revealed_row = QHBoxLayout()
        revealed_row.setContentsMargins(0, 0, 8, 0)
        revealed_row.addWidget(self._revealed)
        outer.addLayout(revealed_row)
        outer.addWidget(self._empty, 1)
        outer.addWidget(self._scroll, 1)
        outer.addWidget(self._undo)

    def _listen(self) -> None:
        stage = self._stage
        stage.selected.connect(self._on_selected)
        stage.changed.connect(self._on_changed)
        stage.ticked.connect(self._on_ticked)
        stage.pending_changed.connect(self._on_pending_changed)
        stage.operator_changed.connect(self._on_pending_changed)
        stage.chosen_changed.connect(self._on_pending_changed)
        self.forms.changed.connect(self._on_form_changed)
        self.forms.done.connect(self._on_done)
        self._alike.chosen.connect(self._merge_into)
        self._actions.on("dossier", self._on_dossier)
        for action in ACTIONS.values():
            known = action.id in FORMS or action.id in {*_AT_ONCE, "merge_likeliest"}
            if action.screen is Screen.CASE and known:
                self._actions.on(action.id, partial(self._on_action, action.id))
        self._actions.on("why", self._on_why)
        self._actions.on("call_sheet", self._on_call_sheet)
        self._actions.on("letter", self._on_letter)
        self._clocks.unfolded.connect(self._later.start)
        self._sheet.left.connect(self._on_sheet_left)
        self._sheet.told.connect(stage.told)
        self._sheet.failed.connect(stage.refused)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme = theme_of(app)
            theme.changed.connect(self._on_theme_changed)
            self._on_theme_changed(theme.tokens)

    # -- which case --

    @property
    def case(self) -> Case | None:
        """The case on show."""
        return self._case

    def _on_selected(self, number: str) -> None:
        if number == self._wanted and number:
            return
        self._wanted = number
        self._turn += 1
        self._sheet.hide()
        self._case, self._reporter, self._rulings = None, None, ()
        self._alike.show_found((), mergeable=False)
        self._steps.show_alike(found=False)
        self._stage.compared.emit(())
        about = self.forms.panel.subject.number if self.forms.panel else ""
        if about and about != number:
            self.forms.park()
        found = self._stage.picture.cases.get(number)
        if found is not None:
            self._take(found)
        elif number:
            self._stage.ask(OneCase(no=number), partial(self._on_found, number))
        if number:
            self._empty.show_text(phrase(_READING, self._stage.lang).format(no=number))
            self._history.begin()
            self._reading_history = False
            self._ask_history()
            self._stage.ask(ReporterOf(case=number), partial(self._on_reporter, number))
            self._compare()
            self.forms.resume(number)
        else:
            self._empty.show_text(phrase(_NOTHING, self._stage.lang))
        self._scroll.verticalScrollBar().setValue(0)
        self._show()

    def _on_found(self, number: str, case: Case) -> None:
        if number == self._wanted and self._case is None:
            self._take(case)
            self._show()

    def _on_reporter(self, number: str, reporter: Reporter | None) -> None:
        if number == self._wanted:
            self._reporter = reporter
            self._show()

    def _on_rulings(self, number: str, rulings: tuple[Ruling, ...]) -> None:
        if number == self._wanted and rulings:
            self._rulings = rulings
            self._show()

    def _take(self, case: Case) -> None:
        was, self._case = self._case, case
        if case.state is State.ARBITRATING and (was is None or was.state is not case.state):
            self._stage.ask(Precedents(case=case.no), partial(self._on_rulings, case.no))
        if not case.is_open:
            self._actions.show_case(case)

    # -- what changes --

    def _on_changed(self, batch: Sequence[Delta]) -> None:
        number, case = self._wanted, self._case
        if not number:
            return
        concerned = not batch and case is None
        if not batch and (found := self._stage.picture.cases.get(number)) is not None:
            self._take(found)
            concerned = True
        for delta in batch:
            self._compare_again = self._compare_again or bool(delta.cases)
            for item in delta.cases:
                held = self._case
                if item.no == number and (held is None or item.version > held.version):
                    self._take(item)
                    concerned = True
            concerned = concerned or any(it.case == number for it in delta.whistles)
        if concerned:
            self._ask_history()
            self._compare()
            self._show()

    def _ask_history(self) -> None:
        if self._reading_history:
            self._history_again = True  # one question at a time, however many changes come
            return
        self._reading_history, self._history_again = True, False
        self._stage.ask(History(case=self._wanted), partial(self._on_history, self._turn))

    def _on_history(self, turn: int, facts: tuple[Recorded, ...]) -> None:
        if turn != self._turn:
            return
        self._reading_history = False
        self._history.show_facts(facts, self._stage.now())
        if self._history_again:
            self._ask_history()

    def _on_ticked(self, now: datetime) -> None:
        if self._case is None or not self.isVisible():
            return
        self._clocks.tick(now)
        self._board.tick(now)
        self._show_claim(self._case, now)
        arrived = self._case.received_at
        if wording.ago(arrived, now) != wording.ago(arrived, self._read_at):
            self._show_rows(self._case, now)
        if self._compare_again and now - self._compared_at >= _COMPARED_EVERY:
            self._compare()

    # -- the same problem --

    def _compare(self) -> None:
        """Ask which cases the one on show may be the same problem as; others come meanwhile."""
        self._compared_at, self._compare_again = self._stage.now(), False
        case = self._case
        if case is None or (case.state, Step.MERGE) not in LOOP:
            self._on_compared(self._wanted, ())
        else:
            question = Duplicates(case=case.no)
            self._stage.ask(question, partial(self._on_compared, case.no))

    def _on_compared(self, number: str, found: tuple[Suggestion, ...]) -> None:
        if number != self._wanted:
            return
        may = self._case is not None and not self._case.children and self._stage.may(c.Merge)
        self._alike.show_found(found, mergeable=may)
        self._steps.show_alike(found=may and bool(found))
        self._stage.compared.emit(found)

    def _merge_into(self, found: Suggestion) -> None:
        """Merge the case on show into another, with the reasons that were shown."""
        if self._case is not None:
            lang = self._stage.lang
            reason = wording.listed(wording.likeness_words(found.likeness, lang), lang)
            self._merge(self._case, found.case.no, reason)

    def _merge(self, case: Case, into: str, reason: str = "") -> None:
        self._stage.submit(
            c.Merge(case=case.no, version=case.version, into=into, reason=reason),
            self._on_merged,
            subject=case.no,
        )

    def _merge_under(self, main: Case) -> None:
        """Merge what is selected or chosen under a case that was named, as the form would."""
        cases, case = self._actions.able("merge"), self._actions.case
        about = subject_of(self._stage, cases=cases)
        order = BULK_FORMS["merge"].order(about, {"into": main.no}) if cases else None
        if isinstance(order, c.Bulk) and order.orders:
            self._stage.submit(order, self._on_done, subjects=[it.no for it in cases])
        elif case is not None:  # of several none can go under it: the hall says why not this one
            self._merge(case, main.no)

    def _on_merged(self, outcome: Outcome) -> None:
        """Offer to take a merging back; where nobody sees the offer, say how it is undone."""
        case = outcome.case
        if case is None or case.parent is None:
            return
        lang = self._stage.lang
        said = phrase(_MERGED, lang).format(no=case.no, into=case.parent)
        for now in (it.data["urgency_now"] for it in outcome.facts if "urgency_now" in it.data):
            said += phrase(_PRESSING, lang).format(urgency=words.word(Urgency(now), lang))
        if self._is_seen():
            self._undo.offer(said, partial(self._unmerge, [case]))
        else:
            self._stage.told.emit(said + phrase(_MERGED_UNSEEN, lang))

    def _offers_unmerging(self, outcome: Outcome) -> bool:
        """Offer to take several mergings back together, if that is all and is seen."""
        merged = [it.case for it in outcome.each if it.case is not None and it.case.parent]
        if len(merged) < len(outcome.each) or not self._is_seen():
            return False
        said = phrase(_ALL_MERGED, self._stage.lang).format(
            count=len(merged), into=merged[0].parent
        )
        self._undo.offer(said, partial(self._unmerge, merged))
        return True

    def _is_seen(self) -> bool:
        return not self.visibleRegion().isEmpty()  # a panel behind another tab is not

    def _unmerge(self, cases: Sequence[Case]) -> None:
        reason = phrase(_MERGED_AMISS, self._stage.lang)
        orders = [c.Unmerge(case=it.no, version=it.version, reason=reason) for it in cases]
        if len(orders) == 1:
            self._stage.submit(orders[0], self._on_unmerged, subject=orders[0].case)
        else:
            self._stage.submit(
                c.Bulk(orders=tuple(orders)), self._on_done, subjects=[it.no for it in cases]
            )

    def _on_unmerged(self, outcome: Outcome) -> None:
        if outcome.case is not None:
            said = phrase(_UNMERGED, self._stage.lang).format(no=outcome.case.no)
            self._stage.told.emit(said)

    def _on_children(self, number: str, children: tuple[Case, ...]) -> None:
        if number == self._wanted and self._case is not None:
            self._merged.show_family(self._case, children)

    def _show_claim(self, case: Case, now: datetime) -> None:
        """Show whether whoever claimed the case is still there; the clock alone changes that."""
        claim = self._stage.picture.claim(case, self._stage.hall.limits)
        mine = claim is not None and claim.by == self._stage.operator.id
        doubted = claim is not None and not mine and claim.grip(now) is not Grip.HELD
        self._head.show_doubt(claim if doubted else None, now)
        self._steps.show_claim(now)

    def _on_pending_changed(self) -> None:
        if self._case is not None and not self._steps.isHidden():
            self._steps.show_case(self._case)

    def _on_theme_changed(self, tokens: Tokens) -> None:
        self._empty.show_icon(icon("case", tokens.faint))

    # -- the picture --

    def _arrange(self) -> None:
        """Have what there is room for: a form stands in place of the steps."""
        case, panel = self._case, self.forms.panel
        has_form = panel is not None
        # a new report, or several cases: they are not the one selected
        is_of_another = panel is not None and not panel.subject.number
        for widget in (self._head, self._details):
            widget.setVisible(case is not None and not is_of_another)
        self._head.stand_over_form(over=has_form)
        self._fit_head()
        self._steps.setVisible(case is not None and not has_form)
        self._scroll.setVisible(case is not None or has_form)
        self._empty.setVisible(case is None and not has_form)
        self._call.show_case(None if has_form else case)
        if case is not None and not has_form:
            self._steps.show_case(case)
            self._steps.show_claim(self._stage.now())

    def _fit_head(self) -> None:
        is_low = self.height() < _LOW * self.fontMetrics().height()
        self._head.make_brief(brief=is_low and self.forms.panel is not None)

    @override
    @safe_override(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_head()
        self._steps.fit(self.height())

    def _show(self) -> None:
        with laid_out_once(self, self._steps, self._head, self._inside, self._details):
            self._arrange()
            if self._case is not None:
                self._fill(self._case)

    def _fill(self, case: Case) -> None:
        stage = self._stage
        now = stage.now()
        self._head.show_case(case)
        self._show_claim(case, now)
        self._board.show_whistle(stage.picture.whistle_of(case), now)
        self._clocks.show_case(case, now)
        self._show_rows(case, now)
        self._show_family(case)

    def _show_rows(self, case: Case, now: datetime) -> None:
        stage, self._read_at = self._stage, now
        reading = Reading(
            case=case,
            hall=stage.hall,
            lang=stage.lang,
            now=now,
            reporter=self._reporter,
            rulings=self._rulings,
        )
        above = [it for it in (told(need_at(stage, case), stage.lang), pinned(reading)) if it]
        self._pinned.setText("\n".join(above))
        self._pinned.setVisible(bool(above))
        may_see = stage.may(c.Reveal) and self._reporter is not None
        beside = reading.say(REPORTER) if may_see else ""
        self._rows.show_rows([*levels(reading), *trail(reading), *rows(reading)], beside)

    def _show_family(self, case: Case) -> None:
        if (case.no, case.children) != self._relatives_of:
            self._relatives_of = (case.no, case.children)
            self._merged.show_family(case, ())
            if case.children:
                question = Children(case=case.no)
                self._stage.ask(question, partial(self._on_children, case.no))
        linked = [(_PARENT, case.parent)] if case.parent else []
        linked += [(_EARLIER, old) for old in case.earlier[:_CHILDREN]]
        linked += [(_AGAIN, new) for new in case.recurrences[:_CHILDREN]]
        if linked == self._linked:
            return
        self._linked = linked
        while (item := self._relatives.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for both, number in linked:
            button = QPushButton(phrase(both, self._stage.lang).format(no=number))
            button.setAccessibleName(button.text())
            dress(button, Kind.QUIET)
            button.clicked.connect(partial(self._stage.select, number))
            self._relatives.addWidget(button)
        self._family.setVisible(bool(linked))

    # -- what is done --

    def _on_action(self, id_: str) -> None:
        if id_ == "register":
            self._stage.seat.warm()
            given = self._actions.given
            self.forms.open(FORMS[id_], subject_of(self._stage), **given)
            return
        into = self._actions.given.get("to")
        if id_ == "merge" and isinstance(into, Case):
            self._merge_under(into)
            return
        if self._stage.chosen and id_ in OF_SEVERAL:
            self._on_several(id_)
            return
        case = self._actions.case
        if case is None:
            return
        if id_ == "file":
            self._stage.seat.warm()
        if id_ == "merge_likeliest":
            if self._alike.found and case.no == self._wanted:
                self._merge_into(self._alike.found[0])
            else:
                self._stage.refused.emit(phrase(_NONE_ALIKE, self._stage.lang))
            return
        if id_ == "claim" and self._must_explain(case):
            id_ = "take_over"
        if id_ == "claim":
            taken = case.claimed_by not in {None, self._stage.operator.id}
            self._at_once(id_, c.Claim(case=case.no, version=case.version, take=taken), case)
        elif id_ == "check":
            self._at_once(id_, c.Check(case=case.no, version=case.version), case)
        else:
            self.forms.open(FORMS[id_], subject_of(self._stage, case=case))

    def _at_once(self, id_: str, order: c.Order, case: Case) -> None:
        """Send off what asks nothing; if the case has moved on, both versions are shown first."""
        self._stage.submit(order, subject=case.no, refused=partial(self._on_declined, id_, case))

    def _on_declined(self, id_: str, seen: Case, _sentence: str) -> None:
        self._stage.ask(OneCase(no=seen.no), partial(self._show_both, id_, seen))

    def _show_both(self, id_: str, seen: Case, now: Case) -> None:
        if now.version > seen.version and now.no == self._wanted:
            panel = self.forms.open(_AT_ONCE[id_], subject_of(self._stage, case=seen))
            panel.compare(now)

    def _on_several(self, id_: str) -> None:
        """Act on the chosen cases for which it is possible, asking first what there is to ask."""
        cases = self._actions.able(id_)
        if id_ in BULK_FORMS:
            self.forms.open(BULK_FORMS[id_], subject_of(self._stage, cases=cases))
            return
        command = ACTIONS[id_].command
        orders: list[Any] = [command(case=it.no, version=it.version) for it in cases if command]
        self._stage.submit(
            c.Bulk(orders=tuple(orders)), self._on_done, subjects=[it.no for it in cases]
        )

    def _must_explain(self, case: Case) -> bool:
        """Tell whether taking a case over now takes a supervisor's word why."""
        claim = self._stage.picture.claim(case, self._stage.hall.limits)
        if claim is None or claim.by == self._stage.operator.id:
            return False
        held = claim.grip(self._stage.now()) is not Grip.LOOSE
        return held and self._stage.operator.role in SUPERVISORS

    def _on_why(self) -> None:
        self._clocks.toggle_why()

    def _show_why(self) -> None:
        """Scroll to why the clocks end when they do, now that it has its place."""
        top = self._clocks.why_button.mapTo(self._inside, QPoint(0, 0)).y()
        self._scroll.verticalScrollBar().setValue(top)

    def _on_call_sheet(self) -> None:
        case, stage = self._actions.case, self._stage
        if case is None:
            return
        hall, now, lang = stage.hall, stage.now(), stage.lang
        text = call_sheet(case, hall, case_timers(case, hall.limits), now, lang)
        title = phrase(TITLE, lang)
        self._show_sheet(f"{title} · {case.no}", text, f"{title}-{case.no}.txt")

    def _on_letter(self) -> None:
        case, stage = self._actions.case, self._stage
        if case is None:
            return
        today = stage.local(stage.now()).date()
        title = ACTIONS["letter"].label(stage.lang)
        text = drafted(stage.hall, case, today, reason=case.reply if not case.is_open else "")
        self._show_sheet(f"{title} · {case.no}", text, f"告知函-{case.no}.txt")

    def _show_sheet(self, title: str, text: str, file: str) -> None:
        self.forms.park()
        self._sheet.show_sheet(title, text, file)
        self._show()

    def _on_sheet_left(self) -> None:
        self._sheet.hide()
        self._show()
        self._scroll.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_dossier(self) -> None:
        case = self._case
        if case is not None:
            from ui.case.dossier import DossierDialog  # noqa: PLC0415  seldom wanted

            DossierDialog(self._stage, case, self).show()

    def _on_form_changed(self) -> None:
        if self.forms.panel is not None:
            self._sheet.hide()
        with laid_out_once(self, self._steps):
            self._arrange()
        if self.forms.panel is not None:
            self._scroll.verticalScrollBar().setValue(0)

    def _on_done(self, outcome: Outcome) -> None:
        if outcome.each:
            if self._offers_unmerging(outcome):
                return
            tell_each(self._stage, outcome.each, self.window())
            return
        case = outcome.case
        if case is not None and any(fact.kind == "case.received" for fact in outcome.facts):
            self._stage.told.emit(phrase(_REGISTERED, self._stage.lang).format(no=case.no))
            self._stage.select(case.no)
        elif any(fact.kind == "case.merged" for fact in outcome.facts):
            self._on_merged(outcome)
        elif case is not None and any(fact.kind == "case.revealed" for fact in outcome.facts):
            self._show_revealed(case, outcome)
        elif case is not None and outcome.facts[-1:] and _is_unsolved(outcome.facts[-1]):
            self._offer_reopening(case, str(outcome.facts[-1].data.get("words", "")))

    def _show_revealed(self, case: Case, outcome: Outcome) -> None:
        """Show what was asked for, unless another case is looked at by now."""
        field = Personal(outcome.facts[-1].data["field"])
        if case.no == self._wanted and outcome.reporters and self.isVisible():
            self._revealed.show_reporter(case.no, outcome.reporters[0], field)

    @override
    @safe_override(QSize())
    def minimumSizeHint(self) -> QSize:
        """A form, or a case with long words, takes no room from the map: it would keep it."""
        least, em = super().minimumSizeHint(), self.fontMetrics().height()
        return QSize(min(least.width(), _LEAST_WIDTH * em), least.height())

    def _offer_reopening(self, case: Case, said: str) -> None:
        """Open the form that reopens what the reporter calls unsolved, its reason filled in."""
        operator = self._stage.operator
        if case.no == self._wanted and possible(ACTIONS["reopen"], operator, case):
            reason = phrase(_UNSOLVED, self._stage.lang).format(words=said)
            self.forms.open(FORMS["reopen"], subject_of(self._stage, case=case), reason=reason)


def _is_unsolved(fact: Fact) -> bool:
    return fact.kind == "case.followed_up" and fact.data.get("solved") is False
