"""Chinese full text, on both engines, indexed or not yet."""

from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commandcenter.application.questions import CaseCount, Cases
from commandcenter.domain.case import SETTLED, State, Step
from commandcenter.domain.report import Reporter
from commandcenter.store import answers, people, search

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


def runs(text):
    """The runs of Han characters, and of other letters and digits, one by one."""
    found, broken = [], True
    for letter in normalize("NFKC", text).casefold():
        kind = "han" if search._is_han(letter) else "other" if letter.isalnum() else ""
        if kind and found and found[-1][0] == kind and not broken:
            found[-1] = (kind, found[-1][1] + letter)
        elif kind:
            found.append((kind, letter))
        broken = not kind
    return found


def occurs(term, held):
    """Whether the runs of a term follow each other in a text: whole, but Han ones at the ends.

    The last one of letters and digits may go on.
    """

    def fits(at, place):
        (kind, wanted), (other, there) = term[at], held[place + at]
        begins, ends = kind == "han" and at == 0, at == len(term) - 1
        return kind == other and (
            (wanted in there)
            if begins and ends
            else there.endswith(wanted)
            if begins
            else there.startswith(wanted)
            if ends
            else there == wanted
        )

    return any(
        all(fits(at, place) for at in range(len(term)))
        for place in range(len(held) - len(term) + 1)
    )


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
    ("le", {"A3"}),  # the beginning of a word, as somebody types it
    ("b-1", {"A3"}),
    ("ed", set()),
    ("e b-12", set()),
    ("牌", {"A3"}),
    ("B12", set()),
    ("邓家塘", {"A4"}),
    ("𬭎", {"A4"}),  # a surname younger than the tokenizer
    ("A2", {"A2"}),
    ("NA2", {"A2"}),
    ("东街占道经营", {"A1"}),
    ("号", {"A1", "A2", "A3", "A4"}),  # one character, in the middle or at the end
    ("营", {"A1"}),
    ("b-12 号", {"A3"}),
    ("  ", set(TITLES)),
    ("!?", set()),
    ("“", set()),
]


@pytest.mark.parametrize("indexed", [False, True])
def test_that_text_is_found_whether_indexed_or_not(store, make, indexed):
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
    terms = [found for term in normalize("NFKC", text).split() if (found := runs(term))]
    expected = {
        no
        for no, title in TITLES.items()
        for held in [[it for text in (no, title, "南大路 5 号", f"N{no}") for it in runs(text)]]
        if all(occurs(term, held) for term in terms)
        if terms or not text.strip()
    }
    assert numbers(store, text) == expected


def test_that_a_long_run_of_unindexed_cases_is_looked_through(store, make):
    for start in range(0, 3000, 1000):
        with store.unit(make.NOON) as unit:
            for number in range(start, start + 1000):
                unit.save_case(*make.case(f"C{number}", title=f"第{number}处积水"))
    assert numbers(store, "第 处") == {f"C{number}" for number in range(3000)}
    assert numbers(store, "第 2999") == {"C2999"}


def pages(store, size, **conditions):
    found, last = [], None
    while page := store.answer(Cases(after=last, limit=size, **conditions)):
        found += [case.no for case in page]
        last = page[-1].no
    return found


@pytest.mark.parametrize("indexed", [0, 4, 99])
def test_that_pages_of_hits_join_newest_first_whatever_is_indexed(store, make, indexed):
    for at in range(9):
        with store.unit(make.NOON) as unit:
            unit.save_case(*make.case(f"B{at}", title=f"第{at}处积水"))
    for _ in range(indexed):
        store.index_some(limit=1)
    with store.unit(make.NOON) as unit:  # an early case is changed: it keeps its place
        unit.save_case(*make.noted(unit.case("B2"), "updated", title="第 2 处积水，又涨了"))
        unit.save_case(*make.noted(unit.case("B7"), "updated", title="不再有水"))
    expected = ["B8", "B6", "B5", "B4", "B3", "B2", "B1", "B0"]
    assert pages(store, 3, text="积水") == expected
    assert pages(store, 100, text="积水") == expected
    assert store.answer(CaseCount(of=Cases(text="积水"))) == 8
    assert store.answer(Cases(text="积水", after="?")) == ()


