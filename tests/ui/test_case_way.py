"""The whole way of a case through the panel's own forms and buttons, on a real store."""

import pytest
from PySide6.QtWidgets import QPushButton

from commandcenter.application import commands as c
from commandcenter.application.changes import Delta
from commandcenter.application.commands import Claim, Register
from commandcenter.domain.case import State
from commandcenter.domain.catalogue import Urgency
from commandcenter.domain.errors import Refusal
from commandcenter.domain.whistle import SummonsState
from ui.actions import ACTIONS, actions_of
from ui.case.screen import CaseScreen
from ui.wording import refusal_words


@pytest.fixture
def screen(qtbot, real):
    made = CaseScreen(real)
    qtbot.addWidget(made)
    made.resize(480, 900)
    made.show()
    return made


def press(widget, name):
    """Press the button that a person would."""
    found = [
        it
        for it in widget.findChildren(QPushButton)
        if it.accessibleName() == name and it.isVisibleTo(widget) and it.isEnabled()
    ]
    assert len(found) == 1, (name, [it.accessibleName() for it in found])
    found[0].click()


def test_that_a_case_goes_from_its_registration_to_its_closing(qtbot, real, screen, samples):
    stage, refusals = real, []
    stage.refused.connect(refusals.append)

    def wait_for(state):
        qtbot.waitUntil(
            lambda: (screen.case is not None and screen.case.state is state) or bool(refusals),
        )
        qtbot.waitUntil(lambda: not stage.pending)
        assert refusals == []

    def fill_and_send(**answers):
        panel = screen.forms.panel
        panel.enter(**answers)
        with qtbot.waitSignal(screen.forms.done):
            panel.send()

    actions_of(stage).trigger("register")
    grid = next(iter(samples.hall().grids.grids))
    fill_and_send(
        title="农贸市场南门占道经营", category="E0501", grid=grid, reporter_name="王女士",
        reporter_phone="13800000000",
    )  # fmt: skip
    wait_for(State.RECEIVED)
    qtbot.waitUntil(lambda: screen._reporter is not None)
    assert "13800000000" not in screen._reporter.phone
    press(screen, "受理")
    fill_and_send()
    wait_for(State.FILED)
    press(screen, "派单")
    fill_and_send(body="enforcement", co_bodies=(), message="请尽快到场")
    wait_for(State.DISPATCHED)

    actions_of(stage).trigger("choose_whistle")
    fill_and_send(bodies=("enforcement", "police"), kind="hard_problem")
    qtbot.waitUntil(lambda: screen._board.whistle is not None)
    qtbot.waitUntil(lambda: not stage.pending)
    assert screen._undo.on_offer
    screen._undo.expire()
    for body in ("enforcement", "police"):
        press(screen._board._rows[body], f"{screen._board._rows[body]._name.text()} 代报到")
        fill_and_send(who="李队", words="已到场")
        qtbot.waitUntil(
            lambda body=body: screen._board.whistle.of(body).state is SummonsState.REPORTED_IN,
        )
        qtbot.waitUntil(lambda: not stage.pending)
    assert screen._board.whistle.reported_in == 2
    press(screen._board, "全部撤离")
    fill_and_send(words="占道已清理")
    qtbot.waitUntil(lambda: screen._board.whistle is None)

    press(screen, "代签收")
    fill_and_send(who="李队")
    wait_for(State.ACCEPTED)
    press(screen, "代报进展")
    fill_and_send(status="result", who="李队", words="已清理完毕")
    wait_for(State.RESULT_SUBMITTED)

    number = stage.selection
    stage.sign_on(samples.operator("inspector"))
    stage.select(number)
    press(screen, "核查")
    wait_for(State.CHECKING)
    while lacking := screen.case.lacking:
        press(screen, "补交证据")
        assert screen.forms.panel.values()["shows"] == lacking[0]
        fill_and_send(url="http://photos.example/1.jpg")
        qtbot.waitUntil(lambda was=lacking: screen.case.lacking != was)
        qtbot.waitUntil(lambda: not stage.pending)
    press(screen, "结案")
    fill_and_send(words="现场已复查")
    wait_for(State.CLOSED)
    qtbot.waitUntil(lambda: not screen._reading_history)
    told = [what.text().split("\n")[0] for _when, what in screen._history._rows]
    assert told[0] == "严素芬 结案"
    assert any("吹哨" in line for line in told)


