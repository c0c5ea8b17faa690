"""From report to filed case: register, claim, verify, file, decline, merge."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final

from msgspec.structs import replace

from commandcenter.application import access, copies, recurrence
from commandcenter.application import commands as c
from commandcenter.application.competence import known_duty_item, linked, local_day
from commandcenter.application.messages import MessageType, ReplyOutcome
from commandcenter.application.plans import total_plan
from commandcenter.application.supervising import instruct
from commandcenter.application.turn import Turn, current, quiet
from commandcenter.application.verifiers import Nearness, verifiers
from commandcenter.domain import words
from commandcenter.domain.case import (
    SUPERVISORS,
    WITH_BODY,
    Case,
    State,
    Step,
    opened,
    place_data,
)
from commandcenter.domain.catalogue import Urgency, gravest
from commandcenter.domain.claim import Grip, claim_on
from commandcenter.domain.errors import Refusal
from commandcenter.domain.hall import Hall
from commandcenter.domain.place import Place, Point, settle
from commandcenter.domain.privacy import for_display, harmless, one_line, secrets
from commandcenter.domain.report import Channel, Mark, Reporter

LONG_AGO: Final = timedelta(days=400)
"""Further back than that nothing is reported (reliability.md 3.7)."""
A_MOMENT: Final = timedelta(minutes=2)
"""How far ahead a clock beside ours may be."""


def register(turn: Turn, command: c.Register) -> Case:
    """Open a case for what somebody at the desk was told."""
    known_category(turn.hall, command.category)
    known_grid(turn.hall, command.grid)
    point = None
    if command.lon is not None and command.lat is not None:
        point = Point(command.lon, command.lat, command.datum or turn.hall.datum)
    occurred = command.occurred_at or turn.at
    if not turn.at - LONG_AGO <= occurred <= turn.at + A_MOMENT:
        raise Refusal("occurred_when")
    who = Reporter(name=command.reporter_name, phone=command.reporter_phone)
    case = open_case(
        turn,
        reporters=(who,),
        title=command.title,
        description=command.description,
        category=command.category,
        urgency=Urgency(command.urgency or default_urgency(turn.hall, command.category)),
        channel=Channel(command.channel),
        place=settle(turn.hall.grids, point, command.address, command.grid),
        source=f"/hall/{turn.hall.code}",
        occurred_at=occurred,
        reported_at=turn.at,
        requires_reply=command.requires_reply,
    )
    if command.reporter_name or command.reporter_phone:
        turn.unit.keep_reporter(case.no, None, who)
    if command.instruction.strip():
        note = c.Instruct(case=case.no, words=command.instruction, leader=command.leader)
        case = instruct(turn, note)
    return recurrence.link(turn, case)


def open_case(
    turn: Turn,
    *,
    place: Place,
    reporters: Sequence[Reporter] = (),
    title: str,
    description: str | None = None,
    report: Mapping[str, str] | None = None,
    marks: Sequence[Mark] = (),
    evidence: Sequence[Mapping[str, Any]] = (),
    **fields: Any,
) -> Case:
    """Give a report its number and its case; ``fields`` are those of ``domain.case.opened``.

    What the hall keeps and shows names none of ``reporters``: the journal cannot forget.
    """
    description = description or ""
    hidden = secrets(reporters)
    if not harmless((title, description, place.address), hidden):
        title, description = for_display(title, hidden), for_display(description, hidden)
        place = shown(place, hidden)
    known = {key: value for key, value in fields.items() if value}
    title = title.strip() or fields.get("category_text") or words.UNTITLED[0]
    known["title"] = one_line(title)
    if description:
        known["description"] = description
    return turn.save(
        *opened(
            no=turn.number(""),
            at=turn.at,
            actor=turn.actor,
            role=turn.role,
            place=place,
            report=report,
            marks=marks,
            evidence=evidence,
            fields=known,
        )
    )


def shown(place: Place, hidden: Sequence[str]) -> Place:
    """Return a place whose address gives away nobody who reported."""
    address = for_display(place.address, hidden) if place.address else ""
    return place if address == place.address else replace(place, address=address)


def default_urgency(hall: Hall, category: str | None) -> Urgency:
    """Return what the catalogue says of a category's urgency."""
    known = hall.categories.get(category) if category else None
    return known.urgency if known else Urgency.NORMAL


