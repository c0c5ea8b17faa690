"""All running whistles of the hall, the worst first, and the one that is gone into."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from commandcenter.application.changes import Delta
from commandcenter.application.questions import History
from commandcenter.domain.facts import Recorded
from commandcenter.domain.whistle import Whistle
from ui import wording
from ui.actions import ACTIONS
from ui.focus import focus_of
from ui.forms.host import FormHost
from ui.icons import icon
from ui.stage import Stage
from ui.theme import Tokens, theme_of
from ui.whistle.above import AboveCard
from ui.whistle.afterwards import AfterwardsCard
from ui.whistle.board import WhistleBoard
from ui.whistle.brief import Room
from ui.whistle.deeds import deeds_of
from ui.whistle.roll import WhistleRoll, title_of
from ui.whistle.running import Running
from ui.wording import Both, phrase
from widgets.card import Card
from widgets.cell_painter import capped
from widgets.dress import Kind, Size, dress
from widgets.empty_state import EmptyState
from widgets.flow_layout import FlowLayout
from widgets.paint import unit
from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.tall_box import TallBox
from widgets.tone import Tone
from widgets.undo_bar import UndoBar

_NOTHING: Final[Both] = (
    "现在没有进行中的哨。\n选中案卷按 W 吹哨，按 Shift+W 选择单位。",
    "No whistle is running.\nSelect a case and press W, or Shift+W to choose whom to call.",
)
_NONE_HERE: Final[Both] = (
    "专注的案卷没有进行中的哨。\n按 W 吹哨，按 Esc 退出专注。",
    "No whistle is running for the case in focus.\nW blows one, Esc leaves the focus.",
)
_SUM: Final[Both] = (
    "{count} 个哨进行中 · {came}/{all} 家已报到",
    "{count} running · {came} of {all} reported in",
)
_LATE: Final[Both] = ("{late} 家超时", "{late} late")
_OPEN: Final[Both] = ("看案卷", "The case")
_SLIPS: Final[Both] = ("打印哨单", "Print the slips")
_UNDO: Final[Both] = ("撤回", "Take back")
_WITH: Final[Both] = ("{no} · {place}", "{no} · {place}")
_DEED: Final[Both] = ("{at} {deed}{more}", "{at} {deed}{more}")
_MORE: Final[Both] = ("：{details}", ": {details}")
_DEEDS_SHOWN: Final = 12
_DEED_MOST: Final = 200
_SIDE_BY_SIDE: Final = 900  # design pixels from which the list stands at the left
_ABREAST: Final = 560  # from which what is folded below stands in one line
_LIST_SHARE: Final = 0.36
_ROWS_ABOVE: Final = 4  # of the list while it stands above
_ROWS_SMALL: Final = 2  # where there is little room
_CARD_SHARE: Final = 0.5  # of the height, at least, for the whistle one works on
_BELOW_SHARE: Final = 0.3  # at most, for what ended whistles and others still want
_UNDER_BOARD: Final = 2  # after the place and the board
_LEAST_WIDTH: Final = 16  # times the height of a line
_LEAST_HEIGHT: Final = 10
_NARROW: Final = 440  # design pixels of width below which a low board is brief
_TALL: Final = 560  # design pixels of height from which time comes before the bodies


class _WhistleCard(Card):
    """The whistle that is gone into: which case, its board, and what was done so far."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage, self._case = stage, ""
        self._number, self._version, self._facts = "", 0, tuple[Recorded, ...]()
        self.board = WhistleBoard(stage)
        self._room = Room.LOW
        look = QPushButton(phrase(_OPEN, stage.lang))
        look.setAccessibleName(look.text())
        dress(look, Kind.QUIET)
        look.clicked.connect(self._on_look)
        slips = QPushButton(phrase(_SLIPS, stage.lang))
        slips.setAccessibleName(slips.text())
        dress(slips, Kind.QUIET)
        slips.clicked.connect(self._on_slips)
        self._ways = (look, slips)
        for way in self._ways:
            self.add_to_head(way)
        self._below = FlowLayout(spacing=8)  # they stand here where the head has no room
        self._where = PlainLabel(tone=Tone.QUIET, wrap=True)
        self._deeds = PlainLabel(tone=Tone.QUIET, size=Size.CAPTION, wrap=True, selectable=True)
        for widget in (self._where, self.board, self._deeds):
            self.body.addWidget(widget)
        self.body.insertLayout(_UNDER_BOARD, self._below)

    def fit(self, room: Room) -> None:
        """Where there is little room, have all that can wait below the bodies."""
        if room is self._room:
            return
        self._room, small = room, room is Room.SMALL
        self.board.fit(room)
        for way in self._ways:
            if small:
                self._below.addWidget(way)
            else:
                self.add_to_head(way)
        self.body.insertWidget(1 if small else 0, self._where)

    def show_whistle(self, whistle: Whistle, now: datetime) -> None:
        """Show the whistle as it stands now."""
        stage, self._case = self._stage, whistle.case
        self.set_title(capped(title_of(stage, whistle)))
        place = wording.place_line(stage.hall, whistle.place, stage.lang)
        self._where.setText(phrase(_WITH, stage.lang).format(no=whistle.case, place=capped(place)))
        self.board.show_whistle(whistle, now)
        if (whistle.no, whistle.version) != (self._number, self._version):
            if whistle.no != self._number:
                self._deeds.hide()
            self._number, self._version = whistle.no, whistle.version
            stage.ask(History(case=whistle.case), partial(self._on_history, whistle.no))

    def _on_history(self, number: str, facts: tuple[Recorded, ...]) -> None:
        if number != self._number:
            return
        told = [it.fact for it in facts if it.fact.subject == number]
        stage, now = self._stage, self._stage.now()
        lines = []
        for fact in reversed(told[-_DEEDS_SHOWN:]):
            deed = wording.deed(stage.hall, fact, stage.lang)
            details = wording.listed(deed.details, stage.lang)
            line = phrase(_DEED, stage.lang).format(
                at=wording.local_time(fact.at, stage.hall.zone, now),
                deed=f"{deed.who} {deed.what}",
                more=phrase(_MORE, stage.lang).format(details=details) if details else "",
            )
            lines.append(capped(line, _DEED_MOST))
        self._deeds.setText("\n".join(lines))
        self._deeds.setVisible(bool(lines))

    def _on_look(self) -> None:
        self._stage.select(self._case)

    def _on_slips(self) -> None:
        if self.board.whistle is not None:
            deeds_of(self._stage).print_slips(self.board.whistle)


