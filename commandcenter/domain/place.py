"""Where something is: datums, grids, and how far a reported position can be believed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import atan2, cos, floor, hypot, inf, pi, radians, sin, sqrt
from types import MappingProxyType
from typing import Final, NamedTuple

from msgspec import Struct


class Datum(StrEnum):
    """The reference system a pair of coordinates is in; every pair has one."""

    WGS84 = "WGS84"
    GCJ02 = "GCJ02"
    BD09 = "BD09"
    CGCS2000 = "CGCS2000"


class Point(Struct, frozen=True, gc=False):
    """Degrees of longitude and latitude in a named datum."""

    lon: float
    lat: float
    datum: Datum


BORDER_M: Final = 30.0  # positions of telephones are no better than this
REACH_M: Final = 5_000.0  # how far beyond the grids a position is still ours to judge


class PlaceQuality(StrEnum):
    """How far a position can be believed."""

    EXACT = "exact"
    FUZZY = "fuzzy"  # no coordinates: the middle of the stated grid
    OUT_OF_RANGE = "out_of_range"  # 坐标可疑
    OUTSIDE = "outside"  # 网格外
    DATUM_SUSPECT = "datum_suspect"  # 坐标系可疑
    BOUNDARY = "boundary"  # closer to a border than positions are exact
    UNKNOWN = "unknown"  # no position at all


class Place(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A reported position and what the hall makes of it.

    ``point`` is as reported and is never altered; ``wgs84`` is where to draw it (the middle of
    the grid when fuzzy, none when there is no usable position). Near a border ``candidates``
    are the codes of the grids it may belong to, nearest first, and ``border_m`` the distance.
    ``suspect_datum`` is the datum in which the point would lie in its stated grid.
    """

    point: Point | None = None
    address: str = ""
    grid: str | None = None
    village: str | None = None
    accuracy_m: float | None = None
    quality: PlaceQuality = PlaceQuality.UNKNOWN
    wgs84: Point | None = None
    border_m: float | None = None
    candidates: tuple[str, ...] = ()
    suspect_datum: Datum | None = None


Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A grid (网格): the smallest responsible area, its polygons in WGS-84.

    The first ring of a polygon is its outline, the others are holes.
    """

    code: str
    name: str
    village: str = ""
    worker: str | None = None
    polygons: tuple[tuple[Ring, ...], ...] = ()


class Bounds(NamedTuple):
    """A box in degrees of WGS-84."""

    west: float
    south: float
    east: float
    north: float


class Found(Struct, frozen=True, kw_only=True, gc=False):
    """What lies at a position.

    ``border_m`` is the distance to the nearest border, infinite beyond ``BORDER_M``;
    ``candidates`` are the codes of the grid found and of those within ``BORDER_M``, nearest first.
    """

    grid: Grid | None
    border_m: float
    candidates: tuple[str, ...]


_METRES: Final = 111_195.0  # a degree of a sphere of 6,371 km; near enough within one township
_CELL_M: Final = 100.0
_CELLS: Final = 256  # a side of the index at most, so that a whole county can be held

# One edge: its grid's code, one end, the vector to the other, and that vector squared.
_Edge = tuple[str, float, float, float, float, float]
_Row = tuple[tuple[float, float, float, float], ...]
_Pair = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """A grid in metres from the map's corner, its edges sorted into rows of the index."""

    grid: Grid
    edges: tuple[_Edge, ...]
    rows: Mapping[int, _Row]
    centre: Point
    radius: float

    def holds(self, x: float, y: float, row: int) -> bool:
        return _holds(self.rows.get(row, ()), x, y)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """A square of the index: the borders that come near it, and the grids that reach into it."""

    edges: tuple[_Edge, ...]
    shapes: tuple[tuple[Grid, _Row], ...]
    found: Found  # the answer for the middle, and for the whole square when no border is near


