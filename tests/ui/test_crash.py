"""Faults of the program: told once, written down, and the hall goes on."""

import subprocess
import sys
import threading

import pytest

from ui.crash import LINES_A_MINUTE, Crashes


@pytest.fixture
def ticks():
    return [0.0]


@pytest.fixture
def crashes(qapp, tmp_path, ticks):
    made = Crashes(tmp_path / "crashes", clock=lambda: ticks[0])
    (tmp_path / "crashes").mkdir()
    yield made
    made.deleteLater()


def fail(crashes):
    try:
        raise ValueError("broken")
    except ValueError as error:
        crashes.caught(ValueError, error, error.__traceback__)


def test_that_a_fault_is_told_with_the_name_of_its_report(qtbot, crashes, tmp_path):
    with qtbot.waitSignal(crashes.happened) as told:
        fail(crashes)
    report = (tmp_path / "crashes" / f"{told.args[0]}.txt").read_text("utf-8")
    assert "ValueError: broken" in report
    assert "test_crash.py" in report


def test_that_a_thousand_faults_are_twenty_lines_and_one_notice(
    qtbot, qapp, crashes, ticks, caplog
):
    told = []
    crashes.happened.connect(told.append)
    for _ in range(1000):
        fail(crashes)
    qtbot.waitUntil(lambda: bool(told))
    qapp.processEvents()
    assert len(told) == 1
    assert len(caplog.records) == LINES_A_MINUTE
    ticks[0] = 61.0
    fail(crashes)
    qtbot.waitUntil(lambda: len(told) == 2)


def test_that_faults_of_other_threads_are_told_in_this_one(qtbot, crashes):
    told_on = []
    crashes.happened.connect(lambda _name: told_on.append(threading.current_thread()))
    thread = threading.Thread(target=fail, args=(crashes,))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(told_on))
    assert told_on == [threading.main_thread()]


def test_that_a_folder_that_cannot_be_written_does_not_hide_the_fault(qtbot, crashes, tmp_path):
    (tmp_path / "crashes").rmdir()
    (tmp_path / "crashes").write_text("in the way")
    with qtbot.waitSignal(crashes.happened):
        fail(crashes)


def test_that_the_hooks_catch_slots_threads_and_overrides_and_the_hall_goes_on(tmp_path):
    script = """
import sys, threading
from pathlib import Path
from PySide6.QtCore import QObject, QTimer, qWarning
from PySide6.QtWidgets import QApplication, QWidget
from ui.crash import Crashes

app = QApplication([])
crashes = Crashes(Path(sys.argv[1]))
crashes.install()
told = []
crashes.happened.connect(told.append)

class Broken(QWidget):
    def resizeEvent(self, event):
        raise RuntimeError("in an override")

def in_slot():
    raise RuntimeError("in a slot")

def in_thread():
    raise RuntimeError("in a thread")

broken = Broken()
QTimer.singleShot(0, in_slot)
QTimer.singleShot(10, broken.show)
thread = threading.Thread(target=in_thread)
thread.start()
thread.join()
qWarning("something from Qt")
QTimer.singleShot(300, app.quit)
code = app.exec()
crashes.remove()
reports = sorted(it.read_text() for it in Path(sys.argv[1]).glob("*.txt"))
print(code, len(told), sum("in a" in it for it in reports))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.split() == ["0", "1", "3"], done.stderr
    assert "something from Qt" in done.stderr
