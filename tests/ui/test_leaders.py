"""The leaders' page: its numbers are the store's, and every one opens its list."""

import importlib
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from commandcenter.application.questions import LeadersDay
from commandcenter.domain import words
from commandcenter.domain.case import State
from commandcenter.domain.catalogue import Admission, Urgency
from commandcenter.domain.measures import (
    DIMENSIONS,
    MEASURES,
    STRIP,
    Figure,
    Of,
    Tally,
    Unit,
    Window,
    summons_row,
)
from commandcenter.domain.whistle import SummonsStep
from ui import tallies, wording
from ui.case_columns import GATE, STATE, URGENCY, case_columns
from ui.freshness import stands_since
from ui.leaders import groups, whistles
from ui.leaders.screen import LeadersScreen
from ui.leaders.trend import Trend
from ui.stage import Stage
from ui.table import Table
from widgets.paint import Shape

TODAY = date(2026, 11, 18)


@pytest.fixture
def real(qtbot, clock, tmp_path):
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


@pytest.fixture
def page(qtbot, real):
    stage, _ = real
    screen = LeadersScreen(stage)
    qtbot.addWidget(screen)
    screen.resize(1366, 768)
    screen.show()
    qtbot.waitUntil(lambda: screen._page is not None)
    yield screen
    if screen.list_window:
        screen.list_window.close()
    screen.close()
    qtbot.waitUntil(lambda: not screen._turning.isActive())


def listed(qtbot, screen):
    window = screen.list_window
    qtbot.waitUntil(lambda: window.foot not in {"", "正在查…"})
    return window


def shows(qtbot, screen, day):
    screen.show_day(day)
    qtbot.waitUntil(lambda: screen._page.day == day)


def test_that_the_page_is_what_the_store_answers_and_a_number_opens_as_many_cases(
    qtbot, real, page
):
    stage, core = real
    answer = core.store.answer(LeadersDay(day=TODAY, now=stage.now()))
    # more may have fallen due since the page asked
    assert replace(page._page, overdue=()) == replace(answer, overdue=())
    assert {it.no for it in page._page.overdue} <= {it.no for it in answer.overdue}
    for figure in answer.figures:
        assert page._tiles[figure.key]._stat.value == tallies.amount(figure.key, figure.value)
        page._tiles[figure.key].click()
        window = listed(qtbot, page)
        measure = MEASURES[figure.key]
        if measure.of is Of.CASE:
            wanted = figure.value if measure.unit is Unit.COUNT else figure.denominator
            assert len(window.numbers) == wanted


def test_that_the_page_goes_no_further_than_the_data_while_a_feed_is_interrupted(
    qtbot, clock, real, page
):
    stage, _ = real
    page.refresh()
    qtbot.waitUntil(lambda: "截至" in page._window.text())
    clock.advance(minutes=3)
    since = stands_since(stage)
    assert since is not None
    page.refresh()
    qtbot.waitUntil(lambda: "截至" in page._window.text())
    assert wording.full_time(since, stage.hall.zone) in page._window.text()


def test_that_a_cell_opens_exactly_the_cases_of_its_group(qtbot, page):
    table = page._tables["body"]
    (group,) = [group for group in table.rows if group.code == "construction"]
    column = 2 + STRIP.index("overdue_open")
    page._open_cell(group, column)
    window = listed(qtbot, page)
    known = {case.no: case for case in page._page.overdue}
    assert set(window.numbers) == {no for no, it in known.items() if it.body == "construction"}
    assert len(window.numbers) == group.figures["overdue_open"].value > 0
    assert "建环办" in window._name.text()


def test_that_a_name_or_a_rank_opens_nothing(page):
    (group, *_) = page._tables["body"].rows
    page._open_cell(group, 0)
    page._open_cell(group, 1)
    assert page.list_window is None


def test_that_every_dimension_has_its_table_and_one_is_shown(page):
    for name in DIMENSIONS:
        page._dimensions.choose(name)
        assert [key for key, table in page._tables.items() if table.isVisible()] == [name]
        assert page._tables[name].rows


