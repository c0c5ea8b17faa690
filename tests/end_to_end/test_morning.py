"""A hotline morning worked by keys alone until nothing is left in 待我办, at three seats in turn.

Everything is real: the gateway in a process of its own, the store, the window; only the fingers
are QTest's. What the person decides on is read off the screen.
"""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from shiboken6 import isValid

from commandcenter.application.picture import Tab
from commandcenter.domain.case import WITH_BODY
from commandcenter.domain.subtask import SubState
from commandcenter.rehearsal.scenarios import MORNING_CALLS
from commandcenter.runtime.compose import open_core
from commandcenter.runtime.front import Place
from ui.actions import Screen
from ui.forms.panel import FormPanel
from ui.stage import Stage
from ui.window import HallWindow
from widgets.dress import Kind

pytestmark = pytest.mark.timeout(600)
NONE = Qt.KeyboardModifier.NoModifier
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
REPORTS = 60
MOST_KEYS = 6  # to take one report in and send it out, or to merge it
KEYS_A_REPORT = 12  # of the whole way to its closing, everybody's together
MOST_TABS = 40
CHECKER, SUPERVISOR, DISPATCHER = "严素芬", "魏国平", "周文斌"
TAB_KEYS = {tab: Qt.Key(Qt.Key.Key_1 + at) for at, tab in enumerate(Tab)}


@pytest.fixture
def stage(qtbot, qapp, upstream, place):
    gateway = upstream("--scenario", "hotline-morning", "--speed", 60, "--haste", 4)
    core = open_core(Place(pack=place(gateway).folder), feeds=True)
    core.start()
    made = Stage(core.take_seat(operator="dispatcher", lang="zh", rehearsal=False))
    with qtbot.waitSignal(made.changed):
        made.open()
    yield made
    made.close()
    core.stop()
    qtbot.waitUntil(lambda: not made._bridge._beat.isActive())
    made.deleteLater()


@pytest.fixture
def person(qtbot, stage):
    window = HallWindow(stage)
    qtbot.addWidget(window)
    window.resize(1920, 1080)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.waitUntil(lambda: not window._filling.isActive())
    yield Person(qtbot, window)
    queue = window.panes[Screen.QUEUE].content
    qtbot.waitUntil(lambda: not isValid(queue) or not queue._beat.isActive())


