"""The client against real servers on loopback, good and bad."""

import asyncio
import json
import ssl
import threading
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
import trustme
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from commandcenter.application.intake import sequence_of
from commandcenter.application.messages import (
    Cursor,
    Gap,
    LinkCause,
    LinkState,
    LinkStatus,
    QuarantineReason,
    Received,
    Rejected,
)
from commandcenter.feed.client import READ_AT_ALL, FeedClient, Link, Pace
from commandcenter.feed.session import FeedSession, Patience

QUICK = Pace(
    open=20,
    ping=20,
    close=0.5,
    first_retry=0.01,
    last_retry=0.05,
    settled=5,
    person=0.05,
    tick=0.02,
    patience=Patience(
        heartbeat=timedelta(seconds=30),
        stale=timedelta(seconds=30),
        dead=timedelta(seconds=60),
        welcome=timedelta(seconds=20),
    ),
)


class WallClock:
    def now(self):
        return datetime.now(UTC)


class Writer:
    """Takes batches and commits them at once, unless told to hold them."""

    def __init__(self):
        self.batches = []
        self.client = None
        self.commits = True
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, batch):
        await self.open.wait()
        self.batches.append(list(batch))
        messages = [item for item in batch if isinstance(item, Received | Rejected)]
        numbers = [number for item in messages if (number := sequence_of(item)) is not None]
        if self.commits and numbers:
            # from another thread, as the real writer does
            threading.Thread(target=self.client.committed, args=(numbers[-1],)).start()

    def items(self, kind=object):
        return [item for batch in self.batches for item in batch if isinstance(item, kind)]

    def causes(self):
        return [(link.state, link.cause) for link in self.items(LinkState)]


async def until(condition, seconds=30):
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  what is waited for is in the program's hands
            await asyncio.sleep(0.005)


def frame(sequence, **changes):
    return json.dumps(
        {
            "specversion": "1.0",
            "id": f"E{sequence}",
            "source": "/county/grid-app",
            "type": "grid.event.withdrawn",
            "time": "2026-11-21T12:00:00+08:00",
            "sequence": f"{sequence:020}",
            "data": {"event_no": f"N{sequence}"},
            **changes,
        }
    )


def session_frame(kind, **data):
    return json.dumps(
        {
            "specversion": "1.0",
            "id": "s",
            "source": "/county",
            "type": kind,
            "time": "2026-11-21T12:00:00+08:00",
            "data": data,
        }
    )


class County:
    """A server that keeps the contract: welcomes, replays after the cursor, notes acks."""

    def __init__(self, frames=(), epoch="A"):
        self.frames = list(frames)
        self.epoch = epoch
        self.heard = []
        self.hellos = []
        self.headers = []
        self.acked = None
        self.connections = 0

    async def __call__(self, connection):
        self.connections += 1
        self.headers.append(connection.request.headers)
        hello = json.loads(await connection.recv())
        self.hellos.append(hello["data"])
        known = hello["data"]["epoch"] == self.epoch
        after = int(hello["data"]["resume_after"] or 0) if known else 0
        newest = f"{len(self.frames):020}"
        await connection.send(
            session_frame("feed.welcome", epoch=self.epoch, oldest=f"{1:020}", newest=newest)
        )
        for one in self.frames[after:]:
            await connection.send(one)
        try:
            async for text in connection:
                message = json.loads(text)
                self.heard.append(message)
                if message["type"] == "feed.ack":
                    self.acked = int(message["data"]["sequence"])
        except ConnectionClosed:
            pass


@asynccontextmanager
async def running(url, *, pace=QUICK, epoch=None, acked=None, **settings):
    writer = Writer()
    cursor = Cursor(feed="grid", epoch=epoch, acked=acked)
    client = FeedClient(
        Link(id="grid", url=url, **settings),
        session=FeedSession(hall="H1", client="c1", cursor=cursor, patience=pace.patience),
        sink=writer,
        clock=WallClock(),
        pace=pace,
    )
    writer.client = client
    task = asyncio.create_task(client.run())
    try:
        yield client, writer
    finally:
        writer.open.set()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 20)


