"""Sources that speak something else: what they say, what they must not do, and a real wire."""

import asyncio
import json
import sys
import tomllib
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from commandcenter.application.messages import (
    Cursor,
    Heartbeat,
    LinkState,
    LinkStatus,
    MessageType,
    QuarantineReason,
    Received,
    Rejected,
)
from commandcenter.feed.client import FeedClient, Link, Pace
from commandcenter.feed.dialects import DIALECTS
from commandcenter.feed.dialects.door import Terms
from commandcenter.feed.dialects.gb28181 import METHODS, TYPES
from commandcenter.feed.dialects.mapped import Slip, Unusable, compiled
from commandcenter.feed.session import Deliver, FeedSession
from commandcenter.feed.wire import EXCERPT, MAX_FRAME, decode
from commandcenter.rehearsal.hostile import hostile_frames
from commandcenter.runtime.compose import _reader
from commandcenter.runtime.findings import Fault
from commandcenter.runtime.settings import read_settings

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
CODE = "34020000001320000001"
REASON = QuarantineReason

TABLE = """
ignore = "what == 'ping'"

[[message]]
type = "grid.event.reported"
kind = "what == 'report'"
id = "to_string(no)"
source = "join('/', ['', 'county', from])"
time = "sent"
[message.data]
title = "body.headline"
event_no = "to_string(no)"
urgency = "(body.level == `1` && 'critical') || 'normal'"
occurred_at = "body.seen"
attachments = "body.files[*].{kind: 'image', url: link, taken_at: taken}"
[message.data.location]
lon = "to_number(body.x)"
lat = "to_number(body.y)"

[[message]]
type = "video.alert.raised"
kind = "what == 'alarm'"
id = "id"
time = "at_ms"
[message.data]
alert_id = "id"
label = "label"
"""
REPORT = {
    "what": "report",
    "no": 17,
    "from": "bridge",
    "sent": "2026-11-21 17:00:00",
    "body": {
        "headline": "河东村口垃圾桶满溢",
        "level": 1,
        "seen": 1795251300,
        "x": "119.5",
        "y": "33.5",
        "files": [{"link": "https://a.example/1.jpg", "taken": "2026-11-21T16:54:00"}],
    },
}
ALARM = {"what": "alarm", "id": "A1", "at_ms": 1795251600500, "label": "smoke"}


def terms(table=None, zone=SHANGHAI):
    mapping = compiled(tomllib.loads(table)).translate if table else None
    return Terms(source="/the/source", zone=zone, mapping=mapping)


def read(name, frame, given=None):
    if given is None:
        given = terms(TABLE if name == "mapped" else None)
    return DIALECTS[name](given).decode(frame, feed="box", received_at=NOON)


def refused(name, frame):
    taken = read(name, frame)
    assert isinstance(taken, Rejected), taken
    assert taken.sequence is None
    assert taken.feed == "box"
    return taken.reason


def review(kind="new", *, after=None, **changes):
    seen = {"objects": ["person", "car"], "zones": ["yard", "gate"], "audio": []}
    state = {
        "id": "1795251600.308396-fqk5ka",
        "camera": "front_cam",
        "start_time": 1795251600.308396,
        "end_time": None,
        "severity": "alert",
        "thumb_path": "/media/frigate/clips/review/thumb-front_cam.webp",
        "data": {"detections": ["1795251599.9-g92ztx"], "sub_labels": [], **seen},
        **changes,
    }
    payload = {"type": kind, "before": state, "after": state if after is None else after}
    return json.dumps({"topic": "reviews", "payload": json.dumps(payload)})


def alarm(encoding="UTF-8", description="东门有人翻越", head=True, **changes):
    fields = {
        "CmdType": "Alarm",
        "SN": "9",
        "DeviceID": CODE,
        "AlarmPriority": "1",
        "AlarmMethod": "5",
        "AlarmTime": "2026-11-21T17:52:23",
        "AlarmDescription": description,
        "Longitude": "119.51",
        "Latitude": "33.52",
        "Info": "<AlarmType>6</AlarmType><AlarmTypeParam><EventType>1</EventType></AlarmTypeParam>",
        **changes,
    }
    inner = "\r\n".join(f"<{key}>{value}</{key}>" for key, value in fields.items() if value != "")
    declared = f'<?xml version="1.0" encoding="{encoding}"?>\r\n' if head else ""
    return f"{declared}<Notify>\r\n{inner}\r\n</Notify>\r\n"


