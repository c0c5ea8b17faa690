"""The press: has the dossier of a case printed by a process of its own, and tells how far it is."""

import json
import logging
import sys
from functools import partial
from pathlib import Path
from typing import Final

import msgspec
from PySide6.QtCore import QObject, QProcess, Signal

from commandcenter.application import commands as c
from commandcenter.application.perform import Outcome
from commandcenter.application.questions import CaseFile, CaseFileOf
from commandcenter.domain import words
from commandcenter.domain.case import Case
from commandcenter.domain.errors import Refusal
from commandcenter.domain.report import Reporter
from commandcenter.reporting import casefile
from commandcenter.reporting.dossier import Press, compose
from ui import printing
from ui.crash import impersonal
from ui.stage import Stage

log = logging.getLogger(__name__)

_HERE: Final = Path(printing.__file__).parent.parent


class DossierPress(QObject):
    """Prints one dossier and is gone; ``cancel`` ends it at any moment and leaves no file behind.

    The child of a stage, so that it outlives the dialog that waits for it.
    """

    moved = Signal(int, int)  # so much of so much is done
    done = Signal(str)  # the file
    unwritten = Signal(str)  # why the file could not be written
    refused = Signal(str)  # the sentence that says what went wrong otherwise

    def __init__(self, stage: Stage, out: Path, *, packed: bool) -> None:
        super().__init__(stage)
        self._stage, self._out, self._packed = stage, out, packed
        self._cancelled = False
        self._reason = self._why = ""
        self._process = QProcess(self)
        self._process.setWorkingDirectory(str(_HERE))
        self._process.started.connect(self._process.closeWriteChannel)
        self._process.readyReadStandardOutput.connect(self._on_lines)
        self._process.errorOccurred.connect(self._on_error)
        self._process.finished.connect(self._on_finished)

    def start(self, case: Case, reason: str = "") -> None:
        """Print; with a ``reason``, which is recorded first, who reported is named."""
        self._reason = reason
        if not reason:
            self._ask(case.no, ())
            return
        self._stage.submit(
            c.Disclose(case=case.no, reason=reason),
            partial(self._on_disclosed, case.no),
            subject=case.no,
            refused=self._on_refused,
        )

    def cancel(self) -> None:
        """Stop; nothing of what was begun stays."""
        self._cancelled = True
        if self._process.state() is not QProcess.ProcessState.NotRunning:
            self._process.kill()

    def _on_disclosed(self, number: str, outcome: Outcome) -> None:
        self._ask(number, outcome.reporters)

    def _on_refused(self, sentence: str) -> None:
        if not self._cancelled:
            self.refused.emit(sentence)
        self.deleteLater()

    def _on_fault(self) -> None:
        self._on_refused(words.sentence(Refusal("program_fault"), self._stage.lang))

    def _ask(self, number: str, reporters: tuple[Reporter, ...]) -> None:
        self._stage.ask(
            CaseFileOf(case=number), partial(self._on_file, reporters), self._on_refused
        )

    def _on_file(self, reporters: tuple[Reporter, ...], file: CaseFile) -> None:
        if self._cancelled:
            self.deleteLater()
            return
        try:
            job = msgspec.json.encode(self._job(reporters, file))
        except Exception:
            self._on_fault()  # whoever waits is told; the fault itself goes where all of them go
            raise
        self._process.start(sys.executable, ["-m", "ui.printing"])
        self._process.write(job)

    def _job(self, reporters: tuple[Reporter, ...], file: CaseFile) -> printing.Job:
        stage = self._stage
        press = Press(
            hall=stage.hall,
            lang=stage.lang,
            by=stage.operator.name,
            at=stage.now(),
            tell=printing.tell(stage.hall, stage.lang),
            reporters=reporters,
            reason=self._reason,
        )
        return printing.Job(
            dossier=compose(file, press),
            out=str(self._out),
            files=casefile.of(file, press, stage.seat.state) if self._packed else None,
        )

    def _on_lines(self) -> None:
        while self._process.canReadLine():
            line = json.loads(bytes(self._process.readLine().data()))
            if "failed" in line:
                self._why = words.trouble(line["failed"], self._stage.lang)
            elif not self._cancelled:
                self.moved.emit(line["done"], line["of"])

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            log.error("the printing process did not start: %s", self._process.errorString())
            self._on_fault()

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        went_well = code == 0 and status is QProcess.ExitStatus.NormalExit
        if went_well and not self._cancelled:
            self.done.emit(str(self._out))
        else:
            printing.clear(self._out)
            self._say_why(code)
        self.deleteLater()

    def _say_why(self, code: int) -> None:
        if self._cancelled:
            return
        if self._why:
            self.unwritten.emit(self._why)
            return
        said = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
        log.error("the printing process ended with %s: %s", code, impersonal(said))
        self._on_fault()
