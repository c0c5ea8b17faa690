"""Running the screens of one seat: fonts, theme, words, hooks, a clean end."""

import json
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from types import FrameType
from typing import Final

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QEventLoop,
    QLibraryInfo,
    QObject,
    QSize,
    QSocketNotifier,
    Qt,
    QTimer,
    QTranslator,
)
from PySide6.QtWidgets import QApplication

from commandcenter.application.seat import Seat
from ui import layout_store
from ui.actions import Screen
from ui.crash import Crashes
from ui.icons import icon
from ui.stage import Stage
from ui.steady import Steady
from ui.theme import (
    DARK,
    THEMES,
    FontState,
    application,
    apply_theme,
    desk_points,
    install_fonts,
    theme_of,
)
from ui.window import HallWindow
from ui.wording import Both, phrase
from widgets.tone import Tone

Script = Callable[[HallWindow], Iterator[object] | None]
"""What is done to the window in a scripted run; after each thing it yields a beat passes."""

DESK: Final = QSize(1920, 1080)
WALL: Final = QSize(3840, 2160)
# each page with the share of the window's width and height that it is painted at
_PAGES: Final = (
    ("case", Screen.CASE, (0.375, 1.0)),
    ("whistle", Screen.WHISTLES, (0.625, 0.75)),
    ("map", Screen.MAP, (0.67, 0.92)),
    ("figures", Screen.FIGURES, (1.0, 0.15)),
    ("wall", Screen.WALL, (1.0, 1.0)),
    ("leaders", Screen.LEADERS, (1.0, 1.0)),
)
_BEAT_MS: Final = 100
_SETTLE_MS: Final = 400  # a map draws its layers beside the screens; a picture waits for it
_FAULT: Final[Both] = (
    "程序出现一处故障，已记录（编号 {name}），其他功能不受影响。",
    "The program met a fault, recorded as {name}. Everything else goes on.",
)


def run(
    seat: Seat,
    *,
    wall: bool = False,
    theme: str | None = None,
    shots: Path | None = None,
    duration: float | None = None,
    script: Script | None = None,
) -> int:
    """Show a seat until it is closed, told to stop, or ``duration`` seconds have passed.

    ``wall`` shows the wall alone. Without a ``theme`` the screens wear what they wore last.
    With ``shots`` every screen is painted into that folder at the end. ``script`` acts on the
    window once its picture is filled, and its end is the end of the run if no duration is given.
    The caller has made sure that there is a display (pitfalls.md 10). Returns 0.
    """
    app, font = prepare(seat)
    apply_theme(app, THEMES.get(theme or layout_store.theme(seat.state), DARK))
    app.setWindowIcon(icon("app", theme_of(app).tokens.accent))
    crashes = Crashes(seat.state / "crashes")
    crashes.install()
    stage = Stage(seat)
    stage.open()  # the store is read while the window is made
    window = HallWindow(stage, font)
    teller = _Teller(window)
    crashes.happened.connect(teller.tell)
    stop, steady = _Stop(app), Steady(app)
    try:
        if wall:
            window.summon(Screen.WALL).showFullScreen()
        else:
            window.appear()
        conductor = _Conductor(window, script, duration)
        code = app.exec()
        conductor.stop()
        if shots is not None:
            write_shots(window, shots)
        window.close()
    finally:
        steady.stop()
        stop.close()
        stage.close()
        crashes.remove()
        for item in (window, stage, crashes):
            item.deleteLater()
        if app.platformName() == "offscreen":  # its clipboard outlives Python: what rows were
            app.clipboard().clear()  # copied as must not
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return code


# -- before the window --


def language_of(state: Path, asked: str | None) -> str:
    """Return the language of the screens: the one asked for, else as last chosen, else Chinese."""
    return asked or layout_store.language(state) or "zh"


def prepare(seat: Seat) -> tuple[QApplication, FontState]:
    """Make the application with letters and the words of its language."""
    _screens_without_display(seat.state)
    app = application(seat.hall.name)
    app.setApplicationDisplayName(seat.hall.name)
    font = install_fonts(app, points=desk_points(app.primaryScreen().geometry().height()))
    speak(app, seat.lang)
    return app, font


def speak(app: QApplication, lang: str) -> None:
    """Have Qt's own words, and those of the screens, said in a language and no other."""
    for before in app.findChildren(QTranslator):
        app.removeTranslator(before)
        before.deleteLater()
    qt_words = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    own_words = str(files("resources") / "i18n")
    for name, folder in {
        "zh": (("qtbase_zh_CN", qt_words),),
        "en": (("hall_en", own_words),),
    }.get(lang, ()):
        translator = QTranslator(app)
        if translator.load(name, folder):
            app.installTranslator(translator)


