"""A hall pack, well and badly written."""

import json
import shutil
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commandcenter.domain.catalogue import DutyList, Urgency, WhistleKind
from commandcenter.domain.gazetteer import NamedPlace, PlaceKind
from commandcenter.domain.matching import Reach, rules_of
from commandcenter.domain.place import Datum, Point, convert, settle
from commandcenter.domain.roster import BodyLevel, Role
from commandcenter.domain.timelimit import Limit, YearStatus, parse_milestones
from commandcenter.runtime.commandline import parse, run
from commandcenter.runtime.findings import Fault, Finding, Severity, gravity, summed
from commandcenter.runtime.front import ANYBODY, operator_of
from commandcenter.runtime.pack import load_pack

DEMO = Path(__file__).parents[2] / "resources" / "demo"
SHANGHAI = ZoneInfo("Asia/Shanghai")
SQUARE = [[112.0, 34.0], [112.01, 34.0], [112.01, 34.01], [112.0, 34.01], [112.0, 34.0]]
FILES = {
    "hall.toml": '[hall]\nname = "云溪镇综合指挥中心"\ncode = "990101101"\n',
    "grids.geojson": json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {
                        "code": "G1",
                        "name": "一网格",
                        "village": "东村",
                        "worker": "W1",
                    },
                    "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
                }
            ],
        },
        indent=1,
        ensure_ascii=False,
    ),
    "bodies.csv": (
        "code,name,short_name,level,kind,parent,phone,hours,active_from,active_to\n"
        "office,党政综合办公室,党政办,township,内设,,10000010000,00:00-24:00,2026-01-01,\n"
        "police,云溪派出所,派出所,stationed,派驻,office,10000010001,,2026/1/1,2026-12-31\n"
    ),
    "categories.csv": "code,name,parent,urgency\n02,道路,,\n0203,塌陷,02,urgent\n",
    "duties.csv": (
        "item,list,title,body,co_bodies,legal_basis,active_from,active_to\n"
        "JB-1,basic,道路巡查,office,police,《公路法》,2026-01-01,\n"
    ),
    "standards.csv": (
        "category,condition,body,co_bodies,limit,statutory_limit,milestones,duty_item,evidence,"
        "whistle_kind,whistle_bodies,guidance\n"
        '0203,"面积大于\n1 平方米",office,police,8 urgent_hour,5 work_day,'
        "围护=3 urgent_hour;修复=8 urgent_hour,JB-1,处置前照片；处置后照片,joint_enforcement,"
        "police;office,先围护，再修复；勿下坑\n"
    ),
    "cameras.csv": (
        "code,name,lon,lat,datum,grid,owner,channels\n"
        "99010110001326000001,东门,112.005,34.005,GCJ02,G1,police,c1;c2\n"
        "box,仓库,,,,,,\n"
    ),
    "workers.csv": "id,name,phone,grid,role\nW1,王国平,10000020037,G1,专职网格员\n",
    "gazetteer.csv": (
        "name,kind,lon,lat,datum,grid,aliases\n"
        "东门,地标,112.005,34.005,,G1,老东门;东城门\n"
        "后山,landmark,,,,G1,\n"
    ),
    "people.csv": "id,name,role\ndispatcher,周文斌,dispatcher\n",
    "replies.csv": "code,reason,reply,not_ours\nR1,不属本级,请联系{where}。,是\nR2,重复,已答复,\n",
    "whistles.csv": (
        "category,condition,kind,lead,co_bodies,duty_item,gear,message,answer_limit,"
        "report_in_limit,evidence\n"
        "0203,,emergency,police,office,JB-1,水泵,速来,5 urgent_minute,1 urgent_hour,照片\n"
    ),
    "contacts.csv": (
        "body,step,name,duty,channel,address,wait\n"
        "police,head,乙,所长,phone,10000012001,5\n"
        "police,liaison,甲,联络员,feed,,\n"
    ),
    "transfers.csv": "code,name,limit,body,phone\npolice,派出所,2 urgent_hour,police,10000010008\n",
    "mediation.csv": "level,limit,body\ncounty,2 work_day,\nvillage,1 work_day,office\n",
    "calendar.toml": '[2026]\nversion = "2026"\n',
}


def write(folder, **changed):
    """Write a sound pack; ``bodies_csv=text`` replaces a file and ``None`` leaves it out."""
    replaced = {name.replace("_", "."): text for name, text in changed.items()}
    for name, text in (FILES | replaced).items():
        if text is not None:
            raw = text if isinstance(text, bytes) else text.encode()
            (folder / name).write_bytes(raw)
    return load_pack(folder)


def faults(findings):
    return [(finding.file, finding.row, finding.column, finding.fault) for finding in findings]


def test_that_a_sound_pack_is_loaded_whole_and_without_a_word(tmp_path):
    _, hall, findings = write(tmp_path)

    assert faults(findings) == []
    assert (hall.name, hall.code, hall.zone) == ("云溪镇综合指挥中心", "990101101", SHANGHAI)
    assert hall.grids.grids["G1"].worker == "W1"
    police = hall.bodies["police"]
    assert (police.level, police.parent, police.phone) == (
        BodyLevel.STATIONED,
        "office",
        "10000010001",
    )
    assert (police.active_from, police.active_to) == (date(2026, 1, 1), date(2026, 12, 31))
    assert hall.categories["0203"].urgency is Urgency.URGENT
    assert hall.duties["JB-1"].list is DutyList.BASIC
    assert hall.duties["JB-1"].co_bodies == ("police",)
    assert hall.workers["W1"].role == "专职网格员"
    assert hall.people["dispatcher"].role is Role.DISPATCHER
    assert hall.cameras["box"].point is None
    assert hall.camera_for("c2").point == Point(112.005, 34.005, Datum.GCJ02)


def test_that_a_standard_is_read_with_its_lists_limits_and_line_ends(tmp_path):
    _, hall, _ = write(tmp_path)

    standard = hall.standard_for("0203")

    assert standard.condition == "面积大于 1 平方米"
    assert standard.limit == Limit.parse("8 urgent_hour")
    assert standard.statutory_limit == Limit.parse("5 work_day")
    assert standard.milestones == parse_milestones("围护=3 urgent_hour;修复=8 urgent_hour")
    assert standard.evidence == ("处置前照片", "处置后照片")
    assert standard.whistle_kind is WhistleKind.JOINT_ENFORCEMENT
    assert standard.whistle_bodies == ("police", "office")
    assert standard.guidance == "先围护，再修复；勿下坑"


