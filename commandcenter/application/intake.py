"""Taking in what the feeds bring: every message ends as a fact, a duplicate, or in quarantine."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any, Final

from msgspec import to_builtins

from commandcenter.application import (
    asking,
    calling,
    copies,
    handling,
    helping,
    mediating,
    naming,
    recurrence,
    supervising,
    transferring,
    whistling,
)
from commandcenter.application import messages as m
from commandcenter.application.changes import OutgoingState, position
from commandcenter.application.moments import within_reach
from commandcenter.application.ports import Unit
from commandcenter.application.triage import (
    A_MOMENT,
    LONG_AGO,
    default_urgency,
    note_child,
    open_case,
    shown,
)
from commandcenter.application.turn import HALL, Turn, numbers
from commandcenter.domain import alert as alerts
from commandcenter.domain import duties
from commandcenter.domain.alert import VideoAlert
from commandcenter.domain.case import LOOP, Case, Step, place_data
from commandcenter.domain.catalogue import Admission
from commandcenter.domain.county import CountyCall
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Fact, instant
from commandcenter.domain.hall import Hall
from commandcenter.domain.mediation import going_on
from commandcenter.domain.place import Datum, Place, Point, convert, distance_m, settle
from commandcenter.domain.privacy import for_display, one_line, secrets
from commandcenter.domain.report import Channel, Mark, Reporter, ReportRef
from commandcenter.domain.transfer import Transfer
from commandcenter.domain.whistle import Proof, ProofKind

LATE_AFTER: Final = timedelta(minutes=10)


@dataclass(slots=True, kw_only=True)
class Counts:
    """How many messages ended where."""

    received: int = 0
    stored: int = 0
    duplicates: int = 0
    revisions: int = 0
    quarantined: dict[str, int] = field(default_factory=dict)

    def add(self, other: "Counts") -> None:
        """Add another batch's counts."""
        self.received += other.received
        self.stored += other.stored
        self.duplicates += other.duplicates
        self.revisions += other.revisions
        for reason, count in other.quarantined.items():
            self.quarantined[reason] = self.quarantined.get(reason, 0) + count


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the hall knows of where messages come from.

    ``datums``: per feed, of points that name none. ``observe`` is shown a message of each source
    in a batch; ``skewed`` tells whether a source's clock is known to be wrong by more than the
    hall's threshold.
    """

    datums: Mapping[str, Datum] = field(default_factory=dict)
    observe: Callable[[m.Received], None] = lambda _message: None
    skewed: Callable[[str], bool] = lambda _source: False


class Unplaced(Exception):
    """A sound message about something the hall does not know (yet): it waits in quarantine."""


def take_in(unit: Unit, hall: Hall, sources: Sources, items: Sequence[m.FeedItem]) -> Counts:
    """Take in a batch in one transaction and return what became of it."""
    batch = _Batch(unit=unit, hall=hall, sources=sources)
    items = [within_reach(item) if isinstance(item, m.Received) else item for item in items]
    received = [item for item in items if isinstance(item, m.Received)]
    for latest in {item.source: item for item in received}.values():
        sources.observe(latest)
    batch.prepare(received)
    for item in items:
        match item:
            case m.Received():
                batch.received(item)
            case m.Rejected():
                batch.rejected(item)
            case m.Gap():
                unit.gap(item)
            case m.Cursor():
                unit.begin_stream(item)
            case m.LinkState():
                continue
        if (sequence := sequence_of(item)) is not None:
            unit.advance(item.feed, sequence)
    batch.look_back()
    return batch.counts


def sequence_of(item: m.FeedItem) -> int | None:
    """Return the place in its feed's stream that is accounted for once ``item`` is stored."""
    match item:
        case m.Received():
            return item.sequence
        case m.Rejected() if item.in_stream:
            return item.sequence
        case m.Gap():
            return item.last
    return None


Ref = tuple[str, str]


