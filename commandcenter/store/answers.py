"""The answers to what seats ask, one table; figures have their own module."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, Final
from unicodedata import normalize

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    func,
    or_,
    select,
    tuple_,
    union_all,
)

from commandcenter.application.changes import Outgoing
from commandcenter.application.copies import summons_copies
from commandcenter.application.messages import WhistleBlown
from commandcenter.application.questions import (
    Alerts,
    Beyond,
    CaseCount,
    CaseFile,
    CaseFileOf,
    Cases,
    ChannelStates,
    DeliveriesOf,
    Doubtful,
    History,
    JustClosed,
    OneCase,
    OpenWork,
    Pending,
    Precedents,
    Present,
    Quarantine,
    Quarantined,
    Question,
    RefusalBefore,
    RefusalsBefore,
    ReporterOf,
    Ruling,
    StillToLeave,
    ToRate,
    WhistleCopies,
    Work,
)
from commandcenter.domain.alert import VideoAlert
from commandcenter.domain.case import OPEN, SETTLED, Case, State, fold
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Recorded
from commandcenter.domain.report import Reporter
from commandcenter.domain.timers import TimerKind
from commandcenter.domain.whistle import SummonsState, Whistle
from commandcenter.store import (
    attempts,
    duplicates,
    figures,
    journal,
    messages,
    outbox,
    people,
    schema,
    search,
    sql,
    values,
)
from commandcenter.store.figures import Basis
from commandcenter.store.schema import micros
from commandcenter.store.values import Kind, Value

Answerer = Callable[[Connection, Any], Any]

_FEW: Final = 20_000
"""So many entries of an index are counted in a millisecond or two."""

_c: Final = schema.case.c
_a: Final = schema.video_alert.c
_WAITS: Final = _a.verdict.is_(None) & _a.raised  # an alert that a person has to judge
_q: Final = schema.quarantine.c
_x: Final = schema.crossing.c
_f: Final = schema.fact

_COMING_BACK: Final = select(_c.whole).where(_c.comes_back_at.is_not(None)).order_by(_c.no)


def answer(connection: Connection, question: Question[Any], basis: Basis) -> Any:
    """Answer a question as the connection sees the store; ``basis`` is what it stands on."""
    if type(question) in duplicates.ANSWERS:
        return duplicates.ANSWERS[type(question)](connection, question, basis)
    if type(question) in figures.ANSWERS:
        return figures.ANSWERS[type(question)](connection, question, basis)
    return ANSWERS[type(question)](connection, question)


def _wholes(connection: Connection, kind: Kind[Value], query: Select[Any]) -> tuple[Value, ...]:
    return tuple(map(kind.decode, connection.execute(query).scalars()))


def open_work(connection: Connection, question: OpenWork) -> Work:
    """Return everything that is not settled."""
    cases = select(_c.whole).where(_c.state.in_([state.value for state in OPEN])).order_by(_c.no)
    running = select(schema.whistle.c.whole).where(schema.whistle.c.closed_at.is_(None))
    waiting = select(_a.whole).where(_WAITS).order_by(_a.received_at.desc())
    aside = messages.aside(sql.run(connection, messages.HELD))
    return Work(
        cases=_wholes(connection, values.CASE, cases),
        whistles=_wholes(connection, values.WHISTLE, running.order_by(schema.whistle.c.no)),
        alerts=_wholes(connection, values.ALERT, waiting.limit(question.alerts)),
        cursors=tuple(map(messages.cursor, connection.execute(select(schema.cursor)))),
        gaps=tuple(
            map(messages.gap, connection.execute(select(schema.gap).order_by(schema.gap.c.id)))
        ),
        outgoing=pending(connection, Pending()),
        coming_back=_wholes(connection, values.CASE, _COMING_BACK),
        doubtful=doubtful(connection, Doubtful()),
        positions=tuple(map(messages.position, connection.execute(select(schema.position)))),
        present=present(connection, Present()),
        quarantined=aside.count,
        quarantine_change=aside.change,
        to_follow_up=_to_follow_up(connection, question.closed_since),
        to_visit=_to_visit(connection, question.visits_since),
    )


def _to_follow_up(connection: Connection, since: datetime | None) -> tuple[Case, ...]:
    """Return the closed cases whose follow-up was neither made nor raised as missed."""
    if since is None:
        return ()
    raised = (
        select(_x.at)
        .where(_x.subject == _c.no, _x.kind == TimerKind.FOLLOW_UP.value, _x.at >= _c.closed_at)
        .exists()
    )
    query = select(_c.whole).where(
        _c.closed_at >= micros(since),
        _c.state == State.CLOSED.value,
        _c.followed_up_at.is_(None),
        ~raised,
    )
    return _wholes(connection, values.CASE, query.order_by(_c.no))


def _to_visit(connection: Connection, since: datetime | None) -> tuple[Case, ...]:
    """Return the closed cases whose reporters have still to be asked, those closed last."""
    if since is None:
        return ()
    query = select(_c.whole).where(
        _c.closed_at >= micros(since),
        _c.state == State.CLOSED.value,
        _c.followed_up_at.is_(None),
    )
    newest = query.order_by(_c.closed_at.desc(), _c.no).limit(_MOST_VISITS)
    return tuple(it for it in _wholes(connection, values.CASE, newest) if it.wants_visit)


_MOST_VISITS: Final = 2000


def one_case(connection: Connection, question: OneCase) -> Case:
    """Return a case by its number, as it is or was at a version; refuses an unknown one."""
    if question.version is not None:
        return _as_it_was(connection, question.no, question.version)
    found = _wholes(connection, values.CASE, select(_c.whole).where(_c.no == question.no))
    if not found:
        raise Refusal("unknown_case", case=question.no)
    return found[0]


def _as_it_was(connection: Connection, no: str, version: int) -> Case:
    """Return a case as it stood after its first ``version`` facts, or after all there are."""
    facts = islice(journal.read(connection, [no]), max(1, version))
    try:
        return fold(item.fact for item in facts)
    except ValueError:
        raise Refusal("unknown_case", case=no) from None


def doubtful(connection: Connection, question: Doubtful) -> tuple[Case, ...]:
    """Return the closed cases whose closing left a question, the oldest first."""
    query = select(_c.whole).where(_c.doubted_at.is_not(None)).order_by(_c.doubted_at, _c.no)
    return _wholes(connection, values.CASE, query.limit(question.limit))


def precedents(connection: Connection, question: Precedents) -> tuple[Ruling, ...]:
    """Return the rulings on other cases of the same class, the newest first."""
    of = one_case(connection, OneCase(no=question.case))
    if of.category is None:
        return ()
    query = (
        select(*(_f.c[name] for name in journal.FIELDS), _c.whole)
        .join(schema.case, _c.no == _f.c.subject)
        .where(_f.c.kind == "case.ruled", _c.category == of.category, _c.no != of.no)
        .order_by(_f.c.at.desc(), _f.c.id.desc())
        .limit(question.limit)
    )
    return tuple(
        _ruling(journal.recorded(tuple(told)), values.CASE.decode(whole))
        for *told, whole in connection.execute(query)
    )


def refusals_before(connection: Connection, question: RefusalsBefore) -> tuple[RefusalBefore, ...]:
    """Return how a body's refusals of other whistles about the same class went."""
    summons, whistle = schema.summons.c, schema.whistle.c
    of = select(_c.category).join(schema.whistle, whistle.case_no == _c.no)
    category = connection.execute(of.where(whistle.no == question.whistle)).scalar()
    if category is None:
        return ()
    query = (
        select(whistle.whole, _c.title)
        .join(schema.summons, summons.whistle_no == whistle.no)
        .join(schema.case, _c.no == whistle.case_no)
        .where(
            summons.body == question.body,
            summons.refused_at.is_not(None),
            _c.category == category,
            whistle.no != question.whistle,
        )
        .order_by(summons.blown_at.desc(), whistle.no.desc())
        .limit(question.limit)
    )
    return tuple(
        _refused(values.WHISTLE.decode(whole), title, question.body)
        for whole, title in connection.execute(query)
    )


