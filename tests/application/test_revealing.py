"""Being told one thing about who reported: for a reason, recorded, and nothing beside it."""

import pytest

from commandcenter.application import commands as c
from commandcenter.application.access import may
from commandcenter.domain.report import Personal, Reporter

NAME, PHONE = "欧阳若曦", "13912345678"


@pytest.fixture
def case(desk):
    """A case that somebody reported who left a name and a telephone."""
    return desk.report(reporter={"name": NAME, "phone": PHONE, "role": "caller"})


@pytest.mark.parametrize(("field", "value"), [(Personal.NAME, NAME), (Personal.PHONE, PHONE)])
def test_that_one_thing_is_told_and_nothing_beside_it(desk, case, field, value):
    order = c.Reveal(case=case.no, field=field, reason="回访", seat="二号席")
    outcome = desk.do(order)
    assert outcome.reporters == (Reporter(**{field: value}),)


def test_that_who_looked_where_and_why_is_a_fact_without_what_was_seen(desk, case):
    desk.do(c.Reveal(case=case.no, field=Personal.PHONE, reason=" 约现场 ", seat="二号席"))
    fact = desk.facts(case)[-1]
    assert (fact.kind, fact.actor) == ("case.revealed", "dispatcher")
    assert fact.data == {"field": "phone", "reason": "约现场", "seat": "二号席"}
    assert not any(PHONE in str(it.data) or NAME in str(it.data) for it in desk.facts(case))


def test_that_nothing_is_told_without_a_reason_or_where_nothing_was_left(desk, case):
    blank = desk.refusal(c.Reveal(case=case.no, field=Personal.PHONE, reason="   "))
    assert (blank.code, blank.facts["field"]) == ("needs", "reason")
    none = desk.refusal(c.Reveal(case=case.no, field=Personal.ID, reason="核实"))
    assert none.code == "nothing_to_reveal"
    silent = desk.report("E2")
    assert (
        desk.refusal(c.Reveal(case=silent.no, field=Personal.NAME, reason="核实")).code
        == "nothing_to_reveal"
    )
    assert "case.revealed" not in desk.kinds(case) + desk.kinds(silent)


def test_that_a_body_and_those_who_only_look_are_told_nothing(desk):
    roles = {who.role for who in desk.hall.people.values() if may(who, c.Reveal)}
    assert not roles & {"dept_liaison", "handler", "evaluator", "auditor", "wall_viewer", "admin"}
    assert "dispatcher" in roles
