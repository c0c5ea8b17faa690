"""The desk without a screen: every line gets one JSON answer, whatever it holds."""

import json
import re
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from commandcenter.application import commands as c
from commandcenter.application import grammar
from commandcenter.domain import words
from commandcenter.runtime import deskline
from commandcenter.runtime.compose import open_core
from commandcenter.runtime.deskline import LOOKS, DeskLines
from commandcenter.runtime.front import Place
from main import main

SWIFT = (Phase.explicit, Phase.reuse, Phase.generate)  # shrinking on a disk takes minutes
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
PACK = Path(__file__).parents[2] / "resources" / "demo"


class Clock:
    def __init__(self):
        self.at = NOON

    def now(self):
        return self.at


class Lines:
    """A hall with its threads and nothing but lines to it; every answer goes through JSON."""

    def __init__(self, folder):
        self.clock = Clock()
        self.core = open_core(
            Place(pack=PACK, state=folder), seat="s", feeds=False, clock=self.clock
        )
        self.core.start()
        self.desk = DeskLines(self.core.desk("dispatcher"), self.core.operator)

    def close(self):
        self.core.stop()

    def raw(self, line):
        return json.loads(json.dumps(self.desk.answer(line)))

    def say(self, do, **fields):
        if "as_" in fields:
            fields["as"] = fields.pop("as_")
        answer = self.raw(json.dumps({"do": do, **fields}))
        refusal = answer.get("refusal", {})
        if "field" in refusal and refusal["code"] != "bad_command":
            assert refusal["field"] in grammar.slots(grammar.ORDERS[do]), refusal
        return answer

    def ok(self, do, **fields):
        answer = self.say(do, **fields)
        assert answer["ok"], answer
        return answer

    def refused(self, do, **fields):
        answer = self.say(do, **fields)
        assert not answer["ok"], answer
        assert {"ok", "refusal"} <= set(answer)
        return answer["refusal"]["code"]


@pytest.fixture
def lines(tmp_path):
    with closing(Lines(tmp_path)) as opened:
        yield opened


def registered(lines, **more):
    given_ = {"title": "井盖破损", "channel": "hotline", "category": "C0101"}
    return lines.ok("register", **given_ | {"address": "东街"} | more)["case"]


