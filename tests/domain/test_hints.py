"""Which class a report's words speak of: a proposal with its words, and nothing more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.domain.catalogue import Category
from commandcenter.domain.hints import hints

CLASSES = {
    it.code: it
    for it in (
        Category(code="E", name="事件"),
        Category(code="E04", name="突发事件", parent="E", words=("路灯",)),
        Category(code="C0106", name="路灯", parent="C01", words=("灯杆",)),
        Category(code="E0408", name="路灯故障", parent="E04", words=("路灯不亮", "灯坏")),
        Category(code="E0501", name="占道经营", parent="E05", words=("摆摊", "占道")),
    )
}


def found(text):
    return [(it.category, it.words) for it in hints(text, CLASSES)]


def test_that_a_class_is_proposed_with_the_words_that_mean_it():
    assert found("菜市场门口有人摆摊占道") == [("E0501", ("摆摊", "占道"))]


def test_that_a_longer_word_says_what_its_part_does_not():
    assert found("东街路灯不亮") == [("E0408", ("路灯不亮",))]


def test_that_a_name_counts_as_a_word_of_its_own():
    assert found("反映占道经营")[0] == ("E0501", ("占道经营",))


def test_that_what_stands_above_others_is_never_proposed():
    assert found("突发事件") == []


@pytest.mark.parametrize("text", ["", "今天天气很好", "灯"])
def test_that_nothing_said_is_nothing_proposed(text):
    assert found(text) == []


@given(st.text("路灯不亮占道摆摊坏杆，", max_size=60))
def test_that_every_word_shown_stands_in_the_text_in_its_order(text):
    for _category, words in found(text):
        assert words
        places = [text.index(word) for word in words]
        assert places == sorted(places)
