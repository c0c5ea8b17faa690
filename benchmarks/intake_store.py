"""How many reports a second the hall takes in and stores, beside sqlite3 storing the same rows.

Run ``python benchmarks/intake_store.py`` from the repository's root. Batches of 100 reports go
through decoding, intake and one transaction with full sync each; then the very rows that came of
it are inserted again, batch by batch, by ``executemany`` on a bare connection into the same
tables. The two take turns; the best round of each counts.
"""

import gc
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from commandcenter.application.intake import Sources, take_in
from commandcenter.domain.hall import Hall
from commandcenter.feed.wire import decode
from commandcenter.store.store import Store

BATCH = 100
BATCHES = 40
ROUNDS = 3
NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
TABLES = ("fact", "case", "message", "reporter")


def a_frame(number: int) -> str:
    at = NOW + timedelta(milliseconds=10 * number)
    report = {
        "specversion": "1.0",
        "id": f"GE-20261121-{number:06}",
        "source": "/county/grid-app",
        "type": "grid.event.reported",
        "time": at.isoformat(),
        "sequence": f"{number:020}",
        "data": {
            "event_no": f"20261121-{number:06}",
            "title": "河东村口垃圾桶满溢",
            "description": "垃圾桶满溢，污水流到路面，影响通行。",
            "category": "0301",
            "category_text": "暴露垃圾",
            "urgency": "normal",
            "channel": "grid_app",
            "occurred_at": at.isoformat(),
            "location": {
                "lon": 119.12345,
                "lat": 33.54321,
                "datum": "WGS84",
                "address": "河东村一组12号门前",
            },
            "reporter": {"id": "w017", "name": "张三", "phone": "13800000000"},
            "attachments": [{"kind": "image", "url": "https://stills.example/20261121/0123.jpg"}],
        },
    }
    return json.dumps(report, ensure_ascii=False, separators=(",", ":"))


def take_all_in(path: Path, frames: list[str]) -> tuple[float, float]:
    """Return the seconds from text to committed, and those of them spent in the store."""
    hall, sources, stored = Hall(name="测试镇", code="T"), Sources(), 0.0
    with closing(Store.open(f"sqlite:///{path}", "hall", at=NOW)) as store:
        start = perf_counter()
        for first in range(0, len(frames), BATCH):
            items = [
                decode(frame, feed="f", received_at=NOW) for frame in frames[first : first + BATCH]
            ]
            with store.unit(NOW + timedelta(milliseconds=10 * first)) as unit:
                take_in(unit, hall, sources, items)
                before = perf_counter()
            stored += perf_counter() - before
        return perf_counter() - start, stored


def insert_raw(path: Path, filled: Path) -> float:
    """Insert the rows of a filled store into an empty one, in the same batches."""
    Store.open(f"sqlite:///{path}", "hall", at=NOW).close()
    with closing(sqlite3.connect(filled)) as source:
        rows = {table: source.execute(f'SELECT * FROM "{table}"').fetchall() for table in TABLES}
    marks = {table: ", ".join("?" * len(found[0])) for table, found in rows.items()}
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        start = perf_counter()
        for first in range(0, len(rows["fact"]), BATCH):
            connection.execute("BEGIN IMMEDIATE")
            for table, found in rows.items():
                connection.executemany(
                    f'INSERT INTO "{table}" VALUES ({marks[table]})', found[first : first + BATCH]
                )
            connection.execute("COMMIT")
        return perf_counter() - start


def main() -> None:
    gc.disable()  # as the hall does
    frames = [a_frame(number) for number in range(BATCH * BATCHES)]
    whole, stored, raw = 9e9, 9e9, 9e9
    for _ in range(ROUNDS):
        with TemporaryDirectory() as folder:
            hall, bare = Path(folder, "hall.db"), Path(folder, "bare.db")
            taken, of_it = take_all_in(hall, frames)
            whole, stored = min(whole, taken), min(stored, of_it)
            raw = min(raw, insert_raw(bare, hall))
    print(f"{len(frames)} reports, {BATCH} a transaction, synchronous=FULL")
    for name, seconds in (
        ("raw sqlite3, same rows", raw),
        ("text to committed", whole),
        ("of it in the store", stored),
    ):
        print(f"{name:24} {seconds / len(frames) * 1e6:7.1f} µs {len(frames) / seconds:9,.0f} /s")
    print(f"ratio {raw / whole:.2f} (at least 0.50); the store alone {raw / stored:.2f}")


if __name__ == "__main__":
    main()