class Person:
    """Ten fingers, and eyes for what stands on the screen."""

    def __init__(self, qtbot, window):
        self._qtbot, self.window, self.stage = qtbot, window, window.stage
        self.queue = window.panes[Screen.QUEUE].content
        self.panel = window.panes[Screen.CASE].content
        self.keys = 0
        self.refused, self.told, self.looked = [], [], 0
        self.stage.refused.connect(self.refused.append)
        self.stage.told.connect(self.told.append)
        self.stage.compared.connect(self._on_compared)

    def _on_compared(self, _found):
        self.looked += 1

    # -- fingers --

    def press(self, key, modifiers=NONE):
        popup = QApplication.activePopupWidget()
        QTest.keyClick(popup or QApplication.focusWidget() or self.window, key, modifiers)
        self.keys += 1
        QApplication.processEvents()

    def type(self, text):
        for letter in text:
            self.press(letter)

    def send(self):
        """Ctrl+Enter, as it stands on the button of every form."""
        self.press(Qt.Key.Key_Return, CONTROL)

    def until(self, seen, what):
        try:
            self._qtbot.waitUntil(seen)
        except Exception as error:
            raise AssertionError(f"{what}: {self.tells()}") from error

    def until_done(self, done, what):
        """Wait until something is done; where others acted on the case meanwhile, look again."""
        self.until(lambda: self.is_told() or done(), what)
        keys = self.keys  # what others do is not held against the way
        while self.is_told():
            self.answer_again()
            self.until(lambda: self.is_told() or self.rests(), what)
        self.keys = keys

    def answer_again(self):
        """Look at what has changed and send once more, or leave what is no longer to be done."""
        form = self.panel.forms.panel
        if form._latest is None:
            self.press(Qt.Key.Key_Escape)
            return
        for _ in range(MOST_TABS):
            if QApplication.focusWidget() is form._again:
                break
            self.press(Qt.Key.Key_Tab)
        self.press(Qt.Key.Key_Space)
        self.send()

    # -- eyes --

    def is_told(self):
        """Tell whether the form in hand says that it was not carried out, and why."""
        form = self.panel.forms.panel
        return form is not None and bool(form._problem.text()) and not self.stage.pending

    def hops(self, number):
        """Return how many bodies have given a case back."""
        case = self.stage.picture.cases.get(number)
        return len(case.stays) if case is not None else 0

    def tells(self):
        """Return what stands on the screen, to be read where the person is stuck."""
        counts = {tab.value: self.count(tab) for tab in Tab}
        rows = self.queue._model
        first = [rows.row(rows.index(at, 0)).case.title for at in range(min(5, rows.rowCount()))]
        form = self.panel.forms.panel
        words = (form.form.id, form._preview.text(), form._problem.text()) if form else ()
        said = self.refused[-3:], self.told[-3:]
        return self.stage.operator.name, counts, first, self.buttons(), words, said

    def rows(self):
        """Return the numbers of the cases in the list that are not faint."""
        rows = self.queue._model
        every = (rows.row(rows.index(at, 0)) for at in range(rows.rowCount()))
        return [row.case.no for row in every if not rows.is_faint(row)]

    def count(self, tab):
        """Return the number that stands on a tab."""
        return int(self.queue._tabs._buttons[tab]._count)

    def buttons(self):
        """Return what stands on the buttons of the case panel: words and key."""
        steps = self.panel._steps
        return [it.text() for it in steps.findChildren(QPushButton) if it.isVisible()]

    def offers(self, words):
        return any(it.startswith(words) for it in self.buttons())

    def likely(self):
        """Tell whether the panel shows a case that is very likely the same problem."""
        alike = self.panel._alike
        first = alike._rows[0] if alike.isVisible() else None
        return first is not None and first.merge.isVisible() and "很像" in first.score._text

    def reports(self):
        """Return how many reports have come in, as the strip of figures says."""
        stat = self.window.panes[Screen.FIGURES].content._tiles["report_count"]._stat
        return int(stat.value) if stat is not None and stat.value.isdigit() else 0

    def is_quiet(self):
        """Tell whether no body is at work: all that is with one waits for a supervisor."""
        held = [it for it in self.stage.picture.cases.values() if it.state in WITH_BODY]
        return all(SubState.RETURNED in {part.state for part in it.sub_tasks} for it in held)

    def rests(self):
        """Tell whether nothing is under way, no form is open, and all that came is on show."""
        under_way = self.stage.pending or self.panel.forms.panel is not None
        return not (under_way or self.stage._bridge._inbox or self.queue._touched)

    def standing(self):
        """Return what is another when something was done: the list, the steps, what was said."""
        return self.stage.selection, self.rows(), self.buttons(), len(self.told)

    def first_button(self):
        """Return what stands on the button of the case panel that is the first to press."""
        steps = self.panel._steps
        first = (it for it, kind in steps._worn.items() if kind is Kind.PRIMARY)
        return next((it.text() for it in map(steps._buttons.get, first) if it.isVisible()), "")

    # -- what a person does with both --

    def go_to(self, tab):
        self.press(Qt.Key.Key_F2)
        self.press(TAB_KEYS[tab], CONTROL)
        self.until(lambda: self.queue._tab is tab, f"the tab {tab}")

    def sign_on(self, name):
        self.press(Qt.Key.Key_O, CONTROL | SHIFT)
        menu = QApplication.activePopupWidget()
        wanted = next(it for it in menu.actions() if name in it.text())
        while menu.activeAction() is not wanted:
            self.press(Qt.Key.Key_Down)
        self.press(Qt.Key.Key_Return)
        self.until(lambda: self.stage.operator.name == name, f"{name} at the seat")
        self.go_to(Tab.MINE)

    def take_next(self):
        """Go down to the next case, and wait until the panel says what it is like."""
        before, self.looked = self.stage.selection, 0
        if before in self.rows():
            return  # it came back while it was still looked at
        self.press(Qt.Key.Key_Down)
        assert self.stage.selection not in {"", before}, self.tells()
        self.until(lambda: self.looked > 1, "what the case is like")  # empty first, then the answer

    def file_or_merge(self):
        """Take one report in and send it out, or merge it with the one it is very like."""
        number = self.stage.selection
        hops = self.hops(number)
        if self.likely():
            self.press(Qt.Key.Key_B)
        else:
            if self.offers("受理"):
                self.press(Qt.Key.Key_A)
                self.send()
                self.until_done(lambda: self.rests() and self.offers("派单"), "filed")
            self.press(Qt.Key.Key_D)
            self.send()
        self.until_done(
            lambda: self.rests() and (number not in self.rows() or self.hops(number) > hops),
            "out of the list, or given back already",
        )

    def do_all(self, tab, key, tick=""):
        """Choose everything in a tab and give one order for all of it, if there is anything."""
        self.go_to(tab)
        if self.rows():
            before = self.standing()
            self.press(*((Qt.Key.Key_A, CONTROL) if len(self.rows()) > 1 else (Qt.Key.Key_Down,)))
            self.press(key)
            self.answer(tick)
            self.until_done(lambda: self.rests() and self.standing() != before, f"{key} for all")
        self.go_to(Tab.MINE)

    def follow_the_first_button(self):
        """Do for every case what the panel's first button says, until the list is empty."""
        while self.rows():
            if self.stage.selection not in self.rows():
                self.press(Qt.Key.Key_Down)
            before = self.standing()
            self.until(lambda: self.first_button() != "", "a first button")
            words = self.first_button()
            key = QKeySequence(words.rpartition(" ")[2])[0]
            self.press(key.key(), key.keyboardModifiers())
            self.answer()
            self.until_done(lambda was=before: self.rests() and self.standing() != was, words)

    def answer(self, tick=""):
        """Fill in the form in hand, if there is one, and send it."""
        widget = QApplication.focusWidget()
        while widget is not None and not isinstance(widget, FormPanel):
            widget = widget.parentWidget()
        if widget is None:
            return
        for row in widget._rows:
            values = widget.values()
            must = row.field.required(widget.subject, values) and row.editor.isVisible()
            if row.field.key == tick or (must and not values[row.field.key]):
                for _ in range(MOST_TABS):
                    if QApplication.focusWidget() is row.editor.control:
                        break
                    self.press(Qt.Key.Key_Tab)
                self.press(Qt.Key.Key_Space) if row.field.key == tick else self.type("ok")
        self.send()


