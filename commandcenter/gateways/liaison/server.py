"""The report-in page as an ASGI application: two things can be asked, and nothing is listed."""

import asyncio
import binascii
import logging
import sqlite3
import time
import unicodedata
from base64 import b64decode
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum
from hashlib import blake2b
from importlib.resources import files
from typing import Annotated, Final
from urllib.parse import parse_qsl

import msgspec
from msgspec import Meta, Struct
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from commandcenter.application import links
from commandcenter.application.ports import Clock
from commandcenter.application.pressing import STATUSES
from commandcenter.domain.errors import Refusal
from commandcenter.gateways.liaison import photo
from commandcenter.gateways.liaison.book import Book, Full, Kept, Pressed, Published, Said
from commandcenter.gateways.liaison.limits import Buckets, visitor
from commandcenter.gateways.liaison.page import over_page, refusal_page, sheet_page

log = logging.getLogger(__name__)

LARGEST_BODY: Final = 2_200_000
"""Bytes of a press: a photo of ``photo.LARGEST`` in base64 and some words."""
BODY_SECONDS: Final = 20.0
"""How long a press may take to arrive: a photo over a bad network, no slower."""
_FLUSH_SECONDS: Final = 2.0
_LONGEST_AGO: Final = 7 * 24 * 3600.0
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"


class Reason(StrEnum):
    """Why a visit was refused; the facts count by these."""

    WRONG = "wrong"  # no link of ours: mistyped, cut short or guessed
    EXPIRED = "expired"
    OVER = "over"  # used again after its summons had ended
    ELSEWHERE = "elsewhere"  # a path there is nothing at
    TOO_OFTEN = "too_often"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    UNREADABLE = "unreadable"


_SAYS: Final = {
    Reason.WRONG: (404, "链接无效", "请使用收到的原链接，或电话联系指挥中心。"),
    Reason.EXPIRED: (410, "链接已过期", "请电话联系指挥中心。"),
    Reason.ELSEWHERE: (404, "没有这个页面", "请使用收到的原链接。"),
    Reason.TOO_OFTEN: (429, "请求过于频繁", "请稍后再试；紧急情况请电话联系指挥中心。"),
    Reason.TOO_LARGE: (413, "内容过大", "请缩小照片或文字后再试。"),
    Reason.TOO_SLOW: (408, "网络过慢", "内容没有收全，请重试。"),
    Reason.UNREADABLE: (400, "无法识别", "请回到原页面重新操作。"),
}
_MORE: Final = {
    Reason.TOO_OFTEN: {"retry-after": "30"},
    Reason.TOO_LARGE: {"connection": "close"},  # what still comes is not read
    Reason.TOO_SLOW: {"connection": "close"},
}
_AWAY: Final = (503, "暂时无法使用", "请稍后再试；紧急情况请电话联系指挥中心。")


class _Refused(Exception):
    """A visit that is refused: the reason, and a retry after seconds where that helps."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class _Away(Exception):
    """The sheet is not there yet, or the book cannot be read: it may be in a moment."""


class _Sent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A press as a telephone sends it."""

    id: Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{8,64}$")]
    status: str
    ago_s: Annotated[float, Meta(ge=0)] = 0.0
    who: Annotated[str, Meta(max_length=200)] = ""
    words: Annotated[str, Meta(max_length=4000)] = ""
    reason: Annotated[str, Meta(max_length=4000)] = ""
    duty_item: Annotated[str, Meta(max_length=256)] = ""
    lon: Annotated[float, Meta(ge=-180, le=180)] | None = None
    lat: Annotated[float, Meta(ge=-90, le=90)] | None = None
    accuracy_m: Annotated[float, Meta(ge=0, le=1e7)] | None = None
    photo: str = ""


_FORM_FIELDS: Final = frozenset({"id", "status", "who", "words", "reason", "duty_item"})


