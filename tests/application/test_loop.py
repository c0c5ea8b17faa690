"""The way of a case at the desk: each command once rightly, once refused, and the whole loop."""

from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec import structs

from commandcenter.application import commands as c
from commandcenter.domain.report import Mark

HOUR = timedelta(hours=1)


@pytest.fixture
def to(desk):
    """Bring a case to a state: ``to("handling")``."""

    def bring(state, **report):
        case = desk.report(**report)
        orders = {
            "filed": lambda: desk.do(c.File(case=case.no)),
            "dispatched": lambda: desk.do(c.Dispatch(case=case.no, body="construction")),
            "accepted": lambda: desk.says(case, "accepted"),
            "handling": lambda: desk.says(case, "handling"),
            "result_submitted": lambda: desk.says(case, "result", words="已清运"),
            "checking": lambda: desk.do(c.Check(case=case.no), "inspector"),
            "closed": lambda: desk.do(
                c.Close(case=case.no, outcome="solved", reply="已办结"), "inspector"
            ),
        }
        for name, order in orders.items():
            if desk.case(case).state == state:
                break
            order()
            assert desk.case(case).state == name
        assert desk.case(case).state == state
        return desk.case(case)

    return bring


def test_that_a_case_goes_the_whole_way_and_everybody_is_told(desk):
    case = desk.report("E7", requires_reply=True)
    assert (case.state, case.feed, case.source_no) == ("received", "county", "E7")
    desk.do(c.Claim(case=case.no, version=1))
    desk.do(c.File(case=case.no))
    sent = desk.do(c.Dispatch(case=case.no, message="尽快")).case
    assert (sent.body, sent.limit, sent.duty_item) == ("construction", "4 work_hour", "JB-027")
    for status in ("accepted", "handling"):
        desk.pass_time(minutes=10)
        desk.says(case, status)
    desk.pass_time(minutes=10)
    photo = {"kind": "image", "url": "http://x/after.jpg"}
    desk.says(case, "result", words="已清运", by={"name": "小李"}, attachments=[photo, photo])
    desk.do(c.Check(case=case.no), "inspector")
    done = desk.do(c.Close(case=case.no, outcome="solved", reply="已清运"), "inspector").case
    assert (done.state, done.outcome, done.handler) == ("closed", "solved", "小李")
    assert [item.url for item in done.evidence] == ["http://x/after.jpg"] * 2
    ((task, what),) = desk.outgoing("task.dispatched")
    assert (task.body, what["due_at"], what["evidence_required"]) == (
        "construction",
        sent.due_at.isoformat().replace("+00:00", "Z"),
        ["处置前照片", "处置后照片"],
    )
    ((reply, what),) = desk.outgoing("case.replied")
    assert (reply.feed, what) == (
        "county",
        {"event_nos": ["E7"], "outcome": "solved", "reply": "已清运"},
    )
    assert [fact.split(".")[1] for fact in desk.kinds(case)] == [
        "received", "claimed", "filed", "dispatched", "accepted", "handling_started",
        "result_submitted", "check_started", "closed",
    ]  # fmt: skip
    assert all(fact.data["after"] for fact in desk.facts(case)[1:])


def test_that_a_command_on_a_case_that_has_moved_on_is_refused(desk):
    case = desk.report()
    desk.do(c.Claim(case=case.no))
    refusal = desk.refusal(c.File(case=case.no, version=1), "dispatcher2")
    assert refusal.facts == {"case": case.no, "seen": 1, "now": 2}
    assert refusal.code == "overtaken"
    desk.do(c.File(case=case.no, version=2))


@pytest.mark.parametrize(
    "command",
    [
        c.Claim(case="20261120-99999"),
        c.Merge(case="20261120-99999", into="20261120-00001"),
        c.Blow(case="20261120-99999"),
    ],
)
def test_that_an_unknown_case_is_refused_by_its_number(desk, command):
    desk.report()
    refusal = desk.refusal(command)
    assert (refusal.code, refusal.facts["case"]) == ("unknown_case", "20261120-99999")


