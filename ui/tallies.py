"""How figures are shown: their words, what moved for the better, and when they are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from commandcenter.application.changes import Delta
from commandcenter.application.questions import Strip, Tile
from commandcenter.domain import words
from commandcenter.domain.measures import MEASURES, Figure, Moment, Of, Unit, so_far
from ui import wording
from ui.stage import Stage
from ui.wording import Both, phrase
from widgets.stat_tile import Stat
from widgets.tone import Tone

FEW: Final = 20
"""A rate of fewer is never shown without its count, and never ranked (domain.md 6)."""
LIVELY, IDLE = 2, 30
"""Seconds between two questions while things change, and while nothing does."""
_LEAST_HOURS: Final = 1 / 60  # a minute: less cannot be seen of the two values either
_PLACES: Final = {Unit.PER_CASE: ".2f"}
_LOST: Final = 30  # seconds after which a question without an answer is asked again

_CAPTIONS: Final[Mapping[str, Both]] = {
    "report_count": ("今日上报", "Reports today"),
    "overdue_open": ("超期未处置", "Past deadline"),
    "ontime_report_in_rate": ("按时报到率", "In on time"),
    "avg_handle_hours": ("平均处置时长", "Mean handling"),
}
_MORE_IS_BETTER: Final[Mapping[str, bool]] = {
    "to_accept": False,
    "overdue_open": False,
    "ontime_close_rate": True,
    "ontime_report_in_rate": True,
    "local_resolution_rate": True,
    "avg_handle_hours": False,
}
_LEFT_OUT: Final[Mapping[str, Both]] = {
    "overdue_open": (
        "单个环节超时的不计（见队列「超时」）；期限前挂账的、待派单或裁定的不计",
        (
            "clocks of single steps (see Late in the queue); cases on hold since before the"
            " deadline, to be dispatched or ruled on"
        ),
    ),
    "ontime_close_rate": (
        "不予受理、并案、期限前挂账、待派单或裁定的不计",
        "declined, merged, held since before the deadline, to be dispatched or ruled on",
    ),
    "ontime_report_in_rate": (
        "撤哨、裁定免到的不计；拒哨另列",
        "withdrawn and excused bodies; refusals are shown apart",
    ),
    "avg_handle_hours": ("没有上传结果的不计", "cases without a result"),
}
_ASIDE: Final[Mapping[str, Both]] = {"overdue_open": ("不含环节超时", "steps apart")}
"""What is said on the tile itself, where the queue beside it counts something alike."""
_PHRASES: Final[Mapping[str, Both]] = {
    "points": ("{} 个百分点", "{} points"),
    "few": ("{}（不足 20）", "{} (under 20)"),
    "then": ("昨日同时 {}", "{} yesterday"),
    "then_short": ("昨 {}", "was {}"),
    "same": ("持平", "same"),
    "rose": ("比昨日同一时刻高 {}", "{} above the same hour yesterday"),
    "fell": ("比昨日同一时刻低 {}", "{} below the same hour yesterday"),
    "better": ("{}，好转", "{}: better"),
    "worse": ("{}，变差", "{}: worse"),
    "as_at": ("截至 {}", "as at {}"),
    "from": ("{} 起，至 {}", "from {} to {}"),
    "none_left_out": ("无剔除", "nothing is left out"),
}


_CASES: Final[Both] = ("{} 件", "{} case|{} cases")
_BODIES: Final[Both] = ("{} 个单位", "{} body|{} bodies")


def _say(key: str, lang: str, *values: object) -> str:
    return phrase(_PHRASES[key], lang).format(*values)


def caption(key: str, lang: str = "zh") -> str:
    """Return what the strip calls a figure of the running day."""
    both = _CAPTIONS.get(key)
    return phrase(both, lang) if both else name(key, lang)


def name(key: str, lang: str = "zh") -> str:
    """Return a figure's published name, of whichever day."""
    return phrase(MEASURES[key].name, lang)


def amount(key: str, value: float | None, lang: str = "zh") -> str:
    """Return a value with its unit; counts stand alone: 128, 93.7 %, 5.4 小时, a dash for none."""
    return words.amount(MEASURES[key].unit, value, lang)


def basis(figure: Figure, lang: str = "zh") -> str:
    """Return what a rate or a mean rests on: 59/63, 63 件; nothing for a count."""
    bottom = figure.denominator
    match MEASURES[figure.key].unit:
        case Unit.COUNT:
            return ""
        case Unit.HOURS:
            return "" if bottom is None else _counted(_CASES, bottom, lang)
        case _:
            return "" if bottom is None else f"{figure.numerator or 0:g}/{bottom}"


def fraction(figure: Figure, lang: str = "zh") -> str:
    """Return what a figure rests on, and that it is few if it is."""
    said = basis(figure, lang)
    return _say("few", lang, said) if said and is_few(figure) else said


def aside(key: str, lang: str = "zh") -> str:
    """Return what is said under a figure of what is counted elsewhere; nothing under most."""
    both = _ASIDE.get(key)
    return phrase(both, lang) if both else ""


def is_few(figure: Figure) -> bool:
    """Tell whether a figure rests on too few to be compared by its rate."""
    return figure.denominator is not None and figure.denominator < FEW


def change(key: str, value: float | None, before: float | None, lang: str = "zh") -> str:
    """Return how much a value has moved, with an arrow: ↑2.5; a dash where one is missing."""
    if value is None or before is None:
        return ""
    moved = _moved(key, value, before, lang)
    return f"{'↑' if value > before else '↓'}{moved}" if moved else ""


