"""The forms of the levels above and beside the hall: county, transfer, mediation."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from commandcenter.application import commands as c
from commandcenter.application.calling import reply_limit
from commandcenter.application.mediating import mediator, rungs_from
from commandcenter.application.messages import CountyStatus, TransferAnswer
from commandcenter.application.plans import standard
from commandcenter.domain import words
from commandcenter.domain.county import CallStatus, CallTier, CountyCall
from commandcenter.domain.mediation import Level, MediationEnd, Rung, going_on, marks
from commandcenter.domain.roster import BodyLevel
from commandcenter.domain.transfer import Transfer, TransferStatus
from ui import wording
from ui.forms import choices as on_offer
from ui.forms.case_forms import BY_WHICH, SAID, WHO
from ui.forms.field import Choice, Field, Form, Kind, Subject, Values, fixed, must
from ui.wording import Both

_COUNTY: Final = frozenset({BodyLevel.COUNTY, BodyLevel.UTILITY})


def _at(subject: Subject, instant: Any) -> str:
    return wording.local_time(instant, subject.hall.zone, subject.now)


# -- 乡呼县应 --


def _county_bodies(subject: Subject, values: Values) -> list[Choice]:
    hall = subject.hall
    every = on_offer.bodies(subject, values)
    return [it for it in every if hall.bodies[it.value].level in _COUNTY]


def _likely_county(subject: Subject, values: Values) -> str | None:
    """Return the body of the county that the duty item or the standard names first, if any."""
    case, hall = subject.the_case, subject.hall
    known = {it.value for it in _county_bodies(subject, values)}
    item, rule = hall.duties.get(case.duty_item or ""), standard(hall, case)
    named = [*((item.body, *item.co_bodies) if item else ())]
    named += (rule.body, *rule.co_bodies, *rule.whistle_bodies) if rule else ()
    return next((code for code in named if code in known), None)


def _reply_by(subject: Subject, _values: Values) -> Any:
    limit = reply_limit(subject.the_case, subject.hall.limits)
    return subject.hall.calendar.deadline(subject.now, limit).due_at


_CALL_GOES: Final[Both] = (
    "{body} 须在 {at} 前答复；逾期未答复转红，并进入待我办。",
    "{body} must answer by {at}; unanswered it turns red and comes back to you.",
)
_STAYS: Final[Both] = (
    "县级收到的是不含上报人的副本；案卷照常办理，各项时限不停。",
    "The county gets a copy without the reporter; the case goes on, no clock stops.",
)


def _calling(subject: Subject, values: Values) -> list[str]:
    lines, by, body = [subject.say(_STAYS)], values.get("reply_by"), values.get("body")
    if by is not None and body:
        name = wording.body_name(subject.hall, body, subject.lang)
        lines.insert(0, subject.say(_CALL_GOES, body=name, at=_at(subject, by)))
    return lines


def _waiting_calls(subject: Subject, _values: Values) -> list[Choice]:
    return [
        Choice(value=it.no, text=_call_words(subject, it))
        for it in subject.the_case.calls
        if it.is_awaited
    ]


_CALL: Final[Both] = ("{body} · {tier}：{asked}", "{body} · {tier}: {asked}")


def _call_words(subject: Subject, call: CountyCall) -> str:
    return subject.say(
        _CALL,
        body=wording.body_name(subject.hall, call.body, subject.lang),
        tier=words.word(call.tier, subject.lang),
        asked=call.request[:40],
    )


def _call_statuses(subject: Subject, values: Values) -> list[Choice]:
    """Return what a request may become by an answer: who was only to know has seen it."""
    chosen = next((it for it in subject.the_case.calls if it.no == values.get("call")), None)
    view = chosen is not None and chosen.tier is CallTier.VIEW
    found = (CountyStatus.SEEN,) if view else _DECIDES
    return [
        Choice(value=it, text=words.word(CallStatus(it), subject.lang))
        for it in found
        if chosen is None or chosen.status is CallStatus.ASKED or it is not CountyStatus.SEEN
    ]


_DECIDES: Final = (CountyStatus.AGREED, CountyStatus.DECLINED, CountyStatus.SEEN)


# -- 移送 --


def _destinations(subject: Subject, _values: Values) -> list[Choice]:
    hall, lang = subject.hall, subject.lang
    return [
        Choice(
            value=it.code,
            text=words.destination(it, lang),
            detail=" ".join(filter(None, (wording.limit_words(it.limit, lang), it.phone))),
        )
        for it in hall.destinations.values()
    ]


def _first(choices: Callable[[Subject, Values], Sequence[Choice]]) -> Callable[..., Any]:
    def initial(subject: Subject, values: Values) -> Any:
        return next((it.value for it in choices(subject, values)), None)

    return initial


def _receipt_by(subject: Subject, values: Values) -> Any:
    known = subject.hall.destinations.get(values.get("to") or "")
    if known is None:
        return None
    return subject.hall.calendar.deadline(subject.now, known.limit).due_at


def _has_destination(_subject: Subject, values: Values) -> bool:
    return bool(values.get("to"))


_TRANSFER_GOES: Final[Both] = (
    "{to} 须在 {at} 前回执；回执到来之前案卷一直在这里，仍由本镇先办。",
    "The receipt of {to} is due {at}; until it comes the case stays here, and ours to handle.",
)


def _transferring(subject: Subject, values: Values) -> list[str]:
    to, by = values.get("to"), values.get("receipt_by")
    if not to or by is None:
        return []
    name = wording.destination_name(subject.hall, to, subject.lang)
    return [subject.say(_TRANSFER_GOES, to=name, at=_at(subject, by))]


def _waiting_transfers(subject: Subject, _values: Values) -> list[Choice]:
    return [
        Choice(value=it.no, text=_transfer_words(subject, it))
        for it in subject.the_case.transfers
        if it.is_awaited
    ]


def _transfer_words(subject: Subject, sent: Transfer) -> str:
    to = wording.destination_name(subject.hall, sent.to, subject.lang)
    return wording.SEPARATOR.join((to, sent.reason[:40]))


def _decisions(subject: Subject, values: Values) -> list[Choice]:
    chosen = next(
        (it for it in subject.the_case.transfers if it.no == values.get("transfer")), None
    )
    fresh = chosen is None or chosen.status is TransferStatus.SENT
    found = (TransferAnswer.ACCEPTED, TransferAnswer.DECLINED, TransferAnswer.RECEIVED)
    return [
        Choice(value=it, text=words.word(TransferStatus(it), subject.lang))
        for it in found
        if fresh or it is not TransferAnswer.RECEIVED
    ]


_WITH_THEM: Final[Both] = (
    "您反映的事项已移送{to}办理，请向对方了解进展。",
    "What you reported has been transferred to {to}; please ask there how it goes.",
)


def _told(subject: Subject, _values: Values) -> str:
    taken = subject.the_case.taken_over
    to = wording.destination_name(subject.hall, taken.to, subject.lang) if taken else ""
    return subject.say(_WITH_THEM, to=to)


_ENDS_HERE: Final[Both] = (
    "办结方式记为「已移送」，不算就地化解；承办单位会收到撤回通知。",
    "It ends as transferred and does not count as settled locally; its body is told.",
)


def _ending_elsewhere(subject: Subject, _values: Values) -> list[str]:
    return [subject.say(_ENDS_HERE)]


# -- 三级联调 --


def _mediators(level_of: Callable[[Subject, Values], Level | None]) -> Callable[..., list[Choice]]:
    """Return the bodies of a level: the village's own first, then the others of that level."""

    def choices(subject: Subject, values: Values) -> list[Choice]:
        level = level_of(subject, values)
        if level is None:
            return []
        wanted = _BODIES_AT[level]
        every = on_offer.bodies(subject, values)
        found = [it for it in every if subject.hall.bodies[it.value].level in wanted]
        own = mediator(subject.hall, subject.the_case, level)
        return sorted(found, key=lambda it: it.value != own)

    return choices


