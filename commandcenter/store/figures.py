"""Figures reckoned by the database: the definitions of ``domain.measures`` put into SQL.

Every statement is grouped and summed where the rows are; Python sees tens of them. The windows of
one statement stand side by side as its spans, so that a strip of 24 hours costs no more of them
than one number.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import groupby, pairwise
from operator import itemgetter
from statistics import median
from types import MappingProxyType
from typing import Any, Final

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Double,
    FromClause,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.types import TypeEngine

from commandcenter.application.questions import (
    Counted,
    DayPage,
    Figures,
    LeadersDay,
    Question,
    Strip,
    Tile,
)
from commandcenter.domain import case as cases
from commandcenter.domain import measures
from commandcenter.domain import whistle as whistles
from commandcenter.domain.case import OPEN, TO_DISPATCH, Case, State
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Fact
from commandcenter.domain.matching import Rules
from commandcenter.domain.measures import (
    DAY,
    DIMENSIONS,
    SATISFACTION,
    STRIP,
    Condition,
    Conditions,
    Figure,
    Measure,
    Moment,
    Of,
    Op,
    Operand,
    Other,
    Part,
    Symbol,
    Tally,
    Unit,
    Window,
    a_day_before,
    case_row,
    day_window,
    elapsed,
    so_far,
    summons_row,
)
from commandcenter.domain.whistle import SummonsState, Whistle
from commandcenter.store import schema, values
from commandcenter.store.schema import micros

_decode: Final = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What answers need to know of the hall: its zone, when its day begins, its dispatch limit.

    ``matching`` are its rules of what may be the same problem.
    """

    zone: tzinfo
    day_starts: time
    dispatch_limit: timedelta = timedelta(minutes=15)
    matching: Rules = field(default_factory=Rules)


# -- the columns that conditions name --

_c: Final = schema.case.c
_s: Final = schema.summons.c
_FAR: Final = 2**63 - 1

_CASE: Final[Mapping[str, ColumnElement[Any]]] = MappingProxyType(
    {
        **{column.name: column for column in _c},
        "merged_at": case((_c.state == State.MERGED.value, _c.since)),
        "back_at": case((_c.state == State.FILED.value, _c.since)),
        "resting_at": case(
            (_c.state.in_(sorted(state.value for state in TO_DISPATCH)), _c.since),
            (
                and_(
                    _c.state == State.SUSPENDED.value,
                    or_(_c.due_at.is_(None), _c.due_at >= _c.since),
                ),
                _c.since,
            ),
        ),
        "handed_at": case((_c.reopen_count > 0, _c.dispatched_at), else_=_c.first_dispatched_at),
        "decided_at": func.coalesce(_c.filed_at, _c.rejected_at),
        "dropped": and_(
            _c.state.in_((State.REJECTED.value, State.MERGED.value)),
            _c.first_dispatched_at.is_(None),
        ),
        "handling_reckoned_at": case(
            (_c.reckoned_at.is_(None), None),
            (_c.result_at < _c.due_at, _c.result_at),
            else_=_c.due_at,
        ),
        "handling_time": _c.result_at - _c.dispatched_at,
        "satisfaction": cast(
            case(*((_c.satisfied == said, adds) for said, adds in SATISFACTION.items()), else_=0.0),
            Double,
        ),
    }
)
"""The same names as in ``measures.case_row``; a test holds the two against each other."""

_SUMMONS: Final[Mapping[str, ColumnElement[Any]]] = MappingProxyType(
    {
        **{name: _c[name] for name in ("grid", "category", "channel")},
        **{column.name: column for column in _s},
        "spared": and_(
            _s.state == SummonsState.WITHDRAWN.value,
            or_(
                and_(_s.refused_at.is_not(None), _s.answered_at.is_(None)),
                _s.no_show_at.is_(None),
            ),
        ),
    }
)