class WhistleScreen(QWidget):
    """The roll of all running whistles and the board of one.

    That is the one a person has gone to in the roll, or whose case was selected anywhere; else
    the one that presses most. One that is alone needs no roll.
    """

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self._running = Running()
        self._focus = focus_of(stage)
        lang = stage.lang
        self.setAccessibleName(ACTIONS["panel_whistles"].label(lang))
        self._sum = PlainLabel(tone=Tone.SIGNAL, elide=True)
        self._late = PlainLabel(tone=Tone.OVER)
        self._empty = EmptyState(phrase(_NOTHING, lang))
        self.forms = FormHost(stage)
        self._undo = UndoBar(phrase(_UNDO, lang))
        self._roll = WhistleRoll(stage, self._running)
        self._card = _WhistleCard(stage)
        self._build()
        deeds_of(stage).add_place(self.forms, self._undo)
        self.forms.changed.connect(self._on_form_changed)
        self._roll.wanted.connect(self._on_wanted)
        stage.changed.connect(self._on_changed)
        stage.ticked.connect(self._on_ticked)
        stage.selected.connect(self._on_selected)
        self._focus.changed.connect(self._on_focus)
        self._focus.grown.connect(self._on_grown)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme = theme_of(app)
            theme.changed.connect(self._on_theme_changed)
            self._on_theme_changed(theme.tokens)
        self._show(stage.now())

    def _build(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.addWidget(self._card)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName(ACTIONS["panel_whistles"].label(self._stage.lang))
        self._scroll.setWidget(inside)
        self._scroll.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 8, 0)
        head.setSpacing(12)
        head.addWidget(self._sum, 1)
        head.addWidget(self._late)
        self._both = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._both.setSpacing(8)
        self._both.addWidget(self._roll)
        self._both.addWidget(self._scroll, 1)
        self._outer = outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 8, 4, 8)
        outer.setSpacing(8)
        outer.addLayout(head)
        form_row = QHBoxLayout()
        form_row.setContentsMargins(0, 0, 8, 0)
        form_row.addWidget(self.forms)
        outer.addLayout(form_row)
        outer.addWidget(self._empty, 1)
        outer.addLayout(self._both, 1)
        self._below = TallBox()  # these summon nobody
        below = self._waits = QBoxLayout(QBoxLayout.Direction.TopToBottom, self._below.inside)
        below.setContentsMargins(0, 0, 8, 0)
        below.setSpacing(8)
        self._above = AboveCard(self._stage)
        self._waiting = (AfterwardsCard(self._stage), self._above)
        for card in self._waiting:
            below.addWidget(card)
            card.changed.connect(self._arrange)
        outer.addWidget(self._undo)  # its room is that of the list over it: what is below stays
        outer.addWidget(self._below)

    @property
    def board(self) -> WhistleBoard:
        """The board of the whistle that is gone into."""
        return self._card.board

    def _on_theme_changed(self, tokens: Tokens) -> None:
        self._empty.show_icon(icon("whistle", tokens.faint))

    # -- which one --

    def _on_wanted(self, number: str) -> None:
        """Go into a whistle of the roll; its case is selected everywhere."""
        self._show_one(number, self._stage.now())
        self._scroll.verticalScrollBar().setValue(0)
        self._stage.select(self._running[number].whistle.case)

    def _on_selected(self, case: str) -> None:
        number = next((it.no for it in self._running.whistles if it.case == case), "")
        if number and number != self._roll.chosen:
            self._show_one(number, self._stage.now())

    def _on_focus(self) -> None:
        self._empty.show_text(
            phrase(_NONE_HERE if self._focus.number else _NOTHING, self._stage.lang)
        )
        self._show(self._stage.now())

    def _on_grown(self) -> None:
        self._show(self._stage.now())

    # -- what changes --

    def _on_changed(self, batch: Sequence[Delta]) -> None:
        if not batch or any(delta.whistles for delta in batch):
            self._show(self._stage.now())

    def _on_ticked(self, now: datetime) -> None:
        if self._running.tick(now):
            self._tell()
            self._roll.show_order(self._running.order)
        if self.isVisible():
            self._roll.tick(now)
            self._card.board.tick(now)

    def _on_form_changed(self) -> None:
        self._arrange()
        if self.forms.panel is not None:
            self._scroll.verticalScrollBar().setValue(0)

    def _show(self, now: datetime) -> None:
        """Take in what runs; while a case is in focus, its own whistles alone."""
        held = self._stage.picture.whistles
        self._running.take({no: it for no, it in held.items() if self._focus.holds(it.case)}, now)
        order, before = self._running.order, self._roll.chosen
        self._roll.show_order(order)
        self._roll.tick(now)
        self._tell()
        if order:
            picked = self._stage.selection
            own = next((no for no in order if self._running[no].whistle.case == picked), "")
            self._show_one(before if before in self._running else own or order[0], now)
        else:
            self._card.board.show_whistle(None, now)
        self._on_form_changed()

    def _show_one(self, number: str, now: datetime) -> None:
        self._roll.choose(number)
        self._card.show_whistle(self._running[number].whistle, now)

    def _tell(self) -> None:
        running, lang = tuple(self._running.whistles), self._stage.lang
        said = phrase(_SUM, lang).format(
            count=len(running),
            came=sum(it.reported_in for it in running),
            all=sum(it.summoned for it in running),
        )
        self._sum.setText(said if running else "")
        late = self._running.late
        self._late.setText(phrase(_LATE, lang).format(late=late) if late else "")

    def _arrange(self) -> None:
        """Give the room to what one works on: a form, what was opened below, or else the whistle.

        The roll stands beside the board where both have room, else above it; one needs none.
        """
        one, running = unit(self.font()), len(self._running)
        has_form = self.forms.panel is not None
        beside = self.width() >= _SIDE_BY_SIDE * one
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._both.setDirection(way)
        room = Room.TALL
        if self.height() < _TALL * one:
            room = Room.SMALL if self.width() < _NARROW * one else Room.LOW
        self._card.fit(room)
        for card in self._waiting:
            card.fit(short=running > 0 or room is not Room.TALL)
        self._above.be_narrow(narrow=room is Room.SMALL)
        is_low, opened = room is not Room.TALL, any(it.was_opened for it in self._waiting)
        self._roll.setVisible(running > 1 and not (is_low and has_form))
        self._scroll.setVisible(has_form or running > 0)
        self._empty.setVisible(not has_form and not running)
        self._card.setVisible(running > 0 and not (is_low and (has_form or opened)))
        self._below.setVisible(not has_form and any(not it.isHidden() for it in self._waiting))
        shared = self._card.isVisibleTo(self)
        most = round(self.height() * _BELOW_SHARE) if shared else _ENDLESS
        self._below.setMaximumHeight(most)
        abreast = shared and not opened and self.width() >= _ABREAST * one
        self._waits.setDirection(
            QBoxLayout.Direction.LeftToRight if abreast else QBoxLayout.Direction.TopToBottom
        )
        if beside:
            self._roll.setFixedWidth(round(self.width() * _LIST_SHARE))
            self._roll.setMaximumHeight(_ENDLESS)
            self._roll.setMinimumHeight(0)
        else:
            self._roll.setMinimumWidth(0)
            self._roll.setMaximumWidth(_ENDLESS)
            self._roll.setFixedHeight(self._roll_height(_ROWS_SMALL if is_low else _ROWS_ABOVE))

    def _roll_height(self, most: int) -> int:
        """Return the height of as many whole rows as leave the whistle its share; one at least."""
        margins, gaps = self._outer.contentsMargins(), 3 * self._outer.spacing()
        below = 0 if self._below.isHidden() else self._below.sizeHint().height()
        taken = margins.top() + margins.bottom() + gaps + self._sum.sizeHint().height()
        taken += min(below, self._below.maximumHeight())
        taken += round(self.height() * _CARD_SHARE) if self._card.isVisibleTo(self) else 0
        heights = [self._roll.wanted_height(rows) for rows in range(1, most + 1)]
        return max(heights[0], *(it for it in heights if taken + it <= self.height()), 0)

    @override
    @safe_override(QSize())
    def minimumSizeHint(self) -> QSize:
        """A form, or what waits below, takes no room from what is beside it: it would keep it."""
        least, em = super().minimumSizeHint(), self.fontMetrics().height()
        return least.boundedTo(QSize(_LEAST_WIDTH * em, _LEAST_HEIGHT * em))

    @override
    @safe_override(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()


_ENDLESS: Final = 16_777_215  # Qt's own bound of a widget's size
