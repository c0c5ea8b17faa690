"""What a helping body (协办单位) does of a case: a sub-task with states of its own (feature 46).

The lead answers for the whole: its result stands only once every sub-task is settled.
``SUB_LOOP`` is the rule; the case's own loop knows nothing of it.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from commandcenter.domain.errors import Refusal


class SubState(StrEnum):
    """Where a sub-task stands."""

    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    HANDLING = "handling"
    DONE = "done"
    RETURNED = "returned"  # the body says that it is not its part: somebody has to decide
    WAIVED = "waived"  # a supervisor does without it
    RECALLED = "recalled"  # the case went another way before it was done


class SubStep(StrEnum):
    """What can be done to a sub-task; the first four are words of the body itself."""

    ACCEPT = "accepted"
    START = "handling"
    FINISH = "result"
    RETURN = "returned"
    REDO = "rework"
    WAIVE = "waived"
    RECALL = "recalled"


SETTLED: Final = frozenset({SubState.DONE, SubState.WAIVED, SubState.RECALLED})
"""States in which nobody waits for the body any more."""

AT_WORK: Final = frozenset({SubState.DISPATCHED, SubState.ACCEPTED, SubState.HANDLING})
"""States in which it is the body's turn."""


class SubTask(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One helping body's part of a case; instants are aware UTC."""

    body: str
    state: SubState = SubState.DISPATCHED
    since: datetime
    dispatched_at: datetime
    accepted_at: datetime | None = None
    handling_at: datetime | None = None
    done_at: datetime | None = None
    who: str = ""
    words: str = ""
    reason: str = ""
    duty_item: str | None = None
    reworks: int = 0

    @property
    def is_settled(self) -> bool:
        """Whether nobody waits for the body any more."""
        return self.state in SETTLED


S = SubState
_UNSETTLED: Final = (*AT_WORK, S.RETURNED)
SUB_LOOP: Final[Mapping[tuple[SubState, SubStep], SubState]] = {
    (S.DISPATCHED, SubStep.ACCEPT): S.ACCEPTED,
    **{(state, SubStep.START): S.HANDLING for state in (S.DISPATCHED, S.ACCEPTED)},
    **{(state, SubStep.FINISH): S.DONE for state in (S.DISPATCHED, S.ACCEPTED, S.HANDLING)},
    **{(state, SubStep.RETURN): S.RETURNED for state in (S.DISPATCHED, S.ACCEPTED)},
    (S.DONE, SubStep.REDO): S.HANDLING,
    **{(state, SubStep.WAIVE): S.WAIVED for state in _UNSETTLED},
    **{(state, SubStep.RECALL): S.RECALLED for state in _UNSETTLED},
}
"""Every permitted step; a body that starts or finishes has accepted, whether or not it said so."""

_NEEDS: Final[Mapping[SubStep, tuple[str, ...]]] = {
    SubStep.RETURN: ("reason", "duty_item"),
    SubStep.WAIVE: ("reason",),
}


def check(task: SubTask, step: SubStep, data: Mapping[str, Any]) -> None:
    """Let a permitted step pass.

    Raises:
        Refusal: the loop has no such step from here, or a needed word is missing.
    """
    if (task.state, step) not in SUB_LOOP:
        raise Refusal("illegal_sub_step", body=task.body, state=task.state, step=step)
    for field in _NEEDS.get(step, ()):
        if not data.get(field):
            raise Refusal("needs", step=step, field=field)


def moved(task: SubTask, step: SubStep, at: datetime, data: Mapping[str, Any]) -> SubTask:
    """Return a sub-task after a step of its loop, with what was said of it."""
    changes: dict[str, Any] = {name: data[name] for name in _SAID if data.get(name)}
    changes |= {_MOMENT[step]: at} if step in _MOMENT else {}
    if step is SubStep.REDO:
        changes |= {"done_at": None, "reworks": task.reworks + 1}
    return replace(task, state=SUB_LOOP[task.state, step], since=at, **changes)


_SAID: Final = ("who", "words", "reason", "duty_item")
_MOMENT: Final[Mapping[SubStep, str]] = {
    SubStep.ACCEPT: "accepted_at",
    SubStep.START: "handling_at",
    SubStep.FINISH: "done_at",
}
