"""Under the open cases of the tab 全部 stand the settled ones, read page by page as one scrolls."""

import pytest

from commandcenter.application.changes import Delta
from commandcenter.application.picture import Tab
from commandcenter.application.questions import CaseCount, Cases
from commandcenter.domain.case import SETTLED, Outcome, State
from ui.queue import settled
from ui.queue.screen import QueueScreen


@pytest.fixture
def many(desk, samples):
    """120 settled cases in the store, newest first."""
    found = [
        samples.case(60_000 + n, title=f"已结 {n}", state=State.CLOSED, outcome=Outcome.SOLVED)
        for n in range(120)
    ]

    def page(question):
        assert question.states == SETTLED
        fitting = [it for it in found if question.text in it.title]
        start = 1 + next((at for at, it in enumerate(fitting) if it.no == question.after), -1)
        return tuple(fitting[start : start + question.limit])

    desk.answers[Cases] = page
    desk.answers[CaseCount] = lambda question: len(
        [it for it in found if question.of.text in it.title]
    )
    return found


@pytest.fixture
def queue(qtbot, stage, many):
    screen = QueueScreen(stage)
    qtbot.addWidget(screen)
    screen.resize(760, 600)
    screen.show()
    screen.choose_tab(Tab.ALL)
    qtbot.waitUntil(lambda: screen._settled.count is not None)
    return screen


def titles(queue):
    model = queue._model
    shown = [model.row(model.index(at, 0)).case for at in range(model.rowCount())]
    return [it.title for it in shown if not it.is_open]


def to_the_end(queue):
    bar = queue._view.verticalScrollBar()
    bar.setValue(bar.maximum())


def test_that_scrolling_to_the_end_reads_the_next_page(qtbot, queue, stage, many):
    expected = [it.title for it in many]
    qtbot.waitUntil(lambda: titles(queue) == expected[: settled.PAGE])
    assert f"{len(stage.picture.cases)} 件" in queue._more.text()
    assert "120 件" in queue._more.text()
    to_the_end(queue)
    qtbot.waitUntil(lambda: titles(queue) == expected[: 2 * settled.PAGE])
    queue._view.scrollToTop()
    to_the_end(queue)
    qtbot.waitUntil(lambda: titles(queue) == expected)
    open_cases = queue._model.rowCount() - len(many)
    assert open_cases == len(stage.picture.cases)


def test_that_a_settled_case_can_be_chosen_and_is_never_asked_for_in_other_tabs(
    qtbot, queue, stage, desk, many
):
    qtbot.waitUntil(lambda: titles(queue) != [])
    queue._view.setCurrentIndex(queue._model.index_of(many[3].no))
    assert stage.selection == many[3].no
    queue.choose_tab(Tab.HANDLING)
    desk.asked.clear()
    to_the_end(queue)
    assert titles(queue) == []
    assert desk.asked == []


def test_that_the_filter_looks_into_the_store_once_typing_rests(qtbot, queue, desk, many):
    queue.open_filter()
    desk.asked.clear()
    for typed in ("已", "已结", "已结 11"):
        queue._filter.setText(typed)
    qtbot.waitUntil(lambda: len(titles(queue)) == 11)
    assert {it.text for it in desk.asked if isinstance(it, Cases)} == {"已结 11"}
    queue._filter.clear()
    qtbot.waitUntil(lambda: len(titles(queue)) == settled.PAGE)


def test_that_a_case_opened_again_stands_among_the_open_ones_only(
    qtbot, queue, stage, desk, samples, many
):
    qtbot.waitUntil(lambda: titles(queue) != [])
    again = samples.case(60_000, title="又开", version=99)
    with qtbot.waitSignal(stage.changed):
        desk.say(Delta(cases=(again,)))
    qtbot.waitUntil(lambda: "已结 0" not in titles(queue))
    assert queue._model.index_of(again.no).isValid()
    counting = queue._counting
    qtbot.waitUntil(lambda: not (queue._touched or counting._asked))
