"""Every open case with its place in the order and its tabs, kept up to date case by case.

The order of ``worst_first`` depends on the time: a case moves up when its clock turns amber or red.
So each case remembers the instant at which its place is next in question, and only the cases whose
instant has come are looked at again.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from heapq import heappop, heappush

from msgspec import Struct

from commandcenter.application.changes import Delta
from commandcenter.application.needs import Need, need_of, turns
from commandcenter.application.picture import Picture, Rank, Tab, in_tab, worst_first
from commandcenter.domain.case import Case, State
from commandcenter.domain.hall import Hall
from commandcenter.domain.roster import Operator
from commandcenter.domain.timers import Timer
from commandcenter.domain.whistle import Whistle


class Row(Struct, frozen=True, kw_only=True, gc=False):
    """One case as the queue shows it; ``turns_at`` is when its place is next in question.

    ``need`` is what it wants of the person at the seat.
    """

    case: Case
    whistle: Whistle | None
    timer: Timer | None
    rank: Rank
    tabs: frozenset[Tab]
    need: Need | None
    turns_at: datetime | None


class Board:
    """The rows of all open cases and how many belong to each tab.

    Rows with the same four traits belong to the same tabs: the set of tabs is worked out once for
    each combination, and cases are counted by set. ``left`` are the rows, as they are now, of cases
    that have left the hall since it was last emptied: a list may still show them.
    """

    def __init__(self, picture: Picture, hall: Hall, operator: Operator) -> None:
        self.rows: dict[str, Row] = {}
        self.left: dict[str, Row] = {}
        self._by_tabs: Counter[frozenset[Tab]] = Counter()
        self._tabs_of: dict[tuple[State, bool, bool, bool], frozenset[Tab]] = {}
        self._picture, self._hall, self._me = picture, hall, operator
        self._turning: list[tuple[datetime, str]] = []

    @property
    def counts(self) -> Counter[Tab]:
        """How many cases belong to each tab."""
        counts: Counter[Tab] = Counter()
        for tabs, number in self._by_tabs.items():
            for tab in tabs:
                counts[tab] += number
        return counts

    def begin(self, at: datetime) -> None:
        """Look at everything anew: at the start, and when another person takes the seat."""
        self.rows.clear()
        self._by_tabs.clear()
        self._turning.clear()
        self._look(self._picture.held(), at)

    def sign_on(self, operator: Operator, at: datetime) -> None:
        """Sort the cases into the tabs of another person."""
        self._me = operator
        self.begin(at)

    def take_in(self, batch: Iterable[Delta], at: datetime) -> set[str]:
        """Look again at the cases a batch touched; return their numbers."""
        touched = {case.no for delta in batch for case in delta.cases}
        touched |= {whistle.case for delta in batch for whistle in delta.whistles}
        known = touched & self.rows.keys()
        self._look(touched, at)
        gone = {no for no in known if no not in self.rows}
        cases = (case for delta in batch for case in delta.cases if case.no in gone)
        self.left.update((case.no, self.row(case, at)) for case in cases)
        return touched

    def turn(self, at: datetime) -> set[str]:
        """Look again at the cases whose clock has turned by now; return their numbers."""
        turned: set[str] = set()
        while self._turning and self._turning[0][0] <= at:
            due, number = heappop(self._turning)
            row = self.rows.get(number)
            if row is not None and row.turns_at == due:
                turned.add(number)
        self._look(turned, at)
        return turned

    def _look(self, numbers: Iterable[str], at: datetime) -> None:
        for number in numbers:
            before = self.rows.pop(number, None)
            if before is not None:
                self._by_tabs[before.tabs] -= 1
            case = self._picture.find(number)
            if case is None:
                continue
            row = self.rows[number] = self.row(case, at)
            self._by_tabs[row.tabs] += 1
            if row.turns_at is not None:
                heappush(self._turning, (row.turns_at, number))

    def row(self, case: Case, at: datetime) -> Row:
        """Return a case as it would be shown; it need not be open."""
        look = self._picture.look(case, self._me, self._hall, at)
        timer, whistle = look.timer, look.whistle
        need = need_of(look)
        return Row(
            case=case,
            whistle=whistle,
            timer=timer,
            rank=worst_first(case, timer, at),
            tabs=self._tabs(case, need, timer, at, whistling=whistle is not None),
            need=need,
            turns_at=min((it for it in turns(look) if it > at), default=None),
        )

    def _tabs(
        self, case: Case, need: Need | None, timer: Timer | None, at: datetime, *, whistling: bool
    ) -> frozenset[Tab]:
        traits = (
            case.state,
            need is not None,
            whistling,
            timer is not None and not timer.paused and at >= timer.due_at,
        )
        tabs = self._tabs_of.get(traits)
        if tabs is None:
            tabs = self._tabs_of[traits] = frozenset(
                tab
                for tab in Tab
                if in_tab(
                    tab, case, needed=need is not None, whistling=whistling, timer=timer, at=at
                )
            )
        return tabs
