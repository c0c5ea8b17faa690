"""``channels.toml``: the ways out beside the feed, as they are written and as they are used.

A secret is never in the pack: the file names an environment variable, or a file elsewhere.
"""

import hashlib
import os
import ssl
from collections.abc import Callable, Mapping
from datetime import time
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, urlsplit

from commandcenter.domain.channel import USUAL_PACE, Channel, ChannelKind, Pace, Quiet
from commandcenter.gateways.guard import Allowed, Barred, Door, address_of
from commandcenter.gateways.mail import Mail
from commandcenter.gateways.robots import HOSTS, Robot
from commandcenter.gateways.route import NoSecret, Route
from commandcenter.gateways.webhook import ALGORITHMS, Webhook
from commandcenter.runtime import extras
from commandcenter.runtime.findings import Fault, Finding
from commandcenter.runtime.settings import (
    SECRET_QUERY,
    ChannelSettings,
    clock,
    code,
    flag,
    port,
    text,
)
from commandcenter.runtime.tomlfile import Reader, Section, Toml, Unread, Unusable

CHANNELS_FILE: Final = "channels.toml"


Choice = TypeVar("Choice", ChannelKind, Pace)


def _one_of(kind: type[Choice], value: object) -> Choice:
    try:
        return kind(text(value))
    except ValueError:
        raise Unusable(" / ".join(kind)) from None


def _word_of(known: tuple[str, ...], value: object) -> str:
    if value not in known:
        raise Unusable(" / ".join(known))
    return str(value)


def _url(value: object) -> str:
    try:
        address_of(text(value))
    except Barred:
        raise Unusable("receiver") from None
    return text(value)


def _quiet(value: object) -> Quiet:
    """Take the local times between which only what is urgent leaves: ``22:00-07:00``."""
    start, dash, end = text(value).partition("-")
    if not dash:
        raise Unusable("quiet")
    return clock(start.strip()), clock(end.strip())


def _hosts(value: object) -> tuple[str, ...]:
    """Take host names, addresses and networks; none that would be everywhere."""
    if not isinstance(value, list) or not value:
        raise Unusable("hosts")
    for entry in value:
        if not isinstance(entry, str) or not entry.isascii() or not entry.strip():
            raise Unusable("hosts")
        try:
            network = ip_network(entry, strict=False)
        except ValueError:
            if "/" in entry or "*" in entry:
                raise Unusable("hosts") from None
        else:
            if network.prefixlen == 0:
                raise Unusable("hosts")
    return tuple(value)


def _algorithm(value: object) -> str:
    found = _word_of(tuple(ALGORITHMS), value)
    if ALGORITHMS[found] not in hashlib.algorithms_available:
        raise Unusable("hmac-sha256")
    return found


_KEYS: Final[Mapping[str, Reader]] = {
    "code": code,
    "name": text,
    "kind": partial(_one_of, ChannelKind),
    "pace": partial(_one_of, Pace),
    "quiet": _quiet,
    "tested": flag,
    "test_address": text,
    "url": _url,
    "host": text,
    "port": port,
    "mode": partial(_word_of, ("ssl", "starttls", "insecure")),
    "sender": text,
    "user": text,
    "secret_env": code,
    "secret_file": text,
    "sign_env": code,
    "sign_file": text,
    "algorithm": _algorithm,
    "allowed_hosts": _hosts,
    "allow_plaintext": flag,
    "ca_file": text,
}
_NEEDED: Final[Mapping[ChannelKind, Mapping[str, str]]] = {
    ChannelKind.WEBHOOK: {"url": "receiver"},
    ChannelKind.WECOM: {},
    ChannelKind.DINGTALK: {},
    ChannelKind.FEISHU: {},
    ChannelKind.MAIL: {"host": "text", "sender": "text"},
}
_MAIL_PORTS: Final = {"ssl": 465, "starttls": 587, "insecure": 25}
_OF_CHANNEL: Final = ("code", "name", "kind", "pace", "quiet", "tested", "test_address")


def read_channels(
    folder: Path, findings: list[Finding]
) -> tuple[tuple[ChannelSettings, ...], time | None]:
    """Read ``channels.toml`` and the time of the daily test; without the file there is no channel.

    Half a channel is worse than none: one with a fault is off, and the findings say so.
    """
    try:
        toml = Toml(folder / CHANNELS_FILE)
    except Unread as unread:
        if unread.finding.fault is not Fault.ABSENT:
            findings.append(unread.finding)
        return (), None
    if toml.fault:
        findings.append(toml.fault)
        return (), None
    top = Section(toml)
    known = ("channel", "test_at")
    findings += [top.unknown(key, known) for key in toml.tables if key not in known]
    stated = {key: value for key, value in toml.tables.items() if key == "test_at"}
    values, faults = top.read(stated, {"test_at": clock})
    findings += faults
    channels = toml.tables.get("channel", [])
    if not isinstance(channels, list) or not all(isinstance(item, dict) for item in channels):
        findings.append(top.bad("channel", channels, "tables"))
        return (), None
    found: dict[str, ChannelSettings] = {}
    rows: dict[str, str] = {}
    for index, item in enumerate(channels):
        section = Section(toml, "channel", index)
        settings, faults = _channel(section, item, folder.resolve(), rows)
        findings += faults
        if settings is not None:
            found[settings.channel.code] = settings
            rows[settings.channel.code] = str(toml.line_of("channel", "code", index))
    return tuple(found.values()), values.get("test_at")


