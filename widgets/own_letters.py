"""Keeping the letters that are pressed in a form from what they mean outside it."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from widgets.safe import safe_override

_NO_LETTER: Final = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class OwnLetters(QObject):
    """A letter pressed anywhere in a widget sets off no shortcut of the window.

    On a list of a form it looks for a line of the list; as a shortcut it would take a step of
    whatever case is selected beside the form.
    """

    def __init__(self, of: QWidget) -> None:
        super().__init__(of)
        of.installEventFilter(self)

    @override
    @safe_override(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Qt asks the widget with the keyboard, then those around it, before it tries shortcuts
        if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if event.modifiers() & _NO_LETTER or not event.text().isprintable() or not event.text():
            return False
        event.accept()
        return True
