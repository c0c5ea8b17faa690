"""The clocks of cases and whistles: when they run, when they are due, how they press."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from commandcenter.domain import case as cases
from commandcenter.domain import whistle as whistles
from commandcenter.domain.case import Act, Step
from commandcenter.domain.hall import Limits
from commandcenter.domain.place import Place
from commandcenter.domain.roster import Role
from commandcenter.domain.timelimit import Limit, LimitUnit
from commandcenter.domain.timers import (
    Phase,
    Timer,
    TimerKind,
    case_timers,
    continuous,
    pressing,
    whistle_timers,
)
from commandcenter.domain.whistle import SummonsStep

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LIMITS = Limits()


def case_after(*moves):
    """Return a case received at noon after (step, minutes past noon, data) moves."""
    fields = {
        "title": "井盖破损",
        "occurred_at": NOON,
        "reported_at": NOON,
    }
    case, _ = cases.opened(no="C1", at=NOON, actor="s", place=Place(address="东街"), fields=fields)
    for step, minutes, data in moves:
        at = NOON + minutes * MINUTE
        by = "b" if step in {Step.CHECK, Step.CLOSE} else "a"  # nobody checks his own work
        act = Act(step=step, at=at, by=by, role=Role.SHIFT_SUPERVISOR, data=data)
        case, _ = cases.take(case, act)
    return case


FILED = (Step.FILE, 10, {"category": "C"})
PLAIN = {"body": "police", "due_at": NOON + 10 * HOUR, "sign_due_at": NOON + 2 * HOUR}
SENT = (Step.DISPATCH, 20, PLAIN)
ACCEPTED, STARTED = (Step.ACCEPT, 30, {}), (Step.START, 40, {})
HANDLED = (FILED, SENT, ACCEPTED, STARTED)
RESULT = (Step.RESULT, 50, {"words": "好了", "check_due_at": NOON + 9 * HOUR})


def hold(minutes, until):
    return (Step.SUSPEND, minutes, {"reason": "等资金", "until": NOON + until * MINUTE})


def shown(case, limits=LIMITS):
    """Return each clock as (start, due) in minutes past noon, a paused one as such."""
    return {
        f"{timer.kind} {timer.part}".strip(): (
            (timer.start_at - NOON) / MINUTE,
            (timer.due_at - NOON) / MINUTE,
            *(("paused",) if timer.paused else ()),
        )
        for timer in case_timers(case, limits)
    }


def cycles(case, kind):
    return {timer.cycle for timer in case_timers(case, LIMITS) if timer.kind == kind}


def test_that_a_case_just_received_waits_to_be_claimed_and_accepted():
    assert shown(case_after()) == {"claim": (0, 15), "accept": (0, 15)}
    assert shown(case_after((Step.CLAIM, 3, {}))) == {"accept": (0, 15)}


def test_that_the_accept_clock_stands_still_while_somebody_verifies():
    sent = (Step.VERIFY, 5, {"worker": "W1", "due_at": NOON + 35 * MINUTE})
    came = (Step.VERIFIED, 25, {"result": "exists"})
    assert shown(case_after(sent)) == {"accept": (0, 15, "paused"), "verify": (5, 35)}
    assert shown(case_after(sent, came))["accept"] == (0, 35)
    assert "verify" not in shown(case_after(sent, came))


def test_that_each_request_to_verify_has_a_clock_of_its_own():
    first = (Step.VERIFY, 5, {"worker": "W1", "due_at": NOON + 35 * MINUTE})
    second = (Step.VERIFY, 30, {"worker": "W2", "due_at": NOON + 60 * MINUTE})
    once = case_after(first)
    twice = case_after(first, (Step.VERIFIED, 20, {"result": "unable"}), second)
    assert cycles(once, "verify").isdisjoint(cycles(twice, "verify"))


def test_that_a_filed_case_waits_to_be_dispatched():
    assert shown(case_after(FILED)) == {"dispatch": (10, 25)}
    recalled = case_after(FILED, SENT, (Step.RECALL, 60, {"reason": "派错"}))
    assert shown(recalled) == {"dispatch": (60, 75)}
    assert cycles(recalled, "dispatch").isdisjoint(cycles(case_after(FILED), "dispatch"))


def test_that_a_case_in_arbitration_waits_to_be_dispatched_by_the_ruling():
    disputed = case_after(FILED, SENT, (Step.DISPUTE, 60, {"reason": "都不管"}))
    assert shown(disputed) == {"dispatch": (60, 75)}


def test_that_handling_runs_from_dispatch_and_not_from_acceptance():
    stops = [{"name": "围护", "due_at": NOON + HOUR}, {"name": "修复", "due_at": NOON + 8 * HOUR}]
    sent = (Step.DISPATCH, 20, PLAIN | {"milestones": stops})
    both = {"milestone 围护": (20, 60), "milestone 修复": (20, 480)}
    assert shown(case_after(FILED, sent)) == {"sign": (20, 120), "handle": (20, 600)} | both
    handled = (FILED, sent, ACCEPTED, STARTED)
    assert shown(case_after(*handled)) == {"handle": (20, 600)} | both
    reached = case_after(*handled, (Step.MILESTONE, 50, {"milestone": "围护"}))
    assert shown(reached) == {"handle": (20, 600), "milestone 修复": (20, 480)}


def test_that_a_dispatch_without_a_limit_to_sign_has_no_clock_for_it():
    sent = (Step.DISPATCH, 20, {"body": "police", "due_at": NOON + 10 * HOUR})
    assert shown(case_after(FILED, sent)) == {"handle": (20, 600)}


def test_that_a_case_without_a_deadline_has_no_clock_to_show():
    assert shown(replace(case_after(*HANDLED), due_at=None)) == {}


def test_that_a_hold_pauses_handling_and_has_an_end_of_its_own():
    stops = [{"name": "修复", "due_at": NOON + 8 * HOUR}]
    sent = (Step.DISPATCH, 20, PLAIN | {"milestones": stops})
    case = case_after(FILED, sent, ACCEPTED, STARTED, hold(60, until=300))
    assert shown(case) == {
        "handle": (20, 600, "paused"),
        "milestone 修复": (20, 480, "paused"),
        "hold": (60, 300),
    }


def test_that_a_deadline_moved_by_a_hold_is_a_clock_of_its_own():
    stops = [{"name": "修复", "due_at": NOON + 8 * HOUR}]
    handled = (FILED, (Step.DISPATCH, 20, PLAIN | {"milestones": stops}), ACCEPTED, STARTED)
    before = case_after(*handled)
    after = case_after(*handled, hold(60, until=300), (Step.RESUME, 300, {}))
    for kind in ("handle", "milestone"):
        assert cycles(before, kind).isdisjoint(cycles(after, kind))


def test_that_no_clock_of_a_reopened_case_is_taken_for_an_earlier_one():
    again = {"reason": "r"} | PLAIN
    returned = (Step.RETURN, 30, {"reason": "r", "duty_item": "PH-1"})
    closed = (Step.FORCE_CLOSE, 60, {"reason": "x"})
    way = [FILED, SENT, returned, (Step.DISPATCH, 40, PLAIN), closed, (Step.REOPEN, 70, again)]
    seen = [cycles(case_after(*way[: n + 1]), "handle") for n in range(len(way))]
    runs = [run for run in seen if run]
    assert len(runs) == len(set().union(*runs)) == 3


def test_that_the_second_hold_of_a_case_ends_too():
    resumed = (Step.RESUME, 300, {})
    first = case_after(*HANDLED, hold(60, until=300))
    second = case_after(*HANDLED, hold(60, until=300), resumed, hold(310, until=400))
    assert cycles(first, "hold").isdisjoint(cycles(second, "hold"))


def test_that_a_result_waits_to_be_checked():
    case = case_after(*HANDLED, RESULT)
    assert shown(case) == {"check": (50, 540)}
    assert shown(case_after(*HANDLED, RESULT, (Step.CHECK, 55, {}))) == {"check": (50, 540)}
    rework = case_after(*HANDLED, RESULT, (Step.REWORK, 60, {"reason": "没清完"}))
    assert shown(rework) == {"handle": (20, 600)}
    assert cycles(rework, "handle").isdisjoint(cycles(case_after(*HANDLED), "handle"))
    bare = case_after(*HANDLED, (Step.RESULT, 50, {"words": "好了"}))
    assert shown(bare) == {}


def test_that_a_closed_case_waits_for_the_follow_up_and_then_for_nothing():
    due = {"reason": "x", "follow_up_due_at": NOON + 20 * HOUR}
    closed = case_after((Step.FORCE_CLOSE, 60, due))
    assert shown(closed) == {"follow_up": (60, 1200)}
    visited = case_after((Step.FORCE_CLOSE, 60, due), (Step.FOLLOW_UP, 70, {"contacted": True}))
    assert shown(visited) == {}
    assert shown(case_after((Step.FORCE_CLOSE, 60, {"reason": "x"}))) == {}


def test_that_a_provisional_deadline_is_marked_on_handling_and_milestones_alone():
    stops = [{"name": "修复", "due_at": NOON + 8 * HOUR}]
    more = {"milestones": stops, "due_provisional": True}
    case = case_after(FILED, (Step.DISPATCH, 20, PLAIN | more))
    marked = {timer.kind: timer.provisional for timer in case_timers(case, LIMITS)}
    assert marked == {"sign": False, "handle": True, "milestone": True}


@pytest.mark.parametrize("step", [Step.REJECT, Step.MERGE])
def test_that_no_clock_runs_on_a_case_that_is_settled(step):
    assert shown(case_after((step, 5, {"reason": "r", "reply": "r", "into": "C2"}))) == {}


def test_that_a_limit_of_minutes_or_hours_is_a_span_and_no_other_is():
    assert continuous(Limit(90, LimitUnit.URGENT_MINUTE)) == 90 * MINUTE
    assert continuous(Limit(1.5, LimitUnit.URGENT_HOUR)) == 90 * MINUTE
    with pytest.raises(KeyError):
        continuous(Limit(1, LimitUnit.WORK_DAY))


def timer(due=10, *, paused=False):
    return Timer(
        kind=TimerKind.HANDLE, subject="C", start_at=NOON, due_at=NOON + due * HOUR, paused=paused
    )


def test_that_a_clock_turns_amber_at_seventy_per_cent_and_red_at_its_end():
    clock, instant = timer(10), timedelta(microseconds=1)
    assert clock.near_at == NOON + 7 * HOUR
    assert clock.phase(NOON + 7 * HOUR - instant) is Phase.CALM
    assert clock.phase(NOON + 7 * HOUR) is Phase.NEAR
    assert clock.phase(NOON + 10 * HOUR - instant) is Phase.NEAR
    assert clock.phase(NOON + 10 * HOUR) is Phase.OVER
    assert timer(10, paused=True).phase(NOON + 99 * HOUR) is Phase.PAUSED


@given(st.lists(st.tuples(st.integers(1, 99), st.booleans())))
def test_that_the_pressing_clock_is_the_first_due_of_those_that_run(given_):
    clocks = [timer(due, paused=paused) for due, paused in given_]
    found = pressing(clocks)
    running = [clock.due_at for clock in clocks if not clock.paused]
    assert (found.due_at if found else None) == min(running, default=None)


def whistle_after(*moves):
    fields = {
        "case": "C1",
        "kind": "emergency",
        "leaves_at": NOON,
        "place": {"quality": "unknown"},
        "bodies": ["police", "fire"],
        "lead": "police",
        "answer_by": NOON + 10 * MINUTE,
        "report_in_by": NOON + 30 * MINUTE,
    }
    whistle, _ = whistles.blown(no="W1", at=NOON, actor="a", fields=fields)
    for body, step, minutes, data in moves:
        whistle, _ = whistles.take(
            whistle, body, step, at=NOON + minutes * MINUTE, by="a", data=data
        )
    return whistle


def clocks_of(whistle, body="police"):
    return {
        item.kind: ((item.start_at - NOON) / MINUTE, (item.due_at - NOON) / MINUTE)
        for item in whistle_timers(whistle)
        if item.part == body
    }


def test_that_each_summoned_body_has_its_own_two_clocks():
    answered = ("police", SummonsStep.ANSWER, 5, {})
    came = ("police", SummonsStep.REPORT_IN, 20, {})
    both = {"answer": (0, 10), "report_in": (0, 30)}
    assert clocks_of(whistle_after()) == clocks_of(whistle_after(), "fire") == both
    assert clocks_of(whistle_after(answered)) == {"report_in": (0, 30)}
    assert clocks_of(whistle_after(answered, came)) == {}
    assert clocks_of(whistle_after(came)) == {}
    assert clocks_of(whistle_after(came), "fire") == both


REFUSED = ("police", SummonsStep.REFUSE, 5, {"reason": "r", "duty_item": "JB-001"})


def test_that_the_clocks_of_a_body_that_refuses_stop_until_the_ruling():
    upheld = ("police", SummonsStep.UPHOLD, 20, {"report_in_by": NOON + 50 * MINUTE})
    assert clocks_of(whistle_after(REFUSED)) == {}
    assert clocks_of(whistle_after(REFUSED, ("police", SummonsStep.ARBITRATE, 6, {}))) == {}
    assert clocks_of(whistle_after(REFUSED, upheld)) == {"report_in": (20, 50)}


def test_that_a_body_told_to_come_can_be_late_once_more():
    missed = ("police", SummonsStep.MISS_REPORT_IN, 30, {})
    late_refusal = ("police", SummonsStep.REFUSE, 31, {"reason": "r", "duty_item": "JB-001"})
    upheld = ("police", SummonsStep.UPHOLD, 40, {"report_in_by": NOON + 70 * MINUTE})

    def run(*moves):
        (found,) = (
            item
            for item in whistle_timers(whistle_after(*moves))
            if (item.part, item.kind) == ("police", "report_in")
        )
        return found.cycle

    assert run() == run(missed) != run(missed, late_refusal, upheld)


def test_that_no_clock_runs_on_a_whistle_that_is_over():
    withdrawn = [(body, SummonsStep.WITHDRAW, 1, {}) for body in ("police", "fire")]
    assert clocks_of(whistle_after(withdrawn[0])) == {}
    over = whistle_after(*withdrawn)
    assert not over.is_open
    assert whistle_timers(over) == ()
