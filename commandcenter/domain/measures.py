"""The figures of the hall: every one with its formula, window, exclusions and the list it counts.

A figure's numerator and denominator are lists of conditions on named columns; the store turns them
into SQL, ``holds`` into a test of one row. So the number, the list behind it and the check of both
come from the same definition (domain.md 6, docs/figures.md).
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from commandcenter.domain.case import TO_DISPATCH, Case, Outcome, State
from commandcenter.domain.errors import Refusal
from commandcenter.domain.whistle import Summons, SummonsState, Whistle, marks, solve_by, spared


class Part(StrEnum):
    """Which of a figure's two lists."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One reckoned figure: ``value`` is a share (0–1), a count, or hours; none without a basis.

    ``id`` and ``key`` are both the measure's; ``group`` is a code, "" where the rows name none.
    """

    id: str
    key: str
    value: float | None
    numerator: float | None
    denominator: int | None
    group: str | None = None


# -- the hall's day --


def day_start(day: date, zone: tzinfo, day_starts: time) -> datetime:
    """Return the instant a hall day begins; where the clocks show it twice, the first time.

    A local time that the clocks skip lies as long after the jump as it would have been into it.
    """
    return datetime.combine(day, day_starts, zone).astimezone(UTC)


def day_window(day: date, zone: tzinfo, day_starts: time) -> tuple[datetime, datetime]:
    """Return the half-open [start, end) of a hall day; 23 or 25 hours where the clocks change."""
    return day_start(day, zone, day_starts), day_start(_after(day, 1), zone, day_starts)


def month_window(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the half-open [start, end) of the calendar month a local day lies in, in UTC."""
    first = day.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    start, end = (datetime.combine(it, time(), zone).astimezone(UTC) for it in (first, after))
    return start, end


def day_of(instant: datetime, zone: tzinfo, day_starts: time) -> date:
    """Return the hall day an instant lies in: the one that began last."""
    day = instant.astimezone(zone).date()
    return day if day_start(day, zone, day_starts) <= instant else _after(day, -1)


def hall_day(instant: datetime, zone: tzinfo, day_starts: time) -> tuple[datetime, datetime]:
    """Return the half-open window [start, end) of the hall day an instant lies in, in UTC."""
    return day_window(day_of(instant, zone, day_starts), zone, day_starts)


def elapsed(start: datetime, end: datetime, now: datetime) -> tuple[datetime, datetime]:
    """Return what has gone by of a period, up to and including ``now``; of one to come, nothing.

    Whoever reckons over a period that may still run reckons over this: a deadline that is to come
    would otherwise count as missed.
    """
    return start, max(start, min(end, now + _MICROSECOND))


def a_day_before(instant: datetime, zone: tzinfo) -> datetime:
    """Return the instant at which the hall's clock showed the same hour the day before."""
    return (instant.astimezone(zone) - timedelta(days=1)).astimezone(UTC)


def _after(day: date, days: int) -> date:
    return day + timedelta(days=days)


# -- what a measure is made of --


class Of(StrEnum):
    """What is counted: files, or the bodies that whistles summoned."""

    CASE = "case"
    SUMMONS = "summons"


class Unit(StrEnum):
    """What a figure's value means."""

    COUNT = "count"
    SHARE = "share"
    HOURS = "hours"
    PER_CASE = "per_case"


class Moment(StrEnum):
    """The instant that puts a row into a window [t0, t1); the value is its column."""

    REPORTED = "received_at"
    DECIDED = "decided_at"
    REJECTED = "rejected_at"
    FILED = "filed_at"
    DISPATCHED = "first_dispatched_at"
    DUE = "reckoned_at"
    DEADLINE = "due_at"
    HANDLING_DUE = "handling_reckoned_at"
    HANDLED = "result_at"
    CLOSED = "closed_at"
    FOLLOWED_UP = "followed_up_at"
    BLOWN = "blown_at"
    AS_AT = "as_at"  # no window: what holds at t1, or now if that is earlier


