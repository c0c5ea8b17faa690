"""Cells kept as pictures: the same to the pixel as drawn anew, and drawn anew when they change."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from widgets.kept_cells import Cell, KeptCells

WORDS = "河东村口垃圾桶满溢"


@pytest.fixture
def drawn(qapp):
    """Draw a cell at a place of a picture; returns the picture, and how often it was painted."""
    kept, painted, palette = KeptCells(), [], qapp.palette()

    def paint(painter, option):
        painted.append(option.rect.size())
        painter.fillRect(option.rect, option.palette.color(QPalette.ColorRole.Base))
        painter.setPen(QColor("#204060"))
        painter.drawText(option.rect, WORDS)

    def draw(cell, top=0, *, state=QStyle.StateFlag.State_Enabled, ratio=1.0, size=(160, 40)):
        option = QStyleOptionViewItem()
        option.palette = palette
        option.rect, option.state = QRect(3, top, *size), state
        shown, straight = (QImage(400, 400, QImage.Format.Format_RGB32) for _ in range(2))
        for image in (shown, straight):
            image.setDevicePixelRatio(ratio)
            image.fill(QColor("white"))
        with QPainter(shown) as painter:
            kept.draw(painter, option, cell, paint)
        count = len(painted)
        with QPainter(straight) as painter:
            paint(painter, option)
        del painted[count:]
        assert shown == straight
        return len(painted)

    draw.forget = kept.forget
    return draw


def test_that_a_row_that_only_moved_is_not_drawn_anew(drawn):
    value = object()
    assert drawn(Cell("A1", value, None)) == 1
    assert drawn(Cell("A1", value, None), top=44) == 1
    assert drawn(Cell("A2", value, None)) == 2


def test_that_whatever_can_be_seen_to_change_is_drawn_anew(drawn):
    value = object()
    drawn(Cell("A1", value, "剩 2 分"))
    assert drawn(Cell("A1", value, "剩 1 分")) == 2
    assert drawn(Cell("A1", object(), "剩 1 分")) == 3
    assert drawn(Cell("A1", value, "剩 1 分"), state=QStyle.StateFlag.State_Selected) == 4
    assert drawn(Cell("A1", value, "剩 1 分"), size=(150, 40)) == 5
    drawn.forget()
    assert drawn(Cell("A1", value, "剩 1 分"), size=(150, 40)) == 6


@pytest.mark.parametrize(("ratio", "painted"), [(1.0, 1), (2.0, 1), (1.5, 2)])
def test_that_cells_whose_edges_lie_between_pixels_are_always_drawn(drawn, ratio, painted):
    cell = Cell("A1", object(), None)
    drawn(cell, ratio=ratio)
    assert drawn(cell, top=7, ratio=ratio) == painted


def test_that_only_so_many_are_kept(drawn):
    values = [object() for _ in range(500)]
    for at, value in enumerate(values):
        drawn(Cell(at, value, None))
    assert drawn(Cell(499, values[499], None)) == 500
    assert drawn(Cell(0, values[0], None)) == 501
