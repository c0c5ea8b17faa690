"""channels.toml, well and badly written; and a hall that really sends by what it says."""

import json
import queue
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from commandcenter.application.changes import AttemptState, Outgoing, OutgoingState
from commandcenter.application.questions import DeliveriesOf, StillToLeave
from commandcenter.domain.channel import ChannelKind, Pace
from commandcenter.gateways.route import NoSecret
from commandcenter.runtime.channels import read_channels, secret_of
from commandcenter.runtime.compose import open_core
from commandcenter.runtime.deskline import DeskLines
from commandcenter.runtime.findings import Fault
from commandcenter.runtime.front import Place
from tests.gateways.servers import receiving

SMS = """
[[channel]]
code = "sms"
name = "短信"
kind = "webhook"
url = "https://sms.example.cn/send"
secret_env = "TEST_CHANNEL_KEY"
"""
KEY = "a-key-for-the-tests-7731"


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("TEST_CHANNEL_KEY", KEY)


def read(folder, text):
    (folder / "channels.toml").write_text(text, "utf-8")
    findings = []
    channels, test_at = read_channels(folder, findings)
    return channels, test_at, findings


def test_that_a_hall_without_the_file_has_no_channels(tmp_path):
    findings = []
    assert read_channels(tmp_path, findings) == ((), None)
    assert findings == []


def test_that_everything_written_is_in_force(tmp_path):
    key_file = tmp_path / "outside.key"
    key_file.write_text("k\n")
    pack = tmp_path / "pack"
    pack.mkdir()
    channels, test_at, findings = read(
        pack,
        f"""
        test_at = "08:30"
        {SMS}
        algorithm = "hmac-sm3"
        allowed_hosts = ["sms.example.cn", "10.1.2.0/24"]
        pace = "voice"
        quiet = "22:00-07:00"
        test_address = "13800000000"
        [[channel]]
        code = "group"
        kind = "dingtalk"
        secret_file = "../outside.key"
        sign_env = "TEST_CHANNEL_KEY"
        tested = true
        [[channel]]
        code = "mail"
        kind = "mail"
        host = "mail.example.cn"
        sender = "hall@example.cn"
        user = "hall"
        secret_env = "TEST_CHANNEL_KEY"
        mode = "starttls"
        """,
    )
    assert findings == []
    assert test_at == time(8, 30)
    sms, group, mail = channels
    assert (sms.channel.kind, sms.channel.pace) == (ChannelKind.WEBHOOK, Pace.VOICE)
    assert sms.channel.quiet == (time(22), time(7))
    assert (sms.channel.tested, sms.channel.test_address) == (True, "13800000000")
    assert (group.channel.tested, group.channel.pace) == (True, Pace.GROUP)
    assert secret_of(group.secret_env, group.secret_file) == "k"
    assert (mail.mode, mail.channel.tested) == ("starttls", False)
    assert KEY not in str(channels)


BAD = {
    "no kind": (SMS.replace('kind = "webhook"', ""), Fault.MISSING_KEY),
    "no url": (SMS.replace('url = "https://sms.example.cn/send"', ""), Fault.MISSING_KEY),
    "no secret": (SMS.replace('secret_env = "TEST_CHANNEL_KEY"', ""), Fault.MISSING_KEY),
    "a secret itself": (SMS + 'secret = "hunter2"\n', Fault.UNKNOWN_KEY),
    "plain http": (SMS.replace("https", "http"), Fault.PLAIN_CHANNEL),
    "file": (SMS.replace("https://sms.example.cn", "file://"), Fault.BAD_SETTING),
    "a user": (SMS.replace("https://", "https://u:p@"), Fault.BAD_SETTING),
    "a key in the url": (SMS.replace("/send", "/send?access_key=1"), Fault.SECRET_IN_URL),
    "everywhere": (SMS + 'allowed_hosts = ["0.0.0.0/0"]\n', Fault.BAD_SETTING),
    "every name": (SMS + 'allowed_hosts = ["*"]\n', Fault.BAD_SETTING),
    "a bad pace": (SMS + 'pace = "fast"\n', Fault.BAD_SETTING),
    "bad quiet hours": (SMS + 'quiet = "22"\n', Fault.BAD_SETTING),
    "a bad algorithm": (SMS + 'algorithm = "md5"\n', Fault.BAD_SETTING),
    "a taken code": (SMS.replace('"sms"', '"feed"'), Fault.BAD_SETTING),
    "twice": (SMS + SMS, Fault.DUPLICATE_KEY),
    "no such file": (SMS + 'ca_file = "x.pem"\n', Fault.NO_SUCH_FILE),
    "plain mail": (
        (
            '[[channel]]\ncode = "m"\nkind = "mail"\nhost = "mail.example.cn"\n'
            'sender = "a@b.cn"\nmode = "insecure"\n'
        ),
        Fault.PLAIN_CHANNEL,
    ),
    "no port": (
        (
            '[[channel]]\ncode = "m"\nkind = "mail"\nhost = "mail.example.cn"\n'
            'sender = "a@b.cn"\nport = 99999\n'
        ),
        Fault.BAD_SETTING,
    ),
    "no table": ("channel = 1\n", Fault.BAD_SETTING),
    "no toml": ("[[channel", Fault.BAD_TOML),
    "another section": (SMS.replace("[[channel]]", "[[chanel]]"), Fault.UNKNOWN_SECTION),
}


