"""County, 110 and the village's mediator answer over a real feed; the hall is killed meanwhile."""

import pytest

STATUS = {
    "case.county_answered": "answer",
    "case.transfer_moved": "decision",
}


@pytest.fixture
def levels_of():
    """Return what was said of a case on the levels above and beside, by kind of fact, in order."""

    def told(desk, number):
        found = {}
        for fact in desk.say({"do": "show", "case": number})["facts"]:
            kind = fact["kind"]
            if kind.startswith(("case.county_", "case.transfer_", "case.mediation_")):
                found.setdefault(kind, []).append(fact["data"].get(STATUS.get(kind, "rung")))
        return found

    return told


def test_that_those_above_answer_over_the_feed_and_a_killed_hall_hears_each_once(
    upstream, place, nothing_lost, until, levels_of
):
    gateway = upstream("--speed", 60, "--haste", 60, "--returns", 0)
    hall = place(gateway)

    def sit_down():
        return hall.start("desk", "--ingest", "--as", "shift_supervisor")

    desk = sit_down()
    report = {"title": "两家为宅界动手", "channel": "walk_in", "category": "T0103",
              "grid": "990101101001001", "address": "云溪村 3 号"}  # fmt: skip
    number = desk.say({"do": "register", **report})["case"]["case_no"]
    for order in (
        {"do": "file", "category": "T0103"},
        {"do": "call_county", "body": "county_urban", "request": "请来人定界"},
        {"do": "transfer", "to": "police", "reason": "有人受伤"},
        {"do": "begin_mediation"},
    ):
        answer = desk.say({**order, "case": number})
        assert answer["ok"], answer
        desk.kill()
        desk = sit_down()

    def answered():
        told = levels_of(desk, number)
        agreed = {"agreed", "declined"} & {*told.get("case.county_answered", ())}
        taken = {"accepted", "declined"} & {*told.get("case.transfer_moved", ())}
        worked = told.get("case.mediation_noted", ())
        return agreed and taken and worked and told

    told = until(answered, "an answer of each")
    assert told["case.county_answered"][0] == "seen"
    assert told["case.transfer_moved"][0] == "received"
    assert len(told["case.county_answered"]) == len(told["case.transfer_moved"]) == 2
    until(lambda: desk.say({"do": "outbox"})["outbox"] == [], "everything receipted")
    assert desk.end()[0] == 0
    types = [heard["frame"]["type"] for heard in gateway.inbox()]
    for kind in ("county.called", "transfer.sent", "mediation.assigned"):
        assert types.count(kind) == 1
    nothing_lost(hall, gateway)
