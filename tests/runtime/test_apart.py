"""A hall that a process of its own writes: what its window orders, hears and survives."""

import io
import os
import pickle
import queue
import select
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.application import commands as c
from commandcenter.application.changes import Aside, Delta, StoreHealth
from commandcenter.application.messages import LinkCause, LinkState, LinkStatus
from commandcenter.application.questions import History, OneCase, OpenWork
from commandcenter.domain import words
from commandcenter.domain.errors import Refusal
from commandcenter.runtime import apart, talk
from commandcenter.runtime.apart import FaultApart, open_apart
from commandcenter.runtime.beside import start_writing
from commandcenter.runtime.compose import open_core
from commandcenter.runtime.front import Place
from commandcenter.store.lock import Window

PACK = Path(__file__).parents[2] / "resources" / "demo"
PATIENCE = 60.0
ORDER = c.Register(title="井盖破损", channel="hotline")
NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.fixture
def place(tmp_path):
    return Place(pack=PACK, state=tmp_path / "state")


class Heard(queue.Queue):
    """What a hall tells, in order."""

    def until(self, wanted):
        """Return the first delta that is wanted; what came before it is gone."""
        while True:
            delta = self.get(timeout=PATIENCE)
            if wanted(delta):
                return delta


@contextmanager
def opened(place):
    hall, heard = open_apart(place, seat="s", feeds=False), Heard()
    try:
        hall.listeners.subscribe(heard.put)
        hall.start()
        yield hall, heard
    finally:
        hall.stop()


def is_alive(process):
    """Tell whether a process runs; one that has ended and is awaited by nobody does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_that_an_order_is_carried_out_over_there_and_its_change_is_heard_first(place):
    with opened(place) as (hall, heard):
        assert hall.writing.process_id != os.getpid()
        desk = hall.desk("dispatcher")
        order_of_things = queue.Queue()
        hall.listeners.subscribe(order_of_things.put)
        future = desk.submit(ORDER)
        future.add_done_callback(order_of_things.put)
        outcome = future.result(PATIENCE)
        told = heard.until(lambda delta: delta.cases)
        assert told.cases == (outcome.case,)
        assert told.initiator == "dispatcher"
        while (first := order_of_things.get(timeout=PATIENCE)) is not future:
            if first.cases:
                break
        assert first is not future
        assert desk.ask(OpenWork()).result(PATIENCE).cases == (outcome.case,)
        (recorded,) = desk.ask(History(case=outcome.case.no)).result(PATIENCE)
        assert recorded.fact.actor == "dispatcher"


def test_that_a_refusal_comes_back_with_what_its_sentence_needs(place):
    with opened(place) as (hall, _heard):
        fault = hall.desk("dispatcher").submit(c.Claim(case="20260101-00001")).exception(PATIENCE)
        assert fault.code == "unknown_case"
        assert "20260101-00001" in words.sentence(fault, "zh")


def test_that_who_sits_at_the_window_is_noted_over_there(place):
    with opened(place) as (hall, heard):
        hall.desk("dispatcher").attend().result(PATIENCE)
        present = dict(heard.until(lambda delta: delta.present).present)
        assert set(present) == {"dispatcher"}


def test_that_what_was_written_is_there_when_the_hall_opens_again(place):
    with opened(place) as (hall, _heard):
        made = hall.desk().submit(ORDER).result(PATIENCE).case
        process = hall.writing.process_id
    assert not is_alive(process)
    with opened(place) as (hall, _heard):
        assert hall.desk().ask(OpenWork()).result(PATIENCE).cases == (made,)


def test_that_a_hall_that_is_open_already_is_refused_and_no_process_stays(place):
    with opened(place) as (hall, _heard):
        before = children()
        with pytest.raises(Refusal) as caught:
            open_apart(place, feeds=False)
        assert caught.value.code == "store_locked"
        said = words.sentence(caught.value)
        assert "席位 s" in said
        assert f"窗口（进程 {os.getpid()}）" in said
        assert f"kill -9 {hall.writing.process_id}" in said
        assert children() == before


def test_that_a_folder_that_is_no_hall_is_refused_and_no_process_stays(tmp_path):
    before = children()
    with pytest.raises(Refusal) as caught:
        open_apart(Place(pack=tmp_path / "nowhere"), feeds=False)
    assert caught.value.code == "no_such_hall"
    assert children() == before


def test_that_a_writer_that_dies_before_the_hall_is_open_is_told_of_as_such(place):
    before = children()
    process = start_writing()
    process.kill()
    with pytest.raises(Refusal) as caught:
        open_apart(place, feeds=False, process=process)
    assert caught.value.code == "writer_not_begun"
    assert children() == before


def children():
    """Return the living processes that this one has started."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {it for task in tasks for it in task.read_text().split() if is_alive(it)}


