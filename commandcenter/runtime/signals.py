"""Ending cleanly when asked: what SIGINT and SIGTERM mean to a program without a screen."""

import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import IO


def stop_event() -> threading.Event:
    """Return an event that SIGINT or SIGTERM sets."""
    stop = threading.Event()

    def handle(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)
    return stop


class _Asked(BaseException):
    """Leads out of waiting for a line that may never come."""


def lines_until_asked(lines: IO[bytes]) -> Iterator[bytes]:
    """Yield lines until there are no more, or until SIGINT or SIGTERM.

    What is being done with a line is finished first; a further signal changes nothing.
    """
    waiting = asked = False

    def handle(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        if waiting:
            raise _Asked

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)
    try:
        while True:
            waiting = True
            if asked:  # before we said that we wait
                return
            line = lines.readline()
            waiting = False
            if not line:
                return
            yield line
    except _Asked:
        return
    finally:
        waiting = False
