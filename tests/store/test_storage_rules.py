"""The rules of architecture.md about the file, each as something that can be observed."""

import os
import socket
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from datetime import UTC, datetime, time, timedelta, timezone
from random import Random

import psycopg
import pytest
from msgspec import DecodeError
from sqlalchemy.exc import DBAPIError, OperationalError

from commandcenter.application.questions import DeliveriesOf, OneCase, OpenWork, Quarantine
from commandcenter.domain import words
from commandcenter.domain.errors import Refusal
from commandcenter.store import engine, health, schema
from commandcenter.store.figures import Basis
from commandcenter.store.lock import Window
from commandcenter.store.store import Store

CHINA = timezone(timedelta(hours=8))
COMMON = {
    "synchronous": 2,
    "busy_timeout": 5000,
    "foreign_keys": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "journal_mode": "wal",
}


def settings_of(connection, names):
    return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names}


def fill(store, make, *numbers):
    with store.unit(make.NOON) as unit:
        for no in numbers:
            unit.save_case(*make.case(no))


def test_that_the_connection_that_writes_syncs_every_commit_in_full(sqlite_place):
    expected = COMMON | {
        "wal_autocheckpoint": 8000,
        "cache_size": -64 * 1024,
        "journal_size_limit": 64 * 1024 * 1024,
    }
    with sqlite_place.open() as store:
        assert settings_of(store._connection, expected) == expected


def test_that_every_pooled_reader_has_its_settings_and_cannot_write(sqlite_place):
    expected = COMMON | {"query_only": 1}
    with sqlite_place.open() as store:
        lent = [store._readers.connect() for _ in range(engine.READERS)]
        for connection in lent:
            assert settings_of(connection, expected) == expected
            with pytest.raises(OperationalError):
                connection.exec_driver_sql("DELETE FROM meta")
            connection.close()


