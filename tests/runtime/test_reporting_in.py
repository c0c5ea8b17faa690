"""The hall's side of the report-in page: sheets out, presses in, also over an end and a start."""

import socket
import sqlite3
import struct
import time
import zlib
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from commandcenter.application import commands as c
from commandcenter.application.changes import PageHealth
from commandcenter.application.questions import History, OpenWork, WhistleCopies
from commandcenter.domain.whistle import ProofKind, SummonsState
from commandcenter.gateways.liaison.book import FILE, Book, Pressed, Said
from commandcenter.runtime.commandline import FAILURE, SETTINGS, USAGE
from commandcenter.runtime.compose import open_core
from commandcenter.runtime.front import LIAISON_FOLDER, Place
from main import main

PACK = Path(__file__).parents[2] / "resources" / "demo"
PATIENCE = 60.0


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


PHOTO = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\0"))
    + chunk(b"IEND", b"")
)


@pytest.fixture
def pack(tmp_path):
    """Return a copy of the township's pack that has a page."""
    folder = tmp_path / "hall"
    folder.mkdir()
    for file in PACK.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    with (folder / "hall.toml").open("a") as out:
        out.write('\n[liaison]\nbase_url = "http://127.0.0.1:8099"\n')
    return folder


@contextmanager
def opened(pack):
    core = open_core(Place(pack=pack), seat="s", feeds=False)
    try:
        core.start()
        yield core
    finally:
        core.stop()


@pytest.fixture
def book(pack):
    folder = pack / "state" / LIAISON_FOLDER
    folder.mkdir(parents=True)
    with closing(Book(folder)) as made:
        yield made


