"""Robots and mail against servers of their shape: what they are sent, and what a no looks like."""

import base64
import hashlib
import hmac
import logging
import socket
from contextlib import contextmanager
from email import message_from_bytes, policy
from urllib.parse import parse_qs, urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from commandcenter.application.changes import AttemptState
from commandcenter.domain.channel import ChannelKind
from commandcenter.gateways.guard import Allowed, Door
from commandcenter.gateways.mail import Mail
from commandcenter.gateways.robots import Robot
from tests.gateways.servers import receiving
from tests.gateways.test_webhook import HERE, message

KEY = "693a91f6b7c1444f9b5b1e9d5c3a0000"
SIGN = "SECabcdef0123456789"
PATHS = {
    ChannelKind.WECOM: f"/cgi-bin/webhook/send?key={KEY}",
    ChannelKind.DINGTALK: f"/robot/send?access_token={KEY}",
    ChannelKind.FEISHU: f"/open-apis/bot/v2/hook/{KEY}/",
}
TEXT = {
    ChannelKind.WECOM: lambda said: (said["msgtype"], said["text"]["content"]),
    ChannelKind.DINGTALK: lambda said: (said["msgtype"], said["text"]["content"]),
    ChannelKind.FEISHU: lambda said: (said["msg_type"], said["content"]["text"]),
}
YES = {
    ChannelKind.WECOM: b'{"errcode":0,"errmsg":"ok"}',
    ChannelKind.DINGTALK: b'{"errcode":0,"errmsg":"ok"}',
    ChannelKind.FEISHU: b'{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"ok"}',
}
NO = {
    ChannelKind.WECOM: b'{"errcode":93000,"errmsg":"invalid webhook url"}',
    ChannelKind.DINGTALK: b'{"errcode":310000,"errmsg":"keywords not in content"}',
    ChannelKind.FEISHU: b'{"code":19024,"data":{},"msg":"Key Words Not Found"}',
}
each_kind = pytest.mark.parametrize("kind", list(PATHS))


def robot(kind, receiver, **more):
    return Robot(
        kind=kind, door=Door(allowed=HERE), secret=lambda: KEY, origin=receiver.url(""), **more
    )


@each_kind
def test_that_a_group_reads_the_words_and_its_yes_is_a_yes(kind):
    with receiving(lambda heard: (200, {}, YES[kind])) as receiver:
        answer = robot(kind, receiver)(message(address=""))
    (heard,) = receiver.heard
    assert heard.path == PATHS[kind]
    assert TEXT[kind](heard.json) == ("text", "【吹哨】云溪镇\n地点：桥头\n事由：占道")
    assert answer.state is AttemptState.SENT


@each_kind
def test_that_a_no_with_status_200_is_a_no_in_its_own_words(kind):
    with receiving(lambda heard: (200, {}, NO[kind])) as receiver:
        answer = robot(kind, receiver)(message(address=""))
    assert answer.state is AttemptState.FAILED
    assert answer.words.startswith("HTTP 200 ")
    assert any(words in answer.words.lower() for words in ("webhook", "keywords", "key words"))


@each_kind
@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"errcode":"0"}', b"\xff"])
def test_that_what_says_no_clear_yes_is_no_yes(kind, body):
    with receiving(lambda heard: (200, {}, body)) as receiver:
        assert robot(kind, receiver)(message(address="")).state is AttemptState.FAILED


@each_kind
def test_that_a_robot_goes_nowhere_else_and_by_no_proxy(kind, monkeypatch):
    with receiving() as elsewhere:
        monkeypatch.setenv("http_proxy", elsewhere.url())
        monkeypatch.setenv("HTTP_PROXY", elsewhere.url())
        moved = (307, {"Location": elsewhere.url("/x")}, b"")
        with receiving(lambda heard: moved) as receiver:
            answer = robot(kind, receiver)(message(address=""))
            outside = Robot(
                kind=kind,
                door=Door(allowed=Allowed.of(["other.example"])),
                secret=lambda: KEY,
                origin=receiver.url(""),
            )
            assert "allowed" in outside(message(address="")).words
        assert answer.state is AttemptState.FAILED
        assert (len(receiver.heard), elsewhere.heard) == (1, [])


