"""How long the strip and the leaders' page take on 100,000 cases, beside counting their rows bare.

Run ``python benchmarks/figures.py`` from the repository's root. The store is a SQLite file of a
year of a township's cases, 5,000 of them open; the best round of each counts.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from timeit import repeat
from zoneinfo import ZoneInfo

from msgspec import structs
from sqlalchemy import Connection, create_engine

from commandcenter.application.questions import Figures, LeadersDay, Strip
from commandcenter.domain.case import Case, Outcome, State
from commandcenter.domain.catalogue import WhistleKind
from commandcenter.domain.place import Place
from commandcenter.domain.report import Channel
from commandcenter.domain.whistle import Summons, SummonsState, Whistle
from commandcenter.store import figures, migrations, sql, values

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
CASES = 100_000
OPEN = 5_000
YEAR = timedelta(days=365)
BODIES = tuple(f"B{n:02}" for n in range(18))
GRIDS = tuple(f"G{n:03}" for n in range(60))
CATEGORIES = tuple(f"{n:04}" for n in range(100, 160))
CHANNELS = tuple(Channel)


def a_case(rng: Random, n: int) -> Case:
    received = NOW - YEAR * (1 - n / CASES) - timedelta(seconds=rng.random() * 60)
    filed = received + timedelta(minutes=rng.uniform(1, 15))
    dispatched = filed + timedelta(minutes=rng.uniform(1, 20))
    result = dispatched + timedelta(hours=rng.uniform(0.5, 40))
    closed = result + timedelta(hours=rng.uniform(0.2, 8))
    case = Case(
        no=f"A{n:08}",
        since=received,
        title="河东村口垃圾桶满溢",
        description="垃圾桶满溢，污水流到路面，影响通行。" * 8,
        category=rng.choice(CATEGORIES),
        channel=rng.choice(CHANNELS),
        place=Place(grid=rng.choice(GRIDS), address="河东村口"),
        occurred_at=received,
        reported_at=received,
        received_at=received,
    )
    if rng.random() < 0.1:
        return structs.replace(case, state=State.REJECTED, rejected_at=filed, since=filed)
    case = structs.replace(case, state=State.FILED, filed_at=filed, since=filed)
    if n >= CASES - OPEN // 10:
        return case
    case = structs.replace(
        case,
        state=State.HANDLING,
        since=dispatched,
        body=rng.choice(BODIES),
        first_dispatched_at=dispatched,
        dispatched_at=dispatched,
        dispatches=1,
        due_at=dispatched + timedelta(hours=rng.choice((8, 24, 48))),
    )
    if n >= CASES - OPEN or closed > NOW:
        return case
    return structs.replace(
        case,
        state=State.CLOSED,
        since=closed,
        result_at=result,
        closed_at=closed,
        outcome=Outcome.SOLVED,
        county_help=rng.random() < 0.2,
    )


def a_whistle(rng: Random, n: int, case: Case) -> Whistle:
    at = case.received_at
    return Whistle(
        no=f"W{n}",
        case=case.no,
        kind=WhistleKind.JOINT_ENFORCEMENT,
        blown_at=at,
        leaves_at=at,
        blown_by="d1",
        place=case.place,
        summons=tuple(
            Summons(
                body=body,
                lead=body == BODIES[0],
                state=SummonsState.RELEASED,
                since=at,
                answer_by=at + timedelta(minutes=10),
                report_in_by=at + timedelta(minutes=30),
                answered_at=at + timedelta(minutes=5),
                reported_in_at=at + timedelta(minutes=rng.uniform(10, 40)),
            )
            for body in BODIES[:3]
        ),
    )


def fill(connection: Connection) -> None:
    rng = Random(7)
    made = [a_case(rng, n) for n in range(CASES)]
    blown = [a_whistle(rng, n, case) for n, case in enumerate(made[::50])]
    with connection.begin():
        migrations.upgrade(connection)
        sql.run_many(connection, values.CASE.insert, [values.CASE.row(case) for case in made])
        sql.run_many(
            connection, values.WHISTLE.insert, [values.WHISTLE.row(whistle) for whistle in blown]
        )
        for whistle in blown:
            sql.run_many(connection, values.SUMMONS_UPSERT, values.summons_rows(whistle))


def main() -> None:
    basis = figures.Basis(zone=ZONE, day_starts=time(8))
    with TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'hall.db'}")
        with engine.connect() as connection:
            fill(connection)
            month = Figures(start=NOW - timedelta(days=30), end=NOW, now=NOW)
            day = NOW.astimezone(ZONE).date()
            bare = "SELECT count(*), min(length(whole)) FROM \"case\" WHERE state = 'handling'"
            asked: dict[str, Callable[[], object]] = {
                "the open cases, read bare": lambda: connection.exec_driver_sql(bare).all(),
                "strip": lambda: figures.answer_strip(connection, Strip(now=NOW), basis),
                "all figures of a month": lambda: figures.answer_figures(connection, month, basis),
                "the same by grid": lambda: figures.answer_figures(
                    connection, replace(month, by="grid"), basis
                ),
                "leaders' page": lambda: figures.answer_leaders_day(
                    connection, LeadersDay(day=day, now=NOW), basis
                ),
            }
            print(f"{CASES:,} cases, {OPEN:,} open, SQLite {sqlite3.sqlite_version}")
            for name, run in asked.items():
                run()
                print(f"{name:26} {min(repeat(run, number=1, repeat=5)) * 1e3:7.1f} ms")
        engine.dispose()


if __name__ == "__main__":
    main()
