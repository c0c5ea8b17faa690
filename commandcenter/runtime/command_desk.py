"""``desk``: the dispatcher without a screen; the very commands the screens submit."""

import argparse
import sys

from commandcenter.application.changes import Delta
from commandcenter.runtime import outputs
from commandcenter.runtime.commandline import OK, add_feed, add_hall, add_seat, put, say_findings
from commandcenter.runtime.compose import open_core
from commandcenter.runtime.deskline import DeskLines
from commandcenter.runtime.front import Place
from commandcenter.runtime.signals import lines_until_asked


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``main.py desk`` takes."""
    add_hall(parser)
    parser.add_argument("--as", dest="operator", metavar="ID", help="who sits at the desk")
    parser.add_argument("--ingest", action="store_true", help="run the feeds and the outbox too")
    add_feed(parser)
    add_seat(parser)
    parser.add_argument(
        "--follow", action="store_true", help="print every fact as it is recorded, whoever did it"
    )
    parser.add_argument("--json", action="store_true", help="JSON lines (as without it)")
    parser.epilog = """\
One JSON object a line on standard input, one on standard output for each. {"do": "help"} lists the
commands with their fields; "as" names another operator for one line. SIGINT and SIGTERM end it as
the end of the input does.

example:
  echo '{"do": "register", "title": "路灯不亮", "channel": "walk_in"}' |
    main.py desk --hall /srv/hall --as dispatcher
"""


def run(arguments: argparse.Namespace) -> int:
    """Answer lines until the end of the input."""
    core = open_core(
        Place(pack=arguments.hall, state=arguments.state_dir, feed_urls=dict(arguments.feed)),
        seat=arguments.seat,
        feeds=arguments.ingest,
    )
    try:
        say_findings(core.findings, arguments.lang)
        desk = core.desk(arguments.operator)
        if arguments.follow:
            core.listeners.subscribe(_follow)
            core.attend(desk)
        core.start()
        lines = DeskLines(desk, core.operator, arguments.lang)
        for line in lines_until_asked(sys.stdin.buffer):
            if line.strip():
                put(lines.answer(line))
    finally:
        core.stop()
    return OK


def _follow(delta: Delta) -> None:
    for item in delta.facts:
        put({"fact": outputs.fact(item.fact)})
