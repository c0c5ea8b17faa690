"""Importing tables: every kind of file people hand over, and never half a table in the pack."""

import json
import shutil
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commandcenter.runtime import tables
from commandcenter.runtime.commandline import parse, run
from commandcenter.runtime.findings import Fault
from commandcenter.runtime.pack import load_pack
from commandcenter.runtime.tables import Change, carry_out, plan

DEMO = Path(__file__).parents[2] / "resources" / "demo"
NOW = datetime(2026, 11, 20, 12, 30, 5)  # noqa: DTZ001  the hall's own clock
GOOD = (
    "编号,清单,事项,责任单位,配合单位,生效日期\n"
    "JB-001,基本履职,排查化解矛盾纠纷（修订）,综治中心,司法所,2026/1/1\n"
    "JB-900,配合履职,河长制巡河,县水利局,农业农村办公室、建环办,2026-11-01\n"
)


@pytest.fixture
def pack(tmp_path):
    folder = tmp_path / "pack"
    shutil.copytree(DEMO, folder)
    return folder


@pytest.fixture
def handed(tmp_path):
    """Hand a file over: text, bytes, or sheets of a workbook by name."""

    def make(content, name="清单.csv"):
        path = tmp_path / name
        if isinstance(content, str):
            path.write_text(content, "utf-8")
        elif isinstance(content, bytes):
            path.write_bytes(content)
        else:
            book = openpyxl.Workbook()
            book.remove(book.active)
            for title, rows in content.items():
                sheet = book.create_sheet(title)
                for row in rows:
                    sheet.append(row)
            book.save(path)
        return path

    return make


def changes(found):
    return {change: found.count(change) for change in Change if found.count(change)}


def faults(found):
    return [item.fault for item in found.findings]


HEADER = ["编号", "清单", "事项", "责任单位"]
FIRST = ["JB-900", "基本履职", "河长制巡河", "农业农村办公室"]


@pytest.mark.parametrize(
    "encoded",
    [
        GOOD.encode(),
        GOOD.encode("utf-8-sig"),
        GOOD.encode("gb18030"),
        GOOD.encode("utf-16"),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace(",", "\t").encode(),
        GOOD.replace(",", ";").encode(),
        ("云溪镇履职事项清单\n\n" + GOOD).encode(),
    ],
    ids=["utf8", "bom", "gb18030", "utf16", "crlf", "tabs", "semicolons", "heading"],
)
def test_that_text_is_read_as_any_office_program_writes_it(pack, handed, encoded):
    found = plan("duties", handed(encoded), pack)
    assert (faults(found), changes(found)) == ([], {Change.NEW: 1, Change.CHANGED: 1})
    carry_out(found, NOW)
    _, hall, findings = load_pack(pack)
    assert not findings
    new = hall.duties["JB-900"]
    assert (new.list, new.body, new.co_bodies) == (
        "cooperate", "county_water", ("agriculture", "construction"),
    )  # fmt: skip
    assert str(new.active_from) == "2026-11-01"
    assert hall.duties["JB-001"].title.endswith("（修订）")
    assert len(hall.duties) == len(load_pack(DEMO)[1].duties) + 1


def test_that_what_is_not_named_stays_as_it_is_written(pack, handed):
    before = (pack / "duties.csv").read_text("utf-8").splitlines()
    carry_out(plan("duties", handed(GOOD), pack), NOW)
    after = (pack / "duties.csv").read_text("utf-8").splitlines()
    assert [line for line in before if not line.startswith("JB-001")] == [
        line for line in after if not line.startswith(("JB-001", "JB-900"))
    ]
    kept = pack / "backups" / "duties-20261120-123005.csv"
    assert kept.read_text("utf-8").splitlines() == before


@pytest.mark.parametrize("column", ["主要依据", "法律依据", "依据"])
def test_that_what_an_item_rests_on_is_kept_whatever_its_column_is_called(pack, handed, column):
    found = plan(
        "duties", handed(f"编号,清单,事项,{column}\nJB-901,基本履职,巡河,《水法》\n"), pack
    )
    assert (found.rows[0].values["legal_basis"], found.findings) == ("《水法》", [])


def test_that_a_column_nobody_knows_is_said_to_be_left_out(pack, handed):
    found = plan("duties", handed("编号,清单,事项,备注\nJB-901,基本履职,巡河,无\n"), pack)
    assert [item.fault for item in found.findings] == [Fault.UNKNOWN_COLUMN]
    assert "已忽略" in found.findings[0].problem()