def _channel(
    section: Section, stated: Mapping[str, object], folder: Path, known: Mapping[str, str]
) -> tuple[ChannelSettings | None, list[Finding]]:
    """Read one channel; nothing for one that cannot be used as it is written."""
    values, faults = section.read(stated, _KEYS)
    named = str(values.get("code", section.index + 1))
    kind = values.get("kind")
    needed = {"code": "code", "kind": "kind", **_NEEDED.get(kind, {})}  # type: ignore[arg-type]
    faults += [
        section.finding(Fault.MISSING_KEY, key, expected=expected)
        for key, expected in needed.items()
        if key not in stated
    ]
    if named in known:
        first = known[named]
        faults.append(section.finding(Fault.DUPLICATE_KEY, "code", value=named, first=first))
    if values.get("code") in _TAKEN:
        faults.append(section.bad("code", named, "code"))
    for key in ("secret_file", "sign_file", "ca_file"):
        if key in values:
            values[key] = folder / values[key]
            if key != "ca_file" and values[key].resolve().is_relative_to(folder):
                faults.append(section.finding(Fault.SECRET_IN_PACK, key, channel=named))
            elif not values[key].is_file():
                faults.append(section.finding(Fault.NO_SUCH_FILE, key, value=str(stated[key])))
    faults += _about_secrets(section, values, kind, named)
    if "url" in values and _tells_secret(values["url"]):
        faults.append(section.finding(Fault.SECRET_IN_URL, "url", feed=named))
    if _is_plain(values) and not values.get("allow_plaintext"):
        faults.append(section.finding(Fault.PLAIN_CHANNEL, "url", channel=named))
    package = "urllib3" if kind is ChannelKind.WEBHOOK else "apprise"
    if kind is not None and find_spec(package) is None:
        params = {"package": package, "command": extras.command("channels")}
        faults.append(Finding(file=CHANNELS_FILE, fault=Fault.NO_PACKAGE, params=params))
    off = [it for it in faults if it.fault not in {Fault.UNKNOWN_KEY, Fault.SECRET_ABSENT}]
    if off:
        return None, [*faults, section.finding(Fault.CHANNEL_OFF, channel=named)]
    return _settings(values), faults


_TAKEN: Final = frozenset({"feed", "phone"})
"""Codes that mean something else in ``contacts.csv``."""


def _about_secrets(
    section: Section, values: Mapping[str, Any], kind: ChannelKind | None, named: str
) -> list[Finding]:
    """Say which secret a channel lacks: nobody can send without it."""
    wants = kind is not None and (kind is not ChannelKind.MAIL or "user" in values)
    has = "secret_env" in values or "secret_file" in values
    if wants and not has:
        return [section.finding(Fault.MISSING_KEY, "secret_env", expected="text")]
    return [
        section.finding(Fault.SECRET_ABSENT, key, name=values[key], channel=named)
        for key in ("secret_env", "sign_env")
        if key in values and not os.environ.get(values[key])
    ]


def _tells_secret(url: str) -> bool:
    asked = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    return any(SECRET_QUERY.search(name) for name, _value in asked)


def _is_plain(values: Mapping[str, Any]) -> bool:
    """Tell whether something would leave in the clear, and not only to this machine."""
    if values.get("kind") is ChannelKind.MAIL:
        return values.get("mode") == "insecure" and not _is_here(values.get("host", ""))
    parts = urlsplit(values.get("url", ""))
    return parts.scheme == "http" and not _is_here(parts.hostname or "")


def _is_here(host: str) -> bool:
    try:
        return ip_network(host).is_loopback
    except ValueError:
        return host == "localhost"


def _settings(values: dict[str, Any]) -> ChannelSettings:
    of_channel = {key: values.pop(key) for key in _OF_CHANNEL if key in values}
    of_channel.setdefault("pace", USUAL_PACE[of_channel["kind"]])
    of_channel["tested"] = of_channel.get("tested", "test_address" in of_channel)
    return ChannelSettings(channel=Channel(**of_channel), **values)


def routes_of(channels: tuple[ChannelSettings, ...]) -> dict[str, Route]:
    """Return by code how each channel sends; secrets are read at each message."""
    if channels and find_spec("urllib3") is not None:
        import_module("urllib3")  # 0.1 s that the first whistle does not wait for
    return {item.channel.code: _route(item) for item in channels}


def _route(settings: ChannelSettings) -> Route:
    kind = settings.channel.kind
    secret = partial(secret_of, settings.secret_env, settings.secret_file)
    if kind is ChannelKind.MAIL:
        return Mail(
            host=settings.host,
            port=settings.port or _MAIL_PORTS[settings.mode],
            mode=settings.mode,
            sender=settings.sender,
            user=settings.user,
            secret=secret,
            allowed=Allowed.of(settings.allowed_hosts or (settings.host,)),
        )
    host = urlsplit(settings.url).hostname or HOSTS.get(kind, "")
    ca_file = str(settings.ca_file) if settings.ca_file else None
    door = Door(
        allowed=Allowed.of(settings.allowed_hosts or (host,)),
        plain_allowed=settings.allow_plaintext,
        context=ssl.create_default_context(cafile=ca_file),
    )
    if kind is ChannelKind.WEBHOOK:
        return Webhook(url=settings.url, door=door, secret=secret, algorithm=settings.algorithm)
    sign: Callable[[], str] | None = None
    if settings.sign_env or settings.sign_file:
        sign = partial(secret_of, settings.sign_env, settings.sign_file)
    return Robot(kind=kind, door=door, secret=secret, sign=sign, origin=settings.url)


def secret_of(variable: str, file: Path | None) -> str:
    """Return a secret from where it is kept.

    Raises:
        NoSecret: it is not there.
    """
    if file is not None:
        try:
            found = file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise NoSecret(file.name) from None
    else:
        found = os.environ.get(variable, "")
    if not found:
        raise NoSecret(variable or str(file and file.name))
    return found
