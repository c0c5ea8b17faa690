"""The desk: the one place where a seat gives commands, asks questions and hears what changed."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

from commandcenter.application import access
from commandcenter.application.changes import Delta
from commandcenter.application.commands import Order
from commandcenter.application.perform import Outcome
from commandcenter.application.ports import Clerk, Hear, Reader
from commandcenter.application.questions import Question
from commandcenter.domain.errors import Refusal
from commandcenter.domain.hall import Hall
from commandcenter.domain.roster import Operator

Answer = TypeVar("Answer")


@dataclass(slots=True)
class Desk:
    """A seat's view of the hall; every method may be called from any thread and none blocks.

    Futures are resolved on other threads: a screen hands them on through its bridge.
    """

    hall: Hall
    operator: Operator
    clerk: Clerk
    reader: Reader
    subscribe: Callable[[Hear], Callable[[], None]]

    def submit(self, command: Order, *, by: Operator | None = None) -> Future[Outcome]:
        """Carry out a command; the outcome is known once its facts are committed.

        The future raises ``Refusal`` when the hall declines; then nothing has changed.
        """
        operator = by or self.operator
        try:
            access.check(operator, command)
        except Refusal as refusal:
            declined: Future[Outcome] = Future()
            declined.set_exception(refusal)
            return declined

        return self.clerk.carry_out(command, operator)

    def attend(self, *, by: Operator | None = None) -> Future[None]:
        """Say that an operator is at this seat; what he has claimed stays his (domain.claim)."""
        return self.clerk.attend((by or self.operator).id)

    def ask(self, question: Question[Answer], *, by: Operator | None = None) -> Future[Answer]:
        """Answer a question from the store; the future raises ``Refusal`` as the store does.

        So it does when the role of whoever asks may not know.
        """
        try:
            access.asked(by or self.operator, question)
        except Refusal as refusal:
            declined: Future[Answer] = Future()
            declined.set_exception(refusal)
            return declined
        return self.reader.ask(question)

    def listen(self, hear: Callable[[Delta], object]) -> Callable[[], None]:
        """Have ``hear`` called after every commit, on another thread; returns how to stop."""
        return self.subscribe(hear)
