"""How long a seat waits for an answer over 1,000,000 stored cases, beside the bare statement.

Run ``python -m benchmarks.million [CASES]`` from the repository's root. The store is built by SQL
alone, within the minute: five years of a township's reports in the rehearsal's own words, 5,000
cases of them open. Each question is asked as a screen asks it (a connection of the reading pool,
the answer as values); beside it stand the same rows fetched by a bare ``sqlite3`` statement.
"""

import json
import os
import sqlite3
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import numpy as np

from commandcenter.application.questions import CaseCount, Cases, History, Question
from commandcenter.domain.case import OPEN, SETTLED, State
from commandcenter.domain.report import Channel
from commandcenter.rehearsal.stories import STORIES
from commandcenter.store import search
from commandcenter.store.schema import micros
from commandcenter.store.store import Store

CASES: Final = 1_000_000
UNSETTLED: Final = 5_000
TELLINGS: Final = 20_000
NOW: Final = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
YEARS: Final = timedelta(days=5 * 365)
PAGE: Final = 50
ROUNDS: Final = 200
HITS_MS, COUNT_MS, PERSON_MS = 10.0, 50.0, 200.0
"""The limits at p99: a page, an exact count, and a page by person or telephone (feature 86)."""

_VILLAGES: Final = tuple(
    f"{a}{b}村" for a in "河东西南北上下大小石" for b in "沟湾庄岭桥塘口店泉坪"
)
_SPOTS: Final = ("村口", "一组", "二组", "小学门前", "卫生室旁", "南大路5号", "桥头", "菜场后门")
_BODIES: Final = tuple(f"B{n:02}" for n in range(18))

_INDICES: Final = """SELECT name, sql FROM sqlite_schema
    WHERE type = 'index' AND sql IS NOT NULL AND name <> 'fact_chain'"""
_TELLING: Final = """CREATE TEMP TABLE telling (
    id INTEGER PRIMARY KEY, title TEXT, description TEXT, split TEXT, address TEXT, category TEXT,
    channel TEXT, grid TEXT, body TEXT, reporter TEXT, phone TEXT, whole TEXT)"""
_NUMBERED: Final = """CREATE TEMP TABLE numbered AS
    WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < :cases),
    timed AS (SELECT n, :start + n * :step AS at FROM n)
    SELECT n, at, n * 7919 % :tellings AS telling,
        strftime('%Y%m%d', at / 1000000, 'unixepoch') || printf('-%05d', n % 100000) AS no,
        strftime('%Y-%m-%dT%H:%M:%SZ', at / 1000000, 'unixepoch') AS said
    FROM timed"""
_CASE: Final = """INSERT INTO "case" (no, version, state, since, urgency, category, channel, grid,
        body, title, source, source_no, occurred_at, reported_at, received_at, filed_at, closed_at,
        first_dispatched_at, dispatched_at, result_at, due_at, reckoned_at, outcome, hops,
        dispatches, rework_count, reopen_count, county_help, whole)
    SELECT no, 2, iif(n > :open_from, 'filed', 'closed'), at, 0, category, channel, grid,
        iif(n > :open_from, NULL, body), title, '/county/grid-app', 'GE-' || no, at, at, at,
        at + 600000000, iif(n > :open_from, NULL, at + 90000000000),
        iif(n > :open_from, NULL, at + 1200000000), iif(n > :open_from, NULL, at + 1200000000),
        iif(n > :open_from, NULL, at + 80000000000), iif(n > :open_from, NULL, at + 86400000000),
        iif(n > :open_from, NULL, at + 86400000000), iif(n > :open_from, NULL, 'solved'), 0,
        n <= :open_from, 0, 0, 0,
        '{"no":"' || no || '","version":2,"state":"' || iif(n > :open_from, 'filed', 'closed')
        || '","since":"' || said || '","occurred_at":"' || said || '","reported_at":"' || said
        || '","received_at":"' || said || '","filed_at":"' || said || '","source_no":"GE-' || no
        || '",' || iif(n > :open_from, '', '"closed_at":"' || said || '","outcome":"solved",'
        || '"body":"' || body || '",') || whole
    FROM numbered JOIN telling ON telling.id = telling"""
_FACT: Final = """INSERT INTO fact (seat, number, kind, subject, at, recorded_at, actor, role,
        data, prev, hash)
    SELECT 'hall', n, 'case.received', no, at, at, '/county/grid-app', '', '{}', x'00', x'00'
    FROM numbered"""
_FILED: Final = """INSERT INTO fact (seat, number, kind, subject, at, recorded_at, actor, role,
        data, prev, hash)
    SELECT 'hall', :cases + row_number() OVER (ORDER BY n), 'case.filed', no, at, at,
        iif(n % 997 = 0, 'seldom', 'd' || n % 7), 'dispatcher', '{}', x'00', x'00'
    FROM numbered WHERE n % 2 = 0"""
