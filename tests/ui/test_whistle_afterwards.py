"""What a whistle wants beside who comes: its calls, its messages, its rulings and its ratings."""

from datetime import timedelta

import pytest
from PySide6.QtWidgets import QLabel

from commandcenter.application import commands as c
from commandcenter.application.changes import Attempt, AttemptState, Delta, Outgoing
from commandcenter.application.questions import DeliveriesOf, Delivery, RefusalsBefore, ToRate
from commandcenter.domain.case import State
from commandcenter.domain.roster import ContactStep
from commandcenter.domain.whistle import Arbiter, Call, SummonsStep
from ui import wording
from ui.actions import actions_of
from ui.whistle.call import WhistleCall
from ui.whistle.deeds import deeds_of
from ui.whistle.screen import WhistleScreen
from ui.whistle.standing import facts

MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(samples):
    return samples.SampleDesk(samples.work(0, alerts_number=0))


@pytest.fixture
def market(samples):
    return samples.case(12, state=State.HANDLING, age=timedelta(hours=2))


@pytest.fixture
def screen(qtbot, stage):
    made = WhistleScreen(stage)
    qtbot.addWidget(made)
    made.resize(620, 900)
    made.show()
    return made


def say(qtbot, stage, *deltas):
    with qtbot.waitSignal(stage.changed):
        stage.seat.desk.say(*deltas)


def texts(widget):
    return "\n".join(it.text() for it in widget.findChildren(QLabel) if it.isVisibleTo(widget))


def commands(stage):
    return [order for order, _who in stage.seat.desk.submitted]


def test_that_a_row_tells_who_was_called_who_is_next_and_whom_to_ring(samples, market):
    blown, _case = samples.whistle(market, age=6 * MINUTE)
    called = samples.chained(blown, "police", called=2)
    told = "\n".join(facts(samples.hall(), called.of("police"), samples.NOW))
    assert "14:24 已呼叫 联络员 王强（县平台）" in told
    assert "→ 主要负责人 赵国栋（sms）" in told
    assert "请拨 13900000000：分管负责人 李明（电话）" in told
    answered, _facts = samples.whistles.take(
        called, "police", SummonsStep.ANSWER, at=samples.NOW, by="police", data={}
    )
    assert "呼叫" not in "\n".join(facts(samples.hall(), answered.of("police"), samples.NOW))


@pytest.mark.parametrize(
    ("lang", "duty", "told"),
    [
        ("zh", "联络员", "联络员 何红霞（电话）"),
        ("en", "联络员", "liaison 何红霞 (telephone)"),
        ("zh", "副所长", "联络员 何红霞 副所长（电话）"),
    ],
)
def test_that_a_duty_that_is_the_step_itself_is_said_once(samples, lang, duty, told):
    call = Call(step=ContactStep.LIAISON, name="何红霞", duty=duty, channel="phone", at=samples.NOW)
    assert wording.called_words(samples.hall(), call, lang) == told


def test_that_a_row_tells_how_its_messages_fared(screen, samples, market, stage, desk, qtbot):
    blown, noted = samples.whistle(market, age=5 * MINUTE)
    at = samples.NOW
    item = Outgoing(
        id="o1", feed="county", type="whistle.blown", subject=blown.no, body="police", data="{}",
        time=at, leaves_at=at, channel="sms", contact="王强",
    )  # fmt: skip
    failed = Attempt(
        outgoing="o1", number=2, state=AttemptState.FAILED, channel="sms", address="139",
        due_at=at, ended_at=at, words="503 Service Unavailable",
    )  # fmt: skip
    later = Attempt(
        outgoing="o1", number=3, state=AttemptState.QUEUED, channel="sms", address="139",
        due_at=at + 4 * MINUTE,
    )  # fmt: skip
    desk.answers[DeliveriesOf] = (Delivery(item=item, attempts=(failed,)),)
    say(qtbot, stage, Delta(cases=(noted,), whistles=(blown,)))
    row = screen.board._rows["police"]
    qtbot.waitUntil(lambda: "503" in row._facts.text())
    assert "sms 王强：✕ 发送失败 14:30（第 2 次），503 Service Unavailable" in row._facts.text()
    assert "139" not in row._facts.text()
    assert "503" not in screen.board._rows["market"]._facts.text()
    desk.answers[DeliveriesOf] = (Delivery(item=item, attempts=(failed, later)),)
    say(qtbot, stage, Delta(attempts=(later,)))
    qtbot.waitUntil(lambda: "14:34 发出（第 3 次）" in row._facts.text())


