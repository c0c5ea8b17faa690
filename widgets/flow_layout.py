"""A layout that lays its items in lines, like words."""

from collections.abc import Iterable

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget
from typing_extensions import override

from widgets.safe import safe_override

_Sized = tuple[QLayoutItem, QSize]


def in_lines(widths: Iterable[int], room: int, spacing: int) -> list[list[int]]:
    """Return, line by line, which of things so wide stand beside each other in ``room``."""
    lines: list[list[int]] = []
    x = 0
    for at, width in enumerate(widths):
        if not lines or x + width > room:
            lines.append([])
            x = 0
        lines[-1].append(at)
        x += width + spacing
    return lines


class FlowLayout(QLayout):
    """From left to right, then the next line; items at their own size, none wider than a line.

    With ``shared``, those that want to grow share what is left of their line.
    """

    def __init__(
        self, parent: QWidget | None = None, *, spacing: int = 8, shared: bool = False
    ) -> None:
        super().__init__(parent)
        self._shared = shared
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}  # by width, until something is invalidated
        self._least: QSize | None = None
        self.setContentsMargins(QMargins())
        self.setSpacing(spacing)

    @override
    @safe_override(None)
    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    @override
    @safe_override(0)
    def count(self) -> int:
        return len(self._items)

    @override
    @safe_override(None)
    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    @override
    @safe_override(None)
    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    @override
    @safe_override(Qt.Orientation(0))
    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    @override
    @safe_override(False)
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    @safe_override(0)
    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = self._lay(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    @override
    @safe_override(None)
    def invalidate(self) -> None:
        self._heights.clear()
        self._least = None
        super().invalidate()

    @override
    @safe_override(None)
    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay(rect, move=True)

    @override
    @safe_override(QSize())
    def sizeHint(self) -> QSize:
        return self.minimumSize()

    @override
    @safe_override(QSize())
    def minimumSize(self) -> QSize:
        if self._least is None:
            size = QSize()
            for item in self._shown():
                size = size.expandedTo(item.minimumSize())
            self._least = size.grownBy(self.contentsMargins())
        return self._least

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _lay(self, rect: QRect, *, move: bool) -> int:
        """Place the items within ``rect``; return the height they take."""
        room = rect.marginsRemoved(self.contentsMargins())
        y, height = room.top(), 0
        for line in self._lines(room.width()):
            height = max(size.height() for _item, size in line)
            if move:
                self._lay_line(line, room.left(), y, room.width(), height)
            y += height + self.spacing()
        end = y - self.spacing() if height else y
        return end - rect.top() + self.contentsMargins().bottom()

    def _lines(self, width: int) -> list[list[_Sized]]:
        """Return the items of each line, and how large each would be by itself."""
        sized: list[_Sized] = []
        for item in self._shown():
            size = item.sizeHint()
            size.setWidth(min(size.width(), max(width, item.minimumSize().width())))
            sized.append((item, size))
        lines = in_lines((size.width() for _item, size in sized), width, self.spacing())
        return [[sized[at] for at in line] for line in lines]

    def _lay_line(self, line: list[_Sized], x: int, y: int, width: int, height: int) -> None:
        grows = [self._shared and _wants_to_grow(item) for item, _size in line]
        taken = sum(size.width() for _item, size in line) + self.spacing() * (len(line) - 1)
        share = max(0, width - taken) // max(1, sum(grows))
        for (item, size), grown in zip(line, grows, strict=True):
            if grown:
                size.setWidth(size.width() + share)
            if self._shared:
                size.setHeight(height)
            item.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + self.spacing()


def _wants_to_grow(item: QLayoutItem) -> bool:
    return bool(item.expandingDirections() & Qt.Orientation.Horizontal)
