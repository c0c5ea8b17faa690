"""Taking in: every message ends as a fact, a duplicate, a revision, or in quarantine."""

import json
import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec import structs

from commandcenter.application import commands as c
from commandcenter.application import messages as m
from commandcenter.application.intake import Counts
from commandcenter.application.questions import Alerts, Cases
from commandcenter.domain.place import Datum, PlaceQuality
from commandcenter.domain.report import Channel, Mark
from commandcenter.feed.wire import decode
from commandcenter.store.unit import StoreUnit

SWIFT = (Phase.explicit, Phase.reuse, Phase.generate)  # shrinking on a disk takes minutes
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
GRID = "990101101001001"
INSIDE = {"lon": 116.281478, "lat": 29.082057}


def cases(desk):
    return desk.store.answer(Cases(limit=None))


def raised(desk, event_no="E1", **more):
    return desk.message("grid.event.reported", event_no=event_no, title="井盖破损", **more)


def read_again(feed, frame, at):
    return decode(frame, feed=feed, received_at=at)


def frame_of(sequence):
    return json.dumps(
        {
            "specversion": "1.0",
            "id": "u1",
            "source": "/county/grid",
            "type": "grid.event.updated",
            "time": "2026-11-20T12:00:00+08:00",
            "sequence": f"{sequence:020}",
            "data": {"event_no": "E1", "title": "井盖丢失"},
        }
    )


# -- once, whatever how often it comes --


def test_that_the_same_message_again_changes_nothing(desk):
    message = raised(desk)
    assert desk.hear(message, message) == Counts(received=2, stored=1, duplicates=1)
    facts = desk.facts(cases(desk)[0])
    assert desk.hear(message) == Counts(received=1, duplicates=1)
    assert desk.facts(cases(desk)[0]) == facts


def test_that_other_content_under_one_id_is_a_revision_and_flagged(desk):
    first = raised(desk, id_="a")
    other = raised(desk, id_="a", description="更正")
    desk.hear(first)
    assert desk.hear(other) == Counts(received=1, revisions=1)
    (case,) = cases(desk)
    assert case.marks == {Mark.REVISED}
    assert case.description == ""


@pytest.mark.parametrize("number", ["E1", None])
def test_that_a_revision_says_on_its_case_what_the_sender_says_now(desk, number):
    where = {"address": "东街 1 号", "grid": GRID}
    desk.hear(raised(desk, number, id_="a", description="旧", location=where))
    moved = {"address": "西街 2 号", "grid": GRID}
    desk.hear(
        desk.message(
            "grid.event.reported",
            id_="a",
            event_no=number,
            title="井盖丢失",
            description="新",
            urgency="critical",
            location=moved,
        )
    )
    (case,) = cases(desk)
    assert case.marks == {Mark.REVISED}
    assert (case.title, case.description, case.urgency) == ("井盖破损", "旧", "normal")
    assert case.place.address == "东街 1 号"
    data = desk.facts(case)[-1].data
    said, was = data["upstream"], data["was"]
    assert (said.pop("place")["address"], was.pop("place")["address"]) == (
        "西街 2 号",
        "东街 1 号",
    )
    assert said == {"title": "井盖丢失", "description": "新", "urgency": "critical"}
    assert was == {"title": "井盖破损", "description": "旧", "urgency": "normal"}


def test_that_every_revision_that_differs_is_told_and_one_that_came_before_is_not(desk):
    first, second, third = (
        raised(desk, None, id_="a", description=words) for words in ("", "更正", "再更正")
    )
    desk.hear(first)
    desk.hear(second)
    desk.hear(third)
    (case,) = cases(desk)
    told = [f.data["upstream"] for f in desk.facts(case) if f.kind == "case.updated"]
    assert told == [{"description": "更正"}, {"description": "再更正"}]
    assert desk.hear(first, second, third) == Counts(received=3, duplicates=3)  # a replay
    desk.hear(raised(desk, None, id_="a", time=desk.at + MINUTE))  # it says what the case says
    assert desk.kinds(case).count("case.updated") == 2


@pytest.mark.parametrize("together", [True, False])
def test_that_a_sender_who_says_what_the_case_says_again_is_told(desk, together):
    due = desk.at + 24 * HOUR
    first, second, third, fourth, fifth = (
        desk.message(
            "county.task",
            id_="a",
            task_no="T1",
            title=title,
            due_at=by.astimezone(timezone(8 * HOUR)),
            time=desk.at + wait * MINUTE,
        )
        for wait, (title, by) in enumerate(
            [("甲", due), ("乙", due + HOUR), ("甲", due), ("甲", due), ("乙", due)]
        )
    )
    batch = [first, second, third, third, fourth, second, fifth]
    for messages in [batch] if together else [[it] for it in batch]:
        desk.hear(*messages)
    (case,) = cases(desk)
    told = [f.data for f in desk.facts(case) if f.kind == "case.updated"]
    said = [data["upstream"].get("title") for data in told]
    assert said == ["乙", "甲", "乙"]  # the fourth says nothing new
    assert [list(data["upstream"]) for data in told] == [
        ["title", "upstream_due_at"],
        ["title", "upstream_due_at"],
        ["title"],
    ]
    assert told[1]["upstream"] == told[1]["was"]
    assert case.title == "甲"