def test_that_the_mappings_of_a_hall_keep_the_order_and_refuse_changes(tmp_path):
    _, hall, _ = write(tmp_path)

    assert list(hall.bodies) == ["office", "police"]
    with pytest.raises(TypeError):
        hall.bodies["x"] = hall.bodies["office"]


def test_that_only_hall_toml_is_required(tmp_path):
    (tmp_path / "hall.toml").write_text(FILES["hall.toml"], encoding="utf-8")

    _, hall, findings = load_pack(tmp_path)

    assert {finding.severity for finding in findings} == {Severity.INFO}
    assert {finding.file for finding in findings} == FILES.keys() - {"hall.toml"}
    assert hall.standard_for("0203") is None
    assert settle(hall.grids, Point(112.0, 34.0, Datum.WGS84)).grid is None


def test_that_an_empty_folder_still_makes_a_hall(tmp_path):
    _, hall, findings = load_pack(tmp_path / "nowhere")

    assert findings[0].fault is Fault.NO_SETTINGS
    assert hall.calendar.works(date(2026, 10, 10))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_that_what_office_programs_write_is_read(tmp_path, encoding, end):
    files = {
        name.replace(".", "_"): text.replace("\n", end).encode(encoding)
        for name, text in FILES.items()
    }

    _, hall, findings = write(tmp_path, **files)

    assert faults(findings) == []
    assert hall.bodies["police"].short_name == "派出所"
    assert hall.grids.grids["G1"].village == "东村"


def test_that_a_missing_table_leaves_the_references_to_it_alone(tmp_path):
    _, hall, findings = write(tmp_path, bodies_csv=None, grids_geojson=None)

    assert [finding.fault for finding in findings] == [Fault.ABSENT, Fault.ABSENT]
    assert hall.standard_for("0203").body == "office"
    assert hall.workers["W1"].grid == "G1"


@pytest.mark.parametrize(
    ("row", "column", "fault"),
    [
        ("fire,,,,,,,,,", "name", Fault.EMPTY_CELL),
        (",消防站,,,,,,,,", "code", Fault.EMPTY_CELL),
        ("fi re,消防站", "code", Fault.BAD_CELL),
        ("f" * 65 + ",消防站", "code", Fault.BAD_CELL),
        ("9.901011E+11,消防站", "code", Fault.SPOILT_CODE),
        ("fire,消防站,,city", "level", Fault.BAD_CELL),
        ("fire,消防站,,,,,,,2026-02-30,", "active_from", Fault.BAD_CELL),
        ("fire,消防站,,,,,,,去年,", "active_from", Fault.BAD_CELL),
        ("fire,消防站,,,,,,,,,多出来的", None, Fault.TOO_MANY_CELLS),
        ('fire,"消防"站', None, Fault.BROKEN_ROW),
        ('fire,"消防站', None, Fault.BROKEN_ROW),
        ("fire," + "站" * 200_000, "name", Fault.LONG_CELL),
        ("office,又一个", None, Fault.DUPLICATE_KEY),
    ],
)
def test_that_a_bad_row_is_named_and_skipped_and_the_rest_loads(tmp_path, row, column, fault):
    header, first, second = FILES["bodies.csv"].splitlines()
    text = "\n".join([header, first, "", row, second, ",,,,"])

    _, hall, findings = write(tmp_path, bodies_csv=text)

    assert faults(findings) == [("bodies.csv", 4, column, fault)]
    assert list(hall.bodies) == ["office", "police"]


def test_that_all_that_is_wrong_with_a_row_is_said_at_once(tmp_path):
    text = FILES["bodies.csv"] + "fire,,,city,,,,,去年,\n"

    _, _, findings = write(tmp_path, bodies_csv=text)

    assert [finding.column for finding in findings] == ["name", "level", "active_from"]


def test_that_what_a_skipped_row_names_is_looked_for_as_well(tmp_path):
    body = FILES["bodies.csv"] + "office,,,city,,nobody,,25:00,,,,x\n"
    workers = "id,name,grid\n,李,G9\nW1,王国平,G1\nW1,李,G8\n"
    cameras = "code,name,lon,lat,grid,owner\nc 1,东门,112.0,,G9,nobody\n"

    _, hall, findings = write(tmp_path, bodies_csv=body, workers_csv=workers, cameras_csv=cameras)

    assert sorted(faults(findings), key=str) == sorted(
        [
            ("bodies.csv", 4, None, Fault.TOO_MANY_CELLS),
            ("bodies.csv", 4, None, Fault.DUPLICATE_KEY),
            ("bodies.csv", 4, "name", Fault.EMPTY_CELL),
            ("bodies.csv", 4, "level", Fault.BAD_CELL),
            ("bodies.csv", 4, "hours", Fault.UNUSED_CELL),
            ("bodies.csv", 4, "parent", Fault.UNKNOWN_REFERENCE),
            ("workers.csv", 2, "id", Fault.EMPTY_CELL),
            ("workers.csv", 2, "grid", Fault.UNKNOWN_REFERENCE),
            ("workers.csv", 4, None, Fault.DUPLICATE_KEY),
            ("workers.csv", 4, "grid", Fault.UNKNOWN_REFERENCE),
            ("cameras.csv", 2, "code", Fault.BAD_CELL),
            ("cameras.csv", 2, "lat", Fault.EMPTY_CELL),
            ("cameras.csv", 2, "grid", Fault.UNKNOWN_REFERENCE),
            ("cameras.csv", 2, "owner", Fault.UNKNOWN_REFERENCE),
        ],
        key=str,
    )
    assert list(hall.bodies) == ["office", "police"]
    assert list(hall.workers) == ["W1"]