def test_that_a_transaction_holds_the_right_to_write_from_its_first_moment(sqlite_place, make):
    with (
        sqlite_place.open() as store,
        store.unit(make.NOON),
        closing(sqlite3.connect(store._path, timeout=0)) as other,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("BEGIN IMMEDIATE")


def test_that_readers_see_one_moment_while_others_write(sqlite_place, make):
    with sqlite_place.open() as store:
        fill(store, make, "A1")
        with store._reading() as connection:
            before = connection.exec_driver_sql('SELECT count(*) FROM "case"').scalar_one()
            fill(store, make, "A2")
            after = connection.exec_driver_sql('SELECT count(*) FROM "case"').scalar_one()
        assert before == after == 1
        assert len(store.answer(OpenWork()).cases) == 2


def test_that_only_one_thread_writes(sqlite_place, make):
    with sqlite_place.open() as store, ThreadPoolExecutor(1) as writer:
        writer.submit(fill, store, make, "A1").result()
        with pytest.raises(RuntimeError, match="writes this store"):
            fill(store, make, "A2")


def test_that_another_thread_writes_once_the_first_has_ended(sqlite_place, make):
    with sqlite_place.open() as store:
        thread = threading.Thread(target=fill, args=(store, make, "A1"))
        thread.start()
        thread.join()
        fill(store, make, "A2")


@pytest.mark.parametrize(
    ("window", "since"),
    [
        (None, "2026-11-21 12:00"),
        (Window(4711, datetime(2026, 11, 20, 17, 48, tzinfo=UTC)), "2026-11-21 01:48"),
    ],
    ids=["alone", "for a window"],
)
def test_that_a_second_store_on_the_same_file_is_refused_with_its_holder(
    sqlite_place, window, since
):
    basis = Basis(zone=CHINA, day_starts=time(8))
    with sqlite_place.open("三号席", window=window, basis=basis):
        with pytest.raises(Refusal) as refused, sqlite_place.open():
            pass
        assert refused.value.code == "store_locked"
        for lang in ("zh", "en"):
            said = words.sentence(refused.value, lang, UTC)  # as on a machine of another zone
            wanted = [str(sqlite_place.path), "三号席", since, socket.gethostname()]
            assert [part for part in wanted if part not in said] == []
            assert f"kill -9 {os.getpid()}" in said
            assert ("4711" in said) is (window is not None)
    with sqlite_place.open():
        pass


@pytest.mark.parametrize("words_there", ["", "pid 7, pc", '{"seat": "三号', "closed 1 2 3 4"])
def test_that_a_store_whose_holder_cannot_be_read_is_refused_all_the_same(
    sqlite_place, words_there
):
    with sqlite_place.open() as store:
        store._path.with_name("hall.db.lock").write_text(words_there, "utf-8")
        with pytest.raises(Refusal) as refused, sqlite_place.open():
            pass
    said = words.sentence(refused.value, "zh")
    assert said.startswith(f"{store._path} 已被另一个运行中的指挥中心打开")
    assert "?" not in said


def test_that_a_store_can_be_read_beside_the_one_that_writes(place, make):
    with place.open() as store, place.open(write=False) as beside:
        fill(store, make, "A1")
        assert beside.answer(OneCase(no="A1")).no == "A1"
        assert beside.verify().ok


def test_that_a_closed_store_can_be_read_and_a_missing_one_is_refused(place, make, tmp_path):
    with place.open() as store:
        fill(store, make, "A1")
    with place.open(write=False) as beside:
        assert beside.answer(OneCase(no="A1")).no == "A1"
    with pytest.raises(Refusal) as refused:
        Store.open(f"sqlite:///{tmp_path}/none.db", "hall", at=make.NOON, write=False)
    assert refused.value.code == "store_absent"
    assert not (tmp_path / "none.db").exists()


def test_that_closing_leaves_one_file_with_everything_in_it(sqlite_place, make):
    with sqlite_place.open() as store:
        fill(store, make, "A1")
        log = store._path.with_name(store._path.name + "-wal")
        assert log.stat().st_size > 0
    assert not log.exists()
    with closing(sqlite3.connect(store._path)) as connection:
        assert connection.execute('SELECT no FROM "case"').fetchall() == [("A1",)]


@pytest.mark.parametrize("replaced", [False, True])
def test_that_a_file_that_is_gone_or_replaced_takes_no_more_writes(sqlite_place, make, replaced):
    with sqlite_place.open() as store:
        fill(store, make, "A1")
        assert store.check_health(make.NOON).ok
        store._path.unlink()
        if replaced:
            store._path.write_bytes(b"")
        found = store.check_health(make.NOON)
        assert not found.ok
        assert store._path.name in found.detail
        for number in ("A2", "A3"):
            with pytest.raises(Refusal) as refused:
                fill(store, make, number)
            assert refused.value.code == "store_unavailable"
        assert store._path.exists() is replaced


def damage(path, seed):
    random, content = Random(seed), bytearray(path.read_bytes())
    for _ in range(100):
        content[random.randrange(len(content))] ^= random.randrange(1, 256)
    content[:16] = random.randbytes(16) if seed % 5 == 0 else content[:16]
    path.write_bytes(content)


@pytest.mark.parametrize("seed", range(10))
def test_that_a_damaged_file_is_refused_or_found_out_and_kept_as_it_is(sqlite_place, make, seed):
    with sqlite_place.open() as store:
        fill(store, make, *(f"A{n}" for n in range(60)))
        copy = store.backup(make.NOON)
    damage(store._path, seed)
    broken = store._path.read_bytes()
    refusal, verdict = opened_and_audited(sqlite_place)
    if refusal is None:  # a byte inside a row breaks no page: that is what the chain is for
        assert not verdict.ok
        assert verdict.first_fault is not None
    else:
        assert refusal.code == "store_damaged"
        assert (refusal.facts["file"], refusal.facts["backup"]) == (str(store._path), str(copy))
        assert store._path.read_bytes() == broken


@pytest.mark.parametrize("write", [True, False])
@pytest.mark.parametrize("log", [b"", b"what was written last"])
def test_that_an_emptied_file_is_damage_and_no_new_hall(sqlite_place, make, write, log):
    with sqlite_place.open() as store:
        fill(store, make, "A1")
    path, beside = store._path, store._path.with_name(store._path.name + "-wal")
    path.write_bytes(b"")
    beside.write_bytes(log)
    for _ in range(2):
        with pytest.raises(Refusal) as refused, sqlite_place.open(write=write):
            pass
        assert refused.value.code == "store_damaged_alone"
        assert (path.read_bytes(), beside.read_bytes()) == (b"", log)


def test_that_a_first_opening_that_was_killed_leaves_a_file_that_becomes_a_hall(sqlite_place, make):
    sqlite_place.path.write_bytes(b"")
    sqlite_place.path.with_name("hall.db.lock").write_text(f"pid {os.getpid()}, here")
    for no in ("A1", "A2"):
        with sqlite_place.open() as store:
            fill(store, make, no)
            assert store.answer(OneCase(no=no)).no == no


@pytest.mark.parametrize("ended", ["closed", "killed", "in trouble", "with a log beside it"])
def test_that_only_a_file_that_was_closed_well_is_not_looked_through(sqlite_place, make, ended):
    with sqlite_place.open() as store:
        fill(store, make, *(f"A{n}" for n in range(60)))
        path = store._path
        query = "SELECT (rootpage - 1) * 8192 FROM sqlite_schema WHERE name = 'case'"
        at = store._connection.exec_driver_sql(query).scalar_one()
        if ended == "in trouble":
            store._give_up(Refusal("store_unavailable", detail="disk I/O error"))
            fill(store, make, "B1")
    if ended == "killed":
        path.with_name(path.name + ".lock").write_text(f"pid {os.getpid()}, here")
    if ended == "with a log beside it":
        path.with_name(path.name + "-wal").write_bytes(b"?")
    found, content = path.stat(), bytearray(path.read_bytes())
    content[at : at + 8192] = b"\xa5" * 8192
    with path.open("r+b") as file:
        file.write(content)
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))  # as if nobody had written to it
    assert health.is_sealed(path, path.with_name(path.name + ".lock").read_text()) is (
        ended == "closed"
    )
    with pytest.raises(Refusal) if ended != "closed" else nullcontext() as refused:
        Store.open(f"sqlite:///{path}", "hall", at=make.NOON).close()
    assert ended == "closed" or refused.value.code == "store_damaged_alone"