@pytest.mark.parametrize("name", BAD)
def test_that_each_fault_is_named_with_its_line_and_costs_its_channel_alone(tmp_path, name):
    text, fault = BAD[name]
    channels, _, findings = read(tmp_path, text)
    found = next(it for it in findings if it.fault is fault)
    assert found.row
    assert found.file == "channels.toml"
    assert "hunter2" not in "".join(it.problem() + it.remedy() for it in findings)
    if fault is Fault.UNKNOWN_SECTION:
        assert "channel?" in found.remedy("en")
    if fault not in {Fault.UNKNOWN_KEY, Fault.DUPLICATE_KEY}:
        assert channels == ()
    if fault is Fault.DUPLICATE_KEY:
        assert len(channels) == 1
    for item in findings:
        for lang in ("zh", "en"):
            assert "{" not in item.problem(lang) + item.remedy(lang)


def test_that_a_key_in_the_pack_is_refused_and_one_that_is_not_set_is_warned_of(
    tmp_path, monkeypatch
):
    (tmp_path / "k.key").write_text("k")
    text = SMS.replace("secret_env", "secret_file").replace("TEST_CHANNEL_KEY", "k.key")
    channels, _, findings = read(tmp_path, text)
    assert [it.fault for it in findings] == [Fault.SECRET_IN_PACK, Fault.CHANNEL_OFF]
    assert channels == ()
    monkeypatch.delenv("TEST_CHANNEL_KEY")
    channels, _, findings = read(tmp_path, SMS)
    assert [it.fault for it in findings] == [Fault.SECRET_ABSENT]
    assert len(channels) == 1
    with pytest.raises(NoSecret, match="TEST_CHANNEL_KEY"):
        secret_of("TEST_CHANNEL_KEY", None)


class Told:
    """What a hall tells."""

    def __init__(self, core):
        self.deltas = queue.Queue()
        core.listeners.subscribe(self.deltas.put)

    def until(self, found):
        while True:
            delta = self.deltas.get(timeout=60)
            if found(delta):
                return delta


def hall(folder, receiver, more=""):
    (folder / "hall.toml").write_text('[hall]\nname = "云溪镇"\ncode = "1"\n', "utf-8")
    text = SMS.replace("https://sms.example.cn/send", receiver.url("/in"))
    (folder / "channels.toml").write_text(f'{more}\n{text}allowed_hosts = ["127.0.0.1"]\n', "utf-8")
    return open_core(Place(pack=folder), seat="hall", feeds=True)


def blown(number, at):
    return Outgoing(
        id=f"o{number}",
        order=number,
        feed="",
        type="whistle.blown",
        subject="W1",
        body="police",
        data="{}",
        time=at,
        leaves_at=at,
        channel="sms",
        address="13800000000",
    )


def test_that_a_running_hall_sends_what_is_posted_and_tells_how_it_went(tmp_path):
    with receiving() as receiver, closing_core(hall(tmp_path, receiver)) as core:
        told = Told(core)
        core.start()
        at = datetime.now(UTC)
        core.scribe.perform(lambda unit: unit.post(blown(1, at)), None).result(60)
        settled = told.until(lambda it: any(o.state != "pending" for o in it.outgoing))
        assert settled.outgoing[0].state is OutgoingState.DELIVERED
        assert settled.attempts[0].state is AttemptState.DELIVERED
        state = told.until(lambda it: it.channels and it.channels[0].worked_at).channels[0]
        assert not state.is_failing
        (heard,) = receiver.heard
        assert heard.json["id"] == "o1"
        (delivery,) = core.store.answer(DeliveriesOf(whistle="W1"))
        assert delivery.attempts[0].seat == "hall"


