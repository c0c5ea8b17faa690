"""The dossier of a case (一案一档): its whole file as plain sections and tables, for any printer.

Nothing here knows how it is printed. Texts come from outside and stay texts; telephone and identity
numbers in them are masked, and so is who reported, unless the names are handed in (``disclose``).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final
from unicodedata import category

from msgspec import Struct

from commandcenter.application.questions import CaseFile, Sealed
from commandcenter.domain import words
from commandcenter.domain.case import Case
from commandcenter.domain.facts import Fact
from commandcenter.domain.hall import Hall
from commandcenter.domain.place import PlaceQuality
from commandcenter.domain.privacy import for_display
from commandcenter.domain.report import Reporter
from commandcenter.domain.roster import Role
from commandcenter.domain.timelimit import Limit
from commandcenter.domain.whistle import Summons, Whistle

Both = tuple[str, str]


class Table(Struct, frozen=True, kw_only=True):
    """Rows under headings; ``widths`` are shares of the page, in per cent."""

    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


class Section(Struct, frozen=True, kw_only=True):
    """A heading with paragraphs, then a table; a table without headings is of names and values."""

    title: str
    lines: tuple[str, ...] = ()
    table: Table | None = None


class Dossier(Struct, frozen=True, kw_only=True):
    """What is printed: ``page`` is the pattern of the page number, with ``n`` of ``m``."""

    title: str
    number: str
    hall: str
    printed: str
    page: str
    sections: tuple[Section, ...]


class Told(Struct, frozen=True):
    """A fact in words: who, what, and what belongs to it."""

    who: str
    what: str
    details: tuple[str, ...] = ()


class Press(Struct, frozen=True, kw_only=True):
    """For whom and by whom a dossier is made; ``tell`` puts a fact into the words of the screens.

    ``reporters`` are those who reported, in clear, where a supervisor may know: then ``reason`` is
    the reason that was recorded.
    """

    hall: Hall
    lang: str
    by: str
    at: datetime
    tell: Callable[[Fact], Told]
    reporters: tuple[Reporter, ...] = ()
    reason: str = ""

    def say(self, both: Both, **facts: object) -> str:
        """Return a phrase in the language of the dossier."""
        return both[self.lang == "en"].format(**facts)

    def local(self, at: datetime | None) -> str:
        """Return a local time to the second; a dash for none."""
        return "—" if at is None else f"{at.astimezone(self.hall.zone):%Y-%m-%d %H:%M:%S}"

    def body(self, code: str | None) -> str:
        """Return the full name of a body; a code nobody knows as it is."""
        known = self.hall.bodies.get(code or "")
        return known.name if known else code or "—"

    def person(self, id_: str | None) -> str:
        """Return the name of somebody at a seat or in a grid, or of a body."""
        known = self.hall.people.get(id_ or "") or self.hall.workers.get(id_ or "")
        return known.name if known else self.body(id_)

    def limit(self, limit: str | None) -> str:
        """Return a limit in words: 3 工作日."""
        try:
            read = Limit.parse(limit or "")
        except ValueError:
            return limit or "—"
        return f"{read.amount:g} {words.word(read.unit, self.lang)}"


_TITLE: Final[Both] = ("一案一档", "Case dossier")
_PRINTED: Final[Both] = ("{by} 打印于 {at}", "Printed by {by} at {at}")
_PAGE: Final[Both] = ("第 {n} 页 共 {m} 页", "Page {n} of {m}")


def compose(file: CaseFile, press: Press) -> Dossier:
    """Return the dossier of a case; sections that would be empty are left out."""
    made = (
        *_basics(file, press),
        _reports(file.case, press),
        _clocks(file.case, press),
        *(_whistle(item, press) for item in file.whistles),
        _evidence(file.case, press),
        _timeline(file.facts, press),
        _chain(file.facts, press),
    )
    return Dossier(
        title=press.say(_TITLE),
        number=file.case.no,
        hall=_seen(press.hall.name),
        printed=press.say(_PRINTED, by=_seen(press.by), at=press.local(press.at)),
        page=_PAGE[press.lang == "en"],
        sections=tuple(_cleaned(section) for section in made if section.lines or section.table),
    )


def _cleaned(section: Section) -> Section:
    """Leave out of every text what cannot be seen: two would look alike, or one reversed."""
    table = section.table
    if table is not None:
        rows = tuple(tuple(map(_seen, row)) for row in table.rows)
        table = Table(heads=table.heads, widths=table.widths, rows=rows)
    return Section(title=_seen(section.title), lines=tuple(map(_seen, section.lines)), table=table)


def _seen(text: str) -> str:
    return "".join(it for it in text if it == "\n" or category(it) not in {"Cc", "Cf"})


def _free(text: str) -> str:
    """Return free text without telephone and identity numbers."""
    return for_display(text, ())


def _named(rows: Iterator[tuple[str, str]]) -> Table | None:
    kept = tuple((name, text) for name, text in rows if text and text != "—")
    return Table(heads=(), widths=(20, 80), rows=kept) if kept else None


# -- the case --

_BASICS: Final[Both] = ("案卷", "Case")
_NAMES: Final[dict[str, Both]] = {
    "no": ("编号", "Number"),
    "title": ("标题", "Title"),
    "state": ("状态", "State"),
    "urgency": ("紧急程度", "Urgency"),
    "category": ("类别", "Category"),
    "channel": ("来源渠道", "Channel"),
    "source": ("上报方", "Source"),
    "source_no": ("原编号", "Number there"),
    "address": ("地点", "Place"),
    "grid": ("网格", "Grid"),
    "point": ("坐标", "Position"),
    "occurred_at": ("发生时间", "Happened"),
    "reported_at": ("上报时间", "Reported"),
    "received_at": ("接收时间", "Received"),
    "description": ("情况描述", "Description"),
    "marks": ("存疑", "In doubt"),
    "verified": ("核实结论", "Finding"),
    "body": ("承办单位", "Body"),
    "co_bodies": ("协办单位", "With"),
    "duty_item": ("清单事项", "Duty item"),
    "limit": ("办理时限", "Limit"),
    "due_at": ("承诺截止", "Due"),
    "statutory_due_at": ("法定截止", "Due by law"),
    "counts": ("次数", "Counts"),
    "result": ("处置结果", "Result"),
    "checker": ("核查人", "Checked by"),
    "outcome": ("结案方式", "Outcome"),
    "closed_at": ("结案时间", "Closed"),
    "reply": ("答复", "Reply"),
    "followed_up": ("回访", "Follow-up"),
    "parent": ("主案", "Main case"),
    "children": ("并入案卷", "Merged in"),
}
_PROVISIONAL: Final[Both] = ("{at}（暂定）", "{at} (provisional)")
_COUNTS: Final[Both] = (
    "派单 {d} 次，退回 {h} 次，返工 {w} 次，重开 {o} 次，挂账 {p} 次",
    "dispatched {d}×, returned {h}×, reworked {w}×, reopened {o}×, on hold {p}×",
)
_SOLVED: Final[Both] = ("已解决", "solved")
_UNSOLVED: Final[Both] = ("未解决", "not solved")
_REPORTER_TITLE: Final[Both] = ("上报人（已记录查看理由）", "Who reported (the reason is recorded)")
_REPORTER: Final[Both] = ("上报人（已脱敏）", "Who reported (masked)")
_REASON: Final[Both] = ("查看理由：{reason}", "Reason: {reason}")
_NAME_AND_PHONE: Final[tuple[Both, ...]] = (
    ("姓名", "Name"),
    ("电话", "Telephone"),
    ("编号", "Number"),
    ("身份", "Role"),
)


def _basics(file: CaseFile, press: Press) -> Iterator[Section]:
    rows = ((press.say(_NAMES[name]), text) for name, text in _fields(file.case, press))
    yield Section(title=press.say(_BASICS), table=_named(rows))
    clear = bool(press.reporters)
    known = press.reporters or file.reporters
    told = tuple(
        (who.name or "—", who.phone or "—", who.id or "—", words.code(who.role, press.lang))
        for who in known
    )
    heads = tuple(map(press.say, _NAME_AND_PHONE))
    yield Section(
        title=press.say(_REPORTER_TITLE if clear else _REPORTER),
        lines=(press.say(_REASON, reason=press.reason),) if clear else (),
        table=Table(heads=heads, widths=(25, 30, 25, 20), rows=told) if told else None,
    )


def _fields(case: Case, press: Press) -> Iterator[tuple[str, str]]:
    hall, lang, place = press.hall, press.lang, case.place
    known, duty = hall.categories.get(case.category or ""), hall.duties.get(case.duty_item or "")
    grid = hall.grids.grids.get(place.grid or "")
    yield "no", case.no
    yield "title", words.case_title(_free(case.title), lang)
    yield "state", words.word(case.state, lang)
    yield "urgency", words.word(case.urgency, lang)
    yield "category", known.name if known else case.category_text or case.category or ""
    yield "channel", words.word(case.channel, lang)
    yield "source", case.source
    yield "source_no", case.source_no or ""
    yield "address", _free(place.address)
    yield "grid", " ".join(filter(None, (place.village, grid.name if grid else place.grid)))
    yield "point", _position(case, press)
    for name in ("occurred_at", "reported_at", "received_at"):
        yield name, press.local(getattr(case, name))
    yield "description", _free(case.description)
    yield "marks", " · ".join(words.word(mark, lang) for mark in sorted(case.marks))
    yield "verified", words.code(_free(case.verified or ""), lang)
    yield "body", press.body(case.body)
    yield "co_bodies", " · ".join(map(press.body, case.co_bodies))
    yield "duty_item", f"{duty.item} {duty.title}" if duty else case.duty_item or ""
    yield "limit", press.limit(case.limit)
    due, unsure = press.local(case.handle_by), case.handle_by and case.due_provisional
    yield "due_at", press.say(_PROVISIONAL, at=due) if unsure else due
    yield "statutory_due_at", press.local(case.statutory_due_at)
    yield (
        "counts",
        press.say(
            _COUNTS,
            d=case.dispatches,
            h=case.hops,
            w=case.rework_count,
            o=case.reopen_count,
            p=case.holds,
        ),
    )
    yield "result", _free(case.result_words)
    yield "checker", press.person(case.checker)
    yield "outcome", words.word(case.outcome, lang) if case.outcome else ""
    yield "closed_at", press.local(case.closed_at)
    yield "reply", _free(case.reply)
    if case.solved is not None:
        yield "followed_up", press.say(_SOLVED if case.solved else _UNSOLVED)
    yield "parent", case.parent or ""
    yield "children", " · ".join(case.children)


def _position(case: Case, press: Press) -> str:
    point = case.place.point
    if point is None:
        return ""
    said = f"{point.lon:.6f}, {point.lat:.6f} ({point.datum})"
    if case.place.quality is PlaceQuality.EXACT:
        return said
    return f"{said} · {words.word(case.place.quality, press.lang)}"


# -- what came in, clocks --

_REPORTS: Final[Both] = ("来件", "Messages")
_MESSAGE_HEADS: Final[tuple[Both, ...]] = (("来源", "Source"), ("消息编号", "Message"))
_CLOCKS: Final[Both] = ("节点与暂停", "Milestones and pauses")
_CLOCK_HEADS: Final[tuple[Both, ...]] = (
    ("项目", "Item"),
    ("时限", "Limit"),
    ("起始或截止", "From, or due"),
    ("结束或完成", "Until, or done"),
)
_HOLD: Final[Both] = ("挂账", "on hold")
_VERIFY: Final[Both] = ("核实（受理时限暂停）", "verification (intake paused)")


def _reports(case: Case, press: Press) -> Section:
    rows = tuple((ref.source, ref.id) for ref in case.reports)
    return _listed(press, _REPORTS, _MESSAGE_HEADS, (40, 60), rows)


def _clocks(case: Case, press: Press) -> Section:
    local = press.local
    rows = [
        (it.name, press.limit(it.limit), local(it.due_at), local(it.done_at)) for it in case.stops
    ]
    for both, pauses in ((_VERIFY, case.verify_pauses), (_HOLD, case.pauses)):
        rows += [(press.say(both), "—", local(it.start), local(it.end)) for it in pauses]
    return _listed(press, _CLOCKS, _CLOCK_HEADS, (34, 18, 24, 24), tuple(rows))


def _listed(
    press: Press,
    title: Both,
    heads: Sequence[Both],
    widths: tuple[int, ...],
    rows: tuple[tuple[str, ...], ...],
) -> Section:
    table = Table(heads=tuple(map(press.say, heads)), widths=widths, rows=rows)
    return Section(title=press.say(title), table=table if rows else None)


# -- whistles --

_WHISTLE: Final[Both] = ("吹哨 {no}（{kind}）", "Whistle {no} ({kind})")
_BLOWN: Final[Both] = (
    "{who} {at} 吹哨；{closed}",
    "Blown by {who} at {at}; {closed}",
)
_ENDED: Final[Both] = ("{at} 哨毕", "ended at {at}")
_RUNNING: Final[Both] = ("尚未哨毕", "still running")
_SUMMONS_HEADS: Final[tuple[Both, ...]] = (
    ("单位", "Body"),
    ("状态", "State"),
    ("应哨", "Answered"),
    ("报到", "Reported in"),
    ("完成", "Finished"),
    ("撤离", "Released"),
    ("报到依据与说明", "Proof and words"),
)
_LEAD: Final[Both] = ("{body}（牵头）", "{body} (lead)")
_DISTANCE: Final[Both] = ("距现场 {m} 米", "{m} m from the place")


def _whistle(whistle: Whistle, press: Press) -> Section:
    kind = words.word(whistle.kind, press.lang)
    ended = (
        press.say(_ENDED, at=press.local(whistle.closed_at))
        if whistle.closed_at
        else press.say(_RUNNING)
    )
    blown = press.say(
        _BLOWN, who=press.person(whistle.blown_by), at=press.local(whistle.blown_at), closed=ended
    )
    rows = tuple(_summons(item, press) for item in whistle.summons)
    heads = tuple(map(press.say, _SUMMONS_HEADS))
    return Section(
        title=press.say(_WHISTLE, no=whistle.no, kind=kind),
        lines=(blown,),
        table=Table(heads=heads, widths=(18, 10, 13, 13, 13, 13, 20), rows=rows),
    )


def _summons(item: Summons, press: Press) -> tuple[str, ...]:
    body = press.body(item.body)
    times = (item.answered_at, item.reported_in_at, item.finished_at, item.released_at)
    return (
        press.say(_LEAD, body=body) if item.lead else body,
        words.summons_state(item, press.lang),
        *map(press.local, times),
        " · ".join(_proof(item, press)) or "—",
    )


def _proof(item: Summons, press: Press) -> Iterator[str]:
    if (proof := item.proof) is not None:
        yield words.word(proof.kind, press.lang)
        if proof.distance_m is not None:
            yield press.say(_DISTANCE, m=f"{proof.distance_m:.0f}")
        yield from filter(None, (proof.who, proof.channel, _free(proof.words)))
    yield from filter(None, (_free(item.reason), _free(item.words)))


# -- evidence, timeline, chain --

_EVIDENCE: Final[Both] = ("证据清单", "Evidence")
_EVIDENCE_HEADS: Final[tuple[Both, ...]] = (
    ("序号", "No."),
    ("种类", "Kind"),
    ("拍摄时间", "Taken"),
    ("大小（字节）", "Bytes"),
    ("SHA-256", "SHA-256"),
    ("位置", "Where"),
)
_TIMELINE: Final[Both] = ("全过程记录", "Everything that happened")
_TIMELINE_HEADS: Final[tuple[Both, ...]] = (
    ("发生时间", "When"),
    ("记录时间", "Recorded"),
    ("何人", "Who"),
    ("何事、为何", "What and why"),
    ("出处", "Source"),
)
_SAME: Final[Both] = ("同时", "at once")
_CHAIN: Final[Both] = ("校验", "Verification")
_SOUND: Final[Both] = (
    "{n} 条记录的散列值全部重新计算，与存储一致。",
    "The hashes of all {n} facts were reckoned anew and agree with what is stored.",
)
_BROKEN: Final[Both] = (
    "警告：{n} 条记录中有 {bad} 条的散列值与存储不一致（{where}），请运行 audit verify。",
    "Warning: of {n} facts, {bad} do not agree with their stored hash ({where}); run audit verify.",
)
_CHAIN_HEADS: Final[tuple[Both, ...]] = (
    ("链上位置", "Place in the chain"),
    ("时间", "When"),
    ("散列值（SHA-256）", "Hash (SHA-256)"),
)
_PLACE: Final[Both] = ("{seat} 第 {number} 条", "{seat} no. {number}")


def _evidence(case: Case, press: Press) -> Section:
    rows = tuple(
        (
            str(at),
            words.code(item.kind, press.lang),
            press.local(item.taken_at),
            "—" if item.bytes is None else str(item.bytes),
            item.sha256 or "—",
            item.url,
        )
        for at, item in enumerate(case.evidence, start=1)
    )
    return _listed(press, _EVIDENCE, _EVIDENCE_HEADS, (6, 8, 15, 11, 30, 30), rows)


def _timeline(facts: Sequence[Sealed], press: Press) -> Section:
    rows = tuple(_event(item, press) for item in facts)
    return _listed(press, _TIMELINE, _TIMELINE_HEADS, (15, 15, 17, 38, 15), rows)


def _event(item: Sealed, press: Press) -> tuple[str, ...]:
    recorded = item.recorded
    fact = recorded.fact
    told = press.tell(fact)
    role = fact.role and words.word(Role(fact.role), press.lang) if fact.role in set(Role) else ""
    return (
        press.local(fact.at),
        press.say(_SAME)
        if _at_once(recorded.recorded_at - fact.at)
        else press.local(recorded.recorded_at),
        "\n".join(filter(None, (_free(told.who), role))),
        _free("\n".join((told.what, *told.details))),
        _where(item, press),
    )


def _at_once(delay: timedelta) -> bool:
    return abs(delay) < timedelta(seconds=1)


def _where(item: Sealed, press: Press) -> str:
    return press.say(_PLACE, seat=item.recorded.seat, number=item.recorded.number)


def _chain(facts: Sequence[Sealed], press: Press) -> Section:
    bad = [item for item in facts if not item.sound]
    line = press.say(_SOUND, n=len(facts))
    if bad:
        line = press.say(_BROKEN, n=len(facts), bad=len(bad), where=_where(bad[0], press))
    ends = {item.hash: item for item in (*facts[:1], *facts[-1:])}
    rows = tuple(
        (_where(item, press), press.local(item.recorded.recorded_at), item.hash)
        for item in ends.values()
    )
    heads = tuple(map(press.say, _CHAIN_HEADS))
    return Section(
        title=press.say(_CHAIN),
        lines=(line,),
        table=Table(heads=heads, widths=(25, 20, 55), rows=rows) if rows else None,
    )
