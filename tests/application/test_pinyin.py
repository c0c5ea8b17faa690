"""What a dispatcher types to find something Chinese without an input method."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.application.pinyin import Spoken, initials, matches


@pytest.mark.parametrize(
    ("text", "said"),
    [("占道经营", "zdjy"), ("绿地保洁养护", "ldbjyh"), ("E0501 占道", "e0501zd"), ("", "")],
)
def test_that_initials_are_those_of_the_commonest_readings(text, said):
    assert initials(text) == said


@pytest.mark.parametrize(
    "typed",
    ["zdjy", "zhandao", "zhandjy", "zhd", "占道", "占道jy", "djy", "ZDJY", "zd jy", " jing ying "],
)
def test_that_a_text_is_found_by_words_initials_syllables_and_mixtures(typed):
    assert matches(typed, "占道经营")


@pytest.mark.parametrize("typed", ["zdyj", "zhandaox", "经道", "zd xx", "hand"])
def test_that_what_is_not_said_is_not_found(typed):
    assert not matches(typed, "占道经营")


def test_that_both_common_readings_of_a_character_count():
    assert matches("cqjd", "重庆街道")
    assert matches("zqjd", "重庆街道")
    assert matches("lvdi", "绿地")
    assert matches("ludi", "绿地")


def test_that_codes_and_letters_are_found_too():
    assert matches("e0501", "占道经营  E0501")
    assert matches("05", "占道经营  E0501")


def test_that_nothing_typed_means_everything():
    assert matches("", "占道经营")
    assert matches("  ", "")


def test_that_the_readings_are_loaded_at_first_use_and_without_phrases():
    """A window that nobody types in must not pay for them."""
    code = (
        "import sys; from commandcenter.application import pinyin;"
        "assert 'pypinyin' not in sys.modules; pinyin.warm();"
        "from pypinyin.constants import PHRASES_DICT; assert not PHRASES_DICT, len(PHRASES_DICT)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


NAMES = (
    "云溪大道12号",
    "重庆路",
    "长乐里3栋",
    "Wal-Mart 超市",
    "绿地 老樟树",
    "占道经营",
    "",
    "a\nb",
)
TYPED = st.text(alphabet="云溪重庆长占道 zhongcqclyxdlvg12-/aw\n", max_size=7)


@given(st.lists(st.sampled_from(NAMES) | st.text(alphabet="云重长绿a1/ -.\n", max_size=6)), TYPED)
def test_that_many_texts_are_searched_as_each_of_them_would_be(texts, typed):
    expected = [at for at, text in enumerate(texts) if matches(typed, text)]
    assert Spoken(texts).find(typed) == expected
