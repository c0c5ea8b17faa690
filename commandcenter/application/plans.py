"""What the filing standard proposes, so that a button can show it before it is pressed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from commandcenter.domain.case import Case, State
from commandcenter.domain.catalogue import Standard, Urgency, WhistleKind, WhistleTemplate
from commandcenter.domain.errors import Refusal
from commandcenter.domain.hall import Hall
from commandcenter.domain.roster import Body, BodyLevel
from commandcenter.domain.timelimit import DayPolicy, Deadline, Limit, Pause, TooLong
from commandcenter.domain.timers import continuous
from commandcenter.domain.why import URGENT


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchPlan:
    """To whom a case would go and by when; ``deadline`` explains itself step by step.

    ``milestone_limits`` are those of ``milestones``, in order. ``source`` is where the limit is
    written; ``provisional`` holds for the deadline and the milestones; ``goes_on`` tells that the
    body gets back the clock it had.
    """

    body: str | None
    co_bodies: tuple[str, ...]
    limit: Limit
    source: str
    deadline: Deadline
    provisional: bool
    goes_on: bool
    statutory: Deadline | None
    sign_due_at: datetime
    sign_provisional: bool = False
    milestones: tuple[tuple[str, datetime], ...]
    milestone_limits: tuple[Limit, ...]
    duty_item: str | None
    evidence: tuple[str, ...]
    guidance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhistlePlan:
    """Whom one click would summon, and by when they must answer and report in.

    ``milestone`` is the next one of the case, for which it is blown, ``solve_by`` its limit, or
    without any that of the case; ``source`` is where whom to call is written, empty: nowhere.
    """

    kind: WhistleKind
    bodies: tuple[str, ...]
    lead: str | None
    answer_by: datetime
    report_in_by: datetime
    duty_item: str | None
    message: str
    gear: str
    evidence: tuple[str, ...]
    milestone: str
    solve_by: datetime
    source: str


def standard(hall: Hall, case: Case) -> Standard | None:
    """Return the filing standard of a case's category."""
    return hall.standard_for(case.category, case.condition) if case.category else None


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
    chosen, source = handling_limit(hall, rule, limit)
    sign = hall.limits.sign_urgent if case.urgency in URGENT else hall.limits.sign
    due = hall.calendar.deadline
    to = body or usual_body(hall, case)
    helpers = (*(rule.co_bodies if rule else ()), *case.pledged)
    start: datetime = at
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[str, ...] = ()
    goes_on = to is not None and case.clock_start is not None and _is_with_again(case, to)
    if goes_on and case.clock_start is not None:
        start, pauses = case.clock_start, (*case.pauses, Pause(case.since, at))
        extensions = case.extensions
    deadline = due(start, chosen, pauses, extensions=map(Limit.parse, extensions))
    marks = rule.milestones if rule else ()
    stops = [due(start, item.limit, pauses) for item in marks]
    return DispatchPlan(
        body=to,
        co_bodies=tuple(code for code in dict.fromkeys(helpers) if code != to),
        limit=chosen,
        source=source,
        deadline=deadline,
        provisional=deadline.provisional or any(it.provisional for it in stops),
        goes_on=goes_on,
        statutory=statutory_plan(hall, case, at),
        sign_due_at=due(at, sign).due_at,
        sign_provisional=due(at, sign).provisional,
        milestones=tuple((item.name, stop.due_at) for item, stop in zip(marks, stops, strict=True)),
        milestone_limits=tuple(item.limit for item in marks),
        duty_item=case.duty_item or (rule.duty_item if rule else None),
        evidence=rule.evidence if rule else (),
        guidance=rule.guidance if rule else "",
    )


def handling_limit(hall: Hall, rule: Standard | None, limit: str | None) -> tuple[Limit, str]:
    """Return the limit that holds for handling, and where it is written.

    Raises:
        Refusal: ``limit``, a person's own choice, cannot be read.
    """
    if (chosen := _limit(limit, hall.limits.day_policy)) is not None:
        return chosen, BY_HAND
    if rule is not None and rule.limit is not None:
        return rule.limit, f"standards.csv:{rule.row}"
    return hall.limits.handle, "hall.toml:handle"


BY_HAND: Final = "hand"
"""The source of a limit that somebody chose at the dispatch."""


def _is_with_again(case: Case, to: str) -> bool:
    # a body that is ruled to keep what it had disputed gets no fresh clock either
    disputed = case.state is State.ARBITRATING and case.body == to
    return disputed or (case.returned_last == to and case.body == to)


