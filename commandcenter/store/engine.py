"""Connections to the two engines, set as the storage rules ask (reliability.md 1.5)."""

import sqlite3
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import NoneType
from typing import Final

from msgspec import DecodeError
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from commandcenter.domain.errors import Refusal
from commandcenter.store.lock import whoami

READERS: Final = 2

_PRAGMAS: Final = (
    # of a new file: a case of 2 KB would fill a page of 4096 alone and waste half of it
    "page_size = 8192",
    "journal_mode = WAL",
    # NORMAL lost acknowledged rows in 60 of 60 simulated power cuts
    "synchronous = FULL",
    "busy_timeout = 5000",
    "foreign_keys = ON",
    "trusted_schema = OFF",
    "cell_size_check = ON",
    # 64 MB: most pages of one thousand reports are those of the next, and are moved once for both
    "wal_autocheckpoint = 8000",
    # hashes and addresses come in no order: a flood of 100,000 writes all over their indices
    f"cache_size = -{64 * 1024}",
    f"journal_size_limit = {64 * 1024 * 1024}",
)
_READER_PRAGMAS: Final = (
    # of a new file: a case of 2 KB would fill a page of 4096 alone and waste half of it
    "page_size = 8192",
    "query_only = ON",
    "synchronous = FULL",
    "busy_timeout = 5000",
    "foreign_keys = ON",
    "trusted_schema = OFF",
    "cell_size_check = ON",
)
# sqlite3 looks at every value of these kinds, in vain, for how to adapt it: 0.4 µs each
for kind in (NoneType, bool, bytes):
    sqlite3.register_adapter(kind, lambda value: value)
# SQLite result codes that say the file or the disk is at fault, not what was to be written
_UNAVAILABLE: Final = frozenset(
    {
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)

UNREADABLE: Final = (DecodeError, UnicodeDecodeError)
"""What is raised, beside the engine's own errors, when a stored value is none any more."""


def parse(url: str) -> URL:
    """Read a store's URL: ``sqlite:///hall.db`` or ``postgresql://…``.

    Raises:
        ValueError: another engine, or no file.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        return parsed
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    raise ValueError(
        f"{parsed.render_as_string()}: a store is a SQLite file or a PostgreSQL database"
    )


def file_of(url: URL) -> Path | None:
    """Return the file of a SQLite store; none for PostgreSQL."""
    if url.get_backend_name() != "sqlite" or url.database is None:
        return None
    file = Path(url.database)
    return file.parent.resolve() / file.name


def writer(url: URL, seat: str) -> Engine:
    """Return an engine for the one connection that writes and checkpoints."""
    path = file_of(url)
    if path is None:
        return _postgresql(url, f"commandcenter {seat} {whoami()}", size=1)

    def connect() -> sqlite3.Connection:
        # opened by whoever starts the hall, then the writing thread's alone (store.Store sees to
        # that), closed by whoever stops it: so sqlite3's own check would refuse the first and last
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        return _set(connection, _PRAGMAS)

    return _sqlite(connect, size=1, begin="BEGIN IMMEDIATE")


def readers(url: URL, seat: str) -> Engine:
    """Return an engine for connections that cannot write."""
    path = file_of(url)
    if path is None:
        return _postgresql(url, f"commandcenter {seat} reads", size=READERS, read_only=True)

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            path.as_uri() + "?mode=ro",
            uri=True,
            isolation_level=None,
            check_same_thread=False,  # the pool lends a connection to one thread after another
        )
        return _set(connection, _READER_PRAGMAS)

    return _sqlite(connect, size=READERS, begin="BEGIN")


def _set(connection: sqlite3.Connection, pragmas: Collection[str]) -> sqlite3.Connection:
    try:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _sqlite(connect: Callable[[], sqlite3.Connection], *, size: int, begin: str) -> Engine:
    engine = create_engine(
        "sqlite://", creator=connect, poolclass=QueuePool, pool_size=size, max_overflow=2
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # sqlite3 begins too late and deferred: 158 of 200 updates were lost that way
        connection.exec_driver_sql(begin)

    return engine


def _postgresql(url: URL, name: str, *, size: int, read_only: bool = False) -> Engine:
    from commandcenter.store import postgresql  # noqa: PLC0415  psycopg is an extra

    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return create_engine(
        "postgresql+psycopg://",
        creator=lambda: postgresql.connect(dsn, name, read_only=read_only),
        pool_size=size,
        max_overflow=2,
        pool_pre_ping=read_only,
    )


def is_damaged(error: BaseException) -> bool:
    """Tell whether what was read says that the file's content cannot be relied on."""
    cause = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    if isinstance(cause, sqlite3.Error) and hasattr(cause, "sqlite_errorcode"):
        return (cause.sqlite_errorcode & 0xFF) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
    # a value that is no text or not of its kind any more, a complaint of SQLite that quotes such
    return isinstance(cause, (sqlite3.OperationalError, *UNREADABLE))


def unhurried(connection: Connection) -> AbstractContextManager[None]:
    """Let a transaction take the time it needs; SQLite never hurries one."""
    if connection.dialect.name == "sqlite":
        return nullcontext()
    from commandcenter.store import postgresql  # noqa: PLC0415  psycopg is an extra

    return postgresql.unhurried(connection)


def trouble(error: DBAPIError) -> str | None:
    """Return in the engine's words why the store takes no writes; none if the rows are at fault."""
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        return f"{cause} ({cause.sqlite_errorname})" if code in _UNAVAILABLE else None
    from commandcenter.store import postgresql  # noqa: PLC0415  psycopg is an extra

    return " ".join(str(cause).split()) if postgresql.is_unavailable(cause) else None


def unavailable(error: BaseException | None) -> Refusal | None:
    """Return the refusal for a store that does not answer; none if the rows are at fault.

    What was raised on the way out (a rollback of what the engine had undone by itself) hides the
    cause, so the whole chain of errors is looked through.
    """
    while error is not None:
        if isinstance(error, DBAPIError) and (detail := trouble(error)):
            return Refusal("store_unavailable", detail=detail)
        error = error.__context__
    return None
