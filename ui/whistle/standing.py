"""How one summoned body stands at an instant, in a mark, a tone and words, the worst first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from commandcenter.domain import words
from commandcenter.domain.hall import Hall
from commandcenter.domain.timers import Phase, Timer, TimerKind, pressing, whistle_timers
from commandcenter.domain.whistle import (
    AWAITED,
    Proof,
    ProofKind,
    Summons,
    SummonsState,
    SummonsStep,
    Whistle,
)
from ui import wording
from ui.approach import Approach
from ui.wording import Both, phrase
from widgets.paint import Shape
from widgets.tone import Tone

_NO_SHOW: Final[Both] = ("超时未报到", "not reported in")
_NO_ANSWER: Final[Both] = ("超时未应哨", "no answer")
_NO_RULING: Final[Both] = ("拒哨超时未裁定", "refusal not ruled on")
_BY: Final[Both] = ("{late} · {left}", "{late} · {left}")
_LEFT_EARLY: Final[Both] = ("未经同意离开", "left without leave")
_WAITS: Final[Both] = ("{state} · 待撤离", "{state} · to be released")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a body stands; ``rank`` orders bodies, the smallest is the worst."""

    rank: int
    tone: Tone
    shape: Shape
    words: str
    beside_clock: str = ""  # the words where the clock itself is told beside them


NOT_LATE: Final = 3
"""The first rank of a body that has missed nothing and has not gone off: a refusal."""
_CALM: Final[Mapping[SummonsState, tuple[int, Tone, Shape]]] = {
    SummonsState.REFUSED: (NOT_LATE, Tone.OVER, Shape.CROSS),
    SummonsState.ARBITRATING: (NOT_LATE, Tone.NEAR, Shape.CROSS),
    SummonsState.BLOWN: (6, Tone.SIGNAL, Shape.RING),
    SummonsState.NOTIFIED: (6, Tone.SIGNAL, Shape.RING),
    SummonsState.ANSWERED: (7, Tone.ACCENT, Shape.DISC),
    SummonsState.EN_ROUTE: (7, Tone.ACCENT, Shape.DISC),
    SummonsState.FINISHED: (8, Tone.GOOD, Shape.SQUARE),
    SummonsState.REPORTED_IN: (9, Tone.GOOD, Shape.TICK),
    SummonsState.WORKING: (9, Tone.GOOD, Shape.TICK),
    SummonsState.RELEASED: (10, Tone.QUIET, Shape.TICK),
    SummonsState.RATED: (10, Tone.QUIET, Shape.TICK),
    SummonsState.WITHDRAWN: (10, Tone.QUIET, Shape.DASH),
}
_COMING: Final[Both] = (
    "{unit}距现场 {way}{how}（{ago}）",
    "{unit} is {way} from the place{how} ({ago})",
)
_NEARS: Final[Mapping[bool | None, Both]] = {
    True: ("，正在靠近", " and nearing"),
    False: ("，正在远离", " and going away"),
    None: ("", ""),
}


def coming_words(item: Approach, now: datetime, lang: str = "zh") -> str:
    """Return how far a unit on its way is, and when that was heard."""
    return phrase(_COMING, lang).format(
        unit=item.unit.name[:_MOST],
        way=wording.distance(item.metres, lang),
        how=phrase(_NEARS[item.nears], lang),
        ago=wording.ago(item.unit.at, now, lang),
    )


REFUSING: Final = frozenset({SummonsState.REFUSED, SummonsState.ARBITRATING})
_LATE: Final[Mapping[TimerKind, tuple[int, Both]]] = {
    TimerKind.REPORT_IN: (0, _NO_SHOW),
    TimerKind.SUMMONS_RULING: (0, _NO_RULING),
    TimerKind.ANSWER: (2, _NO_ANSWER),
}
_NEAR_RANK: Final[Mapping[TimerKind, int]] = {TimerKind.REPORT_IN: 4, TimerKind.ANSWER: 5}


Clocks = Mapping[str, Mapping[TimerKind, Timer]]
"""The clocks that run on each body of a whistle, by kind."""


def all_clocks(whistle: Whistle) -> Clocks:
    """Return the clocks running on every body: to answer, to report in."""
    found: dict[str, dict[TimerKind, Timer]] = {it.body: {} for it in whistle.summons}
    for timer in whistle_timers(whistle):
        found[timer.part][timer.kind] = timer
    return found


def clocks(whistle: Whistle, body: str) -> Mapping[TimerKind, Timer]:
    """Return the clocks running on one body."""
    return all_clocks(whistle)[body]


