"""How often one contact may be written to, and when it is night."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.domain.channel import WINDOWS, Pace, free_at, wakes_at

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
waits = st.lists(st.integers(0, 4_000), max_size=60)


@given(waits, st.sampled_from(Pace), st.booleans())
def test_that_no_window_ever_holds_more_than_it_may(seconds, pace, urgent):
    at, sent = NOON, []
    for wait in seconds:
        at = free_at(sent, at + timedelta(seconds=wait), pace, urgent=urgent)
        sent.append(at)
    for most, span in WINDOWS[pace]:
        if urgent and span > timedelta(minutes=1):
            continue
        for last in sent:
            assert sum(last - span < one <= last for one in sent) <= most


@given(waits, st.sampled_from(Pace))
def test_that_nothing_waits_longer_than_its_windows_ask(seconds, pace):
    sent = [NOON - timedelta(seconds=wait) for wait in seconds]
    free = free_at(sent, NOON, pace, urgent=False)
    assert free >= NOON
    if free > NOON:
        before = free - timedelta(microseconds=1)
        assert any(
            sum(before - span < one <= before for one in sent) >= most
            for most, span in WINDOWS[pace]
        )


def test_that_a_clock_that_went_back_holds_nobody_for_hours():
    ahead = [NOON + timedelta(hours=2)]
    assert free_at(ahead, NOON, Pace.SMS, urgent=False) == NOON + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("local", "wakes"),
    [
        ("21:59", "21:59"),
        ("22:00", "07:00"),
        ("23:59", "07:00"),
        ("00:00", "07:00"),
        ("06:59", "07:00"),
        ("07:00", "07:00"),
        ("12:00", "12:00"),
    ],
)
def test_that_quiet_hours_run_over_midnight(local, wakes):
    at = datetime.fromisoformat(f"2026-11-20T{local}+08:00").astimezone(UTC)
    woken = wakes_at(at, (time(22), time(7)), SHANGHAI)
    assert f"{woken.astimezone(SHANGHAI):%H:%M}" == wakes
    assert timedelta(0) <= woken - at <= timedelta(hours=9)


def test_that_quiet_hours_may_lie_in_one_day_or_be_none():
    at = datetime.fromisoformat("2026-11-20T13:00+08:00")
    assert wakes_at(at, (time(12), time(14)), SHANGHAI).hour == 14
    assert wakes_at(at, (time(14), time(14)), SHANGHAI) == at
    assert wakes_at(at, None, SHANGHAI) == at
