"""The loop of a case: which step may follow which, what each needs, and what it leaves behind."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from msgspec.structs import fields

from commandcenter.domain import case as cases
from commandcenter.domain.case import (
    LOOP,
    OPEN,
    STAGE,
    Act,
    Case,
    Outcome,
    State,
    Step,
    handed_in,
)
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Fact
from commandcenter.domain.hall import Limits
from commandcenter.domain.place import Datum, Place, PlaceQuality, Point
from commandcenter.domain.report import Channel, Mark, ReportRef
from commandcenter.domain.roster import Role
from commandcenter.domain.timelimit import Pause
from commandcenter.domain.timers import TimerKind, case_timers
from commandcenter.domain.transfer import Transfer, TransferStatus

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
DUE = NOON + timedelta(days=3)
BOSS = Role.SHIFT_SUPERVISOR

ACCEPTED = Transfer(
    no="Y1", to="110", reason="持械", at=NOON, by="a", receipt_by=NOON, since=NOON,
    status=TransferStatus.ACCEPTED,
)  # fmt: skip
OPEN_STATES = {
    "received", "verifying", "filed", "dispatched", "arbitrating", "accepted", "handling",
    "suspended", "result_submitted", "checking",
}  # fmt: skip
TABLE = {
    # domain.md 2, written down once more: state, step, next state
    ("received", "claimed", "received"),
    ("received", "sent_to_verify", "verifying"),
    ("received", "filed", "filed"),
    ("received", "merged", "merged"),
    ("verifying", "verified", "received"),
    ("filed", "claimed", "filed"),
    ("filed", "dispatched", "dispatched"),
    ("filed", "merged", "merged"),
    ("dispatched", "accepted", "accepted"),
    ("dispatched", "returned", "filed"),
    ("dispatched", "recalled", "filed"),
    ("dispatched", "turned_helper", "filed"),  # the item it names says 配合
    ("accepted", "turned_helper", "filed"),
    ("closed", "came_back", "filed"),  # what remained is due
    ("dispatched", "disputed", "arbitrating"),
    ("arbitrating", "ruled", "dispatched"),
    ("accepted", "handling_started", "handling"),
    ("accepted", "returned", "filed"),
    ("handling", "milestone_reached", "handling"),
    ("handling", "suspended", "suspended"),
    ("handling", "result_submitted", "result_submitted"),
    ("suspended", "resumed", "handling"),
    ("result_submitted", "rework_ordered", "handling"),
    ("result_submitted", "check_started", "checking"),
    ("checking", "rework_ordered", "handling"),
    ("checking", "closed", "closed"),
    ("closed", "followed_up", "closed"),
    ("closed", "reopened", "dispatched"),
    ("closed", "archived", "archived"),
    ("merged", "unmerged", "received"),
    *((state, "rejected", "rejected") for state in OPEN_STATES),
    *((state, "force_closed", "closed") for state in OPEN_STATES),
    *((state, "transferred", "closed") for state in OPEN_STATES),  # others have accepted it
}
NEEDS = {
    "sent_to_verify": {"worker": "W001"},
    "verified": {"result": "exists"},
    "filed": {"category": "C0101"},
    "rejected": {"reason": "不属本镇", "reply": "已转邻镇"},
    "merged": {"into": "20261120-00002"},
    "unmerged": {"reason": "不是同一件"},
    "dispatched": {"body": "police", "due_at": DUE},
    "returned": {"reason": "不归我管", "duty_item": "JB-001"},
    "turned_helper": {"reason": "我们只是配合", "duty_item": "PH-001"},
    "recalled": {"reason": "派错"},
    "disputed": {"reason": "两家都说不管"},
    "ruled": {"body": "fire", "due_at": DUE, "reason": "清单第 1 项"},
    "milestone_reached": {"milestone": "围护"},
    "suspended": {"reason": "等专项资金", "until": NOON + timedelta(days=30)},
    "result_submitted": {"words": "已清运"},
    "rework_ordered": {"reason": "没清干净"},
    "closed": {"outcome": "solved"},
    "force_closed": {"reason": "领导决定"},
    "transferred": {"reply": "已移送派出所"},
    "reopened": {"reason": "又堆上了", "body": "police", "due_at": DUE},
}
RESERVED = {("handling", "suspended"), ("arbitrating", "ruled")} | {
    (state, step)
    for state in OPEN_STATES
    for step in ("rejected", "force_closed")
    if (state, step) != ("received", "rejected")
}
WAY = {
    "received": (),
    "verifying": ("sent_to_verify",),
    "rejected": ("rejected",),
    "merged": ("merged",),
    "filed": ("filed",),
    "dispatched": ("filed", "dispatched"),
    "arbitrating": ("filed", "dispatched", "disputed"),
    "accepted": ("filed", "dispatched", "accepted"),
    "handling": ("filed", "dispatched", "accepted", "handling_started"),
    "suspended": ("filed", "dispatched", "accepted", "handling_started", "suspended"),
}
WAY |= {"result_submitted": (*WAY["handling"], "result_submitted")}
WAY |= {"checking": (*WAY["result_submitted"], "check_started")}
WAY |= {"closed": (*WAY["checking"], "closed")}
WAY |= {"archived": (*WAY["closed"], "archived")}


def opened(**more):
    fields_ = {
        "title": "井盖破损",
        "category": "C0101",
        "place": {"quality": "unknown", "address": "东街 12 号"},
        "occurred_at": NOON - HOUR,
        "reported_at": NOON,
        **more,
    }
    place = cases.place_from(fields_.pop("place"))
    apart = {name: fields_.pop(name) for name in ("report", "marks", "evidence") if name in fields_}
    return cases.opened(
        no="20261120-00001", at=NOON, actor="/county", place=place, **apart, fields=fields_
    )


def act(step, at=NOON, by="somebody", role=BOSS, **data):
    step = Step(step)
    return Act(step=step, at=at, by=by, role=role, data=NEEDS.get(step, {}) | data)


def taken(case, step, at=NOON, by="somebody", role=BOSS, **data):
    return cases.take(case, act(step, at, by, role, **data))[0]


def at_state(state):
    case, _ = opened()
    for number, step in enumerate(WAY[state]):
        case = taken(case, step, by=f"p{number}")
    assert case.state == state
    return case


def ready(case, step):
    """Return a case about which a step makes sense: only what was left undone comes back."""
    if step == Step.TRANSFER:
        return structs.replace(case, transfers=(ACCEPTED,))
    return structs.replace(case, comes_back_at=NOON) if step == Step.COME_BACK else case


def refused(case, step, **more):
    with pytest.raises(Refusal) as caught:
        taken(case, step, **more)
    return caught.value


def test_that_the_table_is_the_one_of_the_domain_document_and_no_other():
    assert {(state, step, rule.after) for (state, step), rule in LOOP.items()} == TABLE


@pytest.mark.parametrize("state", State)
def test_that_a_case_is_open_until_it_is_settled(state):
    assert at_state(state).is_open == (state in OPEN_STATES)


def test_that_every_state_has_its_stage_and_the_stages_go_forward():
    assert set(STAGE) == set(State)
    stages = list(cases.Stage)
    way = ("received", "filed", "handling", "result_submitted", "checking", "closed")
    shown = [stages.index(at_state(state).stage) for state in way]
    assert shown == sorted(shown)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_that_a_step_is_taken_just_where_the_table_has_it(state, step):
    case = ready(at_state(state), step)
    where = {(before, name): after for before, name, after in TABLE}.get((state, step))
    if where is None:
        refusal = refused(case, step)
        assert (refusal.code, refusal.facts["state"]) == ("illegal_step", state)
    else:
        after, fact = cases.take(case, act(step, by="inspector"))
        assert after.state == where
        assert fact.kind == f"case.{step}"
        assert (fact.data["before"], fact.data["after"]) == (state, where)
        assert after.version == case.version + 1
    assert (step in case.steps) == (where is not None)


@pytest.mark.parametrize(("state", "step"), sorted(LOOP))
def test_that_steps_reserved_to_supervisors_are_refused_to_others(state, step):
    case = ready(at_state(state), step)
    for role in (Role.DISPATCHER, Role.INTAKE_OFFICER, ""):
        if (state, step) in RESERVED:
            assert refused(case, step, role=role).code == "not_allowed"
        else:
            taken(case, step, by="inspector", role=role)
    for role in (BOSS, Role.DUTY_LEADER, Role.COMMANDER):
        taken(case, step, by="inspector", role=role)


def test_that_a_case_with_nothing_left_to_do_does_not_come_back():
    assert refused(at_state(State.CLOSED), Step.COME_BACK).code == "illegal_step"


@pytest.mark.parametrize(("state", "step"), sorted(LOOP))
def test_that_every_word_a_step_needs_is_asked_for_by_name(state, step):
    case = at_state(state)
    for field in NEEDS.get(step, {}):
        refusal = refused(case, step, by="inspector", **{field: None})
        assert (refusal.code, refusal.facts["field"]) == ("needs", field)


def test_that_a_case_is_filed_only_with_category_place_and_description():
    assert refused(opened(category=None)[0], "filed", category=None).facts["field"] == "category"
    nowhere = opened(place={"quality": "unknown"})[0]
    assert refused(nowhere, "filed").facts["field"] == "address"
    taken(nowhere, "filed", place={"quality": "unknown", "address": "东街"})
    for place in ({"grid": "G1"}, {"point": [116.3, 29.1, "WGS84"]}, {"address": "东街"}):
        taken(opened(place={"quality": "unknown", **place})[0], "filed")
    assert refused(opened(title="")[0], "filed").facts["field"] == "description"
    taken(opened(title="")[0], "filed", description="井盖破损")


def test_that_the_second_return_goes_to_arbitration_and_the_ruling_binds():
    case = taken(at_state("dispatched"), "returned")
    assert (case.state, case.hops, case.returned_by) == ("filed", 1, ("police",))
    assert refused(case, "check_started").code == "illegal_step"
    case = taken(taken(case, "dispatched", body="market"), "returned")
    assert (case.state, case.hops, case.returned_by) == ("arbitrating", 2, ("police", "market"))
    case = taken(case, "ruled", body="fire")
    assert (case.state, case.body, case.bound_body) == ("dispatched", "fire", "fire")
    assert refused(case, "returned").code == "bound_body"
    assert refused(taken(case, "accepted"), "returned").code == "bound_body"


def test_that_another_body_than_the_bound_one_may_return():
    case = taken(taken(taken(at_state("arbitrating"), "ruled"), "recalled"), "dispatched")
    assert case.bound_body == "fire"
    assert taken(case, "returned").hops == 1


def test_that_the_hall_may_bear_more_returns_before_arbitration():
    case = taken(at_state("dispatched"), "returned", max_hops=3)
    case = taken(taken(case, "dispatched"), "returned", max_hops=3)
    assert (case.state, case.hops) == ("filed", 2)
    assert taken(taken(case, "dispatched"), "returned", max_hops=3).state == "arbitrating"


def test_that_an_accepted_case_is_returned_within_the_window_only():
    case = taken(at_state("dispatched"), "accepted", return_until=NOON + HOUR)
    assert taken(case, "returned", at=NOON + HOUR).state == "filed"
    refusal = refused(case, "returned", at=NOON + HOUR + timedelta(microseconds=1))
    assert (refusal.code, refusal.facts["until"]) == ("returned_too_late", NOON + HOUR)


def test_that_nobody_checks_or_closes_what_he_dispatched_or_handled():
    case, _ = opened()
    for step, by in (("filed", "a"), ("dispatched", "dispatcher"), ("accepted", "police")):
        case = taken(case, step, by=by)
    case = taken(case, "handling_started", by="police", handler="小李")
    for done, judging in (("result_submitted", "check_started"), ("check_started", "closed")):
        case = taken(case, done, by="inspector")
        for by in ("dispatcher", "小李"):
            assert refused(case, judging, by=by).code == "own_check"
    assert taken(case, "closed", by="inspector").outcome is Outcome.SOLVED


def test_that_a_case_with_others_merged_into_it_is_not_merged_itself():
    case, _ = opened()
    parent, _ = cases.noted(case, "child_added", at=NOON, actor="a", data={"child": "X"})
    assert refused(parent, "merged").code == "has_children"
    alone, _ = cases.noted(parent, "child_removed", at=NOON, actor="a", data={"child": "X"})
    assert taken(alone, "merged").parent == "20261120-00002"


@pytest.mark.parametrize("before", ["received", "filed"])
def test_that_a_case_taken_out_again_stands_as_if_it_never_was_merged(before):
    case = at_state(before)
    merged = taken(case, "merged", at=NOON + HOUR)
    again = taken(merged, "unmerged", at=NOON + 2 * HOUR)
    assert (again.state, again.parent, again.since) == (before, None, case.since)
    assert case_timers(again, Limits()) == case_timers(case, Limits())
    assert taken(taken(again, "merged", at=NOON + 3 * HOUR), "unmerged").since == case.since


def test_that_a_hold_ends_within_the_year_to_come():
    case = at_state("handling")
    for until in (NOON, NOON - HOUR, NOON + timedelta(days=367)):
        assert refused(case, "suspended", until=until).code == "bad_hold"
    assert taken(case, "suspended", until=NOON + HOUR).suspended_until == NOON + HOUR


def test_that_a_closed_case_is_archived_after_the_appeal_window_only():
    case = taken(at_state("checking"), "closed", by="inspector", appeal_until=NOON + HOUR)
    assert refused(case, "archived", at=NOON + HOUR - timedelta(seconds=1)).code == "appeal_open"
    assert taken(case, "archived", at=NOON + HOUR).state == "archived"
    again = taken(case, "reopened")
    assert again.appeal_until is None


def test_that_rework_keeps_the_evidence_and_counts():
    photo = {"kind": "image", "url": "http://x/1.jpg"}
    case = taken(at_state("handling"), "result_submitted", evidence=[photo], check_due_at=DUE)
    assert case.check_due_at == DUE
    case = taken(case, "rework_ordered")
    assert (case.state, case.rework_count, len(case.evidence)) == ("handling", 1, 1)
    assert (case.result_at, case.check_due_at, case.checker) == (None, None, None)


def test_that_the_returns_of_a_closed_cycle_stay_in_its_history_alone():
    case = taken(taken(at_state("dispatched"), "returned"), "dispatched", body="market")
    assert (case.hops, case.returned_last) == (1, "police")
    case = taken(case, "force_closed")
    assert case.returned_last is None
    case = taken(case, "reopened")
    assert (case.hops, case.earlier_hops, case.returned_by) == (0, 1, ("police",))
    assert case.returned_last is None
    case = taken(case, "returned")
    assert (case.state, case.hops, case.returned_last) == ("filed", 1, "police")
    case = taken(taken(taken(case, "dispatched"), "force_closed"), "reopened")
    assert (case.hops, case.earlier_hops) == (0, 2)


def test_that_a_reopened_case_begins_a_new_cycle_and_keeps_the_old_times():
    closed = at_state("closed")
    case = taken(closed, "reopened", at=NOON + HOUR, by="inspector")
    assert (case.reopen_count, case.dispatches) == (1, 2)
    assert (case.hops, case.returned_last) == (0, None)
    assert case.first_dispatched_at == closed.dispatched_at
    assert (case.dispatched_at, case.dispatcher) == (NOON + HOUR, "inspector")
    assert (case.closed_at, case.outcome, case.result_at, case.pauses) == (None, None, None, ())


def test_that_a_pause_ends_with_the_hold_or_with_the_case():
    case = at_state("suspended")
    resumed = taken(case, "resumed", at=NOON + HOUR, due_at=DUE + HOUR, due_provisional=True)
    assert resumed.pauses == (Pause(NOON, NOON + HOUR),)
    assert (resumed.due_at, resumed.due_provisional) == (DUE + HOUR, True)
    assert taken(case, "resumed").due_at == DUE
    again = taken(resumed, "suspended", at=NOON + 2 * HOUR)
    ended = taken(again, "force_closed", at=NOON + 3 * HOUR)
    assert ended.pauses == (Pause(NOON, NOON + HOUR), Pause(NOON + 2 * HOUR, NOON + 3 * HOUR))
    assert ended.outcome is Outcome.FORCED


def test_that_a_resumed_case_moves_the_milestones_that_are_still_to_come():
    stops = [{"name": name, "due_at": DUE, "limit": "3 urgent_hour"} for name in ("围护", "修复")]
    case = at_state("filed")
    for step, more in (
        ("dispatched", {"milestones": stops}),
        ("accepted", {}),
        ("handling_started", {}),
        ("milestone_reached", {"milestone": "围护"}),
        ("suspended", {}),
        ("resumed", {"milestones": [{"name": "修复", "due_at": DUE + HOUR}]}),
    ):
        case = taken(case, step, **more)
    assert [(stop.due_at, stop.done_at) for stop in case.stops] == [(DUE, NOON), (DUE + HOUR, None)]
    assert {stop.limit for stop in case.stops} == {"3 urgent_hour"}


def test_that_a_milestone_is_reached_once():
    stops = [{"name": "围护", "due_at": DUE}]
    case = taken(at_state("filed"), "dispatched", milestones=stops)
    case = taken(taken(case, "accepted"), "handling_started")
    case = taken(taken(case, "milestone_reached"), "milestone_reached", at=NOON + HOUR)
    assert case.stops[0].done_at == NOON


def test_that_the_holder_is_one_and_the_right_one():
    case, _ = opened()
    assert case.holder == "hall"
    case = taken(case, "claimed", by="dispatcher")
    assert (case.holder, case.claimed_at) == ("dispatcher", NOON)
    case = taken(taken(case, "filed"), "dispatched")
    for step in ("accepted", "handling_started"):
        assert case.holder == "police"
        case = taken(case, step)
    assert taken(case, "suspended").holder == "police"
    case = taken(case, "result_submitted")
    assert case.holder == "dispatcher"
    case = taken(case, "check_started", by="inspector")
    assert case.holder == "inspector"


def test_that_an_upstream_update_changes_what_it_names_and_nothing_else():
    case, _ = opened(evidence=[{"kind": "image", "url": "a"}], marks=["late"])
    data = {
        "title": "井盖丢失",
        "urgency": "critical",
        "channel": "hotline",
        "requires_reply": True,
        "upstream_due_at": DUE.isoformat(),
        "place": {"quality": "exact", "point": [116.3, 29.1, "WGS84"], "grid": "G2"},
        "evidence": [{"kind": "video", "url": "b"}],
        "marks": [Mark.REVISED],
        "report": {"source": "s", "id": "2"},
    }
    after, _ = cases.noted(case, "updated", at=NOON, actor="s", data=data)
    assert (after.title, after.urgency.rank, after.channel) == ("井盖丢失", 3, Channel.HOTLINE)
    assert (after.category, after.description) == (case.category, case.description)
    assert (after.requires_reply, after.upstream_due_at) == (True, DUE)
    assert after.place.grid == "G2"
    assert [item.url for item in after.evidence] == ["a", "b"]
    assert after.marks == {Mark.LATE, Mark.REVISED}
    assert after.reports == (ReportRef("s", "2"),)
    assert after.state == case.state


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("urged", {"body": "police"}),
        ("receipt_noted", {"status": "accepted"}),
        ("timer_crossed", {"timer": "sign"}),
        ("upstream_withdrew", {}),
    ],
)
def test_that_what_is_only_noted_moves_nothing_but_the_version(kind, data):
    case = at_state("dispatched")
    after, fact = cases.noted(case, kind, at=NOON + HOUR, actor="x", data=data)
    assert fact.kind == f"case.{kind}"
    changed = {f.name for f in fields(Case) if getattr(after, f.name) != getattr(case, f.name)}
    assert changed == {"version"}


def test_that_help_of_the_county_is_remembered():
    case = at_state("dispatched")
    called, _ = cases.noted(case, "county_called", at=NOON, actor="a", data={})
    summoned, _ = cases.noted(
        case, "whistle_added", at=NOON, actor="a", data={"whistle": "W1", "county_help": True}
    )
    later, _ = cases.noted(summoned, "whistle_added", at=NOON, actor="a", data={"whistle": "W2"})
    assert called.county_help
    assert later.county_help
    assert later.whistles == ("W1", "W2")


def test_that_a_case_without_facts_is_no_case():
    with pytest.raises(ValueError, match="at least one fact"):
        cases.fold(iter(()))


points = st.builds(Point, st.floats(-180, 180), st.floats(-90, 90), st.sampled_from(list(Datum)))
places = st.builds(
    Place,
    point=st.none() | points,
    address=st.text(max_size=5),
    grid=st.none() | st.just("G1"),
    village=st.none() | st.just("V1"),
    accuracy_m=st.none() | st.floats(1, 9),
    quality=st.sampled_from(list(PlaceQuality)),
    wgs84=st.none() | points,
    border_m=st.none() | st.floats(0, 30),
    candidates=st.lists(st.sampled_from(["G1", "G2"]), max_size=2).map(tuple),
    suspect_datum=st.none() | st.sampled_from(list(Datum)),
)


@given(places)
def test_that_a_place_comes_back_from_a_fact_as_it_was(place):
    data = msgspec.json.decode(msgspec.json.encode(cases.place_data(place)))
    assert cases.place_from(data) == place


NOTES = {
    "urged": {"body": "police"},
    "updated": {"title": "改", "evidence": [{"kind": "image", "url": "u", "taken_at": NOON}]},
    "child_added": {"child": "20261120-00009"},
    "child_removed": {"child": "20261120-00009"},
    "whistle_added": {"whistle": "W1"},
    "receipt_noted": {"status": "handling"},
    "timer_crossed": {"timer": "handle"},
    "extension_asked": {
        "request": "extension",
        "limit": "2 work_day",
        "reason": "weather",
        "who": "李所长",
        "decide_by": NOON + HOUR,
    },
    "hold_asked": {
        "request": "hold",
        "until": DUE,
        "reason": "policy",
        "words": "等批复",
        "decide_by": NOON + HOUR,
    },
    "request_refused": {"request": "hold", "reason": "人手够"},
    "extended": {"limit": "2 work_day", "due_at": DUE + HOUR, "due_provisional": True},
    "recomputed": {
        "due_at": DUE,
        "due_provisional": False,
        "milestones": [{"name": "围护", "due_at": DUE}],
        "statutory_due_at": None,
        "total_due_at": DUE + HOUR,
        "total_provisional": False,
        "sign_due_at": DUE,
        "check_due_at": DUE,
        "step_provisional": False,
    },
}
EXTRAS = {
    "filed": {"total_due_at": DUE, "total_provisional": True},
    "dispatched": {
        "limit": "3 work_day",
        "limit_source": "standards.csv:4",
        "clock_goes_on": True,
        "milestones": [{"name": "围护", "due_at": NOON + HOUR}],
        "sign_due_at": NOON + HOUR,
        "step_provisional": True,
        "co_bodies": ("fire",),
        "county_help": True,
    },
    "accepted": {"return_until": NOON + 4 * HOUR},
    "sent_to_verify": {"due_at": NOON + HOUR},
    "result_submitted": {"check_due_at": NOON + HOUR, "step_provisional": True},
    "closed": {"step_provisional": True, "follow_up_due_at": DUE, "appeal_until": NOON + 2 * HOUR},
    "followed_up": {"solved": False, "satisfied": "unsatisfied"},
}
walks = st.lists(
    st.tuples(
        st.integers(0, 99) | st.sampled_from(list(Step)) | st.sampled_from(list(NOTES)),
        st.sampled_from([BOSS, Role.DISPATCHER]),
        st.sampled_from(["dispatcher", "inspector"]),
        st.integers(0, 90),
    ),
    min_size=8,
    max_size=60,
)


def chosen(case, move, minutes):
    """Return the step or note a move means here; what would end the walk, one time in four."""
    if not isinstance(move, int):
        return move
    ends = {Step.REJECT, Step.FORCE_CLOSE} if minutes % 4 else set()
    steps = sorted(case.steps - ends) or ["urged"]
    return steps[move % len(steps)]


def walk(moves):
    """Take every move that the loop allows; return the case after each, and all facts.

    A number chooses among the steps there are, so that walks go far; a named step may be refused.
    """
    case, fact = opened()
    stood, facts, at = [case], [fact], NOON
    for move, role, by, minutes in moves:
        at += timedelta(minutes=minutes)
        before, step = case, chosen(case, move, minutes)
        if isinstance(step, Step):
            more = EXTRAS.get(step, {}) | ({"until": at + HOUR} if step is Step.SUSPEND else {})
            try:
                case, fact = cases.take(case, act(step, at, by, role, **more))
            except Refusal:
                assert case is before
                continue
            rule = LOOP[before.state, step]
            assert case.state in {rule.after, before.before_merge, State.ARBITRATING}
        else:
            case, fact = cases.noted(case, step, at=at, actor=by, data=NOTES[step])
            assert case.state is before.state
        facts.append(fact)
        stood.append(case)
    return stood, facts


def reread(fact):
    """Return a fact as the journal gives it back."""
    data = msgspec.json.decode(msgspec.json.encode(fact.data))
    return Fact(
        kind=fact.kind,
        subject=fact.subject,
        at=fact.at,
        actor=fact.actor,
        role=fact.role,
        data=data,
    )


@settings(max_examples=150)
@given(walks)
def test_that_whatever_is_done_the_case_is_the_fold_of_its_facts(moves):
    stood, facts = walk(moves)
    assert stood[-1].version == len(facts)
    assert cases.fold(map(reread, facts)) == stood[-1]


@settings(max_examples=150)
@given(walks)
def test_that_whatever_is_done_the_clocks_of_a_case_fit_its_state(moves):
    stood, _ = walk(moves)
    for case in stood:
        timers = case_timers(case, Limits())
        running = [timer for timer in timers if not timer.paused]
        assert case.holder
        if case.state in OPEN:
            assert running, case.state
        if case.state in {State.DISPATCHED, State.ACCEPTED, State.HANDLING}:
            assert any(timer.kind is TimerKind.HANDLE for timer in running)
        if case.state is State.SUSPENDED:
            paused = [timer for timer in timers if timer.paused]
            assert [timer.kind for timer in paused if timer.kind is TimerKind.HANDLE] == ["handle"]
            assert {timer.kind for timer in running} - {"total", "decide"} == {"hold"}
        if case.state in {State.REJECTED, State.MERGED, State.ARCHIVED}:
            assert not timers
        total = [timer for timer in timers if timer.kind is TimerKind.TOTAL]
        assert not any(timer.paused for timer in total)
        if case.is_open and case.total_from:
            assert [timer.start_at for timer in total] == [case.total_from]


@settings(max_examples=150)
@given(walks)
def test_that_no_run_of_a_clock_is_taken_for_another(moves):
    stood, _ = walk(moves)
    runs = {}
    for case in stood:
        for timer in case_timers(case, Limits()):
            key = (timer.kind, timer.part, timer.cycle)
            again = runs.setdefault(key, timer)
            # paused time moves the end of a clock, never its beginning
            assert again.start_at == timer.start_at, timer


def test_that_what_a_blown_whistle_asks_for_has_not_been_handed_in():
    asks = Fact(kind="whistle.blown", subject="W1", at=NOON, actor="d", data={"evidence": ["照片"]})
    assert handed_in(asks) == ()
    photo = {"evidence": [{"kind": "image", "url": "a.jpg"}]}
    brought = structs.replace(asks, kind="whistle.reported_in", data=photo)
    assert [(it.url, it.of) for it in handed_in(brought)] == [("a.jpg", "whistle.reported_in")]
