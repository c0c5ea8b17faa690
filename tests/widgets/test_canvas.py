"""The plan view: places and pixels, groups, picking, and what it costs when nothing happens."""

import os
import subprocess
import sys
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPalette, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from widgets.canvas import Canvas
from widgets.canvas_clusters import gather, scatter
from widgets.canvas_ink import round_length
from widgets.canvas_layers import MarkLayer, Polygon, PolygonLayer, Pulse, PulseLayer
from widgets.canvas_picture import Tie
from widgets.canvas_sprites import shaped, short_count
from widgets.canvas_view import Bounds, Frame, Plane, View
from widgets.paint import Shape

RED, GREEN, BLUE = QColor("#f00"), QColor("#0f0"), QColor("#00f")
SQUARE = np.array([[0.0, 0.0], [1000.0, 0.0], [1000.0, 1000.0], [0.0, 1000.0]])
SPRITES = tuple(
    shaped(shape, fill=colour, halo=QColor("black"), side=16)
    for shape, colour in ((Shape.RING, BLUE), (Shape.DISC, GREEN), (Shape.DIAMOND, RED))
)
metres = st.floats(-20_000, 20_000)
views = st.builds(
    lambda x, y, scale: View(x=x, y=y, scale=scale), metres, metres, st.floats(0.01, 4)
)
frames = st.builds(
    Frame.of, views, st.integers(50, 1500), st.integers(50, 1500), st.sampled_from([1.0, 1.5, 2.0])
)
places = st.lists(st.tuples(metres, metres, st.integers(0, 2)), max_size=60)


def columns(points):
    table = np.array([(x, y) for x, y, _ in points], float).reshape(-1, 2)
    kinds = np.array([kind for *_, kind in points], np.intp)
    return table[:, 0], table[:, 1], kinds, np.zeros(len(points))


def clustered(points, frame, side=60):
    return gather(*columns(points), kinds=3, frame=frame, side=side, apart=16, inset=20)


def square(key, left=0.0, fill=GREEN, label=""):
    return Polygon(key=key, rings=(SQUARE + np.array([left, 0.0]),), fill=fill, label=label)


@pytest.fixture
def areas():
    layer = PolygonLayer("areas", outline=QColor("#888"))
    layer.replace([square("west"), square("east", 1000.0, BLUE)])
    return layer


@pytest.fixture
def marks():
    return MarkLayer("marks", sprites=SPRITES)


@pytest.fixture
def pulses():
    return PulseLayer("pulses")


@pytest.fixture
def canvas(qtbot, areas, marks, pulses):
    made = Canvas(name="plan")
    qtbot.addWidget(made)
    made.resize(600, 400)
    for layer in (areas, marks, pulses):
        made.add_layer(layer)
    made.show()
    made.settle()
    return made


def colour_at(canvas, x, y):
    ratio = canvas.devicePixelRatioF()
    point = canvas.to_screen(x, y)
    return canvas.grab().toImage().pixelColor(int(point.x() * ratio), int(point.y() * ratio))


def click(qtbot, canvas, x, y):
    point = canvas.to_screen(x, y).toPoint()
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=point)


def wheel(canvas, point, turn):
    QApplication.sendEvent(
        canvas,
        QWheelEvent(
            QPointF(point),
            canvas.mapToGlobal(QPointF(point)),
            QPoint(),
            QPoint(0, turn),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        ),
    )


# ---- degrees, metres, pixels


