"""What leaves the hall about a case or a whistle: the recipient's copy, without who complained."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from commandcenter.application import messages as m
from commandcenter.application.turn import Turn, Way, upstream
from commandcenter.domain import words
from commandcenter.domain.case import WITH_BODY, Case, Outcome
from commandcenter.domain.catalogue import UNLISTED, WhistleKind
from commandcenter.domain.county import CountyCall
from commandcenter.domain.mediation import Mediation
from commandcenter.domain.place import Place
from commandcenter.domain.privacy import for_recipient
from commandcenter.domain.report import Evidence, Reporter
from commandcenter.domain.roster import FEED_CHANNEL, PHONE_CHANNEL
from commandcenter.domain.supervision import LeaderNote, Supervision, SupervisionLevel
from commandcenter.domain.transfer import Transfer
from commandcenter.domain.whistle import Call, Whistle

_REPLY = {
    Outcome.SOLVED: m.ReplyOutcome.SOLVED,
    Outcome.PARTIAL: m.ReplyOutcome.PARTIAL,
    Outcome.EXPLAINED: m.ReplyOutcome.EXPLAINED,
    Outcome.NOT_SUBSTANTIATED: m.ReplyOutcome.NOT_SUBSTANTIATED,
    Outcome.WITHDRAWN: m.ReplyOutcome.EXPLAINED,
    Outcome.FORCED: m.ReplyOutcome.EXPLAINED,
    Outcome.TRANSFERRED: m.ReplyOutcome.EXPLAINED,
}


_TITLE: Final = 200
"""The longest title the contract allows; what hides a name may make one longer."""


def reporters(turn: Turn, case: Case) -> list[Reporter]:
    """Return everybody who reported a case or one merged into it: none of them is in a copy."""
    return [who for no in (case.no, *case.children) for who in turn.unit.reporters(no)]


def location(place: Place, hidden: Sequence[Reporter]) -> m.Location | None:
    """Return a place for the wire: as drawn on the map, in WGS-84, else by words and grid."""
    spot = place.wgs84
    if spot is None and not place.address and place.grid is None:
        return None
    return m.Location(
        lon=spot.lon if spot else None,
        lat=spot.lat if spot else None,
        datum=spot.datum if spot else None,
        address=for_recipient(place.address, hidden)[:_TITLE] or None,
        grid=place.grid,
        accuracy_m=place.accuracy_m,
    )


def _attachment(item: Evidence) -> m.Attachment:
    return m.Attachment(
        kind=m.AttachmentKind(item.kind),
        url=item.url,
        sha256=item.sha256,
        bytes=item.bytes,
        taken_at=item.taken_at,
        shows=item.shows or None,
    )


def task(turn: Turn, case: Case, *, evidence: tuple[str, ...], message: str = "") -> None:
    """Send a dispatched case to the body that has it, and to each that helps its own copy."""
    for body in (case.body or "", *case.awaited):
        sub_task(turn, case, body, evidence=evidence, message=message)


def sub_task(
    turn: Turn, case: Case, body: str, *, evidence: tuple[str, ...], message: str = ""
) -> None:
    """Send one body its copy of a case; ``co_bodies`` are all that help, ``lead`` who answers."""
    hidden = reporters(turn, case)
    told = "\n".join(part for part in (case.description, message) if part)
    payload = m.TaskDispatched(
        case_no=case.no,
        title=for_recipient(case.title, hidden)[:_TITLE],
        description=for_recipient(told, hidden) or None,
        category=case.category,
        location=location(case.place, hidden),
        body=body,
        lead=None if body == case.body else case.body,
        co_bodies=case.co_bodies,
        due_at=case.due_at,
        milestones=tuple(m.Milestone(name=stop.name, due_at=stop.due_at) for stop in case.stops),
        duty_item=None if case.duty_item == UNLISTED else case.duty_item,
        evidence_required=evidence,
        attachments=tuple(map(_attachment, case.evidence)),
    )
    turn.send(m.MessageType.TASK_DISPATCHED, payload, subject=case.no, body=payload.body)


def notice(turn: Turn, case: Case, kind: m.MessageType, reason: str) -> None:
    """Tell the body that has a case that it is recalled, to be done again, or urged."""
    helper_notice(turn, case, case.body or "", kind, reason)


def helper_notice(turn: Turn, case: Case, body: str, kind: m.MessageType, reason: str) -> None:
    """Tell any one body of a case that it is recalled, to be done again, or urged."""
    said = for_recipient(reason, reporters(turn, case))
    payload = m.TaskNotice(case_no=case.no, body=body, reason=said or None, due_at=case.due_at)
    turn.send(kind, payload, subject=case.no, body=body)


def pressed(turn: Turn, case: Case, item: Supervision) -> None:
    """Tell a body that it is reminded or ordered, and by when it must answer."""
    said = for_recipient(item.reason, reporters(turn, case))
    payload = m.TaskNotice(
        case_no=case.no,
        body=item.body,
        reason=said or None,
        due_at=case.due_at,
        level=None if item.level is SupervisionLevel.NUDGE else item.level,
        reply_by=item.reply_by,
    )
    turn.send(m.MessageType.TASK_URGED, payload, subject=case.no, body=item.body)


def instructed(turn: Turn, case: Case, note: LeaderNote) -> None:
    """Let the body that has a case read a leader's note."""
    notice(turn, case, m.MessageType.TASK_URGED, f"【领导批示】{note.words}")


