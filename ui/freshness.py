"""How old what the screens show is: a feed that is not live leaves the picture standing still."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QObject

from commandcenter.application.changes import Delta
from commandcenter.application.messages import LinkStatus
from ui.stage import Stage

STALE_AFTER: Final = timedelta(seconds=30)  # reliability.md R12
_LIVE: Final = frozenset({LinkStatus.LIVE, LinkStatus.LIVE_ONLY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """Up to when the data are known, and how long ago that is; ``feeds`` are those not live."""

    as_of: datetime
    age: timedelta
    feeds: tuple[str, ...] = ()

    @property
    def is_stale(self) -> bool:
        """Whether a person must be told."""
        return self.age > STALE_AFTER


class Freshness(QObject):
    """Remembers for each feed since when it is not live: later changes of its state are no news."""

    def __init__(self, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        now = stage.now()
        self._since: dict[str, datetime] = dict.fromkeys(stage.seat.feeds, now)
        self._look()
        stage.changed.connect(self._on_changed)

    def now(self) -> Age:
        """Tell how old the data are now: as old as those of the feed that is silent longest."""
        now = self._stage.now()
        as_of = min(self._since.values(), default=now)
        return Age(as_of=as_of, age=now - as_of, feeds=tuple(self._since))

    def _on_changed(self, batch: list[Delta]) -> None:
        if any(delta.links or delta.heard for delta in batch):
            self._look()

    def _look(self) -> None:
        picture = self._stage.picture
        for feed, link in picture.links.items():
            if link.state in _LIVE:
                self._since.pop(feed, None)
            else:
                self._since[feed] = min(self._since.get(feed, link.at), link.at)
        for feed in self._since.keys() - picture.links.keys():  # it may have opened before we did
            self._since[feed] = max(self._since[feed], picture.heard.get(feed, self._since[feed]))
