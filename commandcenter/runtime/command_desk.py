"""``desk``: the dispatcher without a screen; the very commands the screens submit."""

import argparse
import sys

from commandcenter.application.changes import Delta
from commandcenter.runtime import outputs
from commandcenter.runtime.commandline import OK, add_hall, put
from commandcenter.runtime.compose import Place, open_core
from commandcenter.runtime.deskline import DeskLines


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``main.py desk`` takes."""
    add_hall(parser)
    parser.add_argument("--as", dest="operator", metavar="ID", help="who sits at the desk")
    parser.add_argument("--ingest", action="store_true", help="run the feeds and the outbox too")
    parser.add_argument("--feed", metavar="ID=URL", action="append", default=[], help="another URL")
    parser.add_argument(
        "--follow", action="store_true", help="print every fact as it is recorded, whoever did it"
    )
    parser.add_argument("--json", action="store_true", help="JSON lines (as without it)")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of refusals")
    parser.epilog = """\
One JSON object a line on standard input, one on standard output for each. {"do": "help"} lists the
commands with their fields; "as" names another operator for one line.

example:
  echo '{"do": "register", "title": "路灯不亮", "channel": "walk_in"}' |
    main.py desk --hall /srv/hall --as D01
"""


def run(arguments: argparse.Namespace) -> int:
    """Answer lines until the end of the input."""
    urls = dict(item.split("=", 1) for item in arguments.feed if "=" in item)
    core = open_core(
        Place(pack=arguments.hall, state=arguments.state_dir, feed_urls=urls),
        feeds=arguments.ingest,
    )
    try:
        desk = core.desk(arguments.operator)
        if arguments.follow:
            core.listeners.subscribe(_follow)
        core.start()
        lines = DeskLines(desk, core.operator, arguments.lang)
        for line in sys.stdin.buffer:
            if line.strip():
                put(lines.answer(line))
    finally:
        core.stop()
    return OK


def _follow(delta: Delta) -> None:
    for item in delta.facts:
        put({"fact": outputs.fact(item.fact)})
