"""One thing about who reported, on the screen: for half a minute, watermarked, then gone."""

from datetime import timedelta

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from commandcenter.application import commands as c
from commandcenter.application.perform import Outcome
from commandcenter.domain import case as cases
from commandcenter.domain.case import State
from commandcenter.domain.report import Personal, Reporter
from ui.actions import actions_of
from ui.case.revealed import Revealed
from ui.case.screen import CaseScreen

PHONE = "13912345678"


@pytest.fixture
def case(samples):
    return samples.case(3, state=State.HANDLING)


@pytest.fixture
def desk(samples, case):
    return samples.SampleDesk(samples.replace(samples.work(0, alerts_number=0), cases=(case,)))


@pytest.fixture
def screen(qtbot, stage, case):
    made = CaseScreen(stage)
    qtbot.addWidget(made)
    made.resize(520, 800)
    made.show()
    stage.select(case.no)
    return made


@pytest.fixture
def shown(screen, stage, desk, case, samples):
    """The screen while it shows a telephone that was just asked for."""
    data = {"field": "phone", "reason": "回访"}
    _case, fact = cases.noted(case, "revealed", at=samples.NOW, actor="dispatcher", data=data)
    desk.outcomes["reveal"] = Outcome(case=case, facts=(fact,), reporters=(Reporter(phone=PHONE),))
    actions_of(stage).trigger("reveal")
    screen.forms.panel.enter(reason="回访")
    screen.forms.panel.send()
    return screen


def seen(widget):
    texts = [it.text() for it in widget.findChildren(QLabel)]
    told = [it.accessibleDescription() for it in widget.findChildren(QWidget)]
    return "\n".join(texts + told)


def test_that_the_form_asks_for_one_thing_and_a_reason(shown, stage, qtbot):
    qtbot.waitUntil(lambda: shown._revealed.is_on)
    order, _who = stage.seat.desk.submitted[-1]
    assert order == c.Reveal(
        case=order.case, version=order.version, field=Personal.PHONE, reason="回访", seat="一号席"
    )


def test_that_what_is_shown_bears_who_looks_where_and_when(shown, stage, qtbot):
    qtbot.waitUntil(lambda: shown._revealed.is_on)
    assert PHONE in seen(shown)
    assert shown._revealed._text.mark == f"{stage.operator.name} · 一号席 · 2026-11-18 14:30:00"


@pytest.mark.parametrize("leave", ["select", "operator", "hide", "button"])
def test_that_it_goes_at_once_when_something_else_is_looked_at(shown, stage, samples, qtbot, leave):
    qtbot.waitUntil(lambda: shown._revealed.is_on)
    match leave:
        case "select":
            stage.select("")
        case "operator":
            stage.sign_on(samples.operator(samples.LEADER))
        case "hide":
            shown.hide()
        case "button":
            shown._revealed.end()
    assert not shown._revealed.is_on
    assert PHONE not in seen(shown)


def test_that_it_goes_when_the_halls_clock_says_so_even_if_the_machine_slept(
    shown, stage, clock, qtbot
):
    qtbot.waitUntil(lambda: shown._revealed.is_on)
    stage.ticked.emit(stage.now() + timedelta(seconds=29))
    assert shown._revealed.is_on
    stage.ticked.emit(stage.now() + timedelta(seconds=30))
    assert not shown._revealed.is_on
    assert PHONE not in seen(shown)


def test_that_it_goes_by_itself_though_another_window_is_in_front(qtbot, stage, case):
    box = Revealed(stage, shown_for=timedelta(milliseconds=300))
    other = QWidget()
    qtbot.addWidget(box)
    qtbot.addWidget(other)
    box.show_reporter(case.no, Reporter(phone=PHONE), Personal.PHONE)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: not box.is_on)
    assert box.isHidden()
    assert PHONE not in seen(box)


def test_that_what_comes_late_for_another_case_is_not_shown(screen, stage, desk, case, samples):
    desk.held = []
    actions_of(stage).trigger("reveal")
    screen.forms.panel.enter(reason="回访")
    screen.forms.panel.send()
    stage.select("")
    data = {"field": "phone", "reason": "回访"}
    _case, fact = cases.noted(case, "revealed", at=samples.NOW, actor="dispatcher", data=data)
    screen._on_done(Outcome(case=case, facts=(fact,), reporters=(Reporter(phone=PHONE),)))
    assert not screen._revealed.is_on


def test_that_who_may_not_see_is_offered_no_button(screen, stage, samples):
    assert not screen._reveal.isHidden()
    stage.sign_on(samples.replace(samples.operator(), role="handler"))
    screen._show()
    assert screen._reveal.isHidden()
