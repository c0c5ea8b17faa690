"""Limits, the working calendar and the reasons of a deadline."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from commandcenter.domain.timelimit import (
    DayPolicy,
    Limit,
    LimitUnit,
    Milestone,
    Pause,
    SeasonHours,
    WhyDetail,
    WhyKind,
    WhyStep,
    WorkCalendar,
    YearPlan,
    YearStatus,
    parse_milestones,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")


def days(first, last):
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


# The State Council's notice for 2026.
HOLIDAYS_2026 = frozenset(
    days(date(2026, 1, 1), date(2026, 1, 3))
    | days(date(2026, 2, 15), date(2026, 2, 23))
    | days(date(2026, 4, 4), date(2026, 4, 6))
    | days(date(2026, 5, 1), date(2026, 5, 5))
    | days(date(2026, 6, 19), date(2026, 6, 21))
    | days(date(2026, 9, 25), date(2026, 9, 27))
    | days(date(2026, 10, 1), date(2026, 10, 7))
)
MAKE_UP_2026 = frozenset(
    date(2026, month, day) for month, day in [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]
)
PLAN_2026 = YearPlan(
    year=2026,
    status=YearStatus.OFFICIAL,
    holidays=HOLIDAYS_2026,
    make_up_days=MAKE_UP_2026,
)
CALENDAR = WorkCalendar({2026: PLAN_2026}, SHANGHAI)


def local(*parts):
    return datetime(*parts, tzinfo=SHANGHAI)


def due(start, text, *pauses, at=None, calendar=CALENDAR):
    return calendar.deadline(start, Limit.parse(text), pauses, at).due_at


def counted(start, text):
    """Return the working days after the first that a whole-day limit counts."""
    deadline = CALENDAR.deadline(start, Limit.parse(text))
    skipped = {s.day for s in deadline.steps if s.kind is WhyKind.SKIPPED_DAY}
    return sorted(days(start.date(), deadline.due_at.astimezone(SHANGHAI).date()) - skipped)


def test_that_three_working_days_cross_the_spring_festival_of_2026():
    start = local(2026, 2, 13, 16)

    assert due(start, "3 work_day") == local(2026, 2, 25, 16)
    assert due(start, "3 work_day next_day") == local(2026, 2, 25, 23, 59, 59)
    assert counted(start, "3 work_day next_day") == [
        date(2026, 2, 14),
        date(2026, 2, 24),
        date(2026, 2, 25),
    ]


def test_that_five_working_days_cross_the_national_day_of_2026():
    start = local(2026, 9, 30, 17)

    assert due(start, "5 work_day") == local(2026, 10, 13, 17)
    assert counted(start, "5 work_day next_day") == [
        date(2026, 10, day) for day in (8, 9, 10, 12, 13)
    ]


def test_that_the_make_up_days_of_2026_are_working_days():
    assert all(CALENDAR.works(day) for day in MAKE_UP_2026)
    assert not any(CALENDAR.works(day) for day in HOLIDAYS_2026)


def test_that_a_deadline_names_the_days_it_passed_over():
    deadline = CALENDAR.deadline(local(2026, 9, 30, 17), Limit.parse("3 work_day"))

    assert deadline.steps == (
        WhyStep(kind=WhyKind.START, at=local(2026, 9, 30, 17)),
        *(
            WhyStep(kind=WhyKind.SKIPPED_DAY, day=date(2026, 10, n), detail=WhyDetail.HOLIDAY)
            for n in range(1, 8)
        ),
        WhyStep(kind=WhyKind.MAKE_UP_DAY, day=date(2026, 10, 10)),
        WhyStep(kind=WhyKind.DUE, at=local(2026, 10, 10, 17)),
    )


def test_that_weekends_and_make_up_saturdays_are_told_apart():
    steps = CALENDAR.deadline(local(2026, 10, 9, 17), Limit.parse("3 work_day")).steps

    assert [(s.kind, s.day, s.detail) for s in steps[1:-1]] == [
        (WhyKind.MAKE_UP_DAY, date(2026, 10, 10), WhyDetail.NONE),
        (WhyKind.SKIPPED_DAY, date(2026, 10, 11), WhyDetail.WEEKEND),
    ]


def test_that_urgent_limits_run_through_nights_and_holidays():
    assert due(local(2026, 10, 1, 23, 50), "30 urgent_minute") == local(2026, 10, 2, 0, 20)
    assert due(local(2026, 10, 1, 23), "1.5 urgent_hour") == local(2026, 10, 2, 0, 30)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("1 natural_day", local(2026, 10, 2, 23, 59, 59)),
        ("1 natural_day count_start_day", local(2026, 10, 1, 23, 59, 59)),
        ("5 natural_day", local(2026, 10, 6, 23, 59, 59)),
    ],
)
def test_that_natural_days_end_with_the_day_and_leave_the_first_out(text, end):
    assert due(local(2026, 10, 1, 9), text) == end


def test_that_a_first_day_counts_where_the_rule_says_so():
    assert due(local(2026, 10, 8, 9), "1 work_day next_day count_start_day") == local(
        2026, 10, 8, 23, 59, 59
    )
    on_sunday = due(local(2026, 10, 11, 9), "1 work_day next_day count_start_day")
    assert on_sunday == local(2026, 10, 12, 23, 59, 59)


def test_that_working_hours_wait_for_the_office_to_open():
    assert due(local(2026, 10, 8, 20), "2 work_hour") == local(2026, 10, 9, 10)
    assert due(local(2026, 10, 8, 11), "2 work_hour") == local(2026, 10, 8, 15)
    assert due(local(2026, 10, 8, 16), "2 work_hour") == local(2026, 10, 8, 18)


def test_that_a_deadline_beyond_the_last_notice_is_provisional():
    deadline = CALENDAR.deadline(local(2026, 12, 31, 17), Limit.parse("2 work_day"))

    assert deadline.provisional
    assert WhyStep(kind=WhyKind.PROVISIONAL_YEAR, day=date(2027, 1, 1)) in deadline.steps
    assert not CALENDAR.deadline(local(2026, 12, 30, 9), Limit.parse("1 work_day")).provisional
    assert not CALENDAR.deadline(local(2026, 12, 31, 23), Limit.parse("9 urgent_hour")).provisional


def test_that_next_years_notice_may_change_the_end_of_this_year():
    notice = YearPlan(
        year=2027,
        status=YearStatus.OFFICIAL,
        holidays=frozenset({date(2026, 12, 31), date(2027, 1, 1)}),
        make_up_days=frozenset({date(2026, 12, 27)}),
    )
    before = YearPlan(
        year=2026, status=YearStatus.OFFICIAL, make_up_days=frozenset({date(2026, 12, 31)})
    )
    calendar = WorkCalendar({2027: notice, 2026: before}, SHANGHAI)

    assert not calendar.works(date(2026, 12, 31))
    assert calendar.works(date(2026, 12, 27))


def test_that_a_year_without_a_plan_keeps_the_hours_of_the_year_before():
    short = YearPlan(
        year=2026, status=YearStatus.OFFICIAL, work_hours=((time(9), time(12)), (time(13), time(0)))
    )
    calendar = WorkCalendar({2026: short}, SHANGHAI)

    assert due(local(2027, 1, 4, 7), "5 work_hour", calendar=calendar) == local(2027, 1, 4, 15)
    assert calendar.work_time(local(2027, 1, 4), local(2027, 1, 5)) == timedelta(hours=14)
    assert due(local(2025, 1, 6, 7), "5 work_hour", calendar=calendar) == local(2025, 1, 6, 15)


def test_that_a_summer_or_a_half_day_has_its_own_hours():
    summer = SeasonHours(
        first=date(2026, 6, 1),
        last=date(2026, 8, 31),
        work_hours=((time(8), time(12)), (time(15), time(19))),
    )
    plan = YearPlan(year=2026, status=YearStatus.OFFICIAL, seasons=(summer,))
    calendar = WorkCalendar({2026: plan}, SHANGHAI)

    assert due(local(2026, 6, 1, 11), "2 work_hour", calendar=calendar) == local(2026, 6, 1, 16)
    assert due(local(2026, 9, 1, 11), "2 work_hour", calendar=calendar) == local(2026, 9, 1, 15)


def test_that_an_open_pause_counts_up_to_the_moment_asked_about():
    start, stop = local(2026, 10, 8, 9), local(2026, 10, 8, 10)

    assert due(start, "3 urgent_hour", Pause(stop), at=local(2026, 10, 8, 14)) == local(
        2026, 10, 8, 16
    )
    with pytest.raises(ValueError, match="at is missing"):
        due(start, "3 urgent_hour", Pause(stop))


def test_that_a_pause_from_the_deadline_on_changes_nothing():
    end = local(2026, 10, 8, 12)
    pause = Pause(end, local(2026, 10, 9, 12))

    for text in ("3 urgent_hour", "3 work_hour"):
        deadline = CALENDAR.deadline(local(2026, 10, 8, 9), Limit.parse(text), [pause])
        assert deadline.due_at == end
        assert [step.kind for step in deadline.steps] == [WhyKind.START, WhyKind.DUE]


def test_that_overlapping_pauses_count_once():
    pauses = [
        Pause(local(2026, 10, 8, 15), local(2026, 10, 8, 16)),
        Pause(local(2026, 10, 8, 9), local(2026, 10, 8, 11)),
        Pause(local(2026, 10, 8, 10), local(2026, 10, 8, 12)),
        Pause(local(2026, 10, 7, 9), local(2026, 10, 7, 10)),
    ]

    deadline = CALENDAR.deadline(local(2026, 10, 8, 8), Limit.parse("4 work_hour"), pauses)

    assert deadline.due_at == local(2026, 10, 8, 18)
    assert [(s.at, s.until) for s in deadline.steps if s.kind is WhyKind.PAUSE] == [
        (local(2026, 10, 8, 9), local(2026, 10, 8, 12)),
        (local(2026, 10, 8, 15), local(2026, 10, 8, 16)),
    ]


def test_that_a_pause_gives_whole_day_limits_back_what_it_took():
    start = local(2026, 10, 8, 9)
    pause = Pause(local(2026, 10, 9, 10), local(2026, 10, 9, 12))
    at_night = Pause(local(2026, 10, 8, 20), local(2026, 10, 8, 22))

    assert due(start, "2 work_day next_day", pause) == local(2026, 10, 12, 10)
    assert due(start, "2 work_day next_day", at_night) == local(2026, 10, 10, 23, 59, 59)
    assert due(start, "2 natural_day", at_night) == local(2026, 10, 11, 1, 59, 59)


def test_that_a_naive_start_is_refused():
    with pytest.raises(ValueError, match="aware"):
        CALENDAR.deadline(datetime(2026, 10, 8), Limit.parse("1 work_day"))  # noqa: DTZ001


@pytest.mark.parametrize(
    "text",
    [
        "",
        "8",
        "hour",
        "urgent_hour 8",
        "-1 work_day",
        "0 work_day",
        "nan work_day",
        "1e3 work_day",
        "9999999 work_day",
        "9" * 5000 + " work_day",
        "0.5 natural_day",
        "1.5 work_day next_day",
        "3 work_day next_day hours8",
        "3 work_day soon",
        "3 work_day count_start_day count_start_day",
    ],
)
def test_that_what_is_no_limit_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        Limit.parse(text)


def test_that_milestones_keep_their_order_and_their_names():
    assert parse_milestones("围护=3 urgent_hour；修复=8 urgent_hour; 恢复 = 5 work_day;") == (
        Milestone("围护", Limit(3, LimitUnit.URGENT_HOUR)),
        Milestone("修复", Limit(8, LimitUnit.URGENT_HOUR)),
        Milestone("恢复", Limit(5, LimitUnit.WORK_DAY)),
    )
    assert parse_milestones("") == ()


@pytest.mark.parametrize("text", ["3 urgent_hour", "=3 urgent_hour", "a=1 work_day;a=2 work_day"])
def test_that_a_milestone_without_a_name_of_its_own_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        parse_milestones(text)


@pytest.mark.parametrize(
    "hours",
    [
        (),
        ((time(8), time(8)),),
        ((time(12), time(8)),),
        ((time(8), time(12)), (time(11), time(18))),
        ((time(14), time(18)), (time(8), time(12))),
        ((time(0), time(0)), (time(8), time(12))),
    ],
)
def test_that_working_hours_which_do_not_rise_are_refused(hours):
    with pytest.raises(ValueError, match="working hours"):
        YearPlan(year=2026, status=YearStatus.OFFICIAL, work_hours=hours)
    with pytest.raises(ValueError, match="working hours"):
        SeasonHours(first=date(2026, 1, 1), last=date(2026, 1, 1), work_hours=hours)


seconds = st.integers(0, 3 * 365 * 86400)
instants = seconds.map(lambda n: datetime(2025, 6, 1, tzinfo=UTC) + timedelta(seconds=n))
spans = st.timedeltas(timedelta(0), timedelta(days=20))
short_limits = st.builds(
    Limit,
    st.integers(1, 40) | st.decimals("0.25", 40, places=2).map(float),
    st.sampled_from([u for u in LimitUnit if u is not LimitUnit.NATURAL_DAY]),
)
whole_limits = st.builds(
    Limit,
    st.integers(1, 40),
    st.sampled_from([LimitUnit.NATURAL_DAY, LimitUnit.WORK_DAY]),
    st.just(DayPolicy.NEXT_DAY),
    st.booleans(),
)
limits = short_limits | whole_limits
pauses = st.lists(
    st.builds(lambda start, length: Pause(start, start + length), instants, spans), max_size=4
)


@given(limits)
def test_that_a_limit_is_read_as_it_was_written(limit):
    assert Limit.parse(str(limit)) == limit


@given(instants, instants, limits)
def test_that_a_later_start_is_never_due_earlier(one, other, limit):
    first, second = sorted([one, other])
    assert CALENDAR.deadline(first, limit).due_at <= CALENDAR.deadline(second, limit).due_at


@given(instants, limits, st.integers(1, 20))
def test_that_a_longer_limit_is_due_later(start, limit, more):
    longer = Limit(limit.amount + more, limit.unit, limit.policy, limit.count_start_day)
    assert CALENDAR.deadline(start, limit).due_at < CALENDAR.deadline(start, longer).due_at


@given(instants, limits, pauses)
def test_that_a_pause_never_makes_a_deadline_earlier(start, limit, stops):
    assert CALENDAR.deadline(start, limit, stops).due_at >= CALENDAR.deadline(start, limit).due_at


@given(instants, short_limits.filter(lambda limit: limit.unit.startswith("work")))
def test_that_a_deadline_lies_exactly_its_working_time_away(start, limit):
    hours = limit.amount * (8 if limit.unit is LimitUnit.WORK_DAY else 1)
    worked = CALENDAR.work_time(start, CALENDAR.deadline(start, limit).due_at)
    assert worked == timedelta(hours=hours)


@given(instants, short_limits, pauses)
def test_that_exactly_the_limit_runs_outside_the_pauses(start, limit, stops):
    deadline = CALENDAR.deadline(start, limit, stops)
    continuous = limit.unit.startswith("urgent")
    measure = (lambda a, b: b - a) if continuous else CALENDAR.work_time
    paused = [s for s in deadline.steps if s.kind is WhyKind.PAUSE]
    taken = sum(
        (measure(s.at, min(s.until, deadline.due_at)) for s in paused),
        timedelta(),
    )
    length = CALENDAR.deadline(start, limit).due_at

    assert measure(start, deadline.due_at) - taken == measure(start, length)


@given(instants, instants, instants)
def test_that_working_time_adds_up(one, two, three):
    a, b, c = sorted([one, two, three])
    assert CALENDAR.work_time(a, b) + CALENDAR.work_time(b, c) == CALENDAR.work_time(a, c)
    assert CALENDAR.work_time(b, a) == timedelta() or a < b


@given(instants, whole_limits)
def test_that_days_counted_whole_end_with_a_day(start, limit):
    end = CALENDAR.deadline(start, limit).due_at.astimezone(SHANGHAI)
    assert end.time() == time(23, 59, 59)
    assume(limit.unit is LimitUnit.WORK_DAY)
    assert CALENDAR.works(end.date())


def test_that_an_extension_is_counted_from_the_deadline_it_moves():
    start = local(2026, 9, 30, 17)
    more = [Limit.parse("1 work_day"), Limit.parse("2 work_hour")]
    found = CALENDAR.deadline(start, Limit.parse("3 work_day"), extensions=more)
    assert found.due_at == local(2026, 10, 13, 9)
    told = [(step.at, step.until) for step in found.steps if step.kind is WhyKind.EXTENSION]
    assert told == [
        (local(2026, 10, 10, 17), local(2026, 10, 12, 17)),
        (local(2026, 10, 12, 17), local(2026, 10, 13, 9)),
    ]


def test_that_an_extension_into_a_year_without_a_notice_is_provisional():
    start, limit = local(2026, 12, 30, 9), Limit.parse("1 work_day")
    more = [Limit.parse("5 work_day next_day")]
    found = CALENDAR.deadline(start, limit, extensions=more)
    assert found.provisional
    assert not CALENDAR.deadline(start, limit).provisional
    days = [step.day for step in found.steps if step.kind is WhyKind.PROVISIONAL_YEAR]
    assert len(days) == 1


@given(instants, limits, st.lists(limits, max_size=3), limits)
def test_that_each_extension_moves_the_deadline_further(start, limit, before, more):
    one = CALENDAR.deadline(start, limit, extensions=before)
    two = CALENDAR.deadline(start, limit, extensions=[*before, more])
    assert one.due_at < two.due_at
    assert two.provisional >= one.provisional


work_limits = st.builds(
    Limit, st.integers(1, 60), st.sampled_from([LimitUnit.WORK_HOUR, LimitUnit.WORK_DAY])
)


@given(instants, work_limits, spans, spans)
def test_that_a_pause_moves_a_deadline_by_just_its_working_time(start, limit, wait, length):
    plain = CALENDAR.deadline(start, limit).due_at
    begin = start + wait
    assume(begin < plain)
    moved = CALENDAR.deadline(start, limit, [Pause(begin, begin + length)]).due_at
    assert CALENDAR.work_time(plain, moved) == CALENDAR.work_time(begin, begin + length)


@given(st.integers(1, 40), st.sampled_from(LimitUnit), st.sampled_from(DayPolicy))
def test_that_the_hall_s_policy_holds_only_for_working_days_that_name_none(amount, unit, policy):
    unsaid = Limit.parse(f"{amount} {unit}", policy)
    wanted = policy if unit is LimitUnit.WORK_DAY else DayPolicy.HOURS8
    assert unsaid.policy is wanted
    for said in DayPolicy:
        assert Limit.parse(f"{amount} {unit} {said}", policy).policy is said
