"""Who may do what: the one role × command table (domain.md 5; feature 81, 82).

Intake and check are the axis of supervision, dispatch and handling that of command: a role holds
steps of one of them. A shift supervisor may stand in for any seat; the loop's own guards
(``commandcenter.domain.case``) still keep anybody from checking what he handled.
"""

from collections.abc import Mapping
from typing import Any, Final, get_args

from commandcenter.application import commands as c
from commandcenter.application.questions import CaseCount, Cases, Question
from commandcenter.domain.case import SUPERVISORS
from commandcenter.domain.errors import Refusal
from commandcenter.domain.roster import Operator, Role

_Commands = frozenset[type[c.Order]]
_INTAKE: Final[_Commands] = frozenset(
    {c.Register, c.Claim, c.HandOver, c.Verify, c.File, c.Reject, c.Merge, c.Unmerge, c.FollowUp}
)
_VIDEO: Final[_Commands] = frozenset({c.Review, c.Promote})
_DISPATCH: Final[_Commands] = frozenset(
    {
        c.Dispatch,
        c.CoDispatch,
        c.Recall,
        c.Dispute,
        c.Urge,
        c.AnswerOrder,
        c.Report,
        c.Resume,
        c.AskExtension,
        c.AskHold,
        c.AddEvidence,
    }
)
_TRANSFER: Final[_Commands] = frozenset(
    {c.Transfer, c.NoteReceipt, c.RecallTransfer, c.CloseTransferred}
)
_COUNTY: Final[_Commands] = frozenset({c.CallCounty, c.AnswerCall, c.RecallCall})
_MEDIATE: Final[_Commands] = frozenset(
    {c.BeginMediation, c.NoteMediation, c.RaiseMediation, c.EndMediation}
)
_ASK: Final[_Commands] = frozenset({c.AskExtension, c.AskHold})
_WHISTLE: Final[_Commands] = frozenset(
    {
        c.Blow,
        c.Withdraw,
        c.OnBehalf,
        c.UrgeBody,
        c.SendNow,
        c.Escalate,
        c.Arbitrate,
        c.Release,
        c.ExplainWhistle,
        c.Rate,
        c.AnswerRating,
        c.AppealRating,
    }
)
_CHECK: Final[_Commands] = frozenset(
    {c.Check, c.Close, c.Rework, c.Reopen, c.FollowUp, c.AddEvidence}
)
_PAGE: Final[_Commands] = frozenset({c.Press, c.NoteRefusedLinks})
_EVERYTHING: Final[_Commands] = frozenset(get_args(c.Command)) - {c.Retry} - _PAGE
_REVEAL: Final[_Commands] = frozenset({c.Reveal})  # whoever calls reporters back
_MANY: Final[_Commands] = frozenset({c.Bulk})

MAY: Final[Mapping[Role, _Commands]] = {
    Role.GRID_WORKER: frozenset({c.Register}),
    Role.INTAKE_OFFICER: _INTAKE | _VIDEO | _TRANSFER | _MANY | _REVEAL,
    Role.DISPATCHER: (
        _INTAKE | _VIDEO | _DISPATCH | _WHISTLE | _TRANSFER | _COUNTY | _MEDIATE | _MANY | _REVEAL
    ),
    Role.SHIFT_SUPERVISOR: _EVERYTHING | {c.Retry},
    Role.DUTY_LEADER: _EVERYTHING,
    Role.DEPT_LIAISON: _MANY
    | _ASK
    | {c.Report, c.OnBehalf, c.AnswerOrder, c.NoteMediation, c.AnswerRating, c.AppealRating},
    Role.HANDLER: _MANY | _ASK | {c.Report},
    Role.INSPECTOR: _CHECK | _MANY | _REVEAL | {c.Claim, c.HandOver},
    Role.EVALUATOR: frozenset(),
    Role.AUDITOR: frozenset(),
    Role.WALL_VIEWER: frozenset(),
    Role.ADMIN: frozenset({c.Retry}),
    Role.COMMANDER: _EVERYTHING,
    Role.REPORT_IN_PAGE: _PAGE,  # and nobody else: what a link proves no person may claim
}
"""Whoever takes in may transfer: a caller in danger is for 110, not for the queue.
A dispatcher takes in as well: a township hall has one or two people on shift, not a floor."""


def may(operator: Operator, command: type[c.Order]) -> bool:
    """Tell whether an operator's role holds a command."""
    return command in MAY[operator.role]


def check(operator: Operator, command: c.Order) -> None:
    """Let a permitted command pass.

    Raises:
        Refusal: the operator's role does not hold it.
    """
    if not may(operator, type(command)):
        kind = type(command)
        raise Refusal("not_allowed", role=operator.role, step=c.name(kind), roles=givers(kind))


def givers(command: type[c.Order]) -> tuple[Role, ...]:
    """Return the roles that hold a command."""
    return tuple(role for role in Role if command in MAY[role])


def may_import(operator: Operator) -> bool:
    """Tell whether an operator may take tables into the hall pack."""
    return operator.role in SUPERVISORS | {Role.ADMIN}


def may_trace(operator: Operator) -> bool:
    """Tell whether an operator may look for cases by who reported them: whoever calls back may."""
    return may(operator, c.FollowUp)


def asked(operator: Operator, question: Question[Any]) -> None:
    """Let a permitted question pass.

    Raises:
        Refusal: it looks for a person, and the operator's role has nothing to do with reporters.
    """
    about = question.of if isinstance(question, CaseCount) else question
    traces = isinstance(about, Cases) and (about.phone or about.person)
    if traces and not may_trace(operator):
        raise Refusal("may_not_trace", role=operator.role)
