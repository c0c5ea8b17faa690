"""Every question has an answer, the same on both engines."""

from datetime import timedelta

import pytest

from commandcenter.application import questions
from commandcenter.application.questions import (
    Alerts,
    Beyond,
    Cases,
    History,
    JustClosed,
    OneCase,
    OpenWork,
    Question,
)
from commandcenter.domain import alert as alerts
from commandcenter.domain.alert import Verdict
from commandcenter.domain.case import State, Step
from commandcenter.domain.errors import Refusal
from commandcenter.domain.timers import Timer, TimerKind
from commandcenter.store import answers, duplicates, figures


def minute(make, count):
    return make.NOON + timedelta(minutes=count)


@pytest.fixture
def filled(store, make):
    """Nine cases a minute apart, of which one is dispatched, one closed and one rejected."""
    with store.unit(make.NOON) as unit:
        for count in range(9):
            place = {"quality": "fuzzy", "grid": f"G{count % 2}", "address": "东街"}
            unit.save_case(*make.case(f"A{count}", at=minute(make, count), place=place))
        for no, steps in {
            "A1": [Step.FILE, Step.DISPATCH],
            "A2": [Step.FORCE_CLOSE],
            "A3": [Step.REJECT],
            "A4": [Step.FORCE_CLOSE],
        }.items():
            for count, step in enumerate(steps):
                words = {
                    "category": "0301",
                    "body": "B1",
                    "due_at": minute(make, 600),
                    "reason": "重复",
                    "reply": "已告知",
                }
                at = minute(make, 10 + count + int(no[1]))
                unit.save_case(*make.step(unit.case(no), step, at=at, **words))
    return store


def numbers(store, **conditions):
    return [case.no for case in store.answer(Cases(**conditions))]


def test_that_no_question_goes_unanswered():
    asked = {
        kind
        for kind in vars(questions).values()
        if isinstance(kind, type) and issubclass(kind, Question) and kind is not Question
    }
    assert asked == set(answers.ANSWERS) | set(figures.ANSWERS) | set(duplicates.ANSWERS)


def test_that_every_condition_narrows_the_cases_newest_first(filled, make):
    everything = [f"A{count}" for count in range(8, -1, -1)]
    assert numbers(filled) == everything
    assert numbers(filled, states=frozenset({State.CLOSED, State.REJECTED})) == ["A4", "A3", "A2"]
    assert numbers(filled, grid="G1") == ["A7", "A5", "A3", "A1"]
    assert numbers(filled, body="B1") == ["A1"]
    assert numbers(filled, since=minute(make, 2), until=minute(make, 4)) == ["A3", "A2"]
    assert numbers(filled, grid="G1", limit=2) == ["A7", "A5"]
    assert numbers(filled, limit=None) == everything


def test_that_pages_join_without_gap_or_overlap(filled, make):
    with filled.unit(make.NOON) as unit:  # of one instant: the number decides
        for letter in "BCD":
            unit.save_case(*make.case(letter, at=minute(make, 4)))
    pages, last = [], None
    while page := numbers(filled, after=last, limit=2):
        pages += page
        last = page[-1]
    assert pages == numbers(filled)
    assert len(pages) == 12


def test_that_open_work_holds_what_is_not_settled(filled, make):
    with filled.unit(make.NOON) as unit:
        whistle, blown = make.whistle("W1", "A1")
        unit.save_whistle(whistle, blown)
        for count in range(3):
            unit.save_alert(*make.alert(str(count), at=minute(make, count)))
    work = filled.answer(OpenWork(alerts=2))
    assert [case.no for case in work.cases] == ["A0", "A1", "A5", "A6", "A7", "A8"]
    assert work.whistles == (whistle,)
    assert [alert.alert_id for alert in work.alerts] == ["2", "1"]


