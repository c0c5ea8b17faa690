"""What other threads leave at the door of the GUI thread."""

import sys
import time
from itertools import pairwise
from threading import Thread, current_thread

import pytest

from commandcenter.application.changes import Delta
from ui.bridge import Bridge


def in_a_thread(work):
    thread = Thread(target=work)
    thread.start()
    thread.join()


@pytest.fixture
def bridge(qapp):
    made = Bridge(beat_ms=20)
    yield made
    made.deleteLater()


@pytest.fixture
def batches(bridge):
    seen = []
    bridge.delivered.connect(seen.append)
    return seen


def test_that_posts_from_another_thread_arrive_in_order_and_in_few_batches(qtbot, bridge, batches):
    in_a_thread(lambda: [bridge.post(n) for n in range(500)])
    qtbot.waitUntil(lambda: sum(map(len, batches)) == 500)
    assert [n for batch in batches for n in batch] == list(range(500))
    assert len(batches) < 50


def test_that_a_lone_post_is_delivered_without_waiting_for_the_beat(qtbot, qapp, batches, bridge):
    slow = Bridge(beat_ms=600_000)
    seen = []
    slow.delivered.connect(seen.append)
    in_a_thread(lambda: slow.post("first"))
    qtbot.waitUntil(lambda: seen == [["first"]])
    slow.post("second")
    qapp.processEvents()
    assert seen == [["first"]]  # held until the beat is over
    slow.deleteLater()


def test_that_the_bell_rings_again_after_a_quiet_while(qtbot, bridge, batches):
    for n in range(3):
        bridge.post(n)
        qtbot.waitUntil(lambda n=n: len(batches) == n + 1)
        qtbot.waitUntil(lambda: not bridge._beat.isActive())
    assert batches == [[0], [1], [2]]


def test_that_delivery_and_calls_happen_in_the_gui_thread(qtbot, bridge):
    where = []
    bridge.delivered.connect(lambda _batch: where.append(current_thread()))
    in_a_thread(lambda: (bridge.post(1), bridge.call(lambda: where.append(current_thread()))))
    qtbot.waitUntil(lambda: len(where) == 2)
    assert set(where) == {current_thread()}


def test_that_a_call_never_overtakes_what_was_posted_before_it(qtbot, bridge):
    seen = []
    bridge.delivered.connect(seen.extend)

    def work():
        for n in range(0, 300, 2):
            bridge.post(n)
            bridge.call(lambda n=n: seen.append(n + 1))

    in_a_thread(work)
    qtbot.waitUntil(lambda: len(seen) == 300)
    place = {n: at for at, n in enumerate(seen)}
    assert all(place[n] < place[n + 1] for n in range(0, 300, 2))
    assert all(a < b for a, b in pairwise(n for n in seen if n % 2))


def test_that_posts_made_during_a_delivery_come_with_the_next_one(qtbot, bridge, batches):
    bridge.delivered.connect(lambda batch: bridge.post(batch[-1] + 1) if batch[-1] < 5 else None)
    bridge.post(0)
    qtbot.waitUntil(lambda: batches == [[0], [1], [2], [3], [4], [5]])


def test_that_a_failing_call_is_reported_and_does_not_stop_the_others(qtbot, bridge, monkeypatch):
    reported, done = [], []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: reported.append(error))

    def fail():
        raise ValueError("broken")

    bridge.call(fail)
    bridge.call(lambda: done.append(1))
    qtbot.waitUntil(lambda: done == [1])
    assert [str(error) for error in reported] == ["broken"]


def test_that_many_threads_lose_nothing(qtbot, bridge):
    seen = []
    bridge.delivered.connect(seen.extend)
    threads = [
        Thread(target=lambda k=k: [bridge.post((k, n)) for n in range(200)]) for k in range(4)
    ]
    for thread in threads:
        thread.start()
    qtbot.waitUntil(lambda: len(seen) == 800)
    for thread in threads:
        thread.join()
    for k in range(4):
        assert [n for who, n in seen if who == k] == list(range(200))


def test_that_more_than_can_be_taken_in_at_once_comes_in_portions(qtbot, qapp, monkeypatch):
    monkeypatch.setattr("ui.bridge._BUDGET_S", 0.0001)
    monkeypatch.setattr("ui.bridge._PORTION", 100)
    made, seen, between = Bridge(weight=lambda _item: 60), [], []
    made.delivered.connect(lambda batch: (seen.append(batch), time.sleep(0.001)))
    for n in range(40):
        made.post(n)
    made.call(lambda: between.append(len(seen)))
    qapp.processEvents()
    assert seen == [[0, 1]]
    qtbot.waitUntil(lambda: sum(map(len, seen)) == 40)
    assert [n for batch in seen for n in batch] == list(range(40))
    assert len(seen) == 20
    qtbot.waitUntil(lambda: between == [20])
    made.deleteLater()


def test_that_a_crowd_of_cases_comes_in_handfuls_and_the_rest_with_the_last(
    qtbot, stage, desk, samples
):
    told = []
    stage.changed.connect(told.extend)
    cases = tuple(samples.case(n) for n in range(500, 620))
    heard = (("county", samples.NOW),)
    desk.say(Delta(cases=cases, heard=heard))
    qtbot.waitUntil(lambda: any(delta.heard for delta in told))
    assert [case for delta in told for case in delta.cases] == list(cases)
    assert max(len(delta.cases) for delta in told) <= 50
    assert [delta.heard for delta in told] == [(), (), heard]
    assert all(case.no in stage.picture.cases for case in cases)


def test_that_what_somebody_waits_for_does_not_wait_for_the_beat(qtbot, qapp):
    made, seen = Bridge(beat_ms=60_000), []
    made.delivered.connect(seen.append)
    made.post("first")
    qapp.processEvents()
    made.post("change")
    qapp.processEvents()
    assert seen == [["first"]]
    made.call(lambda: seen.append("outcome"))
    qapp.processEvents()
    assert seen == [["first"], ["change"], "outcome"]
