"""What the case panel says of a case, as rows of a name and words; pure functions of the case."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from commandcenter.application.plans import standard
from commandcenter.application.questions import Ruling
from commandcenter.domain import duties, words
from commandcenter.domain.case import Case
from commandcenter.domain.catalogue import Admission
from commandcenter.domain.duties import ACTS, Match
from commandcenter.domain.hall import Hall
from commandcenter.domain.place import PlaceQuality
from commandcenter.domain.report import Evidence, Reporter
from ui import wording
from ui.wording import Both, headed, phrase

_TEXT_MOST: Final = 4000
_LINE_MOST: Final = 200
_HASH_SHOWN: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A case and what is needed to put it into words; the reporter's data come masked."""

    case: Case
    hall: Hall
    lang: str
    now: datetime
    reporter: Reporter | None = None
    rulings: tuple[Ruling, ...] = ()

    def say(self, both: Both, **facts: object) -> str:
        """Return a phrase in the language of the seat."""
        return phrase(both, self.lang).format(**facts)

    def at(self, instant: datetime) -> str:
        """Return a local time as short as today allows."""
        return wording.local_time(instant, self.hall.zone, self.now)


Lines = Callable[[Reading], Iterator[str]]

_BORDER: Final[Both] = ("{quality}（距界 {metres} 米）", "{quality} ({metres} m from it)")
_CANDIDATES: Final[Both] = ("可能属于：{grids}", "May belong to: {grids}")
_DATUM: Final[Both] = ("按 {datum} 换算则在所报网格内", "In {datum} it would lie in its own grid")
_ACCURACY: Final[Both] = ("误差约 {metres} 米", "within about {metres} m")


def _place(of: Reading) -> Iterator[str]:
    place, hall = of.case.place, of.hall
    if place.address:
        yield place.address[:_LINE_MOST]
    where = wording.grid_and_village(hall, place, of.lang)
    if where != place.address:
        yield where
    quality = words.word(place.quality, of.lang)
    if place.quality is PlaceQuality.BOUNDARY and place.border_m is not None:
        yield of.say(_BORDER, quality=quality, metres=f"{place.border_m:.0f}")
    elif place.quality is not PlaceQuality.EXACT and quality != where:
        yield quality
    if place.quality is PlaceQuality.BOUNDARY and place.candidates:
        names = (wording.grid_name(hall, code) for code in place.candidates)
        yield of.say(_CANDIDATES, grids=words.enumerated(names, of.lang))
    if place.suspect_datum is not None:
        yield of.say(_DATUM, datum=place.suspect_datum)
    if place.accuracy_m:
        yield of.say(_ACCURACY, metres=f"{place.accuracy_m:,.0f}")


_OCCURRED: Final[Both] = ("发生 {at}", "happened {at}")
_REPORTED: Final[Both] = ("上报 {at}", "reported {at}")
_RECEIVED: Final[Both] = ("接收 {at}（{ago}）", "received {at} ({ago})")


def _times(of: Reading) -> Iterator[str]:
    case, received = of.case, of.at(of.case.received_at)
    earlier = ((case.occurred_at, _OCCURRED), (case.reported_at, _REPORTED))
    parts = [of.say(both, at=of.at(it)) for it, both in earlier if of.at(it) != received]
    ago = wording.ago(case.received_at, of.now, of.lang)
    yield " · ".join((*parts, of.say(_RECEIVED, at=received, ago=ago)))


_UPSTREAM: Final[Both] = ("原编号 {no}", "number there {no}")
_WANTS_REPLY: Final[Both] = ("需要答复", "wants an answer")
_UPSTREAM_DUE: Final[Both] = ("上级要求 {at} 前办结", "asked to be closed by {at}")


def _source(of: Reading) -> Iterator[str]:
    case = of.case
    parts = [words.word(case.channel, of.lang)]
    if case.source_no:
        parts.append(of.say(_UPSTREAM, no=case.source_no[:_LINE_MOST]))
    if case.requires_reply:
        parts.append(of.say(_WANTS_REPLY))
    yield " · ".join(parts)
    if case.upstream_due_at is not None:
        yield of.say(_UPSTREAM_DUE, at=of.at(case.upstream_due_at))


