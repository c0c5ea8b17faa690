"""What the commands that only look share: the store beside a running hall, periods, CSV."""

import argparse
import csv
import io
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from commandcenter.domain.hall import Hall
from commandcenter.runtime.clock import SystemClock
from commandcenter.runtime.commandline import put
from commandcenter.runtime.compose import Place, open_store
from commandcenter.store.store import Store

_RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


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
    return value


def put_rows(rows: Iterable[Mapping[str, Any]], *, as_csv: bool) -> None:
    """Print objects as JSON lines, or as a table a spreadsheet opens safely."""
    if not as_csv:
        for row in rows:
            put(row)
        return
    kept = list(rows)
    out = io.StringIO()
    writer = csv.writer(out)
    if kept:
        writer.writerow(kept[0])
        writer.writerows([_cell(value) for value in row.values()] for row in kept)
    sys.stdout.write("\ufeff" + out.getvalue())


def _cell(value: object) -> str:
    """Return a cell no spreadsheet takes for a formula (pitfalls.md 27)."""
    text = "" if value is None else str(value)
    return "'" + text if text.lstrip(" \u3000\u00a0\u200b").startswith(_RISKY) else text
