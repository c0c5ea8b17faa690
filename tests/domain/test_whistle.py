"""The whistle's loop: each summoned body answers, comes and is released by itself."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commandcenter.domain import whistle as whistles
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Fact
from commandcenter.domain.whistle import (
    PROGRESS,
    SUMMONS_LOOP,
    ProofKind,
    SummonsState,
    SummonsStep,
    Whistle,
)

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

ON_THE_WAY = ("blown", "notified", "answered", "en_route")
THERE = ("reported_in", "working", "finished")
TABLE = {
    # domain.md 3, written down once more: state, step, next state
    *((state, "notified", "notified") for state in ("blown",)),
    *((state, "answered", "answered") for state in ("blown", "notified")),
    *((state, "set_out", "en_route") for state in ("blown", "notified", "answered")),
    *((state, "reported_in", "reported_in") for state in ON_THE_WAY),
    *((state, "work_started", "working") for state in (*ON_THE_WAY, "reported_in")),
    *((state, "work_finished", "finished") for state in (*ON_THE_WAY, "reported_in", "working")),
    *((state, "refused", "refused") for state in ("blown", "notified")),
    *((state, "refused_without_item", state) for state in ("blown", "notified")),
    ("refused", "taken_to_arbitration", "arbitrating"),
    *((state, "summons_upheld", "answered") for state in ("refused", "arbitrating")),
    *((state, "excused", "withdrawn") for state in ("refused", "arbitrating")),
    *((state, "withdrawn", "withdrawn") for state in (*ON_THE_WAY, "refused", "arbitrating")),
    *((state, "released", "released") for state in THERE),
    ("released", "rated", "rated"),
    *((state, "not_answered", state) for state in ("blown", "notified")),
    *((state, "not_shown_up", state) for state in (*ON_THE_WAY, "refused", "arbitrating")),
    *(
        (state, step, state)
        for step in ("escalated", "urged")
        for state in (*ON_THE_WAY, *THERE, "refused", "arbitrating")
    ),
    *((state, "left", state) for state in (*ON_THE_WAY, *THERE, "released", "rated", "withdrawn")),
}
NEEDS = {
    "refused": {"reason": "非本所职责", "duty_item": "PH-001"},
    "escalated": {"to": "所长"},
    "released": {"words": "已处置完毕"},
}
WAY = {
    "blown": (),
    "notified": ("notified",),
    "answered": ("answered",),
    "en_route": ("set_out",),
    "reported_in": ("reported_in",),
    "working": ("work_started",),
    "finished": ("work_finished",),
    "released": ("work_finished", "released"),
    "refused": ("refused",),
    "arbitrating": ("refused", "taken_to_arbitration"),
    "withdrawn": ("withdrawn",),
    "rated": ("work_finished", "released", "rated"),
}


def blown(bodies=("police", "fire"), lead="police", **more):
    fields = {
        "case": "C1",
        "kind": "emergency",
        "leaves_at": NOON + timedelta(seconds=8),
        "place": {"quality": "unknown", "address": "东街"},
        "bodies": bodies,
        "lead": lead,
        "answer_by": NOON + 10 * MINUTE,
        "report_in_by": NOON + 30 * MINUTE,
        **more,
    }
    return whistles.blown(no="W1", at=NOON, actor="dispatcher", fields=fields)


def taken(whistle, step, body="police", at=NOON, **data):
    step = SummonsStep(step)
    given_ = NEEDS.get(step, {}) | data
    return whistles.take(whistle, body, step, at=at, by=body, data=given_)[0]


def at_state(state):
    whistle, _ = blown()
    for step in WAY[state]:
        whistle = taken(whistle, step)
    assert whistle.of("police").state == state
    return whistle


def refused(whistle, step, body="police", **data):
    with pytest.raises(Refusal) as caught:
        taken(whistle, step, body, **data)
    return caught.value


def test_that_the_table_is_the_one_of_the_domain_document_and_no_other():
    assert {(state, step, after) for (state, step), after in SUMMONS_LOOP.items()} == TABLE


@pytest.mark.parametrize("state", SummonsState)
@pytest.mark.parametrize("step", SummonsStep)
def test_that_a_step_is_taken_just_where_the_table_has_it(state, step):
    whistle = at_state(state)
    where = {(before, name): after for before, name, after in TABLE}.get((state, step))
    if where is None:
        refusal = refused(whistle, step)
        assert refusal.code == "illegal_summons_step"
        assert refusal.facts == {"whistle": "W1", "body": "police", "state": state, "step": step}
    else:
        after = taken(whistle, step)
        assert after.of("police").state == where
        assert after.of("fire") == whistle.of("fire")
        assert after.version == whistle.version + 1
    assert (step in whistle.of("police").steps) == (where is not None)


def test_that_a_refusal_without_a_duty_item_is_a_mark_while_the_body_has_not_answered():
    whistle = taken(at_state("notified"), "refused_without_item", reason="忙")
    police = whistle.of("police")
    assert (police.state, police.refused_at, police.unfounded_at) == ("notified", None, NOON)
    assert police.refusal_is_unfounded
    for step in ("answered", "refused", "reported_in"):
        after = taken(whistle, step).of("police")
        assert after.unfounded_at == NOON
        assert not after.refusal_is_unfounded


def test_that_a_whistle_calls_somebody_and_its_lead_is_among_them():
    with pytest.raises(Refusal) as caught:
        blown(bodies=())
    assert caught.value.code == "no_bodies"
    with pytest.raises(Refusal) as caught:
        blown(lead="market")
    assert caught.value.code == "lead_not_summoned"
    whistle, _ = blown()
    assert [(item.body, item.lead) for item in whistle.summons] == [
        ("police", True),
        ("fire", False),
    ]
    assert refused(whistle, "answered", "market").code == "not_summoned"


def test_that_who_comes_without_a_word_has_answered():
    whistle = taken(at_state("blown"), "reported_in", at=NOON + MINUTE)
    police = whistle.of("police")
    assert police.answered_at == police.reported_in_at == NOON + MINUTE
    assert police.proof.kind is ProofKind.WORD
    assert whistle.reported_in == 1
    working = taken(whistle, "work_started", at=NOON + 2 * MINUTE).of("police")
    assert (working.answered_at, working.reported_in_at) == (NOON + MINUTE, NOON + MINUTE)


def test_that_reporting_in_on_behalf_names_who_by_what_and_in_which_words():
    proof = {"kind": "on_behalf", "who": "老陈", "channel": "电话", "words": "已到"}
    for missing in ("who", "channel", "words"):
        assert refused(at_state("blown"), "reported_in", proof=proof | {missing: ""}).code == (
            "proof_needed"
        )
    came = taken(at_state("blown"), "reported_in", proof=proof).of("police")
    assert (came.proof.who, came.proof.channel, came.proof.words) == ("老陈", "电话", "已到")
    spot = {"kind": "position", "distance_m": 35.0}
    assert taken(at_state("blown"), "reported_in", proof=spot).of("police").proof.distance_m == 35


def test_that_the_first_proof_stays():
    spot = {"kind": "position", "distance_m": 35.0}
    came = taken(at_state("blown"), "reported_in", proof=spot)
    later = taken(came, "work_started", proof={"kind": "word"})
    assert later.of("police").proof.kind is ProofKind.POSITION


def test_that_a_refusal_cites_its_reason_and_the_item_of_the_list():
    for field in ("reason", "duty_item"):
        refusal = refused(at_state("blown"), "refused", **{field: ""})
        assert (refusal.code, refusal.facts["field"]) == ("needs", field)
    summons = at_state("refused").of("police")
    assert (summons.reason, summons.duty_item, summons.refused_at) == (
        "非本所职责",
        "PH-001",
        NOON,
    )


def test_that_a_ruling_gives_a_new_time_to_come_or_excuses():
    upheld = taken(at_state("refused"), "summons_upheld", report_in_by=NOON + 60 * MINUTE)
    assert upheld.of("police").report_in_by == NOON + 60 * MINUTE
    assert taken(at_state("refused"), "summons_upheld").of("police").report_in_by == (
        NOON + 30 * MINUTE
    )
    excused = taken(at_state("arbitrating"), "excused", reason="确不在清单")
    assert excused.of("police").reason == "确不在清单"
    assert taken(at_state("refused"), "excused").of("police").reason == "非本所职责"


def test_that_the_lead_leaves_only_with_the_work_done_or_words_on_it():
    refusal = refused(at_state("working"), "released", words="")
    assert (refusal.code, refusal.facts["body"]) == ("work_unfinished", "police")
    assert taken(at_state("working"), "released", words="已清理").of("police").is_over
    assert taken(at_state("finished"), "released", words="").of("police").is_over
    helper = taken(at_state("blown"), "reported_in", "fire")
    assert taken(helper, "released", "fire", words="").of("fire").is_over


def test_that_leaving_without_release_is_remembered():
    left = taken(at_state("working"), "left", at=NOON + MINUTE).of("police")
    assert (left.left_at, left.left_early, left.state) == (NOON + MINUTE, True, "working")
    assert not taken(at_state("released"), "left").of("police").left_early


def test_that_late_marks_stand_beside_the_state_and_a_late_body_still_comes():
    whistle = taken(at_state("notified"), "not_answered", at=NOON + 10 * MINUTE)
    whistle = taken(whistle, "not_shown_up", at=NOON + 30 * MINUTE)
    whistle = taken(taken(whistle, "escalated"), "urged")
    police = taken(whistle, "reported_in", at=NOON + 40 * MINUTE).of("police")
    assert (police.no_answer_at, police.no_show_at) == (NOON + 10 * MINUTE, NOON + 30 * MINUTE)
    assert (police.escalated_to, police.urged, police.state) == ("所长", 1, "reported_in")


def test_that_contact_and_words_are_the_last_ones_said():
    whistle = taken(at_state("blown"), "answered", contact="老陈", words="马上到")
    police = taken(taken(whistle, "set_out"), "reported_in", words="到了").of("police")
    assert (police.contact, police.words) == ("老陈", "到了")


@pytest.mark.parametrize("last", ["withdrawn", "released", "excused"])
def test_that_a_whistle_ends_when_every_summons_is_over(last):
    whistle = taken(at_state("blown"), "withdrawn", "fire")
    for step in {"released": ("work_finished",), "excused": ("refused",)}.get(last, ()):
        whistle = taken(whistle, step)
    assert whistle.is_open
    step = SummonsStep(last)
    after, facts = whistles.take(
        whistle, "police", step, at=NOON + MINUTE, by="d", data=NEEDS.get(last, {})
    )
    assert (after.is_open, after.closed_at) == (False, NOON + MINUTE)
    assert [fact.kind for fact in facts] == [f"whistle.{last}", "whistle.closed"]
    rated, facts = (
        whistles.take(after, "police", SummonsStep.RATE, at=NOON, by="d", data={"rating": 4})
        if last == "released"
        else (after, [])
    )
    assert [fact.kind for fact in facts] == (["whistle.rated"] if last == "released" else [])
    assert rated.closed_at == NOON + MINUTE


def test_that_a_receipt_that_fitted_nothing_changes_nothing():
    whistle = at_state("answered")
    fact = Fact(
        kind="whistle.receipt_noted", subject="W1", at=NOON, actor="fire", data={"body": "fire"}
    )
    assert whistles.evolve(whistle, fact) is whistle


def test_that_a_whistle_without_facts_is_no_whistle():
    with pytest.raises(ValueError, match="at least one fact"):
        whistles.fold(iter(()))


def reread(fact):
    """Return a fact as the journal gives it back."""
    data = msgspec.json.decode(msgspec.json.encode(fact.data))
    return Fact(kind=fact.kind, subject=fact.subject, at=fact.at, actor=fact.actor, data=data)


moves = st.lists(
    st.tuples(st.sampled_from(list(SummonsStep)), st.sampled_from(["police", "fire", "market"])),
    max_size=40,
)


@settings(max_examples=150)
@given(moves)
def test_that_whatever_happens_the_whistle_is_the_fold_of_its_facts(wishes):
    whistle, fact = blown(bodies=("police", "fire", "market"))
    facts, at = [fact], NOON
    for step, body in wishes:
        at += MINUTE
        before = whistle
        try:
            whistle, new = whistles.take(
                whistle, body, step, at=at, by=body, data=NEEDS.get(step, {})
            )
        except Refusal:
            assert whistle is before
            continue
        facts += new
        assert whistle.is_open == any(not item.is_over for item in whistle.summons)
        assert whistle.reported_in <= len(whistle.summons)
        moved = (before.of(body).state, whistle.of(body).state)
        if all(state in PROGRESS for state in moved):
            assert PROGRESS.index(moved[0]) <= PROGRESS.index(moved[1])
    assert whistle.version == len(facts)
    folded = whistles.fold(map(reread, facts))
    assert isinstance(folded, Whistle)
    assert folded == whistle
