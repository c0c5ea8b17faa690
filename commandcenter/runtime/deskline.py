"""The desk without a screen: one JSON command a line, one JSON answer a line."""

import inspect
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from typing import Any, Final, get_args

import msgspec

from commandcenter.application import access, grammar, naming
from commandcenter.application import commands as c
from commandcenter.application.desk import Desk
from commandcenter.application.perform import Outcome
from commandcenter.application.ports import Unstorable
from commandcenter.application.questions import (
    Alerts,
    Cases,
    Doubtful,
    History,
    OneCase,
    OpenWork,
    Pending,
    Precedents,
    RefusalsBefore,
    ToRate,
)
from commandcenter.domain import words
from commandcenter.domain.case import State
from commandcenter.domain.errors import Refusal
from commandcenter.domain.roster import Operator
from commandcenter.domain.wanted import Shape, Wanted
from commandcenter.runtime import outputs
from commandcenter.runtime.clock import SystemClock

PATIENCE: Final = 30.0
"""Seconds a line waits for its outcome before it says that it does not know it yet."""

_BULK: Final = c.name(c.Bulk)
Answer = dict[str, Any]


@dataclass(slots=True)
class DeskLines:
    """Answers lines for one operator; a line may name another with ``as``."""

    desk: Desk
    people: Callable[[str | None], Operator]
    lang: str = "zh"

    def answer(self, line: str | bytes) -> Answer:
        """Carry out one line; whatever it holds, the answer is one JSON object."""
        order: dict[str, Any] = {}
        try:
            order = _read(line)
            return self._answer(order)
        except Refusal as refusal:
            return self._refused(refusal, order)
        except Unstorable:
            return self._refused(Refusal("bad_command", detail=Refusal("unstorable")), order)

    def _answer(self, order: dict[str, Any]) -> Answer:
        by = self.people(str(order.pop("as"))) if "as" in order else self.desk.operator
        if (look := LOOKS.get(str(order.get("do")))) is not None:
            _known(order, look.takes)
            return {"ok": True, **look.answer(self.desk, {"lang": self.lang, **order})}
        if order.get("do") == _BULK and isinstance(order.get("orders"), list):
            return self._each(order, by)
        command = grammar.read(order)
        outcome = _wait(self.desk.submit(command, by=by))
        return _told(outcome, self._refused)

    def _each(self, order: Mapping[str, Any], by: Operator) -> Answer:
        """Carry out several orders; one that cannot be read is refused alone."""
        refused: dict[int, Answer] = {}
        for at, one in enumerate(order["orders"]):
            try:
                grammar.read({**order, "orders": [one]})
            except Refusal as refusal:
                case = one.get("case") if isinstance(one, dict) else None
                refused[at] = {"case": case, **self._refused(refusal, {})}
        if len(refused) == len(order["orders"]):
            grammar.read({**order, "orders": order["orders"][:1]})  # says what is wrong
        good = [one for at, one in enumerate(order["orders"]) if at not in refused]
        outcome = _wait(self.desk.submit(grammar.read({**order, "orders": good}), by=by))
        answer = _told(outcome, self._refused)
        for at in sorted(refused):
            answer["each"].insert(at, refused[at])
        return answer

    def _refused(self, refusal: Refusal, order: Mapping[str, Any]) -> Answer:
        text = naming.refused(refusal, self.desk.hall, self.lang)
        told = {"code": refusal.code, "text": text}
        if (field := _field(refusal, order)) is not None:
            told["field"] = field
        answer: Answer = {"ok": False, "refusal": told}
        if refusal.code == "overtaken":
            answer |= self._side_by_side(refusal)
        return answer

    def _side_by_side(self, refusal: Refusal) -> Answer:
        """Return a case as it was when the decision was made and as it is, and what differs."""
        number, version = str(refusal.facts["case"]), int(str(refusal.facts["seen"]))
        try:
            seen, now = (
                outputs.case(_wait(self.desk.ask(OneCase(no=number, version=at))))
                for at in (version, None)
            )
        except Refusal:  # a whistle or an alert
            return {}
        changed = {key: [seen[key], now[key]] for key in now if seen[key] != now[key]}
        return {"seen": seen, "now": now, "changed": changed}


def _read(line: str | bytes) -> dict[str, Any]:
    try:
        order = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        order = None
    if not isinstance(order, dict):
        raise Refusal("bad_command", detail=Refusal("line_not_json"))
    return order


