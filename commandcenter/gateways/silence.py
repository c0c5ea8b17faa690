"""Keeps what libraries log from every log: their lines hold keys, addresses and messages."""

import logging
from contextvars import ContextVar
from typing import Final

from typing_extensions import override

HEARD: Final[ContextVar[list[tuple[int, str]]]] = ContextVar("what a library said on this thread")
"""Set to a list, it takes the lines (level and words): some libraries say why in no other way."""


class _Silence(logging.Filter):
    """Lets nothing through."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        """Keep a line for who listens on this thread, and drop it."""
        lines = HEARD.get(None)
        if lines is not None:
            lines.append((record.levelno, record.getMessage()))
        return False


_SILENCE: Final = _Silence()


def silence(*names: str) -> None:
    """Drop everything that loggers say; they can still be listened to."""
    for name in names:
        logging.getLogger(name).addFilter(_SILENCE)
