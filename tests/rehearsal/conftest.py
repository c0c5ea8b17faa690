"""A bare hall for the rehearsal's tests: a WebSocket client and nothing of ours."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from commandcenter.rehearsal.gateway import Gateway, Options

PATIENCE = 60.0  # seconds; only a hung test waits so long


class BareHall:
    """Speaks the feed contract by hand and keeps all it hears."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.heard: list[dict[str, Any]] = []
        self.odd: list[str | bytes] = []
        self._number = 0

    async def say(self, type_: str, data: dict[str, Any], id_: str = "") -> None:
        self._number += 1
        frame = {
            "specversion": "1.0",
            "id": id_ or f"{id(self)}-{self._number}",
            "source": "/hall/test",
            "type": type_,
            "time": "2026-11-20T08:00:00+08:00",
            "data": data,
        }
        await self.connection.send(json.dumps(frame))

    async def hello(self, epoch: str | None = None, after: int | None = None) -> dict[str, Any]:
        resume = None if after is None else f"{after:020}"
        data = {"hall": "990101101", "client": "test", "epoch": epoch, "resume_after": resume}
        await self.say("feed.hello", data)
        return (await self.next_of("feed.welcome"))["data"]

    async def next(self) -> dict[str, Any] | None:
        """Wait for a frame; what is no JSON object is put aside and is none."""
        payload = await asyncio.wait_for(self.connection.recv(decode=False), PATIENCE)
        try:
            frame = json.loads(payload)
        except (ValueError, RecursionError):
            frame = None
        if not isinstance(frame, dict):
            self.odd.append(payload)
            return None
        self.heard.append(frame)
        return frame

    async def next_of(self, type_: str) -> dict[str, Any]:
        return await self.until(lambda frame: frame.get("type") == type_)

    async def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while True:
            frame = await self.next()
            if frame is not None and wanted(frame):
                return frame

    async def take(self, count: int) -> list[dict[str, Any]]:
        """Wait for so many numbered frames."""
        frames: list[dict[str, Any]] = []
        while len(frames) < count:
            frame = await self.next()
            if frame is not None and "sequence" in frame:
                frames.append(frame)
        return frames

    async def gone(self) -> int | None:
        """Wait until the link is no more; return its close code as this side saw it."""
        await asyncio.wait_for(self.connection.wait_closed(), PATIENCE)
        return self.connection.close_code


@pytest.fixture
def hall():
    """Open a bare hall: ``async with hall(url) as it``."""

    class Opened:
        def __init__(self, url: str, **more: Any) -> None:
            self._connect = connect(
                url,
                proxy=None,
                compression=None,
                subprotocols=["cloudevents.json"],
                max_queue=None,  # a full queue would hide the closing handshake
                close_timeout=1,
                **more,
            )

        async def __aenter__(self) -> BareHall:
            return BareHall(await self._connect.__aenter__())

        async def __aexit__(self, *error: object) -> None:
            await self._connect.__aexit__(*error)

    return Opened


@pytest.fixture
def played(hall):
    """Run a test's body with a gateway and a hall that has said hello: ``played(body, ...)``."""

    def run(body, **options):
        async def go():
            async with Gateway(Options(**options)) as gateway, hall(gateway.url) as it:
                await it.hello()
                await body(gateway, it)

        asyncio.run(asyncio.wait_for(go(), PATIENCE * 2))

    return run
