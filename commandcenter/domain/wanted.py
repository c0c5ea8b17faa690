"""What a field of a command takes: the shape of its value, its bounds, or the values there are."""

from enum import StrEnum

from msgspec import Struct


class Shape(StrEnum):
    """What kind of value a field takes, as whoever writes JSON knows them."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole"
    YES_NO = "yes_no"
    MOMENT = "moment"
    LIST = "list"
    TABLE = "table"
    WEB = "web"  # an address on the network that a browser may open
    DIGEST = "digest"  # a SHA-256 in hexadecimal


class Wanted(Struct, frozen=True, kw_only=True):
    """What a field takes; ``least`` and ``most`` bound a number, or the length of text or a list.

    ``choices`` are all the values there are, if they are few.
    """

    shape: Shape
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
