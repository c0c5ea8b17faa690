"""Refusals ruled on by a deadline, what a whistle is blown for, ratings both ways."""

from datetime import timedelta

import pytest

from commandcenter.application import commands as c
from commandcenter.application.needs import Look, Need, need_of
from commandcenter.domain.whistle import spared

MINUTE = timedelta(minutes=1)
BODIES = ("police", "fire")
GOOD = {"response": 5, "attendance": 4, "solved": 5, "attitude": 4}
REFUSES = {"reason": "非本所职责", "duty_item": "PH-004"}


@pytest.fixture
def whistle(desk):
    case = desk.report()
    desk.do(c.File(case=case.no))
    return desk.do(c.Blow(case=case.no, bodies=BODIES, hold_seconds=0)).whistle


def of(desk, whistle, body="fire"):
    return desk.whistle(whistle).of(body)


def kinds(desk, whistle):
    return [fact.kind for fact in desk.facts(desk.whistle(whistle).case)]


def released(desk, whistle):
    for body in BODIES:
        desk.answers(whistle, body, "finished", words="已处置")
    desk.do(c.Release(whistle=whistle.no))


# -- refusals --


@pytest.mark.parametrize(("uphold", "counts"), [(True, True), (False, False)])
def test_that_a_body_that_must_come_and_does_not_counts_though_it_is_withdrawn(
    desk, whistle, uphold, counts
):
    desk.answers(whistle, "fire", "refused", **REFUSES)
    desk.pass_time(minutes=31)
    desk.look()
    order = c.RuleSummons(whistle=whistle.no, body="fire", uphold=uphold, reason="清单第 4 项")
    desk.do(order, "shift_supervisor")
    if uphold:
        desk.pass_time(minutes=31)
        desk.look()
        desk.do(c.Withdraw(whistle=whistle.no, body="fire", reason="不再需要"))
    assert of(desk, whistle).state == "withdrawn"
    assert spared(of(desk, whistle)) is not counts


def test_that_an_upheld_body_has_as_long_as_it_first_had(desk):
    case = desk.report()
    desk.do(c.File(case=case.no))
    blow = c.Blow(case=case.no, bodies=BODIES, hold_seconds=0, report_in_limit="45 urgent_minute")
    whistle = desk.do(blow).whistle
    desk.answers(whistle, "fire", "refused", **REFUSES)
    desk.pass_time(minutes=20)
    order = c.RuleSummons(whistle=whistle.no, body="fire", uphold=True, reason="清单第 4 项")
    desk.do(order, "shift_supervisor")
    assert of(desk, whistle).report_in_by == desk.at + 45 * MINUTE


def test_that_a_refusal_is_ruled_on_by_its_deadline_or_marked_once(desk, whistle):
    desk.answers(whistle, "fire", "refused", **REFUSES)
    assert of(desk, whistle).rule_by == desk.at + 30 * MINUTE
    desk.pass_time(minutes=30)
    for _ in range(3):
        desk.look()
    assert of(desk, whistle).not_ruled_at == desk.at
    assert kinds(desk, whistle).count("whistle.not_ruled") == 1


def test_that_the_county_rules_when_it_is_asked_and_who_there_said_so_is_kept(desk, whistle):
    desk.answers(whistle, "fire", "refused", **REFUSES)
    desk.do(c.Arbitrate(whistle=whistle.no, body="fire", arbiter="county", reason="两方各执一词"))
    summons = of(desk, whistle)
    assert (summons.state, summons.arbiter) == ("arbitrating", "county")
    ((_, told),) = desk.outgoing("whistle.escalated")
    assert (told["body"], told["to"]) == ("fire", "县级指挥中心")
    order = c.RuleSummons(whistle=whistle.no, body="fire", uphold=True, reason="清单第 4 项")
    refusal = desk.refusal(order, "shift_supervisor")
    assert (refusal.code, refusal.facts["field"]) == ("needs", "who")
    said = c.RuleSummons(
        whistle=whistle.no, body="fire", uphold=True, reason="清单第 4 项", who="县中心 王"
    )
    desk.do(said, "shift_supervisor")
    assert (of(desk, whistle).state, of(desk, whistle).ruling) == ("answered", "清单第 4 项")


def test_that_a_ruling_binds_the_body_on_every_later_whistle_of_the_case(desk, whistle):
    desk.answers(whistle, "fire", "refused", **REFUSES)
    order = c.RuleSummons(whistle=whistle.no, body="fire", uphold=True, reason="清单")
    desk.do(order, "shift_supervisor")
    desk.do(c.Withdraw(whistle=whistle.no))
    again = desk.do(c.Blow(case=whistle.case, bodies=BODIES, hold_seconds=0)).whistle
    assert [item.bound for item in again.summons] == [False, True]
    desk.answers(again, "fire", "refused", **REFUSES)
    assert of(desk, again).state == "blown"
    noted = desk.facts(whistle.case)[-1]
    assert (noted.kind, noted.data["refusal"]) == ("whistle.receipt_noted", "bound_by_ruling")