class Symbol(StrEnum):
    """A value the window brings: a condition names it, whoever reckons puts it in."""

    START = "start"
    END = "end"
    AT = "at"
    DISPATCH_LIMIT = "dispatch_limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What is reckoned over: half-open [``start``, ``end``), seen at ``now``; aware instants."""

    start: datetime
    end: datetime
    now: datetime
    dispatch_limit: timedelta = timedelta(minutes=15)

    @property
    def at(self) -> datetime:
        """The instant of figures that hold as at an instant: the end, or now if that is earlier."""
        return min(self.end, self.now)


class Op(StrEnum):
    """How a column is compared; a missing value compares only where the comment says so."""

    IS = "is"  # with none: is missing
    IS_NOT = "is_not"  # with none: is there; with a value: missing, or another
    AMONG = "among"
    NOT_AMONG = "not_among"  # or missing
    FROM = "from"  # at the operand or later, at least
    BEFORE = "before"  # earlier, less
    BY = "by"  # at the operand or earlier, at most
    NOT_BY = "not_by"  # later, or not at all


@dataclass(frozen=True, slots=True)
class Other:
    """Another column of the same row, and how much is added to it."""

    column: str
    plus: int | Symbol = 0


# a Symbol is a string too: whoever reads an operand looks for it first
Operand = str | float | bool | None | Other | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold of a row."""

    column: str
    op: Op
    operand: Operand


Row = Mapping[str, Any]
Conditions = tuple[Condition, ...]
Both = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure as it is published.

    ``basis`` are the conditions of the denominator's list besides the window, ``counted`` those a
    row of the numerator's list meets besides; so the numerator is always part of the denominator.
    A row adds 1, or its column ``adds`` to the numerator and ``per`` to the denominator. With
    ``quantile`` the value is that of ``adds`` at this per cent of the rows (nearest rank).
    ``name`` and ``formula`` are in Chinese and English.
    """

    key: str
    name: Both
    formula: Both
    unit: Unit
    moment: Moment
    of: Of = Of.CASE
    basis: Conditions = ()
    counted: Conditions = ()
    adds: str | None = None
    per: str | None = None
    quantile: int | None = None

    @property
    def window(self) -> Conditions:
        """The conditions that put a row into the window."""
        if self.moment is Moment.AS_AT:
            return ()
        return (
            Condition(self.moment, Op.FROM, Symbol.START),
            Condition(self.moment, Op.BEFORE, Symbol.END),
        )

    def conditions(self, part: Part) -> Conditions:
        """Return everything a row on one of the two lists meets."""
        basis = self.window + self.basis
        return basis if part is Part.DENOMINATOR else basis + self.counted

    def figure(self, numerator: float, denominator: int, group: str | None = None) -> Figure:
        """Return the figure of what was counted; amounts of time come in microseconds."""
        top: float | None = numerator / _HOUR if self.unit is Unit.HOURS else numerator
        bottom: int | None = denominator
        if self.unit is Unit.COUNT:
            value, bottom = top, None
        elif self.quantile is not None:
            value, top = (top if denominator else None), None
        else:
            value = top / denominator if denominator and top is not None else None
        return Figure(
            id=self.key,
            key=self.key,
            value=value,
            numerator=top,
            denominator=bottom,
            group=group,
        )


_HOUR: Final = 3_600_000_000
_MICROSECOND: Final = timedelta(microseconds=1)

DIMENSIONS: Final = ("body", "grid", "category", "channel")
"""What figures can be grouped by; a summons has the body it called and the rest from its case."""


# -- the figures themselves --


def _is(column: str, operand: Operand) -> Condition:
    return Condition(column, Op.IS, operand)


def _is_not(column: str, operand: Operand) -> Condition:
    return Condition(column, Op.IS_NOT, operand)


def _at(entered: str, op: Op, *left: str) -> Conditions:
    """Return the conditions of a row that has come in and not gone out as at an instant."""
    return (
        Condition(entered, op, Symbol.AT),
        *(Condition(column, Op.NOT_BY, Symbol.AT) for column in left),
    )


SATISFACTION: Final[Mapping[str, float]] = MappingProxyType(
    {"satisfied": 1.0, "basically": 0.9, "unsatisfied": 0.0}
)
"""What an answer about satisfaction adds: 基本满意 counts nine tenths (Beijing's formula)."""