def test_that_every_command_can_be_said_in_a_line(lines):
    said = set()

    def ok(do, **fields):
        said.add(do)
        return lines.ok(do, **fields)

    boss, inspector = {"as_": "shift_supervisor"}, {"as_": "inspector"}
    first = ok("register", title="井盖破损", channel="hotline", category="C0101", address="东街",
               reporter_phone="13912345678")  # fmt: skip
    no = first["case"]["case_no"]
    other = registered(lines)["case_no"]
    ok("claim", case=no, version=1)
    ok("hand_over", case=no, to="dispatcher2")
    ok("hand_over", case=no, to="dispatcher", as_="dispatcher2")
    ok("verify", case=no, worker="W001")
    ok("report", case=no, status="exists", who="王国平", channel="电话")
    ok("merge", case=other, into=no)
    ok("unmerge", case=other, reason="另一处")
    ok("reject", case=other, reason="重复", reply="已答复")
    ok("file", case=no)
    ok("dispatch", case=no)
    ok("recall", case=no, reason="派错")
    ok("dispatch", case=no)
    ok("urge", case=no)
    ok("dispute", case=no, reason="都不管")
    ok("rule", case=no, body="waterworks", reason="清单", **boss)
    for helper in lines.ok("show", case=no)["case"]["co_bodies"]:
        ok("waive", case=no, body=helper, reason="自己能办", **boss)
    ok("co_dispatch", case=no, body="police", message="请来疏导")
    ok("report", case=no, status="handling", who="老陈", channel="电话")
    ok("report", case=no, body="police", status="result", who="王", channel="电话", words="好")
    until = (NOON + timedelta(days=2)).isoformat()
    ok("supervise", case=no, reason="群众反映强烈", **boss)
    ok("answer_order", case=no, who="老陈", channel="电话", words="下午换好")
    ok("instruct", case=no, words="尽快换好", leader="潘镇长", **boss)
    why = {"who": "老陈", "channel": "电话", "reason": "materials"}
    ok("ask_hold", case=no, until=until, **why)
    ok("decide", case=no, grant=False, words="抓紧办", **boss)
    ok("ask_extension", case=no, limit="2 urgent_hour", **why)
    ok("decide", case=no, grant=True, **boss)
    ok("suspend", case=no, reason="materials", until=until, **boss)
    ok("resume", case=no)
    whistle = ok("blow", case=no, bodies=["police", "fire", "land"], hold_seconds=0)["whistle"]
    number = whistle["whistle_no"]
    ok("urge_body", whistle=number, body="police")
    ok("disclose", case=no, reason="回访需要", **boss)
    told_ = ok("reveal", case=no, field="phone", reason="约现场")
    assert told_["reporters"] == [{"name": "", "phone": "13912345678", "id": ""}]
    ok("escalate", whistle=number, body="police", to="所长")
    told = {"whistle": number, "who": "老陈", "channel": "电话", "words": "收到"}
    ok("on_behalf", **told, body="police", status="finished")
    refusal = {"reason": "非我职责", "duty_item": "PH-001"}
    ok("on_behalf", **told, body="fire", status="refused", **refusal)
    ok("arbitrate", whistle=number, body="fire", arbiter="county", reason="两方说法不一")
    ok(
        "rule_summons",
        whistle=number,
        body="fire",
        uphold=False,
        reason="属实",
        who="县中心",
        **boss,
    )
    ok("withdraw", whistle=number, body="land")
    ok("release", whistle=number)
    ok("explain_whistle", whistle=number, words="井下有人")
    ok("rate", whistle=number, body="police", response=5, attendance=4, solved=5, attitude=4)
    ok("answer_rating", whistle=number, body="police", words="收到", who="老陈", channel="电话")
    ok("appeal_rating", whistle=number, body="police", words="按时到的", who="老陈", channel="电话")
    rated = ok("rule_rating", whistle=number, body="police", words="属实", response=5,
               attendance=5, solved=5, attitude=4, **boss)["whistle"]["summons"]  # fmt: skip
    assert rated[0]["rating"]["marks"]["attendance"] == 5
    assert rated[0]["rating"]["first"]["attendance"] == 4
    ok("report", case=no, status="result", who="老陈", channel="电话", words="换好了")
    ok("check", case=no, **inspector)
    ok("rework", case=no, reason="不牢", **inspector)
    ok("report", case=no, status="result", who="老陈", channel="电话", words="换好了")
    ok("check", case=no, **inspector)
    for word in lines.ok("show", case=no)["case"]["lacking"]:
        ok("add_evidence", case=no, url="http://x/1.jpg", shows=word, **inspector)
    ok("close", case=no, outcome="solved", reply="已换", **inspector)
    ok("answer_doubts", case=no, words="电话停机", **boss)
    ok("follow_up", case=no, contacted=True, solved=False)
    ok("reopen", case=no, reason="又松了", **inspector)
    ok("force_close", case=no, reason="并入年度改造", **boss)
    lines.clock.at += timedelta(days=30)
    ok("archive", case=no, **boss)
    told = ok("bulk", orders=[{"do": "urge", "case": no}])
    assert told["each"] == [{"case": no, **told["each"][0]}]
    assert told["each"][0]["refusal"]["code"] == "illegal_step"
    # about what the feeds bring; refused by name below
    said |= {"admit", "decline", "review", "promote", "retry"}
    said |= {"press", "note_refused_links"}  # which only the report-in page may say
    said |= {"send_now"}  # nothing waits without a channel
    # walked through lines in tests/end_to_end/test_levels.py
    said |= {"call_county", "answer_call", "recall_call", "transfer", "note_receipt"}
    said |= {"recall_transfer", "close_transferred", "begin_mediation", "note_mediation"}
    said |= {"raise_mediation", "end_mediation"}
    assert lines.refused("send_now", outgoing="?", reason="急") == "not_waiting"
    assert said == {c.name(command) for command in get_args(c.Command)}
    shown = lines.ok("show", case=no)
    assert shown["case"]["state"] == "archived"
    assert (
        len([f for f in shown["facts"] if f["kind"].startswith("case.")])
        == (shown["case"]["version"])
    )


