"""What the store finds near a case, and that it never looks through them all."""

from datetime import timedelta

import pytest

from commandcenter.application.questions import AlikeAmong, Children, Duplicates
from commandcenter.domain.case import Step
from commandcenter.domain.matching import Reach, Rules, cells_around, phone_tail
from commandcenter.domain.place import Datum, Point
from commandcenter.domain.report import Reporter
from commandcenter.store import duplicates, sql
from commandcenter.store.figures import Basis
from commandcenter.store.schema import micros

KEY = b"k" * 32
LON, LAT = 116.28, 29.08


def at_spot(metres=0, grid="G1"):
    spot = [LON, LAT + metres / 111_195.0, "WGS84"]
    return {"quality": "exact", "point": spot, "wgs84": spot, "grid": grid}


@pytest.fixture
def near(place, make):
    """A store with a way to put a case near the spot, or only in its grid."""
    with place.open(key=KEY) as store:

        def put(no, metres=0, minutes=0, phone="", **fields):
            fields = {"place": at_spot(metres), "category": "E0501", "title": "占道经营", **fields}
            case, fact = make.case(no, at=make.NOON - timedelta(minutes=minutes), **fields)
            with store.unit(make.NOON) as unit:
                unit.save_case(case, fact)
                if phone:
                    unit.keep_reporter(no, None, Reporter(phone=phone))
            return case

        store.put = put
        yield store


def test_that_cases_near_in_place_and_time_are_suggested_the_likeliest_first(near):
    near.put("A1")
    near.put("A2", metres=20, minutes=5)
    near.put("A3", metres=300, minutes=60)
    near.put("A4", metres=1500, minutes=5)
    near.put("A5", metres=20, minutes=60 * 25)
    near.put("A6", metres=20, minutes=5, title="路灯不亮", category="C0106")
    found = near.answer(Duplicates(case="A1"))
    assert [it.case.no for it in found] == ["A2", "A3"]
    assert round(found[0].likeness.metres) == 20


def test_that_the_reach_is_that_of_the_case_s_class(place, make):
    rules = Rules(by_category={"E0501": Reach(10, 50, 1)})
    basis = Basis(zone=make.NOON.tzinfo, day_starts=make.NOON.time(), matching=rules)
    with place.open(basis=basis) as store:
        with store.unit(make.NOON) as unit:
            for no, metres in (("A1", 0), ("A2", 40), ("A3", 60)):
                unit.save_case(*make.case(no, place=at_spot(metres), category="E0501"))
        assert [it.case.no for it in store.answer(Duplicates(case="A1"))] == ["A2"]


def test_that_a_case_without_position_is_matched_within_its_grid(near):
    nowhere = {"quality": "unknown", "grid": "G1", "address": "东街 5 号"}
    near.put("A1", place=nowhere)
    near.put("A2", place=nowhere, minutes=3)
    near.put("A3", place={**nowhere, "grid": "G2"})
    (one,) = near.answer(Duplicates(case="A1"))
    assert (one.case.no, one.likeness.same_address) == ("A2", True)


def test_that_a_case_without_position_and_grid_is_matched_by_the_words_for_its_place(near):
    called = {"quality": "unknown", "address": "东街 5 号"}
    near.put("A1", place=called)
    near.put("A2", place={"quality": "unknown", "address": "东街5号"}, minutes=3)
    near.put("A3", place={**at_spot(), "address": "东街 5 号"}, minutes=4)
    near.put("A4", place={"quality": "unknown", "address": "东街 6 号"})
    near.put("A5", place=called, minutes=60 * 25)
    found = near.answer(Duplicates(case="A1"))
    assert [(it.case.no, it.likeness.same_address) for it in found] == [("A2", True), ("A3", True)]
    assert {it.case.no for it in near.answer(Duplicates(case="A3"))} == {"A1", "A2"}


def test_that_callers_are_matched_by_the_hash_of_their_number_s_end_only(near, place):
    near.put("A1", phone="13800138000")
    near.put("A2", metres=10, phone="0796-8318000")
    near.put("A3", metres=10, phone="13800138001")
    found = {it.case.no: it.likeness.same_phone for it in near.answer(Duplicates(case="A1"))}
    assert found == {"A2": True, "A3": False}
    with near._reading() as connection:
        tails = [row.tail for row in sql.run(connection, "SELECT tail FROM reporter ORDER BY id")]
        journal = str(sql.run(connection, "SELECT data FROM fact").all())
    assert [bytes(tail) for tail in tails[:2]] == [phone_tail(KEY, "8000")] * 2
    assert "8000" not in journal
    assert tails[0].hex() not in journal