def _screens_without_display(folder: Path) -> None:
    """Give a run without a display a desk screen and a wall instead of one of 800 by 800."""
    if os.environ.get("QT_QPA_PLATFORM") != "offscreen" or QApplication.instance() is not None:
        return
    sizes = (("desk", 0, DESK), ("wall", DESK.width(), WALL))
    screens = [
        {
            "name": name,
            "x": left,
            "y": 0,
            "width": size.width(),
            "height": size.height(),
            "logicalDpi": 96,
            "logicalBaseDpi": 96,
            "dpr": 1,
        }
        for name, left, size in sizes
    ]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "screens.json"
    path.write_text(json.dumps({"screens": screens}), "utf-8")
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={path}"


# -- while it runs --


class _Teller(QObject):
    """Tells a person of a fault of the program, in the corner of the window."""

    def __init__(self, window: HallWindow) -> None:
        super().__init__(window)
        self._window = window

    def tell(self, name: str) -> None:
        words = phrase(_FAULT, self._window.stage.lang).format(name=name)
        self._window.notices.stack.say(words, tone=Tone.OVER, key="fault", seconds=15.0)


class _Stop(QObject):
    """Ends the application on SIGINT and SIGTERM.

    A Python handler does not run while Qt waits for something to happen (pitfalls.md 18), so the
    signal's number is written to a socket that Qt listens to.
    """

    _SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._reading, self._writing = socket.socketpair()
        for end in (self._reading, self._writing):
            end.setblocking(False)
        self._before_fd = signal.set_wakeup_fd(self._writing.fileno(), warn_on_full_buffer=False)
        self._before = {it: signal.signal(it, self._handle) for it in self._SIGNALS}
        self._notifier = QSocketNotifier(self._reading.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_signal)

    @staticmethod
    def _handle(_number: int, _frame: FrameType | None) -> None:
        """Do nothing here: without a handler the signal would end the process at once."""

    def _on_signal(self) -> None:
        with suppress(BlockingIOError):
            self._reading.recv(64)
        QCoreApplication.exit(0)

    def close(self) -> None:
        """Give the signals back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before_fd)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._reading.close()
        self._writing.close()


class _Conductor(QObject):
    """Leads a scripted run: waits for the picture, plays the script, ends in time."""

    def __init__(self, window: HallWindow, script: Script | None, duration: float | None) -> None:
        super().__init__(window)
        self._window, self._script = window, script
        self._ends_itself = duration is None
        self._steps: Iterator[object] = iter(())
        self._beat = QTimer(self, interval=_BEAT_MS)
        self._beat.timeout.connect(self._on_beat)
        self._end = QTimer(self, singleShot=True)
        self._end.timeout.connect(self._on_end)
        if duration is not None:
            self._end.start(round(duration * 1000))
        if script is not None:
            self._beat.start()

    def _on_beat(self) -> None:
        if not self._window.stage.picture.begun:
            return
        if self._script is not None:
            script, self._script = self._script, None
            self._steps = iter(script(self._window) or ())
            return
        try:
            next(self._steps)
        except StopIteration:
            self._beat.stop()
            if self._ends_itself:
                self._on_end()

    @staticmethod
    def _on_end() -> None:
        QCoreApplication.exit(0)

    def stop(self) -> None:
        """Do nothing more."""
        self._beat.stop()
        self._end.stop()


# -- pictures --


def write_shots(
    window: HallWindow, folder: Path, *, size: QSize = DESK, wall: QSize = WALL
) -> None:
    """Paint the window, of ``size``, and every screen into ``folder`` as PNG; the wall its own."""
    folder.mkdir(parents=True, exist_ok=True)
    stage = window.stage
    if not stage.selection:
        open_cases = stage.picture.cases
        whistled = (it.case for it in stage.picture.whistles.values())
        stage.select(next(whistled, next(iter(open_cases), "")))
    window.showNormal()
    window.resize(size)
    window.lay_out()
    settle()
    window.grab().save(str(folder / "hall.png"))
    for name, screen, (wide, high) in _PAGES:
        page = window.take_out(screen)
        page.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        whole = wall if screen is Screen.WALL else size
        page.resize(round(whole.width() * wide), round(whole.height() * high))
        page.show()
        settle()
        page.grab().save(str(folder / f"{name}.png"))
        page.hide()
        page.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, False)
        window.put_back(screen)


def settle() -> None:
    """Let everything be laid out and drawn."""
    loop = QEventLoop()
    QTimer.singleShot(_SETTLE_MS, loop.quit)
    loop.exec()
