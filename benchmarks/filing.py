"""From the key that files a case to the pixel that shows it filed, while a gateway sends 200/s.

Run ``python -m benchmarks.filing [SECONDS [RATE]]`` from the repository's root: the real window of
1920 by 1080 drawn offscreen, a gateway process, a store of its own. Twice a second a received case
is selected and its form opened; then Ctrl+Enter is pressed as a person presses it. It is painted
when the list shows the case filed; the case panel, whose form goes, follows, and is told apart.
Beside it stands what a bare ``sqlite3`` connection needs to commit the same two rows with full
sync.
"""

import os
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from typing_extensions import override

from benchmarks.hall import opened, taken_in
from commandcenter.domain.case import Case, State
from ui.actions import Screen
from ui.forms.case_forms import CASE_FORMS
from ui.forms.field import subject_of
from ui.window import HallWindow

RATE = 200
SECONDS = 40
LEAD_IN_S = 4.0
EVERY_MS = 500
PATIENCE_S = 5.0
LIMIT_MS = 100.0


class Measured(HallWindow):
    """The window, noting when what somebody waits for has been painted."""

    awaited = ""  # the number of the case being filed
    pressed = 0.0
    taken = False  # by the queue, and not yet painted
    lost = 0  # not seen in time
    wanted = False  # of the window, after the outcome has come
    work_before = 0.0

    def __init__(self, stage, font):
        super().__init__(stage, font)
        self.delays: list[float] = []
        self.whole: list[float] = []  # until all of the window had followed
        self.worked: list[float] = []  # of those, how long this thread had a processor

    @override
    def event(self, event):
        done = super().event(event)
        if event.type() == QEvent.Type.UpdateRequest and self.wanted:
            self.whole.append((time.perf_counter() - self.pressed) * 1000)
            self.wanted = False
        return done

    def painted(self) -> None:
        """Note that the list has been painted."""
        if self.taken:
            self.delays.append((time.perf_counter() - self.pressed) * 1000)
            self.worked.append((time.thread_time() - self.work_before) * 1000)
            self.awaited, self.taken = "", False

    def watch(self) -> None:
        """Have it known when the queue takes the awaited case in."""
        queue = self.panes[Screen.QUEUE].content
        take_in = queue._apply

        def applied() -> None:
            take_in()
            row = queue._board.rows.get(self.awaited)
            if row is not None and row.case.state is State.FILED:
                self.taken = True

        queue._apply = applied
        note_next = queue._note_next  # called as soon as the list has been painted

        def noted(stood: int) -> None:
            self.painted()
            note_next(stood)

        queue._note_next = noted
        screen = self.panes[Screen.CASE].content
        screen.forms.done.connect(lambda _outcome: setattr(self, "wanted", True))


class Clerk:
    """Files one received case after another, by the key."""

    def __init__(self, window: Measured) -> None:
        self._window = window
        self._tried: set[str] = set()
        self.lost = 0

    def act(self) -> None:
        """Press the key on the form that stands open, then open the next."""
        window = self._window
        if window.awaited:
            if time.perf_counter() - window.pressed > PATIENCE_S:
                self.lost += 1
                window.awaited = ""
            return
        screen = window.panes[Screen.CASE].content
        panel = screen.forms.panel
        if panel is not None and panel.form.id == "file" and panel.subject.case is not None:
            window.awaited, window.taken = panel.subject.case.no, False
            window.pressed, window.work_before = time.perf_counter(), time.thread_time()
            QTest.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            return
        case = self._next()
        if case is not None:
            self._tried.add(case.no)
            window.stage.select(case.no)
            form = screen.forms.open(CASE_FORMS["file"], subject_of(window.stage, case=case))
            if not form.values().get("category"):
                form.enter(category=next(iter(window.stage.hall.standards)))

    def _next(self) -> Case | None:
        found = self._window.stage.picture.cases.values()
        fit = (it for it in found if it.state is State.RECEIVED and it.place.grid)
        return next((it for it in fit if it.no not in self._tried), None)


def run(seconds: int, rate: int) -> tuple[Measured, int]:
    with opened(rate, seconds, "reports", Measured) as it:
        it.hall.start()
        window = it.window
        window.summon(Screen.CASE)
        window.watch()
        clerk = Clerk(window)
        beat = QTimer(interval=EVERY_MS // 2)
        beat.timeout.connect(clerk.act)
        QTimer.singleShot(round(LEAD_IN_S * 1000), beat.start)
        QTimer.singleShot(seconds * 1000, it.app.exit)
        it.app.exec()
        beat.stop()
        window.lost = clerk.lost
        return window, taken_in(it.store)


def bare(rounds: int) -> list[float]:
    """Commit one changed row and one new with full sync, again and again; milliseconds each."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)) as connection,
    ):
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE a (id INTEGER PRIMARY KEY, whole TEXT)")
        connection.execute("CREATE TABLE fact (id INTEGER PRIMARY KEY, data TEXT)")
        connection.execute("INSERT INTO a VALUES (1, ?)", ("x" * 900,))
        took = []
        for _ in range(rounds):
            began = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("UPDATE a SET whole = ? WHERE id = 1", ("y" * 900,))
            connection.execute("INSERT INTO fact (data) VALUES (?)", ("z" * 300,))
            connection.execute("COMMIT")
            took.append((time.perf_counter() - began) * 1000)
        return took


def main() -> None:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    rate = int(sys.argv[2]) if len(sys.argv) > 2 else RATE
    window, stored = run(seconds, rate)
    took, peer = np.array(window.delays or [0.0]), bare(200)
    own, whole = np.array(window.worked or [0.0]), np.array(window.whole or [0.0])
    print(f"{took.size} cases filed at {rate}/s, {window.lost} not seen within {PATIENCE_S:.0f} s;")
    print(f"  {stored} messages stored meanwhile")
    print(
        f"  key to painted  p50 {np.percentile(took, 50):.0f}  p99 {np.percentile(took, 99):.0f}"
        f"  max {took.max():.0f} ms  (limit {LIMIT_MS:.0f} at p99)"
    )
    print(
        f"  the case panel too  p50 {np.percentile(whole, 50):.0f}"
        f"  p99 {np.percentile(whole, 99):.0f} ms"
    )
    print(
        f"  of it the screens' own work  p50 {np.percentile(own, 50):.0f}"
        f"  p99 {np.percentile(own, 99):.0f} ms"
    )
    print(
        f"  a bare commit   p50 {np.percentile(peer, 50):.1f}  p99 {np.percentile(peer, 99):.1f} ms"
    )
    print(f"  load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
