"""Putting a hall together: plain calls, in the order things depend on each other."""

import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from commandcenter.application.changes import ChannelState, Delta
from commandcenter.application.clerk import WritingClerk
from commandcenter.application.desk import Desk
from commandcenter.application.intake import Sources
from commandcenter.application.messages import QuarantineReason, Received, Rejected
from commandcenter.application.ports import Clock
from commandcenter.application.questions import ChannelStates, Pending, Present
from commandcenter.domain.claim import beat
from commandcenter.domain.hall import Hall
from commandcenter.feed.client import Link
from commandcenter.feed.dialects import CLOUDEVENTS, DIALECTS
from commandcenter.feed.dialects.door import Dialect, Terms
from commandcenter.feed.skew import SkewWatch
from commandcenter.runtime.channels import routes_of
from commandcenter.runtime.clock import SystemClock
from commandcenter.runtime.front import LIAISON_FOLDER, Front, Place, links_of, open_store
from commandcenter.runtime.reporting_in import ReportingIn
from commandcenter.runtime.settings import FeedSettings, Settings
from commandcenter.runtime.threads import Listeners, Readers, Scribe
from commandcenter.runtime.waiting import Waiting
from commandcenter.store import health
from commandcenter.store.lock import Window
from commandcenter.store.store import Store

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Core(Front):
    """A hall without its screens that writes its store itself: the threads around the store."""

    scribe: Scribe
    waiting: Waiting | None
    reporting_in: ReportingIn | None = None

    def start(self) -> None:
        """Let the threads begin.

        What was pressed while the hall was closed comes first: it may have been in time.
        """
        self.scribe.start()
        if self.reporting_in is not None:
            self.reporting_in.start()
        if self.waiting is not None:
            self.waiting.start()

    def stop_writing(self) -> None:
        """Close the feeds and write what is waiting; the store can still be asked."""
        if self.reporting_in is not None:
            self.reporting_in.stop()
        if self.waiting is not None:
            self.waiting.stop()
        self.scribe.stop()

    def stop(self) -> None:
        """Close the feeds, write what is waiting, checkpoint and let go of the store."""
        self.stop_writing()
        self.readers.stop()
        self.store.close()

    def attend(self, desk: Desk) -> None:
        """Have a desk's operator said to be there while the hall runs; call before ``start``."""
        if self.waiting is not None:
            pulse = Pulse(desk=desk, clock=self.clock)
            self.waiting.chores = (*self.waiting.chores, pulse.look)


def _chores(
    store: Store, hall: Hall, listeners: Listeners, clock: Clock
) -> tuple[Callable[[], None], ...]:
    """Return what is looked after every second, beside the feeds."""
    following = (Follower(store, listeners).look,) if store.is_shared else ()
    if not hall.channels:
        return following
    watch = ChannelWatch(store=store, codes=tuple(hall.channels), listeners=listeners, clock=clock)
    return (*following, watch.look)


def open_core(
    place: Place,
    *,
    seat: str | None = None,
    feeds: bool,
    clock: Clock | None = None,
    window: Window | None = None,
) -> Core:
    """Open a hall's store and make its threads; nothing runs before ``Core.start``.

    ``window`` is what shows the hall, if that is another process.

    Raises:
        Refusal: the store is locked, damaged or newer than the program.
    """
    settings, hall, findings = place.read()
    try:
        settings.state_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise health.unwritable(settings.state_dir, error) from error
    clock = clock or SystemClock()
    name = seat or socket.gethostname()
    store = open_store(settings, hall, clock, seat=name, window=window)
    skew = SkewWatch(hall.limits.clock_skew_seconds)
    listeners = Listeners()
    sources = Sources(
        datums={feed.id: feed.datum for feed in settings.feeds},
        observe=skew.observe,
        skewed=skew.is_suspicious,
    )
    scribe = Scribe(store, hall, sources, clock, listeners)
    readers = Readers(store)
    core = Core(
        pack=place.pack,
        clerk=WritingClerk(
            hall=hall,
            writer=scribe,
            decode=_reader(settings),
            datums=sources.datums,
        ),
        settings=settings,
        hall=hall,
        findings=findings,
        seat=name,
        clock=clock,
        store=store,
        scribe=scribe,
        readers=readers,
        listeners=listeners,
        links=links_of(settings),
        waiting=None,
    )
    core.waiting = Waiting(
        hall,
        name,
        [_link(feed, settings) for feed in settings.feeds] if feeds else [],
        scribe,
        readers,
        listeners,
        clock,
        chores=_chores(store, hall, listeners, clock),
        routes=routes_of(settings.channels) if feeds else {},
        page=core.links,
    )
    core.reporting_in = ReportingIn(
        desk=core.desk(),
        links=core.links,
        folder=settings.state_dir / LIAISON_FOLDER,
        media=settings.state_dir / "media",
        clock=clock,
        tell=listeners.tell,
    )
    return core


