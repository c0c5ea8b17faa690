"""The rehearsal against the hall's own decoder: both sides read the contract alike."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from commandcenter.application.messages import Received, Rejected
from commandcenter.feed.wire import decode
from commandcenter.rehearsal.control import GARBAGE
from commandcenter.rehearsal.dice import dice
from commandcenter.rehearsal.load import MIXES, Barrage
from commandcenter.rehearsal.log import Log
from commandcenter.rehearsal.responders import Responders
from commandcenter.rehearsal.scenarios import SCENARIOS, Timeline, play
from commandcenter.rehearsal.township import demo_pack, read

NOW = datetime(2026, 11, 20, 1, tzinfo=UTC)
TOWNSHIP = read(demo_pack())


def decoded(frame):
    text = frame if isinstance(frame, str | bytes) else json.dumps(frame, ensure_ascii=False)
    return decode(text, feed="county", received_at=NOW)


def logged(folder, frames):
    """Return the decoded frames as they leave the gateway, numbered."""
    with Log(folder) as log:
        log.extend(frames)
        return [decoded(line.decode()) for _, line in log.after(0, len(frames))]


def sound_frames(name="ordinary-day"):
    timeline = Timeline(start=NOW)
    return [m.frame for m in play(name, TOWNSHIP, seed=1, timeline=timeline)]


@pytest.mark.parametrize("name", SCENARIOS)
def test_that_the_hall_takes_in_every_message_of_a_scenario(name, tmp_path):
    frames = [json.dumps(frame).encode() for frame in sound_frames(name)]
    taken = logged(tmp_path, frames)
    assert [type(one) for one in taken] == [Received] * len(frames)
    assert [one.sequence for one in taken] == list(range(1, len(frames) + 1))


@pytest.mark.parametrize("mix", MIXES)
def test_that_the_hall_takes_in_every_message_of_a_load(mix, tmp_path):
    barrage = Barrage(TOWNSHIP, seed=1, mix=mix, run="r")
    taken = logged(tmp_path, barrage.take(2_000))
    assert [one for one in taken if not isinstance(one, Received)] == []
    assert len({(one.source, one.id) for one in taken}) == 2_000


def test_that_the_hall_takes_in_everything_people_answer():
    people = Responders(TOWNSHIP, seed=1, return_rate=0.3)
    place = {"lon": 116.28, "lat": 29.08, "datum": "WGS84", "grid": "990101101001001"}
    for number in range(20):
        case = f"C{number}"
        asked = {
            "task.dispatched": {
                "body": "enforcement",
                "title": "x",
                "milestones": [{"name": "a"}] * 3,
            },
            "verification.requested": {"worker": "W001", "location": place},
            "case.replied": {"event_nos": ["R"], "outcome": "solved"},
            "county.called": {"body": "county_water", "request": "x", "call_no": "H1"},
            "transfer.sent": {"to": "110", "title": "x", "reason": "x", "transfer_no": "Y1"},
            "mediation.assigned": {"body": "village_01", "level": "village", "title": "x"},
        }
        for type_, data in asked.items():
            frame = {"type": type_, "id": f"{type_}-{number}", "subject": case}
            people.take(frame | {"data": data | {"case_no": case}}, NOW)
        for body in ("police", "fire", "market"):
            data = {"whistle_no": f"W{number}", "case_no": case, "body": body, "place": place}
            frame = {"type": "whistle.blown", "id": f"w-{number}-{body}", "data": data}
            people.take(frame, NOW)
    said = people.speak(NOW + timedelta(days=1))
    types = {frame["type"] for frame in said}
    assert types == {
        "task.receipt",
        "whistle.receipt",
        "verification.receipt",
        "followup.receipt",
        "county.receipt",
        "transfer.receipt",
        "mediation.receipt",
    }
    assert [frame for frame in said if not isinstance(decoded(frame), Received)] == []


@pytest.mark.parametrize("kind", GARBAGE)
def test_that_the_hall_quarantines_garbage_for_the_reason_it_is_named_after(kind):
    payload = GARBAGE[kind].make(dice(kind), sound_frames()[0])
    if isinstance(payload, bytes) and not GARBAGE[kind].binary:
        payload = payload.decode("utf-8", "surrogateescape")  # as the hall's socket hands it over
    found = decoded(payload)
    assert isinstance(found, Rejected)
    assert found.reason == kind
