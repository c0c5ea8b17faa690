"""The case panel: what it shows of a case, what it offers, and how it follows what happens."""

from datetime import timedelta

import pytest
from msgspec import structs
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton

from commandcenter.application.changes import Delta
from commandcenter.application.perform import Outcome
from commandcenter.application.questions import History, OneCase
from commandcenter.domain.case import State
from commandcenter.domain.catalogue import Urgency
from commandcenter.domain.facts import Fact, Recorded
from commandcenter.domain.place import Datum, Place, PlaceQuality
from commandcenter.domain.report import Reporter
from commandcenter.domain.timers import TimerKind, case_timers
from ui.actions import actions_of
from ui.case.clocks import notes, why
from ui.case.history import entry
from ui.case.reading import Reading, rows
from ui.case.screen import CaseScreen
from ui.forms.bulk_forms import BULK_FORMS
from ui.forms.field import subject_of
from ui.forms.gate_forms import FORMS
from widgets.tone import TONE_ROLES, Tone

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(samples):
    """A desk with nothing on it: every test puts its own case there."""
    return samples.SampleDesk(samples.work(0, alerts_number=0))


@pytest.fixture
def screen(qtbot, stage):
    made = CaseScreen(stage)
    qtbot.addWidget(made)
    made.resize(480, 900)
    made.show()
    return made


@pytest.fixture
def put(qtbot, stage):
    """Put a case on the desk as if it had just been committed, and look at it."""

    def put_case(made, *whistles, select=True):
        with qtbot.waitSignal(stage.changed):
            stage.seat.desk.say(Delta(cases=(made,), whistles=whistles))
        if select:
            stage.select(made.no)
        return made

    return put_case


def texts(widget):
    return "\n".join(it.text() for it in widget.findChildren(QLabel) if it.isVisibleTo(widget))


def buttons(widget):
    return {
        it.accessibleName(): it
        for it in widget.findChildren(QPushButton)
        if it.isVisibleTo(widget) and it.accessibleName()
    }


def said(samples, made, **fields):
    reading = Reading(case=made, hall=samples.hall(), lang="zh", now=samples.NOW, **fields)
    return dict(rows(reading))


# -- what is said --


def test_that_with_nothing_selected_it_says_what_to_do(screen):
    assert "Ctrl+N" in texts(screen)


def test_that_a_case_shows_title_number_place_and_reporter(screen, put, samples, qtbot):
    made = put(samples.case(3))
    qtbot.waitUntil(lambda: "李*" in texts(screen))
    shown = texts(screen)
    for words in (made.title, made.no, made.place.address, "100****0000", "供水设施"):
        assert words in shown


def test_that_the_three_times_are_told_apart_only_where_they_differ(samples):
    late = samples.case(3)
    assert said(samples, late)["时间"] == "发生 14:13 · 上报 14:19 · 接收 14:20（10 分前）"
    at = samples.NOW - timedelta(minutes=10)
    same = samples.case(3, occurred_at=at, reported_at=at)
    assert said(samples, same)["时间"] == "接收 14:20（10 分前）"


def test_that_the_age_of_a_case_goes_on_while_it_is_looked_at(screen, put, samples, clock, stage):
    put(samples.case(3))
    assert "（10 分前）" in texts(screen)
    clock.advance(seconds=90)
    stage.ticked.emit(stage.now())
    assert "（11 分前）" in texts(screen)


def test_that_a_doubtful_place_says_what_is_in_doubt(samples):
    grids = list(samples.hall().grids.grids)[:2]
    border = Place(
        grid=grids[0], border_m=12.4, quality=PlaceQuality.BOUNDARY, candidates=tuple(grids)
    )
    words = said(samples, samples.case(3, place=border))["地点"]
    assert "边界附近（距界 12 米）" in words
    assert "可能属于：" in words
    assert "、" in words
    datum = Place(grid=grids[0], quality=PlaceQuality.DATUM_SUSPECT, suspect_datum=Datum.GCJ02)
    words = said(samples, samples.case(3, place=datum))["地点"]
    assert "坐标系可疑" in words
    assert "GCJ02" in words


