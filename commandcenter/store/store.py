"""The store: facts and states at rest, on SQLite or PostgreSQL."""

import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Final, Self

from sqlalchemy import URL, Connection
from sqlalchemy.exc import DBAPIError

from commandcenter.application.changes import Delta, StoreHealth
from commandcenter.application.ports import Unstorable
from commandcenter.application.questions import Question
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Recorded
from commandcenter.store import (
    answers,
    audit,
    engine,
    health,
    journal,
    migrations,
    search,
    sql,
    values,
)
from commandcenter.store.figures import Basis
from commandcenter.store.health import FileWatch
from commandcenter.store.journal import Head, Place
from commandcenter.store.lock import Holder, StoreLock, Window
from commandcenter.store.unit import StoreUnit

_PROBE: Final = (
    "INSERT INTO meta (key, value) VALUES ('probed', '1')"
    " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)
_SEAT_LOCK: Final = "SELECT pg_try_advisory_lock(hashtextextended(?, 0))"
_SEAT_HOLDER: Final = (
    "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)"
    " WHERE locktype = 'advisory' AND granted AND application_name LIKE ? LIMIT 1"
)


class Store:
    """One hall's store as one process uses it (``ports.Store``).

    One thread writes (``unit``, ``index_some``, ``check_health``); everything else may be called
    from any thread. When the disk or the server fails, the connection is given up, everything that
    writes refuses with ``store_unavailable``, and the next transaction tries a new connection.
    """

    def __init__(self, url: URL, seat: str, basis: Basis, key: bytes) -> None:
        self._url = url
        self._path = engine.file_of(url)
        self._seat = seat
        self._basis = basis
        self._key = key
        self._writer = engine.writer(url, seat)
        self._readers = engine.readers(url, seat)
        self._lock: StoreLock | None = None
        self._watch: FileWatch | None = None
        self._connection: Connection | None = None
        self._head: Head = journal.EMPTY
        self._trouble = ""
        self._sound = True  # until anything fails
        self._opened = False
        self._owner: threading.Thread | None = None

    @classmethod
    def open(
        cls,
        url: str,
        seat: str,
        *,
        at: datetime,
        basis: Basis = Basis(zone=UTC, day_starts=time(8)),  # noqa: B008  frozen
        key: bytes = b"",
        write: bool = True,
        window: Window | None = None,
    ) -> Self:
        """Open a store, making or migrating it first; ``at`` is now, ``basis`` for the answers.

        ``key`` is that of the hashes of telephone numbers; without it none are kept. Without
        ``write`` it is only read, beside whoever writes it. ``window`` is what it is written for,
        if that is another process: whoever is refused because of us is told.

        Raises:
            Refusal: another process writes it (``store_locked``), it is damaged
                (``store_damaged``), newer than this program (``store_newer``) or out of reach
                (``store_unwritable``, ``store_unreadable``, ``store_unavailable``).
            ValueError: the URL names no SQLite file and no PostgreSQL database.
        """
        store = cls(engine.parse(url), seat, basis, key)
        try:
            if write:
                store._open(at, window)
            else:
                store._look()
        except BaseException:
            store.close()
            raise
        return store

    def _open(self, at: datetime, window: Window | None) -> None:
        if self._path is not None:
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                me = Holder.me(self._seat, at, window, self._basis.zone)
                self._lock = StoreLock.take(self._path, me)
                if not self._path.exists():
                    health.marker(self._path).unlink(missing_ok=True)
            except OSError as error:
                raise health.unwritable(self._path, error) from error
            if health.is_emptied(self._path):
                raise health.damaged(self._path)
            if self._path.exists() and not health.is_sealed(self._path, self._lock.left):
                health.check(self._path)
        try:
            self._migrate(at)
        except (Unstorable, *engine.UNREADABLE) as error:
            raise self._other_than_ours(error) from error
        except Refusal as refusal:
            if self._path is None or refusal.code != "store_unavailable":
                raise
            if engine.is_damaged(refusal):
                raise health.damaged(self._path, refusal) from refusal
            why = refusal.facts["detail"]  # that of a hall at work: here nothing was to be saved
            raise Refusal("store_unwritable", place=self._path, why=why) from refusal
        if self._path is not None:
            self._watch = FileWatch.of(self._path)
            with suppress(OSError):  # no room for it today: the next opening makes it
                health.marker(self._path).touch()
        self._opened = True
        self._owner = None  # whoever opens it need not be the one who writes

    def _migrate(self, at: datetime) -> None:
        with self._transaction() as connection, engine.unhurried(connection):
            found = migrations.check(connection)
            if found == migrations.HEAD:
                return
            migrations.upgrade(connection)
            migrations.check(connection)
            if self._path is not None and found:  # as it was: nothing is committed yet
                health.backup(self._path, at)

    def _look(self) -> None:
        if self._path is not None and not self._path.exists():
            raise health.absent(self._path)
        if self._path is not None and health.is_emptied(self._path):
            raise health.damaged(self._path)
        try:
            with self._reading() as connection:
                found = migrations.check(connection)
        except (DBAPIError, *engine.UNREADABLE) as error:
            raise self._other_than_ours(error) from error
        if found < migrations.HEAD:
            raise Refusal("store_older", found=found, known=migrations.HEAD)

    def _other_than_ours(self, error: Exception) -> Refusal:
        """Return the refusal of a store that failed before anything was to be saved or asked.

        Our own words for what every store has are then not understood by this one.
        """
        if self._path is not None:
            return health.damaged(self._path, error)
        return Refusal("store_damaged_there", server=self._server(), why=_first_line(error))

    def _server(self) -> str:
        return self._url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Close every connection, the log checkpointed; the writing thread must have ended.

        A file that never gave trouble is sealed: unchanged, it need not be looked through again.
        """
        self._readers.dispose()
        if self._connection is not None:
            if self._path is not None:
                self._connection.exec_driver_sql("COMMIT")  # the log is emptied outside one
                self._connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            self._connection.close()
            self._connection = None
        self._writer.dispose()
        if self._lock is not None and self._path is not None:
            unchanged = self._watch is not None and self._watch.fault() is None
            self._lock.release(health.seal(self._path) if unchanged and self._sound else "")

    @property
    def is_shared(self) -> bool:
        """Whether other seats may write the same store."""
        return self._path is None

    # -- writing --

    @contextmanager
    def unit(self, at: datetime, *, initiator: str | None = None) -> Iterator[StoreUnit]:
        """Open a transaction: committed when the block ends, undone when it raises.

        Raises:
            Unstorable: something saved in the block cannot be stored.
            Refusal: the store takes no writes now, or another seat was quicker.
        """
        with self._transaction() as connection:
            unit = StoreUnit(
                connection,
                seat=self._seat,
                at=at,
                head=self._head,
                initiator=initiator,
                key=self._key,
            )
            yield unit
            unit.flush()
        self._head = unit.head

    def index_some(self, limit: int = 64) -> bool:
        """Make the cases of some more facts findable by their text; whether there were any."""
        with self._transaction() as connection:
            return search.index_some(connection, limit)

    def check_health(self, at: datetime) -> StoreHealth:
        """Tell whether the store takes writes; one that did not is tried again."""
        detail = self._watch.fault() if self._watch is not None else None
        if detail is None and self._trouble:
            try:
                with self._transaction() as connection:
                    sql.run(connection, _PROBE)
            except Refusal as refusal:
                detail = str(refusal.facts["detail"])
        return StoreHealth(ok=detail is None, at=at, detail=detail or "")

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        self._claim_thread()
        try:
            connection = self._connected()
            with connection.begin():
                yield connection
                self._check_file()
        except Refusal as refusal:
            if refusal.code == "store_unavailable":
                self._give_up(refusal)
            raise
        except DBAPIError as error:
            refused = engine.unavailable(error)
            if refused is None:
                raise Unstorable(str(error)) from error
            self._give_up(refused)
            raise refused from error
        self._trouble = ""

    def _claim_thread(self) -> None:
        current = threading.current_thread()
        if self._owner not in {None, current} and self._owner.is_alive():
            raise RuntimeError(f"{self._owner.name} writes this store, not {current.name}")
        self._owner = current

    def _check_file(self) -> None:
        if self._watch is not None and (fault := self._watch.fault()):
            raise Refusal("store_unavailable", detail=fault)

    def _connected(self) -> Connection:
        if self._connection is None:
            self._check_file()  # or SQLite would make a new one
            connection = self._writer.connect()
            try:
                with connection.begin():
                    self._claim_seat(connection)
                    if migrations.revision(connection):
                        self._head = journal.head(connection, self._seat)
            except BaseException:
                connection.invalidate()
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _claim_seat(self, connection: Connection) -> None:
        """Hold the seat for this session: two programs under one name would fork its chain."""
        if self._path is not None:
            return
        if not sql.run(connection, _SEAT_LOCK, f"commandcenter {self._seat}").scalar_one():
            name = f"commandcenter {self._seat} "
            holder = sql.run(connection, _SEAT_HOLDER, name + "%").scalar()
            who = str(holder or "?").removeprefix(name)
            if self._opened:  # the server has not yet noticed that our last connection is gone
                raise Refusal("store_unavailable", detail=f"seat {self._seat}: {who}")
            raise Refusal("store_seat_taken", seat=self._seat, holder=who)

    def _give_up(self, refusal: Refusal) -> None:
        """Drop the connection: after a failed sync nothing it says can be relied on."""
        self._trouble, self._sound = str(refusal.facts["detail"]), False
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    # -- reading --

    def answer(self, question: Question[Any]) -> Any:
        """Answer a question on a read-only connection, as the store stands at one moment."""
        with self._reading() as connection:
            return answers.answer(connection, question, self._basis)

    def facts(self, subjects: Collection[str] | None = None) -> Iterator[Recorded]:
        """Read the journal of some subjects, or all of it, oldest first."""
        with self._reading() as connection:
            yield from journal.read(connection, subjects)

    def here(self) -> Place:
        """Return the end of the journal, to follow it from."""
        with self._reading() as connection:
            return journal.last(connection)

    def tail(self, after: Place, limit: int = journal.BATCH) -> tuple[list[Recorded], Place]:
        """Return the next facts after a place, of all seats, and the place they lead to."""
        with self._reading() as connection:
            return journal.tail(connection, after, limit=limit)

    def changes_since(self, after: Place, *, of_all: bool = False) -> tuple[Delta, Place]:
        """Return what other seats have changed since a place, and the place it leads to.

        ``of_all``: what this seat has changed, too. A journal is told in portions: the last one
        leads nowhere further.
        """
        with self._reading() as connection:
            facts, place = journal.tail(connection, after)
            told = [item for item in facts if of_all or item.seat != self._seat]
            found = {
                noun: self._newest(connection, kind, told) for noun, kind in values.BY_NOUN.items()
            }
        delta = Delta(
            cases=found["case"],
            whistles=found["whistle"],
            alerts=found["alert"],
            facts=tuple(told),
        )
        return delta, place

    @staticmethod
    def _newest(
        connection: Connection, kind: values.Kind[Any], facts: list[Recorded]
    ) -> tuple[Any, ...]:
        prefix = f"{kind.noun}."
        keys = {item.fact.subject for item in facts if item.fact.kind.startswith(prefix)}
        if not keys:
            return ()
        rows = sql.run(connection, kind.select, sql.listed(connection, keys))
        return tuple(kind.decode(whole) for (whole,) in rows)

    def verify(self, anchors: Mapping[str, tuple[int, str]] | None = None) -> audit.Verdict:
        """Audit the journal; ``anchors`` are heads written down before."""
        with self._reading() as connection:
            return audit.verify(connection, anchors)

    def backup(self, at: datetime, to: Path | None = None) -> Path:
        """Copy the store while it is in use, prove the copy and return it.

        Raises:
            Refusal: the copy is not sound or cannot be written.
            ValueError: PostgreSQL is backed up by its own tools.
        """
        if self._path is None:
            raise ValueError("PostgreSQL is backed up by its own tools")
        return health.backup(self._path, at, to)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self._readers.connect() as connection:
                yield connection
        except (DBAPIError, *engine.UNREADABLE) as error:
            if self._path is not None and engine.is_damaged(error):
                self._sound = False
                raise health.damaged(self._path, error) from error
            refused = engine.unavailable(error)
            if refused is None:
                raise
            self._sound = False
            why = refused.facts["detail"]
            if self._path is not None:
                raise Refusal("store_unreadable", place=self._path, why=why) from error
            raise Refusal("store_out_of_reach", server=self._server(), why=why) from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
