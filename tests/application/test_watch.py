"""The watch: every crossed clock is raised once, late ones marked, never all at once."""

from datetime import timedelta

import pytest

from commandcenter.application import commands as c
from commandcenter.application.watch import AT_ONCE, Watch, raise_due, raise_timer
from commandcenter.domain.timers import TimerKind, case_timers

HOUR = timedelta(hours=1)


def crossed(facts):
    return [(fact.data.get("timer") or fact.kind, fact.data["late"]) for fact in facts]


def test_that_a_crossing_is_raised_once_and_not_before(desk):
    case = desk.report()
    desk.pass_time(minutes=15, seconds=-1)
    assert desk.look() == []
    desk.pass_time(seconds=1)
    assert crossed(desk.look()) == [("claim", False), ("accept", False)]
    for _ in range(3):
        desk.pass_time(seconds=1)
        assert desk.look() == []
    assert desk.kinds(case).count("case.timer_crossed") == 2


def test_that_a_clock_that_was_met_is_not_raised(desk):
    case = desk.report()
    desk.do(c.File(case=case.no))
    desk.pass_time(minutes=15)
    assert crossed(desk.look()) == [("dispatch", False)]


def test_that_what_was_crossed_while_nobody_watched_is_raised_late_and_once(desk):
    case = desk.report()
    desk.close()
    desk.pass_time(hours=3)
    desk.open()
    assert crossed(desk.look()) == [("claim", True), ("accept", True)]
    desk.close()
    desk.open()
    assert desk.look() == []
    assert desk.kinds(case).count("case.timer_crossed") == 2


def test_that_a_body_that_does_not_answer_or_come_is_marked_once(desk):
    case = desk.report()
    desk.do(c.Claim(case=case.no))
    desk.do(c.File(case=case.no))
    whistle = desk.do(c.Blow(case=case.no, bodies=("police", "fire"))).whistle
    desk.do(c.Dispatch(case=case.no, limit="3 work_day"))
    desk.answers(whistle, "police", "answered")
    desk.pass_time(minutes=10)
    (fact,) = desk.look()
    assert (fact.kind, fact.data["body"]) == ("whistle.not_answered", "fire")
    assert desk.whistle(whistle).of("fire").no_answer_at == desk.at
    desk.close()
    desk.pass_time(minutes=40)
    desk.open()
    facts = [fact for fact in desk.look() if fact.kind.startswith("whistle")]
    assert {(fact.kind, fact.data["body"], fact.data["late"]) for fact in facts} == {
        ("whistle.not_shown_up", "police", True),
        ("whistle.not_shown_up", "fire", True),
    }
    assert desk.look() == []
    desk.answers(whistle, "fire", "reported_in")
    fire = desk.whistle(whistle).of("fire")
    assert (fire.state, fire.no_show_at) == ("reported_in", desk.at)


def test_that_a_body_told_to_come_all_the_same_can_be_late_again(desk):
    case = desk.report()
    whistle = desk.do(c.Blow(case=case.no, bodies=("fire",), hold_seconds=0)).whistle
    desk.pass_time(minutes=31)
    assert "whistle.not_shown_up" in {fact.kind for fact in desk.look()}
    desk.answers(whistle, "fire", "refused", reason="r", duty_item="PH-001")
    order = c.RuleSummons(whistle=whistle.no, body="fire", uphold=True, reason="清单")
    desk.do(order, "shift_supervisor")
    desk.pass_time(minutes=29)
    assert "whistle.not_shown_up" not in {fact.kind for fact in desk.look()}
    desk.pass_time(minutes=1)
    assert "whistle.not_shown_up" in {fact.kind for fact in desk.look()}


def test_that_two_hundred_crossings_come_a_few_at_a_time_and_each_once(desk):
    reports = [desk.message("grid.event.reported", event_no=f"E{n}", title="t") for n in range(100)]
    desk.hear(*reports)
    desk.close()
    desk.pass_time(hours=1)
    desk.open()
    raised = []
    while facts := desk.look():
        assert len(facts) <= AT_ONCE
        raised += [(fact.subject, fact.data["timer"]) for fact in facts]
        desk.pass_time(seconds=1)
    assert len(raised) == len(set(raised)) == 200
    assert {kind for _, kind in raised} == {"claim", "accept"}


def test_that_the_longest_overdue_comes_first(desk):
    first = desk.report("E1")
    desk.pass_time(minutes=1)
    second = desk.report("E2")
    desk.pass_time(minutes=30)
    assert [fact.subject for fact in desk.look()] == [first.no] * 2 + [second.no] * 2


