"""Supervision (督查督办): reminding, ordering with an answer by a date, and a leader's note."""

from commandcenter.application import commands as c
from commandcenter.application import copies
from commandcenter.application.turn import Turn, current
from commandcenter.domain.case import WITH_BODY, Case, State
from commandcenter.domain.errors import Refusal
from commandcenter.domain.privacy import for_display, secrets
from commandcenter.domain.supervision import SupervisionLevel


def urge(turn: Turn, command: c.Urge) -> Case:
    """Remind the body that has it."""
    case = _with_body(current(turn.unit, command.case, command.version), "urge")
    return _press(turn, case, SupervisionLevel.NUDGE, command.reason)


def supervise(turn: Turn, command: c.Supervise) -> Case:
    """Order a body to act and to answer by a date; a listed order says the date itself."""
    case = _with_body(current(turn.unit, command.case, command.version), "supervise")
    if not command.reason.strip():
        raise Refusal("needs", step="supervise", field="reason")
    if command.listed and command.reply_by is None:
        raise Refusal("needs", step="supervise", field="reply_by")
    reply_by = command.reply_by or turn.due(turn.hall.limits.order_reply)
    if reply_by <= turn.at:
        raise Refusal("reply_by_past")
    level = SupervisionLevel.LISTED if command.listed else SupervisionLevel.ORDER
    return _press(turn, case, level, command.reason, body=command.body, reply_by=reply_by)


def _press(
    turn: Turn,
    case: Case,
    level: SupervisionLevel,
    reason: str,
    *,
    body: str | None = None,
    reply_by: object = None,
) -> Case:
    to = body or case.body or ""
    if to not in {case.body, *case.co_bodies}:
        raise Refusal("wrong_body", case=case.no, holder=case.body, body=to)
    said = {
        "level": level,
        "body": to,
        "reason": for_display(reason, secrets(turn.unit.reporters(case.no))),
        "reply_by": reply_by,
    }
    kind = "urged" if level is SupervisionLevel.NUDGE else "supervised"
    case = turn.note(case, kind, **{key: value for key, value in said.items() if value})
    copies.pressed(turn, case, case.supervisions[-1])
    return case


def _with_body(case: Case, step: str) -> Case:
    if case.state not in WITH_BODY:
        raise Refusal("illegal_step", case=case.no, state=case.state, step=step)
    return case


def answer_order(turn: Turn, command: c.AnswerOrder) -> Case:
    """Note what a body answered to an order by telephone or in person."""
    case = current(turn.unit, command.case, command.version)
    for name in ("who", "channel", "words"):
        if not getattr(command, name).strip():
            raise Refusal("needs", step="answer_order", field=name)
    body = command.body or case.body or ""
    answered = answered_by(
        turn, case, body, command.words, who=command.who, channel=command.channel, on_behalf=True
    )
    if answered is None:
        raise Refusal("no_open_order", case=case.no, body=body)
    return answered


def answered_by(
    turn: Turn, case: Case, body: str, words: str | None, **said: object
) -> Case | None:
    """Take a body's words for its answer to every order it owes one; none if it owes none."""
    # what was said before the order was given is no answer to it
    open_orders = [number for number, it in case.unanswered if it.body == body and it.at <= turn.at]
    if not open_orders or not words:
        return None
    shown = for_display(words, secrets(turn.unit.reporters(case.no)))
    given = {key: value for key, value in said.items() if value}
    return turn.note(case, "order_answered", orders=open_orders, body=body, words=shown, **given)


def instruct(turn: Turn, command: c.Instruct) -> Case:
    """Attach a leader's note; the body reads it only when that is asked for."""
    case = current(turn.unit, command.case, command.version)
    if case.state is State.ARCHIVED:
        raise Refusal("illegal_step", case=case.no, state=case.state, step="instruct")
    if not command.words.strip():
        raise Refusal("needs", step="instruct", field="words")
    if command.tell_body:
        _with_body(case, "instruct")
    said = {
        "words": for_display(command.words, secrets(turn.unit.reporters(case.no))),
        "leader": command.leader,
        "told": command.tell_body or None,
        "body": case.body if command.tell_body else None,
    }
    case = turn.note(case, "instructed", **{key: value for key, value in said.items() if value})
    if command.tell_body:
        copies.instructed(turn, case, case.leader_notes[-1])
    return case
