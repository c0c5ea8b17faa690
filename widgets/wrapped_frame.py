"""A frame as tall as what wraps in it needs at the width it has."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame
from typing_extensions import override

from widgets.safe import safe_override


class WrappedFrame(QFrame):
    """Wants the height that its words and buttons take at its present width.

    What never grows beyond its hint would else be cut to the height at the width it would like.
    """

    @override
    @safe_override(QSize())
    def sizeHint(self) -> QSize:
        hint, height = super().sizeHint(), self.heightForWidth(self.width())
        return hint if height < 0 else QSize(hint.width(), height)

    @override
    @safe_override(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()
