"""``audit verify``: reckon every hash chain and every state again, and say what is broken."""

import argparse
from dataclasses import asdict

from commandcenter.runtime import outputs
from commandcenter.runtime.commandline import FAILURE, OK, add_hall, add_json, put
from commandcenter.runtime.looking import looked_at
from commandcenter.runtime.usage import Parser


def add_arguments(parser: Parser) -> None:
    """Add what ``main.py audit`` takes."""
    say = parser.say
    parser.add_argument(
        "what",
        choices=("verify",),
        metavar="verify",
        help=say("重新核算每条哈希链和每件的现状", "reckon every chain and state again"),
    )
    add_hall(parser)
    add_json(parser, anyway=True)
    parser.explain(
        say(
            '输出 {"ok", "facts", "chains", "heads", "first_fault", "states"}；查出问题时退出码'
            "为 1。单看哈希链看不出末尾被截掉：请把 heads 与先前记下的对照。states 是现状与事实"
            "相符的案卷、哨和视频告警的件数。",
            'Prints {"ok", "facts", "chains", "heads", "first_fault", "states"}; exit code 1 when '
            "a fault was found. A chain alone does not show that its end was cut off: compare the "
            'heads with those noted before. "states" are the cases, whistles and alerts that are '
            "what their facts add up to.",
        ),
        examples="main.py audit verify --hall /srv/hall",
    )


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
