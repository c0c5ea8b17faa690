"""What a colour says, and the palette role that carries it.

Widgets paint with palette roles only. A theme fills the roles below, so that one palette change
recolours everything; a widget never holds a colour of its own.
"""

from enum import StrEnum
from typing import Final

from PySide6.QtGui import QColor, QPalette

Role = QPalette.ColorRole


class Tone(StrEnum):
    """The meaning of a mark or a word; the colour belongs to the theme."""

    PLAIN = "plain"
    QUIET = "quiet"
    ACCENT = "accent"
    GOOD = "good"
    NEAR = "near"
    URGENT = "urgent"
    OVER = "over"
    SIGNAL = "signal"


# Light, Mid and Dark draw bevels in old styles; a flat style has no use for them, so they carry
# the three tones for which Qt has no role.
TONE_ROLES: Final = {
    Tone.PLAIN: Role.WindowText,
    Tone.QUIET: Role.PlaceholderText,
    Tone.ACCENT: Role.Accent,
    Tone.GOOD: Role.Light,
    Tone.NEAR: Role.Mid,
    Tone.URGENT: Role.Dark,
    Tone.OVER: Role.BrightText,
    Tone.SIGNAL: Role.LinkVisited,
}
LINE_ROLE: Final = Role.Midlight  # hairlines and the empty part of a meter
RAISED_ROLE: Final = Role.Button  # the surface of cards and controls
PANEL_ROLE: Final = Role.Base  # the surface of lists and panels


def tone_colour(palette: QPalette, tone: Tone) -> QColor:
    """Return the colour that ``palette`` gives to ``tone``."""
    return palette.color(TONE_ROLES[tone])


def blend(over: QColor, under: QColor, share: float) -> QColor:
    """Return ``share`` (0–1) of ``over`` laid upon ``under``; an opaque tint for fills."""
    keep = 1.0 - share
    return QColor.fromRgbF(
        over.redF() * share + under.redF() * keep,
        over.greenF() * share + under.greenF() * keep,
        over.blueF() * share + under.blueF() * keep,
    )
