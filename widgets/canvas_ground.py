"""Paints the still part of a plan view, areas and their labels, in steps of a few milliseconds.

In steps and not in a worker thread, because PySide keeps Python's global lock while Qt paints:
measured, a worker that paints holds the GUI thread up exactly as long as painting here would.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
from PySide6.QtCore import QElapsedTimer, QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from widgets.canvas_layers import Area
from widgets.canvas_view import Bounds, Floats, Frame

_AIR: Final = 0.9  # the share of its room that a label may fill
_FEW: Final = 0.2  # of the labels
_ALIGN: Final = Qt.AlignmentFlag.AlignCenter
_INSIDE: Final = 0.8  # the share of a label that must lie in its area where it had to make way
_TRIED: Final = np.linspace(-2.25, 2.25, 9)
# places to try, in halves of the label, the nearest to the middle first
_STEPS: Final = np.array(sorted(product(_TRIED, _TRIED), key=lambda step: np.hypot(*step)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All that the still picture depends on, so that it can be painted bit by bit.

    ``layers`` pairs the areas of each layer with their outline; ``font`` is sized in device pixels.
    ``marks`` tells what will lie on top, asked for when the labels look for their places: a row
    for each mark, its place in the frame and its half width, in device pixels.
    """

    frame: Frame
    layers: Sequence[tuple[Sequence[Area], QColor]]
    ground: QColor
    text: QColor
    font: QFont
    marks: Callable[[], Floats] = lambda: np.empty((0, 3))


Label = tuple[str, QRectF]
"""A text and where it stands, in device pixels of the frame."""
Draw = Callable[[QPainter, Frame, QRect], None]


class Still:
    """A picture larger than the canvas; while a new one is being painted the old one is shown.

    There are two of it: one without and one with what lies on top. Moving the view blits the
    second, a mark that changes is repaired from the first, and while the view is being zoomed the
    first is stretched and what lies on top is drawn afresh, so that it stays sharp.
    """

    def __init__(self) -> None:
        self._image = QImage()
        self._frame: Frame | None = None
        self._whole = QImage()
        self._whole_frame: Frame | None = None
        self._wet = QImage()
        self._wet_frame: Frame | None = None
        self._steps: Iterator[None] = iter(())
        self._ground = QColor()
        self._scene: Scene | None = None
        self._labels: list[Label] = []

    @property
    def frame(self) -> Frame | None:
        """What the shown picture covers; None before the first one."""
        return self._frame

    @property
    def coming(self) -> Frame | None:
        """What the picture being painted covers; None when none is."""
        return self._wet_frame

    def begin(self, scene: Scene) -> None:
        """Start a new picture, giving up one that is not finished."""
        self._steps = iter(())  # ends the painter on the image before the image is used again
        size = QSize(scene.frame.width, scene.frame.height)
        if self._wet.size() != size:
            self._wet = QImage(size, QImage.Format.Format_RGB32)
        self._wet_frame, self._ground = scene.frame, scene.ground
        self._scene, self._labels = scene, []
        self._steps = paint(scene, self._wet, self._labels)

    def wants_other_labels(self) -> bool:
        """Tell whether the marks have moved so that labels would now stand elsewhere."""
        scene = self._scene
        if scene is None or self._wet_frame is not None:
            return False
        found = [it for areas, _ in scene.layers for it in labels_of(_here(areas, scene), scene)]
        return found != self._labels

    def advance(self, budget_ms: float | None = None) -> bool:
        """Paint for about so long, or to the end; tell whether it is ready to be composed."""
        if self._wet_frame is None:
            return False
        clock = QElapsedTimer()
        clock.start()
        for _ in self._steps:
            if budget_ms is not None and clock.nsecsElapsed() > budget_ms * 1e6:
                return False
        # the old image is kept to paint into: fresh memory costs more than the painting
        self._image, self._wet = self._wet, self._image
        self._frame, self._wet_frame = self._wet_frame, None
        return True

    def compose(self, draw: Draw, rects: Sequence[QRect] | None = None) -> None:
        """Lay on top what ``draw`` draws, everywhere or in some rectangles of the picture."""
        frame = self._frame
        if frame is None:
            return
        everywhere = rects is None or self._whole_frame != frame
        if self._whole.size() != self._image.size():
            self._whole = QImage(self._image.size(), self._image.format())
        self._whole_frame = frame
        painter = QPainter(self._whole)
        try:
            for rect in [self._image.rect()] if rects is None or everywhere else rects:
                painter.setClipRect(rect)
                painter.drawImage(rect.topLeft(), self._image, rect)
                draw(painter, frame, rect)
        finally:
            painter.end()

    def draw(self, painter: QPainter, frame: Frame, exposed: QRect, draw: Draw) -> None:
        """Draw what ``frame`` shows: one blit, or, where the zoom is new, stretched for now."""
        mine, whole = self._frame, self._whole_frame
        if whole is not None and whole.zoom == frame.zoom:
            if not whole.covers(frame):
                painter.fillRect(exposed, self._ground)
            painter.drawImage(QPoint(whole.left - frame.left, whole.top - frame.top), self._whole)
            return
        painter.fillRect(exposed, self._ground)
        if mine is not None:
            grown = frame.zoom / mine.zoom
            place = QPointF(mine.left * grown - frame.left, mine.top * grown - frame.top)
            size = QSizeF(mine.width * grown, mine.height * grown)
            painter.drawImage(QRectF(place, size), self._image)
        draw(painter, frame, exposed)


