"""``check``: read a hall pack and name every fault with its place and its remedy."""

import argparse
import sys

from commandcenter.domain.hall import Hall
from commandcenter.runtime.commandline import FAILURE, OK, add_hall, add_json, finding_line, put
from commandcenter.runtime.findings import Fault, Finding, Severity, summed
from commandcenter.runtime.pack import load_pack
from commandcenter.runtime.usage import Parser


def add_arguments(parser: Parser) -> None:
    """Add what ``main.py check`` takes."""
    say = parser.say
    add_hall(parser)
    add_json(parser)
    parser.explain(
        say(
            "逐条写明文件、行、列、问题和改法；写了却没有生效的，退出码为 1。因为所在文件本身"
            "有错而找不到的编号，每列合成一行；--json 列出每一行。",
            "Prints every fault with file, row, column, problem and remedy; exit code 1 when "
            "something written down is not in force. Codes that are not found because the file "
            "they stand in is itself faulty are summed up in one line for each column; --json "
            "names every row.",
        ),
        examples="main.py check --hall /srv/hall --json",
    )


def run(arguments: argparse.Namespace) -> int:
    """Check a pack; exit code 1 when something written down is not in force."""
    hall = None
    if arguments.hall.is_dir():
        _settings, hall, findings = load_pack(arguments.hall)
    else:
        findings = [Finding(file=str(arguments.hall), fault=Fault.NO_FOLDER)]
    ok = all(finding.severity is not Severity.ERROR for finding in findings)
    if arguments.json:
        put({"ok": ok, "findings": [item.plain(arguments.lang) for item in findings]})
    else:
        for item in summed(findings):
            sys.stdout.write(finding_line(item, arguments.lang) + "\n")
        if hall is not None:
            sys.stdout.write(_counted(hall, arguments.lang) + "\n")
    return OK if ok else FAILURE


def _counted(hall: Hall, lang: str) -> str:
    counts = (
        len(hall.grids.grids),
        len(hall.bodies),
        len(hall.categories),
        sum(map(len, hall.standards.values())),
        sum(map(len, hall.templates.values())),
        sum(map(len, hall.contacts.values())),
        len(hall.duties),
        len(hall.cameras),
        len(hall.workers),
        len(hall.people),
        len(hall.places),
    )
    return _COUNTS[lang].format(hall.name, *counts)


_COUNTS = {
    "zh": (
        "{}：网格 {}，单位 {}，类别 {}，立案标准 {}，吹哨模板 {}，联系人 {}，清单事项 {}，"
        "摄像机 {}，网格员 {}，人员 {}，地名 {}。"
    ),
    "en": (
        "{}: {} grids, {} bodies, {} categories, {} standards, {} whistle templates, {} contacts,"
        " {} duty items, {} cameras, {} grid workers, {} operators, {} named places."
    ),
}
