"""Imports for a seat: ``main.py import`` in a process of its own, so that no file can harm us."""

import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import msgspec

from commandcenter.application.access import may_import
from commandcenter.application.importing import Import
from commandcenter.domain.errors import Refusal
from commandcenter.domain.roster import Operator

_PATIENCE: Final = 120.0  # seconds; a file that takes longer is no table
_THREADS: Final = 1


class ImportProcess:
    """Starts one process an import; they come one after the other."""

    def __init__(self, pack: Path) -> None:
        self._pack = pack
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="import")

    def look(
        self, kind: str, file: Path, *, by: Operator, lang: str, sheet: str | None = None
    ) -> Future[Import]:
        """Say what importing a file would do; nothing is written."""
        return self._begin(kind, file, by, lang, sheet, "--dry-run")

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
        more = ("--all-or-nothing",) if all_or_nothing else ()
        return self._begin(kind, file, by, lang, sheet, *more)

    def stop(self) -> None:
        """Begin nothing more; what is under way is finished by its own process."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _begin(
        self, kind: str, file: Path, by: Operator, lang: str, sheet: str | None, *more: str
    ) -> Future[Import]:
        if not may_import(by):
            declined: Future[Import] = Future()
            declined.set_exception(Refusal("may_not_import", role=by.role))
            return declined
        chosen = () if sheet is None else (f"--sheet={sheet}",)
        order = ("import", kind, str(file), "--hall", str(self._pack), "--lang", lang, "--json")
        return self._threads.submit(self._run, (*order, *chosen, *more))

    @staticmethod
    def _run(order: tuple[str, ...]) -> Import:
        program = find_spec("main")
        if program is None or program.origin is None:
            raise Refusal("import_failed", detail="main.py")
        try:
            done = subprocess.run(  # noqa: S603  our own program
                [sys.executable, program.origin, *order],
                capture_output=True,
                timeout=_PATIENCE,
                check=False,
            )
            return msgspec.json.decode(done.stdout, type=Import)
        except subprocess.TimeoutExpired:
            raise Refusal("import_failed", detail=f"{_PATIENCE:.0f} s") from None
        except (OSError, msgspec.DecodeError) as error:
            raise Refusal("import_failed", detail=type(error).__name__) from error
