"""How fresh the data are: when each feed was last heard, and since when a page shows old data."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QObject

from commandcenter.application.changes import ChannelState, Delta, PageHealth, StoreHealth
from commandcenter.application.messages import LinkState, LinkStatus
from ui.stage import Stage

STALE_AFTER: Final = timedelta(seconds=30)
_SILENT_AFTER: Final = timedelta(
    seconds=10
)  # a link is called stale when it was silent for so long
_FLOWS: Final = frozenset({LinkStatus.LIVE, LinkStatus.LIVE_ONLY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How one feed stands: ``age`` is how long nothing was heard, ``lost`` what is missing.

    ``lost`` is none when nobody can know how many. Nothing ``arrives`` while the store takes no
    writes or the process that writes says nothing: whether the link still lives is not known then.
    One that was never ``heard`` has an age since the hall was opened.
    """

    feed: str
    name: str
    link: LinkState | None
    age: timedelta
    gaps: int
    lost: int | None
    arrives: bool = True
    heard: bool = True

    @property
    def status(self) -> LinkStatus:
        """The state of the link as far as it can be known here."""
        if self.link is None:
            return LinkStatus.CONNECTING
        if self.link.state in _FLOWS and not self.arrives:
            return LinkStatus.STALE
        return self.link.state

    @property
    def flows(self) -> bool:
        """Whether the link is up; a quiet feed that flows is not stale."""
        return self.status in _FLOWS

    @property
    def is_stale(self) -> bool:
        """Whether the data are too old to be trusted (reliability.md R12)."""
        return not self.flows and self.age >= STALE_AFTER


class FeedWatch(QObject):
    """Remembers for each feed when it last flowed, through all its attempts to reconnect."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._stage = stage
        self._fresh_at: dict[str, datetime] = dict.fromkeys(stage.seat.feeds, stage.now())
        self._links: dict[str, LinkState] = {}
        self.health: StoreHealth | None = None
        self.page = PageHealth()
        self.channels: tuple[ChannelState, ...] = ()
        self._take_links(stage.picture.links.values())
        stage.changed.connect(self._on_changed)

    def states(self) -> tuple[Freshness, ...]:
        """Return how every feed stands now, in the order of the hall pack."""
        return tuple(map(self._state, self._stage.seat.feeds))

    def stale(self) -> tuple[Freshness, ...]:
        """Return the feeds whose data are too old."""
        return tuple(state for state in self.states() if state.is_stale)

    def _state(self, feed: str) -> Freshness:
        picture, now = self._stage.picture, self._stage.now()
        link = self._links.get(feed)
        since = picture.heard.get(feed) or self._fresh_at[feed]
        if not (self._flows(feed) and self._arrives):
            since = max(since, self._fresh_at[feed])
        gaps = picture.gaps.get(feed, [])
        sizes = [None if gap.last is None else gap.last - gap.first + 1 for gap in gaps]
        known = [size for size in sizes if size is not None]
        return Freshness(
            feed=feed,
            name=self._stage.seat.feeds[feed],
            link=link,
            age=max(now - since, timedelta()),
            gaps=len(gaps),
            lost=sum(known) if len(known) == len(sizes) else None,
            arrives=self._arrives,
            heard=feed in picture.heard or self._flows(feed),
        )

    @property
    def _arrives(self) -> bool:
        return self.health is None or self.health.ok

    def _flows(self, feed: str) -> bool:
        link = self._links.get(feed)
        return link is not None and link.state in _FLOWS

    def _on_changed(self, batch: list[Delta]) -> None:
        for delta in batch:
            if delta.health is not None:
                self._take_health(delta.health)
            self._take_links(delta.links)
            self.page = delta.page or self.page
            self.channels = delta.channels or self.channels

    def _take_health(self, health: StoreHealth) -> None:
        if self._arrives and not health.ok:  # up to now the feeds that flow were heard
            self._fresh_at.update((it, health.at) for it in self._fresh_at if self._flows(it))
        self.health = health

    def _take_links(self, links: Iterable[LinkState]) -> None:
        for link in links:
            before = self._links.get(link.feed)
            self._links[link.feed] = link
            if link.state in _FLOWS or link.feed not in self._fresh_at:
                continue
            silent = _SILENT_AFTER if link.state is LinkStatus.STALE else timedelta()
            if before is None:  # it may have been silent before we began to look
                self._fresh_at[link.feed] = min(self._fresh_at[link.feed], link.at - silent)
            elif before.state in _FLOWS and self._arrives:
                self._fresh_at[link.feed] = link.at - silent


def feed_watch(stage: Stage) -> FeedWatch:
    """Return the watch of a stage's feeds; it is made on first use."""
    return stage.findChild(FeedWatch) or FeedWatch(stage)


def holds_at(stage: Stage, asked: datetime) -> datetime:
    """Return up to when an answer holds: when it was asked for, or when a feed fell silent."""
    since = stands_since(stage)
    return asked if since is None else min(asked, since)


def stands_since(stage: Stage) -> datetime | None:
    """Return the instant after which a feed has brought nothing; None while all is fresh.

    What every page must say in red (reliability.md R12).
    """
    ages = [state.age for state in feed_watch(stage).stale()]
    return stage.now() - max(ages) if ages else None
