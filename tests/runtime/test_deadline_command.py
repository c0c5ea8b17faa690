"""``deadline``: the golden examples of domain.md 4 on the command line, and the trace of a case."""

import io
import json
from contextlib import closing, redirect_stderr, redirect_stdout
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from commandcenter.application import commands as c
from commandcenter.application.perform import perform
from commandcenter.domain.report import Channel
from commandcenter.runtime.front import Place, open_store
from main import main

PACK = Path(__file__).parents[2] / "resources" / "demo"
NOON = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


class Fixed:
    def now(self):
        return NOON


def run(*arguments):
    out, errors = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(errors):
        code = main([*map(str, arguments)])
    return code, out.getvalue(), errors.getvalue()


@pytest.fixture
def plain(tmp_path):
    """A hall without a calendar of its own."""
    (tmp_path / "hall.toml").write_text('[hall]\nname = "试"\ncode = "1"\n', "utf-8")
    return tmp_path


@pytest.fixture(params=["published notices", "calendar.toml"])
def hall(request, plain):
    return plain if request.param == "published notices" else PACK


@pytest.mark.parametrize(
    ("start", "limit", "policy", "due"),
    [
        ("2026-02-13T16:00:00+08:00", "3 work_day", "hours8", "2026-02-25T16:00:00+08:00"),
        ("2026-02-13T16:00:00+08:00", "3 work_day", "next_day", "2026-02-25T23:59:59+08:00"),
        ("2026-09-30T17:00:00+08:00", "5 work_day", "hours8", "2026-10-13T17:00:00+08:00"),
        ("2026-09-30T17:00:00+08:00", "5 work_day", "next_day", "2026-10-13T23:59:59+08:00"),
        ("2026-09-30T09:00:00Z", "5 work_day next_day", None, "2026-10-13T23:59:59+08:00"),
        ("2026-09-30T17:00:00+08:00", "5 work_day", None, "2026-10-13T17:00:00+08:00"),
    ],
)
def test_that_the_golden_deadlines_hold(hall, start, limit, policy, due):
    more = ["--policy", policy] if policy else []
    code, out, _ = run(
        "deadline", "--hall", hall, "--from", start, "--limit", limit, "--json", *more
    )
    told = json.loads(out)
    assert (code, told["deadline"], set(told)) == (0, due, {"deadline", "trace"})
    assert told["trace"][0]["kind"] == "limit"
    assert told["trace"][-1]["at"] == due


def test_that_the_trace_tells_make_up_days_from_days_left_out(plain):
    _, out, _ = run(
        *("deadline", "--hall", plain, "--from", "2026-09-30T17:00:00+08:00"),
        *("--limit", "5 work_day", "--policy", "next_day", "--json"),
    )
    days = {it["day"]: it for it in json.loads(out)["trace"] if "day" in it}
    assert days["2026-10-10"]["kind"] == "make_up_day"
    assert days["2026-10-01"]["detail"] == "holiday"
    assert days["2026-10-11"]["detail"] == "weekend"
    assert days["2026-09-30"]["detail"] == "start_day"
    assert not {"2026-10-08", "2026-10-09", "2026-10-12"} & set(days)


def test_that_the_hall_says_how_its_working_days_are_reckoned(tmp_path):
    (tmp_path / "hall.toml").write_text(
        '[hall]\nname = "试"\ncode = "1"\n[thresholds]\nday_policy = "next_day"\n', "utf-8"
    )
    start = "2026-02-13T16:00:00+08:00"
    _, out, _ = run("deadline", "--hall", tmp_path, "--from", start, "--limit", "3 work_day")
    assert "2026-02-25 周三 23:59 截止" in out
    _, out, _ = run(
        *("deadline", "--hall", tmp_path, "--from", start),
        *("--limit", "3 work_day hours8", "--lang", "en"),
    )
    assert "Due at 2026-02-25 Wed 16:00" in out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--limit", "3 work_day"], 2),
        (["--from", "2026-01-01T00:00:00Z"], 2),
        (["--from", "2026-01-01T00:00:00Z", "--limit", "soon"], 1),
        (["--from", "9998-12-01T00:00:00Z", "--limit", "2500 work_day"], 1),
        (["--case", "20261120-00001"], 4),
    ],
)
def test_that_what_cannot_be_reckoned_is_one_sentence(plain, arguments, code):
    found, out, errors = run("deadline", "--hall", plain, *arguments)
    assert (found, out) == (code, "")
    assert len(errors.splitlines()) == 1


def test_that_the_clocks_of_a_case_are_explained_with_rule_and_row(tmp_path):
    place = Place(pack=PACK, state=tmp_path)
    settings, hall, _ = place.read()
    boss = next(it for it in hall.people.values() if it.role == "shift_supervisor")
    orders = [
        c.Register(title="箅子碎了", channel=Channel.HOTLINE, category="C0103", address="东街"),
        c.File(case="20261120-00001"),
        c.Dispatch(case="20261120-00001"),
    ]
    with closing(open_store(settings, hall, Fixed(), seat="here")) as store:
        for order in orders:
            with store.unit(NOON) as unit:
                perform(unit, hall, order, boss)
    options = ("--hall", PACK, "--state-dir", tmp_path, "--case", "20261120-00001")
    code, out, _ = run("deadline", *options, "--json")
    assert code == 0
    clocks = {it["kind"]: it for it in json.loads(out)["clocks"]}
    assert set(clocks) == {"sign", "handle", "total"}
    trace = {it["kind"]: it for it in clocks["handle"]["trace"]}
    assert trace["limit"]["limit"] == "2 work_day"
    assert trace["source"]["source"] == "standards.csv:4"
    assert "第 4 行" in trace["source"]["text"]
    assert trace["skipped_day"]["detail"] == "weekend"
    assert trace["due"]["at"] == clocks["handle"]["deadline"]
    _, out, _ = run("deadline", *options, "--lang", "en")
    assert "row 4 of the filing standards" in out
