"""Every row of the case loop (domain.md 2) can be taken on the screen by somebody of the hall."""

import pytest
from PySide6.QtWidgets import QPushButton

from commandcenter.application.commands import Report
from commandcenter.domain.case import LOOP, State, Step
from commandcenter.domain.roster import Operator, Role
from commandcenter.domain.transfer import Transfer, TransferStatus
from commandcenter.domain.words import word
from ui.actions import ACTIONS, key_beside, key_text
from ui.case.screen import _AT_ONCE
from ui.case.steps import StepButtons
from ui.forms.field import subject_of
from ui.forms.gate_forms import FORMS

BY_TIME = {Step.COME_BACK}
AS_A_RETURN = {Step.HELP: Step.RETURN}
"""What a body says as the one becomes the other where its duty item says that it helps."""
SAID_AS = {
    Step.ACCEPT: "accepted",
    Step.START: "handling",
    Step.MILESTONE: "milestone",
    Step.RESULT: "result",
    Step.RETURN: "returned",
    Step.VERIFIED: "exists",
}
ROWS = sorted((state, step) for state, step in LOOP if step not in BY_TIME)


@pytest.fixture
def buttons(qtbot, stage):
    made = StepButtons(stage)
    qtbot.addWidget(made)
    return made


def a_case(samples, state, step=None):
    """A case of a class with milestones; one to be closed as transferred was taken over."""
    number = next(n for n in range(40) if samples.case(n, state=State.HANDLING).stops)
    case = samples.case(number, state=state)
    if step is not Step.TRANSFER:
        return case
    taken = Transfer(
        no="YS1",
        to="police",
        reason="涉嫌诈骗",
        at=case.since,
        by="dispatcher",
        receipt_by=case.since,
        status=TransferStatus.ACCEPTED,
        since=case.since,
    )
    return samples.replace(case, transfers=(taken,))


def shown(buttons, stage, case, role):
    """Return what a person of a role is offered, each as a button or in the menu of the rest."""
    stage.operator = Operator(id="x", name="某", role=role)
    buttons.show_case(case)
    seen = {id_ for id_, button in buttons._buttons.items() if button.isVisibleTo(buttons)}
    rest = {entry.text() for entry in buttons.rest().actions()}
    assert {words_in_menu(buttons, id_) for id_ in buttons.offered if id_ not in seen} == rest
    return set(buttons.offered)


def words_in_menu(buttons, id_):
    words, keyed = buttons._said[id_]
    return key_beside(words, ACTIONS[id_].key if keyed else "")


@pytest.mark.parametrize(("state", "step"), ROWS, ids=lambda it: it.value)
def test_that_every_row_has_a_button_whose_form_takes_the_step(
    buttons, stage, samples, state, step
):
    case, wanted = a_case(samples, state, step), AS_A_RETURN.get(step, step)
    found = [
        (ACTIONS[id_], role)
        for role in Role
        for id_ in shown(buttons, stage, case, role)
        if wanted in ACTIONS[id_].steps
    ]
    assert found, f"nobody can take {word(step)} from {word(state)}"
    for action, role in found:
        stage.operator = Operator(id="x", name="某", role=role)
        form = FORMS.get(action.id) or _AT_ONCE.get(action.id)
        if form is None:
            assert action.id == "merge_likeliest"  # which has the suggestion for its answer
            continue
        if form.command is not Report:
            continue
        subject = subject_of(stage, case=case)
        offered = next((it for it in form.fields if it.key == "status"), None)
        said = (
            {form.given["status"]}
            if offered is None
            else {it.value for it in offered.choices(subject, {})}
        )
        assert SAID_AS[wanted] in said


@pytest.mark.parametrize("state", State, ids=lambda it: it.value)
def test_that_a_button_bears_its_key_or_can_be_found_by_initials(buttons, stage, samples, state):
    case = a_case(samples, state)
    for role in Role:
        keys = set()
        for id_ in shown(buttons, stage, case, role):
            action, button = ACTIONS[id_], buttons._buttons[id_]
            assert isinstance(button, QPushButton)
            assert action.initials
            if action.key and action.key not in keys and key_text(action.key) in button.text():
                keys.add(action.key)
        wanted = {ACTIONS[id_].key for id_ in shown(buttons, stage, case, role)} - {""}
        assert keys == wanted
