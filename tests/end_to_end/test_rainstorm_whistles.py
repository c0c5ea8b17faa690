"""A rainstorm night's twelve whistles, through a kill -9, with real people's ways of answering.

One body says nothing, one refuses, one has only a telephone's browser, one a group robot; the rest
answer by their terminals. Where no Chromium is installed this is skipped, and says so.
"""

import csv
import re
import socket
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from commandcenter.application.links import Links
from commandcenter.application.watch import LATE_AFTER
from tests.gateways.liaison.browser import FOUND, telephone
from tests.gateways.servers import receiving

pytestmark = [
    pytest.mark.skipif(FOUND is None, reason="no Chromium is installed"),
    pytest.mark.timeout(600),
]

SILENT, PHONE, ROBOT = "power", "fire", "police"
KEY = "693a91f6-7aa1-4bc4-97a0-0ec2f1fa5aaa"
WHISTLES = (
    ("emergency", SILENT, "construction"),
    ("emergency", PHONE),
    ("enforcement", ROBOT),
    ("emergency", "construction", "land", "agriculture"),  # of many, one refuses and one is late
    *(("emergency", "enforcement"), ("construction", "land"), ("agriculture", "emergency")) * 2,
    ("land", "enforcement"),
    ("emergency", "agriculture"),
)
CHAIN = (
    ("liaison", "feed", 0),
    ("deputy", "phone", 1),
    ("head", "phone", 0),
    ("county", "feed", 1),
)
HERE = {"longitude": 116.281478, "latitude": 29.082057, "accuracy": 15}
MINUTE = timedelta(minutes=1)
NEVER = datetime.max.replace(tzinfo=UTC)
A_MOMENT = timedelta(seconds=8)  # a slow machine's; a step that is missed is a minute out


class Night:
    """A dispatcher's desk on the night's feed; it can be killed and opened again."""

    def __init__(self, place, gateway):
        self.place = place(gateway)
        self.open()

    def open(self):
        self.desk = self.place.start(
            "desk", "--as", "shift_supervisor", "--ingest", env={"ROBOT_KEY": KEY}
        )
        self.ok("whistles")  # it is up

    def ok(self, do, **fields):
        while "ok" not in (answer := self.desk.say({"do": do, **fields})):
            continue
        assert answer["ok"], (do, fields, answer)
        return answer

    def received(self):
        found = self.place.told("cases", "--json", "--state", "received")
        return [case["case_no"] for case in found]

    def blow(self, number, bodies):
        self.ok("file", case=number, category="C0108")
        given = {"answer_limit": "1 urgent_minute", "report_in_limit": "2 urgent_minute"}
        answer = self.ok(
            "blow", case=number, bodies=list(bodies), lead=bodies[0], kind="joint_enforcement",
            hold_seconds=0, message="暴雨，请到场。", reason="内涝", **given,
        )  # fmt: skip
        return answer["whistle"]["whistle_no"]

    def facts(self, whistle):
        with self.place.store() as store:
            return [item for item in store.facts() if item.fact.subject == whistle]

    def running(self):
        return {item["whistle_no"]: item for item in self.ok("whistles")["whistles"]}

    def summons(self, whistle, body):
        found = self.running()[whistle]["summons"]
        return next(item for item in found if item["body"] == body)


@pytest.fixture
def port():
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def robot():
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def pack(pack, port, robot):
    """The township, its chains a minute long, one body with nothing but a group robot."""
    with (pack / "hall.toml").open("a", encoding="utf-8") as out:
        out.write(f'\n[liaison]\nbase_url = "http://127.0.0.1:{port}"\n')
    (pack / "channels.toml").write_text(
        '[[channel]]\ncode = "group"\nname = "派出所群"\nkind = "wecom"\n'
        f'url = "http://127.0.0.1:{robot.port}"\nsecret_env = "ROBOT_KEY"\n'
        'allowed_hosts = ["127.0.0.1"]\nallow_plaintext = true\n',
        "utf-8",
    )
    bodies = sorted({body for told in WHISTLES for body in told})
    with (pack / "contacts.csv").open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("body", "step", "name", "duty", "channel", "address", "wait"))
        for body in bodies:
            for step, channel, wait in CHAIN:
                own = "group" if (body, step) == (ROBOT, "liaison") else channel
                number = "10000000000" if own == "phone" else ""
                rows.writerow((body, step, "", "", own, number, wait))
    return pack


