"""The slips of a whistle: a page a body, its code, and nothing but what that body may read."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
import segno
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QPushButton
from pytestqt.exceptions import capture_exceptions

from commandcenter.application.changes import Delta
from commandcenter.application.copies import summons_copies
from commandcenter.application.links import Links
from commandcenter.application.questions import WhistleCopies
from commandcenter.application.sheets import sheet
from commandcenter.domain.case import State
from commandcenter.domain.errors import Refusal
from commandcenter.reporting.slip import slip
from tests.ui.pdf import Pdf
from ui import slip as drawing
from ui.actions import actions_of
from ui.whistle import slip_dialog
from ui.whistle.screen import WhistleScreen
from ui.whistle.slip_dialog import SlipDialog

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
LINK = "https://hall.example/hall/w/tuQlGjJjfv-y6bQ2SFOfa5POawPZ5a9XMjAyNjExMjItMDAwMDGkZmlyZQ"
HOSTILE = "<img src=file:///etc/passwd><b>粗</b>" + "长" * 3_000
LINKS = Links(base_url="https://hall.example", key=bytes(range(32)), hours=24)


@pytest.fixture
def blown(samples):
    """Return a whistle and its case."""
    return samples.whistle(samples.case(12, state=State.HANDLING, age=timedelta(hours=2)))


@pytest.fixture
def whistle(blown):
    return blown[0]


def a_slip(samples, whistle, link=LINK, **more):
    (copy, *_others) = summons_copies(whistle, [])
    shown = msgspec.structs.replace(sheet(samples.hall(), whistle, copy), **more)
    zone = ZoneInfo("Asia/Shanghai")
    return slip(shown, link, until=NOON + timedelta(hours=24), by="值班员", at=NOON, zone=zone)


def drawn(made, width=1240, height=1754):
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    mm = width / 210
    image.setDotsPerMeterX(round(mm * 1000))
    image.setDotsPerMeterY(round(mm * 1000))
    with QPainter(image) as painter:
        painter.translate(16 * mm, 16 * mm)
        area = QRectF(0, 0, width - 32 * mm, height - 32 * mm)
        drawing.draw_slip(painter, area, mm, made)
    return image


def printed(tmp_path, *slips):
    out = tmp_path / "slips.pdf"
    job = drawing.Job(slips=slips, out=str(out))
    ran = subprocess.run(
        [sys.executable, "-m", "ui.slip"],
        input=msgspec.json.encode(job),
        capture_output=True,
        cwd=ROOT,
        check=False,
        timeout=120,
    )
    return ran, out


def test_that_a_slip_says_what_the_body_must_know_and_what_to_fill_in(samples, whistle, tmp_path):
    made = a_slip(samples, whistle, place="东街12号", message="速来", gear="水泵")
    ran, out = printed(tmp_path, made, made)

    assert ran.returncode == 0, ran.stderr
    pages = Pdf(out).pages
    assert len(pages) == 2
    for words in ("吹哨报到单", "东街12号", "速来", "水泵", "签字", "2026-11-22 12:00", "值班员"):
        assert words in pages[0].translate({10: None, 9: " "})
    assert not list(tmp_path.glob("*.part"))


def test_that_hostile_text_is_printed_as_text(samples, whistle, tmp_path):
    ran, out = printed(tmp_path, a_slip(samples, whistle, message=HOSTILE, place=HOSTILE))

    assert ran.returncode == 0, ran.stderr
    (page,) = Pdf(out).pages
    assert "<img src=file:///etc/passwd>" in page.translate({10: None, 9: " "})
    assert "签字" in page  # a long message pushes nothing off the page


def test_that_letters_that_turn_a_text_around_do_not_reach_a_sheet(samples, whistle):
    turned = msgspec.structs.replace(whistle, message="速来\u202e来速", gear="泵\u2066\u200b")
    made = a_slip(samples, turned)

    assert ("内容", "速来来速") in made.rows
    assert ("携带装备", "泵") in made.rows


def test_that_a_file_that_cannot_be_written_is_said(samples, whistle):
    job = drawing.Job(slips=(a_slip(samples, whistle),), out="/nowhere/at/all.pdf")
    with pytest.raises(FileNotFoundError):
        drawing.carry_out(job)


def test_that_the_code_drawn_is_the_link(qapp):
    side = 500
    image = QImage(side, side, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        drawing.draw_code(painter, QRectF(0, 0, side, side), LINK)
    rows = list(segno.make(LINK, error="m", micro=False).matrix)
    module = side / (len(rows) + 8)
    for at_row, row in enumerate(rows):
        for at_column, dark in enumerate(row):
            x, y = ((at + 4.5) * module for at in (at_column, at_row))
            assert (image.pixelColor(int(x), int(y)).lightness() < 100) == bool(dark)


def test_that_a_slip_without_a_page_says_to_telephone(samples, whistle):
    made = a_slip(samples, whistle, link="")

    assert "电话" in made.about_link
    assert drawn(made).pixelColor(1100, 150) == QColor("white")  # where the code would be


@pytest.fixture
def desk(samples, whistle):
    made = samples.SampleDesk(samples.work(0, alerts_number=0))
    made.answers[WhistleCopies] = lambda _question: (whistle, tuple(summons_copies(whistle, [])))
    return made


def test_that_the_dialog_saves_a_page_for_each_body(qtbot, stage, whistle, tmp_path):
    stage.seat = replace(stage.seat, links=LINKS)
    dialog = SlipDialog(stage, whistle, None)
    qtbot.addWidget(dialog)
    out = tmp_path / "out.pdf"
    dialog.path.setText(str(out))
    dialog.save_button.click()
    qtbot.waitUntil(out.exists)
    qtbot.waitUntil(dialog.save_button.isEnabled)

    assert len(Pdf(out).pages) == sum(not item.is_over for item in whistle.summons)
    assert str(out) in dialog.words.text()


def test_that_a_file_that_is_there_is_not_written_over_unasked(qtbot, stage, whistle, tmp_path):
    out = tmp_path / "slips.pdf"
    out.write_text("before", "utf-8")
    dialog = SlipDialog(stage, whistle, None)
    qtbot.addWidget(dialog)
    dialog.path.setText(str(out))
    dialog.save()
    assert "slips.pdf 已经存在，再按一次将覆盖它。" in dialog.words.text()
    assert not any(isinstance(it, WhistleCopies) for it in stage.seat.desk.asked)
    other = tmp_path / "other.pdf"
    other.write_text("before", "utf-8")
    dialog.path.setText(str(other))
    dialog.save()
    assert "other.pdf 已经存在" in dialog.words.text()
    dialog.save()
    qtbot.waitUntil(lambda: "已保存" in dialog.words.text())
    assert out.read_text("utf-8") == "before"
    assert len(Pdf(other).pages) == sum(not item.is_over for item in whistle.summons)


def test_that_the_slips_are_reached_by_key_and_by_the_button_of_the_board(qtbot, stage, blown):
    whistle, case = blown
    screen = WhistleScreen(stage)
    qtbot.addWidget(screen)
    screen.show()
    with qtbot.waitSignal(stage.changed):
        stage.seat.desk.say(Delta(cases=(case,), whistles=(whistle,)))
    stage.select(case.no)
    actions_of(stage).trigger("slips")
    (dialog,) = screen.findChildren(SlipDialog)
    dialog.reject()
    qtbot.waitUntil(lambda: not screen.findChildren(SlipDialog))
    qtbot.waitUntil(lambda: any(_slip_buttons(screen)))
    _slip_buttons(screen)[0].click()
    assert screen.findChildren(SlipDialog)


def _slip_buttons(screen):
    return [it for it in screen.findChildren(QPushButton) if it.text() == "打印哨单"]


def test_that_a_refusal_of_the_store_is_shown_and_frees_the_buttons(qtbot, stage, desk, whistle):
    def refuse(_question):
        raise Refusal("unknown_whistle", whistle="W1")

    desk.answers[WhistleCopies] = refuse
    dialog = SlipDialog(stage, whistle, None)
    qtbot.addWidget(dialog)
    dialog.save()
    qtbot.waitUntil(dialog.save_button.isEnabled)
    assert "W1" in dialog.words.text()


def no_luck(*_args, **_more):
    raise ValueError("no such luck")


@pytest.mark.parametrize("where", ["slip", "sheet"])
def test_that_a_fault_before_the_printing_ends_in_words(qtbot, stage, whistle, monkeypatch, where):
    monkeypatch.setattr(slip_dialog, where, no_luck)
    dialog = SlipDialog(stage, whistle, None)
    qtbot.addWidget(dialog)
    with capture_exceptions() as caught:
        dialog.save()
        qtbot.waitUntil(dialog.save_button.isEnabled)
    assert len(caught) == 1
    assert "程序出错" in dialog.words.text()


def test_that_a_fault_of_the_printing_process_ends_in_words(qtbot, stage, whistle, monkeypatch):
    monkeypatch.setattr(slip_dialog.drawing, "Job", lambda **_fields: {"slips": 7})
    dialog = SlipDialog(stage, whistle, None)
    qtbot.addWidget(dialog)
    dialog.save()
    qtbot.waitUntil(dialog.save_button.isEnabled)
    assert "程序出错" in dialog.words.text()
