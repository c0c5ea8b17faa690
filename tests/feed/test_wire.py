"""Frames in, values out: the contract, and whatever else the network may deliver."""

import json
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.application import messages
from commandcenter.application.messages import (
    AlertData,
    Heartbeat,
    MessageType,
    QuarantineReason,
    Received,
    Rejected,
    ReportRaised,
    ReportWithdrawn,
    TaskDispatched,
    Welcome,
)
from commandcenter.domain import words
from commandcenter.domain.catalogue import Urgency
from commandcenter.domain.place import Datum
from commandcenter.domain.report import Channel
from commandcenter.feed.wire import (
    EXCERPT,
    INBOUND,
    MAX_FRAME,
    decode,
    encode,
    sequence_number,
    sequence_text,
)
from commandcenter.rehearsal.hostile import hostile_frames

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LEFT_OUT = object()

SAMPLES = json.loads(Path(__file__).with_name("samples.json").read_text("utf-8"))
REPORT = SAMPLES["grid.event.reported"]
ALERT = SAMPLES["video.alert.raised"]


def envelope(kind="grid.event.withdrawn", data=None, **changes):
    attributes = {
        "specversion": "1.0",
        "id": "E1",
        "source": "/county/grid-app",
        "type": kind,
        "time": "2026-11-21T09:35:00+08:00",
        "sequence": f"{5:020}",
        "data": SAMPLES["grid.event.withdrawn"] if data is None else data,
        **changes,
    }
    return {key: value for key, value in attributes.items() if value is not LEFT_OUT}


def read(frame):
    return decode(frame, feed="grid", received_at=NOON)


def take(*args, **changes):
    return read(json.dumps(envelope(*args, **changes), ensure_ascii=False))


def verdict(*args, **changes):
    return getattr(take(*args, **changes), "reason", None)


@pytest.mark.parametrize("kind", SAMPLES)
def test_that_every_type_of_the_contract_is_taken_in_field_by_field(kind):
    data = SAMPLES[kind]
    taken = take(kind, data)
    if not isinstance(taken, Welcome | Heartbeat):
        assert taken.type == kind
        taken = taken.data
    assert isinstance(taken, INBOUND[MessageType(kind)])
    for field, value in data.items():
        assert getattr(taken, field) is not None, field
        if isinstance(value, str | bool) and not field.endswith(("at", "until")):
            assert getattr(taken, field) == value


def test_that_the_samples_leave_no_field_of_the_contract_out():
    whole = ("grid.event.reported", "video.alert.raised", "task.receipt", "whistle.receipt")
    for kind in (*whole, "county.receipt", "transfer.receipt", "mediation.receipt", "task.request"):
        assert set(SAMPLES[kind]) == set(INBOUND[MessageType(kind)].__struct_fields__)
    assert set(SAMPLES) == set(map(str, INBOUND))


def test_that_the_envelope_arrives_whole():
    frame = json.dumps(
        envelope(
            "grid.event.reported",
            REPORT,
            recordedtime="2026-11-21T10:00:00Z",
            subject="3205",
            datacontenttype="application/json",
            traceparent="kept in the raw message only",
        )
    )
    taken = read(frame)
    assert taken == Received(
        "grid",
        5,
        "/county/grid-app",
        "E1",
        MessageType.REPORT_RAISED,
        datetime(2026, 11, 21, 1, 35, tzinfo=UTC),
        datetime(2026, 11, 21, 10, tzinfo=UTC),
        NOON,
        "3205",
        taken.data,
        frame,
    )
    report = taken.data
    assert isinstance(report, ReportRaised)
    assert (report.urgency, report.channel) == (Urgency.URGENT, Channel.HOTLINE)
    assert report.location.datum is Datum.GCJ02
    assert report.occurred_at == datetime(2026, 11, 21, 1, 33, tzinfo=UTC)


def test_that_a_live_only_feed_needs_no_sequence():
    assert take(sequence=LEFT_OUT).sequence is None
    assert take(sequence=None).sequence is None


