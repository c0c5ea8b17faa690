"""``dossier``: everything that happened in one case as a PDF, or as a ZIP with its media."""

import argparse
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from commandcenter.application import commands as c
from commandcenter.application.questions import CaseFile, CaseFileOf
from commandcenter.domain.facts import Fact
from commandcenter.domain.hall import Hall
from commandcenter.domain.report import Reporter
from commandcenter.reporting import casefile
from commandcenter.reporting.casefile import Casefile
from commandcenter.reporting.dossier import Dossier, Press, Told, compose
from commandcenter.runtime.clock import SystemClock
from commandcenter.runtime.commandline import add_hall, add_operator, add_seat
from commandcenter.runtime.compose import open_core
from commandcenter.runtime.front import Place, open_store, operator_of
from commandcenter.runtime.looking import read_pack
from commandcenter.runtime.settings import Settings
from commandcenter.runtime.usage import Parser

Tell = Callable[[Hall, str], Callable[[Fact], Told]]
"""Makes for a hall and a language what puts its facts into the words of the screens."""


def add_arguments(parser: Parser) -> None:
    """Add what ``main.py dossier`` takes."""
    say = parser.say
    parser.add_argument("case", metavar="CASE", help=say("案卷编号", "the number of the case"))
    add_hall(parser)
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        required=True,
        help=say("写到哪个文件", "the file to write"),
    )
    parser.add_argument(
        "--zip",
        action="store_true",
        help=say(
            "打包：PDF、全部事实、大厅自己存的图片和清单",
            "pack PDF, facts, the hall's own media and a manifest",
        ),
    )
    add_operator(parser)
    parser.add_argument(
        "--disclose",
        metavar="REASON",
        help=say(
            "写出上报人：须是值班长，理由记入案卷",
            "name who reported: a supervisor's right; the reason is recorded in the case",
        ),
    )
    add_seat(parser)
    parser.explain(
        say(
            "不写 --disclose 时，大厅开着也能打印，上报人保持脱敏。",
            "Without --disclose it may run beside an open hall, and who reported stays masked.",
        ),
        examples="""\
main.py dossier 20261121-00042 --hall /srv/hall --out 42.pdf
main.py dossier 20261121-00042 --hall /srv/hall --zip --out 42.zip""",
    )


def gathered(arguments: argparse.Namespace, tell: Tell) -> tuple[Dossier, Casefile]:
    """Return what is to be printed, and what is packed with it.

    Raises:
        Refusal: there is no such case, or who reported is not for this operator to know.
    """
    settings, hall, findings = read_pack(arguments)
    operator = operator_of(hall, arguments.operator, findings)
    file, reporters = _read(arguments, settings, hall)
    press = Press(
        hall=hall,
        lang=arguments.lang,
        by=operator.name,
        at=SystemClock().now(),
        tell=tell(hall, arguments.lang),
        reporters=reporters,
        reason=arguments.disclose or "",
    )
    return compose(file, press), casefile.of(file, press, settings.state_dir)


def _read(
    arguments: argparse.Namespace, settings: Settings, hall: Hall
) -> tuple[CaseFile, tuple[Reporter, ...]]:
    question = CaseFileOf(case=arguments.case)
    if arguments.disclose is None:
        store = open_store(settings, hall, SystemClock(), seat="look", write=False)
        with closing(store):
            return store.answer(question), ()
    place = Place(pack=arguments.hall, state=arguments.state_dir)
    core = open_core(place, seat=arguments.seat, feeds=False)
    try:
        core.start()
        desk = core.desk(arguments.operator)
        told = desk.submit(c.Disclose(case=arguments.case, reason=arguments.disclose)).result()
        return desk.ask(question).result(), told.reporters
    finally:
        core.stop()
