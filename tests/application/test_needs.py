"""待我办: what a case wants of a person, and that what he did about it lets it go."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from commandcenter.application import commands as c
from commandcenter.application.needs import Look, Need, need_of, turns
from commandcenter.application.picture import VISITED_WITHIN, Picture
from commandcenter.application.questions import OpenWork
from commandcenter.domain.case import OPEN, Request, RequestKind, State, opened
from commandcenter.domain.catalogue import Admission
from commandcenter.domain.evidence import Doubt
from commandcenter.domain.place import Place
from commandcenter.domain.roster import Operator, Role
from commandcenter.domain.supervision import Supervision, SupervisionLevel
from commandcenter.domain.timers import case_timers

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def look(desk):
    """How somebody looks at a case as the hall's own picture shows it now."""

    def looking(case, who="dispatcher", at=None):
        picture, hall = Picture(), desk.hall
        picture.begin(desk.work())
        held = picture.cases.get(case.no, case)
        claim = picture.claim(held, hall.limits)
        return Look(
            case=held,
            operator=hall.people[who],
            at=at or desk.at,
            timer=picture.timer(held, hall.limits),
            claim=None if claim is None or claim.by == who else claim,
            whistle=picture.whistle_of(held),
            people=hall.people,
        )

    return looking


@pytest.fixture
def need(look):
    def asked(case, who="dispatcher", at=None):
        return need_of(look(case, who, at))

    return asked


def filed(desk, by="dispatcher", number="E1"):
    case = desk.report(number)
    return desk.do(c.File(case=case.no, category="E0501", grid="990101101001001"), by).case


def sent(desk):
    alone = c.Dispatch(case=filed(desk).no, body="police", co_bodies=(), limit="10 urgent_hour")
    return desk.do(alone).case


def test_that_a_report_is_everybody_s_until_one_claims_it(desk, need):
    case = desk.report()
    assert [need(case, who) for who in ("dispatcher", "dispatcher2", "inspector")] == [
        Need.UNCLAIMED,
        Need.UNCLAIMED,
        None,
    ]
    desk.do(c.Claim(case=case.no))
    assert (need(case), need(case, "dispatcher2")) == (Need.MINE, None)
    desk.pass_time(seconds=66)
    assert need(case, "dispatcher2") is Need.LEFT


def test_that_what_intake_has_filed_waits_for_whoever_may_dispatch(desk, need):
    case = filed(desk, "intake_officer")
    assert need(case, "intake_officer") is None
    assert need(case, "dispatcher") is Need.UNCLAIMED
    own = filed(desk, number="E2")
    assert (need(own), need(own, "dispatcher2")) == (Need.MINE, None)


def test_that_what_a_body_has_comes_back_near_its_end_until_somebody_urges(desk, need):
    case = sent(desk)
    assert need(case) is None
    desk.do(c.Report(case=case.no, status="handling", who="李队", channel="电话", words="好"))
    desk.pass_time(hours=8)
    assert (need(case), need(case, "intake_officer")) == (Need.DUE_SOON, None)
    desk.do(c.Urge(case=case.no, reason="快到期"))
    assert need(case) is None
    desk.pass_time(hours=3)
    assert need(case) is Need.DUE_SOON  # now it is over
    desk.do(c.Urge(case=case.no, reason="已超时"))
    assert need(case) is None


def test_that_a_result_waits_for_somebody_who_neither_handled_nor_dispatched_it(desk, need):
    case = sent(desk)
    desk.do(c.Report(case=case.no, status="result", who="李队", channel="电话", words="已清"))
    assert need(case, "inspector") is Need.CHECK
    assert need(case, "shift_supervisor") is Need.CHECK
    assert need(case, "dispatcher") is None
    desk.do(c.Check(case=case.no), "inspector")
    assert (need(case, "inspector"), need(case, "shift_supervisor")) == (Need.MINE, None)


