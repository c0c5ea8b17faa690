"""A form on the screen: its questions, what it would lead to, and what the hall said to it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import ceil
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid
from typing_extensions import override

from commandcenter.application.changes import Delta
from commandcenter.application.commands import Claim as ClaimIt
from commandcenter.application.commands import name
from commandcenter.application.perform import Outcome
from commandcenter.application.questions import History, OneCase, Question
from commandcenter.domain import words
from commandcenter.domain.case import SUPERVISORS, Case
from commandcenter.domain.claim import Claim, Grip
from commandcenter.domain.whistle import Whistle
from ui import wording
from ui.forms.controls import editor_for
from ui.forms.difference import differences
from ui.forms.editors import Editor
from ui.forms.field import Field, Form, Kind, Subject
from ui.forms.side_by_side import SideBySide
from ui.stage import Stage
from ui.wording import Both, headed
from widgets.cell_painter import capped
from widgets.dress import Kind as Dress
from widgets.dress import Size, dress
from widgets.flow_layout import FlowLayout
from widgets.hold_button import HoldButton
from widgets.own_letters import OwnLetters
from widgets.paint import unit
from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.tall_box import TallBox
from widgets.tone import Tone
from widgets.wrapped_frame import WrappedFrame

_TOLD: Final[Both] = ("{field}：{names}", "{field}: {names}")
_REQUIRED: Final[Both] = ("{name}\u00a0*", "{name}\u00a0*")  # the star stays with the last word
_MISSING: Final[Both] = ("请填写「{field}」。", 'Fill in "{field}".')
_NOT_CHOSEN: Final[Both] = ("请选择「{field}」。", 'Choose "{field}".')
_CHOSEN: Final = frozenset({Kind.PICK, Kind.CLASS, Kind.LIST, Kind.MANY})
_STRAY: Final[Both] = ("「{text}」不在清单中，请从清单里选择。", '"{text}" is not on the list.')
_TOO_LONG: Final[Both] = ("最多 {most} 字，现在 {length} 字。", "{length} of {most} characters.")
_SENDING: Final[Both] = ("正在提交…", "Sending…")
_LEAVE: Final[Both] = ("离开  Esc", "Leave  Esc")
_SEND: Final[Both] = ("{what}  Ctrl+Enter", "{what}  Ctrl+Enter")
_HOLD: Final[Both] = ("按住 1 秒：{what}", "Hold for 1 s: {what}")
_WHY_HELD: Final[Both] = (
    "{why}：按住按钮或 Ctrl+Enter。",
    "{why}: hold the button or Ctrl+Enter.",
)
_LET_GO: Final[Both] = (
    "没有按满 1 秒，没有发出：请按住不放，直到按钮填满。",
    "Not held for a whole second, nothing was sent: keep it down until the button is full.",
)
_ABOUT: Final[Both] = ("{title} · {number}", "{title} · {number}")
_WHERE: Final[Both] = ("{place} · {number}", "{place} · {number}")
_SEVERAL: Final[Both] = ("{title} · {count} 件", "{title} · {count} cases")
_MOVED_ON: Final[Both] = (
    "案卷已变化（您看到第 {seen} 版，现为第 {now} 版）：",
    "The case has moved on (you saw version {seen}, it is now {now}):",
)
_TAKE_OVER: Final[Both] = ("接手后继续", "Take it over and go on")
_FREE_IN: Final[Both] = ("{n} 秒后可接手", "Take over in {n} s")
_IS_THERE: Final[Both] = ("{who}在席，可请对方移交", "{who} is there: ask for it")
_LOOK_AGAIN: Final[Both] = ("已看过，按最新情况填", "I have seen it; go on from there")
_LINES: Final = 3  # of the grid for each question: its name if above, the editor, the fault
_NARROW: Final = 440  # pixels of the desk's own font
_LEAST_ABOUT: Final = 7  # times the height of a line: neither title nor place hides the other
_LABELS: Final = 0.3  # of the width of a form; longer ones go on below
_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


@dataclass(slots=True, kw_only=True)
class _Row:
    """One question on the screen."""

    field: Field
    label: PlainLabel | None
    editor: Editor
    fault: PlainLabel
    touched: bool = False

    def show(self, visible: bool, name: str) -> None:
        """Ask the question under a name, or not."""
        if self.label is not None:
            self.label.setText(name)
        for widget in (self.label, self.editor):
            if widget is not None:
                widget.setVisible(visible)
        self.fault.setVisible(visible and bool(self.fault.text()))


class FormPanel(WrappedFrame):
    """One form about one subject; what was entered stays until it was carried out or left.

    Ctrl+Enter sends, Esc leaves. A refusal is shown here, and the answers stay. If the case has
    moved on meanwhile, both versions are shown where they differ, and the answers are sent only
    after somebody has looked at them.
    """

    done = Signal(object)  # Outcome
    left = Signal()

    def __init__(
        self, stage: Stage, form: Form, subject: Subject, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        dress(self, Dress.RAISED)
        OwnLetters(self)
        self._stage, self.form, self.subject = stage, form, subject
        self._sent = False
        self._latest: Case | None = None
        self._rows: list[_Row] = []
        self._asked: set[Question[Any]] = set()
        title = subject.say(form.title) if form.title else self._command_words()
        self._what = subject.say(form.send) if form.send else title
        heading = subject.say(_ABOUT, title=title, number=subject.number)
        if subject.cases:
            heading = subject.say(_SEVERAL, title=title, count=len(subject.cases))
        if subject.alert is not None:  # its key is for machines
            heading = subject.say(_ABOUT, title=title, number=capped(subject.alert.title))
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._body = TallBox()
        self._body.setAccessibleName(title)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 12, 4, 12)
        outer.setSpacing(8)
        if not (subject.number or subject.cases) or subject.whistle:
            heading = title
        self._heading = PlainLabel(heading, size=Size.TITLE, wrap=True)
        self._head = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._head.setSpacing(8)
        self._head.addWidget(self._heading)
        if subject.whistle is not None:
            self._head.addLayout(self._about(subject, subject.whistle), 1)
        outer.addLayout(self._head)
        self._notice = PlainLabel(tone=Tone.NEAR, wrap=True)
        outer.addWidget(self._notice)
        outer.addWidget(self._body)
        self._summary = PlainLabel(tone=Tone.QUIET, wrap=True)
        outer.addWidget(self._summary)
        self._why_held = PlainLabel(tone=Tone.QUIET, size=Size.CAPTION, wrap=True)
        outer.addWidget(self._why_held)
        outer.addWidget(self._footer())
        self._fill_body(subject)
        self._settle()
        stage.pending_changed.connect(self._on_pending_changed)
        stage.changed.connect(self._on_changed)
        stage.ticked.connect(self._on_ticked)

    def _about(self, subject: Subject, whistle: Whistle) -> QHBoxLayout:
        """Say which case a whistle is about and where: another may be selected meanwhile."""
        case = subject.picture.cases.get(whistle.case)
        told = (
            wording.whistle_title(whistle, case, subject.lang),
            subject.say(
                _WHERE,
                place=wording.place_line(subject.hall, whistle.place, subject.lang),
                number=whistle.no,
            ),
        )
        self.setAccessibleDescription(wording.SEPARATOR.join(told))
        row = QHBoxLayout()
        row.setSpacing(12)
        for said, tone in zip(told, (Tone.PLAIN, Tone.QUIET), strict=True):
            label = PlainLabel(capped(said), tone=tone, elide=True)
            least = _LEAST_ABOUT * label.fontMetrics().height()
            label.setMinimumWidth(min(label.sizeHint().width(), least))
            row.addWidget(label)
        row.addStretch(1)
        return row

    def _fill_body(self, subject: Subject) -> None:
        """Put the questions into what scrolls, and below them what the hall says to the answers."""
        column = QVBoxLayout(self._body.inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        column.addLayout(self._fields())
        self._preview = PlainLabel(tone=Tone.QUIET, wrap=True)
        column.addWidget(self._preview)
        self._problem = PlainLabel(tone=Tone.OVER, wrap=True, selectable=True)
        self._problem.hide()
        column.addWidget(self._problem)
        self._beside = SideBySide(self._stage)
        column.addWidget(self._beside)
        self._again = QPushButton(subject.say(_LOOK_AGAIN))
        self._again.setAccessibleName(subject.say(_LOOK_AGAIN))
        self._again.clicked.connect(self.look_again)
        self._again.hide()
        column.addWidget(self._again, 0, Qt.AlignmentFlag.AlignLeft)
        self._take = QPushButton()
        self._take.clicked.connect(self.take_over)
        self._take.hide()
        column.addWidget(self._take, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def _command_words(self) -> str:
        return headed(words.command(name(self.form.command), self.subject.lang))

    def _fields(self) -> QGridLayout:
        grid = self._grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for at, field in enumerate(self.form.fields):
            editor = editor_for(field, self.subject)
            fault = PlainLabel(tone=Tone.OVER, size=Size.CAPTION, wrap=True)
            label = None
            if field.kind is not Kind.SWITCH:
                label = PlainLabel(self.subject.say(field.label), tone=Tone.QUIET, wrap=True)
            grid.addWidget(fault, at * _LINES + 2, 1)
            editor.control.installEventFilter(self)
            row = _Row(field=field, label=label, editor=editor, fault=fault)
            editor.changed.connect(partial(self._on_entered, row))
            editor.grew.connect(partial(self._body.show_whole, editor))
            self._rows.append(row)
        self._narrow = False
        self._place_rows()
        self._place_head()
        return grid

    def _place_head(self) -> None:
        """Say what a whistle is about beside what is done; below it in a narrow form."""
        if self.subject.whistle is not None:
            ways = QBoxLayout.Direction
            self._head.setDirection(ways.TopToBottom if self._narrow else ways.LeftToRight)
            self._heading.setWordWrap(self._narrow)

    def _place_rows(self) -> None:
        """Put each label beside its editor; above a wide one in a narrow form."""
        for at, row in enumerate(self._rows):
            line, label, above = at * _LINES, row.label, self._narrow and row.editor.wide
            if label is not None:
                beside = round(label.fontMetrics().height() + 12 * unit(self.font()))
                label.setMinimumHeight(0 if above else beside)
                self._grid.removeWidget(label)
                top = Qt.AlignmentFlag.AlignTop
                self._grid.addWidget(label, line + (not above), 0, 1, 2 if above else 1, top)
            self._grid.removeWidget(row.editor)
            self._grid.addWidget(row.editor, line + 1, not above, 1, 2 if above else 1)

    def _footer(self) -> QWidget:
        footer = QWidget()
        row = FlowLayout(footer, spacing=8)
        self._send = QPushButton()
        dress(self._send, Dress.DANGER if self.form.danger else Dress.PRIMARY)
        self._send.clicked.connect(self.send)
        self._hold = HoldButton(self.subject.say(_HOLD, what=self._what))
        dress(self._hold, Dress.DANGER)
        self._hold.held.connect(self._carry_out)
        self._hold.let_go.connect(self._on_let_go)
        leave = QPushButton(self.subject.say(_LEAVE))
        leave.setAccessibleName(self.subject.say(_LEAVE))
        dress(leave, Dress.QUIET)
        leave.clicked.connect(self.left)
        for button in (self._send, self._hold, leave):
            row.addWidget(button)
        return footer

    @override
    @safe_override(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW * unit(self.font())
        if narrow is not self._narrow:
            self._narrow = narrow
            self._place_rows()
            self._place_head()
        for row in self._rows:
            if row.label is not None:
                above = narrow and row.editor.wide
                row.label.setMaximumWidth(round(self.width() * (1 if above else _LABELS)))

    # -- answers --

    def values(self) -> dict[str, Any]:
        """Return what has been entered so far, by field."""
        return {row.field.key: row.editor.value() for row in self._rows}

    def enter(self, **answers: Any) -> None:
        """Enter answers as if a person had."""
        for row in self._rows:
            if row.field.key in answers:
                row.touched = True
                wanted = self.values() | {row.field.key: answers[row.field.key]}
                if choices := row.field.choices(self.subject, wanted):
                    row.editor.set_choices(choices)
                row.editor.set_value(answers[row.field.key])
        self._settle()

    def focus_first(self) -> None:
        """Put the keyboard where an answer is still missing, else into the first question.

        Without a question it is on the button.
        """
        values = self.values()
        asked = [row for row in self._rows if row.field.when(self.subject, values)]
        missing = (row for row in asked if self._is_missing(row.field, values))
        first = next(missing, next(iter(asked), None))
        self.show_top()
        if first is None:
            self._button().setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            first.editor.control.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self._body.show_whole(first.editor)

    def show_top(self) -> None:
        """Have it read from its first question, wherever it was scrolled to before."""
        self._body.show_top()

    def _on_entered(self, row: _Row) -> None:
        row.touched = True
        self._show_fault(row, "")
        self._settle()

    def _offer(self, row: _Row) -> None:
        choices = row.field.choices(self.subject, self.values())
        if choices:
            row.editor.set_choices(choices)

    def _settle(self) -> None:
        """Let choices, untouched answers and the preview follow what has been entered."""
        for row in self._rows:
            self._offer(row)
            if not row.touched:
                row.editor.set_value(row.field.initial(self.subject, self.values()))
        values = self.values()
        for row in self._rows:
            name_ = self.subject.say(row.field.label)
            if row.field.required(self.subject, values):
                name_ = self.subject.say(_REQUIRED, name=name_)
            row.show(row.field.when(self.subject, values), name_)
        for question in self.form.asks(self.subject, values):
            self._ask(question)
        self._sum_up(values)
        notice = self.form.notice(self.subject, values)
        self._notice.setText("\n".join(notice))
        self._notice.setVisible(bool(notice))
        lines = self.form.preview(self.subject, values)
        self._preview.setText("\n".join(lines))
        self._preview.setVisible(bool(lines))
        self._show_buttons()

    def _sum_up(self, values: dict[str, Any]) -> None:
        """Say beside the button what was ticked in lists: they show few of their lines."""
        say = self.subject.say
        told = [
            say(_TOLD, field=say(row.field.label), names=words.enumerated(names, self.subject.lang))
            for row in self._rows
            if row.field.when(self.subject, values) and (names := row.editor.told())
        ]
        self._summary.setText("\n".join(told))
        self._summary.setVisible(bool(told))

    def _ask(self, question: Question[Any]) -> None:
        """Ask the store once what the preview needs to know."""
        if question not in self._asked:
            self._asked.add(question)
            self._stage.ask(question, partial(self._on_answer, question))

    def _on_answer(self, question: Question[Any], answer: Any) -> None:
        if isValid(self):  # the form may have been left meanwhile
            answers = {**self.subject.answers, question: answer}
            self.subject = replace(self.subject, answers=answers)
            self._settle()

    # -- sending --

    def send(self) -> None:
        """Send the command off if every answer will do; a grave one has to be held instead."""
        if self._button() is self._hold:
            self._hold.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        self._carry_out()

    def _on_let_go(self) -> None:
        if self._latest is None and not self._is_pending():  # else that is what is told
            self._tell_problem(self.subject.say(_LET_GO))

    def _carry_out(self) -> None:
        if self._latest is not None:
            self._again.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if self._is_pending() or not self._check():
            return
        self._tell_problem("")
        self._take.hide()
        order = self.form.order(self.subject, self.values())
        self._sent = True
        self._stage.submit(
            order,
            self._on_done,
            subject=self._pending_key(),
            subjects=[it.no for it in self.subject.cases],
            refused=self._on_refused,
        )

    def _check(self) -> bool:
        """Show every fault at its field, go to the first, and tell whether there is none."""
        values, wrong = self.values(), None
        for row in self._rows:
            fault = ""
            if row.field.when(self.subject, values):
                fault = self._fault(row, values)
            self._show_fault(row, fault)
            wrong = wrong or (row if fault else None)
        if wrong is not None:
            wrong.editor.control.setFocus(Qt.FocusReason.OtherFocusReason)
            self._body.show_whole(wrong.fault)
        return wrong is None

    def _fault(self, row: _Row, values: dict[str, Any]) -> str:
        field, value, say = row.field, values[row.field.key], self.subject.say
        if stray := row.editor.stray():
            return say(_STRAY, text=stray)
        if self._is_missing(field, values):
            both = _NOT_CHOSEN if field.kind in _CHOSEN else _MISSING
            return say(both, field=say(field.label))
        if isinstance(value, str) and len(value) > field.most:
            return say(_TOO_LONG, most=field.most, length=len(value))
        return ""

    def _is_missing(self, field: Field, values: dict[str, Any]) -> bool:
        return values[field.key] in (None, "", ()) and field.required(self.subject, values)

    def _show_fault(self, row: _Row, fault: str) -> None:
        row.fault.setText(fault)
        row.fault.setVisible(bool(fault))
        row.editor.show_wrong(bool(fault))
        row.editor.control.setAccessibleDescription(fault)

    def _pending_key(self) -> str:
        return self.subject.number or self.form.id

    def _is_pending(self) -> bool:
        about = {self._pending_key(), *(it.no for it in self.subject.cases)}
        return not about.isdisjoint(self._stage.pending)

    def _button(self) -> QPushButton:
        return self._hold if self._why_grave() else self._send

    def _why_grave(self) -> Both | None:
        return self.form.grave(self.subject, self.values())

    def _show_buttons(self) -> None:
        busy, why = self._is_pending(), self._why_grave()
        what = _SENDING if busy else _SEND
        self._send.setText(self.subject.say(what, what=self._what))
        self._send.setAccessibleName(self._what)
        self._send.setVisible(why is None)
        self._hold.setVisible(why is not None)
        self._why_held.setVisible(why is not None)
        if why is not None:
            self._why_held.setText(self.subject.say(_WHY_HELD, why=self.subject.say(why)))
        for button in (self._send, self._hold):
            button.setEnabled(not busy and self._latest is None)

    def _on_pending_changed(self) -> None:
        self._show_buttons()
        self._show_take()

    def _on_done(self, outcome: object) -> None:
        self._sent = False
        self.done.emit(outcome)

    def _on_refused(self, sentence: str) -> None:
        self._sent = False
        self._tell_problem(sentence)
        case = self.subject.case
        if case is not None:
            self._stage.ask(OneCase(no=case.no), self.compare)
        self._take.setVisible(self._held_by_other() is not None)
        self._show_take()
        if self._take.isEnabled():
            self._take.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- when another has claimed the case --

    def _held_by_other(self) -> Claim | None:
        """Return the claim that keeps this person from deciding; a supervisor none keeps."""
        case, me = self.subject.case, self._stage.operator
        if case is None or me.role in SUPERVISORS or not self._stage.may(ClaimIt):
            return None
        known = self._stage.picture.cases.get(case.no, case)
        claim = self._stage.picture.claim(known, self.subject.hall.limits)
        return claim if claim is not None and claim.by != me.id else None

    def _show_take(self) -> None:
        """Count down to when the case can be taken over with one key."""
        if self._take.isHidden():
            return
        claim, now, subject = self._held_by_other(), self._stage.now(), self.subject
        if claim is None:
            self._take.hide()
            return
        grip = claim.grip(now)
        if grip is Grip.HELD:
            who = wording.person_name(subject.hall, claim.by, subject.lang)
            said = subject.say(_IS_THERE, who=who)
        elif grip is Grip.STALE:
            said = subject.say(_FREE_IN, n=ceil((claim.loose_at - now).total_seconds()))
        else:
            said = subject.say(_TAKE_OVER)
        self._take.setText(said)
        self._take.setAccessibleName(said)
        self._take.setEnabled(grip is Grip.LOOSE and not self._is_pending())

    def _on_ticked(self) -> None:
        self._show_take()

    def take_over(self) -> None:
        """Take the case over from whoever has left the seat; the answers stay."""
        case = self.subject.case
        if case is not None and not self._is_pending():
            self._sent = True
            self._stage.submit(
                ClaimIt(case=case.no, take=True),
                self._on_taken,
                subject=self._pending_key(),
                refused=self._on_refused,
            )

    def _on_taken(self, outcome: Outcome) -> None:
        self._sent = False
        self.subject = replace(self.subject, case=outcome.case, now=self._stage.now())
        self._take.hide()
        self._tell_problem("")
        self._settle()
        self._button().setFocus(Qt.FocusReason.OtherFocusReason)

    # -- when the case has moved on --

    def _on_changed(self, batch: Sequence[Delta]) -> None:
        case = self.subject.case
        if case is None or self._sent:
            return
        for delta in batch:
            for found in delta.cases:
                if found.no == case.no:
                    self.compare(found)

    def compare(self, now: Case) -> None:
        """Go on from the case as it is now; where a person would see a difference, only on word."""
        seen = self.subject.case
        if seen is None or now.version <= seen.version:
            return
        found = differences(self.subject.hall, seen, now, self.subject.lang)
        if not found:
            self.subject = replace(self.subject, case=now)
            return
        say = self.subject.say
        self._latest = now
        self._tell_problem(say(_MOVED_ON, seen=seen.version, now=now.version))
        self._beside.show_difference(seen, now, found)
        self._stage.ask(History(case=now.no), self._beside.show_since)
        self._again.show()
        self._show_buttons()

    def look_again(self) -> None:
        """Go on from the case as it is now, with the answers as they are."""
        if self._latest is not None:
            self.subject = replace(self.subject, case=self._latest, now=self._stage.now())
        self._latest = None
        self._beside.hide()
        self._again.hide()
        self._tell_problem("")
        self._settle()
        self.focus_first()

    def _tell_problem(self, text: str) -> None:
        self._problem.setText(text)
        self._problem.setVisible(bool(text))
        if text:
            self._body.show_whole(self._again)

    # -- keys --

    @override
    @safe_override(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.ShortcutOverride and self._means(event):
                event.accept()  # neither the window's Esc nor a default button may take it
            elif event.type() is QEvent.Type.KeyPress:
                return self._pressed(event)
        return False

    @override
    @safe_override(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._pressed(event):
            super().keyPressEvent(event)

    def _pressed(self, event: QKeyEvent) -> bool:
        means = self._means(event)
        if means == self.send and self._button() is self._hold and self._hold.isEnabled():
            if self._check():
                self._hold.hold_with(event)
        elif means:
            means()
        return bool(means)

    def _means(self, event: QKeyEvent) -> Any:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in _ENTER and control:
            return self.send
        button = self.focusWidget()
        if event.key() in _ENTER and isinstance(button, QPushButton) and not event.isAutoRepeat():
            return button.click  # outside a dialog Qt leaves only the space bar to a button
        return self.left.emit if event.key() == Qt.Key.Key_Escape else None
