"""The audit of the journal: every chain recomputed from what is stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from commandcenter.store import journal, sql
from commandcenter.store.journal import EMPTY, Head
from commandcenter.store.sql import Row

_READ: Final = (
    "SELECT seat, number, kind, subject, at, recorded_at, actor, role, data, prev, hash"
    " FROM fact ORDER BY seat, number"
)
_HEAD: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Where a chain breaks: a fact that is missing, or is not what was written."""

    seat: str
    number: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an audit found; ``heads`` are the last number and hash of each seat's chain, in hex.

    A head written down elsewhere is what shows that the end of a chain was cut off, or that all of
    it was written anew (reliability.md 2.1).
    """

    ok: bool
    facts: int
    chains: int
    heads: Mapping[str, tuple[int, str]]
    first_fault: Fault | None = None


def verify(connection: Connection, anchors: Mapping[str, tuple[int, str]] | None = None) -> Verdict:
    """Recompute every chain, a thousand facts at a time.

    ``anchors`` are heads that were written down before: each must still be in its chain.
    """
    left = dict(anchors or {})
    heads: dict[str, Head] = {}
    facts, fault = 0, None
    try:
        for row in _rows(connection):
            fault = _fault(heads.get(row[0], EMPTY), row)
            if fault is not None:
                break
            seat, number, hash_ = row[0], row[1], row[-1]
            heads[seat] = Head(number, hash_)
            facts += 1
            if left.get(seat) == (number, hash_.hex()):
                del left[seat]
    except DBAPIError:
        fault = Fault(seat="", number=facts + 1, what="unreadable")
    if fault is None and left:
        seat, (number, _hash) = next(iter(left.items()))
        fault = Fault(seat=seat, number=number, what="anchor")
    return Verdict(
        ok=fault is None,
        facts=facts,
        chains=len(heads),
        heads={seat: (head.number, head.hash.hex()) for seat, head in heads.items()},
        first_fault=fault,
    )


def _rows(connection: Connection) -> Iterator[Row]:
    found = sql.run(connection.execution_options(stream_results=True), _READ)
    while rows := found.fetchmany(journal.BATCH):
        yield from map(tuple, rows)


def _fault(head: Head, row: Row) -> Fault | None:
    seat, number, (data, prev, hash_) = row[0], row[1], row[_HEAD:]
    if number != head.number + 1:
        return Fault(seat=seat, number=head.number + 1, what="missing")
    if prev != head.hash or journal.seal(prev, row[:_HEAD], data.encode()) != hash_:
        return Fault(seat=seat, number=number, what="changed")
    return None