def local(server, scheme="ws"):
    return f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def serving(handler, **options):
    return await serve(handler, "127.0.0.1", 0, **options)


def run(coroutine):
    asyncio.run(asyncio.wait_for(coroutine, 60))


def test_that_messages_arrive_in_order_and_are_acknowledged_after_their_commit():
    async def scene():
        county = County(frame(number) for number in range(1, 501))
        async with (
            await serving(county) as server,
            running(local(server), token="t0k") as (client, writer),
        ):
            await until(lambda: county.acked == 500)
            assert [item.sequence for item in writer.items(Received)] == list(range(1, 501))
            assert client.cursor == Cursor(feed="grid", epoch="A", acked=500)
            assert county.headers[0]["Authorization"] == "Bearer t0k"
            assert county.headers[0]["Sec-WebSocket-Protocol"] == "cloudevents.json"
            assert "Sec-WebSocket-Extensions" not in county.headers[0]
            assert max(map(len, writer.batches)) <= 210

    run(scene())


def test_that_a_server_that_selects_the_subprotocol_is_taken_as_well():
    async def scene():
        county = County([frame(1)])
        async with (
            await serving(county, subprotocols=["cloudevents.json"]) as server,
            running(local(server)) as (_, writer),
        ):
            await until(lambda: writer.items(Received))

    run(scene())


def test_that_a_lone_message_does_not_wait_for_company():
    async def scene():
        county = County([frame(1)])
        async with await serving(county) as server, running(local(server)) as (_, writer):
            await until(lambda: writer.items(Received))
            assert len(writer.items(Received)) == 1

    run(scene())


def test_that_a_writer_that_takes_nothing_stops_the_reading_and_loses_nothing():
    async def scene():
        text = "x" * 10_000
        county = County(frame(n, data={"event_no": "N", "reason": text}) for n in range(1, 3001))
        async with await serving(county) as server, running(local(server)) as (_, writer):
            await until(lambda: LinkState in {type(item) for item in writer.items()})
            writer.open.clear()
            await until(lambda: county.connections == 1)
            for _ in range(50):  # let it read what it will
                await asyncio.sleep(0.005)
            assert len(writer.items(Received)) < 1000
            writer.open.set()
            await until(lambda: county.acked == 3000)
            numbers = [item.sequence for item in writer.items(Received)]
            assert sorted(set(numbers)) == list(range(1, 3001))

    run(scene())


def test_that_after_a_drop_it_resumes_after_what_is_stored():
    async def scene():
        county = County(frame(number) for number in range(1, 11))

        async def dropping(connection):
            if county.connections == 0:
                asyncio.get_running_loop().call_later(0.2, connection.transport.abort)
            await county(connection)

        async with await serving(dropping) as server, running(local(server)) as (_, writer):
            await until(lambda: county.acked == 10)
            county.frames.append(frame(11))
            await until(lambda: county.acked == 11)
            assert county.hellos[0] == {
                "hall": "H1",
                "client": "c1",
                "epoch": None,
                "resume_after": None,
            }
            assert county.hellos[1]["epoch"] == "A"
            assert county.hellos[1]["resume_after"] is not None
            assert writer.items(Gap) == []
            assert (LinkStatus.DOWN, LinkCause.DROPPED) in writer.causes()

    run(scene())


def test_that_a_new_epoch_is_shown_as_a_gap():
    async def scene():
        county = County([frame(1)], epoch="B")
        async with (
            await serving(county) as server,
            running(local(server), epoch="A", acked=9) as (_, writer),
        ):
            await until(lambda: county.acked == 1)
            assert [gap.first for gap in writer.items(Gap)] == [10]

    run(scene())