@pytest.mark.parametrize(
    "changes",
    [
        {"specversion": "0.3"},
        {"specversion": LEFT_OUT},
        {"id": ""},
        {"id": "x" * 129},
        {"id": 5},
        {"id": "a\u0000"},
        {"id": "a\n"},
        {"id": "a\u200b"},
        {"id": "a\u2028b"},
        {"id": LEFT_OUT},
        {"source": ""},
        {"source": "x" * 257},
        {"source": "/a\u202e"},
        {"source": "/a\t"},
        {"time": "2026-11-21T09:35:00"},
        {"time": "2026-02-30T00:00:00Z"},
        {"time": "yesterday"},
        {"time": 1795224900},
        {"time": LEFT_OUT},
        {"recordedtime": "2026-11-21T09:35:00"},
        {"datacontenttype": "text/xml"},
        {"type": LEFT_OUT},
        {"type": 7},
        {"subject": 7},
        {"data": []},
        {"data": "{}"},
        {"data": LEFT_OUT},
        {"sequence": "x"},
        {"sequence": ""},
        {"sequence": "-1"},
        {"sequence": "9" * 20},
        {"sequence": "0" * 21},
        {"sequence": 7},
    ],
)
def test_that_a_bad_envelope_is_quarantined(changes):
    assert verdict(**changes) is QuarantineReason.BAD_ENVELOPE


@pytest.mark.parametrize("sequence", [7, "x", "1" * 21, "9" * 20])
def test_that_a_sequence_that_is_none_is_named(sequence):
    found = take(sequence=sequence)
    assert "（字段 sequence）" in words.put_aside(found.reason, found.detail)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("grid.event.reported", {"title": LEFT_OUT}),
        ("grid.event.reported", {"title": ""}),
        ("grid.event.reported", {"title": "\x00"}),
        ("grid.event.reported", {"title": "x" * 201}),
        ("grid.event.reported", {"urgency": "panic"}),
        ("grid.event.reported", {"channel": "telepathy"}),
        ("grid.event.reported", {"occurred_at": "2026-11-21T09:35:00"}),
        ("grid.event.reported", {"location": {"datum": "MARS"}}),
        ("grid.event.reported", {"location": {"lon": "119"}}),
        ("grid.event.reported", {"attachments": [{"kind": "spell", "url": "x"}]}),
        ("grid.event.reported", {"attachments": [{"kind": "file", "url": "x", "bytes": 2**63}]}),
        ("grid.event.reported", {"attachments": [{"kind": "file", "url": "x", "bytes": -1}]}),
        ("grid.event.reported", {"event_no": "a\u200bb"}),
        ("grid.event.reported", {"event_no": "a\u0007"}),
        ("grid.event.reported", {"description": "x" * 20_001}),
        ("grid.event.withdrawn", {"event_no": LEFT_OUT}),
        ("video.alert.raised", {"alert_id": LEFT_OUT}),
        ("video.alert.raised", {"priority": 0}),
        ("video.alert.raised", {"priority": 5}),
        ("video.alert.raised", {"priority": 1.5}),
        ("video.alert.raised", {"confidence": 1.01}),
        ("video.alert.raised", {"confidence": -0.01}),
        ("video.alert.raised", {"objects": [7]}),
        ("task.receipt", {"status": "done"}),
        ("whistle.receipt", {"status": "asleep"}),
        ("verification.receipt", {"result": "maybe"}),
        ("followup.receipt", {"satisfied": "very"}),
        ("followup.receipt", {"contacted": LEFT_OUT}),
        ("position.reported", {"unit": {"id": "U1", "kind": "ghost"}}),
        ("position.reported", {"unit": {"id": "U\u200b", "kind": "team"}}),
        ("feed.welcome", {"epoch": LEFT_OUT}),
    ],
)
def test_that_bad_data_is_quarantined_under_its_number(kind, changes):
    data = {k: v for k, v in {**SAMPLES[kind], **changes}.items() if v is not LEFT_OUT}
    rejected = take(kind, data)
    assert rejected.reason is QuarantineReason.BAD_DATA
    assert rejected.sequence == 5
    assert rejected.detail


BEYOND_ALL = (str(2**63), "9" * 20, 2**63, 10**30)


@pytest.mark.parametrize("number", BEYOND_ALL)
@pytest.mark.parametrize(
    ("kind", "field"),
    [("feed.welcome", "oldest"), ("feed.welcome", "newest"), ("feed.heartbeat", "sequence")],
)
def test_that_talk_of_the_session_with_a_number_beyond_all_is_quarantined(kind, field, number):
    rejected = take(kind, {**SAMPLES[kind], field: number})
    assert (rejected.reason, rejected.in_stream) == (QuarantineReason.BAD_DATA, False)
    assert f"（字段 data.{field}）" in words.put_aside(rejected.reason, rejected.detail)


