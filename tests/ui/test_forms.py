"""Forms: what they start from, what they refuse, what they send, and what survives."""

import dataclasses
from datetime import timedelta

import msgspec
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from commandcenter.application import commands as c
from commandcenter.application.changes import Delta
from commandcenter.domain.case import Outcome as Ending
from commandcenter.domain.case import State
from commandcenter.domain.catalogue import Urgency
from commandcenter.domain.errors import Refusal
from commandcenter.domain.hints import hints
from commandcenter.domain.report import Channel
from commandcenter.domain.whistle import Arbiter
from commandcenter.rehearsal.stories import DEVICE_FAULT, RAIN_SIGHTS, SIGHTS
from ui.actions import ACTIONS, Screen
from ui.forms.bulk_forms import BULK_FORMS
from ui.forms.case_forms import CASE_FORMS
from ui.forms.difference import differences
from ui.forms.field import Choice, Kind, subject_of
from ui.forms.gate_forms import FORMS
from ui.forms.host import FormHost
from ui.forms.whistle_forms import PROMOTE, WHISTLE_FORMS
from ui.theme import DARK
from ui.wording import SEPARATOR

HOUR = timedelta(hours=1)
STATES = {
    "register": None,
    "file": State.RECEIVED,
    "verify": State.RECEIVED,
    "reject": State.RECEIVED,
    "merge": State.RECEIVED,
    "unmerge": State.MERGED,
    "dispatch": State.FILED,
    "recall": State.DISPATCHED,
    "dispute": State.DISPATCHED,
    "verified": State.VERIFYING,
    "sign": State.DISPATCHED,
    "return": State.DISPATCHED,
    "rule": State.ARBITRATING,
    "report": State.HANDLING,
    "urge": State.HANDLING,
    "suspend": State.HANDLING,
    "ask_extension": State.HANDLING,
    "ask_hold": State.HANDLING,
    "decide": State.HANDLING,
    "force_close": State.HANDLING,
    "resume": State.SUSPENDED,
    "rework": State.RESULT_SUBMITTED,
    "close": State.CHECKING,
    "follow_up": State.CLOSED,
    "reopen": State.CLOSED,
    "archive": State.CLOSED,
    "take_over": State.RECEIVED,
    "hand_over": State.RECEIVED,
    "co_dispatch": State.HANDLING,
    "report_helper": State.HANDLING,
    "waive": State.HANDLING,
    "add_evidence": State.RESULT_SUBMITTED,
    "answer_doubts": State.CLOSED,
}


@pytest.fixture
def host(qtbot, stage):
    made = FormHost(stage)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def opened(qtbot, stage, host, samples):
    """Open a form on a case in the state it belongs to."""

    def open_form(id_, made=None, **answers):
        state = STATES.get(id_)
        if made is None and state is not None:
            made = samples.case(903, state=state, age=2 * HOUR)  # of nobody else
            if id_ in {"report_helper", "waive"}:
                made = samples.helped(made, "police")
            elif id_ == "answer_doubts":
                made = samples.step(made, samples.Step.FOLLOW_UP, solved=False)
        panel = host.open(CASE_FORMS[id_], subject_of(stage, case=made), **answers)
        host.show()
        return panel

    return open_form


def test_that_the_buttons_stay_in_sight_however_long_the_form_is(qtbot, opened, host):
    panel = opened("register")
    host.resize(360, 320)
    qtbot.waitUntil(lambda: panel.height() <= 320)
    assert panel.rect().contains(panel._send.geometry())
    assert not panel._send.visibleRegion().isEmpty()


def fill(panel):
    """Answer every question that is asked: the first choice, or some words."""
    for row in panel._rows:
        values = panel.values()
        if not row.field.when(panel.subject, values) or values[row.field.key] not in (None, "", ()):
            continue
        choices = row.field.choices(panel.subject, values)
        if row.field.kind is Kind.MANY:
            answer = tuple(it.value for it in choices[:2])
        elif choices:
            answer = choices[0].value
        elif row.field.kind in {Kind.LINE, Kind.WORDS}:
            answer = "某某说的话"
        else:
            continue
        panel.enter(**{row.field.key: answer})


def editor(panel, key):
    return next(row.editor for row in panel._rows if row.field.key == key)


def fault(panel, key):
    return next(row.fault.text() for row in panel._rows if row.field.key == key)


def sent(stage):
    return [command for command, _who in stage.seat.desk.submitted]


