"""乡呼县应: asking the county to know of a case or to help, and noting what it answers."""

from typing import Any

from commandcenter.application import commands as c
from commandcenter.application import copies
from commandcenter.application.messages import CountyStatus
from commandcenter.application.plans import active_body, is_county
from commandcenter.application.turn import Turn, current, kept_words, still_open
from commandcenter.domain import county
from commandcenter.domain.case import Case
from commandcenter.domain.county import CallStatus
from commandcenter.domain.errors import Refusal
from commandcenter.domain.hall import Limits
from commandcenter.domain.timelimit import Limit
from commandcenter.domain.why import URGENT


def reply_limit(case: Case, limits: Limits) -> Limit:
    """Return within which limit the county must answer about a case."""
    return limits.county_reply_urgent if case.urgency in URGENT else limits.county_reply


def call_county(turn: Turn, command: c.CallCounty) -> Case:
    """Ask a body of the county; one question to it at a time."""
    case = still_open(current(turn.unit, command.case, command.version), "call_county")
    body = active_body(turn.hall, command.body, turn.at)
    if not is_county(turn.hall.bodies, body.code):
        raise Refusal("not_county", body=body.name)
    if any(it.is_awaited and it.body == body.code for it in case.calls):
        raise Refusal("call_running", case=case.no, body=body.name)
    request = kept_words(turn, case, command.request, "call_county", "request")
    limit = reply_limit(case, turn.hall.limits)
    reply_by = command.reply_by or turn.due(limit)
    if reply_by <= turn.at:
        raise Refusal("reply_by_past")
    case = turn.note(
        case,
        "county_called",
        call=f"{case.no}-H{len(case.calls) + 1}",
        body=body.code,
        tier=command.tier,
        asked=request,
        reply_by=reply_by,
        limit="" if command.reply_by else str(limit),
    )
    copies.county_called(turn, case, case.calls[-1])
    return case


def answer_call(turn: Turn, command: c.AnswerCall) -> Case:
    """Note what the county answered by telephone or in person."""
    case = still_open(current(turn.unit, command.case, command.version), "answer_call")
    call = county.the_call(case.no, case.calls, command.call)
    for name in ("who", "channel"):
        if not getattr(command, name).strip():
            raise Refusal("needs", step="answer_call", field=name)
    return replied(
        turn,
        case,
        call.no,
        call.body,
        command.status,
        words=kept_words(turn, case, command.words, "answer_call", "words"),
        who=command.who,
        channel=command.channel,
        on_behalf=True,
    )


def replied(turn: Turn, case: Case, no: str, body: str, status: CountyStatus, **said: Any) -> Case:
    """Take a word of the county on a request.

    Raises:
        Refusal: there is no such request to that body, or it cannot become that any more.
    """
    call = county.the_call(case.no, case.calls, no)
    if call.body != body:
        raise Refusal("wrong_body", case=case.no, holder=call.body, body=body)
    after = CallStatus(status)
    county.check(call, after)
    given = {key: value for key, value in said.items() if value}
    return turn.note(case, "county_answered", call=call.no, body=call.body, answer=after, **given)


def recall_call(turn: Turn, command: c.RecallCall) -> Case:
    """Take a request back that the county has not answered."""
    case = current(turn.unit, command.case, command.version)
    call = county.the_call(case.no, case.calls, command.call)
    county.check(call, CallStatus.RECALLED)
    reason = kept_words(turn, case, command.reason, "recall_call", "reason")
    case = turn.note(
        case,
        "county_answered",
        call=call.no,
        body=call.body,
        answer=CallStatus.RECALLED,
        reason=reason,
    )
    copies.county_recalled(turn, case, call, reason)
    return case
