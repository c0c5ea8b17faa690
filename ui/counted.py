"""The list behind a number: exactly the cases counted, and how they were counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from commandcenter.application.questions import Counted
from commandcenter.domain.case import Case
from commandcenter.domain.measures import MEASURES, Figure, Of, Part, Unit
from ui import tallies
from ui.case_columns import case_columns
from ui.stage import Stage
from ui.table import Table
from widgets.dress import Size
from widgets.paint import unit
from widgets.plain_label import PlainLabel
from widgets.segmented import Segmented
from widgets.tone import Tone

_MOST: Final = 5000  # rows; a list that long is not read but searched
_REST: Final = "rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """One number: the figure, what it was reckoned over, and the group it is of."""

    figure: Figure
    start: datetime
    end: datetime
    now: datetime
    group: tuple[str, str] | None = None
    group_name: str = ""

    def question(self, part: Part) -> Counted:
        """Return the question for one of its two lists."""
        return Counted(
            key=self.figure.key,
            part=part,
            start=self.start,
            end=self.end,
            now=self.now,
            group=self.group,
            limit=_MOST,
        )


class CountedWindow(QDialog):
    """Shows the cases of one number, its formula, its window and what it leaves out.

    A rate has three lists: all, those that count, and the rest, which is what one asks about.
    """

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self._stage = stage
        self._behind: Behind | None = None
        self._lists: dict[str, tuple[Case, ...]] = {}
        one = unit(self.font())
        self._name = PlainLabel(size=Size.HEADING)
        self._words = {
            key: PlainLabel(tone=Tone.QUIET, wrap=True) for key in ("formula", "left_out", "window")
        }
        facts = QGridLayout()
        facts.setHorizontalSpacing(12)
        facts.setVerticalSpacing(4)
        facts.setColumnStretch(1, 1)
        heads = (self.tr("算法"), self.tr("剔除"), self.tr("统计区间"))
        for row, (head, label) in enumerate(zip(heads, self._words.values(), strict=True)):
            facts.addWidget(PlainLabel(head, tone=Tone.QUIET), row, 0, Qt.AlignmentFlag.AlignTop)
            facts.addWidget(label, row, 1)
        self._parts = Segmented(
            [
                (Part.DENOMINATOR, self.tr("全部（分母）")),
                (Part.NUMERATOR, self.tr("计入（分子）")),
                (_REST, self.tr("其余")),
            ]
        )
        self._parts.setAccessibleName(self.tr("名单"))
        self._parts.chosen.connect(self._show_list)
        self._table = Table(case_columns(stage), self.tr("所计案卷"))
        self._table.row_chosen.connect(self._on_chosen)
        self._foot = PlainLabel(tone=Tone.QUIET)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self._name)
        column.addLayout(facts)
        column.addWidget(self._parts)
        column.addWidget(self._table, 1)
        column.addWidget(self._foot)
        self.resize(round(1080 * one), round(620 * one))

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers of the cases listed."""
        return tuple(case.no for case in self._table.rows)

    @property
    def foot(self) -> str:
        """The sentence that says whether list and number agree."""
        return self._foot.text()

    def choose(self, part: str) -> None:
        """Show one of the lists: a ``Part``, or ``rest``."""
        self._parts.choose(part)

    def show_behind(self, behind: Behind) -> None:
        """Ask for the cases of a number and show them."""
        self._behind, self._lists = behind, {}
        figure, stage = behind.figure, self._stage
        key, lang = figure.key, stage.lang
        name = " · ".join(filter(None, (tallies.name(key, lang), behind.group_name)))
        said = (name, tallies.amount(key, figure.value, lang), tallies.fraction(figure, lang))
        self._name.setText("  ".join(filter(None, said)))
        self.setWindowTitle(name)
        self.setAccessibleName(name)
        self._words["formula"].setText(tallies.formula(key, lang))
        self._words["left_out"].setText(tallies.left_out(key, lang))
        self._words["window"].setText(tallies.window(key, behind.start, behind.now, stage))
        self._parts.setVisible(MEASURES[key].unit is Unit.SHARE)
        self._table.show_rows(())
        self._foot.setText(self.tr("正在查…"))
        for part in self._asked():
            self._parts.set_count(part, "")
            stage.ask(behind.question(part), partial(self._on_answer, behind, part))
        self._parts.set_count(_REST, "")
        self._parts.choose(Part.DENOMINATOR)
        self.show()
        self.raise_()
        self._table.setFocus()

    def _asked(self) -> tuple[Part, ...]:
        assert self._behind is not None  # noqa: S101  only called for a number
        is_rate = MEASURES[self._behind.figure.key].unit is Unit.SHARE
        return tuple(Part) if is_rate else (Part.DENOMINATOR,)

    def _on_answer(self, behind: Behind, part: Part, cases: tuple[Case, ...]) -> None:
        if behind is not self._behind:
            return  # another number was opened meanwhile
        self._lists[part] = cases
        if len(self._lists) < len(self._asked()):
            return
        if Part.NUMERATOR in self._lists:
            counted = {case.no for case in self._lists[Part.NUMERATOR]}
            self._lists[_REST] = tuple(
                case for case in self._lists[Part.DENOMINATOR] if case.no not in counted
            )
        for key, listed in self._lists.items():
            self._parts.set_count(key, f"{len(listed):,}")
        self._show_list(self._parts.key)

    def _show_list(self, key: str) -> None:
        cases = self._lists.get(key)
        if cases is None or self._behind is None:
            return
        self._table.show_rows(cases)
        self._foot.setText(self._agreement(key, cases))

    def _agreement(self, key: str, cases: Sequence[Case]) -> str:
        """Say whether the list is as long as the number says, and why not."""
        assert self._behind is not None  # noqa: S101  only called for a number
        figure, listed = self._behind.figure, f"{len(cases):,}"
        if len(cases) >= _MOST:
            return self.tr("只列前 %n 件", "", len(cases))
        if MEASURES[figure.key].of is Of.SUMMONS:
            return self.tr("数字按被哨单位计，共涉及 %n 件", "", len(cases))
        number = _number(figure, key)
        if number is None or number == len(cases):
            return self.tr("共 %n 件", "", len(cases))
        return self.tr("数字是 {number} 件；数据刚有变化，现在是 {n} 件").format(
            number=f"{number:,}", n=listed
        )

    def _on_chosen(self, case: Case) -> None:
        self._stage.select(case.no)


def _number(figure: Figure, key: str) -> int | None:
    """Return how many the figure itself says stand on one of its lists."""
    top, bottom = figure.numerator, figure.denominator
    if MEASURES[figure.key].unit is Unit.COUNT:
        return None if top is None else round(top)
    if key == Part.DENOMINATOR:
        return bottom
    if MEASURES[figure.key].adds is not None or top is None or bottom is None:
        return None
    return round(top) if key == Part.NUMERATOR else bottom - round(top)