_BODIES_AT: Final = {
    Level.VILLAGE: frozenset({BodyLevel.VILLAGE}),
    Level.TOWNSHIP: frozenset({BodyLevel.TOWNSHIP, BodyLevel.STATIONED}),
    Level.COUNTY: frozenset({BodyLevel.COUNTY}),
}


def _levels(subject: Subject, _values: Values) -> list[Choice]:
    return [
        Choice(value=it.level, text=words.word(it.level, subject.lang))
        for it in subject.hall.ladder
    ]


def _chosen_level(subject: Subject, values: Values) -> Level | None:
    level = values.get("level")
    return Level(level) if level else subject.hall.ladder[0].level


def _next_level(subject: Subject, _values: Values) -> Level | None:
    climb = going_on(subject.the_case.mediations)
    return climb.above.level if climb is not None and climb.above is not None else None


def _mediator_of(
    level_of: Callable[[Subject, Values], Level | None],
) -> Callable[[Subject, Values], str | None]:
    def initial(subject: Subject, values: Values) -> str | None:
        level = level_of(subject, values)
        return None if level is None else mediator(subject.hall, subject.the_case, level)

    return initial


_RUNG: Final[Both] = ("{level}：{at} 前（{limit}）", "{level}: by {at} ({limit})")
_KEPT: Final[Both] = (
    "提前完成的时间留给上一级，超出的从上一级扣；总时限不变。",
    "Time a level leaves goes to the next, what it overruns is taken from it; the whole stays.",
)