def test_that_counters_are_shown_only_when_something_was_counted(samples):
    made = samples.case(3, state=State.DISPATCHED, age=HOUR)
    assert "次数" not in said(samples, made)
    back = samples.step(
        made, samples.Step.RETURN, by=made.body, role="", reason="不归我们管", duty_item="PH-001"
    )
    words = said(samples, back)["次数"]
    assert "退回 1 次" in words
    assert "退回单位：供水站" in words


def test_that_evidence_is_text_with_the_start_of_its_hash(samples):
    made = samples.case(
        3, evidence=[{"kind": "image", "url": "https://x/1.jpg", "sha256": "ab12cd34ef56"}]
    )
    assert said(samples, made)["证据"] == "图片 · 校验 ab12cd34…\nhttps://x/1.jpg"


def test_that_the_standard_says_how_to_handle_and_which_evidence_it_wants(samples):
    words = said(samples, samples.case(1))
    assert words["处置要点"].startswith("先设围挡")
    assert words["需交证据"] == "处置前照片、处置后照片、现场定位"


def test_that_an_unknown_reporter_leaves_no_empty_row(samples):
    assert "上报人" not in said(samples, samples.case(3), reporter=Reporter())


@pytest.mark.parametrize("state", State)
def test_that_a_case_in_any_state_can_be_put_into_words(state, samples):
    made = samples.case(1, state=state, age=30 * HOUR)
    for lang in ("zh", "en"):
        reading = Reading(case=made, hall=samples.hall(), lang=lang, now=samples.NOW)
        assert all(name and words for name, words in rows(reading))


def test_that_hostile_words_stay_words(screen, put, samples):
    evil = "<img src='file:///etc/hostname'><table><table>" * 40
    put(samples.case(3, title=evil[:200], description=evil))
    labels = [it for it in screen.findChildren(QLabel) if "<img" in it.text()]
    assert labels
    assert all(it.textFormat() is Qt.TextFormat.PlainText for it in labels)


# -- clocks --


def test_that_why_names_the_start_the_days_left_out_and_the_end(samples):
    friday = samples.NOW + timedelta(days=2)
    made = samples.case(3, state=State.HANDLING, age=HOUR, at=friday)
    timer = next(
        it for it in case_timers(made, samples.hall().limits) if it.kind is TimerKind.HANDLE
    )
    lines = why(made, timer, samples.hall(), friday, "zh")
    assert lines[0] == "时限 2 工作日"
    assert lines[1].endswith("（供水设施 · 水表箱、阀门、消防取水口损坏）")
    assert lines[2].startswith("从 2026-11-20 周五")
    assert "2026-11-21 周六 至 2026-11-22 周日 周末，2 天不计入" in lines
    assert lines[-1].startswith("到 2026-11-24 周二")


def test_that_why_says_when_the_calendar_has_changed_since(samples):
    made = samples.case(3, state=State.HANDLING, age=HOUR)
    moved = samples.replace(made, due_at=made.due_at + timedelta(days=1))
    timer = next(
        it for it in case_timers(moved, samples.hall().limits) if it.kind is TimerKind.HANDLE
    )
    assert "仍以当时所定为准" in why(moved, timer, samples.hall(), samples.NOW, "zh")[-1]


def test_that_reached_milestones_and_the_limit_of_the_law_stand_beside_the_clocks(samples):
    made = samples.case(1, state=State.HANDLING, age=HOUR)
    done = samples.step(made, samples.Step.MILESTONE, by=made.body, role="", milestone="围护")
    done = samples.replace(done, statutory_due_at=samples.NOW + 3 * HOUR)
    assert notes(done, samples.hall(), samples.NOW, "zh") == [
        "✓ 围护 14:30 完成",
        "法定期限 17:30，剩 3 小时",
    ]


def test_that_the_reasons_unfold_and_fold_again(screen, put, samples):
    put(samples.case(3, state=State.HANDLING, age=HOUR))
    assert "开始计时" not in texts(screen)
    buttons(screen)["为什么是这个时限"].click()
    assert "开始计时" in texts(screen)
    assert "供水" in texts(screen)
    screen._actions.press("Q")
    assert "开始计时" not in texts(screen)


