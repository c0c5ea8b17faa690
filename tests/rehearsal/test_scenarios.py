"""The scenarios: the promised counts, the same stream for the same seed, believable data."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commandcenter.domain.hints import hints
from commandcenter.rehearsal.polygons import contains
from commandcenter.rehearsal.scenarios import (
    DEFAULT_SPEED,
    FLOOD_SECONDS,
    RAIN_ALERTS,
    RAIN_CALLS,
    RAIN_CAMERAS_DOWN,
    SCENARIOS,
    Message,
    Noise,
    Timeline,
    play,
    recorded,
)
from commandcenter.rehearsal.stories import RAIN_STORIES, STORIES
from commandcenter.rehearsal.township import demo_pack, read
from commandcenter.runtime.pack import load_pack

START = datetime(2026, 11, 20, 1, tzinfo=UTC)
TOWNSHIP = read(demo_pack())
CATEGORIES = load_pack(demo_pack())[1].categories


def stream(name, seed=1, *, speed=DEFAULT_SPEED, round_=0):
    timeline = Timeline(start=START, speed=speed)
    return play(name, TOWNSHIP, seed=seed, timeline=timeline, round_=round_)


def reports(messages):
    return [message for message in messages if message.type == "grid.event.reported"]


def raised(messages):
    return [message for message in messages if message.type == "video.alert.raised"]


@pytest.mark.parametrize("name", SCENARIOS)
def test_that_the_same_seed_gives_the_same_stream(name):
    assert stream(name) == stream(name)
    assert stream(name, 2) != stream(name)


@pytest.mark.parametrize("name", SCENARIOS)
def test_that_rounds_and_seeds_never_share_an_identity(name):
    streams = (stream(name), stream(name, 2), stream(name, round_=1))
    identities = [message.identity for messages in streams for message in messages]
    assert len(set(identities)) == len(identities)


@pytest.mark.parametrize("name", SCENARIOS)
def test_that_messages_leave_in_order_and_within_their_scenario(name):
    offsets = [message.offset for message in stream(name)]
    assert offsets == sorted(offsets)
    assert offsets[0] >= 0


@settings(max_examples=20, deadline=None)
@given(name=st.sampled_from(sorted(SCENARIOS)), seed=st.integers(0, 10**6))
def test_that_whatever_a_camera_sees_speaks_of_a_class_under_which_it_can_be_filed(name, seed):
    parents = {it.parent for it in CATEGORIES.values()}
    for told in {m.data["label_text"] for m in raised(stream(name, seed))}:
        found = [hint.category for hint in hints(told, CATEGORIES)]
        assert found, told
        assert found[0] in CATEGORIES.keys() - parents


@settings(max_examples=20, deadline=None)
@given(speed=st.floats(1, 60), start=st.integers(0, 10**6))
def test_that_the_timeline_changes_the_times_and_nothing_else(speed, start):
    timeline = Timeline(start=START + timedelta(seconds=start), speed=speed)
    one = play("hotline-morning", TOWNSHIP, seed=3, timeline=timeline)
    other = stream("hotline-morning", 3)
    assert [(m.offset, m.type, m.identity) for m in one] == [
        (m.offset, m.type, m.identity) for m in other
    ]


@pytest.mark.parametrize("seed", range(5))
def test_that_the_day_opens_briskly(seed):
    minute = [m for m in stream("ordinary-day", seed) if m.offset <= 60 * DEFAULT_SPEED]
    assert 10 <= len(reports(minute)) <= 20
    assert len(raised(minute)) == 8
    assert reports(minute)[0].offset < 10 * DEFAULT_SPEED


@pytest.mark.parametrize("seed", range(5))
def test_that_the_storm_brings_60_calls_200_alerts_and_3_dead_cameras(seed):
    messages = stream("rainstorm-night", seed)
    calls, alerts = reports(messages), raised(messages)
    assert len(calls) == RAIN_CALLS == 60
    assert {call.data["channel"] for call in calls} == {"hotline"}
    assert len(alerts) == RAIN_ALERTS == 200
    assert FLOOD_SECONDS[1] - FLOOD_SECONDS[0] == 600
    assert all(FLOOD_SECONDS[0] <= alert.offset <= FLOOD_SECONDS[1] for alert in alerts)
    faults = [alert for alert in alerts if alert.data["algorithm"] == "device"]
    assert len({fault.data["camera"]["name"] for fault in faults}) == RAIN_CAMERAS_DOWN == 3
    for fault in faults:
        name = fault.data["camera"]["name"]
        ids = {a.data["alert_id"] for a in alerts if a.data["camera"]["name"] == name}
        later = [
            message
            for message in messages
            if message.data.get("alert_id") in ids and message.offset > fault.offset
        ]
        assert later == []
    assert SCENARIOS["rainstorm-night"].silent


@pytest.mark.parametrize("seed", range(5))
def test_that_ninety_callers_speak_of_sixty_things(seed):
    calls = reports(stream("hotline-morning", seed))
    assert len(calls) == 90
    assert all(call.data["requires_reply"] for call in calls)
    assert len({(c.data["location"]["address"], c.data["title"]) for c in calls}) <= 60


def test_that_a_day_holds_every_kind_of_message_channel_and_datum():
    messages = stream("ordinary-day")
    kinds = Counter(message.type for message in messages)
    assert set(kinds) == {
        "grid.event.reported",
        "grid.event.updated",
        "grid.event.withdrawn",
        "video.alert.raised",
        "video.alert.updated",
        "video.alert.cleared",
        "position.reported",
        "county.task",
    }
    channels = Counter(report.data["channel"] for report in reports(messages))
    assert len(channels) == 8
    locations = [report.data["location"] for report in reports(messages)]
    assert {"WGS84", "GCJ02", "CGCS2000"} <= {location.get("datum") for location in locations}
    assert any("lon" not in location for location in locations)
    assert any(location.get("lon") == 0 for location in locations)
    late = [report for report in reports(messages) if "recordedtime" in report.frame]
    assert late
    assert all(report.frame["recordedtime"] > report.frame["time"] for report in late)
    codes = {alert.data["camera"]["code"][10:13] for alert in raised(messages)}
    assert codes == {"131", "132"}


def test_that_the_same_problem_comes_through_several_channels():
    by_place = {}
    for report in reports(stream("ordinary-day")):
        place = report.data["location"]["address"], report.data["category_text"]
        by_place.setdefault(place, set()).add(report.data["channel"])
    assert sum(len(channels) > 1 for channels in by_place.values()) > 10


def test_that_every_update_and_end_is_of_something_raised_before():
    for name in SCENARIOS:
        known = set()
        for message in stream(name):
            key = message.data.get("event_no") or message.data.get("alert_id")
            if message.type.endswith((".reported", ".raised")):
                known.add(key)
            elif key is not None:
                assert key in known


def test_that_reports_from_the_grid_lie_in_the_grid_they_name():
    for report in reports(stream("ordinary-day")):
        location = report.data["location"]
        if location.get("lon") and "grid" in location:
            ring = TOWNSHIP.grids[location["grid"]].ring
            assert contains(ring, (location["lon"], location["lat"]))


def test_that_titles_fit_and_no_slot_is_left_open():
    for name in SCENARIOS:
        for report in reports(stream(name)):
            assert 0 < len(report.data["title"]) <= 200
            assert "{" not in report.data["title"] + report.data["description"]


def test_that_every_story_is_of_a_category_in_the_pack():
    assert {story.category for story in (*STORIES, *RAIN_STORIES)} <= set(TOWNSHIP.categories)


def test_that_phones_are_nobodys_and_restricted_people_are_not_spoken_of():
    for name in SCENARIOS:
        for report in reports(stream(name)):
            assert report.data["reporter"].get("phone", "100").startswith("100")
            assert not report.data.get("category", "").startswith("T10")


def test_that_frames_are_envelopes_of_the_contract():
    for name in SCENARIOS:
        for message in stream(name):
            frame = json.loads(json.dumps(message.frame))
            assert frame["specversion"] == "1.0"
            assert 1 <= len(frame["id"]) <= 128
            assert datetime.fromisoformat(frame["time"]).tzinfo
            assert isinstance(frame["data"], dict)


# Recordings


def line(seconds, **more):
    at = (START + timedelta(seconds=seconds)).isoformat()
    return json.dumps({"id": str(seconds), "source": "/x", "time": at, "data": {}} | more)


def test_that_a_recording_keeps_its_spacing_and_never_goes_back():
    lines = [line(0), line(5), line(3), line(9)]
    assert [message.offset for message in recorded(lines)] == [0, 5, 5, 9]


def test_that_late_data_leave_when_they_were_recorded():
    late = line(-7200, recordedtime=(START + timedelta(seconds=4)).isoformat())
    assert [message.offset for message in recorded([line(0), late])] == [0, 4]


def test_that_a_line_that_is_no_message_is_played_as_it_stands():
    first, noise, second = recorded([line(0), '{"id": ', "", line(2)])
    assert isinstance(first, Message)
    assert noise == Noise(offset=0, text='{"id": ')
    assert second.offset == 2


def test_that_recorded_times_can_be_moved_to_now():
    now = START + timedelta(days=30)
    data = {
        "occurred_at": START.isoformat(),
        "attachments": [{"taken_at": START.isoformat(), "url": "2026-11-20T01:00:00Z"}],
        "title": "2026",
    }
    (message,) = recorded([line(0, data=data)], now=now)
    assert datetime.fromisoformat(message.frame["time"]) == now
    assert datetime.fromisoformat(message.data["occurred_at"]) == now
    assert datetime.fromisoformat(message.data["attachments"][0]["taken_at"]) == now
    assert message.data["attachments"][0]["url"] == "2026-11-20T01:00:00Z"
