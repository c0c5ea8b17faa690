"""The queue as a person meets it: tabs, filter, selection, arrivals, the clipboard."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from typing_extensions import override

from commandcenter.application import commands as c
from commandcenter.application.changes import Delta
from commandcenter.application.needs import Need
from commandcenter.application.picture import Tab
from commandcenter.domain.case import State
from commandcenter.domain.catalogue import Urgency
from ui.actions import actions_of
from ui.queue import ranking
from ui.queue.screen import QueueScreen


@pytest.fixture
def queue(qtbot, stage):
    screen = QueueScreen(stage)
    qtbot.addWidget(screen)
    screen.resize(760, 600)
    screen.show()
    screen.choose_tab(Tab.ALL)
    return screen


@pytest.fixture
def say(qtbot, desk, stage, queue):
    """Tell the screens of something and wait until the queue has taken it in."""

    def said(*cases):
        with qtbot.waitSignal(stage.changed):
            desk.say(Delta(cases=cases))
        inbox, counting = stage._bridge._inbox, queue._counting
        qtbot.waitUntil(lambda: not (inbox or queue._touched or counting._asked))

    return said


def numbers(queue):
    model = queue._model
    return [model.row(model.index(at, 0)).case.no for at in range(model.rowCount())]


def enter(view):
    spot = QPointF(40, 120)
    view.enterEvent(QEnterEvent(spot, spot, QPointF(view.mapToGlobal(spot.toPoint()))))


def leave(view):
    view.leaveEvent(QEvent(QEvent.Type.Leave))


def count_of(queue, tab):
    return queue._tabs._buttons[tab]._count


def test_that_a_seat_begins_with_what_waits_for_it(qtbot, stage):
    screen = QueueScreen(stage)
    qtbot.addWidget(screen)
    rows = [screen._model.row(screen._model.index(at, 0)) for at in range(14)]
    assert screen.remembered()["tab"] == Tab.MINE
    assert {row.need for row in rows} >= {Need.UNCLAIMED, Need.DUE_SOON}
    assert all(row.need is not None for row in rows)


def test_that_the_key_that_sent_a_form_opens_no_case_while_it_is_still_held(queue, stage):
    opened = []
    actions_of(stage).on("panel_case", lambda: opened.append(stage.selection))
    queue._view.setFocus()
    QTest.keyClick(queue._view, Qt.Key.Key_Down)
    QTest.keyClick(queue._view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    repeat = QKeyEvent(
        QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", autorep=True
    )
    QApplication.sendEvent(queue._view, repeat)
    assert opened == []
    QTest.keyClick(queue._view, Qt.Key.Key_Return)
    assert opened == [stage.selection]


def test_that_every_tab_shows_as_many_cases_as_its_counter_says(queue):
    for tab in Tab:
        queue.choose_tab(tab)
        assert len(numbers(queue)) == int(count_of(queue, tab))


def test_that_counters_follow_what_happens(queue, samples, say):
    before = int(count_of(queue, Tab.TO_ACCEPT))
    say(*(samples.case(n) for n in range(300, 307)))
    assert int(count_of(queue, Tab.TO_ACCEPT)) == before + 7


def test_that_selecting_a_row_selects_the_case_everywhere_and_back(queue, stage):
    queue._view.selectRow(3)
    assert stage.selection == numbers(queue)[3]
    stage.select(numbers(queue)[8])
    assert queue._view.currentIndex().row() == 8


def test_that_a_selected_case_that_worse_ones_push_out_does_not_take_the_list_along(
    queue, samples, say, stage, monkeypatch
):
    monkeypatch.setattr(ranking, "WINDOW", 20)
    queue.choose_tab(Tab.MINE)
    queue.choose_tab(Tab.ALL)
    queue._view.selectRow(2)
    for first in (500, 516):
        say(*(samples.case(n, urgency=Urgency.CRITICAL) for n in range(first, first + 16)))
    assert stage.selection not in numbers(queue)
    assert not queue._view.selectionModel().hasSelection()
    assert not queue._view.reading
    assert queue._view.verticalScrollBar().value() == 0


def test_that_the_keyboard_goes_on_from_where_the_selected_case_has_left(queue, samples, say):
    queue._view.selectRow(4)
    row = queue._model.row(queue._view.currentIndex())
    say(samples.replace(row.case, state=State.REJECTED, version=row.case.version + 1))
    assert row.case.no not in numbers(queue)
    assert queue._view.currentIndex().row() == 4
    assert not queue._view.selectionModel().hasSelection()
    QTest.keyClick(queue._view, Qt.Key.Key_Down)
    assert queue._view.selectionModel().selectedRows()[0].row() == 4  # and skips no case


def test_that_an_arrow_takes_the_case_that_has_come_in_the_place_of_the_one_that_left(
    qtbot, queue, samples, say, stage
):
    queue._view.selectRow(4)
    case, following = queue._model.row(queue._view.currentIndex()).case, numbers(queue)[5]
    say(samples.replace(case, state=State.REJECTED, version=case.version + 1))
    assert stage.selection == case.no
    qtbot.keyClick(queue._view, Qt.Key.Key_Down)
    assert stage.selection == following
    assert queue._view.selectionModel().isRowSelected(4)


@pytest.mark.parametrize("key", [Qt.Key.Key_Down, Qt.Key.Key_Up])
def test_that_the_first_arrow_takes_the_first_case(qtbot, queue, stage, key):
    for tab in (Tab.ALL, Tab.TO_CHECK):
        queue.choose_tab(tab)
        stage.select("")
        queue.setFocus()
        qtbot.keyClick(queue._view, key)
        assert stage.selection == numbers(queue)[0]


def test_that_the_only_case_of_a_tab_can_be_taken_by_an_arrow(qtbot, queue, samples, stage):
    queue._view.selectRow(0)
    queue._filter.setText(numbers(queue)[-1])
    assert len(numbers(queue)) == 1
    qtbot.keyClick(queue._view, Qt.Key.Key_Down)
    assert stage.selection == numbers(queue)[0]


def test_that_the_list_has_the_keyboard_again_once_it_is_no_longer_empty(
    qtbot, queue, samples, say, stage
):
    queue.activateWindow()
    qtbot.waitUntil(queue.isActiveWindow)
    queue.choose_tab(Tab.TO_DISPATCH)
    queue.setFocus()
    for _ in range(len(numbers(queue))):
        case = queue._model.row(queue._model.index(0, 0)).case
        say(samples.replace(case, state=State.REJECTED, version=case.version + 1))
    assert numbers(queue) == []
    assert queue.isAncestorOf(QApplication.focusWidget()) or queue.hasFocus()
    filed = samples.case(900, state=State.FILED)
    say(filed)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert stage.selection == filed.no


def test_that_arrivals_enter_by_themselves_while_nobody_reads(queue, samples, say):
    case = samples.case(400, urgency=Urgency.URGENT)
    say(case)
    assert case.no in numbers(queue)
    assert not queue._pill.isVisible()


def test_that_arrivals_wait_in_the_pill_while_the_pointer_is_over_the_list(queue, samples, say):
    enter(queue._view)
    before = numbers(queue)
    say(*(samples.case(n, urgency=Urgency.URGENT) for n in range(400, 412)))
    assert numbers(queue) == before
    assert queue._pill.isVisible()
    assert queue._pill.text() == "↑ 12 条新事件"
    leave(queue._view)
    assert len(numbers(queue)) == len(before) + 12
    assert not queue._pill.isVisible()


def test_that_the_pill_covers_neither_a_case_nor_the_word_of_a_heading(queue, samples, say):
    enter(queue._view)
    say(*(samples.case(n, urgency=Urgency.CRITICAL) for n in range(400, 412)))
    queue.resize(622, 520)
    QApplication.processEvents()
    header, pill = queue._view.horizontalHeader(), queue._pill
    assert pill.isVisible()
    assert pill.geometry().bottom() <= header.geometry().bottom()
    for column in range(header.count()):
        words = str(queue._view.model().headerData(column, Qt.Orientation.Horizontal) or "")
        start = header.x() + header.sectionViewportPosition(column)
        end = start + header.fontMetrics().horizontalAdvance(words) + 8
        assert not (start < pill.geometry().right() and pill.x() < end), words


def test_that_the_pill_lets_arrivals_in_at_once(qtbot, queue, samples, say):
    enter(queue._view)
    case = samples.case(400, urgency=Urgency.URGENT)
    say(case)
    qtbot.mouseClick(queue._pill, Qt.MouseButton.LeftButton)
    assert case.no in numbers(queue)
    assert queue._view.verticalScrollBar().value() == 0


def test_that_a_scrolled_list_stands_still_and_a_critical_case_scrolls_no_row_away(
    queue, samples, say
):
    view = queue._view
    view.verticalScrollBar().setValue(333)
    top = view.indexAt(view.viewport().rect().topLeft())
    number, height = queue._model.row(top).case.no, view.rowViewportPosition(top.row())
    critical = samples.case(500, urgency=Urgency.CRITICAL)
    say(critical, samples.case(501, urgency=Urgency.URGENT))
    assert critical.no in numbers(queue)
    index = queue._model.index_of(number)
    assert view.rowViewportPosition(index.row()) == height
    assert "1 条特急" in queue._pill.text()
    assert "1 条新事件" in queue._pill.text()


def test_that_selection_and_scroll_stay_through_five_thousand_arrivals(queue, samples, say, stage):
    view = queue._view
    view.selectRow(9)
    chosen = stage.selection
    view.verticalScrollBar().setValue(200)
    made = [samples.case(n, urgency=Urgency.URGENT) for n in range(1000, 1100)]
    for batch in range(50):
        say(*(samples.replace(case, no=f"{case.no}-{batch}", version=1 + batch) for case in made))
    assert stage.selection == chosen
    assert queue._model.row(view.currentIndex()).case.no == chosen
    assert view.verticalScrollBar().value() == 200
    assert len(queue._ranking.held) == 5000


def test_that_a_selected_case_that_sinks_out_of_sight_does_not_take_the_list_with_it(
    queue, samples, say, stage
):
    queue._view.selectRow(0)
    chosen = stage.selection
    say(*(samples.case(n, urgency=Urgency.CRITICAL) for n in range(1000, 1500)))
    assert queue._model.row(queue._view.currentIndex()).case.no == chosen
    assert queue._view.currentIndex().row() > 400
    assert not queue._view.reading
    assert not queue._pill.isVisible()


def test_that_a_case_that_leaves_under_the_pointer_stays_as_a_faint_row(queue, samples, say):
    enter(queue._view)
    queue.choose_tab(Tab.TO_DISPATCH)
    before = numbers(queue)
    case = queue._model.row(queue._model.index(0, 0)).case
    say(
        samples.step(
            case, samples.Step.DISPATCH, body="police", due_at=samples.NOW + timedelta(days=1)
        )
    )
    assert numbers(queue) == before
    assert queue._ranking.gone == {case.no}
    leave(queue._view)
    assert numbers(queue) == before[1:]


def test_that_a_faint_row_of_a_case_that_is_settled_says_so(queue, samples, say):
    enter(queue._view)
    queue.choose_tab(Tab.TO_ACCEPT)
    case = queue._model.row(queue._model.index(0, 0)).case
    rejected = samples.replace(case, version=case.version + 1, state=State.REJECTED)
    say(rejected)
    row = queue._model.row(queue._model.index(0, 0))
    assert queue._model.is_faint(row)
    assert (row.case, row.timer) == (rejected, None)


def test_that_what_leaves_the_list_does_not_take_the_selection_to_another_case(
    queue, samples, say, stage
):
    queue.choose_tab(Tab.TO_DISPATCH)
    queue._view.selectRow(0)
    chosen = stage.selection
    case = queue._model.row(queue._model.index(0, 0)).case
    say(
        samples.step(
            case, samples.Step.DISPATCH, body="police", due_at=samples.NOW + timedelta(days=1)
        )
    )
    assert stage.selection == chosen
    assert queue._view.selectionModel().selectedRows() == []


def test_that_the_filter_finds_by_words_number_and_place_and_esc_clears_it(qtbot, queue):
    all_of_them = numbers(queue)
    actions_of(queue._stage).trigger("find")
    queue._filter.setText("井盖")
    found = numbers(queue)
    assert found
    assert len(found) < len(all_of_them)
    queue._filter.setText(all_of_them[5][-4:])
    assert all_of_them[5] in numbers(queue)
    qtbot.keyClick(queue._filter, Qt.Key.Key_Escape)
    assert numbers(queue) == all_of_them
    assert not queue._filter.isVisible()


@pytest.mark.parametrize("typed", ["井盖", "没有这种事"])
def test_that_esc_in_the_list_clears_the_filter_and_then_is_left_to_the_window(qtbot, queue, typed):
    all_of_them, left = numbers(queue), []
    shortcut = QShortcut(QKeySequence("Esc"), queue, lambda: left.append(True))
    queue.activateWindow()
    qtbot.waitUntil(queue.isActiveWindow)
    actions_of(queue._stage).trigger("find")
    qtbot.keyClick(queue._filter, Qt.Key.Key_Down)
    queue._filter.setText(typed)
    assert numbers(queue) != all_of_them
    assert QApplication.focusWidget() is not queue._filter
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert numbers(queue) == all_of_them
    assert not queue._filter.isVisible()
    assert QApplication.focusWidget() is queue._view
    assert left == []
    qtbot.keyClick(queue._view, Qt.Key.Key_Escape)
    assert left == [True]
    assert shortcut.isEnabled()


def test_that_esc_leaves_a_saved_view_its_own_words(qtbot, queue):
    queue.recall({"views": [{"name": "井", "tab": "all", "words": "井盖", "sort": "worst"}]})
    actions_of(queue._stage).press("Ctrl+9")
    of_view = numbers(queue)
    queue._view.setFocus()
    qtbot.keyClick(queue._view, Qt.Key.Key_Escape)
    assert numbers(queue) == of_view
    queue._filter.setText("没有这种事")
    qtbot.keyClick(queue._filter, Qt.Key.Key_Escape)
    assert numbers(queue) == of_view
    assert queue._filter.isVisible()


def test_that_an_empty_list_says_what_to_do(queue):
    queue._filter.setText("没有这种事")
    assert "Esc" in queue._nothing.accessibleName()
    assert queue._pages.currentWidget() is queue._nothing


def test_that_rows_are_copied_as_tsv_and_html_and_never_as_formulas(queue, samples, say, stage):
    told = []
    stage.told.connect(told.append)
    say(samples.case(600, title="=HYPERLINK(1)\t<b>x</b>", urgency=Urgency.CRITICAL))
    queue._view.selectAll()
    queue.copy_rows()
    data = QGuiApplication.clipboard().mimeData()
    lines = data.text().split("\n")
    assert len(lines) == len(numbers(queue)) + 1
    assert len({line.count("\t") for line in lines}) == 1
    assert "'=HYPERLINK(1) <b>x</b>" in data.text()
    assert "&lt;b&gt;" in data.html()
    assert told == [f"已复制 {len(numbers(queue))} 行"]


def test_that_the_menu_of_a_row_holds_what_is_possible_on_it(qtbot, queue, stage):
    queue.choose_tab(Tab.TO_DISPATCH)
    queue._view.selectRow(0)
    queue._on_menu_asked(queue.mapToGlobal(queue.rect().center()))
    menu = queue.findChild(QMenu)
    words = [entry.text().split("\t")[0] for entry in menu.actions() if entry.text()]
    assert "派单" in words
    assert "吹哨" in words
    assert "核查" not in words
    assert queue._view.reading
    menu.close()
    assert not queue._view.reading


def test_that_what_was_set_up_is_remembered(qtbot, stage, queue):
    queue.choose_tab(Tab.OVERDUE)
    queue.switch_density()
    queue._switch_column(4)
    kept = queue.remembered()
    other = QueueScreen(stage)
    qtbot.addWidget(other)
    other.recall(kept)
    assert other.remembered() == kept
    other.recall({"tab": "no such tab", "hidden": 7, "widths": {"clock": "wide"}, "compact": None})
    assert other.remembered()["tab"] == Tab.MINE


def test_that_the_window_of_rows_is_said(queue, monkeypatch):
    monkeypatch.setattr(ranking, "WINDOW", 10)
    monkeypatch.setattr("ui.queue.screen.WINDOW", 10)
    queue._fill()
    assert len(numbers(queue)) == 10
    assert queue._more.isVisible()
    assert "50" in queue._more.text()


class Painted(QObject):
    """Notes what of a widget was painted."""

    def __init__(self, widget):
        super().__init__(widget)
        self.rects = []
        widget.installEventFilter(self)

    @override
    def eventFilter(self, _watched, event):
        if event.type() == QEvent.Type.Paint:
            self.rects += list(event.region())
        return False


def test_that_only_the_rows_that_look_other_than_before_are_painted(qapp, queue, samples, say):
    painted = Painted(queue._view.viewport())
    for _ in range(3):
        qapp.processEvents()
    painted.rects.clear()
    say(*(samples.case(n, urgency=Urgency.NORMAL, age=timedelta()) for n in range(800, 820)))
    qapp.processEvents()
    assert len(numbers(queue)) > 60
    assert painted.rects == []
    case = queue._model.row(queue._model.index(2, 0)).case
    say(samples.replace(case, title="改过的标题", version=case.version + 1))
    qapp.processEvents()
    height = queue._view.rowHeight(0)
    assert {(rect.top(), rect.height()) for rect in painted.rects} == {(2 * height, height)}


def test_that_another_person_gets_another_list(queue, samples, stage):
    queue.choose_tab(Tab.MINE)
    before = numbers(queue)
    stage.sign_on(samples.operator("inspector"))
    assert numbers(queue) != before
    assert {
        queue._model.row(queue._model.index(at, 0)).case.state
        for at in range(queue._model.rowCount())
    } <= {State.RESULT_SUBMITTED, State.CHECKING}


def test_that_whoever_takes_the_seat_begins_with_nothing_selected_at_the_first_row(
    queue, samples, stage
):
    choose = queue._view.selectionModel()
    queue._view.selectRow(3)
    stage.sign_on(stage.operator)
    assert stage.selection == numbers(queue)[3]  # it is the same person
    stage.sign_on(samples.operator("inspector"))
    assert stage.selection == ""
    assert not choose.hasSelection()
    queue._view.setFocus()
    QTest.keyClick(queue._view, Qt.Key.Key_Down)
    assert stage.selection == numbers(queue)[0]
    QTest.keyClick(queue._view, Qt.Key.Key_Down)
    assert stage.selection == numbers(queue)[1]


def test_that_the_first_arrow_down_goes_to_the_first_row(queue, stage):
    queue._view.setFocus()
    QTest.keyClick(queue._view, Qt.Key.Key_Down)
    assert stage.selection == numbers(queue)[0]


def test_that_home_and_end_go_to_the_first_and_the_last_case(queue, stage):
    queue._view.setFocus()
    for key, at in ((Qt.Key.Key_End, -1), (Qt.Key.Key_Home, 0)):
        QTest.keyClick(queue._view, key)
        assert stage.selection == numbers(queue)[at]


def test_that_clocks_turn_while_nothing_arrives(qtbot, queue, clock, stage):
    before = int(count_of(queue, Tab.OVERDUE))
    clock.advance(hours=30)
    stage.ticked.emit(stage.now())
    assert int(count_of(queue, Tab.OVERDUE)) > before


@pytest.mark.parametrize("compact", [False, True])
def test_that_every_kind_of_row_can_be_painted(queue, samples, say, compact):
    made = [samples.case(n, state=state) for n, state in enumerate(State, start=700)]
    say(*(case for case in made if case.is_open))
    if compact:
        queue.switch_density()
    queue.resize(1200, 3000)
    for column in range(6):
        queue._view.setColumnHidden(column, False)
    assert not queue.grab().isNull()


def test_that_what_is_done_here_waits_for_no_beat(qtbot, queue, desk, stage, samples):
    others, own = (samples.case(90_000 + n) for n in range(2))
    for case, who in ((others, None), (own, stage.operator.id)):
        queue._beat.start(60_000)
        with qtbot.waitSignal(stage.changed):
            desk.say(Delta(cases=(case,), initiator=who))
    qtbot.waitUntil(lambda: own.no in numbers(queue))
    counting = queue._counting
    qtbot.waitUntil(
        lambda: not (queue._touched or counting._asked or queue._beat.isActive()), timeout=90_000
    )


def test_that_a_held_ctrl_does_not_add_the_next_case_to_those_chosen(qtbot, stage, queue):
    first, second = numbers(queue)[:2]
    stage.select(first)
    view = queue._view
    QTest.keyPress(view, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(view, Qt.Key.Key_F24, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier
    stage.select(second)
    QTest.keyRelease(view, Qt.Key.Key_Control)
    assert [row.case.no for row in queue._selected_rows()] == [second]
    assert stage.chosen == ()


def test_that_only_the_row_of_a_command_under_way_is_painted_anew(qtbot, stage, queue, monkeypatch):
    painted = []
    draw = queue._view._delegate._draw
    monkeypatch.setattr(
        queue._view._delegate,
        "_draw",
        lambda row, *rest: (painted.append(row.case.no), draw(row, *rest))[1],
    )
    number = numbers(queue)[2]
    qtbot.waitUntil(lambda: not painted)
    stage.pending[number] = c.Claim
    stage.pending_changed.emit()
    qtbot.waitUntil(lambda: bool(painted))
    assert set(painted) == {number}
    stage.pending.clear()


def test_that_the_first_arrival_is_not_chosen_for_whoever_has_the_keyboard(qtbot, queue, stage):
    queue._filter.setText("不会有的字")
    qtbot.waitUntil(lambda: not numbers(queue))
    queue.setFocus()
    queue._filter.clear()
    qtbot.waitUntil(lambda: bool(numbers(queue)))
    assert stage.selection == ""
    assert not queue._view.selectionModel().hasSelection()
    QTest.keyClick(queue._view, Qt.Key.Key_Down)
    assert stage.selection == numbers(queue)[0]


def test_that_the_keyboard_coming_to_the_list_chooses_nothing_by_itself(queue, stage):
    queue._filter.setFocus()
    queue._view.selectionModel().clearCurrentIndex()
    queue._view.setFocus()
    assert stage.selection == ""
    assert not queue._view.selectionModel().hasSelection()
    QTest.keyClick(queue._view, Qt.Key.Key_Down)
    assert stage.selection == numbers(queue)[0]
    assert queue._view.selectionModel().isRowSelected(0)


def test_that_a_click_chooses_the_row_where_the_keyboard_already_stands(queue, stage):
    queue._view.setFocus()
    spot = queue._view.visualRect(queue._model.index(0, 0)).center()
    QTest.mouseClick(queue._view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert stage.selection == numbers(queue)[0]


def test_that_the_arrow_goes_on_where_the_case_stood_that_a_step_moved_away(
    qtbot, queue, desk, stage, samples
):
    before = numbers(queue)
    stage.select(before[1])
    calmer = replace(queue._board.rows[before[1]].case, urgency=Urgency.NORMAL, version=99)
    with qtbot.waitSignal(stage.changed):
        desk.say(Delta(cases=(calmer,), initiator=stage.operator.id))
    after = numbers(queue)
    assert after.index(before[1]) > 3
    assert stage.selection == before[1]  # the selection stays on its case
    QTest.keyClick(queue._view, Qt.Key.Key_Down)
    assert stage.selection == before[2]
    QTest.keyClick(queue._view, Qt.Key.Key_Down)
    assert stage.selection == before[3]
