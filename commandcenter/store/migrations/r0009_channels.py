"""Revision 9: by which channel a message leaves, and what was tried to bring it out."""

from typing import Final

from sqlalchemy import Connection

from commandcenter.store.migrations import ddl

_TABLES: Final = (
    "ALTER TABLE outbox ADD COLUMN channel TEXT NOT NULL DEFAULT 'feed'",
    "ALTER TABLE outbox ADD COLUMN address TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE outbox ADD COLUMN contact TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE outbox ADD COLUMN urgent {bool} NOT NULL DEFAULT FALSE",
    "ALTER TABLE outbox ADD COLUMN expires_at {big}",
    """CREATE TABLE attempt (
        outgoing TEXT NOT NULL, number {int} NOT NULL, state TEXT NOT NULL,
        channel TEXT NOT NULL, address TEXT NOT NULL, due_at {big} NOT NULL,
        begun_at {big}, ended_at {big}, seat TEXT NOT NULL, words TEXT NOT NULL,
        carried_by TEXT NOT NULL, PRIMARY KEY (outgoing, number)
    ) {end}""",
    "CREATE INDEX outbox_subject ON outbox (subject)",
    "CREATE INDEX attempt_to ON attempt (channel, address, begun_at)",
    "CREATE INDEX attempt_carried ON attempt (carried_by) WHERE carried_by <> ''",
)


def upgrade(connection: Connection) -> None:
    """Add the columns, and the table of attempts."""
    ddl.run(connection, _TABLES)
