"""From filed to the result: dispatch, returns and rulings, what the body does, rework."""

from collections.abc import Mapping
from typing import Any, Final

from commandcenter.application import commands as c
from commandcenter.application import copies, helping
from commandcenter.application.asking import listed, may_hold
from commandcenter.application.competence import known_duty_item, linked, local_day
from commandcenter.application.messages import MessageType, TaskStatus, VerificationResult
from commandcenter.application.plans import (
    active_body,
    dispatch_plan,
    is_county,
    total_plan,
)
from commandcenter.application.supervising import answered_by
from commandcenter.application.turn import Turn, current
from commandcenter.domain.case import LOOP, Case, State, Step
from commandcenter.domain.catalogue import DutyList
from commandcenter.domain.errors import Refusal
from commandcenter.domain.reckoning import moved
from commandcenter.domain.timelimit import Deadline


def dispatch(turn: Turn, command: c.Dispatch) -> Case:
    """Give a case to a body; what the command leaves open comes from the filing standard."""
    case = current(turn.unit, command.case, command.version, Step.DISPATCH)
    return _send_out(
        turn,
        case,
        Step.DISPATCH,
        body=command.body,
        co_bodies=command.co_bodies,
        limit=command.limit,
        duty_item=command.duty_item,
        message=command.message,
        review=command.review,
    )


def rule(turn: Turn, command: c.Rule) -> Case:
    """Decide whose a disputed case is; that body may not return it."""
    before = current(turn.unit, command.case, command.version, Step.RULE)
    case = _send_out(
        turn,
        before,
        Step.RULE,
        body=command.body,
        limit=command.limit,
        reason=command.reason,
        by_county=command.by_county or None,
    )
    if before.body not in {case.body, before.returned_last}:
        copies.notice(turn, before, MessageType.TASK_RECALLED, command.reason)
    return case


def reopen(turn: Turn, command: c.Reopen) -> Case:
    """Begin a new cycle of a closed case, with the body that had it unless another is named."""
    case = current(turn.unit, command.case, command.version, Step.REOPEN)
    return _send_out(
        turn,
        case,
        Step.REOPEN,
        body=command.body or case.body,
        limit=command.limit,
        reason=command.reason,
    )


def _send_out(
    turn: Turn,
    case: Case,
    step: Step,
    *,
    body: str | None,
    limit: str | None,
    co_bodies: tuple[str, ...] | None = None,
    duty_item: str | None = None,
    message: str = "",
    reason: str = "",
    **more: Any,
) -> Case:
    plan = dispatch_plan(turn.hall, case, turn.at, body=body, limit=limit)
    to = plan.body
    chosen = plan.co_bodies if co_bodies is None else (*co_bodies, *case.pledged)
    helpers = tuple(code for code in dict.fromkeys(chosen) if code != to)
    for code in filter(None, (to, *helpers)):
        active_body(turn.hall, code, turn.at)
    link: Mapping[str, Any] = {"duty_item": plan.duty_item}
    if step is Step.DISPATCH and to is not None:
        link = linked(turn, case, duty_item, step)
    case = turn.step(
        case,
        step,
        body=to,
        co_bodies=helpers,
        sub_tasks=helpers,
        limit=str(plan.limit),
        limit_source=plan.source,
        clock_goes_on=plan.goes_on or None,
        due_at=plan.deadline.due_at,
        due_provisional=plan.provisional,
        **_of_law(turn, case, step, plan.statutory),
        sign_due_at=plan.sign_due_at,
        step_provisional=plan.sign_provisional or None,
        milestones=tuple(
            {"name": name, "due_at": due, "limit": str(limit)}
            for (name, due), limit in zip(plan.milestones, plan.milestone_limits, strict=True)
        ),
        **link,
        county_help=to is not None and is_county(turn.hall.bodies, to),
        message=message,
        reason=reason,
        **more,
    )
    if case.state is State.DISPATCHED:  # else it waits for a supervisor to look at it
        copies.task(turn, case, evidence=plan.evidence, message=message)
    return case


def _of_law(turn: Turn, case: Case, step: Step, law: Deadline | None) -> dict[str, Any]:
    """Return the deadlines that no dispatch moves; a new cycle begins them anew."""
    if step is not Step.REOPEN and case.total_from is not None:
        return {"statutory_due_at": law.due_at if law else None}
    total = total_plan(turn.hall, case, turn.at)
    return {
        "statutory_due_at": law.due_at if law else None,
        "total_due_at": total.due_at,
        "total_provisional": total.provisional or None,
    }


def recall(turn: Turn, command: c.Recall) -> Case:
    """Take a case back before the body has accepted it."""
    before = current(turn.unit, command.case, command.version)
    case = turn.step(
        before, Step.RECALL, reason=command.reason, body=before.body, **_lost(turn, before)
    )
    copies.notice(turn, case, MessageType.TASK_RECALLED, command.reason)
    helping.called_off(turn, before, command.reason)
    return case


def dispute(turn: Turn, command: c.Dispute) -> Case:
    """Ask the supervisor whose case it is."""
    case = current(turn.unit, command.case, command.version)
    return _handed_back(turn, case, Step.DISPUTE, {"reason": command.reason})


def suspend(turn: Turn, command: c.Suspend) -> Case:
    """Park a case until a date; its handling clock stands still."""
    case = current(turn.unit, command.case, command.version)
    if (case.state, Step.SUSPEND) in LOOP:
        listed(command.reason, turn.hall.limits.hold_reasons)
        may_hold(case, turn.at, command.until, turn.hall.limits)
    return turn.step(case, Step.SUSPEND, reason=command.reason, until=command.until)


def resume(turn: Turn, command: c.Resume) -> Case:
    """End the hold; the deadline moves by the working time it stood still."""
    return resumed(turn, current(turn.unit, command.case, command.version))


