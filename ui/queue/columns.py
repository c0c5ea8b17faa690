"""The columns of the queue: what each says of a case, on two lines and on the clipboard."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from math import ceil
from typing import Final

from commandcenter.application.picture import Picture, Tab
from commandcenter.domain import words
from commandcenter.domain.case import Case
from commandcenter.domain.claim import Claim, Grip
from commandcenter.domain.hall import Hall
from commandcenter.domain.timers import ABOVE, OF_BODY, Phase, TimerKind, law_phase
from ui import wants, wording
from ui.queue.board import Row
from ui.queue.sorting import SORTS, WORST
from ui.wording import Both, phrase
from widgets.cell_painter import capped


@dataclass(slots=True, kw_only=True)
class Reader:
    """For whom a row is put into words: the hall, its language, the person, the instant.

    ``picture`` says who is at a seat, ``sort`` is the order in which the list stands, ``pending``
    are the cases on which a command is under way.
    """

    hall: Hall
    lang: str
    me: str
    now: datetime
    picture: Picture = field(default_factory=Picture)
    sort: str = WORST
    pending: Collection[str] = ()

    def say(self, both: Both) -> str:
        """Return a phrase in the reader's language."""
        return phrase(both, self.lang)


Line = Callable[[Row, Reader], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its ``width`` in ems, and in a ``narrow`` list (zero: takes what is left)."""

    key: str
    heading: Both
    upper: Line
    lower: Line
    width: float = 0
    narrow: float = 0
    at_first: bool = True


def _title(row: Row, reader: Reader) -> str:
    return capped(words.case_title(row.case.title, reader.lang))


def doubtful(row: Row, reader: Reader) -> str:
    """Return what is doubtful about the report, marked as such; mostly nothing."""
    found = wording.mark_words(row.case, reader.lang) if row.case.marks else ()
    return f"! {' '.join(found)}" if found else ""


def origin(row: Row, reader: Reader) -> str:
    """Return of what class it is, where, and how and when it came."""
    case, hall = row.case, reader.hall
    parts = (
        wording.category_name(hall, case, reader.lang),
        wording.grid_and_village(hall, case.place, reader.lang),
        words.word(case.channel, reader.lang),
        wording.local_time(case.received_at, hall.zone, reader.now),
    )
    return wording.SEPARATOR.join(parts)


def _subtitle(row: Row, reader: Reader) -> str:
    said = (doubtful(row, reader), origin(row, reader))
    return wording.SEPARATOR.join(filter(None, said))


def _stage(row: Row, reader: Reader) -> str:
    return wording.short_state(row.case.state, reader.lang)


def _holder(row: Row, reader: Reader) -> str:
    return wording.holder_name(reader.hall, row.case, reader.lang)


def _left(row: Row, reader: Reader) -> str:
    if row.timer is None:
        return wording.phrase(_NO_CLOCK, reader.lang)
    return wording.countdown(row.timer, reader.now, reader.hall, reader.lang).text


def _clock(row: Row, reader: Reader) -> str:
    if row.timer is None:
        return ""
    if row.timer.kind is TimerKind.MILESTONE:
        return row.timer.part  # the milestone's own name says enough in a narrow column
    if row.timer.kind in OF_BODY | ABOVE:
        return words.word(row.timer.kind, reader.lang)  # which body: the board and the tool tip
    return wording.timer_name(row.timer, reader.hall, reader.lang)


def _whistle(row: Row, reader: Reader) -> str:
    return "" if row.whistle is None else wording.whistle_badge(row.whistle, reader.lang)


def _badge(row: Row, reader: Reader) -> str:
    if row.whistle is not None:
        return _whistle(row, reader)
    # what comes first weighs most; the whole of it stands on the case
    return next(chain(wording.pinned(row.case, reader.lang), _merged(row, reader)), "")


def _merged(row: Row, reader: Reader) -> Iterator[str]:
    if count := len(row.case.children):
        yield reader.say(_MERGED).format(count)


SENDING: Final[Both] = ("提交中…", "sending…")
_MERGED: Final[Both] = ("并案 {}", "{} merged in")
_NO_CLOCK: Final[Both] = ("不计时", "no clock")
_LAW_NEAR: Final[Both] = ("! 法定临期", "! law: soon")
_LAW_OVER: Final[Both] = ("! 法定超期", "! law: overdue")
_ASKS: Final[Both] = ("? {}待批", "? {}")
_CLAIM: Final[Both] = ("{} 认领", "{} has it")
_MINE: Final[Both] = ("我已认领", "I have it")
_STALE: Final[Both] = ("△ {} 秒后可接", "△ free in {} s")
_LOOSE: Final[Both] = ("△ 可接手", "△ take over")


def notice(row: Row, reader: Reader) -> str:
    """Return what must be seen before who has it: 延期待批, 法定临期; else nothing."""
    request = row.case.request
    if request is not None:
        return reader.say(_ASKS).format(words.word(request.kind, reader.lang))
    match law_phase(row.case, reader.now):
        case Phase.OVER:
            return reader.say(_LAW_OVER)
        case Phase.NEAR:
            return reader.say(_LAW_NEAR)
        case _:
            return ""


def _claim(row: Row, reader: Reader) -> str:
    if told := notice(row, reader):
        return told
    by = row.case.claimed_by
    if by is None or row.case.holder != by:
        return ""
    if by == reader.me:
        return reader.say(_MINE)
    if (doubt := claim_in_doubt(row, reader)) is not None:
        left = ceil((doubt.loose_at - reader.now).total_seconds())
        return reader.say(_STALE).format(left) if left > 0 else reader.say(_LOOSE)
    return reader.say(_CLAIM).format(wording.person_name(reader.hall, by, reader.lang))


def _number(row: Row, _reader: Reader) -> str:
    return row.case.no


def _source_number(row: Row, _reader: Reader) -> str:
    return row.case.source_no or row.case.source


def _village(row: Row, reader: Reader) -> str:
    known = row.case.place.address  # else it stands above
    return wording.grid_and_village(reader.hall, row.case.place, reader.lang) if known else ""


def _address(row: Row, reader: Reader) -> str:
    return row.case.place.address or wording.grid_and_village(
        reader.hall, row.case.place, reader.lang
    )


COLUMNS: Final = (
    Column(key="case", heading=("事件", "Case"), upper=_title, lower=_subtitle),
    Column(
        key="stage",
        heading=("环节", "Stage"),
        upper=_stage,
        lower=_holder,
        width=7.5,
        narrow=7,
    ),
    Column(
        key="clock", heading=("时限", "Time limit"), upper=_left, lower=_clock, width=12, narrow=8.5
    ),
    Column(
        key="marks",
        heading=("标记", "Marks"),
        upper=_badge,
        lower=_claim,
        width=8,
        narrow=6.5,
    ),
    Column(
        key="number",
        heading=("编号", "Number"),
        upper=_number,
        lower=_source_number,
        width=12,
        narrow=10,
        at_first=False,
    ),
    Column(
        key="place",
        heading=("地点", "Place"),
        upper=_address,
        lower=_village,
        width=14,
        narrow=10,
        at_first=False,
    ),
)
CASE_COLUMN: Final = 0
CLOCK_COLUMN: Final = 2
MARKS_COLUMN: Final = 3


def claim_in_doubt(row: Row, reader: Reader) -> Claim | None:
    """Return another's claim when he is not heard of any more (domain.md 10, situation 5).

    Anybody takes the case over with one key once its grace is up; it is never released by itself.
    """
    found = reader.picture.claim(row.case, reader.hall.limits)
    if found is None or found.by == reader.me or found.grip(reader.now) is Grip.HELD:
        return None
    return found


# -- why a row is where it is --

_WHY: Final[Mapping[Phase | None, Both]] = {
    Phase.OVER: (
        "排在这里：{urgency}，{clock}已{left}，超时的排在同级最前，超得久的在先。",
        "Stands here: {urgency}, {clock} {left}: overdue leads its grade, the longest first.",
    ),
    Phase.NEAR: (
        "排在这里：{urgency}，{clock}{left}，快到期，排在同级超时的之后，先到期的在先。",
        "Stands here: {urgency}, {clock} {left} and due soon, after what is overdue in its grade.",
    ),
    Phase.CALM: (
        "排在这里：{urgency}，{clock}{left}，排在同级超时和快到期的之后，先到期的在先。",
        "Stands here: {urgency}, {clock} {left}, after what is overdue or due soon in its grade.",
    ),
    Phase.PAUSED: (
        "排在这里：{urgency}，{clock}已暂停，排在同级在走时限的之后。",
        "Stands here: {urgency}, {clock} stands still, after the running clocks of its grade.",
    ),
    None: (
        "排在这里：{urgency}，不计时，排在同级的最后。",
        "Stands here: {urgency}, no clock runs, last in its grade.",
    ),
}
_CLOSED: Final[Both] = (
    "排在这里：已结案，排在所有未结的之后。",
    "Stands here: it is closed, and stands after everything that is open.",
)
_ORDERED: Final[Both] = ("排在这里：{rule}", "Stands here: {rule}")
_RULE: Final[Both] = ("顺序（{name}）：{rule}", "Order ({name}): {rule}")
_SORTED: Final[Both] = ("{heading} · {name}", "{heading} · {name}")
_AWAY: Final[Both] = (
    "{} 认领后离席，{} 起可按 L 接手。",
    "{} claimed it and has left the seat; L takes it over from {} on.",
)


def rule_of(sort: str, lang: str) -> str:
    """Return how the whole list is ordered, in a sentence: the tool tip of its heading."""
    chosen = SORTS[sort]
    return phrase(_RULE, lang).format(
        name=phrase(chosen.name, lang), rule=phrase(chosen.rule, lang)
    )


def heading(at: int, reader: Reader) -> str:
    """Return what stands over a column; over the cases also the order, where it is another."""
    name = reader.say(COLUMNS[at].heading)
    if at != CASE_COLUMN or reader.sort == WORST:
        return name
    return reader.say(_SORTED).format(heading=name, name=reader.say(SORTS[reader.sort].name))


def why_here(row: Row, reader: Reader) -> str:
    """Return why a row stands where it does, and why it is mine to do, as its tool tip says it."""
    title = words.case_title(row.case.title, reader.lang)
    lines = [f"{row.case.no}  {title}", _place_words(row, reader)]
    if row.need is not None:
        lines.append(reader.say(wants.WORDS[row.need]))
    if told := notice(row, reader):
        lines.append(told)
    if (doubt := claim_in_doubt(row, reader)) is not None:
        who = wording.person_name(reader.hall, doubt.by, reader.lang)
        at = reader.hall.zone
        lines.append(reader.say(_AWAY).format(who, f"{doubt.loose_at.astimezone(at):%H:%M:%S}"))
    return "\n".join(lines)


def _place_words(row: Row, reader: Reader) -> str:
    if reader.sort != WORST:
        return reader.say(_ORDERED).format(rule=reader.say(SORTS[reader.sort].rule))
    if not row.case.is_open:
        return reader.say(_CLOSED)
    urgency, timer = wording.urgency_words(row.case.urgency, reader.lang), row.timer
    if timer is None:
        return reader.say(_WHY[None]).format(urgency=urgency)
    shown = wording.countdown(timer, reader.now, reader.hall, reader.lang)
    clock = wording.timer_name(timer, reader.hall, reader.lang)
    return reader.say(_WHY[shown.phase]).format(urgency=urgency, clock=clock, left=shown.text)


# -- rows on the clipboard --

COPIED: Final[tuple[tuple[Both, Line], ...]] = (
    (("编号", "Number"), _number),
    (("标题", "Title"), _title),
    (("紧急程度", "Urgency"), lambda row, reader: words.word(row.case.urgency, reader.lang)),
    (
        ("类别", "Category"),
        lambda row, reader: wording.category_name(reader.hall, row.case, reader.lang),
    ),
    (
        ("网格", "Grid"),
        lambda row, reader: wording.grid_and_village(reader.hall, row.case.place, reader.lang),
    ),
    (("渠道", "Channel"), lambda row, reader: words.word(row.case.channel, reader.lang)),
    (
        ("接收时间", "Received"),
        lambda row, reader: wording.full_time(row.case.received_at, reader.hall.zone),
    ),
    (("环节", "Stage"), _stage),
    (("承办", "Holder"), _holder),
    (("时限", "Time limit"), lambda row, reader: f"{_clock(row, reader)} {_left(row, reader)}"),
    (("吹哨", "Whistle"), _whistle),
)


def searched(case: Case, hall: Hall, holder: str, lang: str = "zh") -> str:
    """Return the text of a case that the queue's filter looks into."""
    place = case.place
    kinds = (case.urgency, case.state, case.channel, *sorted(case.marks))
    return " ".join(
        (
            case.no,
            case.source_no or "",
            words.case_title(case.title, lang),
            wording.category_name(hall, case),
            place.address,
            wording.grid_and_village(hall, place),
            holder,
            *(words.word(kind, lang) for kind in kinds),
        )
    ).casefold()


EMPTY: Final[dict[Tab, Both]] = {
    Tab.MINE: (
        "现在没有等您办的事件。新事件会自动出现在这里。",
        "Nothing waits for you. What arrives will appear here.",
    ),
    Tab.TO_ACCEPT: ("没有待受理的事件，都已受理。", "Nothing to take in."),
    Tab.TO_DISPATCH: ("没有待派单的案卷。", "Nothing to dispatch."),
    Tab.HANDLING: ("没有正在处置的案卷。", "No body has work in hand."),
    Tab.TO_CHECK: ("没有待核查的结果。", "No result waits for a check."),
    Tab.WHISTLE: (
        "没有进行中的哨。选中案卷按 W 吹哨。",
        "No whistle is running. Choose a case and press W.",
    ),
    Tab.OVERDUE: ("没有超时的案卷。", "Nothing is overdue."),
    Tab.ALL: ("没有未结的案卷。Ctrl+N 可以登记一件。", "No open case. Ctrl+N registers one."),
}
NOTHING_FOUND: Final[Both] = (
    "没有符合「{}」的事件。按 Esc 清除筛选，或用 Ctrl+K 在全部案卷中查找。",
    'Nothing matches "{}". Esc clears the filter; Ctrl+K searches all cases.',
)
LOADING: Final[Both] = ("正在读取未结案卷…", "Reading the open cases…")
