"""A hall pack from its folder: everything that can be used, and a finding for all that cannot."""

import csv
import re
import unicodedata
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from commandcenter.domain import mediation, transfer
from commandcenter.domain.catalogue import (
    Category,
    DutyItem,
    DutyList,
    ReplyTemplate,
    Standard,
    Urgency,
    WhistleKind,
    WhistleTemplate,
)
from commandcenter.domain.gazetteer import KIND_WORDS, NamedPlace, PlaceKind
from commandcenter.domain.hall import Hall
from commandcenter.domain.letter import PLACEHOLDERS, strange
from commandcenter.domain.mediation import Level, Rung
from commandcenter.domain.place import Datum, GridMap, Point
from commandcenter.domain.roster import (
    FEED_CHANNEL,
    PHONE_CHANNEL,
    Body,
    BodyLevel,
    Camera,
    Contact,
    ContactStep,
    Operator,
    Role,
    Worker,
)
from commandcenter.domain.timelimit import DayPolicy, Limit, Milestone, parse_milestones
from commandcenter.domain.transfer import Destination
from commandcenter.runtime.calendar_years import hours, read_calendar
from commandcenter.runtime.channels import CHANNELS_FILE, read_channels
from commandcenter.runtime.findings import Fault, Finding
from commandcenter.runtime.gridfile import GRIDS_FILE, read_grids
from commandcenter.runtime.settings import Settings, code, datum, day, limit, read_settings, running
from commandcenter.runtime.tomlfile import Unread, Unusable, read_text, unknown_column

_BODIES: Final = "bodies.csv"
_CATEGORIES: Final = "categories.csv"
_STANDARDS: Final = "standards.csv"
_DUTIES: Final = "duties.csv"
_CAMERAS: Final = "cameras.csv"
_WORKERS: Final = "workers.csv"
PEOPLE_FILE: Final = "people.csv"
_REPLIES: Final = "replies.csv"
LETTER_FILE: Final = "letter.txt"
_GAZETTEER: Final = "gazetteer.csv"
_TRANSFERS: Final = "transfers.csv"
_WHISTLES: Final = "whistles.csv"
_CONTACTS: Final = "contacts.csv"
_MEDIATION: Final = "mediation.csv"

_LIST: Final = re.compile("[;；]")  # Chinese keyboards give the second one
_SCIENTIFIC: Final = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_LONGEST_CELL: Final = 32_767  # letters: what a cell of a spreadsheet holds
_LONGEST_FIELD: Final = 2**26  # letters the reader takes, so that we can say what was too long
_SPOILT: Final = "\ufffd"  # stands for a letter that is none, until the row is read
_LONGEST_ROW: Final = 50  # lines; a quote that is never closed must not swallow the table


Record = tuple[int, list[str] | None]
"""A row with the line it begins on; nothing for one that cannot be read."""


@dataclass(slots=True)
class Table:
    """What one table held: its items and their lines by key; ``read`` tells whether it was there.

    ``skipped`` are the lines left out, with what could be read of them.
    """

    read: bool = False
    items: dict[Any, Any] = field(default_factory=dict)
    rows: dict[Any, int] = field(default_factory=dict)
    skipped: list[tuple[int, Mapping[str, Any]]] = field(default_factory=list)


