"""The township as layers of a plan view, kept up with what changes; for the map and the wall."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from heapq import heappop, heappush
from math import isfinite
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QApplication

from commandcenter.application.changes import Delta, UnitPosition
from commandcenter.application.messages import UnitKind
from commandcenter.domain.alert import VideoAlert
from commandcenter.domain.case import Case
from commandcenter.domain.catalogue import Urgency
from commandcenter.domain.place import Datum, Grid, Place, PlaceQuality, convert
from commandcenter.domain.timers import Phase
from commandcenter.domain.whistle import Whistle
from ui.icons import pixmap
from ui.stage import Stage
from ui.theme import URGENCY_MARKS, Tokens, theme_of
from ui.whistle.running import Running
from widgets.canvas_layers import Layer, MarkLayer, Polygon, PolygonLayer, Pulse, PulseLayer
from widgets.canvas_sprites import Sprite, shaped
from widgets.canvas_view import Plane
from widgets.paint import Shape
from widgets.safe_text import to_the_letter
from widgets.tone import blend

LOAD_STEPS: Final = (1, 5, 10, 20)
"""Open cases of a grid from which it is shaded one step darker; the same every day, on purpose."""
_SHADES: Final = (0.0, 0.1, 0.2, 0.31, 0.44)
FADES_AFTER: Final = timedelta(minutes=10)
UNIT_ICONS: Final[Mapping[str, str]] = {
    UnitKind.GRID_WORKER: "person",
    UnitKind.TEAM: "people",
    UnitKind.VEHICLE: "unit",
    UnitKind.DRONE: "channel-drone",
}
_TICKS_A_SHADE: Final = 5
_OTHER_UNIT: Final = "place"
_UNIT_KINDS: Final = (*UNIT_ICONS, "")
_OFF_THE_MAP: Final = frozenset({PlaceQuality.OUT_OF_RANGE, PlaceQuality.OUTSIDE})
_CORNERS: Final = 48  # of a circle
_SOFT: Final = 0.10
_BEAT_AT_MOST: Final = 3

GRIDS, FUZZY, CAMERAS, UNITS, ALERTS, CASES, WHISTLES = (
    "grids",
    "fuzzy",
    "cameras",
    "units",
    "alerts",
    "cases",
    "whistles",
)


def awaited_first(whistles: Iterable[Whistle]) -> frozenset[str]:
    """Return the few whistles that beat: bodies are awaited, and their limits are the nearest.

    Movement is spent on what needs a person; where everybody has come a ring that stands is enough.
    """
    due = [
        (min(it.report_in_by for it in awaited), whistle.no)
        for whistle in whistles
        if (awaited := [it for it in whistle.summons if not it.is_over and not it.reported_in_at])
    ]
    return frozenset(number for _at, number in sorted(due)[:_BEAT_AT_MOST])


def on_the_map(place: Place) -> bool:
    """Tell whether a place can be drawn: a point out of range would only mislead."""
    spot = place.wgs84
    return (
        spot is not None
        and place.quality not in _OFF_THE_MAP
        and isfinite(spot.lon)
        and isfinite(spot.lat)
    )


def load_step(count: int) -> int:
    """Return how dark a grid with so many open cases is, 0 (none) to ``len(LOAD_STEPS)``."""
    return sum(count >= bound for bound in LOAD_STEPS)


def load_colour(tokens: Tokens, step: int) -> QColor:
    """Return the shade of a step."""
    return blend(QColor(tokens.accent), QColor(tokens.panel), _SHADES[step])


class Township(QObject):
    """The layers of one hall, moved on by every Delta; marks are ``side`` pixels large.

    What a batch changes costs by the batch, never by what is open; shades and soft circles, which
    have the whole ground painted anew, follow every few seconds. A ``public`` one shows no place
    of a case whose category is restricted; such a case is among those without one.
    """

    counted = Signal()  # which open cases have no place on the map changed

    def __init__(
        self, stage: Stage, *, side: int, parent: QObject | None = None, public: bool = False
    ) -> None:
        super().__init__(parent)
        self._stage, self._side, self._public = stage, side, public
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101  there are no widgets without one
        theme = theme_of(app)
        self._tokens = theme.tokens
        grids = stage.hall.grids
        west, south, east, north = grids.bounds or (0.0, 0.0, 0.0, 0.0)
        self.plane = Plane(lon0=(west + east) / 2, lat0=(south + north) / 2)
        self._only: frozenset[str] | None = None
        self._filed: dict[str, Case] = {}
        self._load: Counter[str] = Counter()
        self._shown_step: dict[str, int] = {}
        self._unplaced: dict[str, Case] = {}
        self._unplaced_changes = 0
        self._circles: Counter[tuple[str, float, float, float]] = Counter()
        self._shown_circles: frozenset[tuple[str, float, float, float]] = frozenset()
        self._faded: dict[str, bool] = {}
        self._due: dict[str, datetime] = {}  # by case: when it will be late
        self._coming_due: list[tuple[datetime, str]] = []
        self._running = Running()
        self._ticks = 0
        outline = QColor(self._tokens.edge)
        self.grids = PolygonLayer(GRIDS, outline=outline, parent=self)
        self.fuzzy = PolygonLayer(FUZZY, outline=outline, parent=self)
        self.cameras = MarkLayer(CAMERAS, sprites=self._camera_looks(), grouped=False, parent=self)
        self.units = MarkLayer(UNITS, sprites=self._unit_looks(), grouped=False, parent=self)
        self.alerts = MarkLayer(ALERTS, sprites=self._alert_looks(), grouped=False, parent=self)
        self.cases = MarkLayer(CASES, sprites=self._case_looks(), parent=self)
        self.whistles = PulseLayer(WHISTLES, parent=self)
        self._draw_grids()
        self._put_cameras()
        stage.changed.connect(self._on_changed)
        stage.ticked.connect(self._on_ticked)
        theme.changed.connect(self._on_theme_changed)
        if stage.picture.begun:
            self._begin()

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers from the ground up."""
        return (
            self.grids,
            self.fuzzy,
            self.cameras,
            self.units,
            self.alerts,
            self.cases,
            self.whistles,
        )

    @property
    def tokens(self) -> Tokens:
        """The theme the layers wear."""
        return self._tokens

    @property
    def unplaced(self) -> tuple[Case, ...]:
        """The open cases that cannot be shown on the map."""
        return tuple(self._unplaced.values())

    def open_in(self, grid: str) -> tuple[Case, ...]:
        """Return the open cases of a grid."""
        return tuple(case for case in self._filed.values() if case.place.grid == grid)

    def load(self, grid: str) -> int:
        """Return how many open cases a grid has."""
        return self._load[grid]

    def show_only(self, numbers: Collection[str] | None) -> None:
        """Show the marks and whistles of some cases alone; None: of all again."""
        self._only = None if numbers is None else frozenset(numbers)
        self._begin()

    def set_side(self, side: int) -> None:
        """Show the marks at another size."""
        if side != self._side:
            self._side = side
            self._restyle_marks()

    # -- what changes --

    def _begin(self) -> None:
        self._filed.clear()
        self._load.clear()
        self._circles.clear()
        self._unplaced.clear()
        self._due.clear()
        self._coming_due.clear()
        picture = self._stage.picture
        for case in picture.cases.values():
            self._note(case.no, case)
        placed = [case for case in picture.cases.values() if self._is_shown(case)]
        kinds = self._kinds(placed)
        self.cases.replace([case.no for case in placed], *self._spots(placed), kinds)
        alerts = [alert for alert in picture.alerts.values() if self._has_spot(alert)]
        self.alerts.replace([alert.key for alert in alerts], *self._spots(alerts), 0)
        self._put_units(picture.positions.values())
        self._beat_whistles()
        self._shade()
        self.counted.emit()

    def _on_changed(self, batch: list[Delta]) -> None:
        if not batch:
            self._begin()
            return
        touched = {case.no for delta in batch for case in delta.cases}
        # the clock of a whistle is its case's, too
        self._take_cases(touched | {it.case for delta in batch for it in delta.whistles})
        self._take_alerts({alert.key for delta in batch for alert in delta.alerts})
        moved = {position.id: position for delta in batch for position in delta.positions}
        if moved:
            self._put_units(moved.values())
        if any(delta.whistles for delta in batch):
            self._beat_whistles()

    def _take_cases(self, numbers: set[str]) -> None:
        if not numbers:
            return
        cases = self._stage.picture.cases
        before = self._unplaced_changes
        for number in numbers:
            self._note(number, cases.get(number))
        here = [cases[no] for no in numbers if no in cases]
        shown = [case for case in here if self._is_shown(case)]
        self.cases.put([case.no for case in shown], *self._spots(shown), self._kinds(shown))
        self.cases.remove(numbers - {case.no for case in shown})
        if self._unplaced_changes != before:
            self.counted.emit()

    def _take_alerts(self, keys: set[str]) -> None:
        alerts = self._stage.picture.alerts
        shown = [alerts[key] for key in keys if key in alerts and self._has_spot(alerts[key])]
        if shown:
            self.alerts.put([alert.key for alert in shown], *self._spots(shown), 0)
        if len(shown) < len(keys):
            self.alerts.remove(keys - {alert.key for alert in shown})

    def _note(self, number: str, case: Case | None) -> None:
        """Keep the counts of a case that came, changed, or went (None)."""
        before = self._filed.pop(number, None)
        self._unplaced_changes += self._unplaced.pop(number, None) is not None
        if before is not None:
            self._count(before.place, -1)
        if case is None:
            self._due.pop(number, None)
            return
        self._filed[number] = case
        self._count(case.place, 1)
        if not self._is_placed(case):
            self._unplaced[number] = case
            self._unplaced_changes += 1

    def _has_spot(self, alert: VideoAlert) -> bool:
        return on_the_map(alert.place) and self._is_wanted(alert.case or "")

    def _is_wanted(self, number: str) -> bool:
        return self._only is None or number in self._only

    def _is_shown(self, case: Case) -> bool:
        return case.no not in self._unplaced and self._is_wanted(case.no)

    def _hides(self, case: Case) -> bool:
        return self._public and self._stage.hall.restricts(case.category)

    def _is_placed(self, case: Case) -> bool:
        return on_the_map(case.place) and not self._hides(case)

    def _count(self, place: Place, step: int) -> None:
        if place.grid:
            self._load[place.grid] += step
        if circle := _circle(place):
            self._circles[circle] += step

    def _spots(
        self, filed: Iterable[Case | VideoAlert]
    ) -> tuple[np.typing.NDArray[np.float64], np.typing.NDArray[np.float64]]:
        spots = [item.place.wgs84 for item in filed]
        return self.plane.to_metres(
            [spot.lon for spot in spots if spot], [spot.lat for spot in spots if spot]
        )

    def _put_units(self, units: Iterable[UnitPosition]) -> None:
        now, some = self._stage.now(), list(units)
        faded = [now - unit.at > FADES_AFTER for unit in some]
        self._faded.update((unit.id, old) for unit, old in zip(some, faded, strict=True))
        x, y = self.plane.to_metres([unit.lon for unit in some], [unit.lat for unit in some])
        kinds = [
            _unit_kind(unit.kind) + len(_UNIT_KINDS) * (not old)
            for unit, old in zip(some, faded, strict=True)
        ]
        self.units.put([unit.id for unit in some], x, y, kinds)

    def _kinds(self, cases: Iterable[Case]) -> list[int]:
        """Return by urgency, and late before in time, which looks the cases have."""
        now = self._stage.now()
        return [2 * case.urgency.rank + self._is_late(case, now) for case in cases]

    def _is_late(self, case: Case, now: datetime) -> bool:
        """Tell whether the clock of a case is over, and else remember when it will be."""
        timer = self._stage.picture.timer(case, self._stage.hall.limits)
        late = timer is not None and timer.phase(now) is Phase.OVER
        if timer is None or timer.paused or late:
            self._due.pop(case.no, None)
        elif self._due.get(case.no) != timer.due_at:
            self._due[case.no] = timer.due_at
            heappush(self._coming_due, (timer.due_at, case.no))
        return late

    def _turn_late(self, now: datetime) -> None:
        """Look again at the cases whose clock has run out since."""
        turned = set[str]()
        while self._coming_due and self._coming_due[0][0] <= now:
            due, number = heappop(self._coming_due)
            if self._due.get(number) == due:
                turned.add(number)
        self._take_cases(turned)

    def _beat_whistles(self) -> None:
        picture, now = self._stage.picture, self._stage.now()
        self._running.take(picture.whistles, now)
        self._running.tick(now)
        pulses, awaited = [], awaited_first(picture.whistles.values())
        for whistle in picture.whistles.values():
            case = picture.cases.get(whistle.case)
            if case is not None and (self._hides(case) or not self._is_wanted(case.no)):
                continue
            places = (whistle.place, *((case.place,) if case else ()))
            spot = next((place.wgs84 for place in places if on_the_map(place)), None)
            if spot is not None:
                x, y = self.plane.to_metres(spot.lon, spot.lat)
                late = self._running[whistle.no].late > 0
                pulses.append(
                    Pulse(
                        key=whistle.no,
                        x=float(x),
                        y=float(y),
                        colour=QColor(self._tokens.over if late else self._tokens.whistle),
                        beats=whistle.no in awaited,
                        dashed=late,
                    )
                )
        self.whistles.replace(pulses)

    def _on_ticked(self, now: datetime) -> None:
        self._ticks += 1
        if self._ticks % _TICKS_A_SHADE == 0:
            self._shade()
        self._turn_late(now)
        if self._running.tick(now):
            self._beat_whistles()
        positions = self._stage.picture.positions
        crossed = [
            positions[key]
            for key, old in self._faded.items()
            if (now - positions[key].at > FADES_AFTER) != old
        ]
        if crossed:
            self._put_units(crossed)

    def _shade(self) -> None:
        steps = {code: load_step(self._load[code]) for code in self._stage.hall.grids.grids}
        fresh = {code: step for code, step in steps.items() if self._shown_step.get(code) != step}
        self._shown_step |= fresh
        self.grids.restyle({code: load_colour(self._tokens, step) for code, step in fresh.items()})
        circles = frozenset(+self._circles)
        if circles != self._shown_circles:
            self._shown_circles = circles
            self._draw_circles()

    # -- looks --

    def _draw_grids(self) -> None:
        fill = load_colour(self._tokens, 0)
        self.grids.replace(
            self._polygon(grid, fill) for grid in self._stage.hall.grids.grids.values()
        )

    def _polygon(self, grid: Grid, fill: QColor) -> Polygon:
        rings = [
            np.stack(self.plane.to_metres(*np.asarray(ring, float).T), axis=1)
            for polygon in grid.polygons
            for ring in polygon
            if ring
        ]
        return Polygon(
            key=grid.code, rings=tuple(rings), fill=fill, label=to_the_letter(_label(grid))
        )

    def _draw_circles(self) -> None:
        fill, outline = QColor(self._tokens.text), QColor(self._tokens.text)
        fill.setAlphaF(_SOFT)
        outline.setAlphaF(2 * _SOFT)
        turn = np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)
        circles = []
        for code, lon, lat, radius in sorted(self._shown_circles):
            x, y = self.plane.to_metres(lon, lat)
            ring = np.stack((x + radius * np.cos(turn), y + radius * np.sin(turn)), axis=1)
            circles.append(Polygon(key=code, rings=(ring,), fill=fill))
        self.fuzzy.restyle(outline=outline)
        self.fuzzy.replace(circles)

    def _put_cameras(self) -> None:
        keys, lons, lats = [], [], []
        for camera in self._stage.hall.cameras.values():
            if camera.point is not None:
                spot = convert(camera.point, Datum.WGS84)
                keys.append(camera.code)
                lons.append(spot.lon)
                lats.append(spot.lat)
        self.cameras.replace(keys, *self.plane.to_metres(lons, lats), 0)

    def _case_looks(self) -> list[Sprite]:
        tokens, looks = self._tokens, []
        for urgency in Urgency:  # from the least to the worst, which is its rank
            mark = URGENCY_MARKS[urgency]
            fill, halo = QColor(mark.colour(tokens)), QColor(tokens.background)
            looks += [
                shaped(Shape(mark.shape), fill=fill, halo=halo, side=self._side, alarm=alarm)
                for alarm in (None, QColor(tokens.over))  # in time, late
            ]
        return looks

    def _camera_looks(self) -> list[Sprite]:
        return [self._icon_look("camera", self._tokens.quiet, 0.9)]

    def _alert_looks(self) -> list[Sprite]:
        return [self._icon_look("alert", self._tokens.near, 1.1)]

    def _unit_looks(self) -> list[Sprite]:
        return [
            self._icon_look(UNIT_ICONS.get(kind, _OTHER_UNIT), ink, 1.1)
            for ink in (self._tokens.faint, self._tokens.good)
            for kind in _UNIT_KINDS
        ]

    def _icon_look(self, name: str, ink: str, size: float) -> Sprite:
        ground = QColor(self._tokens.panel)

        def draw(painter: QPainter, box: QRectF) -> None:
            painter.setPen(QColor(ink))
            painter.setBrush(ground)
            painter.drawEllipse(box.adjusted(1, 1, -1, -1))
            rim = box.width() / 5
            inner = box.adjusted(rim, rim, -rim, -rim)
            picture = pixmap(name, ink, max(1, round(inner.width())))
            painter.drawPixmap(inner, picture, QRectF(picture.rect()))

        return Sprite(side=round(self._side * size), colour=QColor(ink), draw=draw)

    def _restyle_marks(self) -> None:
        self.cases.restyle(self._case_looks())
        self.cameras.restyle(self._camera_looks())
        self.alerts.restyle(self._alert_looks())
        self.units.restyle(self._unit_looks())

    def _on_theme_changed(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._restyle_marks()
        self.grids.restyle(
            {code: load_colour(tokens, step) for code, step in self._shown_step.items()},
            outline=QColor(tokens.edge),
        )
        self._draw_circles()
        self._beat_whistles()


def _label(grid: Grid) -> str:
    """Return a grid's name, the village on a line of its own: a square has more room that way."""
    rest = grid.name.removeprefix(grid.village).strip()
    return f"{grid.village}\n{rest}" if grid.village and rest != grid.name and rest else grid.name


def _unit_kind(kind: str) -> int:
    return _UNIT_KINDS.index(kind) if kind in UNIT_ICONS else len(_UNIT_KINDS) - 1


def _circle(place: Place) -> tuple[str, float, float, float] | None:
    """Return the soft circle of a place known only roughly: grid, middle, radius in metres."""
    if place.quality is not PlaceQuality.FUZZY:
        return None
    spot, radius = place.wgs84, place.accuracy_m
    if spot is None or not radius:
        return None
    return place.grid or "", spot.lon, spot.lat, radius
