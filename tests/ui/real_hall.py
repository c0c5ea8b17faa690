"""A hall on a real store with two days' work in it, for screens whose numbers must be the store's.

Every case goes through intake and commands as it would in the hall; ``clock`` is moved on.
"""

from commandcenter.application import commands as c
from commandcenter.application.intake import Sources, take_in
from commandcenter.application.messages import Location, MessageType, Received, ReportRaised
from commandcenter.application.questions import Cases
from commandcenter.domain.case import Outcome
from commandcenter.domain.report import Channel
from commandcenter.runtime.compose import open_core
from commandcenter.runtime.front import Place
from tests.ui import samples

GRIDS = tuple(samples.hall().grids.grids)
CLASSES = ("C0101", "C0106", "C0302")
BODIES = ("construction", "enforcement", "power")


def open_hall(folder, clock):
    """Open the demo pack's hall in a folder and let its threads begin."""
    core = open_core(Place(pack=samples.PACK, state=folder), feeds=False, clock=clock)
    core.start()
    return core


def report(number, at, phone=""):
    """A report as the wire hands it over."""
    return Received(
        "county",
        number,
        "/county/grid-app",
        f"m{number}",
        MessageType.REPORT_RAISED,
        at,
        None,
        at,
        None,
        ReportRaised(
            title=f"井盖缺失 {number}{phone}",
            channel=(Channel.HOTLINE, Channel.GRID_APP)[number % 2],
            category=CLASSES[number % 3],
            location=Location(grid=GRIDS[number % 4], address="南大路 5 号"),
        ),
        "{}",
    )


class Worker:
    """Does a day's work at the desk of a hall."""

    def __init__(self, core, clock):
        self.core, self.clock = core, clock
        self.desk = core.desk()
        self._number = 0

    def take_in(self, count, phone=""):
        """Let reports come in; returns the numbers of their cases, oldest first."""
        items = [report(self._number + n, self.clock.now(), phone) for n in range(count)]
        self._number += count
        hall, known = self.core.hall, {case.no for case in self.all()}
        self.core.scribe.perform(lambda unit: take_in(unit, hall, Sources(), items), None).result(
            60
        )
        return [case.no for case in reversed(self.all()) if case.no not in known]

    def all(self):
        """Every case there is, newest first."""
        return self.core.store.answer(Cases(limit=None))

    def do(self, who, command):
        """Give a command as somebody of the roster."""
        return self.desk.submit(command, by=self.core.hall.people[who]).result(60)

    def dispatch(self, numbers, limit="2 urgent_hour"):
        """File cases and send them to bodies."""
        for at, number in enumerate(numbers):
            self.do("dispatcher", c.File(case=number))
            self.do(
                "dispatcher",
                c.Dispatch(case=number, body=BODIES[at % 3], co_bodies=(), limit=limit),
            )

    def finish(self, numbers):
        """Have cases accepted, handled, checked and closed."""
        said = {"who": "李队", "channel": "电话", "words": "已处理完毕"}
        for number in numbers:
            for status in ("accepted", "handling", "result"):
                self.do("dispatcher", c.Report(case=number, status=status, **said))
            checked = self.do("inspector", c.Check(case=number)).case
            for word in checked.lacking:
                photo = c.AddEvidence(case=number, url="http://x/1.jpg", shows=word)
                self.do("inspector", photo)
            self.do("inspector", c.Close(case=number, outcome=Outcome.SOLVED, reply="已解决"))

    def whistle(self, number, *came):
        """Blow a whistle on a case; some bodies come, as told by telephone."""
        self.do("dispatcher", c.Blow(case=number, bodies=("enforcement", "police", "market")))
        whistle = self.core.store.answer(samples.OpenWork()).whistles[-1]
        for body in came:
            self.do(
                "dispatcher",
                c.OnBehalf(
                    whistle=whistle.no,
                    body=body,
                    status="reported_in",
                    who="李队",
                    channel="电话",
                    words="已到",
                ),
            )
        return whistle.no


def two_days(core, clock):
    """Work yesterday and today up to the clock's instant; some closed late, some overdue."""
    worker = Worker(core, clock)
    clock.advance(hours=-27)
    first = worker.take_in(24)
    worker.dispatch(first[:20])
    clock.advance(hours=1)
    worker.finish(first[:12])
    clock.advance(hours=20)
    worker.finish(first[12:15])
    clock.advance(hours=2)
    second = worker.take_in(30)
    worker.dispatch(second[:26])
    clock.advance(hours=1)
    worker.finish(second[:15])
    worker.whistle(second[16], "enforcement", "police")
    clock.advance(hours=3)
    worker.whistle(second[17])
    return worker
