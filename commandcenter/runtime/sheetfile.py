"""The rows of a table somebody hands over: CSV as any office program writes it, or XLSX.

Nothing is believed of the file: not its name, not its size, not that its cells hold values.
"""

import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import IO, Any, Final

from commandcenter.runtime.findings import Fault, Finding
from commandcenter.runtime.pack import Record, clean, records_of
from commandcenter.runtime.tomlfile import Unread, text_of

MOST_ROWS: Final = 20_000
_MOST_COLUMNS: Final = 64
_HEADER_WITHIN: Final = 10
_MEGABYTE: Final = 2**20
_MOST_BYTES: Final = 20 * _MEGABYTE  # as the file lies there
_MOST_UNFOLDED: Final = 60 * _MEGABYTE
_MOST_PARTS: Final = 2_000
_MOST_BLANK: Final = 1_000  # empty rows on end: nothing comes after so many
_EXACT: Final = 10**15  # spreadsheets keep fifteen digits of a number

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"
_WEB: Final = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|table|\?xml)", re.IGNORECASE
)
_MERGED: Final = re.compile(rb'<mergeCell\b[^>]*\bref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')

_FAILED: Final = re.compile(r"#(?:REF!|DIV/0!|VALUE!|NUM!|NULL!|NAME\?|N/A|SPILL!|CALC!)")

IsHeader = Callable[[Sequence[str]], bool]
"""Tells whether the cells of a row are the header that is looked for."""


@dataclass(slots=True, kw_only=True)
class Rows:
    """What a file holds from its header on; ``spoilt`` are rows that cannot be used, by number.

    ``sheet`` is the sheet it was read from, ``sheets`` are all that can be seen.
    """

    records: list[Record] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    spoilt: set[int] = field(default_factory=set)
    sheet: str = ""
    sheets: tuple[str, ...] = ()


def read_rows(path: Path, is_header: IsHeader, sheet: str | None = None) -> Rows:
    """Read a table, whatever its name says it is; what is wrong with it is in the findings."""
    try:
        size = path.stat().st_size
        raw = b"" if size > _MOST_BYTES else path.read_bytes()
    except FileNotFoundError:
        return _none(Finding(file=path.name, fault=Fault.NO_FILE))
    except OSError as error:
        reason = {"reason": error.strerror or type(error).__name__}
        return _none(Finding(file=path.name, fault=Fault.UNREADABLE, params=reason))
    if (fault := _no_table(path.name, size, raw)) is not None:
        return _none(fault)
    if raw.startswith(_ZIP):
        return _workbook(path, is_header, sheet)
    try:
        return _text(path.name, text_of(raw, path.name), is_header)
    except Unread as unread:
        return _none(_false_workbook(path.name) or unread.finding)


def _false_workbook(file: str) -> Finding | None:
    """Tell of a file that is no table and calls itself a workbook."""
    if not file.lower().endswith((".xlsx", ".xlsm")):
        return None
    return Finding(file=file, fault=Fault.NOT_WORKBOOK, params={"reason": "BadZipFile"})


def _no_table(file: str, size: int, raw: bytes) -> Finding | None:
    """Tell what a file is that is no table at all."""
    if size > _MOST_BYTES:
        return _too_large(file, size)
    if raw.startswith(_OLE):
        return Finding(file=file, fault=Fault.OLD_WORKBOOK)
    return Finding(file=file, fault=Fault.WEB_PAGE) if _WEB.match(raw[:4096]) else None


def _none(*findings: Finding) -> Rows:
    return Rows(findings=list(findings))


