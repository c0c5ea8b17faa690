"""One transaction: what is saved is staged, seen by its reads, and written in one go at its end."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Generic, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from commandcenter.application.changes import (
    Aside,
    Attempt,
    Delta,
    Outgoing,
    OutgoingState,
    UnitPosition,
)
from commandcenter.application.messages import Cursor, Gap, Received, Rejected
from commandcenter.application.ports import Unstorable
from commandcenter.domain.alert import VideoAlert
from commandcenter.domain.case import Case
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Fact, Recorded
from commandcenter.domain.report import Reporter, ReportRef
from commandcenter.domain.timers import Timer
from commandcenter.domain.whistle import Whistle
from commandcenter.store import attempts, engine, journal, messages, outbox, sql, values
from commandcenter.store.journal import Head
from commandcenter.store.schema import instant, micros
from commandcenter.store.sql import Row
from commandcenter.store.values import Kind, Value

Ref = tuple[str, str]

_REPORTED: Final = f'SELECT whole FROM "case" WHERE source = ? AND source_no {sql.AMONG}'  # noqa: S608
_CLOSED_LATELY: Final = (
    f'SELECT whole FROM "case" WHERE grid {sql.AMONG} AND category {sql.AMONG}'  # noqa: S608
    " AND closed_at >= ? ORDER BY closed_at DESC"
)
_ELSEWHERE: Final = f"SELECT 1 FROM exhibit WHERE sha256 {sql.AMONG} AND case_no <> ? LIMIT 1"  # noqa: S608
_EXHIBIT: Final = (
    "INSERT INTO exhibit (sha256, case_no) VALUES (?, ?) ON CONFLICT (sha256, case_no) DO NOTHING"
)
_BY_ALERT_ID: Final = "SELECT whole FROM video_alert WHERE alert_id = ?"
_NUMBERS: Final = (
    "INSERT INTO series (name, last) VALUES (?, ?) ON CONFLICT (name) DO UPDATE"
    " SET last = series.last + excluded.last RETURNING last"
)
_ALONE: Final = "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))"
_CROSSED: Final = (
    "INSERT INTO crossing (subject, kind, part, cycle, at) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (subject, kind, part, cycle) DO NOTHING"
)


@dataclass(slots=True)
class _Shelf(Generic[Value]):
    """The cases, whistles or alerts of one transaction.

    ``known`` are the newest versions as this transaction sees them; ``waiting`` those not yet
    written, each with the version that the store holds of it (0: none).
    """

    kind: Kind[Value]
    known: dict[str, Value] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    changed: dict[str, None] = field(default_factory=dict)

    def get(self, connection: Connection, keys: Collection[str]) -> dict[str, Value]:
        missing = [key for key in keys if key not in self.known]
        if missing:
            found = sql.run(connection, self.kind.select, sql.listed(connection, missing))
            self.learn(whole for (whole,) in found.all())
        return {key: self.known[key] for key in keys if key in self.known}

    def learn(self, wholes: Iterable[str]) -> list[Value]:
        """Take in what the store holds, unless a newer version is known; return what holds now."""
        read = map(self.kind.decode, wholes)
        return [self.known.setdefault(self.kind.key(value), value) for value in read]

    def save(self, value: Value, steps: int) -> None:
        key, seen = self.kind.key(value), value.version - steps
        before = self.known.get(key)
        if before is not None and before.version != seen:
            raise Refusal("overtaken", case=key, seen=seen, now=before.version)
        self.waiting.setdefault(key, seen)
        self.known[key] = value
        self.changed[key] = None

    def flush(self, connection: Connection) -> None:
        kind = self.kind
        new: list[Row] = []
        moved: list[Row] = []
        for key, version in self.waiting.items():
            cells: Row = kind.row(self.known[key])
            if version:
                moved.append((*cells[1:], key, version))
            else:
                new.append(cells)
        sql.run_many(connection, kind.insert, new)
        if sql.run_many(connection, kind.update, moved) != len(moved):
            raise self._overtaken(connection)
        self.waiting.clear()

    def _overtaken(self, connection: Connection) -> Refusal:
        """Find out which one another seat was quicker with."""
        seen = {key: version for key, version in self.waiting.items() if version}
        rows = sql.run(connection, self.kind.select, sql.listed(connection, seen)).all()
        now = dict.fromkeys(seen, 0) | {
            self.kind.key(value): value.version
            for value in (self.kind.decode(whole) for (whole,) in rows)
        }
        # the others bear by now the version they were given; this one may by chance, too
        key = next((key for key in seen if now[key] != self.known[key].version), next(iter(seen)))
        return Refusal("overtaken", case=key, seen=seen[key], now=now[key])

    def delta(self) -> tuple[Value, ...]:
        return tuple(self.known[key] for key in self.changed)


@dataclass(slots=True)
class _Told:
    recorded: list[Recorded] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    positions: dict[str, UnitPosition] = field(default_factory=dict)
    present: dict[str, datetime] = field(default_factory=dict)
    outgoing: dict[str, Outgoing] = field(default_factory=dict)
    attempts: dict[tuple[str, int], Attempt] = field(default_factory=dict)
    heard: dict[str, datetime] = field(default_factory=dict)
    quarantined: int = 0
    aside: Aside | None = None


@dataclass(slots=True)
class _Staged:
    """Everything one transaction has been given; what is not yet written waits in the lists.

    ``digests`` are those of the kept messages looked at so far, by revision; ``told`` is what the
    Delta will tell beside the three shelves.
    """

    head: Head
    cases: _Shelf[Case] = field(default_factory=lambda: _Shelf(values.CASE))
    whistles: _Shelf[Whistle] = field(default_factory=lambda: _Shelf(values.WHISTLE))
    alerts: _Shelf[VideoAlert] = field(default_factory=lambda: _Shelf(values.ALERT))
    reported: dict[Ref, str] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    exhibits: dict[Ref, None] = field(default_factory=dict)
    messages: list[tuple[Received, str | None]] = field(default_factory=list)
    digests: dict[Ref, list[bytes]] = field(default_factory=dict)
    reporters: list[tuple[str, ReportRef | None, Reporter]] = field(default_factory=list)
    rejected: list[Row] = field(default_factory=list)
    aside: set[bytes] = field(default_factory=set)
    gaps: list[Gap] = field(default_factory=list)
    streams: dict[str, Cursor] = field(default_factory=dict)
    cursors: dict[str, int] = field(default_factory=dict)
    positions: dict[str, UnitPosition] = field(default_factory=dict)
    present: dict[str, datetime] = field(default_factory=dict)
    posted: dict[str, Outgoing] = field(default_factory=dict)
    settled: dict[str, Outgoing] = field(default_factory=dict)
    told: _Told = field(default_factory=_Told)


Part = TypeVar("Part")


def _twin(part: Part) -> Part:
    """Return a copy that saving more does not touch; the values themselves never change."""
    if isinstance(part, _Staged | _Shelf | _Told):
        return type(part)(*(_twin(getattr(part, name)) for name in part.__slots__))
    return copy(part) if isinstance(part, list | dict | set) else part


class StoreUnit:
    """``ports.Unit`` on either engine; made and ended by ``Store.unit``."""

    def __init__(
        self,
        connection: Connection,
        *,
        seat: str,
        at: datetime,
        head: Head,
        initiator: str | None,
        key: bytes,
    ) -> None:
        self._connection = connection
        self._seat = seat
        self._at = at
        self._initiator = initiator
        self._key = key
        self._staged = _Staged(head)

    @property
    def at(self) -> datetime:
        """The instant of this transaction."""
        return self._at

    @property
    def head(self) -> Head:
        """The last fact of the seat's chain once everything is flushed."""
        return self._staged.head

    @property
    def delta(self) -> Delta:
        """What the transaction changed, once it is committed."""
        staged, told = self._staged, self._staged.told
        return Delta(
            cases=staged.cases.delta(),
            whistles=staged.whistles.delta(),
            alerts=staged.alerts.delta(),
            facts=tuple(told.recorded),
            positions=tuple(told.positions.values()),
            present=tuple(told.present.items()),
            gaps=tuple(told.gaps),
            heard=tuple(told.heard.items()),
            outgoing=tuple(told.outgoing.values()),
            attempts=tuple(told.attempts.values()),
            quarantined=told.quarantined,
            aside=told.aside,
            initiator=self._initiator,
        )

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Open a part that is undone alone when it raises."""
        self.flush()
        before = _twin(self._staged)
        try:
            with self._connection.begin_nested():
                yield
                self.flush()
        except BaseException:
            self._staged = before
            raise

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Open a part that is forgotten alone when it raises; nothing is written before its end."""
        before = _twin(self._staged)
        try:
            yield
        except BaseException:
            self._staged = before
            raise

    # -- reading --

    def case(self, no: str) -> Case:
        """Return a case; refuses an unknown number."""
        return self._one(self._staged.cases, no)

    def whistle(self, no: str) -> Whistle:
        """Return a whistle; refuses an unknown number."""
        return self._one(self._staged.whistles, no)

    def _one(self, shelf: _Shelf[Value], key: str) -> Value:
        found = shelf.known.get(key) or shelf.get(self._connection, (key,)).get(key)
        if found is None:
            raise Refusal(f"unknown_{shelf.kind.noun}", **{shelf.kind.noun: key})
        return found

    def alert(self, key: str) -> VideoAlert:
        """Return a video alert by key, or by ``alert_id`` alone where one source uses it."""
        shelf = self._staged.alerts
        found = list(shelf.get(self._connection, (key,)).values())
        if not found:
            rows = sql.run(self._connection, _BY_ALERT_ID, key).all()
            shelf.learn(whole for (whole,) in rows)
            found = [alert for alert in shelf.known.values() if alert.alert_id == key]
        if len(found) != 1:
            raise Refusal("ambiguous_alert" if found else "unknown_alert", alert=key)
        return found[0]

    def alerts(self, keys: Collection[str]) -> Mapping[str, VideoAlert]:
        """Return the alerts of these keys; unknown ones lack."""
        return self._staged.alerts.get(self._connection, keys)

    def reported(self, numbers: Collection[Ref]) -> Mapping[Ref, Case]:
        """Return the cases opened for upstream numbers, by (source, number); unknown ones lack."""
        staged = self._staged
        for source, asked in _by_source(numbers).items():
            listed = sql.listed(self._connection, asked)
            rows = sql.run(self._connection, _REPORTED, source, listed).all()
            for case in staged.cases.learn(whole for (whole,) in rows):
                staged.reported.setdefault((source, case.source_no or ""), case.no)
        return {
            ref: staged.cases.known[staged.reported[ref]]
            for ref in numbers
            if ref in staged.reported
        }

    def closed_lately(
        self, categories: Collection[str], grids: Collection[str], since: datetime
    ) -> Sequence[Case]:
        """Return the cases of these classes and grids closed since then, the last closed first."""
        staged, connection = self._staged, self._connection
        rows = sql.run(
            connection,
            _CLOSED_LATELY,
            sql.listed(connection, grids),
            sql.listed(connection, categories),
            micros(since),
        )
        return staged.cases.learn(whole for (whole,) in rows)

    def shown_elsewhere(self, hashes: Collection[str], case: str) -> bool:
        """Tell whether another case than this bears evidence with one of these hashes."""
        if any(sha in hashes and no != case for sha, no in self._staged.exhibits):
            return True
        listed = sql.listed(self._connection, hashes)
        return sql.run(self._connection, _ELSEWHERE, listed, case).first() is not None

    def digests(self, refs: Collection[Ref]) -> Mapping[Ref, Sequence[bytes]]:
        """Return the digests of each message already kept, by (source, id): of all revisions."""
        known = self._kept(refs)
        return {ref: known[ref] for ref in refs if known[ref]}

    def facts(self, subject: str) -> Sequence[Fact]:
        """Return what has happened to a subject up to now, oldest first."""
        written = [item.fact for item in journal.read(self._connection, (subject,))]
        return written + [fact for fact in self._staged.facts if fact.subject == subject]

    def case_of(self, source: str, message: str) -> str | None:
        """Return the case that a message already kept told of."""
        for item, case in self._staged.messages:
            if (item.source, item.id) == (source, message):
                return case
        return sql.run(self._connection, messages.CASE_OF, source, message).scalar()

    def _kept(self, refs: Collection[Ref]) -> Mapping[Ref, list[bytes]]:
        known = self._staged.digests
        for source, asked in _by_source([ref for ref in refs if ref not in known]).items():
            known.update(((source, id_), []) for id_ in asked)
            listed = sql.listed(self._connection, asked)
            for id_, digest in sql.run(self._connection, messages.KNOWN, source, listed):
                known[source, id_].append(digest)
        return known

    def reporters(self, case: str) -> Sequence[Reporter]:
        """Return everybody who reported a case, unmasked."""
        return self.reporters_of((case,))[case]

    def reporters_of(self, cases: Collection[str]) -> Mapping[str, Sequence[Reporter]]:
        """Return the same of several cases, by case."""
        found = messages.reporters(self._connection, cases)
        for no, _ref, who in self._staged.reporters:
            if no in found:
                found[no].append(who)
        return found

    def positions(self) -> Sequence[UnitPosition]:
        """Return where every unit was last, as committed: this transaction moves none."""
        rows = sql.run(self._connection, messages.POSITIONS)
        return tuple(map(messages.position, rows))

    def pending(self, subject: str) -> Sequence[Outgoing]:
        """Return what still has to leave for a case or whistle, in order."""
        staged = self._staged
        rows = sql.run(self._connection, outbox.PENDING_OF, subject)
        items = (
            {item.id: item for item in map(outbox.outgoing, rows)} | staged.posted | staged.settled
        )
        return sorted(
            (
                item
                for item in items.values()
                if item.subject == subject and item.state is OutgoingState.PENDING
            ),
            key=outbox.in_order,
        )

    # -- saving --

    def save_case(self, case: Case, *facts: Fact) -> None:
        """Write a case's next version with the facts that led to it, in order."""
        self._staged.cases.save(case, len(facts))
        self._staged.facts += facts
        for fact in facts:
            for item in fact.data.get("evidence", ()):
                if sha := item.get("sha256"):
                    self._staged.exhibits[sha, case.no] = None
        if case.source_no is not None:
            self._staged.reported[case.source, case.source_no] = case.no

    def save_whistle(self, whistle: Whistle, *facts: Fact) -> None:
        """Write a whistle's next version with its facts."""
        self._staged.whistles.save(whistle, len(facts))
        self._staged.facts += facts

    def save_alert(self, alert: VideoAlert, *facts: Fact) -> None:
        """Write an alert's next version with its facts."""
        self._staged.alerts.save(alert, len(facts))
        self._staged.facts += facts

    def record(self, fact: Fact) -> None:
        """Append a fact that changes no case, whistle or alert."""
        self._staged.facts.append(fact)

    def keep(self, message: Received, case: str | None) -> None:
        """Keep a raw message; other content under the same (source, id) is kept as a revision."""
        self._staged.messages.append((message, case))
        self._staged.told.heard[message.feed] = message.received_at

    def keep_reporter(self, case: str, ref: ReportRef | None, reporter: Reporter) -> None:
        """Keep who reported, outside the journal."""
        self._staged.reporters.append((case, ref, reporter))

    def keep_position(self, position: UnitPosition) -> None:
        """Keep where a unit was last; an earlier moment than the known one changes nothing."""
        before = self._staged.positions.get(position.id)
        if before is None or position.at >= before.at:
            self._staged.positions[position.id] = position

    def quarantine(self, rejected: Rejected) -> bool:
        """Put a message aside with its reason; false when the same lies there already."""
        staged, told = self._staged, self._staged.told
        told.heard[rejected.feed] = rejected.received_at
        row = messages.rejected_row(rejected)
        if (digest := row[-1]) is not None:
            if digest in staged.aside:
                return False
            if sql.run(self._connection, messages.ASIDE, digest).first() is not None:
                return False
            staged.aside.add(digest)
        staged.rejected.append(row)
        told.quarantined += 1
        return True

    def take_back(self, message: int) -> Rejected:
        """Take a message out of quarantine, to try it again; refuses an unknown one."""
        at = micros(self._at)
        row = sql.run(self._connection, messages.TAKE_BACK, at, message).first()
        if row is None:
            raise Refusal("unknown_message", message=message)
        self._staged.told.quarantined -= 1
        self._count_aside(messages.TAKEN_BACK, 1)
        return messages.rejected(tuple(row))

    def attend(self, operator: str) -> None:
        """Note that an operator is at this seat now."""
        self._staged.present[operator] = self._at

    def attended(self, operator: str) -> datetime | None:
        """Return when an operator was last heard of at any seat."""
        if (now := self._staged.present.get(operator)) is not None:
            return now
        return instant(sql.run(self._connection, messages.ATTENDED, operator).scalar())

    def gap(self, gap: Gap) -> None:
        """Record that messages are missing."""
        self._staged.gaps.append(gap)

    def begin_stream(self, cursor: Cursor) -> None:
        """Set a feed's cursor as given."""
        self._staged.streams[cursor.feed] = cursor
        self._staged.cursors.pop(cursor.feed, None)

    def advance(self, feed: str, sequence: int) -> None:
        """Move a feed's cursor on; a lower sequence does not move it back."""
        self._staged.cursors[feed] = max(sequence, self._staged.cursors.get(feed, sequence))

    def numbers(self, series: str, count: int) -> range:
        """Take the next ``count`` numbers of a series, from 1 on."""
        last = sql.run(self._connection, _NUMBERS, series, count).scalar_one()
        return range(last - count + 1, last + 1)

    def post(self, outgoing: Outgoing) -> None:
        """Put a message into the outbox."""
        self._staged.posted[outgoing.id] = outgoing
        self._staged.told.outgoing[outgoing.id] = outgoing

    def settle(self, outgoing: str, state: OutgoingState, reason: str = "") -> Outgoing | None:
        """Note what became of a message; nothing for an id the outbox does not know.

        The first word holds: a receipt that comes twice changes nothing.
        """
        staged = self._staged
        item = staged.settled.get(outgoing) or staged.posted.get(outgoing)
        if item is None:
            row = sql.run(self._connection, outbox.ONE, outgoing).first()
            item = None if row is None else outbox.outgoing(row)
        if item is None:
            return None
        if item.state is not OutgoingState.PENDING:
            staged.told.outgoing[outgoing] = item  # this seat may not know yet and send it again
            return item
        item = replace(item, state=state, settled_at=self._at, reason=reason)
        waiting = staged.posted if outgoing in staged.posted else staged.settled
        waiting[outgoing] = staged.told.outgoing[outgoing] = item
        return item

    def alone_in(self, work: str) -> None:
        """Let no other seat do a named work until this transaction ends."""
        if self._connection.dialect.name == "postgresql":  # an SQLite file has one seat
            sql.run(self._connection, _ALONE, f"commandcenter {work}").close()

    def tried(self, attempt: Attempt) -> bool:
        """Write how far an attempt has come; false when another was quicker, or it had ended."""
        written = sql.run(self._connection, attempts.WRITE, *attempts.row(attempt)).rowcount == 1
        if written:
            self._staged.told.attempts[attempt.outgoing, attempt.number] = attempt
        return written

    def last_attempts(self, outgoing: Collection[str]) -> Mapping[str, Attempt]:
        """Return the last attempt of each message that has one."""
        rows = sql.run(self._connection, attempts.LAST, sql.listed(self._connection, outgoing))
        return {row.outgoing: attempts.attempt(row) for row in rows}

    def attempts_under_way(self, seat: str) -> Sequence[Attempt]:
        """Return what a seat has begun to send and has not ended."""
        return list(map(attempts.attempt, sql.run(self._connection, attempts.UNDER_WAY, seat)))

    def carried_by(self, outgoing: Collection[str]) -> Mapping[str, Sequence[Attempt]]:
        """Return by carrier the last attempts of what travelled along with it."""
        found: dict[str, list[Attempt]] = {}
        rows = sql.run(self._connection, attempts.CARRIED, sql.listed(self._connection, outgoing))
        for attempt in map(attempts.attempt, rows):
            found.setdefault(attempt.carried_by, []).append(attempt)
        return found

    def written_to(self, channel: str, address: str, since: datetime) -> Sequence[datetime]:
        """Return when an address of a channel was written to."""
        rows = sql.run(self._connection, attempts.WRITTEN, channel, address, micros(since))
        return [instant(at) for (at,) in rows]

    def waiting_by_channel(self, outgoing: Collection[str]) -> Sequence[Outgoing]:
        """Return those messages that have still to leave by a channel, in order."""
        listed = sql.listed(self._connection, outgoing)
        rows = sql.run(self._connection, outbox.WAITING, listed)
        staged = self._staged.settled
        return [item for item in map(outbox.outgoing, rows) if item.id not in staged]

    def crossed(self, timer: Timer) -> bool:
        """Note that a timer was crossed; false when that was noted before."""
        at = micros(self._at)
        done = sql.run(
            self._connection, _CROSSED, timer.subject, timer.kind.value, timer.part, timer.cycle, at
        )
        return done.rowcount == 1

    # -- writing --

    def flush(self) -> None:
        """Write everything staged, facts first.

        Raises:
            Unstorable: a value cannot be stored.
            Refusal: another seat was quicker, or the store takes no writes.
        """
        try:
            self._write()
        except (DBAPIError, ValueError, TypeError, OverflowError) as error:
            raise engine.unavailable(error) or Unstorable(str(error)) from error

    def _write(self) -> None:
        staged, connection = self._staged, self._connection
        rows, recorded, staged.head = journal.chain(
            staged.facts, seat=self._seat, after=staged.head, recorded_at=self._at
        )
        sql.run_many(connection, journal.INSERT, rows)
        staged.told.recorded += recorded
        staged.facts.clear()
        staged.cases.flush(connection)
        sql.run_many(connection, _EXHIBIT, list(staged.exhibits))
        staged.exhibits.clear()
        summons = [
            row
            for no in staged.whistles.waiting
            for row in values.summons_rows(staged.whistles.known[no])
        ]
        staged.whistles.flush(connection)
        sql.run_many(connection, values.SUMMONS_UPSERT, summons)
        staged.alerts.flush(connection)
        sql.run_many(connection, messages.MESSAGE_INSERT, self._message_rows())
        staged.messages.clear()
        reporters = [messages.reporter_row(*item, self._key) for item in staged.reporters]
        sql.run_many(connection, messages.REPORTER_INSERT, reporters)
        staged.reporters.clear()
        sql.run_many(connection, messages.QUARANTINE_INSERT, staged.rejected)
        if staged.rejected:
            self._count_aside(messages.PUT_ASIDE, len(staged.rejected))
        staged.rejected.clear()
        self._write_streams()
        self._write_positions()
        attending = [(who, self._seat, micros(at)) for who, at in staged.present.items()]
        sql.run_many(connection, messages.ATTEND, attending)
        staged.told.present |= staged.present
        staged.present.clear()
        sql.run_many(
            connection, outbox.INSERT, [outbox.row(item) for item in staged.posted.values()]
        )
        staged.posted.clear()
        settled = [outbox.settled_row(item) for item in staged.settled.values()]
        sql.run_many(connection, outbox.SETTLE, settled)
        staged.settled.clear()

    def _count_aside(self, series: str, count: int) -> None:
        sql.run(self._connection, _NUMBERS, series, count).close()
        self._staged.told.aside = messages.aside(sql.run(self._connection, messages.HELD))

    def _message_rows(self) -> list[Row]:
        staged = self._staged
        known = self._kept({(item.source, item.id) for item, _case in staged.messages})
        rows = []
        for item, case in staged.messages:
            digests, digest = known[item.source, item.id], item.digest
            if digest not in digests:
                rows.append(messages.message_row(item, case, len(digests), digest))
                digests.append(digest)
        return rows

    def _write_streams(self) -> None:
        staged, connection = self._staged, self._connection
        sql.run_many(
            connection, messages.GAP_INSERT, [messages.gap_row(gap) for gap in staged.gaps]
        )
        staged.told.gaps += staged.gaps
        staged.gaps.clear()
        begun = [(item.feed, item.epoch, item.acked) for item in staged.streams.values()]
        sql.run_many(connection, messages.BEGIN_STREAM, begun)
        staged.streams.clear()
        sql.run_many(connection, messages.ADVANCE, list(staged.cursors.items()))
        staged.cursors.clear()

    def _write_positions(self) -> None:
        staged, connection = self._staged, self._connection
        if not staged.positions:
            return
        listed = sql.listed(connection, staged.positions.keys())
        times = sql.run(connection, messages.POSITION_TIMES, listed).all()
        before: dict[str, int] = {id_: at for id_, at in times}  # noqa: C416  rows are no pairs
        newer = [
            unit for unit in staged.positions.values() if micros(unit.at) >= before.get(unit.id, 0)
        ]
        rows = [messages.position_row(unit) for unit in newer]
        sql.run_many(connection, messages.POSITION_UPSERT, rows)
        staged.told.positions |= {unit.id: unit for unit in newer}
        staged.positions.clear()


def _by_source(refs: Collection[Ref]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for source, id_ in refs:
        found.setdefault(source, []).append(id_)
    return found
