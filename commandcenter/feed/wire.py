"""One frame of the feed in, one value out; one message in, one frame out.

``decode`` takes anything the network can deliver and never raises: what cannot be taken in comes
back as ``Rejected`` with its reason. The quick path is one pass of a compiled decoder; only a
frame that fails it is looked at again, slowly, to say what is wrong with it.
"""

import re
from collections.abc import Callable
from datetime import datetime
from functools import reduce
from itertools import accumulate
from operator import attrgetter, or_
from typing import Annotated, Any, Final, Literal
from unicodedata import category

from msgspec import (
    DecodeError,
    Meta,
    MsgspecError,
    Raw,
    Struct,
    ValidationError,
    convert,
    defstruct,
    to_builtins,
)
from msgspec.json import Decoder, Encoder
from msgspec.structs import replace

from commandcenter.application.messages import (
    Ack,
    AlertData,
    CountyReceipt,
    CountyTask,
    FollowupReceipt,
    Heartbeat,
    Hello,
    Inbound,
    MediationReceipt,
    MessageType,
    Moment,
    Outbound,
    OutboxReceipt,
    PositionReported,
    QuarantineReason,
    Received,
    Rejected,
    ReportRaised,
    ReportUpdated,
    ReportWithdrawn,
    TaskReceipt,
    TaskRequest,
    TransferReceipt,
    VerificationReceipt,
    Welcome,
    WhistleReceipt,
)

MAX_FRAME: Final = 256 * 1024  # bytes of UTF-8: the contract's limit
MAX_DEPTH: Final = 64  # levels of brackets
EXCERPT: Final = 4 * 1024  # bytes of a quarantined frame that are kept
LARGEST: Final = 2**63 - 1  # the last number a stream may have: what the store can hold

_SHALLOW: Final = 2 * 1024  # a frame this short cannot nest deep enough to hurt the decoder
_DEEP: Final = f"nested deeper than {MAX_DEPTH} levels"

_BACKSLASH, _DELETE, _C1_LEAD = 0x5C, 0x7F, 0xC2  # one of these begins every control character
_CONTROL: Final = {n: None for n in (*range(0x20), *range(0x7F, 0xA0)) if chr(n) not in "\n\t"}
_UNFIT: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_DOUBTFUL: Final = re.compile(rb"\\(?:[bfrnt]|u00)|\x7f|\xc2[\x80-\x9f]")
_STEPS: Final = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")  # one level down, one level up
_NO_BRACKET: Final = bytes(set(range(256)) - set(b"[]{}"))
_SEQUENCE: Final = re.compile(rb'"sequence"\s*:\s*"([0-9]{1,20})"')


class Envelope(Struct, frozen=True, kw_only=True, gc=False):
    """CloudEvents 1.0 in its structured form, with two extensions: ``sequence``, ``recordedtime``.

    ``sequence`` is checked by hand: a pattern would cost more than the rest of the envelope.
    """

    specversion: Literal["1.0"]
    id: Annotated[str, Meta(min_length=1, max_length=128)]
    source: Annotated[str, Meta(min_length=1, max_length=256)]
    time: Moment
    subject: Annotated[str, Meta(max_length=256)] | None = None
    datacontenttype: Literal["application/json"] | None = None
    sequence: Annotated[str, Meta(max_length=20)] | None = None
    recordedtime: Moment | None = None
    data: Any


class _Outline(Envelope, frozen=True, kw_only=True, gc=False):
    type: str
    data: Raw


class _Placed(Struct, frozen=True, gc=False):
    """The place in the stream alone, so that a fault of it names it."""

    sequence: Annotated[str, Meta(max_length=20)] | None = None


