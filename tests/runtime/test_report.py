"""The lists and letters that ``report`` prints."""

import csv
import io
import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from commandcenter.application import commands as c
from commandcenter.application import messages as m
from commandcenter.application.intake import Sources, take_in
from commandcenter.application.perform import perform
from commandcenter.domain.letter import BUILT_IN, PLACEHOLDERS
from commandcenter.runtime.commandline import parse, run
from commandcenter.runtime.pack import load_pack
from commandcenter.store.store import Store

DEMO = Path(__file__).parents[2] / "resources" / "demo"
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


def handed(number, title, item, at=NOON):
    data = m.CountyTask(task_no=number, title=title, body="county_urban", duty_item=item)
    return m.Received(
        "county", None, "/county", f"id-{number}", m.MessageType.COUNTY_TASK,
        at, None, at, None, data, "{}",
    )  # fmt: skip


@pytest.fixture
def pack(tmp_path):
    folder = tmp_path / "pack"
    shutil.copytree(DEMO, folder)
    (folder / "state").mkdir()
    _, hall, _ = load_pack(folder)
    store = Store.open(f"sqlite:///{folder / 'state' / 'hall.db'}", "hall", at=NOON)
    december = datetime(2026, 11, 30, 16, tzinfo=UTC)  # midnight of the first, in the hall
    with store.unit(NOON) as unit:
        tasks = [handed("T1", "=报送台账", "SH-003"), handed("T2", "排查广告", "PH-020")]
        take_in(unit, hall, Sources(), tasks)
    with store.unit(december) as unit:
        take_in(unit, hall, Sources(), [handed("T3", "下月的事", None, december)])
    with store.unit(NOON) as unit:
        order = c.Decline(case="20261120-00001", reason="上级收回", letter="不属于本级职责。")
        perform(unit, hall, order, hall.people["shift_supervisor"])
    store.close()
    return folder


def printed(capsys, *arguments):
    assert run(parse(list(arguments))) == 0
    return capsys.readouterr().out


def test_that_the_list_of_a_month_says_what_became_of_each_task(pack, capsys):
    out = printed(capsys, "report", "unlisted", "--hall", str(pack), "--month", "2026-11")
    (row,) = [json.loads(line) for line in out.splitlines()]
    assert (row["upstream_no"], row["handed_down_by"]) == ("T1", "县城市管理局")
    assert (row["duty_item"], row["duty_list"]) == ("SH-003", "上级收回")
    assert (row["admission"], row["state_text"]) == ("不予准入", "不予受理")
    assert row["reply"] == "不属于本级职责。"
    out = printed(capsys, "report", "unlisted", "--hall", str(pack), "--month", "2026-12")
    assert [json.loads(line)["upstream_no"] for line in out.splitlines()] == ["T3"]


@pytest.mark.parametrize(("lang", "said"), [("zh", "2026-10 收到的事项里没有"), ("en", "2026-10")])
def test_that_a_month_without_such_tasks_says_so_beside_the_list(pack, capsys, lang, said):
    asked = ["report", "unlisted", "--hall", str(pack), "--month", "2026-10", "--lang", lang]
    assert run(parse(asked)) == 0
    out, errors = capsys.readouterr()
    assert out == ""
    assert said in errors


def test_that_the_list_opens_safely_in_a_spreadsheet(pack, capsys):
    out = printed(capsys, "report", "unlisted", "--hall", str(pack), "--month", "2026-11", "--csv")
    (row,) = csv.DictReader(io.StringIO(out.removeprefix("\ufeff")))
    assert row["title"] == "'=报送台账"


@pytest.mark.parametrize("text", ["2026-13", "11-2026", "x", "2026-1"])
def test_that_a_month_is_a_month(pack, text):
    with pytest.raises(SystemExit):
        parse(["report", "unlisted", "--hall", str(pack), "--month", text])


def test_that_a_letter_is_drafted_from_the_built_in_text_or_the_hall_s(pack, capsys):
    asked = ("report", "letter", "--hall", str(pack), "--case", "20261120-00001")
    out = printed(capsys, *asked, "--reason", "未经会商。")
    assert "县城市管理局：" in out
    assert "列入清单第 SH-003 项“建设工程质量监督”" in out
    assert "未经会商。" in out
    assert "{" not in out
    (pack / "letter.txt").write_text("致{to}：{title}，见{nothing}。", "gb18030")
    assert printed(capsys, *asked) == "致县城市管理局：=报送台账，见{nothing}。"
    _, _, findings = load_pack(pack)
    assert ["{nothing}" in item.problem() for item in findings] == [True]
    assert run(parse(list(asked[:4]))) == 2


def test_that_the_built_in_letter_names_only_what_there_is():

    assert set(re.findall(r"\{(\w+)\}", BUILT_IN)) <= set(PLACEHOLDERS)
