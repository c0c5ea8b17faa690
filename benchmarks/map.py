"""How long a frame of the plan view takes while it is moved, and how soon it settles.

Run ``python benchmarks/map.py`` from the repository's root, with ``--json`` for one JSON line. The
canvas of 1920×1080 shows 60 areas and 10,000 or 100,000 points. Its peers are measured in turns
with it, in the same process: a bare widget that blits the very same picture once, and pyqtgraph's
ScatterPlotItem with the same points. Medians are given: the rest is the machine's other work.
"""

import json
import os
from argparse import ArgumentParser
from collections.abc import Callable
from statistics import median
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from widgets.canvas import Canvas
from widgets.canvas_layers import MarkLayer, Polygon, PolygonLayer
from widgets.canvas_sprites import shaped
from widgets.canvas_view import Bounds, View
from widgets.paint import Shape

SIZE = (1920, 1080)
FIELD = (9600.0, 5400.0)  # metres
ROUNDS = 60
LIMIT = 2.0
KINDS = tuple(
    (shape, colour, alarm)
    for shape, colour in (
        (Shape.RING, "#94A5B8"),
        (Shape.DISC, "#E9B44C"),
        (Shape.TRIANGLE, "#F08A4B"),
        (Shape.DIAMOND, "#F2665E"),
    )
    for alarm in (None, QColor("#F2665E"))
)
SHARES = (0.4, 0.15, 0.2, 0.07, 0.1, 0.03, 0.03, 0.02)


class Blit(QWidget):
    """Draws one picture and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.picture, self.place = QImage(), QPoint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawImage(self.place, self.picture)
        painter.end()


def areas() -> PolygonLayer:
    """Cut the field into 60 areas of 80 corners each."""
    rng = np.random.default_rng(1)
    turn = np.linspace(0, 2 * np.pi, 80, endpoint=False)
    layer = PolygonLayer("areas", outline=QColor("#2B3A4B"))
    polygons = []
    for number in range(60):
        line, column = divmod(number, 10)
        radius = 480 * rng.uniform(0.9, 1.1, 80)
        middle = np.array([(column + 0.5) * 960, (line + 0.5) * 900])
        ring = middle + np.stack((radius * np.cos(turn), radius * np.sin(turn)), axis=1)
        polygons.append(
            Polygon(key=str(number), rings=(ring,), fill=QColor("#16202C"), label=f"A {number}")
        )
    layer.replace(polygons)
    return layer


def points(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Strew points over the field, most of them of the lesser kinds."""
    rng = np.random.default_rng(2)
    kind = rng.choice(len(KINDS), count, p=SHARES)
    return rng.uniform(0, FIELD[0], count), rng.uniform(0, FIELD[1], count), kind


def canvas(count: int) -> tuple[Canvas, MarkLayer]:
    """Show the areas and so many points."""
    marks = MarkLayer(
        "marks",
        sprites=[
            shaped(shape, fill=QColor(colour), halo=QColor("#0F161F"), side=18, alarm=alarm)
            for shape, colour, alarm in KINDS
        ],
    )
    x, y, kind = points(count)
    marks.replace([str(number) for number in range(count)], x, y, kind)
    made = Canvas(name="plan")
    made.resize(*SIZE)
    made.add_layer(areas())
    made.add_layer(marks)
    made.show()
    made.fit(Bounds(left=0, bottom=0, right=FIELD[0], top=FIELD[1]))
    made.settle()
    QApplication.processEvents()
    return made, marks


def scatter(count: int) -> tuple[pg.PlotWidget, pg.ScatterPlotItem]:
    """Show the same points by pyqtgraph."""
    plot = pg.PlotWidget(background="#0F161F")
    plot.resize(*SIZE)
    plot.hideAxis("left")
    plot.hideAxis("bottom")
    x, y, kind = points(count)
    brushes = np.array([pg.mkBrush(colour) for _, colour, _ in KINDS], object)
    symbols = np.repeat(np.array(["o", "o", "t1", "d"], object), 2)
    item = pg.ScatterPlotItem(
        x=x, y=y, size=12, pen=None, brush=brushes[kind], symbol=symbols[kind]
    )
    plot.addItem(item)
    plot.setRange(xRange=(0, FIELD[0]), yRange=(0, FIELD[1]))
    plot.show()
    QApplication.processEvents()
    return plot, item