GOLDEN = {
    "frigate": review(),
    "gb28181": alarm(),
    "mapped": json.dumps(REPORT, ensure_ascii=False),
}
FOREIGN = sorted(GOLDEN)


# -- every dialect --


@pytest.mark.parametrize("name", FOREIGN)
def test_that_a_message_comes_through_whole_and_the_same_again_is_a_duplicate(name):
    first, again = read(name, GOLDEN[name]), read(name, GOLDEN[name])
    assert isinstance(first, Received)
    assert (first.source, first.id, first.digest) == (again.source, again.id, again.digest)
    assert first.sequence is None
    assert first.raw.strip() == GOLDEN[name].strip()
    assert first.time.utcoffset() == timedelta(0)


@pytest.mark.parametrize("name", FOREIGN)
def test_that_a_foreign_source_keeps_no_session(name):
    assert not DIALECTS[name](terms(TABLE)).speaks
    assert DIALECTS["cloudevents"](terms()).speaks
    assert DIALECTS["cloudevents"](terms()).decode is decode


@pytest.mark.parametrize("name", ["frigate", "mapped"])
@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ("", REASON.NOT_JSON),
        ("{", REASON.NOT_JSON),
        ("NaN", REASON.NOT_JSON),
        ("7", REASON.NOT_OBJECT),
        ('"x"', REASON.NOT_OBJECT),
        (b"{}", REASON.BINARY),
        ("{\udcff}", REASON.NOT_UTF8),
        ("[" * 100_000, REASON.NESTED_TOO_DEEP),
        ('{"a":' * 65 + "1" + "}" * 65, REASON.NESTED_TOO_DEEP),
        ('{"x":"' + "x" * MAX_FRAME + '"}', REASON.TOO_LARGE),
        ('{"x":1e999}', REASON.BAD_DATA),
    ],
)
def test_that_what_is_no_fit_json_is_refused_for_the_contracts_reasons(name, frame, reason):
    assert refused(name, frame) is reason


@pytest.mark.parametrize("name", FOREIGN)
def test_that_hostile_frames_each_end_somewhere(name):
    dialect = DIALECTS[name](terms(TABLE))
    slowest = 0.0
    for frame in [*hostile_frames(seed=2811, count=1_500), *spoilt(GOLDEN[name], 1_500)]:
        began = perf_counter()
        taken = dialect.decode(frame, feed="box", received_at=NOON)
        slowest = max(slowest, perf_counter() - began)
        assert isinstance(taken, Received | Rejected | Heartbeat)
        if isinstance(taken, Rejected):
            assert len(taken.raw) <= EXCERPT * 10
            assert taken.detail is not None
        if isinstance(taken, Received):
            assert len(taken.digest) == 16
        if not isinstance(taken, Heartbeat):
            assert "\x00" not in taken.raw
            taken.raw.encode()
    assert slowest < 5


def spoilt(whole, count):
    """Yield ``whole`` cut, with letters changed, with pieces doubled, and as bytes."""
    random = Random(28181)
    for _ in range(count):
        letters = list(whole)
        for _ in range(random.randrange(1, 4)):
            letters[random.randrange(len(letters))] = chr(random.randrange(0x01, 0x2100))
        at = random.randrange(len(whole))
        text = random.choice(
            ("".join(letters), whole[:at], whole[:at] + whole, whole[:at] + whole[at - 9 :])
        )
        frame = text.encode(random.choice(("utf-8", "gb18030")))
        yield random.choice((text, frame, frame.decode(errors="surrogateescape")))


@pytest.mark.parametrize("name", FOREIGN)
@given(st.text(max_size=200) | st.binary(max_size=200))
def test_that_no_frame_at_all_raises(name, frame):
    assert read(name, frame) is not None


# -- frigate --


def test_that_a_review_is_an_alert():
    taken = read("frigate", review())
    data = taken.data
    assert taken.type is MessageType.ALERT_RAISED
    assert taken.source == "/the/source"
    assert data.alert_id == "1795251600.308396-fqk5ka"
    assert (data.camera.code, data.camera.name) == ("front_cam", "front_cam")
    assert (data.label, data.objects, data.zone) == ("person", ("person", "car"), "yard、gate")
    assert data.priority == 2
    assert data.started_at == datetime.fromtimestamp(1795251600.308396, UTC) == taken.time
    assert data.ended_at is None
    assert data.snapshot_url is None  # a path on its own disk leads nowhere


