"""Saying which kind of button, frame or text a stock widget is; the style sheet does the rest."""

from enum import StrEnum

from PySide6.QtWidgets import QWidget


class Kind(StrEnum):
    """What the style sheet tells apart by the dynamic property ``kind``."""

    PLAIN = ""
    PRIMARY = "primary"
    SIGNAL = "signal"
    DANGER = "danger"
    QUIET = "quiet"
    WRONG = "wrong"
    CARD = "card"
    RAISED = "raised"
    BAR = "bar"


class Size(StrEnum):
    """The scale of text, by the dynamic property ``scale``."""

    CAPTION = "caption"
    BODY = ""
    TITLE = "title"
    HEADING = "heading"
    FIGURE = "figure"
    DISPLAY = "display"


def dress(widget: QWidget, kind: Kind) -> None:
    """Make ``widget`` one of the kinds, now; buttons, inputs and frames have kinds."""
    set_and_restyle(widget, "kind", kind)


def set_and_restyle(widget: QWidget, name: str, value: str) -> None:
    """Set a property that the style sheet looks at, and have it look again if it changed."""
    if widget.property(name) == str(value):
        return
    widget.setProperty(name, str(value))
    widget.style().unpolish(widget)
    widget.style().polish(widget)
