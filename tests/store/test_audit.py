"""What an insider does to the journal, and what the audit says to it."""

import sqlite3
from contextlib import closing

import pytest

from commandcenter.domain.case import Step
from commandcenter.domain.facts import Fact
from commandcenter.store import audit


@pytest.fixture
def filled(sqlite_place, make):
    """A store whose journal holds five facts, and its heads."""
    with sqlite_place.open() as store:
        for number in range(5):
            with store.unit(make.NOON) as unit:
                data = {"n": number, "at": make.NOON}
                unit.record(
                    Fact(kind="a.b", subject="s", at=make.NOON, actor="d1", role="r", data=data)
                )
        return sqlite_place, store._path, store.verify().heads


def tamper(path, statement):
    with closing(sqlite3.connect(path)) as insider:
        for name in ("fact_never_updated", "fact_never_deleted", "fact_in_order"):
            insider.execute(f"DROP TRIGGER {name}")
        insider.execute(statement)
        insider.commit()


def test_that_an_untouched_journal_is_sound(filled):
    place, _path, heads = filled
    with place.open(write=False) as store:
        verdict = store.verify(heads)
    assert (verdict.ok, verdict.facts, verdict.chains) == (True, 5, 1)
    assert verdict.heads["hall"][0] == 5


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE fact SET actor = 'd2' WHERE number = 3", (3, "changed")),
        ("UPDATE fact SET at = at + 1 WHERE number = 2", (2, "changed")),
        ("UPDATE fact SET data = '{}' WHERE number = 5", (5, "changed")),
        ("UPDATE fact SET recorded_at = 0 WHERE number = 1", (1, "changed")),
        ("DELETE FROM fact WHERE number = 3", (3, "missing")),
        ("DELETE FROM fact WHERE number = 1", (1, "missing")),
        ("UPDATE fact SET seat = 'other' WHERE number = 5", (1, "missing")),
    ],
)
def test_that_a_changed_or_missing_fact_is_named(filled, statement, fault):
    place, path, _heads = filled
    tamper(path, statement)
    with place.open(write=False) as store:
        verdict = store.verify()
    assert not verdict.ok
    assert (verdict.first_fault.number, verdict.first_fault.what) == fault


def test_that_only_a_head_kept_elsewhere_shows_a_cut_off_end(filled):
    place, path, heads = filled
    tamper(path, "DELETE FROM fact WHERE number = 5")
    with place.open(write=False) as store:
        assert store.verify().ok
        verdict = store.verify(heads)
    assert (verdict.first_fault.number, verdict.first_fault.what) == (5, "anchor")


def test_that_a_head_kept_elsewhere_stays_good_while_the_chain_grows(filled, make):
    place, _path, heads = filled
    with place.open() as store:
        with store.unit(make.NOON) as unit:
            unit.record(Fact(kind="a.b", subject="s", at=make.NOON, actor="d1", data={}))
        assert store.verify(heads).ok


def test_that_each_seat_has_a_chain_of_its_own(place, make):
    for seat in ("east", "west", "east"):
        with place.open(seat) as store, store.unit(make.NOON) as unit:
            unit.record(Fact(kind="a.b", subject=seat, at=make.NOON, actor="d1", data={}))
    with place.open("west", write=False) as store:
        verdict = store.verify()
    assert {seat: number for seat, (number, _hash) in verdict.heads.items()} == {
        "east": 2,
        "west": 1,
    }
    assert verdict.ok


# -- the states beside the journal --


def fill(place, make, cases=7):
    with place.open() as store:
        for number in range(cases):
            with store.unit(make.NOON) as unit:
                case, fact = make.case(f"A{number}")
                unit.save_case(case, fact)
                unit.save_case(*make.step(case, Step.CLAIM))
        with store.unit(make.NOON) as unit:
            unit.save_whistle(*make.whistle("W1", "A1"))
            unit.save_alert(*make.alert("V1"))
        return store


def verified(place):
    with place.open("look", write=False) as store:
        return store.verify()


def test_that_what_is_stored_is_compared_with_what_its_facts_add_up_to(place, make, monkeypatch):
    monkeypatch.setattr(audit, "AT_A_TIME", 3)
    fill(place, make)
    verdict = verified(place)
    assert (verdict.ok, verdict.facts, verdict.states, verdict.first_fault) == (True, 16, 9, None)


@pytest.mark.parametrize(
    ("statement", "subject", "what", "states"),
    [
        ("UPDATE \"case\" SET whole = replace(whole, '占', '-') WHERE no = 'A4'", "A4", "state", 4),
        ("UPDATE \"case\" SET whole = substr(whole, 2) WHERE no = 'A0'", "A0", "state", 0),
        ("UPDATE \"case\" SET state = 'closed' WHERE no = 'A6'", "A6", "state", 6),
        ("UPDATE \"case\" SET version = 3 WHERE no = 'A2'", "A2", "state", 2),
        ("DELETE FROM \"case\" WHERE no = 'A3'", "A3", "state missing", 8),
        ("UPDATE \"case\" SET no = 'B3' WHERE no = 'A3'", "B3", "state", 6),
        ("UPDATE whistle SET blown_at = blown_at + 1", "W1", "state", 7),
        ("DELETE FROM video_alert", "box#V1", "state missing", 8),
    ],
)  # fmt: skip
def test_that_the_first_state_that_differs_is_named(
    place, make, monkeypatch, statement, subject, what, states
):
    monkeypatch.setattr(audit, "AT_A_TIME", 3)
    fill(place, make)
    with place.open() as store, store._transaction() as connection:
        connection.exec_driver_sql(statement)
    verdict = verified(place)
    assert not verdict.ok
    fault = verdict.first_fault
    assert (fault.subject, fault.what, verdict.states) == (subject, what, states)


def test_that_states_are_not_judged_by_a_broken_journal(sqlite_place, make):
    path = fill(sqlite_place, make)._path
    tamper(path, "UPDATE fact SET data = '{}' WHERE number = 3")
    verdict = verified(sqlite_place)
    assert (verdict.first_fault.what, verdict.states) == ("changed", 0)