def test_that_a_review_goes_on_and_ends_under_one_alert():
    raised, updated, ended = (
        read("frigate", frame)
        for frame in (
            review(severity="detection"),
            review("update"),
            review("end", end_time=1795251660.5, thumb_path="https://nvr.example/t.webp"),
        )
    )
    assert [taken.type for taken in (raised, updated, ended)] == [
        MessageType.ALERT_RAISED,
        MessageType.ALERT_UPDATED,
        MessageType.ALERT_CLEARED,
    ]
    assert len({taken.data.alert_id for taken in (raised, updated, ended)}) == 1
    assert len({taken.id for taken in (raised, updated, ended)}) == 3
    assert (raised.data.priority, updated.data.priority) == (4, 2)
    assert ended.data.ended_at == ended.time == datetime.fromtimestamp(1795251660.5, UTC)
    assert ended.data.snapshot_url == "https://nvr.example/t.webp"


def test_that_two_updates_of_one_review_are_two_messages():
    first = read("frigate", review("update"))
    second = read("frigate", review("update", data={"objects": ["person"], "thumb_time": 1.8e9}))
    assert first.id != second.id
    assert second.time == datetime.fromtimestamp(1.8e9, UTC)


@pytest.mark.parametrize(
    "frame",
    [
        json.dumps({"topic": "front_cam/motion", "payload": "ON"}),
        json.dumps({"topic": "events", "payload": '{"type":"new"}'}),
        json.dumps({"topic": "stats", "payload": "{}", "retain": False}),
        json.dumps({"topic": "camera_activity"}),
        review("genai"),
    ],
)
def test_that_what_else_frigate_publishes_only_shows_that_it_is_there(frame):
    assert read("frigate", frame) == Heartbeat()


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ("{}", REASON.BAD_ENVELOPE),
        ("[]", REASON.NOT_OBJECT),
        (json.dumps({"topic": 7, "payload": "{}"}), REASON.BAD_ENVELOPE),
        (json.dumps({"topic": "reviews", "payload": {"type": "new"}}), REASON.BAD_ENVELOPE),
        (json.dumps({"topic": "reviews", "payload": "{"}), REASON.NOT_JSON),
        (json.dumps({"topic": "reviews", "payload": "[]"}), REASON.NOT_OBJECT),
        (json.dumps({"topic": "reviews", "payload": "[" * 99_000}), REASON.NESTED_TOO_DEEP),
        (json.dumps({"topic": "reviews", "payload": '{"a":' * 70 + "1" + "}" * 70}),
         REASON.NESTED_TOO_DEEP),
        (json.dumps({"topic": "reviews", "payload": "{}"}), REASON.BAD_DATA),
        (review("begin"), REASON.UNKNOWN_TYPE),
        (review(after={}), REASON.BAD_DATA),
        (review(after=[1]), REASON.BAD_DATA),
        (review(start_time="soon"), REASON.BAD_DATA),
        (review(start_time=1e300), REASON.BAD_DATA),
        (review(end_time=-1e18), REASON.BAD_DATA),
        (review(camera=""), REASON.BAD_DATA),
        (review(id="a\u202eb"), REASON.BAD_ENVELOPE),
        (review(id="x" * 200), REASON.BAD_ENVELOPE),
        (review(data={"objects": "person"}), REASON.BAD_DATA),
        (review(data={"objects": ["x" * 300]}), REASON.BAD_DATA),
    ],
)  # fmt: skip
def test_that_a_spoilt_review_is_quarantined_with_its_reason(frame, reason):
    assert refused("frigate", frame) is reason


# -- gb28181 --


def test_that_an_alarm_is_an_alert():
    taken = read("gb28181", alarm())
    data = taken.data
    assert taken.type is MessageType.ALERT_RAISED
    assert taken.time == datetime(2026, 11, 21, 9, 52, 23, tzinfo=UTC) == data.started_at
    assert data.camera.code == CODE
    assert (data.camera.location.lon, data.camera.location.lat) == (119.51, 33.52)
    assert data.camera.location.datum is None  # the feed's own
    assert data.priority == 1
    assert (data.algorithm, data.label) == ("video", "intrusion")
    assert data.label_text == "入侵：东门有人翻越"


