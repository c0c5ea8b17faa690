"""From the socket to the pixel, in a real window drawn offscreen, while a gateway sends at a rate.

Run ``python -m benchmarks.live`` from the repository's root: 200/s and 1,000/s for 30 s each,
then 10,000/s for 10 s, once of all kinds (``mixed``) and once of reports alone, each with a
gateway process and a store of its own. A message counts as painted when the window has painted
after the queue took its case in; the clock starts when its frame was read from the socket. It is
drained when the last one is painted. A timer of 10 ms on the GUI thread tells how long it was
busy. Beside it stands the machine's load, and for how long the GUI thread was ready and had no
processor: on a busy machine that is not the program's doing.
"""

import os
import threading
import time
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, Qt, QTimer
from typing_extensions import override

from benchmarks.hall import last_row, opened, taken_in
from commandcenter.application.changes import Delta
from commandcenter.application.questions import OpenWork
from ui.actions import Screen
from ui.queue.screen import QueueScreen
from ui.window import HallWindow

BEAT_MS = 10
LEAD_IN_S = 2.0
"""At the beginning every letter and picture is drawn for the first time; it is told apart."""
RUNS = (
    (200, 30, "reports"),
    (1_000, 30, "reports"),
    (10_000, 10, "mixed"),
    (10_000, 10, "reports"),
)
"""Messages a second, seconds, and of what kinds."""
LIMITS_MS = {200: 120, 1_000: 200}
DRAINED_S = 10


class Measured(HallWindow):
    """The window, noting when it has painted."""

    heard = 0

    def __init__(self, stage, font):
        super().__init__(stage, font)
        self.waiting: list[datetime] = []  # for the queue to take them in
        self.taken: list[datetime] = []  # by the queue, and not yet painted
        self.delays: list[float] = []
        self.listen_to(self.panes[Screen.QUEUE].content)
        stage.changed.connect(self.hear)

    @override
    def event(self, event):
        done = super().event(event)
        if event.type() == QEvent.Type.UpdateRequest and self.taken:
            now = datetime.now(UTC)
            self.delays += [(now - at).total_seconds() * 1000 for at in self.taken]
            self.taken = []
        return done

    def hear(self, batch: list[Delta]) -> None:
        """Note when what the screens are told of was read from the socket."""
        told = [item.fact.at for delta in batch for item in delta.facts]
        self.heard += len(told)
        self.waiting += told

    def listen_to(self, queue: QueueScreen) -> None:
        """Have it known when the queue takes in what it was told of."""
        take_in = queue._apply

        def applied() -> None:
            take_in()
            self.taken += self.waiting
            self.waiting = []

        queue._apply = applied  # type: ignore[method-assign]


def run_queue_wait() -> float:
    """Return for how many seconds this thread was ready to run and another ran in its place."""
    path = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
    return int(path.read_text().split()[1]) / 1e9 if path.exists() else 0.0


def run(rate: int, seconds: int, mix: str) -> dict[str, float]:
    with opened(rate, seconds, mix, Measured) as it:
        window, hall = it.window, it.hall
        queue = window.panes[Screen.QUEUE].content
        beats: list[float] = []
        last = [time.perf_counter()]

        def beat() -> None:
            now = time.perf_counter()
            beats.append((now - last[0]) * 1000 - BEAT_MS)
            last[0] = now

        heart = QTimer(interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        heart.timeout.connect(beat)
        wanted = rate * seconds
        began, waited, spent = [0.0], [0.0], [0.0]

        told = [0]
        hall.listeners.subscribe(lambda delta: told.__setitem__(0, told[0] + len(delta.facts)))

        def look() -> None:
            heard = told[0] == window.heard and not (window.taken or queue._touched)
            all_painted = heard and taken_in(it.store) >= wanted
            if began[0] and (all_painted or time.perf_counter() - began[0] > seconds + 120):
                it.app.exit()

        def begin() -> None:
            began[0] = last[0] = time.perf_counter()
            waited[0], spent[0] = run_queue_wait(), time.thread_time()
            hall.start()
            heart.start()

        QTimer.singleShot(2000, begin)  # the window is up and quiet before anything is measured
        ending = QTimer(interval=50)
        ending.timeout.connect(look)
        ending.start()
        it.app.exec()
        took = time.perf_counter() - began[0]
        waited[0] = run_queue_wait() - waited[0]
        spent[0] = time.thread_time() - spent[0]
        heart.stop()
        ending.stop()
        work = hall.store.answer(OpenWork(alerts=0))
        received, stored = taken_in(it.store), last_row(it.store, "message")
        late, delays = np.maximum(np.array(beats), 0), np.array(window.delays or [0.0])
        lead = np.cumsum(np.array(beats) + BEAT_MS) < LEAD_IN_S * 1000
        first, late = late[lead], late[~lead]
        delays = delays[min(int(rate * LEAD_IN_S), len(delays) // 2) :]
        return {
            "rate": rate,
            "sent": wanted,
            "stored": stored,
            "lost": wanted - received,
            "open": len(work.cases),
            "drained_s": max(0.0, took - seconds),
            "painted_p50_ms": float(np.percentile(delays, 50)),
            "painted_p99_ms": float(np.percentile(delays, 99)),
            "painted_max_ms": float(delays.max()),
            "beat_p99_ms": float(np.percentile(late, 99)),
            "beat_max_ms": float(late.max()),
            "lead_in_ms": float(first.max()),
            "gui_share": spent[0] / took,
            "gui_waited_share": waited[0] / took,
        }


def main() -> None:
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=int, help="only this rate")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--mix", default="reports", help="of the rate asked for")
    arguments = parser.parse_args()
    asked = (arguments.rate, arguments.seconds, arguments.mix)
    for rate, seconds, mix in (asked,) if arguments.rate else RUNS:
        found = run(rate, seconds, mix)
        print(f"{rate:,}/s {mix} for {seconds} s: {found['stored']:,} stored, {found['lost']} lost")
        print(f"  drained {found['drained_s']:.1f} s after the last was sent  (limit {DRAINED_S})")
        limit = f"  (limit {LIMITS_MS[rate]})" if rate in LIMITS_MS else ""
        print(
            f"  socket to painted  p50 {found['painted_p50_ms']:.0f}  "
            f"p99 {found['painted_p99_ms']:.0f}  max {found['painted_max_ms']:.0f} ms{limit}"
        )
        print(
            f"  10-ms beat late by  p99 {found['beat_p99_ms']:.1f}  "
            f"max {found['beat_max_ms']:.1f} ms  (limits 16, 100); "
            f"in the first {LEAD_IN_S:.0f} s by {found['lead_in_ms']:.0f} ms"
        )
        print(
            f"  GUI thread ran {found['gui_share']:.0%} and waited for a processor "
            f"{found['gui_waited_share']:.0%} of the time; load {os.getloadavg()[0]:.1f} "
            f"on {os.cpu_count()} processors"
        )


if __name__ == "__main__":
    main()
