"""Putting a hall together: from a pack to a running core."""

import shutil
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commandcenter.application import commands as c
from commandcenter.application.messages import QuarantineReason, Rejected
from commandcenter.application.questions import OpenWork, Quarantine
from commandcenter.domain import words
from commandcenter.domain.errors import Refusal
from commandcenter.domain.roster import Role
from commandcenter.domain.timelimit import Limit
from commandcenter.runtime.compose import open_core
from commandcenter.runtime.demo import GatewayProcess
from commandcenter.runtime.front import ANYBODY, Place
from commandcenter.store.store import Store

PACK = Path(__file__).parents[2] / "resources" / "demo"
PATIENCE = 60.0


@contextmanager
def opened(place, **options):
    core = open_core(place, **{"seat": "s", "feeds": False} | options)
    try:
        core.start()
        yield core
    finally:
        core.stop()


@pytest.fixture
def place(tmp_path):
    return Place(pack=PACK, state=tmp_path / "state")


def test_that_what_is_given_replaces_what_the_pack_says(tmp_path):
    limits = {"answer": Limit.parse("1 urgent_minute")}
    place = Place(
        pack=PACK, state=tmp_path, feed_urls={"county": "ws://127.0.0.1:1"}, limits=limits
    )
    settings, hall, findings = place.read()
    assert (settings.state_dir, settings.feeds[0].url) == (tmp_path, "ws://127.0.0.1:1")
    assert settings.store_url == f"sqlite:///{(tmp_path / 'hall.db').as_posix()}"
    assert hall.limits.answer == limits["answer"]
    assert findings == []


def test_that_a_hall_keeps_what_it_was_told_over_its_end(place):
    with opened(place) as core:
        order = c.Register(title="井盖", channel="hotline")
        made = core.desk().submit(order).result(PATIENCE)
    with opened(place) as core:
        work = core.desk().ask(OpenWork()).result(PATIENCE)
        assert work.cases == (made.case,)


def test_that_a_second_hall_on_the_same_store_is_refused(place):
    with opened(place) as core:
        with pytest.raises(Refusal) as caught:
            open_core(place, feeds=False)
        assert caught.value.code == "store_locked"
        core.desk().submit(c.Register(title="t", channel="other")).result(PATIENCE)


def test_that_a_store_where_no_folder_can_be_made_is_refused_in_words(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Refusal) as caught:
        Store.open(f"sqlite:///{tmp_path}/file/state/hall.db", "s", at=datetime.now(UTC))
    assert caught.value.code == "store_in_the_way"
    assert str(tmp_path / "file") in words.sentence(caught.value)


def test_that_a_rehearsal_where_no_folder_can_be_made_is_refused_in_words(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Refusal) as caught:
        GatewayProcess(tmp_path / "file" / "gateway")
    assert caught.value.code == "store_in_the_way"


def test_that_a_seat_knows_when_the_settings_of_its_hall_could_not_be_read(tmp_path):
    pack = tmp_path / "hall"
    shutil.copytree(PACK, pack)
    with (pack / "hall.toml").open("a", encoding="utf-8") as settings:
        settings.write("\nurl = [\n")
    with pytest.raises(Refusal, match="settings_unread"):
        Place(pack=pack).read()
    for folder, expected in ((pack, True), (PACK, False)):
        with opened(Place(pack=folder, state=tmp_path / "state", makeshift=True)) as core:
            seat = core.take_seat(operator=None, lang="zh", rehearsal=False)
            assert seat.is_makeshift is expected
            line = (folder / "hall.toml").read_text("utf-8").count("\n")
            for lang, start in (
                ("zh", f"hall.toml 第 {line} 行"),
                ("en", f"hall.toml, line {line}"),
            ):
                told = core.take_seat(operator=None, lang=lang, rehearsal=False).notices
                assert any(it.where == start for it in told) is expected


def test_that_people_are_those_of_the_pack(place, tmp_path):
    with opened(place) as core:
        assert core.operator("inspector").role is Role.INSPECTOR
        assert core.operator(None).role is Role.DISPATCHER
        with pytest.raises(Refusal) as caught:
            core.operator("nobody")
        assert caught.value.code == "unknown_operator"
        seat = core.take_seat(operator="inspector", lang="en", rehearsal=True)
        assert (seat.desk.operator.id, seat.lang, seat.rehearsal) == ("inspector", "en", True)
        assert seat.feeds == {"county": "县平台"}
    faulty = tmp_path / "faulty"
    shutil.copytree(PACK, faulty)
    (faulty / "people.csv").write_text("", "utf-8")
    with opened(Place(pack=faulty, state=tmp_path / "third")) as core:
        with pytest.raises(Refusal) as caught:
            core.operator("inspector")
        for lang, told in (("zh", "第一行写列名"), ("en", "people.csv has no readable header")):
            assert told in words.sentence(caught.value, lang)
    bare = tmp_path / "bare"
    shutil.copytree(PACK, bare)
    (bare / "people.csv").unlink()
    with opened(Place(pack=bare, state=tmp_path / "other")) as core:
        assert core.operator(None) is ANYBODY


def test_that_a_quarantined_frame_is_read_again_as_its_feed_speaks(place):
    frame = (
        '{"specversion":"1.0","id":"r1","source":"/county","type":"grid.event.reported",'
        '"time":"2026-11-20T12:00:00+08:00","data":{"title":"井盖","event_no":"E1"}}'
    )
    with opened(place) as core:

        def aside(unit):
            for raw in (frame, "{", '{"specversion":"1.0","type":"feed.heartbeat"}'):
                unit.quarantine(
                    Rejected(
                        feed="county",
                        sequence=None,
                        reason=QuarantineReason.BAD_DATA,
                        received_at=unit.at,
                        raw=raw,
                        detail="",
                    )
                )

        core.scribe.perform(aside, None).result(PATIENCE)
        desk = core.desk("admin")
        held = desk.ask(Quarantine()).result(PATIENCE)
        outcomes = {}
        for item in held:
            future = desk.submit(c.Retry(message=item.id))
            outcomes[item.raw[:30]] = future.exception(PATIENCE)
        assert [fault is None for fault in outcomes.values()].count(True) == 1
        assert {fault.code for fault in outcomes.values() if fault} == {"still_rejected"}
        (case,) = desk.ask(OpenWork()).result(PATIENCE).cases
        assert case.source_no == "E1"


def test_that_the_clock_of_the_hall_is_the_one_given(place):
    class Clock:
        at = None

        def now(self):
            return self.at

    clock = Clock()
    clock.at = datetime(2026, 11, 20, 4, tzinfo=UTC)
    with opened(place, clock=clock) as core:
        desk = core.desk()
        first = desk.submit(c.Register(title="t", channel="other")).result(PATIENCE).case
        clock.at += timedelta(days=1)
        second = desk.submit(c.Register(title="t", channel="other")).result(PATIENCE).case
        assert (first.no, second.no) == ("20261120-00001", "20261121-00001")
