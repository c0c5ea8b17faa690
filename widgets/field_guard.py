"""Watching the one field in which somebody types."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid


class FieldGuard(QObject):
    """Filters what comes to the field that has the keyboard; subclasses say what."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._field: QWidget | None = None

    def watch(self, field: QWidget | None) -> None:
        """Watch another field, or none."""
        if self._field is not None and isValid(self._field):
            self._field.removeEventFilter(self)
        self._field = field
        self.begin()
        if field is not None:
            field.installEventFilter(self)

    def begin(self) -> None:
        """Forget what was known of the field before."""
