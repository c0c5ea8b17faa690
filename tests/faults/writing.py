"""A program that stores reports as the hall does and says ``ack N`` after each commit.

``python writing.py STORE FIRST COUNT [BYTES]``: it stores the reports from FIRST to COUNT; what is
stored already is met as a duplicate, as after a reconnect. On a refusal it says ``refused CODE``
and goes on with the same reports once a line comes in. No file may grow beyond BYTES until that
line is ``relief``.
"""

import sys
from datetime import UTC, datetime

from commandcenter.application.changes import Outgoing
from commandcenter.application.messages import MessageType, Received, ReportRaised
from commandcenter.application.questions import OpenWork
from commandcenter.domain import case as cases
from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Fact
from commandcenter.store.store import Store

AT = datetime(2026, 11, 21, 4, tzinfo=UTC)
BATCH = 3


def message(number):
    title = f"第 {number} 件"
    report = ReportRaised(title=title, event_no=f"N{number}")
    return Received(
        "f",
        number,
        "grid",
        f"m{number}",
        MessageType.REPORT_RAISED,
        AT,
        None,
        AT,
        None,
        report,
        title * 20,
    )


def store_reports(store, first):
    with store.unit(AT) as unit:
        refs = {("grid", f"m{number}") for number in range(first, first + BATCH)}
        known = unit.digests(refs)
        for number in range(first, first + BATCH):
            if ("grid", f"m{number}") not in known:
                store_report(unit, number)
        unit.advance("f", first + BATCH - 1)


def store_report(unit, number):
    no = f"A{unit.numbers('all', 1)[0]:06}"
    data = {
        "title": f"第 {number} 件",
        "place": {"quality": "unknown"},
        "source": "grid",
        "source_no": f"N{number}",
        "occurred_at": AT,
        "reported_at": AT,
    }
    fact = Fact(kind="case.received", subject=no, at=AT, actor="grid", data=data)
    unit.save_case(cases.fold(iter([fact])), fact)
    unit.keep(message(number), no)
    unit.post(
        Outgoing(id=f"o{number}", feed="f", type="t", subject=no, data="{}", time=AT, leaves_at=AT)
    )


def say(words):
    sys.stdout.write(f"{words}\n")  # in one call of the system, whatever the buffering
    sys.stdout.flush()


def main(path, first, count):
    store = Store.open(f"sqlite:///{path}", "hall", at=AT)
    while first <= count:
        try:
            store_reports(store, first)
        except Refusal as refusal:
            say(f"refused {refusal.code}: read {len(store.answer(OpenWork()).cases)}")
            say(f"healthy {store.check_health(AT).ok}")
            if sys.stdin.readline().strip() == "relief":
                limit(-1)
            continue
        first += BATCH
        say(f"ack {first - 1}")
    store.close()


def limit(size):
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


if __name__ == "__main__":
    store_path, *numbers = sys.argv[1:]
    start, end, *size = map(int, numbers)
    for most in size:
        limit(most)
    main(store_path, start, end)