def test_that_the_limit_of_the_law_no_longer_runs_once_a_case_is_closed(samples):
    law = samples.NOW + HOUR
    running = samples.case(7, state=State.HANDLING, age=HOUR)
    running = samples.replace(running, statutory_due_at=law)
    late = samples.NOW + 9 * HOUR
    assert "剩 1 小时" in notes(running, samples.hall(), samples.NOW, "zh")[-1]
    for closed_at, words in ((samples.NOW, "未超"), (law + HOUR, "结案时超 1 小时")):
        closed = samples.replace(running, state=State.CLOSED, closed_at=closed_at)
        (told, _promised) = notes(closed, samples.hall(), late, "zh")
        assert told.endswith(words)
    given_up = samples.replace(running, state=State.REJECTED, closed_at=None)
    assert "超" not in notes(given_up, samples.hall(), late, "zh")[0]


def test_that_why_comes_into_sight_when_it_is_asked_for(qtbot, screen, put, samples, stage):
    screen.resize(380, 560)
    put(samples.case(1, state=State.HANDLING, age=HOUR, description="描述" * 200))
    clocks, area = screen._clocks, screen._scroll
    reasons = clocks._reasons
    for opened in (lambda: actions_of(stage).trigger("why"), screen._clocks._button.click):
        area.verticalScrollBar().setValue(0)
        opened()
        assert clocks._why_open
        qtbot.waitUntil(lambda: not reasons.visibleRegion().isEmpty())
        qtbot.waitUntil(
            lambda: clocks._standing.mapTo(area, QPoint(0, 0)).y() < area.height() // 2,
        )
        opened()


def test_that_the_clocks_go_on_with_the_halls_clock(screen, put, samples, clock, stage):
    made = put(samples.case(4, state=State.FILED, age=timedelta(minutes=9)))
    timer = case_timers(made, samples.hall().limits)[0]
    clock.at = timer.due_at + timedelta(minutes=5)
    stage.ticked.emit(clock.now())
    bar = screen._clocks._lines[0].bar
    assert bar.accessibleDescription() == "超 5 分"


# -- following --


def test_that_a_settled_case_is_asked_for_and_shown(screen, stage, samples, qtbot):
    made = samples.case(7, state=State.CLOSED, age=30 * HOUR)
    stage.seat.desk.answers[OneCase] = made
    stage.select(made.no)
    qtbot.waitUntil(lambda: screen.case is made)
    assert actions_of(stage).case is made
    assert "回访" in buttons(screen)


def test_that_a_late_answer_about_another_case_is_dropped(screen, put, stage, samples):
    trail = []
    one, two = samples.case(3, trail=trail), samples.case(4)
    put(one)
    put(two)
    screen._on_reporter(one.no, Reporter(name="张*"))
    screen._on_history(screen._turn - 1, samples.recorded(trail))
    screen._on_found(one.no, one)
    assert screen.case is two
    assert "张*" not in texts(screen)
    assert "上报" not in texts(screen._history)


def test_that_it_follows_the_case_and_asks_its_history_once_at_a_time(
    screen, put, stage, samples, qtbot
):
    made = put(samples.case(3))
    qtbot.waitUntil(lambda: not screen._reading_history)
    desk = stage.seat.desk
    before = sum(isinstance(it, History) for it in desk.asked)
    claimed = samples.step(made, samples.Step.CLAIM)
    filed = samples.step(claimed, samples.Step.FILE, category=made.category)
    screen._on_changed([Delta(cases=(claimed,))])
    screen._on_changed([Delta(cases=(filed,))])
    screen._on_changed([Delta(cases=(made,))])  # late, and older than what is shown
    assert screen.case is filed
    assert sum(isinstance(it, History) for it in desk.asked) == before + 1
    qtbot.waitUntil(lambda: sum(isinstance(it, History) for it in desk.asked) == before + 2)
    qtbot.waitUntil(lambda: not screen._reading_history)


