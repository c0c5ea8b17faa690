"""How the hall looks: colour tokens, urgency marks, fonts, and putting them on.

Three sets of tokens share their names. The set is written into a complete ``QPalette`` (custom
widgets paint from it) and into the style sheet ``resources/styles/hall.qss`` (stock widgets). Every
length follows the pixel size of the font, on a 4-px rhythm at 14 px, so that the wall is the desk
enlarged.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette, QRawFont
from PySide6.QtWidgets import QApplication, QWidget

from widgets.tone import LINE_ROLE, TONE_ROLES, Tone, blend

DESK_POINTS: Final = 10.5
WALL_PIXELS: Final = 24
_TALL: Final = 1440
_MOST_GROWTH: Final = 1.6
_DESIGN_PIXELS: Final = 14  # the font size at which one unit is one pixel
_PLACEHOLDER: Final = re.compile(r"\{\{\s*(?:([a-z_]+)|(\d+(?:\.\d+)?)u)\s*\}\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The colours of one theme, each ``#RRGGBB``; meanings, never places.

    ``background`` < ``panel`` < ``raised`` are the surfaces; ``hover``, ``pressed`` and
    ``selection`` are what they turn into; ``line`` separates, ``edge`` bounds something that can
    be used (3:1), ``on_…`` is text upon a fill of that colour.
    """

    name: str
    dark: bool
    background: str
    panel: str
    raised: str
    hover: str
    pressed: str
    selection: str
    line: str
    edge: str
    text: str
    quiet: str
    faint: str
    accent: str
    on_accent: str
    good: str
    near: str
    urgent: str
    over: str
    on_over: str
    whistle: str


DARK: Final = Tokens(
    name="dark",
    dark=True,
    background="#0F161F",
    panel="#16202C",
    raised="#1E2A38",
    hover="#243242",
    pressed="#121B26",
    selection="#1B3A54",
    line="#2B3A4B",
    edge="#667C93",
    text="#E8EEF5",
    quiet="#94A5B8",
    faint="#5C6D80",
    accent="#5AA9E6",
    on_accent="#07131E",
    good="#4CB78E",
    near="#E9B44C",
    urgent="#F08A4B",
    over="#F2665E",
    on_over="#1C0706",
    whistle="#C792EA",
)
LIGHT: Final = Tokens(
    name="light",
    dark=False,
    background="#EBEFF4",
    panel="#FFFFFF",
    raised="#F5F8FB",
    hover="#E4EBF3",
    pressed="#D6E0EB",
    selection="#D3E6F8",
    line="#D3DBE4",
    edge="#6F8195",
    text="#16202C",
    quiet="#4C5C6E",
    faint="#94A1AF",
    accent="#155FA0",
    on_accent="#FFFFFF",
    good="#14694A",
    near="#7D5200",
    urgent="#A3400B",
    over="#B3261E",
    on_over="#FFFFFF",
    whistle="#7436A6",
)
HIGH_CONTRAST: Final = Tokens(
    name="high_contrast",
    dark=True,
    background="#000000",
    panel="#0A0A0A",
    raised="#1A1A1A",
    hover="#2C2C2C",
    pressed="#000000",
    selection="#00376B",
    line="#8A8A8A",
    edge="#FFFFFF",
    text="#FFFFFF",
    quiet="#D9D9D9",
    faint="#A6A6A6",
    accent="#5CC8FF",
    on_accent="#000000",
    good="#43F0A0",
    near="#FFD740",
    urgent="#FFA252",
    over="#FF8A80",
    on_over="#000000",
    whistle="#E3B0FF",
)
THEMES: Final = {tokens.name: tokens for tokens in (DARK, LIGHT, HIGH_CONTRAST)}


