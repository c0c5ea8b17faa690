"""What is typed into a search box becomes questions, and no role learns what it may not."""

from dataclasses import replace

import pytest

from commandcenter.application import access
from commandcenter.application.questions import CaseCount, Cases
from commandcenter.application.searching import questions
from commandcenter.domain.errors import Refusal
from commandcenter.domain.hall import Hall
from commandcenter.domain.place import Grid, GridMap
from commandcenter.domain.roster import Operator, Role, Worker

DISPATCHER = Operator(id="d1", name="周文斌", role=Role.DISPATCHER)
AUDITOR = Operator(id="a1", name="审计", role=Role.AUDITOR)


@pytest.fixture
def hall():
    return Hall(
        name="试",
        code="990101999",
        people={"d1": DISPATCHER},
        grids=GridMap([Grid(code="G1", name="河东一组"), Grid(code="G2", name="河东二组")]),
        workers={"w7": Worker(id="w7", name="李芳")},
    )


def test_that_prefixes_name_what_is_looked_for(hall):
    for typed, expected in {
        "井盖 河东": Cases(text="井盖 河东"),
        "id:20261121-0004": Cases(no="20261121-0004"),
        "编号：00042 井盖": Cases(no="00042", text="井盖"),
        "ref:GE-7": Cases(ref="GE-7"),
        "电话：8000": Cases(phone="8000"),
        "by:周文斌": Cases(person="d1"),
        "人员:w7": Cases(person="w7"),
        "BY:李芳": Cases(person="w7"),
        "at:G2": Cases(grid="G2"),
        "网格:河东一组": Cases(grid="G1"),
        "at:南大路": Cases(text="南大路"),
        "id:": Cases(text="id:"),
        "12:30": Cases(text="12:30"),
    }.items():
        assert list(questions(typed, hall, DISPATCHER)) == [expected], typed
    assert list(questions("  ", hall, DISPATCHER)) == []


def test_that_a_bare_number_may_end_a_telephone_for_those_who_call_back(hall):
    assert list(questions("８０００", hall, DISPATCHER)) == [
        Cases(text="8000"),
        Cases(phone="8000"),
    ]
    assert list(questions("8000", hall, AUDITOR)) == [Cases(text="8000")]
    assert list(questions("800", hall, DISPATCHER)) == [Cases(text="800")]


@pytest.mark.parametrize("question", [Cases(phone="8000"), Cases(person="w7")])
def test_that_only_who_calls_back_may_ask_for_a_person(question):
    may = {role for role in Role if passes(replace(DISPATCHER, role=role), question)}
    assert may == {
        *(Role.INTAKE_OFFICER, Role.DISPATCHER, Role.INSPECTOR),
        *(Role.SHIFT_SUPERVISOR, Role.DUTY_LEADER, Role.COMMANDER),
    }


def passes(operator, question):
    access.asked(operator, Cases(text="井盖"))
    found = set()
    for asked in (question, CaseCount(of=question)):
        try:
            access.asked(operator, asked)
            found.add("")
        except Refusal as refusal:
            found.add(refusal.code)
    assert found in ({""}, {"may_not_trace"})
    return found == {""}
