"""The rows of one tab in order, and which of them are shown while somebody is reading.

The rule, so that nothing moves under the cursor:

1. Nobody reads (the list is at its top and the pointer is elsewhere): what arrives enters at its
   place, what has changed moves to its place, what has left the tab is gone.
2. Somebody reads (the list is scrolled, or the pointer is over it): the rows keep their places.
   Their words and clocks go on. A case that leaves the tab stays as a faint row. A case that
   arrives is held back and counted; the pill above the list says how many.
3. A critical case is never held back: it enters at its place at once, and the view scrolls by one
   row, so that the row being read stays where it is on the screen; the pill names it.
4. The pill, the key N, or the end of the reading lets everything go to its place.

At most ``WINDOW`` rows are shown, the worst; the rest is found by search. What a batch costs goes
by its size, not by how much is open: in order are only the worst and a reserve, all others wait in
a heap until there is room.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Collection, Iterable, Mapping
from heapq import heapify, heappop, heappush
from itertools import accumulate
from types import MappingProxyType
from typing import Final

from commandcenter.domain.catalogue import Urgency
from ui.queue.board import Row
from ui.queue.sorting import SORTS, WORST, Place

WINDOW: Final = 2500
_RESERVE: Final = 500
"""In order beyond the window, so that not every row that leaves has another fetched."""
_STALE_AT_LEAST: Final = 1000
Belongs = Callable[[Row], bool]


class Ranking:
    """The rows of one tab: ``rows`` the first in order, ``shown`` as the screen has them.

    ``place`` is what rows are compared by; the same row is always at the same place.
    """

    def __init__(self, place: Callable[[Row], Place] = SORTS[WORST].of) -> None:
        self._place = place
        self.shown: list[Row] = []
        self.held: dict[str, Row] = {}  # arrived while somebody was reading
        self.gone: set[str] = set()  # left the tab while somebody was reading
        self._order: list[Row] = []  # the worst, in order
        self._ordered: dict[str, Row] = {}  # the same, by number
        self._others: dict[str, Row] = {}  # none of them is worse than any of these
        self._heap: list[Place] = []  # of the others; some are out of date

    @property
    def rows(self) -> list[Row]:
        """The rows of the tab in order, ``WINDOW`` at most."""
        return self._order[:WINDOW]

    @property
    def count(self) -> int:
        """How many rows the tab has, shown or not."""
        return len(self._ordered) + len(self._others)

    def fill(self, rows: Iterable[Row]) -> None:
        """Begin with these rows, in any order."""
        every = sorted(rows, key=self._place)
        cut = WINDOW + _RESERVE
        self._order = every[:cut]
        self._ordered = {row.case.no: row for row in self._order}
        self._others = {row.case.no: row for row in every[cut:]}
        self._heap = [self._place(row) for row in every[cut:]]  # in order, so it is a heap
        self.settle()

    def take_in(
        self,
        touched: Collection[str],
        rows: Mapping[str, Row],
        belongs: Belongs,
        *,
        reading: bool,
        left: Mapping[str, Row] = MappingProxyType({}),
    ) -> None:
        """Take in the rows that were touched; a number without a row has ``left`` the hall."""
        here = {no: row for no in touched if (row := rows.get(no)) is not None and belongs(row)}
        known = set()  # of those that were touched: what arrives need not be looked for
        for no in touched:
            was_here = self._remove(no)
            if was_here or no in self.gone:
                known.add(no)
            self._note(no, here.get(no), was_here=was_here)
        for row in here.values():
            self._add(row)
        self._share_out()
        if reading:
            self._freshen(known, rows, left)
            self._let_in(
                row
                for no, row in here.items()
                if no in self.held and row.case.urgency is Urgency.CRITICAL
            )
        else:
            self.settle()

    def settle(self) -> None:
        """Let everything go to its place."""
        self.shown = self.rows
        self.held, self.gone = {}, set()

    @property
    def is_settled(self) -> bool:
        """Whether every shown row stands at its place and none is held back."""
        return not self.held and not self.gone and self.shown == self.rows

    def _note(self, no: str, row: Row | None, *, was_here: bool) -> None:
        """Tell arrivals from what was here, and remember what has left."""
        if row is None:
            if was_here and self.held.pop(no, None) is None:
                self.gone.add(no)
        elif no in self.gone:
            self.gone.discard(no)
        elif not was_here or no in self.held:
            self.held[no] = row

    # -- the order --

    def _remove(self, no: str) -> bool:
        """Take a row out of the order; false if it was not there."""
        row = self._ordered.pop(no, None)
        if row is None:
            return self._others.pop(no, None) is not None
        del self._order[bisect_left(self._order, self._place(row), key=self._place)]
        return True

    def _add(self, row: Row) -> None:
        place = self._place(row)
        if self._others and not (self._order and place < self._place(self._order[-1])):
            self._others[row.case.no] = row
            heappush(self._heap, place)
        else:
            insort(self._order, row, key=self._place)
            self._ordered[row.case.no] = row

    def _share_out(self) -> None:
        """Keep at least a window of rows in order, and not many more."""
        enough = WINDOW + _RESERVE
        if len(self._order) > enough + _RESERVE:
            for row in self._order[enough:]:
                self._others[row.case.no] = self._ordered.pop(row.case.no)
                heappush(self._heap, self._place(row))
            del self._order[enough:]
        elif len(self._order) < WINDOW:
            while self._others and len(self._order) < enough:
                row = self._worst_other()
                self._order.append(row)
                self._ordered[row.case.no] = row
        if len(self._heap) > 2 * len(self._others) + _STALE_AT_LEAST:
            self._heap = [self._place(row) for row in self._others.values()]
            heapify(self._heap)

    def _worst_other(self) -> Row:
        while True:
            place = heappop(self._heap)
            row = self._others.get(place[-1])
            if row is not None and self._place(row) == place:
                return self._others.pop(row.case.no)

    def _freshen(
        self, numbers: Collection[str], rows: Mapping[str, Row], left: Mapping[str, Row]
    ) -> None:
        """Keep every row where it is, with its new words."""
        if numbers:
            self.shown = [
                rows.get(row.case.no) or left.get(row.case.no, row)
                if row.case.no in numbers
                else row
                for row in self.shown
            ]

    def _let_in(self, arrived: Iterable[Row]) -> None:
        """Show each before the first of the shown rows that comes after it."""
        greatest: list[Place] = []
        for row in arrived:
            # the rows may have moved on since they were ordered: in order is the greatest so far
            greatest = greatest or list(accumulate(map(self._place, self.shown), max))
            del self.held[row.case.no]
            at = bisect_right(greatest, self._place(row))
            greatest.insert(at, self._place(row))
            self.shown.insert(at, row)
