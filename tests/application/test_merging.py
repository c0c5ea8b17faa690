"""One problem, many requests: merged, taken apart again, counted apart, and every one answered."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from commandcenter.application import commands as c
from commandcenter.application.questions import Children, Counted, Figures
from commandcenter.domain.case import State
from commandcenter.domain.catalogue import Urgency
from commandcenter.domain.measures import Part
from commandcenter.domain.timers import case_timers

GRID = "990101101001001"
HERE = {"grid": GRID, "address": "东街 12 号"}
WAYS = ("claim", "verify", "verified", "file", "wait", "update")


def walk(desk, case, ways):
    """Do some of what may happen to a report before it is merged."""
    for way in ways:
        desk.pass_time(minutes=3)
        now = desk.case(case)
        match way:
            case "claim" if now.state in {State.RECEIVED, State.FILED}:
                desk.do(c.Claim(case=now.no))
            case "verify" if now.state is State.RECEIVED:
                desk.do(c.Verify(case=now.no, worker="W001"))
            case "verified" if now.state is State.VERIFYING:
                desk.tell("verification.receipt", case_no=now.no, result="exists")
            case "file" if now.state is State.RECEIVED:
                desk.do(c.File(case=now.no, category="E0102"))
            case "update":
                desk.tell("grid.event.updated", event_no="E1", description="又来一次")
    return desk.case(case)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    ways=st.lists(st.sampled_from(WAYS), max_size=6),
    hours=st.integers(0, 400),
    urgency=st.sampled_from(Urgency),
)
def test_that_what_is_merged_and_taken_out_again_is_exactly_as_it_was(
    make_desk, township, ways, hours, urgency
):
    desk = make_desk(township)
    child = desk.report("E1", urgency=urgency, location=HERE)
    parent = desk.report("E2", location=HERE)
    before = walk(desk, child, ways)
    if before.state not in {State.RECEIVED, State.FILED}:
        return
    other = desk.case(parent)
    desk.do(c.Merge(case=child.no, into=parent.no, reason="同一处"), "shift_supervisor")
    desk.pass_time(hours=hours)
    after = desk.do(c.Unmerge(case=child.no, reason="另一处"), "shift_supervisor").case
    assert structs.replace(after, version=before.version) == before
    assert case_timers(after, desk.hall.limits) == case_timers(before, desk.hall.limits)
    assert structs.replace(desk.case(parent), version=other.version) == other


def test_that_a_problem_is_as_pressing_as_the_gravest_report_merged_into_it(desk):
    main = desk.report("E1", urgency="important", location=HERE)
    fire = desk.report("E2", urgency="critical", location=HERE)
    smoke = desk.report("E3", urgency="urgent", location=HERE)
    for child in (smoke, fire):
        desk.do(c.Merge(case=child.no, into=main.no))
    assert desk.case(main).urgency is Urgency.CRITICAL
    assert desk.facts(main)[-1].data == {"child": fire.no, "urgency_now": "critical"}
    desk.do(c.Unmerge(case=fire.no, reason="另一处"))
    assert desk.case(main).urgency is Urgency.URGENT
    desk.do(c.Unmerge(case=smoke.no, reason="另一处"))
    assert desk.case(main).urgency is Urgency.IMPORTANT
    assert desk.case(main).own_urgency is None


def test_that_a_lesser_report_merged_into_it_makes_no_problem_less_pressing(desk):
    main = desk.report("E1", urgency="critical", location=HERE)
    desk.do(c.Merge(case=desk.report("E2", urgency="normal", location=HERE).no, into=main.no))
    assert desk.case(main).urgency is Urgency.CRITICAL
    assert desk.facts(main)[-1].data.keys() == {"child"}


def test_that_a_merged_report_that_becomes_graver_makes_the_problem_so(desk):
    main, (child,) = merged(desk, 2)
    desk.tell("grid.event.updated", event_no="E2", urgency="critical")
    assert desk.case(main).urgency is Urgency.CRITICAL
    desk.tell("grid.event.updated", event_no="E1", urgency="urgent")
    assert desk.case(main).urgency is Urgency.CRITICAL
    desk.do(c.Unmerge(case=child.no, reason="另一处"))
    assert desk.case(main).urgency is Urgency.URGENT


def test_that_who_files_decides_how_pressing_a_problem_is_whatever_was_merged_into_it(desk):
    main = desk.report("E1", location=HERE)
    child = desk.report("E2", urgency="critical", location=HERE)
    desk.do(c.Merge(case=child.no, into=main.no))
    desk.do(c.File(case=main.no, category="E0102", urgency="urgent"))
    desk.do(c.Unmerge(case=child.no, reason="另一处"))
    assert desk.case(main).urgency is Urgency.URGENT


def merged(desk, count=3):
    """A filed case with other reports of the same problem merged into it."""
    parent, *children = (desk.report(f"E{n}", location=HERE) for n in range(1, count + 1))
    for child in children:
        desk.do(c.Merge(case=child.no, into=parent.no))
    return parent, children


def closed(desk, parent):
    desk.do(c.File(case=parent.no, category="E0102"))
    case = desk.do(c.Dispatch(case=parent.no)).case
    desk.says(case, "accepted")
    desk.says(case, "result", words="已清运")
    desk.do(c.Check(case=case.no), "inspector")
    return desk.do(c.Close(case=case.no, outcome="solved", reply="已清运"), "inspector").case


def answered(desk, outcome):
    return [
        number
        for _item, data in desk.outgoing("case.replied")
        if data["outcome"] == outcome
        for number in data["event_nos"]
    ]


def test_that_every_reporter_is_answered_once_when_the_problem_is_closed(desk):
    parent, _children = merged(desk, 5)
    assert sorted(answered(desk, "merged")) == ["E2", "E3", "E4", "E5"]
    closed(desk, parent)
    assert sorted(answered(desk, "solved")) == ["E1", "E2", "E3", "E4", "E5"]


def test_that_whoever_was_taken_out_again_is_not_answered_for_the_other_problem(desk):
    parent, (child, _other) = merged(desk, 3)
    desk.do(c.Unmerge(case=child.no, reason="另一处"))
    closed(desk, parent)
    assert sorted(answered(desk, "solved")) == ["E1", "E3"]
    assert desk.case(child).state is State.RECEIVED


def test_that_reporters_are_answered_too_when_the_problem_is_declined_or_closed_by_order(desk):
    parent, _children = merged(desk, 2)
    desk.do(c.Reject(case=parent.no, reason="核实不属实", reply="未发现"))
    assert sorted(answered(desk, "rejected")) == ["E1", "E2"]
    other = desk.report("E8", location=HERE)
    desk.do(c.Merge(case=desk.report("E9", location=HERE).no, into=other.no))
    desk.do(c.ForceClose(case=other.no, reason="已另案处理"), "shift_supervisor")
    assert sorted(answered(desk, "explained")) == ["E8", "E9"]


def test_that_word_on_a_merged_report_reaches_the_history_of_the_problem(desk):
    parent, (child,) = merged(desk, 2)
    desk.tell("grid.event.updated", event_no="E2", description="污水流到路上了")
    told = desk.facts(parent)[-1]
    assert (told.kind, told.data["child"]) == ("case.child_told", child.no)
    assert told.data["description"] == "污水流到路上了"
    assert desk.case(child).description == "污水流到路上了"
    desk.tell("grid.event.withdrawn", event_no="E2", reason="已自行清理")
    assert desk.facts(parent)[-1].data["reason"] == "已自行清理"


def test_that_the_same_number_raised_again_under_another_message_reaches_it_too(desk):
    parent, (child,) = merged(desk, 2)
    before = len(desk.work().cases)
    desk.report("E2", title="垃圾还没清", location=HERE)
    assert len(desk.work().cases) == before
    assert desk.kinds(parent)[-1] == "case.child_told"
    assert desk.case(child).state is State.MERGED


def test_that_a_telephone_number_in_it_is_masked_there(desk):
    parent, _children = merged(desk, 2)
    desk.tell("grid.event.updated", event_no="E2", description="请打 13800138000 找我")
    assert "13800138000" not in str(desk.facts(parent)[-1].data)


def test_that_requests_and_problems_are_counted_apart(desk):
    parent, children = merged(desk, 4)
    desk.report("E7", location=HERE)
    window = {"start": desk.at - timedelta(days=1), "end": desk.at + timedelta(days=1)}
    asked = Figures(keys=("report_count", "problem_count"), now=desk.at, **window)
    assert [it.value for it in desk.store.answer(asked)] == [5, 2]
    listed = Counted(key="problem_count", part=Part.NUMERATOR, now=desk.at, **window)
    assert parent.no in {it.no for it in desk.store.answer(listed)}
    assert not {it.no for it in children} & {it.no for it in desk.store.answer(listed)}
    told = desk.store.answer(Children(case=parent.no))
    assert [it.no for it in told] == [it.no for it in children]
