"""The report-in page and the hall end, start and are killed in any order; no press is lost."""

import json
import os
import signal
import socket
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.end_to_end.conftest import PATIENCE, until
from tests.end_to_end.test_report_in_page import Hall

HALL_ENDS = [signal.SIGTERM, signal.SIGKILL]


class Visited:
    """A page in a process of its own, beside a hall that comes and goes."""

    def __init__(self, hall, port):
        self.hall, self.port = hall, port
        self.base_url = f"http://127.0.0.1:{port}"
        self.open()

    def open(self):
        self.page = self.hall.place.start("liaison", "--listen", f"127.0.0.1:{self.port}")
        assert self.page.next()["listening"]

    def ask(self, body=None):
        """Ask for the sheet, or press; return the status and what was said."""
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        sent = None if body is None else json.dumps(body).encode()
        try:
            asked = Request(self.hall.link(self.base_url), sent, headers)
            with urlopen(asked, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.read().decode()

    def press(self, status, number=1):
        return self.ask({"id": f"press-{number:04}", "status": status})

    def shown(self):
        until(lambda: self.ask()[0] == 200, "the sheet")

    def lost(self):
        """Return the files the page has open that nobody else can find."""
        opened = Path(f"/proc/{self.page.process.pid}/fd")
        names = [os.readlink(it) for it in opened.iterdir() if it.is_symlink()]
        return [name for name in names if name.endswith("(deleted)")]


@pytest.fixture
def visited(place, pack):
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (pack / "hall.toml").open("a") as out:
        out.write(f'\n[liaison]\nbase_url = "http://127.0.0.1:{port}"\n')
    hall = Hall(place())
    made = Visited(hall, port)
    hall.blow()
    made.shown()
    return made


def end(running, how):
    if how is signal.SIGKILL:
        running.kill()
    else:
        running.end(how)


def is_state(visited, state):
    until(lambda: visited.hall.summons()["state"] == state, state)


@pytest.mark.parametrize("how", HALL_ENDS)
def test_that_a_press_while_the_hall_is_closed_arrives_when_it_opens(visited, how):
    for number, state in enumerate(("answered", "en_route", "reported_in")):
        end(visited.hall.desk, how)
        assert visited.lost() == []
        assert visited.press(state, number)[0] == 200
        visited.hall.open()
        is_state(visited, state)
        visited.shown()


@pytest.mark.parametrize("how", HALL_ENDS)
def test_that_a_press_told_kept_outlives_a_killed_page(visited, how):
    end(visited.hall.desk, how)
    assert visited.press("answered")[0] == 200
    visited.page.kill()
    visited.hall.open()
    is_state(visited, "answered")

    visited.open()
    assert visited.press("en_route", 2)[0] == 200
    is_state(visited, "en_route")


@pytest.mark.parametrize("how", HALL_ENDS)
def test_that_a_page_that_ends_takes_nothing_from_the_hall(visited, how):
    end(visited.page, how)
    visited.hall.blow()
    visited.open()
    visited.shown()
    assert visited.press("answered")[0] == 200
    is_state(visited, "answered")


def test_that_a_page_whose_book_is_taken_away_says_so_and_goes_on_by_itself(visited):
    folder = visited.hall.pack / "state" / "liaison"
    for file in folder.glob("liaison.db*"):
        file.rename(folder / f"away-{file.name}")
    status, said = visited.press("answered")
    assert (status, "kept" in said, "暂时无法使用" in said) == (503, False, True)

    until(lambda: visited.press("answered")[0] == 200, "the page goes on")
    is_state(visited, "answered")
