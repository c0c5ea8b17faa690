"""What leaves by channels: begun once, held by throttles and quiet hours, ended as it went."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest

from commandcenter.application import commands as c
from commandcenter.application import sending
from commandcenter.application.changes import AttemptState, OutgoingState
from commandcenter.application.questions import ChannelStates, DeliveriesOf, Pending
from commandcenter.application.sending import Result, Wait, Why, turn
from commandcenter.application.turn import Turn
from commandcenter.domain.channel import Channel, ChannelKind, Pace
from commandcenter.domain.errors import Refusal
from commandcenter.domain.hall import Hall

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SMS = Channel(code="sms", kind=ChannelKind.WEBHOOK, pace=Pace.SMS)
GROUP = Channel(code="group", kind=ChannelKind.WECOM, pace=Pace.GROUP, tested=True)
NIGHT = Channel(
    code="night", kind=ChannelKind.MAIL, pace=Pace.FREE, quiet=(time(22), time(7)), tested=True
)
HALL = Hall(
    name="h",
    code="h",
    zone=ZoneInfo("Asia/Shanghai"),
    channels={it.code: it for it in (SMS, GROUP, NIGHT)},
)
ROOM = {"sms": 9, "group": 9, "night": 9}
PHONE = "13800000000"


class Out:
    """The outbox of one seat, moved by hand."""

    def __init__(self, store, make):
        self.store, self.make, self.at, self.seat = store, make, NOON, "hall"
        self.delta, self.order = None, count()

    def post(self, *ids, **way):
        way = {"channel": "sms", "address": PHONE, "type": "whistle.blown", **way}
        kind, subject = way.pop("type"), way.pop("subject", "W1")
        with self.store.unit(self.at) as unit:
            for id_ in ids:
                item = self.make.outgoing(
                    id_,
                    order=next(self.order),
                    subject=subject,
                    leaves_at=way.pop("leaves_at", self.at),
                    **way,
                )
                unit.post(replace(item, type=kind, time=self.at))

    def look(self, *wanted, results=(), room=ROOM):
        wanted = wanted or [item.id for item in self.store.answer(Pending())]
        with self.store.unit(self.at) as unit:
            begun = turn(unit, HALL, seat=self.seat, results=results, wanted=wanted, room=room)
        self.delta = unit.delta
        self.later = begun.later
        return begun.starts

    def starts(self, *wanted, **more):
        return [(it.item.id, *(one.id for one in it.along)) for it in self.look(*wanted, **more)]

    def ended(self, start, state=AttemptState.DELIVERED, **how):
        return self.look(results=[Result(attempt=start.attempt, state=state, **how)])

    def failed(self, start, words="503", **how):
        return self.ended(start, AttemptState.FAILED, words=words, **how)

    def of(self, whistle="W1"):
        return {
            it.item.id: (it.item.state, [(a.state, a.words) for a in it.attempts])
            for it in self.store.answer(DeliveriesOf(whistle=whistle))
        }


@pytest.fixture
def out(store, make):
    return Out(store, make)


def test_that_a_message_is_begun_once_and_ends_with_its_result(out):
    out.post("o1")
    (start,) = out.look()
    assert start.attempt.state is AttemptState.SENDING
    assert out.look() == []
    assert out.ended(start) == []
    assert out.of() == {"o1": (OutgoingState.DELIVERED, [(AttemptState.DELIVERED, "")])}
    assert [it.state for it in out.delta.outgoing] == [OutgoingState.DELIVERED]
    assert out.delta.attempts[0].ended_at == NOON
    out.failed(start)
    assert out.of()["o1"][0] is OutgoingState.DELIVERED, "the first word holds"


def test_that_another_seat_begins_nothing_that_is_under_way_until_its_lease_ends(out):
    out.post("o1")
    (start,) = out.look()
    out.seat = "other"
    assert out.look() == []
    assert out.later == {"o1": NOON + sending.LEASE}
    out.at += sending.LEASE
    assert [it.attempt.number for it in out.look()] == [2]
    assert out.of()["o1"][1][0] == (AttemptState.FAILED, Why.INTERRUPTED)
    assert out.ended(start) == []
    assert out.of()["o1"][0] is OutgoingState.PENDING, "a dead attempt says nothing any more"


def test_that_a_seat_that_starts_again_takes_up_at_once_what_it_was_sending(out):
    out.post("o1")
    out.look()
    with out.store.unit(out.at) as unit:
        sending.recover(unit, "other")
    assert out.look() == []
    with out.store.unit(out.at) as unit:
        sending.recover(unit, "hall")
    out.at += MINUTE  # the contact may have been written to
    assert [it.attempt.number for it in out.look()] == [2]


def test_that_a_failure_is_tried_again_more_and_more_slowly_and_says_why(out):
    out.post("o1", channel="group")
    (start,) = out.look()
    waits = []
    for _ in range(4):
        assert out.failed(start) == []
        waits.append((out.later["o1"] - out.at).total_seconds())
        out.at = out.later["o1"]
        (start,) = out.look()
    assert waits == [2, 4, 8, 16]
    assert out.of()["o1"][1][:2] == [(AttemptState.FAILED, "503")] * 2
    out.failed(start, again_after=timedelta(seconds=90))
    assert out.later["o1"] == out.at + timedelta(seconds=90)
    out.failed(start, again_after=timedelta(days=9))
    assert out.of()["o1"][1][-1] == (AttemptState.QUEUED, "503")


def test_that_a_last_no_is_the_end_and_is_in_the_journal_without_address(out):
    out.post("o1", contact="李主任")
    (start,) = out.look()
    out.failed(start, "404 no such user", final=True)
    assert out.of()["o1"] == (
        OutgoingState.REJECTED,
        [(AttemptState.FAILED, "404 no such user")],
    )
    (told,) = out.delta.facts
    assert told.fact.kind == "whistle.message_undelivered"
    assert told.fact.subject == "W1"
    assert PHONE not in str(told.fact)
    assert "李主任" not in str(told.fact)


def test_that_what_is_not_out_in_time_is_given_up_and_said(out):
    out.post("o1", channel="group", expires_at=NOON + MINUTE)
    out.post("o2", channel="group", address="x")
    (first, second) = out.look()
    out.failed(first)
    out.failed(second)
    out.at += MINUTE
    assert out.starts() == [("o2",)]
    assert out.of()["o1"][0] is OutgoingState.EXPIRED
    assert out.of()["o1"][1][-1] == (AttemptState.FAILED, "expired: 503")
    assert [it.fact.data["reason"] for it in out.delta.facts] == ["expired: 503"]
    out.at += sending.GIVE_UP + sending.LEASE
    assert out.starts() == []
    assert out.of()["o2"][0] is OutgoingState.EXPIRED


def test_that_a_channel_nobody_knows_is_refused_in_words(out):
    out.post("o1", channel="pigeon")
    assert out.look() == []
    assert out.of()["o1"][0] is OutgoingState.REJECTED


def test_that_a_contact_gets_one_message_a_minute_and_the_rest_with_the_next(out):
    out.post("o1")
    (first,) = out.look()
    out.post("o2", "o3", subject="W2")
    assert out.look() == []
    assert out.later == {"o1": NOON + sending.LEASE, "o2": NOON + MINUTE, "o3": NOON + MINUTE}
    o2, _o3 = out.store.answer(DeliveriesOf(whistle="W2"))
    assert [(a.state, a.due_at, a.words) for a in o2.attempts] == [
        (AttemptState.QUEUED, NOON + MINUTE, Wait.THROTTLE)
    ]
    out.ended(first)
    out.at += MINUTE
    (start,) = out.look()
    assert [it.id for it in start.along] == ["o3"]
    out.ended(start)
    assert {state for state, _ in out.of("W2").values()} == {OutgoingState.DELIVERED}
    carried = out.store.answer(DeliveriesOf(whistle="W2"))[1].attempts[-1]
    assert carried.carried_by == "o2"


def test_that_a_bundle_stays_together_until_it_is_out(out):
    out.post("o1", "o2")
    (start,) = out.look()
    assert [it.id for it in start.along] == ["o2"]
    out.failed(start)
    out.post("o3")
    out.at += MINUTE
    assert out.starts() == [("o1", "o2")], "the same key means the same message"
    with out.store.unit(out.at) as unit:
        sending.recover(unit, "hall")
    out.at += MINUTE
    (again,) = out.look()
    assert [it.id for it in again.along] == ["o2"]
    out.failed(again, "gone", final=True)
    assert out.of()["o1"][0] is OutgoingState.REJECTED
    out.at += MINUTE
    assert out.starts() == [("o2",)], "alone: it may have arrived with the other"


def test_that_nothing_about_one_thing_overtakes_what_was_to_leave_before(out):
    out.post("blown", "withdrawn", channel="group")
    out.post("else", channel="group", subject="W2")
    starts = out.look()
    assert [it.item.id for it in starts] == ["blown", "else"]
    out.failed(starts[0])
    assert out.starts() == []
    out.at += timedelta(seconds=2)
    (start,) = out.look()
    assert start.item.id == "blown"
    assert [it.item.id for it in out.ended(start)] == ["withdrawn"]


def test_that_what_is_urgent_goes_alone_and_waits_for_a_minute_at_most(out):
    for _ in range(11):
        out.post(f"o{out.at:%H%M}", subject=f"W{out.at:%H%M}")
        (start,) = out.look()
        out.ended(start)
        out.at += MINUTE * 5
    out.post("o1", urgent=True)
    out.post("o2", urgent=True, subject="W2")
    out.post("o3", subject="W3")
    assert out.starts() == [("o1",)]
    assert out.later["o2"] == out.at + MINUTE
    assert out.later["o3"] > out.at + MINUTE


def test_that_quiet_hours_hold_back_what_is_not_urgent(out):
    out.at = datetime(2026, 11, 20, 15, tzinfo=UTC)  # 23:00
    out.post("o1", "o2", channel="night", subject="W2")
    out.post("o3", channel="night", urgent=True)
    assert out.starts() == [("o3",)]
    morning = datetime(2026, 11, 20, 23, tzinfo=UTC)
    assert out.later["o1"] == morning
    out.at = morning
    assert ("o1",) in out.starts("o1", "o2")


def test_that_a_held_message_leaves_at_once_for_a_reason(out, make):
    out.post("o1")
    out.ended(*out.look())
    out.post("o2")
    assert out.look() == []

    def hurry(message, reason):
        with out.store.unit(out.at) as unit:
            order = c.SendNow(outgoing=message, reason=reason)
            sending.hurry(
                Turn(unit=unit, hall=HALL, actor="d", role="dispatcher", at=out.at), order
            )
        return unit.delta

    for message, reason in (("o1", "急"), ("?", "急"), ("o2", " ")):
        with pytest.raises(Refusal):
            hurry(message, reason)
    delta = hurry("o2", "人在现场")
    assert [it.fact.kind for it in delta.facts] == ["whistle.message_hurried"]
    assert delta.attempts[0].due_at == out.at
    assert out.starts() == [("o2",)]


def test_that_a_channel_takes_no_more_than_it_has_room_for(out):
    out.post("o1", subject="W1", channel="group")
    out.post("o2", subject="W2", channel="group")
    assert out.starts(room={"group": 1}) == [("o1",)]
    assert out.later["o2"] is None


def test_that_every_channel_is_tried_once_a_day_and_the_result_is_known(out):
    for _ in range(2):
        with out.store.unit(out.at) as unit:
            sending.drill(unit, HALL)
    starts = out.look()
    assert sorted(it.item.channel for it in starts) == ["group", "night"]
    for start in starts:
        state = AttemptState.SENT if start.item.channel == "group" else AttemptState.FAILED
        out.look(results=[Result(attempt=start.attempt, state=state, words="no route")])

    def states():
        codes = ("group", "night", "sms")
        return out.store.answer(ChannelStates(codes=codes, now=out.at))

    group, night, sms = states()
    assert (group.test, group.worked_at, group.is_failing) == (OutgoingState.DELIVERED, NOON, False)
    assert (night.test, night.words, night.waiting) == (OutgoingState.PENDING, "no route", 1)
    assert night.is_failing
    assert (sms.test, sms.lost, sms.worked_at) == (None, 0, None)
    out.at += timedelta(minutes=16)
    out.look()
    assert (states()[1].test, states()[1].lost) == (OutgoingState.EXPIRED, 1)
    out.at += timedelta(days=1)
    with out.store.unit(out.at) as unit:
        sending.drill(unit, HALL)
    assert len(unit.delta.outgoing) == 2
