"""From the result to the archive: check, evidence, close, the questions a closing leaves, visit."""

from datetime import datetime, timedelta
from typing import Final

from commandcenter.application import commands as c
from commandcenter.application import copies, helping
from commandcenter.application.plans import standard, total_plan
from commandcenter.application.triage import A_MOMENT
from commandcenter.application.turn import HALL, Turn, current, quiet
from commandcenter.domain.case import Case, Outcome, State, Step, handed_in
from commandcenter.domain.errors import Refusal
from commandcenter.domain.evidence import Doubt, lacking, proofs
from commandcenter.domain.facts import Fact

_PROVED: Final = frozenset({Outcome.SOLVED, Outcome.PARTIAL})


def check(turn: Turn, command: c.Check) -> Case:
    """Begin to check a result."""
    return turn.step(current(turn.unit, command.case, command.version), Step.CHECK)


def add_evidence(turn: Turn, command: c.AddEvidence) -> Case:
    """Add to a result what was lacking, or what the check has found."""
    case = current(turn.unit, command.case, command.version)
    if case.state not in {State.RESULT_SUBMITTED, State.CHECKING}:
        raise Refusal("illegal_step", case=case.no, state=case.state, step="add_evidence")
    item = {
        "kind": command.kind,
        "url": command.url,
        "shows": command.shows,
        "sha256": command.sha256,
        "taken_at": command.taken_at,
    }
    told = {"evidence": [{key: value for key, value in item.items() if value}]}
    fact = Fact(
        kind="case.evidence_added", subject=case.no, at=turn.at, actor=turn.actor, data=told
    )
    rule = standard(turn.hall, case)
    evidence = (*case.evidence, *handed_in(fact))
    missing = lacking(rule.evidence if rule else (), evidence, case.round_at)
    return turn.note(case, "evidence_added", **told, lacking=missing)


def close(turn: Turn, command: c.Close) -> Case:
    """Close a checked case and answer everybody who reported it."""
    case = quiet(turn, current(turn.unit, command.case, command.version))
    partial = command.outcome == Outcome.PARTIAL
    case = turn.step(
        case,
        Step.CLOSE,
        outcome=command.outcome,
        reply=command.reply,
        words=command.words,
        reason=command.reason,
        contacted_at=turn.at if command.contacted else None,
        remaining=command.remaining if partial else None,
        comes_back_at=command.comes_back_at if partial else None,
        doubts=_doubts(turn, case, command),
        **turn.own_due("follow_up_due_at", turn.hall.limits.follow_up),
        appeal_until=turn.due(turn.hall.limits.appeal),
    )
    copies.closing_reply(turn, case)
    return case


def _doubts(turn: Turn, case: Case, command: c.Close) -> tuple[Doubt, ...]:
    """Return what makes a closing look like one on paper (domain.md 10.19): questions, no guilt."""
    shown = proofs(case.evidence, case.round_at)
    files = {item.sha256 for item in shown if item.sha256}
    before = {item.sha256 for item in case.evidence if item not in shown}
    is_proved = command.outcome in _PROVED
    signs = {
        Doubt.NO_PICTURE: is_proved and not any(it.kind in {"image", "video"} for it in shown),
        Doubt.SAME_PICTURE: bool(files & before) or turn.unit.shown_elsewhere(files, case.no),
        Doubt.LAST_MINUTE: _in_the_last_minutes(turn, case),
        Doubt.NOT_CONTACTED: not command.contacted and case.wants_answer,
    }
    return tuple(doubt for doubt, is_so in signs.items() if is_so)


def _in_the_last_minutes(turn: Turn, case: Case) -> bool:
    if case.due_at is None:
        return False
    span = timedelta(minutes=turn.hall.limits.last_minutes)
    done = (at for at in (case.result_at, turn.at) if at is not None)
    return any(case.due_at - span <= at <= case.due_at for at in done)


def answer_doubts(turn: Turn, command: c.AnswerDoubts) -> Case:
    """Answer in words what a closing left in doubt; nothing follows from it by itself."""
    case = current(turn.unit, command.case, command.version)
    if not case.doubts:
        raise Refusal("no_doubts", case=case.no)
    return turn.note(case, "doubts_answered", doubts=case.doubts, words=command.words)


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
    helping.called_off(turn, before, command.reason)
    copies.closing_reply(turn, case)
    return case


def archive(turn: Turn, command: c.Archive) -> Case:
    """Put a closed case away; read-only from then on."""
    return turn.step(current(turn.unit, command.case, command.version), Step.ARCHIVE)


def follow_up(turn: Turn, command: c.FollowUp) -> Case:
    """Note what the reporter says of the outcome, and when he said it."""
    case = current(turn.unit, command.case, command.version)
    said = command.contacted
    times = {
        "contacted_at": command.contacted_at or (turn.at if said else None),
        "solved_at": command.solved_at,
        "satisfied_at": command.satisfied_at,
    }
    for at in times.values():
        if at is not None and not _after_closing(turn, case, at):
            raise Refusal("visited_when", case=case.no)
    return turn.step(
        case,
        Step.FOLLOW_UP,
        contacted=said,
        solved=command.solved,
        satisfied=command.satisfied,
        place=command.met_at,
        words=command.words,
        **times,
    )


def _after_closing(turn: Turn, case: Case, at: datetime) -> bool:
    return (case.closed_at or at) <= at <= turn.at + A_MOMENT


def came_back(turn: Turn, case: Case) -> Case:
    """Bring a partly solved case back on its date: what remains has to be dispatched."""
    hall = Turn(unit=turn.unit, hall=turn.hall, actor=HALL, at=turn.at, facts=turn.facts)
    total = total_plan(turn.hall, case, turn.at)
    return hall.step(
        case,
        Step.COME_BACK,
        remaining=case.remaining,
        total_due_at=total.due_at,
        total_provisional=total.provisional or None,
    )