def test_that_the_last_number_there_is_may_be_told_in_the_session():
    last = str(2**63 - 1)
    welcome = {"epoch": "A", "oldest": None, "newest": last}
    assert take("feed.welcome", welcome).newest == last
    assert take("feed.heartbeat", {"sequence": last}).sequence == last


@pytest.mark.parametrize(("oldest", "newest"), [(9, 2), ("9", "07"), (f"{9:020}", 0)])
def test_that_a_stream_that_would_end_before_it_begins_is_quarantined(oldest, newest):
    rejected = take("feed.welcome", {"epoch": "A", "oldest": oldest, "newest": newest})
    assert (rejected.reason, rejected.in_stream) == (QuarantineReason.BAD_DATA, False)
    assert "（字段 data.oldest）" in words.put_aside(rejected.reason, rejected.detail)


@pytest.mark.parametrize(("oldest", "newest"), [(3, 2), (1, 0), (2, 2), (None, 2), (2, None)])
def test_that_a_welcome_may_hold_none_of_what_was_sent(oldest, newest):
    welcome = take("feed.welcome", {"epoch": "A", "oldest": oldest, "newest": newest})
    assert (welcome.oldest, welcome.newest) == (oldest, newest)


@pytest.mark.parametrize("spoilt", [{"time": "noon"}, {"id": ""}, {"data": {"sequence": True}}])
def test_that_refused_talk_of_the_session_has_no_place_in_the_stream(spoilt):
    beat = {"type": "feed.heartbeat", "sequence": LEFT_OUT, "data": {"sequence": f"{7:020}"}}
    rejected = take(**{**beat, **spoilt})
    assert (rejected.sequence, rejected.in_stream) == (None, False)


def test_that_a_number_inside_the_data_is_not_the_frames():
    rejected = take(sequence=LEFT_OUT, data={"sequence": f"{7:020}"})
    assert (rejected.reason, rejected.sequence) == (QuarantineReason.BAD_DATA, None)


@pytest.mark.parametrize("literal", ["1e999", "-1e999", "9" * 400])
def test_that_a_number_beyond_all_numbers_is_bad_data(literal):
    frame = json.dumps(envelope("video.alert.raised", ALERT)).replace("0.93", literal)
    assert read(frame).reason is QuarantineReason.BAD_DATA


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity", "0x1", "01", "'1'"])
def test_that_what_only_looks_like_json_is_not_json(literal):
    frame = json.dumps(envelope("video.alert.raised", ALERT)).replace("0.93", literal)
    rejected = read(frame)
    assert rejected.reason is QuarantineReason.NOT_JSON
    assert rejected.sequence == 5


@pytest.mark.parametrize("kind", ["no.such.type", "", "task.dispatched", "feed.hello"])
def test_that_a_type_no_sender_may_send_is_unknown(kind):
    rejected = take(kind)
    assert (rejected.reason, rejected.sequence) == (QuarantineReason.UNKNOWN_TYPE, 5)


def test_that_absurd_places_and_years_are_kept_as_they_were_told():
    early, late = "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"
    where = {"lon": 1e300, "lat": -999.0}
    data = {"title": "x", "location": where, "occurred_at": early, "reported_at": late}
    taken = take("grid.event.reported", data)
    assert (taken.data.location.lon, taken.data.location.lat) == (1e300, -999.0)
    assert taken.data.occurred_at == datetime.fromisoformat(early)
    assert taken.data.reported_at == datetime.fromisoformat(late)


@pytest.mark.parametrize("escaped", [True, False])
def test_that_control_characters_leave_words_but_line_feeds_and_tabs_stay(escaped):
    words = "a\x00b\r\n\tc\x1b[31m\x7f\x85d"
    raw = json.dumps(envelope(data={"event_no": "N", "reason": words}), ensure_ascii=escaped)
    taken = read(raw)
    assert taken.data.reason == "ab\n\tc[31md"
    assert taken.raw == raw


def test_that_a_subject_is_cleaned_too():
    assert take(subject="a\x00b").subject == "ab"


