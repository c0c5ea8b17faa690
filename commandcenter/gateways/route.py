"""What every way out takes and gives back: a message in words, and how it went."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from commandcenter.application.changes import AttemptState

PATIENCE: Final = timedelta(seconds=10)
"""How long one attempt may take before it has failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it leaves: ``id`` is its idempotency key, ``also`` are those that go along."""

    id: str
    hall: str
    type: str
    subject: str
    body: str
    time: datetime
    address: str
    contact: str
    urgent: bool
    title: str
    text: str
    link: str
    also: tuple[str, ...]
    data: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How an attempt went; ``final`` is a no that trying again does not change."""

    state: AttemptState
    words: str = ""
    final: bool = False
    again_after: timedelta | None = None


class NoSecret(Exception):
    """What a channel needs to show who it is is not where it should be; says where that is."""


Route = Callable[[Message], Answer]
"""Sends a message and waits for what becomes of it; blocks, and never raises for the network."""


def failed(words: str, *, final: bool = False, again_after: timedelta | None = None) -> Answer:
    """Return that an attempt failed, in words."""
    return Answer(state=AttemptState.FAILED, words=words, final=final, again_after=again_after)


def without(secrets: tuple[str, ...], words: str) -> str:
    """Return words on one line in which no secret stands, nor the part of an address behind "?"."""
    for secret in secrets:
        if secret:
            words = words.replace(secret, "…")
    return " ".join(words.split())
