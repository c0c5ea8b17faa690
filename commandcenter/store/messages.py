"""Messages as they came, what was put aside, what is missing, and how far each feed is stored."""

import re
from collections.abc import Collection, Iterable
from hashlib import blake2b
from typing import Any, Final

from msgspec import convert
from sqlalchemy import Connection

from commandcenter.application.changes import Aside, UnitPosition
from commandcenter.application.messages import (
    Cursor,
    Gap,
    GapReason,
    QuarantineReason,
    Received,
    Rejected,
)
from commandcenter.application.questions import Quarantined
from commandcenter.domain.matching import phone_tail
from commandcenter.domain.privacy import (
    masked,
    masked_frame,
    masked_name,
    masked_number,
    masked_phone,
)
from commandcenter.domain.report import Reporter, ReportRef
from commandcenter.store import people, schema, sql
from commandcenter.store.schema import instant, micros
from commandcenter.store.schema import micros_or_none as maybe
from commandcenter.store.sql import Row

MESSAGE_INSERT: Final = sql.insert(schema.message)
KNOWN: Final = (
    f"SELECT id, digest FROM message WHERE source = ? AND id {sql.AMONG} ORDER BY revision"  # noqa: S608
)
CASE_OF: Final = "SELECT case_no FROM message WHERE source = ? AND id = ? AND revision = 0"

QUARANTINE_INSERT: Final = sql.insert(schema.quarantine, without={"id", "taken_back_at"})
ASIDE: Final = "SELECT 1 FROM quarantine WHERE digest = ? AND taken_back_at IS NULL LIMIT 1"
TAKE_BACK: Final = (
    "UPDATE quarantine SET taken_back_at = ? WHERE id = ? AND taken_back_at IS NULL"
    " RETURNING feed, sequence, reason, received_at, raw, detail"
)

PUT_ASIDE, TAKEN_BACK = "put_aside", "taken_back"
"""The series that count what was ever put into quarantine, and what was taken out."""
HELD: Final = "SELECT name, last FROM series WHERE name IN ('put_aside', 'taken_back')"

GAP_INSERT: Final = sql.insert(schema.gap, without={"id"})

BEGIN_STREAM: Final = sql.upsert(schema.cursor, "feed")
ADVANCE: Final = (
    "INSERT INTO cursor (feed, acked) VALUES (?, ?) ON CONFLICT (feed) DO UPDATE"
    " SET acked = excluded.acked WHERE excluded.acked > coalesce(cursor.acked, -1)"
)

REPORTER_INSERT: Final = sql.insert(schema.reporter, without={"id"})
_REPORTERS: Final = f"""SELECT case_no, name, phone, person, role FROM reporter
    WHERE case_no {sql.AMONG} ORDER BY id"""  # noqa: S608

PRESENT: Final = "SELECT operator, at FROM presence"
ATTENDED: Final = "SELECT at FROM presence WHERE operator = ?"
ATTEND: Final = f"{sql.upsert(schema.presence, 'operator')} WHERE excluded.at >= presence.at"

# a late message about an earlier moment does not move a unit back
POSITION_UPSERT: Final = f"{sql.upsert(schema.position, 'id')} WHERE excluded.at >= position.at"
POSITIONS: Final = "SELECT id, kind, name, body, lon, lat, at, status FROM position"
POSITION_TIMES: Final = f"SELECT id, at FROM position WHERE id {sql.AMONG}"  # noqa: S608


def message_row(message: Received, case: str | None, revision: int, digest: bytes) -> Row:
    """Return a message as its row."""
    return (
        message.source,
        message.id,
        revision,
        message.feed,
        message.sequence,
        str(message.type),
        micros(message.time),
        maybe(message.recorded),
        micros(message.received_at),
        digest,
        case,
        message.raw,
    )


def rejected_row(rejected: Rejected) -> Row:
    """Return a message put aside as its row; its digest comes last.

    One that was too large to be read at all has none: it may be any.
    """
    raw = _storable(rejected.raw)
    is_unread = not raw and rejected.reason is QuarantineReason.TOO_LARGE
    return (
        rejected.feed,
        rejected.sequence,
        rejected.reason.value,
        _storable(rejected.detail),
        micros(rejected.received_at),
        raw,
        None if is_unread else content(rejected.feed, raw),
    )


