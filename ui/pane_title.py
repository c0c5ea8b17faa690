"""The line over a pane: its name, and the buttons that tear it off and hide it."""

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QDockWidget, QHBoxLayout, QToolButton, QWidget
from typing_extensions import override

from ui.icons import wear_icon
from ui.theme import theme_of
from ui.wording import Both, phrase
from widgets.dress import Kind, dress
from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.safe_text import tip
from widgets.tone import Tone

_FLOAT: Final[Both] = ("拆成单独窗口，或放回原处：{name}", "Tear off or put back: {name}")
_HIDE: Final[Both] = ("隐藏：{name}（按 {key} 再打开）", "Hide: {name} ({key} shows it again)")


class PaneTitle(QWidget):
    """Sized by the font, as Qt's own buttons are not; dragging it moves the pane."""

    def __init__(self, pane: QDockWidget, name: str, key: str, lang: str) -> None:
        super().__init__(pane)
        self._pane = pane
        self._name = PlainLabel(f"{name}  {key}", tone=Tone.QUIET, elide=True)
        self._float = self._button("float", phrase(_FLOAT, lang).format(name=name))
        self._float.clicked.connect(self._on_float)
        self._hide = self._button("close-x", phrase(_HIDE, lang).format(name=name, key=key))
        self._hide.clicked.connect(pane.close)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 4, 2)
        row.setSpacing(0)
        row.addWidget(self._name, 1)
        row.addStretch()
        row.addWidget(self._float)
        row.addWidget(self._hide)

    @staticmethod
    def _button(icon: str, words: str) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(words)
        tip(button, words)
        dress(button, Kind.QUIET)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            wear_icon(button, theme_of(app), icon, "quiet")
        return button

    def set_name(self, name: str, key: str) -> None:
        """Say another name."""
        self._name.setText(f"{name}  {key}")

    def show_name(self, shown: bool) -> None:
        """Say the name, or leave that to a tab; the buttons stay."""
        self._name.setVisible(shown)

    def _on_float(self) -> None:
        self._pane.setFloating(not self._pane.isFloating())

    @override
    @safe_override(QSize())
    def minimumSizeHint(self) -> QSize:
        return QSize(self._float.sizeHint().width() * 3, super().minimumSizeHint().height())
