"""The courier: brings out what leaves by channels, a few at a time, and keeps how it went.

Like the outbox it only knows what is pending now; whether a message may leave is decided in the
store (``application.sending``), and nothing is sent that was not written down as begun before.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

from commandcenter.application import sending
from commandcenter.application.changes import FEED, Attempt, AttemptState, Outgoing, OutgoingState
from commandcenter.application.links import Links
from commandcenter.application.notices import notice
from commandcenter.application.ports import Clock, Unit
from commandcenter.application.sending import Result, Start
from commandcenter.domain.hall import Hall
from commandcenter.gateways.offloop import off_loop
from commandcenter.gateways.route import PATIENCE, Answer, Message, NoSecret, Route, failed

log = logging.getLogger(__name__)

AT_ONCE: Final = 8
"""How many messages one channel sends at the same time."""
_LOOK: Final = 1.0
_MOST: Final = 500
_DEADLINE: Final = PATIENCE + timedelta(seconds=5)

Write = Callable[[Callable[[Unit], Any]], Awaitable[Any]]
"""Runs work in a transaction of its own; what it returned, once that is committed."""


@dataclass(slots=True, kw_only=True)
class Courier:
    """Lives in one event loop; ``keep`` is called in it."""

    hall: Hall
    seat: str
    routes: Mapping[str, Route]
    write: Write
    clock: Clock
    links: Links | None = None
    _pending: dict[str, Outgoing] = field(default_factory=dict)
    _next: dict[str, datetime | None] = field(default_factory=dict)
    _busy: Counter[str] = field(default_factory=Counter)
    _results: list[Result] = field(default_factory=list)
    _stuck: bool = False
    _tested: date | None = None
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def keep(self, items: Iterable[Outgoing], attempts: Iterable[Attempt] = ()) -> None:
        """Take note of what is pending, of what is not any more, and of what was put off."""
        for item in items:
            if item.channel == FEED:
                continue
            if item.state is OutgoingState.PENDING:
                self._pending[item.id] = item
                self._next.setdefault(item.id, item.leaves_at)
            else:
                self._pending.pop(item.id, None)
                self._next.pop(item.id, None)
                self._let_go()
            self._wake.set()
        for attempt in attempts:
            if attempt.state is AttemptState.QUEUED and attempt.outgoing in self._pending:
                self._next[attempt.outgoing] = attempt.due_at
                self._wake.set()

    async def run(self) -> None:
        """Send what may leave, until cancelled."""
        await self._until_written(partial(sending.recover, seat=self.seat))
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._wake.clear()
                await self._test()
                for start in await self._turn():
                    self._busy[start.item.channel] += 1
                    tasks.create_task(self._send(start))
                try:
                    await asyncio.wait_for(self._wake.wait(), self._rest(self.clock.now()))
                except TimeoutError:
                    continue

    async def _turn(self) -> list[Start]:
        """Write how attempts went and begin what is due, in one transaction."""
        now = self.clock.now()
        wanted = self._due(now)
        if not wanted and not self._results:
            return []
        results, self._results = self._results, []
        for id_ in wanted:
            self._next[id_] = None
        room = {code: AT_ONCE - self._busy[code] for code in self.hall.channels}
        work = partial(
            sending.turn, hall=self.hall, seat=self.seat, results=results, wanted=wanted, room=room
        )
        try:
            begun = await self.write(work)
        except Exception:
            log.exception("what leaves by channels was not written; it is tried again")
            self._results = [*results, *self._results]
            self._let_go()
            await asyncio.sleep(_LOOK)
            return []
        if results:
            self._let_go()
        for id_ in wanted:
            if self._next.get(id_, now) is None:  # unless something happened to it meanwhile
                self._next[id_] = begun.later.get(id_)
        return list(begun.starts)

    def _due(self, now: datetime) -> list[str]:
        """Return what is to be looked at, the most pressing first, no more than one look takes."""
        due = [it for it in self._pending.values() if (at := self._next[it.id]) and at <= now]
        due.sort(key=lambda it: (not it.urgent, it.leaves_at, it.order))
        return [item.id for item in due[:_MOST]]

    def _let_go(self) -> None:
        """Look again at what waits for another to end."""
        now = self.clock.now()
        for id_, at in self._next.items():
            if at is None:
                self._next[id_] = now
        self._wake.set()

    async def _send(self, start: Start) -> None:
        channel = start.item.channel
        answer = await self._answer(start)
        self._results.append(
            Result(
                attempt=start.attempt,
                state=answer.state,
                words=answer.words,
                final=answer.final,
                again_after=answer.again_after,
            )
        )
        log.info("%s by %s: %s", start.item.type, channel, answer.state)
        self._wake.set()

    async def _answer(self, start: Start) -> Answer:
        channel = start.item.channel

        def ended() -> None:
            self._busy[channel] -= 1
            self._let_go()

        try:
            route = self.routes.get(channel)
            if route is None:
                ended()
                return failed("the channel is off")
            work = partial(route, self._message(start))
        except Exception:
            log.exception("a message could not be put into words")
            ended()
            return failed("the message could not be put into words")
        try:
            return await off_loop(work, within=_DEADLINE, ended=ended)
        except TimeoutError:
            return failed("no answer in time")
        except NoSecret as absent:
            return failed(f"no secret in {absent}")
        except Exception as error:  # noqa: BLE001  whatever a library raises, its words may hold a key
            log.warning("a channel raised %s", type(error).__name__)
            return failed(type(error).__name__)

    def _message(self, start: Start) -> Message:
        item = start.item
        said = notice(self.hall, self.links, item, start.along)
        return Message(
            id=item.id,
            hall=self.hall.code,
            type=item.type,
            subject=item.subject,
            body=item.body,
            time=item.time,
            address=item.address,
            contact=item.contact,
            urgent=item.urgent,
            title=said.title,
            text=said.text,
            link=said.link,
            also=tuple(other.id for other in start.along),
            data=said.data,
        )

    async def _test(self) -> None:
        """Send the day's test whistle once its time has come."""
        local = self.clock.now().astimezone(self.hall.zone)
        at = self.hall.test_at
        if at is None or local.time() < at or self._tested == local.date():
            return
        self._tested = local.date()
        await self._until_written(partial(sending.drill, hall=self.hall))

    async def _until_written(self, work: Callable[[Unit], Any]) -> None:
        while True:
            try:
                await self.write(work)
            except Exception:
                log.exception("the channels wait for the store")
                await asyncio.sleep(_LOOK)
            else:
                return

    def _rest(self, at: datetime) -> float:
        """Return the seconds until something may be due, at most one look."""
        soonest = min((due for due in self._next.values() if due), default=None)
        if soonest is None:
            return _LOOK
        return max(0.0, min(_LOOK, (soonest - at).total_seconds()))
