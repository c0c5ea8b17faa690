"""Photos from telephones: known by their bytes, and nothing in them but the picture."""

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QImage, QImageIOHandler, QImageReader

from commandcenter.gateways.liaison.photo import LARGEST, NoPhoto, cleaned

PLACE = b"GPS 29.08 116.28 of 13800005678"


def picture(kind, width=64, height=48):
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    out = QBuffer()
    out.open(QBuffer.OpenModeFlag.WriteOnly)
    assert image.save(out, kind)
    return bytes(out.data())


def exif(turned):
    """Return an EXIF segment that says how the camera was held, and where."""
    tiff = b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + struct.pack("<HHII", 0x0112, 3, 1, turned)
    body = b"Exif\0\0" + tiff + bytes(4) + PLACE
    return b"\xff\xe1" + struct.pack(">H", 2 + len(body)) + body


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


@pytest.mark.parametrize(("kind", "suffix"), [("jpeg", ".jpg"), ("png", ".png"), ("webp", ".webp")])
def test_that_a_photo_stays_the_same_picture_without_what_follows_it(kind, suffix):
    raw = picture(kind)
    found = cleaned(raw + b"PK\x03\x04" + PLACE)

    assert found.suffix == suffix
    assert PLACE not in found.image
    assert QImage.fromData(QByteArray(found.image)) == QImage.fromData(QByteArray(raw))
    assert cleaned(found.image).image == found.image


@pytest.mark.parametrize("turned", range(1, 9))
def test_that_a_photo_loses_where_it_was_taken_and_keeps_how_it_is_turned(turned):
    raw = picture("jpeg")
    found = cleaned(raw[:2] + exif(turned) + b"\xff\xfe\x00\x21" + PLACE.ljust(31) + raw[2:])

    assert PLACE not in found.image
    out = QBuffer()
    out.setData(QByteArray(found.image))
    out.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(out, QByteArray(b"jpeg"))
    turns = QImageIOHandler.Transformation.TransformationNone, 1
    assert (reader.transformation() == turns[0]) == (turned == turns[1])
    assert not reader.read().isNull()


def test_that_a_png_loses_its_texts():
    raw = picture("png")
    at = raw.index(b"IDAT") - 4
    found = cleaned(raw[:at] + chunk(b"tEXt", PLACE) + chunk(b"eXIf", PLACE) + raw[at:])

    assert PLACE not in found.image
    assert QImage.fromData(QByteArray(found.image)) == QImage.fromData(QByteArray(raw))


def test_that_a_webp_loses_its_texts():
    raw = picture("webp")
    body = raw[12:] + b"EXIF" + struct.pack("<I", len(PLACE)) + PLACE + b"\0" * (len(PLACE) % 2)
    extended = b"VP8X" + struct.pack("<I", 10) + b"\x08\0\0\0" + bytes((63, 0, 0, 47, 0, 0))
    whole = b"WEBP" + extended + body
    found = cleaned(b"RIFF" + struct.pack("<I", len(whole)) + whole)

    assert PLACE not in found.image
    assert QImage.fromData(QByteArray(found.image)).width() == 64


NOT_PHOTOS = {
    "nothing": b"",
    "text": "照片".encode(),
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "pdf": b"%PDF-1.7",
    "gif": b"GIF89a" + bytes(40),
    "bmp": b"BM" + bytes(60),
    "tiff": b"II*\0" + bytes(60),
    "html after a start": b"\xff\xd8\xff<script>",
    "jpeg without a picture": b"\xff\xd8\xff\xfe\x00\x04ab\xff\xd9",
    "zip": b"PK\x03\x04" + bytes(60),
    "wave": b"RIFF\x04\0\0\0WAVE",
    "empty webp": b"RIFF\x04\0\0\0WEBP",
    "png bomb": b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIB4x", 60_000, 60_000, 8)),
    "no size": b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIB4x", 0, 9, 8)),
    "large": b"\xff\xd8\xff" + bytes(LARGEST),
}


@pytest.mark.parametrize("name", NOT_PHOTOS)
def test_that_what_is_no_photo_is_refused(name):
    with pytest.raises(NoPhoto):
        cleaned(NOT_PHOTOS[name])


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
@given(data=st.data())
def test_that_a_damaged_photo_is_refused_or_read_and_never_breaks_anything(kind, data):
    raw = bytearray(picture(kind))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = cleaned(bytes(raw[: data.draw(st.integers(0, len(raw)))]))
    except NoPhoto:
        return
    assert len(found.image) <= len(raw) + 36
