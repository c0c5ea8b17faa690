"""Reads a PDF of Qt's back, as far as tests need it: pages, fonts, text and where it stands."""

import re
import zlib
from itertools import accumulate

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)endstream", re.DOTALL)
_SHOWN = re.compile(rb"/(F\d+) ([\d.]+) Tf|([-\d.]+) ([-\d.]+) Td <([0-9a-fA-F]+)> Tj")
_SCALE = re.compile(rb"([\d.]+) 0 0 -[\d.]+ ([\d.]+) [\d.]+ cm")


class Pdf:
    """The objects of a file by number; ``fonts`` are the names of those embedded."""

    def __init__(self, path):
        data = path.read_bytes()
        assert data.startswith(b"%PDF-")
        assert data.rstrip().endswith(b"%%EOF")
        self._objects = {int(no): body for no, body in _OBJECT.findall(data)}
        self.fonts = sorted(
            re.search(rb"/FontName /(?:\w+\+)?(\S+)", body)[1].decode()
            for body in self._objects.values()
            if b"/FontFile" in body
        )
        self._letters = dict(self._maps())
        self._widths = dict(self._advances())

    @property
    def pages(self):
        """The text of each page; what stands on one line is joined."""
        return [self._text(content) for content in self._contents()]

    @property
    def boxes(self):
        """Of each page the runs of text as (line, left, right) in points, also those cut off."""
        return [list(self._placed(content)) for content in self._contents()]

    def _contents(self):
        for body in self._objects.values():
            if re.search(rb"/Type /Page\b", body):
                yield self._stream(int(re.search(rb"/Contents (\d+)", body)[1]))

    def _text(self, content):
        font, text = None, ""
        for name, _size, _left, _top, glyphs in _SHOWN.findall(content):
            if name:
                font = self._letters[name]
                text += "\n"
                continue
            codes = (glyphs[at : at + 4] for at in range(0, len(glyphs), 4))
            text += "".join(font.get(int(code, 16), "?") for code in codes)
        return text

    def _placed(self, content):
        scale, margin = map(float, _SCALE.search(content).groups())
        for text in content.split(b"BT\n")[1:]:
            (name, size, *_), *letters = _SHOWN.findall(text)
            last = int(letters[-1][-1][-4:], 16)
            starts = list(accumulate(float(left) for _, _, left, _, _ in letters))
            right = starts[-1] + self._widths[name].get(last, 1000) * float(size) / 1000
            yield float(letters[0][3]), margin + starts[0] * scale, margin + right * scale

    def _stream(self, number):
        found = _STREAM.search(self._objects[number])[1]
        packed = b"FlateDecode" in self._objects[number]
        return zlib.decompressobj().decompress(found) if packed else found

    def _maps(self):
        for body in self._objects.values():
            if b"/Subtype /Type0" in body:
                number = next(no for no, it in self._objects.items() if it is body)
                unicode = int(re.search(rb"/ToUnicode (\d+)", body)[1])
                yield b"F%d" % number, _letters(self._stream(unicode))

    def _advances(self):
        for number, body in self._objects.items():
            if below := re.search(rb"/DescendantFonts \[(\d+)", body):
                yield b"F%d" % number, _widths(self._objects[int(below[1])])


def _widths(font):
    """The widths of the letters of a font in thousandths of its size, where they are not 1000."""
    found = {}
    _, _, table = font.partition(b"/W [")
    for first, each, last, same in re.findall(rb"(\d+) (?:\[([\d ]*)\]|(\d+) (\d+))", table):
        start, single = int(first), [int(it) for it in each.split()]
        found |= enumerate(single or [int(same)] * (int(last) - start + 1), start)
    return found


def _letters(cmap):
    found = {}
    for first, last, rest in re.findall(rb"<(\w{4})> <(\w{4})> (\[[^\]]*\]|<\w+>)", cmap):
        start = int(first, 16)
        targets = re.findall(rb"<(\w+)>", rest)
        for at in range(start, int(last, 16) + 1):
            if rest.startswith(b"["):
                found[at] = bytes.fromhex(targets[at - start].decode()).decode("utf-16-be")
            else:
                found[at] = chr(int(targets[0], 16) + at - start)
    return found
