"""The store's file: still the one that was opened, sound at the start, copied and proved."""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from commandcenter.domain.errors import InWords, Refusal
from commandcenter.store.migrations import Lacking

_SUFFIX: Final = ".backup.db"
_OUT_OF_REACH: Final = frozenset(
    {
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)
"""What says nothing of the file's content; any other complaint is about damage."""


@dataclass(frozen=True, slots=True)
class FileWatch:
    """The identity of an opened file: SQLite would go on writing into one that was deleted."""

    path: Path
    identity: tuple[int, int]

    @classmethod
    def of(cls, path: Path) -> Self:
        """Note which file lies at a path now."""
        found = path.stat()
        return cls(path, (found.st_dev, found.st_ino))

    def fault(self) -> str | None:
        """Return why what is written now would be lost; nothing while all is well."""
        try:
            found = os.stat(self.path)
        except OSError:
            return f"{self.path.name} is gone"
        return (
            None
            if (found.st_dev, found.st_ino) == self.identity
            else f"{self.path.name} was replaced"
        )


def seal(path: Path) -> str:
    """Return what no file has but this one as it is now: any write to it changes that."""
    found = path.stat()
    return f"closed {found.st_dev} {found.st_ino} {found.st_size} {found.st_mtime_ns}"


def is_sealed(path: Path, words: str) -> bool:
    """Tell whether a file is as it was when ``words`` were its seal, with no log beside it."""
    log = path.with_name(path.name + "-wal")
    return words == seal(path) and not (log.exists() and log.stat().st_size)


def marker(path: Path) -> Path:
    """Return the file that lies beside a store from its first opening on."""
    return path.with_name(path.name + ".opened")


def is_emptied(path: Path) -> bool:
    """Tell whether a file that held a store holds nothing; a new one begins as such, too.

    To be asked before SQLite sees the file: it takes away the log of one that is empty.
    """
    return marker(path).exists() and path.exists() and not path.stat().st_size


def check(path: Path) -> None:
    """Let a sound file pass; one that is not a database or whose pages contradict each other stays.

    Raises:
        Refusal: it is damaged (``store_damaged``, with the newest proved backup).
    """
    try:
        with closing(sqlite3.connect(path.as_uri() + "?mode=rw", uri=True)) as connection:
            connection.text_factory = bytes  # the complaint may quote what is no text any more
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        if (error.sqlite_errorcode & 0xFF) in _OUT_OF_REACH:
            raise Refusal("store_unwritable", place=path, why=str(error)) from error
        found = b""
    except UnicodeDecodeError:
        found = b""
    if found != b"ok":
        raise damaged(path)


def unwritable(place: Path, error: OSError) -> Refusal:
    """Return the refusal of a hall that cannot keep its state where it is told to."""
    wanted = place if isinstance(error, FileExistsError) else place.parent  # it was to be made
    in_the_way = _file_for_folder(wanted)
    if in_the_way is not None:
        return Refusal("store_in_the_way", place=in_the_way)
    return Refusal("store_unwritable", place=error.filename or place, why=str(error))


def absent(path: Path) -> Refusal:
    """Return the refusal of a store file that is not there."""
    in_the_way = _file_for_folder(path.parent)
    if in_the_way is not None:
        return Refusal("store_in_the_way", place=in_the_way)
    return Refusal("store_absent", file=path)


def _file_for_folder(folder: Path) -> Path | None:
    """Return what lies where a folder, or one it is in, should be and is none."""
    first = next((it for it in (folder, *folder.parents) if it.exists()), None)
    return None if first is None or first.is_dir() else first


def backups(path: Path) -> Path:
    """Return the folder of a store file's backups."""
    return path.parent / "backups"


def newest_backup(path: Path) -> Path | None:
    """Return the newest proved backup of a store file."""
    return max(backups(path).glob(f"{path.stem}-*{_SUFFIX}"), default=None)


def backup(path: Path, at: datetime, to: Path | None = None) -> Path:
    """Copy a store that may be in use, prove the copy and return it.

    Only a proved copy bears the name of a backup; by default among the store's own.

    Raises:
        Refusal: the copy does not prove sound (``store_damaged``) or cannot be written.
    """
    if to is None:
        to = backups(path) / f"{path.stem}-{at:%Y%m%dT%H%M%S%fZ}{_SUFFIX}"
    to.parent.mkdir(parents=True, exist_ok=True)
    unproved = to.with_name(to.name + ".part")
    unproved.unlink(missing_ok=True)
    try:
        with (
            closing(sqlite3.connect(path.as_uri() + "?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(unproved)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, to be carried away
            found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        unproved.unlink(missing_ok=True)
        raise Refusal("store_unavailable", detail=str(error)) from error
    if found != "ok":
        unproved.unlink()
        raise damaged(path)
    _sync(unproved)
    return unproved.replace(to)


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDWR)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def damaged(path: Path, why: BaseException | None = None) -> Refusal:
    """Return the refusal of a store file whose content cannot be relied on.

    It names the part that is missing, where ``why``, or what led to it, does.
    """
    while why is not None and not isinstance(why, Lacking):
        why = why.__cause__
    lack = InWords("", "") if why is None else InWords(f"（缺少 {why.part}）", f" (no {why.part})")
    newest = newest_backup(path)
    if newest is None:
        return Refusal("store_damaged_alone", file=str(path), lack=lack)
    return Refusal("store_damaged", file=str(path), lack=lack, backup=str(newest))