def resumed(turn: Turn, case: Case, **said: Any) -> Case:
    """Resume a suspended case, reckoning its deadline anew with the pause taken out."""
    return turn.step(case, Step.RESUME, **moved(case, turn.hall.calendar, at=turn.at), **said)


def rework(turn: Turn, command: c.Rework) -> Case:
    """Send a result back; the body handles it again, its evidence stays."""
    case = current(turn.unit, command.case, command.version)
    again = tuple(it.body for it in case.sub_tasks if it.body in command.co_bodies)
    case = turn.step(case, Step.REWORK, reason=command.reason, co_bodies=again)
    copies.notice(turn, case, MessageType.TASK_REWORK, command.reason)
    for body in again:
        copies.helper_notice(turn, case, body, MessageType.TASK_REWORK, command.reason)
    return case


def report(turn: Turn, command: c.Report) -> Case:
    """Note what a body, or a grid worker who verifies, said by telephone."""
    case = current(turn.unit, command.case, command.version)
    known_duty_item(turn.hall, command.duty_item, local_day(turn))
    said: dict[str, Any] = {
        "on_behalf": True,
        "who": command.who,
        "channel": command.channel,
        "words": command.words,
    }
    if command.status in set(VerificationResult):
        return turn.step(case, Step.VERIFIED, result=command.status, **said)
    status = TaskStatus(command.status)
    said |= {"reason": command.reason, "duty_item": command.duty_item}
    body = command.body or case.body or ""
    answered = answered_by(
        turn,
        case,
        body,
        command.words,
        who=command.who,
        channel=command.channel,
        on_behalf=True,
    )
    case = answered or case
    if body != case.body:
        return helping.helped(turn, case, body, status, **said)
    return progress(turn, case, status, **said, milestone=command.milestone)


PATHS: Final = {
    TaskStatus.ACCEPTED: (Step.ACCEPT,),
    TaskStatus.HANDLING: (Step.ACCEPT, Step.START),
    TaskStatus.MILESTONE: (Step.ACCEPT, Step.START, Step.RESUME, Step.MILESTONE),
    TaskStatus.RESULT: (Step.ACCEPT, Step.START, Step.RESUME, Step.RESULT),
}
"""What a body's word means for the loop: a body that starts work has accepted, whether or not it
said so; steps the case has already taken are passed over, the last one must fit."""


def progress(turn: Turn, case: Case, status: TaskStatus, **said: Any) -> Case:
    """Move a case on by what its body says.

    Raises:
        Refusal: it does not fit where the case stands.
    """
    if status is TaskStatus.RETURNED:
        return _handed_back(turn, case, _return_step(turn, case, said), said)
    *implied, last = PATHS[status]
    if last is Step.MILESTONE and not said.get("milestone"):  # before anything it would imply
        raise Refusal("needs", step=last, field="milestone")
    alone = {name: value for name, value in said.items() if name != "evidence"}
    for step in implied:  # the evidence came with the last one
        if (case.state, step) in LOOP:
            case = resumed(turn, case) if step is Step.RESUME else _taken(turn, case, step, alone)
    return _taken(turn, case, last, said)


def _return_step(turn: Turn, case: Case, said: Mapping[str, Any]) -> Step:
    """Return what a body's return amounts to, by the duty item it names (domain.md 10.3).

    One that says 配合 makes the body a helper, once; no item, or none of the lists, is for the
    supervisor to decide.
    """
    item, hall = said.get("duty_item"), turn.hall
    known = hall.duties.get(item) if item else None
    if known is not None and known.list is DutyList.COOPERATE and known.active(local_day(turn)):
        helped = any(it.body == case.body and it.ended is Step.HELP for it in case.stays)
        return Step.RETURN if helped else Step.HELP
    is_cited = bool(item) and (known is not None or not hall.duties)
    if is_cited or said.get("on_behalf") or not said.get("reason"):
        return Step.RETURN  # which lacks what it lacks
    return Step.DISPUTE


def _handed_back(turn: Turn, before: Case, step: Step, said: Mapping[str, Any]) -> Case:
    """Take a case back from its body, with what that has cost; the helpers are told."""
    limits = turn.hall.limits
    extra = _lost(turn, before)
    if step is Step.RETURN:
        extra["max_hops"] = limits.max_hops
    if step is Step.DISPUTE or (step is Step.RETURN and before.hops + 1 >= limits.max_hops):
        extra["ruling_due_at"] = turn.due(limits.ruling)
    if step is Step.DISPUTE and turn.actor == before.body == before.bound_body:
        raise Refusal("bound_body", case=before.no, body=before.body)
    case = turn.step(before, step, **{**said, **extra})
    helping.called_off(turn, before, str(said.get("reason", "")))
    return case


def _lost(turn: Turn, case: Case) -> dict[str, Any]:
    """Return the working time since dispatch, whether or not the body has signed for it."""
    if case.dispatched_at is None:
        return {}
    lost = turn.hall.calendar.work_time(case.dispatched_at, turn.at)
    return {"lost_seconds": round(lost.total_seconds())}


def _taken(turn: Turn, case: Case, step: Step, said: dict[str, Any]) -> Case:
    if step is Step.RESULT:
        return helping.result(turn, case, said)
    extra: dict[str, Any] = {}
    if step is Step.ACCEPT:
        extra["return_until"] = turn.due(turn.hall.limits.return_window)
    elif step is Step.START:
        extra["handler"] = said.get("who") or case.body
    elif step is Step.MILESTONE:
        stops = {stop.name for stop in case.stops}
        if stops and said["milestone"] not in stops:
            extra["unplanned"] = True  # or the history would say that one of them was reached
    return turn.step(case, step, **{**said, **extra})
