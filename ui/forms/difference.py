"""What another seat changed on a case while somebody was deciding on it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from commandcenter.domain import words
from commandcenter.domain.case import Case
from commandcenter.domain.hall import Hall
from ui import wording
from ui.wording import Both, phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is no longer as it was seen."""

    name: str
    seen: str
    now: str


_Read = Callable[[Hall, Case, str], str]


def _time(hall: Hall, at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(hall.zone):%m-%d %H:%M}"


def _helpers(hall: Hall, case: Case, lang: str) -> str:
    return words.enumerated(
        (
            f"{wording.body_name(hall, it.body, lang)} {words.word(it.state, lang)}"
            for it in case.sub_tasks
        ),
        lang,
    )


def _calls(hall: Hall, case: Case, lang: str) -> str:
    return words.enumerated(
        (
            f"{wording.body_name(hall, it.body, lang)} {words.word(it.status, lang)}"
            for it in case.calls
        ),
        lang,
    )


def _transfers(hall: Hall, case: Case, lang: str) -> str:
    return words.enumerated(
        (
            f"{wording.destination_name(hall, it.to, lang)} {words.word(it.status, lang)}"
            for it in case.transfers
        ),
        lang,
    )


def _mediations(_hall: Hall, case: Case, lang: str) -> str:
    return words.enumerated(
        (
            f"{words.word(it.current.level, lang)} {words.word(it.end, lang) if it.end else '…'}"
            f" {sum(len(level.sessions) for level in it.levels)}"
            for it in case.mediations
        ),
        lang,
    )


_LOOKED_AT: Final[tuple[tuple[Both, _Read], ...]] = (
    (("状态", "State"), lambda _hall, case, lang: words.word(case.state, lang)),
    (("认领人", "Claimed by"), lambda hall, case, lang: (
        wording.person_name(hall, case.claimed_by, lang) if case.claimed_by else ""
    )),
    (("承办单位", "Body"), lambda hall, case, lang: (
        wording.body_name(hall, case.body, lang) if case.body else ""
    )),
    (("协办单位", "With"), lambda hall, case, lang: wording.body_names(hall, case.co_bodies, lang)),
    (("时限", "Due"), lambda hall, case, _lang: _time(hall, case.handle_by)),
    (("标题", "Title"), lambda _hall, case, lang: words.case_title(case.title, lang)),
    (("情况描述", "Description"), lambda _hall, case, _lang: case.description),
    (("类别", "Category"), wording.category_name),
    (("紧急程度", "Urgency"), lambda _hall, case, lang: words.word(case.urgency, lang)),
    (("地点", "Place"), lambda hall, case, lang: wording.place_line(hall, case.place, lang)),
    (("清单事项", "Duty item"), lambda _hall, case, _lang: case.duty_item or ""),
    (("主案", "Main case"), lambda _hall, case, _lang: case.parent or ""),
    (("并入", "Merged in"), lambda _hall, case, _lang: str(len(case.children))),
    (("证据", "Evidence"), lambda _hall, case, _lang: str(len(case.evidence))),
    (("协办任务", "Helpers"), _helpers),
    (("乡呼县应", "County"), _calls),
    (("移送", "Transfers"), _transfers),
    (("三级联调", "Mediation"), _mediations),
    (("退派", "Hops"), lambda _hall, case, _lang: str(len(case.stays))),
    (("缺少证据", "Not proved"), lambda _hall, case, lang: words.enumerated(case.lacking, lang)),
    (("待答复", "To answer"), lambda _hall, case, lang: words.enumerated(
        (words.word(it, lang) for it in case.doubts), lang
    )),
    (("处置结果", "Result"), lambda _hall, case, _lang: case.result_words),
)  # fmt: skip
_NOTHING: Final[Both] = ("（无）", "(none)")
_LONG: Final = 40  # characters; of longer words what comes before the change is left out
_LEAD: Final = 8  # so much of it is kept, to see where one is
_MOST: Final = 100


def differences(hall: Hall, seen: Case, now: Case, lang: str) -> list[Difference]:
    """Return what a person who saw one version would see changed in the other."""
    pairs = [
        (phrase(name, lang), read(hall, seen, lang), read(hall, now, lang))
        for name, read in _LOOKED_AT
    ]
    return [
        Difference(name=name, seen=_part(before, at, lang), now=_part(after, at, lang))
        for name, before, after in pairs
        if before != after
        for at in (_beginning(before, after),)
    ]


def _beginning(before: str, after: str) -> int:
    """Return from where two texts are shown: if long, from shortly before they part."""
    if max(len(before), len(after)) <= _LONG:
        return 0
    pairs = enumerate(zip(before, after, strict=False))
    parted = next(
        (at for at, (one, other) in pairs if one != other), min(map(len, (before, after)))
    )
    return max(0, parted - _LEAD)


def _part(text: str, start: int, lang: str) -> str:
    if not text:
        return phrase(_NOTHING, lang)
    part = "…" + text[start:] if start else text
    return part if len(part) <= _MOST else part[: _MOST - 1] + "…"
