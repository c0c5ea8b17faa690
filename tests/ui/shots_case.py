"""Pictures of the case panel, the whistle board, the alert review and the forms.

``python -m tests.ui.shots_case DIR`` writes them in dark and light, Chinese and English.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from commandcenter.domain.case import State
from tests.ui import samples
from ui.actions import actions_of
from ui.stage import Stage
from ui.theme import DARK, LIGHT, apply_theme, install_fonts


def _settle(times=4):
    for _ in range(times):
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def a_stage(open_work, lang="zh", trails=None, who=None):
    """A stage, opened, on some work."""
    desk = samples.SampleDesk(open_work, who=samples.operator(who or samples.DISPATCHER))
    desk.trails = trails or {}
    stage = Stage(samples.seat(desk, lang=lang))
    stage.open()
    _settle()
    return stage


def some_work():
    """Cases in several states, one with a whistle whose bodies stand differently."""
    trails = {}

    def one(number, **fields):
        trail = []
        made = samples.case(number, trail=trail, **fields)
        trails[made.no] = trail
        return made

    received = one(3, age=timedelta(minutes=12), marks=["late", "place_suspect"])
    filed = one(4, state=State.FILED, age=timedelta(minutes=9))
    handling = one(
        1,
        state=State.HANDLING,
        age=timedelta(hours=2),
        evidence=[
            {"kind": "image", "url": "https://media.example/a/1.jpg", "sha256": "ab12cd34ef"}
        ],
        requires_reply=True,
    )
    market = one(12, state=State.HANDLING, age=timedelta(hours=3))
    trail = trails[market.no]
    blown, market = samples.whistle(
        market,
        bodies=("enforcement", "market", "police", "fire"),
        age=timedelta(minutes=31),
        answered=("market",),
        came=("enforcement",),
        refused=("fire",),
        trail=trail,
    )
    checking = one(6, state=State.CHECKING, age=timedelta(hours=9))
    closed = one(7, state=State.CLOSED, age=timedelta(hours=30))
    work = samples.work(40, alerts_number=14)
    return (
        samples.Work(
            cases=(received, filed, handling, market, checking, closed, *work.cases[12:]),
            whistles=(blown, *work.whistles),
            alerts=work.alerts,
            cursors=(),
            gaps=(),
            outgoing=(),
            quarantined=0,
        ),
        trails,
        {"received": received, "filed": filed, "handling": handling, "whistle": market,
         "checking": checking, "closed": closed},
    )  # fmt: skip


FORMS = {
    "file": "received", "reject": "received", "merge": "received", "dispatch": "filed",
    "report": "handling", "choose_whistle": "filed", "suspend": "handling", "close": "checking",
}  # fmt: skip


def _grab(widget, folder, name, size):
    widget.resize(*size)
    widget.show()
    _settle()
    widget.grab().save(str(folder / f"{name}.png"))


def main(folder):
    """Write every picture."""
    from ui.case.screen import CaseScreen

    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    install_fonts(app)
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    for tokens, lang in ((DARK, "zh"), (LIGHT, "zh"), (DARK, "en")):
        apply_theme(app, tokens)
        work, trails, named = some_work()
        for name, case in named.items():
            title = f"case-{name}-{tokens.name}-{lang}"
            if only and only not in title:
                continue
            stage = a_stage(work, lang, trails, "duty_leader" if name == "checking" else None)
            screen = CaseScreen(stage)
            screen.resize(480, 900)
            screen.show()
            stage.select(case.no)
            _grab(screen, folder, title, (480, 900))
            screen.close()
            stage.close()
        for form, name in FORMS.items():
            title = f"form-{form}-{tokens.name}-{lang}"
            if only and only not in title:
                continue
            stage = a_stage(work, lang, trails, "duty_leader")
            screen = CaseScreen(stage)
            screen.resize(480, 900)
            screen.show()
            stage.select(named[name].no)
            _settle()
            actions_of(stage).trigger(form)
            _grab(screen, folder, title, (480, 900))
            screen.close()
            stage.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
