"""Frames that no honest sender would write: what the feed's decoder must bear, seeded."""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, Final

_TYPES: Final = (
    "grid.event.reported",
    "grid.event.updated",
    "grid.event.withdrawn",
    "video.alert.raised",
    "video.alert.updated",
    "video.alert.cleared",
    "task.receipt",
    "whistle.receipt",
    "verification.receipt",
    "followup.receipt",
    "position.reported",
    "county.task",
    "feed.receipt",
    "feed.heartbeat",
    "feed.welcome",
    "feed.hello",
    "task.dispatched",
    "no.such.type",
    "",
)
_NUMBERS: Final = (
    "event_no", "alert_id", "case_no", "whistle_no", "task_no", "id", "epoch",
)  # fmt: skip
_FIELDS: Final = (
    *_NUMBERS,
    "title", "description", "category", "urgency", "channel", "occurred_at", "location", "reporter",
    "attachments", "requires_reply", "camera", "priority", "confidence", "objects", "status",
    "result", "contacted", "body", "at", "by", "unit", "oldest", "newest", "sequence", "reason",
)  # fmt: skip
_TEXTS: Final = (
    "",
    "\x00",
    "a\x00b",
    "\x1b[31m",
    "\u202egnp.exe",
    "\ufeff",
    "\u2028",
    "\u200b",
    "\x7f\x85",
    "<img src=file:///etc/passwd>",
    "<table>" * 60,
    "=cmd|' /C calc'!A0",
    "'; DROP TABLE report; --",
    "../../etc/passwd",
    "垃圾桶满溢",
    "😀" * 50,
    "𠮷野家",
    "x" * 201,
    "长" * 21_000,
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "2026-02-30T00:00:00Z",
    "2026-11-21T12:00:00",
    "2026-11-21T12:00:00+08:00",
    "1970-01-01T00:00:00Z",
    "00000000000000000007",
    "99999999999999999999",
    "-1",
    "٣",
    "normal",
    "WGS84",
    "accepted",
)
_LITERALS: Final = (
    "NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1e-999", "9223372036854775808",
    "-9223372036854775809", "9" * 400, "9" * 5_000, "0.1", "1.0", "-0", "true", "false", "null",
    "[]", "{}", '"\\ud800"', '"\\udc00\\ud800"', '"\\u0000"', "0x10", "01", "'a'", "undefined",
)  # fmt: skip
_RAW: Final = (
    "", " ", "\x00", "null", "[]", "{}", '"', "{", "[", "}", "\ufeff{}", "{}{}", "NaN", "true",
    '{"sequence":"00000000000000000009",', "\ud800", "\udcff\udcfe", "//", "{'a':1}", "\u2028",
)  # fmt: skip
_DEPTHS: Final = (60, 70, 500, 2_000, 20_000, 120_000)


def hostile_frames(seed: int, count: int) -> Iterator[str | bytes]:
    """Yield ``count`` frames, the same for the same ``seed``; ``bytes`` stands for a binary frame.

    Some may be taken in (a hostile text in a well-formed report), most may not; none may do harm.
    """
    random = Random(seed)  # noqa: S311  a rehearsal must be repeatable, not secret
    for _ in range(count):
        yield random.choice(_MAKERS)(random)


def _even(random: Random) -> bool:
    return bool(random.randrange(2))


def _seldom(random: Random) -> bool:
    return not random.randrange(5)


def _raw(random: Random) -> str | bytes:
    text = random.choice(_RAW)
    return text.encode(errors="surrogatepass") if _seldom(random) else text


def _noise(random: Random) -> str | bytes:
    noise = random.randbytes(random.randrange(1, 200))
    return noise if _even(random) else noise.decode(errors="surrogateescape")


def _nested(random: Random) -> str:
    depth = random.choice(_DEPTHS)
    opening, closing = random.choice((("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")))
    deep = opening * depth + "1" + closing * depth * random.randrange(2)
    return deep if _seldom(random) else _envelope(random, {"x": _Literal(deep)})


def _large(random: Random) -> str:
    size = random.choice((200_000, 262_144, 262_145, 300_000))
    return random.choice(
        (
            "x" * size,
            '"' * size,
            '"' + '\\"' * (size // 2),
            "[]" * (size // 2),
            "[" + "1," * (size // 2) + "1]",
            '{"a":' + "9" * size + "}",
            _envelope(random, {"description": "满" * (size // 3)}),
        )
    )


def _cut(random: Random) -> str:
    whole = _message(random)
    return whole[: random.randrange(len(whole) + 1)]


def _flipped(random: Random) -> str:
    letters = list(_message(random))
    for _ in range(random.randrange(1, 6)):
        letters[random.randrange(len(letters))] = chr(random.randrange(0x20, 0x3000))
    return "".join(letters)


def _doubled(random: Random) -> str:
    whole = _message(random)
    key = random.choice(("id", "type", "sequence", "data", "specversion"))
    return f'{{"{key}":{_value(random)},{whole[1:]}'


def _message(random: Random) -> str:
    fields = {random.choice(_FIELDS): _value(random) for _ in range(random.randrange(1, 6))}
    if _even(random):  # let it get past the required fields
        fields |= {name: _Literal('"N1"') for name in _NUMBERS}
        fields |= {"title": _Literal(json.dumps(random.choice(_TEXTS)))}
    return _envelope(random, fields)


def _envelope(random: Random, data: dict[str, Any]) -> str:
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "id": f"H{random.randrange(1_000)}",
        "source": "/hostile",
        "type": random.choice(_TYPES),
        "time": "2026-11-21T12:00:00+08:00",
        "sequence": f"{random.randrange(1_000):020}",
        "data": data,
    }
    if _seldom(random):
        attributes[random.choice((*attributes, "recordedtime", "subject"))] = _value(random)
    if _seldom(random):
        del attributes[random.choice(tuple(attributes))]
    return _write(attributes)


class _Literal(str):
    """Text that is written as it is, JSON or not."""

    __slots__ = ()


def _value(random: Random) -> _Literal:
    return _Literal(
        random.choice(_LITERALS)
        if _even(random)
        else json.dumps(random.choice(_TEXTS), ensure_ascii=_even(random))
    )


def _write(value: Any) -> str:
    match value:
        case _Literal():
            return value
        case dict():
            return "{" + ",".join(f"{json.dumps(k)}:{_write(v)}" for k, v in value.items()) + "}"
        case _:
            return json.dumps(value)


_MAKERS: Final[tuple[Callable[[Random], str | bytes], ...]] = (
    *(_message,) * 24,
    *(_cut,) * 8,
    *(_flipped,) * 8,
    *(_doubled,) * 4,
    *(_raw,) * 4,
    *(_noise,) * 4,
    *(_nested,) * 2,
    _large,
)
