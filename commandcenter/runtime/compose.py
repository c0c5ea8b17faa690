"""Putting a hall together: plain calls, in the order things depend on each other."""

import logging
import os
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from secrets import token_bytes
from typing import Any, Final

from commandcenter.application.changes import ChannelState, Delta
from commandcenter.application.desk import Desk
from commandcenter.application.gazetteer import Gazetteer
from commandcenter.application.intake import Sources
from commandcenter.application.links import Links
from commandcenter.application.messages import QuarantineReason, Received, Rejected
from commandcenter.application.ports import Clock
from commandcenter.application.questions import ChannelStates, Pending, Present
from commandcenter.application.seat import Seat
from commandcenter.domain.claim import beat
from commandcenter.domain.errors import Refusal
from commandcenter.domain.hall import Hall
from commandcenter.domain.matching import rules_of
from commandcenter.domain.roster import Operator, Role
from commandcenter.domain.timers import continuous
from commandcenter.feed.client import Link
from commandcenter.feed.dialects import CLOUDEVENTS, DIALECTS
from commandcenter.feed.dialects.door import Dialect, Terms
from commandcenter.feed.skew import SkewWatch
from commandcenter.runtime.channels import routes_of
from commandcenter.runtime.clock import SystemClock
from commandcenter.runtime.findings import Finding, Severity, summed
from commandcenter.runtime.importer import ImportProcess
from commandcenter.runtime.pack import load_pack
from commandcenter.runtime.reporting_in import ReportingIn
from commandcenter.runtime.settings import FeedSettings, Settings
from commandcenter.runtime.threads import Listeners, Readers, Scribe
from commandcenter.runtime.waiting import Waiting
from commandcenter.store.figures import Basis
from commandcenter.store.store import Store

log = logging.getLogger(__name__)

ANYBODY: Final = Operator(id="desk", name="值班", role=Role.SHIFT_SUPERVISOR)
"""Who sits at the desk of a hall whose pack names nobody."""
LIAISON_FOLDER: Final = "liaison"
"""What hall and report-in page share lies there, below the state folder, and nothing else does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a hall finds its files; what is given replaces what the pack says."""

    pack: Path
    state: Path | None = None
    feed_urls: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)

    def read(self) -> tuple[Settings, Hall, list[Finding]]:
        """Read the pack; its faults are in the findings.

        Raises:
            Refusal: there is no such folder, or no feed of a name whose address is given.
        """
        if not self.pack.is_dir():  # or a mistyped path would be made a hall of
            raise Refusal("no_such_hall", folder=self.pack)
        settings, hall, findings = load_pack(self.pack)
        known = [feed.id for feed in settings.feeds]
        if unknown := [name for name in self.feed_urls if name not in known]:
            raise Refusal("unknown_feed", feed=unknown[0], known=", ".join(known) or "—")
        if self.state is not None:
            settings = replace(
                settings,
                state_dir=self.state,
                store_url=f"sqlite:///{(self.state / 'hall.db').as_posix()}",
            )
        feeds = tuple(
            replace(feed, url=self.feed_urls.get(feed.id, feed.url)) for feed in settings.feeds
        )
        hall = replace(hall, limits=replace(hall.limits, **self.limits))
        return replace(settings, feeds=feeds), hall, findings


@dataclass(slots=True, kw_only=True)
class Core:
    """A hall without its screens: the store and the threads around it."""

    pack: Path
    settings: Settings
    hall: Hall
    findings: list[Finding]
    seat: str
    clock: Clock
    store: Store
    scribe: Scribe
    readers: Readers
    listeners: Listeners
    links: Links
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

    def operator(self, name: str | None) -> Operator:
        """Return the person named, or the first who may dispatch.

        Raises:
            Refusal: the roster has no such person.
        """
        return operator_of(self.hall, name)

    def desk(self, operator: str | None = None) -> Desk:
        """Return the desk for a person."""
        return Desk(
            hall=self.hall,
            operator=self.operator(operator),
            writer=self.scribe,
            reader=self.readers,
            subscribe=self.listeners.subscribe,
            decode=_reader(self.settings),
            datums={feed.id: feed.datum for feed in self.settings.feeds},
        )

    def attend(self, desk: Desk) -> None:
        """Have a desk's operator said to be there while the hall runs; call before ``start``."""
        if self.waiting is not None:
            pulse = Pulse(desk=desk, clock=self.clock)
            self.waiting.chores = (*self.waiting.chores, pulse.look)

    def take_seat(self, *, operator: str | None, lang: str, rehearsal: bool) -> Seat:
        """Return everything a screen needs."""
        notices = tuple(
            f"{item.file} {item.row or ''} {item.problem(lang)} {item.remedy(lang)}"
            for item in summed(self.findings)
            if item.severity is not Severity.INFO
        )
        gazetteer = Gazetteer(self.hall.places)
        return Seat(
            name=self.seat,
            desk=self.desk(operator),
            hall=self.hall,
            clock=self.clock,
            state=self.settings.state_dir,
            lang=lang,
            feeds={feed.id: feed.name or feed.id for feed in self.settings.feeds},
            gazetteer=gazetteer,
            warm=partial(self.readers.run, gazetteer.warm),
            notices=notices,
            rehearsal=rehearsal,
            importer=None if rehearsal else ImportProcess(self.pack),
            links=self.links,
        )


