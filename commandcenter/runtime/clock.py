"""The machine's clock, the one place that reads it."""

from datetime import UTC, datetime


class SystemClock:
    """What time the machine says it is; see ``ports.Clock``."""

    def now(self) -> datetime:
        """Return the aware UTC instant."""
        return datetime.now(UTC)