class Telephone:
    """A browser as wide as a telephone's, on the link a body was sent."""

    def __init__(self, browser, link):
        self.page = browser.new_context(
            viewport={"width": 360, "height": 740}, geolocation=HERE, permissions=["geolocation"]
        ).new_page()
        self.page.goto(link)

    def press(self, *names):
        for name in names:
            self.page.get_by_role("button", name=name).first.click()
            self.page.get_by_text(f"大厅已确认{name}").first.wait_for(timeout=60_000)


@pytest.fixture
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, telephone(playwright) as opened:
        yield opened


def of(facts, kind, body=None):
    """Return the facts of a kind, of one body where it is named."""
    return [
        item.fact
        for item in facts
        if item.fact.kind == f"whistle.{kind}" and item.fact.data.get("body", body) == body
    ]


def later_than(at):
    return lambda: datetime.now(UTC) >= at


def test_that_a_night_of_whistles_is_right_to_the_second_over_a_kill(
    upstream, place, robot, port, browser, until
):
    silent = (word for body in (SILENT, PHONE, ROBOT) for word in ("--silent", body))
    gateway = upstream("--scenario", "rainstorm-night", "--speed", 60, "--haste", 20, *silent)
    night = Night(place, gateway)
    cases = until(lambda: (found := night.received())[11:] and found[:12], "twelve reports")
    began = datetime.now(UTC)
    numbers = [night.blow(no, bodies) for no, bodies in zip(cases, WHISTLES, strict=True)]
    of_silent, of_phone, of_robot, of_many = numbers[:4]

    serving = night.place.start("liaison", "--listen", f"127.0.0.1:{port}")
    assert serving.next()["listening"] == f"127.0.0.1:{port}"
    key = (night.place.folder / "state" / "liaison" / "link.key").read_bytes()
    links = Links(base_url=f"http://127.0.0.1:{port}", key=key, hours=24)
    blown_at = datetime.fromisoformat(night.running()[of_phone]["blown_at"])
    phone = Telephone(browser, links.to(of_phone, PHONE, blown_at))
    phone.press("应哨", "出发")
    (told,) = until(lambda: robot.heard, "the robot's group was told")
    words = told.json["text"]["content"]
    assert of_robot in words
    Telephone(browser, re.search(r"http://\S+", words)[0]).press("应哨", "报到")

    refused = until(
        lambda: [it for it in night.running()[of_many]["summons"] if it["refused_at"]], "a refusal"
    )[0]["body"]
    night.ok("arbitrate", whistle=of_many, body=refused, reason="事项有争议")
    night.ok("rule_summons", whistle=of_many, body=refused, uphold=True, reason="属本单位职责")

    # power fails before the limits to answer, and comes back after them
    until(later_than(began + timedelta(seconds=50)), "fifty seconds")
    night.desk.kill()
    until(later_than(began + timedelta(seconds=100)), "a hundred seconds")
    night.open()
    opened = datetime.now(UTC)
    phone.press("报到", "开始处置", "处置完成")
    until(
        lambda: (
            night.summons(of_silent, SILENT)["called"] == len(CHAIN)
            and night.summons(of_silent, SILENT)["no_show_at"]
        ),
        "the county was called",
        patience=180,
    )
    limits = {
        (number, it["body"]): datetime.fromisoformat(it["report_in_by"])
        for number, whistle in night.running().items()
        for it in whistle["summons"]
    }
    until(later_than(max(limits.values()) + A_MOMENT), "the last limit to report in", patience=180)

    facts = {number: night.facts(number) for number in numbers}
    for number, bodies in zip(numbers, WHISTLES, strict=True):
        (blown,) = of(facts[number], "blown")
        for body in bodies:
            answers = [
                fact.at
                for kind in ("answered", "refused", "set_out", "reported_in")
                for fact in of(facts[number], kind, body)
            ]
            answered = min(answers, default=NEVER)
            calls = of(facts[number], "called", body)
            due = [datetime.fromisoformat(it["at"]) for it in blown.data["chains"][body]]
            assert [it.data["number"] for it in calls] == list(range(len(calls)))
            assert len(calls) == night.summons(number, body)["called"]
            assert calls[0].at == blown.at
            for fact, at in zip(calls[1:], due[1:], strict=False):
                assert fact.at < answered  # nobody is called after the answer
                in_time(fact, at, opened)
            assert len(calls) == max(1, sum(at < min(answered, opened) for at in due)) or (
                body == SILENT and len(calls) == len(CHAIN)
            )
            here = min((fact.at for fact in came(facts[number], body)), default=NEVER)
            for kind, limit, done in (
                ("not_answered", blown.at + MINUTE, answered),
                ("not_shown_up", limits[number, body], here),
            ):
                missed = of(facts[number], kind, body)
                assert len(missed) == (done > limit), (number, body, kind)
                for fact in missed:
                    in_time(fact, limit, opened)
    assert [fact.data.get("late") for fact in of(facts[of_silent], "not_answered", SILENT)] == [
        True
    ]

    # each word left the hall once, though the hall was killed
    left = [it["frame"]["data"] for it in gateway.inbox() if it["frame"]["type"] == "whistle.blown"]
    sent = Counter((it["whistle_no"], it["body"]) for it in left if not it.get("to"))
    summoned = [(no, body) for no, told in zip(numbers, WHISTLES, strict=True) for body in told]
    assert sent == Counter(summoned)
    assert len(robot.heard) == 1

    # the township lets them go and says how they did
    for number, bodies in zip(numbers, WHISTLES, strict=True):
        for body in bodies:
            if night.summons(number, body)["reported_in_at"] is None:
                night.ok("withdraw", whistle=number, body=body, reason="雨停")
        if number in night.running():
            night.ok("release", whistle=number, words="已处置")
        for body in bodies:
            if of(night.facts(number), "released", body):
                marks = dict.fromkeys(("response", "attendance", "solved", "attitude"), 4)
                night.ok("rate", whistle=number, body=body, words="到场及时", **marks)
    facts = {number: night.facts(number) for number in numbers}
    figures = {it["key"]: it for it in night.place.told("kpi", "--json")[0]["figures"]}
    on_time = sum(
        any(fact.at <= blown_of(facts[no]).at + 2 * MINUTE for fact in came(facts[no], body))
        for no, body in summoned
    )
    answered = sum(bool(said(facts[no], body)) for no, body in summoned)
    assert figures["whistle_answer_rate"]["numerator"] == answered
    assert figures["ontime_report_in_rate"]["numerator"] == on_time
    rated = sum(bool(of(facts[no], "rated", body)) for no, body in summoned)
    assert rated == sum(bool(of(facts[no], "released", body)) for no, body in summoned)
    night.desk.end()
    verified = night.place.told("audit", "verify", "--json")[0]
    assert verified["ok"], verified


def in_time(fact, due, opened):
    """A step comes when it is due, or once the hall is open again and then says that it is late."""
    assert fact.at >= due
    if fact.at > due + A_MOMENT:
        assert due < opened
        assert fact.at - opened < A_MOMENT
        assert bool(fact.data.get("late")) is (fact.at > due + LATE_AFTER)


def blown_of(facts):
    return of(facts, "blown")[0]


def came(facts, body):
    return of(facts, "reported_in", body)


def said(facts, body):
    return [
        it for kind in ("answered", "summons_upheld", "set_out") for it in of(facts, kind, body)
    ]
