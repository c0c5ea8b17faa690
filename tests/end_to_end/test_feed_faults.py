"""What a hall makes of a feed that breaks in every way, end to end over real sockets."""

import random
import signal

import pytest


def test_that_everything_sent_is_stored_once_and_said_so_at_the_end(
    upstream, place, stored_all, nothing_lost
):
    gateway = upstream("--scenario", "hotline-morning", "--speed", 60)
    hall = place(gateway)
    run = hall.start("ingest", "--json")
    gateway.tell("burst 300")
    stored_all(hall, gateway)
    code, last = run.end()
    assert code == 0, run.errors.getvalue()
    assert last["received"] == last["stored"] >= 300
    assert last["duplicates"] == last["revisions"] == 0
    assert (last["quarantined"], last["gaps"]) == ({}, [])
    feed = last["feeds"]["county"]
    assert feed["acked"] == last["stored"] == hall.cursor()[1]
    assert (feed["epoch"], feed["state"]) == (gateway.status()["epoch"], "live")
    assert run.errors.getvalue() == ""
    nothing_lost(hall, gateway)


def test_that_twenty_kills_at_any_moment_lose_nothing_and_store_nothing_twice(
    upstream, place, swift, stored_all, nothing_lost, until
):
    dice = random.Random(20)
    gateway = upstream()
    hall = place(gateway)
    for _ in range(20):
        before = hall.cursor()[1] or 0
        run = swift("ingest", "--hall", hall.folder)
        gateway.tell(f"burst {dice.randint(20, 200)}")
        if dice.random() < 0.8:  # while it writes; else while it starts
            until(lambda before=before: (hall.cursor()[1] or 0) > before, "something stored")
            gateway.tell(f"burst {dice.randint(1, 200)}")
        assert run.is_alive()
        run.kill()
        run.join()
        assert gateway.status()["acked"] <= (hall.cursor()[1] or 0)
    last = hall.start("ingest")
    stored_all(hall, gateway)
    code, told = last.end()
    assert (code, told["gaps"], told["quarantined"]) == (0, [], {})
    assert len(hall.told("cases")) == gateway.status()["newest"]
    nothing_lost(hall, gateway)


def test_that_each_fault_of_a_feed_is_survived_and_shown(
    upstream, place, stored_all, nothing_lost, until
):
    gateway = upstream()
    hall = place(gateway)
    run = hall.start("ingest")
    gateway.tell("burst 20")
    stored_all(hall, gateway)

    def then(line, more=5):
        gateway.tell(line)
        gateway.tell(f"burst {more}")
        stored_all(hall, gateway)

    then("drop")
    then("resend 8")
    then("resend 4 renumber")
    then("revise 3")
    until(lambda: gateway.status()["links"] == 1, "linked")
    then("reorder 6", more=6)
    then("jump 7")
    then("garbage 18")
    before = gateway.status()
    gateway.tell("epoch")
    then("burst 3")
    then("refuse 0.4")
    code, last = run.end()

    assert code == 0, run.errors.getvalue()
    assert run.errors.getvalue() == ""
    assert last["feeds"]["county"]["state"] == "live"
    assert last["feeds"]["county"]["epoch"] == gateway.status()["epoch"] != before["epoch"]
    assert last["duplicates"] >= 12
    assert last["revisions"] == 3
    assert last["quarantined"] == dict.fromkeys(gateway.status()["garbage"], 2)
    gaps = {gap["reason"]: gap for gap in last["gaps"]}
    assert set(gaps) == {"sequence_jump", "epoch_changed"} | ({"buffer_lost"} & set(gaps))
    assert gaps["sequence_jump"]["to"] - gaps["sequence_jump"]["from"] == 6
    assert gaps["epoch_changed"]["feed"] == "county"
    assert gaps["epoch_changed"]["from"] == before["newest"] + 1
    aside = hall.json("quarantine")
    assert {item["reason"] for item in aside} == set(gateway.status()["garbage"])
    assert len(aside) == 18
    revised = [case for case in hall.json("cases") if "revised" in case["marks"]]
    assert len(revised) == 3
    nothing_lost(hall, gateway)


def test_that_what_a_feed_lost_while_nobody_listened_is_a_gap_people_see(
    upstream, place, stored_all, nothing_lost
):
    gateway = upstream()
    hall = place(gateway)
    run = hall.start("ingest")
    gateway.tell("burst 10")
    stored_all(hall, gateway)
    run.end()
    gateway.tell("burst 30")
    gateway.tell("lose 4")
    run = hall.start("ingest")
    stored_all(hall, gateway)
    code, last = run.end()
    assert code == 0
    assert last["gaps"] == [{"feed": "county", "from": 11, "to": 36, "reason": "buffer_lost"}]
    assert last["stored"] == 4
    nothing_lost(hall, gateway)


def test_that_a_gateway_that_is_killed_and_started_again_is_gone_on_with(
    upstream, place, stored_all, nothing_lost
):
    gateway = upstream()
    hall = place(gateway)
    run = hall.start("ingest")
    for size in (30, 1, 200):
        gateway.tell(f"burst {size}")
        gateway.kill()
        gateway = upstream()
    stored_all(hall, gateway)
    code, last = run.end()
    assert (code, last["gaps"]) == (0, [])
    assert last["stored"] == 231
    nothing_lost(hall, gateway)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs SIGSTOP")
def test_that_a_gateway_that_freezes_is_taken_up_where_it_stopped(
    upstream, place, stored_all, nothing_lost, until
):
    gateway = upstream()
    hall = place(gateway)
    run = hall.start("ingest")
    gateway.tell("burst 10")
    stored_all(hall, gateway)
    gateway.process.send_signal(signal.SIGSTOP)
    gateway.process.stdin.write("burst 40\n")
    gateway.process.stdin.flush()
    gateway.process.send_signal(signal.SIGCONT)
    gateway.next()
    stored_all(hall, gateway)
    assert run.end()[1]["stored"] == 50
    nothing_lost(hall, gateway)
