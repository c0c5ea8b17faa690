"""What was tried to bring messages out by channels, and how each channel fares."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import convert
from sqlalchemy import Connection

from commandcenter.application.changes import (
    Attempt,
    AttemptState,
    ChannelState,
    Outgoing,
    OutgoingState,
)
from commandcenter.application.questions import ChannelStates, DeliveriesOf, Delivery, StillToLeave
from commandcenter.application.sending import TEST
from commandcenter.store import outbox, schema, sql
from commandcenter.store.schema import instant, micros
from commandcenter.store.schema import micros_or_none as maybe
from commandcenter.store.sql import AMONG, Row

# what has ended stays as it is; what is under way can only end
WRITE: Final = (
    f"{sql.upsert(schema.attempt, 'outgoing', 'number')} WHERE attempt.state = 'queued'"
    " OR (attempt.state = 'sending' AND excluded.state NOT IN ('queued', 'sending'))"
)
_NEWEST: Final = (
    " AND NOT EXISTS (SELECT 1 FROM attempt AS later"
    " WHERE later.outgoing = attempt.outgoing AND later.number > attempt.number)"
)
LAST: Final = f"SELECT * FROM attempt WHERE outgoing {AMONG}{_NEWEST}"  # noqa: S608
UNDER_WAY: Final = "SELECT * FROM attempt WHERE state = 'sending' AND seat = ?"
CARRIED: Final = f"SELECT * FROM attempt WHERE carried_by <> '' AND carried_by {AMONG}{_NEWEST}"  # noqa: S608
WRITTEN: Final = (
    "SELECT begun_at FROM attempt"
    " WHERE channel = ? AND address = ? AND begun_at >= ? AND carried_by = ''"
)
_OF: Final = f"SELECT * FROM attempt WHERE outgoing {AMONG} ORDER BY outgoing, number"  # noqa: S608
_ENDED: Final = (
    "SELECT channel, state, max(ended_at) AS at FROM attempt WHERE ended_at >= ?"
    " GROUP BY channel, state"
)
_WORDS: Final = (
    "SELECT words FROM attempt WHERE channel = ? AND state = 'failed' AND ended_at = ? LIMIT 1"
)
_WAITING: Final = (  # what is held back by the hall's own rules is not what does not get out
    "SELECT channel, count(*) AS n, min(CASE WHEN NOT EXISTS (SELECT 1 FROM attempt"
    " WHERE outgoing = outbox.id AND attempt.state = 'queued' AND due_at > ?"
    " AND words IN ('throttle', 'quiet')) THEN leaves_at END) AS oldest FROM outbox"
    " WHERE state = 'pending' AND channel <> 'feed' AND leaves_at <= ? GROUP BY channel"
)
_LOST: Final = (
    "SELECT channel, count(*) AS n FROM outbox"
    " WHERE state IN ('rejected', 'expired') AND settled_at >= ? GROUP BY channel"
)
_TESTS: Final = f"SELECT channel, time, state FROM outbox WHERE subject {AMONG} AND type = ?"  # noqa: S608
_LATELY: Final = timedelta(days=1)


def row(attempt: Attempt) -> Row:
    """Return an attempt as its row."""
    return (
        attempt.outgoing,
        attempt.number,
        attempt.state.value,
        attempt.channel,
        attempt.address,
        micros(attempt.due_at),
        maybe(attempt.begun_at),
        maybe(attempt.ended_at),
        attempt.seat,
        attempt.words,
        attempt.carried_by,
    )


def attempt(found: Any) -> Attempt:
    """Return an attempt from its row."""
    return Attempt(
        outgoing=found.outgoing,
        number=found.number,
        state=convert(found.state, AttemptState),
        channel=found.channel,
        address=found.address,
        due_at=instant(found.due_at),
        begun_at=instant(found.begun_at),
        ended_at=instant(found.ended_at),
        seat=found.seat,
        words=found.words,
        carried_by=found.carried_by,
    )


def deliveries(connection: Connection, question: DeliveriesOf) -> tuple[Delivery, ...]:
    """Return all that was to leave about a whistle, and how each message fared, oldest first."""
    about = sql.run(connection, outbox.ABOUT, question.whistle)
    return _with_attempts(connection, map(outbox.outgoing, about))


def still_to_leave(connection: Connection, _question: StillToLeave) -> tuple[Delivery, ...]:
    """Return all that has to leave the hall, with what was tried, in the order it leaves."""
    waiting = sql.run(connection, outbox.PENDING)
    return _with_attempts(connection, map(outbox.outgoing, waiting))


def _with_attempts(connection: Connection, found: Iterable[Outgoing]) -> tuple[Delivery, ...]:
    items = list(found)
    tried: dict[str, list[Attempt]] = {}
    listed = sql.listed(connection, [item.id for item in items])
    for one in map(attempt, sql.run(connection, _OF, listed)):
        tried.setdefault(one.outgoing, []).append(one)
    return tuple(Delivery(item=item, attempts=tuple(tried.get(item.id, ()))) for item in items)


def channel_states(connection: Connection, question: ChannelStates) -> tuple[ChannelState, ...]:
    """Return how each of some channels fares; what lies more than a day back is not looked at."""
    now = question.now
    since = micros(now - _LATELY)
    worked: dict[str, int] = {}
    failed: dict[str, int] = {}
    for channel, state, at in sql.run(connection, _ENDED, since):
        kept = failed if state == AttemptState.FAILED else worked
        kept[channel] = max(at, kept.get(channel, at))
    waiting = {
        it.channel: it for it in sql.run(connection, _WAITING, micros(now), micros(now)).all()
    }
    lost: dict[str, int] = dict(_pairs(sql.run(connection, _LOST, since)))
    tests = _tests(connection, now)
    return tuple(
        ChannelState(
            code=code,
            worked_at=instant(worked.get(code)),
            failed_at=instant(failed.get(code)),
            words=_words(connection, code, failed.get(code)),
            waiting=waiting[code].n if code in waiting else 0,
            oldest=instant(waiting[code].oldest) if code in waiting else None,
            lost=lost.get(code, 0),
            tested_at=tests[code][0] if code in tests else None,
            test=tests[code][1] if code in tests else None,
        )
        for code in question.codes
    )


def _pairs(rows: Iterable[Any]) -> Iterable[tuple[str, int]]:
    return ((row[0], row[1]) for row in rows)


def _words(connection: Connection, channel: str, at: int | None) -> str:
    return "" if at is None else str(sql.run(connection, _WORDS, channel, at).scalar() or "")


def _tests(connection: Connection, now: datetime) -> dict[str, tuple[datetime, OutgoingState]]:
    """Return each channel's last test of the last days."""
    days = [f"test-{now - timedelta(days=back):%Y%m%d}" for back in (1, 0, -1)]  # in any zone
    rows = sql.run(connection, _TESTS, sql.listed(connection, days), TEST)
    found = sorted((row.time, row.channel, row.state) for row in rows)
    return {channel: (instant(at), convert(state, OutgoingState)) for at, channel, state in found}
