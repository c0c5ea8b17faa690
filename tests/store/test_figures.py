from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from commandcenter.application.questions import Counted, Figures, LeadersDay, Strip
from commandcenter.domain import case as cases
from commandcenter.domain import whistle as whistles
from commandcenter.domain.case import Act, Case, Outcome, State, Step
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Fact
from commandcenter.domain.measures import DAY as OF_DAY
from commandcenter.domain.measures import (
    DIMENSIONS,
    MEASURES,
    STRIP,
    Figure,
    Moment,
    Of,
    Part,
    Tally,
    Window,
    case_row,
    meets,
    so_far,
    summons_row,
)
from commandcenter.domain.place import Place
from commandcenter.domain.report import Channel
from commandcenter.domain.whistle import SUMMONS_LOOP, SummonsStep, Whistle
from commandcenter.store import engine, figures, journal, migrations, sql, values
from commandcenter.store.figures import Basis
from commandcenter.store.schema import micros

ZONE = ZoneInfo("Asia/Shanghai")
BASIS = Basis(zone=ZONE, day_starts=time(8))
T0 = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@dataclass
class World:
    """A township's files as random walks through the loop made them."""

    cases: dict[str, Case] = field(default_factory=dict)
    whistles: dict[str, Whistle] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    at: datetime = T0

    def rows(self) -> Iterator[tuple[Of, Any]]:
        known = {no: case_row(case) for no, case in self.cases.items()}
        for row in known.values():
            yield Of.CASE, row
        for whistle in self.whistles.values():
            for summons in whistle.summons:
                yield Of.SUMMONS, summons_row(whistle, summons, known[whistle.case])


def _data(rng: Random, at: datetime) -> dict[str, Any]:
    return {
        **dict.fromkeys(("worker", "reason", "reply", "duty_item", "milestone", "words"), "x"),
        "result": "exists",
        "into": "C0",
        "category": rng.choice(("0101", "0202")),
        "body": rng.choice(("police", "land", "power")),
        "due_at": at + timedelta(hours=rng.uniform(1, 60)),
        "until": at + timedelta(hours=rng.uniform(1, 60)),
        "outcome": rng.choice(tuple(Outcome)),
        "remaining": "x",
        "comes_back_at": at + timedelta(days=3),
        "solved": rng.choice((True, False, None)),
        "satisfied": rng.choice(("satisfied", "basically", "unsatisfied", None)),
        "county_help": rng.random() < 0.3,
        "not_ours": rng.random() < 0.5,
        "proof": {"kind": "word"},
    }


def _said(rng: Random, at: datetime) -> dict[str, Any]:
    names = ("response", "attendance", "solved", "attitude")
    return {
        **_data(rng, at),
        "marks": {name: rng.randint(1, 5) for name in names},
        "appeal_by": at + timedelta(days=2),
    }


def _report(rng: Random, world: World) -> None:
    place = {"quality": "unknown", "address": "河东村"}
    if rng.random() < 0.8:
        place["grid"] = rng.choice(("G1", "G2"))
    case, fact = cases.opened(
        no=f"C{len(world.cases)}",
        at=world.at,
        actor="/county/grid-app",
        place=cases.place_from(place),
        fields={
            "title": "垃圾桶满溢",
            "channel": rng.choice((Channel.HOTLINE, Channel.GRID_APP)),
            "occurred_at": world.at,
            "reported_at": world.at,
        },
    )
    world.cases[case.no] = case
    world.facts.append(fact)


def _step(rng: Random, world: World) -> None:
    case = rng.choice(list(world.cases.values()))
    # chosen by weight: or half of all cases would end by order before they began
    rare = {
        Step.FORCE_CLOSE: 0.03,
        Step.FOLLOW_UP: 3,
        **dict.fromkeys((Step.REOPEN, Step.RESULT, Step.CHECK, Step.CLOSE, Step.SUSPEND), 3),
        **dict.fromkeys((Step.REJECT, Step.MERGE, Step.RECALL, Step.COME_BACK), 0.1),
        **dict.fromkeys((Step.CLAIM, Step.ARCHIVE, Step.MILESTONE, Step.HELP), 0.3),
    }
    steps = sorted(case.steps)
    if not steps:
        return
    (step,) = rng.choices(steps, [rare.get(step, 1) for step in steps])
    act = Act(
        step=step,
        at=world.at,
        by=rng.choice(("a", "b", "c")),
        role="shift_supervisor",
        data=_data(rng, world.at),
    )
    try:
        case, fact = cases.take(case, act)
    except Refusal:
        return
    world.cases[case.no] = case
    world.facts.append(fact)


