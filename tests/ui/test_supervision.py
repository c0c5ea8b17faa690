"""Orders, leaders' notes, the competence gate and the call sheet on the case panel."""

from datetime import timedelta

import pytest

from commandcenter.application import commands as c
from commandcenter.application.changes import Delta
from commandcenter.application.picture import Picture, Tab
from commandcenter.domain.case import State, noted
from commandcenter.domain.catalogue import Admission
from commandcenter.domain.timers import case_timers
from ui.actions import actions_of
from ui.case.calls import call_sheet, standing
from ui.case.reading import Reading, pinned, rows
from ui.case.screen import CaseScreen
from ui.forms.gate_forms import FORMS
from ui.queue.board import Board

HOUR = timedelta(hours=1)


@pytest.fixture
def ordered(samples):
    """A case whose body owes an answer since half an hour."""
    case = samples.case(9, state=State.HANDLING, age=7 * HOUR)
    data = {
        "level": "listed",
        "body": case.body,
        "reason": "连续三日未清运",
        "reply_by": samples.NOW - HOUR / 2,
    }
    at = samples.NOW - 2 * HOUR
    case, _ = noted(case, "supervised", at=at, actor="shift_supervisor", data=data)
    return case


@pytest.fixture
def at_gate(samples):
    return samples.case(
        94, channel=samples.Channel.COUNTY, county_body="county_urban", duty_item="SH-003",
        admission=Admission.WAITING, beyond=True, title="报送质量监督台账", source_no="X1",
    )  # fmt: skip


def said(samples, case, lang="zh"):
    return dict(rows(Reading(case=case, hall=samples.hall(), lang=lang, now=samples.NOW)))


def sheet(samples, case, lang="zh"):
    hall = samples.hall()
    return call_sheet(case, hall, case_timers(case, hall.limits), samples.NOW, lang)


def test_that_an_order_is_shown_with_who_why_and_what_is_owed(samples, ordered):
    words = said(samples, ordered)["督办"]
    assert "魏国平挂牌督办" in words
    assert "连续三日未清运" in words
    assert "超 30 分" in words
    data = {"orders": [0], "body": ordered.body, "words": "今天清完"}
    done, _ = noted(ordered, "order_answered", at=samples.NOW, actor="x", data=data)
    assert "回复：今天清完" in said(samples, done)["督办"]


def test_that_a_leader_s_note_stands_above_everything(samples, ordered):
    data = {"words": "一并查清源头", "leader": "潘镇长"}
    case, _ = noted(ordered, "instructed", at=samples.NOW, actor="duty_leader", data=data)
    reading = Reading(case=case, hall=samples.hall(), lang="zh", now=samples.NOW)
    assert pinned(reading).startswith("领导批示　潘镇长：一并查清源头")


def test_that_the_call_sheet_has_the_number_and_the_words(samples, ordered):
    text = sheet(samples, ordered)
    body = samples.hall().bodies[ordered.body]
    assert body.phone in text
    assert ordered.title in text
    assert "督办回复已经超时 30 分" in text
    assert "挂牌督办要求" in text
    assert "请在" in text
    assert "Hello" in sheet(samples, ordered, "en")


def test_that_what_the_hall_itself_has_needs_no_call(samples):
    text = sheet(samples, samples.case(4, state=State.FILED, age=HOUR))
    assert "无须外呼" in text
    assert "下一步：派单" in text


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_that_every_state_says_who_holds_it_and_what_comes_next(samples, state, lang):
    case = samples.case(5, state=state, age=3 * HOUR)
    lines = standing(case, samples.hall(), samples.NOW, lang)
    assert lines
    assert sheet(samples, case, lang)


def test_that_an_item_says_why_it_fits_and_who_must_act(samples):
    case = samples.case(9, state=State.HANDLING, age=HOUR)
    words = said(samples, case)["清单事项"]
    assert "应由：" in words
    assert "依据：立案标准所列" in words
    loose = samples.case(3, category="X", title="餐饮油烟扰民", duty_item=None)
    assert "文字相符「餐饮油烟" in said(samples, loose)["清单事项"]