@given(st.floats(-179, 179), st.floats(-75, 75), st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_that_degrees_survive_the_way_to_the_plane_and_back(lon0, lat0, east, north):
    plane = Plane(lon0=lon0, lat0=lat0)
    lon, lat = plane.to_degrees(*plane.to_metres(lon0 + east, lat0 + north))
    assert lon == pytest.approx(lon0 + east, abs=1e-9)
    assert lat == pytest.approx(lat0 + north, abs=1e-9)


def test_that_a_degree_of_latitude_is_111_kilometres_and_one_of_longitude_shrinks_northwards():
    x, y = Plane(lon0=109.0, lat0=60.0).to_metres([109.0, 110.0], [61.0, 60.0])
    assert y[0] == pytest.approx(111_195, abs=1)
    assert x[1] == pytest.approx(111_195 / 2, abs=1)


@given(frames, metres, metres)
def test_that_a_place_survives_the_way_to_the_screen_and_back(frame, x, y):
    back = frame.to_metres(*map(float, frame.to_pixels(x, y)))
    assert back == pytest.approx((x, y), abs=1e-6)


@given(frames, metres, metres)
def test_that_qt_and_numpy_agree_where_a_place_is(frame, x, y):
    point = frame.transform().map(QPointF(x, y))
    assert (point.x(), point.y()) == pytest.approx(
        tuple(map(float, frame.to_pixels(x, y))), abs=1e-6
    )


@given(views, metres, metres)
def test_that_two_frames_of_one_zoom_differ_by_whole_pixels(view, dx, dy):
    moved = View(x=view.x + dx, y=view.y + dy, scale=view.scale)
    one, other = (Frame.of(it, 600, 400, 1.5).to_pixels(0, 0) for it in (view, moved))
    assert (one[0] - other[0]) % 1 == (one[1] - other[1]) % 1 == 0


@given(st.floats(0.001, 1e6))
def test_that_a_scale_bar_is_round_and_fills_at_least_two_fifths_of_its_room(longest):
    length, text = round_length(longest)
    assert longest * 0.399 < length <= longest
    number, metres_each = text.split()[0], {"m": 1, "km": 1000}[text.split()[1]]
    assert float(number) * metres_each == pytest.approx(length)
    assert f"{length:e}"[0] in "125"


# ---- groups


@given(places, frames)
def test_that_gathering_conserves_the_points_of_every_kind(points, frame):
    x, y, kind, _ = columns(points)
    made = clustered(points, frame)
    column, line = np.floor(x * frame.zoom / 60), np.floor(-y * frame.zoom / 60)
    seen = (
        (column >= frame.left // 60)
        & (column <= (frame.left + frame.width - 1) // 60)
        & (line >= frame.top // 60)
        & (line <= (frame.top + frame.height - 1) // 60)
    )
    counted = made.by_kind.sum(axis=0) + np.bincount(kind[made.row], minlength=3)
    assert counted.tolist() == np.bincount(kind[seen], minlength=3).tolist()


@given(places, frames)
def test_that_every_point_is_behind_exactly_one_entry(points, frame):
    x, y, kind, _ = columns(points)
    made = clustered(points, frame)
    behind = [made.members(entry, x, y) for entry in range(len(made))]
    everyone = np.concatenate([*behind, np.empty(0, np.intp)])
    assert len(set(everyone.tolist())) == len(everyone)
    for rows, counts in zip(behind, made.by_kind, strict=False):
        assert np.bincount(kind[rows], minlength=3).tolist() == counts.tolist()


@given(places, frames)
def test_that_no_group_holds_points_farther_apart_than_its_cell(points, frame):
    x, y, *_ = columns(points)
    made = clustered(points, frame)
    for entry in range(made.groups):
        rows = made.members(entry, x, y)
        assert len(rows) > 1
        assert np.ptp(x[rows]) * frame.zoom <= 60 + 1e-6
        assert np.ptp(y[rows]) * frame.zoom <= 60 + 1e-6


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300), st.just(0)), max_size=80))
def test_that_no_two_groups_overlap(points):
    frame = Frame(zoom=1.0, left=0, top=-300, width=300, height=300)
    beside_a_wall = [(59, 30, 0), (58, 30, 0), (61, 30, 0), (62, 30, 0)]
    made = clustered(points + beside_a_wall, frame)
    across, down = made.across[: made.groups], made.down[: made.groups]
    for entry in range(made.groups):
        near = np.maximum(abs(across - across[entry]), abs(down - down[entry])) < 2 * 20 - 1
        assert near.sum() == 1


@given(places, frames, st.integers(0, 200), st.integers(0, 200))
def test_that_seeing_more_never_regroups(points, frame, across, down):
    x, y, *_ = columns(points)
    less, more = (
        {tuple(made.members(entry, x, y).tolist()) for entry in range(len(made))}
        for made in (clustered(points, frame), clustered(points, frame.grown(across, down)))
    )
    assert less <= more


def test_that_two_marks_that_do_not_touch_stay_two_and_two_that_touch_become_one():
    frame = Frame(zoom=1.0, left=0, top=-600, width=600, height=600)
    assert clustered([(5, 5, 0), (40, 40, 0)], frame).groups == 0
    assert clustered([(5, 5, 0), (15, 10, 0)], frame).groups == 1


def test_that_the_worst_and_heaviest_lone_mark_is_drawn_last():
    frame = Frame(zoom=1.0, left=0, top=-600, width=600, height=600)
    x = y = np.array([100.0, 200.0, 300.0, 400.0])
    kind, weight = np.array([2, 0, 2, 1]), np.array([5.0, 9.0, 1.0, 0.0])
    assert scatter(x, y, kind, weight, frame=frame).row.tolist() == [1, 3, 2, 0]


@given(st.integers(1, 9_999_999))
def test_that_a_count_is_written_in_five_characters_and_never_exaggerates(count):
    text = short_count(count)
    assert len(text) <= 5
    assert float(text.replace("k", "e3")) <= count


# ---- layers

keys = st.sampled_from("abcdefgh")
coordinate = st.sampled_from([1.0, 2.5, -3.0, nan, inf])
marked = st.tuples(keys, coordinate, st.integers(0, 2))
changes = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.lists(marked, max_size=4)),
        st.tuples(st.just("remove"), keys),
    )
)


@given(changes)
def test_that_marks_hold_what_a_dictionary_would_hold(changes):
    layer, model = MarkLayer("marks", sprites=SPRITES), {}
    for what, some in changes:
        if what == "put":
            names, places, kinds = zip(*some, strict=True) if some else ((), (), ())
            layer.put(names, places, 7.0, kinds)
            for key, x, kind in some:
                model[key] = (x, kind)
                if not np.isfinite(x):
                    del model[key]
        else:
            layer.remove([some])
            model.pop(some, None)
    assert len(layer) == len(model)
    for key, (x, kind) in model.items():
        assert layer.place(key) == (x, 7.0)
        assert layer.kind[layer.row(key)] == kind
        assert layer.key(layer.row(key)) == key