def test_that_escaped_and_plain_chinese_are_the_same_message():
    message = envelope("grid.event.reported", REPORT)
    plain = read(json.dumps(message, ensure_ascii=False))
    assert read(json.dumps(message)).data == plain.data


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ("", QuarantineReason.NOT_JSON),
        ("{", QuarantineReason.NOT_JSON),
        ("{}{}", QuarantineReason.NOT_JSON),
        ("\ufeff{}", QuarantineReason.NOT_JSON),
        ('{"a":"\\ud800"}', QuarantineReason.NOT_JSON),
        ('{"id":5,]', QuarantineReason.NOT_JSON),
        ("null", QuarantineReason.NOT_OBJECT),
        ("[]", QuarantineReason.NOT_OBJECT),
        ('"{}"', QuarantineReason.NOT_OBJECT),
        ("{}", QuarantineReason.BAD_ENVELOPE),
        ("\udcff", QuarantineReason.NOT_UTF8),
        (b"", QuarantineReason.BINARY),
        (b"{}", QuarantineReason.BINARY),
        (b"\x00\xff", QuarantineReason.BINARY),
    ],
)
def test_that_each_kind_of_rubbish_has_its_reason(frame, reason):
    rejected = read(frame)
    assert rejected.reason is reason
    assert (rejected.feed, rejected.received_at, rejected.sequence) == ("grid", NOON, None)


def test_that_a_message_of_the_largest_size_is_taken_and_one_byte_more_is_not():
    bare = len(json.dumps(envelope(padding="")))
    fitting = json.dumps(envelope(padding="x" * (MAX_FRAME - bare)))
    assert isinstance(read(fitting), Received)
    rejected = read(fitting.replace("xx", "xxx", 1))
    assert rejected.reason is QuarantineReason.TOO_LARGE
    assert rejected.sequence == 5


@pytest.mark.parametrize("brackets", ["[]", ("{", "}")])
def test_that_nesting_has_a_limit_in_a_large_frame(brackets):
    def nested(depth):
        opening = "[" if brackets == "[]" else '{"a":'
        deep = opening * depth + "1" + brackets[1] * depth
        return json.dumps(envelope(padding="[" * 3000, x=0)).replace('"x": 0', f'"x": {deep}')

    assert isinstance(read(nested(63)), Received)
    rejected = read(nested(64))
    assert rejected.reason is QuarantineReason.NESTED_TOO_DEEP
    assert rejected.sequence == 5


def test_that_brackets_in_strings_are_no_nesting():
    text = '[{"\\"[[' * 200
    assert isinstance(take(x=text, y="\\" * 999 + '"' + "[" * 999), Received)


def test_that_a_small_frame_nested_beyond_the_decoder_is_named_too():
    for frame in ("[" * 1900, '{"a":' * 380, '{"specversion":' + "[" * 1900):
        assert read(frame).reason in {
            QuarantineReason.NESTED_TOO_DEEP,
            QuarantineReason.NOT_JSON,
            QuarantineReason.NOT_OBJECT,
        }
    assert read('{"x":' + "[" * 1900).reason is QuarantineReason.NESTED_TOO_DEEP


def test_that_only_the_beginning_of_a_rejected_frame_is_kept_and_it_can_be_stored():
    rejected = read("\x00\udcff" + "满" * 10_000)
    assert len(rejected.raw) <= EXCERPT * 4
    assert "\x00" not in rejected.raw
    assert rejected.raw.encode()
    assert read(b"\x00\xff" * 9).raw == "\\x00\\xff" * 9


def test_that_of_a_doubled_key_the_last_one_counts_and_two_types_are_refused():
    frame = json.dumps(envelope())
    assert read(frame.replace('"id": "E1"', '"id": "E0", "id": "E1"')).id == "E1"
    two = frame.replace('"type"', '"type": "county.task", "type"')
    assert read(two).reason is QuarantineReason.BAD_DATA


def test_that_the_digest_knows_content_from_form():
    first = take("grid.event.reported", REPORT)
    again = read(json.dumps(envelope("grid.event.reported", dict(reversed(REPORT.items())))))
    resent = take("grid.event.reported", REPORT, sequence=f"{99:020}")
    offset = take("grid.event.reported", REPORT, time="2026-11-21T01:35:00Z")
    other = take("grid.event.reported", {**REPORT, "title": "换"})
    assert first.digest == again.digest == resent.digest == offset.digest
    assert len({first.digest, other.digest, take(time="2026-11-21T09:36:00Z").digest}) == 3
    assert len(first.digest) == 16


