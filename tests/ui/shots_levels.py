"""Pictures of requests to the county, transfers and mediation: case, forms, queue, board.

``python -m tests.ui.shots_levels DIR`` writes them in dark and light, Chinese and English.
"""

import sys
from datetime import timedelta
from pathlib import Path

from PySide6.QtWidgets import QApplication

from commandcenter.domain.case import State
from tests.ui import samples
from tests.ui.shots_case import _grab, _settle, a_stage
from ui.actions import actions_of
from ui.theme import DARK, LIGHT, apply_theme, install_fonts

HOUR = timedelta(hours=1)
FORMS = {
    "call_county": "county", "answer_call": "county", "transfer": "county",
    "note_receipt": "transfer", "recall_transfer": "transfer", "close_transferred": "taken",
    "begin_mediation": "dispute", "note_mediation": "climbing", "raise_mediation": "climbing",
    "end_mediation": "climbing",
}  # fmt: skip


def the_cases():
    """One case for each thing to be seen, by name, and the facts of each."""
    trails, now = {}, samples.NOW

    def one(number, **fields):
        trail = []
        made = samples.case(number, trail=trail, **fields)
        trails[made.no] = trail
        return made, {"trail": trail}

    county, kept = one(20, state=State.HANDLING, age=6 * HOUR)
    county = samples.called(county, at=now - 5 * HOUR, body="county_urban", **kept)
    said = {"call": county.calls[0].no, "body": "county_urban", "who": "孙科长", "channel": "电话"}
    county = samples.noted(county, "county_answered", at=now - 4 * HOUR, answer="agreed",
                           words="派吊车一台，一小时到", **said, **kept)  # fmt: skip
    county = samples.called(county, at=now - 3 * HOUR, **kept)
    seen = {"call": county.calls[1].no, "body": "county_water", "answer": "seen"}
    county = samples.noted(county, "county_answered", at=now - 2.8 * HOUR, by="county_water",
                           words="已收悉，正在研究", **seen, **kept)  # fmt: skip

    transfer, kept = one(21, state=State.DISPATCHED, age=HOUR, title="青石桥头两伙人持棍对峙")
    transfer = samples.transferred(transfer, at=now - HOUR / 3, **kept)

    taken, kept = one(22, state=State.FILED, age=3 * HOUR, title="欠薪工人要求仲裁")
    taken = samples.transferred(taken, "arbitration", at=now - 2 * HOUR, within=3 * HOUR, **kept)
    told = {"transfer": taken.transfers[0].no, "destination": "arbitration", "decision": "accepted"}
    taken = samples.noted(taken, "transfer_moved", at=now - HOUR, receipt="仲 2026-118",
                          who="书记员小沈", channel="电话", **told, **kept)  # fmt: skip

    dispute, _ = one(23, state=State.FILED, age=HOUR, category="T0103", title="两家为滴水檐争执")
    climbing, kept = one(24, state=State.HANDLING, age=80 * HOUR, category="T0103",
                         title="青石桥村宅界纠纷")  # fmt: skip
    climbing = samples.mediated(climbing, at=now - 76 * HOUR, **kept)
    for hours, who, words in ((70, "李主任", "与双方分别谈过，各说各理"),
                              (50, "王支书", "到现场量过界石，一方不认")):  # fmt: skip
        climbing = samples.noted(climbing, "mediation_noted", at=now - hours * HOUR,
                                 by="village_05", who=who, words=words, rung="village",
                                 body="village_05", **kept)  # fmt: skip
    climbing = samples.noted(climbing, "mediation_raised", at=now - 20 * HOUR, body="peace",
                             rung="township", words="界石年久，证件不一", **kept)  # fmt: skip
    climbing = samples.noted(climbing, "mediation_noted", at=now - 2 * HOUR, by="peace",
                             who="调解员老陈", words="约明天上午到司法所，两家都带证件",
                             rung="township", body="peace", **kept)  # fmt: skip
    named = {"county": county, "transfer": transfer, "taken": taken, "dispute": dispute,
             "climbing": climbing}  # fmt: skip
    return named, trails


def work(named):
    """An afternoon's work with these cases on top of it."""
    rest = samples.work(30)
    mine = {it.no for it in named.values()}
    others = tuple(it for it in rest.cases if it.no not in mine)
    return samples.replace(rest, cases=(*named.values(), *others))


def main(folder, only=""):
    """Write every picture whose name contains ``only``."""
    from ui.case.screen import CaseScreen
    from ui.queue.screen import QueueScreen
    from ui.whistle.screen import WhistleScreen

    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    install_fonts(app)
    named, trails = the_cases()
    jobs = [(f"case-{name}", name, "") for name in named]
    jobs += [(f"form-{form}", name, form) for form, name in FORMS.items()]
    for tokens, lang in ((DARK, "zh"), (LIGHT, "en")):
        apply_theme(app, tokens)
        for label, name, form in jobs:
            title = f"{label}-{tokens.name}-{lang}"
            if only not in title:
                continue
            stage = a_stage(work(named), lang, trails)
            screen = CaseScreen(stage)
            screen.resize(480, 900)
            screen.show()
            stage.select(named[name].no)
            _settle()
            if form:
                actions_of(stage).trigger(form)
            _grab(screen, folder, title, (480, 900))
            screen.close()
            stage.close()
        for label, kind, size in (
            ("queue", QueueScreen, (900, 620)),
            ("board", WhistleScreen, (640, 620)),
        ):
            title = f"{label}-{tokens.name}-{lang}"
            if only not in title:
                continue
            stage = a_stage(work(named), lang, trails)
            screen = kind(stage)
            _grab(screen, folder, title, size)
            screen.close()
            stage.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
