"""Returns, helpers, proof, questions and two versions of a case, as the screens show them."""

import importlib
from datetime import timedelta

import pytest
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from commandcenter.application import commands as c
from commandcenter.application.changes import Delta
from commandcenter.application.perform import Outcome
from commandcenter.application.picture import Picture
from commandcenter.domain.case import State, Stay, Step
from commandcenter.domain.errors import Refusal
from commandcenter.domain.subtask import SubState
from ui import wording
from ui.actions import actions_of
from ui.case.reading import Reading
from ui.case.screen import CaseScreen
from ui.case.trail import trail
from ui.doubts import DoubtList
from ui.forms.field import subject_of
from ui.forms.gate_forms import FORMS
from ui.status import StatusLine


@pytest.fixture(scope="module")
def named():
    """The cases of the pictures, by what is to be seen on each."""
    return importlib.import_module("tests.ui.shots_aftermath").the_cases()[0]


@pytest.fixture
def desk(samples, named):
    work = importlib.import_module("tests.ui.shots_aftermath")._work(named)
    desk = samples.SampleDesk(work, who=samples.operator("shift_supervisor"))
    desk.answers[samples.OneCase] = lambda question: next(
        it for it in named.values() if it.no == question.no
    )
    return desk


@pytest.fixture
def screen(qtbot, stage):
    made = CaseScreen(stage)
    qtbot.addWidget(made)
    made.resize(480, 900)
    made.show()
    return made


@pytest.fixture
def shown(qtbot, stage, screen):
    """Select a case and wait until the panel shows it."""

    def show(case):
        stage.select(case.no)
        qtbot.waitUntil(lambda: screen.case is not None and screen.case.no == case.no)
        qtbot.waitUntil(lambda: actions_of(stage).case is not None)
        return screen

    return show


def lines(samples, case, lang="zh", **fields):
    return dict(
        trail(Reading(case=case, hall=samples.hall(), lang=lang, now=samples.NOW, **fields))
    )


def texts(widget):
    return "\n".join(it.text() for it in widget.findChildren(QLabel) if it.isVisibleTo(widget))


def test_that_each_hop_stands_on_the_card_with_the_working_time_it_cost(samples, named):
    hops = lines(samples, named["hopped"])["退派经过"].split("\n")
    assert hops[0].startswith("1. 供水站  11-17")
    assert "耗工作时间 2 小时 35 分）退回" in hops[0]
    assert "占用的是道路" in hops[1]
    assert hops[-1] == "合计 2 次，耗工作时间 6 小时 40 分"
    assert lines(samples, named["hopped"], "en")["Hops"].endswith("6 h 40 min of working time")


def test_that_rulings_on_the_class_are_shown_while_one_is_awaited(samples, named):
    case = named["hopped"]
    assert "（县级）" in lines(samples, case, rulings=samples.rulings())["裁定先例"]
    assert "裁定先例" not in lines(samples, named["helped"], rulings=samples.rulings())


def test_that_each_helper_s_part_is_shown_and_whom_the_lead_waits_for(samples, named):
    said = lines(samples, named["helped"])["协办任务"].split("\n")
    assert said[0].startswith("✓ 派出所  已完成")
    assert "要求退回" in said[1]
    assert said[-1].endswith("等协办：市监所、供电所")


def test_that_what_a_case_lacks_and_how_often_it_came_back_is_pinned(samples, named):
    assert wording.pinned(named["lacking"], "zh") == ["缺证据", "返工 1"]
    assert wording.pinned(named["again"], "zh") == ["待复核", "重开 3", "同地复发"]
    assert wording.pinned(named["helped"], "zh") == ["协办 1/3"]
    assert wording.pinned(named["doubtful"], "zh") == ["待答复 3"]
    stay = Stay(body="police", start=samples.NOW, end=samples.NOW, ended=Step.HELP)
    again = samples.case(3, state=State.FILED, stays=(stay,), pledged=("police",))
    assert wording.pinned(again, "zh") == ["牵头退回"]
    gone = [structs.replace(it, state=SubState.RECALLED) for it in named["helped"].sub_tasks]
    assert wording.pinned(structs.replace(named["helped"], sub_tasks=tuple(gone)), "zh") == []


def test_that_the_ruling_form_shows_what_was_ruled_before(qtbot, stage, named, shown):
    panel = shown(named["hopped"]).forms.open(
        FORMS["rule"], subject_of(stage, case=named["hopped"])
    )
    qtbot.waitUntil(lambda: "先例" in panel._preview.text())
    assert "城镇秩序由综合执法队牵头" in panel._preview.text()


@pytest.mark.parametrize(("who", "asked"), [("shift_supervisor", True), ("inspector", False)])
def test_that_only_a_supervisor_is_asked_why_it_closes_unproved(
    stage, samples, named, shown, who, asked
):
    stage.sign_on(samples.operator(who))
    case = named["lacking"]
    panel = shown(case).forms.open(FORMS["close"], subject_of(stage, case=case))
    row = next(it for it in panel._rows if it.field.key == "reason")
    assert row.editor.isVisibleTo(panel) is asked
    assert "缺少证据" in panel._preview.text()
    panel.enter(outcome="explained")
    assert not row.editor.isVisibleTo(panel)