def test_that_marks_without_a_place_are_left_at_the_door(marks):
    marks.replace(["a", "b", "c", "d"], [0, nan, inf, 1], [0, 0, 0, -inf], 0)
    assert [marks.key(row) for row in range(len(marks))] == ["a"]
    marks.put(["a", "e"], [nan, 5.0], 1.0, 0)
    assert [marks.key(row) for row in range(len(marks))] == ["e"]


def test_that_more_marks_than_there_was_room_for_keep_their_places(marks):
    names = [f"m{number}" for number in range(1000)]
    for start in range(0, 1000, 50):
        marks.put(names[start : start + 50], np.arange(start, start + 50), 0.0, 1)
    assert [marks.place(name)[0] for name in names] == list(range(1000))


def test_that_a_kind_without_a_sprite_and_columns_of_two_lengths_are_refused(marks):
    with pytest.raises(ValueError, match="kind"):
        marks.put(["a"], 0.0, 0.0, 3)
    with pytest.raises(ValueError, match="shape"):
        marks.replace(["a", "b", "c"], [0.0, 1.0], 0.0, 0)
    with pytest.raises(ValueError, match="sprites"):
        MarkLayer("none", sprites=())


def test_that_an_area_without_three_finite_corners_is_left_out(areas):
    areas.replace([Polygon(key="thin", rings=(np.array([[0, 0], [1, nan], [2, 2]]),), fill=RED)])
    assert areas.areas() == ()
    assert areas.bounds() is None


def test_that_a_point_in_a_hole_is_not_in_the_area(areas):
    areas.replace([Polygon(key="ring", rings=(SQUARE, SQUARE * 0.5 + 250.0), fill=RED)])
    assert areas.at(100.0, 100.0) == "ring"
    assert areas.at(500.0, 500.0) is None


def test_that_a_label_finds_the_wide_part_of_an_area(areas):
    tee = np.array([[0, 0], [10, 0], [10, 80], [100, 80], [100, 120], [0, 120.0]])
    areas.replace([Polygon(key="tee", rings=(tee,), fill=RED)])
    area = areas.area("tee")
    assert area.room == pytest.approx(100)
    assert 80 < area.place[1] < 120


def test_that_restyling_keeps_the_paths_and_a_colour_that_stays_tells_nothing(qtbot, areas):
    before = areas.area("west")
    with qtbot.assertNotEmitted(areas.changed):
        areas.restyle({"west": QColor(GREEN), "nowhere": RED})
    with qtbot.waitSignal(areas.changed):
        areas.restyle({"west": RED})
    assert areas.area("west").path is before.path


# ---- the canvas


def test_that_the_areas_fill_the_canvas_and_take_new_colours(qtbot, canvas, areas):
    assert colour_at(canvas, 500, 500) == GREEN
    assert colour_at(canvas, 1500, 500) == BLUE
    areas.restyle({"west": RED})
    qtbot.waitUntil(lambda: canvas.settled)
    assert colour_at(canvas, 500, 500) == RED


def test_that_a_label_that_does_not_fit_is_hidden(qtbot, canvas, areas):
    blank = canvas.grab().toImage()
    areas.relabel({"west": "a name far too long for the room that there is " * 3})
    canvas.settle()
    assert canvas.grab().toImage() == blank
    areas.relabel({"west": "West"})
    canvas.settle()
    assert canvas.grab().toImage() != blank


def places(canvas):
    return dict(canvas._still._labels)


def test_that_a_label_makes_way_for_a_mark_and_comes_back(qtbot, canvas, areas, marks):
    areas.relabel({"west": "West"})
    canvas.settle()
    free = places(canvas)["West"]
    x, y = areas.area("west").place
    marks.put(["m"], [x], [y], [0])
    canvas._gather_stale()
    assert canvas._still.wants_other_labels()
    canvas._look_at_labels()
    qtbot.waitUntil(lambda: canvas.settled and places(canvas)["West"] != free)
    side = SPRITES[0].side
    moved, mark = places(canvas)["West"], canvas._still.frame.to_pixels(x, y)
    disc = QRectF(0, 0, side, side)
    disc.moveCenter(QPointF(float(mark[0]), float(mark[1])))
    assert not moved.intersects(disc.adjusted(1, 1, -1, -1))
    marks.remove(["m"])
    canvas._gather_stale()
    canvas._look_at_labels()
    qtbot.waitUntil(lambda: canvas.settled and places(canvas)["West"] == free)
    assert not canvas._still.wants_other_labels()


def test_that_one_name_among_many_without_room_is_not_shown(canvas, areas):
    areas.replace(
        [square("west", label="West")]
        + [square(f"{n}", 1000.0, label="a name without any room for it " * 4) for n in range(9)]
    )
    canvas.settle()
    assert not places(canvas)


