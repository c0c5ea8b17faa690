"""Texts meant to do harm, in every field a sender controls, through the hall's real door.

``python -m tests.ui.hostile FOLDER CANARY`` takes them in and walks through every screen; a trace
of the process must then not show the canary's file being opened.
"""

import sys
from itertools import count
from pathlib import Path
from unicodedata import category

from msgspec.json import encode

from commandcenter.application import commands as c
from commandcenter.application.intake import Sources, take_in
from commandcenter.application.messages import MessageType as Type
from commandcenter.application.questions import Cases, OpenWork, Pending
from commandcenter.feed.wire import decode
from tests.ui import samples

SOURCE = "/county/grid-app"
SHORT = 200
BRACKETS = "<网格>来人反映<张三>井盖丢失"


def texts(canary):
    """Every kind of hostile text, by name; each fits a title of 200 characters."""
    picture = Path(canary).as_uri()
    return {
        "picture": f'<img src="{picture}">看图',
        "bare path": f"<img src={canary}>",
        "style": f'<b style="background:url({picture})">粗</b><style>*{{color:#f0f}}</style>',
        "link": '<a href="https://invalid.example/">点这里</a><script>alert(1)</script>',
        "tables": "<table><tr><td>" * 13,
        "entities": "&lt;b&gt; &amp; &#60;i&#62; &A 快捷键 &&",
        "brackets": BRACKETS,
        "bidi": "编号 \u202e10000-62206202\u202c 完 \u2066a\u2069 \u200b\u200d\ufeff零宽",
        "control": "响铃\x07\x1b[31m红\x1b[0m\r\n换行\x00\x7f\x85\u2028段",
        "emoji": ("👨‍👩‍👧‍👦🏳️‍🌈" * 20)[:SHORT],
        "combining": "e" + "\u0301" * (SHORT - 1),
        "long": "长" * SHORT,
        "formula": '=HYPERLINK("http://invalid.example","点")',
        "format": "{0} {name} {body.__class__} %s %n %1 {",
        "markdown": f"# 标题 ![x]({picture}) **粗** [链接](file:///etc/passwd)",
    }


def key(text):
    """A text as far as a number or code may hold it."""
    return "".join(it for it in text if it.isprintable() and ord(it) < 0x2000)[:120] or "k"


class Sender:
    """Says hostile things to a hall, as a feed would."""

    def __init__(self, core, clock):
        self.core, self.clock = core, clock
        self.desk = core.desk()
        self._number = count(1)

    def say(self, *messages):
        """Deliver messages ``(type, data)`` in one batch."""
        frames = [
            encode(
                {
                    "specversion": "1.0",
                    "id": f"h{next(self._number)}",
                    "source": SOURCE,
                    "type": str(kind),
                    "time": self.clock.now(),
                    "data": data,
                }
            ).decode()
            for kind, data in messages
        ]
        self.deliver(*frames)

    def deliver(self, *frames):
        """Deliver frames as they come from the wire."""
        items = [decode(frame, feed="county", received_at=self.clock.now()) for frame in frames]
        hall = self.core.hall
        self.core.scribe.perform(lambda unit: take_in(unit, hall, Sources(), items), None).result(
            60
        )

    def do(self, who, command):
        """Give a command as somebody of the roster; it may hold no control characters."""
        return self.desk.submit(command, by=self.core.hall.people[who]).result(60)

    def answer(self, question):
        """Ask the store."""
        return self.core.store.answer(question)


