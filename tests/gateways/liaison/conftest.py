"""The report-in page on a real socket, with a book beside it and a clock moved by hand."""

import http.client
import json
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from commandcenter.application import links
from commandcenter.application.messages import WhistleStatus
from commandcenter.application.sheets import Item, Sheet
from commandcenter.gateways.liaison import serving
from commandcenter.gateways.liaison.book import Book, Published
from commandcenter.gateways.liaison.server import Page

KEY = bytes(range(32))
NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
PATIENCE = 60.0


class Answer:
    """What the page said."""

    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.text = response.read().decode()

    @property
    def json(self):
        return json.loads(self.text)


class Site:
    """A page that is served, and what a visitor can do to it."""

    def __init__(self, folder):
        self.at = NOON
        self.book, self.hall = Book(folder), Book(folder)
        self.page = Page(
            book=self.book,
            key=KEY,
            zone=ZoneInfo("Asia/Shanghai"),
            clock=self,
        )
        self.socket = serving.listening("127.0.0.1", 0)
        self.port = self.socket.getsockname()[1]
        self.server = serving.server(self.page.app())
        self.thread = threading.Thread(
            target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True
        )
        self.thread.start()
        until(lambda: self.server.started)

    def now(self):
        return self.at

    def close(self):
        self.server.should_exit = True
        self.thread.join(PATIENCE)
        self.socket.close()
        for book in (self.book, self.hall):
            book.close()

    def publish(self, body="fire", *, whistle="W1", **more):
        """Publish a sheet; return the path of its link."""
        given = {
            "hall": "云溪镇综合指挥中心",
            "whistle": whistle,
            "body": body,
            "body_name": "云溪消防救援站",
            "state": "blown",
            "state_words": "已吹哨",
            "since": NOON,
            "kind": "应急处置",
            "answer_by": NOON + timedelta(minutes=10),
            "report_in_by": NOON + timedelta(minutes=30),
            "place": "东街12号",
            "message": "积水",
            "can": tuple(WhistleStatus)[1:7],
            "items": (Item(code="PH-003", title="燃气事故先期处置"),),
        }
        expires_at = NOON + timedelta(hours=24)
        self.hall.publish([Published(sheet=Sheet(**given | more), expires_at=expires_at)])
        return "/w/" + links.token(KEY, whistle, body, expires_at)

    def ask(self, path, method="GET", body=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as to:
            to.request(method, path, body, named)
            return Answer(to.getresponse())

    def press(self, path, status="answered", id_="press-001", **more):
        body = json.dumps({"id": id_, "status": status} | more)
        kind = "application/json"
        return self.ask(path, "POST", body.encode(), content_type=kind, accept=kind)

    def refused(self):
        """Return what was refused so far, by reason."""
        self.page._flush()
        return self.hall.refusals(self.at + timedelta(minutes=1))[0]


def until(found):
    deadline = time.monotonic() + PATIENCE
    while not (seen := found()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return seen


@pytest.fixture
def site(tmp_path):
    with closing(Site(tmp_path)) as made:
        yield made
