"""The short forms of the command box."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.application import commands as c
from commandcenter.application.gazetteer import Gazetteer
from commandcenter.application.pinyin import initials
from commandcenter.application.shortforms import SHORT_FORMS, Meant, Unclear, read
from commandcenter.domain.place import Datum, Point

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def understand(township):
    gazetteer = Gazetteer(township.places)

    def of(text, cases=()):
        return read(text, hall=township, gazetteer=gazetteer, today=TODAY, cases=cases)

    return of


@pytest.mark.parametrize(
    "typed",
    [
        "cs cgzf 30",
        "/cs cgzf 30",
        "、cs cgzf 30",
        "CS CGZF 30",
        "ｃｓ ｃｇｚｆ ３０",
        "cs c'g'z'f 30",
        "cs chengguanzhifa 30fz",
        "吹哨 城管执法 30分钟",
        "吹哨城管执法30分钟",
        "吹哨 cgzf 30",
        "  cs   30   城管执法 ",
    ],
)
def test_that_one_whistle_is_meant_however_it_is_typed(understand, typed):
    meant = understand(typed)[0]
    assert isinstance(meant, Meant)
    assert (meant.form.action, meant.given) == (
        "blow",
        {"bodies": ("enforcement",), "report_in_limit": "30 urgent_minute"},
    )


@pytest.mark.parametrize(
    ("typed", "given"),
    [
        ("pd pcs 2gzr", {"body": "police", "limit": "2 work_day"}),
        ("派单派出所2工作日", {"body": "police", "limit": "2 work_day"}),
        ("pd 8xs gds", {"body": "power", "limit": "8 urgent_hour"}),
        ("pd 5天", {"limit": "5 natural_day"}),
        ("pd", {}),
        ("sl zdjy", {"category": "E0501"}),
        ("立案 E0501", {"category": "E0501"}),
        ("cs", {}),
        ("cs pcs xfz 1xs", {"bodies": ("police", "fire"), "report_in_limit": "1 urgent_hour"}),
        ("cb 请3日内到场 OK", {"reason": "请3日内到场 OK"}),
        ("fg 未清运干净", {"reason": "未清运干净"}),
        ("rl", {}),
        ("hc", {}),
        ("hx slj 请派抽水车 两台", {"body": "county_water", "request": "请派抽水车 两台"}),
        ("呼县 县水利局 请派抽水车", {"body": "county_water", "request": "请派抽水车"}),
        ("ys 110 有人持械", {"to": "110", "reason": "有人持械"}),
        ("移送 pcs 涉嫌盗窃", {"to": "police", "reason": "涉嫌盗窃"}),
        ("sj", {}),
        ("三级联调", {}),
    ],
)
def test_that_arguments_are_known_by_their_kind_in_any_order(understand, typed, given):
    assert understand(typed)[0].given == given


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("cs xyz 30", "没有单位叫「xyz」"),
        ("cs pcs 30 40", "写一个"),
        ("cs pcs 3gzr", "以分钟计"),
        ("cs pcs 9999", "以分钟计"),
        ("pd pcs 5", "只写一个单位"),
        ("pd 5", "要带单位"),
        ("sl 没有这类", "没有类别"),
        ("rl 一下", "不用写"),
        ("fg", "写原因"),
        ("hx", "写县级单位"),
        ("hx slj", "请求事项"),
        ("hx pcs 请来人", "没有单位叫「pcs」"),
        ("ys 110", "理由"),
        ("ys 火星 x", "没有单位叫「火星」"),
        ("sj 一下", "不用写"),
        ("ba 42", "没有编号以 42 结尾"),
        ("aj 东街", "编号的末几位"),
        ("aj 42", "不写 aj，直接输入完整编号"),
        ("zx 116.1", "经度和纬度"),
        ("dj 没有这个地方", "没有地方叫"),
    ],
)
def test_that_what_cannot_be_done_is_said_in_both_languages(understand, typed, why):
    (unclear,) = understand(typed)
    assert isinstance(unclear, Unclear)
    assert why in unclear.why[0]
    assert unclear.why[1].split('"')[0].isascii()


def test_that_several_bodies_that_may_be_meant_are_all_offered_the_likeliest_first(understand):
    meant = understand("pd cg")
    assert [it.given["body"] for it in meant][:2] == ["enforcement", "county_urban"]


def test_that_the_map_goes_to_coordinates_and_to_places(understand):
    (there,) = understand("zx 116.28，29.08")
    assert there.to == Point(116.28, 29.08, Datum.WGS84)
    assert understand("zx lkskdb")[0].to.name == "龙口水库大坝"
    assert understand("指挥")[0].to is None
    assert understand("dj ndl12")[0].to.name == "南大路12号"


def test_that_a_case_is_named_by_the_end_of_its_number(understand, desk):
    cases = [desk.report(f"E{n}") for n in range(3)]
    tail = cases[1].no[-2:]
    (meant,) = understand(f"ba {tail}", cases)
    assert meant.to == cases[1]
    assert meant.orders(cases[:1]) == ()  # the screen goes on, and offers to take it back
    assert len(understand("aj 0", cases)) == 0 or all(
        isinstance(it, (Meant, Unclear)) for it in understand("aj 0", cases)
    )
    (urge,) = understand("cb 快点", cases)
    assert urge.orders(cases[:1]) == (c.Urge(case=cases[0].no, version=1, reason="快点"),)


def test_that_what_begins_with_no_verb_is_left_to_the_search(understand):
    for typed in ("", "  ", "csx", "路灯", "pdpcs", "派", "/"):
        assert understand(typed) == []


def test_that_verbs_are_the_initials_of_their_words_and_differ():
    verbs = [form.verb for form in SHORT_FORMS]
    assert len(set(verbs)) == len(verbs)
    for form in SHORT_FORMS:
        assert any(initials(word) == form.verb for word in form.words) or form.verb == "zx"
        assert all(it.split()[0] == form.verb for it in form.example)
        assert all(form.means)


@pytest.mark.parametrize("form", SHORT_FORMS, ids=lambda form: form.verb)
def test_that_every_example_of_the_help_means_something(understand, desk, form):
    cases = [desk.report("E1")]
    for example in form.example:
        typed = example.replace("42", cases[0].no[-2:])
        assert isinstance(understand(typed, cases)[0], Meant)


LETTERS = "cspdlrbahfgjzx 0123456789.,吹哨派单案卷城管执法分钟工作日/、'ｃ\ud800\x00"


@given(st.text(LETTERS, max_size=24))
def test_that_whatever_is_typed_is_read_without_a_fault(understand, typed):
    for found in understand(typed):
        assert isinstance(found, Meant | Unclear)
