"""The people at the other end: who says what, in which order, and when."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commandcenter.rehearsal.responders import REQUIRED, Responders, refusal
from commandcenter.rehearsal.township import demo_pack, read

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
TOWNSHIP = read(demo_pack())
PLACE = {"lon": 116.28, "lat": 29.08, "datum": "WGS84", "address": "云溪村三组路口"}


def responders(*, seed=1, pace=1.0, return_rate=0.0, silent=()):
    return Responders(
        TOWNSHIP, seed=seed, pace=pace, return_rate=return_rate, silent=frozenset(silent)
    )


def message(type_, id_="m1", **data):
    return {"type": type_, "id": id_, "data": data}


def dispatched(id_="m1", body="enforcement", **more):
    data = {"case_no": "C1", "body": body, "title": "垃圾桶满溢"} | more
    return message("task.dispatched", id_, **data)


def blow(people, bodies, *, lead=None, report_in=30, at=NOON, number="W1"):
    for body in bodies:
        data = {
            "whistle_no": number,
            "case_no": "C1",
            "body": body,
            "lead": lead,
            "place": PLACE,
            "duty_item": "FQ-001",
            "report_in_by": (at + timedelta(minutes=report_in)).isoformat(),
        }
        people.take(message("whistle.blown", f"{number}-{body}", **data), at)


def everything(people):
    return people.speak(NOON + timedelta(days=30))


def statuses(frames, body=None):
    return [
        frame["data"]["status"]
        for frame in frames
        if "status" in frame["data"] and body in (None, frame["data"]["body"])
    ]


def test_that_a_task_is_accepted_handled_and_done_with_evidence():
    people = responders()
    people.take(dispatched(evidence_required=["前", "后", "定位"]), NOON)
    said = everything(people)
    assert statuses(said) == ["accepted", "handling", "result"]
    assert {frame["type"] for frame in said} == {"task.receipt"}
    result = said[-1]["data"]
    assert len(result["attachments"]) == 3
    assert result["words"]
    assert result["by"]["phone"].startswith("100")


def test_that_milestones_but_the_last_are_reported_by_name():
    people = responders()
    milestones = [{"name": "围护"}, {"name": "修复"}, {"name": "恢复"}]
    people.take(dispatched(milestones=milestones), NOON)
    said = everything(people)
    assert statuses(said) == ["accepted", "handling", "milestone", "milestone", "result"]
    assert [f["data"]["milestone"] for f in said if "milestone" in f["data"]] == ["围护", "修复"]


def test_that_times_rise_and_are_those_of_the_people_not_of_the_asking():
    people = responders()
    people.take(dispatched(), NOON)
    times = [datetime.fromisoformat(frame["data"]["at"]) for frame in everything(people)]
    assert times == sorted(times)
    assert times[0] > NOON
    assert people.due is None


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_that_the_rate_of_returns_is_kept(rate):
    people = responders(return_rate=rate)
    for number in range(20):
        people.take(dispatched(f"m{number}", case_no=f"C{number}"), NOON)
    receipts = [frame["data"] for frame in everything(people)]
    returns = [receipt for receipt in receipts if receipt["status"] == "returned"]
    assert len(returns) == 20 * rate
    assert all(receipt["reason"] and receipt["duty_item"] for receipt in returns)


def test_that_a_case_returned_once_is_not_returned_again():
    people = responders(return_rate=1.0)
    people.take(dispatched("m1"), NOON)
    assert statuses(people.speak(NOON + timedelta(hours=1))) == ["returned"]
    people.take(dispatched("m2", body="construction"), NOON + timedelta(hours=1))
    assert statuses(everything(people)) == ["accepted", "handling", "result"]


def test_that_rework_is_handled_and_done_again():
    people = responders()
    people.take(dispatched(), NOON)
    first = everything(people)
    people.take(message("task.rework", "m2", case_no="C1", body="enforcement"), NOON)
    again = everything(people)
    assert statuses(again) == ["handling", "result"]
    assert again[-1]["data"]["words"] != first[-1]["data"]["words"]
    assert not {frame["id"] for frame in first} & {frame["id"] for frame in again}


def test_that_a_recalled_task_is_heard_of_no_more():
    people = responders()
    people.take(dispatched(), NOON)
    people.speak(people.due)
    people.take(message("task.recalled", "m2", case_no="C1", body="enforcement"), NOON)
    assert people.due is None
    assert everything(people) == []


def test_that_an_urged_body_does_its_next_step_sooner():
    people = responders()
    people.take(dispatched(), NOON)
    people.speak(people.due)
    before = people.due
    people.take(message("task.urged", "m2", case_no="C1", body="enforcement"), NOON)
    assert people.due < before
    assert statuses(everything(people)) == ["handling", "result"]


def test_that_urging_nobody_is_no_fault():
    people = responders()
    for type_ in ("task.urged", "task.recalled"):
        people.take(message(type_, case_no="C9", body="police"), NOON)
    for type_ in ("whistle.released", "whistle.withdrawn", "whistle.escalated"):
        people.take(message(type_, whistle_no="W9", body="police"), NOON)
    assert everything(people) == []


@given(seed=st.integers(0, 10_000), lead=st.sampled_from([None, "police"]), more=st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_that_of_three_or_more_one_comes_one_is_late_and_one_refuses(seed, lead, more):
    people = responders(seed=seed)
    bodies = ["police", "enforcement", "market", "fire", "land", "power"][: 3 + more]
    blow(people, bodies, lead=lead)
    said = everything(people)
    limit = NOON + timedelta(minutes=30)
    parts = Counter()
    for body in bodies:
        theirs = [frame for frame in said if frame["data"]["body"] == body]
        words = statuses(theirs)
        if words == ["notified", "refused"]:
            parts["refused"] += 1
            assert theirs[-1]["data"]["reason"]
            assert theirs[-1]["data"]["duty_item"] == "FQ-001"  # that of the matter
            continue
        assert words == ["notified", "answered", "en_route", "reported_in", "working", "finished"]
        (came,) = [f for f in theirs if f["data"]["status"] == "reported_in"]
        late = datetime.fromisoformat(came["data"]["at"]) > limit
        parts["late" if late else "prompt"] += 1
        assert abs(came["data"]["location"]["lon"] - PLACE["lon"]) < 0.001
    assert parts == {"refused": 1, "late": 1, "prompt": 1 + more}
    if lead:
        assert "refused" not in statuses(said, lead)


@pytest.mark.parametrize(("pace", "least", "most"), [(1, 60, 180), (200, 18, 20)])
def test_that_whoever_is_late_is_so_for_long_enough_to_be_seen(pace, least, most):
    people = responders(pace=pace)
    minutes = 1 if pace > 1 else 30
    limit = NOON + timedelta(minutes=minutes)
    blow(people, ["police", "enforcement", "market"], report_in=minutes)
    came = [f["data"]["at"] for f in everything(people) if f["data"]["status"] == "reported_in"]
    (late,) = [at for at in map(datetime.fromisoformat, came) if at > limit]
    assert least <= (late - limit).total_seconds() <= most


def test_that_bodies_told_one_after_the_other_still_get_their_parts():
    people = responders(pace=1000)
    said = []
    for number, body in enumerate(["police", "enforcement", "market"]):
        at = NOON + timedelta(seconds=0.3 * number)
        said += people.speak(at)
        blow(people, [body], at=at)
    said += everything(people)
    assert statuses(said).count("refused") == 1


def test_that_of_two_nobody_refuses_and_nobody_is_late():
    people = responders()
    blow(people, ["police", "fire"])
    said = everything(people)
    assert "refused" not in statuses(said)
    assert all(
        datetime.fromisoformat(frame["data"]["at"]) < NOON + timedelta(minutes=30)
        for frame in said
        if frame["data"]["status"] == "reported_in"
    )


def test_that_a_silent_body_never_answers_but_counts_among_the_summoned():
    people = responders(silent=["power"])
    people.take(dispatched(body="power"), NOON)
    blow(people, ["power", "fire", "police"])
    said = everything(people)
    assert {frame["data"]["body"] for frame in said} == {"fire", "police"}
    words = [f["data"]["words"] for f in said if f["data"]["status"] == "reported_in"]
    assert sum("绕行" in word for word in words) == 1


def test_that_who_has_come_leaves_when_released_and_who_has_not_stays_away():
    people = responders()
    blow(people, ["police"])
    people.take(message("whistle.released", "r0", whistle_no="W1", body="police"), NOON)
    assert everything(people) == []
    people = responders()
    blow(people, ["police"])
    while statuses(people.speak(people.due)) != ["reported_in"]:
        pass
    people.take(message("whistle.released", "r1", whistle_no="W1", body="police"), people.due)
    assert statuses(everything(people)) == ["left"]


def test_that_a_withdrawn_whistle_is_heard_of_no_more():
    people = responders()
    blow(people, ["police", "fire"])
    people.take(message("whistle.withdrawn", "x", whistle_no="W1", body="police"), NOON)
    assert {frame["data"]["body"] for frame in everything(people)} == {"fire"}


def test_that_a_whistle_blown_twice_summons_once():
    people = responders()
    blow(people, ["police"])
    blow(people, ["police"])
    assert statuses(everything(people)).count("notified") == 1


def test_that_a_grid_worker_verifies():
    results = Counter()
    for number in range(60):
        people = responders(seed=number)
        data = {"case_no": "C1", "worker": "W001", "location": PLACE}
        people.take(message("verification.requested", **data), NOON)
        (said,) = everything(people)
        assert said["type"] == "verification.receipt"
        assert said["data"]["by"]["name"] == TOWNSHIP.workers["W001"].name
        results[said["data"]["result"]] += 1
    assert set(results) == {"exists", "not_exists", "unable"}
    assert results["exists"] > 30


def test_that_callers_are_asked_afterwards_where_the_case_is_known():
    people = responders()
    replied = message("case.replied", event_nos=["R1"], outcome="solved")
    people.take(replied, NOON)
    assert everything(people) == []
    people.take(replied | {"subject": "C1"}, NOON)
    (said,) = everything(people)
    assert said["type"] == "followup.receipt"
    assert said["data"]["case_no"] == "C1"
    assert said["data"]["contacted"] is True


def called(people, **data):
    given = {"case_no": "C1", "body": "county_water", "request": "请支援", "call_no": "C1-H1"}
    people.take(message("county.called", **given, **data), NOON)
    return everything(people)


def test_that_the_county_sees_what_it_is_asked_and_then_decides():
    decided = Counter()
    for number in range(40):
        said = called(responders(seed=number), tier="assist")
        assert {frame["type"] for frame in said} == {"county.receipt"}
        assert {frame["data"]["call_no"] for frame in said} == {"C1-H1"}
        assert said[0]["data"]["status"] == "seen"
        decided[said[1]["data"]["status"]] += 1
    assert set(decided) == {"agreed", "declined"}
    assert decided["agreed"] > decided["declined"]


def test_that_to_know_of_it_the_county_only_sees_it():
    assert statuses(called(responders(), tier="view")) == ["seen"]


def test_that_a_request_that_was_taken_back_is_not_answered():
    people = responders()
    people.take(
        message("county.called", case_no="C1", body="county_water", request="x", call_no="H1"),
        NOON,
    )
    people.take(message("county.recalled", case_no="C1", body="county_water", call_no="H1"), NOON)
    assert everything(people) == []


def test_that_the_other_side_receipts_a_transfer_before_it_decides():
    decided = Counter()
    for number in range(40):
        people = responders(seed=number)
        sent = {"transfer_no": "C1-Y1", "case_no": "C1", "to": "110", "title": "x", "reason": "x"}
        people.take(message("transfer.sent", **sent), NOON)
        first, last = everything(people)
        assert first["type"] == "transfer.receipt"
        assert first["data"]["status"] == "received"
        assert first["data"]["to"] == "110"
        decided[last["data"]["status"]] += 1
    assert set(decided) == {"accepted", "declined"}


def test_that_whoever_mediates_tells_of_its_work_and_then_how_it_went():
    ended = Counter()
    for number in range(40):
        people = responders(seed=number)
        asked = {"case_no": "C1", "body": "village_01", "level": "village", "title": "宅界"}
        people.take(message("mediation.assigned", **asked), NOON)
        first, last = everything(people)
        assert first["data"]["status"] == "session"
        ended[last["data"]["status"]] += 1
    assert set(ended) == {"agreed", "failed"}


def test_that_haste_shortens_the_way_to_seconds():
    people = responders(pace=200)
    people.take(dispatched(milestones=[{"name": "a"}, {"name": "b"}, {"name": "c"}]), NOON)
    blow(people, ["police"])
    last = {}
    for frame in everything(people):
        last[frame["type"]] = datetime.fromisoformat(frame["data"]["at"]) - NOON
    assert last["task.receipt"] <= timedelta(seconds=11)
    assert last["whistle.receipt"] <= timedelta(seconds=12)


@given(seed=st.integers(0, 1000), pace=st.floats(1, 500))
@settings(max_examples=20, deadline=None)
def test_that_the_same_messages_bring_the_same_answers_however_often_one_listens(seed, pace):
    def said(moments):
        people = responders(seed=seed, pace=pace, return_rate=0.3)
        people.take(dispatched(), NOON)
        blow(people, ["police", "enforcement", "market"], lead="police")
        frames = []
        for moment in moments:
            frames += people.speak(NOON + timedelta(seconds=moment))
        return frames + everything(people)

    assert said([]) == said(range(0, 3000, 50))


def test_that_ids_stay_within_the_contract_for_the_longest_key():
    people = responders()
    people.take(dispatched("k" * 128), NOON)
    assert all(len(frame["id"]) <= 128 for frame in everything(people))


@pytest.mark.parametrize("type_", REQUIRED)
def test_that_a_message_without_what_it_needs_is_refused_with_the_reason(type_):
    assert refusal(message(type_), TOWNSHIP).startswith("bad_data: ")


def test_that_other_refusals_say_why():
    assert refusal(message("task.forgotten"), TOWNSHIP) == "unknown_type"
    assert refusal({"type": "task.dispatched", "data": []}, TOWNSHIP) == "bad_data: data"
    assert refusal(dispatched(body="nobody"), TOWNSHIP) == "unknown_body: nobody"
    assert refusal(dispatched(), TOWNSHIP) == ""


@pytest.mark.parametrize(
    ("low", "until", "said"),
    [
        (4, "2026-11-25T18:00:00+08:00", ["rating_answered"]),
        (2, "2026-11-25T18:00:00+08:00", ["rating_appealed"]),
        (2, None, []),
    ],
)
def test_that_a_body_takes_its_rating_or_appeals_and_a_ruling_ends_it(low, until, said):
    people = responders()
    marks = {"response": low, "attendance": 5, "solved": 5, "attitude": 5}
    more = {"appeal_by": until} if until else {}
    rated = message("whistle.rated", "r1", whistle_no="W1", body="police", marks=marks, **more)
    people.take(rated, NOON)
    spoken = everything(people)
    assert statuses(spoken) == said
    assert all(frame["data"]["words"] for frame in spoken)
