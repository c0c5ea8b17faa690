"""A seat: everything a screen is given when it opens."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from commandcenter.application.desk import Desk
from commandcenter.application.ports import Clock
from commandcenter.domain.hall import Hall


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One place in the hall: its desk, its name, its language, where it keeps its layout.

    ``feeds`` are the names of the hall's feeds by id, ``notices`` sentences a person should read at
    the start (such as faults of the hall pack), ``rehearsal`` that nothing here is real.
    """

    name: str
    desk: Desk
    hall: Hall
    clock: Clock
    state: Path
    lang: str = "zh"
    feeds: Mapping[str, str]
    notices: tuple[str, ...] = ()
    rehearsal: bool = False
