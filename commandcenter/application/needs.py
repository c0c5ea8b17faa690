"""What a case wants of the person at a seat now: the default tab 待我办 of the queue (feature 10).

Mine, nobody's yet, and due soon, by role: whatever the person cannot bring on is not there, and
whatever he has done about it lets it go, so that the tab can be worked until it is empty.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from commandcenter.application import commands as c
from commandcenter.application.access import may
from commandcenter.domain.case import SUPERVISORS, WITH_BODY, Case, State
from commandcenter.domain.catalogue import Admission
from commandcenter.domain.claim import Claim, Grip
from commandcenter.domain.county import CallStatus
from commandcenter.domain.mediation import going_on
from commandcenter.domain.roster import Operator, Role
from commandcenter.domain.subtask import SubState
from commandcenter.domain.timers import (
    ABOVE,
    Phase,
    Timer,
    TimerKind,
    body_timers,
    call_timers,
    pressing,
    visit_timer,
    whistle_timers,
)
from commandcenter.domain.whistle import SummonsState, Whistle


class Need(StrEnum):
    """Why a case is in 待我办."""

    MINE = "mine"  # taken up by me, the next step is mine
    UNCLAIMED = "unclaimed"  # nobody has taken it up, and I may
    UNVERIFIED = "unverified"  # the grid worker has not said in time what he found
    LEFT = "left"  # whoever took it up has left the seat: it can be taken over
    GATE = "gate"  # a county task that no list covers waits to be admitted
    REVIEW = "review"  # reopened for the third time: a supervisor looks at it first
    CAME_BACK = "came_back"  # closed in part; the day has come for what remains
    VISIT = "visit"  # closed, and its reporter has still to be asked of the outcome
    DOUBTS = "doubts"  # a closing left a question that nobody has answered
    RULING = "ruling"  # two bodies, no agreement: a binding choice is wanted
    REQUEST = "request"  # a body asks for more time, or to park it
    TAKEN_OVER = "taken_over"  # others have accepted it: it can be closed as transferred
    RECEIPT = "receipt"  # a transfer's receipt has not come in time: it stays ours
    COUNTY = "county"  # the county has not answered in time, or will not help
    LADDER = "ladder"  # a level of the mediation gave up, or its time is up
    PART = "part"  # a helping body gives its part back: the lead waits until somebody decides
    UNANSWERED = "unanswered"  # an order was not answered in time
    DUE_SOON = "due_soon"  # a body has it, its clock is amber or red, and nobody has urged it since
    WORK = "work"  # a body's own work
    CHECK = "check"  # a result waits for a check
    REFUSED = "refused"  # a body that was whistled for refuses: a ruling is wanted
    ABSENT = "absent"  # a body that was whistled for is late, and nobody has urged it
    DIAL = "dial"  # somebody has to ring up the next in a body's chain
    EXPLAIN = "explain"  # an emergency was blown, and nobody has said why
    RELEASE = "release"  # a body has finished at the place and waits for leave to go


_HANDLING_ROLES: Final = frozenset({Role.DEPT_LIAISON, Role.HANDLER})
_REFUSED: Final = frozenset({SummonsState.REFUSED, SummonsState.ARBITRATING})


class Look(Struct, frozen=True, kw_only=True, gc=False):
    """A case as an operator looks at it at an instant.

    ``timer`` is the clock shown on the case, ``claim`` another's claim on it as firmly as it is
    held, ``whistle`` its running whistle, ``people`` the roster.
    """

    case: Case
    operator: Operator
    at: datetime
    timer: Timer | None = None
    claim: Claim | None = None
    whistle: Whistle | None = None
    people: Mapping[str, Operator]

    def may(self, command: type[c.Order]) -> bool:
        """Tell whether the operator's role holds a command."""
        return may(self.operator, command)


def need_of(look: Look) -> Need | None:
    """Return what a case wants of whoever looks at it; None: nothing just now."""
    if look.case.is_open and (need := _of_levels(look)) is not None:
        return need
    need = _BY_STATE[look.case.state](look) if look.case.state in _BY_STATE else None
    return need or _of_whistle(look)


