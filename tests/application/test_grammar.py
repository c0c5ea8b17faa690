"""The grammar of commands: what each field takes, and words for whatever does not fit."""

import math
import re
from datetime import UTC, datetime
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.application import access, grammar
from commandcenter.application import commands as c
from commandcenter.application.messages import TaskStatus, VerificationResult
from commandcenter.application.questions import OpenWork
from commandcenter.domain import words
from commandcenter.domain.errors import Refusal
from commandcenter.domain.report import Channel
from commandcenter.domain.roster import Role
from commandcenter.domain.wanted import Shape
from commandcenter.domain.words import CODES, FIELDS, WORDS

COMMANDS = get_args(c.Command)
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
CALL = {"do": "register", "title": "路灯不亮", "channel": "hotline"}
PROOF = {"do": "add_evidence", "case": "C1", "url": "http://x/1.jpg", "shows": "处置后照片"}


def refused(order):
    with pytest.raises(Refusal) as caught:
        grammar.read(order)
    assert caught.value.code == "bad_command"
    return caught.value


@pytest.mark.parametrize("command", COMMANDS, ids=c.name)
def test_that_every_field_of_a_command_has_a_word_and_says_what_it_takes(command):
    for name, slot in grammar.slots(command).items():
        assert name in FIELDS
        for lang in ("zh", "en"):
            assert words.wanted(slot.wanted, lang)
        for choice in slot.wanted.choices:
            said = words.wanted(slot.wanted)
            assert choice in said
            assert type(choice) in WORDS or choice in CODES or name == "datum"


def test_that_values_and_roles_come_from_the_types_and_the_table_of_roles():
    slots = grammar.slots(c.Register)
    assert slots["title"].required
    assert not slots["urgency"].required
    assert set(slots["channel"].wanted.choices) == set(Channel)
    status = grammar.slots(c.Report)["status"].wanted.choices
    assert set(status) == {*TaskStatus, *VerificationResult}
    assert (slots["lat"].wanted.least, slots["lat"].wanted.most) == (-90, 90)
    for command in COMMANDS:
        assert set(access.givers(command)) == {it for it in Role if command in access.MAY[it]}


WRONG = [
    ({}, "请写明 do"),
    ({"do": "regster"}, "可能是 register"),
    ({"do": ["help"]}, "这条指令"),
    ({"do": "claim"}, "「认领」缺少必填的案卷编号（case）：文字"),
    ({"do": "claim", "case": 7}, "「认领」的案卷编号（case）不能是 7，应为：文字"),
    ({"do": "claim", "case": "C1", "mor": 1}, "「认领」没有 mor 这一项，可填的有：case, version"),
    (CALL | {"channel": "phone"}, "hotline（12345 热线）"),
    (CALL | {"lon": 500, "lat": 29}, "数字（-180 至 180）"),
    (CALL | {"lon": 116}, "经度和纬度要一起填"),
    (CALL | {"title": ""}, "文字（1 至 200 字）"),
    (CALL | {"occurred_at": "2026-11-20T12:00:00"}, "带时区的时刻"),
    ({"do": "blow", "case": "C1", "hold_seconds": 61}, "整数（0 至 60）"),
    (
        {"do": "bulk", "orders": [{"do": "close", "case": "C1", "outcome": "x"}]},
        "「结案」的结案方式",
    ),
    ({"do": "bulk", "orders": [{"do": "claim"}]}, "「认领」缺少必填的案卷编号"),
    ({"do": "bulk", "orders": [{"do": "register"}]}, "没有「register」这条指令"),
    ({"do": "bulk", "orders": []}, "列表（1 至 200 项）"),
    (
        {"do": "report", "case": "C1", "status": "gone", "who": "王", "channel": "电话"},
        "result（结果上传）",
    ),
]


@pytest.mark.parametrize(("order", "says"), WRONG, ids=[says for _, says in WRONG])
def test_that_what_is_wrong_is_said_in_words(order, says):
    refusal = refused(order)
    assert says in words.sentence(refusal)
    assert words.sentence(refusal, "en").isascii() or "路灯" in str(order)
    for lang in ("zh", "en"):
        assert not re.search(r"`|\$|Expected|Invalid|Object", words.sentence(refusal, lang))


GARBAGE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(command=st.sampled_from(COMMANDS), data=st.data())
def test_that_whatever_is_written_into_a_field_is_taken_or_refused_in_words(command, data):
    slots = grammar.slots(command)
    filled = {
        name: data.draw(GARBAGE | _like(slot), label=name)
        for name, slot in slots.items()
        if slot.required or data.draw(st.booleans(), label=f"give {name}")
    }
    try:
        read = grammar.read({"do": c.name(command)} | filled)
    except Refusal as refusal:
        for lang in ("zh", "en"):
            said = words.sentence(refusal, lang)
            assert not re.search(r"`\$|Expected `|Invalid (value|enum)|Object ", said)
    else:
        grammar.sound(read)  # what was read is sound however it was made
        assert_sound(read)


