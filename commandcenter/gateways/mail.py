"""Mail: ``apprise`` writes it and hands it to the hall's own mail server."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from commandcenter.application.changes import AttemptState
from commandcenter.gateways.guard import Allowed, Barred, Unreachable
from commandcenter.gateways.robots import quiet_asset
from commandcenter.gateways.route import PATIENCE, Answer, Message, failed, without
from commandcenter.gateways.silence import HEARD

_DETAIL: Final = "Socket Exception: "
_ADDRESS: Final = re.compile(r"[^\s<>,;:\"@]{1,64}@[^\s<>,;:\"@]{1,255}")
_FINAL: Final = ("(550", "(551", "(553", ": (550", ": 550 ", ": 553 ")
"""How a mail server says that there is nobody of that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail server; ``mode`` is ``ssl``, ``starttls`` or ``insecure``."""

    host: str
    port: int
    mode: str
    sender: str
    user: str
    secret: Callable[[], str]
    allowed: Allowed

    def __call__(self, message: Message) -> Answer:
        """Send a message and wait for what becomes of it."""
        from apprise.exception import AppriseImproperlyConfigured  # noqa: PLC0415
        from apprise.plugins.email.base import NotifyEmail  # noqa: PLC0415

        if not _ADDRESS.fullmatch(message.address):  # apprise would take several, of anything
            return failed("the address is none", final=True)
        password = self.secret() if self.user else ""
        try:
            self.allowed.address(self.host, self.port)
        except (Barred, Unreachable) as error:
            return failed(str(error))
        asset = quiet_asset()
        patience = PATIENCE.total_seconds() / 2
        try:
            plugin = NotifyEmail(  # type: ignore[no-untyped-call]
                host=self.host,
                smtp_host=self.host,
                port=self.port,
                secure=self.mode != "insecure",
                secure_mode=self.mode,
                user=self.user or None,
                password=password or None,
                from_addr=self.sender,
                targets=[message.address],
                headers={"Idempotency-Key": message.id, "Auto-Submitted": "auto-generated"},
                format="text",
                cto=patience,
                rto=patience,
                asset=asset,
            )
        except AppriseImproperlyConfigured:
            return failed("the sender's address is none", final=True)
        logging.getLogger("apprise").setLevel(logging.DEBUG)  # it says why at no other level
        heard: list[tuple[int, str]] = []
        HEARD.set(heard)  # the thread is of this attempt alone
        if plugin.notify(body=message.text, title=message.title, body_format="text"):
            return Answer(state=AttemptState.SENT)
        words = without((password, message.address), _reason(heard))
        return failed(words, final=any(mark in words for mark in _FINAL))


def _reason(heard: list[tuple[int, str]]) -> str:
    """Return the most telling of what apprise said: the server's own words, else a warning."""
    server = [line for _level, line in heard if line.startswith(_DETAIL)]
    refused = [line for level, line in heard if level >= logging.WARNING]
    return (server or refused or ["not sent"])[0].removeprefix(_DETAIL)
