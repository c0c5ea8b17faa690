"""What the county, those a case was transferred to, and the levels of a mediation have of it."""

from collections.abc import Iterator, Sequence
from typing import Final

from commandcenter.domain import words
from commandcenter.domain.county import CallStatus, CountyCall
from commandcenter.domain.mediation import LevelWork, Mediation, MediationEnd
from commandcenter.domain.transfer import Transfer, TransferStatus
from ui import wording
from ui.case.reading import Lines, Reading
from ui.wording import Both

_MOST: Final = 200
_WAITS, _DONE, _AMISS, _OFF, _AHEAD = "…", "✓", "!", "－", "○"

_CALL: Final[Both] = (
    "{mark} {body}（{tier}） {at}：{asked}",
    "{mark} {body} ({tier}) {at}: {asked}",
)
_ANSWER_DUE: Final[Both] = ("  ↳ 须于 {at} 前答复（{left}）", "  ↳ answer due {at} ({left})")
_SAID: Final[Both] = ("  ↳ {at} {status}{who}{words}", "  ↳ {at} {status}{who}{words}")
_BY: Final[Both] = ("，{who}", ", {who}")
_WORDS: Final[Both] = ("：{words}", ": {words}")


def _calls(of: Reading) -> Iterator[str]:
    for call in reversed(of.case.calls):
        yield from _call(of, call)


_CALL_MARKS: Final = {
    CallStatus.AGREED: _DONE,
    CallStatus.DECLINED: _AMISS,
    CallStatus.RECALLED: _OFF,
}


def _call(of: Reading, call: CountyCall) -> Iterator[str]:
    late = call.is_awaited and call.reply_by <= of.now and of.case.is_open
    mark = _AMISS if late else _WAITS if call.is_awaited else _CALL_MARKS.get(call.status, _DONE)
    yield of.say(
        _CALL,
        mark=mark,
        body=wording.body_name(of.hall, call.body, of.lang),
        tier=words.word(call.tier, of.lang),
        at=of.at(call.at),
        asked=call.request[:_MOST],
    )
    if call.status is not CallStatus.ASKED:
        status = words.word(call.status, of.lang)
        yield _spoken(of, call, status, of.at(call.since))
    if call.is_awaited and of.case.is_open:
        left = wording.time_left(call.reply_by, of.now, of.lang)
        yield of.say(_ANSWER_DUE, at=of.at(call.reply_by), left=left)


def _spoken(of: Reading, item: CountyCall | Transfer, status: str, at: str) -> str:
    who = " ".join(filter(None, (item.who, item.channel)))
    return of.say(
        _SAID,
        at=at,
        status=status,
        who=of.say(_BY, who=who[:_MOST]) if who else "",
        words=of.say(_WORDS, words=item.words[:_MOST]) if item.words else "",
    )


_SENT: Final[Both] = ("{mark} {to} {at}：{reason}", "{mark} {to} {at}: {reason}")
_RECEIPT_DUE: Final[Both] = (
    "  ↳ 须于 {at} 前回执（{left}）；回执到来之前仍由本镇办理",
    "  ↳ receipt due {at} ({left}); ours to handle until it comes",
)
_NUMBERED: Final[Both] = ("{status}（回执 {receipt}）", "{status} (receipt {receipt})")
_TRANSFER_MARKS: Final = {
    TransferStatus.ACCEPTED: _DONE,
    TransferStatus.DECLINED: _AMISS,
    TransferStatus.RECALLED: _OFF,
}


def _transfers(of: Reading) -> Iterator[str]:
    for sent in reversed(of.case.transfers):
        yield from _transfer(of, sent)


def _transfer(of: Reading, sent: Transfer) -> Iterator[str]:
    late = sent.is_awaited and sent.receipt_by <= of.now and of.case.is_open
    mark = _AMISS if late else _TRANSFER_MARKS.get(sent.status, _WAITS)
    yield of.say(
        _SENT,
        mark=mark,
        to=wording.destination_name(of.hall, sent.to, of.lang),
        at=of.at(sent.at),
        reason=sent.reason[:_MOST],
    )
    if sent.status is not TransferStatus.SENT:
        status = words.word(sent.status, of.lang)
        if sent.receipt:
            status = of.say(_NUMBERED, status=status, receipt=sent.receipt[:_MOST])
        yield _spoken(of, sent, status, of.at(sent.since))
    if sent.is_awaited and of.case.is_open:
        left = wording.time_left(sent.receipt_by, of.now, of.lang)
        yield of.say(_RECEIPT_DUE, at=of.at(sent.receipt_by), left=left)


