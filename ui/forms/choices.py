"""What can be chosen in the forms: classes, grids, bodies, limits, cases of the same problem."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from heapq import nsmallest
from math import inf
from operator import itemgetter
from typing import Any, Final

from commandcenter.application.access import may
from commandcenter.application.commands import Claim
from commandcenter.application.plans import standard
from commandcenter.application.questions import Duplicates, Question
from commandcenter.application.verifiers import Nearness, Verifier, verifiers
from commandcenter.domain import duties, words
from commandcenter.domain.case import Case, Step
from commandcenter.domain.catalogue import UNLISTED, Category, DutyList, Urgency, WhistleKind
from commandcenter.domain.duties import Match
from commandcenter.domain.hints import Hint, hints
from commandcenter.domain.matching import Suggestion, best
from commandcenter.domain.place import distance_m
from commandcenter.domain.report import Channel
from commandcenter.domain.roster import Body, BodyLevel
from commandcenter.domain.timelimit import Limit
from ui import wording
from ui.forms.field import Choice, Subject, Values
from ui.forms.placing import Spot, settled
from ui.wording import Both

Choices = Callable[[Subject, Values], Sequence[Choice]]


def members(kind: type[StrEnum]) -> Choices:
    """Return the choices of an enumeration of the hall, in its own order."""

    def choices(subject: Subject, _values: Values) -> list[Choice]:
        return [Choice(value=it, text=words.word(it, subject.lang)) for it in kind]

    return choices


def codes(*values: str) -> Choices:
    """Return choices that are values of the contract, as people here read them."""

    def choices(subject: Subject, _values: Values) -> list[Choice]:
        return [Choice(value=it, text=words.code(it, subject.lang)) for it in values]

    return choices


def said(*choices: tuple[Any, Both]) -> Choices:
    """Return choices that are the same in every hall."""

    def made(subject: Subject, _values: Values) -> list[Choice]:
        return [Choice(value=value, text=subject.say(both)) for value, both in choices]

    return made


def urgencies(subject: Subject, _values: Values) -> list[Choice]:
    """Return the grades of urgency, the worst first, with their shapes."""
    return [
        Choice(value=it, text=wording.urgency_words(it, subject.lang)) for it in reversed(Urgency)
    ]


channels: Final = members(Channel)
whistle_kinds: Final = members(WhistleKind)


def categories(subject: Subject, values: Values) -> list[Choice]:
    """Return the classes that have none below them, under the class above, as the catalogue has it.

    Those that the report's own words speak of bear these words.
    """
    known = subject.hall.categories
    parents = {it.parent for it in known.values()}
    spoken = {hint.category: (at, hint) for at, hint in enumerate(hinted(subject, values))}
    found = []
    for it in known.values():
        if it.code not in parents:
            rank, hint = spoken.get(it.code, (0, None))
            found.append(
                Choice(
                    value=it.code,
                    text=f"{it.name}  {it.code}",
                    detail=wording.PATH.join(_above(known, it)),
                    group=next(iter(_above(known, it)[-1:]), ""),
                    note=wording.listed(hint.words, subject.lang) if hint else "",
                    rank=rank,
                )
            )
    return found


def _above(known: Mapping[str, Category], category: Category) -> list[str]:
    """Return the names of the classes above one, the highest first."""
    names: list[str] = []
    seen = {category.code}
    at = known.get(category.parent or "")
    while at is not None and at.code not in seen:
        seen.add(at.code)  # a ring of parents in the file must not hang the hall
        names.insert(0, at.name)
        at = known.get(at.parent or "")
    return names


def hinted(subject: Subject, values: Values) -> tuple[Hint, ...]:
    """Return the classes that the report's words speak of, the likeliest first.

    An alert is what was seen, and not where: a camera is named after what stands beside it.
    """
    case, alert = subject.case, subject.alert
    said = (values.get("title"), values.get("description"))
    held = (case.title, case.description, case.category_text) if case else ()
    seen = (alert.label_text, alert.label) if alert else ()
    return hints(" ".join(filter(None, (*said, *held, *seen))), subject.hall.categories)


def conditions(subject: Subject, values: Values) -> list[Choice]:
    """Return the conditions under which the chosen class can be filed."""
    category = values.get("category") or (subject.case.category if subject.case else None)
    found = subject.hall.standards_for(category) if category else ()
    return [Choice(value=it.condition, text=it.condition) for it in found if it.condition]


def grids(subject: Subject, values: Values) -> list[Choice]:
    """Return the grids, those the position may belong to first."""
    known = subject.hall.grids.grids
    near = subject.case.place.candidates if subject.case else _near(subject, values)
    order = (*(code for code in near if code in known), *(c for c in known if c not in near))
    return [
        Choice(value=code, text=f"{known[code].name}  {code}", detail=known[code].village)
        for code in order
    ]


def _near(subject: Subject, values: Values) -> tuple[str, ...]:
    """Return the grids that the place being entered may belong to."""
    spot = values.get("address")
    known = isinstance(spot, Spot) and spot.point is not None
    return settled(subject, values).candidates if known else ()


def workers(subject: Subject, _values: Values) -> list[Choice]:
    """Return the grid workers, the nearest first, each with why and how far off he is."""
    hall = subject.hall
    found = verifiers(hall, subject.the_case.place, subject.picture.positions.values(), subject.now)
    return [
        Choice(value=it.worker.id, text=f"{it.worker.name}  {_nearness(subject, it)}")
        for it in found
    ]


def nearest_worker(subject: Subject, _values: Values) -> str | None:
    """Return who is offered first, where anything speaks for him."""
    place, positions = subject.the_case.place, subject.picture.positions.values()
    found = verifiers(subject.hall, place, positions, subject.now)
    first = next(iter(found), None)
    near = first is not None and first.nearness < Nearness.OTHER
    return first.worker.id if near and first is not None else None


def _nearness(subject: Subject, it: Verifier) -> str:
    parts = [wording.grid_name(subject.hall, it.worker.grid), it.worker.role]
    if both := _NEARNESS.get(it.nearness):
        parts.insert(0, subject.say(both))
    if it.metres is not None:
        parts.append(subject.say(_METRES_OFF, metres=f"{it.metres:,.0f}"))
    return wording.listed(parts, subject.lang)


_NEARNESS: Final[Mapping[Nearness, Both]] = {
    Nearness.OWN_GRID: ("本网格", "of this grid"),
    Nearness.SAME_GRID: ("同网格", "in this grid"),
    Nearness.CANDIDATE: ("界边网格", "of the next grid"),
    Nearness.POSITION: ("附近", "near by"),
}
_METRES_OFF: Final[Both] = ("距 {metres} 米", "{metres} m off")


def colleagues(subject: Subject, _values: Values) -> list[Choice]:
    """Return the operators who may have a case, those at a seat now first."""
    hall, lang, here = subject.hall, subject.lang, subject.picture.present
    stale = timedelta(seconds=hall.limits.claim_stale_seconds)
    found = []
    for person in hall.people.values():
        if may(person, Claim) and person.id != (subject.case and subject.case.claimed_by):
            at = here.get(person.id)
            there = at is not None and subject.now - at < stale
            name = wording.role_and_name(person.name, person.role, lang)
            said = wording.listed((name, subject.say(_THERE if there else _AWAY)), lang)
            found.append((not there, Choice(value=person.id, text=said)))
    return [choice for _away, choice in sorted(found, key=itemgetter(0))]


_THERE: Final[Both] = ("在席", "at a seat")
_AWAY: Final[Both] = ("不在席", "away")


def duty_items(subject: Subject, _values: Values) -> list[Choice]:
    """Return the items in force today: first those that fit the case with why, then by list."""
    today = local_day(subject)
    fits = duties.matches(subject.hall, subject.case, today) if subject.case else ()
    return [
        *(_fitting(subject, match) for match in fits),
        *_every_item(subject, today, {match.item.item for match in fits}),
    ]


def linked_items(subject: Subject, values: Values) -> list[Choice]:
    """Return the items a decision may name, and last that no list covers the matter."""
    unlisted = Choice(value=UNLISTED, text=subject.say(_UNLISTED), group=subject.say(_NO_LIST))
    return [*duty_items(subject, values), unlisted] if subject.hall.duties else []


_UNLISTED: Final[Both] = ("清单外：哪一项都不包括", "On no list: no item covers it")
_NO_LIST: Final[Both] = ("清单外", "On no list")
_FITS: Final[Both] = ("与本案对应", "Fits this case")


def _fitting(subject: Subject, match: Match) -> Choice:
    why = words.word(match.kind, subject.lang)
    return Choice(
        value=match.item.item,
        text=f"{match.item.item}  {match.item.title}",
        detail=f"{why} {' '.join(match.words)}".strip(),
        group=subject.say(_FITS),
    )


def _every_item(subject: Subject, today: date, but: Collection[str]) -> list[Choice]:
    return [
        Choice(
            value=it.item,
            text=f"{it.item}  {it.title}",
            group=words.word(it.list, subject.lang),
        )
        for part in DutyList
        for it in subject.hall.duties.values()
        if it.list is part and it.active(today) and it.item not in but
    ]


def local_day(subject: Subject) -> date:
    """Return today in the hall's zone."""
    return subject.now.astimezone(subject.hall.zone).date()


