"""``report``: the lists that leaders and auditors ask for, and letters about a case."""

import argparse
import re
import sys
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from commandcenter.application.questions import Beyond, OneCase
from commandcenter.domain import words
from commandcenter.domain.case import Case
from commandcenter.domain.errors import Refusal
from commandcenter.domain.hall import Hall
from commandcenter.domain.letter import drafted
from commandcenter.domain.measures import month_window
from commandcenter.runtime import outputs
from commandcenter.runtime.clock import SystemClock
from commandcenter.runtime.commandline import OK, add_hall
from commandcenter.runtime.looking import add_rows, looked_at, put_rows
from commandcenter.runtime.usage import Parser, listed, section


def add_arguments(parser: Parser) -> None:
    """Add what ``main.py report`` takes."""
    say = parser.say
    parser.add_argument(
        "kind",
        choices=tuple(KINDS),
        metavar="KIND",
        help=say("哪一种，见下文：", "which, see below: ") + ", ".join(KINDS),
    )
    add_hall(parser)
    parser.add_argument(
        "--month",
        type=month,
        metavar="YYYY-MM",
        help=say("unlisted：这个月收到的（不写是本月）", "unlisted: received in it (this month)"),
    )
    parser.add_argument(
        "--case", metavar="NO", help=say("letter：关于这件案卷", "letter: about this case")
    )
    parser.add_argument(
        "--reason", default="", help=say("letter：退回的理由", "letter: why it is sent back")
    )
    add_rows(parser)
    kinds = {
        "unlisted": say(
            "不属于本级、清单外任务：这个月收到而清单里没有的，各自办得怎样",
            "what came in that month and no list covers, with what became of it",
        ),
        "letter": say(
            "一件案卷的告知函草稿，用资料包里的 letter.txt，没有就用自带的",
            "the drafted letter about a case, from letter.txt of the pack or the built-in text",
        ),
    }
    parser.explain(
        section("KIND:", listed(kinds.items())),
        examples="""\
main.py report unlisted --hall /srv/hall --month 2026-11 --csv > 清单外.csv
main.py report letter --hall /srv/hall --case 20261120-00007 > 告知函.txt""",
    )


def month(text: str) -> date:
    """Read a month written 2026-11; returns its first day."""
    found = _MONTH.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError("a month is written 2026-11")
    return date(int(found[1]), int(found[2]), 1)


_MONTH: Final = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


def run(arguments: argparse.Namespace) -> int:
    """Print what is asked for."""
    return KINDS[arguments.kind](arguments)


def _unlisted(arguments: argparse.Namespace) -> int:
    with looked_at(arguments) as (store, hall):
        first = arguments.month or SystemClock().now().astimezone(hall.zone).date().replace(day=1)
        start, end = month_window(first, hall.zone)
        found = store.answer(Beyond(start=start, end=end))
        rows = [row(hall, case, arguments.lang) for case in found]
    if not rows:
        sys.stderr.write(_NONE[arguments.lang].format(f"{first:%Y-%m}") + "\n")
    put_rows(rows, UNLISTED, as_csv=arguments.csv)
    return OK


_NONE: Final = {
    "zh": "{} 收到的事项里没有清单外的，也没有不属于本级的。",
    "en": "Of what came in {} nothing is on no list or another level's to do.",
}


UNLISTED: Final = (
    "case_no",
    "received_at",
    "upstream_no",
    "handed_down_by",
    "title",
    "channel",
    "duty_item",
    "duty_list",
    "duty_title",
    "admission",
    "state",
    "state_text",
    "body",
    "reply",
)
"""The columns of ``row``."""


def row(hall: Hall, case: Case, lang: str) -> dict[str, object]:
    """Return one task that no list covers, as the monthly list prints it."""
    item = hall.duties.get(case.duty_item or "")
    county = hall.bodies.get(case.county_body or "")
    body = hall.bodies.get(case.body or "")
    return outputs.plain_dict(
        case_no=case.no,
        received_at=case.received_at.astimezone(hall.zone),
        upstream_no=case.source_no,
        handed_down_by=county.name if county else case.county_body,
        title=case.title,
        channel=case.channel,
        duty_item=case.duty_item,
        duty_list=words.word(item.list, lang) if item else None,
        duty_title=item.title if item else None,
        admission=words.word(case.admission, lang) if case.admission else None,
        state=case.state,
        state_text=words.word(case.state, lang),
        body=body.name if body else case.body,
        reply=case.reply or None,
    )


def _letter(arguments: argparse.Namespace) -> int:
    if arguments.case is None:
        raise Refusal("letter_of_what")
    with looked_at(arguments) as (store, hall):
        case = store.answer(OneCase(no=arguments.case))
        today = SystemClock().now().astimezone(hall.zone).date()
        sys.stdout.write(drafted(hall, case, today, reason=arguments.reason))
    return OK


KINDS: Final[Mapping[str, Callable[[argparse.Namespace], int]]] = {
    "unlisted": _unlisted,
    "letter": _letter,
}
"""What can be printed, by name."""