def until(found):
    deadline = time.monotonic() + PATIENCE
    while not (seen := found()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return seen


def do(core, command):
    return core.desk().submit(command).result(PATIENCE)


def blow(core, **more):
    given = {"title": "东街积水", "channel": "hotline", "category": "C0108", "address": "东街9号"}
    case = do(core, c.Register(**given | more)).case
    do(core, c.File(case=case.no))
    blow_it = c.Blow(case=case.no, bodies=("fire", "police"), message="速来", hold_seconds=0)
    return do(core, blow_it).whistle


def press(book, whistle, status, number=1, photo=None, **said):
    pressed = Pressed(
        whistle=whistle.no,
        body="fire",
        id=f"press-{number:04}",
        said=Said(status=status, **said),
        arrived_at=datetime.now(UTC),
        photo=photo,
    )
    book.press(pressed)


def summons(core, whistle):
    work = core.desk().ask(OpenWork()).result(PATIENCE)
    return next(item for item in work.whistles if item.no == whistle.no).of("fire")


def sheet(book, whistle, body="fire"):
    found = book.published(whistle.no, body)
    return found and found.sheet


def test_that_a_whistle_is_published_as_each_body_may_read_it(pack, book):
    with opened(pack) as core:
        whistle = blow(
            core, reporter_name="李建国", reporter_phone="13800005678", address="东街9号"
        )
        until(lambda: sheet(book, whistle))

        shown = sheet(book, whistle)
        assert (shown.body_name, shown.place, shown.is_lead) == ("云溪消防救援站", "东街9号", True)
        assert not sheet(book, whistle, "police").is_lead
        raw = book._file.read_bytes() + book._file.with_name(FILE + "-wal").read_bytes()
        assert "李建国".encode() not in raw
        assert b"13800005678" not in raw


def test_that_a_press_becomes_a_fact_and_its_answer_is_told(pack, book):
    with opened(pack) as core:
        whistle = blow(core)
        press(book, whistle, "reported_in", photo=PHOTO, who="周敏", words="到了")
        until(lambda: not book.waiting(1))

        found = summons(core, whistle)
        assert (found.state, found.proof.kind) == (SummonsState.REPORTED_IN, ProofKind.LINK)
        kept = core.settings.state_dir / "media" / found.proof.photo
        assert kept.read_bytes() == PHOTO
        assert sha256(PHOTO).hexdigest() in found.proof.photo
        (told,) = book.presses(whistle.no, "fire")
        assert told.outcome.text == "大厅已确认报到"
        until(lambda: sheet(book, whistle).state == "reported_in")
        facts = core.desk().ask(History(case=whistle.case)).result(PATIENCE)
        assert "fire" in {item.fact.actor for item in facts}


def test_that_what_was_pressed_while_the_hall_was_closed_is_taken_in_first(pack, book):
    with opened(pack) as core:
        whistle = blow(core)
    for number, status in enumerate(("answered", "en_route", "reported_in")):
        press(book, whistle, status, number)
    with opened(pack) as core:
        until(lambda: not book.waiting(1))
        assert summons(core, whistle).state is SummonsState.REPORTED_IN
        assert summons(core, whistle).no_answer_at is None


def test_that_a_press_whose_answer_was_lost_with_the_hall_has_one_effect(pack, book):
    with opened(pack) as core:
        whistle = blow(core)
        press(book, whistle, "answered")
        until(lambda: not book.waiting(1))
        before = core.desk().ask(History(case=whistle.case)).result(PATIENCE)
    with book._transaction() as connection:  # as if it had been ended before it could tell
        connection.execute("UPDATE pressed SET outcome = NULL")
    with opened(pack) as core:
        until(lambda: not book.waiting(1))
        assert core.desk().ask(History(case=whistle.case)).result(PATIENCE) == before
        (told,) = book.presses(whistle.no, "fire")
        assert told.outcome.ok


def test_that_presses_that_do_not_fit_are_answered_too(pack, book):
    with opened(pack) as core:
        whistle = blow(core)
        press(book, whistle, "finished", 1)
        press(book, whistle, "answered", 2)
        press(book, whistle, "refused", 3, reason="不归我们")
        until(lambda: not book.waiting(1))
        told = [item.outcome.ok for item in book.presses(whistle.no, "fire")]
        assert told == [False, False, True]


def test_that_a_refusal_without_an_item_is_told_to_be_none(pack, book):
    with opened(pack) as core:
        whistle = blow(core)
        press(book, whistle, "refused", reason="不归我们", duty_item="没有的")
        until(lambda: not book.waiting(1))
        (told,) = book.presses(whistle.no, "fire")
        assert "不算拒哨" in told.outcome.text


def test_that_a_sheet_says_no_more_once_its_summons_is_over(pack, book):
    with opened(pack) as core:
        whistle = blow(core)
        until(lambda: sheet(book, whistle))
    with opened(pack) as core:
        do(core, c.Withdraw(whistle=whistle.no, reason="已处理"))
        until(lambda: sheet(book, whistle).is_over)
        assert sheet(book, whistle).message == ""


def test_that_what_ended_while_nobody_published_is_over_at_the_next_start(pack, book):
    with opened(pack) as core:
        whistle = blow(core)
        until(lambda: sheet(book, whistle))
        shown = book.published(whistle.no, "fire")
        do(core, c.Withdraw(whistle=whistle.no, reason="已处理"))
        until(lambda: sheet(book, whistle).is_over)
    book.publish([shown])
    with opened(pack):
        until(lambda: sheet(book, whistle).is_over)


def test_that_refused_visits_become_one_fact(pack, book):
    book.count_refused({"wrong": 5}, datetime.now(UTC) - timedelta(minutes=3))
    book.count_refused({"wrong": 7, "expired": 1}, datetime.now(UTC) - timedelta(minutes=2))
    heard = []
    core = open_core(Place(pack=pack), seat="s", feeds=False)
    try:
        core.listeners.subscribe(lambda delta: heard.extend(delta.facts))
        core.start()
        (noted,) = until(lambda: [it.fact for it in heard if it.fact.kind == "links.refused"])
        until(lambda: book.refusals(datetime.now(UTC))[0] == {})
    finally:
        core.stop()
    assert noted.data["counts"] == {"wrong": 12, "expired": 1}
    assert (noted.actor, noted.role) == ("report_in_page", "report_in_page")


def test_that_a_photo_changed_behind_the_halls_back_is_not_kept(pack, book):
    with opened(pack) as core:
        whistle = blow(core)
        press(book, whistle, "reported_in", photo=b"<svg onload=x>")
        until(lambda: not book.waiting(1))
        assert summons(core, whistle).proof.photo == ""


def test_that_a_hall_works_without_its_book(pack):
    folder = pack / "state" / LIAISON_FOLDER
    folder.mkdir(parents=True)
    (folder / FILE).write_bytes(b"no database" * 1000)
    with pytest.raises(sqlite3.Error):
        Book(folder)
    with opened(pack) as core:
        assert blow(core).is_open


def test_that_a_hall_takes_up_its_book_once_it_can_and_says_how_it_is(pack):
    folder = pack / "state" / LIAISON_FOLDER
    folder.mkdir(parents=True)
    (folder / FILE).write_bytes(b"no database" * 1000)
    told = []
    core = open_core(Place(pack=pack), seat="s", feeds=False)
    try:
        core.listeners.subscribe(lambda delta: told.append(delta.page) if delta.page else None)
        core.start()
        whistle = blow(core)
        until(lambda: told == [PageHealth(ok=False)])
        (folder / FILE).unlink()
        until(lambda: told[-1] == PageHealth())
        with closing(Book(folder)) as book:
            until(lambda: sheet(book, whistle))
    finally:
        core.stop()


def test_that_a_hall_without_a_page_publishes_nothing(tmp_path):
    core = open_core(Place(pack=PACK, state=tmp_path), seat="s", feeds=False)
    try:
        core.start()
        whistle = blow(core)
        assert core.links.to(whistle.no, "fire", whistle.blown_at) == ""
        assert not (tmp_path / LIAISON_FOLDER / FILE).exists()
        question = WhistleCopies(whistle=whistle.no)
        _whistle, copies = core.desk().ask(question).result(PATIENCE)
        assert [item.body for item in copies] == ["fire", "police"]
    finally:
        core.stop()


def test_that_a_page_without_an_address_is_refused_by_name(tmp_path, capsys):
    assert main(["liaison", "--hall", str(PACK), "--state-dir", str(tmp_path)]) == SETTINGS
    assert "base_url" in capsys.readouterr().err


def test_that_an_address_in_use_is_said(pack, capsys):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        code = main(["liaison", "--hall", str(pack), "--listen", f"127.0.0.1:{port}"])
    assert code == FAILURE
    assert f"127.0.0.1:{port}" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["", "8099", "127.0.0.1:", "127.0.0.1:70000", ":1"])
def test_that_what_is_no_address_to_listen_on_is_refused(pack, address, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["liaison", "--hall", str(pack), "--listen", address])
    assert ended.value.code == USAGE
    assert "--listen" in capsys.readouterr().err
