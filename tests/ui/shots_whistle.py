"""Pictures of what a whistle is blown, watched and judged with, and of a revealed field.

``python -m tests.ui.shots_whistle DIR [PART OF A NAME]`` writes them in both themes and languages.
"""

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtWidgets import QApplication

from commandcenter.domain.report import Personal, Reporter
from tests.ui import samples
from tests.ui.shots_case import some_work
from ui.actions import actions_of
from ui.stage import Stage
from ui.theme import DARK, LIGHT, apply_theme, desk_points, hall_font, install_fonts

DRESSES = ((DARK, "zh"), (LIGHT, "en"), (LIGHT, "zh"), (DARK, "en"))
SCREENS = (QSize(1366, 768), QSize(1920, 1080), QSize(3840, 2160))


def _settle(times=12):
    for _ in range(times):
        time.sleep(0.005)
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _opened(work, lang, trails=None, who=samples.DISPATCHER):
    desk = samples.SampleDesk(work, who=samples.operator(who))
    desk.trails = trails or {}
    stage = Stage(samples.seat(desk, lang=lang))
    stage.open()
    _settle()
    return stage


def revealed(stage, named, size):
    """The case panel with the form that asks for one field, then with the field itself."""
    from ui.case.screen import CaseScreen

    screen = CaseScreen(stage)
    screen.resize(size.width() * 31 // 100, size.height() * 3 // 4)
    screen.show()
    stage.select(named["handling"].no)
    _settle()
    yield "case", screen
    actions_of(stage).trigger("reveal")
    _settle()
    yield "form", screen
    screen.forms.leave()
    phone = Reporter(phone="13912345678")
    screen._revealed.show_reporter(named["handling"].no, phone, Personal.PHONE)
    yield "shown", screen


SHOWS = {"reveal": revealed}


def main(folder, only=""):
    """Write every picture whose name contains ``only``."""
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    state = install_fonts(app)
    for name, show in SHOWS.items():
        for tokens, lang in DRESSES:
            for size in SCREENS:
                suffix = f"{lang}-{tokens.name}-{size.width()}"
                if not any(only in f"{name}-{suffix}" for only in only.split(",")):
                    continue
                app.setFont(hall_font(state.family, desk_points(size.height())))
                apply_theme(app, tokens)
                work, trails, named = some_work()
                stage = _opened(work, lang, trails)
                for state_name, widget in show(stage, named, size):
                    _settle()
                    widget.grab().save(str(folder / f"{name}-{state_name}-{suffix}.png"))
                widget.close()
                stage.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
