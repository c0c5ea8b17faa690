"""What leaves by channels: who may be written to now, who waits for what, and what became of it.

Everything is decided on what the store says, in the transaction that says it: an attempt is begun
by one seat alone, a contact's throttle holds over restarts and for all seats together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Final
from uuid import uuid4

from commandcenter.application import commands as c
from commandcenter.application.changes import Attempt, AttemptState, Outgoing, OutgoingState
from commandcenter.application.ports import Unit
from commandcenter.application.turn import HALL, Turn
from commandcenter.domain.channel import LONGEST, Channel, free_at, wakes_at
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Fact
from commandcenter.domain.hall import Hall

LEASE: Final = timedelta(seconds=60)
"""An attempt of another seat that has not ended after so long is held to be dead."""
GIVE_UP: Final = timedelta(hours=2)
"""How long to try where a message does not say itself when it has become pointless."""
CARRIED: Final = 5
"""How many messages one may take along."""
TEST: Final = "whistle.test"
"""The type of the message that tries a channel once a day; it never leaves by a feed."""
_TEST_EXPIRES: Final = timedelta(minutes=15)
_FIRST: Final = timedelta(seconds=2)
_SLOWEST: Final = timedelta(seconds=30)  # somebody waits for an answer in minutes
_LONGEST_REST: Final = timedelta(minutes=5)
_WORDS: Final = 200


class Wait(StrEnum):
    """Why a message waits, where no attempt has failed."""

    THROTTLE = "throttle"
    QUIET = "quiet"
    HURRIED = "hurried"
    CARRIED = "carried"


class Why(StrEnum):
    """Why a message will never leave."""

    EXPIRED = "expired"
    UNKNOWN_CHANNEL = "unknown_channel"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How one attempt went; ``again_after`` is what a receiver asked for, ``final`` its last no."""

    attempt: Attempt
    state: AttemptState
    words: str = ""
    final: bool = False
    again_after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """An attempt that is begun and has to be made now; ``along`` travels with the message."""

    item: Outgoing
    attempt: Attempt
    along: tuple[Outgoing, ...] = ()


@dataclass(slots=True)
class Begun:
    """What may be sent now, and when to look at the rest again: none means "when one has ended"."""

    starts: list[Start] = field(default_factory=list)
    later: dict[str, datetime | None] = field(default_factory=dict)


def turn(
    unit: Unit,
    hall: Hall,
    *,
    seat: str,
    results: Sequence[Result],
    wanted: Sequence[str],
    room: Mapping[str, int],
) -> Begun:
    """Note how attempts went, then begin what may leave; one transaction for both.

    ``wanted`` are messages to look at, ``room`` how many more each channel can send at once.
    """
    unit.alone_in("sending")
    _end(unit, results)
    return _Round(unit, hall, seat, dict(room)).begin(wanted)


def recover(unit: Unit, seat: str) -> None:
    """End what this seat was about to send when it stopped: nobody knows how far that came."""
    for attempt in unit.attempts_under_way(seat):
        ended = replace(attempt, state=AttemptState.FAILED, ended_at=unit.at, words=Why.INTERRUPTED)
        unit.tried(ended)


def hurry(turn: Turn, command: c.SendNow) -> None:
    """Let a message leave at once that waits for a throttle, a quiet hour or its next attempt.

    Raises:
        Refusal: nothing of that id waits, or no reason is given.
    """
    found = turn.unit.waiting_by_channel([command.outgoing])
    if not found:
        raise Refusal("not_waiting", outgoing=command.outgoing)
    if not command.reason.strip():
        raise Refusal("needs", step="send_now", field="reason")
    item = found[0]
    last = turn.unit.last_attempts([item.id]).get(item.id)
    if last is not None and last.state is AttemptState.SENDING:
        raise Refusal("not_waiting", outgoing=command.outgoing)
    turn.unit.tried(
        Attempt(
            outgoing=item.id,
            number=_number(last),
            state=AttemptState.QUEUED,
            channel=item.channel,
            address=item.address,
            due_at=turn.at,
            words=Wait.HURRIED,
        )
    )
    _record(turn.unit, item, "hurried", actor=turn.actor, role=turn.role, reason=command.reason)


def expires(item: Outgoing, channel: Channel, hall: Hall) -> datetime:
    """Return from when on a message is pointless: as it says itself, else long after it was due."""
    if item.expires_at is not None:
        return item.expires_at
    quiet = None if item.urgent else channel.quiet
    return wakes_at(item.leaves_at, quiet, hall.zone) + GIVE_UP


def _end(unit: Unit, results: Sequence[Result]) -> None:
    """Note how attempts went, with everything that travelled along."""
    if not results:
        return
    along = unit.carried_by([result.attempt.outgoing for result in results])
    for result in results:
        words = result.words[:_WORDS]
        for attempt in (result.attempt, *along.get(result.attempt.outgoing, ())):
            ended = replace(attempt, state=result.state, ended_at=unit.at, words=words)
            if not unit.tried(ended):
                continue  # it was ended before, as dead
            if result.state is not AttemptState.FAILED:
                unit.settle(attempt.outgoing, OutgoingState.DELIVERED)
            elif attempt.carried_by:
                continue  # it goes along again, or alone when its carrier is given up
            elif result.final:
                _give_up(unit, attempt.outgoing, OutgoingState.REJECTED, words)
            else:
                unit.tried(_again(ended, result.again_after))


