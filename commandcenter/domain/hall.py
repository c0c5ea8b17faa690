"""Everything a hall is told about itself: its places, bodies, rules and limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, time, tzinfo
from types import MappingProxyType
from typing import Any, Final, TypeVar

from commandcenter.domain import mediation, transfer
from commandcenter.domain.catalogue import (
    Category,
    DutyItem,
    ReplyTemplate,
    Standard,
    WhistleTemplate,
)
from commandcenter.domain.channel import Channel
from commandcenter.domain.gazetteer import NamedPlace
from commandcenter.domain.mediation import Rung
from commandcenter.domain.place import Datum, GridMap
from commandcenter.domain.roster import Body, Camera, Contact, Operator, Worker
from commandcenter.domain.timelimit import DayPolicy, Limit, LimitUnit, WorkCalendar
from commandcenter.domain.transfer import Destination

# GB/T 28181 codes: 8 centre, 2 industry, 3 type, 1 network, 6 sequence; 131 and 132 are cameras
_CODE_DIGITS: Final = 20
_TYPE: Final = slice(10, 13)
_CAMERA_TYPES: Final = ("131", "132")


EXTENSION_REASONS: Final = ("survey", "materials", "weather", "coordination", "party")
HOLD_REASONS: Final = ("policy", "litigation", "plan", "funds", "title", "season", "materials")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits and thresholds that hold where no standard says otherwise.

    Every field is a key of ``[thresholds]`` in ``hall.toml``. Seconds, metres and counts are
    plain numbers and say so in their names. ``day_policy`` is how working days are reckoned where
    a limit does not say; reasons are names of ``domain.words.REASONS`` or a hall's own words.
    """

    claim_nag: Limit = field(default=Limit(5, LimitUnit.URGENT_MINUTE))
    claim: Limit = field(default=Limit(15, LimitUnit.URGENT_MINUTE))
    accept: Limit = field(default=Limit(15, LimitUnit.URGENT_MINUTE))
    dispatch: Limit = field(default=Limit(15, LimitUnit.URGENT_MINUTE))
    sign: Limit = field(default=Limit(2, LimitUnit.WORK_HOUR))
    sign_urgent: Limit = field(default=Limit(30, LimitUnit.URGENT_MINUTE))
    handle: Limit = field(default=Limit(3, LimitUnit.WORK_DAY))
    return_window: Limit = field(default=Limit(4, LimitUnit.WORK_HOUR))
    check: Limit = field(default=Limit(8, LimitUnit.WORK_HOUR))
    answer: Limit = field(default=Limit(10, LimitUnit.URGENT_MINUTE))
    report_in: Limit = field(default=Limit(30, LimitUnit.URGENT_MINUTE))
    whistle_ruling: Limit = field(default=Limit(30, LimitUnit.URGENT_MINUTE))  # on a refusal
    rating_appeal: Limit = field(default=Limit(3, LimitUnit.WORK_DAY))  # against a rating
    follow_up: Limit = field(default=Limit(5, LimitUnit.NATURAL_DAY))
    appeal: Limit = field(default=Limit(5, LimitUnit.WORK_DAY))
    verify: Limit = field(default=Limit(2, LimitUnit.WORK_HOUR))
    order_reply: Limit = field(default=Limit(1, LimitUnit.WORK_DAY))  # 督办
    total: Limit = field(default=Limit(15, LimitUnit.WORK_DAY))  # from filing, without a law's own
    day_policy: DayPolicy = DayPolicy.HOURS8
    decide: Limit = field(default=Limit(2, LimitUnit.WORK_HOUR))  # on what a body asks for
    max_extensions: int = 2
    longest_extension: Limit = field(default=Limit(15, LimitUnit.WORK_DAY))
    extension_reasons: tuple[str, ...] = EXTENSION_REASONS
    max_holds: int = 2
    longest_hold_days: int = 365
    hold_reasons: tuple[str, ...] = HOLD_REASONS
    ruling: Limit = field(default=Limit(4, LimitUnit.WORK_HOUR))
    county_reply: Limit = field(default=Limit(4, LimitUnit.WORK_HOUR))  # 乡呼县应
    county_reply_urgent: Limit = field(default=Limit(30, LimitUnit.URGENT_MINUTE))
    max_hops: int = 2  # the second return goes to arbitration
    recurrence_days: int = 30
    recurrence_metres: int = 50
    last_minutes: int = 10  # a result so shortly before its deadline is asked about
    claim_stale_seconds: int = 45
    claim_grace_seconds: int = 20
    clock_skew_seconds: int = 120
    stale_hours: int = 24  # 久悬
    supervise_hours: int = 72  # 督办
    flood_enter: int = 10  # alerts per seat in 10 minutes; more is a flood (ISA-18.2)
    flood_leave: int = 5  # fewer ends it
    busy_enter: int = 2  # more is busy
    same_near_metres: int = 250  # reports so near may be one problem
    same_far_metres: int = 1000  # from here on they are two
    same_hours: int = 24  # so far apart they may be one
    merge_same_source_seconds: int = 300
    merge_near_metres: int = 100
    merge_near_seconds: int = 600
    chatter_count: int = 3
    chatter_seconds: int = 60


