"""How tall a widget wants to be at the width it has, where words wrap otherwise than they would."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget


def at_its_width(widget: QWidget, hint: QSize) -> QSize:
    """Return a size hint with the height that the widget takes at its present width.

    What never grows beyond its hint would else be cut to the height at the width it would like.
    """
    height = widget.heightForWidth(widget.width())
    return hint if height < 0 else QSize(hint.width(), height)
