"""The one door through which another thread's work enters the GUI thread."""

import sys
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal


class Bridge(QObject):
    """Gathers what is posted and delivers it in the GUI thread, at most once a beat.

    A lone post is delivered at once; what follows within the beat is folded into one list. A call
    runs after everything that was posted before it has been delivered, so the answer of a command
    never overtakes the change that the command made.
    """

    delivered = Signal(object)  # a list of what was posted, in order
    _rung = Signal()

    def __init__(self, parent: QObject | None = None, *, beat_ms: int = 33) -> None:
        super().__init__(parent)
        self._inbox: deque[tuple[bool, object]] = deque()
        self._asked = False
        self._beat = QTimer(self, singleShot=True, interval=beat_ms)
        self._beat.timeout.connect(self._deliver)
        self._rung.connect(self._on_rung, Qt.ConnectionType.QueuedConnection)

    def post(self, item: object) -> None:
        """Leave ``item`` for the GUI thread; safe from any thread, never blocks."""
        self._leave(False, item)

    def call(self, work: Callable[[], object]) -> None:
        """Have ``work`` called in the GUI thread; safe from any thread, never blocks."""
        self._leave(True, work)

    def _leave(self, is_call: bool, item: object) -> None:
        self._inbox.append((is_call, item))
        if not self._asked:  # a race here rings once too often, never once too seldom
            self._asked = True
            self._rung.emit()

    def _on_rung(self) -> None:
        if not self._beat.isActive():
            self._deliver()

    def _deliver(self) -> None:
        self._asked = False  # before emptying, so that a late post rings again
        waiting = [self._inbox.popleft() for _ in range(len(self._inbox))]
        if not waiting:
            return
        self._beat.start()
        if batch := [item for is_call, item in waiting if not is_call]:
            self.delivered.emit(batch)
        for is_call, work in waiting:
            if is_call and callable(work):
                _run(work)


def _run(work: Callable[[], object]) -> None:
    try:
        work()
    except Exception:  # noqa: BLE001 - one failing call must not keep the others from running
        sys.excepthook(*sys.exc_info())