def _blow(rng: Random, world: World) -> None:
    bodies = rng.sample(("police", "land", "power", "fire"), k=rng.randint(1, 3))
    whistle, fact = whistles.blown(
        no=f"W{len(world.whistles)}",
        at=world.at,
        actor="a",
        fields={
            "case": rng.choice(list(world.cases)),
            "kind": "hard_problem",
            "leaves_at": world.at,
            "place": {"quality": "unknown"},
            "bodies": bodies,
            "lead": bodies[0],
            "answer_by": world.at + timedelta(minutes=10),
            "report_in_by": world.at + timedelta(minutes=30),
            "chains": {bodies[0]: [{"step": "liaison", "channel": "feed", "at": world.at}] * 9},
            "solve_by": world.at + timedelta(minutes=rng.randint(5, 400)),
        },
    )
    world.whistles[whistle.no] = whistle
    world.facts.append(fact)


def _answer(rng: Random, world: World) -> None:
    if not world.whistles:
        return
    whistle = rng.choice(list(world.whistles.values())[-5:])
    body = rng.choice(whistle.summons).body
    steps = sorted(step for state, step in SUMMONS_LOOP if state is whistle.of(body).state)
    usual = [step for step in steps if step not in {SummonsStep.ESCALATE, SummonsStep.CALL}]
    step = SummonsStep.RATE if SummonsStep.RATE in usual else rng.choice(usual or [None])
    if step is not None:
        with suppress(Refusal):
            whistle, facts = whistles.take(
                whistle, body, step, at=world.at, by="a", data=_said(rng, world.at)
            )
            _keep(world, whistle, facts)


def _keep(world: World, whistle: Whistle, facts: list[Fact]) -> None:
    world.whistles[whistle.no] = whistle
    world.facts.extend(facts)


@cache
def made(seed: int, steps: int = 500) -> World:
    rng, world = Random(seed), World()
    _report(rng, world)
    for _ in range(steps):
        world.at += timedelta(minutes=rng.uniform(0, 40))
        rng.choices((_report, _step, _blow, _answer), (3, 20, 1, 4))[0](rng, world)
    return world


def keep(connection: Connection, world: World) -> None:
    sql.run_many(
        connection, values.CASE.insert, [values.CASE.row(case) for case in world.cases.values()]
    )
    for whistle in world.whistles.values():
        sql.run_many(connection, values.WHISTLE.insert, [values.WHISTLE.row(whistle)])
        sql.run_many(connection, values.SUMMONS_UPSERT, values.summons_rows(whistle))
    head = journal.EMPTY
    for fact in world.facts:
        rows, _, head = journal.chain([fact], seat="s", after=head, recorded_at=fact.at)
        sql.run_many(connection, journal.INSERT, rows)


@pytest.fixture
def connection(place) -> Iterator[Connection]:
    written = engine.writer(engine.parse(place.url), "hall")
    try:
        with written.begin() as connection:
            migrations.upgrade(connection)
            yield connection
    finally:
        written.dispose()


def windows(world: World) -> list[Window]:
    return [
        Window(start=T0, end=world.at + timedelta(microseconds=1), now=world.at),
        Window(start=T0, end=T0 + 30 * DAY, now=world.at),
        Window(start=T0 + DAY, end=T0 + 2 * DAY, now=world.at),
        Window(start=T0 + DAY, end=T0 + 2 * DAY, now=T0 + 1.5 * DAY),
    ]


def tallied(world: World, window: Window, by: str | None = None, keys=()) -> tuple[Figure, ...]:
    tally = Tally([MEASURES[key] for key in keys or MEASURES], window, by)
    for of, row in world.rows():
        tally.add(of, row)
    return tally.figures()


def asked(connection: Connection, window: Window, **more: Any) -> tuple[Figure, ...]:
    question = Figures(start=window.start, end=window.end, now=window.now, **more)
    return figures.answer_figures(connection, question, BASIS)


