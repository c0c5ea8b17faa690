"""The place in a screen where forms are shown one at a time, and wait while one looks elsewhere."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QApplication, QSizePolicy, QVBoxLayout, QWidget
from shiboken6 import isValid

from ui.actions import actions_of
from ui.forms.field import Form, Subject
from ui.forms.panel import FormPanel
from ui.stage import Stage
from widgets.wrapped_frame import WrappedFrame


class FormHost(WrappedFrame):
    """Shows one form; forms about other cases wait with their answers until one comes back.

    ``done`` comes with the outcome of a form that was carried out, ``changed`` whenever a form is
    shown or gone. A form that goes gives the keyboard back to where it was taken from, or else to
    ``home``, or else to the queue; whoever has moved it elsewhere keeps it.
    """

    done = Signal(object)
    changed = Signal()

    def __init__(
        self, stage: Stage, parent: QWidget | None = None, *, home: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._stage, self._home = stage, home
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._waiting: dict[str, FormPanel] = {}
        self._came_from: QWidget | None = None
        self.panel: FormPanel | None = None
        self.hide()

    def open(self, form: Form, subject: Subject, **answers: Any) -> FormPanel:
        """Show a form, with its answers if it was begun before; another about the same is left."""
        if not self._has_keyboard():
            self._came_from = QApplication.focusWidget()
        self._put_away()
        begun = self._waiting.pop(_key(form, subject), None)
        if begun is not None and (
            begun.form.id != form.id or begun.subject.cases != subject.cases or answers
        ):
            begun.deleteLater()
            begun = None
        panel = begun or self._made(form, subject)
        if begun is None and answers:
            panel.enter(**answers)
        self._show(panel)
        panel.focus_first()
        return panel

    def park(self) -> None:
        """Put the form away with its answers."""
        had_keyboard = self._has_keyboard()
        self._put_away()
        if had_keyboard:
            self._give_back_keyboard()

    def _put_away(self) -> None:
        if self.panel is not None:
            self._waiting[_key(self.panel.form, self.panel.subject)] = self.panel
            self._hide()

    def resume(self, number: str) -> None:
        """Show the form that was begun about a case, if there is one; the keyboard stays."""
        if (panel := self._waiting.pop(number, None)) is not None:
            self._show(panel)
            panel.show_top()

    def leave(self) -> None:
        """Drop the form and its answers."""
        if (panel := self.panel) is not None:
            had_keyboard = self._has_keyboard()
            self._hide()
            panel.deleteLater()
            if had_keyboard:
                self._give_back_keyboard()

    def _has_keyboard(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and self.panel is not None and self.panel.isAncestorOf(focus)

    def _give_back_keyboard(self) -> None:
        """Give it to what had it; not to a button, which the next Enter would press again."""
        targets = (self._came_from, self._home)
        target = next((it for it in targets if it is not None and _can_take_it(it)), None)
        if target is None:
            actions_of(self._stage).trigger("panel_queue")
        else:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _made(self, form: Form, subject: Subject) -> FormPanel:
        panel = FormPanel(self._stage, form, subject, self)
        panel.left.connect(self._on_left)
        panel.done.connect(self._on_done)
        self._column.addWidget(panel)
        return panel

    def _show(self, panel: FormPanel) -> None:
        self.panel = panel
        panel.show()
        self.show()
        self.changed.emit()

    def _hide(self) -> None:
        if self.panel is not None:
            self.panel.hide()
        self.panel = None
        self.hide()
        self.changed.emit()

    def _on_left(self) -> None:
        self.leave()

    def _on_done(self, outcome: object) -> None:
        panel = self.sender()
        if panel is self.panel:
            self.leave()
        elif isinstance(panel, FormPanel):  # its outcome came while another case was looked at
            self._waiting.pop(_key(panel.form, panel.subject), None)
            panel.deleteLater()
        self.done.emit(outcome)


def _key(form: Form, subject: Subject) -> str:
    """Return under what a form waits: what it is about, or itself where that has no number."""
    return subject.number or form.id


def _can_take_it(target: QWidget) -> bool:
    gone = not isValid(target) or isinstance(target, QAbstractButton)
    return not gone and target.isVisible() and target.isEnabled()
