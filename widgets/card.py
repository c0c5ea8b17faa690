"""A titled panel, and one that is a single line until it is opened."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from widgets.dress import Kind, Size, dress
from widgets.plain_label import PlainLabel
from widgets.tone import Tone

_OPEN_MARGINS: Final = (12, 8, 12, 12)
_FOLDED_MARGINS: Final = (12, 2, 12, 2)


class Card(QFrame):
    """A panel with a title, a quiet hint, room for small controls, and a body.

    Put content into ``body``; an empty title leaves the head out.
    """

    def __init__(self, title: str = "", parent: QWidget | None = None, *, hint: str = "") -> None:
        super().__init__(parent)
        dress(self, Kind.CARD)
        self._outer = outer = QVBoxLayout(self)
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


class FoldingCard(Card):
    """A card that, where room is ``short``, is its head alone until a press opens it."""

    changed = Signal()  # it takes more room now, or less

    def __init__(
        self, title: str, open_words: str, fold_words: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, parent)
        self._words = {False: open_words, True: fold_words}
        self._is_short = self._is_open = False
        self._inside = QWidget()
        self.body.addWidget(self._inside)
        self.body = QVBoxLayout(self._inside)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(8)
        self._fold = QToolButton()
        dress(self._fold, Kind.QUIET)
        self._fold.clicked.connect(self._on_fold)
        self.add_to_head(self._fold)
        self._settle()

    def fit(self, *, short: bool) -> None:
        """Fold where room is short; where it is not there is nothing to fold."""
        self._is_short = short
        self._settle()

    def show_if(self, wanted: bool) -> None:
        """Be there while there is something in it."""
        was_hidden = self.isHidden()
        self.setVisible(wanted)
        if wanted is was_hidden:
            self.changed.emit()

    @property
    def was_opened(self) -> bool:
        """Whether it is open for a press, and not because there is room."""
        return self._is_short and self._is_open and not self.isHidden()

    def _on_fold(self) -> None:
        self._is_open = not self._is_open
        self._settle()
        self.changed.emit()

    def _settle(self) -> None:
        is_open = self._is_open or not self._is_short
        words = self._words[is_open]
        self._fold.setVisible(self._is_short)
        self._fold.setText(f"{words} {'▴' if is_open else '▾'}")
        self._fold.setAccessibleName(f"{self.accessibleName()} {words}")
        self._inside.setVisible(is_open)
        self._outer.setContentsMargins(*(_OPEN_MARGINS if is_open else _FOLDED_MARGINS))