def same(one: tuple[Figure, ...], other: tuple[Figure, ...]) -> bool:
    assert [(f.key, f.group) for f in one] == [(f.key, f.group) for f in other]
    for mine, theirs in zip(one, other, strict=True):
        assert mine.denominator == theirs.denominator, mine.key
        assert mine.numerator == pytest.approx(theirs.numerator), mine.key
        assert mine.value == pytest.approx(theirs.value), mine.key
    return True


@pytest.mark.parametrize("seed", range(3))
def test_that_the_database_and_the_definition_agree_on_every_figure(connection, seed):
    world = made(seed)
    keep(connection, world)
    for window in windows(world):
        assert same(asked(connection, window), tallied(world, window))
        for by in DIMENSIONS:
            assert same(asked(connection, window, by=by), tallied(world, window, by))


def on_the_hour(seed: int) -> World:
    """Return cases whose instants often coincide, as no walk would make them."""
    rng, world = Random(seed), World(at=T0 + 12 * HOUR)
    for n in range(120):
        at = {name: T0 + rng.randint(0, 15) * HOUR for name in _INSTANTS if rng.random() < 0.8}
        state = rng.choice((State.SUSPENDED, State.CLOSED, *State))
        if state in _SETTLED_BY:
            at.setdefault(_SETTLED_BY[state], T0 + 9 * HOUR)
        world.cases[f"C{n}"] = Case(
            no=f"C{n}",
            state=state,
            since=T0 + rng.randint(0, 15) * HOUR,
            title="占道经营",
            place=Place(grid=rng.choice(("G1", "G2", None))),
            body=rng.choice(("police", "land", None)),
            occurred_at=T0,
            reported_at=T0,
            received_at=T0 + rng.randint(0, 6) * HOUR,
            outcome=rng.choice((*Outcome, None)),
            hops=rng.randint(0, 1),
            earlier_hops=rng.randint(0, 1),
            dispatches=rng.randint(1, 2),
            rework_count=rng.randint(0, 1),
            reopen_count=rng.randint(0, 1),
            county_help=rng.random() < 0.5,
            **at,
        )
    return world


_SETTLED_BY = {
    State.REJECTED: "rejected_at",
    State.CLOSED: "closed_at",
    State.ARCHIVED: "closed_at",
}
_INSTANTS = (
    "filed_at",
    "rejected_at",
    "first_dispatched_at",
    "dispatched_at",
    "due_at",
    "result_at",
    "closed_at",
    "followed_up_at",
)


@pytest.mark.parametrize("seed", range(2))
def test_that_they_agree_where_instants_coincide(connection, seed):
    world = on_the_hour(seed)
    keep(connection, world)
    for start, end, now in ((0, 16, 12), (3, 9, 12), (6, 12, 9), (5, 6, 7)):
        window = Window(start=T0 + start * HOUR, end=T0 + end * HOUR, now=T0 + now * HOUR)
        assert same(asked(connection, window), tallied(world, window))
        assert same(asked(connection, window, by="body"), tallied(world, window, "body"))


def test_that_windows_side_by_side_are_those_asked_for_one_by_one(connection):
    world = on_the_hour(0)
    keep(connection, world)
    edges = [T0 + hour * HOUR for hour in (1, 4, 5, 9)]
    spans = [(micros(edges[0]), micros(edges[1])), (micros(edges[2]), micros(edges[3]))]
    plain = [one for one in MEASURES.values() if one.quantile is None]
    sums = figures._flows(connection, plain, spans, (), BASIS.dispatch_limit)
    for n, (start, end) in enumerate(((edges[0], edges[1]), (edges[2], edges[3]))):
        for figure in tallied(world, Window(start=start, end=end, now=end)):
            measure = MEASURES[figure.key]
            if measure in plain and measure.moment is not Moment.AS_AT:
                assert measure.figure(*sums.get((figure.key, n, ()), (0, 0))) == figure


def test_that_random_files_reach_every_state_and_every_figure():
    worlds = [made(seed) for seed in range(24)]
    assert {case.state for world in worlds for case in world.cases.values()} == set(State)
    seen = {
        figure.key
        for world in worlds
        for window in windows(world)
        for figure in tallied(world, window)
        if figure.value
    }
    assert seen == set(MEASURES)


