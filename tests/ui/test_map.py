"""The map: what is on it, what a click and a selection do, and that it moves by itself no more."""

from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec import structs
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from commandcenter.application.changes import Delta, UnitPosition
from commandcenter.application.messages import LinkState, LinkStatus
from commandcenter.application.seat import Notice
from commandcenter.domain.case import State
from commandcenter.domain.catalogue import Urgency
from commandcenter.domain.place import GridMap, Place, PlaceQuality
from commandcenter.domain.timers import Phase
from ui.actions import actions_of
from ui.map.screen import MapScreen
from ui.stage import Stage
from ui.theme import DARK, LIGHT, THEMES, URGENCY_MARKS, apply_theme
from ui.township import ALERTS, LOAD_STEPS, load_colour, load_step
from widgets.canvas_view import View


@pytest.fixture
def shown(qtbot, stage):
    screen = MapScreen(stage)
    qtbot.addWidget(screen)
    screen.resize(800, 700)
    screen.show()
    screen._canvas.settle()
    yield screen
    screen.close()


def told(qtbot, stage, *deltas):
    with qtbot.waitSignal(stage.changed):
        stage.seat.desk.say(*deltas)


def tick(stage):
    """Let so many seconds pass that the shades follow."""
    for _ in range(5):
        stage.ticked.emit(stage.now())


def close_in(screen, case, scale=2.0):
    """Go so close to a case that its mark stands alone."""
    screen._canvas.show_at(*screen._spot(case), scale)
    screen._canvas.settle()


def some_case(stage):
    return next(iter(stage.picture.cases.values()))