def test_that_a_file_written_to_since_it_was_closed_bears_its_seal_no_more(sqlite_place, make):
    with sqlite_place.open() as store:
        fill(store, make, "A1")
    path, words = store._path, health.seal(store._path)
    assert health.is_sealed(path, words)
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA user_version = 7")
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not health.is_sealed(path, words)


def opened_and_audited(place):
    try:
        with place.open() as store:
            return None, store.verify()
    except Refusal as refusal:
        return refusal, None


UNREADABLE = {
    "a name of the schema": (
        "INSERT INTO sqlite_schema VALUES ('table', CAST(x'ff' AS TEXT), 't', 0, 'x')"
    ),
    "the revision": "UPDATE meta SET value = 'x' WHERE key = 'revision'",
    "the name of the revision": "UPDATE meta SET key = 'x' WHERE key = 'revision'",
    "a state": "UPDATE outbox SET state = 'x'",
    "a state that is no text": "UPDATE outbox SET state = CAST(x'ff' AS TEXT)",
    "an instant beyond all": "UPDATE outbox SET time = 9223372036854775807",
    "a reason": "UPDATE quarantine SET reason = 'x'",
}


@pytest.mark.parametrize("write", [True, False], ids=["writing", "looking"])
@pytest.mark.parametrize("statement", UNREADABLE.values(), ids=UNREADABLE)
def test_that_what_no_column_can_hold_is_damage(sqlite_place, make, statement, write):
    with sqlite_place.open() as store:
        with store.unit(make.NOON) as unit:
            unit.post(make.outgoing("M1"))
            unit.quarantine(make.rejected())
        path = store._path
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA writable_schema = ON")
        assert other.execute(statement).rowcount > 0
        other.commit()
    with pytest.raises(Refusal) as refused:
        read_through(sqlite_place, write)
    assert refused.value.code == "store_damaged_alone"
    assert refused.value.facts["file"] == str(path)


def read_through(place, write):
    with place.open(write=write) as store:
        for question in (OpenWork(), Quarantine(), DeliveriesOf(whistle="A1")):
            store.answer(question)


OTHER_TABLES = {
    "case.title": ('ALTER TABLE "case" RENAME COLUMN title TO heading',),
    "message.raw": ("ALTER TABLE message DROP COLUMN raw",),
    "gap": ("DROP TABLE gap",),
    "meta": ("DROP TABLE meta",),
    "fact": ("DROP TABLE fact",),
    "PRIMARY KEY series.name": (
        "CREATE TABLE other AS SELECT * FROM series",
        "DROP TABLE series",
        "ALTER TABLE other RENAME TO series",
    ),
    "case_fts": ("DROP TABLE case_fts",),
}
OTHER_INDICES = {
    "half an index of the text": ("DROP TABLE case_fts_data",),
    "an index whose words are none": (
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = 'CREATE INDEX x' WHERE name = 'case_due'",
    ),
    "an index of what is not there": (
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = replace(sql, 'due_at', 'due_by') WHERE name = 'case_due'",
    ),
}


@pytest.mark.parametrize("write", [True, False], ids=["writing", "looking"])
@pytest.mark.parametrize(
    ("part", "statements"),
    [*OTHER_TABLES.items(), *(("", statements) for statements in OTHER_INDICES.values())],
    ids=[*OTHER_TABLES, *OTHER_INDICES],
)
def test_that_other_tables_than_this_program_s_are_damage_and_what_is_missing_is_named(
    sqlite_place, make, part, statements, write
):
    with sqlite_place.open() as store:
        fill(store, make, "A1")
        path = store._path
    alter(path, statements)
    kept = path.read_bytes()
    with pytest.raises(Refusal) as refused, sqlite_place.open(write=write):
        pass
    assert refused.value.code == "store_damaged_alone"
    assert words.sentence(refused.value).startswith(
        f"数据库文件 {path} 已损坏（缺少 {part}），" if part else f"数据库文件 {path} 已损坏，"
    )
    assert not part or f" is damaged (no {part}) and" in words.sentence(refused.value, "en")
    assert path.read_bytes() == kept


