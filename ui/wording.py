"""How times, limits, places, people and deeds are written on the screens, in Chinese and English.

Pure functions of values: no widget, no clock. The words of the enumerations are those of
``commandcenter.domain.words``; ``lang`` is ``zh`` or ``en`` as the seat says.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any, Final

from commandcenter.application import naming
from commandcenter.domain import words
from commandcenter.domain.alert import Verdict
from commandcenter.domain.case import Case, Outcome, RequestKind, State, Step, place_from
from commandcenter.domain.catalogue import UNLISTED, Urgency, WhistleKind
from commandcenter.domain.county import CallStatus, CallTier
from commandcenter.domain.errors import Refusal
from commandcenter.domain.evidence import Doubt
from commandcenter.domain.facts import Fact, required_instant
from commandcenter.domain.hall import Hall
from commandcenter.domain.matching import Kin, Likeness
from commandcenter.domain.mediation import Level, MediationEnd, going_on
from commandcenter.domain.place import Place, PlaceQuality
from commandcenter.domain.report import Channel, Mark, Personal
from commandcenter.domain.roster import FEED_CHANNEL, PHONE_CHANNEL, Role
from commandcenter.domain.subtask import SubState, SubStep
from commandcenter.domain.supervision import SupervisionLevel
from commandcenter.domain.timelimit import Limit, WhyStep
from commandcenter.domain.timers import Phase, Timer, TimerKind
from commandcenter.domain.transfer import TransferStatus
from commandcenter.domain.whistle import Call, Marks, Rating, SummonsStep, Whistle
from ui.theme import URGENCY_MARKS
from ui.theme import Mark as Drawn

Both = tuple[str, str]
"""A phrase in Chinese and in English."""

HALL: Final = "hall"
SEPARATOR: Final = " · "
PATH: Final = " › "
_MINUTE: Final = 60
_HOUR: Final = 3600
_DAY: Final = 86_400
_UNITS: Final[Mapping[int, Both]] = {
    _DAY: ("{} 天", "{} d"),
    _HOUR: ("{} 小时", "{} h"),
    _MINUTE: ("{} 分", "{} min"),
    1: ("{} 秒", "{} s"),
}
_PHRASES: Final[Mapping[str, Both]] = {
    "left": ("剩 {}", "{} left"),
    "over": ("超 {}", "{} over"),
    "due_now": ("到时", "due now"),
    "ago": ("{}前", "{} ago"),
    "now": ("刚刚", "just now"),
    "unlisted": ("清单外事项", "on no list"),
    "paused": ("暂停计时", "clock paused"),
    "provisional": ("暂定", "provisional"),
    "hall": ("大厅", "the hall"),
    "program": ("系统", "the system"),
    "sender": ("上报方", "the sender"),
    "nobody": ("未指定", "nobody"),
    "no_place": ("地点不明", "place unknown"),
    "no_category": ("未分类", "no category"),
    "no_value": ("—", "—"),
    "share": ("{} %", "{} %"),
    "count": ("{} 件", "{}"),
    "comma": ("，", ", "),
    "colon": ("{}：{}", "{}: {}"),
    "aside": ("{}（{}）", "{} ({})"),
    "badge": ("报到 {}/{}", "{}/{} in"),
}


def phrase(both: Both, lang: str) -> str:
    """Return the half of a phrase in the language of the seat."""
    return both[lang == "en"]


def counted(both: Both, count: float, lang: str) -> str:
    """Return the half of a phrase about so many things; the English one is ``one|several``."""
    one, _, several = phrase(both, lang).partition("|")
    return several if several and count != 1 else one


def headed(text: str) -> str:
    """Return words as they stand on a button or over a list: the first letter large."""
    return text[:1].upper() + text[1:]


def listed(parts: Iterable[str], lang: str = "zh") -> str:
    """Return what is to be read one after the other; what is empty is left out."""
    return _say("comma", lang).join(filter(None, parts))


def unbroken(said: str) -> str:
    """Return words that stay on one line where several of their kind stand in a row."""
    return said.replace(" ", "\u00a0")


def aside(said: str, more: str, lang: str = "zh") -> str:
    """Return words with more of them in brackets."""
    return _say("aside", lang, said, more)


def duty_title(hall: Hall, item: str | None, lang: str = "zh") -> str:
    """Return a duty item with its list and title; one that nobody knows is shown as it is."""
    known = hall.duties.get(item or "")
    if item == UNLISTED:
        return _say("unlisted", lang)
    if known is None:
        return item or ""
    separator = "" if lang == "zh" else " "
    return separator.join((aside(known.item, words.word(known.list, lang), lang), known.title))


def _say(key: str, lang: str, *values: object) -> str:
    return phrase(_PHRASES[key], lang).format(*values)


# -- times --


def span(length: timedelta, lang: str = "zh") -> str:
    """Return a length of time in its two largest units, rounded down: 2 小时 15 分."""
    seconds = int(abs(length.total_seconds()))
    if seconds < _MINUTE:
        return phrase(_UNITS[1], lang).format(seconds)
    large = next(size for size in (_DAY, _HOUR, _MINUTE) if seconds >= size)
    small = {_DAY: _HOUR, _HOUR: _MINUTE}.get(large)
    said = phrase(_UNITS[large], lang).format(seconds // large)
    rest = seconds % large // small if small else 0
    return f"{said} {phrase(_UNITS[small], lang).format(rest)}" if small and rest else said


def time_left(due_at: datetime, now: datetime, lang: str = "zh") -> str:
    """Return how long is left, or by how much it is over: 剩 2 小时 15 分 / 超 35 分."""
    if abs(due_at - now) < timedelta(seconds=1):
        return _say("due_now", lang)
    return _say("over" if now >= due_at else "left", lang, span(due_at - now, lang))


def clock_left(due_at: datetime, now: datetime) -> str:
    """Return what is left as a running clock: ``8:32``, ``1:05:00``, over ``+0:12``."""
    seconds = int(abs((due_at - now).total_seconds()))
    hours, minutes, rest = seconds // _HOUR, seconds % _HOUR // _MINUTE, seconds % _MINUTE
    face = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return f"+{face}" if now >= due_at else face


def ago(at: datetime, now: datetime, lang: str = "zh") -> str:
    """Return how long something is past: 3 分前, or 刚刚 within ten seconds."""
    length = now - at
    if length < timedelta(seconds=10):
        return _say("now", lang)
    return _say("ago", lang, span(length, lang))


def local_time(at: datetime, zone: tzinfo, now: datetime) -> str:
    """Return a local time as short as today allows: 14:05, 11-18 14:05, 2025-11-18 14:05."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    return f"{local:%m-%d %H:%M}" if local.year == today.year else f"{local:%Y-%m-%d %H:%M}"


