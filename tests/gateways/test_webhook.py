"""The signed webhook against real servers: what it says, what it reads, where it never goes."""

import hashlib
import hmac
import socket
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from commandcenter.application.changes import AttemptState
from commandcenter.gateways import guard
from commandcenter.gateways.guard import Allowed, Barred, Door, address_of
from commandcenter.gateways.route import Message
from commandcenter.gateways.webhook import Webhook
from tests.gateways.servers import receiving

SECRET = "k3y-of-the-hall-0123"
HERE = Allowed.of(["127.0.0.1"])
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
SENT, DELIVERED, FAILED = AttemptState.SENT, AttemptState.DELIVERED, AttemptState.FAILED


def message(**fields):
    return Message(
        **{
            "id": "o1",
            "hall": "990101101",
            "type": "whistle.blown",
            "subject": "W20261120-00001",
            "body": "police",
            "time": NOON,
            "address": "13800000000",
            "contact": "李主任",
            "urgent": False,
            "title": "【吹哨】云溪镇",
            "text": "地点：桥头\n事由：占道",
            "link": "",
            "also": (),
            "data": {"message": "占道"},
            **fields,
        }
    )


def hook(url, allowed=HERE, **more):
    return Webhook(url=url, door=Door(allowed=allowed), secret=lambda: SECRET, **more)


def sent(answer, **more):
    """Send to a server that answers so; return how it went and what was heard."""
    with receiving(lambda heard: answer) as receiver:
        return hook(receiver.url("/in?x=1"), **more)(message()), receiver.heard


@pytest.mark.parametrize(("algorithm", "digest"), [("hmac-sha256", "sha256"), ("hmac-sm3", "sm3")])
def test_that_a_receiver_can_tell_who_sent_what_and_when(algorithm, digest):
    answer, (heard,) = sent((200, {}, b""), algorithm=algorithm)
    assert answer.state is DELIVERED
    headers = heard.headers
    signed = f"o1.{headers['Hall-Timestamp']}.{headers['Hall-Nonce']}.".encode() + heard.body
    mac = hmac.new(SECRET.encode(), signed, lambda: hashlib.new(digest)).hexdigest()
    assert headers["Hall-Signature"] == f"{algorithm}={mac}"
    assert headers["Idempotency-Key"] == heard.json["id"] == "o1"
    assert abs(time.time() - int(headers["Hall-Timestamp"])) < 300
    assert heard.path == "/in?x=1"
    assert heard.json["to"] == "13800000000"
    assert heard.json["text"] == "地点：桥头\n事由：占道"
    assert SECRET not in str(headers) + heard.body.decode()


def test_that_no_nonce_is_used_twice():
    with receiving() as receiver:
        send = hook(receiver.url())
        for _ in range(3):
            send(message())
    assert len({heard.headers["Hall-Nonce"] for heard in receiver.heard}) == 3


@pytest.mark.parametrize(
    ("status", "state", "final"),
    [
        (200, DELIVERED, False),
        (204, DELIVERED, False),
        (202, SENT, False),
        (302, FAILED, False),
        (400, FAILED, True),
        (401, FAILED, False),
        (404, FAILED, False),
        (409, FAILED, False),
        (422, FAILED, True),
        (429, FAILED, False),
        (500, FAILED, False),
        (503, FAILED, False),
    ],
)
def test_that_an_answer_means_what_its_status_says(status, state, final):
    answer, _ = sent((status, {}, b""))
    assert (answer.state, answer.final) == (state, final)


@pytest.mark.parametrize(
    ("said", "seconds"), [("7", 7), ("", None), ("soon", None), ("9" * 400, 86_400)]
)
def test_that_a_receiver_may_ask_for_time(said, seconds):
    answer, _ = sent((503, {"Retry-After": said}, b"busy"))
    assert answer.again_after == (None if seconds is None else timedelta(seconds=seconds))
    assert answer.words == "HTTP 503 busy"


def test_that_no_redirect_is_followed():
    with receiving() as elsewhere:
        for status in (301, 302, 303, 307, 308):
            answer, heard = sent((status, {"Location": elsewhere.url("/in")}, b""))
            assert answer.state is FAILED
            assert len(heard) == 1
        assert elsewhere.heard == []


