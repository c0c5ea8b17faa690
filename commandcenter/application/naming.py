"""Refusals as people read them: bodies and persons by their names, not by their codes."""

from functools import partial
from typing import Final

from commandcenter.domain import words
from commandcenter.domain.errors import Refusal
from commandcenter.domain.hall import Hall
from commandcenter.domain.report import Channel


def refused(refusal: Refusal, hall: Hall, lang: str = "zh") -> str:
    """Return the sentence of a refusal, in the hall's zone."""
    return words.sentence(refusal, lang, hall.zone, partial(name_of, hall))


def name_of(hall: Hall, code: str) -> str:
    """Return the name of an operator, a grid worker or a body; a code nobody knows as it is."""
    person = hall.people.get(code) or hall.workers.get(code)
    if person is not None:
        return person.name
    body = hall.bodies.get(code)
    return code if body is None else body.short_name or body.name


def group_name(hall: Hall, by: str | None, code: str | None, lang: str = "zh") -> str:
    """Return what a group of figures is called; "" where there are no groups."""
    if by is None:
        return ""
    if code is None:
        return _NONE[lang == "en"]
    match by:
        case "body":
            return name_of(hall, code)
        case "grid":
            grid = hall.grids.grids.get(code)
            return grid.name if grid else code
        case "category":
            category = hall.categories.get(code)
            return category.name if category else code
        case _:
            return words.word(Channel(code), lang) if code in set(Channel) else code


_NONE: Final = ("（无）", "(none)")
