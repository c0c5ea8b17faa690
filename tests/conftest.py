"""What every test stands on: an offscreen screen, the hall's font, and no leftovers."""

import os
import sys
from functools import partialmethod

import pytest
from hypothesis import settings
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# the same examples every time, so that a failure is of the change; "fuzz" looks for new ones
settings.register_profile("fast", max_examples=40, deadline=None, derandomize=True)
settings.register_profile("fuzz", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


def pytest_configure(config):
    """Overlook what the offscreen screen says of every window, and nothing else."""
    config.addinivalue_line("qt_log_ignore", "This plugin does not support")


_SCREEN_TESTS = ("tests/ui/", "tests/widgets/", "tests/end_to_end/")


@pytest.fixture(scope="session")
def qapp(qapp):
    """The application as the hall starts it: bundled or system font, dark theme."""
    from ui.theme import DARK, apply_theme, install_fonts

    install_fonts(qapp)
    apply_theme(qapp, DARK)
    yield qapp
    qapp.clipboard().clear()  # offscreen it outlives Python, and what rows were copied as must not


class PatientBot(QtBot):
    """Waits as long as a slow machine with other work may need: only what hangs waits so long."""

    waitUntil = partialmethod(QtBot.waitUntil, timeout=60_000)  # noqa: N815  its own name
    waitSignal = partialmethod(QtBot.waitSignal, timeout=60_000)  # noqa: N815  its own name


@pytest.fixture
def qtbot(qapp, request):
    """The bot of pytest-qt, with more patience."""
    return PatientBot(request)


def _wear_dark_again():
    from PySide6.QtWidgets import QApplication

    from ui.theme import DARK, apply_theme, theme_of

    if (app := QApplication.instance()) is not None and theme_of(app).tokens is not DARK:
        apply_theme(app, DARK)


@pytest.fixture(autouse=True)
def _nothing_is_left_behind(request, monkeypatch):
    """Fail a test that leaves a running thread, timer, animation or window; undo keys and theme."""
    if not request.node.nodeid.startswith(_SCREEN_TESTS):
        yield
        return
    from PySide6.QtCore import QAbstractAnimation, QCoreApplication, QEvent, Qt, QThread, QTimer
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QWidget
    from shiboken6 import isValid

    started = {}
    still_busy = {
        QTimer: QTimer.isActive,
        QThread: QThread.isRunning,
        QAbstractAnimation: lambda it: it.state() is QAbstractAnimation.State.Running,
    }

    def watch(kind):
        start = kind.start

        def noted(self, *args, **kwargs):
            caller = sys._getframe(1)
            started[id(self)] = (kind, self, f"{caller.f_code.co_filename}:{caller.f_lineno}")
            return start(self, *args, **kwargs)

        monkeypatch.setattr(kind, "start", noted)

    for kind in still_busy:
        watch(kind)
    before = {id(it) for it in QApplication.topLevelWidgets()}
    yield
    if QApplication.keyboardModifiers() != Qt.KeyboardModifier.NoModifier:
        QTest.keyClick(QWidget(), Qt.Key.Key_Escape)  # Ctrl of a click is held until the next key
    _wear_dark_again()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    busy = [
        f"{kind.__name__} started at {where}"
        for kind, it, where in started.values()
        if isValid(it) and still_busy[kind](it)
    ]
    windows = [
        f"window {it!r}"
        for it in QApplication.topLevelWidgets()
        if id(it) not in before and it.isVisible()
    ]
    if busy or windows:
        pytest.fail("left behind: " + "; ".join(busy + windows))
