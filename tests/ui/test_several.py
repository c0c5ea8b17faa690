"""Several cases chosen in the queue and decided on at once, in a real window on a real store."""

import importlib

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from commandcenter.application import commands as c
from commandcenter.domain.case import State
from ui.actions import Screen, actions_of
from ui.bulk_result import BulkResult
from ui.forms.bulk_forms import BULK_FORMS

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def work():
    return lambda worker: worker.take_in(8)


def choose(window, count):
    """Choose rows from the top by Shift and the arrow."""
    view = window.queue._view
    view.setFocus()
    view.selectRow(0)
    for _ in range(count - 1):
        QTest.keyClick(view, Qt.Key.Key_Down, SHIFT)
    return window.stage.chosen


def states(stage, numbers):
    return [
        stage.worker.core.store.answer(
            importlib.import_module("commandcenter.application.questions").OneCase(no=no)
        ).state
        for no in numbers
    ]


def settled(qtbot, stage):
    qtbot.waitUntil(lambda: not stage.pending, timeout=30_000)


def test_that_rows_are_chosen_by_shift_and_ctrl_and_the_bar_says_what_can_be_done(window, real):
    numbers = choose(window, 3)
    assert len(numbers) == 3
    bar = window.queue._several
    assert bar.isVisible()
    names = {it.accessibleName() for it in bar.findChildren(QPushButton) if it.isVisible()}
    assert names == {"认领 3 件", "受理 3 件", "并案 3 件", "只选一件"}
    QTest.keyClick(window.queue._view, Qt.Key.Key_Escape)
    assert real.chosen == ()
    assert bar.isHidden()
    assert real.selection in numbers
    QTest.keyClick(window.queue._view, Qt.Key.Key_A, CONTROL)
    assert len(real.chosen) == 8


def test_that_the_buttons_of_the_case_panel_say_that_they_mean_all(window, real):
    choose(window, 4)
    steps = window.panes[Screen.CASE].content._steps
    shown = {it.accessibleName() for it in steps.findChildren(QPushButton) if it.isVisible()}
    assert shown == {"认领 4 件", "受理 4 件", "并案 4 件"}
    real.select(real.picture.cases[real.selection].no)
    QTest.keyClick(window.queue._view, Qt.Key.Key_Escape)
    shown = {it.accessibleName() for it in steps.findChildren(QPushButton) if it.isVisible()}
    assert "受理" in shown


def test_that_cases_are_filed_and_dispatched_together(qtbot, window, real, said):
    numbers = choose(window, 5)
    QTest.keyClick(window.queue._view, Qt.Key.Key_A)
    panel = window.forms.panel
    assert panel.form is BULK_FORMS["file"]
    panel.enter(category="C0106")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: bool(said), timeout=30_000)
    settled(qtbot, real)
    assert said == ["立案：5 件都已办好"]
    assert states(real, numbers) == [State.FILED] * 5
    said.clear()
    real.choose(numbers)
    actions_of(real).press("D")
    panel = window.forms.panel
    assert "5 件" in panel._preview.text()
    panel.send()
    qtbot.waitUntil(lambda: bool(said), timeout=30_000)
    assert said == ["派单：5 件都已办好"]
    assert states(real, numbers) == [State.DISPATCHED] * 5


def test_that_several_are_merged_under_the_oldest(qtbot, window, real, said):
    numbers = choose(window, 3)
    actions_of(real).press("M")
    window.forms.panel.send()
    qtbot.waitUntil(lambda: bool(said), timeout=30_000)
    assert said == ["并案：2 件都已办好"]
    main = min(numbers)
    assert states(real, sorted(numbers)) == [State.RECEIVED, State.MERGED, State.MERGED]
    qtbot.waitUntil(lambda: len(real.picture.cases[main].children) == 2, timeout=10_000)


def test_that_the_refused_are_listed_with_why_and_what_to_do(qtbot, window, real, said):
    numbers = choose(window, 4)
    real.worker.do("dispatcher2", c.Claim(case=numbers[1]))
    real.worker.do("intake_officer", c.File(case=numbers[2]))
    actions_of(real).press("L")
    qtbot.waitUntil(lambda: bool(window.findChildren(BulkResult)), timeout=30_000)
    (result,) = window.findChildren(BulkResult)
    cells = [
        [result.table.item(row, column).text() for column in range(4)]
        for row in range(result.table.rowCount())
    ]
    assert [row[0] for row in cells] == sorted(numbers[1:3])
    assert all(all(row) for row in cells)
    assert "办成 2 件，2 件没有办" in result.windowTitle()
    assert states(real, numbers[:1] + numbers[3:]) == [State.RECEIVED] * 2
    result.table.selectRow(1)
    QTest.keyClick(result.table, Qt.Key.Key_Return)
    assert real.selection == cells[1][0]
    assert said == []


def test_that_nothing_is_sent_twice_while_it_is_under_way(qtbot, window, real, said):
    numbers = choose(window, 3)
    actions_of(real).trigger("claim")
    assert set(numbers) <= real.pending
    assert set(numbers) <= set(window.queue._reader.pending)
    actions_of(real).trigger("claim")
    assert len(said) == 1
    assert "不要重复提交" in said[0]
    settled(qtbot, real)
    assert window.queue._reader.pending == frozenset()
    facts = [real.worker.core.store.facts({number}) for number in numbers]
    assert [sum(it.fact.kind == "case.claimed" for it in of_one) for of_one in facts] == [1, 1, 1]


def test_that_what_is_done_one_by_one_is_refused_for_several(window, real, said):
    choose(window, 2)
    for key in ("W", "V", "R"):
        actions_of(real).press(key)
    assert len(said) == 3
    assert all("一件一件办" in sentence for sentence in said)


def test_that_more_than_the_writer_can_bear_are_refused(window, real, said, monkeypatch):
    monkeypatch.setattr(c, "AT_ONCE", 2)
    choose(window, 3)
    actions_of(real).press("L")
    assert said == ["一次最多 2 件，请分批选。"]


def test_that_several_stay_chosen_when_one_of_them_leaves_the_list(qtbot, window, real):
    numbers = choose(window, 4)
    current = real.selection
    real.worker.do("dispatcher", c.Reject(case=current, reason="不属受理范围", reply="请另行反映"))
    qtbot.waitUntil(lambda: len(real.chosen) == 3, timeout=30_000)
    assert set(real.chosen) == set(numbers) - {current}


def test_that_selecting_one_elsewhere_ends_the_choice_of_several(window, real):
    numbers = choose(window, 3)
    other = next(no for no in real.picture.cases if no not in numbers)
    real.select(other)
    assert real.chosen == ()
    assert len(window.queue._view.selectionModel().selectedRows()) == 1