def test_that_a_refused_command_leaves_nothing_behind(desk):
    case = desk.report()
    before, told = desk.facts(case), len(desk.deltas)
    assert desk.refusal(c.File(case=case.no, category="X9")).code == "unknown_category"
    assert desk.refusal(c.Dispatch(case=case.no)).code == "illegal_step"
    assert (desk.facts(case), len(desk.deltas)) == (before, told)
    assert desk.outgoing() == []


# -- register, claim, verify, file, decline --


def test_that_a_call_is_registered_by_hand(desk):
    made = desk.do(
        c.Register(
            title="路灯不亮",
            channel="hotline",
            category="C0106",
            lon=116.281478,
            lat=29.082057,
            reporter_name="张三",
            reporter_phone="13800001111",
        ),
        "intake_officer",
    ).case
    assert (made.channel, made.place.grid, made.claimed_by) == ("hotline", "990101101001001", None)
    assert made.no == "20261120-00001"
    with desk.store.unit(desk.at) as unit:
        assert [who.name for who in unit.reporters(made.no)] == ["张三"]
    assert "张三" not in str(desk.facts(made))


def test_that_what_the_hall_does_not_know_is_not_registered(desk):
    for field, value, code in (
        ("category", "X9", "unknown_category"),
        ("grid", "G9", "unknown_grid"),
    ):
        order = c.Register(title="t", channel="other", **{field: value})
        assert desk.refusal(order).code == code


@pytest.mark.parametrize("ago", [-3, 401 * 24 * 60])
def test_that_nothing_is_registered_that_happened_tomorrow_or_ages_ago(desk, ago):
    when = desk.at - timedelta(minutes=ago)
    order = c.Register(title="t", channel="other", occurred_at=when)
    assert desk.refusal(order).code == "occurred_when"


def test_that_a_register_twice_pressed_makes_two_numbers(desk):
    order = c.Register(title="t", channel="other")
    assert desk.do(order).case.no != desk.do(order).case.no


def test_that_the_day_of_a_number_is_the_hall_s(desk):
    desk.pass_time(hours=12, minutes=30)  # past midnight there, not in UTC
    assert desk.report().no == "20261121-00001"


def test_that_a_claim_is_taken_over_only_when_asked_to(desk):
    case = desk.report()
    desk.do(c.Claim(case=case.no))
    refusal = desk.refusal(c.Claim(case=case.no), "dispatcher2")
    assert (refusal.code, refusal.facts["holder"]) == ("claimed_by_other", "周文斌")
    assert desk.do(c.Claim(case=case.no)).facts == ()  # once more by the same changes nothing
    desk.pass_time(seconds=65)
    taken = desk.do(c.Claim(case=case.no, take=True), "dispatcher2")
    assert taken.case.claimed_by == "dispatcher2"
    assert taken.facts[0].data["taken_from"] == "dispatcher"


@pytest.mark.parametrize(
    "order",
    [
        lambda no, _other: c.File(case=no),
        lambda no, _other: c.Reject(case=no, reason="不属本级", reply="已告知"),
        lambda no, other: c.Merge(case=no, into=other),
        lambda no, _other: c.Verify(case=no),
    ],
)
def test_that_what_another_has_claimed_is_taken_over_before_anything_is_done_to_it(desk, order):
    case, other = desk.report("E1"), desk.report("E2")
    desk.do(c.Claim(case=case.no))
    step = order(case.no, other.no)
    refusal = desk.refusal(step, "dispatcher2")
    assert (refusal.code, refusal.facts["holder"]) == ("claimed_by_other", "周文斌")
    assert desk.case(case).state == "received"
    desk.pass_time(seconds=65)
    desk.do(c.Claim(case=case.no, take=True), "dispatcher2")
    assert desk.do(step, "dispatcher2").case.state != "received"


def test_that_a_supervisor_need_not_take_over_first(desk):
    case = desk.report()
    desk.do(c.Claim(case=case.no))
    assert desk.do(c.File(case=case.no), "shift_supervisor").case.state == "filed"