@pytest.mark.parametrize("seed", range(2))
def test_that_every_number_opens_exactly_what_it_counted(connection, seed):
    world = made(seed)
    keep(connection, world)
    for window in windows(world):
        for measure in MEASURES.values():
            if measure.of is not Of.CASE:
                continue
            for part in Part:
                question = Counted(
                    key=measure.key,
                    part=part,
                    start=window.start,
                    end=window.end,
                    now=window.now,
                    limit=None,
                )
                listed = figures.answer_counted(connection, question, BASIS)
                expected = {
                    no
                    for no, case in world.cases.items()
                    if meets(measure, part, case_row(case), window)
                }
                assert len(listed) == len(expected)
                assert {case.no for case in listed} == expected
                assert all(world.cases[case.no] == case for case in listed)


def test_that_a_group_of_a_number_opens_its_own_cases(connection):
    world = made(1)
    keep(connection, world)
    window = windows(world)[0]
    for by in DIMENSIONS:
        for figure in asked(connection, window, keys=("report_count",), by=by):
            question = Counted(
                key="report_count",
                part=Part.NUMERATOR,
                start=window.start,
                end=window.end,
                now=window.now,
                group=(by, figure.group),
            )
            assert len(figures.answer_counted(connection, question, BASIS)) == figure.value


def test_that_the_cases_behind_summoned_bodies_come_once_each(connection):
    world = made(2)
    keep(connection, world)
    window = windows(world)[0]
    question = Counted(
        key="refused_count",
        part=Part.NUMERATOR,
        start=window.start,
        end=window.end,
        now=window.now,
    )
    expected = {
        whistle.case
        for whistle in world.whistles.values()
        if any(summons.refused_at for summons in whistle.summons)
    }
    listed = figures.answer_counted(connection, question, BASIS)
    assert sorted(case.no for case in listed) == sorted(expected)


@pytest.mark.parametrize("seed", range(2))
def test_that_stocks_are_exact_now(connection, seed):
    world = made(seed)
    keep(connection, world)
    window = windows(world)[0]
    (to_accept, handling) = asked(connection, window, keys=("to_accept", "handling_now"))
    states = [case.state for case in world.cases.values()]
    assert to_accept.value == sum(state in {State.RECEIVED, State.VERIFYING} for state in states)
    with_body = {
        State.DISPATCHED,
        State.ARBITRATING,
        State.ACCEPTED,
        State.HANDLING,
        State.SUSPENDED,
    }
    assert handling.value == sum(state in with_body for state in states)


@pytest.mark.parametrize("seed", range(2))
def test_that_figures_as_known_then_are_those_the_store_gave_then(connection, seed):
    world = made(seed)
    half = T0 + (world.at - T0) / 2
    then = World(at=half)
    for fact in world.facts:
        if fact.at <= half:
            then.facts.append(fact)
    for fact in then.facts:
        noun = then.cases if fact.kind.startswith("case.") else then.whistles
        fold = cases.evolve if noun is then.cases else whistles.evolve
        noun[fact.subject] = fold(noun.get(fact.subject), fact)
    keep(connection, world)
    window = Window(start=T0, end=T0 + 30 * DAY, now=half)
    for by in (None, "body"):
        known = asked(
            connection,
            Window(start=window.start, end=window.end, now=world.at),
            as_known_at=half,
            by=by,
        )
        assert same(known, tallied(then, window, by))


@pytest.mark.parametrize("seed", range(2))
def test_that_the_strip_is_the_figures_of_the_day_so_far(connection, seed):
    world = made(seed)
    keep(connection, world)
    tiles = figures.answer_strip(connection, Strip(now=world.at), BASIS)
    assert tuple(tile.figure.key for tile in tiles) == STRIP
    start, end = so_far(world.at, ZONE, time(8))
    window = Window(start=start, end=end, now=world.at)
    assert same(tuple(tile.figure for tile in tiles), tallied(world, window, keys=STRIP))
    start, end = start - DAY, end - DAY
    window = Window(start=start, end=end, now=world.at - DAY)
    before = tallied(world, window, keys=STRIP)
    assert [tile.before for tile in tiles] == pytest.approx([figure.value for figure in before])


