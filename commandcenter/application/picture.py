"""The picture of what is open: kept by one thread, moved on by each Delta, never by a query.

A screen listens, asks ``OpenWork`` and applies every Delta it has heard; versions make the order of
the two harmless.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from commandcenter.application.changes import Aside, Delta, Outgoing, OutgoingState, UnitPosition
from commandcenter.application.messages import Gap, LinkState
from commandcenter.application.needs import Look
from commandcenter.application.questions import Work
from commandcenter.domain.alert import VideoAlert
from commandcenter.domain.case import TO_DISPATCH, WITH_BODY, Case, State
from commandcenter.domain.claim import Claim, claim_on
from commandcenter.domain.hall import Hall, Limits
from commandcenter.domain.roster import Operator
from commandcenter.domain.timers import Phase, Timer, case_timers, pressing, whistle_timers
from commandcenter.domain.whistle import Whistle


class Tab(StrEnum):
    """The tabs of the queue (ui.md)."""

    MINE = "mine"  # 待我办
    TO_ACCEPT = "to_accept"  # 待受理
    TO_DISPATCH = "to_dispatch"  # 待派单
    HANDLING = "handling"  # 处置中
    TO_CHECK = "to_check"  # 待核查
    WHISTLE = "whistle"  # 吹哨
    OVERDUE = "overdue"  # 超时
    ALL = "all"  # 全部


BY_STATE: Final[Mapping[Tab, frozenset[State]]] = {
    Tab.TO_ACCEPT: frozenset({State.RECEIVED, State.VERIFYING}),
    Tab.TO_DISPATCH: TO_DISPATCH,
    Tab.HANDLING: WITH_BODY,
    Tab.TO_CHECK: frozenset({State.RESULT_SUBMITTED, State.CHECKING}),
}


VISITED_WITHIN: Final = timedelta(days=30)
"""What was closed longer ago wants no follow-up of anybody any more."""
_REMEMBERED: Final = 10_000
"""How many of those settled last are kept in mind, by number alone."""


@dataclass(slots=True, eq=False)
class Picture:
    """Everything open, by number; change it only through ``begin`` and ``apply``."""

    cases: dict[str, Case] = field(default_factory=dict)
    whistles: dict[str, Whistle] = field(default_factory=dict)
    alerts: dict[str, VideoAlert] = field(default_factory=dict)
    doubtful: dict[str, Case] = field(default_factory=dict)
    to_visit: dict[str, Case] = field(default_factory=dict)
    positions: dict[str, UnitPosition] = field(default_factory=dict)
    present: dict[str, datetime] = field(default_factory=dict)
    links: dict[str, LinkState] = field(default_factory=dict)
    heard: dict[str, datetime] = field(default_factory=dict)
    gaps: dict[str, list[Gap]] = field(default_factory=dict)
    outgoing: dict[str, Outgoing] = field(default_factory=dict)
    wired: set[str] = field(default_factory=set)
    quarantined: int = 0
    _quarantine_change: int = 0
    begun: bool = False
    _settled: dict[str, int] = field(default_factory=dict)

    def begin(self, work: Work) -> None:
        """Take in what is open in the store; what was applied already and is newer stays."""
        for case in (*work.cases, *work.doubtful, *work.to_visit):
            self._case(case)
        for whistle in work.whistles:
            self._whistle(whistle)
        for alert in work.alerts:
            self._alert(alert)
        for gap in work.gaps:
            self._gap(gap)
        for item in work.outgoing:
            self._outgoing(item)
        for position in work.positions:
            self.positions.setdefault(position.id, position)
        self._present(work.present)
        self._aside(Aside(count=work.quarantined, change=work.quarantine_change))
        self.begun = True

    def apply(self, delta: Delta) -> None:
        """Take in what one transaction changed."""
        for case in delta.cases:
            self._case(case)
        for whistle in delta.whistles:
            self._whistle(whistle)
        for alert in delta.alerts:
            self._alert(alert)
        for position in delta.positions:
            self.positions[position.id] = position
        self._present(delta.present)
        for link in delta.links:
            self.links[link.feed] = link
        for feed, at in delta.heard:
            self.heard[feed] = at
        for gap in delta.gaps:
            self._gap(gap)
        for item in delta.outgoing:
            self._outgoing(item)
        self.wired |= set(delta.wired) - self._settled.keys()
        if delta.aside is not None:
            self._aside(delta.aside)

    def _newer(self, number: str, version: int, held: int) -> bool:
        return version > max(held, self._settled.get(number, 0))

    def _settle(self, number: str, version: int) -> None:
        # what was open once may come late: ``begin`` and other seats are told on other threads
        self._settled.pop(number, None)
        self._settled[number] = version
        if len(self._settled) > _REMEMBERED:
            del self._settled[next(iter(self._settled))]

    def _case(self, case: Case) -> None:
        held = self.cases.get(case.no)
        if not self._newer(case.no, case.version, held.version if held else 0):
            return
        if case.is_open:
            self.cases[case.no] = case
        else:
            self.cases.pop(case.no, None)
            self._settle(case.no, case.version)
        self.doubtful.pop(case.no, None)
        self.to_visit.pop(case.no, None)
        if case.doubts and not case.is_open:
            self.doubtful[case.no] = case
        if case.wants_visit:
            self.to_visit[case.no] = case

    def _whistle(self, whistle: Whistle) -> None:
        held = self.whistles.get(whistle.no)
        if not self._newer(whistle.no, whistle.version, held.version if held else 0):
            return
        if whistle.is_open:
            self.whistles[whistle.no] = whistle
        else:
            self.whistles.pop(whistle.no, None)
            self._settle(whistle.no, whistle.version)

    def _alert(self, alert: VideoAlert) -> None:
        held = self.alerts.get(alert.key)
        if not self._newer(alert.key, alert.version, held.version if held else 0):
            return
        if alert.needs_review:
            self.alerts[alert.key] = alert
        else:
            self.alerts.pop(alert.key, None)
            self._settle(alert.key, alert.version)

    def _gap(self, gap: Gap) -> None:
        known = self.gaps.setdefault(gap.feed, [])
        if gap not in known:
            known.append(gap)

    def _aside(self, aside: Aside) -> None:
        if aside.change >= self._quarantine_change:
            self.quarantined, self._quarantine_change = aside.count, aside.change

    def _present(self, heard: Iterable[tuple[str, datetime]]) -> None:
        for operator, at in heard:
            self.present[operator] = max(at, self.present.get(operator, at))

    def _outgoing(self, item: Outgoing) -> None:
        if item.state is not OutgoingState.PENDING:
            self.outgoing.pop(item.id, None)
            self.wired.discard(item.id)
            self._settle(item.id, 1)
        elif item.id not in self._settled:
            self.outgoing[item.id] = item

    def held(self) -> Iterator[str]:
        """Yield the number of every case that may want something of somebody, each once."""
        yield from self.cases
        yield from self.doubtful.keys() | self.to_visit.keys()

    def find(self, number: str) -> Case | None:
        """Return a case that is open, or closed and may still want something."""
        for among in (self.cases, self.doubtful, self.to_visit):
            if number in among:
                return among[number]
        return None

    def claim(self, case: Case, limits: Limits) -> Claim | None:
        """Return the claim on a case that waits for the hall, as firmly as it is held."""
        heard_at = None if case.claimed_by is None else self.present.get(case.claimed_by)
        return claim_on(case, heard_at, limits)

    def whistle_of(self, case: Case) -> Whistle | None:
        """Return the running whistle of a case."""
        if not case.whistles:
            return None
        return next((self.whistles[no] for no in case.whistles if no in self.whistles), None)

    def look(self, case: Case, operator: Operator, hall: Hall, at: datetime) -> Look:
        """Return a case as an operator looks at it: its clock, its whistle, another's claim."""
        claim = self.claim(case, hall.limits)
        return Look(
            case=case,
            operator=operator,
            at=at,
            timer=self.timer(case, hall.limits),
            # one's own is never lost by itself
            claim=None if claim is None or claim.by == operator.id else claim,
            whistle=self.whistle_of(case),
            people=hall.people,
        )

    def timer(self, case: Case, limits: Limits) -> Timer | None:
        """Return the clock to show on a case: its own or its whistle's, whichever is due first."""
        timers, whistle = case_timers(case, limits), self.whistle_of(case)
        return pressing(timers + whistle_timers(whistle) if whistle else timers)


