"""Whether a body was reached: what was sent to it by which channel, and how that went."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Final

from commandcenter.application.changes import AttemptState, OutgoingState
from commandcenter.application.questions import Delivery
from commandcenter.application.sending import Why
from commandcenter.domain.hall import Hall
from ui import wording
from ui.wording import Both, phrase

_SHOWN: Final = 3
_MOST: Final = 120
_LINE: Final[Both] = ("{how}：{state}{tries}{why}", "{how}: {state}{tries}{why}")
_TRIES: Final[Both] = ("（第 {n} 次）", " (try {n})")
_WHY: Final[Both] = ("，{words}", ", {words}")
_LEAVES: Final[Both] = ("{at} 发出", "will leave at {at}")
_WAITS: Final[Both] = ("等待发出", "waits to be sent")
_ON_THE_WIRE: Final[Both] = ("已发出，等回执", "sent, waiting for its receipt")
_AT: Final[Both] = ("{state} {at}", "{state} {at}")
_STATES: Final[Mapping[AttemptState, Both]] = {
    AttemptState.QUEUED: ("排队", "queued"),
    AttemptState.SENDING: ("正在发送", "sending"),
    AttemptState.SENT: ("已发出", "sent"),
    AttemptState.DELIVERED: ("已送达", "delivered"),
    AttemptState.FAILED: ("✕ 发送失败", "✕ failed"),
}
_SETTLED: Final[Mapping[OutgoingState, Both]] = {
    OutgoingState.DELIVERED: ("已送达", "delivered"),
    OutgoingState.REJECTED: ("✕ 未送达", "✕ not delivered"),
    OutgoingState.EXPIRED: ("✕ 未发出", "✕ not sent"),
    OutgoingState.CANCELLED: ("已撤销", "called off"),
}
_REASONS: Final[Mapping[str, Both]] = {
    Why.EXPIRED: ("过期未能发出", "it expired first"),
    Why.UNKNOWN_CHANNEL: ("没有这个渠道", "there is no such channel"),
    Why.CANCELLED: ("不再需要", "no longer needed"),
    Why.INTERRUPTED: ("发送时程序中断", "the program ended meanwhile"),
}


def by_body(found: Iterable[Delivery]) -> Mapping[str, tuple[Delivery, ...]]:
    """Return what was to leave for each body, the newest last."""
    told: dict[str, tuple[Delivery, ...]] = {}
    for delivery in found:
        told[delivery.item.body] = (*told.get(delivery.item.body, ()), delivery)
    return told


def lines(
    found: tuple[Delivery, ...],
    hall: Hall,
    now: datetime,
    lang: str = "zh",
    *,
    wired: Collection[str] = (),
) -> list[str]:
    """Return how the newest messages to a body fared, the newest first.

    ``wired`` are the ids of those that were put on the wire of a feed.
    """
    return [_line(it, hall, now, lang, wired) for it in reversed(found[-_SHOWN:])]


def _line(delivery: Delivery, hall: Hall, now: datetime, lang: str, wired: Collection[str]) -> str:
    item = delivery.item
    last = delivery.attempts[-1] if delivery.attempts else None
    how = " ".join(filter(None, (wording.channel_name(hall, item.channel, lang), item.contact)))

    def at(both: Both, instant: datetime | None) -> str:
        if instant is None:
            return phrase(both, lang)
        clock = wording.local_time(instant, hall.zone, now)
        return phrase(_AT, lang).format(state=phrase(both, lang), at=clock)

    said, words_ = "", item.reason
    if item.state in _SETTLED:
        said = at(_SETTLED[item.state], item.settled_at)
    elif last is not None:
        said, words_ = at(_STATES[last.state], last.ended_at), last.words
        if last.state is AttemptState.QUEUED and last.due_at > now:
            clock = wording.local_time(last.due_at, hall.zone, now)
            said = phrase(_LEAVES, lang).format(at=clock)
    elif item.leaves_at > now:
        clock = wording.local_time(item.leaves_at, hall.zone, now)
        said = phrase(_LEAVES, lang).format(at=clock)
    else:
        said = phrase(_ON_THE_WIRE if item.id in wired else _WAITS, lang)
    why = phrase(_REASONS[words_], lang) if words_ in _REASONS else words_[:_MOST]
    return phrase(_LINE, lang).format(
        how=how,
        state=said,
        tries=phrase(_TRIES, lang).format(n=last.number) if last and last.number > 1 else "",
        why=phrase(_WHY, lang).format(words=why) if why else "",
    )
