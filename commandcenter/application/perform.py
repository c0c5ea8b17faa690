"""Carrying out a command: one transaction, from the decision to the facts and what must leave."""

from dataclasses import dataclass

from commandcenter.application.commands import Order
from commandcenter.application.ports import Unit
from commandcenter.domain.alert import VideoAlert
from commandcenter.domain.case import Case
from commandcenter.domain.hall import Hall
from commandcenter.domain.roster import Operator
from commandcenter.domain.whistle import Whistle


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command led to; ``kinds`` are the kinds of the facts it recorded, in order."""

    case: Case | None = None
    whistle: Whistle | None = None
    alert: VideoAlert | None = None
    kinds: tuple[str, ...] = ()


def perform(unit: Unit, hall: Hall, command: Order, operator: Operator) -> Outcome:
    """Carry out a command in a transaction.

    Raises:
        Refusal: the hall declines; the transaction must be undone.
    """
    raise NotImplementedError
