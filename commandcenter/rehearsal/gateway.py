"""The upstream platform of the fictional township: a real WebSocket server that speaks the feed."""

import asyncio
import contextlib
import hmac
import json
import ssl
import tempfile
from asyncio import Event, Task, TaskGroup
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import count, cycle
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from uuid import uuid4

from msgspec.json import Encoder
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from commandcenter.rehearsal.control import (
    GARBAGE,
    BadCommand,
    Command,
    Control,
    Fault,
)
from commandcenter.rehearsal.dice import dice
from commandcenter.rehearsal.load import Barrage, Load
from commandcenter.rehearsal.log import Heard, Inbox, Log, without_sequence
from commandcenter.rehearsal.responders import RETURN_RATE, Responders, refusal
from commandcenter.rehearsal.scenarios import (
    DEFAULT_SPEED,
    SCENARIOS,
    Frame,
    Message,
    Noise,
    Teller,
    Timeline,
    envelope,
    play,
    read_recording,
    recorded,
)
from commandcenter.rehearsal.township import demo_pack, read

SOURCE: Final = "/county/gateway"
SUBPROTOCOL: Final = Subprotocol("cloudevents.json")
_MAX_SIZE: Final = 1_048_576
_BATCH: Final = 256
_GATHER_SECONDS: Final = 3.0  # a shuffle waits no longer for the frames it wants
_TICK: Final = 0.01


def _say_nothing(_: Frame) -> None:
    """Take a line nobody asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a gateway plays and how it behaves; times are real seconds.

    ``state`` is the folder of its log and inbox; without one they last as long as the gateway.
    ``speed`` is how many seconds of the scenario pass in one real second; ``haste`` hurries the
    people who answer besides. Everything timed begins when the first hall has said hello.
    """

    state: Path | None = None
    pack: Path | None = None  # the fictional township's own
    scenario: str | None = None
    replay: Path | None = None
    shift: bool = False
    load: Load | None = None
    seed: int = 1
    speed: float = DEFAULT_SPEED
    haste: float = 1.0
    return_rate: float = RETURN_RATE
    silent: frozenset[str] = frozenset()
    host: str = "127.0.0.1"
    port: int = 0
    token: str | None = None
    tls: ssl.SSLContext | None = None
    live_only: bool = False
    retain: int | None = None
    heartbeat: float = 10.0
    faults: tuple[Fault, ...] = ()
    tell: Callable[[Frame], None] = field(default=_say_nothing)


class _Link:
    """One hall's connection and how far along the log it is."""

    def __init__(self, connection: ServerConnection) -> None:
        self.connection = connection
        self.cursor = 0
        self.shuffle = 0  # so many frames to gather and send in another order
        self.wake = Event()
        self.voice = Event()
        self.voice.set()
        self.fed = False
        self.tasks: list[Task[None]] = []

    async def say(self, payload: str | bytes, *, text: bool = True) -> None:
        """Send one frame, or nothing if the link is gone; waits while the link is silent."""
        await self.voice.wait()
        with contextlib.suppress(ConnectionClosed):
            await self.connection.send(payload, text=text)

    def tear(self) -> None:
        """Cut the link as a broken cable does: without a word."""
        self.voice.set()
        self.connection.transport.abort()


