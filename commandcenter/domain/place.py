"""Where something is: datums, grids, and how far a reported position can be believed."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Datum(StrEnum):
    """The reference system a pair of coordinates is in; every pair has one."""

    WGS84 = "WGS84"
    GCJ02 = "GCJ02"
    BD09 = "BD09"
    CGCS2000 = "CGCS2000"


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees of longitude and latitude in a named datum."""

    lon: float
    lat: float
    datum: Datum


class PlaceQuality(StrEnum):
    """How far a position can be believed."""

    EXACT = "exact"
    FUZZY = "fuzzy"  # no coordinates: the middle of the stated grid
    OUT_OF_RANGE = "out_of_range"  # 坐标可疑
    OUTSIDE = "outside"  # 界外
    DATUM_SUSPECT = "datum_suspect"  # 坐标系可疑
    BOUNDARY = "boundary"  # closer to a border than positions are exact
    UNKNOWN = "unknown"  # no position at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What lies at a position: a grid or none, how near its border, and which grids are near."""

    grid: Grid | None
    border_m: float
    candidates: tuple[str, ...]


class GridMap:
    """All grids of the hall."""

    def __init__(self, grids: Iterable[Grid] = ()) -> None:
        self._grids = {grid.code: grid for grid in grids}

    @property
    def bounds(self) -> Bounds | None:
        """The box around all grids; none without grids."""
        raise NotImplementedError

    def locate(self, point: Point) -> Found:
        """Find the grid at ``point``."""
        raise NotImplementedError

    def centroid(self, code: str) -> Point:
        """Return a point in the middle of a grid."""
        raise NotImplementedError


def convert(point: Point, to: Datum) -> Point:
    """Return the same place in another datum."""
    raise NotImplementedError


def settle(
    grids: GridMap,
    point: Point | None,
    address: str = "",
    grid_hint: str | None = None,
    accuracy_m: float | None = None,
) -> Place:
    """Judge a reported position."""
    raise NotImplementedError