def test_that_a_label_no_place_is_free_for_is_left_out(canvas, areas):
    areas.relabel({"west": "West", "east": "East"})
    across, down = np.meshgrid(np.linspace(0, 950, 20), np.linspace(0, 1000, 20))
    crowd = MarkLayer("crowd", sprites=SPRITES, grouped=False)
    crowd.put([f"{n}" for n in range(400)], across.ravel(), down.ravel(), [0] * 400)
    canvas.add_layer(crowd)
    canvas.settle()
    assert set(places(canvas)) == {"East"}


def count_room(canvas, x, y):
    """Where the count of a group at a place stands, in the picture of the canvas."""
    side = canvas.fontMetrics().height()
    room = QRectF(0, 0, 1.2 * side, 0.8 * side)
    room.moveCenter(canvas.to_screen(x, y))
    return room.toRect()


def shown_count(canvas, x, y):
    canvas.settle()
    return canvas.grab(count_room(canvas, x, y)).toImage()


def coloured(canvas, colour):
    image = canvas.grab().toImage()
    spots = [(x, y) for x in range(image.width()) for y in range(image.height())]
    return sum(image.pixelColor(*spot) == colour for spot in spots)


def test_that_a_mark_of_alarm_has_a_ring_and_a_group_an_arc_as_long_as_their_share(qtbot):
    sprites = [
        shaped(Shape.DISC, fill=GREEN, halo=QColor("black"), side=16, alarm=alarm)
        for alarm in (None, RED)
    ]
    layer, made = MarkLayer("marks", sprites=sprites), Canvas(name="plan")
    qtbot.addWidget(made)
    made.resize(300, 200)
    made.add_layer(layer)
    made.show()
    made.show_at(500, 500, 1)

    def red(alarming, count):
        layer.replace(
            [str(n) for n in range(count)], 500, 500, [n < alarming for n in range(count)]
        )
        made.settle()
        return coloured(made, RED)

    assert red(0, 1) == red(0, 20) == 0
    assert red(1, 1) > 0
    assert 0 < red(1, 20) < red(10, 20) < red(20, 20)
    assert coloured(made, GREEN) > 0


def test_that_no_mark_reaches_a_group_of_a_neighbouring_cell(canvas, marks):
    canvas.show_at(0, 0, 1)
    marks.replace(["any"], 0, 0, 0)
    canvas.settle()
    cloud = canvas._cloud(marks)
    wall = cloud.gathering.side
    crowd = [str(n) for n in range(1200)]
    marks.replace([*crowd, "lone"], [*[wall - 1] * 1200, wall + 1], -wall / 2, 0)
    canvas.settle()
    (group_x, group_y, radius), (x, y, half) = cloud.discs(canvas._frame())
    assert cloud.gathering.groups == 1
    assert np.hypot(group_x - x, group_y - y) >= radius + half - 1


@pytest.mark.parametrize("away", [0, 3, 12, 24])
def test_that_a_selected_mark_leaves_the_count_of_its_group_to_be_read(canvas, marks, away):
    canvas.show_at(500, 500, 1)
    marks.replace([*map(str, range(30)), "mine"], [*[500 - away / 30] * 30, 500 + away], 500, 0)
    before = shown_count(canvas, 500, 500)
    canvas.select("marks", "mine")
    assert shown_count(canvas, 500, 500) == before
    ring = canvas._ring_place()
    assert ring.x() > canvas.to_screen(500, 500).x()  # on its own side of the group
    accent = canvas.palette().color(QPalette.ColorRole.Accent)
    assert coloured(canvas, accent) > 0


def test_that_a_selected_mark_by_a_group_at_the_edge_stays_in_sight(canvas, marks):
    canvas.show_at(500, 500, 1)
    right = 500 + canvas.width() / 2 - 25
    marks.replace([*map(str, range(30))], right, 500, 0)
    canvas.select("marks", "3")
    canvas.settle()
    assert canvas.rect().contains(canvas._ring_place().toPoint())


@pytest.mark.parametrize("beats", [True, False])
@pytest.mark.parametrize("off", [0, 15, 25])
def test_that_a_ring_runs_under_the_count_of_a_group_and_is_seen_around_it(
    canvas, marks, pulses, beats, off
):
    canvas.show_at(500, 500, 1)
    marks.replace([*map(str, range(1200))], 500, 500, 0)
    before = shown_count(canvas, 500, 500)
    pulses.replace([Pulse(key="p", x=500 + off, y=500, colour=RED, beats=beats)])
    assert shown_count(canvas, 500, 500) == before
    assert beats or coloured(canvas, RED) > 0


def test_that_a_dashed_ring_is_told_from_another_without_its_colour(canvas, pulses):
    canvas.show_at(500, 500, 1)
    found = []
    for dashed in (False, True):
        pulses.replace([Pulse(key="p", x=500, y=500, colour=RED, beats=False, dashed=dashed)])
        canvas.settle()
        found.append(coloured(canvas, RED))
    whole, dashes = found
    assert 0 < dashes < 0.8 * whole


