"""A child process that stores reports, and what must hold of its store whatever befell it."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from commandcenter.application.questions import OpenWork
from commandcenter.domain import case as cases
from commandcenter.store.store import Store

PROGRAM = Path(__file__).with_name("writing.py")
ROOT = PROGRAM.parents[2]


class Child:
    """The writing program; ``say`` and ``hear`` are its lines."""

    def __init__(self, process):
        self.process = process
        self.acked = 0

    def hear(self):
        """Return its next line; none at its end."""
        line = self.process.stdout.readline().strip()
        if line.startswith("ack "):
            self.acked = int(line.split()[1])
        return line

    def say(self, words):
        self.process.stdin.write(words + "\n")
        self.process.stdin.flush()

    def hear_acks(self, count):
        for _ in range(count):
            line = self.hear()
            assert line.startswith("ack "), line

    def hear_until(self, start):
        while line := self.hear():
            if line.startswith(start):
                return line
        raise AssertionError(f"it ended without {start!r}")


@pytest.fixture
def writing(tmp_path):
    """Start the writing program on a store file; ``under`` is a command that runs it."""

    @contextmanager
    def writing(path, first=1, count=100_000, *more, under=()):
        numbers = map(str, (first, count, *more))
        command = [*under, sys.executable, str(PROGRAM), str(path), *numbers]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=tmp_path,
        ) as process:
            try:
                yield Child(process)
            finally:
                process.kill()

    return writing


@pytest.fixture
def check():
    """Hold a store to the invariants after a fault (reliability.md 1.4)."""

    def check(path, acked):
        at = datetime(2026, 11, 21, 5, tzinfo=UTC)
        with closing(Store.open(f"sqlite:///{path}", "hall", at=at)) as store:
            work = store.answer(OpenWork())
            stored = sorted(int(case.source_no[1:]) for case in work.cases)
            facts = [item.fact for item in store.facts()]
            verdict = store.verify()
        assert stored == list(range(1, len(stored) + 1))  # nothing lost, nothing twice
        assert len(stored) >= acked
        assert [cursor.acked for cursor in work.cursors] == ([len(stored)] if stored else [])
        assert {item.id for item in work.outgoing} == {f"o{number}" for number in stored}
        assert {case.no: case for case in work.cases} == {
            fact.subject: cases.fold(iter([fact])) for fact in facts
        }
        assert verdict.ok
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            kept = connection.execute("SELECT count(*) FROM message").fetchone()[0]
        assert kept == len(stored)
        return len(stored)

    return check
