"""A titled panel."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from widgets.dress import Kind, Size, dress
from widgets.plain_label import PlainLabel
from widgets.tone import Tone


class Card(QFrame):
    """A panel with a title, a quiet hint, room for small controls, and a body.

    Put content into ``body``; an empty title leaves the head out.
    """

    def __init__(self, title: str = "", parent: QWidget | None = None, *, hint: str = "") -> None:
        super().__init__(parent)
        dress(self, Kind.CARD)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 8, 12, 12)
        outer.setSpacing(8)
        self._title = PlainLabel(elide=True, size=Size.TITLE)
        self._hint = PlainLabel(tone=Tone.QUIET, size=Size.CAPTION)
        self._head = QHBoxLayout()
        self._head.setSpacing(8)
        self._head.addWidget(self._title)
        self._head.addWidget(self._hint)
        self._head.addStretch(1)
        outer.addLayout(self._head)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        outer.addLayout(self.body, 1)
        self.set_title(title)
        self.set_hint(hint)

    def set_title(self, title: str) -> None:
        """Change the title."""
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self.setAccessibleName(title)

    def set_hint(self, hint: str) -> None:
        """Change the quiet words behind the title."""
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))

    def add_to_head(self, control: QWidget) -> None:
        """Put a small control at the right end of the head."""
        self._head.addWidget(control)
