"""The talk of one feed without a socket or a clock: what comes in, and what is to be done.

Every input is a call that returns effects in order; ``at`` is aware UTC. The rules are those of
the contract (``docs/feed.md``): say where we stopped, acknowledge only what is stored, and let a
gap be seen.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from commandcenter.application.messages import (
    Ack,
    Cursor,
    FeedItem,
    Gap,
    GapReason,
    Heartbeat,
    Hello,
    LinkCause,
    LinkState,
    LinkStatus,
    MessageType,
    QuarantineReason,
    Received,
    Rejected,
    Welcome,
)
from commandcenter.feed.wire import LARGEST, Decoded, encode, sequence_number, sequence_text

FOR_A_PERSON: Final = frozenset(
    {
        LinkCause.TOKEN,
        LinkCause.CERTIFICATE,
        LinkCause.REDIRECTED,
        LinkCause.PLAINTEXT,
        LinkCause.ADDRESS,
    }
)

FAR: Final = 1_000_000
"""How many messages a sender may leave out at once; a number further on than that is a mistake."""


@dataclass(frozen=True, slots=True)
class Send:
    """Write this frame."""

    text: str


@dataclass(frozen=True, slots=True)
class Deliver:
    """Hand this to the writer, in this order."""

    item: FeedItem


@dataclass(frozen=True, slots=True)
class Lost:
    """Close the connection: it is of no more use."""

    cause: LinkCause


Effect = Send | Deliver | Lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long silence is borne (feed.md 2.5)."""

    heartbeat: timedelta = timedelta(seconds=10)
    stale: timedelta = timedelta(seconds=10)
    dead: timedelta = timedelta(seconds=30)
    welcome: timedelta = timedelta(seconds=5)