@pytest.mark.parametrize(
    "frame",
    [
        alarm("GB2312").encode("gb2312"),
        alarm("gbk").encode("gbk"),
        alarm("GB18030").encode("gb18030"),
        alarm("GB2312").encode("utf-8"),  # a text frame made binary on its way
        alarm("UTF-8").encode("gb2312"),  # a device that says what it does not do
        alarm(head=False).encode("gb2312"),
        alarm(head=False).encode("utf-8-sig"),
        b"\r\n" + alarm("GB2312").encode("gb2312") + b"\0\0",
        alarm("GB2312"),
        alarm("gb2312").encode("gb2312").decode(errors="surrogateescape"),
        "\ufeff" + alarm() + "\0",
    ],
)
def test_that_its_words_are_read_in_whatever_encoding(frame):
    taken = read("gb28181", frame)
    if frame == alarm("GB2312").encode("utf-8"):  # the one that cannot be told: codes still can
        assert taken.data.label == "intrusion"
        return
    assert taken.data.label_text == "入侵：东门有人翻越"
    assert "\0" not in taken.raw
    assert (taken.id, taken.digest) == (
        read("gb28181", alarm()).id,
        read("gb28181", alarm()).digest,
    )


def test_that_a_letter_cut_in_half_costs_that_letter_only():
    taken = read(
        "gb28181", alarm("GB2312").encode("gb2312").replace("越".encode("gb2312"), b"\xd4")
    )
    assert taken.data.label_text.startswith("入侵：东门有人翻")
    assert taken.data.camera.code == CODE


def test_that_a_quarantined_alarm_is_shown_in_readable_words():
    taken = read("gb28181", alarm("GB2312", DeviceID="7").encode("gb2312"))
    assert taken.reason is REASON.BAD_DATA
    assert "DeviceID" in taken.detail
    assert "东门有人翻越" in taken.raw


@pytest.mark.parametrize(
    ("time", "zone", "utc"),
    [
        ("2026-11-21T17:52:23", SHANGHAI, (2026, 11, 21, 9, 52, 23)),
        ("2026-11-21 17:52:23.500", SHANGHAI, (2026, 11, 21, 9, 52, 23, 500_000)),
        ("2026-11-21T17:52:23", ZoneInfo("Asia/Urumqi"), (2026, 11, 21, 11, 52, 23)),
        ("2026-11-21T17:52:23+08:00", UTC, (2026, 11, 21, 9, 52, 23)),
        ("2026-11-21T17:52:23Z", SHANGHAI, (2026, 11, 21, 17, 52, 23)),
        ("0001-01-01T00:00:00", SHANGHAI, (2, 12, 31, 15, 54, 17)),
    ],
)
def test_that_the_time_is_the_halls_unless_it_says_otherwise(time, zone, utc):
    taken = read("gb28181", alarm(AlarmTime=time), terms(zone=zone))
    assert taken.time == datetime(*utc, tzinfo=UTC)


def test_that_the_same_alarm_under_a_new_serial_number_is_a_duplicate():
    first, again = read("gb28181", alarm(SN="1")), read("gb28181", alarm(SN="2"))
    assert (first.id, first.digest) == (again.id, again.digest)
    other = {read("gb28181", alarm(**change)).id for change in (
        {"AlarmTime": "2026-11-21T17:52:24"}, {"AlarmMethod": "2"}, {"DeviceID": CODE[::-1]},
        {"Info": "<AlarmType>5</AlarmType>"},
    )}  # fmt: skip
    assert len(other | {first.id}) == 5


@pytest.mark.parametrize(
    ("method", "type_", "algorithm", "label", "words"),
    [
        ("2", "1", "device", "video_loss", "视频丢失"),
        ("6", "2", "device_fault", "fan_fault", "风扇故障"),
        ("12", "", "telephone+device", "telephone+device", "电话报警、设备报警"),
        ("25", "3", "device+video", "disk_full", "磁盘满"),
        ("5", "06", "video", "intrusion", "入侵"),
        ("5", "99", "video", "video-99", "视频报警"),
        ("9", "", None, None, None),
        ("", "", None, None, None),
    ],
)
def test_that_method_and_type_have_their_words(method, type_, algorithm, label, words):
    info = f"<AlarmType>{type_}</AlarmType>" if type_ else ""
    data = read("gb28181", alarm(AlarmMethod=method, Info=info, description="")).data
    assert (data.algorithm, data.label, data.label_text) == (algorithm, label, words)


