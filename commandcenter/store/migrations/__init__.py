"""Revisions of the store: numbered steps that only ever lead forward."""

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import DecodeError, convert
from sqlalchemy import Connection, inspect

from commandcenter.domain.errors import Refusal
from commandcenter.store import schema
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
_COLUMNS: Final = {
    "sqlite": (
        "SELECT t.name, c.name, c.pk > 0 FROM sqlite_schema t"
        " JOIN pragma_table_info(t.name) c WHERE t.type = 'table'"
    ),
    "postgresql": (
        "SELECT t.relname, c.attname, coalesce(c.attnum = ANY (k.indkey), false) FROM pg_class t"
        " JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped"
        " LEFT JOIN pg_index k ON k.indrelid = t.oid AND k.indisprimary"
        " WHERE t.relkind IN ('r', 'p') AND pg_table_is_visible(t.oid)"
    ),
}
_ENGINES_OWN: Final = {
    "sqlite": (("case_fts", "split", False),),
    "postgresql": (("fact", "xid", False), ("case_text", "tsv", False)),
}
"""What queries name besides ``schema``."""
_FROM_THE_FIRST: Final = ("meta", "fact")
"""The tables without which nothing can be said of a store."""


class Lacking(DecodeError):
    """A store lacks a part that every store of its revision has; ``part`` is its name."""

    def __init__(self, part: str) -> None:
        super().__init__(f"no {part}")
        self.part = part


def revision(connection: Connection) -> int:
    """Return the revision of a store; 0 for an empty one.

    Raises:
        DecodeError: a store that says none.
    """
    there = inspect(connection)
    absent = [table for table in _FROM_THE_FIRST if not there.has_table(table)]
    if len(absent) == len(_FROM_THE_FIRST):
        return 0
    if absent:
        raise Lacking(absent[0])
    return convert(connection.exec_driver_sql(_READ).scalar(), int, strict=False)


def check(connection: Connection) -> int:
    """Return the revision of a store that this program can read, or lead to one that it can.

    Raises:
        Refusal: a newer program has written it (``store_newer``).
        DecodeError: its tables are not those of its revision.
    """
    found = revision(connection)
    if found > HEAD:
        raise Refusal("store_newer", found=found, known=HEAD)
    if found == HEAD:
        compare(connection)
    return found


def compare(connection: Connection) -> None:
    """Let a store pass whose tables have every column, and every key, that queries name.

    Without this what cannot be written for want of a column would be put aside as if it were what
    came that is at fault.

    Raises:
        Lacking: one is missing.
    """
    engine = connection.dialect.name
    there = {
        (table, name, bool(key))
        for table, name, key in connection.exec_driver_sql(_COLUMNS[engine])
    }
    named = [
        (table.name, column.name, column.primary_key)
        for table in schema.metadata.tables.values()
        for column in table.columns
    ]
    for table, column, is_key in (*named, *_ENGINES_OWN[engine]):
        if (table, column, is_key) in there:
            continue
        if all(table != other for other, *_ in there):
            raise Lacking(table)
        is_there = is_key and (table, column, False) in there
        raise Lacking(f"PRIMARY KEY {table}.{column}" if is_there else f"{table}.{column}")


def upgrade(connection: Connection, to: int | None = None) -> None:
    """Lead a store to a revision, or to the newest, in the caller's transaction."""
    for number in range(revision(connection), HEAD if to is None else to):
        STEPS[number](connection)
        connection.exec_driver_sql(_WRITE.format(revision=number + 1))
