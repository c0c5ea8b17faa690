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

At most ``WINDOW`` rows are shown, the worst; the rest is found by search.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from operator import attrgetter
from typing import Final

from commandcenter.domain.catalogue import Urgency
from ui.queue.board import Row

WINDOW: Final = 2500
_RANK: Final = attrgetter("rank")
Belongs = Callable[[Row], bool]


class Ranking:
    """The rows of one tab: ``rows`` in order, ``shown`` as the screen has them."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.shown: list[Row] = []
        self.held: dict[str, Row] = {}  # arrived while somebody was reading
        self.gone: set[str] = set()  # left the tab while somebody was reading
        self._known: set[str] = set()  # in the tab and not held back

    def fill(self, rows: Iterable[Row]) -> None:
        """Begin with these rows, in any order."""
        self.rows = sorted(rows, key=_RANK)
        self._known = {row.case.no for row in self.rows}
        self.held, self.gone = {}, set()
        self.settle()

    def take_in(
        self, touched: Collection[str], rows: Mapping[str, Row], belongs: Belongs, *, reading: bool
    ) -> None:
        """Take in the rows that were touched; a number without a row has left the hall."""
        if touched:
            here = {no: row for no in touched if (row := rows.get(no)) is not None and belongs(row)}
            stay = [row for row in self.rows if row.case.no not in touched]
            # one run already in order and a short tail: the sort merges, it does not start over
            self.rows = [*stay, *here.values()]
            self.rows.sort(key=_RANK)
            self._note(touched, here)
            if reading:
                self._freshen(touched, rows, here)
        if not reading:
            self.settle()

    def settle(self) -> None:
        """Let everything go to its place."""
        self.shown = self.rows[:WINDOW]
        self._known = (self._known | self.held.keys()) - self.gone
        self.held, self.gone = {}, set()

    @property
    def is_settled(self) -> bool:
        """Whether every shown row stands at its place and none is held back."""
        return not self.held and not self.gone and self.shown == self.rows[:WINDOW]

    def _note(self, touched: Collection[str], here: Mapping[str, Row]) -> None:
        """Tell arrivals from what was here, and remember what has left."""
        for no in touched:
            if no in here:
                self.gone.discard(no)
                if no not in self._known:
                    self.held[no] = here[no]
            elif no in self._known:
                self.gone.add(no)
            else:
                self.held.pop(no, None)

    def _freshen(
        self, touched: Collection[str], rows: Mapping[str, Row], here: Mapping[str, Row]
    ) -> None:
        """Keep every row where it is, with its new words; let critical arrivals in."""
        self.shown = [
            rows.get(row.case.no, row) if row.case.no in touched else row for row in self.shown
        ]
        for no, row in here.items():
            if no in self.held and row.case.urgency is Urgency.CRITICAL:
                del self.held[no]
                self._known.add(no)
                # the rows may have moved on since they were ordered: no bisection
                at = next(
                    (at for at, other in enumerate(self.shown) if other.rank > row.rank),
                    len(self.shown),
                )
                self.shown.insert(at, row)