@pytest.mark.parametrize(
    ("cell", "fine"),
    [
        ("08:00-12:00;14:00-18:00", True),
        ("8:00—12:00；14:00至18:00", True),
        ("00:00-24:00", True),
        ("25:00-26:00", False),
        ("18:00-08:00", False),
        ("08:00-12:00;11:00-18:00", False),
        ("全天", False),
    ],
)
def test_that_hours_nobody_can_read_are_named_and_the_body_stays(tmp_path, cell, fine):
    text = f"code,name,hours\noffice,党政办,{cell}\npolice,派出所,\n"

    _, hall, findings = write(tmp_path, bodies_csv=text)

    assert faults(findings) == ([] if fine else [("bodies.csv", 2, "hours", Fault.UNUSED_CELL)])
    assert hall.bodies["office"].hours == (cell if fine else "")


@pytest.mark.parametrize(
    ("cell", "restricted", "fine"),
    [("yes", True, True), ("是", True, True), ("否", False, True), ("", False, True),
     ("Yse", True, False)],
)  # fmt: skip
def test_that_what_may_be_restricted_is_until_somebody_says_no(tmp_path, cell, restricted, fine):
    text = f"code,name,parent,restricted\nT10,特殊人群,,{cell}\nT1001,患者,T10,\n"

    _, hall, findings = write(tmp_path, categories_csv=text)

    found = [it for it in findings if it.file == "categories.csv"]
    assert [hall.restricts(code) for code in ("T10", "T1001")] == [restricted] * 2
    assert [it.fault for it in found] == ([] if fine else [Fault.UNUSED_CELL])
    assert all((it.row, it.column) == (2, "restricted") for it in found)
    assert all("是或否" in it.remedy() and "yes or no" in it.remedy("en") for it in found)


def test_that_rows_are_numbered_as_an_editor_shows_them(tmp_path):
    text = FILES["standards.csv"] + "\n0203,,,,soon\n"  # the first row takes two lines

    _, _, findings = write(tmp_path, standards_csv=text)

    assert faults(findings) == [("standards.csv", 5, "limit", Fault.BAD_CELL)]


def test_that_unknown_columns_are_reported_and_ignored(tmp_path):
    text = "Code,name,Phones,grade,grade,name\nfire,消防站,119,3,4,x\n"

    without_links = dict.fromkeys(("duties_csv", "standards_csv", "cameras_csv"))
    _, hall, findings = write(tmp_path, bodies_csv=text, **without_links)

    assert [row for row in faults(findings) if row[0] == "bodies.csv"] == [
        ("bodies.csv", 1, "phones", Fault.UNKNOWN_COLUMN),
        ("bodies.csv", 1, "grade", Fault.UNKNOWN_COLUMN),
        ("bodies.csv", 1, "name", Fault.DUPLICATE_COLUMN),
    ]
    assert "phone" in findings[0].remedy()
    assert hall.bodies["fire"].name == "消防站"


@pytest.mark.parametrize(
    ("header", "near"),
    [
        ("code,name,kurzname,level,kind,parent,phone,hours,active_from,active_to,aliases", "short"),
        ("code,name,kurzname", "short_name"),
        ("code,name,phone,phones", " / "),  # not the one that is there
    ],
)
def test_that_the_column_suggested_is_one_the_file_has_not(tmp_path, header, near):
    _, _, findings = write(tmp_path, bodies_csv=header + "\n")

    (told,) = [it for it in findings if it.fault is Fault.UNKNOWN_COLUMN]
    assert near in told.remedy()
    assert near in told.remedy("en")
    suggested = told.params["nearest"].split(" / ")
    assert not set(suggested) & set(header.split(","))


def test_that_a_column_too_many_is_only_to_be_deleted(tmp_path):
    _, _, findings = write(tmp_path, people_csv="id,name,role,names\na,周文斌,dispatcher,x\n")

    assert faults(findings) == [("people.csv", 1, "names", Fault.SURPLUS_COLUMN)]
    assert "改成" not in findings[0].remedy()
    assert "Change" not in findings[0].remedy("en")


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xfe\x00\x01",
        b"\xff\xfe\x00\x01\x02\x03\x04\x05\x06\x07",
        b"\xfe\xff" + bytes(range(256)) * 2,
        b"\xff\xfe" + b"\x01\x00,\x00\n\x00" * 9,
        b"\xff\xfe\xff\xff,\x00",
    ],
)
def test_that_bytes_that_are_no_text_are_told_as_such_though_they_begin_as_utf_16(tmp_path, raw):
    _, _, findings = write(tmp_path, replies_csv=raw)

    assert faults(findings) == [("replies.csv", None, None, Fault.NOT_TEXT)]
    for lang in ("zh", "en"):
        problem = findings[0].problem(lang)
        assert all(name in problem for name in ("UTF-8", "GB 18030", "UTF-16"))
        assert "UTF-8" in findings[0].remedy(lang)


@pytest.mark.parametrize(
    ("text", "fault", "column"),
    [
        ("", Fault.NO_HEADER, None),
        ("\n\n", Fault.NO_HEADER, None),
        ('"code,name\n', Fault.NO_HEADER, None),
        ("name,level\n", Fault.MISSING_COLUMN, "code"),
        ("code;name\nfire;站\n", Fault.MISSING_COLUMN, "code"),
    ],
)
def test_that_a_table_without_its_columns_is_named(tmp_path, text, fault, column):
    _, hall, findings = write(tmp_path, bodies_csv=text)

    assert (fault, column) in [(finding.fault, finding.column) for finding in findings]
    assert hall.bodies == {}


def test_that_invisible_letters_do_not_make_codes_differ(tmp_path):
    text = "id,name,role\n\u200bdispatcher\u00a0,周\u200d文\u202e斌,Dispatcher\n"

    _, hall, findings = write(tmp_path, people_csv=text)

    assert faults(findings) == []
    assert hall.people["dispatcher"].name == "周文斌"


@pytest.mark.parametrize(
    ("cells", "column", "fault"),
    [
        ("c9,北门,112.0,,,,", "lat", Fault.EMPTY_CELL),
        ("c9,北门,,34.0,,,", "lon", Fault.EMPTY_CELL),
        ("c9,北门,34.0,112.0,,,", "lon", Fault.BAD_CELL),
        ("c9,北门,nan,34.0,,,", "lon", Fault.BAD_CELL),
        ("c9,北门,东经,34.0,,,", "lon", Fault.BAD_CELL),
        ("c9,北门,112.0,1e999,,,", "lat", Fault.BAD_CELL),
        ("c9,北门,112.0,34.0,WGS72,,", "datum", Fault.BAD_CELL),
    ],
)
def test_that_a_camera_that_stands_nowhere_is_named(tmp_path, cells, column, fault):
    text = f"code,name,lon,lat,datum,grid,owner\n{cells}\n"

    _, hall, findings = write(tmp_path, cameras_csv=text)

    assert (2, column, fault) in [(f.row, f.column, f.fault) for f in findings]
    assert hall.cameras == {}


