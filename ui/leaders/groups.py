"""The day by body, grid, category and channel: counts beside every rate, ranks only for many."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from commandcenter.domain import words
from commandcenter.domain.hall import Hall
from commandcenter.domain.measures import DAY, MEASURES, Figure, Unit
from commandcenter.domain.report import Channel
from ui import tallies, wording
from ui.stage import Stage
from ui.table import Cell, Column
from ui.wording import Both, phrase
from widgets.tone import Tone

RANKED_BY: Final = "ontime_close_rate"
"""The figure whose rate groups are ranked by, where they have enough for it."""
_NAMES: Final[dict[str, Both]] = {
    "body": ("单位", "Body"),
    "grid": ("网格", "Grid"),
    "category": ("分类", "Class"),
    "channel": ("渠道", "Channel"),
}
_UNNAMED: Final[dict[str, Both]] = {
    "body": ("未派单", "not dispatched"),
    "grid": ("未定网格", "no grid"),
    "category": ("未分类", "no category"),
    "channel": ("未填", "not given"),
}
"""What cases are called that have no body, no grid, no class or no channel."""
_RANK: Final[Both] = ("名次", "Rank")
_NO_RANK: Final[Both] = ("—", "—")
_WIDTHS: Final = {Unit.COUNT: 4.5, Unit.SHARE: 8.5, Unit.HOURS: 8.5}  # 93.7 %  911/972
_SHORT: Final[dict[str, Both]] = {
    "ontime_report_in_rate": ("按时报到率", "In on time"),
    "avg_handle_hours": ("平均处置时长", "Mean handling"),
    "not_ours_count": ("不属本级数", "Not ours"),
}
"""Headings for which the name of a figure is too long; the tiles above give it whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One row: a group of a dimension, its figures by key, its rank if it has one."""

    dimension: str
    code: str
    name: str
    figures: dict[str, Figure]
    rank: int | None = None


def dimension_name(dimension: str, lang: str = "zh") -> str:
    """Return what a dimension is called."""
    return phrase(_NAMES[dimension], lang)


def group_name(hall: Hall, dimension: str, code: str, lang: str = "zh") -> str:
    """Return the name of a group; a code nobody knows is shown as it is."""
    if not code:
        return phrase(_UNNAMED[dimension], lang)
    match dimension:
        case "body":
            return wording.body_name(hall, code, lang)
        case "grid":
            return wording.grid_name(hall, code)
        case "category":
            category = hall.categories.get(code)
            return category.name if category else code
        case _:
            return words.word(Channel(code), lang) if code in set(Channel) else code


def groups(hall: Hall, dimension: str, figures: Sequence[Figure], lang: str = "zh") -> list[Group]:
    """Return the rows of a dimension: ranked ones first, then the others by what they report.

    A group of fewer than twenty has no rank: three cases at 66.7 % are not worse than three
    hundred at 95 % (domain.md 10.30). Groups of the same rate share a rank.
    """
    by_code: dict[str, dict[str, Figure]] = {}
    for figure in figures:
        by_code.setdefault(figure.group or "", {})[figure.key] = figure
    rates = {code: _ranked_rate(found.get(RANKED_BY)) for code, found in by_code.items()}
    ladder = sorted((rate for rate in rates.values() if rate is not None), reverse=True)
    made = [
        Group(
            dimension=dimension,
            code=code,
            name=group_name(hall, dimension, code, lang),
            figures=found,
            rank=None if (rate := rates[code]) is None else ladder.index(rate) + 1,
        )
        for code, found in by_code.items()
    ]
    return sorted(made, key=_order)


def _ranked_rate(figure: Figure | None) -> float | None:
    if figure is None or tallies.is_few(figure):
        return None
    return figure.value


def _order(group: Group) -> tuple[bool, int, float, str]:
    reports = group.figures.get("report_count")
    count = reports.value if reports and reports.value else 0.0
    return group.rank is None, group.rank or 0, -count, group.code


def columns(stage: Stage, dimension: str) -> list[Column]:
    """Return the columns of a dimension's table: name, rank, the figures of the day."""
    lang = stage.lang
    return [
        Column(dimension_name(dimension, lang), _name),
        Column(phrase(_RANK, lang), lambda group: _rank(group, lang), 4, number=True),
        *(_figure_column(key, lang) for key in DAY),
    ]


def key_of(column: int) -> str | None:
    """Return the figure that a column shows; none for the name and the rank."""
    return DAY[column - 2] if column >= len(("name", "rank")) else None


def _name(group: Group) -> Cell:
    return Cell(text=group.name)


def _rank(group: Group, lang: str) -> Cell:
    if group.rank is None:
        return Cell(text=phrase(_NO_RANK, lang), tone=Tone.QUIET, number=True)
    return Cell(text=str(group.rank), number=True)


def _figure_column(key: str, lang: str) -> Column:
    def cell(group: Group) -> Cell:
        figure = group.figures.get(key)
        if figure is None or (figure.value is None and not figure.denominator):
            return Cell(text=tallies.amount(key, None, lang), tone=Tone.QUIET, number=True)
        return Cell(text=_figure_text(figure, lang), number=True, opens=bool(_counted(figure)))

    width = _WIDTHS.get(MEASURES[key].unit, 8.0)
    heading = phrase(_SHORT[key], lang) if key in _SHORT else tallies.name(key, lang)
    return Column(heading, cell, width, number=True)


def _counted(figure: Figure) -> float:
    """Return how many cases stand behind a figure."""
    return figure.numerator or 0 if figure.denominator is None else figure.denominator


def _figure_text(figure: Figure, lang: str) -> str:
    """Return a value with its count; of a rate of few only the count."""
    value, basis = tallies.amount(figure.key, figure.value, lang), tallies.basis(figure, lang)
    if not basis:
        return value
    few = tallies.is_few(figure) and MEASURES[figure.key].unit is Unit.SHARE
    return basis if few else f"{value}  {basis}"