def test_that_the_day_before_can_be_opened_and_a_day_to_come_cannot(qtbot, page):
    yesterday = TODAY - timedelta(days=1)
    shows(qtbot, page, yesterday)
    assert "2026-11-17 08:00 至 2026-11-18 08:00" in page._window.text()
    assert page._after.isEnabled()
    page.show_day(TODAY + timedelta(days=3))
    qtbot.waitUntil(lambda: page._page.day == TODAY)
    assert not page._after.isEnabled()
    assert "当日未完" in page._window.text()


def test_that_a_bar_of_the_trend_opens_its_day(qtbot, page):
    assert len(page._trend.days) == 14
    page._trend.setFocus()
    qtbot.keyClick(page._trend, Qt.Key.Key_Left)
    qtbot.keyClick(page._trend, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page._page.day == TODAY - timedelta(days=1))


def test_that_a_day_of_nothing_says_so(qtbot, page):
    shows(qtbot, page, TODAY - timedelta(days=9))
    assert page._nothing.isVisible()
    assert "没有上报" in page._nothing.accessibleName()
    shows(qtbot, page, TODAY)
    assert not page._nothing.isVisible()


def test_that_days_leafed_through_are_not_all_asked_for(qtbot, real, page, monkeypatch):
    stage, _ = real
    asked = []
    ask = stage.ask

    def noted(question, then):
        asked.append(question)
        ask(question, then)

    monkeypatch.setattr(stage, "ask", noted)
    for _ in range(6):
        page._turn(-1)
    qtbot.waitUntil(lambda: page._page.day == TODAY - timedelta(days=6))
    assert len(asked) < 6


def test_that_there_is_a_dash_where_last_year_there_was_nothing(page):
    assert page._compared["report_count"].text() == "昨日 24 · 七日中位 0 · 去年同日 —"


def test_that_overdue_cases_name_who_holds_them_and_how_long(real, page):
    stage, _ = real
    assert page._overdue.rows
    row = [page._overdue.text(0, column) for column in range(7)]
    assert row[4] == "建环办"
    assert row[6] == "1 天 1 小时"
    page._overdue.selectRow(0)
    assert stage.selection == page._overdue.rows[0].no


def test_that_each_body_whistled_for_is_judged_by_its_limit(real, page):
    stage, _ = real
    judged = [
        (call.summons.body, whistles.verdict(call.summons, stage.now(), stage))
        for call in page._calls.rows
    ]
    assert [(body, cell.mark) for body, cell in judged] == [
        ("enforcement", Shape.TICK),
        ("police", Shape.TICK),
        ("market", Shape.CROSS),
        ("enforcement", Shape.RING),
        ("police", Shape.RING),
        ("market", Shape.RING),
    ]
    assert judged[2][1].text.startswith("未到，超")


def test_that_a_body_that_came_late_is_said_to_be_late_and_one_withdrawn_is_not_judged(
    stage, samples
):
    case = samples.case(1)
    late, _ = samples.whistle(case, age=timedelta(minutes=90), came=("enforcement",))
    cell = whistles.verdict(late.of("enforcement"), samples.NOW, stage)
    assert (cell.text, cell.mark) == ("迟 15 分", Shape.CROSS)
    limit = late.of("enforcement").report_in_by
    just = samples.replace(
        late.of("enforcement"), reported_in_at=limit + timedelta(milliseconds=300)
    )
    assert whistles.verdict(just, samples.NOW, stage).text == "迟 1 秒", "nobody is late by nothing"
    take = importlib.import_module("commandcenter.domain.whistle").take
    spared, _ = take(
        late, "market", SummonsStep.WITHDRAW, at=samples.NOW, by="x", data={"reason": "x"}
    )
    cell = whistles.verdict(spared.of("market"), samples.NOW, stage)
    assert (cell.text, cell.mark) == ("不计", Shape.DASH)
    missed = samples.replace(spared.of("market"), no_show_at=limit)
    cell = whistles.verdict(missed, samples.NOW, stage)
    assert (cell.text, cell.mark) == ("未到", Shape.CROSS), "it is among those the rate counts"


