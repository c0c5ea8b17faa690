"""Words that somebody else wrote."""

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication, QImage, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolTip, QWidget

from widgets.cell_painter import capped
from widgets.dress import Size
from widgets.plain_label import PlainLabel
from widgets.safe_text import TIP_LIMIT, message, tip, tip_text, to_the_letter
from widgets.tone import Tone

HOSTILE = (
    "<b>粗体</b>",
    "<table>" * 60,
    "&lt;script&gt;",
    "<a href='file:///etc/passwd'>点这里</a>",
    "</qt><h1>大字</h1>",
    "A & B < C",
    "第一行\n第二行",
    "",
)


@pytest.fixture
def canary(tmp_path):
    path = tmp_path / "canary.png"
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.magenta)
    image.save(str(path))
    return f'<img src="{path.as_uri()}">'


def magenta(picture):
    image = picture.toImage()
    return sum(
        image.pixelColor(x, y).name() == "#ff00ff"
        for x in range(image.width())
        for y in range(image.height())
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_that_a_label_shows_its_text_to_the_letter(qtbot, text):
    label = PlainLabel(text)
    qtbot.addWidget(label)
    assert label.textFormat() is Qt.TextFormat.PlainText
    label.grab()
    assert label.text() == text


@pytest.mark.parametrize("turn", "\u202a\u202d\u202e\u2066\u2069")
def test_that_what_would_turn_a_line_around_is_shown_by_its_number(qtbot, turn):
    text = f"编号{turn}0001"
    shown = f"编号‹U+{ord(turn):04X}›0001"
    label = PlainLabel(text)
    qtbot.addWidget(label)
    assert label.text() == shown
    assert tip_text(text) == f"<qt>{shown}</qt>"
    assert capped(text) == shown
    assert len(capped(turn * 300)) == 200


@pytest.mark.parametrize("rare", "\U00020bb7\U0001f525\ue123\U000e1234\ud800")
def test_that_what_no_font_here_can_draw_is_shown_by_its_number(qtbot, rare):
    drawable = rare != "\ud800" and QFontMetrics(QGuiApplication.font()).inFontUcs4(ord(rare))
    shown = f"田{rare}野" if drawable else f"田‹U+{ord(rare):04X}›野"
    label = PlainLabel(f"田{rare}野")
    qtbot.addWidget(label)
    assert label.text() == shown
    assert capped(f"田{rare}野") == shown
    assert tip_text(f"田{rare}野") == f"<qt>{shown}</qt>"


def test_that_what_every_font_has_and_what_is_never_seen_stays(qapp):
    text = "李先生 “门面” 12 米？ e\u0301\u200d\ufe0f\t\u00a0\n—…「」·"
    assert to_the_letter(text) == text


@pytest.mark.parametrize(
    "run", ["https://a.example/" + "0a1b2c3d" * 9, "Ж" * 80, "(" * 80], ids=["url", "other", "open"]
)
def test_that_words_without_a_gap_are_broken_where_the_room_ends(qtbot, run):
    label = PlainLabel(f"见 {run}", wrap=True, selectable=True)
    qtbot.addWidget(label)
    room = label.fontMetrics().averageCharWidth() * 30
    assert label.minimumSizeHint().width() <= room
    assert label.text() == f"见 {run}"
    label.resize(room, label.heightForWidth(room))
    label.show()
    label.setSelection(0, len(QLabel.text(label)))
    QTest.keyClick(label, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == f"见 {run}"  # nothing of ours in what is copied
    menu = label.menu()
    QGuiApplication.clipboard().clear()
    menu.actions()[0].trigger()
    assert QGuiApplication.clipboard().text() == f"见 {run}"


def test_that_a_picture_named_in_the_text_is_not_opened(qtbot, canary):
    label, told = PlainLabel(canary), QWidget()
    qtbot.addWidget(label)
    qtbot.addWidget(told)
    assert magenta(label.grab()) == 0
    box = message(told, "标题", canary, detail=canary)
    assert magenta(box.grab()) == 0
    box.close()


@given(st.text(max_size=300))
def test_that_a_tip_says_what_it_was_given_and_nothing_is_markup(qapp, text):
    document = QTextDocument()
    document.setHtml(tip_text(text))
    spaced = " ".join(document.toPlainText().split())
    assert "<" not in tip_text(text).removeprefix("<qt>").removesuffix("</qt>").replace("<br/>", "")
    if text.isprintable() and text.isascii():
        assert spaced == " ".join(text.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_that_a_tip_is_always_taken_for_rich_text_so_that_its_escapes_are_undone(qapp, text):
    shown = tip_text(text)
    assert shown.startswith("<qt>") or not text
    assert unescape(shown).removeprefix("<qt>").removesuffix("</qt>").replace("<br/>", "\n") == text


def test_that_a_tip_is_cut_and_an_empty_one_is_none(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    tip(widget, "长" * 5000)
    assert len(widget.toolTip()) < TIP_LIMIT + 20
    tip(widget, "")
    assert widget.toolTip() == ""
    assert not QToolTip.isVisible()


def test_that_a_message_blocks_nothing_and_is_gone_when_closed(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    box = message(parent, "无法派单", "<b>综合执法大队</b>", detail="请稍后再试")
    assert box.isVisible()
    assert not box.isModal()
    assert box.textFormat() is Qt.TextFormat.PlainText
    assert all(
        label.textFormat() is not Qt.TextFormat.RichText
        for label in box.findChildren(QLabel)
        if "<b>" in label.text()
    )
    with qtbot.waitSignal(box.destroyed):
        box.close()


def test_that_a_cut_line_tells_all_of_it_in_its_tip(qtbot):
    label = PlainLabel("槐荫路与丰收街交叉口东侧井盖缺失", elide=True)
    qtbot.addWidget(label)
    label.resize(60, 24)
    label.grab()
    assert "丰收街" in label.toolTip()
    assert label.minimumSizeHint().width() <= 60
    label.resize(900, 24)
    label.grab()
    assert label.toolTip() == ""


@pytest.mark.parametrize("tone", Tone)
@pytest.mark.parametrize("size", Size)
def test_that_every_tone_and_size_paints(qtbot, tone, size):
    label = PlainLabel("时限", tone=tone, size=size, elide=True)
    qtbot.addWidget(label)
    assert not label.grab().isNull()


def test_that_sizes_rise(qtbot):
    heights = []
    for size in Size:
        label = PlainLabel("时限", size=size)
        qtbot.addWidget(label)
        label.ensurePolished()
        heights.append(label.fontInfo().pixelSize())
    assert heights == sorted(set(heights))
