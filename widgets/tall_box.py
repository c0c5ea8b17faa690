"""A box as tall as what is in it, which scrolls once there is no room for that."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget
from typing_extensions import override

from widgets.safe import safe_override

_LEAST_LINES = 5


class _Inside(QWidget):
    """What is in the box: an area never makes its widget lower than the height it asks for."""

    @override
    @safe_override(-1)
    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        return -1 if layout is None else layout.totalMinimumHeightForWidth(width)


class TallBox(QScrollArea):
    """Holds ``inside``, to be given a layout; never taller than that needs, seldom shorter.

    What stands under the box stays in sight however much is in it. Where there is little room, what
    can be made shorter is, and only then it scrolls.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._wanted: QWidget | None = None
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._show_wanted)
        self.inside = _Inside()
        self.setWidget(self.inside)

    def show_whole(self, widget: QWidget) -> None:
        """Scroll so that a widget in the box is in sight, once everything has its place.

        Of one that is taller than the box that part is which has the keyboard.
        """
        self._wanted = widget
        self._later.start()

    def show_top(self) -> None:
        """Scroll back to where it begins."""
        self._wanted = None
        self.verticalScrollBar().setValue(0)

    def _show_wanted(self) -> None:
        if self._wanted is not None:
            self.ensureWidgetVisible(self._wanted)
            if (held := self._wanted.focusWidget()) is not None:
                self.ensureWidgetVisible(held)

    def _height(self) -> int:
        layout, width = self.inside.layout(), self.viewport().width()
        if layout is None:
            return 0
        hint = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else -1
        wanted = hint if hint > 0 else layout.totalSizeHint().height()
        return max(wanted, self.inside.minimumSizeHint().height())  # it is never made shorter

    @override
    @safe_override(QSize())
    def sizeHint(self) -> QSize:
        return QSize(self.inside.sizeHint().width(), self._height())

    @override
    @safe_override(QSize())
    def minimumSizeHint(self) -> QSize:
        least = _LEAST_LINES * self.fontMetrics().height()
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self.inside.minimumSizeHint().width() + bar, min(self._height(), least))

    @override
    @safe_override(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()  # words wrap otherwise now

    @override
    @safe_override(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
