"""What every seat needs of its hall, wherever the part that writes runs: settings, store, desk."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from secrets import token_bytes
from typing import Any, Final

from commandcenter.application.desk import Desk
from commandcenter.application.gazetteer import Gazetteer
from commandcenter.application.links import Links
from commandcenter.application.ports import Clerk, Clock
from commandcenter.application.seat import Notice, Seat
from commandcenter.domain.errors import InWords, Refusal
from commandcenter.domain.hall import Hall
from commandcenter.domain.matching import rules_of
from commandcenter.domain.roster import Operator, Role
from commandcenter.domain.timers import continuous
from commandcenter.runtime import extras
from commandcenter.runtime.findings import Fault, Finding, Severity, gravity, summed
from commandcenter.runtime.importer import ImportProcess
from commandcenter.runtime.pack import PEOPLE_FILE, load_pack
from commandcenter.runtime.settings import SETTINGS_FILE, STORE_KEYS, UNKNOWN, Settings
from commandcenter.runtime.threads import Listeners, Readers
from commandcenter.store import health
from commandcenter.store.figures import Basis
from commandcenter.store.lock import Window
from commandcenter.store.store import Store

ANYBODY: Final = Operator(id="desk", name="值班", role=Role.SHIFT_SUPERVISOR)
"""Who sits at the desk of a hall whose pack names nobody."""
LIAISON_FOLDER: Final = "liaison"
"""What hall and report-in page share lies there, below the state folder, and nothing else does."""


_UNREAD: Final = frozenset({Fault.NO_SETTINGS, Fault.BAD_TOML, Fault.NOT_TEXT, Fault.UNREADABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a hall finds its files; what is given replaces what the pack says.

    Settings that could not be read, or that name their store wrongly, are refused: the defaults
    name another store, and what that says would pass for the hall's. A window alone is
    ``makeshift``, for it says so all the time.
    """

    pack: Path
    state: Path | None = None
    makeshift: bool = False
    feed_urls: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)

    def read(self) -> tuple[Settings, Hall, list[Finding]]:
        """Read the pack; its faults are in the findings.

        Raises:
            Refusal: there is no such folder, its settings could not be read, or there is no feed
                of a name whose address is given.
        """
        if not self.pack.is_dir():  # or a mistyped path would be made a hall of
            raise Refusal("no_such_hall", folder=self.pack)
        settings, hall, findings = load_pack(self.pack)
        if not self.makeshift:
            for item in findings:
                if _hides_hall(item) or (self.state is None and _hides_store(item)):
                    raise _unread(item, self.pack)
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


def _hides_hall(item: Finding) -> bool:
    """Tell whether a fault leaves unknown what the settings are."""
    return item.file == SETTINGS_FILE and item.fault in _UNREAD


def _hides_store(item: Finding) -> bool:
    """Tell whether a fault leaves unknown which store is meant, though one is named."""
    if item.file != SETTINGS_FILE:
        return False
    table, _, _key = (item.column or "").partition(".")
    if item.fault in UNKNOWN:  # what was meant for it: [stor], [Store], ulr = in [store]
        meant = item.params["nearest"]
        return meant in STORE_KEYS if table == "store" else meant == "store"
    return table == "store" and item.severity is Severity.ERROR


def _unread(item: Finding, folder: Path) -> Refusal:
    """Return what a command that would need the settings says of their fault."""
    return Refusal(
        "settings_unread",
        folder=folder,
        place=InWords(item.where("zh"), item.where("en")),
        problem=InWords(item.problem("zh"), item.problem("en")),
        remedy=InWords(item.remedy("zh"), item.remedy("en")),
    )


