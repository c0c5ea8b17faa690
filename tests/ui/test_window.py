"""The window: its panes, its keys, what it remembers, and how it begins and ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QScrollArea,
    QStyle,
    QTabBar,
    QToolButton,
    QWidget,
)

from commandcenter.application.seat import Notice
from commandcenter.domain.alert import Verdict
from commandcenter.domain.case import State
from commandcenter.domain.roster import Role
from ui import layout_store
from ui.actions import ACTIONS, Screen, key_text
from ui.shortcuts import ShortcutSheet
from ui.stage import Stage
from ui.status_lists import FlawList
from ui.theme import THEMES, apply_theme, hall_font, theme_of
from ui.whistle.deeds import Place, deeds_of
from ui.window import HallWindow

ROOT = Path(__file__).parents[2]


@pytest.fixture
def hall_window(qtbot):
    """Open windows that last until the test has ended: Qt goes on speaking to them till then."""
    held = []

    def open_window(stage):
        made = HallWindow(stage)
        qtbot.addWidget(made)
        held.append(made)
        return made

    yield open_window
    held.clear()


@pytest.fixture
def window(qtbot, stage, hall_window):
    made = hall_window(stage)
    made.resize(1366, 768)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_that_an_action_brings_up_the_pane_that_lies_behind_another(qtbot, window, stage):
    window.resize(1366, 768)  # the map and the boards share one place
    window.lay_out()
    qtbot.waitUntil(lambda: window.is_seen(Screen.MAP))
    assert not window.is_seen(Screen.ALERTS)
    window.summon(Screen.ALERTS)
    qtbot.waitUntil(lambda: not window.is_seen(Screen.MAP))
    stage.select(next(it.no for it in stage.picture.cases.values() if it.place.wgs84))
    window.actions_table.trigger("show_on_map")
    qtbot.waitUntil(lambda: window.is_seen(Screen.MAP))
    pane = window.panes[Screen.MAP]
    qtbot.waitUntil(lambda: not pane._title._name.isVisible())
    assert window.panes[Screen.QUEUE]._title._name.isVisible()


def test_that_every_pane_is_there_and_the_queue_is_the_widest(window):
    assert set(window.panes) == set(Screen) - {Screen.LEADERS, Screen.WALL}
    widths = {screen: pane.width() for screen, pane in window.panes.items()}
    sides = (Screen.QUEUE, Screen.MAP, Screen.CASE)
    assert max(sides, key=widths.get) is Screen.QUEUE


@pytest.mark.parametrize("answers", [True, False])
def test_that_the_queue_is_shown_first_and_the_others_when_it_is_full(
    qtbot, seat, answers, hall_window
):
    stage = Stage(seat)
    window = hall_window(stage)
    window.show()
    panes = window.panes
    qtbot.waitUntil(lambda: panes[Screen.CASE].is_seen)
    made = {screen for screen, pane in panes.items() if pane.content is not None}
    assert made == {Screen.QUEUE}
    if answers:
        stage.open()
    else:
        stage.ticked.emit(stage.now())  # the store lets us wait
    seen = {screen for screen, pane in panes.items() if pane.is_seen}
    qtbot.waitUntil(lambda: all(panes[it].content for it in seen))
    assert len(seen) > 3
    assert stage.picture.begun is answers
    stage.close()
    timers = (window._filling, stage._bridge._beat)
    qtbot.waitUntil(lambda: not any(it.isActive() for it in timers))


def test_that_whoever_sees_the_wall_alone_sees_no_case_here(qtbot, window, stage, samples, qapp):
    case = next(iter(stage.picture.cases.values()))
    stage.select(case.no)
    refused = []
    stage.refused.connect(refused.append)
    stage.sign_on(samples.operator("wall_viewer"))
    qtbot.waitUntil(lambda: not any(it.isVisible() for it in window.panes.values()))
    assert window._curtain.isVisible()
    for key in ("F2", "F3", "F4", "F8", "Ctrl+K", "Ctrl+C", "Return", "Ctrl+F", "Ctrl+8"):
        window.actions_table.press(key)
        assert not any(it.isVisible() for it in window.panes.values()), key
    assert not window.command_box.box.isVisible()
    assert len(refused) > 5
    assert window.actions_table.is_possible("wall")
    assert window.actions_table.is_possible("sign_on")
    stage.sign_on(samples.operator("dispatcher"))
    assert not window._curtain.isVisible()
    qtbot.waitUntil(window.panes[Screen.QUEUE].isVisible)


@pytest.mark.parametrize("screen", [None, Screen.LEADERS, Screen.WALL])
def test_that_the_title_of_a_window_names_the_hall_once(window, stage, screen):
    # Qt adds the name of the program, which is the hall's, to a title that does not end with it
    title = (window if screen is None else window.summon(screen)).window().windowTitle()
    assert title.endswith(stage.hall.name)
    assert title.count(stage.hall.name) == 1


def test_that_the_window_fits_a_small_screen(window):
    window.lay_out()
    window.resize(1366, 768)
    assert window.minimumSizeHint().width() <= 1366
    assert window.minimumSizeHint().height() <= 768 - 2 * 40, "title bar and task bar"


def test_that_the_buttons_of_a_pane_grow_with_the_letters(qtbot, window, qapp):
    pane = window.panes[Screen.CASE]
    small = [it.height() for it in pane._title.findChildren(QToolButton)]
    before = qapp.font()
    try:
        qapp.setFont(hall_font(before.family(), 2 * before.pointSizeF()))
        apply_theme(qapp, THEMES["dark"])
        qtbot.waitUntil(
            lambda: all(
                large.height() > 1.6 * less
                for large, less in zip(pane._title.findChildren(QToolButton), small, strict=True)
            ),
        )
    finally:
        qapp.setFont(before)
        apply_theme(qapp, THEMES["dark"])


def test_that_a_pane_is_torn_off_put_back_and_hidden_by_its_buttons(qtbot, window):
    pane = window.panes[Screen.CASE]
    tear, hide = pane._title.findChildren(QToolButton)
    qtbot.mouseClick(tear, Qt.MouseButton.LeftButton)
    assert pane.isFloating()
    qtbot.mouseClick(tear, Qt.MouseButton.LeftButton)
    assert not pane.isFloating()
    qtbot.mouseClick(hide, Qt.MouseButton.LeftButton)
    assert pane.isHidden()
    assert "F4" in hide.accessibleName(), "how it comes back"
    qtbot.keyClick(window, Qt.Key.Key_F4)
    assert pane.isVisible()


def test_that_a_form_opens_where_it_can_be_seen(qtbot, window, stage):
    window.summon(Screen.WHISTLES)
    qtbot.waitUntil(lambda: window.is_seen(Screen.WHISTLES))
    window.summon(Screen.ALERTS)  # the whistle board lies behind it now
    qtbot.waitUntil(lambda: not window.panes[Screen.WHISTLES].is_seen)
    quiet = (it for it in stage.picture.cases.values() if not stage.picture.whistle_of(it))
    stage.select(next(quiet).no)
    window.actions_table.trigger("choose_whistle")
    host = window.panes[Screen.CASE].content.forms
    assert host.panel is not None
    qtbot.waitUntil(lambda: not host.panel._send.visibleRegion().isEmpty())


def test_that_the_chooser_opens_in_the_case_panel_though_the_whistle_board_is_on_show(
    qtbot, window, stage, monkeypatch
):
    window.summon(Screen.WHISTLES)
    qtbot.waitUntil(lambda: window.is_seen(Screen.WHISTLES))
    quiet = (it for it in stage.picture.cases.values() if not stage.picture.whistle_of(it))
    case = next(quiet)
    stage.select(case.no)
    board = window.panes[Screen.WHISTLES].content
    deeds_of(stage).add_place(board.forms, board._undo)  # as when it was made after the case panel
    monkeypatch.setattr(Place, "is_usable", True)
    deeds_of(stage).choose(case)
    assert window.panes[Screen.WHISTLES].content.forms.panel is None
    host = window.panes[Screen.CASE].content.forms
    assert host.panel is not None
    qtbot.waitUntil(lambda: not host.panel._send.visibleRegion().isEmpty())


def test_that_asking_why_an_alert_is_false_moves_no_pane(qtbot, window):
    window.resize(1366, 768)
    window.lay_out()
    window.summon(Screen.ALERTS)
    qtbot.waitUntil(lambda: window.is_seen(Screen.ALERTS))
    alerts = window.panes[Screen.ALERTS].content
    qtbot.waitUntil(lambda: window.panes[Screen.QUEUE].width() > 600)
    QApplication.processEvents()
    before = [pane.width() for pane in window.panes.values()]
    alerts._on_verdict(Verdict.FALSE)
    for _ in range(3):
        QApplication.processEvents()
    assert alerts._reasons.isVisible()
    assert [pane.width() for pane in window.panes.values()] == before
    assert alerts._reasons.words.geometry().right() < alerts._reasons.width()


def test_that_no_tab_is_cut_on_a_small_screen_in_english(
    qtbot, samples, desk, tmp_path, hall_window
):
    from ui.stage import Stage

    stage = Stage(samples.seat(desk, state=tmp_path, lang="en"))
    made = hall_window(stage)
    made.resize(1366, 768)
    made.show()
    made.lay_out()
    queue = made.panes[Screen.QUEUE].content
    for tab in queue._tabs._buttons:
        queue._tabs.set_count(tab, "88")
    title = made.panes[Screen.MAP]._title
    qtbot.waitUntil(lambda: not title._name.isVisible())
    qtbot.waitUntil(lambda: queue.width() > 600)
    qtbot.waitUntil(lambda: not queue._strip.arrows[1].isVisible())
    bars = made.findChildren(QTabBar)
    assert bars
    assert {bar.elideMode() for bar in bars} == {Qt.TextElideMode.ElideNone}
    stage.close()
    qtbot.waitUntil(lambda: not stage._bridge._beat.isActive())


def test_that_the_window_begins_as_large_as_the_screen_and_then_as_it_was_left(
    qtbot, stage, hall_window
):
    first = hall_window(stage)
    room = first.screen().availableSize()
    first.appear()
    assert first.isMaximized()
    assert first.normalGeometry().height() < room.height(), "its title bar has to fit as well"
    first.showNormal()
    first.resize(1000, 640)
    first.save_layout()
    then = hall_window(stage)
    then.appear()
    assert not then.isMaximized()


def test_that_letters_act_on_the_selected_case_but_not_while_somebody_types(qtbot, window, stage):
    done = []
    window.actions_table.on("dispatch", lambda: done.append("dispatch"))
    case = next(it for it in stage.picture.cases.values() if it.state is State.FILED)
    stage.select(case.no)
    queue = window.summon(Screen.QUEUE)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_D)
    assert done == ["dispatch"]
    queue.open_filter()
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    qtbot.keyClick(field, Qt.Key.Key_D)
    assert done == ["dispatch"]
    assert field.text() == "d"


def test_that_the_keyboard_comes_back_to_the_queue_after_a_form(qtbot, window, stage):
    case = next(it for it in stage.picture.cases.values() if it.state is State.DISPATCHED)
    stage.select(case.no)
    window.summon(Screen.QUEUE)
    queue = QApplication.focusWidget()
    host = window.panes[Screen.CASE].content.forms
    for cancelled in (True, False):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_T)
        assert host.panel.isAncestorOf(QApplication.focusWidget())
        if cancelled:
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
        else:
            host.panel.enter(reason="不属本单位职责")
            host.panel.send()
        qtbot.waitUntil(lambda: host.panel is None)
        assert QApplication.focusWidget() is queue
    window.actions_table.trigger("dispute")
    stage.select(next(it.no for it in stage.picture.cases.values() if it.no != case.no))
    assert host.panel is None
    assert QApplication.focusWidget() is queue, "the form waits; the keyboard does not"


def test_that_a_form_opened_by_its_button_leads_to_the_queue_and_no_form_takes_the_keyboard_back(
    qtbot, window, stage
):
    case = next(it for it in stage.picture.cases.values() if it.state is State.DISPATCHED)
    stage.select(case.no)
    pane = window.panes[Screen.CASE].content
    button = pane._steps._buttons["dispute"]
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert window.panes[Screen.QUEUE].isAncestorOf(QApplication.focusWidget())
    window.actions_table.trigger("dispute")
    map_ = window.summon(Screen.MAP)
    elsewhere = QApplication.focusWidget()
    assert map_.isAncestorOf(elsewhere) or map_ is elsewhere
    pane.forms.leave()
    assert QApplication.focusWidget() is elsewhere


def test_that_ctrl_k_opens_the_box_from_anywhere(qtbot, window):
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.command_box.box.isVisible()
    window.command_box.box.leave()


def test_that_the_sheet_of_keys_is_made_from_the_table(qtbot, window):
    sheet = ShortcutSheet(window.stage, window)
    shown = {label.text() for label in sheet.findChildren(type(window.top._clock))}
    for action in ACTIONS.values():
        if action.key:
            assert action.label() in shown


def test_that_the_sheet_of_keys_leaves_room_for_its_title_on_a_low_screen(window, monkeypatch):
    room = QSize(1366, 500)
    low = SimpleNamespace(availableSize=lambda: room)
    monkeypatch.setattr(ShortcutSheet, "screen", lambda _self: low, raising=False)
    sheet = ShortcutSheet(window.stage, window)
    bar = sheet.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight, None, sheet)
    assert bar > 0
    assert sheet.height() + bar <= room.height()
    assert sheet.width() <= room.width()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_that_the_sheet_of_keys_is_no_wider_than_the_smallest_screen(qtbot, samples, desk, lang):
    parent = QWidget()
    qtbot.addWidget(parent)
    sheet = ShortcutSheet(Stage(samples.seat(desk, lang=lang)), parent)
    page = sheet.findChild(QScrollArea).widget()
    assert page.sizeHint().width() + 4 * sheet.fontMetrics().height() <= 1366


def test_that_the_key_that_opens_is_called_as_on_the_buttons():
    assert key_text(ACTIONS["open"].key) == "Enter"


def test_that_the_keys_of_the_window_work_on_the_leaders_page_too(qtbot, window, stage):
    told = []
    stage.told.connect(told.append)
    page = window.summon(Screen.LEADERS)
    qtbot.waitUntil(page.isActiveWindow)
    qtbot.keyClick(page, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert told == ["浅色主题"]
    assert page.isActiveWindow()
    qtbot.keyClick(page, Qt.Key.Key_F1)
    sheet = page.findChild(ShortcutSheet)
    shown = {label.text() for label in sheet.findChildren(type(window.top._clock))}
    assert ACTIONS["theme"].label() in shown
    assert not {ACTIONS[it].label() for it in ("dispatch", "escalate", "promote")} & shown
    sheet.close()
    page.activateWindow()
    qtbot.keyClick(page, Qt.Key.Key_F11)
    assert page.isFullScreen()
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.isFullScreen()
    window.stage.select(next(iter(window.stage.picture.cases)))
    qtbot.keyClick(page, Qt.Key.Key_F4)
    qtbot.waitUntil(window.isActiveWindow)
    assert window.panes[Screen.CASE].isAncestorOf(QApplication.focusWidget())
    window.summon(Screen.LEADERS)
    qtbot.waitUntil(page.isActiveWindow)
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.isVisible()
    qtbot.waitUntil(window.isActiveWindow)
    assert window.panes[Screen.QUEUE].isAncestorOf(QApplication.focusWidget())
    window.switch_theme()
    window.switch_theme()


def test_that_the_layout_of_a_role_is_remembered_and_can_be_reset(
    qtbot, window, seat, stage, hall_window
):
    window.panes[Screen.ALERTS].hide()
    window.summon(Screen.QUEUE).choose_tab("overdue")
    window.save_layout()
    other = hall_window(stage)
    other.show()
    assert not other.panes[Screen.ALERTS].isVisible()
    assert other.summon(Screen.QUEUE).remembered()["tab"] == "overdue"
    other.reset_layout()
    assert layout_store.load(seat.state, Role.DISPATCHER) == {}
    assert not other.panes[Screen.ALERTS].isHidden()


def test_that_another_role_gets_its_own_layout(window, seat, stage, samples):
    window.summon(Screen.QUEUE).choose_tab("overdue")
    stage.sign_on(samples.operator("inspector"))
    assert layout_store.load(seat.state, Role.DISPATCHER)["screens"]["queue"]["tab"] == "overdue"
    assert layout_store.load(seat.state, Role.INSPECTOR) == {}


@pytest.mark.parametrize(
    "damage", ["", "[1, 2]", "{", '{"window": 7, "panes": "!!", "screens": {"queue": 3}}']
)
def test_that_a_damaged_layout_is_no_layout(qtbot, stage, seat, damage, hall_window):
    path = seat.state / "layout" / f"{Role.DISPATCHER}.json"
    path.parent.mkdir(parents=True)
    path.write_text(damage)
    window = hall_window(stage)
    window.show()
    assert window.panes[Screen.QUEUE].isVisible()


def test_that_a_layout_is_replaced_as_a_whole(tmp_path):
    layout_store.save(tmp_path, Role.ADMIN, {"tab": "all"})
    layout_store.save(tmp_path, Role.ADMIN, {"tab": "mine"})
    assert layout_store.load(tmp_path, Role.ADMIN) == {"tab": "mine"}
    assert [it.name for it in (tmp_path / "layout").iterdir()] == ["admin.json"]


def test_that_a_layout_that_cannot_be_kept_is_told_and_nothing_more(window, seat, stage):
    told = []
    stage.refused.connect(told.append)
    (seat.state / "layout").write_text("in the way")
    window.save_layout()
    assert "布局没有保存" in told[0]
    (seat.state / "layout").unlink()


def test_that_a_broken_screen_leaves_the_others_working(qtbot, stage, monkeypatch, hall_window):
    caught = []
    monkeypatch.setattr(sys, "excepthook", lambda *args: caught.append(args[1]))
    monkeypatch.setitem(sys.modules, "ui.alerts.screen", None)
    window = hall_window(stage)
    window.show()
    page = window.summon(Screen.ALERTS)
    assert "没有打开" in page.accessibleName()
    assert any(isinstance(error, ImportError) for error in caught)
    assert window.summon(Screen.QUEUE).isVisible()


def test_that_a_rehearsal_has_a_frame_and_a_real_hall_has_none(
    qtbot, samples, desk, tmp_path, hall_window
):
    from ui.stage import Stage

    for rehearsal in (True, False):
        stage = Stage(samples.seat(desk, state=tmp_path, rehearsal=rehearsal))
        window = hall_window(stage)
        assert (window._frame is not None) is rehearsal


def test_that_what_the_seat_must_know_at_the_start_is_said(
    qtbot, samples, desk, tmp_path, hall_window
):
    from ui.stage import Stage

    flaws = (
        Notice("bodies.csv 第 3 行", "类别写错了。", "改成表里的一种。"),
        Notice("cameras.csv", "单位没有找到。", "先改 bodies.csv。"),
    )
    stage = Stage(samples.seat(desk, state=tmp_path, notices=flaws))
    window = hall_window(stage)
    (told,) = window.notices.stack.texts
    assert told == "bodies.csv 第 3 行：类别写错了。改成表里的一种。另有 1 处要改。"
    assert window.status._flaws.text() == "资料有误 2 处"
    window.status._flaws.clicked.emit()
    (listed,) = window.findChildren(FlawList)
    cells = [[listed.table.item(row, it).text() for it in range(3)] for row in range(2)]
    assert cells == [list(it) for it in flaws]


RUN = """
import sys
from pathlib import Path
from types import SimpleNamespace
from tests.ui import samples
from ui import app

