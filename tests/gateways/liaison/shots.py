"""Pictures of the report-in page on a telephone: ``python -m tests.gateways.liaison.shots DIR``."""

import sys
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import sync_playwright

from commandcenter.application.messages import WhistleStatus as S
from commandcenter.gateways.liaison.book import Outcome
from tests.gateways.liaison.browser import telephone
from tests.gateways.liaison.conftest import NOON, Site

MINUTES = timedelta(minutes=1)
ALL = (S.ANSWERED, S.EN_ROUTE, S.REPORTED_IN, S.WORKING, S.FINISHED)
COMMON = {
    "is_urgent": True,
    "is_lead": True,
    "whistle": "W20261121-00007",
    "blown_at": NOON - 2 * MINUTES,
    "answer_by": NOON + 8 * MINUTES,
    "report_in_by": NOON + 28 * MINUTES,
    "place": "云溪镇东街 12 号门前（农贸市场北门）",
    "point": "29.08206, 116.28148",
    "message": "东街积水约 40 厘米，两户进水，一名老人待转移。请带泵到场，从北门进。",
    "gear": "排水泵 2 台、沙袋、救生衣",
    "duty_item": "PH-021 城镇内涝抢险",
}
ANSWERED = {
    "state": "answered", "state_words": "已应哨", "answer_by": None, "can": ALL[1:],
    "answered_at": NOON,
}  # fmt: skip
CAME = ANSWERED | {
    "state": "reported_in", "state_words": "已报到", "report_in_by": None, "can": ALL[3:],
    "reported_in_at": NOON,
}  # fmt: skip
STATES = {
    "fresh": {"can": (*ALL, S.REFUSED)},
    "answered": ANSWERED,
    "en_route": ANSWERED | {"state": "en_route", "state_words": "已出发", "can": ALL[2:]},
    "reported_in": CAME,
    "working": CAME | {"state": "working", "state_words": "处置中", "can": ALL[4:]},
    "finished": CAME | {"state": "finished", "state_words": "处置完成", "can": ()},
    "refused": {"state": "refused", "state_words": "拒哨", "can": (), "answer_by": None},
    "late": {
        "answer_by": NOON - 12 * MINUTES, "report_in_by": NOON - 95 * MINUTES,
        "marks": ("已超应哨时限", "已超报到时限，仍须到场", "已升级至 县应急局值班长", "已催 3 次"),
        "is_lead": False, "lead_name": "云溪镇综合行政执法队", "can": (*ALL, S.REFUSED),
    },
    "hostile": {
        "message": "<script>alert(1)</script>" + "长" * 400 + "A" * 200,
        "place": "<b>假地址</b>\n第二行", "body_name": "一个名字非常非常长的单位" * 3,
    },
}  # fmt: skip
SAID = {"answered": "大厅已确认应哨", "en_route": "大厅已确认出发", "reported_in": "大厅已确认报到"}


def main(folder):
    """Draw every state."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as book,
        closing(Site(Path(book))) as site,
        sync_playwright() as playwright,
        telephone(playwright) as browser,
    ):
        for name, more in STATES.items():
            link = site.publish(**COMMON | {"whistle": f"W-{name}"} | more)
            state = str(more.get("state", ""))
            if state in SAID:
                site.press(link, state, f"press-{name}", who="周敏")
                told = Outcome(ok=True, text=SAID[state])
                site.hall.settle({kept.number: told for kept in site.hall.waiting(9)})
            draw(browser, site, link, folder / f"{name}.png")
            if name == "fresh":
                draw(browser, site, link, folder / "fresh_dark.png", color_scheme="dark")
                draw(browser, site, link, folder / "refusing.png", refuse)
                draw(browser, site, link, folder / "offline.png", offline)
                draw(browser, site, link, folder / "wrong.png", path="/w/wrong")
                draw(browser, site, link, folder / "kept.png", press)
        for state, words in (("withdrawn", "已撤哨"), ("released", "已同意撤离")):
            over = site.publish(state=state, state_words=words, is_over=True, whistle=state)
            draw(browser, site, over, folder / f"{state}.png")
        site.at += timedelta(days=2)
        draw(browser, site, link, folder / "expired.png")


def refuse(page):
    """Open the form for refusing."""
    page.get_by_text("拒哨…").click()
    page.get_by_label("理由").fill("不属我单位职责")


def offline(page):
    """Press without a network."""
    page.context.set_offline(offline=True)
    page.get_by_role("button", name="报到", exact=True).click()
    page.get_by_text("已保存在手机").wait_for()


def press(page):
    """Press, and let it be kept."""
    page.get_by_role("button", name="应哨").click()
    page.locator(".said.kept").wait_for()


def draw(browser, site, link, file, act=None, *, path=None, **more):
    """Draw one state."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, device_scale_factor=2, **more
    )
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{site.port}{path or link}")
    if act is not None:
        act(page)
    page.screenshot(path=file, full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360, (file, wide)
    context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
