"""What a body asks for: more time or a hold, granted before the deadline or never."""

from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec import structs

from commandcenter.application import commands as c
from commandcenter.domain import words
from commandcenter.domain.case import RequestKind, State
from commandcenter.domain.timelimit import Limit
from commandcenter.domain.timers import TimerKind, case_timers

HOUR = timedelta(hours=1)
SAID = {"who": "李所长", "channel": "电话", "reason": "materials"}


@pytest.fixture
def handled(desk):
    """A case at work at the construction office, with eight hours by day and night."""
    return in_hand(desk)


def in_hand(desk, **dispatch):
    case = desk.report(category="C0101")
    desk.do(c.File(case=case.no))
    desk.do(c.Dispatch(case=case.no, body="construction", **dispatch))
    desk.says(case, "handling")
    return desk.case(case)


def more(case, limit="4 urgent_hour", **fields):
    return c.AskExtension(case=case.no, limit=limit, **SAID | fields)


def hold(desk, case, hours=48, **fields):
    return c.AskHold(case=case.no, until=desk.at + hours * HOUR, **SAID | fields)


def test_that_more_time_moves_the_deadline_once_a_supervisor_grants_it(desk, handled):
    asked = desk.do(more(handled)).case
    assert asked.due_at == handled.due_at
    assert (asked.request.kind, asked.request.limit) == (RequestKind.EXTENSION, "4 urgent_hour")
    assert asked.request.who == "李所长"
    granted = desk.do(c.Decide(case=handled.no, grant=True), "shift_supervisor").case
    assert granted.due_at == handled.due_at + 4 * HOUR
    assert granted.extensions == ("4 urgent_hour",)
    assert granted.request is None
    assert granted.stops == handled.stops  # what ends a danger is not put off
    told = desk.outgoing("task.urged")[-1][1]
    assert told["due_at"] == granted.due_at.isoformat().replace("+00:00", "Z")
    assert told["reason"].startswith("同意延期")


def test_that_working_days_asked_for_are_counted_from_the_deadline(desk):
    case = in_hand(desk, limit="1 work_day")  # Friday noon: due on Monday at noon
    desk.do(more(case, "2 work_day"))
    granted = desk.do(c.Decide(case=case.no, grant=True), "duty_leader").case
    assert granted.due_at - case.due_at == 48 * HOUR


def test_that_a_refusal_says_why_and_moves_nothing(desk, handled):
    desk.do(more(handled))
    order = c.Decide(case=handled.no, grant=False)
    assert desk.refusal(order, "shift_supervisor").facts["field"] == "words"
    refused = desk.do(structs.replace(order, words="人手够"), "shift_supervisor").case
    assert (refused.due_at, refused.request, refused.extensions) == (handled.due_at, None, ())
    assert desk.outgoing("task.urged")[-1][1]["reason"] == "未批准延期：人手够"


def test_that_a_hold_asked_for_parks_the_case_when_it_is_granted(desk, handled):
    order = hold(desk, handled)
    asked = desk.do(order).case
    assert (asked.state, asked.request.kind) == (State.HANDLING, RequestKind.HOLD)
    held = desk.do(c.Decide(case=handled.no, grant=True), "shift_supervisor").case
    assert (held.state, held.suspended_until, held.request) == ("suspended", order.until, None)


@pytest.mark.parametrize("make", [more, lambda case: None])
def test_that_nothing_is_asked_for_once_it_is_overdue(desk, handled, make):
    order = make(handled) or hold(desk, handled, hours=90)
    desk.pass_time(hours=8, seconds=1)
    assert desk.refusal(order).code == "already_overdue"


def test_that_nothing_is_granted_once_it_is_overdue(desk, handled):
    desk.do(more(handled))
    desk.pass_time(hours=8, seconds=1)
    order = c.Decide(case=handled.no, grant=True)
    assert desk.refusal(order, "shift_supervisor").code == "already_overdue"
    said_no = structs.replace(order, grant=False, words="已超时")
    assert desk.do(said_no, "shift_supervisor").case.request is None


def test_that_a_supervisor_puts_nothing_overdue_on_hold_either(desk, handled):
    desk.pass_time(hours=9)
    order = c.Suspend(case=handled.no, reason="policy", until=desk.at + HOUR)
    assert desk.refusal(order, "duty_leader").code == "already_overdue"