TONE_TOKENS: Final = {
    Tone.PLAIN: "text",
    Tone.QUIET: "quiet",
    Tone.ACCENT: "accent",
    Tone.GOOD: "good",
    Tone.NEAR: "near",
    Tone.URGENT: "urgent",
    Tone.OVER: "over",
    Tone.SIGNAL: "whistle",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One grade of urgency to the eye: a shape, a tone, a word; never the colour alone."""

    shape: str
    tone: Tone
    word: str

    def colour(self, tokens: Tokens) -> str:
        """Return the mark's ``#RRGGBB`` in this theme."""
        return colour_of(tokens, TONE_TOKENS[self.tone])


URGENCY_MARKS: Final = {
    "critical": Mark(shape="◆", tone=Tone.OVER, word="特急"),
    "urgent": Mark(shape="▲", tone=Tone.URGENT, word="紧急"),
    "important": Mark(shape="●", tone=Tone.NEAR, word="重要"),
    "normal": Mark(shape="○", tone=Tone.QUIET, word="一般"),
}


def colour_of(tokens: Tokens, token: str) -> str:
    """Return the ``#RRGGBB`` of the token named ``token``; an unknown name is a KeyError."""
    return str(asdict(tokens)[token])


_Role = QPalette.ColorRole
_ROLE_TOKENS: Final = {
    _Role.Window: "background",
    _Role.WindowText: "text",
    _Role.Base: "panel",
    _Role.AlternateBase: "raised",
    _Role.Text: "text",
    _Role.Button: "raised",
    _Role.ButtonText: "text",
    _Role.ToolTipBase: "raised",
    _Role.ToolTipText: "text",
    _Role.Highlight: "selection",
    _Role.HighlightedText: "text",
    _Role.Link: "accent",
    _Role.Shadow: "pressed",
    LINE_ROLE: "line",
    **{TONE_ROLES[tone]: token for tone, token in TONE_TOKENS.items()},
}
_FAINT_WHEN_DISABLED: Final = (_Role.WindowText, _Role.Text, _Role.ButtonText, _Role.Accent)


def palette_of(tokens: Tokens) -> QPalette:
    """Return the complete palette of a theme; a colour scheme hint alone does nothing offscreen."""
    palette = QPalette()
    for role, token in _ROLE_TOKENS.items():
        palette.setColor(role, QColor(colour_of(tokens, token)))
    for role in _FAINT_WHEN_DISABLED:
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.faint))
    return palette


@lru_cache(maxsize=16)
def stylesheet(tokens: Tokens, font_pixels: float = _DESIGN_PIXELS) -> str:
    """Return the style sheet for a theme at a font size in pixels.

    ``{{ token }}`` is a colour, ``{{ 8u }}`` a length of eight units, rounded to whole pixels;
    ``{{ icons }}`` the folder of the icons that the sheet itself shows.
    """
    template = (files("resources") / "styles" / "hall.qss").read_text("utf-8")
    words = {key: str(value) for key, value in asdict(tokens).items()} | _tints(tokens)
    words["icons"] = _folder("styles")
    words["ink"] = "dark" if tokens.dark else "light"  # which of the two tick pictures to show
    unit = font_pixels / _DESIGN_PIXELS

    def fill(match: re.Match[str]) -> str:
        word, units = match.groups()
        return words[word] if word else f"{max(1, round(float(units) * unit))}px"

    return _PLACEHOLDER.sub(fill, template)


def _tints(tokens: Tokens) -> dict[str, str]:
    """Return the derived colours: a wash behind marks, and fills under the pointer."""
    panel, text, background = (QColor(it) for it in (tokens.panel, tokens.text, tokens.background))
    tints = {
        "scroll": blend(text, panel, 0.28).name(),
        "rim": blend(QColor(tokens.edge), QColor(tokens.line), 0.4).name(),
    }
    for token in TONE_TOKENS.values():
        colour = QColor(colour_of(tokens, token))
        tints[f"{token}_soft"] = blend(colour, panel, 0.12).name()
        tints[f"{token}_strong"] = blend(colour, text, 0.85).name()
        tints[f"{token}_deep"] = blend(colour, background, 0.85).name()
    return tints


