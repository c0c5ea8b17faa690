"""A whistle along time: for each body what it did when, against its limits."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain
from typing import Final

from commandcenter.domain.hall import Hall
from commandcenter.domain.whistle import Summons, SummonsState, Whistle
from ui import wording
from ui.wording import Both, phrase
from widgets.lanes import Lane, Moment, Rule, Span
from widgets.paint import Shape
from widgets.tone import Tone

NAME: Final[Both] = ("联动经过", "What each body did")
_BLOWN: Final[Both] = ("{at} 吹哨", "blown {at}")
_NOW: Final[Both] = ("现在 {at}", "now {at}")
_ANSWER_BY: Final[Both] = ("应哨 {at}", "answer {at}")
_REPORT_BY: Final[Both] = ("报到 {at}", "report in {at}")
_CALLED: Final[Both] = ("{at} 呼叫 {who}", "{at} called {who}")
_MOVE: Final = timedelta(seconds=10)  # a pixel or two
_AFTER: Final = 1.06  # of the longest time told: room behind the last mark
_MOMENTS: Final[tuple[tuple[str, Shape, Tone, Both], ...]] = (
    ("notified_at", Shape.RING, Tone.SIGNAL, ("{at} 已通知", "notified {at}")),
    ("no_answer_at", Shape.TRIANGLE, Tone.OVER, ("{at} 超时未应哨", "had not answered {at}")),
    ("refused_at", Shape.CROSS, Tone.OVER, ("{at} 拒哨", "refused {at}")),
    ("answered_at", Shape.DISC, Tone.ACCENT, ("{at} 应哨", "answered {at}")),
    ("no_show_at", Shape.TRIANGLE, Tone.OVER, ("{at} 超时未报到", "had not come {at}")),
    ("reported_in_at", Shape.TICK, Tone.GOOD, ("{at} 报到", "reported in {at}")),
    ("finished_at", Shape.SQUARE, Tone.GOOD, ("{at} 完成", "finished {at}")),
    ("released_at", Shape.DIAMOND, Tone.QUIET, ("{at} 撤离", "released {at}")),
    ("left_at", Shape.DASH, Tone.OVER, ("{at} 离开", "left {at}")),
)
LEGEND: Final[Both] = (
    "○ 通知  ● 应哨  ✓ 报到  ■ 完成  ◆ 撤离  ✕ 拒哨  ▲ 超时",
    "○ notified  ● answered  ✓ came  ■ finished  ◆ released  ✕ refused  ▲ late",
)


def shown_at(whistle: Whistle, now: datetime) -> datetime:
    """Return the instant to show: it moves by a pixel or so, and nothing has happened after it."""
    past = now - (now - whistle.blown_at) % _MOVE
    return max(whistle.blown_at, past, *chain.from_iterable(map(_instants, whistle.summons)))


def lanes(whistle: Whistle, hall: Hall, now: datetime, lang: str = "zh") -> list[Lane]:
    """Return a lane for each body, in the order they were summoned; places are seconds."""
    return [
        Lane(
            name=wording.body_name(hall, it.body, lang),
            spans=tuple(_spans(whistle, it, now)),
            moments=tuple(_moments(whistle, it, hall, now, lang)),
        )
        for it in whistle.summons
    ]


def rules(whistle: Whistle, hall: Hall, now: datetime, lang: str = "zh") -> list[Rule]:
    """Return the lines across: when it was blown, now, and the nearest limit of each sort."""

    def at(both: Both, instant: datetime) -> str:
        return phrase(both, lang).format(at=wording.local_time(instant, hall.zone, now))

    def rule(both: Both, instant: datetime, tone: Tone, *, dashed: bool = True) -> Rule:
        return Rule(at=_at(whistle, instant), words=at(both, instant), tone=tone, dashed=dashed)

    called = [it for it in whistle.summons if it.state is not SummonsState.WITHDRAWN]
    found = [rule(_BLOWN, whistle.blown_at, Tone.QUIET, dashed=False)]
    if whistle.is_open:
        found.append(rule(_NOW, now, Tone.PLAIN, dashed=False))
    if called:
        found.append(rule(_REPORT_BY, min(it.report_in_by for it in called), Tone.NEAR))
        found.append(rule(_ANSWER_BY, min(it.answer_by for it in called), Tone.NEAR))
    return found


def end(whistle: Whistle, now: datetime) -> float:
    """Return where the axis ends: after the limits, and after whatever happened last."""
    last = max(it.report_in_by for it in whistle.summons)
    return _AFTER * max(_at(whistle, whistle.closed_at or now), _at(whistle, last))


def _at(whistle: Whistle, instant: datetime) -> float:
    return (instant - whistle.blown_at) / timedelta(seconds=1)


def _spans(whistle: Whistle, item: Summons, now: datetime) -> Iterator[Span]:
    """Yield what a body was doing: waiting, coming, at the place; dashed red from a limit on."""
    over = item.released_at or (item.since if item.is_over else None)
    stop = over or whistle.closed_at or now
    silent = item.answered_at or item.refused_at or stop
    coming = item.answered_at or stop
    for start, until, limit, tone in (
        (whistle.blown_at, min(silent, stop), item.answer_by, Tone.SIGNAL),
        (coming, min(item.reported_in_at or stop, stop), item.report_in_by, Tone.ACCENT),
    ):
        if until <= start:
            continue
        turn = min(max(start, limit), until)
        yield Span(start=_at(whistle, start), end=_at(whistle, turn), tone=tone)
        if until > turn:
            yield Span(
                start=_at(whistle, turn), end=_at(whistle, until), tone=Tone.OVER, dashed=True
            )
    if item.reported_in_at is not None:
        gone = min(item.left_at or stop, stop)
        yield Span(
            start=_at(whistle, item.reported_in_at),
            end=_at(whistle, max(gone, item.reported_in_at)),
            tone=Tone.GOOD,
            thick=True,
        )


def _instants(item: Summons) -> Iterator[datetime]:
    yield from (call.at for call in item.chain[1 : item.called])
    yield from filter(None, (getattr(item, name) for name, *_ in _MOMENTS))


def _moments(
    whistle: Whistle, item: Summons, hall: Hall, now: datetime, lang: str
) -> Iterator[Moment]:
    for call in item.chain[1 : item.called]:
        at = wording.local_time(call.at, hall.zone, now)
        said = phrase(_CALLED, lang).format(at=at, who=wording.called_words(hall, call, lang))
        yield Moment(at=_at(whistle, call.at), shape=Shape.RING, tone=Tone.NEAR, words=said)
    for name, shape, tone, both in _MOMENTS:
        instant = getattr(item, name)
        if name == "answered_at" and instant == item.reported_in_at:
            continue  # it came without a word before
        if instant is not None:
            words = phrase(both, lang).format(at=wording.local_time(instant, hall.zone, now))
            yield Moment(at=_at(whistle, instant), shape=shape, tone=tone, words=words)