@dataclass(slots=True, kw_only=True)
class _Batch:
    unit: Unit
    hall: Hall
    sources: Sources
    counts: Counts = field(default_factory=Counts)
    digests: dict[Ref, Sequence[bytes]] = field(default_factory=dict)
    fresh: dict[Ref, m.Received] = field(default_factory=dict)
    reported: dict[Ref, Case] = field(default_factory=dict)
    reporters: dict[str, list[Reporter]] = field(default_factory=dict)
    alerts: dict[str, VideoAlert] = field(default_factory=dict)
    told: dict[Ref, dict[str, Any]] = field(default_factory=dict)
    numbers: Iterator[str] | None = None
    opened: list[str] = field(default_factory=list)

    def prepare(self, items: Sequence[m.Received]) -> None:
        """Read what the batch will need, in one question each."""
        self.digests.update(self.unit.digests({(item.source, item.id) for item in items}))
        event_nos = {(item.source, no) for item in items if (no := _event_no(item.data))}
        self.reported.update(self.unit.reported(event_nos) if event_nos else {})
        if told_again := {case.no for case in self.reported.values()}:
            for no, known in self.unit.reporters_of(told_again).items():
                self.reporters[no] = list(known)
        keys = {
            alerts.key(item.source, item.data.alert_id)
            for item in items
            if isinstance(item.data, m.AlertData)
        }
        self.alerts.update(self.unit.alerts(keys) if keys else {})
        fresh = self._fresh(items)
        if fresh:
            self.numbers = numbers(self.unit, self.hall, "", fresh)

    def _fresh(self, items: Sequence[m.Received]) -> int:
        """Return how many cases the batch will open: no number of the day is left unused."""
        refs = set(self.digests)
        known = set(self.reported)
        count = 0
        for item in items:
            ref = (item.source, item.id)
            if ref in refs or not isinstance(item.data, (m.ReportRaised, m.CountyTask)):
                continue
            refs.add(ref)
            number = _event_no(item.data)
            if number is None or (item.source, number) not in known:
                count += 1
                known.add((item.source, number or ""))
        return count

    def rejected(self, item: m.Rejected) -> None:
        """Put a message aside; one that lies there already is a duplicate."""
        self.counts.received += 1
        if not self.unit.quarantine(item):
            self.counts.duplicates += 1
            return
        reasons = self.counts.quarantined
        reasons[item.reason] = reasons.get(item.reason, 0) + 1

    def received(self, item: m.Received) -> None:
        """Take one message in: once, whatever how often it comes."""
        self.counts.received += 1
        ref = (item.source, item.id)
        known = self.digests.get(ref)
        if known is None and (earlier := self.fresh.get(ref)) is not None:
            known = (earlier.digest,)
        if known is not None:
            if item.digest in known:
                self.counts.duplicates += 1
            else:
                self.digests[ref] = (*known, item.digest)
                self._revised(item)
            return
        try:
            case = self._take(item)
        except Unplaced as lost:
            self.counts.received -= 1
            self.rejected(put_aside(item, str(lost)))
            return
        self.fresh[ref] = item
        self.unit.keep(item, case.no if case else None)
        self.counts.stored += 1

    def _revised(self, item: m.Received) -> None:
        """Flag what a message told of before: it stays as it is, beside what the sender says now.

        The case is that of the message, which need not name one by itself.
        """
        self.counts.revisions += 1
        if isinstance(item.data, m.OutboxReceipt):  # it names by itself what it is about
            self.settled(item, item.data)
        no = self.unit.case_of(item.source, item.id)
        self.unit.keep(item, no)
        if no is None:
            self.unit.record(
                Fact(
                    kind="message.revised",
                    subject=item.id,
                    at=item.received_at,
                    actor=item.source,
                    data={"type": item.type},
                )
            )
            return
        case = self.unit.case(no)
        stands = {name: getattr(case, name) for name in _COMPARED}
        stands |= {"urgency": case.own_urgency or case.urgency, "place": place_data(case.place)}
        last = stands | self._last_said(item.source, no)
        says = {
            name: value
            for name, value in self._said(item, case, item.data).items()
            if name in stands and _comparable(name, value) != _comparable(name, last[name])
        }
        if says or Mark.REVISED not in case.marks:
            was = {name: value for name in says if (value := stands[name]) is not None}
            self._note(
                item, case, "updated", marks=[Mark.REVISED], upstream=says or None, was=was or None
            )

    def _last_said(self, source: str, case: str) -> dict[str, Any]:
        """Return what a source said last of a case, by what was noted there of its later words.

        The history is read once a batch: somebody may revise one report without end.
        """
        if (source, case) not in self.told:
            told = self.told[source, case] = {}
            for fact in self.unit.facts(case):
                if fact.kind == "case.updated" and fact.actor == source:
                    told |= _words(fact.data)
        return self.told[source, case]

    def _take(self, item: m.Received) -> Case | None:
        return _TAKES[type(item.data)](self, item, item.data)

    def look_back(self) -> None:
        """Note on the cases the batch opened which of those closed lately they repeat."""
        fresh = [self.unit.case(no) for no in self.opened]
        for no, earlier in recurrence.found(self.unit, self.hall, fresh).items():
            turn = Turn(unit=self.unit, hall=self.hall, actor=HALL, at=self.unit.at)
            turn.note(self.unit.case(no), "earlier_found", earlier=earlier)

    # -- reports --

    def report(self, item: m.Received, data: m.ReportRaised) -> Case:
        known = self.reported.get((item.source, data.event_no or ""))
        if known is not None:  # the same upstream number under a new message id: told again
            return self._edit(item, known, data)
        case = open_case(
            self._turn(item),
            reporters=_reporters(data.reporter),
            title=data.title,
            description=data.description,
            category=data.category,
            category_text=data.category_text,
            urgency=data.urgency or default_urgency(self.hall, data.category),
            channel=data.channel,
            place=self._place(item, data.location),
            feed=item.feed,
            source=item.source,
            source_no=data.event_no,
            report={"source": item.source, "id": item.id},
            marks=self._marks(item, data.occurred_at),
            evidence=self._evidence(item, data.attachments),
            requires_reply=data.requires_reply,
            upstream_due_at=data.upstream_due_at,
            duty_item=data.duty_item,
            occurred_at=(data.occurred_at or item.time).astimezone(UTC),
            reported_at=(data.reported_at or item.time).astimezone(UTC),
        )
        self.opened.append(case.no)
        self.reporters[case.no] = []
        self._keep_reporter(item, case, data.reporter)
        if data.event_no is not None:
            self.reported[item.source, data.event_no] = case
        return case

    def update(self, item: m.Received, data: m.ReportUpdated) -> Case:
        return self._edit(item, self._known(item, data.event_no), data)

    def _said(self, item: m.Received, case: Case, data: m.Inbound) -> dict[str, Any]:
        """Return what a message says of a case, as a fact's data that give nobody away."""
        if isinstance(data, m.CountyTask):
            said = {name: getattr(data, name) for name in ("description", "duty_item")}
            said |= {"title": one_line(data.title), "upstream_due_at": data.due_at}
            return {name: value for name, value in said.items() if value is not None}
        if not isinstance(data, m.ReportRaised | m.ReportUpdated):
            return {}
        changes: dict[str, Any] = {
            name: value for name in _UPDATABLE if (value := getattr(data, name)) is not None
        }
        who = secrets([*self._known_reporters(case), *_reporters(data.reporter)])
        for name in ("title", "description"):
            if name in changes:
                changes[name] = for_display(changes[name], who)
        if title := one_line(changes.pop("title", "")):
            changes["title"] = title
        if data.location is not None:
            changes["place"] = place_data(shown(self._place(item, data.location), who))
        return changes

    def _edit(self, item: m.Received, case: Case, data: m.ReportRaised | m.ReportUpdated) -> Case:
        changes = self._said(item, case, data)
        if data.attachments:
            changes["evidence"] = self._evidence(item, data.attachments)
        if isinstance(data, m.ReportUpdated) and data.upstream_status:
            changes["upstream_status"] = data.upstream_status
        if case.filed_at is not None:  # what a person decided at filing is not overwritten
            said = {name: changes.pop(name) for name in _DECIDED if name in changes}
            changes["upstream"] = said or None
        changes["report"] = {"source": item.source, "id": item.id}
        self._keep_reporter(item, case, data.reporter)
        return self._note(item, case, "updated", **changes)

    def withdrawn(self, item: m.Received, data: m.ReportWithdrawn) -> Case:
        case = self._known(item, data.event_no)
        return self._note(item, case, "upstream_withdrew", reason=data.reason)

    def county_task(self, item: m.Received, data: m.CountyTask) -> Case:
        known = self.reported.get((item.source, data.task_no))
        if known is not None:
            return self._note(
                item,
                known,
                "updated",
                **self._again_at_gate(item, known, data),
                title=one_line(data.title),
                description=data.description,
                duty_item=data.duty_item,
                upstream_due_at=data.due_at,
                report={"source": item.source, "id": item.id},
            )
        case = open_case(
            self._turn(item),
            title=data.title,
            description=data.description,
            channel=Channel.COUNTY,
            urgency=default_urgency(self.hall, None),
            place=Place(),
            feed=item.feed,
            source=item.source,
            source_no=data.task_no,
            report={"source": item.source, "id": item.id},
            marks=self._marks(item, None),
            duty_item=data.duty_item,
            upstream_due_at=data.due_at,
            county_body=data.body,
            admission=(gate := self._gate(item, data)),
            beyond=gate is Admission.WAITING,
            occurred_at=item.time,
            reported_at=item.time,
        )
        self.reported[item.source, data.task_no] = case
        return case

    def _gate(self, item: m.Received, data: m.CountyTask) -> Admission | None:
        on = item.received_at.astimezone(self.hall.zone).date()
        return duties.admission(self.hall, data.duty_item, on)

    def _again_at_gate(
        self, item: m.Received, case: Case, data: m.CountyTask
    ) -> dict[str, Admission | bool]:
        """Return what naming an item at last changes for a task that still waits."""
        listed = self._gate(item, data) is Admission.LISTED
        if case.admission is not Admission.WAITING or not listed:
            return {}
        return {"admission": Admission.LISTED, "beyond": False}

    def _known(self, item: m.Received, event_no: str) -> Case:
        case = self.reported.get((item.source, event_no))
        if case is None:
            raise Unplaced(f"event_no {event_no}")
        return case

    def _note(self, item: m.Received, case: Case, kind: str, **data: Any) -> Case:
        given = {key: value for key, value in data.items() if value is not None}
        turn = self._turn(item)
        case = turn.note(self.unit.case(case.no), kind, **given)
        if kind == "updated" and (told := self.told.get((item.source, case.no))) is not None:
            told |= _words(given)
        if case.parent is not None:  # whoever works on the problem must read it there
            told = {key: given[key] for key in _TOLD if key in given}
            parent = self.unit.case(case.parent)
            note_child(turn, parent, "child_told", case, **told)
        if case.source_no is not None:
            self.reported[case.source, case.source_no] = case
        return case

    def _keep_reporter(self, item: m.Received, case: Case, who: m.Reporter | None) -> None:
        for reporter in _reporters(who):
            self.unit.keep_reporter(case.no, ReportRef(item.source, item.id), reporter)
            if case.no in self.reporters:
                self.reporters[case.no].append(reporter)

    def _known_reporters(self, case: Case) -> Sequence[Reporter]:
        """Return everybody who reported a case; it was read for the whole batch at once."""
        known = self.reporters.get(case.no)
        return self.unit.reporters(case.no) if known is None else known

    # -- video --

    def alert(self, item: m.Received, data: m.AlertData) -> None:
        key = alerts.key(item.source, data.alert_id)
        fields = self._observed(item, data)
        told: dict[str, Any] = {"at": item.received_at, "actor": item.source}
        held = self.alerts.get(key)
        cleared = item.type is m.MessageType.ALERT_CLEARED
        if cleared and data.ended_at is None and (held is None or held.ended_at is None):
            fields["ended_at"] = item.time.astimezone(UTC)
        if held is not None and (held.raised or cleared):
            held, fact = alerts.updated(held, fields=fields, cleared=cleared, **told)
        else:
            began = data.started_at or (data.ended_at if cleared else None) or item.time
            fields["started_at"] = began.astimezone(UTC)
            if held is not None:
                held, fact = alerts.raised_late(held, fields=fields, **told)
            else:
                named = {"source": item.source, "alert_id": data.alert_id}
                where = {"place": place_data(self._camera_place(item, data))}
                begin = alerts.ended_unseen if cleared else alerts.raised
                held, fact = begin(key=key, fields={**where, **fields, **named}, **told)
        self.unit.save_alert(held, fact)
        self.alerts[key] = held

    def _observed(self, item: m.Received, data: m.AlertData) -> dict[str, Any]:
        fields = {name: value for name in _SEEN if (value := getattr(data, name)) is not None}
        if "label_text" in fields:
            fields["label_text"] = one_line(fields["label_text"])
        if data.objects:
            fields["objects"] = [
                entry if isinstance(entry, str) else entry.label or "" for entry in data.objects
            ]
        if data.camera is not None:
            known = self.hall.camera_for(data.camera.code) if data.camera.code else None
            fields["camera"] = known.code if known else data.camera.code
            fields["camera_name"] = known.name if known else data.camera.name
            if data.camera.location is not None or known is not None:
                fields["place"] = place_data(self._camera_place(item, data))
        return {key: value for key, value in fields.items() if value is not None}

    def _camera_place(self, item: m.Received, data: m.AlertData) -> Place:
        camera = data.camera
        known = self.hall.camera_for(camera.code) if camera and camera.code else None
        if known is not None and known.point is not None:
            return settle(self.hall.grids, known.point, known.name, known.grid)
        return self._place(item, camera.location if camera else None)

    # -- what bodies say --

    def task(self, item: m.Received, data: m.TaskReceipt) -> Case:
        case = self._case(data.case_no)
        who = data.by.name if data.by else None
        answered = self._answered(item, case, data, who)
        case = answered or case
        said: dict[str, Any] = {
            "body": data.body,
            "who": who,
            "reason": data.reason,
            "duty_item": data.duty_item,
            "milestone": data.milestone,
            "words": data.words,
            "evidence": self._evidence(item, data.attachments),
        }
        turn = self._turn(item, data.body, self._when(item, data.at, case.since))
        try:
            if data.body != case.body and case.sub_task(data.body) is not None:
                return helping.helped(turn, case, data.body, data.status, **said)
            if data.body != case.body:
                raise Refusal("wrong_body", case=case.no, holder=case.body, body=data.body)
            return handling.progress(turn, case, data.status, **said)
        except Refusal as refusal:
            said |= {"status": data.status, "refusal": refusal.code}
            return self._unfitting(turn, data.case_no, said)

    def _answered(
        self, item: m.Received, case: Case, data: m.TaskReceipt, who: str | None
    ) -> Case | None:
        """Take a body's words for the answer to what it was ordered (督办)."""
        at = self._when(item, data.at, case.since)
        turn = self._turn(item, data.body, at)
        return supervising.answered_by(turn, case, data.body, data.words, who=who)

    def _unfitting(self, turn: Turn, case: str, said: dict[str, Any]) -> Case:
        given = {key: value for key, value in said.items() if value}
        return turn.note(turn.unit.case(case), "receipt_noted", **given)

    def whistle(self, item: m.Received, data: m.WhistleReceipt) -> Case | None:
        try:
            whistle = self.unit.whistle(data.whistle_no)
            summons = whistle.of(data.body)
        except Refusal as refusal:
            raise Unplaced(f"{refusal.code} {data.whistle_no} {data.body}") from None
        floor = max(summons.since, whistle.blown_at)
        if item.recorded is None:  # a miss is not undone by the body's own word of when it came
            missed = (summons.no_answer_at, summons.no_show_at)
            floor = max(floor, *(at for at in missed if at is not None), floor)
        at = self._when(item, data.at, floor)
        turn = self._turn(item, data.body, at)
        said: dict[str, Any] = {
            "contact": data.by.name if data.by else None,
            "reason": data.reason,
            "duty_item": data.duty_item,
            "words": data.words,
            "evidence": self._evidence(item, data.attachments) or None,
        }
        if (told := data.at or item.time) > item.received_at + A_MOMENT:
            said["said_at"] = told  # its clock is ahead: reckoned from when it came
        try:
            if data.status is m.WhistleStatus.REFUSED and not data.duty_item:
                whistling.unfounded(turn, whistle, data.body, **said)
            else:
                proof = self._proof(item, data, whistle.place)
                whistling.progress(turn, whistle, data.body, data.status, proof=proof, **said)
        except Refusal as refusal:
            given = {key: value for key, value in said.items() if value}
            self.unit.record(
                Fact(
                    kind="whistle.receipt_noted",
                    subject=whistle.no,
                    at=at,
                    actor=data.body,
                    data={
                        **given,
                        "body": data.body,
                        "status": data.status,
                        "refusal": refusal.code,
                    },
                )
            )
        return self.unit.case(whistle.case)

    def _proof(self, item: m.Received, data: m.WhistleReceipt, place: Place) -> Proof:
        who = (data.by.name if data.by else None) or ""
        point = self._point(item, data.location)
        spot = None if point is None else settle(self.hall.grids, point).wgs84
        if spot is None:
            return Proof(kind=ProofKind.WORD, who=who, words=data.words or "")
        distance = None if place.wgs84 is None else round(distance_m(spot, place.wgs84), 1)
        return Proof(kind=ProofKind.POSITION, who=who, words=data.words or "", distance_m=distance)

    def verified(self, item: m.Received, data: m.VerificationReceipt) -> Case:
        case = self._case(data.case_no)
        said: dict[str, Any] = {
            "result": data.result,
            "words": data.words,
            "evidence": self._evidence(item, data.attachments),
            "who": data.by.name if data.by else None,
        }
        if data.location is not None:
            said["place"] = place_data(self._place(item, data.location))
        return self._step_or_note(item, data.at, case, Step.VERIFIED, said)

    def followed_up(self, item: m.Received, data: m.FollowupReceipt) -> Case:
        said = {
            "contacted": data.contacted,
            "solved": data.solved,
            "satisfied": data.satisfied,
            "words": data.words,
        }
        return self._step_or_note(item, data.at, self._case(data.case_no), Step.FOLLOW_UP, said)

    def _step_or_note(
        self, item: m.Received, at: datetime | None, case: Case, step: Step, said: dict[str, Any]
    ) -> Case:
        turn = self._turn(item, None, self._when(item, at, case.since))
        if (case.state, step) in LOOP:
            return turn.step(case, step, **said)
        return self._unfitting(turn, case.no, {**said, "status": step})

    # -- what the levels above and beside say --

    def county_receipt(self, item: m.Received, data: m.CountyReceipt) -> Case:
        case = self._case(data.case_no)
        said = {"words": self._kept(case, data.words), "who": data.by.name if data.by else None}
        call = next((it for it in case.calls if it.no == data.call_no), None)
        turn = self._turn(item, data.body, self._when(item, data.at, _since(case, call)))
        try:
            return calling.replied(turn, case, data.call_no, data.body, data.status, **said)
        except Refusal as refusal:
            told = {"call": data.call_no, "status": data.status, "refusal": refusal.code}
            return self._unfitting(turn, case.no, {**said, **told, "body": data.body})

    def transfer_receipt(self, item: m.Received, data: m.TransferReceipt) -> Case:
        case = self._case(data.case_no)
        said = {
            "receipt": data.receipt_no,
            "words": self._kept(case, data.words),
            "who": data.by.name if data.by else None,
        }
        sent = next((it for it in case.transfers if it.no == data.transfer_no), None)
        turn = self._turn(item, None, self._when(item, data.at, _since(case, sent)))
        try:
            return transferring.answered(turn, case, data.transfer_no, data.to, data.status, **said)
        except Refusal as refusal:
            told = {"transfer": data.transfer_no, "status": data.status}
            said |= {"destination": data.to, "refusal": refusal.code}
            return self._unfitting(turn, case.no, {**said, **told})

    def mediation_receipt(self, item: m.Received, data: m.MediationReceipt) -> Case:
        case = self._case(data.case_no)
        said: dict[str, Any] = {
            "words": self._kept(case, data.words),
            "who": data.by.name if data.by else None,
            "evidence": self._evidence(item, data.attachments),
        }
        climb = going_on(case.mediations)
        floor = climb.current.begun_at if climb is not None else None
        turn = self._turn(item, data.body, self._when(item, data.at, floor or case.received_at))
        try:
            return mediating.reported(turn, case, data.body, data.status, **said)
        except Refusal as refusal:
            told = {"body": data.body, "status": data.status, "refusal": refusal.code}
            return self._unfitting(turn, case.no, {**said, **told})

    def task_request(self, item: m.Received, data: m.TaskRequest) -> Case:
        """Note what a body asks for, or tell it why that cannot be; reckoned from when it came."""
        case, turn = self._case(data.case_no), self._turn(item, data.body)
        try:
            if data.body != case.body:
                raise Refusal("wrong_body", case=case.no, holder=case.body, body=data.body)
            return asking.asked(turn, case, data, self._kept(case, data.words))
        except Refusal as refusal:
            said = {"body": data.body, "reason": data.reason, "request": data.request}
            case = self._unfitting(turn, case.no, {**said, "refusal": refusal.code})
            if data.body == case.body:
                why = naming.refused(refusal, self.hall)
                copies.notice(turn, case, m.MessageType.TASK_URGED, f"未受理申请：{why}")
            return case

    def _kept(self, case: Case, words: str | None) -> str:
        return for_display(words or "", secrets(self.unit.reporters(case.no)))

    def _case(self, no: str) -> Case:
        try:
            return self.unit.case(no)
        except Refusal as refusal:
            raise Unplaced(f"{refusal.code} {no}") from None

    # -- place, time, doubts --

    def _turn(self, item: m.Received, actor: str | None = None, at: datetime | None = None) -> Turn:
        return Turn(
            unit=self.unit,
            hall=self.hall,
            actor=actor or item.source,
            at=at or item.received_at,
            numbers=self.numbers,
        )

    def _when(self, item: m.Received, at: datetime | None, floor: datetime) -> datetime:
        """Return the instant to reckon with: the body's own, unless its clock cannot be right."""
        said = at or item.time
        if self.sources.skewed(item.source) or said > item.received_at + A_MOMENT:
            said = item.received_at
        return max(min(said, item.received_at), floor)

    def _marks(self, item: m.Received, occurred: datetime | None) -> list[Mark]:
        told_ago = item.received_at - item.time
        ago = told_ago if occurred is None else item.received_at - occurred
        marks = []
        if told_ago > LATE_AFTER:
            marks.append(Mark.LATE)
        if (
            self.sources.skewed(item.source)
            or min(told_ago, ago) < -A_MOMENT
            or max(told_ago, ago) > LONG_AGO
        ):
            marks.append(Mark.TIME_SUSPECT)
        return marks

    def _point(self, item: m.Received, location: m.Location | None) -> Point | None:
        if location is None or location.lon is None or location.lat is None:
            return None
        datum = location.datum or self.sources.datums.get(item.feed, self.hall.datum)
        return Point(location.lon, location.lat, datum)

    def _evidence(
        self, item: m.Received, attachments: Sequence[m.Attachment]
    ) -> list[dict[str, Any]]:
        """Return attachments as a fact's data, taken where they were taken in WGS-84."""
        found: list[dict[str, Any]] = to_builtins(attachments, builtin_types=(datetime,))
        for told, attachment in zip(found, attachments, strict=True):
            if told.pop("location", None) is None:
                continue
            if (point := self._point(item, attachment.location)) is not None:
                spot = convert(point, Datum.WGS84)
                told |= {"lon": spot.lon, "lat": spot.lat}
        return found

    def _place(self, item: m.Received, location: m.Location | None) -> Place:
        if location is None:
            return Place()
        return settle(
            self.hall.grids,
            self._point(item, location),
            location.address or "",
            location.grid,
            location.accuracy_m,
        )

    def position(self, item: m.Received, data: m.PositionReported) -> None:
        point = self._point(item, data.location)
        if point is None:
            return
        spot = settle(self.hall.grids, convert(point, Datum.WGS84)).wgs84
        if spot is not None:
            self.unit.keep_position(position(data, spot.lon, spot.lat, data.at or item.time))

    def settled(self, _item: m.Received, data: m.OutboxReceipt) -> None:
        accepted = data.status is m.ReceiptStatus.ACCEPTED
        state = OutgoingState.DELIVERED if accepted else OutgoingState.REJECTED
        self.unit.settle(data.id, state, data.reason or "")


