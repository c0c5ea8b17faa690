"""Calls on the county, transfers, mediation: who may, what leaves, comes back, and is owed."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commandcenter.application import commands as c
from commandcenter.application.needs import Look, Need, need_of, turns
from commandcenter.application.picture import Picture, Tab, in_tab
from commandcenter.domain import case as cases
from commandcenter.domain.case import State
from commandcenter.domain.timers import TimerKind, case_timers, pressing

HOUR = timedelta(hours=1)
WHO = {"who": "县水利局 赵科长", "channel": "电话"}
SECRET = ("张三丰", "13800001111")


@pytest.fixture
def filed(desk):
    case = desk.report(
        reporter={"name": SECRET[0], "phone": SECRET[1]},
        description=f"{SECRET[0]} {SECRET[1]} 来电：两家为宅界动手",
        category="T0103",
    )
    return desk.do(c.File(case=case.no, category="T0103")).case


@pytest.fixture
def handled(desk, filed):
    desk.do(c.Dispatch(case=filed.no, body="peace", co_bodies=()))
    desk.says(filed, "handling")
    return desk.case(filed)


def call(case, **fields):
    given = {"body": "county_water", "request": "请派抽水车两台"} | fields
    return c.CallCounty(case=case.no, **given)


def send(case, **fields):
    return c.Transfer(case=case.no, **{"to": "110", "reason": "有人持械"} | fields)


def need(desk, case, who="dispatcher"):
    picture = Picture()
    picture.begin(desk.work())
    held = picture.cases[case.no]
    timer = picture.timer(held, desk.hall.limits)
    people = desk.hall.people
    look = Look(case=held, operator=people[who], at=desk.at, timer=timer, people=people)
    return need_of(look), tuple(turns(look)), timer


# -- 乡呼县应 --


def test_that_the_county_gets_a_copy_with_what_is_asked_and_nobody_s_name(desk, filed):
    done = desk.do(call(filed, request=f"{SECRET[0]} 家进水，请派抽水车")).case
    (asked,) = done.calls
    assert (asked.no, asked.body, asked.tier) == (f"{filed.no}-H1", "county_water", "assist")
    assert (
        asked.reply_by == desk.hall.calendar.deadline(desk.at, desk.hall.limits.county_reply).due_at
    )
    ((sent, what),) = desk.outgoing("county.called")
    assert (sent.body, what["call_no"], what["tier"]) == ("county_water", asked.no, "assist")
    assert not any(secret in msgspec.json.encode(what).decode() for secret in SECRET)
    assert not any(secret in str(fact.data) for fact in desk.facts(filed) for secret in SECRET)
    assert not done.county_help  # asking is not yet help


def test_that_an_urgent_case_wants_the_county_s_answer_in_half_an_hour(desk):
    case = desk.report(urgency="critical")
    (asked,) = desk.do(call(case)).case.calls
    assert asked.reply_by - asked.at == HOUR / 2


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"body": "police"}, "not_county"),
        ({"body": "nobody"}, "unknown_body"),
        ({"request": "  "}, "needs"),
        ({"reply_by": "2026-11-20T03:59:00Z"}, "reply_by_past"),
    ],
)
def test_that_a_request_nobody_could_answer_is_refused(desk, filed, fields, code):
    order = msgspec.convert({"do": "call_county", "case": filed.no, "body": "county_water",
                             "request": "x", **fields}, c.Command)  # fmt: skip
    assert desk.refusal(order).code == code


def test_that_one_body_is_asked_one_thing_at_a_time(desk, filed):
    desk.do(call(filed))
    assert desk.refusal(call(filed)).code == "call_running"
    desk.do(call(filed, body="county_urban"))
    desk.do(c.RecallCall(case=filed.no, call=f"{filed.no}-H1", reason="水退了"))
    again = desk.do(call(filed)).case
    assert [it.no[-2:] for it in again.calls] == ["H1", "H2", "H3"]
    ((_, what),) = desk.outgoing("county.recalled")
    assert (what["call_no"], what["reason"]) == (f"{filed.no}-H1", "水退了")


def test_that_an_answer_by_telephone_is_kept_with_who_when_and_words(desk, filed):
    desk.do(call(filed))
    desk.pass_time(minutes=20)
    done = desk.do(c.AnswerCall(case=filed.no, status="agreed", words="一小时到", **WHO)).case
    (asked,) = done.calls
    assert (asked.status, asked.who, asked.channel) == ("agreed", *WHO.values())
    assert (asked.words, asked.since) == ("一小时到", desk.at)
    assert done.county_help
    assert (
        desk.refusal(c.AnswerCall(case=filed.no, status="declined", words="x", **WHO)).code
        == "no_open_call"
    )


def test_that_having_seen_it_answers_only_who_was_to_know(desk, filed):
    desk.do(call(filed, tier="view"))
    desk.do(call(filed, body="county_urban"))
    for body, no in (("county_water", "H1"), ("county_urban", "H2")):
        desk.tell("county.receipt", call_no=f"{filed.no}-{no}", case_no=filed.no, body=body,
                  status="seen")  # fmt: skip
    calls = desk.case(filed).calls
    assert [it.status for it in calls] == ["seen", "seen"]
    assert [it.is_awaited for it in calls] == [False, True]
    assert not desk.case(filed).county_help


@pytest.mark.parametrize("who", ["intake_officer", "inspector"])
def test_that_only_whoever_dispatches_calls_on_the_county(desk, filed, who):
    assert desk.refusal(call(filed), who).code == "not_allowed"


def test_that_no_answer_in_time_comes_to_whoever_can_press_and_an_answer_lets_it_go(desk, filed):
    desk.do(call(filed, reply_by=desk.at + HOUR))
    found, instants, _ = need(desk, filed)
    assert found is not Need.COUNTY
    assert desk.at + HOUR in instants
    desk.pass_time(hours=1)
    assert need(desk, filed)[0] is Need.COUNTY
    assert need(desk, filed, "inspector")[0] is None
    desk.do(c.AnswerCall(case=filed.no, status="agreed", words="已出发", **WHO))
    assert need(desk, filed)[0] is not Need.COUNTY


def test_that_a_refusal_of_the_county_comes_back_to_the_desk(desk, handled):
    desk.do(call(handled))
    desk.pass_time(minutes=5)
    desk.tell("county.receipt", call_no=f"{handled.no}-H1", case_no=handled.no,
              body="county_water", status="declined", words="抽不出人")  # fmt: skip
    assert need(desk, handled)[0] is Need.COUNTY
    desk.pass_time(minutes=1)
    desk.do(c.Urge(case=handled.no))  # the township goes on by itself
    assert need(desk, handled)[0] is not Need.COUNTY


# -- 移送 --


def test_that_a_transferred_case_stays_ours_with_every_clock_running(desk, handled):
    before = {it.kind for it in case_timers(handled, desk.hall.limits)}
    done = desk.do(send(handled), "intake_officer").case
    assert (done.state, done.body) == (State.HANDLING, "peace")
    after = {it.kind for it in case_timers(done, desk.hall.limits)}
    assert after == before | {TimerKind.RECEIPT}
    ((_, what),) = desk.outgoing("transfer.sent")
    assert (what["to"], what["transfer_no"]) == ("110", f"{handled.no}-Y1")
    assert not any(secret in msgspec.json.encode(what).decode() for secret in SECRET)
    assert desk.says(handled, "result", words="劝开了").stored  # first come, first to act
    assert desk.case(handled).state is State.RESULT_SUBMITTED


def test_that_it_is_red_past_its_limit_and_stays_so_until_the_receipt_comes(desk, handled):
    desk.do(send(handled))
    desk.pass_time(minutes=10)
    for _ in range(3):
        found, _, timer = need(desk, handled)
        assert found is Need.RECEIPT
        assert (timer.kind, timer.phase(desk.at)) == (TimerKind.RECEIPT, "over")
        overdue = {"needed": True, "whistling": False, "timer": timer, "at": desk.at}
        assert in_tab(Tab.OVERDUE, desk.case(handled), **overdue)
        desk.pass_time(minutes=30)
    desk.tell("transfer.receipt", transfer_no=f"{handled.no}-Y1", case_no=handled.no, to="110",
              status="received", receipt_no="J-1")  # fmt: skip
    assert need(desk, handled)[0] is Need.RECEIPT  # it lies there: nobody has decided
    desk.do(c.NoteReceipt(case=handled.no, status="declined", words="治安事件，仍由镇里", **WHO))
    assert need(desk, handled)[0] is not Need.RECEIPT
    assert desk.case(handled).transfers[0].receipt == "J-1"


def test_that_a_crossed_receipt_is_raised_once_and_late_after_a_restart(desk, handled):
    desk.do(send(handled))
    desk.close()
    desk.pass_time(minutes=45)
    desk.open()
    facts = [fact for fact in desk.look() if fact.data["timer"] == "receipt"]
    assert [(fact.data["part"], fact.data["late"]) for fact in facts] == [("110", True)]
    assert not [fact for fact in desk.look() if fact.data["timer"] == "receipt"]


def test_that_what_others_have_accepted_is_closed_by_a_person_and_everybody_is_told(desk, handled):
    desk.do(send(handled, to="police"))
    ending = c.CloseTransferred(case=handled.no, reply="已由派出所受理")
    assert desk.refusal(ending).code in {"not_taken_over", "awaited_above"}
    desk.pass_time(minutes=5)
    desk.do(c.NoteReceipt(case=handled.no, status="accepted", receipt="P-9", **WHO))
    assert need(desk, handled)[0] is Need.TAKEN_OVER
    done = desk.do(ending, "intake_officer").case
    assert (done.state, done.outcome, done.reply) == (State.CLOSED, "transferred", "已由派出所受理")
    ((_, recalled),) = desk.outgoing("task.recalled")
    assert recalled["body"] == "peace"
    ((_, told),) = desk.outgoing("case.replied")
    assert (told["outcome"], told["reply"]) == ("explained", "已由派出所受理")


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"to": "mars"}, "unknown_destination"),
        ({"reason": " "}, "needs"),
        ({"receipt_by": "2026-11-20T03:00:00Z"}, "receipt_by_past"),
    ],
)
def test_that_a_transfer_to_nowhere_is_refused(desk, filed, order, code):
    plain = {"do": "transfer", "case": filed.no, "to": "110", "reason": "x", **order}
    assert desk.refusal(msgspec.convert(plain, c.Command)).code == code


def test_that_a_transfer_can_be_taken_back_until_it_is_decided(desk, filed):
    desk.do(send(filed))
    assert desk.refusal(send(filed)).code == "transfer_running"
    desk.do(c.RecallTransfer(case=filed.no, reason="误报"))
    ((_, what),) = desk.outgoing("transfer.recalled")
    assert (what["transfer_no"], what["reason"]) == (f"{filed.no}-Y1", "误报")
    assert desk.refusal(c.RecallTransfer(case=filed.no, reason="x")).code == "no_open_transfer"
    assert (
        desk.refusal(
            c.NoteReceipt(case=filed.no, transfer=f"{filed.no}-Y1", status="accepted", **WHO)
        ).code
        == "illegal_transfer_step"
    )


def test_that_nothing_is_closed_or_merged_while_a_word_is_owed(desk, filed):
    other = desk.report("E2", category="T0103")
    desk.do(send(filed))
    assert desk.refusal(c.Merge(case=filed.no, into=other.no)).code == "awaited_above"
    force = c.ForceClose(case=filed.no, reason="x")
    assert desk.refusal(force, "shift_supervisor").code == "awaited_above"


# -- 三级联调 --


def climb(desk, case):
    return desk.case(case).mediations[-1]


def test_that_a_dispute_begins_in_its_village_with_the_marks_of_all_levels(desk, filed):
    begun = desk.do(c.BeginMediation(case=filed.no)).case.mediations[0]
    assert (begun.current.level, begun.current.body) == ("village", "village_01")
    days = [it.due_at.astimezone(desk.hall.zone).date() for it in begun.levels]
    today = desk.at.astimezone(desk.hall.zone).date()
    assert [(day - today).days for day in days] == [2, 5, 7]
    ((sent, what),) = desk.outgoing("mediation.assigned")
    assert (sent.body, what["level"], "earlier" in what) == ("village_01", "village", False)
    assert not any(secret in msgspec.json.encode(what).decode() for secret in SECRET)


def test_that_the_next_level_gets_the_work_of_those_below(desk, filed):
    desk.do(c.BeginMediation(case=filed.no))
    desk.tell("mediation.receipt", case_no=filed.no, body="village_01", status="session",
              words=f"与{SECRET[0]}谈过", by={"name": "李主任"})  # fmt: skip
    desk.pass_time(hours=3)
    desk.do(c.NoteMediation(case=filed.no, words="现场看过", who="王支书"), "dept_liaison")
    desk.do(c.RaiseMediation(case=filed.no, words="分歧大"))
    desk.do(c.RaiseMediation(case=filed.no, words="要县里定权属", body="county_urban"))
    after = desk.case(filed)
    assert [it.body for it in after.mediations[0].levels] == [
        "village_01", "peace", "county_urban",
    ]  # fmt: skip
    assert [len(it.sessions) for it in after.mediations[0].levels] == [2, 0, 0]
    assert after.county_help
    *_, (_, what) = desk.outgoing("mediation.assigned")
    assert [it["level"] for it in what["earlier"]] == ["village", "township"]
    assert what["earlier"][0]["words"][1:] == ["现场看过", "分歧大"]
    assert SECRET[0] not in str(desk.facts(filed))
    assert [what["body"] for _, what in desk.outgoing("mediation.recalled")] == [
        "village_01", "peace",
    ]  # fmt: skip
    assert desk.refusal(c.RaiseMediation(case=filed.no, words="x")).code == "top_of_ladder"


def test_that_a_level_that_gives_up_waits_for_the_hall_to_take_it_up(desk, filed):
    desk.do(c.BeginMediation(case=filed.no))
    said = {"case_no": filed.no, "body": "village_01", "words": "调不成"}
    desk.tell("mediation.receipt", status="failed", **said)
    assert climb(desk, filed).is_open
    assert need(desk, filed)[0] is Need.LADDER
    desk.do(c.RaiseMediation(case=filed.no, words="上调"))
    assert need(desk, filed)[0] is not Need.LADDER
    desk.pass_time(days=5, hours=12)
    assert need(desk, filed)[0] is Need.LADDER  # the township's mark is over


def test_that_the_mediator_s_word_ends_it_and_a_stranger_s_is_only_noted(desk, filed):
    desk.do(c.BeginMediation(case=filed.no))
    said = {"case_no": filed.no, "status": "agreed", "words": "签了协议"}
    desk.tell("mediation.receipt", body="police", **said)
    assert climb(desk, filed).is_open
    assert desk.facts(filed)[-1].data["refusal"] == "wrong_body"
    desk.tell("mediation.receipt", body="village_01", **said)
    ended = climb(desk, filed)
    assert (ended.end, ended.words, len(ended.current.sessions)) == ("agreed", "签了协议", 1)
    assert not desk.case(filed).awaited_above


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (lambda no: c.RaiseMediation(case=no, words="x"), "no_mediation"),
        (lambda no: c.NoteMediation(case=no, words="x", who="y"), "no_mediation"),
        (lambda no: c.EndMediation(case=no, end="agreed", words="x"), "no_mediation"),
        (lambda no: c.BeginMediation(case=no, level="county"), "needs"),
        (lambda no: c.BeginMediation(case=no, body="nobody"), "unknown_body"),
    ],
)
def test_that_the_ladder_is_climbed_in_order(desk, filed, order, code):
    assert desk.refusal(order(filed.no)).code == code


def test_that_only_disputes_go_up_the_ladder_and_one_at_a_time(desk, filed):
    other = desk.report("E2", category="C0101")
    assert desk.refusal(c.BeginMediation(case=other.no)).code == "not_mediated"
    desk.do(c.BeginMediation(case=filed.no))
    assert desk.refusal(c.BeginMediation(case=filed.no)).code == "mediation_running"
    ending = c.EndMediation(case=filed.no, end="failed", words="x")
    assert desk.refusal(ending).code == "mediation_goes_up"
    desk.do(c.EndMediation(case=filed.no, end="withdrawn", words="双方撤回"))
    desk.do(c.BeginMediation(case=filed.no, level="township"))
    second = climb(desk, filed)
    assert [it.level for it in second.levels] == ["township", "county"]
    assert second.current.body == "peace"


# -- whatever is said --


RECEIPTS = st.one_of(
    st.fixed_dictionaries({
        "type_": st.just("county.receipt"), "number": st.sampled_from(["H1", "H2", "H9"]),
        "body": st.sampled_from(["county_water", "county_urban", "police"]),
        "status": st.sampled_from(["seen", "agreed", "declined"]),
    }),
    st.fixed_dictionaries({
        "type_": st.just("transfer.receipt"), "number": st.sampled_from(["Y1", "Y2"]),
        "to": st.sampled_from(["110", "court"]),
        "status": st.sampled_from(["received", "accepted", "declined"]),
    }),
    st.fixed_dictionaries({
        "type_": st.just("mediation.receipt"),
        "body": st.sampled_from(["village_01", "peace", "police"]),
        "status": st.sampled_from(["session", "agreed", "failed", "withdrawn"]),
        "words": st.sampled_from(["谈过", ""]),
    }),
)  # fmt: skip


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said=st.lists(st.tuples(RECEIPTS, st.integers(-3000, 3000)), max_size=10))
def test_that_receipts_in_any_order_are_all_kept_and_move_nothing_wrongly(desk, said):
    number = f"E{desk.at.timestamp()}"
    desk.pass_time(minutes=1)
    case = desk.report(number, category="T0103")
    desk.do(call(case))
    desk.do(send(case))
    desk.do(c.BeginMediation(case=case.no))
    for told, minutes in said:
        before = desk.case(case)
        plain = dict(told)
        kind, tail = plain.pop("type_"), plain.pop("number", "")
        if tail:
            plain["call_no" if kind == "county.receipt" else "transfer_no"] = f"{case.no}-{tail}"
        counts = desk.tell(kind, case_no=case.no, at=desk.at + timedelta(minutes=minutes), **plain)
        after, last = desk.case(case), desk.facts(case)[-1]
        assert counts.stored == 1
        assert after.version > before.version
        assert case.received_at <= last.at <= desk.at  # neither past its beginning nor to come
        if last.kind == "case.receipt_noted":
            assert (after.calls, after.transfers, after.mediations) == (
                before.calls, before.transfers, before.mediations,
            )  # fmt: skip
    stored = desk.case(case)
    assert cases.fold(iter(desk.facts(case))) == stored
    assert pressing(case_timers(stored, desk.hall.limits)) is not None


@pytest.mark.parametrize(
    ("kind", "said", "refusal"),
    [
        ("county", {"call_no": "H1", "body": "county_urban", "status": "agreed"}, "wrong_body"),
        ("county", {"call_no": "H7", "body": "county_water", "status": "seen"}, "no_open_call"),
        ("transfer", {"transfer_no": "Y1", "to": "court", "status": "accepted"}, "wrong_body"),
        ("transfer", {"transfer_no": "Y7", "to": "110", "status": "accepted"}, "no_open_transfer"),
    ],
)
def test_that_a_word_from_a_stranger_or_on_another_number_is_only_noted(
    desk, filed, kind, said, refusal
):
    desk.do(call(filed))
    desk.do(send(filed))
    before = desk.case(filed)
    number = "call_no" if kind == "county" else "transfer_no"
    said = {**said, number: f"{filed.no}-{said[number]}"}
    desk.tell(f"{kind}.receipt", case_no=filed.no, **said)
    after, last = desk.case(filed), desk.facts(filed)[-1]
    assert (last.kind, last.data["refusal"]) == ("case.receipt_noted", refusal)
    assert (after.calls, after.transfers) == (before.calls, before.transfers)


def test_that_a_receipt_on_another_case_finds_no_request_there(desk, filed):
    desk.do(call(filed))
    other = desk.report("E9", category="T0103")
    said = {"call_no": f"{filed.no}-H1", "body": "county_water", "status": "agreed"}
    desk.tell("county.receipt", case_no=other.no, **said)
    assert desk.facts(other)[-1].data["refusal"] == "no_open_call"
    assert desk.case(filed).calls[0].is_awaited