def test_that_two_seats_that_decide_at_once_are_shown_each_others_work(
    qtbot, real, screen, samples, clock
):
    stage = real
    actions_of(stage).trigger("register")
    screen.forms.panel.enter(title="东街路灯不亮", category="C0106", address="东街 3 号")
    with qtbot.waitSignal(screen.forms.done):
        screen.forms.panel.send()
    qtbot.waitUntil(lambda: screen.case is not None and not stage.pending)
    press(screen, "不予受理")
    panel = screen.forms.panel
    panel.enter(reason="核实不属实")
    reply = panel.values()["reply"]
    stage.seat.desk.submit(
        Claim(case=screen.case.no), by=samples.operator("intake_officer")
    ).result(30)
    qtbot.waitUntil(panel._again.isVisible)
    assert "认领人 | （无） | 何丽华" in panel._beside.text
    panel.look_again()
    assert panel.values()["reply"] == reply
    panel.send()
    qtbot.waitUntil(panel._take.isVisible)  # nobody decides on another's case
    assert "何丽华" in panel._problem.text()
    assert (panel._take.text(), panel._take.isEnabled()) == ("何丽华在席，可请对方移交", False)
    clock.advance(seconds=50)
    stage.ticked.emit(stage.now())
    assert (panel._take.text(), panel._take.isEnabled()) == ("15 秒后可接手", False)
    clock.advance(seconds=15)
    stage.ticked.emit(stage.now())
    panel._take.click()
    qtbot.waitUntil(lambda: screen.case.claimed_by == "dispatcher")
    qtbot.waitUntil(lambda: not stage.pending)
    assert panel.values()["reply"] == reply
    with qtbot.waitSignal(screen.forms.done):
        panel.send()
    qtbot.waitUntil(lambda: screen.case.state is State.REJECTED)


@pytest.fixture
def twins(real):
    """Two calls about one hole in the road, the later one looked at."""
    return call_twice(real)


def call_twice(real, *, later="important"):
    for urgency in ("important", later):
        order = Register(
            channel="hotline",
            category="C0101",
            urgency=urgency,
            title="东街路口井盖没了",
            address="东街 5 号",
        )
        real.worker.do("intake_officer", order)
    return sorted(it.no for it in real.worker.all())


@pytest.mark.parametrize("way", ["merge_likeliest", "merge"])
def test_that_a_merging_can_be_taken_back_at_once_and_all_is_as_before(
    qtbot, real, screen, twins, way
):
    first, later = twins
    told = []
    real.told.connect(told.append)
    qtbot.waitUntil(lambda: later in real.picture.cases)
    before = real.picture.cases[later]
    real.select(later)
    qtbot.waitUntil(lambda: bool(screen._alike.found))
    actions_of(real).trigger(way)
    if way == "merge":
        panel = screen.forms.panel
        qtbot.waitUntil(lambda: panel.values()["into"] == first)
        panel.send()
    qtbot.waitUntil(lambda: screen._undo.on_offer)
    assert screen._undo.accessibleName() == f"{later} 已并入 {first}"
    assert told == []
    screen._undo.take_back()
    qtbot.waitUntil(lambda: told == [f"{later} 已撤销并案"])
    qtbot.waitUntil(lambda: not real.pending)
    qtbot.waitUntil(lambda: later in real.picture.cases)
    after = real.picture.cases[later]
    assert (after.state, after.parent, after.category) == (State.RECEIVED, None, before.category)
    assert after.due_at == before.due_at
    assert real.picture.cases[first].children == ()