class GridMap:
    """All grids of the hall, and the way from a position to one of them.

    Squares of the map are looked at when the first position falls into them, so a large map
    costs no time at start; after that one look-up touches only the borders of its square.
    """

    def __init__(self, grids: Iterable[Grid] = ()) -> None:
        self.grids: Mapping[str, Grid] = MappingProxyType({grid.code: grid for grid in grids})
        self.bounds = _bounds(self.grids.values())
        west, south, east, north = self.bounds or Bounds(0, 0, 0, 0)
        self._west, self._south = west, south
        self._kx = _METRES * cos(radians((south + north) / 2))
        longest = max((east - west) * self._kx, (north - south) * _METRES)
        self._size = max(_CELL_M, longest / _CELLS)
        self._shapes = {
            code: self._shape(grid) for code, grid in self.grids.items() if grid.polygons
        }
        self._near: dict[tuple[int, int], list[_Edge]] = {}
        for shape in self._shapes.values():
            for edge in shape.edges:
                for cell in self._cells_near(edge):
                    self._near.setdefault(cell, []).append(edge)
        self._cells: dict[tuple[int, int], _Cell] = {}
        self._reach = Bounds(
            west - REACH_M / self._kx,
            south - REACH_M / _METRES,
            east + REACH_M / self._kx,
            north + REACH_M / _METRES,
        )

    def reaches(self, point: Point) -> bool:
        """Tell whether a point lies within the grids' box and five kilometres around it."""
        spot = convert(point, Datum.WGS84)
        west, south, east, north = self._reach
        return self.bounds is not None and west <= spot.lon <= east and south <= spot.lat <= north

    def locate(self, point: Point) -> Found:
        """Find the grid at ``point``; where grids overlap, the first of the file."""
        spot = convert(point, Datum.WGS84)
        if not self.reaches(spot):
            return _NOWHERE
        x, y = (spot.lon - self._west) * self._kx, (spot.lat - self._south) * _METRES
        key = floor(x / self._size), floor(y / self._size)
        cell = self._cells.get(key) or self._survey(key)
        if not cell.edges:
            return cell.found
        grid = next((grid for grid, row in cell.shapes if _holds(row, x, y)), None)
        near = _distances(cell.edges, x, y)
        border = min(near.values(), default=inf)
        if grid:
            near[grid.code] = -1.0  # where a point lies comes before what it is near to
        return Found(
            grid=grid, border_m=border, candidates=tuple(sorted(near, key=near.__getitem__))
        )

    def centroid(self, code: str) -> Point | None:
        """Return a point in the middle of a grid; none for a grid unknown or without polygons."""
        shape = self._shapes.get(code)
        return shape.centre if shape else None

    def radius_m(self, code: str) -> float | None:
        """Return how far a grid reaches from its middle, in metres."""
        shape = self._shapes.get(code)
        return shape.radius if shape else None

    def _survey(self, key: tuple[int, int]) -> _Cell:
        """Work out what holds in one square, and keep it."""
        column, row = key
        x, y = (column + 0.5) * self._size, (row + 0.5) * self._size
        edges = tuple(self._near.get(key, ()))
        reaching = {edge[0] for edge in edges}
        holding = [code for code, shape in self._shapes.items() if shape.holds(x, y, row)]
        shapes = [s for code, s in self._shapes.items() if code in reaching or code in holding]
        grid = self.grids[holding[0]] if holding else None
        found = Found(grid=grid, border_m=inf, candidates=(grid.code,) if grid else ())
        cell = self._cells[key] = _Cell(
            edges=edges,
            shapes=tuple((shape.grid, shape.rows.get(row, ())) for shape in shapes),
            found=found,
        )
        return cell

    def _shape(self, grid: Grid) -> _Shape:
        rings = [
            [((lon - self._west) * self._kx, (lat - self._south) * _METRES) for lon, lat in ring]
            for polygon in grid.polygons
            for ring in polygon
        ]
        lines = [(*a, *b) for ring in rings for a, b in pairwise(ring) if a != b]
        rows: dict[int, list[tuple[float, float, float, float]]] = {}
        for line in lines:
            for row in self._span(line[1], line[3]):
                rows.setdefault(row, []).append(line)
        x, y = _middle(rings)
        corners = [corner for ring in rings for corner in ring]
        return _Shape(
            grid=grid,
            edges=tuple(
                (grid.code, x1, y1, x2 - x1, y2 - y1, (x2 - x1) ** 2 + (y2 - y1) ** 2)
                for x1, y1, x2, y2 in lines
            ),
            rows={row: tuple(found) for row, found in rows.items()},
            centre=Point(self._west + x / self._kx, self._south + y / _METRES, Datum.WGS84),
            radius=max(hypot(a - x, b - y) for a, b in corners),
        )

    def _span(self, one: float, other: float, margin: float = 0.0) -> range:
        """Return the rows or columns of the index between two coordinates, both included."""
        low, high = min(one, other) - margin, max(one, other) + margin
        return range(floor(low / self._size), floor(high / self._size) + 1)

    def _cells_near(self, edge: _Edge) -> Iterator[tuple[int, int]]:
        """Yield the squares that have a point within ``BORDER_M`` of an edge."""
        _, x, y, dx, dy, _ = edge
        for row in self._span(y, y + dy, BORDER_M):
            low, high = row * self._size - BORDER_M, (row + 1) * self._size + BORDER_M
            ends = sorted(((low - y) / dy, (high - y) / dy)) if dy else [0.0, 1.0]
            first, last = max(ends[0], 0.0), min(ends[1], 1.0)
            for column in self._span(x + first * dx, x + last * dx, BORDER_M):
                yield column, row