def test_that_the_history_of_a_report_revised_without_end_is_read_once_a_batch(desk, monkeypatch):
    read, facts = [], StoreUnit.facts

    def noting(unit, subject):
        read.append(subject)
        return facts(unit, subject)

    monkeypatch.setattr(StoreUnit, "facts", noting)
    desk.hear(*(raised(desk, id_="a", description=f"第 {n} 次") for n in range(20)))
    (case,) = cases(desk)
    assert read == [case.no]
    assert desk.kinds(case).count("case.updated") == 19


def test_that_a_revision_gives_nobody_away(desk):
    wang = {"name": "王小明", "phone": "13812345678"}
    desk.hear(raised(desk, None, id_="a", reporter=wang))
    desk.hear(raised(desk, None, id_="a", description="王小明 13812345678 又来电"))
    (case,) = cases(desk)
    said = desk.facts(case)[-1].data["upstream"]["description"]
    assert "又来电" in said
    assert not {"王小明", "13812345678"} & set(said.split())


def test_that_a_revised_county_task_says_what_the_county_says_now(desk):
    desk.tell("county.task", id_="a", task_no="T1", title="秸秆禁烧巡查")
    due = desk.at + 24 * HOUR
    desk.tell("county.task", id_="a", task_no="T1", title="秸秆禁烧巡查", due_at=due)
    (case,) = cases(desk)
    assert (case.marks, case.upstream_due_at) == ({Mark.REVISED}, None)
    assert list(desk.facts(case)[-1].data["upstream"]) == ["upstream_due_at"]


def test_that_a_revised_receipt_flags_its_case(desk, dispatched):
    said = {"case_no": dispatched.no, "body": desk.case(dispatched).body, "status": "accepted"}
    desk.tell("task.receipt", id_="r", **said)
    desk.tell("task.receipt", id_="r", **said, words="收到")
    assert desk.case(dispatched).marks == {Mark.REVISED}


def test_that_a_revision_of_a_merged_report_is_read_on_the_problem(desk):
    desk.hear(raised(desk, "E1"), raised(desk, None, id_="a"))
    child, problem = sorted(cases(desk), key=lambda case: case.source_no or "")
    desk.do(c.Merge(case=child.no, into=problem.no))
    desk.hear(raised(desk, None, id_="a", description="更正"))
    assert desk.facts(problem)[-1].kind == "case.child_told"
    assert desk.facts(problem)[-1].data["upstream"] == {"description": "更正"}


def test_that_a_revision_told_twice_in_a_batch_is_one(desk):
    desk.hear(raised(desk, id_="a"))
    other = raised(desk, id_="a", description="更正")
    assert desk.hear(other, other) == Counts(received=2, revisions=1, duplicates=1)
    new = raised(desk, "E2", id_="b"), raised(desk, "E2", id_="b", description="更正")
    assert desk.hear(*new, new[1]) == Counts(received=3, stored=1, revisions=1, duplicates=1)


def test_that_a_revised_message_about_no_case_is_noted(desk):
    desk.tell("video.alert.raised", id_="v", alert_id="A1")
    desk.tell("video.alert.raised", id_="v", alert_id="A1", label="火")
    kinds = [item.fact.kind for item in desk.store.facts()]
    assert kinds == ["alert.raised", "message.revised"]


def test_that_the_same_id_of_another_source_is_another_message(desk):
    desk.hear(raised(desk, id_="a"), raised(desk, id_="a", source="/12345"))
    assert len(cases(desk)) == 2


def test_that_an_upstream_number_told_again_is_the_same_case(desk):
    desk.hear(raised(desk, id_="a"))
    desk.hear(raised(desk, id_="b", description="又报", urgency="urgent"))
    (case,) = cases(desk)
    assert (case.description, case.urgency, len(case.reports)) == ("又报", "urgent", 2)


def test_that_a_county_task_told_again_is_the_same_case(desk):
    task = {"task_no": "T1", "title": "秸秆禁烧巡查", "due_at": desk.at + 24 * HOUR}
    desk.tell("county.task", id_="a", **task)
    desk.tell("county.task", id_="b", **task, description="每日两次")
    (case,) = cases(desk)
    assert (case.channel, case.source_no, case.description) == (Channel.COUNTY, "T1", "每日两次")
    assert case.upstream_due_at == desk.at + 24 * HOUR