def test_that_a_receipt_without_effect_looks_other_than_a_step(screen, put, samples):
    trail = []
    made = put(samples.case(3, state=State.DISPATCHED, age=HOUR, trail=trail))
    noted = Fact(
        kind="case.receipt_noted",
        subject=made.no,
        at=samples.NOW,
        actor="police",
        data={"status": "result", "refusal": "wrong_body"},
    )
    screen._history.show_facts(samples.recorded([*trail, noted]), samples.NOW)
    (_, latest), (_, before) = screen._history._rows[:2]
    assert latest.text().startswith("× ")
    assert "未生效" in latest.text()
    assert latest.foregroundRole() is TONE_ROLES[Tone.QUIET]
    assert before.foregroundRole() is TONE_ROLES[Tone.PLAIN]


def test_that_history_is_newest_first_and_says_what_was_done_late(screen, put, samples, desk):
    trail = []
    made = samples.case(3, state=State.DISPATCHED, age=HOUR, trail=trail)
    lines = [
        entry(it, samples.hall(), {"county": "县平台"}, "zh") for it in samples.recorded(trail)
    ]
    assert lines[0].startswith("县平台 上报")
    assert lines[-1].startswith("周文斌 派单给供水站")
    crossed = Fact(
        kind="case.timer_crossed", subject=made.no, at=samples.NOW, actor="hall",
        data={"timer": "sign", "phase": "over", "late": True},
    )  # fmt: skip
    late = Recorded(fact=crossed, seat="S1", number=9, recorded_at=samples.NOW)
    assert entry(late, samples.hall(), {}, "zh").startswith("系统 时限提醒（延迟执行）")
    words = {"evidence": ["现场照片"], "case": made.no, "bodies": ["police"], "kind": "ordinary"}
    asking = Fact(kind="whistle.blown", subject="W1", at=samples.NOW, actor="d1", data=words)
    blown = Recorded(fact=asking, seat="S1", number=10, recorded_at=samples.NOW)
    assert "证据" not in entry(blown, samples.hall(), {}, "zh")
    screen._history.show_facts(samples.recorded(trail), samples.NOW)
    assert screen._history._rows[0][1].text().startswith("周文斌 派单")


def test_that_a_long_history_begins_with_its_newest_part(screen, samples):
    trail = []
    samples.case(3, state=State.DISPATCHED, age=HOUR, trail=trail)
    screen._history.show_facts(samples.recorded(trail * 30), samples.NOW)
    shown = sum(when.isVisibleTo(screen._history) for when, _what in screen._history._rows)
    assert shown == 30
    screen._history._older.click()
    shown = sum(when.isVisibleTo(screen._history) for when, _what in screen._history._rows)
    assert shown == 30 * len(trail)


# -- doing --


def test_that_the_steps_are_those_of_loop_and_role_with_their_keys(screen, put, samples):
    put(samples.case(3, state=State.HANDLING, age=HOUR))
    shown = buttons(screen._steps)
    assert set(shown) == {
        "代报进展",
        "加派协办",
        "催办",
        "申请延期",
        "申请挂账",
        "呼叫县级",
        "移送",
    }  # a dispatcher may not suspend
    assert shown["代报进展"].text() == "代报进展  P"


def test_that_a_key_stands_on_the_step_it_means(screen, put, stage, samples):
    stage.sign_on(samples.operator("duty_leader"))
    put(samples.case(6, state=State.CHECKING, age=9 * HOUR))
    shown = buttons(screen._steps)
    assert shown["返工"].text() == "返工  R"
    assert shown["不予受理"].text() == "不予受理"


@pytest.mark.parametrize(
    ("state", "judging"), [(State.RESULT_SUBMITTED, "核查"), (State.CHECKING, "结案")]
)
def test_that_the_check_of_ones_own_work_is_greyed_and_says_for_whom_it_is(
    screen, put, stage, samples, state, judging
):
    stage.sign_on(samples.operator("duty_leader"))
    case = samples.case(6, state=state, age=9 * HOUR)
    assert case.dispatcher != "duty_leader"
    put(case)
    assert buttons(screen._steps)[judging].isEnabled()
    put(structs.replace(case, dispatcher="duty_leader", version=case.version + 1))
    button = buttons(screen._steps)[judging]
    assert not button.isEnabled()
    assert "请由其他核查人员" in button.toolTip()
    assert button.property("kind") != "primary"
    assert buttons(screen._steps)["返工"].isEnabled()
    assert button.isVisible(), "it stands where it is looked for"