def load_pack(folder: Path) -> tuple[Settings, Hall, list[Finding]]:
    """Read a pack; what is wrong with it is in the findings and never raised.

    A bad row is left out and everything else loads. Without a file the hall works on what it
    has. The findings follow the files, then the references between them.
    """
    settings, findings = read_settings(folder)
    channels, test_at = read_channels(folder, findings)
    settings = replace(settings, channels=channels)
    calendar, faults = read_calendar(folder, settings.hall.zone)
    findings += faults
    tables = read_tables(folder, settings, findings)
    for link in LINKS:
        follow(link, tables, findings)
    _rings(tables, findings)
    _programs(tables[PEOPLE_FILE], findings)
    _seated(tables[PEOPLE_FILE], findings)
    _templates(tables, findings)
    grids = GridMap(tables[GRIDS_FILE].items.values())
    return (
        settings,
        Hall(
            name=settings.hall.name,
            code=settings.hall.code,
            zone=settings.hall.zone,
            datum=settings.hall.datum,
            grids=grids,
            bodies=MappingProxyType(tables[_BODIES].items),
            categories=MappingProxyType(tables[_CATEGORIES].items),
            standards=_by_category(tables[_STANDARDS]),
            templates=_by_category(tables[_WHISTLES]),
            contacts=_contacts(tables, {it.channel.code for it in channels}, findings),
            duties=MappingProxyType(tables[_DUTIES].items),
            cameras=MappingProxyType(tables[_CAMERAS].items),
            workers=MappingProxyType(tables[_WORKERS].items),
            people=MappingProxyType(tables[PEOPLE_FILE].items),
            replies=MappingProxyType(tables[_REPLIES].items),
            places=_places(tables[_GAZETTEER], grids, findings),
            calendar=calendar,
            day_starts=settings.report.day_starts,
            limits=settings.thresholds,
            duty_item_required=settings.duties.required,
            letter=_letter(folder, findings),
            destinations=MappingProxyType(tables[_TRANSFERS].items or transfer.BUILT_IN),
            ladder=_ladder(tables[_MEDIATION], findings),
            channels=MappingProxyType({it.channel.code: it.channel for it in channels}),
            test_at=test_at,
        ),
        findings,
    )


def read_tables(folder: Path, settings: Settings, findings: list[Finding]) -> dict[str, Table]:
    """Read every table of a pack by its file's name; references are not followed yet."""
    tables = {GRIDS_FILE: _grids(folder, settings.grids_datum, findings)}
    policy = settings.thresholds.day_policy
    tables |= {sheet.file: _table(folder, _under(sheet, policy), findings) for sheet in SHEETS}
    return tables


def _letter(folder: Path, findings: list[Finding]) -> str:
    """Read the hall's own letter for what is not its to do; without one there is a built-in."""
    try:
        text = read_text(folder / LETTER_FILE)
    except Unread as unread:
        if unread.finding.fault is not Fault.ABSENT:
            findings.append(unread.finding)
        return ""
    findings += [
        Finding(
            file=LETTER_FILE,
            fault=Fault.UNKNOWN_PLACEHOLDER,
            row=text[: text.index(f"{{{name}}}")].count("\n") + 1,
            params={"value": f"{{{name}}}", "known": " ".join(f"{{{it}}}" for it in PLACEHOLDERS)},
        )
        for name in strange(text)
    ]
    return text


def _by_category(table: Table) -> Mapping[str, tuple[Any, ...]]:
    """Return standards, or templates, by category, each with its line."""
    found: dict[str, tuple[Any, ...]] = {}
    for key, item in table.items.items():
        rule = replace(item, row=table.rows[key])
        found[rule.category] = (*found.get(rule.category, ()), rule)
    return MappingProxyType(found)


def _templates(tables: Mapping[str, Table], findings: list[Finding]) -> None:
    """Say which templates belong to a condition that no filing standard of their category has."""
    standards = tables[_STANDARDS]
    if not standards.read:
        return
    conditions = {(it.category, it.condition) for it in standards.items.values()}
    for key, item in tables[_WHISTLES].items.items():
        if item.condition and (item.category, item.condition) not in conditions:
            findings.append(
                Finding(
                    file=_WHISTLES,
                    fault=Fault.NO_STANDARD,
                    row=tables[_WHISTLES].rows[key],
                    column="condition",
                    params={"value": item.condition, "found": item.category},
                )
            )


