"""Importing a table into the hall pack: looked at first, then written whole or not at all.

Rows are told apart by the key columns of their table: one that is new is added, one that is known
is replaced, every other row of the pack's file stays as it is written. What is written goes to a
file beside it, is synced, and takes its place in one step; the file before is kept with its date.
"""

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from commandcenter.domain import words
from commandcenter.domain.catalogue import DutyList, Urgency
from commandcenter.domain.roster import BodyLevel, ContactStep, Role
from commandcenter.runtime.findings import Fault, Finding, Severity
from commandcenter.runtime.pack import (
    LINKS,
    SHEETS,
    Sheet,
    checked,
    list_of,
    read_tables,
    records_of,
    without_spoilt,
)
from commandcenter.runtime.settings import read_settings
from commandcenter.runtime.sheetfile import read_rows
from commandcenter.runtime.tomlfile import Unread, nearest_of, read_text

KINDS: Final[Mapping[str, Sheet]] = {sheet.file.removesuffix(".csv"): sheet for sheet in SHEETS}
"""What can be imported, by the name of its file in the pack."""

BACKUPS: Final = "backups"

_HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    # what lists that come from offices call their columns
    "item": ("编号", "事项编号", "事项编码", "清单编号", "item no"),
    "list": ("清单", "清单类别", "清单类型", "事项类别", "履职类型", "类型"),
    "title": ("事项", "事项名称", "名称", "履职事项", "标题"),
    "body": ("单位", "责任单位", "承办单位", "牵头单位", "主管部门", "责任部门"),
    "co_bodies": ("配合单位", "协办单位", "协同单位"),
    "legal_basis": ("法律依据", "设定依据", "依据", "主要依据", "政策依据", "法律法规依据"),
    "active_from": ("生效日期", "启用日期", "实施日期"),
    "active_to": ("失效日期", "停用日期", "截止日期"),
    "code": ("代码", "编码"),
    "name": ("名称", "姓名"),
    "short_name": ("简称",),
    "level": ("层级", "级别"),
    "kind": ("性质", "类别"),
    "parent": ("上级", "上级代码"),
    "phone": ("电话", "值班电话", "联系电话"),
    "hours": ("工作时间", "办公时间"),
    "id": ("工号", "编号"),
    "grid": ("网格", "网格编码"),
    "role": ("岗位", "角色"),
    "urgency": ("紧急程度",),
    "restricted": ("受限", "限制知悉"),
    "words": ("关键词", "常用说法"),
    "near_metres": ("近距", "近距（米）"),
    "far_metres": ("远距", "远距（米）"),
    "same_hours": ("同一问题时限", "同一问题（小时）"),
    "reason": ("原因", "不予受理原因"),
    "reply": ("答复", "答复口径"),
    "not_ours": ("不属本级",),
    "category": ("类别", "类别代码"),
    "condition": ("情形", "立案条件"),
    "limit": ("时限", "办理时限", "承诺时限"),
    "statutory_limit": ("法定时限",),
    "milestones": ("节点",),
    "duty_item": ("清单事项", "清单事项编号"),
    "evidence": ("证据", "需交证据"),
    "whistle_kind": ("吹哨类型",),
    "whistle_bodies": ("吹哨单位",),
    "guidance": ("处置要点", "指引"),
    "lead": ("牵头单位",),
    "gear": ("携带装备",),
    "message": ("通知内容",),
    "answer_limit": ("应哨时限",),
    "report_in_limit": ("报到时限",),
    "step": ("层级", "呼叫层级"),
    "duty": ("职务",),
    "channel": ("通道", "渠道"),
    "address": ("号码", "地址"),
    "wait": ("等待分钟", "间隔（分钟）"),
    "lon": ("经度",),
    "lat": ("纬度",),
    "datum": ("坐标系",),
    "owner": ("权属单位",),
    "channels": ("通道",),
    "aliases": ("别名",),
}


def _said(kind: type[StrEnum]) -> dict[str, str]:
    """Return the words of an enumeration, so that a table may say them instead of the codes."""
    return {words.word(member): member.value for member in kind}


_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "list": _said(DutyList)
    | {"基本": "basic", "配合": "cooperate", "收回": "withdrawn", "赋权": "delegated"}
    | {"基本履职事项": "basic", "配合履职事项": "cooperate", "上级收回事项": "withdrawn"}
    | {"上级部门收回事项": "withdrawn", "赋权事项": "delegated"},
    "level": _said(BodyLevel),
    "role": _said(Role),
    "urgency": _said(Urgency),
    "step": _said(ContactStep),
}


