"""What is asked of whistles besides those running: earlier refusals, and what is to be rated."""

from datetime import timedelta

import pytest

from commandcenter.application.questions import RefusalsBefore, ToRate
from commandcenter.domain import whistle as whistles
from commandcenter.domain.whistle import SummonsStep

DAY = timedelta(days=1)
REFUSED = {"reason": "非我职责", "duty_item": "PH-001"}
MARKS = {"response": 5, "attendance": 1, "solved": 5, "attitude": 5}


@pytest.fixture
def keep(store, make):
    """Keep a whistle on a case of a class, gone so far: ``keep("W1", "E0101", steps, day=0)``."""

    def kept(no, category, *steps, day=0):
        at = make.NOON + day * DAY
        case, fact = make.case(f"C{no}", at=at, category=category)
        whistle, blown = make.whistle(no, case.no, at=at)
        facts = [blown]
        for step, data in steps:
            whistle, more = whistles.take(whistle, "B1", step, at=at, by="d1", data=data)
            facts += more
        with store.unit(at) as unit:
            unit.save_case(case, fact)
            unit.save_whistle(whistle, *facts)
        return whistle

    return kept


def test_that_earlier_refusals_of_the_same_class_are_found_newest_first(store, keep):
    refused = (SummonsStep.REFUSE, REFUSED)
    keep("W1", "E0101", refused, (SummonsStep.UPHOLD, {"reason": "清单第 4 项"}))
    keep("W2", "E0101", refused, (SummonsStep.EXCUSE, {"reason": "确不在清单"}), day=1)
    keep("W3", "T0101", refused, day=2)
    keep("W4", "E0101", day=3)
    now = keep("W5", "E0101", refused, day=4)
    found = store.answer(RefusalsBefore(whistle=now.no, body="B1"))
    assert [(it.whistle, it.upheld, it.ruling) for it in found] == [
        ("W2", False, "确不在清单"),
        ("W1", True, "清单第 4 项"),
    ]
    assert found[0].duty_item == "PH-001"
    assert store.answer(RefusalsBefore(whistle=now.no, body="B2")) == ()
    assert store.answer(RefusalsBefore(whistle="W9", body="B1")) == ()


def test_that_what_waits_to_be_rated_or_ruled_on_is_found_until_it_is(store, keep, make):
    gone = (
        (SummonsStep.FINISH, {}),
        (SummonsStep.RELEASE, {"words": "好"}),
    )
    rated = (SummonsStep.RATE, {"marks": MARKS, "appeal_by": make.NOON + 9 * DAY})
    appealed = (SummonsStep.APPEAL_RATING, {"words": "按时到的"})
    waits = keep("W1", "E0101", *gone)
    keep("W2", "E0101", *gone, rated)
    appeals = keep("W3", "E0101", *gone, rated, appealed)
    assert store.answer(ToRate()) == (waits, appeals)
    assert store.answer(ToRate(limit=1)) == (waits,)
    whistle, facts = whistles.take(
        appeals,
        "B1",
        SummonsStep.RULE_RATING,
        at=make.NOON,
        by="boss",
        data={"words": "定位属实", "marks": MARKS | {"attendance": 5}},
    )
    with store.unit(make.NOON) as unit:
        unit.save_whistle(whistle, *facts)
    assert store.answer(ToRate()) == (waits,)