def known_category(hall: Hall, code: str | None) -> None:
    """Refuse a category the catalogue lacks; a hall without a catalogue takes any."""
    if code and hall.categories and code not in hall.categories:
        raise Refusal("unknown_category", category=code)


def known_grid(hall: Hall, code: str | None) -> None:
    """Refuse a grid the map lacks; a hall without a map takes any."""
    if code and hall.grids.grids and code not in hall.grids.grids:
        raise Refusal("unknown_grid", grid=code)


def known_condition(hall: Hall, category: str | None, condition: str) -> None:
    """Refuse a condition that no filing standard of the category names."""
    if condition and not any(
        it.condition == condition for it in hall.standards_for(category or "")
    ):
        raise Refusal("unknown_condition", condition=condition)


def claim(turn: Turn, command: c.Claim) -> Case:
    """Say "I have it"; what another has is taken over only when asked to."""
    case = current(turn.unit, command.case, command.version)
    turn.unit.attend(turn.actor)
    if not command.take:
        _nobody_elses(turn, case)
    if case.claimed_by == turn.actor:
        return case
    return turn.step(
        case,
        Step.CLAIM,
        taken_from=case.claimed_by,
        heard_at=_let_go(turn, case, command.reason),
        reason=command.reason,
    )


def _let_go(turn: Turn, case: Case, reason: str) -> datetime | None:
    """Return when the owner of a claim was last heard of, if the claim may be taken from him.

    Raises:
        Refusal: he is there, or was a moment ago, and a supervisor gives no reason to take it.
    """
    heard_at = turn.unit.attended(case.claimed_by) if case.claimed_by else None
    held = claim_on(case, heard_at, turn.hall.limits)
    if held is None or (grip := held.grip(turn.at)) is Grip.LOOSE:
        return heard_at
    if turn.role not in SUPERVISORS:
        holder = _name(turn, held.by)
        if grip is Grip.HELD:
            raise Refusal("claim_held", case=case.no, holder=holder)
        seconds = ceil((held.loose_at - turn.at).total_seconds())
        raise Refusal("claim_stale", case=case.no, holder=holder, seconds=seconds)
    if not reason.strip():
        raise Refusal("take_needs_reason", case=case.no, holder=_name(turn, held.by))
    return heard_at


def _name(turn: Turn, operator: str) -> str:
    known = turn.hall.people.get(operator)
    return known.name if known else operator


def hand_over(turn: Turn, command: c.HandOver) -> Case:
    """Pass a case to another operator; from then on it is his, until he hands it on."""
    case = current(turn.unit, command.case, command.version)
    if not case.is_open or case.state in WITH_BODY:
        raise Refusal("illegal_step", case=case.no, state=case.state, step="hand_over")
    if turn.role not in SUPERVISORS:
        _nobody_elses(turn, case)
    to = turn.hall.people.get(command.to)
    if to is None:
        raise Refusal("unknown_operator", operator=command.to)
    if not access.may(to, c.Claim):
        raise Refusal("cannot_claim", operator=to.name, role=to.role)
    if case.claimed_by == to.id:
        return case
    given = {"words": command.words} if command.words else {}
    return turn.note(case, "handed_over", holder=to.id, taken_from=case.claimed_by, **given)


def _nobody_elses(turn: Turn, case: Case) -> None:
    if case.claimed_by is not None and case.claimed_by != turn.actor:
        holder = _name(turn, case.claimed_by)
        raise Refusal("claimed_by_other", case=case.no, holder=holder)


def _to_decide(
    turn: Turn, command: c.Verify | c.File | c.Reject | c.Merge, step: Step | None = None
) -> Case:
    """Return a case its operator may decide on: what another has claimed is taken over first."""
    case = current(turn.unit, command.case, command.version, step)
    if turn.role not in SUPERVISORS:
        _nobody_elses(turn, case)
    return case


def verify(turn: Turn, command: c.Verify) -> Case:
    """Send the nearest grid worker, or the one named, to see whether it is so."""
    case = _to_decide(turn, command, Step.VERIFY)
    worker = command.worker or _nearest(turn, case)
    due = turn.due(turn.hall.limits.verify)
    case = turn.step(case, Step.VERIFY, worker=worker, due_at=due)
    copies.verification(turn, case, worker or "")
    return case