def test_that_the_day_s_test_is_sent_and_its_result_is_told(tmp_path):
    def answer(heard):
        return 500, {}, f"no {KEY}".encode()

    more = 'test_at = "00:00"'
    with receiving(answer) as receiver:
        core = hall(tmp_path, receiver, more)
        text = (tmp_path / "channels.toml").read_text("utf-8") + 'test_address = "13900000000"\n'
        core.stop()
        (tmp_path / "channels.toml").write_text(text, "utf-8")
        core = open_core(Place(pack=tmp_path), seat="hall", feeds=True)
        with closing_core(core):
            told = Told(core)
            core.start()
            state = told.until(lambda it: it.channels and it.channels[0].failed_at).channels[0]
            assert state.test is OutgoingState.PENDING
            assert state.words == "HTTP 500 no …"
            assert receiver.heard[0].json["type"] == "whistle.test"
            assert receiver.heard[0].json["to"] == "13900000000"
            assert "试哨" in receiver.heard[0].json["title"]


def test_that_what_waits_too_long_for_its_channel_is_in_the_journal(tmp_path):
    busy = (503, {}, b"")
    with (
        receiving(lambda heard: busy) as receiver,
        closing_core(hall(tmp_path, receiver)) as core,
    ):
        told = Told(core)
        core.start()
        at = datetime.now(UTC)
        soon = replace(blown(1, at), expires_at=at + timedelta(seconds=1))
        core.scribe.perform(lambda unit: unit.post(soon), None).result(60)
        over = told.until(lambda it: it.facts)
        assert over.facts[0].fact.kind == "whistle.message_undelivered"
        assert over.outgoing[0].state is OutgoingState.EXPIRED
        assert "13800000000" not in str(over.facts)


class closing_core(closing):  # noqa: N801  reads as what it extends
    """Stop a hall at the end."""

    def __exit__(self, *raised):
        self.thing.stop()


def test_that_a_whistle_reaches_a_body_s_people_and_calls_nobody_after_its_answer(tmp_path):
    """The whole way: contacts.csv and channels.toml, the click, the receiver, the answer."""
    pack = tmp_path / "pack"
    copytree(Path(__file__).parents[2] / "resources" / "demo", pack)
    (pack / "contacts.csv").write_text(
        "body,step,name,duty,channel,address,wait\n"
        "police,liaison,李警官,值班,sms,13800000001,0\n"
        "police,deputy,王副所长,,sms,13800000002,10\n",
        "utf-8",
    )
    settings = (pack / "hall.toml").read_text("utf-8").split("[[feed]]")[0]
    page = '[liaison]\nbase_url = "https://hall.example/hall"\n'
    (pack / "hall.toml").write_text(settings + page, "utf-8")
    with receiving() as receiver:
        text = SMS.replace("https://sms.example.cn/send", receiver.url("/in"))
        (pack / "channels.toml").write_text(text + 'allowed_hosts = ["127.0.0.1"]\n', "utf-8")
        with closing_core(open_core(Place(pack=pack), seat="hall", feeds=True)) as core:
            told = Told(core)
            lines = DeskLines(core.desk("dispatcher"), core.operator)

            def ok(do, **fields):
                answer = lines.answer(json.dumps({"do": do, **fields}))
                assert answer["ok"], answer
                return answer

            core.start()
            case = ok(
                "register",
                title="桥头积水",
                channel="hotline",
                category="C0101",
                address="东街",
                reporter_name="王小红",
                reporter_phone="13912345678",
            )["case"]["case_no"]
            ok("file", case=case)
            whistle = ok("blow", case=case, bodies=["police"], hold_seconds=0)["whistle"]
            number = whistle["whistle_no"]
            told.until(lambda it: any(o.channel == "sms" and o.settled_at for o in it.outgoing))
            (heard,) = receiver.heard
            assert heard.json["to"] == "13800000001"
            assert heard.json["link"].startswith("https://hall.example/hall/w/")
            assert heard.json["link"] in heard.json["text"]
            assert "王小红" not in heard.body.decode()
            ok(
                "on_behalf",
                whistle=number,
                body="police",
                status="answered",
                who="李警官",
                channel="电话",
                words="马上到",
            )
            left = [it for it in core.store.answer(StillToLeave()) if it.item.channel == "sms"]
            assert left == []
        assert [heard.json["to"] for heard in receiver.heard] == ["13800000001"]
