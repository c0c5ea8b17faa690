"""Laying out once for many changes, and remembering what was laid out."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from widgets.flow_layout import FlowLayout
from widgets.laying import laid_out_once


@pytest.fixture
def panel(qtbot):
    """A panel on show with a line of twenty hidden labels."""
    made = QWidget()
    qtbot.addWidget(made)
    column = QVBoxLayout(made)
    made.line = QWidget()
    column.addWidget(made.line)
    made.flow = FlowLayout(made.line)
    made.labels = [QLabel(f"第 {n} 件") for n in range(20)]
    for label in made.labels:
        label.hide()
        made.flow.addWidget(label)
    made.resize(400, 300)
    made.show()
    return made


def test_that_many_changes_are_laid_out_once(panel, monkeypatch):
    laid = []
    place = FlowLayout.setGeometry
    monkeypatch.setattr(
        FlowLayout, "setGeometry", lambda self, rect: (laid.append(1), place(self, rect))[1]
    )
    with laid_out_once(panel, panel.line):
        for label in panel.labels:
            label.show()
        assert laid == []
    assert len(laid) <= 2
    spots = {(label.x(), label.y()) for label in panel.labels}
    assert len(spots) == len(panel.labels)
    assert all(label.isVisible() for label in panel.labels)


def test_that_a_layout_is_given_back_when_something_goes_wrong(panel):
    with pytest.raises(ZeroDivisionError), laid_out_once(panel, panel.line):
        raise ZeroDivisionError
    assert panel.layout().isEnabled()
    assert panel.flow.isEnabled()


def test_that_the_height_of_lines_follows_what_is_in_them(panel):
    flow = panel.flow
    assert flow.heightForWidth(100) == 0
    for label in panel.labels:
        label.show()
    many = flow.heightForWidth(100)
    assert many > flow.heightForWidth(300) > 0
    panel.labels[0].setText("一" * 40)
    assert flow.minimumSize().width() >= panel.labels[0].minimumSizeHint().width()
    for label in panel.labels[1:]:
        label.hide()
    flow.setGeometry(QRect(0, 0, 100, 300))
    assert flow.heightForWidth(100) < many
