"""Ending cleanly when asked: SIGINT and SIGTERM as one event that a plain thread can wait for."""

import signal
import threading
from types import FrameType


def stop_event() -> threading.Event:
    """Return an event that SIGINT or SIGTERM sets."""
    stop = threading.Event()

    def handle(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)
    return stop
