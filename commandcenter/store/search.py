"""Chinese full text: split here into overlapping pairs of characters, so that any phrase is found.

Runs of other letters and digits are words of the index as they stand: their beginning finds them.

The index is written when the writer is idle; what is not in it yet is looked through at each
question, so nothing stored is ever missed. Its ids grow in the order of the journal: it is read
from its end, newest first, and a page ends the reading. Terms are data: they reach no query syntax.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from unicodedata import normalize

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    column,
    func,
    literal_column,
    select,
    table,
)

from commandcenter.application.questions import Cases
from commandcenter.domain.case import Case
from commandcenter.domain.facts import Recorded
from commandcenter.store import journal, sql
from commandcenter.store.journal import Place
from commandcenter.store.schema import case as case_table
from commandcenter.store.schema import case_text
from commandcenter.store.values import CASE

# a run of Han characters, or one of other letters and digits
_HAN: Final = "㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
_RUN_OF_HAN: Final = re.compile(f"[{_HAN}]")
_RUN: Final = re.compile(f"[{_HAN}]+|[^\\W_{_HAN}]+")
_CHANGING: Final = frozenset({"case.received", "case.updated", "case.filed", "case.verified"})
"""The facts that may change what a case is found by."""

_PLACE: Final = "SELECT value FROM meta WHERE key = 'indexed'"
_IDS: Final = f"SELECT no, id FROM case_text WHERE no {sql.AMONG}"  # noqa: S608
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


class Phrase(NamedTuple):
    """Words that must follow each other; ``open`` when the last may go on."""

    words: str
    open: bool


def split(text: str) -> str:
    """Return a text as the words it is found by, one space between them.

    Of a run of Han characters these are every two neighbours, and the last one by itself: single
    characters are so common that two long lists would be compared for every phrase (12 ms over a
    million cases where pairs take 0.1).
    """
    return " ".join(
        word for run in _runs(text) for word in (_pairs(run) if _is_han(run) else (run,))
    )


def phrases(terms: str) -> list[Phrase]:
    """Return what must all occur: a phrase for each term between spaces."""
    found = (_phrase(term) for term in normalize("NFKC", terms).split())
    return [phrase for phrase in found if phrase.words]


def _phrase(term: str) -> Phrase:
    runs = _runs(term)
    if not runs:
        return Phrase("", open=False)
    if _is_han(runs[-1]) and len(runs[-1]) > 1:
        return Phrase(split(term)[:-2], open=False)  # its last pair says all: need not end a run
    # one character may begin a pair, or end its run; half a plate or code begins a whole one
    return Phrase(split(term), open=True)


def _number(part: str) -> Phrase:
    """Return the words a number holds whole; what is left of it is compared afterwards."""
    words = split(part).split()
    return Phrase(" ".join(words[:-1] or words), open=len(words) == 1)


def _runs(text: str) -> list[str]:
    return _RUN.findall(normalize("NFKC", text).casefold())


def _is_han(run: str) -> bool:
    return _RUN_OF_HAN.match(run) is not None


def _pairs(run: str) -> Iterator[str]:
    return (run[at : at + 2] for at in range(len(run)))


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
    rows = [(case.no, words(case)) for case in _cases(connection, numbers)]  # ids in their order
    listed = sql.listed(connection, numbers)
    on_sqlite = connection.dialect.name == "sqlite"
    if on_sqlite and numbers:
        sql.run(connection, _FORGET, listed)
    sql.run_many(connection, _UPSERT, rows)
    if on_sqlite and numbers:
        sql.run(connection, _LEARN, listed)
    sql.run(connection, _SET_PLACE, f"{after.xid} {after.id}")
    return True


def sought(question: Cases) -> list[Phrase] | None:
    """Return what a question looks for in the texts; none when it does not look there at all."""
    if not (question.text.strip() or question.no or question.ref):
        return None
    numbers = (_number(part) for part in (question.no, question.ref) if part)
    return phrases(question.text) + [phrase for phrase in numbers if phrase.words]


def _holds(split_text: str, wanted: Iterable[Phrase]) -> bool:
    padded = f" {split_text} "
    return all(f" {it.words}{'' if it.open else ' '}" in padded for it in wanted)


Rank = tuple[int, int]
"""The order in which cases were registered: those already indexed by id, then those to come."""


@dataclass(frozen=True, slots=True)
class _Fresh:
    """What the index does not hold yet: its hits, and by number the places of those it knew."""

    places: dict[str, int]  # in the order in which they were registered
    known: dict[str, int]
    hits: list[str]

    def rank(self, no: str) -> Rank:
        """Return where a case stands in the order of registration."""
        return (0, self.known[no]) if no in self.known else (1, self.places[no])


def page(
    connection: Connection,
    wanted: Sequence[Phrase],
    conditions: Sequence[ColumnElement[bool]],
    *,
    after: str | None,
    limit: int | None,
) -> list[Case]:
    """Return the cases that hold what is sought under some conditions, registered last first.

    The index is read from its end, so that a page costs what it holds, not what matches.
    """
    if not wanted:
        return []  # nothing but punctuation
    fresh = _fresh(connection, wanted)
    last = None if after is None else _rank(connection, fresh, after)
    if after is not None and last is None:
        return []
    found = [
        (fresh.rank(case.no), case)
        for case in _wholes(connection, _among_hits(connection, fresh, conditions))
    ]
    found = [item for item in found if last is None or item[0] < last]
    query = _indexed(connection, wanted, fresh, conditions, (case_text.c.id, case_table.c.whole))
    if last is not None and not last[0]:
        query = query.where(_id_of(connection) < last[1])
    rows = connection.execute(query.order_by(_id_of(connection).desc()).limit(limit))
    found += [((0, id_), CASE.decode(whole)) for id_, whole in rows]
    found.sort(key=_by_rank, reverse=True)
    return [case for _rank_, case in found[:limit]]


def _by_rank(found: tuple[Rank, Case]) -> Rank:
    return found[0]


def count(
    connection: Connection, wanted: Sequence[Phrase], conditions: Sequence[ColumnElement[bool]]
) -> int:
    """Return how many cases hold what is sought under some conditions."""
    if not wanted:
        return 0
    fresh = _fresh(connection, wanted)
    fitting = select(func.count()).select_from(
        _among_hits(connection, fresh, conditions).subquery()
    )
    indexed = _indexed(connection, wanted, fresh, conditions, (func.count(),))
    return sum(int(connection.execute(query).scalar_one()) for query in (fitting, indexed))


def _fresh(connection: Connection, wanted: Sequence[Phrase]) -> _Fresh:
    numbers = _unindexed(connection)
    if not numbers:
        return _Fresh({}, {}, [])
    rows = sql.run(connection, _IDS, sql.listed(connection, numbers)).all()
    hits = [case.no for case in _cases(connection, numbers) if _holds(words(case), wanted)]
    places = {no: place for place, no in enumerate(numbers)}
    return _Fresh(places, {row.no: row.id for row in rows}, hits)


def _rank(connection: Connection, fresh: _Fresh, no: str) -> Rank | None:
    if no in fresh.places:
        return fresh.rank(no)
    row = sql.run(connection, _IDS, sql.listed(connection, [no])).first()
    return None if row is None else (0, row.id)


def _among_hits(
    connection: Connection, fresh: _Fresh, conditions: Sequence[ColumnElement[bool]]
) -> Select[Any]:
    chosen = sql.among(connection, case_table.c.no, fresh.hits)
    return select(case_table.c.whole).where(chosen, *conditions)


def _indexed(
    connection: Connection,
    wanted: Sequence[Phrase],
    fresh: _Fresh,
    conditions: Sequence[ColumnElement[bool]],
    columns: Sequence[ColumnElement[Any]],
) -> Select[Any]:
    query = select(*columns)
    if connection.dialect.name == "postgresql":
        source: FromClause = case_text
        query = query.where(*(_TSV.op("@@")(_tsquery(phrase)) for phrase in wanted))
    else:
        source = _FTS
        query = query.where(_FTS.c.case_fts.op("MATCH")(" ".join(map(_match, wanted))))
    if fresh.known:
        query = query.where(_id_of(connection).not_in(fresh.known.values()))
    if not conditions and columns[0] is not case_text.c.id:
        return query.select_from(source)  # a bare count needs no other table
    if source is _FTS:
        source = source.join(case_text, case_text.c.id == _FTS.c.rowid)
    source = source.join(case_table, case_table.c.no == case_text.c.no)
    return query.select_from(source).where(*conditions)


def _match(phrase: Phrase) -> str:
    # words have no quotes, for split leaves letters and digits only
    return f'"{phrase.words}"' + (" *" if phrase.open else "")


def _tsquery(phrase: Phrase) -> ColumnElement[Any]:
    quoted = " <-> ".join(f"'{word}'" for word in phrase.words.split())
    return func.to_tsquery("simple", quoted + (":*" if phrase.open else ""))


def _id_of(connection: Connection) -> ColumnElement[int]:
    return case_text.c.id if connection.dialect.name == "postgresql" else _FTS.c.rowid


def _wholes(connection: Connection, query: Select[Any]) -> list[Case]:
    return [CASE.decode(whole) for whole in connection.execute(query).scalars()]


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
    """Return the cases of these numbers, in their order."""
    if not numbers:
        return []
    rows = sql.run(connection, CASE.select, sql.listed(connection, numbers))
    found = {case.no: case for case in (CASE.decode(whole) for (whole,) in rows)}
    return [found[no] for no in numbers if no in found]
