"""What a body presses behind its signed link, and what the report-in page has refused."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import msgspec

from commandcenter.application import commands as c
from commandcenter.application import messages as m
from commandcenter.application import whistling
from commandcenter.application.competence import known_duty_item, local_day
from commandcenter.application.copies import reporters
from commandcenter.application.grammar import unfit
from commandcenter.application.turn import Turn
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Fact
from commandcenter.domain.hall import Hall
from commandcenter.domain.place import Datum, Place, Point, distance_m, settle
from commandcenter.domain.privacy import for_display, secrets
from commandcenter.domain.wanted import Shape, Wanted
from commandcenter.domain.whistle import Proof, ProofKind, Summons, Whistle

PAGE: Final = "report_in_page"
"""The feed that presses are kept under, and the subject of what the page itself does."""
STATUSES: Final = (
    m.WhistleStatus.ANSWERED,
    m.WhistleStatus.EN_ROUTE,
    m.WhistleStatus.REPORTED_IN,
    m.WhistleStatus.WORKING,
    m.WhistleStatus.FINISHED,
    m.WhistleStatus.REFUSED,
)
"""What can be said there; that a body may leave is for the township to say (事不完、人不走)."""


def press(turn: Turn, command: c.Press) -> Whistle:
    """Take in a press once; one that fits no step is kept as a fact and moves nothing."""
    status = next((it for it in STATUSES if it == command.status), None)
    if status is None:
        wanted = Wanted(shape=Shape.TEXT, choices=STATUSES)
        raise Refusal("bad_command", detail=unfit("press", "status", command.status, wanted))
    whistle = turn.unit.whistle(command.whistle)
    summons = whistle.of(command.body)
    received = _received(turn, command, status)
    if turn.unit.digests([(received.source, received.id)]):
        return whistle
    turn.unit.keep(received, whistle.case)
    there = replace(turn, actor=command.body, role="", at=_when(turn, command, whistle, summons))
    hidden = secrets(reporters(turn, turn.unit.case(whistle.case)))
    said: dict[str, Any] = {
        "contact": for_display(command.who, hidden),
        "reason": for_display(command.reason, hidden),
        "duty_item": command.duty_item,
        "words": for_display(command.words, hidden),
        "evidence": _evidence(command),
    }
    try:
        if status is m.WhistleStatus.REFUSED and not _names_item(turn, command.duty_item):
            return whistling.unfounded(there, whistle, command.body, **said)
        proof = Proof(
            kind=ProofKind.LINK,
            who=said["contact"],
            words=said["words"],
            distance_m=_distance(turn.hall, command, whistle.place),
            accuracy_m=command.accuracy_m,
            photo=command.photo,
        )
        return whistling.progress(there, whistle, command.body, status, proof=proof, **said)
    except Refusal as refusal:
        given = {key: value for key, value in said.items() if value}
        fact = Fact(
            kind="whistle.receipt_noted",
            subject=whistle.no,
            at=there.at,
            actor=command.body,
            data={**given, "body": command.body, "status": status, "refusal": refusal.code},
        )
        turn.unit.record(fact)
        turn.facts.append(fact)
        return whistle


def note_refused(turn: Turn, command: c.NoteRefusedLinks) -> None:
    """Keep how often the page refused somebody; one fact for a span, however many there were."""
    fact = Fact(
        kind="links.refused",
        subject=PAGE,
        at=turn.at,
        actor=turn.actor,
        role=turn.role,
        data={"counts": command.counts, "since": command.since, "until": command.until},
    )
    turn.unit.record(fact)
    turn.facts.append(fact)


def _received(turn: Turn, command: c.Press, status: m.WhistleStatus) -> m.Received:
    """Return a press as the message it is, so that it is kept, and known when it comes again."""
    return m.Received(
        PAGE,
        None,
        f"/{PAGE}/{command.body}",
        command.id,
        m.MessageType.WHISTLE_RECEIPT,
        command.pressed_at,
        command.arrived_at,
        turn.at,
        command.whistle,
        m.WhistleReceipt(
            whistle_no=command.whistle, body=command.body, status=status, at=command.pressed_at
        ),
        msgspec.json.encode(command).decode(),
    )


def _when(turn: Turn, command: c.Press, whistle: Whistle, summons: Summons) -> datetime:
    """Return the instant to reckon with.

    The page's clock is the hall's own, so a press counts from when it arrived, even if the hall
    was closed then. A telephone's word that it was earlier holds, but undoes no miss.
    """
    arrived = min(command.arrived_at, turn.at)
    missed = (at for at in (summons.no_answer_at, summons.no_show_at) if at and at <= arrived)
    return max(min(command.pressed_at, arrived), summons.since, whistle.blown_at, *missed)


def _names_item(turn: Turn, item: str | None) -> bool:
    """Tell whether a refusal names an item in force; an item nobody has listed is none."""
    try:
        known_duty_item(turn.hall, item, local_day(turn))
    except Refusal:
        return False
    return bool(item)


def _evidence(command: c.Press) -> list[dict[str, Any]] | None:
    if not command.photo:
        return None
    found = {
        "kind": m.AttachmentKind.IMAGE,
        "url": command.photo,
        "sha256": command.photo_sha256,
        "bytes": command.photo_bytes,
        "taken_at": command.pressed_at,
        "lon": command.lon,
        "lat": command.lat,
    }
    return [{key: value for key, value in found.items() if value is not None}]


def _distance(hall: Hall, command: c.Press, place: Place) -> float | None:
    """Return how far from the place a press was made, where the telephone said where it was."""
    if command.lon is None or command.lat is None:
        return None
    spot = settle(hall.grids, Point(command.lon, command.lat, Datum.WGS84)).wgs84
    if spot is None or place.wgs84 is None:
        return None
    return round(distance_m(spot, place.wgs84), 1)
