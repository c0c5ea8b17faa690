"""The strip of figures: eight numbers of the hall's day, each opening what it counted."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from commandcenter.domain.measures import STRIP
from ui import tallies
from ui.actions import ACTIONS, actions_of
from ui.counted import Behind, CountedWindow
from ui.figures.own import own_captions, own_numbers
from ui.focus import focus_of
from ui.freshness import holds_at, stands_since
from ui.stage import Stage
from ui.tallies import IDLE, Reading, StripReader, stat
from widgets.dress import Size
from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.safe_text import tip
from widgets.stat_tile import StatTile
from widgets.tone import Tone

_OLD: Final = timedelta(seconds=2 * IDLE)  # two questions in a row have brought no answer
_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class FiguresStrip(QWidget):
    """Eight tiles and up to when they hold; a click or Enter opens exactly the cases counted."""

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self._reading: Reading | None = None
        self._list: CountedWindow | None = None
        self.setAccessibleName(ACTIONS["panel_figures"].label(stage.lang))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(8)
        self._tiles: dict[str, StatTile] = {}
        for key in STRIP:
            tile = StatTile(tallies.caption(key, stage.lang))
            tile.setEnabled(False)  # until there is something to open
            tile.clicked.connect(partial(self.open_list, key))
            self._tiles[key] = tile
            row.addWidget(tile, 1)
        self._own = {key: StatTile(caption) for key, caption in own_captions(stage.lang).items()}
        for own in self._own.values():
            own.clicked.connect(partial(actions_of(stage).trigger, "panel_case"))
            own.hide()
            row.addWidget(own, 1)
        row.addLayout(self._stamp())
        self._focus = focus_of(stage)
        self._focus.changed.connect(self._on_focus)
        self._focus.grown.connect(self._show_own)
        stage.ticked.connect(self._on_ticked)
        self._reader = StripReader(stage, self)
        self._reader.read.connect(self._on_read)
        self._on_focus()

    def _stamp(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(0)
        self._head = PlainLabel(self.tr("数据截至"), tone=Tone.QUIET, size=Size.CAPTION)
        self._as_of = PlainLabel("--:--:--", tone=Tone.QUIET, steady=True)
        column.addStretch(1)
        column.addWidget(self._head)
        column.addWidget(self._as_of, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        return column

    def _on_focus(self) -> None:
        """Show the numbers of the case in focus in place of the hall's."""
        own = self._focus.case is not None
        for tile in self._tiles.values():
            tile.setVisible(not own)
        for tile in self._own.values():
            tile.setVisible(own)
        self._show_own()

    def _show_own(self) -> None:
        case = self._focus.case
        if case is not None:
            for key, shown in own_numbers(case, self._stage).items():
                self._own[key].show_stat(shown)

    def open_list(self, key: str) -> None:
        """Open the cases that a figure counted."""
        reading = self._reading
        figure = (
            next((it.figure for it in reading.tiles if it.figure.key == key), None)
            if (reading)
            else None
        )
        if reading is None or figure is None:
            return
        if self._list is None:
            self._list = CountedWindow(self._stage, self)
        self._list.show_behind(
            Behind(figure=figure, start=reading.start, end=reading.end, now=reading.now)
        )

    @property
    def list_window(self) -> CountedWindow | None:
        """The list that was opened last; none before the first."""
        return self._list

    def _on_read(self, reading: Reading) -> None:
        self._reading = reading
        for tile in reading.tiles:
            if shown := self._tiles.get(tile.figure.key):
                shown.show_stat(stat(tile, reading, self._stage))
                shown.setEnabled(True)
        self._show_age(self._stage.now())

    def _on_ticked(self, now: datetime) -> None:
        self._show_age(now)
        self._show_own()

    def _show_age(self, now: datetime) -> None:
        if self._reading is None:
            return
        since, asked = stands_since(self._stage), self._reading.now
        stale = since is not None or now - asked > _OLD
        as_of = holds_at(self._stage, asked)
        self._as_of.setText(f"{self._stage.local(as_of):%H:%M:%S}")
        self._as_of.set_tone(Tone.OVER if stale else Tone.QUIET)
        self._head.setText(self.tr("数据停在") if stale else self.tr("数据截至"))
        self._head.set_tone(Tone.OVER if stale else Tone.QUIET)
        tip(self._as_of, self.tr("接入中断或数据未更新") if stale else "")

    @override
    @safe_override(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        tile = self.focusWidget()
        if event.key() in _ENTER and isinstance(tile, StatTile):
            tile.click()
        else:
            super().keyPressEvent(event)
