"""One writing process a store: a lock file that the operating system frees when its holder dies."""

import os
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

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


class StoreLock:
    """The right to write one store file, held until released or until the process ends.

    ``left`` is what the holder before wrote at its end: its name, if it came to no end.
    """

    def __init__(self, file: int, left: str) -> None:
        self._file: int | None = file
        self.left = left

    @classmethod
    def take(cls, store: Path) -> Self:
        """Take the lock of a store file.

        Raises:
            Refusal: another process holds it (``store_locked``, with who).
        """
        path = store.with_name(store.name + ".lock")
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(file)
        except OSError:
            os.close(file)
            raise Refusal("store_locked", place=store, holder=_holder(path)) from None
        return cls(file, _rewrite(file, whoami()))

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


def _holder(path: Path) -> str:
    return path.read_text("utf-8", errors="replace") or "?"  # it may be writing its name just now