def sending_words(said: str, lang: str = "zh") -> str:
    """Return why a message waits or failed, in words; a receiver's own words stay its own."""
    reason, colon, rest = said.partition(": ")
    if reason in _SENDING:
        told = phrase(_SENDING[reason], lang)
        return _say("colon", lang, told, sending_words(rest, lang)) if colon else told
    return said


_SENDING: Final[Mapping[str, Both]] = {
    "throttle": ("同一联系人限频，稍后发出", "held: this contact was written to just now"),
    "quiet": ("免打扰时段，结束后发出", "held: quiet hours"),
    "hurried": ("立即发送", "to be sent at once"),
    "expired": ("过了时限，不再发送", "given up: its time is over"),
    "unknown_channel": ("资料包里没有这个通道", "the pack has no such channel"),
    "interrupted": ("发送中断，结果不明，已重发", "broken off while sending; sent again"),
    "no answer in time": ("对方没有按时应答", "no answer in time"),
    "no connection in time": ("连接超时", "no connection in time"),
    "connection refused": ("对方拒绝连接", "connection refused"),
    "the connection broke off": ("连接中断", "the connection broke off"),
    "the certificate is not trusted": ("对方证书不可信", "the certificate is not trusted"),
    "the address is none": ("地址写错了", "the address is none"),
    "the channel is off": ("通道没有启用", "the channel is off"),
}


def full_time(at: datetime, zone: tzinfo) -> str:
    """Return a local time to the second: 2026-11-18 14:05:09."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def day_words(day: date, lang: str = "zh") -> str:
    """Return a local day with its weekday: 2026-11-18 周三."""
    return words.day(day, lang)


# -- limits and clocks --


def limit_words(limit: Limit | str | None, lang: str = "zh") -> str:
    """Return a limit in words: 3 工作日; words that are no limit come back as they are."""
    if isinstance(limit, str):
        try:
            limit = Limit.parse(limit)
        except ValueError:
            return str(limit)
    if limit is None:
        return _say("no_value", lang)
    return words.limit(limit, lang)


@dataclass(frozen=True, slots=True, kw_only=True)
class Countdown:
    """A clock as a screen shows it: its name, what is left in words, and as a share.

    ``left`` is the share of the span still to come, zero or below when it is over.
    """

    name: str
    text: str
    left: float
    phase: Phase


def countdown(timer: Timer, now: datetime, hall: Hall, lang: str = "zh") -> Countdown:
    """Return how a running clock is shown at an instant."""
    phase = timer.phase(now)
    length = (timer.due_at - timer.start_at).total_seconds()
    left = (timer.due_at - now).total_seconds() / length if length > 0 else 0.0
    text = _say("paused", lang) if phase is Phase.PAUSED else time_left(timer.due_at, now, lang)
    if timer.provisional:
        text = _say("aside", lang, text, _say("provisional", lang))
    return Countdown(name=timer_name(timer, hall, lang), text=text, left=left, phase=phase)


def timer_name(timer: Timer, hall: Hall, lang: str = "zh") -> str:
    """Return what a clock measures: 处置, 应哨（派出所）, 节点（围护）."""
    name = words.word(timer.kind, lang)
    if not timer.part:
        return name
    told = _PARTS.get(timer.kind)
    return _say("aside", lang, name, told(hall, timer.part, lang) if told else timer.part)


def destination_name(hall: Hall, code: str, lang: str = "zh") -> str:
    """Return where a case was transferred to; a code nobody knows is shown as it is."""
    known = hall.destinations.get(code)
    return code if known is None else words.destination(known, lang)


def why_lines(steps: Iterable[WhyStep], zone: tzinfo, lang: str = "zh") -> list[str]:
    """Return the explanation of a deadline, line by line, in local time."""
    return words.why_lines(steps, zone, lang)


# -- marks, names, places --


def urgency_mark(urgency: Urgency) -> Drawn:
    """Return the shape and tone of an urgency."""
    return URGENCY_MARKS[urgency]


def urgency_words(urgency: Urgency, lang: str = "zh") -> str:
    """Return an urgency with its shape: ◆ 特急."""
    return f"{URGENCY_MARKS[urgency].shape} {words.word(urgency, lang)}"


def channel_icon(channel: Channel) -> str:
    """Return the name of a channel's icon."""
    return f"channel-{channel.replace('_', '-')}"