def paint(scene: Scene, image: QImage, written: list[Label]) -> Iterator[None]:
    """Paint ``scene`` into ``image``, of the frame's size, pausing after every area.

    The labels that were painted are added to ``written``. Closing the iterator early is safe and
    leaves the image half painted.
    """
    painter = QPainter(image)
    try:
        painter.fillRect(image.rect(), scene.ground)
        painter.setFont(scene.font)
        yield
        for areas, colour in scene.layers:
            here = _here(areas, scene)
            yield from _fills(painter, here, scene)
            yield from _outlines(painter, here, colour, scene)
            yield from _labels(painter, here, scene, written)
    finally:
        painter.end()


def _fills(painter: QPainter, areas: Sequence[Area], scene: Scene) -> Iterator[None]:
    # without antialiasing: three times as fast, and the outline covers the steps
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setTransform(scene.frame.transform())
    for area in areas:
        painter.fillPath(area.path, area.fill)
        yield


def _outlines(
    painter: QPainter, areas: Sequence[Area], colour: QColor, scene: Scene
) -> Iterator[None]:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setTransform(scene.frame.transform())
    pen = QPen(colour, 1)  # one device pixel at any ratio: a wider pen costs twenty times as much
    pen.setCosmetic(True)
    for area in areas:
        painter.strokePath(area.path, pen)
        yield


def _labels(
    painter: QPainter, areas: Sequence[Area], scene: Scene, written: list[Label]
) -> Iterator[None]:
    painter.resetTransform()
    halo = QColor(scene.ground)
    halo.setAlphaF(0.55)
    edge = max(1.0, QFontMetricsF(scene.font).height() / 16)
    for text, box in labels_of(areas, scene):
        written.append((text, box))
        painter.setPen(halo)
        for dx, dy in ((-edge, 0), (edge, 0), (0, -edge), (0, edge)):
            painter.drawText(box.translated(dx, dy), _ALIGN, text)
        painter.setPen(scene.text)
        painter.drawText(box, _ALIGN, text)
        yield


def labels_of(areas: Sequence[Area], scene: Scene) -> Iterator[Label]:
    """Give each label its place: in its area, large enough, and under no mark; or leave it out.

    Where hardly any would have room, a few odd names tell less than none.
    """
    zoom, metrics = scene.frame.zoom, QFontMetricsF(scene.font)
    named = [(area, metrics.size(0, area.label)) for area in areas if area.label]
    roomy = [
        (area, size)
        for area, size in named
        if size.width() <= area.room * zoom * _AIR
        and size.height() <= (area.bounds.top - area.bounds.bottom) * zoom * _AIR
    ]
    if len(roomy) < len(named) * _FEW:
        return
    marks = scene.marks()
    for area, size in roomy:
        box = _free(area, QSizeF(size.width() + 2, size.height()), scene.frame, marks)
        if box is not None:
            yield area.label, box


def _free(area: Area, size: QSizeF, frame: Frame, marks: Floats) -> QRectF | None:
    """Find the place nearest to the middle of an area where no mark covers a label."""
    across, down = frame.to_pixels(*area.place)
    middle = np.rint(np.array([float(across), float(down)]))
    half = np.array([size.width(), size.height()]) / 2
    reach = (1 + _TRIED[-1]) * half
    near = marks[np.all(np.abs(marks[:, :2] - middle) < reach + marks[:, 2:], axis=1)]
    tried = middle + _STEPS * half
    apart = np.abs(tried[:, None, :] - near[None, :, :2]) - half - near[None, :, 2:]
    free = ~np.any(np.all(apart < 0, axis=2), axis=1)
    inner = size * (_INSIDE / frame.zoom)
    west, north = ((tried - _INSIDE * half + (frame.left, frame.top)) / frame.zoom).T.tolist()
    for at in np.flatnonzero(free).tolist():
        low = QPointF(west[at], -north[at] - inner.height())
        if at == 0 or area.path.contains(QRectF(low, inner)):
            return QRectF(QPointF(*np.rint(tried[at] - half).tolist()), size)
    return None


def _here(areas: Sequence[Area], scene: Scene) -> list[Area]:
    seen = scene.frame.bounds()
    return [area for area in areas if _meet(area.bounds, seen)]


def _meet(one: Bounds, other: Bounds) -> bool:
    return (
        one.left <= other.right
        and other.left <= one.right
        and one.bottom <= other.top
        and other.bottom <= one.top
    )
