"""Reminders, orders that want an answer, and leaders' notes."""

from datetime import timedelta

import pytest

from commandcenter.application import commands as c
from commandcenter.domain.timers import Phase, TimerKind, case_timers, pressing

HOUR = timedelta(hours=1)


@pytest.fixture
def handled(desk):
    case = desk.report(reporter={"name": "张三丰", "phone": "13800001111"})
    desk.do(c.File(case=case.no))
    desk.do(c.Dispatch(case=case.no, body="construction", co_bodies=("fire",)))
    desk.says(case, "handling")
    return desk.case(case)


def order(case, desk, **fields):
    given = {"reason": "群众反映强烈", "reply_by": desk.at + 4 * HOUR} | fields
    return c.Supervise(case=case.no, **given)


def timers(desk, case, kind):
    return [it for it in case_timers(desk.case(case), desk.hall.limits) if it.kind is kind]


def test_that_a_reminder_is_kept_with_who_when_and_why(desk, handled):
    done = desk.do(c.Urge(case=handled.no, reason="领导过问")).case
    (item,) = done.supervisions
    assert (item.level, item.by, item.at) == ("nudge", "dispatcher", desk.at)
    assert (item.body, item.reason, item.wants_answer) == ("construction", "领导过问", False)
    assert not timers(desk, handled, TimerKind.ORDER_REPLY)


def test_that_an_order_reaches_the_body_and_wants_an_answer(desk, handled):
    done = desk.do(order(handled, desk), "shift_supervisor").case
    (item,) = done.supervisions
    assert (item.level, item.wants_answer) == ("order", True)
    ((sent, what),) = desk.outgoing("task.urged")
    assert sent.body == "construction"
    assert (what["reason"], what["level"]) == ("群众反映强烈", "order")
    assert what["reply_by"] == item.reply_by.isoformat().replace("+00:00", "Z")
    (timer,) = timers(desk, handled, TimerKind.ORDER_REPLY)
    assert (timer.due_at, timer.phase(desk.at)) == (item.reply_by, Phase.CALM)


def test_that_an_order_without_a_date_has_the_limit_of_the_hall(desk, handled):
    done = desk.do(order(handled, desk, reply_by=None), "duty_leader").case
    due = desk.hall.calendar.deadline(desk.at, desk.hall.limits.order_reply).due_at
    assert done.supervisions[0].reply_by == due


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"listed": True, "reply_by": None}, "needs", "reply_by"),
        ({"reason": "  "}, "needs", "reason"),
        ({"body": "police"}, "wrong_body", None),
    ],
)
def test_that_half_an_order_is_refused_by_name(desk, handled, fields, code, field):
    refusal = desk.refusal(order(handled, desk, **fields), "shift_supervisor")
    assert (refusal.code, refusal.facts.get("field")) == (code, field)


def test_that_an_order_looks_ahead(desk, handled):
    late = order(handled, desk, reply_by=desk.at)
    assert desk.refusal(late, "shift_supervisor").code == "reply_by_past"


def test_that_a_dispatcher_reminds_and_does_not_order(desk, handled):
    assert desk.refusal(order(handled, desk)).code == "not_allowed"
    desk.do(c.Urge(case=handled.no))


def test_that_nobody_is_ordered_about_what_it_has_not(desk):
    case = desk.report()
    assert desk.refusal(order(case, desk), "shift_supervisor").code == "illegal_step"


def test_that_an_unanswered_order_turns_red_and_needs_the_supervisor(desk, handled):
    desk.do(order(handled, desk, listed=True, reply_by=desk.at + HOUR), "shift_supervisor")
    assert not desk.case(handled).needs_supervisor(desk.at)
    desk.pass_time(hours=1)
    case = desk.case(handled)
    assert case.needs_supervisor(desk.at)
    clock = pressing(case_timers(case, desk.hall.limits))
    assert (clock.kind, clock.phase(desk.at)) == (TimerKind.ORDER_REPLY, Phase.OVER)
    assert "order_reply" in [fact.data["timer"] for fact in desk.look()]