def bodies(subject: Subject, _values: Values) -> list[Choice]:
    """Return the bodies that exist today, by level; those of the filing standard come first."""
    today, hall = local_day(subject), subject.hall
    rule = standard(hall, subject.case) if subject.case else None
    first: list[str] = []
    if rule is not None:
        named = (rule.body, *rule.co_bodies, *rule.whistle_bodies)
        first = [code for code in dict.fromkeys(filter(None, named)) if code in hall.bodies]
    return [
        *(_body(hall.bodies[code], subject.say(_OF_STANDARD)) for code in first),
        *(
            _body(it, words.word(level, subject.lang))
            for level in _LEVELS
            for it in hall.bodies.values()
            if it.level is level and it.active(today) and it.code not in first
        ),
    ]


_LEVELS: Final = (
    BodyLevel.TOWNSHIP,
    BodyLevel.STATIONED,
    BodyLevel.COUNTY,
    BodyLevel.UTILITY,
    BodyLevel.VILLAGE,
)
_OF_STANDARD: Final[Both] = ("标准所列", "Named by the standard")


def _body(body: Body, group: str) -> Choice:
    detail = " ".join(filter(None, (body.kind, body.phone)))
    return Choice(value=body.code, text=body.short_name or body.name, detail=detail, group=group)