@pytest.mark.parametrize(
    ("cell", "column"),
    [
        ("8 hours", "limit"),
        ("=1+1", "limit"),
        ("围护", "milestones"),
        ("soon", "whistle_kind"),
    ],
)
def test_that_a_standard_that_cannot_be_kept_is_named(tmp_path, cell, column):
    text = f"category,{column}\n0203,{cell}\n02,\n"

    _, hall, findings = write(tmp_path, standards_csv=text)

    assert faults(findings) == [("standards.csv", 2, column, Fault.BAD_CELL)]
    assert list(hall.standards) == ["02"]


def test_that_references_that_lead_nowhere_are_named_and_taken_out(tmp_path):
    _, hall, findings = write(
        tmp_path,
        workers_csv="id,name,grid\nW1,王国平,G1\nW2,李,G9\n",
        cameras_csv="code,name,grid,owner\nc1,东门,G9,nobody\n",
        categories_csv="code,name,parent\n0203,塌陷,09\n",
        standards_csv=(
            "category,body,co_bodies,duty_item,whistle_bodies\n"
            "0203,nobody,police;no1;no2,JB-9,no3\n09,office,,,\n"
        ),
        duties_csv="item,list,title,body\nJB-1,basic,巡查,nobody\n",
    )

    assert {f.fault for f in findings} == {Fault.UNKNOWN_REFERENCE}
    assert [(f.file, f.row, f.column, f.params["value"]) for f in findings] == [
        ("categories.csv", 2, "parent", "09"),
        ("duties.csv", 2, "body", "nobody"),
        ("standards.csv", 3, "category", "09"),
        ("standards.csv", 2, "body", "nobody"),
        ("standards.csv", 2, "co_bodies", "no1"),
        ("standards.csv", 2, "co_bodies", "no2"),
        ("standards.csv", 2, "duty_item", "JB-9"),
        ("standards.csv", 2, "whistle_bodies", "no3"),
        ("cameras.csv", 2, "grid", "G9"),
        ("cameras.csv", 2, "owner", "nobody"),
        ("workers.csv", 3, "grid", "G9"),
    ]
    assert list(hall.standards) == ["0203"]
    assert hall.standard_for("0203").co_bodies == ("police",)
    assert hall.standard_for("0203").body is None
    assert hall.cameras["c1"].grid is None


def grids(*features):
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(features) + "\n]}"


def feature(code, ring=SQUARE, kind="Polygon", **properties):
    named = {"code": code, **properties}
    drawn = [ring] if kind == "Polygon" else [[ring]]
    geometry = {"type": kind, "coordinates": drawn}
    return json.dumps({"type": "Feature", "properties": named, "geometry": geometry})


EMPTY_PART = feature("B", SQUARE, "MultiPolygon").replace(json.dumps(SQUARE), "")


@pytest.mark.parametrize(
    ("bad", "column", "fault"),
    [
        (feature("B", SQUARE[:2]), "geometry", Fault.SHORT_RING),
        (feature("B", [SQUARE[0]] * 5), "geometry", Fault.SHORT_RING),
        (feature("B", []), "geometry", Fault.SHORT_RING),
        (feature("B", [*SQUARE[:3], [1e999, 0], SQUARE[0]]), "geometry", Fault.FAR_POINT),
        (feature("B", [*SQUARE[:3], [float("nan"), 34], SQUARE[0]]), "geometry", Fault.FAR_POINT),
        (feature("B", [[y, x] for x, y in SQUARE]), "geometry", Fault.FAR_POINT),
        (feature("B", [["x", "y"]] * 5), "geometry", Fault.FAR_POINT),
        (feature("B", [[112.0]] * 5), "geometry", Fault.NO_POLYGON),
        (feature("B", "ring"), "geometry", Fault.NO_POLYGON),
        (feature("B", SQUARE, "Point"), "geometry", Fault.NO_POLYGON),
        ('{"properties": {"code": "B"}, "geometry": null}', "geometry", Fault.NO_POLYGON),
        ('{"properties": {"code": "B"}}', "geometry", Fault.NO_POLYGON),
        (EMPTY_PART, "geometry", Fault.NO_POLYGON),
        (feature(None), "code", Fault.BAD_CELL),
        (feature("B B"), "code", Fault.BAD_CELL),
        (feature("G1"), "code", Fault.DUPLICATE_KEY),
    ],
)
def test_that_a_bad_grid_is_named_and_skipped_and_the_rest_loads(tmp_path, bad, column, fault):
    text = grids(feature("G1"), bad, feature("G2", kind="MultiPolygon"))

    _, hall, findings = write(tmp_path, grids_geojson=text)

    assert faults(findings) == [("grids.geojson", 3, column, fault)]
    assert list(hall.grids.grids) == ["G1", "G2"]


def test_that_all_that_is_wrong_with_a_grid_is_said_at_once(tmp_path):
    text = grids(
        feature("B B", SQUARE[:2], worker="nobody"),
        feature("G1", worker="W1"),
        feature("G1", SQUARE[:2]),
        '{"properties": null}',
        "[]",
    )

    _, hall, findings = write(tmp_path, grids_geojson=text)

    assert faults(findings) == [
        ("grids.geojson", 2, "code", Fault.BAD_CELL),
        ("grids.geojson", 2, "geometry", Fault.SHORT_RING),
        ("grids.geojson", 4, "geometry", Fault.SHORT_RING),
        ("grids.geojson", 4, "code", Fault.DUPLICATE_KEY),
        ("grids.geojson", 5, "code", Fault.EMPTY_CELL),
        ("grids.geojson", 5, "geometry", Fault.NO_POLYGON),
        ("grids.geojson", 6, "code", Fault.EMPTY_CELL),
        ("grids.geojson", 6, "geometry", Fault.NO_POLYGON),
        ("grids.geojson", 2, "worker", Fault.UNKNOWN_REFERENCE),
    ]
    assert list(hall.grids.grids) == ["G1"]