def test_that_the_word_tables_are_whole():
    assert set(METHODS) == set("1234567")
    assert {method for method, _ in TYPES} <= set(METHODS)
    assert [sum(m == method for m, _ in TYPES) for method in "256"] == [5, 12, 2]
    labels = [label for label, _ in [*METHODS.values(), *TYPES.values()]]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(("lon", "lat"), [("0", "0"), ("0.0", "0.000"), ("", ""), ("119.5", "")])
def test_that_no_position_is_none(lon, lat):
    assert read("gb28181", alarm(Longitude=lon, Latitude=lat)).data.camera.location is None


def test_that_a_description_too_long_is_cut_and_the_alarm_is_not_lost():
    taken = read("gb28181", alarm(description="长" * 500))
    assert len(taken.data.label_text) == 200
    assert "长" * 500 in taken.raw


@pytest.mark.parametrize(
    "frame",
    [
        alarm(CmdType="Keepalive"),
        alarm(CmdType="MobilePosition", DeviceID=""),
        alarm().replace("Notify>", "Response>"),
        "<Query><CmdType>Alarm</CmdType><SN>1</SN></Query>",
    ],
)
def test_that_what_else_a_device_says_only_shows_that_it_is_there(frame):
    assert read("gb28181", frame) == Heartbeat()


def test_that_spaces_around_a_value_do_not_count_and_the_first_of_two_does():
    frame = alarm().replace(CODE, f"\r\n  {CODE}\t").replace("</Notify>", "<SN>8</SN></Notify>")
    twice = frame.replace("</Notify>", "<DeviceID>7</DeviceID></Notify>")
    assert read("gb28181", twice).data == read("gb28181", alarm()).data


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12)
) + "]>"  # fmt: skip


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ("", REASON.NOT_JSON),
        ("no xml", REASON.NOT_JSON),
        ("{}", REASON.NOT_JSON),
        (alarm()[:-12], REASON.NOT_JSON),
        (alarm(description="a & b"), REASON.NOT_JSON),
        (alarm(description="&unknown;"), REASON.NOT_JSON),
        (alarm(description="a\x01b"), REASON.NOT_JSON),
        (LAUGHS + alarm(head=False, description="&m;"), REASON.NOT_JSON),
        (alarm(description="&m;").replace("<Notify>", LAUGHS + "<Notify>").encode("utf-8"),
         REASON.NOT_JSON),
        ('<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
         + alarm(head=False, description="&f;"), REASON.NOT_JSON),
        ('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + alarm(head=False), REASON.NOT_JSON),
        ("<a>" * 65 + "</a>" * 65, REASON.NESTED_TOO_DEEP),
        ("<a>" * 50_000, REASON.NESTED_TOO_DEEP),
        (alarm(description="x" * MAX_FRAME), REASON.TOO_LARGE),
        (b"x" * (MAX_FRAME + 1), REASON.TOO_LARGE),
        (alarm("UTF-7").encode(), REASON.NOT_UTF8),
        (alarm("UTF-16").encode(), REASON.NOT_UTF8),
        ("\ud800", REASON.NOT_UTF8),
        ("<html/>", REASON.NOT_OBJECT),
        ("<Notify/>", REASON.BAD_ENVELOPE),
        (alarm(AlarmTime=""), REASON.BAD_ENVELOPE),
        (alarm(AlarmTime="2026-13-21T17:52:23"), REASON.BAD_ENVELOPE),
        (alarm(AlarmTime="yesterday"), REASON.BAD_ENVELOPE),
        (alarm(DeviceID=""), REASON.BAD_DATA),
        (alarm(DeviceID="340200000013200000"), REASON.BAD_DATA),
        (alarm(DeviceID="٣" * 20), REASON.BAD_DATA),
        (alarm(AlarmPriority="5"), REASON.BAD_DATA),
        (alarm(AlarmPriority="0"), REASON.BAD_DATA),
        (alarm(AlarmMethod="x"), REASON.BAD_DATA),
        (alarm(Longitude="nan"), REASON.BAD_DATA),
        (alarm(Latitude="1e999"), REASON.BAD_DATA),
    ],
)  # fmt: skip
def test_that_a_spoilt_alarm_is_quarantined_with_its_reason(frame, reason):
    began = perf_counter()
    assert refused("gb28181", frame) is reason
    assert perf_counter() - began < 5


def test_that_long_names_nested_deep_cost_no_time():
    names = ["n" * 2_000 + str(level) for level in range(30)]
    wide = "".join(f"<{name}>" for name in names) + "<x/>" * 10_000
    began = perf_counter()
    assert refused("gb28181", wide) is REASON.NOT_JSON
    assert perf_counter() - began < 5


