"""Text and TOML files of a hall pack, read so that every fault can be named with its line."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any, Final
from unicodedata import category

from commandcenter.runtime.findings import Fault, Finding

Reader = Callable[[object], Any]


class Unusable(ValueError):
    """A value that cannot be used; the message names what was expected."""


class Unread(Exception):
    """A file that is not there or not text; carries the finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.problem("en"))
        self.finding = finding


def read_text(path: Path) -> str:
    """Read a text file of the pack, its lines ended by a line feed alone.

    UTF-8 is expected; a byte order mark, GB18030 and UTF-16, as office programs write them, are
    read.

    Raises:
        Unread: There is no such file, it cannot be read, or it is not text.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise Unread(Finding(file=path.name, fault=Fault.ABSENT)) from None
    except OSError as error:
        reason = {"reason": error.strerror or type(error).__name__}
        raise Unread(Finding(file=path.name, fault=Fault.UNREADABLE, params=reason)) from None
    return text_of(raw, path.name)


def text_of(raw: bytes, file: str) -> str:
    """Return the text that bytes of a file are, its lines ended by a line feed alone.

    Raises:
        Unread: It is not text.
    """
    is_wide = raw[:2] in _UTF16
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError as error:
            if error.reason != _CUT:
                continue
            text = raw[: error.start].decode(encoding, "ignore")  # cut within a letter
        if is_wide and not _is_written(text):
            break
        return _lines(text)
    raise Unread(Finding(file=file, fault=Fault.NOT_TEXT))


_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")  # what a spreadsheet calls Unicode text
_CUT: Final = "unexpected end of data"


def _is_written(text: str) -> bool:
    """Tell whether somebody wrote a text: nearly any two bytes are a letter of UTF-16.

    What a hall reads holds plain separators or keys, and neither control letters nor ones that
    mean nothing.
    """
    plain = any(letter.isascii() for letter in text) or not text
    return plain and all(
        letter in _WHITE or category(letter) not in _MEANINGLESS for letter in text
    )


_WHITE: Final = frozenset("\t\n\r")
_MEANINGLESS: Final = frozenset({"Cc", "Cn"})


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


class Toml:
    """A TOML file that still knows on which line each of its keys stands."""

    def __init__(self, path: Path) -> None:
        self.file = path.name
        self._text = read_text(path)
        self.tables: Mapping[str, Any] = {}
        self.fault: Finding | None = None
        try:
            self.tables = tomllib.loads(self._text)
        except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
            self.fault = self._fault(str(error))

    def _fault(self, message: str) -> Finding:
        """Turn the reader's message, the only place where it tells the line, into a finding."""
        at = _AT_LINE.search(message)
        lines = self._text.rstrip().count("\n") + 1
        reason = {"reason": _AT.sub("", message)}
        row = int(at[1]) if at else lines
        return Finding(file=self.file, fault=Fault.BAD_TOML, row=row, params=reason)

    def is_section(self, key: str) -> bool:
        """Tell whether what stands on top of the file is a section, or several of one name."""
        stated = self.tables[key]
        parts = stated if isinstance(stated, list) else [stated]
        return all(isinstance(part, dict) for part in parts)

    def line_of(self, table: str, key: str, index: int) -> int | None:
        """Find the line of a key, or else that of its table."""
        found, inside, seen = None, not table, -1
        for number, line in enumerate(self._text.split("\n"), 1):
            if header := _HEADER.match(line):
                name = header[1].strip().strip("\"'")
                inside = name == table
                seen += inside
                if name == key and not table:
                    return number
                if inside and seen == index:
                    found = number
            elif inside and (not table or seen == index):
                pair = _PAIR.match(line)
                if pair and pair[1].strip("\"'") == key:
                    return number
        return found


_AT: Final = re.compile(r" \(at .*\)$")
_AT_LINE: Final = re.compile(r"at line (\d+)")
_HEADER: Final = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]")
_PAIR: Final = re.compile(r"\s*([\w\"'-]+)\s*=")


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a TOML file: the ``index``-th of its name, or the file itself without one."""

    toml: Toml
    name: str = ""
    index: int = 0

    def finding(self, fault: Fault, key: str = "", **params: str) -> Finding:
        """Make a finding about a key, or about the section."""
        column = f"{self.name}.{key}" if self.name and key else self.name or key
        row = self.toml.line_of(self.name, key, self.index)
        return Finding(file=self.toml.file, fault=fault, row=row, column=column, params=params)

    def bad(self, key: str, value: object, expected: str) -> Finding:
        """Name a value that cannot be used; one that may hold a password is not repeated."""
        try:
            shown = "…" if key in _SECRETIVE else str(value)
        except ValueError:  # a number of thousands of digits
            shown = "…"
        return self.finding(Fault.BAD_SETTING, key, value=shown, expected=expected)

    def unknown(self, key: str, known: Iterable[str]) -> Finding:
        """Name a key or section that nobody knows, and the one that was probably meant."""
        if self.name:
            return self.finding(Fault.UNKNOWN_KEY, key, nearest=nearest_of(key, known))
        fault = Fault.UNKNOWN_SECTION if self.toml.is_section(key) else Fault.UNKNOWN_KEY
        return self.finding(fault, key, nearest=nearest_of(key, known, _ON_TOP))

    def read(
        self, stated: Mapping[str, object], readers: Mapping[str, Reader]
    ) -> tuple[dict[str, Any], list[Finding]]:
        """Read the keys of the section; what is unknown or unusable becomes a finding."""
        values: dict[str, Any] = {}
        findings: list[Finding] = []
        for key, value in stated.items():
            reader = readers.get(key)
            if reader is None:
                findings.append(self.unknown(key, readers))
                continue
            try:
                values[key] = reader(value)
            except Unusable as unusable:
                findings.append(self.bad(key, value, str(unusable)))
        return values, findings


_SECRETIVE: Final = frozenset({"url"})
_ON_TOP: Final = 0.7  # [software] is not meant for [store], which alone would keep the hall shut


def nearest_of(word: str, known: Iterable[str], alike: float = 0.6) -> str:
    """Name the known word that was probably meant, or all of them."""
    words = list(known)
    return next(iter(get_close_matches(word.lower(), words, 1, alike)), " / ".join(words))


def unknown_column(file: str, row: int, name: str, missing: Sequence[str]) -> Finding:
    """Name a column that nobody knows, and which of those the file has not was probably meant."""
    find = partial(Finding, file=file, row=row, column=name)
    if not missing:
        return find(fault=Fault.SURPLUS_COLUMN)
    near = nearest_of(name, missing, _AMONG_FEW)
    return find(fault=Fault.UNKNOWN_COLUMN, params={"nearest": near})


_AMONG_FEW: Final = 0.55  # kurzname is short_name; phones, where phone is there, is not hours
