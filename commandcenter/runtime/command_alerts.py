"""``alerts``: print video alerts, one JSON object a line."""

import argparse

from commandcenter.application.questions import Alerts
from commandcenter.domain.alert import Verdict
from commandcenter.runtime import outputs
from commandcenter.runtime.commandline import OK, add_hall
from commandcenter.runtime.looking import (
    add_limit,
    add_period,
    add_rows,
    check_period,
    looked_at,
    put_rows,
)
from commandcenter.runtime.usage import Parser

_UNJUDGED = "none"


def add_arguments(parser: Parser) -> None:
    """Add what ``main.py alerts`` takes."""
    say = parser.say
    add_hall(parser)
    parser.add_argument(
        "--verdict",
        action="append",
        default=[],
        choices=[_UNJUDGED, *map(str, Verdict)],
        metavar="VERDICT",
        help=say(
            "只列这样研判的：{}；{} 是待研判", "only judged so: {}; {}: waits to be judged"
        ).format(", ".join(Verdict), _UNJUDGED),
    )
    add_period(parser, received=True)
    add_limit(parser)
    add_rows(parser)
    parser.explain(examples="main.py alerts --hall /srv/hall --verdict none")


def run(arguments: argparse.Namespace) -> int:
    """Print the alerts that fit."""
    check_period(arguments.since, arguments.until)
    question = Alerts(
        verdicts=frozenset(
            None if word == _UNJUDGED else Verdict(word) for word in arguments.verdict
        ),
        since=arguments.since,
        until=arguments.until,
        limit=arguments.limit,
    )
    with looked_at(arguments) as (store, _hall):
        put_rows(map(outputs.alert, store.answer(question)), outputs.ALERT, as_csv=arguments.csv)
    return OK
