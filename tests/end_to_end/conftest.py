"""The real program in processes of its own, and what must hold after every fault."""

import io
import json
import multiprocessing
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from commandcenter.domain import alert as alerts
from commandcenter.domain import case as cases
from commandcenter.domain import whistle as whistles
from commandcenter.store import values
from commandcenter.store.engine import parse, readers
from commandcenter.store.store import Store

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0  # seconds; only a hung test waits so long
SESSION = {"feed.welcome", "feed.heartbeat"}


def until(found, what, patience=PATIENCE):
    """Look again and again until there is something to see; it is returned."""
    deadline = time.monotonic() + patience
    while not (seen := found()):
        assert time.monotonic() < deadline, f"not within {patience:g} s: {what}"
        time.sleep(0.03)
    return seen


class Running:
    """One run of the program: its lines of JSON as they come, its errors, its end."""

    def __init__(self, *arguments, env=None, cwd=None):
        self.errors = io.StringIO()
        self.lines = queue.Queue()
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "main.py"), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=environment(env),
            cwd=cwd,
        )
        self._readers = [
            threading.Thread(target=self._read, daemon=True),
            threading.Thread(target=self._read_errors, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(json.loads(line))
        self.lines.put(None)

    def _read_errors(self):
        for line in self.process.stderr:
            self.errors.write(line)

    def next(self):
        """Wait for the next line; none when there is no more."""
        return self.lines.get(timeout=PATIENCE)

    def say(self, order):
        """Give it one line; the answer is the next."""
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer = self.next()
        assert answer is not None, self.errors.getvalue()
        return answer

    def end(self, number=signal.SIGTERM):
        """Ask it to end, and return how it did and its last line."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.ended()

    def ended(self):
        """Wait for its end; return its exit code and its last line."""
        code = self.process.wait(PATIENCE)
        last = None
        while (line := self.next()) is not None:
            last = line
        for reader in self._readers:
            reader.join(PATIENCE)
        return code, last

    def kill(self):
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def close(self):
        if self.process.poll() is None:
            self.kill()
        for reader in self._readers:
            reader.join(PATIENCE)
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()
        self.process.stderr.close()


def environment(more=None):
    """Return an environment in which nothing helps the program to find itself."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return kept | {"QT_QPA_PLATFORM": "offscreen"} | (more or {})


class Upstream(Running):
    """A rehearsal gateway in a process of its own, and what it knows of what it sent."""

    def __init__(self, state, *options):
        self.state = state
        super().__init__("gateway", "--state", state, *options)
        self.url = self.next()["url"]

    def tell(self, line):
        """Have it do something; return what came of it."""
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        while True:
            answer = self.next()
            assert answer is not None, self.errors.getvalue()
            if "ok" in answer:
                assert answer["ok"], answer
                return answer

    def status(self):
        return self.tell("status")

    def sent(self):
        """Return every frame it ever logged, each with the epoch it was logged in."""
        return [
            json.loads(line) | {"epoch": file.stem.removeprefix("feed-")}
            for file in sorted(self.state.glob("feed-*.ndjson"))
            for line in file.read_text("utf-8").splitlines()
        ]

    def inbox(self):
        """Return what the hall sent, each with its receipt, as often as it was acted upon."""
        lines = (self.state / "inbox.ndjson").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]


class HallPlace:
    """A hall pack of the test's own and the program run on it."""

    def __init__(self, folder, url=None):
        self.folder = folder
        self.url = url or f"sqlite:///{(folder / 'state' / 'hall.db').as_posix()}"
        self.engine = readers(parse(self.url), "test")
        self.runs = []

    def set(self, old, new):
        """Change the settings by replacing a text."""
        path = self.folder / "hall.toml"
        before = path.read_text("utf-8")
        assert old in before
        path.write_text(before.replace(old, new), "utf-8")

    def start(self, command, *arguments, **options):
        """Start a subcommand on this hall."""
        run = Running(command, "--hall", self.folder, *arguments, **options)
        self.runs.append(run)
        return run

    def main(self, *arguments, stdin="", env=None, code=0):
        """Run the program to its end on this hall; return it when it ended as it must."""
        ran = program(*arguments, "--hall", self.folder, stdin=stdin, env=env)
        assert ran.returncode == code, ran.stderr + ran.stdout[-2000:]
        return ran

    def json(self, *arguments, **options):
        """Run a subcommand and return its lines."""
        return [json.loads(line) for line in self.main(*arguments, **options).stdout.splitlines()]

    def text(self, *arguments, code=0):
        """Run a subcommand that only looks, in this process, and return all it said."""
        from main import main

        with redirect_stdout(io.StringIO(newline="")) as out, redirect_stderr(out):
            ended = main([*map(str, arguments), "--hall", str(self.folder)])
        assert ended == code, out.getvalue()
        return out.getvalue()

    def told(self, *arguments, **options):
        """Run a subcommand that only looks, in this process, and return its lines."""
        return [json.loads(line) for line in self.text(*arguments, **options).splitlines()]

    @contextmanager
    def store(self):
        """Open the store beside whoever writes it."""
        with closing(Store.open(self.url, "test", at=datetime.now(UTC), write=False)) as store:
            yield store

    def rows(self, query):
        """Ask the store what no command prints."""
        with self.engine.connect() as connection:
            return connection.execute(text(query)).all()

    def cursor(self, feed="county"):
        """Return the epoch and sequence up to which a feed is stored; none before there is one."""
        try:
            found = self.rows(f"SELECT epoch, acked FROM cursor WHERE feed = '{feed}'")
        except DBAPIError:  # there is no store yet
            return None, None
        return tuple(found[0]) if found else (None, None)


def program(*arguments, stdin="", env=None, timeout=PATIENCE, cwd=None):
    """Run the program to its end."""
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *map(str, arguments)],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        env=environment(env),
        timeout=timeout,
        check=False,
        cwd=cwd,
    )