def body_name(hall: Hall, code: str | None, lang: str = "zh") -> str:
    """Return the short name of a body; a code nobody knows is shown as it is."""
    if not code:
        return _say("nobody", lang)
    body = hall.bodies.get(code)
    return code if body is None else body.short_name or body.name


_PARTS: Final[Mapping[TimerKind, Callable[[Hall, str, str], str]]] = {
    TimerKind.ANSWER: body_name,
    TimerKind.REPORT_IN: body_name,
    TimerKind.COUNTY_REPLY: body_name,
    TimerKind.RECEIPT: destination_name,
    TimerKind.MEDIATION: lambda _hall, part, lang: words.word(Level(part), lang),
}


def body_names(hall: Hall, codes: tuple[str, ...], lang: str = "zh") -> str:
    """Return the short names of several bodies as one phrase."""
    return words.enumerated((body_name(hall, code, lang) for code in codes), lang)


def whistle_title(whistle: Whistle, case: Case | None, lang: str = "zh") -> str:
    """Return what a whistle is about; its own words where its case is not at hand."""
    return words.case_title(case.title if case else whistle.message or whistle.case, lang)


def person_name(hall: Hall, actor: str, lang: str = "zh") -> str:
    """Return who an actor is: an operator, a body, a grid worker, the program, or a source."""
    if actor == HALL:
        return _say("program", lang)
    person = hall.people.get(actor) or hall.workers.get(actor)
    return person.name if person else body_name(hall, actor, lang)


def refusal_words(refusal: Refusal, hall: Hall, lang: str = "zh") -> str:
    """Return a refusal as a dispatcher reads it: people and bodies by their names."""
    return naming.refused(refusal, hall, lang)


# English words of states that fit where there is room for five Chinese characters
_SHORT_STATES: Final[Mapping[State, str]] = {
    State.VERIFYING: "verifying",
    State.ARBITRATING: "disputed",
    State.HANDLING: "at work",
    State.CHECKING: "checking",
}


def short_state(state: State, lang: str = "zh") -> str:
    """Return the word of a state where there is little room: a column, below a step."""
    word = words.word(state, lang)
    return _SHORT_STATES.get(state, word) if lang == "en" else word


def holder_name(hall: Hall, case: Case, lang: str = "zh") -> str:
    """Return who has a case now: a body, a person at a seat, or the hall."""
    if case.holder == HALL:
        return _say("hall", lang)
    return person_name(hall, case.holder, lang)


def grid_name(hall: Hall, code: str | None) -> str:
    """Return the name of a grid; a code nobody knows is shown as it is, none as nothing."""
    if not code:
        return ""
    grid = hall.grids.grids.get(code)
    return grid.name if grid else code


def grid_and_village(hall: Hall, place: Place, lang: str = "zh") -> str:
    """Return grid and village without saying the village twice; the address where both lack."""
    grid, village = grid_name(hall, place.grid), place.village or ""
    if village and village in grid:
        village = ""
    return " ".join(filter(None, (village, grid))) or place.address or _no_grid(place, lang)


def _no_grid(place: Place, lang: str) -> str:
    """Return why a place has no grid: what stands on the map is not unknown."""
    if place.wgs84 is None:
        return _say("no_place", lang)
    return words.word(PlaceQuality.OUTSIDE, lang)


def place_line(hall: Hall, place: Place, lang: str = "zh") -> str:
    """Return a whole place: address, grid and village, and a doubt about it if there is one."""
    parts = [place.address] if place.address else []
    if place.grid or place.village or not parts:
        parts.append(grid_and_village(hall, place, lang))
    line, doubt = SEPARATOR.join(dict.fromkeys(parts)), words.word(place.quality, lang)
    if place.quality is PlaceQuality.EXACT or line == doubt:
        return line
    return _say("aside", lang, line, doubt)


def category_name(hall: Hall, case: Case, lang: str = "zh") -> str:
    """Return the class of a case, in the reporter's words while it has none of ours."""
    category = hall.categories.get(case.category or "")
    if category is not None:
        return category.name
    return case.category_text or case.category or _say("no_category", lang)


def role_and_name(name: str, role: Role, lang: str = "zh") -> str:
    """Return a person with the role: 周文斌（派遣员）."""
    return _say("aside", lang, name, words.word(role, lang))


_METRES_APART: Final[Both] = ("相距 {metres} 米", "{metres} m apart")
_SAME_ADDRESS: Final[Both] = ("地址相同", "same address")
_SAME_GRID: Final[Both] = ("同一网格", "same grid")
_APART: Final[Both] = ("相隔 {span}", "{span} apart")
_KINSHIP: Final[Mapping[Kin, Both]] = {
    Kin.SAME: ("同类别", "same category"),
    Kin.NEAR: ("同大类", "related category"),
}
_SAME_WORDS: Final[Both] = ("都提到「{words}」", "both say “{words}”")
_SAME_PHONE: Final[Both] = ("来电尾号相同", "the callers' numbers end alike")


_WORD_SHOWN: Final = 10  # letters: a whole sentence may be the same


def likeness_words(found: Likeness, lang: str = "zh") -> tuple[str, ...]:
    """Return every reason why two reports may be one problem, the strongest sort first."""
    parts = []
    if found.metres is not None:
        parts.append(phrase(_METRES_APART, lang).format(metres=f"{found.metres:,.0f}"))
    elif found.same_address:
        parts.append(phrase(_SAME_ADDRESS, lang))
    elif found.same_grid:
        parts.append(phrase(_SAME_GRID, lang))
    parts.append(phrase(_APART, lang).format(span=span(found.apart, lang)))
    if both := _KINSHIP.get(found.kin):
        parts.append(phrase(both, lang))
    if found.words:
        said = listed([word[:_WORD_SHOWN] for word in found.words], lang)
        parts.append(phrase(_SAME_WORDS, lang).format(words=said))
    if found.same_phone:
        parts.append(phrase(_SAME_PHONE, lang))
    return tuple(parts)


