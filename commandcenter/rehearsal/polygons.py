"""The ground of the fictional township: a seeded map of grids that share their borders."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from commandcenter.rehearsal.dice import dice

Point = tuple[float, float]
Ring = tuple[Point, ...]

GRIDS: Final = 60
VILLAGES: Final = 24

# Over the open water of a lake, so that the township can be nobody's.
CENTRE: Final = (116.28, 29.08)
_KM_PER_DEGREE: Final = 111.32
_HALF_WIDTH_KM: Final = 6.9
_HALF_HEIGHT_KM: Final = 4.2
_SPACING_KM: Final = 1.28
_MARGIN_KM: Final = 9.0
_SMALLEST_VILLAGE: Final = 2
_LARGEST_VILLAGE: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One grid's outline in degrees of WGS-84 and the number of its village, both from 0."""

    village: int
    ring: Ring


def parcels(seed: int) -> tuple[Parcel, ...]:
    """Return the grids of the township, village by village, from the middle outwards.

    Neighbours share their border point by point, so nothing overlaps and nothing is left over.
    """
    cells, villages = _settled(seed)
    borders = _Borders(seed)
    order = sorted(villages, key=lambda village: _distance(_middle(village, cells)))
    return tuple(
        Parcel(
            village=number, ring=tuple(_degrees(point) for point in borders.around(cells[index]))
        )
        for number, village in enumerate(order)
        for index in sorted(village, key=lambda index: _distance(centroid(cells[index])))
    )


def area(ring: Sequence[Point]) -> float:
    """Return the signed area of a ring, positive where it runs anti-clockwise."""
    pairs = zip(ring, (*ring[1:], ring[0]), strict=True)
    return sum(x * b - a * y for (x, y), (a, b) in pairs) / 2


def centroid(ring: Sequence[Point]) -> Point:
    """Return the centre of mass of a ring."""
    total = x_moment = y_moment = 0.0
    x_0, y_0 = ring[0]
    shifted = [(x - x_0, y - y_0) for x, y in ring]  # degrees are large against a grid
    for (x, y), (a, b) in zip(shifted, (*shifted[1:], shifted[0]), strict=True):
        cross = x * b - a * y
        total += cross
        x_moment += (x + a) * cross
        y_moment += (y + b) * cross
    return x_0 + x_moment / (3 * total), y_0 + y_moment / (3 * total)


def contains(ring: Sequence[Point], point: Point) -> bool:
    """Tell whether a point lies in a ring, by the parity of the borders to its east."""
    x, y = point
    inside = False
    for (a, b), (c, d) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (b > y) != (d > y) and x < a + (y - b) / (d - b) * (c - a):
            inside = not inside
    return inside


def somewhere_in(ring: Sequence[Point], random: Random) -> Point:
    """Return a point well inside a ring, rounded to about ten centimetres."""
    longitudes, latitudes = [x for x, _ in ring], [y for _, y in ring]
    while True:
        point = (
            round(random.uniform(min(longitudes), max(longitudes)), 6),
            round(random.uniform(min(latitudes), max(latitudes)), 6),
        )
        if contains(ring, point):
            return point


def _settled(seed: int) -> tuple[list[Ring], list[list[int]]]:
    """Draw ground until its cells can be shared out among the villages."""
    attempt = 0
    while True:
        random = dice(seed, "ground", attempt)
        cells = _chosen(_relaxed(_lattice(random)), random)
        if villages := _villages(cells, random):
            return cells, villages
        attempt += 1


def _distance(point: Point) -> float:
    return math.hypot(*point)


def _degrees(point: Point) -> Point:
    longitude, latitude = CENTRE
    shrink = math.cos(math.radians(latitude))
    return (
        round(longitude + point[0] / (_KM_PER_DEGREE * shrink), 6),
        round(latitude + point[1] / _KM_PER_DEGREE, 6),
    )


def _lattice(random: Random) -> list[Point]:
    """Scatter points about a honeycomb somewhat larger than the township."""
    rows = math.ceil(_MARGIN_KM / _SPACING_KM)
    height = _SPACING_KM * math.sqrt(3) / 2
    wobble = _SPACING_KM * 0.42
    return [
        (
            (column + (row % 2) / 2) * _SPACING_KM + random.uniform(-wobble, wobble),
            row * height + random.uniform(-wobble, wobble),
        )
        for row in range(-rows, rows + 1)
        for column in range(-rows, rows + 1)
    ]


def _relaxed(points: list[Point]) -> list[Ring]:
    """Return the cells around the points after moving each point once to its cell's middle."""
    return list(_cells([centroid(cell) for cell in _cells(points)]))


