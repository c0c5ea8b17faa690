"""How much of the screen a window may take."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStyle, QWidget


def room_on_screen(window: QWidget) -> QSize:
    """Return the largest size of a window that fits the screen under its own title bar."""
    room, bar = window.screen().availableSize(), QStyle.PixelMetric.PM_TitleBarHeight
    return room - QSize(0, 2 * window.style().pixelMetric(bar, None, window))
