"""The writing and the reading threads, on a real store."""

import threading
from concurrent.futures import CancelledError
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from commandcenter.application import messages as m
from commandcenter.application.intake import Sources
from commandcenter.application.questions import Cases, OneCase, OpenWork, Quarantine
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Fact
from commandcenter.domain.hall import Hall
from commandcenter.runtime import threads
from commandcenter.runtime.threads import FLOODED, ROOM, Arrival, Listeners, Readers, Scribe
from commandcenter.store.store import Store

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
PATIENCE = 60.0


class Noon:
    def now(self):
        return NOON


class Room:
    """A store with its threads; nothing is written before ``start``."""

    def __init__(self, url):
        self.store = Store.open(url, "hall", at=NOON)
        self.listeners, self.deltas = Listeners(), []
        self.acked, self.told = [], threading.Condition()
        self.listeners.subscribe(self.hear)
        self.hall = Hall(name="h", code="990101101")
        self.scribe = Scribe(self.store, self.hall, Sources(), Noon(), self.listeners)
        self.readers = Readers(self.store)
        self._begun = False

    def hear(self, delta):
        with self.told:
            self.deltas.append(delta)
            self.told.notify()

    def until(self, found):
        """Wait until something told or acknowledged makes it so."""
        with self.told:
            assert self.told.wait_for(found, PATIENCE)

    def healths(self):
        """Return whether the store was well, each time that was told."""
        return [delta.health.ok for delta in self.deltas if delta.health]

    def start(self):
        self._begun = True
        self.scribe.start()

    def close(self):
        if self._begun:
            assert self.scribe.stop(PATIENCE)
        self.readers.stop()
        self.store.close()

    def message(self, sequence, **changes):
        given = {
            "feed": "county",
            "sequence": sequence,
            "source": "s",
            "id": f"m{sequence}",
            "type": m.MessageType.REPORT_RAISED,
            "time": NOON,
            "recorded": None,
            "received_at": NOON,
            "subject": None,
            "data": m.ReportRaised(title=f"第 {sequence} 件", event_no=f"E{sequence}"),
            "raw": "{}",
        }
        return m.Received(**given | changes)

    def stored(self, sequence):
        """Take an acknowledgement; note how much was really in the store by then."""
        found = self.readers.ask(Cases(limit=None)).result(PATIENCE)
        with self.told:
            self.acked.append((sequence, len(found)))
            self.told.notify()

    def offer(self, *sequences, has_room=lambda: None):
        return self.scribe.offer(
            Arrival([self.message(number) for number in sequences], self.stored), has_room
        )

    def order(self, name):
        def work(unit):
            unit.record(Fact(kind="seat.said", subject=name, at=unit.at, actor="x", data={}))
            return name

        return self.scribe.perform(work, "dispatcher")

    def settle(self):
        """Wait until everything given so far is written."""
        return self.order("settled").result(PATIENCE)

    def numbers(self):
        return sorted(case.source_no for case in self.store.answer(Cases(limit=None)))


@pytest.fixture
def room(tmp_path):
    with closing(Room(f"sqlite:///{tmp_path / 'hall.db'}")) as made:
        yield made


def test_that_batches_and_commands_are_written_in_the_order_they_came(room):
    room.offer(1, 2)
    room.offer(3)
    first = room.order("a")
    room.offer(4)
    second = room.order("b")
    room.start()
    assert (first.result(PATIENCE), second.result(PATIENCE)) == ("a", "b")
    subjects = [item.fact.subject for item in room.store.facts()]
    assert [subject for subject in subjects if subject in {"a", "b"}] == ["a", "b"]
    assert [delta.initiator for delta in room.deltas] == [None, "dispatcher", None, "dispatcher"]
    # batches that waited together are one transaction, acknowledged each for itself
    assert [sequence for sequence, _ in room.acked] == [2, 3, 4]
    assert room.scribe.counts.stored == 4


def test_that_nothing_is_acknowledged_before_it_is_stored(room):
    room.start()
    for number in range(1, 6):
        room.offer(number)
        room.settle()
    assert room.acked == [(number, number) for number in range(1, 6)]


def test_that_a_refused_command_tells_its_future_and_nobody_else(room):
    room.start()

    def work(unit):
        unit.record(Fact(kind="seat.said", subject="x", at=unit.at, actor="x", data={}))
        raise Refusal("no_bodies")

    with pytest.raises(Refusal):
        room.scribe.perform(work, None).result(PATIENCE)
    with pytest.raises(ZeroDivisionError):
        room.scribe.perform(lambda unit: 1 / 0, None).result(PATIENCE)
    room.settle()
    assert [item.fact.subject for item in room.store.facts()] == ["settled"]
    assert len(room.deltas) == 1


def test_that_a_command_given_up_before_its_turn_is_not_carried_out(room):
    future = room.order("a")
    assert future.cancel()
    room.start()
    room.settle()
    assert [item.fact.subject for item in room.store.facts()] == ["settled"]