@dataclass(slots=True, kw_only=True)
class Page:
    """Serves sheets by their links and keeps what is pressed; knows nothing but the book."""

    book: Book
    key: bytes
    zone: tzinfo
    clock: Clock
    visits: Buckets = field(default_factory=lambda: Buckets(100, 20))
    guesses: Buckets = field(default_factory=lambda: Buckets(20, 1 / 3))
    presses: Buckets = field(default_factory=lambda: Buckets(10, 1 / 5))
    _refused: Counter[str] = field(default_factory=Counter)

    def app(self) -> Starlette:
        """Return the application."""
        made = Starlette(
            routes=[
                Route("/w/{token}", self._sheet, methods=["GET"]),
                Route("/w/{token}", self._press, methods=["POST"]),
                Route("/s/page.css", _static("page.css", "text/css"), methods=["GET"]),
                Route("/s/page.js", _static("page.js", "text/javascript"), methods=["GET"]),
            ],
            exception_handlers={
                _Refused: self._say_refused,
                _Away: _say_away,
                HTTPException: self._say_elsewhere,
                sqlite3.Error: _say_away,
                Exception: _say_away,
            },
            middleware=[Middleware(_Headers), Middleware(_Crowd, page=self)],
            lifespan=self._lifespan,
        )
        made.router.redirect_slashes = False  # it would lead to whatever host a visitor names
        return made

    # -- what can be asked --

    async def _sheet(self, request: Request) -> Response:
        _token, found = self._open(request)
        if found.sheet.is_over:
            self.count(Reason.OVER)
            gone = over_page(found.sheet, self.clock.now(), self.zone)
            return Response(gone, status_code=410, media_type="text/html")
        kept = self.book.presses(found.sheet.whistle, found.sheet.body)
        version = _version(found, kept)
        tag = f'"{version}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"etag": tag})
        html = sheet_page(found.sheet, kept, self.clock.now(), self.zone, version)
        return Response(html, media_type="text/html", headers={"etag": tag})

    async def _press(self, request: Request) -> Response:
        token, found = self._open(request)
        sheet = found.sheet
        if not self.presses.take(token, time.monotonic()):
            raise _Refused(Reason.TOO_OFTEN)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in {_JSON, _FORM}:
            raise _Refused(Reason.UNREADABLE)
        sent = _read(await _body(request), kind)
        now = self.clock.now()
        image = await asyncio.to_thread(self._photo, sent.photo) if sent.photo else None
        said = Said(
            status=sent.status,
            ago_s=min(sent.ago_s, _LONGEST_AGO, (now - _FIRST).total_seconds()),
            who=_line(sent.who, 40),
            words=_clean(sent.words, 2000),
            reason=_clean(sent.reason, 2000),
            duty_item=_line(sent.duty_item, 128),
            lon=sent.lon if sent.lat is not None else None,
            lat=sent.lat if sent.lon is not None else None,
            accuracy_m=sent.accuracy_m,
        )
        pressed = Pressed(
            whistle=sheet.whistle,
            body=sheet.body,
            id=sent.id,
            said=said,
            arrived_at=now,
            photo=image,
        )
        try:
            fresh = await asyncio.to_thread(self.book.press, pressed)
        except Full:
            raise _Refused(Reason.TOO_OFTEN) from None
        if kind == _FORM:
            return RedirectResponse(request.url.path.rpartition("/")[2], status_code=303)
        left_out = bool(sent.photo) and image is None
        return JSONResponse({"kept": True, "again": not fresh, "photo_left_out": left_out})

    def _open(self, request: Request) -> tuple[str, Published]:
        """Return the token and what it opens.

        Raises:
            _Refused: it opens nothing, or nothing any more.
            _Away: what it opens is not published yet.
        """
        token = request.path_params["token"]
        try:
            whistle, body = links.read(token, self.key, self.clock.now())
        except Refusal as refusal:
            expired = refusal.code == "link_expired"
            if not expired and not self.guesses.take(_who(request), time.monotonic()):
                raise _Refused(Reason.TOO_OFTEN) from None
            raise _Refused(Reason.EXPIRED if expired else Reason.WRONG) from None
        found = self.book.published(whistle, body)
        if found is None:
            raise _Away
        return token, found

    def _photo(self, text: str) -> bytes | None:
        """Return a photo cleaned of everything but its picture, or nothing if it is none.

        A press counts without its photo: whoever has come has come.
        """
        try:
            raw = b64decode(text, validate=True)
            found = photo.cleaned(raw)
        except (binascii.Error, ValueError):
            return None
        return found.image if self.book.has_room() else None

    # -- refusals --

    def count(self, reason: Reason) -> None:
        """Count a refusal; the counts go into the book every few seconds."""
        self._refused[reason] += 1

    async def _say_refused(self, request: Request, fault: Exception) -> Response:
        reason = fault.reason if isinstance(fault, _Refused) else Reason.UNREADABLE
        self.count(reason)
        return refusal(reason, request.scope)

    async def _say_elsewhere(self, request: Request, fault: Exception) -> Response:
        self.count(Reason.ELSEWHERE)
        return refusal(Reason.ELSEWHERE, request.scope)

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        flushing = asyncio.create_task(self._flush_again_and_again())
        try:
            yield
        finally:
            flushing.cancel()
            await asyncio.to_thread(self._flush)

    async def _flush_again_and_again(self) -> None:
        while True:
            await asyncio.sleep(_FLUSH_SECONDS)
            await asyncio.to_thread(self._flush)

    def _flush(self) -> None:
        counts, self._refused = self._refused, Counter()
        if not counts:
            return
        try:
            self.book.count_refused(counts, self.clock.now())
        except sqlite3.Error:
            log.warning("refusals could not be counted; they are kept for later")
            self._refused.update(counts)