_COLUMNS: Final = {Of.CASE: _CASE, Of.SUMMONS: _SUMMONS}
_FROM: Final[Mapping[Of, FromClause]] = {
    Of.CASE: schema.case,
    Of.SUMMONS: schema.summons.join(schema.case, _s.case_no == _c.no),
}

# -- conditions as SQL --

Symbols = Mapping[Symbol, Any]

_COMPARE: Final[Mapping[Op, Callable[[ColumnElement[Any], Any], ColumnElement[bool]]]] = {
    Op.IS: lambda column, other: (
        column.is_(other) if other is None or isinstance(other, bool) else column == other
    ),
    Op.IS_NOT: lambda column, other: (
        column.is_not(None) if other is None else column.is_distinct_from(other)
    ),
    Op.AMONG: lambda column, other: column.in_([str(one) for one in other]),
    Op.NOT_AMONG: lambda column, other: or_(
        column.is_(None), column.not_in([str(one) for one in other])
    ),
    Op.FROM: lambda column, other: column >= other,
    Op.BEFORE: lambda column, other: column < other,
    Op.BY: lambda column, other: column <= other,
    Op.NOT_BY: lambda column, other: or_(column.is_(None), column > other),
}


def _holds(of: Of, condition: Condition, symbols: Symbols) -> ColumnElement[bool]:
    column = _COLUMNS[of][condition.column]
    if condition.operand is Symbol.AT and condition.op is not Op.NOT_BY:
        column += 0  # or the planner would take the index of all that ever came in
    return _COMPARE[condition.op](column, _operand(of, condition.operand, symbols))


def _operand(of: Of, operand: Operand, symbols: Symbols) -> Any:
    match operand:
        case Symbol():
            return symbols[operand]
        case Other(name, plus):
            column = _COLUMNS[of][name]
            if isinstance(plus, Symbol):
                return column + symbols[plus]
            return column + plus if plus else column
        case str():
            return str(operand)
        case _:
            return operand


def _all(of: Of, conditions: Conditions, symbols: Symbols) -> ColumnElement[bool]:
    return and_(*(_holds(of, condition, symbols) for condition in conditions))


def _symbols(window: Window) -> Symbols:
    return {
        Symbol.START: micros(window.start),
        Symbol.END: micros(window.end),
        Symbol.AT: micros(window.at),
        Symbol.DISPATCH_LIMIT: window.dispatch_limit // timedelta(microseconds=1),
    }


# -- flows: what lies in a window, for any number of windows at once --

Span = tuple[int, int]
Sums = dict[tuple[str, int, tuple[str, ...]], tuple[float, int]]
"""Numerator and denominator by measure, span (or instant) and group."""


def _first(column: ColumnElement[Any], bounds: Sequence[Any], values: Sequence[Any]) -> Any:
    """Return the value of the first bound a column lies before, and the last value beyond all.

    Halved each time: a row among fifty spans is compared six times.
    """
    if not bounds:
        return values[0]
    middle = len(bounds) // 2
    return case(
        (column < bounds[middle], _first(column, bounds[:middle], values[: middle + 1])),
        else_=_first(column, bounds[middle + 1 :], values[middle + 1 :]),
    )


def _sum(measure: Measure, name: str | None, conditions: Conditions, symbols: Symbols) -> Any:
    """Return the SQL of one sum: of a column, or of rows, over those that meet conditions."""
    column = None if name is None else _COLUMNS[measure.of][name]
    total: Any = func.count() if column is None else func.sum(column)
    if conditions:
        total = total.filter(_all(measure.of, conditions, symbols))
    if column is None:
        return total
    # sums of whole numbers come as decimals from PostgreSQL, and as nothing where no row is
    return func.coalesce(cast(total, _KIND.get(str(name), BigInteger)), 0)


_TAKEN_FROM: Final[Mapping[Moment, tuple[str, ...]]] = {
    Moment.DECIDED: ("filed_at", "rejected_at"),
    Moment.HANDLING_DUE: ("due_at", "result_at"),
}
_KIND: Final[Mapping[str, type[TypeEngine[Any]]]] = {"satisfaction": Double}