def in_tab(
    tab: Tab, case: Case, *, needed: bool, whistling: bool, timer: Timer | None, at: datetime
) -> bool:
    """Tell whether a case belongs to a tab; ``needed``: it wants something of whoever looks.

    What is closed is there only while it wants something.
    """
    if not case.is_open:
        return tab is Tab.MINE and needed
    match tab:
        case Tab.ALL:
            return True
        case Tab.MINE:
            return needed
        case Tab.WHISTLE:
            return whistling
        case Tab.OVERDUE:
            return timer is not None and timer.phase(at) is Phase.OVER
        case _:
            return case.state in BY_STATE[tab]


Rank = tuple[int, int, float, str]


def worst_first(case: Case, timer: Timer | None, at: datetime) -> Rank:
    """Return the sort key of the queue: urgency, then phase, then due instant, then number.

    A critical case stays above everything; below it, what is overdue comes before what is near.
    What is closed and still wants something comes after all that is open.
    """
    urgency = case.urgency.rank if case.is_open else -1
    phase = _PHASE_RANK[timer.phase(at)] if timer else len(_PHASE_RANK)
    due = timer.due_at.timestamp() if timer else float("inf")
    return (-urgency, phase, due, case.no)


_PHASE_RANK: Final = {Phase.OVER: 0, Phase.NEAR: 1, Phase.CALM: 2, Phase.PAUSED: 3}
