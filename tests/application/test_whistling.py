"""The whistle at the desk: blown, taken back, answered, refused, late, released."""

from datetime import timedelta

import pytest

from commandcenter.application import commands as c
from commandcenter.application.access import MAY
from commandcenter.application.changes import OutgoingState
from commandcenter.domain.roster import Role
from commandcenter.domain.whistle import ProofKind

BODIES = ("police", "fire", "enforcement")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def case(desk):
    case = desk.report(location={"lon": 116.281478, "lat": 29.082057, "datum": "WGS84"})
    desk.do(c.File(case=case.no))
    return desk.case(case)


@pytest.fixture
def blow(desk, case):
    """Blow a whistle: ``blow(bodies=…)``."""

    def call(**more):
        return desk.do(c.Blow(case=case.no, **{"bodies": BODIES} | more)).whistle

    return call


def state(desk, whistle, body):
    return desk.whistle(whistle).of(body).state


def sent(desk, kind):
    return [(item.body, what) for item, what in desk.outgoing(kind)]


def test_that_one_click_summons_whom_the_standard_names(desk):
    case = desk.report(category="C0108")
    standard = desk.hall.standard_for("C0108")
    whistle = desk.do(c.Blow(case=case.no)).whistle
    assert tuple(item.body for item in whistle.summons) == standard.whistle_bodies
    assert whistle.kind == standard.whistle_kind
    assert whistle.of(standard.whistle_bodies[0]).lead
    assert whistle.leaves_at == desk.at + timedelta(seconds=8)
    assert {item.answer_by - desk.at for item in whistle.summons} == {10 * MINUTE}
    assert {item.report_in_by - desk.at for item in whistle.summons} == {30 * MINUTE}
    assert desk.case(case).whistles == (whistle.no,)
    told = desk.outgoing("whistle.blown")
    assert [item.body for item, _ in told] == list(standard.whistle_bodies)
    assert {item.leaves_at for item, _ in told} == {whistle.leaves_at}


def test_that_what_is_said_at_the_whistle_holds(desk, blow):
    whistle = blow(
        kind="emergency",
        lead="fire",
        answer_limit="5 urgent_minute",
        report_in_limit="1 urgent_hour",
        gear="水泵",
        message="速来",
        hold_seconds=0,
    )
    assert (whistle.kind, whistle.of("fire").lead, whistle.leaves_at) == (
        "emergency",
        True,
        desk.at,
    )
    assert whistle.of("police").answer_by == desk.at + 5 * MINUTE
    assert whistle.of("police").report_in_by == desk.at + 60 * MINUTE
    assert {what["gear"] for _, what in sent(desk, "whistle.blown")} == {"水泵"}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"bodies": ()}, "no_bodies"),
        ({"bodies": ("nobody",)}, "unknown_body"),
        ({"bodies": ("fire",), "lead": "police"}, "lead_not_summoned"),
        ({"answer_limit": "soon"}, "bad_limit"),
        ({"answer_limit": "1 work_day"}, "bad_limit"),
        ({"report_in_limit": "2 work_hour"}, "bad_limit"),
        ({"duty_item": "ZZ-1"}, "unknown_duty_item"),
    ],
)
def test_that_a_whistle_that_cannot_be_blown_is_refused_with_its_reason(desk, case, more, code):
    assert desk.refusal(c.Blow(case=case.no, **{"bodies": BODIES} | more)).code == code
    assert desk.outgoing() == []


def test_that_a_case_has_one_running_whistle(desk, case, blow):
    whistle = blow()
    refusal = desk.refusal(c.Blow(case=case.no, bodies=BODIES))
    assert (refusal.code, refusal.facts["whistle"]) == ("whistle_running", whistle.no)
    named = {  # in the sentence of each body that keeps it open
        Role.SHIFT_SUPERVISOR: {c.RuleSummons},
        Role.DUTY_LEADER: {c.RuleSummons},
        Role.DISPATCHER: {c.Withdraw, c.OnBehalf, c.Release},
    }
    assert [role for role, commands in named.items() if not commands <= MAY[role]] == []
    desk.do(c.Withdraw(whistle=whistle.no))
    assert blow().no != whistle.no