class Change(StrEnum):
    """What importing a row would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    FAULTY = "faulty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One row of the file: its number there, what it would do, and its cells by column."""

    row: int
    change: Change
    values: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Plan:
    """What an import would do, before anything is done."""

    kind: str
    target: Path
    rows: list[Planned] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    lines: list[list[str]] = field(default_factory=list)  # of the file as it would be

    def count(self, change: Change) -> int:
        """Return how many rows would do so."""
        return sum(row.change is change for row in self.rows)

    @property
    def whole(self) -> bool:
        """Whether nothing would be left out."""
        errors = any(item.severity is Severity.ERROR for item in self.findings)
        return not errors and not self.count(Change.FAULTY)

    @property
    def useful(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.count(Change.NEW) + self.count(Change.CHANGED))


def plan(kind: str, path: Path, folder: Path, *, sheet: str | None = None) -> Plan:
    """Look at a file that somebody wants in the pack; nothing is written."""
    table = KINDS[kind]
    found = Plan(kind=kind, target=folder / table.file)
    rows = read_rows(path, lambda cells: _is_header(table, cells), sheet)
    found.sheet, found.sheets = rows.sheet, rows.sheets
    found.findings = [_with_columns(item, table) for item in rows.findings]
    if not rows.records:
        if not found.findings:
            shown = {"expected": ",".join(table.columns)}
            found.findings.append(
                Finding(file=path.name, fault=Fault.NO_HEADER, row=1, params=shown)
            )
        return found
    (top, head), *rest = rows.records
    spoken = [cell or "" for cell in head or ()]
    header = [_column(table, name) for name in spoken]
    packed = read_tables(folder, read_settings(folder)[0], [])
    names = _Names(table, packed)
    renamed = [(row, None if cells is None else names.codes(header, cells)) for row, cells in rest]
    findings: list[Finding] = []
    read = checked(table, iter([(top, header), *renamed]), findings)
    lost = names.lost(renamed, header, path.name)
    findings = [replace(_with_words(item), file=path.name, column=_as_spoken(item, header, spoken))
                for item in findings if item.row not in rows.spoilt] + [
        replace(item, column=_as_spoken(item, header, spoken)) for item in lost
    ]  # fmt: skip
    found.findings += sorted(findings, key=lambda item: item.row or 0)
    usable = set(read.rows.values()) - rows.spoilt - {item.row for item in lost}
    renamed = [(row, cells and [*map(without_spoilt, cells)]) for row, cells in renamed]
    _lay_out(found, table, header, renamed if read.read else [], usable)
    return found


def _is_header(table: Sheet, cells: Sequence[str]) -> bool:
    return set(table.required) <= {_column(table, cell) for cell in cells}


def _column(table: Sheet, spoken: str) -> str:
    """Return the column a header means; one that nobody knows stays as it is."""
    plain = without_spoilt(spoken).lower()
    if plain in table.columns:
        return plain
    for name in table.columns:
        if plain.replace(" ", "") in _HEADERS.get(name, ()):
            return name
    return plain


def _as_spoken(item: Finding, header: Sequence[str], spoken: Sequence[str]) -> str | None:
    """Name a column as the file does."""
    if item.column in header:
        return spoken[header.index(item.column)]
    return item.column


def _with_columns(item: Finding, table: Sheet) -> Finding:
    if item.fault is not Fault.WRONG_SHEET:
        return item
    names = (f"{name}（{_HEADERS[name][0]}）" for name in table.required)
    return replace(item, params={**item.params, "columns": "、".join(names)})


def _with_words(item: Finding) -> Finding:
    """Let a remedy name the words of a list too where an import takes them for the codes."""
    expected = item.params.get("expected")
    if item.column not in _WORDS or expected not in _SAID:
        return item
    return replace(item, params={**item.params, "expected": f"{expected}_said"})


_SAID: Final = frozenset({"level", "urgency", "contact_step", "role"})


class _Names:
    """Reads names of bodies, and words of lists, as the codes they stand for."""

    def __init__(self, table: Sheet, packed: Mapping[str, Any]) -> None:
        self._links = {link.column: link for link in LINKS if link.file == table.file}
        self._packed = packed
        self._codes: dict[str, dict[str, str]] = {}
        for column, link in self._links.items():
            items = packed[link.target].items
            self._codes[column] = {
                name: code
                for code, item in items.items()
                for name in (getattr(item, "name", ""), getattr(item, "short_name", ""))
                if name
            }
        self._own = table.file

    def codes(self, header: Sequence[str], cells: Sequence[str]) -> list[str]:
        """Return the cells of a row with codes where they held names."""
        return [
            self._code(header[at] if at < len(header) else "", cell)
            for at, cell in enumerate(cells)
        ]

    def _code(self, column: str, cell: str) -> str:
        if (said := _WORDS.get(column)) is not None:
            return said.get(cell, cell)
        if (known := self._codes.get(column)) is None:
            return cell
        parts = list_of(cell.replace("、", ";") if cell not in known else cell)
        return ";".join(known.get(part) or _by_end(part, known) or part for part in parts)

    def lost(
        self, records: Iterable[tuple[int, list[str] | None]], header: Sequence[str], file: str
    ) -> list[Finding]:
        """Name every code that leads nowhere; a file that is absent proves nothing."""
        found = []
        for row, cells in records:
            for column, cell in zip(header, cells or (), strict=False):
                link = self._links.get(column)
                if link is None or link.target == self._own:
                    continue
                target = self._packed[link.target]
                for part in list_of(cell) if target.read else ():
                    if part not in target.items:
                        near = nearest_of(part, (*self._codes[column], *target.items))
                        shown = {"value": part, "target": link.target, "nearest": near}
                        found.append(
                            Finding(
                                file=file,
                                fault=Fault.UNKNOWN_NAME,
                                row=row,
                                column=column,
                                params=shown,
                            )
                        )
        return found


