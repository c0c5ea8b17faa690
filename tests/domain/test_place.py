"""Datums, grids and the judgement of a reported position."""

from itertools import pairwise
from math import cos, hypot, inf, isclose, nan, radians

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from commandcenter.domain.place import (
    Bounds,
    Datum,
    Found,
    Grid,
    GridMap,
    Place,
    PlaceQuality,
    Point,
    convert,
    distance_m,
    settle,
)

WEST, SOUTH, STEP = 112.0, 34.0, 0.01  # squares of about 920 by 1,110 metres
METRE = 1 / 111_195


def square(west, south, size=STEP):
    east, north = west + size, south + size
    return ((west, south), (east, south), (east, north), (west, north), (west, south))


def grid(code, *polygons, village="云溪村"):
    return Grid(code=code, name=f"{code}网格", village=village, polygons=polygons)


A = grid("A", (square(WEST, SOUTH),), village="东村")
B = grid("B", (square(WEST + STEP, SOUTH),), village="西村")
TOWN = GridMap([A, B])


def at(lon, lat, datum=Datum.WGS84):
    return Point(lon, lat, datum)


IN_A = at(WEST + 0.004, SOUTH + 0.005)
IN_B = at(WEST + 0.016, SOUTH + 0.005)


def test_that_a_known_place_is_shifted_as_public_libraries_shift_it():
    # Tiananmen, as EvilTransform and coordtransform give it
    gcj = convert(at(116.404, 39.915), Datum.GCJ02)
    assert isclose(gcj.lon, 116.41024449916938, abs_tol=1e-9)
    assert isclose(gcj.lat, 39.91640428150164, abs_tol=1e-9)
    bd = convert(Point(116.404, 39.915, Datum.GCJ02), Datum.BD09)
    assert isclose(bd.lon, 116.41036949371029, abs_tol=1e-9)
    assert isclose(bd.lat, 39.92133699351021, abs_tol=1e-9)


inside_china = st.builds(at, st.floats(74, 135), st.floats(4, 53))


@example(at(120.5, 4.0), Datum.GCJ02, Datum.BD09)  # where a round gains least
@given(inside_china, st.sampled_from(Datum), st.sampled_from(Datum))
def test_that_there_and_back_again_is_exact_to_a_centimetre(point, one, other):
    here = Point(point.lon, point.lat, one)
    back = convert(convert(here, other), one)
    assert back.datum is one
    assert distance_m(here, back) < 0.01


@given(inside_china)
def test_that_the_datums_differ_where_people_live_by_hundreds_of_metres(point):
    shift = distance_m(point, convert(point, Datum.GCJ02))
    # along 96.6 E, through the Qaidam desert and Mongolia, the shift all but vanishes (20 m)
    assert (0 if 94 < point.lon < 100 and point.lat > 34 else 50) < shift < 1_500
    assert distance_m(point, convert(point, Datum.CGCS2000)) == 0


@pytest.mark.parametrize("lon", [-0.1, 72.0, 138.0, inf, nan])
def test_that_nothing_is_shifted_outside_china(lon):
    shifted = convert(at(lon, 30.0), Datum.GCJ02)
    assert (repr(shifted.lon), shifted.lat, shifted.datum) == (repr(lon), 30.0, Datum.GCJ02)


def test_that_a_point_is_found_in_its_grid():
    assert TOWN.locate(IN_A) == Found(grid=A, border_m=inf, candidates=("A",))
    assert TOWN.locate(convert(IN_B, Datum.BD09)).grid is B
    assert TOWN.bounds == Bounds(WEST, SOUTH, WEST + STEP + STEP, SOUTH + STEP)


def test_that_both_sides_of_a_border_are_candidates_the_holder_first():
    found = TOWN.locate(at(WEST + STEP + 12 * METRE, SOUTH + 0.005))

    assert found.grid is B
    assert found.candidates == ("B", "A")
    assert isclose(found.border_m, 12 * 0.829, rel_tol=0.01)  # a degree of longitude at 34 north


def test_that_a_point_just_outside_the_township_names_the_grid_it_is_near():
    found = TOWN.locate(at(WEST + 0.004, SOUTH - 20 * METRE))

    assert found.grid is None
    assert found.candidates == ("A",)
    assert isclose(found.border_m, 20, rel_tol=0.01)


def test_that_a_hole_is_not_part_of_the_grid_around_it():
    ring = GridMap([grid("R", (square(WEST, SOUTH), square(WEST + 0.002, SOUTH + 0.002, 0.006)))])

    assert ring.locate(at(WEST + 0.005, SOUTH + 0.005)).grid is None
    assert ring.locate(at(WEST + 0.001, SOUTH + 0.005)).grid is not None
    middle = ring.centroid("R")
    assert ring.locate(middle).grid is not None  # never in the hole