def test_that_a_grid_worker_is_sent_to_verify_and_the_clock_waits(desk):
    case = desk.report(location={"grid": "990101101001001", "address": "东街"})
    sent = desk.do(c.Verify(case=case.no)).case
    worker = desk.hall.grids.grids["990101101001001"].worker
    ((item, what),) = desk.outgoing("verification.requested")
    assert (what["worker"], item.subject) == (worker, case.no)
    assert sent.verify_due_at is not None
    desk.pass_time(minutes=20)
    desk.tell("verification.receipt", case_no=case.no, result="exists", words="属实")
    back = desk.case(case)
    assert (back.state, back.verified) == ("received", "exists")
    assert back.verify_pauses[0].end - back.verify_pauses[0].start == timedelta(minutes=20)


def test_that_a_grid_worker_s_word_by_telephone_counts_too(desk):
    case = desk.report()
    desk.do(c.Verify(case=case.no, worker="W001"))
    order = c.Report(case=case.no, status="not_exists", who="王国平", channel="电话", words="没有")
    done = desk.do(order)
    assert (done.case.state, done.case.verified) == ("received", "not_exists")
    assert done.facts[0].data["who"] == "王国平"
    assert desk.refusal(order).code == "illegal_step"


def test_that_nobody_is_sent_where_nobody_is_known(desk):
    case = desk.report(location={"address": "东街"})
    refusal = desk.refusal(c.Verify(case=case.no))
    assert (refusal.code, refusal.facts["field"]) == ("needs", "worker")


def test_that_filing_takes_what_is_given_over_what_was_reported(desk):
    case = desk.report(category=None, location={"address": "东街"})
    assert desk.refusal(c.File(case=case.no)).facts["field"] == "category"
    order = c.File(
        case=case.no,
        category="C0101",
        urgency="urgent",
        title="井盖丢失",
        grid="990101101001002",
        address="东街 1 号",
    )
    filed = desk.do(order).case
    assert (filed.category, filed.urgency, filed.title) == ("C0101", "urgent", "井盖丢失")
    assert (filed.place.grid, filed.place.address) == ("990101101001002", "东街 1 号")
    assert filed.place.village
    assert (filed.claimed_by, filed.duty_item) == ("dispatcher", "PH-001")


def test_that_a_case_is_not_filed_under_a_category_the_hall_lacks(desk):
    case = desk.report(category="UPSTREAM-9")
    assert desk.refusal(c.File(case=case.no)).code == "unknown_category"
    for field, value, code in (
        ("grid", "G9", "unknown_grid"),
        ("duty_item", "ZZ-1", "unknown_duty_item"),
    ):
        order = c.File(case=case.no, category="C0101", **{field: value})
        assert desk.refusal(order).code == code


def test_that_a_declined_report_is_answered(desk):
    case = desk.report("E3")
    assert desk.refusal(c.Reject(case=case.no, reason="", reply="r")).facts["field"] == "reason"
    desk.do(c.Reject(case=case.no, reason="不属本镇", reply="已转邻镇"), "intake_officer")
    ((_, what),) = desk.outgoing("case.replied")
    assert what == {"event_nos": ["E3"], "outcome": "rejected", "reply": "已转邻镇"}
    assert desk.work().cases == ()


def test_that_only_a_supervisor_declines_what_is_filed(desk, to):
    case = to("filed")
    order = c.Reject(case=case.no, reason="重复", reply="已答复")
    assert desk.refusal(order).code == "not_allowed"
    desk.do(order, "shift_supervisor")


@pytest.mark.parametrize("state", ["dispatched", "accepted", "handling"])
@pytest.mark.parametrize("order", ["reject", "force_close"])
def test_that_a_body_is_told_when_its_case_ends_without_it(desk, to, state, order):
    case = to(state)
    if order == "reject":
        command = c.Reject(case=case.no, reason="误报", reply="经核实不属实")
    else:
        command = c.ForceClose(case=case.no, reason="误报")
    desk.do(command, "shift_supervisor")
    ((item, what),) = desk.outgoing("task.recalled")
    assert (item.body, what["reason"]) == ("construction", "误报")


def test_that_no_body_is_told_of_a_case_that_none_had(desk, to):
    desk.do(c.ForceClose(case=to("filed").no, reason="误报"), "shift_supervisor")
    assert desk.outgoing("task.recalled") == []


# -- merge --