def _again(failed: Attempt, asked: timedelta | None) -> Attempt:
    """Return the next attempt: after the time a receiver asked for, else ever more slowly."""
    slower = min(_SLOWEST, _FIRST * 2 ** min(failed.number - 1, 16))
    return replace(
        failed,
        number=failed.number + 1,
        state=AttemptState.QUEUED,
        due_at=(failed.ended_at or failed.due_at) + min(asked or slower, _LONGEST_REST),
        begun_at=None,
        ended_at=None,
        seat="",
    )


def _number(last: Attempt | None) -> int:
    """Return the number of the attempt that is next: what is queued is not yet one."""
    if last is None:
        return 1
    return last.number if last.state is AttemptState.QUEUED else last.number + 1


def _give_up(unit: Unit, outgoing: str, state: OutgoingState, words: str) -> None:
    """Settle a message that will never arrive, and say so where it is about."""
    item = unit.settle(outgoing, state, words)
    if item is not None and item.state is state and item.settled_at == unit.at:
        _record(unit, item, "undelivered", actor=HALL, reason=words)


def _record(
    unit: Unit, item: Outgoing, what: str, *, actor: str, role: str = "", reason: str
) -> None:
    """Put what became of a message into the journal; addresses and names stay out of it."""
    of_whistle = item.type.startswith("whistle.") and item.type != TEST
    fact = Fact(
        kind=f"whistle.message_{what}" if of_whistle else f"message.{what}",
        subject=item.subject if of_whistle else item.id,
        at=unit.at,
        actor=actor,
        role=role,
        data={
            "message": item.id,
            "type": item.type,
            "about": item.subject,
            "body": item.body,
            "channel": item.channel,
            "reason": reason,
        },
    )
    unit.record(fact)


def drill(unit: Unit, hall: Hall) -> None:
    """Send the day's test whistle to every channel that is tested, once whoever asks first."""
    unit.alone_in("sending")
    day = unit.at.astimezone(hall.zone).date()
    for channel in hall.channels.values():
        name = f"test {channel.code} {day}"
        if not channel.tested or unit.numbers(name, 1)[0] > 1:
            continue
        unit.post(
            Outgoing(
                id=uuid4().hex,
                feed="",
                type=TEST,
                subject=f"test-{day:%Y%m%d}",
                data="{}",
                time=unit.at,
                leaves_at=unit.at,
                channel=channel.code,
                address=channel.test_address,
                urgent=True,
                expires_at=unit.at + _TEST_EXPIRES,
            )
        )