def _ladder_lines(subject: Subject, rungs: Sequence[Rung]) -> Iterator[str]:
    for rung, mark in zip(rungs, marks(rungs, subject.hall.calendar, subject.now), strict=True):
        yield subject.say(
            _RUNG,
            level=wording.headed(words.word(rung.level, subject.lang)),
            at=_at(subject, mark.due_at),
            limit=wording.limit_words(rung.limit, subject.lang),
        )
    yield subject.say(_KEPT)


def _beginning(subject: Subject, values: Values) -> list[str]:
    rungs = rungs_from(subject.hall, _chosen_level(subject, values))
    return list(_ladder_lines(subject, rungs))


_GOES_UP: Final[Both] = (
    "提级到{level}，{at} 前；下级做过的工作一并转去。",
    "It goes up to the level: {level}, due {at}, with all that was done below.",
)


def _raising(subject: Subject, _values: Values) -> list[str]:
    climb = going_on(subject.the_case.mediations)
    if climb is None or climb.above is None:
        return []
    level = words.word(climb.above.level, subject.lang)
    return [subject.say(_GOES_UP, level=level, at=_at(subject, climb.above.due_at))]


def _ends(subject: Subject, _values: Values) -> list[Choice]:
    climb = going_on(subject.the_case.mediations)
    top = climb is not None and climb.above is None
    found = [it for it in MediationEnd if top or it is not MediationEnd.FAILED]
    return [Choice(value=it, text=words.word(it, subject.lang)) for it in found]


_THE_CALL: Final = Field(
    key="call",
    label=("哪一项请求", "Request"),
    kind=Kind.PICK,
    required=must,
    choices=_waiting_calls,
    initial=_first(_waiting_calls),
)
_THE_TRANSFER: Final = Field(
    key="transfer",
    label=("哪一次移送", "Transfer"),
    kind=Kind.PICK,
    required=must,
    choices=_waiting_transfers,
    initial=_first(_waiting_transfers),
)
_REASON: Final = Field(
    key="reason", label=("原因", "Reason"), kind=Kind.WORDS, required=must, most=2000
)
_WORDS: Final = replace(SAID, most=2000)

