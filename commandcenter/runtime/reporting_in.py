"""The hall's side of the report-in page: publishes sheets, takes in presses, counts refusals.

A thread of its own, since it waits for a file that another process writes. A press is a command
through the desk like any other; it stays in the book until the hall has answered it, so that what
was pressed while the hall was closed is taken in at its next start, before any timer is raised.
"""

import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from commandcenter.application import commands as c
from commandcenter.application.changes import Delta, PageHealth
from commandcenter.application.desk import Desk
from commandcenter.application.links import Links
from commandcenter.application.perform import Outcome as Done
from commandcenter.application.ports import Clock
from commandcenter.application.pressing import PAGE
from commandcenter.application.questions import OpenWork, WhistleCopies
from commandcenter.application.sheets import sheet
from commandcenter.domain import words
from commandcenter.domain.errors import Refusal
from commandcenter.domain.roster import Operator, Role
from commandcenter.gateways.liaison import photo
from commandcenter.gateways.liaison.book import Book, Outcome, Pressed, Published

log = logging.getLogger(__name__)

THE_PAGE: Final = Operator(id=PAGE, name="报到页", role=Role.REPORT_IN_PAGE)
FOLDER: Final = "report-in"
"""Where photos lie below the media folder."""
_LOOK: Final = 0.5
_EVERYTHING: Final = 100_000
_PATIENCE: Final = 30.0
_TOO_LONG: Final = timedelta(minutes=1)
_COUNTED_EVERY: Final = timedelta(minutes=1)
_PRUNED_EVERY: Final = timedelta(hours=1)
_LATER: Final = frozenset({"store_unavailable", "stopping", "overtaken", "store_locked"})
"""Refusals that are none: the press waits."""

_SAID: Final[Mapping[str, str]] = {
    "whistle.answered": "大厅已确认应哨",
    "whistle.set_out": "大厅已确认出发",
    "whistle.reported_in": "大厅已确认报到",
    "whistle.work_started": "大厅已确认开始处置",
    "whistle.work_finished": "大厅已确认处置完成，等待同意撤离",
    "whistle.refused": "大厅已收到拒哨，等待裁定",
}
_UNFOUNDED: Final = "没有写明有效的清单事项编号，不算拒哨：请应哨，或补报事项编号"
_UNFITTING: Final = "大厅已记录，但与当前状态不符，状态不变"
_KNOWN: Final = "大厅已确认"


