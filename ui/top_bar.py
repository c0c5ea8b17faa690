"""The bar over the window: which hall, what time, how busy, who is at the seat, and how to find."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from heapq import heappop, heappush
from typing import Final

from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from commandcenter.application.changes import Delta
from commandcenter.application.picture import Picture
from commandcenter.domain.hall import Limits
from ui.actions import ACTIONS, actions_of, key_text
from ui.beat import Beat
from ui.icons import wear_icon
from ui.sign_on import SignOnMenu
from ui.stage import Stage
from ui.theme import theme_of
from ui.wording import Both, day_words, phrase, role_and_name
from widgets.badge import Badge
from widgets.dress import Kind, Size, dress
from widgets.paint import Shape, unit
from widgets.plain_label import PlainLabel
from widgets.safe_text import tip
from widgets.status_chip import StatusChip
from widgets.tone import Tone

WINDOW: Final = timedelta(minutes=10)


class LoadState(StrEnum):
    """How busy a seat is (reliability.md R1)."""

    CALM = "calm"
    BUSY = "busy"
    FLOOD = "flood"


class Load:
    """What arrived within the last ten minutes, and the state that follows from it.

    A flood is entered above ``flood_enter`` and left below ``flood_leave``, so that it does not
    flicker at the border.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._arrived: set[str] = set()
        self._leaving: list[tuple[datetime, str]] = []
        self.state = LoadState.CALM

    @property
    def count(self) -> int:
        """How many arrived within the window that ended with the last ``look``."""
        return len(self._arrived)

    def begin(self, picture: Picture, at: datetime) -> None:
        """Count what is open and arrived not long ago."""
        self._take(((it.no, it.received_at) for it in picture.cases.values()), at)
        self._take(((it.key, it.received_at) for it in picture.alerts.values()), at)

    def take_in(self, batch: Iterable[Delta], at: datetime) -> None:
        """Count what a batch brought; the same case counts once."""
        for delta in batch:
            self._take(((it.no, it.received_at) for it in delta.cases), at)
            self._take(((it.key, it.received_at) for it in delta.alerts), at)

    def _take(self, arrivals: Iterable[tuple[str, datetime]], at: datetime) -> None:
        since = at - WINDOW
        for no, when in arrivals:
            if when > since and no not in self._arrived:
                self._arrived.add(no)
                heappush(self._leaving, (when, no))

    def look(self, at: datetime) -> LoadState:
        """Forget what is older than the window, and return the state now."""
        since = at - WINDOW
        while self._leaving and self._leaving[0][0] <= since:
            self._arrived.discard(heappop(self._leaving)[1])
        limits, flooded = self._limits, self.state is LoadState.FLOOD
        if self.count > limits.flood_enter or (flooded and self.count >= limits.flood_leave):
            self.state = LoadState.FLOOD
        else:
            self.state = LoadState.BUSY if self.count > limits.busy_enter else LoadState.CALM
        return self.state


_STATES: Final[Mapping[LoadState, tuple[Both, Shape, Tone]]] = {
    LoadState.CALM: (("平稳", "calm"), Shape.DISC, Tone.GOOD),
    LoadState.BUSY: (("繁忙", "busy"), Shape.TRIANGLE, Tone.NEAR),
    LoadState.FLOOD: (("来件洪峰", "alarm flood"), Shape.DIAMOND, Tone.OVER),
}
_LOAD: Final[Both] = ("{state} · 10 分钟 {count} 件", "{state} · {count} in 10 min")
_MANY: Final = 999  # for which there is always room
_LOAD_TIP: Final[Both] = (
    (
        "近 10 分钟上报和视频告警共 {count} 件（今日上报不含告警）。"
        "多于 {busy} 为繁忙，多于 {flood} 为洪峰，低于 {leave} 解除"
    ),
    (
        "{count} reports and video alerts in 10 minutes; reports today leave alerts out. "
        "Over {busy}: busy; over {flood}: alarm flood until below {leave}."
    ),
)
_REHEARSAL: Final[Both] = ("演练", "REHEARSAL")
_REHEARSAL_TIP: Final[Both] = (
    "这是演练：数据都是虚构的，不会通知任何人。",
    "This is a rehearsal: nothing here is real and nobody is notified.",
)


