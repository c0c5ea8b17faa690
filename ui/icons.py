"""Our own icons in the colours of the theme.

The SVGs draw with ``currentColor``, which Qt would paint black; the colour is written into the text
before it is rendered. Pictures are kept per name, colour, size and pixel ratio.
"""

from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

from ui.theme import Theme, Tokens, colour_of

# Enough sizes that a view at any common pixel ratio finds its own, and nothing is scaled up.
_SIDES: Final = (16, 18, 20, 24, 30, 32, 36, 40, 48, 64)
_ICON_SUFFIX: Final = ".svg"


def icon_names() -> list[str]:
    """Return the names of all icons, sorted."""
    return sorted(
        entry.name.removesuffix(_ICON_SUFFIX)
        for entry in _folder().iterdir()
        if entry.name.endswith(_ICON_SUFFIX)
    )


@lru_cache(maxsize=1)
def _folder() -> Traversable:
    return files("resources") / "icons"  # finding it takes longer than reading an icon


@lru_cache(maxsize=512)
def svg(name: str, colour: str) -> bytes:
    """Return the SVG of ``name`` drawn in ``colour``; FileNotFoundError for an unknown name."""
    text = (_folder() / f"{name}{_ICON_SUFFIX}").read_text("utf-8")
    return text.replace("currentColor", colour).encode()


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(svg(name, colour)))


@lru_cache(maxsize=2048)
def pixmap(name: str, colour: str, side: int, ratio: float = 1.0) -> QPixmap:
    """Return the icon as a square of ``side`` logical pixels for a screen of this pixel ratio."""
    pixels = max(1, round(side * ratio))
    picture = QPixmap(QSize(pixels, pixels))
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        _renderer(name, colour).render(painter, QRectF(0, 0, pixels, pixels))
    picture.setDevicePixelRatio(ratio)
    return picture


@lru_cache(maxsize=512)
def icon(name: str, colour: str, disabled: str | None = None) -> QIcon:
    """Return the icon in ``colour`` (``#RRGGBB``, a token's value), crisp at every pixel ratio."""
    made = QIcon()
    for side in _SIDES:
        made.addPixmap(pixmap(name, colour, side))
        if disabled is not None:
            made.addPixmap(_inked(pixmap(name, colour, side), disabled), QIcon.Mode.Disabled)
    return made


def _inked(picture: QPixmap, colour: str) -> QPixmap:
    """Return ``picture`` in another colour, without drawing it anew."""
    made = QPixmap(picture)
    with QPainter(made) as painter:
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(made.rect(), QColor(colour))
    return made


class _Worn(QObject):
    """Keeps the icon of one button or action in the colours of the theme being worn."""

    def __init__(self, target: QAbstractButton | QAction, theme: Theme, name: str, ink: str):
        super().__init__(target)
        self._target, self._name, self._ink = target, name, ink
        theme.changed.connect(self.draw)
        self.draw(theme.tokens)

    def draw(self, tokens: Tokens) -> None:
        """Set the icon anew."""
        colour = colour_of(tokens, self._ink)
        self._target.setIcon(icon(self._name, colour, tokens.faint))


def wear_icon(
    target: QAbstractButton | QAction, theme: Theme, name: str, ink: str = "text"
) -> None:
    """Give ``target`` the icon in the token ``ink``, now and after every theme change."""
    for old in target.findChildren(_Worn, options=Qt.FindChildOption.FindDirectChildrenOnly):
        old.setParent(None)
        old.deleteLater()
    _Worn(target, theme, name, ink)
