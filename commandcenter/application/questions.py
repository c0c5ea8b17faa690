"""What can be asked of the store: each question is a value, its answer has one type.

``Desk.ask`` answers them on read-only connections, away from the screens and from the writer.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Generic, TypeVar

from commandcenter.application.changes import Attempt, ChannelState, Outgoing, UnitPosition
from commandcenter.application.messages import Cursor, Gap, QuarantineReason, WhistleBlown
from commandcenter.domain.alert import Verdict, VideoAlert
from commandcenter.domain.case import Case, State
from commandcenter.domain.facts import Recorded
from commandcenter.domain.matching import Suggestion
from commandcenter.domain.measures import Figure, Part
from commandcenter.domain.report import Reporter
from commandcenter.domain.whistle import Arbiter, Whistle

Answer_co = TypeVar("Answer_co", covariant=True)


class Question(Generic[Answer_co]):
    """Something a seat wants to know; ``Answer_co`` is the type it gets."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Everything that is not settled, and the state of what surrounds it: where a screen begins.

    ``coming_back`` are cases closed in part that return on a date, ``doubtful`` those whose closing
    left a question, the oldest first. Alerts are those nobody has judged, newest first, at most
    ``OpenWork.alerts`` of them; ``quarantined`` is how many messages lie there after the change
    of number ``quarantine_change``;
    ``to_follow_up`` are closed cases whose follow-up was neither made nor raised as missed,
    ``to_visit`` those whose reporters have still to be asked of the outcome.
    """

    cases: tuple[Case, ...]
    whistles: tuple[Whistle, ...]
    alerts: tuple[VideoAlert, ...]
    cursors: tuple[Cursor, ...]
    gaps: tuple[Gap, ...]
    outgoing: tuple[Outgoing, ...]
    positions: tuple[UnitPosition, ...] = ()
    present: tuple[tuple[str, datetime], ...] = ()
    coming_back: tuple[Case, ...] = ()
    doubtful: tuple[Case, ...] = ()
    quarantined: int
    quarantine_change: int = 0
    to_follow_up: tuple[Case, ...] = ()
    to_visit: tuple[Case, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWork(Question[Work]):
    """Ask for everything that is not settled.

    ``closed_since``: also for what is to be followed up of all that was closed since then;
    ``visits_since``: for those closed since then whose reporters have still to be asked.
    """

    alerts: int = 500
    closed_since: datetime | None = None
    visits_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Present(Question[tuple[tuple[str, datetime], ...]]):
    """Ask who was last heard of at any seat, and when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneCase(Question[Case]):
    """Ask for a case by its number, as it is or as it was at a version; refuses an unknown one."""

    no: str
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful(Question[tuple[Case, ...]]):
    """Ask for the closed cases whose closing left a question nobody has answered, oldest first."""

    limit: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What was decided on a case of the same class: for which body, when, and why.

    ``over`` are the bodies that had given it back before.
    """

    case: str
    title: str
    body: str
    over: tuple[str, ...]
    at: datetime
    by: str
    by_county: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Precedents(Question[tuple[Ruling, ...]]):
    """Ask for the rulings on other cases of the same class as a case, the newest first."""

    case: str
    limit: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class WhistleCopies(Question[tuple[Whistle, tuple[WhistleBlown, ...]]]):
    """Ask for a whistle and what each body it summons may read of it, as it stands now."""

    whistle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalBefore:
    """How an earlier refusal of a whistle went; ``upheld`` none: nobody has ruled on it."""

    whistle: str
    case: str
    title: str
    body: str
    at: datetime
    reason: str
    duty_item: str | None
    upheld: bool | None
    arbiter: Arbiter | None
    ruling: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalsBefore(Question[tuple[RefusalBefore, ...]]):
    """Ask how a body's refusals of other whistles about the same class went, the newest first."""

    whistle: str
    body: str
    limit: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ToRate(Question[tuple[Whistle, ...]]):
    """Ask for the whistles with a released body nobody has rated, or an appeal nobody ruled on."""

    limit: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class History(Question[tuple[Recorded, ...]]):
    """Ask for everything that happened to a case, its whistles and its alert, oldest first."""

    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A fact with its links in the hash chain of its seat, as they are stored (hexadecimal).

    ``data`` is the text that is hashed; ``sound`` tells whether the hash is that of the fact.
    """

    recorded: Recorded
    data: str
    prev: str
    hash: str
    sound: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """Everything the store holds of a case, as of one moment; ``reporters`` come masked."""

    case: Case
    whistles: tuple[Whistle, ...]
    facts: tuple[Sealed, ...]
    reporters: tuple[Reporter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFileOf(Question[CaseFile]):
    """Ask for everything the store holds of a case, for its dossier; refuses an unknown one."""

    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReporterOf(Question[Reporter | None]):
    """Ask who reported a case; name and telephone come masked."""

    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicates(Question[tuple[Suggestion, ...]]):
    """Ask which open cases one may be the same problem as, the likeliest first, with why."""

    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikeAmong(Question[tuple[tuple[str, ...], ...]]):
    """Ask which of some cases are very likely one problem, with one another or an open case.

    The answer has the numbers of each such family, those that were not asked about too.
    """

    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Children(Question[tuple[Case, ...]]):
    """Ask what was merged into a case, the oldest first."""

    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases(Question[tuple[Case, ...]]):
    """Ask for cases: all given conditions hold; newest first, after ``after`` for the next page.

    ``since``/``until`` bound ``received_at`` half-open; ``text`` is searched in full text
    (title, description, address, number). ``no`` is a part of the hall's number, ``ref`` of the
    sender's; ``phone`` the last four digits or more of a reporter's telephone (``access.asked``);
    ``person`` the id of somebody who did something on the case at a seat, or who reported it. With
    ``text``, ``no`` or ``ref`` newest is what the hall registered last. ``version`` of a case is
    that of the answer's moment.
    """

    states: frozenset[State] = frozenset()
    grid: str | None = None
    body: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    no: str = ""
    ref: str = ""
    phone: str = ""
    person: str = ""
    after: str | None = None
    limit: int | None = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCount(Question[int]):
    """Ask how many cases meet the conditions of a question, exactly; not how many a page holds."""

    of: Cases


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts(Question[tuple[VideoAlert, ...]]):
    """Ask for video alerts, newest first."""

    verdicts: frozenset[Verdict | None] = field(default_factory=frozenset)
    since: datetime | None = None
    until: datetime | None = None
    limit: int | None = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A message put aside, with why; ``raw`` is its first 4 KiB with personal data masked."""

    id: int
    feed: str
    sequence: int | None
    reason: QuarantineReason
    detail: str
    received_at: datetime
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantine(Question[tuple[Quarantined, ...]]):
    """Ask for the messages put aside and not yet taken back, newest first."""

    limit: int | None = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures(Question[tuple[Figure, ...]]):
    """Ask for figures over the half-open window [``start``, ``end``), as the store stands now.

    ``keys`` empty: all of them. ``by``: one of body, grid, category, channel; then each figure
    comes once per group, its group named. ``as_known_at``: reckon from the journal as it was then.
    """

    start: datetime
    end: datetime
    now: datetime
    keys: tuple[str, ...] = ()
    by: str | None = None
    as_known_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted(Question[tuple[Case, ...]]):
    """Ask for exactly the cases a figure counted, as its numerator or its denominator."""

    key: str
    part: Part
    start: datetime
    end: datetime
    now: datetime
    group: tuple[str, str] | None = None
    limit: int | None = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A figure of the strip: now, at the same hour yesterday, and hour by hour for 24 hours."""

    figure: Figure
    before: float | None
    hours: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip(Question[tuple[Tile, ...]]):
    """Ask for the eight figures of the strip for the hall's day that ``now`` lies in."""

    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPage:
    """What the leaders' page shows of one hall day.

    ``median7``: per key the median of the seven days before; ``last_year``: the same day last year
    (empty: the store held nothing); ``groups``: per dimension (body, grid, category, channel) the
    figures of each group.
    """

    day: date
    start: datetime
    end: datetime
    figures: tuple[Figure, ...]
    yesterday: tuple[Figure, ...]
    median7: tuple[tuple[str, float | None], ...]
    last_year: tuple[Figure, ...]
    trend: tuple[tuple[date, int, int], ...]  # day, reported, closed; 14 days
    groups: tuple[tuple[str, tuple[Figure, ...]], ...]
    whistles: tuple[Whistle, ...]
    overdue: tuple[Case, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadersDay(Question[DayPage]):
    """Ask for the leaders' page of one hall day."""

    day: date
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending(Question[tuple[Outgoing, ...]]):
    """Ask for what has to leave the hall and has no receipt yet, in the order it leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message that leaves, has left or never will, with what was tried, oldest first."""

    item: Outgoing
    attempts: tuple[Attempt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveriesOf(Question[tuple[Delivery, ...]]):
    """Ask for all that was to leave about a whistle, and how each message fared, oldest first."""

    whistle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StillToLeave(Question[tuple[Delivery, ...]]):
    """Ask for all that has to leave the hall, with what was tried, in the order it leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelStates(Question[tuple[ChannelState, ...]]):
    """Ask how each of some channels fares now."""

    codes: tuple[str, ...]
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Beyond(Question[tuple[Case, ...]]):
    """Ask for what no list of the township covers (不属于本级/清单外), oldest first.

    ``start``/``end`` bound ``received_at`` half-open.
    """

    start: datetime
    end: datetime
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JustClosed(Question[tuple[Case, ...]]):
    """Ask for the cases closed last, newest first."""

    limit: int = 20
