"""What somebody typed into a search box, read as questions: words, numbers, places, people."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final
from unicodedata import normalize

from commandcenter.application.access import may_trace
from commandcenter.application.questions import Cases
from commandcenter.domain.hall import Hall
from commandcenter.domain.roster import Operator

_TAIL: Final = re.compile(r"\d{4,11}")

Put = Callable[[Hall, Cases, str], Cases]
"""Adds what stands behind a prefix to a question."""


def _place(hall: Hall, question: Cases, said: str) -> Cases:
    known = [grid.code for grid in hall.grids.grids.values() if said in {grid.code, grid.name}]
    if len(known) == 1:
        return replace(question, grid=known[0])
    return replace(question, text=f"{question.text} {said}".strip())  # addresses are searched


def _person(hall: Hall, question: Cases, said: str) -> Cases:
    named = [
        id_
        for people in (hall.people, hall.workers)
        for id_, it in people.items()
        if it.name == said
    ]
    return replace(question, person=named[0] if len(named) == 1 else said)


_PUTS: Final[Mapping[tuple[str, ...], Put]] = {
    ("id", "no", "编号"): lambda _hall, question, said: replace(question, no=said),
    ("ref", "原编号"): lambda _hall, question, said: replace(question, ref=said),
    ("tel", "电话"): lambda _hall, question, said: replace(question, phone=said),
    ("by", "人员"): _person,
    ("at", "地点", "网格"): _place,
}
_PUT: Final[Mapping[str, Put]] = {name: put for names, put in _PUTS.items() for name in names}
_WORDS: Final = re.compile(r"\S+")


def questions(typed: str, hall: Hall, operator: Operator) -> Iterator[Cases]:
    """Yield what has to be asked for what was typed: ``id:`` ``ref:`` ``tel:`` ``by:`` ``at:``.

    What bears no prefix is looked for in the texts. A bare number of four digits or more may be the
    end of a telephone number too: whoever may know gets a second question for it.
    """
    question = Cases()
    for word in _WORDS.findall(normalize("NFKC", typed)):
        name, colon, said = word.partition(":")
        put = _PUT.get(name.casefold()) if colon and said else None
        if put is not None:
            question = put(hall, question, said)
        else:
            question = replace(question, text=f"{question.text} {word}".strip())
    if question != Cases():
        yield question
    bare = question == Cases(text=question.text) and _TAIL.fullmatch(question.text)
    if bare and may_trace(operator):
        yield Cases(phone=question.text)