def limits(
    *presets: str, own: Callable[[Subject, Values], Limit], named: Both = ("按标准", "Standard")
) -> Choices:
    """Return limits on offer; first the one that holds anyway, which an empty value stands for."""

    def choices(subject: Subject, values: Values) -> list[Choice]:
        limit = wording.limit_words(own(subject, values), subject.lang)
        own_ = Choice(value="", text=subject.say(_OWN, name=subject.say(named), limit=limit))
        policy = subject.hall.limits.day_policy
        given = (*presets, *filter(_is_limit, values.values()))
        found = dict.fromkeys(Limit.parse(it, policy) for it in given)
        return [
            own_,
            *(Choice(value=str(it), text=wording.limit_words(it, subject.lang)) for it in found),
        ]

    return choices


def _is_limit(value: Any) -> bool:
    """Tell whether an answer is a limit: one that was given stays on offer beside the usual."""
    if not isinstance(value, str) or " " not in value:
        return False
    try:
        Limit.parse(value)
    except ValueError:
        return False
    return True


_OWN: Final[Both] = ("{name}：{limit}", "{name}: {limit}")
# Limits that halls are known to promise (domain.md 4); the standard's own is always on top.
HANDLING_LIMITS: Final = (
    "2 urgent_hour", "4 urgent_hour", "8 urgent_hour", "24 urgent_hour", "4 work_hour",
    "1 work_day", "2 work_day", "3 work_day", "5 work_day", "7 work_day", "15 work_day",
)  # fmt: skip
ANSWER_LIMITS: Final = tuple(f"{it} urgent_minute" for it in (3, 5, 10, 15, 20, 30))
REPORT_IN_LIMITS: Final = tuple(f"{it} urgent_minute" for it in (10, 15, 20, 30, 45, 60, 90))


def limit_of(hall_limit: Limit, chosen: str | None) -> Limit:
    """Return the limit that was chosen, else the hall's own."""
    return Limit.parse(chosen) if chosen else hall_limit


def milestones(subject: Subject, _values: Values) -> list[Choice]:
    """Return the milestones of a case that have not been reached."""
    stops = subject.the_case.stops
    return [Choice(value=it.name, text=it.name) for it in stops if it.done_at is None]