def pressing_clock(own: Mapping[TimerKind, Timer], now: datetime) -> Timer | None:
    """Return the one clock of a body that matters: the gravest that is over, else the next due."""
    over = (it for kind in _LATE if (it := own.get(kind)) and it.phase(now) is Phase.OVER)
    return next(over, pressing(own.values()))


def standing(
    whistle: Whistle,
    summons: Summons,
    now: datetime,
    lang: str = "zh",
    *,
    running: Clocks | None = None,
) -> Standing:
    """Return how a body stands at an instant; its limits are those stored on the summons.

    ``running`` are the clocks of all bodies, for whoever asks for one after another.
    """
    state = words.summons_state(summons, lang)
    if summons.left_early and not summons.is_over:
        return Standing(
            rank=1, tone=Tone.OVER, shape=Shape.TRIANGLE, words=phrase(_LEFT_EARLY, lang)
        )
    own = (running or all_clocks(whistle))[summons.body]
    for kind, (rank, late) in _LATE.items():
        timer = own.get(kind)
        if timer is not None and timer.phase(now) is Phase.OVER:
            left = wording.time_left(timer.due_at, now, lang)
            said = phrase(late, lang)
            return Standing(
                rank=rank,
                tone=Tone.OVER,
                shape=Shape.TRIANGLE,
                words=phrase(_BY, lang).format(late=said, left=left),
                beside_clock=said,
            )
    if summons.refusal_is_unfounded:
        said = wording.headed(words.word(SummonsStep.REFUSE_UNFOUNDED, lang))
        return Standing(rank=NOT_LATE, tone=Tone.NEAR, shape=Shape.CROSS, words=said)
    for kind, rank in _NEAR_RANK.items():
        timer = own.get(kind)
        if timer is not None and timer.phase(now) is Phase.NEAR:
            return Standing(rank=rank, tone=Tone.NEAR, shape=Shape.DISC, words=state)
    rank, tone, shape = _CALM[summons.state]
    if summons.state is SummonsState.FINISHED:
        state = phrase(_WAITS, lang).format(state=state)
    return Standing(rank=rank, tone=tone, shape=shape, words=state)


_CONTACT: Final[Both] = ("联系人 {who}", "Contact {who}")
_ANSWERED: Final[Both] = ("{at} 应哨", "answered {at}")
_CAME: Final[Both] = ("{at} 报到", "reported in {at}")
_FINISHED: Final[Both] = ("{at} 完成", "finished {at}")
_LEFT: Final[Both] = ("{at} 离开", "left {at}")
_REFUSED: Final[Both] = ("拒哨：{reason}", "Refuses: {reason}")
_DUTY: Final[Both] = ("清单事项 {item}", "Duty item {item}")
_ESCALATED: Final[Both] = ("已升级至 {to}", "raised to {to}")
_URGED: Final[Both] = ("已催 {count} 次", "urged {count}×")
_LATE_NOTED: Final[Both] = ("曾超时", "was late")
_DISTANCE: Final[Both] = ("{kind}，距现场 {metres} 米", "{kind}, {metres} m from the place")
_WITHIN: Final[Both] = ("（±{metres} 米）", " (±{metres} m)")
_WITH_PHOTO: Final[Both] = ("，附照片", ", with a photo")
_SPOKEN: Final[Both] = ("{kind}：{who}，{channel}「{words}」", '{kind}: {who}, {channel} "{words}"')
_WORDS: Final[Both] = ("「{words}」", '"{words}"')
_PHONE: Final[Both] = ("值班电话 {phone}", "on duty {phone}")
_MOST: Final = 200


def facts(hall: Hall, summons: Summons, now: datetime, lang: str = "zh") -> list[str]:
    """Return what is known of a body, line by line: who, when, by which proof, why not."""
    lines = [
        _chain(hall, summons, now, lang),
        " · ".join(_moments(hall, summons, now, lang)),
        _proof(summons.proof, lang) if summons.proof else "",
        " · ".join(_refusal(hall, summons, lang)) if summons.refused_at else "",
        _ruling(hall, summons, now, lang),
        *(wording.rating_lines(summons.rating, hall, now, lang) if summons.rating else ()),
        " · ".join(_marks(summons, lang)),
    ]
    said = {summons.proof.words} if summons.proof else set()
    if (rating := summons.rating) is not None:
        said |= {rating.words, rating.answer, rating.appeal, rating.ruling}
    if summons.words and summons.words not in said:
        lines.append(phrase(_WORDS, lang).format(words=summons.words[:_MOST]))
    return [line[:_MOST] for line in lines if line]


_CALLED: Final[Both] = ("{at} 已呼叫 {who}", "{at} called {who}")
_TO_DIAL: Final[Both] = ("请拨 {phone}：{who}", "Ring {phone}: {who}")
_ARROW: Final = " → "


