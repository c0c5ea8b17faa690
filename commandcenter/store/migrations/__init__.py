"""Revisions of the store: numbered steps that only ever lead forward."""

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import convert
from sqlalchemy import Connection, inspect

from commandcenter.domain.errors import Refusal
from commandcenter.store.migrations import (
    r0001_base,
    r0002_search,
    r0003_aside_once,
    r0004_presence,
    r0005_pages,
    r0006_beyond,
    r0007_matching,
    r0008_aftermath,
    r0009_channels,
    r0010_address,
    r0011_fewer_indices,
    r0012_whistle,
    r0013_channel_states,
    r0014_cheaper_rows,
    r0015_alert_ends,
)

Step = Callable[[Connection], None]

STEPS: Final[Sequence[Step]] = (
    r0001_base.upgrade,
    r0002_search.upgrade,
    r0003_aside_once.upgrade,
    r0004_presence.upgrade,
    r0005_pages.upgrade,
    r0006_beyond.upgrade,
    r0007_matching.upgrade,
    r0008_aftermath.upgrade,
    r0009_channels.upgrade,
    r0010_address.upgrade,
    r0011_fewer_indices.upgrade,
    r0012_whistle.upgrade,
    r0013_channel_states.upgrade,
    r0014_cheaper_rows.upgrade,
    r0015_alert_ends.upgrade,
)
"""``STEPS[n]`` leads from revision ``n`` to ``n + 1``; a published step is never changed."""

HEAD: Final = len(STEPS)

_WRITE: Final = (
    "INSERT INTO meta (key, value) VALUES ('revision', '{revision}')"
    " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)
_READ: Final = "SELECT value FROM meta WHERE key = 'revision'"


def revision(connection: Connection) -> int:
    """Return the revision of a store; 0 for an empty one.

    Raises:
        DecodeError: a store that says none.
    """
    if not inspect(connection).has_table("meta"):
        return 0
    return convert(connection.exec_driver_sql(_READ).scalar(), int, strict=False)


def check(connection: Connection) -> int:
    """Return the revision of a store that this program can read.

    Raises:
        Refusal: a newer program has written it (``store_newer``).
    """
    found = revision(connection)
    if found > HEAD:
        raise Refusal("store_newer", found=found, known=HEAD)
    return found


def upgrade(connection: Connection, to: int | None = None) -> None:
    """Lead a store to a revision, or to the newest, in the caller's transaction."""
    for number in range(revision(connection), HEAD if to is None else to):
        STEPS[number](connection)
        connection.exec_driver_sql(_WRITE.format(revision=number + 1))
