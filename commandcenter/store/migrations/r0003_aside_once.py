"""Revision 3: what was put aside is known by its content, and counted: no replay doubles it."""

from typing import Final

from sqlalchemy import Connection

from commandcenter.store import sql
from commandcenter.store.messages import content
from commandcenter.store.migrations import ddl

_COLUMN: Final = ("ALTER TABLE quarantine ADD COLUMN digest {blob}",)
_INDEX: Final = (
    "CREATE INDEX quarantine_digest ON quarantine (digest) WHERE taken_back_at IS NULL",
)
_HELD: Final = (
    "SELECT id, feed, raw, received_at FROM quarantine"
    " WHERE taken_back_at IS NULL AND id > ? ORDER BY id LIMIT 1000"
)
_KNOWN_BY: Final = "UPDATE quarantine SET digest = ? WHERE id = ?"
_COUNTED: Final = (
    "INSERT INTO series (name, last) SELECT 'put_aside', count(*) FROM quarantine",
    """INSERT INTO series (name, last)
        SELECT 'taken_back', count(*) FROM quarantine WHERE taken_back_at IS NOT NULL""",
)
_DOUBLED: Final = "UPDATE quarantine SET taken_back_at = ? WHERE id = ?"


def upgrade(connection: Connection) -> None:
    """Reckon the digests of what is held; what a replay has doubled is taken out of the lists."""
    ddl.run(connection, _COLUMN)
    seen: set[bytes] = set()
    last = 0
    while rows := sql.run(connection, _HELD, last).all():
        for last, feed, raw, received_at in rows:
            digest = content(feed, raw) if raw else None
            if digest in seen:
                sql.run(connection, _DOUBLED, received_at, last)
            elif digest is not None:
                seen.add(digest)
                sql.run(connection, _KNOWN_BY, digest, last)
    ddl.run(connection, (*_INDEX, *_COUNTED))
