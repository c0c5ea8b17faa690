"""Telling who reported: only to whom it is reserved, for a reason, and never without a fact."""

from commandcenter.application import commands as c
from commandcenter.application.turn import Turn, current
from commandcenter.domain.case import Case, noted
from commandcenter.domain.errors import Refusal
from commandcenter.domain.report import Reporter


def disclose(turn: Turn, command: c.Disclose) -> tuple[Case, tuple[Reporter, ...]]:
    """Return everybody who reported a case, unmasked; that it was told is a fact of the case.

    Raises:
        Refusal: no reason is given.
    """
    case = current(turn.unit, command.case, command.version)
    reason = command.reason.strip()
    if not reason:
        raise Refusal("needs", step="disclose", field="reason")
    data = {"reason": reason}
    seen = noted(case, "disclosed", at=turn.at, actor=turn.actor, role=turn.role, data=data)
    return turn.save(*seen), tuple(turn.unit.reporters(case.no))
