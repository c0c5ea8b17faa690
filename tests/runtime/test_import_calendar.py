"""A holiday notice that arrives: previewed, written in one step, and in force for what waited."""

import io
import json
import shutil
import time
from contextlib import closing, redirect_stderr, redirect_stdout
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.application import commands as c
from commandcenter.application.perform import perform
from commandcenter.application.questions import History, OneCase
from commandcenter.domain.report import Channel
from commandcenter.runtime.calendar_years import read_calendar, read_years
from commandcenter.runtime.clock import SystemClock
from commandcenter.runtime.compose import open_core
from commandcenter.runtime.findings import Fault
from commandcenter.runtime.front import Place, open_store
from commandcenter.runtime.import_calendar import with_years
from main import main

PACK = Path(__file__).parents[2] / "resources" / "demo"
ZONE = ZoneInfo("Asia/Shanghai")
NEW_YEARS_EVE = datetime(2026, 12, 31, 17, tzinfo=ZONE)
NOTICE = """\
[2027]
version = "国办发明电〔2026〕9 号"
holidays = [2027-01-01, 2027-01-02, 2027-01-03, 2027-01-04, 2027-01-05]
make_up_days = [2027-01-09]
"""


def test_that_a_year_with_too_few_holidays_is_warned_of(pack, tmp_path):
    notice = tmp_path / "2028.toml"
    notice.write_text("[2028]\nholidays = [2028-01-01]\n", "utf-8")
    code, out, errors = run("import", "calendar", notice, "--hall", pack, "--dry-run")
    assert code == 0
    assert "只列了 1 天" in errors + out
    days = ", ".join(f"2028-10-{day:02}" for day in range(1, 14))
    notice.write_text(f"[2028]\nholidays = [{days}]\n", "utf-8")
    code, out, errors = run("import", "calendar", notice, "--hall", pack, "--dry-run")
    assert (code, errors) == (0, "")


class Fixed:
    def now(self):
        return NEW_YEARS_EVE


@pytest.fixture
def pack(tmp_path):
    made = Path(shutil.copytree(PACK, tmp_path / "hall"))
    (made / "state").mkdir()
    return made


@pytest.fixture
def notice(tmp_path):
    path = tmp_path / "2027.toml"
    path.write_text(NOTICE, "utf-8")
    return path


def run(*arguments):
    out, errors = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(errors):
        code = main([*map(str, arguments)])
    return code, out.getvalue(), errors.getvalue()


def imported(notice, pack, *more):
    code, out, _ = run("import", "calendar", notice, "--hall", pack, "--json", *more)
    return code, json.loads(out)


def dispatched(pack, limit="2 work_day"):
    """A case dispatched on the last afternoon of the year; return its number."""
    settings, hall, _ = Place(pack=pack).read()
    boss = next(it for it in hall.people.values() if it.role == "shift_supervisor")
    with closing(open_store(settings, hall, Fixed(), seat="here")) as store:
        order = c.Register(
            title="护栏倒了", channel=Channel.HOTLINE, category="C0103", address="东街"
        )
        for make in (
            lambda _no: order,
            lambda no: c.File(case=no),
            lambda no: c.Dispatch(case=no, body="construction", limit=limit),
        ):
            with store.unit(NEW_YEARS_EVE) as unit:
                number = locals().get("number", "")
                number = perform(unit, hall, make(number), boss).case.no
        return number


def case_of(pack, number):
    settings, hall, _ = Place(pack=pack).read()
    with closing(open_store(settings, hall, SystemClock(), seat="look", write=False)) as store:
        facts = [item.fact for item in store.answer(History(case=number))]
        return store.answer(OneCase(no=number)), facts


def test_that_a_notice_settles_what_waited_for_it_once_and_says_so(pack, notice):
    number = dispatched(pack)
    before, _ = case_of(pack, number)
    assert before.due_provisional
    assert before.total_provisional
    assert before.due_at == datetime(2027, 1, 5, 17, tzinfo=ZONE)  # weekends and 1 January alone
    code, told = imported(notice, pack)
    assert (code, told["ok"], told["written"]) == (0, True, True)
    assert [(it["case_no"], it["due_at"]) for it in told["cases"]] == [
        (number, "2027-01-07T17:00:00+08:00")
    ]
    after, facts = case_of(pack, number)
    assert after.due_at == datetime(2027, 1, 7, 17, tzinfo=ZONE)
    assert not after.due_provisional
    assert not after.total_provisional
    (fact,) = (it for it in facts if it.kind == "case.recomputed")
    assert fact.actor == "hall"
    assert fact.data["notice"] == "国办发明电〔2026〕9 号"
    _, again = imported(notice, pack)
    assert again["cases"] == []
    assert case_of(pack, number)[0].version == after.version


def test_that_a_dry_run_shows_the_same_and_changes_nothing(pack, notice):
    number = dispatched(pack)
    text, before = (pack / "calendar.toml").read_bytes(), case_of(pack, number)[0]
    code, told = imported(notice, pack, "--dry-run")
    assert (code, told["written"], told["dry_run"]) == (0, False, True)
    assert [it["due_at"] for it in told["cases"]] == ["2027-01-07T17:00:00+08:00"]
    (year,) = told["years"]
    assert (year["status_before"], year["status"]) == ("provisional", "official")
    assert "2027-01-04" in year["holidays_added"]
    assert year["make_up_days_added"] == ["2027-01-09"]
    assert (pack / "calendar.toml").read_bytes() == text
    assert case_of(pack, number)[0] == before
    assert not (pack / "backups").exists()