def test_that_a_stream_set_back_is_asked_for_all_it_holds_and_nothing_of_it_is_lost():
    async def scene():
        county = County(frame(number) for number in range(1, 11))
        async with (
            await serving(county) as server,
            running(local(server), epoch="A", acked=5_000) as (client, writer),
        ):
            await until(lambda: county.acked == 10)
            assert [item.id for item in writer.items(Received)] == [f"E{n}" for n in range(1, 11)]
            assert client.cursor.acked == 10
            assert [hello["resume_after"] for hello in county.hellos] == [
                f"{5_000:020}",
                f"{0:020}",
            ]
            assert (LinkStatus.DOWN, LinkCause.FELL_BEHIND) in writer.causes()

    run(scene())


@pytest.mark.parametrize(
    ("settled", "pauses"),
    [(3600, [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10]), (0, [0.2] * 8)],
)
def test_that_the_pause_grows_until_a_link_has_lasted(monkeypatch, settled, pauses):
    seen = []

    def shortest(low, high):
        seen.append(high)
        return low

    monkeypatch.setattr("random.uniform", shortest)

    async def scene():
        async def rude(connection):
            await connection.close()

        pace = Pace(settled=settled)
        async with await serving(rude) as server, running(local(server), pace=pace) as (_, writer):
            await until(lambda: len(seen) >= 8)
            assert seen[:8] == pytest.approx(pauses)
            assert [state for state, _ in writer.causes()] == [LinkStatus.DOWN]

    run(scene())


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (HTTPStatus.UNAUTHORIZED, {}, (LinkStatus.NEEDS_PERSON, LinkCause.TOKEN)),
        (HTTPStatus.FORBIDDEN, {}, (LinkStatus.NEEDS_PERSON, LinkCause.TOKEN)),
        (
            HTTPStatus.FOUND,
            {"Location": "wss://elsewhere.invalid/"},
            (LinkStatus.NEEDS_PERSON, LinkCause.REDIRECTED),
        ),
        (HTTPStatus.SERVICE_UNAVAILABLE, {}, (LinkStatus.DOWN, LinkCause.PROTOCOL)),
        (HTTPStatus.TOO_MANY_REQUESTS, {}, (LinkStatus.DOWN, LinkCause.PROTOCOL)),
    ],
)
def test_that_a_refusal_is_shown_and_tried_again(status, headers, expected):
    async def scene():
        attempts = 0

        def refuse(connection, request):
            nonlocal attempts
            attempts += 1
            response = connection.respond(status, "no\n")
            response.headers.update(headers)
            return response

        async def never(connection):
            raise AssertionError

        async with (
            await serving(never, process_request=refuse) as server,
            running(local(server)) as (_, writer),
        ):
            await until(lambda: attempts >= 3)
            assert writer.causes() == [expected]

    run(scene())


def test_that_no_redirect_is_followed_even_to_the_same_server():
    async def scene():
        paths = []

        def redirect(connection, request):
            paths.append(request.path)
            response = connection.respond(HTTPStatus.FOUND, "")
            response.headers["Location"] = "/other"
            return response

        async with (
            await serving(County(), process_request=redirect) as server,
            running(local(server) + "/feed"),
        ):
            await until(lambda: len(paths) >= 3)
            assert set(paths) == {"/feed"}

    run(scene())


def test_that_a_proxy_of_the_environment_is_not_asked(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "ws_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)

    async def scene():
        county = County([frame(1)])
        async with await serving(county) as server, running(local(server)):
            await until(lambda: county.acked == 1)

    run(scene())


def test_that_nobody_listening_is_shown_and_tried_again():
    async def scene():
        async with await serving(County()) as server:
            url = local(server)
        async with running(url) as (_, writer):
            await until(lambda: writer.causes() == [(LinkStatus.DOWN, LinkCause.REFUSED)])

    run(scene())


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("ws://192.0.2.1/feed", LinkCause.PLAINTEXT),
        ("http://127.0.0.1/feed", LinkCause.ADDRESS),
        ("wss://", LinkCause.ADDRESS),
        ("wss://127.0.0.1:99999/", LinkCause.ADDRESS),
        ("wss://user:word@127.0.0.1/", LinkCause.ADDRESS),
        ("wss://[::1/", LinkCause.ADDRESS),
    ],
)
def test_that_an_address_that_cannot_do_calls_for_a_person(url, cause):
    async def scene():
        async with running(url) as (_, writer):
            await until(lambda: writer.causes() == [(LinkStatus.NEEDS_PERSON, cause)])

    run(scene())


