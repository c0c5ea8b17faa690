"""Make the bundled font from Noto Sans SC: fewer characters, another name, the same licence.

Run it where fontTools is installed; the program itself never needs it:
``python build_font.py NotoSansSC-Regular.otf HallSansSC-Regular.otf``.
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


def rename(font: TTFont) -> None:
    """Replace the reserved name wherever the file carries it."""
    compact = FAMILY.replace(" ", "")
    names = {
        1: FAMILY,
        2: "Regular",
        3: f"1.0;{compact}-Regular",
        4: FAMILY,
        6: f"{compact}-Regular",
        16: None,
        17: None,
    }
    table = font["name"]
    for record in list(table.names):
        if record.nameID in names:
            table.removeNames(nameID=record.nameID)
    for number, words in names.items():
        if words is not None:
            table.setName(words, number, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames = [f"{compact}-Regular"]
    top = cff.topDictIndex[0]
    top.FullName, top.FamilyName = FAMILY, FAMILY


def main() -> None:
    """Read the source font, write the subset."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    given = parser.parse_args()
    options = Options()
    options.layout_features = _FEATURES
    options.hinting = False
    options.desubroutinize = False
    options.name_IDs = ["*"]
    options.name_languages = [0x409]
    options.notdef_outline = True
    options.drop_tables += ["vhea", "vmtx", "VORG", "DSIG"]
    font = TTFont(given.source)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted())
    subsetter.subset(font)
    rename(font)
    font.save(given.target)


if __name__ == "__main__":
    main()