def _known(order: Mapping[str, Any], takes: tuple[str, ...]) -> None:
    """Let a look pass that has no member it does not know."""
    for name in order:
        if name not in {"do", "lang", *takes}:
            raise Refusal("bad_command", detail=grammar.unknown(order["do"], name, takes))


def _field(refusal: Refusal, order: Mapping[str, Any]) -> str | None:
    """Return by its name in JSON the field of an order that is missing or wrong."""
    detail = refusal.facts.get("detail")
    if isinstance(detail, Refusal):
        return _field(detail, order)
    if refusal.code in _OF_CODE:
        code = refusal.facts[_OF_CODE[refusal.code]]
        return next((name for name, given in order.items() if _holds(given, code)), None)
    return str(refusal.facts[_OF_FIELD[refusal.code]]) if refusal.code in _OF_FIELD else None


_OF_FIELD: Final = {
    "needs": "field",
    **dict.fromkeys(("slot_missing", "slot_empty", "slot_unfit", "unknown_slot"), "slot"),
}
"""The refusals that are about a field, and which of their facts names it."""

_OF_CODE: Final = {
    "unknown_body": "body",
    "unknown_category": "category",
    "unknown_grid": "grid",
    "unknown_duty_item": "item",
}
"""The refusals of a code that no table has, and which of their facts it is."""


def _holds(given: object, code: object) -> bool:
    return given == code or (isinstance(given, list) and code in given)


def _wait(future: Future[Any]) -> Any:
    try:
        return future.result(PATIENCE)
    except TimeoutError:
        raise Refusal("still_pending") from None


def _told(outcome: Outcome, refused: Callable[[Refusal, Mapping[str, Any]], Answer]) -> Answer:
    answer: Answer = {"ok": True, "facts": [outputs.fact(item) for item in outcome.facts]}
    if outcome.each:
        answer["each"] = [
            {"case": item.order.case}
            | (
                refused(item.refusal, msgspec.to_builtins(item.order))
                if item.refusal
                else {"ok": True}
            )
            for item in outcome.each
        ]
    if outcome.case is not None:
        answer["case"] = outputs.case(outcome.case)
    if outcome.whistle is not None:
        answer["whistle"] = outputs.whistle(outcome.whistle)
    if outcome.alert is not None:
        answer["alert"] = outputs.alert(outcome.alert)
    if outcome.reporters:
        answer["reporters"] = [
            outputs.plain_dict(name=who.name, phone=who.phone, id=who.id)
            for who in outcome.reporters
        ]
    return answer


def _show_case(desk: Desk, order: Mapping[str, Any]) -> Answer:
    number = str(order.get("case", ""))
    found = _wait(desk.ask(OneCase(no=number)))
    facts = _wait(desk.ask(History(case=number)))
    return {
        "case": outputs.case(found),
        "facts": [outputs.fact(item.fact) for item in facts],
    }


def _show_cases(desk: Desk, order: Mapping[str, Any]) -> Answer:
    states = order.get("states", [])
    if not isinstance(states, list) or not set(map(str, states)) <= set(State):
        wanted = Wanted(shape=Shape.LIST, choices=tuple(State))
        raise Refusal("bad_command", detail=grammar.unfit("cases", "states", states, wanted))
    chosen = frozenset(State(str(state)) for state in states)
    found = _wait(desk.ask(Cases(states=chosen, text=str(order.get("text", "")))))
    return {"cases": [outputs.case(item) for item in found]}


def _show_whistles(desk: Desk, _order: Mapping[str, Any]) -> Answer:
    work = _wait(desk.ask(OpenWork(alerts=0)))
    return {"whistles": [outputs.whistle(item) for item in work.whistles]}


def _show_alerts(desk: Desk, _order: Mapping[str, Any]) -> Answer:
    found = _wait(desk.ask(Alerts(verdicts=frozenset({None}))))
    return {"alerts": [outputs.alert(item) for item in found]}


def _show_outbox(desk: Desk, _order: Mapping[str, Any]) -> Answer:
    found = _wait(desk.ask(Pending()))
    return {
        "outbox": [
            outputs.plain_dict(id=item.id, type=item.type, subject=item.subject, body=item.body)
            for item in found
        ]
    }


def _show_why(desk: Desk, order: Mapping[str, Any]) -> Answer:
    found = _wait(desk.ask(OneCase(no=str(order.get("case", "")))))
    lang = str(order.get("lang", "zh"))
    return {"clocks": outputs.clocks(found, desk.hall, SystemClock().now(), lang)}


