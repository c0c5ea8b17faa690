"""``kpi``: print figures, each with what it was reckoned from."""

import argparse
import sys
from datetime import datetime
from typing import Final

from commandcenter.application.naming import group_name
from commandcenter.application.questions import Figures
from commandcenter.domain import words
from commandcenter.domain.hall import Hall
from commandcenter.domain.measures import MEASURES, Figure, Unit, day_of, day_window, elapsed
from commandcenter.runtime import outputs
from commandcenter.runtime.clock import SystemClock
from commandcenter.runtime.commandline import OK, add_hall, add_json, put
from commandcenter.runtime.looking import add_period, aligned, check_period, day, instant, looked_at
from commandcenter.runtime.usage import Parser


def add_arguments(parser: Parser) -> None:
    """Add what ``main.py kpi`` takes."""
    say = parser.say
    add_hall(parser)
    parser.add_argument(
        "--day", type=day, metavar="D", help=say("哪一天（不写是今天）", "a hall day (today)")
    )
    add_period(parser)
    parser.add_argument(
        "--by",
        choices=("body", "grid", "category", "channel"),
        help=say("按单位、网格、类别或渠道分组", "per group"),
    )
    parser.add_argument(
        "--key", action="append", default=[], help=say("只列这些指标", "only these figures")
    )
    parser.add_argument(
        "--as-known-at",
        type=instant,
        metavar="T",
        help=say("按当时已记下的算", "as the journal was then"),
    )
    add_json(parser)
    parser.explain(
        examples="""\
main.py kpi --hall /srv/hall --day 2026-11-21 --by body
main.py kpi --hall /srv/hall --key close_rate --json \\
  --as-known-at 2026-11-22T08:00:00+08:00"""
    )


def run(arguments: argparse.Namespace) -> int:
    """Reckon and print."""
    check_period(arguments.since, arguments.until)
    now = SystemClock().now()
    with looked_at(arguments) as (store, hall):
        chosen = arguments.day or day_of(now, hall.zone, hall.day_starts)
        start, end = day_window(chosen, hall.zone, hall.day_starts)
        start, asked_end = arguments.since or start, arguments.until or end
        check_period(start, asked_end)
        # of what was known at an instant, too, nothing after it was missed yet
        seen = min(now, arguments.as_known_at or now)
        start, end = elapsed(start, asked_end, seen)
        figures = store.answer(
            Figures(
                start=start,
                end=end,
                now=seen,
                keys=tuple(arguments.key),
                by=arguments.by,
                as_known_at=arguments.as_known_at,
            )
        )
    if arguments.json:
        put(
            outputs.plain_dict(
                **{"from": start.astimezone(hall.zone), "to": end.astimezone(hall.zone)},
                as_known_at=arguments.as_known_at or now,
                by=arguments.by,
                figures=[outputs.figure(item) for item in figures],
            )
        )
        return OK
    sys.stdout.write(_period(hall, arguments.lang, start, end, asked_end) + "\n\n")
    for line in aligned([_row(item, hall, arguments) for item in figures], right={2}):
        sys.stdout.write(line + "\n")
    return OK


def _period(hall: Hall, lang: str, start: datetime, end: datetime, asked_end: datetime) -> str:
    """Return in words what the figures are of: a period that is over, that runs, or to come."""
    said = _OVER if end == asked_end else _RUNNING if start < end else _TO_COME
    first, last = (f"{it.astimezone(hall.zone):%Y-%m-%d %H:%M:%S}" for it in (start, end))
    return said[lang == "en"].format(start=first, end=last)


_OVER: Final = ("{start} 至 {end}", "From {start} to {end}")
_RUNNING: Final = ("{start} 起，截至 {end}（未完）", "From {start}, up to {end} (unfinished)")
_TO_COME: Final = ("{start} 起，尚未开始", "From {start}, not begun yet")


def _row(item: Figure, hall: Hall, arguments: argparse.Namespace) -> tuple[str, str, str, str]:
    """Return the group by its name, the figure's name, its value, and what it rests on."""
    measure, lang = MEASURES[item.key], arguments.lang
    basis = "" if item.denominator is None else f"{item.numerator or 0:g}/{item.denominator}"
    if measure.unit is Unit.HOURS or measure.quantile is not None:
        basis = "" if item.denominator is None else str(item.denominator)
    return (
        group_name(hall, arguments.by, item.group, lang),
        measure.name[lang == "en"],
        words.amount(measure.unit, item.value, lang),
        basis,
    )