def test_that_a_grid_of_two_parts_is_found_in_both():
    parts = GridMap([grid("P", (square(WEST, SOUTH),), (square(WEST + 0.05, SOUTH),))])

    assert parts.locate(IN_A).grid is not None
    assert parts.locate(at(WEST + 0.055, SOUTH + 0.005)).grid is not None
    assert parts.locate(at(WEST + 0.03, SOUTH + 0.005)).grid is None


def test_that_the_middle_of_a_bent_grid_lies_inside_it():
    horseshoe = (
        (0.0, 0.0), (0.01, 0.0), (0.01, 0.01), (0.008, 0.01), (0.008, 0.001),
        (0.002, 0.001), (0.002, 0.01), (0.0, 0.01), (0.0, 0.0),
    )  # fmt: skip
    bent = GridMap([grid("U", (tuple((WEST + x, SOUTH + y) for x, y in horseshoe),))])

    assert bent.locate(bent.centroid("U")).grid is not None


def test_that_an_unknown_or_empty_grid_has_no_middle():
    empty = GridMap([grid("E")])

    assert empty.centroid("E") is None
    assert empty.centroid("?") is None
    assert empty.radius_m("E") is None
    assert empty.bounds is None
    assert empty.locate(IN_A).grid is None


def test_that_where_grids_overlap_the_first_of_the_file_holds():
    over = GridMap([A, grid("Z", (square(WEST, SOUTH, 0.1),))])

    assert over.locate(IN_A).grid is A
    assert over.locate(IN_B).grid.code == "Z"


fractions = st.floats(-0.2, 1.2)
metres = st.floats(-50, 50)


_COS = [cos(radians(n)) for n in range(360)]


@st.composite
def stars(draw):
    """A polygon that goes once around its middle, as jagged as the draw makes it."""
    lengths = draw(st.lists(st.floats(0.1, 0.5), min_size=3, max_size=40))
    size = draw(st.sampled_from([0.002, 0.02, 0.5]))
    corners = [
        (
            WEST + size * (0.5 + length * _COS[round(n * 360 / len(lengths))]),
            SOUTH + size * (0.5 + length * _COS[(round(n * 360 / len(lengths)) + 270) % 360]),
        )
        for n, length in enumerate(lengths)
    ]
    return size, (*corners, corners[0])


def slow_inside(ring, lon, lat):
    crossings = 0
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            crossings += 1
    return crossings % 2 == 1


def slow_distance(ring, lon, lat, middle_lat):
    kx, ky = cos(radians(middle_lat)) / METRE, 1 / METRE
    nearest = inf
    for (x1, y1), (x2, y2) in pairwise(ring):
        ax, ay, bx, by = x1 * kx, y1 * ky, x2 * kx, y2 * ky
        px, py = lon * kx, lat * ky
        length = (bx - ax) ** 2 + (by - ay) ** 2 or 1
        t = max(0, min(1, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length))
        nearest = min(nearest, hypot(px - ax - t * (bx - ax), py - ay - t * (by - ay)))
    return nearest


@given(stars(), st.data())
def test_that_the_index_agrees_with_looking_at_every_edge(star, data):
    size, ring = star
    star_map = GridMap([grid("S", (ring,))])
    # most of the answers differ near an edge, so half of the points are drawn there
    (x1, y1), (x2, y2) = data.draw(st.sampled_from(list(pairwise(ring))))
    along, east, north = data.draw(fractions), data.draw(metres), data.draw(metres)
    near_edge = x1 + along * (x2 - x1) + east * METRE, y1 + along * (y2 - y1) + north * METRE
    anywhere = WEST + data.draw(fractions) * size, SOUTH + data.draw(fractions) * size
    middle = (star_map.bounds.south + star_map.bounds.north) / 2
    for lon, lat in (near_edge, anywhere):
        assume(star_map.reaches(at(lon, lat)))
        found = star_map.locate(at(lon, lat))
        border = slow_distance(ring, lon, lat, middle)
        assume(border > 0.001 and abs(border - 30) > 0.001)

        assert (found.grid is not None) == slow_inside(ring, lon, lat)
        assert isclose(found.border_m, border if border < 30 else inf, abs_tol=1e-3)


@given(stars())
def test_that_the_middle_of_a_grid_lies_in_it_or_on_its_border(star):
    _, ring = star
    star_map = GridMap([grid("S", (ring,))])
    found = star_map.locate(star_map.centroid("S"))
    assert found.grid is not None or found.border_m < 1
    assert star_map.radius_m("S") > 0


