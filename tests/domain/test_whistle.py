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
from commandcenter.domain.words import sentence, summons_state

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
    *((state, "taken_to_arbitration", "arbitrating") for state in ("refused", "arbitrating")),
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
    *((state, "called", state) for state in (*ON_THE_WAY, "refused", "arbitrating")),
    *((state, "not_ruled", state) for state in ("refused", "arbitrating")),
    *((state, "left", state) for state in (*THERE, "released", "rated")),
    *(("rated", step, "rated") for step in ("rating_answered", "rating_appealed", "rating_ruled")),
}
MARKS = {"response": 5, "attendance": 4, "solved": 4, "attitude": 5}
NEEDS = {
    "refused": {"reason": "非本所职责", "duty_item": "PH-001"},
    "escalated": {"to": "所长"},
    "released": {"words": "已处置完毕"},
    "rated": {"marks": MARKS, "appeal_by": NOON + timedelta(days=3)},
    "rating_answered": {"words": "接受"},
    "rating_appealed": {"words": "到场分偏低"},
    "rating_ruled": {"words": "核对过定位记录"},
}
CHAIN = [
    {"step": "liaison", "channel": "feed", "at": NOON},
    {"step": "deputy", "channel": "phone", "address": "10000000001", "at": NOON + 5 * MINUTE},
    {"step": "head", "name": "甲", "channel": "wecom", "at": NOON + 10 * MINUTE},
]
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
        "chains": {"police": CHAIN},
        **more,
    }
    return whistles.blown(no="W1", at=NOON, actor="dispatcher", fields=fields)


def taken(whistle, step, body="police", at=NOON, by=None, **data):
    step = SummonsStep(step)
    given_ = NEEDS.get(step, {}) | data
    return whistles.take(whistle, body, step, at=at, by=by or body, data=given_)[0]


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
        if step is SummonsStep.RULE_RATING:
            whistle = taken(whistle, "rating_appealed")
        after = taken(whistle, step, by="supervisor")
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
    police = excused.of("police")
    assert (police.reason, police.ruling, police.ruled_at) == ("非本所职责", "确不在清单", NOON)


def test_that_a_body_that_was_ruled_right_to_refuse_is_excused_and_not_withdrawn():
    excused = taken(at_state("refused"), "excused", reason="确不在清单")
    assert excused.of("police").is_excused
    assert [summons_state(excused.of("police"), lang) for lang in ("zh", "en")] == [
        "裁定免到",
        "excused",
    ]
    told_to_come = taken(at_state("refused"), "summons_upheld")
    for whistle in (at_state("notified"), at_state("refused"), told_to_come):
        withdrawn = taken(whistle, "withdrawn").of("police")
        assert not withdrawn.is_excused
        assert summons_state(withdrawn) == "已撤哨"


def test_that_only_those_bodies_are_summoned_that_the_figures_count():
    refused_it = at_state("refused")
    assert refused_it.summoned == 2
    assert taken(refused_it, "excused", reason="确不在清单").summoned == 1
    assert taken(at_state("notified"), "withdrawn").summoned == 1
    missed = taken(at_state("notified"), "not_shown_up", at=NOON + 30 * MINUTE)
    assert taken(missed, "withdrawn").summoned == 2  # taking it back mends no figure


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
        whistles.take(after, "police", SummonsStep.RATE, at=NOON, by="d", data=NEEDS["rated"])
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


# -- the chain --


def test_that_each_step_of_a_chain_is_called_once_and_in_order():
    whistle, _ = blown()
    assert [call.step for call in whistle.of("police").chain] == ["liaison", "deputy", "head"]
    assert whistle.of("fire").chain == ()
    for number, step in enumerate(("liaison", "deputy", "head"), start=1):
        assert whistle.of("police").next_call.step == step
        whistle = taken(whistle, "called", at=NOON + number * MINUTE)
        assert whistle.of("police").called == number
    assert whistle.of("police").next_call is None
    assert refused(whistle, "called").code == "nobody_left_to_call"


def test_that_somebody_is_to_be_rung_up_until_the_body_says_yes_or_no():
    whistle = taken(at_state("notified"), "called")
    assert whistle.of("police").to_dial is None  # the feed rings nobody up
    whistle = taken(taken(whistle, "called"), "called")
    assert whistle.of("police").to_dial.step == "deputy"
    for step in ("answered", "refused", "reported_in", "withdrawn"):
        assert taken(whistle, step).of("police").to_dial is None
    assert taken(whistle, "urged", at=NOON + 4 * MINUTE).of("police").to_dial  # before its time
    assert taken(whistle, "urged", at=NOON + 5 * MINUTE).of("police").to_dial is None


# -- rulings --


def test_that_a_body_bound_by_a_ruling_cannot_refuse_again():
    assert taken(at_state("refused"), "summons_upheld").of("police").bound
    again, _ = blown(bound=["police"])
    for step in ("refused", "refused_without_item"):
        assert refused(again, step).code == "bound_by_ruling"
    assert taken(again, "refused", "fire").of("fire").state == "refused"


def test_that_arbitration_says_who_rules_and_by_when():
    first = taken(at_state("blown"), "refused", rule_by=NOON + 30 * MINUTE)
    assert first.of("police").rule_by == NOON + 30 * MINUTE
    missed = taken(first, "not_ruled", at=NOON + 30 * MINUTE)
    assert missed.of("police").not_ruled_at == NOON + 30 * MINUTE
    up = taken(missed, "taken_to_arbitration", arbiter="county", rule_by=NOON + 60 * MINUTE)
    police = up.of("police")
    assert (police.arbiter, police.rule_by, police.not_ruled_at) == (
        "county",
        NOON + 60 * MINUTE,
        None,
    )


