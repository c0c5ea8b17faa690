"""The report-in page: what a good link is shown, and what everything else is not."""

import base64
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import timedelta
from http.client import HTTPException
from urllib.parse import quote, urlencode

import pytest

from commandcenter.application import links
from commandcenter.gateways.liaison import server, serving
from commandcenter.gateways.liaison.book import FILE, MOST_PRESSES, Book, Outcome
from commandcenter.gateways.liaison.limits import Buckets, visitor

PATIENCE = 60.0
FORM = "application/x-www-form-urlencoded"
HOSTILE = """<script>alert(1)</script><img src=x onerror=alert(1)>"'&amp;</dd>{{7*7}}\u202e"""


@pytest.fixture
def link(site):
    return site.publish()


def raw(site, *parts):
    """Send bytes as they are; return what comes back before the page hangs up."""
    with closing(socket.create_connection(("127.0.0.1", site.port), timeout=PATIENCE)) as to:
        for part in parts:
            to.sendall(part)
        found = b""
        try:
            while block := to.recv(65536):
                found += block
        except ConnectionError:
            return found
        return found


# -- a good link --


def test_that_a_link_shows_its_summons_and_nothing_may_run_beside(site, link):
    answer = site.ask(link)

    assert answer.status == 200
    for words in ("云溪消防救援站", "东街12号", "积水", "剩 10 分 00 秒", "应哨", "拒哨"):
        assert words in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "server" not in answer.headers
    assert "style=" not in answer.text
    assert " on" not in answer.text.replace(" one", "")  # no attribute that runs


def test_that_an_unchanged_sheet_is_not_sent_again(site, link):
    version = site.ask(link).headers["etag"]

    assert site.ask(link, if_none_match=version).status == 304
    site.press(link)
    assert site.ask(link, if_none_match=version).status == 200


def test_that_a_press_is_kept_before_the_telephone_hears_so(site, link):
    answer = site.press(link, who=" 周敏\n", words="马上", ago_s=12.5, lon=116.28, lat=29.08)

    assert answer.json == {"kept": True, "again": False, "photo_left_out": False}
    (kept,) = site.hall.waiting(9)
    assert (kept.whistle, kept.body, kept.arrived_at) == ("W1", "fire", site.at)
    assert (kept.said.who, kept.said.words, kept.said.ago_s) == ("周敏", "马上", 12.5)
    assert (kept.said.lon, kept.said.lat) == (116.28, 29.08)
    assert "等大厅确认" in site.ask(link).text


def test_that_the_same_press_is_kept_once(site, link):
    site.press(link)
    assert site.press(link).json["again"]
    assert len(site.hall.waiting(9)) == 1


def test_that_a_browser_without_scripts_can_press(site, link):
    body = urlencode({"id": "press-001", "status": "en_route", "who": "周敏", "words": ""})
    answer = site.ask(link, "POST", body.encode(), content_type=FORM)

    assert answer.status == 303
    assert answer.headers["location"] == link.rpartition("/")[2]  # wherever a proxy has put us
    assert site.hall.waiting(9)[0].said.status == "en_route"


def test_that_the_halls_answer_is_shown(site, link):
    site.press(link)
    (kept,) = site.hall.waiting(9)
    site.hall.settle({kept.number: Outcome(ok=True, text="大厅已确认应哨")})

    assert site.hall.waiting(9) == []
    assert "大厅已确认应哨" in site.ask(link).text


def test_that_a_press_without_its_photo_is_still_a_press(site, link):
    for number, image in enumerate((b"%PDF-1.7", b"<svg/>", b"\xff\xd8\xff\xe0", b"GIF89a")):
        text = base64.b64encode(image).decode()
        answer = site.press(link, id_=f"press-00{number}", photo=text)
        assert (answer.status, answer.json["photo_left_out"]) == (200, True)
    assert site.press(link, id_="press-009", photo="***").json["photo_left_out"]
    assert {site.hall.photo(item.number) for item in site.hall.waiting(9)} == {None}


