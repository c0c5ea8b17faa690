"""What a hall costs that has little to do: a live feed of two messages a second, for ten minutes.

Run ``python -m benchmarks.idle [MINUTES [MIX]]`` from the repository's root: a real window drawn
offscreen, a gateway process beside it. Prints the share of one core and the resident memory. With
the mix ``standing`` nothing stays open: what memory grows by then is the program's own.
"""

import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer

from benchmarks.hall import opened

RATE = 2
SETTLE_S = 20
LOOK_S = 10
LIMIT = 3.0  # per cent of one core


def resident(process: int) -> float:
    """Return the resident memory of a process in MB; part of it is shared with the others."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise OSError("the system does not tell")


def worked(process: int) -> float:
    """Return for how many seconds a process has had a processor."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(minutes: float, mix: str) -> None:
    seconds = int(minutes * 60) + SETTLE_S
    with opened(RATE, seconds + 60, mix) as it:
        it.hall.start()
        ours = (os.getpid(), it.hall.writing.process_id)
        looks: list[tuple[float, ...]] = []

        def look() -> None:
            looks.append((time.perf_counter(), *map(worked, ours), *map(resident, ours)))

        timer = QTimer(interval=LOOK_S * 1000)
        timer.timeout.connect(look)
        QTimer.singleShot(SETTLE_S * 1000, look)
        QTimer.singleShot(SETTLE_S * 1000, timer.start)
        QTimer.singleShot(seconds * 1000, it.app.quit)
        it.app.exec()
        timer.stop()
    began, ended = looks[0], looks[-1]
    took = ended[0] - began[0]
    print(f"{RATE}/s for {took / 60:.1f} min")
    window, writer = ((ended[n] - began[n]) / took * 100 for n in (1, 2))
    both = f"{window + writer:.2f} % of one core (limit {LIMIT:.0f})"
    print(f"  {both}: window {window:.2f}, writing process {writer:.2f}")
    quarters = [*(looks[len(looks) * n // 4] for n in range(4)), ended]
    for name, n in (("window", 3), ("writing process", 4)):
        print(
            f"  memory of the {name}, by quarters: {' '.join(f'{it[n]:.1f}' for it in quarters)} MB"
        )


if __name__ == "__main__":
    main(float((*sys.argv, 10)[1]), (*sys.argv[2:], "mixed")[0])