def test_that_every_reporter_of_merged_cases_is_answered_at_the_end(desk, to):
    first = to("filed", event_no="E1")
    second = desk.report("E2")
    desk.do(c.Merge(case=second.no, into=first.no))
    assert desk.case(first).children == (second.no,)
    ((_, what),) = desk.outgoing("case.replied")
    assert what == {"event_nos": ["E2"], "outcome": "merged"}
    desk.do(c.ForceClose(case=first.no, reason="已办"), "shift_supervisor")
    assert desk.outgoing("case.replied")[-1][1]["event_nos"] == ["E1", "E2"]


def test_that_replies_go_to_each_reporter_s_own_feed(desk, to):
    first = to("filed", event_no="E1")
    other = desk.message("grid.event.reported", event_no="H1", title="t", source="/12345")
    desk.hear(structs.replace(other, feed="hotline"))
    desk.do(c.Merge(case=desk.deltas[-1].cases[0].no, into=first.no))
    desk.do(c.ForceClose(case=first.no, reason="已办"), "shift_supervisor")
    sent = {item.feed: what["event_nos"] for item, what in desk.outgoing("case.replied")[1:]}
    assert sent == {"county": ["E1"], "hotline": ["H1"]}


def test_that_a_case_is_not_merged_where_it_cannot_be_found_again(desk, to):
    first, second, third = desk.report("E1"), desk.report("E2"), desk.report("E3")
    assert desk.refusal(c.Merge(case=first.no, into=first.no)).code == "merge_into_self"
    desk.do(c.Merge(case=second.no, into=first.no))
    assert desk.refusal(c.Merge(case=third.no, into=second.no)).code == "merge_into_settled"
    assert desk.refusal(c.Merge(case=first.no, into=third.no)).code == "has_children"


def test_that_a_merge_is_undone_and_its_clocks_go_on(desk, to):
    first, second = desk.report("E1"), to("filed", event_no="E2")
    desk.do(c.Merge(case=second.no, into=first.no))
    desk.pass_time(minutes=30)
    back = desk.do(c.Unmerge(case=second.no, reason="另一处")).case
    assert (back.state, back.parent, back.since) == ("filed", None, second.since)
    assert desk.case(first).children == ()
    assert desk.refusal(c.Unmerge(case=second.no, reason="x")).code == "illegal_step"


@pytest.mark.parametrize("end", ["closed", "rejected"])
def test_that_a_merge_is_undone_even_after_the_other_case_has_ended(desk, end):
    first, second = desk.report("E1"), desk.report("E2")
    desk.do(c.Merge(case=second.no, into=first.no))
    orders = {
        "closed": c.ForceClose(case=first.no, reason="已办"),
        "rejected": c.Reject(case=first.no, reason="不属本镇", reply="已转"),
    }
    desk.do(orders[end], "shift_supervisor")
    assert desk.outgoing("case.replied")[-1][1]["event_nos"] == ["E1", "E2"]
    back = desk.do(c.Unmerge(case=second.no, reason="另一处")).case
    assert back.state == "received"
    assert (desk.case(first).state, desk.case(first).children) == (end, ())


def test_that_a_reopened_case_answers_its_merged_reporters_again(desk, to):
    first, second = to("filed", event_no="E1"), desk.report("E2")
    desk.do(c.Merge(case=second.no, into=first.no))
    desk.do(c.ForceClose(case=first.no, reason="已办"), "shift_supervisor")
    desk.do(c.Reopen(case=first.no, reason="没办", body="construction"), "inspector")
    assert desk.case(second).state == "merged"
    desk.do(c.ForceClose(case=first.no, reason="已办"), "shift_supervisor")
    assert desk.outgoing("case.replied")[-1][1]["event_nos"] == ["E1", "E2"]


# -- dispatch, return, arbitration --


def test_that_what_a_dispatch_leaves_open_comes_from_the_standard(desk):
    case = desk.report(category="C0101", urgency="urgent")
    desk.do(c.File(case=case.no))
    sent = desk.do(c.Dispatch(case=case.no)).case
    standard = desk.hall.standard_for("C0101")
    assert (sent.body, sent.co_bodies) == (standard.body, standard.co_bodies)
    assert sent.due_at == desk.at + 8 * HOUR
    assert sent.statutory_due_at == desk.at + 24 * HOUR
    assert [(stop.name, stop.due_at - desk.at) for stop in sent.stops] == [
        ("围护", 2 * HOUR),
        ("更换", 8 * HOUR),
    ]
    assert sent.sign_due_at == desk.at + HOUR / 2
    assert sent.county_help  # the waterworks are a company of the county