def _contacts(
    tables: Mapping[str, Table], channels: Collection[str], findings: list[Finding]
) -> Mapping[str, tuple[Contact, ...]]:
    """Return whom to call in each body, in the order of the steps; say who cannot be reached."""
    table, bodies = tables[_CONTACTS], tables[_BODIES].items
    found: dict[str, list[Contact]] = {}
    for key, item in table.items.items():
        if item.channel not in {FEED_CHANNEL, PHONE_CHANNEL, *channels}:
            lost = {"value": item.channel, "target": CHANNELS_FILE}
            findings.append(
                Finding(
                    file=_CONTACTS,
                    fault=Fault.UNKNOWN_REFERENCE,
                    row=table.rows[key],
                    column="channel",
                    params=lost,
                )
            )
            continue
        if item.channel == PHONE_CHANNEL and not item.address:
            listed = bodies.get(item.body)
            if listed is None or not listed.phone:
                shown = {"value": item.name or item.step}
                find = Finding(
                    file=_CONTACTS,
                    fault=Fault.NO_NUMBER,
                    row=table.rows[key],
                    column="address",
                    params=shown,
                )
                findings.append(find)
                continue
        found.setdefault(item.body, []).append(item)
    return MappingProxyType(
        {code: tuple(sorted(items, key=lambda it: it.step.rank)) for code, items in found.items()}
    )


class _Spoilt(Exception):
    """A code that a spreadsheet has turned into a number."""


class _WideComma(Exception):
    """A code with a Chinese comma in it: the cells of its row are not where they belong."""


class _Dispensable(Unusable):
    """A cell that cannot be used, and that its row can do without: it holds what is ``instead``."""

    def __init__(self, expected: str, instead: object = None) -> None:
        super().__init__(expected)
        self.instead = instead


def _code(cell: str) -> str:
    if _SCIENTIFIC.fullmatch(cell):
        raise _Spoilt
    if "，" in cell:
        raise _WideComma
    return code(cell)


def _codes(cell: str) -> tuple[str, ...]:
    return tuple(map(_code, list_of(cell)))


def list_of(cell: str) -> tuple[str, ...]:
    """Return the parts of a cell that holds several, each once."""
    parts = (part.strip() for part in _LIST.split(cell))
    return tuple(dict.fromkeys(part for part in parts if part))


def _milestones(cell: str, policy: DayPolicy = DayPolicy.HOURS8) -> tuple[Milestone, ...]:
    try:
        return parse_milestones(cell, policy)
    except ValueError:
        raise Unusable("milestones") from None


def _one_of(kind: type[StrEnum], expected: str, cell: str) -> StrEnum:
    try:
        return kind(cell.lower())
    except ValueError:
        raise Unusable(expected) from None


def _degrees(expected: str, low: float, high: float, cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        raise Unusable(expected) from None
    if not low <= value <= high:  # also refuses what is no number
        raise Unusable(expected)
    return value


_YES_OR_NO: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("yes", "y", "true", "1", "是"), True),
    **dict.fromkeys(("no", "n", "false", "0", "否"), False),
}


def _restricted(cell: str) -> bool:
    try:
        return _YES_OR_NO[cell.lower()]
    except KeyError:  # nothing is shown to everybody because of a slip of the pen
        raise _Dispensable("yes_or_no", instead=True) from None


def _no_if_unread(cell: str) -> bool:
    try:
        return _YES_OR_NO[cell.lower()]
    except KeyError:
        raise _Dispensable("yes_or_no", instead=False) from None


def _amount(cell: str) -> int:
    if not (cell.isascii() and cell.isdigit() and 0 < int(cell) <= _MOST):
        raise _Dispensable("count")
    return int(cell)


_MOST: Final = 100_000  # metres or hours: more would be a slip of the pen


def _minutes(cell: str) -> int:
    if not (cell.isascii() and cell.isdigit() and int(cell) <= _LONGEST_WAIT):
        raise Unusable("minutes")
    return int(cell)


_LONGEST_WAIT: Final = 24 * 60


def _running(cell: str) -> Limit:
    return running(cell)


def _opening(cell: str) -> str:
    try:
        hours(list(list_of(cell)))
    except Unusable:
        raise _Dispensable("opening") from None
    return cell