def test_that_the_history_of_a_case_includes_its_whistles_and_its_alert(store, make):
    alert, raised = make.alert("7")
    case, received = make.case("A1", alert=alert.key)
    promoted = alerts.promote(alert, "A1", at=minute(make, 1), by="d1", role="")
    other = make.case("A2")
    whistle = make.whistle("W1", "A1", at=minute(make, 2))
    with store.unit(minute(make, 2)) as unit:
        unit.save_alert(alert, raised)
        unit.save_case(case, received)
        unit.save_alert(*promoted)
        unit.save_case(*other)
        unit.save_whistle(*whistle)
        noted = make.noted(case, "whistle_added", at=minute(make, 2), whistle="W1")
        unit.save_case(*noted)
    told = store.answer(History(case="A1"))
    assert [item.fact.kind for item in told] == [
        "alert.raised",
        "case.received",
        "alert.promoted",
        "whistle.blown",
        "case.whistle_added",
    ]
    assert [item.number for item in told] == [1, 2, 3, 5, 6]


@pytest.mark.parametrize("question", [OneCase(no="?"), History(case="?")])
def test_that_an_unknown_case_is_refused(store, question):
    with pytest.raises(Refusal) as refused:
        store.answer(question)
    assert refused.value.code == "unknown_case"


def test_that_alerts_are_told_by_verdict_and_time(store, make):
    with store.unit(make.NOON) as unit:
        for count in range(4):
            alert, raised = make.alert(str(count), at=minute(make, count))
            unit.save_alert(alert, raised)
        for number, verdict in (("1", Verdict.TRUE), ("2", Verdict.UNCLEAR)):
            judged = alerts.review(
                unit.alert(number), verdict, at=make.NOON, by="d1", role="", reason=""
            )
            unit.save_alert(*judged)

    def told(**conditions):
        return [alert.alert_id for alert in store.answer(Alerts(**conditions))]

    assert told() == ["3", "2", "1", "0"]
    assert told(verdicts=frozenset({Verdict.TRUE})) == ["1"]
    assert told(verdicts=frozenset({None})) == ["3", "0"]
    assert told(verdicts=frozenset({None, Verdict.UNCLEAR})) == ["3", "2", "0"]
    assert told(since=minute(make, 1), until=minute(make, 3)) == ["2", "1"]
    assert told(limit=1) == ["3"]


def test_that_the_cases_closed_last_come_first(filled):
    assert [case.no for case in filled.answer(JustClosed())] == ["A4", "A2"]
    assert [case.no for case in filled.answer(JustClosed(limit=1))] == ["A4"]


def test_that_what_is_still_to_be_followed_up_is_found(filled, make):
    def asked(since=make.NOON):
        found = filled.answer(OpenWork(closed_since=since)).to_follow_up
        return [case.no for case in found]

    assert filled.answer(OpenWork()).to_follow_up == ()
    assert asked() == ["A2", "A4"]
    assert asked(minute(make, 13)) == ["A4"]
    crossed = Timer(
        kind=TimerKind.FOLLOW_UP, subject="A2", start_at=make.NOON, due_at=minute(make, 20)
    )
    with filled.unit(minute(make, 20)) as unit:
        unit.crossed(crossed)
    assert asked() == ["A4"]
    with filled.unit(minute(make, 30)) as unit:
        again = {"reason": "r", "body": "B1", "due_at": minute(make, 600)}
        unit.save_case(*make.step(unit.case("A2"), Step.REOPEN, at=minute(make, 30), **again))
        again = {"reason": "r"}
        unit.save_case(*make.step(unit.case("A2"), Step.FORCE_CLOSE, at=minute(make, 40), **again))
        said = {"contacted": True}
        unit.save_case(*make.step(unit.case("A4"), Step.FOLLOW_UP, at=minute(make, 41), **said))
    assert asked() == ["A2"]


def test_that_what_no_list_covers_is_found_by_the_month_oldest_first(store, make):
    days = {"A1": 0, "A2": 3, "A3": 40}
    for no, day in days.items():
        at = make.NOON + timedelta(days=day)
        with store.unit(at) as unit:
            unit.save_case(*make.case(no, at=at, beyond=True, title='说 "beyond":true'))
            unit.save_case(*make.case(f"{no}-ours", at=at, title='"beyond":true'))
    window = Beyond(start=make.NOON, end=make.NOON + timedelta(days=30))
    assert [case.no for case in store.answer(window)] == ["A1", "A2"]
    assert store.answer(Beyond(start=make.NOON, end=make.NOON)) == ()