# -- mapped --


def test_that_any_json_is_a_report_by_its_table():
    taken = read("mapped", json.dumps(REPORT))
    data = taken.data
    assert taken.type is MessageType.REPORT_RAISED
    assert (taken.source, taken.id) == ("/county/bridge", "17")
    assert taken.time == datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert (data.title, data.event_no, data.urgency) == ("河东村口垃圾桶满溢", "17", "critical")
    assert data.occurred_at == datetime.fromtimestamp(1795251300, UTC)
    assert (data.location.lon, data.location.lat) == (119.5, 33.5)
    assert data.attachments[0].url == "https://a.example/1.jpg"
    assert data.attachments[0].taken_at == datetime(2026, 11, 21, 8, 54, tzinfo=UTC)


def test_that_milliseconds_and_the_feeds_own_source_are_understood():
    taken = read("mapped", json.dumps(ALARM))
    assert taken.type is MessageType.ALERT_RAISED
    assert taken.source == "/the/source"
    assert taken.time == datetime.fromtimestamp(1795251600.5, UTC)


def test_that_what_is_not_found_is_left_out():
    body = {"headline": "x", "level": 3}
    taken = read("mapped", json.dumps({**REPORT, "body": body}))
    assert taken.data.location is None
    assert taken.data.occurred_at is None
    assert taken.data.attachments == ()
    assert taken.data.urgency == "normal"


def test_that_what_the_table_ignores_only_shows_that_it_is_there():
    assert read("mapped", '{"what":"ping"}') == Heartbeat()


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ({"what": "other"}, REASON.UNKNOWN_TYPE),
        ([], REASON.UNKNOWN_TYPE),
        ({**REPORT, "from": 7}, REASON.BAD_DATA),  # join of what is no text
        ({**REPORT, "sent": None}, REASON.BAD_ENVELOPE),
        ({**REPORT, "sent": "soon"}, REASON.BAD_ENVELOPE),
        ({**REPORT, "sent": True}, REASON.BAD_ENVELOPE),
        ({**REPORT, "sent": 1e300}, REASON.BAD_ENVELOPE),
        ({**REPORT, "no": "a\u200bb"}, REASON.BAD_ENVELOPE),
        ({**REPORT, "body": {}}, REASON.BAD_DATA),  # no title
        ({**REPORT, "body": {"headline": ["x"]}}, REASON.BAD_DATA),
        ({**REPORT, "body": {"headline": "x", "x": "1e999"}}, REASON.BAD_DATA),
        ({**REPORT, "body": {"headline": "x", "x": "nan"}}, REASON.BAD_DATA),
        ({**REPORT, "body": {"headline": "x", "seen": {}}}, REASON.BAD_DATA),
        ({**REPORT, "body": {"headline": "x", "seen": "2026-02-30T00:00:00"}}, REASON.BAD_DATA),
        ({**ALARM, "id": 5}, REASON.BAD_ENVELOPE),
        ({**ALARM, "label": "x" * 300}, REASON.BAD_DATA),
        ({**ALARM, "label": 2**80}, REASON.BAD_DATA),
    ],
)
def test_that_what_the_table_does_not_fit_is_quarantined_with_its_reason(frame, reason):
    assert refused("mapped", json.dumps(frame)) is reason


def test_that_a_zero_is_true_and_nothing_is_not():
    table = TABLE.replace("\"what == 'alarm'\"", '"flag"')
    taken = {Received: [0, 0.5, True, "x", [0]], Rejected: [False, "", [], {}, None]}
    for kind, flags in taken.items():
        for flag in flags:
            frame = json.dumps({**ALARM, "what": "", "flag": flag})
            assert isinstance(read("mapped", frame, terms(table)), kind), flag