def test_that_hostile_text_is_text(site):
    link = site.publish(
        message=HOSTILE, place=HOSTILE, gear=HOSTILE, hall=HOSTILE, body_name=HOSTILE,
        marks=(HOSTILE,), duty_item=HOSTILE, state_words=HOSTILE,
    )  # fmt: skip
    site.press(link, words=HOSTILE, who=HOSTILE[:40])
    (kept,) = site.hall.waiting(9)
    site.hall.settle({kept.number: Outcome(ok=False, text=HOSTILE)})

    text = site.ask(link).text
    assert "<script>alert" not in text
    assert "<img" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert kept.said.words == HOSTILE.replace("\u202e", "")


# -- every other link --


def test_that_nothing_tells_a_guess_from_a_link_of_somebody_else(site, link):
    token = link[3:]
    guesses = [
        "x",
        token[:-1],
        token + "A",
        token[:-4] + "AAAA",
        "A" * len(token),
        "A" * 5000,
        links.token(bytes(32), "W1", "fire", tomorrow(site)),
        quote("'; DROP TABLE published; --"),
        quote("<script>"),
        "%00",
        "..%2f..%2fhall.db",
    ]
    answers = [site.ask("/w/" + guess) for guess in guesses]
    assert {answer.status for answer in answers} == {404}
    assert all("东街" not in answer.text and "W1" not in answer.text for answer in answers)
    assert len({answer.text for answer in answers[:-1]}) == 1
    assert site.refused() == {"wrong": len(guesses) - 1, "elsewhere": 1}


def tomorrow(site):
    return site.at + timedelta(days=1)


def test_that_an_expired_link_says_so_and_shows_nothing(site, link):
    site.at += timedelta(hours=24)
    answer = site.ask(link)

    assert answer.status == 410
    assert "已过期" in answer.text
    assert "东街" not in answer.text
    assert site.press(link).status == 410
    assert site.hall.waiting(9) == []
    assert site.refused() == {"expired": 2}


def test_that_a_link_used_again_after_the_end_shows_nothing(site):
    link = site.publish(state="released", state_words="已同意撤离", is_over=True)
    answer = site.ask(link)

    assert answer.status == 410
    assert "云溪消防救援站：已同意撤离（12:00）" in answer.text
    assert "东街" not in answer.text
    assert site.refused() == {"over": 1}


def test_that_what_was_pressed_before_the_end_and_arrives_after_it_is_kept(site):
    link = site.publish(state="withdrawn", is_over=True)

    assert site.press(link, "reported_in", ago_s=900).status == 200
    assert len(site.hall.waiting(9)) == 1


def test_that_a_link_of_another_body_opens_that_body_alone(site, link):
    other = site.publish("police", message="请到西街", body_name="云溪派出所")
    site.press(other, words="到")

    assert "积水" not in site.ask(other).text
    assert "已报送" not in site.ask(link).text


def test_that_a_sheet_which_is_not_there_yet_may_be_there_in_a_moment(site):
    token = links.token(bytes(range(32)), "W2", "fire", tomorrow(site))

    assert site.ask("/w/" + token).status == 503
    assert site.refused() == {}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"), ("GET", "/w/"), ("GET", "/w"), ("GET", "/s/"), ("GET", "/s/hall.db"),
        ("GET", "/s/../w/x/y"), ("GET", "/s/%2e%2e/%2e%2e/etc/passwd"), ("GET", "//w//x"),
        ("GET", "/.git/config"), ("GET", "/docs"), ("GET", "/openapi.json"), ("POST", "/"),
        ("POST", "/s/page.js"), ("OPTIONS", "*"), ("TRACE", "/"), ("DELETE", "/w/x"),
        ("PUT", "/w/x"), ("PROPFIND", "/w/"),
    ],
)  # fmt: skip
def test_that_there_is_nothing_else(site, link, method, path):
    answer = site.ask(path, method)

    assert answer.status in {404, 405}
    assert "东街" not in answer.text
    assert answer.headers["content-security-policy"]


def test_that_nothing_leads_to_another_host(site, link):
    for path in (link + "/", "/s/page.js/", "//evil.example/w/x/"):
        answer = site.ask(path, host="evil.example")
        assert answer.status == 404
        assert "location" not in answer.headers