def change_tone(key: str, value: float | None, before: float | None) -> Tone:
    """Return whether a change is for the better, by the measure's own direction."""
    better = is_better(key, value, before)
    return Tone.QUIET if better is None else Tone.GOOD if better else Tone.NEAR


def is_better(key: str, value: float | None, before: float | None) -> bool | None:
    """Tell whether a change is for the better; None where more is neither better nor worse."""
    direction = _MORE_IS_BETTER.get(key)
    if direction is None or value is None or before is None or value == before:
        return None
    return (value > before) is direction


def _moved(key: str, value: float, before: float, lang: str) -> str:
    """Return by how much two values differ; empty where that is too little to be seen."""
    size, unit = abs(value - before), MEASURES[key].unit
    if unit is Unit.HOURS:
        return wording.hours(size, lang) if size >= _LEAST_HOURS else ""
    said = f"{size * 100:.1f}" if unit is Unit.SHARE else f"{size:{_PLACES.get(unit, ',.0f')}}"
    return said if said.strip("0.") else ""


def left_out(key: str, lang: str = "zh") -> str:
    """Return in words what a figure does not count."""
    both = _LEFT_OUT.get(key)
    return phrase(both, lang) if both else _say("none_left_out", lang)


def formula(key: str, lang: str = "zh") -> str:
    """Return how a figure is reckoned."""
    return phrase(MEASURES[key].formula, lang)


def window(key: str, start: datetime, now: datetime, stage: Stage) -> str:
    """Return in local time what a figure was reckoned over."""
    zone, lang = stage.hall.zone, stage.lang
    if MEASURES[key].moment is Moment.AS_AT:
        return _say("as_at", lang, wording.full_time(now, zone))
    return _say("from", lang, *(wording.full_time(at, zone) for at in (start, now)))


def counted_words(key: str, count: int, lang: str = "zh") -> str:
    """Return how many a list holds, in the unit that the figure counts."""
    return _counted(_BODIES if MEASURES[key].of is Of.SUMMONS else _CASES, count, lang)


def _counted(both: Both, count: int, lang: str) -> str:
    return wording.counted(both, count, lang).format(f"{count:,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The strip as it was answered: reckoned over the hall's day from ``start`` up to ``now``."""

    now: datetime
    start: datetime
    end: datetime
    tiles: tuple[Tile, ...]


def stat(tile: Tile, reading: Reading, stage: Stage) -> Stat:
    """Return a figure as a tile shows it."""
    figure, lang = tile.figure, stage.lang
    key, value, before = figure.key, figure.value, tile.before
    moved = change(key, value, before, lang)
    rests = aside(key, lang) or fraction(figure, lang)
    was = "then_short" if rests else "then"
    then = _say(was, lang, amount(key, before, lang)) if before is not None else ""
    return Stat(
        value=amount(key, value, lang),
        fraction=" · ".join(filter(None, (rests, "" if is_few(figure) else then))),
        delta=moved if moved or value is None or before is None else _say("same", lang),
        tone=Tone.OVER if key == "overdue_open" and value else Tone.PLAIN,
        delta_tone=change_tone(key, value, before) if moved else Tone.QUIET,
        values=tile.hours,
        tip="\n".join(
            filter(
                None,
                (
                    formula(key, lang),
                    left_out(key, lang),
                    window(key, reading.start, reading.now, stage),
                    _moved_words(key, value, before, lang),
                ),
            )
        ),
    )


def _moved_words(key: str, value: float | None, before: float | None, lang: str) -> str:
    length = "" if value is None or before is None else _moved(key, value, before, lang)
    if value is None or before is None or not length:
        return ""
    unit = MEASURES[key].unit
    if unit is Unit.SHARE:
        length = _say("points", lang, length)
    elif unit is Unit.COUNT:
        length = _counted(_CASES, round(abs(value - before)), lang)
    said = _say("rose" if value > before else "fell", lang, length)
    better = is_better(key, value, before)
    return said if better is None else _say("better" if better else "worse", lang, said)


class StripReader(QObject):
    """Asks for the strip while ``shown`` can be seen: every 2 s while things change, else 30 s.

    Seconds are counted by the ticks of the stage, so that a clock that jumps neither floods the
    store with questions nor stops them; a second question never waits behind a first.
    """

    read = Signal(object)  # Reading

    def __init__(self, stage: Stage, shown: QWidget) -> None:
        super().__init__(shown)
        self._stage, self._shown = stage, shown
        self._since, self._asking, self._dirty = 0, False, True
        stage.changed.connect(self._on_changed)
        stage.ticked.connect(self._on_ticked)
        if stage.picture.begun:
            self._ask()

    def _on_changed(self, batch: list[Delta]) -> None:
        if not batch:
            self._dirty = True
            self._since = max(self._since, LIVELY)
            self._ask_if_due()
        elif any(delta.cases or delta.whistles for delta in batch):
            self._dirty = True

    def _on_ticked(self, _now: datetime) -> None:
        self._since += 1
        if self._shown.isVisible():
            self._ask_if_due()

    def _ask_if_due(self) -> None:
        due = LIVELY if self._dirty else IDLE
        if self._since >= (_LOST if self._asking else due):
            self._ask()

    def _ask(self) -> None:
        self._since, self._asking, self._dirty = 0, True, False
        now = self._stage.now()
        self._stage.ask(Strip(now=now), partial(self._on_answer, now))

    def _on_answer(self, now: datetime, tiles: tuple[Tile, ...]) -> None:
        self._asking = False
        hall = self._stage.hall
        start, end = so_far(now, hall.zone, hall.day_starts)
        self.read.emit(Reading(now=now, start=start, end=end, tiles=tiles))