def test_that_a_killed_writer_is_told_of_and_another_catches_up(place, monkeypatch):
    monkeypatch.setattr(apart, "_FIRST_PAUSE", 4.0)  # time to write behind its back
    with opened(place) as (hall, heard):
        made = hall.desk().submit(ORDER).result(PATIENCE).case
        first = hall.writing.process_id
        os.kill(first, signal.SIGKILL)
        ill = heard.until(lambda delta: delta.health).health
        assert not ill.ok
        assert "进程" in words.trouble(ill.detail, "zh")
        lost = hall.desk().submit(ORDER).exception(PATIENCE)
        assert (lost.code, "重新启动" in words.sentence(lost, "zh")) == ("writer_away", True)
        # what the killed one had committed and could tell nobody
        beside = open_core(place, seat="s", feeds=False)
        beside.start()
        unheard = beside.desk().submit(ORDER).result(PATIENCE).case
        beside.stop()
        caught_up = heard.until(lambda delta: unheard in delta.cases)
        assert {item.fact.subject for item in caught_up.facts} == {made.no, unheard.no}
        heard.until(lambda delta: delta.health and delta.health.ok)
        assert hall.writing.process_id != first
        third = hall.desk().submit(ORDER).result(PATIENCE).case
        work = hall.desk().ask(OpenWork()).result(PATIENCE)
        assert {case.no for case in work.cases} == {made.no, unheard.no, third.no}


def test_that_a_hall_can_be_closed_while_its_writer_is_started_again(place, monkeypatch):
    faults = []
    monkeypatch.setattr(threading, "excepthook", faults.append)
    for pause in (PATIENCE, 0.0):
        monkeypatch.setattr(apart, "_FIRST_PAUSE", pause)
        with opened(place) as (hall, heard):
            os.kill(hall.writing.process_id, signal.SIGKILL)
            heard.until(lambda delta: delta.health and not delta.health.ok)
    assert faults == []
    open_core(place, feeds=False).stop()


def test_that_an_order_whose_writer_dies_says_that_its_end_is_not_known(place):
    with opened(place) as (hall, heard):
        hall.desk().submit(ORDER).result(PATIENCE)
        os.kill(hall.writing.process_id, signal.SIGSTOP)
        future = hall.desk().submit(ORDER)
        hall.writing._ordering.submit(int).result(PATIENCE)  # it has been sent
        os.kill(hall.writing.process_id, signal.SIGKILL)
        fault = future.exception(PATIENCE)
        assert fault.code == "writer_ended"
        assert "核对" in words.sentence(fault, "zh")
        heard.until(lambda delta: delta.health and delta.health.ok)


def test_that_a_frozen_writer_is_told_of_until_it_speaks_again(place):
    with opened(place) as (hall, heard):
        hall.desk().submit(ORDER).result(PATIENCE)
        os.kill(hall.writing.process_id, signal.SIGSTOP)
        future = hall.desk().submit(ORDER)
        ill = heard.until(lambda delta: delta.health).health
        assert (ill.ok, ill.silent) == (False, True)
        assert ill.at <= hall.clock.now() - timedelta(seconds=apart._SILENT)  # the last word's time
        assert not future.done()
        os.kill(hall.writing.process_id, signal.SIGCONT)
        assert heard.until(lambda delta: delta.health).health.ok
        assert future.result(PATIENCE).case is not None


def test_that_only_what_may_not_have_been_heard_is_told_again(place, monkeypatch):
    monkeypatch.setattr(apart, "_LOOK", 0.05)
    monkeypatch.setattr(apart, "_MARK_EVERY", 2)
    with opened(place) as (hall, heard):
        old = hall.desk().submit(ORDER).result(PATIENCE).case
        begun = hall.heard_to
        while hall.heard_to == begun:
            hall.desk().attend().result(PATIENCE)
        os.kill(hall.writing.process_id, signal.SIGKILL)
        heard.until(lambda delta: delta.health and not delta.health.ok)
        told = []
        heard.until(lambda delta: told.append(delta) or (delta.health and delta.health.ok))
        assert old not in [case for delta in told for case in delta.cases]


def test_that_a_killed_window_takes_its_writer_with_it_and_leaves_the_store_free(place):
    with a_window(place) as (window, writer):
        window.kill()
        window.wait(PATIENCE)
    await_end(writer)
    open_core(place, feeds=False).stop()


def test_that_who_opens_a_hall_is_told_which_frozen_writer_a_killed_window_has_left(place):
    with a_window(place) as (window, writer):
        os.kill(writer, signal.SIGSTOP)
        window.kill()
        window.wait(PATIENCE)
    try:
        with pytest.raises(Refusal) as caught:
            open_core(place, feeds=False)
        said = words.sentence(caught.value)
        assert "找不到" in said
        assert f"kill -9 {writer}" in said
    finally:
        os.kill(writer, signal.SIGKILL)
    await_end(writer)
    open_core(place, feeds=False).stop()