@pytest.fixture(name="until")
def _until():
    return until


@pytest.fixture(name="program")
def _program():
    return program


@pytest.fixture
def pack(tmp_path):
    """A copy of the fictional township's pack."""
    folder = tmp_path / "hall"
    shutil.copytree(ROOT / "resources" / "demo", folder)
    return folder


@pytest.fixture
def upstream(tmp_path):
    """Start gateways; all go on from the same folder and port, as one that is restarted."""
    started = []

    def start(*options):
        port = started[-1].url.rpartition(":")[2] if started else 0
        gateway = Upstream(tmp_path / "gateway", "--port", port, *options)
        started.append(gateway)
        return gateway

    yield start
    for gateway in started:
        gateway.close()


@pytest.fixture
def place(pack):
    """Make a hall of the pack, connected to a gateway."""
    made = []

    def make(gateway=None, url=None):
        hall = HallPlace(pack, url)
        if gateway is not None:
            hall.set("ws://127.0.0.1:8765", gateway.url)
        if url is not None:
            hall.set("sqlite:///state/hall.db", url)
        made.append(hall)
        return hall

    yield make
    for hall in made:
        for run in hall.runs:
            run.close()
        hall.engine.dispose()


@pytest.fixture(scope="session")
def swift():
    """Start the program often: forked from a process that has read it already, where that can be.

    Its lines are not heard; it is there to be killed.
    """
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if "forkserver" in methods:
        context.set_forkserver_preload(["main", "commandcenter.runtime.command_ingest"])
    started = []

    def start(*arguments):
        from main import main

        process = context.Process(target=main, args=([*map(str, arguments)],), daemon=True)
        process.start()
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.join(PATIENCE)
        process.close()


@pytest.fixture
def stored_all():
    """Wait until a hall has stored all a gateway has sent in its present epoch."""

    def wait(hall, gateway, patience=PATIENCE):
        def found():
            for run in hall.runs[-1:]:
                assert run.process.poll() in {None, 0}, run.errors.getvalue()
            status = gateway.status()
            return hall.cursor() == (status["epoch"], status["newest"])

        until(found, f"everything stored; {hall.cursor()} of {gateway.status()}", patience)

    return wait


@pytest.fixture
def nothing_lost():
    """Check what must hold after every fault (reliability.md 1.4)."""

    def check(hall, gateway, *, settled=True):
        _sent_is_stored(hall, gateway)
        _whistles_had_one_effect(hall, gateway, settled=settled)
        _state_is_the_fold_of_its_facts(hall)
        (verdict,) = hall.told("audit", "verify")
        assert verdict["ok"], verdict
        _figures_are_the_counts(hall)

    return check


