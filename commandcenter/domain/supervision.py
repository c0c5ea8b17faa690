"""Supervision (督查督办): reminders, orders that want an answer, and a leader's note on a case."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class SupervisionLevel(StrEnum):
    """How strongly a body is pressed (domain.md 1; feature 74)."""

    NUDGE = "nudge"  # 催办: a reminder, wants no answer
    ORDER = "order"  # 督办: wants an answer by a date
    LISTED = "listed"  # 挂牌督办: a public order, the date set by whoever gives it


class Supervision(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One time a body was pressed about a case: who, when, why, and what it answered."""

    level: SupervisionLevel
    body: str
    at: datetime
    by: str
    reason: str = ""
    reply_by: datetime | None = None
    replied_at: datetime | None = None
    reply: str = ""

    @property
    def wants_answer(self) -> bool:
        """Whether an answer is still owed."""
        return self.reply_by is not None and self.replied_at is None


class LeaderNote(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """领导批示: what a leader wrote on a case; ``told`` says that the body was sent the words."""

    at: datetime
    by: str
    words: str
    leader: str = ""
    told: bool = False
