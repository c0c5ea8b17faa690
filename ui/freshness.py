"""Since when the data stand still: what every page must say in red (reliability.md R12)."""

from datetime import datetime

from ui.notices import feed_watch
from ui.stage import Stage


def stands_since(stage: Stage) -> datetime | None:
    """Return the instant after which a feed has brought nothing; None while all is fresh."""
    ages = [state.age for state in feed_watch(stage).stale()]
    return stage.now() - max(ages) if ages else None
