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
from unicodedata import combining, east_asian_width

from commandcenter.domain.hall import Hall
from commandcenter.runtime.clock import SystemClock
from commandcenter.runtime.commandline import put
from commandcenter.runtime.front import Place, open_store
from commandcenter.store.store import Store


@contextmanager
def looked_at(arguments: argparse.Namespace) -> Iterator[tuple[Store, Hall]]:
    """Open a hall's store for reading only, also beside a running hall."""
    settings, hall, _findings = Place(pack=arguments.hall, state=arguments.state_dir).read()
    store = open_store(settings, hall, SystemClock(), seat="look", write=False)
    try:
        yield store, hall
    finally:
        store.close()


def add_period(parser: argparse.ArgumentParser) -> None:
    """Add ``--from`` and ``--to``."""
    parser.add_argument("--from", dest="since", type=instant, metavar="T", help="from this instant")
    parser.add_argument("--to", dest="until", type=instant, metavar="T", help="before this instant")


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


def count(text: str) -> int:
    """Read how many there may be."""
    value = int(text)
    if not 0 < value < _MANY:
        raise argparse.ArgumentTypeError("must be above zero")
    return value


_MANY: Final = 2**31


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
    widths = [max(map(_width, column), default=0) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            " " * (width - _width(cell)) + cell
            if at in right
            else cell + " " * (width - _width(cell))
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
            if width
        )
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    return sum(
        0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text
    )


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
