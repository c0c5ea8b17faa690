"""A case all the way from its report to its closing with the keyboard alone, by two people."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from commandcenter.application.commands import Register
from commandcenter.domain.case import State
from ui.forms.panel import FormPanel

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def work():
    """One report, of a class whose body works alone and without milestones."""

    def registered(worker):
        code = next(
            code
            for code, (rule, *_) in worker.core.hall.standards.items()
            if rule.body and not (rule.co_bodies or rule.milestones)
        )
        words = {"title": "路灯不亮", "address": "东街", "description": "坏"}
        worker.do("intake_officer", Register(channel="hotline", category=code, **words))

    return registered


class Keyboard:
    """Ten fingers and nothing else: every key goes to whatever has the keyboard."""

    def __init__(self, qtbot, window):
        self._qtbot, self._window = qtbot, window

    def press(self, key, modifiers=Qt.KeyboardModifier.NoModifier):
        popup = QApplication.activePopupWidget()
        QTest.keyClick(popup or QApplication.focusWidget() or self._window, key, modifiers)
        QApplication.processEvents()

    def type(self, text):
        for letter in text:
            popup = QApplication.activePopupWidget()
            QTest.keyClick(popup or QApplication.focusWidget(), letter)
        QApplication.processEvents()

    def send(self):
        """Ctrl+Enter, as it stands on the buttons of the forms."""
        self.press(Qt.Key.Key_Return, CONTROL)


@pytest.fixture
def keys(qtbot, window):
    return Keyboard(qtbot, window)


def test_that_a_case_goes_from_its_report_to_its_closing_by_keys_alone(qtbot, window, real, keys):
    refused = []
    real.refused.connect(refused.append)
    number = next(iter(real.picture.cases))

    def until(state):
        def there():
            case = real.picture.cases.get(number)
            return (case is None and state is State.CLOSED) or (
                case is not None and case.state is state
            )

        qtbot.waitUntil(lambda: there() or bool(refused))
        qtbot.waitUntil(lambda: not real.pending)
        assert refused == []

    def sign_on(name):
        keys.press(Qt.Key.Key_O, CONTROL | SHIFT)
        menu = QApplication.activePopupWidget()
        people = [it for it in menu.actions() if it.isEnabled() and not it.isSeparator()]
        wanted = next(it for it in people if name in it.text())
        for _ in people:
            if menu.activeAction() is wanted:
                break
            keys.press(Qt.Key.Key_Down)
        assert menu.activeAction() is wanted
        keys.press(Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: real.operator.name == name)

    keys.press(Qt.Key.Key_F2)  # the queue
    keys.press(Qt.Key.Key_Down)
    assert real.selection == number
    keys.press(Qt.Key.Key_L)
    qtbot.waitUntil(lambda: real.picture.cases[number].claimed_by == "dispatcher")
    qtbot.waitUntil(lambda: not real.pending)
    keys.press(Qt.Key.Key_A)
    keys.send()
    until(State.FILED)
    keys.press(Qt.Key.Key_D)
    keys.send()
    until(State.DISPATCHED)

    keys.press(Qt.Key.Key_K, CONTROL)
    keys.type("cs pcs 30")
    keys.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: real.picture.whistle_of(real.picture.cases[number]) is not None)
    qtbot.waitUntil(lambda: not real.pending)
    keys.press(Qt.Key.Key_F2)
    keys.press(Qt.Key.Key_Y)  # the police have come, they say by telephone
    panel = form_in_hand()
    assert panel.form.id == "on_behalf"
    fill_line(keys, panel, "status", down="reported_in")
    fill_line(keys, panel, "who", "Li")
    fill_line(keys, panel, "words", "here")
    keys.send()
    qtbot.waitUntil(
        lambda: real.picture.whistle_of(real.picture.cases[number]).reported_in == 1,
    )
    keys.press(Qt.Key.Key_F2)

    keys.press(Qt.Key.Key_A)  # the body accepts, by telephone
    panel = form_in_hand()
    assert panel.form.id == "sign"
    fill_line(keys, panel, "who", "Li")
    keys.send()
    until(State.ACCEPTED)
    keys.press(Qt.Key.Key_F2)
    keys.press(Qt.Key.Key_P)
    panel = form_in_hand()
    fill_line(keys, panel, "status", down="result")
    fill_line(keys, panel, "who", "Li")
    fill_line(keys, panel, "words", "done")
    keys.send()
    until(State.RESULT_SUBMITTED)

    keys.press(Qt.Key.Key_F2)
    keys.press(Qt.Key.Key_K, CONTROL)
    keys.type("tycl")  # what has no key of its own goes by its initials
    keys.press(Qt.Key.Key_Return)
    panel = form_in_hand()
    assert panel.form.id == "release"
    fill_line(keys, panel, "words", "clear")
    keys.send()
    qtbot.waitUntil(lambda: real.picture.whistle_of(real.picture.cases[number]) is None)

    sign_on("魏国平")  # nobody checks what he dispatched
    keys.press(Qt.Key.Key_F2)
    keys.press(Qt.Key.Key_Down)
    assert real.selection == number
    keys.press(Qt.Key.Key_K)
    until(State.CHECKING)
    keys.press(Qt.Key.Key_C)
    fill_line(keys, form_in_hand(), "reason", "seen it")  # there are no photographs of it
    keys.send()
    until(State.CLOSED)


def form_in_hand():
    """Return the form that has the keyboard."""
    widget = QApplication.focusWidget()
    while not isinstance(widget, FormPanel):
        widget = widget.parentWidget()
    return widget


def fill_line(keys, panel, key, text="", *, down=None):
    """Tab to a field of a form, or back to it, then type, or go down its list to a value."""
    editors = [row.editor for row in panel._rows]
    wanted = next(row.editor for row in panel._rows if row.field.key == key)
    begun = next(at for at, it in enumerate(editors) if it.control is QApplication.focusWidget())
    back = editors.index(wanted) < begun
    for _ in range(40):
        if QApplication.focusWidget() is wanted.control:
            break
        keys.press(Qt.Key.Key_Tab, SHIFT if back else Qt.KeyboardModifier.NoModifier)
    assert QApplication.focusWidget() is wanted.control
    if down is None:
        keys.type(text)
        return
    for _ in range(20):
        if panel.values()[key] == down:
            break
        keys.press(Qt.Key.Key_Down)
    assert panel.values()[key] == down