def test_that_what_is_not_there_is_refused_by_its_name(lines):
    assert lines.refused("review", alert="A1", verdict="true") == "unknown_alert"
    assert lines.refused("promote", alert="A1") == "unknown_alert"
    case, boss = registered(lines)["case_no"], "shift_supervisor"
    assert lines.refused("admit", case=case, words="已会商", as_=boss) == "not_at_gate"
    assert lines.refused("decline", case=case, reason="r", letter="l", as_=boss) == "not_at_gate"
    assert lines.refused("retry", message=7, as_="admin") == "unknown_message"
    assert lines.refused("show", case="C9") == "unknown_case"
    assert lines.refused("claim", case="C9", as_="nobody") == "unknown_operator"
    assert lines.refused("retry", message=7) == "not_allowed"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "null",
        "7",
        '"claim"',
        "{}",
        '{"do": "fly"}',
        '{"do": 7}',
        '{"do": ["help"]}',
        '{"do": "claim"}',
        '{"do": "claim", "case": 7}',
        '{"do": "claim", "case": "C1", "more": 1}',
        '{"do": "claim", "case": {}}',
        '{"do": "blow", "case": "C1", "hold_seconds": 61}',
        '{"do": "cases", "states": 7}',
        '{"do": "cases", "states": "filed"}',
        '{"do": "cases", "states": ["lost"]}',
        '{"do": "cases", "states": {"filed": 1}}',
        '{"do": "suspend", "case": "C1", "reason": "r", "until": "2026-11-20T12:00:00"}',
        "[" * 5000,
        '{"do": ' * 5000,
        b"\xff\xfe",
        b'{"do": "\xff"}',
        "\x00",
    ],
)
def test_that_a_line_that_cannot_be_read_is_answered_and_harms_nothing(lines, line):
    answer = lines.raw(line)
    assert not answer["ok"]
    assert answer["refusal"]["code"] == "bad_command"
    assert answer["refusal"]["text"]
    assert lines.ok("cases")["cases"] == []


@pytest.mark.parametrize(
    "fields",
    [
        {"do": "retry", "message": 10**30, "as": "admin"},
        {"do": "retry", "message": -(10**30), "as": "admin"},
        {"do": "claim", "case": "C1", "version": 10**30},
        {"do": "claim", "case": "\ud800"},
        {"do": "show", "case": "\ud800"},
        {"do": "show", "case": ["C1"]},
        {"do": "cases", "text": "\ud800"},
        {"do": "cases", "text": '"*^-OR'},
        {"do": "cases", "text": 7},
        {"do": "register", "title": "\ud800", "channel": "other"},
        {"do": "register", "title": "\x00", "channel": "other"},
        {"do": "register", "title": "t", "channel": "other", "lon": 1e300, "lat": 1e300},
        {
            "do": "register",
            "title": "t",
            "channel": "other",
            "occurred_at": "0001-01-01T00:00:00+14:00",
        },
        {
            "do": "register",
            "title": "t",
            "channel": "other",
            "occurred_at": "9999-12-31T23:59:59-12:00",
        },
        {"do": "register", "title": "t", "channel": "other", "reporter_name": "\ud800"},
        {"do": "review", "alert": "\x00", "verdict": "true"},
    ],
    ids=str,
)
def test_that_odd_values_get_an_answer_too(lines, fields):
    answer = lines.raw(json.dumps(fields))
    if not answer["ok"]:
        assert answer["refusal"]["code"] in words.SENTENCES
        assert answer["refusal"]["text"]
    registered(lines)  # and the desk goes on
    lines.ok("cases")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)