_STANDING: Final = (_is("resting_at", None),)
_CLOSED_ON_TIME: Final = (Condition("closed_at", Op.BY, Other("due_at")),)
_DISPATCHED_ON_TIME: Final = (
    Condition("first_dispatched_at", Op.BY, Other("filed_at", Symbol.DISPATCH_LIMIT)),
)
_CALLED: Final = (_is("spared", False),)
_TO_DISPATCH: Final = (_is("dropped", False),)

MEASURES: Final[Mapping[str, Measure]] = MappingProxyType(
    {
        measure.key: measure
        for measure in (
            Measure(
                key="report_count",
                name=("上报数", "Reports"),
                formula=(
                    "窗口内接收的上报件数，并案的也各计一件",
                    "reports received in the window, merged ones too",
                ),
                unit=Unit.COUNT,
                moment=Moment.REPORTED,
            ),
            Measure(
                key="problem_count",
                name=("问题数", "Problems"),
                formula=(
                    "窗口内接收的上报去掉并案的件数：同一问题只计一件",
                    "reports received in the window less those merged: one problem counts once",
                ),
                unit=Unit.COUNT,
                moment=Moment.REPORTED,
                basis=(_is("parent", None),),
            ),
            Measure(
                key="to_accept",
                name=("待受理", "To accept"),
                formula=(
                    "该时点已接收、尚未立案、不予受理、并案或结案的件数",
                    "received and neither filed, declined, merged nor closed as at the instant",
                ),
                unit=Unit.COUNT,
                moment=Moment.AS_AT,
                basis=_at(
                    "received_at",
                    Op.BY,
                    "filed_at",
                    "first_dispatched_at",
                    "rejected_at",
                    "merged_at",
                    "closed_at",
                ),
            ),
            Measure(
                key="handling_now",
                name=("处置中", "In handling"),
                formula=(
                    "该时点已派单、尚未上传结果、退回、不予受理或结案的件数（含裁定、挂账）",
                    "dispatched; no result, return, rejection or closing yet (hold included)",
                ),
                unit=Unit.COUNT,
                moment=Moment.AS_AT,
                basis=_at(
                    "handed_at",
                    Op.BY,
                    "result_at",
                    "back_at",
                    "rejected_at",
                    "merged_at",
                    "closed_at",
                ),
            ),
            Measure(
                key="overdue_open",
                name=("超期未处置数", "Past deadline"),
                formula=(
                    "该时点未结案且已过处置期限的件数；期限前挂账的、待派单或裁定的不计",
                    (
                        "open and past the deadline; not those on hold since before it, nor those"
                        " to be dispatched or ruled on"
                    ),
                ),
                unit=Unit.COUNT,
                moment=Moment.AS_AT,
                basis=_at(
                    "due_at", Op.BEFORE, "closed_at", "rejected_at", "merged_at", "resting_at"
                ),
            ),
            Measure(
                key="file_rate",
                name=("立案率", "Filing rate"),
                formula=(
                    "立案 ÷（立案＋不予受理），按首次决定的时刻",
                    "filed / (filed + declined), by the first decision",
                ),
                unit=Unit.SHARE,
                moment=Moment.DECIDED,
                counted=(_is_not("filed_at", None),),
            ),
            Measure(
                key="not_ours_count",
                name=("不属本级数", "Not the hall's to do"),
                formula=(
                    "窗口内以不属本级为由不予受理的件数；不算结案，立案率照常计入分母",
                    "declined in the window as not this hall's to do; never counted as closed",
                ),
                unit=Unit.COUNT,
                moment=Moment.REJECTED,
                basis=(_is("not_ours", True),),
            ),
            Measure(
                key="valid_report_rate",
                name=("有效上报率", "Valid reports"),
                formula=("已立案 ÷ 上报", "filed / reported"),
                unit=Unit.SHARE,
                moment=Moment.REPORTED,
                counted=(_is_not("filed_at", None),),
            ),
            Measure(
                key="repeat_rate",
                name=("重复诉求率", "Repeated requests"),
                formula=(
                    "并入已有问题的上报 ÷ 上报",
                    "reports merged into an existing problem / reports",
                ),
                unit=Unit.SHARE,
                moment=Moment.REPORTED,
                counted=(_is_not("parent", None),),
            ),
            Measure(
                key="dispatch_accuracy",
                name=("准确派遣率", "Dispatch accuracy"),
                formula=(
                    "一次派准（未退、未撤、未改派）÷ 应派遣",
                    "dispatched once and never returned, recalled or changed / to be dispatched",
                ),
                unit=Unit.SHARE,
                moment=Moment.FILED,
                basis=_TO_DISPATCH,
                counted=(
                    _is_not("first_dispatched_at", None),
                    _is("hops", 0),
                    Condition("dispatches", Op.BY, Other("reopen_count", 1)),
                    Condition("state", Op.NOT_AMONG, (State.FILED, State.ARBITRATING)),
                ),
            ),
            Measure(
                key="ontime_dispatch_rate",
                name=("按期派遣率", "Dispatched on time"),
                formula=(
                    "立案后派遣时限内首次派遣 ÷ 应派遣",
                    "first dispatched within the dispatch limit after filing / to be dispatched",
                ),
                unit=Unit.SHARE,
                moment=Moment.FILED,
                basis=_TO_DISPATCH,
                counted=_DISPATCHED_ON_TIME,
            ),
            Measure(
                key="bounce_rate",
                name=("退单率", "Returns"),
                formula=(
                    "退单次数 ÷ 派单次数（按次，不按件）",
                    "returns / dispatches (times, not cases)",
                ),
                unit=Unit.SHARE,
                moment=Moment.DISPATCHED,
                counted=(Condition("hops", Op.FROM, 1),),
                adds="hops",
                per="dispatches",
            ),
            Measure(
                key="hops_per_case",
                name=("件均退单次数", "Returns per case"),
                formula=("退单次数 ÷ 派单件数", "returns / cases dispatched"),
                unit=Unit.PER_CASE,
                moment=Moment.DISPATCHED,
                counted=(Condition("hops", Op.FROM, 1),),
                adds="hops",
            ),
            Measure(
                key="due_close",
                name=("应结案数", "Due to close"),
                formula=(
                    (
                        "min(期限, 结案时刻) 落在窗口内的件数；"
                        "不予受理、并案、期限前挂账、待派单或裁定的不计"
                    ),
                    (
                        "min(deadline, closing) in the window; not rejected, merged, held since"
                        " before, to be dispatched or ruled on"
                    ),
                ),
                unit=Unit.COUNT,
                moment=Moment.DUE,
                basis=_STANDING,
            ),
            Measure(
                key="due_close_reached",
                name=("应结案：到期", "Due to close: deadline reached"),
                formula=(
                    "应结案中期限在窗口内到达的件数",
                    "those of them whose deadline was reached",
                ),
                unit=Unit.COUNT,
                moment=Moment.DUE,
                basis=(*_STANDING, _is("reckoned_at", Other("due_at"))),
            ),
            Measure(
                key="due_close_early",
                name=("应结案：提前结案", "Due to close: closed early"),
                formula=(
                    "应结案中期限之前已结案的件数",
                    "those of them closed before their deadline",
                ),
                unit=Unit.COUNT,
                moment=Moment.DUE,
                basis=(*_STANDING, Condition("closed_at", Op.BEFORE, Other("due_at"))),
            ),
            Measure(
                key="due_close_excluded",
                name=("应结案：剔除", "Due to close: excluded"),
                formula=(
                    "期限落在窗口内而不予受理或并案的件数",
                    "deadline in the window, but rejected or merged",
                ),
                unit=Unit.COUNT,
                moment=Moment.DEADLINE,
                basis=(Condition("state", Op.AMONG, (State.REJECTED, State.MERGED)),),
            ),
            Measure(
                key="close_rate",
                name=("结案率", "Closing rate"),
                formula=("窗口结束前已结案 ÷ 应结案", "closed before the window's end / due"),
                unit=Unit.SHARE,
                moment=Moment.DUE,
                basis=_STANDING,
                counted=(Condition("closed_at", Op.BEFORE, Symbol.END),),
            ),
            Measure(
                key="ontime_close_rate",
                name=("按期结案率", "Closed on time"),
                formula=("期限内结案 ÷ 应结案", "closed by the deadline / due"),
                unit=Unit.SHARE,
                moment=Moment.DUE,
                basis=_STANDING,
                counted=_CLOSED_ON_TIME,
            ),
            Measure(
                key="handle_rate",
                name=("处置率", "Handling rate"),
                formula=(
                    "窗口结束前已上传结果 ÷ 应处置（min(期限, 结果时刻) 落在窗口内）",
                    "result in before the window's end / due (min(deadline, result) in the window)",
                ),
                unit=Unit.SHARE,
                moment=Moment.HANDLING_DUE,
                basis=_STANDING,
                counted=(Condition("result_at", Op.BEFORE, Symbol.END),),
            ),
            Measure(
                key="ontime_handle_rate",
                name=("按期处置率", "Handled on time"),
                formula=("期限内上传结果 ÷ 应处置", "result in by the deadline / due"),
                unit=Unit.SHARE,
                moment=Moment.HANDLING_DUE,
                basis=_STANDING,
                counted=(Condition("result_at", Op.BY, Other("due_at")),),
            ),
            Measure(
                key="rework_rate",
                name=("返工率", "Rework"),
                formula=(
                    "返工一次以上的件 ÷ 已处置的件",
                    "cases sent back to be done again / cases handled",
                ),
                unit=Unit.SHARE,
                moment=Moment.HANDLED,
                counted=(Condition("rework_count", Op.FROM, 1),),
            ),
            Measure(
                key="closed_count",
                name=("结案数", "Closed"),
                formula=("窗口内结案的件数", "cases closed in the window"),
                unit=Unit.COUNT,
                moment=Moment.CLOSED,
            ),
            Measure(
                key="forced_count",
                name=("强制结案数", "Closed by order"),
                formula=("其中由值班长强制结案的件数", "those of them closed by order"),
                unit=Unit.COUNT,
                moment=Moment.CLOSED,
                basis=(_is("outcome", Outcome.FORCED),),
            ),
            Measure(
                key="partial_count",
                name=("部分解决数", "Partly solved"),
                formula=("其中部分解决的件数", "those of them solved in part"),
                unit=Unit.COUNT,
                moment=Moment.CLOSED,
                basis=(_is("outcome", Outcome.PARTIAL),),
            ),
            Measure(
                key="local_resolution_rate",
                name=("就地化解率", "Resolved locally"),
                formula=(
                    "未经县级协助而结案 ÷ 结案；强制结案的不计",
                    "closed without the county's help / closed; those closed by order left out",
                ),
                unit=Unit.SHARE,
                moment=Moment.CLOSED,
                basis=(_is_not("outcome", Outcome.FORCED),),
                counted=(_is("county_help", False),),
            ),
            Measure(
                key="reopen_rate",
                name=("重开率", "Reopened"),
                formula=("重开后再结案 ÷ 结案", "closed again after a reopening / closed"),
                unit=Unit.SHARE,
                moment=Moment.CLOSED,
                counted=(Condition("reopen_count", Op.FROM, 1),),
            ),
            *(
                Measure(
                    key=f"{key}_handle_hours",
                    name=(f"{zh}处置时长", f"{en} handling time"),
                    formula=(
                        f"窗口内结案各件从最后一次派单到结果上传的日历时长之{zh}",
                        f"{en.lower()} calendar time from last dispatch to result, cases closed",
                    ),
                    unit=Unit.HOURS,
                    moment=Moment.CLOSED,
                    basis=(_is_not("handling_time", None),),
                    adds="handling_time",
                    quantile=quantile,
                )
                for key, zh, en, quantile in (
                    ("avg", "平均", "Mean", None),
                    ("median", "中位", "Median", 50),
                    ("p90", "P90", "90th percentile", 90),
                )
            ),
            Measure(
                key="solve_rate",
                name=("解决率", "Solved, say the reporters"),
                formula=("回访称已解决 ÷ 有效回访", "said to be solved / validly followed up"),
                unit=Unit.SHARE,
                moment=Moment.FOLLOWED_UP,
                basis=(_is_not("solved", None),),
                counted=(_is("solved", True),),
            ),
            Measure(
                key="satisfaction_rate",
                name=("满意率", "Satisfaction"),
                formula=(
                    "（满意＋0.9×基本满意）÷ 有效回访",
                    "(satisfied + 0.9 × basically satisfied) / validly followed up",
                ),
                unit=Unit.SHARE,
                moment=Moment.FOLLOWED_UP,
                basis=(_is_not("satisfied", None),),
                counted=(Condition("satisfaction", Op.FROM, SATISFACTION["basically"]),),
                adds="satisfaction",
            ),
            Measure(
                key="whistle_count",
                name=("吹哨数", "Whistles"),
                formula=("窗口内吹哨的次数", "whistles blown in the window"),
                unit=Unit.COUNT,
                moment=Moment.BLOWN,
                of=Of.SUMMONS,
                basis=(_is("lead", True),),
            ),
            Measure(
                key="summons_count",
                name=("被哨单位数", "Bodies summoned"),
                formula=(
                    "窗口内被哨单位次数；撤哨、裁定免到的不计",
                    "bodies summoned, less those withdrawn or excused",
                ),
                unit=Unit.COUNT,
                moment=Moment.BLOWN,
                of=Of.SUMMONS,
                basis=_CALLED,
            ),
            Measure(
                key="refused_count",
                name=("拒哨数", "Refusals"),
                formula=("被哨单位中曾拒哨的次数", "summoned bodies that refused at first"),
                unit=Unit.COUNT,
                moment=Moment.BLOWN,
                of=Of.SUMMONS,
                basis=(_is_not("refused_at", None),),
            ),
            Measure(
                key="whistle_answer_rate",
                name=("应哨率", "Whistles answered"),
                formula=("已应哨 ÷ 被哨单位", "answered / bodies summoned"),
                unit=Unit.SHARE,
                moment=Moment.BLOWN,
                of=Of.SUMMONS,
                basis=_CALLED,
                counted=(_is_not("answered_at", None),),
            ),
            Measure(
                key="ontime_report_in_rate",
                name=("按时报到率", "Reported in on time"),
                formula=(
                    "时限内报到 ÷ 被哨单位，时限未到的也在被哨单位中；拒哨另列，不计入",
                    (
                        "reported in by the limit / bodies summoned, those not due yet among"
                        " them; refusals are shown apart"
                    ),
                ),
                unit=Unit.SHARE,
                moment=Moment.BLOWN,
                of=Of.SUMMONS,
                basis=(
                    *_CALLED,
                    Condition(
                        "state",
                        Op.NOT_AMONG,
                        (SummonsState.REFUSED, SummonsState.ARBITRATING),
                    ),
                ),
                counted=(Condition("reported_in_at", Op.BY, Other("report_in_by")),),
            ),
            Measure(
                key="whistle_solved_rate",
                name=("吹哨解决率", "Whistles solved"),
                formula=(
                    (
                        "节点（无节点则牵头单位或案卷结果）在时限内办成的哨 ÷ 吹哨数；"
                        "无单位逾期未到即全部撤回的不计"
                    ),
                    (
                        "whistles whose milestone (without one: the lead's work or the case's"
                        " result) was reached in time / whistles; less those taken back before"
                        " any body failed to come"
                    ),
                ),
                unit=Unit.SHARE,
                moment=Moment.BLOWN,
                of=Of.SUMMONS,
                basis=(_is("lead", True), _is_not("solve_by", None)),
                counted=(Condition("solved_at", Op.BY, Other("solve_by")),),
            ),
            Measure(
                key="whistle_rating",
                name=("吹哨评分", "Rating of bodies"),
                formula=(
                    "四项评分之和的平均（满分 20）；申诉改分的按改后的分",
                    "mean of the four marks together (20 at most), as changed by a ruling",
                ),
                unit=Unit.PER_CASE,
                moment=Moment.BLOWN,
                of=Of.SUMMONS,
                basis=(_is_not("marks", None),),
                adds="marks",
            ),
        )
    }
)
"""Every figure by its key, in the order of docs/figures.md."""

