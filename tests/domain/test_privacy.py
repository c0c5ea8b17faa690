"""What hides a person in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.domain.privacy import (
    for_recipient,
    masked,
    masked_frame,
    masked_name,
    masked_phone,
)
from commandcenter.domain.report import Reporter


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13812345678", "138****5678"), ("8812345", "8812345"[:3] + "2345"), ("110", "***"), ("", "")],
)
def test_that_a_number_keeps_its_ends_where_it_is_long_enough(phone, shown):
    assert masked_phone(phone) == shown


def test_that_a_name_keeps_its_first_character():
    assert [masked_name(name) for name in ("张三丰", "张", "")] == ["张**", "张", ""]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13812345678。", "电话138****5678。"),
        ("138 1234 5678", "138******5678"),
        ("138-1234-5678", "138******5678"),
        ("+8613812345678", "+86138****5678"),
        ("8613812345678", "86138****5678"),
        ("0797-1234567", "079*****4567"),
        ("１３８１２３４５６７８", "１３８****５６７８"),
        ("身份证36072119800101123X", "身份证360***********123X"),
        ("360721198001011234", "360***********1234"),
        ("编号20261121-00001", "编号20261121-00001"),
        ("网格990101101001001", "网格990101101001001"),
        ("摄像头99010110001326000001", "摄像头99010110001326000001"),
        ("门牌 12 号", "门牌 12 号"),
        ("2026-11-21T08:00:00.123456+08:00", "2026-11-21T08:00:00.123456+08:00"),
        ("116.13812345678,28.01234567890", "116.13812345678,28.01234567890"),
    ],
)
def test_that_numbers_of_persons_are_hidden_and_others_are_not(text, shown):
    assert masked(text) == shown


names = st.text("王李张刘陈杨赵黄小明国平丽华", min_size=2, max_size=4)
digits = st.text("0123456789", min_size=8, max_size=8)
words = st.text("东街井盖破损漏水，。 abc", max_size=12)


@given(names, digits, words, words, words, st.sampled_from(["", " ", "-"]))
def test_that_a_copy_holds_neither_name_nor_number_of_who_reported(
    name, tail, before, between, after, gap
):
    phone = "138" + tail
    spoken = gap.join((phone[:3], phone[3:7], phone[7:]))
    who = Reporter(name=name, phone=phone, id="36072119800101123X")
    copy = for_recipient(f"{before}{name}{between}{spoken}，{who.id}{after}", [who])
    for secret in (name, phone, spoken, who.id):
        assert secret not in copy
    assert "反映人" in copy


def test_that_odd_numbers_and_ids_of_who_reported_are_hidden_too():
    who = Reporter(name="王", phone="881-2345", id="GW-77")
    copy = for_recipient("王家村 8812345 或 881-2345，工号 GW-77", [who])
    assert "8812345" not in copy
    assert "881-2345" not in copy
    assert "GW-77" not in copy
    assert copy.startswith("王家村")  # one character is no name to look for


def test_that_a_longer_name_is_not_left_half_standing():
    both = [Reporter(name="王小"), Reporter(name="王小明")]
    assert for_recipient("王小明说", both) == "反映人说"


def test_that_a_name_written_apart_is_hidden_too():
    assert for_recipient("张 三反映", [Reporter(name="张三")]) == "反映人反映"


FRAME = (
    '{"time":"2026-11-21T08:00:00+08:00","sequence":"00000000000000000042",'
    '"data":{"event_no":"20261121-00042","grid":"990101101001001","lon":116.13812345678,'
    '"reporter":{"name":"张三","phone":"8812345","id":"36072119800101123X"},'
    r'"by": {"id": "GW-77", "name": "\u674e\u56db", "role": "grid_worker"}}}'
)
FRAME_SHOWN = (
    '{"time":"2026-11-21T08:00:00+08:00","sequence":"00000000000000000042",'
    '"data":{"event_no":"20261121-00042","grid":"990101101001001","lon":116.13812345678,'
    '"reporter":{"name":"*","phone":"*","id":"*"},'
    '"by": {"id": "*", "name": "*", "role": "grid_worker"}}}'
)


@pytest.mark.parametrize(
    ("frame", "shown"),
    [
        (FRAME, FRAME_SHOWN),
        (
            '{"title":"张三丰 13812345678 反映","reporter":{"name":"张三丰"}}',
            '{"title":"反映人 138****5678 反映","reporter":{"name":"*"}}',
        ),
        ('{"phone" : "881-2345", "姓名":"李四"}', '{"phone" : "*", "姓名":"*"}'),
        ('{"phone":13812345678,"mobile":8812345}', '{"phone":"*","mobile":"*"}'),
        ('{"reporter":{"phone":"138\\u0031', '{"reporter":{"phone":"*"'),
        ("张三 13812345678", "张三 138****5678"),
    ],
)
def test_that_a_frame_shows_no_person_and_keeps_its_dates_numbers_and_codes(frame, shown):
    assert masked_frame(frame) == shown


@given(st.text('{}":,\\ abc张1234567890reporter name phone', max_size=80))
def test_that_any_text_can_be_masked_as_a_frame(text):
    assert isinstance(masked_frame(text), str)
