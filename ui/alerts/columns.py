"""The columns of the alert review, and how alerts are ordered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from commandcenter.domain.alert import VideoAlert
from commandcenter.domain.hall import Hall
from ui import wording
from ui.wording import Both, phrase
from widgets.cell_painter import capped
from widgets.paint import Shape
from widgets.tone import Tone

PRIORITIES: Final[Mapping[int, tuple[Shape, Tone, Both]]] = {
    1: (Shape.DIAMOND, Tone.OVER, ("一级", "Level 1")),
    2: (Shape.TRIANGLE, Tone.URGENT, ("二级", "Level 2")),
    3: (Shape.DISC, Tone.NEAR, ("三级", "Level 3")),
    4: (Shape.RING, Tone.QUIET, ("四级", "Level 4")),
}
"""AlarmPriority of GB/T 28181: 1 is the worst."""
_LEAST: Final = 4


def priority(alert: VideoAlert) -> tuple[Shape, Tone, Both]:
    """Return the mark of an alert's priority; one nobody defined counts as the least."""
    return PRIORITIES.get(alert.priority, PRIORITIES[_LEAST])


def worst_first(alert: VideoAlert) -> tuple[int, float, str]:
    """Return the sort key of the review: the worst first, then the newest."""
    return (alert.priority, -alert.started_at.timestamp(), alert.key)


@dataclass(slots=True, kw_only=True)
class Reader:
    """For whom an alert is put into words."""

    hall: Hall
    lang: str
    now: datetime

    def say(self, both: Both) -> str:
        """Return a phrase in the reader's language."""
        return phrase(both, self.lang)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: ``width`` in ems of the font (zero: takes what is left)."""

    key: str
    heading: Both
    text: Callable[[VideoAlert, Reader], str]
    width: float = 0


def what(alert: VideoAlert, _reader: Reader) -> str:
    """Return what the alert says it saw."""
    return capped(alert.label_text or alert.label or alert.algorithm or alert.alert_id)


def camera(alert: VideoAlert, reader: Reader) -> str:
    """Return the name of the camera, from the roster where the alert has none."""
    known = reader.hall.camera_for(alert.camera)
    return capped(alert.camera_name or (known.name if known else "") or alert.camera)


def place(alert: VideoAlert, reader: Reader) -> str:
    """Return grid and village."""
    return capped(wording.grid_and_village(reader.hall, alert.place, reader.lang))


def confidence(alert: VideoAlert, reader: Reader) -> str:
    """Return how sure the algorithm is."""
    return reader.say(_NONE) if alert.confidence is None else f"{alert.confidence * 100:.0f} %"


def started(alert: VideoAlert, reader: Reader) -> str:
    """Return how long ago it began."""
    return wording.ago(alert.started_at, reader.now, reader.lang)


def repeated(alert: VideoAlert, _reader: Reader) -> str:
    """Return how many messages spoke of it, if more than one."""
    return f"×{alert.count}" if alert.count > 1 else ""


def cleared(alert: VideoAlert, reader: Reader) -> str:
    """Return whether the box says it is over."""
    return reader.say(_CLEARED) if alert.cleared else ""


_NONE: Final[Both] = ("—", "—")
_CLEARED: Final[Both] = ("已解除", "cleared")

COLUMNS: Final = (
    Column(
        key="priority",
        heading=("级别", "Level"),
        text=lambda alert, reader: reader.say(priority(alert)[2]),
        width=6.5,
    ),
    Column(key="what", heading=("告警", "Alert"), text=what, width=7.5),
    Column(key="camera", heading=("摄像机", "Camera"), text=camera),
    Column(key="place", heading=("网格", "Grid"), text=place, width=9),
    Column(key="confidence", heading=("置信度", "Sure"), text=confidence, width=4.5),
    Column(key="started", heading=("开始", "Began"), text=started, width=8.5),
    Column(key="count", heading=("次数", "Times"), text=repeated, width=4),
    Column(key="cleared", heading=("状态", "State"), text=cleared, width=4),
)
STARTED_COLUMN: Final = 5
