"""Draw every screen in both themes, both languages and three sizes, from a real rehearsal.

``python -m tools.shots DIR`` writes ``SCREEN-LANG-THEME-SIZE.png``; ``--readme`` only those that
the README shows, ``--states`` what people open on the screens: a case in focus, a view being
saved, lists, the command box. The gateway, the store, the scripted dispatcher and the windows
are the program's own.
"""

import os
import shutil
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QWidget

from commandcenter.application.seat import Seat
from commandcenter.runtime import demo
from commandcenter.runtime.compose import Core, open_core
from commandcenter.runtime.front import Place
from ui.actions import Screen
from ui.app import prepare, settle, write_shots
from ui.forms.host import FormHost
from ui.stage import Stage
from ui.theme import THEMES, FontState, apply_theme, desk_points, hall_font
from ui.window import HallWindow

SIZES = (QSize(1366, 768), QSize(1920, 1080), QSize(3840, 2160))
README = frozenset(
    {
        "hall-zh-dark-1920x1080",
        "whistle-zh-dark-1920x1080",
        "wall-zh-dark-3840x2160",
        "leaders-zh-light-1920x1080",
        "hall-en-light-1920x1080",
    }
)
STATES = (
    ("zh", "dark", SIZES[1]),
    ("zh", "light", SIZES[0]),
    ("en", "light", SIZES[0]),
    ("en", "high_contrast", SIZES[0]),
)
REHEARSED_S = 24.0


def main() -> int:
    """Rehearse, then draw; returns 0."""
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--readme", action="store_true", help="only what the README shows")
    parser.add_argument("--states", action="store_true", help="what people open, in four dresses")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        gateway = demo.GatewayProcess(state / "gateway", *demo.GATEWAY)
        try:
            place = Place(
                pack=demo.pack(),
                state=state,
                feed_urls={demo.FEED: gateway.url},
                limits=demo.HURRIED,
            )
            core = open_core(place, feeds=True)
            core.start()
            try:
                app, seat = _rehearsed(core)
                arguments.folder.mkdir(parents=True, exist_ok=True)
                if arguments.states:
                    _draw_states(app, seat, arguments.folder)
                else:
                    _draw_all(app, seat, arguments.folder, readme=arguments.readme)
            finally:
                core.stop()
        finally:
            gateway.stop()
    return 0


def _rehearsed(core: Core) -> tuple[QApplication, Seat]:
    seat = core.take_seat(operator=None, lang="zh", rehearsal=True)
    app, _font = prepare(seat)
    script = demo.ScriptedDispatcher(core, lambda _line: None, REHEARSED_S)
    script.start()
    end = time.monotonic() + REHEARSED_S
    while time.monotonic() < end:
        app.processEvents()
        time.sleep(0.05)
    script.stop()
    return app, seat


def _draw_all(app: QApplication, seat: Seat, folder: Path, *, readme: bool) -> None:
    for lang in ("zh", "en"):
        app, font = prepare(replace(seat, lang=lang))
        for theme in ("dark", "light"):
            for size in SIZES:
                app.setFont(hall_font(font.family, desk_points(size.height())))
                apply_theme(app, THEMES[theme])
                suffix = f"{lang}-{theme}-{size.width()}x{size.height()}"
                wanted = {name for name in README if name.endswith(suffix)} if readme else None
                if wanted is None or wanted:
                    window = _opened(replace(seat, lang=lang), font, size)
                    _keep(window, folder, suffix, wanted, size)
                    _closed(app, window)


def _opened(seat: Seat, font: FontState, size: QSize) -> HallWindow:
    stage = Stage(replace(seat, state=Path(tempfile.mkdtemp(prefix="shots-"))))
    window = HallWindow(stage, font)
    window.resize(size)
    window.show()
    stage.open()
    settle()
    return window


def _closed(app: QApplication, window: HallWindow) -> None:
    window.stage.close()
    window.close()
    window.deleteLater()
    app.processEvents()


def _draw_states(app: QApplication, seat: Seat, folder: Path) -> None:
    for lang, theme, size in STATES:
        app, font = prepare(replace(seat, lang=lang))
        app.setFont(hall_font(font.family, desk_points(size.height())))
        apply_theme(app, THEMES[theme])
        window = _opened(replace(seat, lang=lang), font, size)
        window.lay_out()
        for state in _states(window):
            settle()
            shown = app.activeModalWidget() or _on_top(window)
            suffix = f"{lang}-{theme}-{size.width()}x{size.height()}"
            shown.grab().save(str(folder / f"{state}-{suffix}.png"))
            if shown is not window:
                shown.close()
        _closed(app, window)


def _on_top(window: HallWindow) -> QWidget:
    """Return the dialog that was opened last, or the window."""
    return next((it for it in window.findChildren(QDialog) if it.isVisible()), window)


def _states(window: HallWindow) -> Iterator[str]:
    """Open what a person opens, one thing after another."""
    stage, trigger = window.stage, window.actions_table.trigger
    cases = list(stage.picture.cases.values())
    stage.select(next((it.case for it in stage.picture.whistles.values()), cases[0].no))
    yield "hall-whistle"
    trigger("focus")
    yield "focus"
    trigger("focus")
    trigger("find")
    fields = window.panes[Screen.QUEUE].findChildren(QLineEdit)
    next(it for it in fields if it.isVisible()).setText(cases[0].title[:2])
    trigger("save_view")
    yield "view-form"
    trigger("panel_alerts")
    yield "alerts"
    for action in ("quarantine", "outbox", "shortcuts"):
        trigger(action)
        yield action
    for action in ("call_county", "transfer"):
        trigger(action)
        yield action
        for host in window.panes[Screen.CASE].findChildren(FormHost):
            host.leave()
    stage.refused.emit(stage.hall.name)
    trigger("commands")
    yield "command-box"


def _keep(
    window: HallWindow, folder: Path, suffix: str, wanted: set[str] | None, size: QSize
) -> None:
    with tempfile.TemporaryDirectory() as shots:
        write_shots(window, Path(shots), size=size, wall=size)
        for picture in sorted(Path(shots).glob("*.png")):
            name = f"{picture.stem}-{suffix}"
            if wanted is None or name in wanted:
                shutil.copy(picture, folder / f"{name}.png")


if __name__ == "__main__":
    sys.exit(main())
