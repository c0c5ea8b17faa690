"""Gathers points that would lie on top of each other on the screen."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from widgets.canvas_view import Floats, Frame

Ints = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

FEW: Final = 4  # up to so many marks that do not touch are shown one by one


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gathering:
    """What is drawn for a cloud of points: first the groups, then the lone points, the worst last.

    ``across`` and ``down`` place every entry in whole device pixels right of and below the plane's
    origin at ``zoom`` device pixels per metre. For the groups ``by_kind`` counts the points of
    each kind and ``cell`` names the column and line of the cell of ``side`` pixels they lie in; for
    the lone points ``row`` is their index.
    """

    zoom: float
    side: int
    across: Ints
    down: Ints
    by_kind: Ints
    cell: Ints
    row: Ints

    def __len__(self) -> int:
        return len(self.across)

    @property
    def groups(self) -> int:
        """How many entries, counted from the first, are groups."""
        return len(self.cell)

    def members(self, entry: int, x: Floats, y: Floats) -> Ints:
        """Find the rows behind an entry; ``x`` and ``y`` are the arrays that were gathered."""
        if entry >= self.groups:
            return self.row[entry - self.groups : entry - self.groups + 1]
        column, line = _cells(x, y, self.zoom, self.side)
        return np.flatnonzero(
            (np.floor(column) == self.cell[entry, 0]) & (np.floor(line) == self.cell[entry, 1])
        )


def gather(
    x: Floats,
    y: Floats,
    kind: Ints,
    weight: Floats,
    *,
    kinds: int,
    frame: Frame,
    side: int,
    apart: float,
    inset: float,
) -> Gathering:
    """Gather the points of all cells that ``frame`` touches, in cells of ``side`` device pixels.

    The cells are fixed to the plane, so moving the view never regroups, and a cell is taken whole,
    so a group is never cut by the frame's edge. A cell of up to four points, no two of them nearer
    than ``apart`` pixels, keeps them as they are. A group stands at the mean of its points but at
    least ``inset`` pixels off the walls of its cell, so two groups never overlap. ``kind`` runs
    from 0 (least) to ``kinds`` - 1 (worst); within a kind the heavier comes later.
    """
    column, line = _cells(x, y, frame.zoom, side)
    left, top = frame.left // side, frame.top // side
    columns = (frame.left + frame.width - 1) // side - left + 1
    lines = (frame.top + frame.height - 1) // side - top + 1
    rows = np.flatnonzero(
        (column >= left) & (column < left + columns) & (line >= top) & (line < top + lines)
    )
    if len(rows) < len(x):  # copying a hundred thousand rows for nothing costs a millisecond
        column, line, kind, weight = column[rows], line[rows], kind[rows], weight[rows]
    cell = ((np.floor(line) - top) * columns + (np.floor(column) - left)).astype(np.intp)

    cells = columns * lines
    by_kind = np.bincount(cell * kinds + kind, minlength=cells * kinds).reshape(cells, kinds)
    total = by_kind.sum(axis=1)
    free = _free(cell, column, line, total, apart / side)
    lone = np.flatnonzero(free[cell])
    lone = lone[np.lexsort((weight[lone], kind[lone]))]
    full = np.flatnonzero((total > 0) & ~free)
    wall_x, wall_y, inset = full % columns + left, full // columns + top, inset / side
    across = np.bincount(cell, column, cells)[full] / total[full]
    down = np.bincount(cell, line, cells)[full] / total[full]
    across = np.clip(across, wall_x + inset, wall_x + 1 - inset)
    down = np.clip(down, wall_y + inset, wall_y + 1 - inset)
    return Gathering(
        zoom=frame.zoom,
        side=side,
        across=_whole(np.concatenate((across, column[lone])) * side),
        down=_whole(np.concatenate((down, line[lone])) * side),
        by_kind=by_kind[full],
        cell=np.stack((wall_x, wall_y), axis=1),
        row=rows[lone],
    )


def scatter(x: Floats, y: Floats, kind: Ints, weight: Floats, *, frame: Frame) -> Gathering:
    """Keep every point of ``frame`` by itself, in the order of :func:`gather`."""
    px, py = x * frame.zoom, y * -frame.zoom
    rows = np.flatnonzero(
        (px >= frame.left)
        & (px < frame.left + frame.width)
        & (py >= frame.top)
        & (py < frame.top + frame.height)
    )
    rows = rows[np.lexsort((weight[rows], kind[rows]))]
    return Gathering(
        zoom=frame.zoom,
        side=1,
        across=_whole(px[rows]),
        down=_whole(py[rows]),
        by_kind=np.empty((0, 1), np.intp),
        cell=np.empty((0, 2), np.intp),
        row=rows,
    )


def _cells(x: Floats, y: Floats, zoom: float, side: int) -> tuple[Floats, Floats]:
    """Place points in cells: the whole part counts cells right of and below the origin."""
    # in one function: members() must find the very points that gather() counted
    return x * (zoom / side), y * (-zoom / side)


def _free(cell: Ints, column: Floats, line: Floats, total: Ints, apart: float) -> Flags:
    """Tell for each cell whether its few points are far enough apart to be shown one by one."""
    few = (total > 0) & (total <= FEW)
    some = np.flatnonzero(few[cell])
    some = some[np.argsort(cell[some], kind="stable")]
    touching = np.zeros(len(total), np.bool_)
    for step in range(1, FEW):
        one, other = some[:-step], some[step:]
        near = np.hypot(column[one] - column[other], line[one] - line[other]) < apart
        touching[cell[one[near & (cell[one] == cell[other])]]] = True
    return few & ~touching


def _whole(pixels: Floats) -> Ints:
    return np.rint(pixels).astype(np.intp)