STRIP: Final = (
    "report_count",
    "to_accept",
    "handling_now",
    "overdue_open",
    "ontime_close_rate",
    "ontime_report_in_rate",
    "local_resolution_rate",
    "avg_handle_hours",
)
"""The eight of the figures strip, in its order: 今日上报 · 待受理 · 处置中 · 超期未处置 ·
按期结案率 · 按时报到率 · 就地化解率 · 平均处置时长."""


DAY: Final = (*STRIP, "problem_count", "not_ours_count")
"""What the leaders' page shows of a day: the strip's, the problems behind the requests, and what
was declined as not the hall's to do (counted apart from what was closed)."""


def measures(keys: Collection[str] = ()) -> tuple[Measure, ...]:
    """Return the measures of these keys, in their order; of none: all.

    Raises:
        Refusal: no figure has such a key.
    """
    for key in keys:
        if key not in MEASURES:
            raise Refusal("unknown_figure", key=key)
    return tuple(MEASURES[key] for key in keys) if keys else tuple(MEASURES.values())


def so_far(now: datetime, zone: tzinfo, day_starts: time) -> tuple[datetime, datetime]:
    """Return the window of the strip: from the hall day's start up to and including ``now``."""
    return elapsed(*hall_day(now, zone, day_starts), now)


# -- reckoning with plain rows: what the store's SQL is held against, and figures as known then --