def test_that_what_only_a_supervisor_brings_on_is_his_alone(desk, need):
    waiting = replace(desk.report("E1"), admission=Admission.WAITING)
    arbitrating = replace(desk.report("E2"), state=State.ARBITRATING)
    order = Supervision(
        level=SupervisionLevel.ORDER, body="police", at=desk.at, by="x", reply_by=desk.at + MINUTE
    )
    ordered = replace(desk.report("E3"), state=State.HANDLING, body="police", supervisions=(order,))
    asks = replace(
        desk.report("E4"),
        state=State.HANDLING,
        body="police",
        request=Request(
            kind=RequestKind.EXTENSION, reason="r", asked_at=desk.at, asked_by="police",
            decide_by=desk.at + MINUTE,
        ),
    )  # fmt: skip
    later = desk.at + 2 * MINUTE
    cases = (waiting, arbitrating, ordered, asks)

    def seen_by(who):
        person = desk.hall.people[who]
        looks = [Look(case=it, operator=person, at=later, people=desk.hall.people) for it in cases]
        return [need_of(it) for it in looks]

    assert seen_by("shift_supervisor") == [
        Need.GATE,
        Need.RULING,
        Need.UNANSWERED,
        Need.REQUEST,
    ]
    assert seen_by("dispatcher") == [None] * 4
    early = Look(
        case=ordered,
        operator=desk.hall.people["shift_supervisor"],
        at=desk.at,
        people=desk.hall.people,
    )
    assert need_of(early) is None
    assert order.reply_by in turns(early)


def test_that_a_finding_that_does_not_come_in_time_is_asked_for(desk, need):
    case = desk.report()
    desk.do(c.Verify(case=case.no, worker=next(iter(desk.hall.workers))))
    assert [need(case, who) for who in ("dispatcher", "shift_supervisor")] == [None, None]
    desk.pass_time(hours=9)
    assert need(case) is Need.UNVERIFIED
    assert need(case, "inspector") is None
    said = {"who": "沈志强", "channel": "电话", "words": "到场看过"}
    desk.do(c.Report(case=case.no, status="exists", **said))
    assert need(case) is Need.UNCLAIMED


def test_that_a_part_given_back_waits_for_whoever_may_do_without_it(desk, need):
    case = filed(desk)
    order = c.Dispatch(case=case.no, body="police", co_bodies=("market",), limit="10 urgent_hour")
    case = desk.do(order).case
    assert need(case, "shift_supervisor") is None
    said = {"who": "李队", "channel": "电话", "reason": "不是我们的事", "duty_item": "PH-001"}
    desk.do(c.Report(case=case.no, body="market", status="returned", **said))
    assert need(case, "shift_supervisor") is Need.PART
    assert need(case) is None
    desk.do(c.CoDispatch(case=case.no, body="market", message="还请协助"))
    assert need(case, "shift_supervisor") is None
    desk.do(c.Report(case=case.no, body="market", status="returned", **said))
    assert need(case, "shift_supervisor") is Need.PART
    desk.do(c.Waive(case=case.no, body="market", reason="不需要了"), "shift_supervisor")
    assert need(case, "shift_supervisor") is None


def test_that_a_third_reopening_a_return_by_date_and_a_question_each_say_what_they_are(desk):
    case = desk.report()
    people = desk.hall.people

    def wanted(who, **changes):
        held = replace(case, **changes)
        return need_of(Look(case=held, operator=people[who], at=desk.at, people=people))

    third = {"state": State.FILED, "review_wanted": True}
    assert (wanted("shift_supervisor", **third), wanted("dispatcher", **third)) == (
        Need.REVIEW,
        None,
    )
    back = {"state": State.FILED, "remaining": "补种行道树"}
    assert wanted("dispatcher", **back) is Need.CAME_BACK
    assert wanted("dispatcher", **back, claimed_by="dispatcher2") is None
    asked = {"state": State.CLOSED, "doubts": (Doubt.NO_PICTURE,)}
    assert wanted("shift_supervisor", **asked) is Need.DOUBTS
    assert wanted("dispatcher", **asked) is None
    assert wanted("shift_supervisor", state=State.CLOSED) is None


def test_that_a_whistle_wants_what_its_bodies_leave_open(desk, need):
    case = desk.report()
    order = c.Blow(case=case.no, bodies=("police", "fire"), hold_seconds=0, kind="hard_problem")
    whistle = desk.do(order).whistle
    desk.do(c.Claim(case=case.no), "intake_officer")  # so that nothing else is wanted
    assert need(case, "dispatcher2") is None
    late = desk.at + timedelta(hours=2)
    desk.do(c.UrgeBody(whistle=whistle.no, body="fire"))
    assert need_of_body(desk, case, late) is Need.ABSENT  # nobody has urged the police
    desk.do(c.UrgeBody(whistle=whistle.no, body="police"))
    assert need_of_body(desk, case, late) is None
    desk.answers(whistle, "fire", "refused", reason="出警中", duty_item="PH-001")
    assert need_of_body(desk, case, desk.at, "shift_supervisor") is Need.REFUSED


