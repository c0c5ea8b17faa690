"""What a telephone is shown: the sheet of one summons with its buttons, or a plain refusal."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Final
from uuid import uuid4

from commandcenter.application.messages import WhistleStatus
from commandcenter.application.sheets import Sheet
from commandcenter.gateways.liaison.book import Kept
from commandcenter.gateways.liaison.markup import Markup, joined, tag

S = WhistleStatus
WORDS: Final = {
    S.ANSWERED: "应哨",
    S.EN_ROUTE: "出发",
    S.REPORTED_IN: "报到",
    S.WORKING: "开始处置",
    S.FINISHED: "处置完成",
    S.REFUSED: "拒哨",
}
_EXPLAINED: Final = {
    S.ANSWERED: "收到，马上安排人员",
    S.EN_ROUTE: "人员已经出发",
    S.REPORTED_IN: "人员已到现场，同时上报位置",
    S.WORKING: "已在现场处置",
    S.FINISHED: "处置完毕，等镇里同意撤离",
}
_STAGES: Final = (
    ("应哨", {"answered", "en_route", "reported_in", "working", "finished"}),
    ("出发", {"en_route", "reported_in", "working", "finished"}),
    ("报到", {"reported_in", "working", "finished"}),
    ("处置", {"working", "finished"}),
    ("完成", {"finished"}),
)
_AT_THE_PLACE: Final = frozenset({S.REPORTED_IN, S.WORKING, S.FINISHED})
_WAITING: Final = "已拒哨，等镇里裁定；裁定应到的仍须到场。"
_MINUTE: Final = 60
_HOUR: Final = 3600


def sheet_page(
    sheet: Sheet, presses: Sequence[Kept], now: datetime, zone: tzinfo, version: str
) -> str:
    """Return the whole page of a summons that is running."""
    main = tag(
        "main",
        tag("p", id="net", class_="net", role="status", hidden=True),
        _notice(presses, zone, now),
        tag("div", *_facts(sheet, now, zone), id="sheet"),
        tag("div", *_deeds(sheet), id="deeds"),
        _history(presses, zone, now),
        attributes={"data-version": version, "data-now": str(int(now.timestamp()))},
    )
    title = f"{sheet.body_name} · {sheet.kind}"
    return _document(title, _head(sheet), main)


def _head(sheet: Sheet) -> Markup:
    return tag(
        "header",
        tag("p", sheet.hall, class_="hall"),
        tag("h1", sheet.body_name, tag("b", "牵头") if sheet.is_lead else None),
        tag(
            "p",
            tag("span", sheet.kind, class_="urgent" if sheet.is_urgent else "kind"),
            f" 哨件 {sheet.whistle}",
        ),
    )


def _notice(presses: Sequence[Kept], zone: tzinfo, now: datetime) -> Markup | None:
    """Say what became of the last press."""
    if not presses:
        return tag("p", id="said", class_="said", role="status", hidden=True)
    last = presses[0]
    word = WORDS.get(S(last.said.status), "")
    at = _time(last.arrived_at, zone, now)
    if last.outcome is None:
        text, look = f"已收到「{word}」（{at}），等大厅确认", "kept"
    elif last.outcome.ok:
        text, look = last.outcome.text, "ok"
    else:
        text, look = last.outcome.text, "not"
    return tag("p", _MARKS[look], " ", text, id="said", class_=f"said {look}", role="status")


_MARKS: Final = {"kept": "…", "ok": "✓", "not": "!"}


def _facts(sheet: Sheet, now: datetime, zone: tzinfo) -> Iterator[Markup]:
    stood = sheet.state
    yield tag(
        "ol",
        *(
            tag("li", word, class_="done" if stood in reached else "todo")
            for word, reached in _STAGES
        ),
        class_="way",
        aria_label="进度",
    )
    yield tag("p", "当前：", tag("strong", sheet.state_words), class_="state")
    for word, by in (("应哨", sheet.answer_by), ("报到", sheet.report_in_by)):
        if by is not None:
            yield _clock(word, by, now, zone)
    for mark in sheet.marks:
        yield tag("p", "! ", mark, class_="mark")
    rows = (
        ("地点", sheet.place),
        ("坐标", f"{sheet.point}（WGS-84）" if sheet.point else ""),
        ("内容", sheet.message),
        ("携带", sheet.gear),
        ("清单事项", sheet.duty_item),
        ("牵头单位", "" if sheet.is_lead else sheet.lead_name),
        ("吹哨", _time(sheet.blown_at, zone, now) if sheet.blown_at else ""),
    )
    yield tag("dl", *(joined(tag("dt", name), tag("dd", text)) for name, text in rows if text))


def _clock(word: str, by: datetime, now: datetime, zone: tzinfo) -> Markup:
    left = int((by - now).total_seconds())
    return tag(
        "p",
        tag("span", f"{_time(by, zone, now)} 前{word}"),
        tag("strong", _left(left), attributes={"data-by": str(int(by.timestamp()))}),
        class_="clock over" if left < 0 else "clock",
    )


def _left(seconds: int) -> str:
    """Return a span in words, as the page's script does from then on."""
    span = abs(seconds)
    hours, minutes, rest = span // _HOUR, span % _HOUR // _MINUTE, span % _MINUTE
    said = f"{hours} 小时 {minutes} 分" if hours else f"{minutes} 分 {rest:02} 秒"
    return f"已超 {said}" if seconds < 0 else f"剩 {said}"


