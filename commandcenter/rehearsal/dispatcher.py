"""A scripted dispatcher: walks one case round the whole loop, with a whistle beside it.

It says JSON commands and reads JSON answers, as a person's program would on ``main.py desk``; so it
drives a desk in this process and one behind a pipe alike.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from commandcenter.domain.case import Outcome
from commandcenter.domain.report import Channel
from commandcenter.domain.words import word

Say = Callable[[dict[str, Any]], dict[str, Any]]
"""Gives one line to the desk and returns its answer."""
Tell = Callable[[str, str], object]
"""Told of each step taken: its name, and what happened in one line."""

_AT_THE_PLACE: Final = frozenset({"reported_in", "working", "finished"})


class Stuck(Exception):
    """The loop did not go on as it must; the text says where it stood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What the dispatcher is given: who checks, whom the whistle calls, how long it waits.

    ``pause`` waits for the given seconds and is false when there is no time left. ``named`` and
    ``local`` put a body's code and an instant as people here read them.
    """

    say: Say
    tell: Tell
    pause: Callable[[float], bool]
    checker: str
    supervisor: str
    bodies: Sequence[str]
    named: Callable[[str], str] = str
    local: Callable[[str], str] = str
    answer_limit: str = "0.1 urgent_minute"
    report_in_limit: str = "0.2 urgent_minute"

    def order(self, do: str, **fields: Any) -> dict[str, Any]:
        """Give a command that must be carried out."""
        answer = self.say({"do": do, **fields})
        if not answer["ok"]:
            raise Stuck(f"{do}: {answer['refusal']['text']}")
        return answer

    def until(self, what: str, look: Callable[[], Any]) -> Any:
        """Look again and again until there is something to see."""
        while not (found := look()):
            if not self.pause(0.2):
                raise Stuck(what)
        return found


def play(script: Script) -> None:
    """Walk the loop once, the whistle beside it.

    Raises:
        Stuck: the hall or the bodies did not do what they must in the time there was.
    """
    tell, order = script.tell, script.order
    whistled, handled = script.until("no report came in", lambda: _two_reports(script))
    channel = word(Channel(handled["channel"]))
    tell("发现问题 → 上报平台", f"{handled['case_no']} {handled['title']}（{channel}）")
    order("claim", case=handled["case_no"])
    filed = order("file", case=handled["case_no"])["case"]
    tell("立案", f"{filed['case_no']} 类别 {filed['category']}")
    sent = order("dispatch", case=filed["case_no"], version=filed["version"])["case"]
    tell(
        "响应派单",
        f"{sent['case_no']} → {script.named(sent['body'])}，{script.local(sent['due_at'])} 前办结",
    )
    whistle = _blow(
        script,
        whistled["case_no"],
        answer_limit=script.answer_limit,
        report_in_limit=script.report_in_limit,
    )
    for state, step in (("handling", "协同处置"), ("result_submitted", "结果上传")):
        case = script.until(f"no {state}", partial(_case_past, script, sent, state))
        tell(step, f"{case['case_no']} {script.named(case['body'])}")
    no = sent["case_no"]
    order("check", case=no, **{"as": script.checker})
    closed = order(
        "close", case=no, outcome="solved", reply="已处理完毕，感谢反映。", **{"as": script.checker}
    )
    outcome = word(Outcome(closed["case"]["outcome"]))
    tell("核查结案", f"{no} {outcome}，由另一人（{script.checker}）核查")
    _review(script)
    _see_through(script, whistle)
    if (another := _unwhistled(script)) is not None:  # so that a board with running clocks is left
        _blow(script, another["case_no"], answer_limit=None, report_in_limit=None)


def _unwhistled(script: Script) -> dict[str, Any] | None:
    found = script.order("cases", states=["received"])["cases"]
    return next((case for case in found if case["grid"] and not case["whistles"]), None)


def _two_reports(script: Script) -> tuple[dict[str, Any], dict[str, Any]] | None:
    found = script.order("cases", states=["received"])["cases"]
    known = [case for case in found if case["category"] and case["grid"]]
    return (known[0], known[-1]) if len(known) > 1 else None


def _case_past(script: Script, sent: dict[str, Any], state: str) -> dict[str, Any] | None:
    shown = script.order("show", case=sent["case_no"])
    case: dict[str, Any] = shown["case"]
    reached = {fact["data"].get("after") for fact in shown["facts"]}
    if case["state"] == "filed":  # the body has returned it: send it again
        script.tell("退回重派", f"{case['case_no']} 退回，重新派单")
        script.order("dispatch", case=case["case_no"], body=_other_body(script, sent))
    elif case["state"] == "arbitrating":
        script.order(
            "rule",
            case=case["case_no"],
            body=_other_body(script, sent),
            reason="属其职责",
            **{"as": script.supervisor},
        )
    for part in case["sub_tasks"]:
        if part["state"] == "returned":
            script.tell("免除协办", f"{case['case_no']} {script.named(part['body'])}要求退回")
            script.order(
                "waive",
                case=case["case_no"],
                body=part["body"],
                reason=part["reason"],
                **{"as": script.supervisor},
            )
    return case if state in reached else None


def _other_body(script: Script, sent: dict[str, Any]) -> str:
    return next(body for body in script.bodies if body != sent["body"])


def _blow(script: Script, case: str, **limits: str | None) -> dict[str, Any]:
    blown = script.order("blow", case=case, bodies=list(script.bodies), hold_seconds=0, **limits)
    whistle: dict[str, Any] = blown["whistle"]
    called = "、".join(map(script.named, script.bodies))
    script.tell("吹哨", f"{whistle['whistle_no']} 召集{called}")
    return whistle


def _review(script: Script) -> None:
    alerts = script.until("no video alert came in", lambda: _three_alerts(script))
    script.order("review", alert=alerts[0]["key"], verdict="false", reason="树影")
    script.order("review", alert=alerts[1]["key"], verdict="true")
    case = script.order("promote", alert=alerts[2]["key"])["case"]
    script.tell("视频研判", f"误报 1，属实 1，转案 {case['case_no']}")


def _three_alerts(script: Script) -> list[dict[str, Any]] | None:
    found: list[dict[str, Any]] = script.order("alerts")["alerts"]
    return found[:3] if len(found) > 2 else None  # noqa: PLR2004  one for each thing done to them


def _see_through(script: Script, whistle: dict[str, Any]) -> None:
    """Watch the three bodies, rule on the refusal, let those that came leave."""
    no = whistle["whistle_no"]
    came = script.until("nobody reported in", lambda: _of(script, no, _came))
    script.tell("报到", f"{script.named(came['body'])} 已到场")
    refused = script.until("nobody refused", lambda: _of(script, no, lambda s: s["refused_at"]))
    script.tell("拒哨", f"{script.named(refused['body'])} 拒哨，依据 {refused['duty_item']}")
    late = script.until("nobody was late", lambda: _of(script, no, lambda s: s["no_show_at"]))
    script.tell("逾时未报到", f"{script.named(late['body'])} 变红")
    script.order(
        "rule_summons",
        whistle=no,
        body=refused["body"],
        uphold=False,
        reason="不在其清单内",
        **{"as": script.supervisor},
    )
    if late["reported_in_at"] is None:
        late = script.until("the late one never came", lambda: _of(script, no, _late_came(late)))
        script.tell("迟到报到", f"{script.named(late['body'])} 已到场")
    for body in _bodies_at(script, no):
        script.order("release", whistle=no, body=body, words="现场已处置完毕")
    script.tell("同意撤离", f"{no} 事完人走")


def _came(summons: dict[str, Any]) -> bool:
    return summons["state"] in _AT_THE_PLACE and summons["no_show_at"] is None


def _late_came(late: dict[str, Any]) -> Callable[[dict[str, Any]], bool]:
    return lambda item: item["body"] == late["body"] and item["state"] in _AT_THE_PLACE


def _of(script: Script, no: str, fits: Callable[[dict[str, Any]], object]) -> dict[str, Any] | None:
    return next((item for item in _summons(script, no) if fits(item)), None)


def _summons(script: Script, no: str) -> Iterator[dict[str, Any]]:
    for whistle in script.order("whistles")["whistles"]:
        if whistle["whistle_no"] == no:
            yield from whistle["summons"]


def _bodies_at(script: Script, no: str) -> list[str]:
    return [item["body"] for item in _summons(script, no) if item["state"] in _AT_THE_PLACE]
