"""What somebody is told who opened a hall by a click and would not see a terminal."""

from typing import Final

from ui.app import speak
from ui.theme import DARK, application, apply_theme, install_fonts
from ui.wording import Both, phrase
from widgets.safe_text import message

_TITLE: Final[Both] = ("综合指挥中心", "Command centre")
_REFUSED: Final[Both] = ("指挥中心没有打开。", "The hall was not opened.")


def show(sentence: str, lang: str) -> None:
    """Say why a hall was not opened, until the window that says so is closed."""
    app = application(phrase(_TITLE, lang))
    install_fonts(app)
    apply_theme(app, DARK)
    speak(app, lang)
    message(None, phrase(_TITLE, lang), phrase(_REFUSED, lang), detail=sentence).exec()
