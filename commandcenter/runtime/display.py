"""Whether Qt will find a display: where it does not, it aborts the process without a word."""

import ctypes
import os
import sys
from importlib.util import find_spec
from pathlib import Path

from commandcenter.domain.errors import Refusal


def trouble() -> Refusal | None:
    """Return why no window can be opened; nothing when one can."""
    if sys.platform in {"win32", "darwin"} or os.environ.get("QT_QPA_PLATFORM"):
        return None
    if os.environ.get("WAYLAND_DISPLAY"):
        return None
    if not os.environ.get("DISPLAY"):
        return Refusal("no_display")
    missing = _missing_library()
    return Refusal("no_display_library", library=missing) if missing else None


def is_watched() -> bool:
    """Whether somebody sees a window of ours, and may not see what is written to a terminal."""
    drawn = not os.environ.get("QT_QPA_PLATFORM", "").startswith("offscreen")
    return drawn and trouble() is None and not sys.stderr.isatty()


def _missing_library() -> str:
    """Return the library that Qt's window plugin lacks here; empty when it lacks none."""
    spec = find_spec("PySide6")
    if spec is None or spec.origin is None:
        return ""
    plugin = Path(spec.origin).parent / "Qt/plugins/platforms/libqxcb.so"
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        return str(error).split(":", 1)[0]
    return ""