def test_that_a_ruling_shows_its_deadline_and_how_it_went_before(
    screen, samples, market, stage, qtbot
):
    stage.sign_on(samples.operator(samples.LEADER))
    blown, noted = samples.whistle(market, refused=("police",))
    blown, _facts = samples.whistles.take(
        blown, "police", SummonsStep.ARBITRATE, at=samples.NOW, by="d",
        data={"arbiter": "county", "reason": "应配合", "rule_by": samples.NOW + 22 * MINUTE},
    )  # fmt: skip
    say(qtbot, stage, Delta(cases=(noted,), whistles=(blown,)))
    row = screen.board._rows["police"]
    assert "县级须在 14:52 前裁定" in row._facts.text()
    row._buttons["rule"].click()
    panel = screen.forms.panel
    qtbot.waitUntil(lambda: "先例" in panel._preview.text())
    assert any(isinstance(it, RefusalsBefore) for it in stage.seat.desk.asked)
    assert panel.values()["arbiter"] is Arbiter.COUNTY
    panel.enter(uphold=True, reason="清单写明配合")
    panel.send()
    assert commands(stage) == []  # who at the county said so?
    panel.enter(who="县指挥中心 周科长")
    with qtbot.waitSignal(panel.done):
        panel.send()
    (order,) = commands(stage)
    assert (type(order), order.who, order.uphold) == (c.RuleSummons, "县指挥中心 周科长", True)


def test_that_an_ended_whistle_waits_to_be_rated_and_an_appeal_to_be_ruled_on(
    qtbot, samples, market, stage, desk
):
    ended = samples.rated(samples.whistle(market, came=("police",))[0], "police", upto="rate")
    other, _case = samples.whistle(samples.case(24, state=State.HANDLING), came=("market",))
    appealed = samples.rated(other, "market")
    desk.answers[ToRate] = (ended, appealed)
    screen = WhistleScreen(stage)
    qtbot.addWidget(screen)
    screen.resize(620, 900)
    screen.show()
    qtbot.waitUntil(lambda: "待评分" in texts(screen))
    assert "派出所 · 14:30 撤离" in texts(screen)
    assert "申诉" not in texts(screen)  # a dispatcher does not rule on it
    stage.sign_on(samples.operator(samples.LEADER))
    assert "市监所 · 申诉：次日已清完，请复核解决一项" in texts(screen)


def test_that_a_low_mark_needs_a_word(screen, samples, market, stage, qtbot):
    ended = samples.rated(samples.whistle(market, came=("police",))[0], "police", upto="rate")
    deeds_of(stage).ask("rate", ended, body="police")
    panel = screen.forms.panel
    assert "报到" in panel._preview.text()  # the record, not memory
    panel.enter(response=5, attendance=4, solved=2, attitude=5)
    panel.send()
    assert commands(stage) == []
    panel.enter(words="清运不彻底")
    with qtbot.waitSignal(panel.done):
        panel.send()
    (order,) = commands(stage)
    assert order == c.Rate(
        whistle=ended.no, body="police", response=5, attendance=4, solved=2, attitude=5,
        words="清运不彻底",
    )  # fmt: skip


def test_that_an_appeal_is_ruled_by_keeping_the_marks_or_giving_others(
    screen, samples, market, stage, qtbot
):
    stage.sign_on(samples.operator(samples.LEADER))
    rated = samples.rated(samples.whistle(market, came=("police",))[0], "police")
    deeds_of(stage).ask("rule_rating", rated, body="police")
    panel = screen.forms.panel
    panel.enter(words="事后已清，改评", changes="change")
    assert panel.values()["solved"] == 2
    panel.enter(solved=4)
    with qtbot.waitSignal(panel.done):
        panel.send()
    (order,) = commands(stage)
    assert (order.response, order.solved, order.words) == (5, 4, "事后已清，改评")


def test_that_the_key_of_a_rating_finds_the_ended_whistle_of_the_case(
    screen, samples, market, stage, desk, qtbot
):
    from commandcenter.application.questions import CaseFile, CaseFileOf

    blown, noted = samples.whistle(market, came=("police",))
    ended = samples.rated(blown, "police", upto="rate")
    say(qtbot, stage, Delta(cases=(noted,)))
    desk.answers[CaseFileOf] = CaseFile(case=noted, whistles=(ended,), facts=(), reporters=())
    stage.select(noted.no)
    actions_of(stage).trigger("rate")
    qtbot.waitUntil(lambda: screen.forms.panel is not None)
    assert screen.forms.panel.values()["body"] == "police"


def test_that_the_button_says_all_the_click_would_do(qtbot, samples, stage):
    call = WhistleCall(stage)
    qtbot.addWidget(call)
    cases = (samples.case(n, state=State.HANDLING) for n in range(1, 40))
    case = next(it for it in cases if deeds_of(stage).plan(it))
    call.show_case(case)
    plan = deeds_of(stage).plan(case)
    told = call._whom.text() + call._when.text()
    for code in plan.bodies:
        assert samples.hall().bodies[code].short_name in told
    assert "牵头" in told
    assert "内应哨" in told
    assert "内报到" in told
    assert case.place.address in told
    said = call._blow.accessibleDescription()
    assert "内应哨" in said
    assert case.place.address in said