def _deeds(sheet: Sheet) -> Iterator[Markup]:
    onward = [status for status in sheet.can if status is not S.REFUSED]
    if onward:
        first, *others = onward
        yield tag(
            "form",
            _press_id(),
            tag("button", tag("b", WORDS[first]), tag("small", _EXPLAINED[first]),
                name="status", value=first.value, class_="next"),
            tag(
                "div",
                *(
                    tag("button", WORDS[status], name="status", value=status.value)
                    for status in others
                ),
                class_="others",
            ) if others else None,
            _more(photo=bool(_AT_THE_PLACE & set(onward))),
            method="post", id="press",
        )  # fmt: skip
    elif sheet.state in {"refused", "arbitrating"}:
        yield tag("p", _WAITING, class_="waiting")
    elif sheet.state == "finished":
        yield tag("p", "处置已报完成。事不完、人不走：等镇里同意后再撤离。", class_="waiting")
    if S.REFUSED in sheet.can:
        yield _refusal(sheet)


def _more(*, photo: bool) -> Markup:
    return tag(
        "div",
        _field("联系人", "who", most="40", autocomplete="name"),
        _field("补充说明", "words", most="2000"),
        tag(
            "label",
            tag("input", type="file", id="photo", accept="image/*", capture="environment"),
            tag("span", "拍现场照片", class_="pick"),
            tag("output", id="photo-said"),
            class_="scripted",
        ) if photo else None,
        class_="more",
    )  # fmt: skip


def _refusal(sheet: Sheet) -> Markup:
    return tag(
        "details",
        tag("summary", "拒哨…"),
        tag(
            "form",
            _press_id(),
            tag("p", "拒哨须写明理由和职责清单事项编号，由镇里裁定；未写明的不算拒哨。"),
            _field("理由", "reason", most="2000", required=True),
            _field("清单事项编号", "duty_item", most="128", required=True, list_="items"),
            tag(
                "datalist",
                *(tag("option", it.title, value=it.code) for it in sheet.items),
                id="items",
            ),
            _field("联系人", "who", most="40", autocomplete="name"),
            tag("button", "提交拒哨", name="status", value=S.REFUSED.value, class_="refuse"),
            method="post",
            id="refuse",
        ),
    )


def _press_id() -> Markup:
    return tag("input", type="hidden", name="id", value=uuid4().hex)


def _field(label: str, name: str, *, most: str, **more: str | bool) -> Markup:
    said = {"name": name, "maxlength": most} | {key.rstrip("_"): it for key, it in more.items()}
    return tag("label", label, tag("input", attributes=said))


def _history(presses: Iterable[Kept], zone: tzinfo, now: datetime) -> Markup | None:
    lines = [
        tag(
            "li",
            f"{_time(it.arrived_at, zone, now)} {WORDS.get(S(it.said.status), '')}　",
            it.outcome.text if it.outcome else "等大厅确认",
        )
        for it in presses
    ]
    if not lines:
        return tag("section", id="past")
    return tag("section", tag("h2", "已报送"), tag("ul", *lines), id="past")


def over_page(sheet: Sheet, now: datetime, zone: tzinfo) -> str:
    """Return a page that says how a summons ended, and nothing else of it."""
    at = _time(sheet.since, zone, now)
    text = f"{sheet.body_name}：{sheet.state_words}（{at}）。此链接不再有效，无需再操作。"
    return refusal_page("本次召集已结束", text)


def refusal_page(title: str, text: str) -> str:
    """Return a page that says no, and nothing of what there might be."""
    return _document(title, tag("main", tag("h1", title), tag("p", text), class_="plain"))


def _document(title: str, *body: Markup) -> str:
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("title", title),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="robots", content="noindex, nofollow"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("link", rel="icon", href="data:,"),
        tag("link", rel="stylesheet", href="../s/page.css"),
        tag("script", src="../s/page.js", defer=True),
    )
    return "<!doctype html>" + tag("html", head, tag("body", *body), lang="zh-CN")


def _time(at: datetime, zone: tzinfo, now: datetime) -> str:
    """Return a local time, with its day where that is not today."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%m-%d %H:%M}"