def test_that_bodies_that_are_not_counted_are_told_apart_from_those_that_are(page):
    assert page._whistle_card_._hint.text() == "2 个哨，6 个单位"
    first, second = page._page.whistles
    take = importlib.import_module("commandcenter.domain.whistle").take
    at, said = second.blown_at + timedelta(seconds=10), {"reason": "x"}
    taken_back, _ = take(second, "police", SummonsStep.WITHDRAW, at=at, by="x", data=said)
    page._show_calls(replace(page._page, whistles=(first, taken_back)))
    assert page._whistle_card_._hint.text() == "2 个哨，5 个单位，另 1 个撤哨或免到，不计"
    assert len(page._calls.rows) == 6, "it is seen all the same"
    window = Window(start=page._page.start, end=page._page.end, now=page._asked_at)
    tally = Tally([MEASURES["summons_count"]], window)
    case = dict.fromkeys(("grid", "category", "channel"), "")
    for whistle in (first, taken_back):
        for summons in whistle.summons:
            tally.add(Of.SUMMONS, summons_row(whistle, summons, case))
    assert [figure.value for figure in tally.figures()] == [5]


def share(code, top, bottom):
    value = top / bottom if bottom else None
    key = "ontime_close_rate"
    return Figure(id=key, key=key, value=value, numerator=top, denominator=bottom, group=code)


@given(
    st.lists(
        st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), max_size=12
    )
)
def test_that_only_groups_of_twenty_and_more_are_ranked_and_better_ones_come_first(samples, pairs):
    figures = [share(f"G{at}", top, bottom) for at, (top, bottom) in enumerate(pairs)]
    rows = groups.groups(samples.hall(), "grid", figures)
    assert len(rows) == len(pairs)
    ranked = [row for row in rows if row.rank is not None]
    assert rows[: len(ranked)] == ranked
    rates = [row.figures["ontime_close_rate"].value for row in ranked]
    assert rates == sorted(rates, reverse=True)
    assert all(row.figures["ontime_close_rate"].denominator >= 20 for row in ranked)
    for row in rows:
        better = (
            sum(rate > row.figures["ontime_close_rate"].value for rate in rates)
            if (row.rank)
            else None
        )
        assert row.rank is None or row.rank == better + 1


def test_that_a_rate_of_few_shows_its_count_alone(stage):
    column = groups.columns(stage, "grid")[2 + STRIP.index("ontime_close_rate")]

    def text(top, bottom):
        figure = share("G", top, bottom)
        row = groups.Group(
            dimension="grid", code="G", name="G", figures={"ontime_close_rate": figure}
        )
        return column.cell(row).text

    assert text(2, 3) == "2/3"
    assert text(285, 300) == "95.0 %  285/300"
    assert text(0, 0) == "—"


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=14))
def test_that_a_trend_of_any_size_has_a_round_top_above_all_of_it(qapp, pairs):
    trend = Trend("上报", "结案")
    trend.show_days([(TODAY + timedelta(days=at), *pair) for at, pair in enumerate(pairs)])
    top, step = trend._top()
    most = max((max(pair) for pair in pairs), default=0)
    assert most <= top <= max(4 * step, 1)
    assert top % step == 0
    trend.grab()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_that_every_column_of_a_group_is_seen_on_the_smallest_screen(
    qtbot, samples, desk, dimension, lang
):
    table = Table(groups.columns(Stage(samples.seat(desk, lang=lang)), dimension), dimension)
    qtbot.addWidget(table)
    table.resize(1290, 300)
    table.show()
    assert table.horizontalScrollBar().maximum() == 0


def test_that_cases_with_no_body_are_not_called_unfilled(samples):
    assert groups.group_name(samples.hall(), "body", "") == "未派单"
    assert groups.group_name(samples.hall(), "category", "", "en") == "no category"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("said", "all_words", "mark"), [(URGENCY, Urgency, 18), (STATE, State, 0), (GATE, Admission, 0)]
)
def test_that_a_column_of_cases_holds_the_longest_of_its_words(
    qtbot, stage, lang, said, all_words, mark
):
    table = Table(case_columns(stage, (said,)), "")
    qtbot.addWidget(table)
    longest = max(table.fontMetrics().horizontalAdvance(words.word(it, lang)) for it in all_words)
    air = 2 * 8
    assert longest + mark + air <= table.horizontalHeader().sectionSize(0)
