"""Pictures of the case panel, the whistle board, the alert review and the forms.

``python -m tests.ui.shots_case DIR`` writes them in dark and light, Chinese and English.
"""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from commandcenter.domain.case import State
from commandcenter.domain.catalogue import Admission
from commandcenter.domain.report import Channel
from tests.ui import samples
from ui.actions import actions_of
from ui.stage import Stage
from ui.theme import DARK, LIGHT, apply_theme, install_fonts


def _settle(times=12):
    for _ in range(times):
        time.sleep(0.005)  # the store answers from another thread
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
    work_days = one(3, state=State.HANDLING, age=timedelta(hours=5))
    asked = samples.asked(one(8, state=State.HANDLING, age=timedelta(hours=4)))
    extended = samples.replace(
        one(10, state=State.HANDLING, age=timedelta(hours=6)), extensions=("1 work_day",)
    )
    checking = one(6, state=State.CHECKING, age=timedelta(hours=9))
    closed = one(7, state=State.CLOSED, age=timedelta(hours=30))
    ordered = one(9, state=State.HANDLING, age=timedelta(hours=7))
    note = samples.cases.noted
    for kind, data in (
        ("urged", {"level": "nudge", "body": ordered.body, "reason": "群众再次来电"}),
        (
            "supervised",
            {
                "level": "listed",
                "body": ordered.body,
                "reason": "连续三日未清运，请今天办结并说明原因",
                "reply_by": samples.NOW - timedelta(minutes=35),
            },
        ),
        ("instructed", {"words": "请执法队和建环办一并查清源头。", "leader": "潘建国镇长"}),
    ):
        at = samples.NOW - timedelta(hours=2)
        ordered, fact = note(ordered, kind, at=at, actor="shift_supervisor", data=data)
        trails[ordered.no].append(fact)
    gate = one(
        94,
        channel=Channel.COUNTY,
        county_body="county_urban",
        admission=Admission.WAITING,
        beyond=True,
        title="报送建设工程质量监督检查台账",
        category=None,
        duty_item="SH-003",
        source_no="X-2026-118",
    )
    work = samples.work(40, alerts_number=14)
    return (
        samples.Work(
            cases=(
                ordered,
                gate,
                received,
                filed,
                handling,
                market,
                checking,
                closed,
                work_days,
                asked,
                extended,
                *work.cases[12:],
            ),
            whistles=(blown, *work.whistles),
            alerts=work.alerts,
            cursors=(),
            gaps=(),
            outgoing=(),
            quarantined=0,
        ),
        trails,
        {"received": received, "filed": filed, "handling": handling, "whistle": market,
         "ordered": ordered, "gate": gate, "checking": checking, "closed": closed,
         "work_days": work_days, "asked": asked, "extended": extended},
    )  # fmt: skip


FORMS = {
    "file": "received", "reject": "received", "merge": "received", "dispatch": "filed",
    "supervise": "handling", "answer_order": "ordered", "instruct": "ordered",
    "admit": "gate", "decline": "gate", "why": "extended", "call_sheet": "ordered",
    "letter": "gate", "report": "handling", "choose_whistle": "filed", "suspend": "work_days",
    "close": "checking",
    "ask_extension": "work_days", "ask_hold": "work_days", "decide": "asked",
}  # fmt: skip


def _grab(widget, folder, name, size):
    widget.resize(*size)
    widget.show()
    _settle()
    widget.grab().save(str(folder / f"{name}.png"))


def _case_shots(folder, tokens, lang, only):
    from ui.case.screen import CaseScreen

    work, trails, named = some_work()
    jobs = [(f"case-{name}", name, "") for name in named]
    jobs += [(f"form-{form}", name, form) for form, name in FORMS.items()]
    for label, name, form in jobs:
        title = f"{label}-{tokens.name}-{lang}"
        if only not in title:
            continue
        who = "duty_leader" if form or name == "checking" else None
        stage = a_stage(work, lang, trails, who)
        screen = CaseScreen(stage)
        screen.resize(480, 900)
        screen.show()
        stage.select(named[name].no)
        _settle()
        if form:
            actions_of(stage).trigger(form)
        if form == "ask_extension" and screen.forms.panel is not None:
            screen.forms.panel.enter(limit="2 work_day", reason="materials")
        _grab(screen, folder, title, (480, 900))
        screen.close()
        stage.close()


def _list_shots(folder, tokens, lang, only):
    from ui.alerts.screen import AlertsScreen
    from ui.whistle.screen import WhistleScreen

    work, trails, _named = some_work()
    flooded = samples.work(60, alerts_number=600)
    for label, screen_type, open_work in (
        ("whistles", WhistleScreen, work),
        ("whistles-empty", WhistleScreen, None),
        ("alerts", AlertsScreen, work),
        ("alerts-flooded", AlertsScreen, flooded),
        ("alerts-empty", AlertsScreen, None),
    ):
        title = f"{label}-{tokens.name}-{lang}"
        if only not in title:
            continue
        stage = a_stage(open_work, lang, trails)
        screen = screen_type(stage)
        _grab(screen, folder, title, (640, 620))
        if label == "alerts":
            actions_of(stage).trigger("review_false")
            _grab(screen, folder, f"alerts-false-{tokens.name}-{lang}", (640, 620))
            actions_of(stage).trigger("promote")
            _grab(screen, folder, f"alerts-promote-{tokens.name}-{lang}", (900, 620))
        screen.close()
        stage.close()


def main(folder, only=""):
    """Write every picture whose name contains ``only``."""
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    install_fonts(app)
    for tokens, lang in ((DARK, "zh"), (LIGHT, "zh"), (DARK, "en")):
        apply_theme(app, tokens)
        _case_shots(folder, tokens, lang, only)
        _list_shots(folder, tokens, lang, only)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
