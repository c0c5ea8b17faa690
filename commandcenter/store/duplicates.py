"""Cases near another in place and time, out of a million: narrowed by index, then weighed.

What is read is bounded by ``_MOST`` whatever the store holds: numbers first, out of the index
alone, then those cases whole.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection

from commandcenter.application.questions import AlikeAmong, Children, Duplicates, Question
from commandcenter.domain import matching
from commandcenter.domain.case import Case
from commandcenter.domain.errors import Refusal
from commandcenter.domain.matching import Candidate, Suggestion
from commandcenter.store import sql
from commandcenter.store.figures import Basis
from commandcenter.store.schema import micros
from commandcenter.store.values import CASE

_MOST: Final = 400
# in the words of the indices, which hold only what can be merged into, or stands for its parent
_WINDOW: Final = (
    "AND received_at >= ? AND received_at <= ?"
    " AND state NOT IN ('rejected', 'closed', 'archived') ORDER BY received_at DESC LIMIT ?"
)
_NEAR: Final = f'SELECT no FROM "case" WHERE cell = ? {_WINDOW}'  # noqa: S608
_IN_GRID: Final = f'SELECT no FROM "case" WHERE grid = ? {_WINDOW}'  # noqa: S608
_AT_ADDRESS: Final = f'SELECT no FROM "case" WHERE address = ? {_WINDOW}'  # noqa: S608
_SAME_PHONE: Final = f"""SELECT DISTINCT other.case_no FROM reporter AS mine
    JOIN reporter AS other ON other.tail = mine.tail
    WHERE mine.case_no = ? AND mine.tail IS NOT NULL AND other.case_no <> mine.case_no
    AND other.case_no {sql.AMONG}"""  # noqa: S608
_CHILDREN: Final = 'SELECT whole FROM "case" WHERE parent = ? ORDER BY received_at, no'


def duplicates(
    connection: Connection, question: Duplicates, basis: Basis
) -> tuple[Suggestion, ...]:
    """Return the open cases that one may be the same problem as, the likeliest first."""
    found = _cases(connection, [question.case])
    if question.case not in found:
        raise Refusal("unknown_case", case=question.case)
    case = found[question.case]
    numbers = _near(connection, case, basis)
    near = _cases(connection, numbers)
    parents = [it.parent for it in near.values() if it.parent is not None]
    same = sql.run(connection, _SAME_PHONE, case.no, sql.listed(connection, numbers))
    phones = {no for (no,) in same}
    return matching.suggestions(
        case,
        [Candidate(it, it.no in phones) for it in near.values()],
        near | _cases(connection, [no for no in parents if no not in near]),
        basis.matching,
    )


def alike_among(
    connection: Connection, question: AlikeAmong, basis: Basis
) -> tuple[tuple[str, ...], ...]:
    """Return the families that some cases belong to, each case weighed as if it stood alone."""
    found = {no: duplicates(connection, Duplicates(case=no), basis) for no in question.cases}
    return matching.families(found)


def _near(connection: Connection, case: Case, basis: Basis) -> list[str]:
    """Return the numbers of the cases near one in place and time, the newest of each place."""
    reach = basis.matching.reach(case.category)
    span = timedelta(hours=reach.hours)
    window = micros(case.received_at - span), micros(case.received_at + span)
    spot = case.place.wgs84
    cells = matching.cells_around(spot, reach.far_metres) if spot is not None else ()
    asked: list[tuple[str, Any]] = [(_NEAR, cell) for cell in cells]
    if case.place.grid is not None:
        asked.append((_IN_GRID, case.place.grid))
    if named := matching.address_key(case.place.address):
        asked.append((_AT_ADDRESS, named))  # most calls name a place and have no position
    if not asked:
        return []
    share = max(1, _MOST // len(asked))
    together = " UNION ALL ".join(f"SELECT no FROM ({part}) AS near" for part, _ in asked)  # noqa: S608
    values = [value for _, where in asked for value in (where, *window, share)]
    found = dict.fromkeys(no for (no,) in sql.run(connection, together, *values))
    found.pop(case.no, None)
    return list(found)


def _cases(connection: Connection, numbers: list[str]) -> dict[str, Case]:
    if not numbers:
        return {}
    rows = sql.run(connection, CASE.select, sql.listed(connection, numbers))
    return {case.no: case for case in (CASE.decode(whole) for (whole,) in rows)}


def children(connection: Connection, question: Children, _basis: Basis) -> tuple[Case, ...]:
    """Return what was merged into a case, the oldest first."""
    rows = sql.run(connection, _CHILDREN, question.case)
    return tuple(CASE.decode(whole) for (whole,) in rows)


ANSWERS: Final[Mapping[type[Question[Any]], Any]] = {
    Duplicates: duplicates,
    AlikeAmong: alike_among,
    Children: children,
}