def refusal(reason: Reason, scope: Scope) -> Response:
    """Return the plain page, or the plain JSON, that says no."""
    status, title, text = _SAYS[reason]
    return _plain(status, title, text, scope, _MORE.get(reason, {}))


async def _say_away(request: Request, _fault: Exception) -> Response:
    return _plain(*_AWAY, request.scope, {"retry-after": "5"})


def _plain(status: int, title: str, text: str, scope: Scope, more: dict[str, str]) -> Response:
    asked = dict(scope["headers"]).get(b"accept", b"")
    if asked.startswith(_JSON.encode()):
        return JSONResponse({"refused": f"{title}：{text}"}, status_code=status, headers=more)
    page = refusal_page(title, text)
    return Response(page, status_code=status, media_type="text/html", headers=more)


def _who(request: Request) -> str:
    return visitor(request.client.host if request.client else "")


# -- what is read --

_FIRST: Final = datetime.fromisoformat("2020-01-01T00:00:00+00:00")


async def _body(request: Request) -> bytes:
    told = request.headers.get("content-length", "0")
    if not told.isdecimal() or len(told) > 12 or int(told) > LARGEST_BODY:  # noqa: PLR2004
        raise _Refused(Reason.TOO_LARGE)
    found = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                found += chunk
                if len(found) > LARGEST_BODY:
                    raise _Refused(Reason.TOO_LARGE)
    except (TimeoutError, ClientDisconnect):
        raise _Refused(Reason.TOO_SLOW) from None
    return bytes(found)


def _read(body: bytes, kind: str) -> _Sent:
    try:
        if kind == _JSON:
            sent = msgspec.json.decode(body, type=_Sent)
        else:
            pairs = parse_qsl(body.decode(), max_num_fields=len(_FORM_FIELDS), strict_parsing=True,
                              keep_blank_values=True)  # fmt: skip
            given = {name: value for name, value in pairs if name in _FORM_FIELDS}
            sent = msgspec.convert(given, _Sent)
    except (ValueError, RecursionError):
        raise _Refused(Reason.UNREADABLE) from None
    if sent.status not in STATUSES or (sent.status == "refused" and not sent.reason.strip()):
        raise _Refused(Reason.UNREADABLE)
    return sent


def _clean(text: str, most: int) -> str:
    """Return a text without control, format or half characters but line feed and tab."""
    kept = "".join(
        letter for letter in text if letter in "\n\t" or unicodedata.category(letter)[0] != "C"
    )
    return kept.strip()[:most]


def _line(text: str, most: int) -> str:
    return " ".join(_clean(text, most).split())


def _version(found: Published, kept: list[Kept]) -> str:
    said = msgspec.json.encode((found.sheet, [(it.id, it.outcome) for it in kept]))
    return blake2b(said, digest_size=9).hexdigest()


# -- what goes with every answer --

_HEADERS: Final = [
    (name.encode(), value.encode())
    for name, value in {
        "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self';"
        " img-src 'self' data: blob:; connect-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex, nofollow",
        "permissions-policy": "geolocation=(self), camera=(self), microphone=()",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }.items()
]
_NO_STORE: Final = (b"cache-control", b"no-store")


class _Headers:
    """Adds what a browser must know of every answer: no scripts but ours, nothing kept."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                if not any(name == b"cache-control" for name, _value in given):
                    given.append(_NO_STORE)
                message = {**message, "headers": given + _HEADERS}
            await send(message)

        await self._app(scope, receive, send_with)


class _Crowd:
    """Turns away who asks too often, before anything is looked at."""

    def __init__(self, app: ASGIApp, page: Page) -> None:
        self._app, self._page = app, page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            client = scope.get("client")
            who = visitor(client[0] if client else "")
            if not self._page.visits.take(who, time.monotonic()):
                self._page.count(Reason.TOO_OFTEN)
                await refusal(Reason.TOO_OFTEN, scope)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _static(name: str, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    content = files("resources").joinpath("liaison", name).read_bytes()
    tag = f'"{blake2b(content, digest_size=9).hexdigest()}"'
    headers = {"cache-control": "public, max-age=300", "etag": tag}

    async def serve(request: Request) -> Response:
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type=media_type, headers=headers)

    return serve
