"""N3: 400 whistles, 15 % refused for now, 15 % answered late, the sender killed 50 times."""

import os
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from itertools import islice
from pathlib import Path
from random import Random

import msgspec
import pytest

from commandcenter.application import messages as m
from commandcenter.application.changes import AttemptState, Outgoing, OutgoingState
from commandcenter.application.questions import ChannelStates, DeliveriesOf, Pending
from commandcenter.domain.catalogue import WhistleKind
from commandcenter.store.store import Store
from tests.gateways.servers import receiving
from tests.gateways.test_robots import post_office

PROGRAM = Path(__file__).with_name("sending.py")
ROOT = PROGRAM.parents[2]
WHISTLES, KILLS, PATIENCE = 400, 50, 0.6
KEY = "sms-key-that-nobody-may-read-0917"
ROBOT_KEY = "693a91f6b7c1444f9b5b1e9d5c3a0000"
PACK = """
[hall]
name = "云溪镇综合指挥中心"
code = "990101101"
"""
CHANNELS = """
[[channel]]
code = "sms"
kind = "webhook"
url = "http://127.0.0.1:{sms}/in"
secret_env = "TEST_SMS_KEY"
allowed_hosts = ["127.0.0.1"]
pace = "free"

[[channel]]
code = "group"
kind = "wecom"
url = "http://127.0.0.1:{group}"
secret_env = "TEST_ROBOT_KEY"
allowed_hosts = ["127.0.0.1"]
pace = "free"

[[channel]]
code = "mail"
kind = "mail"
host = "127.0.0.1"
port = {mail}
mode = "insecure"
sender = "hall@yunxi.example"
secret_env = "TEST_SMS_KEY"
allowed_hosts = ["127.0.0.1"]
pace = "free"
"""


class Unsteady:
    """A receiver that acts once for each key; now and then it says no, or answers late."""

    def __init__(self, seed):
        self.random, self.effects, self.wire = Random(seed), {}, Counter()

    def __call__(self, heard):
        chance = self.random.random()
        key = heard.headers["Idempotency-Key"] or heard.json["text"]["content"]
        self.wire[key] += 1
        if chance < 0.15:
            return 503, {}, b"busy"
        self.effects.setdefault(key, heard)
        if chance < 0.30:
            time.sleep(PATIENCE * 1.5)
        return 200, {}, b'{"errcode":0}'


def whistle(number, channel, at):
    blown = m.WhistleBlown(
        whistle_no=f"W{number:05d}",
        case_no=f"{number:05d}",
        kind=WhistleKind.EMERGENCY,
        body="police",
        lead="police",
        answer_by=at + timedelta(minutes=10),
        report_in_by=at + timedelta(minutes=30),
        message="桥头积水",
    )
    return Outgoing(
        id=f"{channel}-{number:05d}",
        order=number,
        feed="",
        type="whistle.blown",
        subject=blown.whistle_no,
        body="police",
        data=msgspec.json.encode(blown).decode(),
        time=at,
        leaves_at=at,
        channel=channel,
        address=f"p{number}@county.example" if channel == "mail" else f"138{number:08d}",
        urgent=number % 2 == 0,
        expires_at=at + timedelta(minutes=20),
    )


@contextmanager
def sender(pack):
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "TEST_SMS_KEY": KEY,
        "TEST_ROBOT_KEY": ROBOT_KEY,
    }
    command = [sys.executable, str(PROGRAM), str(pack), str(PATIENCE)]
    with (
        (pack / "log.txt").open("a") as log,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=environment,
        ) as process,
    ):
        try:
            assert process.stdout.readline() == "sending\n", (pack / "log.txt").read_text()
            yield process
        finally:
            process.kill()