def test_that_who_asks_does_not_decide(desk, handled):
    desk.do(more(handled), "shift_supervisor")
    order = c.Decide(case=handled.no, grant=True)
    assert desk.refusal(order, "shift_supervisor").code == "own_request"
    assert desk.refusal(order, "dispatcher").code == "not_allowed"
    assert desk.do(order, "duty_leader").case.extensions


def test_that_one_request_waits_at_a_time_and_none_is_decided_twice(desk, handled):
    desk.do(more(handled))
    assert desk.refusal(hold(desk, handled)).code == "request_pending"
    desk.do(c.Decide(case=handled.no, grant=True), "shift_supervisor")
    order = c.Decide(case=handled.no, grant=True)
    assert desk.refusal(order, "shift_supervisor").code == "no_request"


def test_that_the_hall_says_how_often_how_long_and_why(make_desk, township):
    limits = replace(
        township.limits,
        max_extensions=1,
        longest_extension=Limit.parse("4 urgent_hour"),
        max_holds=1,
        longest_hold_days=10,
        hold_reasons=("汛期",),
    )
    desk = make_desk(replace(township, limits=limits))
    case = in_hand(desk)
    assert desk.refusal(more(case, "5 urgent_hour")).code == "extension_too_long"
    assert desk.refusal(more(case, "soon")).code == "bad_limit"
    too_long = desk.refusal(more(case, "99999 work_day"))
    assert words.sentence(too_long) == "时限「99999 work_day」太长，最长 2500 工作日。"
    assert desk.refusal(more(case, reason="没空")).code == "unlisted_reason"
    assert desk.refusal(hold(desk, case)).code == "unlisted_reason"
    assert desk.refusal(hold(desk, case, hours=241, reason="汛期")).code == "hold_too_long"
    assert desk.refusal(hold(desk, case, hours=0, reason="汛期")).code == "bad_hold"
    desk.do(more(case))
    desk.do(c.Decide(case=case.no, grant=True), "shift_supervisor")
    assert desk.refusal(more(case)).code == "too_many_extensions"
    desk.do(hold(desk, case, hours=1, reason="汛期"))
    desk.do(c.Decide(case=case.no, grant=True), "shift_supervisor")
    desk.do(c.Resume(case=case.no))
    assert desk.refusal(hold(desk, case, hours=1, reason="汛期")).code == "too_many_holds"
    order = c.Suspend(case=case.no, reason="汛期", until=desk.at + HOUR)
    assert desk.refusal(order, "duty_leader").code == "too_many_holds"


@pytest.mark.parametrize("ends", ["result", "force_close"])
def test_that_a_request_ends_with_what_it_was_about(desk, handled, ends):
    desk.do(more(handled))
    if ends == "result":
        desk.says(handled, "result", words="修好了")
    else:
        desk.do(c.ForceClose(case=handled.no, reason="误报"), "duty_leader")
    assert desk.case(handled).request is None


def test_that_a_request_waits_only_where_a_body_has_the_case(desk):
    case = desk.report(category="C0101")
    assert desk.refusal(more(case)).code == "illegal_step"
    desk.do(c.File(case=case.no))
    case = desk.do(c.Dispatch(case=case.no, body="construction")).case
    assert desk.refusal(hold(desk, case)).code == "illegal_step"
    assert desk.do(more(case)).case.request


def test_that_a_request_has_a_clock_of_its_own_that_ends_before_the_deadline(desk, handled):
    asked = desk.do(more(handled)).case
    (timer,) = (it for it in case_timers(asked, desk.hall.limits) if it.kind is TimerKind.DECIDE)
    assert timer.due_at == desk.hall.calendar.deadline(desk.at, Limit.parse("2 work_hour")).due_at
    desk.pass_time(hours=7)
    desk.do(c.Decide(case=handled.no, grant=False, words="不同意"), "shift_supervisor")
    again = desk.do(more(handled)).case
    assert again.request.decide_by == again.due_at


def test_that_a_later_hold_moves_an_extended_deadline_by_what_it_took(desk, handled):
    desk.do(more(handled))
    extended = desk.do(c.Decide(case=handled.no, grant=True), "shift_supervisor").case
    desk.pass_time(hours=9)  # within the extension
    until = desk.at + 48 * HOUR
    desk.do(c.Suspend(case=handled.no, reason="policy", until=until), "duty_leader")
    desk.pass_time(hours=5)
    resumed = desk.do(c.Resume(case=handled.no)).case
    assert resumed.due_at == extended.due_at + 5 * HOUR


