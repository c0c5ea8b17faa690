"""What each role set up on its screens, kept in one small file per role in the seat's folder."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from commandcenter.domain.roster import Role

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
    path = _path(folder, role)
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
    path = _path(folder, role)
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


def _path(folder: Path, role: Role) -> Path:
    return folder / "layout" / f"{role}.json"
