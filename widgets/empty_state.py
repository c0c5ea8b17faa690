"""What a list says when there is nothing in it."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.tone import Tone


class EmptyState(QWidget):
    """A picture, a sentence, and perhaps the one thing to do now.

    Where there is no room for all of it, the picture is left out: the words say what matters.
    """

    acted = Signal()

    def __init__(
        self,
        text: str,
        parent: QWidget | None = None,
        *,
        icon: QIcon | None = None,
        action: str = "",
    ) -> None:
        super().__init__(parent)
        self._column = column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(1)
        self._picture = PlainLabel()
        self._words = PlainLabel(tone=Tone.QUIET, wrap=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._button = QPushButton()
        self._button.clicked.connect(self.acted)
        column.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._words)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        self.show_icon(icon or QIcon())
        self.show_text(text, action=action)

    def show_icon(self, icon: QIcon) -> None:
        """Change the picture; a null icon leaves it out."""
        self._picture.setPixmap(icon.pixmap(QSize(48, 48), self.devicePixelRatioF()))
        self._show_what_fits()

    def show_text(self, text: str, *, action: str = "") -> None:
        """Change the sentence and the words on the button; no words, no button."""
        self._words.setText(text)
        self.setAccessibleName(text)
        self._button.setText(action)
        self._button.setAccessibleName(action)
        self._button.setVisible(bool(action))
        self._show_what_fits()

    @override
    @safe_override(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_what_fits()

    def _show_what_fits(self) -> None:
        if self._picture.pixmap().isNull():
            self._picture.hide()
            return
        self._picture.show()
        column = self._column
        column.invalidate()
        if column.heightForWidth(self.width()) > self.height():
            self._picture.hide()
