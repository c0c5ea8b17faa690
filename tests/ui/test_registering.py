"""Registering by hand: where it is, for whom, and nothing that nobody said."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from commandcenter.application.gazetteer import Gazetteer
from commandcenter.domain.place import Datum, Point, convert
from commandcenter.domain.report import Channel
from ui.actions import Screen
from ui.forms.case_forms import CASE_FORMS
from ui.forms.field import subject_of
from ui.forms.placing import Spot, typed_point
from ui.window import HallWindow


@pytest.fixture
def window(qtbot, stage):
    made = HallWindow(stage)
    qtbot.addWidget(made)
    made.resize(1920, 1080)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.host, made.map = made.summon(Screen.CASE).forms, made.panes[Screen.MAP].fill()
    yield made
    queue = made.panes[Screen.QUEUE].content
    qtbot.waitUntil(lambda: not isValid(queue) or not queue._beat.isActive())


@pytest.fixture
def panel(window, stage):
    return window.host.open(CASE_FORMS["register"], subject_of(stage))


def editor(panel, key):
    return next(row.editor for row in panel._rows if row.field.key == key)


def commit(control, text):
    """Type Chinese as an input method hands it over."""
    done = QInputMethodEvent()
    done.setCommitString(text)
    QApplication.sendEvent(control, done)


def said(panel):
    return "\n".join((editor(panel, "address")._told.text(), panel._preview.text()))


def sent(stage):
    return stage.seat.desk.submitted[-1][0]


@pytest.mark.parametrize("role", ["dispatcher", "intake_officer", "shift_supervisor"])
def test_that_nothing_is_filled_in_with_who_sits_at_the_seat(window, stage, samples, role):
    stage.sign_on(samples.operator(role))
    panel = window.host.open(CASE_FORMS["register"], subject_of(stage))
    me = stage.operator
    held = {key: value for key, value in panel.values().items() if value not in (None, "", ())}
    assert held.keys() <= {"channel", "urgency", "requires_reply"}
    assert me.id not in str(held)
    assert me.name not in str(held)


def test_that_a_place_is_found_by_its_initials_and_its_ground_is_named_at_once(qtbot, panel, stage):
    line = editor(panel, "address").control
    line.setFocus()
    QTest.keyClicks(line, "ndl12")
    popup = line.completer().popup()
    qtbot.waitUntil(popup.isVisible)
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: line.text() == "南大路12号")
    spot = panel.values()["address"]
    place = next(it for it in stage.seat.gazetteer.places if it.name == "南大路12号")
    assert spot == Spot(address="南大路12号", point=place.point, grid=place.grid)
    assert panel.values()["grid"] == place.grid
    grid = stage.hall.grids.grids[place.grid]
    assert grid.name in said(panel)
    assert stage.hall.workers[grid.worker].name in said(panel)


def suggested(qtbot, panel, text):
    """Type into the place until its suggestions are there; return the line and their list."""
    line = editor(panel, "address").control
    line.setFocus()
    for letter in text:
        QTest.keyClicks(QApplication.activePopupWidget() or line, letter)
    popup = line.completer().popup()
    qtbot.waitUntil(popup.isVisible)
    QApplication.processEvents()
    return line, popup


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab])
def test_that_a_key_that_goes_on_takes_the_place_that_is_marked(qtbot, panel, key):
    line, popup = suggested(qtbot, panel, "ndl12")
    assert popup.currentIndex().row() == 0
    assert line.text() == "ndl12"  # marked is not chosen
    QTest.keyClick(popup, key)
    assert line.text() == "南大路12号"
    assert panel.values()["address"].point is not None
    assert not popup.isVisible()
    assert line.hasFocus() is (key != Qt.Key.Key_Tab)


def test_that_of_several_places_that_are_spelt_so_the_likeliest_is_marked(qtbot, panel):
    line, popup = suggested(qtbot, panel, "ndl")
    offered = editor(panel, "address")._offers.places
    assert len(offered) > 1
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert line.text() == offered[1].name
    assert panel.values()["address"].point == offered[1].point


def test_that_going_down_from_the_only_place_stays_on_it(qtbot, panel):
    line, popup = suggested(qtbot, panel, "ndl12")
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert line.text() == "南大路12号"
    assert panel.values()["address"].point is not None


def test_that_the_suggested_places_stay_inside_the_window_and_are_read_whole(
    qtbot, window, stage, samples
):
    window.resize(1366, 768)
    known = next(it for it in stage.seat.gazetteer.places if it.name == "南大路12号")
    long = samples.replace(known, name="东街农贸市场" * 20)
    named = samples.replace(known, name="东街新村农贸市场东侧停车场出入口")
    about = samples.replace(subject_of(stage), gazetteer=Gazetteer((known, long, named)))
    panel = window.host.open(CASE_FORMS["register"], about)
    inside = window.geometry()
    for typed, ends in (("ndl", "网格"), ("djxc", "网格"), ("djnmscdj", "…")):
        editor(panel, "address").control.clear()
        _line, popup = suggested(qtbot, panel, typed)
        assert inside.left() <= popup.geometry().left()
        assert popup.geometry().right() <= inside.right()
        assert popup.sizeHintForColumn(0) <= popup.viewport().width()
        assert popup.model().index(popup.model().rowCount() - 1, 0).data().endswith(ends)
        popup.hide()


def test_that_escape_keeps_the_words_as_they_were_typed(qtbot, panel):
    line, popup = suggested(qtbot, panel, "ndl12")
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    QTest.keyClick(line, Qt.Key.Key_Return)
    panel._send.setFocus()
    assert line.text() == "ndl12"
    assert panel.values()["address"] == Spot(address="ndl12")


def test_that_of_several_places_that_only_hold_the_words_none_is_marked(qtbot, panel):
    line = editor(panel, "address").control
    line.setFocus()
    commit(line, "路")
    popup = line.completer().popup()
    qtbot.waitUntil(popup.isVisible)
    QApplication.processEvents()
    assert not popup.currentIndex().isValid()
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert line.text() == "路"


def test_that_an_address_the_map_does_not_know_is_said_beside_its_field_and_in_sight(
    qtbot, window, panel
):
    window.resize(1366, 768)
    line = editor(panel, "address").control
    line.setFocus()
    commit(line, "某处不知道的地方")
    told = editor(panel, "address")._told
    qtbot.waitUntil(told.isVisible)
    assert "地图上找不到这个地址" in told.text()
    assert told.geometry().top() - line.geometry().bottom() < line.height()
    qtbot.waitUntil(lambda: told.visibleRegion().boundingRect().height() == told.height())


def test_that_a_name_typed_in_full_is_taken_when_one_goes_on(panel, stage):
    line = editor(panel, "address").control
    line.setFocus()
    commit(line, "农贸市场")
    line.completer().popup().hide()
    panel._send.setFocus()
    assert panel.values()["address"].point is not None


def test_that_words_that_name_another_place_drop_the_chosen_one(panel):
    line = editor(panel, "address").control
    panel.enter(address=Spot(address="东街", point=Point(116.28, 29.08, Datum.WGS84)))
    commit(line, "后面巷子")
    assert panel.values()["address"].address == "东街后面巷子"
    assert panel.values()["address"].point is not None
    line.selectAll()
    commit(line, "西街口")
    assert panel.values()["address"] == Spot(address="西街口")


def test_that_a_place_near_a_border_is_said_to_be_in_doubt(panel, stage):
    hall = stage.hall
    ring = next(iter(hall.grids.grids.values())).polygons[0][0]
    (x1, y1), (x2, y2) = ring[0], ring[1]
    middle = Point((x1 + x2) / 2, (y1 + y2) / 2, Datum.WGS84)
    panel.enter(address=Spot(point=middle))
    assert "离网格界线只有" in said(panel)
    candidates = hall.grids.locate(middle).candidates
    choices = editor(panel, "grid")._choices
    assert {it.value for it in choices[: len(candidates)]} == set(candidates)


def test_that_a_place_outside_the_township_is_said_to_be_so(panel):
    panel.enter(address=Spot(point=Point(116.45, 29.2, Datum.WGS84)))
    assert "不在本镇网格之内" in said(panel)


def test_that_an_address_nobody_knows_is_kept_and_said_to_be_unplaced(panel, stage):
    panel.enter(title="路灯不亮", address="某某巷 3 号")
    assert "找不到这个地址" in said(panel)
    panel.send()
    assert (sent(stage).address, sent(stage).lon, sent(stage).grid) == ("某某巷 3 号", None, None)


def test_that_a_place_of_another_datum_is_sent_as_it_is_written_down(panel, stage):
    place = next(it for it in stage.seat.gazetteer.places if it.point and it.point.datum != "WGS84")
    panel.enter(title="路灯不亮", address=Spot(address=place.name, point=place.point))
    assert panel.values()["grid"] == place.grid
    panel.send()
    assert (sent(stage).lon, sent(stage).datum) == (place.point.lon, place.point.datum)


@pytest.mark.parametrize(
    ("text", "lon"),
    [
        ("116.2801, 29.0801", 116.2801),
        ("116.2801，29.0801", 116.2801),
        ("116.2801 29.0801", 116.2801),
        ("116.28", None),
        ("12, 3", None),
        ("东街 12 号", None),
    ],
)
def test_that_two_numbers_are_coordinates_in_the_datum_of_the_hall(text, lon):
    point = typed_point(text, Datum.GCJ02)
    assert (point and point.lon) == lon
    assert point is None or point.datum is Datum.GCJ02


def test_that_a_click_on_the_map_places_the_report(qtbot, window, panel, stage):
    panel.enter(title="路灯不亮")
    line = editor(panel, "address").control
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    canvas = window.map._canvas
    assert canvas.pointing
    assert window.map._pointing.isVisibleTo(window.map)
    middle = stage.hall.grids.centroid(next(iter(stage.hall.grids.grids)))
    there = window.map._township.plane.to_metres(middle.lon, middle.lat)
    at = canvas.to_screen(*map(float, there)).toPoint()
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at)
    spot = panel.values()["address"]
    x, y = canvas.to_plane(at.toPointF())
    lon, lat = window.map._township.plane.to_degrees(x, y)
    assert (spot.point.lon, spot.point.lat) == pytest.approx((float(lon), float(lat)), abs=1e-5)
    assert panel.values()["grid"] == stage.hall.grids.locate(spot.point).grid.code
    assert not canvas.pointing
    assert line.hasFocus()
    panel.send()
    assert sent(stage).datum is Datum.WGS84


def test_that_the_map_is_pointed_at_with_keys_alone_and_given_up_with_esc(
    qtbot, window, panel, stage
):
    place = editor(panel, "address")
    place.pick_on_map()
    canvas = window.map._canvas
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert place.value().point is not None
    place.pick_on_map()
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert not stage.is_picking
    assert place.value().point is not None
    assert place.control.hasFocus()
    assert window.host.panel is panel


def test_that_a_point_is_named_after_what_it_lies_near(panel, stage):
    place = next(it for it in stage.seat.gazetteer.places if it.name == "青石桥")
    spot = convert(place.point, Datum.WGS84)
    editor(panel, "address")._on_pointed(Point(spot.lon, spot.lat + 0.0005, Datum.WGS84))
    assert panel.values()["address"].address == "青石桥附近约 56 米"


def test_that_it_is_said_that_a_point_of_the_map_stays_when_the_words_are_changed(panel, stage):
    place = editor(panel, "address")
    there = convert(next(iter(stage.seat.gazetteer.places)).point, Datum.WGS84)
    place._on_pointed(there)
    assert place._said.text().startswith("位置：")
    QTest.keyClicks(place.control, "ltxx")
    assert place._said.text().startswith("位置仍是先前在地图上所选的点：")
    assert place.value().point == there
    place._on_pointed(there)
    assert place._said.text().startswith("位置：")


def test_that_a_form_that_is_gone_gets_no_point(qtbot, window, panel, stage):
    editor(panel, "address").pick_on_map()
    window.host.leave()
    qtbot.waitUntil(lambda: window.host.panel is None)
    qtbot.wait(1)
    stage.point_at(Point(116.28, 29.08, Datum.WGS84))
    assert not stage.is_picking


def test_that_a_callers_number_is_in_clear_only_while_it_is_typed(panel, stage):
    line = editor(panel, "reporter_phone").control
    line.setFocus()
    QTest.keyClicks(line, "10012345678")
    assert line.text() == "10012345678"
    editor(panel, "title").control.setFocus()
    assert line.text() == "100****5678"
    assert panel.values()["reporter_phone"] == "10012345678"
    line.setFocus()
    assert line.text() == "10012345678"
    panel.enter(title="路灯不亮")
    panel.send()
    assert sent(stage).reporter_phone == "10012345678"


def test_that_a_leaders_note_asks_who_and_what(panel, stage):
    panel.enter(title="整治集镇占道", channel=Channel.LEADER)
    panel.send()
    assert "请填写「批示领导」" in "".join(row.fault.text() for row in panel._rows)
    panel.enter(leader="潘建国", instruction="请执法队三日内办结")
    panel.send()
    assert (sent(stage).leader, sent(stage).instruction) == ("潘建国", "请执法队三日内办结")
