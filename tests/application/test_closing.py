"""Evidence, questions a closing leaves, follow-up, what remains, and the same trouble again."""

from datetime import UTC, datetime, timedelta

import pytest

from commandcenter.application import commands as c
from commandcenter.application.questions import Doubtful
from commandcenter.domain.evidence import Doubt
from commandcenter.domain.words import sentence

PLACE = {"lon": 116.281478, "lat": 29.082057, "datum": "WGS84", "grid": "990101101001001"}


def picture(number=1, **more):
    return {"kind": "image", "url": f"http://x/{number}.jpg", **more}


@pytest.fixture
def result(desk):
    """A case whose result is in, with these attachments; the standard asks before and after."""

    def bring(*attachments, event_no="E1", **report):
        case = desk.report(event_no, **report)
        desk.do(c.File(case=case.no))
        desk.do(c.Dispatch(case=case.no, body="construction", co_bodies=()))
        desk.pass_time(minutes=20)
        desk.says(case, "result", words="已清运", attachments=list(attachments))
        return desk.case(case)

    return bring


@pytest.fixture
def checking(desk, result):
    """A case that is being checked, its result proved."""

    def bring(event_no="E1", **report):
        case = result(picture(1), picture(2), event_no=event_no, **report)
        return desk.do(c.Check(case=case.no), "inspector").case

    return bring


def close(case, outcome="solved", **more):
    return c.Close(case=case.no, outcome=outcome, reply="已办", **{"contacted": True} | more)


# -- evidence --


def test_that_a_result_that_proves_too_little_is_taken_in_and_flagged(desk, result):
    case = result()
    assert (case.state, case.lacking) == ("result_submitted", ("处置前照片", "处置后照片"))
    desk.do(c.Check(case=case.no), "inspector")
    refusal = desk.refusal(close(case), "inspector")
    assert refusal.code == "evidence_lacking"
    assert "处置前照片、处置后照片" in sentence(refusal)
    assert "处置前照片, 处置后照片" in sentence(refusal, "en")
    assert desk.refusal(close(case), "shift_supervisor").code == "evidence_lacking"
    done = desk.do(close(case, reason="当事人不同意拍照"), "shift_supervisor").case
    assert (done.state, done.doubts) == ("closed", (Doubt.NO_PICTURE,))


def test_that_what_was_lacking_can_be_brought_later(desk, result):
    case = result(picture(1))
    assert case.lacking == ("处置前照片",)
    order = c.AddEvidence(case=case.no, url="http://x/before.jpg", shows="处置前照片")
    assert desk.do(order, "inspector").case.lacking == ()


def test_that_the_reporter_s_picture_shows_how_it_was_before(result):
    assert result(picture(2), attachments=[picture(1)]).lacking == ()


def test_that_rework_keeps_the_old_evidence_and_asks_for_new(desk, result):
    case = result(picture(1), picture(2))
    desk.pass_time(minutes=5)
    desk.do(c.Rework(case=case.no, reason="没清干净"), "inspector")
    desk.pass_time(minutes=5)
    desk.says(case, "result", words="再清一次", attachments=[])
    case = desk.case(case)
    assert [item.url for item in case.evidence] == ["http://x/1.jpg", "http://x/2.jpg"]
    assert (case.rework_count, case.lacking) == (1, ("处置后照片",))


def test_that_the_position_of_a_picture_proves_where_it_was_taken(desk):
    def lacking(**more):
        case = desk.report(f"P{more!r}", category="C0101")
        desk.do(c.File(case=case.no))
        desk.do(c.Dispatch(case=case.no, co_bodies=()))
        desk.says(case, "result", attachments=[picture(1), picture(2, **more)])
        return desk.case(case).lacking

    assert lacking() == ("现场定位",)
    assert lacking(location={"lon": 116.28, "lat": 29.08}) == ()


# -- questions --


def doubts(desk):
    return [(case.no, case.doubts) for case in desk.store.answer(Doubtful())]


def test_that_a_closing_with_everything_in_order_raises_no_question(desk, checking):
    case = checking()
    assert desk.do(close(case), "inspector").case.doubts == ()
    assert doubts(desk) == []


