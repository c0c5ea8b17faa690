"""Over a million cases no page, count or history may read a whole table: what SQLite says it does.

``benchmarks/million.py`` measures the same questions; here only their plans are looked at.
"""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from commandcenter.application.questions import (
    Beyond,
    CaseCount,
    Cases,
    History,
    JustClosed,
    OneCase,
)
from commandcenter.domain.case import OPEN, SETTLED, State, Step
from commandcenter.domain.report import Reporter
from commandcenter.store import people


@pytest.fixture
def filled(sqlite_place, make):
    """A few cases, one of them not indexed yet."""
    with sqlite_place.open() as store:
        for at in range(30):
            with store.unit(make.NOON) as unit:
                place = {"quality": "unknown", "grid": f"G{at % 3}"}
                case, fact = make.case(f"A{at}", at=make.NOON + timedelta(at), place=place)
                unit.save_case(case, fact)
                unit.save_case(*make.step(case, Step.CLAIM, by="d7"))
                unit.keep_reporter(case.no, None, Reporter(phone="13800138000", id="w1"))
        while store.index_some(limit=1) and not store.answer(Cases(text="占道", limit=29))[28:]:
            pass
        yield store


NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
QUESTIONS = [
    Cases(limit=50),
    Cases(after="A7", limit=50),
    Cases(grid="G1", after="A7", limit=50),
    Cases(body="B1", limit=50),
    Cases(states=SETTLED, after="A7", limit=50),
    Cases(states=OPEN, limit=50),
    Cases(states=frozenset({State.CLOSED}), limit=50),
    Cases(text="占道", limit=50),
    Cases(text="占道 经营", after="A7", limit=50),
    Cases(text="占", limit=50),
    Cases(text="NA", limit=50),
    Cases(text="占道", grid="G1", states=OPEN, limit=50),
    Cases(no="A7", limit=50),
    Cases(ref="NA7", limit=50),
    Cases(phone="8000", limit=50),
    Cases(person="d7", limit=50),
    Cases(person="w1", after="A7", limit=50),
    CaseCount(of=Cases(text="占道")),
    CaseCount(of=Cases(text="占道", grid="G1")),
    CaseCount(of=Cases(states=OPEN)),
    CaseCount(of=Cases(states=SETTLED)),
    CaseCount(of=Cases(grid="G1")),
    CaseCount(of=Cases(body="B1")),
    History(case="A7"),
    OneCase(no="A7"),
    JustClosed(),
    Beyond(start=NOON - timedelta(days=30), end=NOON + timedelta(days=30)),
]


def plan_of(store, question):
    """Answer a question and return what SQLite says of how it reads each of its statements."""
    asked = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        asked.append((statement, parameters))

    event.listen(store._readers, "before_cursor_execute", note)
    try:
        store.answer(question)
    finally:
        event.remove(store._readers, "before_cursor_execute", note)
    with store._reading() as connection:
        return [
            (statement, row.detail)
            for statement, parameters in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


@pytest.mark.parametrize("few", [2000, 0])
@pytest.mark.parametrize("question", QUESTIONS, ids=repr)
def test_that_nothing_is_read_whole_or_sorted(filled, monkeypatch, question, few):
    monkeypatch.setattr(people, "_FEW", few)
    for statement, detail in plan_of(filled, question):
        where = f"{detail} in {statement}"
        if detail.startswith("SCAN"):
            assert any(word in detail for word in ALLOWED), where
        if isinstance(question, Cases) and is_read_in_order(question):
            assert "TEMP B-TREE" not in detail, where


def is_read_in_order(question):
    """The few cases of a person are put in order, and so are the pages of several states."""
    by_person = question.phone or question.person
    return not by_person and (len(question.states) < 2 or question.text)


ALLOWED = (
    "VIRTUAL TABLE",  # the text index, or the numbers of a list
    "case_received",  # from the newest on, until the page is full
    "USING COVERING INDEX",  # the whole table is counted by its smallest index
    "CONSTANT ROW",
    "SCAN anon_",  # what was gathered before: a page of each state
    "SCAN (subquery",
)


def test_that_the_plans_are_looked_at_for_good(filled):
    with filled._transaction() as connection:
        connection.exec_driver_sql("DROP INDEX case_grid")
    plan = plan_of(filled, CaseCount(of=Cases(grid="G1")))
    assert any(detail.startswith("SCAN case") for _statement, detail in plan)
