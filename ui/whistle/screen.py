"""All running whistles of the hall, the worst first."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from commandcenter.application.changes import Delta
from commandcenter.domain.whistle import Whistle
from ui import wording
from ui.actions import ACTIONS
from ui.focus import focus_of
from ui.forms.host import FormHost
from ui.icons import icon
from ui.stage import Stage
from ui.theme import Tokens, theme_of
from ui.whistle.board import WhistleBoard, late
from ui.whistle.deeds import deeds_of
from ui.whistle.standing import worst
from ui.wording import Both, phrase
from widgets.card import Card
from widgets.cell_painter import capped
from widgets.dress import Kind, dress
from widgets.empty_state import EmptyState
from widgets.plain_label import PlainLabel
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
_UNDO: Final[Both] = ("撤回", "Take back")
_WITH: Final[Both] = ("{no} · {place}", "{no} · {place}")


class _WhistleCard(Card):
    """One whistle: which case, and its board."""

    def __init__(self, stage: Stage, whistle: Whistle) -> None:
        super().__init__()
        self._stage, self._case = stage, whistle.case
        self.board = WhistleBoard(stage)
        look = QPushButton(phrase(_OPEN, stage.lang))
        look.setAccessibleName(f"{phrase(_OPEN, stage.lang)} {whistle.case}")
        dress(look, Kind.QUIET)
        look.clicked.connect(partial(stage.select, whistle.case))
        self.add_to_head(look)
        self._where = PlainLabel(tone=Tone.QUIET, elide=True)
        self.body.addWidget(self._where)
        self.body.addWidget(self.board)

    def show_whistle(self, whistle: Whistle, now: datetime) -> None:
        """Show the whistle as it stands now."""
        case = self._stage.picture.cases.get(whistle.case)
        self.set_title(capped(case.title if case else whistle.message or whistle.case))
        place = wording.place_line(self._stage.hall, whistle.place, self._stage.lang)
        self._where.setText(
            phrase(_WITH, self._stage.lang).format(no=whistle.case, place=capped(place))
        )
        self.board.show_whistle(whistle, now)


class WhistleScreen(QWidget):
    """Every running whistle as a board of its own."""

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self._cards: dict[str, _WhistleCard] = {}
        self._order: list[str] = []
        self._focus, self._scrolled_to = focus_of(stage), 0
        lang = stage.lang
        self.setAccessibleName(ACTIONS["panel_whistles"].label(lang))
        self._sum = PlainLabel(tone=Tone.SIGNAL, elide=True)
        self._late = PlainLabel(tone=Tone.OVER)
        self._empty = EmptyState(phrase(_NOTHING, lang))
        self.forms = FormHost(stage)
        self._undo = UndoBar(phrase(_UNDO, lang))
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(12)
        self._column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName(ACTIONS["panel_whistles"].label(lang))
        self._scroll.setWidget(inside)
        self._scroll.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 8, 0)
        head.setSpacing(12)
        head.addWidget(self._sum, 1)
        head.addWidget(self._late)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 8, 4, 8)
        outer.setSpacing(8)
        outer.addLayout(head)
        form_row = QHBoxLayout()
        form_row.setContentsMargins(0, 0, 8, 0)
        form_row.addWidget(self.forms)
        outer.addLayout(form_row)
        outer.addWidget(self._empty, 1)
        outer.addWidget(self._scroll, 1)
        outer.addWidget(self._undo)
        deeds_of(stage).add_place(self.forms, self._undo)
        self.forms.changed.connect(self._on_form_changed)
        stage.changed.connect(self._on_changed)
        stage.ticked.connect(self._on_ticked)
        self._follow_focus()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme = theme_of(app)
            theme.changed.connect(self._on_theme_changed)
            self._on_theme_changed(theme.tokens)
        self._show(stage.now())

    def _on_theme_changed(self, tokens: Tokens) -> None:
        self._empty.show_icon(icon("whistle", tokens.faint))

    def _on_changed(self, batch: Sequence[Delta]) -> None:
        if not batch or any(delta.whistles for delta in batch):
            self._show(self._stage.now())

    def _on_grown(self) -> None:
        self._show(self._stage.now())

    def _on_ticked(self, now: datetime) -> None:
        if not self.isVisible():
            return
        for card in self._cards.values():
            if not card.visibleRegion().isEmpty():  # what is scrolled away need not go on
                card.board.tick(now)
        self._tell(now)
        self._sort(now)

    def _on_form_changed(self) -> None:
        has_form = self.forms.panel is not None
        self._scroll.setVisible(has_form or bool(self._cards))
        self._empty.setVisible(not has_form and not self._cards)
        if has_form:
            self._scroll.verticalScrollBar().setValue(0)

    def _follow_focus(self) -> None:
        self._focus.changed.connect(self._on_focus)
        self._focus.grown.connect(self._on_grown)

    def _running(self) -> dict[str, Whistle]:
        """Return the running whistles that are shown: while a case is in focus, its own."""
        held = self._stage.picture.whistles
        return {no: it for no, it in held.items() if self._focus.holds(it.case)}

    def _on_focus(self) -> None:
        at = self._scroll.verticalScrollBar().value()
        self._empty.show_text(
            phrase(_NONE_HERE if self._focus.number else _NOTHING, self._stage.lang)
        )
        self._show(self._stage.now())
        if self._focus.number:
            self._scrolled_to = at
        else:
            self._scroll.verticalScrollBar().setValue(self._scrolled_to)

    def _show(self, now: datetime) -> None:
        running = self._running()
        for number in self._cards.keys() - running.keys():
            card = self._cards.pop(number)
            self._column.removeWidget(card)
            card.deleteLater()
        for number, whistle in running.items():
            if number not in self._cards:
                self._cards[number] = _WhistleCard(self._stage, whistle)
            self._cards[number].show_whistle(whistle, now)
        self._tell(now)
        self._sort(now)
        self._on_form_changed()

    def _tell(self, now: datetime) -> None:
        running, lang = self._running().values(), self._stage.lang
        said = phrase(_SUM, lang).format(
            count=len(running),
            came=sum(it.reported_in for it in running),
            all=sum(len(it.summons) for it in running),
        )
        self._sum.setText(said if running else "")
        count = sum(late(it, now) for it in running)
        self._late.setText(phrase(_LATE, lang).format(late=count) if count else "")

    def _sort(self, now: datetime) -> None:
        """Put the worst first, but never move a card from under the pointer or the keyboard."""
        running = self._running()
        order = sorted(self._cards, key=lambda no: (worst(running[no], now), running[no].blown_at))
        if order == self._order or not order:
            return
        if set(order) == set(self._order) and self._is_in_use():
            return
        self._order = order
        for at, number in enumerate(order):
            self._column.removeWidget(self._cards[number])
            self._column.insertWidget(at, self._cards[number])

    def _is_in_use(self) -> bool:
        focus = QApplication.focusWidget()
        held = focus is not None and any(it.isAncestorOf(focus) for it in self._cards.values())
        return held or any(it.underMouse() for it in self._cards.values())
