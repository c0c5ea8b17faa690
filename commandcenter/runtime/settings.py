"""The settings of a hall: ``hall.toml``, read strictly, every fault named."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, time
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from commandcenter.domain.channel import Channel
from commandcenter.domain.hall import Limits
from commandcenter.domain.place import Datum
from commandcenter.domain.timelimit import DayPolicy, Limit, LimitUnit
from commandcenter.feed.dialects import DIALECTS
from commandcenter.feed.dialects.mapped import Flaw, Phrasebook, Slip, compiled
from commandcenter.feed.dialects.mapped import Unusable as UnusableTable
from commandcenter.runtime import extras
from commandcenter.runtime.findings import Fault, Finding
from commandcenter.runtime.tomlfile import (
    Reader,
    Section,
    Toml,
    Unread,
    Unusable,
    nearest_of,
)

SETTINGS_FILE: Final = "hall.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class HallSettings:
    """``[hall]``: who the hall is; ``datum`` is what screens show and people type."""

    name: str = "综合指挥中心"
    code: str = "hall"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    datum: Datum = Datum.WGS84


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSettings:
    """``[[feed]]``: one upstream; ``datum`` is that of points which name none.

    For a foreign dialect ``source`` is the source of messages that name none, ``zone`` that of
    times without an offset (the hall's if not given), ``mapping`` what ``dialect_file`` says.
    """

    id: str
    url: str
    dialect: str = "cloudevents"
    datum: Datum = Datum.WGS84
    token_file: Path | None = None
    ca_file: Path | None = None
    allow_plaintext: bool = False
    name: str = ""
    source: str = ""
    zone: ZoneInfo | None = None
    mapping: Phrasebook | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSettings:
    """``[report]``: the local time at which the hall's day begins."""

    day_starts: time = time(8)


@dataclass(frozen=True, slots=True, kw_only=True)
class DutySettings:
    """``[duties]``: whether a dispatch or refusal must name an item, where there are lists."""

    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LiaisonSettings:
    """``[liaison]``: where the report-in page is reached from outside, and how long a link is good.

    Without ``base_url`` messages carry no link and nothing is kept for the page.
    """

    base_url: str = ""
    hours: int = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSettings:
    """``[[channel]]`` of ``channels.toml``: one way out, and how it is reached.

    Secrets are told by the name of what holds them: an environment variable or a file.
    """

    channel: Channel
    url: str = ""
    host: str = ""
    port: int = 0
    mode: str = "ssl"
    sender: str = ""
    user: str = ""
    secret_env: str = ""
    secret_file: Path | None = None
    sign_env: str = ""
    sign_file: Path | None = None
    algorithm: str = "hmac-sha256"
    allowed_hosts: tuple[str, ...] = ()
    allow_plaintext: bool = False
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of ``hall.toml``; paths are absolute, what was not written has its default.

    ``channels`` are those of ``channels.toml``; ``feeds_off`` the feeds that a fault keeps off, by
    name, or without one where it keeps off whatever feeds are meant.
    """

    hall: HallSettings
    store_url: str
    state_dir: Path
    feeds: tuple[FeedSettings, ...] = ()
    feeds_off: tuple[tuple[str, Finding], ...] = ()
    report: ReportSettings = field(default_factory=ReportSettings)
    grids_datum: Datum = Datum.WGS84
    thresholds: Limits = field(default_factory=Limits)
    duties: DutySettings = field(default_factory=DutySettings)
    liaison: LiaisonSettings = field(default_factory=LiaisonSettings)
    channels: tuple[ChannelSettings, ...] = ()


def text(value: object) -> str:
    """Take a text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise Unusable("text")
    return value.strip()


def code(value: object) -> str:
    """Take a code: opaque, short, without spaces or invisible characters."""
    if not isinstance(value, str) or not _CODE.fullmatch(value) or not value.isprintable():
        raise Unusable("code")
    return value


_CODE: Final = re.compile(r"\S{1,64}")


def flag(value: object) -> bool:
    """Take ``true`` or ``false``."""
    if not isinstance(value, bool):
        raise Unusable("bool")
    return value


def count(value: object) -> int:
    """Take a whole number of at least one, and no more than a file has any use for."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < _MANY:
        raise Unusable("count")
    return value


_MANY: Final = 10**9


def port(value: object) -> int:
    """Take the number of a port."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < _PORTS:
        raise Unusable("port")
    return value


_PORTS: Final = 2**16


def zone(value: object) -> ZoneInfo:
    """Take the name of a time zone."""
    try:
        return ZoneInfo(text(value))
    except (KeyError, ValueError, OSError):
        raise Unusable("zone") from None


def datum(value: object) -> Datum:
    """Take the name of a datum, in either case."""
    try:
        return Datum(text(value).upper().replace("-", ""))
    except ValueError:
        raise Unusable("datum") from None


def clock(value: object) -> time:
    """Take a local time of day; 24:00 is the midnight after."""
    if isinstance(value, time) and value.tzinfo is None:
        return value
    found = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise Unusable("clock")
    return time(int(found[1]) % 24, int(found[2]))


_CLOCK: Final = re.compile(r"((?:[01]?[0-9]|2[0-3])(?=:)|24(?=:00)):([0-5][0-9])")


def day(value: object) -> date:
    """Take a day written 2026-10-01 or, as spreadsheets do, 2026/10/1."""
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Unusable("date")
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        raise Unusable("date") from None


_DATE: Final = re.compile(r"\s*(\d{4})[-/](\d{1,2})[-/](\d{1,2})\s*", re.ASCII)


def limit(value: object, policy: DayPolicy = DayPolicy.HOURS8) -> Limit:
    """Take a limit such as ``8 urgent_hour``; ``policy`` holds for working days that name none."""
    try:
        return Limit.parse(text(value), policy)
    except ValueError:
        raise Unusable("limit") from None


def running(value: object) -> Limit:
    """Take a limit that runs day and night: minutes or hours, not working time."""
    found = limit(value)
    if found.unit not in {LimitUnit.URGENT_MINUTE, LimitUnit.URGENT_HOUR}:
        raise Unusable("running")
    return found


def _store(value: object) -> str:
    url = text(value)
    if not _STORE.match(url):
        raise Unusable("store")
    if not url.startswith("sqlite"):
        _check_port(url, "store")
    return url


_STORE: Final = re.compile(r"sqlite:///(?!$|\?|:memory:)|postgresql(\+psycopg)?://")


def _check_port(url: str, expected: str) -> None:
    try:
        _ = urlsplit(url).port  # raises when it is no port
    except ValueError:
        raise Unusable(expected) from None


def _socket(value: object) -> str:
    url = text(value)
    _check_port(url, "socket")
    parts = urlsplit(url)
    if parts.scheme not in {"ws", "wss"} or not parts.hostname:
        raise Unusable("socket")
    return url


def page_address(value: object) -> str:
    """Take the address of a page: https, or http on this machine or in a private network."""
    url = text(value)
    _check_port(url, "page")
    parts = urlsplit(url)
    host = parts.hostname or ""
    plain = parts.scheme == "http" and _is_near(host)
    if not host or parts.query or parts.fragment or "@" in parts.netloc or not url.isascii():
        raise Unusable("page")
    if parts.scheme != "https" and not plain:
        raise Unusable("page")
    return url.rstrip("/")


def _is_near(host: str) -> bool:
    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost"


def link_hours(value: object) -> int:
    """Take how many hours a link is good: at most a week."""
    hours = count(value)
    if hours > _WEEK:
        raise Unusable("link_hours")
    return hours


_WEEK: Final = 7 * 24


def _dialect(value: object) -> str:
    name = text(value)
    if name not in DIALECTS:
        raise Unusable(" / ".join(DIALECTS))
    return name


def day_policy(value: object) -> DayPolicy:
    """Take a way of reckoning working days."""
    try:
        return DayPolicy(text(value))
    except ValueError:
        raise Unusable("day_policy") from None


def reasons(value: object) -> tuple[str, ...]:
    """Take a list of reasons: names the program has words for, or a hall's own words."""
    if not isinstance(value, list) or not value:
        raise Unusable("reasons")
    return tuple(dict.fromkeys(map(text, value)))


_HALL: Final[Mapping[str, Reader]] = {
    "name": text,
    "code": code,
    "timezone": zone,
    "datum": datum,
}
_FEED: Final[Mapping[str, Reader]] = {
    "id": code,
    "url": _socket,
    "dialect": _dialect,
    "dialect_file": text,
    "source": code,
    "timezone": zone,
    "datum": datum,
    "token_file": text,
    "ca_file": text,
    "allow_plaintext": flag,
    "name": text,
}
_RUNNING: Final = frozenset({"claim_nag", "claim", "accept", "dispatch", "answer", "report_in"})


def _thresholds(policy: DayPolicy) -> dict[str, Reader]:
    """Return how each threshold is read where working days are reckoned by a policy."""
    kinds: dict[type, Reader] = {
        Limit: partial(limit, policy=policy),
        DayPolicy: day_policy,
        tuple: reasons,
        int: count,
    }
    return {
        item.name: running if item.name in _RUNNING else kinds[type(item.default)]
        for item in fields(Limits)
    }


_STORE_TABLE: Final[Mapping[str, Reader]] = {"url": _store, "state_dir": text}
STORE_KEYS: Final = frozenset(_STORE_TABLE)
"""What ``[store]`` may say."""
UNKNOWN: Final = frozenset({Fault.UNKNOWN_KEY, Fault.UNKNOWN_SECTION})
"""What is wrong with a name on top of the file that nobody knows."""
_TABLES: Final[Mapping[str, Mapping[str, Reader]]] = {
    "hall": _HALL,
    "store": _STORE_TABLE,
    "grids": {"datum": datum},
    "report": {"day_starts": clock},
    "duties": {"required": flag},
    "liaison": {"base_url": page_address, "hours": link_hours},
    "thresholds": _thresholds(DayPolicy.HOURS8),
}
SECRET_QUERY: Final = re.compile("token|key|secret|passw|auth", re.IGNORECASE)
"""What the name of a part of an address shows to be a secret."""


def read_settings(folder: Path) -> tuple[Settings, list[Finding]]:
    """Read ``hall.toml`` of a pack; a fault costs its key, or its feed, and nothing else.

    Never raises for what a person may have written: without a usable file the defaults hold
    and the findings say so.
    """
    folder = folder.resolve()
    findings: list[Finding] = []
    tables: Mapping[str, Any] = {}
    feeds: list[FeedSettings] = []
    off: list[tuple[str, Finding]] = []
    try:
        toml = Toml(folder / SETTINGS_FILE)
    except Unread as unread:
        absent = unread.finding.fault is Fault.ABSENT
        missing = Finding(file=SETTINGS_FILE, fault=Fault.NO_SETTINGS)
        findings.append(missing if absent else unread.finding)
        off.append(("", findings[-1]))
    else:
        if toml.fault:
            findings.append(toml.fault)
            off.append(("", toml.fault))
        else:
            tables = _tables(toml, findings)
            off += [("", item) for item in findings if _hides_feeds(item)]
            feeds = list(_feeds(toml, folder, findings, off))
    hall = dict(tables.get("hall", {}))
    if "timezone" in hall:
        hall["zone"] = hall.pop("timezone")
    store = tables.get("store", {})
    state_dir = folder / store.get("state_dir", "state")
    url = store.get("url", f"sqlite:///{(state_dir / 'hall.db').as_posix()}")
    return Settings(
        hall=HallSettings(**hall),
        store_url=_absolute(url, folder),
        state_dir=state_dir,
        feeds=tuple(feeds),
        feeds_off=tuple(off),
        report=ReportSettings(**tables.get("report", {})),
        grids_datum=tables.get("grids", {}).get("datum", Datum.WGS84),
        thresholds=_limits(tables.get("thresholds", {})),
        duties=DutySettings(**tables.get("duties", {})),
        liaison=LiaisonSettings(**tables.get("liaison", {})),
    ), findings


def _limits(stated: Mapping[str, Any]) -> Limits:
    """Return the thresholds; the hall's way of reckoning days holds for the defaults too."""
    limits = Limits(**stated)
    unsaid: dict[str, Any] = {
        item.name: replace(item.default, policy=limits.day_policy)
        for item in fields(Limits)
        if item.name not in stated
        and isinstance(item.default, Limit)
        and item.default.unit is LimitUnit.WORK_DAY
    }
    return replace(limits, **unsaid)


def _absolute(url: str, folder: Path) -> str:
    """Let the path of an SQLite store begin at the pack."""
    scheme, mark, path = url.partition(":///")
    if not mark or not scheme.startswith("sqlite") or not path or path.startswith(":memory:"):
        return url
    name, query, options = path.partition("?")
    return f"{scheme}:///{(folder / name).as_posix()}{query}{options}"


def _tables(toml: Toml, findings: list[Finding]) -> dict[str, dict[str, Any]]:
    """Read every single table, and name the keys on top that are none."""
    top, known = Section(toml), [*_TABLES, "feed"]
    findings += [top.unknown(key, known) for key in toml.tables if key not in known]
    tables: dict[str, dict[str, Any]] = {}
    for name, readers in _TABLES.items():
        stated = toml.tables.get(name, {})
        if not isinstance(stated, dict):
            findings.append(top.bad(name, stated, "table"))
            stated = {}
        if name == "thresholds":
            readers = _thresholds(_policy(stated))  # noqa: PLW2901  its limits follow one of its keys
        tables[name], faults = Section(toml, name).read(stated, readers)
        findings += faults
        if name == "hall":
            findings += _missing(Section(toml, name), stated, {"name": "text", "code": "code"})
    return tables


def _policy(stated: Mapping[str, Any]) -> DayPolicy:
    try:
        return day_policy(stated["day_policy"])
    except (KeyError, Unusable):
        return DayPolicy.HOURS8


def _missing(
    section: Section, stated: Mapping[str, object], required: Mapping[str, str]
) -> list[Finding]:
    return [
        section.finding(Fault.MISSING_KEY, key, expected=expected)
        for key, expected in required.items()
        if key not in stated
    ]


def _hides_feeds(item: Finding) -> bool:
    """Tell whether what is unknown on top of the file was meant for feeds: [[feeds]], [Feed]."""
    return item.fault in UNKNOWN and item.params["nearest"] == "feed"


def _feeds(
    toml: Toml, folder: Path, findings: list[Finding], off: list[tuple[str, Finding]]
) -> Iterator[FeedSettings]:
    """Yield the feeds that can be used as they are written; the others are ``off``.

    Half a feed is worse than none: it might speak to the wrong place, or in the clear.
    """
    stated = toml.tables.get("feed", [])
    if not isinstance(stated, list) or not all(isinstance(item, dict) for item in stated):
        findings.append(Section(toml).bad("feed", stated, "tables"))
        off.append(("", findings[-1]))
        return
    seen: set[str] = set()
    for index, item in enumerate(stated):
        section = Section(toml, "feed", index)
        values, faults = section.read(item, _FEED)
        named = str(values.get("id", index + 1))
        faults += _missing(section, item, {"id": "code", "url": "socket"})
        for key in {"token_file", "ca_file", "dialect_file"} & values.keys():
            values[key] = folder / values[key]
            if not values[key].is_file():
                faults.append(section.finding(Fault.NO_SUCH_FILE, key, value=item[key]))
        if "url" in values and (unsafe := _unsafe(values)):
            faults.append(section.finding(unsafe, "url", feed=named))
        if "timezone" in values:
            values["zone"] = values.pop("timezone")
        table = values.pop("dialect_file", None)
        if values.get("dialect") == _BY_TABLE:
            if "dialect_file" not in item:
                faults.append(section.finding(Fault.MISSING_KEY, "dialect_file", expected="path"))
            elif table is not None and table.is_file():
                values["mapping"], slips = _phrasebook(table)
                faults += slips
        if named in seen:
            faults.append(section.finding(Fault.DUPLICATE_FEED, "id", feed=named))
        seen.add(named)
        findings += faults
        lacking = values.get("dialect") == _BY_TABLE and values.get("mapping") is None
        if not lacking and all(finding.fault is Fault.UNKNOWN_KEY for finding in faults):
            yield FeedSettings(**values)
        else:
            findings.append(section.finding(Fault.FEED_OFF, feed=named))
            cause = next((it for it in faults if it.fault is not Fault.UNKNOWN_KEY), faults[0])
            off.append((values.get("name", named), cause))


def _phrasebook(path: Path) -> tuple[Phrasebook | None, list[Finding]]:
    """Read the table of a feed that speaks by one; it is there only if nothing is wrong with it."""
    try:
        toml = Toml(path)
        if toml.fault:
            return None, [toml.fault]
        return compiled(toml.tables), []
    except Unread as unread:
        return None, [unread.finding]
    except UnusableTable as unusable:
        return None, [_slip(toml, flaw) for flaw in unusable.flaws]


def _slip(toml: Toml, flaw: Flaw) -> Finding:
    """Say what is wrong with a table of expressions."""
    section = Section(toml, flaw.table, flaw.index)
    match flaw.slip:
        case Slip.NO_PACKAGE:
            params = {"package": "jmespath", "command": extras.command("mapped")}
            return Finding(file=toml.file, fault=Fault.NO_PACKAGE, params=params)
        case Slip.UNKNOWN:
            return section.unknown(flaw.key, flaw.expected)
        case Slip.MISSING:
            return section.finding(Fault.MISSING_KEY, flaw.key, expected=" / ".join(flaw.expected))
        case Slip.BAD:
            meant = flaw.value if isinstance(flaw.value, str) else ""
            return section.bad(flaw.key, flaw.value, nearest_of(meant, flaw.expected))


_BY_TABLE: Final = "mapped"


def _unsafe(values: Mapping[str, Any]) -> Fault | None:
    """Tell what makes the address of a feed unsafe to use."""
    parts = urlsplit(values["url"])
    asked = parse_qsl(parts.query, keep_blank_values=True)
    if "@" in parts.netloc or any(SECRET_QUERY.search(name) for name, _ in asked):
        return Fault.SECRET_IN_URL
    plain = parts.scheme == "ws" and not values.get("allow_plaintext")
    return Fault.PLAIN_SOCKET if plain and not _is_loopback(parts.hostname or "") else None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