def content(feed: str, raw: str) -> bytes:
    """Return what tells a message put aside from any other of its feed, whatever its sequence."""
    told = f"{feed}\n{_SEQUENCE.sub('', raw)}"
    return blake2b(told.encode(), digest_size=16).digest()


_SEQUENCE: Final = re.compile(r'"sequence"\s*:\s*"\d{1,20}"', re.ASCII)


def _storable(text: str) -> str:
    """Return a text that either engine holds: whatever came, putting it aside must succeed."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")


def rejected(row: Row) -> Rejected:
    """Return a message put aside from what ``TAKE_BACK`` gives."""
    feed, sequence, reason, received_at, raw, detail = row
    return Rejected(
        feed=feed,
        sequence=sequence,
        reason=convert(reason, QuarantineReason),
        received_at=instant(received_at),
        raw=raw,
        detail=detail,
    )


def quarantined(row: Any) -> Quarantined:
    """Return a message put aside as it may be shown: without personal data."""
    return Quarantined(
        id=row.id,
        feed=row.feed,
        sequence=row.sequence,
        reason=convert(row.reason, QuarantineReason),
        detail=masked(row.detail),
        received_at=instant(row.received_at),
        raw=masked_frame(row.raw),
    )


def aside(rows: Iterable[Any]) -> Aside:
    """Return how many messages lie in quarantine from the rows of ``HELD``."""
    last = {row.name: row.last for row in rows}
    put, taken = last.get(PUT_ASIDE, 0), last.get(TAKEN_BACK, 0)
    return Aside(count=put - taken, change=put + taken)


def gap_row(gap: Gap) -> Row:
    """Return a gap as its row."""
    return (gap.feed, gap.first, gap.last, gap.reason.value, micros(gap.at))


def gap(row: Any) -> Gap:
    """Return a gap from its row."""
    return Gap(
        feed=row.feed,
        first=row.first,
        last=row.last,
        reason=convert(row.reason, GapReason),
        at=instant(row.at),
    )


def cursor(row: Any) -> Cursor:
    """Return a feed's cursor from its row."""
    return Cursor(feed=row.feed, epoch=row.epoch, acked=row.acked)


def reporter_row(case: str, ref: ReportRef | None, reporter: Reporter, key: bytes) -> Row:
    """Return who reported a case as a row; ``key`` is that of the hall's hashes."""
    return (
        case,
        None if ref is None else ref.source,
        None if ref is None else ref.id,
        reporter.name,
        reporter.phone,
        reporter.id,
        reporter.role,
        phone_tail(key, reporter.phone),
        people.ending(reporter.phone),
    )


def reporters(connection: Connection, cases: Collection[str]) -> dict[str, list[Reporter]]:
    """Return by case everybody who reported it, in the order they did."""
    found: dict[str, list[Reporter]] = {no: [] for no in cases}
    for no, name, phone, person, role in sql.run(
        connection, _REPORTERS, sql.listed(connection, cases)
    ):
        found[no].append(Reporter(name=name, phone=phone, id=person, role=role))
    return found


def covered(reporter: Reporter) -> Reporter:
    """Return who reported, recognisable only to those who know him: 张*, 138****5678."""
    return Reporter(
        name=masked_name(reporter.name),
        phone=masked_phone(reporter.phone),
        id=masked_number(reporter.id),
        role=reporter.role,
    )


def position_row(unit: UnitPosition) -> Row:
    """Return where a unit is as its row."""
    return (
        unit.id,
        unit.kind,
        unit.name,
        unit.body,
        unit.lon,
        unit.lat,
        micros(unit.at),
        unit.status,
    )


def position(row: Any) -> UnitPosition:
    """Return where a unit is from its row."""
    return UnitPosition(
        id=row.id,
        kind=row.kind,
        name=row.name,
        body=row.body,
        lon=row.lon,
        lat=row.lat,
        at=instant(row.at),
        status=row.status,
    )
