"""What was set up on the screens: small files in the seat's folder, one per role, one for all."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol, runtime_checkable

from commandcenter.domain.roster import Role

LANGUAGES: Final = ("zh", "en")
_ALL_ROLES: Final = "seat"
_LARGEST = 1_000_000  # bytes; a layout is a few kilobytes, anything larger is none of ours


@runtime_checkable
class Remembers(Protocol):
    """A screen that has something to be kept; the values are plain JSON."""

    def remembered(self) -> dict[str, Any]:
        """Return what a person set up here."""
        ...

    def recall(self, values: Mapping[str, Any]) -> None:
        """Set it up again; the file may be old or damaged, nothing in it is trusted."""
        ...


def load(folder: Path, role: Role) -> dict[str, Any]:
    """Return what a role has set up; nothing if there is no file or it cannot be read."""
    return _read(_path(folder, role))


def language(folder: Path) -> str | None:
    """Return the language that was chosen last, by whatever role; nothing if none was."""
    kept = _of_seat(folder).get("language")
    return kept if kept in LANGUAGES else None


def keep_language(folder: Path, chosen: str) -> None:
    """Keep the language of the next start, of which it is not known who will sit down.

    Raises:
        OSError: the folder cannot be written.
    """
    _keep_of_seat(folder, "language", chosen)


def theme(folder: Path) -> str:
    """Return the name of the theme worn last, by whatever role; empty if none was."""
    kept = _of_seat(folder).get("theme")
    return kept if isinstance(kept, str) else ""


def keep_theme(folder: Path, worn: str) -> None:
    """Keep the theme of the next start: it stays on while one person takes over from another.

    Raises:
        OSError: the folder cannot be written.
    """
    if worn != theme(folder):
        _keep_of_seat(folder, "theme", worn)


def _of_seat(folder: Path) -> dict[str, Any]:
    return _read(_path(folder, _ALL_ROLES))


def _keep_of_seat(folder: Path, name: str, value: str) -> None:
    _write(_path(folder, _ALL_ROLES), {**_of_seat(folder), name: value})


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _LARGEST:
            return {}
        values = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def save(folder: Path, role: Role, values: Mapping[str, Any]) -> None:
    """Keep what a role has set up: written beside the old file and put in its place at once.

    Raises:
        OSError: the folder cannot be written.
    """
    _write(_path(folder, role), values)


def _write(path: Path, values: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.new")
    try:
        beside.write_text(json.dumps(values, ensure_ascii=False), "utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def forget(folder: Path, role: Role) -> None:
    """Throw away what a role has set up."""
    _path(folder, role).unlink(missing_ok=True)


def _path(folder: Path, whose: str) -> Path:
    return folder / "layout" / f"{whose}.json"