@pytest.mark.parametrize("few", [20_000, 1])
def test_that_a_count_is_of_everything_that_meets_the_conditions(store, make, monkeypatch, few):
    monkeypatch.setattr(answers, "_FEW", few)
    with store.unit(make.NOON) as unit:
        for at in range(9):
            place = {"quality": "unknown", "grid": f"G{at % 2}"}
            unit.save_case(*make.case(f"B{at}", title=f"第{at}处积水", place=place))
        for no in ("B0", "B1"):
            unit.save_case(*make.step(unit.case(no), Step.FORCE_CLOSE, reason="重复"))
    index_all(store)
    for conditions, count in (
        ({}, 9),
        ({"text": "积水"}, 9),
        ({"text": "积水", "grid": "G1"}, 4),
        ({"grid": "G1"}, 4),
        ({"states": frozenset({State.CLOSED})}, 2),
        ({"states": SETTLED}, 2),
        ({"states": SETTLED | {State.RECEIVED}}, 9),
        ({"states": frozenset({State.RECEIVED}), "grid": "G0"}, 4),
        ({"text": "!"}, 0),
    ):
        assert store.answer(CaseCount(of=Cases(limit=1, **conditions))) == count


@pytest.mark.parametrize("indexed", [False, True])
def test_that_a_number_is_found_by_any_part_of_it_and_as_ours_or_the_sender_s(store, make, indexed):
    with store.unit(make.NOON) as unit:
        for no, ref in (("20261121-00042", "GE-7"), ("20261121-00142", "GE-20261121-00042")):
            unit.save_case(*make.case(no, source_no=ref))
    if indexed:
        index_all(store)
    found = {
        field + part: [case.no[-3:] for case in store.answer(Cases(**{field: part}))]
        for field, part in (
            ("no", "20261121-00042"),
            ("no", "20261121-00"),
            ("no", "00042"),
            ("no", "_"),
            ("ref", "20261121-00042"),
            ("ref", "ge-7"),
            ("ref", "ge"),
            ("ref", "ＧＥ-7"),
        )
    }
    assert found == {
        "no20261121-00042": ["042"],
        "no20261121-00": ["142", "042"],
        "no00042": ["042"],
        "no_": [],
        "ref20261121-00042": ["142"],
        "refge-7": ["042"],
        "refge": ["142", "042"],
        "refＧＥ-7": ["042"],
    }


@pytest.mark.parametrize("few", [2000, 0])
def test_that_cases_are_found_by_who_reported_and_who_acted(store, make, monkeypatch, few):
    monkeypatch.setattr(people, "_FEW", few)
    with store.unit(make.NOON) as unit:
        for no in ("A1", "A2", "A3"):
            unit.save_case(*make.case(no))
        unit.save_case(*make.step(unit.case("A2"), Step.CLAIM, by="d7"))
        unit.keep_reporter("A1", None, Reporter(phone="138-0013 8000", id="w017"))
        unit.keep_reporter("A3", None, Reporter(phone="13900138000"))
        unit.keep_reporter("A2", None, Reporter(phone="000"))
    index_all(store)

    def found(**conditions):
        return [case.no for case in store.answer(Cases(**conditions))]

    assert found(phone="8000") == ["A3", "A1"]
    assert found(phone="13800138000") == ["A1"]
    assert found(phone="8000", text="占道") == ["A3", "A1"]
    assert found(phone="0000") == found(phone="%") == found(phone="000") == []
    assert found(person="d7") == ["A2"]
    assert found(person="w017") == ["A1"]
    assert found(person="grid") == []  # a feed is nobody at a seat
