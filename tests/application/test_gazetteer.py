"""Named places: found by what is typed, and by what a point lies near."""

import pytest

from commandcenter.application.gazetteer import Gazetteer
from commandcenter.domain.gazetteer import NamedPlace, PlaceKind
from commandcenter.domain.place import Datum, Point, convert


@pytest.fixture(scope="module")
def gazetteer(township):
    return Gazetteer(township.places)


@pytest.mark.parametrize(
    "typed",
    ["南大路12号", "ndl12", "nandalu 12", "南大l12", "NDL12号"],
)
def test_that_a_place_is_found_by_its_name_its_sound_and_its_initials(gazetteer, typed):
    assert gazetteer.find(typed)[0].name == "南大路12号"


def test_that_a_place_is_found_by_what_people_call_it(gazetteer):
    assert [it.name for it in gazetteer.find("菜市场")] == ["农贸市场"]
    assert gazetteer.find("zxx")[0].name == "云溪镇中心小学"


def test_that_what_is_just_so_called_comes_before_what_only_begins_so(gazetteer):
    found = [it.name for it in gazetteer.find("东街")]
    assert found[0] == "东街"
    assert found[1].startswith("东街")


def test_that_nothing_typed_finds_nothing_and_no_search_finds_too_much(gazetteer):
    assert gazetteer.find("  ") == []
    assert len(gazetteer.find("c", limit=5)) == 5
    assert gazetteer.find("没有这个地方") == []
    assert Gazetteer().find("东街") == []


def test_that_a_point_is_near_the_nearest_place_whatever_its_datum(gazetteer):
    here = next(it for it in gazetteer.places if it.point and it.point.datum is Datum.GCJ02)
    spot = convert(here.point, Datum.WGS84)
    found, metres = gazetteer.near(Point(spot.lon + 0.0003, spot.lat, Datum.WGS84))
    assert (found, 25 < metres < 35) == (here, True)
    assert gazetteer.near(Point(116.0, 29.0, Datum.WGS84)) is None


def test_that_a_place_without_coordinates_is_found_and_near_to_nothing():
    hill = NamedPlace(name="后山", kind=PlaceKind.LANDMARK, grid="G1")
    only = Gazetteer((hill,))
    assert only.find("hs") == [hill]
    assert only.near(Point(116.28, 29.08, Datum.WGS84)) is None