def test_that_every_action_of_the_case_panel_has_a_form_or_needs_none():
    asked = {it.id for it in ACTIONS.values() if it.screen is Screen.CASE}
    own = {"claim", "check", "why", "merge_likeliest", "call_sheet", "letter", "dossier"}
    assert asked - FORMS.keys() == own
    of_whistles = {it.id for it in ACTIONS.values() if it.screen is Screen.WHISTLES}
    assert of_whistles - WHISTLE_FORMS.keys() == {"blow", "slips"}
    assert STATES.keys() == CASE_FORMS.keys()


@pytest.mark.parametrize("id_", CASE_FORMS)
def test_that_what_a_filled_form_sends_is_a_command_the_hall_can_read(id_, opened, stage):
    panel = opened(id_)
    fill(panel)
    assert panel._check()
    order = panel.form.order(panel.subject, panel.values())
    assert type(order) is CASE_FORMS[id_].command
    assert msgspec.json.decode(msgspec.json.encode(order), type=c.Command) == order


@pytest.mark.parametrize("id_", WHISTLE_FORMS)
def test_that_what_a_filled_whistle_form_sends_is_a_command_too(id_, host, stage, blown):
    panel = host.open(WHISTLE_FORMS[id_], subject_of(stage, **blown(id_)))
    fill(panel)
    assert panel._check()
    order = panel.form.order(panel.subject, panel.values())
    assert msgspec.json.decode(msgspec.json.encode(order), type=c.Command) == order


def unanswered(panel):
    """Return the rows that are asked, and of those the first that has to be answered yet."""
    values = panel.values()
    asked = [it for it in panel._rows if it.field.when(panel.subject, values)]
    empty = (
        it
        for it in asked
        if it.field.required(panel.subject, values) and values[it.field.key] in (None, "", ())
    )
    return asked, next(empty, None)


def stands_at_what_is_missing(panel):
    asked, missing = unanswered(panel)
    first = missing or (asked[0] if asked else None)
    wanted = panel._button() if first is None else first.editor.control
    return panel.focusWidget() is wanted


@pytest.mark.parametrize("id_", FORMS)
def test_that_a_form_begins_at_the_first_answer_it_still_needs(id_, stage, host, samples):
    made = samples.case(903, state=STATES.get(id_) or State.HANDLING, age=2 * HOUR)
    subject = subject_of(stage, case=None if id_ == "register" else made)
    panel = host.open(FORMS[id_], subject)
    assert stands_at_what_is_missing(panel)


@pytest.mark.parametrize("id_", BULK_FORMS)
def test_that_a_form_about_several_begins_there_too(id_, stage, host, samples):
    cases = tuple(samples.case(903 + n, state=State.FILED, age=HOUR) for n in range(3))
    assert stands_at_what_is_missing(host.open(BULK_FORMS[id_], subject_of(stage, cases=cases)))


@pytest.fixture
def blown(samples):
    made = samples.case(3, state=State.HANDLING, age=2 * HOUR)

    def whistle(id_):
        found, case = samples.whistle(made, came=("enforcement",), refused=("market",))
        if id_ in {"rate", "answer_rating", "appeal_rating", "rule_rating"}:
            found = samples.rated(found, "enforcement", upto=id_)
        return {"case": case} if id_ == "choose_whistle" else {"whistle": found}

    return whistle


@pytest.mark.parametrize("id_", WHISTLE_FORMS)
def test_that_a_whistle_form_begins_there_and_not_at_the_body_that_is_known(
    id_, stage, host, blown
):
    assert stands_at_what_is_missing(host.open(WHISTLE_FORMS[id_], subject_of(stage, **blown(id_))))


def test_that_the_keyboard_goes_to_the_reason_once_the_body_is_known(stage, host, blown):
    panel = host.open(WHISTLE_FORMS["arbitrate"], subject_of(stage, **blown("arbitrate")))
    assert panel.values()["body"] == "market"
    assert panel.focusWidget() is editor(panel, "reason").control


def test_that_a_form_that_is_come_back_to_goes_on_at_what_is_missing(stage, host, blown):
    subject = subject_of(stage, **blown("arbitrate"))
    panel = host.open(WHISTLE_FORMS["arbitrate"], subject)
    host.park()
    panel.enter(arbiter=None)
    assert host.open(WHISTLE_FORMS["arbitrate"], subject) is panel
    assert panel.focusWidget() is editor(panel, "arbiter").control


