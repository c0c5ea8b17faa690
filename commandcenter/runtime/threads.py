"""The threads of the hall: one to write, two to read; the waiting one is in ``waiting.py``."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from commandcenter.application.changes import (
    ChannelState,
    Delta,
    OutgoingState,
    PageHealth,
    StoreHealth,
)
from commandcenter.application.intake import (
    Counts,
    Sources,
    put_aside,
    sequence_of,
    take_in,
)
from commandcenter.application.messages import FeedItem, LinkState, Received
from commandcenter.application.ports import Clock, Hear, Store, Unit
from commandcenter.application.questions import Question
from commandcenter.domain.errors import Refusal
from commandcenter.domain.hall import Hall
from commandcenter.domain.words import UNSTORED

log = logging.getLogger(__name__)

BATCH: Final = 200
"""Messages in one transaction at most: more only lengthens the wait of a command behind it."""
FLOODED: Final = 1_000
"""The same once so many are waiting: what a transaction costs beside its rows is shared."""
ROOM: Final = 3_000
"""Messages waiting to be written at most; then the feeds are not read (back-pressure)."""
RETRY_SECONDS: Final = 1.0
"""How long to wait before trying again on a store that takes no writes."""
LOOK_SECONDS: Final = 1.0
"""How long at most, while there is nothing to write, until the store is looked after."""


@dataclass(slots=True)
class Arrival:
    """A batch a feed handed over: ``stored`` is told the last sequence that was committed."""

    items: Sequence[FeedItem]
    stored: Callable[[int], None]


@dataclass(slots=True)
class Job:
    """One command: a transaction of its own."""

    work: Callable[[Unit], Any]
    initiator: str | None
    future: Future[Any] = field(default_factory=Future)


class Listeners:
    """Who is told of each commit; told on the writing thread, in order.

    What is shown but not stored (the links, what is on the wire, the store's health) is told
    to a new listener first: nobody says it again only because a window has opened.
    """

    def __init__(self) -> None:
        self._hear: tuple[Hear, ...] = ()
        self._links: dict[str, LinkState] = {}
        self._heard: dict[str, datetime] = {}
        self._health: StoreHealth | None = None
        self._page: PageHealth | None = None
        self._channels: tuple[ChannelState, ...] = ()
        self._wired: set[str] = set()
        self._lock = threading.Lock()

    def subscribe(self, hear: Hear) -> Callable[[], None]:
        """Add a listener; returns how to remove it."""
        with self._lock:
            self._hear = (*self._hear, hear)
            known = Delta(
                links=tuple(self._links.values()),
                heard=tuple(self._heard.items()),
                health=self._health,
                page=self._page,
                channels=self._channels,
                wired=tuple(self._wired),
            )
        if known != Delta():
            hear(known)

        def stop() -> None:
            with self._lock:
                self._hear = tuple(item for item in self._hear if item is not hear)

        return stop

    def tell(self, delta: Delta) -> None:
        """Tell everybody; one listener's fault does not keep the others from hearing."""
        with self._lock:
            self._links.update((link.feed, link) for link in delta.links)
            self._heard.update(delta.heard)
            self._health = delta.health or self._health
            self._page = delta.page or self._page
            self._channels = delta.channels or self._channels
            self._wired.update(delta.wired)
            self._wired -= {it.id for it in delta.outgoing if it.state is not OutgoingState.PENDING}
            listening = self._hear
        for hear in listening:
            try:
                hear(delta)
            except Exception:
                log.exception("a listener failed")


class Scribe:
    """The writing thread: takes what is waiting, commits it together, tells, repeats."""

    def __init__(
        self,
        store: Store,
        hall: Hall,
        sources: Sources,
        clock: Clock,
        listeners: Listeners,
    ) -> None:
        self._store = store
        self._hall = hall
        self._sources = sources
        self._clock = clock
        self._listeners = listeners
        self._queue: deque[Job | Arrival] = deque()
        self._waiting = self._taken = 0
        self._stopping = False
        self._wake = threading.Condition()
        self._room_wanted: list[Callable[[], object]] = []
        self._healthy = True
        self._look_at = 0.0
        self.counts = Counts()
        self._thread = threading.Thread(target=self._run, name="writing", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self, timeout: float = 3.0) -> bool:
        """Write what is waiting, then end; false when it did not end in time (seconds)."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread.ident is not None:  # it was started
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def perform(self, work: Callable[[Unit], Any], initiator: str | None) -> Future[Any]:
        """Run ``work`` in a transaction of its own; see ``ports.Writer``."""
        job = Job(work, initiator)
        with self._wake:
            if self._stopping:
                job.future.set_exception(Refusal("stopping"))
            else:
                self._queue.append(job)
                self._wake.notify()
        return job.future

    def offer(self, arrival: Arrival, has_room: Callable[[], object]) -> bool:
        """Queue a feed's batch; when the queue is full, false, and ``has_room`` is called later."""
        with self._wake:
            self._queue.append(arrival)
            self._waiting += len(arrival.items)
            self._wake.notify()
            if self._waiting < ROOM:
                return True
            self._room_wanted.append(has_room)
            return False

    def _run(self) -> None:
        while (taken := self._take()) is not None:
            try:
                if isinstance(taken, Job):
                    if self._do(taken):
                        self._well()
                elif taken:
                    self._take_in(taken)
                else:
                    self._idle()
            except Exception:  # a hall that writes no more is worse than any one fault
                log.exception("the writing thread goes on after a fault")

    def _take(self) -> Job | list[Arrival] | None:
        """Return the next piece of work, an empty list when there is none, nothing at the end.

        There is none once a second too when messages keep coming, each as the last one is written.
        A command does not wait for what is still held back: somebody waits for it.
        """
        with self._wake:
            if not self._queue and not self._stopping:
                self._wake.wait(max(0.0, self._look_at - time.monotonic()))
            if not self._queue:
                return None if self._stopping else []
            flooded = self._waiting >= FLOODED
            if flooded and (jobs := self._jobs()):
                self._queue.remove(jobs[0])
                return jobs[0]
            first = self._queue.popleft()
            if isinstance(first, Job):
                return first
            taken, size = [first], len(first.items)
            most = FLOODED if flooded else BATCH
            while self._queue and size < most and isinstance(arrival := self._queue[0], Arrival):
                self._queue.popleft()
                taken.append(arrival)
                size += len(arrival.items)
            return taken

    def _do(self, job: Job) -> bool:
        """Carry out a command; whether it was committed."""
        if not job.future.set_running_or_notify_cancel():
            return False
        try:
            with self._store.unit(self._clock.now(), initiator=job.initiator) as unit:
                value = job.work(unit)
            self._listeners.tell(unit.delta)
        except BaseException as fault:
            job.future.set_exception(fault)
            if not isinstance(fault, Exception):
                raise
            if isinstance(fault, Refusal) and fault.code == "store_unavailable":
                self._unwell(str(fault.facts["detail"]))
            return False
        job.future.set_result(value)
        return True

    def _take_in(self, arrivals: list[Arrival]) -> None:
        items = [item for arrival in arrivals for item in arrival.items]
        self._taken = len(items)
        if not self._written(items):
            return  # not acknowledged: the sender still has them
        self._make_room()
        for arrival in arrivals:
            sequences = [seq for item in arrival.items if (seq := sequence_of(item)) is not None]
            if sequences:
                arrival.stored(sequences[-1])

    def _make_room(self) -> None:
        """Let the feeds read on: what was taken waits no more.

        Called as soon as a batch only has to be written: the store needs the processor then, but
        not the interpreter, so that as much can be read and decoded meanwhile.
        """
        with self._wake:
            self._waiting -= self._taken
            self._taken = 0
            wanted, self._room_wanted = (
                (self._room_wanted, []) if self._waiting < ROOM else ([], self._room_wanted)
            )
        for has_room in wanted:
            has_room()

    def _written(self, items: Sequence[FeedItem]) -> bool:
        """Store a batch, however long it takes; false when the hall is stopped before that."""
        while True:
            try:
                self._store_batch(items)
            except Exception as fault:
                code = fault.code if isinstance(fault, Refusal) else None
                if code == "overtaken":
                    continue  # another seat changed one of their cases: see what it is by now
                if code == "store_unavailable" and isinstance(fault, Refusal):
                    self._unwell(str(fault.facts["detail"]))
                    if not self._outwaited():
                        return False
                    continue
                log.exception("%d messages could not be stored together", len(items))
                if len(items) > 1:
                    return all(self._written([item]) for item in items)
                return self._poisoned(items[0])
            return True

    def _outwaited(self) -> bool:
        """Wait before the next try; commands are tried at once, so that nobody waits in vain.

        One that is committed does not make the store well: a full disk has room for little things,
        and what waits is not written yet. False when the hall is being stopped.
        """
        with self._wake:
            self._wake.wait_for(lambda: self._stopping or self._jobs(), RETRY_SECONDS)
            stopping, jobs = self._stopping, self._jobs()
            for job in jobs:
                self._queue.remove(job)
        for job in jobs:
            self._do(job)
        return not stopping

    def _jobs(self) -> list[Job]:
        return [item for item in self._queue if isinstance(item, Job)]

    def _store_batch(self, items: Sequence[FeedItem]) -> None:
        if all(isinstance(item, LinkState) for item in items):
            self._listeners.tell(_with_arrivals(Delta(), items))
            return
        with self._store.unit(self._clock.now()) as unit:
            counts = take_in(unit, self._hall, self._sources, items)
            self._make_room()
        self._well()
        self.counts.add(counts)
        self._listeners.tell(_with_arrivals(unit.delta, items))

    def _poisoned(self, item: FeedItem) -> bool:
        """Put aside the one message that cannot be stored, so that it stops nothing."""
        if not isinstance(item, Received):
            return True
        return self._written([put_aside(item, UNSTORED)])

    def _unwell(self, detail: str) -> None:
        self._healthy = False
        self._tell_health(detail)

    def _well(self) -> None:
        if not self._healthy:
            self._healthy = True
            self._tell_health("")

    def _tell_health(self, detail: str) -> None:
        health = StoreHealth(ok=self._healthy, at=self._clock.now(), detail=detail)
        self._listeners.tell(Delta(health=health))

    def _idle(self) -> None:
        """Look after the store; at once again while there is more to index."""
        self._look_at = time.monotonic() + LOOK_SECONDS
        health = self._store.check_health(self._clock.now())
        if not health.ok:
            self._unwell(health.detail)
            return
        try:
            if self._store.index_some():
                self._look_at = 0.0
        except Refusal as refusal:
            self._unwell(str(refusal.facts["detail"]))
            return
        self._well()


def _with_arrivals(delta: Delta, items: Iterable[FeedItem]) -> Delta:
    """Add to a batch's delta what is shown but not stored: the links, and who was heard when."""
    links = tuple(item for item in items if isinstance(item, LinkState))
    heard: dict[str, datetime] = {
        item.feed: item.received_at for item in items if isinstance(item, Received)
    }
    if not links and not heard:
        return delta
    return replace(delta, links=links, heard=tuple(heard.items()))


class Readers:
    """The reading threads: two, each with read-only connections."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="reading")
        self._stopping = False

    def ask(self, question: Question[Any]) -> Future[Any]:
        """Answer a question; see ``ports.Reader``."""
        return self.run(partial(self._store.answer, question))

    def run(self, work: Callable[[], Any]) -> Future[Any]:
        """Run something that only reads on a reading thread; its future is cancelled at the end."""
        try:
            return self._pool.submit(work)
        except RuntimeError:
            if not self._stopping:
                raise
        dropped: Future[Any] = Future()
        dropped.cancel()
        return dropped

    def stop(self) -> None:
        """End the threads, dropping the questions nobody waits for any more, also later ones."""
        self._stopping = True
        self._pool.shutdown(wait=True, cancel_futures=True)