_REPORTER: Final = """INSERT INTO reporter (case_no, name, phone, person, role, ending)
    SELECT no, reporter, phone, '', 'caller', substr(phone, -4)
    FROM numbered JOIN telling ON telling.id = telling
    WHERE n % 3 = 0"""
_TEXT: Final = """INSERT INTO case_text (id, no, split)
    SELECT n, no, replace(no, '-', ' ') || ' ' || split || ' ge ' || replace(no, '-', ' ')
    FROM numbered JOIN telling ON telling.id = telling"""
_INDEX: Final = "INSERT INTO case_fts (rowid, split) SELECT id, split FROM case_text"
_INDEXED: Final = """INSERT INTO meta (key, value) SELECT 'indexed', '0 ' || max(id) FROM fact
    WHERE true ON CONFLICT (key) DO UPDATE SET value = excluded.value"""


def tellings(count: int) -> list[tuple[object, ...]]:
    """Return so many different reports as the rows of ``telling``."""
    rng, made = Random(11), []
    for id_ in range(count):
        story = rng.choice(STORIES)
        at = rng.choice(_VILLAGES) + rng.choice(_SPOTS)
        facts = {"at": at, "n": rng.randint(2, 9), "h": rng.randint(0, 5)}
        title, description = (it.format(**facts) for it in (story.title, story.description))
        channel, grid = rng.choice(list(Channel)), f"G{rng.randrange(60):03}"
        rest = {
            "title": title,
            "description": description,
            "category": story.category,
            "channel": channel,
            "source": "/county/grid-app",
            "place": {"grid": grid, "address": at},
        }
        split = " ".join(map(search.split, (title, description, at)))
        whole = json.dumps(rest, ensure_ascii=False)[1:]
        who = ("张三", f"13{rng.randrange(10**9):09}")
        body = rng.choice(_BODIES)
        made.append(
            (id_, title, description, split, at, story.category, channel, grid, body, *who, whole)
        )
    return made


