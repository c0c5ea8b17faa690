"""Make the bundled font from Noto Sans SC: fewer characters, another name, the same licence.

Run it where fontTools is installed; the program itself never needs it:
``python build_font.py NotoSansSC-Regular.otf Regular HallSansSC-Regular.otf`` and
``python build_font.py NotoSansSC-SemiBold.ttf Bold HallSansSC-Bold.ttf``: a half-bold face
reads better on screens than a bold one, and serves wherever 600 or 700 is asked for.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FAMILY = "Hall Sans SC"  # OFL 1.1, section 3: a changed font may not keep a reserved name
_RANGES = (
    (0x0020, 0x007E),  # Latin
    (0x00A0, 0x017F),
    (0x2000, 0x206F),  # punctuation
    (0x2070, 0x209F),  # raised and lowered figures
    (0x20A0, 0x20BF),
    (0x2100, 0x22FF),  # letter-like, number forms, arrows, mathematics
    (0x2300, 0x23FF),
    (0x2460, 0x27BF),  # enclosed, lines, shapes, marks
    (0x2B00, 0x2BFF),
    (0x3000, 0x312F),  # CJK punctuation, kana, Bopomofo
    (0x3200, 0x33FF),
    (0x4E00, 0x9FFF),  # the unified ideographs of names and places
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
)
_KEPT_NAMES = {0, 5, 7, 8, 9, 10, 11, 13, 14}  # whose work it is, and the licence
_FEATURES = ["kern", "locl", "ccmp", "tnum", "lnum", "pnum", "palt"]


def wanted() -> set[int]:
    """Return the code points to keep: the ranges, all of GB 2312, and a few more of names."""
    points = {point for first, last in _RANGES for point in range(first, last + 1)}
    points.update(_gb2312())
    points.update(map(ord, "䶮㛃㬎㻬"))
    return points


def _gb2312() -> Iterator[int]:
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                yield ord(bytes((row, cell)).decode("gb2312"))
            except UnicodeDecodeError:
                continue


def rename(font: TTFont, style: str) -> None:
    """Replace the reserved name wherever the file carries it, and say which style it is."""
    postscript = f"{FAMILY.replace(' ', '')}-{style}"
    names = {1: FAMILY, 2: style, 3: f"1.0;{postscript}", 4: f"{FAMILY} {style}", 6: postscript}
    table = font["name"]
    for number in {record.nameID for record in table.names} - _KEPT_NAMES:
        table.removeNames(nameID=number)
    for number, words in names.items():
        table.setName(words, number, 3, 1, 0x409)
    bold = style == "Bold"
    metrics, head = font["OS/2"], font["head"]
    metrics.usWeightClass = 700 if bold else 400
    metrics.fsSelection = metrics.fsSelection & ~0x61 | (0x20 if bold else 0x40)
    head.macStyle = 1 if bold else 0
    if "CFF " in font:
        outlines = font["CFF "].cff
        outlines.fontNames = [postscript]
        outlines.topDictIndex[0].FullName = f"{FAMILY} {style}"
        outlines.topDictIndex[0].FamilyName = FAMILY


def main() -> None:
    """Read the source font, write the subset."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("style", choices=("Regular", "Bold"))
    parser.add_argument("target", type=Path)
    given = parser.parse_args()
    options = Options()
    options.layout_features = _FEATURES
    options.hinting = False
    options.name_IDs = ["*"]
    options.name_languages = [0x409]
    options.notdef_outline = True
    options.drop_tables += ["vhea", "vmtx", "VORG", "DSIG", "STAT"]
    font = TTFont(given.source)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted())
    subsetter.subset(font)
    rename(font, given.style)
    font.save(given.target)


if __name__ == "__main__":
    main()
