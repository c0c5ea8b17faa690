"""What a window shows only in part: words cut off, lists and panels wider than their room."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QLabel,
    QListView,
    QScrollArea,
    QWidget,
)

from widgets.countdown import CountdownBar
from widgets.safe_text import tip_text
from widgets.scroll_strip import ScrollStrip

_IN_TIP = {"described"}  # a line of many by intent; the whole is in its tip
_SLACK = 1  # a pixel by which metrics and layouts may differ


def _can_be_scrolled_to(widget):
    above = widget
    while not above.isWindow() and (above := above.parentWidget()) is not None:
        if isinstance(above, QAbstractScrollArea) and above.horizontalScrollBar().maximum() > 0:
            strip = above.parentWidget()
            allowed = above.horizontalScrollBarPolicy() is not Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            return allowed or isinstance(strip, ScrollStrip)
    return False


def _beyond(widget):
    """How many pixels of its width lie outside of one of those around it."""
    most, above = 0, widget
    while not above.isWindow() and (above := above.parentWidget()) is not None:
        left = widget.mapTo(above, QPoint(0, 0)).x()
        most = max(most, -left, left + widget.width() - above.width())
    return most


def _of_label(label):
    if label.objectName() in _IN_TIP and label.toolTip() == tip_text(label.text()):
        return 0
    if label.wordWrap():
        return label.heightForWidth(label.width()) - label.height()
    width = max(map(label.fontMetrics().horizontalAdvance, label.text().split("\n")))
    return width - label.contentsRect().width()


def _of_button(button):
    return button.minimumSizeHint().width() - button.width()


def _of_bar(bar):
    return bar.fontMetrics().horizontalAdvance(bar.accessibleDescription()) - bar.width()


def _of_list(view):
    if view.wordWrap():
        return view.horizontalScrollBar().maximum()
    return view.sizeHintForColumn(0) - view.viewport().width()


def _of_area(area):
    return area.widget().width() - area.viewport().width() if area.widget() else 0


_LACKS = (
    (QLabel, _of_label),
    (QAbstractButton, _of_button),
    (CountdownBar, _of_bar),
    (QListView, _of_list),
    (QScrollArea, _of_area),
)


def what_is_cut(window):
    """Return in words what of a window cannot be read where it stands."""
    found = set()
    for kind, lack in _LACKS:
        for widget in window.findChildren(kind):
            seen = widget.isVisible() and not widget.visibleRegion().isEmpty()
            if not seen or _can_be_scrolled_to(widget):
                continue
            missing = max(lack(widget), _beyond(widget))
            if missing > _SLACK:
                name = widget.accessibleName() or getattr(widget, "text", str)()
                found.add(f"{type(widget).__name__} “{name[:40]}” lacks {missing} px")
    return sorted(found)


def is_seen_whole(widget):
    """Whether nothing of a widget lies outside of what is shown."""
    return widget.isVisible() and widget.visibleRegion().boundingRect() == widget.rect()


def widths(*widgets: QWidget):
    """Return how wide widgets are."""
    return tuple(widget.width() for widget in widgets)