def test_that_a_settled_case_calls_nobody(desk, case):
    desk.do(c.ForceClose(case=case.no, reason="x"), "shift_supervisor")
    assert desk.refusal(c.Blow(case=case.no, bodies=BODIES)).code == "illegal_step"


def test_that_what_is_taken_back_in_time_never_leaves(desk, blow):
    whistle = blow()
    desk.pass_time(seconds=5)
    gone = desk.do(c.Withdraw(whistle=whistle.no, reason="误吹")).whistle
    assert not gone.is_open
    assert desk.outgoing() == []
    assert desk.work().outgoing == ()
    assert {item.state for item in desk.deltas[-1].outgoing} == {OutgoingState.CANCELLED}
    assert desk.refusal(c.Withdraw(whistle=whistle.no)).code == "whistle_closed"


def test_that_what_may_be_leaving_just_now_is_called_off_besides(desk, blow):
    whistle = blow()
    desk.pass_time(seconds=7.5)
    desk.do(c.Withdraw(whistle=whistle.no))
    assert desk.outgoing("whistle.blown") == []
    assert {body for body, _ in sent(desk, "whistle.withdrawn")} == set(BODIES)


def test_that_who_was_called_is_told_of_the_withdrawal(desk, blow):
    whistle = blow()
    desk.pass_time(seconds=8)
    desk.do(c.Withdraw(whistle=whistle.no, reason="已排除"))
    assert sent(desk, "whistle.withdrawn") == [
        (body, {"whistle_no": whistle.no, "body": body, "reason": "已排除"}) for body in BODIES
    ]
    assert len(desk.outgoing("whistle.blown")) == 3


def test_that_one_body_is_withdrawn_and_the_others_still_come(desk, blow):
    whistle = blow()
    after = desk.do(c.Withdraw(whistle=whistle.no, body="fire")).whistle
    assert (after.is_open, after.of("fire").state, after.of("police").state) == (
        True,
        "withdrawn",
        "blown",
    )
    assert [body for body, _ in sent(desk, "whistle.blown")] == ["police", "enforcement"]
    assert desk.refusal(c.Withdraw(whistle=whistle.no, body="fire")).code == (
        "illegal_summons_step"
    )
    assert desk.refusal(c.Withdraw(whistle=whistle.no, body="market")).code == "not_summoned"


def test_that_withdrawing_all_leaves_those_at_the_place(desk, blow):
    whistle = blow(hold_seconds=0)
    desk.answers(whistle, "police", "reported_in")
    after = desk.do(c.Withdraw(whistle=whistle.no)).whistle
    assert [item.state for item in after.summons] == ["reported_in", "withdrawn", "withdrawn"]
    assert desk.refusal(c.Withdraw(whistle=whistle.no)).code == "illegal_summons_step"


def test_that_nothing_about_a_whistle_leaves_before_the_whistle(desk, blow):
    whistle = blow()
    desk.pass_time(seconds=2)
    desk.do(c.UrgeBody(whistle=whistle.no, body="police"))
    desk.do(c.Escalate(whistle=whistle.no, body="police", to="所长"))
    kinds = [item.type for item, _ in desk.outgoing() if item.body == "police"]
    assert kinds == ["whistle.blown", "task.urged", "whistle.escalated"]
    desk.do(c.Withdraw(whistle=whistle.no, body="police"))
    assert [item for item, _ in desk.outgoing() if item.body == "police"] == []


