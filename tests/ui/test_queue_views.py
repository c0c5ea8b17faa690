"""Saved views of the queue: made, changed and deleted by keyboard, kept, counted exactly."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from commandcenter.application.changes import Delta
from commandcenter.application.picture import Picture, Tab
from commandcenter.domain.catalogue import Urgency
from ui.actions import actions_of
from ui.queue.board import Board
from ui.queue.columns import heading, rule_of, why_here
from ui.queue.screen import QueueScreen
from ui.queue.sorting import SORTS
from ui.queue.views import MOST, Sieve, View, ViewCounts, as_plain, from_plain, split


@pytest.fixture
def queue(qtbot, stage):
    screen = QueueScreen(stage)
    qtbot.addWidget(screen)
    screen.resize(900, 700)
    screen.show()
    return screen


def shown(queue):
    return [queue._model.row(queue._model.index(at, 0)) for at in range(queue._model.rowCount())]


def count(queue, view):
    return queue._tabs.segment(f"view {view}").accessibleDescription()


def save(queue, name, words="", tab=Tab.ALL):
    queue.choose_tab(tab)
    queue.open_filter()
    queue._filter.setText(words)
    queue.open_view_form()
    queue._form.name.setText(name)
    QTest.keyClick(queue._form.name, Qt.Key.Key_Return)


def test_that_a_view_is_made_changed_and_deleted_by_keyboard(qtbot, stage, queue):
    told = []
    stage.told.connect(told.append)
    queue.choose_tab(Tab.ALL)
    queue.open_filter()
    queue._filter.setText("特急")
    actions_of(stage).press("Ctrl+S")
    form = queue._form
    assert form.isVisible()
    assert form.name.hasFocus()
    form.name.setText("特急件")
    form.sort.setCurrentIndex(form.sort.findData("newest"))
    QTest.keyClick(form.name, Qt.Key.Key_Return)
    assert not form.isVisible()
    qtbot.waitUntil(lambda: count(queue, "特急件") == str(len(shown(queue))))
    rows = shown(queue)
    assert rows
    assert {row.case.urgency for row in rows} == {Urgency.CRITICAL}
    received = [row.case.received_at for row in rows]
    assert received == sorted(received, reverse=True)
    assert "新到的在前" in heading(0, queue._reader)

    queue.choose_tab(Tab.MINE)
    assert queue._filter.text() == ""
    assert heading(0, queue._reader) == "事件"
    actions_of(stage).press("Ctrl+9")
    assert queue.remembered()["view"] == "特急件"
    actions_of(stage).press("Ctrl+S")
    form.name.setText("最急的")
    QTest.keyClick(form.sort, Qt.Key.Key_Return)
    assert [it["name"] for it in queue.remembered()["views"]] == ["最急的"]
    actions_of(stage).press("Ctrl+S")
    form.delete.setFocus()
    QTest.keyClick(form.delete, Qt.Key.Key_Return)
    assert queue.remembered()["views"] == []
    assert queue.remembered()["tab"] == Tab.ALL
    assert told == [
        "视图「特急件」已保存，按 Ctrl+9 切换",
        "视图「最急的」已更新",
        "视图「最急的」已删除",
    ]


def test_that_escape_leaves_the_form_and_nothing_is_saved(queue):
    queue.open_view_form()
    queue._form.name.setText("不要")
    QTest.keyClick(queue._form.name, Qt.Key.Key_Escape)
    assert not queue._form.isVisible()
    assert queue.remembered()["views"] == []


def test_that_a_view_has_a_name_and_no_two_have_the_same(queue):
    save(queue, "夜间", "井盖")
    queue.choose_tab(Tab.ALL)
    queue.open_view_form()
    for name, fault in (("  ", "请给视图起个名字。"), ("夜间", "已有视图叫「夜间」。")):
        queue._form.name.setText(name)
        QTest.keyClick(queue._form.name, Qt.Key.Key_Return)
        assert queue._form._fault.text() == fault
    assert len(queue.remembered()["views"]) == 1


def test_that_there_is_an_end_to_views(stage, queue):
    refused = []
    stage.refused.connect(refused.append)
    for number in range(MOST + 1):
        save(queue, f"视图{number}")
    assert len(queue.remembered()["views"]) == MOST
    assert refused == [f"最多 {MOST} 个视图，请先删除一个"]


def test_that_views_are_kept_with_the_layout_and_damaged_ones_are_left_out(qtbot, stage, queue):
    save(queue, "井盖", "井盖 夜")
    save(queue, "超时", tab=Tab.OVERDUE)
    kept = queue.remembered()
    other = QueueScreen(stage)
    qtbot.addWidget(other)
    other.recall(kept)
    assert other.remembered() == kept
    assert other._view_open.name == "超时"
    other.recall({})  # of a role that has kept nothing
    assert other.remembered()["views"] == []
    assert other.remembered()["tab"] == Tab.MINE
    good = as_plain([View(name="好", tab=Tab.ALL)])
    bad = [7, {"name": ""}, {"name": "x", "tab": "no"}, {"name": "y", "tab": "all", "sort": "no"}]
    assert as_plain(from_plain([*bad, *good, *good])) == good
    assert from_plain("x") == []


@given(kept=st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=9))
def test_that_nothing_kept_is_trusted(kept):
    assert from_plain(kept) == []
    assert from_plain([{"name": kept, "tab": kept, "words": kept, "sort": "worst"}]) == []


@pytest.fixture
def board(samples):
    picture = Picture()
    picture.begin(samples.work(40))
    made = Board(picture, samples.hall(), samples.operator())
    made.begin(samples.NOW)
    made.picture = picture
    return made


VIEWS = (
    View(name="a", tab=Tab.ALL, words="特急"),
    View(name="b", tab=Tab.HANDLING, words="网格"),
    View(name="c", tab=Tab.MINE),
    View(name="d", tab=Tab.ALL, words="没有这样的"),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.integers(0, 60), st.sampled_from(Urgency)), max_size=30))
def test_that_counts_kept_case_by_case_are_those_of_a_full_count(board, samples, moves):
    sieve = Sieve(samples.hall(), "zh")
    counts = ViewCounts(sieve)
    counts.begin(VIEWS, board.rows)
    for number, urgency in moves:
        case = samples.case(number, urgency=urgency)
        known = board.picture.cases.get(case.no)
        case = samples.replace(case, version=known.version + 1 if known else 1)
        delta = Delta(cases=(case,))
        board.picture.apply(delta)
        counts.look(board.take_in([delta], samples.NOW), board.rows)
        counts.read_on(board.rows)
    while counts.is_reading:
        counts.read_on(board.rows)
    for view in VIEWS:
        fresh = Sieve(samples.hall(), "zh")
        full = sum(fresh.lets(row, view.tab, split(view.words)) for row in board.rows.values())
        assert counts.count(view, board.counts) == full


@pytest.mark.parametrize("sort", SORTS)
def test_that_every_order_is_explained_and_holds(queue, sort):
    queue.choose_tab(Tab.ALL)
    actions_of(queue._stage).trigger(f"sort_{sort}")
    rows = shown(queue)
    assert rows == sorted(rows, key=SORTS[sort].of)
    for lang in ("zh", "en"):
        assert SORTS[sort].rule[lang == "en"] in rule_of(sort, lang)
        queue._reader.lang = lang
        assert why_here(rows[0], queue._reader).count("\n") >= 1
    queue._reader.lang = "zh"
    queue.choose_tab(Tab.MINE)
    assert queue._reader.sort == "worst"


def test_that_a_case_goes_to_its_place_in_any_order(qtbot, stage, queue, samples):
    queue.choose_tab(Tab.ALL)
    queue._set_sort("newest")
    case = samples.case(300, age=timedelta())
    with qtbot.waitSignal(stage.changed):
        stage.seat.desk.say(Delta(cases=(case,)))
    qtbot.waitUntil(lambda: shown(queue)[0].case.no == case.no)
