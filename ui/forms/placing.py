"""Where something is, as it is being entered: what is known of it, and what must be said of it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from commandcenter.domain.gazetteer import NamedPlace
from commandcenter.domain.place import Datum, Place, PlaceQuality, Point, settle
from ui import wording
from ui.forms.field import Field, Kind, Subject, Values
from ui.wording import Both


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place as somebody has entered it: in words, as a point, or by its grid alone."""

    address: str = ""
    point: Point | None = None
    grid: str | None = None


def spot_of(place: NamedPlace) -> Spot:
    """Return a named place as an answer."""
    return Spot(address=place.name, point=place.point, grid=place.grid)


_PAIR: Final = re.compile(r"\s*(?P<lon>\d{2,3}\.\d{2,})\s*[,，\s]\s*(?P<lat>\d{1,2}\.\d{2,})\s*")


def typed_point(text: str, datum: Datum) -> Point | None:
    """Return the point that a text of two numbers means, longitude first; else nothing."""
    pair = _PAIR.fullmatch(text)
    return Point(float(pair["lon"]), float(pair["lat"]), datum) if pair else None


def _filled(spot: Any) -> Mapping[str, Any]:
    """Return the fields of a command that a place fills."""
    if not isinstance(spot, Spot):
        return {}
    point = spot.point
    known = {} if point is None else {"lon": point.lon, "lat": point.lat, "datum": point.datum}
    return {"address": spot.address, **known}


PLACE: Final = Field(
    key="address",
    label=("地点", "Place"),
    kind=Kind.PLACE,
    fills=_filled,
    hint=("地址、地标或拼音首字母，也可填经纬度", "Address, landmark, initials or coordinates"),
)
"""Asks where: by address, by landmark, by coordinates, or by a click on the map."""


def settled(subject: Subject, values: Values) -> Place:
    """Return what the hall will make of the place that has been entered."""
    spot = values.get("address") or Spot()
    return settle(subject.hall.grids, spot.point, spot.address, values.get("grid") or spot.grid)


def located_grid(subject: Subject, values: Values) -> str | None:
    """Return the grid that a place lies in, as far as it is known by now."""
    spot = values.get("address") or Spot()
    return settle(subject.hall.grids, spot.point, spot.address, spot.grid).grid


_BELONGS: Final[Both] = ("属 {where}", "Belongs to {where}")
_WORKER: Final[Both] = ("网格员：{name} {phone}", "Grid worker: {name} {phone}")
_NO_WORKER: Final[Both] = ("这个网格没有网格员。", "This grid has no worker.")
_BORDER: Final[Both] = (
    "! 离网格界线只有 {metres} 米，也可能属 {others}：请问清是哪一边",
    "! Only {metres} m from the border, it may belong to {others}: ask which side",
)
_OUTSIDE: Final[Both] = (
    "! 这个位置不在本镇网格之内：请核对，或按管辖转办",
    "! This is outside the township's grids: check it, or pass the matter on",
)
_ELSEWHERE: Final[Both] = (
    "! 位置在 {found}，与所选网格不同：请核对是哪一个",
    "! The point lies in {found}, not in the grid chosen: check which is meant",
)
_SUSPECT: Final[Both] = (
    "! 位置不在所选网格内，换成 {datum} 坐标系才对得上：请核对坐标系",
    "! The point lies in the grid chosen only in {datum}: check the datum",
)
_FUZZY: Final[Both] = (
    "没有具体位置：地图上画在网格中间，范围约 {metres} 米",
    "No exact place: drawn in the middle of its grid, within some {metres} m",
)
UNPLACED: Final[Both] = (
    "地图上找不到这个地址：请选网格，或在地图上点选",
    "Not found on the map: choose its grid, or point at it on the map",
)
"""What is said of words that name no place."""


def placing(subject: Subject, spot: Spot | None) -> list[str]:
    """Say whose ground a place is, who is responsible there, and every doubt about it."""
    return list(_placing(subject, {"address": spot})) if spot else []


def choosing_grid(subject: Subject, values: Values) -> list[str]:
    """Say the same of a grid that was chosen and is not the one the place lies in."""
    if values.get("grid") in {None, located_grid(subject, values)}:
        return []
    return list(_placing(subject, values))


def _placing(subject: Subject, values: Values) -> Iterator[str]:
    spot, place, say = values.get("address") or Spot(), settled(subject, values), subject.say
    if place.grid:
        yield say(_BELONGS, where=wording.grid_and_village(subject.hall, place, subject.lang))
        yield _responsible(subject, place.grid)
    elif spot.address and place.quality is PlaceQuality.UNKNOWN:
        yield say(UNPLACED)
    if place.quality is PlaceQuality.BOUNDARY:
        others = [code for code in place.candidates if code != place.grid]
        names = [wording.grid_name(subject.hall, code) for code in others] or ["—"]
        yield say(
            _BORDER,
            metres=max(1, round(place.border_m or 0)),
            others=wording.listed(names, subject.lang),
        )
    elif place.quality in {PlaceQuality.OUTSIDE, PlaceQuality.OUT_OF_RANGE}:
        yield say(_OUTSIDE)
    elif place.quality is PlaceQuality.DATUM_SUSPECT and place.suspect_datum is not None:
        yield say(_SUSPECT, datum=place.suspect_datum)
    elif place.quality is PlaceQuality.FUZZY and place.accuracy_m:
        yield say(_FUZZY, metres=f"{place.accuracy_m:.0f}")
    chosen, found = values.get("grid"), located_grid(subject, values)
    if chosen and found and chosen != found and place.quality is PlaceQuality.EXACT:
        yield say(_ELSEWHERE, found=wording.grid_name(subject.hall, found))


def _responsible(subject: Subject, grid: str) -> str:
    known = subject.hall.grids.grids.get(grid)
    worker = subject.hall.workers.get(known.worker or "") if known else None
    if worker is None:
        return subject.say(_NO_WORKER)
    return subject.say(_WORKER, name=worker.name, phone=worker.phone).strip()
