"""Laying widgets out once for many changes."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QWidget


@contextmanager
def laid_out_once(*widgets: QWidget) -> Iterator[None]:
    """Hold back the layouts of ``widgets``, the outermost first, until everything is changed.

    Whenever a widget is shown within others that are visible, Qt lays all of them out at once: a
    panel with forty things to show or hide is laid out forty times.
    """
    layouts = [layout for widget in widgets if (layout := widget.layout()) is not None]
    for layout in layouts:
        layout.setEnabled(False)
    try:
        yield
    finally:
        for layout in layouts:
            layout.setEnabled(True)
            layout.invalidate()
        for layout in layouts:
            layout.activate()
