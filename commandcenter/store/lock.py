"""One writing process a store: a lock file that the operating system frees when its holder dies."""

import os
import socket
import sys
from contextlib import suppress
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Final, NamedTuple, Self

from msgspec import DecodeError, Struct, json

from commandcenter.domain.errors import Refusal

_LONG: Final = 1000

if sys.platform == "win32":
    import msvcrt

    _BEYOND: Final = 1 << 30  # the locked byte lies beyond the text, so that others can read that

    def _lock(file: int) -> None:
        os.lseek(file, _BEYOND, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        os.lseek(file, 0, os.SEEK_SET)
else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def whoami() -> str:
    """Name this process to people: its number and its machine."""
    return f"pid {os.getpid()}, {socket.gethostname()}"


class Window(NamedTuple):
    """The window a store is written for: its process, and when it was opened.

    It may have others write for it one after the other.
    """

    process: int
    since: datetime


class Holder(Struct, frozen=True, kw_only=True):
    """Who writes a store, as a person needs it who looks for the window or has to end it.

    ``since`` has the offset of the hall's zone, whatever that of the machine is. ``window`` is the
    process of the window it is written for; none if nobody looks at one.
    """

    seat: str
    since: datetime
    host: str
    process: int
    window: int | None

    @classmethod
    def me(cls, seat: str, at: datetime, window: Window | None, zone: tzinfo) -> Self:
        """Return this process as the holder; ``at`` is now."""
        since = at if window is None else window.since
        return cls(
            seat=seat,
            since=since.astimezone(zone),
            host=socket.gethostname(),
            process=os.getpid(),
            window=None if window is None else window.process,
        )


class StoreLock:
    """The right to write one store file, held until released or until the process ends.

    ``left`` is what the holder before wrote at its end: who it is, if it came to no end.
    """

    def __init__(self, file: int, left: str) -> None:
        self._file: int | None = file
        self.left = left

    @classmethod
    def take(cls, store: Path, holder: Holder) -> Self:
        """Take the lock of a store file for ``holder``.

        Raises:
            Refusal: another process holds it (``store_locked``, with who).
        """
        path = store.with_name(store.name + ".lock")
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(file)
        except OSError:
            os.close(file)
            raise Refusal("store_locked", place=store, holder=_held(path)) from None
        return cls(file, _rewrite(file, json.encode(holder).decode()))

    def release(self, words: str) -> None:
        """Give the lock back, leaving words to the next holder.

        The file stays, for removing it could take it from a successor.
        """
        if self._file is not None:
            with suppress(OSError):  # without words the next one only takes a closer look
                _rewrite(self._file, words)
            os.close(self._file)
            self._file = None


def _rewrite(file: int, words: str) -> str:
    """Write words in place of what stands there, and return that."""
    os.lseek(file, 0, os.SEEK_SET)
    stood = os.read(file, _LONG).decode(errors="replace")
    os.ftruncate(file, 0)
    os.lseek(file, 0, os.SEEK_SET)
    os.write(file, words.encode())
    return stood


def _held(path: Path) -> Refusal:
    """Return the words for who holds a lock and how to end that."""
    try:
        found = json.decode(path.read_bytes(), type=Holder)
    except (DecodeError, UnicodeDecodeError):  # it may be writing its name just now
        return Refusal("store_held")
    since = f"{found.since:%Y-%m-%d %H:%M}"  # as the hall's own clocks show it
    if found.window is None:
        return Refusal(
            "store_held_alone",
            seat=found.seat,
            since=since,
            host=found.host,
            process=found.process,
        )
    return Refusal(
        "store_held_for_window",
        seat=found.seat,
        since=since,
        host=found.host,
        process=found.process,
        window=found.window,
    )