def reckoned_at(case: Case) -> datetime | None:
    """Return min(deadline, closing): the one instant that puts a case into 应结案 of one window.

    None: it was not filed, has no deadline yet, or was rejected or merged.
    """
    if case.filed_at is None or case.due_at is None or case.state in _DROPPED:
        return None
    return _earlier(case.due_at, case.closed_at)


def _earlier(due: datetime, done: datetime | None) -> datetime:
    return due if done is None else min(due, done)


_DROPPED: Final = frozenset({State.REJECTED, State.MERGED})


def case_row(case: Case) -> Row:
    """Return the columns of a case that figures look at, the derived ones among them."""
    return {
        **{name: getattr(case, name) for name in _STORED},
        "hops": case.hops + case.earlier_hops,
        "grid": case.place.grid,
        "merged_at": case.since if case.state is State.MERGED else None,
        "back_at": case.since if case.state is State.FILED else None,
        "resting_at": _resting_at(case),
        "handed_at": case.dispatched_at if case.reopen_count else case.first_dispatched_at,
        "decided_at": case.filed_at or case.rejected_at,
        "dropped": case.state in _DROPPED and case.first_dispatched_at is None,
        "reckoned_at": reckoned_at(case),
        "handling_reckoned_at": None
        if reckoned_at(case) is None or case.due_at is None
        else _earlier(case.due_at, case.result_at),
        "handling_time": None
        if case.result_at is None or case.dispatched_at is None
        else (case.result_at - case.dispatched_at) // _MICROSECOND,
        "satisfaction": SATISFACTION.get(case.satisfied or "", 0.0),
    }


