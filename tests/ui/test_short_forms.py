"""Short forms typed into the command box of a real window on a real store, with and without IME."""

import pytest
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from commandcenter.application import commands as c
from commandcenter.domain.case import State
from commandcenter.domain.catalogue import Urgency
from commandcenter.domain.place import Datum, Point
from ui.actions import Screen

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def work():
    return lambda worker: worker.take_in(4)


@pytest.fixture
def first(real):
    number = min(real.picture.cases)
    real.select(number)
    return number


def field(window):
    return window.command_box.box._field


def type_in(window, text):
    """Open the box by its key and type."""
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_K, CONTROL)
    if not window.command_box.box.isVisible():
        window.command_box.open()
    window.command_box.box._field.setText(text)
    return [entry.title for entry in window.command_box.box.shown]


def enter(window):
    QTest.keyClick(field(window), Qt.Key.Key_Return)


def compose(widget, preedit="", commit=""):
    """Do to a field what an input method does: letters under way, and letters handed over."""
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(commit)
    QApplication.sendEvent(widget, event)


def settled(qtbot, real):
    qtbot.waitUntil(lambda: not real.pending)


def test_that_the_box_says_what_a_line_would_do_and_enter_does_it(qtbot, window, real, first, said):
    assert type_in(window, "sl zdjy")[0] == "受理 · 类别 占道经营"
    assert first in window.command_box.box.shown[0].subtitle
    assert real.picture.cases[first].state is State.RECEIVED
    enter(window)
    qtbot.waitUntil(lambda: real.picture.cases[first].state is State.FILED)
    assert real.picture.cases[first].category == "E0501"
    settled(qtbot, real)
    assert "派单 · 给派出所 · 2 工作日，" in type_in(window, "pd pcs 2gzr")[0]
    enter(window)
    qtbot.waitUntil(lambda: real.picture.cases[first].state is State.DISPATCHED)
    case = real.picture.cases[first]
    assert (case.body, case.limit) == ("police", "2 work_day")
    qtbot.waitUntil(lambda: f"派单：{first}" in said)


def test_that_no_two_rows_of_the_box_read_alike(window, real, first):
    for line in ("cs", "吹哨", "pd", "sl"):
        titles = type_in(window, line)
        assert len(titles) == len(set(titles)), titles
    assert "队列 · 吹哨" in type_in(window, "cs")


def test_that_a_whistle_is_blown_by_a_line_and_can_be_taken_back(qtbot, window, real, first):
    window.panes[Screen.CASE].fill()
    assert type_in(window, "吹哨 城管执法 30分钟")[0] == "吹哨 · 召集 执法队 · 30 分内报到"
    enter(window)
    case = real.picture.cases
    qtbot.waitUntil(lambda: real.picture.whistle_of(case[first]) is not None)
    whistle = real.picture.whistle_of(case[first])
    (summons,) = whistle.summons
    assert (summons.body, (summons.report_in_by - whistle.blown_at).total_seconds()) == (
        "enforcement",
        1800.0,
    )
    assert window.panes[Screen.CASE].content._undo.on_offer


@pytest.mark.parametrize("count", [1, 3])
def test_that_a_merging_by_a_line_is_offered_to_be_taken_back_as_from_the_form(
    qtbot, window, real, said, count
):
    screen = window.panes[Screen.CASE].fill()
    main, *others = sorted(real.picture.cases)
    real.select(others[0])
    if count > 1:
        real.choose([main, *others])
    type_in(window, f"ba {main[-5:]}")
    enter(window)
    qtbot.waitUntil(lambda: screen._undo.on_offer)
    told = f"{others[0]} 已并入 {main}" if count == 1 else f"{count} 件已并入 {main}"
    assert screen._undo.accessibleName() == told
    assert said == []
    merged = others[:count]
    qtbot.waitUntil(lambda: set(real.picture.cases[main].children) == set(merged))
    screen._undo.take_back()
    qtbot.waitUntil(lambda: real.picture.cases[main].children == ())
    qtbot.waitUntil(lambda: not real.pending and set(merged) <= real.picture.cases.keys())


def test_that_a_line_that_would_merge_none_of_several_says_why(qtbot, window, real, said):
    main, other = sorted(real.picture.cases)[:2]
    real.worker.do("dispatcher", c.Blow(case=other, kind="emergency", bodies=("police",)))
    qtbot.waitUntil(lambda: real.picture.whistle_of(real.picture.cases[other]) is not None)
    real.select(other)
    real.choose([main, other])
    type_in(window, f"ba {main[-5:]}")
    enter(window)
    qtbot.waitUntil(lambda: bool(said))
    assert said[0].startswith(f"{other} 已有进行中的哨")
    assert real.picture.cases[main].is_open


def told(window):
    """What the box says of the line: that it would be done at Enter, or what Enter leads to."""
    return window.command_box.box.shown[0].subtitle


def test_that_a_line_says_whether_enter_does_it_or_opens_a_form(window, real, first):
    type_in(window, "cs cgzf pcs xfz 25")
    assert told(window).startswith("回车执行 · ")
    type_in(window, "cs cgzf pcs xfz gds 25")
    assert told(window).startswith("回车打开表单：召集的单位超过 3 家，要按住 1 秒 · ")
    type_in(window, "cs 25")  # the standard of this class names nobody
    assert told(window).startswith("回车打开表单：标准没有列单位，要先选择 · ")
    type_in(window, "dj ndl12")
    assert told(window) == "回车打开表单"


