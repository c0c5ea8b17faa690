"""The whistle board: how each body stands, what can be done about it, and in which order."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from commandcenter.application import commands as c
from commandcenter.application.changes import Delta
from commandcenter.domain import whistle as whistles
from commandcenter.domain.case import State
from commandcenter.domain.errors import Refusal
from commandcenter.domain.whistle import SUMMONS_LOOP, SummonsState, SummonsStep
from ui import wording
from ui.actions import actions_of
from ui.figures import own
from ui.forms.whistle_forms import WHISTLE_FORMS
from ui.leaders import whistles as leaders_whistles
from ui.wall.lines import lines
from ui.whistle import timeline
from ui.whistle.board import WhistleBoard, offered
from ui.whistle.brief import Room
from ui.whistle.deeds import deeds_of
from ui.whistle.running import Running, pressing_of
from ui.whistle.screen import WhistleScreen
from ui.whistle.standing import facts, standing
from widgets.tone import Tone

MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(samples):
    """A desk with nothing on it."""
    return samples.SampleDesk(samples.work(0, alerts_number=0))


@pytest.fixture
def market(samples):
    """A case on which a whistle is to be blown."""
    return samples.case(12, state=State.HANDLING, age=timedelta(hours=2))


@pytest.fixture
def board(qtbot, stage):
    made = WhistleBoard(stage)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def screen(qtbot, stage):
    made = WhistleScreen(stage)
    qtbot.addWidget(made)
    made.resize(520, 700)
    made.show()
    return made


def say(qtbot, stage, *deltas):
    with qtbot.waitSignal(stage.changed):
        stage.seat.desk.say(*deltas)


def row_of(board, body):
    return board._rows[body]


def on_offer(row):
    return [it.text() for it in row._buttons.values() if it.isVisibleTo(row)]


def order_of(board):
    return board._order


def texts(widget):
    return "\n".join(it.text() for it in widget.findChildren(QLabel) if it.isVisibleTo(widget))


def commands(stage):
    return [order for order, _who in stage.seat.desk.submitted]


# -- standing --


def test_that_a_late_body_turns_red_and_says_by_how_much(samples, market):
    blown, _case = samples.whistle(market, age=30 * MINUTE + timedelta(seconds=35))
    found = standing(blown, blown.of("police"), samples.NOW)
    assert (found.tone, found.words) == (Tone.OVER, "超时未报到 · 超 35 秒")
    answered, _case = samples.whistle(market, age=11 * MINUTE)
    found = standing(answered, answered.of("police"), samples.NOW)
    assert (found.tone, found.words) == (Tone.OVER, "超时未应哨 · 超 1 分")


def test_that_seven_tenths_of_the_time_turn_amber(samples, market):
    calm, _case = samples.whistle(market, age=6 * MINUTE)
    near, _case = samples.whistle(market, age=7 * MINUTE)
    assert standing(calm, calm.of("police"), samples.NOW).tone is Tone.SIGNAL
    assert standing(near, near.of("police"), samples.NOW).tone is Tone.NEAR


def test_that_a_refusal_that_names_no_duty_item_is_said_until_the_body_answers(samples, market):
    blown, _case = samples.whistle(market, age=3 * MINUTE)
    unfounded = structs.replace(blown.of("police"), unfounded_at=samples.NOW)
    found = standing(blown, unfounded, samples.NOW)
    assert (found.tone, found.words) == (Tone.NEAR, "拒哨未附清单事项")
    assert standing(blown, unfounded, samples.NOW, "en").words == "Refusal names no duty item"
    answered = structs.replace(unfounded, state=SummonsState.ANSWERED)
    assert "未附" not in standing(blown, answered, samples.NOW).words


def test_that_the_worst_body_comes_first(samples, market):
    blown, _case = samples.whistle(
        market,
        bodies=("enforcement", "police", "market", "fire", "power"),
        age=31 * MINUTE,
        came=("enforcement", "power"),
        refused=("fire",),
    )
    ranks = {it.body: standing(blown, it, samples.NOW).rank for it in blown.summons}
    assert ranks["police"] < ranks["fire"] < ranks["enforcement"] == ranks["power"]
    found = pressing_of(blown, samples.NOW)
    assert (found.worst.body, found.late) == ("police", 2)


def test_that_a_refusal_hides_no_limit_that_ends_before_its_ruling(samples, market):
    blown, _case = samples.whistle(market, bodies=("police", "fire"), refused=("fire",))
    ruling = structs.replace(blown.of("fire"), rule_by=samples.NOW + 29 * MINUTE, since=samples.NOW)
    soon = structs.replace(
        blown.of("police"),
        answered_at=samples.NOW - MINUTE,
        state=SummonsState.ANSWERED,
        report_in_by=samples.NOW + timedelta(seconds=48),
    )
    both = structs.replace(blown, summons=(ruling, soon))
    alone = structs.replace(blown, no="W1", summons=(ruling,))
    running = Running()
    running.take({alone.no: alone, both.no: both}, samples.NOW)
    assert running.order == (both.no, "W1")
    found = running[both.no]
    assert (found.worst.body, found.timer.due_at) == ("police", soon.report_in_by)
    missed = samples.NOW + 30 * MINUTE  # of two that are late the one that should be there
    assert pressing_of(both, missed).worst.body == "police"


def test_that_the_clock_of_a_whistle_is_that_of_the_body_told_beside_it(samples, market):
    blown, _case = samples.whistle(market, age=34 * MINUTE)
    found = pressing_of(blown, samples.NOW)
    told = standing(blown, found.worst, samples.NOW).words
    left = wording.time_left(found.timer.due_at, samples.NOW)
    assert (found.timer.part, told) == (found.worst.body, f"超时未报到 · {left}")


def test_that_who_left_without_leave_is_among_the_worst(samples, market):
    blown, _case = samples.whistle(market, came=("police",))
    gone, _facts = whistles.take(
        blown, "police", SummonsStep.LEAVE, at=samples.NOW, by="police", data={}
    )
    found = standing(gone, gone.of("police"), samples.NOW)
    assert (found.rank, found.tone, found.words) == (1, Tone.OVER, "未经同意离开")


steps = st.lists(
    st.tuples(st.sampled_from(("enforcement", "police")), st.sampled_from(SummonsStep)),
    max_size=12,
)
DATA = {
    SummonsStep.REPORT_IN: {"proof": {"kind": "position", "distance_m": 35.2}},
    SummonsStep.REFUSE: {"reason": "不归我们管", "duty_item": "PH-001"},
    SummonsStep.ESCALATE: {"to": "王所长"},
    SummonsStep.RELEASE: {"words": "处置完毕"},
    SummonsStep.RATE: {
        "marks": {"response": 5, "attendance": 4, "solved": 4, "attitude": 5},
        "appeal_by": datetime(2026, 12, 31, tzinfo=UTC),
    },
    SummonsStep.ANSWER_RATING: {"words": "接受"},
    SummonsStep.APPEAL_RATING: {"words": "到场分偏低"},
    SummonsStep.RULE_RATING: {"words": "核对过定位记录"},
}


@given(steps, st.integers(0, 90))
def test_that_any_whistle_at_any_instant_can_be_put_into_words(samples, path, minutes):
    blown, _case = samples.whistle(
        samples.case(12, state=State.HANDLING), bodies=("enforcement", "police")
    )
    for body, step in path:
        if (blown.of(body).state, step) in SUMMONS_LOOP:
            with suppress(Refusal):
                blown, _facts = whistles.take(
                    blown, body, step, at=samples.NOW, by=body, data=DATA.get(step, {})
                )
    now = samples.NOW + minutes * MINUTE
    for item in blown.summons:
        for lang in ("zh", "en"):
            assert standing(blown, item, now, lang).words
            assert all(facts(samples.hall(), item, now, lang))
        for offer in offered(item):
            assert item.state in offer.states


def test_that_the_proof_says_what_it_rests_on(samples, market):
    blown, _case = samples.whistle(market, came=("police",))
    assert "代报到：李队，电话「已到」" in facts(samples.hall(), blown.of("police"), samples.NOW)
    there, _facts = whistles.take(
        blown,
        "market",
        SummonsStep.REPORT_IN,
        at=samples.NOW,
        by="market",
        data=DATA[SummonsStep.REPORT_IN],
    )
    assert "定位签到，距现场 35 米" in facts(samples.hall(), there.of("market"), samples.NOW)


def test_that_a_refusal_shows_its_reason_and_its_duty_item(samples, market):
    blown, _case = samples.whistle(market, refused=("police",))
    lines = "\n".join(facts(samples.hall(), blown.of("police"), samples.NOW))
    assert "拒哨：不属本单位职责" in lines
    assert "清单事项 PH-001 供水设施抢修现场协助" in lines


# -- the board --


def test_that_each_body_has_the_buttons_that_fit_and_no_others(board, samples, market):
    blown, _case = samples.whistle(
        market, answered=("market",), came=("enforcement",), refused=(), age=5 * MINUTE
    )
    board.show_whistle(blown, samples.NOW)
    assert on_offer(row_of(board, "police")) == ["代应哨", "代报到", "催", "升级", "撤哨"]
    assert on_offer(row_of(board, "market")) == ["代报到", "催", "升级", "撤哨"]
    assert on_offer(row_of(board, "enforcement")) == ["代报进展", "同意撤离"]


def test_that_only_who_may_rule_sees_the_ruling(board, samples, market, stage):
    blown, _case = samples.whistle(market, refused=("police",), age=5 * MINUTE)
    board.show_whistle(blown, samples.NOW)
    assert "裁定" not in on_offer(row_of(board, "police"))
    stage.sign_on(samples.operator("duty_leader"))
    board.show_whistle(blown, samples.NOW)
    assert "裁定" in on_offer(row_of(board, "police"))


def test_that_the_lead_is_marked_and_the_bars_run_from_the_stored_instants(board, samples, market):
    blown, _case = samples.whistle(market, age=5 * MINUTE)
    board.show_whistle(blown, samples.NOW)
    assert row_of(board, "enforcement")._lead.isVisibleTo(row_of(board, "enforcement"))
    assert not row_of(board, "police")._lead.isVisibleTo(row_of(board, "police"))
    bars = {
        kind: clock._bar.accessibleDescription()
        for kind, clock in row_of(board, "police")._clocks.items()
    }
    assert [text for text in bars.values() if text] == ["剩 5 分", "剩 25 分"]
    board.show()
    board.tick(samples.NOW + 2 * MINUTE)
    assert row_of(board, "police")._clocks["answer"]._bar.accessibleDescription() == "剩 3 分"


def test_that_rows_are_sorted_worst_first_but_stay_under_the_keyboard(
    board, samples, market, qtbot
):
    blown, _case = samples.whistle(market, age=5 * MINUTE, came=("enforcement",))
    board.show_whistle(blown, samples.NOW)
    board.show()
    take_pointer_away(qtbot, board)  # from wherever it was before
    assert order_of(board) == ["police", "market", "enforcement"]
    refused, _case = samples.whistle(
        market, age=5 * MINUTE, came=("enforcement",), refused=("market",)
    )
    held = row_of(board, "police")._buttons["urge"]
    board.activateWindow()
    held.setFocus()
    qtbot.waitUntil(held.hasFocus)
    board.show_whistle(refused, samples.NOW)
    assert order_of(board)[0] == "police"
    held.clearFocus()
    board.tick(samples.NOW)
    assert order_of(board)[0] == "market"


@pytest.fixture
def watched(qtbot, board, samples, market):
    """A board on show, and the same whistle after the body in the middle has refused."""
    blown, _case = samples.whistle(market, age=5 * MINUTE, came=("enforcement",))
    refused, _case = samples.whistle(
        market, age=5 * MINUTE, came=("enforcement",), refused=("market",)
    )
    board.show_whistle(blown, samples.NOW)
    board.resize(520, 700)
    board.show()
    board.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    QApplication.focusWidget().clearFocus()  # a window of its own gives it to its first button
    take_pointer_away(qtbot, board)
    assert order_of(board) == ["police", "market", "enforcement"]
    return refused


def point_at(qtbot, board, spot):
    """Move the pointer, as the window system tells it."""
    here = QPointF(spot)
    entered = QEnterEvent(here, here, QPointF(board.mapToGlobal(spot)))
    QApplication.sendEvent(board.windowHandle(), entered)
    qtbot.waitUntil(board.underMouse)


def take_pointer_away(qtbot, board):
    QApplication.sendEvent(board.windowHandle(), QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: not board.underMouse())


def between(board, upper, lower):
    """Return a spot in the gap between two rows."""
    above, below = row_of(board, upper).geometry(), row_of(board, lower).geometry()
    assert below.top() > above.bottom() + 1
    return QPoint(above.center().x(), (above.bottom() + below.top()) // 2)


@pytest.mark.parametrize("where", ["on a row", "between two rows", "on the head"])
def test_that_rows_keep_their_places_under_the_pointer_and_are_sorted_when_it_leaves(
    board, samples, watched, qtbot, where
):
    spot = {
        "on a row": row_of(board, "market").geometry().center(),
        "between two rows": between(board, "police", "market"),
        "on the head": board._head.geometry().center(),
    }[where]
    point_at(qtbot, board, spot)
    board.show_whistle(watched, samples.NOW)
    board.tick(samples.NOW + MINUTE)
    assert order_of(board) == ["police", "market", "enforcement"]
    take_pointer_away(qtbot, board)
    assert order_of(board)[0] == "market"


def test_that_rows_keep_their_places_while_words_in_one_are_marked_by_keyboard(
    board, samples, watched, qtbot
):
    held = row_of(board, "police")._facts
    board.activateWindow()
    held.setFocus()
    qtbot.waitUntil(held.hasFocus)
    board.show_whistle(watched, samples.NOW)
    assert order_of(board)[0] == "police"
    held.clearFocus()
    board.tick(samples.NOW)
    assert order_of(board)[0] == "market"


def test_that_a_body_that_comes_while_the_pointer_is_there_is_shown_last(
    board, samples, market, watched, qtbot
):
    point_at(qtbot, board, row_of(board, "market").geometry().center())
    four = ("enforcement", "police", "market", "fire")
    more, _case = samples.whistle(market, four, age=50 * MINUTE)
    board.show_whistle(structs.replace(more, no=board.whistle.no), samples.NOW)
    assert order_of(board) == ["police", "market", "enforcement", "fire"]
    assert row_of(board, "fire").isVisible()


def test_that_buttons_wait_while_a_command_on_the_whistle_is_under_way(
    board, samples, market, stage
):
    blown, _case = samples.whistle(market, age=5 * MINUTE)
    stage.picture.whistles[blown.no] = blown
    board.show_whistle(blown, samples.NOW)
    board.show()
    stage.pending[blown.no] = c.UrgeBody
    stage.pending_changed.emit()
    assert not any(it.isEnabled() for it in board.findChildren(QPushButton))
    stage.pending.clear()
    stage.pending_changed.emit()
    assert all(it.isEnabled() for it in board.findChildren(QPushButton))


def test_that_urging_takes_one_click(screen, samples, market, stage, qtbot):
    blown, noted = samples.whistle(market, age=5 * MINUTE)
    say(qtbot, stage, Delta(cases=(noted,), whistles=(blown,)))
    board = screen.board
    with qtbot.waitSignal(stage.told) as told:
        row_of(board, "police")._buttons["urge"].click()
    assert told.args == ["已催 派出所"]
    (order,) = commands(stage)
    assert (order.whistle, order.body) == (blown.no, "police")


def test_that_reporting_in_on_behalf_asks_who_by_which_channel_and_what(
    screen, samples, market, stage, qtbot
):
    blown, noted = samples.whistle(market, age=5 * MINUTE)
    say(qtbot, stage, Delta(cases=(noted,), whistles=(blown,)))
    row_of(screen.board, "police")._buttons["report_in"].click()
    panel = screen.forms.panel
    assert panel.values()["body"] == "police"
    assert panel.values()["status"] == "reported_in"
    panel.send()
    assert commands(stage) == []
    panel.enter(who="赵所长", words="人已到市场南门")
    with qtbot.waitSignal(panel.done):
        panel.send()
    (order,) = commands(stage)
    assert (order.status, order.who, order.channel, order.words) == (
        "reported_in",
        "赵所长",
        "电话",
        "人已到市场南门",
    )


def test_that_an_unfinished_lead_is_released_only_with_words(screen, samples, market, stage, qtbot):
    blown, noted = samples.whistle(market, age=5 * MINUTE, came=("enforcement",))
    say(qtbot, stage, Delta(cases=(noted,), whistles=(blown,)))
    row_of(screen.board, "enforcement")._buttons["release"].click()
    panel = screen.forms.panel
    assert "尚未上报完成" in panel._preview.text()
    panel.send()
    assert commands(stage) == []
    panel.enter(words="占道已清理完毕")
    with qtbot.waitSignal(panel.done):
        panel.send()
    assert commands(stage)[0].words == "占道已清理完毕"


def test_that_a_key_means_the_body_that_stands_worst(screen, samples, market, stage, qtbot):
    blown, noted = samples.whistle(market, age=31 * MINUTE, came=("enforcement", "police"))
    say(qtbot, stage, Delta(cases=(noted,), whistles=(blown,)))
    stage.select(noted.no)
    actions_of(stage).press("Y")
    assert screen.forms.panel.values()["body"] == "market"
    assert deeds_of(stage).worst_for(blown, "escalate").body == "market"


def test_that_a_whole_whistle_is_withdrawn_without_naming_a_body(
    screen, samples, market, stage, qtbot
):
    blown, noted = samples.whistle(market, age=5 * MINUTE)
    say(qtbot, stage, Delta(cases=(noted,), whistles=(blown,)))
    screen.board._all["withdraw"].click()
    panel = screen.forms.panel
    with qtbot.waitSignal(panel.done):
        panel.send()
    assert commands(stage)[0].body is None


# -- the screen --


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_that_a_form_about_a_whistle_names_its_case_and_the_bodies_it_means(
    qtbot, samples, market, stage, lang
):
    stage.lang = lang
    blown, noted = samples.whistle(market, came=("enforcement", "police", "market"))
    other = samples.case(2, state=State.ACCEPTED)
    screen = WhistleScreen(stage)
    qtbot.addWidget(screen)
    screen.resize(420, 430)
    screen.show()
    say(qtbot, stage, Delta(cases=(noted, other), whistles=(blown,)))
    stage.select(other.no)
    deeds_of(stage).ask("release", blown)
    panel, hall = screen.forms.panel, stage.hall
    place = f"{wording.place_line(hall, blown.place, lang)} · {blown.no}"
    about = {it.text(): it for it in panel.findChildren(QLabel) if it.isVisibleTo(panel)}
    assert {market.title, place} <= about.keys()
    for said in (market.title, place):
        label = about[said]
        shown = label.fontMetrics().horizontalAdvance(said) <= label.contentsRect().width()
        assert shown or label.toolTip()
    names = wording.body_names(hall, tuple(it.body for it in blown.summons), lang)
    assert names in texts(panel)
    assert {"zh": "全部 3 家", "en": "All 3"}[lang] in [
        it.text for it in WHISTLE_FORMS["release"].fields[0].choices(panel.subject, {})
    ]
    panel.enter(body="police")
    assert names not in texts(panel)


def test_that_an_empty_board_says_how_to_blow(screen):
    assert "按 W 吹哨" in texts(screen)


def test_that_whistles_come_go_and_are_counted(screen, samples, stage, qtbot):
    one, first = samples.whistle(samples.case(12, state=State.HANDLING), number=1, age=MINUTE)
    two, second = samples.whistle(
        samples.case(24, state=State.HANDLING), number=2, age=31 * MINUTE, came=("police",)
    )
    say(qtbot, stage, Delta(cases=(first, second), whistles=(one, two)))
    assert screen._roll.numbers == (two.no, one.no)  # the later one in trouble stands first
    assert screen._sum.text() == "2 个哨进行中 · 1/6 家已报到"
    assert screen._late.text() == "2 家超时"
    gone = two
    for body in ("enforcement", "market", "police"):
        step = SummonsStep.WITHDRAW if body != "police" else SummonsStep.RELEASE
        gone, _facts = whistles.take(
            gone, body, step, at=samples.NOW, by="d", data={"words": "处置完毕"}
        )
    say(qtbot, stage, Delta(whistles=(gone,)))
    assert screen._roll.numbers == (one.no,)
    assert screen.board.whistle.no == one.no


def test_that_a_whistle_leads_to_its_case(screen, samples, market, stage, qtbot):
    blown, noted = samples.whistle(market)
    say(qtbot, stage, Delta(cases=(noted,), whistles=(blown,)))
    look = next(it for it in screen.findChildren(QPushButton) if it.text() == "看案卷")
    look.click()
    assert stage.selection == noted.no


def test_that_every_state_of_a_summons_has_its_mark(samples, market):
    blown, _case = samples.whistle(market)
    for state in SummonsState:
        item = samples.replace(blown.of("police"), state=state)
        whistle = samples.replace(blown, summons=(item,))
        assert standing(whistle, item, samples.NOW).words


# -- many of them --


@pytest.fixture
def crowd(samples):
    """Twelve whistles, blown one after another, the oldest the latest."""

    def made(number):
        case = samples.case(number, state=State.HANDLING)
        return samples.whistle(case, number=number, age=number * 3 * MINUTE)

    return [made(number) for number in range(1, 13)]


def test_that_the_roll_asks_for_work_only_when_something_is_crossed(samples, crowd):
    running, whistles_ = Running(), {it.no: it for it, _case in crowd}
    assert running.take(whistles_, samples.NOW)
    assert not running.take(whistles_, samples.NOW)
    until = min(running[no].until for no in whistles_)
    assert not running.tick(until - timedelta(seconds=1))
    assert running.tick(until)
    fresh = Running()
    fresh.take(whistles_, until)
    assert running.order == fresh.order
    assert running.late == fresh.late


@given(st.lists(st.integers(1, 240), min_size=1, max_size=12))
def test_that_ticking_on_leads_where_looking_anew_does(samples, seconds):
    held = {}
    for number in range(1, 6):
        case = samples.case(number, state=State.HANDLING)
        blown, _case = samples.whistle(case, number=number, age=number * 4 * MINUTE)
        held[blown.no] = blown
    running, now = Running(), samples.NOW
    running.take(held, now)
    for step in seconds:
        now += timedelta(seconds=step)
        running.tick(now)
        fresh = Running()
        fresh.take(held, now)
        assert (running.order, running.late) == (fresh.order, fresh.late)


def test_that_going_to_a_whistle_shows_its_board_and_selects_its_case(screen, crowd, stage, qtbot):
    say(
        qtbot, stage, Delta(cases=tuple(it for _, it in crowd), whistles=tuple(w for w, _ in crowd))
    )
    assert screen.board.whistle.no == screen._roll.numbers[0]
    third = screen._roll.numbers[2]
    screen._roll.setCurrentIndex(screen._roll.model().index(2, 0))
    assert screen.board.whistle.no == third
    assert stage.selection == screen.board.whistle.case
    first = screen._running[screen._roll.numbers[0]].whistle
    stage.select(first.case)
    assert screen.board.whistle.no == screen._roll.chosen == first.no


def test_that_rows_keep_their_places_under_the_keyboard_and_new_ones_come_last(
    screen, samples, crowd, stage, qtbot
):
    some = crowd[:3]
    say(qtbot, stage, Delta(cases=tuple(it for _, it in some), whistles=tuple(w for w, _ in some)))
    before = screen._roll.numbers
    screen.activateWindow()
    screen._roll.setFocus()
    qtbot.waitUntil(screen._roll.hasFocus)
    late, case = crowd[11]
    say(qtbot, stage, Delta(cases=(case,), whistles=(late,)))
    assert screen._roll.numbers == (*before, late.no)
    screen._roll.clearFocus()
    screen._show(samples.NOW)
    assert screen._roll.numbers[0] == late.no


def test_that_a_row_of_the_roll_is_told_to_a_screen_reader(screen, crowd, stage, qtbot):
    say(
        qtbot, stage, Delta(cases=tuple(it for _, it in crowd), whistles=tuple(w for w, _ in crowd))
    )
    model = screen._roll.model()
    told = [model.index(at, 0).data(Qt.ItemDataRole.AccessibleTextRole) for at in range(len(crowd))]
    assert "报到 0/3" in told[0]
    assert "超时" in told[0]
    assert all(it.count("，") >= 3 for it in told)


def test_that_an_excused_body_is_told_as_such_and_no_more_among_those_to_come(
    screen, samples, market, stage, qtbot
):
    blown, case = samples.whistle(market, came=("enforcement",), refused=("police",))
    assert wording.whistle_badge(blown) == "报到 1/3"
    ruled, _facts = whistles.take(
        blown, "police", SummonsStep.EXCUSE, at=samples.NOW, by="x", data={"reason": "不在清单"}
    )
    say(qtbot, stage, Delta(cases=(case,), whistles=(ruled,)))
    assert standing(ruled, ruled.of("police"), samples.NOW).words == "裁定免到"
    assert standing(ruled, ruled.of("police"), samples.NOW, "en").words == "excused"
    assert wording.whistle_badge(ruled) == "报到 1/2"
    assert "1/2" in screen._sum.text()
    assert own._whistle(case, stage).value == "1/2"
    assert lines(stage, (), samples.NOW, room=12)[0].right == "1 个 · 1/2 家已报到"
    state = leaders_whistles.columns(stage)[2]
    called = {it.summons.body: it for it in leaders_whistles.calls((ruled,))}
    assert state.cell(called["police"]).text == "裁定免到"


def test_that_the_lanes_tell_what_each_body_did_and_when(board, samples, market):
    blown, _case = samples.whistle(
        market,
        bodies=("enforcement", "police", "market", "fire"),
        age=20 * MINUTE,
        answered=("market",),
        came=("enforcement",),
        refused=("fire",),
    )
    board.show_whistle(blown, samples.NOW)
    told = {lane.name: " ".join(it.words for it in lane.moments) for lane in board._lanes.lanes}
    assert list(told) == ["执法队", "派出所", "市监所", "消防站"]
    assert "报到" in told["执法队"]
    assert "应哨" in told["市监所"]
    assert "拒哨" in told["消防站"]
    assert told["派出所"] == ""
    silent = next(it for it in board._lanes.lanes if it.name == "派出所")
    assert [it.dashed for it in silent.spans] == [False, True]  # late since minute ten
    assert [it.words for it in board._lanes.rules] == [
        "14:10 吹哨", "现在 14:30", "报到 14:40", "应哨 14:20",
    ]  # fmt: skip


def test_that_nothing_that_has_happened_stands_after_the_line_of_now(board, samples, market):
    for age in range(0, 61, 7):
        blown, _case = samples.whistle(market, age=timedelta(seconds=age), came=("police",))
        board.show_whistle(blown, samples.NOW)
        now = next(it.at for it in board._lanes.rules if it.words.startswith("现在"))
        moments = [it.at for lane in board._lanes.lanes for it in lane.moments]
        assert moments
        assert max(moments) <= now <= age


@given(steps, st.integers(0, 90))
def test_that_every_whistle_has_lanes_within_its_axis(samples, path, minutes):
    blown, _case = samples.whistle(
        samples.case(12, state=State.HANDLING), bodies=("enforcement", "police")
    )
    now = samples.NOW
    for body, step in path:
        if (blown.of(body).state, step) in SUMMONS_LOOP:
            with suppress(Refusal):
                blown, _facts = whistles.take(
                    blown, body, step, at=now, by=body, data=DATA.get(step, {})
                )
        now += timedelta(minutes=minutes)
    end = timeline.end(blown, now)
    for lane in timeline.lanes(blown, samples.hall(), now):
        for span in lane.spans:
            assert 0 <= span.start <= span.end <= end
        assert all(0 <= it.at <= end for it in lane.moments)


# -- where there is little room --


def test_that_a_brief_row_tells_the_clock_that_matters_and_the_rest_on_a_press(
    board, samples, market, stage
):
    blown, _case = samples.whistle(market, age=31 * MINUTE, came=("enforcement",))
    board.fit(Room.SMALL)
    board.show_whistle(blown, samples.NOW)
    row = row_of(board, "police")
    assert texts(row).split("\n") == ["派出所", "超时未报到", "报到"]
    assert on_offer(row) == []
    assert row._brief.first.text() == "代应哨"
    row._more.click()
    assert "超时未报到 · 超 1 分" in texts(row)
    assert "值班电话" in texts(row)
    assert on_offer(row) == ["代应哨", "代报到", "催", "升级", "撤哨"]
    assert not row._brief.isVisibleTo(row)
    row._more.click()
    assert on_offer(row) == []


def test_that_a_brief_row_says_that_somebody_is_to_be_rung_up(board, samples, market):
    blown, _case = samples.whistle(market, age=8 * MINUTE)
    board.fit(Room.SMALL)
    board.show_whistle(samples.chained(blown, "police", called=2), samples.NOW)
    assert row_of(board, "police")._more.text() == "请拨 ▾"
    assert row_of(board, "market")._more.text() == "▾"


def test_that_a_brief_row_of_a_refusal_offers_to_ask_for_a_ruling(board, samples, market):
    blown, _case = samples.whistle(market)
    step = SummonsStep.REFUSE
    refused, _facts = whistles.take(
        blown, "police", step, at=samples.NOW, by="police", data=DATA[step]
    )
    board.fit(Room.SMALL)
    board.show_whistle(refused, samples.NOW)
    assert row_of(board, "police")._brief.first.text() == "提请裁定"


def test_that_a_row_is_whole_again_where_there_is_height(board, samples, market):
    blown, _case = samples.whistle(market)
    board.fit(Room.SMALL)
    board.show_whistle(blown, samples.NOW)
    board.fit(Room.TALL)
    row = row_of(board, "police")
    assert not row._brief.isVisibleTo(row)
    assert on_offer(row) == ["代应哨", "代报到", "催", "升级", "撤哨"]