def test_that_an_open_ring_is_closed_and_a_crossed_one_is_kept_and_both_are_named(tmp_path):
    crossed = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]
    text = grids(feature("G1", SQUARE[:-1]), feature("G2", crossed))

    _, hall, findings = write(tmp_path, grids_geojson=text)

    assert faults(findings) == [
        ("grids.geojson", 2, "geometry", Fault.OPEN_RING),
        ("grids.geojson", 3, "geometry", Fault.CROSSED_RING),
    ]
    assert {finding.severity for finding in findings} == {Severity.WARNING}
    assert hall.grids.locate(Point(112.005, 34.005, Datum.WGS84)).grid is not None


def test_that_grids_in_another_datum_are_turned_to_wgs84(tmp_path):
    text = FILES["hall.toml"] + '[grids]\ndatum = "GCJ02"\n'

    _, hall, _ = write(tmp_path, hall_toml=text)

    west, south = hall.grids.grids["G1"].polygons[0][0][0]
    assert Point(west, south, Datum.WGS84) == convert(Point(112.0, 34.0, Datum.GCJ02), Datum.WGS84)


@pytest.mark.parametrize(
    ("text", "row", "fault"),
    [
        (grids(feature("G1"), feature("G2"))[:-30], 3, Fault.BAD_JSON),
        (grids(feature("G1"), "{'code': 1}"), 3, Fault.BAD_JSON),
        (grids(feature("G1"), "[" * 100_000), 3, Fault.BAD_JSON),
        (grids(feature("G1"), "9" * 5_000), 3, Fault.BAD_JSON),
        (grids(feature("G1"))[:-3], 2, Fault.BAD_JSON),
    ],
)
def test_that_a_broken_map_keeps_the_grids_before_the_break(tmp_path, text, row, fault):
    _, hall, findings = write(tmp_path, grids_geojson=text)

    assert faults(findings) == [("grids.geojson", row, None, fault)]
    assert list(hall.grids.grids) == ["G1"]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"features": {}}', "不是地图"])
def test_that_a_map_without_features_is_named(tmp_path, text):
    _, _, findings = write(tmp_path, grids_geojson=text)

    assert findings[0].fault is Fault.NO_FEATURES


def test_that_strange_properties_of_grids_are_reported_once(tmp_path):
    text = grids(feature("G1", FID=1, NAME="x"), feature("G2", FID=2))

    _, hall, findings = write(tmp_path, grids_geojson=text)

    assert sorted(faults(findings)) == [
        ("grids.geojson", 2, "FID", Fault.UNKNOWN_COLUMN),
        ("grids.geojson", 2, "NAME", Fault.UNKNOWN_COLUMN),
    ]
    assert all("code" not in it.params["nearest"] for it in findings)
    assert hall.grids.grids["G2"].name == "G2"


def test_that_a_number_as_a_code_is_a_code(tmp_path):
    _, hall, findings = write(tmp_path, grids_geojson=grids(feature(990101101), feature("G1")))

    assert findings == []
    assert "990101101" in hall.grids.grids


def due(hall, start, text):
    limit = Limit.parse(text)
    return hall.calendar.deadline(start.replace(tzinfo=SHANGHAI), limit).due_at


def test_that_without_a_calendar_the_notices_hold_and_the_years_after_are_provisional(tmp_path):
    _, hall, _ = write(tmp_path, calendar_toml=None)

    naive = datetime.fromisoformat
    assert due(hall, naive("2026-02-13 16:00"), "3 work_day") == naive("2026-02-25 16:00+08:00")
    assert due(hall, naive("2026-09-30 17:00"), "5 work_day") == naive("2026-10-13 17:00+08:00")
    assert not hall.calendar.provisional(date(2026, 12, 31))
    assert hall.calendar.provisional(date(2027, 1, 1))
    assert not hall.calendar.works(date(2027, 1, 1))  # a Friday
    assert hall.calendar.works(date(2027, 1, 4))


@pytest.mark.parametrize(
    ("text", "column", "fault"),
    [("", None, Fault.EMPTY_CALENDAR), ("[2026]\n", "2026", Fault.EMPTY_YEAR)],
)
def test_that_a_calendar_that_says_nothing_says_which_notices_hold(tmp_path, text, column, fault):
    _, _, findings = write(tmp_path, calendar_toml=text)

    (found,) = findings
    assert (found.file, found.column, found.fault) == ("calendar.toml", column, fault)
    assert found.severity is Severity.INFO
    assert "2004–2026" in found.problem()


def test_that_the_packs_calendar_goes_before_the_notices(tmp_path):
    text = """
    [2026]
    work_hours = ["9:00-12:00", "13:00 至 17:00"]
    seasons = [{first = 2026-07-01, last = "2026-08-31", work_hours = ["08:00-12:00"]}]
    [2027]
    status = "official"
    holidays = [2027-01-01, "2026/12/31"]
    make_up_days = ["2027-01-03"]
    """

    _, hall, findings = write(tmp_path, calendar_toml=text)

    assert [(it.fault, it.column) for it in findings] == [(Fault.FEW_HOLIDAYS, "2027.holidays")]
    years = hall.calendar.years
    assert years[2025].work_hours == ((time(8), time(12)), (time(14), time(18)))
    assert years[2026].work_hours == ((time(9), time(12)), (time(13), time(17)))
    assert years[2027].work_hours == years[2029].work_hours == years[2026].work_hours
    assert years[2026].holidays  # what the pack does not name stays
    assert years[2027].status is YearStatus.OFFICIAL
    assert years[2028].status is YearStatus.PROVISIONAL
    assert not hall.calendar.works(date(2026, 12, 31))
    assert hall.calendar.works(date(2027, 1, 3))


def test_that_the_pack_may_plan_a_year_nobody_knows(tmp_path):
    _, hall, findings = write(tmp_path, calendar_toml="[2040]\nholidays = [2040-01-02]")

    assert findings == []
    assert not hall.calendar.works(date(2040, 1, 2))
    assert hall.calendar.provisional(date(2040, 1, 2))


