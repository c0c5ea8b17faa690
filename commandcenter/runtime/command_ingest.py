"""``ingest``: take in the feeds without a screen; say at the end what became of every message."""

import argparse
import threading
import time
from typing import Any

from commandcenter.application.changes import Delta
from commandcenter.application.messages import LinkState
from commandcenter.application.questions import OpenWork
from commandcenter.domain.errors import Refusal
from commandcenter.runtime import outputs
from commandcenter.runtime.amounts import seconds
from commandcenter.runtime.commandline import (
    OK,
    add_feed,
    add_hall,
    add_json,
    add_seat,
    put,
    say_findings,
    store_watch,
)
from commandcenter.runtime.compose import Core, open_core
from commandcenter.runtime.front import Place
from commandcenter.runtime.signals import stop_event
from commandcenter.runtime.usage import Parser

_LOOK = 0.1


def add_arguments(parser: Parser) -> None:
    """Add what ``main.py ingest`` takes."""
    say = parser.say
    add_hall(parser)
    add_feed(parser)
    add_seat(parser)
    add_json(parser, anyway=True)
    until = parser.add_mutually_exclusive_group()
    until.add_argument(
        "--for",
        dest="seconds",
        type=seconds,
        metavar="S",
        help=say("S 秒后结束", "end after S seconds"),
    )
    until.add_argument(
        "--until-idle",
        type=seconds,
        metavar="S",
        help=say("S 秒没有消息就结束", "end after S seconds without a message"),
    )
    parser.explain(
        say(
            "最后一行是 JSON：收到、存下、重复、修订各多少，按原因列出进隔离区的，断号；每条接入"
            "的 epoch、确认到的序号和连接状态。",
            "The last line is JSON: received, stored, duplicates, revisions, quarantined by "
            "reason, gaps, and per feed its epoch, the acknowledged sequence and the state of "
            "its link.",
        ),
        examples="main.py ingest --hall /srv/hall --until-idle 10",
    )


def run(arguments: argparse.Namespace) -> int:
    """Take in until told to stop."""
    stop = stop_event()
    core = open_core(
        Place(pack=arguments.hall, state=arguments.state_dir, feed_urls=dict(arguments.feed)),
        seat=arguments.seat,
        feeds=True,
    )
    try:
        say_findings(core.findings, arguments.lang)
        core.listeners.subscribe(store_watch(arguments.lang))
        if not core.settings.feeds:
            raise Refusal("no_feed")
        links = _take_in(core, arguments, stop)
        core.stop_writing()
        health = core.store.check_health(core.clock.now())
        if not health.ok:
            raise Refusal("store_unavailable", detail=health.detail)
        put(_summary(core, links))
    finally:
        core.stop()
    return OK


def _take_in(
    core: Core, arguments: argparse.Namespace, stop: threading.Event
) -> dict[str, LinkState]:
    """Take in until it is time to end; return how each feed's link was at last."""
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
    return dict(links)


def _summary(core: Core, links: dict[str, LinkState]) -> dict[str, Any]:
    """Say what became of everything, as the store has it."""
    work = core.store.answer(OpenWork(alerts=0))
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
