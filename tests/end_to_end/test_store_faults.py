"""The real program when its disk, its file, its settings or its own end are at fault."""

import json
import signal
import sqlite3
import time
from contextlib import closing

import pytest

resource = pytest.importorskip("resource", reason="limits are set as Unix does")

SOON = 15.0  # seconds; what is promised within three


def limit_files(process, size):
    """Let a running process write no file beyond a size, as on a full disk; -1 lifts it."""
    hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, hard))


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs prlimit")
def test_that_a_full_disk_stops_the_acks_refuses_commands_and_is_outlived(
    upstream, place, stored_all, nothing_lost, until
):
    gateway = upstream()
    hall = place(gateway)
    desk = hall.start("desk", "--ingest")
    gateway.tell("burst 20")
    stored_all(hall, gateway)
    until(lambda: gateway.status()["acked"] == 20, "acknowledged")

    limit_files(desk.process, 4096)
    gateway.tell("burst 300")
    until(lambda: "不能写入" in desk.errors.getvalue(), "told", SOON)
    before = time.monotonic()
    refused = desk.say({"do": "register", "title": "路灯不亮", "channel": "walk_in"})
    assert refused["refusal"]["code"] == "store_unavailable"
    assert time.monotonic() - before < SOON
    assert len(desk.say({"do": "cases"})["cases"]) == 20, "reading goes on"
    assert (gateway.status()["acked"], hall.cursor()[1]) == (20, 20)

    limit_files(desk.process, -1)
    stored_all(hall, gateway)
    assert desk.say({"do": "register", "title": "路灯不亮", "channel": "walk_in"})["ok"]
    assert desk.end()[0] == 0
    assert len(hall.told("cases")) == 321
    nothing_lost(hall, gateway)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs prlimit")
def test_that_a_hall_stopped_on_a_full_disk_says_so_and_has_acked_nothing_it_lost(
    upstream, place, stored_all, nothing_lost, until
):
    gateway = upstream()
    hall = place(gateway)
    run = hall.start("ingest")
    gateway.tell("burst 20")
    stored_all(hall, gateway)
    limit_files(run.process, 4096)
    gateway.tell("burst 300")
    until(lambda: "不能写入" in run.errors.getvalue(), "told", SOON)
    assert run.end()[0] == 4
    assert "Traceback" not in run.errors.getvalue()
    assert hall.cursor()[1] == gateway.status()["acked"] == 20
    again = hall.start("ingest")
    stored_all(hall, gateway)
    assert again.end()[1]["stored"] == 300
    nothing_lost(hall, gateway)


def test_that_a_second_program_on_the_same_store_is_refused_until_the_first_is_gone(
    upstream, place, stored_all
):
    gateway = upstream()
    hall = place(gateway)
    first = hall.start("ingest")
    gateway.tell("burst 1")
    stored_all(hall, gateway)
    for arguments in (["ingest"], ["desk"], ["--offscreen", "--duration", "1"]):
        ran = hall.main(*arguments, code=4)
        assert "已被另一个运行中的指挥中心打开" in ran.stderr
        assert f"kill -9 {first.process.pid}" in ran.stderr
        assert len(ran.stderr.splitlines()) == 1
        assert ran.stdout == ""
    first.kill()
    assert hall.json("desk", stdin='{"do": "cases"}\n')[0]["ok"]


@pytest.mark.parametrize("how", ["deleted", "replaced"])
def test_that_a_store_taken_away_is_told_within_seconds(how, upstream, place, stored_all, until):
    gateway = upstream()
    hall = place(gateway)
    run = hall.start("ingest")
    gateway.tell("burst 5")
    stored_all(hall, gateway)
    until(lambda: gateway.status()["acked"] == 5, "acknowledged")
    file = hall.folder / "state" / "hall.db"
    if how == "deleted":
        file.unlink()
    else:
        copy = file.with_name("copy.db")
        copy.write_bytes(file.read_bytes())
        copy.replace(file)
    until(lambda: "不能写入" in run.errors.getvalue(), "told", SOON)
    gateway.tell("burst 5")
    code, _last = run.end()
    assert code == 4
    assert gateway.status()["acked"] == 5
    assert ("不见了" if how == "deleted" else "被换掉") in run.errors.getvalue()
    assert "Traceback" not in run.errors.getvalue()


@pytest.mark.parametrize("at", [0, 30, 8192, 81_920])
def test_that_a_damaged_store_is_refused_and_kept_as_it_is(at, upstream, place, stored_all):
    gateway = upstream()
    hall = place(gateway)
    run = hall.start("ingest")
    gateway.tell("burst 60")
    stored_all(hall, gateway)
    assert run.end()[0] == 0
    file = hall.folder / "state" / "hall.db"
    damaged = bytearray(file.read_bytes())
    damaged[at : at + 400] = b"\xa5" * 400
    file.write_bytes(damaged)
    ran = hall.main("ingest", code=4)
    assert "已损坏，不能使用" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    assert file.read_bytes() == damaged


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [("zh", "已损坏（缺少 case.title），不能使用"), ("en", "is damaged (no case.title)")],
)
def test_that_a_store_of_other_tables_is_refused_by_every_program(place, lang, sentence):
    hall = place()
    hall.main("desk")
    file = hall.folder / "state" / "hall.db"
    with closing(sqlite3.connect(file)) as other:
        other.execute('ALTER TABLE "case" RENAME COLUMN title TO heading')
    for arguments in (["--offscreen", "--duration", "1"], ["ingest"], ["desk"]):
        ran = hall.main("--lang", lang, *arguments, code=4)
        assert is_one_line(ran.stderr, sentence, file)
        assert ran.stdout == ""
    for arguments in (["kpi"], ["cases"], ["alerts"], ["quarantine"], ["audit", "verify"]):
        said = hall.text("--lang", lang, *arguments, code=4)
        assert is_one_line(said, sentence, file)