@each_kind
def test_that_no_key_is_in_the_words_or_in_a_log(kind, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    with receiving(lambda heard: (500, {}, f'{{"errmsg":"bad {KEY}"}}'.encode())) as receiver:
        answer = robot(kind, receiver)(message(address=""))
    port = receiver.port
    gone = Robot(
        kind=kind, door=Door(allowed=HERE), secret=lambda: KEY, origin=f"http://127.0.0.1:{port}"
    )(message(address=""))
    told = answer.words + gone.words + caplog.text + "".join(capfd.readouterr())
    assert KEY not in told
    assert "占道" not in caplog.text
    assert gone.words == "connection refused"


@each_kind
def test_that_a_key_of_no_form_is_said(kind):
    with receiving() as receiver:
        bad = Robot(kind=kind, door=Door(allowed=HERE), secret=lambda: "a/../b?x", origin="")
        assert "form" in bad(message(address="")).words
        assert receiver.heard == []


def test_that_dingtalk_is_signed_as_it_says_and_calls_the_contact():
    with receiving() as receiver:
        send = robot(ChannelKind.DINGTALK, receiver, sign=lambda: SIGN)
        assert send(message(address="13800000000")).state is AttemptState.SENT
    (heard,) = receiver.heard
    asked = parse_qs(urlsplit(heard.path).query)
    to_sign = f"{asked['timestamp'][0]}\n{SIGN}".encode()
    mac = hmac.new(SIGN.encode(), to_sign, hashlib.sha256).digest()
    assert asked["sign"] == [base64.b64encode(mac).decode()]
    assert heard.json["at"]["atMobiles"] == ["13800000000"]


def test_that_a_long_text_is_cut_where_wecom_would_refuse_it():
    with receiving() as receiver:
        robot(ChannelKind.WECOM, receiver)(message(text="占" * 3_000))
    content = receiver.heard[0].json["text"]["content"]
    assert len(content.encode()) <= 2_048
    assert content.endswith("…")


@each_kind
def test_that_hostile_words_stay_words(kind):
    words = '<at user_id="all"></at> @all {{7*7}} ${x} \\n [x](http://evil) &lt;b&gt;'
    with receiving(lambda heard: (200, {}, YES[kind])) as receiver:
        robot(kind, receiver)(message(text=words, address=""))
    assert TEXT[kind](receiver.heard[0].json) == ("text", f"【吹哨】云溪镇\n{words}")


class Post:
    """A mail server's rules: what it took, and what it says to whom."""

    def __init__(self, says=None):
        self.taken, self.says = [], says or {}

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if said := self.says.get(address):
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.taken.append(envelope)
        return self.says.get("data", "250 taken")


@contextmanager
def post_office(says=None, **more):
    post = Post(says)
    controller = Controller(post, hostname="127.0.0.1", port=_free_port(), **more)
    controller.start()
    try:
        yield post, controller.port
    finally:
        controller.stop()


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def mail(port, **more):
    return Mail(
        **{
            "host": "127.0.0.1",
            "port": port,
            "mode": "insecure",
            "sender": "hall@yunxi.example",
            "user": "",
            "secret": lambda: "",
            "allowed": HERE,
            **more,
        }
    )


def test_that_a_mail_arrives_as_plain_text_under_its_key():
    with post_office() as (post, port):
        answer = mail(port)(message(address="li@county.example"))
    assert answer.state is AttemptState.SENT
    (envelope,) = post.taken
    read = message_from_bytes(envelope.content, policy=policy.default)
    assert envelope.rcpt_tos == ["li@county.example"]
    assert read["Subject"] == "【吹哨】云溪镇"
    assert read["Idempotency-Key"] == "o1"
    assert read["From"].addresses[0].addr_spec == "hall@yunxi.example"
    assert read.get_content_type() == "text/plain"
    assert read.get_content().strip().replace("\r\n", "\n") == "地点：桥头\n事由：占道"


def test_that_nobody_can_add_a_header_or_a_recipient():
    text = "x\r\nBcc: evil@evil.example\r\n.\r\nRCPT TO:<evil@evil.example>"
    with post_office() as (post, port):
        send = mail(port)
        title = "【吹哨】\r\nBcc: evil@evil.example\r\n\r\nboo"
        assert send(message(address="li@county.example", title=title, text=text)).state is (
            AttemptState.SENT
        )
        for address in ("", "nobody", "a@b.example\r\nRCPT TO:<evil@evil.example>", "a b"):
            answer = send(message(address=address))
            assert (answer.state, answer.final) == (AttemptState.FAILED, True)
    assert all("evil" not in str(it.rcpt_tos) for it in post.taken)
    read = message_from_bytes(post.taken[0].content, policy=policy.default)
    assert read["Bcc"] is None


def test_that_a_mail_server_s_no_is_told_in_its_words_without_the_address():
    says = {"gone@x.example": "550 no such user here", "busy@x.example": "451 try again later"}
    with post_office(says) as (_post, port):
        gone = mail(port)(message(address="gone@x.example"))
        busy = mail(port)(message(address="busy@x.example"))
    assert gone.final
    assert "550" in gone.words
    assert not busy.final
    assert "451" in busy.words
    assert "@x.example" not in gone.words + busy.words


def test_that_a_mail_server_that_is_not_there_or_not_allowed_is_said():
    port = _free_port()
    assert "refused" in mail(port)(message(address="a@b.example")).words
    elsewhere = mail(port, allowed=Allowed.of(["mail.example"]))
    assert "allowed" in elsewhere(message(address="a@b.example")).words


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_that_a_password_is_used_and_told_nobody(caplog, capfd):
    caplog.set_level(logging.DEBUG)
    tried = []

    def authenticate(server, session, envelope, mechanism, data):
        tried.append((data.login, data.password))
        return AuthResult(success=data.password == b"right-Pa55", handled=False)

    options = {"authenticator": authenticate, "auth_require_tls": False, "auth_required": True}
    with post_office(**options) as (post, port):
        yes = mail(port, user="hall", secret=lambda: "right-Pa55")
        no = mail(port, user="hall", secret=lambda: "wrong-Pa55")
        assert yes(message(address="a@b.example")).state is AttemptState.SENT
        refused = no(message(address="a@b.example"))
    assert refused.state is AttemptState.FAILED
    assert "535" in refused.words
    assert len(post.taken) == 1
    assert (b"hall", b"right-Pa55") in tried
    assert "Pa55" not in refused.words + caplog.text + "".join(capfd.readouterr())