def test_that_steps_wait_while_one_is_under_way(screen, put, stage, samples, qtbot):
    made = put(samples.case(3))
    stage.seat.desk.held = []
    actions_of(stage).trigger("claim")
    assert "正在提交" in texts(screen._steps)
    assert not any(it.isEnabled() for it in buttons(screen._steps).values())
    future, outcome = stage.seat.desk.held.pop()
    future.set_result(outcome)
    qtbot.waitUntil(lambda: made.no not in stage.pending)
    assert all(it.isEnabled() for it in buttons(screen._steps).values())


def claimed_by_another(samples, stage, heard, version=2):
    """Return a case another has claimed, and who was last heard of so long ago."""
    made = samples.step(samples.case(3), samples.Step.CLAIM, by="dispatcher2")
    at = stage.now() - heard
    stage.picture.present["dispatcher2"] = at
    return structs.replace(made, claimed_at=at, version=version)


def test_that_a_case_of_somebody_who_is_there_cannot_be_taken(screen, put, stage, samples):
    put(claimed_by_another(samples, stage, timedelta(seconds=10)))
    assert not buttons(screen._steps)["接手"].isEnabled()
    assert screen._head._doubt.isHidden()


def test_that_a_stale_claim_counts_down_until_one_key_takes_it(screen, put, stage, samples):
    put(claimed_by_another(samples, stage, timedelta(seconds=50)))
    button = screen._steps._buttons["claim"]
    assert not button.isEnabled()
    assert "秒后可接手" in button.text()
    assert "离席" in screen._head._doubt.accessibleName()
    screen._on_ticked(stage.now() + timedelta(seconds=16))
    assert button.text() == "接手  L"
    assert button.isEnabled()
    put(claimed_by_another(samples, stage, timedelta(seconds=66), version=9))
    actions_of(stage).trigger("claim")
    ((command, _who),) = stage.seat.desk.submitted
    assert (command.take, command.reason, command.version) == (True, "", 9)


def test_that_a_supervisor_takes_a_case_only_with_a_word_why(screen, put, stage, samples):
    stage.sign_on(samples.operator("shift_supervisor"))
    put(claimed_by_another(samples, stage, timedelta(seconds=10)))
    buttons(screen._steps)["接手"].click()
    screen.forms.panel.send()
    assert stage.seat.desk.submitted == []
    screen.forms.panel.enter(reason="本人已送医")
    screen.forms.panel.send()
    ((command, _who),) = stage.seat.desk.submitted
    assert (command.take, command.reason) == (True, "本人已送医")


def test_that_a_case_can_be_handed_to_a_colleague(screen, put, stage, samples):
    put(samples.step(samples.case(3), samples.Step.CLAIM))
    stage.picture.present["intake_officer"] = stage.now()
    actions_of(stage).trigger("hand_over")
    panel = screen.forms.panel
    offered = panel.form.fields[0].choices(panel.subject, {})
    assert offered[0].value == "intake_officer"
    assert "在席" in offered[0].text
    assert not {"dispatcher", "handler"} & {it.value for it in offered}
    panel.enter(to="dispatcher2")
    panel.send()
    ((command, _who),) = stage.seat.desk.submitted
    assert command.to == "dispatcher2"


def test_that_a_form_opens_in_the_panel_and_waits_while_one_looks_elsewhere(
    screen, put, stage, samples
):
    one, two = samples.case(3), samples.case(4)
    put(two, select=False)
    put(one)
    actions_of(stage).trigger("reject")
    screen.forms.panel.enter(reply="请联系县城管局")
    stage.select(two.no)
    assert screen.forms.panel is None
    stage.select(one.no)
    assert screen.forms.panel.values()["reply"] == "请联系县城管局"


