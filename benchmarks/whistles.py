"""What 500 running whistles cost while their clocks run: in the window, then with the wall open.

Run ``python -m benchmarks.whistles [SECONDS]`` from the repository's root: a real window of
1920×1080 drawn offscreen, 1,500 summoned bodies, no messages. Prints the share of one core beside
that of the same window without a whistle, and how many timers run. The limit is of what the
whistles add. The machine's clock goes on, so that limits are crossed meanwhile.
"""

import gc
import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from commandcenter.domain.case import State
from tests.ui import samples
from ui.stage import Stage
from ui.steady import Steady
from ui.theme import DARK, apply_theme, install_fonts
from ui.wall.window import WallWindow
from ui.window import HallWindow

COUNT = 500
LIMIT = 2.0  # per cent of one core
SETTLE_S = 6


class Running:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the instant, aware UTC."""
        return datetime.now(UTC)


def crowd(count: int) -> samples.Work:
    """Return that many running whistles, blown over the last half hour, each on a case."""
    now, cases, blown = datetime.now(UTC), [], []
    for n in range(max(1, count)):
        case = samples.case(n + 1, state=State.HANDLING, age=timedelta(hours=2), at=now)
        if count:
            whistle, case = samples.whistle(
                case, number=n + 1, age=timedelta(seconds=3.5 * n), at=now
            )
            blown.append(whistle)
        cases.append(case)
    work = samples.work(0, alerts_number=0)
    return samples.replace(work, cases=tuple(cases), whistles=tuple(blown))


def spend(seconds: float) -> float:
    """Let the window run; return the share of one core it took, in per cent."""
    start, used = time.perf_counter(), time.process_time()
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)  # the application's would close the window
    loop.exec()
    return 100 * (time.process_time() - used) / (time.perf_counter() - start)


def measured(app: QApplication, font: object, count: int, seconds: float) -> tuple[float, float]:
    """Return what the window takes, and then with the wall beside it."""
    with tempfile.TemporaryDirectory() as folder:
        desk = samples.SampleDesk(crowd(count))
        stage = Stage(samples.seat(desk, clock=Running(), state=Path(folder)))
        window = HallWindow(stage, font)
        window.resize(1920, 1080)
        window.show()
        stage.open()
        began = time.perf_counter()
        spend(SETTLE_S)
        alone = spend(seconds)
        timers = [it for it in window.findChildren(QTimer) if it.isActive()]
        own = [it for it in stage.findChildren(QTimer) if it.isActive()]
        wall = WallWindow(stage)
        wall.resize(1920, 1080)
        wall.show()
        spend(SETTLE_S)
        both = spend(seconds)
        print(
            f"{count:>4} whistles: window {alone:5.2f} %, with the wall {both:5.2f} % of a core; "
            f"{len(timers)} + {len(own)} timers ({time.perf_counter() - began:.0f} s)",
            flush=True,
        )
        wall.close()
        wall.deleteLater()
        stage.close()
        window.close()
        window.deleteLater()
        app.processEvents()
        gc.collect()
        return alone, both


def main(seconds: float) -> int:
    """Measure without a whistle and with 500; return how many limits were missed."""
    app = QApplication([])
    font = install_fonts(app)
    apply_theme(app, DARK)
    steady = Steady(app)  # as ui/app.py has it
    bare, full = measured(app, font, 0, seconds), measured(app, font, COUNT, seconds)
    steady.stop()
    missed = 0
    for name, before, after in zip(("window", "with the wall"), bare, full, strict=True):
        held = after - before <= LIMIT
        missed += not held
        print(
            f"{name}: {COUNT} whistles add {after - before:.2f} % of a core, limit {LIMIT} %: "
            f"{'held' if held else 'MISSED'}"
        )
    return missed


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 30.0))
