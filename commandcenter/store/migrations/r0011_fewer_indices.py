"""Revision 11: every message pays for each index, so two that said what others say are gone."""

from typing import Final

from sqlalchemy import Connection

from commandcenter.store.migrations import ddl

_INDICES: Final = (
    "DROP INDEX case_state",
    """CREATE INDEX case_merged ON "case" (since) WHERE state = 'merged'""",
    "DROP INDEX case_in_grid",
    "DROP INDEX case_grid",
    """CREATE INDEX case_grid ON "case" (grid, received_at, no, state) WHERE grid IS NOT NULL""",
)


def upgrade(connection: Connection) -> None:
    """Replace the indices."""
    ddl.run(connection, _INDICES)
