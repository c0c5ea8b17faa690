"""What the commands print: public formats (hall-pack.md); instants RFC 3339, durations seconds."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from msgspec import to_builtins

from commandcenter.application.questions import Quarantined, Ruling
from commandcenter.domain import words
from commandcenter.domain.alert import VideoAlert
from commandcenter.domain.case import Case, Stay
from commandcenter.domain.facts import Fact, written
from commandcenter.domain.hall import Hall
from commandcenter.domain.measures import Figure
from commandcenter.domain.subtask import SubTask
from commandcenter.domain.timelimit import WhyStep
from commandcenter.domain.timers import case_timers
from commandcenter.domain.whistle import Call, Rating, Summons, Whistle
from commandcenter.domain.why import explained


def plain(value: Any) -> Any:
    """Return a value as JSON has it: instants in UTC, durations in seconds, sets as lists."""
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, datetime):
        return written(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    return value


CASE: Final = (
    "case_no",
    "state",
    "title",
    "category",
    "urgency",
    "channel",
    "grid",
    "body",
    "reports",
    "occurred_at",
    "received_at",
    "due_at",
    "closed_at",
    "outcome",
    "whistles",
    "version",
    "holder",
    "claimed_by",
    "parent",
    "hops",
    "rework_count",
    "place_quality",
    "marks",
    "co_bodies",
    "sub_tasks",
    "stays",
    "ruling_due_at",
    "result_at",
    "lacking",
    "doubts",
    "remaining",
    "comes_back_at",
    "reopen_count",
    "review_wanted",
    "contacted_at",
    "solved_at",
    "satisfied_at",
    "earlier",
    "recurrences",
)
"""The columns of ``case``, where it is a row of a table."""


def case(item: Case) -> dict[str, Any]:
    """Return a case as ``cases`` prints it."""
    return plain_dict(
        case_no=item.no,
        state=item.state,
        title=item.title,
        category=item.category,
        urgency=item.urgency,
        channel=item.channel,
        grid=item.place.grid,
        body=item.body,
        reports=[{"source": ref.source, "id": ref.id} for ref in item.reports],
        occurred_at=item.occurred_at,
        received_at=item.received_at,
        due_at=item.handle_by,
        closed_at=item.closed_at,
        outcome=item.outcome,
        whistles=item.whistles,
        version=item.version,
        holder=item.holder,
        claimed_by=item.claimed_by,
        parent=item.parent,
        hops=item.hops,
        rework_count=item.rework_count,
        place_quality=item.place.quality,
        marks=sorted(item.marks),
        co_bodies=item.co_bodies,
        sub_tasks=[sub_task(part) for part in item.sub_tasks],
        stays=[stay(hop) for hop in item.stays],
        ruling_due_at=item.ruling_due_at,
        result_at=item.result_at,
        lacking=item.lacking,
        doubts=item.doubts,
        remaining=item.remaining,
        comes_back_at=item.comes_back_at,
        reopen_count=item.reopen_count,
        review_wanted=item.review_wanted,
        contacted_at=item.contacted_at,
        solved_at=item.solved_at,
        satisfied_at=item.satisfied_at,
        earlier=item.earlier,
        recurrences=item.recurrences,
    )


def sub_task(item: SubTask) -> dict[str, Any]:
    """Return a helping body's part of a case."""
    return plain_dict(
        body=item.body,
        state=item.state,
        dispatched_at=item.dispatched_at,
        accepted_at=item.accepted_at,
        done_at=item.done_at,
        words=item.words,
        reason=item.reason,
        duty_item=item.duty_item,
    )


def stay(item: Stay) -> dict[str, Any]:
    """Return one hop of a case: who had it from when to when, and the working time it cost."""
    return plain_dict(
        body=item.body,
        start=item.start,
        end=item.end,
        ended=item.ended,
        lost_seconds=item.lost_seconds,
        reason=item.reason,
        duty_item=item.duty_item,
    )


def ruling(item: Ruling) -> dict[str, Any]:
    """Return an earlier ruling."""
    return plain_dict(
        case_no=item.case,
        title=item.title,
        body=item.body,
        over=item.over,
        at=item.at,
        by=item.by,
        by_county=item.by_county,
        reason=item.reason,
    )


ALERT: Final = (
    "alert_id",
    "key",
    "camera",
    "label_text",
    "priority",
    "started_at",
    "ended_at",
    "verdict",
    "case_no",
    "grid",
    "count",
)
"""The columns of ``alert``."""


def alert(item: VideoAlert) -> dict[str, Any]:
    """Return a video alert as ``alerts`` prints it."""
    return plain_dict(
        alert_id=item.alert_id,
        key=item.key,
        camera=item.camera,
        label_text=item.label_text,
        priority=item.priority,
        started_at=item.started_at,
        ended_at=item.ended_at,
        verdict=item.verdict,
        case_no=item.case,
        grid=item.place.grid,
        count=item.count,
    )


