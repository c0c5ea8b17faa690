"""The numbers of one case, for the strip while it is in focus."""

from collections.abc import Mapping
from typing import Final

from commandcenter.domain.case import Case
from commandcenter.domain.timers import Phase
from ui import wording
from ui.stage import Stage
from ui.wording import Both, phrase
from widgets.stat_tile import Stat
from widgets.tone import Tone

_CAPTIONS: Final[Mapping[str, Both]] = {
    "age": ("已历时", "Open for"),
    "left": ("时限", "Time limit"),
    "reports": ("反映次数", "Reports"),
    "returns": ("退回", "Returns"),
    "reworks": ("返工", "Reworks"),
    "reopenings": ("重开", "Reopened"),
    "pressed": ("催办督办", "Urged"),
    "whistle": ("哨下到场", "Came to whistle"),
}
_TONES: Final[Mapping[Phase, Tone]] = {
    Phase.CALM: Tone.PLAIN,
    Phase.PAUSED: Tone.QUIET,
    Phase.NEAR: Tone.NEAR,
    Phase.OVER: Tone.OVER,
}
_NO_CLOCK: Final[Both] = ("不计时", "no clock")
_NO_WHISTLE: Final[Both] = ("未吹哨", "no whistle")
_SINCE: Final[Both] = ("{} 收到", "received {}")
_OWED: Final[Both] = ("{} 次待回复", "{} unanswered")


def own_captions(lang: str) -> dict[str, str]:
    """Return what each number of a case is called, in the order of the strip."""
    return {key: phrase(both, lang) for key, both in _CAPTIONS.items()}


def own_numbers(case: Case, stage: Stage) -> dict[str, Stat]:
    """Return the numbers of a case at the stage's instant."""
    counts = {
        "reports": max(1, len(case.reports) + len(case.children)),
        "returns": case.hops + case.earlier_hops,
        "reworks": case.rework_count,
        "reopenings": case.reopen_count,
    }
    owed = len(case.unanswered)
    pressed = phrase(_OWED, stage.lang).format(owed) if owed else ""
    return {
        "age": _age(case, stage),
        "left": _left(case, stage),
        **{key: Stat(value=f"{count}") for key, count in counts.items()},
        "pressed": Stat(value=f"{len(case.supervisions)}", fraction=pressed),
        "whistle": _whistle(case, stage),
    }


def _age(case: Case, stage: Stage) -> Stat:
    until, zone = case.closed_at or stage.now(), stage.hall.zone
    since = wording.local_time(case.received_at, zone, stage.now())
    return Stat(
        value=wording.span(until - case.received_at, stage.lang),
        fraction=phrase(_SINCE, stage.lang).format(since),
    )


def _left(case: Case, stage: Stage) -> Stat:
    timer = stage.picture.timer(case, stage.hall.limits)
    if timer is None:
        return Stat(value=phrase(_NO_CLOCK, stage.lang), tone=Tone.QUIET)
    shown = wording.countdown(timer, stage.now(), stage.hall, stage.lang)
    return Stat(value=shown.text, fraction=shown.name, tone=_TONES[shown.phase])


def _whistle(case: Case, stage: Stage) -> Stat:
    whistle = stage.picture.whistle_of(case)
    if whistle is None:
        return Stat(value="–", fraction=phrase(_NO_WHISTLE, stage.lang))
    return Stat(value=f"{whistle.reported_in}/{whistle.summoned}", tone=Tone.SIGNAL)
