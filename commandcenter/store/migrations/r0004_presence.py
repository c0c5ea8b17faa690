"""Revision 4: who was last heard of at which seat."""

from typing import Final

from sqlalchemy import Connection

from commandcenter.store.migrations import ddl

_TABLE: Final = (
    """CREATE TABLE presence (
        operator TEXT PRIMARY KEY NOT NULL, seat TEXT NOT NULL, at {big} NOT NULL
    ) {end}""",
)


def upgrade(connection: Connection) -> None:
    """Add the one table whose rows are written over and over."""
    ddl.run(connection, _TABLE)
