"""Doing at once what is asked for now and then, and once for all what is asked for all the time."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

LOOK_MS: Final = 250
"""How long counts and ages may stand still on a bar: a person reads no faster."""


class Beat(QObject):
    """Calls ``work`` when first asked, then at most once in ``every_ms``, until nobody asks."""

    def __init__(
        self, work: Callable[[], object], parent: QObject, *, every_ms: int = LOOK_MS
    ) -> None:
        super().__init__(parent)
        self._work = work
        self._asked = False
        self._pause = QTimer(self, singleShot=True, interval=every_ms)
        self._pause.timeout.connect(self._on_pause_over)

    def ask(self) -> None:
        """Have the work done, now or when the pause since the last time is over."""
        if self._pause.isActive():
            self._asked = True
            return
        self._pause.start()
        self._work()

    def _on_pause_over(self) -> None:
        if self._asked:
            self._asked = False
            self.ask()