@pytest.mark.parametrize(
    ("line", "column", "fault"),
    [
        ('status = "maybe"', "2026.status", Fault.BAD_SETTING),
        ("status = 1", "2026.status", Fault.BAD_SETTING),
        ("holidays = 2026-01-01", "2026.holidays", Fault.BAD_SETTING),
        ("holidays = [1]", "2026.holidays", Fault.BAD_SETTING),
        ('make_up_days = ["2026-02-30"]', "2026.make_up_days", Fault.BAD_SETTING),
        ("make_up_days = [2026-01-01T00:00:00]", "2026.make_up_days", Fault.BAD_SETTING),
        ('work_hours = "08:00-12:00"', "2026.work_hours", Fault.BAD_SETTING),
        ("work_hours = []", "2026.work_hours", Fault.BAD_SETTING),
        ("work_hours = [8, 12]", "2026.work_hours", Fault.BAD_SETTING),
        ('work_hours = ["12:00-08:00"]', "2026.work_hours", Fault.BAD_SETTING),
        ('work_hours = ["08:00-12:00", "x"]', "2026.work_hours", Fault.BAD_SETTING),
        ('work_hours = ["08:00-25:00"]', "2026.work_hours", Fault.BAD_SETTING),
        ("seasons = {}", "2026.seasons", Fault.BAD_SETTING),
        ("seasons = [1]", "2026.seasons", Fault.BAD_SETTING),
        ("seasons = [{first = 2026-01-01}]", "2026.seasons", Fault.BAD_SETTING),
        (
            'seasons = [{first = 2026-02-01, last = 2026-01-01, work_hours = ["8:00-9:00"]}]',
            "2026.seasons",
            Fault.BAD_SETTING,
        ),
        ("holiday = []", "2026.holiday", Fault.UNKNOWN_KEY),
        ("[twenty]", "twenty", Fault.BAD_SETTING),
        ("[2027", None, Fault.BAD_TOML),
    ],
)
def test_that_a_fault_of_the_calendar_is_named_and_the_notice_holds(tmp_path, line, column, fault):
    _, hall, findings = write(tmp_path, calendar_toml=f"[2026]\n{line}\n")

    assert faults(findings) == [("calendar.toml", 2, column, fault)]
    assert hall.calendar.works(date(2026, 10, 10))
    assert not hall.calendar.works(date(2026, 10, 7))


@given(st.sampled_from(sorted(FILES)), st.integers(0, 700))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_that_a_file_cut_anywhere_is_never_a_traceback(tmp_path, name, length):
    cut = FILES[name].encode()[:length]

    _, hall, findings = write(tmp_path, **{name.replace(".", "_"): cut})

    assert hall.calendar.works(date(2026, 10, 10))
    assert all(finding.problem() and finding.remedy("en") for finding in findings)