def test_that_what_is_missing_below_the_fold_is_in_sight_when_the_form_begins(
    qtbot, stage, host, blown
):
    subject = subject_of(stage, **blown("rule_summons"))
    host.resize(420, 260)
    panel = host.open(
        WHISTLE_FORMS["rule_summons"], subject, arbiter=Arbiter.SUPERVISOR, uphold=True
    )
    reason = editor(panel, "reason").control
    assert panel.focusWidget() is reason
    qtbot.waitUntil(lambda: reason.visibleRegion().boundingRect() == reason.rect())


def test_that_a_first_question_with_tall_lists_below_it_is_in_sight(qtbot, opened, host):
    host.resize(380, 320)
    panel = opened("file")
    line = editor(panel, "category").control
    assert panel.focusWidget() is line
    qtbot.waitUntil(lambda: panel.height() <= 320)
    qtbot.waitUntil(lambda: not panel._body._later.isActive())
    assert line.visibleRegion().boundingRect() == line.rect()


def test_that_every_word_of_every_form_is_there_in_both_languages():
    for form in (*CASE_FORMS.values(), *WHISTLE_FORMS.values(), PROMOTE):
        for field in form.fields:
            assert all(field.label), (form.id, field.key)
            assert bool(field.hint[0]) == bool(field.hint[1]), (form.id, field.key)


def test_that_dispatch_starts_from_the_standard_and_says_till_when_before_the_click(opened, stage):
    panel = opened("dispatch")
    assert panel.values()["body"] == "waterworks"
    said = panel._preview.text()
    assert "供水站" in said
    assert "截止" in said
    assert "签收" in said
    panel.enter(limit="2 urgent_hour")
    assert "2 紧急工作时，16:30 截止" in panel._preview.text()


@pytest.mark.parametrize(
    ("lang", "past", "goes_on"), [("zh", "已过", "接着"), ("en", "past", "goes on")]
)
def test_that_a_ruling_says_which_of_its_limits_are_past_and_that_the_clock_goes_on(
    samples, stage, lang, past, goes_on
):
    case = samples.case(905, state=State.ARBITRATING, age=30 * HOUR)
    case = samples.replace(case, clock_from=samples.NOW - 29 * HOUR)
    stage.lang = lang
    subject = subject_of(stage, case=case)
    kept, other = (
        CASE_FORMS["rule"].preview(subject, {"body": body, "limit": "2 urgent_hour"})
        for body in (case.body, "fire")
    )
    assert past in next(line for line in kept if "2 " in line)
    assert goes_on in "".join(kept)
    assert past not in "".join(other)
    assert goes_on not in "".join(other)


def test_that_dispatch_is_sent_for_the_version_that_was_seen(opened, stage, qtbot):
    panel = opened("dispatch")
    with qtbot.waitSignal(panel.done):
        panel.send()
    (order,) = sent(stage)
    assert (order.case, order.version) == (panel.subject.case.no, panel.subject.case.version)
    assert order.body == "waterworks"
    assert order.limit is None  # the standard's own is left to the hall


def test_that_a_dispatch_without_helpers_says_so_and_does_not_fall_back(opened, stage, samples):
    gas = samples.case(4, state=State.FILED, age=HOUR)
    panel = opened("dispatch", gas)
    assert panel.values()["co_bodies"]
    panel.enter(co_bodies=())
    assert "协办" not in panel._preview.text()
    assert panel.form.order(panel.subject, panel.values()).co_bodies == ()


