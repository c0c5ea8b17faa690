"""The gateway as a process of its own, as the demo and the benchmarks start it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from commandcenter.rehearsal.gateway import CONTROLS
from commandcenter.rehearsal.scenarios import SCENARIOS
from main import main

PATIENCE = 60
ROOT = Path(__file__).parents[2]


@contextmanager
def gateway(*arguments):
    command = [sys.executable, str(ROOT / "main.py"), "gateway", *map(str, arguments)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        encoding="utf-8",
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def told(process):
    return json.loads(process.stdout.readline())


def tell(process, line):
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
    return told(process)


def first_sequences(hall, url, count, epoch=None, after=None):
    async def go():
        async with hall(url) as it:
            await it.hello(epoch, after)
            return [int(frame["sequence"]) for frame in await it.take(count)]

    return asyncio.run(asyncio.wait_for(go(), PATIENCE))


@pytest.mark.parametrize(
    ("lang", "told"), [("zh", "没有代码是 ghost 的单位"), ("en", "no body has the code ghost")]
)
def test_that_a_silent_body_is_one_the_township_has(lang, told, capsys):
    code = main(["gateway", "--silent", "power", "--silent", "ghost", "--lang", lang])
    out, errors = capsys.readouterr()
    assert (code, out, errors.count("\n")) == (2, "", 1)
    assert told in errors
    assert "office, " in errors
    assert "power" in errors


def test_that_a_process_says_where_it_is_obeys_and_ends_cleanly(hall):
    with gateway("--scenario", "hotline-morning", "--speed", 60, "--seed", 5) as process:
        ready = told(process)
        assert ready["url"].startswith("ws://127.0.0.1:")
        assert first_sequences(hall, ready["url"], 3) == [1, 2, 3]
        assert tell(process, '{"do": "jump", "count": 10}')["ok"] is True
        assert tell(process, "burst 2")["ok"] is True
        assert "explode" in tell(process, "explode")["error"]
        assert tell(process, "status")["newest"] >= 15
        process.send_signal(signal.SIGTERM)
        assert told(process)["ended"] is True
        assert process.wait(PATIENCE) == 0
        assert process.stderr.read() == ""


def test_that_a_killed_process_goes_on_with_epoch_and_number(hall, tmp_path):
    with gateway("--state", tmp_path) as process:
        ready = told(process)
        tell(process, "burst 4")
        process.kill()
        process.wait(PATIENCE)
    with gateway("--state", tmp_path) as process:
        again = told(process)
        assert again["epoch"] == ready["epoch"]
        assert again["newest"] == 4
        tell(process, "burst 1")
        assert first_sequences(hall, again["url"], 3, again["epoch"], 2) == [3, 4, 5]


def test_that_a_process_can_end_with_its_parent():
    with gateway("--end-with-stdin") as process:
        told(process)
        process.stdin.close()
        assert process.wait(PATIENCE) == 0


def test_that_a_port_in_use_is_said_in_a_sentence():
    with gateway() as process:
        port = told(process)["url"].rpartition(":")[2]
        with gateway("--port", port) as second:
            assert second.wait(PATIENCE) == 1
            assert "gateway: " in second.stderr.read()
            assert "Traceback" not in second.stderr.read()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--replay", "no-such-file.ndjson"], 3, "no-such-file.ndjson: 文件或文件夹不存在"),
        (["--token-file", "no-such-file"], 3, "no-such-file: 文件或文件夹不存在"),
        (["--pack", "no-such-folder"], 3, "no-such-folder: 文件或文件夹不存在"),
    ],
)
def test_that_wrong_settings_are_said_in_a_sentence(capsys, arguments, code, says):
    assert main(["gateway", *arguments]) == code
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("schedule", "chinese", "english"),
    [
        ("soon drop", "'soon drop' 要以秒数开头", "does not begin with a number"),
        ("20 explode", "没有 'explode' 这种故障", "'explode' is none of"),
        ("20 drop 5", "drop 后面多了 '5'", "drop takes no '5'"),
        ("20 garbage x", "garbage 的值 'x' 应写成数字", "garbage: invalid literal"),
        ("20 garbage -1", "garbage 的值须是不小于零的数", "nothing below zero"),
    ],
)
def test_that_a_schedule_that_cannot_be_read_is_a_matter_of_usage(
    capsys, schedule, chinese, english
):
    for lang, says in (("zh", chinese), ("en", english)):
        with pytest.raises(SystemExit) as ended:
            main(["--lang", lang, "gateway", "--faults", schedule])
        assert ended.value.code == 2
        assert says in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--speed", "61"], ["--rate", "0"], ["--returns", "2"]])
def test_that_values_out_of_range_are_a_matter_of_usage(capsys, arguments):
    with pytest.raises(SystemExit) as ended:
        main(["--lang", "en", "gateway", *arguments])
    assert ended.value.code == 2
    assert "must be" in capsys.readouterr().err


def test_that_the_help_names_every_scenario_and_fault(capsys):
    with pytest.raises(SystemExit):
        main(["gateway", "--help"])
    text = capsys.readouterr().out
    assert all(name in text for name in (*SCENARIOS, *CONTROLS))
