"""The map of the township: grids shaded by open load, and everything that is open or on the way."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAction, QFontInfo, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from commandcenter.domain import words
from commandcenter.domain.case import Case
from commandcenter.domain.catalogue import Urgency
from commandcenter.domain.matching import Suggestion
from commandcenter.domain.place import Datum, Point, convert
from ui import wording
from ui.actions import ACTIONS, actions_of, key_text
from ui.approach import approaches_of
from ui.beat import Beat
from ui.case_columns import UNPLACED, case_columns
from ui.focus import focus_of
from ui.freshness import stands_since
from ui.icons import icon, wear_icon
from ui.map.case_list import CaseList
from ui.map.legend import Legend
from ui.stage import Stage
from ui.theme import Theme, Tokens, theme_of
from ui.township import (
    ALERTS,
    CAMERAS,
    CASES,
    FUZZY,
    GRIDS,
    UNITS,
    WHISTLES,
    Township,
    on_the_map,
)
from widgets.canvas import Canvas
from widgets.canvas_picture import Tie
from widgets.canvas_view import Bounds, View
from widgets.dress import Kind, dress
from widgets.empty_state import EmptyState
from widgets.paint import unit
from widgets.plain_label import PlainLabel
from widgets.safe import safe_override
from widgets.safe_text import tip
from widgets.tone import Tone

_MARK_SIDE: Final = 18  # at a font of 14 px
_CLOSE: Final = 0.35  # pixels per metre: a street fills the map
_SIGHT: Final = 0.12  # of each side: nearer to the edge a place counts as out of sight
_APART: Final = 25.0  # metres: cases closer together than this cannot be parted by zooming
_ZOOM: Final = 1.5
_COMING_SHOWN: Final = 12  # units on their way that are tied to their place, the nearest
_LEGEND_EMS: Final = 38  # a narrower map has no room for its legend
_POINTING_SHARE: Final = 6  # a map lower than so many hints on pointing needs its height itself
_HIDDEN_AT_FIRST: Final = frozenset({CAMERAS})
_LAYERS: Final[Mapping[str, str]] = {
    CASES: "case",
    WHISTLES: "whistle",
    ALERTS: "alert",
    UNITS: "people",
    CAMERAS: "camera",
    FUZZY: "place-unknown",
}


class MapScreen(QWidget):
    """Shows where things are; a click selects everywhere, a selection elsewhere is shown here.

    The view is moved by the person alone, but for one thing: a case selected elsewhere that is
    out of sight is brought into it, and once the selection is cleared the view is exactly the
    former one. Locked, not even that happens.
    """

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self._actions = actions_of(stage)
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101  there are no widgets without one
        self._theme = theme_of(app)
        side = round(_MARK_SIDE * unit(self.font()))
        self._township = Township(stage, side=side, parent=self)
        self._former: View | None = None  # where to return to
        self._shown: View | None = None  # where a selection has taken the view
        self._close_to = ""  # the case that was zoomed to
        self._picked = ""  # the case a click here has just selected
        self._focus = focus_of(stage)
        self._alike: list[Tie] = []
        self._approaches = approaches_of(stage)
        self._before_focus: tuple[View, View | None, View | None, str] | None = None
        self._build(self._theme)
        self._listen(self._theme)
        self._show_unplaced()
        self._show_age()
        self._mark_selection()
        self._on_family()

    # -- building --

    def _build(self, theme: Theme) -> None:
        lang = self._stage.lang
        self.setAccessibleName(ACTIONS["panel_map"].label(lang))
        self._canvas = Canvas(name=self.tr("镇域地图"))
        for layer in self._township.layers:
            self._canvas.add_layer(layer)
        self._canvas.fit()
        self._legend = Legend(lang, self.tr("未结"), self.tr("超时"), theme.tokens)
        self._canvas.set_overlay(self._legend, Qt.Corner.BottomRightCorner)
        self._canvas.set_overlay(self._tools(theme), Qt.Corner.TopRightCorner)
        self._canvas.set_overlay(self._notes(), Qt.Corner.TopLeftCorner)
        self._list = CaseList(self._stage, theme, self._canvas)
        # laid over the map by hand: as a part of its layout it would push the other panes aside
        self._pointing = QFrame(self._canvas)
        dress(self._pointing, Kind.RAISED)
        self._how_to_point = PlainLabel(
            self.tr("点击位置，或用方向键把十字对准后按 Enter。Esc 取消"),
            tone=Tone.ACCENT,
            wrap=True,
        )
        inside = QVBoxLayout(self._pointing)
        inside.setContentsMargins(12, 8, 12, 8)
        inside.addWidget(self._how_to_point)
        self._pointing.hide()
        self._empty = EmptyState(self._why_bare())
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._canvas)
        self._pages.addWidget(self._empty)
        has_grids = bool(self._township.grids.areas())
        self._pages.setCurrentWidget(self._canvas if has_grids else self._empty)
        self.setFocusProxy(self._canvas)
        self._wear(theme.tokens)

    def _why_bare(self) -> str:
        if any(it.where.startswith("grids.geojson") for it in self._stage.seat.notices):
            return self.tr(
                "资料包里的 grids.geojson 有错，读不出网格，地图无从画起。"
                "错在哪里、怎么改，见「资料有误」；改好后重新打开。"
            )
        return self.tr(
            "大厅资料包里没有网格，地图无从画起。请在资料包中放入 grids.geojson 后重新打开。"
        )

    def _tools(self, theme: Theme) -> QWidget:
        lang, layers = self._stage.lang, ACTIONS["map_layers"]
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._layers = QMenu(self)
        self._layers.setAccessibleName(self.tr("图层"))
        self._switches: dict[str, QAction] = {}
        for layer, words_ in self._layer_words().items():
            switch = self._layers.addAction(words_)
            switch.setCheckable(True)
            switch.setChecked(layer not in _HIDDEN_AT_FIRST)
            self._canvas.set_shown(layer, switch.isChecked())
            switch.toggled.connect(partial(self._set_shown, layer))
            self._switches[layer] = switch
        self._layers.addSeparator()
        self._legend_switch = self._layers.addAction(self.tr("图例"))
        self._legend_switch.setCheckable(True)
        self._legend_switch.setChecked(True)
        self._legend_switch.toggled.connect(self._show_legend)
        self._layers_button = self._tool(
            theme, "layers", f"{layers.label(lang)}  {key_text(layers.key)}"
        )
        self._layers_button.setMenu(self._layers)
        self._layers_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        closer = self._tool(theme, "plus", self.tr("放大（+）"))
        closer.clicked.connect(partial(self._zoom, _ZOOM))
        farther = self._tool(theme, "minus", self.tr("缩小（-）"))
        farther.clicked.connect(partial(self._zoom, 1 / _ZOOM))
        whole = self._tool(theme, "fit", self.tr("全镇（Home）"))
        whole.clicked.connect(self._fit)
        self._movers = (closer, farther, whole)
        lock = ACTIONS["lock_map"]
        self._lock = self._tool(theme, "lock", f"{lock.label(lang)}  {key_text(lock.key)}")
        self._lock.setCheckable(True)
        self._lock.toggled.connect(self._set_locked)
        for tool in (self._layers_button, *self._movers, self._lock):
            row.addWidget(tool)
        return holder

    def _tool(self, theme: Theme, name: str, words_: str) -> QToolButton:
        tool = QToolButton()
        wear_icon(tool, theme, name)
        tool.setAccessibleName(words_)
        tip(tool, words_)
        return tool

    def _layer_words(self) -> dict[str, str]:
        return {
            CASES: self.tr("未结案卷"),
            WHISTLES: self.tr("正在吹哨"),
            ALERTS: self.tr("待研判视频告警"),
            UNITS: self.tr("人员车辆"),
            CAMERAS: self.tr("摄像机"),
            FUZZY: self.tr("大致位置范围"),
        }

    def _notes(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._age = PlainLabel(tone=Tone.OVER)
        self._age.setAutoFillBackground(True)
        self._age.setContentsMargins(8, 4, 8, 4)
        self._age.hide()
        self._unplaced = QPushButton()
        self._unplaced.setFlat(True)
        self._unplaced.clicked.connect(self._list_unplaced)
        self._unplaced.hide()
        column.addWidget(self._age, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._unplaced, 0, Qt.AlignmentFlag.AlignLeft)
        return holder

    def _listen(self, theme: Theme) -> None:
        stage, canvas = self._stage, self._canvas
        stage.selected.connect(self._on_selected)
        stage.compared.connect(self._on_compared)
        stage.ticked.connect(self._on_ticked)
        stage.place_wanted.connect(self._on_place_wanted)
        self._on_place_wanted(stage.is_picking)
        self._unplaced_beat = Beat(self._show_unplaced, self)
        self._township.counted.connect(self._unplaced_beat.ask)
        self._ties_beat = Beat(self._show_ties, self)
        self._approaches.changed.connect(self._ties_beat.ask)
        canvas.picked.connect(self._on_picked)
        canvas.cluster_opened.connect(self._on_cluster_opened)
        canvas.hovered.connect(self._on_hovered)
        canvas.pointed.connect(self._on_pointed)
        canvas.pointing_left.connect(self._on_pointing_left)
        self._list.closed.connect(canvas.setFocus)
        theme.changed.connect(self._wear)
        self._focus.changed.connect(self._on_focus)
        self._focus.grown.connect(self._on_family)
        self._actions.on("show_on_map", self.show_selected)
        self._actions.on("lock_map", self._lock.toggle)
        self._actions.on("go_there", self._on_go)
        self._actions.on("map_layers", self._layers_button.showMenu)

    # -- what a person does --

    def show_selected(self) -> None:
        """Go close to the selected case; asked again, return exactly to the former view."""
        case = self._actions.case
        if case is None:
            return
        if self._close_to == case.no:
            self._go_back()
            return
        spot = self._spot(case)
        if spot is None:
            self._stage.refused.emit(self.tr("这件没有坐标，地图上无法显示"))
            return
        former = self._former or self._canvas.view()
        self._canvas.show_at(*spot, max(_CLOSE, self._canvas.view().scale))
        self._former, self._shown, self._close_to = former, self._canvas.view(), case.no

    def locked(self) -> bool:
        """Tell whether the view is held."""
        return self._lock.isChecked()

    def _set_locked(self, locked: bool) -> None:
        self._canvas.set_locked(locked)
        for tool in self._movers:
            tool.setEnabled(not locked)

    def _set_shown(self, layer: str, shown: bool) -> None:
        self._canvas.set_shown(layer, shown)
        self._ties_beat.ask()

    def _show_legend(self) -> None:
        wide = self.width() >= _LEGEND_EMS * QFontInfo(self.font()).pixelSize()
        self._legend.setVisible(wide and self._legend_switch.isChecked())
        self._canvas.refit()

    def _zoom(self, factor: float) -> None:
        view = self._canvas.view()
        self._canvas.show_at(view.x, view.y, view.scale * factor)

    def _fit(self) -> None:
        self._canvas.fit()

    # -- what it remembers --

    def remembered(self) -> dict[str, Any]:
        """Return what a person set up here: hidden layers, the legend, the lock, the view."""
        view = self._canvas.view()
        return {
            "hidden": [layer for layer, switch in self._switches.items() if not switch.isChecked()],
            "legend": self._legend_switch.isChecked(),
            "locked": self.locked(),
            "view": None if view.whole else [view.x, view.y, view.scale],
        }

    def recall(self, values: Mapping[str, Any]) -> None:
        """Set up what was remembered; nothing of it is trusted."""
        if isinstance(hidden := values.get("hidden"), list):
            for layer, switch in self._switches.items():
                switch.setChecked(layer not in hidden)
        self._legend_switch.setChecked(values.get("legend") is not False)
        match values.get("view"):
            case [float() | int() as x, float() | int() as y, float() | int() as scale]:
                self._canvas.show_at(x, y, scale)
            case _:
                pass
        self._lock.setChecked(values.get("locked") is True)

    # -- the selection --

    def _on_selected(self, number: str) -> None:
        self._mark_selection()
        from_here = number == self._picked
        self._picked = self._close_to = ""
        if not number:
            if self._shown == self._canvas.view():  # not moved by hand since
                self._go_back()
            self._former = self._shown = None
        elif from_here:
            self._former = self._shown = None
        else:
            self._bring_into_sight()

    def _on_compared(self, found: tuple[Suggestion, ...]) -> None:
        """Tie the selected case to those it may be the same problem as, with the metres between."""
        case = self._actions.case
        here = self._spot(case) if case else None
        ties: list[Tie] = []
        for it in found:
            there, metres = self._spot(it.case), it.likeness.metres
            if here is not None and there is not None and metres is not None:
                words_ = self.tr("{metres} 米").format(metres=f"{metres:,.0f}")
                ties.append(Tie(here, there, words_))
        self._alike = ties
        self._show_ties()

    def _show_ties(self) -> None:
        """Draw the ties of the selected case, and those of units to where they are summoned."""
        self._canvas.show_ties([*self._alike, *islice(self._coming(), _COMING_SHOWN)])

    def _coming(self) -> Iterator[Tie]:
        if not (self._canvas.shown(UNITS) and self._canvas.shown(WHISTLES)):
            return
        plane, whistles = self._township.plane, self._stage.picture.whistles
        for it in self._approaches.all(self._stage.now()):
            whistle = whistles.get(it.whistle)
            if it.nears is False or whistle is None or not self._focus.holds(whistle.case):
                continue
            x, y = plane.to_metres([it.unit.lon, it.there.lon], [it.unit.lat, it.there.lat])
            start, end = (float(x[0]), float(y[0])), (float(x[1]), float(y[1]))
            yield Tie(start, end, wording.distance(it.metres, self._stage.lang))

    def _mark_selection(self) -> None:
        if self._stage.selection:
            self._canvas.select(CASES, self._stage.selection)
        else:
            self._canvas.clear_selection()

    def _bring_into_sight(self) -> None:
        case = self._actions.case
        spot = self._spot(case) if case else None
        if spot is None or self.locked() or not self.isVisible():
            return
        if self._canvas.view().whole:
            return  # all of it is in sight already
        room = QRectF(self._canvas.rect())
        edge_x, edge_y = room.width() * _SIGHT, room.height() * _SIGHT
        if room.adjusted(edge_x, edge_y, -edge_x, -edge_y).contains(self._canvas.to_screen(*spot)):
            return
        if self._former is None or self._shown != self._canvas.view():
            self._former = self._canvas.view()
        self._canvas.show_at(*spot)
        self._shown = self._canvas.view()

    def _go_back(self) -> None:
        if self._former is not None:
            self._restore(self._former)
        self._former = self._shown = None
        self._close_to = ""

    def _restore(self, view: View) -> None:
        if view.whole:
            self._canvas.fit()  # the very same view, and it goes on following the window's size
        else:
            self._canvas.restore(view)

    def _spot(self, case: Case) -> tuple[float, float] | None:
        spot = case.place.wgs84
        if spot is None or not on_the_map(case.place):
            return None
        x, y = self._township.plane.to_metres(spot.lon, spot.lat)
        return float(x), float(y)

    def _on_go(self) -> None:
        """Show a place close by, or the whole township where none was given."""
        spot = self._actions.given.get("to")
        if not isinstance(spot, Point):
            self._fit()
            return
        wgs84 = convert(spot, Datum.WGS84)
        x, y = self._township.plane.to_metres(wgs84.lon, wgs84.lat)
        self._canvas.show_at(float(x), float(y), max(_CLOSE, self._canvas.view().scale))

    # -- pointing at a place for a form --

    def _on_place_wanted(self, wanted: bool) -> None:
        self._canvas.set_pointing(wanted)
        self._pointing.setVisible(wanted)
        if wanted:
            self._list.hide()
            self._canvas.setAccessibleDescription(self._how_to_point.text())
            self._place_pointing()
            self._pointing.raise_()
        else:
            self._canvas.setAccessibleDescription("")

    def _place_pointing(self) -> None:
        one, room = unit(self.font()), self._canvas.size()
        edge, top = round(12 * one), round(56 * one)
        width = min(round(420 * one), max(1, room.width() - 2 * edge))
        height = self._pointing.heightForWidth(width)
        if room.height() < _POINTING_SHARE * height:
            top = edge // 3  # over the buttons, where no grid is fitted; keys and wheel zoom too
        self._pointing.setGeometry(edge, top, width, height)

    def _on_pointed(self, x: float, y: float) -> None:
        lon, lat = self._township.plane.to_degrees(x, y)
        self._stage.point_at(Point(round(float(lon), 6), round(float(lat), 6), Datum.WGS84))

    def _on_pointing_left(self) -> None:
        self._stage.point_at(None)

    # -- the focus --

    def _on_focus(self) -> None:
        """Go close to the case in focus and show its family alone; back to exactly as it was."""
        case, before = self._focus.case, self._before_focus
        if case is None:
            self._township.show_only(None)
            if before is not None:
                self._before_focus = None
                was, self._former, self._shown, self._close_to = before
                self._restore(was)
            return
        now = (self._canvas.view(), self._former, self._shown, self._close_to)
        self._before_focus = before or now
        self._on_family()
        spot = self._spot(case)
        if spot is not None and not self.locked():
            self._canvas.show_at(*spot, max(_CLOSE, self._canvas.view().scale))

    def _on_family(self) -> None:
        if self._focus.number:
            self._township.show_only(self._focus.family)

    # -- what is picked --

    def _on_picked(self, layer: str, key: str) -> None:
        if layer == CASES:
            self._pick(key)
        elif layer == ALERTS:
            alert = self._stage.picture.alerts.get(key)
            if alert is not None and alert.case:
                self._pick(alert.case)
            elif alert is not None:
                self._actions.trigger("panel_alerts")
                self._stage.alert_wanted.emit(key)
        elif layer in {GRIDS, FUZZY}:
            self._list_cases(wording.grid_name(self._stage.hall, key), self._township.open_in(key))

    def _pick(self, number: str) -> None:
        self._picked = number
        self._stage.select(number)
        self._picked = ""

    def _on_cluster_opened(self, layer: str, keys: tuple[str, ...]) -> None:
        if layer != CASES:
            return
        places = [place for key in keys if (place := self._township.cases.place(key))]
        bounds = Bounds.around([x for x, _ in places], [y for _, y in places])
        tight = (
            bounds is None or max(bounds.right - bounds.left, bounds.top - bounds.bottom) < _APART
        )
        if tight or self.locked():
            cases = self._stage.picture.cases
            self._list_cases(self.tr("此处"), [cases[key] for key in keys if key in cases])

    def _list_cases(self, title: str, cases: Sequence[Case]) -> None:
        if cases:
            self._place_list()
            self._list.show_cases(title, cases)
        else:
            self._list.hide()

    def _list_unplaced(self) -> None:
        self._place_list()
        self._list.show_cases(
            self.tr("不在图上"), self._township.unplaced, case_columns(self._stage, UNPLACED)
        )

    def _place_list(self) -> None:
        one, room = unit(self.font()), self._canvas.size()
        edge, top = round(12 * one), round(76 * one)
        width = min(round(400 * one), room.width() - 2 * edge)
        height = min(round(420 * one), room.height() - top - 2 * edge)
        self._list.setGeometry(edge, top, width, max(0, height))

    def _on_hovered(self, layer: str, key: str) -> None:
        tip(self._canvas, self._words_of(layer, key))

    def _words_of(self, layer: str, key: str) -> str:
        """Say what lies under the pointer."""
        stage, hall, lang = self._stage, self._stage.hall, self._stage.lang
        if layer == CASES and (case := stage.picture.cases.get(key)):
            title = words.case_title(case.title, lang)
            said = [
                f"{wording.urgency_words(case.urgency, lang)}  {title}",
                wording.place_line(hall, case.place, lang),
                f"{words.word(case.state, lang)} · {wording.holder_name(hall, case, lang)}",
            ]
            if timer := stage.picture.timer(case, hall.limits):
                clock = wording.countdown(timer, stage.now(), hall, lang)
                said.append(f"{clock.name} {clock.text}")
            return "\n".join(said)
        if layer == ALERTS and (alert := stage.picture.alerts.get(key)):
            name = alert.label_text or alert.label
            return (
                f"{name} · {alert.camera_name}\n{wording.ago(alert.received_at, stage.now(), lang)}"
            )
        if layer == UNITS and (unit_ := stage.picture.positions.get(key)):
            body = wording.body_name(hall, unit_.body, lang) if unit_.body else ""
            heard = wording.ago(unit_.at, stage.now(), lang)
            return " · ".join(filter(None, (unit_.name, body, heard)))
        if layer == CAMERAS and (camera := hall.cameras.get(key)):
            return camera.name
        if layer in {GRIDS, FUZZY} and key:
            return self._words_of_grid(key)
        return ""

    def _words_of_grid(self, code: str) -> str:
        cases = self._township.open_in(code)
        counts = [
            (urgency, sum(case.urgency is urgency for case in cases))
            for urgency in reversed(Urgency)
        ]
        said = "  ".join(
            f"{wording.urgency_words(urgency, self._stage.lang)} {count}"
            for urgency, count in counts
            if count
        )
        name = wording.grid_name(self._stage.hall, code)
        head = self.tr("{name}：未结 {n} 件").format(name=name, n=len(cases))
        return f"{head}\n{said}" if said else head

    # -- what is told --

    def _on_ticked(self, _now: datetime) -> None:
        self._show_age()

    def _show_age(self) -> None:
        since = stands_since(self._stage)
        if since is not None:
            at = f"{self._stage.local(since):%H:%M:%S}"
            self._age.setText(self.tr("接入中断，数据停在 {at}").format(at=at))
        self._age.setVisible(since is not None)

    def _show_unplaced(self) -> None:
        count = len(self._township.unplaced)
        text = self.tr("{n} 件不在图上").format(n=count)
        if text != self._unplaced.text():  # the whole overlay is laid out anew
            self._unplaced.setText(text)
            self._unplaced.setAccessibleName(text)
        self._unplaced.setVisible(count > 0)

    def _wear(self, tokens: Tokens) -> None:
        self._legend.wear(tokens)
        self._empty.show_icon(icon("map", tokens.faint))
        for layer, switch in self._switches.items():
            switch.setIcon(icon(_LAYERS[layer], tokens.text))

    @override
    @safe_override(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_list()
        self._place_pointing()
        self._show_legend()
