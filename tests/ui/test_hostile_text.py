"""Hostile text in every visible place: it is shown to the letter, opens nothing, and takes no time.

B3 of reliability.md: whoever can send the hall a message can write what looks like markup into each
of its fields. Here all of it goes in by the real door and every screen there is looks at it.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtGui import Qt as TextQt
from PySide6.QtWidgets import QLabel, QTextEdit

from tests.ui import hostile, samples, tour
from tests.ui.real_hall import open_hall
from ui.actions import Screen

SECONDS_A_STOP = 20  # nested tables took a minute and a half; a slow machine takes a second or two
CELL = 201  # characters of a cell, with an ellipsis
MAGENTA = QColor(255, 0, 255)
ESCAPED = re.compile(r"<qt>((?:[^<>]|<br/>)*)</qt>")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def canary():
    """A picture nobody may open; its path is short enough to fit every field."""
    folder = Path(tempfile.mkdtemp(prefix="c"))
    picture = QImage(64, 64, QImage.Format.Format_RGB32)
    picture.fill(MAGENTA)
    path = folder / "canary.png"
    assert picture.save(str(path))
    yield path
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory, canary):
    """A hall that was told hostile things: ``(core, clock, case numbers)``."""
    clock = samples.SampleClock()
    core = open_hall(tmp_path_factory.mktemp("hall"), clock)
    cases = hostile.attack(core, clock, canary)
    yield core, clock, cases
    core.stop()


@pytest.fixture
def window(qtbot, attacked):
    from ui.stage import Stage
    from ui.window import HallWindow

    core, _clock, _cases = attacked
    stage = Stage(core.take_seat(operator="dispatcher", lang="zh", rehearsal=False))
    made = HallWindow(stage)
    qtbot.addWidget(made)
    made.resize(1920, 1080)
    made.show()
    with qtbot.waitSignal(stage.changed):
        stage.open()
    yield made
    stage.close()
    beat = stage._bridge._beat
    qtbot.waitUntil(lambda: not beat.isActive())
    stage.deleteLater()


def is_markup(text):
    """Tell whether Qt would take a tool tip for markup of somebody else's."""
    return TextQt.mightBeRichText(text) and ESCAPED.fullmatch(text) is None


def faults():
    """Yield what is wrong with what the program shows now."""
    for widget in tour.everything():
        name = f"{type(widget).__name__} {widget.objectName()}"
        if isinstance(widget, QLabel) and not tour.is_tip_window(widget):
            if widget.textFormat() is not Qt.TextFormat.PlainText and widget.text():
                yield f"{name} guesses: {widget.text()[:80]!r}"
            if widget.openExternalLinks():
                yield f"{name} opens links"
        if isinstance(widget, QTextEdit):
            yield f"{name} may hold markup"
        for where, said in tour.words_of(widget):
            tells = where.endswith(("toolTip", "statusTip", "whatsThis")) or "TipRole" in where
            if tells and is_markup(said):
                yield f"{where} of {name} is markup: {said[:80]!r}"
            if "DisplayRole" in where and len(said) > CELL:
                yield f"{where} of {name} is {len(said)} characters long"


def magenta(window):
    """Count the pixels in which the canary's picture would be seen."""
    picture = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(picture.constBits(), dtype=np.uint32)
    return int(np.count_nonzero((pixels & 0xFFFFFF) == 0xFF00FF))


@pytest.mark.timeout(900)
def test_that_hostile_text_is_nowhere_markup_and_keeps_no_screen_waiting(qtbot, attacked, window):
    _core, _clock, cases = attacked
    seen, began = 0, time.monotonic()
    for stop in tour.stops(window, lambda: qtbot.wait(20), cases=cases):
        took = time.monotonic() - began
        assert took < SECONDS_A_STOP, f"{stop} took {took:.1f} s"
        found = [*faults()]
        assert not found, f"at {stop}:\n" + "\n".join(found[:20])
        for shown in {window, *window._own_windows.values()}:
            if shown.isVisible():
                assert magenta(shown) == 0, f"the canary is seen at {stop}"
        seen, began = seen + 1, time.monotonic()
    assert seen > 100


def test_that_words_in_angle_brackets_are_shown_as_they_were_written(qtbot, attacked, window):
    core, _clock, _cases = attacked
    stage = window.stage
    qtbot.waitUntil(lambda: bool(stage.picture.cases))
    case = next(it for it in stage.picture.cases.values() if it.title == hostile.BRACKETS)
    stage.select(case.no)
    screen = window.summon(Screen.CASE)
    qtbot.wait(50)
    said = [it.text() for it in screen.findChildren(QLabel) if it.isVisibleTo(screen)]
    assert hostile.BRACKETS in said
    assert any(it.startswith(hostile.BRACKETS + "\n") for it in said)  # the description
    assert core.hall.grids.grids  # and the queue says it as well
    queue = window.panes["queue"].content
    queue.choose_tab("all")
    model = queue._view.model()
    titles = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert hostile.BRACKETS in titles


def test_that_nothing_written_by_a_sender_turns_the_line_around(qtbot, attacked, window):
    _core, _clock, cases = attacked
    for number in cases:
        window.stage.select(number)
        qtbot.wait(20)
        for widget in tour.everything():
            for where, said in tour.words_of(widget):
                assert not set(said) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068"), where


def works(strace):
    """Tell whether a process may be traced on this machine."""
    if strace is None:
        return False
    tried = subprocess.run([strace, "-f", "-o", "/dev/null", "true"], check=False)
    return tried.returncode == 0


@pytest.mark.timeout(900)
def test_that_no_file_named_in_a_text_is_opened(tmp_path, canary):
    strace = shutil.which("strace")
    if not works(strace):
        pytest.skip("strace is not here or may not trace")
    trace = tmp_path / "trace"
    run = [sys.executable, "-m", "tests.ui.hostile", str(tmp_path / "hall"), str(canary)]
    subprocess.run(
        [strace, "-f", "-o", str(trace), "-e", "trace=%file", *run],
        check=True,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=840,
    )
    opened = trace.read_text("utf-8", errors="replace")
    assert "hall.db" in opened  # the trace tells of files at all
    lines = [it for it in opened.splitlines() if "canary" in it and "execve" not in it]
    assert not lines, "\n".join(lines[:5])
