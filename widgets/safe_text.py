"""Showing words that somebody else wrote, without letting them become markup.

Qt guesses whether a tool tip or a message is rich text; a guess in the wrong direction opens files
named in the text, loses words in angle brackets, or freezes the screen with nested tables.
"""

import re
import unicodedata
from functools import lru_cache
from html import escape
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QGuiApplication, QIcon
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget

TIP_LIMIT: Final = 1000
_TURNS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# beyond what every font with Chinese has
_RARE: Final = re.compile(
    "[^\u0000-\u024f\u2010-\u2027\u2190-\u2193\u25a0-\u25cf\u3000-\u301f\u4e00-\u9fa5\uff01-\uff5e]"
)
_UNSEEN: Final = frozenset({"Cc", "Cf", "Mn", "Me", "Zl", "Zp", "Zs"})  # nothing to draw


def to_the_letter(text: str) -> str:
    """Return ``text`` with what nobody could read shown by its number, as ‹U+20BB7›.

    That is a character that no font here can draw, such as a rare one of a name, of which only a
    box would be seen; and one that turns the direction of a line: left alone in a title, it would
    have the number that stands beside it read backwards.
    """
    return text if text.isascii() else _RARE.sub(_seen, text)


def _seen(found: re.Match[str]) -> str:
    # asked with the letters in use: another font may have others
    return _sign(found[0], QGuiApplication.font().family() if QGuiApplication.instance() else "")


@lru_cache(maxsize=4096)
def _sign(char: str, family: str) -> str:
    if char not in _TURNS:
        sort = unicodedata.category(char)
        if sort in _UNSEEN or not family:
            return char
        if sort != "Cs" and QFontMetrics(QFont(family)).inFontUcs4(ord(char)):
            return char
    return f"‹U+{ord(char):04X}›"


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
    box.setStandardButtons(QMessageBox.StandardButton.Ok)
    box.button(QMessageBox.StandardButton.Ok).setIcon(QIcon())  # some styles draw an arrow
    box.show()
    return box