def test_that_reports_without_a_number_are_each_their_own(desk):
    desk.hear(raised(desk, None), raised(desk, None))
    assert [case.source_no for case in cases(desk)] == [None, None]


# -- what later messages do --


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("井盖破损\n东街\n请速办", "井盖破损 东街 请速办"),
        (" 井盖破损 \r\n\t东街", "井盖破损 东街"),
        ("井盖破损\u2028东街", "井盖破损 东街"),
        ("井盖  破损", "井盖  破损"),
    ],
)
def test_that_a_title_is_one_line_whoever_tells_it(desk, told, kept):
    desk.tell("grid.event.reported", event_no="E1", title=told, description="甲\n乙")
    desk.report("E2")
    desk.tell("grid.event.updated", event_no="E2", title=told)
    for _ in range(2):
        desk.tell("county.task", task_no="T1", title=told)
    desk.do(c.Register(title=told, channel=Channel.HOTLINE, category="C0103"))
    desk.tell("grid.event.reported", event_no="E3", title="\n", category_text=told)
    assert [case.title for case in cases(desk)] == [kept] * 5
    assert "甲\n乙" in {case.description for case in cases(desk)}
    desk.tell("grid.event.updated", event_no="E3", title="\n")
    assert [case.title for case in cases(desk)] == [kept] * 5
    order = c.File(case=cases(desk)[0].no, category="C0103", address="东街", title=told + "甲")
    desk.do(order)
    assert f"{kept}甲" in [case.title for case in cases(desk)]
    desk.tell("video.alert.raised", alert_id="A1", label_text=told)
    (alert,) = desk.work().alerts
    assert alert.label_text == kept


def test_that_updates_and_withdrawals_find_their_case(desk):
    case = desk.report("E1", reporter={"name": "张三", "phone": "13800001111"})
    photo = {"kind": "image", "url": "http://x/1.jpg", "taken_at": desk.at}
    desk.tell(
        "grid.event.updated",
        event_no="E1",
        title="井盖丢失",
        location=INSIDE | {"datum": "WGS84"},
        attachments=[photo],
        upstream_status="已派发",
        reporter={"name": "李四"},
    )
    after = desk.case(case)
    assert (after.title, after.category) == ("井盖丢失", case.category)
    assert (after.place.grid, after.place.quality) == (GRID, PlaceQuality.EXACT)
    assert after.evidence[0].taken_at == desk.at
    desk.tell("grid.event.withdrawn", event_no="E1", reason="误报")
    assert desk.case(case).state == "received"
    assert desk.facts(case)[-1].kind == "case.upstream_withdrew"
    with desk.store.unit(desk.at) as unit:
        assert [who.name for who in unit.reporters(case.no)] == ["张三", "李四"]
    assert "张三" not in str(desk.facts(case))


@pytest.mark.parametrize("batches", [1, 2, 4])
def test_that_no_update_names_who_reported_however_the_messages_come(desk, batches):
    told = [
        raised(desk, "E1", reporter={"name": "张三丰"}),
        desk.message("grid.event.updated", event_no="E1", description="张三丰又来电话"),
        desk.message("grid.event.updated", event_no="E1", reporter={"name": "李四光"}),
        desk.message("grid.event.updated", event_no="E1", description="李四光与张三丰都在等"),
    ]
    size = len(told) // batches
    for first in range(0, len(told), size):
        desk.hear(*told[first : first + size])
    (case,) = cases(desk)
    assert case.description == "反映人与反映人都在等"
    assert not any(name in str(desk.facts(case)) for name in ("张三丰", "李四光"))


def test_that_a_batch_is_taken_in_in_its_order(desk):
    desk.hear(
        raised(desk),
        desk.message("grid.event.updated", event_no="E1", title="二"),
        desk.message("grid.event.updated", event_no="E1", title="三"),
    )
    assert cases(desk)[0].title == "三"


@pytest.mark.parametrize(
    ("type_", "data"),
    [
        ("grid.event.updated", {"event_no": "E9", "title": "t"}),
        ("grid.event.withdrawn", {"event_no": "E9"}),
        ("task.receipt", {"case_no": "C9", "body": "police", "status": "accepted"}),
        ("whistle.receipt", {"whistle_no": "W9", "body": "police", "status": "answered"}),
        ("verification.receipt", {"case_no": "C9", "result": "exists"}),
        ("followup.receipt", {"case_no": "C9", "contacted": True}),
    ],
)
def test_that_what_is_about_nothing_known_waits_in_quarantine(desk, type_, data):
    before = desk.report()
    counts = desk.hear(desk.message(type_, **data), raised(desk, "E2"))
    assert counts == Counts(received=2, stored=1, quarantined={"bad_data": 1})
    (held,) = desk.quarantine()
    assert "9" in held.detail
    assert desk.case(before).version == 1


