"""A plan view to look at: areas below, what beats above them, marks in groups on top."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from math import ceil, isfinite
from typing import Final, TypeVar, cast

import numpy as np
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
    QFont,
    QFontInfo,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPixmap,
    QRegion,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QGridLayout, QLayout, QStyle, QWidget
from typing_extensions import override

from widgets.canvas_ground import Scene, Still
from widgets.canvas_ink import (
    BAR_AIR,
    draw_bar,
    draw_pulse,
    draw_ring,
    draw_selected_path,
    draw_selected_place,
    draw_tie,
    draw_tie_words,
    outward,
    selected_reach,
    tie_room,
)
from widgets.canvas_layers import Layer, MarkLayer, PolygonLayer, Pulse, PulseLayer
from widgets.canvas_marks import Cloud
from widgets.canvas_sprites import Ink, short_count
from widgets.canvas_view import Bounds, Floats, Frame, View
from widgets.safe import safe_override

_SETTLE_MS: Final = 80  # after the last zoom step
_STEP_MS: Final = 4.0  # of painting at a time: a quarter of a frame
_GATHER_MS: Final = 250  # at most so often while marks keep changing
_LOOK_MS: Final = 3000  # after marks changed: labels give way, but do not dance
_BEAT_MS: Final = 200  # five pictures a second are enough for a ring that grows slowly
_STILL: Final = -1
_BEATS: Final = 10  # pictures until it begins anew
_MARGIN: Final = 256  # device pixels painted beyond each edge, at most a quarter of the side
_FILL: Final = 0.92  # the share of the canvas that a fit fills
_CLOSEST: Final = 4.0  # pixels per metre
_FARTHEST: Final = 1e-4
_MOST_RECTS: Final = 8  # above, painting once in their hull is cheaper
# row, column and alignment of each corner in a grid whose middle takes all room
_BAND_MOST: Final = 3  # a canvas less than so many times as high has no room to spare
_CORNERS: Final = {
    Qt.Corner.TopLeftCorner: (0, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft),
    Qt.Corner.TopRightCorner: (0, 2, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight),
    Qt.Corner.BottomLeftCorner: (2, 0, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft),
    Qt.Corner.BottomRightCorner: (2, 2, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight),
}
_LOOKS: Final = frozenset(
    {QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange}
)

_Sort = TypeVar("_Sort", PolygonLayer, MarkLayer, PulseLayer)
_safe = safe_override(None)


@dataclass(frozen=True, slots=True)
class Tie:
    """A line from one place of the plane to another, in metres, with words on it."""

    start: tuple[float, float]
    end: tuple[float, float]
    text: str


class Picture(QWidget):
    """Shows layers in a plane of metres and moves by calls only.

    Areas are painted in short steps into a picture larger than the widget, and marks, gathered
    into groups, are laid on it: moving the view is one blit, a mark that changes repairs its own
    surroundings, and zooming stretches the picture until a sharp one is ready. The caller brings
    the places, the colours and the words. When nothing happens, or nobody sees it, no timer runs.
    """

    view_changed = Signal(object)
    """Another :class:`View` is shown."""

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
        self._count_text = count_text
        self._layers: dict[str, Layer] = {}
        self._hidden: set[str] = set()
        self._clouds: dict[str, Cloud] = {}
        self._stale: set[str] = set()
        self._rings: dict[tuple[int, bool, int, int], QPixmap] = {}
        self._standing: list[Pulse] = []
        self._beaten: list[QRect] = []
        self._still = Still()
        self._ratio = 0.0
        self._view = View(x=0.0, y=0.0, scale=0.1)
        self._fitted = True
        self._fit_bounds: Bounds | None = None
        self._selected: tuple[str, str] | None = None
        self._ties: tuple[Tie, ...] = ()
        self._ring_at: QPointF | None = None
        self._clock = QElapsedTimer()
        self._clock.start()
        self._gathered_at = -_GATHER_MS
        self._settling = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settling.timeout.connect(self._begin)
        self._stepping = QTimer(self, interval=0)
        self._stepping.timeout.connect(self._advance)
        self._gathering = QTimer(self, singleShot=True)
        self._gathering.timeout.connect(self._gather_stale)
        self._looking = QTimer(self, singleShot=True, interval=_LOOK_MS)
        self._looking.timeout.connect(self._look_at_labels)
        self._beating = QTimer(self, interval=_BEAT_MS)
        self._beating.timeout.connect(self._beat)
        grid = QGridLayout(self)
        grid.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        grid.setRowStretch(1, 1)
        grid.setColumnStretch(1, 1)
        self._at_top: list[QWidget] = []
        self._at_corner: list[QWidget] = []
        self._grid = grid

    # ---- layers

    def add_layer(self, layer: Layer) -> None:
        """Show a layer above those of its sort; areas lie below all pulses, these below marks.

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
            layer.changed.connect(self._on_rings_changed)
            self._on_rings_changed()

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
        if row == 0:
            self._at_top.append(widget)
        elif corner is Qt.Corner.BottomRightCorner:
            self._at_corner.append(widget)

    def show_ties(self, ties: Sequence[Tie]) -> None:
        """Show lines between places, each with its words; those shown before are gone."""
        if self._ties != tuple(ties):
            self._ties = tuple(ties)
            self.update()

    def tie_words(self) -> list[tuple[str, QRectF]]:
        """Return the words that stand on ties, and where: none upon others or upon the scale.

        Of two that would overlap the first has its place.
        """
        shown: list[tuple[str, QRectF]] = []
        taken, metrics = [QRectF(self._bar())], self.fontMetrics()
        for tie in self._ties:
            room = tie_room(metrics, self.to_screen(*tie.start), self.to_screen(*tie.end), tie.text)
            if not room.isEmpty() and not any(map(room.intersects, taken)):
                shown.append((tie.text, room))
                taken.append(room)
        return shown

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
            self._move_to(View(x=x, y=y, scale=limited(wanted)))

    def fit(self, bounds: Bounds | None = None) -> None:
        """Show ``bounds``, or else all there is, as large as it goes; also after a resize."""
        self._fitted, self._fit_bounds = True, bounds
        self.refit()

    def extent(self) -> Bounds | None:
        """Enclose the areas shown, or else the marks; None when there are neither."""
        areas = Bounds.union(layer.bounds() for layer in self._shown(PolygonLayer))
        if areas is not None:
            return areas
        return Bounds.union(layer.bounds() for layer in self._shown(MarkLayer))

    def to_screen(self, x: float, y: float) -> QPointF:
        """Turn metres into a point of the widget."""
        across, down = self._frame().to_pixels(x, y)
        ratio = self.devicePixelRatioF()
        return QPointF(float(across) / ratio, float(down) / ratio)

    def to_plane(self, point: QPointF) -> tuple[float, float]:
        """Turn a point of the widget into metres."""
        ratio = self.devicePixelRatioF()
        return self._frame().to_metres(point.x() * ratio, point.y() * ratio)

    def settle(self) -> None:
        """Finish all painting that waits now instead of step by step, before a picture is taken."""
        self.refit()
        self._finish()
        self.update()

    @property
    def settled(self) -> bool:
        """Whether the picture is sharp and complete."""
        return self._still.frame is not None and not (
            self._settling.isActive() or self._stepping.isActive() or self._gathering.isActive()
        )

    def _set_selected(self, selected: tuple[str, str] | None) -> None:
        former, self._selected = self._selected, selected
        if former == selected:
            return
        self.update()
        if any(
            isinstance(self._layers.get(one[0]), PolygonLayer) for one in (former, selected) if one
        ):
            self._recompose(None)

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
        if zoomed and self.isVisible():
            self._settling.start()  # again: only the last step of a zoom is worth painting
        elif self.isVisible():
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

    def refit(self) -> None:
        """Fit again, where nobody has moved since: what lies over a corner came or went."""
        bounds = self.extent() if self._fit_bounds is None else self._fit_bounds
        if self._fitted and bounds is not None and not self.size().isEmpty():
            self._move_to(self._fitting(bounds), fitted=True)

    def _fitting(self, bounds: Bounds) -> View:
        x, y = bounds.centre
        wide, tall = bounds.right - bounds.left, bounds.top - bounds.bottom
        band = self._band()
        scales = [
            room / length
            for room, length in ((self.width(), wide), (self.height() - band, tall))
            if length > 0
        ]
        scale = limited(min(scales) * _FILL if scales else self._view.scale)
        return View(
            x=x + self._aside(wide * scale) / scale,
            y=y + band / 2 / scale,
            scale=scale,
            whole=self._fit_bounds is None,
        )

    def _aside(self, wide: float) -> float:
        """Return how far to the left what is so wide gives way to what lies over a lower corner."""
        taken = max(
            (
                it.sizeHint().expandedTo(it.minimumSize()).width()
                for it in self._at_corner
                if not it.isHidden()
            ),
            default=0,
        )
        free = (self.width() - wide) / 2
        return max(0.0, min(taken - free, free * _FILL))

    def _band(self) -> int:
        """Return how much of the top its buttons and notes take: what lies under them is lost."""
        shown = [it for it in self._at_top if not it.isHidden()]
        heights = [max(it.sizeHint().height(), it.minimumHeight()) for it in shown]
        band = max(heights, default=0) + self._grid.contentsMargins().top()
        return band if heights and band * _BAND_MOST < self.height() else 0

    # ---- painting ahead

    def _settle_soon(self) -> None:
        if self.isVisible() and not self._settling.isActive():
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
        frame = self._cover()
        self._still.begin(
            Scene(
                frame=frame,
                layers=[(layer.areas(), layer.outline) for layer in self._shown(PolygonLayer)],
                ground=self.palette().color(QPalette.ColorRole.Window),
                text=self.palette().color(QPalette.ColorRole.PlaceholderText),
                font=font,
                marks=partial(self._discs, frame),
            )
        )
        self._stale.update(layer.id for layer in self._shown(MarkLayer))
        self._gather_stale()
        self._stepping.start()

    def _discs(self, frame: Frame) -> Floats:
        """Give what lies on the areas: a label under it could not be read."""
        discs = [self._cloud(layer).discs(frame) for layer in self._shown(MarkLayer)]
        reach = 0.7 * self._pulse_reach() * self._ratio
        for layer in self._shown(PulseLayer):
            for pulse in layer.pulses():
                across, down = frame.to_pixels(pulse.x, pulse.y)
                discs.append(np.array([[float(across), float(down), reach]]))
        return np.concatenate(discs) if discs else np.empty((0, 3))

    def _look_at_labels(self) -> None:
        """Paint the areas anew if their labels would now make way for a mark, or come back."""
        if self._still.wants_other_labels():
            self._settle_soon()

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
        if self.isVisible() and not self._looking.isActive():
            self._looking.start()
        if self._selected is not None and self._selected[0] in stale:
            self._repaint_ring()  # it is not among the changes

    def _repaint_ring(self) -> None:
        """Repaint where the ring around the selected mark was and where it is."""
        former, self._ring_at = self._ring_at, self._ring_place()
        for spot in (former, self._ring_at):
            if spot is not None:
                reach = self._pulse_reach()
                self.update(QRectF(-reach, -reach, 2 * reach, 2 * reach).translated(spot).toRect())

    def _ring_place(self) -> QPointF | None:
        layer, key = self._selected or ("", "")
        marks = self._layers.get(layer)
        row = marks.row(key) if isinstance(marks, MarkLayer) else None
        if not isinstance(marks, MarkLayer) or row is None:
            return None
        return QPointF(*self._selected_at(marks, row, self._frame())) / self.devicePixelRatioF()

    def _selected_at(self, marks: MarkLayer, row: int, frame: Frame) -> tuple[int, int]:
        cloud = self._cloud(marks)
        reach = selected_reach(cloud.half(row), self.devicePixelRatioF())
        return cloud.beside_groups(frame, row, reach)

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
            if len(changes) > _MOST_RECTS:
                changes = [reduce(QRect.united, changes)]
            here = [rect.translated(-still.left, -still.top) for rect in changes]
            self._still.compose(self._draw_static, here)
            for rect in changes:
                self.update(outward(rect.translated(-frame.left, -frame.top), 1 / self._ratio))

    def _mark_stale(self, layer: str) -> None:
        """Gather a layer at once, or, while changes keep coming, four times a second."""
        self._stale.add(layer)
        if self.isVisible() and not self._gathering.isActive():
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
        self.refit()
        self._settle_soon()

    def _on_looks_changed(self) -> None:
        self._clouds.clear()
        self._rings.clear()
        self._stale.update(layer.id for layer in self._shown(MarkLayer))
        self._gather_stale()
        self._settle_soon()

    def _on_rings_changed(self) -> None:
        """Lay the rings that stand still anew, and look which others there are."""
        fresh = [pulse for layer in self._shown(PulseLayer) for pulse in layer.still()]
        if fresh != self._standing:
            self._standing = fresh
            self._recompose(None)
        self._on_pulses_changed()

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
        self._beaten = list(self._pulse_rects())
        for rect in self._beaten:
            self.update(rect)

    def _pulse_rects(self) -> Iterator[QRect]:
        reach = ceil(self._pulse_reach()) + 2
        for layer in self._shown(PulseLayer):
            for pulse in layer.beating():
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
        rects = self._rects_of(region)
        frame = self._frame()
        painter = QPainter(self)
        try:
            # in device pixels, so that a picture is moved and never resampled, at any ratio
            painter.scale(1 / ratio, 1 / ratio)
            for rect in rects:
                if len(rects) > 1:
                    painter.setClipRect(outward(rect, ratio))
                self._draw(painter, frame, outward(rect, ratio))
            painter.setClipping(False)
            painter.resetTransform()
            self._draw_fixed(painter, region.boundingRect())
        finally:
            painter.end()

    def _rects_of(self, region: QRegion) -> list[QRect]:
        """Give the rectangles to paint one by one: few of them, or one for each ring that beats."""
        beaten, self._beaten = self._beaten, []
        if 1 < region.rectCount() <= _MOST_RECTS:
            return list(cast(Iterable[QRect], region))
        if 1 < len(beaten) <= _MOST_RECTS:
            whole = reduce(QRegion.united, map(QRegion, beaten), QRegion())
            if whole.intersected(self.rect()) == region:
                return beaten
        return [region.boundingRect()]

    def _draw(self, painter: QPainter, frame: Frame, exposed: QRect) -> None:
        """Draw all that lies in the plane into one rectangle of device pixels."""
        self._still.draw(painter, frame, exposed, self._draw_static)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        beat = self._clock.elapsed() // _BEAT_MS % _BEATS if self._beating.isActive() else 0
        reach = ceil(self._pulse_reach() * self._ratio)
        for layer in self._shown(PulseLayer):
            for pulse in layer.beating():
                middle = _whole_place(frame, pulse.x, pulse.y).toPoint()
                room = QRect(middle - QPoint(reach, reach), QSize(2 * reach, 2 * reach))
                if exposed.intersects(room):
                    painter.drawPixmap(room.topLeft(), self._ring(pulse, beat, reach))
                    self._draw_marks_over(painter, frame, room & exposed)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_selected_mark(painter, frame)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _draw_marks_over(self, painter: QPainter, frame: Frame, room: QRect) -> None:
        """Draw the marks once more over a ring that beats: it must not cross the counts."""
        painter.save()
        painter.setClipRect(room, Qt.ClipOperation.IntersectClip)
        for marks in self._shown(MarkLayer):
            self._cloud(marks).draw(painter, frame, room)
        painter.restore()

    def _ring(self, pulse: Pulse, beat: int, reach: int) -> QPixmap:
        """Give the picture of a pulse; kept, as painting rings anew costs ten times as much."""
        key = (pulse.colour.rgba(), pulse.dashed, beat, reach)
        known = self._rings.get(key)
        if known is None:
            known = QPixmap(2 * reach, 2 * reach)
            known.fill(Qt.GlobalColor.transparent)
            painter = QPainter(known)
            try:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                middle = QPointF(reach, reach)
                colour, dashed = pulse.colour, pulse.dashed
                if beat == _STILL:
                    draw_ring(painter, middle, 0.95 * reach, colour, dashed=dashed)
                else:
                    phase = beat / _BEATS
                    draw_pulse(painter, middle, 0.95 * reach, phase, colour, dashed=dashed)
            finally:
                painter.end()
            self._rings[key] = known
        return known

    def _draw_static(self, painter: QPainter, frame: Frame, exposed: QRect) -> None:
        """Draw what lies on the areas and stays with them."""
        layer, key = self._selected or ("", "")
        areas = self._layers.get(layer)
        area = areas.area(key) if isinstance(areas, PolygonLayer) and self.shown(layer) else None
        if area is not None:
            way = frame.transform()
            draw_selected_path(painter, area.path, way, self.palette(), self._ratio)
        self._draw_standing(painter, frame, exposed)
        for marks in self._shown(MarkLayer):
            self._cloud(marks).draw(painter, frame, exposed)

    def _draw_standing(self, painter: QPainter, frame: Frame, exposed: QRect) -> None:
        """Draw the rings that stand still; of those that cover each other one."""
        reach = ceil(self._pulse_reach() * self._ratio)
        apart, taken = max(1, reach // 2), set[tuple[int, int]]()
        for layer in self._shown(PulseLayer):
            still = sorted(layer.still(), key=lambda it: not it.dashed)
            across, down = frame.to_pixels([it.x for it in still], [it.y for it in still])
            for pulse, x, y in zip(still, across.tolist(), down.tolist(), strict=True):
                cell = (round(x) // apart, round(y) // apart)
                corner = QPoint(round(x) - reach, round(y) - reach)
                if cell not in taken and exposed.intersects(
                    QRect(corner, QSize(2 * reach, 2 * reach))
                ):
                    painter.drawPixmap(corner, self._ring(pulse, _STILL, reach))
                taken.add(cell)

    def _draw_selected_mark(self, painter: QPainter, frame: Frame) -> None:
        layer, key = self._selected or ("", "")
        marks = self._layers.get(layer)
        if not isinstance(marks, MarkLayer) or not self.shown(layer):
            return
        row = marks.row(key)
        if row is not None:
            at, cloud = self._selected_at(marks, row, frame), self._cloud(marks)
            draw_selected_place(painter, QPointF(*at), cloud.half(row), self.palette(), self._ratio)
            cloud.draw_one(painter, at, row)

    def _bar(self) -> QRect:
        line = self.fontMetrics().height()
        high = line + 2 * BAR_AIR
        return QRect(BAR_AIR, self.height() - BAR_AIR - high, 6 * line, high)

    def _draw_fixed(self, painter: QPainter, exposed: QRect) -> None:
        """Draw what does not move with the plane."""
        for tie in self._ties:
            draw_tie(painter, self.to_screen(*tie.start), self.to_screen(*tie.end), self.palette())
        for text, room in self.tie_words():
            draw_tie_words(painter, room, text, self.palette())
        bar = self._bar()
        if exposed.intersects(bar):
            draw_bar(painter, bar, self._view.scale, self.palette())

    # ---- the life of the widget

    @override
    @_safe
    def resizeEvent(self, event: QResizeEvent) -> None:
        self.refit()
        self._settle_soon()
        self._on_pulses_changed()

    @override
    @_safe
    def showEvent(self, event: QShowEvent) -> None:
        if self._still.frame is not None:
            self._begin()  # while hidden nothing was kept up to date
        self._on_pulses_changed()

    @override
    @_safe
    def hideEvent(self, event: QHideEvent) -> None:
        for timer in (
            self._settling,
            self._stepping,
            self._gathering,
            self._looking,
            self._beating,
        ):
            timer.stop()

    @override
    @_safe
    def changeEvent(self, event: QEvent) -> None:
        if event.type() in _LOOKS:
            self._on_looks_changed()

    @override
    def sizeHint(self) -> QSize:
        return QSize(640, 480)


def limited(scale: float) -> float:
    """Keep a scale between the farthest and the closest there is."""
    return min(max(scale, _FARTHEST), _CLOSEST)


def _whole_place(frame: Frame, x: float, y: float) -> QPointF:
    across, down = frame.to_pixels(x, y)
    return QPointF(round(float(across)), round(float(down)))
