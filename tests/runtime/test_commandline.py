"""What the command line says to people, and the codes it ends with."""

import argparse
import ast
import errno
import io
import json
import os
import re
import sqlite3
import sys
import zipfile
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.application.changes import ChannelState, Delta, StoreHealth
from commandcenter.application.questions import Delivery
from commandcenter.domain import words
from commandcenter.domain.case import evolve
from commandcenter.domain.channel import Channel, ChannelKind, Pace
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Fact, Recorded
from commandcenter.domain.measures import Unit, day_of
from commandcenter.domain.report import Reporter
from commandcenter.runtime import command_cases, command_report, commandline, outputs, usage
from commandcenter.runtime.command_channels import CHANNEL, MESSAGE, _channel, _message
from commandcenter.runtime.commandline import store_watch
from commandcenter.runtime.compose import open_core
from commandcenter.runtime.deskline import DeskLines
from commandcenter.runtime.front import Place
from commandcenter.runtime.looking import _NO_YEAR as NO_YEAR
from commandcenter.runtime.looking import aligned, put_rows
from commandcenter.store.lock import StoreLock
from commandcenter.store.store import Store
from main import main
from tests.ui import samples
from tests.ui.pdf import Pdf

PACK = Path(__file__).parents[2] / "resources" / "demo"
ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
HALL = '[hall]\nname = "试"\ncode = "990101999"\n'


@pytest.fixture
def pack(tmp_path):
    folder = tmp_path / "hall"
    folder.mkdir()
    (folder / "hall.toml").write_text(HALL, "utf-8")
    return folder


def run(*arguments):
    """Return exit code, output and errors of one run."""
    out, errors = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(errors):
        try:
            code = main([*map(str, arguments)])
        except SystemExit as ended:
            code = ended.code
    return code, out.getvalue(), errors.getvalue()


COMMANDS = [None, *commandline._SUBCOMMANDS]


