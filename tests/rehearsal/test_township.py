"""The fictional township: what is shipped, and whether it could be a place."""

import csv
import io
import json
import tomllib
from collections import Counter
from datetime import date
from itertools import combinations

import pytest

from commandcenter.rehearsal.dice import dice
from commandcenter.rehearsal.polygons import area, centroid, contains, parcels, somewhere_in
from commandcenter.rehearsal.township import SEED, demo_pack, gcj02, main, read, synthesise

LIMIT = r"[1-9]\d* (urgent_minute|urgent_hour|work_hour|work_day|natural_day)"


@pytest.fixture(scope="module")
def pack():
    return synthesise()


@pytest.fixture(scope="module")
def township():
    return read(demo_pack())


def rows(pack, name):
    return list(csv.DictReader(io.StringIO(pack[name])))


def borders(ring):
    return zip(ring, (*ring[1:], ring[0]), strict=True)


def crosses(one, other):
    def turn(a, b, c):
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    (a, b), (c, d) = one, other
    return turn(a, b, c) * turn(a, b, d) < 0 and turn(c, d, a) * turn(c, d, b) < 0


def test_that_the_shipped_pack_is_what_the_seed_makes(pack):
    shipped = {
        path.name: path.read_text(encoding="utf-8")
        for path in demo_pack().iterdir()
        if path.is_file()
    }
    assert {name: shipped.get(name) for name in pack} == pack
    assert not [name for name in shipped if name not in pack and name.endswith((".csv", ".toml"))]


def test_that_the_command_line_writes_the_same_pack(pack, tmp_path, capsys):
    assert main([str(tmp_path / "pack")]) == 0
    assert {path.name for path in (tmp_path / "pack").iterdir()} == set(pack)
    assert "hall.toml" in capsys.readouterr().out


def test_that_the_feed_of_the_pack_has_a_name_people_know(pack):
    assert 'id = "county"\nname = "县平台"\n' in pack["hall.toml"]


def test_that_another_seed_makes_another_township(pack):
    assert synthesise(SEED + 1)["grids.geojson"] != pack["grids.geojson"]


def test_that_the_numbers_of_the_township_are_those_of_the_issue(pack):
    grids = json.loads(pack["grids.geojson"])["features"]
    levels = Counter(row["level"] for row in rows(pack, "bodies.csv"))
    assert len(grids) == 60
    assert len({grid["properties"]["village"] for grid in grids}) == 24
    assert len(rows(pack, "workers.csv")) == 57
    assert len(rows(pack, "cameras.csv")) == 80
    assert sum(levels.values()) - levels["village"] == 18
    assert len(rows(pack, "duties.csv")) >= 60
    assert len(rows(pack, "standards.csv")) >= 40


def test_that_every_code_named_in_a_table_stands_in_another(pack):
    bodies = {row["code"] for row in rows(pack, "bodies.csv")}
    categories = {row["code"] for row in rows(pack, "categories.csv")}
    duties = {row["item"] for row in rows(pack, "duties.csv")}
    grids = {grid["properties"]["code"] for grid in json.loads(pack["grids.geojson"])["features"]}
    workers = {row["id"] for row in rows(pack, "workers.csv")}
    named = [
        *((row["category"], categories) for row in rows(pack, "standards.csv")),
        *((row["parent"], categories) for row in rows(pack, "categories.csv")),
        *((row["duty_item"], duties) for row in rows(pack, "standards.csv")),
        *((row["grid"], grids) for row in rows(pack, "cameras.csv")),
        *((row["grid"], grids) for row in rows(pack, "workers.csv")),
        *((row["owner"], bodies) for row in rows(pack, "cameras.csv")),
        *(
            (grid["properties"]["worker"], workers)
            for grid in json.loads(pack["grids.geojson"])["features"]
        ),
    ]
    for table, columns in {
        "standards.csv": ("body", "co_bodies", "whistle_bodies"),
        "duties.csv": ("body", "co_bodies"),
        "whistles.csv": ("lead", "co_bodies"),
        "contacts.csv": ("body",),
    }.items():
        named += [
            (code, bodies)
            for row in rows(pack, table)
            for column in columns
            for code in row[column].split(";")
        ]
    assert [code for code, known in named if code and code not in known] == []


def test_that_codes_are_unique_and_nobodys(pack):
    for name, column in {
        "bodies.csv": "code",
        "categories.csv": "code",
        "duties.csv": "item",
        "cameras.csv": "code",
        "workers.csv": "id",
        "people.csv": "id",
    }.items():
        codes = [row[column] for row in rows(pack, name)]
        assert len(set(codes)) == len(codes)
    phones = [row["phone"] for name in ("bodies.csv", "workers.csv") for row in rows(pack, name)]
    assert all(len(phone) == 11 and phone.startswith("100") for phone in phones)
    phones += [row["address"] for row in rows(pack, "contacts.csv") if row["address"]]
    assert all(len(phone) == 11 and phone.startswith("100") for phone in phones)
    assert len(set(phones)) == len(phones)
    for row in rows(pack, "cameras.csv"):
        assert len(row["code"]) == 20
        assert row["code"].startswith("99010110")
        assert row["code"][10:13] == "132"