class Gateway:
    """The county's gateway: ``async with Gateway(Options(...)) as gateway: gateway.url``.

    It keeps its own log and inbox, so that stopping and starting it on the same folder goes on
    where it was. What it does wrong on request is in ``CONTROLS``; each is a method here too.
    """

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        self.township = read(self.options.pack or demo_pack())
        self.port = self.options.port
        self.acked = 0  # the highest sequence a hall has acknowledged
        self.garbage_sent: Counter[str] = Counter()
        self.unreadable = 0  # frames of a hall's that no receipt could be given for
        self.started = Event()
        self._exit = contextlib.AsyncExitStack()
        self._links: set[_Link] = set()
        self._encode = Encoder().encode
        self._began = uuid4().hex[:16]  # the numbers of sessions begin anew, their ids must not
        self._session_numbers = count(1)
        self._random = dice("gateway", self.options.seed)
        self._kinds = cycle(GARBAGE)
        self._withheld_until = 0.0
        self._rejecting = 0
        self._planned = Event()

    async def __aenter__(self) -> Self:
        try:
            return await self._start()
        except BaseException:
            await self._exit.aclose()
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in self._tasks:
            task.cancel()
        for link in self._links:  # a silent one would not hear that we are closing
            if not link.voice.is_set():
                link.tear()
        self._server.close()
        await self._server.wait_closed()
        await self._exit.__aexit__(kind, error, trace)

    @property
    def url(self) -> str:
        """Where halls connect."""
        return f"{'wss' if self.options.tls else 'ws'}://{self.options.host}:{self.port}"

    def publish(self, frame: Frame) -> int:
        """Log a frame, which every hall will be sent, and return its sequence."""
        number = self.log.append(frame)
        self._wake()
        return number

    # What can be asked for.

    async def drop(self) -> Frame:
        """Tear every link without a closing word."""
        torn = len(self._links)
        for link in tuple(self._links):
            link.tear()
        return {"links": torn}

    async def refuse(self, seconds: float) -> Frame:
        """Tear every link and let nobody connect for some seconds."""
        self._server.close(close_connections=False)
        outcome = await self.drop()
        await self._server.wait_closed()
        self._spawn(self._listen_again(seconds))
        return outcome

    async def reset_epoch(self) -> Frame:
        """Begin a new epoch, as a platform does that was set up anew; tears every link."""
        old = self.log.epoch
        self.log.reset()
        self.acked = 0
        await self.drop()
        return {"old": old, "epoch": self.log.epoch}

    async def lose_buffer(self, keep: int = 0) -> Frame:
        """Forget all but the newest frames; a hall that is behind will find a gap."""
        self.log.forget(keep=keep)
        return {"oldest": self.log.oldest, "newest": self.log.newest}

    async def resend(self, count: int = 5, *, renumber: bool = False) -> Frame:
        """Say the newest frames again: as they were, or logged again under new sequences."""
        lines = self.log.last(count)
        for _, line in lines:
            if renumber:
                self.publish(json.loads(line))
            else:
                await self._say_to_all(line)
        return {"frames": [number for number, _ in lines]}

    async def reorder(self, count: int = 5) -> Frame:
        """Send the next frames in another order, once so many are there."""
        for link in self._links:
            link.shuffle = count
        return {"links": len(self._links)}

    async def jump(self, count: int = 5) -> Frame:
        """Leave sequence numbers out, as if frames had been lost further up."""
        first = self.log.newest + 1
        self.log.skip(count)
        return {"from": first, "to": self.log.newest}

    async def garbage(self, count: int = 1, kind: str = "") -> Frame:
        """Send frames that cannot be taken in: one kind, or one after the other.

        Raises:
            BadCommand: There is no such kind.
        """
        if kind and kind not in GARBAGE:
            raise BadCommand(f"{kind!r} is none of {', '.join(GARBAGE)}")
        kinds = [kind or next(self._kinds) for _ in range(count)]
        for name in kinds:
            sound = self._some_report().frame
            payload = GARBAGE[name].make(self._random, sound)
            self.garbage_sent[name] += 1
            if isinstance(payload, dict):
                self.publish(payload)
            else:
                await self._say_to_all(payload, text=not GARBAGE[name].binary)
        return {"kinds": kinds}

    async def revise(self, count: int = 1) -> Frame:
        """Send the newest reports again under the same id and with another title."""
        reports = [
            frame
            for frame in (json.loads(line) for _, line in self.log.last(_BATCH))
            if frame.get("type") == "grid.event.reported" and "title" in frame.get("data", {})
        ]
        chosen = reports[-count:] if count else []
        for frame in chosen:
            self.publish(
                frame | {"data": frame["data"] | {"title": f"更正：{frame['data']['title']}"}}
            )
        return {"ids": [frame["id"] for frame in chosen]}

    async def fall_silent(self, seconds: float = 30.0) -> Frame:
        """Keep the links up, read nothing and say nothing, then tear them (half-open)."""
        links = tuple(self._links)
        for link in links:
            link.voice.clear()
            link.connection.transport.pause_reading()
        self._spawn(self._tear_later(links, seconds))
        return {"links": len(links)}

    async def withhold(self, seconds: float = 10.0) -> Frame:
        """Take messages in and act on them, but give no receipt for some seconds."""
        self._withheld_until = asyncio.get_running_loop().time() + seconds
        return {"seconds": seconds}

    async def reject(self, count: int = 1) -> Frame:
        """Reject the next new messages of the hall's, whatever they say."""
        self._rejecting += count
        return {"count": self._rejecting}

    async def burst(self, count: int = 10) -> Frame:
        """Send reports at once."""
        numbers = [self.publish(self._some_report().frame) for _ in range(count)]
        return {"sequences": numbers}

    async def status(self) -> Frame:
        """Tell how things stand."""
        return {
            "url": self.url,
            "epoch": self.log.epoch,
            "oldest": self.log.oldest,
            "newest": self.log.newest,
            "acked": self.acked,
            "links": len(self._links),
            "heard": len(self.inbox),
            "unreadable": self.unreadable,
            "garbage": dict(self.garbage_sent),
        }

    async def command(self, command: Command) -> Frame:
        """Do what a line or a schedule asks and return what came of it."""
        outcome = await CONTROLS[command.do].act(self, **command.values)
        return {"ok": True, "do": command.do, **outcome}

    # Starting and ending.

    async def _start(self) -> Self:
        options, leave = self.options, self._exit
        state = options.state
        if state is None:
            state = Path(leave.enter_context(tempfile.TemporaryDirectory(prefix="gateway-")))
        self.log = leave.enter_context(Log(state, retain=options.retain))
        self.inbox = leave.enter_context(contextlib.closing(Inbox(state)))
        scenario = SCENARIOS[options.scenario] if options.scenario else None
        self._responders = Responders(
            self.township,
            seed=options.seed,
            pace=options.speed * options.haste,
            return_rate=options.return_rate,
            silent=options.silent | (scenario.silent if scenario else frozenset()),
        )
        self._known = self.log.identities() if options.state and not options.load else set()
        for heard in self.inbox:
            self._answer_up_to(heard.at)
            if heard.receipt["status"] == "accepted":
                self._responders.take(heard.frame, heard.at)
        self._server = await self._listen()
        self._tasks: set[Task[None]] = set()
        self._group = await leave.enter_async_context(TaskGroup())
        self._spawn(self._answer())
        self._spawn(self._misbehave())
        if options.load:
            self._spawn(self._fire(options.load))
        if options.scenario or options.replay:
            self._spawn(self._perform())
        return self

    async def _listen(self) -> Server:
        server = await serve(
            self._attend,
            self.options.host,
            self.port,
            ssl=self.options.tls,
            subprotocols=[SUBPROTOCOL],
            select_subprotocol=_choose_subprotocol,
            process_request=self._admit,
            compression=None,
            max_size=_MAX_SIZE,
            ping_interval=None,  # a link that is told to be silent must not ping either
            close_timeout=1,
            server_header=None,
        )
        self.port = next(iter(server.sockets)).getsockname()[1]
        return server

    async def _listen_again(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._server = await self._listen()

    async def _tear_later(self, links: Sequence[_Link], seconds: float) -> None:
        await asyncio.sleep(seconds)
        for link in links:
            link.tear()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._group.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # One hall's session.

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        token = self.options.token
        given = request.headers.get("Authorization", "")
        if token is None or hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return None
        body = b"a bearer token is wanted\n"
        headers = Headers({"WWW-Authenticate": "Bearer", "Content-Length": str(len(body))})
        status = HTTPStatus.UNAUTHORIZED
        return Response(status.value, status.phrase, headers, body)

    async def _attend(self, connection: ServerConnection) -> None:
        link = _Link(connection)
        self._links.add(link)
        link.tasks.append(asyncio.create_task(self._keep_alive(link)))
        if self.options.live_only:
            link.cursor = self.log.newest
            self._feed(link)
        try:
            async for payload in connection:
                await self._hear(link, payload)
        except ConnectionClosed:
            pass  # torn: the hall comes again or it does not
        finally:
            self._links.discard(link)
            for task in link.tasks:
                task.cancel()
            await asyncio.gather(*link.tasks, return_exceptions=True)

    def _feed(self, link: _Link) -> None:
        link.fed = True
        link.tasks.append(asyncio.create_task(self._send_on(link)))
        self.started.set()

    async def _send_on(self, link: _Link) -> None:
        """Send the log from the link's cursor on, for as long as the link lives."""
        sent_at = asyncio.get_running_loop().time()
        while True:
            frames = self.log.after(link.cursor, _BATCH)
            if link.shuffle and frames:
                frames = await self._shuffled(link)
            for number, line in frames:
                payload = without_sequence(line) if self.options.live_only else line
                await link.voice.wait()
                try:
                    await link.connection.send(payload, text=True)
                except ConnectionClosed:
                    return
                link.cursor = max(link.cursor, number)
            now = asyncio.get_running_loop().time()
            if frames:
                sent_at = now
                await asyncio.sleep(0)  # a long replay into a fast socket never yields by itself
                continue
            left = sent_at + self.options.heartbeat - now
            if left <= 0:
                await self._say(link, "feed.heartbeat", {"sequence": f"{link.cursor:020}"})
                sent_at = now
            else:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(link.wake.wait(), left)
                link.wake.clear()

    async def _shuffled(self, link: _Link) -> list[tuple[int, bytes]]:
        """Gather the frames a shuffle wants, or what there is in a while, and mix them."""
        deadline = asyncio.get_running_loop().time() + _GATHER_SECONDS
        while (left := deadline - asyncio.get_running_loop().time()) > 0:
            if len(self.log.after(link.cursor, link.shuffle)) >= link.shuffle:
                break
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(link.wake.wait(), left)
            link.wake.clear()
        frames = self.log.after(link.cursor, link.shuffle)
        link.shuffle = 0
        mixed = frames[:]
        while len(frames) > 1 and mixed == frames:
            self._random.shuffle(mixed)
        return mixed

    async def _keep_alive(self, link: _Link) -> None:
        """Ping, and tear the link if no pong comes: only so is a half-open one noticed."""
        while True:
            await asyncio.sleep(self.options.heartbeat)
            await link.voice.wait()
            try:
                pong = await link.connection.ping()
                await asyncio.wait_for(pong, self.options.heartbeat)
            except TimeoutError:
                if link.voice.is_set():  # a silent one is to stay as it is
                    link.tear()
            except ConnectionClosed:
                return

    async def _hear(self, link: _Link, payload: str | bytes) -> None:
        frame = _frame(payload)
        if frame is None:
            self.unreadable += 1
            return
        data = frame["data"]
        match frame.get("type"):
            case "feed.hello":
                if not link.fed:  # to a live-only feed, and to a second one, there is no answer
                    await self._welcome(link, data)
            case "feed.ack":
                self.acked = max(self.acked, _number(data.get("sequence")))
            case "feed.heartbeat":
                pass
            case _:
                await self._take(link, frame)

    async def _welcome(self, link: _Link, hello: Frame) -> None:
        same = hello.get("epoch") == self.log.epoch
        link.cursor = _number(hello.get("resume_after")) if same else 0
        welcome = {
            "epoch": self.log.epoch,
            "oldest": f"{self.log.oldest:020}",
            "newest": f"{self.log.newest:020}",
        }
        await self._say(link, "feed.welcome", welcome)
        self._feed(link)

    async def _take(self, link: _Link, frame: Frame) -> None:
        """Act on a message once and give its receipt every time."""
        receipt = self.inbox.receipt(frame["id"])
        if receipt is None:
            reason = refusal(frame, self.township)
            if not reason and self._rejecting:
                self._rejecting -= 1
                reason = "rejected on request"
            receipt = {"id": frame["id"], "status": "rejected" if reason else "accepted"}
            if reason:
                receipt["reason"] = reason
            now = datetime.now(UTC)
            self.inbox.keep(Heard(at=now, frame=frame, receipt=receipt))
            if not reason:
                self._responders.take(frame, now)
                self._planned.set()
        if asyncio.get_running_loop().time() >= self._withheld_until:
            await self._say(link, "feed.receipt", receipt)

    async def _say(self, link: _Link, type_: str, data: Frame) -> None:
        """Say something of the session, which is not logged and has no sequence."""
        id_ = f"{self._began}-s{next(self._session_numbers)}"
        frame = envelope(source=SOURCE, id_=id_, type_=type_, at=datetime.now(UTC), data=data)
        await link.say(self._encode(frame))

    async def _say_to_all(self, payload: str | bytes, *, text: bool = True) -> None:
        for link in tuple(self._links):
            if link.voice.is_set():
                await link.say(payload, text=text)

    def _wake(self) -> None:
        for link in self._links:
            link.wake.set()

    # What goes on by itself.

    async def _answer(self) -> None:
        """Let the bodies speak when their time has come."""
        while True:
            due = self._responders.due
            left = (due - datetime.now(UTC)).total_seconds() if due else None
            if left is None or left > 0:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._planned.wait(), left)
                self._planned.clear()
            self._answer_up_to(datetime.now(UTC))

    def _answer_up_to(self, at: datetime) -> None:
        for frame in self._responders.speak(at):
            identity = frame["source"], frame["id"]
            if identity not in self._known:  # said before this gateway was started again
                self.publish(frame)

    async def _misbehave(self) -> None:
        await self.started.wait()
        for fault, wait in _spaced(self.options.faults):
            await asyncio.sleep(wait)
            self.options.tell(await self.command(fault.command))

    async def _perform(self) -> None:
        """Play the scenario or the recording from where the log says it stopped."""
        await self.started.wait()
        for messages, first in self._scripts():
            start = asyncio.get_running_loop().time() - first / self.options.speed
            for message in messages:
                due = start + message.offset / self.options.speed
                await asyncio.sleep(due - asyncio.get_running_loop().time())
                if isinstance(message, Noise):
                    await self._say_to_all(message.text)
                elif message.identity not in self._known:
                    self.publish(message.frame)
        self.options.tell({"played": self.options.scenario or str(self.options.replay)})

    def _scripts(self) -> Iterator[tuple[list[Message | Noise], float]]:
        """Yield what is left to play and the offset at which it goes on, script by script."""
        options = self.options
        if options.replay:
            now = datetime.now(UTC) if options.shift else None
            yield self._left_of(recorded(read_recording(options.replay), now=now))
        if options.scenario:
            for round_ in count():
                left, first = self._left_of(self._played(round_, Timeline(start=datetime.now(UTC))))
                if left:
                    begun = datetime.now(UTC) - timedelta(seconds=first / options.speed)
                    timeline = Timeline(start=begun, speed=options.speed)
                    yield self._played(round_, timeline)[-len(left) :], first
                    if not SCENARIOS[options.scenario].again:
                        return

    def _played(self, round_: int, timeline: Timeline) -> list[Message | Noise]:
        name, seed = self.options.scenario or "", self.options.seed
        return [*play(name, self.township, seed=seed, timeline=timeline, round_=round_)]

    def _left_of(self, script: list[Message | Noise]) -> tuple[list[Message | Noise], float]:
        """Return what comes after the last message that is in the log."""
        said = [
            isinstance(message, Message) and message.identity in self._known for message in script
        ]
        begin = len(said) - said[::-1].index(True) if True in said else 0
        left = script[begin:]
        return left, left[0].offset if begin and left else 0.0

    async def _fire(self, load: Load) -> None:
        """Send the load evenly; what a slow machine leaves behind is caught up on."""
        await self.started.wait()
        loop = asyncio.get_running_loop()
        run = f"{self.log.epoch[:6]}{self.log.newest:x}"
        barrage = Barrage(self.township, seed=self.options.seed, mix=load.mix, run=run)
        total, sent, begin = round(load.rate * load.seconds), 0, loop.time()
        while sent < total:
            wanted = min(total, int((loop.time() - begin) * load.rate) + 1)
            self.log.extend(barrage.take(wanted - sent))
            self._wake()
            sent = wanted
            await asyncio.sleep(_TICK)
        took = loop.time() - begin
        self.options.tell({"load": {"sent": sent, "seconds": round(took, 3), "mix": load.mix}})

    def _some_report(self) -> Message:
        prefix = f"B{self.log.epoch[:4]}-{self.log.newest}-{next(self._session_numbers)}"
        teller = Teller(self.township, self._random, Timeline(start=datetime.now(UTC)), prefix)
        return next(teller.report(0, teller.problem(), teller.channel()))


