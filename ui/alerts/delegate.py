"""How a row of the alert review is drawn: one line, the level with its mark."""

from typing import Final

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from commandcenter.domain.alert import VideoAlert
from ui.alerts.columns import COLUMNS, priority
from ui.alerts.model import ALERT_ROLE, Index
from widgets.cell_painter import draw_line, draw_shape, draw_table_ground
from widgets.paint import unit
from widgets.safe import safe_override
from widgets.tone import Tone, tone_colour

_MARK: Final = 12
_LOUD: Final = frozenset({"priority", "what", "camera"})


class AlertRow(QStyledItemDelegate):
    """Paints cells from the palette."""

    @override
    @safe_override(QSize())
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        one = unit(option.font)
        width = COLUMNS[index.column()].width * 14 * one
        return QSize(round(width), round(option.fontMetrics.height() + 12 * one))

    @override
    @safe_override(None)
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        alert: VideoAlert = index.data(ALERT_ROLE)
        column, palette, one = COLUMNS[index.column()], option.palette, unit(option.font)
        draw_table_ground(painter, option)
        room = option.rect.adjusted(round(8 * one), 0, -round(8 * one), -1)
        tone = Tone.PLAIN if column.key in _LOUD and not alert.cleared else Tone.QUIET
        if column.key == "priority":
            shape, tone, _words = priority(alert)
            side = round(_MARK * one)
            draw_shape(
                painter,
                QRect(room.left(), room.top(), side, room.height()),
                shape,
                tone_colour(palette, tone),
                side,
            )
            room.setLeft(room.left() + side + round(6 * one))
        painter.setFont(option.font)
        draw_line(painter, room, index.data(), tone_colour(palette, tone))
