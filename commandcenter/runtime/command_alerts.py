"""``alerts``: print video alerts, one JSON object a line."""

import argparse

from commandcenter.application.questions import Alerts
from commandcenter.domain.alert import Verdict
from commandcenter.runtime import outputs
from commandcenter.runtime.commandline import OK, add_hall
from commandcenter.runtime.looking import add_period, count, looked_at, put_rows

_UNJUDGED = "none"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``main.py alerts`` takes."""
    add_hall(parser)
    parser.add_argument(
        "--verdict",
        action="append",
        default=[],
        choices=[_UNJUDGED, *map(str, Verdict)],
        metavar="VERDICT",
        help=f"only judged so: {', '.join(Verdict)}; {_UNJUDGED}: waits to be judged",
    )
    add_period(parser)
    parser.add_argument("--limit", type=count, help="at most so many, the newest")
    parser.add_argument("--csv", action="store_true", help="a table instead of JSON lines")
    parser.add_argument("--json", action="store_true", help="JSON lines (as without it)")
    parser.epilog = """\
example:
  main.py alerts --hall /srv/hall --verdict none
"""


def run(arguments: argparse.Namespace) -> int:
    """Print the alerts that fit."""
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
