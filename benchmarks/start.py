"""How soon the queue is full on a store of 100,000 cases, beside an empty window.

Run ``python -m benchmarks.start`` from the repository's root. Each start is a process of its own
with the same imports, timed from outside until it says that it has painted; they take turns, the
medians are compared. The full one is the start after a clean end; beside it stands the start after
the program was killed, when the store's file is looked through first.
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROUNDS = 5
ROOT = Path(__file__).parent.parent
DONE = "painted"


def child(state: Path, *, kind: str) -> None:
    from commandcenter.runtime.beside import start_writing

    process = None if kind == "empty" else start_writing()  # first, as main.py has it
    from commandcenter.runtime.apart import open_apart
    from commandcenter.runtime.front import Place

    place = Place(pack=ROOT / "resources/demo", state=state)
    beside = ThreadPoolExecutor(max_workers=1)
    opening = (
        None if kind == "empty" else beside.submit(open_apart, place, feeds=False, process=process)
    )

    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication, QMainWindow

    from ui.stage import Stage
    from ui.theme import DARK, apply_theme, install_fonts
    from ui.window import HallWindow, load_first

    load_first()
    app = QApplication([])
    font = install_fonts(app)
    apply_theme(app, DARK)

    def leave() -> None:
        print(DONE, flush=True)
        if kind == "full":
            hall.stop()
        os._exit(0)

    class Empty(QMainWindow):
        def event(self, event):
            done = super().event(event)
            if event.type() == QEvent.Type.UpdateRequest:
                leave()
            return done

    class Full(HallWindow):
        begun = False

        def event(self, event):
            done = super().event(event)
            if self.begun and event.type() == QEvent.Type.UpdateRequest:
                leave()
            return done

    if opening is None:
        window = Empty()
    else:
        hall = opening.result()
        hall.start()
        stage = Stage(hall.take_seat(operator=None, lang="zh", rehearsal=False))
        stage.open()
        window = Full(stage, font)
        stage.changed.connect(lambda _batch: setattr(window, "begun", stage.picture.begun))
    window.resize(1920, 1080)
    window.show()
    app.exec()


def build(state: Path) -> None:
    """Make a store of 100,000 cases, 5,000 of them open."""
    from sqlalchemy import create_engine

    from benchmarks.figures import fill

    engine = create_engine(f"sqlite:///{state / 'hall.db'}")
    with engine.connect() as connection:
        fill(connection)
    engine.dispose()


def once(state: Path, kind: str) -> float:
    environment = {key: it for key, it in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(state / "compiled")
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.start", kind, str(state)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == DONE
    took = time.perf_counter() - began
    process.wait()
    return took


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        build(state)
        took: dict[str, list[float]] = {"empty": [], "full": [], "killed": []}
        for kind in took:
            once(state, kind)  # compiles what the next ones only load
        once(state, "full")  # and ends cleanly
        for _ in range(ROUNDS):
            for kind, times in took.items():
                times.append(once(state, kind))
            once(state, "full")
        empty, full, killed = map(median, took.values())
        print(f"interpreter, imports, empty window            {empty:.2f} s")
        print(f"store of 100,000 to a full queue              {full:.2f} s")
        print(f"ratio                                         {full / empty:.2f} (limit 2.00)")
        print(f"the same when the program was killed before   {killed:.2f} s")
        print(f"ratio                                         {killed / empty:.2f}")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        child(Path(sys.argv[2]), kind=sys.argv[1])
    else:
        main()
