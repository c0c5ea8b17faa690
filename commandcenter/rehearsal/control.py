"""How a rehearsal gateway is told to make mischief: a schedule, or lines on its standard input."""

import json
import os
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from math import inf, isfinite, nan
from random import Random
from typing import Any, Final

from commandcenter.domain.words import Both
from commandcenter.rehearsal.scenarios import Frame

Value = float | int | bool | str

_TOO_LARGE: Final = 300 * 1024  # a hall takes 256 KiB (feed.md 2)
_TOO_DEEP: Final = 5_000
_READ: Final = 65_536


class BadCommand(ValueError):
    """What was asked for is no control, or its values do not fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One thing a gateway can be told: the act, and its values with what they are by default.

    A schedule gives the values in this order; a value that is true or false is given by its name.
    """

    act: Callable[..., Awaitable[Frame]]
    does: Both
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def usage(self) -> str:
        """What may follow its name in a schedule."""
        return " ".join(f"[{name.upper()}]" for name in self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A control by name with the values it is to have."""

    do: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A command and when it is due, in real seconds after the first hall has come."""

    at: float
    command: Command


def parse_line(line: str, controls: Mapping[str, Control]) -> Command:
    """Read a command written as JSON, ``{"do": "garbage", "count": 5}``, or as ``garbage 5``.

    Raises:
        BadCommand: It is neither, or it does not fit the control it names.
    """
    if not line.lstrip().startswith("{"):
        return _from_words(line.split(), controls)
    try:
        given = json.loads(line)
    except ValueError as error:
        raise BadCommand(f"not JSON: {error}") from error
    name = given.pop("do", None)
    return _command(str(name), given, controls)


def parse_schedule(text: str, controls: Mapping[str, Control]) -> tuple[Fault, ...]:
    """Read a schedule such as ``20 drop; 30 garbage 5``.

    Raises:
        BadCommand: A part of it is not a time and a command; the message shows which.
    """
    faults = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        words = part.split()
        try:
            at = float(words[0])
        except ValueError:
            at = nan
        if not 0 <= at < inf:
            raise BadCommand(f"{part!r}: does not begin with a number of seconds")
        faults.append(Fault(at=at, command=_from_words(words[1:], controls)))
    return tuple(sorted(faults, key=lambda fault: fault.at))


def read_lines(descriptor: int, take: Callable[[str], None], ended: Callable[[], None]) -> None:
    """Hand over each line that arrives at a file descriptor, from a thread of its own.

    The thread reads the bare descriptor: one that waits inside ``sys.stdin`` would abort the
    interpreter at its end.
    """

    def read() -> None:
        rest = b""
        while chunk := _read(descriptor):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                take(line.decode("utf-8", "replace"))
        ended()

    threading.Thread(target=read, name="rehearsal-control", daemon=True).start()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, _READ)
    except OSError:
        return b""


def _from_words(words: list[str], controls: Mapping[str, Control]) -> Command:
    name, *rest = words or [""]
    known = controls[name].values if name in controls else {}
    flags = {word: True for word in rest if known.get(word) is False}
    plain = [parameter for parameter, usual in known.items() if not isinstance(usual, bool)]
    values = [word for word in rest if word not in flags]
    if len(values) > len(plain):
        raise BadCommand(f"{name} takes no {values[len(plain)]!r}")
    return _command(name, {**dict(zip(plain, values, strict=False)), **flags}, controls)


def _command(name: str, given: Mapping[str, Any], controls: Mapping[str, Control]) -> Command:
    if name not in controls:
        raise BadCommand(f"{name!r} is none of {', '.join(controls)}")
    known = controls[name].values
    if unknown := [key for key in given if key not in known]:
        raise BadCommand(f"{name} has no {unknown[0]!r}")
    try:
        values = {key: type(usual)(given.get(key, usual)) for key, usual in known.items()}
    except (TypeError, ValueError, OverflowError) as error:
        raise BadCommand(f"{name}: {error}") from error
    numbers = [value for value in values.values() if isinstance(value, int | float)]
    if any(value < 0 for value in numbers):
        raise BadCommand(f"{name}: nothing below zero")
    if not all(map(isfinite, numbers)):
        raise BadCommand(f"{name}: nothing without end")
    return Command(do=name, values=values)


Payload = Frame | str | bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Garbage:
    """One kind of frame that cannot be taken in, and how it travels.

    What has an envelope is logged and numbered like any frame; the rest leaves unnumbered.
    """

    make: Callable[[Random, Frame], Payload]
    binary: bool = False


GARBAGE: Final = {
    # by the reason a hall is to quarantine it with; each is given dice and a sound frame
    "not_json": Garbage(make=lambda dice, _: '{"specversion": "1.0", "id": "' + _bits(dice)),
    "not_object": Garbage(make=lambda dice, _: json.dumps([_bits(dice), 1, None])),
    "bad_envelope": Garbage(make=lambda dice, frame: frame | {"id": f"{_bits(dice)}\u202e"}),
    "unknown_type": Garbage(make=lambda dice, frame: frame | {"type": f"grid.{_bits(dice)}"}),
    "bad_data": Garbage(make=lambda dice, frame: frame | {"data": {"title": dice.randint(1, 9)}}),
    "nested_too_deep": Garbage(make=lambda dice, _: _deep(_bits(dice))),
    "binary": Garbage(make=lambda dice, _: dice.randbytes(64), binary=True),
    "not_utf8": Garbage(make=lambda dice, _: b'{"id": "\xff\xfe' + dice.randbytes(4) + b'"}'),
    "too_large": Garbage(make=lambda dice, _: json.dumps({"id": _bits(dice) * (_TOO_LARGE // 8)})),
}


def _deep(bits: str) -> str:
    return f'["{bits}",{"[" * _TOO_DEEP}{"]" * _TOO_DEEP}]'


def _bits(dice: Random) -> str:
    return f"{dice.getrandbits(32):08x}"