def summons(item: Summons) -> dict[str, Any]:
    """Return one body's part of a whistle."""
    return plain_dict(
        body=item.body,
        lead=item.lead,
        state=item.state,
        answer_by=item.answer_by,
        report_in_by=item.report_in_by,
        answered_at=item.answered_at,
        reported_in_at=item.reported_in_at,
        no_answer_at=item.no_answer_at,
        no_show_at=item.no_show_at,
        refused_at=item.refused_at,
        duty_item=item.duty_item,
        unfounded_at=item.unfounded_at,
        rule_by=item.rule_by,
        arbiter=item.arbiter,
        ruled_at=item.ruled_at,
        released_at=item.released_at,
        left_early=item.left_early,
        chain=[call(each) for each in item.chain],
        called=item.called,
        rating=None if item.rating is None else rating(item.rating),
    )


def call(item: Call) -> dict[str, Any]:
    """Return one step of a body's chain; to whom and where is in the pack and on the board."""
    return plain_dict(step=item.step, duty=item.duty, channel=item.channel, at=item.at)


def rating(item: Rating) -> dict[str, Any]:
    """Return how a body was rated."""
    return plain_dict(
        marks=to_builtins(item.marks),
        first=None if item.first is None else to_builtins(item.first),
        words=item.words,
        at=item.at,
        appeal_by=item.appeal_by,
        answer=item.answer,
        appeal=item.appeal,
        appealed_at=item.appealed_at,
        ruling=item.ruling,
        ruled_at=item.ruled_at,
    )


def whistle(item: Whistle) -> dict[str, Any]:
    """Return a whistle with all its bodies."""
    return plain_dict(
        whistle_no=item.no,
        case_no=item.case,
        kind=item.kind,
        blown_at=item.blown_at,
        leaves_at=item.leaves_at,
        milestone=item.milestone,
        solve_by=item.solve_by,
        solved_at=item.solved_at,
        closed_at=item.closed_at,
        summons=[summons(each) for each in item.summons],
        version=item.version,
    )


def fact(item: Fact) -> dict[str, Any]:
    """Return a fact."""
    return plain_dict(
        kind=item.kind,
        subject=item.subject,
        at=item.at,
        actor=item.actor,
        role=item.role,
        data=item.data,
    )


def quarantined(item: Quarantined, lang: str) -> dict[str, Any]:
    """Return a message put aside as ``quarantine`` prints it; ``text`` says why in words."""
    return plain_dict(
        id=item.id,
        feed=item.feed,
        sequence=item.sequence,
        reason=item.reason,
        text=words.put_aside(item.reason, item.detail, lang),
        detail=item.detail,
        received_at=item.received_at,
        raw=item.raw,
    )


def figure(item: Figure) -> dict[str, Any]:
    """Return a figure as ``kpi`` prints it; ``key`` is the group's code where it is one of many."""
    return plain_dict(
        id=item.id,
        key=item.key if item.group is None else item.group,
        value=item.value,
        numerator=item.numerator,
        denominator=item.denominator,
    )


def clocks(item: Case, hall: Hall, now: datetime, lang: str) -> list[dict[str, Any]]:
    """Return the running clocks of a case, each with why it ends when it ends."""
    return [
        {
            "kind": str(timer.kind),
            "name": words.word(timer.kind, lang),
            "part": timer.part,
            "deadline": local(timer.due_at, hall),
            "provisional": timer.provisional,
            "paused": timer.paused,
            "lines": words.why_lines(explained(item, timer, hall, now), hall.zone, lang),
            "trace": trace(explained(item, timer, hall, now), hall, lang),
        }
        for timer in sorted(case_timers(item, hall.limits), key=lambda timer: timer.due_at)
    ]


def trace(steps: tuple[WhyStep, ...], hall: Hall, lang: str) -> list[dict[str, Any]]:
    """Return the explanation of a deadline as JSON has it; ``text`` says each line in words."""
    return [_why_line(step, hall, lang) for step in steps]


def _why_line(step: WhyStep, hall: Hall, lang: str) -> dict[str, Any]:
    told = {
        "kind": str(step.kind),
        "day": step.day.isoformat() if step.day else None,
        "at": local(step.at, hall) if step.at else None,
        "until": local(step.until, hall) if step.until else None,
        "detail": str(step.detail),
        "limit": step.limit,
        "source": step.source,
        "about": step.about,
        "text": words.why(step, hall.zone, lang),
    }
    return {key: value for key, value in told.items() if value}


def local(at: datetime, hall: Hall) -> str:
    """Return an instant with the offset of the hall's own clocks."""
    return at.astimezone(hall.zone).isoformat()


def plain_dict(**fields: Any) -> dict[str, Any]:
    """Return fields as JSON has them."""
    return {key: plain(value) for key, value in fields.items()}
