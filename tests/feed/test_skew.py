"""Whose clock is wrong, and who is only late."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from commandcenter.application.messages import MessageType, Received, ReportWithdrawn
from commandcenter.feed.skew import SkewWatch

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def message(delay, *, source="/a", recorded=None):
    return Received(
        "grid",
        None,
        source,
        "E1",
        MessageType.REPORT_WITHDRAWN,
        NOON,
        recorded,
        NOON + timedelta(seconds=delay),
        None,
        ReportWithdrawn(event_no="7"),
        "{}",
    )


def watched(delays, **changes):
    watch = SkewWatch(120)
    for delay in delays:
        watch.observe(message(delay, **changes))
    return watch


def test_that_a_clock_is_trusted_until_it_has_shown_itself():
    assert watched([900] * 4).estimate("/a") is None
    assert not watched([900] * 4).is_suspicious("/a")
    assert not SkewWatch().is_suspicious("/never/heard")


def test_that_a_clock_off_by_the_same_each_time_is_suspicious_whichever_way():
    assert watched([181, 180, 184, 180, 200]).is_suspicious("/a")
    assert watched([-180, -179, -170, -181, -180]).is_suspicious("/a")
    assert watched([180] * 9).estimate("/a") == timedelta(seconds=180)


def test_that_the_limit_itself_is_not_beyond_it():
    assert not watched([120] * 9).is_suspicious("/a")
    assert watched([120.001] * 9).is_suspicious("/a")


def test_that_a_backlog_after_an_outage_is_late_and_its_clock_right():
    assert not watched(range(1800, 300, -25)).is_suspicious("/a")


def test_that_a_report_that_says_it_is_late_tells_nothing_of_a_clock():
    late = watched([7200] * 9, recorded=NOON + timedelta(hours=2))
    assert late.estimate("/a") is None


def test_that_one_wrong_date_moves_nothing():
    watch = watched([2, 3, 1, 2, 400 * 86400, 2, 3, 2, 1])
    assert watch.estimate("/a") == timedelta(seconds=1)
    assert not watch.is_suspicious("/a")


def test_that_a_clock_set_right_is_trusted_again():
    watch = watched([600] * 64 + [1] * 64)
    assert watch.estimate("/a") == timedelta(seconds=1)
    assert not watch.is_suspicious("/a")


def test_that_sources_are_told_apart():
    watch = SkewWatch()
    for _ in range(9):
        watch.observe(message(900, source="/wrong"))
        watch.observe(message(1, source="/right"))
    assert watch.is_suspicious("/wrong")
    assert not watch.is_suspicious("/right")


def test_that_made_up_sources_do_not_fill_the_memory():
    watch = SkewWatch()
    for number in range(5000):
        watch.observe(message(1, source=f"/{number}"))
    assert len(watch._delays) == 4096


@given(st.lists(st.floats(-60, 60), min_size=1, max_size=80))
def test_that_honest_clocks_are_never_suspected(delays):
    assert not watched(delays).is_suspicious("/a")