def _sent_is_stored(hall, gateway):
    """N1 and N2: sent = stored ∪ duplicates ∪ quarantined ∪ gaps shown, and no further acked."""
    stored = Counter(
        (source, id_)
        for source, id_, type_ in hall.rows(
            "SELECT source, id, type FROM message WHERE revision = 0"
        )
        if type_ != "feed.receipt"  # said without being logged
    )
    assert not [key for key, count in stored.items() if count > 1]
    aside = {_identity(raw) for (raw,) in hall.rows("SELECT raw FROM quarantine")}
    gaps = hall.rows("SELECT first, last FROM gap")
    epoch, cursor = hall.cursor()
    said, numbers, lost = set(), set(), []
    for frame in gateway.sent():
        number, key = int(frame["sequence"]), (frame["source"], frame["id"])
        said.add(key)
        if frame["epoch"] == epoch:
            numbers.add(number)
            if number > (cursor or 0):
                continue  # not acknowledged: the gateway will say it again
        if not (key in stored or key in aside or _in_a_gap(number, gaps)):
            lost.append(frame)
    assert lost == []
    assert set(stored) <= said, "stored what nobody sent"
    passed = set(range(1, (cursor or 0) + 1)) - numbers
    assert all(_in_a_gap(number, gaps) for number in passed), "neither stored nor a gap"
    if gateway.process.poll() is None and (status := gateway.status())["epoch"] == epoch:
        assert status["acked"] <= (cursor or 0)
    with hall.store() as store:
        known = {ref for case in _all_cases(store) for ref in case.reports}
    reports = hall.rows("SELECT source, id FROM message WHERE type = 'grid.event.reported'")
    assert {(source, id_) for source, id_ in reports} <= {(ref.source, ref.id) for ref in known}


def _identity(raw):
    try:
        frame = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return (frame.get("source"), frame.get("id")) if isinstance(frame, dict) else None


def _in_a_gap(number, gaps):
    return any(first <= number and (last is None or number <= last) for first, last in gaps)


def _whistles_had_one_effect(hall, gateway, *, settled):
    """N3: what left was acted upon once, and nothing waits past its time."""
    acted = Counter(heard["frame"]["id"] for heard in gateway.inbox())
    assert not [id_ for id_, count in acted.items() if count > 1]
    outbox = hall.rows("SELECT id, type, state, leaves_at FROM outbox")
    for id_, _type, state, _leaves in outbox:
        assert acted[id_] == 1 or state in {"pending", "cancelled"}, (id_, state)
    assert set(acted) <= {id_ for id_, *_rest in outbox}, "the receiver got what nobody sent"
    waiting = [row for row in outbox if row.state == "pending"]
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    assert not [row for row in waiting if settled or row.leaves_at < long_ago.timestamp() * 1e6]


def _all_cases(store):
    from commandcenter.application.questions import Cases

    return store.answer(Cases(limit=None))


def _state_is_the_fold_of_its_facts(hall):
    """N4: every case, whistle and alert is what its facts add up to, without a gap."""
    facts = defaultdict(list)
    with hall.store() as store:
        for item in store.facts():
            facts[item.fact.subject].append(item.fact)
        for noun, fold in (
            ("case", cases.fold),
            ("whistle", whistles.fold),
            ("alert", alerts.fold),
        ):
            kind = values.BY_NOUN[noun]
            table = {"case": '"case"', "whistle": "whistle", "alert": "video_alert"}[noun]
            held = [kind.decode(whole) for (whole,) in hall.rows(f"SELECT whole FROM {table}")]
            for value in held:
                own = [fact for fact in facts[kind.key(value)] if fact.kind.startswith(f"{noun}.")]
                assert fold(iter(own)) == value
                assert value.version == len(own)


def _figures_are_the_counts(hall):
    """N6: a figure is the count of the very cases that are listed."""
    now = datetime.now(UTC)
    wide = (
        "--from",
        (now - timedelta(days=500)).isoformat(),
        "--to",
        (now + timedelta(days=500)).isoformat(),
    )
    figures = {
        item["id"]: item["value"] for item in hall.told("kpi", "--json", *wide)[0]["figures"]
    }
    listed = hall.told("cases")
    states = Counter(case["state"] for case in listed)
    assert {key: figures[key] for key in _COUNTED} == {
        "report_count": len(listed),
        "to_accept": states["received"] + states["verifying"],
        "handling_now": sum(
            states[state]
            for state in ("dispatched", "accepted", "handling", "suspended", "arbitrating")
        ),
        "closed_count": sum(case["closed_at"] is not None for case in listed),
        "whistle_count": len({no for case in listed for no in case["whistles"]}),
    }


_COUNTED = ("report_count", "to_accept", "handling_now", "closed_count", "whistle_count")
