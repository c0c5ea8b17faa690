"""The grammar of commands: fields, values and who may give them, all from the types and roles."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from difflib import get_close_matches
from functools import cache
from typing import Any, Final, get_args
from unicodedata import category
from urllib.parse import unquote, urlsplit

import msgspec
from msgspec import inspect as types
from msgspec import json
from msgspec.structs import replace

from commandcenter.application import commands as c
from commandcenter.domain.errors import Refusal
from commandcenter.domain.wanted import Shape, Wanted


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a command: its name in JSON, whether it must be given, what it takes."""

    name: str
    required: bool
    wanted: Wanted


ORDERS: Final[Mapping[str, type[c.Order]]] = {c.name(it): it for it in get_args(c.Command)}
"""Every command by its name in JSON."""


@cache
def slots(command: type[c.Order]) -> Mapping[str, Slot]:
    """Return the fields of a command by name, in their order."""
    return {
        field.encode_name: Slot(
            name=field.encode_name,
            required=field.required,
            wanted=_wanted(types.type_info(field.type)),
        )
        for field in msgspec.structs.fields(command)
    }


def sound(command: c.Order) -> None:
    """Let a command pass whose values are of their types and within their bounds.

    Whoever makes a command as a value, and not from JSON, is held to the same.

    Raises:
        Refusal: a value could not have come as JSON (``bad_command``).
    """
    try:
        order = msgspec.to_builtins(command)
    except (TypeError, ValueError, OverflowError):
        raise _bad(Refusal("unstorable")) from None
    read(order, type(command))


def read(order: Mapping[str, Any], kind: Any = c.Command) -> c.Order:
    """Read a command from what JSON gave.

    Raises:
        Refusal: it is none (``bad_command``); ``detail`` is the refusal that says what is wrong.
    """
    try:
        command: c.Order = msgspec.convert(order, kind, strict=True)
    except (msgspec.ValidationError, OverflowError) as fault:
        raise _bad(_misread(order, str(fault))) from None
    except RecursionError:
        raise _bad(Refusal("line_not_json")) from None
    for refusal in _beyond_types(command):
        raise _bad(refusal)
    return command


def unfit(step: str, slot: str, value: object, wanted: Wanted) -> Refusal:
    """Return the refusal of a value that a field does not take."""
    if isinstance(value, str) and not value.strip():
        return Refusal("slot_empty", step=step, slot=slot, wanted=wanted)
    return Refusal("slot_unfit", step=step, slot=slot, value=_shown(value), wanted=wanted)


def unknown(step: str, slot: str, known: Iterable[str]) -> Refusal:
    """Return the refusal of a field that a command or a look does not have."""
    return Refusal("unknown_slot", step=step, slot=_shown(slot), known=", ".join(known) or "do")


def unknown_order(do: object, known: Iterable[str] = ORDERS) -> Refusal:
    """Return the refusal of what is no command, with the one that was probably meant."""
    if do is None:
        return Refusal("order_missing")
    near = get_close_matches(str(do).lower(), known, 1, _ALIKE)
    if near:
        return Refusal("misspelt_order", order=_shown(do), nearest=near[0])
    return Refusal("unknown_order", order=_shown(do))


_ALIKE: Final = 0.7  # frobnicate is not meant for arbitrate


def _bad(detail: Refusal) -> Refusal:
    return Refusal("bad_command", detail=detail)


# -- the types --


def _wanted(type_: types.Type) -> Wanted:
    match type_:
        case types.Metadata(type=inner, extra_json_schema=extra):
            extra = extra or {}
            told = {"choices": tuple(extra.get("enum", ()))}
            shape = {"shape": Shape(extra["format"])} if "format" in extra else {}
            return replace(_wanted(inner), **told, **shape)
        case types.UnionType(types=(one, types.NoneType())):
            return _wanted(one)
        case types.EnumType(cls=cls):
            return Wanted(shape=Shape.TEXT, choices=tuple(cls))
        case (
            types.StrType(min_length=least, max_length=most)
            | types.VarTupleType(min_length=least, max_length=most)
        ):
            return Wanted(shape=_SHAPES[type(type_)], least=least, most=most)
        case types.IntType(ge=least, le=most) | types.FloatType(ge=least, le=most):
            return Wanted(shape=_SHAPES[type(type_)], least=least, most=most)
        case _:
            return Wanted(shape=_SHAPES[type(type_)])