@lru_cache(maxsize=64)
def _flow_query(
    keys: tuple[str, ...], joined: tuple[bool, ...], by: tuple[str, ...]
) -> Select[Any]:
    """Return the statement that sums measures of one moment over spans; it is built once a shape.

    ``joined`` says for each span but the first whether it begins where the one before ends.
    """
    asked = measures.measures(keys)
    of = asked[0].of
    columns = _COLUMNS[of]
    instant = columns[asked[0].moment]
    count = len(joined) + 1
    starts = [bindparam(f"start{n}", type_=BigInteger()) for n in range(count)]
    ends = [bindparam(f"end{n}", type_=BigInteger()) for n in range(count)]
    breaks = [0, *(n for n, joins in enumerate(joined, 1) if not joins), count]

    def inside(column: ColumnElement[Any]) -> ColumnElement[bool]:
        return or_(
            *(
                and_(column >= starts[first], column < ends[after - 1])
                for first, after in pairwise(breaks)
            )
        )

    # a derived instant has no index; those it is taken from have
    sources = _TAKEN_FROM.get(asked[0].moment, ())
    where = and_(
        inside(instant), *([or_(*(inside(columns[name]) for name in sources))] if sources else ())
    )
    symbols: Symbols = {
        Symbol.END: _first(instant, ends[:-1], ends),
        Symbol.DISPATCH_LIMIT: bindparam("dispatch_limit", type_=BigInteger()),
    }
    span = _first(instant, ends[:-1], [literal(n, Integer()) for n in range(count)])
    groups = [func.coalesce(columns[name], "") for name in by]
    sums = [
        _sum(measure, name, conditions, symbols)
        for measure in asked
        for name, conditions in (
            (measure.adds, measure.basis + measure.counted),
            (measure.per, measure.basis),
        )
    ]
    return _grouped(_FROM[of], {"span": span}, groups, sums).where(where)


def _grouped(
    table: FromClause,
    keys: Mapping[str, ColumnElement[Any]],
    groups: Sequence[ColumnElement[Any]],
    sums: Sequence[ColumnElement[Any]],
) -> Select[Any]:
    named = {**keys, **{f"by{n}": group for n, group in enumerate(groups)}}
    # grouped by name: PostgreSQL would not know an expression with parameters again
    return (
        select(*(column.label(name) for name, column in named.items()), *sums)
        .select_from(table)
        .group_by(*map(literal_column, named))
    )


def _flows(
    connection: Connection,
    asked: Sequence[Measure],
    spans: Sequence[Span],
    by: tuple[str, ...],
    limit: timedelta,
) -> Sums:
    """Sum measures over windows that follow each other; one statement for each moment."""
    sums: Sums = {}
    joined = tuple(before[1] == after[0] for before, after in pairwise(spans))
    bound = {
        **{f"start{n}": start for n, (start, _) in enumerate(spans)},
        **{f"end{n}": end for n, (_, end) in enumerate(spans)},
        "dispatch_limit": limit // timedelta(microseconds=1),
    }
    plain = [one for one in asked if one.moment is not Moment.AS_AT and one.quantile is None]
    by_moment = sorted(plain, key=_place)
    for _, group in groupby(by_moment, key=_place):
        together = tuple(group)
        query = _flow_query(tuple(one.key for one in together), joined, by)
        for row in connection.execute(query, bound):
            span, *groups = row[: 1 + len(by)]
            pairs = iter(row[1 + len(by) :])
            for measure, top, bottom in zip(together, pairs, pairs, strict=True):
                if bottom:
                    sums[measure.key, span, tuple(groups)] = (top, bottom)
    return sums


def _place(measure: Measure) -> tuple[str, str]:
    return measure.of, measure.moment


# -- stocks: what stands at an instant, for any number of instants at once --