@given(st.lists(st.tuples(st.floats(0, 2000), st.floats(0, 1000)), min_size=1, max_size=30))
def test_that_picking_where_an_entry_is_drawn_finds_it(qapp, points):
    layer, made = MarkLayer("marks", sprites=SPRITES), Canvas()
    made.resize(600, 400)
    layer.replace([str(n) for n in range(len(points))], *np.array(points).T, 0)
    made.add_layer(layer)
    made.fit(Bounds(left=0, bottom=0, right=2000, top=1000))
    made.settle()
    found = set()
    for x, y in points:
        hit = made.pick(made.to_screen(x, y))
        found.update(hit.keys if hit else ())
    gathering = made._cloud(layer).gathering
    frame = made._frame()
    for entry in range(len(gathering)):
        point = QPointF(gathering.across[entry] - frame.left, gathering.down[entry] - frame.top)
        hit = made.pick(point)
        expected = gathering.members(entry, layer.x, layer.y).tolist()
        assert hit.layer == "marks"
        drawn = {layer.place(key) for key in hit.keys}
        assert drawn == {layer.place(str(row)) for row in expected} or len(hit.keys) == 1
    made.deleteLater()


def test_that_a_click_on_a_mark_an_area_and_a_group_says_which(qtbot, canvas, marks):
    marks.replace(["lone", "one", "two"], [300, 1500, 1505], [300, 500, 505], [0, 1, 2])
    with qtbot.waitSignal(canvas.picked) as picked:
        click(qtbot, canvas, 300, 300)
    assert picked.args == ["marks", "lone"]
    with qtbot.waitSignal(canvas.picked) as picked:
        click(qtbot, canvas, 700, 900)
    assert picked.args == ["areas", "west"]
    canvas.set_locked(True)
    with qtbot.waitSignal(canvas.cluster_opened) as opened:
        click(qtbot, canvas, 1502, 502)
    assert opened.args[0] == "marks"
    assert set(opened.args[1]) == {"one", "two"}
    canvas.set_locked(False)


def test_that_opening_a_group_goes_so_close_that_it_falls_apart(qtbot, canvas, marks):
    marks.replace(["one", "two"], [1500, 1505], [500, 505], 0)
    click(qtbot, canvas, 1502, 502)
    canvas.settle()
    hit = canvas.pick(canvas.to_screen(1500, 500))
    assert hit.keys == ("one",)


def test_that_marks_at_one_place_are_told_without_moving(qtbot, canvas, marks):
    marks.replace(["one", "two"], 1500, 500, 0)
    before = canvas.view()
    with qtbot.waitSignal(canvas.cluster_opened):
        click(qtbot, canvas, 1500, 500)
    assert canvas.view() == before


def test_that_picking_after_a_removal_never_names_another_mark(canvas, marks):
    marks.replace(["gone", "middle", "last"], [200, 1000, 1800], 500, 0)
    canvas.settle()
    marks.remove(["gone"])
    assert canvas.pick(canvas.to_screen(1800, 500)).keys == ("last",)
    assert canvas.pick(canvas.to_screen(200, 500)).layer == "areas"


def test_that_the_selection_survives_updates_and_waits_for_a_mark_that_is_gone(canvas, marks):
    accent = canvas.palette().color(QPalette.ColorRole.Accent)

    def ringed():
        image, around = canvas.grab().toImage(), canvas._ring_place()
        if around is None:
            around = canvas.to_screen(500, 500)
        across = int(around.x())
        return any(
            image.pixelColor(across, int(around.y()) - off) == accent for off in range(5, 20)
        )

    marks.replace(["mine", "other"], [500, 1500], 500, 0)
    canvas.select("marks", "mine")
    canvas.settle()
    assert ringed()
    marks.put([str(n) for n in range(200)], np.linspace(480, 520, 200), 500, 0)
    canvas.settle()
    assert ringed()
    marks.remove(["mine"])
    canvas.settle()
    assert not ringed()
    assert canvas.selection() == ("marks", "mine")
    marks.put(["mine"], 500, 500, 2)
    canvas.settle()
    assert ringed()


def test_that_restoring_gives_exactly_the_former_view(qtbot, canvas):
    canvas.show_at(123.456, 654.321, 0.321)
    former = canvas.view()
    canvas.fit()
    canvas.restore(former)
    assert canvas.view() == former


def test_that_the_wheel_keeps_the_place_under_the_pointer(canvas):
    point = QPoint(450, 150)
    before = canvas.to_plane(QPointF(point))
    wheel(canvas, point, 120)
    assert canvas.to_plane(QPointF(point)) == pytest.approx(before, abs=1 / canvas.view().scale)


def test_that_dragging_moves_the_plane_with_the_pointer(qtbot, canvas):
    wheel(canvas, QPoint(300, 200), 480)
    before = canvas.to_plane(QPointF(300, 200))
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
    for step in range(1, 9):
        qtbot.mouseMove(canvas, QPoint(300 + 10 * step, 200 + 5 * step))
    with qtbot.assertNotEmitted(canvas.picked):
        qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(380, 240))
    assert canvas.to_plane(QPointF(380, 240)) == pytest.approx(before, abs=1 / canvas.view().scale)