def test_that_a_missing_choice_is_asked_for_and_its_box_is_framed_in_red(opened):
    panel = opened("verified")
    panel.send()
    assert fault(panel, "status") == "请选择「核实结论」。"
    box = editor(panel, "status").control
    edge = box.grab().toImage().pixelColor(box.width() // 2, 1)
    assert edge.name().upper() == DARK.over.upper()


def test_that_words_too_long_for_a_box_of_choices_end_in_dots_until_it_has_the_keyboard(
    qtbot, opened, host
):
    panel = opened("verified")
    row = editor(panel, "status")
    row.set_choices([Choice(value="long", text="一二三四五六七八九十" * 9)])
    row.set_value("long")
    line = row.control.lineEdit()
    assert line.shown.endswith("…")
    assert row.value() == "long"
    host.activateWindow()
    row.control.setFocus()
    qtbot.waitUntil(line.hasFocus)
    assert line.shown == line.text()


def test_that_a_missing_answer_is_named_at_its_field_and_nothing_is_sent(opened, stage):
    panel = opened("rework")
    panel.send()
    assert fault(panel, "reason") == "请填写「原因」。"
    assert editor(panel, "reason").control.accessibleDescription() == "请填写「原因」。"
    assert sent(stage) == []
    panel.enter(reason="照片看不清")
    editor(panel, "reason").changed.emit()
    assert fault(panel, "reason") == ""


def test_that_words_that_are_on_no_list_are_refused_by_name(opened, stage):
    panel = opened("file")
    line = editor(panel, "category").control
    line.setText("路")
    line.textEdited.emit("路")  # keys of a test can only be Latin
    panel.send()
    assert "「路」不在清单中" in fault(panel, "category")
    assert sent(stage) == []


def test_that_a_code_alone_finds_its_category(opened, stage, qtbot):
    panel = opened("file")
    line = editor(panel, "category").control
    line.selectAll()
    qtbot.keyClicks(line, "c0106")
    assert panel.values()["category"] == "C0106"


def test_that_ctrl_enter_sends_from_any_field_and_esc_leaves(opened, stage, host, qtbot):
    panel = opened("dispute", reason="照片看不清")
    control = editor(panel, "reason").control
    qtbot.keyClick(control, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [order.reason for order in sent(stage)] == ["照片看不清"]
    qtbot.waitUntil(lambda: host.panel is None)

    panel = opened("dispute")
    qtbot.keyClick(editor(panel, "reason").control, Qt.Key.Key_Escape)
    assert host.panel is None
    assert host.isHidden()


def test_that_what_no_one_sees_is_left_out_of_what_is_pasted(opened):
    panel = opened("register")
    for key in ("title", "description"):
        editor(panel, key).set_value(" 灯\x0b不亮\x1b ")
        assert editor(panel, key).value() == "灯不亮"


def test_that_a_refusal_is_shown_at_the_form_and_the_answers_stay(opened, stage, host, qtbot):
    stage.seat.desk.refusal = Refusal("store_unavailable", detail="disk full")
    panel = opened("dispute", reason="照片看不清")
    panel.send()
    qtbot.waitUntil(lambda: "磁盘已满" in panel._problem.text())
    assert host.panel is panel
    assert panel.values()["reason"] == "照片看不清"
    assert panel._send.isEnabled()


def test_that_somebody_elses_refusal_is_not_shown_at_the_form(opened, stage):
    panel = opened("dispute", reason="照片看不清")
    stage.refused.emit("另一件事没有办成。")
    assert panel._problem.text() == ""


def test_that_while_it_is_under_way_it_cannot_be_sent_twice(opened, stage, qtbot):
    stage.seat.desk.held = []
    panel = opened("dispute", reason="照片看不清")
    panel.send()
    assert not panel._send.isEnabled()
    assert panel._send.text() == "正在提交…"
    panel.send()
    assert len(sent(stage)) == 1
    future, outcome = stage.seat.desk.held.pop()
    with qtbot.waitSignal(panel.done):
        future.set_result(outcome)


def test_that_a_case_that_moved_on_shows_both_versions_and_is_sent_only_after_a_look(
    opened, stage, samples, qtbot
):
    made = samples.case(3, state=State.FILED, age=HOUR)
    panel = opened("dispatch", made, message="请尽快")
    now = samples.step(made, samples.Step.CLAIM)
    panel._on_changed([Delta(cases=(now,))])
    said = panel._problem.text()
    assert "第 2 版，现为第 3 版" in said
    assert "您看到的（第 2 版） | 现在（第 3 版）" in panel._beside.text
    assert "认领人 | （无） | 周文斌" in panel._beside.text
    assert not panel._send.isEnabled()
    panel.send()
    assert sent(stage) == []
    panel.look_again()
    assert panel.values()["message"] == "请尽快"
    with qtbot.waitSignal(panel.done):
        panel.send()
    assert sent(stage)[-1].version == now.version


def test_that_enter_presses_the_button_of_a_form_that_has_the_keyboard(
    opened, host, stage, samples, qtbot
):
    made = samples.case(3, state=State.FILED, age=HOUR)
    panel = opened("dispatch", made)
    now = samples.step(made, samples.Step.CLAIM)
    panel._on_changed([Delta(cases=(now,))])
    host.activateWindow()
    panel.send()
    qtbot.waitUntil(panel._again.hasFocus)
    qtbot.keyClick(panel._again, Qt.Key.Key_Return)
    assert panel._again.isHidden()
    assert panel._send.isEnabled()
    assert sent(stage) == []
    panel._send.setFocus()
    with qtbot.waitSignal(panel.done):
        qtbot.keyClick(panel._send, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)


def test_that_a_stale_version_refused_by_the_hall_leads_to_the_same_look(
    opened, stage, samples, qtbot
):
    made = samples.case(3, state=State.FILED, age=HOUR)
    now = samples.step(made, samples.Step.CLAIM)
    desk = stage.seat.desk
    desk.answers[samples.OneCase] = now
    desk.refusal = Refusal("overtaken", case=made.no, seen=made.version, now=now.version)
    panel = opened("dispatch", made)
    panel.send()
    qtbot.waitUntil(panel._again.isVisible)
    assert "认领人" in panel._beside.text


def test_that_a_change_nobody_could_see_asks_nobody_to_look(opened, stage, samples):
    made = samples.case(3, state=State.FILED, age=HOUR)
    panel = opened("dispatch", made)
    now, _fact = samples.cases.noted(
        made, "timer_crossed", at=samples.NOW, actor="hall", data={"timer": "dispatch"}
    )
    panel._on_changed([Delta(cases=(now,))])
    assert panel._problem.text() == ""
    assert panel.subject.case.version == now.version


def test_that_the_reply_follows_the_reason_until_somebody_has_written_it(opened, stage):
    panel = opened("reject")
    panel.enter(reason="核实不属实")
    assert "未发现" in panel.values()["reply"]
    panel.enter(reply="我自己写的答复")
    panel.enter(reason="不属受理范围")
    assert panel.values()["reply"] == "我自己写的答复"


def checked(samples, *, waits):
    made = samples.case(903, state=State.CHECKING, age=2 * HOUR)
    return samples.replace(made, requires_reply=waits, source_no=None)


def test_that_the_closing_reply_follows_the_outcome(opened, samples):
    panel = opened("close", checked(samples, waits=True))
    assert "处理完毕" in panel.values()["reply"]
    panel.enter(outcome=Ending.EXPLAINED)
    assert "解释" in panel.values()["reply"]


def test_that_no_reply_is_written_where_nobody_waits_for_one(opened, samples):
    panel = opened("close", checked(samples, waits=False))
    assert panel.values()["reply"] == ""
    assert "没有上报人等待答复" in panel._preview.text()


@pytest.mark.parametrize("id_", ["close", "reject"])
def test_that_a_reporter_is_answered_in_chinese_from_an_english_seat(stage, samples, id_):
    case = checked(samples, waits=True)
    subject = dataclasses.replace(subject_of(stage, case=case), lang="en")
    form = CASE_FORMS[id_]
    reply = next(it for it in form.fields if it.key == "reply")
    reason = next((it for it in form.fields if it.key == "reason"), None)
    reasons = reason.choices(subject, {}) if reason else ()
    for value in [it.value for it in reasons] or [None]:
        answers = {"outcome": Ending.SOLVED, "reason": value}
        said = reply.initial(subject, answers)
        assert said
        assert not any("a" <= it <= "z" for it in said)


def test_that_the_milestone_is_asked_only_when_one_was_reached(opened, samples):
    cover = samples.case(1, state=State.HANDLING, age=2 * HOUR)
    panel = opened("report", cover, status="result", who="李队", words="已修好")
    order = panel.form.order(panel.subject, panel.values())
    assert order.milestone is None
    panel.enter(status="milestone")
    assert not editor(panel, "milestone").isHidden()
    assert panel.values()["milestone"] == "围护"


def test_that_a_return_on_behalf_needs_its_duty_item(opened, stage):
    panel = opened("return", who="李队", reason="不归我们管")
    panel.send()
    assert "请选择「清单事项」" in fault(panel, "duty_item")
    assert sent(stage) == []


def test_that_a_forced_closing_is_held_and_not_clicked(opened, stage, qtbot):
    panel = opened("force_close", reason="重复登记")
    assert panel._send.isHidden()
    panel.send()
    assert sent(stage) == []
    panel._hold.held.emit()
    assert len(sent(stage)) == 1
    qtbot.waitUntil(lambda: not stage.pending)


def test_that_a_hold_let_go_too_early_says_so_and_a_later_one_takes_it_back(opened, stage, qtbot):
    panel = opened("force_close", reason="重复登记")
    panel.send()
    qtbot.keyPress(panel._hold, Qt.Key.Key_Space)
    qtbot.keyRelease(panel._hold, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "没有按满 1 秒" in panel._problem.text())
    assert sent(stage) == []
    panel._hold.held.emit()
    assert panel._problem.text() == ""
    qtbot.waitUntil(lambda: not stage.pending)


def with_keyboard(qtbot, panel, key):
    """Return the control of a field, with the keyboard in it."""
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    line = editor(panel, key).control
    line.setFocus()
    return line


def test_that_a_grave_form_is_held_from_any_field_by_the_keys_that_send(opened, stage, qtbot):
    panel = opened("force_close", reason="重复登记")
    panel._hold._fill.setDuration(60)
    line = with_keyboard(qtbot, panel, "reason")
    qtbot.keyPress(line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert sent(stage) == []
    assert QApplication.focusWidget() is panel._hold
    qtbot.waitUntil(lambda: len(sent(stage)) == 1)
    qtbot.waitUntil(lambda: not stage.pending)


def test_that_keys_let_go_too_early_send_nothing_and_say_so(opened, stage, qtbot):
    panel = opened("force_close", reason="重复登记")
    line = with_keyboard(qtbot, panel, "reason")
    qtbot.keyPress(line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyRelease(panel._hold, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "没有按满 1 秒" in panel._problem.text())
    assert sent(stage) == []


def test_that_what_is_missing_is_said_before_anything_is_held(opened, stage, qtbot):
    panel = opened("force_close")
    line = with_keyboard(qtbot, panel, "reason")
    qtbot.keyPress(line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "请填写" in fault(panel, "reason")
    assert QApplication.focusWidget() is line
    assert panel._hold.progress == 0


def test_that_a_form_says_why_it_is_held_and_with_which_keys(opened):
    panel = opened("force_close", reason="重复登记")
    assert panel._why_held.isVisibleTo(panel)
    assert "不能撤回" in panel._why_held.text()
    assert "按住按钮或 Ctrl+Enter" in panel._why_held.text()
    assert not opened("urge")._why_held.isVisible()


def test_that_a_whistle_says_whether_its_kind_or_its_bodies_want_it_held(host, stage, blown):
    panel = host.open(WHISTLE_FORMS["choose_whistle"], subject_of(stage, **blown("choose_whistle")))
    panel.enter(bodies=("police", "fire", "power"), kind="hard_problem")
    assert panel._why_held.isHidden()
    panel.enter(bodies=("police", "fire", "power", "market"))
    assert "超过 3 家" in panel._why_held.text()
    panel.enter(kind="emergency")
    assert "应急处置" in panel._why_held.text()
    panel.enter(kind="hard_problem", bodies=("police",))
    assert panel._why_held.isHidden()


def test_that_a_hold_goes_on_whatever_comes_from_the_feed(opened, stage, samples, qtbot):
    panel = opened("force_close", reason="重复登记")
    panel.send()
    panel._hold._fill.setDuration(300)
    with qtbot.waitSignal(panel._hold.held):
        qtbot.keyPress(panel._hold, Qt.Key.Key_Space)
        other = samples.case(27, age=HOUR)
        stage.changed.emit([Delta(cases=(other,))])
        stage.ticked.emit(stage.now())
        stage.pending_changed.emit()
        panel._settle()
    assert len(sent(stage)) == 1
    qtbot.waitUntil(lambda: not stage.pending)


def test_that_a_registered_report_carries_what_was_told(opened, stage, qtbot):
    panel = opened("register")
    panel.enter(title="望湖村路口信号灯不亮", reporter_name="王女士", category="C0201")
    assert panel.values()["urgency"] == "important"  # as the catalogue says
    with qtbot.waitSignal(panel.done):
        panel.send()
    (order,) = sent(stage)
    assert (order.title, order.channel, order.reporter_name) == (
        "望湖村路口信号灯不亮",
        Channel.HOTLINE,
        "王女士",
    )
    assert order.occurred_at is None


def test_that_moments_are_entered_in_the_halls_zone(opened, samples):
    panel = opened("suspend")
    until = panel.values()["until"]
    assert until.utcoffset() == timedelta(hours=8)
    assert f"{until:%Y-%m-%d %H:%M}" == "2026-11-25 17:00"


def test_that_the_wheel_scrolls_past_an_answer(opened):
    panel = opened("dispatch")
    combo = editor(panel, "limit").control
    before = panel.values()["limit"]
    wheel = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(0, -120), QPoint(0, -120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(combo, wheel)
    assert panel.values()["limit"] == before


def test_that_ticked_bodies_stay_ticked_while_the_list_is_narrowed(opened):
    panel = opened("dispatch")
    helpers = editor(panel, "co_bodies")
    helpers.set_value(("police", "fire"))
    helpers.control.setText("供电")
    assert set(panel.values()["co_bodies"]) == {"police", "fire"}
    shown = [it.text() for it in helpers._items() if not it.isHidden()]
    assert len(shown) == 1
    assert "供电所" in shown[0]


def test_that_the_likeliest_main_case_comes_first_with_why(stage, host, samples, qtbot):
    here = samples.case(3, at=samples.NOW)
    same = samples.case(27, place=samples.spot(3), age=timedelta(minutes=20))
    far = samples.case(11, place=samples.spot(9), age=5 * HOUR)
    stage.picture.cases = {it.no: it for it in (here, same, far)}
    stage.seat.desk.alike[here.no] = samples.suggested(here, same)
    panel = host.open(CASE_FORMS["merge"], subject_of(stage, case=here))
    qtbot.waitUntil(lambda: panel.values()["into"] == same.no)
    items = [it.text() for it in editor(panel, "into")._items()]
    assert len(items) == 2
    assert same.title in items[0]
    assert "相距\u00a00\u00a0米" in items[0]
    assert "同类别" in items[0]
    assert far.title in items[1]
    assert "相距 0 米" in panel.values()["reason"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_that_no_reason_of_a_main_case_is_broken_over_two_lines(stage, samples, lang):
    here, same = samples.case(3), samples.case(27, place=samples.spot(3), age=timedelta(minutes=20))
    far = samples.case(11, place=samples.spot(9), age=5 * HOUR)
    stage.picture.cases = {it.no: it for it in (here, same, far)}
    (asked,) = CASE_FORMS["merge"].asks(subject_of(stage, case=here), {})
    subject = samples.replace(
        subject_of(stage, case=here), lang=lang, answers={asked: samples.suggested(here, same)}
    )
    offered = [it.detail for it in CASE_FORMS["merge"].fields[0].choices(subject, {})]
    assert len(offered) == 2
    for detail in offered:
        _number, *reasons = detail.split(SEPARATOR)
        assert len(reasons) > 1
        assert not any(" " in reason for reason in reasons)


def test_that_a_form_about_another_case_waits_with_its_answers(opened, host, stage, samples):
    one = samples.case(3, state=State.FILED, age=HOUR)
    first = opened("dispatch", one, message="请尽快")
    host.park()
    assert host.panel is None
    host.resume("another")
    assert host.panel is None
    host.resume(one.no)
    assert host.panel is first
    assert first.values()["message"] == "请尽快"


def test_that_differences_are_named_in_the_words_a_person_saw(samples):
    made = samples.case(3, state=State.FILED, age=HOUR)
    now = samples.step(made, samples.Step.DISPATCH, body="power", due_at=samples.NOW, milestones=())
    found = {it.name: (it.seen, it.now) for it in differences(samples.hall(), made, now, "zh")}
    assert found["状态"] == ("已立案", "已派单")
    assert found["承办单位"] == ("（无）", "供电所")
    assert differences(samples.hall(), made, made, "zh") == []


def test_that_a_form_about_an_alert_names_its_camera_and_what_it_saw(stage, host, samples):
    alert = next(iter(stage.picture.alerts.values()))
    panel = host.open(PROMOTE, subject_of(stage, alert=alert))
    assert panel._heading.text() == f"转为案卷 · {alert.camera_name} {alert.label_text}"
    assert alert.key not in panel._heading.text()


@pytest.mark.parametrize(
    "sight", dict.fromkeys((*SIGHTS, *RAIN_SIGHTS, DEVICE_FAULT)), ids=lambda it: it.label
)
def test_that_a_case_of_an_alert_begins_with_the_class_of_what_was_seen(
    stage, host, samples, sight
):
    alert = samples.alert(
        label=sight.label,
        label_text=sight.label_text,
        priority=sight.priority,
        camera_name="水闸旁九小场所违建",  # where it hangs says nothing of what it saw
    )
    panel = host.open(PROMOTE, subject_of(stage, alert=alert))
    category = panel.values()["category"]
    (spoken, *_others) = hints(sight.label_text, stage.hall.categories)
    assert category == spoken.category
    assert editor(panel, "category").value() == category
    panel.send()
    order, _ = stage.seat.desk.submitted[-1]
    assert (order.alert, order.category) == (alert.key, category)


def test_that_a_person_who_lies_on_the_ground_is_an_emergency_of_its_own(stage, host, samples):
    alert = samples.alert(label="person_down", label_text="人员倒地", priority=4)
    values = host.open(PROMOTE, subject_of(stage, alert=alert)).values()
    assert stage.hall.categories[values["category"]].name == "人员伤病倒地"
    assert values["urgency"] is Urgency.CRITICAL


def test_that_of_long_words_those_are_shown_that_differ(samples):
    told = "下坊村四组商业街主管漏水，水柱约4米高，路面积水，下游40户水压不足。"
    added = "补充：已有三户进水，老人一名行动不便，请先转移。"
    made = msgspec.structs.replace(samples.case(3), description=told)
    now = msgspec.structs.replace(made, description=told + added)
    (found,) = differences(samples.hall(), made, now, "zh")
    assert found.now.endswith(added)
    assert found.now.startswith("…")
    assert told.endswith(found.seen.removeprefix("…"))


@pytest.fixture
def chooser(stage, host, samples):
    made = samples.case(3, state=State.HANDLING, age=2 * HOUR)
    panel = host.open(WHISTLE_FORMS["choose_whistle"], subject_of(stage, case=made))
    host.show()
    for item in editor(panel, "bodies")._ticked():
        tick(panel, item.value, on=False)
    return panel


def tick(panel, code, *, on=True):
    """Tick a body in the list as a person does."""
    bodies = editor(panel, "bodies")
    at = next(at for at, it in enumerate(bodies._choices) if it.value == code)
    bodies._items()[at].setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)


def test_that_what_is_ticked_is_named_beside_the_button_wherever_one_has_scrolled_to(chooser):
    assert chooser._summary.isHidden()
    for code in ("fire", "police"):
        tick(chooser, code)
    assert chooser._summary.text().endswith("：消防站、派出所")
    assert not chooser._body.isAncestorOf(chooser._summary)
    tick(chooser, "fire", on=False)
    assert chooser._summary.text().endswith("：派出所")


def test_that_the_body_chosen_first_stays_the_lead_wherever_the_others_stand(chooser):
    order = [it.value for it in editor(chooser, "bodies")._choices]
    first, before, after = order[2], order[0], order[4]
    for code in (first, before, after):
        tick(chooser, code)
        assert chooser.values()["lead"] == first
    tick(chooser, first, on=False)
    assert chooser.values()["lead"] == before
    tick(chooser, first)
    assert chooser.values()["lead"] == before
    assert chooser.values()["bodies"] == (before, after, first)


def test_that_a_lead_chosen_by_hand_stays(chooser):
    order = [it.value for it in editor(chooser, "bodies")._choices]
    tick(chooser, order[2])
    tick(chooser, order[3])
    lead = editor(chooser, "lead")
    lead.set_value(order[3])
    lead.changed.emit()
    tick(chooser, order[0])
    tick(chooser, order[2], on=False)
    assert chooser.values()["lead"] == order[3]


def test_that_bodies_are_found_by_how_they_are_said_and_none_is_said_in_words(chooser):
    bodies = editor(chooser, "bodies")
    bodies.control.setText("pcs")
    shown = [it.text() for it in bodies._items() if not it.isHidden()]
    assert any("派出所" in it for it in shown)
    assert len(shown) < len(bodies._items())
    assert bodies._none_found.isHidden()
    bodies.control.setText("zzqq")
    assert "没有符合「zzqq」" in bodies._none_found.text()
    assert not bodies._none_found.isHidden()
    bodies.control.clear()
    assert bodies._none_found.isHidden()


def test_that_the_body_of_a_dispatch_is_found_by_how_it_is_said(opened, qtbot):
    panel = opened("dispatch")
    body = editor(panel, "body")
    line = body.control.lineEdit()
    line.selectAll()
    qtbot.keyClicks(line, "pcs")
    assert panel.values()["body"] == "police"
    assert body.control.completer().completionModel().rowCount() == 1
    line.selectAll()
    qtbot.keyClicks(line, "zzqq")
    assert panel.values()["body"] is None
    assert "没有符合「zzqq」" in body._none_found.text()
    assert not body._none_found.isHidden()
    body.set_value("police")
    assert body._none_found.isHidden()