def _like(slot):
    """Values near to what a field takes, and far beyond it."""
    shapes = {
        Shape.TEXT: st.sampled_from(
            slot.wanted.choices or ("x", "长" * 30_000, "a\x00b", "\ud800")
        ),
        Shape.NUMBER: st.floats() | st.sampled_from((500.0, -91.0)),
        Shape.WHOLE: st.integers(),
        Shape.YES_NO: st.booleans(),
        Shape.MOMENT: st.sampled_from(
            ("2026-11-20T12:00:00+08:00", "2026-11-20T12:00:00", "0001-01-01T00:00:00+14:00")
        ),
        Shape.LIST: st.lists(st.text(max_size=3), max_size=3),
        Shape.TABLE: st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
        Shape.WEB: st.sampled_from(("http://x/1.jpg", "file:///etc/passwd", "javascript:x")),
        Shape.DIGEST: st.sampled_from(("0" * 64, "0" * 63, "g" * 64)),
    }
    return shapes[slot.wanted.shape]


def assert_sound(command):
    for value in msgspec.structs.asdict(command).values():
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, float):
                assert math.isfinite(item)
                assert abs(item) <= 180
            if isinstance(item, datetime):
                assert item.tzinfo is not None
                item.astimezone(UTC)
            if isinstance(item, str):
                item.encode()
                assert "\x00" not in item
                assert len(item) <= 20_000
                assert not item.startswith(("file:", "javascript:"))


BY_HAND = [
    c.Register(title="灯", channel=Channel.HOTLINE, lon=500, lat=29),
    c.Register(title="灯", channel=Channel.HOTLINE, lon=math.nan, lat=29),
    c.Register(title="灯", channel=Channel.HOTLINE, lon=116, lat=math.inf),
    c.Register(title="灯", channel=Channel.HOTLINE, lon=116),
    c.Register(title="长" * 201, channel=Channel.HOTLINE),
    c.Register(title="灯", channel="phone"),
    c.Register(title="灯\x07", channel=Channel.HOTLINE),
    c.Register(title="灯\ud800", channel=Channel.HOTLINE),
    c.Register(title="灯", channel=Channel.HOTLINE, occurred_at=NOON.replace(tzinfo=None)),
    c.Suspend(case="C1", reason="survey", until=datetime(9999, 12, 31, tzinfo=UTC)),
    c.Claim(case="C1", version=-1),
    c.Blow(case="C1", hold_seconds=-1),
    c.Retry(message=0),
    c.FollowUp(case="C1", contacted=True, satisfied="banana"),
    c.Close(case="C1", outcome="gone"),
    c.Urge(case="C1", reason="急" * 3000),
    c.Bulk(orders=()),
]


@pytest.mark.parametrize("command", BY_HAND, ids=range(len(BY_HAND)))
def test_that_a_command_made_by_hand_is_held_to_the_same(command):
    with pytest.raises(Refusal) as caught:
        grammar.sound(command)
    assert caught.value.code == "bad_command"
    assert words.sentence(caught.value)


def test_that_nothing_unsound_is_carried_out(desk):
    order = c.Register(title="灯", channel=Channel.HOTLINE, lon=500, lat=29)
    assert desk.refusal(order).code == "bad_command"
    assert not desk.store.answer(OpenWork()).cases


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("http://x/1.jpg", True),
        ("https://pic.example:8443/a/b.jpg?x=1", True),
        ("\\\\server\\share\\2026 年\\1.jpg", True),
        ("照片/1.jpg", True),
        ("file:///etc/passwd", False),
        ("FILE:///etc/passwd", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("ftp://x/1.jpg", False),
        ("http://", False),
        ("http://x:port/1.jpg", False),
        ("http://[x/1.jpg", False),
        ("http://x/a b.jpg", False),
        ("//host/1.jpg", False),
        ("/etc/passwd", False),
        ("C:\\x.jpg", False),
        ("../../etc/passwd", False),
        ("%2e%2e/etc/passwd", False),
        ("照片/\n1.jpg", False),
        (" ", False),
        ("", False),
    ],
)
def test_that_evidence_lies_where_it_may_be_looked_at(url, leads):
    order = PROOF | {"url": url}
    if leads:
        assert grammar.read(order).url == url
    else:
        assert "http://" in words.sentence(refused(order))


@pytest.mark.parametrize("digest", ["x", "g" * 64, "0" * 63])
def test_that_a_checksum_is_one(digest):
    assert "64 位十六进制" in words.sentence(refused(PROOF | {"sha256": digest}))
    grammar.read(PROOF | {"sha256": "aB" * 32})
