"""Chinese full text, on both engines, indexed or not yet."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commandcenter.application.questions import Cases
from commandcenter.domain.case import Step
from commandcenter.store import search

TITLES = {
    "A1": "东街占道经营",
    "A2": "河东村一组垃圾桶满溢",
    "A3": "ＬＥＤ广告牌破损 B-12 号",
    "A4": "张𬭎反映邓家塘积水",
}


def fill(store, make):
    with store.unit(make.NOON) as unit:
        for no, title in TITLES.items():
            unit.save_case(*make.case(no, title=title))


def index_all(store):
    while store.index_some(limit=1):
        pass


def numbers(store, text):
    return {case.no for case in store.answer(Cases(text=text, limit=None))}


SEARCHES = [
    ("占道", {"A1"}),  # two characters: where trigrams find nothing
    ("街占", {"A1"}),
    ("道占", set()),  # both characters, other order
    ("垃圾 河东", {"A2"}),  # each term, in any order
    ("垃圾 东街", set()),
    ("东", {"A1", "A2"}),
    ("led", {"A3"}),  # full width and case do not count
    ("b-12", {"A3"}),
    ("B12", set()),
    ("邓家塘", {"A4"}),
    ("𬭎", {"A4"}),  # a surname younger than the tokenizer
    ("A2", {"A2"}),
    ("NA2", {"A2"}),
    ("  ", set(TITLES)),
    ("!?", set()),
    ("“", set()),
]


@pytest.mark.parametrize(("indexed", "few"), [(False, 2000), (True, 2000), (True, 0)])
def test_that_text_is_found_whether_indexed_or_not(store, make, monkeypatch, indexed, few):
    monkeypatch.setattr(search, "_FEW", few)
    fill(store, make)
    if indexed:
        index_all(store)
    assert {text: numbers(store, text) for text, _found in SEARCHES} == dict(SEARCHES)


def test_that_a_changed_title_is_found_by_its_new_words_only(store, make):
    fill(store, make)
    index_all(store)
    with store.unit(make.NOON) as unit:
        step = make.step(unit.case("A1"), Step.FILE, category="0301", title="西街路灯不亮")
        unit.save_case(*step)
    for _ in range(2):
        assert numbers(store, "路灯") == {"A1"}
        assert numbers(store, "占道") == set()
        index_all(store)


def test_that_indexing_goes_on_where_it_stopped(place, make):
    with place.open() as store:
        fill(store, make)
        assert store.index_some(limit=2)
    with place.open() as store:
        assert store.index_some(limit=2)
        assert not store.index_some(limit=2)
        assert numbers(store, "占道") == {"A1"}


def test_that_text_is_searched_together_with_the_other_conditions(store, make):
    fill(store, make)
    with store.unit(make.NOON) as unit:
        unit.save_case(*make.case("A5", title="东街", place={"quality": "unknown", "grid": "G1"}))
    index_all(store)
    assert {case.no for case in store.answer(Cases(text="东街", grid="G1"))} == {"A5"}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    text=st.text(
        alphabet=st.sampled_from("东街占a1\"*^:(){}-+'\\;%_ NEAR AND OR NOT&|!<>~")
        | st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
        max_size=12,
    )
)
def test_that_terms_are_data_and_find_the_same_with_and_without_an_index(store, make, text):
    if not store.answer(Cases()):
        fill(store, make)
        index_all(store)
    wanted = search.phrases(text)
    expected = {
        no
        for no, title in TITLES.items()
        for words in [" ".join(map(search.split, (no, title, "南大路 5 号", f"N{no}")))]
        if all(f" {phrase} " in f" {words} " for phrase in wanted)
        if wanted or not text.strip()
    }
    assert numbers(store, text) == expected


def test_that_a_long_run_of_unindexed_cases_is_looked_through(store, make):
    for start in range(0, 3000, 1000):
        with store.unit(make.NOON) as unit:
            for number in range(start, start + 1000):
                unit.save_case(*make.case(f"C{number}", title=f"第{number}处积水"))
    assert numbers(store, "第 处") == {f"C{number}" for number in range(3000)}
    assert numbers(store, "第 2999") == {"C2999"}