def statutory_plan(hall: Hall, case: Case, at: datetime) -> Deadline | None:
    """Return the limit of the law, where the standard names it: it runs from filing on."""
    rule = standard(hall, case)
    if rule is None or rule.statutory_limit is None:
        return None
    start = case.total_from if case.is_open and case.total_from is not None else at
    return hall.calendar.deadline(start, rule.statutory_limit)


def total_plan(hall: Hall, case: Case, at: datetime) -> Deadline:
    """Return by when a case filed or reopened now must be closed, whoever handles it.

    That is the law's own limit, else the hall's; nothing pauses it (domain.md 4).
    """
    return hall.calendar.deadline(at, total_limit(hall, case))


def total_limit(hall: Hall, case: Case) -> Limit:
    """Return the limit of the law where the standard names one, else the hall's over all."""
    rule = standard(hall, case)
    return (rule.statutory_limit if rule else None) or hall.limits.total


def usual_body(hall: Hall, case: Case) -> str | None:
    """Return whom a case goes to unless somebody chooses: that of the standard, if it leads."""
    rule = standard(hall, case)
    return _leader(hall, case) or (rule.body if rule else None)


def _leader(hall: Hall, case: Case) -> str | None:
    """Return whom the duty item names that a body has pointed at, saying that it only helps."""
    if not case.pledged or not case.stays:
        return None
    item = hall.duties.get(case.stays[-1].duty_item or "")
    return item.body if item is not None and item.body not in case.pledged else None


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
    sheet = hall.template_for(case.category, case.condition) if case.category else None
    called, source = _to_call(case, rule, sheet)
    fallback = (
        WhistleKind.EMERGENCY if case.urgency is Urgency.CRITICAL else WhistleKind.HARD_PROBLEM
    )
    answer = _limit(answer_limit) or (sheet and sheet.answer_limit) or hall.limits.answer
    report_in = (
        _limit(report_in_limit) or (sheet and sheet.report_in_limit) or hall.limits.report_in
    )
    stop = min(
        (it for it in case.stops if it.done_at is None), key=lambda it: it.due_at, default=None
    )
    return WhistlePlan(
        kind=(sheet and sheet.kind) or (rule and rule.whistle_kind) or fallback,
        bodies=called,
        lead=next(iter(called), None),
        answer_by=at + _span(answer),
        report_in_by=at + _span(report_in),
        duty_item=case.duty_item
        or (sheet and sheet.duty_item)
        or (rule.duty_item if rule else None),
        message=(sheet and sheet.message) or case.title,
        gear=sheet.gear if sheet else "",
        evidence=(sheet and sheet.evidence) or (rule.evidence if rule else ()),
        milestone=stop.name if stop else "",
        solve_by=(stop.due_at if stop else case.due_at or case.total_due_at)
        or hall.calendar.deadline(at, hall.limits.handle).due_at,
        source=source,
    )


def _to_call(
    case: Case, rule: Standard | None, sheet: WhistleTemplate | None
) -> tuple[tuple[str, ...], str]:
    """Return whom a whistle calls, the lead first, and where that is written."""
    if sheet is not None:
        # a template that names helpers only adds them to whoever the standard, or the case, names
        first = (sheet.lead,) if sheet.lead else (rule.whistle_bodies[:1] if rule else ())
        named = (*(first or (case.body,)), *sheet.co_bodies)
        if sheet.lead or sheet.co_bodies:
            return tuple(dict.fromkeys(code for code in named if code)), f"whistles.csv:{sheet.row}"
    if rule is not None and rule.whistle_bodies:
        return rule.whistle_bodies, f"standards.csv:{rule.row}"
    return (case.body,) if case.body else (), ""


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


def _limit(text: str | None, policy: DayPolicy = DayPolicy.HOURS8) -> Limit | None:
    return None if text is None else limit_of(text, policy)


def limit_of(text: str, policy: DayPolicy = DayPolicy.HOURS8) -> Limit:
    """Return the limit that a person wrote.

    Raises:
        Refusal: It cannot be read, or is longer than any limit may be.
    """
    try:
        return Limit.parse(text, policy)
    except TooLong as fault:
        raise Refusal("limit_too_long", limit=text, most=fault.most) from fault
    except ValueError as fault:
        raise Refusal("bad_limit", limit=text) from fault