@lru_cache(maxsize=64)
def _stock_query(
    keys: tuple[str, ...], count: int, by: tuple[str, ...], sqlite: bool
) -> Select[Any]:
    """Return the statement that counts cases by the instants at which they came in and went out.

    A case that came in by instant n and went out by instant m stands at n … m-1. Those that stand
    at none are not sorted out in the database: any condition on their coming in would lead its
    planner to the index of all that ever came in.
    """
    at = [bindparam(f"at{n}", type_=BigInteger()) for n in range(count)]
    # microseconds are whole: by an instant is before the next one
    after = [bindparam(f"after{n}", type_=BigInteger()) for n in range(count)]
    numbers = [literal(n, Integer()) for n in range(count + 1)]
    least = func.min if sqlite else func.least
    asked = measures.measures(keys)
    rows = (
        select(
            *(_CASE[one.basis[0].column].label(f"in{n}") for n, one in enumerate(asked)),
            *(
                least(*(func.coalesce(_CASE[left.column], _FAR) for left in one.basis[1:])).label(
                    f"out{n}"
                )
                for n, one in enumerate(asked)
            ),
            *(_CASE[name] for name in by),
        )
        .where(_open_after(at[0]))
        # once for each row, not once for each comparison
        .cte("standing")
        .prefix_with("MATERIALIZED")
    )
    turns = {}
    for n, measure in enumerate(asked):
        until = after if measure.basis[0].op is Op.BY else at
        turns[f"came{n}"] = _first(rows.c[f"in{n}"], until, numbers)
        turns[f"went{n}"] = _first(rows.c[f"out{n}"], after, numbers)
    groups = [func.coalesce(rows.c[name], "") for name in by]
    return _grouped(rows, turns, groups, [func.count()])


def _open_after(at: ColumnElement[Any]) -> ColumnElement[bool]:
    """Say what every stock implies, in the words of the indices: open, or settled since."""
    return or_(
        _c.state.in_(sorted(state.value for state in OPEN)),
        _c.closed_at > at,
        _c.rejected_at > at,
        and_(_c.state == State.MERGED.value, _c.since > at),
    )


def _stocks(
    connection: Connection, asked: Sequence[Measure], instants: Sequence[int], by: tuple[str, ...]
) -> Sums:
    """Count what stands at instants, oldest first, in one statement."""
    keys = [measure.key for measure in asked if measure.moment is Moment.AS_AT]
    if not keys:
        return {}
    query = _stock_query(tuple(keys), len(instants), by, connection.dialect.name == "sqlite")
    bound = {
        **{f"at{n}": at for n, at in enumerate(instants)},
        **{f"after{n}": at + 1 for n, at in enumerate(instants)},
    }
    counts: dict[tuple[str, int, tuple[str, ...]], int] = defaultdict(int)
    for row in connection.execute(query, bound):
        turns, groups, count = row[: 2 * len(keys)], row[2 * len(keys) : -1], row[-1]
        for key, came, went in zip(keys, turns[::2], turns[1::2], strict=True):
            for n in range(came, went):
                counts[key, n, tuple(groups)] += count
    return {place: (count, count) for place, count in counts.items()}


# -- quantiles --


def _quantiles(
    connection: Connection, asked: Sequence[Measure], window: Window, by: tuple[str, ...]
) -> Sums:
    """Find the value at each measure's rank among the rows of the window."""
    sums: Sums = {}
    symbols = _symbols(window)
    for measure in asked:
        if measure.quantile is None or measure.adds is None:
            continue
        columns = _COLUMNS[measure.of]
        value = columns[measure.adds].label("value")
        groups = [func.coalesce(columns[name], "").label(f"by{n}") for n, name in enumerate(by)]
        ranked = (
            select(
                value,
                *groups,
                func.row_number().over(partition_by=groups or None, order_by=value).label("rank"),
                func.count().over(partition_by=groups or None).label("rows"),
            )
            .select_from(_FROM[measure.of])
            .where(_all(measure.of, measure.conditions(Part.DENOMINATOR), symbols))
            .subquery()
        )
        nearest = (ranked.c.rows * measure.quantile + 99) // 100  # measures.rank
        query = select(
            ranked.c.value, ranked.c.rows, *(ranked.c[group.name] for group in groups)
        ).where(ranked.c.rank == nearest)
        for found, rows, *names in connection.execute(query):
            sums[measure.key, 0, tuple(names)] = (found, rows)
    return sums


