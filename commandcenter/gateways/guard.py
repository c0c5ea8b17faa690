"""The one way HTTP leaves the hall: to hosts that were allowed, and to nowhere they point on to.

The address is resolved once, looked at, and that very one is connected to: a name that answers
otherwise a moment later leads nowhere. Redirects are not followed, no proxy of the environment is
used, and no more than a little of an answer is read.
"""

import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

from commandcenter.gateways.route import PATIENCE
from commandcenter.gateways.silence import silence

_LONGEST_URL: Final = 2_048
_MOST: Final = 64 * 1024
_CHUNK: Final = 4_096
_PORTS: Final = {"http": 80, "https": 443}

Network = IPv4Network | IPv6Network


class Barred(Exception):
    """An address the hall does not send to; the words say why."""


class Unreachable(Exception):
    """Nobody answered as HTTP does; the words say how it failed."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Where a channel may lead: by ``names`` to what is public, by ``networks`` to any in them."""

    names: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[str]) -> "Allowed":
        """Read host names, addresses and networks."""
        names, networks = set(), []
        for entry in entries:
            try:
                networks.append(ip_network(entry, strict=False))
            except ValueError:
                names.add(entry.lower().rstrip("."))
        return cls(frozenset(names), tuple(networks))

    def address(self, host: str, port: int) -> str:
        """Return the address to connect to for a host.

        Raises:
            Barred: the host is not allowed, or leads to an address that is not.
            Unreachable: it has no address.
        """
        named = host.lower().rstrip(".") in self.names
        literal = _literal(host)
        if not named and (literal is None or not self._covers(literal)):
            raise Barred(f"host {host[:80]} is not allowed")
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Unreachable(f"no address for {host[:80]}") from None
        addresses = [ip_address(str(item[4][0]).partition("%")[0]) for item in found]
        for address in addresses:
            if self._covers(address) or (named and _is_public(address)):
                return str(address)
        raise Barred(f"{host[:80]} leads to an address that is not allowed")

    def _covers(self, address: IPv4Address | IPv6Address) -> bool:
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self.networks)


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_global and not address.is_multicast


def address_of(url: str) -> SplitResult:
    """Return the parts of an address that can be sent to.

    Raises:
        Barred: it is no plain http or https address.
    """
    if len(url) > _LONGEST_URL or not url.isascii() or not url.isprintable() or "\\" in url:
        raise Barred("not an address")
    if " " in url:
        raise Barred("not an address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Barred("not an address") from None
    if parts.scheme not in _PORTS or not parts.hostname or port == 0:
        raise Barred("not an http address")
    if "@" in parts.netloc:
        raise Barred("the address names a user")
    return parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server said, at most its first 64 KiB."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where one channel sends to; ``context`` are the certificates it trusts."""

    allowed: Allowed
    plain_allowed: bool = False
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Post bytes and return the answer, whatever it says; a redirect is an answer.

        Raises:
            Barred: the address is not allowed.
            Unreachable: there was no answer in time.
        """
        import urllib3  # noqa: PLC0415  only a hall with channels pays for it

        silence("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry")
        parts = address_of(url)
        host = parts.hostname or ""
        port = parts.port or _PORTS[parts.scheme]
        address = self.allowed.address(host, port)
        if parts.scheme == "http" and not (self.plain_allowed or ip_address(address).is_loopback):
            raise Barred("plain http is not allowed")
        seconds = PATIENCE.total_seconds()
        until = time.monotonic() + seconds
        timeout = urllib3.Timeout(connect=seconds / 2, read=seconds)
        if parts.scheme == "https":
            pool: urllib3.HTTPConnectionPool = urllib3.HTTPSConnectionPool(
                address,
                port,
                timeout=timeout,
                ssl_context=self.context,
                server_hostname=host,
                assert_hostname=host,
            )
        else:
            pool = urllib3.HTTPConnectionPool(address, port, timeout=timeout)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            with pool:
                answer = pool.urlopen(
                    "POST",
                    target,
                    body=body,
                    headers={**headers, "Host": parts.netloc},
                    retries=False,
                    redirect=False,
                    preload_content=False,
                    assert_same_host=False,
                )
                read = b""
                while len(read) < _MOST and (chunk := answer.read1(_CHUNK)):
                    read += chunk
                    if time.monotonic() > until:
                        raise Unreachable("the answer took too long")
                answer.close()
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise Unreachable(_words(error)) from None
        known = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(status=answer.status, headers=known, body=read)


def _words(error: BaseException) -> str:
    """Say what failed without the address, which may hold a key."""
    import urllib3  # noqa: PLC0415

    for kind, words in (
        (urllib3.exceptions.NewConnectionError, "connection refused"),
        (urllib3.exceptions.ConnectTimeoutError, "no connection in time"),
        (urllib3.exceptions.TimeoutError, "no answer in time"),
        (urllib3.exceptions.SSLError, "the certificate is not trusted"),
        (urllib3.exceptions.ProtocolError, "the connection broke off"),
    ):
        if isinstance(error, kind):
            return words
    return type(error).__name__