class Theme(QObject):
    """The theme being worn; one belongs to the application and tells of every change."""

    changed = Signal(object)  # Tokens

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.tokens = DARK

    def wear(self, tokens: Tokens) -> None:
        """Remember ``tokens`` and tell everybody who draws from them."""
        self.tokens = tokens
        self.changed.emit(tokens)


def theme_of(app: QApplication) -> Theme:
    """Return the application's theme; it is made on first use."""
    return app.findChild(Theme) or Theme(app)


def apply_theme(app: QApplication, tokens: Tokens) -> None:
    """Put a theme on the whole application: Fusion style, palette, style sheet, in that order."""
    if app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(palette_of(tokens))
    app.setStyleSheet(stylesheet(tokens, QFontInfo(app.font()).pixelSize()))
    theme_of(app).wear(tokens)


def enlarge(window: QWidget, tokens: Tokens, pixels: float) -> None:
    """Give one window a larger font and everything that follows from it; for a wall.

    A font set on the window would not reach widgets that the style sheet has touched.
    """
    base = f"QWidget {{ font-size: {round(pixels)}px; }}\n"
    window.setStyleSheet(base + stylesheet(tokens, pixels))


class FontSource(StrEnum):
    """Where the letters come from."""

    SYSTEM = "system"
    BUNDLED = "bundled"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class FontState:
    """The family in use; ``MISSING`` means that Chinese shows as boxes, and must be said."""

    source: FontSource
    family: str


# Sans-serif families of the systems a hall has, best first; others may be brush or song faces.
_SYSTEM_FAMILIES: Final = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "HarmonyOS Sans SC",
    "MiSans",
    "PingFang SC",
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
)
# Everyday characters, and four of people's names that GB 2312 does not have.
COVERAGE_PROBE: Final = "事件吹哨网格，。：「」喆堃珺晞"


def covers(family: str, text: str = COVERAGE_PROBE) -> bool:
    """Tell whether the family itself draws every character of ``text``, without a fallback."""
    raw = QRawFont.fromFont(QFont(family), QFontDatabase.WritingSystem.SimplifiedChinese)
    # of two files by two makers Qt adds the maker: Hall Sans SC [GOOG]
    drawn = raw.familyName().partition(" [")[0]
    return drawn == family and all(raw.supportsCharacter(ord(char)) for char in text)


def hall_font(family: str, points: float = DESK_POINTS) -> QFont:
    """Return the interface font, with figures of equal width so that counts do not jump."""
    font = QFont(family)
    font.setPointSizeF(points)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def desk_points(height: int) -> float:
    """Return the size of the interface font for a screen of this height in logical pixels.

    Up to 1440 it is the size of the desk; a screen of 2160 that is not scaled by its system would
    show letters too small to read from a chair, so there it grows with the screen.
    """
    return DESK_POINTS * min(_MOST_GROWTH, max(1.0, height / _TALL))


def application(name: str) -> QApplication:
    """Return the one application of this process, made on first use under a name."""
    known = QApplication.instance()
    return known if isinstance(known, QApplication) else QApplication([name])


def install_fonts(app: QApplication, *, points: float = DESK_POINTS) -> FontState:
    """Give the application a font that has Chinese: the system's, else ours, else say so."""
    state = _choose_font(app)
    app.setFont(hall_font(state.family, points))
    return state


def _choose_font(app: QApplication) -> FontState:
    installed = set(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese))
    for family in _SYSTEM_FAMILIES:
        if family in installed and covers(family):
            return FontState(source=FontSource.SYSTEM, family=family)
    for family in list(_bundled_families()):  # every file first, or one weight would do for all
        if covers(family):
            return FontState(source=FontSource.BUNDLED, family=family)
    return FontState(source=FontSource.MISSING, family=app.font().family())


def _bundled_families() -> Iterator[str]:
    for path in sorted(Path(_folder("fonts")).glob("*.[ot]tf")):
        yield from QFontDatabase.applicationFontFamilies(
            QFontDatabase.addApplicationFont(str(path))
        )


def _folder(name: str) -> str:
    return Path(str(files("resources") / name)).as_posix()
