"""A seat: everything a screen is given when it opens."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from commandcenter.application.desk import Desk
from commandcenter.application.gazetteer import Gazetteer
from commandcenter.application.importing import Importer
from commandcenter.application.links import Links
from commandcenter.application.ports import Clock
from commandcenter.domain.hall import Hall


def _nothing() -> None:
    pass


class Notice(NamedTuple):
    """One place of the hall pack to be mended: file and line, what is wrong there, what to do."""

    where: str
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One place in the hall: its desk, its name, its language, where it keeps its layout.

    ``gazetteer`` finds the hall's named places; ``warm`` makes it ready, away from the screens,
    so that the first letter typed finds at once.

    ``feeds`` are the names of the hall's feeds by id, ``feeds_off`` what is wrong with those that
    stay off, each with its name (none: whatever feeds are meant), ``notices`` what in the hall
    pack is to be mended, causes before what follows from them, ``rehearsal`` that nothing here is
    real, ``is_makeshift`` that the hall's settings could not be read and others stand in for
    them, ``importer`` what takes tables into the hall pack, ``links`` those of its report-in page.
    """

    name: str
    desk: Desk
    hall: Hall
    clock: Clock
    state: Path
    lang: str = "zh"
    feeds: Mapping[str, str]
    feeds_off: tuple[tuple[str, Notice], ...] = ()
    gazetteer: Gazetteer = field(default_factory=Gazetteer)
    warm: Callable[[], object] = _nothing
    notices: tuple[Notice, ...] = ()
    rehearsal: bool = False
    is_makeshift: bool = False
    importer: Importer | None = None
    links: Links | None = None