@given(st.sampled_from(sorted(FILES)), st.text(max_size=200) | st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_that_no_text_in_any_file_is_a_traceback(tmp_path, name, text):
    start = FILES[name][:90]
    raw = start.encode() + (text if isinstance(text, bytes) else text.encode("utf-8", "replace"))

    _, _, findings = write(tmp_path, **{name.replace(".", "_"): raw})

    assert all(finding.problem("en") and finding.remedy() for finding in findings)


def test_that_the_fictional_townships_pack_is_sound():
    demo = Path(__file__).parents[2] / "resources" / "demo"

    _, hall, findings = load_pack(demo)

    assert faults(findings) == []
    assert hall.grids.grids
    assert all(hall.standard_for(standard) for standard in hall.standards)


def test_that_named_places_are_read_by_the_chinese_or_the_english_word_for_their_kind(tmp_path):
    _, hall, findings = write(tmp_path)

    assert findings == []
    assert hall.places == (
        NamedPlace(
            name="东门",
            kind=PlaceKind.LANDMARK,
            point=Point(112.005, 34.005, Datum.WGS84),
            grid="G1",
            aliases=("老东门", "东城门"),
        ),
        NamedPlace(name="后山", kind=PlaceKind.LANDMARK, grid="G1"),
    )


def test_that_a_named_place_that_lies_nowhere_or_elsewhere_is_named_with_its_row(tmp_path):
    _, hall, findings = write(
        tmp_path,
        gazetteer_csv="name,kind,lon,lat,datum,grid,aliases\n"
        "无处,地标,,,,,\n"
        "别处,地标,112.2,34.2,,G1,\n"
        "半处,地标,112.005,,,G1,\n"
        "怪处,洞,112.005,34.005,,G1,\n"
        "他处,地标,112.005,34.005,,G9,\n"
        "他处,地标,112.006,34.005,,G9,\n",
    )

    assert faults(findings) == [
        ("gazetteer.csv", 4, "lat", Fault.EMPTY_CELL),
        ("gazetteer.csv", 5, "kind", Fault.BAD_CELL),
        ("gazetteer.csv", 7, None, Fault.DUPLICATE_KEY),
        ("gazetteer.csv", 7, "grid", Fault.UNKNOWN_REFERENCE),
        ("gazetteer.csv", 6, "grid", Fault.UNKNOWN_REFERENCE),
        ("gazetteer.csv", 2, None, Fault.NOWHERE),
        ("gazetteer.csv", 3, "grid", Fault.POINT_ELSEWHERE),
    ]
    assert [place.name for place in hall.places] == ["别处", "他处"]
    assert all(
        finding.problem(lang) and finding.remedy(lang)
        for finding in findings
        for lang in ("zh", "en")
    )


def test_that_words_reaches_and_replies_are_read(tmp_path):
    _, hall, findings = write(
        tmp_path,
        categories_csv="code,name,parent,words,near_metres,far_metres,same_hours\n"
        "02,事件,,,,500,48\n0203,乱堆乱放,02,堆物；杂物,50,,\n",
    )
    assert findings == []
    kind = hall.categories["0203"]
    assert kind.words == ("堆物", "杂物")
    assert (kind.near_metres, kind.far_metres, kind.same_hours) == (50, None, None)
    assert rules_of(hall).reach("0203") == Reach(50, 500, 48)
    assert [(it.reason, it.not_ours) for it in hall.replies.values()] == [
        ("不属本级", True),
        ("重复", False),
    ]


def test_that_a_slip_in_them_costs_the_cell_and_is_named(tmp_path):
    _, hall, findings = write(
        tmp_path,
        categories_csv="code,name,near_metres\n02,事件,近\n0203,乱堆,-5\n",
        replies_csv="code,reason,reply,not_ours\nR1,不属本级,请联系县里,也许\nR2,,x,\n",
    )
    assert {(it.file, it.row, it.column, it.fault) for it in findings} == {
        ("categories.csv", 2, "near_metres", Fault.UNUSED_CELL),
        ("categories.csv", 3, "near_metres", Fault.UNUSED_CELL),
        ("replies.csv", 2, "not_ours", Fault.UNUSED_CELL),
        ("replies.csv", 3, "reason", Fault.EMPTY_CELL),
    }
    assert list(hall.replies) == ["R1"]
    assert hall.categories["02"].near_metres is None


# -- what a whistle does --


def test_that_templates_and_contacts_are_read_in_the_order_of_their_steps(tmp_path):
    _, hall, _findings = write(tmp_path)
    (template,) = hall.templates["0203"]
    assert (template.lead, template.co_bodies, template.row) == ("police", ("office",), 2)
    assert str(template.answer_limit) == "5 urgent_minute"
    assert hall.template_for("0203", "面积大于 1 平方米") is template
    assert [(it.step, it.name, it.wait) for it in hall.contacts["police"]] == [
        ("liaison", "甲", None),
        ("head", "乙", 5),
    ]


def test_that_a_template_holds_for_its_own_condition_only(tmp_path):
    head = "category,condition,message\n"
    _, hall, findings = write(tmp_path, whistles_csv=head + "0203,面积大于 9 平方米,别处\n")
    assert faults(findings) == [("whistles.csv", 2, "condition", Fault.NO_STANDARD)]
    assert hall.template_for("0203", "面积大于 1 平方米") is None


@pytest.mark.parametrize(
    ("row", "column", "fault"),
    [
        ("nobody,liaison,甲,,feed,,", "body", Fault.UNKNOWN_REFERENCE),
        ("police,boss,甲,,feed,,", "step", Fault.BAD_CELL),
        ("police,,甲,,feed,,", "step", Fault.EMPTY_CELL),
        ("police,head,甲,,feed,,1441", "wait", Fault.BAD_CELL),
        ("police,head,甲,,feed,,soon", "wait", Fault.BAD_CELL),
        ("office,head,甲,,phone,,", "address", Fault.NO_NUMBER),
        ("police,head,甲,,wecom,,", "channel", Fault.UNKNOWN_REFERENCE),
    ],
)
def test_that_a_contact_that_cannot_be_called_is_named_and_left_out(tmp_path, row, column, fault):
    bodies = FILES["bodies.csv"].replace("10000010000", "")
    head = "body,step,name,duty,channel,address,wait\n"
    _, hall, findings = write(tmp_path, contacts_csv=head + row + "\n", bodies_csv=bodies)
    assert faults(findings) == [("contacts.csv", 2, column, fault)]
    assert not hall.contacts


@pytest.mark.parametrize("cell", ["soon", "3 work_day", "2 work_hour", "0 urgent_minute"])
def test_that_the_limits_of_a_whistle_run_day_and_night(tmp_path, cell):
    text = f"category,answer_limit\n0203,{cell}\n"
    _, hall, findings = write(tmp_path, whistles_csv=text)
    assert faults(findings) == [("whistles.csv", 2, "answer_limit", Fault.BAD_CELL)]
    assert not hall.templates


# -- the levels above and beside the hall --


def test_that_destinations_and_the_ladder_are_read_whatever_order_they_are_written_in(tmp_path):
    _, hall, _ = write(tmp_path)
    (police,) = hall.destinations.values()
    assert (police.name, str(police.limit), police.body) == ("派出所", "2 urgent_hour", "police")
    assert [(it.level, str(it.limit), it.body) for it in hall.ladder] == [
        ("village", "1 work_day", "office"),
        ("county", "2 work_day", None),
    ]


def test_that_without_the_files_there_is_110_and_a_ladder_of_seven_days(tmp_path):
    _, hall, _ = write(tmp_path, transfers_csv=None, mediation_csv=None)
    assert list(hall.destinations) == ["110", "police", "court"]
    assert [it.limit.amount for it in hall.ladder] == [2, 3, 2]
    assert hall.mediates("0203")  # where no category is marked, any case may


def test_that_what_is_wrong_with_them_is_named(tmp_path):
    _, hall, findings = write(
        tmp_path,
        transfers_csv="code,name,limit,body\n110,报警台,soon,\n"
        "police,派出所,2 urgent_hour,nobody\n",
        mediation_csv="level,limit,body\nvillage,2 natural_day,\ntown,3 natural_day,\n"
        "county,2 work_day,\n",
        categories_csv="code,name,parent,mediated\n02,纠纷,,是\n0203,邻里,02,\n03,其他,,也许\n",
    )
    assert set(faults(findings)) >= {
        ("transfers.csv", 2, "limit", Fault.BAD_CELL),
        ("transfers.csv", 3, "body", Fault.UNKNOWN_REFERENCE),
        ("mediation.csv", 3, "level", Fault.BAD_CELL),
        ("mediation.csv", None, "limit", Fault.LADDER_SUM),
        ("categories.csv", 4, "mediated", Fault.UNUSED_CELL),
    }
    assert list(hall.destinations) == ["police"]
    assert [it.limit.amount for it in hall.ladder] == [2, 3, 2]
    assert [hall.mediates(code) for code in ("02", "0203", "03")] == [True, True, False]
    assert all(it.problem(lang) and it.remedy(lang) for it in findings for lang in ("zh", "en"))


def test_that_categories_that_go_round_in_a_ring_are_named_and_let_go(tmp_path):
    _, hall, findings = write(
        tmp_path,
        categories_csv="code,name,parent\nA,甲,B\nB,乙,A\nC,丙,A\n0203,塌陷,0203\n",
    )
    assert [(it.row, it.column, it.params["value"]) for it in findings] == [
        (2, "parent", "A → B → A"),
        (3, "parent", "B → A → B"),
        (5, "parent", "0203 → 0203"),
    ]
    assert {it.fault for it in findings} == {Fault.RING_OF_PARENTS}
    assert {code: it.parent for code, it in hall.categories.items()} == {
        "A": None,
        "B": None,
        "C": "A",
        "0203": None,
    }


def test_that_a_person_with_the_role_of_a_program_is_named(tmp_path):
    _, hall, findings = write(
        tmp_path, people_csv="id,name,role\na,周文斌,dispatcher\nb,李四,report_in_page\n"
    )
    assert faults(findings) == [("people.csv", 3, "role", Fault.PROGRAMS_ROLE)]
    assert findings[0].severity is Severity.WARNING
    assert set(hall.people) == {"a", "b"}


@pytest.mark.parametrize(
    ("people", "fault", "zh", "en"),
    [
        ("", Fault.NOBODY, "值班长的全部权限", "all rights of a shift supervisor"),
        ("\ufeff\n", Fault.NOBODY, "每人写一行", "for each person"),
        ("id,name,role\n", Fault.NOBODY, "没有列出", "Nobody is listed"),
        ("id,name,role\na,周文斌,boss\n", Fault.NOBODY, "没有列出", "Nobody is listed"),
        ("id,name,role\na,严素芬,inspector\n", Fault.NO_DISPATCHER, "--as", "--as"),
    ],
)
def test_that_a_list_of_people_that_lets_anybody_do_everything_says_so(
    tmp_path, people, fault, zh, en
):
    _, hall, findings = write(tmp_path, people_csv=people)

    (told,) = [it for it in findings if it.fault in {Fault.NOBODY, Fault.NO_DISPATCHER}]
    assert (told.file, told.fault) == ("people.csv", fault)
    assert zh in told.problem() + told.remedy()
    assert en in told.problem("en") + told.remedy("en")
    assert operator_of(hall, None, findings) is ANYBODY
    assert min(findings, key=gravity) is told  # what the window tells in full


def test_that_a_hall_without_a_list_of_people_is_told_only_that_it_is_absent(tmp_path):
    _, hall, findings = write(tmp_path, people_csv=None)

    assert faults(findings) == [("people.csv", None, None, Fault.ABSENT)]
    assert operator_of(hall, None, findings) is ANYBODY


@pytest.mark.parametrize("broken", ['{"type": "x"}', '{"features": [', '{"features": [{"type"'])
def test_that_a_broken_map_stands_alone_and_what_follows_is_one_line_for_each_column(
    tmp_path, broken, capsys
):
    folder = tmp_path / "pack"
    shutil.copytree(DEMO, folder)
    (folder / "grids.geojson").write_text(broken, "utf-8")
    assert run(parse(["check", "--hall", str(folder)])) == 1
    lines = capsys.readouterr().out.splitlines()
    starts = [line.split()[1] for line in lines[:-1]]
    assert starts[0].startswith("grids.geojson:1")
    assert starts[1:] == ["cameras.csv:grid", "workers.csv:grid", "gazetteer.csv:grid"]
    assert all("grids.geojson" in line for line in lines[:-1])
    assert run(parse(["check", "--hall", str(folder), "--json"])) == 1
    rows = json.loads(capsys.readouterr().out)["findings"]
    assert len([it for it in rows if it["file"] == "cameras.csv"]) == 80


def test_that_a_few_that_are_lost_and_those_lost_to_a_sound_file_are_named_each(tmp_path):
    rows = [f"c{n},东门,G9\n" for n in range(9)]
    _, _, findings = write(tmp_path, cameras_csv="code,name,grid\n" + "".join(rows))
    assert summed(findings) == findings
    assert len(findings) == 9
    _, _, findings = write(
        tmp_path,
        cameras_csv="code,name,grid\n" + "".join(rows[:3]),
        grids_geojson='{"features": [',
    )
    cameras = [it for it in summed(findings) if it.file == "cameras.csv"]
    assert len(cameras) == 3


def test_that_a_chinese_comma_between_two_cells_is_named_and_not_what_follows_from_it(tmp_path):
    below = "".join(f"C01{at:02},{at},C01,normal\n" for at in range(9))
    text = f"code,name,parent,urgency\nC01，公用设施,,normal\n{below}"
    _, hall, findings = write(tmp_path, categories_csv=text)
    comma, parents = (it for it in summed(findings) if it.file == "categories.csv")
    assert (comma.row, comma.column, comma.fault) == (2, "code", Fault.WIDE_COMMA)
    assert "中文逗号" in comma.problem("zh")
    assert (parents.fault, parents.params["count"]) == (Fault.LOST_REFERENCES, "9")
    assert len(hall.categories) == 9


@pytest.mark.parametrize(
    ("expected", "remedy"),
    [("cloudevents / frigate", "应写成：cloudevents / frigate。"), ("number", "应写成：数字。")],
)
def test_that_a_remedy_parts_a_code_from_the_words_before_it(expected, remedy):
    finding = Finding(
        file="hall.toml", fault=Fault.BAD_SETTING, params={"value": "x", "expected": expected}
    )
    assert finding.remedy("zh") == remedy


@pytest.mark.parametrize(
    ("row", "column", "fault", "kept"),
    [
        ("x," + "长" * 300_000, "name", Fault.LONG_CELL, None),
        ('x,"' + "长" * 300_000 + '"', "name", Fault.LONG_CELL, None),
        ('x,"' + "长" * 300_000, None, Fault.BROKEN_ROW, None),
        ("x,王\x00国平", "name", Fault.CONTROL_LETTERS, "王国平"),
        ("x\x07,王国平", "id", Fault.CONTROL_LETTERS, "王国平"),
        ("=1+1,王国平", "id", Fault.LIKE_FORMULA, "王国平"),
        ("x,=王国平", "name", Fault.LIKE_FORMULA, "=王国平"),
        ("x,王\u200b国平", None, None, "王国平"),
        ('x"unclosed,王国平', "id", Fault.ODD_QUOTE, "王国平"),
        ('x,王"国平', "name", Fault.ODD_QUOTE, '王"国平'),
        ('x,"王""国平"', "name", Fault.ODD_QUOTE, '王"国平'),
        ('x,"王""国""平"', None, None, '王"国"平'),
    ],
)
def test_that_a_strange_cell_is_called_what_it_is(tmp_path, row, column, fault, kept):
    _, hall, findings = write(
        tmp_path,
        workers_csv=f"id,name\n{row}\nW1,王国平\n",
    )
    assert [(it.row, it.column, it.fault) for it in findings] == (
        [(2, column, fault)] if fault else []
    )
    assert [it.name for it in hall.workers.values()] == [*filter(None, [kept]), "王国平"]
