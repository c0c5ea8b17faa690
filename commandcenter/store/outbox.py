"""What has to leave the hall, until its receipt."""

from typing import Any, Final

from msgspec import convert

from commandcenter.application.changes import Outgoing, OutgoingState
from commandcenter.store import schema, sql
from commandcenter.store.schema import instant, micros
from commandcenter.store.schema import micros_or_none as maybe
from commandcenter.store.sql import Row

INSERT: Final = sql.insert(schema.outbox)
SETTLE: Final = "UPDATE outbox SET state = ?, settled_at = ?, reason = ? WHERE id = ?"
ONE: Final = "SELECT * FROM outbox WHERE id = ?"
PENDING_OF: Final = "SELECT * FROM outbox WHERE subject = ? AND state = 'pending'"
WAITING: Final = (
    f"SELECT * FROM outbox WHERE id {sql.AMONG} AND state = 'pending' AND channel <> 'feed'"  # noqa: S608
    " ORDER BY leaves_at, rank, id"
)
ABOUT: Final = "SELECT * FROM outbox WHERE subject = ? ORDER BY leaves_at, rank, id"
PENDING: Final = "SELECT * FROM outbox WHERE state = 'pending' ORDER BY leaves_at, rank, id"


def row(item: Outgoing) -> Row:
    """Return a message to send as its row."""
    return (
        item.id,
        item.order,
        item.feed,
        item.type,
        item.subject,
        item.body,
        item.data,
        micros(item.time),
        micros(item.leaves_at),
        item.state.value,
        maybe(item.settled_at),
        item.reason,
        item.channel,
        item.address,
        item.contact,
        item.urgent,
        maybe(item.expires_at),
    )


def settled_row(item: Outgoing) -> Row:
    """Return what ``SETTLE`` takes."""
    return (item.state.value, maybe(item.settled_at), item.reason, item.id)


def outgoing(found: Any) -> Outgoing:
    """Return a message to send from its row."""
    return Outgoing(
        id=found.id,
        order=found.rank,
        feed=found.feed,
        type=found.type,
        subject=found.subject,
        body=found.body,
        data=found.data,
        time=instant(found.time),
        leaves_at=instant(found.leaves_at),
        state=convert(found.state, OutgoingState),
        settled_at=instant(found.settled_at),
        reason=found.reason,
        channel=found.channel,
        address=found.address,
        contact=found.contact,
        urgent=bool(found.urgent),
        expires_at=instant(found.expires_at),
    )


def in_order(item: Outgoing) -> tuple[Any, ...]:
    """Return the key by which messages leave."""
    return (item.leaves_at, item.order, item.id)
