"""Which reports may be one problem: each reason by itself, and what they weigh together."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from commandcenter.domain.case import Case, State
from commandcenter.domain.catalogue import Category
from commandcenter.domain.hall import Hall, Limits
from commandcenter.domain.matching import (
    LIKELY,
    SUGGESTED,
    Candidate,
    Kin,
    Reach,
    Rules,
    Suggestion,
    cell_of,
    cells_around,
    families,
    likeness,
    pairs,
    phone_tail,
    rules_of,
    shared_words,
    suggestions,
)
from commandcenter.domain.place import Datum, Place, Point, distance_m

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
SPOT = Point(116.28, 29.08, Datum.WGS84)
RULES = Rules(parents={"E0501": "E05", "E0502": "E05", "C0101": "C01"})


def off(metres):
    """A point so many metres north of the spot."""
    return Point(SPOT.lon, SPOT.lat + metres / 111_195.0, Datum.WGS84)


def case(no="A1", *, at=NOON, metres=0, title="文昌街 12 号门前井盖破损", **fields):
    place = Place(point=off(metres), wgs84=off(metres), grid="G1")
    known = {"category": "E0501", "place": place, **fields}
    return Case(
        no=no, since=at, title=title, occurred_at=at, reported_at=at, received_at=at, **known
    )


def found(mine, *others, rules=RULES, parents=None):
    candidates = [it if isinstance(it, Candidate) else Candidate(it) for it in others]
    return suggestions(mine, candidates, parents or {}, rules)


def test_that_the_same_report_again_is_very_likely_the_same_problem():
    (one,) = found(case(), case("A2", at=NOON + timedelta(minutes=9), metres=12))
    assert one.likeness.score >= LIKELY
    assert round(one.likeness.metres) == 12
    assert one.likeness.apart == timedelta(minutes=9)
    assert one.likeness.kin is Kin.SAME
    assert "门前井盖破损" in one.likeness.words


def test_that_what_differs_in_everything_is_no_suggestion():
    other = case("A2", metres=900, title="广场舞音响太吵", category="E0602")
    assert found(case(), other) == ()


@pytest.mark.parametrize(
    ("metres", "hours", "near"),
    [(999, 1, True), (1001, 1, False), (10, 23.9, True), (10, 24.1, False)],
)
def test_that_beyond_the_reach_of_its_class_nothing_is_one_problem(metres, hours, near):
    other = case("A2", metres=metres, at=NOON - timedelta(hours=hours))
    assert (likeness(case(), other, RULES) is not None) is near


def test_that_two_troubles_at_one_corner_are_two_problems():
    other = case("A2", metres=5, title="路灯不亮", category="C0106")
    assert likeness(case(title="占道卖菜"), other, RULES) is None


def test_that_the_end_of_the_caller_s_number_speaks_for_itself():
    other = case("A2", metres=100, title="路灯不亮", category=None)
    alone = likeness(case(title="占道卖菜"), other, RULES, same_phone=True)
    assert alone.same_phone
    assert alone.score >= SUGGESTED


def test_that_without_a_position_the_address_or_the_grid_speaks():
    there = Place(address="文昌街 12 号", grid="G1")
    mine, same = case(place=there), case("A2", place=Place(address="文昌街12号", grid="G1"))
    assert likeness(mine, same, RULES).same_address
    grid = likeness(mine, case("A2", place=Place(grid="G1")), RULES)
    assert (grid.metres, grid.same_address, grid.same_grid) == (None, False, True)
    assert grid.score < likeness(mine, same, RULES).score


@pytest.mark.parametrize(
    ("category", "kin"),
    [("E0501", Kin.SAME), ("E0502", Kin.NEAR), ("C0101", Kin.OTHER), (None, Kin.OTHER)],
)
def test_that_classes_are_the_same_related_or_strange(category, kin):
    assert likeness(case(), case("A2", category=category), RULES).kin is kin


@given(
    st.integers(0, 1500), st.integers(0, 1500), st.floats(0, 23), st.floats(0, 23), st.booleans()
)
def test_that_nearer_and_sooner_never_counts_less(one, other, soon, late, same_phone):
    near, far = sorted((one, other))
    soon, late = sorted((soon, late))

    def score(metres, hours):
        made = case("A2", metres=metres, at=NOON - timedelta(hours=hours))
        like = likeness(case(), made, RULES, same_phone=same_phone)
        return -1 if like is None else like.score

    assert score(near, soon) >= score(far, soon)
    assert score(near, soon) >= score(near, late)


@given(st.lists(st.tuples(st.integers(0, 1200), st.integers(0, 30)), max_size=30))
def test_that_every_suggestion_is_open_another_and_in_order(places):
    others = [
        case(f"B{n:02}", metres=metres, at=NOON - timedelta(hours=hours))
        for n, (metres, hours) in enumerate(places)
    ]
    made = found(case(), case(), *others)
    scores = [it.likeness.score for it in made]
    assert scores == sorted(scores, reverse=True)
    assert all(SUGGESTED <= score <= 100 for score in scores)
    assert "A1" not in {it.case.no for it in made}


def test_that_a_merged_report_stands_for_its_parent():
    child = case("A2", metres=5, state=State.MERGED, parent="A9")
    parent = case("A9", metres=800, title="别的事")
    (one,) = found(case(), child, parents={"A9": parent})
    assert (one.case.no, one.via) == ("A9", "A2")
    assert found(case(), child, parents={"A9": structs.replace(parent, state=State.CLOSED)}) == ()
    assert found(case("A9"), child, parents={"A9": parent}) == ()


@pytest.mark.parametrize("state", [State.CLOSED, State.ARCHIVED, State.REJECTED])
def test_that_nothing_is_merged_into_what_is_settled(state):
    assert found(case(), case("A2", state=state)) == ()


# -- the rules of a hall --


def hall(**limits):
    kinds = [
        Category(code="C", name="部件", far_metres=300),
        Category(code="C01", name="公用", parent="C", same_hours=168),
        Category(code="C0101", name="井盖", parent="C01", near_metres=30),
        Category(code="X", name="环", parent="X"),
    ]
    return Hall(
        name="h",
        code="h",
        categories={it.code: it for it in kinds},
        limits=Limits(**limits),
    )


def test_that_a_class_has_the_reach_of_the_class_above_and_else_the_hall_s():
    rules = rules_of(hall(same_near_metres=200))
    assert rules.reach("C0101") == Reach(30, 300, 168)
    assert rules.reach("C01") == Reach(200, 300, 168)
    assert rules.reach("X") == rules.reach(None) == rules.reach("?") == Reach(200, 1000, 24)


# -- several at once --


def of_score(score, *numbers):
    like = structs.replace(likeness(case("Z1"), case("Z2", metres=5), RULES), score=score)
    return [Suggestion(case=case(no), likeness=like) for no in numbers]


def test_that_what_is_very_likely_one_problem_is_one_family_also_by_way_of_a_third():
    suggested = {
        "A1": of_score(LIKELY, "A7"),
        "A2": of_score(LIKELY - 1, "A1"),
        "A3": of_score(100, "A7"),
        "A5": of_score(90, "A6"),
        "A6": of_score(90, "A5"),
    }
    assert families(suggested) == (("A1", "A3", "A7"), ("A5", "A6"))
    assert families({}) == ()


# -- squares --

degrees = st.tuples(st.floats(73, 136), st.floats(3, 54))


@given(degrees, st.floats(0, 4000), st.floats(0, 360))
def test_that_everything_within_reach_lies_in_the_squares_around(spot, metres, angle):
    from math import cos, radians, sin

    here = Point(*spot, Datum.WGS84)
    north = metres * cos(radians(angle)) / 111_195.0
    east = metres * sin(radians(angle)) / 111_195.0 / cos(radians(spot[1]))
    there = Point(spot[0] + east, spot[1] + north, Datum.WGS84)
    if distance_m(here, there) <= metres:
        assert cell_of(there) in cells_around(here, metres)


@pytest.mark.parametrize("wrong", [float("inf"), float("nan"), 1e300, -91.0])
def test_that_what_is_no_point_of_the_earth_lies_in_no_square(wrong):
    assert cell_of(Point(0.0, wrong, Datum.WGS84)) is None


# -- numbers and words --


def test_that_the_hash_of_a_number_tells_its_end_only_to_whoever_has_the_key():
    key, other = b"k" * 32, b"o" * 32
    whole = phone_tail(key, "138 0013-8000")
    assert whole == phone_tail(key, "138****8000") == phone_tail(key, "0796-8318000")
    assert whole != phone_tail(key, "13800138001")
    assert whole != phone_tail(other, "13800138000")
    assert b"8000" not in whole
    assert phone_tail(key, "") is phone_tail(key, "不详") is phone_tail(b"", "13800138000") is None


def test_that_words_are_shared_in_runs_and_common_ones_say_nothing():
    mine, its = "群众反映文昌街井盖缺失", "文昌街口有井盖缺失，群众反映"
    common = pairs(mine) & pairs(its)
    assert "反映" not in common
    assert set(shared_words(mine, common)) == {"文昌街", "井盖缺失"}


@given(st.text(max_size=40), st.text(max_size=40))
def test_that_shared_words_stand_in_the_text(one, other):
    for word in shared_words(one, pairs(one) & pairs(other)):
        assert word in one