def test_that_the_picture_of_another_case_is_asked_about(desk, result):
    used = picture(1, sha256="a" * 64)
    result(used, picture(2), event_no="E1")
    case = result(used, picture(3), event_no="E2")
    desk.do(c.Check(case=case.no), "inspector")
    assert desk.do(close(case), "inspector").case.doubts == (Doubt.SAME_PICTURE,)


def test_that_the_picture_from_before_is_no_proof_of_after(desk, result):
    used = picture(1, sha256="b" * 64)
    case = result(used, attachments=[used])
    desk.do(c.Check(case=case.no), "inspector")
    assert desk.do(close(case), "inspector").case.doubts == (Doubt.SAME_PICTURE,)


def test_that_a_result_just_before_its_deadline_is_asked_about(desk):
    case = desk.report()
    desk.do(c.File(case=case.no))
    sent = desk.do(c.Dispatch(case=case.no, body="construction", co_bodies=())).case
    desk.at = sent.due_at - timedelta(minutes=4)
    desk.says(case, "result")
    desk.do(c.Check(case=case.no), "inspector")
    assert desk.do(close(case), "inspector").case.doubts == (Doubt.LAST_MINUTE,)


def test_that_a_caller_nobody_reached_is_asked_about_until_he_is(desk, checking):
    case = checking(channel="hotline")
    closed = desk.do(close(case, contacted=False), "inspector").case
    assert (closed.doubts, closed.contacted_at) == ((Doubt.NOT_CONTACTED,), None)
    desk.do(c.FollowUp(case=case.no, contacted=True, solved=True, satisfied="satisfied"))
    assert doubts(desk) == []


def test_that_a_supervisor_answers_the_questions_with_a_word(desk, checking):
    case = checking(requires_reply=True)
    desk.do(close(case, contacted=False), "inspector")
    assert doubts(desk) == [(case.no, (Doubt.NOT_CONTACTED,))]
    desk.pass_time(days=30)
    assert desk.refusal(c.Archive(case=case.no), "shift_supervisor").code == "doubts_open"
    order = c.AnswerDoubts(case=case.no, words="电话停机，已上门告知家属")
    assert desk.do(order, "shift_supervisor").case.doubts == ()
    assert desk.facts(case)[-1].data["doubts"] == ["not_contacted"]
    assert desk.refusal(order, "shift_supervisor").code == "no_doubts"
    assert doubts(desk) == []
    assert desk.do(c.Archive(case=case.no), "shift_supervisor").case.state == "archived"


# -- follow-up and reopening --


def test_that_a_follow_up_bears_three_times(desk, checking):
    case = checking()
    desk.do(close(case), "inspector")
    called, seen = desk.at + timedelta(hours=1), desk.at + timedelta(hours=3)
    desk.pass_time(hours=4)
    order = c.FollowUp(
        case=case.no, contacted=True, contacted_at=called, solved=True, solved_at=seen,
        satisfied="basically", met_at="东街 12 号",
    )  # fmt: skip
    visited = desk.do(order).case
    assert (visited.contacted_at, visited.solved_at, visited.satisfied_at) == (
        called,
        seen,
        desk.at,
    )


@pytest.mark.parametrize("hours", [-1, 5])
def test_that_nobody_is_visited_before_the_closing_or_tomorrow(desk, checking, hours):
    case = checking()
    desk.do(close(case), "inspector")
    order = c.FollowUp(
        case=case.no, contacted=True, contacted_at=desk.at + timedelta(hours=hours), solved=True
    )
    assert desk.refusal(order).code == "visited_when"


def test_that_what_a_reporter_calls_unsolved_waits_in_the_list_until_it_is_reopened(desk, checking):
    case = checking()
    desk.do(close(case), "inspector")
    desk.tell("followup.receipt", case_no=case.no, contacted=True, solved=False)
    assert doubts(desk) == [(case.no, (Doubt.UNSOLVED,))]
    desk.do(c.Reopen(case=case.no, reason="回访未解决"), "inspector")
    assert doubts(desk) == []


