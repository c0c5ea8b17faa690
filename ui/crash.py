"""Faults of the program itself: caught everywhere, told once, written down, and the hall goes on.

The hooks may be called on any thread and dozens of times a second; each place in the code writes at
most twenty lines a minute, and a person is told at most once in ten seconds (reliability.md F17).
"""

import faulthandler
import logging
import os
import re
import sys
import threading
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Final, TextIO

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QTimer,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)

from commandcenter.domain.privacy import masked

log = logging.getLogger("hall.crash")

LINES_A_MINUTE: Final = 20
SECONDS_BETWEEN_NOTICES: Final = 10.0
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]+")
_REPORTS_KEPT: Final = 50
_FREEZE_SECONDS: Final = 2.0
_OF_NO_USE: Final = "This plugin does not support"  # drawing without a display lacks a few things
_LEVELS: Final = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def impersonal(text: str) -> str:
    """Return what was said of a fault without what an error may have quoted of a person.

    Numbers are masked, and nothing Chinese stays: it would be a name, an address or a title. What
    the program itself says of a fault is not Chinese, and where it happened is a file and a line.
    """
    return _CHINESE.sub("□", masked(text))


class Crashes(QObject):
    """The hooks of one running hall; ``happened`` comes in the GUI thread, not too often.

    Its argument is the short name of the report file, for a person to quote.
    """

    happened = Signal(str)
    _caught = Signal(str)

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._folder = folder
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[str, list[float]] = {}
        self._told_at = -SECONDS_BETWEEN_NOTICES
        self._native: TextIO | None = None
        self._beat = QTimer(self, interval=500)
        self._beat.timeout.connect(self._on_beat)
        self._caught.connect(self._on_caught, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Hang into every hook there is, and watch for freezes of the screens."""
        self._folder.mkdir(parents=True, exist_ok=True)
        sys.excepthook = self.caught
        threading.excepthook = self._caught_in_thread
        sys.unraisablehook = self._unraisable
        qInstallMessageHandler(self._qt_said)
        self._native = (self._folder / "native.log").open("a", encoding="utf-8")
        faulthandler.enable(self._native)
        self._beat.start()

    def remove(self) -> None:
        """Let go of the hooks again."""
        self._beat.stop()
        faulthandler.cancel_dump_traceback_later()
        faulthandler.disable()
        qInstallMessageHandler(None)
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        sys.unraisablehook = sys.__unraisablehook__
        if self._native is not None:
            self._native.close()
            self._native = None

    def caught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Take in one exception; from any thread, never raises."""
        if issubclass(kind, KeyboardInterrupt):
            return
        try:
            place = _place(trace)
            if not self._may_write(place):
                return
            text = impersonal("".join(traceback.format_exception(kind, error, trace)))
            log.error("fault at %s: %s", place, text)
            self._caught.emit(self._report(place, text))
        except Exception:  # noqa: BLE001 - a hook that raises would hide the fault it was told of
            sys.__excepthook__(kind, error, trace)

    def _caught_in_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.caught(args.exc_type, args.exc_value, args.exc_traceback)

    def _unraisable(self, args: "sys.UnraisableHookArgs") -> None:
        if args.exc_value is not None:
            self.caught(args.exc_type, args.exc_value, args.exc_traceback)

    def _qt_said(self, kind: QtMsgType, context: QMessageLogContext, text: str | None) -> None:
        place = f"qt:{context.category}:{(text or '')[:60]}"
        if not (text or "").startswith(_OF_NO_USE) and self._may_write(place):
            log.log(_LEVELS.get(kind, logging.WARNING), "Qt: %s", impersonal(text or ""))

    def _may_write(self, place: str) -> bool:
        """Tell whether this place has said less than its share in the last minute."""
        now = self._clock()
        with self._lock:
            recent = [at for at in self._seen.get(place, ()) if now - at < 60]  # noqa: PLR2004
            allowed = len(recent) < LINES_A_MINUTE
            self._seen[place] = [*recent, now] if allowed else recent
        return allowed

    def _report(self, place: str, text: str) -> str:
        """Write the report of this place, the newest over the older; return its short name."""
        name = blake2b(place.encode(), digest_size=4).hexdigest()
        stamp = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            path = self._folder / f"{name}.txt"
            path.write_text(f"{stamp}\nPython {sys.version}\n{place}\n\n{text}", "utf-8")
            reports = sorted(self._folder.glob("*.txt"), key=os.path.getmtime)
            for old in reports[:-_REPORTS_KEPT]:
                old.unlink(missing_ok=True)
        except OSError as error:
            log.error("the report could not be written: %s", error)
        return name

    def _on_caught(self, name: str) -> None:
        now = self._clock()
        if now - self._told_at >= SECONDS_BETWEEN_NOTICES:
            self._told_at = now
            self.happened.emit(name)

    def _on_beat(self) -> None:
        """Put off the dump that tells what every thread did when the screens stood still."""
        if self._native is not None:
            faulthandler.dump_traceback_later(_FREEZE_SECONDS, file=self._native)


def _place(trace: TracebackType | None) -> str:
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "unknown"
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