def explained(command, lang):
    """Return what --help prints, and the same without its usage and its examples' commands."""
    code, text, errors = run("--lang", lang, *filter(None, (command, "--help")))
    assert (code, errors) == (0, "")
    form, rest = text.split("\n\n", 1)
    assert form.startswith({"zh": "用法： main.py", "en": "usage: main.py"}[lang])
    prose, examples = rest.split({"zh": "示例：\n", "en": "examples:\n"}[lang])
    assert "main.py" in examples
    return text, prose


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("command", COMMANDS)
def test_that_every_help_reads_well(command, lang, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    text, _prose = explained(command, lang)
    assert "%(" not in text
    assert "%%" not in text
    assert "None" not in text
    wide = [line for line in text.splitlines() if usage.columns_of(line) > usage.WIDTH]
    assert not wide
    monkeypatch.setenv("COLUMNS", "60")
    options = explained(command, lang)[1].split("\n\n")[1]
    assert all(usage.columns_of(line) <= 60 for line in options.splitlines())


@pytest.mark.parametrize("command", COMMANDS)
def test_that_every_option_and_command_is_explained_in_both_languages(command):
    known = {}
    for lang in ("zh", "en"):
        parser = commandline.parser(command, lang)
        subs = next(it for it in parser._actions if isinstance(it, argparse._SubParsersAction))
        told = subs.choices[command] if command else parser
        known[lang] = {it.dest: it for it in told._actions if it is not subs}
        if command is None:
            known[lang] |= {it.dest: it for it in subs._choices_actions}
    chinese, english = known["zh"], known["en"]
    assert list(chinese) == list(english)
    for name in chinese:
        assert re.search("[一-龥]", chinese[name].help), name
        assert english[name].help, name
        assert not re.search("[一-龥]", english[name].help), name
        assert chinese[name].metavar == english[name].metavar
        assert chinese[name].choices == english[name].choices
        assert chinese[name].default == english[name].default


@pytest.mark.parametrize("command", COMMANDS)
def test_that_the_chinese_help_holds_no_english_sentence_nor_the_english_a_chinese_one(command):
    chinese = explained(command, "zh")[1]
    assert not re.findall(r"\b[A-Za-z]{2,} [a-z]{2,}\b", chinese.replace('"garbage 5"', ""))
    assert not re.search("[一-龥]:$", chinese, re.MULTILINE)
    english = explained(command, "en")[1]
    assert not re.findall("[一-龥]+", english)


def test_that_a_help_is_wrapped_by_columns_and_no_line_begins_with_a_mark_that_closes():
    text = "每条 feed：收到（stored）、重复，断号。" * 5
    for width in range(12, 60):
        lines = usage.wrapped(text, width)
        assert all(usage.columns_of(line) <= width for line in lines)
        assert not any(line.startswith(tuple("，。：、）")) for line in lines)
        assert not any(line.endswith("（") for line in lines)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert usage.wrapped("one two three", 7) == ["one two", "three"]


@pytest.mark.parametrize("command", ["cases", "alerts"])
@pytest.mark.parametrize(("lang", "said"), [("zh", "收到的"), ("en", "only received")])
def test_that_a_period_of_rows_is_said_to_be_that_of_their_receipt(command, lang, said):
    told = run("--lang", lang, command, "--help")[1]
    assert told.count(said) == 2


def test_that_a_dossier_is_written_and_not_said_to_be_printed():
    told = run("--lang", "en", "dossier", "--help")[1]
    assert "Write a PDF file" in told
    assert "写成 PDF 文件" in run("dossier", "--help")[1]


def test_that_help_follows_the_language_wherever_it_is_named():
    assert run("--help")[1].startswith("用法：")
    assert run("kpi", "--help", "--lang", "en")[1].startswith("usage: ")
    assert run("kpi", "--lang=en", "--help")[1].startswith("usage: ")


def test_that_the_help_names_every_command_and_exit_code():
    for lang in ("zh", "en"):
        text = explained(None, lang)[0]
        assert all(f"    {command} " in text for command in COMMANDS[1:])
        said = text[text.index({"zh": "退出码", "en": "exit codes"}[lang]) :]
        assert re.findall(r"\d", said.split("\n\n")[0]) == list("012345")


@pytest.mark.parametrize(
    "arguments",
    [
        ["explode"],
        ["--hall"],
        ["--hall", "x", "--demo"],
        ["cases"],
        ["cases", "--hall", "x", "--state", "lost"],
        ["cases", "--hall", "x", "--limit", "0"],
        ["cases", "--hall", "x", "--limit", "many"],
        ["cases", "--hall", "x", "--from", "yesterday"],
        ["cases", "--hall", "x", "--from", "2026-11-21"],
        ["cases", "--hall", "x", "--from", "0001-01-01T00:00:00+14:00"],
        ["kpi", "--hall", "x", "--day", "9999-12-31"],
        ["kpi", "--hall", "x", "--by", "moon"],
        ["audit", "--hall", "x"],
        ["ingest", "--hall", "x", "--for", "1", "--until-idle", "1"],
        ["ingest", "--hall", "x", "--feed", "county"],
        ["ingest", "--hall", "x", "--feed", "county=http://example.org"],
        ["gateway", "--speed", "1000"],
        ["gateway", "--speed", "nan"],
        ["gateway", "--haste", "inf"],
        ["gateway", "--rate", "-1"],
        ["gateway", "--rate", "nan"],
        ["gateway", "--for", "inf"],
        ["gateway", "--returns", "nan"],
        ["gateway", "--retain", "-1"],
        ["gateway", "--port", "99999"],
        ["gateway", "--port", "-1"],
        ["gateway", "--port", "http"],
        ["liaison", "--hall", "x", "--listen", "127.0.0.1:65536"],
        ["liaison", "--hall", "x", "--listen", "8099"],
        ["ingest", "--hall", "x", "--for", "nan"],
        ["ingest", "--hall", "x", "--for", "inf"],
        ["ingest", "--hall", "x", "--for", "-1"],
        ["ingest", "--hall", "x", "--until-idle", "NaN"],
        ["ingest", "--hall", "x", "--until-idle", "0"],
        ["--demo", "--offscreen", "--duration", "nan"],
        ["--demo", "--offscreen", "--duration", "1e300"],
        ["cases", "--hall", "x", "--limit", "9" * 23],
    ],
)
def test_that_what_cannot_be_read_is_a_matter_of_usage(arguments):
    code, out, errors = run("--lang", "en", *arguments)
    assert (code, out) == (2, "")
    first, form = errors.split("\n", 1)
    assert "error: " in first
    assert form.startswith("usage: main.py")
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "--hall 目录"),
        (["--lang", "en"], "Open a hall with --hall DIR"),
        (["--hall", "no-such-folder", "--offscreen"], "没有 no-such-folder 这个文件夹"),
        (["cases", "--hall", "no-such-folder"], "没有 no-such-folder 这个文件夹"),
        (["--lang", "en", "ingest", "--hall", "no-such-folder"], "There is no folder"),
        (["ingest", "--hall", "no-such-folder", "--lang", "en"], "There is no folder"),
        (["gateway", "--pack", "no-such-folder"], "no-such-folder"),
    ],
)
def test_that_wrong_settings_are_one_sentence_and_three(arguments, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, errors = run(*arguments)
    assert (code, out) == (3, "")
    assert says in errors
    assert len(errors.splitlines()) == 1
    assert not list(tmp_path.iterdir()), "a mistyped path was made a hall of"


def test_that_a_hall_without_a_feed_has_nothing_to_take_in(pack):
    code, out, errors = run("ingest", "--hall", pack)
    assert (code, out) == (3, "")
    assert "[[feed]]" in errors
    code, _out, errors = run("ingest", "--hall", pack, "--feed", "county=ws://127.0.0.1:1")
    assert code == 3
    assert "county" in errors


ON_THE_STORE = [
    ["ingest", "--for", "0.1"],
    ["kpi"],
    ["cases", "--count"],
    ["alerts"],
    ["quarantine"],
    ["audit", "verify"],
    ["report", "unlisted"],
    ["report", "letter", "--case", "20261121-00001"],
    ["dossier", "20261121-00001", "--out", "x.pdf"],
    ["dossier", "20261121-00001", "--out", "x.pdf", "--disclose", "查"],
    ["deadline", "--case", "20261121-00001"],
    ["deadline", "--from", "2026-02-13T16:00:00+08:00", "--limit", "3 work_day"],
    ["channels"],
    ["channels", "--waiting"],
    ["desk"],
    ["liaison"],
    ["import", "calendar", "x.toml"],
]


@pytest.mark.parametrize("arguments", ON_THE_STORE, ids=" ".join)
@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (
            "[hall\n" + HALL + '[store]\nurl = "sqlite:///data/real.db"\n',
            "hall.toml 第 1 行：从这里起读不懂",
        ),
        (None, "没有 hall.toml"),
        (b"\xff\x00\x81\xff\xff", "内容不是文字"),
    ],
    ids=["broken", "absent", "no text"],
)
def test_that_nothing_is_answered_from_another_store_when_the_settings_cannot_be_read(
    arguments, settings, says, pack, monkeypatch
):
    (pack / "hall.toml").unlink()
    if settings is not None:
        raw = settings if isinstance(settings, bytes) else settings.encode()
        (pack / "hall.toml").write_bytes(raw)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"do": "help"}\n')))
    here = sorted(pack.iterdir())
    code, out, errors = run(*arguments, "--hall", pack)
    assert (code, out) == (3, "")
    assert says in errors
    assert str(pack) in errors
    assert len(errors.splitlines()) == 1
    assert sorted(pack.iterdir()) == here, "a store was made beside the hall's own"
    assert "nothing was done" in run(*arguments, "--hall", pack, "--lang", "en")[2]


@pytest.mark.parametrize(
    "arguments",
    [["cases"], ["alerts"], ["quarantine"], ["kpi"], ["audit", "verify"]],
    ids=" ".join,
)
def test_that_a_store_that_does_not_exist_yet_is_said_and_not_made(arguments, pack):
    code, out, errors = run(*arguments, "--hall", pack)
    assert (code, out) == (4, "")
    assert "还不存在" in errors
    assert [item.name for item in pack.iterdir()] == ["hall.toml"]
    _code, _out, errors = run(*arguments, "--hall", pack, "--lang", "en")
    assert "was never opened" in errors


