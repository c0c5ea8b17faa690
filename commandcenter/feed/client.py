"""The socket around a feed's session: connect, read, hand over, and never give up."""

import asyncio
import random
import ssl
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any, Final, Protocol, cast
from urllib.parse import urlsplit

from typing_extensions import override
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidStatus,
    InvalidURI,
)
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from commandcenter.application.messages import (
    Cursor,
    FeedItem,
    LinkCause,
    Received,
    Rejected,
)
from commandcenter.application.ports import Clock
from commandcenter.domain.place import Datum
from commandcenter.feed.dialects import CLOUDEVENTS
from commandcenter.feed.dialects.door import Dialect
from commandcenter.feed.session import (
    FOR_A_PERSON,
    Deliver,
    Effect,
    FeedSession,
    Lost,
    Patience,
    Send,
)

SUBPROTOCOL: Final = Subprotocol("cloudevents.json")
READ_AT_ALL: Final = 512 * 1024  # bytes: a frame above the contract's 256 KiB and up to this is
# quarantined, one above this ends the connection
_QUEUE: Final = 16  # frames read ahead
_BATCH: Final = 200  # messages handed over at once
_BATCH_TEXT: Final = 1024 * 1024  # characters of raw text after which a batch counts as full
_STATUS: Final = {
    401: LinkCause.TOKEN,
    403: LinkCause.TOKEN,
    **dict.fromkeys(range(300, 400), LinkCause.REDIRECTED),
}
_FAILURES: Final[tuple[tuple[type[Exception], LinkCause], ...]] = (  # the first that fits
    (InvalidHandshake, LinkCause.PROTOCOL),
    (ssl.SSLCertVerificationError, LinkCause.CERTIFICATE),
    (ssl.SSLError, LinkCause.PROTOCOL),
    (TimeoutError, LinkCause.TIMED_OUT),
    (OSError, LinkCause.REFUSED),
)


class Sink(Protocol):
    """Where a feed's items go."""

    async def __call__(self, batch: Sequence[FeedItem]) -> None:
        """Take ``batch``; return once it has its place in the writer's queue.

        Not returning is how the writer holds the feed back: nothing more is read meanwhile.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a feed's settings say; ``datum`` is that of a location which names none."""

    id: str
    url: str
    token: str = field(default="", repr=False)
    ca_file: str | None = None
    allow_plaintext: bool = False
    datum: Datum = Datum.WGS84
    dialect: Dialect = CLOUDEVENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The seconds of the connection's life (feed.md 2.5, 2.6)."""

    open: float = 10
    ping: float = 10
    close: float = 0.8
    first_retry: float = 0.2
    last_retry: float = 10
    settled: float = 10
    person: float = 60
    tick: float = 1
    patience: Patience = field(default_factory=Patience)