CONTROLS: Final = {
    "drop": Control(act=Gateway.drop, does=("断开所有连接", "tear every link")),
    "refuse": Control(
        act=Gateway.refuse,
        does=(
            "断开所有连接，几秒内不让再连",
            "tear every link and refuse new ones for some seconds",
        ),
        values={"seconds": 5.0},
    ),
    "epoch": Control(
        act=Gateway.reset_epoch,
        does=("换一个新的 epoch，同时断开所有连接", "begin a new epoch; tears every link"),
    ),
    "lose": Control(
        act=Gateway.lose_buffer,
        does=("只留最新的几帧，其余不再能补传", "forget all but the newest frames"),
        values={"keep": 0},
    ),
    "resend": Control(
        act=Gateway.resend,
        does=(
            "把最新的几帧再发一遍，或换新序号再记一遍",
            "say the newest frames again, or log them again under new numbers",
        ),
        values={"count": 5, "renumber": False},
    ),
    "reorder": Control(
        act=Gateway.reorder,
        does=("接下来的几帧打乱次序", "send the next frames out of order"),
        values={"count": 5},
    ),
    "jump": Control(
        act=Gateway.jump, does=("跳过几个序号", "leave sequence numbers out"), values={"count": 5}
    ),
    "garbage": Control(
        act=Gateway.garbage,
        does=(
            "发几帧不能接入的，只发一类或各类轮流",
            "send frames that cannot be taken in, of one kind or of each in turn",
        ),
        values={"count": 1, "kind": ""},
    ),
    "revise": Control(
        act=Gateway.revise,
        does=("把最新的几件上报改个标题再发", "send the newest reports with another title"),
        values={"count": 1},
    ),
    "silent": Control(
        act=Gateway.fall_silent,
        does=("连接不断，但一声不响，过后再断开", "keep the links up, say nothing, then tear them"),
        values={"seconds": 30.0},
    ),
    "withhold": Control(
        act=Gateway.withhold,
        does=("几秒内不给回执", "give no receipts for some seconds"),
        values={"seconds": 10.0},
    ),
    "reject": Control(
        act=Gateway.reject,
        does=("拒收大厅接下来的几条消息", "reject the hall's next messages"),
        values={"count": 1},
    ),
    "burst": Control(
        act=Gateway.burst, does=("一下子发来一批上报", "send reports at once"), values={"count": 10}
    ),
    "status": Control(act=Gateway.status, does=("说明现在的情况", "tell how things stand")),
}


def _choose_subprotocol(_: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    return SUBPROTOCOL if SUBPROTOCOL in offered else None


def _frame(payload: str | bytes) -> Frame | None:
    """Read what a hall said, or none if no receipt could name it."""
    try:
        frame = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    if not isinstance(frame, dict) or not isinstance(frame.get("data"), dict):
        return None
    id_ = frame.get("id")
    return frame if isinstance(id_, str) and id_ else None


def _number(sequence: object) -> int:
    """Read a sequence, or 0 if it is none."""
    try:
        return max(0, int(str(sequence)))
    except ValueError:
        return 0


def _spaced(faults: Sequence[Fault]) -> Iterator[tuple[Fault, float]]:
    """Yield each fault with the seconds to wait after the one before it."""
    befores = (0.0, *(fault.at for fault in faults))
    return ((fault, fault.at - before) for fault, before in zip(faults, befores, strict=False))
