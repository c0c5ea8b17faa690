"""The part of a helping body: which step may follow which."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.domain import subtask
from commandcenter.domain.errors import Refusal
from commandcenter.domain.subtask import SETTLED, SUB_LOOP, SubState, SubStep, SubTask

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
SAID = {"reason": "非我职责", "duty_item": "JB-001", "who": "小李", "words": "好"}
FRESH = SubTask(body="police", since=NOON, dispatched_at=NOON)


@pytest.mark.parametrize("state", SubState)
@pytest.mark.parametrize("step", SubStep)
def test_that_a_step_is_taken_just_where_the_loop_has_it(state, step):
    task = SubTask(body="police", state=state, since=NOON, dispatched_at=NOON)
    if (state, step) in SUB_LOOP:
        subtask.check(task, step, SAID)
        assert subtask.moved(task, step, NOON, SAID).state is SUB_LOOP[state, step]
    else:
        with pytest.raises(Refusal, match="illegal_sub_step"):
            subtask.check(task, step, SAID)


@pytest.mark.parametrize(
    ("step", "missing"),
    [(SubStep.RETURN, "reason"), (SubStep.RETURN, "duty_item"), (SubStep.WAIVE, "reason")],
)
def test_that_who_gives_back_or_does_without_says_why(step, missing):
    with pytest.raises(Refusal) as caught:
        subtask.check(FRESH, step, SAID | {missing: ""})
    assert caught.value.facts["field"] == missing


@given(st.lists(st.sampled_from(SubStep), max_size=12))
def test_that_whatever_is_said_a_part_is_settled_just_in_the_settled_states(steps):
    task = FRESH
    for count, step in enumerate(steps):
        if (task.state, step) in SUB_LOOP:
            task = subtask.moved(task, step, NOON + timedelta(minutes=count), SAID)
    assert task.is_settled == (task.state in SETTLED)
    assert (task.done_at is not None) == (task.state is SubState.DONE)