@pytest.mark.parametrize(
    ("change", "slip", "key"),
    [
        (("ignore =", "ignor ="), Slip.UNKNOWN, "ignor"),
        (('\nid = "id"', '\nnr = "id"'), Slip.UNKNOWN, "nr"),
        (('\nid = "id"', ""), Slip.MISSING, "id"),
        (('label = "label"', 'labl = "label"'), Slip.UNKNOWN, "labl"),
        (('alert_id = "id"', ""), Slip.MISSING, "alert_id"),
        (("lon =", "long ="), Slip.UNKNOWN, "long"),
        (('"video.alert.raised"', '"video.alert"'), Slip.BAD, "type"),
        (('"video.alert.raised"', '"feed.welcome"'), Slip.BAD, "type"),
        (('"video.alert.raised"', "7"), Slip.BAD, "type"),
        (('label = "label"', 'label = "[label"'), Slip.BAD, "label"),
        (('label = "label"', 'label = ""'), Slip.BAD, "label"),
        (('label = "label"', "label = 7"), Slip.BAD, "label"),
        (('label = "label"', "label = [1]"), Slip.BAD, "label"),
        (('label = "label"', "label = {a = 'b'}"), Slip.BAD, "label"),
        (('label = "label"', "label = \"lable(@)\""), Slip.BAD, "label"),
        (('label = "label"', "label = \"join('x')\""), Slip.BAD, "label"),
        (('label = "label"', "label = \"length(a, b)\""), Slip.BAD, "label"),
        (('label = "label"', f'label = "{"[" * 5000}"'), Slip.BAD, "label"),
        (("ignore = \"what == 'ping'\"", "ignore = true"), Slip.BAD, "ignore"),
    ],
)  # fmt: skip
def test_that_a_slip_of_the_pen_is_found_at_the_start(change, slip, key):
    assert change[0] in TABLE
    with pytest.raises(Unusable) as unusable:
        compiled(tomllib.loads(TABLE.replace(*change)))
    assert (slip, key) in [(flaw.slip, flaw.key) for flaw in unusable.value.flaws]


def test_that_the_example_of_the_documents_is_sound():
    page = (Path(__file__).parents[2] / "docs" / "dialects.md").read_text("utf-8")
    examples = [part.partition("```")[0] for part in page.split("```toml\n")[1:]]
    taken = read("mapped", json.dumps(REPORT), terms(examples[1]))
    assert (taken.id, taken.data.title) == ("17", REPORT["body"]["headline"])
    for name in DIALECTS:
        assert f"`{name}`" in page
    for label, words in [*METHODS.values(), *TYPES.values()]:
        assert f"`{label}`" in page
        assert words in page


@pytest.mark.parametrize("table", ["", "message = 7", "message = [1]", "[message]"])
def test_that_a_table_without_rules_is_none(table):
    with pytest.raises(Unusable):
        compiled(tomllib.loads(table))


# -- the settings --

HALL = '[hall]\nname = "镇"\ncode = "1"\n[[feed]]\nid = "box"\nurl = "ws://127.0.0.1:9"\n'


def settle(folder, text, table=None):
    (folder / "hall.toml").write_text(HALL + text, "utf-8")
    if table is not None:
        (folder / "map.toml").write_text(table, "utf-8")
    return read_settings(folder)


def test_that_an_unknown_dialect_is_refused_by_name_with_the_known_ones(tmp_path):
    settings, findings = settle(tmp_path, 'dialect = "frigat"')
    assert [finding.fault for finding in findings] == [Fault.BAD_SETTING, Fault.FEED_OFF]
    assert settings.feeds == ()
    for name in (*DIALECTS, "frigat"):
        assert name in findings[0].problem("en") + findings[0].remedy("en")


MAPPED = 'dialect = "mapped"\ndialect_file = "map.toml"\n'


def test_that_a_mapped_feed_of_the_settings_understands_its_source(tmp_path):
    settings, findings = settle(tmp_path, MAPPED, TABLE)
    assert findings == []
    again = _reader(settings)("box", json.dumps(ALARM), NOON)
    assert isinstance(again, Received)
    assert again.source == "/mapped/box"
    assert isinstance(_reader(settings)("box", '{"what":"ping"}', NOON), Rejected)
    assert isinstance(_reader(settings)("gone", json.dumps(ALARM), NOON), Rejected)


@pytest.mark.parametrize(
    ("text", "table", "fault", "row", "column"),
    [
        ('dialect = "mapped"', None, Fault.MISSING_KEY, 4, "feed.dialect_file"),
        (MAPPED, None, Fault.NO_SUCH_FILE, 8, "feed.dialect_file"),
        (MAPPED, "[[message]\n", Fault.BAD_TOML, 1, None),
        (MAPPED, TABLE.replace("[*]", "[*"), Fault.BAD_SETTING, 15, "message.data.attachments"),
        (MAPPED, TABLE.replace("label =", "lable ="), Fault.UNKNOWN_KEY, 27,
         "message.data.lable"),
    ],
)  # fmt: skip
def test_that_a_fault_in_the_table_is_a_finding_and_the_feed_stays_off(
    tmp_path, text, table, fault, row, column
):
    settings, findings = settle(tmp_path, text, table)
    assert [finding.fault for finding in findings] == [fault, Fault.FEED_OFF]
    assert settings.feeds == ()
    assert (findings[0].row, findings[0].column) == (row, column)
    assert findings[0].problem()
    assert findings[0].remedy("en")


