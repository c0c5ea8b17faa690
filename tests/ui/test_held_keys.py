"""A key that is held down opens what it opens, once, and types nothing into it."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from ui.forms.panel import FormPanel

NONE, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


@pytest.fixture
def work():
    return lambda worker: worker.take_in(1)


@pytest.fixture
def first(window, real):
    """A case that is selected in the queue, which has the keyboard."""
    number = min(real.picture.cases)
    real.select(number)
    window.queue.setFocus()
    return number


def stroke(kind, key, text, *, repeat=False, at=0, modifiers=NONE):
    """Send one half of a stroke, at a time of the system's, to whatever has the keyboard."""
    event = QKeyEvent(kind, key, modifiers, text, repeat)
    event.setTimestamp(at)
    QApplication.sendEvent(QApplication.focusWidget(), event)


def press(window, key, text, modifiers=NONE, *, repeat=False):
    widget = QApplication.focusWidget() or window
    QTest.simulateEvent(widget, True, key, modifiers, text, repeat)
    QApplication.processEvents()


def form_in_hand():
    """The form that has the keyboard."""
    widget = QApplication.focusWidget()
    while not isinstance(widget, FormPanel):
        widget = widget.parentWidget()
    return widget


def editor(panel, key):
    return next(row.editor for row in panel._rows if row.field.key == key)


def release(key, text, modifiers=NONE):
    QTest.simulateEvent(QApplication.focusWidget(), False, key, modifiers, text, False)


def keep_down(window, key, text, modifiers=NONE, times=4):
    press(window, key, text, modifiers)
    for _ in range(times):
        press(window, key, text, modifiers, repeat=True)


@pytest.mark.parametrize(
    ("key", "text", "modifiers"),
    [
        (Qt.Key.Key_W, "w", NONE),  # opens the chooser: the standard of this class names nobody
        (Qt.Key.Key_W, "W", SHIFT),
        (Qt.Key.Key_A, "a", NONE),
        (Qt.Key.Key_M, "m", NONE),
        (Qt.Key.Key_N, "\x0e", CONTROL),
    ],
)
def test_that_a_held_key_types_nothing_into_the_form_it_opened(window, first, key, text, modifiers):
    press(window, key, text, modifiers)
    panel = form_in_hand()
    answers, typed = panel.values(), [it.text() for it in panel.findChildren(QLineEdit)]
    for _ in range(4):
        press(window, key, text, modifiers, repeat=True)
    assert form_in_hand() is panel
    assert panel.values() == answers
    assert [it.text() for it in panel.findChildren(QLineEdit)] == typed


def test_that_a_held_key_types_nothing_into_the_command_box_it_opened(window, first):
    keep_down(window, Qt.Key.Key_K, "\x0b", CONTROL)
    field = window.command_box.box._field
    assert QApplication.focusWidget() is field
    field.setText("pd")
    press(window, Qt.Key.Key_K, "\x0b", CONTROL, repeat=True)
    assert field.text() == "pd"


def test_that_a_key_held_in_the_field_itself_types_on(window, first):
    press(window, Qt.Key.Key_W, "w")
    release(Qt.Key.Key_W, "w")
    keep_down(window, Qt.Key.Key_W, "w", times=2)
    assert QApplication.focusWidget().text() == "www"


def test_that_a_held_key_is_known_by_its_times_where_the_system_does_not_say_that_it_repeats(
    window, first
):
    press(window, Qt.Key.Key_W, "w")
    field = QApplication.focusWidget()
    down, up = QEvent.Type.KeyPress, QEvent.Type.KeyRelease
    for at in (700, 740, 780):
        stroke(up, Qt.Key.Key_W, "w", at=at)
        stroke(down, Qt.Key.Key_W, "w", at=at)
    assert field.text() == ""
    stroke(up, Qt.Key.Key_W, "w", at=800)
    stroke(down, Qt.Key.Key_W, "w", at=900)  # pressed anew
    assert field.text() == "w"


def test_that_a_key_held_in_a_list_of_suggestions_goes_on_in_the_field_when_it_closes(
    qtbot, window, first
):
    press(window, Qt.Key.Key_N, "\x0e", CONTROL)
    line = editor(form_in_hand(), "address").control
    line.setFocus()
    for letter in "ndl":
        QTest.keyClicks(QApplication.activePopupWidget() or line, letter)
    popup = line.completer().popup()
    qtbot.waitUntil(popup.isVisible)
    QTest.simulateEvent(popup, True, Qt.Key.Key_Backspace, NONE, "\b", False)
    popup.hide()
    press(window, Qt.Key.Key_Backspace, "\b", repeat=True)
    assert line.text() == "n"


def test_that_tab_goes_on_through_a_form_while_it_is_held(window, first):
    press(window, Qt.Key.Key_N, "\x0e", CONTROL)
    seen = {QApplication.focusWidget()}
    for at in range(3):
        press(window, Qt.Key.Key_Tab, "\t", repeat=at > 0)
        seen.add(QApplication.focusWidget())
    assert len(seen) == 4


def test_that_a_held_key_does_its_work_once(window, first, said):
    keep_down(window, Qt.Key.Key_T, "\x14", CONTROL)
    assert len(said) == 1


@pytest.mark.parametrize("where", ["list", "button", "form"])
def test_that_a_letter_pressed_anywhere_in_a_form_takes_no_step_of_the_selected_case(
    window, qtbot, real, first, where
):
    keep_down(window, Qt.Key.Key_N, "\x0e", CONTROL, times=0)
    panel = form_in_hand()
    widgets = {"list": editor(panel, "category")._upper, "button": panel._send, "form": panel}
    panel.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widgets[where].setFocus()
    assert QApplication.focusWidget() is widgets[where]
    for key in (Qt.Key.Key_L, Qt.Key.Key_A, Qt.Key.Key_J, Qt.Key.Key_W):
        QTest.keyClick(widgets[where], key)
    qtbot.waitUntil(lambda: not real.pending)
    assert real.picture.cases[first].claimed_by is None
    assert window.panes["case"].content.forms.panel is panel
    window.queue.setFocus()
    QTest.keyClick(window.queue, Qt.Key.Key_A)
    assert window.panes["case"].content.forms.panel is not panel
