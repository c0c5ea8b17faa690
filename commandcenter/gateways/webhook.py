"""The signed webhook: one JSON object a message, for gateways of short messages and calls."""

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

import msgspec

from commandcenter.application.changes import AttemptState
from commandcenter.gateways.guard import Barred, Door, Reply, Unreachable
from commandcenter.gateways.route import Answer, Message, failed, without

ALGORITHMS: Final = {"hmac-sha256": "sha256", "hmac-sm3": "sm3"}
_MAY_CHANGE: Final = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.CONFLICT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.UNAUTHORIZED,  # a key that is being changed
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,  # an address that is being mended
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One receiver; ``secret`` is asked for at each message and kept nowhere."""

    url: str
    door: Door
    secret: Callable[[], str]
    algorithm: str = "hmac-sha256"

    def __call__(self, message: Message) -> Answer:
        """Send a message and wait for what becomes of it."""
        body = msgspec.json.encode(_plain(message))
        secret = self.secret()
        stamp, nonce = str(int(time.time())), secrets.token_hex(16)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "township-command-centre",
            "Idempotency-Key": message.id,
            "Hall-Timestamp": stamp,
            "Hall-Nonce": nonce,
            "Hall-Signature": signature(
                self.algorithm, secret, stamped=f"{message.id}.{stamp}.{nonce}", body=body
            ),
        }
        try:
            return _read(self.door.post(self.url, body, headers), secret)
        except (Barred, Unreachable) as error:
            return failed(without((secret,), str(error)))


def signature(algorithm: str, secret: str, *, stamped: str, body: bytes) -> str:
    """Return ``algorithm=hex`` of the HMAC over ``stamped.body``: id, timestamp and nonce."""
    signed = stamped.encode() + b"." + body
    mac = hmac.new(secret.encode(), signed, ALGORITHMS[algorithm])
    return f"{algorithm}={mac.hexdigest()}"


def _plain(message: Message) -> dict[str, object]:
    return {
        "id": message.id,
        "type": message.type,
        "time": message.time,
        "hall": message.hall,
        "subject": message.subject,
        "body": message.body,
        "to": message.address,
        "contact": message.contact,
        "urgent": message.urgent,
        "title": message.title,
        "text": message.text,
        "link": message.link,
        "also": message.also,
        "data": message.data,
    }


def _read(reply: Reply, secret: str) -> Answer:
    """Return what a status means: 202 took it, other 2xx delivered it, a clear no is the last."""
    status = reply.status
    if status == HTTPStatus.ACCEPTED:
        return Answer(state=AttemptState.SENT)
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Answer(state=AttemptState.DELIVERED)
    said = without((secret,), reply.body[:300].decode("utf-8", "replace"))
    words = f"HTTP {status} {said}".strip()
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return failed(f"HTTP {status}: redirects are not followed")
    no = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    return failed(
        words,
        final=no and status not in _MAY_CHANGE,
        again_after=_again_after(reply.headers.get("retry-after", "")),
    )


def _again_after(said: str) -> timedelta | None:
    """Read how long a receiver wants to be left alone: seconds or a date."""
    if said.isascii() and said.isdigit():
        return timedelta(seconds=min(int(said[:6]), 86_400))
    try:
        return max(timedelta(0), parsedate_to_datetime(said) - datetime.now(UTC))
    except (ValueError, TypeError):
        return None
