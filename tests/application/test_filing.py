"""Filing under a condition, sending the nearest worker, and declining what is not ours."""

from dataclasses import replace
from datetime import timedelta

import pytest

from commandcenter.application import commands as c
from commandcenter.application.changes import UnitPosition
from commandcenter.application.plans import dispatch_plan
from commandcenter.application.questions import Counted, Figures
from commandcenter.application.verifiers import Nearness, verifiers
from commandcenter.domain.hints import hints
from commandcenter.domain.measures import Part
from commandcenter.domain.place import Datum, Place, Point
from commandcenter.domain.timers import TimerKind, case_timers

GRID = "990101101001001"
LIVE = "灯杆带电、倾倒或砸损"


def test_that_the_condition_decides_limit_milestones_and_guidance(desk):
    plain, live = desk.report("E1"), desk.report("E2")
    plain = desk.do(c.File(case=plain.no, category="E0408")).case
    live = desk.do(c.File(case=live.no, category="E0408", condition=LIVE)).case
    assert (plain.condition, live.condition) == ("", LIVE)
    slow, fast = (dispatch_plan(desk.hall, it, desk.at) for it in (plain, live))
    assert (str(slow.limit), str(fast.limit)) == ("2 work_day", "4 urgent_hour")
    assert [name for name, _ in fast.milestones] == ["断电", "排险"]
    assert "断电" in fast.guidance


def test_that_a_condition_no_standard_names_is_refused(desk):
    case = desk.report()
    order = c.File(case=case.no, category="E0408", condition="下雪")
    assert desk.refusal(order).code == "unknown_condition"


# -- who verifies --


def seen(worker, point, at):
    return UnitPosition(
        id=worker, kind="grid_worker", name="", body=None, lon=point.lon, lat=point.lat, at=at
    )


def test_that_the_worker_of_the_grid_is_asked_first(desk):
    own = desk.hall.grids.grids[GRID].worker
    other = next(it for it in desk.hall.workers if it != own)
    spot = desk.hall.grids.centroid(GRID)
    place = Place(wgs84=spot, grid=GRID)
    offered = verifiers(desk.hall, place, [seen(other, spot, desk.at)], desk.at)
    assert (offered[0].worker.id, offered[0].nearness) == (own, Nearness.OWN_GRID)
    assert (offered[1].worker.id, offered[1].nearness) == (other, Nearness.POSITION)
    assert len(offered) == len(desk.hall.workers)


def test_that_without_a_grid_whoever_is_nearest_and_fresh_is_asked(desk):
    here = Point(116.28, 29.08, Datum.WGS84)
    near, far, old, *_ = desk.hall.workers
    heard = [
        seen(near, Point(116.281, 29.08, Datum.WGS84), desk.at),
        seen(far, Point(116.29, 29.08, Datum.WGS84), desk.at),
        seen(old, here, desk.at - timedelta(minutes=11)),
    ]
    offered = verifiers(desk.hall, Place(wgs84=here), heard, desk.at)
    assert [it.worker.id for it in offered[:2]] == [near, far]
    assert round(offered[0].metres, -1) == 100
    stale = next(it for it in offered if it.worker.id == old)
    assert (stale.nearness, stale.metres) == (Nearness.OTHER, None)


def test_that_the_nearest_worker_is_sent_when_nobody_is_named_and_the_clock_waits(desk):
    worker = next(iter(desk.hall.workers))
    desk.tell(
        "position.reported",
        unit={"id": worker, "kind": "grid_worker"},
        location={"lon": 116.28, "lat": 29.08, "datum": "WGS84"},
    )
    case = desk.report(location={"lon": 110.0, "lat": 29.08, "datum": "WGS84"})
    assert case.place.grid is None
    sent = desk.do(c.Verify(case=case.no)).case
    ((_item, what),) = desk.outgoing("verification.requested")
    assert what["worker"] == worker
    clocks = {it.kind: it for it in case_timers(sent, desk.hall.limits)}
    assert clocks[TimerKind.ACCEPT].paused
    assert not clocks[TimerKind.VERIFY].paused


def test_that_nobody_is_sent_where_nothing_speaks_for_anybody(desk):
    case = desk.report(location={"address": "某处"})
    assert desk.refusal(c.Verify(case=case.no)).code == "needs"


# -- not ours --


def figures(desk, *keys):
    window = {"start": desk.at - timedelta(days=1), "end": desk.at + timedelta(days=1)}
    found = desk.store.answer(Figures(keys=keys, now=desk.at, **window))
    return {it.key: (it.value, it.numerator, it.denominator) for it in found}


def test_that_what_is_not_ours_is_counted_apart_and_the_filing_rate_is_as_it_was(desk):
    filed, ours, theirs = (desk.report(f"E{n}") for n in range(3))
    desk.do(c.File(case=filed.no, category="E0102"))
    desk.do(c.Reject(case=ours.no, reason="核实不属实", reply="未发现"))
    declined = desk.do(
        c.Reject(case=theirs.no, reason="不属本级", reply="请联系县城管局", not_ours=True,
                 duty_item="PH-001")
    ).case  # fmt: skip
    assert declined.not_ours
    told = figures(desk, "not_ours_count", "file_rate", "closed_count")
    assert told["not_ours_count"][0] == 1
    assert told["file_rate"] == (pytest.approx(1 / 3), 1, 3)
    assert told["closed_count"][0] == 0
    window = {"start": desk.at - timedelta(days=1), "end": desk.at + timedelta(days=1)}
    listed = Counted(key="not_ours_count", part=Part.NUMERATOR, now=desk.at, **window)
    assert [it.no for it in desk.store.answer(listed)] == [theirs.no]


def test_that_what_is_not_ours_names_an_item_of_the_lists(desk, township, make_desk):
    lax = make_desk(replace(township, duty_item_required=False, standards={}))
    case = lax.report(category=None, duty_item=None)
    order = c.Reject(case=case.no, reason="不属本级", reply="已转告", not_ours=True)
    refusal = lax.refusal(order)
    assert (refusal.code, refusal.facts["field"]) == ("needs", "duty_item")


# -- the demo's own lists --


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("文昌街 12 号门前井盖缺失", "E0407"),
        ("东街路灯坏了两盏", "E0408"),
        ("农贸市场门口有人摆摊", "E0501"),
        ("幸福里楼道有煤气味", "E0402"),
        ("凌晨一点工地还在施工，半夜施工太吵", "E0302"),
        ("柳塘村烧秸秆", "T0602"),
    ],
)
def test_that_the_township_s_words_propose_the_class_a_dispatcher_would_choose(
    township, text, category
):
    found = hints(text, township.categories)
    assert found[0].category == category
    assert found[0].words