def test_that_a_plain_report_is_exact():
    assert settle(TOWN, IN_A, "云溪街12号", "A", 8.0) == Place(
        point=IN_A,
        address="云溪街12号",
        grid="A",
        village="东村",
        accuracy_m=8.0,
        quality=PlaceQuality.EXACT,
        wgs84=IN_A,
    )


@pytest.mark.parametrize("point", [None, at(0, 0), at(0.0, -0.0, Datum.BD09)])
def test_that_no_coordinates_make_the_middle_of_the_stated_grid(point):
    place = settle(TOWN, point, "村口", "B")

    assert (place.quality, place.grid, place.village) == (PlaceQuality.FUZZY, "B", "西村")
    assert place.wgs84 == TOWN.centroid("B")
    assert 600 < place.accuracy_m < 800
    assert settle(TOWN, point, "村口").quality is PlaceQuality.UNKNOWN
    assert settle(TOWN, point, "村口", "不存在").grid is None
    assert place.point is point


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(nan, 34.0), (112.0, nan), (inf, 34.0), (112.0, -inf), (1e300, 34.0), (72.9, 34.0),
     (136.1, 34.0), (112.0, 2.9), (112.0, 54.1), (34.005, 112.004)],
)  # fmt: skip
def test_that_absurd_coordinates_are_kept_but_never_drawn(lon, lat):
    place = settle(TOWN, at(lon, lat, Datum.GCJ02), "", "A")

    assert place.quality is PlaceQuality.OUT_OF_RANGE
    assert place.wgs84 is None
    assert place.point is not None
    assert place.grid == "A"


def test_that_five_kilometres_beyond_the_grids_a_position_is_outside():
    far, near = at(WEST, SOUTH - 5_100 * METRE), at(WEST, SOUTH - 4_900 * METRE)

    assert settle(TOWN, far).quality is PlaceQuality.OUTSIDE
    assert settle(TOWN, near) == Place(point=near, quality=PlaceQuality.EXACT, wgs84=near)


@pytest.mark.parametrize("true_datum", [Datum.GCJ02, Datum.BD09])
def test_that_a_wrong_datum_shows_when_another_fits_the_stated_grid(true_datum):
    reported = convert(at(WEST + 0.0195, SOUTH + 0.005), true_datum)
    mislabelled = Point(reported.lon, reported.lat, Datum.WGS84)

    place = settle(TOWN, mislabelled, "", "B")

    assert place.quality is PlaceQuality.DATUM_SUSPECT
    assert place.suspect_datum is not None
    assert place.grid == "B"
    assert place.point is mislabelled
    assert settle(TOWN, reported, "", "B").quality is not PlaceQuality.DATUM_SUSPECT


def test_that_a_stated_grid_no_datum_explains_gives_way_to_the_position():
    distant = GridMap([A, grid("D", (square(WEST + 0.2, SOUTH),))])

    place = settle(distant, IN_A, "", "D")

    assert (place.quality, place.grid) == (PlaceQuality.EXACT, "A")


def test_that_near_a_border_the_stated_candidate_stands():
    point = at(WEST + STEP + 5 * METRE, SOUTH + 0.005)

    stated, unstated = settle(TOWN, point, "", "A"), settle(TOWN, point)

    assert (stated.quality, stated.grid) == (PlaceQuality.BOUNDARY, "A")
    assert (unstated.quality, unstated.grid) == (PlaceQuality.BOUNDARY, "B")
    assert stated.candidates == ("B", "A")
    assert 4 < stated.border_m < 5


def test_that_without_grids_a_position_carries_none():
    place = settle(GridMap(), IN_A, "", "A")

    assert (place.quality, place.grid, place.wgs84) == (PlaceQuality.EXACT, None, IN_A)


@pytest.mark.parametrize("accuracy", [nan, inf, -1.0, 0.0, None])
def test_that_an_absurd_accuracy_is_no_accuracy(accuracy):
    assert settle(TOWN, IN_A, accuracy_m=accuracy).accuracy_m is None


@given(
    st.none() | st.builds(Point, st.floats(), st.floats(), st.sampled_from(Datum)),
    st.none() | st.sampled_from(["A", "B", "?"]),
    st.none() | st.floats(),
)
def test_that_every_position_is_settled_and_kept_as_reported(point, hint, accuracy):
    place = settle(TOWN, point, "某处", hint, accuracy)

    assert place.point is point
    assert place.grid in {None, "A", "B"}
    assert (place.wgs84 is None) == (
        place.quality in {PlaceQuality.UNKNOWN, PlaceQuality.OUT_OF_RANGE}
    )