class _Connection(ClientConnection):
    """A connection whose text frames come undecoded: bad UTF-8 is ours to quarantine."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kinds: deque[Opcode] = deque()

    @override
    def process_event(self, event: Request | Response | Frame) -> None:
        if isinstance(event, Frame) and event.opcode in {Opcode.TEXT, Opcode.BINARY}:
            self._kinds.append(event.opcode)
        super().process_event(event)

    async def next_frame(self) -> str | bytes:
        """Return the next message: text as ``str`` (bad bytes as surrogates), binary as bytes."""
        message = await self.recv(decode=False)
        if self._kinds.popleft() is Opcode.BINARY:
            return message
        return message.decode(errors="surrogateescape")


class _Connect(connect):
    """One attempt that goes where the settings say and nowhere else."""

    @override
    def process_redirect(self, exc: Exception) -> Exception:
        return exc


@dataclass(frozen=True, slots=True)
class _End:
    """Why there is no connection (any more)."""

    cause: LinkCause
    detail: str = ""


class FeedClient:
    """One feed of the hall: keeps the link, hands over what comes, acknowledges what is stored.

    Lives in one event loop; only ``committed`` may be called from another thread.
    """

    def __init__(
        self,
        link: Link,
        *,
        session: FeedSession,
        sink: Sink,
        clock: Clock,
        pace: Pace | None = None,
    ) -> None:
        self._link = link
        self._session = session
        self._sink = sink
        self._clock = clock
        self._pace = pace or Pace()
        self._decode = link.dialect.decode
        self._loop: asyncio.AbstractEventLoop | None = None
        self._anchor = (clock.now(), 0.0)
        self._connection: _Connection | None = None
        self._unsent: deque[str] = deque()
        self._speak = asyncio.Event()
        self._batch: list[FeedItem] = []
        self._batch_text = 0
        self._arrived = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._stopping = False

    @property
    def cursor(self) -> Cursor:
        """Up to where this feed is stored and acknowledged."""
        return self._session.cursor

    async def run(self) -> None:
        """Keep the feed going until cancelled; then close it and hand over what has come."""
        self._loop = asyncio.get_running_loop()
        handing = self._loop.create_task(self._hand_over())
        linking = self._loop.create_task(self._keep_linked())
        try:
            await asyncio.wait({handing, linking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            linking.cancel()
            await asyncio.wait({linking})
            self._perform(self._session.closed(self._at(), LinkCause.STOPPED))
            self._stopping = True
            self._arrived.set()
            await asyncio.wait({handing}, timeout=self._pace.close)
            handing.cancel()
            await asyncio.wait({handing})
        for task in (handing, linking):  # neither ends by itself but by a fault of ours
            task.result()

    async def send(self, text: str) -> bool:
        """Write one frame of the outbox; return whether it went out on a living connection.

        ``True`` is no receipt: keep the message until ``feed.receipt`` names it.
        """
        connection = self._connection
        if connection is None:
            return False
        try:
            await connection.send(text)
        except ConnectionClosed:
            return False
        self._session.spoke(self._at())
        return True

    def committed(self, sequence: int) -> None:
        """Say that ``sequence``, and all handed over before it, is stored; from any thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended: the server will send it again
                self._loop.call_soon_threadsafe(self._on_committed, sequence)

    def _on_committed(self, sequence: int) -> None:
        self._perform(self._session.committed(sequence, self._at()))

    async def _keep_linked(self) -> None:
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            self._anchor = (self._clock.now(), loop.time())
            await self._room.wait()  # no use in connecting while the writer takes nothing
            end, lived = await self._live_once()
            self._perform(self._session.closed(self._at(), end.cause, end.detail))
            failures = 0 if lived >= self._pace.settled else failures
            await asyncio.sleep(self._pause(end.cause, failures))
            failures += 1

    def _pause(self, cause: LinkCause, failures: int) -> float:
        """Return how long to wait: a full jitter, so that many halls do not come back at once."""
        if cause in FOR_A_PERSON:
            return self._pace.person
        most = min(self._pace.last_retry, self._pace.first_retry * 2 ** min(failures, 16))
        return random.uniform(0, most)  # noqa: S311  no secret, only spread

    async def _live_once(self) -> tuple[_End, float]:
        """Connect and stay; return why it ended and how many seconds the connection lived."""
        loop = asyncio.get_running_loop()
        try:
            connection = await self._connect()
        except _Unfit as error:
            return error.end, 0
        except (OSError, InvalidHandshake, InvalidURI, ValueError) as error:
            return _failure(error), 0
        since = loop.time()
        try:
            end = await self._converse(connection)
        finally:
            self._connection = None
            await connection.close()
        return end, loop.time() - since

    async def _connect(self) -> _Connection:
        link = self._link
        _check_settings(link)
        options: dict[str, Any] = {}
        if link.url.startswith("wss:"):
            try:
                options["ssl"] = ssl.create_default_context(cafile=link.ca_file)
            except (OSError, ValueError) as error:
                raise _Unfit(LinkCause.CERTIFICATE, f"{link.ca_file}: {error}") from error
        return cast(
            _Connection,
            await _Connect(
                link.url,
                additional_headers={"Authorization": f"Bearer {link.token}"} if link.token else {},
                subprotocols=[SUBPROTOCOL] if link.dialect.speaks else None,
                compression=None,
                proxy=None,
                open_timeout=self._pace.open,
                ping_interval=self._pace.ping,
                ping_timeout=self._pace.ping,
                close_timeout=self._pace.close,
                max_size=READ_AT_ALL,
                max_queue=_QUEUE,
                create_connection=_Connection,
                **options,
            ),
        )

    async def _converse(self, connection: _Connection) -> _End:
        """Talk until the connection ends; return why it did."""
        self._unsent.clear()
        self._perform(self._session.opened(self._at(), speaks=self._link.dialect.speaks))
        tasks = {
            asyncio.create_task(part(connection)) for part in (self._read, self._write, self._watch)
        }
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        return done.pop().result()

    async def _read(self, connection: _Connection) -> _End:
        try:
            while True:
                await self._room.wait()
                frame = await connection.next_frame()
                now = self._clock.now()
                decoded = self._decode(frame, feed=self._session.feed, received_at=now)
                if cause := self._perform(self._session.frame_received(decoded, self._at())):
                    return _End(cause)
        except ConnectionClosed as error:
            if error.sent is not None and error.sent.code == CloseCode.MESSAGE_TOO_BIG:
                self._perform(self._session.oversized(self._at()))
            return _ending(error)

    async def _write(self, connection: _Connection) -> _End:
        try:
            while True:
                await self._speak.wait()
                self._speak.clear()
                while self._unsent:
                    await connection.send(self._unsent.popleft())
                # greeted: now the outbox may speak; one that is never greeted hears nothing
                self._connection = connection
        except ConnectionClosed as error:
            return _ending(error)

    async def _watch(self, _connection: _Connection) -> _End:
        while True:
            await asyncio.sleep(self._pace.tick)
            if cause := self._perform(self._session.tick(self._at())):
                return _End(cause)

    async def _hand_over(self) -> None:
        """Hand over what has come, all at once, as soon as the last batch was taken."""
        while not self._stopping or self._batch:
            await self._arrived.wait()
            self._arrived.clear()
            batch, self._batch, self._batch_text = self._batch, [], 0
            self._room.set()
            if batch:
                await self._sink(batch)

    def _perform(self, effects: Iterable[Effect]) -> LinkCause | None:
        """Do what the session says; return why the connection must end, if it must."""
        lost = None
        for effect in effects:
            match effect:
                case Send(text):
                    self._unsent.append(text)
                    self._speak.set()
                case Deliver(item):
                    self._batch.append(item)
                    if isinstance(item, Received | Rejected):
                        self._batch_text += len(item.raw)
                    self._arrived.set()
                case Lost(cause):
                    lost = cause
        if len(self._batch) >= _BATCH or self._batch_text >= _BATCH_TEXT:
            self._room.clear()
        return lost

    def _at(self) -> datetime:
        """Return the time on a clock that cannot jump while a connection lasts."""
        wall, then = self._anchor
        return wall + timedelta(seconds=asyncio.get_running_loop().time() - then)


