"""How far a source's clock is from ours, told from what it sends."""

from collections import deque
from datetime import timedelta
from typing import Final

from commandcenter.application.messages import Received

_WINDOW: Final = 64  # messages of a source that count
_LEAST: Final = 5
_SOURCES: Final = 4096  # beyond it the one not heard of for longest is forgotten


class SkewWatch:
    """The skew of each source's clock, estimated from its latest messages.

    A clock that is wrong is wrong by the same for every message; a backlog after an outage comes
    later and later, or sooner and sooner. So there is an estimate only where the delays agree,
    but for the outer eighths of them: one wrong date or one slow delivery moves nothing.

    One thread observes; any may ask.
    """

    def __init__(self, limit_seconds: float = 120) -> None:
        self._limit = timedelta(seconds=limit_seconds)
        self._delays: dict[str, deque[timedelta]] = {}
        self._skews: dict[str, timedelta] = {}

    def observe(self, message: Received) -> None:
        """Take note of how long ``message`` took, unless its platform says it was late itself."""
        if message.recorded is not None and message.recorded - message.time > self._limit:
            return
        delays = self._delays.pop(message.source, None) or deque(maxlen=_WINDOW)
        self._delays[message.source] = delays  # now the last in order
        delays.append(message.received_at - message.time)
        if len(self._delays) > _SOURCES:
            oldest = next(iter(self._delays))
            del self._delays[oldest]
            self._skews.pop(oldest, None)
        if len(delays) >= _LEAST:
            ordered = sorted(delays)
            edge = len(ordered) // 8
            low, high = ordered[edge], ordered[-1 - edge]
            if high - low <= self._limit:
                self._skews[message.source] = low
            else:
                self._skews.pop(message.source, None)

    def estimate(self, source: str) -> timedelta | None:
        """Return how far the clock of ``source`` is behind ours (negative: ahead), if it shows.

        A message takes its time too: a small positive value is the network's.
        """
        return self._skews.get(source)

    def is_suspicious(self, source: str) -> bool:
        """Tell whether the clock of ``source`` is off by more than the limit (domain.md 10.11)."""
        skew = self._skews.get(source)
        return skew is not None and abs(skew) > self._limit