def _reporter(of: Reading) -> Iterator[str]:
    who = of.reporter
    if who is not None and (
        line := "  ".join(filter(None, (who.name, who.phone, words.code(who.role, of.lang))))
    ):
        yield line[:_LINE_MOST]


def _category(of: Reading) -> Iterator[str]:
    yield wording.category_name(of.hall, of.case, of.lang)[:_LINE_MOST]


def _description(of: Reading) -> Iterator[str]:
    if of.case.description and of.case.description != of.case.title:
        yield of.case.description[:_TEXT_MOST]


_HELPED: Final[Both] = ("协办 {bodies}", "helped by {bodies}")
_CLAIMED: Final[Both] = ("{who} 认领", "claimed by {who}")
_FIXED: Final[Both] = ("已裁定，不得再退", "ruled: it may not return the case")
_COUNTY: Final[Both] = ("有县级参与", "the county helps")


def _holder(of: Reading) -> Iterator[str]:
    case, hall, lang = of.case, of.hall, of.lang
    parts = [wording.holder_name(hall, case, lang)] if case.is_open or not case.body else []
    if case.body and (not parts or case.body != case.holder):
        parts.append(wording.body_name(hall, case.body, lang))
    if case.co_bodies:
        parts.append(of.say(_HELPED, bodies=wording.body_names(hall, case.co_bodies, lang)))
    yield " · ".join(parts)
    more = []
    if case.claimed_by and case.claimed_by != case.holder:
        more.append(of.say(_CLAIMED, who=wording.person_name(hall, case.claimed_by, lang)))
    if case.bound_body and case.bound_body == case.body:
        more.append(of.say(_FIXED))
    if case.county_help:
        more.append(of.say(_COUNTY))
    if more:
        yield " · ".join(more)


_COUNTS: Final[tuple[tuple[str, Both], ...]] = (
    ("hops", ("退回 {n} 次", "returned {n}×")),
    ("rework_count", ("返工 {n} 次", "reworked {n}×")),
    ("reopen_count", ("重开 {n} 次", "reopened {n}×")),
    ("holds", ("挂账 {n} 次", "on hold {n}×")),
)
_EXTENDED: Final[Both] = ("延期 {n} 次", "extended {n}×")
_ASKS: Final[Both] = ("{kind} {what}，{at} 前审批", "{kind}, {what}; to be decided by {at}")
_UNTIL: Final[Both] = ("至 {at}", "until {at}")
_ASKED_BY: Final[Both] = ("{who} 于 {at} 提出：{reason}", "{who} asked at {at}: {reason}")


def _request(of: Reading) -> Iterator[str]:
    """Say what a body asks for, why, and by when somebody must decide."""
    asked = of.case.request
    if asked is None:
        return
    if asked.until is not None:
        what = of.say(_UNTIL, at=of.at(asked.until))
    else:
        what = wording.limit_words(asked.limit, of.lang)
    kind = headed(words.word(asked.kind, of.lang))
    yield of.say(_ASKS, kind=kind, what=what, at=of.at(asked.decide_by))
    reason = words.reason(asked.reason, of.lang)
    said = words.enumerated(filter(None, (reason, asked.words[:_LINE_MOST])), of.lang)
    yield of.say(_ASKED_BY, who=asked.who, at=of.at(asked.asked_at), reason=said)


_RETURNED_BY: Final[Both] = ("退回单位：{bodies}", "returned by {bodies}")


def _counts(of: Reading) -> Iterator[str]:
    parts = [
        of.say(both, n=count) for name, both in _COUNTS if (count := getattr(of.case, name)) > 0
    ]
    if of.case.extensions:
        parts.append(of.say(_EXTENDED, n=len(of.case.extensions)))
    if parts:
        yield " · ".join(parts)
    if of.case.returned_by:
        bodies = tuple(dict.fromkeys(of.case.returned_by))
        yield of.say(_RETURNED_BY, bodies=wording.body_names(of.hall, bodies, of.lang))


_WHO_ACTS: Final[Both] = ("应由：{actor}{bodies}", "To act: {actor}{bodies}")
_OF_BODIES: Final[Both] = ("（{bodies}）", " ({bodies})")
_BECAUSE: Final[Both] = ("依据：{why}", "Because: {why}")
_MAYBE: Final[Both] = ("可能对应 {item}：{why}", "May fall under {item}: {why}")
_SHARED: Final[Both] = ("{why}「{words}」", '{why}: "{words}"')


