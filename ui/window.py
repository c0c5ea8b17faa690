"""The dispatcher's window: panes that can be moved, hidden and torn off, and what belongs to all.

The screens are made on first use, by name, so that starting up pays only for what is seen, and a
screen that fails to load leaves the others working.
"""

import sys
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any, Final

from PySide6.QtCore import QByteArray, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QSizePolicy,
    QTabBar,
    QTabWidget,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from commandcenter.application.seat import Notice
from commandcenter.domain import words
from commandcenter.domain.report import Channel
from commandcenter.domain.roster import Role
from ui import layout_store
from ui.actions import ACTIONS, ALSO, Screen, actions_of, is_letter, key_text, keys_of
from ui.beat import Beat
from ui.command_box import CommandBox
from ui.doubts import DoubtList
from ui.focus import focus_of
from ui.icons import icon
from ui.imports import ImportWindow
from ui.layout_store import Remembers
from ui.notices import FocusBanner, Notices, StaleBanner
from ui.pane_title import PaneTitle
from ui.shortcuts import ShortcutSheet
from ui.stage import Stage
from ui.status import StatusLine
from ui.status_lists import FlawList, OutboxList, QuarantineList
from ui.theme import THEMES, FontState, apply_theme, theme_of
from ui.top_bar import TopBar
from ui.wording import Both, channel_icon, counted, phrase
from widgets.composing import ComposingGuard
from widgets.empty_state import EmptyState
from widgets.held_keys import HeldKeyGuard
from widgets.room import room_on_screen
from widgets.safe import safe_override
from widgets.scroll_strip import ScrollStrip
from widgets.tone import Tone, tone_colour

