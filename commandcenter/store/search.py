"""Chinese full text: split here into words of one character, so that two of them find a phrase.

The index is written when the writer is idle; what is not in it yet is looked through at each
question, so nothing stored is ever missed. Terms are data: they reach no query syntax.
"""

import re
from collections.abc import Iterable
from typing import Any, Final
from unicodedata import normalize

from sqlalchemy import (
    ColumnElement,
    Connection,
    column,
    false,
    func,
    literal_column,
    select,
    table,
)

from commandcenter.domain.case import Case
from commandcenter.domain.facts import Recorded
from commandcenter.store import journal, sql
from commandcenter.store.journal import Place
from commandcenter.store.schema import case as case_table
from commandcenter.store.schema import case_text
from commandcenter.store.values import CASE

# a Han character by itself, any other run of letters and digits whole
_WORD: Final = re.compile(
    r"[㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]|[^\W_㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]+"
)
_FEW: Final = 2000
"""Up to so many hits are looked up one by one; of more, the newest cases are tried in turn."""
_CHANGING: Final = frozenset({"case.received", "case.updated", "case.filed", "case.verified"})
"""The facts that may change what a case is found by."""

_PLACE: Final = "SELECT value FROM meta WHERE key = 'indexed'"
_SET_PLACE: Final = (
    "INSERT INTO meta (key, value) VALUES ('indexed', ?)"
    " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)
_UPSERT: Final = (
    "INSERT INTO case_text (no, split) VALUES (?, ?)"
    " ON CONFLICT (no) DO UPDATE SET split = excluded.split"
)
# the index of SQLite holds no text of its own: it must be told what it forgets
_FORGET: Final = f"""INSERT INTO case_fts (case_fts, rowid, split)
    SELECT 'delete', id, split FROM case_text WHERE no {sql.AMONG}"""  # noqa: S608
_LEARN: Final = f"""INSERT INTO case_fts (rowid, split)
    SELECT id, split FROM case_text WHERE no {sql.AMONG}"""  # noqa: S608
# several seats may be idle at once; one of them indexes
_MINE: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended('commandcenter text', 0))"


_FTS: Final = table("case_fts", column("rowid"), column("case_fts"))
_TSV: Final[ColumnElement[Any]] = literal_column("case_text.tsv")


def split(text: str) -> str:
    """Return a text as the words it is found by, one space between them."""
    return " ".join(_WORD.findall(normalize("NFKC", text).casefold()))


def phrases(terms: str) -> list[str]:
    """Return what must all occur: a phrase for each term between spaces."""
    found = (split(term) for term in normalize("NFKC", terms).split())
    return [phrase for phrase in found if phrase]


def words(case: Case) -> str:
    """Return what a case is found by: number, title, description, address, upstream number."""
    parts = (case.no, case.title, case.description, case.place.address, case.source_no or "")
    return " ".join(map(split, parts))


def index_some(connection: Connection, limit: int) -> bool:
    """Index the cases of the next facts; tell whether there were any."""
    if connection.dialect.name == "postgresql" and not sql.run(connection, _MINE).scalar_one():
        return False
    before = _place(connection)
    facts, after = journal.tail(connection, before, limit=limit)
    if after == before:
        return False
    numbers = _changed(facts)
    rows = [(case.no, words(case)) for case in _cases(connection, numbers)]
    listed = sql.listed(connection, numbers)
    on_sqlite = connection.dialect.name == "sqlite"
    if on_sqlite and numbers:
        sql.run(connection, _FORGET, listed)
    sql.run_many(connection, _UPSERT, rows)
    if on_sqlite and numbers:
        sql.run(connection, _LEARN, listed)
    sql.run(connection, _SET_PLACE, f"{after.xid} {after.id}")
    return True


def found(connection: Connection, terms: str) -> ColumnElement[bool]:
    """Return the condition that a case is found by terms, indexed or not."""
    wanted = phrases(terms)
    if not wanted:
        return false()  # nothing but punctuation
    fresh = _unindexed(connection)
    hits = [case.no for case in _cases(connection, fresh) if _holds(words(case), wanted)]
    no, indexed = case_table.c.no, _indexed(connection, wanted)
    if not fresh:
        return indexed
    return (indexed & ~sql.among(connection, no, fresh)) | sql.among(connection, no, hits)


def _indexed(connection: Connection, wanted: list[str]) -> ColumnElement[bool]:
    no = case_table.c.no
    if connection.dialect.name == "postgresql":
        phrases_ = [_TSV.op("@@")(func.phraseto_tsquery("simple", phrase)) for phrase in wanted]
        return no.in_(select(case_text.c.no).where(*phrases_))
    # words have no quotes, for split leaves letters and digits only
    query = " ".join(f'"{phrase}"' for phrase in wanted)
    match = select(_FTS.c.rowid).where(_FTS.c.case_fts.op("MATCH")(query))
    found = select(func.count()).select_from(match.limit(_FEW + 1).subquery())
    if connection.execute(found).scalar_one() <= _FEW:
        return no.in_(select(case_text.c.no).where(case_text.c.id.in_(match)))
    # a page of the newest is full long before all numbers would have been looked up
    of_case = select(case_text.c.id).where(case_text.c.no == no).scalar_subquery()
    return of_case.in_(match)


def _holds(split_text: str, wanted: Iterable[str]) -> bool:
    padded = f" {split_text} "
    return all(f" {phrase} " in padded for phrase in wanted)


def _place(connection: Connection) -> Place:
    stored = sql.run(connection, _PLACE).scalar_one_or_none()
    return Place() if stored is None else Place(*map(int, stored.split()))


def _unindexed(connection: Connection) -> list[str]:
    place, fresh = _place(connection), dict[str, None]()
    while True:
        facts, after = journal.tail(connection, place, settled=False)
        if after == place:
            return list(fresh)
        fresh |= dict.fromkeys(_changed(facts))
        place = after


def _changed(facts: Iterable[Recorded]) -> list[str]:
    return list(dict.fromkeys(item.fact.subject for item in facts if item.fact.kind in _CHANGING))


def _cases(connection: Connection, numbers: list[str]) -> list[Case]:
    if not numbers:
        return []
    rows = sql.run(connection, CASE.select, sql.listed(connection, numbers))
    return [CASE.decode(whole) for (whole,) in rows]
