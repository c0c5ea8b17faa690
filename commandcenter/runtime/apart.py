"""A hall whose writing is done in a process of its own: what the window has of it.

The window reads the store itself, on connections that cannot write; what is ordered in it goes to
the writing process (``runtime/working.py``), and every commit is heard from there. Should that
process end without having been told to, the window says so, starts another and catches up.
"""

import logging
import os
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import count
from time import monotonic
from typing import Any, Final, TypeVar

from commandcenter.application.changes import Delta, StoreHealth
from commandcenter.application.commands import Order
from commandcenter.domain.errors import Refusal
from commandcenter.domain.roster import Operator
from commandcenter.runtime import talk
from commandcenter.runtime.beside import start_writing
from commandcenter.runtime.clock import SystemClock
from commandcenter.runtime.front import Front, Place, links_of, open_store
from commandcenter.runtime.threads import Listeners, Readers
from commandcenter.store import journal
from commandcenter.store.lock import Window

log = logging.getLogger(__name__)

Thing = TypeVar("Thing")

_FIRST_PAUSE: Final = 0.5
_LAST_PAUSE: Final = 30.0
_LOOK: Final = 1.0
_SILENT: Final = 5.0
_MARK_EVERY: Final = 60
"""In looks: how far the journal was heard is marked once a minute."""
_TO_END: Final = 15.0
"""Seconds: the feeds are closed, what is waiting is written, the log is emptied; for one that
speaks, which a frozen one does not."""


class FaultApart(Exception):
    """A thread of the writing process failed; the text is its traceback."""


