"""The figures of the hall: every one with its formula, window, exclusions and the list it counts.

A figure's numerator and denominator are lists of conditions on stored columns; the store turns them
into SQL, ``holds`` into a test of one row. So the number, the list behind it and the check of both
come from the same definition (domain.md 6).
"""

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """Which of a figure's two lists."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One reckoned figure: ``value`` is a share (0–1), a count, or hours; none without a basis."""

    id: str
    key: str
    value: float | None
    numerator: float | None
    denominator: int | None
    group: str | None = None
