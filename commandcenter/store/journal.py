"""The journal: facts appended in one hash chain a seat, and read back in order."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from commandcenter.application.questions import Sealed
from commandcenter.domain.facts import Fact, Recorded
from commandcenter.store import sql
from commandcenter.store.schema import fact as table
from commandcenter.store.schema import instant, micros
from commandcenter.store.sql import Row

_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(dict[str, Any]).decode

GENESIS: Final = bytes(32)
"""What the first fact of a chain follows."""

INSERT: Final = sql.insert(table, without={"id"})

BATCH: Final = 1000
"""How many facts are read at a time, so that no reader holds the journal in memory."""


class Head(NamedTuple):
    """The last fact of a seat's chain."""

    number: int
    hash: bytes


class Place(NamedTuple):
    """How far the journal has been read: transaction (0 on SQLite), then fact."""

    xid: int = 0
    id: int = 0


EMPTY: Final = Head(0, GENESIS)


def seal(prev: bytes, head: Row, data: bytes) -> bytes:
    """Return the hash of a fact that follows ``prev``, over exactly what is stored of it.

    ``head``: seat, number, kind, subject, at, recorded_at, actor, role. It is hashed as a JSON
    array, which ends where it ends; ``data`` follows as it is stored.
    """
    return sha256(prev + _encode(head) + data).digest()


def chain(
    facts: Iterable[Fact], *, seat: str, after: Head, recorded_at: datetime
) -> tuple[list[Row], list[Recorded], Head]:
    """Return facts as the next rows of a seat's chain, as recorded, and the chain's new head."""
    number, prev = after
    recorded_us = micros(recorded_at)
    rows: list[Row] = []
    recorded: list[Recorded] = []
    for fact in facts:
        number += 1
        data = _encode(fact.data)
        row = (
            seat,
            number,
            fact.kind,
            fact.subject,
            micros(fact.at),
            recorded_us,
            fact.actor,
            fact.role,
        )
        head = seal(prev, row, data)
        rows.append((*row, data.decode(), prev, head))
        recorded.append(Recorded(fact=fact, seat=seat, number=number, recorded_at=recorded_at))
        prev = head
    return rows, recorded, Head(number, prev)


def head(connection: Connection, seat: str) -> Head:
    """Return the last fact of a seat's chain as it stands in the store."""
    query = (
        select(table.c.number, table.c.hash)
        .where(table.c.seat == seat)
        .order_by(table.c.number.desc())
        .limit(1)
    )
    found = connection.execute(query).first()
    return EMPTY if found is None else Head(found.number, found.hash)


FIELDS: Final = (
    "seat", "number", "kind", "subject", "at", "recorded_at", "actor", "role", "data",
)  # fmt: skip
"""The columns that ``recorded`` reads a fact from, in this order."""
_FIELDS: Final = ", ".join(FIELDS)
_READ: Final = f"SELECT {_FIELDS} FROM fact ORDER BY id"  # noqa: S608
_READ_SUBJECTS: Final = f"SELECT {_FIELDS} FROM fact WHERE subject {sql.AMONG} ORDER BY id"  # noqa: S608

# On PostgreSQL a lower id may become visible after a higher one: "id > last" skipped 539 of 5,400
# rows. What no running transaction can still precede is settled, and in order of (xid, id).
_AFTER: Final = {
    "sqlite": f"SELECT 0, id, {_FIELDS} FROM fact WHERE ? <> '' AND id > ?",  # noqa: S608
    "postgresql": f"SELECT xid::text::bigint, id, {_FIELDS} FROM fact"  # noqa: S608
    " WHERE (xid, id) > (?::text::xid8, ?)",
}
_SETTLED: Final = {
    "sqlite": "",
    "postgresql": " AND xid < pg_snapshot_xmin(pg_current_snapshot())",
}
_IN_ORDER: Final = {"sqlite": " ORDER BY id LIMIT ?", "postgresql": " ORDER BY xid, id LIMIT ?"}
_LAST: Final = {
    "sqlite": "SELECT 0, coalesce(max(id), 0) FROM fact",
    "postgresql": "SELECT xid::text::bigint, id FROM fact"
    " WHERE xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid DESC, id DESC LIMIT 1",
}


def recorded(row: Row) -> Recorded:
    """Return a fact from its stored fields."""
    seat, number, kind, subject, at, recorded_at, actor, role, data = row
    fact = Fact(
        kind=kind, subject=subject, at=instant(at), actor=actor, role=role, data=_decode(data)
    )
    return Recorded(fact=fact, seat=seat, number=number, recorded_at=instant(recorded_at))


def read(connection: Connection, subjects: Collection[str] | None = None) -> Iterator[Recorded]:
    """Read the facts of some subjects, or all, oldest first."""
    if subjects is None:
        found = sql.run(connection.execution_options(stream_results=True), _READ)
    else:
        found = sql.run(connection, _READ_SUBJECTS, sql.listed(connection, subjects))
    while rows := found.fetchmany(BATCH):
        for row in rows:
            yield recorded(tuple(row))


def last(connection: Connection) -> Place:
    """Return the place of the newest fact that nothing can be written before any more."""
    row = sql.run(connection, _LAST[connection.dialect.name]).first()
    return Place() if row is None else Place(*row)


def tail(
    connection: Connection, after: Place, *, limit: int = BATCH, settled: bool = True
) -> tuple[list[Recorded], Place]:
    """Return the next facts after a place, and the place they lead to.

    ``settled`` false: also those that others may yet be written before; not to go on from.
    """
    dialect = connection.dialect.name
    statement = _AFTER[dialect] + (_SETTLED[dialect] if settled else "") + _IN_ORDER[dialect]
    rows = sql.run(connection, statement, str(after.xid), after.id, limit).all()
    if not rows:
        return [], after
    return [recorded(tuple(row[2:])) for row in rows], Place(rows[-1][0], rows[-1][1])


_READ_SEALED: Final = f"""SELECT {_FIELDS}, prev, hash FROM fact
    WHERE subject {sql.AMONG} ORDER BY id"""  # noqa: S608


def read_sealed(connection: Connection, subjects: Collection[str]) -> list[Sealed]:
    """Read the facts of some subjects with their links in the chain, oldest first."""
    rows = sql.run(connection, _READ_SEALED, sql.listed(connection, subjects)).all()
    return [
        Sealed(
            recorded=recorded(tuple(row[:9])),
            data=row.data,
            prev=bytes(row.prev).hex(),
            hash=bytes(row.hash).hex(),
            sound=seal(bytes(row.prev), tuple(row[:8]), row.data.encode()) == bytes(row.hash),
        )
        for row in rows
    ]