def test_that_importing_twice_changes_nothing_more(pack, handed):
    carry_out(plan("duties", handed(GOOD), pack), NOW)
    again = plan("duties", handed(GOOD), pack)
    assert (changes(again), again.useful) == ({Change.SAME: 2}, False)


def test_that_a_pack_without_the_table_gets_it(pack, handed):
    (pack / "duties.csv").unlink()
    (pack / "standards.csv").unlink()
    assert carry_out(plan("duties", handed(GOOD), pack), NOW) is None
    assert set(load_pack(pack)[1].duties) == {"JB-001", "JB-900"}


def test_that_two_backups_of_one_second_are_both_kept(pack, handed):
    for title in ("一", "二", "三"):
        carry_out(plan("duties", handed(GOOD.replace("修订", title)), pack), NOW)
    assert len(list((pack / "backups").iterdir())) == 3


def test_that_a_workbook_is_read_from_its_header_on(pack, handed):
    sheets = {
        "说明": [["填报说明"], ["请如实填写"]],
        "基本": [["云溪镇履职事项清单"], [], HEADER, FIRST, [], ["JB-901", "基本", "巡查", None]],
    }
    found = plan("duties", handed(sheets, "清单.xlsx"), pack)
    assert (found.sheet, faults(found), changes(found)) == ("基本", [], {Change.NEW: 2})
    assert [row.row for row in found.rows] == [4, 6]


def test_that_dates_and_numbers_of_a_workbook_are_read_as_typed(pack, handed):
    rows = [[*HEADER, "生效日期"], [9001, "基本", "巡查", None, datetime(2026, 3, 1)]]  # noqa: DTZ001
    carry_out(plan("duties", handed({"表": rows}, "a.xlsx"), pack), NOW)
    assert str(load_pack(pack)[1].duties["9001"].active_from) == "2026-03-01"
    rows = [HEADER, [99010110100100100123, "基本", "巡查", None]]
    found = plan("duties", handed({"表": rows}, "b.xlsx"), pack)
    assert faults(found) == [Fault.SPOILT_CODE]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("<!DOCTYPE html><html><body>请登录</body></html>", Fault.WEB_PAGE),
        ("\ufeff \n<table><tr><td>编号</td></tr></table>", Fault.WEB_PAGE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Fault.OLD_WORKBOOK),
        (b"PK\x03\x04" + bytes(60), Fault.NOT_WORKBOOK),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(128, 256)) * 4 + b"\xff\xff", Fault.NOT_TEXT),
        ("", Fault.NO_HEADER),
        ("a,b\n1,2\n", Fault.MISSING_COLUMN),
        ({"表": [["甲", "乙"], [1, 2]]}, Fault.WRONG_SHEET),
        ({"甲": [HEADER, FIRST], "乙": [HEADER, FIRST]}, Fault.SEVERAL_SHEETS),
    ],
    ids=lambda it: it if isinstance(it, Fault) else "",
)
def test_that_what_is_no_such_table_is_said_so(pack, handed, content, fault):
    found = plan("duties", handed(content, "清单.csv"), pack)
    assert fault in faults(found)
    assert not found.useful


def test_that_a_hidden_sheet_is_used_only_when_named(pack, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["说明"])
    hidden = book.create_sheet("旧表")
    hidden.append(HEADER)
    hidden.append(FIRST)
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    found = plan("duties", tmp_path / "a.xlsx", pack)
    assert (faults(found), found.useful) == ([Fault.HIDDEN_SHEET], False)
    assert plan("duties", tmp_path / "a.xlsx", pack, sheet="旧表").count(Change.NEW) == 1
    lost = plan("duties", tmp_path / "a.xlsx", pack, sheet="没有")
    assert faults(lost) == [Fault.NO_SUCH_SHEET]


def test_that_formulas_and_merged_cells_are_named_with_their_place(pack, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADER)
    sheet.append(FIRST)
    sheet.append(["=1+1", "基本", "算出来的", None])
    sheet.append(["JB-902", "基本", "合", "综治中心"])
    sheet.append(["JB-903", "基本", "并", None])
    sheet.append(["#REF!", "基本", "坏", None])
    sheet.merge_cells("D4:D5")
    book.save(tmp_path / "a.xlsx")
    found = plan("duties", tmp_path / "a.xlsx", pack)
    said = {(item.fault, item.row) for item in found.findings}
    assert {(Fault.FORMULA_EMPTY, 3), (Fault.MERGED_CELLS, 4), (Fault.CELL_ERROR, 6)} <= said
    good = [row.row for row in found.rows if row.change is Change.NEW]
    assert good == [2, 4]