def test_that_without_the_package_a_sentence_says_so(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "jmespath", None)
    settings, findings = settle(tmp_path, MAPPED, TABLE)
    assert settings.feeds == ()
    assert "jmespath" in findings[0].problem() + findings[0].problem("en")


@given(st.integers(0, len(TABLE)))
def test_that_a_table_cut_anywhere_is_never_a_traceback(tmp_path_factory, length):
    _, findings = settle(tmp_path_factory.mktemp("hall"), MAPPED, TABLE[:length])
    for finding in findings:
        assert finding.problem()
        assert finding.remedy("en")


# -- on a real wire --


def test_that_a_source_without_a_session_is_greeted_by_nothing_and_live_only_at_once():
    session = FeedSession(hall="H1", client="c1", cursor=Cursor(feed="box", epoch="A", acked=7))
    effects = session.opened(NOON, speaks=False)
    assert [(effect.item.state, type(effect)) for effect in effects] == [
        (LinkStatus.LIVE_ONLY, Deliver)
    ]
    for minutes in range(1, 60):
        assert session.tick(NOON + timedelta(minutes=minutes)) == []
    assert session.frame_received(Heartbeat(), NOON) == []
    taken = read("frigate", review())
    assert session.frame_received(taken, NOON) == [Deliver(taken)]


QUICK = Pace(open=20, ping=20, close=0.5, first_retry=0.01, last_retry=0.05, person=0.05, tick=0.02)


class WallClock:
    def now(self):
        return datetime.now(UTC)


class Box:
    """A server that sends its frames, listens, and hangs up the first time."""

    def __init__(self, frames):
        self.frames = frames
        self.connections = 0
        self.heard = []
        self.subprotocols = []

    async def __call__(self, connection):
        self.connections += 1
        self.subprotocols.append(connection.request.headers.get("Sec-WebSocket-Protocol"))
        for frame in self.frames:
            await connection.send(frame)
        if self.connections == 1:
            await connection.close()
            return
        try:
            async for text in connection:
                self.heard.append(text)
        except ConnectionClosed:
            pass


@asynccontextmanager
async def feeding(box, dialect):
    items = []

    async def sink(batch):
        items.extend(batch)

    async with await serve(box, "127.0.0.1", 0) as server:
        client = FeedClient(
            Link(
                id="box",
                url=f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}",
                dialect=dialect,
            ),
            session=FeedSession(hall="H1", client="c1", cursor=Cursor(feed="box")),
            sink=sink,
            clock=WallClock(),
            pace=QUICK,
        )
        task = asyncio.create_task(client.run())
        try:
            yield client, items
        finally:
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(task, 20)


@pytest.mark.parametrize(
    ("name", "frames"),
    [
        ("frigate", [json.dumps({"topic": "stats", "payload": "{}"}), review(), review("update")]),
        ("gb28181", [alarm(CmdType="Keepalive"), alarm("GB2312").encode("gb2312"), alarm(SN="2")]),
        ("mapped", ['{"what":"ping"}', json.dumps(ALARM), json.dumps(REPORT)]),
    ],
)
def test_that_a_real_source_is_heard_and_found_again_after_it_hung_up(name, frames):
    async def scene():
        box = Box([*frames, "garbage"])
        async with feeding(box, DIALECTS[name](terms(TABLE))) as (client, items):
            async with asyncio.timeout(30):
                while sum(isinstance(item, Rejected) for item in items) < 2:  # noqa: ASYNC110
                    await asyncio.sleep(0.005)
            assert not await client.send("whistle")
        taken = [item for item in items if isinstance(item, Received)]
        assert len(taken) == 4
        assert [item.id for item in taken[:2]] == [item.id for item in taken[2:]]
        states = [item.state for item in items if isinstance(item, LinkState)]
        assert states[:3] == [LinkStatus.LIVE_ONLY, LinkStatus.DOWN, LinkStatus.LIVE_ONLY]
        assert states[0] is next(item for item in items).state
        assert box.heard == []
        assert set(box.subprotocols) == {None}

    asyncio.run(asyncio.wait_for(scene(), 60))
