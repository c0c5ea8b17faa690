"""``audit verify``: reckon every hash chain and every state again, and say what is broken."""

import argparse
from dataclasses import asdict

from commandcenter.runtime import outputs
from commandcenter.runtime.commandline import FAILURE, OK, add_hall, put
from commandcenter.runtime.looking import looked_at


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``main.py audit`` takes."""
    parser.add_argument("what", choices=("verify",), help="reckon every chain and state again")
    add_hall(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object (as without it)")
    parser.epilog = """\
Prints {"ok", "facts", "chains", "heads", "first_fault", "states"}; exit code 1 when a fault was
found. A chain alone does not show that its end was cut off: compare the heads with those noted
before. "states" are the cases, whistles and alerts that are what their facts add up to.

example:
  main.py audit verify --hall /srv/hall
"""


def run(arguments: argparse.Namespace) -> int:
    """Verify the journal."""
    with looked_at(arguments) as (store, _hall):
        verdict = store.verify()
    put(
        outputs.plain_dict(
            ok=verdict.ok,
            facts=verdict.facts,
            chains=verdict.chains,
            heads=verdict.heads,
            first_fault=verdict.first_fault and asdict(verdict.first_fault),
            states=verdict.states,
        )
    )
    return OK if verdict.ok else FAILURE