def test_that_what_waits_for_a_supervisor_is_theirs_to_do(samples, ordered, at_gate):
    picture = Picture()
    picture.apply(Delta(cases=(ordered, at_gate)))
    for who, count in (("shift_supervisor", 2), ("dispatcher", 0)):
        board = Board(picture, samples.hall(), samples.operator(who))
        board.begin(samples.NOW)
        assert board.counts[Tab.MINE] == count


def test_that_an_order_comes_to_the_supervisor_in_the_second_it_falls_due(samples, ordered):
    picture = Picture()
    picture.apply(Delta(cases=(ordered,)))
    board = Board(picture, samples.hall(), samples.operator("shift_supervisor"))
    due = ordered.supervisions[0].reply_by
    board.begin(due - timedelta(seconds=1))
    assert board.counts[Tab.MINE] == 0
    for at in (due - timedelta(seconds=1), due):
        board.turn(at)
    assert board.counts[Tab.MINE] == 1


@pytest.fixture
def screen(qtbot, stage):
    shown = CaseScreen(stage)
    qtbot.addWidget(shown)
    shown.resize(480, 900)
    shown.show()
    return shown


def select(stage, case):
    stage.picture.apply(Delta(cases=(case,)))
    stage.select(case.no)


def test_that_the_gate_asks_the_supervisor_and_tells_others(samples, stage, screen, at_gate):
    told = []
    stage.refused.connect(told.append)
    select(stage, at_gate)
    actions = actions_of(stage)
    actions.press("A")
    assert "职责准入" in told[-1]
    stage.sign_on(samples.operator("shift_supervisor"))
    select(stage, at_gate)
    actions.press("A")
    assert screen.forms.panel.form.id == "admit"
    actions.press("R")
    panel = screen.forms.panel
    assert panel.form.id == "decline"
    assert "SH-003" in panel.values()["letter"]
    assert panel.values()["reason"] == "属上级收回事项"
    assert "属上级收回事项。" in panel.values()["letter"]
    panel.enter(reason="无相应执法权限")
    assert "无相应执法权限。" in panel.values()["letter"]
    order = panel.form.order(panel.subject, panel.values())
    assert isinstance(order, c.Decline)


def test_that_the_call_sheet_opens_is_copied_and_goes(qtbot, stage, screen, samples, ordered):
    select(stage, ordered)
    actions_of(stage).trigger("call_sheet")
    assert screen._sheet.isVisible()
    with qtbot.waitSignal(screen._sheet.told):
        screen._sheet.copy()
    screen._sheet.left.emit()
    assert not screen._sheet.isVisible()
    actions_of(stage).trigger("call_sheet")
    stage.select("")
    assert not screen._sheet.isVisible()


def test_that_a_letter_is_kept_as_a_file_or_said_why_not(qtbot, stage, screen, at_gate, tmp_path):
    select(stage, at_gate)
    actions_of(stage).trigger("letter")
    with qtbot.waitSignal(screen._sheet.told):
        screen._sheet.save_as(str(tmp_path / "函.txt"))
    assert "县城市管理局" in (tmp_path / "函.txt").read_text("utf-8-sig")
    with qtbot.waitSignal(screen._sheet.failed):
        screen._sheet.save_as(str(tmp_path / "没有" / "函.txt"))


def test_that_a_listed_order_proposes_three_days(stage, samples, ordered, screen):
    stage.sign_on(samples.operator("shift_supervisor"))
    select(stage, ordered)
    actions_of(stage).trigger("supervise")
    panel = screen.forms.panel
    soon = panel.values()["reply_by"]
    panel.enter(listed=True)
    assert panel.values()["reply_by"] > soon
    panel.enter(reason="群众反映强烈")
    assert panel.form is FORMS["supervise"]
    order = panel.form.order(panel.subject, panel.values())
    assert (order.listed, order.body) == (True, ordered.body)