def test_that_a_receipt_from_a_body_that_was_not_summoned_waits_too(desk):
    case = desk.report()
    whistle = desk.do(c.Blow(case=case.no, bodies=("fire",))).whistle
    assert desk.answers(whistle, "police", "answered").quarantined == {"bad_data": 1}


def test_that_a_quarantined_message_is_taken_in_once_what_it_lacked_is_there(desk):
    desk.decode = read_again
    frame = frame_of(5)
    lost = structs.replace(
        desk.message("grid.event.updated", event_no="E1", title="井盖丢失", id_="u1"), raw=frame
    )
    desk.hear(lost)
    (held,) = desk.quarantine()
    order = c.Retry(message=held.id)
    assert desk.refusal(order, "admin").code == "still_rejected"
    assert len(desk.quarantine()) == 1
    case = desk.report("E1")
    done = desk.do(order, "admin")
    assert desk.case(case).title == "井盖丢失"
    assert desk.quarantine() == ()
    assert [fact.kind for fact in done.facts] == ["message.retried"]
    assert done.facts[0].actor == "admin"
    assert desk.refusal(order, "admin").code == "unknown_message"


def test_that_taking_in_again_moves_no_cursor(desk):
    desk.decode = read_again
    frame = frame_of(5000)
    lost = desk.message("grid.event.updated", event_no="E1", title="t", id_="u1", sequence=5000)
    desk.hear(m.Cursor(feed="county", epoch="old", acked=4999), structs.replace(lost, raw=frame))
    desk.hear(m.Cursor(feed="county", epoch="new", acked=None), raised(desk, sequence=1))
    desk.do(c.Retry(message=desk.quarantine()[0].id), "admin")
    (cursor,) = desk.work().cursors
    assert (cursor.epoch, cursor.acked) == ("new", 1)


def test_that_a_point_taken_in_again_is_in_its_feed_s_datum(desk):
    desk.decode, desk.datums = read_again, {"county": Datum.GCJ02}
    frame = json.loads(frame_of(5))
    frame["data"]["location"] = INSIDE
    lost = desk.message("grid.event.updated", event_no="E1", title="t", id_="u1")
    desk.hear(structs.replace(lost, raw=json.dumps(frame)))
    case = desk.report("E1")
    desk.do(c.Retry(message=desk.quarantine()[0].id), "admin")
    assert desk.case(case).place.point.datum is Datum.GCJ02


def test_that_a_frame_that_still_cannot_be_read_stays(desk):
    desk.decode = read_again
    for raw in ("{", '{"specversion":"1.0"}'):
        desk.hear(
            m.Rejected(
                feed="county",
                sequence=None,
                reason=m.QuarantineReason.NOT_JSON,
                received_at=desk.at,
                raw=raw,
                detail="",
            )
        )
        refusal = desk.refusal(c.Retry(message=desk.quarantine()[0].id), "admin")
        assert refusal.code == "still_rejected"
    assert len(desk.quarantine()) == 2


# -- receipts of bodies --


@pytest.fixture
def dispatched(desk):
    case = desk.report()
    desk.do(c.File(case=case.no))
    return desk.do(c.Dispatch(case=case.no, body="construction")).case


def test_that_a_body_speaks_for_itself_only(desk, dispatched):
    desk.says(dispatched, "accepted", body="police")
    assert desk.case(dispatched).state == "dispatched"
    last = desk.facts(dispatched)[-1]
    assert (last.kind, last.data["refusal"], last.data["body"]) == (
        "case.receipt_noted",
        "wrong_body",
        "police",
    )


@pytest.mark.parametrize("status", list(m.TaskStatus))
@pytest.mark.parametrize("state", ["received", "filed", "closed"])
def test_that_a_receipt_that_does_not_fit_is_kept_and_moves_nothing(desk, state, status):
    case = desk.report()
    desk.do(c.File(case=case.no))
    desk.do(c.Dispatch(case=case.no, body="construction"))
    if state == "filed":
        desk.do(c.Recall(case=case.no, reason="派错"))
    elif state == "closed":
        desk.do(c.ForceClose(case=case.no, reason="x"), "shift_supervisor")
    else:
        case = desk.report("E2")
    said = {"reason": "r", "duty_item": "JB-001", "milestone": "围护", "words": "字"}
    counts = desk.says(case, status, body="construction", **said)
    assert counts == Counts(received=1, stored=1)
    assert desk.case(case).state == state
    assert desk.facts(case)[-1].kind == "case.receipt_noted"
    assert desk.facts(case)[-1].data["words"] == "字"