@pytest.mark.parametrize("several", [False, True])
def test_that_a_form_about_no_single_case_does_not_stand_under_the_one_selected(
    several, screen, put, stage, samples
):
    case = put(samples.case(1))
    if several:
        form, about = BULK_FORMS["file"], subject_of(stage, cases=(case, samples.case(2)))
    else:
        form, about = FORMS["register"], subject_of(stage)
    screen.forms.open(form, about)
    assert case.no not in texts(screen)
    assert case.title not in texts(screen)
    put(samples.replace(case, version=case.version + 1), select=False)
    assert case.no not in texts(screen)
    screen.forms.leave()
    assert case.no in texts(screen)


def test_that_a_report_can_be_registered_with_no_case_selected(screen, stage):
    actions_of(stage).trigger("register")
    assert screen.forms.panel.form.id == "register"
    assert screen.forms.panel.isVisibleTo(screen)


def test_that_the_registered_case_is_selected(screen, stage, samples):
    made = samples.case(9)
    fact = Fact(kind="case.received", subject=made.no, at=samples.NOW, actor="d", data={})
    stage.picture.cases[made.no] = made
    screen._on_done(Outcome(facts=(fact,), case=made))
    assert stage.selection == made.no


def test_that_relatives_can_be_looked_at(screen, put, stage, samples, qtbot):
    made = structs.replace(samples.case(3), parent="YX-9")
    put(made)
    qtbot.waitUntil(lambda: "主案 YX-9" in buttons(screen))
    buttons(screen)["主案 YX-9"].click()
    assert stage.selection == "YX-9"


# -- the whistle --


def whistled(samples, made, **fields):
    blown, noted = samples.whistle(made, **fields)
    return blown, noted


def test_that_the_button_says_whom_it_would_call_and_one_click_calls_them(
    screen, put, stage, samples, qtbot
):
    made = put(samples.case(12, state=State.FILED, age=HOUR))
    shown = texts(screen._call)
    assert "综合执法 · 建环办（牵头）、执法队、县环境局" in shown
    assert "10 分内应哨 · 30 分内报到" in shown
    blown, noted = whistled(samples, made, age=timedelta())
    fact = Fact(kind="whistle.blown", subject=blown.no, at=samples.NOW, actor="d", data={})
    stage.seat.desk.outcomes["blow"] = Outcome(facts=(fact,), case=noted, whistle=blown)
    buttons(screen._call)["吹哨"].click()
    (order, _who) = stage.seat.desk.submitted[-1]
    assert (order.case, order.version, order.bodies) == (made.no, made.version, None)
    qtbot.waitUntil(lambda: screen._undo.on_offer)
    screen._undo.take_back()
    (order, _who) = stage.seat.desk.submitted[-1]
    assert (type(order).__name__, order.whistle) == ("Withdraw", blown.no)
    qtbot.waitUntil(lambda: not stage.pending)


def test_that_only_a_whistle_under_way_is_said_to_be_blown(screen, put, stage, samples):
    put(samples.case(12, state=State.FILED, age=HOUR))
    stage.seat.desk.held = []
    actions_of(stage).trigger("claim")
    assert not screen._call._blow.isEnabled()
    assert "正在吹哨" not in screen._call._blow.text()


def test_that_a_whistle_under_way_is_said_to_be_blown(screen, put, stage, samples):
    put(samples.case(12, state=State.FILED, age=HOUR))
    stage.seat.desk.held = []
    buttons(screen._call)["吹哨"].click()
    assert screen._call._blow.text() == "正在吹哨…"


def test_that_an_emergency_is_held_and_its_key_only_prepares_it(screen, put, stage, samples):
    put(samples.case(4, state=State.FILED, age=HOUR, urgency=Urgency.CRITICAL))
    assert "吹哨" not in buttons(screen._call)
    assert "按住 1 秒吹哨" in buttons(screen._call)
    actions_of(stage).trigger("blow")
    assert stage.seat.desk.submitted == []
    panel = screen.forms.panel
    assert panel.form.id == "choose_whistle"
    assert panel._hold.isVisibleTo(panel)
    assert not panel._send.isVisibleTo(panel)