def test_that_what_is_written_can_be_read():
    alert = AlertData(alert_id="A1", priority=2)
    frame = encode(
        MessageType.ALERT_RAISED,
        id="X1",
        source="/box/1",
        time=NOON,
        data=alert,
        sequence=12,
        recorded=NOON,
        subject="A1",
    )
    taken = read(frame)
    assert (taken.id, taken.source, taken.sequence, taken.time) == ("X1", "/box/1", 12, NOON)
    assert (taken.recorded, taken.subject, taken.data) == (NOON, "A1", alert)


def test_that_what_was_left_out_is_not_written():
    task = TaskDispatched(case_no="C1", title="清理", body="B1")
    frame = encode(MessageType.TASK_DISPATCHED, id="X1", source="/hall/H1", time=NOON, data=task)
    assert json.loads(frame) == {
        "specversion": "1.0",
        "id": "X1",
        "source": "/hall/H1",
        "type": "task.dispatched",
        "time": "2026-11-21T12:00:00Z",
        "data": {"case_no": "C1", "title": "清理", "body": "B1"},
    }


def test_that_a_body_is_never_sent_who_reported():
    assert "reporter" not in TaskDispatched.__struct_fields__


@given(st.integers(0, 2**63 - 1))
def test_that_a_sequence_survives_its_twenty_digits(number):
    text = sequence_text(number)
    assert len(text) == 20
    assert sequence_number(text) == sequence_number(number) == number
    assert take(sequence=text).sequence == number


def test_that_no_sequence_is_no_number():
    assert sequence_number(None) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.text() | st.binary() | json_values.map(json.dumps))
def test_that_no_frame_whatever_raises(frame):
    assert isinstance(read(frame), Rejected)


@given(
    st.sampled_from(sorted(SAMPLES)),
    st.dictionaries(st.sampled_from(sorted({k for s in SAMPLES.values() for k in s})), json_values),
    st.dictionaries(st.sampled_from(["id", "source", "time", "sequence", "x"]), json_values),
)
def test_that_no_value_in_any_field_raises(kind, changes, spoilt):
    taken = take(kind, {**SAMPLES[kind], **changes}, **spoilt)
    assert isinstance(taken, Received | Rejected | Welcome | Heartbeat)
    if isinstance(taken, Received):
        assert storable(taken)


def storable(taken):
    """Nothing in it breaks a store: no NUL, no lone surrogate, no number out of bounds."""
    text = msgspec.json.encode(taken.data).decode() + taken.id + taken.source + taken.raw
    return "\x00" not in text and "\\u0000" not in msgspec.json.encode(taken.data).decode()


def test_that_five_thousand_hostile_frames_each_end_somewhere():
    slowest = 0.0
    reasons = set()
    for frame in hostile_frames(seed=20261121, count=5_000):
        began = perf_counter()
        taken = read(frame)
        slowest = max(slowest, perf_counter() - began)
        if isinstance(taken, Received):
            assert storable(taken)
            assert len(taken.digest) == 16
        elif isinstance(taken, Rejected):
            reasons.add(taken.reason)
            assert len(taken.raw) <= EXCERPT * 4
            assert "\x00" not in taken.raw
            assert taken.raw.encode() is not None
            assert taken.sequence is None or 0 <= taken.sequence < 2**63
        else:
            assert isinstance(taken, Welcome | Heartbeat)
    assert reasons == set(QuarantineReason)
    assert slowest < 2  # 14 ms here; the bound is for machines under load


def test_that_hostile_frames_are_the_same_for_the_same_seed():
    assert list(hostile_frames(3, 50)) == list(hostile_frames(3, 50))
    assert list(hostile_frames(3, 50)) != list(hostile_frames(4, 50))


def test_that_every_inbound_payload_of_the_application_is_one_the_wire_knows():
    known = {*INBOUND.values()} - {Welcome, Heartbeat}
    assert known == set(messages.Inbound.__args__)
    assert isinstance(take().data, ReportWithdrawn)
