"""Overrides of Qt's virtual methods that never raise.

An exception in ``paintEvent`` or ``data`` surfaces in whatever call happened to lead there, or
leaves an open painter that crashes later. So an override catches, tells, and returns a default.
"""

import sys
import time
from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
D = TypeVar("D")
_REPORT_AGAIN_AFTER: Final = 60.0  # seconds; a broken cell is painted dozens of times a second


def safe_override(default: D) -> Callable[[Callable[P, R]], Callable[P, R | D]]:
    """Make the method return ``default`` instead of raising.

    The exception goes to ``sys.excepthook``, once a minute for each line that raises.
    """

    def decorate(method: Callable[P, R]) -> Callable[P, R | D]:
        told: dict[int, float] = {}  # by line: when it was last reported

        @wraps(method)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | D:
            try:
                return method(*args, **kwargs)
            except Exception as error:  # noqa: BLE001 - Qt must never see it
                line, now = _raising_line(error), time.monotonic()
                if now - told.get(line, -_REPORT_AGAIN_AFTER) >= _REPORT_AGAIN_AFTER:
                    told[line] = now
                    sys.excepthook(type(error), error, error.__traceback__)
                return default

        return guarded

    return decorate


def _raising_line(error: Exception) -> int:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return hash((trace.tb_frame.f_code.co_filename, trace.tb_lineno)) if trace else 0