# -- answers --


def answer_figures(connection: Connection, question: Figures, basis: Basis) -> tuple[Figure, ...]:
    """Reckon figures over a window; refuses an unknown key or dimension."""
    asked = measures.measures(question.keys)
    if question.by is not None and question.by not in DIMENSIONS:
        raise Refusal("unknown_dimension", dimension=question.by)
    window = Window(
        start=question.start,
        end=question.end,
        now=min(question.now, question.as_known_at or question.now),
        dispatch_limit=basis.dispatch_limit,
    )
    if question.as_known_at is not None:
        return _as_known(connection, asked, window, question.by, question.as_known_at)
    by = () if question.by is None else (question.by,)
    sums = {
        **_flows(connection, asked, [_span(window.start, window.end)], by, window.dispatch_limit),
        **_stocks(connection, asked, [micros(window.at)], by),
        **_quantiles(connection, asked, window, by),
    }
    groups = sorted({groups for _, _, groups in sums}) if by else [()]
    return tuple(
        measure.figure(*sums.get((measure.key, 0, group), (0, 0)), *group)
        for measure in asked
        for group in groups
    )


def _span(start: datetime, end: datetime) -> Span:
    return micros(start), micros(end)


def _as_known(
    connection: Connection,
    asked: Sequence[Measure],
    window: Window,
    by: str | None,
    known_at: datetime,
) -> tuple[Figure, ...]:
    """Reckon from the journal as it was at an instant: fold what had been recorded, then tally."""
    tally = Tally(asked, window, by)
    summoned: dict[str, list[Whistle]] = defaultdict(list)
    for facts in _recorded(connection, "whistle", known_at):
        whistle = whistles.fold(facts)
        summoned[whistle.case].append(whistle)
    for facts in _recorded(connection, "case", known_at):
        file = cases.fold(facts)
        row = case_row(file)
        tally.add(Of.CASE, row)
        for whistle in summoned.get(file.no, ()):
            for summons in whistle.summons:
                tally.add(Of.SUMMONS, summons_row(whistle, summons, row))
    return tally.figures()


def _recorded(connection: Connection, noun: str, known_at: datetime) -> Iterator[Iterator[Fact]]:
    """Yield the facts of each file of a noun recorded by an instant, a thousand rows at a time."""
    fact = schema.fact.c
    query = (
        select(fact.subject, fact.kind, fact.at, fact.actor, fact.role, fact.data)
        .where(fact.kind.like(f"{noun}.%"), fact.recorded_at <= micros(known_at))
        .order_by(fact.subject, fact.id)
    )
    rows = connection.execution_options(yield_per=1000).execute(query)
    for _, of_file in groupby(rows, key=itemgetter(0)):
        yield (
            Fact(
                kind=kind,
                subject=subject,
                at=schema.instant(at),
                actor=actor,
                role=role,
                data=_decode(data),
            )
            for subject, kind, at, actor, role, data in of_file
        )


def answer_counted(connection: Connection, question: Counted, basis: Basis) -> tuple[Case, ...]:
    """Return the cases behind one number; of summoned bodies: their cases, each once."""
    (measure,) = measures.measures([question.key])
    window = Window(
        start=question.start,
        end=question.end,
        now=question.now,
        dispatch_limit=basis.dispatch_limit,
    )
    where = _listed(measure, question.part, window)
    if question.group is not None:
        dimension, group = question.group
        if dimension not in DIMENSIONS:
            raise Refusal("unknown_dimension", dimension=dimension)
        where = and_(where, func.coalesce(_COLUMNS[measure.of][dimension], "") == group)
    return _cases(connection, measure, where, question.limit)


