"""Revision 15: an alert of which only the end was heard waits for no verdict."""

from typing import Final

from sqlalchemy import Connection

from commandcenter.store.migrations import ddl

_RAISED: Final = (
    "ALTER TABLE video_alert ADD COLUMN raised {bool} NOT NULL DEFAULT TRUE",
    "DROP INDEX video_alert_waiting",
    """CREATE INDEX video_alert_waiting ON video_alert (received_at)
        WHERE verdict IS NULL AND raised""",
)


def upgrade(connection: Connection) -> None:
    """Add the column, true of every alert before, and leave the others out of the index."""
    ddl.run(connection, _RAISED)