def _chain(hall: Hall, summons: Summons, now: datetime, lang: str) -> str:
    """Return who was called so far, and who is next while the body says neither yes nor no."""
    if summons.state not in AWAITED or not summons.chain:
        return ""
    steps = [
        phrase(_CALLED, lang).format(
            at=wording.local_time(call.at, hall.zone, now),
            who=wording.called_words(hall, call, lang),
        )
        for call in summons.chain[: summons.called]
    ]
    if (coming := summons.next_call) is not None:
        steps.append(wording.called_words(hall, coming, lang))
    said = _ARROW.join(steps)
    if (dial := summons.to_dial) is not None and dial.address:
        ring = phrase(_TO_DIAL, lang).format(
            phone=dial.address, who=wording.called_words(hall, dial, lang)
        )
        return f"{ring}\n{said}"
    return said


_RULE_BY: Final[Both] = ("{arbiter}须在 {at} 前裁定", "Ruling due by {at}: {arbiter}")
_NOT_RULED: Final[Both] = ("超时未裁定", "no ruling in time")
_RULED: Final[Both] = ("{at} {arbiter}裁定：{words}", "{at} {arbiter} ruled: {words}")
_BOUND: Final[Both] = ("受裁定约束，不得再拒哨", "bound by a ruling, it may not refuse")


def _ruling(hall: Hall, summons: Summons, now: datetime, lang: str) -> str:
    parts = []
    arbiter = words.word(summons.arbiter, lang) if summons.arbiter else ""
    if summons.ruled_at is not None:
        at = wording.local_time(summons.ruled_at, hall.zone, now)
        said = phrase(_RULED, lang).format(at=at, arbiter=arbiter, words=summons.ruling[:_MOST])
        parts.append(wording.headed(said))
    elif summons.rule_by is not None and summons.state in REFUSING:
        at = wording.local_time(summons.rule_by, hall.zone, now)
        due = phrase(_RULE_BY, lang).format(arbiter=arbiter, at=at)
        parts.append(wording.headed(due.strip(": ")))
    if summons.not_ruled_at is not None and summons.ruled_at is None:
        parts.append(phrase(_NOT_RULED, lang))
    if summons.bound:
        parts.append(phrase(_BOUND, lang))
    return " · ".join(parts)


def _moments(hall: Hall, summons: Summons, now: datetime, lang: str) -> Iterator[str]:
    if summons.contact:
        yield phrase(_CONTACT, lang).format(who=summons.contact)
    elif summons.answered_at is None and (body := hall.bodies.get(summons.body)) and body.phone:
        yield phrase(_PHONE, lang).format(phone=body.phone)
    for at, both in (
        (summons.answered_at, _ANSWERED),
        (summons.reported_in_at, _CAME),
        (summons.finished_at, _FINISHED),
        (summons.left_at, _LEFT),
    ):
        if at is not None:
            yield phrase(both, lang).format(at=wording.local_time(at, hall.zone, now))


def _proof(proof: Proof, lang: str) -> str:
    kind = words.word(proof.kind, lang)
    if proof.kind is ProofKind.POSITION and proof.distance_m is not None:
        return phrase(_DISTANCE, lang).format(kind=kind, metres=f"{proof.distance_m:,.0f}")
    if proof.kind is ProofKind.LINK:
        return _by_link(proof, kind, lang)
    if proof.kind is ProofKind.ON_BEHALF:
        return phrase(_SPOKEN, lang).format(
            kind=kind, who=proof.who, channel=proof.channel, words=proof.words
        )
    return kind


def _by_link(proof: Proof, kind: str, lang: str) -> str:
    said = kind
    if proof.distance_m is not None:
        said = phrase(_DISTANCE, lang).format(kind=kind, metres=f"{proof.distance_m:,.0f}")
    if proof.accuracy_m is not None:
        said += phrase(_WITHIN, lang).format(metres=f"{proof.accuracy_m:,.0f}")
    return said + (phrase(_WITH_PHOTO, lang) if proof.photo else "")


def _refusal(hall: Hall, summons: Summons, lang: str) -> Iterator[str]:
    yield phrase(_REFUSED, lang).format(reason=summons.reason)
    if summons.duty_item:
        known = hall.duties.get(summons.duty_item)
        title = f"{summons.duty_item} {known.title}" if known else summons.duty_item
        yield phrase(_DUTY, lang).format(item=title)


def _marks(summons: Summons, lang: str) -> Iterator[str]:
    if summons.escalated_to:
        yield phrase(_ESCALATED, lang).format(to=summons.escalated_to)
    if summons.urged:
        yield phrase(_URGED, lang).format(count=summons.urged)
    if summons.no_show_at and summons.reported_in_at:
        yield phrase(_LATE_NOTED, lang)
