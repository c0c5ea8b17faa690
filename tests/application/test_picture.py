"""The picture of open work is what the store would tell, whatever came in which order."""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from commandcenter.application import commands as c
from commandcenter.application import messages as m
from commandcenter.application.changes import Delta
from commandcenter.application.picture import BY_STATE, Picture, Tab, in_tab, worst_first
from commandcenter.domain.case import OPEN, State
from commandcenter.domain.catalogue import Urgency
from commandcenter.domain.errors import Refusal
from commandcenter.domain.hall import Limits
from commandcenter.domain.timers import Timer, TimerKind

SWIFT = (Phase.explicit, Phase.reuse, Phase.generate)  # shrinking on a disk takes minutes
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


def act_at_random(desk, dice):
    """Do one thing that may or may not be possible."""
    work = desk.work()
    cases = [case.no for case in work.cases] or ["none"]
    no, other = dice.choice(cases), dice.choice(cases)
    alerts = [alert.key for alert in work.alerts] or ["none"]
    whistles = [whistle.no for whistle in work.whistles] or ["none"]
    outbox = [item.id for item in work.outgoing] or ["none"]
    gap = m.Gap(
        feed="county", first=dice.randrange(9), last=9, reason=m.GapReason.SEQUENCE_JUMP, at=desk.at
    )
    body = next((case.body for case in work.cases if case.no == no), None)
    said = {"case_no": no, "body": body or "police", "words": "w"}
    doings = [
        lambda: desk.report(None),
        lambda: desk.report(None),
        lambda: desk.tell("video.alert.raised", alert_id=f"{dice.random()}"),
        lambda: desk.tell("grid.event.withdrawn", event_no=f"{dice.random()}"),
        lambda: desk.tell("feed.receipt", id=dice.choice(outbox), status="accepted"),
        lambda: desk.tell("task.receipt", status=dice.choice(["accepted", "result"]), **said),
        lambda: desk.hear(gap),
        lambda: desk.do(c.File(case=no)),
        lambda: desk.do(c.Dispatch(case=no)),
        lambda: desk.do(c.Merge(case=no, into=other)),
        lambda: desk.do(c.Reject(case=no, reason="r", reply="r"), "shift_supervisor"),
        lambda: desk.do(c.ForceClose(case=no, reason="r"), "shift_supervisor"),
        lambda: desk.do(c.Blow(case=no, bodies=("police", "fire"))),
        lambda: desk.do(c.Withdraw(whistle=dice.choice(whistles))),
        lambda: desk.do(c.Review(alert=dice.choice(alerts), verdict="true")),
        lambda: desk.do(c.Promote(alert=dice.choice(alerts))),
    ]
    try:
        dice.choice(doings)()
    except Refusal:
        return


def shown(picture):
    return (
        picture.cases,
        picture.whistles,
        picture.alerts,
        picture.outgoing,
        {feed: sorted(gaps, key=lambda gap: gap.first) for feed, gaps in picture.gaps.items()},
    )