def test_that_a_bomb_is_not_unfolded(pack, tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        with package.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(80):
                part.write(bytes(2**20))
    assert path.stat().st_size < 200_000
    assert faults(plan("duties", path, pack)) == [Fault.TOO_LARGE]


def test_that_each_fault_of_a_row_says_row_column_and_remedy(pack, handed):
    text = (
        "编号,清单,事项,责任单位\n"
        "JB-900,基本,好的,综治中心\n"
        "JB-901,不知道,坏清单,综治中心\n"
        "JB-902,基本,,综治中心\n"
        "JB-903,基本,坏单位,县教育局\n"
        "JB-900,基本,又一次,综治中心\n"
    )
    found = plan("duties", handed(text), pack)
    said = [(item.row, item.column, item.fault) for item in found.findings]
    assert said == [
        (3, "清单", Fault.BAD_CELL),
        (4, "事项", Fault.EMPTY_CELL),
        (5, "责任单位", Fault.UNKNOWN_NAME),
        (6, None, Fault.DUPLICATE_KEY),
    ]
    assert changes(found) == {Change.NEW: 1, Change.FAULTY: 4}
    for item in found.findings:
        assert item.remedy("zh")
        assert item.remedy("en")


# -- the command --


def imported(pack, path, *more, capsys):
    arguments = ["import", "duties", str(path), "--hall", str(pack), "--json", *more]
    code = run(parse(arguments))
    return code, json.loads(capsys.readouterr().out)


def test_that_the_command_looks_first_and_writes_by_choice(pack, handed, capsys):
    before = (pack / "duties.csv").read_bytes()
    path = handed(GOOD + "JB-902,没有这种,坏,综治中心,,\n")
    for more in (["--dry-run"], ["--all-or-nothing"]):
        code, told = imported(pack, path, *more, capsys=capsys)
        assert (code, told["written"], told["faulty"]) == (1, False, 1)
        assert (pack / "duties.csv").read_bytes() == before
        assert not (pack / "backups").exists()
    code, told = imported(pack, path, capsys=capsys)
    assert (code, told["written"], told["new"], told["changed"]) == (1, True, 1, 1)
    assert told["findings"][0]["row"] == 4
    assert [row["change"] for row in told["preview"]] == ["changed", "new", "faulty"]
    code, told = imported(pack, handed(GOOD, "b.csv"), capsys=capsys)
    assert (code, told["same"], told["written"]) == (0, 2, False)


@pytest.mark.parametrize("where", ["fsync", "replace"])
def test_that_a_write_that_fails_leaves_the_pack_as_it_was(
    pack, handed, capsys, monkeypatch, where
):
    before = {path.name: path.read_bytes() for path in pack.iterdir() if path.is_file()}

    def full(*_more):
        raise OSError(28, "No space left on device")

    if where == "fsync":
        monkeypatch.setattr(tables.os, "fsync", full)
    else:
        monkeypatch.setattr(Path, "replace", full)
    code, told = imported(pack, handed(GOOD), capsys=capsys)
    assert (code, told["written"]) == (1, False)
    assert any("磁盘已满" in item["problem"] for item in told["findings"])
    assert {path.name: path.read_bytes() for path in pack.iterdir() if path.is_file()} == before


def test_that_people_are_told_in_both_languages(pack, handed, capsys):
    path = str(handed(GOOD))
    assert run(parse(["import", "duties", path, "--hall", str(pack), "--dry-run"])) == 0
    assert "新增 1 行，更新 1 行" in capsys.readouterr().out
    assert run(parse(["import", "duties", path, "--hall", str(pack), "--lang", "en"])) == 0
    assert "duties.csv is written" in capsys.readouterr().out
    assert run(parse(["import", "duties", path, "--hall", str(pack / "nowhere")])) == 1


def test_that_other_tables_are_imported_the_same_way(pack, handed):
    for kind, text in (
        ("workers", "工号,姓名,电话,网格,岗位\nW900,某某,10000020000,990101101001001,网格长\n"),
        ("bodies", "代码,名称,简称,层级\nschool,云溪中心校,中心校,派驻\n"),
    ):
        found = plan(kind, handed(text), pack)
        assert (faults(found), changes(found)) == ([], {Change.NEW: 1})
        carry_out(found, NOW)
    assert not load_pack(pack)[2]


# -- whatever comes --

ANY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@ANY
@given(
    content=st.binary(max_size=400)
    | st.text(max_size=300).map(lambda text: ("编号,清单,事项\n" + text).encode("utf-8", "ignore"))
    | st.binary(max_size=300).map(lambda raw: b"PK\x03\x04" + raw)
)
def test_that_no_file_at_all_breaks_the_import(pack, handed, content):
    before = (pack / "duties.csv").read_bytes()
    found = plan("duties", handed(content, "什么.xlsx"), pack)
    for item in found.findings:
        assert item.problem("zh")
        assert item.remedy("en")
    assert (pack / "duties.csv").read_bytes() == before


cells = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=8)


