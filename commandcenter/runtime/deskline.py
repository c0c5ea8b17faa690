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
        if (look := _LOOKS.get(str(order.get("do")))) is not None:
            _known(order)
            return {"ok": True, **look(self.desk, {"lang": self.lang, **order})}
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


def _known(look: Mapping[str, Any]) -> None:
    """Let a look pass that has no member it does not know."""
    known = _TAKES.get(look["do"], ())
    for name in look:
        if name not in {"do", "lang", *known}:
            raise Refusal("bad_command", detail=grammar.unknown(look["do"], name, known))


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
    if (asked := order.get("command")) is not None:
        command = grammar.ORDERS.get(str(asked))
        if command is None:
            raise Refusal("bad_command", detail=grammar.unknown_order(asked))
        return {"commands": [described(command)]}
    return {"commands": [described(command) for command in get_args(c.Command)], "looks": LOOKS}


def described(command: type[c.Order]) -> Answer:
    """Return a command as ``help`` and docs/commands.md give it.

    That is its name, its meaning, its fields, which values they take, and the roles that hold it.
    """
    fields = grammar.slots(command).values()
    meaning = inspect.getdoc(command) or ""
    return {
        "do": c.name(command),
        "meaning": meaning.split("\n")[0],
        "fields": {it.name: "required" if it.required else "optional" for it in fields},
        "takes": {it.name: words.wanted(it.wanted, "en") for it in fields},
        "values": {it.name: list(it.wanted.choices) for it in fields if it.wanted.choices},
        "roles": list(access.givers(command)),
    }


LOOKS: Final = {
    "help": "what can be said, or of one command alone: command",
    "show": "one case with its history: case",
    "why": "why each clock of a case ends when it ends: case",
    "cases": "cases: states, text",
    "doubtful": "the closed cases that have left a question",
    "precedents": "earlier rulings on the same class: case",
    "refusals": "how a body's earlier refusals of the same class went: whistle, body",
    "to_rate": "whistles with a body to rate, or an appeal to rule on",
    "whistles": "the running whistles",
    "alerts": "the video alerts nobody has judged",
    "outbox": "what has to leave and has no receipt yet",
}
_TAKES: Final[Mapping[str, tuple[str, ...]]] = {
    "help": ("command",),
    "show": ("case",),
    "why": ("case",),
    "cases": ("states", "text"),
    "precedents": ("case",),
    "refusals": ("whistle", "body"),
}
"""What may be said with a look, beside ``lang``."""
_LOOKS: Final[Mapping[str, Callable[[Desk, Mapping[str, Any]], Answer]]] = {
    "help": _help,
    "show": _show_case,
    "why": _show_why,
    "cases": _show_cases,
    "doubtful": _show_doubtful,
    "precedents": _show_precedents,
    "refusals": _show_refusals,
    "to_rate": _show_to_rate,
    "whistles": _show_whistles,
    "alerts": _show_alerts,
    "outbox": _show_outbox,
}