class Writing:
    """The writing process as its window knows it: a clerk who sits elsewhere."""

    def __init__(self, begin: talk.Begin, process: "subprocess.Popen[bytes]") -> None:
        self._begin = begin
        self._lock = threading.Lock()
        self._awaited: dict[int, Future[Any]] = {}
        self._numbers = count(1)
        self._process = process
        self._is_ending = False
        self._heard_at: float | None = None
        # its pipe may be full: no screen waits for that
        self._ordering = ThreadPoolExecutor(1, thread_name_prefix="ordering")

    @property
    def process_id(self) -> int:
        """The number of the process, as the system's list of them has it."""
        return self._process.pid

    def begin(self) -> None:
        """Have the process open the hall."""
        with suppress(OSError):  # it has ended already: ``opened`` finds out
            talk.write(_sure(self._process.stdin), self._begin)

    def begin_again(self) -> None:
        """Start another process in place of one that has ended, and have it open the hall.

        Raises:
            Refusal: the hall is being closed.
        """
        with self._lock:
            if self._is_ending:
                raise Refusal("stopping")
            self._process = start_writing()
        self.begin()

    def opened(self) -> str:
        """Wait until the hall is open; return the name of its seat.

        Raises:
            Refusal: it cannot be opened, for the same reasons as ``compose.open_core``.
        """
        process = self._process
        match talk.read(_sure(process.stdout)):
            case talk.Opened(seat):
                return seat
            case talk.Done(_, _, Refusal() as refusal):
                _laid_to_rest(process)
                raise refusal
        raise Refusal("writer_not_begun", code=_laid_to_rest(process))

    def hear(self, tell: Callable[[Delta], None]) -> int:
        """Let it begin, and take in what it says until it ends; return its exit code."""
        process = self._process
        with suppress(RuntimeError):  # the hall is being closed: nothing begins any more
            self._ordering.submit(self._send, process, talk.Start())
        self._heard_at = monotonic()
        while (said := talk.read(_sure(process.stdout))) is not None:
            self._heard_at = monotonic()
            match said:
                case Delta():
                    tell(said)
                case talk.Done(number, value, fault):
                    self._settle(number, value, fault)
                case talk.Failed(trace):
                    _report(FaultApart(trace))
        self._heard_at = None
        code = _laid_to_rest(process)
        with self._lock:
            numbers = list(self._awaited)
        for number in numbers:
            self._settle(number, None, self._gone(code))
        return code

    def silent_for(self) -> float:
        """Return for how many seconds a running process said nothing; it has a word a second."""
        heard_at = self._heard_at
        return 0.0 if heard_at is None else monotonic() - heard_at

    def carry_out(self, command: Order, operator: Operator) -> Future[Any]:
        """Have a command carried out; see ``ports.Clerk``."""
        number = next(self._numbers)
        return self._say(number, talk.CarryOut(number, command, operator))

    def attend(self, operator: str) -> Future[None]:
        """Have it noted that an operator is here; see ``ports.Clerk``."""
        number = next(self._numbers)
        return self._say(number, talk.Attend(number, operator))

    def end(self) -> None:
        """Have everything written and the store closed; kill what does not end in time.

        One that is slow says meanwhile that it is there. One that says nothing is frozen, and what
        is not acknowledged comes again.
        """
        with self._lock:
            self._is_ending = True
            process = self._process
        self._ordering.submit(self._send, process, talk.End())
        self._ordering.shutdown(wait=False)
        begun = monotonic()
        while (waited := monotonic() - begun) < _TO_END:
            with suppress(subprocess.TimeoutExpired):
                process.wait(min(_LOOK, _TO_END - waited))
                return
            if min(waited, self.silent_for()) > _SILENT:  # it has known for as long that we end
                break
        log.error("the writing process does not end; it is killed")
        self.kill()

    def kill(self) -> None:
        """End the process at once; what is committed is safe."""
        process = self._process
        process.kill()
        _laid_to_rest(process)

    def _say(self, number: int, said: talk.Said) -> Future[Any]:
        future: Future[Any] = Future()
        with self._lock:
            process = self._process
            self._awaited[number] = future
        try:
            sent = self._ordering.submit(self._send, process, said)
        except RuntimeError:  # the hall is being closed
            self._settle(number, None, Refusal("stopping"))
            return future
        sent.add_done_callback(partial(self._on_sent, number))
        return future

    @staticmethod
    def _send(process: "subprocess.Popen[bytes]", said: talk.Said) -> None:
        talk.write(_sure(process.stdin), said)

    def _on_sent(self, number: int, sent: "Future[None]") -> None:
        if sent.exception() is not None:  # it was never heard: nothing has changed
            self._settle(number, None, Refusal("writer_away"))

    def _gone(self, code: int) -> Refusal:
        return Refusal("stopping") if self._is_ending else Refusal("writer_ended", code=code)

    def _settle(self, number: int, value: Any, fault: BaseException | None) -> None:
        with self._lock:
            future = self._awaited.pop(number, None)
        if future is None:  # it could not be sent, and was told so
            return
        if fault is not None:
            future.set_exception(fault)
        else:
            future.set_result(value)


