"""The orders in which the queue can stand, each with the sentence that explains it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from operator import attrgetter
from typing import Any, Final

from ui.queue.board import Row
from ui.wording import Both

Place = tuple[Any, ...]
"""What rows are compared by; its last member is the number of the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """One order: what it is called, how it is said of the whole list, and what it compares."""

    name: Both
    rule: Both
    of: Callable[[Row], Place]


def _due(row: Row) -> Place:
    return (row.timer.due_at.timestamp() if row.timer else inf, row.case.no)


def _newest(row: Row) -> Place:
    return (-row.case.received_at.timestamp(), row.case.no)


def _oldest(row: Row) -> Place:
    return (row.case.received_at.timestamp(), row.case.no)


def _grid(row: Row) -> Place:
    return (row.case.place.grid or "~", *row.rank)


WORST: Final = "worst"
SORTS: Final[Mapping[str, Sort]] = {
    WORST: Sort(
        name=("最急的在前", "Most pressing first"),
        rule=(
            "紧急程度高的在前；同级先排超时的，再排快到期的，先到期的在先；都相同的按编号。",
            "By urgency; within a grade overdue before due soon, the earlier due first.",
        ),
        of=attrgetter("rank"),
    ),
    "due": Sort(
        name=("先到期的在前", "Due first"),
        rule=(
            "按截止先后，不计时的在最后；都相同的按编号。",
            "By the instant it is due, what has no clock last; then by number.",
        ),
        of=_due,
    ),
    "newest": Sort(
        name=("新到的在前", "Newest first"),
        rule=("按收到时间，新到的在前；都相同的按编号。", "By arrival, the newest first."),
        of=_newest,
    ),
    "oldest": Sort(
        name=("早到的在前", "Oldest first"),
        rule=("按收到时间，早到的在前；都相同的按编号。", "By arrival, the oldest first."),
        of=_oldest,
    ),
    "grid": Sort(
        name=("按网格", "By grid"),
        rule=(
            "按网格排在一起，网格内最急的在前。",
            "Grid by grid, the most pressing of each first.",
        ),
        of=_grid,
    ),
}
