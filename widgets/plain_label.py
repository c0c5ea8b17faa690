"""A label that shows its text to the letter, whoever wrote it."""

import re
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QRect, QSize, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QLabel, QMenu, QSizePolicy, QWidget
from typing_extensions import override

from widgets.dress import Size, set_and_restyle
from widgets.safe import safe_override
from widgets.safe_text import tip, to_the_letter
from widgets.tone import TONE_ROLES, Tone

_COPY: Final = ("QWidgetTextControl", "&Copy")  # Qt translates it itself
_GAP: Final = "\u200b"  # nothing to be seen; a line may end there
_RUN: Final = re.compile("[^\\s\u2e80-\u9fff\uff00-\uffef]{16}(?=[^\\s\u2e80-\u9fff\uff00-\uffef])")


class PlainLabel(QLabel):
    """Never guesses markup; may cut its line with an ellipsis and then tells all in its tip.

    One that wraps its lines also does so inside of what has no gaps, such as the address of a
    picture, which would push everything beside it out of sight; what is copied has no more gaps
    than the text. One that is ``steady`` stays as wide as its widest text was, for what changes
    every second: the whole window would be laid out anew each time.
    """

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        tone: Tone = Tone.PLAIN,
        size: Size = Size.BODY,
        elide: bool = False,
        wrap: bool = False,
        selectable: bool = False,
        steady: bool = False,
    ) -> None:
        super().__init__(parent)
        self._elide = elide
        self._steady = steady
        self._tone: Tone | None = None
        self._text = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.set_tone(tone)
        self.set_size(size)
        if elide:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if selectable:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self.setText(text)

    def set_tone(self, tone: Tone) -> None:
        """Colour the text by what it says."""
        if tone is not self._tone:  # or it would be painted anew for nothing
            self._tone = tone
            self.setForegroundRole(TONE_ROLES[tone])

    def set_size(self, size: Size) -> None:
        """Give the text its place in the scale of sizes."""
        set_and_restyle(self, "scale", size)

    @override
    def setText(self, text: str) -> None:
        text = to_the_letter(text)
        if text == self.text():  # or it would be laid out and painted anew for nothing
            return
        self._text = text
        super().setText(_RUN.sub(_with_gap, text) if self.wordWrap() else text)
        if self._steady:
            self.setFixedSize(self.sizeHint().expandedTo(self.minimumSize()))
        self._tell_what_is_cut()

    @override
    def text(self) -> str:
        return self._text

    @override
    def selectedText(self) -> str:
        return super().selectedText().replace(_GAP, "").replace("\u2029", "\n")

    def copy(self) -> None:
        """Put what is selected on the clipboard, or all of it."""
        QGuiApplication.clipboard().setText(self.selectedText() or self._text)

    def menu(self) -> QMenu:
        """Return what the right button opens."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(QCoreApplication.translate(*_COPY)).triggered.connect(self.copy)
        return menu

    @override
    @safe_override(None)
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse:
            self.menu().popup(event.globalPos())
        else:
            super().contextMenuEvent(event)

    @override
    @safe_override(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.hasSelectedText():
            self.copy()
        else:
            super().keyPressEvent(event)

    @override
    @safe_override(QSize())
    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        if self._elide:
            hint.setWidth(min(hint.width(), self.fontMetrics().averageCharWidth() * 4))
        return hint

    @override
    @safe_override(None)
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if self._steady and event.type() == QEvent.Type.FontChange:
            self.setFixedSize(self.sizeHint())

    @override
    @safe_override(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_what_is_cut()

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._elide:
            super().paintEvent(event)
            return
        room = self._room()
        with QPainter(self) as painter:
            self.style().drawItemText(
                painter,
                room,
                int(self.alignment() | Qt.TextFlag.TextSingleLine),
                self.palette(),
                self.isEnabled(),
                self._shown(room.width()),
                self.foregroundRole(),
            )

    def _room(self) -> QRect:
        return self.contentsRect()

    def _shown(self, width: int) -> str:
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, width)

    def _tell_what_is_cut(self) -> None:
        if self._elide:
            cut = self._shown(self._room().width()) != self.text()
            tip(self, self.text() if cut else "")


def _with_gap(found: re.Match[str]) -> str:
    return found[0] + _GAP