def test_that_the_hint_on_pointing_leaves_a_low_map_to_the_cross(qtbot, stage, shown):
    stage.place_wanted.emit(True)
    for width, height in ((350, 230), (800, 700)):
        shown.resize(width, height)
        middle = QPoint(shown._canvas.width() // 2, shown._canvas.height() // 2)
        hint = shown._pointing.geometry()
        assert not hint.adjusted(0, 0, 0, hint.height() // 2).contains(middle)
        assert hint.bottom() < shown._canvas.height() / 3
    stage.place_wanted.emit(False)


def ringed(screen, number):
    """The colour of the ring around the mark of a case; None: it has none."""
    layer = screen._township.cases
    return layer.sprites[layer.kind[layer.row(number)]].alarm


def is_late(stage, case):
    timer = stage.picture.timer(case, stage.hall.limits)
    return timer is not None and timer.phase(stage.now()) is Phase.OVER


def test_that_every_open_case_is_on_the_map_by_its_urgency_and_ringed_if_late(stage, shown):
    cases = stage.picture.cases
    layer = shown._township.cases
    assert len(layer) == len(cases) > 0
    for no, case in cases.items():
        look = layer.sprites[layer.kind[layer.row(no)]]
        assert look.colour == QColor(URGENCY_MARKS[case.urgency].colour(DARK))
        assert look.alarm == (QColor(DARK.over) if is_late(stage, case) else None)
    assert {is_late(stage, case) for case in cases.values()} == {True, False}


def test_that_a_case_is_ringed_at_the_moment_its_clock_runs_out(qtbot, stage, shown, clock):
    now, limits = stage.now(), stage.hall.limits
    timers = {no: stage.picture.timer(it, limits) for no, it in stage.picture.cases.items()}
    dues = {no: it.due_at for no, it in timers.items() if it and not it.paused and it.due_at > now}
    first = min(dues, key=dues.get)
    clock.advance(seconds=(dues[first] - now).total_seconds() - 1)
    stage.ticked.emit(stage.now())
    assert ringed(shown, first) is None
    clock.advance(seconds=1)
    stage.ticked.emit(stage.now())
    assert ringed(shown, first) == QColor(DARK.over)
    clock.advance(days=30)
    stage.ticked.emit(stage.now())
    assert all(ringed(shown, no) for no in dues)


def test_that_a_case_whose_whistle_was_answered_for_loses_its_ring(qtbot, stage, shown, samples):
    case = samples.case(7200, state=State.HANDLING)
    late, case = samples.whistle(case, number=7200, age=timedelta(minutes=12))
    told(qtbot, stage, Delta(cases=(case,), whistles=(late,)))
    assert ringed(shown, case.no) == QColor(DARK.over)
    bodies = tuple(it.body for it in late.summons)
    bare = samples.case(7200, state=State.HANDLING)
    come, _ = samples.whistle(bare, number=7200, age=timedelta(minutes=12), came=bodies)
    told(qtbot, stage, Delta(whistles=(come,)))
    assert ringed(shown, case.no) is None


def test_that_an_alert_on_the_map_leads_to_its_judgement_or_to_its_case(qtbot, stage, shown):
    wanted = []
    stage.alert_wanted.connect(wanted.append)
    alert = next(it for it in stage.picture.alerts.values() if not it.case)
    shown._on_picked(ALERTS, alert.key)
    assert wanted == [alert.key]
    case = some_case(stage)
    stage.picture.alerts[alert.key] = structs.replace(alert, case=case.no)
    shown._on_picked(ALERTS, alert.key)
    assert wanted == [alert.key]
    assert stage.selection == case.no


def test_that_a_batch_changes_only_its_own_marks(qtbot, stage, shown, samples):
    first = some_case(stage)
    row = shown._township.cases.row(first.no)
    worse = structs.replace(first, urgency=Urgency.CRITICAL, version=first.version + 1)
    fresh = samples.case(999)
    told(qtbot, stage, Delta(cases=(worse, fresh)))
    layer = shown._township.cases
    assert layer.row(first.no) == row
    worst = QColor(URGENCY_MARKS[Urgency.CRITICAL].colour(DARK))
    assert layer.sprites[layer.kind[row]].colour == worst
    assert layer.row(fresh.no) is not None


def test_that_a_settled_case_leaves_the_map_and_its_grids_load(qtbot, stage, shown, samples):
    first = samples.case(777)
    told(qtbot, stage, Delta(cases=(first,)))
    grid, before = first.place.grid, shown._township.load(first.place.grid)
    told(qtbot, stage, Delta(cases=(samples.case(777, state=State.CLOSED),)))
    assert shown._township.cases.row(first.no) is None
    assert shown._township.load(grid) == before - 1


def test_that_grids_are_shaded_by_their_load_in_few_steps(qtbot, stage, shown, samples):
    place = samples.spot(3)
    cases = tuple(samples.case(2000 + n, place=place) for n in range(LOAD_STEPS[-1]))
    told(qtbot, stage, Delta(cases=cases))
    tick(stage)
    step = load_step(shown._township.load(place.grid))
    assert step == len(LOAD_STEPS)
    grids = shown._township.grids
    qtbot.waitUntil(lambda: grids.area(place.grid).fill == load_colour(DARK, step))


def test_that_the_load_kept_by_batches_equals_the_load_counted_afresh(qtbot, stage, shown, samples):
    batch = [samples.case(3000 + n) for n in range(40)]
    told(qtbot, stage, Delta(cases=tuple(batch)))
    moved = structs.replace(batch[0], place=samples.spot(9), version=batch[0].version + 1)
    told(qtbot, stage, Delta(cases=(moved,)))
    counted = {}
    for case in stage.picture.cases.values():
        counted[case.place.grid] = counted.get(case.place.grid, 0) + 1
    kept = {code: shown._township.load(code) for code in stage.hall.grids.grids}
    assert {code: count for code, count in kept.items() if count} == counted


def test_that_a_click_on_a_mark_selects_its_case_everywhere(qtbot, stage, shown):
    case = some_case(stage)
    close_in(shown, case)
    view = shown._canvas.view()
    spot = shown._canvas.to_screen(*shown._spot(case)).toPoint()
    qtbot.mouseClick(shown._canvas, Qt.MouseButton.LeftButton, pos=spot)
    assert stage.selection == case.no
    assert shown._canvas.view() == view
    assert shown._canvas.selection() == ("cases", case.no)


def test_that_a_selection_out_of_sight_is_shown_and_the_view_returns_exactly(stage, shown):
    former = View(x=50_000.0, y=50_000.0, scale=0.123456)
    shown._canvas.restore(former)
    case = some_case(stage)
    stage.select(case.no)
    assert shown._canvas.rect().contains(shown._canvas.to_screen(*shown._spot(case)).toPoint())
    assert shown._canvas.view().scale == pytest.approx(former.scale)
    stage.select("")
    assert shown._canvas.view() == former


def test_that_a_selection_in_sight_moves_nothing(stage, shown):
    before = shown._canvas.view()
    case = next(
        case
        for case in stage.picture.cases.values()
        if shown._canvas.rect()
        .adjusted(120, 120, -120, -120)
        .contains(shown._canvas.to_screen(*shown._spot(case)).toPoint())
    )
    stage.select(case.no)
    assert shown._canvas.view() == before
    assert shown._canvas.selection() == ("cases", case.no)


def test_that_a_map_that_shows_the_whole_township_is_moved_by_no_selection(stage, shown):
    shown.resize(300, 260)
    shown._canvas.fit()
    before = shown._canvas.view()
    for case in stage.picture.cases.values():
        stage.select(case.no)
        assert shown._canvas.view() == before


def test_that_a_map_nobody_sees_is_not_moved(stage, shown):
    shown._canvas.restore(View(x=50_000.0, y=50_000.0, scale=0.1))
    shown.hide()
    stage.select(some_case(stage).no)
    assert shown._canvas.view() == View(x=50_000.0, y=50_000.0, scale=0.1)


def test_that_a_locked_map_is_not_moved_by_a_selection(stage, shown):
    far = View(x=50_000.0, y=50_000.0, scale=0.1)
    shown._canvas.restore(far)
    actions_of(stage).trigger("lock_map")
    stage.select(some_case(stage).no)
    assert shown.locked()
    assert shown._canvas.view() == far


def test_that_whoever_moved_the_map_since_is_not_taken_back(stage, shown):
    shown._canvas.restore(View(x=50_000.0, y=50_000.0, scale=0.1))
    stage.select(some_case(stage).no)
    by_hand = View(x=10.0, y=20.0, scale=0.2)
    shown._canvas.restore(by_hand)
    stage.select("")
    assert shown._canvas.view() == by_hand


def test_that_the_action_goes_close_and_asked_again_returns_exactly(stage, shown):
    stage.select(some_case(stage).no)
    former = shown._canvas.view()
    actions_of(stage).trigger("show_on_map")
    assert shown._canvas.view().scale > former.scale
    actions_of(stage).trigger("show_on_map")
    assert shown._canvas.view() == former


def test_that_several_selections_in_a_row_return_to_where_the_person_was(stage, shown):
    former = View(x=50_000.0, y=50_000.0, scale=0.3)
    shown._canvas.restore(former)
    for case in list(stage.picture.cases.values())[:5]:
        stage.select(case.no)
    stage.select("")
    assert shown._canvas.view() == former


def test_that_cases_without_a_place_are_counted_listed_and_never_in_the_extent(
    qtbot, stage, shown, samples
):
    extent = shown._canvas.extent()
    nowhere = samples.case(4001, place=Place(address="某处", quality=PlaceQuality.UNKNOWN))
    spot = structs.replace(samples.spot(1).wgs84, lon=119.9)
    outside = samples.case(4002, place=Place(wgs84=spot, quality=PlaceQuality.OUTSIDE))
    told(qtbot, stage, Delta(cases=(nowhere, outside)))
    assert shown._unplaced.isVisible()
    assert shown._unplaced.text() == "2 件不在图上"  # one of them has a position
    assert shown._canvas.extent() == extent
    assert shown._township.cases.row(outside.no) is None
    shown._unplaced.click()
    assert set(shown._list.numbers) == {nowhere.no, outside.no}


def test_that_a_place_known_roughly_is_a_circle_of_its_radius(qtbot, stage, shown, samples):
    code = next(iter(stage.hall.grids.grids))
    middle, radius = stage.hall.grids.centroid(code), stage.hall.grids.radius_m(code)
    place = Place(grid=code, wgs84=middle, accuracy_m=radius, quality=PlaceQuality.FUZZY)
    told(qtbot, stage, Delta(cases=tuple(samples.case(5000 + n, place=place) for n in range(3))))
    tick(stage)
    (area,) = shown._township.fuzzy.areas()
    assert area.bounds.right - area.bounds.left == pytest.approx(2 * radius, rel=0.01)
    gone = tuple(samples.case(5000 + n, place=place, state=State.CLOSED) for n in range(3))
    told(qtbot, stage, Delta(cases=gone))
    tick(stage)
    assert shown._township.fuzzy.areas() == ()


def test_that_a_unit_fades_once_it_has_not_been_heard_for_ten_minutes(
    qtbot, stage, shown, samples, clock
):
    spot = samples.spot(1).wgs84
    unit = UnitPosition(
        id="U1", kind="drone", name="一号机", body=None, lon=spot.lon, lat=spot.lat, at=clock.now()
    )
    told(qtbot, stage, Delta(positions=(unit,)))
    fresh = int(shown._township.units.kind[0])
    clock.advance(minutes=9)
    tick(stage)
    assert shown._township.units.kind[0] == fresh
    clock.advance(minutes=2)
    tick(stage)
    assert shown._township.units.kind[0] < fresh


@pytest.mark.parametrize("tokens", THEMES.values())
def test_that_a_whistle_that_is_late_has_a_dashed_ring_in_the_colour_of_it(
    qtbot, qapp, stage, shown, clock, samples, tokens
):
    case = samples.case(7300, state=State.HANDLING)
    blown, case = samples.whistle(case, number=7300, age=timedelta(minutes=1))
    told(qtbot, stage, Delta(cases=(case,), whistles=(blown,)))

    def ring():
        pulses = shown._township.whistles.pulses()
        pulse = next(it for it in pulses if it.key == blown.no)
        return pulse.colour, pulse.dashed

    apply_theme(qapp, tokens)
    try:
        assert ring() == (QColor(tokens.whistle), False)
        clock.advance(minutes=9)
        stage.ticked.emit(stage.now())
        assert ring() == (QColor(tokens.over), True)
        assert ringed(shown, case.no) == QColor(tokens.over)
    finally:
        apply_theme(qapp, DARK)


def test_that_the_legend_says_what_the_ring_of_what_is_late_means(stage, shown):
    assert "超时" in shown._legend.accessibleName()
    image = shown._legend.grab().toImage()
    right = range(image.width() // 2, image.width())
    colours = {image.pixelColor(x, y).name() for x in right for y in range(image.height())}
    assert QColor(DARK.over).name() in colours  # of the urgencies it is on the left


def test_that_running_whistles_beat(stage, shown):
    assert {pulse.key for pulse in shown._township.whistles.pulses()} == set(stage.picture.whistles)


def test_that_the_cases_at_one_spot_open_as_a_list(qtbot, stage, shown, samples):
    place = samples.spot(11)
    cases = tuple(samples.case(6000 + n, place=place) for n in range(6))
    told(qtbot, stage, Delta(cases=cases))
    shown._canvas.cluster_opened.emit("cases", tuple(case.no for case in cases))
    assert shown._list.isVisible()
    assert set(shown._list.numbers) == {case.no for case in cases}


def test_that_an_area_opens_the_list_of_its_cases(stage, shown):
    case = some_case(stage)
    shown._canvas.picked.emit("grids", case.place.grid)
    assert set(shown._list.numbers) == {
        it.no for it in stage.picture.cases.values() if it.place.grid == case.place.grid
    }
    QTest.keyClick(shown._list, Qt.Key.Key_Escape)
    assert not shown._list.isVisible()


def test_that_old_data_are_said_to_be_old(qtbot, stage, shown, clock, samples):
    told(qtbot, stage, samples.lively(clock.now()))
    tick(stage)
    assert not shown._age.isVisible()
    down = tuple(
        LinkState(feed=feed, state=LinkStatus.DOWN, at=clock.now()) for feed in ("county", "video")
    )
    told(qtbot, stage, Delta(links=down))
    clock.advance(seconds=31)
    tick(stage)
    assert shown._age.isVisible()
    assert "14:30:00" in shown._age.text()


def test_that_what_was_set_up_is_remembered_and_nothing_of_it_trusted(qtbot, stage, shown):
    shown._switches["cases"].setChecked(False)
    shown._canvas.show_at(100.0, 200.0, 0.5)
    shown._lock.setChecked(True)
    kept = shown.remembered()
    other = MapScreen(stage)
    qtbot.addWidget(other)
    other.recall(kept)
    assert other.remembered() == kept
    other.recall({"hidden": "x", "view": [None, 1, 2], "locked": 7})
    assert not other.locked()


def test_that_a_hall_without_grids_says_what_to_do(qtbot, samples, desk, tmp_path):
    seat = samples.seat(desk, state=tmp_path)
    bare = Stage(replace(seat, hall=replace(seat.hall, grids=GridMap())))
    screen = MapScreen(bare)
    qtbot.addWidget(screen)
    screen.show()
    assert screen._empty.isVisible()
    assert not screen._canvas.isVisible()


def test_that_a_map_whose_grids_are_faulty_points_to_the_faults(qtbot, samples, desk, tmp_path):
    bare = replace(samples.hall(), grids=GridMap())
    other = Notice("bodies.csv 第 2 行", "空着", "填上")
    for where, is_pointed in (
        ("grids.geojson 第 1 行", True),
        ("grids.geojson", True),
        ("", False),
    ):
        notices = (other, Notice(where, "不是 JSON", "改好")) if where else (other,)
        seat = replace(samples.seat(desk, state=tmp_path, notices=notices), hall=bare)
        screen = MapScreen(Stage(seat))
        qtbot.addWidget(screen)
        assert ("「资料有误」" in screen._empty.accessibleName()) is is_pointed


def test_that_a_change_of_theme_recolours_the_ground(qapp, stage, shown):
    code = next(iter(stage.hall.grids.grids))
    apply_theme(qapp, LIGHT)
    try:
        step = load_step(shown._township.load(code))
        assert shown._township.grids.area(code).fill == load_colour(LIGHT, step)
    finally:
        apply_theme(qapp, DARK)


def test_that_what_lies_under_the_pointer_is_said_to_the_letter(stage, shown):
    case = some_case(stage)
    shown._on_hovered("cases", case.no)
    assert case.title in shown._canvas.toolTip()
    late = next(it for it in stage.picture.cases.values() if is_late(stage, it))
    shown._on_hovered("cases", late.no)
    assert " 超 " in shown._canvas.toolTip()
    shown._on_hovered("grids", case.place.grid)
    assert "未结" in shown._canvas.toolTip()
    assert shown._canvas.pick(QPointF(-10, -10)) is None
