"""A body's people, called one after another: settled at the whistle, stopped by a yes or no."""

from dataclasses import replace
from datetime import timedelta

import pytest

from commandcenter.application import commands as c
from commandcenter.application.changes import OutgoingState
from commandcenter.domain.errors import Refusal
from commandcenter.domain.roster import Contact, ContactStep

MINUTE = timedelta(minutes=1)
OWN = (
    Contact(body="fire", step=ContactStep.LIAISON, name="甲", channel="wecom", wait=0),
    Contact(body="fire", step=ContactStep.DEPUTY, name="乙", channel="phone", address="1", wait=3),
    Contact(body="fire", step=ContactStep.HEAD, name="丙", channel="sms", address="2", wait=3),
)


@pytest.fixture
def own(make_desk, township):
    """A desk of a hall whose fire station has contacts of its own, and nobody else any."""
    return make_desk(replace(township, contacts={"fire": OWN}))


def blown(desk, *bodies, **more):
    case = desk.report()
    order = c.Blow(case=case.no, bodies=bodies or ("fire",), **{"hold_seconds": 0} | more)
    return desk.do(order).whistle


def calls(desk, body="fire"):
    return [
        (fact.data["contact_step"], fact.data.get("late"))
        for item in desk.deltas
        for recorded in item.facts
        if (fact := recorded.fact).kind == "whistle.called" and fact.data["body"] == body
    ]


def by_channel(desk, channel):
    return [what for item, what in desk.outgoing() if item.channel == channel]


def wait(desk, **span):
    """Let time pass, and the watch look as often as it takes: a body has one call a look."""
    desk.pass_time(**span)
    for _ in range(4):
        desk.look()


def test_that_each_is_called_when_his_minute_has_come_and_not_before(own):
    whistle = blown(own)
    assert [step for step, _ in calls(own)] == ["liaison"]
    assert [what["to"] for what in by_channel(own, "wecom")] == ["联络员 甲"]
    wait(own, minutes=3, seconds=-1)
    assert len(calls(own)) == 1
    wait(own, seconds=1)
    assert own.whistle(whistle).of("fire").to_dial.name == "乙"
    wait(own, minutes=3)
    assert [what["to"] for what in by_channel(own, "sms")] == ["主要负责人 丙"]
    assert by_channel(own, "phone") == []  # it is rung by somebody in the hall
    # the county comes last, not before the answer limit; at the same moment the body is late
    wait(own, minutes=5, seconds=-1 * 60)
    wait(own, minutes=1)
    assert [step for step, _ in calls(own)] == ["liaison", "deputy", "head", "county"]
    ((_, what),) = own.outgoing("whistle.escalated")
    assert what["to"] == "县级指挥中心"
    wait(own, hours=1)
    assert len(calls(own)) == 4


@pytest.mark.parametrize("status", ["answered", "en_route", "reported_in", "refused"])
def test_that_a_yes_or_no_ends_the_calling_and_keeps_back_what_has_not_left(own, status):
    whistle = blown(own)
    wait(own, minutes=6)
    assert len(by_channel(own, "sms")) == 1
    own.answers(whistle, "fire", status, reason="r", duty_item="PH-004")
    cancelled = [it for it in own.deltas[-1].outgoing if it.state is OutgoingState.CANCELLED]
    assert {item.channel for item in cancelled} == {"wecom", "sms"}
    assert [item.type for item, _ in own.outgoing()] == ["whistle.blown"]  # the feed's own
    assert own.whistle(whistle).of("fire").to_dial is None
    wait(own, hours=1)
    assert len(calls(own)) == 3


def test_that_an_unfounded_refusal_does_not_end_the_calling(own):
    whistle = blown(own)
    own.answers(whistle, "fire", "refused", reason="忙")
    wait(own, minutes=3)
    assert len(calls(own)) == 2


def test_that_a_whistle_taken_back_in_time_calls_nobody(own):
    whistle = blown(own, hold_seconds=8)
    assert by_channel(own, "wecom")
    own.do(c.Withdraw(whistle=whistle.no, reason="误吹"))
    assert own.outgoing() == []
    wait(own, hours=1)
    assert len(calls(own)) == 1


