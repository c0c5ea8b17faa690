"""移送: a matter for the police, the court or 110, and the receipt that says who has it now.

First come, first to act (先接先办): until the other side has accepted, the hall goes on handling.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Fact, required_instant
from commandcenter.domain.numbered import the_one, with_one
from commandcenter.domain.timelimit import Limit, LimitUnit


class TransferStatus(StrEnum):
    """How far the other side is; the words are those of the feed."""

    SENT = "sent"
    RECEIVED = "received"  # 已收到，待决定: it lies there, nobody has decided
    ACCEPTED = "accepted"  # 已接收: theirs from now on
    DECLINED = "declined"  # 不予接收: it stays ours
    RECALLED = "recalled"  # 已撤回


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where a case can be transferred to, and within which limit the receipt must come.

    ``body`` is the body of the roster that the destination's terminal belongs to, if there is one;
    a ``name`` left empty is that of ``domain.words.DESTINATIONS``.
    """

    code: str
    name: str = ""
    limit: Limit
    body: str | None = None
    phone: str = ""


BUILT_IN: Final[Mapping[str, Destination]] = MappingProxyType(
    {
        it.code: it
        for it in (
            Destination(code="110", limit=Limit(10, LimitUnit.URGENT_MINUTE)),
            Destination(code="police", limit=Limit(2, LimitUnit.URGENT_HOUR)),
            Destination(code="court", limit=Limit(3, LimitUnit.WORK_DAY)),
        )
    }
)
"""What holds where the hall pack names no destinations."""


class Transfer(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One transfer; ``receipt`` is the number the other side gave, ``who`` spoke for it.

    ``since`` is when it came to be as it is.
    """

    no: str
    to: str
    reason: str
    at: datetime
    by: str
    receipt_by: datetime
    limit: str = ""
    status: TransferStatus = TransferStatus.SENT
    since: datetime
    receipt: str = ""
    who: str = ""
    channel: str = ""
    words: str = ""

    @property
    def is_awaited(self) -> bool:
        """Whether the other side has not decided: the case stays visible, and ours."""
        return self.status in UNDECIDED


S = TransferStatus
UNDECIDED: Final = frozenset({S.SENT, S.RECEIVED})
TRANSFER_LOOP: Final = frozenset(
    {
        (S.SENT, S.RECEIVED),
        *((before, after) for before in UNDECIDED for after in (S.ACCEPTED, S.DECLINED)),
        *((before, S.RECALLED) for before in UNDECIDED),
    }
)
"""Every permitted move of a transfer; what was decided stays decided."""


def the_transfer(case: str, transfers: tuple[Transfer, ...], no: str = "") -> Transfer:
    """Return the transfer of a number, or the one that waits.

    Raises:
        Refusal: there is none.
    """
    found = the_one(transfers, no)
    if found is None:
        raise Refusal("no_open_transfer", case=case, no=no or "—")
    return found


def check(transfer: Transfer, after: TransferStatus) -> None:
    """Let a permitted move pass.

    Raises:
        Refusal: the transfer cannot become that from where it stands.
    """
    if (transfer.status, after) not in TRANSFER_LOOP:
        raise Refusal("illegal_transfer_step", no=transfer.no, state=transfer.status, step=after)


def sent(transfers: tuple[Transfer, ...], fact: Fact) -> tuple[Transfer, ...]:
    """Return the transfers of a case after a fact that made one."""
    data = fact.data
    made = Transfer(
        no=data["transfer"],
        to=data["destination"],
        reason=data["reason"],
        at=fact.at,
        by=fact.actor,
        receipt_by=required_instant(data["receipt_by"]),
        limit=data.get("limit", ""),
        since=fact.at,
    )
    return (*transfers, made)


def moved(transfers: tuple[Transfer, ...], fact: Fact) -> tuple[Transfer, ...]:
    """Return the transfers of a case after a fact that moved one."""
    data = fact.data
    changes: dict[str, Any] = {name: data[name] for name in _SAID if data.get(name)}
    changes |= {"status": TransferStatus(data["decision"]), "since": fact.at}
    return with_one(transfers, data["transfer"], lambda it: replace(it, **changes))


_SAID: Final = ("receipt", "who", "channel", "words")