_CALL_CHANNELS: Final[Mapping[str, Both]] = {
    FEED_CHANNEL: ("县平台", "county feed"),
    PHONE_CHANNEL: ("电话", "telephone"),
}


def channel_name(hall: Hall, code: str, lang: str = "zh") -> str:
    """Return what a channel of a call is named; one that nobody knows goes by its code."""
    if code in _CALL_CHANNELS:
        return phrase(_CALL_CHANNELS[code], lang)
    known = hall.channels.get(code)
    return known.name if known and known.name else code


def called_words(hall: Hall, call: Call, lang: str = "zh") -> str:
    """Return who is called and how: 分管负责人 李明（短信）."""
    own = "" if call.duty == words.word(call.step) else call.duty  # 联络员 何红霞, and no more
    who = " ".join(filter(None, (words.word(call.step, lang), call.name, own)))
    return _say("aside", lang, who, channel_name(hall, call.channel, lang))


_FOUR_MARKS: Final[Both] = (
    "响应 {response} · 到场 {attendance} · 解决 {solved} · 态度 {attitude}（共 {total}/20）",
    "response {response}, attendance {attendance}, solved {solved}, attitude {attitude} ({total})",
)
_RATED_BY: Final[Both] = ("{who} {at} 评分：{marks}", "{who} rated {at}: {marks}")
_FIRST: Final[Both] = ("原评分 {marks}", "first {marks}")
_RATING_SAID: Final[tuple[tuple[str, str, Both], ...]] = (
    ("words", "at", ("评语：{words}", "Words: {words}")),
    ("answer", "answered_at", ("{at} 单位答复：{words}", "{at} the body answered: {words}")),
    ("appeal", "appealed_at", ("{at} 申诉：{words}", "{at} appeal: {words}")),
    ("ruling", "ruled_at", ("{at} 裁定：{words}", "{at} ruling: {words}")),
)
_APPEAL_BY: Final[Both] = ("申诉截止 {at}", "appeal until {at}")


def marks_words(marks: Marks, lang: str = "zh") -> str:
    """Return four marks and their sum."""
    given = {name: getattr(marks, name) for name in marks.__struct_fields__}
    return phrase(_FOUR_MARKS, lang).format(total=marks.total, **given)


def rating_lines(rating: Rating, hall: Hall, now: datetime, lang: str = "zh") -> list[str]:
    """Return how a body was rated, what it says to that and what was ruled, line by line."""

    def at(instant: datetime) -> str:
        return local_time(instant, hall.zone, now)

    who = person_name(hall, rating.by, lang)
    marks = marks_words(rating.marks, lang)
    lines = [phrase(_RATED_BY, lang).format(who=who, at=at(rating.at), marks=marks)]
    if rating.first is not None:
        lines.append(phrase(_FIRST, lang).format(marks=marks_words(rating.first, lang)))
    for text, moment, both in _RATING_SAID:
        if said := getattr(rating, text):
            when = getattr(rating, moment)
            lines.append(phrase(both, lang).format(at=at(when) if when else "", words=said[:200]))
    if rating.appealed_at is None and rating.appeal_by > now:
        lines.append(phrase(_APPEAL_BY, lang).format(at=at(rating.appeal_by)))
    return lines


_KM: Final = 1_000
_DISTANCES: Final[Mapping[bool, Both]] = {
    False: ("{:.0f} 米", "{:.0f} m"),
    True: ("{:.1f} 公里", "{:.1f} km"),
}


def distance(metres: float, lang: str = "zh") -> str:
    """Return a way in metres, from a kilometre on in kilometres."""
    far = metres >= _KM
    return phrase(_DISTANCES[far], lang).format(metres / _KM if far else metres)


def whistle_badge(whistle: Whistle, lang: str = "zh") -> str:
    """Return how many of the summoned bodies have come: 报到 1/3."""
    return _say("badge", lang, whistle.reported_in, whistle.summoned)


# -- figures --


def hours(value: float, lang: str = "zh") -> str:
    """Return a number of hours with its unit; in minutes as long as it is less than one."""
    return words.hours(value, lang)


def figure_value(key: str, value: float | None, lang: str = "zh") -> str:
    """Return a figure with its unit: 93.7 %, 5.2 小时, 12 件; a dash where it has no basis.

    The key says what is counted (domain.md 6): ``…_rate`` and the like are shares of one,
    ``…_hours`` are hours, everything else is a count.
    """
    if value is None:
        return _say("no_value", lang)
    if key.endswith("_hours"):
        return hours(value, lang)
    if key.endswith(("_rate", "_accuracy")) or key in {"coverage", "three_rate_score"}:
        return _say("share", lang, f"{value * 100:.1f}")
    return _say("count", lang, f"{value:,.0f}")


# -- in a word, for badges and the queue --

_CAME_BACK: Final[tuple[tuple[str, Both], ...]] = (
    ("hops", ("退回 {n}", "returned {n}×")),
    ("rework_count", ("返工 {n}", "reworked {n}×")),
    ("reopen_count", ("重开 {n}", "reopened {n}×")),
)


_MARKS: Final[Mapping[Mark, Both]] = {
    Mark.LATE: ("补传", "late"),
    Mark.TIME_SUSPECT: ("时间可疑", "time?"),
    Mark.PLACE_SUSPECT: ("坐标可疑", "place?"),
    Mark.REVISED: ("有修订", "revised"),
}