def _by_end(part: str, known: Mapping[str, str]) -> str | None:
    """Return the only code whose name ends so: 建设办 for 云溪镇建设办, never one of several."""
    if len(part) < _SHORTEST_END:
        return None
    found = {code for name, code in known.items() if name.endswith(part)}
    return found.pop() if len(found) == 1 else None


_SHORTEST_END: Final = 3


# -- what would be written --


def _lay_out(
    found: Plan,
    table: Sheet,
    header: Sequence[str],
    records: Iterable[tuple[int, list[str] | None]],
    usable: set[int],
) -> None:
    """Put the rows of the pack's file and those of the import together."""
    kept_header, kept = _standing(found.target, table)
    at = {_key(table, kept_header, cells): index for index, cells in enumerate(kept) if cells}
    for row, cells in records:
        values = {
            name: cells[index]
            for index, name in enumerate(header)
            if cells is not None and index < len(cells) and name in table.columns
        }
        if row not in usable:
            found.rows.append(Planned(row=row, change=Change.FAULTY, values=values))
            continue
        key = tuple(values.get(name, "") for name in table.key)
        if key not in at:
            at[key] = len(kept)
            kept.append([values.get(name, "") for name in kept_header])
            change = Change.NEW
        else:
            before = kept[at[key]]
            after = [
                values.get(name, before[index] if index < len(before) else "")
                for index, name in enumerate(kept_header)
            ]
            change = Change.SAME if after == before else Change.CHANGED
            kept[at[key]] = after
        found.rows.append(Planned(row=row, change=change, values=values))
    found.lines = [kept_header, *kept]


def _standing(target: Path, table: Sheet) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of the file in the pack, as they are written there."""
    try:
        text = read_text(target)
    except Unread:
        return list(table.columns), []
    rows = [[*map(without_spoilt, cells)] for _, cells in records_of(text) if cells is not None]
    if not rows:
        return list(table.columns), []
    header = [name.lower() for name in rows[0]]
    more = [name for name in table.columns if name not in header]
    width = len(header) + len(more)
    return header + more, [cells + [""] * (width - len(cells)) for cells in rows[1:]]


def _key(table: Sheet, header: Sequence[str], cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(cells[header.index(name)] if name in header else "" for name in table.key)


def carry_out(found: Plan, now: datetime) -> Path | None:
    """Write what was planned; returns where the file before is kept, if there was one.

    Raises:
        OSError: it could not be written; then the pack is as it was.
    """
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(found.lines)
    return replaced(found.target, text.getvalue(), now)


def replaced(target: Path, text: str, now: datetime) -> Path | None:
    """Write a file of the pack in one step; returns where the one before is kept, if there was one.

    Raises:
        OSError: it could not be written; then the pack is as it was.
    """
    backup = _keep(target, now)
    folder = target.parent
    handle, name = tempfile.mkstemp(dir=folder, prefix=f".{target.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as written:
            written.write(text)
            written.flush()
            os.fsync(written.fileno())
        Path(name).chmod(target.stat().st_mode if target.exists() else 0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync(folder)
    return backup


def _keep(target: Path, now: datetime) -> Path | None:
    """Keep the file as it is under its date; one kept in the same second is not overwritten."""
    if not target.exists():
        return None
    folder = target.parent / BACKUPS
    folder.mkdir(exist_ok=True)
    stem = f"{target.stem}-{now:%Y%m%d-%H%M%S}"
    name = folder / f"{stem}{target.suffix}"
    again = 1
    while name.exists():
        again += 1
        name = folder / f"{stem}-{again}{target.suffix}"
    with name.open("xb") as kept:
        kept.write(target.read_bytes())
        kept.flush()
        os.fsync(kept.fileno())
    _sync(folder)
    return name


def _sync(folder: Path) -> None:
    """Have the names in a folder on the disk as well."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