def report(text, number, grid):
    """A report that says ``text`` wherever it can."""
    return {
        "title": text,
        "event_no": f"{number}-{key(text)}"[:128],
        "description": (text + "\n") * (19_000 // (len(text) + 1)),
        "category_text": text,
        "category": key(text),
        "duty_item": key(text),
        "urgency": "critical" if number == 0 else "urgent",
        "channel": "hotline",
        "location": {"address": text, "grid": grid, "lon": 116.27, "lat": 29.08, "datum": "WGS84"},
        # not the very words of the report: what names the reporter is taken out of it
        "reporter": {
            "id": f"i{key(text)}",
            "name": f"名{text}"[:SHORT],
            "phone": f"电{text}"[:SHORT],
        }
        | {"role": text},
        "attachments": [{"kind": "image", "url": text, "sha256": text[:64]}],
        "requires_reply": True,
    }


def alert(text, number):
    """A video alert that says ``text`` wherever it can."""
    return {
        "alert_id": f"{number}-{key(text)}"[:128],
        "camera": {
            "code": key(text),
            "name": text,
            "location": {"lon": 116.28, "lat": 29.08, "datum": "WGS84", "address": text},
        },
        "algorithm": text,
        "label": text,
        "label_text": text,
        "priority": 1 + number % 4,
        "snapshot_url": text,
        "clip_url": text,
        "stream_url": text,
        "objects": [text, {"label": text, "confidence": 0.9}],
        "zone": text,
        "plate": text,
    }


def attack(core, clock, canary):
    """Say every text everywhere; returns the numbers of the cases, and what may be seen whole."""
    sender = Sender(core, clock)
    every = texts(canary)
    grids = tuple(core.hall.grids.grids)
    for number, text in enumerate(every.values()):
        sender.say((Type.REPORT_RAISED, report(text, number, grids[number % len(grids)])))
        sender.say((Type.ALERT_RAISED, alert(text, number)))
        sender.say(
            (
                Type.COUNTY_TASK,
                {"task_no": f"T{number}", "title": text, "body": "county_water"}
                | {"description": text, "duty_item": key(text)},
            )
        )
        sender.say(
            (
                Type.POSITION_REPORTED,
                {
                    "unit": {"id": f"{number}-{key(text)}"[:128], "kind": "team", "name": text},
                    "location": {"lon": 116.27, "lat": 29.081, "datum": "WGS84", "address": text},
                    "status": text,
                },
            )
        )
        clock.advance(seconds=1)
    cases = [case.no for case in reversed(sender.answer(Cases(limit=None)))]
    for number, (no, text) in enumerate(zip(cases[::2], every.values(), strict=False)):
        _work_on(sender, no, text, number)
    _quarantine(sender, every)
    clock.advance(seconds=20)
    return cases


def _work_on(sender, no, text, number):
    """Let a case go some way, with ``text`` in every word that comes back on it."""
    by = {"name": text, "phone": text}
    words = {"reason": text, "words": (text + "\n") * 20, "by": by}
    typed = "".join(it for it in text if category(it) != "Cc")
    evidence = {"attachments": [{"kind": "file", "url": text}]}
    say, do = sender.say, sender.do
    sender.say(
        (
            Type.REPORT_UPDATED,
            {
                "event_no": f"{number}-{key(text)}"[:128],
                "upstream_status": text,
                "description": text,
            },
        )
    )
    do("dispatcher", c.File(case=no, category="C0106"))
    do(
        "dispatcher",
        c.Dispatch(case=no, body="construction", limit="2 urgent_hour", message=typed[:SHORT]),
    )
    task = {"case_no": no, "body": "construction", "milestone": text, "duty_item": key(text)}
    if number % 4 == 0:
        say((Type.TASK_RECEIPT, task | words | {"status": "returned"}))
        return
    say((Type.TASK_RECEIPT, task | words | {"status": "accepted"}))
    say((Type.TASK_RECEIPT, task | words | {"status": "handling"}))
    say((Type.TASK_RECEIPT, task | words | {"status": "milestone"}))
    do("dispatcher", c.Urge(case=no, reason=typed))
    do("dispatcher", c.Blow(case=no, bodies=("enforcement", "police", "market"), message=typed))
    whistle = next(it for it in sender.answer(OpenWork()).whistles if it.case == no)
    for body, status in (
        ("enforcement", "answered"),
        ("enforcement", "reported_in"),
        ("police", "refused"),
        ("market", "en_route"),
    ):
        say(
            (
                Type.WHISTLE_RECEIPT,
                {"whistle_no": whistle.no, "body": body, "status": status, "duty_item": key(text)}
                | {"location": {"address": text, "lon": 116.27, "lat": 29.08, "datum": "WGS84"}}
                | words
                | evidence,
            )
        )
    if number % 4 == 2:
        say((Type.TASK_RECEIPT, task | words | evidence | {"status": "result"}))
    for message in sender.answer(Pending())[:1]:
        say(
            (
                Type.OUTBOX_RECEIPT,
                {"id": message.id, "status": "rejected", "reason": text},
            )
        )


def _quarantine(sender, every):
    for text in every.values():
        sender.deliver(text, encode({"specversion": text, "type": text, "data": text}).decode())
        sender.say((text[:100], {"title": text}))
        sender.say((Type.TASK_RECEIPT, {"case_no": key(text), "body": key(text), "status": text}))
        sender.say(
            (
                Type.WHISTLE_RECEIPT,
                {"whistle_no": key(text), "body": key(text), "status": "answered", "words": text},
            )
        )
    huge = "百" * 100_000
    sender.deliver(huge)
    sender.say((Type.REPORT_RAISED, {"title": huge, "description": huge}))


def main():
    """Take everything in and look at it all."""
    from PySide6.QtCore import QEventLoop, QTimer

    from tests.ui import tour
    from tests.ui.real_hall import open_hall
    from ui.app import prepare
    from ui.stage import Stage
    from ui.theme import DARK, apply_theme
    from ui.window import HallWindow

    folder, canary = Path(sys.argv[1]), Path(sys.argv[2])
    clock = samples.SampleClock()
    core = open_hall(folder, clock)
    try:
        cases = attack(core, clock, canary)
        seat = core.take_seat(operator="dispatcher", lang="zh", rehearsal=False)
        app, font = prepare(seat)
        apply_theme(app, DARK)
        stage = Stage(seat)
        window = HallWindow(stage, font)
        window.show()
        stage.open()

        def settle(milliseconds=30):
            loop = QEventLoop()
            QTimer.singleShot(milliseconds, loop.quit)
            loop.exec()

        settle(500)
        for stop in tour.stops(window, settle, cases=cases):
            window.grab()
            print(stop, flush=True)
        window.close()
        stage.close()
        settle(200)
    finally:
        core.stop()


if __name__ == "__main__":
    main()