def test_that_a_milestone_the_case_has_not_is_told_as_such_and_reaches_none(desk):
    case = desk.report(category="C0101")
    desk.do(c.File(case=case.no))
    desk.do(c.Dispatch(case=case.no))
    stops = desk.case(case).stops
    desk.says(case, "milestone", milestone="没有这个节点")
    assert (desk.case(case).state, desk.case(case).stops) == ("handling", stops)
    assert desk.facts(case)[-1].data["unplanned"] is True
    desk.says(case, "milestone", milestone=stops[0].name)
    assert desk.case(case).stops[0].done_at == desk.at
    assert "unplanned" not in desk.facts(case)[-1].data


def test_that_a_milestone_of_a_case_without_any_is_only_told(desk, dispatched):
    assert not desk.case(dispatched).stops
    desk.says(dispatched, "milestone", milestone="围护")
    assert "unplanned" not in desk.facts(dispatched)[-1].data


def test_that_a_return_without_an_item_of_the_list_is_for_the_supervisor_to_decide(
    desk, dispatched
):
    desk.says(dispatched, "returned", reason="非我职责")
    assert desk.case(dispatched).state == "arbitrating"
    assert desk.case(dispatched).hops == 0
    assert desk.facts(dispatched)[-1].data["reason"] == "非我职责"


def test_that_what_a_person_decided_at_filing_is_not_overwritten_from_upstream(desk, dispatched):
    before = desk.case(dispatched)
    desk.hear(
        desk.message(
            "grid.event.updated",
            event_no=before.source_no,
            title="别的标题",
            urgency="critical",
            description="补充情况",
        )
    )
    after = desk.case(dispatched)
    assert (after.title, after.urgency) == (before.title, before.urgency)
    assert after.description == "补充情况"
    assert desk.facts(dispatched)[-1].data["upstream"] == {
        "title": "别的标题",
        "urgency": "critical",
    }


def test_that_a_receipt_tells_when_it_happened_within_reason(desk, dispatched):
    sent = desk.at
    desk.pass_time(hours=1)
    desk.says(dispatched, "accepted", at=sent + 20 * MINUTE)
    assert desk.case(dispatched).accepted_at == sent + 20 * MINUTE
    desk.says(dispatched, "handling", at=sent - HOUR)  # before it had accepted
    assert desk.case(dispatched).handling_at == sent + 20 * MINUTE
    desk.says(dispatched, "result", words="好了", at=desk.at + 24 * HOUR)  # not yet
    assert desk.case(dispatched).result_at == desk.at


def test_that_a_source_whose_clock_is_wrong_is_not_believed(desk, dispatched):
    sent = desk.at
    desk.pass_time(hours=1)
    said = {"case_no": dispatched.no, "body": "construction", "status": "accepted"}
    receipt = desk.message("task.receipt", **said, at=sent + MINUTE)
    desk.hear(receipt, skewed=lambda source: source == "/county/grid")
    assert desk.case(dispatched).accepted_at == desk.at


