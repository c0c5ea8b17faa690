"""The township's duty lists at work: which item a matter falls under, why, and who must act.

Sources: domain.md 10.3; feature 76; features.md, Beyond 4. Only what the hall pack lists counts; a
hall without lists links nothing and asks for nothing.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from commandcenter.domain.case import Case
from commandcenter.domain.catalogue import UNLISTED, Admission, DutyItem, DutyList
from commandcenter.domain.hall import Hall

_ALIKE: Final = 0.34
"""The share of an item's pairs of letters that a text must hold to be about it."""
_MOST: Final = 5


class MatchKind(StrEnum):
    """Why an item fits a case, the surest first."""

    CHOSEN = "chosen"  # a person, or whoever reported, named it
    STANDARD = "standard"  # the filing standard of its category names it
    WORDS = "words"  # the item's title and the case speak of the same
    CATEGORY = "category"  # a standard of a category beside it names it


class Match(Struct, frozen=True, kw_only=True, gc=False):
    """One item that fits a case; ``words`` are those both have in common.

    ``because`` says what else speaks for an item that a person chose.
    """

    item: DutyItem
    kind: MatchKind
    words: tuple[str, ...] = ()
    because: "Match | None" = None


class Actor(StrEnum):
    """Who must act on an item."""

    TOWNSHIP = "township"  # its own duty, or a power handed down to it
    COUNTY_LEADS = "county_leads"  # the county leads, the township helps
    COUNTY = "county"  # taken back: the county alone


ACTS: Final = {
    DutyList.BASIC: Actor.TOWNSHIP,
    DutyList.DELEGATED: Actor.TOWNSHIP,
    DutyList.COOPERATE: Actor.COUNTY_LEADS,
    DutyList.WITHDRAWN: Actor.COUNTY,
}
"""Who must act, by the list an item stands in."""


def item_in_force(hall: Hall, code: str | None, on: date) -> DutyItem | None:
    """Return an item of the lists if it is in force on a local day."""
    item = hall.duties.get(code) if code else None
    return item if item is not None and item.active(on) else None


def is_ours(item: DutyItem | None) -> bool:
    """Tell whether an item makes a matter the township's to act on, alone or helping."""
    return item is not None and ACTS[item.list] is not Actor.COUNTY


def admission(hall: Hall, code: str | None, on: date) -> Admission | None:
    """Return where a task of the county stands when it comes; none in a hall without lists.

    An item the county has taken back (上级收回) may not be handed down to the township.
    """
    if not hall.duties:
        return None
    return Admission.LISTED if is_ours(item_in_force(hall, code, on)) else Admission.WAITING


def is_beyond(hall: Hall, case: Case, code: str | None, on: date) -> bool:
    """Tell whether a matter under an item is evidence of 不属于本级 / 清单外任务."""
    if case.admission in {Admission.WAITING, Admission.ADMITTED, Admission.DECLINED}:
        return True
    item = item_in_force(hall, code, on)
    return code == UNLISTED or (item is not None and not is_ours(item))


def matches(hall: Hall, case: Case, on: date) -> tuple[Match, ...]:
    """Return the items in force on a local day that fit a case, the surest first, at most five."""
    found: dict[str, Match] = {}
    for match in _every(hall, case, on):
        known = found.setdefault(match.item.item, match)
        if known.kind is MatchKind.CHOSEN and known.because is None and match is not known:
            found[match.item.item] = replace(known, because=match)
    return tuple(found.values())[:_MOST]


def _every(hall: Hall, case: Case, on: date) -> Iterator[Match]:
    if chosen := item_in_force(hall, case.duty_item, on):
        yield Match(item=chosen, kind=MatchKind.CHOSEN)
    if case.category:
        for standard in hall.standards_for(case.category):
            if item := item_in_force(hall, standard.duty_item, on):
                yield Match(item=item, kind=MatchKind.STANDARD)
    yield from _by_words(hall, case, on)
    yield from _by_category(hall, case, on)


def _by_words(hall: Hall, case: Case, on: date) -> Iterator[Match]:
    category = hall.categories.get(case.category or "")
    text = " ".join(
        (case.title, case.description, category.name if category else case.category_text)
    )
    held = _pairs(text)
    scored: list[tuple[float, str, DutyItem]] = []
    for item in hall.duties.values():
        own = _pairs(item.title)
        share = len(own & held) / len(own) if own else 0.0
        if share >= _ALIKE and item.active(on):
            scored.append((-share, item.item, item))
    for _share, _code, item in sorted(scored, key=lambda it: it[:2]):
        yield Match(item=item, kind=MatchKind.WORDS, words=_common(item.title, held))


def _by_category(hall: Hall, case: Case, on: date) -> Iterator[Match]:
    own = hall.categories.get(case.category or "")
    if own is None or own.parent is None:
        return
    for code, standards in hall.standards.items():
        beside = hall.categories.get(code)
        if beside is None or beside.parent != own.parent:
            continue
        for standard in standards:
            if item := item_in_force(hall, standard.duty_item, on):
                yield Match(item=item, kind=MatchKind.CATEGORY, words=(beside.name,))


def _pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring letters that carry meaning."""
    return frozenset(
        text[at : at + 2]
        for at in range(len(text) - 1)
        if text[at : at + 2].isalnum() and text[at : at + 2] not in _EMPTY
    )


_EMPTY: Final = frozenset({"管理", "工作", "处理", "开展", "落实", "负责", "有关", "相关", "做好"})


def _common(title: str, held: frozenset[str]) -> tuple[str, ...]:
    """Return the runs of letters of a title that the text holds, in order."""
    runs: list[str] = []
    run = ""
    for at in range(len(title) - 1):
        pair = title[at : at + 2]
        if pair in held:
            run = run + pair[1] if run else pair
        elif run:
            runs.append(run)
            run = ""
    return tuple(dict.fromkeys([*runs, *([run] if run else [])]))