_STORED: Final = (
    "state",
    "body",
    "category",
    "channel",
    "received_at",
    "filed_at",
    "rejected_at",
    "first_dispatched_at",
    "dispatched_at",
    "due_at",
    "result_at",
    "closed_at",
    "outcome",
    "dispatches",
    "rework_count",
    "reopen_count",
    "county_help",
    "parent",
    "followed_up_at",
    "solved",
    "satisfied",
    "not_ours",
)


def _resting_at(case: Case) -> datetime | None:
    # what came back from its body is due again only when it is dispatched anew
    if case.state in TO_DISPATCH:
        return case.since
    # a hold begun before the deadline moves it; one begun after it excuses nothing
    if case.state is not State.SUSPENDED or (case.due_at and case.due_at < case.since):
        return None
    return case.since


def summons_row(whistle: Whistle, summons: Summons, case: Row) -> Row:
    """Return the columns of a summons that figures look at; ``case`` is its case's row."""
    return {
        "state": summons.state,
        "body": summons.body,
        "grid": case["grid"],
        "category": case["category"],
        "channel": case["channel"],
        "lead": summons.lead,
        "blown_at": whistle.blown_at,
        "report_in_by": summons.report_in_by,
        "answered_at": summons.answered_at,
        "reported_in_at": summons.reported_in_at,
        "refused_at": summons.refused_at,
        "solve_by": solve_by(whistle, summons),
        "solved_at": whistle.solved_at if summons.lead else None,
        "marks": marks(summons),
        "spared": spared(summons),
    }


