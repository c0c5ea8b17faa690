"""Our own icons."""

import re
from importlib.resources import files
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QColor, QIcon
from PySide6.QtWidgets import QPushButton

from ui.icons import icon, icon_names, pixmap, svg, wear_icon
from ui.theme import DARK, LIGHT, apply_theme, theme_of

NEEDED = [
    "queue",
    "map",
    "case",
    "whistle",
    "alert",
    "camera",
    "figures",
    "wall",
    "leaders",
    "search",
    "theme",
    "help",
    "settings",
    "layers",
    "lock",
    "unlock",
    "legend",
    "phone",
    "channel-grid-app",
    "channel-hotline",
    "channel-inspection",
    "channel-video",
    "channel-drone",
    "channel-leader",
    "channel-walk-in",
    "channel-county",
    "channel-network",
    "channel-other",
    "claim",
    "file",
    "dispatch",
    "return",
    "check",
    "close",
    "merge",
    "reopen",
    "rework",
    "undo",
    "clock",
    "place",
    "person",
    "link-up",
    "link-down",
    "quarantine",
    "outbox",
    "store",
    "warning",
    "error",
    "info",
    "close-x",
    "chevron-up",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "plus",
    "minus",
    "fit",
    "pin",
    "copy",
    "print",
    "export",
    "calendar",
    "app",
]


def inks(picture):
    image = picture.toImage()
    return {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }


def test_that_every_icon_the_screens_ask_for_exists():
    assert not set(NEEDED) - set(icon_names())


@pytest.mark.parametrize("name", icon_names())
def test_that_an_icon_is_drawn_on_the_common_grid_in_one_colour(qapp, name):
    text = (files("resources") / "icons" / f"{name}.svg").read_text("utf-8")
    root = ElementTree.fromstring(text)
    if name == "app":
        return
    assert root.get("viewBox") == "0 0 24 24"
    assert not re.findall(r"#[0-9A-Fa-f]{3,8}", text)
    assert inks(pixmap(name, "#FFFFFF", 48)) == {"#ffffff"}


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0, 3.0])
def test_that_a_picture_has_the_pixels_of_its_screen(qapp, ratio):
    picture = pixmap("whistle", DARK.whistle, 20, ratio)
    assert picture.size() == QSize(round(20 * ratio), round(20 * ratio))
    assert picture.deviceIndependentSize().toSize() == QSize(20, 20)


def test_that_a_picture_is_made_once(qapp):
    assert pixmap("map", DARK.text, 24, 2.0) is pixmap("map", DARK.text, 24, 2.0)


def test_that_colour_is_written_into_the_drawing():
    assert b"currentColor" not in svg("queue", "#123456")
    assert b"#123456" in svg("queue", "#123456")


def test_that_an_unknown_icon_is_an_error():
    with pytest.raises(FileNotFoundError):
        svg("no-such-icon", "#123456")


def test_that_an_icon_is_quiet_when_disabled(qapp):
    made = icon("dispatch", DARK.text, DARK.faint)
    assert inks(made.pixmap(QSize(48, 48), 1.0)) == {QColor(DARK.text).name()}
    assert inks(made.pixmap(QSize(48, 48), 1.0, QIcon.Mode.Disabled)) == {QColor(DARK.faint).name()}


@pytest.mark.parametrize("kind", [QPushButton, QAction])
def test_that_a_worn_icon_follows_the_theme(qtbot, qapp, kind):
    target = kind("派单")
    wear_icon(target, theme_of(qapp), "queue")
    wear_icon(target, theme_of(qapp), "dispatch", "accent")  # replaces the first
    assert inks(target.icon().pixmap(QSize(48, 48), 1.0)) == {QColor(DARK.accent).name()}
    apply_theme(qapp, LIGHT)
    assert inks(target.icon().pixmap(QSize(48, 48), 1.0)) == {QColor(LIGHT.accent).name()}
    target.deleteLater()
    apply_theme(qapp, DARK)
