"""逐级呼叫: whom a summoned body is called through, settled at the whistle, taken step by step."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from commandcenter.application import copies
from commandcenter.application.turn import Turn
from commandcenter.domain.hall import Hall
from commandcenter.domain.roster import FEED_CHANNEL, PHONE_CHANNEL, Contact, ContactStep
from commandcenter.domain.whistle import Call, SummonsStep, Whistle

_WAIT: Final = 5
"""Minutes between two steps, where the file does not say."""


def chain(hall: Hall, body: str, leaves_at: datetime, answer_by: datetime) -> tuple[Call, ...]:
    """Return who would be called for a body, and when, if it went on not answering.

    Without contacts of its own that is the feed, half-way to the answer limit its telephone, and
    at the limit the county centre; with some, the county comes last unless they name it.
    """
    known = hall.contacts.get(body, ())
    listed = hall.bodies.get(body)
    phone = listed.phone if listed else ""
    calls = _listed(known, phone, leaves_at) if known else _unlisted(phone, leaves_at, answer_by)
    if any(call.step is ContactStep.COUNTY for call in calls):
        return tuple(calls)
    last = calls[-1].at + timedelta(minutes=_WAIT if known else 0)
    at = max(last, answer_by)
    return (*calls, Call(step=ContactStep.COUNTY, channel=FEED_CHANNEL, at=at))


def _listed(known: Sequence[Contact], phone: str, leaves_at: datetime) -> list[Call]:
    at = leaves_at
    calls: list[Call] = []
    for contact in known:
        wait = contact.wait
        if wait is None:
            wait = _WAIT if calls else 0
        at += timedelta(minutes=wait)
        rung = contact.channel == PHONE_CHANNEL
        calls.append(
            Call(
                step=contact.step,
                name=contact.name,
                duty=contact.duty,
                channel=contact.channel,
                address=contact.address or (phone if rung else ""),
                at=at,
            )
        )
    return calls


def _unlisted(phone: str, leaves_at: datetime, answer_by: datetime) -> list[Call]:
    calls = [Call(step=ContactStep.LIAISON, channel=FEED_CHANNEL, at=leaves_at)]
    if phone:
        half = leaves_at + max(answer_by - leaves_at, timedelta()) / 2
        step = ContactStep.LIAISON
        calls.append(Call(step=step, channel=PHONE_CHANNEL, address=phone, at=half))
    return calls


def begin(turn: Turn, whistle: Whistle) -> Whistle:
    """Call everybody who is called with the whistle itself; what leaves waits until it does."""
    for item in whistle.summons:
        for call in item.chain:
            if call.at > whistle.leaves_at:
                break
            whistle = _called(turn, whistle, item.body, call)
    return whistle


def call_next(turn: Turn, whistle: Whistle, body: str, **said: Any) -> Whistle:
    """Call the next in a body's chain now.

    Raises:
        Refusal: the chain is at its end, or nobody is to be called any more.
    """
    call = whistle.of(body).next_call
    if call is None:
        return turn.summons(whistle, body, SummonsStep.CALL, **said)  # refused by the loop
    return _called(turn, whistle, body, call, **said)


def _called(turn: Turn, whistle: Whistle, body: str, call: Call, **said: Any) -> Whistle:
    number = whistle.of(body).called
    after = turn.summons(
        whistle,
        body,
        SummonsStep.CALL,
        number=number,
        contact_step=call.step,
        duty=call.duty,
        channel=call.channel,
        **said,
    )
    copies.call(turn, after, body, call)
    return after