def test_that_a_dispatch_is_checked_against_the_roster_and_the_lists(desk, to):
    case = to("filed")
    for more, code in (
        ({"body": "nobody"}, "unknown_body"),
        ({"body": "police", "co_bodies": ("nobody",)}, "unknown_body"),
        ({"limit": "soon"}, "bad_limit"),
        ({"limit": "0 work_day"}, "bad_limit"),
        ({"limit": "99999 work_day"}, "limit_too_long"),
        ({"duty_item": "ZZ-1"}, "unknown_duty_item"),
    ):
        assert desk.refusal(c.Dispatch(case=case.no, **more)).code == code
    order = c.Dispatch(
        case=case.no, body="police", co_bodies=("police", "fire"), limit="2 work_hour"
    )
    sent = desk.do(order).case
    assert (sent.body, sent.co_bodies, sent.limit) == ("police", ("fire",), "2 work_hour")
    assert desk.refusal(order).code == "illegal_step"  # pressed twice


def test_that_a_body_no_longer_there_gets_nothing(make_desk, township):
    gone = replace(township.bodies["police"], active_to=township.bodies["police"].active_from)
    desk = make_desk(replace(township, bodies=dict(township.bodies) | {"police": gone}))
    case = desk.report()
    desk.do(c.File(case=case.no))
    refusal = desk.refusal(c.Dispatch(case=case.no, body="police"))
    assert (refusal.code, refusal.facts["body"]) == ("inactive_body", gone.name)


def test_that_without_a_standard_somebody_must_say_to_whom(desk):
    case = desk.report(category="C")
    desk.do(c.File(case=case.no))
    refusal = desk.refusal(c.Dispatch(case=case.no))
    assert (refusal.code, refusal.facts["field"]) == ("needs", "body")
    assert (
        desk.do(c.Dispatch(case=case.no, body="peace", duty_item="JB-001")).case.limit
        == "3 work_day"
    )


def test_that_a_recalled_case_is_called_back_from_its_body(desk, to):
    case = to("dispatched")
    back = desk.do(c.Recall(case=case.no, reason="派错")).case
    assert (back.state, back.holder) == ("filed", "dispatcher")
    ((item, what),) = desk.outgoing("task.recalled")
    assert (item.body, what["reason"]) == ("construction", "派错")
    assert desk.refusal(c.Urge(case=case.no)).code == "illegal_step"  # nobody has it to be urged


def test_that_two_returns_lead_to_arbitration_and_the_ruling_binds(desk, to):
    case = to("dispatched")
    said = {"reason": "非我职责", "duty_item": "JB-001"}
    desk.says(case, "returned", **said)
    assert (desk.case(case).state, desk.case(case).hops) == ("filed", 1)
    desk.do(c.Dispatch(case=case.no, body="enforcement"))
    desk.says(case, "returned", **said)
    assert desk.case(case).state == "arbitrating"
    order = c.Rule(case=case.no, body="construction", reason="清单第 27 项")
    assert desk.refusal(order, "dispatcher").code == "not_allowed"
    ruled = desk.do(order, "shift_supervisor").case
    assert (ruled.state, ruled.bound_body) == ("dispatched", "construction")
    assert desk.outgoing("task.recalled") == []  # who returned it knows
    desk.says(case, "returned", **said)
    assert desk.case(case).state == "dispatched"
    assert desk.facts(case)[-1].data["refusal"] == "bound_body"


def test_that_a_case_that_no_body_has_is_to_be_handled_by_no_time(desk, to):
    case = to("dispatched")
    assert desk.case(case).handle_by == desk.case(case).due_at is not None
    said = {"reason": "非我职责", "duty_item": "JB-001"}
    desk.says(case, "returned", **said)
    assert desk.case(case).handle_by is None
    again = desk.do(c.Dispatch(case=case.no, body="enforcement")).case
    assert again.handle_by == again.due_at
    desk.says(case, "returned", **said)
    assert desk.case(case).state == "arbitrating"
    assert desk.case(case).handle_by is None


