"""The strip with arrows: all of it in sight, or a way to all of it."""

import pytest
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from widgets.scroll_strip import ScrollStrip
from widgets.segmented import Segmented
from widgets.tone import Tone


@pytest.fixture
def strip(qtbot):
    inside = QWidget()
    row = QHBoxLayout(inside)
    for number in range(10):
        button = QPushButton(f"{number}")
        button.setFixedWidth(80)
        row.addWidget(button)
    made = ScrollStrip(inside, ("back", "on"))
    qtbot.addWidget(made)
    made.show()
    return made


def is_whole(strip, part):
    return part.visibleRegion().boundingRect().width() == part.width()


def test_that_arrows_are_there_only_where_something_is_out_of_sight(qtbot, strip):
    strip.resize(1200, strip.sizeHint().height())
    qtbot.waitUntil(lambda: not any(it.isVisible() for it in strip.arrows))
    strip.resize(400, strip.sizeHint().height())
    qtbot.waitUntil(lambda: all(it.isVisible() for it in strip.arrows))
    back, on = strip.arrows
    assert not back.isEnabled()
    last = strip.findChildren(QPushButton)[-1]
    assert not is_whole(strip, last)

    def at_the_end():
        on.click()
        return is_whole(strip, last) and not on.isEnabled()

    qtbot.waitUntil(at_the_end)
    assert back.isEnabled()


def test_that_what_is_asked_for_comes_into_sight(qtbot, strip):
    strip.resize(400, strip.sizeHint().height())
    qtbot.waitUntil(strip.arrows[1].isVisible)
    last = strip.findChildren(QPushButton)[-1]
    strip.show_whole(last)
    qtbot.waitUntil(lambda: is_whole(strip, last))


def test_that_the_arrows_go_once_all_is_in_sight_without_them(qtbot, strip):
    strip.resize(400, strip.sizeHint().height())
    qtbot.waitUntil(strip.arrows[1].isVisible)
    strip.resize(strip._inside.minimumSizeHint().width(), strip.height())
    last = strip.findChildren(QPushButton)[-1]
    qtbot.waitUntil(lambda: is_whole(strip, last))
    assert not any(it.isVisible() for it in strip.arrows)


def test_that_a_count_is_shown_whole_or_not_at_all(qtbot):
    tabs = Segmented([(str(at), "处置中") for at in range(9)])
    for at in range(9):
        tabs.set_count(str(at), "4321", Tone.ACCENT)
    made = ScrollStrip(tabs, ("back", "on"))
    qtbot.addWidget(made)
    made.resize(made.sizeHint())
    made.show()
    half = tabs.segment("4")
    assert half._is_whole()
    made.resize(half.mapTo(made, half.rect().center()).x() + 40, made.height())
    qtbot.waitUntil(made.arrows[1].isVisible)
    parts = [tabs.segment(str(at)) for at in range(9)]
    cut = [it for it in parts if not it.visibleRegion().isEmpty() and not it._is_whole()]
    assert len(cut) == 1
