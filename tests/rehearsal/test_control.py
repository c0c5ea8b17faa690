"""How the gateway is told what to do."""

import os
import threading

import pytest

from commandcenter.rehearsal.control import BadCommand, parse_line, parse_schedule, read_lines
from commandcenter.rehearsal.gateway import CONTROLS


def test_that_a_schedule_is_read_in_the_order_of_its_times():
    faults = parse_schedule("30 garbage 5 not_json; 20 drop; 45.5 resend 3 renumber;", CONTROLS)
    assert [(fault.at, fault.command.do) for fault in faults] == [
        (20, "drop"),
        (30, "garbage"),
        (45.5, "resend"),
    ]
    assert faults[1].command.values == {"count": 5, "kind": "not_json"}
    assert faults[2].command.values == {"count": 3, "renumber": True}


def test_that_what_is_left_out_is_as_usual():
    (fault,) = parse_schedule("1 silent", CONTROLS)
    assert fault.command.values == {"seconds": 30.0}
    assert parse_schedule("", CONTROLS) == ()


def test_that_words_and_json_say_the_same():
    words = parse_line("garbage 5 binary", CONTROLS)
    assert words == parse_line('{"do": "garbage", "kind": "binary", "count": 5}', CONTROLS)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("explode", "'explode' is none of drop"),
        ("", "'' is none of"),
        ("{", "not JSON"),
        ('{"do": "drop", "hard": true}', "drop has no 'hard'"),
        ('{"do": "refuse", "seconds": "long"}', "refuse: "),
        ('{"do": "refuse", "seconds": null}', "refuse: "),
        ("garbage five", "garbage: "),
        ("drop now", "drop takes no 'now'"),
        ("jump -1", "jump: nothing below zero"),
        ("silent inf", "silent: nothing without end"),
        ('{"do": "garbage", "count": Infinity}', "garbage: "),
    ],
)
def test_that_a_bad_line_is_refused_with_a_reason(line, says):
    with pytest.raises(BadCommand, match=says.replace("(", r"\(")):
        parse_line(line, CONTROLS)


@pytest.mark.parametrize("part", ["drop", "nan drop", "inf drop", "-5 drop"])
def test_that_a_schedule_without_a_time_is_refused(part):
    with pytest.raises(BadCommand, match=f"'{part}': does not begin with a number"):
        parse_schedule(f"20 drop; {part}", CONTROLS)


def test_that_lines_are_handed_over_whole_until_the_input_ends():
    lines, ended = [], threading.Event()
    reading, writing = os.pipe()
    read_lines(reading, lines.append, ended.set)
    for piece in (b"dro", b"p\nburst 3\nst", "状态\n".encode()):
        os.write(writing, piece)
    os.close(writing)
    assert ended.wait(60)
    os.close(reading)
    assert lines == ["drop", "burst 3", "st状态"]