def test_that_the_hall_says_how_many_returns_it_bears(make_desk, township):
    desk = make_desk(replace(township, limits=replace(township.limits, max_hops=3)))
    case = desk.report()
    desk.do(c.File(case=case.no))
    for _ in range(2):
        desk.do(c.Dispatch(case=case.no, body="construction"))
        desk.says(case, "returned", reason="非我职责", duty_item="JB-001")
    assert desk.case(case).state == "filed"


def test_that_a_body_loses_what_a_ruling_gives_to_another(desk, to):
    case = to("dispatched")
    desk.do(c.Dispute(case=case.no, reason="两家都说不管"))
    desk.do(c.Rule(case=case.no, body="enforcement", reason="清单"), "shift_supervisor")
    ((item, _),) = desk.outgoing("task.recalled")
    assert item.body == "construction"
    assert [item.body for item, _ in desk.outgoing("task.dispatched")] == [
        "construction",
        "enforcement",
    ]


def test_that_returning_on_behalf_cites_an_item_of_the_list(desk, to):
    case = to("dispatched")
    order = c.Report(case=case.no, status="returned", who="老陈", channel="电话", reason="非我职责")
    assert desk.refusal(order).facts["field"] == "duty_item"
    wrong = c.Report(case=case.no, status="returned", who="老陈", channel="电话", duty_item="ZZ")
    assert desk.refusal(wrong).code == "unknown_duty_item"


# -- what bodies do --


def test_that_a_result_straight_from_dispatch_implies_what_went_before(desk, to):
    case = to("dispatched")
    desk.pass_time(minutes=30)
    desk.says(case, "result", words="已清运", by={"name": "小李"})
    done = desk.case(case)
    assert (done.state, done.handler, done.result_words) == ("result_submitted", "小李", "已清运")
    assert done.accepted_at == done.handling_at == done.result_at == desk.at
    assert desk.kinds(case)[-3:] == [
        "case.accepted",
        "case.handling_started",
        "case.result_submitted",
    ]


def test_that_a_report_on_behalf_names_who_spoke(desk, to):
    case = to("dispatched")
    done = desk.do(c.Report(case=case.no, status="handling", who="老陈", channel="电话"))
    assert (done.case.state, done.case.handler) == ("handling", "老陈")
    assert {fact.data["channel"] for fact in done.facts} == {"电话"}
    wrong = c.Report(case=case.no, status="finished", who="老陈", channel="电话")
    assert desk.refusal(wrong).code == "bad_command"
    order = c.Report(case=case.no, status="milestone", who="老陈", channel="电话")
    assert desk.refusal(order).facts["field"] == "milestone"


def test_that_a_milestone_without_a_name_implies_nothing(desk, to):
    case = to("dispatched")
    desk.says(case, "milestone")
    assert desk.case(case).state == "dispatched"
    assert desk.kinds(case)[-1] == "case.receipt_noted"
    desk.says(case, "milestone", milestone="围护")
    assert desk.case(case).state == "handling"


def test_that_a_body_that_has_it_is_urged(desk, to):
    case = to("handling")
    urged = desk.do(c.Urge(case=case.no, reason="领导过问"))
    assert urged.facts[0].kind == "case.urged"
    ((item, what),) = desk.outgoing("task.urged")
    assert (item.body, what["reason"]) == ("construction", "领导过问")
    desk.do(c.ForceClose(case=case.no, reason="x"), "shift_supervisor")
    assert desk.refusal(c.Urge(case=case.no)).code == "illegal_step"


def test_that_a_hold_gives_the_working_time_back(desk):
    case = desk.report(category="C0101")
    desk.do(c.File(case=case.no))
    desk.do(c.Dispatch(case=case.no))
    desk.says(case, "handling")
    before = desk.case(case)
    order = c.Suspend(case=case.no, reason="materials", until=desk.at + 48 * HOUR)
    assert desk.refusal(order).code == "not_allowed"
    desk.do(order, "duty_leader")
    desk.pass_time(hours=24)
    after = desk.do(c.Resume(case=case.no)).case
    assert (after.state, after.due_at) == ("handling", before.due_at + 24 * HOUR)
    assert [stop.due_at for stop in after.stops] == [
        stop.due_at + 24 * HOUR for stop in before.stops
    ]
    assert desk.refusal(c.Resume(case=case.no)).code == "illegal_step"