DOES = [c.name(command) for command in get_args(c.Command)] + list(LOOKS)
FIELDS = sorted({"case", "body", "whistle", "alert", "reason", "title", "states", "text", "as"})


@given(st.sampled_from(DOES), st.dictionaries(st.sampled_from(FIELDS), values, max_size=4))
@settings(
    max_examples=60, phases=SWIFT, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_that_any_object_gets_one_answer(lines, do, fields):
    answer = lines.raw(json.dumps({"do": do, **fields}))
    assert answer["ok"] in {True, False}


def test_that_a_line_may_name_who_gives_it_and_else_the_seat_does(lines):
    case = registered(lines)
    assert lines.ok("claim", case=case["case_no"])["facts"][0]["actor"] == "dispatcher"
    taken = lines.ok(
        "claim", case=case["case_no"], take=True, reason="已下班", as_="shift_supervisor"
    )
    assert (taken["facts"][0]["actor"], taken["case"]["claimed_by"]) == (
        "shift_supervisor",
        "shift_supervisor",
    )


def test_that_a_refusal_is_said_in_the_language_of_the_desk(lines):
    case = registered(lines)["case_no"]
    chinese = lines.say("dispatch", case=case)["refusal"]["text"]
    lines.desk.lang = "en"
    english = lines.say("dispatch", case=case)["refusal"]["text"]
    assert chinese == f"{case} 现在是「已接收」，不能派单。请先立案（file）。"
    said = f'{case} is now "received"; "dispatch" is not possible from there.'
    assert english == said + ' "file" must come first: the command file.'


def test_that_help_lists_every_command_with_its_fields(lines):
    told = lines.ok("help")
    listed = {item["do"]: item for item in told["commands"]}
    assert set(listed) == {c.name(command) for command in get_args(c.Command)}
    assert listed["suspend"]["fields"] == {
        "case": "required",
        "version": "optional",
        "reason": "required",
        "until": "required",
    }
    assert all(item["meaning"] for item in listed.values())
    assert set(told["looks"]) == set(LOOKS)


def test_that_the_looks_show_what_is_there(lines):
    case = registered(lines)["case_no"]
    lines.ok("file", case=case)
    lines.ok("dispatch", case=case)
    whistle = lines.ok("blow", case=case, bodies=["police"])["whistle"]
    assert [item["case_no"] for item in lines.ok("cases", states=["dispatched"])["cases"]] == [case]
    assert lines.ok("cases", states=["closed"])["cases"] == []
    assert lines.ok("whistles")["whistles"] == [whistle]
    assert [item["type"] for item in lines.ok("outbox")["outbox"]] == [
        *["task.dispatched"] * (1 + len(lines.ok("show", case=case)["case"]["co_bodies"])),
        "whistle.blown",
    ]


def test_that_an_overtaken_order_is_answered_with_both_versions(lines):
    case = registered(lines)["case_no"]
    lines.ok("claim", case=case, version=1)
    answer = lines.say("file", case=case, version=1)
    assert answer["refusal"]["code"] == "overtaken"
    assert (answer["seen"]["version"], answer["now"]["version"]) == (1, 2)
    assert answer["changed"]["claimed_by"] == [None, "dispatcher"]
    assert set(answer["changed"]) == {"version", "claimed_by", "holder"}


def test_that_what_a_closing_leaves_open_and_what_was_ruled_can_be_looked_at(lines):
    case = registered(lines)["case_no"]
    assert lines.ok("doubtful")["cases"] == []
    assert lines.ok("precedents", case=case)["rulings"] == []
    assert lines.ok("alerts")["alerts"] == []


def test_that_an_outcome_that_does_not_come_is_said_to_be_pending(lines, monkeypatch):
    monkeypatch.setattr(deskline, "PATIENCE", 0.01)
    held_back = threading.Event()
    held = lines.core.scribe.perform(lambda unit: held_back.wait(60), None)
    try:
        assert lines.refused("register", title="t", channel="other") == "still_pending"
    finally:
        held_back.set()
        held.exception(60)


def test_that_help_names_values_and_roles(lines):
    told = {it["do"]: it for it in lines.ok("help")["commands"]}
    assert "solved" in told["close"]["values"]["outcome"]
    assert "not_exists" in told["report"]["values"]["status"]
    assert told["retry"]["roles"] == ["shift_supervisor", "admin"]
    assert told["register"]["takes"]["lat"] == "数字（-90 至 90）"


def test_that_help_is_in_the_language_of_the_desk_or_of_the_line(lines):
    english = lines.ok("help", lang="en")
    told = {it["do"]: it for it in english["commands"]}
    assert told["hand_over"]["meaning"].startswith("hand over: pass a case")
    assert told["register"]["takes"]["lat"] == "a number (-90 to 90)"
    assert english["looks"]["show"] == "one case with its history: case"
    lines.desk.lang = "en"
    assert lines.ok("help") == english
    chinese = lines.ok("help", lang="zh")
    assert chinese["looks"]["show"] == "一件案卷和它的全过程：case"
    for zh, en in zip(chinese["commands"], english["commands"], strict=True):
        assert zh["meaning"].startswith(words.command(zh["do"]) + "：")
        machine = ("do", "fields", "values", "roles")
        assert [zh[name] for name in machine] == [en[name] for name in machine]
    said = [it["meaning"] for it in chinese["commands"]] + list(chinese["looks"].values())
    assert all(re.search("[一-龥]", it) and not re.search("[a-z]+ [a-z]+", it) for it in said)
    said = [it["meaning"] for it in english["commands"]] + list(english["looks"].values())
    assert all(it.isascii() or "乡呼县应" in it or "挂牌督办" in it for it in said)


def test_that_a_refusal_names_bodies_and_not_their_codes(lines):
    no = registered(lines)["case_no"]
    lines.ok("file", case=no)
    lines.ok("dispatch", case=no, body="waterworks", co_bodies=["police"])
    number = lines.ok("blow", case=no, bodies=["police"], hold_seconds=0)["whistle"]["whistle_no"]
    said = {"who": "老陈", "channel": "电话", "words": "到了"}
    lines.ok("on_behalf", whistle=number, body="police", status="reported_in", **said)
    for refused in (
        lines.say("release", whistle=number, body="police"),
        lines.say("supervise", case=no, body="fire", reason="急", as_="shift_supervisor"),
        lines.say("blow", case=no, bodies=["police"], lead="fire"),
        lines.say("urge_body", whistle=number, body="fire"),
    ):
        assert not refused["ok"]
        assert not re.search("police|fire|waterworks", refused["refusal"]["text"]), refused


def test_that_what_the_desk_refuses_to_read_is_said_in_chinese(lines):
    for line in ("{", '{"do": "fly"}', '{"do": "claim"}', '{"do": "cases", "states": ["lost"]}'):
        text = lines.raw(line)["refusal"]["text"]
        assert not re.search(r"Expected|Object|Invalid|malformed|truncated", text)
        assert re.search("[一-龥]", text)


def test_that_one_order_of_several_that_cannot_be_read_is_refused_alone(lines):
    case = registered(lines)["case_no"]
    orders = [
        {"do": "fly", "case": case},
        {"do": "claim", "case": case},
        7,
        {"do": "file", "case": case, "urgency": "soon"},
        {"do": "file", "case": case},
    ]
    each = lines.ok("bulk", orders=orders)["each"]
    assert [item["ok"] for item in each] == [False, True, False, False, True]
    assert [item["case"] for item in each] == [case, case, None, case, case]
    assert "fly" in each[0]["refusal"]["text"]
    assert lines.refused("bulk", orders=orders[:1]) == "bad_command"
    assert lines.refused("bulk", orders=[]) == "bad_command"
    assert lines.refused("bulk", orders=orders[1:2] * 201) == "bad_command"
    assert lines.refused("bulk", orders=orders[1:2], more=1) == "bad_command"


@pytest.mark.parametrize("packed", [(), ("--zip",)], ids=["pdf", "zip"])
def test_that_the_dossier_of_a_case_that_was_blown_on_is_printed(lines, tmp_path, capsys, packed):
    case = registered(lines)["case_no"]
    lines.ok("file", case=case)
    (blown, *_others) = lines.ok("blow", case=case, bodies=["police"])["facts"]
    assert blown["data"]["evidence"]
    lines.close()
    out = tmp_path / "out"
    asked = ["--hall", PACK, "--state-dir", tmp_path, "--out", out, *packed]
    assert main(["dossier", case, *map(str, asked)]) == 0
    assert out.stat().st_size


def test_that_where_a_case_stands_is_said_before_what_an_order_lacks(lines):
    waiting = lines.ok("register", title="t", channel="hotline")["case"]["case_no"]
    handled = registered(lines)["case_no"]
    lines.ok("file", case=handled)
    lines.ok("dispatch", case=handled)
    for case, order, more in (
        (waiting, "dispatch", {}),
        (waiting, "dispatch", {"body": "none", "duty_item": "none"}),
        (waiting, "rule", {"body": "none", "reason": "r", "as_": "shift_supervisor"}),
        (waiting, "co_dispatch", {"body": "none"}),
        (waiting, "waive", {"body": "none", "reason": "r", "as_": "shift_supervisor"}),
        (waiting, "report", {"status": "accepted", "who": "李队", "channel": "电话"}),
        (waiting, "reopen", {"reason": "r", "body": "none", "as_": "shift_supervisor"}),
        (handled, "verify", {"worker": "none"}),
        (handled, "merge", {"into": "none"}),
    ):
        assert lines.refused(order, case=case, **more) == "illegal_step", order
    text = lines.say("dispatch", case=waiting)["refusal"]["text"]
    assert text == f"{waiting} 现在是「已接收」，不能派单。请先立案（file）。"


def test_that_a_refusal_names_the_field_it_is_about(lines):
    case = registered(lines, category="C0101")["case_no"]
    for order, more, code, field in (
        ("reject", {"case": case, "reason": "r"}, "bad_command", "reply"),
        ("register", {"title": "", "channel": "hotline"}, "bad_command", "title"),
        ("register", {"title": "t", "channel": "pigeon"}, "bad_command", "channel"),
        ("register", {"title": "t", "channel": "other", "colour": 1}, "bad_command", "colour"),
    ):
        refusal = lines.say(order, **more)["refusal"]
        assert (refusal["code"], refusal["field"]) == (code, field)
    assert "field" not in lines.say("dispatch", case=case)["refusal"]


def test_that_a_code_nobody_knows_is_refused_with_the_field_it_was_given_in(lines):
    case = registered(lines)["case_no"]
    assert field_of(lines, "file", case=case, category="Z9") == "category"
    assert field_of(lines, "file", case=case, grid="Z9") == "grid"
    assert field_of(lines, "file", case=case, duty_item="Z9") == "duty_item"
    assert field_of(lines, "blow", case=case, bodies=["police", "Z9"]) == "bodies"
    lines.ok("file", case=case)
    assert field_of(lines, "dispatch", case=case, body="Z9") == "body"
    assert field_of(lines, "dispatch", case=case, body="police", co_bodies=["Z9"]) == "co_bodies"
    orders = [{"do": "dispatch", "case": case, "body": "Z9"}]
    (one,) = lines.ok("bulk", orders=orders)["each"]
    assert one["refusal"]["field"] == "body"


def test_that_what_is_asked_for_can_be_given(lines):
    case = lines.ok("register", title="t", channel="hotline")["case"]["case_no"]
    field = field_of(lines, "file", case=case, category="C0101")
    lines.ok("file", case=case, category="C0101", **{field: "东街"})


def field_of(lines, do, **fields):
    return lines.say(do, **fields)["refusal"].get("field")


def test_that_a_check_while_a_helper_is_at_work_names_the_helper(lines):
    case = registered(lines)["case_no"]
    lines.ok("file", case=case)
    lines.ok("dispatch", case=case, body="waterworks", co_bodies=["police"])
    said = {"who": "老陈", "channel": "电话", "words": "修好了"}
    for status in ("accepted", "handling", "result"):
        lines.ok("report", case=case, status=status, **said)
    for order in ({"do": "check"}, {"do": "close", "outcome": "solved", "reply": "已修好"}):
        refusal = lines.raw(json.dumps({**order, "case": case, "as": "inspector"}))["refusal"]
        assert refusal["code"] == "helpers_at_work"
        assert "派出所" in refusal["text"]


def test_that_a_line_that_says_nothing_to_do_is_told_so(lines):
    for line in ({}, {"case": "A1"}, {"do": None}):
        text = lines.raw(json.dumps(line))["refusal"]["text"]
        assert "请写明 do" in text
        assert "null" not in text


def test_that_a_command_is_suggested_only_where_one_is_near(lines):
    said = {
        order: lines.raw(json.dumps({"do": order}))["refusal"] for order in ("blwo", "frobnicate")
    }
    assert "blow" in said["blwo"]["text"]
    assert "arbitrate" not in said["frobnicate"]["text"]
    assert '{"do": "help"}' in said["frobnicate"]["text"]


@pytest.mark.parametrize(
    ("fields", "zh", "en"),
    [
        ({"bodies": ["ghost"]}, "代码见 bodies.csv", "bodies.csv has the codes"),
        ({"duty_item": "ZZ-1"}, "编号见 duties.csv", "duties.csv has them all"),
    ],
)
def test_that_a_desk_that_shows_no_list_says_where_the_codes_stand(lines, fields, zh, en):
    case = registered(lines)["case_no"]
    for lang, told in (("zh", zh), ("en", en)):
        lines.desk.lang = lang
        order = {"case": case, "bodies": ["police"], **fields}
        assert told in lines.say("blow", **order)["refusal"]["text"]


def test_that_what_a_field_cannot_be_is_an_english_sentence(lines):
    lines.desk.lang = "en"
    wrong = lines.say("register", title="t", channel="hotline", occurred_at="soon")["refusal"]
    assert '"register" cannot take soon for when it happened (occurred_at); it' in wrong["text"]
    empty = lines.say("register", title="", channel="hotline")["refusal"]
    assert '"register" must not leave title empty; it must be' in empty["text"]


def test_that_an_empty_field_is_said_to_be_empty(lines):
    text = lines.say("register", title="", channel="hotline")["refusal"]["text"]
    assert "「登记」的标题（title）不能空着" in text


def test_that_help_is_given_on_one_command_and_refuses_what_it_does_not_know(lines):
    (told,) = lines.ok("help", command="blow")["commands"]
    assert told["do"] == "blow"
    assert "blow" in lines.say("help", command="blwo")["refusal"]["text"]
    assert lines.refused("help", command=["blow"]) == "bad_command"
    refusal = lines.say("help", order="blow")["refusal"]
    assert (refusal["field"], "command" in refusal["text"]) == ("order", True)
    assert lines.refused("whistles", case="A1") == "bad_command"


def test_that_who_may_is_named_to_whom_may_not(lines):
    case = registered(lines)["case_no"]
    order = {"do": "force_close", "case": case, "reason": "r", "as": "inspector"}
    text = lines.raw(json.dumps(order))["refusal"]["text"]
    assert "「核查员」岗位不能强制结案，可由" in text
    assert "值班长" in text


def test_that_a_dispatch_that_lacks_its_duty_item_names_the_field(lines):
    case = lines.ok("register", title="t", channel="hotline")["case"]
    bare = next(it for it in lines.core.hall.categories if not lines.core.hall.standard_for(it))
    lines.ok("file", case=case["case_no"], category=bare, address="东街")
    refusal = lines.say("dispatch", case=case["case_no"], body="police")["refusal"]
    assert (refusal["code"], refusal["field"]) == ("needs", "duty_item")
