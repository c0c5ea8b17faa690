"""The places people name: streets, estates, buildings, landmarks, and where each of them lies."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from commandcenter.domain.place import Point


class PlaceKind(StrEnum):
    """What a named place is (the kinds by which a report may be located without coordinates)."""

    STREET = "street"  # 街巷
    ESTATE = "estate"  # 小区
    BUILDING = "building"  # 建筑
    INTEREST = "interest"  # 兴趣点
    DOOR = "door"  # 门牌
    LANDMARK = "landmark"  # 地标


KIND_WORDS: Final = {
    "街巷": PlaceKind.STREET,
    "小区": PlaceKind.ESTATE,
    "建筑": PlaceKind.BUILDING,
    "兴趣点": PlaceKind.INTEREST,
    "门牌": PlaceKind.DOOR,
    "地标": PlaceKind.LANDMARK,
}
"""How ``gazetteer.csv`` names the kinds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPlace:
    """A place with a name of its own; ``aliases`` are what people call it besides.

    Without a ``point`` only its ``grid`` is known.
    """

    name: str
    kind: PlaceKind
    point: Point | None = None
    grid: str | None = None
    aliases: tuple[str, ...] = ()