def test_that_a_full_queue_holds_the_feed_back_and_lets_it_go_on(room):
    told = threading.Event()
    batches = [range(start, start + 250) for start in range(1, ROOM, 250)]
    answers = [room.offer(*batch, has_room=told.set) for batch in batches]
    assert answers == [True] * (len(batches) - 1) + [False]
    assert not told.is_set()
    room.start()
    assert told.wait(PATIENCE)
    assert room.scribe.stop(PATIENCE)
    assert room.acked[-1] == (ROOM, ROOM)


def test_that_a_flood_is_written_in_larger_transactions(room):
    room.start()
    room.settle()
    held = threading.Event()
    room.scribe.perform(lambda _unit: held.wait(PATIENCE), None)
    for start in range(1, ROOM, 100):
        room.offer(*range(start, start + 100))
    held.set()
    assert room.scribe.stop(PATIENCE)
    sizes = [len(delta.cases) for delta in room.deltas if delta.cases]
    assert sizes[0] == FLOODED
    assert sum(sizes) == ROOM
    assert max(sizes[1:]) <= FLOODED


def test_that_a_command_does_not_wait_for_what_a_flood_holds_back(room):
    room.start()
    room.settle()
    held = threading.Event()
    room.scribe.perform(lambda _unit: held.wait(PATIENCE), None)
    for start in range(1, ROOM + 1, 100):
        room.offer(*range(start, start + 100))
    orders = [room.scribe.perform(lambda _unit, n=n: (n, room.acked[:]), None) for n in (1, 2)]
    held.set()
    done = [order.result(PATIENCE) for order in orders]
    assert done == [(1, []), (2, [])]
    assert room.scribe.stop(PATIENCE)
    assert len(room.numbers()) == ROOM


def test_that_a_poison_message_is_put_aside_and_its_neighbours_are_stored(room):
    huge = m.Attachment(kind="image", url="u", bytes=2**63 - 1)
    poison = room.message(2, id="p", data=m.ReportRaised(title="毒", event_no="\ud800"))
    sound = m.ReportRaised(title="t", event_no="E3", attachments=(huge,))
    batch = [room.message(1), poison, room.message(3, data=sound)]
    room.scribe.offer(Arrival(batch, room.stored), lambda: None)
    room.start()
    room.settle()
    assert room.numbers() == ["E1", "E3"]
    (held,) = room.store.answer(Quarantine())
    assert (held.sequence, held.detail) == (2, "could not be stored")
    assert room.acked == [(3, 2)]
    counts = room.scribe.counts
    assert (counts.received, counts.stored, counts.quarantined) == (3, 2, {"bad_data": 1})
    assert room.store.answer(OpenWork()).cursors[0].acked == 3
    assert sum(delta.quarantined for delta in room.deltas) == 1


def test_that_a_number_beyond_64_bits_is_put_aside_too(room):
    poison = room.message(2**70, id="p")
    room.scribe.offer(Arrival([room.message(1), poison], room.stored), lambda: None)
    room.start()
    room.settle()
    assert room.numbers() == ["E1"]


class Door:
    """A store whose disk is away while ``shut``; otherwise the real one.

    With ``little`` there is still room for what a command writes; ``full`` has it for a probe.
    """

    def __init__(self, store):
        self._store, self.shut, self.tries, self.little = store, False, 0, False
        self.full = False

    def unit(self, at, *, initiator=None):
        if self.shut and not (self.little and initiator):
            self.tries += 1
            raise Refusal("store_unavailable", detail="disk full")
        return self._store.unit(at, initiator=initiator)

    def check_health(self, at):
        return self._store.check_health(at)

    def index_some(self):
        if self.full:
            raise Refusal("store_unavailable", detail="disk full")
        return self._store.index_some()


def test_that_a_store_that_takes_no_writes_holds_the_batch_and_refuses_commands(room, monkeypatch):
    monkeypatch.setattr(threads, "RETRY_SECONDS", 0.01)
    door = Door(room.store)
    room.scribe = Scribe(door, room.hall, Sources(), Noon(), room.listeners)
    door.shut = True
    room.start()
    room.offer(1)
    room.offer(2)
    with pytest.raises(Refusal) as caught:
        room.order("a").result(PATIENCE)
    assert caught.value.code == "store_unavailable"
    assert room.acked == []
    told = [delta.health for delta in room.deltas if delta.health]
    assert told
    assert not told[0].ok
    assert told[0].detail == "disk full"
    door.shut = False
    room.until(lambda: len(room.acked) == 2)
    room.settle()
    assert [sequence for sequence, _ in room.acked] == [1, 2]
    assert room.numbers() == ["E1", "E2"]
    assert room.scribe.counts.duplicates == 0
    assert room.healths()[-1]


