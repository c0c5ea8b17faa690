"""The life of one case (案卷), from the first report to the archived file.

发现问题 → 上报平台 → 响应派单 → 协同处置 → 结果上传 → 核查结案.  ``LOOP`` is the rule itself: no
other line of this program decides which step may follow which (domain.md 2).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from commandcenter.domain import county, mediation, transfer
from commandcenter.domain.catalogue import Admission, Urgency, gravest
from commandcenter.domain.county import CallStatus, CountyCall
from commandcenter.domain.errors import Refusal
from commandcenter.domain.evidence import Doubt
from commandcenter.domain.facts import Fact, instant, required_instant
from commandcenter.domain.mediation import Level, Mediation
from commandcenter.domain.place import Datum, Place, PlaceQuality, Point
from commandcenter.domain.report import BY_RESIDENTS, Channel, Evidence, Mark, ReportRef
from commandcenter.domain.roster import Role
from commandcenter.domain.subtask import SubState, SubStep, SubTask, moved
from commandcenter.domain.supervision import LeaderNote, Supervision, SupervisionLevel
from commandcenter.domain.timelimit import Pause
from commandcenter.domain.transfer import Transfer, TransferStatus


class State(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    VERIFYING = "verifying"
    REJECTED = "rejected"
    MERGED = "merged"
    FILED = "filed"
    DISPATCHED = "dispatched"
    ARBITRATING = "arbitrating"
    ACCEPTED = "accepted"
    HANDLING = "handling"
    SUSPENDED = "suspended"
    RESULT_SUBMITTED = "result_submitted"
    CHECKING = "checking"
    CLOSED = "closed"
    ARCHIVED = "archived"


class Stage(StrEnum):
    """The stages people are shown: the five of the seed texts, then check and closing."""

    DISCOVERED = "discovered"
    REPORTED = "reported"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    RESULT = "result"
    CHECKED = "checked"
    CLOSED = "closed"


STAGE: Final[Mapping[State, Stage]] = {
    State.RECEIVED: Stage.REPORTED,
    State.VERIFYING: Stage.REPORTED,
    State.REJECTED: Stage.REPORTED,
    State.MERGED: Stage.REPORTED,
    State.FILED: Stage.DISPATCHED,
    State.DISPATCHED: Stage.DISPATCHED,
    State.ARBITRATING: Stage.DISPATCHED,
    State.ACCEPTED: Stage.HANDLING,
    State.HANDLING: Stage.HANDLING,
    State.SUSPENDED: Stage.HANDLING,
    State.RESULT_SUBMITTED: Stage.RESULT,
    State.CHECKING: Stage.CHECKED,
    State.CLOSED: Stage.CLOSED,
    State.ARCHIVED: Stage.CLOSED,
}

_MAY_ASK: Final = frozenset({State.DISPATCHED, State.ACCEPTED, State.HANDLING})
SETTLED: Final = frozenset({State.REJECTED, State.MERGED, State.CLOSED, State.ARCHIVED})
OPEN: Final = frozenset(State) - SETTLED
WITH_BODY: Final = frozenset({State.DISPATCHED, State.ACCEPTED, State.HANDLING, State.SUSPENDED})
TO_DISPATCH: Final = frozenset({State.FILED, State.ARBITRATING})


class Step(StrEnum):
    """What can be done to a case; the value is the participle its fact is named by."""

    CLAIM = "claimed"
    VERIFY = "sent_to_verify"
    VERIFIED = "verified"
    FILE = "filed"
    REJECT = "rejected"
    MERGE = "merged"
    UNMERGE = "unmerged"
    DISPATCH = "dispatched"
    RECALL = "recalled"
    ACCEPT = "accepted"
    RETURN = "returned"
    HELP = "turned_helper"
    DISPUTE = "disputed"
    RULE = "ruled"
    START = "handling_started"
    MILESTONE = "milestone_reached"
    SUSPEND = "suspended"
    RESUME = "resumed"
    RESULT = "result_submitted"
    REWORK = "rework_ordered"
    CHECK = "check_started"
    CLOSE = "closed"
    FORCE_CLOSE = "force_closed"
    TRANSFER = "transferred"
    FOLLOW_UP = "followed_up"
    REOPEN = "reopened"
    COME_BACK = "came_back"
    ARCHIVE = "archived"


class Outcome(StrEnum):
    """How a case ended."""

    SOLVED = "solved"
    PARTIAL = "partial"
    EXPLAINED = "explained"
    NOT_SUBSTANTIATED = "not_substantiated"
    WITHDRAWN = "withdrawn"
    FORCED = "forced"
    TRANSFERRED = "transferred"  # 移送: others have it, and have said so


class Stop(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One milestone of a case: what is due when by which limit, and when it was reached."""

    name: str
    due_at: datetime
    limit: str = ""
    done_at: datetime | None = None


class RequestKind(StrEnum):
    """What a body may ask for while it handles a case."""

    EXTENSION = "extension"  # 延期
    HOLD = "hold"  # 挂账


