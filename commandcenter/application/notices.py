"""The words in which a message leaves by a channel, as people read them on a telephone.

They are made of the recipient's copy alone, which names nobody who complained, in Chinese: that is
what the bodies of a township read. What strangers wrote stays text, on lines of its own.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from commandcenter.application.changes import Outgoing
from commandcenter.application.links import Links
from commandcenter.application.messages import MessageType
from commandcenter.application.sending import TEST
from commandcenter.domain.catalogue import WhistleKind
from commandcenter.domain.hall import Hall

LINE: Final = 120
"""How much of what somebody wrote goes into one line."""
_KINDS: Final = {
    WhistleKind.JOINT_ENFORCEMENT: "联合执法",
    WhistleKind.HARD_PROBLEM: "疑难问题",
    WhistleKind.EMERGENCY: "应急",
}
_TITLES: Final[Mapping[str, str]] = {
    MessageType.WHISTLE_BLOWN: "吹哨",
    MessageType.WHISTLE_WITHDRAWN: "撤哨",
    MessageType.WHISTLE_RELEASED: "同意撤离",
    MessageType.WHISTLE_ESCALATED: "哨声升级",
    MessageType.WHISTLE_RATED: "哨后评价",
    MessageType.TASK_DISPATCHED: "派单",
    MessageType.TASK_RECALLED: "撤回派单",
    MessageType.TASK_REWORK: "返工",
    MessageType.TASK_URGED: "催办",
    MessageType.VERIFICATION_REQUESTED: "核实",
    MessageType.COUNTY_CALLED: "呼叫县级",
    TEST: "试哨",
}
_TO_ANSWER: Final = frozenset(
    {MessageType.WHISTLE_BLOWN, MessageType.WHISTLE_ESCALATED, MessageType.TASK_URGED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message in words: ``link`` is where the report-in page answers it, if there is one."""

    title: str
    text: str
    link: str = ""
    data: Mapping[str, Any]


def notice(
    hall: Hall, links: Links | None, item: Outgoing, along: Sequence[Outgoing] = ()
) -> Notice:
    """Put a message into words, with a line for each that travels along."""
    data = msgspec.json.decode(item.data)
    link = _link(links, item, data)
    lines = [*_lines(hall, item, data), f"应哨报到：{link}" if link else ""]
    if along:
        lines += [f"另有 {len(along)} 件：", *(_short(hall, links, other) for other in along)]
    title = f"【{_title(item, data)}】{hall.name}"
    return Notice(title=title, text="\n".join(filter(None, lines)), link=link, data=data)


def plain(text: object, limit: int = LINE) -> str:
    """Return a text on one line, without what cannot be seen, no longer than a limit."""
    kept = "".join(
        " " if unicodedata.category(letter) in _BREAKS else letter
        for letter in str(text or "")[: 4 * limit]
        if unicodedata.category(letter) not in _INVISIBLE
    )
    line = " ".join(kept.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


_BREAKS: Final = frozenset({"Cc", "Zl", "Zp"})
_INVISIBLE: Final = frozenset({"Cf", "Cs", "Co", "Cn"})


def _title(item: Outgoing, data: Mapping[str, Any]) -> str:
    title = _TITLES.get(item.type, "通知")
    kind = data.get("kind")
    return f"{title}·{_KINDS[kind]}" if kind in set(WhistleKind) else title


def _short(hall: Hall, links: Links | None, item: Outgoing) -> str:
    data = msgspec.json.decode(item.data)
    words = data.get("message") or data.get("title") or data.get("reason")
    link = _link(links, item, data)
    return " ".join(
        filter(None, [f"【{_title(item, data)}】{item.subject}", plain(words, 40), link])
    )


def _link(links: Links | None, item: Outgoing, data: Mapping[str, Any]) -> str:
    """Return the link that answers a whistle; there is none to what is no summons any more."""
    about_whistle = "whistle_no" in data or data.get("case_no", item.subject) != item.subject
    if links is None or item.type not in _TO_ANSWER or not item.body or not about_whistle:
        return ""
    return links.to(item.subject, item.body, item.time)


def _lines(hall: Hall, item: Outgoing, data: Mapping[str, Any]) -> list[str]:
    if item.type == TEST:
        return ["每日通道测试，收到即可，无需处理。", f"编号：{item.subject}"]
    found = [
        f"{label}：{words}"
        for key, label, say in _PARTS
        if (value := data.get(key)) and (words := say(hall, value))
    ]
    number = data.get("whistle_no") or item.subject
    return [*found, f"{'哨号' if 'whistle_no' in data else '编号'}：{plain(number, 64)}"]


def _place(_hall: Hall, place: Mapping[str, Any]) -> str:
    return plain(place.get("address") or place.get("grid"))


def _clock(hall: Hall, at: str) -> str:
    return f"{datetime.fromisoformat(at).astimezone(hall.zone):%m-%d %H:%M} 前"


def _body(hall: Hall, code: str) -> str:
    known = hall.bodies.get(code)
    return plain(known.name if known else code)


def _said(_hall: Hall, words: object) -> str:
    return plain(words)


_PARTS: Final[Sequence[tuple[str, str, Callable[[Hall, Any], str]]]] = (
    ("place", "地点", _place),
    ("location", "地点", _place),
    ("title", "事项", _said),
    ("message", "事由", _said),
    ("reason", "说明", _said),
    ("request", "请求", _said),
    ("answer_by", "应哨", _clock),
    ("report_in_by", "报到", _clock),
    ("due_at", "时限", _clock),
    ("appeal_by", "申诉", _clock),
    ("reply_by", "回复", _clock),
    ("lead", "牵头", _body),
    ("gear", "携带", _said),
    ("duty_item", "职责清单", _said),
    ("words", "评语", _said),
    ("to", "呼叫", _said),
)
