"""What leaves the hall: complete for who gets it, and never naming who complained."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec import convert

from commandcenter.application import commands as c
from commandcenter.application.messages import Title

SWIFT = (Phase.explicit, Phase.reuse, Phase.generate)  # shrinking on a disk takes minutes
names = st.text("王李张刘陈杨赵黄欧阳诸葛明国平丽华", min_size=2, max_size=4)
phones = st.text("0123456789", min_size=9, max_size=9).map("13".__add__)
ids = st.text("0123456789", min_size=17, max_size=17).map(lambda head: head + "X")
words = st.text("东街井盖破损漏水噪音扰民，。 ", max_size=10)
slots = st.lists(st.sampled_from(["name", "phone", "id", "words"]), max_size=6)


def said(parts, who, filler):
    return "".join({"words": filler, **who}[part] for part in parts)


@settings(
    max_examples=10, phases=SWIFT, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(names, phones, ids), min_size=2, max_size=2), words, slots, slots, slots)
def test_that_nothing_that_leaves_names_who_complained(desk, people, filler, title, body, spot):
    first, second = (dict(zip(("name", "phone", "id"), one, strict=True)) for one in people)

    def reported(who, of):
        return desk.report(
            None,
            title=("关于" + said(title, of, filler))[:200],
            description=said(body, of, filler),
            location={"grid": "990101101001001", "address": said(spot, of, filler)[:200]},
            reporter=who,
        )

    case, other = reported(first, first), reported(second, second)
    begun = len(desk.outgoing())
    desk.do(c.Verify(case=other.no))
    desk.tell("verification.receipt", case_no=other.no, result="exists")
    desk.do(c.Verify(case=case.no))
    desk.tell("verification.receipt", case_no=case.no, result="exists")
    # what the second caller said gets into the first one's file, as it does in life
    mixed = case.description + said(body, second, filler)
    desk.do(c.File(case=case.no, description=mixed or None))
    desk.do(c.Merge(case=other.no, into=case.no))
    hint = said(["name", "phone", "id"], first, "") + said(["name", "phone", "id"], second, "")
    whistle = desk.do(
        c.Blow(case=case.no, bodies=("police", "fire", "market"), gear=hint, hold_seconds=0)
    ).whistle
    desk.do(c.UrgeBody(whistle=whistle.no, body="police"))
    desk.do(c.UrgeBody(whistle=whistle.no, body="fire", reason=hint))
    desk.do(c.Withdraw(whistle=whistle.no, body="market", reason=hint))
    for name in ("police", "fire"):
        desk.answers(whistle, name, "finished")
    desk.do(c.Escalate(whistle=whistle.no, body="police", to="所长", reason=hint))
    desk.do(c.Release(whistle=whistle.no, words=hint))
    marks = {"response": 5, "attendance": 4, "solved": 5, "attitude": 4}
    desk.do(c.Rate(whistle=whistle.no, body="police", **marks, words=hint))
    desk.do(c.Dispatch(case=case.no, message=hint))
    desk.do(c.Recall(case=case.no, reason=hint))
    desk.do(c.Dispatch(case=case.no))
    desk.do(c.Urge(case=case.no, reason=hint))
    desk.says(case, "result", words="好了")
    desk.do(c.Rework(case=case.no, reason=hint), "inspector")
    desk.do(c.ForceClose(case=case.no, reason=hint), "shift_supervisor")
    left = desk.outgoing()[begun:]
    assert len({item.type for item, _ in left}) >= 9
    for item, what in left:
        for secret in (*first.values(), *second.values()):
            assert secret not in item.data, (item.type, secret)
        if "title" in what:
            convert(what["title"], Title)


def test_that_a_title_keeps_to_the_contract_even_when_it_grows(desk):
    case = desk.report(title="张三" * 100, reporter={"name": "张三"})
    desk.do(c.File(case=case.no))
    desk.do(c.Dispatch(case=case.no))
    assert len(desk.outgoing("task.dispatched")[0][1]["title"]) == 200


@pytest.mark.parametrize(
    ("location", "told"),
    [
        (
            {"lon": 116.281478, "lat": 29.082057, "datum": "WGS84", "accuracy_m": 12},
            {
                "lon": 116.281478,
                "lat": 29.082057,
                "datum": "WGS84",
                "grid": "990101101001001",
                "accuracy_m": 12,
            },
        ),
        ({"address": "东街 12 号"}, {"address": "东街 12 号"}),
        ({"address": "电话13800001111"}, {"address": "电话138****1111"}),
        (None, None),
    ],
)
def test_that_a_body_is_told_where_as_well_as_the_hall_knows(desk, location, told):
    case = desk.report(location=location or {})
    desk.do(c.File(case=case.no, description="d", address=None if location else "某处"))
    desk.do(c.Dispatch(case=case.no))
    found = desk.outgoing("task.dispatched")[0][1].get("location")
    if location is None:
        assert found == {"address": "某处"}
    else:
        assert {key: found[key] for key in told} == told


def test_that_a_body_gets_the_evidence_and_the_milestones(desk):
    photo = {"kind": "image", "url": "http://x/1.jpg", "sha256": "a" * 64, "bytes": 7}
    case = desk.report(category="C0101", attachments=[photo])
    desk.do(c.File(case=case.no))
    desk.do(c.Dispatch(case=case.no))
    (_, what), (helper, copy) = desk.outgoing("task.dispatched")
    assert what["attachments"] == [photo]
    assert (helper.body, copy["body"], copy["lead"]) == (
        "construction",
        "construction",
        "waterworks",
    )
    assert "lead" not in what
    assert [item["name"] for item in what["milestones"]] == ["围护", "更换"]
    assert what["co_bodies"] == list(desk.hall.standard_for("C0101").co_bodies)


def test_that_what_leaves_leaves_in_the_order_it_was_done(desk):
    case = desk.report()
    desk.do(c.File(case=case.no))
    for _ in range(3):
        desk.do(c.Dispatch(case=case.no))
        desk.do(c.Recall(case=case.no, reason="派错"))
    pending = sorted(desk.work().outgoing, key=lambda item: (item.leaves_at, item.order))
    assert [item.type for item in pending] == ["task.dispatched", "task.recalled"] * 3
    assert len({item.id for item in pending}) == 6


def test_that_a_case_nobody_upstream_numbered_is_answered_by_nobody(desk):
    made = desk.do(c.Register(title="t", channel="walk_in")).case
    desk.do(c.Reject(case=made.no, reason="r", reply="r", duty_item="unlisted"))
    assert desk.outgoing("case.replied") == []
    desk.pass_time(minutes=1)
    assert desk.at - made.received_at == timedelta(minutes=1)