class Request(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What a body asks for and nobody has decided on yet.

    ``limit`` is by how much a deadline would move, ``until`` how long a case would be parked;
    ``reason`` is one of the hall's list, ``words`` more of it, ``who`` spoke for the body.
    """

    kind: RequestKind
    reason: str
    words: str = ""
    limit: str = ""
    until: datetime | None = None
    who: str = ""
    asked_at: datetime
    asked_by: str
    decide_by: datetime


class Stay(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What a body cost that had a case and did not do it: from dispatch to the step it ended by.

    ``lost_seconds`` are those of the hall's working time, as reckoned when it ended.
    """

    body: str
    start: datetime
    end: datetime
    ended: Step
    lost_seconds: int = 0
    reason: str = ""
    duty_item: str | None = None


class Cycle(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One round of the loop that a case has behind it; reopening touches none of its times."""

    body: str | None = None
    dispatched_at: datetime | None = None
    due_at: datetime | None = None
    result_at: datetime | None = None
    closed_at: datetime
    outcome: Outcome | None = None


class LeadWord(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The lead's result while helping bodies are still at work; it counts once they are done."""

    at: datetime
    words: str
    handler: str = ""


class Case(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One case as it stands now; a step makes the next one, so threads may share it.

    All instants are aware UTC. ``due_at`` is the promised handling deadline, reckoned from
    dispatch, and stays on it when that ends (``handle_by`` does not); ``statutory_due_at`` the
    legal one where the standard names it; ``hops`` are the returns since it was last opened,
    ``earlier_hops`` those before.
    ``county_body`` handed it down; ``beyond`` says that no item of the township's lists covers it.
    ``clock_from`` is where the handling clock of a body began that got back what it had returned,
    ``limit_source`` where the limit was written. The total clock runs from ``total_from`` and
    never pauses.

    ``own_urgency`` is what the urgency was, or would be, without the graver reports merged into
    it; none where they are no graver.

    ``received_returns`` are the operators a return came back to, ``pledged`` the bodies whose duty
    item says that they help (配合): they are helpers of the next dispatch. ``round_at`` is when the
    body last began (dispatch or rework), ``lacking`` what its result does not prove. ``earlier``
    are cases closed lately at the same place and of the same class, ``recurrences`` those that
    name this one so. ``calls`` are what was asked of the county, ``transfers`` what was handed to
    others, ``mediations`` the ways a dispute went up the ladder; each keeps what was said.
    """

    no: str
    state: State = State.RECEIVED
    version: int = 1
    since: datetime
    title: str
    description: str = ""
    category: str | None = None
    category_text: str = ""
    urgency: Urgency = Urgency.NORMAL
    channel: Channel = Channel.OTHER
    place: Place
    feed: str = ""
    source: str = ""
    source_no: str | None = None
    reports: tuple[ReportRef, ...] = ()
    marks: frozenset[Mark] = frozenset()
    evidence: tuple[Evidence, ...] = ()
    requires_reply: bool = False
    upstream_due_at: datetime | None = None
    duty_item: str | None = None
    alert: str | None = None
    occurred_at: datetime
    reported_at: datetime
    received_at: datetime
    claimed_by: str | None = None
    claimed_at: datetime | None = None
    verify_pauses: tuple[Pause, ...] = ()
    verify_due_at: datetime | None = None
    verified: str | None = None
    filed_at: datetime | None = None
    rejected_at: datetime | None = None
    body: str | None = None
    co_bodies: tuple[str, ...] = ()
    dispatched_at: datetime | None = None
    first_dispatched_at: datetime | None = None
    dispatcher: str | None = None
    limit: str | None = None
    limit_source: str = ""
    clock_from: datetime | None = None
    extensions: tuple[str, ...] = ()
    request: Request | None = None
    due_at: datetime | None = None
    due_provisional: bool = False
    statutory_due_at: datetime | None = None
    total_from: datetime | None = None
    total_due_at: datetime | None = None
    total_provisional: bool = False
    step_provisional: bool = False
    sign_due_at: datetime | None = None
    return_until: datetime | None = None
    stops: tuple[Stop, ...] = ()
    accepted_at: datetime | None = None
    handling_at: datetime | None = None
    handler: str | None = None
    pauses: tuple[Pause, ...] = ()
    suspended_until: datetime | None = None
    holds: int = 0
    result_at: datetime | None = None
    result_words: str = ""
    check_due_at: datetime | None = None
    checker: str | None = None
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    reply: str = ""
    follow_up_due_at: datetime | None = None
    appeal_until: datetime | None = None
    followed_up_at: datetime | None = None
    satisfied: str | None = None
    solved: bool | None = None
    returned_by: tuple[str, ...] = ()
    bound_body: str | None = None
    hops: int = 0
    earlier_hops: int = 0
    dispatches: int = 0
    rework_count: int = 0
    reopen_count: int = 0
    county_help: bool = False
    parent: str | None = None
    before_merge: State | None = None
    since_before_merge: datetime | None = None
    children: tuple[str, ...] = ()
    own_urgency: Urgency | None = None
    not_ours: bool = False
    condition: str = ""
    whistles: tuple[str, ...] = ()
    county_body: str | None = None
    admission: Admission | None = None
    beyond: bool = False
    supervisions: tuple[Supervision, ...] = ()
    leader_notes: tuple[LeaderNote, ...] = ()
    stays: tuple[Stay, ...] = ()
    received_returns: tuple[str, ...] = ()
    pledged: tuple[str, ...] = ()
    ruling_due_at: datetime | None = None
    sub_tasks: tuple[SubTask, ...] = ()
    lead_word: LeadWord | None = None
    round_at: datetime | None = None
    lacking: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    contacted_at: datetime | None = None
    solved_at: datetime | None = None
    satisfied_at: datetime | None = None
    remaining: str = ""
    comes_back_at: datetime | None = None
    review_wanted: bool = False
    cycles: tuple[Cycle, ...] = ()
    earlier: tuple[str, ...] = ()
    recurrences: tuple[str, ...] = ()
    calls: tuple[CountyCall, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    mediations: tuple[Mediation, ...] = ()

    @property
    def stage(self) -> Stage:
        """The stage people are shown."""
        return STAGE[self.state]

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act on it."""
        return self.state in OPEN

    @property
    def holder(self) -> str:
        """Who has it now: a body's code, an operator's id, or ``hall``; there is exactly one."""
        if self.state in WITH_BODY and self.body is not None:
            return self.body
        if self.state is State.CHECKING and self.checker is not None:
            return self.checker
        return self.claimed_by or "hall"

    @property
    def clock_start(self) -> datetime | None:
        """The instant the handling limit is counted from."""
        return self.clock_from or self.dispatched_at

    @property
    def handle_by(self) -> datetime | None:
        """The promised handling deadline; that of a dispatch that ended binds nobody."""
        return None if self.state in TO_DISPATCH else self.due_at

    @property
    def returned_last(self) -> str | None:
        """The body that returned it last, of those that have had it since it was last opened."""
        return self.returned_by[-1] if self.hops and self.is_open else None

    def sub_task(self, body: str | None) -> SubTask | None:
        """Return the part of a helping body; none for the lead and for strangers."""
        return next((it for it in self.sub_tasks if it.body == body), None)

    @property
    def wants_answer(self) -> bool:
        """Whether who reported it waits for an answer."""
        return self.requires_reply or self.channel in BY_RESIDENTS

    @property
    def wants_visit(self) -> bool:
        """Whether it is closed and who reported it has still to be asked of the outcome (回访)."""
        return (
            self.state is State.CLOSED
            and self.follow_up_due_at is not None
            and self.followed_up_at is None
            and self.wants_answer
        )

    @property
    def awaited(self) -> tuple[str, ...]:
        """The helping bodies whose part is not settled: the result waits for them."""
        return tuple(it.body for it in self.sub_tasks if not it.is_settled)

    @property
    def unanswered(self) -> tuple[tuple[int, Supervision], ...]:
        """The orders to a body that has it which want an answer, each with its place in order."""
        if self.state not in WITH_BODY:
            return ()
        return tuple(
            (at, item)
            for at, item in enumerate(self.supervisions)
            if item.wants_answer and item.body in {self.body, *self.co_bodies}
        )

    @property
    def went_above(self) -> bool:
        """Whether the county was called, something handed over, or a ladder of mediation begun."""
        return bool(self.calls or self.transfers or self.mediations)

    @property
    def awaited_above(self) -> tuple[str, ...]:
        """The numbers of what others owe a word on, and ``mediation`` while a ladder is climbed.

        While there is any, a case stays where everybody sees it: it can neither end nor be merged.
        """
        awaited: tuple[CountyCall | Transfer, ...] = (*self.calls, *self.transfers)
        owed = [it.no for it in awaited if it.is_awaited]
        climbing = mediation.going_on(self.mediations) is not None
        return (*owed, *(["mediation"] if climbing else ()))

    @property
    def taken_over(self) -> Transfer | None:
        """The transfer by which others have accepted it, the last one."""
        accepted = [it for it in self.transfers if it.status is TransferStatus.ACCEPTED]
        return accepted[-1] if accepted else None

    def is_work_of(self, who: str) -> bool:
        """Whether somebody dispatched or handled it, so that the check is for another (核查)."""
        return who in {self.handler, self.dispatcher}

    def needs_supervisor(self, at: datetime) -> bool:
        """Tell whether only a supervisor can bring it on: an order unanswered, or the gate."""
        waiting = self.state is State.RECEIVED and self.admission is Admission.WAITING
        return waiting or any(item.reply_by <= at for _, item in self.unanswered if item.reply_by)

    @property
    def steps(self) -> frozenset[Step]:
        """The steps the loop allows from here, whoever asks."""
        return frozenset(_STEPS_FROM[self.state])


# -- the rule itself --

SUPERVISORS: Final = frozenset({Role.SHIFT_SUPERVISOR, Role.DUTY_LEADER, Role.COMMANDER})
_ANYONE: Final[frozenset[Role]] = frozenset()


class Act(Struct, frozen=True, kw_only=True, gc=False):
    """A step somebody wants to take: who, when, under which role, and what belongs to it."""

    step: Step
    at: datetime
    by: str
    role: str = ""
    data: Mapping[str, Any]


LONGEST_HOLD: Final = timedelta(days=366)
"""What cannot be done within a year is no hold any more (feature 29)."""

Guard = Callable[["Case", Act], None]


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a step leads, what it must be given, who beyond the role table it is reserved to."""

    after: State
    needs: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    roles: frozenset[Role] = _ANYONE


def _within_return_window(case: Case, act: Act) -> None:
    if case.return_until is not None and act.at > case.return_until:
        raise Refusal("returned_too_late", case=case.no, until=case.return_until)


def _not_bound(case: Case, act: Act) -> None:
    if case.bound_body is not None and case.bound_body == case.body:
        raise Refusal("bound_body", case=case.no, body=case.body)


def _filing_complete(case: Case, act: Act) -> None:
    told = act.data.get("place")
    place = place_from(told) if told else case.place
    for field, value in (
        ("category", act.data.get("category") or case.category),
        ("address", place.grid or place.address or place.point),
        ("description", act.data.get("description") or case.description or case.title),
    ):
        if not value:
            raise Refusal("needs", step=Step.FILE, field=field)


def _independent_check(case: Case, act: Act) -> None:
    if case.is_work_of(act.by):
        raise Refusal("own_check", case=case.no)


def _not_past_a_return(case: Case, act: Act) -> None:
    # Y rule (domain.md 2): whom it came back to may send it out again, and no further
    if act.by in case.received_returns:
        raise Refusal("received_return", case=case.no)


def _helpers_done(case: Case, act: Act) -> None:
    if case.awaited:
        raise Refusal("helpers_at_work", case=case.no, bodies=tuple(case.awaited))


def _reviewed(case: Case, act: Act) -> None:
    if not case.review_wanted:
        return
    if act.role not in SUPERVISORS:
        raise Refusal("review_wanted", case=case.no, count=case.reopen_count)
    if not act.data.get("review"):
        raise Refusal("needs", step=act.step, field="review")


def _proved_or_excused(case: Case, act: Act) -> None:
    done = act.data["outcome"] in {Outcome.SOLVED, Outcome.PARTIAL}
    if case.lacking and done and not (act.role in SUPERVISORS and act.data.get("reason")):
        raise Refusal("evidence_lacking", case=case.no, items=case.lacking)


def _transferred_if_said(case: Case, act: Act) -> None:
    if act.data["outcome"] == Outcome.TRANSFERRED:
        _taken_over(case, act)


def _says_what_remains(case: Case, act: Act) -> None:
    if act.data["outcome"] != Outcome.PARTIAL:
        return
    for field in ("remaining", "comes_back_at"):
        if not act.data.get(field):
            raise Refusal("needs", step=act.step, field=field)
    if not act.at < act.data["comes_back_at"] <= act.at + LONGEST_HOLD:
        raise Refusal("bad_return_date", case=case.no)


def _no_open_doubts(case: Case, act: Act) -> None:
    if case.doubts:
        raise Refusal("doubts_open", case=case.no)


def _no_children(case: Case, act: Act) -> None:
    if case.children:
        raise Refusal("has_children", case=case.no)


def _ends_within_a_year(case: Case, act: Act) -> None:
    if not act.at < act.data["until"] <= act.at + LONGEST_HOLD:
        raise Refusal("bad_hold", case=case.no)


def _admitted(case: Case, act: Act) -> None:
    if case.admission is Admission.WAITING:
        raise Refusal("not_admitted", case=case.no)


def _declined_by_supervisor(case: Case, act: Act) -> None:
    if case.admission is Admission.WAITING and act.role not in SUPERVISORS:
        raise Refusal("not_admitted", case=case.no)


def _not_overdue(case: Case, act: Act) -> None:
    if case.due_at is not None and act.at > case.due_at:
        raise Refusal("already_overdue", case=case.no, due=case.due_at)


def _something_remains(case: Case, act: Act) -> None:
    if case.comes_back_at is None:
        raise Refusal("illegal_step", case=case.no, state=case.state, step=act.step)


def _appeal_is_over(case: Case, act: Act) -> None:
    if case.appeal_until is not None and act.at < case.appeal_until:
        raise Refusal("appeal_open", case=case.no, until=case.appeal_until)


def owed_above(case: Case) -> Refusal | None:
    """Return why a case cannot be settled while others above or beside the hall owe it a word."""
    owed = case.awaited_above
    return Refusal("awaited_above", case=case.no, what=owed) if owed else None


def _nothing_awaited(case: Case, act: Act) -> None:
    if (refusal := owed_above(case)) is not None:
        raise refusal


def _taken_over(case: Case, act: Act) -> None:
    if case.taken_over is None:
        raise Refusal("not_taken_over", case=case.no)


def _ending(rule: Rule) -> Rule:
    return Rule(rule.after, rule.needs, (*rule.guards, _nothing_awaited), rule.roles)


S = State
_RULES: Final[Mapping[tuple[State, Step], Rule]] = {
    (S.RECEIVED, Step.CLAIM): Rule(S.RECEIVED),
    (S.RECEIVED, Step.VERIFY): Rule(S.VERIFYING, ("worker",)),
    (S.VERIFYING, Step.VERIFIED): Rule(S.RECEIVED, ("result",)),
    (S.RECEIVED, Step.FILE): Rule(S.FILED, ("category",), (_admitted, _filing_complete)),
    (S.RECEIVED, Step.REJECT): Rule(S.REJECTED, ("reason", "reply"), (_declined_by_supervisor,)),
    (S.RECEIVED, Step.MERGE): Rule(S.MERGED, ("into",), (_admitted, _no_children)),
    (S.FILED, Step.CLAIM): Rule(S.FILED),
    (S.FILED, Step.MERGE): Rule(S.MERGED, ("into",), (_no_children,)),
    (S.FILED, Step.DISPATCH): Rule(S.DISPATCHED, ("body", "due_at"), (_reviewed,)),
    (S.DISPATCHED, Step.ACCEPT): Rule(S.ACCEPTED),
    (S.DISPATCHED, Step.RETURN): Rule(S.FILED, ("reason", "duty_item"), (_not_bound,)),
    (S.DISPATCHED, Step.HELP): Rule(S.FILED, ("reason", "duty_item"), (_not_bound,)),
    (S.DISPATCHED, Step.RECALL): Rule(S.FILED, ("reason",)),
    (S.DISPATCHED, Step.DISPUTE): Rule(S.ARBITRATING, ("reason",)),
    (S.ARBITRATING, Step.RULE): Rule(S.DISPATCHED, ("body", "due_at", "reason"), roles=SUPERVISORS),
    (S.ACCEPTED, Step.START): Rule(S.HANDLING),
    (S.ACCEPTED, Step.RETURN): Rule(
        S.FILED, ("reason", "duty_item"), (_not_bound, _within_return_window)
    ),
    (S.ACCEPTED, Step.HELP): Rule(
        S.FILED, ("reason", "duty_item"), (_not_bound, _within_return_window)
    ),
    (S.HANDLING, Step.MILESTONE): Rule(S.HANDLING, ("milestone",)),
    (S.HANDLING, Step.SUSPEND): Rule(
        S.SUSPENDED,
        ("reason", "until"),
        (_ends_within_a_year, _not_overdue),
        roles=SUPERVISORS,
    ),
    (S.SUSPENDED, Step.RESUME): Rule(S.HANDLING),
    (S.HANDLING, Step.RESULT): Rule(
        S.RESULT_SUBMITTED, ("words",), (_not_past_a_return, _helpers_done)
    ),
    (S.RESULT_SUBMITTED, Step.REWORK): Rule(S.HANDLING, ("reason",)),
    (S.RESULT_SUBMITTED, Step.CHECK): Rule(
        S.CHECKING, guards=(_not_past_a_return, _independent_check)
    ),
    (S.CHECKING, Step.REWORK): Rule(S.HANDLING, ("reason",)),
    (S.CHECKING, Step.CLOSE): Rule(
        S.CLOSED,
        ("outcome",),
        (_independent_check, _says_what_remains, _proved_or_excused, _transferred_if_said),
    ),
    (S.CLOSED, Step.FOLLOW_UP): Rule(S.CLOSED),
    (S.CLOSED, Step.REOPEN): Rule(S.DISPATCHED, ("reason", "body", "due_at")),
    (S.CLOSED, Step.COME_BACK): Rule(S.FILED, guards=(_something_remains,)),
    (S.CLOSED, Step.ARCHIVE): Rule(S.ARCHIVED, guards=(_appeal_is_over, _no_open_doubts)),
    **{
        (state, Step.REJECT): Rule(S.REJECTED, ("reason", "reply"), roles=SUPERVISORS)
        for state in OPEN - {S.RECEIVED}
    },
    **{(state, Step.FORCE_CLOSE): Rule(S.CLOSED, ("reason",), roles=SUPERVISORS) for state in OPEN},
    **{(state, Step.TRANSFER): Rule(S.CLOSED, ("reply",), (_taken_over,)) for state in OPEN},
    # back to where it was: ``before_merge`` overrides the state named here
    (S.MERGED, Step.UNMERGE): Rule(S.RECEIVED, ("reason",)),
}
ENDINGS: Final = frozenset(
    key for key, rule in _RULES.items() if key[0] in OPEN and rule.after in SETTLED
)
"""The steps that settle an open case, with the state from which they do."""
LOOP: Final[Mapping[tuple[State, Step], Rule]] = {
    key: _ending(rule) if key in ENDINGS else rule for key, rule in _RULES.items()
}
"""Every permitted step (domain.md 2). A return that makes the hops reach the hall's bound leads to
arbitration instead (``max_hops`` of the act, else ``ARBITRATION_HOPS``); a reopening that makes
the count reach ``REVIEWED_REOPENS`` leads to filed, where a supervisor must look at it first."""

ARBITRATION_HOPS: Final = 2
REVIEWED_REOPENS: Final = 3

_STEPS_FROM: Final[Mapping[State, tuple[Step, ...]]] = {
    state: tuple(step for (before, step) in LOOP if before is state) for state in State
}


def first_step(state: str, step: str) -> Step | None:
    """Return the one step that must come before another can be taken; none where it is not one.

    A step that would only lead around is none: nothing is put on hold to be resumed.
    """
    leads = {before: rule.after for (before, then), rule in LOOP.items() if then == step}
    found = [
        first
        for (before, first), rule in LOOP.items()
        if before == state and leads.get(rule.after, state) != state
    ]
    return found[0] if len(found) == 1 else None


def rule_of(case: Case, step: Step) -> Rule:
    """Return the rule of a step from where a case stands.

    Raises:
        Refusal: the loop has no such step from here, or somebody's part is still missing.
    """
    rule = LOOP.get((case.state, step))
    if rule is not None:
        return rule
    if step in _OF_RESULT and case.lead_word is not None and case.awaited:
        raise Refusal("helpers_at_work", case=case.no, bodies=tuple(case.awaited))
    raise Refusal("illegal_step", case=case.no, state=case.state, step=step)


_OF_RESULT: Final = frozenset({Step.CHECK, Step.CLOSE, Step.REWORK})
"""What is done with a result: it is none as long as a helping body is waited for."""


def take(case: Case, act: Act) -> tuple[Case, Fact]:
    """Take a step; return the case as it then stands and the fact to record.

    Raises:
        Refusal: the loop has no such step from here, a needed word is missing, or a guard objects.
    """
    rule = rule_of(case, act.step)
    if rule.roles and act.role not in rule.roles:
        roles = tuple(role for role in Role if role in rule.roles)
        raise Refusal("not_allowed", role=act.role, step=act.step, roles=roles)
    for field in rule.needs:
        if not act.data.get(field):
            raise Refusal("needs", step=act.step, field=field)
    for guard in rule.guards:
        guard(case, act)
    after = _after(case, act, rule)
    fact = Fact(
        kind=f"case.{act.step}",
        subject=case.no,
        at=act.at,
        actor=act.by,
        role=act.role,
        data={**act.data, "before": case.state, "after": after},
    )
    return evolve(case, fact), fact


def _after(case: Case, act: Act, rule: Rule) -> State:
    if act.step is Step.UNMERGE and case.before_merge is not None:
        return case.before_merge
    if act.step is Step.RETURN:
        bound: int = act.data.get("max_hops", ARBITRATION_HOPS)
        return State.ARBITRATING if case.hops + 1 >= bound else rule.after
    if act.step is Step.REOPEN and case.reopen_count + 1 >= REVIEWED_REOPENS:
        return State.FILED
    return rule.after


# -- the fold --


def opened(
    *,
    no: str,
    at: datetime,
    actor: str,
    role: str = "",
    place: Place,
    report: Mapping[str, str] | None = None,
    marks: Sequence[Mark] = (),
    evidence: Sequence[Mapping[str, Any]] = (),
    fields: Mapping[str, Any],
) -> tuple[Case, Fact]:
    """Open a case for a report; ``fields`` are those of ``REPORTED`` that it brings."""
    data = {**fields, "place": place_data(place)}
    if report:
        data["report"] = report
    if marks:
        data["marks"] = marks
    if evidence:
        data["evidence"] = evidence
    fact = Fact(kind="case.received", subject=no, at=at, actor=actor, role=role, data=data)
    return _received(fact, place, fields), fact


def noted(
    case: Case, kind: str, *, at: datetime, actor: str, role: str = "", data: Mapping[str, Any]
) -> tuple[Case, Fact]:
    """Record something on a case that is no step of the loop (``case.{kind}`` of ``NOTES``)."""
    fact = Fact(kind=f"case.{kind}", subject=case.no, at=at, actor=actor, role=role, data=data)
    return evolve(case, fact), fact


def evolve(case: Case | None, fact: Fact) -> Case:
    """Return the case as it stands after a fact; this fold is the only way a case changes."""
    data = fact.data
    if case is None:
        known = {name: read(data[name]) for name, read in REPORTED.items() if name in data}
        return _received(fact, place_from(data["place"]), known)
    changes = _CHANGES[fact.kind](case, fact)
    after = data.get("after")
    if after is not None:
        changes["state"] = State(after)
        if after != case.state:
            changes.setdefault("since", fact.at)
            if after not in _MAY_ASK:  # nobody can grant any more what was asked there
                changes["request"] = None
    return replace(case, version=case.version + 1, **changes)


def fold(facts: Iterator[Fact]) -> Case:
    """Return the case that its facts, oldest first, add up to."""
    case: Case | None = None
    for fact in facts:
        case = evolve(case, fact)
    if case is None:
        raise ValueError("a case has at least one fact")
    return case


Change = Callable[[Case, Fact], dict[str, Any]]


def _received(fact: Fact, place: Place, fields: Mapping[str, Any]) -> Case:
    data = fact.data
    return Case(
        no=fact.subject,
        since=fact.at,
        received_at=fact.at,
        place=place,
        reports=_reports(data),
        marks=frozenset(map(Mark, data["marks"])) if "marks" in data else frozenset(),
        evidence=_evidence(data) if "evidence" in data else (),
        **fields,
    )


def _reports(data: Mapping[str, Any]) -> tuple[ReportRef, ...]:
    report = data.get("report")
    return () if report is None else (ReportRef(report["source"], report["id"]),)


def _evidence(data: Mapping[str, Any]) -> tuple[Evidence, ...]:
    return tuple(
        [
            Evidence(
                kind=item["kind"],
                url=item["url"],
                sha256=item.get("sha256"),
                bytes=item.get("bytes"),
                taken_at=instant(item.get("taken_at")),
                shows=item.get("shows", ""),
                lon=item.get("lon"),
                lat=item.get("lat"),
            )
            for item in data.get("evidence", ())
        ]
    )


ASKS_FOR_EVIDENCE: Final = "whistle.blown"
"""The one kind of fact whose ``evidence`` are words: what the bodies are to bring."""


def handed_in(fact: Fact) -> tuple[Evidence, ...]:
    """Return the evidence of a fact, each with when, by whom and with what it was handed in.

    A blown whistle names, in the same place, what it asks for: nothing has been handed in yet.
    """
    if fact.kind == ASKS_FOR_EVIDENCE:
        return ()
    of = fact.kind.removeprefix("case.")
    return tuple(
        replace(item, of=of, by=fact.actor, given_at=fact.at) for item in _evidence(fact.data)
    )


def place_from(data: Mapping[str, Any]) -> Place:
    """Return the place a fact's data describes."""
    accuracy, suspect = data.get("accuracy_m"), data.get("suspect_datum")
    return Place(
        point=_point(data.get("point")),
        address=data.get("address", ""),
        grid=data.get("grid"),
        village=data.get("village"),
        accuracy_m=accuracy,
        quality=PlaceQuality(data["quality"]),
        wgs84=_point(data.get("wgs84")),
        border_m=data.get("border_m"),
        candidates=tuple(data.get("candidates", ())),
        suspect_datum=None if suspect is None else Datum(suspect),
    )


def place_data(place: Place) -> dict[str, Any]:
    """Return what is known of a place as a fact's data; ``place_from`` reads it back."""
    data: dict[str, Any] = {"quality": place.quality}
    for name in ("address", "grid", "village", "candidates"):
        if value := getattr(place, name):
            data[name] = value
    for name in ("accuracy_m", "border_m", "suspect_datum"):
        if (value := getattr(place, name)) is not None:
            data[name] = value
    for name in ("point", "wgs84"):
        if (value := getattr(place, name)) is not None:
            data[name] = [value.lon, value.lat, value.datum]
    return data


def _point(data: Any) -> Point | None:
    return None if data is None else Point(data[0], data[1], Datum(data[2]))


_EDITABLE: Final[Mapping[str, Callable[[Any], Any]]] = {
    "title": str,
    "description": str,
    "category": str,
    "category_text": str,
    "urgency": Urgency,
    "channel": Channel,
    "occurred_at": required_instant,
    "reported_at": required_instant,
    "requires_reply": bool,
    "upstream_due_at": required_instant,
    "duty_item": str,
    "admission": Admission,
    "beyond": bool,
}
REPORTED: Final[Mapping[str, Callable[[Any], Any]]] = {
    **_EDITABLE,
    "feed": str,
    "source": str,
    "source_no": str,
    "alert": str,
    "county_body": str,
}
"""The plain fields of a case that its report brings, and how each is read from the journal."""


def _edits(case: Case, fact: Fact) -> dict[str, Any]:
    data = fact.data
    changes = {key: read(data[key]) for key, read in _EDITABLE.items() if data.get(key) is not None}
    if data.get("place") is not None:
        changes["place"] = place_from(data["place"])
    if data.get("marks"):
        changes["marks"] = case.marks | set(map(Mark, data["marks"]))
    if data.get("evidence"):
        changes["evidence"] = case.evidence + _evidence(data)
    if data.get("report"):
        changes["reports"] = case.reports + _reports(data)
    return changes


def _updated(case: Case, fact: Fact) -> dict[str, Any]:
    changes = _edits(case, fact)
    if case.own_urgency is None or "urgency" not in changes:
        return changes
    own = changes["urgency"]
    return {**changes, **_pressing(own, gravest(own, case.urgency))}


def _pressed(case: Case, fact: Fact) -> dict[str, Any]:
    """Treat a problem as the reports merged into it make it, where a fact says so."""
    told = fact.data.get("urgency_now")
    if told is None:
        return {}
    return _pressing(case.own_urgency or case.urgency, Urgency(told))


def _pressing(own: Urgency, now: Urgency) -> dict[str, Any]:
    return {"urgency": now, "own_urgency": None if now is own else own}


def _dispatched(case: Case, fact: Fact) -> dict[str, Any]:
    data = fact.data
    goes_on = data.get("clock_goes_on", False)  # the same body again: its clock stood meanwhile
    return {
        "clock_from": case.clock_start if goes_on else None,
        "pauses": (*case.pauses, Pause(case.since, fact.at)) if goes_on else (),
        "extensions": case.extensions if goes_on else (),
        "limit_source": data.get("limit_source", ""),
        **_total(fact),
        "body": data["body"],
        "co_bodies": tuple(data.get("co_bodies", ())),
        "dispatched_at": fact.at,
        "first_dispatched_at": case.first_dispatched_at or fact.at,
        "dispatcher": fact.actor,
        "dispatches": case.dispatches + 1,
        "limit": data.get("limit"),
        "due_at": required_instant(data["due_at"]),
        "due_provisional": data.get("due_provisional", False),
        "statutory_due_at": instant(data.get("statutory_due_at")),
        "sign_due_at": instant(data.get("sign_due_at")),
        "step_provisional": data.get("step_provisional", False),
        "stops": tuple(
            Stop(
                name=item["name"],
                due_at=required_instant(item["due_at"]),
                limit=item.get("limit", ""),
            )
            for item in data.get("milestones", ())
        ),
        "duty_item": data.get("duty_item") or case.duty_item,
        "beyond": data.get("beyond", case.beyond),
        "county_help": case.county_help or data.get("county_help", False),
        "accepted_at": None,
        "handling_at": None,
        "return_until": None,
        "handler": None,
        "round_at": fact.at,
        "sub_tasks": tuple(
            SubTask(body=code, since=fact.at, dispatched_at=fact.at)
            for code in data.get("sub_tasks", ())
        ),
        "pledged": (),
        "lead_word": None,
        "lacking": (),
        "ruling_due_at": None,
        "review_wanted": False,
    }


def _left(case: Case, fact: Fact) -> dict[str, Any]:
    """Return what changes when a case comes back from its body unhandled, however it comes."""
    data = fact.data
    stay = Stay(
        body=case.body or "",
        start=case.dispatched_at or case.since,
        end=fact.at,
        ended=Step(fact.kind.removeprefix("case.")),
        lost_seconds=data.get("lost_seconds", 0),
        reason=data.get("reason", ""),
        duty_item=data.get("duty_item"),
    )
    return {
        "stays": (*case.stays, stay),
        "sub_tasks": tuple(
            task if task.is_settled else moved(task, SubStep.RECALL, fact.at, {})
            for task in case.sub_tasks
        ),
        "lead_word": None,
        "accepted_at": None,
        "sign_due_at": None,
        "ruling_due_at": instant(data.get("ruling_due_at")),
    }


def _total(fact: Fact) -> dict[str, Any]:
    """Return the clock over all, where a fact begins it anew."""
    due = instant(fact.data.get("total_due_at"))
    if due is None:
        return {}
    return {
        "total_from": fact.at,
        "total_due_at": due,
        "total_provisional": fact.data.get("total_provisional", False),
    }


def _asked(_case: Case, fact: Fact) -> dict[str, Any]:
    data = fact.data
    return {
        "request": Request(
            kind=RequestKind(data["request"]),
            reason=data["reason"],
            words=data.get("words", ""),
            limit=data.get("limit", ""),
            until=instant(data.get("until")),
            who=data.get("who", ""),
            asked_at=fact.at,
            asked_by=fact.actor,
            decide_by=required_instant(data["decide_by"]),
        )
    }


def _moved(case: Case, fact: Fact) -> dict[str, Any]:
    """Return the deadlines a fact reckoned anew; what it does not name stays."""
    data = fact.data
    stops = {item["name"]: required_instant(item["due_at"]) for item in data.get("milestones", ())}
    return {
        "due_at": instant(data.get("due_at")) or case.due_at,
        "due_provisional": data.get("due_provisional", case.due_provisional),
        "stops": tuple(
            replace(stop, due_at=stops.get(stop.name, stop.due_at)) for stop in case.stops
        ),
        "statutory_due_at": instant(data.get("statutory_due_at")) or case.statutory_due_at,
        "total_due_at": instant(data.get("total_due_at")) or case.total_due_at,
        "total_provisional": data.get("total_provisional", case.total_provisional),
        "sign_due_at": instant(data.get("sign_due_at")) or case.sign_due_at,
        "check_due_at": instant(data.get("check_due_at")) or case.check_due_at,
        "step_provisional": data.get("step_provisional", case.step_provisional),
    }


def _extended(case: Case, fact: Fact) -> dict[str, Any]:
    return {
        **_moved(case, fact),
        "extensions": (*case.extensions, fact.data["limit"]),
        "request": None,
    }


def _returned(case: Case, fact: Fact) -> dict[str, Any]:
    to = case.dispatcher or ""
    return {
        **_left(case, fact),
        "hops": case.hops + 1,
        "returned_by": (*case.returned_by, case.body or ""),
        "received_returns": tuple(dict.fromkeys((*case.received_returns, to))),
    }


def _turned_helper(case: Case, fact: Fact) -> dict[str, Any]:
    return {
        **_left(case, fact),
        "pledged": tuple(dict.fromkeys((*case.pledged, case.body or ""))),
    }


def _sub_task_moved(case: Case, fact: Fact) -> dict[str, Any]:
    data, step = fact.data, SubStep(fact.data["step"])
    return {
        "sub_tasks": tuple(
            moved(task, step, fact.at, data) if task.body == data["body"] else task
            for task in case.sub_tasks
        ),
        "evidence": case.evidence + handed_in(fact),
    }


def _sub_task_added(case: Case, fact: Fact) -> dict[str, Any]:
    body = fact.data["body"]
    task = SubTask(body=body, since=fact.at, dispatched_at=fact.at)
    others = tuple(it for it in case.sub_tasks if it.body != body)
    return {
        "sub_tasks": (*others, task),
        "co_bodies": tuple(dict.fromkeys((*case.co_bodies, body))),
    }


def _resumed(case: Case, fact: Fact) -> dict[str, Any]:
    *before, last = case.pauses
    return {
        **_moved(case, fact),
        "pauses": (*before, Pause(last.start, fact.at)),
        "suspended_until": None,
    }


def _verified(case: Case, fact: Fact) -> dict[str, Any]:
    *before, last = case.verify_pauses
    found = {name: fact.data[name] for name in ("place", "evidence") if name in fact.data}
    return {
        "verify_pauses": (*before, Pause(last.start, fact.at)),
        "verify_due_at": None,
        "verified": fact.data["result"],
        **_edits(case, replace(fact, data=found)),
        "evidence": case.evidence + handed_in(fact),
    }


def _rework(case: Case, fact: Fact) -> dict[str, Any]:
    return {
        "rework_count": case.rework_count + 1,
        "result_at": None,
        "check_due_at": None,
        "checker": None,
        "round_at": fact.at,
        "lacking": (),
        "sub_tasks": tuple(
            moved(task, SubStep.REDO, fact.at, {})
            if task.body in fact.data.get("co_bodies", ()) and task.state is SubState.DONE
            else task
            for task in case.sub_tasks
        ),
    }


def _begun_anew(case: Case, fact: Fact) -> dict[str, Any]:
    """Return what a new cycle begins with; the times of the last are kept in ``cycles``."""
    last = Cycle(
        body=case.body,
        dispatched_at=case.dispatched_at,
        due_at=case.due_at,
        result_at=case.result_at,
        closed_at=case.closed_at or fact.at,
        outcome=case.outcome,
    )
    return {
        "cycles": (*case.cycles, last),
        "hops": 0,
        "earlier_hops": case.earlier_hops + case.hops,
        "received_returns": (),
        "pauses": (),
        "result_at": None,
        "closed_at": None,
        "outcome": None,
        "check_due_at": None,
        "checker": None,
        "follow_up_due_at": None,
        "appeal_until": None,
        "followed_up_at": None,
        "solved": None,
        "satisfied": None,
        "contacted_at": None,
        "solved_at": None,
        "satisfied_at": None,
        "comes_back_at": None,
        "lacking": (),
        "doubts": (),
    }


def _reopened(case: Case, fact: Fact) -> dict[str, Any]:
    waits = fact.data.get("after") == State.FILED
    return {
        **_begun_anew(case, fact),
        **({"review_wanted": True, **_total(fact)} if waits else _dispatched(case, fact)),
        "reopen_count": case.reopen_count + 1,
    }


def _closed(case: Case, fact: Fact) -> dict[str, Any]:
    return {
        "closed_at": fact.at,
        "outcome": Outcome(fact.data.get("outcome", Outcome.FORCED)),
        "reply": fact.data.get("reply", ""),
        "follow_up_due_at": instant(fact.data.get("follow_up_due_at")),
        "step_provisional": fact.data.get("step_provisional", False),
        "appeal_until": instant(fact.data.get("appeal_until")),
        "contacted_at": instant(fact.data.get("contacted_at")),
        "remaining": fact.data.get("remaining", ""),
        "comes_back_at": instant(fact.data.get("comes_back_at")),
        "doubts": tuple(map(Doubt, fact.data.get("doubts", ()))),
        "pauses": tuple(
            pause if pause.end is not None else Pause(pause.start, fact.at) for pause in case.pauses
        ),
    }


def _milestone(case: Case, fact: Fact) -> dict[str, Any]:
    name = fact.data["milestone"]
    return {
        "stops": tuple(
            replace(stop, done_at=fact.at) if stop.name == name and stop.done_at is None else stop
            for stop in case.stops
        ),
        "evidence": case.evidence + handed_in(fact),
    }


def _at_gate(case: Case) -> bool:
    return case.admission is Admission.WAITING


def _supervised(case: Case, fact: Fact) -> dict[str, Any]:
    level = fact.data.get("level")
    if level is None:  # a reminder as it was noted before there were levels
        return {}
    return {
        "supervisions": (
            *case.supervisions,
            Supervision(
                level=SupervisionLevel(level),
                body=fact.data["body"],
                at=fact.at,
                by=fact.actor,
                reason=fact.data.get("reason", ""),
                reply_by=instant(fact.data.get("reply_by")),
            ),
        )
    }


def _answered(case: Case, fact: Fact) -> dict[str, Any]:
    which = fact.data["orders"]
    return {
        "supervisions": tuple(
            replace(item, replied_at=fact.at, reply=fact.data["words"]) if at in which else item
            for at, item in enumerate(case.supervisions)
        )
    }


def _followed_up(case: Case, fact: Fact) -> dict[str, Any]:
    data = fact.data
    reached = data.get("contacted", True)
    unsolved = Doubt.UNSOLVED if reached and data.get("solved") is False else None
    answered = Doubt.NOT_CONTACTED if reached else None
    doubts = [it for it in case.doubts if it not in {answered, Doubt.UNSOLVED}]
    return {
        # nobody reached is no follow-up: the clock goes on
        "followed_up_at": fact.at if reached else None,
        "solved": data.get("solved"),
        "satisfied": data.get("satisfied"),
        "contacted_at": instant(data.get("contacted_at")) or (fact.at if reached else None),
        "solved_at": _told_at(fact, "solved"),
        "satisfied_at": _told_at(fact, "satisfied"),
        "doubts": (*doubts, *filter(None, [unsolved])),
    }


def _told_at(fact: Fact, what: str) -> datetime | None:
    """Return when the reporter said whether it is solved, or how satisfied he is; if he did."""
    known = fact.data.get(what) is not None
    return instant(fact.data.get(f"{what}_at")) or (fact.at if known else None)


def _county_called(case: Case, fact: Fact) -> dict[str, Any]:
    if "tier" not in fact.data:  # as it was noted before a request was an object
        return {"county_help": True}
    return {"calls": county.called(case.calls, fact)}


def _county_answered(case: Case, fact: Fact) -> dict[str, Any]:
    helps = fact.data["answer"] == CallStatus.AGREED
    return {
        "calls": county.answered(case.calls, fact),
        "county_help": case.county_help or helps,
    }


def _mediated(
    case: Case,
    step: Callable[[mediation.Mediations, Fact], mediation.Mediations],
    fact: Fact,
) -> dict[str, Any]:
    """Return the ladder after a step on it; at its highest level the county helps."""
    after = step(case.mediations, fact)
    at_county = after[-1].current.level is Level.COUNTY
    return {"mediations": after, "county_help": case.county_help or at_county}


_CHANGES: Final[Mapping[str, Change]] = {
    f"case.{name}": change
    for name, change in {
        Step.CLAIM: lambda case, fact: {"claimed_by": fact.actor, "claimed_at": fact.at},
        Step.VERIFY: lambda case, fact: {
            "verify_pauses": (*case.verify_pauses, Pause(fact.at, None)),
            "verify_due_at": instant(fact.data.get("due_at")),
        },
        Step.VERIFIED: _verified,
        Step.FILE: lambda case, fact: {
            "filed_at": fact.at,
            "condition": fact.data.get("condition", ""),
            **_edits(case, fact),
            # who files decides how pressing it is, whatever was merged into it before
            "own_urgency": None if fact.data.get("urgency") else case.own_urgency,
            **_total(fact),
        },
        Step.REJECT: lambda case, fact: {
            "rejected_at": fact.at,
            "reply": fact.data.get("reply", ""),
            "duty_item": fact.data.get("duty_item") or case.duty_item,
            "beyond": fact.data.get("beyond", case.beyond),
            "admission": Admission.DECLINED if _at_gate(case) else case.admission,
            "not_ours": fact.data.get("not_ours", False),
        },
        Step.MERGE: lambda case, fact: {
            "parent": fact.data["into"],
            "before_merge": case.state,
            "since_before_merge": case.since,
        },
        Step.UNMERGE: lambda case, fact: {
            "parent": None,
            "before_merge": None,
            "since": case.since_before_merge or fact.at,
            "since_before_merge": None,
        },
        Step.DISPATCH: _dispatched,
        Step.RECALL: _left,
        Step.ACCEPT: lambda case, fact: {
            "accepted_at": fact.at,
            "return_until": instant(fact.data.get("return_until")),
        },
        Step.RETURN: _returned,
        Step.HELP: _turned_helper,
        Step.DISPUTE: _left,
        Step.RULE: lambda case, fact: {
            **_dispatched(case, fact),
            "bound_body": fact.data["body"],
            "received_returns": (),
        },
        Step.START: lambda case, fact: {
            "handling_at": fact.at,
            "handler": fact.data.get("handler"),
            "evidence": case.evidence + handed_in(fact),
        },
        Step.MILESTONE: _milestone,
        Step.SUSPEND: lambda case, fact: {
            "pauses": (*case.pauses, Pause(fact.at, None)),
            "suspended_until": required_instant(fact.data["until"]),
            "holds": case.holds + 1,
            "request": None,
        },
        Step.RESUME: _resumed,
        Step.RESULT: lambda case, fact: {
            "result_at": fact.at,
            "result_words": fact.data["words"],
            "handler": fact.data.get("handler") or case.handler,
            "check_due_at": instant(fact.data.get("check_due_at")),
            "step_provisional": fact.data.get("step_provisional", False),
            "evidence": case.evidence + handed_in(fact),
            "lacking": tuple(fact.data.get("lacking", ())),
            "lead_word": None,
        },
        Step.REWORK: _rework,
        Step.CHECK: lambda case, fact: {"checker": fact.actor},
        Step.CLOSE: _closed,
        Step.FORCE_CLOSE: _closed,
        # who ends elsewhere was not settled here (domain.md 6, local_resolution_rate)
        Step.TRANSFER: lambda case, fact: {**_closed(case, fact), "county_help": True},
        Step.FOLLOW_UP: _followed_up,
        Step.REOPEN: _reopened,
        Step.COME_BACK: lambda case, fact: {**_begun_anew(case, fact), **_total(fact)},
        Step.ARCHIVE: lambda case, fact: {},
        # notes: what belongs to a case's history without being a step of the loop
        "updated": _updated,
        "handed_over": lambda case, fact: {
            "claimed_by": fact.data["holder"],
            "claimed_at": fact.at,
        },
        "child_added": lambda case, fact: {
            "children": (*case.children, fact.data["child"]),
            **_pressed(case, fact),
        },
        "child_removed": lambda case, fact: {
            "children": tuple(no for no in case.children if no != fact.data["child"]),
            **_pressed(case, fact),
        },
        "child_told": _pressed,
        "whistle_added": lambda case, fact: {
            "whistles": (*case.whistles, fact.data["whistle"]),
            "county_help": case.county_help or fact.data.get("county_help", False),
        },
        "county_called": _county_called,
        "county_answered": _county_answered,
        "transfer_sent": lambda case, fact: {"transfers": transfer.sent(case.transfers, fact)},
        "transfer_moved": lambda case, fact: {"transfers": transfer.moved(case.transfers, fact)},
        "mediation_begun": lambda case, fact: _mediated(case, mediation.begun, fact),
        "mediation_noted": lambda case, fact: {
            "mediations": mediation.noted(case.mediations, fact),
            "evidence": case.evidence + handed_in(fact),
        },
        "mediation_raised": lambda case, fact: _mediated(case, mediation.raised, fact),
        "mediation_ended": lambda case, fact: {
            "mediations": mediation.ended(case.mediations, fact),
        },
        "sub_task_added": _sub_task_added,
        "sub_task_moved": _sub_task_moved,
        "lead_finished": lambda case, fact: {
            "lead_word": LeadWord(
                at=fact.at, words=fact.data["words"], handler=fact.data.get("handler", "")
            ),
            "evidence": case.evidence + handed_in(fact),
        },
        "evidence_added": lambda case, fact: {
            "evidence": case.evidence + handed_in(fact),
            "lacking": tuple(fact.data.get("lacking", case.lacking)),
        },
        "doubts_answered": lambda case, fact: {"doubts": ()},
        "earlier_found": lambda case, fact: {"earlier": tuple(fact.data["earlier"])},
        "recurred": lambda case, fact: {
            "recurrences": (*case.recurrences, fact.data["again"]),
        },
        "receipt_noted": lambda case, fact: {},
        "admitted": lambda case, fact: {
            "admission": Admission.ADMITTED,
            "duty_item": fact.data.get("duty_item") or case.duty_item,
        },
        "urged": _supervised,
        "supervised": _supervised,
        "order_answered": _answered,
        "instructed": lambda case, fact: {
            "leader_notes": (
                *case.leader_notes,
                LeaderNote(
                    at=fact.at,
                    by=fact.actor,
                    words=fact.data["words"],
                    leader=fact.data.get("leader", ""),
                    told=fact.data.get("told", False),
                ),
            )
        },
        "extension_asked": _asked,
        "hold_asked": _asked,
        "request_refused": lambda case, fact: {"request": None},
        "extended": _extended,
        "recomputed": _moved,
        "timer_crossed": lambda case, fact: {},
        "upstream_withdrew": lambda case, fact: {},
        "disclosed": lambda case, fact: {},
        "revealed": lambda case, fact: {},
    }.items()
}