_TAKES: Final[Mapping[type, Callable[[_Batch, m.Received, Any], Case | None]]] = {
    m.ReportRaised: _Batch.report,
    m.ReportUpdated: _Batch.update,
    m.ReportWithdrawn: _Batch.withdrawn,
    m.AlertData: _Batch.alert,
    m.TaskReceipt: _Batch.task,
    m.WhistleReceipt: _Batch.whistle,
    m.VerificationReceipt: _Batch.verified,
    m.FollowupReceipt: _Batch.followed_up,
    m.PositionReported: _Batch.position,
    m.CountyTask: _Batch.county_task,
    m.CountyReceipt: _Batch.county_receipt,
    m.TransferReceipt: _Batch.transfer_receipt,
    m.MediationReceipt: _Batch.mediation_receipt,
    m.TaskRequest: _Batch.task_request,
    m.OutboxReceipt: _Batch.settled,
}

_UPDATABLE: Final = (
    "title",
    "description",
    "category",
    "category_text",
    "urgency",
    "channel",
    "occurred_at",
    "reported_at",
    "requires_reply",
    "upstream_due_at",
    "duty_item",
)
_TOLD: Final = (
    "title",
    "description",
    "reason",
    "upstream_status",
    "report",
    "upstream",
    "was",
)
_COMPARED: Final = ("title", "description", "category", "duty_item", "upstream_due_at")
_DECIDED: Final = ("title", "category", "urgency", "place", "duty_item")
_SEEN: Final = (
    "algorithm",
    "label",
    "label_text",
    "priority",
    "confidence",
    "ended_at",
    "snapshot_url",
    "clip_url",
    "stream_url",
    "zone",
    "plate",
)


