"""What lists of cases say of each: the columns that every such list chooses from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from commandcenter.domain import words
from commandcenter.domain.case import Case
from ui import wording
from ui.stage import Stage
from ui.table import Cell, Column
from ui.theme import URGENCY_MARKS
from ui.wording import Both, phrase
from widgets.paint import Shape
from widgets.tone import Tone

Say = Callable[[Case, Stage], str]


@dataclass(frozen=True, slots=True)
class _Said:
    """A heading, what is said, and a width in ems."""

    heading: Both
    say: Say
    width: float = 0


def _when(at: datetime | None, stage: Stage) -> str:
    return wording.local_time(at, stage.hall.zone, stage.now()) if at else "—"


def _over(case: Case, stage: Stage) -> str:
    return wording.span(stage.now() - case.due_at, stage.lang) if case.due_at else "—"


URGENCY: Final = _Said(("紧急程度", "Urgency"), lambda case, s: words.word(case.urgency, s.lang), 8)
NUMBER: Final = _Said(("编号", "Number"), lambda case, _s: case.no, 11)
TITLE: Final = _Said(("标题", "Title"), lambda case, s: words.case_title(case.title, s.lang))
CATEGORY: Final = _Said(
    ("分类", "Class"), lambda case, s: wording.category_name(s.hall, case, s.lang), 8
)
PLACE: Final = _Said(
    ("网格", "Grid"), lambda case, s: wording.grid_and_village(s.hall, case.place, s.lang), 9
)
STATE: Final = _Said(("状态", "State"), lambda case, s: words.word(case.state, s.lang), 9)
HOLDER: Final = _Said(
    ("现由谁办", "Held by"), lambda case, s: wording.holder_name(s.hall, case, s.lang), 7.5
)
RECEIVED: Final = _Said(("接收", "Received"), lambda case, s: _when(case.received_at, s), 7.5)
DUE: Final = _Said(("期限", "Due"), lambda case, s: _when(case.handle_by, s), 7.5)
CLOSED: Final = _Said(("结案", "Closed"), lambda case, s: _when(case.closed_at, s), 7.5)
OVER: Final = _Said(("已超", "Over by"), _over, 8)
DOUBT: Final = _Said(
    ("位置情况", "Position"), lambda case, s: words.word(case.place.quality, s.lang), 7
)


def _from(case: Case, stage: Stage) -> str:
    county = case.county_body
    if county:
        return wording.body_name(stage.hall, county, stage.lang)
    return words.word(case.channel, stage.lang)


def _gate(case: Case, stage: Stage) -> str:
    return words.word(case.admission, stage.lang) if case.admission else "—"


FROM: Final = _Said(("交办单位或来源", "Handed down by"), _from, 9)
ITEM: Final = _Said(
    ("对应事项", "Duty item"),
    lambda case, s: wording.duty_title(s.hall, case.duty_item, s.lang) or "—",
    19,
)
GATE: Final = _Said(("准入", "Gate"), _gate, 10)

FULL: Final = (URGENCY, NUMBER, TITLE, CATEGORY, PLACE, STATE, HOLDER, RECEIVED, DUE)
SHORT: Final = (URGENCY, TITLE, STATE)
OVERDUE: Final = (URGENCY, NUMBER, TITLE, PLACE, HOLDER, DUE, OVER)
BEYOND: Final = (RECEIVED, NUMBER, TITLE, FROM, ITEM, GATE, STATE)
UNPLACED: Final = (URGENCY, TITLE, DOUBT)


def case_columns(stage: Stage, chosen: Sequence[_Said] = FULL) -> list[Column]:
    """Return columns for a table of cases in the words of a seat."""
    return [_column(stage, said) for said in chosen]


def _column(stage: Stage, said: _Said) -> Column:
    def cell(case: Case) -> Cell:
        text = said.say(case, stage)
        if said is URGENCY:
            mark = URGENCY_MARKS[case.urgency]
            return Cell(text=text, tone=mark.tone, mark=Shape(mark.shape))
        return Cell(text=text, tone=Tone.OVER if said is OVER else Tone.PLAIN)

    return Column(phrase(said.heading, stage.lang), cell, said.width)
