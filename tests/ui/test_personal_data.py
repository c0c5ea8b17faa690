"""N7 of reliability.md: who reported is on no wall, in no notice, in no crash report and no log."""

import logging

import pytest
from PySide6.QtCore import QtMsgType
from PySide6.QtGui import QPainter

from commandcenter.application import commands as c
from commandcenter.application.messages import MessageType
from tests.ui import hostile, samples, tour
from tests.ui.real_hall import open_hall
from ui.actions import Screen
from ui.crash import Crashes

NAME, PHONE, CARD = "欧阳若曦", "13912345678", "110101199003077513"
SECRETS = (NAME, PHONE, CARD)


@pytest.fixture
def reported(tmp_path):
    """A hall with critical reports of somebody who is also quoted in them."""
    clock = samples.SampleClock()
    core = open_hall(tmp_path / "state", clock)
    sender = hostile.Sender(core, clock)
    grids = tuple(core.hall.grids.grids)
    for number in range(4):
        sender.say(
            (
                MessageType.REPORT_RAISED,
                {
                    "title": f"楼道有燃气味，请回电 {PHONE}，证件 {CARD}",
                    "event_no": f"E{number}",
                    "description": f"{NAME}（{PHONE}，{CARD}）说闻到燃气味",
                    "category": "C0106",
                    "urgency": "critical",
                    "location": {"grid": grids[number], "address": "南大路 5 号"},
                    "reporter": {"id": CARD, "name": NAME, "phone": PHONE, "role": "caller"},
                },
            )
        )
    yield core
    core.stop()


@pytest.fixture
def window(qtbot, reported):
    from ui.stage import Stage
    from ui.window import HallWindow

    stage = Stage(reported.take_seat(operator="dispatcher", lang="zh", rehearsal=False))
    made = HallWindow(stage)
    qtbot.addWidget(made)
    made.show()
    with qtbot.waitSignal(stage.changed):
        stage.open()
    qtbot.waitUntil(lambda: len(stage.picture.cases) == 4)
    yield made
    stage.close()
    beat = stage._bridge._beat
    qtbot.waitUntil(lambda: not beat.isActive())
    stage.deleteLater()


def betrayed(words):
    return [secret for secret in SECRETS if secret in words]


def test_that_the_wall_and_the_notices_name_nobody_who_reported(qtbot, window, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    stage, painted, told = window.stage, [], []
    draw = QPainter.drawText

    def noted(self, *what):
        painted.extend(it for it in what if isinstance(it, str))
        return draw(self, *what)

    stage.told.connect(told.append)
    stage.refused.connect(told.append)
    number = next(iter(stage.picture.cases))
    for command in (
        c.Claim(case=number),
        c.File(case=number),
        c.Dispatch(case=number, body="construction", limit="2 urgent_hour"),
        c.Blow(case=number, bodies=("enforcement", "police")),
        c.Archive(case=number),  # not possible now
    ):
        stage.submit(command, subject=number)
        qtbot.waitUntil(lambda: not stage.pending)
    assert told  # of what could not be done at least
    monkeypatch.setattr(QPainter, "drawText", noted)
    wall = window.summon(Screen.WALL)
    wall.resize(1920, 1080)
    stage.ticked.emit(stage.now())
    qtbot.wait(100)
    wall.grab()
    said = [text for it in tour.widgets_of(wall) for _where, text in tour.words_of(it)]
    shown = "\n".join(said + painted)
    assert "楼道有燃气味" in shown
    assert betrayed(shown) == []
    notices = [
        text for it in tour.widgets_of(window.notices.stack) for _, text in tour.words_of(it)
    ]
    assert betrayed("\n".join(told + notices)) == []
    assert betrayed(caplog.text) == []
    wall.close()


def test_that_the_case_shows_who_reported_behind_a_mask(qtbot, window):
    stage = window.stage
    screen = window.summon(Screen.CASE)
    stage.select(next(iter(stage.picture.cases)))
    qtbot.waitUntil(lambda: "139****5678" in words(screen))
    assert "来电人" in words(screen)
    rows = [it for it in words(screen).splitlines() if "139****5678" in it]
    assert betrayed("\n".join(rows)) == []


def words(screen):
    return "\n".join(text for it in tour.widgets_of(screen) for _, text in tour.words_of(it))


def test_that_a_fault_that_quotes_a_person_is_written_down_without_him(qapp, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    crashes = Crashes(tmp_path)
    try:
        try:
            raise KeyError(f"{NAME} {PHONE} {CARD}")
        except KeyError as inner:
            raise ValueError(f"cannot show {NAME}, {PHONE}") from inner
    except ValueError as error:
        crashes.caught(ValueError, error, error.__traceback__)
    crashes._qt_said(QtMsgType.QtWarningMsg, _Context(), f"cannot draw {NAME} {PHONE}")
    report = "".join(path.read_text("utf-8") for path in tmp_path.glob("*.txt"))
    assert "test_personal_data.py" in report
    assert "ValueError: cannot show" in report
    assert betrayed(report + caplog.text) == []
    crashes.deleteLater()


class _Context:
    category = "qt.paint"