def _duty(of: Reading) -> Iterator[str]:
    """Say the item a case names, who must act, and why it fits; else those that may fit."""
    today = of.now.astimezone(of.hall.zone).date()
    found = duties.matches(of.hall, of.case, today)
    if said := wording.duty_title(of.hall, of.case.duty_item, of.lang):
        yield said[:_LINE_MOST]
        item = of.hall.duties.get(of.case.duty_item or "")
        if item is not None:
            bodies = tuple(filter(None, (item.body, *item.co_bodies)))
            names = wording.body_names(of.hall, bodies, of.lang)
            actor = words.word(ACTS[item.list], of.lang)
            more = of.say(_OF_BODIES, bodies=names) if bodies else ""
            yield of.say(_WHO_ACTS, actor=actor, bodies=more)
            if found and (match := found[0].because) is not None:
                yield of.say(_BECAUSE, why=_why_fits(of, match))
        return
    for match in found[:_SUGGESTED]:
        title = wording.duty_title(of.hall, match.item.item, of.lang)
        yield of.say(_MAYBE, item=title, why=_why_fits(of, match))[:_LINE_MOST]


_SUGGESTED: Final = 2


def _why_fits(of: Reading, match: Match) -> str:
    why = words.word(match.kind, of.lang)
    if not match.words:
        return why
    return of.say(_SHARED, why=why, words=words.enumerated(match.words, of.lang))


_FROM_COUNTY: Final[Both] = ("{body}交办", "handed down by {body}")
_SUPERVISOR_DECIDES: Final[Both] = ("{state}，由值班长决定", "{state}; a shift supervisor decides")


def _gate(of: Reading) -> Iterator[str]:
    case = of.case
    if case.county_body:
        yield of.say(_FROM_COUNTY, body=wording.body_name(of.hall, case.county_body, of.lang))
    if case.admission is not None:
        state = words.word(case.admission, of.lang)
        waiting = case.admission is Admission.WAITING
        yield of.say(_SUPERVISOR_DECIDES, state=state) if waiting else state


_NOTE: Final[Both] = (
    "领导批示　{leader}：{words}（{at}{told}）",
    "Leader's note by {leader}: {words} ({at}{told})",
)
_TOLD: Final[Both] = ("，已转告单位", ", told to the body")


def pinned(of: Reading) -> str:
    """Return the leaders' notes on a case, the newest first; they stand above everything else."""
    return "\n".join(_leader_notes(of))


def _leader_notes(of: Reading) -> Iterator[str]:
    for note in reversed(of.case.leader_notes):
        leader = note.leader or wording.person_name(of.hall, note.by, of.lang)
        told = of.say(_TOLD) if note.told else ""
        yield of.say(
            _NOTE, leader=leader, words=note.words[:_TEXT_MOST], at=of.at(note.at), told=told
        )


_PRESSED: Final[Both] = ("{at} {who}{level}{body}{why}", "{at} {who}: {level} to {body}{why}")
_FOR: Final[Both] = ("：{reason}", ": {reason}")
_OWED: Final[Both] = ("  ↳ 须于 {at} 前回复（{left}）", "  ↳ answer due {at} ({left})")
_ANSWERED: Final[Both] = ("  ↳ {at} 回复：{words}", "  ↳ {at} answered: {words}")
_LAPSED: Final[Both] = ("  ↳ 未回复", "  ↳ no answer")


def _pressed(of: Reading) -> Iterator[str]:
    case = of.case
    owing = {number for number, _ in case.unanswered}
    for number, item in reversed(tuple(enumerate(case.supervisions))):
        yield of.say(
            _PRESSED,
            at=of.at(item.at),
            who=wording.person_name(of.hall, item.by, of.lang),
            level=words.word(item.level, of.lang),
            body=wording.body_name(of.hall, item.body, of.lang),
            why=of.say(_FOR, reason=item.reason[:_LINE_MOST]) if item.reason else "",
        )
        if item.replied_at is not None:
            yield of.say(_ANSWERED, at=of.at(item.replied_at), words=item.reply[:_LINE_MOST])
        elif number in owing and item.reply_by is not None:
            left = wording.time_left(item.reply_by, of.now, of.lang)
            yield of.say(_OWED, at=of.at(item.reply_by), left=left)
        elif item.reply_by is not None:
            yield of.say(_LAPSED)