def test_that_a_body_answers_comes_works_and_is_released(desk, blow):
    whistle = blow(hold_seconds=0)
    desk.pass_time(minutes=2)
    desk.answers(whistle, "police", "notified")
    desk.answers(whistle, "police", "answered", by={"name": "老陈"}, words="马上到")
    desk.pass_time(minutes=10)
    spot = {"lon": 116.2815, "lat": 29.0821, "datum": "WGS84"}
    desk.answers(whistle, "police", "reported_in", location=spot)
    police = desk.whistle(whistle).of("police")
    assert (police.contact, police.state, police.no_show_at) == ("老陈", "reported_in", None)
    assert police.proof.kind is ProofKind.POSITION
    assert police.proof.distance_m < 50
    refusal = desk.refusal(c.Release(whistle=whistle.no, body="police"))
    assert refusal.code == "work_unfinished"
    desk.answers(whistle, "police", "finished", words="已处置")
    desk.do(c.Release(whistle=whistle.no, body="police"))
    assert [body for body, _ in sent(desk, "whistle.released")] == ["police"]
    assert state(desk, whistle, "police") == "released"
    assert desk.whistle(whistle).is_open


def test_that_the_lead_s_release_without_its_word_needs_ours(desk, blow):
    whistle = blow(hold_seconds=0)
    for body in BODIES:
        desk.answers(whistle, body, "reported_in")
    assert desk.refusal(c.Release(whistle=whistle.no)).code == "work_unfinished"
    assert state(desk, whistle, "fire") == "reported_in"  # all or none
    done = desk.do(c.Release(whistle=whistle.no, words="现场已清理")).whistle
    assert not done.is_open
    assert {what["reason"] for _, what in sent(desk, "whistle.released")} == {"现场已清理"}
    assert desk.refusal(c.Release(whistle=whistle.no)).code == "whistle_closed"


def test_that_nobody_is_released_who_has_not_come(desk, blow):
    whistle = blow(hold_seconds=0)
    for body in (None, "fire"):
        order = c.Release(whistle=whistle.no, body=body, words="w")
        assert desk.refusal(order).code == "illegal_summons_step"


def test_that_a_body_reports_in_by_telephone(desk, blow):
    whistle = blow(hold_seconds=0)
    said = {"whistle": whistle.no, "body": "fire", "who": "老陈", "channel": "电话"}
    for missing in ("who", "channel", "words"):
        order = c.OnBehalf(**said | {"status": "reported_in", "words": "到了"} | {missing: ""})
        assert desk.refusal(order).code == "proof_needed"
    order = c.OnBehalf(**said, status="gone", words="w")
    assert desk.refusal(order).code == "bad_command"
    done = desk.do(c.OnBehalf(**said, status="reported_in", words="到了"))
    proof = done.whistle.of("fire").proof
    assert (proof.kind, proof.who, proof.words) == (ProofKind.ON_BEHALF, "老陈", "到了")
    order = c.OnBehalf(**said, status="refused", words="不来", reason="r", duty_item="ZZ-1")
    assert desk.refusal(order).code == "unknown_duty_item"


def test_that_a_refusal_is_ruled_on_by_a_supervisor(desk, blow):
    whistle = blow(hold_seconds=0)
    for body in ("police", "fire"):
        desk.answers(whistle, body, "refused", reason="非我职责", duty_item="PH-001")
    desk.pass_time(minutes=20)
    order = c.RuleSummons(whistle=whistle.no, body="police", uphold=True, reason="清单第 1 项")
    assert desk.refusal(order).code == "not_allowed"
    desk.do(order, "shift_supervisor")
    police = desk.whistle(whistle).of("police")
    assert (police.state, police.report_in_by) == ("answered", desk.at + 30 * MINUTE)
    assert sent(desk, "whistle.escalated")[0][0] == "police"
    desk.do(
        c.RuleSummons(whistle=whistle.no, body="fire", uphold=False, reason="确不在清单"),
        "shift_supervisor",
    )
    assert state(desk, whistle, "fire") == "withdrawn"
    assert [body for body, _ in sent(desk, "whistle.withdrawn")] == ["fire"]
    assert desk.refusal(order, "shift_supervisor").code == "illegal_summons_step"