_COMPARE: Final[Mapping[Op, Callable[[Any, Any], bool]]] = {
    Op.IS: lambda value, other: bool(value == other),
    Op.IS_NOT: lambda value, other: bool(value != other),
    Op.AMONG: lambda value, other: value in other,
    Op.NOT_AMONG: lambda value, other: value not in other,
    Op.FROM: lambda value, other: value is not None and other is not None and value >= other,
    Op.BEFORE: lambda value, other: value is not None and other is not None and value < other,
    Op.BY: lambda value, other: value is not None and other is not None and value <= other,
    Op.NOT_BY: lambda value, other: value is None or value > other,
}


def holds(condition: Condition, row: Row, window: Window) -> bool:
    """Tell whether a condition holds of a row in a window."""
    return _COMPARE[condition.op](row[condition.column], _operand(condition.operand, row, window))


def _operand(operand: Operand, row: Row, window: Window) -> Any:
    match operand:
        case Symbol():
            return getattr(window, operand)
        case Other(column, plus):
            value = row[column]
            if value is None or plus == 0:
                return value
            return value + (getattr(window, plus) if isinstance(plus, Symbol) else plus)
        case _:
            return operand


def meets(measure: Measure, part: Part, row: Row, window: Window) -> bool:
    """Tell whether a row stands on one of a measure's two lists."""
    return all(holds(condition, row, window) for condition in measure.conditions(part))


