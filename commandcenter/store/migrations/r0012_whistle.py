"""Revision 12: by when a whistle was to be solved, when it was, and how its bodies were rated."""

from typing import Final

from sqlalchemy import Connection

from commandcenter.store.migrations import ddl

_COLUMNS: Final = (
    "ALTER TABLE summons ADD COLUMN solve_by {big}",
    "ALTER TABLE summons ADD COLUMN solved_at {big}",
    "ALTER TABLE summons ADD COLUMN marks INTEGER",
    "ALTER TABLE summons ADD COLUMN appealed_at {big}",
    """CREATE INDEX summons_refused ON summons (body, blown_at) WHERE refused_at IS NOT NULL""",
    """CREATE INDEX summons_to_rate ON summons (blown_at, whistle_no)
        WHERE state = 'released' OR appealed_at IS NOT NULL""",
)


def upgrade(connection: Connection) -> None:
    """Add the columns; no whistle blown before had any of them."""
    ddl.run(connection, _COLUMNS)
