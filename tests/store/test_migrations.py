"""Forward from every revision, with rows in it, on both engines."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import inspect

from commandcenter.application.questions import Alerts, Beyond, Cases, OpenWork, Quarantine
from commandcenter.domain.errors import Refusal
from commandcenter.store import engine, health, migrations, people, schema, sql, values
from commandcenter.store.store import Store


@pytest.fixture
def at_revision(place, make, monkeypatch):
    """Make a store as an earlier program left it, with one case in it."""

    def at_revision(revision):
        with monkeypatch.context() as earlier:
            make_earlier(earlier, revision)
            with place.open() as store:
                _save_as_then(store, make)
        return place

    return at_revision


def make_earlier(patch, revision):
    """Have the program be one of an earlier revision, which looks for its own tables alone."""
    patch.setattr(migrations, "HEAD", revision)
    patch.setattr(migrations, "compare", lambda _connection: None)


def _save_as_then(store, make):
    """Save a case with the columns there were."""
    case, fact = make.case("A1")
    with store.unit(make.NOON) as unit:
        unit.record(fact)
        known = inspect(unit._connection).get_columns("case")
        names = {column["name"] for column in known}
        row = zip(schema.case.columns.keys(), values.CASE.row(case), strict=True)
        there = {name: value for name, value in row if name in names}
        marks = ", ".join("?" * len(there))
        statement = f'INSERT INTO "case" ({", ".join(there)}) VALUES ({marks})'
        sql.run(unit._connection, statement, *there.values())


def tables(store):
    with store._reading() as connection:
        return {
            table.name: list(connection.exec_driver_sql(f'SELECT * FROM "{table.name}"').keys())
            for table in schema.metadata.sorted_tables
        }


def named(store):
    engine_s_own = {"fact": ["xid"], "case_text": ["tsv"]}
    return {
        table.name: [
            *(column.name for column in table.columns),
            *(engine_s_own.get(table.name, []) if store._path is None else []),
        ]
        for table in schema.metadata.sorted_tables
    }


def test_that_a_new_store_has_the_tables_that_queries_name(store):
    assert tables(store) == named(store)


@pytest.mark.parametrize("revision", range(1, migrations.HEAD))
def test_that_every_revision_leads_forward_with_its_rows(at_revision, revision, make):
    with at_revision(revision).open() as store:
        assert tables(store) == named(store)
        assert store.index_some()
        assert [case.no for case in store.answer(Cases(text="占道"))] == ["A1"]
        assert store.verify().facts == 1
        with store.unit(make.NOON) as unit:
            unit.save_case(*make.case("A2"))
        assert store.verify().ok


@pytest.mark.parametrize("revision", range(1, migrations.HEAD))
def test_that_a_file_is_backed_up_before_it_is_changed(at_revision, revision, make):
    place = at_revision(revision)
    if place.dialect != "sqlite":
        return
    path = engine.file_of(engine.parse(place.url))
    assert health.newest_backup(path) is None
    with place.open():
        pass
    copy = health.newest_backup(path)
    with engine.readers(engine.parse(f"sqlite:///{copy}"), "hall").connect() as connection:
        assert migrations.revision(connection) == revision
        assert connection.exec_driver_sql('SELECT no FROM "case"').scalars().all() == ["A1"]


@pytest.mark.parametrize(
    ("table", "write"),
    [("summons", True), ("meta", True), ("meta", False)],  # who looks reads no earlier file
)
def test_that_an_earlier_file_of_other_tables_is_refused_and_not_copied(
    at_revision, make, table, write
):
    place = at_revision(8)
    if place.dialect != "sqlite":
        return
    path = engine.file_of(engine.parse(place.url))
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"DROP TABLE {table}")
    with pytest.raises(Refusal) as refused:
        Store.open(place.url, "hall", at=make.NOON, write=write)
    assert refused.value.code == "store_damaged_alone"
    assert health.newest_backup(path) is None


def test_that_opening_again_changes_and_copies_nothing(sqlite_place):
    for _ in range(2):
        with sqlite_place.open() as store:
            assert health.newest_backup(store._path) is None


@pytest.mark.parametrize("write", [True, False])
def test_that_a_store_of_a_newer_program_is_refused_and_left_alone(place, make, write):
    with place.open() as store, store._transaction() as connection:
        connection.exec_driver_sql("UPDATE meta SET value = '99' WHERE key = 'revision'")
    with pytest.raises(Refusal) as refused:
        Store.open(place.url, "hall", at=make.NOON, write=write)
    assert refused.value.code == "store_newer"
    assert refused.value.facts == {"found": 99, "known": migrations.HEAD}


def test_that_an_earlier_store_is_not_read_before_it_was_migrated(at_revision, make):
    with pytest.raises(Refusal) as refused:
        Store.open(at_revision(1).url, "hall", at=make.NOON, write=False)
    assert refused.value.code == "store_older"


def test_that_what_indices_read_out_of_the_rows_is_still_found_by(at_revision, make, monkeypatch):
    place = at_revision(13)
    with monkeypatch.context() as earlier:
        make_earlier(earlier, 13)
        with place.open() as store, store._transaction() as connection:
            for no, phone in (("A1", "138 0013-8000"), ("A2", "13900138001"), ("A3", "123")):
                connection.exec_driver_sql(
                    "INSERT INTO reporter (case_no, name, phone, person, role)"
                    f" VALUES ('{no}', '', '{phone}', '', '')"
                )
            connection.exec_driver_sql("INSERT INTO exhibit VALUES ('5a', 'A1'), ('5a', 'A2')")
            connection.exec_driver_sql(
                """UPDATE "case" SET whole = '{"beyond":true,' || substr(whole, 2)"""
            )
    with place.open() as store, store.unit(make.NOON) as unit:
        found = people.of_phone("38000")
        assert unit._connection.execute(found).scalars().all() == ["A1"]
        assert unit.shown_elsewhere({"5a"}, "A1")
        assert not unit.shown_elsewhere({"5b"}, "A1")
    with place.open() as store:
        asked = Beyond(start=make.NOON, end=make.NOON + timedelta(days=1))
        assert [case.no for case in store.answer(asked)] == ["A1"]


def test_that_alerts_of_an_earlier_store_still_wait_for_a_verdict(at_revision, make, monkeypatch):
    place = at_revision(14)
    alert, _ = make.alert("7")
    with monkeypatch.context() as earlier:
        make_earlier(earlier, 14)
        with place.open() as store, store._transaction() as connection:
            old = values.ALERT.row(alert)[:-1]
            names = [column.name for column in schema.video_alert.columns][:-1]
            marks = ", ".join("?" * len(names))
            sql.run(
                connection, f"INSERT INTO video_alert ({', '.join(names)}) VALUES ({marks})", *old
            )
    with place.open() as store:
        assert store.answer(Alerts(verdicts=frozenset({None}))) == (alert,)
        assert store.answer(OpenWork()).alerts == (alert,)


@pytest.mark.parametrize("revision", range(1, 3))
def test_that_what_a_replay_had_put_aside_twice_lies_there_once(
    at_revision, revision, make, monkeypatch
):
    place = at_revision(revision)
    raws = ['{"sequence":"1","a":1}', '{"sequence":"2","a":1}', "{"]
    with monkeypatch.context() as earlier:
        make_earlier(earlier, revision)
        with place.open() as store, store._transaction() as connection:
            for raw in raws:
                connection.exec_driver_sql(
                    "INSERT INTO quarantine (feed, reason, detail, received_at, raw)"
                    f" VALUES ('f', 'not_json', '', 1, '{raw}')"
                )
    with place.open() as store:
        assert [item.id for item in store.answer(Quarantine())] == [3, 1]
        with store.unit(make.NOON) as unit:
            assert not unit.quarantine(make.rejected(raw='{"sequence":"3","a":1}'))
            assert unit.quarantine(make.rejected(raw="["))
        assert len(store.answer(Quarantine())) == store.answer(OpenWork()).quarantined == 3
