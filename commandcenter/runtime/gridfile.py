"""The grids of a pack: GeoJSON read feature by feature, so that a fault costs one grid only."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from json import JSONDecodeError, JSONDecoder
from typing import Any, Final

from commandcenter.domain.place import Datum, Grid, Point, Ring, convert
from commandcenter.runtime.findings import Fault, Finding
from commandcenter.runtime.settings import code
from commandcenter.runtime.tomlfile import Unusable, unknown_column

GRIDS_FILE: Final = "grids.geojson"
_FEATURES: Final = re.compile(r'"features"\s*:\s*\[')
_BETWEEN: Final = re.compile(r"[\s,]*")
_PROPERTIES: Final = ("code", "name", "village", "worker")
_FEWEST: Final = 4  # points of a ring, the first again at the end
_PAIR: Final = 2
# the gate of every position, in degrees
_WEST, _EAST = 73, 136
_SOUTH, _NORTH = 3, 54

_Corner = tuple[float, float]


class _Broken(Exception):
    """A polygon that cannot be used."""

    def __init__(self, fault: Fault, value: str = "") -> None:
        super().__init__(fault)
        self.fault, self.value = fault, value


def read_grids(
    text: str, datum: Datum
) -> tuple[list[tuple[int, Grid]], list[tuple[int, Mapping[str, Any]]], list[Finding]]:
    """Return the grids of a GeoJSON text in WGS-84, each with its line, and what is wrong.

    Between the two stand the lines that were left out, with their properties. ``datum`` is that
    of the file. A text that breaks off still gives the grids before the break.
    """
    findings: list[Finding] = []
    grids: list[tuple[int, Grid]] = []
    skipped: list[tuple[int, Mapping[str, Any]]] = []
    first_of: dict[str, int] = {}
    strange: set[str] = set()
    for row, feature in _features(text, findings):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        named = properties if isinstance(properties, dict) else {}
        for name in named.keys() - strange - set(_PROPERTIES):
            strange.add(name)
            missing = [it for it in _PROPERTIES if it not in named]
            findings.append(unknown_column(GRIDS_FILE, row, name, missing))
        key = _code(named, row, findings)
        grid: Grid | None
        try:
            grid = _grid(feature, named, key=key, row=row, datum=datum, findings=findings)
        except _Broken as broken:
            shown = {"grid": str(named.get("code", "")), "value": broken.value}
            findings.append(_finding(broken.fault, row, "geometry", shown))
            grid = None
        if key in first_of:
            again = {"value": key, "first": str(first_of[key])}
            findings.append(_finding(Fault.DUPLICATE_KEY, row, "code", again))
        elif key and grid is not None:
            first_of[key] = row
            grids.append((row, grid))
            continue
        skipped.append((row, {"worker": _text(named, "worker")}))
    return grids, skipped, findings


def _code(properties: Mapping[str, Any], row: int, findings: list[Finding]) -> str:
    """Return the code of a grid, or nothing for one that cannot be used."""
    number = properties.get("code")
    plain = isinstance(number, int) and not isinstance(number, bool)
    try:
        return code(str(number) if plain else number)
    except Unusable:
        shown = {"value": str(properties.get("code", "")), "expected": "code"}
        fault = Fault.BAD_CELL if shown["value"] else Fault.EMPTY_CELL
        findings.append(_finding(fault, row, "code", shown))
        return ""


def _finding(
    fault: Fault, row: int, column: str | None = None, params: Mapping[str, str] | None = None
) -> Finding:
    return Finding(file=GRIDS_FILE, fault=fault, row=row, column=column, params=params or {})


def _features(text: str, findings: list[Finding]) -> Iterator[tuple[int, Any]]:
    """Yield each feature with its line; a fault of the text ends them with a finding."""
    start = _FEATURES.search(text)
    if start is None:
        findings.append(_finding(Fault.NO_FEATURES, 1))
        return
    decoder = JSONDecoder()
    at, row, counted = _skip(text, start.end()), 1, 0
    while text[at : at + 1] != "]":
        row, counted = row + text.count("\n", counted, at), at
        try:
            feature, at = decoder.raw_decode(text, at)
        except JSONDecodeError as error:
            findings.append(_finding(Fault.BAD_JSON, error.lineno))
            return
        except (ValueError, RecursionError):  # absurdly long numbers, absurdly deep nesting
            findings.append(_finding(Fault.BAD_JSON, row))
            return
        yield row, feature
        at = _skip(text, at)


def _skip(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found else at


def _grid(
    feature: Any,
    properties: Mapping[str, Any],
    *,
    key: str,
    row: int,
    datum: Datum,
    findings: list[Finding],
) -> Grid:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    polygons = _polygons(geometry if isinstance(geometry, dict) else {})
    rings = [tuple(map(_ring, polygon)) for polygon in polygons]
    faults = {fault for polygon in rings for fault, _ in polygon if fault}
    crossed = any(_crosses(corners) for polygon in rings for _, corners in polygon)
    faults |= {Fault.CROSSED_RING} if crossed else set()
    findings += [_finding(fault, row, "geometry", {"grid": key}) for fault in sorted(faults)]
    return Grid(
        code=key,
        name=_text(properties, "name") or key,
        village=_text(properties, "village"),
        worker=_text(properties, "worker") or None,
        polygons=tuple(
            tuple(_in_wgs84(corners, datum) for _, corners in polygon) for polygon in rings
        ),
    )


def _text(properties: Mapping[str, Any], name: str) -> str:
    value = properties.get(name)
    return "" if value is None else str(value).strip()


def _polygons(geometry: Mapping[str, Any]) -> list[Any]:
    """Return the polygons of a geometry, each a list of rings that is not empty."""
    drawn = geometry.get("coordinates")
    polygons = [drawn] if geometry.get("type") == "Polygon" else drawn
    known = geometry.get("type") in {"Polygon", "MultiPolygon"}
    if not known or not isinstance(polygons, list) or not polygons:
        raise _Broken(Fault.NO_POLYGON)
    if not all(isinstance(polygon, list) and polygon for polygon in polygons):
        raise _Broken(Fault.NO_POLYGON)
    return polygons


def _ring(drawn: Any) -> tuple[Fault | None, tuple[_Corner, ...]]:
    """Return a ring of corners, closed, with the fault that closing it was."""
    if not isinstance(drawn, list):
        raise _Broken(Fault.NO_POLYGON)
    corners = tuple(map(_corner, drawn))
    fault = None
    if corners and corners[0] != corners[-1]:
        corners, fault = (*corners, corners[0]), Fault.OPEN_RING
    if len(corners) < _FEWEST or len(set(corners)) < _FEWEST - 1:
        raise _Broken(Fault.SHORT_RING)
    return fault, corners


def _corner(drawn: Any) -> _Corner:
    if not isinstance(drawn, list) or len(drawn) < _PAIR:
        raise _Broken(Fault.NO_POLYGON)
    lon, lat = drawn[:_PAIR]
    numbers = all(isinstance(part, int | float) for part in (lon, lat))
    if not numbers or not (_WEST <= lon <= _EAST and _SOUTH <= lat <= _NORTH):
        raise _Broken(Fault.FAR_POINT, f"{lon}, {lat}")
    return float(lon), float(lat)


def _in_wgs84(corners: tuple[_Corner, ...], datum: Datum) -> Ring:
    points = (convert(Point(lon, lat, datum), Datum.WGS84) for lon, lat in corners)
    return tuple((point.lon, point.lat) for point in points)


def _crosses(corners: tuple[_Corner, ...]) -> bool:
    """Tell whether two edges of a ring cross; only edges that overlap from west to east can."""
    edges = sorted((min(a, b), max(a, b)) for a, b in pairwise(corners))
    for index, (a, b) in enumerate(edges):
        for c, d in edges[index + 1 :]:
            if c[0] > b[0]:
                break
            if _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0:
                return True
    return False


def _side(a: _Corner, b: _Corner, c: _Corner) -> float:
    """Tell on which side of the line from a to b the point c lies: its sign."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
