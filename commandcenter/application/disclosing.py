"""Telling who reported: only to whom it is reserved, for a reason, and never without a fact."""

from datetime import timedelta
from typing import Any, Final

from commandcenter.application import commands as c
from commandcenter.application.turn import Turn, current
from commandcenter.domain.case import Case, noted
from commandcenter.domain.errors import Refusal
from commandcenter.domain.report import Reporter

SHOWN_FOR: Final = timedelta(seconds=30)
"""How long a screen shows what was revealed."""


def disclose(turn: Turn, command: c.Disclose) -> tuple[Case, tuple[Reporter, ...]]:
    """Return everybody who reported a case, unmasked; that it was told is a fact of the case.

    Raises:
        Refusal: no reason is given.
    """
    case = current(turn.unit, command.case, command.version)
    case = _told(turn, case, "disclosed", reason=_reason("disclose", command.reason))
    return case, tuple(turn.unit.reporters(case.no))


def reveal(turn: Turn, command: c.Reveal) -> tuple[Case, tuple[Reporter, ...]]:
    """Return one thing about who reported a case last, and nothing else; it is a fact of the case.

    Raises:
        Refusal: no reason is given, or the reporter has not left what is asked for.
    """
    case = current(turn.unit, command.case, command.version)
    reason = _reason("reveal", command.reason)
    known = turn.unit.reporters(case.no)
    value = getattr(known[-1], command.field) if known else ""
    if not value:
        raise Refusal("nothing_to_reveal", case=case.no, field=command.field)
    case = _told(
        turn, case, "revealed", field=command.field, reason=reason, seat=command.seat or None
    )
    return case, (Reporter(**{command.field: value}),)


def _reason(step: str, given: str) -> str:
    reason = given.strip()
    if not reason:
        raise Refusal("needs", step=step, field="reason")
    return reason


def _told(turn: Turn, case: Case, kind: str, **said: Any) -> Case:
    data = {key: it for key, it in said.items() if it is not None}
    return turn.save(*noted(case, kind, at=turn.at, actor=turn.actor, role=turn.role, data=data))