def _guidance(of: Reading) -> Iterator[str]:
    rule = standard(of.hall, of.case)
    if rule is not None and rule.guidance:
        yield rule.guidance[:_TEXT_MOST]


def _needed(of: Reading) -> Iterator[str]:
    rule = standard(of.hall, of.case)
    if rule is not None and rule.evidence:
        yield words.enumerated(rule.evidence, of.lang)


_KINDS: Final[dict[str, Both]] = {
    "image": ("图片", "picture"),
    "video": ("视频", "film"),
    "audio": ("录音", "sound"),
    "file": ("文件", "file"),
}
_TAKEN: Final[Both] = ("拍摄 {at}", "taken {at}")
_HASH: Final[Both] = ("校验 {hash}…", "checksum {hash}…")
_NO_HASH: Final[Both] = ("无校验值", "no checksum")


def _evidence(of: Reading) -> Iterator[str]:
    for item in of.case.evidence:
        yield _exhibit(of, item)


def _exhibit(of: Reading, item: Evidence) -> str:
    parts = [of.say(_KINDS[item.kind]) if item.kind in _KINDS else item.kind]
    if item.shows:
        parts.append(item.shows)
    if item.by:
        parts.append(wording.person_name(of.hall, item.by, of.lang))
    if item.taken_at is not None:
        parts.append(of.say(_TAKEN, at=of.at(item.taken_at)))
    parts.append(of.say(_HASH, hash=item.sha256[:_HASH_SHOWN]) if item.sha256 else of.say(_NO_HASH))
    return f"{' · '.join(parts)}\n{item.url}"[:_LINE_MOST]


def _result(of: Reading) -> Iterator[str]:
    if of.case.result_words:
        yield of.case.result_words[:_TEXT_MOST]
    if of.case.verified:
        yield of.say(_FOUND, words=words.code(of.case.verified, of.lang)[:_LINE_MOST])


_FOUND: Final[Both] = ("核实：{words}", "Verified: {words}")
_REPLY: Final[Both] = ("答复：{words}", "Reply: {words}")
_SOLVED: Final[Both] = ("回访：已解决", "Follow-up: solved")
_UNSOLVED: Final[Both] = ("回访：未解决", "Follow-up: not solved")


def _ending(of: Reading) -> Iterator[str]:
    case = of.case
    if case.outcome is not None and case.closed_at is not None:
        yield f"{words.word(case.outcome, of.lang)} · {of.at(case.closed_at)}"
    if case.reply:
        yield of.say(_REPLY, words=case.reply[:_TEXT_MOST])
    if case.solved is not None:
        yield of.say(_SOLVED if case.solved else _UNSOLVED)


def _alert(of: Reading) -> Iterator[str]:
    if of.case.alert:
        yield of.case.alert[:_LINE_MOST]


REPORTER: Final[Both] = ("上报人", "Reporter")
ROWS: Final[Sequence[tuple[Both, Lines]]] = (
    (("督办", "Orders"), _pressed),
    (("职责准入", "Gate"), _gate),
    (("地点", "Place"), _place),
    (("时间", "Times"), _times),
    (("承办", "With"), _holder),
    (("申请", "Request"), _request),
    (("次数", "Counts"), _counts),
    (("类别", "Category"), _category),
    (("来源", "Source"), _source),
    (REPORTER, _reporter),
    (("描述", "Description"), _description),
    (("处置要点", "Guidance"), _guidance),
    (("需交证据", "Evidence due"), _needed),
    (("证据", "Evidence"), _evidence),
    (("清单事项", "Duty item"), _duty),
    (("处置结果", "Result"), _result),
    (("结案", "Closing"), _ending),
    (("视频告警", "Video alert"), _alert),
)
"""What is shown of a case, in this order; a row without lines is left out."""


def rows(of: Reading) -> list[tuple[str, str]]:
    """Return name and words of every row that has something to say."""
    found = [(of.say(name), "\n".join(lines(of))) for name, lines in ROWS]
    return [(name, text) for name, text in found if text]
