"""Cells of a list kept as pictures, so that rows that only moved are not drawn anew."""

from collections.abc import Callable, Hashable
from typing import Final, NamedTuple

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

_MOST: Final = 400
"""Cells at most: three times what a screen of 4K shows of one list."""
_SEEN: Final = QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver


class Cell(NamedTuple):
    """One cell: ``key`` tells it from others, ``of`` is the value on show, known by identity.

    ``look`` is whatever else its look changes with, besides its size, its colours and whether it
    is selected or pointed at.
    """

    key: Hashable
    of: object
    look: Hashable


class KeptCells:
    """Draws a cell from its picture while it looks the same; the oldest make room for new ones."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[Cell, Hashable, QPixmap]] = {}

    def draw(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        cell: Cell,
        paint: Callable[[QPainter, QStyleOptionViewItem], None],
    ) -> None:
        """Draw one cell; ``paint`` is only asked when it looks other than it did."""
        ratio, rect = painter.device().devicePixelRatio(), option.rect
        if not ratio.is_integer():  # its edges lie between pixels: a picture would be blurred
            paint(painter, option)
            return
        palette = option.palette
        dress = (
            rect.size().toTuple(),
            ratio,
            (option.state & _SEEN).value,
            palette.cacheKey(),
            palette.currentColorGroup(),
        )
        kept = self._kept.pop(cell.key, None)
        if kept is None or not _is_same(kept[0], cell) or kept[1] != dress:
            kept = (cell, dress, _picture(rect.size(), ratio, option, paint))
        if len(self._kept) >= _MOST:
            del self._kept[next(iter(self._kept))]
        self._kept[cell.key] = kept
        painter.drawPixmap(rect.topLeft(), kept[2])

    def forget(self) -> None:
        """Draw everything anew: the font is another, or the words."""
        self._kept.clear()


def _is_same(one: Cell, other: Cell) -> bool:
    return one.of is other.of and one.look == other.look


def _picture(
    size: QSize,
    ratio: float,
    option: QStyleOptionViewItem,
    paint: Callable[[QPainter, QStyleOptionViewItem], None],
) -> QPixmap:
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    moved = QStyleOptionViewItem(option)
    moved.rect = QRect(0, 0, size.width(), size.height())
    with QPainter(picture) as painter:
        painter.setFont(option.font)
        paint(painter, moved)
    return picture
