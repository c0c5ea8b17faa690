"""Keeping the beat of the screens even while other threads of the program are busy."""

import gc
import sys
from typing import Final

from PySide6.QtCore import QObject, QTimer

_SWITCH_S: Final = 0.0002
_COLLECT_MS: Final = 1000
_OLDER_EVERY: Final = 10
_ALL_EVERY: Final = 60


class Steady(QObject):
    """Gives the GUI thread its turn soon, and collects garbage in it alone, until stopped.

    A thread that computes keeps the interpreter for as long as Python lets it, 5 ms by default:
    longer than a screen that is being painted can wait, as it asks again and again. Garbage that
    another thread collects would have widgets destroyed there (pitfalls.md 13).
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rounds = 0
        self._timer = QTimer(self, interval=_COLLECT_MS)
        self._timer.timeout.connect(self._on_timeout)
        self._switched_after = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_S)
        self._was_enabled = gc.isenabled()
        gc.disable()
        gc.freeze()  # what the program is made of is no garbage and need not be looked at
        self._timer.start()

    def _on_timeout(self) -> None:
        self._rounds += 1
        gc.collect(2 if self._rounds % _ALL_EVERY == 0 else int(self._rounds % _OLDER_EVERY == 0))

    def stop(self) -> None:
        """Let Python do as it likes again."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_enabled:
            gc.enable()
        sys.setswitchinterval(self._switched_after)