def test_that_a_token_no_header_can_bear_is_never_sent():
    async def scene():
        county = County()
        async with (
            await serving(county) as server,
            running(local(server), token="a\r\nX: y") as (_, writer),
        ):
            await until(lambda: writer.causes() == [(LinkStatus.NEEDS_PERSON, LinkCause.TOKEN)])
            assert county.connections == 0

    run(scene())


def test_that_the_settings_never_print_their_token():
    assert "t0k" not in repr(Link(id="grid", url="wss://x", token="t0k"))


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def tls(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def test_that_a_private_authority_in_a_file_is_trusted(tmp_path, authority, tls):
    async def scene():
        ca_file = tmp_path / "ca.pem"
        authority.cert_pem.write_to_path(str(ca_file))
        county = County([frame(1)])
        async with (
            await serving(county, ssl=tls) as server,
            running(local(server, "wss"), ca_file=str(ca_file)),
        ):
            await until(lambda: county.acked == 1)

    run(scene())


@pytest.mark.parametrize("ca", [None, "other", "missing", "broken"])
def test_that_a_certificate_nobody_vouches_for_calls_for_a_person(tmp_path, tls, ca):
    async def scene():
        ca_file = tmp_path / "ca.pem"
        if ca == "other":
            trustme.CA().cert_pem.write_to_path(str(ca_file))
        if ca == "broken":
            ca_file.write_text("no certificate")
        county = County([frame(1)])
        async with (
            await serving(county, ssl=tls) as server,
            running(local(server, "wss"), ca_file=ca and str(ca_file)) as (_, writer),
        ):
            expected = [(LinkStatus.NEEDS_PERSON, LinkCause.CERTIFICATE)]
            await until(lambda: writer.causes() == expected)
            assert county.connections == 0

    run(scene())


@asynccontextmanager
async def stalling_proxy(port):
    """A TCP proxy that can stop forwarding while both ends stay open: a half-open link."""
    flowing = asyncio.Event()
    flowing.set()
    writers, pumps = [], set()

    async def pump(reader, writer):
        while data := await reader.read(65536):
            await flowing.wait()
            writer.write(data)
            await writer.drain()

    async def accept(reader, writer):
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
            writers.extend((writer, far_writer))
            for pair in ((reader, far_writer), (far_reader, writer)):
                pumps.add(asyncio.create_task(pump(*pair)))
        except OSError:
            writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], flowing
    finally:
        server.close()
        for task in pumps:
            task.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        for writer in writers:
            writer.transport.abort()


@pytest.mark.parametrize("judge", ["ping", "patience"])
def test_that_a_half_open_link_is_noticed_and_nothing_is_missed_after_it(judge):
    async def scene():
        short = timedelta(seconds=0.3)
        pace = Pace(
            open=0.5,
            ping=0.2 if judge == "ping" else 60,
            close=0.2,
            first_retry=0.01,
            last_retry=0.05,
            tick=0.02,
            patience=Patience(stale=short, dead=short * 2)
            if judge == "patience"
            else QUICK.patience,
        )
        county = County([frame(1)])
        async with await serving(county, ping_interval=None) as server:
            port = server.sockets[0].getsockname()[1]
            async with (
                stalling_proxy(port) as (proxy, flowing),
                running(f"ws://127.0.0.1:{proxy}", pace=pace) as (_, writer),
            ):
                await until(lambda: county.acked == 1)
                flowing.clear()
                await until(lambda: (LinkStatus.DOWN, LinkCause.SILENT) in writer.causes())
                county.frames.append(frame(2))
                flowing.set()
                await until(lambda: county.acked == 2)
                assert writer.items(Gap) == []
                if judge == "patience":
                    assert (LinkStatus.STALE, LinkCause.SILENT) in writer.causes()

    run(scene())


