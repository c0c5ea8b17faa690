"""吹哨: blow, withdraw, note what a body says, urge, escalate, rule on a refusal, release."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from commandcenter.application import chains, copies
from commandcenter.application import commands as c
from commandcenter.application.changes import OutgoingState
from commandcenter.application.competence import known_duty_item, local_day
from commandcenter.application.messages import MessageType, WhistleStatus
from commandcenter.application.plans import active_body, is_county, whistle_plan
from commandcenter.application.turn import Turn, current, quiet
from commandcenter.domain import whistle as whistles
from commandcenter.domain import words
from commandcenter.domain.case import SETTLED, Case, place_data
from commandcenter.domain.errors import Refusal
from commandcenter.domain.roster import ContactStep
from commandcenter.domain.whistle import (
    SUMMONS_LOOP,
    Arbiter,
    Marks,
    Proof,
    ProofKind,
    Summons,
    SummonsStep,
    Whistle,
)

_ON_ITS_WAY: Final = timedelta(seconds=1)
"""So close to leaving, what is taken back may be sent in the same moment: then it is called off."""

STEP: Final = {
    WhistleStatus.NOTIFIED: SummonsStep.NOTIFY,
    WhistleStatus.ANSWERED: SummonsStep.ANSWER,
    WhistleStatus.REFUSED: SummonsStep.REFUSE,
    WhistleStatus.EN_ROUTE: SummonsStep.SET_OUT,
    WhistleStatus.REPORTED_IN: SummonsStep.REPORT_IN,
    WhistleStatus.WORKING: SummonsStep.WORK,
    WhistleStatus.FINISHED: SummonsStep.FINISH,
    WhistleStatus.LEFT: SummonsStep.LEAVE,
    WhistleStatus.RATING_ANSWERED: SummonsStep.ANSWER_RATING,
    WhistleStatus.RATING_APPEALED: SummonsStep.APPEAL_RATING,
}
"""What a body's word is in the whistle's loop."""


def blow(turn: Turn, command: c.Blow) -> Whistle:
    """Summon bodies to a case; what the command leaves open comes from the filing standard."""
    case = current(turn.unit, command.case, command.version)
    if case.state in SETTLED:
        raise Refusal("illegal_step", case=case.no, state=case.state, step="blow")
    quiet(turn, case)
    known_duty_item(turn.hall, command.duty_item, local_day(turn))
    plan = whistle_plan(
        turn.hall,
        case,
        turn.at,
        answer_limit=command.answer_limit,
        report_in_limit=command.report_in_limit,
    )
    bodies = plan.bodies if command.bodies is None else tuple(dict.fromkeys(command.bodies))
    for code in bodies:
        active_body(turn.hall, code, turn.at)
    lead = command.lead or (plan.lead if plan.lead in bodies else next(iter(bodies), None))
    leaves_at = turn.at + timedelta(seconds=command.hold_seconds)
    whistle, fact = whistles.blown(
        no=turn.number("W"),
        at=turn.at,
        actor=turn.actor,
        role=turn.role,
        fields={
            "case": case.no,
            "kind": command.kind or plan.kind,
            "bodies": bodies,
            "lead": lead,
            "leaves_at": leaves_at,
            "answer_by": plan.answer_by,
            "report_in_by": plan.report_in_by,
            "place": place_data(case.place),
            "message": command.message or plan.message,
            "gear": command.gear or plan.gear,
            "duty_item": command.duty_item or plan.duty_item,
            "evidence": plan.evidence,
            "reason": command.reason,
            "milestone": plan.milestone,
            "solve_by": plan.solve_by,
            "chains": {
                code: whistles.plain_chain(chains.chain(turn.hall, code, leaves_at, plan.answer_by))
                for code in bodies
            },
            "bound": _bound(turn, case, bodies),
        },
    )
    turn.unit.save_whistle(whistle, fact)
    turn.facts.append(fact)
    case = turn.note(
        case,
        "whistle_added",
        whistle=whistle.no,
        county_help=any(is_county(turn.hall.bodies, code) for code in bodies),
    )
    copies.summons(turn, whistle, case)
    return chains.begin(turn, whistle)


def _bound(turn: Turn, case: Case, bodies: Sequence[str]) -> list[str]:
    """Return those of the bodies that an earlier ruling on this case binds to come."""
    earlier = [item for no in case.whistles for item in turn.unit.whistle(no).summons]
    return sorted({item.body for item in earlier if item.bound and item.body in bodies})


def explain(turn: Turn, command: c.ExplainWhistle) -> Whistle:
    """Say why a whistle was blown; an emergency is blown first and explained afterwards."""
    return turn.note_whistle(
        turn.unit.whistle(command.whistle), "explained", words=_said(command.words, "explain")
    )


def withdraw(turn: Turn, command: c.Withdraw) -> Whistle:
    """Take a whistle back: what has not left yet never leaves, the others are told."""
    whistle = _open(turn, command.whistle)
    bodies = [command.body] if command.body else _able(whistle, SummonsStep.WITHDRAW)
    if not bodies:
        first = whistle.summons[0]
        raise Refusal(
            "illegal_summons_step",
            whistle=whistle.no,
            body=_name(turn, first.body),
            state=first.state,
            step=SummonsStep.WITHDRAW,
        )
    unsent = turn.unit.pending(whistle.no) if turn.at < whistle.leaves_at else ()
    for body in bodies:
        whistle = turn.summons(whistle, body, SummonsStep.WITHDRAW, reason=command.reason)
        held = [item.id for item in unsent if item.body == body]
        for id_ in held:
            turn.unit.settle(id_, OutgoingState.CANCELLED, command.reason)
        if not held or whistle.leaves_at - turn.at < _ON_ITS_WAY:
            copies.whistle_notice(
                turn, whistle, body, MessageType.WHISTLE_WITHDRAWN, reason=command.reason
            )
    return whistle


def on_behalf(turn: Turn, command: c.OnBehalf) -> Whistle:
    """Note what a body without a terminal said: who, by which channel, in which words."""
    status = WhistleStatus(command.status)
    if not (command.who and command.channel and command.words):
        raise Refusal("proof_needed")
    known_duty_item(turn.hall, command.duty_item, local_day(turn))
    whistle = _open(turn, command.whistle)
    proof = Proof(
        kind=ProofKind.ON_BEHALF, who=command.who, channel=command.channel, words=command.words
    )
    return progress(
        turn,
        whistle,
        command.body,
        status,
        proof=proof,
        contact=command.who,
        words=command.words,
        reason=command.reason,
        duty_item=command.duty_item,
    )


def progress(
    turn: Turn, whistle: Whistle, body: str, status: WhistleStatus, *, proof: Proof, **said: Any
) -> Whistle:
    """Move one summons on by what its body says.

    Raises:
        Refusal: it does not fit where the summons stands.
    """
    step = STEP[status]
    if step is SummonsStep.REFUSE:
        said["rule_by"] = turn.due(turn.hall.limits.whistle_ruling)
    if step in {SummonsStep.REPORT_IN, SummonsStep.WORK, SummonsStep.FINISH}:
        said["proof"] = {
            "kind": proof.kind,
            "who": proof.who,
            "channel": proof.channel,
            "words": proof.words,
            "distance_m": proof.distance_m,
        }
        if proof.kind is ProofKind.LINK:
            said["proof"] |= {"accuracy_m": proof.accuracy_m, "photo": proof.photo}
    return turn.summons(whistle, body, step, **said)


def unfounded(turn: Turn, whistle: Whistle, body: str, **said: Any) -> Whistle:
    """Note that a body refuses without naming a duty item: no refusal, and it is told so once.

    Raises:
        Refusal: it does not fit where the summons stands.
    """
    told = whistle.of(body).unfounded_at is not None
    whistle = turn.summons(whistle, body, SummonsStep.REFUSE_UNFOUNDED, **said)
    if not told:
        copies.whistle_urged(turn, whistle, body, _UNFOUNDED)
    return whistle


_UNFOUNDED: Final = "拒哨须写明职责清单事项编号；未写明的不算拒哨，请应哨，或补报事项编号。"


def urge_body(turn: Turn, command: c.UrgeBody) -> Whistle:
    """Remind a summoned body."""
    whistle = _open(turn, command.whistle)
    whistle = turn.summons(whistle, command.body, SummonsStep.URGE, reason=command.reason)
    copies.whistle_urged(turn, whistle, command.body, command.reason)
    return whistle


def escalate(turn: Turn, command: c.Escalate) -> Whistle:
    """Call the next person up in a body that does not come: of its chain, or whoever is named."""
    whistle = _open(turn, command.whistle)
    if not command.to:
        return chains.call_next(turn, whistle, command.body, reason=command.reason)
    whistle = turn.summons(
        whistle, command.body, SummonsStep.ESCALATE, to=command.to, reason=command.reason
    )
    copies.whistle_notice(
        turn,
        whistle,
        command.body,
        MessageType.WHISTLE_ESCALATED,
        reason=command.reason,
        to=command.to,
    )
    return whistle


def arbitrate(turn: Turn, command: c.Arbitrate) -> Whistle:
    """Take a refusal to arbitration, by a supervisor or by the county, with a fresh deadline."""
    whistle = _open(turn, command.whistle)
    reason = _said(command.reason, "arbitrate")
    whistle = turn.summons(
        whistle,
        command.body,
        SummonsStep.ARBITRATE,
        arbiter=command.arbiter,
        reason=reason,
        rule_by=turn.due(turn.hall.limits.whistle_ruling),
    )
    if command.arbiter == Arbiter.COUNTY:
        copies.whistle_notice(
            turn,
            whistle,
            command.body,
            MessageType.WHISTLE_ESCALATED,
            reason=f"拒哨提请裁定（{whistle.of(command.body).duty_item}）：{reason}",
            to=words.word(ContactStep.COUNTY),
        )
    return whistle


def rule_summons(turn: Turn, command: c.RuleSummons) -> Whistle:
    """Decide on a refusal: the body must come, with a fresh clock, or is excused; it binds.

    What the county has decided is noted with who there said so.
    """
    whistle = _open(turn, command.whistle)
    step = SummonsStep.UPHOLD if command.uphold else SummonsStep.EXCUSE
    said: dict[str, Any] = {"reason": _said(command.reason, "rule_summons", "reason")}
    arbiter = command.arbiter or whistle.of(command.body).arbiter or Arbiter.SUPERVISOR
    if arbiter == Arbiter.COUNTY and not command.who.strip():
        raise Refusal("needs", step="rule_summons", field="who")
    said |= {"arbiter": arbiter, "who": command.who.strip()}
    if command.uphold:
        summons = whistle.of(command.body)
        said["report_in_by"] = turn.at + (summons.report_in_by - whistle.blown_at)
    whistle = turn.summons(whistle, command.body, step, **said)
    kind = MessageType.WHISTLE_ESCALATED if command.uphold else MessageType.WHISTLE_WITHDRAWN
    copies.whistle_notice(turn, whistle, command.body, kind, reason=command.reason)
    return whistle


def release(turn: Turn, command: c.Release) -> Whistle:
    """Let a body leave, or all that have come: only the township says when (事不完、人不走)."""
    whistle = _open(turn, command.whistle)
    bodies = [command.body] if command.body else _able(whistle, SummonsStep.RELEASE)
    if not bodies:
        first = whistle.summons[0]
        raise Refusal(
            "illegal_summons_step",
            whistle=whistle.no,
            body=_name(turn, first.body),
            state=first.state,
            step=SummonsStep.RELEASE,
        )
    for body in bodies:
        whistle = turn.summons(whistle, body, SummonsStep.RELEASE, words=command.words)
        copies.whistle_notice(
            turn, whistle, body, MessageType.WHISTLE_RELEASED, reason=command.words
        )
    return whistle


def rate(turn: Turn, command: c.Rate) -> Whistle:
    """Say how a released body did its part: four marks, and words."""
    whistle = turn.summons(
        turn.unit.whistle(command.whistle),
        command.body,
        SummonsStep.RATE,
        marks={name: getattr(command, name) for name in Marks.__struct_fields__},
        words=command.words,
        appeal_by=turn.due(turn.hall.limits.rating_appeal),
    )
    copies.rated(turn, whistle, command.body)
    return whistle


def answer_rating(turn: Turn, command: c.AnswerRating) -> Whistle:
    """Note what a body says to its rating; it changes no mark."""
    return _on_rating(turn, command, SummonsStep.ANSWER_RATING)


def appeal_rating(turn: Turn, command: c.AppealRating) -> Whistle:
    """Appeal against a rating, once and within the hall's window."""
    return _on_rating(turn, command, SummonsStep.APPEAL_RATING)


