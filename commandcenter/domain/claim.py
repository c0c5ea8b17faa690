"""How firmly a claim is held: who has claimed a case keeps it as long as he is heard of.

A seat says every ``beat`` that its operator is there. Once nothing has been heard for
``claim_stale_seconds`` the claim is stale; ``claim_grace_seconds`` later anybody who may claim can
take the case over. A claim is never released by itself (domain.md 10, situation 5).
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from commandcenter.domain.case import LOOP, Case, Step
from commandcenter.domain.hall import Limits

_BEAT: Final = timedelta(seconds=15)


def beat(limits: Limits) -> timedelta:
    """Return how often a seat says that its operator is there: 15 s, three times within a claim."""
    return min(_BEAT, timedelta(seconds=limits.claim_stale_seconds) / 3)


class Grip(StrEnum):
    """How firmly a claim is held."""

    HELD = "held"  # its owner is there
    STALE = "stale"  # not heard of: the grace runs
    LOOSE = "loose"  # anybody may take it over


class Claim(Struct, frozen=True, kw_only=True, gc=False):
    """A claim as it stands: who has it, since when it is in doubt, when it may be taken over."""

    by: str
    stale_at: datetime
    loose_at: datetime

    def grip(self, at: datetime) -> Grip:
        """Return how firmly it is held at an instant."""
        if at < self.stale_at:
            return Grip.HELD
        return Grip.STALE if at < self.loose_at else Grip.LOOSE


def claim_on(case: Case, heard_at: datetime | None, limits: Limits) -> Claim | None:
    """Return the claim on a case that waits for the hall; none where it waits for somebody else.

    ``heard_at`` is when its owner was last heard of at any seat.
    """
    if case.claimed_by is None or case.claimed_at is None or (case.state, Step.CLAIM) not in LOOP:
        return None
    last = max(case.claimed_at, heard_at or case.claimed_at)
    stale_at = last + timedelta(seconds=limits.claim_stale_seconds)
    return Claim(
        by=case.claimed_by,
        stale_at=stale_at,
        loose_at=stale_at + timedelta(seconds=limits.claim_grace_seconds),
    )
