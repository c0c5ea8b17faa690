"""Where a plan view looks, and how degrees, metres and pixels turn into each other."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import cos, radians
from typing import Final, Self

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QTransform

Floats = npt.NDArray[np.float64]

EARTH_RADIUS: Final = 6_371_008.8  # metres; the IUGG mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """A local plane touching the earth at ``lon0``, ``lat0`` (degrees): x east, y north, in metres.

    Equirectangular: exact at the origin, and within 50 km of it wrong by less than a thousandth
    at the latitudes people live at.
    """

    lon0: float
    lat0: float

    def to_metres(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Turn degrees into metres east and north of the origin; what is not finite stays so."""
        east = np.radians(np.asarray(lon, float) - self.lon0) * cos(radians(self.lat0))
        north = np.radians(np.asarray(lat, float) - self.lat0)
        return east * EARTH_RADIUS, north * EARTH_RADIUS

    def to_degrees(self, x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Turn metres east and north of the origin back into longitude and latitude."""
        lon = np.degrees(np.asarray(x, float) / EARTH_RADIUS / cos(radians(self.lat0))) + self.lon0
        return lon, np.degrees(np.asarray(y, float) / EARTH_RADIUS) + self.lat0


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Where a canvas looks: its middle in metres, and device-independent pixels per metre.

    ``whole``: it was fitted to all there is, so that at another size of the canvas it is another.
    """

    x: float
    y: float
    scale: float
    whole: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """An upright rectangle of the plane, in metres."""

    left: float
    bottom: float
    right: float
    top: float

    @classmethod
    def around(cls, x: npt.ArrayLike, y: npt.ArrayLike) -> Self | None:
        """Enclose the finite points of ``x``, ``y``; None when there is not one."""
        xs, ys = np.asarray(x, float), np.asarray(y, float)
        known = np.isfinite(xs) & np.isfinite(ys)
        if not known.any():
            return None
        xs, ys = xs[known], ys[known]
        return cls(
            left=float(xs.min()),
            bottom=float(ys.min()),
            right=float(xs.max()),
            top=float(ys.max()),
        )

    @classmethod
    def union(cls, several: Iterable[Self | None]) -> Self | None:
        """Enclose all of ``several``, passing over None; None when nothing is left."""
        some = [one for one in several if one is not None]
        if not some:
            return None
        return cls(
            left=min(one.left for one in some),
            bottom=min(one.bottom for one in some),
            right=max(one.right for one in some),
            top=max(one.top for one in some),
        )

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the rectangle."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The window of whole device pixels that a view cuts out of the plane.

    ``left`` and ``top`` are whole pixels, counted from the plane's origin at ``zoom`` device pixels
    per metre. Two frames of one zoom therefore differ by whole pixels: a picture made for one
    is moved to the other without resampling, and marks do not tremble against it while it moves.
    """

    zoom: float
    left: int
    top: int
    width: int
    height: int

    @classmethod
    def of(cls, view: View, width: int, height: int, ratio: float) -> Self:
        """Cut the window for ``view``, ``width`` × ``height`` device pixels, out of the plane."""
        zoom = view.scale * ratio
        return cls(
            zoom=zoom,
            left=round(view.x * zoom - width / 2),
            top=round(-view.y * zoom - height / 2),
            width=width,
            height=height,
        )

    def grown(self, across: int, down: int) -> Self:
        """Widen the window by so many device pixels on each side."""
        return type(self)(
            zoom=self.zoom,
            left=self.left - across,
            top=self.top - down,
            width=self.width + 2 * across,
            height=self.height + 2 * down,
        )

    def covers(self, other: Self) -> bool:
        """Tell whether all of ``other``, of the same zoom, lies inside."""
        return (
            self.zoom == other.zoom
            and self.left <= other.left
            and self.top <= other.top
            and self.left + self.width >= other.left + other.width
            and self.top + self.height >= other.top + other.height
        )

    def to_pixels(self, x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Turn metres into device pixels from the window's upper left corner."""
        across = np.asarray(x, float) * self.zoom - self.left
        return across, np.asarray(y, float) * -self.zoom - self.top

    def to_metres(self, across: float, down: float) -> tuple[float, float]:
        """Turn device pixels from the window's upper left corner back into metres."""
        return (across + self.left) / self.zoom, -(down + self.top) / self.zoom

    def transform(self) -> QTransform:
        """Give the same way from metres to pixels in Qt's words."""
        return QTransform(self.zoom, 0.0, 0.0, -self.zoom, -self.left, -self.top)

    def bounds(self) -> Bounds:
        """Name the part of the plane that the window shows."""
        left, top = self.to_metres(0, 0)
        right, bottom = self.to_metres(self.width, self.height)
        return Bounds(left=left, bottom=bottom, right=right, top=top)
