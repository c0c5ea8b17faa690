"""One turn at the desk: who acts, on what transaction, and what it has led to so far."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypedDict, Unpack
from uuid import uuid4

import msgspec
from msgspec import Struct

from commandcenter.application.changes import FEED, Outgoing, OutgoingState
from commandcenter.application.messages import MessageType, Received, Rejected
from commandcenter.application.ports import Unit
from commandcenter.domain import case as cases
from commandcenter.domain import whistle as whistles
from commandcenter.domain.case import SETTLED, Act, Case, Step
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Fact
from commandcenter.domain.hall import Hall
from commandcenter.domain.place import Datum
from commandcenter.domain.privacy import for_display, secrets
from commandcenter.domain.timelimit import Limit
from commandcenter.domain.whistle import AWAITED, SummonsStep, Whistle

HALL = "hall"
_OUTBOX = "outbox"
_MILESTONE: Final = f"case.{Step.MILESTONE}"
_RESULT: Final = f"case.{Step.RESULT}"

Decode = Callable[[str, str, datetime], Received | Rejected]
"""Reads a feed's frame: the feed's id, the frame, when it is read."""


class Way(TypedDict, total=False):
    """By which channel a message leaves; see ``Outgoing``."""

    channel: str
    address: str
    contact: str
    urgent: bool
    expires_at: datetime | None


@dataclass(slots=True, kw_only=True)
class Turn:
    """What one actor does in one transaction; ``at`` is the instant its facts are reckoned from.

    ``numbers`` are case numbers of the day taken in advance for a batch; ``decode`` reads a frame
    of the feed again and ``datums`` are those of points that name none (only a retry needs them).
    """

    unit: Unit
    hall: Hall
    actor: str
    role: str = ""
    at: datetime
    numbers: Iterator[str] | None = None
    decode: Decode | None = None
    datums: Mapping[str, Datum] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)

    def save(self, case: Case, *facts: Fact) -> Case:
        """Write a case with its facts; whistles that wait for what they say are told."""
        self.unit.save_case(case, *facts)
        self.facts += facts
        for fact in facts if case.whistles else ():
            self._tell_whistles(case, fact)
        return case

    def _tell_whistles(self, case: Case, fact: Fact) -> None:
        reached = fact.data.get("milestone") if fact.kind == _MILESTONE else None
        if reached is None and fact.kind != _RESULT and case.state not in SETTLED:
            return
        for number in case.whistles:
            whistle = self.unit.whistle(number)
            solves = fact.kind == _RESULT or (reached and reached == whistle.milestone)
            if solves and whistle.solved_at is None:
                self.note_whistle(whistle, "solved", words=str(fact.data.get("words", "")))
            elif case.state in SETTLED and whistle.is_open and whistle.nobody_waits:
                self.note_whistle(whistle, "closed")

    def step(self, case: Case, step: Step, **data: Any) -> Case:
        """Take a step of the loop; refuses what the loop refuses."""
        given = {key: value for key, value in data.items() if value not in (None, "", ())}
        act = Act(step=step, at=self.at, by=self.actor, role=self.role, data=given)
        return self.save(*cases.take(case, act))

    def note(self, case: Case, kind: str, **data: Any) -> Case:
        """Record on a case what is no step of the loop."""
        after, fact = cases.noted(
            case, kind, at=self.at, actor=self.actor, role=self.role, data=data
        )
        return self.save(after, fact)

    def summons(self, whistle: Whistle, body: str, step: SummonsStep, **data: Any) -> Whistle:
        """Take a step for one summoned body; refuses what the whistle's loop refuses."""
        given = {key: value for key, value in data.items() if value not in (None, "")}
        after, facts = whistles.take(
            whistle, body, step, at=self.at, by=self.actor, role=self.role, data=given
        )
        self.unit.save_whistle(after, *facts)
        self.facts += facts
        if after.of(body).state is not whistle.of(body).state:
            self._stop_calling(after, body)
        return after

    def _stop_calling(self, whistle: Whistle, body: str) -> None:
        """Keep back what would still call somebody for a body that has said yes or no, or come."""
        if whistle.of(body).state in AWAITED:
            return
        for item in self.unit.pending(whistle.no):
            calls = item.type == MessageType.WHISTLE_ESCALATED or (
                item.type == MessageType.WHISTLE_BLOWN and item.channel != FEED
            )
            if item.body == body and calls:
                self.unit.settle(item.id, OutgoingState.CANCELLED, whistle.of(body).state)

    def note_whistle(self, whistle: Whistle, kind: str, **data: Any) -> Whistle:
        """Record on a whistle what is no step of one body (``domain.whistle.noted``)."""
        after, facts = whistles.noted(
            whistle, kind, at=self.at, by=self.actor, role=self.role, data=data
        )
        self.unit.save_whistle(after, *facts)
        self.facts += facts
        return after

    def due(self, limit: Limit) -> datetime:
        """Return when a limit that starts now is up."""
        return self.hall.calendar.deadline(self.at, limit).due_at

    def own_due(self, name: str, limit: Limit) -> dict[str, Any]:
        """Return the deadline of a step as its fact names it, and whether it is provisional."""
        found = self.hall.calendar.deadline(self.at, limit)
        return {name: found.due_at, "step_provisional": found.provisional or None}

    def number(self, series: str) -> str:
        """Return the next number of the day for a case or a whistle, such as ``20261121-00042``."""
        return next(self.numbers or numbers(self.unit, self.hall, series, 1))

    def send(
        self,
        kind: MessageType,
        payload: Struct,
        *,
        subject: str,
        body: str = "",
        feed: str = "",
        leaves_at: datetime | None = None,
        **way: Unpack[Way],
    ) -> None:
        """Put a message into the outbox, in this transaction; an empty ``feed`` is the main one.

        ``way`` says by which channel it leaves, to whom and until when; without, by the feed.
        """
        self.unit.post(
            Outgoing(
                id=uuid4().hex,
                order=self.unit.numbers(_OUTBOX, 1)[0],
                feed=feed,
                type=kind,
                subject=subject,
                body=body,
                data=msgspec.json.encode(payload).decode(),
                time=self.at,
                leaves_at=leaves_at or self.at,
                **way,
            )
        )


