"""Saved views of the queue: a tab, words and an order under a name, and exactly how many match."""

from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from commandcenter.application.picture import Tab
from commandcenter.domain.hall import Hall
from ui import wording
from ui.queue.board import Row
from ui.queue.columns import searched
from ui.queue.sorting import SORTS, WORST

MOST: Final = 12
LONGEST_NAME: Final = 16
LONGEST_WORDS: Final = 100
_LOT: Final = 200
"""So many rows are read within a few milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What of the queue somebody looks at again and again, and in which order."""

    name: str
    tab: Tab
    words: str = ""
    sort: str = WORST


def as_plain(views: Iterable[View]) -> list[dict[str, Any]]:
    """Return views as a layout keeps them."""
    return [asdict(view) for view in views]


def from_plain(kept: object) -> list[View]:
    """Return the views a layout has kept; what is damaged of it is left out."""
    views: dict[str, View] = {}
    for item in kept if isinstance(kept, list) else ():
        view = _view(item) if isinstance(item, dict) else None
        if view is not None and len(views) < MOST:
            views.setdefault(view.name, view)
    return list(views.values())


def _view(item: Mapping[str, Any]) -> View | None:
    name, words = item.get("name"), item.get("words", "")
    tab, sort = item.get("tab"), item.get("sort", WORST)
    if not (isinstance(name, str) and isinstance(words, str) and sort in SORTS):
        return None
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name or tab not in set(Tab):
        return None
    return View(name=name, tab=Tab(tab), words=words[:LONGEST_WORDS], sort=sort)


class Sieve:
    """Lets the rows of a tab through that hold every one of some words; case does not count."""

    def __init__(self, hall: Hall, lang: str) -> None:
        self._hall, self._lang = hall, lang
        self._texts: dict[str, tuple[Row, str]] = {}

    def lets(self, row: Row, tab: Tab, words: Sequence[str]) -> bool:
        """Tell whether a row belongs to a tab and holds these words, given in small letters."""
        if tab not in row.tabs:
            return False
        return not words or all(word in self._text(row) for word in words)

    def forget(self, numbers: Iterable[str]) -> None:
        """Drop what was read of cases that have left the hall."""
        for number in numbers:
            self._texts.pop(number, None)

    def _text(self, row: Row) -> str:
        number = row.case.no
        kept = self._texts.get(number)
        if kept is None or kept[0] is not row:
            holder = wording.holder_name(self._hall, row.case, self._lang)
            text = searched(row.case, self._hall, holder, self._lang)
            kept = self._texts[number] = (row, text)
        return kept[1]


def split(words: str) -> tuple[str, ...]:
    """Return the words that somebody typed into a filter, in small letters."""
    return tuple(words.casefold().split())


class ViewCounts:
    """How many rows each view lets through, kept case by case.

    At the beginning rows are read in lots, so that nothing waits; until the last is read the
    number of a view with words is not known.
    """

    def __init__(self, sieve: Sieve) -> None:
        self._sieve = sieve
        self._views: tuple[View, ...] = ()
        self._words: dict[str, tuple[str, ...]] = {}
        self._within: dict[str, set[str]] = {}
        self._unread: deque[str] = deque()

    def begin(self, views: Iterable[View], numbers: Iterable[str]) -> None:
        """Count for these views anew; ``numbers`` are all cases there are."""
        self._views = tuple(views)
        self._words = {view.name: split(view.words) for view in self._views}
        self._within = {name: set() for name, words in self._words.items() if words}
        self._unread = deque(numbers if self._within else ())

    def look(self, numbers: Collection[str], rows: Mapping[str, Row]) -> None:
        """Look again at the rows of some cases; those without a row have left."""
        for view in self._views:
            within = self._within.get(view.name)
            if within is None:
                continue
            within.difference_update(numbers)
            words = self._words[view.name]
            within |= {
                no
                for no in numbers
                if (row := rows.get(no)) is not None and self._sieve.lets(row, view.tab, words)
            }

    @property
    def is_reading(self) -> bool:
        """Whether there are rows still to be read."""
        return bool(self._unread)

    def read_on(self, rows: Mapping[str, Row]) -> None:
        """Read another lot."""
        self.look({self._unread.popleft() for _ in range(min(_LOT, len(self._unread)))}, rows)

    def count(self, view: View, of_tabs: Counter[Tab]) -> int | None:
        """Return how many rows a view lets through; None while they are being read."""
        within = self._within.get(view.name)
        if within is None:
            return of_tabs[view.tab]
        return None if self._unread else len(within)
