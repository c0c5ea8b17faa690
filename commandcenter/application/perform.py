"""Carrying out a command: one transaction, from the decision to the facts and what must leave."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from commandcenter.application import commands as c
from commandcenter.application import handling, review, triage, whistling
from commandcenter.application.ports import Unit
from commandcenter.application.retry import retry
from commandcenter.application.turn import Decode, Turn
from commandcenter.domain.alert import VideoAlert
from commandcenter.domain.case import Case
from commandcenter.domain.facts import Fact
from commandcenter.domain.hall import Hall
from commandcenter.domain.place import Datum
from commandcenter.domain.roster import Operator
from commandcenter.domain.whistle import Whistle


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command led to: the facts it recorded, and what it was about as it now stands."""

    facts: tuple[Fact, ...] = ()
    case: Case | None = None
    whistle: Whistle | None = None
    alert: VideoAlert | None = None


_DOES: Final[Mapping[type[c.Order], Callable[[Turn, Any], Any]]] = {
    c.Register: triage.register,
    c.Claim: triage.claim,
    c.HandOver: triage.hand_over,
    c.Verify: triage.verify,
    c.File: triage.file,
    c.Reject: triage.reject,
    c.Merge: triage.merge,
    c.Unmerge: triage.unmerge,
    c.FollowUp: triage.follow_up,
    c.Dispatch: handling.dispatch,
    c.Recall: handling.recall,
    c.Dispute: handling.dispute,
    c.Rule: handling.rule,
    c.Report: handling.report,
    c.Urge: handling.urge,
    c.Suspend: handling.suspend,
    c.Resume: handling.resume,
    c.Rework: handling.rework,
    c.Check: handling.check,
    c.Close: handling.close,
    c.ForceClose: handling.force_close,
    c.Reopen: handling.reopen,
    c.Archive: handling.archive,
    c.Blow: whistling.blow,
    c.Withdraw: whistling.withdraw,
    c.OnBehalf: whistling.on_behalf,
    c.UrgeBody: whistling.urge_body,
    c.Escalate: whistling.escalate,
    c.RuleSummons: whistling.rule_summons,
    c.Release: whistling.release,
    c.Review: review.review,
    c.Promote: review.promote,
    c.Retry: retry,
}


def perform(
    unit: Unit,
    hall: Hall,
    command: c.Order,
    operator: Operator,
    *,
    decode: Decode | None = None,
    datums: Mapping[str, Datum] | None = None,
) -> Outcome:
    """Carry out a command in a transaction.

    For a retry ``decode`` reads a feed's frame again and ``datums`` are, by feed, those of points
    that name none.

    Raises:
        Refusal: the hall declines; the transaction must be undone.
    """
    turn = Turn(
        unit=unit,
        hall=hall,
        actor=operator.id,
        role=operator.role,
        at=unit.at,
        decode=decode,
        datums=datums or {},
    )
    made = _DOES[type(command)](turn, command)
    about = {type(item): item for item in (made if isinstance(made, tuple) else (made,))}
    whistle = about.get(Whistle)
    return Outcome(
        facts=tuple(turn.facts),
        case=unit.case(whistle.case) if whistle else about.get(Case),
        whistle=whistle,
        alert=about.get(VideoAlert),
    )