_NOWHERE: Final = Found(grid=None, border_m=inf, candidates=())


def _bounds(grids: Iterable[Grid]) -> Bounds | None:
    corners = [pair for grid in grids for polygon in grid.polygons for pair in polygon[0]]
    if not corners:
        return None
    lons, lats = zip(*corners, strict=True)
    return Bounds(min(lons), min(lats), max(lons), max(lats))


def _holds(row: _Row, x: float, y: float) -> bool:
    """Count the edges to the east of a point: an odd number means that it lies inside."""
    inside = False
    for x1, y1, x2, y2 in row:
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _distances(edges: Iterable[_Edge], x: float, y: float) -> dict[str, float]:
    """Return the distance to each grid's border that is nearer than ``BORDER_M``."""
    near: dict[str, float] = {}
    for code, x1, y1, dx, dy, square in edges:
        along = min(1.0, max(0.0, ((x - x1) * dx + (y - y1) * dy) / square))
        away = hypot(x - x1 - along * dx, y - y1 - along * dy)
        if away < near.get(code, BORDER_M):
            near[code] = away
    return near


def _middle(rings: list[list[_Pair]]) -> _Pair:
    """Return the centre of gravity of the rings, or the middle of its row when it lies outside."""
    area = x = y = 0.0
    outline = max(rings, key=lambda ring: abs(_twice_area(ring)))
    for (x1, y1), (x2, y2) in pairwise(outline):
        part = x1 * y2 - x2 * y1
        area, x, y = area + part, x + (x1 + x2) * part, y + (y1 + y2) * part
    if not area:  # a line: any of its points will do
        return outline[0]
    x, y = x / area / 3, y / area / 3
    lines = tuple((*a, *b) for ring in rings for a, b in pairwise(ring))
    if _holds(lines, x, y):
        return x, y
    cuts = sorted(
        (x2 - x1) * (y - y1) / (y2 - y1) + x1 for x1, y1, x2, y2 in lines if (y1 > y) != (y2 > y)
    )
    widest = max(zip(cuts[::2], cuts[1::2], strict=True), key=lambda cut: cut[1] - cut[0])
    return sum(widest) / 2, y


def _twice_area(ring: list[_Pair]) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))