def alter(path, statements):
    """Change a store by hand, as no program of ours does."""
    with closing(sqlite3.connect(path)) as other:
        for statement in statements:
            other.execute(statement)
        other.commit()


@pytest.mark.parametrize("write", [True, False], ids=["writing", "looking"])
def test_that_other_tables_on_a_server_are_named_with_the_server(postgresql_place, write):
    with postgresql_place.open():
        pass
    with psycopg.connect(postgresql_place.url, autocommit=True) as server:
        server.execute('ALTER TABLE "case" RENAME COLUMN title TO heading')
    with pytest.raises(Refusal) as refused, postgresql_place.open(write=write):
        pass
    assert refused.value.code == "store_damaged_there"
    assert refused.value.facts["why"] == "no case.title"
    assert "postgresql" in refused.value.facts["server"]


@pytest.mark.parametrize("stored", ["x", b"", 2**63 - 1, -(2**63)])
def test_that_a_stored_value_that_is_no_instant_is_not_read_as_one(stored):
    with pytest.raises(DecodeError):
        schema.instant(stored)


def test_that_a_file_that_is_no_store_is_refused_even_without_a_backup(sqlite_place, tmp_path):
    (tmp_path / "hall.db").write_text("喵" * 4000)
    with pytest.raises(Refusal) as refused, sqlite_place.open():
        pass
    assert refused.value.code == "store_damaged_alone"


def test_that_a_backup_of_a_store_in_use_is_proved_and_whole(sqlite_place, make, tmp_path):
    with sqlite_place.open() as store:
        fill(store, make, "A1")
        with store.unit(make.NOON) as unit:
            unit.save_case(*make.case("A2"))
            copy = store.backup(make.NOON)
        other = store.backup(make.NOON, tmp_path / "usb" / "copy.db")
        assert health.newest_backup(store._path) == copy
        assert [path.name for path in copy.parent.iterdir()] == [copy.name]
    for path, count in ((copy, 1), (other, 2)):
        with closing(Store.open(f"sqlite:///{path}", "hall", at=make.NOON)) as restored:
            assert len(restored.answer(OpenWork()).cases) == count
            assert restored.verify().ok


def test_that_a_naive_instant_has_no_stored_form(make):
    with pytest.raises(TypeError):
        schema.micros(make.NOON.replace(tzinfo=None))


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://h/d"])
def test_that_a_store_is_a_file_or_a_server(url, make):
    with pytest.raises(ValueError, match="a store is"):
        Store.open(url, "hall", at=make.NOON)


# -- the journal --


TAMPERING = {
    "update": "UPDATE fact SET actor = 'nobody'",
    "delete": "DELETE FROM fact",
    "replace by id": "INSERT OR REPLACE INTO fact SELECT id, seat, 3, kind, subject, at,"
    " recorded_at, actor, role, data, prev, hash FROM fact WHERE number = 1",
    "replace by number": "INSERT OR REPLACE INTO fact SELECT 99, seat, 1, kind, subject, at,"
    " recorded_at, actor, role, data, prev, hash FROM fact WHERE number = 1",
    "gap": "INSERT INTO fact SELECT 99, seat, 4, kind, subject, at,"
    " recorded_at, actor, role, data, prev, hash FROM fact WHERE number = 1",
}


@pytest.mark.parametrize("statement", TAMPERING.values(), ids=TAMPERING)
def test_that_sqlite_refuses_to_change_a_fact(sqlite_place, make, statement):
    with sqlite_place.open() as store:
        fill(store, make, "A1", "A2")
        with (
            closing(sqlite3.connect(store._path)) as insider,
            pytest.raises(sqlite3.IntegrityError, match="the journal is"),
        ):
            insider.execute(statement)
        assert store.verify().facts == 2


@pytest.mark.parametrize(
    "statement", ["UPDATE fact SET at = 0", "DELETE FROM fact", "TRUNCATE fact"]
)
def test_that_postgresql_refuses_to_change_a_fact(place, make, statement):
    if place.dialect == "sqlite":
        return
    with place.open() as store:
        fill(store, make, "A1", "A2")
        with pytest.raises(DBAPIError, match="the journal is"):
            store._connection.exec_driver_sql(statement)
        store._connection.rollback()
        assert store.verify().facts == 2


def test_that_a_store_is_named_by_its_path_without_detours(tmp_path):
    (tmp_path / "main").mkdir()
    url = engine.parse(f"sqlite:///{tmp_path}/main/../work/hall.db")
    assert engine.file_of(url) == tmp_path / "work" / "hall.db"
