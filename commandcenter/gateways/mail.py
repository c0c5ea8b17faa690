"""Mail: ``apprise`` writes it and hands it to the hall's own mail server."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from typing_extensions import override

from commandcenter.application.changes import AttemptState
from commandcenter.gateways.guard import Allowed, Barred, Unreachable
from commandcenter.gateways.robots import quiet_asset
from commandcenter.gateways.route import PATIENCE, Answer, Message, failed, without

_DETAIL: Final = "Socket Exception: "
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
        if not plugin.targets:
            return failed("the address is none", final=True)
        with _Heard() as heard:
            sent = plugin.notify(body=message.text, title=message.title, body_format="text")
        if sent:
            return Answer(state=AttemptState.SENT)
        words = without((password, message.address), heard.words())
        return failed(words, final=any(mark in words for mark in _FINAL))


class _Heard(logging.Handler):
    """Hears what apprise logs on this thread: that is the only place where it says why."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._thread = threading.get_ident()
        self._lines: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Keep what is a reason: warnings, and the server's own words."""
        line = record.getMessage()
        if record.thread == self._thread and (
            record.levelno >= logging.WARNING or line.startswith(_DETAIL)
        ):
            self._lines.append(line.removeprefix(_DETAIL))

    def __enter__(self) -> "_Heard":
        log = logging.getLogger("apprise")
        log.setLevel(logging.DEBUG)
        log.addHandler(self)
        return self

    def __exit__(self, *_raised: object) -> None:
        logging.getLogger("apprise").removeHandler(self)

    def words(self) -> str:
        """Return the most telling line."""
        server = [line for line in self._lines if "(" in line or ": " in line]
        return (server or self._lines or ["not sent"])[0]
