"""A whole hall to measure: a gateway process that sends, a store, a window drawn offscreen."""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from commandcenter.runtime.apart import Apart, open_apart
from commandcenter.runtime.front import Place
from ui.stage import Stage
from ui.steady import Steady
from ui.theme import DARK, application, apply_theme, install_fonts
from ui.window import HallWindow

ROOT: Final = Path(__file__).parent.parent
_PATIENCE_S: Final = 10

Window = TypeVar("Window", bound=HallWindow)


@dataclass(frozen=True, slots=True)
class Opened(Generic[Window]):
    """A hall whose window is open; its feed does not run before ``hall.start``."""

    app: QApplication
    hall: Apart
    stage: Stage
    window: Window
    store: Path


@contextmanager
def opened(
    rate: int, seconds: int, mix: str, window_of: type[Window] = HallWindow
) -> Iterator[Opened[Window]]:
    """Open a hall of 1920 by 1080 on a gateway that sends messages at a rate, for some seconds."""
    app = application("benchmark")
    font = install_fonts(app)
    apply_theme(app, DARK)
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        process, url = _gateway(state / "gateway", rate, seconds, mix)
        hall = open_apart(
            Place(pack=ROOT / "resources/demo", state=state, feed_urls={"county": url}), feeds=True
        )
        stage = Stage(hall.take_seat(operator=None, lang="zh", rehearsal=True))
        window = window_of(stage, font)
        window.resize(1920, 1080)
        window.show()
        stage.open()
        steady = Steady(app)  # as ui/app.py has it
        yield Opened(app, hall, stage, window, state / "hall.db")
        steady.stop()
        stage.close()
        window.close()
        process.stdin.close()
        try:
            process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
        hall.stop()
        window.deleteLater()


def _gateway(state: Path, rate: int, seconds: int, mix: str) -> tuple[subprocess.Popen, str]:
    process = subprocess.Popen(
        [
            *(sys.executable, "main.py", "gateway", "--state", str(state), "--end-with-stdin"),
            *("--rate", str(rate), "--for", str(seconds), "--mix", mix),
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return process, json.loads(process.stdout.readline())["url"]


def last_row(store: Path, table: str) -> int:
    """Return how many rows a table has from which none is ever taken out, without counting."""
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as book:
        (found,) = book.execute(f"SELECT coalesce(max(rowid), 0) FROM {table}").fetchone()
    return found


def taken_in(store: Path) -> int:
    """Return how many messages were stored or put aside."""
    return last_row(store, "message") + last_row(store, "quarantine")
