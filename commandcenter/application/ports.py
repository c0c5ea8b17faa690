"""What the application needs of the world around it; the store and the runtime provide it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from commandcenter.application.changes import (
    Attempt,
    Delta,
    Outgoing,
    OutgoingState,
    StoreHealth,
    UnitPosition,
)
from commandcenter.application.commands import Order
from commandcenter.application.messages import Cursor, Gap, Received, Rejected
from commandcenter.application.questions import Question
from commandcenter.domain.alert import VideoAlert
from commandcenter.domain.case import Case
from commandcenter.domain.facts import Fact
from commandcenter.domain.report import Reporter, ReportRef
from commandcenter.domain.roster import Operator
from commandcenter.domain.timers import Timer
from commandcenter.domain.whistle import Whistle


class Clock(Protocol):
    """What time it is; the one source of "now" (pitfalls.md 19)."""

    def now(self) -> datetime:
        """Return the aware UTC instant."""
        ...


class Unstorable(Exception):
    """A row that no store can hold (a number beyond 64 bits, half a character): its own fault.

    Whoever wrote several things in one transaction tries them again one by one (``savepoint``) and
    puts the one aside.
    """


class Unit(Protocol):
    """One transaction on the store: what is read sees what was saved before in it.

    Nothing is visible to anybody else before the unit has been committed; then ``delta`` says what
    it changed. Every saved state comes with its fact, in the same transaction.
    """

    @property
    def at(self) -> datetime:
        """The instant of this transaction, aware UTC; facts are recorded at it."""
        ...

    @property
    def delta(self) -> Delta:
        """What the transaction changed, once it is committed."""
        ...

    def savepoint(self) -> AbstractContextManager[None]:
        """Open a part that is undone alone when it raises; the rest of the transaction stays.

        Raises:
            Unstorable: something saved in the block cannot be stored.
            Refusal: another seat was quicker (``overtaken``).
        """
        ...

    def attempt(self) -> AbstractContextManager[None]:
        """Open a part that is forgotten alone when it raises, as long as nothing is written.

        Much cheaper than ``savepoint``: what is saved in it is written with everything else, and
        what cannot be written shows only then. No savepoint may be opened within it.
        """
        ...

    def case(self, no: str) -> Case:
        """Return a case; refuses an unknown number."""
        ...

    def whistle(self, no: str) -> Whistle:
        """Return a whistle; refuses an unknown number."""
        ...

    def alert(self, key: str) -> VideoAlert:
        """Return a video alert by key, or by ``alert_id`` alone where one source uses it."""
        ...

    def reported(self, numbers: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Case]:
        """Return the cases opened for upstream numbers, by (source, number); unknown ones lack."""
        ...

    def closed_lately(
        self, categories: Collection[str], grids: Collection[str], since: datetime
    ) -> Sequence[Case]:
        """Return the cases of these classes and grids closed since then, the last closed first."""
        ...

    def shown_elsewhere(self, hashes: Collection[str], case: str) -> bool:
        """Tell whether another case than this bears evidence with one of these hashes."""
        ...

    def alerts(self, keys: Collection[str]) -> Mapping[str, VideoAlert]:
        """Return the alerts of these keys; unknown ones lack."""
        ...

    def digests(
        self, refs: Collection[tuple[str, str]]
    ) -> Mapping[tuple[str, str], Sequence[bytes]]:
        """Return the digests of each message already kept, by (source, id): of all revisions."""
        ...

    def facts(self, subject: str) -> Sequence[Fact]:
        """Return what has happened to a subject up to now, oldest first."""
        ...

    def case_of(self, source: str, message: str) -> str | None:
        """Return the case that a message already kept told of."""
        ...

    def save_case(self, case: Case, *facts: Fact) -> None:
        """Write a case's next version with the facts that led to it, in order.

        Raises:
            Refusal: another seat was quicker (``overtaken``).
        """
        ...

    def save_whistle(self, whistle: Whistle, *facts: Fact) -> None:
        """Write a whistle's next version with its facts."""
        ...

    def save_alert(self, alert: VideoAlert, *facts: Fact) -> None:
        """Write an alert's next version with its facts."""
        ...

    def record(self, fact: Fact) -> None:
        """Append a fact that changes no case, whistle or alert (a login, a gap, a revision)."""
        ...

    def keep(self, message: Received, case: str | None) -> None:
        """Keep a raw message; a second one of the same (source, id) is kept as a revision."""
        ...

    def keep_reporter(self, case: str, ref: ReportRef | None, reporter: Reporter) -> None:
        """Keep who reported, outside the journal."""
        ...

    def reporters(self, case: str) -> Sequence[Reporter]:
        """Return everybody who reported a case, unmasked: to keep their names out of copies."""
        ...

    def reporters_of(self, cases: Collection[str]) -> Mapping[str, Sequence[Reporter]]:
        """Return the same of several cases, by case."""
        ...

    def keep_position(self, position: UnitPosition) -> None:
        """Keep where a unit was last."""
        ...

    def positions(self) -> Sequence[UnitPosition]:
        """Return where every unit was last."""
        ...

    def quarantine(self, rejected: Rejected) -> bool:
        """Put a message aside with its reason; false when the same lies there already."""
        ...

    def take_back(self, message: int) -> Rejected:
        """Take a message out of quarantine, to try it again; refuses an unknown one."""
        ...

    def attend(self, operator: str) -> None:
        """Note that an operator is at this seat now: a row that is written over, no fact."""
        ...

    def attended(self, operator: str) -> datetime | None:
        """Return when an operator was last heard of at any seat."""
        ...

    def gap(self, gap: Gap) -> None:
        """Record that messages are missing."""
        ...

    def begin_stream(self, cursor: Cursor) -> None:
        """Set a feed's cursor as given: the server began a new stream, or has fallen back."""
        ...

    def advance(self, feed: str, sequence: int) -> None:
        """Move a feed's cursor on; a lower sequence does not move it back."""
        ...

    def numbers(self, series: str, count: int) -> range:
        """Take the next ``count`` numbers of a series; no number is given out twice."""
        ...

    def post(self, outgoing: Outgoing) -> None:
        """Put a message into the outbox."""
        ...

    def settle(self, outgoing: str, state: OutgoingState, reason: str = "") -> Outgoing | None:
        """Note what became of a message; nothing for an id the outbox does not know."""
        ...

    def alone_in(self, work: str) -> None:
        """Let no other seat do a named work until this transaction ends."""
        ...

    def tried(self, attempt: Attempt) -> bool:
        """Write how far an attempt has come; false when another was quicker, or it had ended."""
        ...

    def last_attempts(self, outgoing: Collection[str]) -> Mapping[str, Attempt]:
        """Return the last attempt of each message that has one."""
        ...

    def attempts_under_way(self, seat: str) -> Sequence[Attempt]:
        """Return what a seat has begun to send and has not ended."""
        ...

    def carried_by(self, outgoing: Collection[str]) -> Mapping[str, Sequence[Attempt]]:
        """Return by carrier the last attempts of what travelled along with it."""
        ...

    def written_to(self, channel: str, address: str, since: datetime) -> Sequence[datetime]:
        """Return when an address of a channel was written to."""
        ...

    def waiting_by_channel(self, outgoing: Collection[str]) -> Sequence[Outgoing]:
        """Return those messages that have still to leave by a channel, in order."""
        ...

    def pending(self, subject: str) -> Sequence[Outgoing]:
        """Return what still has to leave for a case or whistle, in order."""
        ...

    def crossed(self, timer: Timer) -> bool:
        """Note that a timer was crossed; false when that was noted before."""
        ...


