"""Keeping a key that was pressed elsewhere from typing where the keyboard has gone since."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from typing_extensions import override

from widgets.field_guard import FieldGuard
from widgets.safe import safe_override

_FROM_FIELD_TO_FIELD: Final = frozenset({Qt.Key.Key_Tab, Qt.Key.Key_Backtab})
_AT_ONCE: Final = 20  # ms; no finger comes back so soon


class HeldKeyGuard(FieldGuard):
    """A key that was down when the field got the keyboard types nothing until it was let go.

    A letter that opens a form is often held a little longer than the form takes to open. X11
    repeats a key by releasing and pressing it in the same instant, and does not always say so.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._is_fresh = False  # a key was pressed since the field has the keyboard
        self._let_go: tuple[int, int] = (0, 0)  # a key, and when

    @override
    def begin(self) -> None:
        self._is_fresh, self._let_go = False, (0, 0)

    @override
    @safe_override(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._is_fresh or not isinstance(event, QKeyEvent):
            return False
        if event.type() is QEvent.Type.KeyRelease:
            self._let_go = (event.key(), event.timestamp())
        elif event.type() is QEvent.Type.KeyPress and event.key() not in _FROM_FIELD_TO_FIELD:
            self._is_fresh = not self._repeats(event)
            return not self._is_fresh
        return False

    def _repeats(self, event: QKeyEvent) -> bool:
        key, at = self._let_go
        at_once = bool(at) and event.timestamp() - at < _AT_ONCE
        return event.isAutoRepeat() or (event.key() == key and at_once)
