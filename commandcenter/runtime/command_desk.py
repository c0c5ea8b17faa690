"""``desk``: the dispatcher without a screen; the very commands the screens submit."""

import argparse
import sys

from commandcenter.application.changes import Delta
from commandcenter.runtime import outputs
from commandcenter.runtime.commandline import (
    OK,
    add_feed,
    add_hall,
    add_json,
    add_operator,
    add_seat,
    put,
    say_findings,
    store_watch,
)
from commandcenter.runtime.compose import open_core
from commandcenter.runtime.deskline import DeskLines
from commandcenter.runtime.front import Place
from commandcenter.runtime.signals import lines_until_asked
from commandcenter.runtime.usage import Parser


def add_arguments(parser: Parser) -> None:
    """Add what ``main.py desk`` takes."""
    say = parser.say
    add_hall(parser)
    add_operator(parser)
    parser.add_argument(
        "--ingest",
        action="store_true",
        help=say("同时运行接入和外发", "run the feeds and the outbox too"),
    )
    add_feed(parser)
    add_seat(parser)
    parser.add_argument(
        "--follow",
        action="store_true",
        help=say(
            "每记下一条事实就输出一行，不论是谁办的",
            "print every fact as it is recorded, whoever did it",
        ),
    )
    add_json(parser, anyway=True)
    parser.explain(
        say(
            '标准输入一行一个 JSON 对象，标准输出各答一个。{"do": "help"} 列出全部指令和字段；'
            "as 让这一行由另一个人办。收到 SIGINT、SIGTERM 与读到输入末尾一样结束。",
            "One JSON object a line on standard input, one on standard output for each. "
            '{"do": "help"} lists the commands with their fields; "as" names another operator '
            "for one line. SIGINT and SIGTERM end it as the end of the input does.",
        ),
        examples="""\
echo '{"do": "register", "title": "路灯不亮", "channel": "walk_in"}' |
  main.py desk --hall /srv/hall --as dispatcher""",
    )


def run(arguments: argparse.Namespace) -> int:
    """Answer lines until the end of the input."""
    core = open_core(
        Place(pack=arguments.hall, state=arguments.state_dir, feed_urls=dict(arguments.feed)),
        seat=arguments.seat,
        feeds=arguments.ingest,
    )
    try:
        desk = core.desk(arguments.operator)
        say_findings(core.findings, arguments.lang)
        core.listeners.subscribe(store_watch(arguments.lang))
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
