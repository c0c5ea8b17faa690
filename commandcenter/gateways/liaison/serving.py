"""Serving the report-in page: the ASGI server, guarded against visitors that never finish."""

import asyncio
import socket
from collections import Counter
from pathlib import Path
from typing import ClassVar, Final

import uvicorn
from starlette.applications import Starlette
from typing_extensions import override
from uvicorn.protocols.http.h11_impl import H11Protocol

from commandcenter.gateways.liaison.limits import visitor

HEAD_SECONDS: Final = 10.0
"""How long a connection may take to say what it asks."""
PER_VISITOR: Final = 40
"""Connections from one address at once, where no proxy stands before us."""
_ALL: Final = 400
_HEAD_BYTES: Final = 16_384


class _Guarded(H11Protocol):
    """Lets go of a connection that says nothing, and of too many from one address."""

    held: ClassVar[Counter[str]]
    most: ClassVar[int]
    _slow: asyncio.TimerHandle | None = None
    _who = ""

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._who = visitor(self.client[0]) if self.client else ""
        self.held[self._who] += 1
        if self.held[self._who] > self.most:
            transport.abort()
            return
        self._watch()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._slow is not None:
            self._slow.cancel()
        self.held[self._who] -= 1
        if self.held[self._who] <= 0:
            del self.held[self._who]
        super().connection_lost(exc)

    @override
    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def _watch(self) -> None:
        if self._slow is not None:
            self._slow.cancel()
        self._slow = self.loop.call_later(HEAD_SECONDS, self._let_go)

    def _let_go(self) -> None:
        asked = bool(self.cycle)
        if not asked or self.cycle.response_complete:
            self.transport.close()


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises:
        OSError: the address is taken or none of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen()  # whoever is told the address may come at once
    except OSError:
        made.close()
        raise
    return made


def server(
    app: Starlette,
    *,
    proxy: str = "",
    certificate: Path | None = None,
    certificate_key: Path | None = None,
) -> uvicorn.Server:
    """Return a server for the page; ``proxy`` is the address of the one proxy that is believed."""
    most = _ALL if proxy else PER_VISITOR
    config = uvicorn.Config(
        app,
        http=type("Guarded", (_Guarded,), {"held": Counter(), "most": most}),
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="error",
        log_config=None,
        server_header=False,
        proxy_headers=bool(proxy),
        forwarded_allow_ips=proxy or None,
        limit_concurrency=_ALL,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=3,
        h11_max_incomplete_event_size=_HEAD_BYTES,
        ssl_certfile=certificate,
        ssl_keyfile=certificate_key,
    )
    return uvicorn.Server(config)
