"""What the hall deals with and by which rule: categories, filing standards and the duty list."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from commandcenter.domain.timelimit import Limit, Milestone


class Urgency(StrEnum):
    """How pressing a case is; the words are those of the feed."""

    NORMAL = "normal"
    IMPORTANT = "important"
    URGENT = "urgent"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 (normal) to 3 (critical), for sorting."""
        return _RANK[self]


_RANK = {urgency: rank for rank, urgency in enumerate(Urgency)}


def gravest(*urgencies: Urgency) -> Urgency:
    """Return the most pressing of some."""
    return max(urgencies, key=lambda it: it.rank)


class DutyList(StrEnum):
    """The part of the township's duty list (权责清单) an item stands in."""

    BASIC = "basic"  # 基本履职: the township's own
    COOPERATE = "cooperate"  # 配合履职: the county leads, the township helps
    WITHDRAWN = "withdrawn"  # 上级收回: may not be pushed down to the township
    DELEGATED = "delegated"  # 赋权事项: power the county has handed down


UNLISTED: Final = "unlisted"
"""What a step names where a person finds that no item of the lists covers the matter (清单外)."""


class Admission(StrEnum):
    """Where a task of the county stands at the competence gate (职责准入, domain.md 10.3)."""

    LISTED = "listed"  # an item of the lists covers it: it goes on like any report
    WAITING = "waiting"  # none does: the supervisor admits or declines it
    ADMITTED = "admitted"
    DECLINED = "declined"


class WhistleKind(StrEnum):
    """The three occasions for a whistle (吹哨)."""

    JOINT_ENFORCEMENT = "joint_enforcement"  # 综合执法
    HARD_PROBLEM = "hard_problem"  # 重点难点
    EMERGENCY = "emergency"  # 应急处置


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One class of problem; ``parent`` is the code of the class above it.

    What is ``restricted`` (特殊人群), and every class below it, is shown by class and count alone
    wherever more people look than those who deal with it. What is ``mediated``, and every class
    below it, is a dispute that goes up the ladder (三级联调).
    ``words`` are what a report says that means this class. ``near_metres``, ``far_metres`` and
    ``same_hours`` are how far apart two reports of one problem of this class may be; what lacks is
    that of the class above, else the hall's (domain.matching).
    """

    code: str
    name: str
    parent: str | None = None
    urgency: Urgency = Urgency.NORMAL
    restricted: bool = False
    words: tuple[str, ...] = ()
    near_metres: int | None = None
    far_metres: int | None = None
    same_hours: int | None = None
    mediated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyTemplate:
    """A reason to decline a report and the reply that goes with it.

    ``{where}`` in the reply stands for whoever must act. ``not_ours``: others must, so it is
    counted apart.
    """

    code: str
    reason: str
    reply: str
    not_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """One filing standard (立结案标准): who handles a category, by when, and how it is proved.

    ``limit`` is what the hall promised and is assessed on, ``statutory_limit`` what the law
    grants. Codes of bodies and duty items are those of the roster and the duty list; ``row`` is
    its line in ``standards.csv``.
    """

    category: str
    condition: str = ""
    body: str | None = None
    co_bodies: tuple[str, ...] = ()
    limit: Limit | None = None
    statutory_limit: Limit | None = None
    milestones: tuple[Milestone, ...] = ()
    duty_item: str | None = None
    evidence: tuple[str, ...] = ()
    whistle_kind: WhistleKind | None = None
    whistle_bodies: tuple[str, ...] = ()
    guidance: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WhistleTemplate:
    """What one click on the whistle does for a filing standard: whom it calls, and for what.

    ``category`` and ``condition`` name the standard; what is left open comes from the standard
    itself. The limits are of minutes or hours that run day and night; ``row`` is its line in
    ``whistles.csv``.
    """

    category: str
    condition: str = ""
    kind: WhistleKind | None = None
    lead: str | None = None
    co_bodies: tuple[str, ...] = ()
    duty_item: str | None = None
    gear: str = ""
    message: str = ""
    answer_limit: Limit | None = None
    report_in_limit: Limit | None = None
    evidence: tuple[str, ...] = ()
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyItem:
    """One numbered item of the duty list, in force from ``active_from`` to ``active_to``."""

    item: str
    list: DutyList
    title: str
    body: str | None = None
    co_bodies: tuple[str, ...] = ()
    legal_basis: str = ""
    active_from: date | None = None
    active_to: date | None = None

    def active(self, on: date) -> bool:
        """Tell whether the item is in force on a local day; both ends belong to it."""
        return (self.active_from is None or self.active_from <= on) and (
            self.active_to is None or on <= self.active_to
        )