def called_off(turn: Turn, before: Case, reason: str) -> None:
    """Tell the body that had a case, if one had it, that nothing more is wanted of it."""
    if before.state in WITH_BODY:
        notice(turn, before, m.MessageType.TASK_RECALLED, reason)


def verification(turn: Turn, case: Case, worker: str) -> None:
    """Ask a grid worker to see whether it is so."""
    payload = m.VerificationRequested(
        case_no=case.no,
        grid=case.place.grid,
        worker=worker,
        location=location(case.place, reporters(turn, case)),
        due_at=case.verify_due_at,
    )
    turn.send(m.MessageType.VERIFICATION_REQUESTED, payload, subject=case.no)


def reply(turn: Turn, case: Case, outcome: m.ReplyOutcome, words: str) -> None:
    """Answer everybody who reported this case or one merged into it, each through his own feed."""
    numbers: dict[str, list[str]] = {}
    for reported in (case, *(turn.unit.case(no) for no in case.children)):
        if (where := upstream(reported)) is not None:
            numbers.setdefault(where[0], []).append(where[1])
    said = for_recipient(words, reporters(turn, case)) or None  # one must not learn of another
    for feed, event_nos in numbers.items():
        payload = m.CaseReplied(event_nos=tuple(event_nos), outcome=outcome, reply=said)
        turn.send(m.MessageType.CASE_REPLIED, payload, subject=case.no, feed=feed)


def closing_reply(turn: Turn, case: Case) -> None:
    """Answer everybody with how the case ended."""
    if case.outcome is not None:
        reply(turn, case, _REPLY[case.outcome], case.reply)


def county_called(turn: Turn, case: Case, call: CountyCall) -> None:
    """Send the county its copy of a case, with what is asked of it."""
    hidden = reporters(turn, case)
    payload = m.CountyCalled(
        case_no=case.no,
        body=call.body,
        request=for_recipient(call.request, hidden),
        reply_by=call.reply_by,
        call_no=call.no,
        tier=call.tier,
        title=for_recipient(case.title, hidden)[:_TITLE],
        description=for_recipient(case.description, hidden) or None,
        urgency=case.urgency,
        location=location(case.place, hidden),
    )
    turn.send(m.MessageType.COUNTY_CALLED, payload, subject=case.no, body=call.body)


def county_recalled(turn: Turn, case: Case, call: CountyCall, reason: str) -> None:
    """Tell the county that its answer is not needed any more."""
    words = for_recipient(reason, reporters(turn, case))
    payload = m.CountyRecalled(
        call_no=call.no, case_no=case.no, body=call.body, reason=words or None
    )
    turn.send(m.MessageType.COUNTY_RECALLED, payload, subject=case.no, body=call.body)