class TopBar(QFrame):
    """One line over everything, on every page of the desk."""

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self._actions = actions_of(stage)
        self._load = Load(stage.hall.limits)
        dress(self, Kind.BAR)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(12)
        name = PlainLabel(stage.hall.name, size=Size.TITLE, elide=True)
        row.addWidget(name)
        if stage.seat.rehearsal:
            badge = Badge(phrase(_REHEARSAL, stage.lang), tone=Tone.URGENT)
            tip(badge, phrase(_REHEARSAL_TIP, stage.lang))
            row.addWidget(badge)
        self._clock = PlainLabel(tone=Tone.QUIET, steady=True)
        self._clock.setAccessibleName(self.tr("当前时间"))
        row.addWidget(self._clock)
        self._chip = StatusChip()
        self._chip.keep_room(
            phrase(_LOAD, stage.lang).format(state=phrase(word, stage.lang), count=_MANY)
            for word, _shape, _tone in _STATES.values()
        )
        self._chip.clicked.connect(partial(self._actions.trigger, "tab_all"))
        row.addWidget(self._chip)
        row.addStretch(1)
        row.addWidget(self._search_button())
        row.addStretch(1)
        self._seat = QPushButton()
        self._seat.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.people = SignOnMenu(stage, self)
        self._seat.setMenu(self.people)
        dress(self._seat, Kind.QUIET)
        row.addWidget(self._seat)
        for id_ in ("wall", "leaders", "theme", "shortcuts"):
            row.addWidget(self._tool(id_))
        self._beat = Beat(self._show_load, self)
        stage.ticked.connect(self._on_ticked)
        stage.changed.connect(self._on_changed)
        stage.operator_changed.connect(self._show_person)
        self._show_person()
        self._load.begin(stage.picture, stage.now())
        self._on_ticked()

    def open_people(self) -> None:
        """Open the list of people who can take the seat."""
        self._seat.showMenu()

    def _search_button(self) -> QPushButton:
        button = QPushButton(self.tr("查找案卷或命令   {key}").format(key=key_text("Ctrl+K")))
        button.setAccessibleName(self._actions.label("commands"))
        button.setMinimumWidth(round(220 * unit(button.font())))
        button.clicked.connect(partial(self._actions.trigger, "commands"))
        self._wear(button, "search", "quiet")
        return button

    def _tool(self, id_: str) -> QToolButton:
        button, action = QToolButton(), ACTIONS[id_]
        label = self._actions.label(id_)
        button.setAccessibleName(label)
        tip(button, f"{label}  {key_text(action.key)}")
        button.clicked.connect(partial(self._actions.trigger, id_))
        dress(button, Kind.QUIET)
        self._wear(button, action.icon, "quiet")
        return button

    @staticmethod
    def _wear(button: QPushButton | QToolButton, icon: str, ink: str) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            wear_icon(button, theme_of(app), icon, ink)

    def _show_person(self) -> None:
        stage = self._stage
        who = role_and_name(stage.operator.name, stage.operator.role, stage.lang)
        text = f"{stage.seat.name} · {who}"
        self._seat.setText(text.replace("&", "&&"))
        self._seat.setAccessibleName(text)
        tip(self._seat, self._actions.label("sign_on"))

    def _on_changed(self, batch: list[Delta]) -> None:
        at = self._stage.now()
        if batch:
            self._load.take_in(batch, at)
        else:
            self._load.begin(self._stage.picture, at)
        self._beat.ask()

    def _on_ticked(self) -> None:
        at = self._stage.now()
        local = self._stage.local(at)
        self._clock.setText(f"{day_words(local.date(), self._stage.lang)}  {local:%H:%M:%S}")
        self._show_load()

    def _show_load(self) -> None:
        lang, limits = self._stage.lang, self._stage.hall.limits
        word, shape, tone = _STATES[self._load.look(self._stage.now())]
        told = phrase(_LOAD_TIP, lang).format(
            count=self._load.count,
            busy=limits.busy_enter,
            flood=limits.flood_enter,
            leave=limits.flood_leave,
        )
        said = phrase(_LOAD, lang).format(state=phrase(word, lang), count=self._load.count)
        self._chip.show_status(shape, said, tone, told)
