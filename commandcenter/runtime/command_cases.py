"""``cases``: print cases, one JSON object a line."""

import argparse

from commandcenter.application.questions import Cases
from commandcenter.domain.case import State
from commandcenter.runtime import outputs
from commandcenter.runtime.commandline import OK, add_hall
from commandcenter.runtime.looking import add_period, count, looked_at, put_rows


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``main.py cases`` takes."""
    add_hall(parser)
    parser.add_argument(
        "--state",
        dest="states",
        action="append",
        default=[],
        choices=[str(state) for state in State],
        metavar="STATE",
        help="only in this state; may be given several times: " + ", ".join(State),
    )
    parser.add_argument("--grid", help="only of this grid")
    parser.add_argument("--body", help="only of this body")
    add_period(parser)
    parser.add_argument("--text", default="", help="only with these words")
    parser.add_argument("--limit", type=count, help="at most so many, the newest")
    parser.add_argument("--csv", action="store_true", help="a table instead of JSON lines")
    parser.add_argument("--json", action="store_true", help="JSON lines (as without it)")
    parser.epilog = """\
examples:
  main.py cases --hall /srv/hall --state received --state filed
  main.py cases --hall /srv/hall --text 井盖 --from 2026-11-01T00:00:00+08:00 --csv > cases.csv
"""


def run(arguments: argparse.Namespace) -> int:
    """Print the cases that fit."""
    question = Cases(
        states=frozenset(map(State, arguments.states)),
        grid=arguments.grid,
        body=arguments.body,
        since=arguments.since,
        until=arguments.until,
        text=arguments.text,
        limit=arguments.limit,
    )
    with looked_at(arguments) as (store, _hall):
        put_rows(map(outputs.case, store.answer(question)), as_csv=arguments.csv)
    return OK