def _on_rating(turn: Turn, command: c.AnswerRating | c.AppealRating, step: SummonsStep) -> Whistle:
    return turn.summons(
        turn.unit.whistle(command.whistle),
        command.body,
        step,
        words=command.words.strip(),
        who=command.who,
        channel=command.channel,
    )


def rule_rating(turn: Turn, command: c.RuleRating) -> Whistle:
    """Rule on an appeal: the marks stand, or others take their place; the first are kept."""
    marks = {name: getattr(command, name) for name in Marks.__struct_fields__}
    stands = all(mark is None for mark in marks.values())
    whistle = turn.summons(
        turn.unit.whistle(command.whistle),
        command.body,
        SummonsStep.RULE_RATING,
        words=command.words.strip(),
        marks=None if stands else marks,
    )
    copies.rated(turn, whistle, command.body)
    return whistle


def _said(text: str, step: str, field: str = "words") -> str:
    if not text.strip():
        raise Refusal("needs", step=step, field=field)
    return text.strip()


def _open(turn: Turn, number: str) -> Whistle:
    whistle = turn.unit.whistle(number)
    if not whistle.is_open:
        raise Refusal("whistle_closed", whistle=number)
    return whistle


def _able(whistle: Whistle, step: SummonsStep) -> list[str]:
    return [item.body for item in whistle.summons if _can(item, step)]


def _can(summons: Summons, step: SummonsStep) -> bool:
    return (summons.state, step) in SUMMONS_LOOP


def _name(turn: Turn, code: str) -> str:
    body = turn.hall.bodies.get(code)
    return body.short_name or body.name if body else code