# -- what cannot be read --


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", b"{}"),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("application/xml", b"<a/>"),
        ("", b""),
        ("application/json", b""),
        ("application/json", b"[]"),
        ("application/json", b"{" * 100_000),
        ("application/json", b"\xff\xfe"),
        ("application/json", b'{"id":"press-001","status":"answered","more":1}'),
        ("application/json", b'{"id":"press-001","status":"released"}'),
        ("application/json", b'{"id":"press-001","status":"left"}'),
        ("application/json", b'{"id":"../../1","status":"answered"}'),
        ("application/json", b'{"id":"press-001","status":"answered","ago_s":-1}'),
        ("application/json", b'{"id":"press-001","status":"answered","lon":1e999,"lat":1}'),
        ("application/json", b'{"id":"press-001","status":"answered","lon":NaN,"lat":1}'),
        ("application/json", b'{"id":"press-001","status":"refused","reason":" "}'),
        (FORM, b"id=press-001"),
        (FORM, b"&".join(b"id=press-001" for _ in range(100))),
        (FORM, b"\xff=\xff"),
    ],
)
def test_that_what_cannot_be_read_is_refused_and_counted(site, link, kind, body):
    answer = site.ask(link, "POST", body, content_type=kind)

    assert answer.status == 400
    assert site.hall.waiting(9) == []
    assert site.refused() == {"unreadable": 1}


def test_that_a_huge_body_is_refused_before_it_is_read(site, link):
    head = f"POST {link} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    told = raw(site, f"{head}Content-Length: 99999999999\r\n\r\n".encode())
    assert told.startswith(b"HTTP/1.1 413")
    for nonsense in ("-1", "1" * 40, "x"):
        found = raw(site, f"{head}Content-Length: {nonsense}\r\n\r\n".encode())
        assert found[9:12] in {b"400", b"413"}
    block = b"186a0\r\n" + b"x" * 100_000 + b"\r\n"
    found = raw(site, f"{head}Transfer-Encoding: chunked\r\n\r\n".encode(), *[block] * 23)
    assert found.startswith(b"HTTP/1.1 413") or found == b""  # hung up while we still sent
    assert site.hall.waiting(9) == []
    assert site.refused()["too_large"] >= 2


def test_that_a_body_that_never_comes_is_given_up(site, link, monkeypatch):
    monkeypatch.setattr(server, "BODY_SECONDS", 0.2)
    head = f"POST {link} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"

    assert raw(site, f"{head}Content-Length: 50\r\n\r\n{{".encode()).startswith(b"HTTP/1.1 408")
    assert site.refused() == {"too_slow": 1}


def test_that_a_connection_that_says_nothing_is_let_go(site, monkeypatch):
    monkeypatch.setattr(serving, "HEAD_SECONDS", 0.2)

    assert raw(site, b"GET / HTTP/1.1\r\nHost: x\r\nX: ") == b""
    assert raw(site, b"") == b""


def test_that_a_head_without_end_is_refused(site):
    assert not raw(site, b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 9000).startswith(b"HTTP/1.1 200")


def test_that_one_address_has_only_so_many_connections(site, link):
    with ExitStack() as held:
        for _ in range(serving.PER_VISITOR):
            held.enter_context(socket.create_connection(("127.0.0.1", site.port)))
        until(lambda: is_hung_up(site))
    until(lambda: site.ask(link).status == 200)


def is_hung_up(site):
    with closing(socket.create_connection(("127.0.0.1", site.port), timeout=1)) as one_more:
        try:
            return one_more.recv(1) == b""
        except TimeoutError:
            return False
        except ConnectionError:
            return True


def until(found):
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            if found():
                return
        except (OSError, HTTPException):
            pass
        assert time.monotonic() < deadline
        time.sleep(0.05)


# -- too often --


def test_that_a_flood_of_guesses_is_one_count_and_stops_no_link(site, link):
    site.page.visits = Buckets(10_000, 1_000)
    statuses = [site.ask("/w/guess").status for _ in range(300)]

    assert set(statuses) == {404, 429}
    assert site.ask(link).status == 200
    counts = site.refused()
    assert sum(counts.values()) == 300
    assert counts["too_often"] > 200


