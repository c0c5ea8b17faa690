"""Keeping keys from their other meanings while an input method composes."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from typing_extensions import override

from widgets.field_guard import FieldGuard
from widgets.safe import safe_override

_ITS_OWN: Final = frozenset(
    {
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
        Qt.Key.Key_Escape,
        Qt.Key.Key_Tab,
        Qt.Key.Key_Backtab,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
    }
)


class ComposingGuard(FieldGuard):
    """While letters are composed in the field, nothing else acts.

    An input method takes its own keys, but not every one takes all of them on every system: Enter
    would send a form off that is half written, Esc would leave it.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.is_composing = False

    @override
    def begin(self) -> None:
        self.is_composing = False

    @override
    @safe_override(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QInputMethodEvent):
            self.is_composing = bool(event.preeditString())
        elif self.is_composing and isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            return event.type() is QEvent.Type.KeyPress and event.key() in _ITS_OWN
        return False