def build(path: Path, cases: int = CASES) -> None:
    """Make a store of so many cases, all but the newest settled, all of them indexed."""
    Store.open(f"sqlite:///{path}", "hall", at=NOW).close()
    step = micros(NOW) - micros(NOW - YEARS)
    facts = {
        "cases": cases,
        "start": micros(NOW - YEARS),
        "step": step // cases,
        "tellings": TELLINGS,
        "open_from": cases - min(UNSETTLED, cases // 10),
    }
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("BEGIN")
        connection.execute(_TELLING)
        rows = tellings(TELLINGS)
        connection.executemany(f"INSERT INTO telling VALUES ({','.join('?' * 12)})", rows)
        indices = connection.execute(_INDICES).fetchall()
        for name, _statement in indices:
            connection.execute(f"DROP INDEX {name}")  # made anew at the end, in one go
        for statement in (_NUMBERED, _CASE, _FACT, _FILED, _REPORTER, _TEXT, _INDEX, _INDEXED):
            connection.execute(statement, facts if ":" in statement else {})
        for _name, statement in indices:
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL").fetchall()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question, its peer in bare SQL, and how soon it must be answered (milliseconds, p99)."""

    name: str
    question: Question[Any]
    bare: str
    values: tuple[object, ...] = ()
    limit_ms: float | None = None


_HITS: Final = """SELECT c.whole FROM case_fts JOIN case_text t ON t.id = case_fts.rowid
    JOIN "case" c ON c.no = t.no WHERE case_fts MATCH ? ORDER BY case_fts.rowid DESC LIMIT 50"""
_HIT_COUNT: Final = "SELECT count(*) FROM case_fts WHERE case_fts MATCH ?"
_PAGE: Final = """SELECT whole FROM "case" WHERE {} ORDER BY received_at DESC, no DESC LIMIT 50"""


def asked(path: Path) -> Iterator[Asked]:
    """Yield what is asked: texts common and rare, numbers, people, pages far down, counts."""
    with closing(sqlite3.connect(path)) as connection:
        middle, at = (
            connection.execute(
                'SELECT no, received_at FROM "case" ORDER BY received_at LIMIT 1 OFFSET ?',
                (CASES // 2,),
            ).fetchone()
            or connection.execute('SELECT no, received_at FROM "case"').fetchone()
        )
        phone = connection.execute("SELECT phone FROM reporter LIMIT 1").fetchone()[0]
    for text in (
        "垃圾",
        "村口",
        "垃圾桶满溢",
        "石坪村菜场后门",
        "夜间施工噪声",
        "河沟 渣土",
        "南道",
        "村",
    ):
        match = " ".join(map(search._match, search.phrases(text)))
        page = Cases(text=text, limit=PAGE)
        yield Asked(
            name=f"hits of {text}", question=page, bare=_HITS, values=(match,), limit_ms=HITS_MS
        )
        # every case has it: no index of words can be counted faster than it is read
        limit = None if text == "村" else COUNT_MS
        yield Asked(
            name=f"count of {text}",
            question=CaseCount(of=page),
            bare=_HIT_COUNT,
            values=(match,),
            limit_ms=limit,
        )
    yield Asked(
        name="the next page of 垃圾, from the middle",
        question=Cases(text="垃圾", after=middle, limit=PAGE),
        bare=_HITS.replace("ORDER", "AND t.id < (SELECT id FROM case_text WHERE no = ?) ORDER"),
        values=(search._match(search.phrases("垃圾")[0]), middle),
        limit_ms=HITS_MS,
    )
    yield Asked(
        name="a case by its number",
        question=Cases(no=middle, limit=PAGE),
        bare='SELECT whole FROM "case" WHERE no = ?',
        values=(middle,),
        limit_ms=HITS_MS,
    )
    yield Asked(
        name="by the end of a telephone number",
        question=Cases(phone=phone[-6:], limit=PAGE),
        bare='SELECT whole FROM "case" WHERE no IN (SELECT case_no FROM reporter WHERE '
        "ending = ? AND phone LIKE ?) ORDER BY received_at DESC LIMIT 50",
        values=(phone[-4:], f"%{phone[-6:]}"),
        limit_ms=PERSON_MS,
    )
    for person in ("d3", "seldom"):
        yield Asked(
            name=f"by who acted: {person}",
            question=Cases(person=person, limit=PAGE),
            bare="SELECT subject FROM fact WHERE actor = ? AND role <> '' LIMIT 50",
            values=(person,),
            limit_ms=PERSON_MS,
        )
    for name, fields, where in (
        ("newest", {}, "true"),
        ("of a grid", {"grid": "G007"}, "grid = 'G007'"),
        ("of a body", {"body": "B07"}, "body = 'B07'"),
        ("settled", {"states": SETTLED}, "state = 'closed'"),
        ("open", {"states": OPEN}, "state = 'filed'"),
        ("merged (there is none)", {"states": frozenset({State.MERGED})}, "state = 'merged'"),
    ):
        yield Asked(
            name=f"page: {name}, from the middle",
            question=Cases(after=middle, limit=PAGE, **fields),
            bare=_PAGE.format(f"{where} AND (received_at, no) < (?, ?)"),
            values=(at, middle),
            limit_ms=HITS_MS,
        )
        yield Asked(
            name=f"count: {name}",
            question=CaseCount(of=Cases(**fields)),
            bare=f'SELECT count(*) FROM "case" WHERE {where}',
            limit_ms=COUNT_MS,
        )
    yield Asked(
        name="the history of a case",
        question=History(case=middle),
        bare="SELECT data FROM fact WHERE subject = ? ORDER BY id",
        values=(middle,),
        limit_ms=HITS_MS,
    )


@dataclass(frozen=True, slots=True)
class Took:
    """What a hundred askings took, in milliseconds: on the clock, and of the processor."""

    median: float
    p99: float
    processor_p99: float


def took(ask: Callable[[], object]) -> Took:
    """Ask again and again, after one round to warm up."""
    ask()
    clock, processor = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter(), time.thread_time()
        ask()
        clock.append((time.perf_counter() - began[0]) * 1000)
        processor.append((time.thread_time() - began[1]) * 1000)
    return Took(*np.percentile(clock, (50, 99)), np.percentile(processor, 99))


def measure(path: Path) -> None:
    """Ask everything and print it beside its peer."""
    with (
        closing(Store.open(f"sqlite:///{path}", "bench", at=NOW, write=False)) as store,
        closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as bare,
    ):
        print(f"{'milliseconds':44}  median     p99  of processor   bare p99   limit")
        for item in asked(path):
            ours = took(lambda item=item: store.answer(item.question))
            peer = took(lambda item=item: bare.execute(item.bare, item.values).fetchall())
            missed = item.limit_ms is not None and ours.p99 > item.limit_ms
            wide = sum(unicodedata.east_asian_width(it) == "W" for it in item.name)
            print(
                f"{item.name:{44 - wide}} {ours.median:7.2f} {ours.p99:7.2f}"
                f" {ours.processor_p99:13.2f} {peer.p99:10.2f}"
                f" {'' if item.limit_ms is None else f'{item.limit_ms:7.0f}'}"
                f"{'  missed' if missed else ''}",
                flush=True,
            )


def main() -> None:
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hall.db"
        began = time.perf_counter()
        build(path, cases)
        built, size = time.perf_counter() - began, path.stat().st_size / 1e6
        print(f"{cases:,} cases in {built:.0f} s, {size:,.0f} MB; load {os.getloadavg()[0]:.1f}")
        measure(path)
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
