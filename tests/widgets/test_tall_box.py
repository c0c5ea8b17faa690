"""A box that is as tall as what is in it, and scrolls when it cannot be."""

import pytest
from PySide6.QtWidgets import QLineEdit, QListWidget, QPushButton, QVBoxLayout, QWidget

from widgets.plain_label import PlainLabel
from widgets.tall_box import TallBox


@pytest.fixture
def form(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    made.box, made.button = TallBox(), QPushButton("提交")
    column = QVBoxLayout(made)
    column.addWidget(made.box)
    column.addWidget(made.button)
    column.addStretch(1)
    made.rows = QVBoxLayout(made.box.inside)
    for at in range(10):
        made.rows.addWidget(QLineEdit(str(at)))
    made.resize(320, 900)
    made.show()
    return made


def test_that_the_box_is_no_taller_than_what_is_in_it(form):
    assert form.box.height() == form.box.inside.height() == form.box.sizeHint().height()
    assert not form.box.verticalScrollBar().isVisible()


def test_that_what_stands_under_it_stays_in_sight_when_there_is_little_room(qtbot, form):
    form.resize(320, 220)
    qtbot.waitUntil(lambda: form.box.verticalScrollBar().isVisible())
    assert form.rect().contains(form.button.geometry())
    last = form.rows.itemAt(9).widget()
    assert last.visibleRegion().isEmpty()
    form.box.show_whole(last)
    qtbot.waitUntil(lambda: not last.visibleRegion().isEmpty())


def test_that_it_grows_with_what_comes_and_with_words_that_wrap(qtbot, form):
    before = form.box.height()
    form.rows.addWidget(PlainLabel("很长的说明，" * 20, wrap=True))
    qtbot.waitUntil(lambda: form.box.height() > before)
    wide = form.box.height()
    form.resize(200, 900)
    qtbot.waitUntil(lambda: form.box.height() > wide)


def test_that_what_can_be_lower_gives_way_before_anything_scrolls(qtbot):
    box, words, yielding = TallBox(), PlainLabel("说明，" * 30, wrap=True), QListWidget()
    qtbot.addWidget(box)
    yielding.setMinimumHeight(40)
    column = QVBoxLayout(box.inside)
    column.addWidget(words)
    column.addWidget(yielding)
    box.resize(320, 1000)
    box.show()
    box.resize(320, box.sizeHint().height() - 100)
    qtbot.waitUntil(lambda: yielding.height() < yielding.sizeHint().height())
    assert box.verticalScrollBar().maximum() == 0
    assert words.height() >= words.heightForWidth(words.width())