def _of_levels(look: Look) -> Need | None:
    """Return what the levels above and beside the hall leave undone, or have just decided."""
    if not look.case.went_above:
        return None
    found = (need for need, order, is_so in _LEVELS if is_so(look) and look.may(order))
    return next(found, None)


def _acted(look: Look) -> datetime:
    """Return when somebody last did something about the case."""
    return max((look.case.since, *(it.at for it in look.case.supervisions)))


def _just_taken_over(look: Look) -> bool:
    taken = look.case.taken_over
    return taken is not None and taken.since >= _acted(look)


def _without_receipt(look: Look) -> bool:
    return any(it.is_awaited and it.receipt_by <= look.at for it in look.case.transfers)


def _without_county(look: Look) -> bool:
    calls, acted = look.case.calls, _acted(look)
    declined = any(it.status is CallStatus.DECLINED and it.since >= acted for it in calls)
    return declined or any(it.is_awaited and it.reply_by <= look.at for it in calls)


def _stuck_on_ladder(look: Look) -> bool:
    climb = going_on(look.case.mediations)
    if climb is None:
        return False
    level = climb.current
    return level.gave_up_at is not None or level.due_at <= look.at


_LEVELS: Final = (
    (Need.TAKEN_OVER, c.CloseTransferred, _just_taken_over),
    (Need.RECEIPT, c.NoteReceipt, _without_receipt),
    (Need.COUNTY, c.AnswerCall, _without_county),
    (Need.LADDER, c.RaiseMediation, _stuck_on_ladder),
)


def _received(look: Look) -> Need | None:
    if look.case.admission is Admission.WAITING:
        return Need.GATE if look.may(c.Admit) else None
    return _claimed(look, c.File)


def _verifying(look: Look) -> Need | None:
    late = look.timer is not None and look.timer.phase(look.at) is Phase.OVER
    asks = late and look.may(c.Report) and _claimed(look, c.File) is not None
    return Need.UNVERIFIED if asks else None


def _filed(look: Look) -> Need | None:
    if look.case.review_wanted:
        return Need.REVIEW if look.operator.role in SUPERVISORS else None
    need = _claimed(look, c.Dispatch)
    return Need.CAME_BACK if need is not None and look.case.remaining else need


def _claimed(look: Look, step: type[c.Order]) -> Need | None:
    by = look.case.claimed_by
    if not look.may(step):
        return None
    if by == look.operator.id:
        return Need.MINE
    owner = look.people.get(by) if by else None
    if by is None or (owner is not None and not may(owner, step)):
        return Need.UNCLAIMED  # also what somebody filed whose part is done by that
    return Need.LEFT if look.claim and look.claim.grip(look.at) is Grip.LOOSE else None


def _arbitrating(look: Look) -> Need | None:
    return Need.RULING if look.may(c.Rule) else None


def _checked(look: Look) -> Need | None:
    case, me = look.case, look.operator.id
    if not look.may(c.Check) or case.is_work_of(me) or me in case.received_returns:
        return None  # nobody checks what he handled, dispatched, or had back
    if case.state is State.RESULT_SUBMITTED or case.checker is None:
        return Need.CHECK
    return Need.MINE if case.checker == me else None


def _closed(look: Look) -> Need | None:
    if look.case.doubts and look.may(c.AnswerDoubts):
        return Need.DOUBTS
    visit = _visit(look)
    return Need.VISIT if visit is not None and visit.phase(look.at) is not Phase.CALM else None


def _visit(look: Look) -> Timer | None:
    """Return the clock of a follow-up that the operator may make."""
    wanted = look.case.wants_visit and look.may(c.FollowUp)
    return visit_timer(look.case) if wanted else None


