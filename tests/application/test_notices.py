"""The words a message leaves in: what the recipient's copy says; nothing hides or breaks."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.application import commands as c
from commandcenter.application.changes import Outgoing
from commandcenter.application.links import Links
from commandcenter.application.messages import MessageType
from commandcenter.application.notices import notice, plain
from commandcenter.application.sending import TEST
from tests.application.conftest import NOON

LINKS = Links(base_url="https://hall.example/hall", key=b"k" * 32, hours=24)


def outgoing(data, type_=MessageType.WHISTLE_BLOWN, **fields):
    return Outgoing(
        **{
            "id": "o1", "feed": "", "type": type_, "subject": "W1", "body": "police",
            "data": msgspec.json.encode(data).decode(), "time": NOON, "leaves_at": NOON,
            "channel": "sms", **fields,
        }
    )  # fmt: skip


BLOWN = {
    "whistle_no": "W1",
    "kind": "emergency",
    "body": "police",
    "lead": "police",
    "place": {"address": "东街桥头"},
    "answer_by": "2026-11-20T04:10:00Z",
    "report_in_by": "2026-11-20T04:30:00Z",
    "message": "积水及膝",
    "gear": "抽水泵",
}


def test_that_a_whistle_says_where_what_and_by_when_in_the_hall_s_time(township):
    said = notice(township, LINKS, outgoing(BLOWN))
    assert said.title == "【吹哨·应急】云溪镇综合指挥中心"
    lines = said.text.splitlines()
    assert "地点：东街桥头" in lines
    assert "事由：积水及膝" in lines
    assert "应哨：11-20 12:10 前" in lines
    assert "报到：11-20 12:30 前" in lines
    assert f"牵头：{township.bodies['police'].name}" in lines
    assert "哨号：W1" in lines
    assert lines[-1] == f"应哨报到：{said.link}"
    assert said.link == LINKS.to("W1", "police", NOON)


@pytest.mark.parametrize(
    "type_", [MessageType.WHISTLE_WITHDRAWN, MessageType.WHISTLE_RELEASED, TEST]
)
def test_that_what_is_no_summons_carries_no_link(township, type_):
    assert notice(township, LINKS, outgoing({"whistle_no": "W1"}, type_)).link == ""


def test_that_a_task_carries_no_link_but_a_reminder_of_a_whistle_does(township):
    urged = {"case_no": "C1", "body": "police", "reason": "快"}
    about_whistle = outgoing(urged, MessageType.TASK_URGED)
    about_case = outgoing(urged, MessageType.TASK_URGED, subject="C1")
    assert notice(township, LINKS, about_whistle).link
    assert not notice(township, LINKS, about_case).link
    assert not notice(township, replace(LINKS, base_url=""), about_whistle).link
    assert not notice(township, None, about_whistle).link


def test_that_what_goes_along_has_a_line_each(township):
    others = [outgoing({**BLOWN, "message": f"第{n}处"}, subject=f"W{n}") for n in (2, 3)]
    lines = notice(township, LINKS, outgoing(BLOWN), others).text.splitlines()
    assert lines[-3] == "另有 2 件："
    assert lines[-2].startswith("【吹哨·应急】W2 第2处 https://")


@given(st.text(max_size=500))
def test_that_words_stay_on_their_line_and_hide_nothing(text):
    said = plain(text)
    assert len(said) <= 120
    assert "\n" not in said
    assert said.isprintable() or not said.strip()
    assert "\u202e" not in said


@given(
    st.dictionaries(
        st.sampled_from(
            ["message", "reason", "gear", "title", "to", "whistle_no", "lead", "words"]
        ),
        st.text(max_size=80) | st.integers() | st.none(),
    ),
    st.sampled_from([*MessageType, TEST, "x"]),
)
def test_that_whatever_is_in_a_message_it_can_be_said(township, data, type_):
    said = notice(township, LINKS, outgoing(data, str(type_)))
    assert said.title.startswith("【")
    assert len(said.text.splitlines()) <= 14


def test_that_nothing_of_who_reported_leaves(desk):
    desk.do(
        c.Register(
            title="王小红说东街积水",
            description="电话13912345678，请保密",
            channel="hotline",
            category="C0101",
            address="东街",
            reporter_name="王小红",
            reporter_phone="13912345678",
        )
    )
    case = next(iter(desk.work().cases))
    desk.do(c.File(case=case.no))
    desk.do(c.Blow(case=case.no, bodies=("police",), message="王小红在现场，13912345678"))
    sent = [item for item, _ in desk.outgoing()]
    assert sent
    for item in sent:
        said = notice(desk.hall, LINKS, replace(item, leaves_at=NOON + timedelta(0)))
        for personal in ("王小红", "13912345678"):
            assert personal not in said.title + said.text + str(said.data)