def _cells(points: Sequence[Point]) -> Iterator[Ring]:
    """Yield for each point the part of the plane nearest to it (its Voronoi cell)."""
    edge = _MARGIN_KM * 1.6
    frame = [(-edge, -edge), (edge, -edge), (edge, edge), (-edge, edge)]
    for point in points:
        cell = frame
        near = sorted(points, key=lambda other: math.dist(point, other))
        for other in near[1:]:
            reach = max(math.dist(point, corner) for corner in cell)
            if math.dist(point, other) > 2 * reach:
                break
            cell = _clipped(cell, point, other)
        yield tuple((round(x, 6), round(y, 6)) for x, y in cell)


def _clipped(ring: list[Point], mine: Point, other: Point) -> list[Point]:
    """Keep the part of a convex ring that is nearer to one point than to the other."""
    along = (other[0] - mine[0], other[1] - mine[1])
    middle = ((other[0] + mine[0]) / 2, (other[1] + mine[1]) / 2)

    def beyond(point: Point) -> float:
        return (point[0] - middle[0]) * along[0] + (point[1] - middle[1]) * along[1]

    kept = []
    for start, end in zip(ring, (*ring[1:], ring[0]), strict=True):
        before, after = beyond(start), beyond(end)
        if before <= 0:
            kept.append(start)
        if (before < 0 < after) or (after < 0 < before):
            share = before / (before - after)
            kept.append(
                (start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]))
            )
    return kept


def _chosen(cells: list[Ring], random: Random) -> list[Ring]:
    """Take the sixty cells nearest to the middle, by a measure that makes an irregular outline."""
    waves = [(n, random.uniform(0.03, 0.09), random.uniform(0, math.tau)) for n in (2, 3, 5)]

    def remoteness(cell: Ring) -> float:
        x, y = centroid(cell)
        angle = math.atan2(y, x)
        swell = 1 + sum(size * math.sin(n * angle + phase) for n, size, phase in waves)
        return math.hypot(x / _HALF_WIDTH_KM, y / _HALF_HEIGHT_KM) / swell

    return sorted(cells, key=remoteness)[:GRIDS]


def _villages(cells: list[Ring], random: Random) -> list[list[int]] | None:
    """Gather the cells into villages of neighbours, or none if the remote ones are left alone."""
    corners = [set(cell) for cell in cells]
    touching = {
        index: {
            other for other in range(GRIDS) if other != index and _border(corners, index, other)
        }
        for index in range(GRIDS)
    }
    free = set(range(GRIDS))
    villages: list[list[int]] = []
    sizes = [3, 2] * (VILLAGES // 2)
    random.shuffle(sizes)
    for size in sizes:
        if not free:
            return None
        start = min(free, key=lambda index: (len(touching[index] & free), index))
        village = [start]
        free.remove(start)
        while len(village) < size:
            near = set.union(*(touching[index] for index in village)) & free
            if not near:
                break
            nearest = min(near, key=lambda index: (len(touching[index] & free), index))
            village.append(nearest)
            free.remove(nearest)
        villages.append(village)
    for index in sorted(free):  # what no village reached goes to its smallest neighbour
        hosts = [village for village in villages if touching[index] & set(village)]
        min(hosts or villages, key=len).append(index)
    whole = all(_SMALLEST_VILLAGE <= len(village) <= _LARGEST_VILLAGE for village in villages)
    return villages if whole and all(_joined(village, touching) for village in villages) else None


def _border(corners: list[set[Point]], index: int, other: int) -> bool:
    return len(corners[index] & corners[other]) > 1


def _joined(village: list[int], touching: dict[int, set[int]]) -> bool:
    """Tell whether one can walk from any cell of a village to any other."""
    seen, ahead = set(), [village[0]]
    while ahead:
        index = ahead.pop()
        if index not in seen:
            seen.add(index)
            ahead += touching[index] & set(village)
    return len(seen) == len(village)


def _middle(village: list[int], cells: list[Ring]) -> Point:
    middles = [centroid(cells[index]) for index in village]
    return (
        sum(x for x, _ in middles) / len(middles),
        sum(y for _, y in middles) / len(middles),
    )


class _Borders:
    """Bends straight borders as brooks and paths do, the same for both sides."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def around(self, cell: Ring) -> Iterator[Point]:
        """Yield the outline of a cell without repeating its first point."""
        for start, end in zip(cell, (*cell[1:], cell[0]), strict=True):
            bent = self._bent(min(start, end), max(start, end))
            yield from (bent if start < end else bent[::-1])[:-1]

    def _bent(self, start: Point, end: Point) -> list[Point]:
        random = dice(self._seed, "border", start, end)
        length = math.dist(start, end)
        pieces = max(1, min(4, round(length / 0.22)))
        sideways = ((start[1] - end[1]) / length, (end[0] - start[0]) / length)
        inner = []
        for piece in range(1, pieces):
            share = (piece + random.uniform(-0.2, 0.2)) / pieces
            bend = random.uniform(-0.07, 0.07) * length
            inner.append(
                (
                    start[0] + share * (end[0] - start[0]) + bend * sideways[0],
                    start[1] + share * (end[1] - start[1]) + bend * sideways[1],
                )
            )
        return [start, *inner, end]