@pytest.mark.parametrize("below", ["", "deeper"])
@pytest.mark.parametrize(
    "arguments",
    [it for it in ON_THE_STORE if it[:2] != ["deadline", "--from"] and it[0] != "import"],
    ids=" ".join,
)
def test_that_a_file_where_the_folder_of_the_state_should_be_is_told_by_every_command(
    pack, arguments, below
):
    file = pack / "state"
    file.write_text("a file where a folder is to be", "utf-8")
    for lang, told in (
        ("zh", "是一个文件，这里要的是文件夹"),
        ("en", "is a file where a folder is"),
    ):
        where = ("--hall", pack, "--state-dir", file / below, "--lang", lang)
        code, out, errors = run(*arguments, *where)
        assert (code, out, errors.count("\n")) == (4, "", 1)
        assert errors.startswith(f"{file} {told}")


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("zh", "数据库暂时不能写入（磁盘已满）：新的操作不会保存，恢复后自动继续。\n"),
        ("en", "The database takes no writes (the disk is full): nothing new is saved until "),
    ],
)
def test_that_a_full_disk_is_told_once_as_long_as_it_lasts(lang, told, capsys):
    hear = store_watch(lang)

    def heard(*deltas):
        for delta in deltas:
            hear(delta)
        return capsys.readouterr().err

    detail = "database or disk is full (SQLITE_FULL)"
    full = Delta(health=StoreHealth(ok=False, at=NOON, detail=detail))
    well = Delta(health=StoreHealth(ok=True, at=NOON))
    fact = Fact(kind="case.claimed", subject="1", at=NOON, actor="a", data={})
    saved = Delta(facts=(Recorded(fact=fact, seat="s", number=1, recorded_at=NOON),))
    assert heard(Delta(), well, saved) == ""
    assert heard(full).startswith(told)
    assert heard(full, well, full, well) == "", "a probe finds room where nothing else does"
    assert heard(full, saved, full) == "", "so does a little command while a batch waits"
    assert heard(well, saved) == ""
    assert heard(full, full).startswith(told)


@pytest.mark.parametrize("people", [None, "id,name,role\n"], ids=["absent", "empty"])
def test_that_a_desk_for_somebody_on_a_list_of_nobody_says_who_is_lacking(pack, people):
    if people is not None:
        (pack / "people.csv").write_text(people, "utf-8")
    for lang, told in (("zh", "找不到 dispatcher"), ("en", "dispatcher is not there")):
        code, out, errors = run("desk", "--hall", pack, "--as", "dispatcher", "--lang", lang)
        assert (code, out, errors.count("\n")) == (1, "", 1)
        assert told in errors
        assert "id,name,role" in errors
        assert "值班" not in errors, "nobody goes on as that who asked for somebody"


@pytest.mark.parametrize(
    "url", ["sqlite:///", "sqlite:///:memory:", "sqlite://", "mysql://x/y", "postgresql://h:x/y"]
)
def test_that_an_address_of_no_store_is_a_finding_and_no_other_store_serves(url, pack):
    with (pack / "hall.toml").open("a", encoding="utf-8") as file:
        file.write(f'[store]\nurl = "{url}"\n')
    code, out, _errors = run("check", "--hall", pack, "--json")
    assert code == 1
    (found,) = [item for item in json.loads(out)["findings"] if item["column"] == "store.url"]
    assert found["remedy"]
    code, out, errors = run("cases", "--hall", pack)
    assert (code, out) == (3, "")
    assert "hall.toml 第 5 行" in errors
    assert found["problem"] in errors
    assert [item.name for item in pack.iterdir()] == ["hall.toml"]
    elsewhere = ("--state-dir", pack / "other")
    assert run("cases", "--hall", pack, *elsewhere)[0] == 4, "there the store is known"


@pytest.mark.parametrize(
    "text",
    [
        "store = 7",
        '[stor]\nurl = "sqlite:///data/real.db"',
        '[Store]\nurl = "sqlite:///data/real.db"',
        '[store]\nulr = "sqlite:///data/real.db"',
        "[store]\nstate_dir = 7",
    ],
)
def test_that_a_store_that_is_mistyped_is_not_taken_for_the_usual_one(text, pack):
    file = pack / "hall.toml"
    file.write_text(f"{text}\n{HALL}", "utf-8")
    code, out, errors = run("kpi", "--hall", pack)
    assert (code, out, errors.count("\n")) == (3, "", 1)
    assert "hall.toml 第" in errors


def test_that_other_faults_of_the_settings_stop_no_command(pack):
    with (pack / "hall.toml").open("a", encoding="utf-8") as file:
        file.write('[colour]\nwall = "red"\n[sofware]\na = 1\n')
        file.write('[report]\nday_starts = "late"\n[thresholds]\nx = 1\n')
        file.write('[store]\nurl = "sqlite:///state/hall.db"\npool = 5\n[[feed]]\nid = "a"\n')
        file.write('ulr = "ws://127.0.0.1:1"\n')
    open_core(Place(pack=pack), feeds=False).stop()
    assert run("cases", "--hall", pack, "--count")[:2] == (0, '{"count": 0}\n')


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ('timezone = "Asia/Shangai"', 4, "hall.timezone"),
        ('[report]\nday_starts = "8h"', 5, "report.day_starts"),
        ('[report]\nday_start = "07:00"', 5, "report.day_start"),
        ('[thresholds]\nday_policy = "weekdays"', 5, "thresholds.day_policy"),
        ('[[feed]]\nid = ""\nurl = "ws://127.0.0.1:1"', 5, "feed.id"),
    ],
)
def test_that_a_setting_that_is_not_in_force_is_told_by_whatever_rests_on_it(text, line, key, pack):
    with (pack / "hall.toml").open("a", encoding="utf-8") as file:
        file.write(text + "\n")
    open_core(Place(pack=pack), feeds=False).stop()
    asked = [
        ("kpi", "--json"),
        ("cases",),
        ("alerts",),
        ("quarantine",),
        ("report", "unlisted"),
        ("audit", "verify"),
        ("deadline", "--from", "2026-02-13T16:00:00+08:00", "--limit", "3 work_day", "--json"),
    ]
    for words_of_it in asked:
        code, out, errors = run(*words_of_it, "--hall", pack)
        assert code == 0, words_of_it
        assert errors.startswith(f"✕ hall.toml:{line}:{key}  "), words_of_it
        for told in out.splitlines():
            json.loads(told)
    english = run("kpi", "--hall", pack, "--lang", "en")[2]
    assert re.search(r"unusable|unknown", english)


