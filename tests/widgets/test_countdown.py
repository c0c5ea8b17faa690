"""Time running out, on a ring and on a bar."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QPalette
from pytestqt.exceptions import TimeoutError as NeverCame

from widgets.countdown import NEAR, Countdown, CountdownBar, Phase, phase_of
from widgets.tone import TONE_ROLES, Tone

both = pytest.mark.parametrize("kind", [Countdown, CountdownBar])


def colours(widget):
    image = widget.grab().toImage()
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


@given(st.floats(), st.floats(0, 1))
def test_that_every_share_has_one_phase_and_less_time_is_never_calmer(left, near):
    phase = phase_of(left, near)
    assert phase in Phase
    assert phase_of(left - 0.1, near) >= phase
    assert (phase is Phase.OVER) == (not left > 0)


def test_that_amber_begins_when_seven_tenths_are_gone():
    assert phase_of(NEAR + 0.001) is Phase.CALM
    assert phase_of(NEAR) is Phase.NEAR
    assert phase_of(0.0) is Phase.OVER


@both
@pytest.mark.parametrize(
    ("left", "words", "tone"),
    [
        (1.0, "剩 2 小时", Tone.ACCENT),
        (0.5, "剩 1 小时", Tone.ACCENT),
        (0.2, "剩 18 分", Tone.NEAR),
        (0.0, "到时", Tone.OVER),
        (-3.0, "超 35 分", Tone.OVER),
        (float("nan"), "时限不明", Tone.OVER),
        (float("inf"), "不限时", Tone.ACCENT),
        (7.5, "还早", Tone.ACCENT),
    ],
)
def test_that_every_phase_paints_in_its_tone(qtbot, kind, left, words, tone):
    widget = kind()
    qtbot.addWidget(widget)
    widget.resize(widget.sizeHint())
    widget.show_left(left, words)
    assert widget.palette().color(TONE_ROLES[tone]).name() in colours(widget)
    assert widget.accessibleDescription() == words


@both
def test_that_a_phase_is_told_once(qtbot, kind):
    widget = kind()
    qtbot.addWidget(widget)
    with qtbot.waitSignal(widget.phase_changed) as told:
        widget.show_left(0.2, "剩 18 分")
    assert told.args == [Phase.NEAR]
    with pytest.raises(NeverCame), qtbot.waitSignal(widget.phase_changed, timeout=1):
        widget.show_left(0.1, "剩 9 分")
    with qtbot.waitSignal(widget.phase_changed):
        widget.show_left(-0.1, "超 1 分")


@both
def test_that_over_is_told_apart_without_colour(qtbot, kind):
    full, over = kind(), kind()
    grey = QPalette()
    for widget, left in ((full, 1.0), (over, -1.0)):
        qtbot.addWidget(widget)
        for role in TONE_ROLES.values():
            grey.setColor(role, "#808080")
        widget.setPalette(grey)
        widget.resize(120, 120)
        widget.show_left(left, "同样的字")
    assert full.grab().toImage() != over.grab().toImage()


def test_that_the_bar_of_what_is_over_is_dashed(qtbot):
    bar = CountdownBar()
    qtbot.addWidget(bar)
    bar.resize(200, 40)
    changes = []
    for left in (1.0, -1.0):
        bar.show_left(left, "")
        image = bar.grab().toImage()
        line = [image.pixelColor(x, 36).name() for x in range(10, 190)]
        changes.append(sum(one != other for one, other in pairwise(line)))
    assert changes[0] == 0
    assert changes[1] > 10


@both
@given(
    left=st.floats(allow_nan=True),
    width=st.integers(0, 300),
    height=st.integers(0, 60),
    words=st.text(),
)
def test_that_no_share_size_or_words_stop_the_painting(qapp, kind, left, width, height, words):
    widget = kind()
    widget.resize(width, height)
    widget.show_left(left, words)
    widget.grab()
    widget.deleteLater()