def need_of_body(desk, case, at, who="dispatcher"):
    """What the whistle alone wants, whoever else has the case."""
    picture = Picture()
    picture.begin(desk.work())
    held = replace(picture.cases[case.no], state=State.VERIFYING)
    return need_of(
        Look(
            case=held,
            operator=desk.hall.people[who],
            at=at,
            whistle=picture.whistle_of(held),
            people=desk.hall.people,
        )
    )


def received():
    at = NOON
    case, _fact = opened(
        no="20261121-00001",
        at=at,
        actor="county",
        place=Place(address="东街"),
        fields={"title": "井盖缺失", "occurred_at": at, "reported_at": at},
    )
    return case


@given(
    state=st.sampled_from(sorted(OPEN)),
    role=st.sampled_from(list(Role)),
    claimed=st.sampled_from([None, "me", "dispatcher", "intake_officer"]),
)
def test_that_nobody_is_asked_for_what_his_role_may_not_do(township, state, role, claimed):
    case = replace(received(), state=state, body="police", claimed_by=claimed)
    me = Operator(id="me", name="我", role=role)
    look = Look(case=case, operator=me, at=NOON, people=township.people)
    found = need_of(look)
    allowed = {
        State.RECEIVED: c.File,
        State.FILED: c.Dispatch,
        State.ARBITRATING: c.Rule,
        State.RESULT_SUBMITTED: c.Check,
        State.CHECKING: c.Close,
    }
    if found is not None and state in allowed:
        assert look.may(allowed[state])
    assert found is None or state is not State.VERIFYING


def closed(desk, channel):
    case = sent_of(desk, channel)
    desk.says(case, "result", words="好")
    desk.do(c.Check(case=case.no), "inspector")
    order = c.Close(case=case.no, outcome="explained", reply="已答", contacted=True)
    return desk.do(order, "inspector").case


def sent_of(desk, channel):
    case = desk.report(channel=channel)
    desk.do(c.File(case=case.no, category="E0501", grid="990101101001001"))
    return desk.do(c.Dispatch(case=case.no, body="police", co_bodies=())).case


def test_that_a_follow_up_falls_due_and_is_let_go_by_making_it(desk, need):
    case = closed(desk, "hotline")
    assert need(case) is None
    (due,) = [it.near_at for it in case_timers(case, desk.hall.limits) if it.kind == "follow_up"]
    assert due in set(turns_of(desk, case))
    desk.at = due
    assert need(case) is Need.VISIT
    assert need(case, "inspector") is Need.VISIT
    assert need(case, "handler") is None
    case = desk.do(c.FollowUp(case=case.no, contacted=True, solved=True)).case
    assert need(case) is None


def turns_of(desk, case):
    operator = desk.hall.people["dispatcher"]
    return turns(Look(case=case, operator=operator, at=desk.at, people=desk.hall.people))


def test_that_what_was_found_on_patrol_wants_no_follow_up(desk, need):
    case = closed(desk, "inspection")
    desk.at = case.follow_up_due_at
    assert need(case) is None


def test_that_a_screen_begins_with_what_is_to_be_followed_up(desk):
    case = closed(desk, "hotline")
    other = closed_again(desk)
    since = desk.at - VISITED_WITHIN
    work = desk.store.answer(OpenWork(visits_since=since))
    assert [it.no for it in work.to_visit] == [case.no]
    picture = Picture()
    picture.begin(work)
    assert case.no in set(picture.held())
    assert picture.find(case.no).version == case.version
    assert picture.find(other.no) is None
    desk.do(c.FollowUp(case=case.no, contacted=True, solved=True))
    picture.apply(desk.deltas[-1])
    assert picture.find(case.no) is None
    assert desk.store.answer(OpenWork()).to_visit == ()


def closed_again(desk):
    case = desk.report("E2", channel="inspection")
    return desk.do(c.ForceClose(case=case.no, reason="重复"), "shift_supervisor").case
