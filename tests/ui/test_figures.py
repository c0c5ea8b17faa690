"""The strip: what it shows is what the store says, and a number opens what it counted."""

import importlib
from concurrent.futures import Future

import pytest
from PySide6.QtCore import Qt

from commandcenter.application.changes import Delta
from commandcenter.application.messages import LinkState, LinkStatus
from commandcenter.application.questions import Counted, Strip, Tile
from commandcenter.domain.measures import MEASURES, STRIP, Figure, Of, Part, Unit
from ui import tallies
from ui.counted import Behind, CountedWindow
from ui.figures.strip import FiguresStrip
from ui.stage import Stage
from ui.tallies import IDLE, LIVELY
from widgets.tone import Tone


def tick(stage, times=1):
    for _ in range(times):
        stage.ticked.emit(stage.now())


def tile(key, value, before, numerator=None, denominator=None):
    figure = Figure(id=key, key=key, value=value, numerator=numerator, denominator=denominator)
    return Tile(figure=figure, before=before, hours=(1.0, None, 2.0))


def tiles(**overdue):
    """Eight tiles by the measures' own keys."""
    made = []
    for key in STRIP:
        share = MEASURES[key].unit is not Unit.COUNT
        made.append(tile(key, 0.5, 0.4, 10, 20) if share else tile(key, 7.0, 9.0, 7.0))
    return tuple(made)


@pytest.fixture
def asking(desk):
    """A desk that answers the strip's questions; the cases counted are those of its work."""
    desk.answers[Strip] = lambda _question: tiles()
    desk.answers[Counted] = lambda question: desk.work.cases[:7]
    return desk


@pytest.fixture
def strip(qtbot, asking, stage):
    made = FiguresStrip(stage)
    qtbot.addWidget(made)
    made.resize(1900, 110)
    made.show()
    qtbot.waitUntil(lambda: made._reading is not None)
    yield made
    made.close()


@pytest.fixture
def real(qtbot, clock, tmp_path):
    """A stage on a real hall with two days' work in its store, and the hall."""
    hall = importlib.import_module("tests.ui.real_hall")
    core = hall.open_hall(tmp_path, clock)
    hall.two_days(core, clock)
    stage = Stage(core.take_seat(operator=None, lang="zh", rehearsal=False))
    with qtbot.waitSignal(stage.changed):
        stage.open()
    yield stage, core
    stage.close()
    core.stop()
    qtbot.waitUntil(lambda: not stage._bridge._beat.isActive())
    stage.deleteLater()


def strips_asked(desk):
    return sum(isinstance(question, Strip) for question in desk.asked)


def test_that_the_strip_shows_what_the_store_says_and_each_list_is_as_long_as_its_number(
    qtbot, real
):
    stage, core = real
    strip = FiguresStrip(stage)
    qtbot.addWidget(strip)
    qtbot.waitUntil(lambda: strip._reading is not None)
    reading = strip._reading
    assert reading.tiles == core.store.answer(Strip(now=reading.now))
    for it in reading.tiles:
        key, figure = it.figure.key, it.figure
        assert strip._tiles[key]._stat.value == tallies.amount(key, figure.value)
        strip.open_list(key)
        listed = strip.list_window
        qtbot.waitUntil(lambda w=listed: w.foot not in {"", "正在查…"})
        if MEASURES[key].of is Of.SUMMONS:
            assert "单位" in listed.foot
        elif MEASURES[key].unit is Unit.COUNT:
            assert len(listed.numbers) == figure.value
        else:
            assert len(listed.numbers) == figure.denominator
        if MEASURES[key].unit is Unit.SHARE and MEASURES[key].of is Of.CASE:
            listed.choose(Part.NUMERATOR)
            assert len(listed.numbers) == figure.numerator
            listed.choose("rest")
            assert len(listed.numbers) == figure.denominator - figure.numerator
    strip.list_window.close()


TODAY = {"zh": "今日", "en": "today"}  # the strip is of the running day


@pytest.mark.parametrize("lang", TODAY)
@pytest.mark.parametrize("key", STRIP)
def test_that_a_tile_bears_the_published_name_or_its_words_in_fewer(key, lang):
    parts = {"zh": list, "en": str.split}[lang]
    shown = parts(tallies.caption(key, lang).casefold().replace(TODAY[lang], ""))
    published = iter(parts(tallies.name(key, lang).casefold()))
    assert all(part in published for part in shown)


def test_that_a_rate_of_few_always_shows_its_count():
    few = Figure(id="x", key="ontime_close_rate", value=2 / 3, numerator=2, denominator=3)
    many = Figure(id="x", key="ontime_close_rate", value=0.95, numerator=285, denominator=300)
    assert tallies.fraction(few) == "2/3（不足 20）"
    assert tallies.fraction(many) == "285/300"


@pytest.mark.parametrize(
    ("key", "value", "before", "words", "tone"),
    [
        ("ontime_close_rate", 0.937, 0.912, "↑2.5", Tone.GOOD),
        ("ontime_close_rate", 0.9, 0.912, "↓1.2", Tone.NEAR),
        ("overdue_open", 4.0, 2.0, "↑2", Tone.NEAR),
        ("avg_handle_hours", 5.0, 6.0, "↓1.0 小时", Tone.GOOD),
        ("avg_handle_hours", 5.0, 5.25, "↓15 分", Tone.GOOD),
        ("report_count", 128.0, 111.0, "↑17", Tone.QUIET),
        ("report_count", 128.0, None, "", Tone.QUIET),
        ("ontime_close_rate", 0.91201, 0.912, "", Tone.GOOD),
    ],
)
def test_that_a_change_says_how_much_and_whether_it_is_for_the_better(
    key, value, before, words, tone
):
    assert tallies.change(key, value, before) == words
    assert tallies.change_tone(key, value, before) is tone