def test_that_the_strip_draws_twenty_four_hours(connection):
    world = made(3)
    keep(connection, world)
    tiles = figures.answer_strip(connection, Strip(now=world.at), BASIS)
    for n in range(24):
        at = world.at - timedelta(hours=23 - n)
        end = at + timedelta(microseconds=1)
        for tile in tiles:
            key = tile.figure.key
            hours = 1 if key == "report_count" else 24
            window = Window(start=end - timedelta(hours=hours), end=end, now=at)
            (expected,) = tallied(world, window, keys=(key,))
            assert tile.hours[n] == pytest.approx(expected.value), (key, n)
    assert all(len(tile.hours) == 24 for tile in tiles)


def test_that_the_strip_of_an_empty_store_is_calm(connection):
    tiles = figures.answer_strip(connection, Strip(now=T0), BASIS)
    assert [tile.figure.value for tile in tiles] == [0, 0, 0, 0, None, None, None, None]


def test_that_the_leaders_page_holds_together(connection):
    world = made(5, 900)
    keep(connection, world)
    day = date(2026, 3, 8)
    page = figures.answer_leaders_day(connection, LeadersDay(day=day, now=world.at), BASIS)
    start = datetime(2026, 3, 8, tzinfo=UTC)
    window = Window(start=start, end=start + DAY, now=world.at)
    assert (page.start, page.end) == (window.start, window.end)
    assert same(page.figures, tallied(world, window, keys=OF_DAY))
    before = [
        tallied(
            world,
            Window(start=start - n * DAY, end=start - (n - 1) * DAY, now=world.at),
            keys=OF_DAY,
        )
        for n in range(1, 8)
    ]
    assert same(page.yesterday, before[0])
    assert page.last_year == ()
    counts = sorted(figures[0].value for figures in before)
    assert dict(page.median7)["report_count"] == counts[3]
    for dimension, grouped in page.groups:
        expected = tallied(world, window, dimension, keys=OF_DAY)
        assert same(grouped, expected)
    assert [trend_day for trend_day, _, _ in page.trend][-1] == day
    assert len(page.trend) == 14
    assert page.trend[-1][1] == page.figures[0].value
    assert page.trend[-2][1] == page.yesterday[0].value
    assert [whistle.no for whistle in page.whistles] == [
        whistle.no
        for whistle in world.whistles.values()
        if window.start <= whistle.blown_at < window.end
    ]
    overdue = dict(zip(OF_DAY, page.figures, strict=True))["overdue_open"]
    assert len(page.overdue) == overdue.value
    assert [case.due_at for case in page.overdue] == sorted(case.due_at for case in page.overdue)


def test_that_the_same_day_last_year_is_shown_where_the_store_held_it(connection):
    world = made(4)
    keep(connection, world)
    then = LeadersDay(day=date(2027, 3, 4), now=T0 + timedelta(days=370))
    page = figures.answer_leaders_day(connection, then, BASIS)
    start = datetime(2026, 3, 4, tzinfo=UTC)
    window = Window(start=start, end=start + DAY, now=then.now)
    flows = [key for key in OF_DAY if MEASURES[key].moment is not Moment.AS_AT]
    assert same(page.last_year, tallied(world, window, keys=flows))


def test_that_the_store_answers_every_question_of_figures(store, make):
    case, fact = make.case("C1", at=T0)
    with store.unit(T0) as unit:
        unit.save_case(case, fact)
    window = {"start": T0, "end": T0 + DAY, "now": T0 + DAY}
    (now,) = store.answer(Figures(keys=("report_count",), **window))
    (then,) = store.answer(Figures(keys=("report_count",), as_known_at=T0 + DAY, **window))
    (before,) = store.answer(Figures(keys=("report_count",), as_known_at=T0 - DAY, **window))
    assert (now.value, then.value, before.value) == (1, 1, 0)
    assert store.answer(Counted(key="report_count", part=Part.NUMERATOR, **window)) == (case,)
    assert store.answer(Strip(now=T0 + HOUR))[0].figure.value == 1
    assert store.answer(LeadersDay(day=T0.date(), now=T0 + HOUR)).trend[-2:] == (
        (date(2026, 3, 1), 1, 0),
        (date(2026, 3, 2), 0, 0),
    )


def test_that_an_unknown_figure_or_dimension_is_refused(connection):
    window = Window(start=T0, end=T0 + DAY, now=T0)
    with pytest.raises(Refusal, match="unknown_figure"):
        asked(connection, window, keys=("nonsense",))
    with pytest.raises(Refusal, match="unknown_dimension"):
        asked(connection, window, by="nonsense")
