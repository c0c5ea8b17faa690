"""Which classes of problem a report's text speaks of, by the words the catalogue lists for them."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from commandcenter.domain.catalogue import Category

_MOST: Final = 3
_TEXT: Final = 1000  # characters of a report that are looked at


class Hint(Struct, frozen=True, gc=False):
    """A class, and the words of the report that mean it, in the order they are said."""

    category: str
    words: tuple[str, ...]


def hints(text: str, categories: Mapping[str, Category]) -> tuple[Hint, ...]:
    """Return the classes a text speaks of, the likeliest first; it is a proposal and no more.

    A longer word says more than a short one, and what is part of a longer word found says nothing
    of its own. Classes that stand above others are never proposed: a case is filed under the last.
    """
    text = text[:_TEXT]
    above = {it.parent for it in categories.values()}
    spoken = {
        code: [word for word in (it.name, *it.words) if len(word) > 1 and word in text]
        for code, it in categories.items()
        if code not in above
    }
    every = {word for words in spoken.values() for word in words}
    found = []
    for code, words in spoken.items():
        own = [word for word in dict.fromkeys(words) if not _within_longer(word, every)]
        if own:
            found.append((-sum(len(word) ** 2 for word in own), code, own))
    likeliest = sorted(found)[:_MOST]
    return tuple(Hint(code, tuple(sorted(own, key=text.index))) for _, code, own in likeliest)


def _within_longer(word: str, every: set[str]) -> bool:
    return any(word != other and word in other for other in every)