def is_one_line(said, *parts):
    return len(said.splitlines()) == 1 and all(str(part) in said for part in parts)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda it: it.name)
def test_that_every_program_ends_cleanly_when_asked(number, upstream, place, stored_all):
    gateway = upstream("--scenario", "ordinary-day", "--speed", 60)
    hall = place(gateway)
    for command in (["ingest"], ["desk", "--ingest"]):
        run = hall.start(*command)
        gateway.tell("burst 50")
        stored_all(hall, gateway)
        gateway.tell("burst 200")
        began = time.monotonic()
        code, _last = run.end(number)
        assert (code, run.errors.getvalue()) == (0, "")
        assert time.monotonic() - began < SOON
        wal = hall.folder / "state" / "hall.db-wal"
        assert not wal.exists() or wal.stat().st_size == 0
    began = time.monotonic()
    code, last = gateway.end(number)
    assert (code, last["ended"], gateway.errors.getvalue()) == (0, True, "")
    assert time.monotonic() - began < SOON


def test_that_a_desk_finishes_what_it_was_told_before_it_ends(place):
    hall = place()
    desk = hall.start("desk")
    for number in range(20):
        order = {"do": "register", "title": f"路灯不亮 {number}", "channel": "walk_in"}
        desk.process.stdin.write(json.dumps(order) + "\n")
    desk.process.stdin.close()
    answers = [desk.next() for _ in range(20)]
    assert all(answer["ok"] for answer in answers)
    assert desk.ended() == (0, None)
    assert len(hall.told("cases")) == 20


BROKEN = {
    "cut off": (lambda text: text[: len(text) // 2], "hall.toml"),
    "empty": (lambda _text: "", "hall.name"),
    "no settings at all": (lambda _text: None, "hall.toml"),
    "byte order mark": (lambda text: "\ufeff" + text, None),
    "wrong types": (
        lambda text: text.replace('name = "云溪镇综合指挥中心"', "name = 7").replace(
            '"Asia/Shanghai"', "[1]"
        ),
        "hall.name",
    ),
    "unknown keys": (lambda text: text + '\n[colour]\nwall = "red"\n', "colour"),
    "unknown key in a feed": (
        lambda text: text.replace('dialect = "', 'speed = 3\ndialect = "'),
        "feed.speed",
    ),
    "a feed in the clear": (
        lambda text: text.replace("ws://127.0.0.1", "ws://example.org"),
        "feed.url",
    ),
    "no such time zone": (lambda text: text.replace("Asia/Shanghai", "Mars/Base"), "hall.timezone"),
    "no text": (lambda _text: b"\xff\xfe\x00\xd8\x00\x00\x81", "hall.toml"),
    "not toml": (lambda _text: "}{" * 50, "hall.toml"),
    "nested": (lambda _text: "a=" + "[" * 5000, "hall.toml"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_that_broken_settings_are_named_and_what_is_known_is_started_on(fault, place, program):
    hall = place()
    spoil, named = BROKEN[fault]
    file = hall.folder / "hall.toml"
    spoilt = spoil(file.read_text("utf-8"))
    if spoilt is None:
        file.unlink()
    else:
        file.write_bytes(spoilt if isinstance(spoilt, bytes) else spoilt.encode())
    (checked,) = hall.told("check", "--json", code=0 if named is None else 1)
    findings = checked["findings"]
    wrong = [item for item in findings if item["severity"] == "error"]
    if named is not None:
        assert any(named in f"{item['file']} {item['column']}" for item in wrong)
        assert all(item["problem"] and item["remedy"] for item in wrong)
    ran = program("ingest", "--hall", hall.folder, "--for", "0.2")
    assert ran.returncode in {0, 3}, ran.stderr
    assert "Traceback" not in ran.stderr
    assert all(item["problem"] in ran.stderr for item in wrong)
    if ran.returncode == 0:
        assert set(json.loads(ran.stdout)["feeds"]) == {"county"}
    if any(item["file"] == "hall.toml" and item["column"] is None for item in wrong):
        assert (ran.returncode, ran.stdout) == (3, "")
        assert len(ran.stderr.splitlines()) == 1
        assert not (hall.folder / "state").exists(), "a store was made that may not be the hall's"


def test_that_a_broken_row_is_named_and_the_rest_of_the_pack_is_used(upstream, place, stored_all):
    gateway = upstream()
    hall = place(gateway)
    file = hall.folder / "bodies.csv"
    header, first, *rest = file.read_text("utf-8").splitlines()
    broken = first.replace("township", "galaxy")
    file.write_text("\n".join([header, broken, *rest]) + "\n", "utf-8")
    (checked,) = hall.told("check", "--json", code=1)
    (found,) = [item for item in checked["findings"] if item["file"] == "bodies.csv"]
    assert (found["row"], found["column"]) == (2, "level")
    assert "galaxy" in found["problem"]
    assert "township" in found["remedy"]
    run = hall.start("ingest")
    gateway.tell("burst 5")
    stored_all(hall, gateway)
    assert run.end()[0] == 0
    assert "bodies.csv:2:level" in run.errors.getvalue()


def test_that_a_token_file_of_no_text_is_a_link_that_needs_a_person(upstream, place):
    gateway = upstream()
    hall = place(gateway)
    (hall.folder / "token").write_bytes(b"\xff\xfe\x00binary")
    hall.set('dialect = "cloudevents"', 'dialect = "cloudevents"\ntoken_file = "token"')
    ran = hall.main("ingest", "--for", "2")
    assert json.loads(ran.stdout)["feeds"]["county"]["state"] == "needs_person"
    assert gateway.status()["links"] == 0
