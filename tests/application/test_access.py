"""Who may do what: every role against every command."""

from typing import get_args

import pytest
from msgspec import convert, structs

from commandcenter.application import access
from commandcenter.application import commands as c
from commandcenter.application.perform import _DOES
from commandcenter.domain.errors import Refusal
from commandcenter.domain.roster import Operator, Role

COMMANDS = {c.name(command): command for command in get_args(c.Command)}
TAKES_IN = {
    "register",
    "claim",
    "hand_over",
    "verify",
    "file",
    "reject",
    "merge",
    "unmerge",
    "follow_up",
}
TAKES_IN |= {"review", "promote"}
ASKS = {"ask_extension", "ask_hold"}
DISPATCHES = {
    "dispatch",
    "co_dispatch",
    "recall",
    "dispute",
    "urge",
    "answer_order",
    "report",
    "resume",
    "add_evidence",
} | ASKS
REVEALS = {"reveal"}
WHISTLES = {"blow", "withdraw", "on_behalf", "urge_body", "send_now", "escalate", "release"}
WHISTLES |= {"arbitrate", "explain_whistle", "rate", "answer_rating", "appeal_rating"}
RULES = {
    "rule",
    "rule_summons",
    "rule_rating",
    "suspend",
    "force_close",
    "archive",
    "waive",
    "answer_doubts",
    "decide",
    "disclose",
}
CHECKS = {"check", "close", "rework", "reopen"}
SUPERVISES = {"supervise", "instruct", "admit", "decline"}
PRESSES = {"press", "note_refused_links"}
TRANSFERS = {"transfer", "note_receipt", "recall_transfer", "close_transferred"}
COUNTY = {"call_county", "answer_call", "recall_call"}
MEDIATES = {"begin_mediation", "note_mediation", "raise_mediation", "end_mediation"}
LEVELS = TRANSFERS | COUNTY | MEDIATES
ALL = REVEALS | TAKES_IN | DISPATCHES | WHISTLES | RULES | CHECKS | SUPERVISES | LEVELS | {"bulk"}
MATRIX = {
    # domain.md 5, written down once more
    "grid_worker": {"register"},
    "intake_officer": TAKES_IN | TRANSFERS | REVEALS | {"bulk"},
    "dispatcher": TAKES_IN | DISPATCHES | WHISTLES | LEVELS | REVEALS | {"bulk"},
    "shift_supervisor": ALL | {"retry"},
    "duty_leader": ALL,
    "commander": ALL,
    "dept_liaison": {"report", "on_behalf", "answer_order", "note_mediation", "bulk"}
    | {"answer_rating", "appeal_rating"}
    | ASKS,
    "handler": {"report", "bulk"} | ASKS,
    "inspector": CHECKS | REVEALS | {"add_evidence", "follow_up", "claim", "hand_over", "bulk"},
    "evaluator": set(),
    "auditor": set(),
    "wall_viewer": set(),
    "admin": {"retry"},
    "report_in_page": PRESSES,
}
NEEDED = {
    "title": "t", "channel": "other", "case": "C1", "worker": "W1", "reason": "r", "reply": "r",
    "into": "C2", "body": "police", "status": "accepted", "who": "w", "words": "w",
    "until": "2026-11-20T12:00:00+08:00", "outcome": "solved", "contacted": True, "whistle": "W1",
    "to": "t", "uphold": True, "alert": "A1", "verdict": "true", "message": 1, "letter": "l",
    "orders": [{"do": "claim", "case": "C1"}],
    "limit": "1 work_day", "grant": True,
    "field": "phone", "request": "r", "end": "agreed",
    "response": 5, "attendance": 5, "solved": 5, "attitude": 5,
    "url": "http://x/1.jpg", "shows": "处置后照片",
    "outgoing": "o1", "id": "12345678", "pressed_at": "2026-11-20T12:00:00+08:00", "counts": {},
    "arrived_at": "2026-11-20T12:00:00+08:00", "since": "2026-11-20T12:00:00+08:00",
}  # fmt: skip


ANSWERS = {"answer_call": {"status": "seen"}}


def any_of(command):
    """Return a command of a kind with whatever it must be given."""
    fields = {item.encode_name for item in structs.fields(command) if item.required}
    needed = NEEDED | ANSWERS.get(c.name(command), {})
    return convert({name: needed[name] for name in fields} | {"do": c.name(command)}, command)


def test_that_the_matrix_names_every_role_and_every_command():
    assert set(MATRIX) == set(Role)
    assert set(COMMANDS) == ALL | {"retry"} | PRESSES
    assert set(COMMANDS.values()) == set(_DOES) | {c.Bulk}  # which only leads to the others


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", COMMANDS)
def test_that_a_role_holds_its_commands_and_no_other(role, name):
    operator = Operator(id="x", name="某人", role=role)
    assert access.may(operator, COMMANDS[name]) == (name in MATRIX[role])
    if name in MATRIX[role]:
        access.check(operator, any_of(COMMANDS[name]))
        return
    with pytest.raises(Refusal) as caught:
        access.check(operator, any_of(COMMANDS[name]))
    may = tuple(role for role in Role if name in MATRIX[role])
    told = {"role": role, "step": name, "roles": may}
    assert (caught.value.code, caught.value.facts) == ("not_allowed", told)


def test_that_supervision_and_command_are_two_axes():
    check, command = {"check", "close", "rework"}, {"dispatch", "recall", "blow", "release"}
    supervisors = {"shift_supervisor", "duty_leader", "commander"}
    both = {role for role, held in MATRIX.items() if held & check and held & command}
    assert both == supervisors  # and the loop keeps them from checking their own


@pytest.mark.parametrize("role", sorted({role for role, held in MATRIX.items() if not held}))
def test_that_who_only_looks_changes_nothing(desk, role):
    case = desk.report()
    before = desk.facts(case)
    with pytest.raises(Refusal):
        desk.do(c.Claim(case=case.no), role)
    assert desk.facts(case) == before
