"""A plan view to work with: what :class:`Picture` shows, moved and picked by mouse and keys."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from widgets.canvas_ink import draw_cross, draw_focus
from widgets.canvas_layers import MarkLayer, PolygonLayer
from widgets.canvas_marks import Cloud
from widgets.canvas_picture import Picture, limited
from widgets.canvas_sprites import short_count
from widgets.canvas_view import Bounds, View
from widgets.safe import safe_override

_STEP: Final = 2**0.5  # a key's zoom
_NOTCH: Final = 240  # wheel units, in eighths of a degree, that double the scale
_PAN: Final = 6  # a key pans by a sixth of the canvas

_ARROWS: Final[dict[int, tuple[int, int]]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_ZOOM_KEYS: Final[dict[int, float]] = {
    Qt.Key.Key_Plus: _STEP,
    Qt.Key.Key_Equal: _STEP,
    Qt.Key.Key_Minus: 1 / _STEP,
    Qt.Key.Key_Underscore: 1 / _STEP,
}
_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_BY_KEY: Final = frozenset(
    {
        Qt.FocusReason.TabFocusReason,
        Qt.FocusReason.BacktabFocusReason,
        Qt.FocusReason.ShortcutFocusReason,
    }
)
_safe = safe_override(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What lies under a point: one key, or the several keys of a group."""

    layer: str
    keys: tuple[str, ...]


class Canvas(Picture):
    """Shows layers and lets a person move the view and pick what is shown.

    Drag to pan, wheel or double click to zoom where the pointer is, click to pick. Arrows pan,
    + and - zoom, Home shows all, Enter picks what is nearest the middle and, pressed again, the
    next nearest.
    """

    picked = Signal(str, str)
    """A mark or an area was clicked or chosen by key: its layer and key."""
    cluster_opened = Signal(str, object)
    """A group was: its layer and a tuple of the keys in it."""
    hovered = Signal(str, str)
    """The pointer came upon a layer and key; on a group the key, on nothing both, are empty."""
    pointed = Signal(float, float)
    """A place was pointed at while ``set_pointing`` holds, in metres of the plane."""
    pointing_left = Signal()
    """Pointing was given up with Esc."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        name: str = "",
        count_text: Callable[[int], str] = short_count,
    ) -> None:
        super().__init__(parent, name=name, count_text=count_text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._locked = self._pointing = False
        self._hover = ("", "")
        self._pressed: QPointF | None = None
        self._dragged: QPointF | None = None
        self._walked = 0
        self._keyed = False
        self.view_changed.connect(self._on_view_changed)

    @property
    def locked(self) -> bool:
        """Whether the view is moved by calls only, not by mouse, wheel or keys."""
        return self._locked

    def set_locked(self, locked: bool) -> None:
        """Hold the view against mouse, wheel and keys, or let it go."""
        self._locked = locked

    @property
    def pointing(self) -> bool:
        """Whether a click means the place under it, whatever lies there."""
        return self._pointing

    def set_pointing(self, pointing: bool) -> None:
        """Let a click, or Enter for the cross in the middle, point at a place, or pick again."""
        self._pointing = pointing
        self.installEventFilter(self) if pointing else self.removeEventFilter(self)
        self._show_cursor()
        self.update()

    def _show_cursor(self) -> None:
        if self._pointing:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.unsetCursor()

    def _point_at(self, point: QPointF) -> None:
        self.pointed.emit(*self.to_plane(point))

    def pick(self, point: QPointF) -> Hit | None:
        """Tell what lies under a point of the widget: the nearest mark or group, else an area."""
        self._gather_stale()
        found = self._under(point)
        if found is not None:
            cloud, entry = found
            return Hit(layer=cloud.layer.id, keys=cloud.keys(entry))
        area = self._area_at(point)
        return area and Hit(layer=area[0], keys=(area[1],))

    def _under(self, point: QPointF) -> tuple[Cloud, int] | None:
        frame, ratio = self._frame(), self.devicePixelRatioF()
        found: tuple[float, Cloud, int] | None = None
        for layer in reversed(self._shown(MarkLayer)):
            cloud = self._cloud(layer)
            hit = cloud.nearest(frame, point.x() * ratio, point.y() * ratio)
            if hit is not None and (found is None or hit[0] < found[0]):
                found = (hit[0], cloud, hit[1])
        return found and (found[1], found[2])

    def _area_at(self, point: QPointF) -> tuple[str, str] | None:
        x, y = self.to_plane(point)
        for layer in reversed(self._shown(PolygonLayer)):
            key = layer.at(x, y)
            if key is not None:
                return layer.id, key
        return None

    # ---- moving

    def _pan(self, across: float, down: float) -> None:
        """Move the view by device-independent pixels, never past what there is to see."""
        x, y = self._view.x + across / self._view.scale, self._view.y - down / self._view.scale
        self._move_to(self._kept_near(View(x=x, y=y, scale=self._view.scale)))

    def _zoom(self, factor: float, at: QPointF) -> None:
        """Change the scale, keeping the place under ``at`` where it is."""
        scale = limited(max(self._view.scale * factor, self._farthest()))
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

    def _farthest(self) -> float:
        """Give the scale at which all there is takes half the canvas; no need to go farther."""
        extent = self.extent()
        return 0.0 if extent is None else min(self._view.scale, self._fitting(extent).scale / 2)

    def _on_view_changed(self) -> None:
        self._walked = 0

    # ---- mouse, wheel and keys

    @override
    @_safe
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._keyed = False
        self.update()
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
        self._show_cursor()
        if clicked and self._pointing:
            self._point_at(event.position())
        elif clicked:
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
        key = event.key()
        self.update()
        if self._pointing and key in _ENTER:
            self._point_at(QRectF(self.rect()).center())
        elif self._pointing and key == Qt.Key.Key_Escape:
            self.pointing_left.emit()
        elif key in _ENTER:
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
        if self._pointing:
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

    @override
    def _draw_fixed(self, painter: QPainter, exposed: QRect) -> None:
        super()._draw_fixed(painter, exposed)
        if self._keyed and self.hasFocus():
            draw_focus(painter, self.rect(), self.fontMetrics().height() // 2, self.palette())
        if self._pointing:
            draw_cross(painter, self.rect(), self.fontMetrics().height(), self.palette())

    @override
    @safe_override(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in {*_ENTER, Qt.Key.Key_Escape}
        ):
            event.accept()  # these keys belong to the cross while it is there
        return False
