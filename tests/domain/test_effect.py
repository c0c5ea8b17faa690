"""What a later deadline does to the figures, before anybody asks for it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from commandcenter.domain.case import Case, Outcome, State
from commandcenter.domain.effect import SHOWN, days, effect, instead
from commandcenter.domain.measures import MEASURES, Of, Tally, Window, case_row, day_window
from commandcenter.domain.place import Place

ZONE = ZoneInfo("Asia/Shanghai")
EIGHT = time(8)
NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def a_case(number=1, **fields):
    known = {"state": State.HANDLING, "since": NOW, "received_at": NOW - DAY, "filed_at": NOW - DAY}
    return Case(
        no=f"C{number}",
        title="占道经营",
        place=Place(),
        occurred_at=NOW - DAY,
        reported_at=NOW - DAY,
        **known | fields,
    )


def closed(number, due, at):
    fields = {"state": State.CLOSED, "closed_at": at, "outcome": Outcome.SOLVED}
    return a_case(number, due_at=due, **fields)


def figures_of(cases, day):
    start, end = day_window(day, ZONE, EIGHT)
    tally = Tally([MEASURES[key] for key in SHOWN], Window(start=start, end=end, now=NOW))
    for case in cases:
        tally.add(Of.CASE, case_row(case))
    return tally.figures()


def test_that_a_later_deadline_leaves_one_day_and_enters_another():
    asking = a_case(due_at=NOW + 2 * HOUR)
    today = [asking, closed(2, NOW + HOUR, NOW - HOUR), closed(3, NOW, NOW + HOUR)]
    tomorrow = [closed(4, NOW + DAY, NOW + DAY)]
    both = days(asking.due_at, NOW + DAY, ZONE, EIGHT)
    assert both == (date(2026, 11, 20), date(2026, 11, 21))
    every = [*today, *tomorrow]
    known = {day: figures_of(every, day) for day in both}
    found = effect(asking, NOW + DAY, known, now=NOW, zone=ZONE, day_starts=EIGHT)
    assert (found.day, found.new_day) == both
    told = {
        (it.day, it.key): [
            (figure.numerator, figure.denominator) for figure in (it.without, it.moved, it.closed)
        ]
        for it in found.changes
    }
    first, second = both
    assert told[first, "ontime_close_rate"] == [(1, 3), (1, 2), (1, 2)]
    assert told[second, "ontime_close_rate"] == [(1, 1), (1, 2), (2, 2)]
    assert [top for top, _ in told[first, "due_close"]] == [3, 2, 2]
    assert [top for top, _ in told[second, "due_close"]] == [1, 2, 2]


def test_that_a_deadline_later_the_same_day_moves_nothing():
    asking = a_case(due_at=NOW)
    known = {date(2026, 11, 20): figures_of([asking], date(2026, 11, 20))}
    found = effect(asking, NOW + HOUR, known, now=NOW, zone=ZONE, day_starts=EIGHT)
    assert all(it.without == it.moved for it in found.changes)


def test_that_a_case_without_a_deadline_has_none_to_move():
    assert effect(a_case(), NOW, {}, now=NOW, zone=ZONE, day_starts=EIGHT) is None


moments = st.integers(-72, 72).map(lambda hours: NOW + hours * HOUR)
cases = st.lists(
    st.builds(
        lambda due, done: a_case(due_at=due) if done is None else closed(0, due, done),
        moments,
        st.none() | moments,
    ),
    min_size=1,
    max_size=8,
)


@given(cases, moments, moments)
def test_that_a_figure_with_one_row_instead_of_another_is_that_of_a_full_count(every, due, around):
    start, end = day_window(around.astimezone(ZONE).date(), ZONE, EIGHT)
    window = Window(start=start, end=end, now=NOW)

    def reckoned(key, known):
        tally = Tally([MEASURES[key]], window)
        for case in known:
            tally.add(Of.CASE, case_row(case))
        (figure,) = tally.figures()
        return figure

    first, *others = every
    moved = replace(first, due_at=due)
    for key in (*SHOWN, "close_rate", "overdue_open"):
        found = instead(reckoned(key, every), case_row(first), case_row(moved), window)
        assert found == reckoned(key, [moved, *others])