def test_that_a_hall_whose_writer_is_frozen_is_closed_without_it(place, monkeypatch):
    monkeypatch.setattr(apart, "_SILENT", 1.5)
    monkeypatch.setattr(apart, "_TO_END", PATIENCE)  # of one that speaks
    with opened(place) as (hall, heard):
        made = hall.desk().submit(ORDER).result(PATIENCE).case
        writer = hall.writing.process_id
        os.kill(writer, signal.SIGSTOP)
        heard.until(lambda delta: delta.health and delta.health.silent)
        begun = time.monotonic()
    assert time.monotonic() - begun < PATIENCE
    assert not is_alive(writer)
    core = open_core(place, feeds=False)
    assert core.store.answer(OneCase(no=made.no)).no == made.no
    core.stop()


SLOW_TO_END = """
import sys, time
from commandcenter.runtime import talk
hears, tells = sys.stdin.buffer, sys.stdout.buffer
talk.write(tells, talk.Opened("s"))
while not isinstance(talk.read(hears), talk.End):
    pass
for _ in range(30):
    talk.write(tells, talk.Alive())
    time.sleep(0.1)
"""


def test_that_a_writer_that_is_slow_to_end_but_speaks_is_waited_for(place, monkeypatch):
    monkeypatch.setattr(apart, "_SILENT", 1.5)
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW_TO_END],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=PACK.parents[1],
    )
    window = Window(os.getpid(), datetime.now(UTC))
    begin = talk.Begin(place=place, seat="s", feeds=False, window=window)
    writing = apart.Writing(begin, process)
    assert writing.opened() == "s"
    hearing = threading.Thread(target=writing.hear, args=(print,))
    hearing.start()
    writing.end()
    hearing.join(PATIENCE)
    assert process.returncode == 0, "it was killed"


@contextmanager
def a_window(place):
    """Run a window's part in a process of its own; yield it and the number of its writer."""
    program = (
        "import sys, time; from pathlib import Path;"
        "from commandcenter.runtime.apart import open_apart;"
        "from commandcenter.runtime.front import Place;"
        "hall = open_apart(Place(pack=Path(sys.argv[1]), state=Path(sys.argv[2])), feeds=False);"
        "hall.start();"
        "print(hall.writing.process_id, flush=True); sys.stdin.read()"
    )
    window = subprocess.Popen(
        [sys.executable, "-c", program, str(PACK), str(place.state)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PACK.parents[1],
    )
    with window:
        yield window, int(window.stdout.readline())


def await_end(process):
    """Wait for the end of a process that is no child of ours."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return
    try:
        assert select.select([handle], [], [], PATIENCE)[0], "the writer goes on alone"
    finally:
        os.close(handle)


def test_that_a_fault_over_there_is_reported_like_one_of_a_thread_here(monkeypatch):
    reported = []
    monkeypatch.setattr(threading, "excepthook", reported.append)
    apart._report(FaultApart("Traceback: KeyError"))
    assert reported[0].exc_type is FaultApart
    assert "KeyError" in str(reported[0].exc_value)


# -- what is said on the pipe --


def said_again(said):
    stream = io.BytesIO()
    talk.write(stream, said)
    stream.seek(0)
    return talk.read(stream)


def test_that_a_change_comes_over_as_it_is(place):
    link = LinkState(
        feed="county", state=LinkStatus.LIVE, at=NOW, cause=LinkCause.STOPPED, detail="断"
    )
    with opened(place) as (hall, heard):
        hall.desk().submit(ORDER).result(PATIENCE)
        told = heard.until(lambda delta: delta.cases)
    for delta in (
        told,
        Delta(),
        Delta(links=(link,), heard=(("county", NOW),), aside=Aside(count=2, change=3)),
        Delta(health=StoreHealth(ok=False, at=NOW, detail="disk"), wired=("a", "b")),
    ):
        assert said_again(delta) == delta


@given(
    cases=st.integers(0, 5 * talk.PORTION),
    facts=st.integers(0, 5 * talk.PORTION),
)
def test_that_a_commit_of_a_flood_comes_over_in_portions_that_leave_nothing_out(cases, facts):
    delta = Delta(cases=tuple(range(cases)), facts=tuple(range(facts)), wired=("a",))
    found = list(talk.portions(delta))
    assert sum((it.cases for it in found), ()) == delta.cases
    assert sum((it.facts for it in found), ()) == delta.facts
    assert [it.wired for it in found] == [()] * (len(found) - 1) + [("a",)]
    assert max(max(len(it.cases), len(it.facts)) for it in found) <= talk.PORTION


@given(
    code=st.text(max_size=20),
    facts=st.dictionaries(st.text(max_size=9), st.one_of(st.text(), st.integers(), st.just(NOW))),
)
def test_that_a_refusal_can_be_copied_whole(code, facts):
    again = pickle.loads(pickle.dumps(Refusal(code, **facts)))
    assert (again.code, again.facts) == (code, facts)
    done = said_again(talk.Done(7, fault=Refusal(code, **facts)))
    assert (done.number, done.fault.code, done.fault.facts) == (7, code, facts)


@given(cut=st.integers(min_value=0))
def test_that_half_a_frame_is_the_end(cut):
    stream = io.BytesIO()
    talk.write(stream, talk.Attend(1, "dispatcher"))
    whole = stream.getvalue()
    assert talk.read(io.BytesIO(whole[: cut % len(whole)])) is None