def test_that_a_morning_is_worked_by_keys_until_nothing_is_left_to_do(person):
    person.go_to(Tab.MINE)
    while person.reports() < REPORTS:
        person.until(lambda: bool(person.rows()) or person.reports() >= REPORTS, "a report")
        if person.rows():
            before = person.keys
            person.take_next()
            person.file_or_merge()
            assert person.keys - before <= MOST_KEYS
    while not (person.reports() >= MORNING_CALLS and person.count(Tab.ALL) == 0):
        person.until(lambda: bool(person.rows()) or person.is_quiet(), "news, or nobody at work")
        person.do_all(Tab.TO_ACCEPT, Qt.Key.Key_A)
        person.do_all(Tab.TO_DISPATCH, Qt.Key.Key_D)
        person.follow_the_first_button()
        if person.is_quiet():
            person.sign_on(CHECKER)
            person.do_all(Tab.TO_CHECK, Qt.Key.Key_K)
            person.do_all(Tab.TO_CHECK, Qt.Key.Key_C, tick="contacted")
            person.sign_on(SUPERVISOR)
            person.follow_the_first_button()
            person.sign_on(DISPATCHER)
    for name in (SUPERVISOR, CHECKER, DISPATCHER):
        person.sign_on(name)
        assert person.count(Tab.MINE) == 0, person.tells()
        assert person.rows() == []
    assert person.refused == []
    assert person.keys <= KEYS_A_REPORT * MORNING_CALLS
