"""What the filing standard proposes, so that a button can show it before it is pressed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from commandcenter.domain.case import Case
from commandcenter.domain.catalogue import Standard, Urgency, WhistleKind
from commandcenter.domain.errors import Refusal
from commandcenter.domain.hall import Hall
from commandcenter.domain.roster import Body, BodyLevel
from commandcenter.domain.timelimit import Deadline, Limit, Pause
from commandcenter.domain.timers import continuous

_URGENT = frozenset({Urgency.URGENT, Urgency.CRITICAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchPlan:
    """To whom a case would go and by when; ``deadline`` explains itself step by step.

    ``milestone_limits`` are those of ``milestones``, in order.
    """

    body: str | None
    co_bodies: tuple[str, ...]
    limit: Limit
    deadline: Deadline
    statutory: Deadline | None
    sign_due_at: datetime
    milestones: tuple[tuple[str, datetime], ...]
    milestone_limits: tuple[Limit, ...]
    duty_item: str | None
    evidence: tuple[str, ...]
    guidance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhistlePlan:
    """Whom one click would summon, and by when they must answer and report in."""

    kind: WhistleKind
    bodies: tuple[str, ...]
    lead: str | None
    answer_by: datetime
    report_in_by: datetime
    duty_item: str | None
    message: str


def standard(hall: Hall, case: Case) -> Standard | None:
    """Return the filing standard of a case's category."""
    return hall.standard_for(case.category) if case.category else None


def dispatch_plan(
    hall: Hall,
    case: Case,
    at: datetime,
    *,
    body: str | None = None,
    limit: str | None = None,
) -> DispatchPlan:
    """Return what dispatching now would mean, to ``body`` or to that of the filing standard.

    A body that gets back what it returned goes on with the clock it had; another body gets a new
    one (domain.md 4).

    Raises:
        Refusal: ``limit`` cannot be read.
    """
    rule = standard(hall, case)
    chosen = _limit(limit) or (rule.limit if rule else None) or hall.limits.handle
    sign = hall.limits.sign_urgent if case.urgency in _URGENT else hall.limits.sign
    due = hall.calendar.deadline
    to = body or (rule.body if rule else None)
    start: datetime = at
    pauses: tuple[Pause, ...] = ()
    if case.dispatched_at is not None and to is not None and case.returned_last == to:
        start, pauses = case.dispatched_at, (Pause(case.since, at),)
    return DispatchPlan(
        body=to,
        co_bodies=rule.co_bodies if rule else (),
        limit=chosen,
        deadline=due(start, chosen, pauses),
        statutory=due(at, rule.statutory_limit) if rule and rule.statutory_limit else None,
        sign_due_at=due(at, sign).due_at,
        milestones=tuple(
            (item.name, due(start, item.limit, pauses).due_at)
            for item in (rule.milestones if rule else ())
        ),
        milestone_limits=tuple(item.limit for item in (rule.milestones if rule else ())),
        duty_item=case.duty_item or (rule.duty_item if rule else None),
        evidence=rule.evidence if rule else (),
        guidance=rule.guidance if rule else "",
    )


def whistle_plan(
    hall: Hall,
    case: Case,
    at: datetime,
    *,
    answer_limit: str | None = None,
    report_in_limit: str | None = None,
) -> WhistlePlan:
    """Return what one click on the whistle would do.

    Raises:
        Refusal: a limit cannot be read or is not one of minutes or hours.
    """
    rule = standard(hall, case)
    bodies = rule.whistle_bodies if rule and rule.whistle_bodies else (case.body,)
    called = tuple(code for code in bodies if code)
    fallback = (
        WhistleKind.EMERGENCY if case.urgency is Urgency.CRITICAL else WhistleKind.HARD_PROBLEM
    )
    return WhistlePlan(
        kind=(rule.whistle_kind if rule else None) or fallback,
        bodies=called,
        lead=called[0] if called else None,
        answer_by=at + _span(_limit(answer_limit) or hall.limits.answer),
        report_in_by=at + _span(_limit(report_in_limit) or hall.limits.report_in),
        duty_item=case.duty_item or (rule.duty_item if rule else None),
        message=case.title,
    )


def active_body(hall: Hall, code: str, at: datetime) -> Body:
    """Return a body that exists today.

    Raises:
        Refusal: the roster has no such code, or the body is no longer (or not yet) active.
    """
    body = hall.bodies.get(code)
    if body is None:
        raise Refusal("unknown_body", body=code)
    if not body.active(at.astimezone(hall.zone).date()):
        raise Refusal("inactive_body", body=body.name)
    return body


def is_county(bodies: Mapping[str, Body], code: str) -> bool:
    """Tell whether a body is one of the county, so that its help makes a case not settled here."""
    body = bodies.get(code)
    return body is not None and body.level in {BodyLevel.COUNTY, BodyLevel.UTILITY}


def _span(limit: Limit) -> timedelta:
    try:
        return continuous(limit)
    except KeyError:
        raise Refusal("bad_limit", limit=str(limit)) from None


def _limit(text: str | None) -> Limit | None:
    if text is None:
        return None
    try:
        return Limit.parse(text)
    except ValueError as fault:
        raise Refusal("bad_limit", limit=text) from fault