def _chores(
    store: Store, hall: Hall, listeners: Listeners, clock: Clock
) -> tuple[Callable[[], None], ...]:
    """Return what is looked after every second, beside the feeds."""
    following = (Follower(store, listeners).look,) if store.is_shared else ()
    if not hall.channels:
        return following
    watch = ChannelWatch(store=store, codes=tuple(hall.channels), listeners=listeners, clock=clock)
    return (*following, watch.look)


def operator_of(hall: Hall, name: str | None) -> Operator:
    """Return the person named, or the first of a hall's roster who may dispatch.

    Raises:
        Refusal: the roster has no such person.
    """
    if name is not None:
        if name not in hall.people:
            raise Refusal("unknown_operator", operator=name)
        return hall.people[name]
    return next((it for it in hall.people.values() if it.role is Role.DISPATCHER), ANYBODY)


def open_core(
    place: Place, *, seat: str | None = None, feeds: bool, clock: Clock | None = None
) -> Core:
    """Open a hall's store and make its threads; nothing runs before ``Core.start``.

    Raises:
        Refusal: the store is locked, damaged or newer than the program.
    """
    settings, hall, findings = place.read()
    try:
        settings.state_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal("store_unavailable", detail=str(error)) from error
    clock = clock or SystemClock()
    name = seat or socket.gethostname()
    store = open_store(settings, hall, clock, seat=name)
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


def open_store(
    settings: Settings, hall: Hall, clock: Clock, *, seat: str, write: bool = True
) -> Store:
    """Open a hall's store, with what its figures need to know of the hall.

    Raises:
        Refusal: the store is locked, damaged, newer than the program or out of reach.
    """
    basis = Basis(
        zone=hall.zone,
        day_starts=hall.day_starts,
        dispatch_limit=continuous(hall.limits.dispatch),
        matching=rules_of(hall),
    )
    key = phone_key(settings.state_dir) if write else b""
    return Store.open(settings.store_url, seat, at=clock.now(), basis=basis, key=key, write=write)


def phone_key(state: Path) -> bytes:
    """Return the hall's key of telephone hashes, made at the first start; seats share a copy.

    Raises:
        Refusal: it can be neither read nor made.
    """
    return kept_key(state / "match.key")


def links_of(settings: Settings) -> Links:
    """Return the hall's own links; their key is made when it is first needed.

    Raises:
        Refusal: the key can be neither read nor made.
    """
    page = settings.liaison
    folder = settings.state_dir / LIAISON_FOLDER
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal("store_unavailable", detail=str(error)) from error
    return Links(base_url=page.base_url, key=kept_key(folder / "link.key"), hours=page.hours)


def kept_key(file: Path) -> bytes:
    """Return a key of 32 random bytes that a file holds, made when there is none yet.

    Raises:
        Refusal: it can be neither read nor made.
    """
    try:
        with suppress(FileExistsError), open(file, "xb", opener=_for_us_alone) as made:
            made.write(token_bytes(_KEY_BYTES))
        key = file.read_bytes()
    except OSError as error:
        raise Refusal("store_unavailable", detail=str(error)) from error
    if len(key) < _KEY_BYTES:  # a key of nothing would sign for anybody
        raise Refusal("store_unavailable", detail=f"{file.name}: {len(key)} B")
    return key


_KEY_BYTES: Final = 32


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


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
