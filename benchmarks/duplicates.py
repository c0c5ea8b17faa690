"""How long the suggestions of duplicates take on 1,000,000 cases, beside a bare SQL query.

Run ``python -m benchmarks.duplicates``. The store is a SQLite file of a township's last years:
cases lie in sixty grids of some 20 by 20 km, thicker around its middle; one in five has no
position. Ten thousand are open, those of the last ten days; a thousand of them are asked about,
each once. The bare query reads the same rows by the same index and nothing else. The limit is 20 ms
(p99).
"""

import sqlite3
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import quantiles
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, create_engine

from commandcenter.application.questions import Duplicates
from commandcenter.domain import matching
from commandcenter.domain.case import Case, State
from commandcenter.domain.matching import cells_around, phone_tail
from commandcenter.domain.place import Datum, Place, PlaceQuality, Point
from commandcenter.domain.report import Channel
from commandcenter.store import duplicates, migrations, schema, sql, values
from commandcenter.store.figures import Basis
from commandcenter.store.schema import micros

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
CASES = 1_000_000
DAYS = 1000
OPEN = 10_000
ASKED = 1000
LIMIT_MS = 20.0
TROUBLES = (
    "垃圾桶满溢",
    "路灯不亮",
    "占道经营",
    "井盖破损",
    "夜间施工噪声",
    "污水冒溢",
    "车辆乱停放",
)
PLACES = ("文昌街", "东街", "南大路", "河东村口", "农贸市场", "柳塘村", "工业园", "幸福里")


def a_case(rng: Random, n: int) -> Case:
    received = NOW - timedelta(days=DAYS) * (1 - n / CASES)
    lon, lat = 116.28 + rng.gauss(0, 0.05), 29.08 + rng.gauss(0, 0.05)
    where, what = rng.choice(PLACES), rng.choice(TROUBLES)
    placed = rng.random() < 0.8
    spot = Point(lon, lat, Datum.WGS84) if placed else None
    open_ = n > CASES - OPEN
    return Case(
        no=f"A{n:08}",
        state=State.RECEIVED if open_ else State.CLOSED,
        since=received,
        title=f"{where} {rng.randrange(200)} 号{what}",
        description=f"居民反映{where}{what}，已有几天，影响通行，请尽快派人处理。" * 3,
        category=f"E05{rng.randrange(12):02}",
        channel=Channel.HOTLINE,
        place=Place(
            point=spot,
            wgs84=spot,
            quality=PlaceQuality.EXACT if placed else PlaceQuality.UNKNOWN,
            grid=f"G{rng.randrange(60):03}",
            address=f"{where} {rng.randrange(200)} 号",
        ),
        occurred_at=received,
        reported_at=received,
        received_at=received,
        closed_at=None if open_ else received + timedelta(hours=5),
    )


def fill(connection: Connection) -> None:
    rng = Random(7)
    key = b"k" * 32
    tails = [phone_tail(key, f"1380013{n:04}") for n in range(10_000)]
    reporter = sql.insert(schema.reporter, without={"id"})
    with connection.begin():
        migrations.upgrade(connection)
    for first in range(0, CASES, 20_000):
        rows = [values.CASE.row(a_case(rng, n)) for n in range(first, first + 20_000)]
        told = [(row[0], None, None, "", "", "", "", rng.choice(tails), None) for row in rows]
        with connection.begin():
            sql.run_many(connection, values.CASE.insert, rows)
            sql.run_many(connection, reporter, told)


def timed(run: Callable[[str], object], numbers: list[str]) -> list[float]:
    """Return the milliseconds of each number: of three tries the best, what else runs left out."""

    def once(no: str) -> float:
        begun = time.perf_counter()
        run(no)
        return (time.perf_counter() - begun) * 1e3

    return [min(once(no) for _ in range(3)) for no in numbers]


def bare(connection: Connection, no: str) -> object:
    """Read the cases around one by the same index, and no more."""
    row = sql.run(connection, 'SELECT whole FROM "case" WHERE no = ?', no).scalar_one()
    case = values.CASE.decode(row)
    spot = case.place.wgs84
    day = timedelta(hours=24)
    window = (micros(case.received_at - day), micros(case.received_at + day))
    cells = cells_around(spot, 1000) if spot else ()
    marks = ", ".join("?" * len(cells))
    statement = (
        f'SELECT whole FROM "case" WHERE cell IN ({marks}) AND received_at >= ?'
        " AND received_at <= ? AND state NOT IN ('rejected', 'closed', 'archived') LIMIT 400"
    )
    return sql.run(connection, statement, *cells, *window).all()


def main() -> int:
    basis = Basis(zone=ZONE, day_starts=NOW.time(), matching=matching.Rules())
    with TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'hall.db'}")
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA synchronous = OFF")  # only to fill it fast
            connection.commit()
            begun = time.perf_counter()
            fill(connection)
            print(
                f"{CASES:,} cases of {DAYS:,} days, SQLite {sqlite3.sqlite_version},"
                f" filled in {time.perf_counter() - begun:.0f} s"
            )
            rng = Random(8)
            numbers = [f"A{n:08}" for n in rng.sample(range(CASES - OPEN, CASES), ASKED)]
            found: list[int] = []

            def ask(no: str) -> None:
                asked = Duplicates(case=no)
                found.append(len(duplicates.duplicates(connection, asked, basis)))

            worst = 0.0
            for name, run in (("bare SQL", lambda no: bare(connection, no)), ("suggestions", ask)):
                took = timed(run, numbers)
                cuts = quantiles(took, n=100)
                worst = cuts[98]
                print(f"{name:12} median {cuts[49]:6.2f} ms   p99 {worst:6.2f} ms")
            print(f"{sum(found) / len(found):.1f} suggestions a case; the limit is {LIMIT_MS:g} ms")
        engine.dispose()
    return int(worst > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