def test_that_a_hold_into_the_past_is_refused(desk, to):
    case = to("handling")
    order = c.Suspend(case=case.no, reason="materials", until=desk.at - HOUR)
    assert desk.refusal(order, "duty_leader").code == "bad_hold"


def test_that_a_body_may_go_on_before_its_hold_ends(desk, to):
    case = to("handling")
    desk.do(c.Suspend(case=case.no, reason="materials", until=desk.at + 48 * HOUR), "duty_leader")
    desk.pass_time(hours=1)
    desk.says(case, "result", words="修好了")
    assert desk.case(case).state == "result_submitted"


# -- check, close, afterwards --


def test_that_a_result_that_will_not_do_goes_back(desk, to):
    case = to("result_submitted")
    assert desk.refusal(c.Rework(case=case.no, reason=""), "inspector").facts["field"] == "reason"
    again = desk.do(c.Rework(case=case.no, reason="没清完"), "inspector").case
    assert (again.state, again.rework_count) == ("handling", 1)
    ((item, what),) = desk.outgoing("task.rework")
    assert (item.body, what["reason"]) == ("construction", "没清完")


def test_that_nobody_checks_or_closes_what_he_dispatched(desk, to):
    case = desk.report()
    desk.do(c.File(case=case.no))
    desk.do(c.Dispatch(case=case.no, body="construction"), "shift_supervisor")
    desk.says(case, "result", words="好了")
    order = c.Close(case=case.no, outcome="solved")
    for judging in (c.Check(case=case.no), order):
        assert desk.refusal(judging, "shift_supervisor").code == "own_check"
        desk.do(judging, "inspector")
    assert desk.refusal(order, "inspector").code == "illegal_step"


def test_that_a_closed_case_is_followed_up_and_reopened(desk, to):
    case = to("closed")
    assert case.follow_up_due_at is not None
    asked = desk.do(c.FollowUp(case=case.no, contacted=True, solved=False, satisfied="unsatisfied"))
    assert (asked.case.solved, asked.case.satisfied) == (False, "unsatisfied")
    desk.pass_time(days=1)
    again = desk.do(c.Reopen(case=case.no, reason="没解决"), "inspector").case
    assert (again.state, again.body, again.reopen_count) == ("dispatched", "construction", 1)
    assert again.due_at > case.due_at
    assert (again.closed_at, again.solved) == (None, None)
    assert len(desk.outgoing("task.dispatched")) == 2
    assert desk.refusal(c.FollowUp(case=case.no, contacted=True)).code == "illegal_step"


def test_that_a_follow_up_comes_by_the_feed_too(desk, to):
    case = to("closed")
    desk.tell(
        "followup.receipt", case_no=case.no, contacted=True, solved=True, satisfied="satisfied"
    )
    assert desk.case(case).solved is True


def test_that_a_reopened_case_has_a_fresh_clock_and_its_first_return_before_it(desk, to):
    case = to("dispatched")
    desk.says(case, "returned", reason="非我职责", duty_item="JB-001")
    desk.do(c.ForceClose(case=case.no, reason="已办"), "shift_supervisor")
    desk.pass_time(hours=48)
    again = desk.do(c.Reopen(case=case.no, reason="复发", body="construction"), "inspector").case
    assert again.due_at > desk.at
    desk.says(again, "returned", reason="非我职责", duty_item="JB-001")
    assert (desk.case(case).state, desk.case(case).hops) == ("filed", 1)


def test_that_a_case_closed_before_anybody_had_it_is_reopened_to_somebody(desk):
    case = desk.report(category=None)
    desk.do(c.ForceClose(case=case.no, reason="误报"), "shift_supervisor")
    order = c.Reopen(case=case.no, reason="属实")
    assert desk.refusal(order, "inspector").facts["field"] == "body"
    assert desk.do(c.Reopen(case=case.no, reason="属实", body="peace"), "inspector").case.is_open