def _listed(measure: Measure, part: Part, window: Window) -> ColumnElement[bool]:
    symbols = _symbols(window)
    where = _all(measure.of, measure.conditions(part), symbols)
    if measure.moment is Moment.AS_AT:
        return and_(where, _open_after(literal(symbols[Symbol.AT], BigInteger())))
    return where


def _cases(
    connection: Connection, measure: Measure, where: ColumnElement[bool], limit: int | None
) -> tuple[Case, ...]:
    if measure.of is Of.SUMMONS:
        where = _c.no.in_(select(_s.case_no).select_from(_FROM[Of.SUMMONS]).where(where))
    # sorted here: an index that brought the order would be read from its end to find a few
    order = _c.due_at + 0 if measure.moment is Moment.AS_AT else (_c.received_at + 0).desc()
    query = select(_c.whole).where(where).order_by(order, _c.no).limit(limit)
    return tuple(map(values.CASE.decode, connection.execute(query).scalars()))


def answer_strip(connection: Connection, question: Strip, basis: Basis) -> tuple[Tile, ...]:
    """Reckon the strip: the hall's day so far, yesterday's by the same hour, and 24 hours.

    Hour by hour, a count is that of the hour, a stock that of its end; shares and means are those
    of the 24 hours that end with it, for one hour's few cases would only flicker.
    """
    asked = measures.measures(STRIP)
    now, before = question.now, a_day_before(question.now, basis.zone)
    today = _span(*so_far(now, basis.zone, basis.day_starts))
    yesterday = _span(*so_far(before, basis.zone, basis.day_starts))
    marks = [today[1] - hours * _HOUR for hours in range(2 * _HOURS, -1, -1)]
    edges = sorted({*marks, *today, *yesterday})
    instants = sorted({micros(before), *(micros(now) - hours * _HOUR for hours in range(_HOURS))})
    flows = _flows(connection, asked, list(pairwise(edges)), (), basis.dispatch_limit)
    stocks = _stocks(connection, asked, instants, ())

    def over(measure: Measure, span: Span) -> Figure:
        parts = [
            flows.get((measure.key, n, ()), (0, 0))
            for n in range(edges.index(span[0]), edges.index(span[1]))
        ]
        return measure.figure(sum(top for top, _ in parts), sum(bottom for _, bottom in parts))

    def standing(measure: Measure, at: int) -> Figure:
        return measure.figure(*stocks.get((measure.key, instants.index(at), ()), (0, 0)))

    def tile(measure: Measure) -> Tile:
        if measure.moment is Moment.AS_AT:
            hours = [standing(measure, mark - 1) for mark in marks[-_HOURS:]]
            figure, earlier = standing(measure, micros(now)), standing(measure, micros(before))
        else:
            width = 1 if measure.unit is Unit.COUNT else _HOURS
            hours = [
                over(measure, (marks[n - width], marks[n])) for n in range(_HOURS + 1, len(marks))
            ]
            figure, earlier = over(measure, today), over(measure, yesterday)
        return Tile(figure=figure, before=earlier.value, hours=tuple(hour.value for hour in hours))

    return tuple(map(tile, asked))


_HOUR: Final = 3_600_000_000
_HOURS: Final = 24


