"""The one door through which another thread's work enters the GUI thread."""

import sys
from collections import deque
from collections.abc import Callable
from time import perf_counter
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

_PORTION: Final = 60
_BUDGET_S: Final = 0.004
"""No portion is begun later than this in one delivery: a quarter of a frame."""
_CATCH_UP_MS: Final = 8


class Bridge(QObject):
    """Gathers what is posted and delivers it in the GUI thread, at most once a beat.

    A lone post is delivered at once; what follows within the beat is folded into one list. A call
    runs after everything that was posted before it has been delivered, so the answer of a command
    never overtakes the change that the command made; a person waits for it, so it does not wait
    for the beat.

    When more comes than the screens can take in, they are given it in portions and have time to be
    painted and used in between; nothing is left out. ``weight`` tells how much work an item is.
    """

    delivered = Signal(object)  # a list of what was posted, in order
    _rung = Signal(bool)  # whether a call waits

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        beat_ms: int = 33,
        weight: Callable[[Any], int] = lambda _item: 1,
    ) -> None:
        super().__init__(parent)
        self._weight = weight
        self._beat_ms = beat_ms
        self._inbox: deque[tuple[bool, object]] = deque()
        self._asked = self._behind = False
        self._beat = QTimer(self, singleShot=True)
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
        if is_call or not self._asked:  # a race here rings once too often, never once too seldom
            self._asked = True
            self._rung.emit(is_call)

    def _on_rung(self, is_call: bool) -> None:
        if not self._beat.isActive() or (is_call and not self._behind):
            self._deliver()

    def _deliver(self) -> None:
        self._asked = False  # before emptying, so that a late post rings again
        if not self._inbox:
            return
        started, last = perf_counter(), len(self._inbox)
        while last > 0 and perf_counter() - started < _BUDGET_S:
            last -= self._deliver_portion(last)
        self._behind = last > 0
        self._beat.start(_CATCH_UP_MS if self._behind else self._beat_ms)

    def _deliver_portion(self, most: int) -> int:
        """Deliver so many items at most and fewer if they are heavy; return how many."""
        waiting: list[tuple[bool, object]] = []
        load = 0
        while len(waiting) < most and load < _PORTION:
            is_call, item = self._inbox.popleft()
            waiting.append((is_call, item))
            load += 0 if is_call else self._weight(item)
        if batch := [item for is_call, item in waiting if not is_call]:
            self.delivered.emit(batch)
        for is_call, work in waiting:
            if is_call and callable(work):
                _run(work)
        return len(waiting)


def _run(work: Callable[[], object]) -> None:
    try:
        work()
    except Exception:  # noqa: BLE001 - one failing call must not keep the others from running
        sys.excepthook(*sys.exc_info())