# -- what it was blown for --


def worked(whistle, bodies=("police", "fire")):
    for body in bodies:
        whistle = taken(taken(whistle, "work_finished", body, words="已围护"), "released", body)
    return whistle


def test_that_a_whistle_waits_for_the_milestone_it_was_blown_for():
    whistle = worked(blown(milestone="围护", solve_by=NOON + 60 * MINUTE)[0])
    assert whistle.nobody_waits
    assert (whistle.is_open, whistle.solved_at) == (True, None)
    at = NOON + 50 * MINUTE
    done, facts = whistles.noted(whistle, "solved", at=at, by="police", data={"words": "围护完成"})
    assert [fact.kind for fact in facts] == ["whistle.solved", "whistle.closed"]
    assert (done.solved_at, done.closed_at, done.result) == (at, at, "已围护")
    with pytest.raises(Refusal) as caught:
        whistles.noted(done, "closed", at=at, by="police", data={})
    assert caught.value.code == "whistle_closed"
    with pytest.raises(Refusal) as caught:
        whistles.noted(blown()[0], "closed", at=at, by="police", data={})
    assert caught.value.code == "whistle_running"


def test_that_a_running_whistle_is_told_with_who_keeps_it_open_and_who_ends_that():
    whistle = taken(at_state("refused"), "reported_in", "fire")
    refusal = whistles.still_running(whistle, "C1")
    assert (refusal.code, refusal.facts["case"]) == ("whistle_running", "C1")
    said = sentence(refusal, name_of={"police": "派出所", "fire": "消防站"}.__getitem__)
    assert f"C1 已有进行中的哨 {whistle.no}" in said
    assert "拒哨的派出所（由值班长或值班领导裁定拒哨，或由派遣员撤哨）" in said
    assert "在场的消防站（" in said
    assert "同意撤离" in said
    assert "还没到场的" not in said
    assert "police" in sentence(refusal, "en")
    assert whistles.still_running(worked(blown()[0]), "C1") is None
    coming = sentence(whistles.still_running(at_state("answered"), "C1"))
    assert "还没到场的" in coming
    assert "撤哨" in coming


def test_that_without_a_milestone_it_is_the_lead_who_has_solved_it():
    whistle = taken(blown()[0], "work_finished", "fire")
    assert whistle.solved_at is None
    whistle = taken(whistle, "work_finished", words="已疏散", at=NOON + MINUTE)
    assert (whistle.solved_at, whistle.result) == (NOON + MINUTE, "已疏散")


def test_that_a_whistle_nobody_came_to_waits_for_no_milestone():
    whistle = blown(milestone="围护")[0]
    for body in ("police", "fire"):
        whistle = taken(whistle, "withdrawn", body)
    assert not whistle.is_open


def test_that_an_emergency_may_say_afterwards_why():
    whistle = blown()[0]
    assert whistle.unexplained
    said, _ = whistles.noted(whistle, "explained", at=NOON, by="d", data={"words": "燃气泄漏"})
    assert (said.unexplained, said.reason) == (False, "燃气泄漏")
    assert not blown(reason="燃气泄漏")[0].unexplained
    assert not blown(kind="joint_enforcement")[0].unexplained


# -- ratings --


@given(st.dictionaries(st.sampled_from(list(MARKS)), st.integers(-3, 9) | st.none()))
def test_that_a_rating_has_four_marks_of_one_to_five(marks):
    whistle = at_state("released")
    if set(marks) == set(MARKS) and all(mark in (1, 2, 3, 4, 5) for mark in marks.values()):
        assert taken(whistle, "rated", marks=marks).of("police").rating.marks.total == sum(
            marks.values()
        )
    else:
        assert refused(whistle, "rated", marks=marks).code == "bad_marks"


def test_that_a_body_appeals_once_in_time_and_another_person_rules():
    rated = at_state("rated")
    late = NOON + timedelta(days=4)
    with pytest.raises(Refusal) as caught:
        taken(rated, "rating_appealed", at=late)
    assert caught.value.code == "appeal_too_late"
    assert refused(rated, "rating_ruled").code == "no_appeal"
    assert refused(rated, "rating_appealed", words="").code == "needs"
    appealed = taken(taken(rated, "rating_answered"), "rating_appealed")
    assert appealed.of("police").rating.appeal_waits
    assert refused(appealed, "rating_appealed").code == "appealed_before"
    assert refused(appealed, "rating_ruled").code == "own_rating"  # its rater was "police"


def test_that_a_ruling_keeps_the_marks_first_given():
    appealed = taken(at_state("rated"), "rating_appealed")
    changed = MARKS | {"attendance": 5}
    ruled = taken(appealed, "rating_ruled", by="supervisor", marks=changed)
    rating = ruled.of("police").rating
    assert (rating.first.total, rating.marks.total) == (18, 19)
    assert (rating.ruled_by, rating.appeal_waits) == ("supervisor", False)


def test_that_leaving_before_the_release_stays_so():
    left = taken(at_state("working"), "left", at=NOON + MINUTE)
    again = taken(taken(left, "released"), "left", at=NOON + 9 * MINUTE).of("police")
    assert (again.left_early, again.left_at) == (True, NOON + MINUTE)