def test_that_a_hold_ends_by_itself_each_time(desk):
    case = desk.report(category="C0101")
    desk.do(c.File(case=case.no))
    desk.do(c.Dispatch(case=case.no))
    desk.says(case, "handling")
    for _ in range(2):
        order = c.Suspend(case=case.no, reason="materials", until=desk.at + HOUR)
        desk.do(order, "shift_supervisor")
        desk.look()
        desk.pass_time(hours=1)
        assert ("hold", False) in crossed(desk.look())
        assert desk.case(case).state == "handling"
    assert len(desk.case(case).pauses) == 2


def test_that_a_verification_nobody_answers_is_seen(desk):
    case = desk.report()
    sent = desk.do(c.Verify(case=case.no, worker="W001")).case
    desk.at = sent.verify_due_at
    assert ("verify", False) in crossed(desk.look())
    assert "accept" not in dict(crossed(desk.look()))


def test_that_what_happened_since_the_look_is_seen_in_the_transaction(desk, township):
    case = desk.report()
    stale = [t for t in case_timers(case, township.limits) if t.kind is TimerKind.CLAIM]
    desk.do(c.Claim(case=case.no))
    desk.pass_time(hours=1)
    with desk.store.unit(desk.at) as unit:
        assert raise_due(unit, township, stale) == ()
        assert not raise_timer(unit, township, stale[0])
        assert unit.crossed(stale[0])  # it was not used up by that
    assert "claim" not in dict(crossed(desk.look()))


def test_that_a_paused_clock_is_not_raised_and_a_moved_one_at_its_new_time(desk):
    case = desk.report(category="C0101")
    desk.do(c.File(case=case.no))
    desk.do(c.Dispatch(case=case.no))
    desk.says(case, "handling")
    desk.do(
        c.Suspend(case=case.no, reason="materials", until=desk.at + 48 * HOUR), "shift_supervisor"
    )
    desk.pass_time(hours=20)
    assert desk.look() == []
    desk.do(c.Resume(case=case.no))
    desk.pass_time(hours=2)
    assert [fact.data["part"] for fact in desk.look()] == ["围护"]
    desk.pass_time(hours=6)
    # the one over all never stood still
    assert {fact.data["timer"] for fact in desk.look()} == {"milestone", "handle", "total"}


def test_that_a_deadline_crossed_before_a_hold_is_raised_again_after_it(desk):
    case = desk.report(category="C0101")
    desk.do(c.File(case=case.no))
    desk.do(c.Dispatch(case=case.no, limit="4 urgent_hour"))
    desk.says(case, "handling")
    desk.pass_time(hours=4)
    assert ("handle", False) in crossed(desk.look())
    desk.do(
        c.Suspend(case=case.no, reason="materials", until=desk.at + 2 * HOUR), "shift_supervisor"
    )
    desk.pass_time(hours=1)
    assert desk.look() == []
    desk.do(c.Resume(case=case.no))
    desk.pass_time(minutes=1)
    assert "handle" in dict(crossed(desk.look()))
    assert desk.look() == []


def test_that_a_follow_up_nobody_made_is_raised_once_also_after_a_restart(desk):
    case = desk.report()
    desk.do(c.File(case=case.no))
    desk.do(c.Dispatch(case=case.no, body="construction"))
    for status in ("accepted", "handling", "result"):
        desk.says(case, status, words="已清运")
    desk.do(c.Check(case=case.no), "inspector")
    closed = desk.do(c.Close(case=case.no, outcome="solved"), "inspector").case
    desk.close()
    desk.pass_time(hours=1)
    desk.open()
    assert desk.look() == []
    desk.close()
    desk.at = closed.follow_up_due_at + HOUR
    desk.open()
    assert crossed(desk.look()) == [("follow_up", True)]
    desk.close()
    desk.open()
    assert desk.watch.due(desk.at) == []
    assert desk.kinds(case).count("case.timer_crossed") == 1


@pytest.mark.parametrize("again", [1, 3])
def test_that_a_clock_told_of_again_is_found_once(desk, township, again):
    desk.report()
    watch = Watch(township.limits)
    for _ in range(again):
        watch.begin(desk.work())
    desk.pass_time(hours=1)
    assert len(watch.due(desk.at)) == 2
    assert watch.due(desk.at) == []
