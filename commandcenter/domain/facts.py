"""Facts: what has happened, never changed afterwards; every state is the fold of its facts."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct


class Fact(Struct, frozen=True, kw_only=True, gc=False):
    """One thing that happened to one subject.

    ``kind`` is ``noun.participle`` (``case.filed``); ``subject`` the number of that noun's file;
    ``at`` the aware UTC instant the hall's timers reckon with; ``actor`` an operator's id, a body's
    code, a feed's source, or ``hall`` for the program itself; ``role`` the role it was done under,
    empty for the outside world; ``data`` plain JSON values (instants may be aware datetimes).
    """

    kind: str
    subject: str
    at: datetime
    actor: str
    role: str = ""
    data: Mapping[str, Any]


class Recorded(Struct, frozen=True, kw_only=True, gc=False):
    """A fact in the journal: (``seat``, ``number``) is its identity and its place in that chain."""

    fact: Fact
    seat: str
    number: int
    recorded_at: datetime


def written(at: datetime) -> str:
    """Return an instant as every message and every file has it: RFC 3339, in UTC, with ``Z``."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def instant(value: datetime | str | None) -> datetime | None:
    """Return the instant a fact's data holds, whether fresh or read back from the journal."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def required_instant(value: datetime | str) -> datetime:
    """Return the instant of a field that every fact of its kind carries."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value