def _since(case: Case, asked: CountyCall | Transfer | None) -> datetime:
    return case.received_at if asked is None else asked.since


def put_aside(item: m.Received, why: str) -> m.Rejected:
    """Return a sound message as one to be looked at by a person."""
    return m.Rejected(
        feed=item.feed,
        sequence=item.sequence,
        reason=m.QuarantineReason.BAD_DATA,
        received_at=item.received_at,
        raw=item.raw,
        detail=why,
    )


def _reporters(who: m.Reporter | None) -> tuple[Reporter, ...]:
    if who is None or not (who.name or who.phone or who.id):
        return ()
    return (
        Reporter(name=who.name or "", phone=who.phone or "", id=who.id or "", role=who.role or ""),
    )


_NUMBERS: Final[Mapping[type, Callable[[Any], str | None]]] = {
    m.ReportRaised: attrgetter("event_no"),
    m.ReportUpdated: attrgetter("event_no"),
    m.ReportWithdrawn: attrgetter("event_no"),
    m.CountyTask: attrgetter("task_no"),
}


def _words(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a sender said of a case, in force or not, by the data of what was noted."""
    return {**data, **data.get("upstream", {})}


def _comparable(name: str, value: Any) -> Any:
    """Return what a message says as it can be compared with what the journal keeps of one."""
    return instant(value) if name == "upstream_due_at" else to_builtins(value)


def _event_no(data: m.Inbound) -> str | None:
    """Return the upstream number of the matter a message is about, if it is about one."""
    number_of = _NUMBERS.get(type(data))
    return None if number_of is None else number_of(data)
