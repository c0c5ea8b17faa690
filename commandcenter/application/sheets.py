"""The sheet of a summons: what one body may read of one whistle, ready to show or to print.

It is written in Chinese, as everything that goes to a body is, and holds nothing but the
recipient's copy (``copies.summons_copies``) and where that body's own summons stands.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from msgspec import Struct

from commandcenter.application.messages import WhistleBlown, WhistleStatus
from commandcenter.application.pressing import STATUSES
from commandcenter.application.whistling import STEP
from commandcenter.domain import words
from commandcenter.domain.hall import Hall
from commandcenter.domain.privacy import for_display
from commandcenter.domain.whistle import OVER, Summons, Whistle

_ITEMS: Final = 40
"""The most duty items a refusal is offered to choose from; any other can be typed."""


class Item(Struct, frozen=True, kw_only=True):
    """An item of the duty lists that a refusal may name."""

    code: str
    title: str


class Sheet(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One body's summons; instants are aware, ``*_words`` and all other texts are for people.

    ``can`` are the statuses that may be pressed next. Of a summons that is over only that is said.
    """

    hall: str
    whistle: str
    body: str
    body_name: str
    state: str
    state_words: str
    since: datetime
    is_over: bool = False
    kind: str = ""
    is_urgent: bool = False
    is_lead: bool = False
    lead_name: str = ""
    blown_at: datetime | None = None
    answer_by: datetime | None = None
    report_in_by: datetime | None = None
    answered_at: datetime | None = None
    reported_in_at: datetime | None = None
    place: str = ""
    point: str = ""
    message: str = ""
    gear: str = ""
    duty_item: str = ""
    marks: tuple[str, ...] = ()
    can: tuple[WhistleStatus, ...] = ()
    items: tuple[Item, ...] = ()


def sheet(hall: Hall, whistle: Whistle, copy: WhistleBlown) -> Sheet:
    """Return the sheet of the body a copy is for."""
    summons = whistle.of(copy.body)
    if summons.state in OVER:
        return Sheet(
            hall=hall.name,
            whistle=whistle.no,
            body=summons.body,
            body_name=_name(hall, summons.body),
            state=summons.state,
            state_words=words.summons_state(summons, "zh"),
            since=summons.since,
            is_over=True,
        )
    place = copy.place
    has_point = place is not None and place.lon is not None and place.lat is not None
    return Sheet(
        hall=hall.name,
        whistle=whistle.no,
        body=summons.body,
        body_name=_name(hall, summons.body),
        state=summons.state,
        state_words=words.summons_state(summons, "zh"),
        since=summons.since,
        kind=words.word(whistle.kind, "zh"),
        is_urgent=whistle.kind == "emergency",
        is_lead=summons.lead,
        lead_name=_name(hall, copy.lead or ""),
        blown_at=whistle.blown_at,
        answer_by=None if summons.answered_at else summons.answer_by,
        report_in_by=None if summons.reported_in_at else summons.report_in_by,
        answered_at=summons.answered_at,
        reported_in_at=summons.reported_in_at,
        place=for_display((place.address or place.grid or "") if place else "", ()),
        point=f"{place.lat:.5f}, {place.lon:.5f}" if place and has_point else "",
        message=for_display(copy.message or "", ()),
        gear=for_display(copy.gear or "", ()),
        duty_item=_titled(hall, copy.duty_item),
        marks=tuple(_marks(summons)),
        can=tuple(status for status in STATUSES if STEP[status] in summons.steps),
        items=tuple(_items(hall, summons.body, copy.duty_item)),
    )


def _name(hall: Hall, code: str) -> str:
    body = hall.bodies.get(code)
    return body.name if body else code


def _titled(hall: Hall, item: str | None) -> str:
    known = hall.duties.get(item or "")
    return f"{item} {known.title}" if known else item or ""


def _items(hall: Hall, body: str, named: str | None) -> Iterator[Item]:
    """Yield the item the whistle names, then those of the body."""
    found = [it for it in hall.duties.values() if it.item == named]
    found += [it for it in hall.duties.values() if it.body == body and it.item != named]
    for duty in found[:_ITEMS]:
        yield Item(code=duty.item, title=duty.title)


def _marks(summons: Summons) -> Iterator[str]:
    if summons.no_answer_at and not summons.answered_at:
        yield "已超应哨时限"
    if summons.no_show_at and not summons.reported_in_at:
        yield "已超报到时限，仍须到场"
    if summons.refusal_is_unfounded:
        yield "拒哨未写明清单事项编号，不算拒哨"
    if summons.escalated_to:
        yield f"已升级至 {for_display(summons.escalated_to, ())}"
    if summons.urged:
        yield f"已催 {summons.urged} 次"
