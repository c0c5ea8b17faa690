"""Pictures of returns, rulings, helpers, proof, questions and two versions beside each other.

``python -m tests.ui.shots_aftermath DIR`` writes them in dark and light, Chinese and English.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QWidget

from commandcenter.domain.case import State, Step
from tests.ui import samples
from tests.ui.shots_case import _grab, _settle, a_stage
from ui.actions import actions_of
from ui.doubts import DoubtList
from ui.theme import DARK, LIGHT, apply_theme, install_fonts

HOUR = timedelta(hours=1)
BACK = {"reason": "占用的是道路，不属本单位职责", "duty_item": "JB-001", "lost_seconds": 9_300}


def the_cases():
    """One case for each thing to be seen, by name, and the facts of each."""
    trails = {}

    def one(name, number, **fields):
        return samples.case(number, trail=trails.setdefault(name, []), **fields)

    def step(name, made, what, **more):
        return samples.step(made, what, trail=trails[name], **more)

    def note(name, made, kind, **data):
        made, fact = samples.cases.noted(made, kind, at=samples.NOW, actor="police", data=data)
        trails[name].append(fact)
        return made

    hopped = one("hopped", 1, state=State.DISPATCHED, age=30 * HOUR)
    hopped = step("hopped", hopped, Step.RETURN, at=samples.NOW - 22 * HOUR, **BACK)
    sent = {"body": "market", "due_at": samples.NOW + 40 * HOUR}
    hopped = step("hopped", hopped, Step.DISPATCH, at=samples.NOW - 21 * HOUR, **sent)
    due = {"ruling_due_at": samples.NOW + 3 * HOUR}
    again = BACK | due | {"reason": "无证经营才归市场所", "lost_seconds": 14_700}
    hopped = step("hopped", hopped, Step.RETURN, at=samples.NOW - HOUR, by="market", **again)

    helped = one("helped", 2, state=State.HANDLING, age=5 * HOUR, body="enforcement")
    helped = samples.helped(helped, "police", "market", "power", trail=trails["helped"])
    said = {"who": "老陈", "words": "已疏导，道路恢复"}
    helped = note("helped", helped, "sub_task_moved", body="police", step="result", **said)
    back = {"reason": "不涉经营户", "duty_item": "JB-001"}
    helped = note("helped", helped, "sub_task_moved", body="market", step="returned", **back)
    helped = note("helped", helped, "lead_finished", words="已清理完毕", handler="李队")

    lacking = one("lacking", 6, state=State.HANDLING, age=9 * HOUR, requires_reply=True)
    photo = [{"kind": "image", "url": "https://photos.example/a/1.jpg", "sha256": "ab12cd34"}]
    for missing in (["处置后照片"], ["处置前照片", "处置后照片", "现场定位"]):
        words = {"words": "已处理，待复核", "lacking": missing, "evidence": photo}
        lacking = step("lacking", lacking, Step.RESULT, by="enforcement", **words)
        if lacking.rework_count == 0:
            lacking = step("lacking", lacking, Step.REWORK, by="inspector", reason="照片看不清")
    lacking = step("lacking", lacking, Step.CHECK, by="inspector")

    doubtful = one("doubtful", 7, state=State.CHECKING, age=30 * HOUR, requires_reply=True)
    shut = {"outcome": "partial", "remaining": "补种绿化带 20 米，由建环办完成",
            "comes_back_at": samples.NOW + 9 * 24 * HOUR, "reply": "已部分解决",
            "doubts": ["same_picture", "last_minute", "not_contacted"]}  # fmt: skip
    doubtful = step("doubtful", doubtful, Step.CLOSE, by="inspector", **shut)

    again = one("again", 8, state=State.CLOSED, age=80 * HOUR)
    for hours in (60, 40, 20):
        anew = {"reason": "又堆上了", "body": "enforcement", "due_at": samples.NOW}
        at = samples.NOW - hours * HOUR
        again = step("again", again, Step.REOPEN, at=at, **anew)
        if again.state is State.DISPATCHED:
            end = {"role": samples.Role.SHIFT_SUPERVISOR, "reason": "办结"}
            again = step("again", again, Step.FORCE_CLOSE, at=at + 9 * HOUR, **end)
    again = note("again", again, "earlier_found", earlier=["YX2026110100012"])
    named = {"hopped": hopped, "helped": helped, "lacking": lacking, "doubtful": doubtful,
             "again": again}  # fmt: skip
    return named, {named[name].no: trail for name, trail in trails.items()}


FORMS = {
    "rule": "hopped", "co_dispatch": "helped", "report_helper": "helped", "waive": "helped",
    "close": "lacking", "rework": "lacking", "add_evidence": "lacking",
    "answer_doubts": "doubtful", "follow_up": "doubtful", "dispatch": "again",
}  # fmt: skip
SIZES = {"zh": (480, 900), "en": (440, 700)}


def _work(named):
    open_ = tuple(it for it in named.values() if it.is_open)
    closed = tuple(it for it in named.values() if not it.is_open)
    return samples.Work(
        cases=open_, whistles=(), alerts=(), cursors=(), gaps=(), outgoing=(), quarantined=0,
        doubtful=closed,
    )  # fmt: skip


def _opened(lang, who):
    named, trails = the_cases()
    stage = a_stage(_work(named), lang, trails, who)
    stage.seat.desk.answers[samples.OneCase] = lambda question: next(
        it for it in named.values() if it.no == question.no
    )
    return stage, named


def main(folder, only=""):
    """Write every picture whose name contains ``only``."""
    from ui.case.screen import CaseScreen
    from ui.queue.screen import QueueScreen

    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    install_fonts(app)
    jobs = [(f"case-{name}", name, "") for name in the_cases()[0]]
    jobs += [(f"form-{form}", name, form) for form, name in FORMS.items()]
    jobs += [("beside", "lacking", "close"), ("doubts", "doubtful", ""), ("queue", "hopped", "")]
    for tokens, lang in ((DARK, "zh"), (LIGHT, "zh"), (LIGHT, "en")):
        apply_theme(app, tokens)
        for label, name, form in jobs:
            title = f"{label}-{tokens.name}-{lang}"
            if only not in title:
                continue
            stage, named = _opened(lang, "shift_supervisor")
            case = named[name]
            screen = QWidget() if label == "doubts" else CaseScreen(stage)
            size = SIZES[lang]
            if label == "queue":
                screen, size = QueueScreen(stage), (760, 420)
                actions_of(stage).trigger("tab_all")
            screen.resize(*size)
            screen.show()
            stage.select(case.no)
            _settle()
            if form:
                actions_of(stage).trigger(form)
                _settle()
            if label == "beside":
                after = samples.step(case, Step.REWORK, by="inspector", reason="看不清")
                screen.forms.panel.compare(after)
                _settle()
            if label == "doubts":
                window = screen
                screen, size = DoubtList(stage, window), (980, 420)
            _grab(screen, folder, title, size)
            screen.close()
            stage.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
