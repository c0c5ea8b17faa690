"""Requests to the county, transfers and the ladder of mediation: what may follow what, and when."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from commandcenter.domain import case as cases
from commandcenter.domain import county, mediation, transfer, words
from commandcenter.domain.case import LOOP, OPEN, SETTLED, Act, State, Step
from commandcenter.domain.county import CallStatus, CallTier
from commandcenter.domain.errors import Refusal
from commandcenter.domain.hall import Limits
from commandcenter.domain.mediation import Level, MediationEnd, Rung
from commandcenter.domain.place import Place
from commandcenter.domain.roster import Role
from commandcenter.domain.timelimit import DayPolicy, Limit, LimitUnit
from commandcenter.domain.timers import ABOVE, Phase, TimerKind, case_timers, pressing
from commandcenter.domain.transfer import TransferStatus
from commandcenter.runtime.pack import load_pack

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
PACK = Path(__file__).parents[2] / "resources" / "demo"


@pytest.fixture(scope="module")
def hall():
    return load_pack(PACK)[1]


def opened():
    fields = {"title": "宅界纠纷", "occurred_at": NOON, "reported_at": NOON}
    return cases.opened(no="C1", at=NOON, actor="a", place=Place(), fields=fields)[0]


def noted(case, kind, at=NOON, actor="a", **data):
    return cases.noted(case, kind, at=at, actor=actor, data=data)[0]


def called(case, tier="assist", at=NOON, no="C1-H1", **data):
    given = {"call": no, "body": "county_water", "asked": "请派抽水车", "reply_by": at + HOUR}
    return noted(case, "county_called", at, tier=tier, **given, **data)


def sent(case, at=NOON, no="C1-Y1", to="110"):
    given = {"transfer": no, "destination": to, "reason": "持械"}
    return noted(case, "transfer_sent", at, receipt_by=at + HOUR, **given)


def begun(case, at=NOON, levels=tuple(Level)):
    stages = [
        {"level": level, "due_at": at + (number + 1) * 24 * HOUR}
        for number, level in enumerate(levels)
    ]
    return noted(case, "mediation_begun", at, body="village_01", rung=levels[0], levels=stages)


def refusal_of(check, *about):
    try:
        check(*about)
    except Refusal as refusal:
        return refusal.code
    return None


# -- what may follow what --


@given(tier=st.sampled_from(CallTier), walk=st.lists(st.sampled_from(CallStatus), max_size=8))
def test_that_a_request_is_answered_once_and_stays_answered(tier, walk):
    case = called(opened(), tier)
    for after in walk:
        call = case.calls[0]
        if (code := refusal_of(county.check, call, after)) is not None:
            assert code == "illegal_call_step"
            assert (call.status, after) not in county.CALL_LOOP[tier]
            continue
        assert call.is_awaited  # whatever is settled moves no more
        case = noted(case, "county_answered", call="C1-H1", body="county_water", answer=after)
        assert case.calls[0].status is after
    last = case.calls[0]
    helped = last.status is CallStatus.AGREED
    assert case.county_help == helped
    seen_is_enough = tier is CallTier.VIEW and last.status is CallStatus.SEEN
    assert last.is_awaited == (last.status in {"asked", "seen"} and not seen_is_enough)


@given(walk=st.lists(st.sampled_from(TransferStatus), max_size=8))
def test_that_a_transfer_is_decided_once_and_stays_decided(walk):
    case = sent(opened())
    for after in walk:
        held = case.transfers[0]
        if (code := refusal_of(transfer.check, held, after)) is not None:
            assert code == "illegal_transfer_step"
            continue
        assert held.is_awaited
        case = noted(case, "transfer_moved", transfer="C1-Y1", destination="110", decision=after)
    decided = case.transfers[0].status
    assert case.transfers[0].is_awaited == (decided in {"sent", "received"})
    assert (case.taken_over is not None) == (decided == "accepted")


def test_that_a_word_on_one_request_leaves_the_others_as_they_are():
    case = called(called(opened()), no="C1-H2")
    after = noted(case, "county_answered", call="C1-H2", body="county_water", answer="agreed")
    assert after.calls[0] == case.calls[0]
    assert [it.status for it in after.calls] == ["asked", "agreed"]
    assert county.the_call("C1", after.calls).no == "C1-H1"
    assert county.the_call("C1", after.calls, "C1-H2").status == "agreed"


@pytest.mark.parametrize(
    ("find", "code"),
    [
        (lambda: county.the_call("C1", (), ""), "no_open_call"),
        (lambda: county.the_call("C1", called(opened()).calls, "C1-H9"), "no_open_call"),
        (lambda: transfer.the_transfer("C1", (), ""), "no_open_transfer"),
        (lambda: transfer.the_transfer("C1", sent(opened()).transfers, "Y9"), "no_open_transfer"),
    ],
)
def test_that_what_is_not_there_is_refused_by_name(find, code):
    with pytest.raises(Refusal) as caught:
        find()
    assert caught.value.code == code


def test_that_a_request_noted_before_there_were_any_still_means_help():
    case = noted(opened(), "county_called")
    assert case.county_help
    assert case.calls == ()


# -- the ladder --

POLICIES = st.sampled_from(DayPolicy)
AMOUNTS = st.lists(st.integers(1, 30), min_size=1, max_size=3)


@given(
    amounts=AMOUNTS,
    unit=st.sampled_from(LimitUnit),
    policy=POLICIES,
    minutes=st.integers(0, 500_000),
)
def test_that_the_limits_of_the_levels_add_up_to_the_whole(hall, amounts, unit, policy, minutes):
    policy = policy if unit is LimitUnit.WORK_DAY else DayPolicy.HOURS8
    rungs = [
        Rung(level=level, limit=Limit(amount, unit, policy))
        for level, amount in zip(Level, amounts, strict=False)
    ]
    start = datetime(2026, 1, 3, tzinfo=UTC) + timedelta(minutes=minutes)
    marks = [it.due_at for it in mediation.marks(rungs, hall.calendar, start)]
    assert mediation.whole(rungs) == Limit(sum(amounts), unit, policy)
    assert marks[-1] == hall.calendar.deadline(start, mediation.whole(rungs)).due_at
    assert marks == sorted(marks)
    assert start < marks[0]
    assert len(set(marks)) == len(marks)


def test_that_the_built_in_ladder_takes_seven_days():
    assert mediation.whole(mediation.BUILT_IN) == Limit(7, LimitUnit.NATURAL_DAY)
    assert [it.level for it in mediation.BUILT_IN] == list(Level)


def test_that_limits_of_several_kinds_have_no_sum():
    rungs = (
        Rung(level=Level.VILLAGE, limit=Limit(2, LimitUnit.NATURAL_DAY)),
        Rung(level=Level.TOWNSHIP, limit=Limit(2, LimitUnit.WORK_DAY)),
    )
    for wrong in (rungs, ()):
        with pytest.raises(ValueError, match="one unit"):
            mediation.whole(wrong)


@given(
    walk=st.lists(
        st.tuples(st.sampled_from(["note", "up", "end"]), st.integers(1, 40)), max_size=12
    )
)
def test_that_the_work_of_every_level_is_kept_whatever_comes_after(walk):
    case, at, said = begun(opened()), NOON, []
    for act, hours in walk:
        climb = mediation.going_on(case.mediations)
        if climb is None:
            break
        at += hours * HOUR
        marks = [it.due_at for it in climb.levels]
        level = climb.current.level
        if act == "note":
            said.append((level, f"谈了 {len(said)}"))
            case = noted(case, "mediation_noted", at, words=said[-1][1], who="老李", rung=level)
        elif act == "up" and climb.above is not None:
            case = noted(case, "mediation_raised", at, body="peace", words="调不成")
        elif act == "end":
            case = noted(case, "mediation_ended", at, end="agreed", words="握手")
        after = case.mediations[-1]
        assert [it.due_at for it in after.levels] == marks  # no step moves a mark
    (climb,) = case.mediations
    kept = [(it.level, session.words) for it in climb.levels for session in it.sessions]
    assert sorted(kept) == sorted(said)
    worked = [it for it in climb.levels if it.begun_at is not None]
    assert worked == list(climb.levels[: len(worked)])
    assert all(it.ended_at == up.begun_at for it, up in pairwise(worked))
    assert case.county_help == (worked[-1].level is Level.COUNTY)


@pytest.mark.parametrize("end", MediationEnd)
@pytest.mark.parametrize("raised", range(3))
def test_that_it_fails_at_the_highest_level_only(end, raised):
    case = begun(opened())
    for _ in range(raised):
        case = noted(case, "mediation_raised", body="peace", words="调不成")
    climb = case.mediations[0]
    if end is MediationEnd.FAILED and raised < 2:
        with pytest.raises(Refusal) as caught:
            mediation.check_end(climb, end, "C1")
        assert (caught.value.code, caught.value.facts["level"]) == (
            "mediation_goes_up",
            list(Level)[raised + 1],
        )
    else:
        mediation.check_end(climb, end, "C1")


def test_that_a_level_that_was_done_after_its_mark_is_late():
    case = begun(opened())
    late = noted(case, "mediation_raised", NOON + 25 * HOUR, body="peace", words="调不成")
    assert [it.is_late for it in late.mediations[0].levels] == [True, False, False]


# -- on the case --


def awaiting():
    return {"calls": called(opened()), "transfers": sent(opened()), "mediations": begun(opened())}


@pytest.mark.parametrize("what", ["calls", "transfers", "mediations"])
def test_that_nothing_ends_while_others_owe_a_word_on_it(what):
    case = awaiting()[what]
    for step, data in (
        (Step.REJECT, {"reason": "r", "reply": "r"}),
        (Step.MERGE, {"into": "C2"}),
        (Step.FORCE_CLOSE, {"reason": "r"}),
    ):
        act = Act(step=step, at=NOON, by="a", role=Role.SHIFT_SUPERVISOR, data=data)
        with pytest.raises(Refusal) as caught:
            cases.take(case, act)
        assert caught.value.code == "awaited_above"
        assert "mediation" not in words.sentence(caught.value)


def test_that_every_way_out_of_the_open_states_asks_for_it():
    ways = [rule for (before, _), rule in LOOP.items() if before in OPEN and rule.after in SETTLED]
    assert ways
    assert all(cases._nothing_awaited in rule.guards for rule in ways)


def test_that_nothing_is_closed_as_transferred_before_the_other_side_has_accepted():
    act = Act(
        step=Step.TRANSFER, at=NOON, by="a", data={"reply": "已移送", "outcome": "transferred"}
    )
    for case in (opened(), sent(opened())):
        with pytest.raises(Refusal) as caught:
            cases.take(case, act)
        assert caught.value.code == "not_taken_over"
    accepted = noted(sent(opened()), "transfer_moved", transfer="C1-Y1", decision="accepted")
    closed, _ = cases.take(accepted, act)
    assert (closed.state, closed.outcome) == (State.CLOSED, "transferred")
    assert closed.county_help  # what ends elsewhere was not settled here


@pytest.mark.parametrize(
    ("case", "kind", "part"),
    [
        (called(opened()), TimerKind.COUNTY_REPLY, "county_water"),
        (sent(opened()), TimerKind.RECEIPT, "110"),
        (begun(opened()), TimerKind.MEDIATION, "village"),
    ],
)
def test_that_what_is_owed_has_a_clock_that_turns_red_and_stays_red(case, kind, part):
    def clocks(of):
        return [it for it in case_timers(of, Limits()) if it.kind in ABOVE]

    (timer,) = clocks(case)
    assert (timer.kind, timer.part, timer.start_at) == (kind, part, NOON)
    assert timer.phase(NOON) is Phase.CALM
    assert timer.phase(timer.due_at) is Phase.OVER
    assert timer.phase(timer.due_at + 500 * HOUR) is Phase.OVER
    assert clocks(replace(case, state=State.CLOSED, closed_at=NOON)) == []


def test_that_two_requests_to_one_body_have_two_clocks():
    case = called(called(opened()), no="C1-H2")
    found = [it for it in case_timers(case, Limits()) if it.kind is TimerKind.COUNTY_REPLY]
    assert len({(it.part, it.cycle) for it in found}) == 2


def test_that_a_receipt_past_its_limit_is_the_clock_a_person_is_shown():
    case = sent(opened(), at=NOON - 20 * HOUR)
    timer = pressing(case_timers(case, Limits()))
    assert timer.kind is TimerKind.RECEIPT
