"""The gateway's log and inbox: numbered, append-only, and there after a kill."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commandcenter.rehearsal.log import Heard, Inbox, Log, without_sequence


def frame(number, **more):
    return {"id": f"id-{number}", "source": "/test", "data": {"n": number}} | more


def numbers(log, after=0):
    return [number for number, _ in log.after(after, 10_000)]


@pytest.fixture
def log(tmp_path):
    with Log(tmp_path) as log:
        yield log


def test_that_an_empty_log_begins_with_one(log):
    assert (log.oldest, log.newest) == (1, 0)
    assert log.after(0, 10) == []
    assert log.last(5) == []


def test_that_frames_are_numbered_and_padded_to_twenty_digits(log):
    assert [log.append(frame(n)) for n in range(3)] == [1, 2, 3]
    (_, line), *_ = log.after(1, 1)
    assert json.loads(line) == frame(1, sequence="00000000000000000002")


def test_that_a_sequence_of_ones_own_is_replaced(log):
    log.append(frame(1, sequence="99"))
    assert json.loads(log.after(0, 1)[0][1])["sequence"] == f"{1:020}"


def test_that_a_live_only_feed_says_the_same_without_the_sequence(log):
    log.append(frame(7))
    assert json.loads(without_sequence(log.after(0, 1)[0][1])) == frame(7)


def test_that_a_log_opened_again_goes_on_where_it_was(tmp_path):
    with Log(tmp_path) as log:
        log.append(frame(1))
        log.skip(5)
        epoch = log.epoch
    with Log(tmp_path) as log:
        assert (log.epoch, log.newest) == (epoch, 6)
        assert log.append(frame(2)) == 7
        assert numbers(log) == [1, 7]


@given(cut=st.integers(1, 80))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
def test_that_a_line_cut_off_by_a_kill_was_never_said(tmp_path_factory, cut):
    folder = tmp_path_factory.mktemp("log")
    with Log(folder) as log:
        log.append(frame(1))
        log.append(frame(2))
    (path,) = folder.glob("*.ndjson")
    path.write_bytes(path.read_bytes()[:-cut])
    with Log(folder) as log:
        assert numbers(log) == [1]
        assert log.append(frame(3)) == 2
        assert json.loads(log.after(1, 1)[0][1])["id"] == "id-3"


def test_that_a_new_epoch_begins_with_one_and_holds_nothing_old(tmp_path):
    with Log(tmp_path) as log:
        log.append(frame(1))
        old = log.epoch
        log.reset()
        assert log.epoch != old
        assert numbers(log) == []
        assert log.append(frame(2)) == 1
        new = log.epoch
    with Log(tmp_path) as log:
        assert log.epoch == new
        assert numbers(log) == [1]


def test_that_forgetting_moves_the_oldest_and_outlives_the_log(tmp_path):
    with Log(tmp_path) as log:
        for n in range(10):
            log.append(frame(n))
        log.forget(keep=3)
        assert (log.oldest, log.newest) == (8, 10)
        assert numbers(log) == [8, 9, 10]
    with Log(tmp_path) as log:
        assert log.oldest == 8
        log.forget()
        assert (log.oldest, log.newest) == (11, 10)
        assert numbers(log) == []
        assert log.append(frame(11)) == 11


def test_that_retention_holds_the_newest(tmp_path):
    with Log(tmp_path, retain=4) as log:
        for n in range(10):
            log.append(frame(n))
        assert numbers(log) == [7, 8, 9, 10]
    with Log(tmp_path, retain=2) as log:
        assert numbers(log) == [9, 10]
        assert log.oldest == 9


def test_that_the_last_frames_are_told_across_a_jump(log):
    log.append(frame(1))
    log.skip(3)
    log.append(frame(2))
    assert [number for number, _ in log.last(2)] == [1, 5]
    assert [number for number, _ in log.last(9)] == [1, 5]
    assert log.last(0) == []


def test_that_identities_are_read_back(log):
    log.append(frame(1))
    log.append({"no": "envelope"})
    assert log.identities() == {("/test", "id-1"), ("", "")}


@given(st.lists(st.one_of(st.just("append"), st.just("skip"), st.just("forget")), max_size=30))
@settings(max_examples=30, deadline=None)
def test_that_whatever_happens_frames_come_in_order_from_the_oldest(tmp_path_factory, acts):
    with Log(tmp_path_factory.mktemp("log")) as log:
        for act in acts:
            {
                "append": lambda: log.append(frame(1)),
                "skip": lambda: log.skip(2),
                "forget": lambda: log.forget(keep=2),
            }[act]()
        held = numbers(log)
        assert held == sorted(set(held))
        assert all(log.oldest <= number <= log.newest for number in held)
        for after in range(log.newest + 1):
            assert numbers(log, after) == [number for number in held if number > after]


def heard(id_):
    receipt = {"id": id_, "status": "accepted"}
    return Heard(at=datetime(2026, 11, 20, tzinfo=UTC), frame=frame(1, id=id_), receipt=receipt)


def test_that_an_inbox_opened_again_knows_every_receipt(tmp_path):
    inbox = Inbox(tmp_path)
    inbox.keep(heard("a"))
    inbox.keep(heard("b"))
    inbox.close()
    path = tmp_path / "inbox.ndjson"
    path.write_bytes(path.read_bytes()[:-9])
    again = Inbox(tmp_path)
    assert len(again) == 1
    assert list(again) == [heard("a")]
    assert again.receipt("a") == {"id": "a", "status": "accepted"}
    assert again.receipt("b") is None
    again.keep(heard("c"))
    again.close()
    last = Inbox(tmp_path)
    assert [one.frame["id"] for one in last] == ["a", "c"]
    last.close()