def mark_words(case: Case, lang: str) -> list[str]:
    """Return what is doubtful about a report, as short as a row has room for."""
    return [phrase(both, lang) for mark, both in _MARKS.items() if mark in case.marks]


def pinned(case: Case, lang: str) -> list[str]:
    """Return what is pinned to a case, the weightiest first: what it waits for and lacks."""
    found = [phrase(_TO_REVIEW, lang)] if case.review_wanted else []
    if case.doubts:
        found.append(phrase(_ASKED, lang).format(n=len(case.doubts)))
    found += _above(case, lang)
    if case.state is State.FILED and case.stays and case.stays[-1].ended is Step.HELP:
        found.append(phrase(_NO_LEAD, lang))
    if case.lacking and case.is_open:
        found.append(phrase(_UNPROVED, lang))
    helping = [it for it in case.sub_tasks if it.state is not SubState.RECALLED]
    if helping and case.is_open:
        done = len(helping) - len(case.awaited)
        found.append(phrase(_HELPED, lang).format(done=done, all=len(helping)))
    counts = ((both, getattr(case, name)) for name, both in _CAME_BACK)
    found += [phrase(both, lang).format(n=n) for both, n in counts if n]
    if case.earlier or case.recurrences:
        found.append(phrase(_AGAIN, lang))
    return found


def _above(case: Case, lang: str) -> Iterator[str]:
    """Yield what the levels above and beside the hall have of a case."""
    if case.taken_over is not None and case.is_open:
        yield phrase(_TAKEN_OVER, lang)
    if any(it.is_awaited for it in case.transfers):
        yield phrase(_TRANSFERRED, lang)
    if any(it.is_awaited for it in case.calls):
        yield phrase(_CALLED, lang)
    if (climb := going_on(case.mediations)) is not None:
        yield phrase(_CLIMBS, lang).format(level=phrase(_AT_LEVEL[climb.current.level], lang))


_TAKEN_OVER: Final[Both] = ("移送已接收", "taken over")
_TRANSFERRED: Final[Both] = ("移送待回执", "no receipt yet")
_CALLED: Final[Both] = ("已呼县级", "county called")
_CLIMBS: Final[Both] = ("联调 · {level}", "mediation: {level}")
_AT_LEVEL: Final[Mapping[Level, Both]] = {
    Level.VILLAGE: ("村", "village"),
    Level.TOWNSHIP: ("镇", "township"),
    Level.COUNTY: ("县", "county"),
}
_HELPED: Final[Both] = ("协办 {done}/{all}", "helpers {done}/{all}")
_NO_LEAD: Final[Both] = ("牵头退回", "lead gave back")
_UNPROVED: Final[Both] = ("缺证据", "not proved")
_TO_REVIEW: Final[Both] = ("待复核", "to review")
_ASKED: Final[Both] = ("待答复 {n}", "{n} to answer")
_AGAIN: Final[Both] = ("同地复发", "same place again")