def test_that_bad_frames_are_quarantined_and_the_stream_goes_on():
    async def scene():
        large = frame(4, data={"event_no": "N", "reason": "x" * 300_000})
        county = County([frame(1), b"\x00\xff", "{", large, frame(5)])

        async def handler(connection):
            await county(connection)

        async with await serving(handler) as server, running(local(server)) as (_, writer):
            await until(lambda: county.acked == 5)
            assert [item.reason for item in writer.items(Rejected)] == [
                QuarantineReason.BINARY,
                QuarantineReason.NOT_JSON,
                QuarantineReason.TOO_LARGE,
            ]
            assert writer.items(Gap) == []
            assert county.connections == 1

    run(scene())


WELCOMES = [(None, None), (f"{1:020}", f"{15:020}"), (1, 0), (0, 0)]


@pytest.mark.parametrize(("oldest", "newest"), WELCOMES)
def test_that_a_burst_of_bad_frames_right_after_the_welcome_keeps_its_numbers(oldest, newest):
    async def county(connection):
        await connection.recv()
        welcome = session_frame("feed.welcome", epoch="A", oldest=oldest, newest=newest)
        for text in (welcome, *(frame(number, type="no.such") for number in range(1, 16))):
            await connection.send(text)
        await connection.wait_closed()

    async def scene():
        async with await serving(county) as server, running(local(server)) as (client, writer):
            await until(lambda: len(writer.items(Rejected)) == 15)
            assert [item.sequence for item in writer.items(Rejected)] == list(range(1, 16))
            if oldest != 0:  # that it holds a message 0 which never comes
                await until(lambda: client.cursor.acked == 15)

    run(scene())


HOSTILE_WELCOMES = [
    {"oldest": "9" * 20, "newest": "9" * 20},
    {"oldest": str(2**63), "newest": None},
    {"oldest": None, "newest": 2**63},
    {"oldest": 9, "newest": 2},
]


@pytest.mark.parametrize("told", HOSTILE_WELCOMES)
def test_that_a_hostile_welcome_is_quarantined_and_moves_nothing(told):
    hellos = []

    async def county(connection):
        hellos.append(json.loads(await connection.recv())["data"])
        await connection.send(session_frame("feed.welcome", epoch="A", **told))
        if len(hellos) > 1:
            await connection.send(session_frame("feed.welcome", epoch="A", oldest=1, newest=1))
            await connection.send(frame(1))
            await connection.wait_closed()

    async def scene():
        async with await serving(county) as server, running(local(server)) as (client, writer):
            await until(lambda: client.cursor == Cursor(feed="grid", epoch="A", acked=1))
            refused = {item.reason for item in writer.items(Rejected)}
            assert refused == {QuarantineReason.BAD_DATA}
            assert writer.items(Gap) == []
            assert hellos[0] == hellos[1]
            assert hellos[0]["resume_after"] is None

    run(scene())


def test_that_bad_utf8_in_a_text_frame_is_quarantined_and_closes_nothing():
    async def scene():
        county = County([frame(1)])

        async def handler(connection):
            connection.protocol.send_text(b'{"id":"\xff\xfe"}')
            await county(connection)

        async with await serving(handler) as server, running(local(server)) as (_, writer):
            await until(lambda: county.acked == 1)
            (rejected,) = writer.items(Rejected)
            assert rejected.reason is QuarantineReason.NOT_UTF8
            assert county.connections == 1

    run(scene())


def resident():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    return 0


def test_that_a_frame_beyond_all_limits_cannot_stop_the_feed_for_ever():
    async def scene():
        county = County([frame(1), "x" * (READ_AT_ALL + 1), frame(3)])
        async with await serving(county) as server, running(local(server)) as (_, writer):
            await until(lambda: county.acked == 3)
            (unread,) = writer.items(Rejected)
            assert (unread.sequence, unread.reason) == (2, QuarantineReason.TOO_LARGE)
            assert writer.items(Gap) == []

    run(scene())


