"""The waiting thread: one event loop for the feeds, the outbox and the timers; no SQL, no Qt."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import msgspec

from commandcenter.application import messages as m
from commandcenter.application.changes import FEED, Delta, Outgoing
from commandcenter.application.links import Links
from commandcenter.application.ports import Clock, Unit
from commandcenter.application.questions import OpenWork, Work
from commandcenter.application.recompute import firm, provisional, recompute
from commandcenter.application.turn import HALL, Turn
from commandcenter.application.watch import FOLLOWED_UP_WITHIN, Watch, raise_due
from commandcenter.domain.errors import Refusal
from commandcenter.domain.hall import Hall
from commandcenter.feed.client import FeedClient, Link, Pace
from commandcenter.feed.session import FeedSession
from commandcenter.feed.wire import encode
from commandcenter.gateways.courier import Courier
from commandcenter.gateways.outbox import Outbox
from commandcenter.gateways.route import Route
from commandcenter.runtime.threads import Arrival, Listeners, Readers, Scribe

log = logging.getLogger(__name__)
_LOOK: Final = 1.0


@dataclass(slots=True)
class Waiting:
    """Runs the feeds, the outbox and the watch until stopped."""

    hall: Hall
    seat: str
    links: Sequence[Link]
    scribe: Scribe
    readers: Readers
    listeners: Listeners
    clock: Clock
    chores: Sequence[Callable[[], None]] = ()
    routes: Mapping[str, Route] = field(default_factory=dict)
    page: Links | None = None
    pace: Pace = field(default_factory=Pace)
    clients: dict[str, FeedClient] = field(default_factory=dict)
    _loop: asyncio.AbstractEventLoop | None = None
    _main: asyncio.Task[None] | None = None
    _thread: threading.Thread | None = None
    _stopping: bool = False

    def start(self) -> None:
        """Begin to wait."""
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="waiting", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 3.0) -> bool:
        """Close the feeds and end; false when it did not end in time (seconds)."""
        thread, self._thread = self._thread, None
        if thread is None:
            return True
        self._stopping = True
        if self._loop is not None and self._main is not None:
            with suppress(RuntimeError):  # it has ended by itself
                self._loop.call_soon_threadsafe(self._main.cancel)
        thread.join(timeout)
        return not thread.is_alive()

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except asyncio.CancelledError:
            return
        except Exception:
            log.exception("the waiting thread failed")
            raise

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._main = asyncio.current_task()
        if self._stopping:  # asked before there was a task to cancel
            return
        watch = Watch(self.hall.limits)
        outbox = Outbox(
            self._send,
            self.clock,
            sent=lambda item: self.listeners.tell(Delta(wired=(item.id,))),
        )
        courier = Courier(
            hall=self.hall,
            seat=self.seat,
            routes=self.routes,
            write=self._write,
            clock=self.clock,
            links=self.page,
        )

        def take(delta: Delta) -> None:
            watch.apply(delta)
            outbox.keep(by_feed(delta.outgoing))
            courier.keep(delta.outgoing, delta.attempts)
            for link in delta.links:
                outbox.link(link)

        loop = self._loop
        early: list[Delta] = []  # told before the store's answer: that may be older
        hear: Callable[[Delta], None] = early.append
        stop = self.listeners.subscribe(
            lambda delta: loop.call_soon_threadsafe(lambda: hear(delta))
        )
        try:
            work = await self._open_work()
            watch.begin(work)
            outbox.keep(by_feed(work.outgoing))
            courier.keep(work.outgoing)
            for delta in early:
                take(delta)
            hear = take
            cursors = {cursor.feed: cursor for cursor in work.cursors}
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._firm(work))
                for link in self.links:
                    self.clients[link.id] = self._client(link, cursors)
                    tasks.create_task(self.clients[link.id].run())
                tasks.create_task(outbox.run())
                if self.routes:  # what leaves by channels waits for a seat that has them
                    tasks.create_task(courier.run())
                tasks.create_task(self._watch(watch))
                for chore in self.chores:
                    tasks.create_task(self._repeat(chore))
        finally:
            stop()

    def _client(self, link: Link, cursors: Mapping[str, m.Cursor]) -> FeedClient:
        cursor = cursors.get(link.id, m.Cursor(feed=link.id))
        session = FeedSession(
            hall=self.hall.code,
            client=self.seat,
            cursor=cursor,
            patience=self.pace.patience,
        )
        room = asyncio.Event()
        loop = asyncio.get_running_loop()

        async def sink(batch: Sequence[m.FeedItem]) -> None:
            room.clear()
            arrival = Arrival(batch, client.committed)
            if not self.scribe.offer(arrival, has_room):
                await room.wait()

        def has_room() -> None:
            with suppress(RuntimeError):  # the loop has ended: nobody waits any more
                loop.call_soon_threadsafe(room.set)

        client = FeedClient(link, session=session, sink=sink, clock=self.clock, pace=self.pace)
        return client

    async def _open_work(self) -> Work:
        """Ask what is open, however long the store does not answer."""
        asked = OpenWork(alerts=0, closed_since=self.clock.now() - FOLLOWED_UP_WITHIN)
        while True:
            try:
                return await asyncio.wrap_future(self.readers.ask(asked))
            except Refusal as refusal:
                log.warning("the store does not answer yet: %s", refusal.code)
                await asyncio.sleep(_LOOK)

    async def _send(self, item: Outgoing) -> bool:
        speaking = [link.id for link in self.links if link.dialect.speaks]
        if not speaking:
            return False
        # what came by a source that can be told nothing is answered through the main feed
        client = self.clients[item.feed if item.feed in speaking else speaking[0]]
        text = encode(
            m.MessageType(item.type),
            id=item.id,
            source=f"/hall/{self.hall.code}",
            time=item.time,
            subject=item.subject,
            data=msgspec.Raw(item.data.encode()),
        )
        return await client.send(text)

    async def _write(self, work: Callable[[Unit], Any]) -> Any:
        return await asyncio.wrap_future(self.scribe.perform(work, None))

    async def _watch(self, watch: Watch) -> None:
        while True:
            await asyncio.sleep(_LOOK)
            due = watch.due(self.clock.now())
            if not due:
                continue

            def work(unit: Any, due: Any = due) -> Any:
                return raise_due(unit, self.hall, due)

            try:
                left = await asyncio.wrap_future(self.scribe.perform(work, None))
            except Exception:
                log.exception("crossed timers could not be raised; they are tried again")
                left = due
            watch.put_back(left)

    async def _firm(self, work: Work) -> None:
        """Reckon the deadlines anew that waited for a notice that has come since."""
        for case in provisional(work.cases):
            if not firm(self.hall, case):
                continue
            job = partial(_recompute, self.hall, case.no)
            try:
                await asyncio.wrap_future(self.scribe.perform(job, None))
            except Exception:
                log.exception("a provisional deadline was not reckoned; the next start tries again")

    async def _repeat(self, chore: Callable[[], None]) -> None:
        while True:
            await asyncio.sleep(_LOOK)
            try:
                await asyncio.wrap_future(self.readers.run(chore))
            except Exception:
                log.exception("a chore failed; it is tried again")


def by_feed(items: Iterable[Outgoing]) -> list[Outgoing]:
    """Return what leaves through a feed."""
    return [item for item in items if item.channel == FEED]


def _recompute(hall: Hall, number: str, unit: Any) -> None:
    recompute(Turn(unit=unit, hall=hall, actor=HALL, at=unit.at), number)
