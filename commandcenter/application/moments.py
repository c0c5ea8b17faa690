"""Times as senders may write them, brought to where every zone's calendar reaches."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from typing import Any

from msgspec import Struct, convert, to_builtins
from msgspec.structs import replace

from commandcenter.application.messages import Received

_FIRST, _LAST = 1, 9999  # years in which a change of offset may fall off the calendar

Times = Callable[[Any], tuple[datetime | None, ...]]


def utc(moment: datetime) -> datetime:
    """Return ``moment`` in UTC, where any zone can show it: an absurd one two years off."""
    if not _FIRST < moment.year < _LAST:
        moment = moment.replace(year=min(max(moment.year, _FIRST + 2), _LAST - 2))
    return moment.astimezone(UTC)


def within_reach(message: Received) -> Received:
    """Return a message none of whose times falls off the calendar in some zone.

    The contract allows ``0001-01-01T00:00:00+14:00``; a person's screen cannot show it. Such a
    time is kept, absurd as it is, and moved by two years.
    """
    data = message.data
    times = (message.time, message.recorded, *_times_of(type(data))(data))
    for moment in times:
        if moment is not None and not _FIRST < moment.year < _LAST:
            return _moved(message)
    return message


def _moved(message: Received) -> Received:
    data = message.data
    return replace(
        message,
        time=utc(message.time),
        recorded=message.recorded and utc(message.recorded),
        data=convert(_reached(to_builtins(data, builtin_types=(datetime,))), type(data)),
    )


def _reached(value: Any) -> Any:
    match value:
        case datetime():
            return utc(value)
        case dict():
            return {key: _reached(item) for key, item in value.items()}
        case list() | tuple():
            return [_reached(item) for item in value]
        case _:
            return value


@cache
def _times_of(kind: type[Struct]) -> Times:
    """Return what reads the times in one type of ``data``, those of its attachments too."""
    names = [name for name in kind.__struct_fields__ if name == "at" or name.endswith("_at")]
    own: Times = attrgetter(*names) if len(names) > 1 else _each(names)
    if "attachments" not in kind.__struct_fields__:
        return own
    return lambda data: (*own(data), *(item.taken_at for item in data.attachments))


def _each(names: list[str]) -> Times:
    return lambda data: tuple(getattr(data, name) for name in names)
