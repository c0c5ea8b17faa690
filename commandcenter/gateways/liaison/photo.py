"""Photos from telephones: known by their bytes, kept without what they say of whoever took them.

Nothing is decoded: the picture data are copied as they are, and every part that is none is left
out (EXIF with place and serial numbers, comments, thumbnails, whatever follows the end).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

LARGEST: Final = 1_500_000
"""Bytes; the page's script makes photos a tenth of it."""
_WIDEST: Final = 8_000
_PIXELS: Final = 40_000_000


class NoPhoto(ValueError):
    """It is no JPEG, PNG or WebP, or not a whole one, or too large."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo's own bytes, and how its files are named."""

    image: bytes
    suffix: str


def cleaned(raw: bytes) -> Photo:
    """Return a photo without anything but its picture.

    Raises:
        NoPhoto: it is none.
    """
    if len(raw) > LARGEST:
        raise NoPhoto("too large")
    try:
        if raw.startswith(b"\xff\xd8\xff"):
            return Photo(_jpeg(raw), ".jpg")
        if raw.startswith(_PNG):
            return Photo(_png(raw), ".png")
        if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
            return Photo(_webp(raw), ".webp")
    except (IndexError, struct.error) as fault:
        raise NoPhoto("cut short") from fault
    raise NoPhoto("unknown kind")


def _check_size(width: int, height: int) -> None:
    if not (0 < width <= _WIDEST and 0 < height <= _WIDEST and width * height <= _PIXELS):
        raise NoPhoto("no usable size")


# -- JPEG: segments up to the scans; APPn and comments go, but for how the picture is turned --

_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MARK, _SCAN, _END = 0xFF, 0xDA, 0xD9
_SAID: Final = frozenset({0xFE, *range(0xE0, 0xF0)})
_WITHIN: Final = frozenset({0, *range(0xD0, 0xD8)})
_TURNS: Final = range(2, 9)
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_ADOBE: Final = 0xEE
_EXIF: Final = 0xE1


def _jpeg(raw: bytes) -> bytes:
    kept, at, sized, turned = [b"\xff\xd8"], 2, False, 1
    scanned = False
    while True:
        if raw[at] != _MARK:
            raise NoPhoto("no marker")
        while raw[at + 1] == _MARK:  # fill bytes
            at += 1
        marker = raw[at + 1]
        if marker == _END:
            break
        if marker in _ALONE:
            at += 2
            continue
        (length,) = struct.unpack_from(">H", raw, at + 2)
        end = at + 2 + length
        if end == at + 2 or end > len(raw):
            raise NoPhoto("cut short")
        segment = raw[at:end]
        if marker == _EXIF:
            turned = _orientation(segment) or turned
        elif marker not in _SAID or (marker == _ADOBE and segment[4:9] == b"Adobe"):
            kept.append(segment)
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", segment, 5)
            _check_size(width, height)
            sized = True
        at = end
        if marker == _SCAN:
            scanned = True
            at = _end_of_scan(raw, end)
            kept.append(raw[end:at])
    if not (sized and scanned):
        raise NoPhoto("no picture")
    if turned in _TURNS:
        kept.insert(1, _EXIF_TURNED + bytes((turned,)) + bytes(6))
    return b"".join((*kept, b"\xff\xd9"))


def _end_of_scan(raw: bytes, at: int) -> int:
    while True:
        at = raw.find(b"\xff", at)
        if at < 0 or at + 1 >= len(raw):
            raise NoPhoto("cut short")
        if raw[at + 1] not in _WITHIN:
            return at
        at += 2


# an EXIF block with one entry: tag 0x0112, a short, count 1; its value and no next block follow
_EXIF_TURNED: Final = (
    b"\xff\xe1" + struct.pack(">H", 34) + b"Exif\0\0" + b"MM\0*\0\0\0\x08" + b"\0\x01"
    b"\x01\x12\0\x03\0\0\0\x01\0"
)


def _orientation(segment: bytes) -> int | None:
    """Return how the camera was held (1 to 8), where an EXIF block says it plainly."""
    body = segment[4:]
    if body[:6] != b"Exif\0\0" or body[6:8] not in (b"MM", b"II"):
        return None
    order, tiff = ">" if body[6:8] == b"MM" else "<", body[6:]
    try:
        (start,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, start)
        for entry in range(min(count, 100)):
            tag, kind, _count, value = struct.unpack_from(
                order + "HHIH", tiff, start + 2 + 12 * entry
            )
            if (tag, kind) == (0x0112, 3):
                return int(value)
    except struct.error:
        return None
    return None


# -- PNG and WebP: chunks; only those that make the picture stay --

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB"})


def _png(raw: bytes) -> bytes:
    names: list[bytes] = []
    kept, at = [_PNG], len(_PNG)
    while not names or names[-1] != b"IEND":
        (length,) = struct.unpack_from(">I", raw, at)
        name, end = raw[at + 4 : at + 8], at + 12 + length
        if end > len(raw):
            raise NoPhoto("cut short")
        if not names:
            if name != b"IHDR":
                raise NoPhoto("no picture")
            _check_size(*struct.unpack_from(">II", raw, at + 8))
        names.append(name)
        if name in _PNG_KEPT:
            kept.append(raw[at:end])
        at = end
    if b"IDAT" not in names:
        raise NoPhoto("no picture")
    return b"".join(kept)


_HAS_ALPHA: Final = 0x10


def _webp(raw: bytes) -> bytes:
    kept, seen = [], set()
    for name, chunk in _chunks(raw):
        if name == b"VP8X":
            width = int.from_bytes(chunk[12:15], "little") + 1
            height = int.from_bytes(chunk[15:18], "little") + 1
            _check_size(width, height)
            chunk = chunk[:8] + bytes((chunk[8] & _HAS_ALPHA,)) + chunk[9:]  # noqa: PLW2901
        elif name == b"VP8 ":
            if chunk[11:14] != b"\x9d\x01\x2a":
                raise NoPhoto("no picture")
            width, height = struct.unpack_from("<HH", chunk, 14)
            _check_size(width & 0x3FFF, height & 0x3FFF)
        elif name == b"VP8L":
            if chunk[8:9] != b"/":
                raise NoPhoto("no picture")
            (bits,) = struct.unpack_from("<I", chunk, 9)
            _check_size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        elif name != b"ALPH":  # EXIF, XMP, a colour profile, an animation
            continue
        seen.add(name)
        kept.append(chunk)
    if not seen & {b"VP8 ", b"VP8L"}:
        raise NoPhoto("no picture")
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    (size,) = struct.unpack_from("<I", raw, 4)
    at, end = 12, min(8 + size, len(raw))
    while at < end:
        (length,) = struct.unpack_from("<I", raw, at + 4)
        after = at + 8 + length + length % 2
        if at + 8 + length > end:
            raise NoPhoto("cut short")
        yield raw[at : at + 4], raw[at:after]
        at = after