class _Unfit(Exception):
    """The settings of this feed cannot lead to a connection."""

    def __init__(self, cause: LinkCause, detail: str) -> None:
        super().__init__(detail)
        self.end = _End(cause, detail)


def _check_settings(link: Link) -> None:
    """Refuse an address that cannot be read, a token in the clear, or one no header can bear."""
    url = urlsplit(link.url)
    if url.scheme not in {"ws", "wss"} or not url.hostname:
        raise _Unfit(LinkCause.ADDRESS, "the url must begin with wss:// and name a host")
    if url.username or url.password:
        raise _Unfit(LinkCause.ADDRESS, "the url must not hold a name or a password")
    if url.scheme == "ws" and not link.allow_plaintext and not _is_loopback(url.hostname):
        raise _Unfit(LinkCause.PLAINTEXT, "ws:// is for this machine only")
    if not (link.token.isascii() and link.token.isprintable()):
        raise _Unfit(LinkCause.TOKEN, "the token holds characters no header can bear")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _failure(error: Exception) -> _End:
    """Return why no connection could be made."""
    detail = f"{type(error).__name__}: {error}"[:200]
    if isinstance(error, InvalidStatus):
        return _End(_STATUS.get(error.response.status_code, LinkCause.PROTOCOL), detail)
    causes = (cause for kind, cause in _FAILURES if isinstance(error, kind))
    return _End(next(causes, LinkCause.ADDRESS), detail)


def _ending(error: ConnectionClosed) -> _End:
    """Return why a living connection ended."""
    detail = str(error)[:200]
    ours = error.sent.code if error.sent is not None and not error.rcvd_then_sent else None
    match ours:
        case CloseCode.MESSAGE_TOO_BIG:
            return _End(LinkCause.TOO_LARGE, detail)
        case CloseCode.PROTOCOL_ERROR | CloseCode.INVALID_DATA:
            return _End(LinkCause.PROTOCOL, detail)
        case CloseCode.INTERNAL_ERROR:
            return _End(LinkCause.SILENT, detail)  # no answer to our ping
        case _:
            return _End(LinkCause.DROPPED, detail)