def test_that_a_case_is_archived_after_the_appeal_window(desk, to):
    case = to("closed")
    order = c.Archive(case=case.no)
    assert desk.refusal(order, "shift_supervisor").code == "appeal_open"
    desk.at = case.appeal_until
    assert desk.do(order, "shift_supervisor").case.state == "archived"
    assert desk.refusal(c.Reopen(case=case.no, reason="x"), "inspector").code == "illegal_step"


def test_that_a_forced_closing_is_told_and_counted_apart(desk, to):
    case = to("handling")
    done = desk.do(c.ForceClose(case=case.no, reason="领导决定"), "shift_supervisor").case
    assert (done.state, done.outcome) == ("closed", "forced")
    assert desk.outgoing("case.replied")[-1][1]["outcome"] == "explained"
    assert desk.refusal(c.ForceClose(case=case.no, reason="x"), "duty_leader").code == (
        "illegal_step"
    )


def test_that_a_case_taken_in_late_is_marked_and_still_goes_the_way(desk):
    desk.pass_time(hours=2)
    message = desk.message(
        "grid.event.reported", event_no="E1", title="t", time=desk.at - HOUR, category="E0102",
        location={"grid": "990101101001001"},
    )  # fmt: skip
    desk.hear(message)
    case = desk.deltas[-1].cases[0]
    assert case.marks == {Mark.LATE}
    assert desk.do(c.File(case=case.no)).case.marks == {Mark.LATE}


# -- what stands in the way of ending a case, and what a second start begins with --


@pytest.mark.parametrize("ending", ["reject", "merge", "force_close"])
def test_that_no_case_ends_under_a_running_whistle(desk, to, ending):
    case, other = to("received"), desk.report("E2")
    whistle = desk.do(c.Blow(case=case.no, bodies=("police",))).whistle
    order = {
        "reject": c.Reject(case=case.no, reason="重复", reply="已有同类"),
        "merge": c.Merge(case=case.no, into=other.no),
        "force_close": c.ForceClose(case=case.no, reason="误报"),
    }[ending]
    refusal = desk.refusal(order, by="shift_supervisor")
    assert (refusal.code, refusal.facts["whistle"]) == ("whistle_running", whistle.no)
    desk.do(c.Withdraw(whistle=whistle.no))
    assert not desk.do(order, by="shift_supervisor").case.is_open


def test_that_a_body_gets_back_its_own_clock_and_another_a_new_one(desk, to):
    case = to("filed")
    case = desk.do(c.Dispatch(case=case.no, body="construction", limit="8 urgent_hour")).case
    desk.pass_time(hours=2)
    desk.says(case, "returned", reason="非我职责", duty_item=next(iter(desk.hall.duties)))
    desk.pass_time(hours=1)
    again = desk.do(c.Dispatch(case=case.no, body="construction", limit="8 urgent_hour")).case
    assert again.due_at - desk.at == timedelta(hours=6)  # two of the eight hours are used
    desk.do(c.Recall(case=case.no, reason="改派"))
    other = desk.do(c.Dispatch(case=case.no, body="police", limit="8 urgent_hour")).case
    assert other.due_at - desk.at == timedelta(hours=8)


def test_that_nobody_reached_is_no_follow_up(desk, to):
    case = to("closed")
    desk.do(c.FollowUp(case=case.no, contacted=False), "inspector")
    assert desk.case(case).followed_up_at is None
    order = c.FollowUp(case=case.no, contacted=True, solved=True, satisfied="satisfied")
    desk.do(order, "inspector")
    assert desk.case(case).followed_up_at == desk.at


def test_that_a_leaders_note_is_registered_with_its_words_and_names_nobody_who_reported(desk):
    case = desk.do(
        c.Register(
            title="整治集镇占道",
            channel="leader",
            leader="潘建国",
            instruction="请联系王小明 13800001234，三日内办结",
            reporter_name="王小明",
            reporter_phone="13800001234",
        )
    ).case
    (note,) = case.leader_notes
    assert note.leader == "潘建国"
    assert "三日内办结" in note.words
    assert "王小明" not in str(desk.facts(case))
    assert "13800001234" not in str(desk.facts(case))