def test_that_a_server_without_a_memory_fills_no_quarantine_with_one_oversized_frame():
    async def scene():
        connections = []

        async def forgetful(connection):
            connections.append(connection)
            await connection.recv()
            await until(lambda: len(connections) == 1 or client.cursor.acked == 1)
            welcome = session_frame("feed.welcome", epoch="A", oldest=None, newest=None)
            for one in (welcome, frame(1), "x" * (READ_AT_ALL + 1)):
                await connection.send(one)
            await connection.wait_closed()

        async with await serving(forgetful) as server, running(local(server)) as (client, writer):
            await until(lambda: len(connections) > 6)
            (unread,) = writer.items(Rejected)
            assert (unread.sequence, unread.reason) == (None, QuarantineReason.TOO_LARGE)
            assert client.cursor.acked == 1
            assert (LinkStatus.DOWN, LinkCause.TOO_LARGE) in writer.causes()

    run(scene())


@pytest.mark.parametrize("bomb", ["fragments", "small fragments", "deflate", "large"])
def test_that_a_bomb_ends_the_connection_and_takes_little_memory(bomb):
    async def scene():
        ended = asyncio.Event()
        county = County([frame(1)])

        async def handler(connection):
            if county.connections:
                return await county(connection)
            county.connections += 1
            await connection.recv()
            try:
                if bomb == "deflate":  # compressed although nobody asked for it
                    connection.transport.write(b"\xc1\x7f" + (2**20).to_bytes(8) + b"\0" * 2**20)
                    await connection.recv()
                elif bomb == "large":
                    await connection.send("x" * 20_000_000)
                    await connection.recv()
                else:
                    size = 1 if bomb == "small fragments" else 65536

                    async def endless():
                        while True:
                            yield "x" * size
                            await asyncio.sleep(0)  # both ends share this loop

                    await connection.send(endless())
            except ConnectionClosed:
                ended.set()
            return None

        async with await serving(handler, compression=None, close_timeout=0.5) as server:
            before = resident()
            async with running(local(server)):
                await until(ended.is_set)
                await until(lambda: county.acked == 1)
                if bomb != "large":  # there the server's own copy is in the same process
                    assert resident() - before < 30_000_000

    run(scene())


def test_that_the_outbox_is_told_whether_its_message_was_written():
    async def scene():
        county = County()
        message = session_frame("task.urged", case_no="C1", body="B1")
        async with await serving(county) as server:
            url = local(server)
            async with running(url) as (client, writer):
                assert not await client.send(message)
                await until(lambda: (LinkStatus.LIVE, LinkCause.NONE) in writer.causes())
                assert await client.send(message)
                await until(lambda: "task.urged" in {m["type"] for m in county.heard})
                assert county.hellos

    run(scene())


def test_that_stopping_says_so_and_leaves_no_task_behind():
    async def scene():
        county = County([frame(1)])
        async with await serving(county) as server:
            before = asyncio.all_tasks()
            async with running(local(server)) as (_, writer):
                await until(lambda: county.acked == 1)
            assert writer.causes()[-1] == (LinkStatus.DOWN, LinkCause.STOPPED)
            await until(lambda: len(asyncio.all_tasks()) <= len(before))

    run(scene())


def test_that_a_commit_told_after_the_end_is_ignored():
    kept = []

    async def scene():
        county = County([frame(1)])
        async with await serving(county) as server, running(local(server)) as (client, _):
            await until(lambda: county.acked == 1)
            kept.append(client)

    run(scene())
    kept[0].committed(1)


def test_that_a_fault_of_the_sink_is_not_swallowed():
    async def scene():
        async def broken(batch):
            raise RuntimeError("no writer")

        county = County([frame(1)])
        async with await serving(county) as server:
            client = FeedClient(
                Link(id="grid", url=local(server)),
                session=FeedSession(hall="H1", client="c1", cursor=Cursor(feed="grid")),
                sink=broken,
                clock=WallClock(),
                pace=QUICK,
            )
            with pytest.raises(RuntimeError, match="no writer"):
                await client.run()

    run(scene())