def transfer_sent(turn: Turn, case: Case, sent: Transfer, body: str | None) -> None:
    """Send the other side its copy of a case, with why it is theirs."""
    hidden = reporters(turn, case)
    payload = m.TransferSent(
        transfer_no=sent.no,
        case_no=case.no,
        to=sent.to,
        title=for_recipient(case.title, hidden)[:_TITLE],
        reason=for_recipient(sent.reason, hidden),
        body=body,
        description=for_recipient(case.description, hidden) or None,
        urgency=case.urgency,
        location=location(case.place, hidden),
        receipt_by=sent.receipt_by,
        attachments=tuple(map(_attachment, case.evidence)),
    )
    turn.send(m.MessageType.TRANSFER_SENT, payload, subject=case.no, body=body or "")


def transfer_recalled(turn: Turn, case: Case, sent: Transfer, reason: str) -> None:
    """Tell the other side that the hall keeps it after all."""
    words = for_recipient(reason, reporters(turn, case))
    payload = m.TransferRecalled(
        transfer_no=sent.no, case_no=case.no, to=sent.to, reason=words or None
    )
    turn.send(m.MessageType.TRANSFER_RECALLED, payload, subject=case.no)


def mediation_assigned(turn: Turn, case: Case, climb: Mediation) -> None:
    """Send the body that mediates now its copy of a dispute, with the work of the levels below."""
    hidden, now = reporters(turn, case), climb.current
    done = [it for it in climb.levels if it.begun_at is not None and it.level is not now.level]
    payload = m.MediationAssigned(
        case_no=case.no,
        body=now.body,
        level=now.level,
        title=for_recipient(case.title, hidden)[:_TITLE],
        description=for_recipient(case.description, hidden) or None,
        location=location(case.place, hidden),
        due_at=now.due_at,
        whole_due_at=climb.due_at,
        earlier=tuple(
            m.MediationWork(
                level=it.level,
                body=it.body,
                words=tuple(
                    for_recipient(words, hidden)
                    for words in (*(session.words for session in it.sessions), it.words)
                    if words
                ),
            )
            for it in done
        ),
    )
    turn.send(m.MessageType.MEDIATION_ASSIGNED, payload, subject=case.no, body=now.body)


def mediation_recalled(turn: Turn, case: Case, before: Mediation, reason: str) -> None:
    """Tell the body that mediated that it went up or has ended."""
    now = before.current
    words = for_recipient(reason, reporters(turn, case))
    payload = m.MediationRecalled(
        case_no=case.no, body=now.body, level=now.level, reason=words or None
    )
    turn.send(m.MessageType.MEDIATION_RECALLED, payload, subject=case.no, body=now.body)


def summons(turn: Turn, whistle: Whistle, case: Case) -> None:
    """Send a whistle to each body it calls; until it leaves it can be taken back unseen."""
    for payload in summons_copies(whistle, reporters(turn, case)):
        turn.send(
            m.MessageType.WHISTLE_BLOWN,
            payload,
            subject=whistle.no,
            body=payload.body,
            leaves_at=whistle.leaves_at,
        )


def call(turn: Turn, whistle: Whistle, body: str, made: Call) -> None:
    """Send what calls one more person for a summoned body.

    Through the feed the whistle itself is the first call, and a later one raises it; whom somebody
    rings up gets nothing; through a channel of the hall each gets the whistle.
    """
    to = spoken(made)
    if made.channel == PHONE_CHANNEL:
        return
    if made.channel == FEED_CHANNEL:
        if made.at > whistle.leaves_at:
            reason = whistle.message or None
            kind = m.MessageType.WHISTLE_ESCALATED
            whistle_notice(turn, whistle, body, kind, reason=reason or "", to=to)
        return
    hidden = reporters(turn, turn.unit.case(whistle.case))
    for payload in summons_copies(whistle, hidden):
        if payload.body == body:
            turn.send(
                m.MessageType.WHISTLE_BLOWN,
                replace(payload, to=to),
                subject=whistle.no,
                body=body,
                leaves_at=max(turn.at, whistle.leaves_at),
                **_way(whistle, made, whistle.of(body).report_in_by),
            )


