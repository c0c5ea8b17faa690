"""What the commands that only look share: the store beside a running hall, periods, CSV."""

import argparse
import csv
import io
import json
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Final

from commandcenter.domain.errors import Refusal
from commandcenter.domain.hall import Hall
from commandcenter.domain.words import Both
from commandcenter.runtime.amounts import count
from commandcenter.runtime.calendar_years import CALENDAR_FILE
from commandcenter.runtime.clock import SystemClock
from commandcenter.runtime.commandline import add_json, put, say_findings
from commandcenter.runtime.findings import Finding, Severity
from commandcenter.runtime.front import Place, open_store
from commandcenter.runtime.settings import SETTINGS_FILE, Settings
from commandcenter.runtime.usage import Parser, columns_of
from commandcenter.store.store import Store


def read_hall(arguments: argparse.Namespace) -> tuple[Settings, Hall]:
    """Read the pack of a hall as ``read_pack`` does, for whom its faults are of no use."""
    settings, hall, _findings = read_pack(arguments)
    return settings, hall


def read_pack(arguments: argparse.Namespace) -> tuple[Settings, Hall, list[Finding]]:
    """Read the pack of a hall, and say on standard error what of its settings is not in force.

    What a command prints rests on them: with another time zone, or another beginning of the day,
    every figure means something else. What else is wrong with the pack is for ``check`` to say.
    """
    settings, hall, findings = Place(pack=arguments.hall, state=arguments.state_dir).read()
    amiss = [
        item for item in findings if item.file in _FOUNDATION and item.severity is Severity.ERROR
    ]
    say_findings(amiss, arguments.lang)
    return settings, hall, findings


_FOUNDATION: Final = frozenset({SETTINGS_FILE, CALENDAR_FILE})
"""The files by which every figure and every time is reckoned."""


@contextmanager
def looked_at(arguments: argparse.Namespace) -> Iterator[tuple[Store, Hall]]:
    """Open a hall's store for reading only, also beside a running hall."""
    settings, hall = read_hall(arguments)
    store = open_store(settings, hall, SystemClock(), seat="look", write=False)
    try:
        yield store, hall
    finally:
        store.close()


def add_period(parser: Parser, *, received: bool = False) -> None:
    """Add ``--from`` and ``--to``: the period reckoned, or when what is printed was received."""
    say = parser.say
    since, until = _RECEIVED if received else _RECKONED
    parser.add_argument(
        "--from",
        dest="since",
        type=instant,
        metavar="T",
        help=say(*since),
    )
    parser.add_argument(
        "--to",
        dest="until",
        type=instant,
        metavar="T",
        help=say(*until),
    )


_RECKONED: Final[tuple[Both, Both]] = (
    ("从这一时刻起", "from this instant"),
    ("到这一时刻为止（不含）", "before this instant"),
)
_RECEIVED: Final[tuple[Both, Both]] = (
    (
        "只列从这一时刻起收到的（不看发生时间）",
        "only received from this instant on, whenever it happened",
    ),
    ("只列在这一时刻之前收到的", "only received before this instant"),
)


def check_period(since: datetime | None, until: datetime | None) -> None:
    """Go on only with a period that does not end before it begins.

    Raises:
        Refusal: it does.
    """
    if since is not None and until is not None and since > until:
        raise Refusal("period_backwards")


def add_limit(parser: Parser) -> None:
    """Add ``--limit``."""
    parser.add_argument(
        "--limit",
        type=count,
        help=parser.say("最多这么多，取最新的", "at most so many, the newest"),
    )


def add_rows(parser: Parser) -> None:
    """Add the two ways in which rows are printed."""
    parser.add_argument(
        "--csv",
        action="store_true",
        help=parser.say("输出表格，不用 JSON 行", "a table instead of JSON lines"),
    )
    add_json(parser, anyway=True)


def instant(text: str) -> datetime:
    """Read an RFC 3339 instant with offset."""
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise argparse.ArgumentTypeError("an instant needs its offset: 2026-11-21T08:00:00+08:00")
    if value.year not in _YEARS:
        raise argparse.ArgumentTypeError(_NO_YEAR)
    return value


def day(text: str) -> date:
    """Read a day: 2026-11-21."""
    value = date.fromisoformat(text)
    if value.year not in _YEARS:
        raise argparse.ArgumentTypeError(_NO_YEAR)
    return value


_YEARS: Final = range(1971, 9999)  # within these every zone can show every instant
_NO_YEAR: Final = f"the year must be from {_YEARS[0]} to {_YEARS[-1]}"


def put_rows(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, as_csv: bool) -> None:
    """Print objects as JSON lines, or as a table a spreadsheet opens safely.

    A table without rows still names its columns.
    """
    if not as_csv:
        for row in rows:
            put(row)
        return
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_cell(row[column]) for column in columns] for row in rows)
    sys.stdout.write("\ufeff" + out.getvalue())


def aligned(rows: Sequence[Sequence[str]], *, right: Collection[int] = ()) -> Iterator[str]:
    """Yield rows as lines with their columns under each other; those in ``right`` end so.

    A Chinese character is two columns of a terminal wide. A column that is empty takes no room.
    """
    widths = [max(map(columns_of, column), default=0) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            " " * (width - columns_of(cell)) + cell
            if at in right
            else cell + " " * (width - columns_of(cell))
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
            if width
        )
        yield "  ".join(cells).rstrip()


def _cell(value: object) -> str:
    """Return a cell no spreadsheet takes for a formula, or for a number it would cut short.

    Sources: pitfalls.md 27, reliability.md 3.8.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    seen = value.lstrip(_UNSEEN)
    return "'" + value if seen.startswith(_RISKY) or _LONG_OR_PADDED.fullmatch(seen) else value


_UNSEEN: Final = " \u00a0\u200b\u200c\u200d\u2060\u3000\ufeff"
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LONG_OR_PADDED: Final = re.compile(r"[0-9]{16,}|0[0-9]+")
