"""What a closing leaves to ask and to do, on both engines."""

from datetime import timedelta

import pytest

from commandcenter.application.questions import Doubtful, OneCase, OpenWork, Precedents
from commandcenter.domain.case import fold
from commandcenter.domain.errors import Refusal

HOUR = timedelta(hours=1)
WAY = ("filed", "dispatched", "accepted", "handling_started", "result_submitted", "check_started")
SAID = {
    "category": "C1",
    "body": "B1",
    "words": "已清理",
    "outcome": "solved",
    "reason": "清单第 1 项",
}


@pytest.fixture
def keep(store, make):
    """Keep a case that has gone so far: ``keep("A1", *steps, closed={...})``."""

    def kept(no, *steps, at=make.NOON, said=SAID, **fields):
        case, fact = make.case(no, **fields)
        facts = [fact]
        for number, step in enumerate(steps):
            case, fact = make.step(
                case, step, at=at + number * HOUR, by=f"p{number}", due_at=at + 9 * HOUR, **said
            )
            facts.append(fact)
        with store.unit(at) as unit:
            unit.save_case(case, *facts)
        return case

    return kept


def test_that_a_case_is_shown_as_it_was_at_each_version(store, keep):
    case = keep("A1", *WAY)
    versions = [store.answer(OneCase(no="A1", version=n)) for n in range(1, case.version + 1)]
    assert [it.version for it in versions] == list(range(1, case.version + 1))
    assert versions[-1] == store.answer(OneCase(no="A1")) == case
    assert versions[2].state == "dispatched"
    assert fold(item.fact for item in store.facts(["A1"])) == case
    with pytest.raises(Refusal, match="unknown_case"):
        store.answer(OneCase(no="A9", version=1))


def test_that_the_questions_of_a_closing_are_listed_until_answered(store, make, keep):
    keep("A1", *WAY, "closed")
    said = SAID | {"doubts": ["no_picture"]}
    asked = keep("A2", *WAY, "closed", said=said)
    assert [it.no for it in store.answer(Doubtful())] == ["A2"]
    assert [it.no for it in store.answer(OpenWork()).doubtful] == ["A2"]
    with store.unit(make.NOON) as unit:
        unit.save_case(*make.noted(asked, "doubts_answered", words="已补拍"))
    assert store.answer(Doubtful()) == ()


def test_that_what_comes_back_on_a_date_is_open_work(store, make, keep):
    said = SAID | {
        "outcome": "partial",
        "remaining": "补种",
        "comes_back_at": make.NOON + 99 * HOUR,
    }
    case = keep("A1", *WAY, "closed", said=said)
    keep("A2", *WAY, "closed")
    assert store.answer(OpenWork()).coming_back == (case,)
    with store.unit(make.NOON) as unit:
        unit.save_case(*make.step(case, "came_back", at=make.NOON + 99 * HOUR))
    assert store.answer(OpenWork()).coming_back == ()


def test_that_rulings_of_the_same_class_are_found_newest_first(store, make, keep):
    ruled = ("filed", "dispatched", "disputed", "ruled")
    keep("A1", *ruled)
    keep("A2", *ruled, at=make.NOON + 24 * HOUR)
    keep("A3", *ruled, said=SAID | {"category": "C2"})
    keep("A4", "filed", "dispatched", "disputed")
    found = store.answer(Precedents(case="A4"))
    assert [(it.case, it.body, it.over) for it in found] == [
        ("A2", "B1", ("B1",)), ("A1", "B1", ("B1",)),
    ]  # fmt: skip
    assert store.answer(Precedents(case="A4", limit=1)) == found[:1]


def test_that_a_picture_is_known_by_its_hash_in_this_transaction_and_later(store, make):
    shot = [{"kind": "image", "url": "u", "sha256": "a" * 64}, {"kind": "image", "url": "v"}]
    with store.unit(make.NOON) as unit:
        unit.save_case(*make.case("A1", evidence=shot))
        assert unit.shown_elsewhere({"a" * 64}, "A2")
        assert not unit.shown_elsewhere({"a" * 64}, "A1")
    with store.unit(make.NOON) as unit:
        assert unit.shown_elsewhere({"a" * 64}, "A2")
        assert not unit.shown_elsewhere({"a" * 64}, "A1")
        assert not unit.shown_elsewhere({"b" * 64}, "A2")
        assert not unit.shown_elsewhere(set(), "A2")


def test_that_cases_closed_lately_are_found_by_class_and_grid(store, make, keep):
    here = {"quality": "unknown", "grid": "G1"}
    keep("A1", *WAY, "closed", place=here)
    keep("A2", *WAY, "closed", place=here, at=make.NOON + 24 * HOUR)
    keep("A3", *WAY, "closed", place={"quality": "unknown", "grid": "G2"})
    keep("A4", *WAY, place=here)
    with store.unit(make.NOON) as unit:
        found = unit.closed_lately({"C1"}, {"G1"}, make.NOON)
        assert [it.no for it in found] == ["A2", "A1"]
        late = unit.closed_lately({"C1", "C9"}, {"G1"}, make.NOON + 24 * HOUR)
        assert [it.no for it in late] == ["A2"]
        assert unit.closed_lately({"C9"}, {"G1"}, make.NOON) == []
