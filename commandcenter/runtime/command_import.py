"""``import``: take a table into the hall pack, looked at first, never by halves."""

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from commandcenter.runtime import import_calendar, tables
from commandcenter.runtime.clock import SystemClock
from commandcenter.runtime.commandline import (
    FAILURE,
    OK,
    add_hall,
    add_json,
    add_seat,
    finding_line,
    put,
)
from commandcenter.runtime.findings import Fault, Finding
from commandcenter.runtime.settings import read_settings
from commandcenter.runtime.tables import Change, Plan
from commandcenter.runtime.usage import Parser

_SHOWN: Final = 200


def add_arguments(parser: Parser) -> None:
    """Add what ``main.py import`` takes."""
    say = parser.say
    parser.add_argument(
        "kind",
        choices=tuple(KINDS),
        metavar="KIND",
        help=say("资料包里的哪一种：", "which of the pack's: ") + ", ".join(KINDS),
    )
    parser.add_argument(
        "file", type=Path, metavar="FILE", help=say("要导入的文件", "what to import")
    )
    add_hall(parser)
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help=say("只查看，不写入", "only look, write nothing"),
    )
    parser.add_argument(
        "--all-or-nothing",
        action="store_true",
        help=say(
            "有一行出错就都不写（否则写入没错的行）",
            "write nothing where a single row has a fault (otherwise the good rows are written)",
        ),
    )
    parser.add_argument(
        "--sheet", metavar="NAME", help=say("工作簿里的哪张表", "the sheet of a workbook")
    )
    add_seat(parser)
    add_json(parser)
    parser.explain(
        say(
            "表格可以是 CSV（UTF-8，带不带 BOM 都行，或 GB18030）或 XLSX。各行按编号辨认：已有的"
            "替换，其余不动。原文件按日期留在 backups 文件夹里。有漏下的，退出码为 1。",
            "A table comes as CSV (UTF-8, also with a byte order mark, or GB18030) or XLSX. Rows "
            "are told apart by their code: a known one is replaced, the others stay. The file "
            "before is kept in backups/ with its date. Exit code 1 when anything was left out.",
        ),
        say(
            "放假安排（calendar）照 calendar.toml 的写法。其中的年份替换资料包里的，等着它的未结"
            "案卷重新计算时限；这时大厅不能在别处开着。",
            "A holiday notice (calendar) is written as calendar.toml is. Its years replace those "
            "of the pack, and deadlines of open cases that waited for it are reckoned anew; the "
            "hall must not be open elsewhere.",
        ),
        examples="""\
main.py import duties 清单.xlsx --hall /srv/hall --dry-run
main.py import duties 清单.xlsx --hall /srv/hall --sheet 基本履职 \\
  --all-or-nothing
main.py import calendar 2027.toml --hall /srv/hall --dry-run""",
    )


def run(arguments: argparse.Namespace) -> int:
    """Import what is named."""
    return KINDS[arguments.kind](arguments)


def _table(arguments: argparse.Namespace) -> int:
    if not arguments.hall.is_dir():
        plan = Plan(kind=arguments.kind, target=arguments.hall)
        plan.findings.append(Finding(file=str(arguments.hall), fault=Fault.NO_FOLDER))
        return _told(plan, arguments, written=False, backup=None)
    plan = tables.plan(arguments.kind, arguments.file, arguments.hall, sheet=arguments.sheet)
    allowed = plan.useful and (plan.whole or not arguments.all_or_nothing)
    written, backup = False, None
    if allowed and not arguments.dry_run:
        zone = read_settings(arguments.hall)[0].hall.zone
        try:
            backup = tables.carry_out(plan, SystemClock().now().astimezone(zone))
            written = True
        except OSError as error:
            reason = {"reason": error.strerror or type(error).__name__}
            plan.findings.append(
                Finding(file=plan.target.name, fault=Fault.NOT_WRITTEN, params=reason)
            )
    return _told(plan, arguments, written=written, backup=backup)


def _told(plan: Plan, arguments: argparse.Namespace, *, written: bool, backup: Path | None) -> int:
    lang = arguments.lang
    ok = plan.whole and bool(plan.rows)
    if arguments.json:
        put(
            {
                "ok": ok,
                "kind": plan.kind,
                "file": arguments.file.name,
                "sheet": plan.sheet,
                "sheets": list(plan.sheets),
                "rows": len(plan.rows),
                **{change.value: plan.count(change) for change in Change},
                "written": written,
                "backup": str(backup) if backup else None,
                "findings": [item.plain(lang) for item in plan.findings],
                "preview": [
                    {"row": row.row, "change": row.change, "values": dict(row.values)}
                    for row in plan.rows[:_SHOWN]
                ],
            }
        )
        return OK if ok else FAILURE
    for item in plan.findings:
        sys.stdout.write(finding_line(item, lang) + "\n")
    sys.stdout.write(_SUMMARY[lang].format(*(plan.count(change) for change in Change)) + "\n")
    if arguments.dry_run:
        sys.stdout.write(_DRY[lang] + "\n")
    elif written:
        kept = _KEPT[lang].format(backup) if backup else ""
        sys.stdout.write(_WRITTEN[lang].format(plan.target.name) + kept + "\n")
    else:
        sys.stdout.write(_NOTHING[lang] + "\n")
    return OK if ok else FAILURE


_SUMMARY: Final = {
    "zh": "新增 {0} 行，更新 {1} 行，相同 {2} 行，有错 {3} 行。",
    "en": "{0} new, {1} changed, {2} the same, {3} with faults.",
}
_DRY: Final = {"zh": "只是查看，没有写入。", "en": "Only looked at; nothing was written."}
_WRITTEN: Final = {
    "zh": "已写入 {}；大厅下次打开时生效。",
    "en": "{} is written; it is in force when the hall is opened next.",
}
_KEPT: Final = {"zh": "原文件保留在 {}。", "en": " The file before is kept as {}."}
_NOTHING: Final = {"zh": "没有写入任何内容。", "en": "Nothing was written."}

KINDS: Final[Mapping[str, Callable[[argparse.Namespace], int]]] = {
    **dict.fromkeys(tables.KINDS, _table),
    "calendar": import_calendar.run,
}
"""What can be imported, by name, and what carries it out."""
