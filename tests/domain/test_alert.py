"""Video alerts: taken in, told again, cleared, judged, and made a case."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.domain import alert as alerts
from commandcenter.domain.alert import Verdict
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Fact

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
KEY = alerts.key("/box/1", "A7")


def raised(**more):
    fields = {
        "source": "/box/1",
        "alert_id": "A7",
        "place": {"quality": "unknown"},
        "started_at": NOON - timedelta(minutes=1),
        "camera": "99010110001326000001",
        "priority": 2,
        **more,
    }
    return alerts.raised(key=KEY, at=NOON, actor="/box/1", fields=fields)


def judged(alert, verdict, reason="", by="dispatcher", role="dispatcher"):
    return alerts.review(alert, verdict, at=NOON, by=by, role=role, reason=reason)


def told_again(alert, *, cleared=False, **fields):
    return alerts.updated(alert, at=NOON, actor="/box/1", fields=fields, cleared=cleared)


def test_that_an_alert_keeps_source_and_id_apart_from_others():
    alert, fact = raised()
    assert (alert.key, fact.kind, fact.subject) == ("/box/1#A7", "alert.raised", "/box/1#A7")
    assert (alert.needs_review, alert.count, alert.version) == (True, 1, 1)


def test_that_a_later_message_changes_what_it_names_and_is_counted():
    alert, _ = raised(label="smoke", objects=["person"])
    place = {"quality": "exact", "point": [116.3, 29.1, "WGS84"], "grid": "G1"}
    again, fact = told_again(
        alert, priority=1, place=place, objects=["fire"], ended_at=NOON.isoformat()
    )
    assert fact.kind == "alert.updated"
    assert (again.priority, again.label, again.objects) == (1, "smoke", ("fire",))
    assert (again.place.grid, again.ended_at, again.count, again.cleared) == ("G1", NOON, 2, False)
    gone, fact = told_again(again, cleared=True)
    assert (fact.kind, gone.cleared, gone.count) == ("alert.cleared", True, 3)
    assert gone.needs_review


def ended(**more):
    fields = {
        "source": "/box/1",
        "alert_id": "A7",
        "place": {"quality": "unknown"},
        "started_at": NOON,
        "ended_at": NOON,
        **more,
    }
    return alerts.ended_unseen(key=KEY, at=NOON, actor="/box/1", fields=fields)


def test_that_an_alert_of_which_only_the_end_was_heard_waits_for_nobody():
    alert, fact = ended(label="smoke")
    assert (fact.kind, alert.cleared, alert.raised) == ("alert.cleared", True, False)
    assert (alert.needs_review, alert.ended_at, alert.count) == (False, NOON, 1)


def test_that_a_beginning_that_comes_after_the_end_makes_it_an_alert_that_is_over():
    begun = NOON - timedelta(minutes=2)
    alert, _ = ended()
    alert, fact = alerts.raised_late(
        alert, at=NOON, actor="/box/1", fields={"started_at": begun, "label": "smoke"}
    )
    assert fact.kind == "alert.raised"
    assert (alert.started_at, alert.ended_at, alert.label) == (begun, NOON, "smoke")
    assert (alert.needs_review, alert.cleared, alert.count) == (True, True, 2)


@pytest.mark.parametrize("verdict", Verdict)
def test_that_a_verdict_needs_a_reason_only_where_it_says_false(verdict):
    alert, _ = raised()
    if verdict is Verdict.FALSE:
        with pytest.raises(Refusal) as caught:
            judged(alert, verdict)
        assert (caught.value.code, caught.value.facts["field"]) == ("needs", "reason")
        after, _ = judged(alert, verdict, "树影")
        assert after.reason == "树影"
    else:
        after, _ = judged(alert, verdict)
    assert (after.verdict, after.reviewed_by, after.needs_review) == (verdict, "dispatcher", False)


def test_that_a_verdict_may_be_corrected_until_the_alert_is_a_case():
    alert, _ = judged(raised()[0], Verdict.FALSE, "雨")
    with pytest.raises(Refusal) as caught:  # a second pair of eyes does not overwrite the first
        judged(alert, Verdict.TRUE, by="another")
    assert caught.value.code == "already_reviewed"
    alert, _ = judged(alert, Verdict.FALSE, "树影")
    alert, _ = judged(alert, Verdict.TRUE, by="supervisor", role="shift_supervisor")
    assert (alert.verdict, alert.reviewed_by) == (Verdict.TRUE, "supervisor")
    alert, _ = alerts.promote(alert, "C1", at=NOON, by="d", role="dispatcher")
    assert (alert.verdict, alert.case) == (Verdict.TRUE, "C1")
    for act in (
        lambda: judged(alert, Verdict.FALSE, "雨"),
        lambda: alerts.promote(alert, "C2", at=NOON, by="d", role="dispatcher"),
    ):
        with pytest.raises(Refusal) as caught:
            act()
        assert caught.value.code == "already_promoted"


def test_that_anybody_may_judge_what_was_unclear():
    alert, _ = judged(raised()[0], Verdict.UNCLEAR)
    alert, _ = judged(alert, Verdict.TRUE, by="another")
    assert (alert.verdict, alert.reviewed_by) == (Verdict.TRUE, "another")


def test_that_an_alert_that_is_a_case_is_judged_true():
    alert, fact = alerts.promote(raised()[0], "C1", at=NOON, by="d", role="dispatcher")
    assert (alert.verdict, alert.needs_review, fact.data) == (Verdict.TRUE, False, {"case": "C1"})


def test_that_a_fact_of_another_kind_is_a_fault():
    fact = Fact(kind="alert.lost", subject=KEY, at=NOON, actor="x", data={})
    with pytest.raises(ValueError, match=r"alert\.lost"):
        alerts.evolve(raised()[0], fact)
    with pytest.raises(ValueError, match="at least one fact"):
        alerts.fold(iter(()))


moves = st.lists(
    st.sampled_from(["raised", "updated", "cleared", "promoted", *Verdict]), max_size=12
)


@given(moves, st.booleans())
def test_that_whatever_happens_the_alert_is_the_fold_of_its_facts(wishes, begins_with_its_end):
    alert, fact = ended() if begins_with_its_end else raised(confidence=0.5)
    facts = [fact]
    for wish in wishes:
        try:
            if isinstance(wish, Verdict):
                alert, fact = judged(alert, wish, "原因")
            elif wish == "promoted":
                alert, fact = alerts.promote(alert, "C1", at=NOON, by="d", role="dispatcher")
            elif wish == "raised":
                alert, fact = alerts.raised_late(
                    alert, at=NOON, actor="/box/1", fields={"started_at": NOON}
                )
            else:
                alert, fact = told_again(alert, cleared=wish == "cleared", plate="赣A·00000")
        except Refusal:
            assert alert.case == "C1"
            continue
        facts.append(fact)
    read = [
        Fact(
            kind=fact.kind,
            subject=fact.subject,
            at=fact.at,
            actor=fact.actor,
            data=msgspec.json.decode(msgspec.json.encode(fact.data)),
        )
        for fact in facts
    ]
    assert alerts.fold(iter(read)) == alert
    assert alert.version == len(facts)
