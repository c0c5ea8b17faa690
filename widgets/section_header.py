"""A line of words that starts a section, with a hairline to its end."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from widgets.badge import Badge
from widgets.dress import Size
from widgets.plain_label import PlainLabel
from widgets.tone import Tone


class SectionHeader(QWidget):
    """Quiet words, an optional count, and a line that leads the eye."""

    def __init__(
        self,
        text: str,
        parent: QWidget | None = None,
        *,
        count: str = "",
        tone: Tone = Tone.QUIET,
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(8)
        self._label = PlainLabel(text, tone=tone, size=Size.CAPTION)
        self._badge = Badge(tone=tone)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Plain)
        for widget in (self._label, self._badge):
            row.addWidget(widget)
        row.addWidget(line, 1)
        self.set_text(text)
        self.set_count(count)

    def set_text(self, text: str) -> None:
        """Change the words."""
        self._label.setText(text)
        self.setAccessibleName(text)

    def set_count(self, count: str) -> None:
        """Show a count behind the words; an empty one hides it."""
        self._badge.show_text(count)
        self._badge.setVisible(bool(count))
