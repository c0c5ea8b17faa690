"""What moving a deadline does to the figures, worked out before it is asked for (feature 29)."""

from collections.abc import Mapping
from datetime import date, datetime, time, tzinfo
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from commandcenter.domain.case import Case, Outcome, State
from commandcenter.domain.measures import (
    MEASURES,
    Figure,
    Part,
    Row,
    Window,
    case_row,
    day_of,
    day_window,
    meets,
)

SHOWN: Final = ("due_close", "ontime_close_rate")
"""The figures an extension or a hold moves: 应结案数 and 按期结案率."""


class Change(Struct, frozen=True, kw_only=True):
    """One figure of one hall day, without the new deadline and with it.

    ``closed`` is the figure with the new deadline once the case is closed in time.
    """

    day: date
    key: str
    without: Figure
    moved: Figure
    closed: Figure


class Effect(Struct, frozen=True, kw_only=True):
    """The hall days a case is due to close in, as it is and as it would be, and their figures."""

    day: date
    new_day: date
    changes: tuple[Change, ...]


def days(
    due_at: datetime, new_due_at: datetime, zone: tzinfo, day_starts: time
) -> tuple[date, date]:
    """Return the hall days that two deadlines lie in."""
    return day_of(due_at, zone, day_starts), day_of(new_due_at, zone, day_starts)


def effect(
    case: Case,
    new_due_at: datetime,
    figures: Mapping[date, tuple[Figure, ...]],
    *,
    now: datetime,
    zone: tzinfo,
    day_starts: time,
) -> Effect | None:
    """Return what a new deadline of an open case does to the figures of the days concerned.

    ``figures`` are those of ``SHOWN`` by hall day, reckoned ``now``, with the case as it is. None:
    the case has no deadline to move.
    """
    if case.due_at is None:
        return None
    day, new_day = days(case.due_at, new_due_at, zone, day_starts)
    later = replace(case, due_at=new_due_at)
    if case.state is State.SUSPENDED:
        later = replace(later, state=State.HANDLING)
    done = replace(later, state=State.CLOSED, closed_at=new_due_at, outcome=Outcome.SOLVED)
    before, after, closed = case_row(case), case_row(later), case_row(done)
    changes: list[Change] = []
    for each in dict.fromkeys((day, new_day)):
        start, end = day_window(each, zone, day_starts)
        window = Window(start=start, end=end, now=now)
        changes += (
            Change(
                day=each,
                key=figure.key,
                without=figure,
                moved=instead(figure, before, after, window),
                closed=instead(figure, before, closed, window),
            )
            for figure in figures.get(each, ())
        )
    return Effect(day=day, new_day=new_day, changes=tuple(changes))


def instead(figure: Figure, before: Row, after: Row, window: Window) -> Figure:
    """Return a figure that counts rows, with one row as ``after`` where it was ``before``."""
    measure = MEASURES[figure.key]
    top, bottom = figure.numerator or 0, figure.denominator or 0
    for row, sign in ((before, -1), (after, 1)):
        top += sign * meets(measure, Part.NUMERATOR, row, window)
        bottom += sign * meets(measure, Part.DENOMINATOR, row, window)
    return measure.figure(top, bottom, figure.group)