class Store(Protocol):
    """Facts and states at rest."""

    def unit(self, at: datetime, *, initiator: str | None = None) -> AbstractContextManager[Unit]:
        """Open a transaction: committed when the block ends, undone when it raises.

        Raises:
            Unstorable: something saved in the block cannot be stored.
            Refusal: the store takes no writes now (``store_unavailable``), or another seat was
                quicker (``overtaken``).
        """
        ...

    def answer(self, question: Question[Any]) -> Any:
        """Answer a question on a read-only connection; called on a reading thread."""
        ...

    def check_health(self, at: datetime) -> StoreHealth:
        """Tell whether the store takes writes; one that did not is tried again."""
        ...

    def index_some(self) -> bool:
        """Make some more of what was written findable by its text; whether there was any."""
        ...


Hear = Callable[[Delta], object]


class Writer(Protocol):
    """The one thread that writes."""

    def perform(self, work: Callable[[Unit], Any], initiator: str | None) -> Future[Any]:
        """Run ``work`` in a transaction of its own; its value is known once it is committed."""
        ...


class Clerk(Protocol):
    """Who carries out what is ordered at a desk, in whatever process the writer runs."""

    def carry_out(self, command: Order, operator: Operator) -> Future[Any]:
        """Carry out a command; its ``perform.Outcome`` is known once its facts are committed.

        The future raises ``Refusal`` when the hall declines; then nothing has changed.
        """
        ...

    def attend(self, operator: str) -> Future[None]:
        """Note that an operator is at this seat now."""
        ...


class Reader(Protocol):
    """The threads that read."""

    def ask(self, question: Question[Any]) -> Future[Any]:
        """Answer a question away from the caller's thread; cancelled once the hall is closed."""
        ...