@dataclass(slots=True, kw_only=True)
class Front:
    """A hall as a seat sees it: what it is made of, who carries out orders, who tells of changes.

    ``store`` is what the ``readers`` read. There are two: ``compose.Core`` writes it in this very
    process, ``apart.Apart`` has a process of its own write it.
    """

    pack: Path
    settings: Settings
    hall: Hall
    findings: list[Finding]
    seat: str
    clock: Clock
    store: Store
    readers: Readers
    listeners: Listeners
    links: Links
    clerk: Clerk

    def operator(self, name: str | None) -> Operator:
        """Return the person named, or the first who may dispatch.

        Raises:
            Refusal: the roster has no such person.
        """
        return operator_of(self.hall, name, self.findings)

    def desk(self, operator: str | None = None) -> Desk:
        """Return the desk for a person."""
        return Desk(
            hall=self.hall,
            operator=self.operator(operator),
            clerk=self.clerk,
            reader=self.readers,
            subscribe=self.listeners.subscribe,
        )

    def take_seat(self, *, operator: str | None, lang: str, rehearsal: bool) -> Seat:
        """Return everything a screen needs."""
        notices = tuple(
            _notice(item, lang)
            for item in sorted(summed(self.findings), key=gravity)
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
            feeds_off=tuple((name, _notice(it, lang)) for name, it in self.settings.feeds_off),
            gazetteer=gazetteer,
            warm=partial(self.readers.run, gazetteer.warm),
            notices=notices,
            is_makeshift=any(_hides_hall(it) or _hides_store(it) for it in self.findings),
            rehearsal=rehearsal,
            importer=None if rehearsal else ImportProcess(self.pack),
            links=self.links,
        )


def _notice(item: Finding, lang: str) -> Notice:
    return Notice(item.where(lang), item.problem(lang), item.remedy(lang))


def operator_of(hall: Hall, name: str | None, findings: Sequence[Finding]) -> Operator:
    """Return the person named, or the first of a hall's roster who may dispatch.

    Raises:
        Refusal: the roster has no such person, or what is wrong with it hides whom it has.
    """
    if name is not None and name not in hall.people:
        for item in findings:
            if item.file == PEOPLE_FILE and item.fault in _NOBODY:
                raise Refusal("nobody_listed", operator=name)
            if item.file == PEOPLE_FILE and item.severity is not Severity.WARNING:
                zh = f"{item.where('zh')}：{item.problem('zh')}{item.remedy('zh')}"
                en = f"{item.where('en')}: {item.problem('en')} {item.remedy('en')}"
                raise Refusal("people_unread", operator=name, flaw=InWords(zh, en))
        raise Refusal("unknown_operator", operator=name)
    if name is not None:
        return hall.people[name]
    return next((it for it in hall.people.values() if it.role is Role.DISPATCHER), ANYBODY)


_NOBODY: Final = frozenset({Fault.ABSENT, Fault.NOBODY})
"""A list of people that has nobody, though nothing of it was left out."""


def open_store(
    settings: Settings,
    hall: Hall,
    clock: Clock,
    *,
    seat: str,
    write: bool = True,
    window: Window | None = None,
) -> Store:
    """Open a hall's store, with what its figures need to know of the hall; see ``Store.open``.

    Raises:
        Refusal: the store is locked, damaged, newer than the program or out of reach, or the extra
            it needs is not installed.
    """
    if settings.store_url.startswith("postgresql"):
        extras.need("postgres")
    basis = Basis(
        zone=hall.zone,
        day_starts=hall.day_starts,
        dispatch_limit=continuous(hall.limits.dispatch),
        matching=rules_of(hall),
    )
    key = phone_key(settings.state_dir) if write else b""
    return Store.open(
        settings.store_url,
        seat,
        at=clock.now(),
        basis=basis,
        key=key,
        write=write,
        window=window,
    )


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
        raise health.unwritable(folder, error) from error
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
        raise health.unwritable(file, error) from error
    if len(key) < _KEY_BYTES:  # a key of nothing would sign for anybody
        raise Refusal("store_key_short", file=file, size=len(key), wanted=_KEY_BYTES)
    return key


_KEY_BYTES: Final = 32


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
