"""Showing words that somebody else wrote, without letting them become markup.

Qt guesses whether a tool tip or a message is rich text; a guess in the wrong direction opens files
named in the text, loses words in angle brackets, or freezes the screen with nested tables.
"""

import re
from html import escape
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget

TIP_LIMIT: Final = 1000
_TURNS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")


def to_the_letter(text: str) -> str:
    """Return ``text`` with characters that turn the direction of a line shown by their number.

    Left alone, one of them in a title would have the number that stands beside it read backwards.
    """
    if text.isascii():
        return text
    return _TURNS.sub(lambda found: f"‹U+{ord(found[0]):04X}›", text)


def tip_text(text: str) -> str:
    """Return ``text`` for a tool tip role: marked as rich, with everything in it escaped."""
    if not text:
        return ""
    cut = text if len(text) <= TIP_LIMIT else text[: TIP_LIMIT - 1] + "…"
    return f"<qt>{escape(to_the_letter(cut)).replace(chr(10), '<br/>')}</qt>"


def tip(widget: QWidget, text: str) -> None:
    """Give ``widget`` a tool tip that shows ``text`` to the letter."""
    if (told := tip_text(text)) != widget.toolTip():  # the same words would be told all over again
        widget.setToolTip(told)


def message(parent: QWidget | None, title: str, text: str, *, detail: str = "") -> QMessageBox:
    """Open a message that blocks nothing and goes away when closed; return it."""
    box = QMessageBox(parent)
    box.setWindowModality(Qt.WindowModality.NonModal)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)  # covers the informative text as well
    box.setWindowTitle(title)
    box.setText(to_the_letter(text))
    box.setInformativeText(to_the_letter(detail))
    box.setAccessibleName(title)
    box.setAccessibleDescription(text)
    for label in box.findChildren(QLabel):
        label.setOpenExternalLinks(False)
    box.show()
    return box