def timed(*works: Callable[[int], None], rounds: int = ROUNDS) -> list[float]:
    """Do the works in turns and give the median milliseconds of each."""
    spent: list[list[float]] = [[] for _ in works]
    for turn in range(rounds):
        for work, times in zip(works, spent, strict=True):
            start = perf_counter()
            work(turn)
            times.append((perf_counter() - start) * 1000)
    return [median(times[2:]) for times in spent]


def measure(count: int) -> dict[str, float]:
    """Measure one number of points, in milliseconds."""
    shown, marks = canvas(count)
    plain, (plot, item) = Blit(), scatter(count)
    plain.resize(*SIZE)
    plain.show()
    QApplication.processEvents()
    plain.picture = shown._still._whole
    home = shown.view()
    box = plot.getViewBox()

    def pan(turn: int) -> None:
        away = turn % 20 * 4 / home.scale
        shown.restore(View(x=home.x + away, y=home.y, scale=home.scale))
        shown.repaint()

    def blit(turn: int) -> None:
        frame, picture = shown._frame(), shown._still.frame
        plain.place = QPoint(picture.left - frame.left, picture.top - frame.top)
        plain.repaint()

    def pan_scatter(turn: int) -> None:
        box.translateBy(x=4 / home.scale if turn % 20 < 10 else -4 / home.scale)
        plot.viewport().repaint()

    one_blit = timed(pan, blit)
    pg_pan = timed(pan_scatter, rounds=20)

    slices: list[float] = []
    gathers: list[float] = []

    def settle(turn: int) -> None:
        zoomed = View(x=home.x, y=home.y, scale=home.scale * (1 + turn % 7 * 0.09))
        shown.restore(zoomed)
        start = perf_counter()
        shown._begin()
        shown._stepping.stop()
        gathers.append((perf_counter() - start) * 1000)
        done = False
        while not done:
            start = perf_counter()
            done = shown._still.advance(4.0)
            slices.append((perf_counter() - start) * 1000)
        start = perf_counter()
        shown._still.compose(shown._draw_static)
        slices.append((perf_counter() - start) * 1000)

    def settle_scatter(turn: int) -> None:
        box.scaleBy(s=(0.9, 0.9) if turn % 2 else (1 / 0.9, 1 / 0.9))
        plot.viewport().repaint()

    def change(turn: int) -> None:
        marks.put([str(turn)], *(float(value[turn]) + 50 for value in points(64)[:2]), 1)
        shown._gather_stale()

    def change_scatter(turn: int) -> None:
        item.data["x"][turn] += 50
        item.setData(x=item.data["x"], y=item.data["y"])
        plot.viewport().repaint()

    settled, pg_settled = timed(settle, settle_scatter, rounds=21)
    shown.restore(home)
    shown.settle()
    changed, pg_changed = timed(change, change_scatter, rounds=20)
    for window in (shown, plain, plot):
        window.close()
    return {
        "pan": one_blit[0],
        "blit": one_blit[1],
        "scatter_pan": pg_pan[0],
        "settle": settled,
        "gather": median(gathers[2:]),
        "longest_slice": max(slices),
        "scatter_settle": pg_settled,
        "change": changed,
        "scatter_change": pg_changed,
    }


def main() -> None:
    """Print one line per figure, or all of them as JSON."""
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    as_json = parser.parse_args().json
    app = QApplication([])
    figures = {count: measure(count) for count in (10_000, 100_000)}
    app.processEvents()
    if as_json:
        print(json.dumps({str(count): figure for count, figure in figures.items()}))
        return
    for count, it in figures.items():
        ratio = it["pan"] / it["blit"]
        print(
            f"pan frame, {count:,} points: {it['pan']:.2f} ms; one blit {it['blit']:.2f} ms, ratio"
            f" {ratio:.2f} (limit {LIMIT}); ScatterPlotItem {it['scatter_pan']:.1f} ms"
        )
        print(
            f"settle after a zoom, {count:,} points: groups {it['gather']:.1f} ms, with the still"
            f" picture {it['settle']:.1f} ms, longest step {it['longest_slice']:.1f} ms;"
            f" ScatterPlotItem {it['scatter_settle']:.1f} ms"
        )
        print(
            f"one mark changed, {count:,} points: {it['change']:.2f} ms;"
            f" ScatterPlotItem {it['scatter_change']:.1f} ms"
        )
    grown = figures[100_000]["pan"] / figures[10_000]["pan"]
    print(f"pan frame, 100,000 points against 10,000: {grown:.2f} times")


if __name__ == "__main__":
    main()