def test_that_a_year_of_the_calendar_that_is_not_in_force_is_told(pack):
    (pack / "calendar.toml").write_text('[2026]\nholidays = ["1st of May"]\n', "utf-8")
    open_core(Place(pack=pack), feeds=False).stop()
    code, out, errors = run("kpi", "--hall", pack)
    assert (code, bool(out)) == (0, True)
    assert errors.startswith("✕ calendar.toml:2:")


def test_that_what_is_no_setting_is_left_for_check_to_say(pack):
    (pack / "bodies.csv").write_text("code,level\n01,nowhere\n", "utf-8")
    open_core(Place(pack=pack), feeds=False).stop()
    assert run("cases", "--hall", pack) == (0, "", "")


@pytest.mark.parametrize("more", [(), ("--count",), ("--csv",)])
@pytest.mark.parametrize(
    ("option", "said"), [("--grid", "网格清单里没有代码 nix"), ("--body", "单位清单里没有代码 nix")]
)
def test_that_a_code_that_nothing_has_is_not_answered_by_nothing(option, said, more, pack):
    open_core(Place(pack=pack), feeds=False).stop()
    code, out, errors = run("cases", "--hall", pack, option, "nix", *more)
    assert (code, out, errors.count("\n")) == (1, "", 1)
    assert errors.startswith(said)


def test_that_a_grid_without_cases_is_answered_by_nothing(tmp_path):
    grid = next(iter(Place(pack=PACK).read()[1].grids.grids))
    open_core(Place(pack=PACK, state=tmp_path), feeds=False).stop()
    asked = ("cases", "--hall", PACK, "--state-dir", tmp_path, "--grid", grid)
    assert run(*asked) == (0, "", "")


@pytest.fixture
def undrawn(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("lang", "said"), [((), "没有显示器"), (("--lang", "en"), "there is no display")]
)
def test_that_without_a_word_or_a_display_two_lines_say_what_can_be_done(undrawn, lang, said):
    code, out, errors = run(*lang)
    assert (code, out) == (3, "")
    first, second = errors.splitlines()
    assert all(it in first for it in ("--hall", "--demo", "--help"))
    assert all(it in second for it in (said, "--demo", "--offscreen", "check"))
    assert lang or "--lang en" in first, "nobody has said yet which language he reads"
    assert run(*lang, "--offscreen")[2].splitlines() == [first]


def test_that_without_a_display_one_line_says_what_to_do(pack, undrawn):
    code, out, errors = run("--hall", pack)
    assert (code, out) == (5, "")
    assert "--offscreen" in errors
    assert len(errors.splitlines()) == 1
    assert "There is no display" in run("--hall", pack, "--lang", "en")[2]


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "已有同名的文件"), ("en", "there is a file of that name")]
)
@pytest.mark.parametrize("opened", ["--hall", "--demo"])
def test_that_pictures_with_nowhere_to_go_are_refused_before_anything_is_opened(
    pack, lang, said, opened
):
    file = pack / "hall.toml"
    place = [opened, pack] if opened == "--hall" else [opened, "--state-dir", pack / "state"]
    code, out, errors = run(*place, "--offscreen", "--lang", lang, "--shots", file)
    assert (code, out, errors.count("\n")) == (1, "", 1)
    assert str(file) in errors
    assert said in errors
    assert list(pack.iterdir()) == [file]


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (Refusal("store_locked", place="hall.db", holder="pid 1"), 4),
        (Refusal("store_newer", found=9, known=2), 4),
        (Refusal("unknown_operator", operator="x"), 1),
        (Refusal("no_feed"), 3),
    ],
)
def test_that_a_refusal_ends_with_its_code(refusal, code, capsys):
    def work():
        raise refusal

    assert commandline.guarded(work, "en") == code
    assert capsys.readouterr().err.count("\n") == 1


