"""Reads a PDF of Qt's back, as far as tests need it: pages, fonts, and the text of each page."""

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)endstream", re.DOTALL)
_SHOWN = re.compile(rb"/(F\d+) [\d.]+ Tf|([-\d.]+) ([-\d.]+) Td <([0-9a-fA-F]+)> Tj")


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

    @property
    def pages(self):
        """The text of each page; what stands on one line is joined."""
        found = []
        for body in self._objects.values():
            if re.search(rb"/Type /Page\b", body):
                content = self._stream(int(re.search(rb"/Contents (\d+)", body)[1]))
                found.append(self._text(content))
        return found

    def _text(self, content):
        font, text = None, ""
        for name, _left, _top, glyphs in _SHOWN.findall(content):
            if name:
                font = self._letters[name]
                text += "\n"
                continue
            codes = (glyphs[at : at + 4] for at in range(0, len(glyphs), 4))
            text += "".join(font.get(int(code, 16), "?") for code in codes)
        return text

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
