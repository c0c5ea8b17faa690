"""The competence gate, and the duty item that every dispatch and refusal names."""

from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest

from commandcenter.application import commands as c
from commandcenter.domain.catalogue import DutyItem, DutyList


@pytest.fixture
def handed(desk):
    """Have the county hand a task down: ``handed("PH-020")``."""

    def hand(item=None, title="开展沿街户外广告安全排查", task="T1", **data):
        desk.tell(
            "county.task", task_no=task, title=title, body="county_urban", duty_item=item, **data
        )
        return desk.deltas[-1].cases[0]

    return hand


def test_that_a_task_on_the_lists_goes_on_like_any_report(desk, handed):
    case = handed("PH-020")
    assert (case.admission, case.beyond, case.county_body) == ("listed", False, "county_urban")
    filed = c.File(case=case.no, category="E0102", address="东街")
    assert desk.do(filed).case.state == "filed"


@pytest.mark.parametrize("item", [None, "JB-999", "SH-003"])
def test_that_a_task_no_list_covers_waits_at_the_gate(desk, handed, item):
    case = handed(item)
    assert (case.admission, case.beyond) == ("waiting", True)
    assert case.needs_supervisor(desk.at)
    for order in (
        c.File(case=case.no, category="E0102", address="东街"),
        c.Reject(case=case.no, reason="不归我们", reply="退回", duty_item="SH-003"),
    ):
        assert desk.refusal(order).code == "not_admitted"
    other = desk.report()
    assert desk.refusal(c.Merge(case=case.no, into=other.no)).code == "not_admitted"
    admit = c.Admit(case=case.no, words="已会商")
    assert desk.refusal(admit).code == "not_allowed"


def test_that_the_supervisor_admits_with_what_was_agreed(desk, handed):
    case = handed("SH-003")
    admit = c.Admit(case=case.no, words="", consulted="县城管局")
    refusal = desk.refusal(admit, "shift_supervisor")
    assert (refusal.code, refusal.facts["field"]) == ("needs", "words")
    admit = c.Admit(case=case.no, words="县里出人出车，镇里带路", consulted="县城管局王科长")
    done = desk.do(admit, "shift_supervisor")
    assert (done.case.admission, done.case.beyond) == ("admitted", True)
    assert done.facts[0].data["consulted"] == "县城管局王科长"
    assert not done.case.needs_supervisor(desk.at)
    filed = c.File(case=case.no, category="E0102", address="东街")
    assert desk.do(filed).case.state == "filed"
    assert desk.do(c.Dispatch(case=case.no)).case.beyond
    again = c.Admit(case=case.no, words="再次")
    assert desk.refusal(again, "shift_supervisor").code == "illegal_step"


def test_that_what_does_not_wait_is_not_admitted(desk, handed):
    for case in (handed("PH-020"), desk.report()):
        admit = c.Admit(case=case.no, words="x")
        assert desk.refusal(admit, "shift_supervisor").code == "not_at_gate"
        decline = c.Decline(case=case.no, reason="x", letter="y")
        assert desk.refusal(decline, "shift_supervisor").code == "not_at_gate"


def test_that_the_supervisor_declines_with_a_letter(desk, handed):
    case = handed("SH-003")
    order = c.Decline(case=case.no, reason="上级收回事项", letter="来函收悉……不属于本级职责。")
    done = desk.do(order, "shift_supervisor").case
    assert (done.state, done.admission, done.beyond) == ("rejected", "declined", True)
    assert (done.duty_item, done.reply) == ("SH-003", "来函收悉……不属于本级职责。")
    ((_, what),) = desk.outgoing("case.replied")
    assert (what["event_nos"], what["outcome"]) == (["T1"], "rejected")
    assert what["reply"] == "来函收悉……不属于本级职责。"


def test_that_a_task_named_to_an_item_later_waits_no_more(desk, handed):
    handed()
    case = handed("PH-020")
    assert (case.admission, case.beyond, case.duty_item) == ("listed", False, "PH-020")


def test_that_a_hall_without_lists_has_no_gate(make_desk, township):
    desk = make_desk(replace(township, duties=MappingProxyType({})))
    desk.tell("county.task", task_no="T1", title="排查", duty_item="X-1")
    case = desk.deltas[-1].cases[0]
    assert (case.admission, case.beyond) == (None, False)
    desk.do(c.File(case=case.no, category="E0102", address="东街", duty_item="whatever"))


# -- the item every decision names --


@pytest.fixture
def bare(make_desk, township):
    """A hall whose standards name no item."""
    standards = {
        code: tuple(replace(rule, duty_item=None) for rule in rules)
        for code, rules in township.standards.items()
    }
    return replace(township, standards=MappingProxyType(standards))


def test_that_a_dispatch_and_a_refusal_name_their_item(make_desk, bare):
    desk = make_desk(bare)
    case = desk.report()
    other = desk.report("E2")
    desk.do(c.File(case=case.no))
    for order in (
        c.Dispatch(case=case.no, body="construction"),
        c.Reject(case=other.no, reason="不属本镇", reply="请向县里反映"),
    ):
        refusal = desk.refusal(order)
        assert (refusal.code, refusal.facts["field"]) == ("needs", "duty_item")
    sent = desk.do(c.Dispatch(case=case.no, body="construction", duty_item="JB-027")).case
    assert (sent.duty_item, sent.beyond) == ("JB-027", False)
    gone = desk.do(
        c.Reject(case=other.no, reason="不属本镇", reply="请向县里反映", duty_item="SH-003")
    ).case
    assert (gone.duty_item, gone.beyond) == ("SH-003", True)


def test_that_a_hall_may_leave_the_item_open(make_desk, bare):
    desk = make_desk(replace(bare, duty_item_required=False))
    case = desk.report()
    desk.do(c.File(case=case.no))
    assert desk.do(c.Dispatch(case=case.no, body="construction")).case.duty_item is None


def test_that_what_no_list_covers_is_said_so_and_counted(make_desk, bare):
    desk = make_desk(bare)
    case = desk.report()
    desk.do(c.File(case=case.no))
    sent = desk.do(c.Dispatch(case=case.no, body="construction", duty_item="unlisted")).case
    assert (sent.duty_item, sent.beyond) == ("unlisted", True)
    ((_, what),) = desk.outgoing("task.dispatched")
    assert "duty_item" not in what
    desk.do(c.Recall(case=case.no, reason="改列清单"))
    again = c.Dispatch(case=case.no, body="construction", duty_item="JB-027")
    assert not desk.do(again).case.beyond


def test_that_an_item_out_of_force_is_not_named(make_desk, township):
    old = DutyItem(item="JB-900", list=DutyList.BASIC, title="旧项", active_to=date(2026, 11, 19))
    desk = make_desk(replace(township, duties=MappingProxyType({**township.duties, "JB-900": old})))
    case = desk.report()
    refusal = desk.refusal(c.File(case=case.no, duty_item="JB-900"))
    assert (refusal.code, refusal.facts["item"]) == ("inactive_duty_item", "JB-900")
    assert desk.refusal(c.File(case=case.no, duty_item="JB-901")).code == "unknown_duty_item"