_Rule = TypeVar("_Rule", Standard, WhistleTemplate)


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hall:
    """One hall and its reference data; the mappings are read-only and keep the files' order.

    ``standards`` and ``templates`` hold for each category those of it in file order, ``contacts``
    for each body whom to call in order; the others are by code, item or id. ``day_starts`` is the
    local time at which the hall's day begins. Where there are ``duties``, a dispatch or a refusal
    names an item if ``duty_item_required``; ``letter`` is the hall's own text for what is not its
    to do (empty: the built-in one). ``destinations`` are whom a case can be transferred to,
    ``ladder`` the levels a dispute goes up.
    """

    name: str
    code: str
    zone: tzinfo = UTC
    datum: Datum = Datum.WGS84
    grids: GridMap = field(default_factory=GridMap)
    bodies: Mapping[str, Body] = field(default_factory=_nothing)
    categories: Mapping[str, Category] = field(default_factory=_nothing)
    standards: Mapping[str, tuple[Standard, ...]] = field(default_factory=_nothing)
    templates: Mapping[str, tuple[WhistleTemplate, ...]] = field(default_factory=_nothing)
    contacts: Mapping[str, tuple[Contact, ...]] = field(default_factory=_nothing)
    duties: Mapping[str, DutyItem] = field(default_factory=_nothing)
    cameras: Mapping[str, Camera] = field(default_factory=_nothing)
    workers: Mapping[str, Worker] = field(default_factory=_nothing)
    people: Mapping[str, Operator] = field(default_factory=_nothing)
    replies: Mapping[str, ReplyTemplate] = field(default_factory=_nothing)
    places: tuple[NamedPlace, ...] = ()
    calendar: WorkCalendar = field(default_factory=lambda: WorkCalendar({}, UTC))
    day_starts: time = time(8)
    duty_item_required: bool = True
    letter: str = ""
    destinations: Mapping[str, Destination] = field(default_factory=lambda: transfer.BUILT_IN)
    ladder: tuple[Rung, ...] = mediation.BUILT_IN
    channels: Mapping[str, Channel] = field(default_factory=_nothing)
    test_at: time | None = None
    limits: Limits = field(default_factory=Limits)
    _channels: Mapping[str, Camera] = field(init=False, repr=False, compare=False)
    _restricted: frozenset[str] = field(init=False, repr=False, compare=False)
    _mediated: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_channels", _by_channel(self.cameras))
        object.__setattr__(self, "_restricted", _with_all_below(self.categories, "restricted"))
        object.__setattr__(self, "_mediated", _with_all_below(self.categories, "mediated"))

    def mediates(self, category: str | None) -> bool:
        """Tell whether disputes of a category go up the ladder; every one if none is named."""
        return not self._mediated or category in self._mediated

    def restricts(self, category: str | None) -> bool:
        """Tell whether what a category is about stays between those who deal with it."""
        return category in self._restricted

    def standards_for(self, category: str) -> tuple[Standard, ...]:
        """Return the standards of a category, or of the nearest category above that has any."""
        return self._nearest(category, self.standards)

    def _nearest(self, category: str, among: Mapping[str, tuple[_Rule, ...]]) -> tuple[_Rule, ...]:
        """Return the rules of a category, or of the nearest category above that has any."""
        seen: set[str] = set()
        code: str | None = category
        while code is not None and code not in seen:
            if found := among.get(code):
                return found
            seen.add(code)  # a ring of parents in the file must not hang the hall
            above = self.categories.get(code)
            code = above.parent if above else None
        return ()

    def standard_for(self, category: str, condition: str = "") -> Standard | None:
        """Return the standard of a condition; of none, the one to start from.

        That is the one without a condition, else the first.
        """
        found = self.standards_for(category)
        if (named := next((it for it in found if it.condition == condition), None)) is not None:
            return named
        plain = next((standard for standard in found if not standard.condition), None)
        return plain or next(iter(found), None)

    def template_for(self, category: str, condition: str = "") -> WhistleTemplate | None:
        """Return what a whistle is made from where its filing standard has a template.

        That is the template of the same condition, else one without any: never that of another
        condition. Where the category has no standard, its templates are looked for by themselves.
        """
        rule = self.standard_for(category, condition)
        if rule is None:
            found = self._nearest(category, self.templates)
        else:
            found, condition = self.templates.get(rule.category, ()), rule.condition
        named = (item for item in found if item.condition == condition)
        plain = (item for item in found if not item.condition)
        return next(named, None) or next(plain, None)

    def camera_for(self, code: str) -> Camera | None:
        """Return the camera behind a device or channel code.

        An alarm carries the code of a channel (GB/T 28181), the pack often only that of the
        device: where no code matches, the codes are compared without their type digits.
        """
        return self.cameras.get(code) or self._channels.get(code) or self._channels.get(_bare(code))


def _with_all_below(categories: Mapping[str, Category], marked: str) -> frozenset[str]:
    """Return the codes of the categories with a mark, and of every category below one."""
    found = {code for code, category in categories.items() if getattr(category, marked)}
    below = found
    while below:  # a ring of parents in the file ends it as well: nothing is found twice
        below = {code for code, it in categories.items() if it.parent in below} - found
        found |= below
    return frozenset(found)


def _by_channel(cameras: Mapping[str, Camera]) -> Mapping[str, Camera]:
    """Index cameras by channel, and by bare code where that names one camera only."""
    named = {channel: camera for camera in cameras.values() for channel in camera.channels}
    bare: dict[str, list[Camera]] = {}
    for code, camera in cameras.items():
        bare.setdefault(_bare(code), []).append(camera)
    alone = {code: found[0] for code, found in bare.items() if code and len(found) == 1}
    return MappingProxyType(alone | named)


def _bare(code: str) -> str:
    """Return a camera's code without its type digits, and nothing for any other code."""
    if len(code) != _CODE_DIGITS or code[_TYPE] not in _CAMERA_TYPES:
        return ""
    return code[: _TYPE.start] + "***" + code[_TYPE.stop :]
