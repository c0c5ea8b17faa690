"""What only a server can do to the hall: freeze, drop it, let several seats write at once."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import psycopg
import pytest

from commandcenter.application.questions import OneCase, OpenWork
from commandcenter.domain.case import Step
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Fact
from commandcenter.store.postgresql import DeadlineConnection


def backend(store):
    return store._connection.connection.driver_connection.info.backend_pid


def save(store, make, *numbers):
    with store.unit(make.NOON) as unit:
        for no in numbers:
            unit.save_case(*make.case(no))


def until_it_works(store, make, number):
    """Save as the writer does: again and again, as long as the store is unavailable."""
    deadline = monotonic() + 60
    while True:
        try:
            return save(store, make, number)
        except Refusal as refusal:
            if refusal.code != "store_unavailable" or monotonic() > deadline:
                raise


def test_that_a_seat_is_taken_once_and_other_seats_beside_it(postgresql_place):
    with postgresql_place.open("east"), postgresql_place.open("west"):
        with pytest.raises(Refusal) as refused, postgresql_place.open("east"):
            pass
        assert refused.value.code == "store_seat_taken"
        assert f"pid {os.getpid()}" in str(refused.value.facts["holder"])
    with postgresql_place.open("east"):
        pass


def test_that_a_frozen_server_is_given_up_and_found_again(postgresql_place, make, monkeypatch):
    monkeypatch.setattr(DeadlineConnection, "deadline_s", 0.5)
    with postgresql_place.open() as store:
        save(store, make, "A1")
        frozen = backend(store)
        os.kill(frozen, signal.SIGSTOP)
        try:
            for number in ("A2", "A3"):
                with pytest.raises(Refusal) as refused:
                    save(store, make, number)
                assert refused.value.code == "store_unavailable"
            assert not store.check_health(make.NOON).ok
        finally:
            os.kill(frozen, signal.SIGCONT)
        until_it_works(store, make, "A2")
        assert store.check_health(make.NOON).ok
        assert {case.no for case in store.answer(OpenWork()).cases} == {"A1", "A2"}
        assert store.verify().ok


def test_that_a_dropped_connection_costs_only_what_was_not_committed(postgresql_place, make):
    with postgresql_place.open() as store:
        save(store, make, "A1")
        with psycopg.connect(postgresql_place.url, autocommit=True) as server:
            server.execute("SELECT pg_terminate_backend(%s)", [backend(store)])
        with pytest.raises(Refusal) as refused:
            save(store, make, "A2")
        assert refused.value.code == "store_unavailable"
        until_it_works(store, make, "A3")
        assert {case.no for case in store.answer(OpenWork()).cases} == {"A1", "A3"}
        assert store.verify().facts == 2


def test_that_the_tail_waits_for_what_was_begun_before(postgresql_place, make):
    def fact(subject):
        return Fact(kind="a.b", subject=subject, at=make.NOON, actor="d1", data={})

    with postgresql_place.open("east") as east, postgresql_place.open("west") as west:
        start = west.here()
        with east.unit(make.NOON) as slow:
            with slow.savepoint():
                slow.record(fact("slow"))  # written, not committed: it has the lower id
            with west.unit(make.NOON) as quick:
                quick.record(fact("quick"))
            assert west.tail(start) == ([], start)
        facts, end = west.tail(start)
        assert [item.fact.subject for item in facts] == ["slow", "quick"]
        assert west.tail(end) == ([], end)
        assert west.here() == end


def test_that_a_seat_is_told_what_the_others_changed(postgresql_place, make):
    with postgresql_place.open("east") as east, postgresql_place.open("west") as west:
        start = west.here()
        save(west, make, "W1")
        save(east, make, "E1", "E2")
        with east.unit(make.NOON) as unit:
            unit.save_case(*make.step(unit.case("E1"), Step.CLAIM))
            unit.save_alert(*make.alert("7"))
            unit.save_whistle(*make.whistle("P1", "E1"))
        delta, end = west.changes_since(start)
        assert {case.no: case.version for case in delta.cases} == {"E1": 2, "E2": 1}
        assert [alert.key for alert in delta.alerts] == ["box#7"]
        assert [whistle.no for whistle in delta.whistles] == ["P1"]
        assert {item.seat for item in delta.facts} == {"east"}
        assert west.changes_since(end)[0].facts == ()


def test_that_of_two_seats_the_slower_is_refused(postgresql_place, make):
    with postgresql_place.open("east") as east, postgresql_place.open("west") as west:
        save(east, make, "A1")

        def race():
            with west.unit(make.NOON) as unit:
                step = make.step(unit.case("A1"), Step.CLAIM, by="west")
                with east.unit(make.NOON) as quicker:
                    quicker.save_case(*make.step(quicker.case("A1"), Step.CLAIM, by="east"))
                unit.save_case(*step)

        with pytest.raises(Refusal) as refused:
            race()
        assert refused.value.facts == {"case": "A1", "seen": 1, "now": 2}
        assert west.answer(OneCase(no="A1")).claimed_by == "east"
        assert west.verify().ok


def test_that_seats_never_share_a_number(postgresql_place, make):
    def take(seat):
        taken = []
        with postgresql_place.open(seat) as store:
            for _ in range(30):
                with store.unit(make.NOON) as unit:
                    taken += unit.numbers("20261121", 3)
        return taken

    with postgresql_place.open(), ThreadPoolExecutor(3) as seats:
        taken = [number for numbers in seats.map(take, "abc") for number in numbers]
    assert sorted(taken) == list(range(1, 271))


def test_that_every_connection_has_its_limits(postgresql_place):
    with postgresql_place.open() as store, store._readers.connect() as reader:
        for connection in (store._connection, reader):
            limits = [
                connection.exec_driver_sql(f"SHOW {name}").scalar_one()
                for name in ("statement_timeout", "lock_timeout", "tcp_user_timeout")
            ]
            assert limits[:2] == ["5s", "2s"]
        store._connection.rollback()
        with pytest.raises(Exception, match="read-only"):
            reader.exec_driver_sql("DELETE FROM meta")
