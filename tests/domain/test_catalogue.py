"""Categories, standards, duty items, and which standard holds."""

from dataclasses import replace
from datetime import date

import pytest

from commandcenter.domain.catalogue import (
    Category,
    DutyItem,
    DutyList,
    Standard,
    Urgency,
)
from commandcenter.domain.hall import Hall, Limits
from commandcenter.domain.timelimit import Limit


def hall_with(categories, standards):
    grouped = {}
    for standard in standards:
        grouped[standard.category] = (*grouped.get(standard.category, ()), standard)
    return Hall(
        name="云溪镇综合指挥中心",
        code="990101101",
        categories={category.code: category for category in categories},
        standards=grouped,
    )


ROADS = Category(code="02", name="道路交通设施")
SINKING = Category(code="0203", name="道路塌陷", parent="02", urgency=Urgency.URGENT)


def test_that_urgency_rises_from_normal_to_critical():
    assert sorted(Urgency, key=lambda urgency: urgency.rank) == list(Urgency)
    assert Urgency.CRITICAL.rank == 3


def test_that_a_category_without_a_standard_has_that_of_the_one_above():
    general = Standard(category="02", limit=Limit.parse("3 work_day"))
    hall = hall_with([ROADS, SINKING], [general])

    assert hall.standard_for("0203") is general
    assert hall.standard_for("02") is general
    assert hall.standard_for("09") is None


def test_that_the_own_standard_goes_before_that_of_the_category_above():
    general, own = Standard(category="02"), Standard(category="0203")

    assert hall_with([ROADS, SINKING], [general, own]).standard_for("0203") is own


def test_that_the_standard_without_a_condition_is_the_one_to_start_from():
    large = Standard(category="0203", condition="面积大于 1 平方米")
    plain = Standard(category="0203")
    hall = hall_with([ROADS, SINKING], [large, plain])

    assert hall.standards_for("0203") == (large, plain)
    assert hall.standard_for("0203") is plain
    assert hall_with([SINKING], [large]).standard_for("0203") is large


def test_that_categories_which_contain_each_other_do_not_hang_the_hall():
    ring = [Category(code="a", name="甲", parent="b"), Category(code="b", name="乙", parent="a")]

    assert hall_with(ring, []).standard_for("a") is None


@pytest.mark.parametrize(
    ("day", "active"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 6, 30), True),
        (date(2026, 7, 1), False),
    ],
)
def test_that_a_duty_item_is_in_force_on_its_first_and_on_its_last_day(day, active):
    item = DutyItem(
        item="JB-001",
        list=DutyList.BASIC,
        title="排查化解矛盾纠纷",
        active_from=date(2026, 1, 1),
        active_to=date(2026, 6, 30),
    )

    assert item.active(day) is active
    assert DutyItem(item="1", list=DutyList.BASIC, title="常设").active(day)


def test_that_the_limits_of_a_hall_are_those_of_the_field_until_it_says_otherwise():
    limits = Limits()

    assert str(limits.accept) == str(limits.dispatch) == str(limits.claim) == "15 urgent_minute"
    assert (str(limits.sign), str(limits.sign_urgent)) == ("2 work_hour", "30 urgent_minute")
    assert (str(limits.answer), str(limits.report_in)) == ("10 urgent_minute", "30 urgent_minute")
    assert (str(limits.follow_up), str(limits.appeal)) == ("5 natural_day", "5 work_day")


def test_that_all_below_a_restricted_category_is_restricted_and_nothing_else():
    ring = [Category(code="a", name="甲", parent="b"), Category(code="b", name="乙", parent="a")]
    people = Category(code="p", name="特殊人群", restricted=True)
    below = Category(code="q", name="患者", parent="p")
    deeper = Category(code="r", name="外出", parent="q")
    categories = {it.code: it for it in (*ring, ROADS, people, below, deeper)}
    hall = Hall(name="x", code="1", categories=categories)
    assert {code for code in categories if hall.restricts(code)} == {"p", "q", "r"}
    assert not hall.restricts(None)
    both = {it.code: replace(it, restricted=True) for it in ring}
    assert all(Hall(name="x", code="1", categories=both).restricts(code) for code in "ab")
