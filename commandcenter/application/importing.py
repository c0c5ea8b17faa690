"""Taking a table into the hall pack from a seat: looked at first, carried out by choice."""

from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from commandcenter.domain.roster import Operator


class Flaw(Struct, frozen=True, kw_only=True, gc=False):
    """One thing wrong with a file, where it stands and how to mend it, in the seat's language."""

    severity: str
    problem: str
    remedy: str
    row: int | None = None
    column: str | None = None


class PlannedRow(Struct, frozen=True, kw_only=True, gc=False):
    """One row of the file, and what importing it does: new, changed, same or faulty."""

    row: int
    change: str
    values: Mapping[str, str]


class Import(Struct, frozen=True, kw_only=True, gc=False):
    """What importing a file does, or did; as ``main.py import --json`` prints it."""

    ok: bool
    kind: str
    file: str
    rows: int
    new: int
    changed: int
    same: int
    faulty: int
    written: bool
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    backup: str | None = None
    findings: tuple[Flaw, ...] = ()
    preview: tuple[PlannedRow, ...] = ()


class Importer(Protocol):
    """Imports tables away from the screens; the futures may raise ``Refusal``."""

    def look(
        self, kind: str, file: Path, *, by: Operator, lang: str, sheet: str | None = None
    ) -> Future[Import]:
        """Say what importing a file would do; nothing is written."""
        ...

    def carry_out(
        self,
        kind: str,
        file: Path,
        *,
        by: Operator,
        lang: str,
        sheet: str | None = None,
        all_or_nothing: bool,
    ) -> Future[Import]:
        """Import a file."""
        ...
