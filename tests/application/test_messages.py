"""The contract's values, apart from any frame."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.application import messages
from commandcenter.application.messages import (
    AlertData,
    Attachment,
    AttachmentKind,
    Cursor,
    Inbound,
    Location,
    MessageType,
    Outbound,
    Received,
    ReportRaised,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
STRUCTS = [
    value
    for value in vars(messages).values()
    if isinstance(value, type)
    and issubclass(value, msgspec.Struct)
    and value.__module__ == messages.__name__
]


def received(data, **changes):
    values = {
        "feed": "grid",
        "sequence": 7,
        "source": "/county/grid-app",
        "id": "E1",
        "type": MessageType.REPORT_RAISED,
        "time": NOON,
        "recorded": None,
        "received_at": NOON,
        "subject": None,
        "data": data,
        "raw": "{}",
    }
    return Received(**{**values, **changes})


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.__name__)
def test_that_no_message_changes_once_made(struct):
    assert struct.__struct_config__.frozen
    assert struct.__doc__


def test_that_messages_may_cross_threads_without_a_lock():
    report = ReportRaised(title="x", attachments=(Attachment(kind=AttachmentKind.IMAGE, url="u"),))
    with pytest.raises(AttributeError):
        report.title = "y"
    assert hash(report) == hash(msgspec.structs.replace(report))


@pytest.mark.parametrize(
    "changes",
    [
        {"sequence": 8},
        {"sequence": None},
        {"raw": "{ }"},
        {"feed": "other"},
        {"received_at": NOON + timedelta(hours=1)},
        {"recorded": NOON},
        {"time": NOON.astimezone(timezone(timedelta(hours=8)))},
    ],
)
def test_that_the_digest_is_of_the_content_and_not_of_its_journey(changes):
    data = ReportRaised(title="x", occurred_at=NOON)
    assert received(data).digest == received(data, **changes).digest


@pytest.mark.parametrize(
    "changes",
    [
        {"data": ReportRaised(title="y", occurred_at=NOON)},
        {"data": ReportRaised(title="x", occurred_at=NOON + timedelta(microseconds=1))},
        {"data": ReportRaised(title="x", occurred_at=NOON, requires_reply=False)},
        {"data": ReportRaised(title="x", occurred_at=NOON, location=Location(lon=1.0))},
        {"time": NOON + timedelta(seconds=1)},
        {"subject": "s"},
        {"type": MessageType.REPORT_UPDATED},
    ],
)
def test_that_other_content_has_another_digest(changes):
    data = ReportRaised(title="x", occurred_at=NOON)
    assert received(data).digest != received(**{"data": data, **changes}).digest


@given(st.text(max_size=200), st.text(max_size=200))
def test_that_two_texts_share_a_digest_only_if_they_are_one(one, other):
    first, second = (received(ReportRaised(title="x", description=text)) for text in (one, other))
    assert (first.digest == second.digest) == (one == other)


def test_that_what_was_left_out_is_not_written_and_reads_the_same():
    alert = AlertData(alert_id="A1", priority=1)
    written = msgspec.json.encode(alert)
    assert written == b'{"alert_id":"A1","priority":1}'
    assert msgspec.json.decode(written, type=AlertData) == alert


def test_that_every_payload_of_either_direction_has_a_type_of_its_own():
    assert len(set(Inbound.__args__)) == len(Inbound.__args__)
    assert not set(Inbound.__args__) & set(Outbound.__args__)


def test_that_what_a_body_receives_has_no_room_for_who_reported():
    for struct in Outbound.__args__:
        assert not {"reporter", "phone", "name"} & set(struct.__struct_fields__)


def test_that_a_feed_never_heard_has_no_cursor_to_show():
    assert Cursor(feed="grid") == Cursor(feed="grid", epoch=None, acked=None)
