"""A plan view: areas below, marks in groups above, and what beats on top."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10
from typing import Final, TypeVar, cast

from PySide6.QtCore import (
    QElapsedTimer,
    QEvent,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontInfo,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QRegion,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QGridLayout, QLayout, QStyle, QWidget
from typing_extensions import override

from widgets.canvas_ground import Scene, Still
from widgets.canvas_layers import Layer, MarkLayer, PolygonLayer, Pulse, PulseLayer
from widgets.canvas_marks import Cloud
from widgets.canvas_sprites import Ink, short_count
from widgets.canvas_view import Bounds, Frame, View
from widgets.safe import safe_override

_SETTLE_MS: Final = 80  # after the last zoom step
_STEP_MS: Final = 4.0  # of painting at a time: a quarter of a frame
_GATHER_MS: Final = 100  # at most so often while marks keep changing
_BEAT_MS: Final = 66  # 15 pictures a second are enough for a ring that grows
_BEAT_LASTS: Final = 1600
_MARGIN: Final = 256  # device pixels painted beyond each edge, at most a quarter of the side
_FILL: Final = 0.92  # the share of the canvas that a fit fills
_STEP: Final = 2**0.5  # a key's zoom
_NOTCH: Final = 240  # wheel units, in eighths of a degree, that double the scale
_PAN: Final = 6  # a key pans by a sixth of the canvas
_CLOSEST: Final = 4.0  # pixels per metre
_FARTHEST: Final = 1e-4

_ARROWS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_ZOOM_KEYS: Final = {
    Qt.Key.Key_Plus: _STEP,
    Qt.Key.Key_Equal: _STEP,
    Qt.Key.Key_Minus: 1 / _STEP,
    Qt.Key.Key_Underscore: 1 / _STEP,
}
_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
# row, column and alignment of each corner in a grid whose middle takes all room
_CORNERS: Final = {
    Qt.Corner.TopLeftCorner: (0, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft),
    Qt.Corner.TopRightCorner: (0, 2, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight),
    Qt.Corner.BottomLeftCorner: (2, 0, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft),
    Qt.Corner.BottomRightCorner: (2, 2, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight),
}
_MOST_RECTS: Final = 8  # above, painting once in their hull is cheaper
_KILOMETRE: Final = 1000
_TEXT: Final = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
_BY_KEY: Final = frozenset(
    {
        Qt.FocusReason.TabFocusReason,
        Qt.FocusReason.BacktabFocusReason,
        Qt.FocusReason.ShortcutFocusReason,
    }
)
_LOOKS: Final = frozenset(
    {QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange}
)

_Sort = TypeVar("_Sort", PolygonLayer, MarkLayer, PulseLayer)
_safe = safe_override(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What lies under a point: one key, or the several keys of a group."""

    layer: str
    keys: tuple[str, ...]


