"""The outbox: in order, again until receipted, the same id on every try."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from commandcenter.application.changes import Outgoing, OutgoingState
from commandcenter.application.messages import LinkState, LinkStatus
from commandcenter.gateways.outbox import AGAIN_AFTER, Outbox

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Wire:
    """Where the outbox sends: keeps what went out; ``up`` says whether anything does."""

    def __init__(self):
        self.now_at, self.up, self.sent = NOON, True, []
        self.on_send = lambda item: None
        self.went = asyncio.Event()

    def now(self):
        return self.now_at

    async def send(self, item):
        self.on_send(item)
        up = self.up if isinstance(self.up, bool) else item.feed in self.up
        if up:
            self.sent.append(item.id)
            self.went.set()
        return up


def message(id_, order=0, leaves=0, feed="county"):
    return Outgoing(
        id=id_,
        order=order,
        feed=feed,
        type="task.dispatched",
        subject="C1",
        data="{}",
        time=NOON,
        leaves_at=NOON + leaves * SECOND,
    )


def settled(item, state=OutgoingState.DELIVERED):
    return replace(item, state=state)


def made():
    wire = Wire()
    return wire, Outbox(wire.send, wire)


def look(outbox, wire, seconds=0):
    wire.now_at += seconds * SECOND
    wire.sent.clear()
    asyncio.run(outbox.send_due(wire.now_at))
    return list(wire.sent)


def link(status, feed="county"):
    return LinkState(feed=feed, state=status, at=NOON)


def test_that_messages_leave_in_their_order_and_not_before_their_time():
    wire, outbox = made()
    outbox.keep([message("c", 3), message("later", 0, leaves=8), message("a", 1), message("b", 2)])
    assert look(outbox, wire) == ["a", "b", "c"]
    assert look(outbox, wire, 7) == []
    assert look(outbox, wire, 1) == ["later"]


def test_that_a_message_goes_again_under_its_id_until_its_receipt():
    wire, outbox = made()
    item = message("a")
    outbox.keep([item])
    assert look(outbox, wire) == ["a"]
    assert look(outbox, wire, 29) == []
    assert look(outbox, wire, 1) == ["a"]
    assert AGAIN_AFTER == 30 * SECOND
    outbox.keep([settled(item)])
    assert look(outbox, wire, 60) == []


def test_that_a_message_taken_back_never_leaves():
    wire, outbox = made()
    item = message("a", leaves=8)
    outbox.keep([item])
    outbox.keep([settled(item, OutgoingState.CANCELLED)])
    assert look(outbox, wire, 60) == []


def test_that_a_message_settled_while_others_are_sent_is_not_sent():
    wire, outbox = made()
    first, second = message("a", 1), message("b", 2)
    outbox.keep([first, second])
    wire.on_send = lambda item: outbox.keep([settled(second)])
    assert look(outbox, wire) == ["a"]


def test_that_all_go_again_when_the_link_comes_back():
    wire, outbox = made()
    outbox.link(link(LinkStatus.LIVE))
    outbox.keep([message("a", 1), message("b", 2)])
    assert look(outbox, wire) == ["a", "b"]
    outbox.link(link(LinkStatus.STALE))
    outbox.link(link(LinkStatus.LIVE))
    assert look(outbox, wire, 1) == []  # it was only silent
    outbox.link(link(LinkStatus.DOWN))
    outbox.link(link(LinkStatus.CONNECTING))
    outbox.link(link(LinkStatus.LIVE_ONLY))
    assert look(outbox, wire, 1) == ["a", "b"]


def test_that_what_could_not_go_out_is_tried_at_the_next_look():
    wire, outbox = made()
    wire.up = False
    outbox.keep([message("a", 1), message("b", 2)])
    assert look(outbox, wire) == []
    wire.up = True
    assert look(outbox, wire, 1) == ["a", "b"]


def test_that_nothing_overtakes_what_waits_on_its_feed():
    wire, outbox = made()
    wire.up = {"hotline"}
    outbox.keep([message("a", 1), message("b", 2), message("h", 3, feed="hotline")])
    # the link comes up between the first and the second
    wire.on_send = lambda item: setattr(wire, "up", item.id != "a")
    assert look(outbox, wire) == ["h"]
    wire.on_send = lambda item: None
    assert look(outbox, wire, 1) == ["a", "b"]


def test_that_it_runs_by_itself_and_wakes_for_what_is_new():
    async def go():
        wire, outbox = made()
        running = asyncio.create_task(outbox.run())
        try:
            for number in range(3):
                outbox.keep([message(f"m{number}", number)])
                await wire.went.wait()
                wire.went.clear()
        finally:
            running.cancel()
        return wire.sent

    assert asyncio.run(asyncio.wait_for(go(), 60)) == ["m0", "m1", "m2"]


def test_that_it_wakes_when_a_held_message_may_leave():
    async def go():
        wire, outbox = made()
        # the clock of the test stands at the moment before; the outbox rests no longer than that
        outbox.keep([replace(message("a"), leaves_at=NOON + timedelta(milliseconds=5))])
        asked = []

        def now():
            asked.append(1)
            return NOON if len(asked) < 3 else NOON + SECOND

        wire.now = now
        running = asyncio.create_task(outbox.run())
        await wire.went.wait()
        running.cancel()
        return wire.sent

    assert asyncio.run(asyncio.wait_for(go(), 60)) == ["a"]


steps = st.lists(
    st.one_of(
        st.integers(0, 5).map(lambda number: ("post", number)),
        st.integers(0, 5).map(lambda number: ("receipt", number)),
        st.integers(0, 40).map(lambda seconds: ("wait", seconds)),
        st.sampled_from([("link", True), ("link", False)]),
    ),
    max_size=40,
)


@given(steps)
def test_that_whatever_happens_what_is_pending_leaves_and_nothing_else_does(moves):
    wire, outbox = made()
    posted, done = {}, set()
    for what, value in moves:
        if what == "post" and value not in posted:
            posted[value] = message(f"m{value}", value)
            outbox.keep([posted[value]])
        elif what == "receipt" and value in posted:
            done.add(value)
            outbox.keep([settled(posted[value])])
        elif what == "wait":
            sent = look(outbox, wire, value)
            assert not {f"m{number}" for number in done} & set(sent)
            assert sent == sorted(sent)
        elif what == "link":
            wire.up = value
            outbox.link(link(LinkStatus.LIVE if value else LinkStatus.DOWN))
    wire.up = True
    outbox.link(link(LinkStatus.DOWN))
    outbox.link(link(LinkStatus.LIVE))
    assert look(outbox, wire) == [f"m{number}" for number in sorted(set(posted) - done)]


def test_that_a_message_is_said_to_be_on_the_wire_once_and_only_when_it_was():
    wire, told = Wire(), []
    outbox = Outbox(wire.send, wire, sent=lambda item: told.append(item.id))
    wire.up = False
    outbox.keep([message("a")])
    look(outbox, wire)
    assert told == []
    wire.up = True
    look(outbox, wire)
    wire.now_at += AGAIN_AFTER + SECOND
    asyncio.run(outbox.send_due(wire.now_at))
    assert wire.sent == ["a", "a"]
    assert told == ["a"]