@dataclass(slots=True, kw_only=True)
class Apart(Front):
    """A hall that is written by a process of its own."""

    writing: Writing
    heard_to: journal.Place
    _health: StoreHealth | None = None
    _hearing: threading.Thread | None = None
    _watching: threading.Thread | None = None
    _stopping: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Let the hall begin, and hear what is committed."""
        self._hearing = threading.Thread(target=self._hear, name="hearing", daemon=True)
        self._hearing.start()
        self._watching = threading.Thread(target=self._watch, name="watching", daemon=True)
        self._watching.start()

    def stop(self) -> None:
        """Have everything written, and let go of the store."""
        self._stopping.set()
        if self._watching is not None:
            self._watching.join()
        self.readers.stop()
        self.store.close()
        if self._hearing is None:  # it never began: there is nothing to write
            self.writing.kill()
            return
        self.writing.end()
        self._hearing.join()

    def _hear(self) -> None:
        while True:
            code = self.writing.hear(self._take)
            if self._stopping.is_set():
                return
            log.error("the writing process ended by itself, code %s", code)
            if not self._begin_again(f"writing process: exit code {code}"):
                return

    def _take(self, delta: Delta) -> None:
        self._health = delta.health or self._health
        self.listeners.tell(delta)

    def _begin_again(self, detail: str) -> bool:
        """Start another writing process, however often it takes; false when the hall is closed."""
        pause = _FIRST_PAUSE
        while True:
            self._tell_health(detail)
            if self._stopping.wait(pause):
                return False
            try:
                self.writing.begin_again()
                self.writing.opened()
                self._catch_up()
            except (Refusal, OSError) as fault:
                log.error("no writing process could be started: %s", fault)
                self.writing.kill()  # it may have begun, and hold the store
                pause = min(2 * pause, _LAST_PAUSE)
                continue
            self._tell_health("")
            return True

    def _catch_up(self) -> None:
        """Tell of everything that may not have been heard: what was changes nothing."""
        place = self.heard_to
        while True:
            delta, reached = self.store.changes_since(place, of_all=True)
            if reached == place:
                return
            self.listeners.tell(delta)
            place = reached

    def _watch(self) -> None:
        """Look whether the writing process still speaks: a frozen one shows old things as new."""
        is_silent, looks, reached = False, 0, self.heard_to
        while not self._stopping.wait(_LOOK):
            silent = self.writing.silent_for()
            was_silent, is_silent = is_silent, silent > _SILENT
            if is_silent and not was_silent:
                log.error("the writing process says nothing")
                last_word = self.clock.now() - timedelta(seconds=silent)
                self.listeners.tell(Delta(health=StoreHealth(ok=False, at=last_word, silent=True)))
            elif was_silent and not is_silent:
                self.listeners.tell(Delta(health=self._health or self._well()))
            looks += 1
            if looks % _MARK_EVERY == 0 and not is_silent:
                # what was committed before the last mark has long been heard
                self.heard_to = reached
                with suppress(Refusal):
                    reached = self.store.here()

    def _tell_health(self, detail: str) -> None:
        health = StoreHealth(ok=not detail, at=self.clock.now(), detail=detail)
        self.listeners.tell(Delta(health=health))

    def _well(self) -> StoreHealth:
        return StoreHealth(ok=True, at=self.clock.now())


def open_apart(
    place: Place,
    *,
    seat: str | None = None,
    feeds: bool,
    process: "subprocess.Popen[bytes] | None" = None,
) -> Apart:
    """Open a hall for a window, written by ``process`` or by one that is started now.

    Raises:
        Refusal: the store is locked, damaged or newer than the program, or there is no such hall.
    """
    clock = SystemClock()
    window = Window(os.getpid(), clock.now())
    begin = talk.Begin(place=place, seat=seat, feeds=feeds, window=window)
    writing = Writing(begin, process or start_writing())
    writing.begin()
    try:
        settings, hall, findings = place.read()  # meanwhile the store is opened
        name = writing.opened()
        store = open_store(settings, hall, clock, seat=name, write=False)
        return Apart(
            pack=place.pack,
            settings=settings,
            hall=hall,
            findings=findings,
            seat=name,
            clock=clock,
            store=store,
            readers=Readers(store),
            listeners=Listeners(),
            links=links_of(settings),
            clerk=writing,
            writing=writing,
            heard_to=store.here(),
        )
    except BaseException:
        writing.kill()
        raise


def _laid_to_rest(process: "subprocess.Popen[bytes]") -> int:
    """Wait for the end of a process and close what led to it; return its exit code."""
    code = process.wait()
    with suppress(OSError):  # what it was not told any more
        _sure(process.stdin).close()
    _sure(process.stdout).close()
    return code


def _sure(value: Thing | None) -> Thing:
    if value is None:
        raise RuntimeError("the process has no pipes")
    return value


def _report(fault: FaultApart) -> None:
    """Have a fault over there reported as one of a thread of ours."""
    threading.excepthook(
        threading.ExceptHookArgs((FaultApart, fault, None, threading.current_thread()))
    )
