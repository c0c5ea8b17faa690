"""Revision 10: which words of a place two reports share, for what came without a position."""

from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from commandcenter.domain.matching import address_key
from commandcenter.store import sql
from commandcenter.store.migrations import ddl


class _Place(Struct):
    address: str = ""


class _Case(Struct):
    """Of a case only the words for its place, as it was written when this step was."""

    place: _Place


_decode: Final = msgspec.json.Decoder(_Case).decode
_COLUMN: Final = ("""ALTER TABLE "case" ADD COLUMN address TEXT""",)
_INDEX: Final = (
    """CREATE INDEX case_at_address ON "case" (address, received_at, no, state)
        WHERE address IS NOT NULL AND state NOT IN ('rejected', 'closed', 'archived')""",
)
_CASES: Final = 'SELECT no, whole FROM "case" WHERE no > ? ORDER BY no LIMIT 1000'
_ADDRESSED: Final = 'UPDATE "case" SET address = ? WHERE no = ?'


def upgrade(connection: Connection) -> None:
    """Add the column, and say of every case by which words its place is known."""
    ddl.run(connection, _COLUMN)
    last = ""
    while rows := sql.run(connection, _CASES, last).all():
        known = []
        for last, whole in rows:
            key = address_key(_decode(whole).place.address)
            if key:
                known.append((key, last))
        sql.run_many(connection, _ADDRESSED, known)
    ddl.run(connection, _INDEX)