def test_that_a_ruling_wants_words(desk, whistle):
    desk.answers(whistle, "fire", "refused", **REFUSES)
    order = c.RuleSummons(whistle=whistle.no, body="fire", uphold=False, reason=" ")
    assert desk.refusal(order, "shift_supervisor").code == "needs"


# -- what it is blown for --


def dispatched(desk, event_no="E1"):
    case = desk.report(event_no, category="C0101")
    desk.do(c.File(case=case.no))
    desk.do(c.Dispatch(case=case.no))
    return desk.case(case)


def test_that_a_whistle_waits_for_the_next_milestone_of_its_case(desk):
    case = dispatched(desk)
    whistle = desk.do(c.Blow(case=case.no, bodies=BODIES, hold_seconds=0)).whistle
    assert (whistle.milestone, whistle.solve_by) == (case.stops[0].name, case.stops[0].due_at)
    desk.pass_time(minutes=5)
    released(desk, whistle)
    waiting = desk.whistle(whistle)
    assert (waiting.is_open, waiting.nobody_waits) == (True, True)
    desk.says(case, "milestone", milestone="没有这个节点")
    assert desk.whistle(whistle) == waiting
    desk.says(case, "milestone", milestone=whistle.milestone)
    done = desk.whistle(whistle)
    assert (done.closed_at, done.solved_at) == (desk.at, desk.at)


def test_that_the_result_of_the_case_solves_it_and_a_settled_case_ends_it(desk):
    case = dispatched(desk)
    first = desk.do(c.Blow(case=case.no, bodies=BODIES, hold_seconds=0)).whistle
    released(desk, first)
    for body in (*case.co_bodies, case.body):
        desk.says(case, "result", body=body, words="好了")
    assert desk.whistle(first).solved_at is not None
    other = dispatched(desk, "E2")
    second = desk.do(c.Blow(case=other.no, bodies=BODIES, hold_seconds=0)).whistle
    released(desk, second)
    desk.do(c.ForceClose(case=other.no, reason="并入年度改造"), "shift_supervisor")
    ended = desk.whistle(second)
    assert (ended.closed_at, ended.solved_at) == (desk.at, None)


def test_that_an_emergency_asks_afterwards_why(desk):
    case = desk.report()
    whistle = desk.do(c.Blow(case=case.no, bodies=BODIES, kind="emergency")).whistle
    me = desk.hall.people["dispatcher"]

    def need():
        look = Look(
            case=desk.case(case),
            operator=me,
            at=desk.at,
            whistle=desk.whistle(whistle),
            people=desk.hall.people,
        )
        return need_of(look)

    desk.do(c.Claim(case=case.no))
    desk.do(c.File(case=case.no))
    desk.do(c.Dispatch(case=case.no, body="fire"))
    assert need() is Need.EXPLAIN
    assert desk.refusal(c.ExplainWhistle(whistle=whistle.no, words=" ")).code == "needs"
    desk.do(c.ExplainWhistle(whistle=whistle.no, words="井下有人"))
    assert need() is not Need.EXPLAIN


# -- ratings --


def test_that_a_rating_goes_to_the_body_and_its_answer_comes_back(desk, whistle):
    assert desk.refusal(c.Rate(whistle=whistle.no, body="fire", **GOOD)).code == (
        "illegal_summons_step"
    )
    released(desk, whistle)
    desk.do(c.Rate(whistle=whistle.no, body="fire", **GOOD, words="到得快"))
    ((item, told),) = desk.outgoing("whistle.rated")
    assert (item.body, told["marks"], told["words"]) == ("fire", GOOD, "到得快")
    desk.answers(whistle, "fire", "rating_answered", words="收到")
    assert of(desk, whistle).rating.answer == "收到"
    assert of(desk, whistle).rating.marks.total == 18


def test_that_an_appeal_in_its_window_is_ruled_on_by_another(desk, whistle):
    released(desk, whistle)
    bad = GOOD | {"attendance": 1}
    desk.do(c.Rate(whistle=whistle.no, body="fire", **bad), "shift_supervisor")
    appeal = c.AppealRating(whistle=whistle.no, body="fire", words="按时到的", who="老陈")
    desk.do(appeal)
    rule = c.RuleRating(whistle=whistle.no, body="fire", words="定位属实", **GOOD)
    assert desk.refusal(rule, "shift_supervisor").code == "own_rating"
    leader = next(it.id for it in desk.hall.people.values() if it.role == "duty_leader")
    desk.do(rule, leader)
    rating = of(desk, whistle).rating
    assert (rating.first.attendance, rating.marks.attendance) == (1, 4)
    assert [told.get("appeal_by") is None for _, told in desk.outgoing("whistle.rated")] == [
        False,
        True,
    ]
    assert desk.refusal(appeal).code == "appealed_before"


def test_that_an_appeal_after_its_window_is_noted_and_changes_nothing(desk, whistle):
    released(desk, whistle)
    desk.do(c.Rate(whistle=whistle.no, body="fire", **GOOD))
    before = of(desk, whistle)
    desk.pass_time(days=10)
    desk.answers(whistle, "fire", "rating_appealed", words="偏低")
    assert of(desk, whistle) == before
    assert desk.facts(whistle.case)[-1].data["refusal"] == "appeal_too_late"
