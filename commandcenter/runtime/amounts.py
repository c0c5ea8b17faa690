"""The numbers of a command line: each within what it is for, and none that is no number."""

from argparse import ArgumentTypeError
from typing import Final, TypeVar


def within(value: float, low: float, high: float) -> None:
    """Refuse a number that is not from ``low`` to ``high``; NaN is in no range.

    Raises:
        ArgumentTypeError: the number is outside.
    """
    if not low <= value <= high:
        raise ArgumentTypeError(f"must be from {low:.12g} to {high:.12g}")


def positive(text: str) -> float:
    """Read an amount or a rate."""
    return _above_zero(float(text), _MOST)


_MOST: Final = 10**9


def seconds(text: str) -> float:
    """Read how long something lasts."""
    return _above_zero(float(text), _LONGEST)


_LONGEST: Final = 2**31 // 1000  # 24 days: as many milliseconds as a timer of Qt counts


def share(text: str) -> float:
    """Read a share of a whole."""
    value = float(text)
    within(value, 0, 1)
    return value


def count(text: str) -> int:
    """Read how many there may be."""
    return _above_zero(int(text), _MANY)


_MANY: Final = 2**31 - 1


Number = TypeVar("Number", int, float)


def _above_zero(value: Number, most: int) -> Number:
    if not value > 0:
        raise ArgumentTypeError("must be above zero")
    if value > most:
        raise ArgumentTypeError(f"must be at most {most}")
    return value


def port(text: str) -> int:
    """Read the number of a port; 0 stands for one that is free."""
    value = int(text)
    within(value, 0, _LAST_PORT)
    return value


_LAST_PORT: Final = 2**16 - 1


def address(text: str) -> tuple[str, int]:
    """Read where to listen: a host and a port."""
    host, mark, number = text.rpartition(":")
    if not (mark and host and number.isascii() and number.isdecimal()):
        raise ArgumentTypeError(f"{text!r} is not HOST:PORT")
    return host.strip("[]"), port(number)
