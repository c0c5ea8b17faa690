"""Which cases may be the same problem, and why: distance, age, class, words, the caller's number.

Pure: the store narrows a million cases to those near in place and time (``cells_around``), here
they are weighed. A score is only ever shown together with its reasons, and merges nothing itself
(features 12, Beyond 6; domain.md 10, situation 1).
"""

import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise
from math import cos, floor, radians
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from commandcenter.domain.case import Case, State
from commandcenter.domain.catalogue import Category
from commandcenter.domain.hall import Hall
from commandcenter.domain.place import Point, distance_m

SUGGESTED: Final = 45
"""From this score on a case is suggested as the same problem."""
LIKELY: Final = 70
"""From this score on it very likely is."""
_SHOWN: Final = 8

_FOR_PLACE: Final = 40.0
_FOR_ADDRESS: Final = 32.0  # the same words for the place, without a position
_FOR_GRID: Final = 12.0
_FOR_CLASS: Final = 20.0
_FOR_PARENT: Final = 8.0
_FOR_WORDS: Final = 25.0
_FOR_AGE: Final = 15.0
_FOR_PHONE: Final = 25.0
_ENOUGH_WORDS: Final = 0.2
_TEXT: Final = 200  # characters of a title and description that are looked at
_MOST_WORDS: Final = 4
_ADDRESS: Final = 100  # characters of the words for a place that are compared

_CELL: Final = 0.01  # degrees: some 1.1 km to the north, 0.9 km to the east
_ROW: Final = 100_000  # more columns than the earth has
_METRES: Final = 111_195.0  # a degree of a sphere of 6,371 km
_POLE: Final = 90.0
_FARTHEST: Final = 5000.0  # metres; nothing further off is looked for
_TAIL: Final = 4


@dataclass(frozen=True, slots=True)
class Reach:
    """How far apart two reports of one problem may be: metres, and hours between them.

    Up to ``near_metres`` nearness speaks for it, from ``far_metres`` on they are two problems.
    """

    near_metres: int = 250
    far_metres: int = 1000
    hours: int = 24


@dataclass(frozen=True, slots=True)
class Rules:
    """The reach of every class, and the class above each."""

    default: Reach = field(default_factory=Reach)
    by_category: Mapping[str, Reach] = field(default_factory=dict)
    parents: Mapping[str, str | None] = field(default_factory=dict)

    def reach(self, category: str | None) -> Reach:
        """Return the reach of a class; the hall's where none is known."""
        return self.by_category.get(category or "", self.default)


def rules_of(hall: Hall) -> Rules:
    """Return a hall's rules: a class without a number of its own has that of the class above."""
    limits = hall.limits
    usual = Reach(limits.same_near_metres, limits.same_far_metres, limits.same_hours)
    found = {code: _inherited(hall.categories, code, usual) for code in hall.categories}
    return Rules(usual, found, {code: it.parent for code, it in hall.categories.items()})


def _inherited(known: Mapping[str, Category], code: str, usual: Reach) -> Reach:
    numbers: list[int | None] = [None, None, None]
    seen: set[str] = set()
    at: str | None = code
    while at is not None and at in known and at not in seen:
        seen.add(at)  # a ring of parents in the file must not hang the hall
        own = (known[at].near_metres, known[at].far_metres, known[at].same_hours)
        numbers = [
            mine if mine is not None else above for mine, above in zip(numbers, own, strict=True)
        ]
        at = known[at].parent
    near, far, hours = numbers
    return Reach(
        usual.near_metres if near is None else near,
        usual.far_metres if far is None else far,
        usual.hours if hours is None else hours,
    )


class Kin(StrEnum):
    """How two classes are related."""

    SAME = "same"
    NEAR = "near"  # one class above both
    OTHER = "other"


class Likeness(Struct, frozen=True, kw_only=True, gc=False):
    """How alike two reports are and in what; ``score`` is 0–100.

    ``metres`` lacks where either has no position; ``words`` are what both texts say, the longest
    first; ``same_phone``: the ends of the callers' numbers have the same keyed hash.
    """

    score: int
    metres: float | None
    apart: timedelta
    kin: Kin
    words: tuple[str, ...] = ()
    same_address: bool = False
    same_grid: bool = False
    same_phone: bool = False


class Suggestion(Struct, frozen=True, kw_only=True, gc=False):
    """A case that another may be merged into; ``via`` is the merged report that is like it."""

    case: Case
    likeness: Likeness
    via: str | None = None


