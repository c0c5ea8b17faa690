"""Keeping the beat of the screens even while other threads of the program are busy."""

import gc
import sys
from typing import Final

from PySide6.QtCore import QObject, QTimer

_SWITCH_S: Final = 0.0002
_LOOK_MS: Final = 100
_YOUNG: Final = 5_000
"""So many new objects are looked through within 3 ms."""
_FLOOD: Final = 25_000
"""So many are the messages of a flood: looking through them would take the screens' time."""
_YOUNG_ROUNDS: Final = 2
_CALM_LOOKS: Final = 10
_ALL_LOOKS: Final = 600


class Steady(QObject):
    """Gives the GUI thread its turn soon, and collects garbage in it alone, until stopped.

    A thread that computes keeps the interpreter for as long as Python lets it, 5 ms by default:
    longer than a screen that is being painted can wait, as it asks again and again. Garbage that
    another thread collects would have widgets destroyed there (pitfalls.md 13).

    The pauses are short whatever comes: while a lot is made, new objects are looked through in
    small lots, and those that were found in use twice are not looked at any more. They are what is
    open in the hall, which is in no circle and goes by itself.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._looks = self._rounds = 0
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._on_timeout)
        self._switched_after = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_S)
        self._was_enabled = gc.isenabled()
        gc.disable()
        gc.freeze()  # what the program is made of is no garbage and need not be looked at
        self._timer.start()

    def _on_timeout(self) -> None:
        self._looks += 1
        if gc.get_count()[0] > _FLOOD:
            gc.freeze()
        elif gc.get_count()[0] > _YOUNG:
            self._rounds += 1
            if self._rounds % _YOUNG_ROUNDS:
                gc.collect(0)
            else:
                gc.collect(1)
                gc.freeze()
        elif self._looks % _ALL_LOOKS == 0:
            gc.collect()
        elif self._looks % _CALM_LOOKS == 0:
            gc.collect(0)

    def stop(self) -> None:
        """Let Python do as it likes again."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_enabled:
            gc.enable()
        sys.setswitchinterval(self._switched_after)