def test_that_the_old_file_is_kept_and_its_other_years_stay_as_they_were(pack, notice):
    old = (pack / "calendar.toml").read_text("utf-8")
    _, told = imported(notice, pack)
    assert Path(told["backup"]).read_text("utf-8") == old
    new = (pack / "calendar.toml").read_text("utf-8")
    assert new.startswith(old[: old.index("[2027]")].rstrip())
    calendar, findings = read_calendar(pack, ZONE)
    assert {it.fault for it in findings} == {Fault.FEW_HOLIDAYS}
    assert calendar.version(2027) == "国办发明电〔2026〕9 号"
    assert not calendar.works(date(2027, 1, 4))
    assert calendar.works(date(2027, 1, 9))
    assert not calendar.provisional(date(2027, 1, 4))


def test_that_a_hall_without_calendar_or_store_takes_a_notice_too(tmp_path, notice):
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "hall.toml").write_text('[hall]\nname = "h"\ncode = "990101101"\n', "utf-8")
    code, told = imported(notice, bare)
    assert (code, told["backup"], told["cases"]) == (0, None, [])
    assert not (bare / "state").exists()
    assert read_calendar(bare, ZONE)[0].works(date(2027, 1, 9))


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("[2027]\nholidays = [2028-05-01]\n", "2027.holidays"),
        ("[2027]\nholidays = [2027-05-01]\nmake_up_days = [2027-05-01]\n", "2027.make_up_days"),
        ("[2027]\nholiday = [2027-05-01]\n", "2027.holiday"),
        ("[2027]\nholidays = ['no day']\n", "2027.holidays"),
        ("[soon]\nholidays = []\n", "soon"),
        ("[2027\n", None),
        ("<html>2027</html>", None),
        ("", None),
    ],
)
def test_that_a_file_with_any_fault_changes_nothing_and_says_where(text, column, pack, notice):
    notice.write_text(text, "utf-8")
    before = (pack / "calendar.toml").read_bytes()
    code, told = imported(notice, pack)
    assert (code, told["ok"], told["written"]) == (1, False, False)
    assert column in [it["column"] for it in told["findings"]]
    assert all(it["remedy"] for it in told["findings"])
    assert (pack / "calendar.toml").read_bytes() == before


def test_that_a_file_that_is_not_there_is_said(pack, tmp_path):
    code, out, errors = run("import", "calendar", tmp_path / "none.toml", "--hall", pack)
    assert code == 1
    assert "none.toml" in errors
    assert "什么都没有改" in out


def test_that_a_calendar_that_cannot_be_read_is_not_written_over(pack, notice):
    (pack / "calendar.toml").write_text("[2026\n", "utf-8")
    code, told = imported(notice, pack)
    assert (code, told["written"]) == (1, False)
    assert (pack / "calendar.toml").read_text("utf-8") == "[2026\n"


def test_that_nothing_is_written_while_the_hall_is_open_elsewhere(pack, notice):
    dispatched(pack)
    before = (pack / "calendar.toml").read_bytes()
    settings, hall, _ = Place(pack=pack).read()
    with closing(open_store(settings, hall, Fixed(), seat="here")):
        code, out, errors = run("import", "calendar", notice, "--hall", pack, "--json")
    assert (code, out) == (4, "")
    assert "已被另一个" in errors
    assert (pack / "calendar.toml").read_bytes() == before


def test_that_a_hall_that_starts_settles_what_an_edited_calendar_has_settled(pack):
    number = dispatched(pack)
    old = (pack / "calendar.toml").read_text("utf-8")
    (pack / "calendar.toml").write_text(
        old[: old.index("[2027]")] + "status = 'official'\n", "utf-8"
    )
    (pack / "calendar.toml").write_text(
        old[: old.index("[2027]")] + NOTICE + 'status = "official"\n', "utf-8"
    )
    core = open_core(Place(pack=pack), feeds=False)
    try:
        core.start()
        end = time.monotonic() + 60
        while core.store.answer(OneCase(no=number)).due_provisional:
            assert time.monotonic() < end
            time.sleep(0.05)
        assert core.store.answer(OneCase(no=number)).due_at.day == 7
    finally:
        core.stop()


years = st.integers(2025, 2030)
days = st.dates(date(2025, 1, 1), date(2030, 12, 31))


@given(st.dictionaries(years, st.frozensets(days, max_size=6), min_size=1, max_size=3), st.text())
def test_that_what_is_written_is_what_is_read_again(tmp_path_factory, found, version):
    stated = {
        year: {"holidays": frozenset(it for it in chosen if it.year == year), "version": version}
        for year, chosen in found.items()
    }
    path = tmp_path_factory.mktemp("calendar") / "calendar.toml"
    before = (PACK / "calendar.toml").read_text("utf-8")
    path.write_text(with_years(before, stated), "utf-8")
    again, findings = read_years(path)
    assert all(
        it.fault is Fault.FEW_HOLIDAYS or (it.column and it.column.endswith("version"))
        for it in findings
    )
    for year, values in stated.items():
        assert again[year]["holidays"] == values["holidays"]
    kept = set(read_years(PACK / "calendar.toml")[0]) - set(stated)
    assert kept <= set(again)