@ANY
@given(rows=st.dictionaries(cells, st.tuples(st.sampled_from(["basic", "withdrawn"]), cells)))
def test_that_what_was_imported_is_what_the_hall_then_reads(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("pack")
    book = openpyxl.Workbook()
    book.active.append(["item", "list", "title"])
    for item, (list_, title) in rows.items():
        book.active.append([item, list_, title])
        for cell in book.active[book.active.max_row]:
            cell.data_type = "s"  # as it is written, also where it begins like a formula
    book.save(folder / "a.xlsx")
    found = plan("duties", folder / "a.xlsx", folder)
    good = [row for row in found.rows if row.change is not Change.FAULTY]
    if found.useful:
        carry_out(found, NOW)
    duties = load_pack(folder)[1].duties
    assert {row.values["item"] for row in good} == set(duties)
    for row in good:
        assert duties[row.values["item"]].title == row.values["title"]


@pytest.mark.parametrize("column", sorted(tables._WORDS))
def test_that_a_remedy_names_the_words_of_a_list_as_well_as_its_codes(pack, handed, column):
    kind, row = {
        "level": ("bodies", "编码,名称,级别\nX1,某站,{}\n"),
        "role": ("people", "编号,姓名,岗位\nX1,某人,{}\n"),
        "urgency": ("categories", "编码,名称,紧急程度\nX1,某类,{}\n"),
        "step": ("contacts", "单位,呼叫层级,电话\n综治中心,{},1\n"),
        "list": ("duties", "编号,清单,事项\nX1,{},某事\n"),
    }[column]
    found = plan(kind, handed(row.format("随便")), pack)
    bad = next(it for it in found.findings if it.fault is Fault.BAD_CELL)
    words = [said for said, code in tables._WORDS[column].items() if said in bad.remedy()]
    assert words
    assert all(tables._WORDS[column][word] in bad.remedy() for word in words)
    assert all(word in bad.remedy("en") for word in words[:2]) or column == "list"
    if column == "level":
        assert changes(plan(kind, handed(row.format("镇")), pack)) == {Change.NEW: 1}
        assert len(words) == 5


@pytest.mark.parametrize("content", ["这不是工作簿\n", "a,b\n1,2\n", "", b"\xff\xfe\x00\xd8\x00"])
def test_that_what_is_named_a_workbook_and_is_none_is_said_so(pack, handed, content):
    found = plan("bodies", handed(content, "单位.XLSX"), pack)
    assert [it.fault for it in found.findings] == [Fault.NOT_WORKBOOK]
    assert found.rows == []
    assert changes(plan("duties", handed(GOOD, "清单.xlsx"), pack)), "a table all the same"


def test_that_a_strange_cell_is_called_what_it_is_and_written_without_what_nobody_sees(
    pack, handed
):
    found = plan("bodies", handed("编码,名称\nX1,某\x00站\n=1+1,另一站\n"), pack)
    assert [(it.row, it.column, it.fault) for it in found.findings] == [
        (2, "名称", Fault.CONTROL_LETTERS),
        (3, "编码", Fault.LIKE_FORMULA),
    ]
    assert changes(found) == {Change.NEW: 2}
    carry_out(found, NOW)
    assert load_pack(pack)[1].bodies["X1"].name == "某站"
    assert "\ufffd" not in (pack / "bodies.csv").read_text("utf-8")