_WHOLE: Final[Both] = ("总时限 {at}（{left}）", "The whole is due {at} ({left})")
_ENDED: Final[Both] = ("{at} {end}：{words}", "{at} {end}: {words}")
_LEVEL_NOW: Final[Both] = (
    "{mark} {level} · {body}，{start} 起，须于 {due} 前（{left}）",
    "{mark} {level}, {body}, since {start}, due {due} ({left})",
)
_LEVEL_DONE: Final[Both] = (
    "{mark} {level} · {body}，{start} → {end}（须于 {due} 前）",
    "{mark} {level}, {body}, {start} → {end} (was due {due})",
)
_LEVEL_AHEAD: Final[Both] = ("{mark} {level}，须于 {due} 前", "{mark} {level}, due {due}")
_SESSION: Final[Both] = ("  ↳ {at} {who}：{words}", "  ↳ {at} {who}: {words}")
_FOUND: Final[Both] = ("  ↳ 结论：{words}", "  ↳ found: {words}")
_GAVE_UP: Final[Both] = ("  ↳ {at} 报调不成，请提级", "  ↳ {at} gave up; take it up")


def _mediations(of: Reading) -> Iterator[str]:
    for climb in reversed(of.case.mediations):
        yield from _climb(of, climb)


def _climb(of: Reading, climb: Mediation) -> Iterator[str]:
    if climb.end is not None and climb.ended_at is not None:
        end = words.word(climb.end, of.lang)
        yield of.say(_ENDED, at=of.at(climb.ended_at), end=end, words=climb.words[:_MOST])
    else:
        left = wording.time_left(climb.due_at, of.now, of.lang)
        yield of.say(_WHOLE, at=of.at(climb.due_at), left=left)
    for work in climb.levels:
        yield from _level(of, climb, work)


def _level(of: Reading, climb: Mediation, work: LevelWork) -> Iterator[str]:
    told = {
        "level": wording.headed(words.word(work.level, of.lang)),
        "body": wording.body_name(of.hall, work.body, of.lang),
        "due": of.at(work.due_at),
    }
    if work.begun_at is None:
        if climb.is_open:
            yield of.say(_LEVEL_AHEAD, mark=_AHEAD, **told)
        return
    start = of.at(work.begun_at)
    if work.ended_at is not None:
        settled = climb.end is MediationEnd.AGREED and work.level is climb.current.level
        mark = _DONE if settled else _AMISS if work.is_late else _OFF
        yield of.say(_LEVEL_DONE, mark=mark, start=start, end=of.at(work.ended_at), **told)
    else:
        left = wording.time_left(work.due_at, of.now, of.lang)
        mark = _AMISS if work.due_at <= of.now else _WAITS
        yield of.say(_LEVEL_NOW, mark=mark, start=start, left=left, **told)
    for session in work.sessions:
        who = session.who or wording.person_name(of.hall, session.by, of.lang)
        yield of.say(_SESSION, at=of.at(session.at), who=who[:_MOST], words=session.words[:_MOST])
    if work.gave_up_at is not None and work.ended_at is None:
        yield of.say(_GAVE_UP, at=of.at(work.gave_up_at))
    if work.ended_at is not None and work.words and work.level is not climb.current.level:
        yield of.say(_FOUND, words=work.words[:_MOST])


LEVELS: Final[Sequence[tuple[Both, Lines]]] = (
    (("乡呼县应", "County"), _calls),
    (("移送", "Transfers"), _transfers),
    (("三级联调", "Mediation"), _mediations),
)
"""What is shown above everything else of a case that others have a part in."""


def levels(of: Reading) -> list[tuple[str, str]]:
    """Return name and words of what others than the case's own body have of it."""
    found = [(of.say(name), "\n".join(lines(of))) for name, lines in LEVELS]
    return [(name, text) for name, text in found if text]
