"""The whistles of a day: for each body whether it came, and whether in time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from commandcenter.domain import words
from commandcenter.domain.whistle import Summons, SummonsState, Whistle, spared
from ui import wording
from ui.stage import Stage
from ui.table import Cell, Column
from ui.wording import Both, phrase
from widgets.paint import Shape
from widgets.tone import Tone

_PHRASES: Final[dict[str, Both]] = {
    "blown": ("吹哨", "Blown"),
    "body": ("单位", "Body"),
    "state": ("状态", "State"),
    "came": ("报到", "Came"),
    "verdict": ("是否按时", "In time"),
    "no_time": ("—", "—"),
    "in_time": ("按时", "in time"),
    "late": ("迟 {}", "{} late"),
    "absent": ("未到，超 {}", "absent, {} over"),
    "gone": ("未到", "did not come"),
    "waiting": ("时限未到", "not due yet"),
    "spared": ("不计", "not counted"),
}
_LEAST: Final = timedelta(seconds=1)  # nobody was late by nothing
_REFUSING: Final = frozenset({SummonsState.REFUSED, SummonsState.ARBITRATING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One body called by one whistle."""

    whistle: Whistle
    summons: Summons


def calls(whistles: tuple[Whistle, ...]) -> list[Call]:
    """Return a row for every body that was called, in the order of the whistles."""
    return [
        Call(whistle=whistle, summons=summons)
        for whistle in whistles
        for summons in whistle.summons
    ]


def _say(key: str, stage: Stage, *values: object) -> str:
    return phrase(_PHRASES[key], stage.lang).format(*values)


def verdict(summons: Summons, now: datetime, stage: Stage) -> Cell:
    """Return whether a body came in time; what the rate does not count is not judged here."""
    came, limit = summons.reported_in_at, summons.report_in_by
    if came is not None and came <= limit:
        return Cell(text=_say("in_time", stage), tone=Tone.GOOD, mark=Shape.TICK)
    if came is not None:
        late = wording.span(max(came - limit, _LEAST), stage.lang)
        return Cell(text=_say("late", stage, late), tone=Tone.OVER, mark=Shape.CROSS)
    if summons.state in _REFUSING or spared(summons):
        return Cell(text=_say("spared", stage), tone=Tone.QUIET, mark=Shape.DASH)
    if summons.state is SummonsState.WITHDRAWN:  # too late to spare it: the rate counts it
        return Cell(text=_say("gone", stage), tone=Tone.OVER, mark=Shape.CROSS)
    if now > limit:
        over = wording.span(max(now - limit, _LEAST), stage.lang)
        return Cell(text=_say("absent", stage, over), tone=Tone.OVER, mark=Shape.CROSS)
    return Cell(text=_say("waiting", stage), tone=Tone.QUIET, mark=Shape.RING)


def columns(stage: Stage) -> list[Column]:
    """Return the columns of the day's whistles."""
    zone, lang = stage.hall.zone, stage.lang

    def at(instant: datetime | None) -> Cell:
        text = f"{instant.astimezone(zone):%H:%M}" if instant else _say("no_time", stage)
        return Cell(text=text)

    def body(call: Call) -> Cell:
        return Cell(text=wording.body_name(stage.hall, call.summons.body, lang))

    return [
        Column(_say("blown", stage), lambda call: at(call.whistle.blown_at), 4),
        Column(_say("body", stage), body),
        Column(
            _say("state", stage),
            lambda call: Cell(text=words.summons_state(call.summons, lang)),
            7,
        ),
        Column(_say("came", stage), lambda call: at(call.summons.reported_in_at), 4),
        Column(_say("verdict", stage), lambda call: verdict(call.summons, stage.now(), stage), 13),
    ]