_ALL: Final = (
    Form(
        id="call_county",
        command=c.CallCounty,
        title=("乡呼县应：呼叫县级", "Call on the county"),
        send=("发出请求", "Send the request"),
        fields=(
            Field(
                key="body",
                label=("县级单位", "Body"),
                kind=Kind.PICK,
                required=must,
                choices=_county_bodies,
                initial=_likely_county,
            ),
            Field(
                key="tier",
                label=("请求", "Request"),
                kind=Kind.PICK,
                required=must,
                choices=on_offer.said(
                    (
                        CallTier.ASSIST,
                        ("协助：派人、派车、定性", "To help: people, gear, a ruling"),
                    ),
                    (CallTier.VIEW, ("知悉：只请县里知道", "To know of it, no more")),
                ),
                initial=fixed(CallTier.ASSIST),
            ),
            Field(
                key="request",
                label=("请求事项", "What is needed"),
                kind=Kind.WORDS,
                required=must,
                hint=("要什么、到哪里、几点以前", "What, where, and by when"),
                most=2000,
            ),
            Field(
                key="reply_by",
                label=("答复期限", "Answer due"),
                kind=Kind.MOMENT,
                required=must,
                initial=_reply_by,
            ),
        ),
        preview=_calling,
    ),
    Form(
        id="answer_call",
        command=c.AnswerCall,
        title=("登记县级答复", "Note the county's answer"),
        send=("登记", "Note it"),
        fields=(
            _THE_CALL,
            Field(
                key="status",
                label=("答复", "Answer"),
                kind=Kind.PICK,
                required=must,
                choices=_call_statuses,
                initial=_first(_call_statuses),
            ),
            WHO,
            BY_WHICH,
            _WORDS,
        ),
    ),
    Form(
        id="recall_call",
        command=c.RecallCall,
        title=("撤回县级请求", "Take the request back"),
        fields=(
            _THE_CALL,
            _REASON,
        ),
    ),
    Form(
        id="transfer",
        command=c.Transfer,
        title=("移送", "Transfer"),
        send=("移送", "Transfer it"),
        fields=(
            Field(
                key="to",
                label=("移送对象", "To whom"),
                kind=Kind.PICK,
                required=must,
                choices=_destinations,
            ),
            Field(
                key="reason",
                label=("移送理由", "Why"),
                kind=Kind.WORDS,
                required=must,
                hint=("涉嫌什么、依据什么", "What it is suspected to be, and by which rule"),
                most=2000,
            ),
            Field(
                key="receipt_by",
                label=("回执期限", "Receipt due"),
                kind=Kind.MOMENT,
                initial=_receipt_by,
                when=_has_destination,
            ),
        ),
        preview=_transferring,
    ),
    Form(
        id="note_receipt",
        command=c.NoteReceipt,
        title=("登记移送回执", "Note the receipt"),
        send=("登记", "Note it"),
        fields=(
            _THE_TRANSFER,
            Field(
                key="status",
                label=("回执内容", "What it says"),
                kind=Kind.PICK,
                required=must,
                choices=_decisions,
                initial=_first(_decisions),
            ),
            Field(key="receipt", label=("回执编号", "Receipt number"), most=100),
            WHO,
            BY_WHICH,
            Field(key="words", label=("说明", "Words"), kind=Kind.WORDS, most=2000),
        ),
    ),
    Form(
        id="recall_transfer",
        command=c.RecallTransfer,
        title=("撤回移送", "Take the transfer back"),
        fields=(
            _THE_TRANSFER,
            _REASON,
        ),
    ),
    Form(
        id="close_transferred",
        command=c.CloseTransferred,
        title=("移送办结", "Close as transferred"),
        send=("办结并答复", "Close it and tell them"),
        fields=(
            Field(
                key="reply",
                label=("答复上报人", "Reply"),
                kind=Kind.WORDS,
                required=must,
                initial=_told,
                most=2000,
            ),
        ),
        preview=_ending_elsewhere,
    ),
    Form(
        id="begin_mediation",
        command=c.BeginMediation,
        title=("启动三级联调", "Begin the mediation"),
        send=("启动联调", "Begin it"),
        fields=(
            Field(
                key="level",
                label=("从哪一级开始", "From the level"),
                kind=Kind.PICK,
                required=must,
                choices=_levels,
                initial=_first(_levels),
            ),
            Field(
                key="body",
                label=("调解单位", "Who mediates"),
                kind=Kind.PICK,
                required=must,
                choices=_mediators(_chosen_level),
                initial=_mediator_of(_chosen_level),
            ),
        ),
        preview=_beginning,
    ),
    Form(
        id="note_mediation",
        command=c.NoteMediation,
        title=("记录调解", "Note the mediation's work"),
        send=("记下", "Note it"),
        fields=(
            replace(WHO, label=("调解人", "Who mediated")),
            replace(
                _WORDS,
                label=("做了什么", "What was done"),
                hint=(
                    "谈了什么、双方怎么说、下一步",
                    "What was said, by whom, and what comes next",
                ),
            ),
        ),
    ),
    Form(
        id="raise_mediation",
        command=c.RaiseMediation,
        title=("提级调解", "Take it one level up"),
        send=("提级", "Take it up"),
        fields=(
            Field(
                key="body",
                label=("调解单位", "Who mediates"),
                kind=Kind.PICK,
                required=must,
                choices=_mediators(_next_level),
                initial=_mediator_of(_next_level),
            ),
            replace(
                _WORDS,
                label=("本级结论", "What this level found"),
                hint=("为什么调不成，争议焦点", "Why it cannot be settled here"),
            ),
        ),
        preview=_raising,
    ),
    Form(
        id="end_mediation",
        command=c.EndMediation,
        title=("结束联调", "End the mediation"),
        send=("登记结果", "Note the outcome"),
        fields=(
            Field(
                key="end",
                label=("结果", "Outcome"),
                kind=Kind.PICK,
                required=must,
                choices=_ends,
                initial=_first(_ends),
            ),
            replace(
                _WORDS,
                label=("说明", "Words"),
                hint=("协议要点、履行时间", "What was agreed, and by when"),
            ),
        ),
    ),
)
LEVEL_FORMS: Final = {form.id: form for form in _ALL}
"""The forms of the levels, by the action that opens them."""