def test_that_a_merging_says_when_the_main_case_becomes_more_pressing(qtbot, real, screen):
    first, later = call_twice(real, later="critical")
    qtbot.waitUntil(lambda: later in real.picture.cases)
    real.select(later)
    qtbot.waitUntil(lambda: bool(screen._alike.found))
    actions_of(real).trigger("merge_likeliest")
    qtbot.waitUntil(lambda: screen._undo.on_offer)
    assert screen._undo.accessibleName() == f"{later} 已并入 {first}，主案改按特急办理"
    qtbot.waitUntil(lambda: real.picture.cases[first].urgency is Urgency.CRITICAL)
    screen._undo.take_back()
    qtbot.waitUntil(lambda: real.picture.cases[first].children == ())
    assert real.picture.cases[first].own_urgency is None


def test_that_a_merging_nobody_can_see_the_offer_of_says_how_to_undo_it(qtbot, real, screen, twins):
    first, later = twins
    told = []
    real.told.connect(told.append)
    qtbot.waitUntil(lambda: later in real.picture.cases)
    real.select(later)
    qtbot.waitUntil(lambda: bool(screen._alike.found))
    screen.hide()
    actions_of(real).trigger("merge_likeliest")
    qtbot.waitUntil(lambda: bool(told))
    assert told == [f"{later} 已并入 {first}；选中它按 Shift+M 可撤销"]
    assert not screen._undo.on_offer


ENDINGS = {
    "close": {"outcome": "explained", "reply": "已说明"},
    "force_close": {"reason": "误报"},
    "reject": {"reason": "重复", "reply": "已有同类"},
    "merge": {"reason": "同一件事"},
}


@pytest.mark.parametrize("id_", ENDINGS)
def test_that_what_a_running_whistle_forbids_is_said_before_anything_is_filled_in(
    qtbot, real, screen, samples, said, id_
):
    number, other = real.worker.take_in(2)
    if id_ == "close":
        real.worker.dispatch([number])
        for status in ("accepted", "handling", "result"):
            heard = {"who": "李队", "channel": "电话", "words": "已处理"}
            real.worker.do("dispatcher", c.Report(case=number, status=status, **heard))
        real.worker.do("inspector", c.Check(case=number))
    who = "inspector" if id_ == "close" else "shift_supervisor"
    real.sign_on(samples.operator(who))
    qtbot.waitUntil(lambda: number in real.picture.cases)
    real.select(number)
    qtbot.waitUntil(lambda: actions_of(real).is_possible(id_))
    whistle = real.worker.do("dispatcher", c.Blow(case=number, bodies=("police",))).whistle
    qtbot.waitUntil(lambda: whistle.no in real.picture.whistles)
    into = {"into": other} if id_ == "merge" else {}
    with pytest.raises(Refusal) as caught:
        real.worker.do(who, ACTIONS[id_].command(case=number, **into, **ENDINGS[id_]))
    assert caught.value.code == "whistle_running"
    actions_of(real).trigger(id_)
    assert screen.forms.panel is None
    assert said == [refusal_words(caught.value, real.hall)]
    qtbot.waitUntil(lambda: not real.pending)
    real.worker.do("dispatcher", c.Withdraw(whistle=whistle.no))
    qtbot.waitUntil(lambda: actions_of(real).is_possible(id_))
    actions_of(real).trigger(id_)
    assert screen.forms.panel is not None


def test_that_the_button_that_closes_waits_in_its_place_and_says_why(samples, stage, qtbot):
    checking = samples.case(3, state=State.CHECKING)
    whistle, noted = samples.whistle(checking)
    stage.sign_on(samples.operator("duty_leader"))
    stage.picture.apply(Delta(cases=(noted,), whistles=(whistle,)))
    panel = CaseScreen(stage)
    qtbot.addWidget(panel)
    panel.show()
    stage.select(noted.no)
    button = panel._steps._buttons["close"]
    assert panel._steps.offered[0] == "close"
    assert not button.isEnabled()
    assert whistle.no in button.toolTip()
    over = samples.replace(whistle, version=99, closed_at=samples.NOW)
    stage.seat.desk.say(Delta(whistles=(over,)))
    qtbot.waitUntil(button.isEnabled)
    assert button.toolTip() == ""
