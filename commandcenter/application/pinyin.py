"""Chinese found by its sound: initials, whole syllables, or any mixture of both.

The readings are those of pypinyin, one character at a time; its table of phrases (half a second and
30 MB) is not loaded, so a character counts with its two commonest readings. It is imported at first
use: a tenth of a second, which ``warm`` spends on a thread that has it.
"""

import os
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Final

_KEPT: Final = 2
"""Further readings are those of old books: 土 as chǎ would find what nobody meant."""
_READ: Final = 400
"""No more of a text is read: names and titles are shorter, and what is typed is matched at once."""


def warm() -> None:
    """Load the readings; to be called once, away from the screens."""
    _readings("中")


def initials(text: str) -> str:
    """Return the first letter of each character by its commonest reading: 占道经营 → ``zdjy``.

    What has no reading keeps its letters and digits, without case.
    """
    return "".join(_readings(letter)[0][:1] for letter in text[:_READ] if letter.isalnum())


def matches(query: str, text: str) -> bool:
    """Tell whether what was typed means a text: part of its words, or of how it is said.

    Each character may be given by any beginning of either reading: ``zdjy``, ``zhandao``,
    ``zhandjy`` and ``占道jy`` all mean 占道经营. Blanks part words that must all be found.
    """
    folded = text[:_READ].casefold()
    return all(word in folded or _sounds(word, folded) for word in query.casefold().split())


class Spoken:
    """Many texts made ready to be searched as ``matches`` does, thousands at a keystroke.

    Each text is a line of syllables, every one with all its readings (``重/zhong/chong``); what is
    typed becomes one regular expression over all lines.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        folded = [text[:_READ].casefold().replace("\n", " ") for text in texts]
        self._plain = _Lines(folded)
        self._said = _Lines(" ".join(map(_syllable, filter(str.isalnum, it))) for it in folded)

    def find(self, query: str) -> list[int]:
        """Return the places of the texts that are meant, in their order; all for an empty query."""
        words = query.casefold().split()
        found = set(range(len(self._plain)))
        for word in words:
            here = set(self._plain.holding(re.escape(word)))
            if word.isalnum() and len(word) <= _SPOKEN:
                here |= set(self._said.holding(_heard(word)))
            found &= here
        return sorted(found)


class _Lines:
    """Lines that are searched as one text."""

    def __init__(self, lines: Iterable[str]) -> None:
        kept = list(lines)
        self._starts = list(accumulate((len(line) + 1 for line in kept), initial=1))
        self._text = "\n" + "".join(f"{line}\n" for line in kept)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def holding(self, pattern: str) -> Iterator[int]:
        """Yield the places of the lines in which a pattern is found."""
        wanted, at = re.compile(pattern), 0
        while (found := wanted.search(self._text, at)) is not None:
            line = bisect_right(self._starts, found.start() + (found[0][:1] == "\n")) - 1
            yield line
            at = self._starts[line + 1] - 1


_SPOKEN: Final = 40
"""Longer words are only looked for as they are written: nobody types so many syllables."""


def _syllable(letter: str) -> str:
    return "/".join(dict.fromkeys((letter, *_readings(letter))))


def _heard(word: str) -> str:
    """Return the pattern of a word that is said by some beginning of each of several syllables."""
    first, *rest = map(re.escape, word)
    return rf"[\n ](?:[^/ \n]*/)*{first}" + "".join(
        rf"(?:[^ \n]* (?:[^/ \n]*/)*)?{letter}" for letter in rest
    )


@lru_cache(maxsize=4096)
def _sounds(word: str, text: str) -> bool:
    if not word.isascii() and not any(letter.isascii() for letter in word):
        return False  # nothing in it says how something sounds
    said = [_readings(letter) for letter in text if letter.isalnum()]
    return any(_said_from(word, said, start) for start in range(len(said)))


def _said_from(word: str, said: list[tuple[str, ...]], start: int) -> bool:
    """Tell whether a word is said by the characters from one on, each by a part of a reading."""
    open_ = {0}  # how much of the word may have been said so far
    for readings in said[start:]:
        step: set[int] = set()
        for at in open_:
            for reading in readings:
                step.update(_ends(word, at, reading))
        if len(word) in step:
            return True
        if not step:
            return False
        open_ = step
    return False


def _ends(word: str, at: int, reading: str) -> list[int]:
    length = 0
    for spoken, typed in zip(reading, word[at:], strict=False):
        if spoken != typed:
            break
        length += 1
    return [at + count for count in range(1, length + 1)]


@lru_cache(maxsize=16_384)
def _readings(letter: str) -> tuple[str, ...]:
    """Return how a character is said, the commonest first, without tones; ü is v, and u besides.

    The character itself is among them, so that words and sounds can be mixed.
    """
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin.constants import PINYIN_DICT  # noqa: PLC0415  a tenth of a second

    found: dict[str, None] = {}
    for reading in PINYIN_DICT.get(ord(letter), "").split(",")[:_KEPT]:
        if plain := _without_tone(reading):
            found[plain] = None
            if "v" in plain:
                found[plain.replace("v", "u")] = None
    found[letter.casefold()] = None
    return tuple(found)


def _without_tone(reading: str) -> str:
    apart = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
