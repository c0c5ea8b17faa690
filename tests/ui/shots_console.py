"""Pictures of registering, of several chosen cases, of short forms and of the shortcut sheet.

``python -m tests.ui.shots_console DIR`` writes them as the whole window shows them: Chinese dark at
1920×1080 and English light at 1366×768.
"""

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtWidgets import QApplication

from commandcenter.application import commands as c
from commandcenter.application.perform import Each
from commandcenter.application.seat import Seat
from commandcenter.domain.errors import Refusal
from commandcenter.domain.place import Datum, Point
from tests.ui import samples
from ui.actions import Screen, actions_of
from ui.app import prepare
from ui.bulk_result import BulkResult
from ui.forms.placing import Spot, spot_of
from ui.stage import Stage
from ui.theme import THEMES, apply_theme, desk_points, hall_font
from ui.window import HallWindow

LOOKS = (("zh", "dark", QSize(1920, 1080)), ("en", "light", QSize(1366, 768)))


def _settle(times=30):
    for _ in range(times):
        time.sleep(0.005)
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def a_window(lang, theme, size):
    """A window on an afternoon's work."""
    seat: Seat = samples.seat(samples.SampleDesk(samples.work()), lang=lang)
    app, font = prepare(seat)
    app.setFont(hall_font(font.family, desk_points(size.height())))
    apply_theme(app, THEMES[theme])
    stage = Stage(seat)
    window = HallWindow(stage, font)
    window.resize(size)
    window.show()
    stage.open()
    _settle(80)
    return window


def draw(folder, lang, theme, size):
    """Draw every state of one look."""
    window = a_window(lang, theme, size)
    stage, actions = window.stage, actions_of(window.stage)

    def keep(name, widget=window):
        _settle()
        widget.grab().save(str(folder / f"{name}-{lang}-{theme}-{size.width()}.png"))

    actions.trigger("register")
    panel = window.panes[Screen.CASE].content.forms.panel
    keep("register-empty")
    place = next(it for it in stage.seat.gazetteer.places if it.name == "南大路12号")
    panel.enter(
        title="路灯连续两晚不亮", category="C0106", address=spot_of(place),
        reporter_name="王女士", reporter_phone="10012345678",
    )  # fmt: skip
    keep("register-placed")
    ring = next(iter(stage.hall.grids.grids.values())).polygons[0][0]
    border = Point((ring[0][0] + ring[1][0]) / 2, (ring[0][1] + ring[1][1]) / 2, Datum.WGS84)
    panel.enter(address=Spot(address="村口", point=border), channel="leader")
    keep("register-border")
    editor = next(row.editor for row in panel._rows if row.field.key == "address")
    editor.control.setText("")
    editor._offers.offer(stage.seat.gazetteer.find("dj", 8))
    editor.control.completer().complete()
    keep("register-offers", editor.control.completer().popup())
    editor.control.completer().popup().hide()
    editor.pick_on_map()
    keep("register-pointing")
    stage.point_at(None)
    window.panes[Screen.CASE].content.forms.leave()

    numbers = [row.case.no for row in window.panes[Screen.QUEUE].content._ranking.shown[:6]]
    view = window.panes[Screen.QUEUE].content._view
    view.setFocus()
    view.selectRow(0)
    flags = view.selectionModel().SelectionFlag
    for at in range(6):
        view.selectionModel().select(view.model().index(at, 0), flags.Select | flags.Rows)
    keep("several")
    stage.pending |= dict.fromkeys(numbers[:3], c.Claim)
    stage.pending_changed.emit()
    keep("several-sending")
    stage.pending.clear()
    stage.pending_changed.emit()
    for id_ in ("file", "dispatch", "merge", "close"):
        if actions.is_possible(id_):
            actions.trigger(id_)
            keep(f"several-{id_}")
            window.panes[Screen.CASE].content.forms.leave()
    refusals = (
        Refusal("claimed_by_other", case=numbers[0], holder="dispatcher2"),
        Refusal("overtaken", case=numbers[1], seen=2, now=3),
        Refusal("needs", step="file", field="category"),
    )
    orders = [c.File(case=no) for no in numbers]
    each = [Each(order=it, refusal=why) for it, why in zip(orders, refusals, strict=False)]
    each += [Each(order=it) for it in orders[3:]]
    result = BulkResult(stage, actions.label("file"), each, stage.picture.cases, window)
    result.show()
    keep("several-refused", result)
    result.close()
    stage.choose(())
    window.panes[Screen.QUEUE].content.choose_one()

    for name, text in (("whistle", "cs cgzf 30"), ("none", "cs xyz 30"), ("several", "pd cg 2gzr")):
        window.command_box.open()
        window.command_box.box._field.setText(text)
        keep(f"short-{name}")
        window.command_box.box.leave()
    window.show_shortcuts()
    _settle()
    sheet = next(
        it
        for it in QApplication.topLevelWidgets()
        if it.objectName() == "" and type(it).__name__ == "ShortcutSheet"
    )
    keep("sheet", sheet)
    sheet.close()
    stage.close()
    window.close()
    _settle()


def main():
    """Draw all looks."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for look in LOOKS:
        draw(folder, *look)
    os._exit(0)


if __name__ == "__main__":
    main()