def _place_kind(cell: str) -> PlaceKind:
    try:
        return KIND_WORDS.get(cell) or PlaceKind(cell.lower())
    except ValueError:
        raise Unusable("place_kind") from None


def _located(
    build: Callable[..., Any],
    *,
    lon: float | None = None,
    lat: float | None = None,
    datum: Datum = Datum.WGS84,
    **rest: Any,
) -> Any:
    """Put the two coordinates of a row together."""
    if lon is None or lat is None:
        return build(**rest)
    return build(point=Point(lon, lat, datum), **rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table of the pack: how each column is read, which must be filled, what a row becomes.

    ``key`` are the columns that tell its rows apart; of ``together`` all must be filled or none.
    """

    file: str
    build: Callable[..., Any]
    key: tuple[str, ...]
    required: Mapping[str, str]  # column: what to fill in
    together: tuple[tuple[str, str], ...] = ()
    columns: Mapping[str, Callable[[str], Any]]


SHEETS: Final = (
    Sheet(
        file=_BODIES,
        build=Body,
        key=("code",),
        required={"code": "code", "name": "text"},
        columns={
            "code": _code,
            "name": str,
            "short_name": str,
            "level": partial(_one_of, BodyLevel, "level"),
            "kind": str,
            "parent": _code,
            "phone": str,
            "hours": _opening,
            "active_from": day,
            "active_to": day,
            "aliases": list_of,
        },
    ),
    Sheet(
        file=_CATEGORIES,
        build=Category,
        key=("code",),
        required={"code": "code", "name": "text"},
        columns={
            "code": _code,
            "name": str,
            "parent": _code,
            "urgency": partial(_one_of, Urgency, "urgency"),
            "restricted": _restricted,
            "words": list_of,
            "near_metres": _amount,
            "far_metres": _amount,
            "same_hours": _amount,
            "mediated": _no_if_unread,
        },
    ),
    Sheet(
        file=_DUTIES,
        build=DutyItem,
        key=("item",),
        required={"item": "code", "list": "duty_list", "title": "text"},
        columns={
            "item": _code,
            "list": partial(_one_of, DutyList, "duty_list"),
            "title": str,
            "body": _code,
            "co_bodies": _codes,
            "legal_basis": str,
            "active_from": day,
            "active_to": day,
        },
    ),
    Sheet(
        file=_STANDARDS,
        build=Standard,
        key=("category", "condition"),
        required={"category": "code"},
        columns={
            "category": _code,
            "condition": str,
            "body": _code,
            "co_bodies": _codes,
            "limit": limit,
            "statutory_limit": limit,
            "milestones": _milestones,
            "duty_item": _code,
            "evidence": list_of,
            "whistle_kind": partial(_one_of, WhistleKind, "whistle_kind"),
            "whistle_bodies": _codes,
            "guidance": str,
        },
    ),
    Sheet(
        file=_WHISTLES,
        build=WhistleTemplate,
        key=("category", "condition"),
        required={"category": "code"},
        columns={
            "category": _code,
            "condition": str,
            "kind": partial(_one_of, WhistleKind, "whistle_kind"),
            "lead": _code,
            "co_bodies": _codes,
            "duty_item": _code,
            "gear": str,
            "message": str,
            "answer_limit": _running,
            "report_in_limit": _running,
            "evidence": list_of,
        },
    ),
    Sheet(
        file=_CONTACTS,
        build=Contact,
        key=("body", "step", "channel", "address"),
        required={"body": "code", "step": "contact_step"},
        columns={
            "body": _code,
            "step": partial(_one_of, ContactStep, "contact_step"),
            "name": str,
            "duty": str,
            "channel": _code,
            "address": str,
            "wait": _minutes,
        },
    ),
    Sheet(
        file=_CAMERAS,
        build=partial(_located, Camera),
        key=("code",),
        required={"code": "code", "name": "text"},
        together=(("lon", "longitude"), ("lat", "latitude")),
        columns={
            "code": _code,
            "name": str,
            "lon": partial(_degrees, "longitude", 73, 136),
            "lat": partial(_degrees, "latitude", 3, 54),
            "datum": datum,
            "grid": _code,
            "owner": _code,
            "channels": _codes,
        },
    ),
    Sheet(
        file=_GAZETTEER,
        build=partial(_located, NamedPlace),
        key=("name", "kind", "grid"),
        required={"name": "text", "kind": "place_kind"},
        together=(("lon", "longitude"), ("lat", "latitude")),
        columns={
            "name": str,
            "kind": _place_kind,
            "lon": partial(_degrees, "longitude", 73, 136),
            "lat": partial(_degrees, "latitude", 3, 54),
            "datum": datum,
            "grid": _code,
            "aliases": list_of,
        },
    ),
    Sheet(
        file=_WORKERS,
        build=Worker,
        key=("id",),
        required={"id": "code", "name": "text"},
        columns={"id": _code, "name": str, "phone": str, "grid": _code, "role": str},
    ),
    Sheet(
        file=PEOPLE_FILE,
        build=Operator,
        key=("id",),
        required={"id": "code", "name": "text", "role": "role"},
        columns={"id": _code, "name": str, "role": partial(_one_of, Role, "role")},
    ),
    Sheet(
        file=_REPLIES,
        build=ReplyTemplate,
        key=("code",),
        required={"code": "code", "reason": "text", "reply": "text"},
        columns={"code": _code, "reason": str, "reply": str, "not_ours": _no_if_unread},
    ),
    Sheet(
        file=_TRANSFERS,
        build=Destination,
        key=("code",),
        required={"code": "code", "name": "text", "limit": "limit"},
        columns={"code": _code, "name": str, "limit": limit, "body": _code, "phone": str},
    ),
    Sheet(
        file=_MEDIATION,
        build=Rung,
        key=("level",),
        required={"level": "ladder_level", "limit": "limit"},
        columns={
            "level": partial(_one_of, Level, "ladder_level"),
            "limit": limit,
            "body": _code,
        },
    ),
)


def _under(sheet: Sheet, policy: DayPolicy) -> Sheet:
    """Return a table whose limits are read by the hall's way of reckoning working days."""
    counted = {
        name: partial(reader, policy=policy)
        for name, reader in sheet.columns.items()
        if reader in {limit, _milestones}
    }
    return replace(sheet, columns={**sheet.columns, **counted})


@dataclass(frozen=True, slots=True)
class Link:
    """A column whose codes stand in another file; ``vital``: without it the row says nothing."""

    file: str
    column: str
    target: str
    vital: bool = False


LINKS: Final = (
    Link(GRIDS_FILE, "worker", _WORKERS),
    Link(_BODIES, "parent", _BODIES),
    Link(_CATEGORIES, "parent", _CATEGORIES),
    Link(_DUTIES, "body", _BODIES),
    Link(_DUTIES, "co_bodies", _BODIES),
    Link(_STANDARDS, "category", _CATEGORIES, vital=True),
    Link(_STANDARDS, "body", _BODIES),
    Link(_STANDARDS, "co_bodies", _BODIES),
    Link(_STANDARDS, "duty_item", _DUTIES),
    Link(_STANDARDS, "whistle_bodies", _BODIES),
    Link(_CAMERAS, "grid", GRIDS_FILE),
    Link(_CAMERAS, "owner", _BODIES),
    Link(_WORKERS, "grid", GRIDS_FILE),
    Link(_GAZETTEER, "grid", GRIDS_FILE),
    Link(_WHISTLES, "category", _CATEGORIES, vital=True),
    Link(_WHISTLES, "lead", _BODIES),
    Link(_WHISTLES, "co_bodies", _BODIES),
    Link(_WHISTLES, "duty_item", _DUTIES),
    Link(_CONTACTS, "body", _BODIES, vital=True),
    Link(_TRANSFERS, "body", _BODIES),
    Link(_MEDIATION, "body", _BODIES),
)


def follow(link: Link, tables: Mapping[str, Table], findings: list[Finding]) -> None:
    """Take out the codes that lead nowhere; a file that is absent proves nothing."""
    table, target = tables[link.file], tables[link.target]
    if not target.read:
        return

    def lost_of(row: int, stated: str | tuple[str, ...] | None) -> list[str]:
        codes = stated if isinstance(stated, tuple) else (stated,) if stated else ()
        lost = [found for found in codes if found not in target.items]
        find = partial(Finding, file=link.file, row=row, column=link.column)
        findings.extend(
            find(fault=Fault.UNKNOWN_REFERENCE, params={"value": value, "target": link.target})
            for value in lost
        )
        return lost

    for row, values in table.skipped:
        lost_of(row, values.get(link.column))
    for key, item in list(table.items.items()):
        stated = getattr(item, link.column)
        lost = lost_of(table.rows[key], stated)
        if lost and link.vital:
            del table.items[key]
        elif lost:
            many = isinstance(stated, tuple)
            kept = tuple(found for found in stated if found not in lost) if many else None
            mended = {link.column: kept}
            table.items[key] = replace(item, **mended)


def _rings(tables: Mapping[str, Table], findings: list[Finding]) -> None:
    """Take out the parents that go round in a ring, and say which they are."""
    for link in LINKS:
        if link.file != link.target:
            continue
        table = tables[link.file]
        above = {key: getattr(item, link.column) for key, item in table.items.items()}
        for key, parent in above.items():
            chain, at = [key], parent
            while at is not None and at not in chain:
                chain.append(at)
                at = above.get(at)
            if at != key:
                continue
            row, shown = table.rows[key], {"value": " → ".join((*chain, key))}
            findings.append(
                Finding(
                    file=link.file,
                    fault=Fault.RING_OF_PARENTS,
                    row=row,
                    column=link.column,
                    params=shown,
                )
            )
            mended = {link.column: None}
            table.items[key] = replace(table.items[key], **mended)


def _programs(table: Table, findings: list[Finding]) -> None:
    """Say which people have the role of a program."""
    findings += [
        Finding(
            file=PEOPLE_FILE,
            fault=Fault.PROGRAMS_ROLE,
            row=table.rows[key],
            column="role",
            params={"value": person.name},
        )
        for key, person in table.items.items()
        if person.role is Role.REPORT_IN_PAGE
    ]


def _seated(table: Table, findings: list[Finding]) -> None:
    """Say whose rights the desk has where the list of people is there, but has no dispatcher."""
    if any(person.role is Role.DISPATCHER for person in table.items.values()):
        return
    if any(it.file == PEOPLE_FILE and it.fault is Fault.ABSENT for it in findings):
        return
    fault = Fault.NO_DISPATCHER if table.items else Fault.NOBODY
    findings.append(Finding(file=PEOPLE_FILE, fault=fault))


def _places(table: Table, grids: GridMap, findings: list[Finding]) -> tuple[NamedPlace, ...]:
    """Return the named places that lie somewhere; say which do not, and which lie elsewhere."""
    found = []
    for key, place in table.items.items():
        find = partial(Finding, file=_GAZETTEER, row=table.rows[key])
        if place.point is None and place.grid is None:
            findings.append(find(fault=Fault.NOWHERE, params={"value": place.name}))
            continue
        found.append(place)
        stated = grids.grids.get(place.grid or "")
        if place.point is None or stated is None:
            continue
        here = grids.locate(place.point)
        # where grids overlap, the first is found: the stated one is asked by itself
        alone = GridMap([stated]).locate(place.point)
        if stated.polygons and stated.code not in (*here.candidates, *alone.candidates):
            shown = {
                "value": place.name,
                "grid": stated.code,
                "found": here.grid.code if here.grid else "—",
            }
            findings.append(find(fault=Fault.POINT_ELSEWHERE, column="grid", params=shown))
    return tuple(found)


def _ladder(table: Table, findings: list[Finding]) -> tuple[Rung, ...]:
    """Return the levels in their order; limits that cannot be added up leave the built-in ones."""
    rungs = tuple(table.items[level] for level in Level if level in table.items)
    if not rungs:
        return mediation.BUILT_IN
    try:
        mediation.whole(rungs)
    except ValueError:
        shown = {"value": "; ".join(str(it.limit) for it in rungs)}
        findings.append(
            Finding(file=_MEDIATION, fault=Fault.LADDER_SUM, column="limit", params=shown)
        )
        return mediation.BUILT_IN
    return rungs


def _grids(folder: Path, stated: Datum, findings: list[Finding]) -> Table:
    try:
        text = read_text(folder / GRIDS_FILE)
    except Unread as unread:
        findings.append(unread.finding)
        return Table()
    found, skipped, faults = read_grids(text, stated)
    findings += faults
    return Table(
        read=True,
        items={grid.code: grid for _, grid in found},
        rows={grid.code: row for row, grid in found},
        skipped=skipped,
    )


_NO_TABLE: Final = frozenset({Fault.NO_HEADER, Fault.MISSING_COLUMN})


def _table(folder: Path, sheet: Sheet, findings: list[Finding]) -> Table:
    try:
        text = read_text(folder / sheet.file)
    except Unread as unread:
        findings.append(unread.finding)
        return Table()
    return checked(sheet, records_of(text), findings)


def checked(sheet: Sheet, records: Iterator[Record], findings: list[Finding]) -> Table:
    """Check rows, the header first, against what a table of the pack must be."""
    row, top = next(records, (1, []))
    header = [without_spoilt(name).lower() for name in top or ()]
    faults = _header_faults(sheet, row, header)
    findings += faults
    if any(finding.fault in _NO_TABLE for finding in faults):
        return Table()
    places = {name: header.index(name) for name in sheet.columns if name in header}
    table = Table(read=True)
    for row, cells in records:
        values, faults, usable = _row(sheet, row, cells, places, len(header))
        key = _key(sheet, values)
        if key in table.items:
            again = {"value": _spoken(key), "first": str(table.rows[key])}
            faults.append(
                Finding(file=sheet.file, fault=Fault.DUPLICATE_KEY, row=row, params=again)
            )
            usable = False
        findings += faults
        if usable:
            table.items[key], table.rows[key] = sheet.build(**values), row
        else:
            table.skipped.append((row, values))
    return table


def _key(sheet: Sheet, values: Mapping[str, Any]) -> Hashable:
    parts = tuple(values.get(name, "") for name in sheet.key)
    return parts if len(parts) > 1 else parts[0]


def _spoken(key: Hashable) -> str:
    return " ".join(filter(None, key)) if isinstance(key, tuple) else str(key)


def _header_faults(sheet: Sheet, row: int, header: Sequence[str]) -> list[Finding]:
    """Compare a header with the columns there are."""
    find = partial(Finding, file=sheet.file, row=row)
    if not header:
        expected = {"expected": ",".join(sheet.columns)}
        return [find(fault=Fault.NO_HEADER, params=expected)]
    lacking = [name for name in sheet.required if name not in header]
    missing = [name for name in sheet.columns if name not in header]
    strange = [name for name in dict.fromkeys(header) if name and name not in sheet.columns]
    twice = [name for name in sheet.columns if header.count(name) > 1]
    return [
        *(find(fault=Fault.MISSING_COLUMN, column=name) for name in lacking),
        *(unknown_column(sheet.file, row, name, missing) for name in strange),
        *(find(fault=Fault.DUPLICATE_COLUMN, column=name) for name in twice),
    ]


class _Long(Exception):
    """A cell that holds more than any cell of a spreadsheet."""


def _short(cell: str) -> str:
    if len(cell) > _LONGEST_CELL:
        raise _Long
    return cell


def _row(
    sheet: Sheet, row: int, cells: list[str] | None, places: Mapping[str, int], width: int
) -> tuple[dict[str, Any], list[Finding], bool]:
    """Read what can be read of a row, say all that is wrong with it, and whether it can be used."""
    find = partial(Finding, file=sheet.file, row=row)
    if cells is None:
        return {}, [find(fault=Fault.BROKEN_ROW)], False
    values: dict[str, Any] = {}
    spoiling: list[Finding] = []
    other: list[Finding] = []
    if any(cells[width:]):
        counts = {"count": str(len(cells)), "columns": str(width)}
        spoiling.append(find(fault=Fault.TOO_MANY_CELLS, params=counts))
    written = {name: cells[at] for name, at in places.items() if at < len(cells) and cells[at]}
    filled = {name: without_spoilt(cell) for name, cell in written.items()}
    other += [
        find(fault=Fault.CONTROL_LETTERS, column=name, params={"value": filled[name]})
        for name, cell in written.items()
        if _SPOILT in cell
    ]
    required = dict(sheet.required)
    if any(name in filled for name, _ in sheet.together):
        required.update(sheet.together)
    for name in sheet.columns:
        cell = filled.get(name, "")
        if not cell:
            if expected := required.get(name):
                shown = {"expected": expected}
                spoiling.append(find(fault=Fault.EMPTY_CELL, column=name, params=shown))
            continue
        try:
            values[name] = sheet.columns[name](_short(cell))
        except _Long:
            shown = {"count": str(len(cell)), "most": str(_LONGEST_CELL)}
            spoiling.append(find(fault=Fault.LONG_CELL, column=name, params=shown))
        except _WideComma:  # whatever else is said of such a row would lead astray
            shown = {"value": cell}
            return {}, [find(fault=Fault.WIDE_COMMA, column=name, params=shown)], False
        except _Spoilt:
            spoiling.append(find(fault=Fault.SPOILT_CODE, column=name, params={"value": cell}))
        except _Dispensable as unused:
            shown = {"value": cell, "expected": str(unused)}
            other.append(find(fault=Fault.UNUSED_CELL, column=name, params=shown))
            if unused.instead is not None:
                values[name] = unused.instead
        except Unusable as unusable:
            shown = {"value": cell, "expected": str(unusable)}
            spoiling.append(find(fault=Fault.BAD_CELL, column=name, params=shown))
    other += [
        find(fault=Fault.ODD_QUOTE, column=name, params={"value": filled[name]})
        for name in values
        if filled[name].count('"') % 2
    ]
    other += [
        find(fault=Fault.LIKE_FORMULA, column=name, params={"value": filled[name]})
        for name in values
        if len(filled[name]) > 1 and filled[name].startswith("=")
    ]
    return values, spoiling + other, not spoiling


def records_of(text: str, delimiter: str = ",") -> Iterator[Record]:
    """Yield the rows that are not blank with the line they begin on; nothing for a broken one.

    A row that cannot be read costs its first line alone: the reader starts again on the next.
    """
    csv.field_size_limit(_LONGEST_FIELD)  # of the whole program; nothing else reads CSV
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        reader = csv.reader(
            (line + "\n" for line in lines[at : at + _LONGEST_ROW]),
            strict=True,
            delimiter=delimiter,
        )
        try:
            cells = [clean(cell) for cell in next(reader, [])]
        except csv.Error:
            yield at + 1, None
            at += 1
            continue
        if any(cells):
            yield at + 1, cells
        at += reader.line_num or 1


def clean(cell: str) -> str:
    """Take out what nobody can see; such letters make two equal codes differ.

    A control letter, which no office program writes, leaves a mark for ``without_spoilt``.
    """
    if not cell.isprintable():
        cell = "".join(map(_seen, cell))
    return cell.strip()


def _seen(letter: str) -> str:
    if letter.isspace():
        return " "
    category = unicodedata.category(letter)
    return _SPOILT if category == "Cc" else "" if category in _INVISIBLE else letter


def without_spoilt(cell: str) -> str:
    """Take out the marks of letters that were none."""
    return cell.replace(_SPOILT, "").strip()
