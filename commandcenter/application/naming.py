"""Refusals as people read them: bodies and persons by their names, not by their codes."""

from functools import partial

from commandcenter.domain import words
from commandcenter.domain.errors import Refusal
from commandcenter.domain.hall import Hall


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
