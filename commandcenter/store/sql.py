"""Statements in SQL of our own, spelt for the engine at hand.

Hot paths bypass the expression compiler (``exec_driver_sql`` reaches 0.98 of the bare driver);
what is asked now and then uses SQLAlchemy Core.
"""

import json
import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import chain, compress, cycle
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    CursorResult,
    Table,
    Text,
    any_,
    func,
    literal,
    select,
)

Row = tuple[Any, ...]

AMONG: Final = "{among}"
"""Stands in a statement for "is one of the values of the next parameter" (``listed``)."""

_VALUES: Final = re.compile(r"( VALUES )(\([^()]*\))")
_AMONG: Final = {"sqlite": "IN (SELECT value FROM json_each(?))", "postgresql": "= ANY(?)"}


@lru_cache(maxsize=256)
def _spelt(statement: str, dialect: str) -> str:
    statement = statement.replace(AMONG, _AMONG[dialect])
    return statement if dialect == "sqlite" else statement.replace("?", "%s")


def run(connection: Connection, statement: str, *values: Any) -> CursorResult[*Row]:
    """Run a statement with ``?`` for each value."""
    return connection.exec_driver_sql(_spelt(statement, connection.dialect.name), values)


_TOGETHER: Final = (512, 128, 32, 8, 1)
"""How many rows one statement inserts into SQLite: few spellings, so that each is parsed once."""
_MOST_VALUES: Final = 32_766  # SQLite's own limit


_ALIKE: Final = 32
"""So many rows tell which columns such rows leave empty; of fewer each has its own."""


@lru_cache(maxsize=256)
def _together(statement: str, count: int, given: tuple[bool, ...]) -> str:
    """Return an INSERT of one row, spelt for several; NULL is written out where none is given."""
    before, values, _marks, after = _VALUES.split(statement, maxsplit=1)
    marks = ", ".join("?" if it else "NULL" for it in given)
    if "ON CONFLICT" not in after:
        # whoever is told of a failure undoes more than the statement; ready to undo the statement
        # alone, SQLite would first copy every page it touches to a file: 36 KB a report
        before = before.replace("INSERT INTO", "INSERT OR FAIL INTO", 1)
    return before + values + ", ".join([f"({marks})"] * count) + after


def _given(rows: Sequence[Row]) -> tuple[bool, ...]:
    """Return which columns have a value in any of the rows."""
    if len(rows) < _ALIKE:
        return (True,) * len(rows[0])
    columns = zip(*rows, strict=True)
    return tuple(it[0] is not None or it.count(None) < len(it) for it in columns)


def run_many(connection: Connection, statement: str, rows: Sequence[Row]) -> int:
    """Run a statement for each row; return how many rows it changed. No row, no statement.

    SQLite's driver gives up the interpreter lock for every row and has to get it back from a GUI
    thread that paints: so one statement inserts many rows there. It also looks in vain, at each
    None, for how to adapt it, and a new case has nothing in 27 of its columns.
    """
    if not rows:
        return 0
    spelt = _spelt(statement, connection.dialect.name)
    if connection.dialect.name != "sqlite" or not spelt.startswith("INSERT"):
        return connection.exec_driver_sql(spelt, list(rows)).rowcount
    given = _given(rows)
    changed, first = 0, 0
    for count in _TOGETHER:
        while len(rows) - first >= count and count * len(rows[0]) <= _MOST_VALUES:
            part = rows[first : first + count]
            values = tuple(compress(chain.from_iterable(part), cycle(given)))
            changed += connection.exec_driver_sql(_together(spelt, count, given), values).rowcount
            first += count
    return changed


def listed(connection: Connection, values: Collection[str]) -> Any:
    """Return any number of values as the one parameter that ``AMONG`` takes."""
    return json.dumps(list(values)) if connection.dialect.name == "sqlite" else list(values)


def among(
    connection: Connection, column: Column[Any], values: Collection[str]
) -> ColumnElement[bool]:
    """Return the condition of a Core statement that a column is one of any number of values."""
    if connection.dialect.name == "sqlite":
        rows = func.json_each(json.dumps(list(values))).table_valued("value")
        return column.in_(select(rows.c.value))
    return column == any_(literal(list(values), ARRAY(Text)))


def insert(table: Table, *, without: Collection[str] = ()) -> str:
    """Return the statement that inserts a row; ``without`` are columns the engine fills."""
    names = [column.name for column in table.columns if column.name not in without]
    marks = ", ".join("?" * len(names))
    return f'INSERT INTO "{table.name}" ({", ".join(names)}) VALUES ({marks})'  # noqa: S608


def update(table: Table, *keys: str) -> str:
    """Return the statement that writes all columns but the first, found by ``keys``."""
    sets = ", ".join(f"{column.name} = ?" for column in list(table.columns)[1:])
    where = " AND ".join(f"{key} = ?" for key in keys)
    return f'UPDATE "{table.name}" SET {sets} WHERE {where}'  # noqa: S608


def upsert(table: Table, *keys: str) -> str:
    """Return the statement that inserts a row or writes it over the one with the same keys."""
    sets = ", ".join(
        f"{column.name} = excluded.{column.name}"
        for column in table.columns
        if column.name not in keys
    )
    return f"{insert(table)} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {sets}"
