"""The case panel says what a case wants of whoever is at the seat, and which step comes first."""

import pytest

from commandcenter.application.needs import Need
from commandcenter.domain.roster import Operator, Role
from ui import wants
from ui.actions import ACTIONS
from ui.case.screen import CaseScreen
from ui.queue.board import Board
from widgets.dress import Kind


@pytest.fixture
def panel(qtbot, stage):
    made = CaseScreen(stage)
    qtbot.addWidget(made)
    made.resize(640, 900)
    made.show()
    return made


def first(panel):
    steps = panel._steps
    return [
        id_
        for id_, button in steps._buttons.items()
        if not button.isHidden() and steps._worn.get(id_) is Kind.PRIMARY
    ]


def test_that_every_need_has_words_and_its_step_is_an_action():
    assert wants.WORDS.keys() == set(Need)
    assert {step for need in Need if (step := wants.step_for(need))} <= ACTIONS.keys()


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.SHIFT_SUPERVISOR])
def test_that_what_the_queue_lists_a_case_for_stands_in_the_panel_and_leads_its_steps(
    panel, stage, role
):
    stage.sign_on(Operator(id="x", name="某", role=role))
    board = Board(stage.picture, stage.hall, stage.operator)
    board.begin(stage.now())
    told = set()
    for row in board.rows.values():
        step = wants.step_for(row.need)
        if step:
            stage.select(row.case.no)
            assert wants.WORDS[row.need][0] in panel._pinned.text()
            assert first(panel) == [step]
            told.add(row.need)
    assert Need.DUE_SOON in told


def test_that_nothing_is_said_of_a_step_that_says_it_itself(panel, stage, samples):
    case = next(it for it in stage.picture.cases.values() if not it.leader_notes)
    for it in stage.picture.cases.values():
        if wants.need_at(stage, it) is Need.UNCLAIMED and not it.leader_notes:
            case = it
    stage.select(case.no)
    assert panel._pinned.isHidden()