# -- what a body may say --

_STATUS: Final[tuple[tuple[str, Step, Both], ...]] = (
    ("accepted", Step.ACCEPT, ("已签收", "It has accepted")),
    ("returned", Step.RETURN, ("要求退回", "It returns the case")),
    ("handling", Step.START, ("已开始处置", "It has started")),
    ("milestone", Step.MILESTONE, ("节点已完成", "A milestone is reached")),
    ("result", Step.RESULT, ("处置完成，报结果", "The result is in")),
)
_EARLY: Final[Mapping[str, frozenset[Step]]] = {
    # a body that has started has accepted, whether or not it said so first
    "handling": frozenset({Step.ACCEPT}),
    "result": frozenset({Step.ACCEPT, Step.START}),
}


def statuses(subject: Subject, _values: Values) -> list[Choice]:
    """Return what the body that holds a case may have said by telephone."""
    open_steps = set(subject.the_case.steps)
    if not any(it.done_at is None for it in subject.the_case.stops):
        open_steps.discard(Step.MILESTONE)
    return [
        Choice(value=status, text=subject.say(both))
        for status, step, both in _STATUS
        if step in open_steps or _EARLY.get(status, frozenset()) & open_steps
    ]


def statuses_first(subject: Subject, values: Values) -> Any:
    """Return the next thing a body would say."""
    offered = [it.value for it in statuses(subject, values) if it.value != "returned"]
    return next(iter(offered), None)


# -- cases that may be the same problem --


def asks_alike(subject: Subject, _values: Values) -> Sequence[Question[Any]]:
    """Return the question to the store which cases may be the same problem."""
    return (Duplicates(case=subject.the_case.no),)


def alike(subject: Subject) -> tuple[Suggestion, ...]:
    """Return what the store suggests as the same problem; nothing before it has answered."""
    found: tuple[Suggestion, ...] = subject.answers.get(Duplicates(case=subject.the_case.no), ())
    return found


def mains(subject: Subject, _values: Values) -> list[Choice]:
    """Return the open cases a case may be merged into: the suggested ones, then the nearest."""
    case = subject.the_case
    first = [
        _main(subject, it.case, wording.likeness_words(it.likeness, subject.lang))
        for it in alike(subject)
    ]
    known = {it.value for it in first}
    others = (it for it in subject.picture.cases.values() if it.no not in {case.no, *known})
    near = nsmallest(_NEAREST, others, key=lambda it: (_metres(case, it), _minutes(case, it)))
    return [*first, *(_main(subject, it, tuple(_apart(subject, it))) for it in near)]


_NEAREST: Final = 60


def likeliest(subject: Subject, _values: Values) -> str | None:
    """Return the case that is suggested first, where it is very likely the same problem."""
    found = best(alike(subject))
    return found.case.no if found else None


def why_alike(subject: Subject, values: Values) -> str:
    """Return in words why the chosen case may be the same problem, if it was suggested."""
    chosen = (it for it in alike(subject) if it.case.no == values.get("into"))
    found = next(chosen, None)
    if found is None:
        return ""
    return wording.listed(wording.likeness_words(found.likeness, subject.lang), subject.lang)


def _main(subject: Subject, case: Case, reasons: tuple[str, ...]) -> Choice:
    each = (wording.unbroken(it) for it in (case.no, *reasons))
    return Choice(
        value=case.no,
        text=words.case_title(case.title, subject.lang),
        detail=wording.SEPARATOR.join(each),
    )


def _apart(subject: Subject, other: Case) -> Iterator[str]:
    case, lang = subject.the_case, subject.lang
    metres = _metres(case, other)
    if metres < inf:
        yield subject.say(_METRES_APART, metres=f"{metres:,.0f}")
    apart = timedelta(minutes=_minutes(case, other))
    yield subject.say(_TIME_APART, span=wording.span(apart, lang))


def _metres(one: Case, other: Case) -> float:
    here, there = one.place.wgs84, other.place.wgs84
    return inf if here is None or there is None else distance_m(here, there)


def _minutes(one: Case, other: Case) -> float:
    return abs((one.occurred_at - other.occurred_at).total_seconds()) / 60


_METRES_APART: Final[Both] = ("相距 {metres} 米", "{metres} m apart")
_TIME_APART: Final[Both] = ("相隔 {span}", "{span} apart")