def test_that_no_proxy_of_the_environment_is_asked(monkeypatch):
    with receiving() as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        answer, heard = sent((200, {}, b""))
        assert answer.state is DELIVERED
        assert len(heard) == 1
        assert proxy.heard == []


def test_that_what_a_receiver_says_is_kept_short_and_without_the_key():
    answer, _ = sent((500, {}, f"bad key {SECRET}\r\n\x00".encode() + b"x" * 10_000_000))
    assert SECRET not in answer.words
    assert "\n" not in answer.words
    assert len(answer.words) < 400


def test_that_a_late_answer_and_none_at_all_are_failures(monkeypatch):
    monkeypatch.setattr(guard, "PATIENCE", timedelta(seconds=0.3))
    go_on = threading.Event()
    with receiving(lambda heard: go_on.wait(20) and None) as receiver:
        assert hook(receiver.url())(message()).words == "no answer in time"
        go_on.set()
    assert sent(None)[0].words == "the connection broke off"
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    assert hook(f"http://127.0.0.1:{port}/")(message()).words == "connection refused"


def test_that_an_answer_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(guard, "PATIENCE", timedelta(seconds=0.3))
    listening = socket.create_server(("127.0.0.1", 0))

    def drip():
        with listening, listening.accept()[0] as peer:
            peer.recv(65_536)
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            try:
                while True:
                    peer.sendall(b"x")
                    time.sleep(0.05)  # slower than the patience, never slower than a read
            except OSError:
                return

    thread = threading.Thread(target=drip)
    thread.start()
    answer = hook(f"http://127.0.0.1:{listening.getsockname()[1]}/")(message())
    thread.join()
    assert answer.words == "the answer took too long"


HOSTILE = [
    "file:///etc/passwd",
    "ftp://sms.example.cn/",
    "gopher://127.0.0.1:70/",
    "http://",
    "http:///x",
    "//127.0.0.1/",
    "http://user:pw@127.0.0.1/",
    "http://127.0.0.1:0/",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1\\@evil.example/",
    "http://127。0。0。1/",
    "http://127.0.0.1/a b",
    "http://127.0.0.1/\r\nX: y",
    "http://[::1",
    "http://x/" + "y" * 3_000,
]
BARRED = [
    "http://127.0.0.2/",
    "http://localhost/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://0.0.0.0/",
    "http://[::1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[fe80::1]/",
    "http://10.0.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://224.0.0.1/",
    "http://evil.example/",
    "http://127.0.0.1.evil.example/",
]


@pytest.mark.parametrize("url", HOSTILE)
def test_that_what_is_no_http_address_is_refused(url):
    with pytest.raises(Barred):
        address_of(url)
    assert hook(url)(message()).state is FAILED


@pytest.mark.parametrize("url", BARRED)
def test_that_nothing_goes_where_it_was_not_allowed_to(url, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("it connected"))
    answer = hook(url, Allowed.of(["sms.example.cn", "127.0.0.1"]))(message())
    assert answer.state is FAILED
    assert "allowed" in answer.words


def test_that_an_allowed_name_leads_to_public_addresses_only(monkeypatch):
    def resolves(*addresses):
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (it, 80)) for it in addresses]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    named = Allowed.of(["SMS.example.cn."])
    for inside in ("127.0.0.1", "10.0.0.8", "169.254.1.1", "0.0.0.0", "fd00::1", "::1"):
        resolves(inside)
        with pytest.raises(Barred):
            named.address("sms.example.cn", 80)
    resolves("8.8.8.8")
    assert named.address("sms.example.cn", 80) == "8.8.8.8"
    resolves("10.0.0.8")
    assert Allowed.of(["sms.example.cn", "10.0.0.0/24"]).address("sms.example.cn", 80) == "10.0.0.8"
    with pytest.raises(Barred):
        Allowed.of(["10.0.0.0/24"]).address("sms.example.cn", 80)
    resolves()
    with pytest.raises(Barred):
        named.address("sms.example.cn", 80)


def test_that_plain_http_leaves_this_machine_only_where_it_may(monkeypatch):
    resolved = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.8", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: resolved)
    with pytest.raises(Barred, match="plain"):
        Door(allowed=Allowed.of(["10.0.0.8"])).post("http://10.0.0.8/", b"", {})