# -- history --


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One line of a history: who did what, and the words that belong to it.

    What was ``in_vain`` was said and kept, and moved nothing.
    """

    who: str
    what: str
    details: tuple[str, ...] = ()
    in_vain: bool = False


_IN_VAIN: Final = frozenset({"case.receipt_noted", "whistle.receipt_noted"})


_DEEDS: Final[Mapping[str, Both]] = {
    "case.received": ("上报", "reported it"),
    "case.claimed": ("认领", "claimed it"),
    "case.taken_over": ("从{taken_from}接手", "took it over from {taken_from}"),
    "case.handed_over": ("移交给{holder}", "handed it over to {holder}"),
    "case.sent_to_verify": ("派 {worker} 核实", "sent {worker} to verify"),
    "case.verified": ("反馈核实结论", "gave the finding"),
    "case.filed": ("立案", "filed it"),
    "case.rejected": ("不予受理", "declined it"),
    "case.merged": ("并入 {into}", "merged it into {into}"),
    "case.unmerged": ("撤销并案", "undid the merge"),
    "case.dispatched": ("派单给{body}", "dispatched it to {body}"),
    "case.recalled": ("撤回派单", "recalled it"),
    "case.accepted": ("签收", "accepted it"),
    "case.returned": ("退回", "returned it"),
    "case.turned_helper": ("退回：只能配合，转为协办", "gave it back: it can only help"),
    "case.came_back": ("余项到期，回到待派单", "brought back what remained"),
    "case.sub_task_added": ("加派{body}协办", "had {body} help as well"),
    "case.sub_task_moved": ("{body}的协办任务：{step}", "part of {body}: {step}"),
    "case.lead_finished": ("报完成，等协办单位", "was done; waits for the helpers"),
    "case.evidence_added": ("补交证据", "added evidence"),
    "case.doubts_answered": ("答复核对：{doubts}", "answered: {doubts}"),
    "case.earlier_found": ("发现同地同类的旧案 {earlier}", "found the same before: {earlier}"),
    "case.recurred": ("同地同类复发：{again}", "the same again: {again}"),
    "case.disputed": ("提请裁定", "asked for a ruling"),
    "case.ruled": ("裁定由{body}办理", "ruled that {body} handles it"),
    "case.handling_started": ("开始处置", "started handling"),
    "case.milestone_reached": ("完成节点「{milestone}」", 'reached "{milestone}"'),
    "case.unplanned_milestone": (
        "报完成节点「{milestone}」：不在本案节点之列，本案各节点时限不变",
        'reported "{milestone}" as reached: none of this case\'s milestones, whose clocks go on',
    ),
    "case.suspended": ("挂账", "put it on hold"),
    "case.resumed": ("恢复办理", "resumed it"),
    "case.result_submitted": ("上传处置结果", "handed in the result"),
    "case.rework_ordered": ("要求返工", "ordered rework"),
    "case.check_started": ("开始核查", "began the check"),
    "case.closed": ("结案", "closed it"),
    "case.force_closed": ("强制结案", "force-closed it"),
    "case.followed_up": ("回访", "followed up"),
    "case.reopened": ("重开，派给{body}", "reopened it for {body}"),
    "case.archived": ("归档", "archived it"),
    "case.updated": ("更新内容", "updated it"),
    "case.revised": ("重发时改了内容，本案未改", "sent it again, altered; the case stays as it is"),
    "case.child_added": ("{child} 并入本案", "{child} was merged into it"),
    "case.child_told": ("{child} 有新的反映", "new word on {child}"),
    "case.child_removed": ("{child} 撤出本案", "{child} was taken out of it"),
    "case.whistle_added": ("关联哨 {whistle}", "noted whistle {whistle}"),
    "case.county_called": ("呼叫{body}（{tier}）", "called on {body} ({tier})"),
    "case.county_answered": ("县级请求（{body}）：{answer}", "request to {body}: {answer}"),
    "case.transfer_sent": ("移送{destination}", "transferred it to {destination}"),
    "case.transfer_moved": (
        "移送{destination}：{decision}",
        "transfer to {destination}: {decision}",
    ),
    "case.transferred": ("移送办结", "closed it as transferred"),
    "case.mediation_begun": ("启动联调：{rung}，{body}", "began the mediation: {rung}, {body}"),
    "case.mediation_noted": ("{body}调解（{rung}）", "{body} mediated ({rung})"),
    "case.mediation_raised": ("提级到{rung}：{body}", "took it up: {rung}, {body}"),
    "case.mediation_ended": ("联调结束：{end}", "the mediation ended: {end}"),
    "case.receipt_noted": (
        "报「{status}」，未生效：与案卷当前环节不符",
        'said "{status}": no effect, it does not fit where the case stands',
    ),
    "case.extension_asked": ("申请延期 {limit}", "asked for {limit} more"),
    "case.hold_asked": ("申请挂账", "asked for a hold"),
    "case.request_refused": ("未批准{request}", "refused it: {request}"),
    "case.extended": ("批准延期 {limit}", "granted {limit} more"),
    "case.recomputed": (
        "{notice}放假安排已公布，暂定时限重新计算",
        "reckoned the provisional deadline anew: {notice} is out",
    ),
    "case.urged": ("催办{body}", "urged {body}"),
    "case.supervised": ("督办{body}", "ordered {body} to act and answer"),
    "case.order_answered": ("{body}回复督办", "noted {body}'s answer to the order"),
    "case.instructed": ("附领导批示", "attached a leader's note"),
    "case.admitted": ("准予进入", "admitted it"),
    "case.timer_crossed": ("时限提醒", "noted a time limit"),
    "case.disclosed": ("查看上报人信息", "was told who reported"),
    "case.revealed": ("查看上报人{field}", "was told the reporter's {field}"),
    "case.upstream_withdrew": ("上报方撤回", "withdrew the report"),
    "whistle.blown": ("吹哨，召集{bodies}", "blew the whistle for {bodies}"),
    "whistle.closed": ("哨毕", "ended the whistle"),
    "whistle.receipt_noted": (
        "报「{status}」，未生效：与该单位当前状态不符",
        'said "{status}": no effect, it does not fit where the body stands',
    ),
    "whistle.message_undelivered": (
        "没能把消息送到{body}（{channel}）：{reason}",
        "could not get a message to {body} ({channel}): {reason}",
    ),
    "whistle.message_hurried": (
        "立即发出给{body}的消息（{channel}）：{reason}",
        "sent the message to {body} at once ({channel}): {reason}",
    ),
    "message.undelivered": (
        "消息没有送到（{channel}）：{reason}",
        "could not deliver a message ({channel}): {reason}",
    ),
    "message.hurried": (
        "立即发出消息（{channel}）：{reason}",
        "sent a message at once ({channel}): {reason}",
    ),
    "links.refused": ("拒绝了报到页的访问", "refused visits to the report-in page"),
    "whistle.called": ("逐级呼叫{body}", "called the next contact of {body}"),
    "whistle.urged": ("催{body}", "urged {body}"),
    "whistle.escalated": ("对{body}升级", "escalated the call for {body}"),
    "whistle.taken_to_arbitration": ("就{body}拒哨提请裁定", "asked for a ruling on {body}"),
    "whistle.not_ruled": ("{body}拒哨逾时未裁定", "had no ruling on {body} in time"),
    "whistle.summons_upheld": ("裁定{body}应到", "ruled that {body} must come"),
    "whistle.excused": ("裁定{body}免到", "ruled that {body} need not come"),
    "whistle.withdrawn": ("撤回{body}的哨", "withdrew the whistle for {body}"),
    "whistle.released": ("同意{body}撤离", "released {body}"),
    "whistle.rated": ("评价{body}", "rated {body}"),
    "whistle.rating_ruled": ("裁定{body}的评价申诉", "ruled on the rating of {body}"),
    "whistle.solved": ("哨的事项办成", "noted that what the whistle was for is done"),
    "whistle.explained": ("补充吹哨理由", "said why the whistle was blown"),
    "alert.raised": ("视频告警", "raised a video alert"),
    "alert.updated": ("告警更新", "updated the alert"),
    "alert.cleared": ("告警解除", "cleared the alert"),
    "alert.reviewed": ("研判为「{verdict}」", 'judged it "{verdict}"'),
    "alert.promoted": ("转为案卷 {case}", "made case {case}"),
}
_OF_BODY: Final[Mapping[SummonsStep, Both]] = {
    SummonsStep.NOTIFY: ("收到通知", "was notified"),
    SummonsStep.ANSWER: ("应哨", "answered"),
    SummonsStep.SET_OUT: ("出发", "set out"),
    SummonsStep.REPORT_IN: ("报到", "reported in"),
    SummonsStep.WORK: ("开始处置", "started work"),
    SummonsStep.FINISH: ("完成处置", "finished"),
    SummonsStep.LEAVE: ("离开", "left"),
    SummonsStep.REFUSE: ("拒哨", "refused"),
    SummonsStep.REFUSE_UNFOUNDED: (
        "拒哨未附清单事项",
        "refused without naming a duty item",
    ),
    SummonsStep.MISS_ANSWER: ("逾时未应哨", "did not answer in time"),
    SummonsStep.MISS_REPORT_IN: ("逾时未报到", "did not report in in time"),
    SummonsStep.ANSWER_RATING: ("答复评价", "answered its rating"),
    SummonsStep.APPEAL_RATING: ("申诉评价", "appealed against its rating"),
}
"""What a body that is summoned does; what others do to it stands among the deeds."""
_SAID_OF_BODY: Final[Both] = ("{body}：{step}", "{body}: {step}")
_LABELS: Final[Mapping[str, Both]] = {
    "reason": ("原因", "Reason"),
    "urgency_now": ("紧急程度改为", "Urgency now"),
    "reply": ("答复", "Reply"),
    "words": ("说明", "Said"),
    "message": ("通知内容", "Message"),
    "result": ("结论", "Finding"),
    "outcome": ("结案方式", "Outcome"),
    "limit": ("时限", "Limit"),
    "was_due_at": ("原截止", "Was due"),
    "due_at": ("截止", "Due"),
    "asked_by": ("申请登记", "Asked by"),
    "decide_by": ("审批期限", "To be decided by"),
    "until": ("挂账至", "On hold until"),
    "level": ("力度", "Level"),
    "reply_by": ("回复期限", "Answer due"),
    "asked": ("请求", "Asked"),
    "receipt": ("回执编号", "Receipt"),
    "receipt_by": ("回执期限", "Receipt due"),
    "leader": ("领导", "Leader"),
    "consulted": ("会商单位", "Agreed with"),
    "duty_item": ("清单事项", "Duty list item"),
    "review": ("复核意见", "Review"),
    "remaining": ("余下事项", "What remains"),
    "comes_back_at": ("余项办理日期", "Comes back on"),
    "contacted_at": ("联系时间", "Reached at"),
    "solved_at": ("反映是否解决", "Said if solved at"),
    "satisfied_at": ("反映满意度", "Said how satisfied at"),
    "lacking": ("缺少证据", "Not proved"),
    "who": ("经办人", "Who spoke"),
    "channel": ("渠道", "Channel"),
    "to": ("升级至", "Raised to"),
    "timer": ("计时", "Clock"),
    "phase": ("状态", "State"),
    "seat": ("席位", "Seat"),
}
_MEMBERS: Final[Mapping[str, type[StrEnum]]] = {
    "outcome": Outcome,
    "kind": WhistleKind,
    "channel": Channel,
    "timer": TimerKind,
    "phase": Phase,
    "urgency_now": Urgency,
    "verdict": Verdict,
    "level": SupervisionLevel,
    "field": Personal,
    "request": RequestKind,
    "tier": CallTier,
    "answer": CallStatus,
    "decision": TransferStatus,
    "rung": Level,
    "end": MediationEnd,
}


class _Told(dict[str, str]):
    """What a deed's sentence is filled with; something the fact lacks leaves no hole."""

    def __missing__(self, key: str) -> str:
        return ""


