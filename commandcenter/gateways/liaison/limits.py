"""How much one visitor may ask: buckets that fill again with time."""

from collections import OrderedDict
from dataclasses import dataclass, field
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Final

_MOST_KEYS: Final = 20_000
_SITE: Final = 64  # bits of an IPv6 address that one customer has alone


@dataclass(slots=True)
class Buckets:
    """A bucket for each visitor: ``burst`` at once, then ``rate`` a second.

    Whoever has not come for longest is forgotten first: then his bucket was full again.
    """

    burst: float
    rate: float
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, key: str, now: float) -> bool:
        """Take one; false when there is none. ``now`` is monotonic, in seconds."""
        left, at = self._left.pop(key, (self.burst, now))
        left = min(self.burst, left + (now - at) * self.rate)
        allowed = left >= 1
        self._left[key] = (left - allowed, now)
        if len(self._left) > _MOST_KEYS:
            self._left.popitem(last=False)
        return allowed


def visitor(address: str) -> str:
    """Return by what a visitor is told from others: an IPv4 address, or an IPv6 site."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, _SITE), strict=False))
