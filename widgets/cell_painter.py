"""What delegates paint again and again, kept as pictures by colour, size and pixel ratio."""

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from widgets.paint import Shape, paint_shape
from widgets.safe_text import to_the_letter
from widgets.tone import LINE_ROLE, PANEL_ROLE, blend

CELL_TEXT_LIMIT: Final = 200  # a cell of 100,000 characters costs a second a repaint


@lru_cache(maxsize=512)
def shape_pixmap(shape: Shape, colour: str, side: int, ratio: float) -> QPixmap:
    """Return a mark of ``side`` logical pixels in ``#RRGGBB`` for this pixel ratio."""
    pixels = max(1, round(side * ratio))
    picture = QPixmap(QSize(pixels, pixels))
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        paint_shape(painter, QRectF(0, 0, pixels, pixels), shape, QColor(colour))
    picture.setDevicePixelRatio(ratio)
    return picture


def draw_shape(painter: QPainter, rect: QRect, shape: Shape, colour: QColor, side: int) -> None:
    """Draw a kept mark in the middle of ``rect``."""
    ratio = painter.device().devicePixelRatio()
    _draw_centred(painter, rect, shape_pixmap(shape, colour.name(), side, ratio), side)


def draw_icon(
    painter: QPainter, rect: QRect, icon: QIcon, side: int, mode: QIcon.Mode = QIcon.Mode.Normal
) -> None:
    """Draw ``icon`` in the middle of ``rect`` from the icon's own kept pictures."""
    ratio = painter.device().devicePixelRatio()
    _draw_centred(painter, rect, icon.pixmap(QSize(side, side), ratio, mode), side)


def _draw_centred(painter: QPainter, rect: QRect, picture: QPixmap, side: int) -> None:
    left = rect.left() + (rect.width() - side) // 2
    painter.drawPixmap(left, rect.top() + (rect.height() - side) // 2, picture)


def draw_line(
    painter: QPainter,
    rect: QRect,
    text: str,
    colour: QColor,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """Draw one line of plain text in the painter's font, cut with an ellipsis if too long."""
    metrics = QFontMetrics(painter.font())
    shown = metrics.elidedText(capped(text), Qt.TextElideMode.ElideRight, rect.width())
    painter.setPen(colour)
    flags = align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
    painter.drawText(rect, flags, shown)


def draw_row_ground(
    painter: QPainter, option: QStyleOptionViewItem, role: QPalette.ColorRole
) -> None:
    """Fill a cell: the selection, the pointer's wash, or the surface ``role``."""
    palette = option.palette
    chosen = bool(option.state & QStyle.StateFlag.State_Selected)
    pointed = bool(option.state & QStyle.StateFlag.State_MouseOver)
    fill = QPalette.ColorRole.Highlight if chosen else role
    painter.fillRect(option.rect, palette.color(fill))
    if pointed and not chosen:
        painter.fillRect(
            option.rect, blend(palette.color(QPalette.ColorRole.Text), palette.color(role), 0.05)
        )


def draw_table_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Fill a cell of a table and part its row from the next with a line."""
    draw_row_ground(painter, option, PANEL_ROLE)
    painter.setPen(QPen(option.palette.color(LINE_ROLE), 1))
    painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())


def capped(text: str, limit: int = CELL_TEXT_LIMIT) -> str:
    """Return ``text`` to the letter, cut to ``limit`` characters with an ellipsis at the end."""
    shown = to_the_letter(text[:limit])
    return shown if max(len(text), len(shown)) <= limit else shown[: limit - 1] + "…"
