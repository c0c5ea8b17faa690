"""The wall window: map, figures, whistles, the worst cases; nobody has to touch it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QEvent, QMargins, QRectF, Qt
from PySide6.QtGui import (
    QGuiApplication,
    QKeyEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QScreen,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLayout, QVBoxLayout, QWidget
from typing_extensions import override

from commandcenter.application.changes import Delta
from commandcenter.application.questions import JustClosed
from commandcenter.domain.case import SETTLED, Case
from commandcenter.domain.measures import STRIP
from ui import tallies, wording
from ui.actions import ACTIONS
from ui.freshness import stands_since
from ui.stage import Stage
from ui.tallies import Reading, StripReader, stat
from ui.theme import Tokens, enlarge, theme_of
from ui.township import Township
from ui.wall.board import WallBoard
from ui.wall.figure import WallFigure
from ui.wall.lines import MOST, lines, title
from ui.wall.worst import Worst
from ui.whistle.running import Running
from widgets.canvas_picture import Picture
from widgets.dress import Size
from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.tone import Tone, tone_colour

_DESIGN: Final = (1920, 1080)
_PIXELS: Final = 28  # of the font there: the smallest text, 12/14 of it, is 24 px
_SMALLEST: Final = 9
_MAP_SHARE: Final = 3, 2  # map and lists: 60 % and 40 %
_MARK: Final = 1.0  # side of a mark, in heights of the font
_TURNS: Final = 6  # seconds a line of the ticker stays
_ASKS_AGAIN: Final = 60  # seconds
_SHIFTS_EVERY: Final = timedelta(seconds=60)
_SHIFTS: Final = ((0, 0), (1, 0), (2, 1), (2, 2), (1, 2), (0, 2), (-1, 1), (-1, 0))


class WallWindow(QWidget):
    """Shows the hall to everybody in it; no name, no telephone number, nothing to press.

    It shows its own age: a clock that ticks, and in red how long the data stand still. F11 fills
    the screen, Esc leaves it. When its screen goes it moves to the first one, and comes back.
    """

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._stage = stage
        self._worst = Worst(stage.picture, stage.hall.limits)
        self._running = Running()
        self._closed: tuple[Case, ...] = ()
        self._turn, self._since_asked, self._dirty = 0, _ASKS_AGAIN, True
        self._shift = 0
        self._pixels = 0
        self._home = ""  # the name of the screen it belongs to
        self._is_away = False
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101  there are no widgets without one
        self._theme = theme_of(app)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(f"{ACTIONS['wall'].label(stage.lang)} · {stage.hall.name}")
        self.setAccessibleName(ACTIONS["wall"].label(stage.lang))
        self._build()
        self._reader = StripReader(stage, self)
        self._reader.read.connect(self._on_read)
        stage.changed.connect(self._on_changed)
        stage.ticked.connect(self._on_ticked)
        app.screenRemoved.connect(self._on_screen_removed)
        app.screenAdded.connect(self._on_screen_added)
        self._theme.changed.connect(self._wear)
        if stage.picture.begun:
            self._worst.begin()
        self._grow()
        self._show_all(stage.now())

    # -- building --

    def _build(self) -> None:
        stage = self._stage
        self._township = Township(stage, side=_PIXELS, parent=self, public=True)
        self._map = Picture(name=self.tr("镇域地图"))
        for layer in (self._township.grids, self._township.units, self._township.cases):
            self._map.add_layer(layer)
        self._map.add_layer(self._township.whistles)
        self._map.fit()
        self._board = WallBoard(self.tr("吹哨与最急案件"))
        middle = QHBoxLayout()
        middle.addWidget(self._map, _MAP_SHARE[0])
        middle.addWidget(self._board, _MAP_SHARE[1])
        self._middle = middle
        figures = QHBoxLayout()
        self._tiles = {key: WallFigure(tallies.caption(key, stage.lang)) for key in STRIP}
        for tile in self._tiles.values():
            figures.addWidget(tile, 1)
        self._figures = figures
        self._ticker = PlainLabel(elide=True)
        self._column = QVBoxLayout(self)
        # letters follow the height: those of a large screen must not keep it wide on a small one
        self._column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._column.addLayout(self._head())
        self._column.addWidget(self._old)
        self._column.addLayout(middle, 1)
        self._column.addLayout(figures)
        self._column.addWidget(self._ticker)

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        name = PlainLabel(self._stage.hall.name, size=Size.HEADING, elide=True)
        self._drill = PlainLabel(self.tr("演练"), size=Size.HEADING, tone=Tone.URGENT)
        self._drill.setVisible(self._stage.seat.rehearsal)
        self._age = PlainLabel(tone=Tone.QUIET, size=Size.TITLE)
        self._date = PlainLabel(tone=Tone.QUIET, size=Size.TITLE)
        self._clock = PlainLabel(size=Size.FIGURE)
        self._old = PlainLabel(size=Size.HEADING, tone=Tone.OVER)
        self._old.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._old.hide()
        for widget in (name, self._drill):
            head.addWidget(widget)
        head.addStretch(1)
        for widget in (self._age, self._date, self._clock):
            head.addWidget(widget)
        self._heading = head
        return head

    # -- what is shown --

    def _on_changed(self, batch: list[Delta]) -> None:
        if not batch:
            self._worst.begin()
            self._dirty = True
            self._show_all(self._stage.now())
            return
        self._worst.take_in(batch)
        if any(case.state in SETTLED for delta in batch for case in delta.cases):
            self._dirty = True

    def _on_ticked(self, now: datetime) -> None:
        if self.isVisible():
            self._show_all(now)

    def _show_all(self, now: datetime) -> None:
        local = self._stage.local(now)
        self._clock.setText(f"{local:%H:%M:%S}")
        self._date.setText(wording.day_words(local.date(), self._stage.lang))
        self._show_age(now)
        self._show_board(now)
        self._show_ticker(now)
        self._drift(now)

    def _show_age(self, now: datetime) -> None:
        since = stands_since(self._stage)
        at = f"{self._stage.local(since or now):%H:%M:%S}"
        if self._old.isHidden() is (since is not None):
            self._old.setVisible(since is not None)
            self._age.setVisible(since is None)
            self.update()  # the frame
        if since is None:
            self._age.setText(self.tr("数据更新于 {at}").format(at=at))
        else:
            length = wording.span(now - since, self._stage.lang)
            self._old.setText(
                self.tr("◆ 接入中断：数据停在 {at}，已 {length}").format(at=at, length=length)
            )

    def _show_board(self, now: datetime) -> None:
        worst = self._worst.worst(MOST, now)
        room, turn = self._board.capacity(), self._turn // _TURNS
        late, running = self._worst.late(now), self._running
        self._board.show_lines(
            lines(self._stage, worst, now, room=room, turn=turn, running=running, late=late)
        )

    def _show_ticker(self, now: datetime) -> None:
        self._since_asked += 1
        if self._since_asked >= (_TURNS if self._dirty else _ASKS_AGAIN):
            self._since_asked, self._dirty = 0, False
            self._stage.ask(JustClosed(), self._on_closed)
        self._turn += 1
        self._show_closed()

    def _on_closed(self, cases: tuple[Case, ...]) -> None:
        self._closed = cases
        self._show_closed()

    def _show_closed(self) -> None:
        if not self._closed:
            self._ticker.setText(self.tr("今天还没有办结的案件"))
            return
        case = self._closed[self._turn // _TURNS % len(self._closed)]
        stage = self._stage
        took = case.closed_at - case.received_at if case.closed_at else None
        parts = [
            title(case, stage),
            *(() if stage.hall.restricts(case.category) else self._where_and_who(case)),
            self.tr("用时 {length}").format(length=wording.span(took, stage.lang)) if took else "",
        ]
        self._ticker.setText(
            self.tr("✓ 刚办结：{case}").format(case=" · ".join(filter(None, parts)))
        )

    def _where_and_who(self, case: Case) -> tuple[str, ...]:
        hall, lang = self._stage.hall, self._stage.lang
        who = wording.body_name(hall, case.body, lang) if case.body else ""
        return wording.grid_name(hall, case.place.grid), who

    def _on_read(self, reading: Reading) -> None:
        for tile in reading.tiles:
            if shown := self._tiles.get(tile.figure.key):
                told, lang = stat(tile, reading, self._stage), self._stage.lang
                rests = tallies.aside(tile.figure.key, lang) or tallies.basis(tile.figure, lang)
                shown.show_stat(replace(told, fraction=rests))

    # -- size, theme, the glass --

    def _grow(self) -> None:
        """Give everything the size that can be read at six metres on this screen."""
        share = min(self.width() / _DESIGN[0], self.height() / _DESIGN[1])
        pixels = max(_SMALLEST, round(_PIXELS * share))
        if pixels == self._pixels:
            return
        self._pixels = pixels
        self._wear(self._theme.tokens)
        self._township.set_side(round(_MARK * pixels))
        gap = round(pixels * 0.45)
        for box in (self._column, self._middle, self._figures):
            box.setSpacing(gap)
        self._heading.setSpacing(2 * gap)
        self._edge = 2 * gap
        self._set_margins()

    def _wear(self, tokens: Tokens) -> None:
        enlarge(self, tokens, self._pixels)
        self._old.setStyleSheet(f"background: {tokens.over}; color: {tokens.on_over};")

    def _drift(self, now: datetime) -> None:
        """Move the whole by a few pixels a minute, so that nothing burns into the glass."""
        step = int(now.timestamp() // _SHIFTS_EVERY.total_seconds()) % len(_SHIFTS)
        if step != self._shift:
            self._shift = step
            self._set_margins()

    def _set_margins(self) -> None:
        across, down = (part * max(1, self._pixels // 14) for part in _SHIFTS[self._shift])
        edge = self._edge
        margins = QMargins(edge + across, edge + down, edge - across, edge - down)
        self._column.setContentsMargins(margins)

    # -- the screen it is on --

    def _on_screen_removed(self, screen: QScreen) -> None:
        if self._home and screen.name() == self._home:
            self._is_away = True
            self._move_to(QGuiApplication.primaryScreen())

    def _on_screen_added(self, screen: QScreen) -> None:
        if self._is_away and screen.name() == self._home:
            self._move_to(screen)
            self._is_away = False

    def _move_to(self, screen: QScreen) -> None:
        full = self.isFullScreen()
        if full:
            self.showNormal()
        self.setScreen(screen)
        self.setGeometry(screen.availableGeometry())
        if full:
            self.showFullScreen()

    def _note_home(self) -> None:
        if not self._is_away and self.isVisible():
            self._home = self.screen().name()

    def switch_full_screen(self) -> None:
        """Fill the screen, or leave it; the pointer is hidden while it is filled."""
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    # -- Qt --

    @override
    @safe_override(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()
        self._column.activate()  # the board has its new height, and so its room for lines
        self._show_board(self._stage.now())

    @override
    @safe_override(None)
    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._note_home()

    @override
    @safe_override(None)
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._note_home()
        self._show_all(self._stage.now())

    @override
    @safe_override(None)
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            shape = (
                Qt.CursorShape.BlankCursor if self.isFullScreen() else Qt.CursorShape.ArrowCursor
            )
            self.setCursor(shape)

    @override
    @safe_override(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F11:
            self.switch_full_screen()
        elif event.key() == Qt.Key.Key_Escape and self.isFullScreen():
            self.showNormal()
        else:
            super().keyPressEvent(event)

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.palette().color(self.backgroundRole()))
            stale = not self._old.isHidden()
            if stale or self._stage.seat.rehearsal:
                thick, tone = self._pixels / 3, Tone.OVER if stale else Tone.URGENT
                painter.setPen(QPen(tone_colour(self.palette(), tone), thick))
                painter.drawRect(
                    QRectF(self.rect()).adjusted(thick / 2, thick / 2, -thick / 2, -thick / 2)
                )
