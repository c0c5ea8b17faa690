"""Focus: every panel shows one case and its family alone, and afterwards all is as it was."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from commandcenter.application.changes import Delta
from commandcenter.application.picture import Tab
from commandcenter.application.questions import OneCase
from commandcenter.domain.case import State
from commandcenter.domain.catalogue import Urgency
from ui.actions import Screen
from ui.focus import focus_of
from ui.queue.ranking import WINDOW
from ui.window import HallWindow


@pytest.fixture
def desk(samples):
    """A desk with more than fits on a screen."""
    return samples.SampleDesk(samples.work(120))


@pytest.fixture
def window(qtbot, stage):
    made = HallWindow(stage)
    qtbot.addWidget(made)
    made.resize(1600, 900)
    made.show()
    for screen in (Screen.QUEUE, Screen.MAP, Screen.WHISTLES, Screen.ALERTS, Screen.FIGURES):
        made.summon(screen)
    made.summon(Screen.QUEUE)
    queue = made.panes[Screen.QUEUE].content
    qtbot.waitUntil(lambda: queue._model.rowCount() > 0)
    made.panes[Screen.MAP].content._canvas.settle()
    yield made
    made.close()


def content(window, screen):
    return window.panes[screen].content


def listed(window):
    model = content(window, Screen.QUEUE)._model
    return [model.row(model.index(at, 0)).case.no for at in range(model.rowCount())]


def say(qtbot, stage, *deltas):
    with qtbot.waitSignal(stage.changed):
        stage.seat.desk.say(*deltas)


def family(samples, stage, desk):
    """A case into which another was merged."""
    case = next(it for it in stage.picture.cases.values() if not it.children)
    child = samples.replace(samples.case(900), state=State.MERGED, parent=case.no)
    main = samples.replace(case, children=(child.no,), version=case.version + 1)
    desk.answers[OneCase] = child
    return main, child


def test_that_every_panel_shows_the_family_alone(qtbot, window, stage, desk, samples):
    main, child = family(samples, stage, desk)
    whistle, main = samples.whistle(main, number=88)
    say(qtbot, stage, Delta(cases=(main,), whistles=(whistle,)))
    before = len(listed(window))
    focus_of(stage).enter(stage.picture.cases[main.no])
    qtbot.waitUntil(lambda: set(listed(window)) == {main.no, child.no})
    assert before > 2
    on_map = content(window, Screen.MAP)._township.cases
    assert {on_map.key(row) for row in range(len(on_map))} == {main.no}
    assert content(window, Screen.WHISTLES)._roll.numbers == (whistle.no,)
    assert content(window, Screen.ALERTS).model.rowCount() == 0
    strip = content(window, Screen.FIGURES)
    assert not any(tile.isVisible() for tile in strip._tiles.values())
    assert strip._own["whistle"].accessibleDescription() == "0/3"
    assert stage.selection == main.no


def test_that_the_strip_is_called_by_whose_figures_it_shows(window, stage):
    pane = window.panes[Screen.FIGURES]
    assert "今日指标" in pane.windowTitle()
    focus_of(stage).enter(next(iter(stage.picture.cases.values())))
    assert pane.windowTitle() == "聚焦案卷的数字  F7"
    focus_of(stage).leave()
    assert pane.windowTitle() == "今日指标  F7"


def test_that_leaving_the_focus_restores_everything(qtbot, window, stage):
    queue, map_ = content(window, Screen.QUEUE), content(window, Screen.MAP)
    queue.choose_tab(Tab.ALL)
    queue.open_filter()
    queue._filter.setText("网格")
    view = queue._view
    view.setFocus()
    qtbot.waitUntil(lambda: len(listed(window)) > 30)
    number = listed(window)[20]
    stage.select(number)
    view.verticalScrollBar().setValue(12)
    map_._canvas.show_at(300.0, 200.0, 0.08)
    map_._canvas.settle()
    looked_at = content(window, Screen.ALERTS).current

    def state():
        return (
            listed(window),
            view.verticalScrollBar().value(),
            queue._filter.text(),
            queue._filtering.isVisible(),
            queue._strip.isVisible(),
            queue.remembered(),
            map_._canvas.view(),
            map_.remembered(),
            stage.selection,
            sorted(content(window, Screen.WHISTLES)._roll.numbers),
            content(window, Screen.ALERTS).current == looked_at,
            {key: tile.isVisible() for key, tile in content(window, Screen.FIGURES)._tiles.items()},
        )

    before = state()
    qtbot.keyClick(view, Qt.Key.Key_F, Qt.KeyboardModifier.ShiftModifier)
    assert focus_of(stage).number == number
    assert listed(window) == [number]
    assert state() != before
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert focus_of(stage).number == ""
    qtbot.waitUntil(lambda: state() == before)
    assert len(before[0]) < WINDOW


def test_that_what_comes_meanwhile_is_there_afterwards_and_critical_ones_are_told(
    qtbot, window, stage, samples
):
    queue = content(window, Screen.QUEUE)
    queue.choose_tab(Tab.ALL)
    qtbot.waitUntil(lambda: len(listed(window)) > 30)
    stage.select(listed(window)[3])
    window.actions_table.trigger("focus")
    assert len(listed(window)) == 1
    case = samples.case(901, urgency=Urgency.CRITICAL, age=timedelta())
    say(qtbot, stage, Delta(cases=(case,)))
    qtbot.waitUntil(lambda: focus_of(stage).urgent == {case.no})
    qtbot.waitUntil(lambda: not queue._touched)
    assert case.no not in listed(window)
    assert any(
        "1 件特急新到" in it.text() for it in window.findChildren(type(window.banner._words))
    )
    window.actions_table.trigger("focus")
    assert case.no in listed(window)


def test_that_choosing_a_tab_or_another_person_ends_the_focus(window, stage, samples):
    stage.select(listed(window)[0])
    window.actions_table.trigger("focus")
    window.actions_table.press("Ctrl+8")
    assert focus_of(stage).number == ""
    assert len(listed(window)) > 30
    window.actions_table.trigger("focus")
    stage.sign_on(samples.operator("inspector"))
    assert focus_of(stage).number == ""


def test_that_the_case_in_focus_stays_there_when_it_is_settled(qtbot, window, stage, samples):
    stage.select(listed(window)[0])
    window.actions_table.trigger("focus")
    case = focus_of(stage).case
    gone = samples.replace(case, state=State.REJECTED, version=case.version + 1)
    say(qtbot, stage, Delta(cases=(gone,)))
    qtbot.waitUntil(lambda: focus_of(stage).case == gone)
    assert listed(window) == [case.no]
    window.leave()
    qtbot.waitUntil(lambda: case.no not in listed(window))
