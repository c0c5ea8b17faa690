"""Group robots of WeCom, DingTalk and Feishu: ``apprise`` speaks, through the hall's own door.

apprise posts by ``requests``, follows the proxies of the environment, and takes every answer with
status 200 for a yes, though these services say no in its body. So what it posts goes out by
``guard.Door``, and the answer is read here (docs/decisions, the record on apprise).
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import msgspec

from commandcenter.application.changes import AttemptState
from commandcenter.domain.channel import ChannelKind
from commandcenter.gateways.guard import Barred, Door, Reply, Unreachable
from commandcenter.gateways.route import Answer, Message, failed, without
from commandcenter.gateways.silence import silence

HOSTS: Final = {
    ChannelKind.WECOM: "qyapi.weixin.qq.com",
    ChannelKind.DINGTALK: "oapi.dingtalk.com",
    ChannelKind.FEISHU: "open.feishu.cn",
}
_LONGEST: Final = {
    ChannelKind.WECOM: 2_000,  # bytes; the service refuses more than 2,048
    ChannelKind.DINGTALK: 18_000,
    ChannelKind.FEISHU: 18_000,
}
_OK: Final = 200

Post = Callable[[str, bytes, Mapping[str, str]], Reply]
_POST: Final[ContextVar[Post]] = ContextVar("how what apprise posts leaves the hall")


@dataclass(frozen=True, slots=True, kw_only=True)
class Robot:
    """One group's robot; ``origin`` is where a service stands that is a body's own.

    ``secret`` gives the key in the robot's address, ``sign`` the one DingTalk signs with.
    """

    kind: ChannelKind
    door: Door
    secret: Callable[[], str]
    sign: Callable[[], str] | None = None
    origin: str = ""

    def __call__(self, message: Message) -> Answer:
        """Send a message and wait for what becomes of it."""
        key, sign = self.secret(), self.sign() if self.sign else ""
        said: list[Reply | Exception] = []

        def post(url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
            try:
                reply = self.door.post(self._at_origin(url), body, headers)
            except (Barred, Unreachable) as error:
                said.append(error)
                raise
            said.append(reply)
            return reply

        text = _cut(f"{message.title}\n{message.text}", _LONGEST[self.kind])
        plugins, improper = _plugins()
        asset = quiet_asset()
        try:
            match self.kind:
                case ChannelKind.WECOM:
                    plugin = plugins[self.kind](key=key, asset=asset)
                case ChannelKind.FEISHU:
                    plugin = plugins[self.kind](token=key, asset=asset)
                case _:
                    plugin = plugins[self.kind](
                        token=key, secret=sign or None, targets=message.address, asset=asset
                    )
        except improper:
            return failed("the robot's key has a form the service never gives out")
        _POST.set(post)  # the thread is of this attempt alone
        plugin.notify(body=text, title="", body_format="text")
        return _read(said, (key, sign))

    def _at_origin(self, url: str) -> str:
        if not self.origin:
            return url
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return f"{self.origin.rstrip('/')}{parts.path}{query}"


def _read(said: list[Reply | Exception], secrets: tuple[str, ...]) -> Answer:
    """Return what a robot's service answered: its own code counts, not the status."""
    if not said:
        return failed("nothing was sent")
    answer = said[-1]
    if isinstance(answer, Exception):
        return failed(without(secrets, str(answer)))
    try:
        body = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        body = None
    body = body if isinstance(body, dict) else {}
    codes = [body[name] for name in ("errcode", "code", "StatusCode") if name in body]
    words = next((body[it] for it in ("errmsg", "msg", "StatusMessage") if body.get(it)), "")
    if answer.status == _OK and codes and codes[0] == 0:
        return Answer(state=AttemptState.SENT)
    code = f" {codes[0]}" if codes else ""
    return failed(without(secrets, f"HTTP {answer.status}{code} {str(words)[:150]}"))


def _cut(text: str, most: int) -> str:
    """Return a text of no more bytes than a service takes."""
    raw = text.encode()
    return text if len(raw) <= most else raw[: most - 3].decode("utf-8", "ignore") + "…"


def _plugins() -> tuple[Mapping[ChannelKind, Callable[..., Any]], type[Exception]]:
    """Return apprise's robots, posting by our door, and what they raise at a key of no form.

    apprise is imported when the first message leaves by it: that takes a second.
    """
    import requests  # noqa: PLC0415
    from apprise.exception import AppriseImproperlyConfigured  # noqa: PLC0415
    from apprise.plugins import dingtalk, feishu, wecombot  # noqa: PLC0415

    def post(
        url: str,
        *,
        data: str | bytes,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        **_theirs: object,
    ) -> SimpleNamespace:
        body = data.encode() if isinstance(data, str) else data
        if params:  # DingTalk's signature comes escaped once already
            url += ("&" if "?" in url else "?") + urlencode(params, safe="%")
        try:
            reply = _POST.get()(url, body, headers)
        except (Barred, Unreachable):
            raise requests.RequestException from None
        return SimpleNamespace(status_code=reply.status, content=reply.body)

    ours = SimpleNamespace(
        post=post, codes=requests.codes, RequestException=requests.RequestException
    )
    for module in (dingtalk, feishu, wecombot):
        vars(module)["requests"] = ours
    return {
        ChannelKind.WECOM: wecombot.NotifyWeComBot,
        ChannelKind.DINGTALK: dingtalk.NotifyDingTalk,
        ChannelKind.FEISHU: feishu.NotifyFeishu,
    }, AppriseImproperlyConfigured


def quiet_asset() -> Any:
    """Return settings by which apprise keeps nothing, logs to nobody and names no one but us."""
    from apprise import AppriseAsset  # noqa: PLC0415

    silence("apprise")
    return AppriseAsset(
        app_id="township-command-centre", storage_mode="memory", http_redirects=False
    )