def _refused(whistle: Whistle, title: str, body: str) -> RefusalBefore:
    item = whistle.of(body)
    if item.refused_at is None:
        raise ValueError("only what was refused is looked for")
    return RefusalBefore(
        whistle=whistle.no,
        case=whistle.case,
        title=title,
        body=body,
        at=item.refused_at,
        reason=item.reason,
        duty_item=item.duty_item,
        upheld=None if item.ruled_at is None else item.bound,
        arbiter=item.arbiter,
        ruling=item.ruling,
    )


def to_rate(connection: Connection, question: ToRate) -> tuple[Whistle, ...]:
    """Return the whistles of which somebody is to be rated, or an appeal ruled on, oldest first."""
    summons, whistle = schema.summons.c, schema.whistle.c
    waits = or_(summons.state == SummonsState.RELEASED.value, summons.appealed_at.is_not(None))
    numbers = select(summons.whistle_no).where(waits)
    query = select(whistle.whole).where(whistle.no.in_(numbers))
    return _wholes(
        connection,
        values.WHISTLE,
        query.order_by(whistle.blown_at, whistle.no).limit(question.limit),
    )


def _ruling(recorded: Recorded, case: Case) -> Ruling:
    fact = recorded.fact
    return Ruling(
        case=case.no,
        title=case.title,
        body=fact.data["body"],
        over=tuple(dict.fromkeys(stay.body for stay in case.stays if stay.end <= fact.at)),
        at=fact.at,
        by=fact.actor,
        by_county=bool(fact.data.get("by_county")),
        reason=fact.data.get("reason", ""),
    )