class Tally:
    """Figures reckoned row by row, in plain Python: slow, and as plain as the definition itself."""

    def __init__(self, asked: Collection[Measure], window: Window, by: str | None = None) -> None:
        self._asked = [(measure, measure.conditions(Part.DENOMINATOR)) for measure in asked]
        self._window = window
        self._by = by
        self._groups: set[str] = set()
        self._sums: dict[tuple[str, str | None], list[float]] = {}
        self._values: dict[tuple[str, str | None], list[float]] = {}

    def add(self, of: Of, row: Row) -> None:
        """Count a row in every figure whose lists it stands on."""
        group = None if self._by is None else row[self._by] or ""
        for measure, basis in self._asked:
            if measure.of is not of or not self._meets(basis, row):
                continue
            place = measure.key, group
            sums = self._sums.setdefault(place, [0, 0])
            sums[1] += row[measure.per] if measure.per else 1
            amount = row[measure.adds] if measure.adds else 1
            if measure.quantile is not None:
                self._values.setdefault(place, []).append(amount)
            elif self._meets(measure.counted, row):
                sums[0] += amount
            if group is not None:
                self._groups.add(group)

    def _meets(self, conditions: Conditions, row: Row) -> bool:
        return all(holds(condition, row, self._window) for condition in conditions)

    def figures(self) -> tuple[Figure, ...]:
        """Return what was counted: each measure once, or once for each group seen."""
        groups: list[str | None] = [None] if self._by is None else [*sorted(self._groups)]
        return tuple(self._figures(groups))

    def _figures(self, groups: list[str | None]) -> Iterator[Figure]:
        for measure, _ in self._asked:
            for group in groups:
                top, bottom = self._sums.get((measure.key, group), (0, 0))
                if values := sorted(self._values.get((measure.key, group), ())):
                    top = values[rank(measure.quantile or 0, len(values)) - 1]
                yield measure.figure(top, int(bottom), group)


def rank(quantile: int, count: int) -> int:
    """Return which of ``count`` sorted values is the quantile, from 1 (nearest rank)."""
    return max(1, -(-quantile * count // 100))
