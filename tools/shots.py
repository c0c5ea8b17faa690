"""Draw every screen in both themes, both languages and three sizes, from a real rehearsal.

``python -m tools.shots DIR`` writes ``SCREEN-LANG-THEME-SIZE.png``; ``--readme`` only those that
the README shows. The gateway, the store, the scripted dispatcher and the windows are the
program's own.
"""

import os
import shutil
import sys
import tempfile
import time
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSize

from commandcenter.application.seat import Seat
from commandcenter.runtime import demo
from commandcenter.runtime.compose import Core, Place, open_core
from ui.app import prepare, settle, write_shots
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
REHEARSED_S = 24.0


def main() -> int:
    """Rehearse, then draw; returns 0."""
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--readme", action="store_true", help="only what the README shows")
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
                _draw_all(core, arguments.folder, readme=arguments.readme)
            finally:
                core.stop()
        finally:
            gateway.stop()
    return 0


def _draw_all(core: Core, folder: Path, *, readme: bool) -> None:
    seat = core.take_seat(operator=None, lang="zh", rehearsal=True)
    app, _font = prepare(seat)
    script = demo.ScriptedDispatcher(core, lambda _line: None, REHEARSED_S)
    script.start()
    end = time.monotonic() + REHEARSED_S
    while time.monotonic() < end:
        app.processEvents()
        time.sleep(0.05)
    script.stop()
    folder.mkdir(parents=True, exist_ok=True)
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
                    window.stage.close()
                    window.close()
                    window.deleteLater()
                    app.processEvents()


def _opened(seat: Seat, font: FontState, size: QSize) -> HallWindow:
    stage = Stage(replace(seat, state=Path(tempfile.mkdtemp(prefix="shots-"))))
    window = HallWindow(stage, font)
    window.resize(size)
    window.show()
    stage.open()
    settle()
    return window


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