def _with_body(look: Look) -> Need | None:
    case, timer = look.case, _own_clock(look)
    asked = case.request
    if asked is not None and asked.asked_by != look.operator.id and look.may(c.Decide):
        return Need.REQUEST  # nobody decides on what he asked for himself
    if look.may(c.Waive) and any(it.state is SubState.RETURNED for it in case.sub_tasks):
        return Need.PART
    if look.may(c.Supervise) and case.needs_supervisor(look.at):
        return Need.UNANSWERED
    if look.operator.role in _HANDLING_ROLES:
        return Need.WORK
    if look.may(c.Urge) and timer is not None and timer.subject == case.no:
        turned = _turned(timer, look.at)
        if turned is not None and not any(it.at >= turned for it in case.supervisions):
            return Need.DUE_SOON
    return None


_BY_STATE: Final[Mapping[State, Callable[[Look], Need | None]]] = {
    State.RECEIVED: _received,
    State.VERIFYING: _verifying,
    State.FILED: _filed,
    State.ARBITRATING: _arbitrating,
    State.RESULT_SUBMITTED: _checked,
    State.CHECKING: _checked,
    State.CLOSED: _closed,
    **dict.fromkeys(WITH_BODY, _with_body),
}


def _own_clock(look: Look) -> Timer | None:
    """Return the clock of the body that has the case, also where one above is due before it."""
    timer = look.timer
    above = timer is not None and timer.kind in ABOVE
    return pressing(body_timers(look.case)) if above else timer


def _turned(timer: Timer, at: datetime) -> datetime | None:
    """Return since when a clock has been as pressing as it is; None while it is calm."""
    match timer.phase(at):
        case Phase.OVER:
            return timer.due_at
        case Phase.NEAR:
            return timer.near_at
        case _:
            return None


def _of_whistle(look: Look) -> Need | None:
    if look.whistle is None:
        return None
    for need, command, sees in _OF_WHISTLE:
        if look.may(command) and sees(look, look.whistle):
            return need
    return None


def _absent(look: Look, whistle: Whistle) -> bool:
    late = {
        it.part
        for it in whistle_timers(whistle)
        if it.kind in _MISSABLE and it.phase(look.at) is Phase.OVER
    }
    return any(
        it.body in late and not it.urged and it.escalated_to is None for it in whistle.summons
    )


_OF_WHISTLE: Final[tuple[tuple[Need, type[c.Order], Callable[[Look, Whistle], bool]], ...]] = (
    (Need.REFUSED, c.RuleSummons, lambda _, it: any(one.state in _REFUSED for one in it.summons)),
    (
        Need.RELEASE,
        c.Release,
        lambda _, it: any(one.state is SummonsState.FINISHED for one in it.summons),
    ),
    (Need.DIAL, c.UrgeBody, lambda _, it: any(one.to_dial for one in it.summons)),
    (Need.ABSENT, c.UrgeBody, _absent),
    (
        Need.EXPLAIN,
        c.ExplainWhistle,
        lambda look, it: it.unexplained and it.blown_by == look.operator.id,
    ),
)
"""What a whistle wants, the most pressing first: why, who may, and when it does."""
_MISSABLE: Final = frozenset({TimerKind.ANSWER, TimerKind.REPORT_IN})


def turns(look: Look) -> Iterator[datetime]:
    """Yield the instants at which time alone may change what a case wants, or where it stands."""
    timer = look.timer
    if timer is not None and not timer.paused:
        yield timer.near_at
        yield timer.due_at
    if (own := _own_clock(look)) is not None and own is not timer and not own.paused:
        yield own.near_at
        yield own.due_at
    if (visit := _visit(look)) is not None:
        yield visit.near_at
        yield visit.due_at
    if look.case.went_above:
        yield from (it.reply_by for it in look.case.calls if it.is_awaited)
        yield from (it.receipt_by for it in look.case.transfers if it.is_awaited)
        if (climb := going_on(look.case.mediations)) is not None:
            yield climb.current.due_at
    if look.claim is not None:
        yield look.claim.loose_at
    if look.whistle is not None:
        yield from (it.due_at for it in whistle_timers(look.whistle))
        yield from (it.due_at for it in call_timers(look.whistle))
    yield from (it.reply_by for _, it in look.case.unanswered if it.reply_by is not None)