@pytest.mark.timeout(900)
def test_that_each_whistle_has_one_effect_whatever_befalls_the_sender(tmp_path):
    random, unsteady, group = Random(4), Unsteady(1), Unsteady(2)
    url = f"sqlite:///{tmp_path / 'state' / 'hall.db'}"
    (tmp_path / "hall.toml").write_text(PACK, "utf-8")
    numbers = iter(range(1, WHISTLES + 1))
    begun = datetime.now(UTC)

    def post(count):
        at = datetime.now(UTC)
        with closing(Store.open(url, "hall", at=at)) as store, store.unit(at) as unit:
            for number in islice(numbers, count):
                unit.post(whistle(number, "sms", at))
                if number % 8 == 0:
                    unit.post(whistle(number, "mail", at))
                    unit.post(whistle(number, "group", at))

    def answered():
        with closing(Store.open(url, "look", at=datetime.now(UTC), write=False)) as store:
            return store.answer(Pending())

    says = {"data": "250 taken"}
    with (
        receiving(unsteady) as receiver,
        receiving(group) as robots,
        post_office(says) as (post_box, port),
    ):
        text = CHANNELS.format(sms=receiver.port, group=robots.port, mail=port)
        (tmp_path / "channels.toml").write_text(text, "utf-8")
        for _ in range(KILLS):
            post(WHISTLES // KILLS)
            with sender(tmp_path) as process:
                goal = len(receiver.heard) + random.randrange(1, 7)
                until = time.monotonic() + 8
                while len(receiver.heard) < goal and time.monotonic() < until:
                    time.sleep(random.random() * 0.01)
                process.kill()
        with sender(tmp_path) as process:
            until = time.monotonic() + 240
            while answered() and time.monotonic() < until:
                time.sleep(0.2)
            process.stdin.write("\n")
            process.stdin.flush()
            assert process.wait(20) == 0
        with closing(Store.open(url, "hall", at=datetime.now(UTC))) as store:
            left = [(it.id, it.leaves_at) for it in store.answer(Pending())]
            tried = [store.answer(DeliveriesOf(whistle=f"W{id_[-5:]}")) for id_, _ in left]
            assert left == [], (tried, (tmp_path / "log.txt").read_text()[-3000:])
            found = [
                delivery
                for number in range(1, WHISTLES + 1)
                for delivery in store.answer(DeliveriesOf(whistle=f"W{number:05d}"))
            ]
            states = store.answer(
                ChannelStates(codes=("sms", "group", "mail"), now=datetime.now(UTC))
            )
            whole = "".join(str(item) for item in store.facts())
        raw = b"".join(file.read_bytes() for file in (tmp_path / "state").glob("hall.db*"))
    assert len(found) == WHISTLES + 2 * (WHISTLES // 8)
    assert {it.item.state for it in found} == {OutgoingState.DELIVERED}
    for delivery in found:
        last = delivery.attempts[-1]
        assert last.state in {AttemptState.DELIVERED, AttemptState.SENT}
        assert last.ended_at <= delivery.item.expires_at
        assert [it.number for it in delivery.attempts] == list(range(1, last.number + 1))
        assert all(it.state is AttemptState.FAILED for it in delivery.attempts[:-1])
    texts = {it.item.id for it in found if it.item.channel == "sms"}
    assert set(unsteady.effects) == texts, "every receipt has its effect, and no effect is alone"
    assert len(group.effects) == WHISTLES // 8
    mails = Counter(message_from_bytes(it.content)["Idempotency-Key"] for it in post_box.taken)
    assert set(mails) == {it.item.id for it in found if it.item.channel == "mail"}
    assert all(state.waiting == state.lost == 0 for state in states)
    log = (tmp_path / "log.txt").read_text()
    for secret in (KEY, ROBOT_KEY):
        assert secret not in log + whole
        assert secret.encode() not in raw
    print(
        f"{sum(unsteady.wire.values())} requests for {len(texts)} effects,"
        f" {sum(group.wire.values())} to the group for {len(group.effects)},"
        f" {sum(mails.values())} mails for {len(mails)},"
        f" {KILLS} kills, {datetime.now(UTC) - begun}"
    )