_LAYOUT_VERSION: Final = 1
_LOW: Final = 950  # below this height the middle column has no room for two panes
_WIDE: Final = 1600  # below this width the map gives some of its room to the lists
_FRAME: Final = 3
_WALL_KEYS: Final = frozenset({"full_screen", "leave"})  # the wall reads them itself
_STAY: Final = frozenset({"theme", "leaders", "wall", "quit"})  # seen from any window
_ITS_FIGURES: Final[Both] = ("聚焦案卷的数字", "Figures of the case in focus")
_TEXT_INPUTS: Final = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox, QComboBox)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Where a screen is found, and which action brings it up; ``pane`` or a window of its own."""

    screen: Screen
    action: str
    module: str
    name: str
    pane: bool = True


PARTS: Final = (
    Part(screen=Screen.QUEUE, action="panel_queue", module="ui.queue.screen", name="QueueScreen"),
    Part(screen=Screen.MAP, action="panel_map", module="ui.map.screen", name="MapScreen"),
    Part(screen=Screen.CASE, action="panel_case", module="ui.case.screen", name="CaseScreen"),
    Part(
        screen=Screen.WHISTLES,
        action="panel_whistles",
        module="ui.whistle.screen",
        name="WhistleScreen",
    ),
    Part(
        screen=Screen.ALERTS, action="panel_alerts", module="ui.alerts.screen", name="AlertsScreen"
    ),
    Part(
        screen=Screen.FIGURES,
        action="panel_figures",
        module="ui.figures.strip",
        name="FiguresStrip",
    ),
    Part(
        screen=Screen.LEADERS,
        action="leaders",
        module="ui.leaders.screen",
        name="LeadersScreen",
        pane=False,
    ),
    Part(screen=Screen.WALL, action="wall", module="ui.wall.window", name="WallWindow", pane=False),
)
_FAILED: Final[Both] = (
    "「{name}」没有打开，原因已记录。\n其他界面不受影响，可以继续工作。",
    '"{name}" did not open; why is recorded.\nThe other screens are not affected.',
)
_NO_IMPORT: Final[Both] = (
    "演练用的是虚构的云溪镇，不导入清单；打开自己的大厅后再导入。",
    "This is the fictional township; open a hall of your own to import its lists.",
)
_WALL_ONLY: Final[Both] = (
    "大屏岗位只看大屏，不看案卷。\n按 {wall} 打开大屏，按 {sign_on} 换人值守。",
    "This role sees the wall and no cases.\n{wall} opens the wall, {sign_on} changes the person.",
)
_FLAW: Final[Both] = ("{where}：{problem}{remedy}", "{where}: {problem} {remedy}")
_MORE_FLAWS: Final[Both] = ("另有 {n} 处要改。", " {n} more to mend.")
_LOOK: Final[Both] = ("查看", "Show")
_LANGUAGE: Final[Both] = (
    "下次启动时界面为{language}；启动时写了 --lang 的，以它为准。",
    "From the next start the screens are in {language}, unless --lang says otherwise.",
)
_LANGUAGES: Final[Mapping[str, Both]] = {"zh": ("中文", "Chinese"), "en": ("英文", "English")}
_NOT_KEPT: Final[Both] = ("语言没有保存：{why}", "The language was not saved: {why}")
_UNSAVED: Final[Both] = ("布局没有保存：{why}", "The layout was not saved: {why}")
_THEMED: Final[Mapping[str, Both]] = {
    "dark": ("深色主题", "dark theme"),
    "light": ("浅色主题", "light theme"),
    "high_contrast": ("高对比度主题", "high contrast"),
}


def load_first() -> None:
    """Load the code of the screen that is seen first: the store may be opened beside it."""
    load(PARTS[0])


def load(part: Part) -> None:
    """Load the code of a screen; whoever makes it is told why it cannot be."""
    with suppress(Exception):
        import_module(part.module)


def make(part: Part, stage: Stage) -> QWidget:
    """Make a screen; one that cannot be made is replaced by words that say so."""
    try:
        made = getattr(import_module(part.module), part.name)(stage)
    except Exception as error:  # noqa: BLE001 - one broken screen must not close the hall
        sys.excepthook(type(error), error, error.__traceback__)
        name = ACTIONS[part.action].label(stage.lang)
        return EmptyState(phrase(_FAILED, stage.lang).format(name=name))
    if not isinstance(made, QWidget):
        raise TypeError(f"{part.name} is no widget")
    return made


class Pane(QDockWidget):
    """A place in the window for one screen, which is made when the place is first seen.

    While it ``waits``, only being asked for makes it.
    """

    def __init__(self, part: Part, stage: Stage, parent: QWidget) -> None:
        label, key = ACTIONS[part.action].label(stage.lang), key_text(ACTIONS[part.action].key)
        super().__init__(f"{label}  {key}", parent)
        self.setObjectName(f"pane-{part.screen}")  # saved layouts know it by this name
        self.setAccessibleName(label)
        self._part, self._stage = part, stage
        self._title = PaneTitle(self, label, key, stage.lang)
        self.setTitleBarWidget(self._title)
        self._holder = QWidget()
        self._column = QVBoxLayout(self._holder)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.content: QWidget | None = None
        self._waiting: Mapping[str, Any] | None = None
        self.is_seen = False
        self.waits = not stage.picture.begun
        self.setWidget(self._holder)
        self.visibilityChanged.connect(self._on_visibility_changed)

    def show_name(self, name: str) -> None:
        """Say what the screen shows just now, in its title or on its tab."""
        key = key_text(ACTIONS[self._part.action].key)
        self.setWindowTitle(f"{name}  {key}")
        self.setAccessibleName(name)
        self._title.set_name(name, key)

    def tell_if_tabbed(self, tabbed: bool) -> None:
        """Leave the name to the tab while there is one; the buttons of the title stay."""
        self._title.show_name(not tabbed)

    def fill(self) -> QWidget:
        """Make the screen if it is not there yet, and return it."""
        if self.content is None:
            self.content = make(self._part, self._stage)
            self._column.addWidget(self.content)
            if self.content.sizePolicy().verticalPolicy() is QSizePolicy.Policy.Fixed:
                self._column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetMinAndMaxSize)
            if self._waiting is not None:
                self.recall(self._waiting)
        return self.content

    def take_out(self) -> QWidget:
        """Take the screen out of its place, to be shown alone."""
        content = self.fill()
        self._column.removeWidget(content)
        content.setParent(None)
        return content

    def put_back(self) -> None:
        """Put a screen that was taken out back to its place."""
        content = self.fill()
        self._column.addWidget(content)
        content.show()

    def recall(self, values: Mapping[str, Any]) -> None:
        """Give the screen what it remembered, now or when it is made."""
        self._waiting = values
        content: object = self.content
        if isinstance(content, Remembers):
            content.recall(values)

    def remembered(self) -> Mapping[str, Any]:
        """Return what the screen has to remember."""
        content: object = self.content
        return content.remembered() if isinstance(content, Remembers) else self._waiting or {}

    def _on_visibility_changed(self, visible: bool) -> None:
        self.is_seen = visible  # and not behind another tab
        if visible and not self.waits:
            self.fill()

    def fill_by_and_by(self) -> Iterator[None]:
        """Make the screen if it is seen and not there yet, with a rest after each piece of work."""
        if not self.is_seen or self.content is not None:
            return
        load(self._part)
        yield
        content = self.fill()
        yield
        for child in content.findChildren(QWidget):
            child.ensurePolished()  # what is hidden now is shown sooner when its time comes
        yield


class _Frame(QWidget):
    """The orange frame of a rehearsal: seen everywhere, in nobody's way."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def enclose(self, room: QRect) -> None:
        """Lie around a room, and only there: whatever lay over the screens would slow them."""
        self.setGeometry(room)
        inner = room.adjusted(_FRAME, _FRAME, -_FRAME, -_FRAME)
        self.setMask(QRegion(room).subtracted(QRegion(inner)))

    @override
    @safe_override(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        half = _FRAME / 2
        with QPainter(self) as painter:
            painter.setPen(QPen(tone_colour(self.palette(), Tone.URGENT), _FRAME))
            painter.drawRect(QRectF(self.rect()).adjusted(half, half, -half, -half))


class HallWindow(QMainWindow):
    """One seat's window."""

    def __init__(self, stage: Stage, font: FontState | None = None) -> None:
        super().__init__()
        self.stage = stage
        self.actions_table = actions_of(stage)
        # Qt adds the name of the hall to titles that do not end with it
        self.setWindowTitle(f"{stage.seat.name} · {stage.hall.name}")
        self.setDockNestingEnabled(True)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setMinimumSize(960, 600)
        self._role = stage.operator.role
        self._own_windows: dict[Screen, QWidget] = {}
        self._was_maximized = False
        self._is_new = True
        self.panes = {part.screen: Pane(part, stage, self) for part in PARTS if part.pane}
        self._tabs_beat = Beat(self._name_tabs, self)
        self._filling = QTimer(self, interval=0)  # one step a turn: the queue can be used meanwhile
        self._filling.timeout.connect(self._fill_next)
        self._steps: Iterator[None] = iter(())
        self.top = TopBar(stage)
        self.banner = StaleBanner(stage)
        self.focus = focus_of(stage)
        head = QWidget()
        column = QVBoxLayout(head)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self.banner)
        column.addWidget(FocusBanner(stage))
        self.setMenuWidget(head)
        self._curtain = EmptyState(_wall_only(stage.lang))
        self._curtain.hide()
        self._is_drawn = False
        column.addWidget(self._curtain)
        self.status = StatusLine(stage, font)
        self.statusBar().addWidget(self.status, 1)
        self.statusBar().setSizeGripEnabled(False)
        self.notices = Notices(stage, self)
        self.notices.stack.stay_clear_of(self.statusBar(), self.panes[Screen.FIGURES])
        self.command_box = CommandBox(stage, self)
        self._frame = _Frame(self) if stage.seat.rehearsal else None
        self._letters: list[QShortcut] = []
        self._guards = (ComposingGuard(self), HeldKeyGuard(self))
        for pane in self.panes.values():
            for moved in (pane.visibilityChanged, pane.topLevelChanged):
                # later: panes move for the last time while the window is being taken down
                moved.connect(self._tabs_beat.ask, Qt.ConnectionType.QueuedConnection)
        self._listen()
        self.resize(room_on_screen(self))
        self.lay_out()
        bars = self.panes[Screen.QUEUE].fill().findChildren(ScrollStrip)
        self.notices.stack.stay_clear_of(*bars)
        self._recall()
        self._draw_curtain()
        if stage.seat.notices:
            self._tell_flaws(stage.seat.notices)

    def _tell_flaws(self, flaws: Sequence[Notice]) -> None:
        """Say at the start what in the hall pack is to be mended, the gravest in full."""
        lang, more = self.stage.lang, len(flaws) - 1
        told = phrase(_FLAW, lang).format(**flaws[0]._asdict())
        if more:
            told += counted(_MORE_FLAWS, more, lang).format(n=more)
        look = (phrase(_LOOK, lang), partial(self.actions_table.trigger, "flaws"))
        self.notices.stack.say(told, tone=Tone.NEAR, seconds=20.0, action=look)

    def appear(self) -> None:
        """Show the window where it was left; for the first time as large as the screen."""
        self.showMaximized() if self._is_new else self.show()

    # -- keys and actions --

    def _listen(self) -> None:
        actions = self.actions_table
        actions.summon_with(self.summon, self.is_seen)
        handlers: dict[str, Callable[[], object]] = {
            "commands": self.command_box.open,
            "leave": self.leave,
            "focus": self.switch_focus,
            "full_screen": self.switch_full_screen,
            "theme": self.switch_theme,
            "reset_layout": self.reset_layout,
            "sign_on": self.top.open_people,
            "shortcuts": self.show_shortcuts,
            "language": self.switch_language,
            "doubts": self.show_doubts,
            "quarantine": self.show_quarantine,
            "flaws": self.show_flaws,
            "outbox": self.show_outbox,
            "import": self.show_import,
            "quit": self.close,
        }
        for part in PARTS:
            handlers[part.action] = partial(self.summon, part.screen)
        for id_, handler in handlers.items():
            actions.on(id_, handler)
        keys = {it.key for it in ACTIONS.values() if it.key and not it.local} | set(ALSO)
        for key in sorted(keys):
            shortcut = QShortcut(QKeySequence(key), self, autoRepeat=False)
            shortcut.activated.connect(partial(actions.press, key))
            if is_letter(key):
                self._letters.append(shortcut)
        self.focus.changed.connect(self._on_held_to_case)
        self.stage.operator_changed.connect(self._on_operator_changed)
        self.stage.place_wanted.connect(self._on_place_wanted)
        if not self.stage.picture.begun:
            self.stage.changed.connect(self._on_begun)
            self.stage.ticked.connect(self._on_waited)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    @property
    def _is_for_wall(self) -> bool:
        """Whether whoever sits here may see what the wall shows, and no title beyond it."""
        return self.stage.operator.role is Role.WALL_VIEWER

    def _draw_curtain(self) -> None:
        """Leave nothing in sight to whoever may see the wall alone; its panes come back after."""
        drawn, self._is_drawn = self._is_drawn, self._is_for_wall
        if self._is_drawn:
            for pane in self.panes.values():
                pane.hide()
            for screen, window in self._own_windows.items():
                window.setVisible(screen is Screen.WALL and window.isVisible())
            for dialog in self.findChildren(QDialog):
                dialog.close()
            self._curtain.show()
        elif drawn:
            self._curtain.hide()
            self.lay_out()

    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Let letters be letters while somebody types."""
        typing = isinstance(now, _TEXT_INPUTS)
        for guard in self._guards:
            guard.watch(now if typing else None)
        for shortcut in self._letters:
            shortcut.setEnabled(not typing)

    # -- making the screens --

    def _on_begun(self) -> None:
        if self.stage.picture.begun:
            self._on_waited()

    def _on_waited(self) -> None:
        """Make the other screens: what is open is shown, or the store lets us wait too long."""
        self.stage.changed.disconnect(self._on_begun)
        self.stage.ticked.disconnect(self._on_waited)
        for pane in self.panes.values():
            pane.waits = False
        self._steps = self._open_by_and_by()
        self._filling.start()

    def _open_by_and_by(self) -> Iterator[None]:
        for pane in self.panes.values():
            yield from pane.fill_by_and_by()
        for channel in Channel:  # what the first rows would have to be drawn for
            icon(channel_icon(channel), tone_colour(self.palette(), Tone.QUIET).name())
            yield
        self.stage.seat.warm()

    def _fill_next(self) -> None:
        if next(self._steps, self) is self:
            self._filling.stop()

    # -- what a person asks for --

    def summon(self, screen: Screen) -> QWidget:
        """Bring a screen up, making it if need be, and give it the keyboard."""
        if screen not in self.panes:
            return self._own_window(screen)
        pane = self.panes[screen]
        content = pane.fill()
        pane.show()
        pane.raise_()
        content.setFocus()
        return content

    def _on_held_to_case(self) -> None:
        """Say whose the figures are: while a case is in focus they are its own."""
        lang = self.stage.lang
        name = (
            phrase(_ITS_FIGURES, lang)
            if self.focus.number
            else ACTIONS["panel_figures"].label(lang)
        )
        self.panes[Screen.FIGURES].show_name(name)

    def _on_place_wanted(self, wanted: bool) -> None:
        if wanted:
            self.summon(Screen.MAP)

    def is_seen(self, screen: Screen) -> bool:
        """Tell whether a person can see what an action does on a screen.

        What is done with whistles is seen in the case panel as well.
        """
        panes = {screen, Screen.CASE} if screen is Screen.WHISTLES else {screen}
        return any(self.panes[it].is_seen for it in panes if it in self.panes)

    def _own_window(self, screen: Screen) -> QWidget:
        window = self._own_windows.get(screen)
        if window is None:
            part = next(it for it in PARTS if it.screen is screen)
            window = self._own_windows[screen] = make(part, self.stage)
            window.setWindowTitle(
                f"{ACTIONS[part.action].label(self.stage.lang)} · {self.stage.hall.name}"
            )
            # an other screen, if there is one: that is what a window of its own is for
            others = [it for it in QGuiApplication.screens() if it is not self.screen()]
            area = (others[0] if others else self.screen()).availableGeometry()
            window.setGeometry(area.adjusted(*((40, 40, -40, -40) if not others else (0,) * 4)))
            self._listen_in(window, _WALL_KEYS if screen is Screen.WALL else frozenset())
        window.show()
        window.raise_()
        window.activateWindow()
        return window

    def _listen_in(self, window: QWidget, but: frozenset[str]) -> None:
        """Let a window of its own read the keys of this one that do not act on a case."""
        ids = [
            it.id
            for it in ACTIONS.values()
            if keys_of(it) and not (it.local or it.on_case or it.id in but)
        ]
        for id_ in ids:
            for key in keys_of(ACTIONS[id_]):
                shortcut = QShortcut(QKeySequence(key), window, autoRepeat=False)
                shortcut.activated.connect(partial(self._do_from, window, id_, ids))

    def _do_from(self, window: QWidget, id_: str, ids: list[str]) -> None:
        """Carry out what was asked for in a window of its own, where it can be seen."""
        if id_ == "shortcuts":
            ShortcutSheet(self.stage, window, only=ids).show()
        elif id_ == "full_screen" or (id_ == "leave" and window.isFullScreen()):
            window.showNormal() if window.isFullScreen() else window.showFullScreen()
        else:
            if id_ == "leave":
                window.close()
            if id_ not in _STAY:
                self.raise_()
                self.activateWindow()
            self.actions_table.trigger(id_)

    def take_out(self, screen: Screen) -> QWidget:
        """Take a screen out of the window, to be painted alone; ``put_back`` afterwards."""
        pane = self.panes.get(screen)
        if pane is not None:
            return pane.take_out()
        self._own_window(screen).hide()
        return self._own_windows[screen]

    def put_back(self, screen: Screen) -> None:
        """Put a screen back to its place in the window."""
        if pane := self.panes.get(screen):
            pane.put_back()

    def leave(self) -> None:
        """Leave the focus; out of a field, give the keyboard back to the queue."""
        typing = isinstance(QApplication.focusWidget(), _TEXT_INPUTS)
        if self.focus.number and not typing:
            self.focus.leave()
            self.summon(Screen.QUEUE)
            return
        if self.isFullScreen() and not isinstance(QApplication.focusWidget(), _TEXT_INPUTS):
            self.switch_full_screen()
            return
        self.summon(Screen.QUEUE)

    def switch_focus(self) -> None:
        """Hold every panel to the selected case, or let them all go."""
        case = self.actions_table.case
        if self.focus.number or case is None:
            self.focus.leave()
        else:
            self.focus.enter(case)

    def switch_full_screen(self) -> None:
        """Fill the screen, or be a window again."""
        if self.isFullScreen():
            self.showMaximized() if self._was_maximized else self.showNormal()
        else:
            self._was_maximized = self.isMaximized()
            self.showFullScreen()

    def switch_theme(self) -> None:
        """Put on the next theme."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            names = list(THEMES)
            worn = theme_of(app).tokens.name
            chosen = names[(names.index(worn) + 1) % len(names)]
            apply_theme(app, THEMES[chosen])
            try:  # at once, whatever becomes of this window
                layout_store.keep_theme(self.stage.seat.state, chosen)
            except OSError as error:
                self._tell_unsaved(_UNSAVED, error)
            self.stage.told.emit(phrase(_THEMED[chosen], self.stage.lang))

    def show_shortcuts(self) -> None:
        """Show every key."""
        ShortcutSheet(self.stage, self).show()

    def show_doubts(self) -> None:
        """Show what closings left in doubt."""
        DoubtList(self.stage, self).show()

    def show_quarantine(self) -> None:
        """Show what was put aside."""
        QuarantineList(self.stage, self).show()

    def show_flaws(self) -> None:
        """Show what in the hall pack is to be mended."""
        FlawList(self.stage, self).show()

    def show_outbox(self) -> None:
        """Show what has still to leave."""
        OutboxList(self.stage, self).show()

    def show_import(self) -> None:
        """Take a table into the hall pack."""
        importer = self.stage.seat.importer
        if importer is None:
            self.stage.refused.emit(phrase(_NO_IMPORT, self.stage.lang))
        else:
            ImportWindow(self.stage, importer, self).show()

    def switch_language(self) -> None:
        """Keep the other language for the next start: screens once made stay in theirs."""
        lang, state = self.stage.lang, self.stage.seat.state
        coming = layout_store.language(state) or lang
        chosen = next(it for it in layout_store.LANGUAGES if it != coming)
        try:
            layout_store.keep_language(state, chosen)
        except OSError as error:
            self._tell_unsaved(_NOT_KEPT, error)
        else:
            told = phrase(_LANGUAGE, lang)
            self.stage.told.emit(told.format(language=phrase(_LANGUAGES[chosen], lang)))

    # -- where things are --

    def lay_out(self) -> None:
        """Put every pane to its place: queue, map and case side by side, figures under them."""
        panes, sides = self.panes, Qt.Orientation
        for pane in panes.values():
            pane.setFloating(False)
            self.removeDockWidget(pane)
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, panes[Screen.QUEUE])
        self.splitDockWidget(panes[Screen.QUEUE], panes[Screen.MAP], sides.Horizontal)
        self.splitDockWidget(panes[Screen.MAP], panes[Screen.CASE], sides.Horizontal)
        low = self.height() < _LOW
        if low:
            self.tabifyDockWidget(panes[Screen.MAP], panes[Screen.WHISTLES])
        else:
            self.splitDockWidget(panes[Screen.MAP], panes[Screen.WHISTLES], sides.Vertical)
        self.tabifyDockWidget(panes[Screen.WHISTLES], panes[Screen.ALERTS])
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, panes[Screen.FIGURES])
        for pane in panes.values():
            pane.show()
        panes[Screen.WHISTLES].raise_()
        if low:
            panes[Screen.MAP].raise_()
        panes[Screen.QUEUE].fill().setFocus()
        self._share_out()
        QTimer.singleShot(0, self, self._share_out)  # once more when the new size has arrived

    def _share_out(self) -> None:
        panes, sides, width, height = self.panes, Qt.Orientation, self.width(), self.height()
        shares = (0.4, 0.31, 0.29) if width >= _WIDE else (0.46, 0.26, 0.28)
        self.resizeDocks(
            [panes[Screen.QUEUE], panes[Screen.MAP], panes[Screen.CASE]],
            [round(width * share) for share in shares],
            sides.Horizontal,
        )
        strip = round(self.fontMetrics().height() * 7)
        self.resizeDocks(
            [panes[Screen.QUEUE], panes[Screen.FIGURES]],
            [max(1, height - strip), strip],
            sides.Vertical,
        )
        if not self.tabifiedDockWidgets(panes[Screen.MAP]):
            self.resizeDocks(
                [panes[Screen.MAP], panes[Screen.WHISTLES]],
                [round(height * share) for share in (0.4, 0.4)],
                sides.Vertical,
            )

    def _name_tabs(self) -> None:
        """Let tabs say their name in full, and leave it to them alone."""
        for bar in self.findChildren(QTabBar):
            bar.setElideMode(Qt.TextElideMode.ElideNone)
            bar.setUsesScrollButtons(True)
        for pane in self.panes.values():
            pane.tell_if_tabbed(bool(self.tabifiedDockWidgets(pane)))

    def reset_layout(self) -> None:
        """Forget what this role has set up and put every pane to its place."""
        layout_store.forget(self.stage.seat.state, self._role)
        self.lay_out()

    def save_layout(self) -> None:
        """Keep what this role has set up; a folder that cannot be written is only told."""
        app, state = QApplication.instance(), self.stage.seat.state
        values = {
            "window": _text(self.saveGeometry()),
            "panes": _text(self.saveState(_LAYOUT_VERSION)),
            "screens": {screen: pane.remembered() for screen, pane in self.panes.items()},
        }
        try:
            layout_store.save(state, self._role, values)
            if isinstance(app, QApplication):
                layout_store.keep_theme(state, theme_of(app).tokens.name)
        except OSError as error:
            self._tell_unsaved(_UNSAVED, error)

    def _tell_unsaved(self, what: Both, error: OSError) -> None:
        lang = self.stage.lang
        why = words.trouble(error.strerror or str(error), lang)
        self.stage.refused.emit(phrase(what, lang).format(why=why))

    def _recall(self, *, anew: bool = False) -> None:
        """Set up what this role has kept; ``anew``: also what it has not, as it is at first."""
        values = layout_store.load(self.stage.seat.state, self._role)
        self._is_new = not self.restoreGeometry(_bytes(values.get("window")))
        tab_bars = self.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if self.restoreState(_bytes(values.get("panes")), _LAYOUT_VERSION):
            for bar in tab_bars:  # Qt makes new ones and leaves those before standing about
                bar.hide()
        screens = values.get("screens")
        for screen, pane in self.panes.items():
            kept = screens.get(screen) if isinstance(screens, dict) else None
            if isinstance(kept, dict) and (kept or anew):
                pane.recall(kept)
            elif anew:
                pane.recall({})

    def _on_operator_changed(self) -> None:
        role = self.stage.operator.role
        if role is not self._role:
            if not self._is_drawn:
                self.save_layout()
            self._role = role
            self._draw_curtain()
            if not self._is_drawn:
                self._recall(anew=True)

    # -- Qt --

    @override
    @safe_override(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._frame is not None:
            self._frame.enclose(self.rect())
            self._frame.raise_()

    @override
    @safe_override(None)
    def closeEvent(self, event: QCloseEvent) -> None:
        self._filling.stop()  # nobody looks at what it would still make
        self.save_layout()
        for window in self._own_windows.values():
            window.close()
            window.deleteLater()  # nobody would see what its clocks still do
        self._own_windows.clear()
        super().closeEvent(event)


def _wall_only(lang: str) -> str:
    keys = {id_: key_text(ACTIONS[id_].key) for id_ in ("wall", "sign_on")}
    return phrase(_WALL_ONLY, lang).format(**keys)


def _text(held: QByteArray) -> str:
    return b64encode(held.data()).decode()


def _bytes(text: object) -> QByteArray:
    try:
        return QByteArray(b64decode(text, validate=True)) if isinstance(text, str) else QByteArray()
    except (Error, ValueError):
        return QByteArray()
