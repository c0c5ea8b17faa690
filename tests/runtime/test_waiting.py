"""The waiting thread in one process with the rehearsal's gateway: nothing lost, nothing twice."""

import asyncio
import threading
import time
from collections import Counter
from concurrent.futures import Future
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commandcenter.application import commands as c
from commandcenter.application.changes import OutgoingState
from commandcenter.application.questions import Cases, OpenWork, Pending
from commandcenter.domain.case import State
from commandcenter.domain.hall import Hall
from commandcenter.rehearsal.gateway import Gateway, Options
from commandcenter.runtime.clock import SystemClock
from commandcenter.runtime.compose import open_core
from commandcenter.runtime.front import Place
from commandcenter.runtime.threads import Listeners
from commandcenter.runtime.waiting import Waiting

PACK = Path(__file__).parents[2] / "resources" / "demo"
PATIENCE = 90.0


class Upstream:
    """A gateway on a loop of its own; what is asked of it is done there."""

    def __init__(self, **options):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.gateway = Gateway(Options(**options))
        self.run(self.gateway.__aenter__())
        self._count = 0

    def run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def close(self):
        self.run(self.gateway.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    def report(self, number):
        frame = {
            "specversion": "1.0",
            "id": f"r{number}",
            "source": "/county/grid",
            "type": "grid.event.reported",
            "time": datetime.now(UTC).isoformat(),
            "data": {
                "event_no": f"E{number}",
                "title": "暴露垃圾",
                "category": "E0102",
                "location": {"grid": "990101101001001", "address": "东街"},
            },
        }

        async def publish():
            return self.gateway.publish(frame)

        return self.run(publish())

    async def _status(self):
        return await self.gateway.status()

    def status(self):
        return self.run(self._status())

    def heard(self):
        async def look():
            return [item.frame for item in self.gateway.inbox]

        return self.run(look())


class Room:
    """A hall with its feed; ``until`` waits for what its deltas bring about."""

    def __init__(self, folder, url):
        self.core = open_core(
            Place(pack=PACK, state=folder, feed_urls={"county": url}), seat="s", feeds=True
        )
        self._moved = threading.Condition()
        self.deltas = []
        self.core.listeners.subscribe(self._hear)
        self.desk = self.core.desk("dispatcher")
        self.core.start()

    def _hear(self, delta):
        with self._moved:
            self.deltas.append(delta)
            self._moved.notify_all()

    def close(self):
        self.core.stop()

    def do(self, command, by=None):
        operator = self.core.operator(by) if by else None
        return self.desk.submit(command, by=operator).result(PATIENCE)

    def ask(self, question):
        return self.desk.ask(question).result(PATIENCE)

    def until(self, look):
        """Wait until there is something to see; it is looked for after every commit and often."""
        end = time.monotonic() + PATIENCE
        while not (seen := look()):
            assert time.monotonic() < end
            with self._moved:
                self._moved.wait(0.05)
        return seen

    def cases(self):
        return self.ask(Cases(limit=None))


@pytest.fixture
def upstream(tmp_path):
    @contextmanager
    def opened(**options):
        with closing(Upstream(state=tmp_path / "gateway", **options)) as gateway:
            yield gateway

    return opened


@pytest.fixture
def hall(tmp_path):
    @contextmanager
    def opened(url):
        with closing(Room(tmp_path / "hall", url)) as room:
            yield room

    return opened


def whole(upstream, room):
    """Assert N1, N2 and N3: everything stored once, acknowledged, and each effect once."""
    status = upstream.status()
    work = room.ask(OpenWork())
    assert work.cursors[0].acked == status["newest"]
    assert status["acked"] <= work.cursors[0].acked
    assert work.gaps == ()
    numbers = [case.source_no for case in room.cases() if case.source_no]
    assert len(numbers) == len(set(numbers))
    kinds = Counter(frame["id"] for frame in upstream.heard())
    assert set(kinds.values()) <= {1}


def test_that_a_report_goes_the_way_and_a_restart_repeats_nothing(upstream, hall):
    with upstream(haste=100_000.0, return_rate=0.0) as gateway:
        for number in range(5):
            gateway.report(number)
        with hall(gateway.gateway.url) as room:
            room.until(lambda: len(room.cases()) == 5)
            no = room.cases()[0].no
            room.do(c.File(case=no))
            room.do(c.Dispatch(case=no))
            room.until(lambda: room.ask(Cases(states=frozenset({State.RESULT_SUBMITTED}))) != ())
            room.until(lambda: room.ask(Pending()) == ())
            room.until(lambda: gateway.status()["acked"] == gateway.status()["newest"])
            whole(gateway, room)
            before = room.cases()
        with hall(gateway.gateway.url) as room:
            gateway.report(99)
            room.until(lambda: len(room.cases()) == 6)
            assert set(before) <= set(room.cases())
            room.do(c.Check(case=no), "inspector")
            room.do(c.Close(case=no, outcome="solved", reply="已清运"), "inspector")
            room.until(lambda: room.ask(Pending()) == ())
            whole(gateway, room)
            sent = [
                frame["type"] for frame in gateway.heard() if not frame["type"].startswith("feed")
            ]
            assert sent == ["task.dispatched", "case.replied"]


def test_that_what_left_unreceipted_leaves_again_and_acts_once(upstream, hall):
    with upstream(silent=frozenset({"construction"})) as gateway:
        gateway.report(1)
        with hall(gateway.gateway.url) as room:
            room.until(lambda: room.cases() != ())
            gateway.run(gateway.gateway.withhold(600.0))
            no = room.cases()[0].no
            room.do(c.File(case=no))
            room.do(c.Dispatch(case=no))
            room.until(gateway.heard)
            assert len(room.ask(Pending())) == 1
    with upstream(silent=frozenset({"construction"})) as gateway, hall(gateway.gateway.url) as room:
        room.until(lambda: room.ask(Pending()) == ())
        sent = [frame["type"] for frame in gateway.heard()]
        assert sent.count("task.dispatched") == 1
        whole(gateway, room)


def test_that_a_late_body_is_marked_by_the_running_watch(upstream, hall):
    with upstream(silent=frozenset({"fire"})) as gateway:
        gateway.report(1)
        with hall(gateway.gateway.url) as room:
            room.until(lambda: room.cases() != ())
            limits = {
                "answer_limit": "0.001 urgent_minute",
                "report_in_limit": "0.001 urgent_minute",
            }
            order = c.Blow(case=room.cases()[0].no, bodies=("fire",), hold_seconds=0, **limits)
            whistle = room.do(order).whistle

            def missed():
                (now,) = room.ask(OpenWork()).whistles
                return now.of("fire").no_show_at and now.of("fire").no_answer_at

            room.until(missed)
            kinds = Counter(
                item.fact.kind
                for delta in room.deltas
                for item in delta.facts
                if item.fact.subject == whistle.no
            )
            assert (kinds["whistle.not_answered"], kinds["whistle.not_shown_up"]) == (1, 1)


def test_that_a_hall_without_a_gateway_works_and_keeps_what_must_leave(hall):
    with hall("ws://127.0.0.1:9") as room:
        made = room.do(c.Register(title="t", channel="other", category="E0102", address="东街"))
        room.do(c.File(case=made.case.no))
        room.do(c.Dispatch(case=made.case.no))
        room.until(lambda: any(link.state == "down" for d in room.deltas for link in d.links))
    with hall("ws://127.0.0.1:9") as room:
        (item,) = room.ask(Pending())
        assert (item.type, item.state) == ("task.dispatched", OutgoingState.PENDING)


def test_that_waiting_stops_even_before_it_has_begun():
    hall, silent = Hall(name="测试镇", code="T"), SlowReaders(None)
    waiting = Waiting(hall, "s", [], None, silent, Listeners(), SystemClock())
    assert waiting.stop()
    waiting.start()
    assert waiting.stop(PATIENCE)


class Ahead:
    """The machine's clock, moved on by hand."""

    def __init__(self):
        self.by = timedelta()

    def now(self):
        return datetime.now(UTC) + self.by


class SlowReaders:
    """Readers whose first answer is the test's to give."""

    def __init__(self, readers):
        self._readers, self.asked, self.answer = readers, threading.Event(), Future()

    def ask(self, _question):
        self.asked.set()
        return self.answer

    def run(self, work):
        return self._readers.run(work)


def test_that_what_was_told_before_the_store_answered_is_not_forgotten(upstream, tmp_path):
    with upstream() as gateway, ExitStack() as leave:
        place = Place(pack=PACK, state=tmp_path / "h", feed_urls={"county": gateway.gateway.url})
        clock = Ahead()
        core = open_core(place, seat="s", feeds=True, clock=clock)
        leave.callback(core.stop)
        core.scribe.start()
        desk = core.desk("dispatcher")

        def do(command):
            return desk.submit(command).result(PATIENCE)

        no = do(c.Register(title="t", channel="other", category="E0102", address="x")).case.no
        do(c.File(case=no))
        whistle = do(c.Blow(case=no, bodies=("fire",), hold_seconds=60)).whistle
        stale = desk.ask(OpenWork()).result(PATIENCE)
        core.waiting.readers = slow = SlowReaders(core.readers)
        core.waiting.start()
        assert slow.asked.wait(PATIENCE)
        do(c.Withdraw(whistle=whistle.no))
        slow.answer.set_result(stale)
        clock.by = timedelta(minutes=2)
        receipted = threading.Event()
        core.listeners.subscribe(
            lambda delta: [
                receipted.set() for item in delta.outgoing if item.state is OutgoingState.DELIVERED
            ]
        )
        do(c.Dispatch(case=no))
        assert receipted.wait(PATIENCE)
        assert [frame["type"] for frame in gateway.heard()] == ["task.dispatched"]