def test_that_limits_and_milestones_are_written_as_the_pack_demands(pack):
    import re

    for row in rows(pack, "standards.csv"):
        assert re.fullmatch(LIMIT, row["limit"])
        assert not row["statutory_limit"] or re.fullmatch(LIMIT, row["statutory_limit"])
        for milestone in filter(None, row["milestones"].split(";")):
            assert re.fullmatch(rf"\w+={LIMIT}", milestone)
        assert row["guidance"]
        assert bool(row["whistle_kind"]) == bool(row["whistle_bodies"])
    by_category = {row["category"]: row for row in rows(pack, "standards.csv")}
    assert (
        by_category["E0401"]["milestones"]
        == "围护=3 urgent_hour;修复=8 urgent_hour;恢复=5 work_day"
    )


def test_that_the_calendar_of_2026_is_the_official_one(pack):
    chinese_calendar = pytest.importorskip("chinese_calendar")
    year = tomllib.loads(pack["calendar.toml"])["2026"]
    assert year["status"] == "official"
    official = {day for day in chinese_calendar.constants.holidays if day.year == 2026}
    assert set(year["holidays"]) == official
    make_up = {day for day in chinese_calendar.constants.workdays if day.year == 2026}
    assert set(year["make_up_days"]) == make_up


def test_that_the_next_year_is_provisional_and_has_no_make_up_days(pack):
    year = tomllib.loads(pack["calendar.toml"])["2027"]
    assert year["status"] == "provisional"
    assert date(2027, 10, 1) in year["holidays"]
    assert year["make_up_days"] == []


def test_that_grids_share_their_borders_and_never_overlap():
    ground = parcels(SEED)
    sides = Counter(side for parcel in ground for side in borders(parcel.ring))
    assert max(sides.values()) == 1
    shared = sum((end, start) in sides for start, end in sides)
    assert shared > 0.75 * len(sides)
    for one, other in combinations(ground, 2):
        assert not contains(one.ring, centroid(other.ring))


def test_that_every_grid_is_a_simple_ring_of_8_to_30_points():
    for parcel in parcels(SEED):
        assert 8 <= len(parcel.ring) <= 30
        assert area(parcel.ring) > 0
        assert not any(crosses(a, b) for a, b in combinations(borders(parcel.ring), 2))


def test_that_the_outline_of_the_township_is_one_line():
    sides = {side for parcel in parcels(SEED) for side in borders(parcel.ring)}
    outside = dict(side for side in sides if side[::-1] not in sides)
    start = point = next(iter(outside))
    seen = 0
    while True:
        point, seen = outside[point], seen + 1
        if point == start:
            break
    assert seen == len(outside)


def test_that_a_point_drawn_in_a_grid_lies_in_it():
    for parcel in parcels(SEED)[:10]:
        assert contains(parcel.ring, somewhere_in(parcel.ring, dice("a point")))


def test_that_the_reader_finds_in_the_pack_what_was_written(township):
    assert len(township.grids) == 60
    assert len(township.cameras) == 80
    assert township.bodies["enforcement"] == "执法队"
    assert township.categories["E0111"] == "垃圾桶满溢"
    assert township.urgencies["E0402"] == "critical"
    assert township.duty_items["E0101"] == "FQ-001"
    assert {worker.grid for worker in township.workers.values()} <= set(township.grids)


def test_that_the_reader_takes_what_is_there(tmp_path):
    assert read(tmp_path).grids == {}
    (tmp_path / "categories.csv").write_bytes("code,name\nX,测试\n".encode("gb18030"))
    assert read(tmp_path).categories == {"X": "测试"}
    assert read(tmp_path).urgencies == {"X": "normal"}
    (tmp_path / "grids.geojson").write_text('{"features": [{}]}')
    with pytest.raises(ValueError, match=r"grids\.geojson"):
        read(tmp_path)


def test_that_gcj02_shifts_by_hundreds_of_metres():
    lon, lat = gcj02(116.28, 29.08)
    assert 300 < abs(lon - 116.28) * 97_300 + abs(lat - 29.08) * 111_300 < 1000
    # a point whose shifted place is well known: the gate of Tiananmen
    assert gcj02(116.3912, 39.9075) == pytest.approx((116.39744, 39.90890), abs=2e-4)


def test_that_named_places_lie_where_they_say_and_cover_every_kind_and_village(pack):
    found = rows(pack, "gazetteer.csv")
    grids = {
        grid["properties"]["code"]: grid["properties"]
        for grid in json.loads(pack["grids.geojson"])["features"]
    }
    assert {row["kind"] for row in found} == {"街巷", "小区", "建筑", "兴趣点", "门牌", "地标"}
    assert {grids[row["grid"]]["village"] for row in found} == {
        grid["village"] for grid in grids.values()
    }
    assert len({row["name"] for row in found}) == len(found)
    assert any(not row["lon"] for row in found)