@dataclass(slots=True)
class _Round:
    """One look at what waits: each message is either begun, held, settled, or left for later."""

    unit: Unit
    hall: Hall
    seat: str
    room: dict[str, int]
    begun: Begun = field(default_factory=Begun)
    _sent: dict[tuple[str, str], list[datetime]] = field(default_factory=dict)
    _last: Mapping[str, Attempt] = field(default_factory=dict)
    _blocked: dict[tuple[str, str, str], datetime | None] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)

    def begin(self, wanted: Sequence[str]) -> Begun:
        """Begin what may leave, what is urgent first."""
        if not wanted:
            return self.begun
        items = self.unit.waiting_by_channel(wanted)
        self._last = self.unit.last_attempts([item.id for item in items])
        items = sorted(items, key=lambda it: (not it.urgent, it.leaves_at, it.order, it.id))
        for item in items:
            if item.id not in self._taken:
                self._look_at(item, items)
        return self.begun

    def _look_at(self, item: Outgoing, items: Sequence[Outgoing]) -> None:
        channel, at = self.hall.channels.get(item.channel), self.unit.at
        if at < item.leaves_at:
            self.begun.later[item.id] = item.leaves_at
            return
        if channel is None:
            self._never(item, OutgoingState.REJECTED, Why.UNKNOWN_CHANNEL)
            return
        last = self._last.get(item.id)
        if last is not None and last.state is AttemptState.SENDING:
            dead_at = (last.begun_at or at) + LEASE
            if at < dead_at:
                self._later(item, dead_at)
                return
            last = replace(last, state=AttemptState.FAILED, ended_at=at, words=Why.INTERRUPTED)
            self.unit.tried(last)
        if at >= expires(item, channel, self.hall):
            self._never(item, OutgoingState.EXPIRED, Why.EXPIRED)
            return
        if last is not None and last.carried_by and self._waits(last.carried_by):
            self._later(item, None)  # it goes along again: the receiver may know the bundle
            return
        if _key(item) in self._blocked:  # what is about one thing leaves in its order
            self.begun.later[item.id] = self._blocked[_key(item)]
            return
        due, words = self._due(item, channel, last)
        attempt = Attempt(
            outgoing=item.id,
            number=_number(last),
            state=AttemptState.QUEUED,
            channel=item.channel,
            address=item.address,
            due_at=due,
            words=words,
        )
        if due > at:
            if attempt != last:
                self.unit.tried(attempt)
            self._later(item, min(due, expires(item, channel, self.hall)))
        elif self.room.get(item.channel, 0) <= 0:
            self._later(item, None)
        else:
            self._start(item, channel, attempt, items)

    def _due(self, item: Outgoing, channel: Channel, last: Attempt | None) -> tuple[datetime, str]:
        """Return when a message may leave, and the words for why not before."""
        at = self.unit.at
        queued = last if last is not None and last.state is AttemptState.QUEUED else None
        if queued is not None and queued.words == Wait.HURRIED:
            return at, Wait.HURRIED
        due, words = at, ""
        if queued is not None and queued.words not in set(Wait):  # after a failure
            due, words = max(at, queued.due_at), queued.words
        sent = self._sent_to(item.channel, item.address)
        free = free_at(sent, at, channel.pace, urgent=item.urgent)
        if free > due:
            due, words = free, words or Wait.THROTTLE
        wakes = due if item.urgent else wakes_at(due, channel.quiet, self.hall.zone)
        if wakes > due:
            due, words = wakes, words or Wait.QUIET
        return due, words

    def _start(
        self, item: Outgoing, channel: Channel, attempt: Attempt, items: Sequence[Outgoing]
    ) -> None:
        at = self.unit.at
        attempt = replace(
            attempt, state=AttemptState.SENDING, begun_at=at, seat=self.seat, words=""
        )
        if not self.unit.tried(attempt):
            self._later(item, at + LEASE)  # another seat was quicker
            return
        sent = self._sent_to(item.channel, item.address)
        sent.append(at)
        self.room[item.channel] -= 1
        along = self._along(item, channel, items)
        for other in along:
            self.unit.tried(
                replace(
                    attempt,
                    outgoing=other.id,
                    number=_number(self._last.get(other.id)),
                    carried_by=item.id,
                )
            )
            self._taken.add(other.id)
            self.begun.later[other.id] = None
        self._later(item, None)
        self.begun.starts.append(Start(item=item, attempt=attempt, along=tuple(along)))

    def _along(
        self, item: Outgoing, channel: Channel, items: Sequence[Outgoing]
    ) -> Sequence[Outgoing]:
        """Return what goes to the same contact and would have to wait: 另有 n 件."""
        at, last = self.unit.at, self._last.get(item.id)
        if _tried(last):
            return self._along_before(item)  # the same again, or it would not be the same message
        sent = self._sent_to(item.channel, item.address)
        if item.urgent or free_at(sent, at, channel.pace, urgent=False) <= at:
            return ()
        held = {_key(it) for it in items if _tried(self._last.get(it.id))}
        bundled = (
            other
            for other in items
            if (other.channel, other.address) == (item.channel, item.address)
            and other.id != item.id
            and not other.urgent
            and other.leaves_at <= at < expires(other, channel, self.hall)
            and other.id not in self._taken
            and _key(other) not in held
        )
        return tuple(islice(bundled, CARRIED))

    def _along_before(self, item: Outgoing) -> Sequence[Outgoing]:
        """Return what went along with the attempt before, and waits for it."""
        before = self.unit.carried_by([item.id]).get(item.id, ())
        ids = [attempt.outgoing for attempt in before]
        self._last = {**self.unit.last_attempts(ids), **self._last}
        still = [id_ for id_ in ids if self._last[id_].carried_by == item.id]
        return self.unit.waiting_by_channel(still) if still else ()

    def _waits(self, outgoing: str) -> bool:
        return bool(self.unit.waiting_by_channel([outgoing]))

    def _sent_to(self, channel: str, address: str) -> list[datetime]:
        key = (channel, address)
        if key not in self._sent:
            self._sent[key] = list(self.unit.written_to(channel, address, self.unit.at - LONGEST))
        return self._sent[key]

    def _later(self, item: Outgoing, at: datetime | None) -> None:
        self.begun.later[item.id] = self._blocked[_key(item)] = at

    def _never(self, item: Outgoing, state: OutgoingState, why: Why) -> None:
        """Settle what will never leave; the last failure says more than that time is up."""
        last = self._last.get(item.id)
        words = why.value
        if last is not None and last.state is AttemptState.QUEUED:
            said = last.words if last.words not in set(Wait) else ""
            words = f"{why}: {said}" if said else words
            self.unit.tried(
                replace(last, state=AttemptState.FAILED, ended_at=self.unit.at, words=words)
            )
        _give_up(self.unit, item.id, state, words)


def _tried(last: Attempt | None) -> bool:
    """Tell whether a message has left before, as far as anybody knows."""
    return last is not None and (last.number > 1 or last.state is not AttemptState.QUEUED)


def _key(item: Outgoing) -> tuple[str, str, str]:
    return (item.channel, item.address, item.subject)