def test_that_a_line_about_an_emergency_says_that_it_is_held(window, real, first):
    case = real.picture.cases[first]
    real.picture.cases[first] = structs.replace(case, urgency=Urgency.CRITICAL)
    type_in(window, "cs pcs 25")
    assert told(window).startswith("回车打开表单：哨件类型是应急处置，要按住 1 秒 · ")


def test_that_a_grave_whistle_is_not_blown_by_a_line_but_held_on_its_form(
    qtbot, window, real, first
):
    type_in(window, "cs cgzf pcs xfz gds 25")
    enter(window)
    panel = window.panes[Screen.CASE].content.forms.panel
    assert panel.form.id == "choose_whistle"
    assert panel.values()["bodies"] == ("enforcement", "police", "fire", "power")
    assert panel.values()["report_in_limit"] == "25 urgent_minute"
    assert panel._hold.isVisible()
    assert real.picture.whistle_of(real.picture.cases[first]) is None


@pytest.mark.parametrize(
    ("typed", "why"),
    [("cs xyz 30", "没有单位叫「xyz」"), ("pd pcs", "不能派单"), ("zx 116.1", "经度和纬度")],
)
def test_that_what_cannot_be_done_is_said_before_and_at_enter_and_nothing_happens(
    window, real, first, said, typed, why
):
    assert why in type_in(window, typed)[0]
    enter(window)
    assert len(said) == 1
    assert why in said[0]
    assert not real.pending


def test_that_a_line_acts_on_all_that_are_chosen(qtbot, window, real, said):
    numbers = sorted(real.picture.cases)[:3]
    real.select(numbers[0])
    real.choose(numbers)
    type_in(window, "rl")
    assert "所选案卷中的 3 件" in window.command_box.box.shown[0].subtitle
    enter(window)
    qtbot.waitUntil(lambda: said == ["认领：3 件都已办好"])


def test_that_a_report_is_begun_a_case_opened_and_the_map_moved_by_a_line(qtbot, window, real):
    type_in(window, "dj ndl12")
    enter(window)
    panel = window.panes[Screen.CASE].content.forms.panel
    assert panel.form.id == "register"
    assert panel.values()["address"].address == "南大路12号"
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    number = max(real.picture.cases)
    type_in(window, f"aj {number[-3:]}")
    enter(window)
    assert real.selection == number
    map_ = window.panes[Screen.MAP].content
    type_in(window, "zx 116.28 29.08")
    enter(window)
    spot = map_._township.plane.to_metres(116.28, 29.08)
    view = map_._canvas.view()
    assert (view.x, view.y) == pytest.approx(tuple(map(float, spot)), abs=1)
    type_in(window, "指挥")
    enter(window)
    assert map_._canvas.view().whole
    assert Point(116.28, 29.08, Datum.WGS84)


def test_that_letters_under_way_find_and_no_key_acts_before_they_are_handed_over(
    qtbot, window, real, first
):
    type_in(window, "")
    compose(field(window), preedit="s'l z'd'j'y")
    assert window.command_box.box.shown[0].title == "受理 · 类别 占道经营"
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Down):
        QTest.keyClick(field(window), key)
    assert window.command_box.box.isVisible()
    assert not real.pending
    assert real.picture.cases[first].state is State.RECEIVED
    compose(field(window), commit="受理占道经营")
    assert window.command_box.box.shown[0].title == "受理 · 类别 占道经营"
    enter(window)
    qtbot.waitUntil(lambda: real.picture.cases[first].state is State.FILED)


def test_that_a_form_is_neither_sent_nor_left_while_an_input_method_composes(
    qtbot, window, real, first
):
    window.actions_table.trigger("register")
    forms = window.panes[Screen.CASE].content.forms
    line = QApplication.focusWidget()
    compose(line, preedit="lu deng")
    before = set(real.picture.cases)
    QTest.keyClick(line, Qt.Key.Key_Escape)
    QTest.keyClick(line, Qt.Key.Key_Return, CONTROL)
    QTest.keyClick(line, Qt.Key.Key_K, CONTROL)
    assert forms.panel is not None
    assert not window.command_box.box.isVisible()
    assert not real.pending
    compose(line, commit="路灯不亮")
    assert line.text() == "路灯不亮"
    QTest.keyClick(line, Qt.Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: len(real.picture.cases) == len(before) + 1)


def test_that_no_letter_is_a_shortcut_while_somebody_types(qtbot, window, real, first):
    window.actions_table.trigger("find")
    line = QApplication.focusWidget()
    QTest.keyClicks(line, "ladwrc")
    assert line.text() == "ladwrc"
    assert not real.pending
    assert window.panes[Screen.CASE].content.forms.panel is None


def test_that_a_line_still_to_be_looked_up_when_the_hall_closes_is_let_go(qtbot, window, real):
    type_in(window, "路灯")
    assert window.command_box._rest.isActive()
    real.close()
    real.worker.core.stop()
    qtbot.waitUntil(lambda: not window.command_box._rest.isActive())
    assert window.command_box._waiting
