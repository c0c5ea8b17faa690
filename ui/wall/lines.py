"""What the lists of the wall say, and what gives way when there is not room for all of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeVar

from commandcenter.domain import words
from commandcenter.domain.case import Case
from commandcenter.domain.catalogue import Urgency
from commandcenter.domain.privacy import masked
from commandcenter.domain.timers import Phase, Timer
from commandcenter.domain.whistle import Summons, Whistle
from ui import wording
from ui.stage import Stage
from ui.theme import URGENCY_MARKS
from ui.wall.board import Line
from ui.wall.worst import Bad
from ui.whistle.running import Pressing, Running
from ui.whistle.standing import Standing, all_clocks, pressing_clock, standing
from ui.wording import Both, phrase
from widgets.cell_painter import capped
from widgets.paint import Shape
from widgets.tone import Tone

MOST: Final = 10
"""The worst ten."""
_CASES_FIRST: Final = 5  # cases that have a line before a whistle is told body by body
_PHASE_TONES: Final = {
    Phase.CALM: Tone.PLAIN,
    Phase.PAUSED: Tone.QUIET,
    Phase.NEAR: Tone.NEAR,
    Phase.OVER: Tone.OVER,
}
_PHRASES: Final[dict[str, Both]] = {
    "whistles": ("吹哨报到", "Whistles"),
    "no_whistles": ("没有正在吹的哨", "No whistle is running"),
    "worst": ("最急的案件", "The worst cases"),
    "nothing": ("没有未结案件", "Nothing is open"),
    "running": ("{} 个 · {}/{} 家已报到", "{} · {} of {} in"),
    "running_late": ("{} · {} 家超时", "{} · {} late"),
    "unlisted": (
        "其余 {} 个哨的 {} 家单位没有逐家列出",
        "Not listed: bodies of the other whistles ({}): {}",
    ),
    "open": ("未结 {} 件", "{} open"),
    "open_late": ("未结 {} 件 · 超时 {} 件", "{} open · {} late"),
    "more_whistles": ("另有 {} 个哨正在进行", "More whistles running: {}"),
    "more_critical": ("另有 {} 件特急", "More critical cases: {}"),
    "came": ("已报到", "here"),
    "restricted": ("受限类别案件（不公开显示）", "Restricted case (not shown here)"),
}


def _say(key: str, stage: Stage, *values: object) -> str:
    said = phrase(_PHRASES[key], stage.lang)
    return said.format(*values) if values else said


def title(case: Case, stage: Stage) -> str:
    """Return a title as everybody in the hall may read it."""
    if stage.hall.restricts(case.category):
        return _say("restricted", stage)
    return capped(words.case_title(masked(case.title), stage.lang))


def lines(
    stage: Stage,
    worst: Sequence[Bad],
    now: datetime,
    *,
    room: int,
    turn: int = 0,
    running: Running | None = None,
    late: int = 0,
) -> list[Line]:
    """Return the lines for ``room`` rows: running whistles, then the worst cases.

    Every whistle has a line and every critical case has one; what room is left tells whistles body
    by body, the most pressing first, and how many bodies of the others are not listed. Where even
    so there is not room for all, as many as fit take turns with each ``turn``, and a line says how
    many more there are: nothing is simply not there. The heads count all whistles and bodies, and
    the cases that are ``late``.
    """
    running = Running() if running is None else running
    running.take(stage.picture.whistles, now)
    running.tick(now)
    whistles = [running[number] for number in running.order]
    critical = sum(bad.case.urgency is Urgency.CRITICAL for bad in worst)
    budget = max(2, room - 2)
    kept = max(critical, min(_CASES_FIRST, len(worst)))
    if len(whistles) + kept > budget:
        kept = min(critical, max(budget - len(whistles), budget // 2))
    # the line that tells of bodies not listed may take that of a case, though of no critical one
    lent = kept > critical
    told = _told(stage, whistles, now, budget - kept, turn, lent=lent)
    left = budget - len(told)
    some: Sequence[Bad] = worst[: min(left, max(MOST, critical))]
    more: list[Line] = []
    if critical > left:
        some, rest = _in_turn(worst[:critical], left, turn)
        more = [_more(_say("more_critical", stage), rest, Shape.DIAMOND)]
    cases = [*(_case(stage, bad, now) for bad in some), *more]
    return [
        Line(
            text=_say("whistles" if whistles else "no_whistles", stage),
            right=_sum(stage, running) if whistles else "",
            tone=Tone.SIGNAL if whistles else Tone.QUIET,
            is_head=True,
        ),
        *told,
        Line(
            text=_say("worst" if worst else "nothing", stage),
            right=_open(stage, late) if worst else "",
            tone=Tone.PLAIN if worst else Tone.QUIET,
            is_head=True,
        ),
        *cases[:left],
    ]


def _sum(stage: Stage, running: Running) -> str:
    """Say how many whistles run, for how many bodies, and how many of these came or are late."""
    summoned = sum(it.summoned for it in running.whistles)
    came = sum(it.reported_in for it in running.whistles)
    said = _say("running", stage, len(running), came, summoned)
    return _say("running_late", stage, said, running.late) if running.late else said


def _open(stage: Stage, late: int) -> str:
    """Say how many are open, and how many are late: urgent ones may have no line of their own."""
    count = f"{len(stage.picture.cases):,}"
    return _say("open_late", stage, count, f"{late:,}") if late else _say("open", stage, count)


def _told(
    stage: Stage,
    whistles: Sequence[Pressing],
    now: datetime,
    room: int,
    turn: int,
    *,
    lent: bool,
) -> list[Line]:
    """Tell of the whistles in so many lines: each in one, and the first ones body by body.

    How many bodies are not listed is told in one of these lines, or in one more that is ``lent``.
    """
    spare = room - len(whistles)
    if spare < 0:
        shown, rest = _in_turn(whistles, room, turn)
        short = [_in_one(stage, item, now) for item in shown]
        return [*short, _more(_say("more_whistles", stage), rest, Shape.DISC)]
    bodies = [_bodies(stage, item.whistle, now) for item in whistles]
    if sum(map(len, bodies)) > spare and not lent:
        spare -= 1
    told: list[Line] = []
    unlisted: list[int] = []
    for item, called in zip(whistles, bodies, strict=True):
        told.append(_in_one(stage, item, now))
        if len(called) <= spare:
            spare -= len(called)
            told += called
        else:
            unlisted.append(len(called))
    if unlisted and len(told) > len(whistles):
        text = _say("unlisted", stage, len(unlisted), sum(unlisted))
        told.append(Line(text=text, text_tone=Tone.QUIET, is_part=True))
    return told


_Item = TypeVar("_Item")


def _in_turn(all_: Sequence[_Item], room: int, turn: int) -> tuple[list[_Item], int]:
    """Return as many as leave one line free, others with each turn, and how many are left out."""
    fit = max(0, room - 1)
    start = turn * fit % len(all_)
    shown = [*all_[start : start + fit], *all_[: max(0, start + fit - len(all_))]][:fit]
    return shown, len(all_) - len(shown)


def _more(words_: str, count: int, mark: Shape) -> Line:
    return Line(text=words_.format(count), text_tone=Tone.OVER, mark=mark, mark_tone=Tone.OVER)


def _bodies(stage: Stage, whistle: Whistle, now: datetime) -> list[Line]:
    """Tell of the bodies that are called or there as the board does, the worst first."""
    running = all_clocks(whistle)
    called = [
        (standing(whistle, item, now, stage.lang, running=running), item)
        for item in whistle.summons
        if not item.is_over
    ]
    called.sort(key=lambda pair: pair[0].rank)
    return [
        _body(stage, item, found, pressing_clock(running[item.body], now), now)
        for found, item in called
    ]


def _body(stage: Stage, item: Summons, found: Standing, timer: Timer | None, now: datetime) -> Line:
    came = item.reported_in_at is not None and not item.left_early
    return Line(
        text=wording.body_name(stage.hall, item.body, stage.lang),
        middle=found.beside_clock or found.words,
        right=_say("came", stage) if came else _left(timer, now, stage),
        tone=Tone.GOOD if came else _tone(timer, now),
        mark=found.shape,
        mark_tone=found.tone,
        is_part=True,
    )


def _in_one(stage: Stage, item: Pressing, now: datetime) -> Line:
    whistle = item.whistle
    case = stage.picture.cases.get(whistle.case)
    return Line(
        text=title(case, stage) if case else words.word(whistle.kind, stage.lang),
        middle=wording.whistle_badge(whistle, stage.lang),
        right=_left(item.timer, now, stage),
        tone=_tone(item.timer, now),
        mark=Shape.DISC,
        mark_tone=Tone.SIGNAL,
    )


def _case(stage: Stage, bad: Bad, now: datetime) -> Line:
    mark = URGENCY_MARKS[bad.case.urgency]
    return Line(
        text=title(bad.case, stage),
        middle=_holder(stage, bad.case),
        right=_left(bad.timer, now, stage),
        tone=_tone(bad.timer, now),
        mark=Shape(mark.shape),
        mark_tone=mark.tone,
    )


def _holder(stage: Stage, case: Case) -> str:
    """Return the body or the hall: no person is named on the wall."""
    if case.holder in stage.hall.bodies:
        return wording.body_name(stage.hall, case.holder, stage.lang)
    return words.word(case.state, stage.lang)


def _left(timer: Timer | None, now: datetime, stage: Stage) -> str:
    return wording.time_left(timer.due_at, now, stage.lang) if timer else ""


def _tone(timer: Timer | None, now: datetime) -> Tone:
    return _PHASE_TONES[timer.phase(now)] if timer else Tone.QUIET
