"""The three themes, and what they promise to the eye."""

import re
from dataclasses import asdict, fields
from importlib.resources import files
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QDateTimeEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QStyle,
    QStyleOptionFrame,
    QVBoxLayout,
    QWidget,
)

from ui.theme import (
    DARK,
    HIGH_CONTRAST,
    LIGHT,
    THEMES,
    TONE_TOKENS,
    URGENCY_MARKS,
    Tokens,
    apply_theme,
    enlarge,
    palette_of,
    stylesheet,
    theme_of,
)
from widgets.paint import Shape, tint
from widgets.tone import TONE_ROLES, Tone, tone_colour

SURFACES = ("background", "panel", "raised", "hover", "pressed", "selection")
WORDS = ("text", "quiet")
MARKS = ("accent", "good", "near", "urgent", "over", "whistle")
FILLS = (("on_accent", "accent"), ("on_accent", "whistle"), ("on_over", "over"))


def luminance(colour):
    parts = QColor(colour).getRgbF()[:3]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


each_theme = pytest.mark.parametrize("tokens", THEMES.values(), ids=THEMES)


def test_that_contrast_is_measured_as_wcag_does():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@each_theme
def test_that_words_can_be_read_on_every_surface(tokens):
    colours = asdict(tokens)
    assert not {
        (word, surface, round(ratio, 2))
        for word in WORDS
        for surface in SURFACES
        if (ratio := contrast(colours[word], colours[surface])) < 4.5
    }


@each_theme
def test_that_marks_can_be_seen_on_every_surface_and_read_on_panels(tokens):
    colours = asdict(tokens)
    assert not {
        (mark, surface, round(ratio, 2))
        for mark in MARKS
        for surface in SURFACES
        if (ratio := contrast(colours[mark], colours[surface]))
        < (4.5 if surface in {"background", "panel", "raised"} else 3)
    }


@each_theme
def test_that_words_on_filled_buttons_and_in_badges_can_be_read(tokens):
    colours, palette = asdict(tokens), palette_of(tokens)
    assert not [pair for pair in FILLS if contrast(colours[pair[0]], colours[pair[1]]) < 4.5]
    assert not [
        tone for tone in Tone if contrast(tone_colour(palette, tone), tint(palette, tone)) < 4.5
    ]


@each_theme
def test_that_the_edge_of_a_control_can_be_seen(tokens):
    for surface in ("background", "panel", "raised"):
        assert contrast(tokens.edge, getattr(tokens, surface)) >= 3


def test_that_high_contrast_deserves_its_name():
    for word in (*WORDS, *MARKS):
        assert contrast(getattr(HIGH_CONTRAST, word), HIGH_CONTRAST.panel) >= 7


@each_theme
def test_that_colours_are_six_hex_digits(tokens):
    colours = [getattr(tokens, it.name) for it in fields(Tokens) if it.name not in {"name", "dark"}]
    assert all(re.fullmatch(r"#[0-9A-F]{6}", colour) for colour in colours)


@each_theme
def test_that_tones_can_be_told_apart(tokens):
    colours = {tokens_of_tone: asdict(tokens)[tokens_of_tone] for tokens_of_tone in MARKS}
    assert all(one != other for one, other in combinations(colours.values(), 2))


def test_that_urgencies_differ_in_shape_word_and_tone():
    marks = list(URGENCY_MARKS.values())
    assert list(URGENCY_MARKS) == ["critical", "urgent", "important", "normal"]
    for part in ("shape", "word", "tone"):
        assert len({getattr(mark, part) for mark in marks}) == len(marks)
    assert {mark.shape for mark in marks} <= {shape.value for shape in Shape}
    assert URGENCY_MARKS["critical"].colour(DARK) == DARK.over


@each_theme
def test_that_every_tone_has_its_own_role_and_colour_in_the_palette(tokens):
    palette = palette_of(tokens)
    assert len(set(TONE_ROLES.values())) == len(Tone)
    for tone, token in TONE_TOKENS.items():
        assert tone_colour(palette, tone).name().upper() == asdict(tokens)[token]


def test_that_no_role_is_left_to_the_platform():
    palette = palette_of(DARK)
    roles = [role for role in QPalette.ColorRole if role.name not in {"NoRole", "NColorRoles"}]
    assert all(palette.isBrushSet(QPalette.ColorGroup.Active, role) for role in roles)


@each_theme
def test_that_the_style_sheet_is_filled_and_its_pictures_exist(tokens):
    sheet = stylesheet(tokens)
    assert "{{" not in sheet
    pictures = re.findall(r'url\("(.*?)"\)', sheet)
    assert pictures
    assert all(Path(picture).is_file() for picture in pictures)


def test_that_the_template_knows_no_colour_of_its_own():
    template = (files("resources") / "styles" / "hall.qss").read_text("utf-8")
    assert not re.findall(r"#[0-9A-Fa-f]{3,8}\b(?!_)", template.replace("#qt_", ""))
    assert "gradient" not in template


def test_that_lengths_grow_with_the_font():
    assert "border-radius: 6px" in stylesheet(DARK, 14)
    assert "border-radius: 12px" in stylesheet(DARK, 28)


def test_that_changing_the_theme_reaches_palette_sheet_and_listeners(qapp):
    heard = []
    theme_of(qapp).changed.connect(heard.append)
    apply_theme(qapp, LIGHT)
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == LIGHT.background
    assert LIGHT.accent in qapp.styleSheet()
    assert theme_of(qapp).tokens is LIGHT
    apply_theme(qapp, DARK)
    assert heard == [LIGHT, DARK]
    theme_of(qapp).changed.disconnect(heard.append)


@each_theme
def test_that_the_style_sheet_is_accepted_without_a_warning(qtbot, qapp, tokens):
    apply_theme(qapp, tokens)
    window = QWidget()
    qtbot.addWidget(window)
    button = QPushButton("派单", window)
    window.grab()
    assert button.palette().color(QPalette.ColorRole.ButtonText).name().upper() == tokens.text
    apply_theme(qapp, DARK)


@each_theme
@pytest.mark.parametrize("pixels", [14, 17, 21, 28])
def test_that_words_in_a_box_that_has_the_keyboard_are_not_cut(qtbot, tokens, pixels):
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    pick = QComboBox()
    pick.setEditable(True)
    pick.setLineEdit(QLineEdit())  # as a form does
    boxes = (pick, QSpinBox(), QDateTimeEdit())
    for box in boxes:
        column.addWidget(box)
    enlarge(window, tokens, pixels)
    window.show()
    window.activateWindow()
    for box in boxes:
        box.setFocus()
        qtbot.waitUntil(box.hasFocus)
        line = box.findChild(QLineEdit)
        frame = QStyleOptionFrame()
        line.initStyleOption(frame)
        words = QStyle.SubElement.SE_LineEditContents
        room = line.style().subElementRect(words, frame, line).height()
        assert room >= line.fontMetrics().height(), type(box).__name__


def test_that_an_enlarged_window_enlarges_what_is_in_it(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    inner = QLabel("128", window)
    enlarge(window, DARK, 28)
    window.ensurePolished()
    inner.ensurePolished()
    assert inner.fontInfo().pixelSize() == 28