def _show_doubtful(desk: Desk, _order: Mapping[str, Any]) -> Answer:
    return {"cases": [outputs.case(item) for item in _wait(desk.ask(Doubtful()))]}


def _show_refusals(desk: Desk, order: Mapping[str, Any]) -> Answer:
    asked = RefusalsBefore(whistle=str(order.get("whistle", "")), body=str(order.get("body", "")))
    return {"refusals": [outputs.plain(asdict(item)) for item in _wait(desk.ask(asked))]}


def _show_to_rate(desk: Desk, _order: Mapping[str, Any]) -> Answer:
    return {"whistles": [outputs.whistle(item) for item in _wait(desk.ask(ToRate()))]}


def _show_precedents(desk: Desk, order: Mapping[str, Any]) -> Answer:
    found = _wait(desk.ask(Precedents(case=str(order.get("case", "")))))
    return {"rulings": [outputs.ruling(item) for item in found]}


def _help(_desk: Desk, order: Mapping[str, Any]) -> Answer:
    lang = str(order["lang"])
    if (asked := order.get("command")) is not None:
        command = grammar.ORDERS.get(str(asked))
        if command is None:
            raise Refusal("bad_command", detail=grammar.unknown_order(asked))
        return {"commands": [described(command, lang)]}
    return {
        "commands": [described(command, lang) for command in get_args(c.Command)],
        "looks": looks(lang),
    }


def described(command: type[c.Order], lang: str) -> Answer:
    """Return a command as ``help`` and docs/commands.md give it.

    That is its name, its meaning, its fields, which values they take, and the roles that hold it.
    """
    fields = grammar.slots(command).values()
    return {
        "do": c.name(command),
        "meaning": _meaning(command, lang),
        "fields": {it.name: "required" if it.required else "optional" for it in fields},
        "takes": {it.name: words.wanted(it.wanted, lang) for it in fields},
        "values": {it.name: list(it.wanted.choices) for it in fields if it.wanted.choices},
        "roles": list(access.givers(command)),
    }


def _meaning(command: type[c.Order], lang: str) -> str:
    """Return the word for a command and what it does."""
    name = c.name(command)
    if lang == "en":
        docstring = inspect.getdoc(command) or ""
        return f"{words.command(name, lang)}: {docstring.splitlines()[0].split(': ', 1)[-1]}"
    return f"{words.command(name)}：{words.MEANINGS[name]}"


@dataclass(frozen=True, slots=True)
class Look:
    """Something that can be looked at; what may be said with it, beside ``lang``."""

    answer: Callable[[Desk, Mapping[str, Any]], Answer]
    meaning: words.Both
    takes: tuple[str, ...] = ()


LOOKS: Final[Mapping[str, Look]] = {
    "help": Look(
        _help,
        ("能说的全部指令，或只说其中一条", "what can be said, or of one command alone"),
        ("command",),
    ),
    "show": Look(_show_case, ("一件案卷和它的全过程", "one case with its history"), ("case",)),
    "why": Look(
        _show_why,
        (
            "一件案卷的各个时限为什么在那一刻到期",
            "why each clock of a case ends when it ends",
        ),
        ("case",),
    ),
    "cases": Look(_show_cases, ("案卷", "cases"), ("states", "text")),
    "doubtful": Look(
        _show_doubtful, ("还有疑问的已结案卷", "the closed cases that have left a question")
    ),
    "precedents": Look(
        _show_precedents, ("同类的裁定先例", "earlier rulings on the same class"), ("case",)
    ),
    "refusals": Look(
        _show_refusals,
        (
            "一家单位以前同类拒哨的结果",
            "how a body's earlier refusals of the same class went",
        ),
        ("whistle", "body"),
    ),
    "to_rate": Look(
        _show_to_rate,
        (
            "有单位待评分、有申诉待裁定的哨",
            "whistles with a body to rate, or an appeal to rule on",
        ),
    ),
    "whistles": Look(_show_whistles, ("还没有哨毕的哨", "the running whistles")),
    "alerts": Look(_show_alerts, ("待研判的视频告警", "the video alerts nobody has judged")),
    "outbox": Look(
        _show_outbox,
        ("待发、还没有回执的消息", "what has to leave and has no receipt yet"),
    ),
}


def looks(lang: str) -> Mapping[str, str]:
    """Return what can be looked at as ``help`` and docs/commands.md give it."""
    said = ": " if lang == "en" else "："
    return {
        name: look.meaning[lang == "en"] + (said + ", ".join(look.takes) if look.takes else "")
        for name, look in LOOKS.items()
    }
