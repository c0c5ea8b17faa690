"""Times no zone could show are brought to where every zone can."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from commandcenter.application.messages import (
    Attachment,
    MessageType,
    Received,
    ReportRaised,
    TaskReceipt,
)
from commandcenter.application.moments import utc, within_reach

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
EDGES = [
    datetime.fromisoformat(text)
    for text in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00")
]
FAR_EAST, FAR_WEST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))


def message(data, *, time=NOON, recorded=None):
    return Received(
        "f", 1, "/s", "1", MessageType.REPORT_RAISED, time, recorded, NOON, None, data, "{}"
    )


def everywhere(moment):
    return [moment.astimezone(zone) for zone in (FAR_EAST, FAR_WEST)]


@pytest.mark.parametrize("edge", EDGES)
def test_that_an_absurd_time_can_be_shown_anywhere(edge):
    report = ReportRaised(title="x", occurred_at=edge, reported_at=edge)
    taken = within_reach(message(report, time=edge, recorded=edge))
    for moment in (taken.time, taken.recorded, taken.data.occurred_at, taken.data.reported_at):
        assert everywhere(moment)
        assert abs(moment.year - edge.year) <= 2
    assert taken.digest


@pytest.mark.parametrize("edge", EDGES)
def test_that_an_absurd_time_of_a_picture_can_be_shown_anywhere(edge):
    picture = Attachment(kind="image", url="x", taken_at=edge)
    taken = within_reach(
        message(TaskReceipt(case_no="1", body="b", status="accepted", attachments=(picture,)))
    )
    assert everywhere(taken.data.attachments[0].taken_at)


def test_that_an_ordinary_message_is_left_as_it_is():
    ordinary = message(ReportRaised(title="x", occurred_at=NOON))
    assert within_reach(ordinary) is ordinary


def test_that_utc_leaves_an_ordinary_instant_where_it_is():
    assert utc(datetime.fromisoformat("2026-11-21T20:00:00+08:00")) == NOON
