"""How long the wire takes over one report, beside msgspec decoding the same frame bare.

Run ``python benchmarks/decode.py`` from the repository's root. Both are measured in turn, in the
same process, and the best round of each counts: the rest is the machine's other work.
"""

import json
from datetime import UTC, datetime
from functools import partial
from timeit import timeit

from msgspec import Struct
from msgspec.json import Decoder

from commandcenter.application.messages import Received, ReportRaised
from commandcenter.feed.wire import decode

FRAMES = 200
REPORT = {
    "specversion": "1.0",
    "id": "GE-20261121-000123",
    "source": "/county/grid-app",
    "type": "grid.event.reported",
    "time": "2026-11-21T09:35:00+08:00",
    "recordedtime": "2026-11-21T09:35:02+08:00",
    "sequence": "00000000000000000123",
    "data": {
        "event_no": "20261121-0123",
        "title": "河东村口垃圾桶满溢",
        "description": "垃圾桶满溢，污水流到路面，影响通行。",
        "category": "0301",
        "category_text": "暴露垃圾",
        "urgency": "normal",
        "channel": "grid_app",
        "occurred_at": "2026-11-21T09:33:00+08:00",
        "reported_at": "2026-11-21T09:35:00+08:00",
        "location": {
            "lon": 119.12345,
            "lat": 33.54321,
            "datum": "GCJ02",
            "address": "河东村一组12号门前",
            "grid": "G017",
        },
        "reporter": {"id": "w017", "name": "张三", "phone": "13800000000", "role": "grid_worker"},
        "requires_reply": True,
        "attachments": [
            {
                "kind": "image",
                "url": "https://stills.example/20261121/0123.jpg",
                "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "bytes": 81234,
            }
        ],
    },
}


class Bare(Struct):
    """The same frame with nothing checked beyond its types."""

    specversion: str
    id: str
    source: str
    type: str
    time: datetime
    data: ReportRaised
    sequence: str | None = None
    subject: str | None = None
    recordedtime: datetime | None = None


def main() -> None:
    frame = json.dumps(REPORT, ensure_ascii=False, separators=(",", ":"))
    bare = Decoder(Bare).decode
    now = datetime.now(UTC)
    assert isinstance(decode(frame, feed="f", received_at=now), Received)

    def run_bare(frames: list[str]) -> None:
        for text in frames:
            bare(text)

    def run_decode(frames: list[str]) -> None:
        for text in frames:
            decode(text, feed="f", received_at=now)

    best = dict.fromkeys(("msgspec, bare struct", "decode and validate"), 9.0)
    for _ in range(400):
        for name, run in zip(best, (run_bare, run_decode), strict=True):
            # as those of the wire, each is read once: a string keeps the UTF-8 it was asked for
            frames = [frame[:1] + frame[1:] for _ in range(FRAMES)]
            best[name] = min(best[name], timeit(partial(run, frames), number=1))
    print(f"one report of {len(frame.encode())} bytes")
    for name, seconds in best.items():
        print(f"{name:24} {seconds / FRAMES * 1e6:6.2f} µs")
    ratio = best["decode and validate"] / best["msgspec, bare struct"]
    print(f"ratio {ratio:.2f} (limit 1.50)")


if __name__ == "__main__":
    main()