# GCJ-02 was never published. This is the formula found in 2010 and used by every open library
# since (EvilTransform, coordtransform): Krasovsky's ellipsoid of 1940, metres turned to degrees.
_AXIS: Final = 6_378_245.0
_ECCENTRICITY: Final = 0.00669342162296594323
_CHINA: Final = Bounds(72.004, 0.8293, 137.8347, 55.8271)  # outside, the datums are the same
_BAIDU: Final = pi * 3000 / 180
_CLOSE: Final = 1e-6  # degrees, 0.1 m; a round that moves less has left millimetres
_ROUNDS: Final = 10


def _gcj_from_wgs(lon: float, lat: float) -> _Pair:
    x, y = lon - 105.0, lat - 35.0
    root = sqrt(abs(x))
    ripple = 20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)
    north = (
        -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
        + (ripple + 20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
        + (160 * sin(y / 12 * pi) + 320 * sin(y / 30 * pi)) * 2 / 3
    )  # fmt: skip
    east = (
        300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
        + (ripple + 20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
        + (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    )  # fmt: skip
    slope = radians(lat)
    bulge = 1 - _ECCENTRICITY * sin(slope) ** 2
    meridian = _AXIS * (1 - _ECCENTRICITY) / (bulge * sqrt(bulge))
    parallel = _AXIS / sqrt(bulge) * cos(slope)
    return lon + east * 180 / (parallel * pi), lat + north * 180 / (meridian * pi)


def _bd_from_gcj(lon: float, lat: float) -> _Pair:
    away = hypot(lon, lat) + 0.00002 * sin(lat * _BAIDU)
    angle = atan2(lat, lon) + 0.000003 * cos(lon * _BAIDU)
    return away * cos(angle) + 0.0065, away * sin(angle) + 0.006


def _inverse(forward: Callable[[float, float], _Pair], lon: float, lat: float) -> _Pair:
    """Find what ``forward`` maps to a pair; each round makes the error a hundred times smaller."""
    x, y = lon, lat
    for _ in range(_ROUNDS):
        ahead, up = forward(x, y)
        dx, dy = lon - ahead, lat - up
        x, y = x + dx, y + dy
        if abs(dx) < _CLOSE and abs(dy) < _CLOSE:
            break
    return x, y


def _wgs_from_gcj(lon: float, lat: float) -> _Pair:
    return _inverse(_gcj_from_wgs, lon, lat)


def _gcj_from_bd(lon: float, lat: float) -> _Pair:
    return _inverse(_bd_from_gcj, lon, lat)


# CGCS2000 differs from WGS-84 by centimetres: for a township it is the same.
_SATELLITE: Final = frozenset({Datum.WGS84, Datum.CGCS2000})
_Steps = tuple[Callable[[float, float], _Pair], ...]
_TO_WGS84: Final[Mapping[Datum, _Steps]] = {
    Datum.GCJ02: (_wgs_from_gcj,),
    Datum.BD09: (_gcj_from_bd, _wgs_from_gcj),
}
_FROM_WGS84: Final[Mapping[Datum, _Steps]] = {
    Datum.GCJ02: (_gcj_from_wgs,),
    Datum.BD09: (_gcj_from_wgs, _bd_from_gcj),
}


def convert(point: Point, to: Datum) -> Point:
    """Return the same place in another datum.

    There and back again is exact to a centimetre. CGCS2000 counts as WGS-84. Outside China
    (and for numbers that are none) the coordinates are left as they are.
    """
    if point.datum is to:
        return point
    west, south, east, north = _CHINA
    lon, lat = point.lon, point.lat
    same = point.datum in _SATELLITE and to in _SATELLITE
    if not same and west <= lon <= east and south <= lat <= north:
        for step in (*_TO_WGS84.get(point.datum, ()), *_FROM_WGS84.get(to, ())):
            lon, lat = step(lon, lat)
    return Point(lon, lat, to)


def distance_m(a: Point, b: Point) -> float:
    """Return the metres between two points of WGS-84 that are within one county of each other."""
    east = (a.lon - b.lon) * cos(radians((a.lat + b.lat) / 2))
    return hypot(east, a.lat - b.lat) * _METRES


# The gate before any map or rule: China, as reliability asks for it.
_GATE: Final = Bounds(73.0, 3.0, 136.0, 54.0)
_DATUM_SHIFT_M: Final = 3_000.0  # no two datums are that far apart anywhere in China


def settle(
    grids: GridMap,
    point: Point | None,
    address: str = "",
    grid_hint: str | None = None,
    accuracy_m: float | None = None,
) -> Place:
    """Judge a reported position: the one reckoning of every report that comes in.

    A position is never thrown away and never altered; the quality says what may be done with
    it. Without usable coordinates the stated grid stands, its middle with its radius. Near a
    border the stated grid stands where it is one of the candidates. A stated grid that does
    not hold the point, but would in another datum, makes the datum suspect: the datum is a
    person's to correct, so the stated grid stands. Longitude and latitude 0, 0 mean none.
    """
    stated = grids.grids.get(grid_hint) if grid_hint else None
    accuracy = accuracy_m if accuracy_m and 0 < accuracy_m < inf else None
    spot, grid, found, suspect = _in_range(point), stated, _NOWHERE, None
    if point is None or (point.lon == 0 and point.lat == 0):
        spot = grids.centroid(stated.code) if stated else None
        quality = PlaceQuality.FUZZY if spot else PlaceQuality.UNKNOWN
        accuracy = grids.radius_m(stated.code) if stated else accuracy
    elif spot is None:
        quality = PlaceQuality.OUT_OF_RANGE
    elif (found := grids.locate(spot)) is _NOWHERE and grids.bounds:
        quality = PlaceQuality.OUTSIDE
    else:
        quality, grid, suspect = _among(grids, point, spot, found, stated)
    near = quality is PlaceQuality.BOUNDARY
    return Place(
        point=point,
        address=address,
        grid=grid.code if grid else None,
        village=grid.village if grid else None,
        accuracy_m=accuracy,
        quality=quality,
        wgs84=spot,
        border_m=found.border_m if near else None,
        candidates=found.candidates if near else (),
        suspect_datum=suspect,
    )


def _in_range(point: Point | None) -> Point | None:
    """Return the point in WGS-84 when it can be one in China; no number passes as one."""
    west, south, east, north = _GATE
    if point is None or not (west <= point.lon <= east and south <= point.lat <= north):
        return None
    return convert(point, Datum.WGS84)


def _among(
    grids: GridMap, point: Point, spot: Point, found: Found, stated: Grid | None
) -> tuple[PlaceQuality, Grid | None, Datum | None]:
    """Choose the grid of a usable position, and say how sure that is."""
    agreed = stated is not None and stated.code in found.candidates
    suspect = None if stated is None or agreed else _datum_that_fits(grids, point, spot, stated)
    if suspect:
        return PlaceQuality.DATUM_SUSPECT, stated, suspect
    if found.border_m < BORDER_M:
        return PlaceQuality.BOUNDARY, stated if agreed else grids.grids[found.candidates[0]], None
    return PlaceQuality.EXACT, found.grid or stated, None


def _datum_that_fits(grids: GridMap, point: Point, spot: Point, stated: Grid) -> Datum | None:
    """Return the datum in which the point would lie in its stated grid."""
    middle, radius = grids.centroid(stated.code), grids.radius_m(stated.code)
    if middle is None or radius is None or distance_m(spot, middle) > radius + _DATUM_SHIFT_M:
        return None
    others = (Datum.WGS84, Datum.GCJ02, Datum.BD09)
    readings = {datum: Point(point.lon, point.lat, datum) for datum in others}
    fits = (datum for datum, read in readings.items() if grids.locate(read).grid is stated)
    return next(fits, None)
