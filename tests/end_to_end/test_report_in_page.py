"""A body without a terminal goes all its way on its telephone: real hall, real page, real browser.

Where no Chromium is installed these tests are skipped, and say so.
"""

import json
import socket
from contextlib import closing, contextmanager
from datetime import datetime

import pytest

from commandcenter.application.links import Links
from tests.gateways.liaison.browser import FOUND, telephone

pytestmark = pytest.mark.skipif(FOUND is None, reason="no Chromium is installed")
HERE = {"longitude": 116.281478, "latitude": 29.082057, "accuracy": 15}
SIZE = {"width": 360, "height": 740}


@pytest.fixture
def port():
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def pack(pack, port):
    with (pack / "hall.toml").open("a") as out:
        out.write(f'\n[liaison]\nbase_url = "http://127.0.0.1:{port}"\n')
    return pack


class Hall:
    """A dispatcher at a desk, and what he has blown."""

    def __init__(self, place):
        self.place, self.pack = place, place.folder
        self.open()

    def open(self):
        self.desk = self.place.start("desk", "--as", "dispatcher")

    def ok(self, do, **fields):
        answer = self.desk.say({"do": do, **fields})
        assert answer["ok"], answer
        return answer

    def blow(self, **more):
        case = self.ok(
            "register", title="东街积水", channel="hotline", category="C0108", address="东街9号",
            lon=HERE["longitude"], lat=HERE["latitude"], datum="WGS84",
        )["case"]["case_no"]  # fmt: skip
        self.ok("file", case=case)
        given = {"bodies": ["fire", "police"], "message": "速来", "hold_seconds": 0}
        self.whistle = self.ok("blow", case=case, **given | more)["whistle"]
        return self.whistle["whistle_no"]

    def link(self, base_url, body="fire"):
        key = (self.pack / "state" / "liaison" / "link.key").read_bytes()
        links = Links(base_url=base_url, key=key, hours=24)
        at = datetime.fromisoformat(self.whistle["blown_at"])
        return links.to(self.whistle["whistle_no"], body, at)

    def facts(self):
        return self.ok("show", case=self.whistle["case_no"])["facts"]

    def summons(self, body="fire"):
        mine, running = self.whistle["whistle_no"], self.ok("whistles")["whistles"]
        found = next(item for item in running if item["whistle_no"] == mine)
        return next(item for item in found["summons"] if item["body"] == body)


@pytest.fixture
def hall(place):
    return Hall(place())


@pytest.fixture
def serve(hall, port):
    """Serve the page in a process of its own; returns its address."""

    def start():
        serving = hall.place.start("liaison", "--listen", f"127.0.0.1:{port}")
        assert serving.next()["listening"] == f"127.0.0.1:{port}"
        return serving, f"http://127.0.0.1:{port}"

    return start


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, telephone(playwright) as opened:
        yield opened


@pytest.fixture
def phone(browser):
    """Open a telephone's page on a link; whatever goes wrong in it fails the test."""

    @contextmanager
    def opened(link, **more):
        context = browser.new_context(
            viewport=SIZE, geolocation=HERE, permissions=["geolocation"], **more
        )
        faults = []
        try:
            page = context.new_page()
            page.on("pageerror", lambda fault: faults.append(str(fault)))
            page.on("console", lambda line: _note(faults, line))
            page.goto(link)
            yield page
            assert faults == []
        finally:
            context.close()

    return opened


def _note(faults, line):
    if "Content Security Policy" in line.text:
        faults.append(line.text)


def press(page, name):
    page.get_by_role("button", name=name).first.click()


def test_that_a_body_answers_comes_and_finishes_by_its_telephone_alone(hall, serve, phone, pack):
    number = hall.blow()
    _serving, base = serve()
    with phone(hall.link(base)) as page:
        page.get_by_label("联系人").first.fill("周敏")
        press(page, "应哨")
        page.get_by_text("大厅已确认应哨").first.wait_for()
        assert "周敏" in str(hall.facts())
        press(page, "出发")
        page.get_by_text("大厅已确认出发").first.wait_for()
        photo = page.screenshot()
        page.locator("#photo").set_input_files(
            {"name": "x.png", "mimeType": "image/png", "buffer": photo}
        )
        press(page, "报到")
        page.get_by_text("大厅已确认报到").first.wait_for()
        (proof,) = [fact["data"]["proof"] for fact in hall.facts() if "proof" in fact["data"]]
        assert (proof["kind"], proof["distance_m"], proof["accuracy_m"]) == ("link", 0.0, 15)
        kept = pack / "state" / "media" / proof["photo"]
        assert kept.read_bytes().startswith(b"\xff\xd8\xff")
        press(page, "开始处置")
        page.get_by_text("大厅已确认开始处置").first.wait_for()
        press(page, "处置完成")
        page.get_by_text("等镇里同意后再撤离").wait_for()
        assert hall.summons()["state"] == "finished"
        hall.ok("release", whistle=number, body="fire", words="已排险")
        page.get_by_text("本次召集已结束").wait_for(timeout=60_000)
        assert page.get_by_role("button").count() == 0
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= SIZE["width"]