def test_that_a_body_that_gets_it_back_keeps_its_extension_and_another_does_not(desk):
    case = desk.report(category="C0101")
    desk.do(c.File(case=case.no))
    desk.do(c.Dispatch(case=case.no, body="construction"))
    desk.do(more(case))
    extended = desk.do(c.Decide(case=case.no, grant=True), "shift_supervisor").case
    desk.says(case, "returned", reason="非我职责", duty_item=next(iter(desk.hall.duties)))
    desk.pass_time(hours=1)
    again = desk.do(c.Dispatch(case=case.no, body="construction")).case
    assert again.due_at == extended.due_at + HOUR
    assert again.clock_start == extended.dispatched_at
    desk.do(c.Recall(case=case.no, reason="改派"))
    other = desk.do(c.Dispatch(case=case.no, body="police")).case
    assert (other.due_at - desk.at, other.extensions) == (8 * HOUR, ())
    assert other.clock_start == desk.at


def test_that_the_clock_over_all_runs_from_filing_and_never_pauses(desk):
    case = desk.report(category="C0101")
    filed = desk.do(c.File(case=case.no)).case
    assert (filed.total_from, filed.total_due_at) == (desk.at, desk.at + 24 * HOUR)
    desk.pass_time(hours=1)
    case = desk.do(c.Dispatch(case=case.no, body="construction")).case
    assert case.statutory_due_at == filed.total_due_at
    desk.says(case, "handling")
    until = desk.at + 90 * HOUR
    held = desk.do(c.Suspend(case=case.no, reason="policy", until=until), "duty_leader").case
    (total,) = (it for it in case_timers(held, desk.hall.limits) if it.kind is TimerKind.TOTAL)
    assert not total.paused
    desk.pass_time(hours=30)
    resumed = desk.do(c.Resume(case=case.no)).case
    assert (resumed.total_from, resumed.total_due_at) == (filed.total_from, filed.total_due_at)
    assert resumed.due_at > case.due_at


WISH = {"body": "construction", "reason": "materials", "by": {"name": "李所长"}}


def test_that_a_body_asks_through_its_own_terminal(desk, handled):
    desk.tell(
        "task.request", case_no=handled.no, request="extension", limit="4 urgent_hour", **WISH
    )
    asked = desk.case(handled).request
    assert (asked.kind, asked.limit, asked.who) == (
        RequestKind.EXTENSION,
        "4 urgent_hour",
        "李所长",
    )
    assert asked.asked_by == "construction"
    granted = desk.do(c.Decide(case=handled.no, grant=True), "shift_supervisor").case
    assert granted.due_at == handled.due_at + 4 * HOUR
    until = desk.at + 48 * HOUR
    desk.tell("task.request", case_no=handled.no, request="hold", until=until, **WISH)
    assert desk.case(handled).request.until == until


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ({"request": "extension"}, "时限"),
        ({"request": "hold"}, "挂账截止时间"),
        ({"request": "extension", "limit": "soon"}, "看不懂时限"),
        ({"request": "extension", "limit": "4 urgent_hour", "reason": "忙"}, "不在可用原因之列"),
    ],
)
def test_that_a_body_is_told_what_it_cannot_ask_for(desk, handled, wish, why):
    desk.tell("task.request", case_no=handled.no, **WISH | wish)
    assert desk.case(handled).request is None
    assert why in desk.outgoing("task.urged")[-1][1]["reason"]


def test_that_a_clock_put_back_asks_for_nothing_once_it_is_overdue(desk, handled):
    desk.at = handled.due_at + HOUR
    early = {"time": handled.due_at - HOUR, "limit": "4 urgent_hour"}
    desk.tell("task.request", case_no=handled.no, request="extension", **WISH | early)
    assert desk.case(handled).request is None


def test_that_nobody_asks_for_another_body(desk, handled):
    before = len(desk.outgoing("task.urged"))
    other = WISH | {"body": "police", "limit": "4 urgent_hour"}
    desk.tell("task.request", case_no=handled.no, request="extension", **other)
    assert desk.case(handled).request is None
    assert len(desk.outgoing("task.urged")) == before
