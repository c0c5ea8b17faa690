"""A link that is half open, storms, or is refused: the hall's own parts on a quick clock."""

import asyncio
import socket
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest

from commandcenter.application.messages import LinkCause, LinkStatus
from commandcenter.application.questions import OpenWork
from commandcenter.feed.client import Pace
from commandcenter.feed.session import Patience
from commandcenter.runtime.compose import open_core
from commandcenter.runtime.front import Place

QUICK = Pace(
    ping=0.5,
    first_retry=0.05,
    last_retry=0.4,
    settled=5,
    person=0.3,
    tick=0.05,
    patience=Patience(
        heartbeat=timedelta(seconds=0.3),
        stale=timedelta(seconds=0.6),
        dead=timedelta(seconds=1.5),
        welcome=timedelta(seconds=0.5),
    ),
)


class Cable:
    """A cable between a hall and a gateway that can be held, so that nothing passes any more."""

    def __init__(self, port):
        self.connects = 0
        self._far = port
        self._flows = threading.Event()
        self._flows.set()
        self._open = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"ws://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def hold(self):
        self._flows.clear()

    def mend(self):
        self._flows.set()

    def close(self):
        self.mend()
        self._server.close()
        for end in self._open:
            end.close()

    def _accept(self):
        while True:
            try:
                near, _address = self._server.accept()
            except OSError:
                return
            self.connects += 1
            try:
                far = socket.create_connection(("127.0.0.1", self._far))
            except OSError:
                near.close()
                continue
            self._open += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one, other):
        try:
            while piece := one.recv(65_536):
                self._flows.wait()
                other.sendall(piece)
        except OSError:
            pass
        for end in (one, other):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


@pytest.fixture
def cable():
    made = []

    def lay(gateway):
        made.append(Cable(int(gateway.url.rpartition(":")[2])))
        return made[-1]

    yield lay
    for one in made:
        one.close()


class Linked:
    """A hall of this process and every state its link was ever in."""

    def __init__(self, core):
        self.core = core
        self.links = []
        core.listeners.subscribe(lambda delta: self.links.extend(delta.links))

    @property
    def states(self):
        return [link.state for link in self.links]

    @property
    def state(self):
        return self.links[-1].state if self.links else None


@contextmanager
def linked(hall, url, pace=QUICK):
    core = open_core(Place(pack=hall.folder, feed_urls={"county": url}), feeds=True)
    core.waiting.pace = pace
    try:
        it = Linked(core)
        core.start()
        yield it
    finally:
        core.stop()


def test_that_a_half_open_link_is_seen_and_gone_on_with_without_a_gap(
    upstream, place, cable, stored_all, nothing_lost, until
):
    gateway = upstream()
    hall = place(gateway)
    wire = cable(gateway)
    patient = Pace(  # no ping: the silence itself is what is noticed
        ping=60, first_retry=0.05, last_retry=0.2, tick=0.05, patience=QUICK.patience
    )
    with linked(hall, wire.url, patient) as it:
        gateway.tell("burst 10")
        stored_all(hall, gateway)
        wire.hold()
        gateway.tell("burst 20")
        until(lambda: LinkStatus.STALE in it.states, "silence seen", 30)
        until(lambda: LinkStatus.DOWN in it.states, "given up", 30)
        assert it.links[it.states.index(LinkStatus.DOWN)].cause is LinkCause.SILENT
        wire.mend()
        until(lambda: it.state is LinkStatus.LIVE, "live again", 30)
        stored_all(hall, gateway)
        assert it.core.store.answer(OpenWork()).gaps == ()
        assert it.core.scribe.counts.stored == 30
    nothing_lost(hall, gateway)


def test_that_a_gateway_that_answers_no_ping_is_given_up(
    upstream, place, stored_all, nothing_lost, until
):
    gateway = upstream()
    hall = place(gateway)
    with linked(hall, gateway.url) as it:
        gateway.tell("burst 3")
        stored_all(hall, gateway)
        gateway.tell("silent 600")
        gateway.tell("burst 4")
        until(lambda: LinkStatus.DOWN in it.states, "given up", 30)
        until(lambda: it.state is LinkStatus.LIVE, "another link", 30)
        stored_all(hall, gateway)
    nothing_lost(hall, gateway)


def test_that_a_storm_of_drops_is_met_with_few_connects_and_leaves_no_task_behind(
    upstream, place, cable, stored_all, nothing_lost, until
):
    gateway = upstream()
    hall = place(gateway)
    wire = cable(gateway)
    with linked(hall, wire.url) as it:
        until(lambda: it.state is LinkStatus.LIVE, "linked")
        loop = it.core.waiting._loop
        tasks = asyncio.run_coroutine_threadsafe(_tasks(), loop).result(30)
        drops = 40
        for number in range(drops):
            gateway.tell("burst 5")
            gateway.tell("drop")
            if number % 10 == 9:
                stored_all(hall, gateway)
        until(lambda: it.state is LinkStatus.LIVE, "linked at last")
        stored_all(hall, gateway)
        assert wire.connects <= drops + 2
        until(
            lambda: asyncio.run_coroutine_threadsafe(_tasks(), loop).result(30) <= tasks,
            "no task left behind",
        )
    nothing_lost(hall, gateway)


async def _tasks():
    return len(asyncio.all_tasks())


def test_that_a_refused_token_needs_a_person_and_is_tried_again(
    tmp_path, upstream, place, stored_all, until
):
    right = tmp_path / "right"
    right.write_text("secret-of-the-gateway", "utf-8")
    gateway = upstream("--token-file", right)
    hall = place(gateway)
    token = hall.folder / "token"
    token.write_text("wrong", "utf-8")
    hall.set('dialect = "cloudevents"', 'dialect = "cloudevents"\ntoken_file = "token"')
    with linked(hall, gateway.url) as it:
        until(lambda: it.state is LinkStatus.NEEDS_PERSON, "said", 30)
        assert it.links[-1].cause is LinkCause.TOKEN
    token.write_text("secret-of-the-gateway\n", "utf-8")
    with linked(hall, gateway.url) as it:
        gateway.tell("burst 2")
        stored_all(hall, gateway)
        assert it.state is LinkStatus.LIVE


def test_that_a_live_only_feed_works_and_is_named_so(upstream, place, until):
    gateway = upstream("--live-only")
    hall = place(gateway)
    with linked(hall, gateway.url) as it:
        until(lambda: gateway.status()["links"], "linked")

        def stored():
            gateway.tell("burst 1")
            return it.core.scribe.counts.stored > 3 and it.state is LinkStatus.LIVE_ONLY

        until(stored, "taken in and named")
    assert hall.cursor() == (None, None)
    assert len(hall.told("cases")) == it.core.scribe.counts.stored