def test_that_without_a_template_the_chooser_opens(screen, put, stage, samples):
    put(samples.case(3, state=State.HANDLING, age=HOUR))
    buttons(screen._call)["吹哨"].click()
    assert stage.seat.desk.submitted == []
    assert screen.forms.panel.form.id == "choose_whistle"


def test_that_who_may_not_whistle_sees_no_whistle(screen, put, stage, samples):
    stage.sign_on(samples.operator("inspector"))
    put(samples.case(12, state=State.FILED, age=HOUR))
    assert not screen._call.isVisibleTo(screen)


def test_that_a_running_whistle_shows_its_board_and_no_second_one(screen, put, samples):
    made = samples.case(12, state=State.HANDLING, age=HOUR)
    blown, noted = whistled(samples, made)
    put(noted, blown)
    assert screen._board.isVisibleTo(screen)
    assert not screen._call.isVisibleTo(screen)


@pytest.mark.parametrize("width", [340, 480, 900])
def test_that_nothing_is_wider_than_the_panel(width, screen, put, samples, qtbot):
    screen.resize(width, 700)
    blown, noted = whistled(samples, samples.case(12, state=State.HANDLING, age=HOUR))
    put(noted, blown)
    qtbot.waitUntil(lambda: screen._scroll.widget().width() > 0)
    assert screen._scroll.widget().minimumSizeHint().width() <= screen._scroll.viewport().width()


@pytest.fixture
def twins(stage, put, samples):
    """A report and an older case of the same place and class, which the store suggests."""
    here = samples.case(3, at=samples.NOW)
    same = samples.case(27, place=samples.spot(3), age=timedelta(minutes=20))
    put(same, select=False)
    stage.seat.desk.alike[here.no] = samples.suggested(here, same, same_phone=True)
    put(here)
    return here, same


def test_that_what_may_be_the_same_problem_is_shown_with_every_reason(screen, stage, twins, qtbot):
    _here, same = twins
    qtbot.waitUntil(lambda: bool(screen._alike.found))
    said = texts(screen._alike)
    assert same.title in said
    for reason in ("相距 0 米", "相隔 10 分", "同类别", "来电尾号相同"):
        assert reason in said
    assert "很像" in screen._alike._rows[0].score.accessibleName()


def test_that_one_key_merges_into_the_likeliest_with_the_reasons(screen, stage, twins, qtbot):
    here, same = twins
    qtbot.waitUntil(lambda: bool(screen._alike.found))
    assert "merge_likeliest" in screen._steps.offered
    actions_of(stage).trigger("merge_likeliest")
    ((command, _who),) = stage.seat.desk.submitted
    assert (command.case, command.into, command.version) == (here.no, same.no, here.version)
    assert "来电尾号相同" in command.reason


def test_that_without_a_likely_case_the_key_says_so(screen, stage, put, samples, qtbot):
    put(samples.case(3))
    assert "merge" in screen._steps.offered
    assert "merge_likeliest" not in screen._steps.offered
    with qtbot.waitSignal(stage.refused) as told:
        actions_of(stage).trigger("merge_likeliest")
    assert "没有找到" in told.args[0]
    assert stage.seat.desk.submitted == []


def test_that_the_map_is_told_what_to_tie_and_forgets_it(screen, stage, twins, put, samples, qtbot):
    told = []
    stage.compared.connect(told.append)
    stage.select("")
    stage.select(twins[0].no)
    qtbot.waitUntil(lambda: bool(told and told[-1]))
    put(samples.case(9))
    qtbot.waitUntil(lambda: told[-1] == ())


def test_that_the_requests_behind_a_problem_are_listed_with_channel_and_time(
    screen, stage, put, samples, qtbot
):
    parent = samples.case(3)
    children = tuple(samples.case(n, age=timedelta(minutes=n)) for n in (21, 22))
    stage.seat.desk.children[parent.no] = children
    put(structs.replace(parent, children=tuple(it.no for it in children)))
    qtbot.waitUntil(lambda: children[1].no in "".join(buttons(screen._merged)))
    said = texts(screen._merged)
    assert "主案" in said
    assert children[0].title in said
    buttons(screen._merged)[f"查看 {children[0].no}"].click()
    assert stage.selection == children[0].no
