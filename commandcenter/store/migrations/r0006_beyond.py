"""Revision 6: what the township's lists do not cover, found by the month."""

from typing import Final

from sqlalchemy import Connection

from commandcenter.store.migrations import ddl

# few cases are: an index of those alone, read out of the whole value, costs the others nothing
_INDEX: Final = """CREATE INDEX case_beyond ON "case" (received_at)
    WHERE {find}(whole, '"beyond":true') > 0"""
_ONLY: Final = {
    "sqlite": (_INDEX.format(find="instr"),),
    "postgresql": (_INDEX.format(find="strpos"),),
}


def upgrade(connection: Connection) -> None:
    """Make the index."""
    ddl.run(connection, (), _ONLY)