def is_in_vain(fact: Fact) -> bool:
    """Tell whether a fact only keeps what somebody said: it moved nothing."""
    return fact.kind in _IN_VAIN


def deed(hall: Hall, fact: Fact, lang: str = "zh") -> Deed:
    """Return a fact as a line of a history; a kind nobody worded is shown by its name."""
    told = _Told({key: _value(hall, key, value, lang) for key, value in fact.data.items()})
    who = _who(hall, fact, lang)
    sentence = _DEEDS.get(fact.kind, ("", ""))[0]
    details = tuple(
        _say("colon", lang, phrase(label, lang), told[key])
        for key, label in _LABELS.items()
        if told[key] and told[key] != who and f"{{{key}}}" not in sentence
    )
    return Deed(
        who=who,
        what=_what(fact, told, who, lang),
        details=(*details, *_news(hall, fact, lang)),
        in_vain=is_in_vain(fact),
    )


def _who(hall: Hall, fact: Fact, lang: str) -> str:
    """Return who did it: what a source is called upstream says nothing, so its channel does."""
    name = person_name(hall, fact.actor, lang)
    if not name.startswith("/"):
        return name
    channel = str(fact.data.get("channel", ""))
    known = channel in set(Channel)
    return words.word(Channel(channel), lang) if known else _say("sender", lang)