@given(st.integers(-100_000, 100_000), st.booleans())
@settings(
    max_examples=25, phases=SWIFT, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_that_no_receipt_makes_time_run_backwards(desk, minutes, skewed):
    case = desk.report(None)
    desk.do(c.File(case=case.no))
    desk.do(c.Dispatch(case=case.no, body="construction"))
    since = desk.at
    desk.pass_time(minutes=1)
    # the frame may have come before the command that overtook it in the queue
    at = max(since + timedelta(minutes=minutes), datetime(2026, 1, 1, tzinfo=UTC))
    said = {"case_no": case.no, "body": "construction", "status": "result", "words": "w"}
    receipt = structs.replace(
        desk.message("task.receipt", **said, at=at), received_at=since - timedelta(seconds=3)
    )
    desk.hear(receipt, skewed=lambda _: skewed)
    facts = desk.facts(case)
    assert [fact.at for fact in facts] == sorted(fact.at for fact in facts)


def test_that_a_grid_worker_may_mend_the_place_while_verifying(desk):
    case = desk.report(location={"address": "东街"})
    desk.do(c.Verify(case=case.no, worker="W001"))
    desk.tell(
        "verification.receipt",
        case_no=case.no,
        result="exists",
        location=INSIDE | {"datum": "WGS84"},
    )
    assert desk.case(case).place.grid == GRID
    desk.tell("verification.receipt", case_no=case.no, result="exists")
    assert desk.facts(case)[-1].kind == "case.receipt_noted"


def test_that_a_follow_up_of_an_open_case_is_kept(desk):
    case = desk.report()
    desk.tell("followup.receipt", case_no=case.no, contacted=True)
    assert desk.facts(case)[-1].kind == "case.receipt_noted"


# -- video --


def test_that_one_alert_goes_by_one_id(desk):
    camera = {"code": "99010110001326000001"}
    desk.tell("video.alert.raised", alert_id="A1", camera=camera, priority=2, label_text="烟")
    desk.tell(
        "video.alert.updated", alert_id="A1", confidence=0.9, objects=["fire", {"label": "x"}]
    )
    desk.tell("video.alert.cleared", alert_id="A1", ended_at=desk.at)
    (alert,) = desk.work().alerts
    assert (alert.count, alert.cleared, alert.ended_at) == (3, True, desk.at)
    assert (alert.priority, alert.confidence, alert.objects) == (2, 0.9, ("fire", "x"))
    assert alert.camera_name == desk.hall.cameras[camera["code"]].name
    assert alert.place.grid == desk.hall.cameras[camera["code"]].grid


def test_that_an_alarm_under_a_channel_s_code_finds_its_camera(desk):
    desk.tell("video.alert.raised", alert_id="A1", camera={"code": "99010110001316000001"})
    assert desk.work().alerts[0].camera == "99010110001326000001"


def test_that_an_alert_of_an_unknown_camera_is_placed_by_what_it_says(desk):
    camera = {"code": "K1", "name": "渔港", "location": INSIDE | {"datum": "WGS84"}}
    desk.tell("video.alert.raised", alert_id="A1", camera=camera)
    desk.tell("video.alert.raised", alert_id="A2")
    first, second = sorted(desk.work().alerts, key=lambda alert: alert.alert_id)
    assert (first.camera, first.camera_name, first.place.grid) == ("K1", "渔港", GRID)
    assert second.place.quality is PlaceQuality.UNKNOWN


def test_that_an_end_without_a_time_of_its_own_is_when_it_was_told(desk):
    desk.tell("video.alert.raised", alert_id="A1")
    told = desk.message("video.alert.cleared", alert_id="A1", time=desk.at - MINUTE)
    desk.hear(told)
    (alert,) = desk.work().alerts
    assert (alert.cleared, alert.ended_at) == (True, told.time)


def test_that_an_end_told_before_is_not_moved_by_clearing(desk):
    end = desk.at - MINUTE
    desk.tell("video.alert.raised", alert_id="A1")
    desk.tell("video.alert.updated", alert_id="A1", ended_at=end)
    desk.tell("video.alert.cleared", alert_id="A1")
    assert desk.work().alerts[0].ended_at == end


def every_alert(desk):
    return desk.store.answer(Alerts(limit=None))


def waiting(desk):
    """The alerts that wait for a verdict, which every way of asking must agree on."""
    asked = desk.store.answer(Alerts(verdicts=frozenset({None})))
    assert asked == desk.work().alerts
    return asked


def test_that_the_end_of_an_alert_never_raised_is_kept_and_waits_for_nobody(desk):
    told = desk.message("video.alert.cleared", alert_id="A1", label="smoke")
    desk.hear(told)
    desk.tell("video.alert.cleared", alert_id="A1")  # told again, under another id
    (alert,) = every_alert(desk)
    assert (alert.cleared, alert.raised, alert.label) == (True, False, "smoke")
    assert alert.started_at == alert.ended_at == told.time
    assert waiting(desk) == ()
    assert desk.store.verify().ok


@pytest.mark.parametrize("kind", ["raised", "updated"])
def test_that_an_alert_told_of_after_its_end_is_one_that_is_over(desk, kind):
    end = desk.message("video.alert.cleared", alert_id="A1")
    desk.hear(end)
    desk.tell(f"video.alert.{kind}", alert_id="A1", started_at=desk.at - HOUR, label="smoke")
    (alert,) = waiting(desk)
    assert (alert.cleared, alert.ended_at) == (True, end.time)
    assert (alert.started_at, alert.label, alert.count) == (desk.at - HOUR, "smoke", 2)
    assert desk.store.verify().ok


def test_that_an_alert_that_begins_after_an_end_of_the_same_number_is_not_over(desk):
    desk.tell("video.alert.cleared", alert_id="A1", time=desk.at - HOUR)
    desk.tell("video.alert.raised", alert_id="A1")
    (alert,) = waiting(desk)
    assert (alert.cleared, alert.ended_at, alert.started_at) == (False, None, desk.at)
    assert desk.store.verify().ok


def test_that_an_end_and_its_beginning_may_come_in_one_batch_in_either_order(desk):
    end = desk.message("video.alert.cleared", alert_id="A1")
    desk.hear(end, desk.message("video.alert.raised", alert_id="A1"))
    (alert,) = waiting(desk)
    assert (alert.cleared, alert.ended_at, alert.count) == (True, end.time, 2)


def test_that_boxes_count_from_one_alike(desk):
    desk.tell("video.alert.raised", alert_id="1", source="/box/1")
    desk.tell("video.alert.raised", alert_id="1", source="/box/2")
    assert len(desk.work().alerts) == 2


# -- positions, receipts of the outbox, what is no message --


def test_that_a_unit_is_where_it_was_last(desk):
    unit = {"id": "W001", "kind": "grid_worker", "name": "王国平"}
    desk.tell("position.reported", unit=unit, location=INSIDE | {"datum": "GCJ02"})
    (position,) = desk.deltas[-1].positions
    assert (position.id, position.name) == ("W001", "王国平")
    assert (position.lon, position.lat) != (INSIDE["lon"], INSIDE["lat"])  # it is told in WGS-84
    desk.tell("position.reported", unit=unit, location={"address": "东街"})
    desk.tell("position.reported", unit=unit, location={"lon": 999.0, "lat": 99.0})
    assert all(not delta.positions for delta in desk.deltas[-2:])


@pytest.mark.parametrize(("status", "state"), [("accepted", "delivered"), ("rejected", "rejected")])
def test_that_a_receipt_settles_what_left(desk, dispatched, status, state):
    (item,) = desk.work().outgoing
    receipt = {"id": item.id, "status": status, "reason": "r"}
    desk.tell("feed.receipt", **receipt)
    assert desk.work().outgoing == ()
    assert desk.deltas[-1].outgoing[0].state == state
    desk.tell("feed.receipt", id="unheard of", status="accepted")
    for word in ("accepted", "rejected"):  # the first word holds
        desk.tell("feed.receipt", **receipt | {"status": word})
        assert {item.state for item in desk.deltas[-1].outgoing} <= {state}


def test_that_a_receipt_settles_whatever_id_its_sender_has_given_it(desk, dispatched):
    (item,) = desk.work().outgoing
    desk.hear(desk.message("feed.receipt", id_="r1", id="another", status="accepted"))
    desk.hear(desk.message("feed.receipt", id_="r1", id=item.id, status="accepted"))
    assert desk.work().outgoing == ()


def test_that_the_cursor_follows_messages_gaps_and_quarantine(desk):
    rejected = m.Rejected(
        feed="county",
        sequence=7,
        reason=m.QuarantineReason.NOT_JSON,
        received_at=desk.at,
        raw="{",
        detail="",
    )
    gap = m.Gap(feed="county", first=3, last=6, reason=m.GapReason.SEQUENCE_JUMP, at=desk.at)
    live = m.LinkState(feed="county", state=m.LinkStatus.LIVE, at=desk.at)
    start = m.Cursor(feed="county", epoch="e", acked=1)
    desk.hear(start, live, raised(desk, sequence=2), gap, rejected)
    work = desk.work()
    assert work.cursors == (m.Cursor(feed="county", epoch="e", acked=7),)
    assert [(item.first, item.last) for item in work.gaps] == [(3, 6)]
    assert work.quarantined == 1
    reset = m.Gap(feed="county", first=8, last=None, reason=m.GapReason.SEQUENCE_RESET, at=desk.at)
    desk.hear(reset)
    assert desk.work().cursors[0].acked == 7


def test_that_a_replay_under_a_new_epoch_puts_nothing_aside_twice(desk):
    def aside(sequence, raw):
        reason = m.QuarantineReason.NOT_JSON
        return m.Rejected(
            feed="county", sequence=sequence, reason=reason, received_at=desk.at, raw=raw, detail=""
        )

    unknown = desk.message("grid.event.withdrawn", sequence=3, event_no="E9", reason="r")
    assert desk.hear(aside(1, "{"), aside(2, "["), unknown).quarantined == {
        "not_json": 2,
        "bad_data": 1,
    }
    again = desk.hear(
        m.Cursor(feed="county", epoch="new", acked=None),
        aside(11, "{"),
        aside(12, "]"),
        structs.replace(unknown, sequence=13),
    )
    assert again == Counts(received=3, duplicates=2, quarantined={"not_json": 1})
    assert len(desk.quarantine()) == 4
    assert desk.work().cursors[0].acked == 13


def test_that_counts_add_up():
    total = Counts(received=2, stored=1, quarantined={"bad_data": 1})
    total.add(Counts(received=3, duplicates=1, revisions=1, quarantined={"bad_data": 1}))
    assert total == Counts(
        received=5, stored=1, duplicates=1, revisions=1, quarantined={"bad_data": 2}
    )


# -- absurd places and times (reliability.md B7) --


@pytest.mark.parametrize(
    ("time", "occurred", "marks"),
    [
        (timedelta(), None, set()),
        (-10 * MINUTE, None, set()),
        (-11 * MINUTE, None, {Mark.LATE}),
        (timedelta(), -24 * HOUR, set()),  # it was told at once, of yesterday
        (2 * MINUTE, None, set()),
        (3 * MINUTE, None, {Mark.TIME_SUSPECT}),
        (timedelta(), 24 * HOUR, {Mark.TIME_SUSPECT}),
        (timedelta(), timedelta(days=-401), {Mark.TIME_SUSPECT}),
        (timedelta(days=-5000), None, {Mark.TIME_SUSPECT, Mark.LATE}),
        (timedelta(days=365 * 5000), None, {Mark.TIME_SUSPECT}),
    ],
)
def test_that_an_odd_time_is_kept_marked_and_runs_no_clock(desk, time, occurred, marks):
    more = {} if occurred is None else {"occurred_at": desk.at + occurred}
    desk.hear(raised(desk, time=desk.at + time, **more))
    (case,) = cases(desk)
    assert case.marks == marks
    assert case.received_at == case.since == desk.at
    assert case.occurred_at == desk.at + (time if occurred is None else occurred)
    assert len(desk.work().cases) == 1


def test_that_a_source_known_to_be_wrong_is_marked(desk):
    desk.hear(raised(desk), skewed=lambda source: True)
    assert cases(desk)[0].marks == {Mark.TIME_SUSPECT}


@pytest.mark.parametrize(
    ("location", "quality"),
    [
        ({"lon": 0, "lat": 0, "grid": GRID}, PlaceQuality.FUZZY),
        ({"lon": 0, "lat": 0}, PlaceQuality.UNKNOWN),
        ({"lon": 1e300, "lat": 29.08}, PlaceQuality.OUT_OF_RANGE),
        ({"lon": 29.08, "lat": 116.28}, PlaceQuality.OUT_OF_RANGE),
        ({"lon": -116.28, "lat": 29.08}, PlaceQuality.OUT_OF_RANGE),
        ({"lon": 121.5, "lat": 31.2}, PlaceQuality.OUTSIDE),
        (INSIDE, PlaceQuality.EXACT),
        ({"grid": "G9", "address": "东街"}, PlaceQuality.UNKNOWN),
        ({"lon": 116.28}, PlaceQuality.UNKNOWN),
        (None, PlaceQuality.UNKNOWN),
    ],
)
def test_that_an_odd_place_is_kept_and_judged(desk, location, quality):
    more = {} if location is None else {"location": location}
    desk.hear(raised(desk, **more))
    (case,) = cases(desk)
    assert case.place.quality is quality
    if location and "lat" in location:
        assert (case.place.point.lon, case.place.point.lat) == (location["lon"], location["lat"])
    drawn = case.place.wgs84
    assert drawn is None or (73 < drawn.lon < 136 and 3 < drawn.lat < 54)


def test_that_a_point_that_names_no_datum_is_in_its_feed_s(desk):
    desk.hear(raised(desk, location=INSIDE), datums={"county": Datum.GCJ02})
    (case,) = cases(desk)
    assert case.place.point.datum is Datum.GCJ02
    desk.hear(raised(desk, "E2", location=INSIDE | {"datum": "BD09"}))
    assert desk.deltas[-1].cases[0].place.point.datum is Datum.BD09


# -- nothing is lost --


def some_message(desk, dice, events, seen):
    """Return any message at all: new, again, changed, of a case that is there or not."""
    if seen and dice.random() < 0.2:
        old = dice.choice(seen)
        return old if dice.random() < 0.5 else structs.replace(old, subject=f"{dice.random()}")
    number = f"E{dice.randrange(events)}"
    nos = [case.no for case in cases(desk)] + ["C9"]
    kind = dice.randrange(6)
    if kind == 0:
        return desk.message("grid.event.updated", event_no=number, title=f"{dice.random()}")
    if kind == 1:
        return desk.message("grid.event.withdrawn", event_no=number)
    if kind == 2:
        said = {"body": "construction", "status": dice.choice(list(m.TaskStatus)), "reason": "r"}
        return desk.message("task.receipt", case_no=dice.choice(nos), **said)
    if kind == 3:
        return desk.message("video.alert.updated", alert_id=number)
    return raised(desk, dice.choice([number, None]))


@given(st.integers(0, 2**32))
@settings(
    max_examples=15, phases=SWIFT, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_that_what_was_received_is_stored_a_duplicate_a_revision_or_put_aside(desk, seed):
    dice, seen = random.Random(seed), []
    for _ in range(4):
        batch = [some_message(desk, dice, 5, seen) for _ in range(dice.randrange(1, 9))]
        seen += batch
        held = desk.work().quarantined
        counts = desk.hear(*batch)
        aside = sum(counts.quarantined.values())
        assert counts.received == len(batch)
        assert counts.received == counts.stored + counts.duplicates + counts.revisions + aside
        assert desk.work().quarantined == held + aside
    for case in cases(desk):
        assert case.version == len([f for f in desk.facts(case) if f.kind.startswith("case.")])
