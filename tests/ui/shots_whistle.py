"""Pictures of what a whistle is blown, watched and judged with, and of a revealed field.

``python -m tests.ui.shots_whistle DIR [PART OF A NAME]`` writes them in both themes and languages.
"""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtWidgets import QApplication

from commandcenter.domain.case import State
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


def crowd(count, *, hostile=False):
    """Many running whistles, standing differently, and the facts of each."""
    cases, blown, trails = [], [], {}
    moves = (
        {},
        {"answered": ("police",)},
        {"came": ("enforcement",), "answered": ("market",)},
        {"refused": ("police",), "came": ("enforcement", "market")},
    )
    for n in range(count):
        trail = []
        title = HOSTILE if hostile else None
        case = samples.case(
            n + 1, state=State.HANDLING, age=timedelta(hours=2), trail=trail, title=title
        )
        whistle, case = samples.whistle(
            case,
            bodies=("enforcement", "police", "market", "fire")[: 2 + n % 3],
            number=n + 1,
            age=timedelta(minutes=2 + 7 * (n % 6), seconds=11 * n),
            trail=trail,
            **{
                how: tuple(
                    it for it in who if it in ("enforcement", "police", "market")[: 2 + n % 3]
                )
                for how, who in moves[n % len(moves)].items()
            },
        )
        cases.append(case)
        blown.append(whistle)
        trails[case.no] = trail
    work = samples.work(0, alerts_number=0)
    return samples.replace(work, cases=tuple(cases), whistles=tuple(blown)), trails


HOSTILE = "<b>粗体</b><img src=x onerror=alert(1)> \u202eضرب " + "很长的标题" * 60


def _board(stage, _named, size):
    from ui.whistle.screen import WhistleScreen

    screen = WhistleScreen(stage)
    screen.show()
    for name, width, height in (("pane", 0.3, 0.42), ("tall", 0.34, 0.8), ("wide", 0.75, 0.8)):
        screen.resize(round(size.width() * width), round(size.height() * height))
        yield name, screen


def judged():
    """A whistle with every sort of row: called, refusing, coming, there, released, appealing."""
    trail = []
    case = samples.case(12, state=State.HANDLING, age=timedelta(hours=2), trail=trail)
    bodies = ("enforcement", "police", "market", "fire", "power", "waterworks")
    whistle, case = samples.whistle(
        case, bodies=bodies, age=timedelta(minutes=12), came=("enforcement", "power"),
        answered=("market",), refused=("fire",), trail=trail,
    )  # fmt: skip
    whistle = samples.chained(whistle, "police", called=2)
    whistle = samples.rated(whistle, "power", upto="rule_rating")
    whistle, _facts = samples.whistles.take(
        whistle, "fire", samples.SummonsStep.ARBITRATE, at=samples.NOW, by="dispatcher",
        data={"arbiter": "county", "reason": "清单写明应配合",
              "rule_by": samples.NOW + timedelta(minutes=22)},
    )  # fmt: skip
    spot = whistle.place.wgs84
    unit = samples.UnitPosition(
        id="U1", kind="vehicle", name="市监 2 号车", body="market", lon=spot.lon + 0.012,
        lat=spot.lat + 0.006, at=samples.NOW - timedelta(seconds=20),
    )  # fmt: skip
    ended = samples.rated(
        samples.whistle(samples.case(5, state=State.HANDLING), number=9, came=("police",))[0],
        "police", upto="rate",
    )  # fmt: skip
    work = samples.replace(
        samples.work(0, alerts_number=0), cases=(case,), whistles=(whistle,), positions=(unit,)
    )
    return work, {case.no: trail}, {"ended": ended, "running": whistle, "case": case}


def _judged(stage, named, size):
    from ui.whistle.deeds import deeds_of
    from ui.whistle.screen import WhistleScreen

    stage.seat.desk.answers[samples.ToRate] = (named["running"], named["ended"])
    stage.operator = samples.operator(samples.LEADER)
    screen = WhistleScreen(stage)
    screen.resize(round(size.width() * 0.42), round(size.height() * 0.94))
    screen.show()
    yield "rows", screen
    screen._scroll.verticalScrollBar().setValue(10_000)
    yield "rows2", screen
    deeds, running = deeds_of(stage), named["running"]
    for action, whistle, body in (
        ("escalate", running, "police"),
        ("arbitrate", running, "fire"),
        ("rule_summons", running, "fire"),
        ("rate", named["ended"], "police"),
        ("rule_rating", running, "power"),
    ):
        deeds.ask(action, whistle, body=body)
        yield action, screen


def _calling(stage, _named, size):
    from ui.case.screen import CaseScreen
    from ui.whistle.deeds import deeds_of

    screen = CaseScreen(stage)
    screen.resize(size.width() * 31 // 100, size.height() * 3 // 4)
    screen.show()
    running = stage.picture.whistle_of
    open_ = (it for it in stage.picture.cases.values() if not running(it))
    stage.select(next(it.no for it in open_ if deeds_of(stage).plan(it)))
    yield "call", screen
    actions_of(stage).trigger("choose_whistle")
    yield "chooser", screen


SHOWS = {
    "judged": (_judged, judged),
    "call": (_calling, some_work),
    "reveal": (revealed, some_work),
    "board-one": (_board, lambda: (*crowd(1), {})),
    "board-four": (_board, lambda: (*crowd(4), {})),
    "board-flood": (_board, lambda: (*crowd(500), {})),
    "board-empty": (_board, lambda: (*crowd(0), {})),
    "board-hostile": (_board, lambda: (*crowd(3, hostile=True), {})),
}


def main(folder, only=""):
    """Write every picture whose name contains ``only``."""
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    state = install_fonts(app)
    for name, (show, made) in SHOWS.items():
        for tokens, lang in DRESSES:
            for size in SCREENS:
                suffix = f"{lang}-{tokens.name}-{size.width()}"
                if not any(only in f"{name}-{suffix}" for only in only.split(",")):
                    continue
                app.setFont(hall_font(state.family, desk_points(size.height())))
                apply_theme(app, tokens)
                work, trails, named = made()
                stage = _opened(work, lang, trails)
                for state_name, widget in show(stage, named, size):
                    _settle()
                    widget.grab().save(str(folder / f"{name}-{state_name}-{suffix}.png"))
                widget.close()
                stage.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
