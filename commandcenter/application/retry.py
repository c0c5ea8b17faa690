"""Taking a quarantined message in again, after what it lacked was mended."""

from msgspec.structs import replace

from commandcenter.application import commands as c
from commandcenter.application.intake import Sources, take_in
from commandcenter.application.messages import Received
from commandcenter.application.turn import Turn
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Fact


def retry(turn: Turn, command: c.Retry) -> None:
    """Read a message again and take it in; one that still will not do stays where it is.

    Raises:
        Refusal: there is no such message, or it still cannot be taken in.
    """
    held = turn.unit.take_back(command.message)
    again = turn.decode(held.feed, held.raw, turn.at) if turn.decode else held
    if not isinstance(again, Received):
        raise Refusal(
            "still_rejected", message=command.message, reason=again.reason, detail=again.detail
        )
    # it was accounted for when it came; its number may belong to a stream that is no more
    counts = take_in(
        turn.unit, turn.hall, Sources(datums=turn.datums), [replace(again, sequence=None)]
    )
    if counts.quarantined:
        raise Refusal(
            "still_rejected", message=command.message, reason=next(iter(counts.quarantined))
        )
    done = Fact(
        kind="message.retried",
        subject=str(command.message),
        at=turn.at,
        actor=turn.actor,
        role=turn.role,
        data={"source": again.source, "id": again.id},
    )
    turn.unit.record(done)
    turn.facts.append(done)
