"""What an insider does to the journal, and what the audit says to it."""

import sqlite3
from contextlib import closing

import pytest

from commandcenter.domain.facts import Fact


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
