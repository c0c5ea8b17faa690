"""The links of the report-in page: each opens one body's summons of one whistle, until it expires.

A link says what it opens and is signed; nothing is looked up to tell a good one from a guess.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NoBase64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

import msgspec

from commandcenter.domain.errors import Refusal

PATH: Final = "/w/"
"""What stands between the page's address and the token."""
_MAC_BYTES: Final = 16
_PURPOSE: Final = b"report-in link 1\0"  # so that the key signs nothing else by accident
_LONGEST: Final = 512
_LAST: Final = 2**40  # seconds; beyond, no instant can be made of it

_Claim = tuple[int, str, str]  # expires at (whole seconds), whistle, body


def link(base_url: str, key: bytes, whistle: str, body: str, expires_at: datetime) -> str:
    """Return the address under which one body answers one whistle, good until an instant."""
    return base_url.rstrip("/") + PATH + token(key, whistle, body, expires_at)


def token(key: bytes, whistle: str, body: str, expires_at: datetime) -> str:
    """Return what a link ends with: who is summoned by which whistle, until when, signed."""
    claim: _Claim = (int(expires_at.timestamp()), whistle, body)
    said = msgspec.msgpack.encode(claim)
    return urlsafe_b64encode(_mac(key, said) + said).decode().rstrip("=")


def read(token: str, key: bytes, at: datetime) -> tuple[str, str]:
    """Return the whistle and the body a token is for.

    Raises:
        Refusal: it is none of ours (``link_wrong``), or its time is over (``link_expired``).
    """
    whistle, body, expires_at = opened(token, key)
    if at >= expires_at:
        raise Refusal("link_expired")
    return whistle, body


def opened(token: str, key: bytes) -> tuple[str, str, datetime]:
    """Return the whistle, the body and the expiry of a token, which may be past.

    Raises:
        Refusal: it is none of ours (``link_wrong``).
    """
    try:
        if len(token) > _LONGEST:
            raise ValueError
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        mac, said = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        # base64 is read leniently: the same bytes must not go by two names
        same = urlsafe_b64encode(raw).decode().rstrip("=") == token
        if not hmac.compare_digest(mac, _mac(key, said)) or not same:
            raise ValueError
        seconds, whistle, body = msgspec.msgpack.decode(said, type=_Claim)
    except (ValueError, NoBase64, msgspec.DecodeError):
        raise Refusal("link_wrong") from None
    return whistle, body, datetime.fromtimestamp(min(seconds, _LAST), UTC)


def _mac(key: bytes, said: bytes) -> bytes:
    return hmac.new(key, _PURPOSE + said, sha256).digest()[:_MAC_BYTES]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Links:
    """A hall's own links; without ``base_url`` it has no page, and no link is given out."""

    base_url: str
    key: bytes
    hours: int

    def expiry(self, blown_at: datetime) -> datetime:
        """Return when the links of a whistle blown at an instant end."""
        return blown_at + timedelta(hours=self.hours)

    def to(self, whistle: str, body: str, blown_at: datetime) -> str:
        """Return the link for one summons, the same every time; empty where there is no page."""
        if not self.base_url:
            return ""
        return link(self.base_url, self.key, whistle, body, self.expiry(blown_at))
