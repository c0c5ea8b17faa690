"""Carrying out a command: one transaction, from the decision to the facts and what must leave."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final

from commandcenter.application import (
    access,
    asking,
    calling,
    closing,
    competence,
    disclosing,
    grammar,
    handling,
    helping,
    mediating,
    pressing,
    review,
    sending,
    supervising,
    transferring,
    triage,
    whistling,
)
from commandcenter.application import commands as c
from commandcenter.application.ports import Unit, Unstorable
from commandcenter.application.retry import retry
from commandcenter.application.turn import Decode, Turn
from commandcenter.domain.alert import VideoAlert
from commandcenter.domain.case import Case
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Fact
from commandcenter.domain.hall import Hall
from commandcenter.domain.place import Datum
from commandcenter.domain.report import Reporter
from commandcenter.domain.roster import Operator
from commandcenter.domain.whistle import Whistle


@dataclass(frozen=True, slots=True, kw_only=True)
class Each:
    """What became of one order of several: refused with a reason, or done."""

    order: c.InBulk
    refusal: Refusal | None = None
    case: Case | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command led to: the facts it recorded, and what it was about as it now stands.

    ``reporters`` are who reported, unmasked, where just that was asked for.
    """

    facts: tuple[Fact, ...] = ()
    case: Case | None = None
    whistle: Whistle | None = None
    alert: VideoAlert | None = None
    each: tuple[Each, ...] = ()
    reporters: tuple[Reporter, ...] = ()


_DOES: Final[Mapping[type[c.Order], Callable[[Turn, Any], Any]]] = {
    c.Register: triage.register,
    c.Claim: triage.claim,
    c.HandOver: triage.hand_over,
    c.Verify: triage.verify,
    c.File: triage.file,
    c.Admit: competence.admit,
    c.Decline: competence.decline,
    c.Reject: triage.reject,
    c.Merge: triage.merge,
    c.Unmerge: triage.unmerge,
    c.FollowUp: closing.follow_up,
    c.Dispatch: handling.dispatch,
    c.CoDispatch: helping.co_dispatch,
    c.Waive: helping.waive,
    c.Recall: handling.recall,
    c.Dispute: handling.dispute,
    c.Rule: handling.rule,
    c.Report: handling.report,
    c.Urge: supervising.urge,
    c.Supervise: supervising.supervise,
    c.AnswerOrder: supervising.answer_order,
    c.Instruct: supervising.instruct,
    c.Suspend: handling.suspend,
    c.AskExtension: asking.ask_extension,
    c.AskHold: asking.ask_hold,
    c.Decide: asking.decide,
    c.Resume: handling.resume,
    c.Rework: handling.rework,
    c.AddEvidence: closing.add_evidence,
    c.Check: closing.check,
    c.Close: closing.close,
    c.AnswerDoubts: closing.answer_doubts,
    c.ForceClose: closing.force_close,
    c.Reopen: handling.reopen,
    c.Archive: closing.archive,
    c.CallCounty: calling.call_county,
    c.AnswerCall: calling.answer_call,
    c.RecallCall: calling.recall_call,
    c.Transfer: transferring.transfer,
    c.NoteReceipt: transferring.note_receipt,
    c.RecallTransfer: transferring.recall_transfer,
    c.CloseTransferred: transferring.close_transferred,
    c.BeginMediation: mediating.begin,
    c.NoteMediation: mediating.note,
    c.RaiseMediation: mediating.raise_level,
    c.EndMediation: mediating.end,
    c.Disclose: disclosing.disclose,
    c.Reveal: disclosing.reveal,
    c.Blow: whistling.blow,
    c.Withdraw: whistling.withdraw,
    c.OnBehalf: whistling.on_behalf,
    c.UrgeBody: whistling.urge_body,
    c.SendNow: sending.hurry,
    c.Escalate: whistling.escalate,
    c.Arbitrate: whistling.arbitrate,
    c.RuleSummons: whistling.rule_summons,
    c.ExplainWhistle: whistling.explain,
    c.Rate: whistling.rate,
    c.AnswerRating: whistling.answer_rating,
    c.AppealRating: whistling.appeal_rating,
    c.RuleRating: whistling.rule_rating,
    c.Press: pressing.press,
    c.NoteRefusedLinks: pressing.note_refused,
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
    """Carry out a command in a transaction; of several orders, each that is not refused.

    For a retry ``decode`` reads a feed's frame again and ``datums`` are, by feed, those of points
    that name none.

    Raises:
        Refusal: the hall declines; the transaction must be undone.
    """
    if isinstance(command, c.Bulk) and 0 < len(command.orders) <= c.AT_ONCE:
        return _perform_each(unit, hall, command, operator)
    grammar.sound(command)
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
        reporters=about.get(tuple, ()),
    )


def _perform_each(unit: Unit, hall: Hall, command: c.Bulk, operator: Operator) -> Outcome:
    """Carry out orders one by one; a refused one is undone alone and the others stand.

    They are written together. Only when that fails, each is written by itself, to find out whose
    fault it is.

    Raises:
        Refusal: the store takes no writes: then nothing of it stands.
    """

    def each_in(part: Callable[[], AbstractContextManager[None]]) -> list[_Made]:
        return [_perform_one(unit, hall, order, operator, part) for order in command.orders]

    try:
        with unit.savepoint():
            made = each_in(unit.attempt)
    except Unstorable:
        made = each_in(unit.savepoint)
    except Refusal as refusal:
        if refusal.code != "overtaken":
            raise
        made = each_in(unit.savepoint)
    return Outcome(
        facts=tuple(fact for facts, _each in made for fact in facts),
        each=tuple(each for _facts, each in made),
    )


_Made = tuple[tuple[Fact, ...], Each]


def _perform_one(
    unit: Unit,
    hall: Hall,
    order: c.InBulk,
    operator: Operator,
    part: Callable[[], AbstractContextManager[None]],
) -> _Made:
    try:
        access.check(operator, order)
        with part():
            outcome = perform(unit, hall, order, operator)
    except Unstorable:
        return (), Each(order=order, refusal=Refusal("bad_command", detail=Refusal("unstorable")))
    except Refusal as refusal:
        if refusal.code == "store_unavailable":
            raise
        return (), Each(order=order, refusal=refusal)
    return outcome.facts, Each(order=order, case=outcome.case)