def test_that_a_body_answers_by_its_receipt(desk, handled):
    desk.do(order(handled, desk), "shift_supervisor")
    desk.pass_time(minutes=30)
    desk.says(handled, "handling", words="已安排两人加急", by={"name": "小李"})
    case = desk.case(handled)
    (item,) = case.supervisions
    assert (item.reply, item.replied_at, item.wants_answer) == ("已安排两人加急", desk.at, False)
    assert case.unanswered == ()
    assert not timers(desk, handled, TimerKind.ORDER_REPLY)


def test_that_a_receipt_without_a_word_is_no_answer(desk, handled):
    desk.do(order(handled, desk), "shift_supervisor")
    desk.says(handled, "handling")
    assert desk.case(handled).supervisions[0].wants_answer


def test_that_words_from_before_the_order_are_no_answer(desk, handled):
    before = desk.at
    desk.pass_time(minutes=10)
    desk.do(order(handled, desk), "shift_supervisor")
    desk.pass_time(minutes=10)
    desk.says(handled, "handling", words="在路上", at=before + timedelta(minutes=5))
    assert desk.case(handled).supervisions[0].wants_answer


def test_that_an_answer_by_telephone_is_noted_on_behalf(desk, handled):
    say = c.AnswerOrder(case=handled.no, who="李队长", channel="电话", words="下午办结")
    assert desk.refusal(say).code == "no_open_order"
    desk.do(order(handled, desk), "shift_supervisor")
    done = desk.do(say)
    assert done.case.supervisions[0].reply == "下午办结"
    assert (done.facts[0].data["who"], done.facts[0].data["on_behalf"]) == ("李队长", True)
    assert desk.refusal(say).code == "no_open_order"


def test_that_a_helping_body_answers_for_itself_alone(desk, handled):
    desk.do(order(handled, desk), "shift_supervisor")
    desk.do(order(handled, desk, body="fire"), "shift_supervisor")
    desk.do(c.AnswerOrder(case=handled.no, body="fire", who="王", channel="电话", words="已到"))
    lead, helper = desk.case(handled).supervisions
    assert (lead.wants_answer, helper.reply) == (True, "已到")


def test_that_an_order_ends_with_the_body_it_was_given_to(desk, handled):
    desk.do(order(handled, desk, body="fire"), "shift_supervisor")
    for body in ("fire", "construction"):
        desk.says(handled, "result", body, words="已清运")
    case = desk.case(handled)
    assert (case.state, case.unanswered) == ("result_submitted", ())
    desk.pass_time(hours=9)
    assert not desk.case(handled).needs_supervisor(desk.at)


def test_that_a_result_by_telephone_answers_what_was_ordered(desk, handled):
    desk.do(order(handled, desk), "shift_supervisor")
    desk.says(handled, "result", "fire")
    say = c.Report(case=handled.no, status="result", who="李", channel="电话", words="已清运")
    case = desk.do(say).case
    assert (case.state, case.supervisions[0].reply) == ("result_submitted", "已清运")


def test_that_a_leader_s_note_is_kept_and_stays_in_the_hall(desk, handled):
    done = desk.do(
        c.Instruct(case=handled.no, words="请张三丰所在小区一并排查", leader="潘镇长"),
        "shift_supervisor",
    ).case
    (note,) = done.leader_notes
    assert (note.leader, note.by, note.told) == ("潘镇长", "shift_supervisor", False)
    assert "张三丰" not in note.words
    assert desk.outgoing("task.urged") == []


def test_that_a_leader_s_note_is_told_when_that_is_asked_for(desk, handled):
    desk.do(c.Instruct(case=handled.no, words="三日内办结", tell_body=True), "duty_leader")
    ((item, what),) = desk.outgoing("task.urged")
    assert (item.body, what["reason"]) == ("construction", "【领导批示】三日内办结")


def test_that_a_note_is_told_to_nobody_where_nobody_has_it(desk):
    case = desk.report()
    note = c.Instruct(case=case.no, words="重视", tell_body=True)
    assert desk.refusal(note, "duty_leader").code == "illegal_step"
    assert desk.do(c.Instruct(case=case.no, words="重视"), "duty_leader").case.leader_notes
    empty = c.Instruct(case=case.no, words=" ")
    assert desk.refusal(empty, "duty_leader").facts["field"] == "words"
