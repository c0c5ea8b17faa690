"""Helping bodies (协办): sub-tasks of their own, and a lead whose result waits for all of them."""

from dataclasses import replace
from typing import Any, Final

from commandcenter.application import commands as c
from commandcenter.application import copies
from commandcenter.application.competence import known_duty_item, local_day
from commandcenter.application.messages import MessageType, TaskStatus
from commandcenter.application.plans import active_body, standard
from commandcenter.application.turn import HALL, Turn, current
from commandcenter.domain import subtask
from commandcenter.domain.case import WITH_BODY, Case, State, Step, handed_in
from commandcenter.domain.errors import Refusal
from commandcenter.domain.evidence import lacking
from commandcenter.domain.facts import Fact
from commandcenter.domain.subtask import SubStep

_SAYS: Final = {
    TaskStatus.ACCEPTED: SubStep.ACCEPT,
    TaskStatus.HANDLING: SubStep.START,
    TaskStatus.RESULT: SubStep.FINISH,
    TaskStatus.RETURNED: SubStep.RETURN,
}


def helped(turn: Turn, case: Case, helper: str, status: TaskStatus, **said: Any) -> Case:
    """Move a helping body's part on by what it says; the case itself stays where it is.

    Raises:
        Refusal: the body does not help with the case, or it does not fit where its part stands.
    """
    if status not in _SAYS:
        raise Refusal("no_milestone_of_helper", case=case.no, body=helper)
    known_duty_item(turn.hall, said.get("duty_item"), local_day(turn))
    return _moved(turn, case, helper, _SAYS[status], said)


def _moved(turn: Turn, case: Case, body: str, step: SubStep, said: dict[str, Any]) -> Case:
    task = case.sub_task(body)
    if task is None:
        raise _no_part(case, body, step)
    if case.state not in WITH_BODY:
        raise Refusal("illegal_sub_step", body=body, state=task.state, step=step)
    given = {key: value for key, value in said.items() if value not in (None, "", ())}
    subtask.check(task, step, given)
    case = turn.note(case, "sub_task_moved", **{**given, "body": body, "step": step})
    return _completed(turn, case)


def _no_part(case: Case, body: str, step: SubStep) -> Refusal:
    """Return the refusal for a body that has no part in a case to move on."""
    if case.state in WITH_BODY:
        return Refusal("wrong_body", case=case.no, holder=case.body, body=body)
    of = "waive" if step is SubStep.WAIVE else "report"
    return Refusal("illegal_step", case=case.no, state=case.state, step=of)


def co_dispatch(turn: Turn, command: c.CoDispatch) -> Case:
    """Have another body help with what is being handled, or the same one once more."""
    case = current(turn.unit, command.case, command.version)
    if case.state not in WITH_BODY:
        raise Refusal("illegal_step", case=case.no, state=case.state, step="co_dispatch")
    body = active_body(turn.hall, command.body, turn.at)
    at_work = (it.body for it in case.sub_tasks if it.state in subtask.AT_WORK)
    if body.code in {case.body, *at_work}:
        raise Refusal("already_with", case=case.no, body=body.name)
    case = turn.note(case, "sub_task_added", body=body.code, message=command.message)
    copies.sub_task(turn, case, body.code, evidence=(), message=command.message)
    return case


def waive(turn: Turn, command: c.Waive) -> Case:
    """Do without a helping body's part; it is told, and the lead's result may stand."""
    case = current(turn.unit, command.case, command.version)
    after = _moved(turn, case, command.body, SubStep.WAIVE, {"reason": command.reason})
    copies.helper_notice(turn, case, command.body, MessageType.TASK_RECALLED, command.reason)
    return after


def called_off(turn: Turn, before: Case, reason: str) -> None:
    """Tell the helping bodies that were still at work that nothing more is wanted of them."""
    for body in before.awaited:
        copies.helper_notice(turn, before, body, MessageType.TASK_RECALLED, reason)


def result(turn: Turn, case: Case, said: dict[str, Any]) -> Case:
    """Hand in the lead's result; while others are at work it waits for them.

    Raises:
        Refusal: it does not fit where the case stands.
    """
    if turn.actor in case.received_returns:
        raise Refusal("received_return", case=case.no)
    words = said.get("words") or said.get("reason") or "—"
    handler = said.get("who") or case.handler or case.body
    if case.awaited and case.state is State.HANDLING:
        given = {key: value for key, value in said.items() if value not in (None, "", ())}
        return turn.note(case, "lead_finished", **{**given, "words": words, "handler": handler})
    told = Fact(
        kind="case.result_submitted", subject=case.no, at=turn.at, actor=turn.actor, data=said
    )
    wanted = standard(turn.hall, case)
    missing = lacking(
        wanted.evidence if wanted else (),
        (*case.evidence, *handed_in(told)),
        case.round_at,
    )
    return turn.step(
        case,
        Step.RESULT,
        **{
            **said,
            "words": words,
            "handler": handler,
            **turn.own_due("check_due_at", turn.hall.limits.check),
            "lacking": missing,
        },
    )


def _completed(turn: Turn, case: Case) -> Case:
    """Let the lead's word stand as the result, once nobody is waited for any more."""
    word = case.lead_word
    if word is None or case.awaited:
        return case
    lead = replace(turn, actor=case.body or HALL, role="")
    return result(lead, case, {"words": word.words, "who": word.handler})
