"""The answers to what seats ask, one table; figures have their own module."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, select, tuple_

from commandcenter.application.changes import Outgoing
from commandcenter.application.questions import (
    Alerts,
    Cases,
    History,
    JustClosed,
    OneCase,
    OpenWork,
    Pending,
    Present,
    Quarantine,
    Quarantined,
    Question,
    ReporterOf,
    Work,
)
from commandcenter.domain.alert import VideoAlert
from commandcenter.domain.case import OPEN, Case, State
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Recorded
from commandcenter.domain.report import Reporter
from commandcenter.domain.timers import TimerKind
from commandcenter.store import figures, journal, messages, outbox, schema, search, sql, values
from commandcenter.store.figures import Basis
from commandcenter.store.schema import micros
from commandcenter.store.values import Kind, Value

Answerer = Callable[[Connection, Any], Any]

_c: Final = schema.case.c
_a: Final = schema.video_alert.c
_q: Final = schema.quarantine.c
_x: Final = schema.crossing.c


def answer(connection: Connection, question: Question[Any], basis: Basis) -> Any:
    """Answer a question as the connection sees the store; ``basis`` is what figures stand on."""
    if type(question) in figures.ANSWERS:
        return figures.ANSWERS[type(question)](connection, question, basis)
    return ANSWERS[type(question)](connection, question)


def _wholes(connection: Connection, kind: Kind[Value], query: Select[Any]) -> tuple[Value, ...]:
    return tuple(map(kind.decode, connection.execute(query).scalars()))


def open_work(connection: Connection, question: OpenWork) -> Work:
    """Return everything that is not settled."""
    cases = select(_c.whole).where(_c.state.in_([state.value for state in OPEN])).order_by(_c.no)
    running = select(schema.whistle.c.whole).where(schema.whistle.c.closed_at.is_(None))
    waiting = select(_a.whole).where(_a.verdict.is_(None)).order_by(_a.received_at.desc())
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
        positions=tuple(map(messages.position, connection.execute(select(schema.position)))),
        present=present(connection, Present()),
        quarantined=aside.count,
        quarantine_change=aside.change,
        to_follow_up=_to_follow_up(connection, question.closed_since),
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


def one_case(connection: Connection, question: OneCase) -> Case:
    """Return a case by its number; refuses an unknown one."""
    found = _wholes(connection, values.CASE, select(_c.whole).where(_c.no == question.no))
    if not found:
        raise Refusal("unknown_case", case=question.no)
    return found[0]


def history(connection: Connection, question: History) -> tuple[Recorded, ...]:
    """Return everything that happened to a case, its whistles and its alert, oldest first."""
    case = one_case(connection, OneCase(no=question.case))
    subjects = [case.no, *case.whistles, *([case.alert] if case.alert else [])]
    return tuple(journal.read(connection, subjects))


def reporter_of(connection: Connection, question: ReporterOf) -> Reporter | None:
    """Return who reported a case last, covered; none if nobody said."""
    known = sql.run(connection, messages.REPORTERS, question.case).all()
    return messages.covered(messages.reporter(known[-1])) if known else None


def cases(connection: Connection, question: Cases) -> tuple[Case, ...]:
    """Return the cases that meet every given condition, newest first."""
    query = select(_c.whole).order_by(_c.received_at.desc(), _c.no.desc()).limit(question.limit)
    if question.states:
        query = query.where(_c.state.in_(sorted(question.states)))
    if question.grid is not None:
        query = query.where(_c.grid == question.grid)
    if question.body is not None:
        query = query.where(_c.body == question.body)
    if question.since is not None:
        query = query.where(_c.received_at >= micros(question.since))
    if question.until is not None:
        query = query.where(_c.received_at < micros(question.until))
    if question.text.strip():
        query = query.where(search.found(connection, question.text))
    if question.after is not None:  # keyset: 0.06 ms a page where OFFSET took 19 to 295
        last = select(_c.received_at, _c.no).where(_c.no == question.after)
        query = query.where(tuple_(_c.received_at, _c.no) < last.scalar_subquery())
    return _wholes(connection, values.CASE, query)


def alerts(connection: Connection, question: Alerts) -> tuple[VideoAlert, ...]:
    """Return video alerts, newest first."""
    query = select(_a.whole).order_by(_a.received_at.desc(), _a.key.desc()).limit(question.limit)
    if question.verdicts:
        named = [verdict.value for verdict in question.verdicts if verdict is not None]
        judged = _a.verdict.in_(named)
        query = query.where(judged | _a.verdict.is_(None) if None in question.verdicts else judged)
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
    Alerts: alerts,
    Quarantine: quarantine,
    Pending: pending,
    Present: present,
    JustClosed: just_closed,
}
