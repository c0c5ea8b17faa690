"""The book that hall and page share: what is published, what was pressed, what was refused.

One SQLite file in a folder of its own. The hall writes ``published`` and the outcome of a press,
the page writes ``pressed`` and ``refused``; either may be away while the other goes on. Whoever
gets into the page's process gets this file and nothing else of the hall.
"""

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from commandcenter.application.sheets import Sheet

FILE: Final = "liaison.db"
KEPT_FOR: Final = timedelta(days=7)
"""How long after a link has expired its rows stay, so that it can be told from a guess."""
MOST_PRESSES: Final = 200
"""Presses of one summons; nobody needs a tenth of it."""
LARGEST: Final = 512 * 2**20
"""Bytes of the whole file, beyond which presses still are kept but no photos."""
_PASSING: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL})
"""Faults that go by themselves; after any other the file is opened anew."""
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS published (
    whistle TEXT NOT NULL, body TEXT NOT NULL, sheet TEXT NOT NULL, is_over INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, PRIMARY KEY (whistle, body)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pressed (
    number INTEGER PRIMARY KEY, whistle TEXT NOT NULL, body TEXT NOT NULL, id TEXT NOT NULL,
    press TEXT NOT NULL, arrived_at INTEGER NOT NULL, photo BLOB, outcome TEXT,
    UNIQUE (whistle, body, id)
);
CREATE INDEX IF NOT EXISTS waiting ON pressed (number) WHERE outcome IS NULL;
CREATE TABLE IF NOT EXISTS refused (
    reason TEXT NOT NULL, minute INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (reason, minute)
) WITHOUT ROWID;
"""


class Said(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person said with a press; ``ago_s`` is how long it waited in the telephone."""

    status: str
    ago_s: float = 0.0
    who: str = ""
    words: str = ""
    reason: str = ""
    duty_item: str = ""
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None


class Outcome(Struct, frozen=True, kw_only=True):
    """What the hall made of a press."""

    ok: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A press as the page kept it."""

    whistle: str
    body: str
    id: str
    said: Said
    arrived_at: datetime
    photo: bytes | None = None
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a link leads to: the sheet, and until when anything may be pressed on it."""

    sheet: Sheet
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A press of a summons, and the hall's answer once there is one."""

    id: str
    said: Said
    arrived_at: datetime
    outcome: Outcome | None


class Full(Exception):
    """A summons has had more presses than anybody needs."""


class Book:
    """One process's hold on the shared file; every method may be called from any thread.

    Reading never waits for writing. What is said to be kept is in the file that hall and page both
    have: were it replaced or removed under us, the call fails, and the next one opens it anew.

    Every method but ``close`` raises ``sqlite3.Error`` while the file cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        """Open the file, made where there is none.

        Raises:
            sqlite3.Error: it is no such file, or it cannot be opened.
        """
        self._file = folder / FILE
        self._reading, self._writing = threading.Lock(), threading.Lock()
        self._is_unwell = False
        self._open()

    def close(self) -> None:
        """Let go of the file."""
        with self._writing, self._reading:
            self._reader.close()
            self._writer.close()

    def _open(self) -> None:
        try:
            # Never opened beside SQLite where it exists: closing any descriptor of a file drops
            # all locks this process has on it, and whoever closes next takes the WAL away.
            os.close(os.open(self._file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            pass
        except OSError as error:
            raise sqlite3.OperationalError(str(error)) from error
        self._writer = _connected(self._file)
        try:
            self._writer.executescript(_SCHEMA)
            self._reader = _connected(self._file)
        except BaseException:
            self._writer.close()
            raise
        self._opened = self._found()

    def _open_if_unwell(self) -> None:
        if not self._is_unwell:  # the usual case waits for nobody
            return
        with self._writing, self._reading:
            if self._is_unwell:
                self._reader.close()
                self._writer.close()
                self._open()
                self._is_unwell = False

    def _found(self) -> list[tuple[int, int]]:
        """Return which files the three names lead to; while we hold them nobody may change it."""
        try:
            stats = [self._file.with_name(FILE + suffix).stat() for suffix in ("", "-wal", "-shm")]
        except OSError as error:
            raise sqlite3.OperationalError(str(error)) from error
        return [(it.st_dev, it.st_ino) for it in stats]

    def _check(self) -> None:
        if self._found() != self._opened:
            raise sqlite3.OperationalError("the file was replaced")

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Refuse to work on a file that is no longer the one the others find."""
        try:
            self._check()
            yield
            self._check()
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", -1) & 0xFF not in _PASSING:
                self._is_unwell = True
            raise

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        self._open_if_unwell()
        with self._reading, self._watched():
            yield self._reader

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._open_if_unwell()
        with self._writing, self._watched():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:  # a full disk may have undone it already
                    self._writer.execute("ROLLBACK")
                raise

    # -- the hall's side --

    def publish(self, sheets: Iterable[Published]) -> None:
        """Write sheets, each in the place of the one before."""
        rows = [
            (
                it.sheet.whistle,
                it.sheet.body,
                msgspec.json.encode(it.sheet).decode(),
                it.sheet.is_over,
                int(it.expires_at.timestamp()),
            )
            for it in sheets
        ]
        with self._transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO published VALUES (?, ?, ?, ?, ?)", rows)

    def running(self) -> set[str]:
        """Return the whistles of which a sheet is published that is not over."""
        with self._read() as connection:
            found = connection.execute("SELECT DISTINCT whistle FROM published WHERE NOT is_over")
            return {whistle for (whistle,) in found}

    def waiting(self, most: int) -> list[Pressed]:
        """Return the presses the hall has not answered yet, without photos, the oldest first."""
        with self._read() as connection:
            found = connection.execute(
                "SELECT number, whistle, body, id, press, arrived_at FROM pressed"
                " WHERE outcome IS NULL ORDER BY number LIMIT ?",
                (most,),
            ).fetchall()
        return [
            Pressed(
                number=number,
                whistle=whistle,
                body=body,
                id=id_,
                said=msgspec.json.decode(press, type=Said),
                arrived_at=_instant(arrived_at),
            )
            for number, whistle, body, id_, press, arrived_at in found
        ]

    def photo(self, number: int) -> bytes | None:
        """Return the photo of a press the hall has not answered yet, if it came with one."""
        with self._read() as connection:
            row = connection.execute(
                "SELECT photo FROM pressed WHERE number = ?", (number,)
            ).fetchone()
        return None if row is None else row[0]

    def settle(self, outcomes: Mapping[int, Outcome]) -> None:
        """Answer presses; their photos are the hall's from now on."""
        rows = [(msgspec.json.encode(it).decode(), number) for number, it in outcomes.items()]
        with self._transaction() as connection:
            connection.executemany(
                "UPDATE pressed SET outcome = ?, photo = NULL WHERE number = ?", rows
            )

    def refusals(self, before: datetime) -> tuple[dict[str, int], datetime | None]:
        """Return how often was refused before a minute, by reason, and since when."""
        with self._read() as connection:
            found = connection.execute(
                "SELECT reason, SUM(count), MIN(minute) FROM refused WHERE minute < ? GROUP BY 1",
                (_minute(before),),
            ).fetchall()
        since = min((first for _reason, _count, first in found), default=None)
        counts = {reason: count for reason, count, _first in found}
        return counts, None if since is None else datetime.fromtimestamp(since * 60, UTC)

    def forget_refusals(self, before: datetime) -> None:
        """Drop the counts that have become a fact."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM refused WHERE minute < ?", (_minute(before),))

    def prune(self, at: datetime) -> None:
        """Drop what belongs to links that expired long ago; a press nobody has seen yet stays."""
        old = int((at - KEPT_FOR).timestamp())
        with self._transaction() as connection:
            connection.execute("DELETE FROM published WHERE expires_at < ?", (old,))
            connection.execute(
                "DELETE FROM pressed WHERE outcome IS NOT NULL AND NOT EXISTS (SELECT 1 FROM"
                " published AS p WHERE p.whistle = pressed.whistle AND p.body = pressed.body)"
            )

    # -- the page's side --

    def published(self, whistle: str, body: str) -> Published | None:
        """Return what is published for a summons."""
        with self._read() as connection:
            row = connection.execute(
                "SELECT sheet, expires_at FROM published WHERE whistle = ? AND body = ?",
                (whistle, body),
            ).fetchone()
        if row is None:
            return None
        sheet = msgspec.json.decode(row[0], type=Sheet)
        return Published(sheet=sheet, expires_at=datetime.fromtimestamp(row[1], UTC))

    def press(self, pressed: Pressed) -> bool:
        """Keep a press for good; false when it was kept before.

        Raises:
            Full: the summons has had too many already.
        """
        with self._transaction() as connection:
            mine = (pressed.whistle, pressed.body)
            known = connection.execute(
                "SELECT 1 FROM pressed WHERE whistle = ? AND body = ? AND id = ?",
                (*mine, pressed.id),
            ).fetchone()
            if known:
                return False
            (count,) = connection.execute(
                "SELECT COUNT(*) FROM pressed WHERE whistle = ? AND body = ?", mine
            ).fetchone()
            if count >= MOST_PRESSES:
                raise Full
            connection.execute(
                "INSERT INTO pressed (whistle, body, id, press, arrived_at, photo)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    *mine,
                    pressed.id,
                    msgspec.json.encode(pressed.said).decode(),
                    round(pressed.arrived_at.timestamp() * 1000),
                    pressed.photo,
                ),
            )
        return True

    def presses(self, whistle: str, body: str, most: int = 8) -> list[Kept]:
        """Return the last presses of a summons, the newest first."""
        with self._read() as connection:
            found = connection.execute(
                "SELECT id, press, arrived_at, outcome FROM pressed"
                " WHERE whistle = ? AND body = ? ORDER BY number DESC LIMIT ?",
                (whistle, body, most),
            ).fetchall()
        return [
            Kept(
                id_,
                msgspec.json.decode(press, type=Said),
                _instant(arrived_at),
                None if outcome is None else msgspec.json.decode(outcome, type=Outcome),
            )
            for id_, press, arrived_at, outcome in found
        ]

    def count_refused(self, counts: Mapping[str, int], at: datetime) -> None:
        """Add to how often was refused in this minute, by reason."""
        rows = [(reason, _minute(at), count) for reason, count in counts.items()]
        with self._transaction() as connection:
            connection.executemany(
                "INSERT INTO refused VALUES (?, ?, ?) ON CONFLICT DO UPDATE"
                " SET count = count + excluded.count",
                rows,
            )

    def has_room(self) -> bool:
        """Tell whether the file may grow by photos."""
        return self._file.stat().st_size < LARGEST


def _connected(file: Path) -> sqlite3.Connection:
    made = sqlite3.connect(file, timeout=5, isolation_level=None, check_same_thread=False)
    try:
        for line in ("journal_mode=WAL", "synchronous=FULL", "trusted_schema=OFF"):
            made.execute(f"PRAGMA {line}")
    except BaseException:
        made.close()
        raise
    return made


def _instant(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60
