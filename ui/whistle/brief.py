"""One line about a body where height is short: the clock that matters, and what to press."""

from datetime import datetime
from enum import Enum, auto
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from commandcenter.domain.timers import Timer
from ui import wording
from ui.stage import Stage
from ui.wording import Both, phrase
from widgets.countdown import CountdownBar
from widgets.dress import Kind, Size, dress
from widgets.flow_layout import FlowLayout
from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.tone import Tone

_MORE: Final[Both] = ("▾", "▾")
_RING: Final[Both] = ("请拨 ▾", "Ring ▾")
_LESS: Final[Both] = ("▴", "▴")
OPENS: Final[Both] = ("展开", "More")
FOLDS: Final[Both] = ("收起", "Less")


class Room(Enum):
    """How much of it a whistle is shown in."""

    TALL = auto()  # time stands above the bodies
    LOW = auto()  # the bodies come first
    SMALL = auto()  # low and narrow: each body in two lines, what can wait below them


class Clock(QWidget):
    """One limit of a body: its name and a bar."""

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self._bar = CountdownBar()
        self._name = PlainLabel(tone=Tone.QUIET, size=Size.CAPTION)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._name)
        row.addWidget(self._bar, 1)
        self.show_name(name)

    def show_name(self, name: str) -> None:
        """Be the clock of another limit."""
        self._name.setText(name)
        self._bar.setAccessibleName(name)

    def show_timer(self, timer: Timer | None, now: datetime, stage: Stage) -> None:
        """Show what is left of a limit; hidden when it no longer runs."""
        self.setVisible(timer is not None)
        if timer is not None:
            shown = wording.countdown(timer, now, stage.hall, stage.lang)
            self._bar.show_left(shown.left, shown.text)

    @override
    @safe_override(QSize())
    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()  # as many stand beside each other as can be read


class Brief(QWidget):
    """The second line of a body's row."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.first = QPushButton()
        flow = FlowLayout(spacing=8, shared=True)
        flow.addWidget(self.clock)
        flow.addWidget(self.first)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(flow)

    def show_first(self, body: str, said: str, kind: Kind) -> None:
        """Let the first button say what is mostly done about a body; hidden without words."""
        self.first.setVisible(bool(said))
        self.first.setText(said)
        self.first.setAccessibleName(f"{body} {said}")
        dress(self.first, kind)


class More(QToolButton):
    """Opens all there is to know of a body and to do about it."""

    def __init__(self, lang: str) -> None:
        super().__init__()
        self._lang = lang
        dress(self, Kind.QUIET)

    def show_more(self, body: str, *, is_open: bool, rings: bool) -> None:
        """Say what it opens: above all that somebody has to be rung up."""
        self.setText(phrase(_LESS if is_open else _RING if rings else _MORE, self._lang))
        self.setAccessibleName(f"{body} {phrase(FOLDS if is_open else OPENS, self._lang)}")