def test_that_the_tip_tells_the_formula_what_is_left_out_and_the_window(stage, strip):
    words = strip._tiles["ontime_close_rate"].toolTip()
    assert tallies.formula("ontime_close_rate") in words
    assert "并案" in words
    assert "08:00:00" in words
    assert "好转" in words


def test_that_the_tile_of_overdue_cases_says_that_late_steps_are_counted_elsewhere(strip):
    tile = strip._tiles["overdue_open"]
    assert tile._stat.fraction == "不含环节超时 · 昨 9"
    assert tile._stat.fraction in tile.accessibleDescription()


def test_that_a_quiet_hall_is_asked_about_every_half_minute(stage, strip, asking):
    before = strips_asked(asking)
    tick(stage, IDLE - 1)
    assert strips_asked(asking) == before
    tick(stage)
    assert strips_asked(asking) == before + 1


def test_that_a_busy_hall_is_asked_about_every_other_second(qtbot, stage, strip, asking, samples):
    before = strips_asked(asking)
    for second in range(10):
        with qtbot.waitSignal(stage.changed):
            asking.say(Delta(cases=(samples.case(8000 + second),)))
        tick(stage)
        qtbot.waitUntil(lambda: not strip._reader._asking)
    assert strips_asked(asking) == before + 10 // LIVELY


def test_that_positions_and_links_are_no_reason_to_ask(qtbot, stage, strip, asking, samples):
    before = strips_asked(asking)
    with qtbot.waitSignal(stage.changed):
        asking.say(samples.lively(), Delta(positions=samples.positions()))
    tick(stage, IDLE - 1)
    assert strips_asked(asking) == before


def test_that_a_slow_store_is_never_asked_twice_at_once(
    qtbot, stage, strip, asking, samples, monkeypatch
):
    waiting = []

    def ask(_question, by=None):
        waiting.append(Future())
        return waiting[-1]

    monkeypatch.setattr(asking, "ask", ask)
    for number in range(8):
        with qtbot.waitSignal(stage.changed):
            asking.say(Delta(cases=(samples.case(8100 + number),)))
        tick(stage, 2)
    assert len(waiting) == 1
    waiting[0].set_result(tiles())
    qtbot.waitUntil(lambda: not strip._reader._asking)
    tick(stage, LIVELY)
    assert len(waiting) == 2


def test_that_nobody_asks_while_the_strip_is_hidden(stage, strip, asking):
    strip.hide()
    before = strips_asked(asking)
    tick(stage, 3 * IDLE)
    assert strips_asked(asking) == before


def test_that_enter_opens_the_list_and_choosing_a_row_selects_the_case(qtbot, stage, strip, asking):
    shown = strip._tiles["report_count"]
    shown.setFocus()
    qtbot.keyClick(shown, Qt.Key.Key_Return)
    listed = strip.list_window
    qtbot.waitUntil(lambda: len(listed.numbers) == 7)
    qtbot.keyClick(listed._table, Qt.Key.Key_Down)
    assert stage.selection in listed.numbers
    listed.close()


def test_that_a_list_which_no_longer_agrees_with_its_number_says_so(qtbot, stage, asking):
    window = CountedWindow(stage)
    qtbot.addWidget(window)
    figure = Figure(id="x", key="report_count", value=9.0, numerator=9.0, denominator=None)
    now = stage.now()
    window.show_behind(Behind(figure=figure, start=now, end=now, now=now))
    qtbot.waitUntil(lambda: "9" in window.foot)
    assert "现在是 7 件" in window.foot
    window.close()


def test_that_the_answer_to_an_earlier_question_fills_no_later_list(qtbot, stage, asking):
    window = CountedWindow(stage)
    qtbot.addWidget(window)
    now = stage.now()

    def behind(key):
        figure = Figure(id=key, key=key, value=7.0, numerator=7.0, denominator=None)
        return Behind(figure=figure, start=now, end=now, now=now)

    first = behind("report_count")
    window.show_behind(first)
    window.show_behind(behind("to_accept"))
    qtbot.waitUntil(lambda: len(window.numbers) == 7)
    window._on_answer(first, Part.DENOMINATOR, ())
    assert len(window.numbers) == 7
    window.close()


def test_that_the_stamp_turns_red_with_words_when_data_stand_still(
    qtbot, stage, strip, asking, samples, clock
):
    with qtbot.waitSignal(stage.changed):
        asking.say(samples.lively(clock.now()))
    tick(stage)
    assert (strip._head.text(), strip._as_of.text()) == ("数据截至", "14:30:00")
    down = tuple(
        LinkState(feed=feed, state=LinkStatus.DOWN, at=clock.now()) for feed in ("county", "video")
    )
    with qtbot.waitSignal(stage.changed):
        asking.say(Delta(links=down))
    clock.advance(seconds=45)
    tick(stage)
    assert strip._head.text() == "数据停在"


def test_that_figures_nobody_asked_for_are_passed_over(qtbot, stage, asking, samples):
    asking.answers[Strip] = lambda _question: samples.strip()
    made = FiguresStrip(stage)
    qtbot.addWidget(made)
    qtbot.waitUntil(lambda: made._reading is not None)
    assert made._tiles["report_count"]._stat.value == "128"