def test_that_what_fell_due_while_the_hall_was_down_is_called_once_and_marked_late(own):
    blown(own)
    own.close()
    own.pass_time(minutes=6, seconds=10)
    own.open()
    wait(own)
    assert calls(own) == [("liaison", None), ("deputy", True), ("head", None)]
    own.close()
    own.open()
    wait(own)
    assert len(calls(own)) == 3


def test_that_the_contacts_are_those_of_the_moment_it_was_blown(own):
    whistle = blown(own)
    own.close()
    own.hall = replace(own.hall, contacts={})
    own.open()
    wait(own, minutes=6)
    assert [step for step, _ in calls(own)] == ["liaison", "deputy", "head"]
    assert own.whistle(whistle).of("fire").chain[1].name == "乙"


def test_that_a_body_without_contacts_is_called_by_the_feed_then_its_telephone_then_the_county(own):
    whistle = blown(own, "police")
    police = own.whistle(whistle).of("police")
    assert [(call.step, call.channel, call.at - own.at) for call in police.chain] == [
        ("liaison", "feed", 0 * MINUTE),
        ("liaison", "phone", 5 * MINUTE),
        ("county", "feed", 10 * MINUTE),
    ]
    assert police.chain[1].address == own.hall.bodies["police"].phone


def test_that_a_person_may_call_the_next_sooner_and_further_than_the_chain_goes(own):
    whistle = blown(own)
    own.do(c.Escalate(whistle=whistle.no, body="fire", reason="电话打不通"))
    assert [step for step, _ in calls(own)] == ["liaison", "deputy"]
    wait(own, minutes=3)
    assert len(calls(own)) == 2  # the deputy was called before his minute
    for _ in range(2):
        own.do(c.Escalate(whistle=whistle.no, body="fire"))
    order = c.Escalate(whistle=whistle.no, body="fire")
    assert own.refusal(order).code == "nobody_left_to_call"
    own.do(c.Escalate(whistle=whistle.no, body="fire", to="县消防大队"))
    assert own.whistle(whistle).of("fire").escalated_to == "县消防大队"


def test_that_whoever_was_called_by_a_channel_is_told_when_it_is_over(own):
    whistle = blown(own)
    own.pass_time(minutes=1)
    own.do(c.UrgeBody(whistle=whistle.no, body="fire", reason="请快"))
    own.do(c.Withdraw(whistle=whistle.no, reason="已解除"))
    told = [item.type for item, _ in own.outgoing() if item.channel == "wecom"]
    assert told == ["task.urged", "whistle.withdrawn"]


def test_that_many_calls_of_just_now_do_not_wait_behind_late_ones(make_desk, township):
    desk = make_desk(replace(township, contacts={}))
    numbers = []
    for number in range(12):
        case = desk.report(f"E{number}")
        order = c.Blow(case=case.no, bodies=("police",), hold_seconds=0)
        numbers.append(desk.do(order).whistle)
    wait(desk, minutes=5)
    called = [desk.whistle(it).of("police").called for it in numbers]
    assert called == [2] * 12


def test_that_one_click_blows_the_template_of_the_standard(desk):
    case = desk.report(category="T0105", occurred_at=desk.at)
    whistle = desk.do(c.Blow(case=case.no)).whistle
    (template,) = desk.hall.templates["T0105"]
    assert [it.body for it in whistle.summons] == [template.lead, *template.co_bodies]
    assert (whistle.kind, whistle.gear, whistle.message) == (
        template.kind,
        template.gear,
        template.message,
    )
    assert whistle.summons[0].answer_by - desk.at == 30 * MINUTE
    assert whistle.summons[0].report_in_by - desk.at == 120 * MINUTE
    assert whistle.evidence == desk.hall.standard_for("T0105").evidence


def test_that_a_chain_says_who_is_called_without_a_word_of_whoever_reported(own):
    case = own.report(reporter={"name": "李明远", "phone": "13900001111"}, description="李明远说")
    own.do(c.Blow(case=case.no, bodies=("fire",), message="李明远 13900001111", hold_seconds=0))
    (what,) = by_channel(own, "wecom")
    assert "李明远" not in str(what)
    assert "13900001111" not in str(what)


def test_that_an_unknown_step_of_a_whistle_that_has_ended_is_refused(own):
    whistle = blown(own)
    own.do(c.Withdraw(whistle=whistle.no))
    with pytest.raises(Refusal):
        own.do(c.Escalate(whistle=whistle.no, body="fire"))
