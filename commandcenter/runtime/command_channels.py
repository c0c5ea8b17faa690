"""``channels``: print how each way out of the hall fares, and what waits to leave by them."""

import argparse
import sys
from functools import partial
from typing import Any, Final

from commandcenter.application.changes import ChannelState
from commandcenter.application.questions import (
    ChannelStates,
    DeliveriesOf,
    Delivery,
    StillToLeave,
    WhistleCopies,
)
from commandcenter.domain.hall import Hall
from commandcenter.runtime.clock import SystemClock
from commandcenter.runtime.commandline import OK, add_hall
from commandcenter.runtime.looking import add_rows, looked_at, put_rows
from commandcenter.runtime.outputs import plain_dict
from commandcenter.runtime.usage import Parser


def add_arguments(parser: Parser) -> None:
    """Add what ``main.py channels`` takes."""
    say = parser.say
    add_hall(parser)
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--waiting",
        action="store_true",
        help=say("改列还没有送出的消息", "what has still to leave instead"),
    )
    what.add_argument(
        "--whistle",
        metavar="NO",
        help=say("改列一个哨发出的消息", "what was sent about a whistle instead"),
    )
    add_rows(parser)
    parser.explain(
        say(
            "每条外发通道：最近一次送到、最近一次没送到是什么时候，对方怎么说，还有多少待发，"
            "一天之内丢了多少，最近一次每日测试怎样。写 --waiting 就列出每条没有回执的消息，"
            "经接入送出的也在内（channel 写 feed）；都有回执时什么也不输出。",
            "Of each channel: when it last worked and last failed and in which words, what waits, "
            "what was lost in the last day, and what became of the last daily test. With "
            "--waiting every message without a receipt is listed, those that leave by the feed "
            'too (channel "feed"); nothing is printed when all have theirs.',
        ),
        examples="main.py channels --hall /srv/hall --waiting",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the channels, or messages."""
    with looked_at(arguments) as (store, hall):
        if arguments.waiting or arguments.whistle:
            asked = StillToLeave() if arguments.waiting else DeliveriesOf(whistle=arguments.whistle)
            found = store.answer(asked)
            if arguments.whistle and not found:
                store.answer(WhistleCopies(whistle=arguments.whistle))  # refuses an unknown number
            put_rows(map(_message, found), MESSAGE, as_csv=arguments.csv)
            return OK
        if not hall.channels:
            sys.stderr.write(_NONE[arguments.lang] + "\n")
        states = store.answer(ChannelStates(codes=tuple(hall.channels), now=SystemClock().now()))
        put_rows(map(partial(_channel, hall), states), CHANNEL, as_csv=arguments.csv)
    return OK


_NONE: Final = {
    "zh": "资料包里没有可用的外发通道（channels.toml）：消息只经接入送出，其余由人打电话。",
    "en": "The pack has no channel in use (channels.toml): messages leave by the feed alone, and "
    "people ring up the rest.",
}


CHANNEL: Final = (
    "code",
    "name",
    "kind",
    "failing",
    "worked_at",
    "failed_at",
    "words",
    "waiting",
    "oldest",
    "lost",
    "tested_at",
    "test",
)
"""The columns of a channel."""


def _channel(hall: Hall, state: ChannelState) -> dict[str, Any]:
    """Return how a channel fares, as it is printed."""
    channel = hall.channels[state.code]
    return plain_dict(
        code=state.code,
        name=channel.name,
        kind=channel.kind,
        failing=state.is_failing,
        worked_at=state.worked_at,
        failed_at=state.failed_at,
        words=state.words,
        waiting=state.waiting,
        oldest=state.oldest,
        lost=state.lost,
        tested_at=state.tested_at,
        test=state.test,
    )


MESSAGE: Final = (
    "id",
    "type",
    "about",
    "body",
    "channel",
    "contact",
    "urgent",
    "state",
    "leaves_at",
    "attempts",
    "attempt",
    "words",
)
"""The columns of a message."""


def _message(delivery: Delivery) -> dict[str, Any]:
    """Return a message as it is printed, without the address it goes to."""
    item, last = delivery.item, delivery.attempts[-1] if delivery.attempts else None
    return plain_dict(
        id=item.id,
        type=item.type,
        about=item.subject,
        body=item.body,
        channel=item.channel,
        contact=item.contact,
        urgent=item.urgent,
        state=item.state,
        leaves_at=last.due_at if last else item.leaves_at,
        attempts=len(delivery.attempts),
        attempt=last.state if last else None,
        words=last.words if last else item.reason,
    )
