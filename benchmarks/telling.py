"""What one fresh report costs the GUI thread while a flood comes.

Run ``python -m benchmarks.telling [RATE [SECONDS]]`` from the repository's root: the real window of
1920 by 1080 drawn offscreen with every pane open. Reports are taken in beforehand, in a store of
their own; then another thread tells the window of them, in the portions in which they would be
committed. Nothing else runs: what is measured is what the screens do with them, painting included.
A report is through once the list has taken it in and was painted. Beside the figures stands how
long a fixed loop of Python took in the same process, before and after.
"""

import gc
import os
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.hall import ROOT
from benchmarks.live import BEAT_MS, LEAD_IN_S, run_queue_wait
from commandcenter.application.changes import Delta
from commandcenter.application.intake import Sources, take_in
from commandcenter.application.picture import Tab
from commandcenter.domain.hall import Hall
from commandcenter.feed.wire import decode
from commandcenter.rehearsal import township
from commandcenter.rehearsal.load import Barrage
from commandcenter.runtime.compose import Place, open_core
from commandcenter.store.store import Store
from ui.actions import Screen
from ui.queue.screen import QueueScreen
from ui.stage import Stage
from ui.steady import Steady
from ui.theme import DARK, apply_theme, install_fonts
from ui.window import HallWindow

RATE = 5_000
SECONDS = 10
COMMITTED = 500  # reports a transaction
LIMIT_US = 80.0
PATIENCE_S = 120.0
SEQUENCE = "@SEQ@"


def taken_in(hall: Hall, folder: Path, count: int) -> list[Delta]:
    """Return what the commits of so many reports tell."""
    barrage = Barrage(township.read(township.demo_pack()), seed=1, mix="reports", run="t")
    store = Store.open(f"sqlite:///{folder}/told.db", "bench", at=datetime.now(UTC))
    deltas = []
    for _ in range(0, count, COMMITTED):
        now = datetime.now(UTC)
        frames = [frame.decode().replace(SEQUENCE, "0") for frame in barrage.take(COMMITTED)]
        items = [decode(frame, feed="county", received_at=now) for frame in frames]
        with store.unit(now) as unit:
            take_in(unit, hall, Sources(), items)
        deltas.append(unit.delta)
    store.close()
    return deltas


def reference() -> float:
    """Return how many milliseconds of this thread a fixed loop takes, the best of five."""
    tries = []
    for _ in range(5):
        began, total = time.thread_time(), 0
        for number in range(1_000_000):
            total += number * number
        tries.append((time.thread_time() - began) * 1000)
    return min(tries)


class Flood:
    """Tells a stage of reports from another thread, evenly."""

    def __init__(self, stage: Stage, deltas: Sequence[Delta], rate: int) -> None:
        self._stage, self._deltas = stage, deltas
        self._pause = COMMITTED / rate
        self.told = 0
        self._thread = threading.Thread(target=self._run)

    def begin(self) -> None:
        self._thread.start()

    def _run(self) -> None:
        due = time.perf_counter()
        for delta in self._deltas:
            self._stage._hear(delta)
            self.told += len(delta.cases)
            due += self._pause
            time.sleep(max(0.0, due - time.perf_counter()))

    @property
    def is_over(self) -> bool:
        return not self._thread.is_alive()


def run(app: QApplication, rate: int, seconds: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        core = open_core(
            Place(pack=ROOT / "resources/demo", state=Path(folder) / "state"), feeds=False
        )
        deltas = taken_in(core.hall, Path(folder), rate * seconds)
        stage = Stage(core.take_seat(operator=None, lang="zh", rehearsal=True))
        window = HallWindow(stage, install_fonts(app))
        queue = window.panes[Screen.QUEUE].content
        assert isinstance(queue, QueueScreen)
        window.resize(1920, 1080)
        window.show()
        stage.open()
        core.start()
        steady = Steady(app)  # as ui/app.py has it
        flood = Flood(stage, deltas, rate)
        del deltas
        beats: list[float] = []
        works: list[float] = []
        behind: list[int] = []
        last, worked, began, ended = [0.0], [0.0], [0.0], [0.0]
        spent, waited = [0.0], [0.0]

        def beat() -> None:
            now, work = time.perf_counter(), time.thread_time()
            beats.append((now - last[0]) * 1000 - BEAT_MS)
            works.append((work - worked[0]) * 1000)
            last[0], worked[0] = now, work

        def look() -> None:
            if not began[0]:
                return
            behind.append(flood.told - len(stage.picture.cases))
            now = time.perf_counter()
            if flood.is_over and not ended[0]:
                ended[0] = now
            through = flood.is_over and not behind[-1] and not queue._touched
            if through or now - began[0] > seconds + PATIENCE_S:
                app.exit()

        def begin() -> None:
            began[0] = last[0] = time.perf_counter()
            spent[0] = worked[0] = time.thread_time()
            waited[0] = run_queue_wait()
            heart.start()
            flood.begin()

        heart = QTimer(interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        heart.timeout.connect(beat)
        looking = QTimer(interval=50)
        looking.timeout.connect(look)
        looking.start()
        before = reference()
        QTimer.singleShot(3000, begin)  # the window is up and quiet before anything is measured
        app.exec()
        used, took = time.thread_time() - spent[0], time.perf_counter()
        waited[0] = run_queue_wait() - waited[0]
        heart.stop()
        looking.stop()
        after = reference()
        counted = queue._board.counts[Tab.ALL]
        steady.stop()
        stage.close()
        window.close()
        core.stop()
        window.deleteLater()
        late = np.maximum(np.array(beats), 0)
        lead = np.cumsum(np.array(beats) + BEAT_MS) < LEAD_IN_S * 1000
        return {
            "told": flood.told,
            "counted": counted,
            "us": used / flood.told * 1e6,
            "reference_ms": (before + after) / 2,
            "share": used / (took - began[0]),
            "waited": waited[0] / (took - began[0]),
            "work_p99": float(np.percentile(np.array(works)[~lead], 99)),
            "work_max": float(np.array(works)[~lead].max()),
            "drained_s": took - ended[0],
            "behind": max(behind),
            "p99": float(np.percentile(late[~lead], 99)),
            "max": float(late[~lead].max()),
            "lead_in": float(late[lead].max()),
        }


def main() -> None:
    """Measure once and print."""
    rate = int(sys.argv[1]) if len(sys.argv) > 1 else RATE
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else SECONDS
    gc.disable()  # collecting is the window's, as in ui/app.py
    app = QApplication([])
    install_fonts(app)
    apply_theme(app, DARK)
    found = run(app, rate, seconds)
    print(
        f"{found['told']:,} reports told at {rate:,}/s, {found['counted']:,} counted: "
        f"{found['us']:.0f} µs of the GUI thread each (limit {LIMIT_US:.0f}), "
        f"{found['us'] / found['reference_ms']:.2f} µs for each ms of the fixed loop"
    )
    print(f"  {found['behind']:,} behind at most, through {found['drained_s']:.2f} s after the end")
    print(
        f"  10-ms beat late by  p99 {found['p99']:.1f}  max {found['max']:.1f} ms "
        f"(limits 16, 100); in the first {LEAD_IN_S:.0f} s by {found['lead_in']:.0f} ms"
    )
    print(f"  work within one beat  p99 {found['work_p99']:.1f}  max {found['work_max']:.1f} ms")
    print(
        f"  GUI thread ran {found['share']:.0%} and waited for a processor "
        f"{found['waited']:.0%} of the time; load {os.getloadavg()[0]:.1f} "
        f"on {os.cpu_count()} processors"
    )


if __name__ == "__main__":
    main()
