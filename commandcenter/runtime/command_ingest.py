"""``ingest``: take in the feeds without a screen; say at the end what became of every message."""

import argparse
import time
from typing import Any

from commandcenter.application.changes import Delta
from commandcenter.application.messages import LinkState
from commandcenter.application.questions import OpenWork
from commandcenter.runtime import outputs
from commandcenter.runtime.commandline import OK, SETTINGS, add_hall, put
from commandcenter.runtime.compose import Core, Place, open_core
from commandcenter.runtime.signals import stop_event

_LOOK = 0.1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``main.py ingest`` takes."""
    add_hall(parser)
    parser.add_argument("--feed", metavar="ID=URL", action="append", default=[], help="another URL")
    parser.add_argument("--json", action="store_true", help="one JSON line (as without it)")
    until = parser.add_mutually_exclusive_group()
    until.add_argument("--for", dest="seconds", type=float, metavar="S", help="end after S seconds")
    until.add_argument(
        "--until-idle", type=float, metavar="S", help="end after S seconds without a message"
    )
    parser.epilog = """\
The last line is JSON: received, stored, duplicates, revisions, quarantined by reason, gaps, and
per feed its epoch, the acknowledged sequence and the state of its link.

example:
  main.py ingest --hall /srv/hall --until-idle 10
"""


def run(arguments: argparse.Namespace) -> int:
    """Take in until told to stop."""
    stop = stop_event()
    urls = dict(item.split("=", 1) for item in arguments.feed if "=" in item)
    core = open_core(
        Place(pack=arguments.hall, state=arguments.state_dir, feed_urls=urls), feeds=True
    )
    if not core.settings.feeds:
        core.stop()
        put({"ok": False, "problem": "hall.toml names no feed"})
        return SETTINGS
    links: dict[str, LinkState] = {}
    last = [time.monotonic()]

    def hear(delta: Delta) -> None:
        links.update((link.feed, link) for link in delta.links)
        if delta.heard or delta.quarantined:
            last[0] = time.monotonic()

    core.listeners.subscribe(hear)
    core.start()
    began = time.monotonic()
    while not stop.wait(_LOOK):
        now = time.monotonic()
        if arguments.seconds is not None and now - began >= arguments.seconds:
            break
        if arguments.until_idle is not None and now - last[0] >= arguments.until_idle:
            break
    put(_summary(core, dict(links)))
    return OK


def _summary(core: Core, links: dict[str, LinkState]) -> dict[str, Any]:
    """Stop the hall, then say what became of everything, as the store has it."""
    core.stop_writing()
    work = core.store.answer(OpenWork(alerts=0))
    core.stop()
    cursors = {cursor.feed: cursor for cursor in work.cursors}
    counts = core.scribe.counts
    return {
        "received": counts.received,
        "stored": counts.stored,
        "duplicates": counts.duplicates,
        "revisions": counts.revisions,
        "quarantined": counts.quarantined,
        "gaps": [
            outputs.plain(
                {"feed": gap.feed, "from": gap.first, "to": gap.last, "reason": gap.reason}
            )
            for gap in work.gaps
        ],
        "feeds": {
            feed.id: {
                "epoch": cursors[feed.id].epoch if feed.id in cursors else None,
                "acked": cursors[feed.id].acked if feed.id in cursors else None,
                "state": links[feed.id].state if feed.id in links else "down",
            }
            for feed in core.settings.feeds
        },
    }
