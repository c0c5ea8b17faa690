"""The audit of the store: every chain recomputed, every state folded anew from its facts."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from commandcenter.domain import alert as alerts
from commandcenter.domain import case as cases
from commandcenter.domain import whistle as whistles
from commandcenter.domain.facts import Fact
from commandcenter.store import journal, schema, sql, values
from commandcenter.store.journal import EMPTY, Head
from commandcenter.store.sql import Row
from commandcenter.store.values import Kind

_READ: Final = (
    "SELECT seat, number, kind, subject, at, recorded_at, actor, role, data, prev, hash"
    " FROM fact ORDER BY seat, number"
)
_HEAD: Final = 8
_SUBJECT: Final = 3
# SQLite reads one moment by itself; PostgreSQL would see each statement's own
_ONE_MOMENT: Final[Mapping[str, str | None]] = {
    "sqlite": None,
    "postgresql": "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
}
_FOLD: Final[Mapping[str, tuple[frozenset[str], Callable[[Iterator[Fact]], Any]]]] = {
    "case": (frozenset({"case.received"}), cases.fold),
    "whistle": (frozenset({"whistle.blown"}), whistles.fold),
    "alert": (frozenset({"alert.raised", "alert.cleared"}), alerts.fold),
}
"""By noun: the facts that may begin one, and what its facts add up to."""

AT_A_TIME: Final = 500
"""How many states are compared at a time, so that no audit holds them all in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Where a chain breaks: a fact that is missing, or is not what was written.

    Or which case, whistle or alert, by ``subject``, is not what its facts add up to. Of a fact it
    is whose it is now: that, too, may have been changed.
    """

    seat: str = ""
    number: int = 0
    what: str
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an audit found; ``heads`` are the last number and hash of each seat's chain, in hex.

    A head written down elsewhere is what shows that the end of a chain was cut off, or that all of
    it was written anew (reliability.md 2.1). ``states`` are the cases, whistles and alerts that
    were found to be what their facts add up to.
    """

    ok: bool
    facts: int
    chains: int
    heads: Mapping[str, tuple[int, str]]
    first_fault: Fault | None = None
    states: int = 0


def verify(connection: Connection, anchors: Mapping[str, tuple[int, str]] | None = None) -> Verdict:
    """Recompute every chain, a thousand facts at a time, then every state.

    ``anchors`` are heads that were written down before: each must still be in its chain. A state
    is judged only by a journal without a fault.
    """
    if (one_moment := _ONE_MOMENT[connection.dialect.name]) is not None:
        connection.exec_driver_sql(one_moment)
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
    states = 0
    if fault is None:
        states, fault = _compare(connection)
    return Verdict(
        ok=fault is None,
        facts=facts,
        chains=len(heads),
        heads={seat: (head.number, head.hash.hex()) for seat, head in heads.items()},
        first_fault=fault,
        states=states,
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
        return Fault(seat=seat, number=number, what="changed", subject=str(row[_SUBJECT]))
    return None


def _compare(connection: Connection) -> tuple[int, Fault | None]:
    """Count the states that are what their facts add up to, up to the first that is not."""
    count = 0
    try:
        for noun, kind in values.BY_NOUN.items():
            for subject, is_sound in _states(connection, noun, kind):
                if not is_sound:
                    return count, Fault(what="state", subject=subject)
                count += 1
        for noun, kind in values.BY_NOUN.items():
            if (lost := _lost(connection, noun, kind)) is not None:
                return count, Fault(what="state missing", subject=lost)
    except DBAPIError:
        return count, Fault(what="unreadable")
    return count, None


def _states(connection: Connection, noun: str, kind: Kind[Any]) -> Iterator[tuple[str, bool]]:
    """Yield each state's number, and whether it is what its facts add up to."""
    number = next(iter(kind.table.columns))
    query = select(kind.table).order_by(number).limit(AT_A_TIME)
    after = ""
    while rows := connection.execute(query.where(number > after)).all():
        after = rows[-1][0]
        facts = defaultdict[str, list[Fact]](list)
        for item in journal.read(connection, [row[0] for row in rows]):
            if item.fact.kind.startswith(f"{noun}."):
                facts[item.fact.subject].append(item.fact)
        for row in rows:
            yield row[0], _is_sound(kind, tuple(row), _FOLD[noun][1], facts[row[0]])


def _is_sound(
    kind: Kind[Any], row: Row, fold: Callable[[Iterator[Fact]], Any], facts: list[Fact]
) -> bool:
    if not facts:
        return False
    value = fold(iter(facts))
    try:
        whole, expected = row[kind.whole_at], list(kind.row(value))
        expected[kind.whole_at] = whole  # the same value may be written in other words
        return bool(kind.decode(whole) == value) and tuple(expected) == row
    except ValueError:  # not even JSON any more
        return False


def _lost(connection: Connection, noun: str, kind: Kind[Any]) -> str | None:
    """Return one that has facts and no state; none is the rule."""
    number = next(iter(kind.table.columns))
    begun = (
        select(schema.fact.c.subject)
        .where(schema.fact.c.kind.in_(_FOLD[noun][0]))
        .where(~select(number).where(number == schema.fact.c.subject).exists())
        .order_by(schema.fact.c.id)
        .limit(1)
    )
    found: str | None = connection.execute(begun).scalar()
    return found