seat = samples.seat(samples.SampleDesk(samples.work(20)), state=Path(sys.argv[1]))

def script(window):
    print("shown", flush=True)
    for _ in range(int(sys.argv[2])):
        yield

code = app.run(seat, duration=None if sys.argv[2] != "0" else 60.0, script=script)
print("ended", code, flush=True)
"""


def start(tmp_path, beats):
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(tmp_path), str(beats)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )


WORN = """
import sys
from pathlib import Path
from types import SimpleNamespace
from tests.ui import samples
from ui import app
from ui.theme import theme_of

seat = samples.seat(samples.SampleDesk(samples.work(1)), state=Path(sys.argv[1]))

def script(window):
    print(theme_of(app.QApplication.instance()).tokens.name, flush=True)
    yield

app.run(seat, theme=sys.argv[2] or None, script=script)
"""


def test_that_a_theme_asked_for_is_worn_whatever_was_worn_last(tmp_path):
    for asked, expected in (("", "dark"), ("light", "light"), ("", "light"), ("dark", "dark")):
        done = subprocess.run(
            [sys.executable, "-c", WORN, str(tmp_path), asked],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            timeout=120,
            check=False,
        )
        assert done.stdout.split() == [expected], done.stderr


def test_that_a_theme_put_on_is_kept_at_once_for_whoever_sits_down_next(window, seat, qapp):
    layout_store.save(seat.state, Role.DISPATCHER, {"panes": "as they were"})
    layout_store.keep_language(seat.state, "en")
    before = theme_of(qapp).tokens
    try:
        window.switch_theme()
        assert layout_store.theme(seat.state) == theme_of(qapp).tokens.name != before.name
        assert layout_store.language(seat.state) == "en"
        assert layout_store.load(seat.state, Role.DISPATCHER) == {"panes": "as they were"}
    finally:
        apply_theme(qapp, before)


def test_that_a_theme_outlasts_a_change_of_person(window, seat, qapp, samples):
    before = theme_of(qapp).tokens
    try:
        window.switch_theme()
        window.stage.sign_on(samples.operator("inspector"))
        window.switch_theme()
        window.stage.sign_on(samples.operator("dispatcher"))
        assert layout_store.theme(seat.state) == theme_of(qapp).tokens.name
    finally:
        apply_theme(qapp, before)


def test_that_a_scripted_run_ends_by_itself(tmp_path):
    process = start(tmp_path, 2)
    out, err = process.communicate(timeout=120)
    assert out.split() == ["shown", "ended", "0"], err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_that_the_window_ends_cleanly_when_the_system_asks(tmp_path, number):
    process = start(tmp_path, 0)
    assert process.stdout.readline().strip() == "shown"
    process.send_signal(number)
    out, err = process.communicate(timeout=120)
    assert out.split() == ["ended", "0"], err
    assert process.returncode == 0
    assert (tmp_path / "layout" / "dispatcher.json").exists()


def test_that_no_tab_bar_is_left_over_when_a_layout_is_brought_back(qtbot, window):
    window.resize(1920, 1080)
    window.reset_layout()
    window.grab()

    def bars():
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        shown = [bar for bar in window.findChildren(QTabBar, options=direct) if bar.isVisible()]
        return [[bar.tabText(at) for at in range(bar.count())] for bar in shown]

    qtbot.waitUntil(lambda: [] not in bars() != [])  # the loop names the tabs
    before = bars()
    window.save_layout()
    for _time in range(3):
        window._recall(anew=True)
        QTest.qWait(1)  # what is left over shows by itself
        window.grab()
        assert bars() == before