def _nearest(turn: Turn, case: Case) -> str | None:
    """Return who verifies when nobody is named; nobody where nothing speaks for anybody."""
    offered = verifiers(turn.hall, case.place, turn.unit.positions(), turn.at)
    return next((it.worker.id for it in offered if it.nearness < Nearness.OTHER), None)


def file(turn: Turn, command: c.File) -> Case:
    """Accept a report as a case; an unclaimed one is claimed by whoever files it."""
    case = _to_decide(turn, command)
    category = command.category or case.category
    known_category(turn.hall, category)
    known_grid(turn.hall, command.grid)
    known_duty_item(turn.hall, command.duty_item, local_day(turn))
    place = case.place
    if command.grid is not None or command.address is not None:
        place = settle(
            turn.hall.grids,
            place.point,
            place.address if command.address is None else command.address,
            command.grid or place.grid,
            place.accuracy_m,
        )
        if command.grid:  # a person who names the grid knows better than a point near a border
            grid = turn.hall.grids.grids.get(command.grid)
            place = replace(place, grid=command.grid, village=grid.village if grid else None)
    standard = turn.hall.standard_for(category, command.condition) if category else None
    known_condition(turn.hall, category, command.condition)
    filed = replace(case, category=category, condition=command.condition)
    total = total_plan(turn.hall, filed, turn.at)
    who = secrets(turn.unit.reporters(case.no))
    if case.state is State.RECEIVED and case.claimed_by is None:
        case = turn.step(case, Step.CLAIM)
    filed = turn.step(
        case,
        Step.FILE,
        category=category,
        condition=command.condition,
        urgency=command.urgency,
        title=one_line(for_display(command.title or "", who)),
        description=for_display(command.description or "", who),
        place=None if place == case.place else place_data(shown(place, who)),
        duty_item=command.duty_item or case.duty_item or (standard.duty_item if standard else None),
        total_due_at=total.due_at,
        total_provisional=total.provisional or None,
    )
    return recurrence.link(turn, filed)


def reject(turn: Turn, command: c.Reject) -> Case:
    """Decline a report; whoever reported it is told why."""
    before = quiet(turn, _to_decide(turn, command, Step.REJECT))
    link = linked(turn, before, command.duty_item, Step.REJECT)
    if command.not_ours and turn.hall.duties and not link["duty_item"]:
        raise Refusal("needs", step=Step.REJECT, field="duty_item")
    case = turn.step(
        before,
        Step.REJECT,
        reason=command.reason,
        reply=command.reply,
        not_ours=command.not_ours or None,
        **link,
    )
    copies.called_off(turn, before, command.reason)
    for body in before.awaited:
        copies.helper_notice(turn, before, body, MessageType.TASK_RECALLED, command.reason)
    copies.reply(turn, case, ReplyOutcome.REJECTED, command.reply)
    return case


def merge(turn: Turn, command: c.Merge) -> Case:
    """Put a report under the case of the same problem; it is answered when that one closes.

    The problem is as pressing as the gravest report of it, until that is taken out again.
    """
    case = quiet(turn, _to_decide(turn, command, Step.MERGE))
    if command.into == case.no:
        raise Refusal("merge_into_self", case=case.no)
    into = turn.unit.case(command.into)
    if not into.is_open:
        raise Refusal("merge_into_settled", case=into.no)
    case = turn.step(case, Step.MERGE, into=into.no, reason=command.reason)
    note_child(turn, into, "child_added", case)
    copies.reply(turn, case, ReplyOutcome.MERGED, "")
    return case


def unmerge(turn: Turn, command: c.Unmerge) -> Case:
    """Take a case out again: it was another problem after all."""
    case = current(turn.unit, command.case, command.version)
    parent = case.parent
    case = turn.step(case, Step.UNMERGE, reason=command.reason)
    if parent is not None:
        note_child(turn, turn.unit.case(parent), "child_removed", case)
    return case


def note_child(turn: Turn, into: Case, kind: str, child: Case, **told: Any) -> None:
    """Note on a problem what became of a report merged into it, and how pressing it is now."""
    if child.parent == into.no:
        now = gravest(into.urgency, child.urgency)
    else:
        others = (turn.unit.case(no) for no in into.children if no != child.no)
        own = into.own_urgency
        now = into.urgency if own is None else gravest(own, *(it.urgency for it in others))
    pressing = {} if now is into.urgency else {"urgency_now": now}
    turn.note(into, kind, child=child.no, **told, **pressing)