_SHAPES: Final[Mapping[type[types.Type], Shape]] = {
    types.StrType: Shape.TEXT,
    types.VarTupleType: Shape.LIST,
    types.IntType: Shape.WHOLE,
    types.FloatType: Shape.NUMBER,
    types.BoolType: Shape.YES_NO,
    types.DictType: Shape.TABLE,
    types.DateTimeType: Shape.MOMENT,
}


# -- what is wrong --

_LACKS: Final = re.compile(r"missing required field `(\w+)`")
_MORE: Final = re.compile(r"unknown field `(.*?)`(?: - at|$)", re.DOTALL)
_AT: Final = re.compile(r" - at `(?:key in )?\$(.*?)`$")
_PATH: Final = re.compile(r"\.(\w+)|\[(\d+)\]")


def _misread(order: Any, fault: str) -> Refusal:
    """Return what is wrong with an order, by the place that the decoder's words name."""
    at = _AT.search(fault)
    path = [int(it[2]) if it[2] else it[1] for it in _PATH.finditer(at[1] if at else "")]
    known: tuple[str, ...] = tuple(ORDERS)
    if path[:1] == ["orders"] and len(path) > 1:  # one of several
        known = tuple(c.name(it) for it in get_args(c.InBulk))
        order, path = order["orders"][path[1]], path[2:]
    do = order.get("do") if isinstance(order, dict) else None
    if do not in known or path[:1] == ["do"]:
        return unknown_order(do, known)
    fields = slots(ORDERS[do])
    if lacks := _LACKS.search(fault):
        wanted = fields[lacks[1]].wanted
        return Refusal("slot_missing", step=do, slot=lacks[1], wanted=wanted)
    if more := _MORE.search(fault):
        return unknown(do, more[1], fields)
    if not path or path[0] not in fields:
        return Refusal("line_not_json")
    name = str(path[0])
    return unfit(do, name, order.get(name), fields[name].wanted)


def _beyond_types(command: c.Order) -> Iterator[Refusal]:
    """Yield what is wrong with a command although its values are of their types."""
    if isinstance(command, c.Bulk):
        return  # each of its orders is looked at by itself
    if isinstance(command, c.Register) and (command.lon is None) is not (command.lat is None):
        yield Refusal("lone_coordinate")
    step = c.name(type(command))
    for name, slot in slots(type(command)).items():
        value = getattr(command, name)
        for item in value if isinstance(value, tuple) else (value,):
            if not _fits(item, slot.wanted):
                yield unfit(step, name, item, slot.wanted)


def _fits(value: object, wanted: Wanted) -> bool:
    match value:
        case None:
            return True
        case datetime():
            return value.year in YEARS
        case str() if not _is_text(value) or (wanted.choices and value not in wanted.choices):
            return False
        case str() if wanted.shape is Shape.WEB:
            return _leads_somewhere(value)
        case str() if wanted.shape is Shape.DIGEST:
            return _DIGEST.fullmatch(value) is not None
    return True


YEARS: Final = range(1971, 9999)
"""Within these every zone can show every instant."""
_DIGEST: Final = re.compile(r"[0-9A-Fa-f]{64}")
_WHITE: Final = frozenset("\n\r\t")


def _is_text(value: str) -> bool:
    """Tell whether a text can be stored and shown: no half characters, no control characters."""
    return value.isprintable() or all(
        category(letter) not in {"Cc", "Cs"} or letter in _WHITE for letter in value
    )


def _leads_somewhere(url: str) -> bool:
    """Tell whether a reference is one that may be followed: a page, a share, a file of the hall's.

    What leads into this machine or runs something does not (``file:``, ``javascript:``).
    """
    if not url.strip() or _WHITE & set(url):
        return False
    if url.startswith("\\\\"):
        return len([part for part in url.split("\\") if part]) > 1
    try:
        parts = urlsplit(url)
        if parts.scheme:
            _port = parts.port  # raises where it is no number
            return parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in url
    except ValueError:
        return False
    inside = unquote(parts.path).replace("\\", "/").split("/")
    return not parts.netloc and ":" not in inside[0] and bool(inside[0]) and ".." not in inside


_LONGEST: Final = 60


def _shown(value: object) -> str:
    """Return a value as a sentence names it: short, and without what cannot be shown."""
    text = value if isinstance(value, str) else json.encode(value, enc_hook=str).decode()
    plain = "".join(letter if letter.isprintable() else "�" for letter in text[: _LONGEST + 1])
    return plain if len(plain) <= _LONGEST else plain[:_LONGEST] + "…"