@given(st.integers(0, 2**32))
@settings(
    max_examples=10, phases=SWIFT, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_that_the_picture_is_what_the_store_would_tell(desk, seed):
    dice = random.Random(seed)
    earlier = Picture()
    earlier.begin(desk.work())
    here = len(desk.deltas)
    # the store answers at one moment, hears are told at others: any that are in the answer may
    # come before it or after it
    asked, told = dice.randrange(1, 25), dice.randrange(1, 25)
    work, late = None, Picture()
    for number in range(25):
        if number == asked:
            work = desk.work()
        act_at_random(desk, dice)
    deltas = desk.deltas[here:]
    began = max(told, asked)
    for number, delta in enumerate(deltas):
        if number == began:
            late.begin(work)
        late.apply(delta)
    if not late.begun:
        late.begin(work)
    for delta in deltas:
        earlier.apply(delta)
    fresh = Picture()
    fresh.begin(desk.work())
    assert shown(earlier) == shown(fresh)
    assert shown(late) == shown(fresh)
    assert earlier.quarantined == late.quarantined == fresh.quarantined


def test_that_an_older_word_does_not_bring_back_what_is_settled(desk):
    case = desk.report()
    before = desk.deltas[-1]
    desk.do(c.ForceClose(case=case.no, reason="x"), "shift_supervisor")
    picture = Picture()
    picture.begin(desk.work())
    for delta in (*desk.deltas, before):
        picture.apply(delta)
    assert picture.cases == {}


def test_that_links_and_what_was_heard_are_the_last_told():
    picture = Picture()
    for number, status in enumerate(("connecting", "live")):
        link = m.LinkState(feed="county", state=m.LinkStatus(status), at=NOON)
        heard = (("county", NOON + number * HOUR),)
        picture.apply(Delta(links=(link,), heard=heard))
    assert picture.links["county"].state == "live"
    assert picture.heard == {"county": NOON + HOUR}


def test_that_what_lies_in_quarantine_is_counted_once_whatever_was_told_first(desk):
    for number in range(3):
        desk.tell("grid.event.withdrawn", event_no=f"E{number}")
    work, before = desk.work(), list(desk.deltas)
    desk.tell("grid.event.withdrawn", event_no="E9")
    after = desk.deltas[len(before) :]
    for early, late in (
        ([], before + after),
        (before, after),
        (before + after, []),
        (after, before),
    ):
        picture = Picture()
        for delta in early:
            picture.apply(delta)
        picture.begin(work)
        for delta in late:
            picture.apply(delta)
        assert picture.quarantined == 4


def test_that_a_case_shows_its_whistle_s_clock_where_that_is_due_first(desk):
    case = desk.report()
    picture = Picture()
    picture.begin(desk.work())
    assert picture.timer(case, Limits()).kind is TimerKind.CLAIM
    whistle = desk.do(c.Blow(case=case.no, bodies=("police",), answer_limit="1 urgent_minute"))
    picture.apply(desk.deltas[-1])
    held = picture.cases[case.no]
    assert picture.whistle_of(held).no == whistle.whistle.no
    assert picture.timer(held, Limits()).kind is TimerKind.ANSWER


def timer(due, *, paused=False):
    return Timer(kind=TimerKind.HANDLE, subject="C", start_at=NOON, due_at=due, paused=paused)


def test_that_every_open_case_is_in_one_of_the_tabs_of_its_way():
    states = [state for tab in BY_STATE.values() for state in tab]
    assert len(states) == len(set(states))
    assert set(states) == OPEN


def test_that_the_tabs_hold_what_their_names_say(desk):
    base = desk.report()

    def tabs(due=None, whistling=False, needed=False, **changes):
        case = replace(base, **changes)
        known = {"needed": needed, "whistling": whistling, "timer": due, "at": NOON}
        return {tab for tab in Tab if in_tab(tab, case, **known)}

    assert tabs() == {Tab.ALL, Tab.TO_ACCEPT}
    assert tabs(needed=True) == {Tab.ALL, Tab.MINE, Tab.TO_ACCEPT}
    assert tabs(state=State.HANDLING) == {Tab.ALL, Tab.HANDLING}
    assert tabs(state=State.ARBITRATING) == {Tab.ALL, Tab.TO_DISPATCH}
    assert tabs(state=State.CHECKING) == {Tab.ALL, Tab.TO_CHECK}
    assert tabs(state=State.CLOSED) == set()
    assert tabs(state=State.CLOSED, needed=True) == {Tab.MINE}
    assert Tab.WHISTLE in tabs(whistles=("W1",), whistling=True)
    assert Tab.WHISTLE not in tabs(whistles=("W1",))  # its whistle is over
    assert Tab.OVERDUE in tabs(due=timer(NOON))
    assert Tab.OVERDUE not in tabs(due=timer(NOON + HOUR))
    assert Tab.OVERDUE not in tabs(due=timer(NOON, paused=True))


def test_that_the_worst_comes_first(desk):
    case = desk.report()
    order = [
        (replace(case, urgency=Urgency.CRITICAL), None),
        (case, timer(NOON)),
        (case, timer(NOON + HOUR / 10)),
        (case, timer(NOON + 9 * HOUR)),
        (case, timer(NOON + 99 * HOUR, paused=True)),
        (case, None),
    ]
    ranks = [worst_first(item, due, NOON + HOUR / 12) for item, due in order]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks)