class Canvas(QWidget):
    """Shows layers in a plane of metres; the caller brings the places, the colours and the words.

    Areas are painted once into a picture larger than the canvas; moving the view only moves that
    picture, zooming stretches it until a sharp one is ready. Marks are gathered into groups when
    the view has settled and drawn on top in one call. When nothing happens no timer runs.
    """

    picked = Signal(str, str)
    """A mark or an area was clicked or chosen by key: its layer and key."""
    cluster_opened = Signal(str, object)
    """A group was: its layer and the keys in it."""
    hovered = Signal(str, str)
    """The pointer came upon a layer and key; on a group the key, on nothing both, are empty."""
    view_changed = Signal(object)
    """The canvas looks at another :class:`View`."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        name: str = "",
        count_text: Callable[[int], str] = short_count,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._count_text = count_text
        self._layers: dict[str, Layer] = {}
        self._hidden: set[str] = set()
        self._clouds: dict[str, Cloud] = {}
        self._stale: set[str] = set()
        self._still = Still()
        self._ratio = 0.0
        self._view = View(x=0.0, y=0.0, scale=0.1)
        self._fitted = True
        self._fit_bounds: Bounds | None = None
        self._locked = False
        self._selected: tuple[str, str] | None = None
        self._hover = ("", "")
        self._pressed: QPointF | None = None
        self._dragged: QPointF | None = None
        self._walked = 0
        self._keyed = False
        self._clock = QElapsedTimer()
        self._clock.start()
        self._gathered_at = -_GATHER_MS
        self._settling = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settling.timeout.connect(self._begin)
        self._stepping = QTimer(self, interval=0)
        self._stepping.timeout.connect(self._advance)
        self._gathering = QTimer(self, singleShot=True)
        self._gathering.timeout.connect(self._gather_stale)
        self._beating = QTimer(self, interval=_BEAT_MS)
        self._beating.timeout.connect(self._beat)
        grid = QGridLayout(self)
        grid.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        grid.setRowStretch(1, 1)
        grid.setColumnStretch(1, 1)
        self._grid = grid

    # ---- layers

    def add_layer(self, layer: Layer) -> None:
        """Show a layer above those of its sort; areas lie below all marks, pulses above them.

        Raises:
            ValueError: when a layer of that id is there already.
        """
        if layer.id in self._layers:
            raise ValueError(f"two layers called {layer.id!r}")
        self._layers[layer.id] = layer
        if isinstance(layer, PolygonLayer):
            layer.changed.connect(self._on_areas_changed)
            self._on_areas_changed()
        elif isinstance(layer, MarkLayer):
            layer.changed.connect(self._mark_stale)
            layer.restyled.connect(self._on_looks_changed)
            self._mark_stale(layer.id)
        else:
            layer.changed.connect(self._on_pulses_changed)
            self._on_pulses_changed()

    def set_shown(self, layer: str, shown: bool) -> None:
        """Show or hide a layer; its data stays."""
        if shown == (layer not in self._hidden):
            return
        self._hidden ^= {layer}
        self._settle_soon()
        self._on_pulses_changed()

    def shown(self, layer: str) -> bool:
        """Tell whether a layer is shown."""
        return layer in self._layers and layer not in self._hidden

    def set_overlay(self, widget: QWidget, corner: Qt.Corner) -> None:
        """Lay a widget, a legend say, over a corner of the canvas."""
        row, column, alignment = _CORNERS[corner]
        self._grid.addWidget(widget, row, column, alignment)

    def select(self, layer: str, key: str) -> None:
        """Put a ring around one mark, or a bold line around one area, for as long as it is there.

        The choice holds whatever arrives, also while its mark is gone for a time.
        """
        self._set_selected((layer, key))

    def clear_selection(self) -> None:
        """Select nothing."""
        self._set_selected(None)

    def selection(self) -> tuple[str, str] | None:
        """Give the layer and key that are selected, or None."""
        return self._selected

    # ---- the view

    def view(self) -> View:
        """Give where the canvas looks, for :meth:`restore`."""
        return self._view

    def restore(self, view: View) -> None:
        """Look exactly where the canvas looked before."""
        self._move_to(view)

    def show_at(self, x: float, y: float, scale: float | None = None) -> None:
        """Put a place in the middle, at ``scale`` pixels per metre or as close as now.

        A place or scale that is not finite changes nothing.
        """
        wanted = self._view.scale if scale is None else scale
        if isfinite(x) and isfinite(y) and isfinite(wanted):
            self._move_to(View(x=x, y=y, scale=_limited(wanted)))

    def fit(self, bounds: Bounds | None = None) -> None:
        """Show ``bounds``, or else all there is, as large as it goes; also after a resize."""
        self._fitted, self._fit_bounds = True, bounds
        self._refit()

    def extent(self) -> Bounds | None:
        """Enclose the areas shown, or else the marks; None when there are neither."""
        areas = Bounds.union(layer.bounds() for layer in self._shown(PolygonLayer))
        if areas is not None:
            return areas
        return Bounds.union(layer.bounds() for layer in self._shown(MarkLayer))

    @property
    def locked(self) -> bool:
        """Whether the view is moved by calls only, not by mouse, wheel or keys."""
        return self._locked

    def set_locked(self, locked: bool) -> None:
        """Hold the view against mouse, wheel and keys, or let it go."""
        self._locked = locked

    def to_screen(self, x: float, y: float) -> QPointF:
        """Turn metres into a point of the widget."""
        across, down = self._frame().to_pixels(x, y)
        ratio = self.devicePixelRatioF()
        return QPointF(float(across) / ratio, float(down) / ratio)

    def to_plane(self, point: QPointF) -> tuple[float, float]:
        """Turn a point of the widget into metres."""
        ratio = self.devicePixelRatioF()
        return self._frame().to_metres(point.x() * ratio, point.y() * ratio)

    # ---- what is under a point

    def pick(self, point: QPointF) -> Hit | None:
        """Tell what lies under a point of the widget: the nearest mark or group, else an area."""
        self._gather_stale()
        found = self._under(point)
        if found is not None:
            cloud, entry = found
            return Hit(layer=cloud.layer.id, keys=cloud.keys(entry))
        area = self._area_at(point)
        return area and Hit(layer=area[0], keys=(area[1],))

    def settle(self) -> None:
        """Finish all painting that waits now instead of step by step, before a picture is taken."""
        self._refit()
        self._finish()
        self.update()

    @property
    def settled(self) -> bool:
        """Whether the picture is sharp and complete."""
        return self._still.frame is not None and not (
            self._settling.isActive() or self._stepping.isActive() or self._gathering.isActive()
        )

    def _under(self, point: QPointF) -> tuple[Cloud, int] | None:
        frame, ratio = self._frame(), self.devicePixelRatioF()
        found: tuple[float, Cloud, int] | None = None
        for layer in reversed(self._shown(MarkLayer)):
            cloud = self._cloud(layer)
            hit = cloud.nearest(frame, point.x() * ratio, point.y() * ratio)
            if hit is not None and (found is None or hit[0] < found[0]):
                found = (hit[0], cloud, hit[1])
        return found and (found[1], found[2])

    def _set_selected(self, selected: tuple[str, str] | None) -> None:
        former, self._selected = self._selected, selected
        if former == selected:
            return
        self.update()
        if any(
            isinstance(self._layers.get(one[0]), PolygonLayer) for one in (former, selected) if one
        ):
            self._recompose(None)

    def _area_at(self, point: QPointF) -> tuple[str, str] | None:
        x, y = self.to_plane(point)
        for layer in reversed(self._shown(PolygonLayer)):
            key = layer.at(x, y)
            if key is not None:
                return layer.id, key
        return None

    # ---- moving

    def _frame(self) -> Frame:
        ratio = self.devicePixelRatioF()
        return Frame.of(
            self._view, round(self.width() * ratio), round(self.height() * ratio), ratio
        )

    def _cover(self) -> Frame:
        """Frame what is painted ahead, so that small moves need no painting."""
        frame = self._frame()
        return frame.grown(min(frame.width // 4, _MARGIN), min(frame.height // 4, _MARGIN))

    def _move_to(self, view: View, *, fitted: bool = False) -> None:
        self._fitted = fitted
        if view == self._view:
            return
        zoomed = view.scale != self._view.scale
        self._view = view
        self._walked = 0
        if zoomed:
            self._settling.start()
        else:
            self._cover_ahead()
        self._on_pulses_changed()
        self.view_changed.emit(view)

    def _cover_ahead(self) -> None:
        """Start a new picture while the old one still reaches half its margin beyond the edge."""
        frame, ready = self._frame(), self._still.coming or self._still.frame
        if ready is None or ready.zoom != frame.zoom:
            return
        across, down = (ready.width - frame.width) // 4, (ready.height - frame.height) // 4
        if not ready.covers(frame.grown(across, down)):
            self._begin()

    def _pan(self, across: float, down: float) -> None:
        """Move the view by device-independent pixels, never past what there is to see."""
        x, y = self._view.x + across / self._view.scale, self._view.y - down / self._view.scale
        self._move_to(self._kept_near(View(x=x, y=y, scale=self._view.scale)))

    def _zoom(self, factor: float, at: QPointF) -> None:
        """Change the scale, keeping the place under ``at`` where it is."""
        scale = _limited(self._view.scale * factor)
        x, y = self.to_plane(at)
        middle = QRectF(self.rect()).center()
        self._move_to(
            self._kept_near(
                View(
                    x=x - (at.x() - middle.x()) / scale,
                    y=y + (at.y() - middle.y()) / scale,
                    scale=scale,
                )
            )
        )

    def _kept_near(self, view: View) -> View:
        extent = self.extent()
        if extent is None:
            return view
        return View(
            x=min(max(view.x, extent.left), extent.right),
            y=min(max(view.y, extent.bottom), extent.top),
            scale=view.scale,
        )

    def _refit(self) -> None:
        bounds = self.extent() if self._fit_bounds is None else self._fit_bounds
        if self._fitted and bounds is not None and not self.size().isEmpty():
            self._move_to(self._fitting(bounds), fitted=True)

    def _fitting(self, bounds: Bounds) -> View:
        x, y = bounds.centre
        wide, tall = bounds.right - bounds.left, bounds.top - bounds.bottom
        scales = [
            room / length
            for room, length in ((self.width(), wide), (self.height(), tall))
            if length > 0
        ]
        return View(x=x, y=y, scale=_limited(min(scales, default=self._view.scale) * _FILL))

    # ---- painting ahead

    def _settle_soon(self) -> None:
        if not self._settling.isActive():
            self._settling.start()

    def _begin(self) -> None:
        """Gather the marks for where the view is now and start a new still picture."""
        self._settling.stop()
        if self.size().isEmpty():
            return
        ratio = self.devicePixelRatioF()
        if ratio != self._ratio:
            self._ratio = ratio
            self._clouds.clear()
        font = QFont(self.font())
        font.setPixelSize(max(1, round(QFontInfo(font).pixelSize() * ratio)))
        self._still.begin(
            Scene(
                frame=self._cover(),
                layers=[(layer.areas(), layer.outline) for layer in self._shown(PolygonLayer)],
                ground=self.palette().color(QPalette.ColorRole.Window),
                text=self.palette().color(QPalette.ColorRole.PlaceholderText),
                font=font,
            )
        )
        self._stale.update(layer.id for layer in self._shown(MarkLayer))
        self._gather_stale()
        self._stepping.start()

    def _advance(self) -> None:
        if self._still.advance(_STEP_MS):
            self._stepping.stop()
            self._still.compose(self._draw_static)
            self.update()
            self._cover_ahead()

    def _finish(self) -> None:
        """Do at once what otherwise is done step by step."""
        self._begin()
        self._stepping.stop()
        if self._still.advance():
            self._still.compose(self._draw_static)

    def _gather_stale(self) -> None:
        self._gathering.stop()
        stale, self._stale = self._stale, set()
        if not stale or self.size().isEmpty():
            return
        self._gathered_at = self._clock.elapsed()
        frame = self._gathered_frame()
        changes: list[QRect] | None = []
        for layer in self._shown(MarkLayer):
            if layer.id in stale:
                changed = self._cloud(layer).gather(frame)
                changes = None if changes is None or changed is None else changes + changed
        self._recompose(changes)
        if self._selected is not None and self._selected[0] in stale:
            self.update()  # the ring is not among the changes

    def _gathered_frame(self) -> Frame:
        """Frame what the marks are needed for: the picture they are or will be laid on."""
        cover, ready = self._cover(), self._still.coming or self._still.frame
        return cover if ready is None or ready.zoom != cover.zoom else ready

    def _recompose(self, changes: Sequence[QRect] | None) -> None:
        """Repair the picture where something changed, in pixels of the plane, or all of it."""
        still, frame = self._still.frame, self._frame()
        if still is None or still.zoom != frame.zoom or self._still.coming is not None:
            return  # a new picture is on its way and will show it
        if changes is None:
            self._still.compose(self._draw_static)
            self.update()
        elif changes:
            here = [rect.translated(-still.left, -still.top) for rect in changes]
            self._still.compose(self._draw_static, here)
            for rect in changes:
                self.update(_outward(rect.translated(-frame.left, -frame.top), 1 / self._ratio))

    def _mark_stale(self, layer: str) -> None:
        """Gather a layer at once, or, while changes keep coming, ten times a second."""
        self._stale.add(layer)
        if not self._gathering.isActive():
            waited = self._clock.elapsed() - self._gathered_at
            self._gathering.start(max(0, _GATHER_MS - waited))

    def _cloud(self, layer: MarkLayer) -> Cloud:
        cloud = self._clouds.get(layer.id)
        if cloud is None:
            cloud = self._clouds[layer.id] = Cloud(
                layer, ink=self._ink(), ratio=self.devicePixelRatioF(), count_text=self._count_text
            )
        return cloud

    def _ink(self) -> Ink:
        font, colour = QFont(self.font()), self.palette().color
        font.setPixelSize(max(1, round(QFontInfo(font).pixelSize() * 0.92)))
        font.setWeight(QFont.Weight.DemiBold)
        return Ink(
            font=font,
            text=colour(QPalette.ColorRole.WindowText),
            disc=colour(QPalette.ColorRole.Base),
        )

    def _shown(self, sort: type[_Sort]) -> list[_Sort]:
        return [
            layer
            for key, layer in self._layers.items()
            if isinstance(layer, sort) and key not in self._hidden
        ]

    # ---- what the layers tell

    def _on_areas_changed(self) -> None:
        self._refit()
        self._settle_soon()

    def _on_looks_changed(self) -> None:
        self._clouds.clear()
        self._stale.update(layer.id for layer in self._shown(MarkLayer))
        self._gather_stale()
        self._settle_soon()

    def _on_pulses_changed(self) -> None:
        """Repaint, and let the timer run only while a ring that is on the screen beats."""
        self.update()
        if not (self.isVisible() and self._animated() and any(self._pulse_rects())):
            self._beating.stop()
        elif not self._beating.isActive():
            self._beating.start()

    def _animated(self) -> bool:
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        return self.style().styleHint(hint, None, self) > 0

    def _beat(self) -> None:
        for rect in self._pulse_rects():
            self.update(rect)

    def _pulse_rects(self) -> Iterator[QRect]:
        reach = ceil(self._pulse_reach()) + 2
        for layer in self._shown(PulseLayer):
            for pulse in layer.pulses():
                middle = self.to_screen(pulse.x, pulse.y).toPoint()
                rect = QRect(middle.x() - reach, middle.y() - reach, 2 * reach, 2 * reach)
                if rect.intersects(self.rect()):
                    yield rect

    def _pulse_reach(self) -> float:
        return 1.9 * self.fontMetrics().height()

    # ---- painting

    @override
    @_safe
    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._still.frame is None or ratio != self._ratio:
            self._finish()
        region = event.region()
        rects = [region.boundingRect()]
        if 1 < region.rectCount() <= _MOST_RECTS:
            rects = list(cast(Iterable[QRect], region))
        frame = self._frame()
        painter = QPainter(self)
        try:
            # in device pixels, so that a picture is moved and never resampled, at any ratio
            painter.scale(1 / ratio, 1 / ratio)
            for rect in rects:
                if len(rects) > 1:
                    painter.setClipRect(_outward(rect, ratio))
                self._draw(painter, frame, _outward(rect, ratio))
            painter.setClipping(False)
            painter.resetTransform()
            self._draw_frame(painter, region)
        finally:
            painter.end()

    def _draw(self, painter: QPainter, frame: Frame, exposed: QRect) -> None:
        """Draw all that lies in the plane into one rectangle of device pixels."""
        self._still.draw(painter, frame, exposed, self._draw_static)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_selected_mark(painter, frame)
        for beating in self._shown(PulseLayer):
            for pulse in beating.pulses():
                self._draw_pulse(painter, frame, pulse)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _draw_static(self, painter: QPainter, frame: Frame, exposed: QRect) -> None:
        """Draw what lies on the areas and stays with them."""
        self._draw_selected_area(painter, frame)
        for marks in self._shown(MarkLayer):
            self._cloud(marks).draw(painter, frame, exposed)

    def _draw_selected_area(self, painter: QPainter, frame: Frame) -> None:
        layer, key = self._selected or ("", "")
        areas = self._layers.get(layer)
        area = areas.area(key) if isinstance(areas, PolygonLayer) and self.shown(layer) else None
        if area is None:
            return
        pen = QPen(self.palette().color(QPalette.ColorRole.Accent), 2.5 * self._ratio)
        pen.setCosmetic(True)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setTransform(frame.transform(), combine=True)
        painter.strokePath(area.path, pen)
        painter.restore()

    def _draw_selected_mark(self, painter: QPainter, frame: Frame) -> None:
        layer, key = self._selected or ("", "")
        marks = self._layers.get(layer)
        row = marks.row(key) if isinstance(marks, MarkLayer) and self.shown(layer) else None
        if row is None or not isinstance(marks, MarkLayer):
            return
        ring, ratio = QPointF(*self._at(frame, marks.x[row], marks.y[row])), self._ratio
        half = marks.sprites[marks.kind[row]].side / 2 * ratio
        colour = self.palette().color
        painter.setBrush(colour(QPalette.ColorRole.Window))
        painter.setPen(QPen(colour(QPalette.ColorRole.Window), 5 * ratio))
        painter.drawEllipse(ring, half + 3 * ratio, half + 3 * ratio)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour(QPalette.ColorRole.Accent), 2.5 * ratio))
        painter.drawEllipse(ring, half + 3 * ratio, half + 3 * ratio)
        self._cloud(marks).draw_one(painter, frame, row)

    def _draw_pulse(self, painter: QPainter, frame: Frame, pulse: Pulse) -> None:
        reach = self._pulse_reach() * self._ratio
        phase = self._clock.elapsed() % _BEAT_LASTS / _BEAT_LASTS if self._beating.isActive() else 0
        painter.setBrush(Qt.BrushStyle.NoBrush)
        middle, colour = QPointF(*self._at(frame, pulse.x, pulse.y)), QColor(pulse.colour)
        for grown in (phase, (phase + 0.5) % 1):
            colour.setAlphaF(1 - grown)
            painter.setPen(QPen(colour, (3 - 1.5 * grown) * self._ratio))
            painter.drawEllipse(middle, reach * (0.4 + 0.6 * grown), reach * (0.4 + 0.6 * grown))

    def _at(self, frame: Frame, x: float, y: float) -> tuple[int, int]:
        across, down = frame.to_pixels(x, y)
        return round(float(across)), round(float(down))

    def _draw_frame(self, painter: QPainter, region: QRegion) -> None:
        """Draw what does not move with the plane: the scale, and a cross for who uses keys."""
        bar = self._bar_rect()
        if region.intersects(bar):
            self._draw_bar(painter, bar)
        if self._keyed and self.hasFocus():
            middle, arm = self.rect().center(), self.fontMetrics().height() // 2
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), 2))
            painter.drawLine(middle - QPoint(arm, 0), middle + QPoint(arm, 0))
            painter.drawLine(middle - QPoint(0, arm), middle + QPoint(0, arm))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _bar_rect(self) -> QRect:
        line = self.fontMetrics().height()
        return QRect(8, self.height() - 8 - 2 * line, 9 * line, 2 * line)

    def _draw_bar(self, painter: QPainter, room: QRect) -> None:
        metres, text = round_length((room.width() - 16) / self._view.scale)
        length = round(metres * self._view.scale)
        colour = self.palette().color
        back = QColor(colour(QPalette.ColorRole.Base))
        back.setAlphaF(0.8)
        panel = QRect(room.left(), room.top(), length + 16, room.height())
        painter.fillRect(panel, back)
        painter.setPen(colour(QPalette.ColorRole.WindowText))
        left, foot = room.left() + 8, room.bottom() - 5
        painter.drawText(panel.adjusted(0, 2, 0, -8), _TEXT, text)
        painter.drawLine(left, foot, left + length, foot)
        painter.drawLine(left, foot - 4, left, foot)
        painter.drawLine(left + length, foot - 4, left + length, foot)

    # ---- mouse, wheel and keys

    @override
    @_safe
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._keyed = False
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), None

    @override
    @_safe
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        if self._pressed is None:
            self._hover_at(point)
            return
        if self._dragged is None:
            moved = point - self._pressed
            if moved.manhattanLength() < QApplication.startDragDistance():
                return
            self._dragged = self._pressed
        if not self._locked:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._pan(self._dragged.x() - point.x(), self._dragged.y() - point.y())
        self._dragged = point

    @override
    @_safe
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        clicked = self._pressed is not None and self._dragged is None
        self._pressed = self._dragged = None
        self.unsetCursor()
        if clicked:
            self._choose(self.pick(event.position()))

    @override
    @_safe
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._locked:
            self._zoom(2, event.position())

    @override
    @_safe
    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().y()
        if self._locked or not turn:
            event.ignore()
            return
        self._zoom(2 ** (turn / _NOTCH), event.position())
        event.accept()

    @override
    @_safe
    def leaveEvent(self, event: QEvent) -> None:
        self._tell_hover("", "")

    @override
    @_safe
    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._keyed = True
        key = Qt.Key(event.key())
        if key in _ENTER:
            self._walk()
        elif self._locked:
            event.ignore()
        elif key in _ARROWS:
            across, up = _ARROWS[key]
            self._pan(across * self.width() / _PAN, -up * self.height() / _PAN)
        elif key in _ZOOM_KEYS:
            self._zoom(_ZOOM_KEYS[key], QRectF(self.rect()).center())
        elif key == Qt.Key.Key_Home:
            self.fit()
        else:
            event.ignore()

    @override
    @_safe
    def focusInEvent(self, event: QFocusEvent) -> None:
        self._keyed = event.reason() in _BY_KEY
        self.update()

    @override
    @_safe
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def _hover_at(self, point: QPointF) -> None:
        if self._stale:  # rows may have moved; the next gathering is a moment away
            return
        found = self._under(point)
        if found is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self._tell_hover(found[0].layer.id, found[0].lone_key(found[1]))
            return
        self.unsetCursor()
        area = self._area_at(point)
        self._tell_hover(*(area or ("", "")))

    def _tell_hover(self, layer: str, key: str) -> None:
        if self._hover != (layer, key):
            self._hover = (layer, key)
            self.hovered.emit(layer, key)

    def _choose(self, hit: Hit | None) -> None:
        """Tell that one thing was picked; open a group by going closer, as far as that parts it."""
        if hit is None:
            return
        if len(hit.keys) == 1:
            self.picked.emit(hit.layer, hit.keys[0])
            return
        marks = self._layers[hit.layer]
        if isinstance(marks, MarkLayer) and not self._locked:
            rows = [row for row in map(marks.row, hit.keys) if row is not None]
            bounds = Bounds.around(marks.x[rows], marks.y[rows])
            if bounds is not None and (bounds.left, bounds.bottom) != (bounds.right, bounds.top):
                self._move_to(self._fitting(bounds))
        self.cluster_opened.emit(hit.layer, hit.keys)

    def _walk(self) -> None:
        """Choose the mark or group nearest the middle; at the next call the next nearest."""
        self._gather_stale()
        frame = self._frame()
        clouds = [self._cloud(layer) for layer in self._shown(MarkLayer)]
        entries = [
            (distance, number, entry)
            for number, cloud in enumerate(clouds)
            for distance, entry in cloud.outward(frame)
        ]
        if entries:
            entries.sort()
            _, number, entry = entries[self._walked % len(entries)]
            self._walked += 1
            self._choose(Hit(layer=clouds[number].layer.id, keys=clouds[number].keys(entry)))

    # ---- the life of the widget

    @override
    @_safe
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._refit()
        self._settle_soon()
        self._on_pulses_changed()

    @override
    @_safe
    def showEvent(self, event: QShowEvent) -> None:
        self._on_pulses_changed()

    @override
    @_safe
    def hideEvent(self, event: QHideEvent) -> None:
        self._beating.stop()

    @override
    @_safe
    def changeEvent(self, event: QEvent) -> None:
        if event.type() in _LOOKS:
            self._on_looks_changed()

    @override
    def sizeHint(self) -> QSize:
        return QSize(640, 480)


def round_length(longest: float) -> tuple[float, str]:
    """Find the longest length of 1, 2 or 5 times a power of ten metres within ``longest``."""
    power = 10.0 ** floor(log10(longest))  # just below a power of ten it may come out too large
    metres = max(part * power for part in (0.5, 1, 2, 5) if part * power <= longest)
    return metres, f"{metres / 1000:g} km" if metres >= _KILOMETRE else f"{metres:g} m"


def _limited(scale: float) -> float:
    return min(max(scale, _FARTHEST), _CLOSEST)


def _outward(rect: QRect, factor: float) -> QRect:
    """Scale a rectangle, growing it to whole pixels."""
    left, top = floor(rect.left() * factor), floor(rect.top() * factor)
    right = ceil((rect.left() + rect.width()) * factor)
    bottom = ceil((rect.top() + rect.height()) * factor)
    return QRect(left, top, right - left, bottom - top)