def test_that_a_store_is_well_again_only_once_the_batch_that_waits_is_written(room, monkeypatch):
    monkeypatch.setattr(threads, "RETRY_SECONDS", 0.01)
    door = Door(room.store)
    room.scribe = Scribe(door, room.hall, Sources(), Noon(), room.listeners)
    door.shut = door.little = True
    room.offer(1)
    room.start()
    for _ in range(3):  # what somebody orders is carried out while there is room for it
        tries = door.tries
        assert room.settle() == "settled"
        room.until(lambda tries=tries: door.tries > tries)
    assert not any(room.healths())
    door.shut = False
    room.until(lambda: room.acked)
    assert room.healths().index(True) == len(room.healths()) - 1


def test_that_a_store_that_cannot_index_is_not_well(room, monkeypatch, caplog):
    monkeypatch.setattr(threads, "LOOK_SECONDS", 0.01)
    door = Door(room.store)
    room.scribe = Scribe(door, room.hall, Sources(), Noon(), room.listeners)
    door.full = True
    room.start()
    room.until(lambda: len(room.healths()) > 1)
    assert not any(room.healths()), "not well in between, though a probe is written"
    assert caplog.text == "", "whoever works at the hall is told in his language"
    door.full = False
    room.until(lambda: room.healths()[-1])


def test_that_stopping_writes_what_waits_and_takes_no_more(room):
    futures = [room.order(f"o{number}") for number in range(20)]
    room.offer(*range(1, 50))
    room.start()
    assert room.scribe.stop(PATIENCE)
    assert [future.result(0) for future in futures] == [f"o{number}" for number in range(20)]
    assert room.acked == [(49, 49)]
    with pytest.raises(Refusal) as caught:
        room.order("late").result(0)
    assert caught.value.code == "stopping"


def test_that_stopping_does_not_wait_for_a_store_that_takes_no_writes(room):
    door = Door(room.store)
    room.scribe = Scribe(door, room.hall, Sources(), Noon(), room.listeners)
    door.shut = True
    room.offer(1)
    room.start()
    assert room.scribe.stop(PATIENCE)
    assert room.acked == []


def test_that_a_link_is_told_of_without_a_transaction(room):
    live = m.LinkState(feed="county", state=m.LinkStatus.LIVE, at=NOON)
    room.scribe.offer(Arrival([live], room.stored), lambda: None)
    room.scribe.offer(Arrival([live, room.message(1)], room.stored), lambda: None)
    room.start()
    room.settle()
    assert [delta.links for delta in room.deltas if delta.links] == [(live, live)]
    assert room.deltas[0].heard == (("county", NOON),)
    room.scribe.offer(Arrival([live], room.stored), lambda: None)
    room.settle()
    assert room.deltas[-2].links == (live,)
    assert room.deltas[-2].facts == ()


def test_that_one_listener_s_fault_does_not_keep_the_others_from_hearing(room, caplog):
    heard = []

    def broken(_delta):
        raise ValueError("mine")

    room.listeners.subscribe(broken)
    stop = room.listeners.subscribe(heard.append)
    room.start()
    room.settle()
    stop()
    room.settle()
    assert len(heard) == 1
    assert len(room.deltas) == 2
    assert "a listener failed" in caplog.text


def test_that_two_threads_read_what_is_there(room):
    room.offer(1)
    room.start()
    room.settle()
    case = room.readers.ask(Cases()).result(PATIENCE)[0]
    assert room.readers.ask(OneCase(no=case.no)).result(PATIENCE) == case
    with pytest.raises(Refusal):
        room.readers.ask(OneCase(no="C9")).result(PATIENCE)
    names = {room.readers.run(threading.current_thread).result(PATIENCE).name for _ in range(9)}
    assert all(name.startswith("reading") for name in names)


def test_that_what_is_asked_of_a_closed_hall_is_dropped_like_what_still_waited(room):
    begun, go_on = threading.Event(), threading.Event()

    def slow():
        begun.set()
        return go_on.wait(PATIENCE)

    running = [room.readers.run(slow) for _ in range(2)]
    assert begun.wait(PATIENCE)
    waiting = room.readers.ask(Cases())
    stopping = threading.Thread(target=room.readers.stop)
    stopping.start()
    with pytest.raises(CancelledError):
        waiting.result(PATIENCE)
    go_on.set()
    stopping.join()
    assert [future.result(0) for future in running] == [True, True]
    assert room.readers.ask(Cases()).cancelled()


def test_that_many_hands_at_once_lose_nothing(room):
    room.start()

    def feed(first):
        for start in range(first, first + 100, 10):
            room.offer(*range(start, start + 10))
            room.order(f"o{start}")

    hands = [threading.Thread(target=feed, args=(first,)) for first in range(1, 400, 100)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    room.settle()
    assert len(room.numbers()) == 400
    said = [item.fact.subject for item in room.store.facts() if item.fact.kind == "seat.said"]
    assert len(said) == 41
    assert all(delta.facts[0].recorded_at - NOON == timedelta() for delta in room.deltas)