def _too_large(file: str, size: int) -> Finding:
    shown = {"size": str(size // _MEGABYTE), "most": str(_MOST_UNFOLDED // _MEGABYTE)}
    if size <= _MOST_UNFOLDED:
        shown["most"] = str(_MOST_BYTES // _MEGABYTE)
    return Finding(file=file, fault=Fault.TOO_LARGE, params=shown)


# -- text --


def _text(file: str, text: str, is_header: IsHeader) -> Rows:
    """Read separated text; the separator is the one that makes the header out."""
    for delimiter in (",", "\t", ";", "，"):
        found = _from_header(records_of(text, delimiter), is_header)
        if found is not None:
            return _bounded(file, found)
    if (fault := _false_workbook(file)) is not None:
        return _none(fault)
    return _bounded(file, records_of(text))  # to be told what its header lacks


def _from_header(records: Iterator[Record], is_header: IsHeader) -> Iterator[Record] | None:
    for _ in range(_HEADER_WITHIN):
        row, cells = next(records, (0, None))
        if cells is not None and is_header(cells):
            return _again((row, cells), records)
    return None


def _again(first: Record, rest: Iterator[Record]) -> Iterator[Record]:
    yield first
    yield from rest


def _bounded(file: str, records: Iterator[Record]) -> Rows:
    rows = Rows()
    for record in records:
        if len(rows.records) > MOST_ROWS:
            rows.findings.append(_too_many(file, record[0]))
            break
        rows.records.append(record)
    return rows


def _too_many(file: str, row: int) -> Finding:
    return Finding(file=file, fault=Fault.TOO_MANY_ROWS, row=row, params={"most": str(MOST_ROWS)})


# -- workbooks --


def _workbook(path: Path, is_header: IsHeader, sheet: str | None) -> Rows:
    file = path.name
    if (fault := _unsafe(path)) is not None:
        return _none(fault)
    from openpyxl import load_workbook  # noqa: PLC0415  a fifth of a second, only when needed

    try:
        # opened by us: what a file is does not depend on how its name ends
        with warnings.catch_warnings(), path.open("rb") as one, path.open("rb") as two:
            warnings.simplefilter("ignore")  # about styles and the like, of no concern here
            book = load_workbook(one, read_only=True, data_only=True, keep_links=False)
            formulas = load_workbook(two, read_only=True, data_only=False, keep_links=False)
            try:
                return _of_book(_Book(path, book, formulas), is_header, sheet)
            finally:
                book.close()
                formulas.close()
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  whatever a broken file makes of the reader
        reason = {"reason": type(error).__name__}
        return _none(Finding(file=file, fault=Fault.NOT_WORKBOOK, params=reason))


def _unsafe(path: Path) -> Finding | None:
    """Look at a package before it is unfolded: its parts, its size, whether it is locked."""
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        reason = {"reason": type(error).__name__}
        return Finding(file=path.name, fault=Fault.NOT_WORKBOOK, params=reason)
    size = sum(part.file_size for part in parts)
    if size > _MOST_UNFOLDED or len(parts) > _MOST_PARTS:
        return _too_large(path.name, max(size, _MOST_UNFOLDED + 1))
    if any(part.flag_bits & 1 for part in parts):
        return Finding(file=path.name, fault=Fault.LOCKED_WORKBOOK)
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        reason = {"reason": "xl/workbook.xml"}
        return Finding(file=path.name, fault=Fault.NOT_WORKBOOK, params=reason)
    return None


@dataclass(frozen=True, slots=True)
class _Book:
    """A workbook twice over: the values last reckoned, and the formulas they came from."""

    path: Path
    values: Any
    formulas: Any


def _of_book(of: _Book, is_header: IsHeader, wanted: str | None) -> Rows:
    file, book, formulas = of.path.name, of.values, of.formulas
    titles = tuple(it.title for it in book.worksheets)
    visible = tuple(it.title for it in book.worksheets if it.sheet_state == "visible")
    if wanted is not None and wanted not in titles:
        known = {"value": wanted, "known": _listed(titles)}
        return _none(Finding(file=file, fault=Fault.NO_SUCH_SHEET, params=known))
    asked = (wanted,) if wanted is not None else titles
    heads = {title: _head(book[title], is_header) for title in asked}
    fitting = [title for title, row in heads.items() if row is not None]
    seen = [title for title in fitting if wanted is not None or title in visible]
    if len(seen) != 1:
        found = _which(file, seen, fitting, visible)
        found.sheets = visible
        return found
    title = seen[0]
    rows = Rows(sheet=title, sheets=visible)
    first = heads[title] or 1
    header: list[str] = []
    for number, values, sources in _lines(book[title], formulas[title], first):
        cells = [_shown(value) for value in values]
        if not any(cells):
            continue
        if not header:
            header = cells
        else:
            _look_at_formulas(file, number, header, (values, sources), rows)
        if len(rows.records) > MOST_ROWS:
            rows.findings.append(_too_many(file, number))
            break
        rows.records.append((number, cells))
    _look_at_merges(of.path, formulas[title], (first, len(header)), rows)
    return rows


def _which(file: str, seen: Sequence[str], fitting: Sequence[str], visible: Sequence[str]) -> Rows:
    if len(seen) > 1:
        return _none(
            Finding(file=file, fault=Fault.SEVERAL_SHEETS, params={"known": _listed(seen)})
        )
    if fitting:
        hidden = {"value": fitting[0]}
        return _none(Finding(file=file, fault=Fault.HIDDEN_SHEET, params=hidden))
    looked = {"known": _listed(visible), "columns": ""}
    return _none(Finding(file=file, fault=Fault.WRONG_SHEET, params=looked))


def _listed(titles: Sequence[str]) -> str:
    return "、".join(titles[:8]) + ("…" if len(titles) > 8 else "")  # noqa: PLR2004  a line's worth


def _head(sheet: Any, is_header: IsHeader) -> int | None:
    """Return the row the header stands in, of the first ten."""
    sheet.reset_dimensions()  # what a sheet says of its own size is often wrong
    for number, row in enumerate(
        sheet.iter_rows(max_row=_HEADER_WITHIN, max_col=_MOST_COLUMNS, values_only=True), 1
    ):
        if is_header([_shown(value) for value in row]):
            return number
    return None


def _lines(
    values: Any, formulas: Any, first: int
) -> Iterator[tuple[int, Sequence[Any], Sequence[Any]]]:
    """Yield the rows from the header on with the values last reckoned and what stands there."""
    formulas.reset_dimensions()
    span: dict[str, Any] = {"min_row": first, "max_col": _MOST_COLUMNS, "values_only": True}
    blank = 0
    both = zip(values.iter_rows(**span), formulas.iter_rows(**span), strict=False)
    for number, (reckoned, written) in enumerate(both, first):
        blank = 0 if any(cell is not None for cell in written) else blank + 1
        if blank > _MOST_BLANK:
            return
        yield number, reckoned, written


def _shown(value: object) -> str:
    """Return a cell as a person would have typed it."""
    if value is None:
        return ""
    shown = str(value)
    match value:
        case bool():
            shown = shown.upper()
        case datetime():
            shown = f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
        case float() | int() if abs(value) >= _EXACT:
            shown = f"{value:.5E}"  # its last digits are lost: the check of codes will say so
        case float() if value.is_integer():
            shown = str(int(value))
    return clean(shown)


def _look_at_formulas(
    file: str,
    number: int,
    header: Sequence[str],
    both: tuple[Sequence[Any], Sequence[Any]],
    rows: Rows,
) -> None:
    for name, value, written in zip(header, *both, strict=False):
        if not name or not (isinstance(written, str) or hasattr(written, "text")):
            continue
        text = getattr(written, "text", written) or "="
        is_formula = text.startswith("=") and len(text) > 1
        failed = (
            isinstance(value, str) and value.startswith("#") and value.endswith(("!", "?", "A"))
        )
        if failed and (is_formula or written == value):
            fault, shown = Fault.CELL_ERROR, {"value": str(value)}
        elif is_formula and value is None:
            fault, shown = Fault.FORMULA_EMPTY, {}
        elif is_formula:
            fault, shown = Fault.FORMULA, {"value": _shown(value)}
        else:
            continue
        rows.findings.append(Finding(file=file, fault=fault, row=number, column=name, params=shown))
        if fault is not Fault.FORMULA:
            rows.spoilt.add(number)


def _look_at_merges(path: Path, sheet: Any, head: tuple[int, int], rows: Rows) -> None:
    """Name the merged cells below the header: all but the first of them are empty."""
    part = getattr(sheet, "_worksheet_path", None)
    if not part:
        return
    first, width = head
    with zipfile.ZipFile(path) as package, package.open(part) as content:
        for left, top, right, bottom in _merged(content):
            if bottom <= first or _column(left) > width or (top == bottom and left == right):
                continue
            where = {"value": f"{left}{top}:{right}{bottom}"}
            rows.findings.append(
                Finding(file=path.name, fault=Fault.MERGED_CELLS, row=top, params=where)
            )
            # the first row of a tall merge has its value; the rows under it have none
            rows.spoilt |= set(range(max(top, first) + (top != bottom), bottom + 1))


def _merged(content: IO[bytes]) -> Iterator[tuple[str, int, str, int]]:
    kept = b""
    while chunk := content.read(_MEGABYTE):
        kept += chunk
        end = 0
        for found in _MERGED.finditer(kept):
            end = found.end()
            left, top, right, bottom = (part.decode() for part in found.groups())
            yield left, int(top), right, int(bottom)
        kept = kept[max(end, len(kept) - 200) :]  # a tag may lie across two chunks


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
