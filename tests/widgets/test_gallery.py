"""Everything together, in every theme."""

import pytest
from PySide6.QtWidgets import QAbstractButton, QLineEdit

from tests.widgets.gallery import gallery, picture
from ui.theme import DARK, THEMES, apply_theme


@pytest.mark.parametrize("tokens", THEMES.values(), ids=THEMES)
def test_that_all_widgets_paint_in_every_theme_without_a_warning(qtbot, qapp, tokens):
    apply_theme(qapp, tokens)
    page = gallery(tokens)
    qtbot.addWidget(page)
    made = picture(page, 1)
    assert made.width() > 1000
    assert made.toImage().pixelColor(0, 0).name().upper() == tokens.background
    apply_theme(qapp, DARK)


def test_that_our_buttons_have_accessible_names(qtbot):
    page = gallery(DARK)
    qtbot.addWidget(page)
    ours = [
        it
        for it in page.findChildren(QAbstractButton)
        if type(it).__module__ != "PySide6.QtWidgets"
    ]
    assert ours
    assert all(it.accessibleName() for it in ours)
    assert page.findChildren(QLineEdit)