def test_that_whoever_asks_too_often_is_turned_away(site, link):
    site.page.visits = Buckets(20, 0.001)
    statuses = [site.ask(link).status for _ in range(30)]

    assert statuses.count(200) == 20
    assert statuses[-1] == 429


def test_that_one_summons_takes_only_so_many_presses(site, link):
    assert {site.press(link, id_=f"press-{n:04}").status for n in range(14)} == {200, 429}
    site.page.presses = site.page.visits = Buckets(10_000, 1_000)
    for number in range(MOST_PRESSES):
        site.press(link, id_=f"again-{number:04}")
    assert len(site.hall.waiting(1_000)) == MOST_PRESSES


def test_that_many_telephones_at_once_are_all_answered(site):
    links_ = [site.publish(whistle=f"W{n}") for n in range(8)]
    site.page.visits = Buckets(10_000, 1_000)

    def visit(path):
        return [site.press(path, id_=f"press-{number:04}").status for number in range(8)]

    with ThreadPoolExecutor(8) as telephones:
        assert [it for found in telephones.map(visit, links_) for it in found] == [200] * 64
    assert len(site.hall.waiting(1_000)) == 64


def test_that_a_bucket_fills_again():
    bucket = Buckets(2, 0.5)
    assert [bucket.take("a", 0), bucket.take("a", 0), bucket.take("a", 0)] == [True, True, False]
    assert bucket.take("b", 0)
    assert not bucket.take("a", 1)
    assert bucket.take("a", 3)


def test_that_visitors_are_told_apart_by_address_or_site():
    assert visitor("1.2.3.4") != visitor("1.2.3.5")
    assert visitor("::ffff:1.2.3.4") == visitor("1.2.3.4")
    assert visitor("2001:db8::1") == visitor("2001:db8::2")
    assert visitor("2001:db8::1") != visitor("2001:db8:0:1::1")
    assert visitor("") == ""


# -- the book --


def test_that_a_book_that_cannot_be_written_keeps_nothing_and_says_so(site, link, monkeypatch):
    site.hall._writer.execute("BEGIN IMMEDIATE")
    site.book._writer.execute("PRAGMA busy_timeout=50")
    try:
        assert site.press(link).status == 503
    finally:
        site.hall._writer.execute("ROLLBACK")
    assert site.press(link).json["again"] is False


def test_that_a_full_disk_keeps_nothing_until_there_is_room_again(site, link):
    (pages,) = site.book._writer.execute("PRAGMA page_count").fetchone()
    site.book._writer.execute(f"PRAGMA max_page_count = {pages}")
    long = "水" * 2000
    statuses = [site.press(link, id_=f"press-{n:04}", words=long).status for n in range(9)]
    assert statuses[-1] == 503
    site.book._writer.execute("PRAGMA max_page_count = 100000")

    assert site.press(link, id_="press-last").status == 200
    assert len(site.hall.waiting(20)) == statuses.count(200) + 1


def test_that_a_second_book_in_a_process_leaves_the_first_its_file(site, link, tmp_path):
    with closing(Book(tmp_path)):
        code = "import sys; from pathlib import Path\n"
        code += "from commandcenter.gateways.liaison.book import Book\n"
        code += "book = Book(Path(sys.argv[1])); book.running(); book.close()"
        subprocess.run([sys.executable, "-c", code, tmp_path], check=True)
    assert (tmp_path / f"{FILE}-wal").exists()
    assert site.press(link).status == 200


def test_that_what_is_long_past_is_dropped_and_what_waits_stays(site, link):
    site.press(link, id_="press-001")
    site.press(link, id_="press-002")
    first, _second = site.hall.waiting(9)
    site.hall.settle({first.number: Outcome(ok=True, text="好")})
    site.hall.prune(site.at + timedelta(days=7))
    assert len(site.hall.presses("W1", "fire")) == 2
    site.hall.prune(site.at + timedelta(days=9))

    assert site.hall.published("W1", "fire") is None
    assert [item.id for item in site.hall.presses("W1", "fire")] == ["press-002"]


def test_that_the_files_are_for_us_alone(site, tmp_path):
    site.hall.count_refused({"wrong": 1}, site.at)
    assert {file.stat().st_mode & 0o077 for file in tmp_path.glob("liaison.db*")} == {0}
