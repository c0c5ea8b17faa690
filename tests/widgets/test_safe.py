"""Overrides that must not raise."""

import sys

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from widgets.safe import safe_override


@pytest.fixture
def reported(monkeypatch):
    seen = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _trace: seen.append(str(error)))
    return seen


class Broken(QWidget):
    @safe_override(None)
    def paintEvent(self, event):  # noqa: N802 - the name is Qt's
        with QPainter(self):
            raise ValueError("no paint")

    @safe_override(QSize(7, 7))
    def sizeHint(self):  # noqa: N802 - the name is Qt's
        raise ValueError("no size")


def test_that_a_broken_widget_neither_raises_nor_floods_the_log(qtbot, reported):
    widget = Broken()
    qtbot.addWidget(widget)
    for _ in range(20):
        widget.grab()
        assert widget.sizeHint() == QSize(7, 7)
    assert sorted(set(reported)) == ["no paint", "no size"]
    assert len(reported) == 2


def test_that_each_line_that_raises_is_reported_once_and_again_after_a_minute(
    reported, monkeypatch
):
    now = [0.0]
    monkeypatch.setattr("widgets.safe.time.monotonic", lambda: now[0])

    @safe_override(0)
    def fail(first):
        if first:
            raise ValueError("first")
        raise ValueError("second")

    assert [fail(True), fail(False), fail(True), fail(False)] == [0, 0, 0, 0]
    assert reported == ["first", "second"]
    now[0] = 61.0
    fail(True)
    assert reported == ["first", "second", "first"]


def test_that_a_sound_method_is_left_alone(reported):
    @safe_override(0)
    def double(number, *, plus=0):
        """Double it."""
        return number * 2 + plus

    assert double(4, plus=1) == 9
    assert double.__doc__ == "Double it."
    assert reported == []


def test_that_leaving_the_program_is_not_swallowed():
    @safe_override(None)
    def leave():
        raise SystemExit

    with pytest.raises(SystemExit):
        leave()