def test_that_a_locked_view_moves_by_calls_only(qtbot, canvas):
    canvas.set_locked(True)
    before = canvas.view()
    wheel(canvas, QPoint(300, 200), 120)
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
    qtbot.mouseMove(canvas, QPoint(400, 300))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(400, 300))
    assert canvas.view() == before
    canvas.show_at(10, 10)
    assert canvas.view() != before


def test_that_keys_move_zoom_and_fit(qtbot, canvas):
    home = canvas.view()
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.view().scale > home.scale
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.view().x > home.x
    qtbot.keyClick(canvas, Qt.Key.Key_Up)
    assert canvas.view().y > home.y
    qtbot.keyClick(canvas, Qt.Key.Key_Home)
    assert canvas.view() == home


def test_that_enter_walks_from_the_nearest_mark_outwards(qtbot, canvas, marks):
    marks.replace(["far", "near", "middle"], [1900, 1000, 1300], 500, 0)
    said = []
    canvas.picked.connect(lambda _, key: said.append(key))
    for _ in range(4):
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert said == ["near", "middle", "far", "near"]


def test_that_hovering_tells_each_thing_once(qtbot, canvas, marks):
    marks.replace(["lone"], 300, 300, 0)
    canvas.settle()
    said = []
    canvas.hovered.connect(lambda *what: said.append(what))
    spot = canvas.to_screen(300, 300).toPoint()
    for point in (spot, spot + QPoint(1, 1), spot + QPoint(60, 0), QPoint(2, 2)):
        qtbot.mouseMove(canvas, point)
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert said == [("marks", "lone"), ("areas", "west"), ("", "")]


def test_that_a_hidden_layer_is_neither_drawn_nor_picked(canvas, marks):
    marks.replace(["lone"], 300, 300, 1)
    canvas.settle()
    assert colour_at(canvas, 300, 300) == QColor(GREEN)
    canvas.set_shown("areas", False)
    canvas.set_shown("marks", False)
    canvas.settle()
    assert colour_at(canvas, 300, 300) == canvas.palette().color(QPalette.ColorRole.Window)
    assert canvas.pick(canvas.to_screen(300, 300)) is None


def test_that_a_fit_holds_through_a_resize_until_the_view_is_moved(canvas):
    canvas.fit()
    canvas.resize(900, 700)
    assert canvas.to_screen(0, 0).x() > 0
    assert canvas.to_screen(2000, 0).x() < 900
    canvas.show_at(5, 5, 1.0)
    canvas.resize(500, 300)
    assert canvas.view() == View(x=5, y=5, scale=1.0)


def test_that_what_is_fitted_does_not_lie_under_the_buttons_at_the_top(canvas):
    tools = QWidget()
    tools.setFixedSize(100, 40)
    canvas.set_overlay(tools, Qt.Corner.TopRightCorner)
    tools.show()
    canvas.fit()
    for size in ((900, 700), (300, 400), (900, 200)):
        canvas.resize(*size)
        bounds = canvas.extent()
        assert canvas.to_screen(bounds.left, bounds.top).y() >= 40
        assert canvas.to_screen(bounds.left, bounds.bottom).y() <= canvas.height()


def test_that_what_is_fitted_gives_way_to_what_lies_over_its_lower_right_corner(canvas):
    legend = QWidget()
    legend.setFixedSize(200, 60)
    canvas.set_overlay(legend, Qt.Corner.BottomRightCorner)
    legend.show()
    canvas.fit()
    bounds = canvas.extent()
    canvas.resize(2000, 500)  # there is room for both
    middle = canvas.to_screen(*bounds.centre).x()
    assert middle == pytest.approx(1000)
    for width, most in ((900, 700), (700, 570)):
        canvas.resize(width, 300)
        left, right = (canvas.to_screen(x, 0).x() for x in (bounds.left, bounds.right))
        assert left > 0
        assert right <= most + 1
        assert canvas.view().whole
    canvas.resize(900, 300)
    legend.hide()
    canvas.refit()
    assert canvas.to_screen(*bounds.centre).x() == pytest.approx(450)


def test_that_a_place_that_is_no_place_moves_nothing(canvas):
    before = canvas.view()
    canvas.show_at(nan, 0.0)
    canvas.show_at(0.0, 0.0, inf)
    assert canvas.view() == before


def test_that_no_timer_runs_when_nothing_happens(qtbot, canvas, marks, pulses):
    timers = (canvas._settling, canvas._stepping, canvas._gathering, canvas._beating)
    marks.put(["a"], 100, 100, 0)
    canvas.show_at(500, 500, 0.5)
    qtbot.waitUntil(lambda: canvas.settled)
    assert not any(timer.isActive() for timer in timers)


def test_that_the_pulse_beats_only_while_it_can_be_seen(canvas, pulses):
    pulses.replace(
        [Pulse(key="p", x=500, y=500, colour=RED), Pulse(key="q", x=nan, y=0, colour=RED)]
    )
    assert [pulse.key for pulse in pulses.pulses()] == ["p"]
    assert canvas._beating.isActive()
    canvas.hide()
    assert not canvas._beating.isActive()
    canvas.show()
    assert canvas._beating.isActive()
    canvas.show_at(500_000, 500_000)
    assert not canvas._beating.isActive()
    canvas.show_at(500, 500)
    assert canvas._beating.isActive()
    canvas.set_shown("pulses", False)
    assert not canvas._beating.isActive()
    canvas.set_shown("pulses", True)
    pulses.replace([])
    assert not canvas._beating.isActive()