def test_that_a_whistle_whose_only_body_refuses_waits_for_the_ruling(desk, blow):
    whistle = blow(bodies=("fire",), hold_seconds=0)
    desk.answers(whistle, "fire", "refused", reason="非我职责", duty_item="PH-001")
    assert desk.whistle(whistle).is_open
    desk.pass_time(hours=2)
    assert [fact.kind for fact in desk.look()] == ["case.timer_crossed"]  # the case's own
    desk.do(
        c.RuleSummons(whistle=whistle.no, body="fire", uphold=False, reason="确不在清单"),
        "shift_supervisor",
    )
    assert not desk.whistle(whistle).is_open


def test_that_a_receipt_that_fits_nothing_is_kept_and_moves_nothing(desk, blow, case):
    whistle = blow(hold_seconds=0)
    desk.answers(whistle, "police", "reported_in")
    before = desk.whistle(whistle)
    desk.answers(whistle, "police", "answered", words="在路上")  # late and out of order
    desk.answers(whistle, "police", "refused", reason="r")  # it has come
    assert desk.whistle(whistle) == before
    noted = [fact for fact in desk.facts(case) if fact.kind == "whistle.receipt_noted"]
    assert [(fact.data["body"], fact.data["status"], fact.data["refusal"]) for fact in noted] == [
        ("police", "answered", "illegal_summons_step"),
        ("police", "refused", "illegal_summons_step"),
    ]


def test_that_a_refusal_without_a_duty_item_is_shown_and_the_body_is_told(desk, blow, case):
    whistle = blow(hold_seconds=0)
    for _ in range(2):
        desk.answers(whistle, "fire", "refused", reason="出警中")
    fire = desk.whistle(whistle).of("fire")
    assert (fire.state, fire.refused_at) == ("blown", None)
    assert fire.refusal_is_unfounded
    assert desk.deltas[-1].whistles[0].of("fire") == fire
    noted = [fact for fact in desk.facts(case) if fact.kind == "whistle.refused_without_item"]
    assert [(fact.actor, fact.data["reason"]) for fact in noted] == [("fire", "出警中")] * 2
    ((item, what),) = desk.outgoing("task.urged")  # told once, however often it says so
    assert (item.body, item.subject) == ("fire", whistle.no)
    assert "清单事项" in what["reason"]
    desk.answers(whistle, "fire", "refused", reason="出警中", duty_item="PH-001")
    fire = desk.whistle(whistle).of("fire")
    assert (fire.state, fire.refusal_is_unfounded) == ("refused", False)


def test_that_leaving_early_is_remembered(desk, blow):
    whistle = blow(hold_seconds=0)
    desk.answers(whistle, "police", "working")
    desk.answers(whistle, "police", "left")
    police = desk.whistle(whistle).of("police")
    assert (police.left_early, police.state) == (True, "working")


def test_that_an_urged_body_is_reminded_of_the_whistle(desk, blow):
    whistle = blow(hold_seconds=0, message="速来")
    done = desk.do(c.UrgeBody(whistle=whistle.no, body="fire")).whistle
    assert done.of("fire").urged == 1
    ((body, what),) = sent(desk, "task.urged")
    assert (body, what["reason"]) == ("fire", "速来")
    assert desk.refusal(c.UrgeBody(whistle=whistle.no, body="market")).code == "not_summoned"


def test_that_who_does_not_come_is_taken_further_up(desk, blow):
    whistle = blow(hold_seconds=0)
    done = desk.do(c.Escalate(whistle=whistle.no, body="fire", to="站长", reason="未应哨")).whistle
    assert done.of("fire").escalated_to == "站长"
    assert sent(desk, "whistle.escalated") == [
        ("fire", {"whistle_no": whistle.no, "body": "fire", "reason": "未应哨", "to": "站长"})
    ]
    assert desk.refusal(c.Escalate(whistle="W9", body="fire", to="x")).code == "unknown_whistle"
