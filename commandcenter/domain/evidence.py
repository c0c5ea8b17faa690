"""What proves that a case was handled, what of it is missing, and what looks like a paper closing.

The standard's ``evidence`` names what a result must bring (features 30, 31). Whoever sends an
attachment may say what it ``shows``; where nobody says so, each attachment proves one thing.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from commandcenter.domain.report import Evidence


class Need(StrEnum):
    """The kinds of proof a standard asks for."""

    BEFORE = "before"  # 处置前照片
    AFTER = "after"  # 处置后照片
    NEAR = "near"  # 近景
    FAR = "far"  # 远景
    POSITION = "position"  # 现场定位
    PICTURE = "picture"  # any other picture
    PAPER = "paper"  # a record, a list, a signature: any attachment


_NAMED: Final[Mapping[Need, tuple[str, ...]]] = {
    Need.BEFORE: ("处置前", "整改前", "before"),
    Need.AFTER: ("处置后", "整改后", "after"),
    Need.NEAR: ("近景", "near"),
    Need.FAR: ("远景", "far"),
    Need.POSITION: ("定位", "position"),
}
_PICTURES: Final = ("照片", "图片", "photo", "picture")
_SEEN: Final = frozenset({"image", "video"})
RESULT_FACTS: Final = frozenset({"result_submitted", "lead_finished", "evidence_added"})
"""The facts whose attachments prove a result; what came with others shows how it was before."""


def need_of(word: str) -> Need:
    """Return which kind of proof a word of ``standards.csv`` or of a sender means."""
    lower = word.lower()
    for need, names in _NAMED.items():
        if any(name in lower for name in names):
            return need
    return Need.PICTURE if lower.endswith(_PICTURES) else Need.PAPER


def proofs(evidence: Iterable[Evidence], since: datetime | None) -> list[Evidence]:
    """Return what was handed in to prove the result that has been worked on since an instant."""
    return [
        item
        for item in evidence
        if item.of in RESULT_FACTS
        and item.given_at is not None
        and (since is None or item.given_at >= since)
    ]


def lacking(
    wanted: Sequence[str], evidence: Sequence[Evidence], since: datetime | None
) -> tuple[str, ...]:
    """Return the words of a standard's ``evidence`` that nothing proves.

    ``since`` is when the body began the work that the result is of: dispatch, or the last rework.
    A picture from before the result shows how it was before. Of the result's own attachments one
    that says what it shows proves that; one that does not proves one thing, in the order asked.
    """
    result = proofs(evidence, since)
    seen_before = any(item.kind in _SEEN for item in evidence if item not in result)
    said = {need_of(item.shows) for item in evidence if item.shows}
    named = {item.shows for item in result}
    silent = [item for item in result if not item.shows]
    missing = set()
    # a picture that says nothing more likely shows how it is than how it was
    for word in sorted(wanted, key=lambda it: need_of(it) is Need.BEFORE):
        need = need_of(word)
        if word in named or (need in _NAMED and need in said):
            continue
        if need is Need.BEFORE and seen_before:
            continue
        if need is Need.POSITION and any(item.lon is not None for item in result):
            continue
        proof = None if need is Need.POSITION else _proof(need, silent)
        if proof is None:
            missing.add(word)
        else:
            silent.remove(proof)
    return tuple(word for word in wanted if word in missing)


def _proof(need: Need, silent: Sequence[Evidence]) -> Evidence | None:
    return next((it for it in silent if need is Need.PAPER or it.kind in _SEEN), None)


class Doubt(StrEnum):
    """A question that a closed case raises; a supervisor answers it with a word, or reopens."""

    NO_PICTURE = "no_picture"
    SAME_PICTURE = "same_picture"  # the same file proves another case, or the time before
    LAST_MINUTE = "last_minute"  # done within minutes of its deadline
    NOT_CONTACTED = "not_contacted"  # whoever wanted an answer was not reached
    UNSOLVED = "unsolved"  # the reporter says that it is not solved
