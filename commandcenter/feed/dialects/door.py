"""The door of a dialect: a foreign frame becomes a message of the contract, or is refused.

A dialect only says what a frame means in the contract's own words; the contract's decoder then
judges that like any other message. So every limit, every cleaning and every reason is the same.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from msgspec import DecodeError, MsgspecError, Raw, ValidationError
from msgspec.json import Decoder as JsonDecoder
from msgspec.json import Encoder
from msgspec.structs import replace

from commandcenter.application.messages import (
    Heartbeat,
    MessageType,
    QuarantineReason,
    Rejected,
)
from commandcenter.application.moments import utc
from commandcenter.feed import wire
from commandcenter.feed.wire import EXCERPT, MAX_DEPTH, MAX_FRAME, Decoded

SHORT: Final = 200  # characters of the contract's short texts
_SECONDS_AT_MOST: Final = 1e11  # a greater number of an epoch is meant in milliseconds
_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII
)
_ENCODER: Final = Encoder()
_ANYTHING: Final = JsonDecoder(Any)


class Decoder(Protocol):
    """Translates one frame of a dialect into the hall's own messages; never raises."""

    def __call__(self, frame: str | bytes, *, feed: str, received_at: datetime) -> Decoded:
        """Return what the frame says, or why it cannot be taken in."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a feed is understood; ``speaks`` if it keeps the contract's session.

    One that does not gets no greeting, no acknowledgement and no heartbeat, is live-only from the
    first moment, and takes nothing from the outbox.
    """

    decode: Decoder
    speaks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a foreign frame says, in the contract's words; ``time`` is aware."""

    kind: MessageType
    id: str
    source: str
    time: datetime
    data: Mapping[str, object]


Translate = Callable[[str, "Terms"], Said | None]
"""Says what the text of a frame means, ``None`` if it is nothing for the hall.

It may raise ``Refused``, and ``MsgspecError`` for data of the wrong shape.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a feed's settings say to its dialect.

    ``source`` is the source of messages that name none, ``zone`` that of times without an offset,
    ``mapping`` the translation that ``mapped`` was given.
    """

    source: str
    zone: ZoneInfo
    mapping: Translate | None = None


class Refused(Exception):
    """The frame cannot be taken in: ``args`` are the reason and the words for people."""

    def __init__(self, reason: QuarantineReason, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def translated(
    translate: Translate, terms: Terms, read: Callable[[str | bytes], str] | None = None
) -> Dialect:
    """Return the dialect that ``translate`` understands; ``read`` makes a frame into text."""
    return Dialect(
        decode=partial(_decode, read=read or text_of, translate=translate, terms=terms),
        speaks=False,
    )


def text_of(frame: str | bytes) -> str:
    """Return the text of a text frame.

    Raises:
        Refused: it is binary, too large or not UTF-8.
    """
    if isinstance(frame, bytes):
        raise Refused(QuarantineReason.BINARY, "a binary frame")
    try:
        check_size(len(frame.encode()))
    except UnicodeEncodeError as error:
        raise Refused(QuarantineReason.NOT_UTF8, error.reason) from None
    return frame


def check_size(size: int) -> None:
    """Refuse a frame of more bytes than the contract allows.

    Raises:
        Refused: it is too large.
    """
    if size > MAX_FRAME:
        raise Refused(QuarantineReason.TOO_LARGE, f"{size} bytes, {MAX_FRAME} are allowed")


def read_json(text: str) -> Any:
    """Return the JSON object or array that ``text`` is.

    Raises:
        Refused: it is no JSON, nested too deep, or a lone value.
    """
    try:
        value = _ANYTHING.decode(text)
    except ValidationError as error:  # JSON, but with a number nothing can hold
        raise Refused(QuarantineReason.BAD_DATA, str(error)) from None
    except DecodeError as error:
        raise Refused(QuarantineReason.NOT_JSON, str(error)) from None
    except RecursionError:
        raise _too_deep() from None
    if not isinstance(value, dict | list):
        raise Refused(QuarantineReason.NOT_OBJECT, f"a lone {type(value).__name__}")
    _check_depth(value)
    return value


def read_object(text: str) -> dict[str, Any]:
    """Return the JSON object that ``text`` is.

    Raises:
        Refused: it is no JSON, nested too deep, or no object.
    """
    value = read_json(text)
    if not isinstance(value, dict):
        raise Refused(QuarantineReason.NOT_OBJECT, "Expected `object`, got `array`")
    return value


def moment(value: object, zone: ZoneInfo, reason: QuarantineReason) -> datetime:
    """Return the time a source wrote, in UTC.

    Understood are ISO 8601 to the minute or finer, in ``zone`` if it names no offset, and seconds
    or milliseconds since 1970.

    Raises:
        Refused: it is neither; ``reason`` is the one given.
    """
    try:
        if isinstance(value, str) and _TIME.fullmatch(value):
            told = datetime.fromisoformat(value)
            return utc(told if told.tzinfo else told.replace(tzinfo=zone))
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value if abs(value) < _SECONDS_AT_MOST else value / 1000
            return utc(datetime.fromtimestamp(seconds, UTC))
    except (ValueError, OverflowError, OSError):
        pass  # a month of thirteen, a year beyond the calendar
    shown = str(value)[:40] if isinstance(value, str | float) else type(value).__name__
    raise Refused(reason, f"`{shown}` is not a time")


def shortened(words: str) -> str:
    """Return ``words`` cut to what a short text of the contract may hold; the raw frame has all."""
    return words if len(words) <= SHORT else words[: SHORT - 1] + "…"


def _decode(
    frame: str | bytes,
    *,
    feed: str,
    received_at: datetime,
    read: Callable[[str | bytes], str],
    translate: Translate,
    terms: Terms,
) -> Decoded:
    """Return what ``frame`` says; never raises."""
    raw = frame
    try:
        raw = text = read(frame)
        said = translate(text, terms)
        if said is None:
            return Heartbeat()
        message = wire.encode(
            said.kind,
            id=said.id,
            source=said.source,
            time=said.time,
            data=Raw(_ENCODER.encode(said.data)),
        )
    except Refused as refused:
        return _rejected(raw, refused.reason, refused.detail, feed, received_at)
    except (MsgspecError, TypeError, ValueError, OverflowError, RecursionError) as error:
        return _rejected(raw, QuarantineReason.BAD_DATA, str(error), feed, received_at)
    taken = wire.decode(message, feed=feed, received_at=received_at)
    if isinstance(taken, Rejected):
        return _rejected(text, taken.reason, taken.detail, feed, received_at)
    return taken if isinstance(taken, Heartbeat) else replace(taken, raw=text)


def _rejected(
    frame: str | bytes, reason: QuarantineReason, detail: str, feed: str, received_at: datetime
) -> Rejected:
    raw = frame.encode(errors="backslashreplace") if isinstance(frame, str) else frame
    return Rejected(
        feed=feed,
        sequence=None,
        reason=reason,
        received_at=received_at,
        raw=raw[:EXCERPT].decode(errors="backslashreplace").replace("\0", "\\x00"),
        detail=detail,
    )


def _check_depth(value: dict[str, Any] | list[Any]) -> None:
    """Refuse what is nested deeper than the contract allows, without following it down."""
    level: list[Any] = [value]
    depth = 1
    while level:
        if depth > MAX_DEPTH:
            raise _too_deep()
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        depth += 1


def _too_deep() -> Refused:
    return Refused(QuarantineReason.NESTED_TOO_DEEP, f"nested deeper than {MAX_DEPTH} levels")
