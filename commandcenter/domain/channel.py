"""The ways out of the hall beside the feed, and how often one contact may be written to (R13)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final


class ChannelKind(StrEnum):
    """What a channel speaks."""

    WEBHOOK = "webhook"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"
    MAIL = "mail"


class Pace(StrEnum):
    """How often one contact may be written to."""

    SMS = "sms"
    VOICE = "voice"
    GROUP = "group"
    FREE = "free"


Window = tuple[int, timedelta]
"""So many messages at most within so long."""

_MINUTE: Final = timedelta(minutes=1)
WINDOWS: Final[Mapping[Pace, tuple[Window, ...]]] = {
    Pace.SMS: ((1, _MINUTE), (5, 15 * _MINUTE), (11, 60 * _MINUTE)),
    Pace.VOICE: ((3, 15 * _MINUTE), (7, 60 * _MINUTE)),
    Pace.GROUP: ((20, _MINUTE),),  # what the robots of the three services take
    Pace.FREE: (),
}
LONGEST: Final = max(span for windows in WINDOWS.values() for _count, span in windows)
"""What was sent longer ago holds nothing back."""

USUAL_PACE: Final[Mapping[ChannelKind, Pace]] = {
    ChannelKind.WEBHOOK: Pace.SMS,
    ChannelKind.WECOM: Pace.GROUP,
    ChannelKind.DINGTALK: Pace.GROUP,
    ChannelKind.FEISHU: Pace.GROUP,
    ChannelKind.MAIL: Pace.SMS,
}

Quiet = tuple[time, time]
"""Local times between which only what is urgent leaves; the second may lie after midnight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way out; ``test_address`` is where the daily test goes, if it is tested."""

    code: str
    name: str = ""
    kind: ChannelKind
    pace: Pace
    quiet: Quiet | None = None
    tested: bool = False
    test_address: str = ""


def free_at(sent: Sequence[datetime], at: datetime, pace: Pace, *, urgent: bool) -> datetime:
    """Return the first instant from ``at`` on at which a contact may be written to again.

    ``sent`` are the instants it was written to. What is urgent is held by no window longer than a
    minute: an emergency must not wait an hour because of what was sent before it.
    """
    before = sorted((min(one, at) for one in sent), reverse=True)  # the clock may have gone back
    held = (
        before[count - 1] + span
        for count, span in WINDOWS[pace]
        if len(before) >= count and not (urgent and span > _MINUTE)
    )
    return max((at, *held))


def wakes_at(at: datetime, quiet: Quiet | None, zone: tzinfo) -> datetime:
    """Return the end of the quiet hours an instant lies in, else the instant."""
    if quiet is None or quiet[0] == quiet[1]:
        return at
    start, end = quiet
    local = at.astimezone(zone)
    clock = local.time()
    within = start <= clock < end if start < end else clock >= start or clock < end
    if not within:
        return at
    day = local.date() if clock < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, zone).astimezone(at.tzinfo)
