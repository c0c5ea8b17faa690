"""What a hall costs that has little to do: a live feed of two messages a second, for ten minutes.

Run ``python -m benchmarks.idle [MINUTES [MIX]]`` from the repository's root: a real window drawn
offscreen, a gateway process beside it. Prints the share of one core and the resident memory. With
the mix ``standing`` nothing stays open: what memory grows by then is the program's own.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.live import gateway
from commandcenter.runtime.compose import open_core
from commandcenter.runtime.front import Place
from ui.stage import Stage
from ui.steady import Steady
from ui.theme import DARK, apply_theme, install_fonts
from ui.window import HallWindow

ROOT = Path(__file__).parent.parent
RATE = 2
SETTLE_S = 20
LOOK_S = 10
LIMIT = 3.0  # per cent of one core


def resident() -> float:
    """Return the resident memory in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(minutes: float, mix: str) -> None:
    app = QApplication([])
    font = install_fonts(app)
    apply_theme(app, DARK)
    seconds = int(minutes * 60) + SETTLE_S
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        process, url = gateway(state / "gateway", RATE, seconds + 60, mix)
        core = open_core(
            Place(pack=ROOT / "resources/demo", state=state, feed_urls={"county": url}), feeds=True
        )
        core.start()
        stage = Stage(core.take_seat(operator=None, lang="zh", rehearsal=True))
        window = HallWindow(stage, font)
        window.resize(1920, 1080)
        window.show()
        stage.open()
        looks: list[tuple[float, float, float]] = []

        def look() -> None:
            looks.append((time.perf_counter(), time.process_time(), resident()))

        timer = QTimer(interval=LOOK_S * 1000)
        timer.timeout.connect(look)
        QTimer.singleShot(SETTLE_S * 1000, look)
        QTimer.singleShot(SETTLE_S * 1000, timer.start)
        QTimer.singleShot(seconds * 1000, app.quit)
        steady = Steady(app)  # as ui/app.py has it
        app.exec()
        steady.stop()
        timer.stop()
        stage.close()
        window.close()
        core.stop()
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
    (began, cpu, _), (ended, spent, last) = looks[0], looks[-1]
    share = (spent - cpu) / (ended - began) * 100
    print(
        f"{RATE}/s for {(ended - began) / 60:.1f} min, {core.scribe.counts.stored} messages stored"
    )
    print(f"  {share:.2f} % of one core (limit {LIMIT:.0f})")
    quarters = [looks[len(looks) * n // 4][2] for n in range(4)]
    print(f"  resident, by quarters: {' '.join(f'{it:.1f}' for it in (*quarters, last))} MB")


if __name__ == "__main__":
    main(float((*sys.argv, 10)[1]), (*sys.argv[2:], "mixed")[0])
