"""The review of video alerts: order, keys, reasons, and rows that do not move while one reads."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLabel, QTableView

from commandcenter.application.changes import Delta
from commandcenter.application.perform import Outcome
from commandcenter.domain import alert as alerts
from commandcenter.domain.alert import Verdict
from commandcenter.domain.catalogue import Urgency
from ui.alerts.columns import COLUMNS, Reader, worst_first
from ui.alerts.details import lines
from ui.alerts.model import AlertModel
from ui.alerts.screen import AlertsScreen

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
FLAGS = QItemSelectionModel.SelectionFlag


@pytest.fixture
def screen(qtbot, stage):
    made = AlertsScreen(stage)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    made.activateWindow()
    made.view.setFocus()
    qtbot.waitUntil(made.view.hasFocus)
    return made


def reader(samples):
    return Reader(hall=samples.hall(), lang="zh", now=samples.NOW)


def shown(model):
    return [model.alert(model.index(row, 0)).key for row in range(model.rowCount())]


def by_key(items):
    return {it.key: it for it in items}


def reviews(stage):
    return [(it.alert, it.verdict, it.reason) for it, _who in stage.seat.desk.submitted]


def settled(qtbot, stage):
    qtbot.waitUntil(lambda: not stage.pending)


def test_that_a_small_pane_still_shows_rows_and_every_button(qtbot, screen):
    for width, height in ((595, 340), (330, 440)):
        screen.resize(width, height)
        buttons = screen._buttons.values()
        qtbot.waitUntil(
            lambda: all(
                it.visibleRegion().boundingRect().size() == it.size()
                for it in screen._buttons.values()
            ),
        )
        assert buttons
        row = screen.view.verticalHeader().defaultSectionSize()
        assert screen.view.viewport().height() >= 2 * row
        header = screen.view.horizontalHeader()
        assert header.length() <= screen.view.viewport().width(), "no column is out of sight"
        alert = screen.current
        told = screen._lines.text() + screen._lines.toolTip()
        assert f"{alert.confidence * 100:.0f} %" in told


def test_that_many_alerts_have_their_rows_before_the_lesser_details(qtbot, screen):
    row = screen.view.verticalHeader().defaultSectionSize()
    screen.resize(345, 500)
    qtbot.waitUntil(lambda: screen.view.viewport().height() >= 4.5 * row)
    assert len(screen._lines.text().splitlines()) >= 2


def test_that_few_alerts_leave_their_room_to_the_details(qtbot, stage, screen):
    for key in list(stage.picture.alerts)[2:]:
        del stage.picture.alerts[key]
    screen._show(settle=True)
    screen.resize(560, 440)
    told = "\n".join(lines(screen.current, screen._reader))
    qtbot.waitUntil(lambda: screen._lines.text() == told)
    row = screen.view.verticalHeader().defaultSectionSize()
    assert screen.view.viewport().height() >= 2 * row


def test_that_the_worst_come_first_and_then_the_newest(screen, stage):
    items = [screen.model.alert(screen.model.index(row, 0)) for row in range(12)]
    assert items == sorted(stage.picture.alerts.values(), key=worst_first)
    assert screen.current is items[0]
    assert screen._count.text() == "待研判 12 条"


def test_that_an_alert_chosen_elsewhere_is_looked_at(screen, stage):
    last = screen.model.alert(screen.model.index(11, 0))
    stage.alert_wanted.emit(last.key)
    assert screen.current is last


@given(
    st.lists(st.tuples(st.sets(st.integers(1, 40)), st.booleans(), st.integers(0, 9)), max_size=8)
)
def test_that_no_stream_of_batches_breaks_the_contract_with_qt(samples, qapp, batches):
    model = AlertModel(reader(samples))
    _tester = QAbstractItemModelTester(model, FATAL)
    view = QTableView()
    view.setModel(model)
    for numbers, held, bump in batches:
        wanted = by_key(
            samples.replace(samples.alert(n, age=timedelta(minutes=n)), count=1 + bump)
            for n in numbers
        )
        before = shown(model)
        model.show_alerts(wanted, held=held)
        now = shown(model)
        assert set(now) <= wanted.keys()
        assert len(now) + model.waiting == len(wanted)
        if held:
            assert now == [key for key in before if key in wanted]
        else:
            assert [wanted[key] for key in now] == sorted(wanted.values(), key=worst_first)


def test_that_the_selection_stays_on_its_alert_when_worse_ones_arrive(screen, samples, stage):
    screen._go_to(5)
    held = screen.current.key
    worse = samples.alert(99, priority=1, age=timedelta(seconds=5))
    stage.picture.alerts[worse.key] = worse
    screen._show(settle=True)
    assert shown(screen.model)[0] == worse.key
    assert screen.current.key == held


def test_that_rows_stay_while_one_reads_and_the_pill_lets_them_in(
    screen, samples, stage, monkeypatch
):
    monkeypatch.setattr(screen, "_is_reading", lambda: True)
    before = shown(screen.model)
    worse = samples.alert(99, priority=1, age=timedelta(seconds=5))
    stage.picture.alerts[worse.key] = worse
    screen._on_changed([Delta(alerts=(worse,))])
    assert shown(screen.model) == before
    assert screen._pill.text() == "↑ 1 条新告警"
    screen._pill.click()
    assert shown(screen.model)[0] == worse.key
    assert not screen._pill.isVisibleTo(screen)


@pytest.mark.parametrize(
    ("key", "verdict"), [("1", Verdict.TRUE), ("3", Verdict.DUPLICATE), ("4", Verdict.UNCLEAR)]
)
def test_that_one_key_judges(screen, stage, qtbot, key, verdict):
    alert = screen.current
    qtbot.keyClicks(screen.view, key)
    assert reviews(stage) == [(alert.key, verdict, "")]
    settled(qtbot, stage)


def test_that_a_false_alarm_asks_why_and_a_digit_answers(screen, stage, qtbot):
    alert = screen.current
    qtbot.keyClicks(screen.view, "2")
    assert screen._reasons.isVisible()
    assert reviews(stage) == []
    qtbot.keyClicks(screen._reasons.chips[0], "3")
    assert reviews(stage) == [(alert.key, Verdict.FALSE, "动物")]
    assert not screen._reasons.isVisible()
    settled(qtbot, stage)


def test_that_a_digit_stands_on_the_reasons_alone_while_one_is_chosen(screen, stage, qtbot):
    button = screen._buttons["review_true"]
    assert button.text() == "属实  1"
    qtbot.keyClick(screen.view, Qt.Key.Key_2)
    assert button.text() == "属实"
    assert screen._reasons.chips[0].text().endswith("  1")
    qtbot.keyClick(screen._reasons.chips[0], Qt.Key.Key_Escape)
    assert button.text() == "属实  1"


def test_that_another_reason_is_typed(screen, stage, qtbot):
    alert = screen.current
    qtbot.keyClicks(screen.view, "2")
    screen._reasons.words.setText("镜头上有蜘蛛网")
    qtbot.keyClick(screen._reasons.words, Qt.Key.Key_Return)
    assert reviews(stage) == [(alert.key, Verdict.FALSE, "镜头上有蜘蛛网")]
    settled(qtbot, stage)


def test_that_esc_leaves_the_reasons_and_judges_nothing(screen, stage, qtbot):
    qtbot.keyClicks(screen.view, "2")
    qtbot.keyClick(screen._reasons.chips[0], Qt.Key.Key_Escape)
    assert not screen._reasons.isVisible()
    assert reviews(stage) == []


def test_that_j_and_k_go_on_and_back(screen, qtbot):
    qtbot.keyClicks(screen.view, "jj")
    assert screen.view.currentIndex().row() == 2
    qtbot.keyClicks(screen.view, "k")
    assert screen.view.currentIndex().row() == 1


def test_that_a_judgement_holds_for_all_that_are_chosen(screen, stage, qtbot):
    model = screen.view.selectionModel()
    for row in (1, 2):
        model.select(screen.model.index(row, 0), FLAGS.Select | FLAGS.Rows)
    assert screen._chosen.text() == "已选 3 条，研判对全部生效"
    qtbot.keyClicks(screen.view, "3")
    assert [key for key, _verdict, _reason in reviews(stage)] == shown(screen.model)[:3]
    settled(qtbot, stage)


def test_that_after_a_judgement_the_next_one_is_looked_at(screen, samples, stage, qtbot):
    first, second = shown(screen.model)[:2]
    judged, _fact = alerts.review(
        stage.picture.alerts[first], Verdict.TRUE, at=samples.NOW, by="d", role="", reason=""
    )
    with qtbot.waitSignal(stage.changed):
        stage.seat.desk.say(Delta(alerts=(judged,)))
    assert screen.current.key == second


def in_sight(screen):
    view = screen.view
    return view.viewport().rect().contains(view.visualRect(view.currentIndex()).center())


def test_that_what_is_judged_next_is_chosen_and_in_sight(screen, samples, stage, qtbot):
    screen._go_to(3)
    screen.view.verticalScrollBar().setValue(screen.view.visualRect(screen.view.currentIndex()).y())
    worse = [samples.alert(90 + n, priority=1, age=timedelta(seconds=5)) for n in range(6)]
    stage.picture.alerts.update(by_key(worse))
    screen._show(settle=True)
    assert in_sight(screen)
    for _ in range(4):
        judged, _fact = alerts.review(
            screen.current, Verdict.TRUE, at=samples.NOW, by="d", role="", reason=""
        )
        with qtbot.waitSignal(stage.changed):
            stage.seat.desk.say(Delta(alerts=(judged,)))
        assert in_sight(screen)
        assert screen.view.selectionModel().isRowSelected(screen.view.currentIndex().row())
    screen.resize(screen.width(), screen.height() - 60)
    qtbot.wait(0)
    assert in_sight(screen)


def test_that_who_looks_through_the_others_is_not_taken_back(screen, samples, stage):
    bar = screen.view.verticalScrollBar()
    bar.setValue(bar.maximum())
    at = bar.value()
    assert not in_sight(screen)
    other = samples.alert(99, priority=1, age=timedelta(seconds=5))
    stage.picture.alerts[other.key] = other
    screen._on_changed([Delta(alerts=(other,))])
    assert bar.value() == at > 0


def test_that_an_alert_becomes_a_case_with_category_and_urgency(screen, samples, stage, qtbot):
    alert = screen.current
    qtbot.keyClicks(screen.view, "5")
    panel = screen.forms.panel
    assert panel.values()["urgency"] is Urgency.CRITICAL  # as its priority says
    panel.enter(category="E0102")
    made = samples.case(9)
    stage.picture.cases[made.no] = made
    stage.seat.desk.outcomes["promote"] = Outcome(case=made)
    with qtbot.waitSignal(screen.forms.done):
        panel.send()
    (order, _who) = stage.seat.desk.submitted[-1]
    assert (order.alert, order.category, order.urgency) == (alert.key, "E0102", Urgency.CRITICAL)
    assert stage.selection == made.no


def test_that_addresses_are_text_and_the_snapshot_is_not_fetched(samples):
    alert = samples.alert(
        1,
        snapshot_url="https://media.example/1.jpg",
        stream_url="rtsp://10.0.0.1/s",
        plate="京A00001",
        objects=["person", "car", "drone"],
    )
    said = lines(alert, reader(samples))
    assert "快照（未加载）：https://media.example/1.jpg" in said
    assert "实时：rtsp://10.0.0.1/s" in said
    assert "目标：人、汽车、drone" in said
    assert any("车牌 京A00001" in line for line in said)


def test_that_hostile_words_of_a_box_stay_words(screen, samples, stage):
    evil = "<img src='file:///etc/hostname'>" * 30
    alert = samples.alert(98, priority=1, label_text=evil, age=timedelta())
    stage.picture.alerts[alert.key] = alert
    screen._show(settle=True)
    screen._go_to(0)
    assert all(len(column.text(alert, screen._reader)) <= 200 for column in COLUMNS)
    labels = [it for it in screen.findChildren(QLabel) if "<img" in it.text()]
    assert labels
    assert all(it.textFormat() is Qt.TextFormat.PlainText for it in labels)


def test_that_an_empty_review_says_so(screen, stage):
    stage.picture.alerts.clear()
    screen._on_changed([])
    assert screen._empty.isVisibleTo(screen)
    assert not screen.view.isVisibleTo(screen)


def test_that_a_flood_is_shown_whole(screen, samples, stage):
    stage.picture.alerts = by_key(samples.alert(n) for n in range(1, 801))
    screen._on_changed([])
    assert screen.model.rowCount() == 800
    assert screen._count.text() == "待研判 800 条"


def test_that_who_may_not_judge_is_offered_nothing(screen, samples, stage, qtbot):
    stage.sign_on(samples.operator("inspector"))
    assert not any(it.isVisibleTo(screen) for it in screen._buttons.values())
    qtbot.keyClicks(screen.view, "1")
    assert reviews(stage) == []
