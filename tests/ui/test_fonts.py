"""The letters: where they come from, and that no Chinese is a box."""

import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF, QRawFont

from ui import theme
from ui.theme import COVERAGE_PROBE, FontSource, covers, hall_font, install_fonts

FONTS = Path(str(files("resources") / "fonts"))
BARE = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{cache}</cachedir></fontconfig>"""
PROGRAM = """
import json
from PySide6.QtGui import QFontDatabase, QFontMetricsF, QImage, QPainter, QColor
from PySide6.QtWidgets import QApplication
from ui.theme import COVERAGE_PROBE, install_fonts

app = QApplication([])
before = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
state = install_fonts(app)

def picture(char):
    image = QImage(40, 40, QImage.Format.Format_Grayscale8)
    image.fill(0)
    with QPainter(image) as painter:
        font = app.font()
        font.setPixelSize(28)
        painter.setFont(font)
        painter.setPen(QColor("white"))
        painter.drawText(image.rect(), char)
    return bytes(image.constBits())

pictures = {picture(char) for char in COVERAGE_PROBE}
styles = QFontDatabase.styles(state.family)
told = {"before": before, "source": state.source, "different": len(pictures), "styles": styles}
print(json.dumps(told))
"""


def bundled(style):
    return next(FONTS.glob(f"HallSansSC-{style}.*"))


def gb2312():
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                yield bytes((row, cell)).decode("gb2312")
            except UnicodeDecodeError:
                continue


@pytest.fixture
def dejavu():
    folder = Path("/usr/share/fonts/truetype/dejavu")
    if not folder.is_dir():
        pytest.skip("no DejaVu fonts here")
    return folder


def test_that_a_machine_with_latin_fonts_only_still_shows_chinese(tmp_path, dejavu):
    settings = tmp_path / "fonts.conf"
    settings.write_text(BARE.format(folder=dejavu, cache=tmp_path / "cache"))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "FONTCONFIG_FILE": str(settings), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    told = json.loads(done.stdout)
    assert told["before"] == []
    assert told["source"] == "bundled"
    assert sorted(told["styles"]) == ["Bold", "Regular"]  # or headings look like running text
    assert told["different"] == len(set(COVERAGE_PROBE))  # boxes would all look the same


@pytest.mark.parametrize("style", ["Regular", "Bold"])
def test_that_both_faces_hold_every_character_of_names_and_places(qapp, style):
    raw = QRawFont(str(bundled(style)), 14)
    wanted = {*map(chr, range(0x4E00, 0x9FA6)), *gb2312(), *"◆▲●○↑↓→✓×·…—℃㎡①⑳"}
    wanted -= {chr(0x02CA), chr(0x02CB)}  # tone marks of Bopomofo, asked for by nobody
    missing = [char for char in sorted(wanted) if not raw.supportsCharacter(ord(char))]
    assert missing == []


@pytest.mark.parametrize("style", ["Regular", "Bold"])
def test_that_the_faces_are_of_one_family_under_our_own_name(qapp, style):
    raw = QRawFont(str(bundled(style)), 14)
    assert raw.familyName() == "Hall Sans SC"
    assert raw.styleName() == style
    assert raw.weight() == (700 if style == "Bold" else 400)


def test_that_the_licence_goes_with_the_font():
    words = (FONTS / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in words
    assert "Reserved Font Name 'Source'" in words


def test_that_figures_are_of_equal_width_in_both_weights(qapp):
    state = install_fonts(qapp)
    for weight in (QFont.Weight.Normal, QFont.Weight.DemiBold):
        font = hall_font(state.family)
        font.setWeight(weight)
        assert len({QFontMetricsF(font).horizontalAdvance(digit) for digit in "0123456789"}) == 1


def test_that_half_bold_is_a_face_of_its_own_not_a_smear(qapp):
    for path in (bundled("Regular"), bundled("Bold")):
        QFontDatabase.addApplicationFont(str(path))
    font = QFont("Hall Sans SC")
    font.setPixelSize(100)
    widths = []
    for weight in (QFont.Weight.Normal, QFont.Weight.DemiBold, QFont.Weight.Bold):
        font.setWeight(weight)
        widths.append(round(QFontMetricsF(font).horizontalAdvance("0")))
    assert widths[0] < widths[1] == widths[2]


def test_that_a_family_does_not_cover_what_another_draws_for_it(qapp):
    assert not covers("No Such Family")
    assert not covers("DejaVu Sans")


def test_that_a_missing_font_is_told(qapp, monkeypatch):
    monkeypatch.setattr(theme, "_bundled_families", list)
    monkeypatch.setattr(theme, "_SYSTEM_FAMILIES", ())
    before = qapp.font()
    assert install_fonts(qapp).source is FontSource.MISSING
    qapp.setFont(before)