def answer_leaders_day(connection: Connection, question: LeadersDay, basis: Basis) -> DayPage:
    """Reckon one hall day; of the day that runs, what has happened up to and including now."""

    def window(day: date) -> tuple[datetime, datetime]:
        return elapsed(*day_window(day, basis.zone, basis.day_starts), question.now)

    def at(day: date) -> int:
        start, end = window(day)
        return micros(min(end, max(start, question.now)))

    limit, asked = basis.dispatch_limit, measures.measures(DAY)
    trend = [question.day - timedelta(days=days) for days in range(_TREND - 1, -1, -1)]
    week, last_year = trend[-_WEEK - 1 :], _year_before(question.day)
    held = _held_before(connection, window(last_year)[1])
    days = [last_year, *trend] if held else trend
    flows = _flows(
        connection,
        measures.measures((*DAY, "closed_count")),
        [_span(*window(day)) for day in days],
        (),
        limit,
    )
    sums = {(key, days[n]): pair for (key, n, _), pair in flows.items()}
    stocks = _stocks(connection, asked, [at(day) for day in week], ())
    sums |= {(key, week[n]): pair for (key, n, _), pair in stocks.items()}

    def figures(day: date) -> tuple[Figure, ...]:
        return tuple(measure.figure(*sums.get((measure.key, day), (0, 0))) for measure in asked)

    def count(key: str, day: date) -> int:
        return int(sums.get((key, day), (0, 0))[0])

    start, end = window(question.day)
    before = [figures(day) for day in week[:-1]]
    grouped = {
        **_flows(connection, asked, [_span(start, end)], DIMENSIONS, limit),
        **_stocks(connection, asked, [at(question.day)], DIMENSIONS),
    }
    overdue = measures.MEASURES["overdue_open"]
    seen = Window(start=start, end=end, now=question.now)
    return DayPage(
        day=question.day,
        start=start,
        end=end,
        figures=figures(question.day),
        yesterday=before[-1],
        median7=tuple(
            (same[0].key, _median(figure.value for figure in same))
            for same in zip(*before, strict=True)
        ),
        # what stood open a year ago would have to be looked for among all cases since
        last_year=tuple(figure for figure in figures(last_year) if figure.key not in _STANDING)
        if held
        else (),
        trend=tuple((day, count("report_count", day), count("closed_count", day)) for day in trend),
        groups=tuple(
            (dimension, _rolled_up(asked, grouped, place))
            for place, dimension in enumerate(DIMENSIONS)
        ),
        whistles=_blown(connection, _span(start, end)),
        overdue=_cases(
            connection,
            overdue,
            _listed(overdue, Part.NUMERATOR, seen),
            _OVERDUE,
        ),
    )


_STANDING: Final = frozenset(
    key for key, measure in measures.MEASURES.items() if measure.moment is Moment.AS_AT
)
_TREND: Final = 14
_WEEK: Final = 7
_OVERDUE: Final = 200


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


def _held_before(connection: Connection, at: datetime) -> bool:
    query = select(_c.no).where(_c.received_at < micros(at)).limit(1)
    return connection.execute(query).first() is not None


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _rolled_up(asked: Sequence[Measure], sums: Sums, place: int) -> tuple[Figure, ...]:
    """Return the figures of each group of one dimension out of sums by all of them."""
    totals: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0, 0])
    for (key, _, groups), (top, bottom) in sums.items():
        total = totals[key, groups[place]]
        total[0] += top
        total[1] += bottom
    names = sorted({name for _, name in totals})
    return tuple(
        measure.figure(totals[measure.key, name][0], int(totals[measure.key, name][1]), name)
        for measure in asked
        for name in names
    )


def _blown(connection: Connection, span: Span) -> tuple[Whistle, ...]:
    blown = schema.whistle.c
    query = (
        select(blown.whole)
        .where(blown.blown_at >= span[0], blown.blown_at < span[1])
        .order_by(blown.blown_at, blown.no)
    )
    return tuple(map(values.WHISTLE.decode, connection.execute(query).scalars()))


ANSWERS: Final[Mapping[type[Question[Any]], Callable[..., Any]]] = MappingProxyType(
    {
        Figures: answer_figures,
        Counted: answer_counted,
        Strip: answer_strip,
        LeadersDay: answer_leaders_day,
    }
)
"""Who answers which question, called with (connection, question, basis)."""
