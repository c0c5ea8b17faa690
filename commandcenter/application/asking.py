"""What a body may ask for and who decides: more time (延期), or a hold (挂账).

Both are asked for and granted before the deadline or never: what is overdue stays overdue
(features.md 29). Reasons, lengths and how often are the hall's (``hall.toml``).
"""

from datetime import datetime, timedelta
from typing import Any, Final

from commandcenter.application import commands as c
from commandcenter.application import copies
from commandcenter.application.messages import MessageType, TaskRequest, TaskWish
from commandcenter.application.plans import limit_of
from commandcenter.application.turn import Turn, current
from commandcenter.domain import words
from commandcenter.domain.case import LOOP, Case, Request, RequestKind, State, Step
from commandcenter.domain.errors import Refusal
from commandcenter.domain.hall import Limits
from commandcenter.domain.reckoning import moved
from commandcenter.domain.timelimit import Limit, WorkCalendar

ASK_EXTENSION_IN = frozenset({State.DISPATCHED, State.ACCEPTED, State.HANDLING})
"""Where more time may be asked for; a hold only where handling has begun."""


def ask_extension(turn: Turn, command: c.AskExtension) -> Case:
    """Note that a body asks for more time."""
    case = current(turn.unit, command.case, command.version)
    limits = turn.hall.limits
    if case.state not in ASK_EXTENSION_IN:
        raise Refusal("illegal_step", case=case.no, state=case.state, step="ask_extension")
    due = _in_time(case, turn.at)
    listed(command.reason, limits.extension_reasons)
    more = extension(case, command.limit, limits, turn.hall.calendar)
    return turn.note(
        case,
        "extension_asked",
        request=RequestKind.EXTENSION,
        limit=str(more),
        reason=command.reason,
        words=command.words,
        who=command.who,
        channel=command.channel,
        decide_by=min(turn.due(limits.decide), due),
    )


def ask_hold(turn: Turn, command: c.AskHold) -> Case:
    """Note that a body asks for a hold."""
    case = current(turn.unit, command.case, command.version)
    limits = turn.hall.limits
    if (case.state, Step.SUSPEND) not in LOOP:
        raise Refusal("illegal_step", case=case.no, state=case.state, step="ask_hold")
    due = _in_time(case, turn.at)
    listed(command.reason, limits.hold_reasons)
    may_hold(case, turn.at, command.until, limits)
    return turn.note(
        case,
        "hold_asked",
        request=RequestKind.HOLD,
        until=command.until,
        reason=command.reason,
        words=command.words,
        who=command.who,
        channel=command.channel,
        decide_by=min(turn.due(limits.decide), due),
    )


def asked(turn: Turn, case: Case, data: TaskRequest, words: str) -> Case:
    """Note what a body asks for through its own terminal.

    Raises:
        Refusal: it lacks how long, or cannot be asked for now.
    """
    said: dict[str, Any] = {
        "case": case.no,
        "reason": data.reason,
        "who": (data.by and data.by.name) or data.body,
        "channel": _TERMINAL,
        "words": words,
    }
    if data.request is TaskWish.HOLD:
        if data.until is None:
            raise Refusal("needs", step="ask_hold", field="until")
        return ask_hold(turn, c.AskHold(until=data.until, **said))
    if data.limit is None:
        raise Refusal("needs", step="ask_extension", field="limit")
    return ask_extension(turn, c.AskExtension(limit=data.limit, **said))


_TERMINAL: Final = "终端"


def decide(turn: Turn, command: c.Decide) -> Case:
    """Grant or refuse what a body asks for; nobody decides on what he asked for himself."""
    case = current(turn.unit, command.case, command.version)
    asked = case.request
    if asked is None:
        raise Refusal("no_request", case=case.no)
    if asked.asked_by == turn.actor:
        raise Refusal("own_request", case=case.no)
    if command.grant:
        _in_time(case, turn.at, pending=True)
        case = _GRANTS[asked.kind](turn, case, asked, command.words)
    elif not command.words:
        raise Refusal("needs", step="decide", field="words")
    else:
        case = turn.note(case, "request_refused", request=asked.kind, reason=command.words)
    copies.notice(turn, case, MessageType.TASK_URGED, _told(asked, command))
    return case


def _extend(turn: Turn, case: Case, asked: Request, said: str) -> Case:
    calendar, limits = turn.hall.calendar, turn.hall.limits
    more = extension(case, asked.limit, limits, calendar)
    return turn.note(
        case,
        "extended",
        **moved(case, calendar, extensions=(*case.extensions, str(more))),
        limit=str(more),
        was_due_at=case.due_at,
        reason=asked.reason,
        words=said or asked.words,
        asked_by=asked.asked_by,
    )


def _hold(turn: Turn, case: Case, asked: Request, said: str) -> Case:
    may_hold(case, turn.at, asked.until, turn.hall.limits)
    return turn.step(
        case,
        Step.SUSPEND,
        reason=asked.reason,
        words=said or asked.words,
        until=asked.until,
        asked_by=asked.asked_by,
    )


_GRANTS = {RequestKind.EXTENSION: _extend, RequestKind.HOLD: _hold}


def _told(asked: Request, command: c.Decide) -> str:
    """Return what the body is told of the decision, in the words of the contract's messages."""
    kind = words.word(asked.kind)
    if not command.grant:
        return f"未批准{kind}：{command.words}"
    by = words.limit(Limit.parse(asked.limit)) if asked.limit else ""
    return f"同意{kind}{by}"


def extension(case: Case, text: str, limits: Limits, calendar: WorkCalendar) -> Limit:
    """Return the extension that a text asks for, if the hall may grant it.

    Raises:
        Refusal: it cannot be read, is too long, or there have been as many as there may be.
    """
    more = limit_of(text, limits.day_policy)
    if len(case.extensions) >= limits.max_extensions:
        raise Refusal("too_many_extensions", case=case.no, most=limits.max_extensions)
    longest, due = limits.longest_extension, case.due_at
    if due is not None and (
        calendar.deadline(due, more).due_at > calendar.deadline(due, longest).due_at
    ):
        raise Refusal("extension_too_long", most=longest)
    return more


def may_hold(case: Case, at: datetime, until: datetime | None, limits: Limits) -> None:
    """Let a hold pass that the hall may grant; the loop has guards of its own.

    Raises:
        Refusal: it is too long, or there have been as many as there may be.
    """
    if case.holds >= limits.max_holds:
        raise Refusal("too_many_holds", case=case.no, most=limits.max_holds)
    if until is None or until <= at:
        raise Refusal("bad_hold", case=case.no)
    if until > at + timedelta(days=limits.longest_hold_days):
        raise Refusal("hold_too_long", case=case.no, days=limits.longest_hold_days)


def _in_time(case: Case, at: datetime, *, pending: bool = False) -> datetime:
    """Return the deadline, which has not passed, of a case that nothing is asked for yet.

    Raises:
        Refusal: it has passed, there is none, or (unless ``pending``) a request waits already.
    """
    if case.due_at is None or at > case.due_at:
        raise Refusal("already_overdue", case=case.no, due=case.due_at or at)
    if case.request is not None and not pending:
        raise Refusal("request_pending", case=case.no, kind=case.request.kind)
    return case.due_at


def listed(reason: str, reasons: tuple[str, ...]) -> None:
    """Let a reason pass that the hall knows.

    Raises:
        Refusal: it does not.
    """
    if reason and reason not in reasons:
        raise Refusal("unlisted_reason", reason=reason, known=reasons)
