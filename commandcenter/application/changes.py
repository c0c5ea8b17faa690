"""What one transaction changed: the only thing the screens, the outbox and other seats are told."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from commandcenter.application.messages import Gap, LinkState, PositionReported
from commandcenter.domain.alert import VideoAlert
from commandcenter.domain.case import Case
from commandcenter.domain.facts import Recorded
from commandcenter.domain.whistle import Whistle


class OutgoingState(StrEnum):
    """What became of a message that has to leave the hall."""

    PENDING = "pending"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


FEED: Final = "feed"
"""The channel of what leaves through a feed, until its receipt comes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message that has to leave: ``id`` is its idempotency key, the same on every try.

    ``data`` is the payload as JSON text, ``leaves_at`` the instant before which it may still be
    undone; messages leave in the order (``leaves_at``, ``order``). ``channel`` is the code of the
    channel it leaves by, ``address`` where to on that channel and ``contact`` who is there; from
    ``expires_at`` on nobody tries any more. ``urgent`` waits for no quiet hours and in no bundle.
    """

    id: str
    order: int = 0
    feed: str
    type: str
    subject: str
    body: str = ""
    data: str
    time: datetime
    leaves_at: datetime
    state: OutgoingState = OutgoingState.PENDING
    settled_at: datetime | None = None
    reason: str = ""
    channel: str = FEED
    address: str = ""
    contact: str = ""
    urgent: bool = False
    expires_at: datetime | None = None


class AttemptState(StrEnum):
    """How far one attempt to bring a message out by a channel has come."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to bring a message out by a channel, numbered from 1.

    A queued one leaves at ``due_at``; ``words`` say why it waits, or why it failed. What was
    bundled with another message names that in ``carried_by``. ``sent`` is what the next hop took,
    ``delivered`` what it says the contact has.
    """

    outgoing: str
    number: int
    state: AttemptState
    channel: str
    address: str
    due_at: datetime
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    seat: str = ""
    words: str = ""
    carried_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPosition:
    """Where a worker, team, vehicle or drone was last heard of, in WGS-84."""

    id: str
    kind: str
    name: str
    body: str | None
    lon: float
    lat: float
    at: datetime
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreHealth:
    """Whether the store takes writes; ``detail`` says in the engine's words why not.

    ``at`` is when it was found so, or, when the process that writes is ``silent``, that of its last
    word: what is ordered meanwhile may yet be carried out.
    """

    ok: bool
    at: datetime
    detail: str = ""
    silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHealth:
    """Whether the hall can use the report-in page's book, and since when presses wait too long."""

    ok: bool = True
    waiting_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelState:
    """How one channel fares: ``words`` are those of its last failure.

    ``waiting`` is what has to leave by it, ``oldest`` when the first of that was to leave,
    ``lost`` what never arrived in the last day. ``test`` is what became of the last daily test.
    """

    code: str
    worked_at: datetime | None = None
    failed_at: datetime | None = None
    words: str = ""
    waiting: int = 0
    oldest: datetime | None = None
    lost: int = 0
    tested_at: datetime | None = None
    test: OutgoingState | None = None

    @property
    def is_failing(self) -> bool:
        """Whether the last thing tried by it failed."""
        return self.failed_at is not None and (
            self.worked_at is None or self.worked_at < self.failed_at
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """How many messages lie in quarantine; ``change`` rises with each put in or taken out."""

    count: int = 0
    change: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """Everything one transaction changed, each thing as it stands after it.

    ``present`` are operators with the instant they were last heard of at a seat; ``heard`` are the
    feeds a message arrived from, with the instant of the last; ``wired`` are the messages this
    seat has put on the wire of a feed, by id, whose receipts are awaited; ``quarantined``
    counts the messages newly put aside (less those taken back), ``aside`` is what lies there then;
    ``initiator`` is the operator whose command it was.
    """

    cases: tuple[Case, ...] = ()
    whistles: tuple[Whistle, ...] = ()
    alerts: tuple[VideoAlert, ...] = ()
    facts: tuple[Recorded, ...] = ()
    positions: tuple[UnitPosition, ...] = ()
    present: tuple[tuple[str, datetime], ...] = ()
    links: tuple[LinkState, ...] = ()
    gaps: tuple[Gap, ...] = ()
    heard: tuple[tuple[str, datetime], ...] = ()
    outgoing: tuple[Outgoing, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    wired: tuple[str, ...] = ()
    quarantined: int = 0
    aside: Aside | None = None
    health: StoreHealth | None = None
    page: PageHealth | None = None
    channels: tuple[ChannelState, ...] = ()
    initiator: str | None = None


def position(message: PositionReported, lon: float, lat: float, at: datetime) -> UnitPosition:
    """Return a reported position as the map shows it."""
    unit = message.unit
    return UnitPosition(
        id=unit.id,
        kind=unit.kind,
        name=unit.name or unit.id,
        body=unit.body,
        lon=lon,
        lat=lat,
        at=at,
        status=message.status or "",
    )