def test_that_what_is_pressed_without_a_network_is_sent_when_it_is_back(hall, serve, phone):
    hall.blow()
    _serving, base = serve()
    with phone(hall.link(base)) as page:
        page.context.set_offline(True)
        press(page, "应哨")
        page.get_by_text("已保存在手机").wait_for()
        press(page, "报到")
        page.get_by_text("应哨、报到").wait_for()
        assert hall.summons()["state"] == "blown"
        page.context.set_offline(False)
        page.get_by_text("大厅已确认报到").first.wait_for(timeout=60_000)
        assert (
            page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('press'))") == []
        )
    assert hall.summons()["state"] == "reported_in"


def test_that_what_was_kept_in_the_telephone_outlives_its_page(hall, serve, phone):
    hall.blow()
    serving, base = serve()
    with phone(hall.link(base)) as page:
        serving.kill()
        press(page, "应哨")
        page.get_by_text("已保存在手机").wait_for()
        waiting = page.evaluate("Object.values(localStorage).find(text => text[0] === '[')")
        assert [item["status"] for item in json.loads(waiting)] == ["answered"]
        serve()
        page.reload()
        page.get_by_text("大厅已确认应哨").first.wait_for(timeout=60_000)
    assert hall.summons()["state"] == "answered"


def test_that_the_page_keeps_what_is_pressed_while_the_hall_is_closed(hall, serve, phone):
    hall.blow()
    _serving, base = serve()
    link = hall.link(base)
    hall.desk.kill()
    with phone(link) as page:
        press(page, "报到")
        page.get_by_text("等大厅确认").first.wait_for()
        hall.open()
        page.get_by_text("大厅已确认报到").first.wait_for(timeout=60_000)
    assert hall.summons()["state"] == "reported_in"


def test_that_a_refusal_needs_its_reason_and_item_and_goes_to_the_township(hall, serve, phone):
    hall.blow()
    _serving, base = serve()
    with phone(hall.link(base)) as page:
        page.get_by_text("拒哨…").click()
        press(page, "提交拒哨")  # the browser itself asks for what is lacking
        assert hall.summons()["state"] == "blown"
        page.get_by_label("理由").fill("不属我单位职责")
        page.get_by_label("清单事项编号").fill("PH-003")
        press(page, "提交拒哨")
        page.get_by_text("等镇里裁定").first.wait_for(timeout=60_000)
    assert hall.summons()["state"] == "refused"


def test_that_a_browser_without_scripts_can_report_in(hall, serve, phone, until):
    hall.blow()
    _serving, base = serve()
    with phone(hall.link(base), java_script_enabled=False) as page:
        press(page, "应哨")
        page.get_by_text("已报送").wait_for()
        until(lambda: hall.summons()["state"] == "answered", "the press was not taken in")
        page.reload()
        page.get_by_text("大厅已确认应哨").first.wait_for()


def test_that_hostile_words_stay_words_in_a_real_browser(hall, serve, phone):
    script = "<img src=x onerror=\"document.title='x'\"><script>document.title='x'</script>"
    hall.blow(message=script, gear=script)
    _serving, base = serve()
    with phone(hall.link(base)) as page:
        page.get_by_text(script).first.wait_for()
        page.get_by_label("补充说明").fill(script)
        press(page, "应哨")
        page.get_by_text("大厅已确认应哨").first.wait_for()
        assert page.title().startswith("云溪消防救援站")
        assert page.locator("img").count() == 0


@pytest.mark.parametrize("spoilt", ["", "x", "%00", "AAAA"])
def test_that_a_spoilt_link_shows_a_plain_refusal(hall, serve, phone, spoilt):
    hall.blow()
    _serving, base = serve()
    link = hall.link(base)
    with phone(link[:-4] + spoilt) as page:
        page.get_by_role("heading").wait_for()
        assert "速来" not in page.content()
        assert page.get_by_role("button").count() == 0