def test_that_without_a_key_no_hash_is_kept(store, make):
    with store.unit(make.NOON) as unit:
        unit.save_case(*make.case("A1"))
        unit.keep_reporter("A1", None, Reporter(phone="13800138000"))
    with store._reading() as connection:
        assert sql.run(connection, "SELECT tail FROM reporter").scalar_one() is None


def test_that_a_merged_report_leads_to_its_parent_and_stands_among_its_children(near, make):
    near.put("A1")
    parent = near.put("A9", metres=990, minutes=10)
    child = near.put("A2", metres=3, minutes=2)
    merged, fact = make.step(child, Step.MERGE, into=parent.no)
    told, noted = make.noted(parent, "child_added", child=child.no)
    with near.unit(make.NOON) as unit:
        unit.save_case(merged, fact)
        unit.save_case(told, noted)
    (one,) = near.answer(Duplicates(case="A1"))
    assert (one.case.no, one.via) == ("A9", "A2")
    assert near.answer(Children(case="A9")) == (merged,)
    assert near.answer(Children(case="A1")) == ()


def test_that_of_several_those_are_told_that_are_very_likely_one_problem(near):
    near.put("A1")
    near.put("A2", metres=20, minutes=5)
    near.put("A3", metres=600, minutes=600)
    near.put("A4", metres=990, title="路灯不亮", category="C0106")
    assert near.answer(AlikeAmong(cases=("A1", "A2", "A4"))) == (("A1", "A2"),)
    assert near.answer(AlikeAmong(cases=("A2", "A3"))) == (("A1", "A2"),)
    assert near.answer(AlikeAmong(cases=("A3", "A4"))) == ()


def test_that_what_is_read_is_bounded_however_many_are_near(near, make, monkeypatch):
    monkeypatch.setattr(duplicates, "_MOST", 20)
    near.put("A1")
    with near.unit(make.NOON) as unit:
        for n in range(120):
            case = make.case(f"B{n:03}", place=at_spot(n % 50), category="E0501")
            unit.save_case(*case)
    read = []
    weigh = duplicates.matching.suggestions
    monkeypatch.setattr(
        duplicates.matching,
        "suggestions",
        lambda case, found, *rest: read.extend(found) or weigh(case, found, *rest),
    )
    assert near.answer(Duplicates(case="A1"))
    assert 0 < len(read) <= 20


def plan(connection, statement, *values):
    if connection.dialect.name == "sqlite":
        rows = sql.run(connection, f"EXPLAIN QUERY PLAN {statement}", *values)
        return [row.detail for row in rows]
    sql.run(connection, "SET enable_seqscan = off").close()
    return [row[0] for row in sql.run(connection, f"EXPLAIN {statement}", *values)]


@pytest.mark.parametrize(
    ("statement", "where", "index"),
    [
        (duplicates._NEAR, cells_around(Point(LON, LAT, Datum.WGS84), 1000)[0], "case_near"),
        (duplicates._IN_GRID, "G1", "case_grid"),
        (duplicates._AT_ADDRESS, "东街5号", "case_at_address"),
    ],
)
def test_that_neighbours_are_read_out_of_an_index_alone(near, make, statement, where, index):
    with near._reading() as connection:
        window = (micros(make.NOON - timedelta(hours=24)), micros(make.NOON))
        steps = " ".join(plan(connection, statement, where, *window, 40))
    assert index in steps
    assert "SCAN case" not in steps
    assert "Seq Scan" not in steps
    if not near.is_shared:
        assert "COVERING INDEX" in steps
        assert "TEMP B-TREE" not in steps


def test_that_callers_and_children_are_found_by_index(near):
    with near._reading() as connection:
        listed = sql.listed(connection, ["A1", "A2"])
        phones = " ".join(plan(connection, duplicates._SAME_PHONE, "A1", listed))
        children = " ".join(plan(connection, duplicates._CHILDREN, "A1"))
    assert "reporter_case" in phones
    assert "case_parent" in children
    for steps in (phones, children):
        assert "SCAN mine" not in steps
        assert "SCAN other" not in steps
        assert "Seq Scan" not in steps
