"""A stream for benchmarks: encoded once, then only numbered and dated."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from msgspec.json import encode

from commandcenter.rehearsal.dice import dice
from commandcenter.rehearsal.scenarios import (
    Frame,
    Teller,
    Timeline,
    envelope,
    instant,
)
from commandcenter.rehearsal.stories import SIGHTS
from commandcenter.rehearsal.township import Township

_ID: Final = "@ID@"
_TIME: Final = "@TIME@"
_OF: Final = "@OF@"  # the report or alert an update is about
_TEMPLATES: Final = 200
_OPEN_ALERTS: Final = 200
# Ten messages of the mixed stream: 30 % new reports, the rest changes to what is known.
_MIXED: Final = (
    "report", "alert", "position", "report", "update", "alert", "position", "report", "alert",
    "update",
)  # fmt: skip
# Nothing that stays open: where units are, and what two hundred alerts still show.
_STANDING: Final = ("position", "alert")
_SEQUENCES: Final = {"reports": ("report",), "mixed": _MIXED, "standing": _STANDING}
MIXES: Final = tuple(_SEQUENCES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How much to send: ``rate`` messages a second for ``seconds``."""

    rate: float
    seconds: float
    mix: str = "reports"


class Barrage:
    """Makes the frames of a load; ``run`` keeps the ids of two loads apart."""

    def __init__(self, township: Township, *, seed: int, mix: str, run: str) -> None:
        self._run = run.encode()
        self._sequence = _SEQUENCES[mix]
        self._sent = 0
        self._count = dict.fromkeys(("report", "alert", "position", "update"), 0)
        teller = Teller(township, dice("load", seed), Timeline(start=datetime.now(UTC)), f"L{seed}")
        reports = [_report(teller) for _ in range(_TEMPLATES)]
        self._reports = [_template(report) for report in reports]
        # whoever reported it tells of it again: an update by another source is about nothing
        self._updates = [_template(_report_update(report["source"])) for report in reports]
        self._raised = [_template(_alert(teller)) for _ in range(_OPEN_ALERTS)]
        self._updated = _template(_alert_update())
        self._positions = [_template(_position(teller)) for _ in range(_TEMPLATES)]

    def take(self, count: int) -> list[bytes]:
        """Return the next frames, dated now and not yet numbered."""
        now = instant(datetime.now(UTC)).encode()
        return [self._next(now) for _ in range(count)]

    def _next(self, now: bytes) -> bytes:
        kind = self._sequence[self._sent % len(self._sequence)]
        self._sent += 1
        number = self._count[kind]
        self._count[kind] = number + 1
        id_ = b"%b-%b-%08d" % (kind[0].upper().encode(), self._run, number)
        if kind == "report":
            return self._reports[number % _TEMPLATES] % {b"id": id_, b"time": now}
        if kind == "position":
            return self._positions[number % _TEMPLATES] % {b"id": id_, b"time": now}
        if kind == "update":
            about = b"R-%b-%08d" % (self._run, number)
            return self._updates[number % _TEMPLATES] % {b"id": id_, b"time": now, b"of": about}
        about = b"A-%b-%08d" % (self._run, number % _OPEN_ALERTS)
        if number < _OPEN_ALERTS:
            return self._raised[number] % {b"id": about, b"time": now}
        return self._updated % {b"id": id_, b"time": now, b"of": about}


def _template(frame: Frame) -> bytes:
    text = encode(frame).replace(b"%", b"%%")
    for mark, slot in ((_ID, b"%(id)b"), (_TIME, b"%(time)b"), (_OF, b"%(of)b")):
        text = text.replace(mark.encode(), slot)
    return text


def _report(teller: Teller) -> Frame:
    message = next(teller.report(0, teller.problem(), teller.channel()))
    data = message.data | {"event_no": _ID, "occurred_at": _TIME, "reported_at": _TIME}
    return {key: value for key, value in message.frame.items() if key != "recordedtime"} | {
        "id": _ID,
        "time": _TIME,
        "data": data,
    }


def _alert(teller: Teller) -> Frame:
    message = next(
        teller.alert(0, teller.random.choice(teller.cameras), teller.random.choice(SIGHTS))
    )
    data = message.data | {"alert_id": _ID, "started_at": _TIME}
    return message.frame | {"id": _ID, "time": _TIME, "data": data}


def _position(teller: Teller) -> Frame:
    worker = teller.random.choice(teller.workers)
    unit = {"id": worker.id, "kind": "grid_worker", "name": worker.name, "body": "grid_center"}
    grid = teller.township.grids[worker.grid]
    message = next(teller.patrol(unit, grid, 1))
    data = message.data | {"at": _TIME}
    return message.frame | {"id": _ID, "time": _TIME, "data": data}


def _alert_update() -> Frame:
    data = {"alert_id": _OF, "confidence": 0.93}
    return _framed("/video/ai-box-1", "video.alert.updated", data)


def _report_update(source: str) -> Frame:
    data = {"event_no": _OF, "description": "补充：现场情况没有变化，请尽快处理。"}
    return _framed(source, "grid.event.updated", data)


def _framed(source: str, type_: str, data: Frame) -> Frame:
    at = datetime.now(UTC)
    return envelope(source=source, id_=_ID, type_=type_, at=at, data=data) | {"time": _TIME}
