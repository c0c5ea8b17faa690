"""Cases, whistles and video alerts as rows: the whole value, and the columns that are asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import msgspec
from sqlalchemy import Table

from commandcenter.domain.alert import VideoAlert
from commandcenter.domain.case import Case, State
from commandcenter.domain.matching import address_key, cell_of
from commandcenter.domain.measures import reckoned_at
from commandcenter.domain.whistle import Whistle, marks, solve_by
from commandcenter.store import schema, sql
from commandcenter.store.schema import micros
from commandcenter.store.schema import micros_or_none as maybe
from commandcenter.store.sql import Row

Value = TypeVar("Value", Case, Whistle, VideoAlert)

_encode: Final = msgspec.json.Encoder().encode


def _whole(value: Case | Whistle | VideoAlert) -> str:
    return _encode(value).decode()


def _case_row(case: Case) -> Row:
    place, outcome = case.place, case.outcome
    return (
        case.no,
        case.version,
        str(case.state),
        micros(case.since),
        case.urgency.rank,
        case.category,
        str(case.channel),
        place.grid,
        place.village,
        case.body,
        case.title,
        case.source,
        case.source_no,
        micros(case.occurred_at),
        micros(case.reported_at),
        micros(case.received_at),
        case.claimed_by,
        maybe(case.claimed_at),
        maybe(case.filed_at),
        maybe(case.rejected_at),
        maybe(case.first_dispatched_at),
        maybe(case.dispatched_at),
        maybe(case.accepted_at),
        maybe(case.due_at),
        maybe(case.result_at),
        maybe(case.check_due_at),
        maybe(case.closed_at),
        maybe(reckoned_at(case)),
        None if outcome is None else outcome.value,
        case.hops + case.earlier_hops,
        case.dispatches,
        case.rework_count,
        case.reopen_count,
        case.county_help,
        case.parent,
        maybe(case.followed_up_at),
        case.solved,
        case.satisfied,
        _whole(case),
        None if place.wgs84 is None else cell_of(place.wgs84),
        case.not_ours,
        maybe(case.closed_at if case.doubts else None),
        maybe(case.comes_back_at if case.state is State.CLOSED else None),
        address_key(place.address) or None,
        maybe(case.received_at if case.beyond else None),
    )


def _whistle_row(whistle: Whistle) -> Row:
    return (
        whistle.no,
        whistle.version,
        whistle.case,
        whistle.kind.value,
        micros(whistle.blown_at),
        maybe(whistle.closed_at),
        _whole(whistle),
    )


def summons_rows(whistle: Whistle) -> list[Row]:
    """Return a row for each body a whistle summons."""
    return [
        (
            whistle.no,
            item.body,
            whistle.case,
            item.lead,
            item.state.value,
            micros(whistle.blown_at),
            micros(item.answer_by),
            micros(item.report_in_by),
            maybe(item.notified_at),
            maybe(item.answered_at),
            maybe(item.reported_in_at),
            maybe(item.finished_at),
            maybe(item.released_at),
            maybe(item.refused_at),
            maybe(item.no_answer_at),
            maybe(item.no_show_at),
            maybe(solve_by(whistle, item)),
            maybe(whistle.solved_at if item.lead else None),
            marks(item),
            maybe(item.rating.appealed_at if item.rating and item.rating.appeal_waits else None),
        )
        for item in whistle.summons
    ]


def _alert_row(alert: VideoAlert) -> Row:
    verdict = alert.verdict
    return (
        alert.key,
        alert.version,
        alert.source,
        alert.alert_id,
        alert.camera,
        alert.priority,
        alert.algorithm,
        alert.place.grid,
        micros(alert.started_at),
        micros(alert.received_at),
        None if verdict is None else verdict.value,
        maybe(alert.reviewed_at),
        alert.case,
        alert.cleared,
        _whole(alert),
        alert.raised,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[Value]):
    """How values of one type lie in their table; ``noun`` is the word its refusals use."""

    noun: str
    table: Table
    key: Callable[[Value], str]
    row: Callable[[Value], Row]
    decode: Callable[[str], Value]
    select: str
    insert: str
    update: str

    @property
    def whole_at(self) -> int:
        """Where in a row the complete value stands."""
        return list(self.table.columns.keys()).index("whole")


def _kind(
    noun: str,
    table: Table,
    key: Callable[[Value], str],
    row: Callable[[Value], Row],
    type_: type[Value],
) -> Kind[Value]:
    name = next(iter(table.columns)).name
    return Kind(
        noun=noun,
        table=table,
        key=key,
        row=row,
        decode=msgspec.json.Decoder(type_).decode,
        select=f'SELECT whole FROM "{table.name}" WHERE {name} {sql.AMONG}',  # noqa: S608
        insert=sql.insert(table),
        update=sql.update(table, name, "version"),
    )


CASE: Final[Kind[Case]] = _kind("case", schema.case, lambda it: it.no, _case_row, Case)
WHISTLE: Final[Kind[Whistle]] = _kind(
    "whistle", schema.whistle, lambda it: it.no, _whistle_row, Whistle
)
ALERT: Final[Kind[VideoAlert]] = _kind(
    "alert", schema.video_alert, lambda it: it.key, _alert_row, VideoAlert
)

BY_NOUN: Final[Mapping[str, Kind[Any]]] = {kind.noun: kind for kind in (CASE, WHISTLE, ALERT)}
"""By the noun that the kinds of their facts begin with."""

SUMMONS_UPSERT: Final = sql.upsert(schema.summons, "whistle_no", "body")
