"""What the window's process and the writing one say to each other over a pair of pipes.

A frame is a letter, the length of what follows in bytes, and that. What a commit changed goes as
MessagePack: it comes by the thousand, and pickling would take five times as long. Everything else
is rare and pickled; nobody but these two processes holds an end of the pipes.
"""

import pickle
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO, Any, Final

import msgspec

from commandcenter.application.changes import Delta
from commandcenter.application.commands import Order
from commandcenter.domain.roster import Operator
from commandcenter.runtime.front import Place
from commandcenter.store.lock import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin:
    """The first thing said to the writing process: which hall it opens, and who asks."""

    place: Place
    seat: str | None
    feeds: bool
    window: Window


@dataclass(frozen=True, slots=True)
class Opened:
    """Said back: the store is open, under this name of the seat."""

    seat: str


@dataclass(frozen=True, slots=True)
class Start:
    """The window hears: let the threads of the hall begin."""


@dataclass(frozen=True, slots=True)
class CarryOut:
    """An order given at a desk of the window; ``number`` comes back with what became of it."""

    number: int
    command: Order
    operator: Operator


@dataclass(frozen=True, slots=True)
class Attend:
    """An operator is at the window."""

    number: int
    operator: str


@dataclass(frozen=True, slots=True)
class Done:
    """What became of what was said under a number."""

    number: int
    value: Any = None
    fault: BaseException | None = None


@dataclass(frozen=True, slots=True)
class Alive:
    """Said back when there was nothing else to say for a second."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A thread of the writing process failed: where and how, for the report of the fault."""

    trace: str


@dataclass(frozen=True, slots=True)
class End:
    """Said when the hall is closed: write what is waiting, let go of the store, and end."""


Said = Begin | Opened | Start | CarryOut | Attend | Done | Alive | Failed | End | Delta

PORTION: Final = 100
"""So many cases, and as many facts, are decoded within 2 ms."""
_HEAD: Final = struct.Struct(">cI")
_CHANGE: Final = b"C"
_REST: Final = b"R"
_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(Delta).decode


def write(stream: IO[bytes], said: Said) -> None:
    """Write what is said, all of it: one frame, or several for a commit of a flood.

    Raises:
        OSError: nobody reads any more.
    """
    if isinstance(said, Delta):
        for portion in portions(said):
            _write(stream, _CHANGE, _encode(portion))
    else:
        _write(stream, _REST, pickle.dumps(said, pickle.HIGHEST_PROTOCOL))
    stream.flush()


def portions(delta: Delta) -> Iterator[Delta]:
    """Part what a commit of a flood changed: while one frame is decoded, no screen can be drawn.

    Whatever is neither case nor fact comes with the last portion.
    """
    cases, facts = delta.cases, delta.facts
    while max(len(cases), len(facts)) > PORTION:
        yield Delta(cases=cases[:PORTION], facts=facts[:PORTION])
        cases, facts = cases[PORTION:], facts[PORTION:]
    yield replace(delta, cases=cases, facts=facts)


def _write(stream: IO[bytes], kind: bytes, body: bytes) -> None:
    stream.write(_HEAD.pack(kind, len(body)))
    stream.write(body)


def read(stream: IO[bytes]) -> Said | None:
    """Return what the next frame says; none once the other process has ended."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, size = _HEAD.unpack(head)
    body = stream.read(size)
    if len(body) < size:
        return None
    said: Said = _decode(body) if kind == _CHANGE else pickle.loads(body)  # noqa: S301  our own
    return said
