"""``deadline``: reckon a deadline without a case, or explain those of a case."""

import argparse
import sys

from commandcenter.application.plans import limit_of
from commandcenter.application.questions import OneCase
from commandcenter.domain import words
from commandcenter.domain.errors import Refusal
from commandcenter.domain.hall import Hall
from commandcenter.domain.timelimit import DayPolicy, WhyKind, WhyStep
from commandcenter.runtime import outputs
from commandcenter.runtime.clock import SystemClock
from commandcenter.runtime.commandline import OK, add_hall, add_json, put
from commandcenter.runtime.looking import instant, looked_at, read_hall
from commandcenter.runtime.usage import Parser, section


def add_arguments(parser: Parser) -> None:
    """Add what ``main.py deadline`` takes."""
    say = parser.say
    add_hall(parser)
    parser.add_argument(
        "--from",
        dest="since",
        type=instant,
        metavar="T",
        help=say("从这一时刻起算", "counted from here"),
    )
    parser.add_argument(
        "--limit",
        metavar="LIMIT",
        help=say(
            '时限，如 "3 work_day"、"8 urgent_hour"', 'such as "3 work_day" or "8 urgent_hour"'
        ),
    )
    parser.add_argument(
        "--policy",
        choices=[str(policy) for policy in DayPolicy],
        help=say(
            "工作日怎样起算（不写按本大厅的）", "how working days are reckoned (the hall's own way)"
        ),
    )
    parser.add_argument(
        "--case",
        metavar="NO",
        help=say("改为讲清这件案卷的各个时限", "explain the clocks of this case instead"),
    )
    add_json(parser)
    parser.explain(
        say(
            "没有 calendar.toml 时按已公布的放假安排。",
            "Without calendar.toml the published notices are in force.",
        ),
        section(
            say("--json 输出：", "with --json:"),
            """\
{"deadline", "trace"}
{"case_no", "clocks": [{"kind", "part", "deadline", "provisional", "trace"}]}""",
        ),
        examples="""\
main.py deadline --hall /srv/hall --from 2026-02-13T16:00:00+08:00 \\
  --limit "3 work_day" --json
main.py deadline --hall /srv/hall --case 20261120-00042""",
    )


def run(arguments: argparse.Namespace) -> int:
    """Reckon, and say why."""
    if arguments.case is not None:
        return _of_case(arguments)
    if arguments.since is None or arguments.limit is None:
        raise Refusal("deadline_of_what")
    _settings, hall = read_hall(arguments)
    policy = DayPolicy(arguments.policy) if arguments.policy else hall.limits.day_policy
    limit = limit_of(arguments.limit, policy)
    try:
        found = hall.calendar.deadline(arguments.since, limit)
    except OverflowError:
        raise Refusal("too_far", limit=limit) from None
    steps = (WhyStep(kind=WhyKind.LIMIT, limit=str(limit)), *found.steps)
    if arguments.json:
        put(
            {
                "deadline": outputs.local(found.due_at, hall),
                "trace": outputs.trace(steps, hall, arguments.lang),
            }
        )
    else:
        _say(steps, hall, arguments.lang)
    return OK


def _of_case(arguments: argparse.Namespace) -> int:
    with looked_at(arguments) as (store, hall):
        case = store.answer(OneCase(no=arguments.case))
    told = outputs.clocks(case, hall, SystemClock().now(), arguments.lang)
    if arguments.json:
        put({"case_no": case.no, "clocks": told})
        return OK
    for clock in told:
        part = f" {clock['part']}" if clock["part"] else ""
        sys.stdout.write(f"{clock['name']}{part}\n")
        for line in clock["lines"]:
            sys.stdout.write(f"  · {line}\n")
    return OK


def _say(steps: tuple[WhyStep, ...], hall: Hall, lang: str) -> None:
    for line in words.why_lines(steps, hall.zone, lang):
        sys.stdout.write(line + "\n")
