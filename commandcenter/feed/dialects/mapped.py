"""Any JSON: a table of JMESPath expressions says which message a frame is and where its fields are.

The table is TOML (``docs/dialects.md``). It is compiled and checked when the hall starts, so that a
slip of the pen is a finding then, and not a thousand messages in quarantine later.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from types import ModuleType
from typing import Any, Final, get_args, get_origin

from msgspec import Struct
from msgspec.structs import fields
from typing_extensions import override

from commandcenter.application.messages import MessageType, QuarantineReason
from commandcenter.feed.dialects.door import Refused, Said, Terms, moment, read_json
from commandcenter.feed.wire import INBOUND

PACKAGE: Final = "jmespath"
"""What evaluates the expressions; the extra ``mapped`` installs it."""

_SESSION: Final = frozenset({MessageType.WELCOME, MessageType.HEARTBEAT})
_KINDS: Final = {str(kind): data for kind, data in INBOUND.items() if kind not in _SESSION}
_EXPRESSIONS: Final = ("kind", "id", "source", "time")
_REQUIRED: Final = ("type", "id", "time", "data")
_FAILURES: Final = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError)


class Slip(StrEnum):
    """What can be wrong with a table."""

    UNKNOWN = "unknown"  # a key nobody knows
    MISSING = "missing"
    BAD = "bad"  # a value that cannot be used
    NO_PACKAGE = "no_package"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One thing to mend: ``key`` of the ``index``-th table of the name ``table``.

    ``value`` is what was written there, ``expected`` the names or the words that may be.
    """

    slip: Slip
    table: str = ""
    index: int = 0
    key: str = ""
    value: object = None
    expected: tuple[str, ...] = ()


class Unusable(Exception):
    """The table is of no use; ``flaws`` is all that is wrong with it."""

    def __init__(self, flaws: list[Flaw]) -> None:
        super().__init__(flaws)
        self.flaws = flaws

    @override
    def __str__(self) -> str:
        return "; ".join(f"{flaw.slip} {flaw.table} {flaw.key}" for flaw in self.flaws)


Expression = Any
"""What the package compiles a text to; it tells no types."""