@dataclass(slots=True, kw_only=True)
class ReportingIn:
    """Stands between the book and the desk while the hall runs; without a page it does nothing."""

    desk: Desk
    links: Links
    folder: Path
    media: Path
    clock: Clock
    tell: Callable[[Delta], object]
    _book: Book | None = None
    _changed: dict[str, None] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _wake: threading.Event = field(default_factory=threading.Event)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _has_begun: bool = False
    _trouble: str = ""
    _told: PageHealth = field(default_factory=PageHealth)
    _stop_hearing: Callable[[], None] = lambda: None
    _counted_at: datetime | None = None
    _pruned_at: datetime | None = None

    def start(self) -> None:
        """Hand over what was pressed while the hall was closed, then begin to look."""
        if not self.links.base_url:
            return
        waiting: _Handed = []
        try:
            self._book = Book(self.folder)
            waiting = self._hand_over(self._book, _EVERYTHING)
        except sqlite3.Error:
            log.exception("the book of the report-in page cannot be used; it is tried again")
        self._stop_hearing = self.desk.listen(self._hear)
        self._thread = threading.Thread(
            target=self._run, args=(waiting,), name="report-in", daemon=True
        )
        self._thread.start()

    def stop(self, timeout: float = 3.0) -> None:
        """Answer what was handed over, and end (seconds)."""
        self._stop_hearing()
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout)
            self._thread = None

    def _hear(self, delta: Delta) -> None:
        if delta.whistles:
            with self._lock:
                self._changed |= dict.fromkeys(item.no for item in delta.whistles)
            self._wake.set()

    def _run(self, waiting: "_Handed") -> None:
        try:
            while True:
                self._look(waiting)
                if self._stopping.is_set():
                    return
                self._wake.wait(_LOOK)
                self._wake.clear()
                waiting = []
        finally:
            if self._book is not None:
                self._book.close()

    def _look(self, waiting: "_Handed") -> None:
        """Look once; a fault of one look leaves everything for the next."""
        try:
            book = self._book = self._book or Book(self.folder)
            self._answer(book, waiting)
            if not self._has_begun:
                self._begin(book)
            self._publish(book)
            self._answer(book, self._hand_over(book))
            self._publish(book)
            self._count(book)
            self._tell(PageHealth(waiting_since=self._waiting_since(book)))
            self._trouble = ""
        except Exception as fault:
            self._has_begun = False  # the book may be another one by then
            if self._trouble != (trouble := f"{type(fault).__name__}: {fault}"):
                log.exception("the report-in page is looked after again in a moment")
            self._trouble = trouble
            if isinstance(fault, sqlite3.Error):
                self._tell(PageHealth(ok=False))

    def _waiting_since(self, book: Book) -> datetime | None:
        """Return when the oldest press came that has waited too long."""
        now = self.clock.now()
        came = next((item.arrived_at for item in book.waiting(1)), now)
        return came if now - came >= _TOO_LONG else None

    def _tell(self, health: PageHealth) -> None:
        if health != self._told:
            self._told = health
            self.tell(Delta(page=health))

    # -- sheets --

    def _begin(self, book: Book) -> None:
        """Publish everything that runs, and everything that has ended meanwhile."""
        work = self.desk.ask(OpenWork(alerts=0)).result(_PATIENCE)
        numbers = [*(item.no for item in work.whistles), *book.running()]
        with self._lock:
            self._changed |= dict.fromkeys(numbers)
        self._has_begun = True

    def _publish(self, book: Book) -> None:
        with self._lock:
            changed, self._changed = self._changed, {}
        if not changed:
            return
        try:
            book.publish(it for number in changed for it in self._sheets(number))
        except Exception:
            with self._lock:
                self._changed = changed | self._changed
            raise

    def _sheets(self, number: str) -> Iterable[Published]:
        try:
            whistle, copies = self.desk.ask(WhistleCopies(whistle=number)).result(_PATIENCE)
        except Refusal as refusal:
            if refusal.code in _LATER:
                raise
            log.warning("whistle %s cannot be published: %s", number, refusal.code)
            return
        expires_at = self.links.expiry(whistle.blown_at)
        for copy in copies:
            yield Published(sheet=sheet(self.desk.hall, whistle, copy), expires_at=expires_at)

    # -- presses --

    def _hand_over(self, book: Book, most: int = 50) -> "_Handed":
        """Submit what nobody has answered yet, in the order it came."""
        return [
            (pressed, self.desk.submit(self._command(pressed, book), by=THE_PAGE))
            for pressed in book.waiting(most)
        ]

    def _answer(self, book: Book, handed: "_Handed") -> None:
        outcomes = {}
        for pressed, future in handed:
            try:
                outcomes[pressed.number] = _told(future.result(_PATIENCE))
            except Refusal as refusal:
                if refusal.code not in _LATER:
                    text = words.sentence(refusal, "zh", self.desk.hall.zone)
                    outcomes[pressed.number] = Outcome(ok=False, text=text)
            except Exception:
                log.exception("a press could not be taken in; it stays")
        if outcomes:
            book.settle(outcomes)
            self._wake.set()  # there may be more

    def _command(self, pressed: Pressed, book: Book) -> c.Press:
        said = pressed.said
        image = book.photo(pressed.number)
        kept = self._keep_photo(image) if image else None
        return c.Press(
            whistle=pressed.whistle,
            body=pressed.body,
            id=pressed.id,
            status=said.status,
            pressed_at=pressed.arrived_at - timedelta(seconds=said.ago_s),
            arrived_at=pressed.arrived_at,
            who=said.who,
            words=said.words,
            reason=said.reason,
            duty_item=said.duty_item or None,
            lon=said.lon,
            lat=said.lat,
            accuracy_m=said.accuracy_m,
            photo=kept[0] if kept else "",
            photo_sha256=kept[1] if kept else None,
            photo_bytes=kept[2] if kept else None,
        )

    def _keep_photo(self, image: bytes) -> tuple[str, str, int] | None:
        """Write a photo below the media folder; return its name there, its hash and its bytes.

        It is cleaned once more: the book is the page's, and the page may not be what it was.
        """
        try:
            found = photo.cleaned(image)
        except photo.NoPhoto:
            return None
        digest = sha256(found.image).hexdigest()
        name = f"{FOLDER}/{digest}{found.suffix}"
        file = self.media / name
        try:
            if not file.exists():
                file.parent.mkdir(parents=True, exist_ok=True)
                part = file.with_suffix(".part")
                with part.open("wb") as out:
                    out.write(found.image)
                    out.flush()
                    os.fsync(out.fileno())
                part.replace(file)
        except OSError:
            log.exception("a photo could not be kept")
            return None
        return name, digest, len(found.image)

    # -- refusals --

    def _count(self, book: Book) -> None:
        """Make one fact of a minute's refusals, however many there were; sweep now and then."""
        now = self.clock.now()
        if self._counted_at is None or now - self._counted_at >= _COUNTED_EVERY:
            self._counted_at = now
            counts, since = book.refusals(now)
            if counts and since is not None:
                order = c.NoteRefusedLinks(counts=counts, since=since, until=now)
                self.desk.submit(order, by=THE_PAGE).result(_PATIENCE)
                book.forget_refusals(now)
        if self._pruned_at is None or now - self._pruned_at >= _PRUNED_EVERY:
            self._pruned_at = now
            book.prune(now)


_Handed = list[tuple[Pressed, Future[Done]]]


def _told(done: Done) -> Outcome:
    """Return what a telephone is told of a press the hall has taken in."""
    kinds = [fact.kind for fact in done.facts]
    if "whistle.receipt_noted" in kinds:
        return Outcome(ok=False, text=_UNFITTING)
    if "whistle.refused_without_item" in kinds:
        return Outcome(ok=False, text=_UNFOUNDED)
    return Outcome(ok=True, text=next((_SAID[it] for it in kinds if it in _SAID), _KNOWN))
