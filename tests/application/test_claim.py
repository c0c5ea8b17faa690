"""Who has a case, whether he is still there, and how it goes to somebody else."""

import pytest

from commandcenter.application import commands as c
from commandcenter.application.questions import Present
from commandcenter.domain.case import State


@pytest.fixture
def held(desk):
    """A report the dispatcher has claimed."""
    return desk.do(c.Claim(case=desk.report().no)).case


def attend(desk, who):
    with desk.store.unit(desk.at) as unit:
        unit.attend(who)
    desk.deltas.append(unit.delta)


def take(case, **more):
    return c.Claim(case=case.no, version=case.version, take=True, **more)


def test_that_a_case_whose_owner_is_there_cannot_be_taken(desk, held):
    for _ in range(20):
        desk.pass_time(seconds=15)
        attend(desk, "dispatcher")
        assert desk.refusal(take(held), "dispatcher2").code == "claim_held"
    assert desk.case(held) == held


def test_that_being_there_is_no_fact_and_changes_no_case(desk, held):
    before = desk.facts(held)
    for _ in range(4):
        desk.pass_time(seconds=15)
        attend(desk, "dispatcher")
        told = desk.deltas[-1]
        assert (told.facts, told.cases) == ((), ())
        assert told.present == (("dispatcher", desk.at),)
    assert desk.facts(held) == before
    assert dict(desk.store.answer(Present())) == {"dispatcher": desk.at}
    assert dict(desk.work().present) == {"dispatcher": desk.at}


def test_that_a_stale_claim_has_twenty_seconds_of_grace(desk, held):
    desk.pass_time(seconds=46)
    refusal = desk.refusal(take(held), "dispatcher2")
    assert (refusal.code, refusal.facts["seconds"]) == ("claim_stale", 19)
    assert desk.case(held).claimed_by == "dispatcher"


def test_that_anybody_takes_a_loose_claim_with_one_command(desk, held):
    desk.pass_time(seconds=65)
    taken = desk.do(take(held), "dispatcher2")
    assert taken.case.claimed_by == "dispatcher2"
    (fact,) = taken.facts
    assert (fact.data["taken_from"], fact.data["heard_at"]) == ("dispatcher", held.claimed_at)


def test_that_a_stale_claim_stays_its_owners_until_somebody_takes_it(desk, held):
    desk.pass_time(days=3)
    desk.look()
    assert desk.case(held).claimed_by == "dispatcher"
    attend(desk, "dispatcher")
    assert desk.refusal(take(desk.case(held)), "dispatcher2").code == "claim_held"


def test_that_a_supervisor_takes_a_claim_at_once_but_says_why(desk, held):
    assert desk.refusal(take(held), "shift_supervisor").code == "take_needs_reason"
    assert desk.refusal(take(held, reason="  "), "shift_supervisor").code == "take_needs_reason"
    taken = desk.do(take(held, reason="本人已送医"), "shift_supervisor")
    assert taken.case.claimed_by == "shift_supervisor"
    assert taken.facts[0].data["reason"] == "本人已送医"


def test_that_a_supervisor_needs_no_reason_for_a_loose_claim(desk, held):
    desk.pass_time(seconds=65)
    assert desk.do(take(held), "shift_supervisor").case.claimed_by == "shift_supervisor"


def test_that_a_late_command_of_whoever_lost_the_case_is_refused(desk, held):
    desk.pass_time(seconds=65)
    desk.do(take(held), "dispatcher2")
    late = c.File(case=held.no, version=held.version, category="E0501", grid="990101101001001")
    assert desk.refusal(late).code == "overtaken"
    assert desk.refusal(c.File(case=held.no, category="E0501")).code == "claimed_by_other"
    assert desk.case(held).state is State.RECEIVED


def test_that_a_case_is_handed_over_by_name_and_is_never_nobodys(desk, held):
    order = c.HandOver(case=held.no, version=held.version, to="dispatcher2", words="等来电人回话")
    done = desk.do(order)
    assert (done.case.claimed_by, done.case.claimed_at) == ("dispatcher2", desk.at)
    assert done.case.state is held.state
    assert done.facts[0].data["words"] == "等来电人回话"
    assert desk.refusal(c.File(case=held.no, category="E0501")).code == "claimed_by_other"


def test_that_whoever_gets_a_case_while_away_has_the_usual_time_to_turn_up(desk, held):
    desk.pass_time(hours=1)
    attend(desk, "dispatcher")
    case = desk.do(c.HandOver(case=held.no, to="dispatcher2")).case
    desk.pass_time(seconds=44)
    assert desk.refusal(take(case), "intake_officer").code == "claim_held"
    desk.pass_time(seconds=21)
    assert desk.do(take(case), "intake_officer").case.claimed_by == "intake_officer"


def test_that_only_its_owner_or_a_supervisor_hands_a_case_over(desk, held):
    order = c.HandOver(case=held.no, to="intake_officer")
    assert desk.refusal(order, "dispatcher2").code == "claimed_by_other"
    assert desk.do(order, "shift_supervisor").case.claimed_by == "intake_officer"


@pytest.mark.parametrize(
    ("to", "code"), [("nobody", "unknown_operator"), ("handler", "cannot_claim")]
)
def test_that_a_case_goes_only_to_somebody_who_can_work_on_it(desk, held, to, code):
    assert desk.refusal(c.HandOver(case=held.no, to=to)).code == code
    assert desk.case(held) == held


def test_that_a_case_with_a_body_is_not_handed_over(desk, held):
    case = desk.do(c.File(case=held.no, category="E0501")).case
    case = desk.do(c.Dispatch(case=case.no)).case
    assert desk.refusal(c.HandOver(case=case.no, to="dispatcher2")).code == "illegal_step"