Parts = Mapping[str, "Expression | Parts"]
"""Where the fields of an object are found; an object within it has parts of its own."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rule:
    type: MessageType
    kind: Expression
    id: Expression
    source: Expression
    time: Expression
    data: Parts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Phrasebook:
    """A table that was found sound."""

    ignore: Expression
    rules: tuple[_Rule, ...]

    def translate(self, text: str, terms: Terms) -> Said | None:
        """Say what a frame means by the first rule whose ``kind`` is true of it.

        Raises:
            Refused: it is no JSON, no rule is for it, or an expression fails on it.
        """
        document = read_json(text)
        if self.ignore is not None and _is_true(_found(self.ignore, document)):
            return None
        for rule in self.rules:
            if rule.kind is None or _is_true(_found(rule.kind, document)):
                return Said(
                    kind=rule.type,
                    id=_found(rule.id, document),
                    source=(rule.source and _found(rule.source, document)) or terms.source,
                    time=moment(
                        _found(rule.time, document), terms.zone, QuarantineReason.BAD_ENVELOPE
                    ),
                    data=_gathered(rule.data, document, terms),
                )
        raise Refused(QuarantineReason.UNKNOWN_TYPE, "no rule of the mapping is for this")


def compiled(tables: Mapping[str, object]) -> Phrasebook:
    """Return the phrasebook that a TOML document of rules makes.

    Raises:
        Unusable: something is wrong with it, or the package is not installed.
    """
    try:
        package = import_module(PACKAGE)
    except ImportError:
        raise Unusable([Flaw(slip=Slip.NO_PACKAGE)]) from None
    writer = _Compiler(package, [])
    known = ("ignore", "message")
    writer.flaws.extend(_unknown("", 0, tables, known))
    ignore = writer.expression("", 0, "ignore", tables.get("ignore"))
    stated = tables.get("message")
    rules: list[_Rule] = []
    if stated is None:
        writer.flaws.append(Flaw(slip=Slip.MISSING, key="message", expected=("[[message]]",)))
    elif not isinstance(stated, list) or not all(isinstance(item, dict) for item in stated):
        writer.bad("", 0, "message", stated, "[[message]]")
    else:
        rules = [rule for index, item in enumerate(stated) if (rule := writer.rule(index, item))]
    if writer.flaws:
        raise Unusable(writer.flaws)
    return Phrasebook(ignore=ignore, rules=tuple(rules))


@dataclass(frozen=True, slots=True)
class _Compiler:
    package: ModuleType
    flaws: list[Flaw]

    def rule(self, index: int, stated: Mapping[str, object]) -> _Rule | None:
        """Compile one ``[[message]]``; ``None`` if it is of no known type."""
        table = "message"
        self.flaws.extend(_unknown(table, index, stated, ("type", *_EXPRESSIONS, "data")))
        self.flaws.extend(
            Flaw(slip=Slip.MISSING, table=table, index=index, key=key, expected=_KEY_WORDS[key])
            for key in _REQUIRED
            if key not in stated
        )
        found = {key: self.expression(table, index, key, stated.get(key)) for key in _EXPRESSIONS}
        type_, data = stated.get("type"), stated.get("data", {})
        if type_ is not None and (not isinstance(type_, str) or type_ not in _KINDS):
            self.bad(table, index, "type", type_, *_KINDS)
            return None
        if not isinstance(data, dict):
            self.bad(table, index, "data", data, "[message.data]")
            return None
        if type_ is None:
            return None
        parts = self.parts("message.data", index, data, _KINDS[str(type_)])
        return _Rule(type=MessageType(type_), data=parts, **found)

    def parts(
        self, table: str, index: int, stated: Mapping[str, object], shape: type[Struct]
    ) -> Parts:
        """Compile the fields of an object of the contract."""
        known = {item.encode_name: item for item in fields(shape)}
        self.flaws.extend(_unknown(table, index, stated, known))
        self.flaws.extend(
            Flaw(slip=Slip.MISSING, table=table, index=index, key=key, expected=_KEY_WORDS["id"])
            for key, item in known.items()
            if item.required and key not in stated
        )
        parts: dict[str, Expression | Parts] = {}
        for key in stated.keys() & known.keys():
            value, inner = stated[key], _object_in(known[key].type)
            if isinstance(value, dict) and inner is not None:
                parts[key] = self.parts(f"{table}.{key}", index, value, inner)
            else:
                parts[key] = self.expression(table, index, key, value)
        return parts

    def expression(self, table: str, index: int, key: str, value: object) -> Expression:
        """Compile an expression; what was not written is ``None``."""
        if value is None:
            return None
        try:
            expression = self.package.compile(value)
            for node in _nodes(expression.parsed):
                self._check_call(node)
        except (*_FAILURES, RecursionError):
            self.bad(table, index, key, value, *_KEY_WORDS["id"])
            return None
        return expression

    def _check_call(self, node: Mapping[str, Any]) -> None:
        """Refuse a function there is none of, or too few or many arguments, before it is met.

        Raises:
            ValueError: the call cannot succeed.
        """
        if node["type"] != "function_expression":
            return
        functions = self.package.functions.Functions.FUNCTION_TABLE
        takes, given = functions[node["value"]]["signature"], len(node["children"])
        variadic = bool(takes) and takes[-1].get("variadic", False)
        if given < len(takes) or (given > len(takes) and not variadic):
            raise ValueError(node["value"])

    def bad(self, table: str, index: int, key: str, value: object, *expected: str) -> None:
        """Note a value that cannot be used."""
        self.flaws.append(
            Flaw(slip=Slip.BAD, table=table, index=index, key=key, value=value, expected=expected)
        )


_KEY_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "type": tuple(_KINDS),
    "id": ("JMESPath",),
    "time": ("JMESPath",),
    "data": ("[message.data]",),
}


def _unknown(
    table: str, index: int, stated: Mapping[str, object], known: Mapping[str, Any] | tuple[str, ...]
) -> list[Flaw]:
    return [
        Flaw(slip=Slip.UNKNOWN, table=table, index=index, key=key, expected=tuple(known))
        for key in stated
        if key not in known
    ]


def _object_in(annotation: object) -> type[Struct] | None:
    """Return the object a field holds one of, if it does."""
    candidates = () if get_origin(annotation) is tuple else (annotation, *get_args(annotation))
    return next(
        (one for one in candidates if isinstance(one, type) and issubclass(one, Struct)), None
    )


def _nodes(node: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the nodes of a compiled expression."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += [child for child in one["children"] if isinstance(child, dict)]


def _found(expression: Expression, document: object) -> Any:
    """Return what an expression finds in a frame.

    Raises:
        Refused: it fails, as ``join`` does where there is no text.
    """
    try:
        return expression.search(document)
    except (*_FAILURES, RecursionError) as error:
        raise Refused(QuarantineReason.BAD_DATA, str(error)[:500]) from None


def _is_true(value: object) -> bool:
    """Tell whether JMESPath holds a value for true; a zero is."""
    return bool(value) or (isinstance(value, int | float) and value is not False)


def _gathered(parts: Parts, document: object, terms: Terms) -> dict[str, object]:
    """Return the fields that are there; a field not found is left out."""
    data: dict[str, object] = {}
    for key, part in parts.items():
        value = (
            _gathered(part, document, terms) or None
            if isinstance(part, dict)
            else _plain(key, _found(part, document), terms)
        )
        if value is not None:
            data[key] = value
    return data


def _plain(key: str, value: object, terms: Terms) -> object:
    """Return a value as the contract writes it: its times with an offset, its numbers finite.

    Raises:
        Refused: a time or a number is none.
    """
    match value:
        case dict():
            return {name: _plain(name, inner, terms) for name, inner in value.items()}
        case list():
            return [_plain("", inner, terms) for inner in value]
        case None:
            return None
        case _ if key == "at" or key.endswith("_at"):
            return moment(value, terms.zone, QuarantineReason.BAD_DATA).isoformat()
        case float() if not math.isfinite(value):
            raise Refused(QuarantineReason.BAD_DATA, f"`{key}` is {value}")
    return value