class _Outgoing(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    specversion: str
    id: str
    source: str
    type: str
    time: datetime
    subject: str | None = None
    recordedtime: datetime | None = None
    sequence: str | None = None
    data: Any


INBOUND: Final[dict[MessageType, type[Struct]]] = {
    MessageType.REPORT_RAISED: ReportRaised,
    MessageType.REPORT_UPDATED: ReportUpdated,
    MessageType.REPORT_WITHDRAWN: ReportWithdrawn,
    MessageType.ALERT_RAISED: AlertData,
    MessageType.ALERT_UPDATED: AlertData,
    MessageType.ALERT_CLEARED: AlertData,
    MessageType.TASK_RECEIPT: TaskReceipt,
    MessageType.WHISTLE_RECEIPT: WhistleReceipt,
    MessageType.VERIFICATION_RECEIPT: VerificationReceipt,
    MessageType.FOLLOWUP_RECEIPT: FollowupReceipt,
    MessageType.POSITION_REPORTED: PositionReported,
    MessageType.COUNTY_TASK: CountyTask,
    MessageType.COUNTY_RECEIPT: CountyReceipt,
    MessageType.TRANSFER_RECEIPT: TransferReceipt,
    MessageType.MEDIATION_RECEIPT: MediationReceipt,
    MessageType.TASK_REQUEST: TaskRequest,
    MessageType.OUTBOX_RECEIPT: OutboxReceipt,
    MessageType.WELCOME: Welcome,
    MessageType.HEARTBEAT: Heartbeat,
}
"""What a sender may send, and the shape of its ``data``."""

_NUMBER: Final[dict[type[Struct], str]] = {
    ReportRaised: "event_no",
    ReportUpdated: "event_no",
    ReportWithdrawn: "event_no",
    AlertData: "alert_id",
    TaskReceipt: "case_no",
    WhistleReceipt: "whistle_no",
    VerificationReceipt: "case_no",
    FollowupReceipt: "case_no",
    PositionReported: "unit.id",
    CountyTask: "task_no",
    CountyReceipt: "call_no",
    TransferReceipt: "transfer_no",
    MediationReceipt: "case_no",
    TaskRequest: "case_no",
    OutboxReceipt: "id",
    Welcome: "epoch",
    Heartbeat: "sequence",
}


Session = Welcome | Heartbeat
Decoded = Received | Rejected | Session


def _form(kind: MessageType, data: type[Struct]) -> type[Struct]:
    """Return the envelope of one type of message, with its own ``data``."""
    return defstruct(
        data.__name__,
        [("data", data)],
        bases=(Envelope,),
        tag_field="type",
        tag=str(kind),
        frozen=True,
        kw_only=True,
        gc=False,
    )


_FORMS: Final[dict[type[Struct], tuple[MessageType, Callable[[Any], Any], bool]]] = {
    _form(kind, data): (kind, attrgetter(_NUMBER[data]), data in {Welcome, Heartbeat})
    for kind, data in INBOUND.items()
}
_DECODER: Final[Decoder[Any]] = Decoder(reduce(or_, _FORMS))
_ATTRIBUTES: Final = Decoder(dict[str, Raw])
_PLACED: Final = Decoder(_Placed)
_OUTLINE: Final = Decoder(_Outline)
_KINDS: Final = frozenset(str(kind) for kind in INBOUND)
_TALK: Final = frozenset(
    f'"{kind}"'.encode() for kind in (MessageType.WELCOME, MessageType.HEARTBEAT)
)
_READ: Final = frozenset(  # its attributes could be read: a number found elsewhere is not its own
    {QuarantineReason.BAD_ENVELOPE, QuarantineReason.UNKNOWN_TYPE, QuarantineReason.BAD_DATA}
)
_ENCODER: Final = Encoder()


class _Refused(Exception):
    """The frame breaks a limit: ``args`` are the reason and the words for people."""


def decode(frame: str | bytes, *, feed: str, received_at: datetime) -> Decoded:
    """Return what ``frame`` says, or why it cannot be taken in; never raises.

    ``str`` is a text frame. One whose bytes are no UTF-8 is passed with those bytes as lone
    surrogates (``surrogateescape``) and comes back ``not_utf8``; ``bytes`` is a binary frame.
    A time is what the frame says, however absurd: intake judges it.
    """
    if isinstance(frame, bytes):
        refused = _Refused(QuarantineReason.BINARY, "a binary frame")
        return _rejected(frame, refused, feed, received_at)
    try:
        payload = frame.encode()
        if len(payload) > _SHALLOW:
            _check_limits(payload)
        message = _DECODER.decode(payload)
        kind, number_of, of_session = _FORMS[message.__class__]
        if (
            _BACKSLASH in payload or _DELETE in payload or _C1_LEAD in payload
        ) and _DOUBTFUL.search(payload):
            _check_fit(f"{message.id}{message.source}{number_of(message.data)}")
            subject = message.subject and message.subject.translate(_CONTROL)
            message = replace(message, data=_mended(message.data), subject=subject)
        data = message.data
        if of_session:
            _check_session(data)
            return data  # type: ignore[no-any-return]  # Welcome or Heartbeat: the table says so
        id_ = message.id
        source = message.source
        if not (id_.isascii() and source.isascii()):
            _check_fit(id_ + source)
        number = number_of(data)
        if number and not number.isascii():
            _check_fit(number)
        sequence = None
        text = message.sequence
        if text is not None and (
            not (text.isascii() and text.isdecimal()) or (sequence := int(text)) > LARGEST
        ):
            raise _no_sequence()
        return Received(
            feed,
            sequence,
            source,
            id_,
            kind,
            message.time,
            message.recordedtime,
            received_at,
            message.subject,
            data,
            frame,
        )
    except (MsgspecError, RecursionError, UnicodeEncodeError, _Refused) as error:
        return _rejected(frame.encode(errors="backslashreplace"), error, feed, received_at)


def encode(
    kind: MessageType,
    *,
    id: str,  # noqa: A002  the attribute's name
    source: str,
    time: datetime,
    data: Inbound | Outbound | Hello | Ack | Welcome | Heartbeat | Raw,
    sequence: int | None = None,
    recorded: datetime | None = None,
    subject: str | None = None,
) -> str:
    """Return the frame that says ``data``; ``time`` must be aware."""
    message = _Outgoing(
        specversion="1.0",
        id=id,
        source=source,
        type=kind,
        time=time,
        subject=subject,
        recordedtime=recorded,
        sequence=None if sequence is None else sequence_text(sequence),
        data=data,
    )
    return _ENCODER.encode(message).decode()


def sequence_text(number: int) -> str:
    """Return ``number`` as the contract writes a sequence: twenty digits."""
    return f"{number:020}"


def sequence_number(value: str | int | None) -> int | None:
    """Return the number a sequence in a session's ``data`` stands for, if it is there."""
    return None if value is None else int(value)


def _check_session(data: Session) -> None:
    """Refuse a number beyond the last there is, and a stream that ends before it begins."""
    if isinstance(data, Heartbeat):
        _check_number("sequence", data.sequence)
        return
    oldest, newest = _check_number("oldest", data.oldest), _check_number("newest", data.newest)
    # oldest may be the one after newest: it holds none of what it has sent
    if oldest is not None and newest is not None and oldest > newest + 1:
        raise ValidationError("`oldest` must be up to `newest` + 1 - at `$.data`")


def _check_number(name: str, value: str | int | None) -> int | None:
    number = sequence_number(value)
    if number is not None and number > LARGEST:
        raise ValidationError(f"`{name}` must be below 2^63 - at `$.data`")
    return number


def _no_sequence() -> ValidationError:
    return ValidationError("`sequence` must be up to 20 digits and below 2^63")


def _check_limits(payload: bytes) -> None:
    """Refuse what is too large, or nested too deep to be followed safely."""
    if len(payload) > MAX_FRAME:
        detail = f"{len(payload)} bytes, {MAX_FRAME} are allowed"
        raise _Refused(QuarantineReason.TOO_LARGE, detail)
    if _too_deep(payload):
        raise RecursionError


def _check_fit(name: str) -> None:
    """Refuse an identifier that could be mistaken for another or break a line."""
    for mark in name:
        if category(mark) in _UNFIT:
            raise ValidationError(f"U+{ord(mark):04X} is not allowed in an identifier")


def _mended(data: Struct) -> Any:
    """Return ``data`` with no control character in its words."""
    plain = to_builtins(data, builtin_types=(datetime,))
    return convert(_mend(plain), data.__class__)


def _mend(value: Any) -> Any:
    match value:
        case str():
            return value.translate(_CONTROL)
        case dict():
            return {key: _mend(item) for key, item in value.items()}
        case list() | tuple():
            return [_mend(item) for item in value]
        case _:
            return value


def _too_deep(payload: bytes) -> bool:
    """Tell whether brackets nest beyond the limit, in time linear in the frame's size."""
    if payload.count(b"[") + payload.count(b"{") <= MAX_DEPTH:
        return False
    # a backslash stands only inside a string: without the escaped quotes every quote is an edge
    pieces = payload.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')
    steps = b"".join(pieces[::2]).translate(_STEPS, _NO_BRACKET)
    return max(accumulate(memoryview(steps).cast("b")), default=0) > MAX_DEPTH


def _rejected(payload: bytes, error: Exception, feed: str, received_at: datetime) -> Rejected:
    """Say what is wrong with a frame that the quick path would not take."""
    sequence, in_stream = None, True
    match error:
        case _Refused(args=(reason, detail)):
            pass
        case UnicodeEncodeError():
            reason, detail = QuarantineReason.NOT_UTF8, str(error.reason)
        case RecursionError():
            reason, detail = QuarantineReason.NESTED_TOO_DEEP, _DEEP
        case ValidationError():
            reason, detail, sequence, in_stream = _diagnose(payload, str(error))
        case _:
            reason, detail = QuarantineReason.NOT_JSON, str(error)
    if reason not in _READ and (found := _SEQUENCE.search(payload)):
        sequence = int(found[1])
    return Rejected(
        feed=feed,
        sequence=sequence if sequence is None or sequence <= LARGEST else None,
        reason=reason,
        received_at=received_at,
        raw=payload[:EXCERPT].decode(errors="backslashreplace").replace("\0", "\\x00"),
        detail=detail,
        in_stream=in_stream,
    )


def _diagnose(payload: bytes, detail: str) -> tuple[QuarantineReason, str, int | None, bool]:
    """Say what is wrong with JSON of which ``detail`` is all that is known so far.

    Returned are reason, words, sequence, and whether it has a place in the stream.
    """
    sequence = None
    try:
        attributes = _ATTRIBUTES.decode(payload)
    except ValidationError:
        return QuarantineReason.NOT_OBJECT, detail, None, True
    except DecodeError as error:  # the quick path stopped before it came to where the JSON breaks
        return QuarantineReason.NOT_JSON, str(error), None, True
    except RecursionError:
        return QuarantineReason.NESTED_TOO_DEEP, _DEEP, None, True
    in_stream = bytes(attributes.get("type", b"")) not in _TALK
    try:
        if "sequence" in attributes:
            text = _PLACED.decode(payload).sequence
            if text is not None and (
                not (text.isascii() and text.isdecimal()) or (sequence := int(text)) > LARGEST
            ):
                raise _no_sequence()
        outline = _OUTLINE.decode(payload)
        _check_fit(outline.id + outline.source)
        if not bytes(outline.data).startswith(b"{"):
            raise ValidationError("Expected `object` - at `$.data`")
    except DecodeError as error:
        return QuarantineReason.BAD_ENVELOPE, str(error), sequence, in_stream
    if outline.type not in _KINDS:
        return QuarantineReason.UNKNOWN_TYPE, f"`{outline.type[:100]}`", sequence, in_stream
    return QuarantineReason.BAD_DATA, detail, sequence, in_stream
