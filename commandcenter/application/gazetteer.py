"""Finding a place by its name, by how it is said, by its initials; and what a point lies near."""

from collections.abc import Sequence
from functools import cached_property
from typing import Final

from commandcenter.application.pinyin import Spoken
from commandcenter.domain.gazetteer import NamedPlace
from commandcenter.domain.place import Datum, Point, convert, distance_m

NEAR_M: Final = 200.0
"""Farther away a named place says nothing about a point."""
_MOST: Final = 12


class Gazetteer:
    """The named places of a hall, made ready to be searched at the first search or by ``warm``."""

    def __init__(self, places: Sequence[NamedPlace] = ()) -> None:
        self.places = tuple(places)

    def warm(self) -> None:
        """Make the index; to be called once, away from the screens."""
        _ = self._spoken

    def find(self, query: str, limit: int = _MOST) -> list[NamedPlace]:
        """Return the places that are meant, the likeliest first; none for an empty query.

        A name that is just what was typed comes first, then names that begin so, then the shortest.
        """
        typed = query.casefold().strip()
        if not typed:
            return []
        found = [self.places[at] for at in self._spoken.find(typed)]

        def rank(place: NamedPlace) -> tuple[int, int]:
            names = [name.casefold() for name in (place.name, *place.aliases)]
            begins = any(name.startswith(typed) for name in names)
            return (0 if typed in names else 1 if begins else 2, len(place.name))

        return sorted(found, key=rank)[:limit]

    def near(self, point: Point) -> tuple[NamedPlace, float] | None:
        """Return the named place nearest to a point and the metres between them, if it is near."""
        spot = convert(point, Datum.WGS84)
        within = [
            (metres, at)
            for at, other in enumerate(self._spots)
            if other is not None and (metres := distance_m(spot, other)) <= NEAR_M
        ]
        if not within:
            return None
        metres, at = min(within)
        return self.places[at], metres

    @cached_property
    def _spoken(self) -> Spoken:
        return Spoken(" ".join((place.name, *place.aliases)) for place in self.places)

    @cached_property
    def _spots(self) -> list[Point | None]:
        return [
            None if place.point is None else convert(place.point, Datum.WGS84)
            for place in self.places
        ]