def _news(hall: Hall, fact: Fact, lang: str) -> Iterator[str]:
    """Yield what a later word changed, then what it says that the case does not take up."""
    if fact.kind not in _NEWS:
        return

    def told(key: str, said: Mapping[str, Any]) -> str:
        text = _CHANGING[key][1](hall, said[key], lang) if key in said else ""
        return _short(text) or _say("no_value", lang)

    says, was = fact.data.get("upstream", {}), fact.data.get("was", {})
    for both, said in ((_NOW, fact.data), (_STILL if "was" in fact.data else _SAYS, says)):
        for key, (name, _) in _CHANGING.items():
            if key in said and not (said is fact.data and key in _LABELS):
                facts = {"field": phrase(name, lang), "said": told(key, said)}
                agrees = key in was and was[key] == said[key]
                text = phrase(_AGREES if agrees else both, lang)
                yield headed(text.format(**facts, was=told(key, was)))


def _short(text: str) -> str:
    return text if len(text) <= _NEWS_MOST else f"{text[:_NEWS_MOST]}…"


def _what(fact: Fact, told: Mapping[str, str], who: str, lang: str) -> str:
    taken = fact.kind == "case.claimed" and told["taken_from"]
    revised = fact.kind == "case.updated" and Mark.REVISED in fact.data.get("marks", ())
    kind = "case.taken_over" if taken else "case.revised" if revised else fact.kind
    if told["unplanned"]:
        kind = "case.unplanned_milestone"
    if both := _DEEDS.get(kind):
        return phrase(both, lang).format_map(told)
    noun, _, participle = fact.kind.partition(".")
    if noun == "whistle" and participle in set(SummonsStep):
        step = phrase(_OF_BODY[SummonsStep(participle)], lang)
        said = _SAID_OF_BODY if told["body"] not in {"", who} else ("{step}", "{step}")
        return phrase(said, lang).format(body=told["body"], step=step)
    return fact.kind


def _value(hall: Hall, key: str, value: Any, lang: str) -> str:
    if reader := _READERS.get(key):
        return reader(hall, value, lang) if value else ""
    if key == "channel" and (value in hall.channels or value in _CALL_CHANNELS):
        return channel_name(hall, value, lang)
    kind = _MEMBERS.get(key)
    if kind is not None and value in set(kind):
        return words.word(kind(value), lang)
    return str(value) if isinstance(value, str | int | float) else ""


def _bodies(hall: Hall, value: Any, lang: str) -> str:
    return body_names(hall, (value,) if isinstance(value, str) else tuple(value), lang)


def _instant(hall: Hall, value: Any, _lang: str) -> str:
    at = required_instant(value).astimezone(hall.zone)
    return f"{at:%Y-%m-%d %H:%M}"


_Reader = Callable[[Hall, Any, str], str]
_READERS: Final[Mapping[str, _Reader]] = {
    "body": _bodies,
    "bodies": _bodies,
    "step": lambda _hall, value, lang: words.word(SubStep(value), lang),
    "doubts": lambda _hall, value, lang: listed(
        (words.word(Doubt(it), lang) for it in value), lang
    ),
    "earlier": lambda _hall, value, lang: listed(value, lang),
    "lacking": lambda _hall, value, lang: listed(value, lang),
    "comes_back_at": _instant,
    "contacted_at": _instant,
    "solved_at": _instant,
    "satisfied_at": _instant,
    "co_bodies": _bodies,
    "due_at": _instant,
    "until": _instant,
    "was_due_at": _instant,
    "decide_by": _instant,
    "asked_by": person_name,
    "reason": lambda _hall, value, lang: words.reason(str(value), lang),
    "reply_by": _instant,
    "receipt_by": _instant,
    "destination": destination_name,
    "worker": person_name,
    "holder": person_name,
    "taken_from": person_name,
    "limit": lambda _hall, value, lang: limit_words(value, lang),
    "result": lambda _hall, value, lang: words.code(str(value), lang),
    "status": lambda _hall, value, lang: words.code(str(value), lang),
    "lead": _bodies,
}


def _category(hall: Hall, code: str) -> str:
    return hall.categories[code].name if code in hall.categories else code


def _place(hall: Hall, value: Any, lang: str) -> str:
    """Return a place of a fact, with its point: only by that may a place differ from another."""
    place = place_from(value)
    spot = f"{place.point.lon:.5f}, {place.point.lat:.5f}" if place.point else ""
    return SEPARATOR.join(filter(None, (place_line(hall, place, lang), spot)))


_NEWS: Final = frozenset({"case.updated", "case.child_told"})
_NEWS_MOST: Final = 60
_NOW: Final[Both] = ("{field}改为：{said}", "{field} now: {said}")
_SAYS: Final[Both] = ("上报方现称{field}：{said}", "the sender's {field} now: {said}")
_STILL: Final[Both] = (
    "上报方现称{field}：{said}（本案仍为：{was}）",
    "the sender's {field} now: {said} (here still: {was})",
)
_AGREES: Final[Both] = (
    "上报方现称{field}：{said}（与本案一致）",
    "the sender's {field} now: {said} (as here)",
)
_CHANGING: Final[Mapping[str, tuple[Both, _Reader]]] = {
    "title": (("标题", "title"), lambda _hall, value, lang: words.case_title(str(value), lang)),
    "description": (("描述", "description"), lambda _hall, value, _lang: str(value)),
    "urgency": (
        ("紧急程度", "urgency"),
        lambda _hall, value, lang: words.word(Urgency(value), lang),
    ),
    "category": (("类别", "category"), lambda hall, value, _lang: _category(hall, value)),
    "place": (("地点", "place"), _place),
    "duty_item": (("清单事项", "duty list item"), duty_title),
    "upstream_due_at": (("要求办结时间", "date to close by"), _instant),
}
