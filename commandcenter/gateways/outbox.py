"""The outbox: what has to leave the hall leaves in order, and is sent again until it is receipted.

The store holds the truth; this is only what is pending now and when each was last tried. A message
keeps its id on every try, so that a receiver that sees it twice acts once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from commandcenter.application.changes import Outgoing, OutgoingState
from commandcenter.application.messages import LinkState, LinkStatus
from commandcenter.application.ports import Clock

AGAIN_AFTER: Final = timedelta(seconds=30)
"""How long to wait for a receipt before sending again."""
_UP: Final = frozenset({LinkStatus.LIVE, LinkStatus.LIVE_ONLY})
_LOOK: Final = 1.0

Send = Callable[[Outgoing], Awaitable[bool]]
"""Puts a message on the wire; whether it went out."""


@dataclass(slots=True)
class Outbox:
    """Lives in one event loop; ``keep`` and ``link`` are called in it.

    ``sent`` is told of each message when it was first put on the wire.
    """

    send: Send
    clock: Clock
    sent: Callable[[Outgoing], None] = lambda _item: None
    _pending: dict[str, Outgoing] = field(default_factory=dict)
    _tried: dict[str, datetime] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)
    _up: dict[str, bool] = field(default_factory=dict)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def keep(self, items: Iterable[Outgoing]) -> None:
        """Take note of what is pending, and of what is not any more."""
        for item in items:
            if item.state is OutgoingState.PENDING:
                self._pending[item.id] = item
            else:
                self._pending.pop(item.id, None)
                self._tried.pop(item.id, None)
                self._told.discard(item.id)
            self._wake.set()

    def link(self, state: LinkState) -> None:
        """Take note of a feed's link: what was sent before it broke is sent again after."""
        up = state.state in _UP
        if up and not self._up.get(state.feed):
            self._tried.clear()
            self._wake.set()
        self._up[state.feed] = up or state.state is LinkStatus.STALE

    async def run(self) -> None:
        """Send what is due, until cancelled."""
        while True:
            await self.send_due(self.clock.now())
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), self._rest(self.clock.now()))
            except TimeoutError:
                continue

    async def send_due(self, at: datetime) -> None:
        """Send everything that is due at an instant, in the order it leaves, feed by feed."""
        down: set[str] = set()
        due = [item for item in self._pending.values() if self._is_due(item, at)]
        for item in sorted(due, key=lambda item: (item.leaves_at, item.order)):
            if item.id not in self._pending or item.feed in down:
                continue
            if await self.send(item):
                self._tried[item.id] = at
                if item.id not in self._told:
                    self._told.add(item.id)
                    self.sent(item)
            else:  # it may be up again in a moment, but nothing overtakes what waits
                down.add(item.feed)

    def _is_due(self, item: Outgoing, at: datetime) -> bool:
        tried = self._tried.get(item.id)
        return item.leaves_at <= at and (tried is None or at - tried >= AGAIN_AFTER)

    def _rest(self, at: datetime) -> float:
        """Return the seconds until something may be due, at most one look."""
        held = [item.leaves_at - at for item in self._pending.values() if item.leaves_at > at]
        soonest = min(held, default=timedelta(seconds=_LOOK))
        return max(0.0, min(_LOOK, soonest.total_seconds()))