def spoken(made: Call) -> str:
    """Return who is called, as a message says it: step, duty and name."""
    parts = (words.word(made.step), made.duty, made.name)
    return " ".join(dict.fromkeys(part for part in parts if part))[:_TITLE]


def _way(whistle: Whistle, made: Call, expires_at: datetime | None = None) -> Way:
    return Way(
        channel=made.channel,
        address=made.address,
        contact=made.name or words.word(made.step),
        urgent=whistle.kind is WhistleKind.EMERGENCY,
        expires_at=expires_at,
    )


def summons_copies(whistle: Whistle, hidden: Sequence[Reporter]) -> Iterator[m.WhistleBlown]:
    """Yield what each summoned body may read of a whistle, as it stands now."""
    lead = next(item.body for item in whistle.summons if item.lead)
    for item in whistle.summons:
        yield m.WhistleBlown(
            whistle_no=whistle.no,
            case_no=whistle.case,
            kind=whistle.kind,
            body=item.body,
            lead=lead,
            place=location(whistle.place, hidden),
            answer_by=item.answer_by,
            report_in_by=item.report_in_by,
            duty_item=whistle.duty_item,
            message=for_recipient(whistle.message, hidden),
            gear=for_recipient(whistle.gear, hidden) or None,
            evidence_required=whistle.evidence,
        )


def whistle_notice(
    turn: Turn, whistle: Whistle, body: str, kind: m.MessageType, *, reason: str, to: str = ""
) -> None:
    """Tell one summoned body that it is withdrawn, released or escalated."""
    said = for_recipient(reason, reporters(turn, turn.unit.case(whistle.case)))
    payload = m.WhistleNotice(whistle_no=whistle.no, body=body, reason=said or None, to=to or None)
    _after_the_whistle(turn, whistle, body, kind, payload)


def rated(turn: Turn, whistle: Whistle, body: str) -> None:
    """Tell a body how it was rated, and until when it may appeal; or what was ruled on that."""
    rating = whistle.of(body).rating
    if rating is None:
        return
    hidden = reporters(turn, turn.unit.case(whistle.case))
    payload = m.WhistleRated(
        whistle_no=whistle.no,
        body=body,
        marks=m.Marks(**to_builtins(rating.marks)),
        words=for_recipient(rating.ruling or rating.words, hidden) or None,
        appeal_by=None if rating.ruled_at else rating.appeal_by,
    )
    turn.send(m.MessageType.WHISTLE_RATED, payload, subject=whistle.no, body=body)


def whistle_urged(turn: Turn, whistle: Whistle, body: str, reason: str) -> None:
    """Remind one summoned body of the whistle."""
    hidden = reporters(turn, turn.unit.case(whistle.case))
    payload = m.TaskNotice(
        case_no=whistle.case,
        body=body,
        reason=for_recipient(reason or whistle.message, hidden) or None,
        due_at=whistle.of(body).report_in_by,
    )
    _after_the_whistle(turn, whistle, body, m.MessageType.TASK_URGED, payload)


def _after_the_whistle(
    turn: Turn, whistle: Whistle, body: str, kind: m.MessageType, payload: Struct
) -> None:
    leaves_at = max(turn.at, whistle.leaves_at)
    turn.send(kind, payload, subject=whistle.no, body=body, leaves_at=leaves_at)
    if kind is m.MessageType.WHISTLE_ESCALATED:
        return  # whoever is called next is called by his own message
    summons = whistle.of(body)
    told = dict.fromkeys((it.channel, it.address) for it in summons.chain[: summons.called])
    for made in summons.chain[: summons.called]:
        place = (made.channel, made.address)
        if place in told and made.channel not in {FEED_CHANNEL, PHONE_CHANNEL}:
            del told[place]
            way = _way(whistle, made)
            turn.send(kind, payload, subject=whistle.no, body=body, leaves_at=leaves_at, **way)
