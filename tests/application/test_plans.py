"""What the filing standard proposes before a button is pressed."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from commandcenter.application.plans import active_body, dispatch_plan, is_county, whistle_plan
from commandcenter.domain.catalogue import Urgency, WhistleKind
from commandcenter.domain.errors import Refusal

HOUR = timedelta(hours=1)


def test_that_a_dispatch_is_proposed_as_the_standard_says(desk):
    case = desk.report(category="C0101")
    plan = dispatch_plan(desk.hall, case, desk.at)
    standard = desk.hall.standard_for("C0101")
    assert (plan.body, plan.co_bodies, plan.duty_item) == (
        standard.body,
        standard.co_bodies,
        standard.duty_item,
    )
    assert plan.deadline.due_at == desk.at + 8 * HOUR
    assert plan.statutory.due_at == desk.at + 24 * HOUR
    assert [name for name, _ in plan.milestones] == ["围护", "更换"]
    assert list(map(str, plan.milestone_limits)) == ["2 urgent_hour", "8 urgent_hour"]
    assert (plan.evidence, plan.guidance) == (standard.evidence, standard.guidance)
    assert dispatch_plan(desk.hall, case, desk.at, limit="1 urgent_hour").deadline.due_at == (
        desk.at + HOUR
    )
    own = replace(case, duty_item="JB-001")
    assert dispatch_plan(desk.hall, own, desk.at).duty_item == "JB-001"


def test_that_a_case_without_a_standard_has_the_hall_s_limit_and_no_body(desk):
    plan = dispatch_plan(desk.hall, desk.report(category=None), desk.at)
    assert (plan.body, plan.co_bodies, plan.milestones, plan.statutory) == (None, (), (), None)
    assert plan.limit == desk.hall.limits.handle


@pytest.mark.parametrize("urgency", Urgency)
def test_that_what_is_urgent_is_to_be_accepted_sooner(desk, urgency):
    plan = dispatch_plan(desk.hall, replace(desk.report(), urgency=urgency), desk.at)
    urgent = urgency in {Urgency.URGENT, Urgency.CRITICAL}
    # it is 12:00: two working hours are over at 16:00, for the hall rests till 14:00
    assert plan.sign_due_at - desk.at == (HOUR / 2 if urgent else 4 * HOUR)


def test_that_a_whistle_without_a_standard_calls_who_has_the_case(desk):
    case = desk.report(category=None)
    assert whistle_plan(desk.hall, case, desk.at).bodies == ()
    held = replace(case, body="police")
    plan = whistle_plan(desk.hall, held, desk.at)
    assert (plan.bodies, plan.lead, plan.kind) == (("police",), "police", WhistleKind.HARD_PROBLEM)
    worst = replace(held, urgency=Urgency.CRITICAL)
    assert whistle_plan(desk.hall, worst, desk.at).kind is WhistleKind.EMERGENCY
    assert plan.message == case.title


@pytest.mark.parametrize("limit", ["soon", "1 work_day", "2 work_hour", "3 natural_day", "-1 x"])
def test_that_a_whistle_s_limits_run_day_and_night(desk, limit):
    for name in ("answer_limit", "report_in_limit"):
        with pytest.raises(Refusal) as caught:
            whistle_plan(desk.hall, desk.report(None), desk.at, **{name: limit})
        assert caught.value.code == "bad_limit"


def test_that_a_body_is_there_on_its_days(desk):
    bodies = desk.hall.bodies
    assert active_body(desk.hall, "police", desk.at) is bodies["police"]
    with pytest.raises(Refusal):
        active_body(desk.hall, "police", desk.at - timedelta(days=900))
    assert [is_county(bodies, code) for code in ("police", "county_water", "waterworks", "x")] == [
        False,
        True,
        True,
        False,
    ]
