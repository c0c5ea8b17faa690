"""Provisional deadlines are reckoned once more when their notice is there, and only then."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commandcenter.application import commands as c
from commandcenter.application.recompute import firm, provisional, recompute
from commandcenter.application.turn import HALL, Turn
from commandcenter.domain.case import fold
from commandcenter.domain.timelimit import Limit, WorkCalendar, YearPlan, YearStatus
from commandcenter.domain.timers import TimerKind, case_timers

EVE = datetime(2026, 12, 31, 9, tzinfo=UTC)  # 17:00 in the hall, a Thursday
HOUR = timedelta(hours=1)


def official(hall, *years, holidays=(date(2027, 1, 1), date(2027, 1, 4))):
    """The hall once the notices of these years are out."""
    plans = dict(hall.calendar.years)
    for year in years:
        off = frozenset(it for it in holidays if it.year == year)
        plans[year] = YearPlan(year=year, status=YearStatus.OFFICIAL, holidays=off)
    return replace(hall, calendar=WorkCalendar(plans, hall.zone))


@pytest.fixture
def waiting(make_desk, township):
    """A desk on New Year's Eve with a case whose deadline lies beyond it."""

    def open_desk(limit="2 work_day", **fields):
        desk = make_desk(township, at=EVE)
        case = desk.report(category="C0103")
        desk.do(c.File(case=case.no))
        desk.do(c.Dispatch(case=case.no, body="construction", limit=limit, **fields))
        return desk, desk.case(case)

    return open_desk


def settle(desk, case, hall):
    with desk.store.unit(desk.at) as unit:
        return recompute(Turn(unit=unit, hall=hall, actor=HALL, at=desk.at), case.no)


def test_that_a_deadline_beyond_the_notice_waits_on(waiting):
    desk, case = waiting("300 work_day")  # into 2028
    assert case.due_provisional
    hall = official(desk.hall, 2027)
    data = firm(hall, case)
    assert "due_at" not in data
    after = settle(desk, case, hall)
    assert after.due_provisional
    assert after.due_at == case.due_at
    assert not after.total_provisional  # fifteen days from filing lie in 2027
    settled = settle(desk, case, official(desk.hall, 2027, 2028))
    assert not settled.due_provisional


def test_that_a_second_time_changes_nothing(waiting):
    desk, case = waiting()
    hall = official(desk.hall, 2027)
    after = settle(desk, case, hall)
    assert after.due_at == case.due_at + 24 * HOUR  # the fourth is a holiday now
    assert settle(desk, case, hall) is None
    assert desk.case(case).version == after.version
    assert desk.kinds(case).count("case.recomputed") == 1
    assert fold(iter(desk.facts(case))) == desk.case(case)


def test_that_what_was_official_stays_as_it_was_set(waiting):
    desk, case = waiting("1 work_hour")
    assert not case.due_provisional
    assert "due_at" not in firm(official(desk.hall, 2027, holidays=()), case)


def test_that_a_clock_that_stands_still_is_reckoned_when_it_goes_on(waiting):
    desk, case = waiting()
    desk.says(case, "handling")
    until = desk.at + 300 * HOUR
    held = desk.do(c.Suspend(case=case.no, reason="policy", until=until), "duty_leader").case
    hall = official(desk.hall, 2027)
    after = settle(desk, held, hall)
    assert after.due_at == case.due_at + 24 * HOUR
    desk.hall = hall
    desk.pass_time(hours=87)  # Monday morning, a holiday
    resumed = desk.do(c.Resume(case=case.no)).case
    worked = hall.calendar.work_time(EVE, EVE + 87 * HOUR)
    moved = hall.calendar.work_time(after.due_at, resumed.due_at)
    assert moved == worked
    assert not resumed.due_provisional


def test_that_extensions_and_milestones_are_reckoned_anew_with_it(waiting):
    desk, case = waiting()
    said = {"who": "李所长", "channel": "电话", "reason": "materials"}
    desk.do(c.AskExtension(case=case.no, limit="1 work_day", **said))
    extended = desk.do(c.Decide(case=case.no, grant=True), "shift_supervisor").case
    assert extended.due_provisional
    after = settle(desk, case, official(desk.hall, 2027))
    assert after.due_at == extended.due_at + 24 * HOUR
    assert after.extensions == ("1 work_day",)


def test_that_only_open_cases_wait(waiting):
    desk, case = waiting()
    assert provisional([case]) == [case]
    ended = desk.do(c.ForceClose(case=case.no, reason="误报"), "duty_leader").case
    assert provisional([ended]) == []
    assert firm(official(desk.hall, 2027), ended) == {}


days = st.dates(date(2027, 1, 1), date(2027, 2, 28))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(holidays=st.frozensets(days, max_size=20))
def test_that_whatever_the_notice_says_reckoning_it_twice_is_reckoning_it_once(waiting, holidays):
    desk, case = waiting()
    hall = official(desk.hall, 2027, holidays=holidays)
    after = settle(desk, case, hall)
    assert not after.due_provisional
    assert not after.total_provisional
    assert after.due_at == hall.calendar.deadline(EVE, Limit.parse("2 work_day")).due_at
    assert (after.total_from, after.statutory_due_at) == (case.total_from, case.statutory_due_at)
    assert settle(desk, case, hall) is None


def clock(desk, case, kind):
    return next(it for it in case_timers(desk.case(case), desk.hall.limits) if it.kind is kind)


def test_that_the_limits_of_single_steps_wait_for_the_notice_too(make_desk, township):
    sign, check = Limit.parse("2 work_day"), Limit.parse("1 work_day")
    limits = replace(township.limits, sign=sign, check=check, follow_up=check)
    desk = make_desk(replace(township, limits=limits), at=EVE)
    case = desk.report(category="C0103")
    desk.do(c.File(case=case.no))
    desk.do(c.Dispatch(case=case.no, body="construction", co_bodies=(), limit="3 urgent_hour"))
    before = clock(desk, case, TimerKind.SIGN)
    assert before.provisional
    hall = official(desk.hall, 2027)
    settle(desk, case, hall)
    after = clock(desk, case, TimerKind.SIGN)
    assert (after.provisional, after.due_at) == (False, before.due_at + 24 * HOUR)
    assert settle(desk, case, hall) is None
    desk.says(case, "result", words="好")
    assert clock(desk, case, TimerKind.CHECK).provisional
    settle(desk, case, hall)
    assert not clock(desk, case, TimerKind.CHECK).provisional
    desk.do(c.Check(case=case.no), "inspector")
    close = c.Close(case=case.no, outcome="explained", reply="已答", contacted=True)
    desk.do(close, "inspector")
    assert clock(desk, case, TimerKind.FOLLOW_UP).provisional
    assert fold(iter(desk.facts(case))) == desk.case(case)