class FeedSession:
    """One feed's side of the contract, over any number of connections."""

    def __init__(
        self, *, hall: str, client: str, cursor: Cursor, patience: Patience | None = None
    ) -> None:
        self.feed = cursor.feed
        self._hall = hall
        self._client = client
        self._patience = patience or Patience()
        self._epoch = cursor.epoch
        self._acked = cursor.acked
        self._stream = 0
        self._waiting: deque[tuple[int, int]] = deque()  # (stream, number) the writer has in hand
        self._seen: int | None = None  # the last number of the stream accounted for
        self._unplaced = 0  # frames since then that bore no number we could read
        self._announced: set[tuple[int, int, int | None]] = set()
        self._stuck: tuple[int, int] | None = None
        self._last: Received | Rejected | None = None  # of this connection
        self._unread_after: str | None = None  # what it was when an unread frame was put aside
        self._connected = False
        self._speaks = True
        self._welcomed = self._resumes = False
        self._newest = 0  # as the last welcome had it
        self._link = (LinkStatus.CONNECTING, LinkCause.NONE)
        self._told = self._acked  # what the server knows of our cursor
        self._said = 0
        self._opened_at = self._heard_at = self._said_at = datetime.min.replace(tzinfo=UTC)

    @property
    def cursor(self) -> Cursor:
        """Up to where the stream is stored and acknowledged."""
        return Cursor(feed=self.feed, epoch=self._epoch, acked=self._acked)

    def opened(self, at: datetime, *, speaks: bool = True) -> list[Effect]:
        """Take note of a new connection; greet, unless the other side keeps no session.

        Nothing is ever said to one that does not, and its silence says nothing: it sends when it
        has something to tell, and only the connection's own pings show whether it is still there.
        """
        self._connected, self._welcomed, self._resumes = True, False, False
        self._speaks = speaks
        self._seen, self._unplaced = None, 0
        self._last = None
        self._opened_at = self._heard_at = at
        self._told = self._acked
        if not speaks:
            return self._show_alive(at)
        hello = Hello(
            hall=self._hall,
            client=self._client,
            epoch=self._epoch,
            resume_after=None if self._acked is None else sequence_text(self._acked),
        )
        return [self._say(MessageType.HELLO, hello, at)]

    def frame_received(self, decoded: Decoded, at: datetime) -> list[Effect]:
        """Take in one frame; every message and every quarantined frame is delivered once."""
        self._heard_at = at
        match decoded:
            case Welcome():
                return [*self._welcome(decoded, at), *self._show_alive(at)]
            case Heartbeat():
                return self._show_alive(at)
            case Received():
                self._last = decoded
                return [*self._show_alive(at), *self._received(decoded, at)]
            case Rejected():
                self._last = decoded
                return [*self._show_alive(at), *self._rejected(decoded)]

    def oversized(self, at: datetime) -> list[Effect]:
        """Take note that the next frame was beyond what is read at all, and ended the connection.

        A server that resumes would send it again for ever. Met a second time at the same place,
        it is quarantined unread under the number it must have, and the stream goes on after it.
        One that does not resume may send it again for ever: it is quarantined at once, and not
        again while it follows on the same message.
        """
        place = (self._stream, self._seen) if self._seen is not None else None
        if not self._resumes or place is None:
            last = _known_by(self._last)
            again, self._unread_after = self._unread_after == last, last
            return [] if again else [Deliver(self._unread(None, at))]
        again, self._stuck = self._stuck == place, place
        sequence = _next(place[1])
        if not again or (self._stream, sequence, sequence) in self._announced:
            return []
        self._announced.add((self._stream, sequence, sequence))
        self._account(sequence)
        return [Deliver(self._unread(sequence, at))]

    def committed(self, sequence: int, at: datetime) -> list[Effect]:
        """Acknowledge that ``sequence``, and all delivered before it, is stored for good."""
        if all(sequence != number for _, number in self._waiting):
            return []
        number = None
        while number != sequence:
            stream, number = self._waiting.popleft()
            if stream == self._stream:  # all up to it was handed over before it
                self._acked = number if self._acked is None else max(self._acked, number)
        return list(self._acknowledge(at))

    def spoke(self, at: datetime) -> None:
        """Take note that a message of the hall's was written: it breaks our silence."""
        self._said_at = at

    def tick(self, at: datetime) -> list[Effect]:
        """Look at the time: speak after our silence, and judge theirs."""
        if not (self._connected and self._speaks):
            return []
        silent = at - self._heard_at
        if silent >= self._patience.dead:
            return [Lost(LinkCause.SILENT)]
        effects: list[Effect] = []
        if at - self._said_at >= self._patience.heartbeat:
            known = self._acked if self._seen is None else self._seen
            if known is not None and known < 0:  # the stream begins with nought, still to come
                known = None
            beat = Heartbeat(sequence=None if known is None else sequence_text(known))
            effects.append(self._say(MessageType.HEARTBEAT, beat, at))
        if silent >= self._patience.stale:
            effects += self._show(LinkStatus.STALE, at, LinkCause.SILENT)
        else:
            effects += self._show_alive(at)
        return effects

    def closed(self, at: datetime, cause: LinkCause, detail: str = "") -> list[Effect]:
        """Take note that there is no connection, or that none could be made."""
        self._connected = self._welcomed = False
        status = LinkStatus.NEEDS_PERSON if cause in FOR_A_PERSON else LinkStatus.DOWN
        return self._show(status, at, cause, detail)

    def _welcome(self, welcome: Welcome, at: datetime) -> Iterator[Effect]:
        oldest = sequence_number(welcome.oldest)
        newest = sequence_number(welcome.newest)
        if oldest is None and newest is not None:
            oldest = newest + 1  # it holds none of those it has sent
        self._welcomed, self._unplaced, self._newest = True, 0, newest or 0
        # one that holds nothing of a stream of which we hold something keeps no numbers
        self._resumes = newest is not None or self._epoch != welcome.epoch or self._acked is None
        if self._epoch != welcome.epoch:
            if self._epoch is not None:
                first = 0 if self._acked is None else _next(self._acked)
                yield from self._gap(first, None, GapReason.EPOCH_CHANGED, at)
            # what is lost of it before anything came is missing, too: so its beginning is kept
            self._begin(welcome.epoch, oldest - 1 if oldest else None)
            yield Deliver(self.cursor)
        elif self._acked is not None and newest is not None and newest < self._acked:
            # what it sends now under numbers we know need not be what we have: all of it is asked
            # for, in another greeting, and told apart from what we have by its identity
            yield from self._gap(newest + 1, None, GapReason.SEQUENCE_RESET, at)
            self._begin(welcome.epoch, oldest - 1 if oldest else None)
            self._welcomed = False
            yield Deliver(self.cursor)
            yield Lost(LinkCause.FELL_BEHIND)
            return
        self._seen = self._acked
        if oldest is not None and (self._seen is None or self._seen < oldest - 1):
            if self._seen is not None:
                yield from self._gap(self._seen + 1, oldest - 1, GapReason.BUFFER_LOST, at)
            self._seen = oldest - 1
        yield from self._acknowledge(at)

    def _begin(self, epoch: str, acked: int | None) -> None:
        """Begin a stream whose numbers have nothing to do with those before."""
        self._stream += 1
        self._epoch = epoch
        self._acked = self._told = acked
        self._announced.clear()
        self._stuck = None

    def _received(self, message: Received, at: datetime) -> Iterator[Effect]:
        sequence = message.sequence
        if sequence is None:
            yield Deliver(message)
            return
        # nobody has said which stream the number belongs to, or it is far beyond the stream
        if not self._welcomed or self._is_wild(sequence):
            yield Deliver(replace(message, sequence=None))
            return
        # as many as are missing are in quarantine, unreadable: then those are they
        if self._seen is not None and sequence - self._seen - 1 > self._unplaced:
            jump = GapReason.SEQUENCE_JUMP
            yield from self._gap(self._seen + 1, sequence - 1, jump, at)
        self._unplaced = 0
        self._account(sequence)
        yield Deliver(message)

    def _rejected(self, frame: Rejected) -> Iterator[Effect]:
        """Take in what could not be read; its number counts only where it may be believed."""
        if not frame.in_stream:
            yield Deliver(frame)
            return
        sequence = frame.sequence
        seen = self._seen or 0  # a stream of which nothing is known begins with nought or one
        if self._welcomed and sequence is not None and sequence <= seen + 1 + self._unplaced:
            if self._seen is None or sequence > self._seen:
                self._unplaced = 0  # those before it without a number are the ones between
            self._account(sequence)
            yield Deliver(frame)
        else:
            self._unplaced += 1
            yield Deliver(replace(frame, in_stream=False))

    def _is_wild(self, number: int) -> bool:
        """Tell whether a number is so far on that acknowledging it would skip what is to come."""
        return self._seen is not None and number > max(self._seen, self._newest) + FAR

    def _account(self, number: int) -> None:
        """Remember that the stream up to ``number`` is being handed to the writer."""
        self._waiting.append((self._stream, number))
        self._seen = number if self._seen is None else max(self._seen, number)

    def _gap(
        self, first: int, last: int | None, reason: GapReason, at: datetime
    ) -> Iterator[Effect]:
        """Record a gap, once however often the server tells of it before it is stored."""
        key = (self._stream, first, last)
        if key in self._announced:
            return
        self._announced.add(key)
        if last is not None:
            self._account(last)
        yield Deliver(Gap(feed=self.feed, first=first, last=last, reason=reason, at=at))

    def _unread(self, sequence: int | None, at: datetime) -> Rejected:
        return Rejected(
            feed=self.feed,
            sequence=sequence,
            reason=QuarantineReason.TOO_LARGE,
            received_at=at,
            raw="",
            detail="larger than what is read at all; only its place in the stream is known",
        )

    def _acknowledge(self, at: datetime) -> Iterator[Effect]:
        """Tell the server what is stored, unless it knows."""
        if self._welcomed and self._acked is not None and self._acked != self._told:
            self._told = self._acked
            yield self._say(MessageType.ACK, Ack(sequence=sequence_text(self._acked)), at)

    def _show_alive(self, at: datetime) -> list[Effect]:
        """Show the link as it is when the other side is heard."""
        if self._welcomed:
            return self._show(LinkStatus.LIVE, at)
        if not self._speaks or at - self._opened_at >= self._patience.welcome:
            return self._show(LinkStatus.LIVE_ONLY, at, LinkCause.NO_WELCOME)
        return []  # a welcome may yet come

    def _show(
        self, state: LinkStatus, at: datetime, cause: LinkCause = LinkCause.NONE, detail: str = ""
    ) -> list[Effect]:
        """Deliver the state of the link where it is a new one."""
        if (state, cause) == self._link:
            return []
        self._link = (state, cause)
        link = LinkState(feed=self.feed, state=state, at=at, cause=cause, detail=detail)
        return [Deliver(link)]

    def _say(self, kind: MessageType, data: Hello | Ack | Heartbeat, at: datetime) -> Send:
        self._said_at = at
        self._said += 1
        # unique within our source: one client says one thing at one microsecond and count
        return Send(
            encode(
                kind,
                id=f"{self._client}-{at:%Y%m%dT%H%M%S%f}-{self._said}",
                source=f"/hall/{self._hall}",
                time=at,
                data=data,
            )
        )


def _next(number: int) -> int:
    """Return the number that follows; the last there is follows itself."""
    return min(number + 1, LARGEST)


def _known_by(item: Received | Rejected | None) -> str:
    """Return what tells a message of one connection from any other; nothing before the first."""
    match item:
        case Received():
            return f"{item.source}\n{item.id}"
        case Rejected():
            return item.raw
    return ""