def test_that_a_partial_closing_asks_what_remains_and_when(stage, named, shown):
    case = named["lacking"]
    panel = shown(case).forms.open(FORMS["close"], subject_of(stage, case=case))
    panel.enter(outcome="partial", remaining="补种绿化", reason="夜间不便")
    order = panel.form.order(panel.subject, panel.values())
    assert (order.remaining, order.outcome) == ("补种绿化", "partial")
    assert order.comes_back_at > stage.now() + timedelta(days=6)


def test_that_reopening_is_offered_when_the_reporter_says_it_is_not_solved(
    stage, samples, named, shown
):
    case = named["doubtful"]
    screen = shown(case)
    said = {"contacted": True, "solved": False, "words": "第二天又堆上了"}
    after, fact = samples.cases.take(
        case,
        samples.Act(
            step=Step.FOLLOW_UP,
            at=samples.NOW,
            by="inspector",
            role=samples.Role.INSPECTOR,
            data=said,
        ),
    )
    screen._on_done(Outcome(facts=(fact,), case=after))
    assert screen.forms.panel.form.id == "reopen"
    assert screen.forms.panel.values()["reason"] == "回访未解决：第二天又堆上了"


def test_that_a_button_pressed_on_an_old_version_shows_both(qtbot, stage, samples, named, shown):
    case = samples.case(31, state=State.RESULT_SUBMITTED, age=timedelta(hours=3))
    stage.seat.desk.say(Delta(cases=(case,)))
    qtbot.waitUntil(lambda: case.no in stage.picture.cases)
    screen = shown(case)
    now = samples.step(case, Step.REWORK, by="inspector", reason="看不清")
    desk = stage.seat.desk
    desk.answers[samples.OneCase] = now
    desk.refusal = Refusal("overtaken", case=case.no, seen=case.version, now=now.version)
    actions_of(stage).trigger("check")
    qtbot.waitUntil(lambda: screen.forms.panel is not None)
    panel = screen.forms.panel
    assert "状态 | 结果已上传 | 处置中" in panel._beside.text
    assert not panel._send.isEnabled()
    assert [command for command, _ in desk.submitted if isinstance(command, c.Check)][-1]


def test_that_the_list_follows_what_is_asked_and_answered(qtbot, stage, samples, named):
    window = QWidget()
    qtbot.addWidget(window)
    listed = DoubtList(stage, window)
    listed.show()
    case = named["doubtful"]
    assert listed.numbers == (case.no,)
    assert "照片与此前或他案相同" in listed._table.text(0, 3)
    assert not listed._deeds["answer_doubts"].isEnabled()
    listed._on_chosen(case)
    assert stage.selection == case.no
    assert listed._deeds["answer_doubts"].isEnabled()
    answered, _ = samples.cases.noted(
        case, "doubts_answered", at=samples.NOW, actor="x", data={"words": "看过了"}
    )
    with qtbot.waitSignal(stage.changed):
        stage.seat.desk.say(Delta(cases=(answered,)))
    assert listed.numbers == ()
    assert "都经得起看" in texts(listed)


def test_that_the_keys_on_the_buttons_of_the_list_work_in_it(qtbot, stage, named):
    screen = CaseScreen(stage)
    qtbot.addWidget(screen)
    screen.resize(900, 900)
    screen.show()
    listed = DoubtList(stage, screen)
    listed.show()
    listed.activateWindow()
    qtbot.waitUntil(listed.isActiveWindow)
    told = []
    stage.refused.connect(told.append)
    stage.select(named["lacking"].no)
    qtbot.keyClick(listed._table, Qt.Key.Key_Z)
    assert "先在清单里选" in told.pop()
    listed._on_chosen(named["doubtful"])
    for key, form in ((Qt.Key.Key_Z, "answer_doubts"), (Qt.Key.Key_O, "reopen")):
        listed.activateWindow()
        qtbot.waitUntil(listed.isActiveWindow)
        qtbot.keyClick(listed._table, key)
        assert screen.forms.panel.form.id == form
        qtbot.waitUntil(screen.isActiveWindow, timeout=3_000)


def test_that_the_status_bar_counts_the_questions_and_is_silent_without_any(
    qtbot, stage, samples, named
):
    bar = StatusLine(stage)
    qtbot.addWidget(bar)
    bar.look()
    assert bar._doubts.isVisibleTo(bar)
    again = samples.step(
        named["doubtful"], Step.REOPEN, reason="没办好", body="police", due_at=samples.NOW
    )
    with qtbot.waitSignal(stage.changed):
        stage.seat.desk.say(Delta(cases=(again,)))
    bar.look()
    assert not bar._doubts.isVisibleTo(bar)


def test_that_a_question_that_comes_late_does_not_undo_its_answer(samples, named):
    picture, case = Picture(), named["doubtful"]
    answered, _ = samples.cases.noted(
        case, "doubts_answered", at=samples.NOW, actor="x", data={"words": "看过了"}
    )
    picture.apply(Delta(cases=(answered,)))
    picture.apply(Delta(cases=(case,)))
    assert picture.doubtful == {}
