"""Throw hostile frames at the door: every one must end as a message or a rejection."""

import sys
import time
from collections import Counter
from datetime import UTC, datetime

from commandcenter.feed.wire import decode
from commandcenter.rehearsal.hostile import hostile_frames


def main(count: int, seed: int = 20261121) -> None:
    """Decode ``count`` hostile frames and print what became of them and how long the worst took."""
    ended: Counter[str] = Counter()
    worst = 0.0
    for frame in hostile_frames(seed, count):
        began = time.perf_counter()
        decoded = decode(frame, feed="fuzz", received_at=datetime.now(UTC))
        worst = max(worst, time.perf_counter() - began)
        ended[getattr(decoded, "reason", type(decoded).__name__)] += 1
    for name, number in ended.most_common():
        sys.stdout.write(f"{number:>9,}  {name}\n")
    sys.stdout.write(f"{count:,} frames, none raised; the slowest took {worst * 1000:.1f} ms\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
