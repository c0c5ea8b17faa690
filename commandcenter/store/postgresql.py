"""A connection to PostgreSQL that never waits for ever."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from psycopg import Connection, OperationalError, errors
from psycopg.abc import PQGen
from psycopg.rows import TupleRow
from sqlalchemy import Connection as SQLConnection
from typing_extensions import override

Result = TypeVar("Result")

DEADLINE_S: Final = 5.0
"""How long a call may take before it counts as lost; a frozen server answers no other time-out."""

_SETTINGS: Final = (
    "-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=30000"
)


class DeadlineConnection(Connection[TupleRow]):
    """A connection that closes itself when a call takes longer than ``deadline_s``."""

    deadline_s: float | None = DEADLINE_S

    @override
    def wait(
        self, gen: PQGen[Result], interval: float = 0.1, timeout: float | None = None
    ) -> Result:
        try:
            return super().wait(gen, interval, timeout or self.deadline_s)
        except errors._WaitTimeout as expired:  # noqa: SLF001  psycopg names it nowhere else
            self.pgconn.finish()  # the server may still be at it: nobody may use this one again
            raise OperationalError(f"no answer within {self.deadline_s:g} s") from expired


def connect(dsn: str, name: str, *, read_only: bool) -> DeadlineConnection:
    """Open a connection with every limit set; ``name`` is how the server lists it."""
    only = " -c default_transaction_read_only=on" if read_only else ""
    return DeadlineConnection.connect(
        dsn,
        application_name=name,
        connect_timeout=3,
        tcp_user_timeout=int(DEADLINE_S * 1000),
        keepalives_idle=5,
        options=_SETTINGS + only,
    )


@contextmanager
def unhurried(connection: SQLConnection) -> Iterator[None]:
    """Let one transaction take the time it needs, and no other of its like run meanwhile."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, DeadlineConnection):
        raise TypeError(f"{driver!r} is no connection of ours")
    usual, driver.deadline_s = driver.deadline_s, None
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtextextended('unhurried', 0))")
    try:
        yield
    finally:
        driver.deadline_s = usual


def is_unavailable(error: BaseException | None) -> bool:
    """Tell whether the server is at fault (or away, full, read-only) and not what was written."""
    return isinstance(error, errors.OperationalError | errors.ReadOnlySqlTransaction)
