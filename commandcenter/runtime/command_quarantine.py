"""``quarantine``: print what could not be taken in, and why; personal data masked."""

import argparse

from commandcenter.application.questions import Quarantine
from commandcenter.runtime import outputs
from commandcenter.runtime.commandline import OK, add_hall, add_json, put
from commandcenter.runtime.looking import add_limit, looked_at
from commandcenter.runtime.usage import Parser


def add_arguments(parser: Parser) -> None:
    """Add what ``main.py quarantine`` takes."""
    say = parser.say
    add_hall(parser)
    add_limit(parser)
    add_json(parser, anyway=True)
    parser.explain(
        say(
            "把缺的补上之后，用席位指令 retry 让一条消息重新接入。",
            "A message is taken in again, after what it lacked was mended, with the desk's "
            "command retry.",
        ),
        examples="""\
main.py quarantine --hall /srv/hall --limit 20
echo '{"do": "retry", "message": 7}' |
  main.py desk --hall /srv/hall --as admin""",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the messages put aside."""
    with looked_at(arguments) as (store, _hall):
        found = store.answer(Quarantine(limit=arguments.limit))
        for item in found:
            put(outputs.quarantined(item, arguments.lang))
    return OK
