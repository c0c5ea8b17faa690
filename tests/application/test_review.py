"""Video alerts at the desk: judged with one word, made a case with one word."""

from commandcenter.application import commands as c
from commandcenter.domain.alert import Verdict
from commandcenter.domain.catalogue import Urgency


def alert(desk, alert_id="A1", **data):
    camera = {"code": "99010110001326000001"}
    desk.tell("video.alert.raised", alert_id=alert_id, **{"camera": camera} | data)
    return desk.deltas[-1].alerts[0]


def test_that_a_false_alarm_needs_its_reason(desk):
    raised = alert(desk)
    refusal = desk.refusal(c.Review(alert=raised.key, verdict=Verdict.FALSE))
    assert (refusal.code, refusal.facts["field"]) == ("needs", "reason")
    done = desk.do(c.Review(alert=raised.key, verdict=Verdict.FALSE, reason="树影"))
    assert (done.alert.verdict, done.alert.reviewed_by, done.case) == ("false", "dispatcher", None)
    assert desk.work().alerts == ()


def test_that_an_alert_is_found_by_its_id_where_one_source_uses_it(desk):
    alert(desk)
    assert desk.do(c.Review(alert="A1", verdict=Verdict.UNCLEAR)).alert.verdict == "unclear"
    alert(desk, source="/box/2")
    assert desk.refusal(c.Review(alert="A1", verdict=Verdict.TRUE)).code == "ambiguous_alert"
    assert desk.refusal(c.Review(alert="A9", verdict=Verdict.TRUE)).code == "unknown_alert"


def test_that_an_alert_becomes_a_case_with_all_it_showed(desk):
    raised = alert(
        desk,
        priority=1,
        label_text="烟火",
        snapshot_url="http://x/1.jpg",
        clip_url="http://x/1.mp4",
        started_at=desk.at,
    )
    done = desk.do(c.Promote(alert=raised.key, category="E0106"))
    case = done.case
    assert (done.alert.case, case.alert, case.channel) == (case.no, raised.key, "video")
    assert case.title == f"{raised.camera_name} 烟火"
    assert (case.urgency, case.place.grid) == (Urgency.CRITICAL, raised.place.grid)
    assert [(item.kind, item.url) for item in case.evidence] == [
        ("image", "http://x/1.jpg"),
        ("video", "http://x/1.mp4"),
    ]
    assert {fact.kind for fact in done.facts} == {"case.received", "alert.promoted"}
    assert "alert.promoted" in desk.kinds(case)
    assert desk.refusal(c.Promote(alert=raised.key)).code == "already_promoted"
    assert desk.refusal(c.Review(alert=raised.key, verdict=Verdict.TRUE)).code == (
        "already_promoted"
    )


def test_that_a_case_made_of_an_alert_is_as_urgent_as_the_worse_of_two(desk):
    least = alert(desk, priority=4)
    assert desk.do(c.Promote(alert=least.key, category="C0101")).case.urgency == "important"
    said = alert(desk, "A2", priority=1)
    assert desk.do(c.Promote(alert=said.key, urgency="normal")).case.urgency == "normal"
    bare = alert(desk, "A3", camera=None)
    assert desk.do(c.Promote(alert=bare.key)).case.title == "A3"
    assert desk.refusal(c.Promote(alert="A9", category="X9")).code == "unknown_category"


def test_that_a_message_after_the_verdict_leaves_the_verdict(desk):
    raised = alert(desk)
    desk.do(c.Review(alert=raised.key, verdict=Verdict.TRUE))
    desk.tell("video.alert.updated", alert_id="A1", confidence=0.2)
    assert (desk.alert(raised.key).verdict, desk.alert(raised.key).count) == ("true", 2)
    assert desk.work().alerts == ()
