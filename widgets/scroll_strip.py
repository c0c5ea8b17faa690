"""A strip that shows all of what it holds, or else a part of it with an arrow at each end."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QToolButton, QWidget
from shiboken6 import isValid
from typing_extensions import override

from widgets.dress import Kind, dress
from widgets.safe import safe_override


class _Area(QScrollArea):
    """A viewport moved sideways, also by a wheel that turns up and down."""

    turned = Signal()  # the wheel

    @override
    @safe_override(None)
    def wheelEvent(self, event: QWheelEvent) -> None:
        bar, turned = self.horizontalScrollBar(), event.angleDelta()
        bar.setValue(bar.value() - (turned.y() or turned.x()))
        event.accept()
        self.turned.emit()


class ScrollStrip(QWidget):
    """Holds ``inside`` at its full size; ``words`` name the arrows to its beginning and end."""

    def __init__(
        self, inside: QWidget, words: tuple[str, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._inside = inside
        self._part: QWidget | None = None  # stays in sight until somebody looks elsewhere
        self._area = _Area()
        self._area.setWidget(inside)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        arrows = zip((Qt.ArrowType.LeftArrow, Qt.ArrowType.RightArrow), words, (-1, 1), strict=True)
        self.arrows = tuple(self._arrow(*each) for each in arrows)
        row.addWidget(self.arrows[0])
        row.addWidget(self._area, 1)
        row.addWidget(self.arrows[1])
        bar = self._area.horizontalScrollBar()
        bar.valueChanged.connect(self._show_arrows)
        bar.rangeChanged.connect(self._show_arrows)
        bar.rangeChanged.connect(self._keep_part)
        self._area.turned.connect(self._look_elsewhere)
        inside.installEventFilter(self)
        self._show_arrows()

    def _arrow(self, sort: Qt.ArrowType, words: str, way: int) -> QToolButton:
        arrow = QToolButton()
        arrow.setArrowType(sort)
        dress(arrow, Kind.QUIET)
        arrow.setAutoRepeat(True)
        arrow.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys of what is inside go everywhere
        arrow.setAccessibleName(words)
        arrow.clicked.connect(partial(self._move, way))
        return arrow

    def show_whole(self, part: QWidget) -> None:
        """Move so that a widget inside is in sight with something of its neighbours.

        It stays in sight whatever becomes wider, until somebody looks elsewhere.
        """
        self._part = part
        self._keep_part()

    def _keep_part(self) -> None:
        part = self._part
        if part is None or not isValid(part) or part.parentWidget() is not self._inside:
            return
        beside = (self._area.viewport().width() - part.width()) // 2
        self._area.ensureWidgetVisible(part, max(0, min(part.width(), beside)), 0)

    def _look_elsewhere(self) -> None:
        self._part = None

    def _move(self, way: int) -> None:
        self._look_elsewhere()
        bar = self._area.horizontalScrollBar()
        bar.setValue(bar.value() + way * self._area.width() // 3)

    def _show_arrows(self) -> None:
        bar = self._area.horizontalScrollBar()
        # asked of the whole width: the arrows themselves may be what leaves too little
        needed = self._inside.minimumSizeHint().width() > self.width()
        for arrow, end in zip(self.arrows, (bar.minimum(), bar.maximum()), strict=True):
            arrow.setVisible(needed)
            arrow.setEnabled(bar.value() != end)
        self._inside.update()  # a part that is cut now may look other than whole

    @override
    @safe_override(QSize())
    def sizeHint(self) -> QSize:
        return self._inside.sizeHint()

    @override
    @safe_override(QSize())
    def minimumSizeHint(self) -> QSize:
        height = self._inside.sizeHint().height()
        return QSize(4 * height, height)

    @override
    @safe_override(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_arrows()

    @override
    @safe_override(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._show_arrows()
        return super().eventFilter(watched, event)
