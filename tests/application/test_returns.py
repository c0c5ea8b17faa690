"""Returns: what they cost, who may do what after them, and rulings that bind."""

from datetime import timedelta

import pytest

from commandcenter.application import commands as c
from commandcenter.application.questions import Precedents
from commandcenter.domain.timers import TimerKind, case_timers


@pytest.fixture
def sent(desk):
    """A case dispatched to a body that nobody helps."""

    def send(event_no="E1", body="construction", **report):
        case = desk.report(event_no, **report)
        desk.do(c.File(case=case.no))
        return desk.do(c.Dispatch(case=case.no, body=body, co_bodies=())).case

    return send


def back(desk, case, **said):
    given = {"reason": "非我职责", "duty_item": "JB-001"}
    desk.says(case, "returned", **given | said)
    return desk.case(case)


@pytest.mark.parametrize("missing", ["reason", "duty_item"])
def test_that_a_return_noted_by_telephone_names_reason_and_item(desk, sent, missing):
    case = sent()
    said = {"reason": "非我职责", "duty_item": "JB-001"} | {missing: ""}
    order = c.Report(case=case.no, status="returned", who="小李", channel="电话", **said)
    assert desk.refusal(order).facts["field"] == missing


def test_that_a_return_without_a_reason_moves_nothing(desk, sent):
    case = sent()
    back(desk, case, reason=None)
    assert desk.case(case).state == "dispatched"
    assert desk.kinds(case)[-1] == "case.receipt_noted"


@pytest.mark.parametrize("item", [None, "没有这一项"])
def test_that_a_return_by_no_item_of_the_lists_is_for_the_supervisor(desk, sent, item):
    case = back(desk, sent(), duty_item=item)
    assert (case.state, case.hops) == ("arbitrating", 0)
    assert [stay.ended for stay in case.stays] == ["disputed"]


def test_that_each_hop_says_who_had_it_from_when_to_when_and_what_it_cost(desk, sent):
    case = sent()
    start = desk.at
    desk.pass_time(minutes=150)  # from 12:00: the noon break of the township lies in it
    desk.says(case, "accepted")
    desk.pass_time(minutes=60)
    case = back(desk, case)
    (hop,) = case.stays
    assert (hop.body, hop.start, hop.end, hop.duty_item) == (
        "construction", start, desk.at, "JB-001",
    )  # fmt: skip
    # from dispatch, not from signing, and only what is working time
    lost = desk.hall.calendar.work_time(start, desk.at)
    assert timedelta(hours=1) <= lost < timedelta(minutes=210)
    assert hop.lost_seconds == lost.total_seconds()


def test_that_whom_a_return_came_to_cannot_push_the_case_past_it(desk, sent):
    case = back(desk, sent())
    assert case.received_returns == ("dispatcher",)
    desk.do(c.Dispatch(case=case.no, body="police", co_bodies=()))
    said = {"who": "小王", "channel": "电话", "words": "处理好了"}
    order = c.Report(case=case.no, status="result", **said)
    assert desk.refusal(order).code == "received_return"
    desk.do(order, "dispatcher2")
    assert desk.case(case).state == "result_submitted"


def test_that_the_second_return_goes_to_a_ruling_with_a_deadline(desk, sent):
    case = back(desk, sent())
    desk.do(c.Dispatch(case=case.no, body="police", co_bodies=()))
    case = back(desk, case)
    assert (case.state, case.hops) == ("arbitrating", 2)
    assert (
        case.ruling_due_at == desk.hall.calendar.deadline(desk.at, desk.hall.limits.ruling).due_at
    )
    clocks = {it.kind: it.due_at for it in case_timers(case, desk.hall.limits)}
    assert clocks[TimerKind.RULING] == case.ruling_due_at
    assert TimerKind.DISPATCH not in clocks
    desk.at = case.ruling_due_at
    assert [fact.data["timer"] for fact in desk.look()] == ["ruling"]


def test_that_the_body_a_ruling_names_returns_it_by_no_way(desk, sent):
    case = back(desk, sent(), duty_item=None)
    ruled = desk.do(
        c.Rule(case=case.no, body="construction", reason="清单第 12 项", by_county=True),
        "shift_supervisor",
    ).case
    for item in ("JB-001", None, "PH-001"):
        assert back(desk, ruled, duty_item=item).state == "dispatched"
    assert desk.facts(case)[-1].data["refusal"] == "bound_body"
    assert ruled.received_returns == ()


def test_that_a_body_whose_item_says_it_helps_becomes_a_helper(desk, sent):
    case = back(desk, sent(), duty_item="PH-001")
    assert (case.state, case.hops, case.returned_by, case.pledged) == (
        "filed", 0, (), ("construction",),
    )  # fmt: skip
    again = desk.do(c.Dispatch(case=case.no, co_bodies=())).case
    # the lead is whom that item names; the helper is not lost, whatever the form left out
    assert (again.body, again.co_bodies) == ("waterworks", ("construction",))
    assert again.sub_task("construction").state == "dispatched"


def test_that_a_body_says_only_once_that_it_merely_helps(desk, sent):
    case = back(desk, sent(), duty_item="PH-001")
    desk.do(c.Dispatch(case=case.no, body="construction", co_bodies=()))
    desk.do(c.Recall(case=case.no, reason="改派"))
    case = desk.do(c.Dispatch(case=case.no, body="construction", co_bodies=())).case
    assert back(desk, case, duty_item="PH-001").hops == 1


def test_that_rulings_on_the_same_class_are_shown_newest_first(desk, sent):
    for number, body in enumerate(("police", "construction")):
        case = back(desk, sent(f"A{number}", body="waterworks"), duty_item=None)
        desk.do(c.Rule(case=case.no, body=body, reason=f"理由{number}"), "shift_supervisor")
        desk.pass_time(minutes=1)
    other = back(desk, sent("B", category="C0106"), duty_item=None)
    desk.do(c.Rule(case=other.no, body="power", reason="别类"), "shift_supervisor")
    asked = back(desk, sent("C"), duty_item=None)
    found = desk.store.answer(Precedents(case=asked.no))
    assert [(it.body, it.reason, it.over) for it in found] == [
        ("construction", "理由1", ("waterworks",)),
        ("police", "理由0", ("waterworks",)),
    ]
