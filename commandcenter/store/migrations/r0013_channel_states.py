"""Revision 13: how the channels fare is read without reading all that was ever sent."""

from typing import Final

from sqlalchemy import Connection

from commandcenter.store.migrations import ddl

_INDICES: Final = (
    "CREATE INDEX attempt_ended ON attempt (ended_at) WHERE ended_at IS NOT NULL",
    "CREATE INDEX attempt_under_way ON attempt (seat) WHERE state = 'sending'",
    "CREATE INDEX outbox_lost ON outbox (settled_at) WHERE state IN ('rejected', 'expired')",
    (
        "CREATE INDEX outbox_by_channel ON outbox (channel)"
        " WHERE state = 'pending' AND channel <> 'feed'"
    ),
)


def upgrade(connection: Connection) -> None:
    """Make the indices."""
    ddl.run(connection, _INDICES)
