"""Receipts in any order, repeated, for the wrong body or whistle, or from the future."""

from contextlib import closing
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commandcenter.application import commands as c
from commandcenter.domain.whistle import PROGRESS, SUMMONS_LOOP, SummonsState
from tests.application.conftest import Desk

WAY = ["notified", "answered", "en_route", "reported_in", "working", "finished"]
STATUSES = [*WAY, "refused", "left", "rating_answered", "rating_appealed"]
BODIES = ("police", "fire", "market")
receipts = st.lists(
    st.fixed_dictionaries(
        {
            "whistle": st.sampled_from(["first", "second", "withdrawn", "W20990101-00001"]),
            "body": st.sampled_from([*BODIES, "land", "nobody"]),
            "status": st.sampled_from(STATUSES),
            "minutes": st.sampled_from([-9000, -30, -1, 0, 0, 0, 5, 9000, 5_000_000]),
            "again": st.booleans(),
            "duty_item": st.sampled_from([None, "PH-001"]),
        }
    ),
    max_size=12,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(receipts)
def test_that_every_receipt_is_kept_and_none_moves_a_whistle_wrongly(
    tmp_path_factory, township, said
):
    place = tmp_path_factory.mktemp("receipts") / "hall.db"
    with closing(Desk(f"sqlite:///{place}", township)) as desk:
        walk(desk, said)


def walk(desk, said):
    numbers = {}
    for name in ("first", "second", "withdrawn"):
        case = desk.report(f"E-{name}")
        numbers[name] = desk.do(c.Blow(case=case.no, bodies=BODIES, hold_seconds=0)).whistle.no
    desk.do(c.Withdraw(whistle=numbers["withdrawn"]))
    for at, one in enumerate(said):
        desk.pass_time(seconds=20)
        number = numbers.get(one["whistle"], one["whistle"])
        before = {no: desk.whistle(no) for no in numbers.values()}
        delta = take(desk, at, number, one)
        assert delta.facts or delta.quarantined == 1
        if one["again"]:
            delta = take(desk, at, number, one)
            assert (delta.facts, delta.quarantined) == ((), 0)
        for no, was in before.items():
            now = desk.whistle(no)
            if no != number:
                assert now == was  # another whistle's number moves none but that one
                continue
            for old, new in zip(was.summons, now.summons, strict=True):
                check(desk, old, new, one)


def take(desk, at, number, one):
    """Take in a receipt; the first time it leaves a fact, or lies in quarantine with a reason."""
    desk.hear(
        desk.message(
            "whistle.receipt",
            id_=f"r{at}",
            whistle_no=number,
            body=one["body"],
            status=one["status"],
            at=desk.at + timedelta(minutes=one["minutes"]),
            reason="非我职责",
            duty_item=one["duty_item"],
            words="说明",
        )
    )
    return desk.deltas[-1]


def check(desk, old, new, one):
    if new.body != one["body"]:
        assert new == old
        return
    if old.state is not new.state:
        after = {state for (before, _), state in SUMMONS_LOOP.items() if before is old.state}
        assert new.state in after
        if {old.state, new.state} <= set(PROGRESS):
            assert PROGRESS.index(old.state) < PROGRESS.index(new.state)
    if old.state is SummonsState.WITHDRAWN:
        assert new == old
    for name in ("notified_at", "answered_at", "reported_in_at", "finished_at", "left_at"):
        was, now = getattr(old, name), getattr(new, name)
        assert now is None or now <= desk.at  # nobody has come in the future
        assert was is None or name in ("notified_at", "finished_at") or now == was