def test_that_a_change_of_one_mark_repaints_its_surroundings_only(qtbot, canvas, marks):
    marks.replace(["a", "b"], [200, 1800], [200, 800], 0)
    canvas.settle()
    cloud, cover = canvas._cloud(marks), canvas._cover()
    marks.put(["a"], 260, 200, 0)
    rects = cloud.gather(cover)
    assert len(rects) == 2
    whole = QRect()
    for rect in rects:
        whole |= rect
    assert whole.width() < 120
    assert cloud.gather(cover) == []


def test_that_a_picture_repaired_bit_by_bit_is_the_picture_painted_anew(qtbot, canvas, marks):
    rng = np.random.default_rng(7)
    names = [str(number) for number in range(60)]
    marks.replace(names, rng.uniform(0, 2000, 60), rng.uniform(0, 1000, 60), rng.integers(0, 3, 60))
    canvas.settle()
    for _ in range(8):
        some = rng.choice(80, 3, replace=False)
        marks.put([str(n) for n in some], rng.uniform(0, 2000, 3), rng.uniform(0, 1000, 3), 1)
        marks.remove([str(rng.integers(80))])
        canvas._gather_stale()
        repaired = canvas.grab().toImage()
        canvas.settle()
        assert repaired == canvas.grab().toImage()


def test_that_a_picture_moved_is_the_picture_painted_there(qtbot, canvas, marks):
    rng = np.random.default_rng(8)
    marks.replace(
        [str(n) for n in range(50)], rng.uniform(0, 2000, 50), rng.uniform(0, 1000, 50), 2
    )
    canvas.show_at(1000, 500, 0.4)
    canvas.settle()
    canvas.show_at(1037.3, 481.9)
    assert not canvas._stepping.isActive()
    moved = canvas.grab().toImage()
    canvas.settle()
    assert moved == canvas.grab().toImage()


def test_that_a_hidden_canvas_rests_and_catches_up_when_it_is_shown(qtbot, canvas, areas, marks):
    canvas.hide()
    marks.put(["a"], 500, 500, 1)
    areas.restyle({"west": RED})
    canvas.show_at(600, 500, 0.5)
    timers = (canvas._settling, canvas._stepping, canvas._gathering, canvas._beating)
    assert not any(timer.isActive() for timer in timers)
    canvas.show()
    qtbot.waitUntil(lambda: canvas.settled)
    assert colour_at(canvas, 900, 900) == RED
    assert canvas.pick(canvas.to_screen(500, 500)).keys == ("a",)


def test_that_marks_stay_sharp_and_in_their_place_while_the_view_is_zoomed(canvas, marks):
    marks.replace(["a"], 500, 500, 1)
    canvas.settle()
    wheel(canvas, canvas.to_screen(500, 500).toPoint(), 120)
    assert not canvas.settled
    assert colour_at(canvas, 500, 500) == GREEN
    assert canvas.pick(canvas.to_screen(500, 500)).keys == ("a",)


def test_that_no_wheel_turns_the_plane_into_a_dot(canvas):
    for _ in range(40):
        wheel(canvas, QPoint(300, 200), -480)
    assert canvas.to_screen(2000, 0).x() - canvas.to_screen(0, 0).x() > 600 * 0.4


def test_that_the_selected_area_has_a_bold_line(canvas):
    before = colour_at(canvas, 1000, 250)
    canvas.select("areas", "west")
    assert colour_at(canvas, 1000, 250) == canvas.palette().color(QPalette.ColorRole.Accent)
    canvas.clear_selection()
    assert colour_at(canvas, 1000, 250) == before


def test_that_a_new_palette_recolours_everything(qtbot, canvas, marks):
    marks.replace(["a", "b"], 500, 500, 0)
    canvas.settle()
    palette = QPalette(canvas.palette())
    palette.setColor(QPalette.ColorRole.Window, RED)
    palette.setColor(QPalette.ColorRole.Base, BLUE)
    canvas.setPalette(palette)
    qtbot.waitUntil(lambda: canvas.settled)
    assert colour_at(canvas, -20, 500) == RED
    middle = canvas.to_screen(500, 500)
    around = canvas.grab().toImage().copy(int(middle.x()) - 10, int(middle.y()) - 10, 20, 20)
    assert any(around.pixelColor(x, y) == BLUE for x in range(20) for y in range(20))


def test_that_the_picture_reaches_beyond_the_edge_however_far_the_view_is_moved(qtbot, canvas):
    canvas.show_at(1000, 500, 2.0)
    canvas.settle()
    for step in range(40):
        canvas.show_at(1000 + 20 * step, 500)
        qtbot.waitUntil(lambda: not canvas._stepping.isActive())
        assert canvas._still.frame.covers(canvas._frame())


