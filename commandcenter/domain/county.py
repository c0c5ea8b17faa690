"""乡呼县应: what the township asks of the county, by when it must answer, and what it answered."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from commandcenter.domain.errors import Refusal
from commandcenter.domain.facts import Fact, required_instant
from commandcenter.domain.numbered import the_one, with_one


class CallTier(StrEnum):
    """How much is asked of the county (feature 47)."""

    VIEW = "view"  # 知悉: it reads along; having seen it is answer enough
    ASSIST = "assist"  # 协助: it agrees to help, or says why not


class CallStatus(StrEnum):
    """How far the county is with what it was asked; the words are those of the feed."""

    ASKED = "asked"
    SEEN = "seen"  # 已知悉
    AGREED = "agreed"  # 同意协助
    DECLINED = "declined"  # 不予协助
    RECALLED = "recalled"  # 已撤回: the township needs it no more


class CountyCall(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One request to a body of the county; ``who`` answered, by which ``channel``, in ``words``.

    ``since`` is when it came to be as it is.
    """

    no: str
    body: str
    tier: CallTier
    request: str
    at: datetime
    by: str
    reply_by: datetime
    limit: str = ""
    status: CallStatus = CallStatus.ASKED
    since: datetime
    who: str = ""
    channel: str = ""
    words: str = ""

    @property
    def is_awaited(self) -> bool:
        """Whether an answer is still owed: help is not answered by having seen the request."""
        seen = self.status is CallStatus.SEEN
        return self.status is CallStatus.ASKED or (seen and self.tier is CallTier.ASSIST)


S = CallStatus
CALL_LOOP: Final[Mapping[CallTier, frozenset[tuple[CallStatus, CallStatus]]]] = {
    CallTier.VIEW: frozenset({(S.ASKED, S.SEEN), (S.ASKED, S.RECALLED)}),
    CallTier.ASSIST: frozenset(
        {
            (S.ASKED, S.SEEN),
            *((before, after) for before in (S.ASKED, S.SEEN) for after in (S.AGREED, S.DECLINED)),
            *((before, S.RECALLED) for before in (S.ASKED, S.SEEN)),
        }
    ),
}
"""Every permitted move of a request; what has been answered stays answered."""


def the_call(case: str, calls: tuple[CountyCall, ...], no: str = "") -> CountyCall:
    """Return the request of a number, or the one that waits.

    Raises:
        Refusal: there is none.
    """
    found = the_one(calls, no)
    if found is None:
        raise Refusal("no_open_call", case=case, no=no or "—")
    return found


def check(call: CountyCall, after: CallStatus) -> None:
    """Let a permitted move pass.

    Raises:
        Refusal: the request cannot become that from where it stands.
    """
    if (call.status, after) not in CALL_LOOP[call.tier]:
        raise Refusal("illegal_call_step", no=call.no, state=call.status, step=after)


def called(calls: tuple[CountyCall, ...], fact: Fact) -> tuple[CountyCall, ...]:
    """Return the requests of a case after a fact that made one."""
    data = fact.data
    made = CountyCall(
        no=data["call"],
        body=data["body"],
        tier=CallTier(data["tier"]),
        request=data["asked"],
        at=fact.at,
        by=fact.actor,
        reply_by=required_instant(data["reply_by"]),
        limit=data.get("limit", ""),
        since=fact.at,
    )
    return (*calls, made)


def answered(calls: tuple[CountyCall, ...], fact: Fact) -> tuple[CountyCall, ...]:
    """Return the requests of a case after a fact that moved one."""
    data = fact.data
    changes: dict[str, Any] = {name: data[name] for name in _SAID if data.get(name)}
    changes |= {"status": CallStatus(data["answer"]), "since": fact.at}
    return with_one(calls, data["call"], lambda call: replace(call, **changes))


_SAID: Final = ("who", "channel", "words")
