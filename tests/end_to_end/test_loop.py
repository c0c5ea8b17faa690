"""The whole way once: report, file, dispatch, handle, check, close, and the whistle beside it."""

import json
import time

import pytest

from commandcenter.rehearsal.dispatcher import Script, play
from commandcenter.runtime import demo

STEPS = [
    "发现问题 → 上报平台",
    "立案",
    "响应派单",
    "吹哨",
    "视频研判",
    "协同处置",
    "结果上传",
    "核查结案",
    "报到",
    "拒哨",
    "逾时未报到",
    "同意撤离",
]


@pytest.fixture
def played(until):
    """Have the scripted dispatcher play on a desk behind a pipe; return the steps it told."""

    def run(desk, patience=120.0):
        told, deadline = {}, time.monotonic() + patience

        def pause(seconds):
            time.sleep(seconds)
            return time.monotonic() < deadline

        script = Script(
            say=desk.say,
            tell=told.setdefault,
            pause=pause,
            checker="inspector",
            supervisor="shift_supervisor",
            bodies=demo.BODIES,
        )
        play(script)
        return told

    return run


def test_that_the_loop_is_walked_over_real_pipes_and_sockets_and_outlives_a_restart(
    upstream, place, played, stored_all, nothing_lost, until
):
    gateway = upstream("--scenario", "ordinary-day", "--speed", 10, "--haste", 20)
    hall = place(gateway)
    desk = hall.start("desk", "--ingest", "--as", "dispatcher")
    began = time.monotonic()
    told = played(desk)
    took = time.monotonic() - began
    assert set(STEPS) <= set(told), told
    print(f"the loop took {took:.1f} s")
    until(lambda: desk.say({"do": "outbox"})["outbox"] == [], "everything receipted")
    gateway_epoch = gateway.status()["epoch"]
    assert desk.end()[0] == 0
    assert desk.errors.getvalue() == ""
    nothing_lost(hall, gateway)

    before = {command: hall.told(command) for command in ("cases", "alerts", "quarantine")}
    inbox = [heard["frame"]["id"] for heard in gateway.inbox()]
    desk = hall.start("desk", "--as", "dispatcher")
    whistles = desk.say({"do": "whistles"})["whistles"]
    assert desk.end()[0] == 0
    assert {command: hall.told(command) for command in before} == before
    assert all(whistle["closed_at"] is None for whistle in whistles)

    run = hall.start("ingest")
    stored_all(hall, gateway)
    code, last = run.end()
    assert (code, last["duplicates"], last["gaps"]) == (0, 0, [])
    assert last["feeds"]["county"]["epoch"] == gateway_epoch
    assert [heard["frame"]["id"] for heard in gateway.inbox()][: len(inbox)] == inbox
    nothing_lost(hall, gateway)
    closed = [case for case in hall.told("cases") if case["state"] == "closed"]
    assert [case["outcome"] for case in closed] == ["solved"]


def test_that_a_desk_killed_at_any_step_goes_on_where_it_was(
    upstream, place, stored_all, nothing_lost, until
):
    gateway = upstream("--speed", 60, "--haste", 60, "--returns", 0)
    hall = place(gateway)
    gateway.tell("burst 3")

    def desk():
        return hall.start("desk", "--ingest", "--as", "shift_supervisor")

    run = desk()
    case = until(
        lambda: [
            item for item in run.say({"do": "cases"})["cases"] if item["category"] and item["grid"]
        ],
        "a report",
    )[0]
    for order in (
        {"do": "claim"},
        {"do": "file"},
        {"do": "dispatch", "body": "enforcement", "co_bodies": []},
        {"do": "blow", "bodies": ["police", "market"], "hold_seconds": 0},
    ):
        answer = run.say({**order, "case": case["case_no"]})
        assert answer["ok"], answer
        run.kill()
        run = desk()
    done = until(
        lambda: any(
            fact["kind"] == "case.result" or fact["data"].get("after") == "result_submitted"
            for fact in run.say({"do": "show", "case": case["case_no"]})["facts"]
        ),
        "a result",
    )
    assert done
    until(lambda: run.say({"do": "outbox"})["outbox"] == [], "everything receipted")
    assert run.end()[0] == 0
    types = [heard["frame"]["type"] for heard in gateway.inbox()]
    assert types.count("task.dispatched") == 1
    assert types.count("whistle.blown") == 2
    nothing_lost(hall, gateway)


def test_that_receipts_withheld_or_refused_leave_one_effect_and_a_reason(
    upstream, place, nothing_lost, until
):
    gateway = upstream()
    hall = place(gateway)
    gateway.tell("burst 2")
    desk = hall.start("desk", "--ingest", "--as", "shift_supervisor")
    found = until(
        lambda: len(cases := desk.say({"do": "cases"})["cases"]) == 2 and cases, "two reports"
    )
    gateway.tell("withhold 600")
    first, second = (case["case_no"] for case in found)
    blow = {"do": "blow", "bodies": ["police"], "hold_seconds": 0}
    assert desk.say({**blow, "case": first})["ok"]
    until(lambda: gateway.status()["heard"] >= 1, "heard")
    assert desk.say({"do": "outbox"})["outbox"] != []
    gateway.tell("withhold 0")
    gateway.tell("drop")  # a new link: what has no receipt is sent again
    until(lambda: desk.say({"do": "outbox"})["outbox"] == [], "receipted")

    gateway.tell("reject 1")
    assert desk.say({**blow, "case": second})["ok"]
    until(lambda: desk.say({"do": "outbox"})["outbox"] == [], "settled")
    settled = hall.rows("SELECT state, reason FROM outbox ORDER BY rank")
    assert [*map(tuple, settled)] == [
        ("delivered", ""),
        ("rejected", "rejected on request"),
    ]
    assert desk.end()[0] == 0
    nothing_lost(hall, gateway)


def test_that_what_was_put_aside_is_taken_in_after_the_pack_was_mended(
    upstream, place, nothing_lost, until
):
    gateway = upstream()
    hall = place(gateway)
    desk = hall.start("desk", "--ingest", "--as", "admin")
    until(lambda: gateway.status()["links"], "linked")
    frame = {"do": "garbage", "count": 1, "kind": "bad_data"}
    gateway.tell(json.dumps(frame))
    (item,) = until(lambda: hall.told("quarantine"), "put aside")
    answer = desk.say({"do": "retry", "message": item["id"]})
    assert not answer["ok"], "it is as bad as it was"
    assert hall.told("quarantine")[0]["reason"] == "bad_data"
    assert desk.end()[0] == 0
    nothing_lost(hall, gateway)
