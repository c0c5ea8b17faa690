"""The tables of the store, as every query names them.

Instants are whole microseconds since 1970 in UTC, on both engines (docs/decisions/0007). ``whole``
is the complete value as JSON; the columns beside it are those that are asked for (0008). The
tables are made by ``store.migrations``, never from here.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, overload

from msgspec import DecodeError
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)

metadata: Final = MetaData()

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def micros(at: datetime) -> int:
    """Return an instant as it is stored.

    Raises:
        TypeError: the instant is naive.
    """
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def micros_or_none(at: datetime | None) -> int | None:
    """Return an instant as it is stored, or nothing for none."""
    return None if at is None else micros(at)


@overload
def instant(stored: int) -> datetime: ...
@overload
def instant(stored: int | None) -> datetime | None: ...
def instant(stored: int | None) -> datetime | None:
    """Return a stored instant, aware and in UTC.

    Raises:
        DecodeError: what is stored is none.
    """
    try:
        return None if stored is None else _EPOCH + timedelta(microseconds=stored)
    except (OverflowError, TypeError):
        raise DecodeError(f"no instant: {stored!r}") from None


def _text(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=nullable)


def _instant(name: str, *, nullable: bool = True) -> Column[Any]:
    return Column(name, BigInteger, nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Integer, nullable=nullable)


def _id() -> Column[Any]:
    return Column("id", BigInteger, primary_key=True)


fact: Final = Table(
    "fact",
    metadata,
    _id(),
    _text("seat"),
    Column("number", BigInteger, nullable=False),
    _text("kind"),
    _text("subject"),
    _instant("at", nullable=False),
    _instant("recorded_at", nullable=False),
    _text("actor"),
    _text("role"),
    _text("data"),
    Column("prev", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)
"""The journal: append-only, one hash chain a seat; on PostgreSQL it has ``xid`` besides."""

case: Final = Table(
    "case",
    metadata,
    Column("no", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    _text("state"),
    _instant("since", nullable=False),  # when it came into this state: figures as at an instant
    _number("urgency"),  # its rank: 0 normal … 3 critical
    _text("category", nullable=True),
    _text("channel"),
    _text("grid", nullable=True),
    _text("village", nullable=True),
    _text("body", nullable=True),
    _text("title"),
    _text("source"),
    _text("source_no", nullable=True),
    _instant("occurred_at", nullable=False),
    _instant("reported_at", nullable=False),
    _instant("received_at", nullable=False),
    _text("claimed_by", nullable=True),
    _instant("claimed_at"),
    _instant("filed_at"),
    _instant("rejected_at"),
    _instant("first_dispatched_at"),
    _instant("dispatched_at"),
    _instant("accepted_at"),
    _instant("due_at"),
    _instant("result_at"),
    _instant("check_due_at"),
    _instant("closed_at"),
    # min(due_at, closed_at) of a filed case neither rejected nor merged; none before dispatch
    _instant("reckoned_at"),
    _text("outcome", nullable=True),
    _number("hops"),  # all returns there ever were: reopening takes none out of the figures
    _number("dispatches"),
    _number("rework_count"),
    _number("reopen_count"),
    Column("county_help", Boolean, nullable=False),
    _text("parent", nullable=True),
    _instant("followed_up_at"),
    Column("solved", Boolean),
    _text("satisfied", nullable=True),
    _text("whole"),
    Column("cell", BigInteger),  # the square of the earth it lies in (domain.matching)
    Column("not_ours", Boolean, nullable=False),
    _instant("doubted_at"),  # closed, with a question that nobody has answered
    _instant("comes_back_at"),  # closed in part; none once it has come back
    _text("address", nullable=True),  # the words for its place (domain.matching)
    _instant("beyond_at"),  # received_at of what no list of the township covers
)

whistle: Final = Table(
    "whistle",
    metadata,
    Column("no", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    _text("case_no"),
    _text("kind"),
    _instant("blown_at", nullable=False),
    _instant("closed_at"),
    _text("whole"),
)

summons: Final = Table(
    "summons",
    metadata,
    _text("whistle_no"),
    _text("body"),
    _text("case_no"),
    Column("lead", Boolean, nullable=False),
    _text("state"),
    _instant("blown_at", nullable=False),
    _instant("answer_by", nullable=False),
    _instant("report_in_by", nullable=False),
    _instant("notified_at"),
    _instant("answered_at"),
    _instant("reported_in_at"),
    _instant("finished_at"),
    _instant("released_at"),
    _instant("refused_at"),
    _instant("no_answer_at"),
    _instant("no_show_at"),
    _instant("solve_by"),  # of the lead alone: a whistle is solved once
    _instant("solved_at"),
    Column("marks", Integer),  # the four marks together, as they stand
    _instant("appealed_at"),  # against them; none once it was ruled on
    PrimaryKeyConstraint("whistle_no", "body"),
)

video_alert: Final = Table(
    "video_alert",
    metadata,
    Column("key", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    _text("source"),
    _text("alert_id"),
    _text("camera"),
    _number("priority"),  # 1 is the worst, 4 the least
    _text("algorithm"),
    _text("grid", nullable=True),
    _instant("started_at", nullable=False),
    _instant("received_at", nullable=False),
    _text("verdict", nullable=True),
    _instant("reviewed_at"),
    _text("case_no", nullable=True),
    Column("cleared", Boolean, nullable=False),
    _text("whole"),
    Column("raised", Boolean, nullable=False),  # not, as long as only its end was heard
)

message: Final = Table(
    "message",
    metadata,
    _text("source"),
    Column("id", Text, nullable=False),
    _number("revision"),  # 0, then one more for each other content under the same id
    _text("feed"),
    Column("sequence", BigInteger),
    _text("type"),
    _instant("time", nullable=False),
    _instant("recorded"),
    _instant("received_at", nullable=False),
    Column("digest", LargeBinary, nullable=False),
    _text("case_no", nullable=True),
    _text("raw"),
    PrimaryKeyConstraint("source", "id", "revision"),
)
"""Every message taken in, as it came."""

quarantine: Final = Table(
    "quarantine",
    metadata,
    _id(),
    _text("feed"),
    Column("sequence", BigInteger),
    _text("reason"),
    _text("detail"),
    _instant("received_at", nullable=False),
    _text("raw"),
    _instant("taken_back_at"),
    Column("digest", LargeBinary),
)

gap: Final = Table(
    "gap",
    metadata,
    _id(),
    _text("feed"),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger),
    _text("reason"),
    _instant("at", nullable=False),
)

cursor: Final = Table(
    "cursor",
    metadata,
    Column("feed", Text, primary_key=True),
    _text("epoch", nullable=True),
    Column("acked", BigInteger),
)

reporter: Final = Table(
    "reporter",
    metadata,
    _id(),
    _text("case_no"),
    _text("source", nullable=True),
    _text("message", nullable=True),
    _text("name"),
    _text("phone"),
    _text("person"),
    _text("role"),
    Column("tail", LargeBinary),  # keyed hash of the end of the telephone number
    _text("ending", nullable=True),  # the end itself (store.people)
)
"""Who reported: personal data, in no other table but ``message.raw``."""

exhibit: Final = Table(
    "exhibit",
    metadata,
    _text("sha256"),
    _text("case_no"),
    PrimaryKeyConstraint("sha256", "case_no"),
)
"""Which cases bear evidence with a hash: the same picture twice is asked about."""

position: Final = Table(
    "position",
    metadata,
    Column("id", Text, primary_key=True),
    _text("kind"),
    _text("name"),
    _text("body", nullable=True),
    Column("lon", Double, nullable=False),
    Column("lat", Double, nullable=False),
    _instant("at", nullable=False),
    _text("status"),
)

presence: Final = Table(
    "presence",
    metadata,
    Column("operator", Text, primary_key=True),
    _text("seat"),
    _instant("at", nullable=False),
)
"""When each operator was last heard of, and at which seat: no history, so no facts."""

outbox: Final = Table(
    "outbox",
    metadata,
    Column("id", Text, primary_key=True),
    Column("rank", Integer, nullable=False),
    _text("feed"),
    _text("type"),
    _text("subject"),
    _text("body"),
    _text("data"),
    _instant("time", nullable=False),
    _instant("leaves_at", nullable=False),
    _text("state"),
    _instant("settled_at"),
    _text("reason"),
    _text("channel"),
    _text("address"),
    _text("contact"),
    Column("urgent", Boolean, nullable=False),
    _instant("expires_at"),
)

attempt: Final = Table(
    "attempt",
    metadata,
    _text("outgoing"),
    _number("number"),
    _text("state"),
    _text("channel"),
    _text("address"),
    _instant("due_at", nullable=False),
    _instant("begun_at"),
    _instant("ended_at"),
    _text("seat"),
    _text("words"),
    _text("carried_by"),
    PrimaryKeyConstraint("outgoing", "number"),
)
"""What was tried to bring messages out by channels: when, to whom, and how it went."""

series: Final = Table(
    "series",
    metadata,
    Column("name", Text, primary_key=True),
    Column("last", BigInteger, nullable=False),
)

crossing: Final = Table(
    "crossing",
    metadata,
    _text("subject"),
    _text("kind"),
    _text("part"),
    _number("cycle"),
    _instant("at", nullable=False),
    PrimaryKeyConstraint("subject", "kind", "part", "cycle"),
)
"""The timers that were crossed; each is raised once."""

meta: Final = Table("meta", metadata, Column("key", Text, primary_key=True), _text("value"))

case_text: Final = Table(
    "case_text",
    metadata,
    _id(),
    Column("no", Text, nullable=False, unique=True),
    _text("split"),
)
"""What full text is searched in (store.search), split for the engines' own tokenizers."""
