"""The language of the screens: chosen in the window, kept for the next start."""

import pytest

from commandcenter.runtime import commandline
from ui import layout_store
from ui.actions import actions_of
from ui.app import language_of
from ui.window import HallWindow


@pytest.fixture
def lang():
    return "zh"


@pytest.fixture
def seat(samples, desk, clock, tmp_path, lang):
    return samples.seat(desk, clock=clock, state=tmp_path, lang=lang)


@pytest.fixture
def window(qtbot, stage):
    made = HallWindow(stage)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def heard(stage):
    told, refused = [], []
    stage.told.connect(told.append)
    stage.refused.connect(refused.append)
    return told, refused


def choose(stage):
    actions_of(stage).trigger("language")


def test_that_the_language_asked_for_wins_then_the_one_last_chosen_then_chinese(tmp_path):
    assert language_of(tmp_path, None) == "zh"
    layout_store.keep_language(tmp_path, "en")
    assert language_of(tmp_path, None) == "en"
    assert language_of(tmp_path, "zh") == "zh"


@pytest.mark.parametrize("damage", ["", "[1]", '{"language": 7}', '{"language": "fr"}'])
def test_that_a_damaged_choice_is_none(tmp_path, damage):
    layout_store.keep_language(tmp_path, "en")
    for path in (tmp_path / "layout").iterdir():
        path.write_text(damage, "utf-8")
    assert language_of(tmp_path, None) == "zh"


@pytest.mark.parametrize(
    ("lang", "other", "now"), [("zh", "英文", "中文"), ("en", "Chinese", "English")]
)
def test_that_choosing_keeps_the_other_language_for_the_next_start_and_says_so(
    window, stage, seat, heard, lang, other, now
):
    told, refused = heard
    choose(stage)
    assert language_of(seat.state, None) != lang
    assert other in told[-1]
    choose(stage)
    assert language_of(seat.state, None) == lang
    assert now in told[-1]
    assert refused == []


def test_that_the_layout_of_a_role_can_be_reset_without_its_language(window, stage, seat):
    choose(stage)
    window.save_layout()
    window.reset_layout()
    assert language_of(seat.state, None) == "en"


def test_that_a_language_that_cannot_be_kept_is_not_said_to_be(window, stage, seat, heard):
    (seat.state / "layout").write_text("in the way")
    choose(stage)
    told, refused = heard
    assert told == []
    assert "语言没有保存" in refused[0]
    (seat.state / "layout").unlink()


@pytest.mark.parametrize("typed", ["语言", "language", "English", "英文", "中文", "Chinese", "yy"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_that_the_box_finds_the_language_by_any_of_its_names(window, typed):
    window.command_box.open()
    window.command_box.box._field.setText(typed)
    assert ("action", "language") in [entry.key for entry in window.command_box.box.shown]


def test_that_a_command_line_without_a_language_asks_for_none_and_speaks_chinese():
    for argv in ([], ["check", "--hall", "x"]):
        arguments = commandline.parse(argv)
        assert (arguments.lang, arguments.asked_lang) == ("zh", None)
    for argv in (["--lang", "en"], ["check", "--hall", "x", "--lang", "en"]):
        arguments = commandline.parse(argv)
        assert (arguments.lang, arguments.asked_lang) == ("en", "en")
