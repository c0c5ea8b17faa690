"""How long the writing thread takes over 50 cases at once, beside 50 rows of raw SQL.

Run ``python -m benchmarks.bulk`` from the repository's root. 50 filed cases of the fictional
township are dispatched by their standards in one ``bulk`` command, on a store that already holds
some thousand; the time is that of the whole transaction, from its beginning to the commit with full
sync. Beside it the very rows that came of it (the facts, the cases, the messages to the bodies) are
written again by single statements of bare sqlite3 in one transaction. Both take turns; the 99th
percentile of each is printed. At most 100 ms are allowed.
"""

import gc
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from commandcenter.application import commands as c
from commandcenter.application.perform import perform
from commandcenter.rehearsal.township import demo_pack
from commandcenter.runtime.pack import load_pack
from commandcenter.store.store import Store

CASES = 50
ROUNDS = 40
HELD = 3_000
NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
MOST_MS = 100.0
TABLES = ("fact", "case", "outbox")


def p99(seconds: list[float]) -> float:
    """Return the 99th percentile in milliseconds."""
    return sorted(seconds)[min(len(seconds) - 1, round(len(seconds) * 0.99))] * 1000


def register(store: Store, hall, who, count: int, at: datetime) -> list[str]:
    """Open cases of classes that have a standard; return their numbers."""
    classes = [code for code, found in hall.standards.items() if found[0].body]
    numbers = []
    with store.unit(at) as unit:
        for number in range(count):
            title = f"第{number}件：路面破损，影响通行"
            order = c.Register(
                title=title,
                description=title,
                channel="hotline",
                category=classes[number % 9],
                address="云溪大道",
            )
            numbers.append(perform(unit, hall, order, who).case.no)
    return numbers


def drop_triggers(bare: Path) -> None:
    """Let the same facts be written again and again."""
    with closing(sqlite3.connect(bare)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in found.fetchall():
            connection.execute(f"DROP TRIGGER {name}")


def rewrite_raw(filled: Path, bare: Path, facts: int) -> float:
    """Write what the last transaction wrote once more, row by row; return the seconds."""
    with closing(sqlite3.connect(filled)) as source:
        rows = {
            table: source.execute(
                f'SELECT * FROM "{table}" ORDER BY rowid DESC LIMIT ?', (count,)
            ).fetchall()
            for table, count in zip(TABLES, (facts, CASES, CASES), strict=True)
        }
    marks = {table: ", ".join("?" * len(found[0])) for table, found in rows.items()}
    with closing(sqlite3.connect(bare, isolation_level=None)) as connection:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        start = perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        for table, found in rows.items():
            for row in found:
                connection.execute(f'INSERT OR REPLACE INTO "{table}" VALUES ({marks[table]})', row)
        connection.execute("COMMIT")
        return perf_counter() - start


def main() -> int:
    """Measure and print; returns 1 when it took longer than is allowed."""
    gc.disable()  # as the hall does
    _settings, hall, _findings = load_pack(demo_pack())
    who = hall.people["dispatcher"]
    spent: list[float] = []
    bare_spent: list[float] = []
    with TemporaryDirectory() as folder:
        path, bare = Path(folder, "hall.db"), Path(folder, "bare.db")
        Store.open(f"sqlite:///{bare}", "hall", at=NOW).close()
        drop_triggers(bare)
        with closing(Store.open(f"sqlite:///{path}", "hall", at=NOW)) as store:
            register(store, hall, who, HELD, NOW)
            for turn in range(ROUNDS):
                at = NOW + timedelta(seconds=turn)
                numbers = register(store, hall, who, CASES, at)
                with store.unit(at) as unit:
                    filing = c.Bulk(orders=tuple(c.File(case=number) for number in numbers))
                    perform(unit, hall, filing, who)
                command = c.Bulk(orders=tuple(c.Dispatch(case=number) for number in numbers))
                start = perf_counter()
                with store.unit(at) as unit:
                    outcome = perform(unit, hall, command, who)
                spent.append(perf_counter() - start)
                refused = [it.refusal for it in outcome.each if it.refusal]
                assert not refused, (refused[0].code, refused[0].facts)
                bare_spent.append(rewrite_raw(path, bare, len(outcome.facts)))
    told, raw = p99(spent), p99(bare_spent)
    print(f"{CASES} cases dispatched in one command, {ROUNDS} times, synchronous=FULL")
    print(f"{'one bulk command, p99':28} {told:8.1f} ms (at most {MOST_MS:.0f})")
    print(f"{'its rows in raw SQL, p99':28} {raw:8.1f} ms")
    return 0 if told <= MOST_MS else 1


if __name__ == "__main__":
    sys.exit(main())
