"""From filed to closed: dispatch, what the body does, rework, check, close, reopen."""

from collections.abc import Mapping
from typing import Any, Final

from commandcenter.application import commands as c
from commandcenter.application import copies
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
from commandcenter.application.turn import Turn, current, quiet
from commandcenter.domain.case import LOOP, Case, Outcome, Step
from commandcenter.domain.errors import Refusal
from commandcenter.domain.reckoning import moved
from commandcenter.domain.timelimit import Deadline


def dispatch(turn: Turn, command: c.Dispatch) -> Case:
    """Give a case to a body; what the command leaves open comes from the filing standard."""
    case = current(turn.unit, command.case, command.version)
    return _send_out(
        turn,
        case,
        Step.DISPATCH,
        body=command.body,
        co_bodies=command.co_bodies,
        limit=command.limit,
        duty_item=command.duty_item,
        message=command.message,
    )


def rule(turn: Turn, command: c.Rule) -> Case:
    """Decide whose a disputed case is; that body may not return it."""
    before = current(turn.unit, command.case, command.version)
    case = _send_out(
        turn, before, Step.RULE, body=command.body, limit=command.limit, reason=command.reason
    )
    if before.body not in {case.body, before.returned_last}:
        copies.notice(turn, before, MessageType.TASK_RECALLED, command.reason)
    return case


def reopen(turn: Turn, command: c.Reopen) -> Case:
    """Begin a new cycle of a closed case, with the body that had it unless another is named."""
    case = current(turn.unit, command.case, command.version)
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
) -> Case:
    plan = dispatch_plan(turn.hall, case, turn.at, body=body, limit=limit)
    to = plan.body
    helpers = plan.co_bodies if co_bodies is None else co_bodies
    for code in filter(None, (to, *helpers)):
        active_body(turn.hall, code, turn.at)
    link: Mapping[str, Any] = {"duty_item": plan.duty_item}
    if step is Step.DISPATCH and to is not None:
        link = linked(turn, case, duty_item, step)
    case = turn.step(
        case,
        step,
        body=to,
        co_bodies=tuple(code for code in helpers if code != to),
        limit=str(plan.limit),
        limit_source=plan.source,
        clock_goes_on=plan.goes_on or None,
        due_at=plan.deadline.due_at,
        due_provisional=plan.provisional,
        **_of_law(turn, case, step, plan.statutory),
        sign_due_at=plan.sign_due_at,
        milestones=tuple(
            {"name": name, "due_at": due, "limit": str(limit)}
            for (name, due), limit in zip(plan.milestones, plan.milestone_limits, strict=True)
        ),
        **link,
        county_help=to is not None and is_county(turn.hall.bodies, to),
        message=message,
        reason=reason,
    )
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
    case = current(turn.unit, command.case, command.version)
    case = turn.step(case, Step.RECALL, reason=command.reason, body=case.body)
    copies.notice(turn, case, MessageType.TASK_RECALLED, command.reason)
    return case


def dispute(turn: Turn, command: c.Dispute) -> Case:
    """Ask the supervisor whose case it is."""
    case = current(turn.unit, command.case, command.version)
    return turn.step(case, Step.DISPUTE, reason=command.reason)


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
    case = turn.step(case, Step.REWORK, reason=command.reason)
    copies.notice(turn, case, MessageType.TASK_REWORK, command.reason)
    return case


def check(turn: Turn, command: c.Check) -> Case:
    """Begin to check a result."""
    return turn.step(current(turn.unit, command.case, command.version), Step.CHECK)


def close(turn: Turn, command: c.Close) -> Case:
    """Close a checked case and answer everybody who reported it."""
    case = quiet(turn, current(turn.unit, command.case, command.version))
    case = turn.step(
        case,
        Step.CLOSE,
        outcome=command.outcome,
        reply=command.reply,
        words=command.words,
        follow_up_due_at=turn.due(turn.hall.limits.follow_up),
        appeal_until=turn.due(turn.hall.limits.appeal),
    )
    copies.closing_reply(turn, case)
    return case


def force_close(turn: Turn, command: c.ForceClose) -> Case:
    """Close a case from wherever it stands; counted apart."""
    before = quiet(turn, current(turn.unit, command.case, command.version))
    case = turn.step(
        before,
        Step.FORCE_CLOSE,
        reason=command.reason,
        outcome=Outcome.FORCED,
        appeal_until=turn.due(turn.hall.limits.appeal),
    )
    copies.called_off(turn, before, command.reason)
    copies.closing_reply(turn, case)
    return case


def archive(turn: Turn, command: c.Archive) -> Case:
    """Put a closed case away; read-only from then on."""
    return turn.step(current(turn.unit, command.case, command.version), Step.ARCHIVE)


def report(turn: Turn, command: c.Report) -> Case:
    """Note what a body, or a grid worker who verifies, said by telephone."""
    case = current(turn.unit, command.case, command.version)
    known_duty_item(turn.hall, command.duty_item, local_day(turn))
    said = {
        "on_behalf": True,
        "who": command.who,
        "channel": command.channel,
        "words": command.words,
    }
    if command.status in set(VerificationResult):
        return turn.step(case, Step.VERIFIED, result=command.status, **said)
    try:
        status = TaskStatus(command.status)
    except ValueError:
        raise Refusal("bad_command", detail=f"status={command.status}") from None
    answered = answered_by(
        turn,
        case,
        case.body or "",
        command.words,
        who=command.who,
        channel=command.channel,
        on_behalf=True,
    )
    return progress(
        turn,
        answered or case,
        status,
        **said,
        reason=command.reason,
        duty_item=command.duty_item,
        milestone=command.milestone,
    )


PATHS: Final = {
    TaskStatus.ACCEPTED: (Step.ACCEPT,),
    TaskStatus.RETURNED: (Step.RETURN,),
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
    cited = said.get("duty_item") or said.get("on_behalf")
    if status is TaskStatus.RETURNED and said.get("reason") and not cited:
        # a return that names no list item is for the supervisor to decide (domain.md 10.3)
        return _taken(turn, case, Step.DISPUTE, said)
    *implied, last = PATHS[status]
    if last is Step.MILESTONE and not said.get("milestone"):  # before anything it would imply
        raise Refusal("needs", step=last, field="milestone")
    for step in implied:
        if (case.state, step) in LOOP:
            case = resumed(turn, case) if step is Step.RESUME else _taken(turn, case, step, said)
    return _taken(turn, case, last, said)


def _taken(turn: Turn, case: Case, step: Step, said: dict[str, Any]) -> Case:
    extra: dict[str, Any] = {}
    limits = turn.hall.limits
    match step:
        case Step.ACCEPT:
            extra["return_until"] = turn.due(limits.return_window)
        case Step.RETURN:
            extra["max_hops"] = limits.max_hops
        case Step.START:
            extra["handler"] = said.get("who") or case.body
        case Step.RESULT:
            extra["check_due_at"] = turn.due(limits.check)
            extra["handler"] = said.get("who") or case.handler or case.body
            extra["words"] = said.get("words") or said.get("reason") or "—"
    return turn.step(case, step, **{**said, **extra})