def whistle_copies(
    connection: Connection, question: WhistleCopies
) -> tuple[Whistle, tuple[WhistleBlown, ...]]:
    """Return a whistle and what each body it summons may read of it."""
    found = sql.run(
        connection, values.WHISTLE.select, sql.listed(connection, [question.whistle])
    ).all()
    if not found:
        raise Refusal("unknown_whistle", whistle=question.whistle)
    whistle = values.WHISTLE.decode(found[0][0])
    case = one_case(connection, OneCase(no=whistle.case))
    known = messages.reporters(connection, (case.no, *case.children))
    hidden = [who for reporters in known.values() for who in reporters]
    return whistle, tuple(summons_copies(whistle, hidden))


def history(connection: Connection, question: History) -> tuple[Recorded, ...]:
    """Return everything that happened to a case, its whistles and its alert, oldest first."""
    case = one_case(connection, OneCase(no=question.case))
    subjects = [case.no, *case.whistles, *([case.alert] if case.alert else [])]
    return tuple(journal.read(connection, subjects))


def case_file(connection: Connection, question: CaseFileOf) -> CaseFile:
    """Return everything the store holds of a case."""
    case = one_case(connection, OneCase(no=question.case))
    blown = sql.run(connection, values.WHISTLE.select, sql.listed(connection, case.whistles))
    subjects = [case.no, *case.whistles, *([case.alert] if case.alert else [])]
    known = messages.reporters(connection, (case.no,))
    return CaseFile(
        case=case,
        whistles=tuple(values.WHISTLE.decode(whole) for (whole,) in blown),
        facts=tuple(journal.read_sealed(connection, subjects)),
        reporters=tuple(messages.covered(who) for who in known[case.no]),
    )


def reporter_of(connection: Connection, question: ReporterOf) -> Reporter | None:
    """Return who reported a case last, covered; none if nobody said."""
    known = messages.reporters(connection, (question.case,))[question.case]
    return messages.covered(known[-1]) if known else None


def cases(connection: Connection, question: Cases) -> tuple[Case, ...]:
    """Return the cases that meet every given condition, newest first."""
    conditions = _conditions(connection, question)
    if (wanted := search.sought(question)) is not None:
        found = search.page(
            connection, wanted, conditions, after=question.after, limit=question.limit
        )
        return tuple(found)
    if question.after is not None:  # keyset: 0.06 ms a page where OFFSET took 19 to 295
        last = select(_c.received_at, _c.no).where(_c.no == question.after)
        conditions.append(tuple_(_c.received_at, _c.no) < last.scalar_subquery())
    if connection.dialect.name == "postgresql" or len(question.states) <= 1:
        query = select(_c.whole).where(*conditions, *_in_states(question.states))
        return _wholes(connection, values.CASE, _newest(query, _c, question.limit))
    return _wholes(connection, values.CASE, _by_state(question, conditions))


def _newest(query: Select[Any], columns: Any, limit: int | None) -> Select[Any]:
    return query.order_by(columns.received_at.desc(), columns.no.desc()).limit(limit)


def _in_states(states: Collection[State]) -> list[ColumnElement[bool]]:
    if len(states) == 1:
        return [_c.state == next(iter(states))]
    return [_c.state.in_(sorted(states))] if states else []


def _by_state(question: Cases, conditions: list[ColumnElement[bool]]) -> Select[Any]:
    """Return the statement that reads each state's newest, each from its own index.

    SQLite would sort every case of all the states instead: seconds where nearly all are settled.
    """
    parts = [
        select(
            _newest(
                select(_c.whole, _c.received_at, _c.no).where(_c.state == state, *conditions),
                _c,
                question.limit,
            ).subquery()
        )
        for state in sorted(question.states)
    ]
    every = union_all(*parts).subquery()
    return _newest(select(every.c.whole), every.c, question.limit)


def case_count(connection: Connection, question: CaseCount) -> int:
    """Return how many cases meet every condition."""
    conditions = _conditions(connection, question.of)
    if (wanted := search.sought(question.of)) is not None:
        return search.count(connection, wanted, conditions)
    if connection.dialect.name == "sqlite" and question.of.states & SETTLED and not conditions:
        return _settled_count(connection, question.of.states)
    return _counted(connection, select(_c.no).where(*conditions, *_in_states(question.of.states)))


def _counted(connection: Connection, query: Select[Any]) -> int:
    return int(connection.execute(select(func.count()).select_from(query.subquery())).scalar_one())


