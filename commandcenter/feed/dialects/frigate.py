"""Frigate's ``/ws``: JSON inside JSON, of which the reviews are alerts of the hall.

A review is one stretch of activity before one camera, told as ``new``, ``update`` and ``end`` on
one id. Everything else that Frigate publishes there is nothing for the hall.
"""

from hashlib import blake2b
from typing import Final

from msgspec import Struct, ValidationError, convert

from commandcenter.application.messages import MessageType, QuarantineReason
from commandcenter.feed.dialects.door import (
    Refused,
    Said,
    Terms,
    moment,
    read_object,
    shortened,
)

_REVIEWS: Final = "reviews"
_KINDS: Final = {
    "new": MessageType.ALERT_RAISED,
    "update": MessageType.ALERT_UPDATED,
    "end": MessageType.ALERT_CLEARED,
}
_IGNORED: Final = frozenset({"genai"})  # a description written after the end
_PRIORITY: Final = {"alert": 2, "detection": 4}  # by GB/T 28181, where 1 is the worst
_LINKS: Final = ("http://", "https://")


class _Frame(Struct, frozen=True, gc=False):
    topic: str
    payload: object = None


class _Seen(Struct, frozen=True, gc=False):
    objects: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    audio: tuple[str, ...] = ()
    thumb_time: float | None = None


class _Review(Struct, frozen=True, gc=False):
    id: str
    camera: str
    start_time: float
    end_time: float | None = None
    severity: str | None = None
    thumb_path: str | None = None
    data: _Seen = _Seen()


class _Change(Struct, frozen=True, gc=False):
    type: str
    after: object = None


def translate(text: str, terms: Terms) -> Said | None:
    """Say what a frame of ``/ws`` means.

    A message's id is made of the review's and of the payload, so that the same frame again is a
    duplicate. Its time is the end, else that of the picture, else the beginning: an update bears
    no time of its own.

    Raises:
        Refused: it is no frame of Frigate's, or a review that cannot be understood.
        ValidationError: a field of a review is of the wrong kind.
    """
    try:
        frame = convert(read_object(text), _Frame)
    except ValidationError as error:
        raise Refused(QuarantineReason.BAD_ENVELOPE, str(error)) from None
    if frame.topic != _REVIEWS:
        return None
    if not isinstance(frame.payload, str):
        raise Refused(QuarantineReason.BAD_ENVELOPE, "the payload must be a text of JSON")
    change = convert(read_object(frame.payload), _Change)
    if change.type in _IGNORED:
        return None
    kind = _KINDS.get(change.type)
    if kind is None:
        raise Refused(QuarantineReason.UNKNOWN_TYPE, f"`{change.type[:100]}`")
    review = convert(change.after, _Review)
    seen = review.data
    last = review.end_time or seen.thumb_time or review.start_time

    def utc(seconds: float) -> str:
        return moment(seconds, terms.zone, QuarantineReason.BAD_DATA).isoformat()

    data: dict[str, object] = {
        "alert_id": review.id,
        "camera": {"code": review.camera, "name": review.camera},
        "algorithm": "frigate",
        "label": next(iter(seen.objects + seen.audio), None),
        "priority": _PRIORITY.get(review.severity or ""),
        "started_at": utc(review.start_time),
        "ended_at": None if review.end_time is None else utc(review.end_time),
        "snapshot_url": _link(review.thumb_path),
        "objects": seen.objects,
        "zone": shortened("、".join(seen.zones)) or None,
    }
    digest = blake2b(frame.payload.encode(), digest_size=8).hexdigest()
    return Said(
        kind=kind,
        id=f"{review.id}-{change.type}-{digest}",
        source=terms.source,
        time=moment(last, terms.zone, QuarantineReason.BAD_DATA),
        data=data,
    )


def _link(path: str | None) -> str | None:
    """Return what can be fetched: Frigate mostly names a file on its own disk."""
    return path if path is not None and path.startswith(_LINKS) else None