class Follower:
    """Brings what other seats did, by tailing the journal they share.

    What they left in the outbox comes with it: they need not be linked to the feed it leaves by.
    """

    def __init__(self, store: Store, listeners: Listeners) -> None:
        self._store = store
        self._listeners = listeners
        self._place = store.here()
        self._present: tuple[tuple[str, datetime], ...] = ()

    def look(self) -> None:
        """Tell of everything other seats did since the last look, and of who is at them."""
        delta, self._place = self._store.changes_since(self._place)
        if delta.facts:
            self._listeners.tell(replace(delta, outgoing=self._store.answer(Pending())))
        present = self._store.answer(Present())
        if present != self._present:
            self._present = present
            self._listeners.tell(Delta(present=present))


@dataclass(slots=True, kw_only=True)
class Pulse:
    """Says as long as a desk without a screen runs that its operator is there."""

    desk: Desk
    clock: Clock
    _next: datetime | None = None

    def look(self) -> None:
        """Say so once a beat."""
        now = self.clock.now()
        if self._next is None or now >= self._next:
            self._next = now + beat(self.desk.hall.limits)
            self.desk.attend()


@dataclass(slots=True, kw_only=True)
class ChannelWatch:
    """Tells how each channel fares, whenever that has changed."""

    store: Store
    codes: tuple[str, ...]
    listeners: Listeners
    clock: Clock
    _told: tuple[ChannelState, ...] = ()
    _next: datetime | None = None

    def look(self) -> None:
        """Look every few seconds: each look reads what was sent in a day."""
        now = self.clock.now()
        if self._next is not None and self._next - _BETWEEN_LOOKS <= now < self._next:
            return
        self._next = now + _BETWEEN_LOOKS
        states = self.store.answer(ChannelStates(codes=self.codes, now=now))
        if states != self._told:
            self._told = states
            self.listeners.tell(Delta(channels=states))


_BETWEEN_LOOKS: Final = timedelta(seconds=3)


def _link(feed: FeedSettings, settings: Settings) -> Link:
    # what is no text becomes what no header can bear: the link says that it needs a person
    token = feed.token_file.read_text("utf-8", "replace").strip() if feed.token_file else ""
    return Link(
        id=feed.id,
        url=feed.url,
        token=token,
        ca_file=str(feed.ca_file) if feed.ca_file else None,
        allow_plaintext=feed.allow_plaintext,
        datum=feed.datum,
        dialect=_dialect(feed, settings),
    )


def _dialect(feed: FeedSettings, settings: Settings) -> Dialect:
    """Return how a feed is understood; a foreign one's messages go by its own name."""
    terms = Terms(
        source=feed.source or f"/{feed.dialect}/{feed.id}",
        zone=feed.zone or settings.hall.zone,
        mapping=feed.mapping.translate if feed.mapping else None,
    )
    return DIALECTS[feed.dialect](terms)


def _reader(settings: Settings) -> Callable[[str, str, datetime], Received | Rejected]:
    """Return what reads a quarantined frame once more, in the dialect of its feed."""
    dialects = {feed.id: _dialect(feed, settings) for feed in settings.feeds}

    def read_again(feed: str, frame: str, at: datetime) -> Received | Rejected:
        found = dialects.get(feed, CLOUDEVENTS).decode(frame, feed=feed, received_at=at)
        if isinstance(found, Received | Rejected):
            return found
        return Rejected(  # talk of the session is no message
            feed=feed,
            sequence=None,
            reason=QuarantineReason.UNKNOWN_TYPE,
            received_at=at,
            raw=frame,
            detail="",
        )

    return read_again