def said_of_arguments():
    """Yield whatever the program's own argument types say."""
    for folder in ("runtime", "rehearsal"):
        for path in sorted((Path(commandline.__file__).parents[1] / folder).glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and "ArgumentTypeError" in ast.unparse(node.func):
                    yield ast.unparse(node.args[0])


@pytest.mark.parametrize("said", sorted(set(said_of_arguments())))
def test_that_what_an_argument_must_be_is_said_in_chinese(said):
    text = NO_YEAR
    if "'" in said:
        text = re.sub(r"\{[^}]*\}", "7", ast.literal_eval(said.removeprefix("f")))
    assert not re.search("must|written|needs|is not", usage.in_chinese(text)), text


@pytest.mark.parametrize("month", ["2026-13", "2026", "now"])
def test_that_a_month_that_is_none_is_said_in_chinese(month, pack):
    code, _out, errors = run("report", "unlisted", "--hall", pack, "--month", month)
    assert code == 2
    assert "参数 --month：月份要写成 2026-11" in errors


@pytest.mark.parametrize("kind", ["duties", "calendar"])
def test_that_a_file_to_import_that_is_not_there_is_said_so(kind, pack):
    code, out, errors = run("import", kind, "no-such.csv", "--hall", pack)
    assert code == 1
    assert "没有 no-such.csv 这个文件" in out + errors
    assert "照常运行" not in out + errors
    code, out, errors = run("import", kind, "no-such.csv", "--hall", pack, "--lang", "en")
    assert "There is no file no-such.csv" in out + errors


def test_that_another_program_always_reads_utf8(monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    commandline.speak_utf8()
    commandline.put({"title": "井盖\ud800"})
    assert json.loads(written.getvalue()) == {"title": "井盖\ud800"}
    assert b"\r" not in written.getvalue()


RISKY = [
    "=1+1",
    " =cmd",
    "\u3000=cmd",
    "\u200b=cmd",
    "\ufeff@x",
    "+86",
    "-x",
    "@SUM",
    "\tx",
    "\rx",
    "\n=x",
    "＝x",
    "＋x",
    "－x",
    "＠x",
    "99010110001326000001",
    "0301",
]


def test_that_no_cell_of_a_table_is_a_formula_or_cut_short(capsys):
    rows = [{"text": text, "number": -5, "list": ["a"], "none": None} for text in RISKY]
    put_rows(rows, ("text", "number", "list", "none"), as_csv=True)
    import csv

    out = capsys.readouterr().out
    assert out.startswith("\ufeff")
    header, *cells = csv.reader(io.StringIO(out[1:], newline=""))
    assert header == ["text", "number", "list", "none"]
    assert [row[0] for row in cells] == [f"'{text}" for text in RISKY]
    assert {tuple(row[1:]) for row in cells} == {("-5", '["a"]', "")}


@pytest.mark.parametrize("text", ["20261122-00001", "井盖", "C0101", "7", "0", "a=b"])
def test_that_a_harmless_cell_stays_as_it_is(text, capsys):
    put_rows([{"text": text}], ("text",), as_csv=True)
    assert capsys.readouterr().out.splitlines()[1] == text


def test_that_a_folder_that_is_not_there_is_one_finding_that_says_what_to_do(tmp_path):
    nowhere = tmp_path / "nowhere"
    code, out, errors = run("check", "--hall", nowhere)
    assert (code, errors, len(out.splitlines())) == (1, "", 1)
    assert str(nowhere) in out
    assert "resources/demo" in out
    code, out, _errors = run("check", "--hall", nowhere, "--json", "--lang", "en")
    told = json.loads(out)
    assert (code, told["ok"], len(told["findings"])) == (1, False, 1)
    assert told["findings"][0]["remedy"].startswith("Check the path")
    assert not nowhere.exists()


@pytest.mark.parametrize(
    ("statement", "found", "zh", "en"),
    [
        (
            "UPDATE fact SET data = '{}'",
            {"seat": "hall", "number": 1, "what": "changed", "subject": "A1"},
            "席位 hall 的第 1 条事实（A1）",
            "Fact 1 of seat hall (A1)",
        ),
        (
            "UPDATE fact SET number = 2",
            {"seat": "hall", "number": 1, "what": "missing", "subject": ""},
            "席位 hall 的第 1 条事实不在",
            "Fact 1 of seat hall is missing",
        ),
        (
            "UPDATE \"case\" SET whole = '?'",
            {"seat": "", "number": 0, "what": "state", "subject": "A1"},
            "A1 的现状",
            "The state of A1",
        ),
        (
            'DELETE FROM "case"',
            {"seat": "", "number": 0, "what": "state missing", "subject": "A1"},
            "A1 有事实",
            "A1 has facts",
        ),
    ],
)
def test_that_the_audit_names_what_it_found_and_says_it(pack, statement, found, zh, en):
    at = datetime(2026, 11, 21, 4, tzinfo=UTC)
    fields = {
        "title": "占道",
        "place": {"quality": "unknown"},
        "occurred_at": at,
        "reported_at": at,
    }
    (pack / "state").mkdir()
    url = f"sqlite:///{pack}/state/hall.db"
    with closing(Store.open(url, "hall", at=at)) as store, store.unit(at) as unit:
        fact = Fact(kind="case.received", subject="A1", at=at, actor="d1", data=fields)
        unit.save_case(evolve(None, fact), fact)
    code, out, _errors = run("audit", "verify", "--hall", pack)
    told = json.loads(out)
    assert (code, told["ok"], told["facts"], told["states"]) == (0, True, 1, 1)
    with closing(sqlite3.connect(pack / "state" / "hall.db")) as insider:
        insider.execute("DROP TRIGGER fact_never_updated")
        insider.execute(statement)
        insider.commit()
    for lang, sentence, remedy in (("zh", zh, "备份"), ("en", en, "backup")):
        code, out, errors = run("audit", "verify", "--hall", pack, "--lang", lang)
        told = json.loads(out)
        assert (code, told["ok"], told["first_fault"]) == (1, False, found)
        assert errors.startswith(sentence)
        assert remedy in errors
        assert errors.count("\n") == 1


WRONG = [
    (["--nonsense"], "--nonsense"),
    (["nonsense"], "nonsense"),
    (["--demo", "--hall", "x"], "--hall"),
    (["check"], "--hall"),
    (["check", "--hall"], "--hall"),
    (["audit", "--hall", "x"], "缺少必需的参数 verify。"),
    (["cases", "--hall", "x", "--limit", "9" * 23], "--limit：不能超过 2147483647。"),
    (["gateway", "--port", "99999"], "--port：须在 0 至 65535 之间。"),
    (["gateway", "--port", "http"], "--port：'http' 应写成端口号。"),
    (["liaison", "--hall", "x", "--listen", "::1:70000"], "--listen：须在 0 至 65535 之间。"),
    (["ingest", "--hall", "x", "--for", "nan"], "--for：须大于零。"),
    (["ingest", "--hall", "x", "--for", "inf"], "--for：不能超过 2147483。"),
    (["ingest", "--hall", "x", "--for", "soon"], "--for：'soon' 应写成大于零的秒数。"),
    (["cases", "--hall", "x", "--limit", "0"], "大于零"),
    (["cases", "--hall", "x", "--limit", "many"], "many"),
    (["cases", "--hall", "x", "--from", "2026-11-21T08:00:00"], "时区"),
    (["cases", "--hall", "x", "--from", "today"], "today"),
    (["kpi", "--hall", "x", "--day", "0001-01-01"], "1971"),
    (["kpi", "--hall", "x", "--day", "tomorrow"], "日期，如 2026-11-21"),
    (["liaison", "--hall", "x", "--listen", "host:" + "9" * 5000], "主机:端口"),
    (["kpi", "--hall", "x", "--by", "moon"], "moon"),
    (["ingest", "--hall", "x", "--for", "1", "--until-idle", "1"], "--for"),
    (["ingest", "--hall", "x", "--feed", "county"], "编号=wss://"),
    (["ingest", "--hall", "x", "--json=1"], "--json"),
    (["gateway", "--rate", "-1"], "大于零"),
    (["--s", "x"], "--seat"),
]


@pytest.mark.parametrize(("arguments", "shown"), WRONG, ids=str)
def test_that_a_line_that_cannot_be_read_is_answered_in_the_language_asked_for(arguments, shown):
    code, out, errors = run(*arguments)
    assert (code, out) == (2, "")
    said, form = errors.split("\n", 1)
    assert shown in said
    assert form.startswith("用法：")
    assert not {"argument", "error", "invalid", "expected", "required"} & set(said.split())
    for place in (0, len(arguments)):
        line = [*arguments]
        line[place:place] = ["--lang", "en"]
        code, out, errors = run(*line)
        assert (code, out) == (2, "")
        said, form = errors.split("\n", 1)
        assert "error: " in said
        assert "invalid" not in said or "invalid choice" in said
        assert form.startswith("usage: ")


def test_that_cases_are_printed_page_after_page_and_counted(pack, monkeypatch):
    at = datetime(2026, 11, 21, 4, tzinfo=UTC)
    (pack / "state").mkdir()
    with (
        closing(Store.open(f"sqlite:///{pack}/state/hall.db", "hall", at=at)) as store,
        store.unit(at) as unit,
    ):
        for number in range(7):
            place = {"quality": "unknown"}
            fields = {"title": "占道", "place": place, "occurred_at": at, "reported_at": at}
            fact = Fact(kind="case.received", subject=f"A{number}", at=at, actor="d1", data=fields)
            unit.save_case(evolve(None, fact), fact)
    monkeypatch.setattr(command_cases, "_PAGE", 3)

    def numbers(*arguments):
        code, out, errors = run("cases", "--hall", pack, *arguments)
        assert (code, errors) == (0, "")
        return "".join(json.loads(line)["case_no"] for line in out.splitlines())

    assert numbers() == numbers("--text", "占道") == "A6A5A4A3A2A1A0"
    assert numbers("--after", "A4") == numbers("--after", "A4", "--text", "占道") == "A3A2A1A0"
    assert numbers("--limit", "4") == "A6A5A4A3"
    assert numbers("--no", "A3") == "A3"
    assert json.loads(run("cases", "--hall", pack, "--text", "占道", "--count")[1]) == {"count": 7}


DAMAGES = {
    "no database": lambda content: b"?" * len(content),
    "cut short": lambda content: content[: len(content) // 2],
    "a page": lambda content: content[:8192] + b"\xa5" * 400 + content[8592:],
    "its text": lambda content: bytes(
        0xFF if at >= 8192 and (at - 8192) % 1500 == 0 else byte for at, byte in enumerate(content)
    ),
    "a state": lambda content: content.replace("占道".encode(), b"\xff" * 6),
}
READERS = [
    ["cases"], ["cases", "--text", "占"], ["alerts"], ["audit", "verify"], ["kpi"],
    ["report", "unlisted"], ["dossier", "A1", "--out", os.devnull],
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("arguments", READERS, ids=" ".join)
def test_that_a_damaged_store_is_named_by_what_only_reads_it(pack, damage, arguments):
    file, at = pack / "state" / "hall.db", datetime(2026, 11, 21, 4, tzinfo=UTC)
    file.parent.mkdir()
    with closing(Store.open(f"sqlite:///{file}", "hall", at=at)) as store, store.unit(at) as unit:
        place = {"quality": "unknown"}
        fields = {"title": "占道", "place": place, "occurred_at": at, "reported_at": at}
        fact = Fact(kind="case.received", subject="A1", at=at, actor="d1", data=fields)
        unit.save_case(evolve(None, fact), fact)
    file.write_bytes(damage(file.read_bytes()))
    code, _out, errors = run(*arguments, "--hall", pack)
    if damage is DAMAGES["a state"] and arguments[0] in {"alerts", "audit", "kpi", "report"}:
        return  # the audit names the fact, and nothing else here needs the state
    assert code == 4
    assert f"数据库文件 {file} 已损坏" in errors
    assert len(errors.splitlines()) == 1


def refuse(_store, _holder):
    raise OSError(errno.EROFS, os.strerror(errno.EROFS), "/srv/state/hall.db.lock")


@pytest.mark.parametrize("command", ["desk", "ingest"])
def test_that_a_folder_that_cannot_be_written_is_named(pack, monkeypatch, command):
    monkeypatch.setattr(StoreLock, "take", refuse)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    code, _out, errors = run(command, "--hall", pack)
    assert code == 4
    assert "/srv/state/hall.db.lock 写不进去（磁盘只读）" in errors
    assert "--state-dir" in errors


@pytest.mark.parametrize(
    ("arguments", "columns"),
    [
        (("cases",), outputs.CASE),
        (("alerts",), outputs.ALERT),
        (("channels",), CHANNEL),
        (("channels", "--waiting"), MESSAGE),
        (("report", "unlisted"), command_report.UNLISTED),
    ],
    ids=str,
)
def test_that_a_table_without_rows_names_its_columns(pack, arguments, columns):
    (pack / "state").mkdir()
    url = f"sqlite:///{pack}/state/hall.db"
    Store.open(url, "hall", at=datetime(2026, 11, 21, 4, tzinfo=UTC)).close()
    code, out, _errors = run(*arguments, "--hall", pack, "--csv")
    assert (code, out) == (0, "\ufeff" + ",".join(columns) + "\r\n")


def test_that_every_row_has_the_columns_its_table_names():
    case = samples.case()
    sms = Channel(code="sms", kind=ChannelKind.WEBHOOK, pace=Pace.SMS)
    town = replace(samples.hall(), channels={"sms": sms})
    state = ChannelState(code="sms")
    assert tuple(outputs.case(case)) == outputs.CASE
    assert tuple(outputs.alert(samples.alert())) == outputs.ALERT
    assert tuple(command_report.row(town, case, "zh")) == command_report.UNLISTED
    assert tuple(_channel(town, state)) == CHANNEL
    assert tuple(_message(Delivery(item=samples.outgoing()))) == MESSAGE


def test_that_a_hall_without_channels_says_so(pack):
    (pack / "state").mkdir()
    url = f"sqlite:///{pack}/state/hall.db"
    Store.open(url, "hall", at=datetime(2026, 11, 21, 4, tzinfo=UTC)).close()
    code, out, errors = run("channels", "--hall", pack)
    assert (code, out) == (0, "")
    assert "channels.toml" in errors
    assert "channels.toml" in run("channels", "--hall", pack, "--lang", "en")[2]
    assert run("channels", "--hall", pack, "--waiting")[1:] == ("", "")


@pytest.mark.parametrize("command", ["kpi", "cases", "alerts"])
def test_that_a_period_that_ends_before_it_begins_is_a_matter_of_usage(command, pack):
    early, late = "2026-11-20T08:00:00+08:00", "2026-11-20T00:00:01Z"
    code, out, errors = run(command, "--hall", pack, "--from", late, "--to", early)
    assert (code, out) == (2, "")
    assert errors == "起始时间晚于截止时间，请核对 --from 和 --to。\n"
    more = ("--from", late, "--to", early, "--lang", "en")
    assert "begins after it ends" in run(command, "--hall", pack, *more)[2]


def test_that_a_number_nobody_has_is_said_whatever_it_is_asked_for(pack):
    open_core(Place(pack=pack), feeds=False).stop()
    for arguments, says in (
        (["cases", "--after", "1"], "没有编号为 1 的案卷"),
        (["cases", "--after", "1", "--text", "井盖"], "没有编号为 1 的案卷"),
        (["channels", "--whistle", "NOPE"], "没有编号为 NOPE 的哨"),
    ):
        code, out, errors = run(*arguments, "--hall", pack)
        assert (code, out, errors.count("\n")) == (1, "", 1), arguments
        assert says in errors


def test_that_figures_from_later_than_the_day_ends_are_asked_for_with_an_end(pack):
    open_core(Place(pack=pack), feeds=False).stop()
    asked = ("--day", "2026-11-20", "--from", "2026-11-22T08:00:00+08:00")
    assert run("kpi", "--hall", pack, *asked)[0] == 2
    assert run("kpi", "--hall", pack, "--from", "2026-11-20T08:00:00+08:00")[0] == 0


def test_that_a_letter_about_no_case_is_asked_for_in_a_sentence(pack):
    code, out, errors = run("report", "letter", "--hall", pack)
    assert (code, out) == (2, "")
    assert errors == "请用 --case 编号 写明是哪件案卷的函。\n"


def test_that_a_dossier_is_printed_packed_and_names_nobody_without_a_reason(pack, tmp_path):
    (pack / "people.csv").write_text("id,name,role\nsup,魏国平,shift_supervisor\n", "utf-8")
    (pack / "state").mkdir()
    at = datetime(2026, 11, 21, 4, tzinfo=UTC)
    place = {"quality": "unknown"}
    fields = {"title": "占道", "place": place, "occurred_at": at, "reported_at": at}
    fact = Fact(kind="case.received", subject="A1", at=at, actor="d1", data=fields)
    with (
        closing(Store.open(f"sqlite:///{pack}/state/hall.db", "hall", at=at)) as store,
        store.unit(at) as unit,
    ):
        unit.save_case(evolve(None, fact), fact)
        unit.keep_reporter("A1", None, Reporter(name="欧阳明"))

    def dossier(*arguments):
        return run("dossier", "A1", "--hall", pack, *arguments)

    for out, more in (
        ("a.pdf", ()),
        ("a.zip", ("--zip",)),
        ("b.pdf", ("--as", "sup", "--disclose", "调阅")),
    ):
        code, said, errors = dossier(*more, "--out", tmp_path / out)
        assert (code, errors) == (0, "")
        assert re.fullmatch(rf"已写好 .*{out}（\d+ KB）。\n", said)
    masked, clear = (
        "".join("".join(Pdf(tmp_path / name).pages).split()) for name in ("a.pdf", "b.pdf")
    )
    assert "欧**" in masked
    assert "欧阳明" not in masked
    assert "欧阳明" in clear
    assert "查看理由：调阅" in clear
    with closing(zipfile.ZipFile(tmp_path / "a.zip")) as archive:
        assert len(archive.read("facts.jsonl").splitlines()) == 1
    assert json.loads(run("audit", "verify", "--hall", pack)[1])["facts"] == 2
    code, _out, errors = dossier("--disclose", "调阅", "--out", tmp_path / "c.pdf", "--as", "who")
    assert (code, "who" in errors) == (1, True)
    code, _out, errors = dossier("--out", tmp_path / "none" / "a.pdf")
    assert (code, "写不进去" in errors) == (1, True)
    assert run("dossier", "A2", "--hall", pack, "--out", tmp_path / "c.pdf")[0] == 1


@given(
    st.lists(
        st.tuples(st.text("a井盖%—ﾊ", max_size=6), st.text("b率", max_size=4), st.text("c")),
        min_size=1,
    )
)
def test_that_columns_stand_under_each_other_however_wide_their_letters(rows):
    def wide(text):
        return sum(2 if letter in "井盖率" else 1 for letter in text)

    lines = list(aligned(rows, right={1}))
    first, second = (max(map(wide, column)) for column in list(zip(*rows, strict=True))[:2])
    for line, row in zip(lines, rows, strict=True):
        if row[2]:
            gaps = 2 * (first > 0) + 2 * (second > 0)
            assert wide(line) == first + second + gaps + len(row[2])


@pytest.mark.parametrize(
    ("unit", "value", "zh", "en"),
    [
        (Unit.SHARE, 0.93651, "93.7 %", "93.7 %"),
        (Unit.HOURS, 5.44, "5.4 小时", "5.4 h"),
        (Unit.HOURS, 0.5, "30 分", "30 min"),
        (Unit.PER_CASE, 1.234, "1.23", "1.23"),
        (Unit.COUNT, 1280, "1,280", "1,280"),
        (Unit.SHARE, None, "—", "—"),
    ],
)
def test_that_a_figure_is_said_with_its_unit(unit, value, zh, en):
    assert (words.amount(unit, value), words.amount(unit, value, "en")) == (zh, en)


def test_that_figures_as_text_are_said_with_units_and_names(tmp_path):
    place = Place(pack=PACK, state=tmp_path)
    core = open_core(place, seat="s", feeds=False)
    core.start()
    try:
        lines = DeskLines(core.desk("dispatcher"), core.operator)
        call = {"do": "register", "title": "井盖", "channel": "hotline", "category": "C0101"}
        call["address"] = "东街"
        case = lines.answer(json.dumps(call))["case"]["case_no"]
        assert lines.answer(json.dumps({"do": "file", "case": case}))["ok"]
        assert lines.answer(json.dumps({"do": "dispatch", "case": case, "body": "police"}))["ok"]
    finally:
        core.stop()
    at = ("--hall", PACK, "--state-dir", tmp_path)
    code, out, _errors = run("kpi", *at)
    assert code == 0
    assert re.search(r"率 +\S+ %|率 +—", out)
    assert "\t" not in out
    out = run("kpi", *at, "--by", "body")[1]
    assert "派出所" in out
    assert "police" not in out
    assert "12345 热线" in run("kpi", *at, "--by", "channel")[1]


def three_dispatched(state):
    """Keep a store of three cases whose handling ends two hours from now."""
    core = open_core(Place(pack=PACK, state=state), seat="s", feeds=False)
    core.start()
    try:
        lines = DeskLines(core.desk("dispatcher"), core.operator)
        for address in ("东街", "西街", "南街"):
            call = {"do": "register", "title": "井盖", "channel": "hotline", "category": "C0101"}
            case = lines.answer(json.dumps(call | {"address": address}))["case"]["case_no"]
            assert lines.answer(json.dumps({"do": "file", "case": case}))["ok"]
            sent = {"do": "dispatch", "case": case, "body": "police", "limit": "2 urgent_hour"}
            assert lines.answer(json.dumps(sent))["ok"]
    finally:
        core.stop()
    return ("--hall", PACK, "--state-dir", state)


def test_that_a_period_still_running_ends_now_however_it_was_asked_for(tmp_path):
    at = three_dispatched(tmp_path)
    now = datetime.now(UTC)
    early, late = ((now + days * timedelta(days=1)).isoformat() for days in (-1, 1))
    today = day_of(now, ZONE, time(8))
    for asked in (
        (),
        ("--day", str(today)),
        ("--from", early, "--to", late),
        ("--from", early, "--to", late, "--as-known-at", late),
        ("--from", early, "--to", late, "--by", "body"),
    ):
        told = json.loads(run("kpi", *at, "--json", *asked)[1])
        figures = {it["id"]: (it["value"], it["denominator"]) for it in told["figures"]}
        assert figures["report_count"] == (3, None), asked
        assert figures.get("due_close", (0, None)) == (0, None), asked
        for key in ("close_rate", "ontime_close_rate", "handle_rate", "ontime_handle_rate"):
            assert figures.get(key, (None, 0)) == (None, 0), (asked, key)
        ended = datetime.fromisoformat(told["to"])
        assert now < ended <= datetime.now(UTC) + timedelta(microseconds=1), asked


def test_that_figures_as_known_in_the_midst_of_a_period_end_where_it_was_known(tmp_path):
    at = three_dispatched(tmp_path)
    now = datetime.now(UTC)
    early, late = ((now + days * timedelta(days=1)).isoformat() for days in (-1, 1))
    asked = ("--from", early, "--to", late, "--as-known-at", now.isoformat())
    told = json.loads(run("kpi", *at, "--json", *asked)[1])
    assert {it["id"]: it["value"] for it in told["figures"]}["due_close"] == 0
    assert datetime.fromisoformat(told["to"]) == now + timedelta(microseconds=1)


def test_that_figures_say_which_period_they_are_of_and_whether_it_is_over(pack):
    open_core(Place(pack=pack), feeds=False).stop()
    said = [
        (("--day", "2020-02-29"), "2020-02-29 08:00:00 至 2020-03-01 08:00:00"),
        ((), " 08:00:00 起，截至 "),
        (("--day", "9000-01-01"), "9000-01-01 08:00:00 起，尚未开始"),
        (("--day", "2020-02-29", "--lang", "en"), "2020-02-29 08:00:00 to 2020-03-01 08:00:00"),
        (("--lang", "en"), " 08:00:00, up to "),
        (("--day", "9000-01-01", "--lang", "en"), "9000-01-01 08:00:00, not begun yet"),
    ]
    for asked, words_of_it in said:
        code, out, _errors = run("kpi", "--hall", pack, *asked)
        head = out.splitlines()[0]
        assert code == 0
        assert words_of_it in head
        running = "--day" not in asked
        assert ("未完" in head or "unfinished" in head) is running


def test_that_a_case_its_body_gave_back_is_listed_without_the_deadline_it_had(tmp_path):
    at = three_dispatched(tmp_path)
    core = open_core(Place(pack=PACK, state=tmp_path), seat="s", feeds=False)
    core.start()
    try:
        lines = DeskLines(core.desk("dispatcher"), core.operator)
        (number, *_) = (json.loads(line)["case_no"] for line in run("cases", *at)[1].splitlines())
        call = {"do": "recall", "case": number, "reason": "派错"}
        assert lines.answer(json.dumps(call))["case"]["due_at"] is None
    finally:
        core.stop()
    due = {it["case_no"]: it["due_at"] for it in map(json.loads, run("cases", *at)[1].splitlines())}
    assert due.pop(number) is None
    assert all(due.values())