def _settled_count(connection: Connection, states: frozenset[State]) -> int:
    """Count cases of states that most are in, by whichever side is the smaller.

    SQLite counts a whole table by its pages, but a million entries of an index one by one.
    """
    wanted = select(_c.no).where(*_in_states(states))
    few = _counted(connection, wanted.limit(_FEW))
    if few < _FEW:
        return few
    total = _counted(connection, select(_c.no))
    others = select(_c.no).where(_c.state.in_(sorted(set(State) - states)))
    left = _counted(connection, others.limit(total // 2 + 1))
    return total - left if left <= total // 2 else _counted(connection, wanted)


def _conditions(connection: Connection, question: Cases) -> list[ColumnElement[bool]]:
    """Return every condition of a question but its words, its page and, without words, its states.

    The states go apart, for they decide which index is read.
    """
    found: list[ColumnElement[bool]] = []
    if search.sought(question) is not None:
        found += _in_states(question.states)
    for column, wanted in ((_c.grid, question.grid), (_c.body, question.body)):
        if wanted is not None:
            found.append(column == wanted)
    if question.since is not None:
        found.append(_c.received_at >= micros(question.since))
    if question.until is not None:
        found.append(_c.received_at < micros(question.until))
    for column, part in ((_c.no, question.no), (_c.source_no, question.ref)):
        if part:
            plain = normalize("NFKC", part).strip().lower()
            found.append(func.lower(column).contains(plain, autoescape=True))
    if question.phone:
        found.append(_c.no.in_(people.of_phone(question.phone)))
    if question.person:
        found.append(people.of_person(connection, question.person))
    return found


def alerts(connection: Connection, question: Alerts) -> tuple[VideoAlert, ...]:
    """Return video alerts, newest first."""
    query = select(_a.whole).order_by(_a.received_at.desc(), _a.key.desc()).limit(question.limit)
    if question.verdicts:
        named = [verdict.value for verdict in question.verdicts if verdict is not None]
        judged = _a.verdict.in_(named)
        query = query.where(judged | _WAITS if None in question.verdicts else judged)
    if question.since is not None:
        query = query.where(_a.received_at >= micros(question.since))
    if question.until is not None:
        query = query.where(_a.received_at < micros(question.until))
    return _wholes(connection, values.ALERT, query)


def quarantine(connection: Connection, question: Quarantine) -> tuple[Quarantined, ...]:
    """Return the messages put aside and not yet taken back, newest first."""
    query = (
        select(schema.quarantine)
        .where(_q.taken_back_at.is_(None))
        .order_by(_q.id.desc())
        .limit(question.limit)
    )
    return tuple(map(messages.quarantined, connection.execute(query)))


def pending(connection: Connection, _question: Pending) -> tuple[Outgoing, ...]:
    """Return what has to leave the hall and has no receipt yet, in the order it leaves."""
    return tuple(map(outbox.outgoing, sql.run(connection, outbox.PENDING)))


def present(connection: Connection, _question: Present) -> tuple[tuple[str, datetime], ...]:
    """Return who was last heard of at any seat, and when."""
    return tuple((who, schema.instant(at)) for who, at in sql.run(connection, messages.PRESENT))


def beyond(connection: Connection, question: Beyond) -> tuple[Case, ...]:
    """Return what no list of the township covers, oldest first."""
    query = (
        select(_c.whole)
        .where(_c.beyond_at >= micros(question.start))
        .where(_c.beyond_at < micros(question.end))
        .order_by(_c.beyond_at, _c.no)
        .limit(question.limit)
    )
    return _wholes(connection, values.CASE, query)


def just_closed(connection: Connection, question: JustClosed) -> tuple[Case, ...]:
    """Return the cases closed last, newest first."""
    query = select(_c.whole).where(_c.closed_at.is_not(None)).order_by(_c.closed_at.desc())
    return _wholes(connection, values.CASE, query.limit(question.limit))


ANSWERS: Final[Mapping[type[Question[Any]], Answerer]] = {
    OpenWork: open_work,
    OneCase: one_case,
    History: history,
    ReporterOf: reporter_of,
    Cases: cases,
    CaseCount: case_count,
    CaseFileOf: case_file,
    Alerts: alerts,
    Quarantine: quarantine,
    Pending: pending,
    DeliveriesOf: attempts.deliveries,
    StillToLeave: attempts.still_to_leave,
    ChannelStates: attempts.channel_states,
    Present: present,
    JustClosed: just_closed,
    Beyond: beyond,
    Doubtful: doubtful,
    Precedents: precedents,
    RefusalsBefore: refusals_before,
    ToRate: to_rate,
    WhistleCopies: whistle_copies,
}
