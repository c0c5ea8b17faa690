"""The queue's board, its order, and its table under a stream of batches."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QTableView

from commandcenter.application.changes import Delta
from commandcenter.application.picture import Picture, Tab, worst_first
from commandcenter.domain.case import State
from commandcenter.domain.catalogue import Urgency
from commandcenter.domain.evidence import Doubt
from commandcenter.domain.report import Mark
from ui import wording
from ui.queue import ranking as ranking_module
from ui.queue.board import Board
from ui.queue.columns import CASE_COLUMN, COLUMNS, MARKS_COLUMN, Reader, claim_in_doubt, why_here
from ui.queue.delegate import em
from ui.queue.model import QueueModel
from ui.queue.ranking import Ranking

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


def anything(_row):
    return True


def numbers(rows):
    return [row.case.no for row in rows]


@pytest.fixture
def board(samples):
    picture = Picture()
    picture.begin(samples.work(30))
    made = Board(picture, samples.hall(), samples.operator())
    made.begin(samples.NOW)
    made.picture = picture
    return made


@pytest.fixture
def reader(samples):
    return Reader(hall=samples.hall(), lang="zh", me="dispatcher", now=samples.NOW)


def recounted(board, at):
    fresh = Board(board.picture, board._hall, board._me)
    fresh.begin(at)
    return +fresh.counts


def test_that_the_counters_kept_case_by_case_are_those_of_a_full_count(board, samples):
    at = samples.NOW
    for number in range(40, 70):
        case = samples.case(number, urgency=Urgency.URGENT, age=timedelta(minutes=number % 9))
        delta = Delta(cases=(case,))
        board.picture.apply(delta)
        board.take_in([delta], at)
    gone = samples.step(
        next(it for it in board.picture.cases.values() if it.state is State.CHECKING),
        samples.Step.CLOSE,
        by="admin",
        outcome="solved",
    )
    board.picture.apply(Delta(cases=(gone,)))
    board.take_in([Delta(cases=(gone,))], at)
    assert gone.no not in board.rows
    assert +board.counts == recounted(board, at)


@pytest.mark.parametrize("minutes", [1, 9, 40, 600, 6000])
def test_that_cases_turn_amber_and_red_without_any_message(board, samples, minutes):
    at = samples.NOW + timedelta(minutes=minutes)
    board.turn(at)
    assert {no: row.rank for no, row in board.rows.items()} == {
        no: worst_first(row.case, row.timer, at) for no, row in board.rows.items()
    }
    assert +board.counts == recounted(board, at)


def test_that_nobody_reading_means_that_everything_goes_to_its_place(board, samples):
    ranking = Ranking()
    ranking.fill(board.rows.values())
    case = samples.case(99, urgency=Urgency.URGENT)
    board.picture.apply(Delta(cases=(case,)))
    touched = board.take_in([Delta(cases=(case,))], samples.NOW)
    ranking.take_in(touched, board.rows, anything, reading=False)
    assert ranking.shown == sorted(board.rows.values(), key=lambda row: row.rank)
    assert ranking.is_settled


def test_that_arrivals_are_held_back_while_somebody_reads(board, samples):
    ranking = Ranking()
    ranking.fill(board.rows.values())
    before = numbers(ranking.shown)
    case = samples.case(99, urgency=Urgency.URGENT)
    board.picture.apply(Delta(cases=(case,)))
    touched = board.take_in([Delta(cases=(case,))], samples.NOW)
    ranking.take_in(touched, board.rows, anything, reading=True)
    assert numbers(ranking.shown) == before
    assert set(ranking.held) == {case.no}
    ranking.settle()
    assert case.no in numbers(ranking.shown)
    assert not ranking.held


def test_that_a_critical_case_enters_at_once_and_the_others_keep_their_places(board, samples):
    ranking = Ranking()
    ranking.fill(board.rows.values())
    before = numbers(ranking.shown)
    case = samples.case(99, urgency=Urgency.CRITICAL, age=timedelta(hours=1))
    board.picture.apply(Delta(cases=(case,)))
    touched = board.take_in([Delta(cases=(case,))], samples.NOW)
    ranking.take_in(touched, board.rows, anything, reading=True)
    assert [no for no in numbers(ranking.shown) if no != case.no] == before
    assert numbers(ranking.shown)[0] == case.no


def test_that_a_case_that_leaves_while_somebody_reads_stays_in_its_place(board, samples):
    ranking = Ranking()
    ranking.fill(board.rows.values())
    before = numbers(ranking.shown)
    leaver = ranking.shown[3].case
    gone = samples.step(
        leaver, samples.Step.FORCE_CLOSE, role="duty_leader", reason="重复", outcome="forced"
    )
    board.picture.apply(Delta(cases=(gone,)))
    touched = board.take_in([Delta(cases=(gone,))], samples.NOW)
    ranking.take_in(touched, board.rows, anything, reading=True)
    assert numbers(ranking.shown) == before
    assert ranking.gone == {leaver.no}
    ranking.settle()
    assert numbers(ranking.shown) == [no for no in before if no != leaver.no]


ids = st.sets(st.integers(1, 25))
batches = st.lists(st.tuples(ids, ids, st.sampled_from(Urgency), st.booleans()), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches)
def test_that_no_stream_of_batches_breaks_the_order_or_the_contract_with_qt(
    qapp, samples, reader, stream
):
    picture = Picture(begun=True)
    board = Board(picture, samples.hall(), samples.operator())
    ranking, model = Ranking(), QueueModel(reader)
    _tester = QAbstractItemModelTester(model, FATAL)
    versions = {}
    for come, go, urgency, reading in stream:
        cases = []
        for number in come:
            case = samples.case(number, urgency=urgency, age=timedelta(minutes=number))
            versions[number] = versions.get(number, 0) + 1
            cases.append(samples.replace(case, version=versions[number]))
        for number in go - come:
            case = samples.case(number, state=State.REJECTED)
            versions[number] = versions.get(number, 0) + 1
            cases.append(samples.replace(case, version=versions[number]))
        delta = Delta(cases=tuple(cases))
        picture.apply(delta)
        touched = board.take_in([delta], samples.NOW)
        before = numbers(ranking.shown)
        ranking.take_in(touched, board.rows, anything, reading=reading)
        model.show_rows(ranking.shown, faint=ranking.gone)
        shown = [model.row(model.index(at, 0)) for at in range(model.rowCount())]
        assert shown == ranking.shown
        assert ranking.rows == sorted(board.rows.values(), key=lambda row: row.rank)
        if reading:
            assert [no for no in numbers(shown) if no in set(before)] == before
            assert all(row is board.rows.get(row.case.no, row) for row in shown)
            missing = set(board.rows) - set(numbers(shown))
            assert missing == set(ranking.held)
        else:
            assert shown == ranking.rows
    ranking.settle()
    model.show_rows(ranking.shown)
    assert ranking.shown == ranking.rows


def test_that_the_selection_stays_on_its_case_when_worse_ones_arrive(qtbot, board, reader, samples):
    view, model, ranking = QTableView(), QueueModel(reader), Ranking()
    qtbot.addWidget(view)
    view.setModel(model)
    ranking.fill(board.rows.values())
    model.show_rows(ranking.shown)
    view.setCurrentIndex(model.index(4, 0))
    chosen = model.row(view.currentIndex()).case.no
    for number in range(90, 95):
        case = samples.case(number, urgency=Urgency.CRITICAL)
        board.picture.apply(Delta(cases=(case,)))
        touched = board.take_in([Delta(cases=(case,))], samples.NOW)
        ranking.take_in(touched, board.rows, anything, reading=False)
        model.show_rows(ranking.shown)
    assert view.currentIndex().row() == 9
    assert model.row(view.currentIndex()).case.no == chosen


def test_that_only_so_many_rows_are_shown_and_they_are_the_worst(qapp, board, reader, monkeypatch):
    monkeypatch.setattr(ranking_module, "WINDOW", 10)
    ranking, model = Ranking(), QueueModel(reader)
    ranking.fill(board.rows.values())
    model.show_rows(ranking.shown)
    assert model.rowCount() == 10
    assert ranking.shown == ranking.rows[:10]
    assert ranking.count == len(board.rows)


numbered = st.integers(1, 40)


class Ranked:
    """As much of a row as the order needs."""

    def __init__(self, number, rank, urgency=Urgency.NORMAL):
        self.case = SimpleNamespace(no=number, urgency=urgency)
        self.rank = rank


worths = st.lists(st.integers(0, 9), max_size=8)


@given(worths, worths)
def test_that_each_critical_case_enters_before_the_first_that_comes_after_it(shown, arrived):
    ranking = Ranking()
    ranking.shown = [Ranked(no, (worth, no)) for no, worth in enumerate(shown)]  # in no order
    expected = [row.rank for row in ranking.shown]
    rows = {
        no: Ranked(no, (worth, no), Urgency.CRITICAL)
        for no, worth in enumerate(arrived, len(shown))
    }
    ranking.take_in(rows.keys(), rows, anything, reading=True)
    for row in rows.values():
        after = [at for at, rank in enumerate(expected) if rank > row.rank]
        expected.insert(after[0] if after else len(expected), row.rank)
    assert [row.rank for row in ranking.shown] == expected
    assert not ranking.held


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.dictionaries(numbered, st.integers(0, 9)), st.sets(numbered))))
def test_that_the_worst_are_in_order_however_many_wait_behind_them(monkeypatch, stream):
    monkeypatch.setattr(ranking_module, "WINDOW", 5)
    monkeypatch.setattr(ranking_module, "_RESERVE", 2)
    monkeypatch.setattr(ranking_module, "_STALE_AT_LEAST", 3)
    ranking, rows = Ranking(), {}
    for come, go in stream:
        rows |= {no: Ranked(no, (worth, no)) for no, worth in come.items()}
        for no in go:
            rows.pop(no, None)
        ranking.take_in(come.keys() | go, rows, anything, reading=False)
        assert ranking.shown == sorted(rows.values(), key=lambda row: row.rank)[:5]
        assert ranking.count == len(rows)


class Counted(tuple):
    """A rank that counts how often it is compared."""

    __slots__ = ()
    compared = 0

    def __lt__(self, other):
        Counted.compared += 1
        return super().__lt__(other)


def test_that_a_batch_is_ranked_by_its_size_and_not_by_what_is_open():
    rows = {no: Ranked(no, Counted((no * 7919 % 20_000, no))) for no in range(20_000)}
    ranking = Ranking()
    ranking.fill(rows.values())
    Counted.compared = 0
    changed = {no: Ranked(no, Counted((no * 31 % 20_000, no))) for no in range(0, 20_000, 100)}
    rows |= changed
    ranking.take_in(changed.keys(), rows, anything, reading=False)
    assert Counted.compared < 40 * len(changed)
    assert ranking.rows == sorted(rows.values(), key=lambda row: row.rank)[:2500]


def test_that_a_batch_that_moves_no_row_costs_no_layout(qtbot, board, reader, samples):
    model, ranking = QueueModel(reader), Ranking()
    ranking.fill(board.rows.values())
    model.show_rows(ranking.shown)
    layouts, changes = [], []
    model.layoutChanged.connect(lambda *_: layouts.append(1))
    model.dataChanged.connect(lambda first, last, *_: changes.append((first.row(), last.row())))
    case = samples.replace(ranking.shown[2].case, title="改过的标题", version=99)
    board.picture.apply(Delta(cases=(case,)))
    touched = board.take_in([Delta(cases=(case,))], samples.NOW)
    ranking.take_in(touched, board.rows, anything, reading=False)
    model.show_rows(ranking.shown)
    assert layouts == []
    assert changes == [(2, 2)]
    assert model.index(2, 0).data() == "改过的标题"


def test_that_long_titles_are_cut_in_the_cells(qapp, board, reader, samples):
    model, ranking = QueueModel(reader), Ranking()
    case = samples.case(200, title="长" * 200)
    board.picture.apply(Delta(cases=(samples.replace(case, title="长" * 50_000, version=2),)))
    board.begin(samples.NOW)
    ranking.fill([board.rows[case.no]])
    model.show_rows(ranking.shown)
    for column in range(len(COLUMNS)):
        assert len(model.index(0, column).data()) <= 200


def test_that_a_question_of_a_closing_is_in_its_supervisor_s_list_behind_what_is_open(
    board, reader, samples
):
    board.sign_on(samples.operator("shift_supervisor"), samples.NOW)
    closed = structs.replace(
        samples.case(77, urgency=Urgency.CRITICAL), state=State.CLOSED, doubts=(Doubt.NO_PICTURE,)
    )
    delta = Delta(cases=(closed,))
    before = board.counts
    board.picture.apply(delta)
    board.take_in([delta], samples.NOW)
    row = board.rows[closed.no]
    assert row.tabs == {Tab.MINE}
    assert max(board.rows.values(), key=lambda it: it.rank) is row
    assert board.counts - before == {Tab.MINE: 1}
    assert "已结案" in why_here(row, reader)
    answered = structs.replace(closed, doubts=(), version=closed.version + 1)
    board.picture.apply(Delta(cases=(answered,)))
    board.take_in([Delta(cases=(answered,))], samples.NOW)
    assert closed.no not in board.rows


def test_that_a_row_says_why_it_stands_where_it_stands(board, reader):
    row = next(iter(board.rows.values()))
    told = why_here(row, reader)
    assert told.count("排在这里：") == 1
    assert wording.urgency_words(row.case.urgency) in told


@pytest.mark.parametrize(
    ("seconds", "said", "amber"),
    [(10, "方雪梅 认领", False), (50, "△ 15 秒后可接", True), (65, "△ 可接手", True)],
)
def test_that_a_row_says_when_another_s_claim_is_stale_and_may_be_taken(
    board, reader, samples, seconds, said, amber
):
    made = samples.step(samples.case(40), samples.Step.CLAIM, by="dispatcher2")
    made = structs.replace(made, claimed_at=samples.NOW - timedelta(seconds=seconds))
    reader.picture = board.picture
    board.picture.apply(Delta(cases=(made,)))
    board.take_in([Delta(cases=(made,))], samples.NOW)
    row = board.rows[made.no]
    assert COLUMNS[MARKS_COLUMN].lower(row, reader) == said
    assert (claim_in_doubt(row, reader) is not None) is amber
    assert ("按 L 接手" in why_here(row, reader)) is amber
    present = Delta(present=(("dispatcher2", samples.NOW - timedelta(seconds=5)),))
    board.picture.apply(present)  # the other seat is back
    assert COLUMNS[MARKS_COLUMN].lower(row, reader) == "方雪梅 认领"


@pytest.mark.parametrize(("lang", "said"), [("zh", "并案 2"), ("en", "2 merged in")])
def test_that_the_row_of_a_main_case_says_how_many_were_merged_into_it(
    board, reader, samples, lang, said
):
    reader.lang = lang
    badge = COLUMNS[MARKS_COLUMN].upper
    alone = samples.case(40)
    for children, shown in (((), ""), (("20261121-00041", "20261121-00042"), said)):
        made = structs.replace(alone, children=children, version=alone.version + len(children))
        board.picture.apply(Delta(cases=(made,)))
        board.take_in([Delta(cases=(made,))], samples.NOW)
        assert badge(board.rows[made.no], reader) == shown


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_that_the_word_of_every_state_fits_its_column(qapp, samples, lang):
    stage = next(it for it in COLUMNS if it.key == "stage")
    metrics = QFontMetrics(qapp.font())
    room = stage.narrow * em(qapp.font()) - 16
    for state in State:
        assert metrics.horizontalAdvance(wording.short_state(state, lang)) <= room, state


def test_that_a_row_says_what_is_doubtful_about_the_report(reader, samples):
    told = {}
    for mark in Mark:
        (told[mark],) = wording.mark_words(samples.case(1, marks=[mark]), "zh")
    assert told[Mark.LATE] == "补传"
    assert told[Mark.TIME_SUSPECT] == "时间可疑"
    assert told[Mark.REVISED] == "有修订"
    case = samples.case(1, marks=[Mark.LATE, Mark.TIME_SUSPECT])
    row = SimpleNamespace(case=case, timer=None, whistle=None, need=None)
    under = COLUMNS[CASE_COLUMN].lower(row, reader)
    assert under.startswith("! 补传 时间可疑 · ")
    assert (
        not COLUMNS[CASE_COLUMN]
        .lower(SimpleNamespace(case=samples.case(2)), reader)
        .startswith("!")
    )
