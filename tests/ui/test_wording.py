"""How times, limits, places and deeds are written."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from commandcenter.application import messages as m
from commandcenter.domain import words
from commandcenter.domain.case import State, Step
from commandcenter.domain.catalogue import Urgency
from commandcenter.domain.facts import Fact
from commandcenter.domain.place import Datum, Place, PlaceQuality, Point, settle
from commandcenter.domain.report import Channel, Mark
from commandcenter.domain.timelimit import Limit, LimitUnit, WhyDetail, WhyKind, WhyStep
from commandcenter.domain.timers import Phase, Timer, TimerKind
from commandcenter.domain.whistle import SummonsStep
from ui import wording
from ui.case.reading import Reading, rows
from ui.icons import icon_names

NOW = datetime(2026, 11, 18, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(("count", "said"), [(0, "cases"), (1, "case"), (2, "cases")])
def test_that_one_thing_is_not_said_to_be_several(count, said):
    assert wording.counted(("{} 件", "case|cases"), count, "en") == said
    assert wording.counted(("{} 件", "case|cases"), count, "zh") == "{} 件"
    assert wording.counted(("家", "late"), count, "en") == "late"


@pytest.mark.parametrize("unit", LimitUnit)
def test_that_a_limit_of_one_is_one(unit):
    one, two = (wording.limit_words(Limit(amount, unit), "en") for amount in (1, 2))
    assert two.split(",")[0].endswith("s")
    assert not one.split(",")[0].endswith("s")
    assert one[1:3] == two[1:3]


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "到时", "due now"),
        (40, "剩 40 秒", "40 s left"),
        (-40, "超 40 秒", "40 s over"),
        (8100, "剩 2 小时 15 分", "2 h 15 min left"),
        (-2100, "超 35 分", "35 min over"),
        (7200, "剩 2 小时", "2 h left"),
        (273_600, "剩 3 天 4 小时", "3 d 4 h left"),
        (-86_400, "超 1 天", "1 d over"),
    ],
)
def test_that_what_is_left_is_said_in_words(seconds, zh, en):
    due = NOW + timedelta(seconds=seconds)
    assert wording.time_left(due, NOW) == zh
    assert wording.time_left(due, NOW, "en") == en


@given(st.integers(-(10**8), 10**8))
def test_that_no_span_is_longer_than_two_units_nor_ever_negative(seconds):
    said = wording.span(timedelta(seconds=seconds))
    assert "-" not in said
    assert len(said.split()) <= 4


def test_that_running_clocks_show_seconds():
    assert wording.clock_left(NOW + timedelta(minutes=8, seconds=32), NOW) == "8:32"
    assert wording.clock_left(NOW + timedelta(hours=1, minutes=5), NOW) == "1:05:00"
    assert wording.clock_left(NOW - timedelta(seconds=12), NOW) == "+0:12"


def test_that_local_times_are_as_short_as_the_day_allows(samples):
    zone = samples.ZONE
    assert wording.local_time(NOW - timedelta(minutes=25), zone, NOW) == "14:05"
    assert wording.local_time(NOW - timedelta(days=3), zone, NOW) == "11-15 14:30"
    assert wording.local_time(NOW - timedelta(days=400), zone, NOW) == "2025-10-14 14:30"
    assert wording.full_time(NOW, zone) == "2026-11-18 14:30:00"
    assert wording.day_words(date(2026, 11, 18)) == "2026-11-18 周三"
    assert wording.ago(NOW - timedelta(seconds=3), NOW) == "刚刚"
    assert wording.ago(NOW - timedelta(minutes=3), NOW) == "3 分前"


def test_that_limits_are_said_in_words_and_nonsense_is_left_as_it_is():
    assert wording.limit_words(Limit(3, LimitUnit.WORK_DAY)) == "3 工作日"
    assert wording.limit_words("8 urgent_hour") == "8 紧急工作时"
    assert wording.limit_words("8 urgent_hour", "en") == "8 hours, day and night"
    assert wording.limit_words("soon") == "soon"
    assert wording.limit_words(None) == "—"


def timer(**changes):
    fields = {
        "kind": TimerKind.HANDLE,
        "subject": "A",
        "start_at": NOW - timedelta(hours=1),
        "due_at": NOW + timedelta(hours=1),
    }
    return Timer(**(fields | changes))


def test_that_a_countdown_has_a_share_words_and_a_phase(samples):
    hall = samples.hall()
    shown = wording.countdown(timer(), NOW, hall)
    assert (shown.name, shown.text, shown.left, shown.phase) == (
        "处置",
        "剩 1 小时",
        0.5,
        Phase.CALM,
    )
    assert wording.countdown(timer(paused=True), NOW, hall).text == "暂停计时"
    assert wording.countdown(timer(provisional=True), NOW, hall).text == "剩 1 小时（暂定）"
    late = wording.countdown(timer(due_at=NOW - timedelta(minutes=5)), NOW, hall)
    assert late.phase is Phase.OVER
    assert late.left < 0
    assert wording.countdown(timer(due_at=NOW - timedelta(hours=1)), NOW, hall).left == 0
    assert wording.timer_name(timer(kind=TimerKind.ANSWER, part="police"), hall) == "应哨（派出所）"
    assert wording.timer_name(timer(kind=TimerKind.MILESTONE, part="围护"), hall) == "节点（围护）"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", WhyKind)
def test_that_every_line_of_a_deadline_is_a_sentence(samples, kind, lang):
    step = WhyStep(
        kind=kind,
        day=date(2026, 10, 1),
        at=NOW,
        until=None,
        detail=WhyDetail.HOLIDAY,
    )
    (line,) = wording.why_lines([step], samples.ZONE, lang)
    assert line
    assert "{" not in line
    assert "None" not in line


def test_that_skipped_days_are_named(samples):
    step = WhyStep(kind=WhyKind.SKIPPED_DAY, day=date(2026, 10, 1), detail=WhyDetail.HOLIDAY)
    assert wording.why_lines([step], samples.ZONE) == ["2026-10-01 周四 节假日，不计入"]


def test_that_names_come_from_the_roster_and_codes_are_shown_as_they_are(samples):
    hall = samples.hall()
    assert wording.body_name(hall, "police") == "派出所"
    assert wording.body_name(hall, "nobody-knows") == "nobody-knows"
    assert wording.body_name(hall, None) == "未指定"
    assert wording.person_name(hall, "dispatcher") == "周文斌"
    assert wording.person_name(hall, "W001") == "王国平"
    assert wording.person_name(hall, "hall") == "系统"
    assert wording.person_name(hall, "hall", "en") == "the system"
    assert wording.holder_name(hall, samples.case(1)) == "大厅"
    assert wording.holder_name(hall, samples.case(1, claimed=True)) == "周文斌"
    handled = samples.case(1, state=State.HANDLING)
    assert wording.holder_name(hall, handled) == wording.body_name(hall, handled.body)


def test_that_places_say_the_village_once_and_their_doubt(samples):
    hall = samples.hall()
    place = samples.case(1).place
    assert wording.grid_and_village(hall, place).count(place.village) == 1
    assert wording.place_line(hall, place).startswith(place.address)
    assert wording.place_line(hall, Place()) == "地点不明（无坐标）"
    outside = Place(address="界牌", quality=PlaceQuality.OUTSIDE)
    assert wording.place_line(hall, outside) == "界牌（网格外）"


def test_that_a_place_on_the_map_is_not_called_unknown_for_want_of_a_grid(samples):
    hall = samples.hall()
    far = settle(hall.grids, Point(121.47, 31.23, Datum.WGS84))
    assert far.wgs84 is not None
    assert wording.grid_and_village(hall, far) == wording.place_line(hall, far) == "网格外"
    assert wording.grid_and_village(hall, far, "en") == "outside the grids"
    case = replace(samples.case(1), place=far)
    reading = Reading(case=case, hall=hall, lang="zh", now=samples.NOW)
    placed = next(text for name, text in rows(reading) if name == "地点")
    assert placed == "网格外"
    no_position = settle(hall.grids, Point(999.0, 31.23, Datum.WGS84))
    assert wording.place_line(hall, no_position) == "地点不明（坐标可疑）"


def test_that_every_urgency_has_a_shape_and_every_channel_an_icon():
    assert [wording.urgency_words(it) for it in Urgency] == ["○ 一般", "● 重要", "▲ 紧急", "◆ 特急"]
    assert {wording.channel_icon(it) for it in Channel} <= set(icon_names())


@pytest.mark.parametrize(
    ("key", "value", "zh"),
    [
        ("report_count", 1280.0, "1,280 件"),
        ("ontime_close_rate", 0.9372, "93.7 %"),
        ("dispatch_accuracy", 1.0, "100.0 %"),
        ("avg_handle_hours", 5.44, "5.4 小时"),
        ("close_rate", None, "—"),
    ],
)
def test_that_figures_have_their_unit(key, value, zh):
    assert wording.figure_value(key, value) == zh


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_that_everything_that_happens_to_a_case_is_a_line_of_its_history(samples, lang):
    hall, seen = samples.hall(), set()
    for state in State:
        trail = []
        case = samples.case(9, state=state, trail=trail, claimed=True)
        samples.whistle(case, came=("police",), refused=("market",), trail=trail)
        for fact in trail:
            told = wording.deed(hall, fact, lang)
            seen.add(fact.kind)
            assert told.who
            assert told.what != fact.kind
            assert not any("{" in line for line in (told.what, *told.details))
    assert len(seen) > 15


def test_that_every_step_and_every_summons_has_its_words(samples):
    hall = samples.hall()
    kinds = [f"case.{step}" for step in Step] + [f"whistle.{step}" for step in SummonsStep]
    for kind in kinds:
        fact = Fact(kind=kind, subject="A", at=NOW, actor="dispatcher", data={"body": "police"})
        assert wording.deed(hall, fact).what != kind


@pytest.mark.parametrize(
    ("step", "actor", "zh", "en"),
    [
        (SummonsStep.FINISH, "police", "完成处置", "finished"),
        (SummonsStep.NOTIFY, "market", "收到通知", "was notified"),
        (SummonsStep.ANSWER, "dispatcher", "派出所：应哨", "派出所: answered"),
        (SummonsStep.CALL, "dispatcher", "逐级呼叫派出所", "called the next contact of 派出所"),
        (SummonsStep.URGE, "dispatcher", "催派出所", "urged 派出所"),
    ],
)
def test_that_a_summoned_body_is_named_once_and_what_it_did_in_the_past(
    samples, step, actor, zh, en
):
    body = actor if actor == "market" else "police"
    fact = Fact(kind=f"whistle.{step}", subject="W1", at=NOW, actor=actor, data={"body": body})
    assert wording.deed(samples.hall(), fact).what == zh
    assert wording.deed(samples.hall(), fact, "en").what == en


@pytest.mark.parametrize(
    ("lang", "planned", "unplanned"),
    [
        ("zh", "完成节点「x」", "不在本案节点之列"),
        ("en", 'reached "x"', "none of this case's milestones"),
    ],
)
def test_that_a_milestone_the_case_has_not_is_told_in_a_sentence(samples, lang, planned, unplanned):
    def told(**more):
        data = {"body": "police", "milestone": "x", **more}
        fact = Fact(kind="case.milestone_reached", subject="A", at=NOW, actor="police", data=data)
        return wording.deed(samples.hall(), fact, lang).what

    assert told() == planned
    assert unplanned in told(unplanned=True)
    assert "x" in told(unplanned=True)


def test_that_the_words_of_a_deed_are_named(samples):
    fact = Fact(
        kind="case.dispatched",
        subject="A",
        at=NOW,
        actor="dispatcher",
        data={"body": "police", "limit": "3 work_day", "due_at": NOW, "before": "filed"},
    )
    told = wording.deed(samples.hall(), fact)
    assert (told.who, told.what) == ("周文斌", "派单给派出所")
    assert told.details == ("时限：3 工作日", "截止：2026-11-18 14:30")
    strange = Fact(kind="case.teleported", subject="A", at=NOW, actor="hall", data={"x": object()})
    assert wording.deed(samples.hall(), strange).what == "case.teleported"


def updated(**data):
    return Fact(kind="case.updated", subject="A", at=NOW, actor="/county/grid", data=data)


def test_that_a_revision_is_told_beside_what_the_case_still_says(samples):
    hall = samples.hall()
    place = {"quality": "unknown", "address": "东街 1 号"}
    fact = updated(
        marks=[Mark.REVISED],
        upstream={
            "urgency": "critical",
            "title": "井盖" * 99,
            "place": place,
            "category": "x",
            "duty_item": "D1",
        },
        was={
            "urgency": "normal",
            "title": "井盖破损",
            "place": place | {"address": "西街"},
            "duty_item": "D1",
        },
    )
    told = wording.deed(hall, fact)
    assert told.what == "重发时改了内容，本案未改"
    assert told.details == (
        f"上报方现称标题：{'井盖' * 30}…（本案仍为：井盖破损）",
        "上报方现称紧急程度：特急（本案仍为：一般）",
        "上报方现称类别：x（本案仍为：—）",
        "上报方现称地点：东街 1 号（无坐标）（本案仍为：西街（无坐标））",
        "上报方现称清单事项：D1（与本案一致）",
    )
    english = wording.deed(hall, fact, "en").details[1]
    assert english == "The sender's urgency now: critical (here still: normal)"


def test_that_an_update_says_what_it_changed_and_what_it_could_not(samples):
    point = {"quality": "exact", "point": [116.28, 29.08, "WGS84"], "address": "东街"}
    fact = updated(title="井盖丢失", place=point, upstream={"urgency": "critical"})
    assert wording.deed(samples.hall(), fact).details == (
        "标题改为：井盖丢失",
        "地点改为：东街 · 116.28000, 29.08000",
        "上报方现称紧急程度：特急",
    )
    assert wording.deed(samples.hall(), updated(title="a"), "en").details == ("Title now: a",)


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (0.0, "不到 1 分", "under 1 min"),
        (0.0017, "不到 1 分", "under 1 min"),
        (1 / 60, "1 分", "1 min"),
        (0.5, "30 分", "30 min"),
        (0.999, "1 小时", "1 h"),
        (5.44, "5.4 小时", "5.4 h"),
    ],
)
def test_that_less_than_an_hour_is_told_in_minutes(value, zh, en):
    assert wording.hours(value) == zh
    assert wording.hours(value, "en") == en


def test_that_a_report_is_told_by_its_channel_and_not_by_what_its_source_is_called(samples):
    hall = samples.hall()
    fact = Fact(
        kind="case.received",
        subject="YX1",
        at=NOW,
        actor="/county/hotline-12345",
        data={"channel": "hotline"},
    )
    told = wording.deed(hall, fact)
    assert (told.who, told.what, told.details) == ("12345 热线", "上报", ())
    assert wording.deed(hall, replace(fact, data={})).who == "上报方"


def test_that_a_call_is_told_by_the_name_of_its_channel(samples):
    fact = Fact(
        kind="whistle.called", subject="W1", at=NOW, actor="system", data={"channel": "feed"}
    )
    assert "渠道：县平台" in wording.deed(samples.hall(), fact).details


@pytest.mark.parametrize(("kind", "status"), [("case", "accepted"), ("whistle", "reported_in")])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_that_a_receipt_that_moved_nothing_is_not_told_as_a_step(samples, kind, status, lang):
    data = {"body": "police", "status": status, "refusal": "illegal_step", "words": "已签收"}
    fact = Fact(
        kind=f"{kind}.receipt_noted", subject="1", at=samples.NOW, actor="police", data=data
    )
    told = wording.deed(samples.hall(), fact, lang)
    assert told.in_vain
    assert ("未生效" if lang == "zh" else "no effect") in told.what
    assert words.code(status, lang) in told.what
    assert any("已签收" in line for line in told.details)
    step = replace(fact, kind="case.accepted")
    assert not wording.deed(samples.hall(), step, lang).in_vain


@pytest.mark.parametrize(
    "status",
    [
        *m.TaskStatus,
        *m.WhistleStatus,
        *m.CountyStatus,
        *m.TransferAnswer,
        *m.MediationStatus,
        *m.ReceiptStatus,
        *m.TaskWish,
        Step.VERIFIED,
        Step.FOLLOW_UP,
    ],
)
@pytest.mark.parametrize("kind", ["case", "whistle"])
def test_that_no_status_without_effect_is_told_by_its_code(samples, kind, status):
    data = {"status": str(status), "body": "police"}
    fact = Fact(kind=f"{kind}.receipt_noted", subject="1", at=samples.NOW, actor="x", data=data)
    for lang in ("zh", "en"):
        assert str(status) in words.CODES
        told = wording.deed(samples.hall(), fact, lang).what
        assert words.code(str(status), lang) in told
        assert "_" not in told
    assert str(status) not in wording.deed(samples.hall(), fact).what
