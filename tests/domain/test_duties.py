"""Which item of the duty lists a case falls under, why, and who must act."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.domain import duties
from commandcenter.domain.case import Case
from commandcenter.domain.catalogue import DutyItem, DutyList
from commandcenter.domain.duties import ACTS, Actor, MatchKind
from commandcenter.domain.place import Place
from commandcenter.runtime.pack import load_pack

TODAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
_, HALL, _ = load_pack(Path(__file__).parents[2] / "resources" / "demo")


def case(title="井盖破损", **fields):
    return Case(
        no="1", since=NOON, title=title, place=Place(),
        occurred_at=NOON, reported_at=NOON, received_at=NOON, **fields,
    )  # fmt: skip


def found(of):
    return [(it.item.item, it.kind) for it in duties.matches(HALL, of, TODAY)]


def test_that_what_a_person_chose_comes_before_the_standard_s_item():
    first, second, *_ = found(case(category="E0102", duty_item="JB-021"))
    assert (first, second[1]) == (("JB-021", MatchKind.CHOSEN), MatchKind.STANDARD)


def test_that_words_find_an_item_and_say_which():
    (match, *_) = duties.matches(HALL, case("餐饮油烟扰民，请查处"), TODAY)
    assert (match.item.item, match.kind) == ("PH-010", MatchKind.WORDS)
    assert "餐饮油烟" in match.words


def test_that_nothing_is_found_for_what_no_list_speaks_of():
    assert found(case("xyz")) == []


@given(st.text(max_size=40), st.text(max_size=40))
def test_that_any_text_is_matched_with_few_items_each_once(title, description):
    items = [code for code, _ in found(case(title, description=description))]
    assert len(items) == len(set(items)) <= 5


def test_that_an_item_out_of_force_fits_nothing():
    over = {code: replace(item, active_to=date(2026, 1, 2)) for code, item in HALL.duties.items()}
    hall = replace(HALL, duties=MappingProxyType(over))
    assert duties.matches(hall, case("餐饮油烟", category="E0102"), TODAY) == ()


@pytest.mark.parametrize("kind", DutyList)
def test_that_every_list_says_who_must_act(kind):
    ours = duties.is_ours(DutyItem(item="X", list=kind, title="t"))
    assert ours is (ACTS[kind] is not Actor.COUNTY)
    assert (kind is DutyList.WITHDRAWN) is not ours
