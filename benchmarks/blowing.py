"""From the click that blows a whistle to its messages handed to the socket, at 200 messages/s.

Run ``python -m benchmarks.blowing [COUNT [RATE]]`` from the repository's root: a real window of
1920 by 1080 drawn offscreen, a gateway process, a store of its own. Three bodies are summoned each
time with nothing held back; it is over when the last of the three frames was written to the feed's
socket. Beside it stands what a bare ``sqlite3`` connection needs to commit two rows with full sync.
"""

import os
import sys
import time

import numpy as np
from PySide6.QtCore import QTimer

from benchmarks.filing import bare
from benchmarks.hall import opened, taken_in
from commandcenter.application import commands as c
from commandcenter.application.changes import Delta
from commandcenter.domain.case import State
from ui.stage import Stage

COUNT, RATE = 100, 200
EVERY_MS = 250
LIMIT_MS = 50.0
BODIES = ("emergency", "fire", "police")


class Stopwatch:
    """Blows one whistle after another and notes when its last frame went out."""

    def __init__(self, stage: Stage, count: int) -> None:
        self.stage, self.left = stage, count
        self.delays: list[float] = []
        self._blown: dict[str, float] = {}
        self._leaving: dict[str, str] = {}
        self._out: dict[str, int] = {}
        self._tried: set[str] = set()

    def blow(self) -> None:
        """Blow at the next case that waits, as the button does."""
        cases = self.stage.picture.cases.values()
        case = next(
            (it for it in cases if it.state is State.RECEIVED and it.no not in self._tried), None
        )
        if case is None or not self.left:
            return
        self.left -= 1
        self._tried.add(case.no)
        self._blown[case.no] = time.perf_counter()
        self.stage.submit(
            c.Blow(case=case.no, bodies=BODIES, hold_seconds=0, reason="演练"), subject=case.no
        )

    def hear(self, delta: Delta) -> None:
        """Note what was committed to leave, and what has been written to the socket."""
        now = time.perf_counter()
        cases = {whistle.no: whistle.case for whistle in delta.whistles}
        for item in delta.outgoing:
            if item.type == "whistle.blown" and cases.get(item.subject) in self._blown:
                self._leaving[item.id] = cases[item.subject]
        for number in filter(None, (self._leaving.pop(id_, None) for id_ in delta.wired)):
            self._out[number] = self._out.get(number, 0) + 1
            if self._out[number] == len(BODIES):
                self.delays.append((now - self._blown[number]) * 1000)


def run(count: int, rate: int) -> tuple[list[float], int]:
    seconds = count * EVERY_MS // 1000 + 8
    with opened(rate, seconds, "reports") as it:
        it.hall.start()
        watch = Stopwatch(it.stage, count)
        it.hall.listeners.subscribe(watch.hear)
        beat = QTimer(interval=EVERY_MS)
        beat.timeout.connect(watch.blow)
        QTimer.singleShot(4000, beat.start)
        QTimer.singleShot(seconds * 1000, it.app.exit)
        it.app.exec()
        beat.stop()
        return watch.delays, taken_in(it.store)


def main(count: int, rate: int) -> None:
    delays, stored = run(count, rate)
    raw = np.array(bare(max(1, len(delays))))
    p50, p99 = np.percentile(delays, (50, 99))
    print(f"{len(delays)} of {count} whistles went out at {rate}/s; {stored} messages stored")
    print(
        f"  click to socket  p50 {p50:.0f}  p99 {p99:.0f}  max {max(delays):.0f} ms"
        f"  (limit {LIMIT_MS:.0f} at p99)"
    )
    bare50, bare99 = np.percentile(raw, (50, 99))
    print(f"  a bare commit    p50 {bare50:.1f}  p99 {bare99:.1f} ms")
    print(f"  load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*(*given, *(COUNT, RATE)[len(given) :]))
