"""The forms for more time and for a hold, and what either would do, said before it is asked for."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from commandcenter.application import commands as c
from commandcenter.application.asking import extension
from commandcenter.application.questions import Figures, Question
from commandcenter.domain import words
from commandcenter.domain.case import Request, RequestKind
from commandcenter.domain.effect import SHOWN, Change, days, effect
from commandcenter.domain.errors import Refusal
from commandcenter.domain.measures import Figure, day_window
from commandcenter.domain.reckoning import handling, held
from commandcenter.domain.timelimit import Deadline, Limit, LimitUnit
from ui import tallies, wording
from ui.forms.field import Choice, Field, Form, Kind, Subject, Values, fixed, must
from ui.wording import Both

_NEW_DUE: Final[Both] = ("截止由 {old} 改为 {new}", "Due {new} instead of {old}")
_PROVISIONAL: Final[Both] = ("暂定", "provisional")
_HELD: Final[Both] = (
    "挂账期间处置时限暂停，总时限不停。到期恢复后，截止由 {old} 改为 {new}",
    "The handling clock stands still, the overall one goes on. Resumed then, it is due {new}",
)
_BEYOND_LAW: Final[Both] = ("! 超过法定期限 {at}", "! That is beyond the limit of the law, {at}")
_COUNT: Final[Both] = ("已延期 {n} 次，最多 {most} 次", "Extended {n}×, {most}× at most")
_HOLDS: Final[Both] = ("已挂账 {n} 次，最多 {most} 次", "On hold {n}× so far, {most}× at most")
_SAME_DAY: Final[Both] = (
    "应结案仍计入 {day}，指标不变",
    "It stays due to close on {day}; no figure changes",
)
_OTHER_DAY: Final[Both] = (
    "应结案由 {day} 移到 {new_day}",
    "It becomes due to close on {new_day} instead of {day}",
)
_RECKONING: Final[Both] = ("正在计算对指标的影响…", "Reckoning what it does to the figures…")
_CHANGE: Final[Both] = (
    "{day} {name}：现为 {without}，改后 {moved}",
    "{day} {name}: {without} as it is, {moved} with it",
)
_CHANGE_IF_CLOSED: Final[Both] = (
    "{day} {name}：现为 {without}，改后 {moved}，届时按期办结 {closed}",
    "{day} {name}: {without} as it is, {moved} with it, {closed} once closed in time",
)


def new_deadline(
    subject: Subject, *, limit: str | None = None, until: datetime | None = None
) -> Deadline | None:
    """Return the deadline that an extension or a hold would lead to; None if it cannot be."""
    case, hall = subject.the_case, subject.hall
    if case.due_at is None:
        return None
    if until is not None:
        return held(case, hall.calendar, subject.now, until) if until > subject.now else None
    try:
        more = extension(case, limit or "", hall.limits, hall.calendar)
    except Refusal:
        return None
    return handling(case, hall.calendar, extensions=(*case.extensions, str(more)))


def effect_lines(subject: Subject, new: Deadline | None, first: Both) -> Iterator[str]:
    """Say what a new deadline means: till when, against which law, in which figures."""
    case, hall, lang = subject.the_case, subject.hall, subject.lang
    if new is None or case.due_at is None:
        return

    def at(instant: datetime) -> str:
        return wording.local_time(instant, hall.zone, subject.now)

    due = at(new.due_at)
    if new.provisional:
        due = wording.aside(due, subject.say(_PROVISIONAL), lang)
    yield subject.say(first, old=at(case.due_at), new=due)
    if case.statutory_due_at is not None and new.due_at > case.statutory_due_at:
        yield subject.say(_BEYOND_LAW, at=at(case.statutory_due_at))
    day, new_day = days(case.due_at, new.due_at, hall.zone, hall.day_starts)
    if day == new_day:
        yield subject.say(_SAME_DAY, day=f"{day:%m-%d}")
        return
    yield subject.say(_OTHER_DAY, day=f"{day:%m-%d}", new_day=f"{new_day:%m-%d}")
    asked = figures_asked(subject, new)
    known = [it for it in asked if it in subject.answers]
    if len(known) < len(asked):
        yield subject.say(_RECKONING)
        return
    figures = {
        each: subject.answers[question]
        for each, question in zip(dict.fromkeys((day, new_day)), asked, strict=True)
    }
    found = effect(
        case, new.due_at, figures, now=subject.now, zone=hall.zone, day_starts=hall.day_starts
    )
    for change in found.changes if found else ():
        yield _change_line(subject, change, lang)


def _change_line(subject: Subject, change: Change, lang: str) -> str:
    differs = change.closed.value != change.moved.value
    return subject.say(
        _CHANGE_IF_CLOSED if differs else _CHANGE,
        day=f"{change.day:%m-%d}",
        name=tallies.name(change.key, lang),
        without=_figure(change.without, lang),
        moved=_figure(change.moved, lang),
        closed=_figure(change.closed, lang),
    )


def _figure(figure: Figure, lang: str) -> str:
    """Return a figure with what it was reckoned from: few cases must be seen to be few."""
    said = wording.figure_value(figure.key, figure.value, lang)
    if figure.denominator is None:
        return said
    return wording.aside(said, f"{figure.numerator or 0:g}/{figure.denominator}", lang)


def figures_asked(subject: Subject, new: Deadline | None) -> list[Figures]:
    """Return what has to be asked of the store: the figures of both days."""
    case, hall = subject.case, subject.hall
    if new is None or case is None or case.due_at is None:
        return []
    both = dict.fromkeys(days(case.due_at, new.due_at, hall.zone, hall.day_starts))
    if len(both) == 1:
        return []
    windows = [day_window(day, hall.zone, hall.day_starts) for day in both]
    return [Figures(start=a, end=b, now=subject.now, keys=SHOWN) for a, b in windows]


# -- what is asked for --


def _extension(subject: Subject, values: Values) -> Deadline | None:
    return new_deadline(subject, limit=values.get("limit"))


def _hold(subject: Subject, values: Values) -> Deadline | None:
    return new_deadline(subject, until=values.get("until"))


def _asked(subject: Subject, _values: Values) -> Deadline | None:
    request = subject.case.request if subject.case else None
    if request is None:
        return None
    return new_deadline(subject, limit=request.limit, until=request.until)


New = Callable[[Subject, Values], Deadline | None]


def asks(new: New) -> Callable[[Subject, Values], list[Question[Any]]]:
    """Return what a form asks the store whose answers make a new deadline."""

    def questions(subject: Subject, values: Values) -> list[Question[Any]]:
        return [*figures_asked(subject, new(subject, values))]

    return questions


def _extending(subject: Subject, values: Values) -> list[str]:
    case, limits = subject.the_case, subject.hall.limits
    lines = [subject.say(_COUNT, n=len(case.extensions), most=limits.max_extensions)]
    return [*lines, *effect_lines(subject, _extension(subject, values), _NEW_DUE)]


def holding(subject: Subject, values: Values) -> list[str]:
    """Say what a hold until the date that was entered would mean."""
    case, limits = subject.the_case, subject.hall.limits
    lines = [subject.say(_HOLDS, n=case.holds, most=limits.max_holds)]
    return [*lines, *effect_lines(subject, _hold(subject, values), _HELD)]


hold_asks: Final = asks(_hold)

_WANTS: Final[Both] = ("{body} 申请{kind}：{what}", "{body} asks for: {kind}, {what}")
_UNTIL: Final[Both] = ("至 {at}", "until {at}")
_WHY: Final[Both] = ("原因：{reason}", "Reason: {reason}")
_SAID_BY: Final[Both] = ("{who} 说：{words}", "{who} said: {words}")


def request_lines(subject: Subject, request: Request) -> Iterator[str]:
    """Say what a body asks for, why, and in which words."""
    hall, lang = subject.hall, subject.lang
    if request.until is not None:
        what = subject.say(_UNTIL, at=wording.local_time(request.until, hall.zone, subject.now))
    else:
        what = wording.limit_words(request.limit, lang)
    yield subject.say(
        _WANTS,
        body=wording.body_name(hall, subject.the_case.body, lang),
        kind=words.word(request.kind, lang),
        what=what,
    )
    yield subject.say(_WHY, reason=words.reason(request.reason, lang))
    if request.words:
        yield subject.say(_SAID_BY, who=request.who, words=request.words)


def _deciding(subject: Subject, values: Values) -> list[str]:
    request = subject.the_case.request
    if request is None:
        return []
    first = _HELD if request.kind is RequestKind.HOLD else _NEW_DUE
    return [
        *request_lines(subject, request),
        *effect_lines(subject, _asked(subject, values), first),
    ]


def _reasons(names: Callable[[Subject], tuple[str, ...]]) -> Callable[..., list[Choice]]:
    def choices(subject: Subject, _values: Values) -> list[Choice]:
        return [
            Choice(value=name, text=words.reason(name, subject.lang)) for name in names(subject)
        ]

    return choices


def _extension_reasons(subject: Subject) -> tuple[str, ...]:
    return subject.hall.limits.extension_reasons


def _hold_reasons(subject: Subject) -> tuple[str, ...]:
    return subject.hall.limits.hold_reasons


def _lengths(subject: Subject, _values: Values) -> list[Choice]:
    """Offer what the limit of the case is counted in first."""
    case, hall = subject.the_case, subject.hall
    urgent = bool(case.limit) and "urgent" in Limit.parse(case.limit or "1 work_day").unit
    presets = (*_URGENT, *_WORKING) if urgent else (*_WORKING, *_URGENT)
    found = [Limit.parse(text, hall.limits.day_policy) for text in presets]
    if case.limit and Limit.parse(case.limit).unit is LimitUnit.NATURAL_DAY:
        found = [*map(Limit.parse, _NATURAL), *found]
    return [Choice(value=str(it), text=wording.limit_words(it, subject.lang)) for it in found]


_WORKING: Final = ("1 work_day", "2 work_day", "3 work_day", "5 work_day", "7 work_day")
_URGENT: Final = ("2 urgent_hour", "4 urgent_hour", "8 urgent_hour", "24 urgent_hour")
_NATURAL: Final = ("1 natural_day", "3 natural_day", "5 natural_day", "7 natural_day")


def _refused(_subject: Subject, values: Values) -> bool:
    return values.get("grant") is False


HOLD_REASON: Final = Field(
    key="reason",
    label=("原因", "Reason"),
    kind=Kind.PICK,
    required=must,
    choices=_reasons(_hold_reasons),
)


def _said_by(who: Field, by_which: Field) -> tuple[Field, ...]:
    more = Field(
        key="words",
        label=("具体情况", "Details"),
        kind=Kind.WORDS,
        hint=("还差什么、何时能办完", "What is lacking, and till when"),
        most=2000,
    )
    return who, by_which, more


def request_forms(who: Field, by_which: Field, until: Field) -> tuple[Form, ...]:
    """Return the three forms; the fields that other forms have too are given."""
    said_by = _said_by(who, by_which)
    return (
        Form(
            id="ask_extension",
            command=c.AskExtension,
            fields=(
                Field(
                    key="limit",
                    label=("延长", "By"),
                    kind=Kind.PICK,
                    required=must,
                    choices=_lengths,
                ),
                Field(
                    key="reason",
                    label=("原因", "Reason"),
                    kind=Kind.PICK,
                    required=must,
                    choices=_reasons(_extension_reasons),
                ),
                *said_by,
            ),
            preview=_extending,
            asks=asks(_extension),
        ),
        Form(
            id="ask_hold",
            command=c.AskHold,
            fields=(until, HOLD_REASON, *said_by),
            preview=holding,
            asks=hold_asks,
        ),
        Form(
            id="decide",
            command=c.Decide,
            title=("审批申请", "Decide on the request"),
            send=("提交审批", "Decide"),
            fields=(
                Field(
                    key="grant",
                    label=("意见", "Decision"),
                    kind=Kind.PICK,
                    required=must,
                    choices=_decisions,
                    initial=fixed(True),
                ),
                Field(
                    key="words",
                    label=("说明", "Words"),
                    kind=Kind.WORDS,
                    required=_refused,
                    hint=("不同意须写明理由", "A refusal says why"),
                    most=2000,
                ),
            ),
            preview=_deciding,
            asks=asks(_asked),
        ),
    )


def _decisions(subject: Subject, _values: Values) -> list[Choice]:
    return [
        Choice(value=True, text=subject.say(_GRANT)),
        Choice(value=False, text=subject.say(_REFUSE)),
    ]


_GRANT: Final[Both] = ("同意", "Grant it")
_REFUSE: Final[Both] = ("不同意", "Refuse it")