def test_that_where_nothing_is_painted_yet_there_is_plain_ground(canvas):
    canvas.grab()
    canvas.show_at(50_000, 500)
    assert colour_at(canvas, 50_000, 500) == canvas.palette().color(QPalette.ColorRole.Window)


def test_that_two_canvases_show_the_same_layers(qtbot, canvas, areas, marks):
    wall = Canvas()
    qtbot.addWidget(wall)
    wall.resize(300, 300)
    wall.add_layer(areas)
    wall.add_layer(marks)
    wall.show()
    wall.settle()
    marks.put(["a"], 500, 500, 1)
    for it in (canvas, wall):
        assert it.pick(it.to_screen(500, 500)).keys == ("a",)


def test_that_a_layer_outlives_a_canvas_that_is_gone(qapp, marks):
    made = Canvas()
    made.add_layer(marks)
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    marks.put(["a"], 1.0, 1.0, 0)
    assert len(marks) == 1


def test_that_two_layers_of_one_name_are_refused(canvas):
    with pytest.raises(ValueError, match="marks"):
        canvas.add_layer(MarkLayer("marks", sprites=SPRITES))


def test_that_an_overlay_stays_in_its_corner(qtbot, canvas):
    legend = QLabel("legend")
    canvas.set_overlay(legend, Qt.Corner.TopRightCorner)
    qtbot.waitUntil(legend.isVisible)
    for size in ((700, 500), (400, 300)):
        canvas.resize(*size)
        canvas.grab()
        assert legend.geometry().right() > size[0] - 20
        assert legend.geometry().top() < 20


def test_that_an_error_while_painting_is_told_and_leaves_no_open_painter(
    canvas, pulses, monkeypatch
):
    said = []
    monkeypatch.setattr(sys, "excepthook", lambda *what: said.append(what[0]))
    pulses.replace([Pulse(key="p", x=500, y=500, colour=object())])
    canvas.repaint()
    assert said == [AttributeError]
    pulses.replace([])
    monkeypatch.undo()
    assert colour_at(canvas, 500, 500) == GREEN


ROUND_TRIP = """
import sys
import numpy as np
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from widgets.canvas import Canvas
from widgets.canvas_layers import MarkLayer, Polygon, PolygonLayer
from widgets.canvas_picture import Tie
from widgets.canvas_sprites import shaped
from widgets.paint import Shape

app = QApplication(sys.argv)
ring = np.array([[0.0, 0.0], [2000.0, 0.0], [2000.0, 1000.0], [0.0, 1000.0]])
areas = PolygonLayer("areas", outline=QColor("white"))
areas.replace([Polygon(key="all", rings=(ring,), fill=QColor("#00f"))])
marks = MarkLayer(
    "marks", sprites=[shaped(Shape.SQUARE, fill=QColor("#f00"), halo=QColor("black"), side=16)]
)
marks.replace(["a"], 500, 500, 0)
canvas = Canvas()
canvas.resize(501, 333)
canvas.add_layer(areas)
canvas.add_layer(marks)
canvas.show()
canvas.settle()
ratio = canvas.devicePixelRatioF()
assert ratio == float(sys.argv[1]), ratio
picture = canvas.grab().toImage()


def colour(x, y):
    point = canvas.to_screen(x, y) * ratio
    return picture.pixelColor(round(point.x()), round(point.y())).name()


assert colour(500, 500) == "#ff0000", colour(500, 500)
assert colour(1500, 500) == "#0000ff", colour(1500, 500)
assert picture.width() == round(501 * ratio)
assert canvas.pick(canvas.to_screen(500, 500)).keys == ("a",)
canvas.show_at(1000.7, 499.1)
assert canvas._still.frame.zoom == canvas._frame().zoom
"""


@pytest.mark.parametrize("ratio", [1, 1.5, 2])
def test_that_marks_and_areas_lie_where_they_belong_at_every_pixel_ratio(ratio):
    surroundings = os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(ratio)}
    done = subprocess.run(
        [sys.executable, "-c", ROUND_TRIP, str(float(ratio))],
        capture_output=True,
        text=True,
        env=surroundings,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_that_words_on_ties_stand_neither_upon_each_other_nor_upon_the_scale(canvas):
    middle, bar = canvas.rect().center(), canvas._bar()

    def tie(x, y, text, slope=0.0):
        """A line of 300 pixels whose middle is there."""
        ends = (x - 150, y - slope), (x + 150, y + slope)
        return Tie(*(canvas.to_plane(QPointF(*end)) for end in ends), text)

    first = tie(middle.x(), middle.y(), "6.8 km")
    crossing = tie(middle.x() + 10, middle.y() + 4, "7.1 km", slope=60.0)
    apart = tie(middle.x(), middle.y() - 80, "2.4 km")
    on_scale = tie(bar.center().x(), bar.center().y(), "5.5 km")
    canvas.show_ties([first, crossing, apart, on_scale])
    assert [text for text, _room in canvas.tie_words()] == ["6.8 km", "2.4 km"]
    canvas.show_ties([crossing, apart])
    assert [text for text, _room in canvas.tie_words()] == ["7.1 km", "2.4 km"]
