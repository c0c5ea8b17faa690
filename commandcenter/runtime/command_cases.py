"""``cases``: print cases, one JSON object a line."""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from commandcenter.application.questions import CaseCount, Cases, OneCase
from commandcenter.domain.case import Case, State
from commandcenter.domain.errors import Refusal
from commandcenter.domain.hall import Hall
from commandcenter.runtime import outputs
from commandcenter.runtime.commandline import OK, add_hall, put
from commandcenter.runtime.looking import (
    add_limit,
    add_period,
    add_rows,
    check_period,
    looked_at,
    put_rows,
)
from commandcenter.runtime.usage import Parser
from commandcenter.store.store import Store

_PAGE: Final = 500
"""So many are read at a time: all of a large hall's would not fit into memory."""


def add_arguments(parser: Parser) -> None:
    """Add what ``main.py cases`` takes."""
    say = parser.say
    add_hall(parser)
    parser.add_argument(
        "--state",
        dest="states",
        action="append",
        default=[],
        choices=[str(state) for state in State],
        metavar="STATE",
        help=say("只列这一状态的，可写多次：", "only in this state; may be given several times: ")
        + ", ".join(State),
    )
    parser.add_argument("--grid", help=say("只列这个网格的（编号）", "only of this grid"))
    parser.add_argument("--body", help=say("只列这个单位的（编号）", "only of this body"))
    add_period(parser, received=True)
    parser.add_argument(
        "--text",
        default="",
        help=say(
            "只列含这些字的；字母和数字要从头写起，可只写前几位",
            "only with these words; of letters and digits the beginning is enough",
        ),
    )
    parser.add_argument(
        "--no",
        default="",
        metavar="NO",
        help=say("只列案卷编号里含这几位的", "only with this in their number"),
    )
    parser.add_argument(
        "--ref",
        default="",
        metavar="NO",
        help=say("只列来件编号里含这几位的", "only with this in the sender's number"),
    )
    parser.add_argument(
        "--after",
        metavar="NO",
        help=say("从这件之后接着列", "the page that follows this case"),
    )
    add_limit(parser)
    parser.add_argument(
        "--count", action="store_true", help=say("只说有多少件", "only how many there are")
    )
    add_rows(parser)
    parser.explain(
        examples="""\
main.py cases --hall /srv/hall --state received --state filed
main.py cases --hall /srv/hall --state closed --count
main.py cases --hall /srv/hall --text 井盖 --csv > cases.csv
main.py cases --hall /srv/hall --from 2026-11-01T00:00:00+08:00"""
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the cases that fit."""
    check_period(arguments.since, arguments.until)
    question = Cases(
        states=frozenset(map(State, arguments.states)),
        grid=arguments.grid,
        body=arguments.body,
        since=arguments.since,
        until=arguments.until,
        text=arguments.text,
        no=arguments.no,
        ref=arguments.ref,
        after=arguments.after,
        limit=arguments.limit,
    )
    with looked_at(arguments) as (store, hall):
        _check_codes(store, hall, question)
        if arguments.after is not None:
            store.answer(OneCase(no=arguments.after))  # refuses a number that nobody has
        if arguments.count:
            put({"count": store.answer(CaseCount(of=question))})
        else:
            put_rows(map(outputs.case, _pages(store, question)), outputs.CASE, as_csv=arguments.csv)
    return OK


def _check_codes(store: Store, hall: Hall, question: Cases) -> None:
    """Go on only with codes that the pack has, or that a case has kept from an earlier pack.

    Raises:
        Refusal: one is neither; nothing found would pass for nothing there.
    """
    grid, body = question.grid, question.body
    if grid is not None and grid not in hall.grids.grids and not _any(store, Cases(grid=grid)):
        raise Refusal("unknown_grid", grid=grid)
    if body is not None and body not in hall.bodies and not _any(store, Cases(body=body)):
        raise Refusal("unknown_body", body=body)


def _any(store: Store, question: Cases) -> bool:
    return bool(store.answer(replace(question, limit=1)))


def _pages(store: Store, question: Cases) -> Iterator[Case]:
    """Read page after page, each from where the last one ended."""
    left, after = question.limit, question.after
    while left is None or left > 0:
        size = _PAGE if left is None else min(left, _PAGE)
        page = store.answer(replace(question, after=after, limit=size))
        yield from page
        if len(page) < size:
            return
        left, after = None if left is None else left - size, page[-1].no
