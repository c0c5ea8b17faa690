"""``quarantine``: print what could not be taken in, and why; personal data masked."""

import argparse

from commandcenter.application.questions import Quarantine
from commandcenter.runtime import outputs
from commandcenter.runtime.commandline import OK, add_hall, put
from commandcenter.runtime.looking import count, looked_at


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``main.py quarantine`` takes."""
    add_hall(parser)
    parser.add_argument("--limit", type=count, help="at most so many, the newest")
    parser.add_argument("--json", action="store_true", help="JSON lines (as without it)")
    parser.epilog = """\
example:
  main.py quarantine --hall /srv/hall --limit 20

A message is taken in again, after what it lacked was mended, with the desk's command:
  echo '{"do": "retry", "message": 7}' | main.py desk --hall /srv/hall --as admin
"""


def run(arguments: argparse.Namespace) -> int:
    """Print the messages put aside."""
    with looked_at(arguments) as (store, _hall):
        found = store.answer(Quarantine(limit=arguments.limit))
        for item in found:
            put(outputs.quarantined(item, arguments.lang))
    return OK