def test_that_reopening_keeps_the_times_of_every_cycle(desk, checking):
    case = checking()
    closed = desk.do(close(case), "inspector").case
    desk.pass_time(hours=5)
    again = desk.do(c.Reopen(case=case.no, reason="又堆上了"), "inspector").case
    (cycle,) = again.cycles
    assert (cycle.closed_at, cycle.result_at, cycle.dispatched_at, cycle.outcome) == (
        closed.closed_at, closed.result_at, closed.dispatched_at, "solved",
    )  # fmt: skip
    assert (again.closed_at, again.result_at) == (None, None)


def test_that_the_third_reopening_waits_for_a_supervisor_s_review(desk, checking):
    case = checking()
    for _ in range(2):
        desk.do(c.ForceClose(case=case.no, reason="办结"), "shift_supervisor")
        desk.do(c.Reopen(case=case.no, reason="又来了"), "inspector")
    desk.do(c.ForceClose(case=case.no, reason="办结"), "shift_supervisor")
    sent = len(desk.outgoing("task.dispatched"))
    third = desk.do(c.Reopen(case=case.no, reason="又来了"), "inspector").case
    assert (third.state, third.review_wanted, third.reopen_count) == ("filed", True, 3)
    assert len(desk.outgoing("task.dispatched")) == sent
    assert desk.refusal(c.Dispatch(case=case.no)).code == "review_wanted"
    assert desk.refusal(c.Dispatch(case=case.no), "shift_supervisor").facts["field"] == "review"
    order = c.Dispatch(case=case.no, review="三次复发，请建设办牵头根治")
    assert desk.do(order, "shift_supervisor").case.review_wanted is False


# -- what remains --


def test_that_a_partial_closing_says_what_remains_and_when(desk, checking):
    case = checking()
    assert desk.refusal(close(case, "partial"), "inspector").facts["field"] == "remaining"
    short = close(case, "partial", remaining="补种绿化")
    assert desk.refusal(short, "inspector").facts["field"] == "comes_back_at"
    past = close(case, "partial", remaining="补种绿化", comes_back_at=desk.at)
    assert desk.refusal(past, "inspector").code == "bad_return_date"


@pytest.mark.parametrize("restarted", [False, True])
def test_that_what_remains_comes_back_by_itself_on_its_date(desk, checking, restarted):
    case = checking()
    date = datetime(2026, 12, 1, 1, tzinfo=UTC)
    order = close(case, "partial", remaining="补种绿化", comes_back_at=date)
    closed = desk.do(order, "inspector").case
    if restarted:
        desk.close()
        desk.open()
    desk.at = date
    kinds = {fact.data["timer"] for fact in desk.look()}
    assert "remainder" in kinds
    back = desk.case(case)
    assert (back.state, back.remaining, back.since) == ("filed", "补种绿化", date)
    assert (back.cycles[0].closed_at, back.reopen_count) == (closed.closed_at, 0)
    assert [item.no for item in desk.work().cases if item.no == case.no] == [case.no]
    assert desk.look() == []


# -- again --


@pytest.mark.parametrize(
    ("days", "lat", "category", "is_again"),
    [
        (29, 0.0, "E0102", True),
        (29, 0.0004, "E0102", True),  # 44 m
        (29, 0.0006, "E0102", False),  # 67 m
        (31, 0.0, "E0102", False),
        (29, 0.0, "E0103", False),
    ],
)
def test_that_the_same_class_at_the_same_place_within_days_is_linked(
    desk, checking, days, lat, category, is_again
):
    old = checking(location=PLACE)
    desk.do(close(old), "inspector")
    desk.pass_time(days=days)
    place = PLACE | {"lat": PLACE["lat"] + lat}
    new = desk.report("E2", location=place, category=category)
    assert desk.case(new).earlier == ((old.no,) if is_again else ())
    desk.do(c.File(case=new.no))
    assert desk.case(old).recurrences == ((new.no,) if is_again else ())


def test_that_a_class_given_at_filing_is_looked_for_then(desk, checking):
    old = checking(location=PLACE)
    desk.do(close(old), "inspector")
    new = desk.report("E2", location=PLACE, category=None)
    assert desk.case(new).earlier == ()
    desk.do(c.File(case=new.no, category="E0102"))
    assert desk.case(new).earlier == (old.no,)
