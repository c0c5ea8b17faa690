"""The clerk: carries out the orders of a desk, each in one transaction of the writer."""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field

from commandcenter.application.commands import Order
from commandcenter.application.perform import Outcome, perform
from commandcenter.application.ports import Unit, Writer
from commandcenter.application.turn import Decode
from commandcenter.domain.hall import Hall
from commandcenter.domain.place import Datum
from commandcenter.domain.roster import Operator


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingClerk:
    """Sits beside the writer, in its process.

    ``decode`` reads a quarantined frame once more, ``datums`` are those of the feeds.
    """

    hall: Hall
    writer: Writer
    decode: Decode | None = None
    datums: Mapping[str, Datum] = field(default_factory=dict)

    def carry_out(self, command: Order, operator: Operator) -> Future[Outcome]:
        """Carry out a command; see ``ports.Clerk``."""

        def work(unit: Unit) -> Outcome:
            return perform(
                unit, self.hall, command, operator, decode=self.decode, datums=self.datums
            )

        return self.writer.perform(work, operator.id)

    def attend(self, operator: str) -> Future[None]:
        """Note that an operator is here; see ``ports.Clerk``."""

        def work(unit: Unit) -> None:
            unit.attend(operator)

        return self.writer.perform(work, operator)
