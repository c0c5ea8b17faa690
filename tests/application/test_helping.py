"""Lead and helpers: a copy and a part for each, and a result that waits for all of them."""

import pytest

from commandcenter.application import commands as c

HELPERS = ("police", "market")


@pytest.fixture
def sent(desk):
    """A case that one body leads and two help with."""
    case = desk.report()
    desk.do(c.File(case=case.no))
    order = c.Dispatch(case=case.no, body="construction", co_bodies=HELPERS)
    return desk.do(order).case


def states(desk, case):
    return {task.body: str(task.state) for task in desk.case(case).sub_tasks}


def told(desk, kind):
    return [item.body for item, _ in desk.outgoing(kind)]


def test_that_each_body_gets_its_own_copy(desk, sent):
    copies = {item.body: what for item, what in desk.outgoing("task.dispatched")}
    assert set(copies) == {"construction", *HELPERS}
    assert all(what["co_bodies"] == list(HELPERS) for what in copies.values())
    assert [what.get("lead") for what in copies.values()] == [None, "construction", "construction"]


def test_that_a_helper_s_word_moves_its_part_and_nothing_else(desk, sent):
    desk.says(sent, "accepted", "police")
    desk.says(sent, "handling", "market", by={"name": "小周"}, words="到场 2 人")
    assert states(desk, sent) == {"police": "accepted", "market": "handling"}
    case = desk.case(sent)
    assert (case.state, case.accepted_at, case.handler) == ("dispatched", None, None)
    assert case.sub_task("market").who == "小周"


def test_that_a_helper_is_reported_for_by_telephone_too(desk, sent):
    order = c.Report(
        case=sent.no, body="police", status="result", who="老陈", channel="电话", words="已疏导"
    )
    assert desk.do(order).case.sub_task("police").words == "已疏导"
    assert states(desk, sent) == {"police": "done", "market": "dispatched"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("police", "milestone", "no_milestone_of_helper"),
        ("justice", "accepted", "wrong_body"),
    ],
)
def test_that_what_does_not_fit_is_noted_and_moves_nothing(desk, sent, body, status, code):
    before = desk.case(sent)
    desk.says(sent, status, body, milestone="围护")
    assert desk.facts(sent)[-1].data["refusal"] == code
    assert desk.case(sent).sub_tasks == before.sub_tasks


def test_that_the_lead_s_result_waits_for_the_helpers_and_then_stands(desk, sent):
    desk.says(sent, "result", words="已清运", by={"name": "小李"})
    case = desk.case(sent)
    assert (case.state, case.lead_word.words, case.awaited) == ("handling", "已清运", HELPERS)
    desk.says(sent, "result", "police")
    assert desk.case(sent).state == "handling"
    desk.pass_time(minutes=5)
    desk.says(sent, "result", "market")
    case = desk.case(sent)
    assert (case.state, case.result_words, case.handler) == ("result_submitted", "已清运", "小李")
    assert (case.lead_word, case.lacking, case.result_at) == (None, (), desk.at)
    assert desk.facts(sent)[-1].actor == "construction"


def test_that_a_supervisor_s_word_replaces_a_helper(desk, sent):
    desk.says(sent, "result", "police")
    desk.says(sent, "result", words="已清运")
    order = c.Waive(case=sent.no, body="market", reason="停业，无需市场所到场")
    assert desk.do(order, "shift_supervisor").case.state == "result_submitted"
    assert states(desk, sent) == {"police": "done", "market": "waived"}
    assert told(desk, "task.recalled") == ["market"]


def test_that_a_part_given_back_waits_for_somebody_to_decide(desk, sent):
    desk.says(sent, "returned", "police", reason="不涉交通", duty_item="JB-001")
    assert states(desk, sent)["police"] == "returned"
    assert (desk.case(sent).hops, desk.case(sent).awaited) == (0, HELPERS)
    again = desk.do(c.CoDispatch(case=sent.no, body="police", message="请到场疏导")).case
    assert again.sub_task("police").state == "dispatched"
    assert desk.outgoing("task.dispatched")[-1][1]["body"] == "police"


def test_that_a_body_is_added_to_what_is_being_handled_but_not_twice(desk, sent):
    desk.says(sent, "handling")
    case = desk.do(c.CoDispatch(case=sent.no, body="fire")).case
    assert case.co_bodies == (*HELPERS, "fire")
    for body in ("fire", "construction"):
        assert desk.refusal(c.CoDispatch(case=sent.no, body=body)).code == "already_with"


def test_that_the_helpers_are_told_when_the_case_goes_another_way(desk, sent):
    desk.says(sent, "result", "police")
    desk.says(sent, "returned", reason="非我职责", duty_item="JB-001")
    assert states(desk, sent) == {"police": "done", "market": "recalled"}
    assert told(desk, "task.recalled") == ["market"]


def test_that_rework_goes_to_the_lead_and_to_the_helpers_it_names(desk, sent):
    for body in (*HELPERS, "construction"):
        desk.says(sent, "result", body)
    desk.do(c.Rework(case=sent.no, reason="没清干净", co_bodies=("market",)), "inspector")
    assert states(desk, sent) == {"police": "done", "market": "handling"}
    assert told(desk, "task.rework") == ["construction", "market"]
    assert desk.case(sent).awaited == ("market",)


def test_that_a_late_word_on_a_part_of_a_finished_case_moves_nothing(desk, sent):
    for body in (*HELPERS, "construction"):
        desk.says(sent, "result", body)
    desk.says(sent, "result", "police", words="再报一次")
    assert desk.kinds(sent)[-1] == "case.receipt_noted"