def numbers(unit: Unit, hall: Hall, series: str, count: int) -> Iterator[str]:
    """Take the next numbers of a series on the hall's local day; none is given out twice."""
    day = f"{series}{unit.at.astimezone(hall.zone):%Y%m%d}"
    return (f"{day}-{number:05d}" for number in unit.numbers(day, count))


def current(unit: Unit, no: str, version: int | None, step: Step | None = None) -> Case:
    """Return a case, if it is still the version a decision was made on.

    Where a step is named, the case must stand where it can be taken: whatever else is wrong with
    an order does not matter before that.

    Raises:
        Refusal: unknown, or it has moved on.
    """
    case = unit.case(no)
    if version is not None and version != case.version:
        raise Refusal("overtaken", case=no, seen=version, now=case.version)
    if step is not None:
        cases.rule_of(case, step)
    return case


def still_open(case: Case, step: str) -> Case:
    """Let a case pass that somebody still has to act on.

    Raises:
        Refusal: it is settled.
    """
    if not case.is_open:
        raise Refusal("illegal_step", case=case.no, state=case.state, step=step)
    return case


def kept_words(turn: Turn, case: Case, text: str, step: str, field: str) -> str:
    """Return words that must not be missing as the journal may keep them: of no reporter.

    Raises:
        Refusal: there is nothing in them.
    """
    if not text.strip():
        raise Refusal("needs", step=step, field=field)
    return for_display(text, secrets(turn.unit.reporters(case.no)))


def quiet(turn: Turn, case: Case) -> Case:
    """Let a case pass that nobody is summoned to: bodies must not count down on a settled one.

    Raises:
        Refusal: a whistle is still running on it.
    """
    for number in case.whistles:
        running = whistles.still_running(turn.unit.whistle(number), case.no)
        if running is not None:
            raise running
    return case


def kept_open(case: Case, whistle: Whistle | None) -> Refusal | None:
    """Return why a case cannot be settled now, before anybody has filled in how it would be."""
    running = None if whistle is None else whistles.still_running(whistle, case.no)
    return running or cases.owed_above(case)


def upstream(case: Case) -> tuple[str, str] | None:
    """Return the feed and the upstream number a reply about a case goes to."""
    return None if case.source_no is None else (case.feed, case.source_no)
