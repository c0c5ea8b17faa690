"""How long a claim holds when nothing is heard of whoever has it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.domain.case import OPEN, Case, State
from commandcenter.domain.claim import Grip, claim_on
from commandcenter.domain.hall import Limits
from commandcenter.domain.place import Place

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
LIMITS = Limits()


def case(**fields):
    given_ = {"claimed_by": "d1", "claimed_at": NOON, **fields}
    return Case(
        no="A1",
        since=NOON,
        title="t",
        place=Place(),
        occurred_at=NOON,
        reported_at=NOON,
        received_at=NOON,
        **given_,
    )


@pytest.mark.parametrize(
    ("seconds", "grip"),
    [(0, Grip.HELD), (44.9, Grip.HELD), (45, Grip.STALE), (64.9, Grip.STALE), (65, Grip.LOOSE)],
)
def test_that_a_claim_is_stale_after_45_seconds_and_free_20_later(seconds, grip):
    claim = claim_on(case(), NOON, LIMITS)
    assert claim.grip(NOON + timedelta(seconds=seconds)) is grip


@given(st.lists(st.floats(0.1, 15), max_size=40))
def test_that_whoever_is_heard_every_15_seconds_keeps_it_for_ever(gaps):
    heard = NOON
    for gap in gaps:
        later = heard + timedelta(seconds=gap)
        assert claim_on(case(), heard, LIMITS).grip(later) is Grip.HELD
        heard = later


@given(st.integers(-600, 600), st.integers(0, 600))
def test_that_a_claim_is_never_older_than_itself(heard, later):
    """A case handed to somebody who was away for hours is his for the usual time first."""
    claim = claim_on(case(), NOON + timedelta(seconds=heard), LIMITS)
    assert claim.stale_at >= NOON + timedelta(seconds=45)
    assert (claim.grip(NOON + timedelta(seconds=later)) is Grip.HELD) == (
        later < max(0, heard) + 45
    )


def test_that_whoever_was_never_heard_of_has_the_usual_time():
    assert claim_on(case(), None, LIMITS).stale_at == NOON + timedelta(seconds=45)


@pytest.mark.parametrize("state", sorted(OPEN - {State.RECEIVED, State.FILED}))
def test_that_a_case_that_waits_for_somebody_else_cannot_be_stale(state):
    assert claim_on(case(state=state), None, LIMITS) is None


def test_that_what_nobody_claimed_has_no_claim():
    assert claim_on(case(claimed_by=None, claimed_at=None), None, LIMITS) is None


def test_that_the_times_are_the_hall_s_own():
    limits = Limits(claim_stale_seconds=10, claim_grace_seconds=5)
    claim = claim_on(case(), NOON, limits)
    assert (claim.stale_at, claim.loose_at) == (
        NOON + timedelta(seconds=10),
        NOON + timedelta(seconds=15),
    )
