"""Judging video alerts, and making cases of them."""

from commandcenter.application import commands as c
from commandcenter.application.triage import default_urgency, known_category, open_case
from commandcenter.application.turn import Turn
from commandcenter.domain import alert as alerts
from commandcenter.domain.alert import VideoAlert
from commandcenter.domain.case import Case
from commandcenter.domain.catalogue import Urgency, gravest
from commandcenter.domain.report import Channel

_URGENCY = {1: Urgency.CRITICAL, 2: Urgency.URGENT, 3: Urgency.IMPORTANT, 4: Urgency.NORMAL}
"""AlarmPriority of GB/T 28181 (1 is the worst) as urgency."""


def review(turn: Turn, command: c.Review) -> VideoAlert:
    """Judge an alert."""
    alert = turn.unit.alert(command.alert)
    after, fact = alerts.review(
        alert, command.verdict, at=turn.at, by=turn.actor, role=turn.role, reason=command.reason
    )
    turn.unit.save_alert(after, fact)
    turn.facts.append(fact)
    return after


def promote(turn: Turn, command: c.Promote) -> tuple[VideoAlert, Case]:
    """Open a case for an alert, with its place, its pictures by reference and its number."""
    known_category(turn.hall, command.category)
    alert = turn.unit.alert(command.alert)
    urgency = command.urgency or gravest(
        default_urgency(turn.hall, command.category), _URGENCY[alert.priority]
    )
    case = open_case(
        turn,
        title=command.title or alert.title,
        description=command.description,
        category=command.category,
        urgency=Urgency(urgency),
        channel=Channel.VIDEO,
        place=alert.place,
        source=alert.source,
        alert=alert.key,
        evidence=[
            {"kind": kind, "url": url}
            for kind, url in (("image", alert.snapshot_url), ("video", alert.clip_url))
            if url
        ],
        occurred_at=alert.started_at,
        reported_at=alert.received_at,
    )
    after, fact = alerts.promote(alert, case.no, at=turn.at, by=turn.actor, role=turn.role)
    turn.unit.save_alert(after, fact)
    turn.facts.append(fact)
    return after, case