class Candidate(Struct, frozen=True, gc=False):
    """A case near in place or time, and whether the callers' numbers end alike."""

    case: Case
    same_phone: bool = False


# -- place --


def cell_of(point: Point) -> int | None:
    """Return the square of the earth a point of WGS-84 lies in, some kilometre wide.

    None for what is no point of the earth.
    """
    if not (abs(point.lat) <= _POLE and abs(point.lon) <= 2 * _POLE):
        return None
    return floor(point.lat / _CELL) * _ROW + floor(point.lon / _CELL)


def address_key(address: str) -> str:
    """Return the words for a place as two reports are compared by; empty where nothing is said."""
    return "".join(address.split())[:_ADDRESS]


def cells_around(point: Point, metres: float) -> tuple[int, ...]:
    """Return the squares that hold everything within so many metres of a point (at most 5 km)."""
    up = min(metres, _FARTHEST) / _METRES
    side = up / cos(radians(point.lat))
    rows = range(floor((point.lat - up) / _CELL), floor((point.lat + up) / _CELL) + 1)
    columns = range(floor((point.lon - side) / _CELL), floor((point.lon + side) / _CELL) + 1)
    return tuple(row * _ROW + column for row in rows for column in columns)


# -- the caller's number --


def phone_tail(key: bytes, phone: str) -> bytes | None:
    """Return the keyed hash of a telephone number's last four digits; none for no number.

    Platforms hide the middle of a number but not its end. Without the hall's key a hash says
    nothing; with it one number in ten thousand ends alike, so it is one reason among others.
    """
    digits = "".join(filter(str.isdigit, phone))
    if not key or len(digits) < _TAIL:
        return None
    return hmac.digest(key, digits[-_TAIL:].encode(), "sha256")[:16]


# -- words --

_HAN: Final = re.compile(r"[㐀-䶿一-鿿豈-﫿]+")
# what every report says, and the numbers of houses, tell nothing of the problem
_EMPTY: Final = re.compile(
    "反映|投诉|举报|来电|市民|群众|居民|村民|有人|问题|情况|希望|请求|处理|解决|部门|相关|目前|现在|附近"
    r"|影响|严重|发现|存在|这里|那里|一个|几个|没有|已经|可能|需要|\d+\s*[号栋幢楼室单元]+"
)


def _runs(text: str) -> list[str]:
    return _HAN.findall(_EMPTY.sub(" ", text))


def pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring Chinese characters in a text that say what it is about."""
    return frozenset(pair for run in _runs(text) for pair in map("".join, pairwise(run)))


def shared_words(text: str, common: frozenset[str]) -> tuple[str, ...]:
    """Return what a text says of the pairs it shares with another, joined, the longest first."""
    found: dict[str, None] = {}
    for run in _runs(text):
        said = ""
        for left, right in pairwise(run):
            if left + right in common:
                said = said + right if said else left + right
                continue
            if said:
                found[said] = None
            said = ""
        if said:
            found[said] = None
    whole = sorted(found, key=len, reverse=True)
    kept = [word for at, word in enumerate(whole) if not any(word in it for it in whole[:at])]
    return tuple(kept[:_MOST_WORDS])


# -- weighing --


class _Text(Struct, frozen=True, gc=False):
    text: str
    pairs: frozenset[str]


def _text(case: Case) -> _Text:
    text = f"{case.title} {case.description}"[:_TEXT]
    return _Text(text, pairs(text))


def suggestions(
    case: Case, candidates: Iterable[Candidate], open_parents: Mapping[str, Case], rules: Rules
) -> tuple[Suggestion, ...]:
    """Return the cases a case may be merged into, the likeliest first.

    A report merged already stands for its parent among ``open_parents``; what is settled, and what
    has been merged into this case, is none of them.
    """
    mine, best = _text(case), dict[str, tuple[Suggestion, Case]]()
    for candidate in candidates:
        other = candidate.case
        target = open_parents.get(other.parent or "") if other.state is State.MERGED else other
        if target is None or not target.is_open or target.no == case.no:
            continue
        found = _weigh(case, mine, other, rules, same_phone=candidate.same_phone)
        if found is None or found.score < SUGGESTED:
            continue
        known = best.get(target.no)
        if known is None or known[0].likeness.score < found.score:
            via = None if target is other else other.no
            best[target.no] = Suggestion(case=target, likeness=found, via=via), other
    order = sorted(best.values(), key=lambda it: (-it[0].likeness.score, it[0].case.no))
    return tuple(
        replace(it, likeness=_worded(it.likeness, mine, like)) for it, like in order[:_SHOWN]
    )


def likeness(case: Case, other: Case, rules: Rules, *, same_phone: bool = False) -> Likeness | None:
    """Return how alike two cases are; none where they are too far apart to be one problem."""
    mine = _text(case)
    found = _weigh(case, mine, other, rules, same_phone=same_phone)
    return None if found is None else _worded(found, mine, other)


def _worded(found: Likeness, mine: _Text, other: Case) -> Likeness:
    """Add the words both say: only what is shown needs them."""
    return replace(found, words=shared_words(mine.text, mine.pairs & _text(other).pairs))


def _weigh(
    case: Case, mine: _Text, other: Case, rules: Rules, *, same_phone: bool
) -> Likeness | None:
    reach = rules.reach(case.category)
    apart = abs(case.occurred_at - other.occurred_at)
    if apart > timedelta(hours=reach.hours):
        return None
    here, there = case.place.wgs84, other.place.wgs84
    metres = None if here is None or there is None else distance_m(here, there)
    if metres is not None and metres > reach.far_metres:
        return None  # most candidates end here, before their texts are looked at
    grids = {case.place.grid, other.place.grid} - {None}
    if metres is None and len(grids) > 1:
        return None  # every village has its market street
    kin = _kin(case, other, rules)
    its = _text(other)
    common = mine.pairs & its.pairs
    share = len(common) / max(1, min(len(mine.pairs), len(its.pairs)))
    if kin is Kin.OTHER and share < _ENOUGH_WORDS and not same_phone:
        return None  # one corner may have two troubles
    named = address_key(case.place.address)
    same_address = named != "" and named == address_key(other.place.address)
    same_grid = case.place.grid is not None and case.place.grid == other.place.grid
    points = (
        _for_place(metres, reach, same_address=same_address, same_grid=same_grid)
        + {Kin.SAME: _FOR_CLASS, Kin.NEAR: _FOR_PARENT, Kin.OTHER: 0.0}[kin]
        + _FOR_WORDS * min(1.0, share)
        + _FOR_AGE * (1 - apart / timedelta(hours=max(1, reach.hours)))
        + _FOR_PHONE * same_phone
    )
    return Likeness(
        score=min(100, round(points)),
        metres=metres,
        apart=apart,
        kin=kin,
        same_address=same_address,
        same_grid=same_grid,
        same_phone=same_phone,
    )


def _for_place(metres: float | None, reach: Reach, *, same_address: bool, same_grid: bool) -> float:
    """Return what nearness is worth: all at 0 m, half at the near distance, nothing at the far."""
    if metres is None:
        return _FOR_ADDRESS if same_address else _FOR_GRID if same_grid else 0.0
    if metres <= reach.near_metres:
        return _FOR_PLACE * (1 - metres / max(1, reach.near_metres) / 2)
    beyond = (metres - reach.near_metres) / max(1, reach.far_metres - reach.near_metres)
    return _FOR_PLACE / 2 * (1 - min(1.0, beyond))


def _kin(case: Case, other: Case, rules: Rules) -> Kin:
    mine, its = case.category, other.category
    if mine is None or its is None:
        return Kin.OTHER
    if mine == its:
        return Kin.SAME
    above = rules.parents.get(mine)
    return Kin.NEAR if above is not None and above == rules.parents.get(its) else Kin.OTHER


def best(found: Sequence[Suggestion]) -> Suggestion | None:
    """Return the suggestion that is very likely the same problem, if the first is."""
    return next((it for it in found[:1] if it.likeness.score >= LIKELY), None)


def families(found: Mapping[str, Iterable[Suggestion]]) -> tuple[tuple[str, ...], ...]:
    """Return the numbers of the cases that are very likely one problem, each family by itself.

    ``found`` are the suggestions for each of some cases; one like no other is in no family.
    """
    family: dict[str, frozenset[str]] = {}
    for no, suggested in found.items():
        for it in suggested:
            if it.likeness.score >= LIKELY:
                own, other = frozenset({no}), frozenset({it.case.no})
                joined = family.get(no, own) | family.get(it.case.no, other)
                family |= dict.fromkeys(joined, joined)
    return tuple(sorted({tuple(sorted(it)) for it in family.values()}))
