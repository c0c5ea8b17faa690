"""Refusals: what the hall will not do; the sentence that says so is in words.py."""

import copyreg
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InWords:
    """A fact of a refusal that is words already, in both languages."""

    zh: str
    en: str


class Refusal(Exception):
    """Something the hall declines, with a stable code and the facts its sentence needs.

    ``commandcenter.domain.words.sentence`` puts it into words; anything else that is raised is a
    fault of the program.
    """

    def __init__(self, code: str, /, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


def _again(kind: type[Refusal], code: str, facts: dict[str, object]) -> Refusal:
    return kind(code, **facts)


def _parts(refusal: Refusal) -> tuple[object, tuple[object, ...]]:
    return _again, (type(refusal), refusal.code, refusal.facts)


# an exception is pickled with its positional arguments alone: the facts are none
copyreg.pickle(Refusal, _parts)  # type: ignore[arg-type]
