"""A desk on a real store, the fictional township's pack, and a clock moved by hand."""

import itertools
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from commandcenter.application import access, grammar
from commandcenter.application import messages as m
from commandcenter.application.changes import OutgoingState
from commandcenter.application.intake import Sources, take_in
from commandcenter.application.perform import perform
from commandcenter.application.questions import History, OpenWork, Quarantine
from commandcenter.application.watch import FOLLOWED_UP_WITHIN, Watch, raise_due
from commandcenter.domain.errors import Refusal
from commandcenter.runtime.pack import load_pack
from commandcenter.store.store import Store

PACK = Path(__file__).parents[2] / "resources" / "demo"
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)  # a Friday, 12:00 in the hall
PICTURES = [{"kind": "image", "url": f"http://x/{n}.jpg"} for n in (1, 2, 3)]
DATA = {
    m.MessageType.REPORT_RAISED: m.ReportRaised,
    m.MessageType.REPORT_UPDATED: m.ReportUpdated,
    m.MessageType.REPORT_WITHDRAWN: m.ReportWithdrawn,
    m.MessageType.ALERT_RAISED: m.AlertData,
    m.MessageType.ALERT_UPDATED: m.AlertData,
    m.MessageType.ALERT_CLEARED: m.AlertData,
    m.MessageType.TASK_RECEIPT: m.TaskReceipt,
    m.MessageType.WHISTLE_RECEIPT: m.WhistleReceipt,
    m.MessageType.VERIFICATION_RECEIPT: m.VerificationReceipt,
    m.MessageType.FOLLOWUP_RECEIPT: m.FollowupReceipt,
    m.MessageType.POSITION_REPORTED: m.PositionReported,
    m.MessageType.COUNTY_TASK: m.CountyTask,
    m.MessageType.COUNTY_RECEIPT: m.CountyReceipt,
    m.MessageType.TRANSFER_RECEIPT: m.TransferReceipt,
    m.MessageType.MEDIATION_RECEIPT: m.MediationReceipt,
    m.MessageType.TASK_REQUEST: m.TaskRequest,
    m.MessageType.OUTBOX_RECEIPT: m.OutboxReceipt,
}


@pytest.fixture(scope="session")
def township():
    _, hall, findings = load_pack(PACK)
    assert not findings
    return hall


class Desk:
    """One seat: gives commands, is told messages, looks at what is there."""

    def __init__(self, url, hall, at=NOON):
        self.url, self.hall, self.at = url, hall, at
        self.deltas = []
        self.watch = Watch(hall.limits)
        self.decode, self.datums = None, {}
        self._numbers = itertools.count(1)
        self.open()

    def open(self):
        self.store = Store.open(self.url, "hall", at=self.at)
        self.watch = Watch(self.hall.limits)
        since = self.at - FOLLOWED_UP_WITHIN
        self.watch.begin(self.store.answer(OpenWork(closed_since=since)))

    def close(self):
        self.store.close()

    def pass_time(self, **span):
        self.at += timedelta(**span)

    def _done(self, delta):
        self.deltas.append(delta)
        self.watch.apply(delta)

    def do(self, command, by="dispatcher"):
        operator = self.hall.people[by]
        access.check(operator, command)
        with self.store.unit(self.at, initiator=operator.id) as unit:
            outcome = perform(
                unit, self.hall, command, operator, decode=self.decode, datums=self.datums
            )
        self._done(unit.delta)
        return outcome

    def refusal(self, command, by="dispatcher"):
        with pytest.raises(Refusal) as caught:
            self.do(command, by)
        refusal = caught.value
        if refusal.code == "needs":  # what is to be filled in is a field that the order has
            assert refusal.facts["field"] in grammar.slots(type(command)), refusal.facts
        return refusal

    def message(self, type_, *, id_=None, source="/county/grid", time=None, sequence=None, **data):
        """Return a message as the wire hands it over; ``data`` is read as the wire reads it."""
        type_ = m.MessageType(type_)
        plain = msgspec.json.decode(msgspec.json.encode(data))
        return m.Received(
            "county",
            sequence,
            source,
            id_ or f"m{next(self._numbers)}",
            type_,
            time or self.at,
            None,
            self.at,
            None,
            msgspec.convert(plain, DATA[type_]),
            msgspec.json.encode(plain).decode(),
        )

    def hear(self, *items, **sources):
        with self.store.unit(self.at) as unit:
            counts = take_in(unit, self.hall, Sources(**sources), items)
        self._done(unit.delta)
        return counts

    def tell(self, type_, **data):
        """Take in one message."""
        return self.hear(self.message(type_, **data))

    def report(self, event_no="E1", **data):
        """Take in one report; return its case."""
        given = {
            "title": "井盖破损",
            "category": "E0102",
            "location": {"address": "东街 12 号", "grid": "990101101001001"},
        }
        self.tell("grid.event.reported", event_no=event_no, **given | data)
        return self.deltas[-1].cases[0]

    def says(self, case, status, body=None, **data):
        """A body's word on a task; a result comes with pictures unless it says with what."""
        if status == "result":
            data.setdefault("attachments", PICTURES)
        said = {"case_no": case.no, "body": body or self.case(case).body, "status": status}
        return self.tell("task.receipt", **said, **data)

    def answers(self, whistle, body, status, **data):
        """A summoned body's word."""
        said = {"whistle_no": whistle.no, "body": body, "status": status}
        return self.tell("whistle.receipt", **said, **data)

    def work(self):
        return self.store.answer(OpenWork())

    def case(self, case):
        with self.store.unit(self.at) as unit:
            return unit.case(getattr(case, "no", case))

    def whistle(self, whistle):
        with self.store.unit(self.at) as unit:
            return unit.whistle(getattr(whistle, "no", whistle))

    def alert(self, key):
        with self.store.unit(self.at) as unit:
            return unit.alert(key)

    def facts(self, case):
        return [item.fact for item in self.store.answer(History(case=getattr(case, "no", case)))]

    def kinds(self, case):
        return [fact.kind for fact in self.facts(case)]

    def quarantine(self):
        return self.store.answer(Quarantine())

    def outgoing(self, kind=None):
        """Return all that was ever put into the outbox, in order, with the payload read."""
        posted = {}
        for delta in self.deltas:
            for item in delta.outgoing:
                posted[item.id] = item
        found = sorted(posted.values(), key=lambda item: (item.leaves_at, item.order))
        return [
            (item, msgspec.json.decode(item.data))
            for item in found
            if kind in {None, item.type} and item.state is not OutgoingState.CANCELLED
        ]

    def look(self):
        """Look at the clocks once, as the waiting thread does each second."""
        due = self.watch.due(self.at)
        with self.store.unit(self.at) as unit:
            left = raise_due(unit, self.hall, due)
        self._done(unit.delta)
        self.watch.put_back(left)
        return [
            item.fact
            for item in unit.delta.facts
            if item.fact.kind in {"case.timer_crossed", "whistle.not_answered",
                                  "whistle.not_shown_up"}
        ]  # fmt: skip


@pytest.fixture
def desk(tmp_path, township):
    with closing(Desk(f"sqlite:///{tmp_path / 'hall.db'}", township)) as opened:
        yield opened


@pytest.fixture
def make_desk(tmp_path):
    """Open a desk of a hall of one's own: ``make_desk(hall)``."""
    opened = []

    def make(hall, at=NOON):
        opened.append(Desk(f"sqlite:///{tmp_path / f'hall{len(opened)}.db'}", hall, at))
        return opened[-1]

    yield make
    for desk in opened:
        desk.close()
